import type { RunControl } from '@qipan/base';
import type { MilpBasis, MilpEngine, MilpResult } from '@qipan/optim';
import { pairAt, pairStarts, type ChessData } from './data.js';
import { coordinationModel, type ModelSpec } from './formulation.js';
import { reducedValues } from './pricing.js';

/** The linear relaxation of a board, its prices and the bound that holds for every pair of it. */
export interface Relaxation {
  readonly spec: ModelSpec;
  readonly lp: MilpResult;
  /** Bound on the value of every plan over all pairs; NaN when the relaxation has none. */
  readonly bound: number;
  readonly rounds: number;
}

export interface RelaxationOptions extends RunControl {
  /** Up to so many pairs all have columns; above, columns are made as their prices ask for them. */
  readonly straightLimit: number;
  /** Relative gap aimed at: pricing ends when what is left cannot move the bound by a twentieth of it. */
  readonly gap: number;
  readonly basis?: MilpBasis;
}

const tolerance = 1e-6;

/** Best `count` of a region's pairs by score, appended to `out` when not on the list yet. */
function addBest(region: { from: number; to: number }, score: Float64Array, count: number, on: Uint8Array): number[] {
  const list: number[] = [];
  for (let k = region.from; k < region.to; k++) if (on[k] === 0 && score[k] > tolerance) list.push(k);
  list.sort((a, b) => score[b] - score[a] || a - b);
  for (const k of list.slice(0, count)) on[k] = 1;
  return list.slice(0, count);
}

/** Places of the `count` largest positive entries of `score[from … to)`, largest first. */
function topOf(score: Float64Array, from: number, to: number, count: number): number[] {
  const out: number[] = [];
  for (let k = from; k < to; k++) {
    if (!(score[k] > 0) || (out.length === count && score[k] <= score[out[count - 1]])) continue;
    let at = out.length < count ? out.push(k) - 1 : count - 1;
    for (; at > 0 && score[out[at - 1]] < score[k]; at--) out[at] = out[at - 1];
    out[at] = k;
  }
  return out;
}

/**
 * Rough prices of market room and of a slot: regions choose their best after prices, prices follow demand over room, with
 * steps that shrink. They only select columns; no bound rests on them.
 */
function roughPrices(
  data: ChessData,
  start: Int32Array,
  worth: Float64Array,
): { net: Float64Array; slot: Float64Array } {
  const { pairs, regions, industries } = data;
  const [R, I] = [regions.code.length, industries.code.length];
  const price = new Float64Array(I);
  const slot = new Float64Array(R);
  const net = new Float64Array(worth.length);
  const demand = new Float64Array(I);
  for (let t = 0; t < 40; t++) {
    demand.fill(0);
    for (let k = 0; k < net.length; k++) net[k] = worth[k] - price[pairs.industry[k]] * pairs.size[k];
    for (let r = 0; r < R; r++) {
      const taken = topOf(net, start[r], start[r + 1], regions.slots[r]);
      slot[r] = taken.length === regions.slots[r] && taken.length > 0 ? net[taken[taken.length - 1]] : 0;
      for (const k of taken) demand[pairs.industry[k]] += pairs.size[k];
    }
    const step = 0.6 / (1 + t / 6);
    for (let i = 0; i < I; i++) {
      if (industries.marketRoom[i] === Infinity) continue;
      const excess = (demand[i] - industries.marketRoom[i]) / Math.max(1, industries.marketRoom[i]);
      const most = Math.min(data.weights.overflow, Infinity);
      price[i] = Math.max(0, Math.min(most, price[i] + step * Math.max(-1, Math.min(2, excess))));
    }
  }
  return { net, slot };
}

/**
 * Pairs that start with a column: wishes, co-locations, the likeliest of each critical link, and of each region those
 * nearest to worth their rough prices.
 */
