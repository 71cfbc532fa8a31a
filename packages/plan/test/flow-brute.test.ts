import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random, type Random } from '@qipan/base';
import type { PlanProblem } from '@qipan/plan';
import { DualAscent } from '../src/solve/dual-ascent.js';
import { PairLists } from '../src/solve/flow-lists.js';
import { Insertion } from '../src/solve/insertion.js';
import { Lagrangian } from '../src/solve/lagrangian.js';
import { compileModel, type SolverModel } from '../src/solve/model.js';
import { PathShares } from '../src/solve/path-shares.js';
import { PlanState } from '../src/solve/plan-state.js';
import { GainList } from '../src/solve/site-path.js';
import { YearFlow } from '../src/solve/year-flow.js';
import { handProblem, randomProblem } from './support/hand.js';

/** Villages of whole units of weight: 10 kWh a day are 1 kWh in the hour of the only peak. All within the full time. */
function unitProblem(seed: number): { p: PlanProblem; units: number[]; minutes: (number | null)[][] } {
  const rng = random(seed);
  const units = Array.from({ length: 3 }, () => 1 + rng.below(2));
  const minutes = Array.from({ length: 3 }, () => units.map(() => (rng.next() < 0.25 ? null : 10 * rng.next())));
  const p = handProblem({
    years: [2026],
    villages: units.map((n) => ({ kwh: [10 * n] })),
    spots: minutes.map((list) => ({ minutes: list })),
    cost: { unservedPerKwh: 0.2 },
  });
  return { p, units, minutes };
}

/** Least money of every way to send each unit of each village to a site with room or nowhere. */
function bruteForce(
  units: readonly number[],
  minutes: readonly (readonly (number | null)[])[],
  room: readonly number[],
) {
  const left = [...room];
  // Money of a unit, 10 kWh a day for a year: there and back at 20 an hour over 20 kWh, or 0.2 a kWh unserved.
  const year = 3650 / 1.06;
  const villages = units.flatMap((n, i) => Array.from({ length: n }, () => i));
  const send = (n: number): number => {
    if (n === villages.length) return 0;
    let best = 0.2 * year + send(n + 1);
    left.forEach((_, j) => {
      const m = minutes[j][villages[n]];
      if (m === null || left[j] === 0) return;
      left[j]--;
      best = Math.min(best, (m / 30) * year + send(n + 1));
      left[j]++;
    });
    return best;
  };
  return send(0);
}

test('the division of whole units of demand is the cheapest of all divisions, after any change of room', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { p, units, minutes } = unitProblem(seed);
    const flow = new YearFlow(compileModel(p), 0);
    const rng = random(seed + 900);
    const room = [0, 0, 0];
    for (let step = 0; step < 8; step++) {
      const j = rng.below(3);
      room[j] = rng.below(4);
      flow.setCapacity(j, room[j]);
      const best = bruteForce(units, minutes, room);
      assert.ok(Math.abs(flow.cost - best) < 1e-6 * best, `seed ${seed}, step ${step}: ${flow.cost}; best ${best}`);
    }
  }
});

test('the worth of a unit of room is what another unit of it would save, chains of moves included', () => {
  let chained = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { p, units, minutes } = unitProblem(seed + 3000);
    const flow = new YearFlow(compileModel(p), 0);
    const rng = random(seed);
    const room = [1 + rng.below(3), 1 + rng.below(3), 1 + rng.below(3)];
    room.forEach((n, j) => flow.setCapacity(j, n));
    const now = bruteForce(units, minutes, room);
    const worth = flow.prices();
    room.forEach((n, j) => {
      const saves = now - bruteForce(units, minutes, room.with(j, n + 1));
      assert.ok(Math.abs(worth[j] - saves) < 1e-6, `seed ${seed}, site ${j}: ${worth[j]}; saves ${saves}`);
      if (saves > 1e-6) chained++;
    });
  }
  assert.ok(chained > 10, `${chained} sites have a worth`);
});

