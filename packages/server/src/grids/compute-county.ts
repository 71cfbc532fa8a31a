import { availableParallelism } from 'node:os';
import { QipanError } from '@qipan/base';
import { chinaLimits, type TransformerAnswer } from '@qipan/grid';
import type { RuleName } from '../contract.js';
import type { WorkOrder, WorkOutcome, WorkReport } from '../jobs/worker-protocol.js';
import { studyCounty, type CountyOrder } from './county-threads.js';
import { ruleOf } from './village-study.js';

/** Parameters of a scenario of kind `grid.county`: the county itself, so that a run can be repeated, and what is asked. */
export interface CountyParameters {
  readonly source: CountyOrder['source'];
  readonly rules: readonly RuleName[];
  readonly draws: number;
  readonly carsPerCustomer: number | null;
}

export interface CountyResult {
  readonly answers: readonly TransformerAnswer[];
  readonly total: number;
}

const names: readonly string[] = ['onArrival', 'tariffStep', 'staggeredValley', 'dynamicLimit'] satisfies RuleName[];

/** Throws `BAD_INPUT` for parameters that are none. */
export function countyParameters(given: unknown): CountyParameters {
  const p = (given ?? {}) as Partial<CountyParameters>;
  const rules = p.rules ?? (names as readonly RuleName[]);
  const draws = p.draws ?? 100;
  const isCounty =
    p.source?.kind === 'synthetic' ? Array.isArray(p.source.villages) : Array.isArray(p.source?.transformers);
  const wrong = !isCounty
    ? 'source'
    : !rules.every((r) => names.includes(r))
      ? 'rules'
      : !(Number.isInteger(draws) && draws >= 1 && draws <= 5000)
        ? 'draws'
        : null;
  if (wrong !== null || p.source === undefined)
    throw new QipanError('BAD_INPUT', `a county study cannot read ${wrong ?? 'source'}`, {
      field: wrong ?? 'source',
      expected: 'source {kind, villages | transformers}, rules, draws 1…5000',
    });
  return { source: p.source, rules, draws, carsPerCustomer: p.carsPerCustomer ?? null };
}

/** One run, in threads of its thread: value is the number of transformers done, bound that of all. A stop keeps what is done. */
export async function computeCounty(order: WorkOrder, tell: (report: WorkReport) => void): Promise<WorkOutcome> {
  const p = countyParameters(order.parameters);
  const stop = new Int32Array(order.stop);
  const options = { seed: order.seed, draws: p.draws, limits: chinaLimits, rules: p.rules.map(ruleOf) };
  const study = await studyCounty(
    { source: p.source, options, carsPerCustomer: p.carsPerCustomer },
    {
      // The server itself keeps a processor where there are several.
      threads: Math.max(1, availableParallelism() - 1),
      progress: (done, total) => tell({ type: 'progress', value: done, bound: total, phase: 'transformers' }),
      shouldStop: () => Atomics.load(stop, 0) === 1,
    },
  );
  const result: CountyResult = { answers: study.answers.filter((a) => a !== null), total: study.total };
  const { done, total } = study;
  const gap = done === 0 ? null : (total - done) / total;
  return {
    status: study.status === 'done' ? 'optimal' : 'stopped',
    value: done,
    bound: total,
    gap,
    result,
    verdict: null,
  };
}
