import assert from 'node:assert/strict';
import { solveLocation, verify, type LocationProblem, type LocationResult, type SolveOptions } from '@qipan/optim';

/** Solves, and asserts what holds for every answer: a verifier's yes, a bound on the right side, an honest gap. */
export function solved(problem: LocationProblem, options: SolveOptions = {}): LocationResult {
  const r = solveLocation(problem, options);
  assertSound(problem, r);
  return r;
}

export function assertSound(problem: LocationProblem, r: LocationResult): void {
  const verdict = verify(problem, r);
  assert.deepEqual(verdict.failures, [], `${problem.kind}: the verifier refuses`);
  assert.equal(verdict.ok, true);
  assert.deepEqual(
    [...r.open],
    [...new Set(r.open)].sort((a, b) => a - b),
    'open sites ascend',
  );
  if (r.status === 'infeasible') {
    assert.ok(Number.isNaN(r.value));
    assert.equal(r.gap, Infinity);
    return;
  }
  const slack = 1e-9 * Math.max(1, Math.abs(r.value));
  assert.ok(Math.abs(verdict.value - r.value) <= slack, `value ${r.value}, recomputed ${verdict.value}`);
  const sign = problem.kind === 'mclp' ? -1 : 1;
  assert.ok(sign * (r.value - r.bound) >= -slack, `bound ${r.bound} is on the wrong side of ${r.value}`);
  assert.ok(r.gap >= 0);
  const gap = Math.max(0, sign * (r.value - r.bound)) / Math.max(Math.abs(r.value), 1e-9);
  assert.ok(Math.abs(r.gap - gap) <= 1e-12 + 1e-9 * gap, `gap ${r.gap}, by its definition ${gap}`);
  if (r.status === 'optimal') assert.ok(r.gap <= 1e-9);
}

export function assertClose(got: number, expected: number, relative = 1e-9): void {
  if (got === expected) return;
  assert.ok(Math.abs(got - expected) <= relative * Math.max(1, Math.abs(expected)), `${got} is not ${expected}`);
}

/** Solves to optimality and asserts the value. */
export function assertOptimum(problem: LocationProblem, expected: number, options: SolveOptions = {}): LocationResult {
  const r = solved(problem, options);
  assert.equal(r.status, expected === Infinity ? 'infeasible' : 'optimal');
  if (expected < Infinity) assertClose(r.value, expected);
  return r;
}
