import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { csrFromLists, haversineM, type Csr } from '@qipan/numeric';
import { pMedian, verify, type PointCost } from '@qipan/optim';
import {
  bestMedian,
  none,
  planeTable,
  randomNumbers,
  randomPoints,
  randomTable,
  serviceCost,
  sum,
  toCsr,
  type Table,
} from './support/brute-force.js';
import { assertClose, assertOptimum, solved } from './support/checked.js';

const table1: Table = [
  [0, 4, 9],
  [5, 1, 7],
  [8, 6, 0],
  [3, 2, 4],
];

/** Instances small enough to be settled on paper; the reasoning stands beside each. */
const byHand: readonly { what: string; table: Table; p: number; value: number; open?: number[] }[] = [
  { what: 'one site serves one point', table: [[7]], p: 1, value: 7, open: [0] },
  { what: 'of two sites the cheaper opens', table: [[3, 2]], p: 1, value: 2, open: [1] },
  { what: 'columns sum to 16, 13, 20: the middle one', table: table1, p: 1, value: 13, open: [1] },
  { what: 'sites 1 and 2: 4 + 1 + 0 + 2', table: table1, p: 2, value: 7, open: [1, 2] },
  { what: 'all open: the least of each row', table: table1, p: 3, value: 3, open: [0, 1, 2] },
  {
    what: 'points 0, 1, 2, 10, 11, 12 on a line: the middles of both groups, 2 + 2',
    table: planeTable([0, 1, 2, 10, 11, 12].map((x) => [x, 0] as const)),
    p: 2,
    value: 4,
    open: [1, 4],
  },
  {
    what: 'a median of an even number of points on a line is either middle: 1 + 3 + 5',
    table: planeTable([0, 2, 3, 6].map((x) => [x, 0] as const)),
    p: 1,
    value: 7,
  },
  {
    what: 'the hub of a star with four rays of 5 serves all for 20, any tip for 5 + 3·10',
    table: [
      [0, 5, 5, 5, 5],
      [5, 0, 10, 10, 10],
      [5, 10, 0, 10, 10],
      [5, 10, 10, 0, 10],
      [5, 10, 10, 10, 0],
    ],
    p: 1,
    value: 20,
    open: [0],
  },
  {
    what: 'free service costs nothing',
    table: [
      [0, 0],
      [0, 0],
    ],
    p: 1,
    value: 0,
  },
  {
    what: 'on a ring of six with p = 2, opposite nodes leave four neighbours at 1',
    table: Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (_e, j) => Math.min((i - j + 6) % 6, (j - i + 6) % 6)),
    ),
    p: 2,
    value: 4,
  },
  {
    what: 'costs of a tenth stay exact: 0.1 + 0.2',
    table: [
      [0.1, 0.7],
      [0.2, 0.6],
    ],
    p: 1,
    value: 0.3,
    open: [0],
  },
];

test('instances solved by hand come out with value, sites and proof', () => {
  for (const { what, table, p, value, open } of byHand) {
    const r = assertOptimum({ kind: 'p-median', costs: toCsr(table), p }, value);
    if (open) assert.deepEqual([...r.open], open, what);
    assert.equal(r.open.length, p, what);
  }
});

test('seeded whole-number tables agree with all subsets for every p', () => {
  const rng = random(101);
  for (let round = 0; round < 14; round++) {
    const [n, m] = [3 + rng.below(10), 2 + rng.below(7)];
    const table = randomTable(rng, { n, m, most: 30 });
    for (let p = 1; p <= m; p++) assertOptimum({ kind: 'p-median', costs: toCsr(table), p }, bestMedian(table, p));
  }
});

test('seeded sparse tables agree with all subsets, infeasible ones included', () => {
  const rng = random(102);
  let infeasible = 0;
  for (let round = 0; round < 40; round++) {
    const [n, m] = [3 + rng.below(7), 2 + rng.below(6)];
    const table = randomTable(rng, { n, m, most: 20, density: 0.55 });
    const p = 1 + rng.below(m);
    const expected = bestMedian(table, p);
    if (expected === Infinity) infeasible++;
    assertOptimum({ kind: 'p-median', costs: toCsr(table, m), p }, expected);
  }
  assert.ok(infeasible > 3 && infeasible < 37, `${infeasible} of 40 are infeasible`);
});

test('tables of fractions agree with all subsets within the rounding of doubles', () => {
  const rng = random(103);
  for (let round = 0; round < 12; round++) {
    const m = 4 + rng.below(4);
    const table = Array.from({ length: 10 }, () => Array.from({ length: m }, () => rng.next() * 10 ** rng.below(5)));
    const p = 1 + rng.below(m - 1);
    const r = assertOptimum({ kind: 'p-median', costs: toCsr(table), p }, bestMedian(table, p));
    assert.equal(r.certificate?.integral, false);
  }
});

