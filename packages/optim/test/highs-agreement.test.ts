import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { solveLocation, type CflProblem, type LocationProblem } from '@qipan/optim';
import { planeTable, randomNumbers, randomPoints, randomTable, toCsr, type Table } from './support/brute-force.js';
import { assertClose, assertSound } from './support/checked.js';
import { highs, PlainModel } from './support/highs.js';

/**
 * The textbook models of location (Daskin 2013, ch. 4-8), solved by HiGHS: an oracle for instances far beyond
 * exhaustion. Infinity = no solution.
 */
function byHighs(problem: LocationProblem, table: Table): number {
  const model = new PlainModel();
  const n = table.length;
  const m = table[0].length;
  const open = Array.from({ length: m }, (_, j) => model.variable(openCost(problem, j), 1, true));
  const all = [...Array(m).keys()];
  const existing = 'existing' in problem ? (problem.existing ?? []) : [];
  for (const j of existing) model.row([[open[j], 1]], 1, 1);
  if (problem.kind === 'p-median')
    model.row(
      all.map((j) => [open[j], 1] as const),
      problem.p,
      problem.p,
    );
  if (problem.kind === 'mclp')
    model.row(
      all.map((j) => [open[j], 1] as const),
      0,
      problem.p,
    );
  const load = all.map(() => [] as (readonly [number, number])[]);
  for (let i = 0; i < n; i++) {
    const reach = all.filter((j) => table[i][j] < Infinity);
    if (problem.kind === 'lscp') {
      model.row(
        reach.map((j) => [open[j], 1] as const),
        1,
        Infinity,
      );
      continue;
    }
    if (problem.kind === 'mclp') {
      const covered = model.variable(problem.weight[i]);
      model.row([[covered, 1], ...reach.map((j) => [open[j], -1] as const)], -Infinity, 0);
      continue;
    }
    const whole = problem.kind === 'cfl' && problem.singleSource;
    const serve = reach.map((j) => model.variable(table[i][j], 1, whole));
    const without = 'unserved' in problem && problem.unserved ? [model.variable(problem.unserved[i])] : [];
    model.row(
      [...serve, ...without].map((x) => [x, 1] as const),
      1,
      1,
    );
    reach.forEach((j, k) => {
      model.row(
        [
          [serve[k], 1],
          [open[j], -1],
        ],
        -Infinity,
        0,
      );
      if (problem.kind === 'cfl') load[j].push([serve[k], problem.demand[i]]);
    });
  }
  if (problem.kind === 'cfl')
    load.forEach((entries, j) => model.row([...entries, [open[j], -problem.capacity[j]]], -Infinity, 0));
  const r = highs.solve(model.problem(problem.kind === 'mclp' ? 'maximise' : 'minimise'));
  if (r.status === 'infeasible') return Infinity;
  assert.equal(r.status, 'optimal');
  return r.value;
}

function openCost(problem: LocationProblem, j: number): number {
  if (problem.kind === 'lscp') return problem.fixedCost?.[j] ?? 1;
  return 'fixedCost' in problem ? (problem.fixedCost?.[j] ?? 0) : 0;
}

function assertAgrees(problem: LocationProblem, table: Table, what: string): void {
  const expected = byHighs(problem, table);
  const r = solveLocation(problem);
  assertSound(problem, r);
  assert.equal(r.status, expected === Infinity ? 'infeasible' : 'optimal', what);
  // HiGHS takes integers within 1e-6 and rows within 1e-7.
  if (expected < Infinity) assertClose(r.value, expected, 1e-6);
}

const seeds = [1, 2, 3];
const shape = { n: 20, m: 12 };

