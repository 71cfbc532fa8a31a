import type { BoardView, PlanView, RunView } from '@qipan/server/contract';
import { part, useGet } from '../../api.js';
import { figure, gapText, money, percent, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { SmallTable, numeric } from '../../parts/small-table.js';
import { Answer } from '../../parts/states.js';
import { go, Link } from '../../router.js';
import { finishedRuns } from '../board/data.js';
import type { PageProps } from '../page-props.js';
import { siteDifferences, villageDifferences, type SiteDifference, type VillageDifference } from './comparison.js';
import '../../style/plan.css';

export function Page({ query }: PageProps) {
  const { t } = useWords(planWords);
  const runs = useGet<readonly RunView[]>('/runs');
  const finished = finishedRuns(runs.data);
  const a = query.get('a') ?? finished[1]?.id ?? null;
  const b = query.get('b') ?? finished[0]?.id ?? null;
  const planA = useGet<PlanView>(a === null ? null : `/runs/${part(a)}/result`, { staleMs: 3_600_000 });
  const planB = useGet<PlanView>(b === null ? null : `/runs/${part(b)}/result`, { staleMs: 3_600_000 });
  const chooser = (label: string, value: string | null, onChange: (id: string) => void) => (
    <label>
      {label}
      <select value={value ?? ''} onChange={(e) => onChange(e.target.value)}>
        {value === null && <option value="" />}
        {finished.map((r) => (
          <option key={r.id} value={r.id}>
            {r.name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section className="page">
      <h1>{t('compare')}</h1>
      <div className="card fields">
        {chooser(t('first'), a, (id) => go('/plan/compare', { a: id, b }))}
        {chooser(t('second'), b, (id) => go('/plan/compare', { a, b: id }))}
      </div>
      {a === null || b === null ? (
        <p>{t('chooseTwo')}</p>
      ) : (
        <Answer of={planA}>{(x) => <Answer of={planB}>{(y) => <Pair a={x} b={y} />}</Answer>}</Answer>
      )}
    </section>
  );
}

interface PairProps {
  readonly a: PlanView;
  readonly b: PlanView;
}

function Pair({ a, b }: PairProps) {
  const { t } = useWords(planWords);
  const sameBoard = a.boardId === b.boardId;
  return (
    <>
      <FigureTable a={a} b={b} />
      {sameBoard ? (
        <>
          <SiteTable a={a} b={b} />
          <VillageTables a={a} b={b} />
        </>
      ) : (
        <p className="failure">{t('otherBoard')}</p>
      )}
    </>
  );
}

interface FigureRow {
  readonly name: string;
  readonly of: (p: PlanView) => number | null;
  readonly show: (x: number | null) => string;
}

function FigureTable({ a, b }: PairProps) {
  const { t, lang } = useWords(planWords);
  const sum = (p: PlanView, of: (y: PlanView['costByYear'][number]) => number) =>
    p.costByYear.reduce((total, y) => total + of(y), 0);
  const end = (of: (y: PlanView['costByYear'][number]) => number) => (p: PlanView) => {
    const last = p.costByYear.at(-1);
    return last === undefined ? null : of(last);
  };
  const amount = (x: number | null) => money(x, a.currency, lang);
  const count = (x: number | null) => figure(x, lang);
  const rows: FigureRow[] = [
    { name: t('value'), of: (p) => p.value, show: (x) => money(x, a.unit, lang) },
    { name: t('bound'), of: (p) => p.bound, show: (x) => money(x, a.unit, lang) },
    { name: t('gap'), of: (p) => p.gap, show: (x) => gapText(x, lang) },
    { name: t('capexTotal'), of: (p) => sum(p, (y) => y.capex), show: amount },
    { name: t('opexTotal'), of: (p) => sum(p, (y) => y.opex), show: amount },
    { name: t('sitesEnd'), of: end((y) => y.sites), show: count },
    { name: t('gunsEnd'), of: end((y) => y.guns), show: count },
    { name: t('powerEnd'), of: end((y) => y.powerKw), show: (x) => `${count(x)} kW` },
    { name: t('coveredEnd'), of: end((y) => y.coveredShare), show: (x) => percent(x, lang) },
    { name: t('servedEnd'), of: end((y) => y.servedShare), show: (x) => percent(x, lang) },
  ];
  return (
    <div className="card">
      <SmallTable
        label={t('compare')}
        caption={null}
        head={[t('figure'), numeric(t('first')), numeric(t('second')), numeric(t('difference'))]}
      >
        <tbody>
          {rows.map((r) => {
            const x = r.of(a);
            const y = r.of(b);
            const difference = x === null || y === null ? null : Math.abs(y - x) < 1e-9 ? 0 : y - x;
            return (
              <tr key={r.name}>
                <th scope="row">{r.name}</th>
                <td className="numeric">{r.show(x)}</td>
                <td className="numeric">{r.show(y)}</td>
                <td className="numeric">
                  {difference === null ? unknownText : `${difference > 0 ? '+' : ''}${r.show(difference)}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </SmallTable>
    </div>
  );
}

const changeWords = {
  opened: 'changeOpened',
  closed: 'changeClosed',
  sized: 'changeSized',
  moved: 'changeMoved',
  both: 'changeBoth',
} as const;

function SiteTable({ a, b }: PairProps) {
  const { t, lang } = useWords(planWords);
  const kw = (x: number | null) => (x === null ? unknownText : figure(x, lang));
  const columns: Column<SiteDifference>[] = [
    {
      key: 'name',
      title: t('site'),
      value: (s) => s.name,
      show: (s) => (
        <Link to="/" query={{ run: s.yearB === null ? a.runId : b.runId, site: s.id }}>
          {s.name}
        </Link>
      ),
    },
    { key: 'change', title: t('change'), value: (s) => t(changeWords[s.change]) },
    {
      key: 'yearA',
      title: `${t('opens')} 1`,
      numeric: true,
      value: (s) => s.yearA,
      show: (s) => s.yearA ?? unknownText,
    },
    {
      key: 'yearB',
      title: `${t('opens')} 2`,
      numeric: true,
      value: (s) => s.yearB,
      show: (s) => s.yearB ?? unknownText,
    },
    { key: 'powerA', title: `${t('powerKw')} 1`, numeric: true, value: (s) => s.powerKwA, show: (s) => kw(s.powerKwA) },
    { key: 'powerB', title: `${t('powerKw')} 2`, numeric: true, value: (s) => s.powerKwB, show: (s) => kw(s.powerKwB) },
  ];
  return (
    <div className="card">
      <DataTable
        caption={t('siteChanges')}
        rows={siteDifferences(a, b)}
        columns={columns}
        rowKey={(s) => s.id}
        sort={{ key: 'change' }}
        pageSize={30}
        empty={t('noSiteChanges')}
      />
    </div>
  );
}

function VillageTables({ a, b }: PairProps) {
  const { t } = useWords(planWords);
  const board = useGet<BoardView>(`/boards/${part(a.boardId)}`, { staleMs: 3_600_000 });
  const { sooner, later, same } = villageDifferences(a, b);
  const name = (place: number) => board.data?.place.name[place] ?? String(place);
  const columns: Column<VillageDifference>[] = [
    {
      key: 'name',
      title: t('village'),
      value: (v) => name(v.place),
      show: (v) => (
        <Link to="/" query={{ run: b.runId, village: board.data?.place.id[v.place] }}>
          {name(v.place)}
        </Link>
      ),
    },
    { key: 'a', title: t('first'), numeric: true, value: (v) => v.yearA, show: (v) => v.yearA ?? t('never') },
    { key: 'b', title: t('second'), numeric: true, value: (v) => v.yearB, show: (v) => v.yearB ?? t('never') },
  ];
  return (
    <div className="card">
      <h2>{t('villageChanges')}</h2>
      <p className="dim">
        {t('villagesSame')}: {same}
      </p>
      <div className="columns">
        {[
          { caption: t('villagesSooner'), rows: sooner },
          { caption: t('villagesLater'), rows: later },
        ].map((x) => (
          <DataTable
            key={x.caption}
            caption={`${x.caption}: ${x.rows.length}`}
            rows={x.rows}
            columns={columns}
            rowKey={(v) => String(v.place)}
            pageSize={15}
          />
        ))}
      </div>
    </div>
  );
}
