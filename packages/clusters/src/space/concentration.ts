import { QipanError, random, type Random } from '@qipan/base';
import { kthSmallest } from '@qipan/numeric';

/** Points of all firms on a plane (metres), and which belong to the industry that is asked about. */
export interface PointSample {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight: Float64Array;
  /** 1 where the firm is of the industry. */
  readonly isCase: Uint8Array;
}

export interface EnvelopeOptions {
  readonly seed: number;
  /** Random relabelings; default 1,000. */
  readonly relabelings?: number;
  /** Two-sided; default 0.05. */
  readonly level?: number;
}

/** A curve over distance with its envelopes. Above `globalHigh` anywhere is concentration at that level as a whole. */
export interface DistanceCurve {
  readonly distanceM: Float64Array;
  readonly value: Float64Array;
  readonly localLow: Float64Array;
  readonly localHigh: Float64Array;
  readonly globalLow: Float64Array;
  readonly globalHigh: Float64Array;
  readonly relabelings: number;
  /** Share of relabelings whose curve leaves the global envelope somewhere: the level that was reached. */
  readonly globalLevel: number;
  readonly bandwidthM: number | null;
}

const exactLimit = 20_000;

function check(s: PointSample): number[] {
  const n = s.x.length;
  if (s.y.length !== n || s.weight.length !== n || s.isCase.length !== n)
    throw new QipanError(
      'SHAPE_MISMATCH',
      `${n} x, ${s.y.length} y, ${s.weight.length} weights, ${s.isCase.length} marks`,
    );
  if (n > exactLimit)
    throw new QipanError('TOO_LARGE', `${n} points; pairs are counted exactly up to ${exactLimit}`, { got: n });
  const cases = [...s.isCase.keys()].filter((i) => s.isCase[i] === 1);
  const bad = [...s.x.keys()].find((i) => !Number.isFinite(s.x[i] + s.y[i]) || !(s.weight[i] > 0));
  if (bad !== undefined)
    throw new QipanError('OUT_OF_RANGE', `point ${bad} has no place or no weight`, {
      row: bad,
      expected: 'weights > 0',
    });
  if (cases.length < 2)
    throw new QipanError('DEGENERATE_INPUT', `${cases.length} firms of the industry`, { expected: 'at least 2' });
  return cases;
}

const distance = (s: PointSample, i: number, j: number): number => Math.hypot(s.x[i] - s.x[j], s.y[i] - s.y[j]);

/** The bandwidth of Silverman (1986, eq. 3.31): `0.9·min(sd, IQR/1.34)·m^(−1/5)` of m pair distances. */
function silverman(d: Float64Array): number {
  const m = d.length;
  const mean = d.reduce((a, b) => a + b, 0) / m;
  const sd = Math.sqrt(d.reduce((a, b) => a + (b - mean) * (b - mean), 0) / Math.max(1, m - 1));
  // R's quantile type 7, as bw.nrd0 uses it.
  const quantile = (p: number) => {
    const h = (m - 1) * p;
    const low = kthSmallest(d, Math.floor(h));
    return low + (h - Math.floor(h)) * (kthSmallest(d, Math.min(m - 1, Math.floor(h) + 1)) - low);
  };
  const spread = (quantile(0.75) - quantile(0.25)) / 1.34;
  const scale = Math.min(sd, spread) || sd || 1;
  return 0.9 * scale * m ** -0.2;
}

export interface KdOptions extends EnvelopeOptions {
  /** Distances at which the curve is asked; default 50 steps to the median distance between all firms. */
  readonly distanceM?: Float64Array;
  /** Count pairs by the product of weights; default no. */
  readonly weighted?: boolean;
  /** Default Silverman's of the industry's pair distances. */
  readonly bandwidthM?: number;
}

/**
 * Duranton and Overman's density of distances between the firms of an industry (2005, eq. 1):
 * `Kd(r) = Σ_{i<j} w_i w_j [φ((r − d_ij)/h) + φ((r + d_ij)/h)] / (h Σ_{i<j} w_i w_j)`, Gaussian, reflected at 0, up to the median
 * distance. The null draws the industry's sites among those of all firms. The observed curve is exact; those of the
 * null put distances into bins of h/32 with linear weights (within 1e-4 of the peak).
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DEGENERATE_INPUT`, `TOO_LARGE` above 20,000 points
 */
