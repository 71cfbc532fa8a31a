import { parentPort, workerData } from 'node:worker_threads';
import { isQipanError } from '@qipan/base';
import type { CountyTransformer } from '@qipan/grid';
import { villageStudy } from './village-study.js';

const { transformer, seed, draws } = workerData as { transformer: CountyTransformer; seed: number; draws: number };
try {
  parentPort?.postMessage({ study: villageStudy(transformer, { seed, draws }) });
} catch (e) {
  const message = e instanceof Error ? e.message : String(e);
  parentPort?.postMessage({ message, ...(isQipanError(e) ? { code: e.code, details: e.details } : {}) });
}
