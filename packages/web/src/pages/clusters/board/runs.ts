import type { RunView, ScenarioView } from '@qipan/server/contract';
import { useGet } from '../../../api.js';

export const chessKind = 'clusters.chess';
const over = ['optimal', 'gapReached', 'stopped', 'infeasible'];

export const isOver = (run: RunView): boolean => over.includes(run.status);

export interface ChessRuns {
  /** Scenarios of the kind, newest first, each with its last run. */
  readonly scenarios: readonly ScenarioView[] | null;
  readonly refetch: () => unknown;
}

/** Chessboard studies, of one dataset when it is named. */
export function useChessRuns(dataset: string | null): ChessRuns {
  const list = useGet<readonly ScenarioView[]>('/scenarios?limit=200', { refetchMs: 3000 });
  const scenarios = list.data?.filter((s) => s.kind === chessKind && (dataset === null || s.board === dataset)) ?? null;
  return { scenarios, refetch: list.refetch };
}
