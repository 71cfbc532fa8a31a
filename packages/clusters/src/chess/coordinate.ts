import { QipanError, type RunControl } from '@qipan/base';
import type { MilpEngine, MilpResult } from '@qipan/optim';
import { findConflict, type ChessConflict } from './conflict.js';
import { pairStarts, type ChessData } from './data.js';
import type { ModelSpec } from './formulation.js';
import { addWhatFits, beginOf, completePoint, isFeasiblePoint, pointValue } from './point.js';
import { worthOf } from './pricing.js';
import { relax, type Relaxation } from './relaxation.js';

/** When to stop, and whom to tell. */
export interface ChessStop extends RunControl {
  /** Relative gap at which the search may end; default 0.001. */
  readonly gap?: number;
  /** Limit of the engine's clock for each of its runs, seconds. `shouldStop` bounds the whole. */
  readonly seconds?: number;
  /** Up to so many binaries the integer programme is solved as it stands; default 15,000. */
  readonly straightLimit?: number;
  readonly seed?: number;
}

/** Who does what: `begin[pair]` is the stage in which public support begins, −1 = none. */
export interface ChessPlan {
  readonly begin: Int8Array;
}

/** `focus` new support · `keep` stands, no new support · `abstain` a wish without new support, never a ban · `open` not asked. */
export type Move = 'focus' | 'keep' | 'abstain' | 'open';

export interface ChessResult {
  readonly status: 'optimal' | 'gapReached' | 'stopped' | 'infeasible';
  /** `straight` the whole integer programme, `fixed` the relaxation with its clear columns fixed. */
  readonly method: 'straight' | 'fixed';
  /** Objective of the plan, in the unit of v; NaN without one. */
  readonly value: number;
  /** No plan over all pairs of the board is worth more; NaN when not known. */
  readonly bound: number;
  /** `(bound − value)/|value|`; Infinity without a plan. */
  readonly gap: number;
  readonly plan: ChessPlan | null;
  /** The relaxation whose prices explain the plan; null when it did not end. */
  readonly relaxation: Relaxation | null;
  readonly conflict: ChessConflict | null;
  /** Pairs on the board, pairs that got a column, rounds of pricing. */
  readonly pairs: number;
  readonly columns: number;
  readonly rounds: number;
}

/** The move of every pair of the board. */
export function movesOf(data: ChessData, plan: ChessPlan): Move[] {
  return Array.from(plan.begin, (b, k) =>
    b >= 0 ? 'focus' : data.pairs.isWish[k] === 1 ? 'abstain' : data.pairs.isPresent[k] === 1 ? 'keep' : 'open',
  );
}

const relative = (value: number, bound: number) =>
  Number.isNaN(bound) ? Infinity : Math.max(0, (bound - value) / Math.max(Math.abs(value), 1e-9));

/** Most free columns of the integer programme that follows the relaxation. */
const freeLimit = 2500;

/**
 * Columns that the relaxation leaves open: fractional ones, and those next to a change by their reduced value, at most
 * `limit`; all others get fixed where they stand.
 */
export function fixClear(spec: ModelSpec, lp: MilpResult, limit: number): ModelSpec['problem'] {
  const { problem, firstFocus } = spec;
  const x = lp.x as Float64Array;
  const dual = lp.duals?.colDual as Float64Array;
  const closeness: [number, number][] = [];
  const colLower = problem.colLower.slice();
  const colUpper = problem.colUpper.slice();
  for (let j = firstFocus; j < problem.numCols; j++) {
    const fractional = x[j] > 1e-6 && x[j] < 1 - 1e-6;
    closeness.push([fractional ? -1 : Math.abs(dual[j]), j]);
  }
  closeness.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [, j] of closeness.slice(limit)) colLower[j] = colUpper[j] = Math.round(x[j]);
  return { ...problem, colLower, colUpper };
}

/** Pairs with columns that are worth something, best p·v first. */
const byWorth = (spec: ModelSpec): number[] =>
  [...spec.chosen].filter((k) => worthOf(spec, k) > 0).sort((a, b) => worthOf(spec, b) - worthOf(spec, a) || a - b);

/** A first plan without the engine: best p·v first, as far as it fits; null when it breaks a rule. */
function greedyPoint(spec: ModelSpec): Float64Array | null {
  const begin = new Int8Array(spec.data.pairs.region.length).fill(-1);
  addWhatFits(spec, begin, byWorth(spec));
  const x = completePoint(spec, begin);
  return isFeasiblePoint(spec, x) ? x : null;
}

/** The plan of a point with whatever still fits added, so that every pair left out is kept out by a rule. */
function polished(spec: ModelSpec, x: Float64Array): { begin: Int8Array; value: number } {
  const begin = beginOf(spec, x);
  const more = begin.slice();
  addWhatFits(spec, more, byWorth(spec));
  const point = completePoint(spec, more);
  const [before, after] = [pointValue(spec, x), pointValue(spec, point)];
  return isFeasiblePoint(spec, point) && after >= before ? { begin: more, value: after } : { begin, value: before };
}

