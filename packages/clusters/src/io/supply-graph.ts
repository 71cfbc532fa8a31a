import { QipanError } from '@qipan/base';
import { articulationPoints, coreNumbers, csrFromTriplets, dominators, UnionFind, type Csr } from '@qipan/numeric';

/** Links between (region, industry) pairs; a pair is node `region · industries + industry`. */
export interface SupplyLinks {
  readonly fromRegion: ArrayLike<number>;
  readonly fromIndustry: ArrayLike<number>;
  readonly toRegion: ArrayLike<number>;
  readonly toIndustry: ArrayLike<number>;
  /** Yuan a year, ≥ 0. */
  readonly value: ArrayLike<number>;
  /** Share of a lost purchase that another maker of the same product could deliver if it had room, 0…1; default 1. */
  readonly substitutable?: ArrayLike<number>;
}

/** What the nodes are and can do; arrays have an entry a node. */
export interface SupplyNetwork {
  readonly regions: number;
  readonly industries: number;
  readonly links: SupplyLinks;
  /** Yuan a year. */
  readonly output: Float64Array;
  readonly valueAdded: Float64Array;
  /** Share of output that could be added; 0 where unknown, which is said. */
  readonly spare: Float64Array;
  /** Days of use that buyers hold of the products of an industry, `[industry]`; NaN = unknown. */
  readonly coverDays: Float64Array;
  /** How much a lack of products of industry i stops industry j, `[i·industries + j]`, 0…1; default 1. */
  readonly binding?: Float64Array;
  /** Imports that a node buys, yuan a year. */
  readonly imports?: Float64Array;
}

export function checkNetwork(g: SupplyNetwork): void {
  const { regions, industries, links } = g;
  const nodes = regions * industries;
  const count = links.value.length;
  for (const [name, list, length] of [
    ['fromRegion', links.fromRegion, count],
    ['fromIndustry', links.fromIndustry, count],
    ['toRegion', links.toRegion, count],
    ['toIndustry', links.toIndustry, count],
    ['substitutable', links.substitutable ?? { length: count }, count],
    ['output', g.output, nodes],
    ['valueAdded', g.valueAdded, nodes],
    ['spare', g.spare, nodes],
    ['coverDays', g.coverDays, industries],
    ['binding', g.binding ?? { length: industries * industries }, industries * industries],
    ['imports', g.imports ?? { length: nodes }, nodes],
  ] as const)
    if (list.length !== length)
      throw new QipanError('SHAPE_MISMATCH', `${name} has ${list.length} entries; expected ${length}`, { field: name });
  for (let e = 0; e < count; e++) {
    const isPlace = (r: number, i: number) => r >= 0 && r < regions && i >= 0 && i < industries;
    if (!isPlace(links.fromRegion[e], links.fromIndustry[e]) || !isPlace(links.toRegion[e], links.toIndustry[e]))
      throw new QipanError('UNKNOWN_CODE', `link ${e} names a region or industry that is not there`, { row: e + 1 });
    if (!(links.value[e] >= 0))
      throw new QipanError('VALUE_NEGATIVE', `link ${e} carries ${links.value[e]}`, { row: e + 1 });
  }
}

const from = (g: SupplyNetwork, e: number) => g.links.fromRegion[e] * g.industries + g.links.fromIndustry[e];
const to = (g: SupplyNetwork, e: number) => g.links.toRegion[e] * g.industries + g.links.toIndustry[e];

/** One purchase of an input by a node from all its suppliers. */
export interface Purchase {
  readonly buyer: number;
  readonly input: number;
  readonly value: number;
  /** `Σ share²` over supplying regions; 1 = one source. */
  readonly hhi: number;
  /** `1 / hhi`. */
  readonly effectiveSuppliers: number;
  readonly largestSupplier: number;
  readonly largestShare: number;
}

/** Supplier concentration of every (buyer, input), the most concentrated first, larger purchases before smaller ones. */
export function supplierConcentration(g: SupplyNetwork): readonly Purchase[] {
  checkNetwork(g);
  const groups = new Map<number, Map<number, number>>();
  for (let e = 0; e < g.links.value.length; e++) {
    if (g.links.value[e] === 0) continue;
    const key = to(g, e) * g.industries + g.links.fromIndustry[e];
    const group = groups.get(key) ?? new Map<number, number>();
    groups.set(key, group);
    group.set(from(g, e), (group.get(from(g, e)) ?? 0) + g.links.value[e]);
  }
  const out = [...groups].map(([key, group]): Purchase => {
    const value = [...group.values()].reduce((a, b) => a + b, 0);
    const [largestSupplier, largest] = [...group].reduce((a, b) => (b[1] > a[1] ? b : a));
    const hhi = [...group.values()].reduce((s, v) => s + (v / value) ** 2, 0);
    return {
      buyer: Math.floor(key / g.industries),
      input: key % g.industries,
      value,
      hhi,
      effectiveSuppliers: 1 / hhi,
      largestSupplier,
      largestShare: largest / value,
    };
  });
  return out.sort((a, b) => b.hhi - a.hhi || b.value - a.value || a.buyer - b.buyer);
}