test('very small and very large costs keep their relative precision', () => {
  const rng = random(104);
  const table = randomTable(rng, { n: 8, m: 6, most: 1000 }).map((row) => row.map((v) => v / 997));
  for (const factor of [1e-9, 1e-4, 1e4, 1e9]) {
    const scaled = table.map((row) => row.map((v) => v * factor));
    const r = solved({ kind: 'p-median', costs: toCsr(scaled), p: 2 });
    assertClose(r.value / factor, bestMedian(table, 2), 1e-8);
    assert.equal(r.status, 'optimal');
  }
});

test('hundredths are taken as whole numbers, so the bound meets the value exactly', () => {
  const rng = random(105);
  const table = randomTable(rng, { n: 9, m: 6, most: 5000 }).map((row) => row.map((v) => v / 100));
  const r = assertOptimum({ kind: 'p-median', costs: toCsr(table), p: 3 }, bestMedian(table, 3));
  assert.equal(r.certificate?.integral, true);
  assert.equal(r.certificate?.scale, 100);
  assert.equal(r.value, r.bound);
  assert.equal(r.gap, 0);
});

test('who may stay unserved does so when that is cheaper, and is assigned to no site', () => {
  const rng = random(106);
  for (let round = 0; round < 20; round++) {
    const [n, m] = [4 + rng.below(6), 2 + rng.below(5)];
    const table = randomTable(rng, { n, m, most: 30, density: 0.7 });
    const unserved = randomNumbers(rng, n, 25);
    const p = 1 + rng.below(m);
    const r = assertOptimum(
      { kind: 'p-median', costs: toCsr(table, m), p, unserved },
      bestMedian(table, p, { unserved }),
    );
    r.assignment.forEach((j, i) => {
      const best = Math.min(...[...r.open].map((k) => table[i][k]));
      if (j < 0) assert.ok(best >= unserved[i]);
      else assert.equal(table[i][j], best);
    });
  }
});

test('existing sites stay open and count towards p', () => {
  const rng = random(107);
  for (let round = 0; round < 15; round++) {
    const m = 4 + rng.below(4);
    const table = randomTable(rng, { n: 8, m, most: 40 });
    const existing = Int32Array.of(rng.below(m));
    const p = 1 + rng.below(3);
    const r = assertOptimum({ kind: 'p-median', costs: toCsr(table), p, existing }, bestMedian(table, p, { existing }));
    assert.ok(r.open.includes(existing[0]));
    assert.equal(r.open.length, p);
  }
});

test('an existing site named twice is one site', () => {
  const r = pMedian(toCsr(table1), 2, { existing: Int32Array.of(0, 0) });
  assert.equal(r.status, 'optimal');
  assert.equal(r.value, 0 + 5 + 0 + 3);
  assert.deepEqual([...r.open], [0, 2]);
});

test('when existing sites use up p nothing is left to choose', () => {
  const r = solved({ kind: 'p-median', costs: toCsr(table1), p: 2, existing: Int32Array.of(0, 1) });
  assert.equal(r.value, 0 + 1 + 6 + 2);
  assert.deepEqual([...r.assignment], [0, 1, 1, 1]);
});

test('every demand point is assigned to its cheapest open site, the smaller number among equals', () => {
  const table: Table = [
    [5, 5, 1],
    [2, 2, 9],
    [9, 9, 9],
  ];
  const r = pMedian(toCsr(table), 3);
  assert.deepEqual([...r.assignment], [2, 0, 0]);
  assert.equal(r.value, 1 + 2 + 9);
});

test('entries of a row may stand in any order', () => {
  const rng = random(108);
  const table = randomTable(rng, { n: 7, m: 6, most: 50, density: 0.8 });
  const shuffled: Csr = csrFromLists(
    6,
    table.map((row) => {
      const order = [...rng.permutation(6)].filter((j) => row[j] < Infinity);
      return { index: order, value: order.map((j) => row[j]) };
    }),
  );
  const unserved = new Float64Array(7).fill(60);
  const a = pMedian(toCsr(table), 2, { unserved });
  const b = pMedian(shuffled, 2, { unserved });
  assert.deepEqual(
    [b.value, b.bound, [...b.open], [...b.assignment]],
    [a.value, a.bound, [...a.open], [...a.assignment]],
  );
});

