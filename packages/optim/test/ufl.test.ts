import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { pMedian, ufl, type PointCost } from '@qipan/optim';
import {
  bestMedian,
  bestUfl,
  planeTable,
  randomNumbers,
  randomPoints,
  randomTable,
  sum,
  toCsr,
  type Table,
} from './support/brute-force.js';
import { assertOptimum, solved } from './support/checked.js';

const byHand: readonly { what: string; table: Table; fixed: number[]; value: number; open?: number[] }[] = [
  { what: 'one site has to open: 5 + 7', table: [[7]], fixed: [5], value: 12, open: [0] },
  { what: 'a dear site near loses to a cheap one farther off', table: [[1, 4]], fixed: [10, 2], value: 6, open: [1] },
  {
    what: 'two customers with a site each at 1 + 1 against one for both at 1 + 0 + 9',
    table: [
      [0, 9],
      [9, 0],
    ],
    fixed: [1, 1],
    value: 2,
    open: [0, 1],
  },
  {
    what: 'at 10 a site one is enough: 10 + 9',
    table: [
      [0, 9],
      [9, 0],
    ],
    fixed: [10, 10],
    value: 19,
  },
  {
    what: 'free sites all pay: the least of each row',
    table: [
      [3, 1, 2],
      [4, 6, 5],
      [9, 8, 7],
    ],
    fixed: [0, 0, 0],
    value: 1 + 4 + 7,
  },
  {
    what: 'three pairs: the linear relaxation opens halves (4.5), whole sites cost two',
    table: [
      [0, 0, 9],
      [0, 9, 0],
      [9, 0, 0],
    ],
    fixed: [3, 3, 3],
    value: 6,
  },
];

test('instances solved by hand come out with value, sites and proof', () => {
  for (const { what, table, fixed, value, open } of byHand) {
    const r = assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost: Float64Array.from(fixed) }, value);
    if (open) assert.deepEqual([...r.open], open, what);
  }
});

test('seeded tables agree with all subsets of sites', () => {
  const rng = random(201);
  for (let round = 0; round < 40; round++) {
    const [n, m] = [3 + rng.below(10), 2 + rng.below(7)];
    const table = randomTable(rng, { n, m, most: 30 });
    const fixedCost = randomNumbers(rng, m, 60);
    assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost }, bestUfl(table, fixedCost));
  }
});

test('seeded sparse tables agree with all subsets, infeasible ones included', () => {
  const rng = random(202);
  let infeasible = 0;
  for (let round = 0; round < 30; round++) {
    const [n, m] = [3 + rng.below(6), 2 + rng.below(6)];
    const table = randomTable(rng, { n, m, most: 30, density: 0.4 });
    const fixedCost = randomNumbers(rng, m, 40);
    const expected = bestUfl(table, fixedCost);
    if (expected === Infinity) infeasible++;
    assertOptimum({ kind: 'ufl', costs: toCsr(table, m), fixedCost }, expected);
  }
  assert.ok(infeasible > 2 && infeasible < 28, `${infeasible} of 30 are infeasible`);
});

test('with a price of staying unserved, opening nothing is a solution', () => {
  const table: Table = [
    [1, 2],
    [2, 1],
  ];
  const unserved = Float64Array.of(5, 4);
  const r = assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost: Float64Array.of(100, 100), unserved }, 9);
  assert.deepEqual([...r.open], []);
  assert.deepEqual([...r.assignment], [-1, -1]);
});

test('seeded prices of staying unserved agree with all subsets', () => {
  const rng = random(203);
  for (let round = 0; round < 25; round++) {
    const [n, m] = [3 + rng.below(8), 2 + rng.below(6)];
    const table = randomTable(rng, { n, m, most: 30, density: 0.6 });
    const [fixedCost, unserved] = [randomNumbers(rng, m, 40), randomNumbers(rng, n, 30)];
    assertOptimum(
      { kind: 'ufl', costs: toCsr(table, m), fixedCost, unserved },
      bestUfl(table, fixedCost, { unserved }),
    );
  }
});

