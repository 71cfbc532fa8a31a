import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { pCenter, verify, type PointCost } from '@qipan/optim';
import {
  bestCenter,
  planeTable,
  randomPoints,
  randomTable,
  toCsr,
  worstCost,
  type Table,
} from './support/brute-force.js';
import { assertOptimum, solved } from './support/checked.js';

const line = (...xs: number[]): Table => planeTable(xs.map((x) => [x, 0] as const));

const byHand: readonly { what: string; table: Table; p: number; value: number; open?: number[] }[] = [
  { what: 'one site, one point', table: [[7]], p: 1, value: 7, open: [0] },
  { what: 'p = all: nobody is farther than its nearest', table: line(0, 4, 9), p: 3, value: 0, open: [0, 1, 2] },
  { what: 'the middle of 0, 4, 9 has 5 to the far end', table: line(0, 4, 9), p: 1, value: 5, open: [1] },
  { what: 'two sites: 0 or 4 with 9, the other is 4 away', table: line(0, 4, 9), p: 2, value: 4 },
  { what: 'two groups on a line: their middles', table: line(0, 1, 2, 10, 11, 12), p: 2, value: 1, open: [1, 4] },
  {
    what: 'a point with one dear site sets the value, whatever the others do',
    table: [
      [1, 2, 3],
      [9, Infinity, Infinity],
      [4, 1, 1],
    ],
    p: 2,
    value: 9,
  },
  {
    what: 'all costs equal',
    table: [
      [3, 3],
      [3, 3],
      [3, 3],
    ],
    p: 1,
    value: 3,
  },
];

test('instances solved by hand come out with value, sites and proof', () => {
  for (const { what, table, p, value, open } of byHand) {
    const r = assertOptimum({ kind: 'p-center', costs: toCsr(table), p }, value);
    if (open) assert.deepEqual([...r.open], open, what);
    assert.equal(r.open.length, p, what);
  }
});

test('seeded tables agree with all subsets for every p', () => {
  const rng = random(501);
  for (let round = 0; round < 12; round++) {
    const [n, m] = [3 + rng.below(8), 2 + rng.below(6)];
    const table = randomTable(rng, { n, m, most: 40 });
    for (let p = 1; p <= m; p++) assertOptimum({ kind: 'p-center', costs: toCsr(table), p }, bestCenter(table, p));
  }
});

test('seeded sparse tables agree with all subsets, infeasible ones included', () => {
  const rng = random(502);
  let infeasible = 0;
  for (let round = 0; round < 40; round++) {
    const [n, m] = [3 + rng.below(6), 2 + rng.below(5)];
    const table = randomTable(rng, { n, m, most: 40, density: 0.5 });
    const p = 1 + rng.below(m);
    const expected = bestCenter(table, p);
    if (expected === Infinity) infeasible++;
    assertOptimum({ kind: 'p-center', costs: toCsr(table, m), p }, expected);
  }
  assert.ok(infeasible > 3 && infeasible < 37, `${infeasible} of 40 are infeasible`);
});

test('the value is one of the costs, bit for bit', () => {
  const rng = random(503);
  const table = Array.from({ length: 15 }, () => Array.from({ length: 8 }, () => rng.next() * 77));
  const r = solved({ kind: 'p-center', costs: toCsr(table), p: 3 });
  assert.ok(table.flat().includes(r.value));
  assert.equal(r.value, bestCenter(table, 3));
  assert.equal(r.value, r.bound);
});

test('assignments are to the nearest open site', () => {
  const rng = random(504);
  const table = planeTable(randomPoints(rng, 30, 100));
  const r = solved({ kind: 'p-center', costs: toCsr(table), p: 4 });
  r.assignment.forEach((j, i) => assert.ok(table[i][j] <= r.value));
  assert.equal(worstCost(table, [...r.open]), r.value);
});

test('points in the plane give the same answer as their table', () => {
  const rng = random(505);
  const points = randomPoints(rng, 13, 90);
  const weight = Float64Array.from({ length: 13 }, () => 1 + rng.below(4));
  const costs: PointCost = {
    form: 'points',
    metric: 'floorEuclidean',
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    weight,
  };
  const table = planeTable(points).map((row, i) => row.map((d) => weight[i] * Math.floor(d)));
  for (const p of [1, 2, 3]) assertOptimum({ kind: 'p-center', costs, p }, bestCenter(table, p));
});