test('what a closed site is offered is right for its first unit and never too little for more', () => {
  let taken = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { p, units, minutes } = unitProblem(seed + 7000);
    const flow = new YearFlow(compileModel(p), 0);
    const rng = random(seed);
    const room = [0, 1 + rng.below(2), 1 + rng.below(2)];
    room.forEach((n, j) => flow.setCapacity(j, n));
    flow.prices();
    const list = new GainList();
    flow.offers(0, new Float64Array(3).fill(Infinity), list);
    list.sort();
    list.accumulate();
    const now = bruteForce(units, minutes, room);
    for (let n = 1; n <= 4; n++) {
      const saves = now - bruteForce(units, minutes, room.with(0, n));
      assert.ok(list.within(n) >= saves - 1e-6, `seed ${seed}, ${n} units: ${list.within(n)}; saves ${saves}`);
      if (n === 1)
        assert.ok(Math.abs(list.within(1) - saves) < 1e-6, `seed ${seed}: ${list.within(1)}; saves ${saves}`);
      if (saves > 0) taken++;
    }
    list.clear();
    flow.offers(0, new Float64Array(3), list);
    assert.equal(list.size, 0, 'a village that may count for nothing offers nothing');
  }
  assert.ok(taken > 100, `${taken}`);
});

test('a mark in the journal is returned to exactly, whatever was moved since', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { p } = unitProblem(seed + 500);
    const flow = new YearFlow(compileModel(p), 0);
    const rng = random(seed);
    flow.setCapacity(0, 2);
    flow.setCapacity(1, 1);
    const before = { flow: flow.flow.slice(), cost: flow.cost, load: flow.load.slice() };
    const capacity = flow.capacity.slice();
    const mark = flow.mark();
    for (let step = 0; step < 5; step++) flow.setCapacity(rng.below(3), rng.below(4));
    flow.restore(mark);
    capacity.forEach((c, j) => flow.putCapacity(j, c));
    assert.deepEqual(flow.flow, before.flow);
    before.load.forEach((x, j) => assert.ok(Math.abs(flow.load[j] - x) < 1e-12));
    assert.ok(Math.abs(flow.cost - before.cost) < 1e-9 * before.cost);
    assert.equal(flow.mark(), mark);
  }
});

test('lists of pairs hold what a set by owner holds, after any adding and removing', () => {
  const rng = random(12);
  const owner = Int32Array.from({ length: 40 }, () => rng.below(6));
  const lists = new PairLists(owner, 7);
  const sets = Array.from({ length: 7 }, () => new Set<number>());
  for (let step = 0; step < 4000; step++) {
    const pair = rng.below(40);
    if (rng.next() < 0.5) {
      lists.add(pair);
      sets[owner[pair]].add(pair);
    } else {
      lists.remove(pair);
      sets[owner[pair]].delete(pair);
    }
    if (step % 40 !== 0) continue;
    sets.forEach((set, o) => {
      const held = Array.from(lists.item.subarray(lists.start[o], lists.start[o] + lists.count[o]));
      assert.deepEqual(
        held.toSorted((a, b) => a - b),
        [...set].toSorted((a, b) => a - b),
      );
    });
  }
  assert.equal(lists.count[6], 0, 'an owner without pairs has none');
});

/** A source whose every draw is the same. */
const always = (u: number): Random => ({ ...random(1), next: () => u });

