import { QipanError, random } from '@qipan/base';
import { falseDiscoveryAdjusted, normalShareBelow, type Csr } from '@qipan/numeric';
import type { SpatialWeights } from '@qipan/territory';

/** A global statistic with its moments under randomisation and what relabelings say. */
export interface GlobalStatistic {
  readonly value: number;
  readonly expectation: number;
  readonly variance: number;
  readonly z: number;
  /** One-sided normal share beyond z in the direction of clustering. */
  readonly pNormal: number;
  /** `(1 + relabelings at least as extreme) / (1 + all)`; null when none were asked for. */
  readonly pPermutation: number | null;
  readonly permutations: number;
  /** Regions that have neighbours: the n of the moments. */
  readonly regions: number;
  readonly islands: readonly number[];
}

export interface RelabelOptions {
  /** Relabelings; default 0 = analytic moments alone. */
  readonly permutations?: number;
  readonly seed?: number;
}

/** What all statistics need of values and weights; islands are left out. */
interface Prepared {
  readonly n: number;
  readonly at: readonly number[];
  readonly x: Float64Array;
  readonly w: Csr;
  readonly z: Float64Array;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  /** `Σ z²/n` and `Σ z⁴/n`. */
  readonly m2: number;
  readonly m4: number;
}

/** `S0 = Σ w`, `S1 = ½ Σ (w_ij + w_ji)²`, `S2 = Σ (w_i. + w_.i)²` (Cliff, Ord 1981). */
function weightSums(w: Csr): { s0: number; s1: number; s2: number } {
  const [row, col] = [new Float64Array(w.rows), new Float64Array(w.rows)];
  const cell = new Map<number, number>();
  let [s0, s1] = [0, 0];
  for (let i = 0; i < w.rows; i++)
    for (let e = w.start[i]; e < w.start[i + 1]; e++) {
      row[i] += w.value[e];
      col[w.index[e]] += w.value[e];
      s0 += w.value[e];
      cell.set(i * w.rows + w.index[e], w.value[e]);
    }
  for (const [key, v] of cell) {
    const [i, j] = [Math.floor(key / w.rows), key % w.rows];
    const back = cell.get(j * w.rows + i);
    // A pair named both ways is met twice; one named once stands for both orders.
    s1 += back === undefined ? v * v : ((v + back) * (v + back)) / 2;
  }
  return { s0, s1, s2: row.reduce((s, r, i) => s + (r + col[i]) * (r + col[i]), 0) };
}

function prepare(values: Float64Array, weights: SpatialWeights): Prepared {
  if (values.length !== weights.n)
    throw new QipanError('SHAPE_MISMATCH', `${values.length} values for ${weights.n} regions`, { got: values.length });
  const isIsland = new Set(weights.islands);
  const at = [...values.keys()].filter((i) => !isIsland.has(i));
  const bad = at.find((i) => !Number.isFinite(values[i]));
  if (bad !== undefined)
    throw new QipanError('SUPPRESSED_USED', `region ${bad} has no value; leave it out of values and weights`, {
      row: bad,
    });
  const n = at.length;
  const x = Float64Array.from(at, (i) => values[i]);
  const mean = x.reduce((a, b) => a + b, 0) / n;
  const z = x.map((v) => v - mean);
  const m2 = z.reduce((s, v) => s + v * v, 0) / n;
  if (n < 4 || !(m2 > 1e-24 * mean * mean))
    throw new QipanError('DEGENERATE_INPUT', `${n} regions with neighbours and a variance of ${m2}`, {
      got: { regions: n, variance: m2 },
      expected: 'at least four regions that differ',
    });
  const place = new Int32Array(values.length).fill(-1);
  at.forEach((i, k) => (place[i] = k));
  const { matrix } = weights;
  // Only islands are gone, and nobody has an island for a neighbour unless the lists are one-sided.
  const index = matrix.index.map((j) => place[j]);
  if (index.includes(-1))
    throw new QipanError('DEGENERATE_INPUT', 'a region without neighbours is itself named as a neighbour', {
      expected: 'neighbours on both sides',
    });
  const start = Int32Array.from([0, ...at.map((i) => matrix.start[i + 1])]);
  const w = { rows: n, cols: n, start, index, value: matrix.value };
  return { n, at, x, w, z, ...weightSums(w), m2, m4: z.reduce((s, v) => s + v ** 4, 0) / n };
}

