import { QipanError } from '@qipan/base';

/**
 * One-to-one assignment of greatest total score; `score` is `[rows × cols]`, and leaving somebody alone costs nothing: pairs of score
 * ≤ 0 are never made. Shortest augmenting paths with potentials (Kuhn 1955, Jonker, Volgenant 1987), `O(n³)` for `n = rows + cols`.
 * @returns column of each row, −1 for none
 * @throws SHAPE_MISMATCH
 */
export function bestAssignment(score: Float64Array, rows: number, cols: number): Int32Array {
  if (score.length !== rows * cols)
    throw new QipanError('SHAPE_MISMATCH', `${score.length} scores for ${rows} × ${cols}`, {
      got: score.length,
      expected: `${rows * cols}`,
    });
  // Every row has a column of its own that stands for nobody, at cost 0.
  const n = cols + rows;
  const cost = (i: number, j: number): number => (j < cols ? Math.min(0, -score[i * cols + j]) : 0);
  const u = new Float64Array(rows + 1);
  const v = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1);
  const way = new Int32Array(n + 1);
  for (let i = 1; i <= rows; i++) {
    rowOf[0] = i;
    let j0 = 0;
    const least = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(n + 1);
    do {
      used[j0] = 1;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue;
        const reduced = cost(rowOf[j0] - 1, j - 1) - u[rowOf[j0]] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          way[j] = j0;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          u[rowOf[j]] += delta;
          v[j] -= delta;
        } else least[j] -= delta;
      }
      j0 = next;
    } while (rowOf[j0] !== 0);
    do {
      const before = way[j0];
      rowOf[j0] = rowOf[before];
      j0 = before;
    } while (j0 !== 0);
  }
  const out = new Int32Array(rows).fill(-1);
  for (let j = 1; j <= cols; j++) {
    const i = rowOf[j] - 1;
    if (i >= 0 && score[i * cols + j - 1] > 0) out[i] = j - 1;
  }
  return out;
}
