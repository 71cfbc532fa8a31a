import type { Measure } from '../advantage.js';
import type { CellBounds, PublishedTotals } from './types.js';

const least = 1e-12;

/** What rows and columns still want: rows send, columns receive; Infinity = takes and gives anything (no published total). */
interface Excess {
  /** What a row still has to send, or a column has received too much. */
  readonly amount: Float64Array;
  readonly isFree: Uint8Array;
}

function excessOf(m: Measure, value: Float64Array, published: PublishedTotals): Excess {
  const nodes = m.regions + m.industries;
  const amount = new Float64Array(nodes);
  const isFree = new Uint8Array(nodes);
  for (let v = 0; v < nodes; v++) {
    const isRow = v < m.regions;
    const total = (isRow ? published.region?.[v] : published.industry?.[v - m.regions]) ?? Number.NaN;
    if (total !== total) isFree[v] = 1;
    else amount[v] = isRow ? total : -total;
  }
  for (let k = 0; k < value.length; k++) {
    amount[Math.floor(k / m.industries)] -= value[k];
    amount[m.regions + (k % m.industries)] += value[k];
  }
  return { amount, isFree };
}

/**
 * Moves amounts between open cells, inside their bounds, until every published total is met or no move is left: augmenting
 * paths between rows and columns, the shortest first (Edmonds, Karp 1972). `value` is changed in place. What is still missed
 * afterwards cannot be met by any filling. O(paths · regions · industries).
 */
export function moveToTotals(
  m: Measure & { readonly open: Uint8Array },
  value: Float64Array,
  bounds: CellBounds,
  published: PublishedTotals,
): void {
  const { amount, isFree } = excessOf(m, value, published);
  const nodes = amount.length;
  const cellOf = (a: number, b: number) =>
    a < m.regions ? a * m.industries + b - m.regions : b * m.industries + a - m.regions;
  const room = (a: number, b: number) => {
    const k = cellOf(a, b);
    if (m.open[k] !== 1) return 0;
    return a < m.regions ? bounds.upper[k] - value[k] : value[k] - bounds.lower[k];
  };
  const from = new Int32Array(nodes);
  /** The last node of a shortest path from any start to an end. */
  const search = (starts: readonly number[], isEnd: (v: number) => boolean): number => {
    from.fill(-2);
    for (const s of starts) from[s] = -1;
    const queue = [...starts];
    for (const v of queue) {
      if (isEnd(v)) return v;
      const [first, last] = v < m.regions ? [m.regions, nodes] : [0, m.regions];
      for (let w = first; w < last; w++)
        if (from[w] === -2 && room(v, w) > least) {
          from[w] = v;
          queue.push(w);
        }
    }
    return -1;
  };
  const all = [...amount.keys()];
  const isShort = (v: number) => isFree[v] === 0 && amount[v] < -least;
  for (;;) {
    const rich = all.filter((v) => isFree[v] === 0 && amount[v] > least);
    let end = search(rich, (v) => isFree[v] === 1 || isShort(v));
    if (end < 0)
      end = search(
        all.filter((v) => isFree[v] === 1),
        isShort,
      );
    if (end < 0) return;
    let most = isFree[end] === 1 ? Infinity : -amount[end];
    let start = end;
    for (; from[start] >= 0; start = from[start]) most = Math.min(most, room(from[start], start));
    if (isFree[start] === 0) most = Math.min(most, amount[start]);
    for (let v = end; from[v] >= 0; v = from[v]) value[cellOf(from[v], v)] += from[v] < m.regions ? most : -most;
    amount[start] -= most;
    amount[end] += most;
  }
}
