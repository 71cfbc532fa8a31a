import type { DefaultValue } from '@qipan/server/contract';
import { useMemo, useState } from 'react';
import { plainFigure } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { unitText } from '../../i18n/units.js';
import { Level } from '../../parts/badges.js';
import { SmallTable, numeric } from '../../parts/small-table.js';
import { typedNumber, valueAt, withValue, type Tree } from './parameters.js';

export interface ParameterTableProps {
  readonly defaults: readonly DefaultValue[];
  readonly parameters: Tree;
  readonly onChange: (parameters: Tree) => void;
}

const groupWords = {
  demand: 'groupDemand',
  access: 'groupAccess',
  serviceLevel: 'groupService',
  moduleTypes: 'groupModules',
  cost: 'groupCost',
  budget: 'groupBudget',
  rules: 'groupRules',
  sites: 'groupSites',
  scenarioDays: 'groupDays',
} as const;

const groupOf = (path: string) => path.split('.')[0] as string;

/** Every default with its range and source, and a field that replaces it. */
export function ParameterTable({ defaults, parameters, onChange }: ParameterTableProps) {
  const { t, pick } = useWords(planWords);
  const [word, setWord] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const groups = useMemo(() => {
    const wanted = word.trim().toLocaleLowerCase();
    const made = new Map<string, DefaultValue[]>();
    for (const d of defaults) {
      const fits = `${d.path} ${d.description.en} ${d.description.zh}`.toLocaleLowerCase().includes(wanted);
      if (!fits || (onlyChanged && valueAt(parameters, d.path) === undefined)) continue;
      made.set(groupOf(d.path), [...(made.get(groupOf(d.path)) ?? []), d]);
    }
    return [...made];
  }, [defaults, word, onlyChanged, parameters]);
  return (
    <>
      <div className="table-tools">
        <label className="inline">
          <span className="unseen">{t('search')}</span>
          <input type="search" placeholder={t('search')} value={word} onChange={(e) => setWord(e.target.value)} />
        </label>
        <label className="inline">
          <input type="checkbox" checked={onlyChanged} onChange={(e) => setOnlyChanged(e.target.checked)} />
          {t('onlyChanged')}
        </label>
      </div>
      {groups.length === 0 && <p className="empty">{t('nothingFits')}</p>}
      {groups.map(([group, rows]) => (
        <details key={group} open={word !== '' || onlyChanged || group === 'demand' || group === 'cost'}>
          <summary>
            {t(groupWords[group as keyof typeof groupWords] ?? 'groupOther')}{' '}
            <span className="dim">({rows.length})</span>
          </summary>
          <SmallTable
            label={t('parameters')}
            caption={null}
            head={[
              t('parameter'),
              t('yours'),
              t('unit'),
              numeric(t('low')),
              numeric(t('typical')),
              numeric(t('high')),
              t('level'),
              t('source'),
            ]}
            className="parameters"
          >
            <tbody>
              {rows.map((d) => (
                <Row key={d.path} of={d} label={pick(d.description)} parameters={parameters} onChange={onChange} />
              ))}
            </tbody>
          </SmallTable>
        </details>
      ))}
    </>
  );
}

interface RowProps {
  readonly of: DefaultValue;
  readonly label: string;
  readonly parameters: Tree;
  readonly onChange: (parameters: Tree) => void;
}

function Row({ of, label, parameters, onChange }: RowProps) {
  const { t, lang } = useWords(planWords);
  const own = valueAt(parameters, of.path);
  const [text, setText] = useState(typeof own === 'number' ? String(own) : '');
  const isChanged = typeof own === 'number';
  const isOutside = isChanged && (own < of.low || own > of.high);
  const put = (next: string) => {
    setText(next);
    const value = typedNumber(next);
    onChange(withValue(parameters, of.path, value === undefined || Number.isNaN(value) ? undefined : value));
  };
  return (
    <tr className={isChanged ? 'changed' : undefined}>
      <th scope="row">
        {label}
        <br />
        <code className="dim">{of.path}</code>
      </th>
      <td>
        <input
          aria-label={label}
          inputMode="decimal"
          placeholder={plainFigure(of.value, lang)}
          value={text}
          onChange={(e) => put(e.target.value)}
          aria-invalid={text !== '' && Number.isNaN(typedNumber(text))}
        />
        {isChanged && (
          <button type="button" className="quiet small" onClick={() => put('')}>
            {t('reset')}
          </button>
        )}
        {isOutside && <p className="small warn">{t('outside')}</p>}
      </td>
      <td>{unitText(of.unit, lang)}</td>
      <td className="numeric">{plainFigure(of.low, lang)}</td>
      <td className="numeric">{plainFigure(of.value, lang)}</td>
      <td className="numeric">{plainFigure(of.high, lang)}</td>
      <td>{isChanged ? <span className="level">{t('changed')}</span> : <Level level={of.dataLevel} />}</td>
      <td className="small dim">{of.source}</td>
    </tr>
  );
}
