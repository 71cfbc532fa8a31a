import { QipanError } from '@qipan/base';
import { kthSmallest } from './quickselect.js';
import { UnionFind } from './graph-parts.js';

export interface HdbscanOptions {
  /** Least weight of a cluster (the number of points when they have no weights); ≥ 2 points in any case. */
  readonly minClusterSize: number;
  /** Neighbours that make the core distance, the point itself counted; default `minClusterSize` in points. */
  readonly minPoints?: number;
  /** Weight of each point; default 1. */
  readonly weight?: ArrayLike<number>;
  /** May the whole set be one cluster; default no. */
  readonly allowSingle?: boolean;
}

/** `label` is −1 for noise; clusters are numbered in the order of their first point. */
export interface HdbscanResult {
  readonly label: Int32Array;
  /** Excess of mass of each cluster, `Σ weight·(λ_leave − λ_birth)`. */
  readonly stability: Float64Array;
  readonly coreDistance: Float64Array;
}

/**
 * HDBSCAN* of points of the plane with the excess-of-mass choice (Campello, Moulavi, Sander 2013; Campello et al. 2015):
 * mutual reachability `max(core_a, core_b, d_ab)`, minimum spanning tree (Prim, O(n²), no distance table), condensed tree,
 * most stable clusters. Distances are Euclidean in the unit of x and y. Weights count in sizes and stabilities, not
 * in core distances. Merges at equal distances are one split into many: a point as near to two clusters falls to neither,
 * so that the answer does not depend on the order of the points.
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE` (coordinates that are no numbers; a size below 2 without weights)
 */
export function hdbscan(x: ArrayLike<number>, y: ArrayLike<number>, o: HdbscanOptions): HdbscanResult {
  const n = x.length;
  if (y.length !== n || (o.weight && o.weight.length !== n))
    throw new QipanError('SHAPE_MISMATCH', `${n} x, ${y.length} y, ${o.weight?.length ?? n} weights`);
  for (let i = 0; i < n; i++)
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i]) || (o.weight && !(o.weight[i] >= 0)))
      throw new QipanError('OUT_OF_RANGE', `point ${i} is (${x[i]}, ${y[i]}), weight ${o.weight?.[i] ?? 1}`);
  if (!(o.minClusterSize > 0) || (!o.weight && o.minClusterSize < 2))
    throw new QipanError('OUT_OF_RANGE', `a least cluster size of ${o.minClusterSize}`, { expected: '≥ 2 points' });
  const weight = o.weight ? Float64Array.from(o.weight) : new Float64Array(n).fill(1);
  const minPoints = Math.max(1, Math.min(n, o.minPoints ?? (o.weight ? 5 : Math.round(o.minClusterSize))));
  const core = coreDistances(x, y, minPoints);
  if (n < 2) return { label: new Int32Array(n).fill(-1), stability: new Float64Array(0), coreDistance: core };
  const tree = condense(singleLinkage(spanningTree(x, y, core), weight), weight, o.minClusterSize);
  return { ...select(tree, n, o.allowSingle ?? false), coreDistance: core };
}

function coreDistances(x: ArrayLike<number>, y: ArrayLike<number>, k: number): Float64Array {
  const n = x.length;
  const row = new Float64Array(n);
  return Float64Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < n; j++) row[j] = (x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j]);
    return Math.sqrt(kthSmallest(row, k - 1));
  });
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly length: number;
}

/** Prim's tree under mutual reachability, edges from short to long. */
function spanningTree(x: ArrayLike<number>, y: ArrayLike<number>, core: Float64Array): Edge[] {
  const n = x.length;
  const best = new Float64Array(n).fill(Infinity);
  const from = new Int32Array(n);
  const done = new Uint8Array(n);
  const edges: Edge[] = [];
  for (let step = 1, v = 0; step < n; step++) {
    done[v] = 1;
    let next = -1;
    for (let j = 0; j < n; j++) {
      if (done[j]) continue;
      const d = Math.sqrt((x[v] - x[j]) * (x[v] - x[j]) + (y[v] - y[j]) * (y[v] - y[j]));
      const reach = Math.max(d, core[v], core[j]);
      if (reach < best[j]) {
        best[j] = reach;
        from[j] = v;
      }
      if (next < 0 || best[j] < best[next]) next = j;
    }
    edges.push({ a: from[next], b: next, length: best[next] });
    v = next;
  }
  return edges.sort((p, q) => p.length - q.length || p.a - q.a || p.b - q.b);
}

/** Merges: node n + k joins `left` and `right` at a distance; nodes below n are points. */
interface Linkage {
  readonly n: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly length: Float64Array;
  readonly mass: Float64Array;
  readonly points: Int32Array;
}

