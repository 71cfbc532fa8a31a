import assert from 'node:assert/strict';
import test from 'node:test';
import { random, type Random } from '@qipan/base';
import { cfl, verify, type CflProblem } from '@qipan/optim';
import { capacitatedModel, type CapacitatedModel } from '../../src/capacitated/capacitated-model.js';
import { SingleSourceSearch } from '../../src/capacitated/single-source-search.js';
import { SingleSourceSet } from '../../src/capacitated/single-source-set.js';
import { randomNumbers, randomTable, sum, toCsr } from '../support/brute-force.js';

interface Drawing {
  readonly n: number;
  readonly m: number;
  readonly tightness: number;
  readonly density?: number;
}

const drawn = (seed: number, drawing: Drawing): CapacitatedModel => capacitatedModel(drawnProblem(seed, drawing));

function drawnProblem(seed: number, { n, m, tightness, density = 1 }: Drawing): CflProblem {
  const rng = random(seed);
  const demand = Float64Array.from({ length: n }, () => 1 + rng.below(9));
  const each = (sum(demand) / m) * tightness;
  return {
    kind: 'cfl',
    costs: toCsr(randomTable(rng, { n, m, most: 90, density }), m),
    demand,
    capacity: Float64Array.from({ length: m }, () => Math.round(each * (0.7 + 0.6 * rng.next()))),
    fixedCost: randomNumbers(rng, m, 120),
    singleSource: true,
  };
}

/** Value, room and users of an assignment, from nothing but the model. */
function recount(model: CapacitatedModel, set: SingleSourceSet) {
  const room = [...model.capacity];
  const users = room.map(() => 0);
  let value = sum([...set.isOpen].map((o, j) => o * model.fixedCost[j]));
  set.site.forEach((j, i) => {
    if (j < 0) return;
    value += model.cost[j * model.n + i];
    room[j] -= model.demand[i];
    users[j]++;
  });
  return { value, room, users };
}

function assertRight(model: CapacitatedModel, set: SingleSourceSet, what: string): void {
  const { value, room, users } = recount(model, set);
  assert.ok(Math.abs(set.value - value) < 1e-6, `${what}: ${set.value}, recounted ${value}`);
  room.forEach((r, j) => assert.ok(Math.abs(set.room[j] - r) < 1e-9, `${what}: room of ${j}`));
  assert.deepEqual([...set.users], users, what);
}

function assertFits(model: CapacitatedModel, set: SingleSourceSet, what: string): void {
  assertRight(model, set, what);
  assert.ok(set.isComplete, `${what}: everybody is placed`);
  set.site.forEach((j, i) => {
    assert.ok(set.isOpen[j] === 1, `${what}: ${i} is at ${j}, which is closed`);
    assert.ok(model.cost[j * model.n + i] < Infinity, `${what}: ${i} cannot be at ${j}`);
  });
  recount(model, set).room.forEach((r, j) => assert.ok(r >= -1e-6, `${what}: site ${j} is overfull by ${-r}`));
}

/** Least value over all assignments that fit. */
function best(model: CapacitatedModel): number {
  const room = [...model.capacity];
  const users = room.map(() => 0);
  let least = Infinity;
  const place = (i: number, cost: number): void => {
    if (cost >= least) return;
    if (i === model.n) {
      least = cost;
      return;
    }
    for (let j = 0; j < model.m; j++) {
      const c = model.cost[j * model.n + i];
      if (c === Infinity || room[j] < model.demand[i]) continue;
      room[j] -= model.demand[i];
      place(i + 1, cost + c + (users[j]++ === 0 ? model.fixedCost[j] : 0));
      users[j]--;
      room[j] += model.demand[i];
    }
  };
  place(0, 0);
  return least;
}

const anySites = (rng: Random, m: number): number[] => [...Array(m).keys()].filter(() => rng.below(3) > 0);

test('value, room and users stay right through any moves, openings, closings, saves and restores', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const model = drawn(seed, { n: 9, m: 5, tightness: 2 });
    const rng = random(seed);
    const set = new SingleSourceSet(model);
    set.reset(anySites(rng, 5));
    let kept = set.save();
    for (let step = 0; step < 120; step++) {
      const kind = rng.below(6);
      if (kind < 3) set.move(rng.below(9), rng.below(6) - 1);
      else if (kind === 3) set.setOpen(rng.below(5), rng.below(2) === 1);
      else if (kind === 4) kept = set.save();
      else {
        set.restore(kept);
        assert.deepEqual([...set.site], [...kept]);
        for (let j = 0; j < 5; j++) assert.equal(set.isOpen[j] === 1, kept.includes(j), 'the sites in use are open');
      }
      assertRight(model, set, `seed ${seed}, step ${step}`);
    }
  }
});

test('placing the rest keeps who stands, respects rooms and gaps, and says when somebody is left', () => {
  let placed = 0;
  let left = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const model = drawn(100 + seed, { n: 8, m: 4, tightness: 1.15 + (seed % 3) * 0.4, density: 0.7 });
    const set = new SingleSourceSet(model);
    set.reset([0, 1, 2, 3]);
    if (set.placeRest()) {
      placed++;
      assertFits(model, set, `seed ${seed}`);
    } else {
      left++;
      assertRight(model, set, `seed ${seed}`);
      assert.equal(set.isComplete, false);
    }
  }
  assert.ok(placed > 10 && left > 0, `${placed} placed, ${left} left over`);
});

