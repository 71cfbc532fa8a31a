import { QipanError } from '@qipan/base';

/** A matrix of a measure by region and industry, row-major `[regions × industries]`; NaN = unknown (suppressed, missing). */
export interface Measure {
  readonly value: Float64Array;
  readonly regions: number;
  readonly industries: number;
}

function checkShape(m: Measure): void {
  if (m.value.length !== m.regions * m.industries)
    throw new QipanError('SHAPE_MISMATCH', `${m.value.length} cells for ${m.regions} × ${m.industries}`, {
      got: m.value.length,
      expected: `${m.regions * m.industries}`,
    });
}

/** Sums by region, by industry and in all; unknown cells are left out of the sums. */
export function totals(m: Measure): { region: Float64Array; industry: Float64Array; all: number } {
  checkShape(m);
  const region = new Float64Array(m.regions);
  const industry = new Float64Array(m.industries);
  let all = 0;
  for (let r = 0, k = 0; r < m.regions; r++) {
    let sum = 0;
    for (let i = 0; i < m.industries; i++, k++) {
      const x = m.value[k];
      if (x !== x) continue;
      sum += x;
      industry[i] += x;
    }
    region[r] = sum;
    all += sum;
  }
  return { region, industry, all };
}

/** A quotient cell by cell: what `locationQuotient` writes down, without writing it. */
export interface Quotients {
  /** 0/0 (an empty region or industry) or an unknown cell. */
  readonly isUndefined: (k: number, r: number, i: number) => boolean;
  readonly at: (k: number, r: number, i: number) => number;
}

/**
 * The quotients of a panel, worked out when asked for; `k = r·industries + i`.
 * @throws EMPTY_BENCHMARK when the benchmark sums to 0; SHAPE_MISMATCH
 */
export function quotients(m: Measure, benchmark?: Float64Array): Quotients {
  const own = totals(m);
  const industry = benchmark ?? own.industry;
  if (industry.length !== m.industries)
    throw new QipanError('SHAPE_MISMATCH', `a benchmark of ${industry.length} industries for ${m.industries}`, {
      got: industry.length,
      expected: `${m.industries}`,
    });
  let all = 0;
  for (let i = 0; i < industry.length; i++) all += industry[i];
  if (!(all > 0)) throw new QipanError('EMPTY_BENCHMARK', 'the benchmark sums to 0', { got: all, expected: '> 0' });
  const { region } = own;
  const { value } = m;
  const part = industry.map((x) => x / all);
  return {
    isUndefined: (k, r, i) => value[k] !== value[k] || region[r] === 0 || part[i] === 0,
    at: (k, r, i) => (value[k] && region[r] !== 0 && part[i] !== 0 ? value[k] / region[r] / part[i] : 0),
  };
}

/**
 * Location quotient, equal to revealed comparative advantage (Balassa 1965): `(X_ri / X_r.) / (X_.i / X_..)`.
 * @param benchmark industry totals to compare with; default the sum over the regions given
 * @returns `lq` `[regions × industries]`, with 0 and `undefinedMask` 1 where 0/0 (an empty region or industry) or the cell is unknown
 * @throws EMPTY_BENCHMARK when the benchmark sums to 0; SHAPE_MISMATCH
 */
export function locationQuotient(
  m: Measure,
  options: { readonly benchmark?: Float64Array } = {},
): { lq: Float64Array; undefinedMask: Uint8Array } {
  const q = quotients(m, options.benchmark);
  const lq = new Float64Array(m.value.length);
  const undefinedMask = new Uint8Array(m.value.length);
  for (let r = 0, k = 0; r < m.regions; r++) {
    for (let i = 0; i < m.industries; i++, k++) {
      if (q.isUndefined(k, r, i)) undefinedMask[k] = 1;
      else lq[k] = q.at(k, r, i);
    }
  }
  return { lq, undefinedMask };
}