test('shares of paths are what every round adds, aged by what later rounds leave', () => {
  const rng = random(41);
  const [J, T] = [3, 2];
  const shares = new PathShares(J, T);
  let rounds: { path: Int32Array; part: number }[] = [];
  for (let n = 0; n < 400; n++) {
    const path = Int32Array.from({ length: J * T }, () => rng.below(2));
    const part = n === 0 || rng.next() < 0.01 ? 1 : 0.5 * rng.next();
    if (part === 1) rounds = [];
    rounds.push({ path, part });
    shares.add(path, part);
    if (n % 20 !== 19) continue;
    for (let j = 0; j < J; j++) {
      // Weight of a round: its part times (1 − part) of every later one.
      const weight = new Map<string, number>();
      rounds.forEach((round, r) => {
        const key = round.path.slice(j * T, j * T + T).join();
        const later = rounds.slice(r + 1).reduce((w, x) => w * (1 - x.part), 1);
        weight.set(key, (weight.get(key) ?? 0) + round.part * later);
      });
      const sum = [...weight.values()].reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-12, 'the weights are a whole');
      let from = 0;
      for (const [key, w] of weight) {
        // In the middle of each piece of [0, 1) the path that owns it is drawn.
        if (w > 1e-9) assert.equal(shares.draw(j, always(from + w / 2)).join(), key, `round ${n}, site ${j}`);
        from += w;
      }
    }
  }
});

/** Growing paths that a site may take, all of them. */
function pathsOf(model: SolverModel, j: number): Int32Array[] {
  const { T, V, ladder } = model;
  let list: number[][] = [[]];
  for (let t = 0; t < T; t++)
    list = list.flatMap((path) => {
      const from = path.at(-1);
      const next =
        from === undefined
          ? Array.from({ length: V }, (_, v) => v)
          : Array.from(ladder.growTo.subarray(ladder.growStart[from], ladder.growStart[from + 1]));
      return next.filter((v) => ladder.allowed[(j * T + t) * V + v] === 1).map((v) => [...path, v]);
    });
  return list.map((path) => Int32Array.from(path));
}

/** Least change of value that any path of a site brings, tried one by one and taken back. */
function bestChange(state: PlanState, model: SolverModel, j: number): number {
  let best = 0;
  const before = state.value;
  for (const path of pathsOf(model, j)) {
    if (!state.fits(j, path)) continue;
    state.begin();
    state.setPath(j, path);
    best = Math.min(best, state.value - before);
    state.rollback();
  }
  return best;
}

const freeGuide = (model: SolverModel) => ({
  rowPrice: new Float64Array(model.rows.length),
  ceiling: Array.from({ length: model.T }, () => new Float64Array(model.I).fill(Infinity)),
});

/** Only site j may stand already: what it takes is taken from nobody. */
const alone = (p: PlanProblem, j: number): PlanProblem => ({
  ...p,
  sites: { ...p.sites, existing: p.sites.existing.map((v, k) => (k === j ? v : 0)) },
});

test('where no other site is open the estimate of an insertion is the best of all its paths', () => {
  let gains = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const j = seed % 3;
    const p = alone(randomProblem(seed * 307, { villages: 6, years: 1 + (seed % 3), twoTypes: seed % 2 === 0 }), j);
    const model = compileModel(p);
    const state = new PlanState(model);
    for (const flow of state.flows) flow.prices();
    const insertion = new Insertion(model, state);
    const estimate = insertion.estimate(j, freeGuide(model));
    const best = bestChange(state, model, j);
    const size = Math.abs(state.value);
    assert.ok(Math.abs(estimate - best) <= 1e-9 * size, `seed ${seed}: ${estimate}; tried ${best}`);
    assert.ok(state.fits(j, insertion.path), `seed ${seed}: its path breaks a row`);
    if (best < -1) gains++;
  }
  assert.ok(gains > 25, `${gains} insertions gain something`);
});

