import type { Csr } from './csr.js';

/** Disjoint sets of 0…n−1 with path halving and union by size (Tarjan 1975). */
export class UnionFind {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;
  #sets: number;

  constructor(n: number) {
    this.#parent = Int32Array.from({ length: n }, (_, i) => i);
    this.#size = new Int32Array(n).fill(1);
    this.#sets = n;
  }

  /** How many sets there are. */
  get sets(): number {
    return this.#sets;
  }

  /** The representative of the set that holds i. */
  find(i: number): number {
    const p = this.#parent;
    while (p[i] !== i) i = p[i] = p[p[i]];
    return i;
  }

  sizeOf(i: number): number {
    return this.#size[this.find(i)];
  }

  /** Joins two sets; gives the representative of the result. */
  join(i: number, j: number): number {
    let [a, b] = [this.find(i), this.find(j)];
    if (a === b) return a;
    if (this.#size[a] < this.#size[b]) [a, b] = [b, a];
    this.#parent[b] = a;
    this.#size[a] += this.#size[b];
    this.#sets--;
    return a;
  }
}

/**
 * Nodes whose loss splits their component, of an undirected graph given as a symmetric pattern (Hopcroft, Tarjan 1973,
 * without recursion). Self-links and parallel edges do not matter. O(nodes + edges).
 * @returns 1 where a node is an articulation point
 */
export function articulationPoints(g: Pick<Csr, 'rows' | 'start' | 'index'>): Uint8Array {
  const n = g.rows;
  const [depth, low, parent] = [new Int32Array(n).fill(-1), new Int32Array(n), new Int32Array(n).fill(-1)];
  const next = g.start.slice(0, n);
  const cut = new Uint8Array(n);
  for (let root = 0; root < n; root++) {
    if (depth[root] >= 0) continue;
    depth[root] = low[root] = 0;
    let children = 0;
    let v = root;
    while (v >= 0) {
      if (next[v] < g.start[v + 1]) {
        const w = g.index[next[v]++];
        if (depth[w] < 0) {
          parent[w] = v;
          depth[w] = low[w] = depth[v] + 1;
          if (v === root) children++;
          v = w;
        } else low[v] = Math.min(low[v], depth[w]);
      } else {
        const p = parent[v];
        if (p >= 0) {
          low[p] = Math.min(low[p], low[v]);
          if (p !== root && low[v] >= depth[p]) cut[p] = 1;
        }
        v = p;
      }
    }
    if (children > 1) cut[root] = 1;
  }
  return cut;
}

/** Nodes in reverse postorder of a depth-first walk from the root; nodes out of reach are left out. */
function reversePostorder(g: Pick<Csr, 'rows' | 'start' | 'index'>, root: number): number[] {
  const seen = new Uint8Array(g.rows);
  const next = g.start.slice(0, g.rows);
  const order: number[] = [];
  const stack = [root];
  seen[root] = 1;
  while (stack.length > 0) {
    const v = stack[stack.length - 1];
    if (next[v] === g.start[v + 1]) order.push(stack.pop() as number);
    else {
      const w = g.index[next[v]++];
      if (!seen[w]) {
        seen[w] = 1;
        stack.push(w);
      }
    }
  }
  return order.reverse();
}

/**
 * Immediate dominators from a root: the last node that every path from the root to v passes (Cooper, Harvey, Kennedy
 * 2001). The root has itself, a node out of reach −1.
 */
export function dominators(g: Pick<Csr, 'rows' | 'start' | 'index'>, root: number): Int32Array {
  const order = reversePostorder(g, root);
  const place = new Int32Array(g.rows).fill(-1);
  order.forEach((v, k) => (place[v] = k));
  const before: number[][] = Array.from({ length: g.rows }, () => []);
  for (const v of order) for (let e = g.start[v]; e < g.start[v + 1]; e++) before[g.index[e]].push(v);
  const idom = new Int32Array(g.rows).fill(-1);
  idom[root] = root;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (place[a] > place[b]) a = idom[a];
      while (place[b] > place[a]) b = idom[b];
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const v of order) {
      if (v === root) continue;
      let best = -1;
      for (const p of before[v]) if (idom[p] >= 0) best = best < 0 ? p : meet(p, best);
      if (best !== idom[v]) {
        idom[v] = best;
        changed = true;
      }
    }
  }
  return idom;
}

/**
 * The largest k for which each node is in the k-core of an undirected graph (Batagelj, Zaveršnik 2003). The pattern is
 * symmetric without repeats; self-links are not counted. O(nodes + edges).
 */
export function coreNumbers(g: Pick<Csr, 'rows' | 'start' | 'index'>): Int32Array {
  const n = g.rows;
  const degree = new Int32Array(n);
  for (let v = 0; v < n; v++) for (let e = g.start[v]; e < g.start[v + 1]; e++) if (g.index[e] !== v) degree[v]++;
  const buckets: number[][] = [];
  const put = (v: number) => (buckets[degree[v]] ??= []).push(v);
  for (let v = 0; v < n; v++) put(v);
  const core = new Int32Array(n).fill(-1);
  for (let d = 0; d < buckets.length;) {
    const v = buckets[d]?.pop();
    if (v === undefined) d++;
    else if (core[v] < 0 && degree[v] === d) {
      core[v] = d;
      for (let e = g.start[v]; e < g.start[v + 1]; e++) {
        const w = g.index[e];
        if (core[w] < 0 && degree[w] > d) {
          degree[w]--;
          put(w);
        }
      }
    }
  }
  return core;
}
