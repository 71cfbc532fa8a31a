import { QipanError } from '@qipan/base';

/** A sparse matrix, compressed by row: entries of row r are `start[r] … start[r+1]−1` of `index` and `value`. */
export interface Csr {
  readonly rows: number;
  readonly cols: number;
  /** rows + 1 offsets, not decreasing, the last is the number of entries. */
  readonly start: Int32Array;
  /** Column of each entry. */
  readonly index: Int32Array;
  readonly value: Float64Array;
}

export interface Triplets {
  readonly row: ArrayLike<number>;
  readonly col: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

export interface CsrShape {
  readonly rows: number;
  readonly cols: number;
  /** What to do with entries of the same cell: add them up (a matrix) or keep each (parallel edges). Default `sum`. */
  readonly duplicates?: 'sum' | 'keep';
}

/**
 * Builds a CSR matrix from `(row, col, value)` triplets in any order; within a row the columns ascend, and kept
 * duplicates stay in the order given. O(entries + rows + cols).
 * @throws `SHAPE_MISMATCH` for arrays of unequal length, `OUT_OF_RANGE` for a row or column outside the shape
 */
export function csrFromTriplets(shape: CsrShape, triplets: Triplets): Csr {
  const { rows, cols } = shape;
  const { row, col, value } = triplets;
  const n = row.length;
  if (col.length !== n || value.length !== n)
    throw new QipanError('SHAPE_MISMATCH', `triplets have ${n} rows, ${col.length} columns, ${value.length} values`);
  for (let e = 0; e < n; e++)
    if (!(row[e] >= 0 && row[e] < rows && col[e] >= 0 && col[e] < cols))
      throw new QipanError('OUT_OF_RANGE', `triplet ${e} is (${row[e]}, ${col[e]}); the matrix is ${rows} × ${cols}`, {
        got: [row[e], col[e]],
        expected: `a cell of ${rows} × ${cols}`,
      });
  // Two stable counting sorts, by column and then by row, leave each row sorted by column.
  const byCol = countingOrder(col, cols, null);
  const order = countingOrder(row, rows, byCol);
  const start = new Int32Array(rows + 1);
  const index = new Int32Array(n);
  const out = new Float64Array(n);
  const sum = (shape.duplicates ?? 'sum') === 'sum';
  let at = 0;
  let rowBegan = 0;
  let r = 0;
  for (let k = 0; k < n; k++) {
    const e = order[k];
    while (r < row[e]) {
      start[++r] = at;
      rowBegan = at;
    }
    if (sum && at > rowBegan && index[at - 1] === col[e]) out[at - 1] += value[e];
    else {
      index[at] = col[e];
      out[at++] = value[e];
    }
  }
  while (r < rows) start[++r] = at;
  return { rows, cols, start, index: index.slice(0, at), value: out.slice(0, at) };
}

function countingOrder(key: ArrayLike<number>, keys: number, before: Int32Array | null): Int32Array {
  const next = new Int32Array(keys + 1);
  const n = key.length;
  for (let e = 0; e < n; e++) next[key[e] + 1]++;
  for (let k = 0; k < keys; k++) next[k + 1] += next[k];
  const order = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    const e = before === null ? k : before[k];
    order[next[key[e]]++] = e;
  }
  return order;
}

/** Builds a CSR matrix from one list of entries a row, kept in the order given. */
export function csrFromLists(
  cols: number,
  lists: readonly { readonly index: ArrayLike<number>; readonly value: ArrayLike<number> }[],
): Csr {
  const rows = lists.length;
  const start = new Int32Array(rows + 1);
  lists.forEach((list, r) => {
    if (list.index.length !== list.value.length)
      throw new QipanError('SHAPE_MISMATCH', `row ${r} has ${list.index.length} columns, ${list.value.length} values`);
    start[r + 1] = start[r] + list.index.length;
  });
  const index = new Int32Array(start[rows]);
  const value = new Float64Array(start[rows]);
  lists.forEach((list, r) => {
    index.set(list.index, start[r]);
    value.set(list.value, start[r]);
  });
  for (const c of index)
    if (c < 0 || c >= cols)
      throw new QipanError('OUT_OF_RANGE', `column ${c}; the matrix has ${cols}`, {
        got: c,
        expected: `0…${cols - 1}`,
      });
  return { rows, cols, start, index, value };
}

/** The transpose; within each of its rows the columns ascend. O(entries + rows + cols). */
export function csrTranspose(a: Csr): Csr {
  const start = new Int32Array(a.cols + 1);
  for (const c of a.index) start[c + 1]++;
  for (let c = 0; c < a.cols; c++) start[c + 1] += start[c];
  const next = start.slice(0, a.cols);
  const index = new Int32Array(a.index.length);
  const value = new Float64Array(a.index.length);
  for (let r = 0; r < a.rows; r++)
    for (let e = a.start[r]; e < a.start[r + 1]; e++) {
      const at = next[a.index[e]]++;
      index[at] = r;
      value[at] = a.value[e];
    }
  return { rows: a.cols, cols: a.rows, start, index, value };
}

/** The same matrix with the entries of each row in ascending order of value, ties by column. */
export function csrSortedByValue(a: Csr): Csr {
  const index = new Int32Array(a.index.length);
  const value = new Float64Array(a.value.length);
  for (let r = 0; r < a.rows; r++) {
    const begin = a.start[r];
    const order = Array.from({ length: a.start[r + 1] - begin }, (_, k) => begin + k);
    order.sort((x, y) => a.value[x] - a.value[y] || a.index[x] - a.index[y]);
    order.forEach((e, k) => {
      index[begin + k] = a.index[e];
      value[begin + k] = a.value[e];
    });
  }
  return { rows: a.rows, cols: a.cols, start: a.start.slice(), index, value };
}

/** The entry at (row, col), or `absent` when the cell holds none; linear in the row's length. */
export function csrAt(a: Csr, row: number, col: number, absent = 0): number {
  for (let e = a.start[row]; e < a.start[row + 1]; e++) if (a.index[e] === col) return a.value[e];
  return absent;
}

/** `A·x` as a new vector of `rows` numbers. */
export function csrTimesVector(a: Csr, x: ArrayLike<number>): Float64Array {
  if (x.length !== a.cols)
    throw new QipanError('SHAPE_MISMATCH', `the vector has ${x.length} numbers; the matrix has ${a.cols} columns`);
  const y = new Float64Array(a.rows);
  for (let r = 0; r < a.rows; r++) {
    let s = 0;
    for (let e = a.start[r]; e < a.start[r + 1]; e++) s += a.value[e] * x[a.index[e]];
    y[r] = s;
  }
  return y;
}
