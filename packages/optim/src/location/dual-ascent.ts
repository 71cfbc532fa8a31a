import { quantised } from './scale.js';

/** A concave function of one multiplier a demand point, evaluated under some decisions about sites. */
export interface DualFunction {
  /** Value at λ; sets `gradient` and `chosen`. */
  evaluate(lambda: Float64Array): number;
  /** Subgradient at the last λ: 1 − times served, by demand point. */
  readonly gradient: Float64Array;
  /** Share of each site taken in the last evaluation. */
  readonly chosen: ArrayLike<number>;
  /** Upper limit of each multiplier, a multiple of 2⁻²⁰ or Infinity. */
  readonly cap: Float64Array;
}

export interface AscentOptions {
  readonly iterations: number;
  /** Stop as soon as the bound passes this. */
  readonly cutoff: number;
  /** Value of a known solution, the aim of the Polyak step. */
  readonly target: number;
  /** Called every `every` iterations with the sites of the last evaluation in `dual.chosen`; true ends the ascent. */
  readonly watch?: (iteration: number, bound: number) => boolean;
  readonly every?: number;
  /** Step factor to begin with. */
  readonly step?: number;
}

/** Best multipliers of an ascent. */
export interface Ascent {
  readonly lambda: Float64Array;
  readonly bound: number;
  /** Share of the recent dual solutions that take a site: an estimate of the linear relaxation, by site. */
  readonly share: Float64Array;
  /** The like for the violation of each demand point: 1 − times served. */
  readonly violation: Float64Array;
  readonly iterations: number;
  readonly step: number;
}

/**
 * Raises L(λ) by the volume algorithm (Barahona and Anbil, Math. Prog. 87, 2000): steps along an exponential average
 * of subgradients from the best multipliers so far, the average being the violation of a primal estimate.
 * Multipliers stay multiples of 2⁻²⁰ within their caps, so the bound is one that a verifier can repeat.
 */
export function ascend(dual: DualFunction, from: Float64Array, o: AscentOptions): Ascent {
  const { cap } = dual;
  const n = cap.length;
  const m = dual.chosen.length;
  let lambda = new Float64Array(n);
  let best = new Float64Array(n);
  for (let i = 0; i < n; i++) best[i] = quantised(Math.max(0, Math.min(cap[i], from[i])));
  let bound = dual.evaluate(best);
  const violation = dual.gradient.slice();
  const share = Float64Array.from(dual.chosen);
  let step = o.step ?? 0.5;
  let mixMost = 0.1;
  let reds = 0;
  let checkpoint = bound;
  let iteration = 1;
  const every = o.every ?? 1 << 30;
  for (; iteration < o.iterations && bound <= o.cutoff && bound < Infinity; iteration++) {
    let norm = 0;
    for (let i = 0; i < n; i++) norm += violation[i] * violation[i];
    if (norm < 1e-12) break;
    const length = (step * Math.max(o.target - bound, 1e-9 * Math.abs(o.target))) / norm;
    for (let i = 0; i < n; i++) {
      const l = best[i] + length * violation[i];
      lambda[i] = l <= 0 ? 0 : l >= cap[i] ? cap[i] : quantised(l);
    }
    const value = dual.evaluate(lambda);
    const g = dual.gradient;
    let along = 0;
    let gg = 0;
    let gv = 0;
    for (let i = 0; i < n; i++) {
      along += g[i] * violation[i];
      gg += g[i] * g[i];
    }
    gv = along;
    // The mix that makes the averaged violation shortest, kept small so that the average stays an average.
    const spread = gg - 2 * gv + norm;
    let mix = spread > 0 ? (norm - gv) / spread : mixMost;
    mix = Math.min(mixMost, Math.max(mixMost / 10, mix));
    for (let i = 0; i < n; i++) violation[i] += mix * (g[i] - violation[i]);
    for (let j = 0; j < m; j++) share[j] += mix * (dual.chosen[j] - share[j]);
    if (value > bound) {
      bound = value;
      [best, lambda] = [lambda, best];
      if (along > 0) step = Math.min(step * 1.1, 2);
      reds = 0;
    } else if (++reds >= 20) {
      step *= 0.66;
      reds = 0;
    }
    if (iteration % 100 === 0) {
      if (bound - checkpoint < 0.01 * Math.abs(o.target - bound)) mixMost = Math.max(mixMost / 2, 1e-4);
      checkpoint = bound;
    }
    if (iteration % every === 0 && o.watch?.(iteration, bound) === true) break;
    if (step < 1e-6) break;
  }
  return { lambda: best, bound, share, violation, iterations: iteration, step };
}
