import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import type { PlanProblem } from '@qipan/plan';
import { serve } from '../src/families/serve.js';
import { Insertion } from '../src/solve/insertion.js';
import { compileModel, type SolverModel } from '../src/solve/model.js';
import { PlanState } from '../src/solve/plan-state.js';
import { assignmentCost } from './support/exhaustion.js';
import { ac7, dc60, handProblem, randomProblem, type RandomShape } from './support/hand.js';

const near = (got: number, wanted: number, what = '') =>
  assert.ok(Math.abs(got - wanted) <= 1e-7 * Math.max(1, Math.abs(wanted)), `${what}: ${got}, not ${wanted}`);

/** All growing paths that a site may take, by the ladder's own lists. */
function pathsOf(model: SolverModel, j: number): number[][] {
  const { T, V, ladder } = model;
  let paths: number[][] = [[]];
  for (let t = 0; t < T; t++)
    paths = paths.flatMap((path) =>
      Array.from({ length: V }, (_, v) => v)
        .filter((v) => ladder.allowed[(j * T + t) * V + v] === 1)
        .filter((v) => {
          if (t === 0) return true;
          const from = path[t - 1]!;
          return ladder.growTo.subarray(ladder.growStart[from], ladder.growStart[from + 1]).includes(v);
        })
        .map((v) => [...path, v]),
    );
  return paths;
}

const count = (p: PlanProblem, v: number, k: number) => p.layoutCounts[v * p.moduleTypes.length + k]!;
const over = (p: PlanProblem, v: number, f: (k: number) => number) =>
  p.moduleTypes.reduce((s, _, k) => s + count(p, v, k) * f(k), 0);
const gunsOf = (p: PlanProblem, v: number) => over(p, v, (k) => p.moduleTypes[k]!.guns);
const kwOf = (p: PlanProblem, v: number) => over(p, v, (k) => p.moduleTypes[k]!.powerKw);
const capexOf = (p: PlanProblem, v: number) => over(p, v, (k) => p.moduleTypes[k]!.capex);

/** Present cost of what the sites build and keep up, year by year as the money flows. */
function siteMoney(p: PlanProblem, paths: readonly (readonly number[])[]): number {
  const T = p.years.length;
  const d = p.years.map((y) => (1 + p.cost.discountRate) ** (p.priceYear - y));
  const end = (1 + p.cost.discountRate) ** (p.priceYear - p.years[T - 1]! - 1);
  const net = (t: number, life: number) => d[t]! - end * Math.max(0, 1 - (T - t) / life);
  let sum = 0;
  paths.forEach((path, j) => {
    let before = p.sites.existing[j]!;
    path.forEach((v, t) => {
      if (v > 0 && before === 0) sum += p.sites.openingCost[j]! * net(t, p.cost.siteLifeYears);
      if (v > 0) sum += d[t]! * p.cost.siteOpexPerYear;
      p.moduleTypes.forEach((m, k) => {
        sum += (count(p, v, k) - count(p, before, k)) * m.capex * net(t, m.lifeYears);
        sum += d[t]! * count(p, v, k) * m.opexPerYear;
      });
      before = v;
    });
  });
  return sum;
}