test('closed form on the line: n unit steps and p sites reach ⌈(n − p)/2p⌉', () => {
  // Each site serves a stretch of 2r + 1 points, so p·(2r + 1) ≥ n.
  for (const [n, p] of [
    [7, 1],
    [9, 2],
    [12, 3],
    [13, 4],
    [20, 5],
  ])
    assertOptimum(
      { kind: 'p-center', costs: toCsr(line(...Array.from({ length: n }, (_, x) => x))), p },
      Math.ceil((n - p) / (2 * p)),
    );
});

test('more sites never make the worst case worse', () => {
  const rng = random(506);
  const costs = toCsr(planeTable(randomPoints(rng, 25, 100)));
  let before = Infinity;
  for (let p = 1; p <= 25; p += 3) {
    const { value } = solved({ kind: 'p-center', costs, p });
    assert.ok(value <= before);
    before = value;
  }
  assert.equal(before, 0);
});

test('a point with no site at all makes it infeasible, with a proof that holds', () => {
  const costs = toCsr(
    [
      [1, 2],
      [Infinity, Infinity],
      [3, 4],
    ],
    2,
  );
  const r = pCenter(costs, 1);
  assert.equal(r.status, 'infeasible');
  assert.equal(r.bound, Infinity);
  assert.equal(verify({ kind: 'p-center', costs, p: 1 }, r).ok, true);
});

test('progress closes in from both sides and never names a number that is none', () => {
  const rng = random(507);
  const seen: [number, number][] = [];
  const costs = toCsr(planeTable(randomPoints(rng, 40, 100)));
  pCenter(costs, 4, { progress: (value, bound) => seen.push([value, bound]) });
  pCenter(
    toCsr(
      [
        [1, Infinity],
        [Infinity, 1],
      ],
      2,
    ),
    1,
    { progress: (value, bound) => seen.push([value, bound]) },
  );
  assert.ok(seen.length > 0);
  for (const [value, bound] of seen) assert.ok(!Number.isNaN(value) && bound !== undefined && bound <= value);
});

test('a stop at once leaves the greedy solution with a bound that its proof supports', () => {
  const rng = random(508);
  const table = planeTable(randomPoints(rng, 30, 100));
  const r = solved({ kind: 'p-center', costs: toCsr(table), p: 3 }, { shouldStop: () => true });
  assert.ok(r.status === 'stopped' || r.status === 'optimal');
  assert.ok(r.open.length === 3);
  assert.ok(r.bound <= bestOf(table, 3) && r.value >= bestOf(table, 3));
});

/** By all triples, without the helper, which lists all 2^30 subsets. */
function bestOf(table: Table, p: 3): number {
  assert.equal(p, 3);
  let best = Infinity;
  for (let a = 0; a < table.length; a++)
    for (let b = a + 1; b < table.length; b++)
      for (let c = b + 1; c < table.length; c++) best = Math.min(best, worstCost(table, [a, b, c]));
  return best;
}

test('what cannot be a p-center is refused with a code', () => {
  const costs = toCsr([
    [1, 2],
    [2, 1],
  ]);
  for (const p of [0, 3, 1.5, NaN]) assert.throws(() => pCenter(costs, p), { code: 'OUT_OF_RANGE' });
  assert.throws(() => pCenter({ ...costs, value: costs.value.with(0, NaN) }, 1), { code: 'OUT_OF_RANGE' });
  assert.throws(() => pCenter({ ...costs, value: costs.value.with(0, -1) }, 1), { code: 'OUT_OF_RANGE' });
  assert.throws(() => pCenter({ ...costs, index: Int32Array.of(0, 0, 0, 1) }, 1), { code: 'DUPLICATE_ID' });
  const bad: PointCost = { form: 'points', metric: 'euclidean', x: Float64Array.of(0, NaN), y: Float64Array.of(0, 1) };
  assert.throws(() => pCenter(bad, 1), { code: 'OUT_OF_RANGE' });
});
