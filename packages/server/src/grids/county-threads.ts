import { Worker } from 'node:worker_threads';
import { syntheticTransformer, type CountyTransformer, type StudyOptions, type TransformerAnswer } from '@qipan/grid';

/** A village of a synthetic county; its transformer follows from id and seed. */
export interface VillageName {
  readonly id: string;
  readonly name: string;
}

/** What is studied of a county. Plain values, so that threads can be given it. */
export interface CountyOrder {
  readonly source:
    | { readonly kind: 'synthetic'; readonly villages: readonly VillageName[]; readonly seed: number }
    | { readonly kind: 'given'; readonly transformers: readonly CountyTransformer[] };
  readonly options: Omit<StudyOptions, 'shouldStop' | 'expectedCars'>;
  /** Expected cars as a share of the customers; their risk is found at all quarter hours. Null = capacities alone. */
  readonly carsPerCustomer: number | null;
}

/** Two 32-bit words that all threads share: the next transformer to be taken, and 1 to stop. */
export interface CountyThreadData {
  readonly order: CountyOrder;
  readonly shared: SharedArrayBuffer;
}

export type CountyThreadReport =
  | { readonly type: 'answer'; readonly index: number; readonly answer: TransformerAnswer }
  | { readonly type: 'failed'; readonly message: string };

export interface CountyStudy {
  /** Stopped when not every transformer was answered; what was done is kept. */
  readonly status: 'done' | 'stopped';
  /** In the order of the county; null where the study was stopped before. */
  readonly answers: readonly (TransformerAnswer | null)[];
  readonly done: number;
  readonly total: number;
}

export interface CountyWatch {
  readonly threads: number;
  /** Called after each transformer. */
  readonly progress: (done: number, total: number) => void;
  /** Asked after each transformer; transformers in hand are finished, nothing new is begun. */
  readonly shouldStop: () => boolean;
}

/** One transformer of an order. Throws for a number that it does not have. */
export function transformerAt({ source }: Pick<CountyOrder, 'source'>, index: number): CountyTransformer {
  const village = source.kind === 'synthetic' ? source.villages[index] : undefined;
  const found =
    source.kind === 'given'
      ? source.transformers[index]
      : village && syntheticTransformer({ ...village, seed: source.seed });
  if (!found) throw new Error(`no transformer ${index}`);
  return found;
}

export const transformersOf = (order: CountyOrder): number =>
  order.source.kind === 'synthetic' ? order.source.villages.length : order.source.transformers.length;

/**
 * Studies every transformer of a county, each thread taking the next one as soon as it is free. An answer depends on the
 * transformer, options and seed alone: it is the same with any number of threads. Rejects when a thread dies.
 */
export async function studyCounty(order: CountyOrder, watch: CountyWatch): Promise<CountyStudy> {
  const total = transformersOf(order);
  const answers: (TransformerAnswer | null)[] = Array.from({ length: total }, () => null);
  const shared = new SharedArrayBuffer(8);
  const words = new Int32Array(shared);
  let done = 0;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const workerData: CountyThreadData = { order, shared };
      const worker = new Worker(new URL('./county-worker.js', import.meta.url), {
        workerData,
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      });
      worker.on('message', (report: CountyThreadReport) => {
        if (report.type === 'failed') return reject(new Error(report.message));
        answers[report.index] = report.answer;
        watch.progress(++done, total);
        if (watch.shouldStop()) Atomics.store(words, 1, 1);
      });
      worker.on('error', (e) => reject(e instanceof Error ? e : new Error(String(e))));
      worker.on('exit', () => resolve());
    });
  const threads = Math.max(1, Math.min(watch.threads, total));
  try {
    if (!watch.shouldStop()) await Promise.all(Array.from({ length: threads }, one));
  } finally {
    // When one has died the others need not go on.
    Atomics.store(words, 1, 1);
  }
  return { status: done === total ? 'done' : 'stopped', answers, done, total };
}
