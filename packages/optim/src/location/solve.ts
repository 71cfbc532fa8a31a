import type { Csr } from '@qipan/numeric';
import { solveAssignment } from './assignment-search.js';
import { solveCapacitated } from '../capacitated/capacitated-search.js';
import { solvePCenter } from './p-center.js';
import type {
  CflProblem,
  Costs,
  LocationProblem,
  LocationResult,
  LscpProblem,
  MclpProblem,
  PMedianProblem,
  SolveOptions,
  UflProblem,
} from './problem.js';

/**
 * Opens exactly p of the candidate sites so that the summed cost of serving all demand points is least.
 *
 * @param costs whole cost of serving each demand point (row) from each site (column), weight included, ≥ 0
 * @param p 1…sites
 * @param o with `unserved` (cost of leaving each demand point out) nobody has to be served; `existing` sites stay open
 * @returns `infeasible` when the open sites cannot serve all who must be served
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DUPLICATE_ID`
 */
export function pMedian(
  costs: Costs,
  p: number,
  o: SolveOptions & Pick<PMedianProblem, 'unserved' | 'existing'> = {},
): LocationResult {
  return solveAssignment({ kind: 'p-median', costs, p, ...extras(o) }, o);
}

/**
 * Uncapacitated facility location: any number of sites, least fixed costs plus service.
 *
 * @param fixedCost one a site, ≥ 0, in the unit of the costs
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DUPLICATE_ID`
 */
export function ufl(
  costs: Costs,
  fixedCost: Float64Array,
  o: SolveOptions & Pick<UflProblem, 'unserved' | 'existing'> = {},
): LocationResult {
  return solveAssignment({ kind: 'ufl', costs, fixedCost, ...extras(o) }, o);
}

/**
 * Maximal covering (Church and ReVelle 1974): p sites, most weight covered. `bound` is from above.
 *
 * @param cover row i holds the sites that cover demand point i; values are not read
 * @param weight one a demand point, ≥ 0
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DUPLICATE_ID`
 */
export function mclp(
  cover: Csr,
  weight: Float64Array,
  p: number,
  o: SolveOptions & Pick<MclpProblem, 'existing'> = {},
): LocationResult {
  return solveAssignment({ kind: 'mclp', cover, weight, p, ...extras(o) }, o);
}

/**
 * Set cover (Toregas et al. 1971): everybody covered by the fewest sites, or at the least `fixedCost`.
 *
 * @returns `infeasible` when a demand point has no site at all
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DUPLICATE_ID`
 */
export function lscp(cover: Csr, o: SolveOptions & Pick<LscpProblem, 'fixedCost' | 'existing'> = {}): LocationResult {
  const fixedCost = o.fixedCost ? { fixedCost: o.fixedCost } : {};
  return solveAssignment({ kind: 'lscp', cover, ...fixedCost, ...extras(o) }, o);
}

/**
 * p-center: p sites so that the largest cost from a demand point to its cheapest open site is least.
 *
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`, `DUPLICATE_ID`
 */
export function pCenter(costs: Costs, p: number, o: SolveOptions = {}): LocationResult {
  return solvePCenter({ kind: 'p-center', costs, p }, o);
}

/**
 * Capacitated facility location, with split demand or single-source.
 *
 * @param problem `costs` of serving the whole of each demand point, `fixedCost` and `capacity` a site, `demand` a point
 * @returns with split demand also `shares`
 * @throws `SHAPE_MISMATCH`, `OUT_OF_RANGE`
 */
export function cfl(problem: Omit<CflProblem, 'kind'>, o: SolveOptions = {}): LocationResult {
  return solveCapacitated({ kind: 'cfl', ...problem }, o);
}

/** Solves any location problem. */
export function solveLocation(problem: LocationProblem, o: SolveOptions = {}): LocationResult {
  if (problem.kind === 'cfl') return solveCapacitated(problem, o);
  if (problem.kind === 'p-center') return solvePCenter(problem, o);
  return solveAssignment(problem, o);
}

function extras(o: { readonly unserved?: Float64Array; readonly existing?: Int32Array }): {
  unserved?: Float64Array;
  existing?: Int32Array;
} {
  return {
    ...(o.unserved ? { unserved: o.unserved } : {}),
    ...(o.existing ? { existing: o.existing } : {}),
  };
}
