import { parentPort, workerData } from 'node:worker_threads';
import { transformerStudy } from '@qipan/grid';
import { transformerAt, transformersOf, type CountyThreadData, type CountyThreadReport } from './county-threads.js';

/** One thread of a county's study: takes the next transformer until there is none or it is told to stop. */
const { order, shared } = workerData as CountyThreadData;
const words = new Int32Array(shared);
const tell = (report: CountyThreadReport) => parentPort?.postMessage(report);

function study(index: number): void {
  const { options, carsPerCustomer } = order;
  const transformer = transformerAt(order, index);
  const expectedCars = Math.round((carsPerCustomer ?? 0) * transformer.ledger.customers);
  const answer = transformerStudy(transformer, { ...options, ...(carsPerCustomer === null ? {} : { expectedCars }) });
  tell({ type: 'answer', index, answer });
}

try {
  const total = transformersOf(order);
  for (let k = Atomics.add(words, 0, 1); k < total && Atomics.load(words, 1) === 0; k = Atomics.add(words, 0, 1))
    study(k);
} catch (e) {
  tell({ type: 'failed', message: e instanceof Error ? e.message : String(e) });
}