test('p-median: dense tables, the plane, sparse tables, some of it unserved, some sites there', () => {
  for (const seed of seeds) {
    const rng = random(seed);
    const dense = randomTable(rng, { ...shape, most: 200 });
    assertAgrees({ kind: 'p-median', costs: toCsr(dense), p: 4 }, dense, `dense ${seed}`);
    const plane = planeTable(randomPoints(rng, 22, 100));
    assertAgrees({ kind: 'p-median', costs: toCsr(plane), p: 5 }, plane, `plane ${seed}`);
    const sparse = randomTable(rng, { ...shape, most: 200, density: 0.35 });
    assertAgrees({ kind: 'p-median', costs: toCsr(sparse, 12), p: 5 }, sparse, `sparse ${seed}`);
    const unserved = randomNumbers(rng, 20, 90);
    const existing = Int32Array.of(3, 7);
    assertAgrees({ kind: 'p-median', costs: toCsr(sparse, 12), p: 4, unserved, existing }, sparse, `unserved ${seed}`);
  }
});

test('fixed costs: cheap, dear, none, with and without the right to leave somebody out', () => {
  for (const seed of seeds) {
    const rng = random(100 + seed);
    const table = randomTable(rng, { ...shape, most: 150, density: 0.8 });
    for (const most of [0, 40, 400]) {
      const fixedCost = randomNumbers(rng, 12, most);
      assertAgrees({ kind: 'ufl', costs: toCsr(table, 12), fixedCost }, table, `ufl ${seed} ${most}`);
      const unserved = randomNumbers(rng, 20, 120);
      assertAgrees(
        { kind: 'ufl', costs: toCsr(table, 12), fixedCost, unserved },
        table,
        `ufl, unserved ${seed} ${most}`,
      );
    }
  }
});

test('covers: fewest sites, least cost, most weight', () => {
  for (const seed of seeds) {
    const rng = random(200 + seed);
    const table = randomTable(rng, { n: 40, m: 20, most: 0, density: 0.18 });
    const cover = toCsr(table, 20);
    assertAgrees({ kind: 'lscp', cover }, table, `lscp ${seed}`);
    assertAgrees(
      { kind: 'lscp', cover, fixedCost: randomNumbers(rng, 20, 30).map((v) => v + 1) },
      table,
      `dear ${seed}`,
    );
    for (const p of [2, 5, 9])
      assertAgrees({ kind: 'mclp', cover, weight: randomNumbers(rng, 40, 60), p }, table, `mclp ${seed} ${p}`);
  }
});

function capacitated(seed: number, singleSource: boolean, tightness: number): { problem: CflProblem; table: Table } {
  const rng = random(seed);
  const [n, m] = singleSource ? [14, 6] : [18, 8];
  const table = randomTable(rng, { n, m, most: 120, density: 0.9 });
  const demand = Float64Array.from({ length: n }, () => 3 + rng.below(15));
  const wanted = demand.reduce((a, b) => a + b, 0);
  const capacity = Float64Array.from({ length: m }, () =>
    Math.round((wanted / m) * tightness * (0.7 + 0.6 * rng.next())),
  );
  const fixedCost = randomNumbers(rng, m, 250);
  return { problem: { kind: 'cfl', costs: toCsr(table, m), demand, capacity, fixedCost, singleSource }, table };
}

test('capacities with split demand, from roomy to tighter than the demand', () => {
  for (const seed of seeds)
    for (const tightness of [0.95, 1.3, 2.5]) {
      const { problem, table } = capacitated(300 + seed, false, tightness);
      assertAgrees(problem, table, `split ${seed} ${tightness}`);
    }
});

test('capacities with every demand point served whole from one site', () => {
  for (const seed of seeds)
    for (const tightness of [1.25, 1.6, 2.5]) {
      const { problem, table } = capacitated(400 + seed, true, tightness);
      assertAgrees(problem, table, `whole ${seed} ${tightness}`);
    }
});

test('the root bound of every kind is no better than the optimum and no worse than zero', () => {
  const { problem, table } = capacitated(500, false, 1.5);
  const best = byHighs(problem, table);
  const r = solveLocation(problem, { nodeLimit: 1 });
  assertSound(problem, r);
  assert.ok(r.stats.rootBound <= best * (1 + 1e-9) && r.stats.rootBound >= 0, `${r.stats.rootBound} for ${best}`);
});
