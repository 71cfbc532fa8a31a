import { QipanError } from '@qipan/base';
import { BoundedSearch, compactGraph, type Csr } from '@qipan/numeric';
import type { Instance, ReadOptions } from './instance.js';
import { WordReader } from './numbers.js';

/**
 * OR-Library p-median file: `n edges p`, then `u v length`, an undirected graph counted from 1; a repeated edge
 * overrides the earlier one. Costs are the lengths of shortest paths (Beasley, EJOR 21, 1985).
 * @throws `BAD_FILE` with file, line, got, expected
 */
export function readOrlibGraph(text: string, o: ReadOptions): Instance {
  const r = new WordReader(o.file, text);
  const n = r.integer('the number of nodes', 1, 1e6);
  const edges = r.integer('the number of edges', 0, 1e8);
  const p = r.integer('p', 1, n);
  r.expectAtLeast(3 * edges, `${edges} edges "u v length"`);
  const length = new Map<number, number>();
  for (let e = 0; e < edges; e++) {
    const u = r.integer(`an end of edge ${e + 1}`, 1, n) - 1;
    const v = r.integer(`an end of edge ${e + 1}`, 1, n) - 1;
    length.set(Math.min(u, v) * n + Math.max(u, v), r.amount(`the length of edge ${e + 1}`));
  }
  r.end(17, `${edges} edges`);
  const costs = shortestPaths(n, length);
  return {
    costs,
    distances: costs,
    cover: coverOf(costs),
    weight: new Float64Array(n).fill(1),
    p,
    fixedCost: null,
    capacity: null,
    demand: null,
    singleSource: false,
    siteId: (j) => j + 1,
    warnings: r.warnings,
  };
}

/** Rows restricted to costs within the radius, inclusive. */
export function coverOf(costs: Csr): (radius: number) => Csr {
  return (radius) => {
    const start = new Int32Array(costs.rows + 1);
    let count = 0;
    for (let i = 0; i < costs.rows; i++) {
      for (let e = costs.start[i]; e < costs.start[i + 1]; e++) if (costs.value[e] <= radius) count++;
      start[i + 1] = count;
    }
    const index = new Int32Array(count);
    let at = 0;
    for (let e = 0; e < costs.index.length; e++) if (costs.value[e] <= radius) index[at++] = costs.index[e];
    return { rows: costs.rows, cols: costs.cols, start, index, value: new Float64Array(count) };
  };
}

/** All pairs that a path joins; paths longer than single precision counts exactly are refused. */
function shortestPaths(n: number, length: ReadonlyMap<number, number>): Csr {
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  for (const [key, l] of length) {
    const [u, v] = [Math.floor(key / n), key % n];
    if (Math.fround(l) !== l)
      throw new QipanError('BAD_FILE', `edge ${u + 1}-${v + 1} has length ${l}; expected at most 24 significant bits`);
    from.push(u, v);
    to.push(v, u);
    weight.push(l, l);
  }
  const search = new BoundedSearch(compactGraph(n, { from, to, weight }));
  const start = new Int32Array(n + 1);
  const index: Int32Array[] = [];
  const value: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const count = search.run(i, Infinity);
    start[i + 1] = start[i] + count;
    const reached = search.reached.slice(0, count).sort();
    index.push(reached);
    value.push(Float64Array.from(reached, (j) => search.distance[j]));
  }
  const all: Csr = {
    rows: n,
    cols: n,
    start,
    index: new Int32Array(start[n]),
    value: new Float64Array(start[n]),
  };
  for (let i = 0; i < n; i++) {
    all.index.set(index[i], start[i]);
    all.value.set(value[i], start[i]);
  }
  return all;
}

/**
 * OR-Library warehouse file: `m n`, then m × (capacity, fixed cost), then per customer its demand and m costs of
 * serving it all; demand may be split. A capacity written as the word `capacity` must be given by the caller.
 */
export function readOrlibWarehouses(text: string, o: ReadOptions): Instance {
  const r = new WordReader(o.file, text);
  const m = r.integer('the number of warehouses', 1, 1e6);
  const n = r.integer('the number of customers', 1, 1e6);
  const layout = `${m} × (capacity, fixed cost) and ${n} × (demand, ${m} costs)`;
  r.expectAtLeast(2 * m + n * (m + 1), layout);
  const capacity = new Float64Array(m);
  const fixedCost = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    if (r.peek() === 'capacity') {
      if (o.capacity === undefined) r.fail(`the capacity of warehouse ${j + 1} (give it by an option)`, r.peek());
      r.word('capacity');
    } else capacity[j] = r.amount(`the capacity of warehouse ${j + 1}`);
    if (o.capacity !== undefined) capacity[j] = o.capacity;
    fixedCost[j] = r.amount(`the fixed cost of warehouse ${j + 1}`);
  }
  const demand = new Float64Array(n);
  const value = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    demand[i] = r.amount(`the demand of customer ${i + 1}`);
    for (let j = 0; j < m; j++) value[i * m + j] = r.amount(`the cost of customer ${i + 1} at warehouse ${j + 1}`);
  }
  r.end(Math.max(17, m), layout);
  const costs = denseCosts(n, m, value);
  return warehouses(r, { costs, fixedCost, capacity, demand, singleSource: false });
}

/** A full table by customer as sparse rows. */
export function denseCosts(n: number, m: number, value: Float64Array): Csr {
  const index = new Int32Array(n * m);
  for (let e = 0; e < index.length; e++) index[e] = e % m;
  return { rows: n, cols: m, start: Int32Array.from({ length: n + 1 }, (_, i) => i * m), index, value };
}

interface Warehouses {
  readonly costs: Csr;
  readonly fixedCost: Float64Array;
  readonly capacity: Float64Array;
  readonly demand: Float64Array;
  readonly singleSource: boolean;
}

/** An instance with capacities; numbers in places where they cannot be meant are refused as a wrong layout. */
export function warehouses(r: WordReader, w: Warehouses): Instance {
  const supply = w.capacity.reduce((s, v) => s + v, 0);
  const wanted = w.demand.reduce((s, v) => s + v, 0);
  const largest = w.capacity.reduce((s, v) => Math.max(s, v), 0);
  const tooLarge = w.singleSource ? w.demand.findIndex((d) => d > largest) : -1;
  if (supply < wanted || tooLarge >= 0)
    throw new QipanError(
      'BAD_FILE',
      supply < wanted
        ? `${r.file}: read in this layout, capacities sum to ${supply} and demands to ${wanted}; is it another format?`
        : `${r.file}: read in this layout, customer ${tooLarge + 1} wants ${w.demand[tooLarge]}, more than any capacity`,
      { file: r.file, got: supply < wanted ? supply : largest, expected: 'capacities that can carry the demand' },
    );
  return {
    ...w,
    distances: w.costs,
    cover: null,
    weight: w.demand,
    p: null,
    siteId: (j) => j + 1,
    warnings: r.warnings,
  };
}
