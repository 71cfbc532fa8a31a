import type { LocationProblem, LocationResult, PCenterProblem, UncapacitatedProblem } from '../location/problem.js';
import { assignmentBound } from './assignment-bound.js';
import { costRows, readCenterInputs, readInputs, servingCost } from './inputs.js';
import type { Verdict } from './verdict.js';
import { multiplierCeiling, walkTree, type TreeVerdict } from './proof-tree.js';

/** Checks p-median, UFL, MCLP, LSCP and p-center results. */
export function verifyUncapacitated(problem: UncapacitatedProblem | PCenterProblem, r: LocationResult): Verdict {
  const failures: string[] = [];
  const value = r.status === 'infeasible' ? NaN : checkSolution(problem, r, failures);
  const proved = problem.kind === 'p-center' ? centerBound(problem, r, failures) : treeBound(problem, r, failures);
  const isMost = problem.kind === 'mclp';
  if (r.status === 'infeasible') {
    if (!proved.infeasible) failures.push('the certificate does not prove that no solution exists');
  } else if (!(isMost ? proved.bound <= r.bound + slack(r.bound) : proved.bound >= r.bound - slack(r.bound)))
    failures.push(`the certificate proves a bound of ${proved.bound}; claimed is ${r.bound}`);
  if (r.status === 'optimal' && !(Math.abs(r.value - r.bound) <= 1e-9 * Math.max(1e-9, Math.abs(r.value)) * 1.001))
    failures.push(`optimal is claimed, but value ${r.value} and bound ${r.bound} differ`);
  return {
    ok: failures.length === 0,
    value,
    bound: proved.bound,
    failures,
    leaves: proved.leaves,
    steps: proved.steps,
  };
}

const slack = (v: number) => 1e-9 * Math.abs(v);

interface Proved {
  readonly bound: number;
  readonly infeasible: boolean;
  readonly leaves: number;
  readonly steps: number;
}

const unproved = (bound: number): Proved => ({ bound, infeasible: false, leaves: 0, steps: 0 });

function treeBound(problem: UncapacitatedProblem, r: LocationResult, failures: string[]): Proved {
  const c = r.certificate;
  const worst = problem.kind === 'mclp' ? Infinity : -Infinity;
  if (!c || c.kind !== problem.kind || !(c.scale > 0 && Number.isFinite(c.scale))) {
    failures.push('there is no certificate of this kind of problem');
    return unproved(worst);
  }
  const n =
    'cover' in problem ? problem.cover.rows : 'form' in problem.costs ? problem.costs.x.length : problem.costs.rows;
  const inputs = readInputs(problem, c, multiplierCeiling(c, n));
  if (c.integral && !inputs.integral) {
    failures.push('the certificate takes costs for integers that are not');
    return unproved(worst);
  }
  const decided = new Uint8Array(inputs.m);
  for (const j of inputs.existing) decided[j] = 1;
  const verdict = walk(inputs, c.root, decided);
  failures.push(...verdict.failures);
  const scaled = inputs.integral ? Math.ceil(verdict.bound) : verdict.bound;
  let bound = scaled / c.scale;
  if (problem.kind === 'mclp') bound = problem.weight.reduce((s, w) => s + w, 0) - bound;
  return { bound, infeasible: scaled > inputs.mostCost, leaves: verdict.leaves, steps: verdict.steps };
}

function walk(
  inputs: ReturnType<typeof readInputs>,
  root: NonNullable<LocationResult['certificate']>['root'],
  site: Uint8Array,
): TreeVerdict {
  return walkTree(
    root,
    { site, served: new Map() },
    { n: inputs.n, m: inputs.m, isWhole: true, evaluate: (step, d) => assignmentBound(inputs, step, d.site) },
  );
}

/** A p-center bound r holds if more than p sites are needed to serve everybody at a cost below r. */
function centerBound(problem: PCenterProblem, r: LocationResult, failures: string[]): Proved {
  const c = r.certificate;
  if (!c || c.kind !== 'p-center') {
    failures.push('there is no certificate of this kind of problem');
    return unproved(-Infinity);
  }
  const inputs = readCenterInputs(problem, c.bound, c);
  const lonely = Array.from({ length: inputs.n }, (_, i) => i).some((i) => inputs.start[i] === inputs.start[i + 1]);
  if (lonely) return { bound: c.bound, infeasible: c.bound === Infinity, leaves: 1, steps: 0 };
  const verdict = walk(inputs, c.root, new Uint8Array(inputs.m));
  failures.push(...verdict.failures);
  const holds = Math.ceil(verdict.bound) > problem.p && c.scale === 1;
  if (!holds) failures.push(`${problem.p} sites are not proved too few for a cost below ${c.bound}`);
  return {
    bound: holds ? c.bound : -Infinity,
    infeasible: holds && c.bound === Infinity,
    leaves: verdict.leaves,
    steps: verdict.steps,
  };
}

/** Recomputes constraints and objective; says what does not hold. */
function checkSolution(problem: UncapacitatedProblem | PCenterProblem, r: LocationResult, failures: string[]): number {
  const open = new Set(r.open);
  const m = sitesOf(problem);
  if (open.size !== r.open.length) failures.push('a site is listed as open twice');
  for (const j of open) if (!(Number.isInteger(j) && j >= 0 && j < m)) failures.push(`there is no site ${j}`);
  for (const j of 'existing' in problem ? (problem.existing ?? []) : [])
    if (!open.has(j)) failures.push(`existing site ${j} is not open`);
  if ('p' in problem) {
    const fits = problem.kind === 'mclp' ? open.size <= problem.p : open.size === problem.p;
    if (!fits) failures.push(`${open.size} sites are open; p is ${problem.p}`);
  }
  const value = objective(problem, r, failures);
  if (!(Math.abs(value - r.value) <= 1e-9 * Math.max(1, Math.abs(value))))
    failures.push(`the solution is worth ${value}; claimed is ${r.value}`);
  return value;
}

function sitesOf(problem: LocationProblem): number {
  if ('cover' in problem) return problem.cover.cols;
  return 'form' in problem.costs ? (problem.costs.siteX ?? problem.costs.x).length : problem.costs.cols;
}

function objective(problem: UncapacitatedProblem | PCenterProblem, r: LocationResult, failures: string[]): number {
  const open = new Set(r.open);
  let sum = 0;
  let worst = 0;
  const points = 'cover' in problem ? problem.cover.rows : costRows(problem.costs).n;
  if (r.assignment.length !== points) failures.push(`${r.assignment.length} assignments for ${points} demand points`);
  for (let i = 0; i < r.assignment.length; i++) {
    const j = r.assignment[i];
    if (j < 0) {
      if (problem.kind === 'mclp') continue;
      const without = 'unserved' in problem ? problem.unserved?.[i] : undefined;
      if (without === undefined) failures.push(`demand point ${i} is not served`);
      sum += without ?? Infinity;
      continue;
    }
    const cost = servingCost(problem, i, j);
    if (!open.has(j) || cost === Infinity) failures.push(`demand point ${i} is served by site ${j}, which cannot`);
    sum += problem.kind === 'mclp' ? problem.weight[i] : cost;
    worst = Math.max(worst, cost);
  }
  if (problem.kind === 'p-center') return worst;
  const fixed = 'fixedCost' in problem ? problem.fixedCost : undefined;
  for (const j of open) sum += problem.kind === 'lscp' ? (fixed?.[j] ?? 1) : (fixed?.[j] ?? 0);
  return sum;
}