/** Price of the soft rules that a choice of layouts leaves unmet. */
function rulesMoney(p: PlanProblem, paths: readonly (readonly number[])[]): number {
  const { townshipPile, countyStation, coverage } = p.rules;
  const d = p.years.map((y) => (1 + p.cost.discountRate) ** (p.priceYear - y));
  const reach = (j: number, minutes: number) => {
    const out: number[] = [];
    for (let e = p.access.start[j]!; e < p.access.start[j + 1]!; e++)
      if (p.access.travelMin[e]! <= minutes) out.push(p.access.point[e]!);
    return out;
  };
  let sum = 0;
  p.years.forEach((_, t) => {
    if (townshipPile)
      p.townships.id.forEach((_w, w) => {
        if (!p.townships.suitable[w]) return;
        const have = paths.reduce((n, path, j) => n + (p.sites.township[j] === w ? gunsOf(p, path[t]!) : 0), 0);
        sum += d[t]! * townshipPile.pricePerGun * Math.max(0, townshipPile.guns[t]! - have);
      });
    if (countyStation && countyStation.kw[t]! > 0)
      p.counties.id.forEach((_c, c) => {
        if (!p.counties.suitable[c]) return;
        const mine = (j: number) => p.townships.county[p.sites.township[j]!] === c;
        const has = paths.some((path, j) => mine(j) && kwOf(p, path[t]!) >= countyStation.kw[t]!);
        if (!has) sum += d[t]! * countyStation.pricePerCounty;
      });
    if (coverage)
      p.counties.id.forEach((_c, c) => {
        if (!p.counties.suitable[c]) return;
        const people = (i: number) => (p.demandPoints.population[i]! > 0 ? p.demandPoints.population[i]! : 0);
        const mine = [...p.demandPoints.id.keys()].filter((i) => p.townships.county[p.demandPoints.township[i]!] === c);
        const covered = new Set(paths.flatMap((path, j) => (path[t]! > 0 ? reach(j, coverage.withinMin) : [])));
        const all = mine.reduce((s, i) => s + people(i), 0);
        const have = mine.reduce((s, i) => s + (covered.has(i) ? people(i) : 0), 0);
        sum += d[t]! * coverage.pricePerPerson * Math.max(0, coverage.share[t]! * all - have);
      });
  });
  return sum;
}

/** The value of layouts by the words of the model, with the cheapest division of demand. */
function valueOf(p: PlanProblem, paths: readonly (readonly number[])[]): number {
  let sum = siteMoney(p, paths) + rulesMoney(p, paths);
  for (let t = 0; t < p.years.length; t++)
    sum += assignmentCost(
      p,
      t,
      paths.map((path) => path[t]!),
    );
  return sum;
}

/** Whether the rules without slack hold: budget and the power of shared transformers. */
function keepsHardRules(p: PlanProblem, paths: readonly (readonly number[])[]): boolean {
  const spent = p.years.map((_, t) =>
    paths.reduce((s, path, j) => {
      const before = t === 0 ? p.sites.existing[j]! : path[t - 1]!;
      const opens = path[t]! > 0 && before === 0 ? p.sites.openingCost[j]! : 0;
      return s + opens + capexOf(p, path[t]!) - capexOf(p, before);
    }, 0),
  );
  if (p.budget) {
    let left = 0;
    for (const [t, money] of spent.entries()) {
      const have = p.budget.byYear[t]! + (p.budget.carryOver ? left : 0);
      if (money > have + 1e-6) return false;
      left = have - money;
    }
  }
  const { hosting } = p;
  if (hosting)
    for (let g = 0; g < hosting.name.length; g++) {
      const mine = paths.map((_, j) => j).filter((j) => p.sites.hostingGroup[j] === g);
      if (mine.length < 2) continue;
      const standing = mine.reduce((s, j) => s + kwOf(p, p.sites.existing[j]!), 0);
      for (let t = 0; t < p.years.length; t++) {
        const kw = mine.reduce((s, j) => s + kwOf(p, paths[j]![t]!), 0);
        if (kw > Math.max(hosting.spareKw[g * p.years.length + t]!, standing) + 1e-6) return false;
      }
    }
  return true;
}

/** A random choice of allowed paths, one a site, not minding the hard rules. */
function drawPaths(model: SolverModel, rng: ReturnType<typeof random>): number[][] {
  return Array.from({ length: model.J }, (_, j) => {
    const all = pathsOf(model, j);
    return all[rng.below(all.length)]!;
  });
}

const shapes: readonly RandomShape[] = [
  { villages: 5, spots: 3, years: 2 },
  { villages: 4, spots: 3, years: 3, twoTypes: true },
];

test('the value of a state is that of the words of the model, whatever its layouts', () => {
  let compared = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const p = randomProblem(seed * 13, shapes[seed % 2]);
    const model = compileModel(p);
    const rng = random(seed);
    const state = new PlanState(model);
    for (let draw = 0; draw < 5; draw++) {
      const paths = drawPaths(model, rng);
      paths.forEach((path, j) => state.setPath(j, Int32Array.from(path)));
      near(state.value, valueOf(p, paths), `seed ${seed} draw ${draw}`);
      compared++;
    }
  }
  assert.equal(compared, 150);
});