test('costs that are all equal give any p sites at n times the cost', () => {
  for (const p of [1, 2, 5]) {
    const table = Array.from({ length: 12 }, () => [3, 3, 3, 3, 3]);
    assertOptimum({ kind: 'p-median', costs: toCsr(table), p }, 36);
  }
});

test('a closed form on the line: n equal steps and p sites, groups of 2k+1 cost k(k+1) each', () => {
  for (const [k, p] of [
    [1, 4],
    [2, 3],
    [3, 2],
  ]) {
    const points = Array.from({ length: (2 * k + 1) * p }, (_, x) => [x, 0] as const);
    assertOptimum({ kind: 'p-median', costs: toCsr(planeTable(points)), p }, p * k * (k + 1));
  }
});

test('a closed form on far-apart clusters: each gets a site, and its own median decides', () => {
  const rng = random(109);
  const clusters = [0, 1, 2].map((c) => randomPoints(rng, 5, 20).map(([x, y]) => [x + 10_000 * c, y] as const));
  const table = planeTable(clusters.flat());
  const expected = sum(clusters.map((points) => bestMedian(planeTable(points), 1)));
  const r = assertOptimum({ kind: 'p-median', costs: toCsr(table), p: 3 }, expected);
  assert.deepEqual(
    [...r.open].map((j) => Math.floor(j / 5)),
    [0, 1, 2],
  );
});

