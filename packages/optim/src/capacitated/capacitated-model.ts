import { QipanError } from '@qipan/base';
import { costScale, scaled, type CostScale } from '../location/scale.js';
import type { CflProblem } from '../location/problem.js';

/** A capacitated problem in dense arrays and scaled costs. */
export interface CapacitatedModel {
  readonly n: number;
  readonly m: number;
  /** `cost[j·n + i]`: site-major, scaled; Infinity = cannot serve. */
  readonly cost: Float64Array;
  readonly fixedCost: Float64Array;
  readonly capacity: Float64Array;
  readonly demand: Float64Array;
  readonly totalDemand: number;
  /** No solution costs more; scaled. */
  readonly mostCost: number;
  readonly singleSource: boolean;
  readonly scale: CostScale;
  /** Capacities and demands multiplied by this are integers; 0 = they are not. */
  readonly unit: number;
}

/**
 * Checks and brings a capacitated problem into arrays. With split demand the optimum need not be a sum of given costs,
 * so its value is never taken for an integer.
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`
 */
export function capacitatedModel(problem: CflProblem): CapacitatedModel {
  const { costs, singleSource } = problem;
  const n = costs.rows;
  const m = costs.cols;
  check('fixedCost', problem.fixedCost, m);
  check('capacity', problem.capacity, m);
  check('demand', problem.demand, n);
  check('costs.value', costs.value, costs.index.length);
  const found = costScale([costs.value, problem.fixedCost], n);
  const scale = singleSource || !found.integral ? found : { scale: powerOfTwo(problem), integral: false };
  const cost = new Float64Array(n * m).fill(Infinity);
  for (let i = 0; i < n; i++)
    for (let e = costs.start[i]; e < costs.start[i + 1]; e++) {
      const j = costs.index[e];
      if (!(j >= 0 && j < m)) throw new QipanError('OUT_OF_RANGE', `costs name site ${j}; there are ${m}`);
      cost[j * n + i] = scaled(costs.value[e], scale);
    }
  let mostCost = 0;
  for (const f of problem.fixedCost) mostCost += scaled(f, scale);
  for (let i = 0; i < n; i++) {
    let most = 0;
    for (let e = costs.start[i]; e < costs.start[i + 1]; e++) most = Math.max(most, costs.value[e]);
    mostCost += scaled(most, scale);
  }
  return {
    n,
    m,
    cost,
    mostCost,
    fixedCost: Float64Array.from(problem.fixedCost, (f) => scaled(f, scale)),
    capacity: problem.capacity.slice(),
    demand: problem.demand.slice(),
    totalDemand: problem.demand.reduce((s, d) => s + d, 0),
    singleSource,
    scale,
    unit: integerUnit([problem.demand, problem.capacity]),
  };
}

function powerOfTwo(problem: CflProblem): number {
  let most = 1e-9;
  for (const part of [problem.costs.value, problem.fixedCost]) for (const v of part) if (v > most) most = v;
  return 2 ** (20 - Math.round(Math.log2(most)));
}

function integerUnit(parts: readonly Float64Array[]): number {
  for (const unit of [1, 10, 100, 1000])
    if (parts.every((part) => part.every((v) => Math.round(v * unit) / unit === v))) return unit;
  return 0;
}

function check(name: string, a: Float64Array, length: number): void {
  if (a.length !== length)
    throw new QipanError('SHAPE_MISMATCH', `${name} has ${a.length} entries; expected ${length}`, {
      field: name,
      got: a.length,
      expected: String(length),
    });
  for (let k = 0; k < length; k++)
    if (!(a[k] >= 0 && a[k] < Infinity))
      throw new QipanError('OUT_OF_RANGE', `${name}[${k}] = ${a[k]}; expected a finite number ≥ 0`, {
        field: `${name}[${k}]`,
        got: a[k],
        expected: 'a finite number ≥ 0',
      });
}
