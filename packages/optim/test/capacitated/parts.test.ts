import assert from 'node:assert/strict';
import test from 'node:test';
import { random, type Random } from '@qipan/base';
import type { CflProblem } from '@qipan/optim';
import { CapacitatedDual, PairStates } from '../../src/capacitated/capacitated-dual.js';
import { capacitatedModel, type CapacitatedModel } from '../../src/capacitated/capacitated-model.js';
import { Knapsack } from '../../src/capacitated/knapsack.js';
import { transport } from '../../src/capacitated/transport.js';
import { closed, open, SiteStates } from '../../src/location/assignment-dual.js';
import { randomNumbers, randomTable, subsets, sum, toCsr } from '../support/brute-force.js';
import { refused } from '../support/files.js';
import { highs, PlainModel } from '../support/highs.js';

interface Items {
  readonly saving: Float64Array;
  readonly size: Float64Array;
  readonly room: number;
}

function drawnItems(rng: Random, whole: boolean): Items {
  const count = rng.below(11);
  const draw = (most: number): Float64Array =>
    Float64Array.from({ length: count }, () => (whole ? rng.below(most) : most * rng.next()));
  return { saving: draw(40).map((v) => -v - 0.5), size: draw(9), room: whole ? rng.below(25) : 25 * rng.next() };
}

/** Least sum of savings over all subsets that fit. */
const bestWhole = ({ saving, size, room }: Items): number =>
  Math.min(
    ...[...subsets(saving.length)]
      .filter((s) => sum(s.map((k) => size[k])) <= room)
      .map((s) => sum(s.map((k) => saving[k]))),
  );

/** The same with one item of the best order split (Dantzig 1957): by a full sort. */
function bestSplit({ saving, size, room }: Items): number {
  let left = room;
  let value = 0;
  for (const k of [...saving.keys()].sort((a, b) => saving[a] / size[a] - saving[b] / size[b])) {
    const share = size[k] === 0 ? 1 : Math.min(1, left / size[k]);
    value += saving[k] * share;
    left -= size[k] * share;
  }
  return value;
}

test('whole items: the dynamic programme finds the best of all subsets, and its shares are that subset', () => {
  const knapsack = new Knapsack();
  const rng = random(1);
  for (let round = 0; round < 400; round++) {
    const items = drawnItems(rng, true);
    const { saving, size, room } = items;
    const value = knapsack.wholeItems(saving, size, saving.length, room);
    assert.ok(Math.abs(value - bestWhole(items)) < 1e-9, `round ${round}`);
    const shares = [...knapsack.share.subarray(0, saving.length)];
    assert.ok(shares.every((s) => s === 0 || s === 1));
    assert.ok(sum(shares.map((s, k) => s * size[k])) <= room);
    assert.ok(Math.abs(sum(shares.map((s, k) => s * saving[k])) - value) < 1e-9);
  }
});

test('split items: the partition finds what a full sort finds, with at most one item in part', () => {
  const knapsack = new Knapsack();
  const rng = random(2);
  for (let round = 0; round < 400; round++) {
    const items = drawnItems(rng, round % 3 === 0);
    const { saving, size, room } = items;
    const value = knapsack.splitItems(saving, size, saving.length, room);
    assert.ok(Math.abs(value - bestSplit(items)) < 1e-9, `round ${round}`);
    const shares = [...knapsack.share.subarray(0, saving.length)];
    assert.ok(shares.filter((s) => s > 0 && s < 1).length <= 1);
    assert.ok(sum(shares.map((s, k) => s * size[k])) <= room + 1e-9);
    assert.ok(Math.abs(sum(shares.map((s, k) => s * saving[k])) - value) < 1e-9);
    assert.ok(value <= knapsackFloor(items) + 1e-9, 'splitting never finds less than whole items');
  }
});
const knapsackFloor = (items: Items): number => bestWhole(items);

interface Drawn {
  readonly problem: CflProblem;
  readonly model: CapacitatedModel;
}

function drawn(
  seed: number,
  o: { n: number; m: number; singleSource: boolean; tightness?: number; density?: number },
): Drawn {
  const rng = random(seed);
  const table = randomTable(rng, { n: o.n, m: o.m, most: 80, density: o.density ?? 1 });
  const demand = Float64Array.from({ length: o.n }, () => 1 + rng.below(9));
  const each = (sum(demand) / o.m) * (o.tightness ?? 1.5);
  const capacity = Float64Array.from({ length: o.m }, () => Math.round(each * (0.6 + 0.8 * rng.next())));
  const problem: CflProblem = {
    kind: 'cfl',
    costs: toCsr(table, o.m),
    demand,
    capacity,
    fixedCost: randomNumbers(rng, o.m, 90),
    singleSource: o.singleSource,
  };
  return { problem, model: capacitatedModel(problem) };
}

