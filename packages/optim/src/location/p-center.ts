import { QipanError } from '@qipan/base';
import { csrFromLists, type Csr } from '@qipan/numeric';
import { checkCosts } from './assignment-model.js';
import { solveAssignment } from './assignment-search.js';
import type { Certificate, LocationResult, PCenterProblem, SolveOptions } from './problem.js';
import { isPointCost, pointSource } from './service-lists.js';

/** Costs of every pair in reach, by row, ascending. */
interface Table {
  readonly n: number;
  readonly m: number;
  readonly rows: readonly { readonly index: Int32Array; readonly value: Float64Array }[];
}

/**
 * p-center by binary search over the distinct costs: with a covering radius r, p sites suffice if the set cover within
 * r needs at most p (Minieka 1970). Every infeasible radius is proved by the covering bound.
 */
export function solvePCenter(problem: PCenterProblem, options: SolveOptions = {}): LocationResult {
  checkCosts(problem.costs);
  const table = tableOf(problem);
  if (!(Number.isInteger(problem.p) && problem.p >= 1 && problem.p <= table.m))
    throw new QipanError('OUT_OF_RANGE', `p = ${problem.p}; expected 1…${table.m}`, {
      got: problem.p,
      expected: `1…${table.m}`,
    });
  const radii = distinctCosts(table);
  const { low: least, best: first } = startingRange(table, problem.p, radii);
  const state: Search = { problem, options, table, best: first, certificate: null, iterations: 0, nodes: 0 };
  // Radii below index `low` are proved too small; `high` is the index of the best known.
  let low = least;
  let high = first === null ? radii.length : indexOf(radii, worstCost(table, first));
  while (low < high && options.shouldStop?.() !== true) {
    const middle = (low + high) >> 1;
    const tried = cover(state, radii[middle]);
    if (tried === 'unknown') break;
    if (tried === 'no') low = middle + 1;
    else high = Math.min(middle, indexOf(radii, worstCost(table, state.best as Int32Array)));
    options.progress?.(radii[high] ?? Infinity, radii[low] ?? Infinity);
  }
  if (low < high || !state.certificate) certifyAt(state, radii[Math.min(low, radii.length - 1)]);
  return resultOf(state, { radii, low, high });
}

interface Search {
  readonly problem: PCenterProblem;
  readonly options: SolveOptions;
  readonly table: Table;
  best: Int32Array | null;
  /** Proof that the largest radius shown infeasible is so. */
  certificate: Certificate | null;
  iterations: number;
  nodes: number;
}

/** Do p sites cover everybody within the radius? A yes leaves the sites in `state.best`. */
function cover(state: Search, radius: number): 'yes' | 'no' | 'unknown' {
  const { p } = state.problem;
  const r = solveAssignment({ kind: 'lscp', cover: coverWithin(state.table, radius) }, coverOptions(state, p));
  state.iterations += r.stats.iterations;
  state.nodes += r.stats.nodes;
  if (r.value <= p) {
    state.best = r.open;
    return 'yes';
  }
  if (r.status === 'infeasible' || r.bound > p) {
    state.certificate = r.certificate;
    return 'no';
  }
  return 'unknown';
}

/** Stops a cover as soon as it is known on which side of p it lies. */
function coverOptions(state: Search, p: number): SolveOptions {
  const { options } = state;
  let decided = false;
  return {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.nodeLimit === undefined ? {} : { nodeLimit: options.nodeLimit - state.nodes }),
    ...(options.iterationLimit === undefined ? {} : { iterationLimit: options.iterationLimit - state.iterations }),
    ...(state.best ? { start: state.best } : {}),
    certify: options.certify ?? true,
    shouldStop: () => decided || options.shouldStop?.() === true,
    progress: (value, bound) => {
      decided ||= value <= p || bound > p + 0.01;
    },
  };
}

/** With nothing proved (p = m, or the first radius suffices) the proof is the empty one: no cost is below the bound. */
function certifyAt(state: Search, bound: number): void {
  state.certificate ??= {
    format: 'qipan.locationCertificate/1',
    kind: 'p-center',
    scale: 1,
    integral: true,
    bound,
    dominated: new Int32Array(0),
    root: { steps: [], branch: null },
  };
}

