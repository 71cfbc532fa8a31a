import { QipanError } from '@qipan/base';
import type { Panel, PanelCompleteness } from './types.js';

/** Small cells that may not be told. */
export interface MaskRule {
  /** Cells above 0 and below this are masked: 3 firms, 10 persons. */
  readonly below: number;
}

/** A panel that may be shown: what must not be told is unknown in it. */
export interface Masking {
  readonly panel: Panel;
  /** Cells masked because they are small, ascending. */
  readonly small: readonly number[];
  /** Cells masked with them, so that none follows from the totals of its region and industry; ascending. */
  readonly beside: readonly number[];
  /** Unknown cells that still follow from totals: nothing is left that could be masked beside them. */
  readonly open: readonly number[];
}

/**
 * The panel as a graph: a node a region (0…R−1) and an industry (R…R+I−1), an edge an unknown cell. From the totals a cell is
 * determined exactly when its edge lies on no cycle: round a cycle an amount can be added and taken away in turns.
 */
class UnknownCells {
  readonly #panel: Panel;
  readonly #next: Set<number>[];

  constructor(panel: Panel, unknown: readonly number[]) {
    this.#panel = panel;
    this.#next = Array.from({ length: panel.regions + panel.industries }, () => new Set<number>());
    for (const k of unknown) this.add(k);
  }

  ends(k: number): readonly [region: number, industry: number] {
    const { industries, regions } = this.#panel;
    return [Math.floor(k / industries), regions + (k % industries)];
  }

  add(k: number): void {
    const [r, i] = this.ends(k);
    this.#next[r].add(i);
    this.#next[i].add(r);
  }

  has(a: number, b: number): boolean {
    return this.#next[a].has(b);
  }

  /** Edges on no cycle, by depth-first search without recursion: low point of the child above its parent (Tarjan 1974). */
  bridges(): number[] {
    const { regions, industries } = this.#panel;
    const n = this.#next.length;
    const order = new Int32Array(n).fill(-1);
    const low = new Int32Array(n);
    const out: number[] = [];
    let count = 0;
    for (let root = 0; root < n; root++) {
      if (order[root] >= 0) continue;
      const stack = [{ v: root, parent: -1, rest: this.#next[root].values() }];
      order[root] = low[root] = count++;
      for (let top = stack.at(-1); top; top = stack.at(-1)) {
        const step = top.rest.next();
        if (!step.done) {
          const w = step.value;
          if (w === top.parent) continue;
          if (order[w] >= 0) low[top.v] = Math.min(low[top.v], order[w]);
          else {
            order[w] = low[w] = count++;
            stack.push({ v: w, parent: top.v, rest: this.#next[w].values() });
          }
          continue;
        }
        stack.pop();
        const { v, parent } = top;
        if (parent < 0) continue;
        low[parent] = Math.min(low[parent], low[v]);
        if (low[v] > order[parent]) out.push(Math.min(v, parent) * industries + Math.max(v, parent) - regions);
      }
    }
    return out.sort((a, b) => a - b);
  }
}

/**
 * Cells to mask so that cell `k` lies on a cycle: the path between its region and its industry, over known cells above 0 and
 * unknown ones, that hides the least (Dijkstra over all cells, `O((R + I)² + R·I)`). Null where there is none.
 */
function cheapestCycle(panel: Panel, value: Float64Array, unknown: UnknownCells, k: number): number[] | null {
  const { regions, industries } = panel;
  const n = regions + industries;
  const [from, to] = unknown.ends(k);
  const cost = new Float64Array(n).fill(Infinity);
  const before = new Int32Array(n).fill(-1);
  const done = new Uint8Array(n);
  const cellOf = (a: number, b: number) => Math.min(a, b) * industries + Math.max(a, b) - regions;
  cost[from] = 0;
  for (;;) {
    let v = -1;
    for (let w = 0; w < n; w++) if (!done[w] && cost[w] < Infinity && (v < 0 || cost[w] < cost[v])) v = w;
    if (v < 0) return null;
    if (v === to) break;
    done[v] = 1;
    const [first, last] = v < regions ? [regions, n] : [0, regions];
    for (let w = first; w < last; w++) {
      const cell = cellOf(v, w);
      if (cell === k || done[w]) continue;
      const step = unknown.has(v, w) ? 0 : value[cell] > 0 ? value[cell] : Infinity;
      if (cost[v] + step < cost[w]) {
        cost[w] = cost[v] + step;
        before[w] = v;
      }
    }
  }
  const path: number[] = [];
  for (let v = to; v !== from; v = before[v]) {
    const cell = cellOf(v, before[v]);
    if (!unknown.has(v, before[v])) path.push(cell);
  }
  return path;
}

/**
 * Makes small cells unknown, and with them as many others as it takes that no unknown cell, masked here or suppressed by the
 * office, follows from the totals of regions and industries (complementary suppression, Cox 1980; a heuristic: each cell gets
 * its cheapest cycle in turn, the least in all is not sought). Which cells were small is not to be seen in the panel: all are unknown
 * without bounds. What can be told from totals is an interval; how wide it is, is not assured.
 * @throws `OUT_OF_RANGE` for a threshold that is not above 0
 */
export function maskSmallCells(panel: Panel, { below }: MaskRule): Masking {
  if (!(below > 0) || below === Infinity)
    throw new QipanError('OUT_OF_RANGE', `a threshold of ${below}`, { got: below, expected: 'a number > 0' });
  const value = panel.value.slice();
  const small = [...value.keys()].filter((k) => value[k] > 0 && value[k] < below);
  for (const k of small) value[k] = Number.NaN;
  const unknown = new UnknownCells(
    panel,
    [...value.keys()].filter((k) => value[k] !== value[k]),
  );
  const beside: number[] = [];
  for (const k of unknown.bridges())
    for (const cell of cheapestCycle(panel, value, unknown, k) ?? []) {
      value[cell] = Number.NaN;
      unknown.add(cell);
      beside.push(cell);
    }
  // What was masked lies on the cycle it was masked for; bridges that are left had none.
  const open = unknown.bridges();
  const hidden = [...small, ...beside];
  const bounds = panel.bounds && { lower: panel.bounds.lower.slice(), upper: panel.bounds.upper.slice() };
  if (bounds) for (const k of hidden) [bounds.lower[k], bounds.upper[k]] = [0, Infinity];
  return {
    panel: { ...panel, value, ...(bounds ? { bounds } : {}) },
    small,
    beside: beside.sort((a, b) => a - b),
    open,
  };
}

/** Counts of a year after masking: what is masked is suppressed, and the total holds only what is shown. */
export function maskedCompleteness(c: PanelCompleteness, { panel, small, beside }: Masking): PanelCompleteness {
  const hidden = small.length + beside.length;
  return {
    ...c,
    observed: c.observed - hidden,
    suppressed: c.suppressed + hidden,
    total: panel.value.reduce((s, x) => (x === x ? s + x : s), 0),
  };
}
