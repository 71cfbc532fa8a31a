import { QipanError } from '@qipan/base';
import { locationQuotient, totals, type Measure } from '../advantage.js';

/**
 * `krugman` distance `Σ_i |s_ai − s_bi|` (0–2); `cosine` of the shares, `Σ s_a s_b / √(Σs_a² Σs_b²)` (UNIDO's coefficient of
 * structural similarity); `brayCurtis` similarity `1 − Σ|X_a − X_b| / Σ(X_a + X_b)` of the values themselves; `logAdvantage`
 * the correlation of `ln(RCA + 0.1)` (Bahar, Hausmann, Hidalgo 2014).
 */
export type SimilarityKind = 'krugman' | 'cosine' | 'brayCurtis' | 'logAdvantage';

/** What of a region is compared, one row each. */
function profile(m: Measure, kind: SimilarityKind): Float64Array {
  if (kind === 'brayCurtis') return m.value;
  if (kind === 'logAdvantage') {
    const { lq, undefinedMask } = locationQuotient(m);
    return lq.map((x, k) => (undefinedMask[k] ? Number.NaN : Math.log(x + 0.1)));
  }
  const { region } = totals(m);
  return m.value.map((x, k) => x / region[Math.floor(k / m.industries)]);
}

/** One pair by its profiles; industries unknown in either region are left out. */
function pairSimilarity(p: Float64Array, n: number, kind: SimilarityKind, pair: readonly [number, number]): number {
  const [a, b] = [pair[0] * n, pair[1] * n];
  let [count, x1, y1, xx, yy, xy, apart, sum] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = p[a + i];
    const y = p[b + i];
    if (x !== x || y !== y) continue;
    count++;
    x1 += x;
    y1 += y;
    xx += x * x;
    yy += y * y;
    xy += x * y;
    apart += Math.abs(x - y);
    sum += x + y;
  }
  if (count === 0) return Number.NaN;
  if (kind === 'krugman') return apart;
  if (kind === 'brayCurtis') return 1 - apart / sum;
  if (kind === 'cosine') return xy / Math.sqrt(xx * yy);
  return (xy - (x1 * y1) / count) / Math.sqrt((xx - (x1 * x1) / count) * (yy - (y1 * y1) / count));
}

/**
 * Similarity (or, for `krugman`, distance) of every two regions, `[regions × regions]`, symmetric; NaN where either is empty or
 * has no spread. O(R²·I).
 */
export function regionSimilarity(m: Measure, kind: SimilarityKind): Float64Array {
  const p = profile(m, kind);
  const out = new Float64Array(m.regions * m.regions);
  for (let a = 0; a < m.regions; a++)
    for (let b = a; b < m.regions; b++)
      out[a * m.regions + b] = out[b * m.regions + a] = pairSimilarity(p, m.industries, kind, [a, b]);
  return out;
}

/** A region and how near it is to the one asked about. */
export interface SimilarRegion {
  readonly region: number;
  readonly value: number;
}

/**
 * The k regions most like one region, most alike first; ties by number, regions without a figure left out. O(R·I).
 * @throws OUT_OF_RANGE for a region that is not there
 */
export function similarRegions(
  m: Measure,
  region: number,
  options: { kind: SimilarityKind; k: number },
): SimilarRegion[] {
  if (!Number.isInteger(region) || region < 0 || region >= m.regions)
    throw new QipanError('OUT_OF_RANGE', `region ${region} of ${m.regions}`, {
      got: region,
      expected: `0 to ${m.regions - 1}`,
    });
  const p = profile(m, options.kind);
  const sign = options.kind === 'krugman' ? 1 : -1;
  return Array.from({ length: m.regions }, (_, b) => ({
    region: b,
    value: b === region ? Number.NaN : pairSimilarity(p, m.industries, options.kind, [region, b]),
  }))
    .filter((s) => s.value === s.value)
    .sort((a, b) => sign * (a.value - b.value) || a.region - b.region)
    .slice(0, options.k);
}
