import type { DatasetCheck, DatasetReport } from '@qipan/server/contract';
import { figure } from '../../../format.js';
import { dataWords } from '../../../i18n/cluster-data.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';

type Line = DatasetReport['completeness'][number];

/** The completeness report: cells by year and state, and what the reader should know. */
export function Report({ report }: { readonly report: DatasetReport }) {
  const { t, pick, lang } = useWords(dataWords);
  const number = (key: 'expected' | 'observed' | 'zeros' | 'suppressed' | 'missing' | 'total') => ({
    key,
    title: t(key),
    value: (c: Line) => c[key],
    show: (c: Line) => figure(c[key], lang),
    numeric: true,
  });
  return (
    <div className="stack" data-testid="report">
      <ul className="plain">
        {report.files.map((f) => (
          <li key={f.role}>
            {t('reportFile', { name: f.name, rows: figure(f.rows, lang), encoding: f.encoding ?? 'XLSX' })}
          </li>
        ))}
      </ul>
      {report.completeness.length > 0 && (
        <DataTable
          caption={t('completeness')}
          rows={report.completeness}
          rowKey={(c) => String(c.year)}
          columns={[
            { key: 'year', title: t('year'), value: (c) => c.year ?? '—' },
            number('expected'),
            number('observed'),
            number('zeros'),
            number('suppressed'),
            number('missing'),
            number('total'),
            { key: 'regions', title: t('emptyRegions'), value: (c) => c.emptyRegions.length, numeric: true },
            { key: 'industries', title: t('emptyIndustries'), value: (c) => c.emptyIndustries.length, numeric: true },
          ]}
        />
      )}
      {report.warnings.length > 0 && (
        <ul>
          {report.warnings.map((w) => (
            <li key={w.en}>{pick(w)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Everything that is wrong, with its place in the file. */
export function Issues({ check }: { readonly check: DatasetCheck }) {
  const { t, lang } = useWords(dataWords);
  const shown = (x: unknown) => (x === undefined ? '' : typeof x === 'string' ? x : JSON.stringify(x));
  return (
    <div className="failure" role="alert" data-testid="issues">
      <p>{t('refused', { n: figure(check.issueCount, lang) })}</p>
      <DataTable
        caption={t('issues')}
        rows={check.issues.map((issue, at) => ({ ...issue, at }))}
        rowKey={(i) => String(i.at)}
        pageSize={20}
        columns={[
          { key: 'file', title: t('file'), value: (i) => i.file ?? '' },
          { key: 'row', title: t('row'), value: (i) => i.row ?? null, numeric: true },
          { key: 'column', title: t('column'), value: (i) => i.column ?? '' },
          { key: 'got', title: t('got'), value: (i) => shown(i.got).slice(0, 80) },
          { key: 'expected', title: t('expectedText'), value: (i) => i.expected ?? i.message },
          { key: 'code', title: t('code'), value: (i) => i.code, show: (i) => <code>{i.code}</code> },
        ]}
      />
    </div>
  );
}
