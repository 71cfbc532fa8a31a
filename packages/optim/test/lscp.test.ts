import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { csrFromLists, type Csr } from '@qipan/numeric';
import { lscp, verify } from '@qipan/optim';
import { bestLscp, none, planeTable, randomNumbers, randomPoints, randomTable, toCsr } from './support/brute-force.js';
import { assertOptimum, solved } from './support/checked.js';

const coverOf = (sites: number, rows: readonly (readonly number[])[]): Csr =>
  csrFromLists(
    sites,
    rows.map((index) => ({ index, value: index.map(() => 1) })),
  );

/** Circulant: point i is covered by sites i … i+width−1 (mod n). Fewest sites: ⌈n/width⌉. */
const ring = (n: number, width: number): Csr =>
  coverOf(
    n,
    Array.from({ length: n }, (_, i) => Array.from({ length: width }, (_e, k) => (i + k) % n)),
  );

const byHand: readonly { what: string; sites: number; rows: number[][]; value: number }[] = [
  { what: 'one site covers all', sites: 2, rows: [[0], [0, 1], [0]], value: 1 },
  { what: 'each point has a site of its own', sites: 3, rows: [[0], [1], [2]], value: 3 },
  {
    what: 'the odd cycle of three: half sites would do 1.5, whole ones take 2',
    sites: 3,
    rows: [
      [0, 1],
      [1, 2],
      [2, 0],
    ],
    value: 2,
  },
  {
    what: 'the odd cycle of five takes 3',
    sites: 5,
    rows: [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 0],
    ],
    value: 3,
  },
  {
    what: 'greedy starts with site 2 (4 points) and ends with 3; sites 0 and 1 cover all six',
    sites: 3,
    rows: [[0], [0, 2], [0, 2], [1, 2], [1, 2], [1]],
    value: 2,
  },
  {
    what: 'the Fano plane: seven lines of three points, any two lines meet; three points meet every line',
    sites: 7,
    rows: [
      [0, 1, 2],
      [0, 3, 4],
      [0, 5, 6],
      [1, 3, 5],
      [1, 4, 6],
      [2, 3, 6],
      [2, 4, 5],
    ],
    value: 3,
  },
];

test('instances solved by hand come out with value and proof', () => {
  for (const { sites, rows, value } of byHand) assertOptimum({ kind: 'lscp', cover: coverOf(sites, rows) }, value);
});

test('on a ring each site covers a stretch, and the least number rounds up', () => {
  for (const [n, width] of [
    [7, 2],
    [9, 3],
    [11, 4],
    [12, 5],
    [13, 3],
  ])
    assertOptimum({ kind: 'lscp', cover: ring(n, width) }, Math.ceil(n / width));
});

test('three queens on 5×5, four kings on 6×6 and five knights on 5×5 dominate the board', () => {
  // Domination numbers of chess boards: E. J. Cockayne, Chessboard domination problems, Discrete Math. 86 (1990).
  const board = (side: number, attacks: (dx: number, dy: number) => boolean) =>
    coverOf(
      side * side,
      Array.from({ length: side * side }, (_, i) =>
        [...Array(side * side).keys()].filter((j) =>
          attacks(Math.abs((i % side) - (j % side)), Math.abs(Math.floor(i / side) - Math.floor(j / side))),
        ),
      ),
    );
  const queen = (dx: number, dy: number) => dx === 0 || dy === 0 || dx === dy;
  const king = (dx: number, dy: number) => Math.max(dx, dy) <= 1;
  const knight = (dx: number, dy: number) => dx + dy === 0 || dx * dy === 2;
  assertOptimum({ kind: 'lscp', cover: board(5, queen) }, 3);
  assertOptimum({ kind: 'lscp', cover: board(6, king) }, 4);
  assertOptimum({ kind: 'lscp', cover: board(5, knight) }, 5);
});

test('seeded covers agree with all subsets, infeasible ones included', () => {
  const rng = random(401);
  let infeasible = 0;
  for (let round = 0; round < 40; round++) {
    const [n, m] = [3 + rng.below(10), 2 + rng.below(7)];
    const table = randomTable(rng, { n, m, most: 1, density: 0.45 });
    const expected = bestLscp(table, new Float64Array(m).fill(1));
    if (expected === Infinity) infeasible++;
    assertOptimum({ kind: 'lscp', cover: toCsr(table, m) }, expected);
  }
  assert.ok(infeasible > 1 && infeasible < 39, `${infeasible} of 40 are infeasible`);
});

