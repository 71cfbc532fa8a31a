import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random, type Random } from '@qipan/base';
import type { PlanProblem } from '@qipan/plan';
import { extractPlan } from '../src/report/extract.js';
import { DualAscent } from '../src/solve/dual-ascent.js';
import { Lagrangian } from '../src/solve/lagrangian.js';
import { compileModel, type SolverModel } from '../src/solve/model.js';
import { PathShares } from '../src/solve/path-shares.js';
import { PlanState } from '../src/solve/plan-state.js';
import { PlanSearch } from '../src/solve/search.js';
import { PathSearch, type StepLimit } from '../src/solve/site-path.js';
import { optimumByExhaustion } from './support/exhaustion.js';
import { randomProblem } from './support/hand.js';
import { secondOpinion } from './support/second-checker.js';

interface Begun {
  readonly p: PlanProblem;
  readonly model: SolverModel;
  readonly state: PlanState;
  readonly search: PlanSearch;
}

function begin(seed: number, withOwnDays = true): Begun {
  const drawn = randomProblem(seed * 149, {
    villages: 8,
    spots: 6,
    years: 1 + (seed % 3),
    twoTypes: seed % 2 === 0,
    peaks: 1 + (seed % 2),
  });
  const rng = random(seed);
  const own = drawn.peakKwhPerHour.map((x) => x * (0.7 + 0.6 * rng.next()));
  const p = withOwnDays ? { ...drawn, peakKwhPerHour: own } : drawn;
  const model = compileModel(p);
  const state = new PlanState(model);
  return { p, model, state, search: new PlanSearch(model, state, random(seed + 1)) };
}

/** Takes over the prices of a short ascent. */
function steer({ model, search }: Begun, rounds = 60): DualAscent {
  const lagrangian = new Lagrangian(model);
  const ascent = new DualAscent(model, lagrangian);
  ascent.start();
  const value = new PlanState(model).value;
  for (let n = 0; n < rounds && !ascent.isSpent; n++) ascent.round(value);
  lagrangian.evaluate(ascent.best);
  const reduced = Float64Array.from(
    { length: model.J },
    (_, j) => lagrangian.forcedOpen(j, model.T - 1) - lagrangian.siteValue[j],
  );
  const { rows, county } = lagrangian.layout;
  search.steer(ascent.best.subarray(0, rows), ascent.best.slice(rows, county), reduced);
  return ascent;
}

/** The value of the same sites with their demand divided by a state that knows of no search. */
function valueAnew(model: SolverModel, path: Int32Array): number {
  const state = new PlanState(model);
  for (let j = 0; j < model.J; j++) state.setPath(j, path.slice(j * model.T, (j + 1) * model.T));
  return state.value;
}

test('whatever a search does, its state is a plan that a second reading of the model accepts', () => {
  let open = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const begun = begin(seed);
    const { p, model, state, search } = begun;
    steer(begun);
    const rng = random(seed + 2);
    const check = (when: string) => {
      assert.equal(secondOpinion(p, extractPlan(model, state)), null, `seed ${seed}, ${when}`);
      const anew = valueAnew(model, state.path);
      assert.ok(state.value >= anew * (1 - 1e-9) - 1e-6, `seed ${seed}, ${when}: ${state.value} below ${anew}`);
    };
    check('as it stands');
    search.grow(() => false);
    check('grown');
    for (let n = 0; n < 24; n++) {
      search.trial(rng.next() < 0.5 ? 0 : 0.01 * state.value * rng.next());
      if (n % 6 === 5) check(`trial ${n}`);
    }
    for (let j = 0; j < model.J; j++) if (state.isOpen(j)) open++;
  }
  assert.ok(open > 60, `${open} sites are open`);
});

test('growing never makes a plan dearer, and a trial without allowance keeps only what is better', () => {
  let better = 0;
  for (let seed = 51; seed <= 80; seed++) {
    const begun = begin(seed);
    const { state, search } = begun;
    steer(begun);
    const idle = state.value;
    search.grow(() => false);
    assert.ok(state.value <= idle * (1 + 1e-9), `seed ${seed}: ${idle}, then ${state.value}`);
    for (let n = 0; n < 20; n++) {
      const [value, path] = [state.value, state.path.slice()];
      const rose = search.trial(0);
      if (rose) {
        better++;
        assert.ok(state.value < value);
      } else {
        assert.ok(Math.abs(state.value - value) <= 1e-9 * Math.abs(value));
        assert.deepEqual(state.path, path, 'a trial that brings nothing is taken back');
      }
    }
    assert.equal(search.trials, 20);
  }
  assert.ok(better > 5, `${better} trials brought something`);
});

test('a search that is told to stop before it begins builds nothing', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const begun = begin(seed);
    steer(begun);
    const before = begun.state.path.slice();
    begun.search.grow(() => true);
    assert.deepEqual(begun.state.path, before);
  }
});

test('without prices to steer by a search still ends near the best plan of all', () => {
  let excess = 0;
  for (let seed = 1; seed <= 14; seed++) {
    const p = randomProblem(seed * 733, { villages: 5, spots: 3, years: 2 });
    const model = compileModel(p);
    const state = new PlanState(model);
    const search = new PlanSearch(model, state, random(seed));
    search.grow(() => false);
    let best = state.value;
    for (let n = 0; n < 40; n++) {
      search.trial(0);
      best = Math.min(best, state.value);
    }
    const { value } = optimumByExhaustion(p);
    assert.ok(best >= value * (1 - 1e-9) - 1e-6, `seed ${seed}: ${best} below the optimum ${value}`);
    excess += best / value - 1;
  }
  assert.ok(excess / 14 < 0.02, `mean excess ${excess / 14}`);
});