test('points in the plane give the same answer as their table, in each metric', () => {
  const rng = random(110);
  const points = randomPoints(rng, 14, 100);
  const x = Float64Array.from(points, ([v]) => v);
  const y = Float64Array.from(points, ([, v]) => v);
  const weight = Float64Array.from({ length: 14 }, () => 1 + rng.below(9));
  const metrics = {
    euclidean: (a: number, b: number) => Math.hypot(x[a] - x[b], y[a] - y[b]),
    floorEuclidean: (a: number, b: number) => Math.floor(Math.sqrt((x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2)),
    haversineKm: (a: number, b: number) => haversineM(x[a], y[a] / 2, x[b], y[b] / 2) / 1000,
  };
  for (const [metric, distance] of Object.entries(metrics)) {
    const halved = metric === 'haversineKm' ? y.map((v) => v / 2) : y;
    const costs: PointCost = { form: 'points', metric: metric as PointCost['metric'], x, y: halved, weight };
    const table = Array.from({ length: 14 }, (_, i) =>
      Array.from({ length: 14 }, (_e, j) => weight[i] * distance(i, j)),
    );
    assertOptimum({ kind: 'p-median', costs, p: 3 }, bestMedian(table, 3));
  }
});

test('candidate sites may be other points than the demand', () => {
  const rng = random(111);
  const [demand, sites] = [randomPoints(rng, 20, 50), randomPoints(rng, 7, 50)];
  const column = (list: [number, number][], k: 0 | 1) => Float64Array.from(list, (v) => v[k]);
  const costs: PointCost = {
    form: 'points',
    metric: 'euclidean',
    x: column(demand, 0),
    y: column(demand, 1),
    siteX: column(sites, 0),
    siteY: column(sites, 1),
  };
  assertOptimum({ kind: 'p-median', costs, p: 2 }, bestMedian(planeTable(demand, sites), 2));
});

test('sites far from all demand points are dear, not impossible', () => {
  const costs: PointCost = {
    form: 'points',
    metric: 'euclidean',
    x: Float64Array.of(0, 0),
    y: Float64Array.of(0, 2),
    siteX: Float64Array.of(5000, -3000),
    siteY: Float64Array.of(1, 1),
  };
  const r = assertOptimum({ kind: 'p-median', costs, p: 1 }, 2 * Math.sqrt(3000 ** 2 + 1));
  assert.deepEqual([...r.open], [1]);
});

test('great-circle costs across a continent are dear, not impossible', () => {
  const [x, y] = [Float64Array.of(80, 90, 100, 110, 120), Float64Array.of(20, 45, 25, 50, 30)];
  const costs: PointCost = { form: 'points', metric: 'haversineKm', x, y };
  const table = Array.from(x, (_, i) => Array.from(x, (_e, j) => haversineM(x[i], y[i], x[j], y[j]) / 1000));
  for (const p of [1, 2, 4]) assertOptimum({ kind: 'p-median', costs, p }, bestMedian(table, p));
});

test('weights that are not whole are not taken for exact', () => {
  const costs: PointCost = {
    form: 'points',
    metric: 'floorEuclidean',
    x: Float64Array.of(0, 3, 9, 14),
    y: new Float64Array(4),
    weight: Float64Array.of(0.1, 0.3, 0.7, 0.2),
  };
  // Site 2: 0.1·9 + 0.3·6 + 0.2·5; site 1: 0.3 + 4.2 + 2.2.
  assertOptimum({ kind: 'p-median', costs, p: 1 }, 3.7);
});

test('points at the same place cost nothing to each other', () => {
  const costs: PointCost = {
    form: 'points',
    metric: 'euclidean',
    x: Float64Array.of(1, 1, 1, 4, 4),
    y: Float64Array.of(2, 2, 2, 6, 6),
  };
  assertOptimum({ kind: 'p-median', costs, p: 2 }, 0);
  assertOptimum({ kind: 'p-median', costs, p: 1 }, 10);
});

test('no other set of p sites is cheaper on a larger plane', () => {
  const rng = random(112);
  const table = planeTable(randomPoints(rng, 60, 300)).map((row) => row.map(Math.round));
  const r = solved({ kind: 'p-median', costs: toCsr(table), p: 2 });
  assert.equal(r.status, 'optimal');
  let best = Infinity;
  for (let a = 0; a < 60; a++) for (let b = a + 1; b < 60; b++) best = Math.min(best, serviceCost(table, [a, b]));
  assert.equal(r.value, best);
});

test('costs are left as they were', () => {
  const rng = random(113);
  const costs = toCsr(randomTable(rng, { n: 9, m: 7, most: 99 }));
  const before = [costs.start.slice(), costs.index.slice(), costs.value.slice()];
  pMedian(costs, 3);
  assert.deepEqual([costs.start, costs.index, costs.value], before);
});

test('what cannot be a p-median is refused with a code', () => {
  const costs = toCsr(table1);
  const run =
    (c: Csr, p: number, o: object = {}) =>
    () =>
      pMedian(c, p, o);
  for (const p of [0, -1, 4, 1.5, NaN]) assert.throws(run(costs, p), { code: 'OUT_OF_RANGE' }, `p = ${p}`);
  const withCost = (v: number): Csr => ({ ...costs, value: costs.value.with(3, v) });
  for (const v of [-1, NaN, Infinity]) assert.throws(run(withCost(v), 1), { code: 'OUT_OF_RANGE' }, `cost ${v}`);
  assert.throws(run({ ...costs, index: costs.index.with(1, 9) }, 1), { code: 'OUT_OF_RANGE' });
  assert.throws(run({ ...costs, index: costs.index.with(1, 0) }, 1), { code: 'DUPLICATE_ID' });
  assert.throws(run({ ...costs, rows: 3 }, 1), { code: 'SHAPE_MISMATCH' });
  assert.throws(run(costs, 1, { unserved: new Float64Array(3) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(run(costs, 1, { unserved: Float64Array.of(1, 1, -1, 1) }), { code: 'OUT_OF_RANGE' });
  assert.throws(run(costs, 2, { existing: Int32Array.of(3) }), { code: 'OUT_OF_RANGE' });
  assert.throws(run(costs, 1, { existing: Int32Array.of(0, 1) }), { code: 'OUT_OF_RANGE' });
});

test('coordinates that are no points are refused with a code', () => {
  const good: PointCost = { form: 'points', metric: 'euclidean', x: Float64Array.of(0, 1), y: Float64Array.of(0, 1) };
  const run = (change: Partial<PointCost>) => () => pMedian({ ...good, ...change }, 1);
  assert.throws(run({ x: Float64Array.of(0, NaN) }), { code: 'OUT_OF_RANGE' });
  assert.throws(run({ y: Float64Array.of(0) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(run({ weight: Float64Array.of(1) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(run({ weight: Float64Array.of(1, -2) }), { code: 'OUT_OF_RANGE' });
  assert.throws(run({ siteX: Float64Array.of(1), siteY: Float64Array.of(1, 2) }), { code: 'SHAPE_MISMATCH' });
});

test('the same problem through sites nobody can use is the same problem', () => {
  const table = table1.map((row) => [...row, none]);
  const r = solved({ kind: 'p-median', costs: toCsr(table, 4), p: 2 });
  assert.equal(r.value, 7);
  const three = solved({ kind: 'p-median', costs: toCsr(table, 4), p: 4 });
  assert.equal(three.value, 3);
});

test('without a certificate asked for there is none, and the answer is the same', () => {
  const costs = toCsr(table1);
  const r = pMedian(costs, 2, { certify: false });
  assert.equal(r.certificate, null);
  assert.equal(r.value, 7);
  assert.equal(verify({ kind: 'p-median', costs, p: 2 }, r).ok, false);
});
