import type { IndustryView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { part, useGet } from '../../../api.js';
import { figure, percent } from '../../../format.js';
import { placeWords } from '../../../i18n/cluster-places.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Facts } from '../../../parts/facts.js';
import { IntervalPlot } from '../../../parts/interval-plot.js';
import { Answer } from '../../../parts/states.js';
import { Link } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { RecipeLine, YearChoice, kept, searchOf, useInterval, useRegionColumn, useSureness } from '../places.js';
import { PileUp } from './pile-up.js';
import { industrySlots } from './slots.js';
import '../../../style/clusters.css';

const plotted = 15;

/** One industry: who is in it and how sure that is, how concentrated it is, what plans want of it. */
export function Page({ params, query }: PageProps) {
  const { t } = useWords(placeWords);
  const { id } = useDataset('panel', 'dataset');
  const firms = useDataset('firms');
  const wishes = useDataset('wishes');
  const chess = useDataset('chessScenario', 'chess');
  const isReady = id !== null && [firms, wishes, chess].every((d) => d.all !== null);
  const search = searchOf(id ?? '', query, { firms: firms.id, wishes: wishes.id, chess: chess.id });
  const industry = useGet<IndustryView>(isReady ? `/clusters/industries/${part(params['id'] ?? '')}?${search}` : null, {
    staleMs: 600_000,
  });
  return (
    <section className="page">
      <p>
        <Link to="/clusters/industries" query={kept(query)}>
          {t('toIndustries')}
        </Link>
      </p>
      <DatasetChoice kind="panel" name="dataset" />
      {isReady && <Answer of={industry}>{(view) => <Industry view={view} query={query} />}</Answer>}
    </section>
  );
}

interface Shown {
  readonly view: IndustryView;
  readonly query: URLSearchParams;
}

function Industry({ view, query }: Shown) {
  const { t, pick, lang } = useWords(placeWords);
  return (
    <>
      <h1>
        {view.industry.code} {pick(view.industry.name)}
      </h1>
      <YearChoice year={view.year} years={view.years} />
      <Facts
        facts={[
          { term: t('total'), value: figure(view.total, lang) },
          { term: t('ubiquity'), value: figure(view.ubiquity, lang) },
          { term: t('pci'), value: figure(view.pci, lang, 2) },
        ]}
      />
      <RecipeLine recipe={view.recipe} status={view.status} />
      <Where view={view} query={query} />
      <h2>{t('spread')}</h2>
      <Facts
        facts={[
          { term: t('locationalGini'), value: figure(view.spread.locationalGini, lang, 3) },
          { term: t('gini'), value: figure(view.spread.gini, lang, 3) },
          { term: t('hoover'), value: figure(view.spread.hoover, lang, 3) },
        ]}
      />
      <Concentration view={view} />
      {view.planned !== null && <Planned planned={view.planned} query={query} />}
      {view.planned !== null && <PileUp pileUp={view.planned.pileUp} query={query} />}
      {industrySlots.map(({ key, Slot }) => (
        <Slot key={key} dataset={view.dataset} code={view.industry.code} year={view.year} />
      ))}
    </>
  );
}

function Where({ view, query }: Shown) {
  const { t, pick, lang } = useWords(placeWords);
  const regionColumn = useRegionColumn<IndustryView['where'][number]>(query);
  const sureness = useSureness();
  const interval = useInterval();
  const rows = useMemo(
    () =>
      view.where
        .flatMap((w) =>
          w.lq === null ? [] : [{ name: pick(w.region.name), value: w.lq, lower: w.lower, upper: w.upper }],
        )
        .sort((a, b) => b.value - a.value)
        .slice(0, plotted),
    [view, pick],
  );
  return (
    <>
      <h2>{t('where')}</h2>
      <p className="lead">{t(view.hasIntervals ? 'advantagesLead' : 'noIntervals')}</p>
      <IntervalPlot label={t('plotWhere', { n: rows.length })} axis={t('lq')} rows={rows} />
      <DataTable
        caption={t('where')}
        isTitled
        rows={view.where}
        rowKey={(w) => w.region.code}
        searchable
        pageSize={20}
        sort={{ key: 'share', descending: true }}
        columns={[
          regionColumn,
          { key: 'value', title: t('value'), value: (w) => w.value, show: (w) => figure(w.value, lang), numeric: true },
          {
            key: 'share',
            title: t('shareOfIndustry'),
            value: (w) => w.share,
            show: (w) => percent(w.share, lang, 2),
            numeric: true,
          },
          { key: 'lq', title: t('lq'), value: (w) => w.lq, show: (w) => figure(w.lq, lang, 2), numeric: true },
          { key: 'interval', title: t('interval'), value: (w) => w.lower, show: interval, numeric: true },
          { key: 'sure', title: t('sure'), value: sureness },
        ]}
      />
    </>
  );
}

function Concentration({ view }: { readonly view: IndustryView }) {
  const { t, pick, lang } = useWords(placeWords);
  const c = view.concentration;
  if (c === null)
    return view.notes.map((n) => (
      <p className="notice" key={n.en}>
        {pick(n)}
      </p>
    ));
  return (
    <>
      <h2>{t('concentration')}</h2>
      <p className="lead">{t('concentrationLead', { plants: c.plants })}</p>
      <Facts
        facts={[
          { term: t('gamma'), value: figure(c.gamma, lang, 4) },
          { term: t('zScore'), value: figure(c.z, lang, 2) },
          { term: t('maurelSedillot'), value: figure(c.maurelSedillot, lang, 4) },
          { term: t('g'), value: figure(c.g, lang, 4) },
        ]}
      />
    </>
  );
}

interface PlannedProps {
  readonly planned: NonNullable<IndustryView['planned']>;
  readonly query: URLSearchParams;
}

function Planned({ planned, query }: PlannedProps) {
  const { t, lang } = useWords(placeWords);
  const regionColumn = useRegionColumn<PlannedProps['planned']['regions'][number]>(query);
  return (
    <>
      <h2>{t('planned')}</h2>
      {planned.regions.length === 0 ? (
        <p>{t('noneSay')}</p>
      ) : (
        <>
          <p className="lead">
            {t('plannedLead', {
              n: planned.regions.length,
              total: figure(planned.total, lang, 1),
              missing: planned.withoutFigure,
            })}
          </p>
          <DataTable
            caption={t('planned')}
            isTitled
            rows={planned.regions}
            rowKey={(r) => r.region.code}
            pageSize={20}
            columns={[
              regionColumn,
              {
                key: 'capacity',
                title: t('capacity'),
                value: (r) => r.capacity,
                show: (r) => figure(r.capacity, lang, 1),
                numeric: true,
              },
            ]}
          />
        </>
      )}
    </>
  );
}
