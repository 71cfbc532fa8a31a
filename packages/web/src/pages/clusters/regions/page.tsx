import type { RegionView } from '@qipan/server/contract';
import { part, useGet } from '../../../api.js';
import { figure, percent } from '../../../format.js';
import { placeWords } from '../../../i18n/cluster-places.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Facts } from '../../../parts/facts.js';
import { Answer } from '../../../parts/states.js';
import { Link } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { Rank, RecipeLine, YearChoice, kept, searchOf, useRegionColumn } from '../places.js';
import { Advantages } from './advantages.js';
import { regionSlots } from './slots.js';
import '../../../style/clusters.css';

/** One region: what it is good at and how sure that is, whom it resembles, what its growth is made of. */
export function Page({ params, query }: PageProps) {
  const { t } = useWords(placeWords);
  const { id } = useDataset('panel', 'dataset');
  const code = params['id'] ?? '';
  const region = useGet<RegionView>(id === null ? null : `/clusters/regions/${part(code)}?${searchOf(id, query)}`, {
    staleMs: 600_000,
  });
  return (
    <section className="page">
      <p>
        <Link to="/clusters/regions" query={kept(query)}>
          {t('toRegions')}
        </Link>
      </p>
      <DatasetChoice kind="panel" name="dataset" />
      {id !== null && <Answer of={region}>{(view) => <Region view={view} query={query} />}</Answer>}
    </section>
  );
}

interface Shown {
  readonly view: RegionView;
  readonly query: URLSearchParams;
}

function Region({ view, query }: Shown) {
  const { t, pick, lang } = useWords(placeWords);
  const s = view.specialisation;
  return (
    <>
      <h1>{pick(view.region.name)}</h1>
      <YearChoice year={view.year} years={view.years} />
      <Facts
        facts={[
          { term: t('total'), value: figure(view.total, lang) },
          { term: t('share'), value: percent(view.shareOfAll, lang, 2) },
          { term: t('diversity'), value: figure(view.diversity, lang) },
          { term: t('eci'), value: figure(view.eci, lang, 2) },
          { term: t('rank'), value: <Rank of={view.rank} /> },
          { term: t('coi'), value: figure(view.coi, lang, 2) },
        ]}
      />
      <RecipeLine recipe={view.recipe} status={view.status} />
      <Advantages view={view} query={query} />
      <h2>{t('specialisation')}</h2>
      <Facts
        facts={[
          { term: t('krugman'), value: figure(s.krugman, lang, 3), hint: t('krugmanHint') },
          { term: t('hhi'), value: figure(s.hhi, lang, 4) },
          { term: t('entropy'), value: figure(s.entropy, lang, 2) },
          { term: t('theil'), value: figure(s.theil, lang, 3) },
          { term: t('hachman'), value: figure(s.hachman, lang, 3), hint: t('hachmanHint') },
        ]}
      />
      <Similar view={view} query={query} />
      <Growth view={view} />
      {regionSlots.map(({ key, Slot }) => (
        <Slot key={key} dataset={view.dataset} code={view.region.code} year={view.year} />
      ))}
    </>
  );
}

function Similar({ view, query }: Shown) {
  const { t, lang } = useWords(placeWords);
  const regionColumn = useRegionColumn<RegionView['similar'][number]>(query);
  return (
    <>
      <h2>{t('similar')}</h2>
      <p className="lead">{t('similarLead')}</p>
      <DataTable
        caption={t('similar')}
        isTitled
        rows={view.similar}
        rowKey={(r) => r.region.code}
        sort={{ key: 'cosine', descending: true }}
        columns={[
          regionColumn,
          {
            key: 'cosine',
            title: t('cosine'),
            value: (r) => r.cosine,
            show: (r) => figure(r.cosine, lang, 3),
            numeric: true,
          },
        ]}
      />
    </>
  );
}

function Growth({ view }: { readonly view: RegionView }) {
  const { t, pick, lang } = useWords(placeWords);
  const g = view.shiftShare;
  if (g === null) return null;
  const title = t('growth', { from: g.fromYear ?? '–', to: g.toYear ?? '–' });
  const parts = (['national', 'industryMix', 'regional', 'newIndustries'] as const).map((key) => ({
    key,
    value: g[key],
  }));
  return (
    <>
      <h2>{title}</h2>
      <p className="lead">{t('growthLead')}</p>
      <DataTable
        caption={title}
        isTitled
        rows={[...parts, { key: 'growthAll' as const, value: g.growth }]}
        rowKey={(r) => r.key}
        columns={[
          { key: 'part', title: t('part'), value: (r) => t(r.key), fixed: true },
          {
            key: 'value',
            title: t('value'),
            value: (r) => r.value,
            show: (r) => figure(r.value, lang, 1),
            numeric: true,
            fixed: true,
          },
        ]}
      />
      {g.leftOut.length > 0 && (
        <p className="notice">{t('leftOut', { list: g.leftOut.map((l) => pick(l.name)).join(', ') })}</p>
      )}
    </>
  );
}
