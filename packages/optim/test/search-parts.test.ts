import assert from 'node:assert/strict';
import test from 'node:test';
import { random, type Random } from '@qipan/base';
import { csrFromLists } from '@qipan/numeric';
import type { PointCost } from '@qipan/optim';
import { AssignmentDual, SiteStates } from '../src/location/assignment-dual.js';
import { assignmentModel, type AssignmentModel } from '../src/location/assignment-model.js';
import { ascend } from '../src/location/dual-ascent.js';
import { OpenSet } from '../src/location/interchange.js';
import { LocalSearch } from '../src/location/local-search.js';
import { pointDistance } from '../src/location/point-distance.js';
import { withExisting } from '../src/location/root-search.js';
import { costScale, quantised, quantum, scaled } from '../src/location/scale.js';
import { SearchControl } from '../src/location/search-control.js';
import { pointSource, siteColumns, tableSource, type ServiceLists } from '../src/location/service-lists.js';
import { SiteGrid } from '../src/location/site-grid.js';
import {
  bestMedian,
  randomNumbers,
  randomPoints,
  randomTable,
  serviceCost,
  toCsr,
  type Table,
} from './support/brute-force.js';
import { assertClose } from './support/checked.js';

const whole = { scale: 1, integral: true };

function median(table: Table, p: number): AssignmentModel {
  return assignmentModel({ kind: 'p-median', costs: toCsr(table), p });
}

function wholeLists(model: AssignmentModel): ServiceLists {
  return model.source.lists(new Int32Array(model.n).fill(model.m));
}

function openSet(model: AssignmentModel, lists = wholeLists(model)): OpenSet {
  return new OpenSet(model, lists, siteColumns(lists));
}

test('the scale is the least power of ten that leaves whole numbers', () => {
  const cases: [number[], number][] = [
    [[0], 1],
    [[1, 2, 3], 1],
    [[0.5, 2], 10],
    [[0.25], 100],
    [[1.001], 1000],
    [[0.000001], 1e6],
    [[3, Infinity], 1],
  ];
  for (const [costs, scale] of cases) assert.deepEqual(costScale([costs], costs.length), { scale, integral: true });
});

test('numbers that no power of ten makes whole get a power of two and no claim', () => {
  for (const costs of [[1 / 3], [Math.PI, 100], [1e-7], [123456.789, 1 / 7]]) {
    const s = costScale([costs], 5);
    assert.equal(s.integral, false);
    assert.equal(Math.log2(s.scale) % 1, 0);
    const most = Math.max(...costs) * s.scale;
    assert.ok(most >= 2 ** 19 && most <= 2 ** 21, `${most}`);
  }
});

test('sums too large to stay exact are not called whole', () => {
  assert.equal(costScale([[2 ** 40]], 1).integral, true);
  assert.equal(costScale([[2 ** 40]], 3).integral, false);
  assert.equal(costScale([[2 ** 30], [1]], 4000).integral, false);
});

test('scaling and quantising round to the nearest, and keep Infinity', () => {
  assert.equal(scaled(0.29, { scale: 100, integral: true }), 29);
  assert.equal(scaled(Infinity, { scale: 100, integral: true }), Infinity);
  assert.equal(scaled(0.3, { scale: 4, integral: false }), 1.2);
  assert.equal(quantised(1.5 * quantum), 2 * quantum);
  assert.equal(quantised(3), 3);
  const rng = random(704);
  for (let k = 0; k < 100; k++) {
    const v = rng.next() * 1000;
    assert.ok(Math.abs(quantised(v) - v) <= quantum / 2);
    assert.ok(Number.isInteger(quantised(v) / quantum));
  }
});

test('the three metrics measure what they say', () => {
  assert.equal(pointDistance('euclidean')(0, 0, 3, 4), 5);
  assert.equal(pointDistance('floorEuclidean')(0, 0, 2, 3), 3);
  // A quarter of a meridian.
  assertClose(pointDistance('haversineKm')(0, 0, 0, 90), (Math.PI / 2) * 6371.0088, 1e-12);
});

