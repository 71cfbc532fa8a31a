import { selectSmallest } from '@qipan/numeric';
import { pointDistance } from './point-distance.js';
import type { Costs, CsrCost, PointCost } from './problem.js';
import { scaled, type CostScale } from './scale.js';
import { sortPairs } from './sort-pairs.js';
import { SiteGrid } from './site-grid.js';

/**
 * For each demand point its cheapest sites in ascending order of scaled cost, ties by site. Entries of row i are
 * `start[i] … start[i+1]−1`. Every site that is not in row i costs at least `limit[i]` (Infinity = the row is whole).
 */
export interface ServiceLists {
  readonly n: number;
  readonly m: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly value: Float64Array;
  readonly limit: Float64Array;
}

export function isPointCost(c: Costs): c is PointCost {
  return 'form' in c;
}

/** Where costs come from: gives lists of any length, and single costs. */
export interface CostSource {
  readonly n: number;
  readonly m: number;
  readonly scale: CostScale;
  /** Lists with `length[i]` entries in row i, or all there are; of all sites, or of those in `sites` (ascending). */
  lists(length: Int32Array, sites?: Int32Array): ServiceLists;
  /** Scaled cost, Infinity when site j cannot serve i. */
  cost(i: number, j: number): number;
  /** The cheapest open site for i, the smaller id among equals, −1 = none; `ids` are the sites with `isOpen` = 1. */
  cheapest(i: number, isOpen: Uint8Array, ids: Int32Array): number;
}

/** Costs given as a table: rows are sorted once, lists are their beginnings. */
export function tableSource(c: CsrCost, scale: CostScale): CostSource {
  const n = c.rows;
  const m = c.cols;
  let sorted: { index: Int32Array; value: Float64Array } | null = null;
  const sort = () => {
    const value = Float64Array.from(c.value, (v) => scaled(v, scale));
    const index = c.index.slice();
    for (let i = 0; i < n; i++) sortPairs(value, index, c.start[i], c.start[i + 1] - 1);
    return { index, value };
  };
  const dense = isDenseInOrder(c);
  const lists = (length: Int32Array, sites?: Int32Array): ServiceLists => {
    sorted ??= sort();
    if (sites) return someOf({ n, m, start: c.start, ...sorted }, length, sites);
    const start = new Int32Array(n + 1);
    const limit = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const whole = c.start[i + 1] - c.start[i];
      const k = Math.min(whole, length[i]);
      start[i + 1] = start[i] + k;
      limit[i] = k === whole ? Infinity : sorted.value[c.start[i] + k];
    }
    const index = new Int32Array(start[n]);
    const value = new Float64Array(start[n]);
    for (let i = 0; i < n; i++) {
      const k = start[i + 1] - start[i];
      index.set(sorted.index.subarray(c.start[i], c.start[i] + k), start[i]);
      value.set(sorted.value.subarray(c.start[i], c.start[i] + k), start[i]);
    }
    return { n, m, start, index, value, limit };
  };
  const cost = (i: number, j: number): number => {
    if (dense) return scaled(c.value[i * m + j], scale);
    for (let e = c.start[i]; e < c.start[i + 1]; e++) if (c.index[e] === j) return scaled(c.value[e], scale);
    return Infinity;
  };
  const cheapest = (i: number, isOpen: Uint8Array): number => {
    let best = -1;
    let least = Infinity;
    for (let e = c.start[i]; e < c.start[i + 1]; e++) {
      const j = c.index[e];
      if (isOpen[j] === 0 || c.value[e] > least || (c.value[e] === least && j > best)) continue;
      best = j;
      least = c.value[e];
    }
    return best;
  };
  return { n, m, scale, lists, cost, cheapest };
}

/** The beginnings of sorted rows, with only some of the sites. */
function someOf(
  whole: Pick<ServiceLists, 'n' | 'm' | 'start' | 'index' | 'value'>,
  length: Int32Array,
  sites: Int32Array,
): ServiceLists {
  const { n, m } = whole;
  const kept = new Uint8Array(m);
  for (const j of sites) kept[j] = 1;
  const start = new Int32Array(n + 1);
  const limit = new Float64Array(n).fill(Infinity);
  const index = new Int32Array(Math.min(whole.index.length, totalLength(length, sites.length)));
  const value = new Float64Array(index.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    let left = length[i];
    for (let e = whole.start[i]; e < whole.start[i + 1]; e++) {
      if (kept[whole.index[e]] === 0) continue;
      if (left-- === 0) {
        limit[i] = whole.value[e];
        break;
      }
      index[at] = whole.index[e];
      value[at++] = whole.value[e];
    }
    start[i + 1] = at;
  }
  return { n, m, start, index: index.slice(0, at), value: value.slice(0, at), limit };
}

