import type { Certificate, Costs, LocationProblem, PCenterProblem, UncapacitatedProblem } from '../location/problem.js';

/**
 * The problem as the verifier reads it: rows of costs multiplied by the certificate's scale, in the order given.
 * Only entries that some multiplier exceeds are kept: the others add nothing to any bound.
 */
export interface Inputs {
  readonly n: number;
  readonly m: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly value: Float64Array;
  readonly fixedCost: Float64Array;
  /** Infinity = must be served. */
  readonly unserved: Float64Array;
  /** −1 = any number of sites. */
  readonly p: number;
  readonly existing: readonly number[];
  /** All scaled costs are integers. */
  readonly integral: boolean;
  /** No solution that serves all can cost more; scaled. */
  readonly mostCost: number;
}

/** One row of the caller's costs: sites and unscaled costs. */
export type RowReader = (i: number, visit: (site: number, cost: number) => void) => void;

/** Reads a problem without capacities anew. `ceiling[i]` is the largest multiplier of row i in the certificate. */
export function readInputs(problem: UncapacitatedProblem, c: Certificate, ceiling: Float64Array): Inputs {
  if (problem.kind === 'mclp' || problem.kind === 'lscp') {
    const { cover } = problem;
    const row: RowReader = (i, visit) => {
      for (let e = cover.start[i]; e < cover.start[i + 1]; e++) visit(cover.index[e], 0);
    };
    const parts =
      problem.kind === 'mclp'
        ? { unserved: problem.weight, p: Math.min(problem.p, cover.cols) }
        : { fixedCost: problem.fixedCost ?? new Float64Array(cover.cols).fill(1), p: -1 };
    return collect(
      row,
      { n: cover.rows, m: cover.cols, existing: [...(problem.existing ?? [])], ...parts },
      { c, ceiling },
    );
  }
  const { row, n, m } = costRows(problem.costs);
  const parts = problem.kind === 'ufl' ? { p: -1, fixedCost: problem.fixedCost } : { p: problem.p };
  const unserved = problem.unserved ? { unserved: problem.unserved } : {};
  return collect(row, { n, m, existing: [...(problem.existing ?? [])], ...unserved, ...parts }, { c, ceiling });
}

/** The set cover behind a p-center bound: sites at cost below `radius`, one unit a site. */
export function readCenterInputs(problem: PCenterProblem, radius: number, c: Certificate): Inputs {
  const { row, n, m } = costRows(problem.costs);
  const within: RowReader = (i, visit) => row(i, (j, cost) => cost < radius && visit(j, 0));
  const ceiling = new Float64Array(n).fill(Infinity);
  const fixedCost = new Float64Array(m).fill(1);
  return collect(within, { n, m, existing: [], fixedCost, p: -1 }, { c, ceiling });
}

/** Reads rows of costs, from a table or from coordinates. */
export function costRows(costs: Costs): { row: RowReader; n: number; m: number } {
  if (!('form' in costs)) {
    const { start, index, value } = costs;
    const row: RowReader = (i, visit) => {
      for (let e = start[i]; e < start[i + 1]; e++) visit(index[e], value[e]);
    };
    return { row, n: costs.rows, m: costs.cols };
  }
  const { x, y, weight, metric } = costs;
  const siteX = costs.siteX ?? x;
  const siteY = costs.siteY ?? y;
  const row: RowReader = (i, visit) => {
    const w = weight ? weight[i] : 1;
    for (let j = 0; j < siteX.length; j++) visit(j, w * distance(metric, [x[i], y[i]], siteX[j], siteY[j]));
  };
  return { row, n: x.length, m: siteX.length };
}

function distance(metric: string, [x, y]: readonly [number, number], siteX: number, siteY: number): number {
  if (metric === 'haversineKm') {
    const rad = Math.PI / 180;
    const a = Math.sin(((siteY - y) * rad) / 2);
    const b = Math.sin(((siteX - x) * rad) / 2);
    const h = a * a + Math.cos(y * rad) * Math.cos(siteY * rad) * b * b;
    return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
  }
  const d = Math.sqrt((siteX - x) ** 2 + (siteY - y) ** 2);
  return metric === 'floorEuclidean' ? Math.floor(d) : d;
}

interface Parts {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly existing: readonly number[];
  readonly fixedCost?: Float64Array;
  readonly unserved?: Float64Array;
}

function collect(row: RowReader, parts: Parts, from: { c: Certificate; ceiling: Float64Array }): Inputs {
  const { n, m } = parts;
  const { scale } = from.c;
  let integral = true;
  const scaled = (v: number) => {
    if (!from.c.integral) return v * scale;
    const s = Math.round(v * scale);
    if (s / scale !== v) integral = false;
    return s;
  };
  const fixedCost = Float64Array.from(parts.fixedCost ?? new Float64Array(m), scaled);
  const unserved = parts.unserved ? Float64Array.from(parts.unserved, scaled) : new Float64Array(n).fill(Infinity);
  let mostCost = fixedCost.reduce((s, f) => s + f, 0);
  const start = new Int32Array(n + 1);
  let index = new Int32Array(1024);
  let value = new Float64Array(1024);
  let count = 0;
  for (let i = 0; i < n; i++) {
    let most = 0;
    row(i, (j, cost) => {
      const s = scaled(cost);
      if (s > most) most = s;
      if (s >= from.ceiling[i]) return;
      if (count === index.length) {
        index = enlarged(index, new Int32Array(2 * count));
        value = enlarged(value, new Float64Array(2 * count));
      }
      index[count] = j;
      value[count++] = s;
    });
    start[i + 1] = count;
    mostCost += most;
  }
  return {
    n,
    m,
    start,
    index: index.subarray(0, count),
    value: value.subarray(0, count),
    fixedCost,
    unserved,
    p: parts.p,
    existing: parts.existing,
    integral: integral && from.c.integral,
    mostCost,
  };
}

function enlarged<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Unscaled cost of serving demand point i from a site, Infinity when it cannot. */
export function servingCost(problem: LocationProblem, i: number, site: number): number {
  let found = Infinity;
  if (problem.kind === 'mclp' || problem.kind === 'lscp') {
    const { start, index } = problem.cover;
    for (let e = start[i]; e < start[i + 1]; e++) if (index[e] === site) found = 0;
    return found;
  }
  const { costs } = problem;
  if ('form' in costs) {
    const w = costs.weight ? costs.weight[i] : 1;
    const [siteX, siteY] = [costs.siteX ?? costs.x, costs.siteY ?? costs.y];
    if (!(site >= 0 && site < siteX.length)) return Infinity;
    return w * distance(costs.metric, [costs.x[i], costs.y[i]], siteX[site], siteY[site]);
  }
  for (let e = costs.start[i]; e < costs.start[i + 1]; e++) if (costs.index[e] === site) found = costs.value[e];
  return found;
}
