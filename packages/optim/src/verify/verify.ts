import type { LocationProblem, LocationResult } from '../location/problem.js';
import { verifyCapacitated } from './capacitated.js';
import { verifyUncapacitated } from './uncapacitated.js';
import type { Verdict } from './verdict.js';

/**
 * Checks a result against the problem without the solver: reads the inputs anew, recomputes the constraints and the
 * objective, evaluates the bound of every step of the certificate, and checks that its leaves cover all solutions.
 * By weak duality what it proves is valid whatever produced the certificate. Nothing is thrown for a bad result:
 * `ok` is false and `failures` says why.
 */
export function verify(problem: LocationProblem, r: LocationResult): Verdict {
  const verdict = problem.kind === 'cfl' ? verifyCapacitated(problem, r) : verifyUncapacitated(problem, r);
  const gap = gapOf(r, problem.kind === 'mclp');
  if (r.status === 'infeasible' || gap === r.gap || Math.abs(gap - r.gap) <= 1e-9 * Math.max(1, gap)) return verdict;
  const failures = [...verdict.failures, `value ${r.value} and bound ${r.bound} are ${gap} apart; claimed is ${r.gap}`];
  return { ...verdict, ok: false, failures };
}

/** `LocationResult.gap` anew. */
const gapOf = ({ value, bound }: LocationResult, isMost: boolean): number =>
  Math.max(0, isMost ? bound - value : value - bound) / Math.max(Math.abs(value), 1e-9);
