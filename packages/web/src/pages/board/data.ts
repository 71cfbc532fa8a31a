import type { RunStatus } from '@qipan/base';
import type {
  BoardSummary,
  BoardView,
  PlanView,
  RunView,
  ServerInfo,
  StationView,
  SummaryView,
} from '@qipan/server/contract';
import { part, useGet } from '../../api.js';

const withResult: readonly RunStatus[] = ['optimal', 'gapReached', 'stopped'];

/** Plan runs that have a result to show, the newest first. */
export function finishedRuns(runs: readonly RunView[] | undefined): readonly RunView[] {
  return (runs ?? [])
    .filter((r) => r.kind === 'plan' && withResult.includes(r.status) && r.value !== null)
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
}

/** Everything the board shows; the plan is the asked one or the newest with a result. */
export function useBoardData(info: ServerInfo | undefined, askedRun: string | null) {
  // The very first start loads its county while the pages are already open.
  const boards = useGet<readonly BoardSummary[]>(info !== undefined && info.defaultBoard === null ? '/boards' : null, {
    refetchMs: 3_000,
  });
  const runs = useGet<readonly RunView[]>('/runs');
  const finished = finishedRuns(runs.data);
  const runId = askedRun ?? finished[0]?.id ?? null;
  const plan = useGet<PlanView>(runId === null ? null : `/runs/${part(runId)}/result`, { staleMs: 3_600_000 });
  const boardId = plan.data?.boardId ?? info?.defaultBoard ?? boards.data?.[0]?.id ?? null;
  const isWaitingForPlan = runs.isPending || (runId !== null && plan.isPending);
  const board = useGet<BoardView>(boardId === null || isWaitingForPlan ? null : `/boards/${part(boardId)}`, {
    staleMs: 3_600_000,
  });
  const stations = useGet<readonly StationView[]>('/stations');
  const summary = useGet<SummaryView>('/summary', { refetchMs: 15_000 });
  const hasNoBoard = info !== undefined && info.defaultBoard === null && boards.data?.length === 0;
  const running =
    runs.data?.find((r) => r.kind === 'plan' && (r.status === 'running' || r.status === 'queued')) ?? null;
  return { board, running, finished, runId, plan, stations, summary, hasNoBoard };
}