test('a grid gathers a set that holds the k nearest sites', () => {
  const rng = random(705);
  for (const [count, side] of [
    [1, 10],
    [5, 10],
    [300, 100],
    [300, 4],
  ]) {
    const points = randomPoints(rng, count, side);
    const [x, y] = [Float64Array.from(points, (v) => v[0]), Float64Array.from(points, (v) => v[1])];
    const grid = new SiteGrid(
      x,
      y,
      Int32Array.from({ length: count }, (_, j) => j),
    );
    const into = new Int32Array(count);
    for (let round = 0; round < 30; round++) {
      const [px, py] = [rng.below(3 * side) - side, rng.below(3 * side) - side];
      const k = 1 + rng.below(count);
      const got = into.slice(0, grid.near(px, py, k, into));
      assert.equal(new Set(got).size, got.length);
      assert.ok(got.length >= k);
      const away = (j: number) => Math.hypot(x[j] - px, y[j] - py);
      const kth = [...x.keys()].map(away).sort((a, b) => a - b)[k - 1];
      const inside = [...x.keys()].filter((j) => away(j) < kth);
      for (const j of inside) assert.ok(got.includes(j), `site ${j} is nearer than the ${k}-th and is left out`);
    }
  }
});

test('a grid of some of the sites gathers only those', () => {
  const rng = random(706);
  const points = randomPoints(rng, 50, 30);
  const sites = Int32Array.of(3, 11, 12, 40);
  const grid = new SiteGrid(
    Float64Array.from(points, (v) => v[0]),
    Float64Array.from(points, (v) => v[1]),
    sites,
  );
  const into = new Int32Array(50);
  assert.deepEqual(into.slice(0, grid.near(15, 15, 4, into)).sort(), sites);
});

test('lists of a table are its sorted beginnings, with the cost below which nothing is missing', () => {
  const rng = random(707);
  const table = randomTable(rng, { n: 15, m: 12, most: 20, density: 0.7 });
  const source = tableSource(toCsr(table, 12), whole);
  for (const k of [0, 1, 4, 12]) {
    const lists = source.lists(new Int32Array(15).fill(k));
    table.forEach((row, i) => {
      const expected = [...row.keys()].filter((j) => row[j] < Infinity).sort((a, b) => row[a] - row[b] || a - b);
      assert.deepEqual([...lists.index.subarray(lists.start[i], lists.start[i + 1])], expected.slice(0, k));
      assert.equal(lists.limit[i], k < expected.length ? row[expected[k]] : Infinity);
    });
  }
});

test('lists of some sites leave the others out', () => {
  const rng = random(708);
  const table = randomTable(rng, { n: 8, m: 10, most: 20 });
  const source = tableSource(toCsr(table), whole);
  const sites = Int32Array.of(1, 4, 5, 9);
  const lists = source.lists(new Int32Array(8).fill(3), sites);
  table.forEach((row, i) => {
    const expected = [...sites].sort((a, b) => row[a] - row[b] || a - b);
    assert.deepEqual([...lists.index.subarray(lists.start[i], lists.start[i + 1])], expected.slice(0, 3));
    assert.equal(lists.limit[i], row[expected[3]]);
  });
});

test('points give the lists of their table, by the grid and without it', () => {
  const rng = random(709);
  const points = randomPoints(rng, 120, 200);
  const weight = Float64Array.from({ length: 120 }, () => 1 + rng.below(5));
  const [x, y] = [Float64Array.from(points, (v) => v[0]), Float64Array.from(points, (v) => v[1])];
  const table = points.map(([a, b], i) =>
    points.map(([c, d]) => weight[i] * Math.floor(Math.sqrt((a - c) ** 2 + (b - d) ** 2))),
  );
  const costs: PointCost = { form: 'points', metric: 'floorEuclidean', x, y, weight };
  const [byPoints, byTable] = [pointSource(costs, whole), tableSource(toCsr(table), whole)];
  for (const k of [1, 7, 29, 30, 60, 120]) {
    const [a, b] = [byPoints.lists(new Int32Array(120).fill(k)), byTable.lists(new Int32Array(120).fill(k))];
    assert.deepEqual(a.value, b.value, `k = ${k}`);
    for (let i = 0; i < 120; i++) assert.ok(a.limit[i] <= b.limit[i], 'what is left out costs at least the limit');
  }
  const isOpen = new Uint8Array(120);
  const ids = Int32Array.of(4, 50, 51, 99);
  for (const j of ids) isOpen[j] = 1;
  for (let i = 0; i < 120; i++) {
    assert.equal(byPoints.cheapest(i, isOpen, ids), byTable.cheapest(i, isOpen, ids));
    for (const j of ids) assert.equal(byPoints.cost(i, j), byTable.cost(i, j));
  }
});

