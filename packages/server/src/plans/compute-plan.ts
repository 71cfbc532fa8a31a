import type { WorkOrder, WorkOutcome, WorkReport } from '../jobs/worker-protocol.js';
import { sha256 } from '../boards.js';

/** A run ends by itself when value and bound are this close, as a share of the value. */
const wantedGap = 0.01;

/**
 * One plan run, in a thread: board and parameters to problem, problem to plan, and the plan with its certificate before the verifier,
 * which reads the problem again and shares nothing with the solver.
 */
export async function computePlan(order: WorkOrder, tell: (report: WorkReport) => void): Promise<WorkOutcome> {
  const [{ boardFromJson }, plan] = await Promise.all([import('@qipan/territory'), import('@qipan/plan')]);
  const stop = new Int32Array(order.stop);
  const known = (x: number) => (Number.isFinite(x) ? x : null);
  tell({ type: 'progress', value: null, bound: null, phase: 'problem' });
  const board = boardFromJson(order.board, sha256);
  const { problem, grids, result } = plan.studyPlan(board, order.parameters as Parameters<typeof plan.studyPlan>[1], {
    seed: order.seed,
    gap: wantedGap,
    shouldStop: () => Atomics.load(stop, 0) === 1,
    progress: (value, bound, phase) =>
      tell({ type: 'progress', value: known(value), bound: known(bound), phase: phase ?? null }),
  });
  tell({ type: 'progress', value: result.value, bound: result.bound, phase: 'verify' });
  const verdict = plan.verifyPlan(problem, result.plan, result.certificate, grids);
  const { status, value, bound, gap } = result;
  return { status, value, bound, gap, result, verdict };
}
