import type { ChessView, RunView, ScenarioView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, post, useGet } from '../../../api.js';
import { plainFigure } from '../../../format.js';
import { chessPhase, chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { RunBadge } from '../../../parts/badges.js';
import { Answer, Failure } from '../../../parts/states.js';
import { address } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { Board } from './board.js';
import { chessKind, isOver, useChessRuns } from './runs.js';
import '../../../style/clusters.css';
import '../../../style/chess.css';

/** The national board: choose a scenario, solve it, look at every move. */
export function Page({ query }: PageProps) {
  const { t } = useWords(chessWords);
  const { id } = useDataset('chessScenario', 'dataset');
  const { scenarios, refetch } = useChessRuns(id);
  const withRun = scenarios?.flatMap((s) => (s.lastRun ? [{ scenario: s, run: s.lastRun }] : [])) ?? [];
  const asked = query.get('run');
  const shown = withRun.find((s) => s.run.id === asked) ?? withRun[0];
  return (
    <section className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      <p className="notice">{t('abstainMeans')}</p>
      <DatasetChoice kind="chessScenario" name="dataset" />
      {id !== null && <Solve dataset={id} started={refetch} />}
      {id !== null && shown === undefined && scenarios !== null && <p>{t('noRun')}</p>}
      {shown !== undefined && (
        <>
          <RunChoice runs={withRun} shown={shown.run} query={query} />
          <Run run={shown.run} query={query} />
        </>
      )}
    </section>
  );
}

/** Asks for a run, with the two numbers that planners change most. */
function Solve({ dataset, started }: { readonly dataset: string; readonly started: () => unknown }) {
  const { t } = useWords(chessWords);
  const [budget, setBudget] = useState('');
  const [overflow, setOverflow] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const solve = async () => {
    setBusy(true);
    setError(null);
    try {
      const parameters = {
        ...(budget === '' ? {} : { rules: { nationBudget: Number(budget) } }),
        ...(overflow === '' ? {} : { weights: { overflow: Number(overflow) } }),
      };
      const name = [budget && `budget ${budget}`, overflow && `overflow ${overflow}`].filter(Boolean).join(', ');
      const input = { kind: chessKind, name: name || 'chessboard', board: dataset, parameters };
      const scenario = await post<ScenarioView>('/scenarios', input);
      const run = await post<RunView>(`/scenarios/${part(scenario.id)}/runs`);
      started();
      globalThis.location.hash = address('/clusters/board', { dataset, run: run.id });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="table-tools"
      onSubmit={(e) => {
        e.preventDefault();
        void solve();
      }}
    >
      <label className="inline">
        <span>{t('budget')}</span>
        <input type="number" min="0" step="any" value={budget} onChange={(e) => setBudget(e.target.value)} />
      </label>
      <label className="inline">
        <span>{t('overflowInput')}</span>
        <input type="number" min="0" step="any" value={overflow} onChange={(e) => setOverflow(e.target.value)} />
      </label>
      <button type="submit" className="primary" disabled={busy}>
        {t('run')}
      </button>
      {error !== null && <Failure error={error} />}
    </form>
  );
}

interface ChoiceProps {
  readonly runs: readonly { readonly scenario: ScenarioView; readonly run: RunView }[];
  readonly shown: RunView;
  readonly query: URLSearchParams;
}

function RunChoice({ runs, shown, query }: ChoiceProps) {
  const { t } = useWords(chessWords);
  return (
    <p className="table-tools">
      <label className="inline">
        <span>{t('whichRun')}</span>
        <select
          value={shown.id}
          onChange={(e) => {
            const next = { ...Object.fromEntries(query), run: e.target.value };
            globalThis.location.hash = address('/clusters/board', next);
          }}
        >
          {runs.map(({ scenario, run }) => (
            <option key={run.id} value={run.id}>
              {`${scenario.name} · ${new Date(run.createdAtMs).toLocaleString()}`}
            </option>
          ))}
        </select>
      </label>{' '}
      <RunBadge status={shown.status} />
    </p>
  );
}

function Run({ run, query }: { readonly run: RunView; readonly query: URLSearchParams }) {
  const { t, lang } = useWords(chessWords);
  const view = useGet<ChessView>(isOver(run) ? `/runs/${part(run.id)}/result` : null, { staleMs: 3_600_000 });
  if (run.status === 'failed') return <Failure error={new Error(JSON.stringify(run.error))} />;
  if (!isOver(run)) {
    const figureOf = (x: number | null) => (x === null ? '—' : plainFigure(x, lang));
    return (
      <div className="notice" role="status">
        {t('running', {
          phase: run.phase === null ? t('phaseQueued') : chessPhase(run.phase, lang),
          value: figureOf(run.value),
          bound: figureOf(run.bound),
        })}{' '}
        <button type="button" onClick={() => void post(`/runs/${part(run.id)}/stop`)}>
          {t('stop')}
        </button>
      </div>
    );
  }
  return <Answer of={view}>{(v) => <Board view={v} runId={run.id} query={query} />}</Answer>;
}
