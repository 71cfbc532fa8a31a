import { QipanError } from '@qipan/base';
import { proportionalFit } from '@qipan/numeric';
import { rowSums, technology, type IoTable } from './table.js';

export interface FlqOptions {
  /** Exponent δ; default 0.3, which is only a guess for a new country: read the answer with its sensitivity. */
  readonly delta?: number;
  /** `aflq` multiplies by `log2(1 + SLQ_j)` where the buyer is specialised (McCann, Dewhurst 1998). Default `flq`. */
  readonly variant?: 'flq' | 'aflq';
}

/** Technology of one region, estimated, and the share of national input coefficients that it keeps. */
export interface RegionalTechnology {
  readonly a: Float64Array;
  readonly delta: number;
  readonly lambda: number;
  /** `Σ A_r / Σ A`: how much the region is thought to buy from itself. */
  readonly selfShare: number;
}

function totalsOf(regional: Float64Array, national: Float64Array): { r: number; n: number } {
  if (regional.length !== national.length)
    throw new QipanError('SHAPE_MISMATCH', `${regional.length} regional and ${national.length} national figures`);
  const bad = regional.findIndex((v, i) => !(v >= 0 && v <= national[i] * (1 + 1e-9)));
  if (bad >= 0)
    throw new QipanError(
      'OUT_OF_RANGE',
      `sector ${bad}: a region of ${regional[bad]} in a nation of ${national[bad]}`,
      {
        got: regional[bad],
        expected: `0…${national[bad]}`,
      },
    );
  const sum = (v: Float64Array) => v.reduce((a, b) => a + b, 0);
  return { r: sum(regional), n: sum(national) };
}

/**
 * Regional technology by Flegg's location quotient (Flegg, Webber 1997): `SLQ_i = (E_i^r/E^r)/(E_i^n/E^n)`, `CILQ_ij =
 * SLQ_i/SLQ_j` (on the diagonal SLQ_i), `λ = [log2(1 + E^r/E^n)]^δ`, `a_ij^r = min(1, λ·CILQ_ij)·a_ij`. A sector that the
 * region lacks sells nothing (0) and, as a buyer, is 0 too. An estimate with large errors, never a survey.
 * @param regional employment or output of the region by sector; `national` of the nation, the same measure
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE` for a region larger than the nation or a δ outside 0…1
 */
export function flq(
  t: IoTable,
  regional: Float64Array,
  national: Float64Array,
  o: FlqOptions = {},
): RegionalTechnology {
  const { delta = 0.3, variant = 'flq' } = o;
  if (!(delta >= 0 && delta < 1)) throw new QipanError('OUT_OF_RANGE', `δ = ${delta}`, { got: delta, expected: '0…1' });
  const all = totalsOf(regional, national);
  const { n } = t;
  const slq = regional.map((v, i) => (v > 0 ? v / all.r / (national[i] / all.n) : 0));
  const lambda = Math.log2(1 + all.r / all.n) ** delta;
  const a = technology(t);
  let [kept, whole] = [0, 0];
  for (let i = 0, k = 0; i < n; i++)
    for (let j = 0; j < n; j++, k++) {
      whole += a[k];
      const cilq = slq[j] === 0 ? 0 : i === j ? slq[i] : slq[i] / slq[j];
      const special = variant === 'aflq' && slq[j] > 1 ? Math.log2(1 + slq[j]) : 1;
      a[k] *= Math.min(1, lambda * cilq * special);
      kept += a[k];
    }
  return { a, delta, lambda, selfShare: whole > 0 ? kept / whole : 0 };
}

/** The same for δ = 0.1 … 0.5: print it with any result that stands on one of them. */
export function flqSensitivity(
  t: IoTable,
  regional: Float64Array,
  national: Float64Array,
): readonly RegionalTechnology[] {
  return [0.1, 0.2, 0.3, 0.4, 0.5].map((delta) => flq(t, regional, national, { delta }));
}

