import { parentPort, workerData } from 'node:worker_threads';
import { isQipanError } from '@qipan/base';
import type { WorkOrder, WorkOutcome, WorkReport } from './worker-protocol.js';

/** The thread of one run: reads the order, computes, reports. One kind of study, one line of this table. */
const kinds: Readonly<Record<string, (order: WorkOrder) => Promise<WorkOutcome>>> = {
  plan: async (order) => {
    const { computePlan } = await import('../plans/compute-plan.js');
    return computePlan(order, tell);
  },
};

function tell(report: WorkReport): void {
  parentPort?.postMessage(report);
}

const order = workerData as WorkOrder;
const work = kinds[order.kind];
try {
  if (!work) throw new Error(`no computation for kind ${order.kind}`);
  tell({ type: 'done', outcome: await work(order) });
} catch (e) {
  const message = e instanceof Error ? e.message : String(e);
  tell({
    type: 'failed',
    error: isQipanError(e) ? { code: e.code, message, details: e.details } : { code: null, message, details: {} },
  });
}
