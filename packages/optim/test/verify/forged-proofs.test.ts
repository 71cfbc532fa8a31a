import assert from 'node:assert/strict';
import test from 'node:test';
import { verify, type CertificateNode, type CertificateStep, type CflProblem, type LocationResult } from '@qipan/optim';
import { toCsr } from '../support/brute-force.js';

/** Proofs made by hand to deceive: what they claim is false by a sum that a reader can do. */

const none = new Int32Array(0);
const step = (multipliers: readonly number[], capacityPrice = 0): CertificateStep => ({
  multipliers: Float64Array.from(multipliers),
  capacityPrice,
  countPrice: 0,
  closed: none,
  opened: none,
});
const leaf = (s: CertificateStep): CertificateNode => ({ steps: [s], branch: null });

const stats: LocationResult['stats'] = { iterations: 0, nodes: 0, coreSites: 0, rootBound: 0 };

function claim(
  result: Partial<LocationResult> & Pick<LocationResult, 'value' | 'bound' | 'open' | 'assignment'>,
  root: CertificateNode,
  integral: boolean,
): LocationResult {
  const certificate: LocationResult['certificate'] = {
    format: 'qipan.locationCertificate/1',
    kind: 'cfl',
    scale: 1,
    integral,
    bound: result.bound,
    dominated: none,
    root,
  };
  const gap = Math.max(0, result.value - result.bound) / Math.max(result.value, 1e-9);
  return { status: 'stopped', gap, certificate, stats, ...result };
}

/** Three units for two sites with room for two each: two at 0 and one at a third of 1. The best is 1/3. */
const split: CflProblem = {
  kind: 'cfl',
  costs: toCsr([[0, 1]]),
  demand: Float64Array.of(3),
  capacity: Float64Array.of(2, 2),
  fixedCost: Float64Array.of(0, 0),
  singleSource: false,
};
/** Two units at the dear site in place of one: costs 2/3. */
const dear = {
  value: 2 / 3,
  open: Int32Array.of(0, 1),
  assignment: Int32Array.of(1),
  shares: toCsr([[1 / 3, 2 / 3]]),
};

test('shares of whole costs are no whole costs: a bound of split demand is not rounded up', () => {
  const honest = claim({ ...dear, bound: 1 / 3 - 1e-6 }, leaf(step([1])), false);
  assert.equal(verify(split, honest).ok, true, verify(split, honest).failures.join());
  const forged = verify(split, claim({ ...dear, bound: 1 }, leaf(step([1])), true));
  assert.equal(forged.ok, false);
  assert.ok(!(forged.bound > 1 / 3), `proves ${forged.bound}`);
});

test('split demand is not halved into "all from this site" and "nothing from it": what is between would be lost', () => {
  const root: CertificateNode = {
    steps: [],
    branch: { site: 0, demandPoint: 0, yes: leaf(step([1])), no: leaf(step([1000])) },
  };
  const forged = verify(split, claim({ ...dear, bound: 0.6 }, root, false));
  assert.equal(forged.ok, false);
  assert.ok(!(forged.bound > 1 / 3), `proves ${forged.bound}`);
});

test('a leaf whose sums overflow proves nothing, whatever the leaves after it prove', () => {
  const single: CflProblem = {
    kind: 'cfl',
    costs: toCsr([[0, 5]]),
    demand: Float64Array.of(1e7),
    capacity: Float64Array.of(1e7, 1e7),
    fixedCost: Float64Array.of(0, 0),
    singleSource: true,
  };
  const root: CertificateNode = {
    steps: [],
    branch: { site: 0, demandPoint: -1, yes: leaf(step([0], 2 ** 1003)), no: leaf(step([5])) },
  };
  const solution = { value: 5, open: Int32Array.of(1), assignment: Int32Array.of(1) };
  const forged = verify(single, claim({ ...solution, status: 'optimal', bound: 5 }, root, true));
  assert.equal(forged.ok, false);
  assert.ok(!(forged.bound > 0), `the best is 0; proves ${forged.bound}`);
});

test('a half that is no demand point of the problem is refused', () => {
  const single: CflProblem = { ...split, capacity: Float64Array.of(3, 3), singleSource: true };
  const half = leaf(step([1]));
  for (const demandPoint of [0.5, 1, NaN]) {
    const root: CertificateNode = { steps: [], branch: { site: 0, demandPoint, yes: half, no: half } };
    const solution = { value: 1, bound: 0, open: Int32Array.of(1), assignment: Int32Array.of(1) };
    assert.equal(verify(single, claim(solution, root, true)).ok, false, String(demandPoint));
  }
});

test('a gap that value and bound do not have is refused', () => {
  const honest = claim({ ...dear, bound: 0 }, leaf(step([0])), false);
  assert.equal(verify(split, honest).ok, true, verify(split, honest).failures.join());
  for (const gap of [0, 0.01, 2, NaN]) assert.equal(verify(split, { ...honest, gap }).ok, false, String(gap));
});