test('the same draws give the same search, other draws another one', () => {
  const run = (seed: number, draws: number) => {
    const { p, model } = begin(seed);
    const state = new PlanState(model);
    const search = new PlanSearch(model, state, random(draws));
    steer({ p, model, state, search });
    search.grow(() => false);
    const values: number[] = [];
    for (let n = 0; n < 15; n++) {
      search.trial(0.02 * state.value);
      values.push(state.value);
    }
    return values;
  };
  let differ = 0;
  for (let seed = 1; seed <= 8; seed++) {
    assert.deepEqual(run(seed, 9), run(seed, 9));
    if (run(seed, 9).join() !== run(seed, 10).join()) differ++;
  }
  assert.ok(differ > 3, `${differ} of 8`);
});

test('rounding the shares of the bound opens only drawn paths, and none that breaks a rule without slack', () => {
  let opened = 0;
  let held = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { p, model, state, search } = begin(seed);
    const rng = random(seed + 3);
    // Every site wants its largest path from the first year: budgets and transformers cannot hold all of them.
    const wants = new Int32Array(model.J * model.T);
    for (let j = 0; j < model.J; j++) {
      const list = model.ladder.siteLayout.subarray(model.ladder.siteStart[j], model.ladder.siteStart[j + 1]);
      const v = list.findLast((x) =>
        p.years.every((_, t) => model.ladder.allowed[(j * model.T + t) * model.V + x] === 1),
      );
      wants.fill(v ?? 0, j * model.T, (j + 1) * model.T);
    }
    const shares = new PathShares(model.J, model.T);
    shares.add(wants, 1);
    shares.add(state.path, 0.3 * rng.next());
    search.round(shares);
    for (let j = 0; j < model.J; j++) {
      const now = state.path.slice(j * model.T, (j + 1) * model.T);
      const want = wants.slice(j * model.T, (j + 1) * model.T);
      const stood = new Int32Array(model.T).fill(p.sites.existing[j]);
      assert.ok(now.join() === want.join() || now.join() === stood.join(), `seed ${seed}, site ${j}: ${now.join()}`);
      if (now.join() !== want.join()) held++;
      else if (now.join() !== stood.join()) opened++;
    }
    assert.equal(secondOpinion(p, extractPlan(model, state)), null, `seed ${seed}`);
  }
  assert.ok(opened > 40 && held > 40, `${opened} opened, ${held} held back`);
});

/** Every growing sequence of layouts, with what it costs and whether the steps are within the limits. */
function cheapestByTrying(model: SolverModel, cost: Float64Array, limits: readonly (StepLimit | null)[]): number {
  const { T, V, ladder } = model;
  let best = Infinity;
  const walk = (t: number, before: number, sum: number) => {
    if (t === T) {
      best = Math.min(best, sum);
      return;
    }
    for (let v = 0; v < V; v++) {
      const grows =
        t === 0 || ladder.growTo.subarray(ladder.growStart[before], ladder.growStart[before + 1]).includes(v);
      const limit = t === 0 ? null : limits[t];
      if (!grows || (limit && limit.now[v] + limit.before[before] < limit.atLeast)) continue;
      if (ladder.siteLayout.subarray(ladder.siteStart[0], ladder.siteStart[1]).includes(v))
        walk(t + 1, v, sum + cost[t * V + v]);
    }
  };
  walk(0, -1, 0);
  return best;
}

const drawLimit = (V: number, rng: Random): StepLimit => ({
  now: Float64Array.from({ length: V }, () => rng.normal()),
  before: Float64Array.from({ length: V }, () => rng.normal()),
  atLeast: rng.normal(),
});

test('limits on the step from one year to the next leave the cheapest sequence among those that keep them', () => {
  const p = randomProblem(3, { twoTypes: true, years: 3 });
  const free = {
    ...p,
    sites: { ...p.sites, existing: new Int32Array(3), slots: Int32Array.of(24, 24, 24) },
    hosting: null,
  };
  const model = compileModel(free);
  const search = new PathSearch(model);
  const rng = random(77);
  let [none, limited] = [0, 0];
  for (let draw = 0; draw < 300; draw++) {
    const cost = Float64Array.from({ length: 3 * model.V }, () => (rng.next() < 0.1 ? Infinity : rng.normal()));
    const limits = [null, ...[1, 2].map(() => (rng.next() < 0.7 ? drawLimit(model.V, rng) : null))];
    const expected = cheapestByTrying(model, cost, limits);
    const got = search.search(0, cost, 3, limits);
    assert.ok(got === expected || Math.abs(got - expected) < 1e-12, `draw ${draw}: ${got}; tried ${expected}`);
    if (got === Infinity) {
      none++;
      continue;
    }
    const { path } = search;
    assert.ok(Math.abs(path.reduce((s, v, t) => s + cost[t * model.V + v], 0) - got) < 1e-12);
    for (const t of [1, 2]) {
      const limit = limits[t];
      if (limit) assert.ok(limit.now[path[t]] + limit.before[path[t - 1]] >= limit.atLeast);
    }
    if (search.search(0, cost) < got - 1e-12) limited++;
  }
  assert.ok(none > 5 && limited > 50, `${none} without any sequence, ${limited} dearer for their limits`);
});
