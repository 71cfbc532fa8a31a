import type { Random } from '@qipan/base';
import { csrFromLists, type Csr } from '@qipan/numeric';

/** Costs as a plain table: a row a demand point, a column a site, Infinity = cannot serve. */
export type Table = readonly (readonly number[])[];

export const none = Infinity;

export function sum(numbers: Iterable<number>): number {
  let s = 0;
  for (const v of numbers) s += v;
  return s;
}

/** Sparse rows of a table; an infinite entry is left out. */
export function toCsr(table: Table, cols = table[0]?.length ?? 0): Csr {
  return csrFromLists(
    cols,
    table.map((row) => {
      const index = [...row.keys()].filter((j) => row[j] < Infinity);
      return { index, value: index.map((j) => row[j]) };
    }),
  );
}

/** Every subset of 0…m−1, as sites in ascending order. */
export function* subsets(m: number): Generator<number[]> {
  for (let code = 0; code < 2 ** m; code++) {
    const sites: number[] = [];
    for (let j = 0; j < m; j++) if ((code >> j) & 1) sites.push(j);
    yield sites;
  }
}

/** Subsets of exactly p sites. */
export function* subsetsOf(m: number, p: number): Generator<number[]> {
  for (const sites of subsets(m)) if (sites.length === p) yield sites;
}

interface Extra {
  readonly unserved?: ArrayLike<number>;
  readonly existing?: ArrayLike<number>;
}

const holdsAll = (sites: readonly number[], existing: ArrayLike<number> = []) =>
  Array.from(existing).every((j) => sites.includes(j));

/** Summed cost of serving everybody from the sites; who may stay unserved does when that is cheaper. */
export function serviceCost(table: Table, sites: readonly number[], unserved?: ArrayLike<number>): number {
  return sum(table.map((row, i) => Math.min(unserved ? unserved[i] : Infinity, ...sites.map((j) => row[j]))));
}

export function bestMedian(table: Table, p: number, o: Extra = {}): number {
  let best = Infinity;
  for (const sites of subsetsOf(table[0].length, p))
    if (holdsAll(sites, o.existing)) best = Math.min(best, serviceCost(table, sites, o.unserved));
  return best;
}

export function bestUfl(table: Table, fixedCost: ArrayLike<number>, o: Extra = {}): number {
  let best = Infinity;
  for (const sites of subsets(table[0].length))
    if (holdsAll(sites, o.existing))
      best = Math.min(best, serviceCost(table, sites, o.unserved) + sum(sites.map((j) => fixedCost[j])));
  return best;
}

/** Most weight that at most p sites cover; `table` holds a finite number where a site covers. */
export function bestMclp(table: Table, weight: ArrayLike<number>, p: number, o: Extra = {}): number {
  let best = -Infinity;
  for (const sites of subsets(table[0].length)) {
    if (sites.length > p || !holdsAll(sites, o.existing)) continue;
    best = Math.max(best, coveredWeight(table, weight, sites));
  }
  return best;
}

export function coveredWeight(table: Table, weight: ArrayLike<number>, sites: readonly number[]): number {
  return sum(table.map((row, i) => (sites.some((j) => row[j] < Infinity) ? weight[i] : 0)));
}

/** Least summed fixed cost of sites that cover everybody, Infinity when even all do not. */
export function bestLscp(table: Table, fixedCost: ArrayLike<number>, o: Extra = {}): number {
  let best = Infinity;
  for (const sites of subsets(table[0].length))
    if (holdsAll(sites, o.existing) && table.every((row) => sites.some((j) => row[j] < Infinity)))
      best = Math.min(best, sum(sites.map((j) => fixedCost[j])));
  return best;
}

/** Least possible largest cost with exactly p sites. */
export function bestCenter(table: Table, p: number): number {
  let best = Infinity;
  for (const sites of subsetsOf(table[0].length, p)) best = Math.min(best, worstCost(table, sites));
  return best;
}

export function worstCost(table: Table, sites: readonly number[]): number {
  return Math.max(...table.map((row) => Math.min(...sites.map((j) => row[j]))));
}

interface TableShape {
  readonly n: number;
  readonly m: number;
  /** Costs are whole numbers 0…most. */
  readonly most: number;
  /** Share of the cells that hold a cost, default all. */
  readonly density?: number;
}

export function randomTable(rng: Random, { n, m, most, density = 1 }: TableShape): number[][] {
  return Array.from({ length: n }, () =>
    Array.from({ length: m }, () => (rng.next() < density ? rng.below(most + 1) : Infinity)),
  );
}

export function randomNumbers(rng: Random, count: number, most: number): Float64Array {
  return Float64Array.from({ length: count }, () => rng.below(most + 1));
}

/** Euclidean distances between points, as a table. */
export function planeTable(points: readonly (readonly [number, number])[], sites = points): number[][] {
  return points.map(([x, y]) => sites.map(([sx, sy]) => Math.sqrt((x - sx) ** 2 + (y - sy) ** 2)));
}

/** Points of the unit square times `side`, whole coordinates. */
export function randomPoints(rng: Random, count: number, side: number): [number, number][] {
  return Array.from({ length: count }, () => [rng.below(side), rng.below(side)]);
}

/** The table with rows and columns in another order: row k of the new one is row `rows[k]` of the old. */
export function permuted(table: Table, rows: ArrayLike<number>, cols: ArrayLike<number>): number[][] {
  return Array.from(rows, (i) => Array.from(cols, (j) => table[i][j]));
}
