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
  return problem.kind === 'cfl' ? verifyCapacitated(problem, r) : verifyUncapacitated(problem, r);
}
