import type { CflProblem, LocationResult } from '../location/problem.js';
import { CapacitatedBound } from './capacitated-bound.js';
import { servingCost } from './inputs.js';
import { walkTree } from './proof-tree.js';
import type { Verdict } from './verdict.js';

/** Checks a capacitated result: shares, capacities, value, and the proof. */
export function verifyCapacitated(problem: CflProblem, r: LocationResult): Verdict {
  const failures: string[] = [];
  const value = r.status === 'infeasible' ? NaN : checkSolution(problem, r, failures);
  const c = r.certificate;
  if (!c || c.kind !== 'cfl' || !(c.scale > 0 && Number.isFinite(c.scale))) {
    failures.push('there is no certificate of this kind of problem');
    return { ok: false, value, bound: -Infinity, failures, leaves: 0, steps: 0 };
  }
  const bounds = new CapacitatedBound(problem, c);
  if (c.integral && !bounds.integral) {
    failures.push('the certificate takes costs, or shares of them, for integers that are not');
    return { ok: false, value, bound: -Infinity, failures, leaves: 0, steps: 0 };
  }
  const verdict = walkTree(
    c.root,
    { site: new Uint8Array(problem.costs.cols), served: new Map() },
    {
      n: problem.costs.rows,
      m: problem.costs.cols,
      isWhole: problem.singleSource,
      evaluate: (step, d) => bounds.evaluate(step, d),
    },
  );
  failures.push(...verdict.failures);
  const bound = verdict.bound / c.scale;
  if (r.status === 'infeasible') {
    if (!(verdict.bound > bounds.mostCost)) failures.push('the certificate does not prove that no solution exists');
  } else if (!(bound >= r.bound - 1e-9 * Math.abs(r.bound)))
    failures.push(`the certificate proves a bound of ${bound}; claimed is ${r.bound}`);
  if (r.status === 'optimal' && !(Math.abs(r.value - r.bound) <= 1.001e-9 * Math.max(1e-9, Math.abs(r.value))))
    failures.push(`optimal is claimed, but value ${r.value} and bound ${r.bound} differ`);
  return { ok: failures.length === 0, value, bound, failures, leaves: verdict.leaves, steps: verdict.steps };
}

function checkSolution(problem: CflProblem, r: LocationResult, failures: string[]): number {
  const { costs, fixedCost, capacity, demand, singleSource } = problem;
  const open = new Set(r.open);
  if (open.size !== r.open.length) failures.push('a site is listed as open twice');
  const load = new Float64Array(costs.cols);
  let value = 0;
  for (const j of open) {
    if (!(Number.isInteger(j) && j >= 0 && j < costs.cols)) failures.push(`there is no site ${j}`);
    value += fixedCost[j] ?? NaN;
  }
  if (!singleSource && !r.shares) failures.push('the shares of a split solution are missing');
  for (let i = 0; i < costs.rows; i++) {
    let whole = 0;
    for (const [j, share] of served(r, i, singleSource)) {
      const cost = servingCost(problem, i, j);
      if (!open.has(j) || cost === Infinity) failures.push(`demand point ${i} is served by site ${j}, which cannot`);
      if (!(share > 0)) failures.push(`demand point ${i} has the share ${share} at site ${j}`);
      value += cost * share;
      load[j] += demand[i] * share;
      whole += share;
    }
    if (Math.abs(whole - 1) > 1e-9) failures.push(`the shares of demand point ${i} sum to ${whole}`);
  }
  load.forEach((l, j) => {
    if (l > capacity[j] * (1 + 1e-9) + 1e-9) failures.push(`site ${j} carries ${l}; its capacity is ${capacity[j]}`);
  });
  if (!(Math.abs(value - r.value) <= 1e-9 * Math.max(1, Math.abs(value))))
    failures.push(`the solution is worth ${value}; claimed is ${r.value}`);
  return value;
}

function served(r: LocationResult, i: number, singleSource: boolean): [number, number][] {
  if (singleSource) return [[r.assignment[i], 1]];
  const { shares } = r;
  if (!shares) return [];
  const pairs: [number, number][] = [];
  for (let e = shares.start[i]; e < shares.start[i + 1]; e++) pairs.push([shares.index[e], shares.value[e]]);
  return pairs;
}
