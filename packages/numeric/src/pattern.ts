import type { Pattern } from './simd.js';

/** The same 0/1 matrix with rows and columns exchanged; the entries of a row come in ascending order. */
export function transposePattern(p: Pattern): Pattern {
  const start = new Int32Array(p.cols + 1);
  for (let e = 0; e < p.index.length; e++) start[p.index[e] + 1]++;
  for (let i = 0; i < p.cols; i++) start[i + 1] += start[i];
  const next = start.slice(0, p.cols);
  const index = new Int32Array(p.index.length);
  for (let r = 0; r < p.rows; r++) for (let e = p.start[r]; e < p.start[r + 1]; e++) index[next[p.index[e]]++] = r;
  return { rows: p.cols, cols: p.rows, start, index };
}