test('columns hold the same entries as the rows, demand points ascending', () => {
  const rng = random(710);
  const table = randomTable(rng, { n: 9, m: 7, most: 50, density: 0.6 });
  const columns = siteColumns(tableSource(toCsr(table, 7), whole).lists(new Int32Array(9).fill(7)));
  for (let j = 0; j < 7; j++) {
    const rows = table.map((_, i) => i).filter((i) => table[i][j] < Infinity);
    assert.deepEqual([...columns.row.subarray(columns.start[j], columns.start[j + 1])], rows);
    assert.deepEqual(
      [...columns.value.subarray(columns.start[j], columns.start[j + 1])],
      rows.map((i) => table[i][j]),
    );
  }
});

/** The working set must agree with a recount after any moves. */
function assertConsistent(set: OpenSet, table: Table): void {
  const ids = [...set.ids].sort((a, b) => a - b);
  assert.deepEqual(
    ids,
    [...set.isOpen.keys()].filter((j) => set.isOpen[j] === 1),
  );
  assert.equal(ids.length, set.count);
  if (ids.length === 0) return;
  assertClose(
    set.value,
    serviceCost(table, ids, set.model.unserved) + ids.reduce((s, j) => s + set.model.fixedCost[j], 0),
  );
  table.forEach((row, i) => {
    const costs = [...ids.map((j) => row[j]), set.model.unserved[i], set.model.unserved[i]].sort((a, b) => a - b);
    assert.equal(set.cost1[i], costs[0]);
    assert.equal(set.cost2[i], costs[1]);
    if (set.near1[i] >= 0) assert.equal(row[set.near1[i]], costs[0]);
    if (set.near2[i] >= 0) assert.equal(row[set.near2[i]], costs[1]);
  });
  for (const j of ids) {
    const rest = ids.filter((k) => k !== j);
    const without = serviceCost(table, rest, set.model.unserved);
    const loss = without - serviceCost(table, ids, set.model.unserved) - set.model.fixedCost[j];
    assertClose(set.loss[j], loss);
  }
}

test('the working set stays right through random openings and closings', () => {
  const rng = random(711);
  for (let round = 0; round < 3; round++) {
    const table = randomTable(rng, { n: 14, m: 10, most: 40 });
    const model = assignmentModel({ kind: 'ufl', costs: toCsr(table), fixedCost: randomNumbers(rng, 10, 30) });
    const set = openSet(model);
    set.reset([2, 5, 7]);
    assertConsistent(set, table);
    for (let move = 0; move < 60; move++) {
      const j = rng.below(10);
      if (set.isOpen[j] === 0) set.open(j);
      else if (set.count > 1) set.close(j);
      assertConsistent(set, table);
    }
  }
});

test('with short lists the working set is exact after a reset and never too cheap between', () => {
  const rng = random(730);
  for (const length of [3, 1]) {
    const table = randomTable(rng, { n: 14, m: 10, most: 40 });
    const model = assignmentModel({ kind: 'ufl', costs: toCsr(table), fixedCost: randomNumbers(rng, 10, 30) });
    const set = openSet(model, model.source.lists(new Int32Array(14).fill(length)));
    const exact = () => serviceCost(table, [...set.ids]) + [...set.ids].reduce((s, j) => s + model.fixedCost[j], 0);
    for (let round = 0; round < 20; round++) {
      set.reset([...rng.permutation(10)].slice(0, 1 + rng.below(5)));
      assertConsistent(set, table);
      for (let move = 0; move < 8; move++) {
        const j = rng.below(10);
        if (set.isOpen[j] === 0) set.open(j);
        else if (set.count > 1) set.close(j);
        assert.ok(set.value >= exact() - 1e-9);
      }
    }
  }
});