test('people of two counties whose villages alternate are counted up to what each county lacks', () => {
  const p = handProblem({
    villages: [0, 1, 0, 1, 0].map((township) => ({ kwh: [0, 0], people: 100, township })),
    spots: [{ minutes: [5, 5, 5, 5, 5], opening: 100 }],
    townships: [{ county: 0 }, { county: 1 }],
    counties: 2,
    rules: { coverage: { share: [0.5, 0.5], withinMin: 20, pricePerPerson: 900 } },
  });
  const model = compileModel(p);
  const state = new PlanState(model);
  for (const flow of state.flows) flow.prices();
  const estimate = new Insertion(model, state).estimate(0, freeGuide(model));
  const best = bestChange(state, model, 0);
  // 150 of 300 and 100 of 200 are missing in each year.
  assert.ok(best < 0 && best > -900 * 250 * (1 / 1.06 + 1 / 1.06 ** 2));
  assert.ok(Math.abs(estimate - best) < 1e-6, `${estimate}; tried ${best}`);
});

test('beside open sites the estimate never promises less than a path can bring, villages within the full time', () => {
  let taken = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const rng = random(seed);
    const p = handProblem({
      villages: Array.from({ length: 6 }, () => ({ kwh: [20 + 60 * rng.next(), 20 + 90 * rng.next()] })),
      spots: Array.from({ length: 3 }, () => ({
        minutes: Array.from({ length: 6 }, () => (rng.next() < 0.3 ? null : 10 * rng.next())),
        opening: 2000,
      })),
    });
    const model = compileModel(p);
    const state = new PlanState(model);
    for (const k of [1, 2]) state.setPath(k, pathsOf(model, k)[1 + rng.below(6)]);
    state.commit();
    for (const flow of state.flows) flow.prices();
    const estimate = new Insertion(model, state).estimate(0, freeGuide(model));
    const best = bestChange(state, model, 0);
    assert.ok(estimate <= best + 1e-6 * Math.abs(state.value), `seed ${seed}: ${estimate}; tried ${best}`);
    if (best < -1) taken++;
  }
  assert.ok(taken > 5, `${taken}`);
});

test('the ascent’s best prices stay in their ranges, give its bound again, and the bound never falls', () => {
  for (let seed = 1; seed <= 15; seed++) {
    const p = randomProblem(seed * 97, { villages: 6, spots: 4, years: 2, twoTypes: seed % 2 === 0 });
    const model = compileModel(p);
    const lagrangian = new Lagrangian(model);
    const caps = lagrangian.caps();
    const ascent = new DualAscent(model, lagrangian);
    ascent.start();
    const idle = new PlanState(model).value;
    let before = ascent.bound;
    for (let round = 0; round < 120 && !ascent.isSpent; round++) {
      assert.ok(ascent.round(idle) >= before);
      before = ascent.bound;
    }
    assert.ok(ascent.bound <= idle * (1 + 1e-9), `seed ${seed}: ${ascent.bound} above a plan of ${idle}`);
    ascent.best.forEach((m, e) => {
      assert.ok(m <= caps[e] * (1 + 1e-12), `multiplier ${e}: ${m} of ${caps[e]}`);
      assert.ok(e < model.I * model.T || m >= 0);
    });
    assert.ok(Math.abs(new Lagrangian(model).evaluate(ascent.best) - ascent.bound) <= 1e-9 * Math.abs(ascent.bound));
  }
});

test('a rule that no site can meet is priced in full before the first step', () => {
  const p = handProblem({
    villages: [{ kwh: [0, 0] }, { kwh: [0, 0], township: 1 }],
    spots: [{ minutes: [4, 4] }],
    townships: [{}, {}],
    rules: { townshipPile: { guns: [0, 3], pricePerGun: 5000 } },
    layouts: [[0], [1]],
  });
  const model = compileModel(p);
  const ascent = new DualAscent(model, new Lagrangian(model));
  ascent.start();
  // Township 1 has no site: its 3 guns are missing for certain; township 0 has one gun at most of its 3, which costs
  // more than a missing one.
  const expected = (2 * 3 * 5000) / 1.06 ** 2;
  assert.ok(Math.abs(ascent.bound - expected) < 1e-6, `${ascent.bound}; expected ${expected}`);
  assert.ok(Math.abs(new PlanState(model).value - expected) < 1e-6, 'and that is what doing nothing costs');
});
