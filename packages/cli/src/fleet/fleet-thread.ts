import { Worker } from 'node:worker_threads';
import type { FleetCounts } from './member.js';
import type { FleetSpec } from './spec.js';
import type { FleetOrder, FleetReport } from './worker.js';

/** A fleet in a thread of its own, so that the server's loop never waits for it. */
export interface FleetThread {
  readonly counts: FleetCounts | null;
  /** Writes the stations' memory down and ends the thread. */
  stop(): Promise<void>;
}

/** Heap of the thread, MB: a station's machine is small, ten thousand of them are not. */
const heapMb = (stations: number) => 48 + Math.ceil(stations / 25);

/** `failed` is told when the thread dies of itself. */
export function startFleetThread(spec: FleetSpec, failed: (e: Error) => void): FleetThread {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: spec,
    resourceLimits: { maxOldGenerationSizeMb: heapMb(spec.stations.length), maxYoungGenerationSizeMb: 8 },
  });
  let counts: FleetCounts | null = null;
  const ended = new Promise<void>((resolve) => {
    worker.on('message', (report: FleetReport) => {
      counts = report.counts;
    });
    worker.on('error', failed);
    worker.on('exit', () => resolve());
  });
  return {
    get counts() {
      return counts;
    },
    stop: async () => {
      worker.postMessage({ type: 'stop' } satisfies FleetOrder);
      await ended;
    },
  };
}
