import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import type { PlanProblem } from '@qipan/plan';
import { compileModel } from '../src/solve/model.js';
import { PlanState } from '../src/solve/plan-state.js';
import { assignmentCost } from './support/exhaustion.js';
import { handProblem, randomProblem } from './support/hand.js';

/** Growing paths drawn at random for a site, within its slots; standing stations stay. */
function drawPath(p: PlanProblem, j: number, rng: ReturnType<typeof random>): Int32Array {
  const { ladder } = compileModel(p);
  const [T, V] = [p.years.length, p.layoutCounts.length / p.moduleTypes.length];
  for (;;) {
    const path = Int32Array.from({ length: T }, () => rng.below(V));
    const isAllowed = path.every((v, t) => ladder.allowed[(j * T + t) * V + v] === 1);
    const grows = path.every((v, t) => {
      if (t === 0) return true;
      const from = path[t - 1];
      return ladder.growTo.subarray(ladder.growStart[from], ladder.growStart[from + 1]).includes(v);
    });
    if (isAllowed && grows) return path;
  }
}

/** No flow above its limit, no load above its capacity, every point's demand where it belongs. */
function assertWhole(state: PlanState, p: PlanProblem): void {
  const model = compileModel(p);
  state.flows.forEach((flow, t) => {
    const load = new Float64Array(model.J);
    const served = new Float64Array(model.I);
    for (let j = 0; j < model.J; j++)
      for (let e = model.serve.start[j]; e < model.serve.start[j + 1]; e++) {
        const i = model.serve.point[e];
        const most = model.serve.share[e] * model.level.weight[i * model.T + t];
        assert.ok(flow.flow[e] >= 0 && flow.flow[e] <= most + 1e-9);
        load[j] += flow.flow[e];
        served[i] += flow.flow[e];
      }
    for (let j = 0; j < model.J; j++)
      assert.ok(load[j] <= flow.capacity[j] + 1e-7, `site ${j} carries ${load[j]} of ${flow.capacity[j]}`);
    for (let i = 0; i < model.I; i++)
      assert.ok(Math.abs(served[i] + flow.unserved[i] - model.level.weight[i * model.T + t]) < 1e-7);
  });
}

const layoutsOf = (state: PlanState, p: PlanProblem, t: number) =>
  p.sites.id.map((_, j) => state.path[j * p.years.length + t]);

test('after any sequence of openings, growth and closing the division of demand is the cheapest there is', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const p = randomProblem(seed * 17, { villages: 7, spots: 5, peaks: 1 + (seed % 2) });
    const state = new PlanState(compileModel(p));
    const rng = random(seed);
    for (let step = 0; step < 12; step++) {
      state.setPath(rng.below(5), drawPath(p, 0, rng).fill(0));
      const j = rng.below(5);
      state.setPath(j, drawPath(p, j, rng));
      assertWhole(state, p);
      state.flows.forEach((flow, t) => {
        const best = assignmentCost(p, t, layoutsOf(state, p, t));
        assert.ok(Math.abs(flow.cost - best) <= 1e-6 * (1 + best), `seed ${seed} step ${step}: ${flow.cost}, ${best}`);
      });
    }
  }
});

test('short chains and few active sites give a division that is whole and never cheaper than the best', () => {
  let dearer = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const p = randomProblem(seed * 31, { villages: 9, spots: 6, years: 1 });
    const state = new PlanState(compileModel(p));
    const rng = random(seed);
    for (const flow of state.flows) flow.sweeps = 1;
    for (let step = 0; step < 15; step++) {
      const active = Uint8Array.from({ length: 6 }, () => (rng.next() < 0.6 ? 1 : 0));
      for (const flow of state.flows) flow.activate(active);
      const j = rng.below(6);
      state.setPath(j, drawPath(p, j, rng));
      assertWhole(state, p);
      const best = assignmentCost(p, 0, layoutsOf(state, p, 0));
      assert.ok(state.flows[0].cost >= best * (1 - 1e-9) - 1e-6);
      if (state.flows[0].cost > best + 1e-3) dearer++;
    }
  }
  // The shortcuts do cost something here, so the comparison above can fail.
  assert.ok(dearer > 10, `${dearer} divisions were dearer`);
});