/** `Σ_ij w_ij a_i a_j`. */
function crossProduct(w: Csr, a: Float64Array): number {
  let s = 0;
  for (let i = 0; i < w.rows; i++)
    for (let e = w.start[i]; e < w.start[i + 1]; e++) s += w.value[e] * a[i] * a[w.index[e]];
  return s;
}

function squaredDifferences(w: Csr, a: Float64Array): number {
  let s = 0;
  for (let i = 0; i < w.rows; i++)
    for (let e = w.start[i]; e < w.start[i + 1]; e++) s += w.value[e] * (a[i] - a[w.index[e]]) ** 2;
  return s;
}

interface Judged {
  readonly value: number;
  readonly expectation: number;
  readonly variance: number;
  /** Is a large value clustering (Moran, G) or a small one (Geary). */
  readonly large: boolean;
  readonly of: (x: Float64Array) => number;
}

function judge(p: Prepared, weights: SpatialWeights, o: RelabelOptions, j: Judged): GlobalStatistic {
  const z = (j.value - j.expectation) / Math.sqrt(j.variance);
  const towards = j.large ? z : -z;
  const permutations = o.permutations ?? 0;
  const r = random(o.seed ?? 0);
  let extreme = 0;
  for (let k = 0; k < permutations; k++) {
    const order = r.permutation(p.n);
    const v = j.of(Float64Array.from(order, (i) => p.x[i]));
    if (j.large ? v >= j.value : v <= j.value) extreme++;
  }
  return {
    value: j.value,
    expectation: j.expectation,
    variance: j.variance,
    z: towards,
    pNormal: 1 - normalShareBelow(towards),
    pPermutation: permutations > 0 ? (1 + extreme) / (1 + permutations) : null,
    permutations,
    regions: p.n,
    islands: weights.islands,
  };
}

const centred = (x: Float64Array): Float64Array => {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return x.map((v) => v - mean);
};

/**
 * Moran's I, `(n/S0)·Σ w_ij z_i z_j / Σ z_i²`, with expectation −1/(n−1) and variance under randomisation (Cliff, Ord 1981,
 * eq. 1.38). z > 0 is clustering.
 * @throws `SHAPE_MISMATCH`, `SUPPRESSED_USED` for a value that is unknown, `DEGENERATE_INPUT`
 */
export function moranI(values: Float64Array, weights: SpatialWeights, o: RelabelOptions = {}): GlobalStatistic {
  const p = prepare(values, weights);
  const { n, s0, s1, s2 } = p;
  const b2 = p.m4 / (p.m2 * p.m2);
  const of = (x: Float64Array) => crossProduct(p.w, centred(x)) / s0 / p.m2;
  const a = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0);
  const b = b2 * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0);
  const expectation = -1 / (n - 1);
  const variance = (a - b) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - expectation * expectation;
  return judge(p, weights, o, { value: of(p.x), expectation, variance, large: true, of });
}

/**
 * Geary's C, `(n−1)/(2 S0)·Σ w_ij (x_i − x_j)² / Σ z_i²`, expectation 1, variance under randomisation (Cliff, Ord 1981,
 * eq. 1.43). Small is clustering: z is given with the sign turned, so that z > 0 is clustering here too.
 */
