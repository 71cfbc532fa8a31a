import type { RegionIndicesView } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { figure, percent } from '../../../format.js';
import { forecastWords } from '../../../i18n/cluster-forecast.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';

/** The three indices of one region among its peers, with their weights, coverage and rank range. */
export function RegionIndices({ dataset, region }: { readonly dataset: string; readonly region: string }) {
  const { t } = useWords(forecastWords);
  const path = `/clusters/indices?${new URLSearchParams({ dataset }).toString()}`;
  const answer = useGet<RegionIndicesView>(path, { staleMs: 600_000 });
  return (
    <>
      <h2>{t('indices')}</h2>
      <Answer of={answer}>{(view) => <Indices view={view} region={region} />}</Answer>
    </>
  );
}

function Indices({ view, region }: { readonly view: RegionIndicesView; readonly region: string }) {
  const { t, lang, pick } = useWords(forecastWords);
  const rows = view.indices.flatMap((index) => {
    const own = index.rows.find((r) => r.region === region);
    return own ? [{ ...own, id: index.id, name: pick(index.name) }] : [];
  });
  return (
    <>
      {view.evidence === null && <p className="notice">{t('noEvidence')}</p>}
      <p className="dim small">{t('indicesHint', { n: figure(rows[0]?.peers, lang) })}</p>
      <DataTable
        caption={t('indices')}
        isTitled
        rows={rows}
        rowKey={(r) => r.id}
        columns={[
          { key: 'name', title: t('index'), value: (r) => r.name },
          {
            key: 'a',
            title: t('arithmetic'),
            value: (r) => r.arithmetic,
            show: (r) => figure(r.arithmetic, lang, 2),
            numeric: true,
          },
          {
            key: 'g',
            title: t('geometric'),
            value: (r) => r.geometric,
            show: (r) => figure(r.geometric, lang, 1),
            numeric: true,
          },
          {
            key: 'coverage',
            title: t('coverage'),
            value: (r) => r.coverage,
            show: (r) => percent(r.coverage, lang, 0),
            numeric: true,
          },
          { key: 'rank', title: t('rank'), value: (r) => r.rank, show: (r) => figure(r.rank, lang), numeric: true },
          {
            key: 'range',
            title: t('rankRange'),
            value: (r) => r.rankRange?.best ?? null,
            show: (r) => (r.rankRange ? `${r.rankRange.best} – ${r.rankRange.worst}` : figure(null, lang)),
            numeric: true,
          },
        ]}
      />
      <details>
        <summary>{t('weights')}</summary>
        <ul className="plain lines small">
          {view.indices.flatMap((index) =>
            index.indicators.map((i) => (
              <li key={i.id}>
                {pick(index.name)}: {pick(i.name)} {i.higherIsBetter ? '↑' : '↓'} × {figure(i.weight, lang, 1)} (
                {figure(i.regions, lang)})
              </li>
            )),
          )}
        </ul>
      </details>
    </>
  );
}