test('seeded fixed costs agree with all subsets', () => {
  const rng = random(402);
  for (let round = 0; round < 30; round++) {
    const [n, m] = [3 + rng.below(9), 3 + rng.below(6)];
    const table = randomTable(rng, { n, m, most: 1, density: 0.5 });
    const fixedCost = randomNumbers(rng, m, 25);
    assertOptimum({ kind: 'lscp', cover: toCsr(table, m), fixedCost }, bestLscp(table, fixedCost));
  }
});

test('existing sites stay open and are counted', () => {
  const rng = random(403);
  for (let round = 0; round < 15; round++) {
    const table = randomTable(rng, { n: 8, m: 6, most: 1, density: 0.5 });
    const existing = Int32Array.of(rng.below(6));
    const expected = bestLscp(table, new Float64Array(6).fill(1), { existing });
    const r = assertOptimum({ kind: 'lscp', cover: toCsr(table, 6), existing }, expected);
    if (r.status === 'optimal') assert.ok(r.open.includes(existing[0]));
  }
});

test('the number of open sites is the value, and everybody is assigned to one that covers them', () => {
  const rng = random(404);
  const points = randomPoints(rng, 50, 100);
  const table = planeTable(points).map((row) => row.map((d) => (d <= 18 ? 1 : none)));
  const r = solved({ kind: 'lscp', cover: toCsr(table) });
  assert.equal(r.status, 'optimal');
  assert.equal(r.value, r.open.length);
  r.assignment.forEach((j, i) => assert.ok(r.open.includes(j) && table[i][j] === 1));
});

test('a larger radius never needs more sites', () => {
  const rng = random(405);
  const table = planeTable(randomPoints(rng, 40, 100));
  let before = Infinity;
  for (const radius of [0, 5, 10, 16, 25, 40, 80, 150]) {
    const r = solved({ kind: 'lscp', cover: toCsr(table.map((row) => row.map((d) => (d <= radius ? 1 : none)))) });
    assert.ok(r.value <= before);
    before = r.value;
  }
  assert.equal(before, 1);
});

test('nobody to reach one point: infeasible, proved, and no set is claimed to cover', () => {
  const problem = { kind: 'lscp', cover: coverOf(2, [[0], [], [1]]) } as const;
  const r = lscp(problem.cover);
  assert.equal(r.status, 'infeasible');
  assert.ok(Number.isNaN(r.value));
  assert.equal(r.bound, Infinity);
  assert.equal(verify(problem, r).ok, true);
  assert.equal(r.assignment[1], -1);
});

test('equal rows and dominated sites change nothing', () => {
  const rng = random(406);
  const table = randomTable(rng, { n: 8, m: 6, most: 1, density: 0.5 }).map((row) => [...row, row[0]]);
  const doubled = [...table, ...table];
  const expected = bestLscp(table, new Float64Array(7).fill(1));
  assertOptimum({ kind: 'lscp', cover: toCsr(doubled, 7) }, expected);
});

test('fixed costs in hundredths give the exact sum', () => {
  const fixedCost = Float64Array.of(0.1, 0.2, 0.35, 10);
  const r = assertOptimum(
    {
      kind: 'lscp',
      cover: coverOf(4, [
        [0, 3],
        [1, 3],
        [2, 3],
      ]),
      fixedCost,
    },
    0.65,
  );
  assert.equal(r.certificate?.scale, 100);
  assert.deepEqual([...r.open], [0, 1, 2]);
});

test('a Steiner triple system of nine points takes five, far above its linear bound of three', () => {
  // A9 of Fulkerson, Nemhauser, Trotter (Math. Prog. Study 2, 1974): every line of the affine plane of order 3.
  const lines: number[][] = [];
  for (let k = 0; k < 3; k++) {
    lines.push([3 * k, 3 * k + 1, 3 * k + 2], [k, k + 3, k + 6]);
    lines.push(
      [0, 1, 2].map((x) => 3 * x + ((x + k) % 3)),
      [0, 1, 2].map((x) => 3 * x + ((2 * x + k) % 3)),
    );
  }
  assert.equal(lines.length, 12);
  const r = assertOptimum({ kind: 'lscp', cover: coverOf(9, lines) }, 5);
  assert.ok(r.stats.rootBound <= 3 + 1e-6);
  assert.ok(r.stats.nodes > 0);
});

test('what cannot be a set cover is refused with a code', () => {
  const cover = coverOf(2, [[0, 1]]);
  assert.throws(() => lscp(cover, { fixedCost: Float64Array.of(1) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => lscp(cover, { fixedCost: Float64Array.of(1, -1) }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => lscp({ ...cover, index: Int32Array.of(0, 5) }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => lscp({ ...cover, start: Int32Array.of(0, 1) }), { code: 'SHAPE_MISMATCH' });
});
