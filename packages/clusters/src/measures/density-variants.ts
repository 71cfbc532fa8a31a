import { QipanError } from '@qipan/base';
import type { Presence } from '../presence.js';
import type { Table } from '../scores.js';

/** Distance to what is not there: `1 − w` (Hausmann et al. 2014). */
export const distanceFrom = (density: Table): Table => density.map((w) => 1 - w);

/** Presence as dense 0/1 rows over what is kept. */
function dense(m: Presence): Uint8Array {
  const out = new Uint8Array(m.rows * m.cols);
  for (let r = 0; r < m.rows; r++) for (let e = m.start[r]; e < m.start[r + 1]; e++) out[r * m.cols + m.index[e]] = 1;
  return out;
}

/**
 * Density over the k industries nearest to each (itself left out): `Σ_{i∈N_k(j)} M_ri φ_ij / Σ_{i∈N_k(j)} φ_ij`. The numerator
 * is weighted by proximity as the denominator is (py-ecomplexity of 2023-01 counts presence there). Ties go to the lower
 * number. NaN where the k nearest have no proximity at all. O(R·I·k).
 * @throws OUT_OF_RANGE for k < 1
 */
export function nearestDensity(m: Presence, phi: Table, k: number): Float64Array {
  if (!Number.isInteger(k) || k < 1)
    throw new QipanError('OUT_OF_RANGE', `the ${k} nearest industries`, { got: k, expected: 'a whole number ≥ 1' });
  const n = m.cols;
  const width = Math.min(k, n - 1);
  const near = new Int32Array(n * width);
  const sums = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const order = [...Array(n).keys()].filter((i) => i !== j).sort((a, b) => phi[b * n + j] - phi[a * n + j] || a - b);
    for (let q = 0; q < width; q++) {
      near[j * width + q] = order[q];
      sums[j] += phi[order[q] * n + j];
    }
  }
  const has = dense(m);
  const out = new Float64Array(m.rows * n);
  for (let r = 0, c = 0; r < m.rows; r++) {
    for (let j = 0; j < n; j++, c++) {
      let sum = 0;
      for (let q = j * width; q < (j + 1) * width; q++) if (has[r * n + near[q]]) sum += phi[near[q] * n + j];
      out[c] = sum / sums[j];
    }
  }
  return out;
}

/**
 * Relative relatedness (Pinheiro et al. 2022): z score of density inside the region over the industries it does not have
 * (ddof 0); NaN where present, and throughout a region with fewer than two absent industries or no spread.
 */
export function relativeRelatedness(m: Presence, density: Table): Float64Array {
  const has = dense(m);
  const out = new Float64Array(density.length).fill(Number.NaN);
  for (let r = 0; r < m.rows; r++) {
    const cells: number[] = [];
    for (let k = r * m.cols; k < (r + 1) * m.cols; k++) if (!has[k] && density[k] === density[k]) cells.push(k);
    const mean = cells.reduce((a, k) => a + density[k], 0) / cells.length;
    const sd = Math.sqrt(cells.reduce((a, k) => a + (density[k] - mean) ** 2, 0) / cells.length);
    if (sd > 1e-14) for (const k of cells) out[k] = (density[k] - mean) / sd;
  }
  return out;
}