function singleLinkage(edges: readonly Edge[], weight: Float64Array): Linkage {
  const n = edges.length + 1;
  const sets = new UnionFind(n);
  const top = Int32Array.from({ length: n }, (_, i) => i);
  const [left, right] = [new Int32Array(n - 1), new Int32Array(n - 1)];
  const length = new Float64Array(n - 1);
  const mass = new Float64Array(2 * n - 1);
  const points = new Int32Array(2 * n - 1).fill(1);
  mass.set(weight);
  edges.forEach((e, k) => {
    left[k] = top[sets.find(e.a)];
    right[k] = top[sets.find(e.b)];
    length[k] = e.length;
    mass[n + k] = mass[left[k]] + mass[right[k]];
    points[n + k] = points[left[k]] + points[right[k]];
    top[sets.join(e.a, e.b)] = n + k;
  });
  return { n, left, right, length, mass, points };
}

interface Cluster {
  readonly parent: number;
  readonly birth: number;
  readonly children: number[];
  /** Points that leave this cluster, or stay to the end of it. */
  readonly members: number[];
  stability: number;
}

/** What a node falls apart into at its distance: merges of the same distance are one, whatever order they were made in. */
function partsOf(t: Linkage, v: number): number[] {
  const parts: number[] = [];
  const stack = [v];
  for (let u = stack.pop(); u !== undefined; u = stack.pop())
    if (u === v || (u >= t.n && t.length[u - t.n] === t.length[v - t.n])) stack.push(t.right[u - t.n], t.left[u - t.n]);
    else parts.push(u);
  return parts;
}

/** Walks the dendrogram from the top: parts too light to be a cluster fall out, two heavy parts or more are new clusters. */
function condense(t: Linkage, weight: Float64Array, minSize: number): Cluster[] {
  const clusters: Cluster[] = [{ parent: -1, birth: 0, children: [], members: [], stability: 0 }];
  const heavy = (v: number) => t.mass[v] >= minSize && t.points[v] >= 2;
  const stack: [number, number][] = [[2 * t.n - 2, 0]];
  const fall = (from: number, c: Cluster, lambda: number) => {
    const below = [from];
    for (let v = below.pop(); v !== undefined; v = below.pop()) {
      if (v >= t.n) below.push(t.left[v - t.n], t.right[v - t.n]);
      else {
        c.members.push(v);
        c.stability += weight[v] * (lambda - c.birth);
      }
    }
  };
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [v, at] = top;
    const c = clusters[at];
    const k = v - t.n;
    // Equal coordinates are at distance 0: a large number stands for their infinite density.
    const lambda = t.length[k] > 0 ? 1 / t.length[k] : 1e12;
    const parts = partsOf(t, v);
    const keep = parts.filter(heavy);
    for (const part of parts) if (!heavy(part)) fall(part, c, lambda);
    if (keep.length === 1) stack.push([keep[0], at]);
    else
      for (const part of keep) {
        c.stability += t.mass[part] * (lambda - c.birth);
        c.children.push(clusters.length);
        stack.push([part, clusters.length]);
        clusters.push({ parent: at, birth: lambda, children: [], members: [], stability: 0 });
      }
  }
  return clusters;
}

/** Excess of mass: a cluster is taken when it is worth at least as much as what it splits into. */
function select(clusters: readonly Cluster[], n: number, allowSingle: boolean): Omit<HdbscanResult, 'coreDistance'> {
  const worth = Float64Array.from(clusters, (c) => c.stability);
  const taken = new Uint8Array(clusters.length);
  for (let k = clusters.length - 1; k >= 0; k--) {
    const below = clusters[k].children.reduce((s, c) => s + worth[c], 0);
    taken[k] = (k > 0 || allowSingle) && clusters[k].stability >= below ? 1 : 0;
    if (!taken[k]) worth[k] = below;
  }
  const owner = new Int32Array(clusters.length).fill(-1);
  clusters.forEach((c, k) => {
    const above = c.parent >= 0 ? owner[c.parent] : -1;
    owner[k] = above >= 0 ? above : taken[k] ? k : -1;
  });
  const raw = new Int32Array(n).fill(-1);
  clusters.forEach((c, k) => c.members.forEach((v) => (raw[v] = owner[k])));
  const number = new Map<number, number>();
  const label = raw.map((k) => {
    if (k < 0) return -1;
    if (!number.has(k)) number.set(k, number.size);
    return number.get(k) as number;
  });
  return { label, stability: Float64Array.from(number.keys(), (k) => clusters[k].stability) };
}

/** Corners of the convex hull, counter-clockwise from the leftmost lowest, as indices (Andrew 1979); points on an edge are left out. */
export function convexHull(x: ArrayLike<number>, y: ArrayLike<number>): Int32Array {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a] - x[b] || y[a] - y[b]);
  const unique = order.filter((v, k) => k === 0 || x[v] !== x[order[k - 1]] || y[v] !== y[order[k - 1]]);
  if (unique.length < 3) return Int32Array.from(unique);
  const turn = (a: number, b: number, c: number) => (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]);
  const half = (list: readonly number[]) => {
    const out: number[] = [];
    for (const v of list) {
      while (out.length > 1 && turn(out[out.length - 2], out[out.length - 1], v) <= 0) out.pop();
      out.push(v);
    }
    return out.slice(0, -1);
  };
  return Int32Array.from([...half(unique), ...half(unique.reverse())]);
}
