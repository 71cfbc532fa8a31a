import type { ChessView, ScenarioView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { part, useGet } from '../../../api.js';
import { figure, money, percent } from '../../../format.js';
import { chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';
import { address } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { isOver, useChessRuns } from '../board/runs.js';
import { differingMoves, type DifferingMove } from './differing-moves.js';
import '../../../style/clusters.css';

/** Two finished runs: what moved, and what it did to value, spend and shortfalls. */
export function Page({ query }: PageProps) {
  const { t } = useWords(chessWords);
  const { scenarios } = useChessRuns(null);
  const done = scenarios?.filter((s) => s.lastRun !== null && isOver(s.lastRun)) ?? null;
  const idOf = (name: string, fallback: number) => query.get(name) ?? done?.[fallback]?.lastRun?.id ?? null;
  const [first, second] = [idOf('first', 1), idOf('second', 0)];
  const choose = (name: string, value: string) => {
    globalThis.location.hash = address('/clusters/compare', { first, second, [name]: value });
  };
  return (
    <section className="page">
      <h1>{t('compareTitle')}</h1>
      <p className="lead">{t('compareLead')}</p>
      {done !== null && done.length < 2 && <p className="notice">{t('needTwo')}</p>}
      {done !== null && done.length >= 2 && (
        <div className="table-tools">
          <Choice label={t('first')} value={first} done={done} onChoose={(v) => choose('first', v)} />
          <Choice label={t('second')} value={second} done={done} onChoose={(v) => choose('second', v)} />
        </div>
      )}
      {first !== null && second !== null && first !== second && <Both first={first} second={second} />}
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly done: readonly ScenarioView[];
  readonly onChoose: (runId: string) => void;
}

function Choice({ label, value, done, onChoose }: ChoiceProps) {
  return (
    <label className="inline">
      <span>{label}</span>
      <select value={value ?? ''} onChange={(e) => onChoose(e.target.value)}>
        {done.map((s) => (
          <option key={s.id} value={s.lastRun?.id}>
            {`${s.name} · ${new Date(s.createdAtMs).toLocaleString()}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Both({ first, second }: { readonly first: string; readonly second: string }) {
  const a = useGet<ChessView>(`/runs/${part(first)}/result`, { staleMs: 3_600_000 });
  const b = useGet<ChessView>(`/runs/${part(second)}/result`, { staleMs: 3_600_000 });
  return <Answer of={a}>{(x) => <Answer of={b}>{(y) => <Compared a={x} b={y} />}</Answer>}</Answer>;
}

interface Line {
  readonly key: string;
  readonly title: string;
  readonly of: (v: ChessView) => number | null;
  readonly show: (x: number | null) => string;
}

function Compared({ a, b }: { readonly a: ChessView; readonly b: ChessView }) {
  const { t, pick, lang } = useWords(chessWords);
  const moves = useMemo(() => differingMoves(a, b), [a, b]);
  const own = (v: ChessView) => v.judgements.find((j) => j.name === 'coordinated');
  const number = (x: number | null) => figure(x, lang, 2);
  const lines: Line[] = [
    { key: 'value', title: t('value'), of: (v) => v.value, show: number },
    { key: 'bound', title: t('bound'), of: (v) => v.bound, show: number },
    { key: 'inMarket', title: t('inMarket'), of: (v) => own(v)?.value ?? null, show: number },
    { key: 'spend', title: t('spend'), of: (v) => own(v)?.spend ?? null, show: (x) => money(x, a.currency, lang) },
    { key: 'focusCount', title: t('focusCount'), of: (v) => own(v)?.focusCount ?? null, show: (x) => figure(x, lang) },
    { key: 'over', title: t('over'), of: (v) => own(v)?.overflow ?? null, show: number },
    { key: 'shortfall', title: t('shortfall'), of: (v) => own(v)?.shortfall ?? null, show: number },
    { key: 'floorGap', title: t('floorGap'), of: (v) => own(v)?.floorGap ?? null, show: number },
    { key: 'lagging', title: t('lagging'), of: (v) => own(v)?.laggingShare ?? null, show: (x) => percent(x, lang) },
  ];
  const delta = (l: Line): number | null => {
    const [x, y] = [l.of(a), l.of(b)];
    // What is smaller than a figure shows is no difference.
    return x === null || y === null ? null : Math.abs(y - x) < 5e-4 ? 0 : y - x;
  };
  const columns: Column<Line>[] = [
    { key: 'quantity', title: t('quantity'), value: (l) => l.title, fixed: true },
    { key: 'first', title: t('first'), value: (l) => l.of(a), show: (l) => l.show(l.of(a)), numeric: true },
    { key: 'second', title: t('second'), value: (l) => l.of(b), show: (l) => l.show(l.of(b)), numeric: true },
    { key: 'difference', title: t('difference'), value: delta, show: (l) => l.show(delta(l)), numeric: true },
  ];
  const moveColumns: Column<DifferingMove>[] = [
    { key: 'region', title: t('region'), value: (m) => `${m.region.code} ${pick(m.region.name)}`, fixed: true },
    { key: 'industry', title: t('industry'), value: (m) => `${m.industry.code} ${pick(m.industry.name)}` },
    { key: 'first', title: t('first'), value: (m) => t(m.first) },
    { key: 'second', title: t('second'), value: (m) => t(m.second) },
  ];
  return (
    <>
      <DataTable caption={t('difference')} rows={lines} columns={columns} rowKey={(l) => l.key} />
      <h2>{t('differing', { n: moves.length })}</h2>
      <DataTable
        caption={t('differing', { n: moves.length })}
        isTitled
        rows={moves}
        columns={moveColumns}
        rowKey={(m) => `${m.region.code} ${m.industry.code}`}
        searchable
      />
      <p className="notice">{t('abstainMeans')}</p>
    </>
  );
}
