import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { csrFromLists } from '@qipan/numeric';
import { mclp } from '@qipan/optim';
import {
  bestMclp,
  coveredWeight,
  none,
  planeTable,
  randomNumbers,
  randomPoints,
  randomTable,
  sum,
  toCsr,
  type Table,
} from './support/brute-force.js';
import { assertOptimum, solved } from './support/checked.js';

const yes = 1;

/** Finite where the distance is at most the radius. */
const within = (table: Table, radius: number) => table.map((row) => row.map((d) => (d <= radius ? yes : none)));

const byHand: readonly {
  what: string;
  cover: number[][];
  sites: number;
  weight: number[];
  p: number;
  value: number;
}[] = [
  { what: 'one site, one point', cover: [[0]], sites: 1, weight: [5], p: 1, value: 5 },
  { what: 'nobody is in reach of anything', cover: [[], []], sites: 2, weight: [5, 6], p: 1, value: 0 },
  { what: 'the heavier of two points', cover: [[0], [1]], sites: 2, weight: [5, 6], p: 1, value: 6 },
  {
    what: 'one site for two light points beats the heavy one',
    cover: [[0], [0], [1]],
    sites: 2,
    weight: [4, 4, 7],
    p: 1,
    value: 8,
  },
  {
    what: 'greedy takes site 1 (10) and then 5 more; sites 0 and 2 cover all 18',
    cover: [[0], [0, 1], [1, 2], [2]],
    sites: 3,
    weight: [4, 5, 5, 4],
    p: 2,
    value: 18,
  },
  { what: 'weight 0 counts for nothing', cover: [[0], [1]], sites: 2, weight: [0, 0], p: 1, value: 0 },
  {
    what: 'more sites than there are candidates is all of them',
    cover: [[0], [1], []],
    sites: 2,
    weight: [1, 2, 4],
    p: 5,
    value: 3,
  },
];

test('instances solved by hand come out with value and proof', () => {
  for (const { cover, sites, weight, p, value } of byHand) {
    const rows = csrFromLists(
      sites,
      cover.map((index) => ({ index, value: index.map(() => 1) })),
    );
    assertOptimum({ kind: 'mclp', cover: rows, weight: Float64Array.from(weight), p }, value);
  }
});

test('seeded covers agree with all subsets of at most p sites', () => {
  const rng = random(301);
  for (let round = 0; round < 40; round++) {
    const [n, m] = [4 + rng.below(12), 2 + rng.below(7)];
    const table = randomTable(rng, { n, m, most: 1, density: 0.35 });
    const weight = randomNumbers(rng, n, 50);
    const p = 1 + rng.below(m);
    assertOptimum({ kind: 'mclp', cover: toCsr(table, m), weight, p }, bestMclp(table, weight, p));
  }
});

test('fractional weights agree with all subsets', () => {
  const rng = random(302);
  for (let round = 0; round < 15; round++) {
    const table = randomTable(rng, { n: 12, m: 7, most: 1, density: 0.3 });
    const weight = Float64Array.from({ length: 12 }, () => rng.next() * 1000);
    assertOptimum({ kind: 'mclp', cover: toCsr(table, 7), weight, p: 3 }, bestMclp(table, weight, 3));
  }
});

test('existing sites stay open and count towards p', () => {
  const rng = random(303);
  for (let round = 0; round < 15; round++) {
    const table = randomTable(rng, { n: 10, m: 6, most: 1, density: 0.3 });
    const weight = randomNumbers(rng, 10, 20);
    const existing = Int32Array.of(rng.below(6));
    const p = 1 + rng.below(3);
    const r = assertOptimum(
      { kind: 'mclp', cover: toCsr(table, 6), weight, p, existing },
      bestMclp(table, weight, p, { existing }),
    );
    assert.ok(r.open.includes(existing[0]));
    assert.ok(r.open.length <= p);
  }
});

test('the values in the cover are not read', () => {
  const rng = random(304);
  const cover = toCsr(randomTable(rng, { n: 9, m: 6, most: 1, density: 0.4 }), 6);
  const weight = randomNumbers(rng, 9, 20);
  const a = mclp(cover, weight, 2);
  const b = mclp({ ...cover, value: cover.value.map(() => NaN) }, weight, 2);
  assert.deepEqual([b.value, b.bound, [...b.open]], [a.value, a.bound, [...a.open]]);
});