function resultOf(state: Search, r: { radii: Float64Array; low: number; high: number }): LocationResult {
  const { radii, low, high } = r;
  const infeasible = state.best === null && low >= radii.length;
  const value = state.best ? worstCost(state.table, state.best) : NaN;
  const bound = infeasible ? Infinity : radii[Math.min(low, radii.length - 1)];
  const gap = state.best ? (value - bound) / Math.max(Math.abs(value), 1e-9) : Infinity;
  return {
    status: infeasible ? 'infeasible' : low >= high ? 'optimal' : 'stopped',
    value,
    bound,
    gap: Math.max(0, gap),
    open: state.best ? fill(state.best, state.problem.p, state.table.m) : new Int32Array(0),
    assignment: state.best ? nearest(state.table, state.best) : new Int32Array(state.table.n).fill(-1),
    certificate: state.certificate ? { ...state.certificate, kind: 'p-center', bound } : null,
    stats: { iterations: state.iterations, nodes: state.nodes, coreSites: state.table.m, rootBound: radii[0] ?? 0 },
  };
}

/** Exactly p sites: those that are free of use are taken by number. */
function fill(open: Int32Array, p: number, m: number): Int32Array {
  const all = new Set(open);
  for (let j = 0; all.size < p && j < m; j++) all.add(j);
  return Int32Array.from(all).sort();
}

function tableOf(problem: PCenterProblem): Table {
  const { costs } = problem;
  if (!isPointCost(costs)) {
    const rows = Array.from({ length: costs.rows }, (_, i) => {
      const order = Array.from({ length: costs.start[i + 1] - costs.start[i] }, (_e, k) => costs.start[i] + k);
      order.sort((a, b) => costs.value[a] - costs.value[b] || costs.index[a] - costs.index[b]);
      return {
        index: Int32Array.from(order, (e) => costs.index[e]),
        value: Float64Array.from(order, (e) => costs.value[e]),
      };
    });
    return { n: costs.rows, m: costs.cols, rows };
  }
  const source = pointSource(costs, { scale: 1, integral: false });
  const lists = source.lists(new Int32Array(source.n).fill(source.m));
  const rows = Array.from({ length: source.n }, (_, i) => ({
    index: lists.index.subarray(lists.start[i], lists.start[i + 1]),
    value: lists.value.subarray(lists.start[i], lists.start[i + 1]),
  }));
  return { n: source.n, m: source.m, rows };
}

function distinctCosts(table: Table): Float64Array {
  const all = new Float64Array(table.rows.reduce((s, r) => s + r.value.length, 0));
  let at = 0;
  for (const row of table.rows) {
    all.set(row.value, at);
    at += row.value.length;
  }
  all.sort();
  let count = 0;
  for (let k = 0; k < all.length; k++) if (k === 0 || all[k] !== all[k - 1]) all[count++] = all[k];
  return all.slice(0, count);
}

/** Nobody can do with less than its own cheapest site; the farthest-point greedy gives a first solution. */
function startingRange(table: Table, p: number, radii: Float64Array): { low: number; best: Int32Array | null } {
  let need = 0;
  for (const { value } of table.rows) {
    if (value.length === 0) return { low: radii.length, best: null };
    need = Math.max(need, value[0]);
  }
  const chosen: number[] = [];
  const near = new Float64Array(table.n).fill(Infinity);
  while (chosen.length < p) {
    let far = 0;
    for (let i = 1; i < table.n; i++) if (near[i] > near[far]) far = i;
    const { index } = table.rows[far];
    const site = index.find((j) => !chosen.includes(j));
    if (site === undefined) break;
    chosen.push(site);
    table.rows.forEach((row, i) => {
      const e = row.index.indexOf(site);
      if (e >= 0) near[i] = Math.min(near[i], row.value[e]);
    });
  }
  const all = near.every((v) => v < Infinity);
  return { low: indexOf(radii, need), best: all ? Int32Array.from(chosen).sort() : null };
}

function coverWithin(table: Table, radius: number): Csr {
  const lists = table.rows.map(({ index, value }) => {
    let k = 0;
    while (k < value.length && value[k] <= radius) k++;
    return { index: index.subarray(0, k), value: new Float64Array(k) };
  });
  return csrFromLists(table.m, lists);
}

function worstCost(table: Table, open: Int32Array): number {
  const isOpen = new Set(open);
  let worst = 0;
  for (const { index, value } of table.rows) {
    const e = index.findIndex((j) => isOpen.has(j));
    worst = Math.max(worst, e < 0 ? Infinity : value[e]);
  }
  return worst;
}

function nearest(table: Table, open: Int32Array): Int32Array {
  const isOpen = new Set(open);
  return Int32Array.from(table.rows, ({ index }) => index.find((j) => isOpen.has(j)) ?? -1);
}

function indexOf(sorted: Float64Array, v: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}