/** The transportation problem as a linear programme, in scaled cost. */
function transportByHighs(model: CapacitatedModel, sites: readonly number[]): number {
  const lp = new PlainModel();
  const load = sites.map(() => [] as (readonly [number, number])[]);
  for (let i = 0; i < model.n; i++) {
    const row: (readonly [number, number])[] = [];
    sites.forEach((j, k) => {
      const cost = model.cost[j * model.n + i];
      if (cost === Infinity) return;
      const x = lp.variable(cost);
      row.push([x, 1]);
      load[k].push([x, model.demand[i]]);
    });
    lp.row(row, 1, 1);
  }
  sites.forEach((j, k) => lp.row(load[k], -Infinity, model.capacity[j]));
  const r = highs.solve(lp.problem());
  return r.status === 'infeasible' ? Infinity : r.value;
}

test('transport: the cost is that of the linear programme, the flow carries it within the capacities', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { model } = drawn(seed, { n: 9, m: 5, singleSource: false, tightness: 1.1 + (seed % 3) * 0.5, density: 0.8 });
    const sites = [0, 1, 2, 3, 4].filter((j) => (seed >> (j % 3)) % 2 === 0 || j > 2);
    const t = transport(model, sites);
    const expected = transportByHighs(model, sites);
    if (expected === Infinity) {
      assert.equal(t.cost, Infinity, `seed ${seed}`);
      continue;
    }
    assert.ok(Math.abs(t.cost - expected) <= 1e-7 * Math.max(1, expected), `seed ${seed}: ${t.cost}, not ${expected}`);
    const k = sites.length;
    for (let i = 0; i < model.n; i++) {
      const carried = sum(t.flow.subarray(i * k, i * k + k));
      assert.ok(Math.abs(carried - model.demand[i]) < 1e-9);
    }
    sites.forEach((j, a) => {
      const load = sum(Array.from({ length: model.n }, (_, i) => t.flow[i * k + a]));
      assert.ok(load <= model.capacity[j] + 1e-9, `site ${j} carries ${load}`);
    });
  }
});

test('transport: its prices are dual feasible and reach the cost, so the Lagrangian bound at them is tight', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const { model } = drawn(50 + seed, { n: 8, m: 4, singleSource: false, tightness: 1.4 });
    const sites = [0, 1, 2, 3];
    const t = transport(model, sites);
    if (t.cost === Infinity) continue;
    const dual = new CapacitatedDual(model);
    for (const j of sites) dual.states.set(j, open);
    const bound = dual.evaluate(t.lambda);
    const whole = t.cost + sum(sites.map((j) => model.fixedCost[j]));
    assert.ok(Math.abs(bound - whole) <= 1e-7 * whole, `seed ${seed}: ${bound} for ${whole}`);
  }
});

test('transport: where the sites cannot serve all, its multipliers prove it by passing any cost', () => {
  let cases = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { model } = drawn(200 + seed, { n: 8, m: 4, singleSource: false, tightness: 1.3, density: 0.35 });
    const sites = [0, 1, 2, 3];
    const t = transport(model, sites);
    if (t.cost < Infinity || sum(sites.map((j) => model.capacity[j])) < model.totalDemand) continue;
    cases++;
    const dual = new CapacitatedDual(model);
    for (const j of sites) dual.states.set(j, open);
    assert.ok(dual.evaluate(t.lambda) > model.mostCost, `seed ${seed}`);
  }
  assert.ok(cases > 5, `${cases} cases`);
});

/** Fixed costs and service of every way to serve all, whole or split, under decisions about sites. */
function bestUnder(d: Drawn, states: SiteStates): number {
  let best = Infinity;
  for (const sites of subsets(d.model.m)) {
    if (sites.some((j) => states.state[j] === closed)) continue;
    if ([...states.state.keys()].some((j) => states.state[j] === open && !sites.includes(j))) continue;
    best = Math.min(best, sum(sites.map((j) => d.model.fixedCost[j])) + transportByHighs(d.model, sites));
  }
  return best;
}

test('the dual never passes the optimum under its decisions, at any multipliers, with or without capacity to spare', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const d = drawn(300 + seed, { n: 6, m: 4, singleSource: false, tightness: 1.2 + (seed % 4) * 0.4 });
    const rng = random(seed);
    const states = new SiteStates(4);
    if (seed % 2 === 0) states.set(rng.below(4), open);
    const best = bestUnder(d, states);
    const dual = new CapacitatedDual(d.model);
    dual.states = states;
    for (let round = 0; round < 30; round++) {
      const lambda = Float64Array.from(
        { length: 6 },
        () => Math.round(rng.next() * 150 * d.model.scale.scale * 1024) / 1024,
      );
      const bound = dual.evaluate(lambda);
      assert.ok(bound <= best * (1 + 1e-9) + 1e-6, `seed ${seed}: ${bound} above ${best}`);
    }
  }
});

test('the gradient is a supergradient of the dual as far as its prices are exact', () => {
  const d = drawn(400, { n: 7, m: 4, singleSource: true, tightness: 3 });
  const dual = new CapacitatedDual(d.model);
  const rng = random(9);
  const point = (): Float64Array => Float64Array.from({ length: 7 }, () => Math.round(rng.next() * 90 * 1024) / 1024);
  for (let round = 0; round < 40; round++) {
    const [a, b] = [point(), point()];
    const at = dual.evaluate(a);
    const gradient = dual.gradient.slice();
    const there = dual.evaluate(b);
    const plane = at + sum(gradient.map((g, i) => g * (b[i] - a[i])));
    // Prices are rounded to 2⁻²⁰ of a unit of capacity.
    assert.ok(there <= plane + 1e-3, `${there} above ${plane}`);
  }
});