test('the best move of a closed site is the best swap, and is found for every site', () => {
  const rng = random(712);
  for (let round = 0; round < 20; round++) {
    const table = randomTable(rng, { n: 12, m: 8, most: 50 });
    const set = openSet(median(table, 3));
    set.reset([...rng.permutation(8)].slice(0, 3));
    const ids = [...set.ids];
    for (let j = 0; j < 8; j++) {
      const out = set.bestMove(j);
      if (ids.includes(j)) {
        assert.equal(out, null);
        continue;
      }
      const swaps = ids.map((r) => serviceCost(table, [...ids.filter((k) => k !== r), j]));
      const best = Math.min(...swaps);
      if (out === null) assert.ok(best >= set.value - 1e-9 * (1 + set.value));
      else assert.equal(swaps[ids.indexOf(out)], best);
    }
  }
});

test('interchange ends in a set that no single swap improves', () => {
  const rng = random(713);
  for (let round = 0; round < 15; round++) {
    const table = randomTable(rng, { n: 20, m: 9, most: 60 });
    const set = openSet(median(table, 3));
    set.reset([0, 1, 2]);
    const before = set.value;
    set.improve(rng.permutation(9), 50);
    assert.ok(set.value <= before);
    assertConsistent(set, table);
    const ids = [...set.ids];
    for (const r of ids)
      for (let j = 0; j < 9; j++)
        if (!ids.includes(j)) assert.ok(serviceCost(table, [...ids.filter((k) => k !== r), j]) >= set.value - 1e-6);
  }
});

test('held sites are neither closed nor opened', () => {
  const rng = random(714);
  const table = randomTable(rng, { n: 20, m: 9, most: 60 });
  const model = assignmentModel({ kind: 'p-median', costs: toCsr(table), p: 3, existing: Int32Array.of(4) });
  const set = openSet(model);
  assert.equal(set.held[4], 1);
  set.held[6] = 2;
  set.reset([4, 0, 1]);
  set.improve(rng.permutation(9), 50);
  assert.equal(set.isOpen[4], 1);
  assert.equal(set.isOpen[6], 0);
  assert.equal(set.loss[4], Infinity);
});

test('local search never ends worse than it began and keeps the number of sites', () => {
  for (const seed of [1, 2, 3]) {
    const rng = random(715 + seed);
    const table = randomTable(rng, { n: 40, m: 15, most: 200 });
    const set = openSet(median(table, 4));
    set.reset([0, 1, 2, 3]);
    const before = set.value;
    const fell = new LocalSearch(set, rng).run(200);
    assert.equal(fell, set.value < before);
    assert.ok(set.value <= before);
    assert.equal(set.count, 4);
    assertConsistent(set, table);
  }
});

test('local search stops when told to', () => {
  const rng = random(719);
  const table = randomTable(rng, { n: 30, m: 12, most: 100 });
  const set = openSet(median(table, 3));
  set.reset([0, 1, 2]);
  let asked = 0;
  new LocalSearch(set, rng).run(100_000, () => ++asked > 2);
  assert.equal(asked, 3);
});

/** L(λ) and the subgradient written out over the whole table. */
function dualByHand(table: Table, lambda: Float64Array, p: number, decided: Uint8Array): number {
  const rho = table[0].map((_, j) => table.reduce((s, row, i) => s + Math.min(0, row[j] - lambda[i]), 0));
  const fixed = rho.filter((_, j) => decided[j] === 1);
  const free = rho.filter((_, j) => decided[j] === 0).sort((a, b) => a - b);
  const take = free.slice(0, p - fixed.length);
  return [...lambda, ...fixed, ...take].reduce((s, v) => s + v, 0);
}

function randomMultipliers(rng: Random, dual: AssignmentDual): Float64Array {
  return Float64Array.from(dual.cap, (cap) => Math.min(cap, quantised(rng.next() * 50)));
}

