import { QipanError } from '@qipan/base';
import type { Csr } from '@qipan/numeric';
import type { Costs, PointCost, UncapacitatedProblem } from './problem.js';
import { costScale, scaled, type CostScale } from './scale.js';
import { isPointCost, pointSource, tableSource, type CostSource } from './service-lists.js';

/**
 * The one form behind p-median, UFL, MCLP and LSCP, in scaled costs:
 * `min Σ fixedCost[j]·y_j + Σ c_ij·x_ij + Σ unserved[i]·q_i, Σ_j x_ij + q_i = 1, x_ij ≤ y_j`, with `Σ y_j = p` if p ≥ 0.
 */
export interface AssignmentModel {
  readonly n: number;
  readonly m: number;
  readonly source: CostSource;
  readonly fixedCost: Float64Array;
  /** Finite always: where a demand point must be served it is `penalty`. */
  readonly unserved: Float64Array;
  /** More than any solution that serves all who must be served can cost; Infinity when nobody must. */
  readonly penalty: number;
  /** −1 = any number. */
  readonly p: number;
  readonly existing: Int32Array;
  readonly scale: CostScale;
  /** The caller's objective from the scaled cost: `constant + sign·cost/scale`. */
  readonly sign: 1 | -1;
  readonly constant: number;
}

/**
 * Brings a problem into the one form.
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE` naming the array and the entry
 */
export function assignmentModel(problem: UncapacitatedProblem): AssignmentModel {
  switch (problem.kind) {
    case 'p-median':
      return medianModel(problem.costs, {
        p: problem.p,
        ...(problem.unserved ? { unserved: problem.unserved } : {}),
        ...(problem.existing ? { existing: problem.existing } : {}),
      });
    case 'ufl':
      return medianModel(problem.costs, {
        p: -1,
        fixedCost: problem.fixedCost,
        ...(problem.unserved ? { unserved: problem.unserved } : {}),
        ...(problem.existing ? { existing: problem.existing } : {}),
      });
    case 'lscp': {
      const fixedCost = problem.fixedCost ?? new Float64Array(problem.cover.cols).fill(1);
      return medianModel(coverCosts(problem.cover), { p: -1, fixedCost, ...existingOf(problem) });
    }
    case 'mclp': {
      const { weight } = problem;
      const model = medianModel(coverCosts(problem.cover), {
        p: Math.min(problem.p, problem.cover.cols),
        unserved: weight,
        ...existingOf(problem),
      });
      let all = 0;
      for (const w of weight) all += scaled(w, model.scale);
      return { ...model, sign: -1, constant: all / model.scale.scale };
    }
  }
}

function existingOf(problem: { readonly existing?: Int32Array }): { existing?: Int32Array } {
  return problem.existing ? { existing: problem.existing } : {};
}

function coverCosts(cover: Csr): Csr {
  return { ...cover, value: new Float64Array(cover.index.length) };
}

interface MedianParts {
  readonly p: number;
  readonly fixedCost?: Float64Array;
  readonly unserved?: Float64Array;
  readonly existing?: Int32Array;
}

function medianModel(costs: Costs, parts: MedianParts): AssignmentModel {
  const [n, m] = isPointCost(costs) ? [costs.x.length, (costs.siteX ?? costs.x).length] : [costs.rows, costs.cols];
  checkArray('fixedCost', parts.fixedCost, m);
  checkArray('unserved', parts.unserved, n);
  const existing = Int32Array.from(new Set(parts.existing ?? [])).sort();
  for (const j of existing) inRange('existing', j, 0, m - 1);
  if (parts.p >= 0 || !parts.fixedCost) inRange('p', parts.p, Math.max(1, existing.length), m);
  const scale = scaleOf(costs, parts);
  const source = isPointCost(costs) ? pointSource(costs, scale) : tableSource(costs, scale);
  const fixedCost = parts.fixedCost ? Float64Array.from(parts.fixedCost, (v) => scaled(v, scale)) : new Float64Array(m);
  const penalty = parts.unserved ? Infinity : penaltyOf(costs, scale, fixedCost);
  const unserved = parts.unserved
    ? Float64Array.from(parts.unserved, (v) => scaled(v, scale))
    : new Float64Array(n).fill(penalty);
  return { n, m, source, fixedCost, unserved, penalty, p: parts.p, existing, scale, sign: 1, constant: 0 };
}