test('somebody who fits nowhere is squeezed in by moving one on', () => {
  // Room 5 and 5; 3 and 2 stand at the first, 3 at the second: 2 are left on each side for a 4 once the 3 moves over.
  const problem: CflProblem = {
    kind: 'cfl',
    costs: toCsr([
      [0, 9],
      [0, 1],
      [9, 0],
    ]),
    demand: Float64Array.of(4, 2, 2),
    capacity: Float64Array.of(4, 4),
    fixedCost: Float64Array.of(0, 0),
    singleSource: true,
  };
  const model = capacitatedModel(problem);
  const set = new SingleSourceSet(model);
  set.reset([0, 1]);
  set.move(1, 0);
  set.move(2, 1);
  assert.ok(set.placeRest());
  assertFits(model, set, 'squeezed');
  assert.deepEqual([...set.site], [0, 1, 1]);
});

test('a search from any sites and wishes ends in an assignment that fits, no worse than it began', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const model = drawn(200 + seed, { n: 12, m: 6, tightness: 1.8 });
    const rng = random(seed);
    const search = new SingleSourceSearch(model, random(7));
    const wish = Int32Array.from({ length: 12 }, () => rng.below(7) - 1);
    if (!search.build(anySites(rng, 6), wish)) continue;
    assertFits(model, search.set, `built ${seed}`);
    const before = search.set.value;
    search.improve();
    assertFits(model, search.set, `improved ${seed}`);
    assert.ok(search.set.value <= before + 1e-9);
    const after = search.set.value;
    search.improve();
    assert.ok(search.set.value >= after - 1e-6 * after, 'a second search finds nothing more');
  }
});

test('a local optimum stands against every single shift, swap and closing of an idle site', () => {
  for (let seed = 1; seed <= 15; seed++) {
    const model = drawn(300 + seed, { n: 10, m: 5, tightness: 1.7 });
    const search = new SingleSourceSearch(model, random(seed));
    if (!search.build([0, 1, 2, 3, 4], new Int32Array(10).fill(-1))) continue;
    search.improve();
    const { set } = search;
    const value = set.value;
    for (let i = 0; i < 10; i++) {
      const from = set.site[i];
      for (let j = 0; j < 5; j++) {
        if (j === from || set.isOpen[j] === 0 || !set.fits(i, j)) continue;
        set.move(i, j);
        assert.ok(set.value >= value - 1e-6, `seed ${seed}: shifting ${i} to ${j} pays`);
        set.move(i, from);
      }
      for (let k = i + 1; k < 10; k++) {
        const [a, b] = [set.site[i], set.site[k]];
        const fits =
          model.demand[i] - model.demand[k] <= set.room[b] && model.demand[k] - model.demand[i] <= set.room[a];
        if (a === b || !fits) continue;
        const gain = set.cost(i, a) + set.cost(k, b) - set.cost(i, b) - set.cost(k, a);
        assert.ok(gain <= 1e-6, `seed ${seed}: swapping ${i} and ${k} pays`);
      }
    }
    assert.ok(
      [...set.users.keys()].every((j) => set.users[j] > 0 || set.isOpen[j] === 0),
      'no idle site is open',
    );
  }
});

test('rounds of disturbance only ever hand on what is better, and come within a few per cent of the optimum', () => {
  let worst = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const model = drawn(400 + seed, { n: 8, m: 4, tightness: 1.6 });
    const least = best(model);
    const search = new SingleSourceSearch(model, random(seed));
    if (!search.build([0, 1, 2, 3], new Int32Array(8).fill(-1))) continue;
    search.improve();
    const values = [search.set.value];
    search.iterate(40, (set) => {
      assertFits(model, set, `kept ${seed}`);
      assert.ok(set.value < (values.at(-1) ?? Infinity));
      values.push(set.value);
    });
    const found = values.at(-1) ?? Infinity;
    assert.ok(found >= least - 1e-6, `seed ${seed}: ${found} below the optimum ${least}`);
    worst = Math.max(worst, found / least - 1);
  }
  assert.ok(worst < 0.05, `${(100 * worst).toFixed(1)} % above`);
});

test('the same seed gives the same search, a stop ends it at once', () => {
  const model = drawn(500, { n: 14, m: 6, tightness: 1.5 });
  const run = (shouldStop?: () => boolean): { site: number[]; told: number } => {
    const search = new SingleSourceSearch(model, random(3), shouldStop);
    assert.ok(search.build([0, 1, 2, 3, 4, 5], new Int32Array(14).fill(-1)));
    let told = 0;
    search.improve();
    search.iterate(20, () => told++);
    return { site: [...search.set.site], told };
  };
  assert.deepEqual(run(), run());
  assert.equal(run(() => true).told, 0);
});

test('a search asks within its passes whether to stop, and stops anywhere with an answer that the verifier takes', () => {
  const problem = drawnProblem(11, { n: 60, m: 12, tightness: 1.5 });
  let asked = 0;
  cfl(problem, { nodeLimit: 1, shouldStop: () => asked++ < 0 });
  // Each pass of ejections alone asks once a demand point; between passes alone it would be a few dozen times in all.
  assert.ok(asked > 600, `${asked} times`);
  for (const stopAt of [0, 1, 30, 90, 200, 500]) {
    let k = 0;
    const result = cfl(problem, { shouldStop: () => k++ >= stopAt });
    assert.equal(result.status, 'stopped');
    assert.ok(!result.assignment.includes(-1) && result.value >= result.bound, `stopped at ${stopAt}`);
    assert.deepEqual(verify(problem, result).failures, [], `stopped at ${stopAt}`);
  }
});

test('no sites at all that could hold the demand: building says no', () => {
  const model = drawn(600, { n: 6, m: 3, tightness: 0.7 });
  const search = new SingleSourceSearch(model, random(1));
  assert.equal(search.build([0], new Int32Array(6).fill(-1)), false);
});