test('the dual is the Lagrangian function, decided sites included', () => {
  const rng = random(720);
  const table = randomTable(rng, { n: 10, m: 8, most: 40 });
  const model = median(table, 3);
  const dual = new AssignmentDual(model, wholeLists(model));
  for (let round = 0; round < 40; round++) {
    dual.states = new SiteStates(8);
    if (round % 2) dual.states.set(rng.below(4), 1);
    if (round % 3) dual.states.set(4 + rng.below(4), 2);
    const lambda = randomMultipliers(rng, dual);
    assertClose(dual.evaluate(lambda), dualByHand(table, lambda, 3, dual.states.state), 1e-12);
    assert.equal(
      dual.chosen.reduce((s, v) => s + v, 0),
      3,
    );
  }
});

test('short lists leave the dual exact below their limits', () => {
  const rng = random(721);
  const table = randomTable(rng, { n: 12, m: 9, most: 60 });
  const model = median(table, 2);
  const dual = new AssignmentDual(model, model.source.lists(new Int32Array(12).fill(4)));
  for (let round = 0; round < 30; round++) {
    const lambda = randomMultipliers(rng, dual);
    assertClose(dual.evaluate(lambda), dualByHand(table, lambda, 2, dual.states.state), 1e-12);
  }
});

test('the gradient is a supergradient: no other multipliers lie above its plane', () => {
  const rng = random(722);
  const table = randomTable(rng, { n: 10, m: 7, most: 40 });
  const model = median(table, 2);
  const dual = new AssignmentDual(model, wholeLists(model));
  for (let round = 0; round < 30; round++) {
    const [a, b] = [randomMultipliers(rng, dual), randomMultipliers(rng, dual)];
    const at = dual.evaluate(a);
    const gradient = dual.gradient.slice();
    const plane = at + gradient.reduce((s, g, i) => s + g * (b[i] - a[i]), 0);
    assert.ok(dual.evaluate(b) <= plane + 1e-9);
  }
});

test('fixing closes and opens only sites that no solution better than the cutoff contradicts', () => {
  const rng = random(723);
  let fixed = 0;
  for (let round = 0; round < 30; round++) {
    const table = randomTable(rng, { n: 12, m: 8, most: 60 });
    const model = median(table, 2);
    const best = bestMedian(table, 2);
    const dual = new AssignmentDual(model, wholeLists(model));
    const ascent = ascend(dual, new Float64Array(12).fill(20), { iterations: 150, cutoff: Infinity, target: best });
    const f = dual.fix(dual.evaluate(ascent.lambda), best);
    fixed += f.closed.length + f.opened.length;
    // Every optimal pair agrees with every decision.
    for (let a = 0; a < 8; a++)
      for (let b = a + 1; b < 8; b++) {
        if (serviceCost(table, [a, b]) !== best) continue;
        assert.ok(!f.closed.includes(a) && !f.closed.includes(b));
        for (const j of f.opened) assert.ok(j === a || j === b);
      }
  }
  assert.ok(fixed > 60, `${fixed} decisions in 30 rounds`);
});

test('an ascent only rises, stays below the optimum and within the caps, in multiples of the quantum', () => {
  const rng = random(724);
  for (let round = 0; round < 10; round++) {
    const table = randomTable(rng, { n: 14, m: 9, most: 80 });
    const model = median(table, 3);
    const best = bestMedian(table, 3);
    const dual = new AssignmentDual(model, wholeLists(model));
    let before = -Infinity;
    const ascent = ascend(dual, new Float64Array(14).fill(10), {
      iterations: 200,
      cutoff: Infinity,
      target: best,
      every: 20,
      watch: (_, bound) => {
        assert.ok(bound >= before);
        before = bound;
        return false;
      },
    });
    assert.ok(ascent.bound <= best + 1e-9);
    assert.equal(dual.evaluate(ascent.lambda), ascent.bound);
    ascent.lambda.forEach((l, i) => assert.ok(l >= 0 && l <= dual.cap[i] && Number.isInteger(l / quantum)));
    assertClose(
      ascent.share.reduce((s, v) => s + v, 0),
      3,
      1e-9,
    );
  }
});

