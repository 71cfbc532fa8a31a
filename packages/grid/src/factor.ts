import { QipanError } from '@qipan/base';

/**
 * A complex matrix with a symmetric pattern, as triplets; equal places add up.
 * Row and column are node numbers 0 … n−1.
 */
export interface Admittance {
  readonly n: number;
  readonly row: ArrayLike<number>;
  readonly col: ArrayLike<number>;
  readonly re: ArrayLike<number>;
  readonly im: ArrayLike<number>;
}

/**
 * `Y = L·U` after reordering. Position k eliminates node `node[k]`; its later neighbours are
 * `neighbour[ptr[k] … ptr[k+1])` (positions). `lower` is the column of L, `upper` the row of U divided by the pivot,
 * `inverse` the inverse pivot. On a radial network every position but the last of an island has one neighbour, its parent:
 * leaves go first, so elimination makes no fill and a solve is one backward and one forward sweep.
 */
export interface Factor {
  readonly n: number;
  readonly node: Int32Array;
  readonly position: Int32Array;
  readonly ptr: Int32Array;
  readonly neighbour: Int32Array;
  readonly lowerRe: Float64Array;
  readonly lowerIm: Float64Array;
  readonly upperRe: Float64Array;
  readonly upperIm: Float64Array;
  readonly inverseRe: Float64Array;
  readonly inverseIm: Float64Array;
  /** True when no position has more than one later neighbour: the network is a forest. */
  readonly isRadial: boolean;
}

/** Nodes in the order of minimum degree (George, Liu 1989), ties by number; the nodes in `last` are kept to the end. */
function eliminationOrder(adjacent: readonly Set<number>[], last: ReadonlySet<number>): Int32Array {
  const n = adjacent.length;
  const graph = adjacent.map((s) => new Set(s));
  const order = new Int32Array(n);
  const done = new Uint8Array(n);
  const buckets: number[][] = [];
  const push = (v: number) => {
    const d = graph[v].size + (last.has(v) ? n : 0);
    (buckets[d] ??= []).push(v);
  };
  for (let v = n - 1; v >= 0; v--) push(v);
  let at = 0;
  let d = 0;
  while (at < n) {
    const bucket = buckets[d];
    const v = bucket?.pop();
    if (v === undefined) {
      d++;
      continue;
    }
    if (done[v] || graph[v].size + (last.has(v) ? n : 0) !== d) continue;
    done[v] = 1;
    order[at++] = v;
    const around = [...graph[v]];
    for (const a of around) {
      graph[a].delete(v);
      for (const b of around) if (a !== b) graph[a].add(b);
    }
    for (const a of around) {
      push(a);
      d = Math.min(d, graph[a].size + (last.has(a) ? n : 0));
    }
  }
  return order;
}

/**
 * Factorises an admittance matrix.
 * @param last nodes to eliminate at the end (the sources): a very stiff source then costs no accuracy elsewhere.
 * @throws DEGENERATE_INPUT when a pivot vanishes (a node that nothing holds).
 */
export function factorise(y: Admittance, last: readonly number[]): Factor {
  const { n } = y;
  const rows: Map<number, [number, number]>[] = Array.from({ length: n }, () => new Map());
  for (let e = 0; e < y.row.length; e++) {
    const cell = rows[y.row[e]].get(y.col[e]);
    if (cell) {
      cell[0] += y.re[e];
      cell[1] += y.im[e];
    } else rows[y.row[e]].set(y.col[e], [y.re[e], y.im[e]]);
  }
  const adjacent = rows.map((r, i) => new Set([...r.keys()].filter((j) => j !== i)));
  const node = eliminationOrder(adjacent, new Set(last));
  const position = new Int32Array(n);
  node.forEach((v, k) => (position[v] = k));

  const ptr = new Int32Array(n + 1);
  const neighbour: number[] = [];
  const lower: [number, number][] = [];
  const upper: [number, number][] = [];
  const inverseRe = new Float64Array(n);
  const inverseIm = new Float64Array(n);
  let isRadial = true;
  for (let k = 0; k < n; k++) {
    const v = node[k];
    const [pr, pi] = rows[v].get(v) ?? [0, 0];
    const size = pr * pr + pi * pi;
    if (!(size > 0))
      throw new QipanError('DEGENERATE_INPUT', `node ${v} is held by nothing: its admittance vanishes`, {
        got: 0,
        expected: 'a node connected to a source',
      });
    const ir = pr / size;
    const ii = -pi / size;
    inverseRe[k] = ir;
    inverseIm[k] = ii;
    const later = [...rows[v].keys()].filter((j) => position[j] > k).sort((a, b) => position[a] - position[b]);
    if (later.length > 1) isRadial = false;
    for (const a of later) {
      const [lr0, li0] = rows[a].get(v) ?? [0, 0];
      const lr = lr0 * ir - li0 * ii;
      const li = lr0 * ii + li0 * ir;
      const [ur0, ui0] = rows[v].get(a) as [number, number];
      neighbour.push(position[a]);
      lower.push([lr, li]);
      upper.push([ur0 * ir - ui0 * ii, ur0 * ii + ui0 * ir]);
      for (const b of later) {
        const [ur, ui] = rows[v].get(b) as [number, number];
        const cell = rows[a].get(b) ?? [0, 0];
        rows[a].set(b, [cell[0] - (lr * ur - li * ui), cell[1] - (lr * ui + li * ur)]);
      }
    }
    ptr[k + 1] = neighbour.length;
  }
  return {
    n,
    node,
    position,
    ptr,
    neighbour: Int32Array.from(neighbour),
    lowerRe: Float64Array.from(lower, (c) => c[0]),
    lowerIm: Float64Array.from(lower, (c) => c[1]),
    upperRe: Float64Array.from(upper, (c) => c[0]),
    upperIm: Float64Array.from(upper, (c) => c[1]),
    inverseRe,
    inverseIm,
    isRadial,
  };
}
