import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan, lowVoltageNetwork } from '@qipan/grid';
import { gridBreaks, planNetwork, planOnGrid, verifyPlan, type PlanGrid, type PlanProblem } from '@qipan/plan';
import { tangentRows } from '../src/model/plan-grid.js';
import { installedKw } from '../src/plan-on-grid.js';
import { dc60, handProblem } from './support/hand.js';
import { villageGrid, villageProblem } from './support/village-grid.js';

/** Two branches of one transformer whose lines and nodes are numbered each by itself: line 2 leads to node 1, line 1 to node 2. */
function crossed(line2RatedA: number): PlanGrid {
  const line = (id: string, to: string, lengthKm: number, ratedA: number) => {
    const conductor = { rOhmPerKm: 0.33, xOhmPerKm: 0.35, zeroRatio: 3 };
    return { id, from: 'T9', to, lengthKm, ratedA, ...conductor };
  };
  const network = lowVoltageNetwork({
    id: 'T9',
    ratedKva: 400,
    ratedV: 400,
    feedingV: 10_000,
    feedingPu: 1,
    ukPct: 4,
    pCuKw: 4,
    pFeKw: 0.6,
    i0Pct: 0.5,
    nodes: ['1', '2'],
    lines: [line('2', '1', 0.05, line2RatedA), line('1', '2', 0.3, 600)],
    customers: [{ id: 'homes', node: '1', connectedKw: 60, powerFactor: 0.95 }],
  });
  return {
    ...villageGrid(),
    network,
    site: Int32Array.of(0),
    node: Int32Array.of(network.nodes.findIndex((n) => n.id === '2')),
    moments: [{ scenarioDay: 'weekday', hour: 19, baseFactor: 1 }],
  };
}

const busy: PlanProblem = handProblem({
  years: [2026],
  villages: [{ kwh: [700] }],
  spots: [{ minutes: [5], slots: 8 }],
  types: [{ ...dc60, powerKw: 30, capex: 24_000, opexPerYear: 900 }],
  layouts: [[0], [1], [2], [3], [4], [6], [8]],
});
const options = { seed: 1, gap: 0, effort: 0.2 };
const free = planNetwork(busy, options);
const kw = installedKw(busy, free.plan)(0, 0);

test('a node that a plan breaks is not excused by a line of the same id that was broken before', () => {
  const grid = crossed(60);
  const kinds = (power: number) =>
    checkPlan(grid.network, grid.node, Float64Array.of(power), grid.limits).violations.map(
      (v) => `${v.kind} ${v.element}`,
    );
  assert.deepEqual(kinds(0), ['line 2'], 'broken by the homes alone');
  assert.deepEqual(kinds(kw), ['line 2', 'lowVoltage 2'], `at ${kw} kW`);
  const { failures } = verifyPlan(busy, free.plan, free.certificate, [grid]);
  assert.match(failures.join('\n'), /九号变 in 2026: lowVoltage 2 at 0\.\d{4} of 0\.93 by the full flow/);
});

test('a limit that is broken before may stay as broken, but a plan that breaks it further is refused', () => {
  const grid = villageGrid({ kva: 200, baseKw: 215, lineKm: 0.01 });
  const problem = villageProblem([120, 100]);
  const nothing = planOnGrid(problem, [grid], options);
  assert.deepEqual(nothing.result.plan.sites, []);
  const { plan, certificate } = nothing.result;
  assert.deepEqual(verifyPlan(nothing.problem, plan, certificate, [grid]).failures, []);
  const greedy = planNetwork(problem, options);
  assert.ok(greedy.plan.sites.length > 0);
  const { failures } = verifyPlan(problem, greedy.plan, greedy.certificate, [grid]);
  assert.match(failures.join('\n'), /九号变 in 2026: transformer T9 at \d\.\d{4} of 1 by the full flow/);
});

test('the loop finds that break too, and ends with a plan that breaks nothing but what was broken', () => {
  for (const ratedA of [60, 200]) {
    const grid = crossed(ratedA);
    const planned = planOnGrid(busy, [grid], options);
    assert.deepEqual(planned.grid.breaks.at(-1), []);
    const { plan, certificate } = planned.result;
    assert.deepEqual(verifyPlan(planned.problem, plan, certificate, [grid]).failures, []);
    const after = gridBreaks([grid], busy.years, installedKw(busy, plan));
    assert.deepEqual(
      after.map((b) => `${b.kind} ${b.element}`),
      planned.grid.brokenBefore.map((b) => `${b.kind} ${b.element}`),
    );
    assert.equal(planned.grid.brokenBefore.length, ratedA === 60 ? 1 : 0);
    assert.ok(planned.result.value >= free.value * (1 - 1e-9), 'a network never makes a plan cheaper');
  }
});

test('without networks the loop is the plan itself, made once', () => {
  const planned = planOnGrid(busy, [], options);
  assert.deepEqual(planned.result.plan, free.plan);
  assert.deepEqual(planned.grid, { rounds: 1, breaks: [[]], brokenBefore: [], rows: 0, boundOf: 'allRows' });
});

test('breaks are those of every year at what stands then, each by name of network, element and year', () => {
  const grid = crossed(200);
  const growing = (_site: number, t: number) => [30, 30, 180, 180][t];
  const breaks = gridBreaks([grid], [2026, 2027, 2028, 2029], growing);
  assert.deepEqual(
    breaks.map((b) => [b.grid, b.year, b.kind, b.element, b.limit]),
    [2028, 2029].map((year) => ['九号变', year, 'lowVoltage', '2', 0.93]),
  );
  assert.equal(breaks[0].value, breaks[1].value, 'what has not changed breaks as much');
  assert.deepEqual(gridBreaks([], [2026], growing), []);
});

test('rows about a drawn power leave the same room in kilowatts as the limit has from there', () => {
  const grid = crossed(200);
  for (const at of [0, 40, 90]) {
    const rows = tangentRows(grid, Float64Array.of(at), Float64Array.of(240)) ?? [];
    const volts = rows.find((r) => r.name === '九号变: lowVoltage 2');
    assert.ok(volts, 'the end of the branch is the limit');
    const { violations } = checkPlan(grid.network, grid.node, Float64Array.of(240), grid.limits);
    assert.ok(violations.some((v) => v.kind === 'lowVoltage'));
    // The tangent lies below the curve of the drop: the power at which it meets the limit is never less than the true one.
    const most = volts.room / volts.coefficient[0];
    const holds = (power: number) => checkPlan(grid.network, grid.node, Float64Array.of(power), grid.limits).ok;
    let [low, high] = [0, 240];
    for (let n = 0; n < 40; n++) {
      const mid = (low + high) / 2;
      if (holds(mid)) low = mid;
      else high = mid;
    }
    assert.ok(most >= low - 1e-6, `tangent at ${at}: ${most} of ${low} kW`);
    assert.ok(most <= low * 1.2, `tangent at ${at}: ${most} of ${low} kW`);
  }
  const ends = [0, 90].map((at) => {
    const [row] = (tangentRows(grid, Float64Array.of(at), Float64Array.of(240)) ?? []).filter((r) =>
      r.name.endsWith('lowVoltage 2'),
    );
    return row.room / row.coefficient[0];
  });
  assert.ok(ends[1] < ends[0], 'nearer to the limit the tangent is nearer to the truth');
});
