import { parentPort, workerData } from 'node:worker_threads';
import { isQipanError } from '@qipan/base';
import { pack } from '../clusters/packed.js';
import { studyKind } from './kinds.js';
import type { WorkOrder, WorkReport } from './worker-protocol.js';

/** The thread of one run: reads the order, computes, reports. */
function tell(report: WorkReport): void {
  parentPort?.postMessage(report);
}

const order = workerData as WorkOrder;
try {
  const kind = studyKind(order.kind);
  const outcome = await kind.compute(order, tell);
  const result = kind.on === 'board' ? outcome.result : { packed: pack(outcome.result) };
  tell({ type: 'done', outcome: { ...outcome, result } });
} catch (e) {
  const message = e instanceof Error ? e.message : String(e);
  tell({
    type: 'failed',
    error: isQipanError(e) ? { code: e.code, message, details: e.details } : { code: null, message, details: {} },
  });
}