function scaleOf(costs: Costs, parts: MedianParts): CostScale {
  checkCosts(costs);
  const others = [parts.fixedCost ?? [], parts.unserved ?? []];
  if (!isPointCost(costs)) return costScale([costs.value, ...others], costs.rows);
  // A fraction times an integer need not be the double nearest to their product: only whole weights keep costs exact.
  if (costs.metric === 'floorEuclidean' && (costs.weight ?? []).every(Number.isInteger))
    return costScale([costs.weight ?? [1], [largestCost(costs)].map(Math.ceil), ...others], costs.x.length);
  return { scale: costScale([[largestCost(costs) + 0.5]], 2 ** 41).scale, integral: false };
}

/** Kilometres a degree of a great circle spans, rounded up. */
const kmPerDegree = 112;

/** No cost is above twice this. */
function largestCost(c: PointCost): number {
  let [most, weight] = [1, c.weight ? 0 : 1];
  for (const [a, b] of [
    [c.x, c.siteX ?? []],
    [c.y, c.siteY ?? []],
  ]) {
    let [low, high] = [Infinity, -Infinity];
    for (const v of a) [low, high] = [Math.min(low, v), Math.max(high, v)];
    for (const v of b) [low, high] = [Math.min(low, v), Math.max(high, v)];
    most = Math.max(most, high - low);
  }
  if (c.metric === 'haversineKm') most *= kmPerDegree;
  for (const w of c.weight ?? []) weight = Math.max(weight, w);
  return most * Math.max(weight, 1e-12);
}

/** One more than serving everyone from the dearest site that can, with every site open. */
function penaltyOf(costs: Costs, scale: CostScale, fixedCost: Float64Array): number {
  let sum = 1;
  for (const f of fixedCost) sum += f;
  if (isPointCost(costs)) return 2 ** Math.ceil(Math.log2(sum + costs.x.length * 4 * largestCost(costs) * scale.scale));
  for (let i = 0; i < costs.rows; i++) {
    let most = 0;
    for (let e = costs.start[i]; e < costs.start[i + 1]; e++) most = Math.max(most, costs.value[e]);
    sum += scaled(most, scale);
  }
  return 2 ** Math.ceil(Math.log2(sum));
}

/**
 * Refuses costs that no solver can use.
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DUPLICATE_ID` naming the entry
 */
export function checkCosts(costs: Costs): void {
  if (!isPointCost(costs)) return checkTable(costs);
  for (const [name, a] of Object.entries({ x: costs.x, y: costs.y, siteX: costs.siteX, siteY: costs.siteY }))
    for (const v of a ?? []) if (!Number.isFinite(v)) throw notFinite(name, v);
  checkArray('weight', costs.weight, costs.x.length);
  checkArray('y', costs.y, costs.x.length, -Infinity);
  if (costs.siteX || costs.siteY) checkArray('siteY', costs.siteY, costs.siteX?.length ?? 0, -Infinity);
}

function checkTable(c: Csr): void {
  if (c.start.length !== c.rows + 1 || c.index.length !== c.start[c.rows] || c.value.length !== c.index.length)
    throw new QipanError('SHAPE_MISMATCH', `costs: ${c.rows} rows do not fit ${c.index.length} entries`);
  const seenIn = new Int32Array(c.cols).fill(-1);
  for (let i = 0; i < c.rows; i++)
    for (let e = c.start[i]; e < c.start[i + 1]; e++) {
      inRange(`costs.index[${e}]`, c.index[e], 0, c.cols - 1);
      if (seenIn[c.index[e]] === i)
        throw new QipanError('DUPLICATE_ID', `costs: site ${c.index[e]} stands twice in row ${i}`);
      seenIn[c.index[e]] = i;
      if (!(c.value[e] >= 0 && c.value[e] < Infinity)) throw notFinite(`costs.value[${e}]`, c.value[e]);
    }
}

function checkArray(name: string, a: ArrayLike<number> | undefined, length: number, least = 0): void {
  if (a === undefined) return;
  if (a.length !== length)
    throw new QipanError('SHAPE_MISMATCH', `${name} has ${a.length} entries; expected ${length}`, {
      field: name,
      got: a.length,
      expected: String(length),
    });
  for (let k = 0; k < length; k++) if (!(a[k] >= least && a[k] < Infinity)) throw notFinite(`${name}[${k}]`, a[k]);
}

function notFinite(field: string, got: number): QipanError {
  return new QipanError('OUT_OF_RANGE', `${field} = ${got}; expected a finite number ≥ 0`, {
    field,
    got,
    expected: 'a finite number ≥ 0',
  });
}

function inRange(field: string, got: number, low: number, high: number): void {
  if (!(Number.isInteger(got) && got >= low && got <= high))
    throw new QipanError('OUT_OF_RANGE', `${field} = ${got}; expected ${low}…${high}`, {
      field,
      got,
      expected: `an integer in ${low}…${high}`,
    });
}
