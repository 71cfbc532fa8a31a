import { QipanError, random, type Random, type RunControl } from '@qipan/base';
import type { MilpEngine } from '@qipan/optim';
import { fixClear, type ChessResult } from './coordinate.js';
import type { ChessData } from './data.js';
import { coordinationModel } from './formulation.js';
import { beginOf } from './point.js';

/** Spread of what is not known well. Stated with every share that rests on it. */
export interface ChessSpread {
  /** Standard deviation of the log-odds of p, independent for each pair. */
  readonly probability: number;
  /** Standard deviations of logarithms, one draw an industry: of v, of the minimum efficient scale, of the market room. */
  readonly value: number;
  readonly scale: number;
  readonly room: number;
}

export const defaultChessSpread: ChessSpread = { probability: 0.25, value: 0.08, scale: 0.15, room: 0.15 };

export interface StabilityOptions extends RunControl {
  /** First draw and one past the last: parts of one study may run in several workers. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  readonly spread?: ChessSpread;
  /** Relative gap of each draw's integer programme; default 0.003. */
  readonly gap?: number;
  /** Columns of a draw's integer programme that stay open; default 300. */
  readonly freeLimit?: number;
}

/** What draws have shown. Parts with the same spread and seed add up by `mergeStability`. */
export interface Stability {
  readonly draws: number;
  /** Draws without any plan: they count as not chosen. */
  readonly failed: number;
  /** In how many draws each pair of the board is a focus. */
  readonly chosen: Int32Array;
  /** Value of the plan of each draw, in the order of the draws; NaN where there is none. */
  readonly values: Float64Array;
  readonly spread: ChessSpread;
}

/** `firm` chosen in at least 80 % of the draws, `open` in 20–80 %, `weak` below. */
export type Firmness = 'firm' | 'open' | 'weak';

export function firmness(s: Stability, pair: number): Firmness {
  const share = s.chosen[pair] / s.draws;
  return share >= 0.8 ? 'firm' : share >= 0.2 ? 'open' : 'weak';
}

/**
 * The board as it might be: p by log-odds, v by industry, and for each industry a minimum efficient scale and a market. A
 * larger scale means fewer and dearer plants: room/m, cost·m, footprint·m. Rooms stay whole where they were whole.
 */
export function drawBoard(data: ChessData, spread: ChessSpread, rng: Random): ChessData {
  const { pairs, industries } = data;
  const logNormal = (sd: number) => Float64Array.from(industries.code, () => Math.exp(sd * rng.normal()));
  const [value, scale, market] = [logNormal(spread.value), logNormal(spread.scale), logNormal(spread.room)];
  const ofIndustry = (f: Float64Array, x: Float64Array) => x.map((a, k) => a * f[pairs.industry[k]]);
  return {
    ...data,
    pairs: {
      ...pairs,
      probability: pairs.probability.map((p) => {
        const shift = spread.probability * rng.normal();
        return p <= 0 || p >= 1 ? p : 1 / (1 + ((1 - p) / p) * Math.exp(-shift));
      }),
      value: ofIndustry(value, pairs.value),
      cost: ofIndustry(scale, pairs.cost),
      footprint: ofIndustry(scale, pairs.footprint),
    },
    industries: {
      ...industries,
      marketRoom: industries.marketRoom.map((room, i) => {
        const drawn = (room * market[i]) / scale[i];
        return Number.isInteger(room) ? Math.round(drawn) : drawn;
      }),
    },
  };
}

/**
 * Re-solves the board under drawn numbers: the relaxation from the basis of the result, then an integer programme on what
 * it leaves open. On a board with priced columns the draws choose among these columns.
 *
 * @throws OUT_OF_RANGE when no draw is asked for; BAD_INPUT for a result without a relaxation
 */
