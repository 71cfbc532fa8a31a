import type { Presence } from '../presence.js';

/** Fitness of regions and complexity of industries (Tacchella et al. 2012). */
export interface Fitness {
  readonly region: Float64Array;
  readonly industry: Float64Array;
  readonly steps: number;
  /** `fixed` after the asked number of steps; `converged` when the ranks stood still; `stopped` at the limit. */
  readonly status: 'fixed' | 'converged' | 'stopped';
  /** Regions and industries (numbers of those kept) whose figure runs to 0: extremal, their ranks are not told apart. */
  readonly vanishingRegions: readonly number[];
  readonly vanishingIndustries: readonly number[];
}

export interface FitnessOptions {
  /** Synchronous steps; without it, until no rank has moved for `still` steps in a row (at most `limit`). */
  readonly steps?: number;
  readonly still?: number;
  readonly limit?: number;
}

function overMean(x: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  const mean = sum / x.length;
  return x.map((v) => v / mean);
}

function step(m: Presence, f: Float64Array, q: Float64Array): { f: Float64Array; q: Float64Array } {
  const nextF = new Float64Array(m.rows);
  const inverse = new Float64Array(m.cols);
  for (let r = 0; r < m.rows; r++) {
    let sum = 0;
    const difficulty = 1 / f[r];
    for (let e = m.start[r]; e < m.start[r + 1]; e++) {
      const i = m.index[e];
      sum += q[i];
      inverse[i] += difficulty;
    }
    nextF[r] = sum;
  }
  return { f: overMean(nextF), q: overMean(inverse.map((x) => 1 / x)) };
}

const order = (x: Float64Array): Int32Array => Int32Array.from(x.keys()).sort((a, b) => x[b] - x[a] || a - b);
const least = 1e-290;

/**
 * `F = M Q`, `Q = 1 / Σ (M / F)`, each over its mean, from ones; both sides from the step before. `steps: 19` is what R
 * economiccomplexity 2.0.0 calls 20 iterations. To convergence the stop looks at ranks, since figures of extremal regions
 * run to 0 for ever (Pugliese, Zaccaria, Pietronero 2016); a figure below 1e-290 is held there and named.
 */
export function fitness(m: Presence, options: FitnessOptions = {}): Fitness {
  const limit = options.steps ?? options.limit ?? 1000;
  const still = options.still ?? 20;
  let f: Float64Array = new Float64Array(m.rows).fill(1);
  let q: Float64Array = new Float64Array(m.cols).fill(1);
  let status: Fitness['status'] = options.steps === undefined ? 'stopped' : 'fixed';
  let ranking = order(f);
  let unmoved = 0;
  let steps = 0;
  while (steps < limit) {
    ({ f, q } = step(m, f, q));
    for (let r = 0; r < f.length; r++) if (f[r] < least) f[r] = least;
    for (let i = 0; i < q.length; i++) if (q[i] < least) q[i] = least;
    steps++;
    if (options.steps !== undefined) continue;
    const now = order(f);
    unmoved = now.every((r, k) => r === ranking[k]) ? unmoved + 1 : 0;
    ranking = now;
    if (unmoved >= still) {
      status = 'converged';
      break;
    }
  }
  const gone = (x: Float64Array) => [...x.keys()].filter((k) => x[k] <= 1e-12);
  return {
    region: f,
    industry: q,
    steps,
    status,
    vanishingRegions: gone(f),
    vanishingIndustries: gone(q),
  };
}
