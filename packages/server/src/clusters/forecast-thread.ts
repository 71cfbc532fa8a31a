import { Worker } from 'node:worker_threads';
import { QipanError, type ErrorCode, type ErrorDetails } from '@qipan/base';
import type { Datasets } from './datasets.js';
import type { ForecastQuestion } from './forecast.js';

export interface ForecastOrder {
  readonly id: number;
  readonly question: ForecastQuestion;
  /** The packed panel; the thread keeps the last few models. */
  readonly text: string;
  /** Region number for its ways up; null for the back-test. */
  readonly region: number | null;
}

export interface ForecastAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code: ErrorCode | null; readonly message: string; readonly details: ErrorDetails };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (e: unknown) => void;
}

/** A thread that fits forecasts, so that sockets and pages never wait for one. It starts with the first question and holds nobody up. */
export class ForecastThread {
  readonly #datasets: Datasets;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #last = 0;

  constructor(datasets: Datasets) {
    this.#datasets = datasets;
  }

  async ask<T>(question: ForecastQuestion, region: number | null = null): Promise<T> {
    const text = await this.#datasets.text(question.dataset);
    const id = ++this.#last;
    const worker = this.#started();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.ref();
      worker.postMessage({ id, question, text, region } satisfies ForecastOrder);
    });
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./forecast-worker.js', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 2048 },
    });
    worker.on('message', (a: ForecastAnswer) => {
      const waiting = this.#waiting.get(a.id);
      this.#waiting.delete(a.id);
      if (this.#waiting.size === 0) worker.unref();
      if (!a.error) waiting?.resolve(a.value);
      else if (a.error.code) waiting?.reject(new QipanError(a.error.code, a.error.message, a.error.details));
      else waiting?.reject(new Error(a.error.message));
    });
    const fail = (e: Error) => {
      this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(e);
      this.#waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => {
      if (this.#worker === worker) fail(new Error(`the forecasting thread ended with code ${code}`));
    });
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}