function checkStop(stop: ChessStop): void {
  const gap = stop.gap ?? 0.001;
  if (!(gap >= 0 && gap < 1))
    throw new QipanError('OUT_OF_RANGE', `gap = ${gap}; expected 0 ≤ gap < 1`, {
      field: 'gap',
      got: gap,
      expected: '0…1',
    });
}

/**
 * Coordinates the moves of all regions at once. Up to `straightLimit` pairs the whole integer programme is solved to the
 * gap; larger boards by column generation, fixing what the relaxation decides clearly and an integer programme on the rest.
 * The bound always holds for every pair of the board. Stopped early it gives the best plan so far; without any plan the
 * status is `infeasible` with the rules that conflict.
 *
 * @throws OUT_OF_RANGE for a gap outside 0…1
 */
export function coordinate(data: ChessData, engine: MilpEngine, stop: ChessStop = {}): ChessResult {
  checkStop(stop);
  const { gap = 0.001, straightLimit = 15_000, shouldStop, progress } = stop;
  const relaxation = relax(data, engine, { ...stop, gap, straightLimit });
  const { spec, lp } = relaxation;
  const isStraight = data.pairs.region.length * spec.stageCount <= straightLimit;
  const common = {
    pairs: data.pairs.region.length,
    columns: spec.chosen.length,
    rounds: relaxation.rounds,
    method: isStraight ? ('straight' as const) : ('fixed' as const),
    relaxation: lp.duals ? relaxation : null,
  };
  const infeasible = (): ChessResult => ({
    ...common,
    status: 'infeasible',
    value: NaN,
    bound: NaN,
    gap: Infinity,
    plan: null,
    conflict: findConflict(spec, engine),
  });
  if (lp.status === 'infeasible') return infeasible();
  let best = greedyPoint(spec);
  let value = best ? pointValue(spec, best) : -Infinity;
  let bound = relaxation.bound;
  const done = (status: ChessResult['status']): ChessResult => {
    const plan = best && polished(spec, best);
    const gapOf = plan ? relative(plan.value, bound) : Infinity;
    return {
      ...common,
      status: gapOf <= 1e-9 ? 'optimal' : status === 'stopped' && gapOf <= gap ? 'gapReached' : status,
      value: plan ? plan.value : NaN,
      bound: plan ? Math.max(bound, plan.value) : bound,
      gap: gapOf,
      plan: plan ? { begin: plan.begin } : null,
      conflict: null,
    };
  };
  if (lp.duals === null || shouldStop?.() === true) return done('stopped');
  const run = (problem: ModelSpec['problem'], aim: number): MilpResult => {
    const result = engine.solve(problem, {
      gap: aim,
      ...(stop.seconds === undefined ? {} : { seconds: stop.seconds }),
      ...(stop.seed === undefined ? {} : { seed: stop.seed }),
      ...(shouldStop ? { shouldStop } : {}),
      ...(best ? { start: best } : {}),
      progress: (v, b) => progress?.(Math.max(v, value), Math.min(b, bound), 'integer'),
    });
    if (result.x && result.value > value) {
      best = Float64Array.from(result.x, (v, j) => (j >= spec.firstFocus ? Math.round(v) : v));
      value = result.value;
    }
    return result;
  };
  for (let limit = freeLimit; ; limit *= 2) {
    const all = spec.chosen.length * spec.stageCount;
    const part = run(fixClear(spec, lp, Math.min(limit, all)), gap / 4);
    progress?.(value, bound, 'fixed');
    if (best && relative(value, bound) <= gap) return done('gapReached');
    if (part.status === 'stopped' || shouldStop?.() === true) return done('stopped');
    if (isStraight || limit >= all) break;
    if (limit >= 4 * freeLimit && best) return done('stopped');
  }
  const whole = run(spec.problem, gap);
  if (isStraight && whole.status !== 'infeasible') bound = Math.min(bound, whole.bound);
  if (whole.status === 'infeasible' && best === null) return infeasible();
  if (isStraight && whole.status === 'optimal') return done('optimal');
  return done(best && relative(value, bound) <= gap ? 'gapReached' : 'stopped');
}

/** Number of the pair of a region and an industry by their codes; −1 when it is not on the board. */
export function pairOf(data: ChessData, regionCode: string, industryCode: string): number {
  const start = pairStarts(data);
  const r = data.regions.code.indexOf(regionCode);
  const i = data.industries.code.indexOf(industryCode);
  if (r < 0 || i < 0) return -1;
  for (let k = start[r]; k < start[r + 1]; k++) if (data.pairs.industry[k] === i) return k;
  return -1;
}