export function stability(data: ChessData, engine: MilpEngine, result: ChessResult, o: StabilityOptions): Stability {
  const draws = o.to - o.from;
  if (!(Number.isInteger(draws) && draws >= 1))
    throw new QipanError('OUT_OF_RANGE', `draws from ${o.from} to ${o.to}; expected at least one`, {
      field: 'to',
      got: o.to,
      expected: `> ${o.from}`,
    });
  const relaxation = result.relaxation;
  if (!relaxation)
    throw new QipanError('BAD_INPUT', 'the result has no relaxation to start from', {
      field: 'result',
      got: result.status,
      expected: 'a result with prices',
    });
  const { gap = 0.003, freeLimit = 300, spread = defaultChessSpread } = o;
  const { spec: base, lp: first } = relaxation;
  const isAnswerImplicit = base.families.some((f) => f.name === 'answer' && f.rows.length === 0);
  const chosen = new Int32Array(data.pairs.region.length);
  const values = new Float64Array(draws).fill(NaN);
  let failed = 0;
  let done = 0;
  for (; done < draws && o.shouldStop?.() !== true; done++) {
    const drawn = drawBoard(data, spread, random(o.seed).fork(`draw ${o.from + done}`));
    const spec = coordinationModel(drawn, data.weights, { chosen: base.chosen, isAnswerImplicit });
    const lp = engine.solve(spec.problem, { relaxed: true, ...(first.basis ? { basis: first.basis } : {}) });
    const mip = lp.duals ? engine.solve(fixClear(spec, lp, freeLimit), { gap }) : null;
    if (!mip?.x) {
      failed++;
      continue;
    }
    values[done] = mip.value;
    beginOf(spec, mip.x).forEach((b, k) => (chosen[k] += b >= 0 ? 1 : 0));
    o.progress?.(done + 1, draws, 'stability');
  }
  return { draws: done, failed, chosen, values: values.slice(0, done), spread };
}

/** Adds up parts of one study. @throws OUT_OF_RANGE for no part; BAD_INPUT for parts of different boards or spreads */
export function mergeStability(parts: readonly Stability[]): Stability {
  const [first] = parts;
  if (!first) throw new QipanError('OUT_OF_RANGE', 'no part of a stability study', { got: 0, expected: '≥ 1' });
  const chosen = new Int32Array(first.chosen.length);
  for (const [k, { chosen: own, spread }] of parts.entries())
    if (
      own.length !== chosen.length ||
      (Object.keys(first.spread) as (keyof ChessSpread)[]).some((q) => spread[q] !== first.spread[q])
    )
      throw new QipanError('BAD_INPUT', `part ${k} is of another board or spread`, {
        row: k,
        got: { pairs: own.length, spread },
        expected: `${chosen.length} pairs and the spread of the first part`,
      });
  for (const part of parts) part.chosen.forEach((n, k) => (chosen[k] += n));
  return {
    draws: parts.reduce((a, p) => a + p.draws, 0),
    failed: parts.reduce((a, p) => a + p.failed, 0),
    chosen,
    values: Float64Array.from(parts.flatMap((p) => [...p.values])),
    spread: first.spread,
  };
}

/** Value of the relaxation when every minimum efficient scale or every market is other than thought. */
export interface SensitivityRow {
  readonly quantity: 'scale' | 'room';
  readonly factor: number;
  readonly bound: number;
  /** Relative to the bound of the result. */
  readonly change: number;
}

/** The numbers that dominate, to be printed first: all minimum efficient scales, all rooms, a fifth down and a quarter up. */
export function sensitivity(data: ChessData, engine: MilpEngine, result: ChessResult): SensitivityRow[] {
  const relaxation = result.relaxation;
  if (!relaxation) return [];
  const { spec: base, lp: first } = relaxation;
  const isAnswerImplicit = base.families.some((f) => f.name === 'answer' && f.rows.length === 0);
  return (['scale', 'room'] as const).flatMap((quantity) =>
    [0.8, 1.25].map((factor): SensitivityRow => {
      const m = quantity === 'scale' ? factor : 1;
      const room = quantity === 'scale' ? 1 / factor : factor;
      const other: ChessData = {
        ...data,
        pairs: {
          ...data.pairs,
          cost: data.pairs.cost.map((k) => k * m),
          footprint: data.pairs.footprint.map((e) => e * m),
        },
        industries: { ...data.industries, marketRoom: data.industries.marketRoom.map((x) => x * room) },
      };
      const spec = coordinationModel(other, data.weights, { chosen: base.chosen, isAnswerImplicit });
      const lp = engine.solve(spec.problem, { relaxed: true, ...(first.basis ? { basis: first.basis } : {}) });
      return { quantity, factor, bound: lp.value, change: lp.value / first.value - 1 };
    }),
  );
}