function firstPairs(data: ChessData, start: Int32Array, on: Uint8Array): number[] {
  const { pairs, regions, industries } = data;
  const P = pairs.region.length;
  const worth = Float64Array.from({ length: P }, (_, k) => pairs.probability[k] * pairs.value[k]);
  const out: number[] = [];
  const take = (k: number) => {
    if (k < 0 || on[k] === 1) return;
    on[k] = 1;
    out.push(k);
  };
  for (let k = 0; k < P; k++) if (pairs.isWish[k] === 1) take(k);
  for (const c of data.colocations) for (const i of [c.first, c.second]) take(pairAt(data, start, c.region, i));
  const ofLink: number[][] = data.links.code.map(() => []);
  for (let k = 0; k < P; k++) {
    const link = industries.link[pairs.industry[k]];
    if (link >= 0) ofLink[link].push(k);
  }
  ofLink.forEach((list, c) => {
    list.sort((a, b) => pairs.probability[b] * pairs.size[b] - pairs.probability[a] * pairs.size[a] || a - b);
    for (const k of list.slice(0, 2 * Math.ceil(data.links.need[c]) + 8)) take(k);
  });
  const { net, slot } = roughPrices(data, start, worth);
  for (let k = 0; k < P; k++) net[k] += 1;
  for (let r = 0; r < regions.code.length; r++) {
    for (const k of topOf(net, start[r], start[r + 1], 6 + 3 * regions.slots[r])) if (net[k] > slot[r]) take(k);
  }
  return out;
}

/** What is left to price: reduced values of the pairs without a column, and by how much they could lift the bound. */
function priceOut(spec: ModelSpec, rowDual: Float64Array, on: Uint8Array, start: Int32Array) {
  const { data } = spec;
  const reduced = new Float64Array(on.length);
  const reducedOf = reducedValues(spec, rowDual);
  let lift = 0;
  for (let r = 0; r < data.regions.code.length; r++) {
    const positive: number[] = [];
    for (let k = start[r]; k < start[r + 1]; k++) {
      if (on[k] === 1) continue;
      reduced[k] = reducedOf(k);
      if (reduced[k] > tolerance) positive.push(reduced[k]);
    }
    // At most K_r pairs of a region can be taken, whatever their number.
    positive.sort((a, b) => b - a);
    for (let k = 0; k < Math.min(positive.length, data.regions.slots[r]); k++) lift += positive[k];
  }
  return { reduced, lift };
}

/**
 * Solves the linear relaxation; on large boards by column generation (Gilmore and Gomory, 1961): every pair is priced with
 * the duals, the best of each region get a column, until none is worth one.
 */
export function relax(data: ChessData, engine: MilpEngine, o: RelaxationOptions): Relaxation {
  const P = data.pairs.region.length;
  const control = o.shouldStop ? { shouldStop: o.shouldStop } : {};
  if (P <= o.straightLimit || data.rules.stages.length > 1) {
    const spec = coordinationModel(data);
    const lp = engine.solve(spec.problem, { relaxed: true, ...control, ...(o.basis ? { basis: o.basis } : {}) });
    return { spec, lp, bound: lp.status === 'optimal' ? lp.value : NaN, rounds: 1 };
  }
  const start = pairStarts(data);
  const on = new Uint8Array(P);
  const chosen = firstPairs(data, start, on);
  let bound = NaN;
  for (let rounds = 1; ; rounds++) {
    const spec = coordinationModel(data, data.weights, { chosen: Int32Array.from(chosen), isAnswerImplicit: true });
    // Cold: on 840,000 pairs presolve and the dual simplex took 3.3 s where the primal simplex took 9.3 s from the last basis.
    const lp = engine.solve(spec.problem, { relaxed: true, ...control });
    if (lp.status === 'infeasible' && chosen.length < P) {
      // Too few columns to meet a hard rule: the rest of them may do it.
      for (let k = 0; k < P; k++) if (on[k] === 0) on[k] = chosen.push(k) > 0 ? 1 : 0;
      continue;
    }
    if (lp.duals === null) return { spec, lp, bound, rounds };
    const { reduced, lift } = priceOut(spec, lp.duals.rowDual, on, start);
    bound = Number.isNaN(bound) ? lp.value + lift : Math.min(bound, lp.value + lift);
    o.progress?.(NaN, bound, `pricing ${rounds}`);
    if (lift <= (o.gap / 20) * Math.abs(lp.value) || o.shouldStop?.() === true) return { spec, lp, bound, rounds };
    for (let r = 0; r < data.regions.code.length; r++)
      chosen.push(...addBest({ from: start[r], to: start[r + 1] }, reduced, 6, on));
  }
}