export function gearyC(values: Float64Array, weights: SpatialWeights, o: RelabelOptions = {}): GlobalStatistic {
  const p = prepare(values, weights);
  const { n, s0, s1, s2 } = p;
  const k = p.m4 / (p.m2 * p.m2);
  const of = (x: Float64Array) => ((n - 1) * squaredDifferences(p.w, x)) / (2 * s0 * n * p.m2);
  const first = (n - 1) * s1 * (n * n - 3 * n + 3 - (n - 1) * k);
  const second = 0.25 * (n - 1) * s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * k);
  const third = s0 * s0 * (n * n - 3 - (n - 1) * (n - 1) * k);
  const variance = (first - second + third) / (n * (n - 2) * (n - 3) * s0 * s0);
  return judge(p, weights, o, { value: of(p.x), expectation: 1, variance, large: false, of });
}

/**
 * Getis-Ord's general G, `Σ w_ij x_i x_j / Σ_{i≠j} x_i x_j`, values ≥ 0, with the moments of Getis and Ord (1992).
 * @throws `VALUE_NEGATIVE` as G has no meaning then
 */
export function getisOrdG(values: Float64Array, weights: SpatialWeights, o: RelabelOptions = {}): GlobalStatistic {
  const p = prepare(values, weights);
  const bad = p.x.findIndex((v) => v < 0);
  if (bad >= 0) throw new QipanError('VALUE_NEGATIVE', `region ${p.at[bad]} has ${p.x[bad]}`, { expected: '≥ 0' });
  const { n, s0, s1, s2 } = p;
  const power = (k: number) => p.x.reduce((s, v) => s + v ** k, 0);
  const [m1, m2, m3, m4] = [power(1), power(2), power(3), power(4)];
  const of = (x: Float64Array) => crossProduct(p.w, x) / (m1 * m1 - m2);
  const expectation = s0 / (n * (n - 1));
  const b0 = (n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0;
  const b1 = -((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0);
  const b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0 * s0);
  const b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0 * s0;
  const b4 = s1 - s2 + s0 * s0;
  const whole = b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1 ** 4;
  const squared = whole / ((m1 * m1 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3));
  const variance = squared - expectation * expectation;
  return judge(p, weights, o, { value: of(p.x), expectation, variance, large: true, of });
}

/** Local figures of one region; null for islands. */
export interface LocalStatistic {
  readonly value: number;
  readonly expectation: number;
  readonly variance: number;
  readonly z: number;
  /** Two-sided share of relabelings that keep the region's own value; null when none were asked for. */
  readonly p: number | null;
  /** The same after Benjamini-Hochberg over all regions. */
  readonly q: number | null;
  /** High or low region among high or low neighbours; G* has hot and cold. */
  readonly quadrant: 'highHigh' | 'lowLow' | 'highLow' | 'lowHigh';
}

/**
 * Local Moran `I_i = z_i Σ_j w_ij z_j / m2` with the moments of the conditional null (Sokal, Oden, Thomson 1998, as spdep
 * prints them) and conditional relabelings, seeded, with the false discovery rate over all regions. Islands are null.
 */
export function localMoran(
  values: Float64Array,
  weights: SpatialWeights,
  o: RelabelOptions = {},
): readonly (LocalStatistic | null)[] {
  const p = prepare(values, weights);
  const { n, z, w, m2 } = p;
  const lag = (i: number, a: (j: number) => number) => {
    let s = 0;
    for (let e = w.start[i]; e < w.start[i + 1]; e++) s += w.value[e] * a(w.index[e]);
    return s;
  };
  const moments = (i: number) => {
    let [wi, wi2] = [0, 0];
    for (let e = w.start[i]; e < w.start[i + 1]; e++) {
      wi += w.value[e];
      wi2 += w.value[e] * w.value[e];
    }
    const share = (z[i] * z[i]) / m2;
    const expectation = (-share * wi) / (n - 1);
    const variance = (share * (n / (n - 2)) * (wi2 - (wi * wi) / (n - 1)) * (n - 1 - share)) / (n - 1);
    return { expectation, variance };
  };
  const value = z.map((v, i) => (v * lag(i, (j) => z[j])) / m2);
  const p2 = conditional(p, o, (i, draw) => (z[i] * draw((v) => v)) / m2, value);
  return spread(p, weights.n, p2, (i) => {
    const { expectation, variance } = moments(i);
    const near = lag(i, (j) => z[j]);
    const quadrant = z[i] >= 0 ? (near >= 0 ? 'highHigh' : 'highLow') : near >= 0 ? 'lowHigh' : 'lowLow';
    return { value: value[i], expectation, variance, z: (value[i] - expectation) / Math.sqrt(variance), quadrant };
  });
}

/**
 * Getis-Ord `G*_i` as a standard score, the region itself with weight 1 among its neighbours (Ord, Getis 1995, eq. 14, with the
 * population deviation of all regions). Islands are null.
 */
export function localGStar(
  values: Float64Array,
  weights: SpatialWeights,
  o: RelabelOptions = {},
): readonly (LocalStatistic | null)[] {
  const p = prepare(values, weights);
  const { n, x, w } = p;
  const mean = x.reduce((a, b) => a + b, 0) / n;
  const s = Math.sqrt(p.m2);
  const sums = (i: number) => {
    let [w1, w2] = [1, 1];
    for (let e = w.start[i]; e < w.start[i + 1]; e++) {
      w1 += w.value[e];
      w2 += w.value[e] * w.value[e];
    }
    return { w1, scale: s * Math.sqrt((n * w2 - w1 * w1) / (n - 1)) };
  };
  const score = (i: number, lag: number) => {
    const { w1, scale } = sums(i);
    return (lag - mean * w1) / scale;
  };
  const lagOf = (i: number) => {
    let t = x[i];
    for (let e = w.start[i]; e < w.start[i + 1]; e++) t += w.value[e] * x[w.index[e]];
    return t;
  };
  const value = x.map((_, i) => score(i, lagOf(i)));
  const p2 = conditional(p, o, (i, draw) => score(i, x[i] + draw((v) => v + mean)), value);
  return spread(p, weights.n, p2, (i) => ({
    value: value[i],
    expectation: 0,
    variance: 1,
    z: value[i],
    quadrant: value[i] >= 0 ? 'highHigh' : 'lowLow',
  }));
}

type Draw = (of: (z: number) => number) => number;

/** Two-sided conditional relabeling: the others' values are drawn without replacement for the neighbours of each region. */
function conditional(
  p: Prepared,
  o: RelabelOptions,
  statistic: (i: number, draw: Draw) => number,
  value: Float64Array,
): Float64Array | null {
  const permutations = o.permutations ?? 0;
  if (permutations === 0) return null;
  const { n, w, z } = p;
  return Float64Array.from({ length: n }, (_, i) => {
    // A stream of its own a region: leaving one out does not move the others.
    const r = random(o.seed ?? 0).fork(String(p.at[i]));
    const pool = Int32Array.from({ length: n - 1 }, (_q, k) => (k < i ? k : k + 1));
    const degree = w.start[i + 1] - w.start[i];
    let above = 0;
    for (let k = 0; k < permutations; k++) {
      for (let d = 0; d < degree; d++) {
        const j = d + r.below(n - 1 - d);
        [pool[d], pool[j]] = [pool[j], pool[d]];
      }
      const drawn = statistic(i, (of) => {
        let s = 0;
        for (let d = 0; d < degree; d++) s += w.value[w.start[i] + d] * of(z[pool[d]]);
        return s;
      });
      if (drawn >= value[i]) above++;
    }
    const tail = Math.min(above, permutations - above);
    return Math.min(1, (2 * (tail + 1)) / (permutations + 1));
  });
}

function spread(
  p: Prepared,
  regions: number,
  p2: Float64Array | null,
  of: (i: number) => Omit<LocalStatistic, 'p' | 'q'>,
): readonly (LocalStatistic | null)[] {
  const q = p2 && falseDiscoveryAdjusted(p2);
  const out: (LocalStatistic | null)[] = Array.from({ length: regions }, () => null);
  p.at.forEach((region, i) => (out[region] = { ...of(i), p: p2?.[i] ?? null, q: q?.[i] ?? null }));
  return out;
}
