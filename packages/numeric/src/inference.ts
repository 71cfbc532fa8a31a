import { QipanError } from '@qipan/base';
import { gammaShareBelow } from './gamma.js';

/** The share of a standard normal below z, `Φ(z)`, by the incomplete gamma function: about 1e-13 in the body. */
export function normalShareBelow(z: number): number {
  const half = gammaShareBelow(0.5, (z * z) / 2) / 2;
  return z >= 0 ? 0.5 + half : 0.5 - half;
}

/**
 * Benjamini-Hochberg adjusted p-values: `q_(k) = min_{j ≥ k} p_(j) m / j`, at most 1 (Benjamini, Hochberg 1995).
 * A test with NaN stays NaN and does not count among the m.
 * @throws `OUT_OF_RANGE` for a p outside 0…1
 */
export function falseDiscoveryAdjusted(p: ArrayLike<number>): Float64Array {
  const known: number[] = [];
  for (let i = 0; i < p.length; i++) {
    if (p[i] < 0 || p[i] > 1)
      throw new QipanError('OUT_OF_RANGE', `p[${i}] = ${p[i]}; expected 0…1`, { got: p[i], expected: '0…1' });
    if (!Number.isNaN(p[i])) known.push(i);
  }
  known.sort((a, b) => p[b] - p[a]);
  const q = new Float64Array(p.length).fill(Number.NaN);
  let least = 1;
  known.forEach((i, k) => {
    least = Math.min(least, (p[i] * known.length) / (known.length - k));
    q[i] = least;
  });
  return q;
}

/** What a proportional fit reached: `error` is the largest relative distance of a row or column sum from its target. */
export interface ProportionalFit {
  readonly status: 'converged' | 'stalled';
  readonly value: Float64Array;
  readonly rowFactor: Float64Array;
  readonly colFactor: Float64Array;
  readonly iterations: number;
  readonly error: number;
}

/**
 * RAS, the iterative proportional fit of a non-negative table to row and column totals: `r̂ A ŝ` (Stone 1961; Bacharach
 * 1970). Zero cells stay zero. `stalled` when the totals disagree or the zeros allow no fit. `a` is not changed.
 * @throws `SHAPE_MISMATCH`, `VALUE_NEGATIVE`
 */
export function proportionalFit(
  a: Float64Array,
  rowTotal: ArrayLike<number>,
  colTotal: ArrayLike<number>,
  o: { readonly tolerance?: number; readonly iterations?: number } = {},
): ProportionalFit {
  const [rows, cols] = [rowTotal.length, colTotal.length];
  const { tolerance = 1e-12, iterations = 5000 } = o;
  if (a.length !== rows * cols)
    throw new QipanError('SHAPE_MISMATCH', `a table of ${a.length} cells; expected ${rows} × ${cols}`);
  for (const list of [a, rowTotal, colTotal])
    for (let k = 0; k < list.length; k++)
      if (!(list[k] >= 0)) throw new QipanError('VALUE_NEGATIVE', `${list[k]} at place ${k}; a fit needs numbers ≥ 0`);
  const value = a.slice();
  const rowFactor = new Float64Array(rows).fill(1);
  const colFactor = new Float64Array(cols).fill(1);
  let error = Infinity;
  for (let k = 1; k <= iterations; k++) {
    const sums = new Float64Array(cols);
    for (let r = 0, at = 0; r < rows; r++) {
      let s = 0;
      for (let c = 0; c < cols; c++) s += value[at + c];
      const f = s > 0 ? rowTotal[r] / s : 1;
      rowFactor[r] *= f;
      for (let c = 0; c < cols; c++, at++) sums[c] += value[at] *= f;
    }
    const colF = sums.map((s, c) => (s > 0 ? colTotal[c] / s : 1));
    error = 0;
    for (let r = 0, at = 0; r < rows; r++) {
      let s = 0;
      for (let c = 0; c < cols; c++, at++) s += value[at] *= colF[c];
      error = Math.max(error, Math.abs(s - rowTotal[r]) / Math.max(rowTotal[r], s, 1e-300));
    }
    // A column that is empty but should not be can never be filled.
    sums.forEach((s, c) => (error = s > 0 || colTotal[c] === 0 ? error : Math.max(error, 1)));
    colF.forEach((f, c) => (colFactor[c] *= f));
    if (error <= tolerance) return { status: 'converged', value, rowFactor, colFactor, iterations: k, error };
  }
  return { status: 'stalled', value, rowFactor, colFactor, iterations, error };
}
