import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { extractPlan } from '../src/report/extract.js';
import { compileModel, type SolverModel } from '../src/solve/model.js';
import { PlanState } from '../src/solve/plan-state.js';
import { Relocation, type Exchange } from '../src/solve/relocation.js';
import { GainList } from '../src/solve/site-path.js';
import { randomProblem } from './support/hand.js';
import { secondOpinion } from './support/second-checker.js';

const draw = (seed: number) =>
  randomProblem(seed * 71, { villages: 7, spots: 5, years: 1 + (seed % 3), twoTypes: seed % 2 === 0 });

const pathOf = (state: PlanState, model: SolverModel, j: number) => state.path.slice(j * model.T, (j + 1) * model.T);

/** Every layout sequence that a site may hold in all years, the same from the first year on. */
function constantPaths(model: SolverModel, j: number): Int32Array[] {
  const { T, V, ladder } = model;
  return Array.from(ladder.siteLayout.subarray(ladder.siteStart[j], ladder.siteStart[j + 1]))
    .filter(
      (v) => v > 0 && Array.from({ length: T }, (_, t) => ladder.allowed[(j * T + t) * V + v]).every((x) => x === 1),
    )
    .map((v) => new Int32Array(T).fill(v));
}

/** Opens some sites at random, as far as the rules let it. */
function openSome(model: SolverModel, state: PlanState, seed: number): void {
  const rng = random(seed);
  for (let j = 0; j < model.J; j++) {
    if (model.problem.sites.existing[j] > 0 || rng.next() < 0.4) continue;
    const paths = constantPaths(model, j);
    if (paths.length === 0) continue;
    const path = paths[rng.below(paths.length)];
    if (state.fits(j, path)) state.setPath(j, path);
  }
  state.commit();
}

test('an exchange swaps two paths or changes nothing, and what it leaves is a plan by a second reading', () => {
  let [carried, refused] = [0, 0];
  for (let seed = 1; seed <= 60; seed++) {
    const p = draw(seed);
    const model = compileModel(p);
    const state = new PlanState(model);
    openSome(model, state, seed);
    const relocation = new Relocation(model, state);
    const rng = random(seed + 1000);
    for (let n = 0; n < 12; n++) {
      const site = rng.below(model.J);
      const other = (site + 1 + rng.below(model.J - 1)) % model.J;
      const [path, otherPath] = [pathOf(state, model, site), pathOf(state, model, other)];
      const before = { value: state.value, path: state.path.slice() };
      const isPossible =
        [path, otherPath].every((x, k) => {
          const j = k === 0 ? other : site;
          return x.every((v, t) => model.ladder.allowed[(j * model.T + t) * model.V + v] === 1);
        }) && p.sites.existing[site] + p.sites.existing[other] === 0;
      if (!isPossible) continue;
      const exchange: Exchange = { site, path, other, otherPath };
      if (relocation.apply(exchange)) {
        carried++;
        assert.deepEqual(pathOf(state, model, site), otherPath);
        assert.deepEqual(pathOf(state, model, other), path);
        assert.equal(secondOpinion(p, extractPlan(model, state)), null, `seed ${seed}`);
        state.rollback();
      } else refused++;
      assert.deepEqual(state.path, before.path, 'taken back, the plan is what it was');
      assert.ok(Math.abs(state.value - before.value) <= 1e-9 * Math.abs(before.value));
      state.commit();
    }
  }
  assert.ok(carried > 60, `${carried} exchanges carried out, ${refused} refused`);
});

test('what is drawn keeps standing sites, layouts that a site may hold, and differs from what is there', () => {
  let drawn = 0;
  let none = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const p = draw(seed);
    const model = compileModel(p);
    const state = new PlanState(model);
    openSome(model, state, seed);
    for (const flow of state.flows) flow.prices();
    const relocation = new Relocation(model, state);
    const rng = random(seed + 2000);
    const all = Int32Array.from({ length: model.J }, (_, j) => j);
    for (let n = 0; n < 10; n++) {
      const j = rng.below(model.J);
      const found = relocation.draw(j, all, rng);
      const couldMove = (k: number) => {
        const [a, b] = [pathOf(state, model, j), pathOf(state, model, k)];
        const isHeld = (site: number, path: Int32Array) =>
          p.sites.existing[site] === 0 &&
          path.every((v, t) => model.ladder.allowed[(site * model.T + t) * model.V + v] === 1);
        return k !== j && a.join() !== b.join() && isHeld(k, a) && isHeld(j, b);
      };
      const places = Array.from(all).filter(couldMove);
      if (found === null) {
        none++;
        assert.deepEqual(places, [], `seed ${seed}: a place was there`);
        continue;
      }
      drawn++;
      assert.ok(places.includes(found.other), `seed ${seed}: ${found.other} of ${places.join()}`);
      assert.equal(found.site, j);
      assert.deepEqual(found.path, pathOf(state, model, j));
      assert.deepEqual(found.otherPath, pathOf(state, model, found.other));
    }
  }
  assert.ok(drawn > 100 && none > 5, `${drawn} drawn, ${none} without a place`);
});

test('prices of demand never promise less than a site brings: what a path is worth bounds what it saves', () => {
  let checked = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const p = randomProblem(seed * 37, { villages: 6, spots: 4, years: 1 });
    const model = compileModel(p);
    const state = new PlanState(model);
    openSome(model, state, seed);
    const [flow] = state.flows;
    for (let j = 0; j < model.J; j++) {
      if (state.path[j] > 0) continue;
      for (const path of constantPaths(model, j)) {
        if (!state.fits(j, path)) continue;
        flow.prices();
        const list = new GainList();
        flow.gains(j, list);
        list.sort();
        list.accumulate();
        const worth = list.within(model.level.always[j * model.V + path[0]]);
        const cost = flow.cost;
        state.setPath(j, path);
        const saved = cost - flow.cost;
        state.rollback();
        assert.ok(saved <= worth + 1e-7 * Math.max(1, Math.abs(cost)), `seed ${seed}, site ${j}: ${saved} of ${worth}`);
        checked++;
      }
    }
  }
  assert.ok(checked > 60, `${checked} openings compared`);
});