/** Flows between all (region, sector) pairs: order `(r, i) → r·n + i`, sellers in rows. */
export interface Interregional {
  readonly regions: number;
  readonly n: number;
  /** `[(r·n + i)·(R·n) + s·n + j]`. */
  readonly z: Float64Array;
  /** Output of each pair. */
  readonly x: Float64Array;
  /** Largest relative distance of the sum over regions from the national cell. */
  readonly error: number;
}

/**
 * Spreads a national table over regions: output and use by shares, flows of each product by doubly constrained gravity
 * `O_r D_s exp(−β c_rs)` fitted with RAS (Wilson 1970), buyers of a region in proportion to their need. The sum over
 * regions is the national table to 1e-8. An estimate: label it so.
 * @param share `[r·n + i]` of the nation's output of i in r; columns add up to 1 where the nation has output
 * @param cost `[r·R + s]` of travel
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE` for shares that do not add up, `TOO_LARGE` above 2,000 pairs, `IO_UNBALANCED`
 * when no fit is found
 */
export function interregional(
  t: IoTable,
  share: Float64Array,
  cost: Float64Array,
  o: { readonly beta: number },
): Interregional {
  const { n } = t;
  const regions = Math.round(Math.sqrt(cost.length));
  checkShares(t, share, regions, cost.length);
  const size = regions * n;
  const z = new Float64Array(size * size);
  const use = rowSums(t.z, n);
  for (let i = 0; i < n; i++) {
    const supply = Float64Array.from({ length: regions }, (_, r) => share[r * n + i] * use[i]);
    // need[s] = what region s buys of product i, all buyers together.
    const need = new Float64Array(regions);
    for (let s = 0; s < regions; s++) for (let j = 0; j < n; j++) need[s] += share[s * n + j] * t.z[i * n + j];
    const seed = cost.map((c, k) => supply[Math.floor(k / regions)] * need[k % regions] * Math.exp(-o.beta * c));
    const fit = proportionalFit(seed, supply, need, { tolerance: 1e-11 });
    if (fit.status !== 'converged' && use[i] > 0)
      throw new QipanError('IO_UNBALANCED', `flows of ${t.code[i]} end ${fit.error} off`, {
        got: fit.error,
        expected: '≤ 1e-11',
      });
    for (let r = 0; r < regions; r++)
      for (let s = 0; s < regions; s++) {
        const flow = need[s] > 0 ? fit.value[r * regions + s] / need[s] : 0;
        for (let j = 0; j < n; j++) z[(r * n + i) * size + s * n + j] = flow * share[s * n + j] * t.z[i * n + j];
      }
  }
  const x = Float64Array.from({ length: size }, (_, k) => share[k] * t.x[k % n]);
  return { regions, n, z, x, error: distance(t, z, regions) };
}

function checkShares(t: IoTable, share: Float64Array, regions: number, cells: number): void {
  const { n } = t;
  if (regions * regions !== cells || share.length !== regions * n)
    throw new QipanError('SHAPE_MISMATCH', `${share.length} shares and ${cells} costs for ${n} sectors`, {
      expected: 'R·n shares and R·R costs',
    });
  if (regions * n > 2000)
    throw new QipanError('TOO_LARGE', `${regions} regions × ${n} sectors`, {
      got: regions * n,
      expected: '≤ 2000 pairs',
    });
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let r = 0; r < regions; r++) sum += share[r * n + i];
    if (t.x[i] > 0 && !(Math.abs(sum - 1) < 1e-9))
      throw new QipanError('OUT_OF_RANGE', `shares of ${t.code[i]} add up to ${sum}`, { got: sum, expected: '1' });
  }
}

function distance(t: IoTable, z: Float64Array, regions: number): number {
  const { n } = t;
  const size = regions * n;
  const sums = new Float64Array(n * n);
  for (let a = 0, k = 0; a < size; a++) for (let b = 0; b < size; b++, k++) sums[(a % n) * n + (b % n)] += z[k];
  return sums.reduce((w, v, k) => (t.z[k] > 0 ? Math.max(w, Math.abs(v / t.z[k] - 1)) : Math.max(w, v)), 0);
}