test('a fresh state is what stands already, and nothing else', () => {
  for (let seed = 1; seed <= 15; seed++) {
    const p = randomProblem(seed * 29, shapes[seed % 2]);
    const state = new PlanState(compileModel(p));
    const standing = p.sites.id.map((_, j) => p.years.map(() => p.sites.existing[j]!));
    assert.deepEqual([...state.path], standing.flat());
    near(state.value, valueOf(p, standing), `seed ${seed}`);
    standing.forEach((path, j) => assert.equal(state.isOpen(j), path.at(-1)! > 0));
  }
});

test('a path fits exactly when budget and transformers hold with it', () => {
  let [yes, no] = [0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const p = randomProblem(seed * 41, shapes[seed % 2]);
    const model = compileModel(p);
    const rng = random(seed);
    const state = new PlanState(model);
    const paths = p.sites.id.map((_, j) => p.years.map(() => p.sites.existing[j]!));
    for (let step = 0; step < 12; step++) {
      const j = rng.below(model.J);
      const all = pathsOf(model, j);
      const path = all[rng.below(all.length)]!;
      const next = paths.map((x, k) => (k === j ? path : x));
      const holds = keepsHardRules(p, next);
      assert.equal(state.fits(j, Int32Array.from(path)), holds, `seed ${seed} step ${step}`);
      if (holds) {
        yes++;
        state.setPath(j, Int32Array.from(path));
        paths[j] = path;
      } else no++;
    }
  }
  assert.ok(yes > 50 && no > 50, `${yes} fitted, ${no} did not`);
});

test('left-hand sides of the rows and covered people are counted anew after every change', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const p = randomProblem(seed * 53, shapes[seed % 2]);
    const model = compileModel(p);
    const rng = random(seed);
    const state = new PlanState(model);
    for (let step = 0; step < 6; step++) {
      const paths = drawPaths(model, rng);
      paths.forEach((path, j) => state.setPath(j, Int32Array.from(path)));
      model.rows.forEach((row, r) => {
        let sum = 0;
        for (const { year, feature, sites, coefficient } of row.terms)
          sites.forEach((j, n) => {
            sum += coefficient[n]! * feature.value[paths[j]![year]!]!;
          });
        near(state.activity[r]!, sum, `seed ${seed} row ${r}`);
      });
      const { coverage } = model;
      if (!coverage) continue;
      for (let i = 0; i < model.I; i++)
        for (let t = 0; t < model.T; t++) {
          let open = 0;
          for (let j = 0; j < model.J; j++)
            for (let s = coverage.start[j]!; s < coverage.start[j + 1]!; s++)
              if (coverage.point[s] === i && paths[j]![t]! > 0) open++;
          assert.equal(state.covering[i * model.T + t], open);
        }
    }
  }
});

test('what a site pays by what stands equals what it pays by what it adds, over any growth', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const p = randomProblem(seed * 61, shapes[seed % 2]);
    const model = compileModel(p);
    const { T, V, layoutCost, openCost, constant } = model;
    const paths = drawPaths(model, random(seed));
    let sum = constant;
    paths.forEach((path, j) =>
      path.forEach((v, t) => {
        sum += layoutCost[t * V + v]! + (v > 0 ? openCost[j * T + t]! : 0);
      }),
    );
    near(sum, siteMoney(p, paths), `seed ${seed}`);
  }
});

/** An insertion into the state as it stands, with the worth of room at its open sites. */
function insertionInto(model: SolverModel, state: PlanState): Insertion {
  for (const flow of state.flows) flow.prices();
  return new Insertion(model, state);
}

/** Guide that steers nothing: rows without a price, villages worth whatever serving them saves. */
const freeGuide = (model: SolverModel) => ({
  rowPrice: new Float64Array(model.rows.length),
  ceiling: Array.from({ length: model.T }, () => new Float64Array(model.I).fill(1e12)),
});

test('with one site the estimate is the true change of its best path, and that path is the best', () => {
  let moved = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const p = randomProblem(seed * 71, { villages: 5, spots: 1, years: 2, twoTypes: seed % 2 === 0 });
    const model = compileModel(p);
    const state = new PlanState(model);
    const before = state.value;
    const insertion = insertionInto(model, state);
    const estimate = insertion.estimate(0, freeGuide(model));
    const all = pathsOf(model, 0).filter((path) => keepsHardRules(p, [path]));
    const best = Math.min(...all.map((path) => valueOf(p, [path])));
    near(before + estimate, best, `seed ${seed}`);
    near(valueOf(p, [[...insertion.path]]), best, `seed ${seed}: its path`);
    if (estimate < -1e-6) moved++;
  }
  assert.ok(moved > 10, `${moved} sites were worth a change`);
});

