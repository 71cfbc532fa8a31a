import type { CodeLabel, IndustryView } from '@qipan/server/contract';
import { figure, percent } from '../../../format.js';
import { useWords } from '../../../i18n/language.js';
import { placeWords } from '../../../i18n/cluster-places.js';
import { pileUpWords } from '../../../i18n/pile-up.js';
import { DataTable } from '../../../parts/data-table.js';
import { Facts } from '../../../parts/facts.js';
import { RegionLink } from '../places.js';

interface PileUpProps {
  readonly pileUp: NonNullable<IndustryView['planned']>['pileUp'];
  readonly query: URLSearchParams;
}

/** Whether the plans for one industry exceed the market's room, who collides, and whose plans resemble each other. */
export function PileUp({ pileUp: p, query }: PileUpProps) {
  const { t, lang } = useWords(pileUpWords);
  const isKnown = p.room !== null || p.isUnlimited;
  const orNotKnown = (x: number | null, shown: (x: number) => string) => (x === null ? t('notKnown') : shown(x));
  return (
    <>
      <h2>{t('title')}</h2>
      <p className="lead">{t('lead')}</p>
      <Facts
        facts={[
          { term: t('ratio'), value: orNotKnown(p.ratio, (x) => figure(x, lang, 2)) },
          { term: t('room'), value: p.isUnlimited ? t('unlimited') : orNotKnown(p.room, (x) => figure(x, lang, 1)) },
          { term: t('excess'), value: orNotKnown(p.excess, (x) => figure(x, lang, 1)) },
          { term: t('share'), value: orNotKnown(p.excessShareOfAll, (x) => percent(x, lang, 1)) },
        ]}
      />
      {!isKnown && <p className="notice">{t('noRoom')}</p>}
      {isKnown && p.colliding.length === 0 && <p>{t('fits')}</p>}
      {p.colliding.length > 0 && <Collision pileUp={p} query={query} />}
    </>
  );
}

function Collision({ pileUp: p, query }: PileUpProps) {
  const { t, lang } = useWords(pileUpWords);
  const { t: place, pick } = useWords(placeWords);
  const total = p.colliding.reduce((s, x) => s + x.capacity, 0);
  const link = (region: CodeLabel) => <RegionLink of={region} query={query} />;
  return (
    <>
      <p className="notice">{t('collide', { n: p.colliding.length })}</p>
      <DataTable
        caption={t('colliding')}
        rows={p.colliding}
        rowKey={(r) => r.region.code}
        pageSize={10}
        searchable
        sort={{ key: 'capacity', descending: true }}
        columns={[
          { key: 'region', title: place('region'), value: (r) => pick(r.region.name), show: (r) => link(r.region) },
          {
            key: 'capacity',
            title: place('capacity'),
            value: (r) => r.capacity,
            show: (r) => figure(r.capacity, lang, 1),
            numeric: true,
          },
          {
            key: 'share',
            title: t('shareOfPlans'),
            value: (r) => r.capacity,
            show: (r) => percent(r.capacity / total, lang, 1),
            numeric: true,
          },
        ]}
      />
      <h3>{t('alarms')}</h3>
      {p.alarmCount === 0 ? (
        <p>{t('noAlarm')}</p>
      ) : (
        <>
          <p className="lead">{t('alarmsLead', { n: p.alarmCount, shown: p.alarms.length })}</p>
          <DataTable
            caption={t('alarms')}
            isTitled
            rows={p.alarms}
            rowKey={(a) => `${a.a.code} ${a.b.code}`}
            pageSize={10}
            columns={[
              { key: 'one', title: t('one'), value: (a) => pick(a.a.name), show: (a) => link(a.a) },
              { key: 'other', title: t('other'), value: (a) => pick(a.b.name), show: (a) => link(a.b) },
              {
                key: 'similarity',
                title: t('similarity'),
                value: (a) => a.similarity,
                show: (a) => figure(a.similarity, lang, 3),
                numeric: true,
              },
              {
                key: 'usual',
                title: t('usual'),
                value: (a) => a.usual,
                show: (a) => figure(a.usual, lang, 3),
                numeric: true,
              },
            ]}
          />
        </>
      )}
    </>
  );
}
