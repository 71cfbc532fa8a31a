import { parentPort, workerData } from 'node:worker_threads';
import { Fleet } from './fleet.js';
import type { FleetCounts } from './member.js';
import type { FleetSpec } from './spec.js';

/** What the thread of a fleet tells: its figures every second, and that it has written its memory down. */
export type FleetReport =
  | { readonly type: 'counts'; readonly counts: FleetCounts }
  | { readonly type: 'stopped'; readonly counts: FleetCounts };

/** What the thread is told. */
export type FleetOrder = { readonly type: 'stop' };

const port = parentPort;
if (port) {
  const fleet = new Fleet(workerData as FleetSpec);
  const tell = (report: FleetReport) => port.postMessage(report);
  const timer = setInterval(() => tell({ type: 'counts', counts: fleet.counts }), 1000);
  port.on('message', (order: FleetOrder) => {
    if (order.type !== 'stop') return;
    clearInterval(timer);
    fleet.stop();
    tell({ type: 'stopped', counts: fleet.counts });
    port.close();
  });
  fleet.start();
}