function totalLength(length: Int32Array, most: number): number {
  let sum = 0;
  for (const k of length) sum += Math.min(k, most);
  return sum;
}

function isDenseInOrder(c: CsrCost): boolean {
  if (c.index.length !== c.rows * c.cols) return false;
  for (let e = 0, j = 0; e < c.index.length; e++, j = j + 1 === c.cols ? 0 : j + 1) if (c.index[e] !== j) return false;
  return true;
}

/** Costs that follow from coordinates: lists of the nearest sites are built when asked for. */
export function pointSource(c: PointCost, scale: CostScale): CostSource {
  const n = c.x.length;
  const siteX = c.siteX ?? c.x;
  const siteY = c.siteY ?? c.y;
  const m = siteX.length;
  const distance = pointDistance(c.metric);
  const weight = (i: number) => (c.weight ? c.weight[i] : 1);
  const cost = (i: number, j: number) => scaled(weight(i) * distance(c.x[i], c.y[i], siteX[j], siteY[j]), scale);
  const everySite = Int32Array.from({ length: m }, (_, j) => j);
  const lists = (length: Int32Array, sites?: Int32Array): ServiceLists => {
    const all = sites ?? everySite;
    const grid = c.metric === 'haversineKm' ? null : new SiteGrid(siteX, siteY, all);
    const start = new Int32Array(n + 1);
    for (let i = 0; i < n; i++) start[i + 1] = start[i] + Math.min(all.length, length[i]);
    const index = new Int32Array(start[n]);
    const value = new Float64Array(start[n]);
    const limit = new Float64Array(n);
    const key = new Float64Array(m);
    const some = new Int32Array(m);
    for (let i = 0; i < n; i++) {
      const begin = start[i];
      const k = start[i + 1] - begin;
      let ids = some;
      if (grid !== null && k < all.length / 4) ids = some.subarray(0, grid.near(c.x[i], c.y[i], k, some));
      else {
        some.set(all);
        ids = some.subarray(0, all.length);
      }
      for (const j of ids) key[j] = cost(i, j);
      selectSmallest(key, ids, k);
      for (let e = 0; e < k; e++) {
        index[begin + e] = ids[e];
        value[begin + e] = key[ids[e]];
      }
      sortPairs(value, index, begin, begin + k - 1);
      limit[i] = k === all.length ? Infinity : k === 0 ? 0 : value[begin + k - 1];
    }
    return { n, m, start, index, value, limit };
  };
  const cheapest = (i: number, _isOpen: Uint8Array, ids: Int32Array): number => {
    let best = -1;
    let least = Infinity;
    for (const j of ids) {
      const d = cost(i, j);
      if (d > least || (d === least && j > best)) continue;
      best = j;
      least = d;
    }
    return best;
  };
  return { n, m, scale, lists, cost, cheapest };
}

/** The same lists by site: entries of site j are `start[j] … start[j+1]−1`; `row` holds demand points, ascending. */
export interface SiteColumns {
  readonly start: Int32Array;
  readonly row: Int32Array;
  readonly value: Float64Array;
}

export function siteColumns(l: ServiceLists): SiteColumns {
  const start = new Int32Array(l.m + 1);
  const { index } = l;
  for (let e = 0; e < index.length; e++) start[index[e] + 1]++;
  for (let j = 0; j < l.m; j++) start[j + 1] += start[j];
  const next = start.slice(0, l.m);
  const row = new Int32Array(index.length);
  const value = new Float64Array(index.length);
  for (let i = 0; i < l.n; i++)
    for (let e = l.start[i]; e < l.start[i + 1]; e++) {
      const at = next[index[e]]++;
      row[at] = i;
      value[at] = l.value[e];
    }
  return { start, row, value };
}
