import type { IndustryList } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { figure } from '../../../format.js';
import { placeWords } from '../../../i18n/cluster-places.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { IndustryLink, RecipeLine, YearChoice, searchOf } from '../places.js';
import '../../../style/clusters.css';

/** The industries of a panel. */
export function Page({ query }: PageProps) {
  const { t } = useWords(placeWords);
  const { id } = useDataset('panel', 'dataset');
  const list = useGet<IndustryList>(id === null ? null : `/clusters/industries?${searchOf(id, query)}`, {
    staleMs: 600_000,
  });
  return (
    <section className="page">
      <h1>{t('industriesTitle')}</h1>
      <p className="lead">{t('industriesLead')}</p>
      <DatasetChoice kind="panel" name="dataset" />
      {id !== null && <Answer of={list}>{(view) => <Industries view={view} query={query} />}</Answer>}
    </section>
  );
}

function Industries({ view, query }: { readonly view: IndustryList; readonly query: URLSearchParams }) {
  const { t, pick, lang } = useWords(placeWords);
  const number = (key: 'total' | 'ubiquity' | 'pci' | 'locationalGini', digits: number) => ({
    key,
    title: t(key),
    value: (i: IndustryList['industries'][number]) => i[key],
    show: (i: IndustryList['industries'][number]) => figure(i[key], lang, digits),
    numeric: true,
  });
  return (
    <>
      <YearChoice year={view.year} years={view.years} />
      <DataTable
        caption={t('industriesTitle')}
        isTitled
        rows={view.industries}
        rowKey={(i) => i.code}
        searchable
        pageSize={40}
        sort={{ key: 'total', descending: true }}
        columns={[
          {
            key: 'industry',
            title: t('industry'),
            value: (i) => `${i.code} ${pick(i.name)}`,
            show: (i) => <IndustryLink of={i} query={query} />,
          },
          number('total', 0),
          number('ubiquity', 0),
          number('pci', 2),
          number('locationalGini', 3),
        ]}
      />
      <RecipeLine recipe={view.recipe} status={view.status} />
    </>
  );
}
