import type { RunView, ScenarioView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, post, useGet } from '../../../api.js';
import { address, usePlace } from '../../../router.js';

const isOver = (run: RunView) => run.endedAtMs !== null;

export interface Study<T> {
  /** Stores a scenario on a dataset, starts it, and puts the run into the address of the page. */
  readonly start: (kind: string, board: string, parameters: object) => Promise<void>;
  readonly run: RunView | null;
  readonly result: T | null;
  readonly error: unknown;
  readonly isBusy: boolean;
}

/** A study that a page starts and shows itself: the run stands in the address, so that a link shows the same result. */
export function useStudy<T>(): Study<T> {
  const { path, query } = usePlace();
  const runId = query.get('run');
  const [error, setError] = useState<unknown>(null);
  const [isStarting, setStarting] = useState(false);
  const [endedId, setEnded] = useState<string | null>(null);
  const isWaiting = runId !== null && endedId !== runId;
  const run = useGet<RunView>(runId === null ? null : `/runs/${part(runId)}`, isWaiting ? { refetchMs: 700 } : {});
  const data = run.data ?? null;
  if (data !== null && isOver(data) && endedId !== data.id) setEnded(data.id);
  const isReady = data !== null && isOver(data) && data.status !== 'failed';
  const result = useGet<T>(isReady ? `/runs/${part(data.id)}/result` : null, { staleMs: 3_600_000 });
  const start = async (kind: string, board: string, parameters: object) => {
    setError(null);
    setStarting(true);
    try {
      const made = await post<ScenarioView>('/scenarios', { kind, name: kind, board, parameters });
      const started = await post<RunView>(`/scenarios/${part(made.id)}/runs`);
      globalThis.location.hash = address(path, { ...Object.fromEntries(query), run: started.id });
    } catch (e) {
      setError(e);
    } finally {
      setStarting(false);
    }
  };
  return {
    start,
    run: data,
    result: result.data ?? null,
    error: error ?? run.error ?? result.error ?? null,
    isBusy: isStarting || (data !== null && !isOver(data)),
  };
}