test('covered points are assigned to an open site that covers them, the others to none', () => {
  const rng = random(305);
  const table = randomTable(rng, { n: 20, m: 8, most: 1, density: 0.2 });
  const weight = Float64Array.from({ length: 20 }, () => 1 + rng.below(30));
  const r = solved({ kind: 'mclp', cover: toCsr(table, 8), weight, p: 3 });
  r.assignment.forEach((j, i) => {
    const covered = [...r.open].some((k) => table[i][k] < Infinity);
    assert.equal(j >= 0, covered);
    if (j >= 0) assert.ok(r.open.includes(j) && table[i][j] < Infinity);
  });
  assert.equal(r.value, coveredWeight(table, weight, [...r.open]));
});

test('a village exactly at the radius is covered, a hair farther it is not', () => {
  const table = planeTable(
    [
      [0, 0],
      [3, 4],
    ] as const,
    [[0, 0]],
  );
  const weight = Float64Array.of(1, 10);
  assertOptimum({ kind: 'mclp', cover: toCsr(within(table, 5), 1), weight, p: 1 }, 11);
  assertOptimum({ kind: 'mclp', cover: toCsr(within(table, 5 - 1e-12), 1), weight, p: 1 }, 1);
});

test('with p = all sites everybody in reach of any is covered', () => {
  const rng = random(306);
  const table = randomTable(rng, { n: 15, m: 6, most: 1, density: 0.2 });
  const weight = randomNumbers(rng, 15, 9);
  const reach = sum(table.map((row, i) => (row.some((v) => v < Infinity) ? weight[i] : 0)));
  assertOptimum({ kind: 'mclp', cover: toCsr(table, 6), weight, p: 6 }, reach);
});

test('diminishing returns: each further site adds no more than the one before, at most for the first', () => {
  const rng = random(307);
  const table = within(planeTable(randomPoints(rng, 40, 100), randomPoints(rng, 15, 100)), 22);
  const weight = randomNumbers(rng, 40, 100);
  const value = [0, 1, 2, 3, 4, 5].map((p) =>
    p === 0 ? 0 : solved({ kind: 'mclp', cover: toCsr(table, 15), weight, p }).value,
  );
  for (let p = 1; p < value.length; p++) {
    assert.ok(value[p] >= value[p - 1]);
    assert.ok(value[p] <= p * value[1], 'p sites cover at most p times what the best one does');
  }
});

test('closed form: disjoint covers take the p heaviest', () => {
  const rng = random(308);
  const weight = randomNumbers(rng, 12, 100);
  const cover = csrFromLists(
    12,
    Array.from(weight, (_, i) => ({ index: [i], value: [1] })),
  );
  const sorted = [...weight].sort((a, b) => b - a);
  for (const p of [1, 4, 11, 12]) assertOptimum({ kind: 'mclp', cover, weight, p }, sum(sorted.slice(0, p)));
});

test('the bound comes from above even when the run is cut short', () => {
  const rng = random(309);
  const table = within(planeTable(randomPoints(rng, 80, 100), randomPoints(rng, 40, 100)), 12);
  const weight = randomNumbers(rng, 80, 100);
  const problem = { kind: 'mclp', cover: toCsr(table, 40), weight, p: 6 } as const;
  const best = solved(problem);
  assert.equal(best.status, 'optimal');
  for (const iterationLimit of [1, 100, 400]) {
    const r = solved(problem, { iterationLimit });
    assert.ok(r.value <= best.value && r.bound >= best.value - 1e-9);
  }
});

test('what cannot be a covering problem is refused with a code', () => {
  const cover = csrFromLists(2, [{ index: [0, 1], value: [1, 1] }]);
  assert.throws(() => mclp(cover, Float64Array.of(1, 1), 1), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => mclp(cover, Float64Array.of(-1), 1), { code: 'OUT_OF_RANGE' });
  assert.throws(() => mclp(cover, Float64Array.of(1), 0), { code: 'OUT_OF_RANGE' });
  assert.throws(() => mclp(cover, Float64Array.of(1), 1, { existing: Int32Array.of(2) }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => mclp({ ...cover, index: Int32Array.of(1, 1) }, Float64Array.of(1), 1), { code: 'DUPLICATE_ID' });
});
