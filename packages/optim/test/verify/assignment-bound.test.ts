import assert from 'node:assert/strict';
import test from 'node:test';
import { random, type Random } from '@qipan/base';
import type { Certificate, CertificateStep, PMedianProblem, UflProblem } from '@qipan/optim';
import { assignmentBound } from '../../src/verify/assignment-bound.js';
import { readCenterInputs, readInputs, servingCost, type Inputs } from '../../src/verify/inputs.js';
import { subsets, toCsr } from '../support/brute-force.js';

const certificate = (scale: number, integral: boolean): Certificate => ({
  format: 'qipan.locationCertificate/1',
  kind: 'p-median',
  scale,
  integral,
  bound: 0,
  dominated: new Int32Array(0),
  root: { steps: [], branch: null },
});

const stepOf = (multipliers: Float64Array): CertificateStep => ({
  multipliers,
  capacityPrice: 0,
  countPrice: 0,
  closed: new Int32Array(0),
  opened: new Int32Array(0),
});

const [n, m] = [6, 5];

interface Drawn {
  readonly inputs: Inputs;
  readonly step: CertificateStep;
  readonly decided: Uint8Array;
  /** Everything in units of 2⁻²⁰, by demand point and site. */
  readonly cost: readonly (readonly bigint[])[];
  readonly fixed: readonly bigint[];
  readonly lambda: readonly bigint[];
}

/** A drawn step on whole costs up to `most`; above 2³³ in sum the verifier must leave doubles. */
function drawn(rng: Random, most: number, p: number): Drawn {
  const whole = (): number => Math.floor(rng.next() * most);
  const table = Array.from({ length: n }, () => Array.from({ length: m }, whole));
  const fixedCost = Float64Array.from({ length: m }, () => (p < 0 ? whole() : 0));
  const multipliers = Float64Array.from({ length: n }, () => whole() + rng.below(2 ** 20) / 2 ** 20);
  const problem: PMedianProblem | UflProblem =
    p < 0 ? { kind: 'ufl', costs: toCsr(table), fixedCost } : { kind: 'p-median', costs: toCsr(table), p };
  const decided = Uint8Array.from({ length: m }, () => [0, 0, 0, 1, 2][rng.below(5)]);
  const big = (v: number): bigint => BigInt(Math.trunc(v)) * 1048576n + BigInt(Math.round((v % 1) * 1048576));
  return {
    inputs: readInputs(problem, certificate(1, true), multipliers),
    step: stepOf(multipliers),
    decided,
    cost: table.map((row) => row.map(big)),
    fixed: [...fixedCost].map(big),
    lambda: [...multipliers].map(big),
  };
}

/** The bound by its formula, over all sets of sites that the decisions allow, in exact integers; rounded up to a whole. */
function exact(d: Drawn, p: number, also: { readonly site: number; readonly isOpen: boolean } | null): number {
  let least: bigint | null = null;
  const rho = d.fixed.map((f, j) => d.lambda.reduce((s, l, i) => (d.cost[i][j] < l ? s + d.cost[i][j] - l : s), f));
  const all = d.lambda.reduce((a, b) => a + b, 0n);
  for (const sites of subsets(m)) {
    if (p >= 0 && sites.length !== p) continue;
    const fits = [...d.decided].every((s, j) => s === 0 || (s === 1) === sites.includes(j));
    if (!fits || (also && sites.includes(also.site) !== also.isOpen)) continue;
    const value = sites.reduce((s, j) => s + rho[j], all);
    if (least === null || value < least) least = value;
  }
  if (least === null) return Infinity;
  const up = least >= 0n ? (least + 1048575n) / 1048576n : -(-least / 1048576n);
  return Number(up);
}

for (const [most, name] of [
  [1000, 'small, in doubles'],
  [2 ** 30, 'about 2³³ in sum, on either side of what doubles hold'],
  [2 ** 36, 'large, in exact integers'],
] as const) {
  for (const p of [-1, 2]) {
    test(`the bound of a step is its formula rounded up to a whole: costs ${name}, ${p < 0 ? 'any number' : 'p'} of sites`, () => {
      const rng = random(most % 9973);
      for (let round = 0; round < 60; round++) {
        const d = drawn(rng, most, p);
        const got = assignmentBound(d.inputs, d.step, d.decided);
        assert.equal(got.bound, exact(d, p, null), `round ${round}`);
        for (let j = 0; j < m; j++) {
          if (d.decided[j] !== 0 || got.bound === Infinity) continue;
          assert.equal(got.ifOpen(j), exact(d, p, { site: j, isOpen: true }), `round ${round}, with ${j}`);
          assert.equal(got.ifClosed(j), exact(d, p, { site: j, isOpen: false }), `round ${round}, without ${j}`);
        }
      }
    });
  }
}

