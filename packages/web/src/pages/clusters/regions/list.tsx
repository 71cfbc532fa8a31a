import type { RegionList } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { figure } from '../../../format.js';
import { placeWords } from '../../../i18n/cluster-places.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { Rank, RecipeLine, RegionLink, YearChoice, searchOf } from '../places.js';
import '../../../style/clusters.css';

/** The regions of a panel, each with its complexity and the interval of its rank. */
export function Page({ query }: PageProps) {
  const { t } = useWords(placeWords);
  const { id } = useDataset('panel', 'dataset');
  const list = useGet<RegionList>(id === null ? null : `/clusters/regions?${searchOf(id, query)}`, {
    staleMs: 600_000,
  });
  return (
    <section className="page">
      <h1>{t('regionsTitle')}</h1>
      <p className="lead">{t('regionsLead')}</p>
      <DatasetChoice kind="panel" name="dataset" />
      {id !== null && <Answer of={list}>{(view) => <Regions view={view} query={query} />}</Answer>}
    </section>
  );
}

function Regions({ view, query }: { readonly view: RegionList; readonly query: URLSearchParams }) {
  const { t, pick, lang } = useWords(placeWords);
  return (
    <>
      <YearChoice year={view.year} years={view.years} />
      <DataTable
        caption={t('regionsTitle')}
        isTitled
        rows={view.regions}
        rowKey={(r) => r.code}
        searchable
        pageSize={40}
        sort={{ key: 'eci', descending: true }}
        columns={[
          {
            key: 'region',
            title: t('region'),
            value: (r) => `${pick(r.name)} ${r.code}`,
            show: (r) => <RegionLink of={r} query={query} />,
          },
          { key: 'total', title: t('total'), value: (r) => r.total, show: (r) => figure(r.total, lang), numeric: true },
          { key: 'eci', title: t('eci'), value: (r) => r.eci, show: (r) => figure(r.eci, lang, 2), numeric: true },
          { key: 'rank', title: t('rank'), value: (r) => r.rank?.rank ?? null, show: (r) => <Rank of={r.rank} /> },
          { key: 'diversity', title: t('diversity'), value: (r) => r.diversity, numeric: true },
          {
            key: 'krugman',
            title: t('krugman'),
            value: (r) => r.krugman,
            show: (r) => figure(r.krugman, lang, 3),
            numeric: true,
          },
        ]}
      />
      <RecipeLine recipe={view.recipe} status={view.status} />
    </>
  );
}