test('taking a trial back restores value, paths, loads and rows', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const p = randomProblem(seed * 7, { villages: 6, spots: 5 });
    const state = new PlanState(compileModel(p));
    const rng = random(seed);
    for (let j = 0; j < 3; j++) state.setPath(j, drawPath(p, j, rng));
    state.commit();
    const before = {
      value: state.value,
      path: state.path.slice(),
      activity: state.activity.slice(),
      load: state.flows.map((f) => f.load.slice()),
    };
    for (let step = 0; step < 6; step++) {
      const j = rng.below(5);
      state.setPath(j, drawPath(p, j, rng));
    }
    state.rollback();
    assert.ok(Math.abs(state.value - before.value) < 1e-6 * Math.abs(before.value));
    assert.deepEqual(state.path, before.path);
    before.activity.forEach((x, r) => assert.ok(Math.abs(state.activity[r] - x) < 1e-6));
    state.flows.forEach((f, t) => before.load[t].forEach((x, j) => assert.ok(Math.abs(f.load[j] - x) < 1e-7)));
    assertWhole(state, p);
  }
});

test('a full site passes what it cannot hold down a chain of neighbours, and gets it back when it grows', () => {
  // Village 0 reaches site 0 alone; village 1 both; village 2 site 1 alone. One gun of 40 min holds 3.734 kWh/h.
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [30] }, { kwh: [30] }, { kwh: [8] }],
    spots: [{ minutes: [2, 4, null] }, { minutes: [null, 9, 3] }],
  });
  const state = new PlanState(compileModel(p));
  state.setPath(0, Int32Array.of(1));
  const [flow] = state.flows;
  const lam = flow.capacity[0];
  // a·exp(−(1 − a)·10/40) = 0.1 at a = 0.124469; times 20 kWh every 40 min.
  assert.ok(Math.abs(lam - 3.73406) < 1e-4, `${lam}`);
  assert.ok(Math.abs(flow.load[0] - lam) < 1e-9, 'site 0 is full');
  assert.ok(Math.abs(flow.unserved[1] - (6 - lam)) < 1e-9, 'the nearer village has it, the other what is left');
  state.setPath(1, Int32Array.of(1));
  assert.ok(Math.abs(flow.unserved[1]) < 1e-9);
  assert.ok(Math.abs(flow.load[1] - (0.8 + 6 - lam)) < 1e-9);
  state.setPath(0, Int32Array.of(2));
  assert.ok(Math.abs(flow.load[0] - 6) < 1e-9, 'with two guns it takes back what it had passed on');
  assert.ok(Math.abs(flow.load[1] - 0.8) < 1e-9);
  state.setPath(0, Int32Array.of(0));
  assert.ok(Math.abs(flow.unserved[0] - 3) < 1e-9, 'closed: the village that reaches no other site is left');
});

test('changing what unserved demand costs moves exactly what has become worth it', () => {
  const p = handProblem({ years: [2026], villages: [{ kwh: [20] }], spots: [{ minutes: [20] }] });
  const model = compileModel(p);
  const state = new PlanState(model);
  state.setPath(0, Int32Array.of(4 - 1));
  const [flow] = state.flows;
  const phi = Math.exp(-10 / 15);
  assert.ok(Math.abs(flow.load[0] - 2 * phi) < 1e-9, 'capture limits the share');
  flow.reprice(Float64Array.of(0));
  // What is served already stays served; nothing more is pulled in for nothing.
  assert.ok(Math.abs(flow.load[0] - 2 * phi) < 1e-9);
  const travelOnly = (365 / 1.06) * 20 * phi * (20 / 30);
  assert.ok(Math.abs(flow.cost - travelOnly) < 1e-6, `${flow.cost} and ${travelOnly}`);
});