/** The undirected graph of links that carry at least `share` of the buyer's purchases of that input, self-links left out. */
function thresholded(g: SupplyNetwork, share: number, directed: boolean): Csr {
  const nodes = g.regions * g.industries;
  const bought = new Map<number, number>();
  const key = (e: number) => to(g, e) * g.industries + g.links.fromIndustry[e];
  for (let e = 0; e < g.links.value.length; e++) bought.set(key(e), (bought.get(key(e)) ?? 0) + g.links.value[e]);
  const [row, col]: [number[], number[]] = [[], []];
  for (let e = 0; e < g.links.value.length; e++) {
    const [a, b] = [from(g, e), to(g, e)];
    if (a === b || g.links.value[e] === 0 || g.links.value[e] < share * (bought.get(key(e)) as number)) continue;
    row.push(a);
    col.push(b);
    if (!directed) {
      row.push(b);
      col.push(a);
    }
  }
  return csrFromTriplets({ rows: nodes, cols: nodes }, { row, col, value: row.map(() => 1) });
}

/** Where the graph hangs on single nodes. */
export interface SupplyStructure {
  readonly share: number;
  readonly articulation: Uint8Array;
  readonly core: Int32Array;
  /** For each node, how many others hear of the makers of raw inputs only through it. */
  readonly dominated: Int32Array;
  /** Share of connected nodes left in the largest part when the k busiest nodes are gone, k = 0, 1, …. */
  readonly percolation: Float64Array;
}

/**
 * Articulation points, core numbers, dominators and percolation of the supply graph, links below `share` of the
 * buyer's purchase of an input left out. Dominators are from a source before all nodes without suppliers (or, in a part that is
 * one circle, before its largest node).
 */
export function supplyStructure(g: SupplyNetwork, share = 0.1): SupplyStructure {
  checkNetwork(g);
  const both = thresholded(g, share, false);
  return {
    share,
    articulation: articulationPoints(both),
    core: coreNumbers(both),
    dominated: dominatedCounts(g, thresholded(g, share, true)),
    percolation: percolation(both),
  };
}

function dominatedCounts(g: SupplyNetwork, directed: Csr): Int32Array {
  const nodes = directed.rows;
  const incoming = new Int32Array(nodes);
  for (const w of directed.index) incoming[w]++;
  const roots: number[] = [];
  const seen = new Uint8Array(nodes);
  const walk = (root: number) => {
    roots.push(root);
    const stack = [root];
    seen[root] = 1;
    for (let v = stack.pop(); v !== undefined; v = stack.pop())
      for (let e = directed.start[v]; e < directed.start[v + 1]; e++)
        if (!seen[directed.index[e]]) {
          seen[directed.index[e]] = 1;
          stack.push(directed.index[e]);
        }
  };
  for (let v = 0; v < nodes; v++) if (incoming[v] === 0 && directed.start[v + 1] > directed.start[v]) walk(v);
  const bySize = [...g.output.keys()].sort((a, b) => g.output[b] - g.output[a]);
  for (const v of bySize) if (!seen[v] && directed.start[v + 1] > directed.start[v]) walk(v);
  const row = roots.map(() => nodes);
  const col = [...roots];
  for (let v = 0; v < nodes; v++)
    for (let e = directed.start[v]; e < directed.start[v + 1]; e++) {
      row.push(v);
      col.push(directed.index[e]);
    }
  const whole = csrFromTriplets({ rows: nodes + 1, cols: nodes + 1 }, { row, col, value: row.map(() => 1) });
  const idom = dominators(whole, nodes);
  const count = new Int32Array(nodes);
  for (let v = 0; v < nodes; v++) for (let d = idom[v]; d >= 0 && d !== nodes && d !== v; d = idom[d]) count[d]++;
  return count;
}

function percolation(g: Csr): Float64Array {
  const degree = Int32Array.from({ length: g.rows }, (_, v) => g.start[v + 1] - g.start[v]);
  const linked = [...degree.keys()].filter((v) => degree[v] > 0).sort((a, b) => degree[b] - degree[a] || a - b);
  // Adding nodes from the least busy to the busiest gives the curve backwards in one pass.
  const sets = new UnionFind(g.rows);
  const isIn = new Uint8Array(g.rows);
  const curve = new Float64Array(linked.length + 1);
  let largest = 0;
  for (let k = linked.length - 1; k >= 0; k--) {
    const v = linked[k];
    isIn[v] = 1;
    largest = Math.max(largest, 1);
    for (let e = g.start[v]; e < g.start[v + 1]; e++)
      if (isIn[g.index[e]]) largest = Math.max(largest, sets.sizeOf(sets.join(v, g.index[e])));
    curve[k] = largest / linked.length;
  }
  return curve;
}
