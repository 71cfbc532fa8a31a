import type { DemandTotals, DemandView } from '@qipan/server/contract';
import { figure } from '../../../format.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { StackedBars } from '../../../parts/stacked-bars.js';
import { amount } from '../stress/amount.js';

interface Props {
  readonly view: DemandView;
}

/** Gross and net, by sector, by region. */
export function DemandResult({ view }: Props) {
  const { t } = useWords(stressWords);
  return (
    <>
      {view.origin === 'synthetic' && <p className="notice">{t('synthetic')}</p>}
      <Totals view={view} />
      <Sectors view={view} />
      {view.regions !== null && <Regions view={view} regions={view.regions} />}
    </>
  );
}

function Totals({ view }: Props) {
  const { t, lang } = useWords(stressWords);
  const money = (x: number | null | undefined) => amount(x ?? null, view.unit, lang);
  const imports = (d: DemandTotals) => (d.inducedImports === null ? null : d.directImports + d.inducedImports);
  const rows = [
    { key: 'output', of: (d: DemandTotals) => money(d.output) },
    { key: 'valueAdded', of: (d: DemandTotals) => money(d.valueAdded) },
    { key: 'jobs', of: (d: DemandTotals) => figure(d.jobs, lang) },
    { key: 'importsAll', of: (d: DemandTotals) => money(imports(d)) },
    { key: 'taxes', of: (d: DemandTotals) => money(d.taxes) },
  ] as const;
  return (
    <div className="card">
      <table>
        <caption className="unseen">{t('figure')}</caption>
        <thead>
          <tr>
            <th scope="col">
              {t('figure')} ({view.year})
            </th>
            <th scope="col" className="numeric">
              {t('gross')}
            </th>
            {view.net !== null && (
              <th scope="col" className="numeric">
                {t('net')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{t(row.key)}</th>
              <td className="numeric">{row.of(view.gross)}</td>
              {view.net !== null && <td className="numeric">{row.of(view.net)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {view.net === null && <p className="notice">{t('onlyGross')}</p>}
      {view.gross.jobs === null && <p className="notice">{t('jobsUnknown')}</p>}
    </div>
  );
}

type Sector = DemandView['sectors'][number];

function Sectors({ view }: Props) {
  const { t, pick, lang } = useWords(stressWords);
  const hasJobs = view.gross.jobs !== null;
  const size = (s: Sector) => (hasJobs ? s.grossJobs : s.grossOutput) ?? 0;
  const largest = [...view.sectors].sort((a, b) => size(b) - size(a)).slice(0, 12);
  const columns: Column<Sector>[] = [
    { key: 'sector', title: t('sector'), value: (s) => `${s.code} ${pick(s.name)}` },
    {
      key: 'output',
      title: `${t('output')}, ${t('gross')}`,
      numeric: true,
      value: (s) => s.grossOutput,
      show: (s) => amount(s.grossOutput, view.unit, lang),
    },
    {
      key: 'jobs',
      title: `${t('jobs')}, ${t('gross')}`,
      numeric: true,
      value: (s) => s.grossJobs,
      show: (s) => figure(s.grossJobs, lang, 1),
    },
  ];
  if (view.net !== null)
    columns.push(
      {
        key: 'netOutput',
        title: `${t('output')}, ${t('net')}`,
        numeric: true,
        value: (s) => s.netOutput,
        show: (s) => amount(s.netOutput, view.unit, lang),
      },
      {
        key: 'netJobs',
        title: `${t('jobs')}, ${t('net')}`,
        numeric: true,
        value: (s) => s.netJobs,
        show: (s) => figure(s.netJobs, lang, 1),
      },
    );
  return (
    <div className="card">
      <h2>{t('bySector')}</h2>
      <StackedBars
        label={`${t('bySector')}: ${hasJobs ? t('jobs') : t('output')}`}
        categories={largest.map((s) => s.code)}
        series={[
          {
            key: 'gross',
            label: `${hasJobs ? t('jobs') : t('output')}, ${t('gross')}`,
            className: 'one',
            values: largest.map(size),
          },
        ]}
        yText={(x) => (hasJobs ? figure(x, lang) : amount(x, view.unit, lang))}
      />
      <DataTable
        caption={t('bySector')}
        rows={view.sectors}
        columns={columns}
        rowKey={(s) => s.code}
        sort={{ key: hasJobs ? 'jobs' : 'output', descending: true }}
        pageSize={12}
        searchable
        isTitled
      />
    </div>
  );
}

type Region = NonNullable<DemandView['regions']>[number];

function Regions({ view, regions }: Props & { readonly regions: readonly Region[] }) {
  const { t, pick, lang } = useWords(stressWords);
  const which = view.net === null ? t('gross') : t('net');
  const columns: Column<Region>[] = [
    { key: 'region', title: t('regionCol'), value: (r) => pick(r.name) },
    {
      key: 'jobs',
      title: `${t('jobs')}, ${which}`,
      numeric: true,
      value: (r) => r.jobs,
      show: (r) => figure(r.jobs, lang, 1),
    },
    {
      key: 'valueAdded',
      title: `${t('valueAdded')}, ${which}`,
      numeric: true,
      value: (r) => r.valueAdded,
      show: (r) => amount(r.valueAdded, view.unit, lang),
    },
  ];
  return (
    <div className="card">
      <h2>{t('byRegion')}</h2>
      <DataTable
        caption={t('byRegion')}
        rows={regions}
        columns={columns}
        rowKey={(r) => r.code}
        pageSize={15}
        searchable
        isTitled
      />
    </div>
  );
}