test('existing sites stay open and their fixed cost counts', () => {
  const rng = random(204);
  for (let round = 0; round < 15; round++) {
    const m = 3 + rng.below(5);
    const table = randomTable(rng, { n: 7, m, most: 30 });
    const fixedCost = randomNumbers(rng, m, 50);
    const existing = Int32Array.of(rng.below(m), rng.below(m));
    const r = assertOptimum(
      { kind: 'ufl', costs: toCsr(table), fixedCost, existing },
      bestUfl(table, fixedCost, { existing }),
    );
    for (const j of existing) assert.ok(r.open.includes(j));
  }
});

test('fractions of money agree with all subsets within the rounding of doubles', () => {
  const rng = random(205);
  for (let round = 0; round < 12; round++) {
    const table = Array.from({ length: 9 }, () => Array.from({ length: 6 }, () => rng.next() * 100));
    const fixedCost = Float64Array.from({ length: 6 }, () => rng.next() * 150);
    assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost }, bestUfl(table, fixedCost));
  }
});

test('one fixed cost above all service opens a single site, the 1-median', () => {
  const rng = random(206);
  const table = randomTable(rng, { n: 10, m: 7, most: 50 });
  const fixedCost = new Float64Array(7).fill(10_000);
  const r = assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost }, 10_000 + bestMedian(table, 1));
  assert.equal(r.open.length, 1);
});

test('a uniform fixed cost gives the best p-median plus its sites over all p', () => {
  const rng = random(207);
  const table = planeTable(randomPoints(rng, 12, 60)).map((row) => row.map(Math.round));
  for (const fixed of [1, 8, 25, 70]) {
    const each = Array.from({ length: 12 }, (_, k) => pMedian(toCsr(table), k + 1).value + fixed * (k + 1));
    assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost: new Float64Array(12).fill(fixed) }, Math.min(...each));
  }
});

test('points in the plane give the same answer as their table', () => {
  const rng = random(208);
  const points = randomPoints(rng, 12, 80);
  const costs: PointCost = {
    form: 'points',
    metric: 'floorEuclidean',
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
  };
  const table = planeTable(points).map((row) => row.map(Math.floor));
  const fixedCost = randomNumbers(rng, 12, 90);
  assertOptimum({ kind: 'ufl', costs, fixedCost }, bestUfl(table, fixedCost));
});

test('fixed costs far above the rest do not blur the service costs', () => {
  const table: Table = [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1],
  ];
  const fixedCost = Float64Array.of(1e9, 1e9 + 1, 1e9 + 2);
  const r = assertOptimum({ kind: 'ufl', costs: toCsr(table), fixedCost }, 1e9 + 6);
  assert.deepEqual([...r.open], [0]);
});

test('a medium plane closes with a proof, and its sites repay themselves', () => {
  const rng = random(209);
  const points = randomPoints(rng, 80, 1000);
  const table = planeTable(points).map((row) => row.map(Math.round));
  const fixedCost = Float64Array.from({ length: 80 }, () => 300 + rng.below(400));
  const r = solved({ kind: 'ufl', costs: toCsr(table), fixedCost });
  assert.equal(r.status, 'optimal');
  for (const gone of r.open) {
    const rest = [...r.open].filter((j) => j !== gone);
    const without = sum(table.map((row) => Math.min(...rest.map((j) => row[j])))) + sum(rest.map((j) => fixedCost[j]));
    assert.ok(without >= r.value, `closing site ${gone} would save`);
  }
});

test('what cannot be a location problem is refused with a code', () => {
  const costs = toCsr([[1, 2]]);
  assert.throws(() => ufl(costs, Float64Array.of(1)), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => ufl(costs, Float64Array.of(1, -1)), { code: 'OUT_OF_RANGE' });
  assert.throws(() => ufl(costs, Float64Array.of(1, NaN)), { code: 'OUT_OF_RANGE' });
  assert.throws(() => ufl(costs, Float64Array.of(1, 1), { existing: Int32Array.of(-1) }), { code: 'OUT_OF_RANGE' });
});