test('costs that are not whole are bounded from below by less than the rounding of a double sum', () => {
  const rng = random(77);
  for (let round = 0; round < 60; round++) {
    const table = Array.from({ length: n }, () => Array.from({ length: m }, () => rng.next() * 50));
    const multipliers = Float64Array.from({ length: n }, () => Math.round(rng.next() * 60 * 1024) / 1024);
    const problem: PMedianProblem = { kind: 'p-median', costs: toCsr(table), p: 2 };
    const inputs = readInputs(problem, certificate(1, false), multipliers);
    const { bound } = assignmentBound(inputs, stepOf(multipliers), new Uint8Array(m));
    let least = Infinity;
    for (const sites of subsets(m)) {
      if (sites.length !== 2) continue;
      let value = 0;
      for (const l of multipliers) value += l;
      for (const j of sites) table.forEach((row, i) => (value += Math.min(0, row[j] - multipliers[i])));
      least = Math.min(least, value);
    }
    assert.ok(bound <= least && bound >= least - 1e-9, `round ${round}: ${bound} for ${least}`);
  }
});

test('entries that no multiplier exceeds are left out of what is read, and change nothing', () => {
  const table = [
    [1, 8, 20],
    [9, 2, 20],
  ];
  const problem: PMedianProblem = { kind: 'p-median', costs: toCsr(table), p: 1 };
  const multipliers = Float64Array.of(5, 6);
  const short = readInputs(problem, certificate(1, true), multipliers);
  const long = readInputs(problem, certificate(1, true), Float64Array.of(1000, 1000));
  assert.deepEqual([short.value.length, long.value.length], [2, 6]);
  const bound = (inputs: Inputs): number => assignmentBound(inputs, stepOf(multipliers), new Uint8Array(3)).bound;
  assert.deepEqual([bound(short), bound(long)], [7, 7]);
});

test('a claim of whole costs is checked against every cost', () => {
  const halves: PMedianProblem = {
    kind: 'p-median',
    costs: toCsr([
      [1.5, 2],
      [3, 4],
    ]),
    p: 1,
  };
  const ceiling = Float64Array.of(9, 9);
  assert.equal(readInputs(halves, certificate(1, true), ceiling).integral, false);
  assert.equal(readInputs(halves, certificate(2, true), ceiling).integral, true);
  assert.equal(readInputs(halves, certificate(2, false), ceiling).integral, false, 'not claimed');
});

test('a centre is read as a cover by sites strictly nearer than the radius', () => {
  const problem = {
    kind: 'p-center' as const,
    costs: toCsr([
      [0, 5],
      [5, 0],
    ]),
    p: 1,
  };
  const at = (radius: number): number[] => [...readCenterInputs(problem, radius, certificate(1, true)).start];
  assert.deepEqual(at(5), [0, 1, 2]);
  assert.deepEqual(at(5.000001), [0, 2, 4]);
  assert.deepEqual(at(0), [0, 0, 0]);
});

test('the cost of serving is read anew from a table, from points in each metric, and from a cover', () => {
  const table = toCsr(
    [
      [3, Infinity],
      [1, 2],
    ],
    2,
  );
  assert.equal(servingCost({ kind: 'p-median', costs: table, p: 1 }, 0, 0), 3);
  assert.equal(servingCost({ kind: 'p-median', costs: table, p: 1 }, 0, 1), Infinity);
  assert.equal(servingCost({ kind: 'lscp', cover: table }, 1, 1), 0);
  assert.equal(servingCost({ kind: 'lscp', cover: table }, 0, 1), Infinity);
  const [x, y] = [Float64Array.of(0, 3), Float64Array.of(0, 4.5)];
  const points = { form: 'points' as const, x, y, weight: Float64Array.of(2, 1) };
  const cost = (metric: 'euclidean' | 'floorEuclidean' | 'haversineKm', site = 1): number =>
    servingCost({ kind: 'p-median', costs: { ...points, metric }, p: 1 }, 0, site);
  assert.ok(Math.abs(cost('euclidean') - 2 * Math.hypot(3, 4.5)) < 1e-12);
  assert.equal(cost('floorEuclidean'), 10);
  // One degree of a great circle is 2πR/360; three along the equator and 4.5 up are met by the law of cosines.
  const rad = Math.PI / 180;
  const angle = Math.acos(Math.cos(4.5 * rad) * Math.cos(3 * rad));
  assert.ok(Math.abs(cost('haversineKm') - 2 * 6371.0088 * angle) < 1e-6);
  assert.equal(cost('euclidean', 2), Infinity, 'there is no such site');
});