export function durantonOverman(s: PointSample, o: KdOptions): DistanceCurve {
  const cases = check(s);
  const weight = cases.map((i) => (o.weighted ? s.weight[i] : 1));
  const d = pairDistances(s, cases);
  const h = o.bandwidthM ?? silverman(d);
  const r = o.distanceM ?? steps(medianDistance(s), 50);
  if (!(h > 0 && h < Infinity))
    throw new QipanError('OUT_OF_RANGE', `a bandwidth of ${h} m`, { field: 'bandwidthM', got: h, expected: '> 0' });
  if (r.length === 0 || r.some((v, k) => !(v >= (k === 0 ? 0 : r[k - 1]) && v < Infinity)))
    throw new QipanError('OUT_OF_RANGE', 'distances must not fall, from 0 up', {
      field: 'distanceM',
      expected: 'ascending',
    });
  const product = pairProducts(weight);
  const value = exactDensity(d, product, { r, h });
  const bins = new Float64Array(Math.ceil((r[r.length - 1] + 6 * h) / (h / 32)) + 2);
  const simulate = (g: Random) => {
    const sites = g.permutation(s.x.length).subarray(0, cases.length);
    return binnedDensity(pairDistances(s, sites), product, { r, h, bins });
  };
  return { ...envelopes(r, value, simulate, o), bandwidthM: h };
}

function steps(to: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => ((k + 1) * to) / count);
}

/** Median distance between all firms; of an evenly taken part of the pairs when there are more than two million. */
function medianDistance(s: PointSample): number {
  const n = s.x.length;
  const skip = Math.max(1, Math.ceil((n * (n - 1)) / 2 / 2e6));
  const d: number[] = [];
  let k = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (k++ % skip === 0) d.push(distance(s, i, j));
  return kthSmallest(d, Math.floor(0.5 * (d.length - 1)));
}

function pairDistances(s: PointSample, sites: ArrayLike<number>): Float64Array {
  const n = sites.length;
  const d = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < i; j++, k++) d[k] = distance(s, sites[i], sites[j]);
  return d;
}

function pairProducts(w: readonly number[]): Float64Array {
  const out = new Float64Array((w.length * (w.length - 1)) / 2);
  for (let i = 0, k = 0; i < w.length; i++) for (let j = 0; j < i; j++, k++) out[k] = w[i] * w[j];
  const all = out.reduce((a, b) => a + b, 0);
  return out.map((v) => v / all);
}

const root = 1 / Math.sqrt(2 * Math.PI);
const phi = (u: number): number => root * Math.exp(-0.5 * u * u);

function exactDensity(d: Float64Array, share: Float64Array, o: { r: Float64Array; h: number }): Float64Array {
  return o.r.map((r) => {
    let sum = 0;
    for (let k = 0; k < d.length; k++) sum += share[k] * (phi((r - d[k]) / o.h) + phi((r + d[k]) / o.h));
    return sum / o.h;
  });
}

function binnedDensity(
  d: Float64Array,
  share: Float64Array,
  o: { r: Float64Array; h: number; bins: Float64Array },
): Float64Array {
  const { bins, h } = o;
  const width = h / 32;
  bins.fill(0);
  const last = bins.length - 2;
  for (let k = 0; k < d.length; k++) {
    const at = d[k] / width;
    const b = Math.floor(at);
    if (b >= last) continue;
    bins[b] += share[k] * (1 - at + b);
    bins[b + 1] += share[k] * (at - b);
  }
  return o.r.map((r) => {
    const [from, to] = [Math.max(0, Math.floor((r - 6 * h) / width)), Math.min(last, Math.ceil((r + 6 * h) / width))];
    let sum = 0;
    for (let b = from; b <= to; b++) if (bins[b] !== 0) sum += bins[b] * phi((r - b * width) / h);
    for (let b = 0; b * width + r < 6 * h && b <= last; b++)
      if (bins[b] !== 0) sum += bins[b] * phi((r + b * width) / h);
    return sum / h;
  });
}

/**
 * Marcon and Puech's M (2010, eq. 3): the share of the industry in the weight within r of its firms, averaged over its firms, over the
 * same for the whole area. 1 = no concentration. A firm with no neighbour within r counts on neither side. NaN where none has.
 * The null keeps sites and shuffles industry and weight of the firms among them.
 * @throws as `durantonOverman`
 */
export function marconPuech(s: PointSample, o: EnvelopeOptions & { readonly distanceM: Float64Array }): DistanceCurve {
  check(s);
  const r = o.distanceM;
  if (r.some((v, k) => !(v > (k === 0 ? 0 : r[k - 1]))))
    throw new QipanError('OUT_OF_RANGE', 'distances must rise from above 0', { expected: 'ascending' });
  const step = distanceSteps(s, r);
  const curve = (order: ArrayLike<number>) => concentration(s, { order, step, steps: r.length });
  const asIs = Int32Array.from({ length: s.x.length }, (_, i) => i);
  return { ...envelopes(r, curve(asIs), (g) => curve(g.permutation(s.x.length)), o), bandwidthM: null };
}

