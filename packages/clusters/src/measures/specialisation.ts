import { QipanError } from '@qipan/base';
import { totals, type Measure } from '../advantage.js';

/** How specialised each region is against the benchmark; NaN for an empty region. */
export interface Specialisation {
  /** `Σ_i |s_ri − s_i|`, 0 to 2 (Krugman 1991). The Hoover–Balassa coefficient is its half. */
  readonly krugman: Float64Array;
  /** `Σ_i s_ri²`, 1/I to 1. */
  readonly hhi: Float64Array;
  /** `−Σ_i s_ri log s_ri` in the asked base. */
  readonly entropy: Float64Array;
  /** `Σ_i s_ri ln(s_ri / s_i)`, 0 at the benchmark (Theil 1967); Infinity where a region has what the benchmark lacks. */
  readonly theil: Float64Array;
  /** `1 / Σ_i LQ_ri s_ri`, 1 at the benchmark (Hachman). */
  readonly hachman: Float64Array;
}

export interface SpecialisationOptions {
  /** Industry totals to compare with; default the sum over the regions given. */
  readonly benchmark?: Float64Array;
  /** Base of the entropy's logarithm; default 2 (bits, as EconGeo). */
  readonly entropyBase?: number;
}

/** Shares of the benchmark. @throws EMPTY_BENCHMARK, SHAPE_MISMATCH */
export function benchmarkShares(m: Measure, benchmark?: Float64Array): Float64Array {
  const industry = benchmark ?? totals(m).industry;
  if (industry.length !== m.industries)
    throw new QipanError('SHAPE_MISMATCH', `a benchmark of ${industry.length} industries for ${m.industries}`, {
      got: industry.length,
      expected: `${m.industries}`,
    });
  const all = industry.reduce((a, b) => a + b, 0);
  if (!(all > 0)) throw new QipanError('EMPTY_BENCHMARK', 'the benchmark sums to 0', { got: all, expected: '> 0' });
  return industry.map((x) => x / all);
}

/**
 * Specialisation of every region by five measures over its known cells.
 * @throws EMPTY_BENCHMARK, SHAPE_MISMATCH
 */
export function specialisation(m: Measure, options: SpecialisationOptions = {}): Specialisation {
  const base = benchmarkShares(m, options.benchmark);
  const region = totals(m).region;
  const unit = Math.log(options.entropyBase ?? 2);
  const make = () => new Float64Array(m.regions).fill(Number.NaN);
  const out = { krugman: make(), hhi: make(), entropy: make(), theil: make(), hachman: make() };
  for (let r = 0; r < m.regions; r++) {
    if (!(region[r] > 0)) continue;
    let [krugman, hhi, entropy, theil, quotient] = [0, 0, 0, 0, 0];
    for (let i = 0, k = r * m.industries; i < m.industries; i++, k++) {
      const x = m.value[k];
      if (x !== x) continue;
      const s = x / region[r];
      krugman += Math.abs(s - base[i]);
      hhi += s * s;
      if (s === 0) continue;
      entropy -= (s * Math.log(s)) / unit;
      theil += s * Math.log(s / base[i]);
      quotient += (s / base[i]) * s;
    }
    out.krugman[r] = krugman;
    out.hhi[r] = hhi;
    out.entropy[r] = entropy;
    // Rounding may leave a hair below 0 at the benchmark itself.
    out.theil[r] = Math.max(0, theil);
    out.hachman[r] = 1 / quotient;
  }
  return out;
}

/** How unevenly each industry is spread over regions; NaN for an industry that is nowhere. */
export interface Spread {
  /** 0–1: area between the Lorenz curve of the industry over the total, regions in order of their quotient, and the diagonal, doubled. EconGeo prints half of it. */
  readonly locationalGini: Float64Array;
  /** Gini coefficient of the industry's plain regional figures, 0–1. */
  readonly gini: Float64Array;
  /** `½ Σ_r |X_ri/X_.i − x_r|`, 0–1; EconGeo prints percent. */
  readonly hoover: Float64Array;
}

/** Twice the area between a Lorenz curve and the diagonal: `value` cumulated over `weight` in the given order, shares of their sums. */
function lorenzArea(order: readonly number[], value: (k: number) => number, weight: (k: number) => number): number {
  const v = order.reduce((s, k) => s + value(k), 0);
  const w = order.reduce((s, k) => s + weight(k), 0);
  let [area, below, left] = [0, 0, 0];
  for (const k of order) {
    const up = below + value(k) / v;
    const right = left + weight(k) / w;
    area += up * left - below * right;
    below = up;
    left = right;
  }
  return area;
}

/** Spread of every industry over the regions; unknown cells take no part, nor do regions without any total. */
export function spread(m: Measure): Spread {
  const t = totals(m);
  const make = () => new Float64Array(m.industries).fill(Number.NaN);
  const out = { locationalGini: make(), gini: make(), hoover: make() };
  for (let i = 0; i < m.industries; i++) {
    if (!(t.industry[i] > 0)) continue;
    const x = (r: number) => m.value[r * m.industries + i];
    const known = [...t.region.keys()].filter((r) => t.region[r] > 0 && x(r) === x(r));
    const total = known.reduce((s, r) => s + t.region[r], 0);
    const byQuotient = known.toSorted((a, b) => x(a) / t.region[a] - x(b) / t.region[b]);
    out.locationalGini[i] = Math.abs(lorenzArea(byQuotient, x, (r) => t.region[r]));
    out.gini[i] = Math.abs(
      lorenzArea(
        known.toSorted((a, b) => x(a) - x(b)),
        x,
        () => 1,
      ),
    );
    out.hoover[i] = known.reduce((s, r) => s + Math.abs(x(r) / t.industry[i] - t.region[r] / total), 0) / 2;
  }
  return out;
}
