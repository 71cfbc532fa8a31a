import { QipanError } from '@qipan/base';
import { gammaQuantile } from '@qipan/numeric';
import { totals, type Measure } from '../advantage.js';

/** Symmetric advantage `(LQ − 1)/(LQ + 1)`, from −1 to 1 with 0 at the benchmark (Laursen 1998). */
export function symmetricAdvantage(lq: Float64Array): Float64Array {
  return lq.map((x) => (x - 1) / (x + 1));
}

/** Additive advantage `s_ri − s_i` (Hoen, Oosterhaven 2006): sums to 0 over a region; NaN where unknown or the region is empty. */
export function additiveAdvantage(m: Measure): Float64Array {
  const t = totals(m);
  return m.value.map((x, k) => x / t.region[Math.floor(k / m.industries)] - t.industry[k % m.industries] / t.all);
}

/**
 * Advantage against population, `(X_ri / pop_r) / (X_.i / pop)` (RPOP; Schetter 2019): not tied to the region's own total.
 * NaN where unknown, without people, or the industry is nowhere.
 * @throws SHAPE_MISMATCH
 */
export function populationAdvantage(m: Measure, population: Float64Array): Float64Array {
  if (population.length !== m.regions)
    throw new QipanError('SHAPE_MISMATCH', `a population of ${population.length} regions for ${m.regions}`, {
      field: 'population',
      got: population.length,
      expected: `${m.regions}`,
    });
  const t = totals(m);
  const all = population.reduce((a, b) => a + b, 0);
  return m.value.map((x, k) => x / population[Math.floor(k / m.industries)] / (t.industry[k % m.industries] / all));
}

/**
 * Standardised quotient: z score of ln LQ within each industry over the regions that have any of it (ddof 0); NaN where the
 * quotient is 0 or undefined, or the industry has no spread.
 */
export function standardisedQuotient(lq: Float64Array, industries: number): Float64Array {
  const out = new Float64Array(lq.length).fill(Number.NaN);
  for (let i = 0; i < industries; i++) {
    const cells: number[] = [];
    for (let k = i; k < lq.length; k += industries) if (lq[k] > 0) cells.push(k);
    const logs = cells.map((k) => Math.log(lq[k]));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    const sd = Math.sqrt(logs.reduce((a, x) => a + (x - mean) ** 2, 0) / logs.length);
    if (sd > 0) cells.forEach((k, n) => (out[k] = (logs[n] - mean) / sd));
  }
  return out;
}

/** Quotient drawn towards 1 where counts are small, with its 90 % interval; NaN where undefined. */
export interface ShrunkQuotient {
  readonly lq: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Weight of the benchmark by industry, in expected persons; Infinity = the industry shows no spread beyond chance. */
  readonly weight: Float64Array;
}

/**
 * Empirical-Bayes quotient of counts: `X ~ Poisson(E θ)`, `θ ~ Gamma(a, a)`, `E_ri = X_r.X_.i/X_..`, so that
 * `LQ = (X + a)/(E + a)` with the posterior `Gamma(X + a, E + a)`; `a` by industry from the moments of the Gamma–Poisson
 * marginal, `1/a = Σ((X − E)² − E)/ΣE²` (Clayton, Kaldor 1987). Unknown cells take no part. With `region` or `industry` only
 * those cells are filled in (quantiles cost most of the time), by the weights of all regions.
 * @throws OUT_OF_RANGE for a level outside (0, 1)
 */
export function shrunkQuotient(m: Measure, level = 0.9, region?: number, industry?: number): ShrunkQuotient {
  if (!(level > 0 && level < 1))
    throw new QipanError('OUT_OF_RANGE', `an interval of ${level}`, { got: level, expected: 'between 0 and 1' });
  const t = totals(m);
  const n = m.value.length;
  const nan = () => new Float64Array(n).fill(Number.NaN);
  const out = { lq: nan(), lower: nan(), upper: nan(), weight: new Float64Array(m.industries) };
  for (let i = 0; i < m.industries; i++) {
    let excess = 0;
    let squares = 0;
    for (let r = 0, k = i; r < m.regions; r++, k += m.industries) {
      const e = (t.region[r] * t.industry[i]) / t.all;
      const x = m.value[k];
      if (x !== x || !(e > 0)) continue;
      excess += (x - e) ** 2 - e;
      squares += e * e;
    }
    const a = excess > 0 ? squares / excess : Number.POSITIVE_INFINITY;
    out.weight[i] = a;
    if (industry !== undefined && industry !== i) continue;
    const [from, to] = region === undefined ? [0, m.regions] : [region, region + 1];
    for (let r = from, k = from * m.industries + i; r < to; r++, k += m.industries) {
      const e = (t.region[r] * t.industry[i]) / t.all;
      const x = m.value[k];
      if (x !== x || !(e > 0)) continue;
      const shape = x + a;
      out.lq[k] = a === Number.POSITIVE_INFINITY ? 1 : shape / (e + a);
      const bound = (p: number) =>
        a === Number.POSITIVE_INFINITY ? 1 : gammaQuantile(p, out.lq[k], 1 / Math.sqrt(shape));
      out.lower[k] = bound((1 - level) / 2);
      out.upper[k] = bound((1 + level) / 2);
    }
  }
  return out;
}