/** First distance that holds each pair, `[i·n + j]`; r.length = beyond. */
function distanceSteps(s: PointSample, r: Float64Array): Uint16Array {
  const n = s.x.length;
  const out = new Uint16Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const d = distance(s, i, j);
      let [low, high] = [0, r.length];
      while (low < high) {
        const mid = (low + high) >> 1;
        if (r[mid] >= d) high = mid;
        else low = mid + 1;
      }
      out[i * n + j] = out[j * n + i] = low;
    }
  return out;
}

/** M with firm `order[i]` standing at site i. */
function concentration(
  s: PointSample,
  p: { order: ArrayLike<number>; step: Uint16Array; steps: number },
): Float64Array {
  const n = s.x.length;
  const weight = Float64Array.from({ length: n }, (_, i) => s.weight[p.order[i]]);
  const mine = Float64Array.from({ length: n }, (_, i) => (s.isCase[p.order[i]] ? weight[i] : 0));
  const all = weight.reduce((a, b) => a + b, 0);
  const own = mine.reduce((a, b) => a + b, 0);
  const [local, whole] = [new Float64Array(p.steps), new Float64Array(p.steps)];
  const [near, nearOwn] = [new Float64Array(p.steps + 1), new Float64Array(p.steps + 1)];
  for (let i = 0; i < n; i++) {
    if (mine[i] === 0) continue;
    near.fill(0);
    nearOwn.fill(0);
    const row = i * n;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      near[p.step[row + j]] += weight[j];
      nearOwn[p.step[row + j]] += mine[j];
    }
    let [sum, sumOwn] = [0, 0];
    for (let k = 0; k < p.steps; k++) {
      sum += near[k];
      sumOwn += nearOwn[k];
      if (sum === 0) continue;
      local[k] += sumOwn / sum;
      whole[k] += (own - weight[i]) / (all - weight[i]);
    }
  }
  return local.map((v, k) => v / whole[k]);
}

/**
 * Local envelopes: quantiles at each distance. Global: the narrowest pair of order statistics that at most `level` of the
 * relabelings leave anywhere (extreme rank envelope; Myllymäki et al. 2017, after Duranton and Overman's own search).
 */
function envelopes(
  r: Float64Array,
  value: Float64Array,
  simulate: (g: Random) => Float64Array,
  o: EnvelopeOptions,
): Omit<DistanceCurve, 'bandwidthM'> {
  const relabelings = o.relabelings ?? 1000;
  const level = o.level ?? 0.05;
  if (!(level > 0 && level < 1))
    throw new QipanError('OUT_OF_RANGE', `envelopes at a level of ${level}`, {
      field: 'level',
      got: level,
      expected: 'between 0 and 1',
    });
  if (!(relabelings >= 1 / level))
    throw new QipanError('OUT_OF_RANGE', `${relabelings} relabelings for a level of ${level}`, {
      expected: `≥ ${1 / level}`,
    });
  const g = random(o.seed);
  const runs = Array.from({ length: relabelings }, () => simulate(g));
  // A NaN of a run (no neighbour anywhere) is neither above nor below: it goes to the middle, 1.
  const sorted = Array.from(r, (_, k) => Float64Array.from(runs, (run) => (Number.isNaN(run[k]) ? 1 : run[k])).sort());
  const extreme = runs.map((run) => {
    let least = relabelings;
    sorted.forEach((column, k) => {
      const v = Number.isNaN(run[k]) ? 1 : run[k];
      least = Math.min(least, upTo(column, v), relabelings - below(column, v));
    });
    return least;
  });
  let k = 1;
  while (extreme.filter((e) => e < k + 1).length <= level * relabelings) k++;
  const local = Math.max(1, Math.round((level / 2) * relabelings));
  const edge = (rank: number) => ({
    low: Float64Array.from(sorted, (c) => c[rank - 1]),
    high: Float64Array.from(sorted, (c) => c[relabelings - rank]),
  });
  const [inner, outer] = [edge(local), edge(k)];
  return {
    distanceM: r,
    value,
    localLow: inner.low,
    localHigh: inner.high,
    globalLow: outer.low,
    globalHigh: outer.high,
    relabelings,
    globalLevel: extreme.filter((e) => e < k).length / relabelings,
  };
}

/** How many of the sorted numbers are ≤ v. */
function upTo(sorted: Float64Array, v: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sorted[mid] <= v) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** How many of the sorted numbers are < v. */
function below(sorted: Float64Array, v: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sorted[mid] < v) low = mid + 1;
    else high = mid;
  }
  return low;
}
