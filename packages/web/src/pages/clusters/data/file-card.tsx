import type { DatasetKindView } from '@qipan/server/contract';
import { figure } from '../../../format.js';
import { dataWords } from '../../../i18n/cluster-data.js';
import { useWords } from '../../../i18n/language.js';
import { SmallTable } from '../../../parts/small-table.js';
import type { ChosenFile } from './import-state.js';

type Role = DatasetKindView['roles'][number];

interface Props {
  readonly role: Role;
  readonly file: ChosenFile;
  readonly onChange: (file: ChosenFile) => void;
}

/** What stands in a chosen file, and the decisions about it: columns, symbols, labels to leave out. */
export function FileCard({ role, file, onChange }: Props) {
  const { t, pick, lang } = useWords(dataWords);
  const { preview } = file;
  return (
    <div className="card">
      <h3>{t('fileHead', { role: pick(role.title), name: file.name })}</h3>
      <p className="dim">
        {t('fileFound', {
          rows: figure(preview.rows, lang),
          columns: preview.columns.length,
          encoding: preview.encoding ?? 'XLSX',
        })}
      </p>
      {role.columns.length > 0 && <Mapping role={role} file={file} onChange={onChange} />}
      {preview.symbols.length > 0 && <Symbols file={file} onChange={onChange} />}
      {preview.dropIndustries.length > 0 && <Dropped file={file} onChange={onChange} />}
      <Sample file={file} />
    </div>
  );
}

function Mapping({ role, file, onChange }: Props) {
  const { t, pick } = useWords(dataWords);
  const choose = (declared: string, own: string) => onChange({ ...file, columns: { ...file.columns, [declared]: own } });
  const isWide = file.columns['industryCode'] === '*';
  return (
    <table className="mapping">
      <caption>{t('mapping')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('declared')}</th>
          <th scope="col">{t('ownColumn')}</th>
          <th scope="col">{t('meaning')}</th>
        </tr>
      </thead>
      <tbody>
        {role.columns
          .filter((c) => !(isWide && c.name === 'value'))
          .map((c) => (
            <tr key={c.name}>
              <th scope="row">
                <code>{c.name}</code>
                {c.required && <span title={t('required')}> *</span>}
              </th>
              <td>
                <select
                  aria-label={t('columnFor', { column: c.name })}
                  value={file.columns[c.name] ?? ''}
                  onChange={(e) => choose(c.name, e.target.value)}
                >
                  <option value="">{t('noColumn')}</option>
                  {role.role === 'panel' && c.name === 'industryCode' && <option value="*">{t('everyColumn')}</option>}
                  {file.preview.columns.map((own) => (
                    <option key={own.name} value={own.name}>
                      {own.name} ({t(own.type)}
                      {own.examples.length > 0 ? `: ${own.examples.slice(0, 2).join(', ').slice(0, 40)}` : ''})
                    </option>
                  ))}
                </select>
              </td>
              <td>{pick(c.description)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Symbols({ file, onChange }: Omit<Props, 'role'>) {
  const { t, lang } = useWords(dataWords);
  return (
    <fieldset>
      <legend>{t('symbols')}</legend>
      <p className="dim small">{t('symbolsHint')}</p>
      <ul className="plain">
        {file.preview.symbols.map(({ text, count }) => (
          <li key={text}>
            <label className="inline">
              <code>{text === '' ? t('blank') : text}</code> × {figure(count, lang)}{' '}
              <select
                value={file.symbols[text] ?? ''}
                onChange={(e) =>
                  onChange({
                    ...file,
                    symbols: {
                      ...file.symbols,
                      [text]: e.target.value === '' ? null : (e.target.value as 'suppressed' | 'missing'),
                    },
                  })
                }
              >
                <option value="">{t('notASymbol')}</option>
                <option value="suppressed">{t('suppressed')}</option>
                <option value="missing">{t('missing')}</option>
              </select>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function Dropped({ file, onChange }: Omit<Props, 'role'>) {
  const { t } = useWords(dataWords);
  const { dropIndustries } = file;
  return (
    <fieldset>
      <legend>{t('dropped')}</legend>
      <ul className="plain">
        {file.preview.dropIndustries.map((label) => (
          <li key={label}>
            <label className="inline">
              <input
                type="checkbox"
                checked={dropIndustries.includes(label)}
                onChange={(e) =>
                  onChange({
                    ...file,
                    dropIndustries: e.target.checked
                      ? [...dropIndustries, label]
                      : dropIndustries.filter((x) => x !== label),
                  })
                }
              />{' '}
              {label}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function Sample({ file }: { readonly file: ChosenFile }) {
  const { t } = useWords(dataWords);
  const { preview } = file;
  const shown = preview.columns.slice(0, 12);
  return (
    <details>
      <summary>{t('sample')}</summary>
      <SmallTable label={t('sample')} caption={null} head={shown.map((c) => c.name)}>
          <tbody>
            {preview.sample.map((row, k) => (
              <tr key={k}>
                {shown.map((_, i) => (
                  <td key={i}>{row[i]}</td>
                ))}
              </tr>
            ))}
          </tbody>
      </SmallTable>
    </details>
  );
}
