import { Worker } from 'node:worker_threads';
import type { WorkOrder, WorkReport } from './worker-protocol.js';

export interface Computation {
  /** Ends with the report that ended it; a thread that dies is reported as failed. */
  readonly ended: Promise<Exclude<WorkReport, { type: 'progress' }>>;
  /** Asks for the incumbent. */
  stop(): void;
  /** Ends the thread without a result. */
  kill(): Promise<void>;
}

/** Starts one computation in a thread of its own, so that sockets and pages never wait for it. */
export function compute(
  order: Omit<WorkOrder, 'stop'>,
  progress: (report: Extract<WorkReport, { type: 'progress' }>) => void,
): Computation {
  const stop = new SharedArrayBuffer(4);
  const flag = new Int32Array(stop);
  const worker = new Worker(new URL('./run-worker.js', import.meta.url), {
    workerData: { ...order, stop } satisfies WorkOrder,
    // Options of the parent's command line, such as `--input-type`, are not the thread's.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 2048 },
  });
  const ended = new Promise<Exclude<WorkReport, { type: 'progress' }>>((resolve) => {
    const fail = (message: string) => resolve({ type: 'failed', error: { code: null, message, details: {} } });
    worker.on('message', (report: WorkReport) => {
      if (report.type === 'progress') progress(report);
      else resolve(report);
    });
    worker.on('error', (e) => fail(e instanceof Error ? e.message : String(e)));
    worker.on('exit', (code) => fail(`the computing thread ended with code ${code}`));
  });
  return {
    ended,
    stop: () => void Atomics.store(flag, 0, 1),
    kill: async () => void (await worker.terminate()),
  };
}
