import type { RunControl } from '@qipan/base';
import type { MilpBasis, MilpEngine, MilpResult } from '@qipan/optim';
import { pairAt, pairStarts, type ChessData } from './data.js';
import { coordinationModel, type ModelSpec } from './formulation.js';
import { firstPrices, topOf } from './dual-prices.js';
import { placePrices, reducedOfAll } from './place-prices.js';

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
  /** Relative gap aimed at: pricing ends when what is left cannot move the bound by a quarter of it. */
  readonly gap: number;
  readonly basis?: MilpBasis;
}

const tolerance = 1e-6;

/** Pairs whose reduced value at the first prices is so far below a region's last slot at most get a column at once. */
const nearness = 0.3;

/** Best `count` of a region's pairs by score, appended to `out` when not on the list yet. */
function addBest(region: { from: number; to: number }, score: Float64Array, count: number, on: Uint8Array): number[] {
  const list: number[] = [];
  for (let k = region.from; k < region.to; k++) if (on[k] === 0 && score[k] > tolerance) list.push(k);
  list.sort((a, b) => score[b] - score[a] || a - b);
  for (const k of list.slice(0, count)) on[k] = 1;
  return list.slice(0, count);
}

/**
 * Pairs that start with a column: wishes, co-locations, the likeliest of each critical link, and of each region those
 * nearest to worth their rough prices.
 */
function firstPairs(data: ChessData, start: Int32Array, on: Uint8Array): number[] {
  const { pairs, regions, industries } = data;
  const P = pairs.region.length;
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
  const { net, slot } = firstPrices(data);
  for (let k = 0; k < P; k++) net[k] += nearness;
  const best = new Int32Array(6 + 3 * Math.max(0, ...regions.slots));
  for (let r = 0; r < regions.code.length; r++) {
    const n = topOf(net, { from: start[r], to: start[r + 1] }, 6 + 3 * regions.slots[r], best);
    for (let e = 0; e < n; e++) if (net[best[e]] > slot[r]) take(best[e]);
  }
  return out;
}

/** What is left to price: reduced values of the pairs without a column, and by how much they could lift the bound. */
function priceOut(spec: ModelSpec, rowDual: Float64Array, on: Uint8Array, start: Int32Array) {
  const { data } = spec;
  const reduced = new Float64Array(on.length);
  reducedOfAll(data, placePrices(spec, rowDual), reduced);
  let lift = 0;
  for (let r = 0; r < data.regions.code.length; r++) {
    const positive: number[] = [];
    for (let k = start[r]; k < start[r + 1]; k++) {
      if (on[k] === 0 && reduced[k] > tolerance) positive.push(reduced[k]);
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
    if (lift <= (o.gap / 4) * Math.abs(lp.value) || o.shouldStop?.() === true) return { spec, lp, bound, rounds };
    for (let r = 0; r < data.regions.code.length; r++)
      chosen.push(...addBest({ from: start[r], to: start[r + 1] }, reduced, 6, on));
  }
}