test('among several sites the path of the estimate keeps the hard rules and grows', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const p = randomProblem(seed * 83, { villages: 6, spots: 3, years: 2 });
    const model = compileModel(p);
    const rng = random(seed);
    const state = new PlanState(model);
    for (const j of [0, 1]) {
      const paths = pathsOf(model, j);
      const path = Int32Array.from(paths[rng.below(paths.length)]!);
      if (state.fits(j, path)) state.setPath(j, path);
    }
    state.commit();
    const before = state.value;
    const insertion = insertionInto(model, state);
    const estimate = insertion.estimate(2, freeGuide(model));
    if (estimate === Infinity) continue;
    assert.ok(state.fits(2, insertion.path), `seed ${seed}: the path keeps the hard rules`);
    const isListed = pathsOf(model, 2).some((path) => path.join() === insertion.path.join());
    assert.ok(isListed, `seed ${seed}: the path is one that the ladder allows`);
    assert.ok(estimate <= 1e-6 * Math.abs(before), `seed ${seed}: to stay as it is costs nothing`);
  }
});

test('a price on a scarce row makes the estimate dearer by what the path uses of it', () => {
  const p = handProblem({
    villages: [{ kwh: [300, 300] }],
    spots: [{ minutes: [5] }],
    budget: { byYear: [1e6, 1e6], carryOver: true },
  });
  const model = compileModel(p);
  const state = new PlanState(model);
  const free = insertionInto(model, state).estimate(0, freeGuide(model));
  const guide = freeGuide(model);
  guide.rowPrice.fill(0.05);
  const priced = insertionInto(model, state);
  const dearer = priced.estimate(0, guide);
  assert.ok(dearer > free);
  const all = pathsOf(model, 0);
  const spend = (path: readonly number[]) => {
    let [sum, total] = [0, 0];
    path.forEach((v, t) => {
      const prior = t === 0 ? 0 : path[t - 1]!;
      sum += capexOf(p, v) - capexOf(p, prior) + (v > 0 && prior === 0 ? 30000 : 0);
      total += sum;
    });
    return total;
  };
  const base = state.value;
  near(
    base + dearer,
    Math.min(...all.map((path) => valueOf(p, [path]) + 0.05 * spend(path))),
    'the cheapest at that price',
  );
});

test('pairs are worth serving within the limit, below the price of not serving, and where there is demand', () => {
  const p = handProblem({
    villages: [{ kwh: [10, 10] }, { kwh: [0, 0] }, { kwh: [10, 10] }, { kwh: [10, 0] }],
    spots: [{ minutes: [10, 5, 30, 31] }],
    cost: { timeValuePerHour: 20, tripKwh: 20, unservedPerKwh: 0.9 },
    capture: { fullCaptureMin: 12, decayMin: 9, maxMin: 31 },
  });
  const { point, share, travelPerKwh, yearWeight } = serve(p);
  // 2 · τ/60 h · 20 a hour / 20 kWh = τ/30 a kWh: at 30 min it costs 1, more than 0.9.
  assert.deepEqual([...point], [0]);
  near(share[0]!, 1);
  near(travelPerKwh[0]!, 10 / 30);
  near(yearWeight[1]!, 365 * 1.06 ** -2);
  const dear = serve({ ...p, cost: { ...p.cost, unservedPerKwh: 2 } });
  assert.deepEqual([...dear.point], [0, 2, 3], 'a village with demand in one year stays');
  near(dear.share[1]!, Math.exp(-(30 - 12) / 9));
  near(dear.share[2]!, Math.exp(-(31 - 12) / 9), 'exactly at the limit is inside');
});

test('two types of module in one layout hold what each holds', () => {
  const p = handProblem({
    villages: [{ kwh: [100, 100] }],
    spots: [{ minutes: [5] }],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [2, 0],
      [0, 3],
      [2, 3],
    ],
  });
  const { level, V } = compileModel(p);
  const held = (v: number, t: number) => level.always[t * V + v]!;
  for (let t = 0; t < 2; t++) near(held(3, t), held(1, t) + held(2, t));
  assert.equal(held(0, 0), 0);
});