test('the least number of sites is that of the largest capacities, the open ones counted', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { model } = drawn(500 + seed, { n: 6, m: 5, singleSource: true, tightness: 1 + (seed % 5) * 0.4 });
    const rng = random(seed);
    const dual = new CapacitatedDual(model);
    for (let j = 0; j < 5; j++) {
      const to = rng.below(4);
      if (to === 1) dual.states.set(j, open);
      if (to === 2) dual.states.set(j, closed);
    }
    let least = Infinity;
    for (const sites of subsets(5)) {
      const fits = [...dual.states.state].every((s, j) => s === 0 || (s === open) === sites.includes(j));
      if (fits && sum(sites.map((j) => model.capacity[j])) >= model.totalDemand) least = Math.min(least, sites.length);
    }
    assert.equal(dual.leastCount(), least, `seed ${seed}`);
  }
});

test('a demand point forced on a site fills it, one forbidden there is never taken', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { model } = drawn(600 + seed, { n: 6, m: 3, singleSource: true, tightness: 2 });
    const dual = new CapacitatedDual(model);
    dual.pairs = new PairStates(6, 3);
    dual.pairs.force(0, 1);
    dual.pairs.forbid(2, 1);
    const lambda = new Float64Array(6).fill(200);
    if (dual.evaluate(lambda) === Infinity) continue;
    const taken = dual.itemsOf(1);
    assert.ok(taken.item.includes(0) && !taken.item.includes(2));
    assert.equal(taken.share[taken.item.indexOf(0)], 1);
    for (const j of [0, 2]) assert.ok(!dual.itemsOf(j).item.includes(0), 'a forced point goes nowhere else');
  }
});

test('too much forced on a site, or too many sites closed, has no solution', () => {
  const { model } = drawn(700, { n: 6, m: 3, singleSource: true, tightness: 1.2 });
  const dual = new CapacitatedDual(model);
  for (let i = 0; i < 6; i++) dual.pairs.force(i, 0);
  assert.equal(dual.evaluate(new Float64Array(6)), Infinity);
  dual.pairs = new PairStates(6, 3);
  for (const j of [0, 1]) dual.states.set(j, closed);
  assert.equal(dual.evaluate(new Float64Array(6)), Infinity);
  assert.equal(dual.leastCount(), Infinity);
});

test('fixing closes and opens only sites that no solution below the cutoff contradicts', () => {
  let fixed = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const d = drawn(800 + seed, { n: 6, m: 4, singleSource: false, tightness: 2 });
    const best = bestUnder(d, new SiteStates(4));
    if (best === Infinity) continue;
    const sites = [0, 1, 2, 3];
    const dual = new CapacitatedDual(d.model);
    const lambda = transport(d.model, sites).lambda;
    const bound = dual.evaluate(lambda);
    const cutoff = best * 1.02;
    const { closed: shut, opened } = dual.fix(bound, cutoff);
    fixed += shut.length + opened.length;
    for (const [list, to] of [
      [shut, open],
      [opened, closed],
    ] as const)
      for (const j of list) {
        const against = new SiteStates(4);
        against.set(j, to);
        assert.ok(bestUnder(d, against) >= cutoff * (1 - 1e-9), `seed ${seed}: site ${j} was decided without a reason`);
      }
  }
  assert.ok(fixed > 5, `${fixed} decisions`);
});

test('a model says what unit makes demands and capacities whole, and refuses what is none', () => {
  const { problem } = drawn(900, { n: 4, m: 3, singleSource: true });
  const unit = (demand: number[]): number => capacitatedModel({ ...problem, demand: Float64Array.from(demand) }).unit;
  assert.equal(unit([1, 2, 3, 4]), 1);
  assert.equal(unit([1.5, 2, 3, 4]), 10);
  assert.equal(unit([1.25, 2, 3, 4]), 100);
  assert.equal(unit([1 / 3, 2, 3, 4]), 0);
  refused(
    () => capacitatedModel({ ...problem, demand: Float64Array.of(1, 2) }),
    'SHAPE_MISMATCH',
    /demand has 2 entries; expected 4/,
  );
  refused(
    () => capacitatedModel({ ...problem, capacity: Float64Array.of(1, NaN, 2) }),
    'OUT_OF_RANGE',
    /capacity\[1\] = NaN/,
  );
  refused(
    () => capacitatedModel({ ...problem, fixedCost: Float64Array.of(1, -1, 2) }),
    'OUT_OF_RANGE',
    /fixedCost\[1\] = -1/,
  );
  const index = problem.costs.index.slice();
  index[2] = 3;
  refused(
    () => capacitatedModel({ ...problem, costs: { ...problem.costs, index } }),
    'OUT_OF_RANGE',
    /costs name site 3; there are 3/,
  );
});