test('an ascent ends at its cutoff or when watched to', () => {
  const table = randomTable(random(725), { n: 14, m: 9, most: 80 });
  const model = median(table, 3);
  const dual = new AssignmentDual(model, wholeLists(model));
  const from = new Float64Array(14).fill(10);
  assert.equal(ascend(dual, from, { iterations: 100, cutoff: -1, target: 100 }).iterations, 1);
  const watched = ascend(dual, from, { iterations: 100, cutoff: Infinity, target: 500, every: 5, watch: () => true });
  assert.equal(watched.iterations, 5);
});

test('site states count what is open, closed and free through every change', () => {
  const rng = random(726);
  const states = new SiteStates(9);
  for (let step = 0; step < 200; step++) {
    states.set(rng.below(9), rng.below(3));
    const of = (v: number) => states.state.reduce((s, x) => s + (x === v ? 1 : 0), 0);
    assert.deepEqual([states.freeCount, states.openCount, states.closedCount], [of(0), of(1), of(2)]);
  }
});

test('existing sites come first when a set is filled up to p', () => {
  const table = randomTable(random(727), { n: 4, m: 6, most: 9 });
  const model = assignmentModel({ kind: 'p-median', costs: toCsr(table), p: 3, existing: Int32Array.of(5, 2) });
  assert.deepEqual([...withExisting([0, 2, 1], model)], [2, 5, 0]);
  const ufl = assignmentModel({
    kind: 'ufl',
    costs: toCsr(table),
    fixedCost: new Float64Array(6),
    existing: Int32Array.of(3),
  });
  assert.deepEqual([...withExisting([0, 1], ufl)], [3, 0, 1]);
});

test('the model turns a cover of weights round: constant less unserved weight', () => {
  const cover = csrFromLists(2, [
    { index: [0], value: [7] },
    { index: [1], value: [7] },
  ]);
  const model = assignmentModel({ kind: 'mclp', cover, weight: Float64Array.of(0.5, 3), p: 1 });
  assert.deepEqual([model.sign, model.constant, model.scale.scale], [-1, 3.5, 10]);
  assert.deepEqual([...model.unserved], [5, 30]);
  assert.equal(model.penalty, Infinity);
});

test('what must be served has a penalty above every solution that serves it', () => {
  const rng = random(728);
  const table = randomTable(rng, { n: 8, m: 5, most: 99 });
  const model = median(table, 1);
  const dearest = table.reduce((s, row) => s + Math.max(...row), 0);
  assert.ok(model.penalty > dearest);
  assert.ok(model.unserved.every((u) => u === model.penalty));
});

test('the search control keeps the best solution, reports only what rises or falls, and knows when it is done', () => {
  const table = randomTable(random(729), { n: 5, m: 4, most: 9 });
  const seen: [number, number][] = [];
  const control = new SearchControl(median(table, 2), {
    gap: 0,
    nodeLimit: 3,
    progress: (v, b) => seen.push([v, b]),
  });
  assert.equal(control.cutoff, Infinity);
  assert.equal(control.offer(20, Int32Array.of(3, 1)), true);
  assert.equal(control.offer(20, Int32Array.of(0, 1)), false);
  assert.deepEqual([...control.sites], [1, 3]);
  control.raise(12);
  control.raise(11);
  assert.equal(control.bound, 12);
  // Whole costs: nothing of 19 or less is left once the bound passes 19.
  assert.ok(control.cutoff > 19 && control.cutoff < 19.01);
  assert.equal(control.isClosed, false);
  control.raise(19.5);
  assert.equal(control.isClosed, true);
  assert.deepEqual(seen, [
    [20, -Infinity],
    [20, 12],
    [20, 19.5],
  ]);
  assert.equal(control.shouldStop, false);
  control.nodes = 3;
  assert.equal(control.shouldStop, true);
  control.nodes = 0;
  assert.equal(control.shouldStop, true, 'once stopped, stopped');
});

test('a gap asked for moves the cutoff by that share of the value', () => {
  const control = new SearchControl(median([[10, 30]], 1), { gap: 0.25 });
  control.offer(40, Int32Array.of(1));
  assert.equal(control.cutoff, 30);
});
