import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, type PlanProblem } from '@qipan/plan';
import { handProblem } from './support/hand.js';
import { countsOf } from './support/recount.js';

const solve = (p: PlanProblem) => planNetwork(p, { seed: 4, gap: 0, effort: 0.2 });

test('of two open sites equally near the earlier one is the nearest, and counts the village', () => {
  const spot = { minutes: [5], slots: 2 };
  const r = solve(handProblem({ years: [2026], villages: [{ kwh: [500] }], spots: [spot, spot] }));
  assert.equal(r.sites.length, 2, 'one of them alone is too small');
  assert.equal(r.villages[0].nearestSite, 0);
  assert.deepEqual(
    r.sites.map((s) => s.villages),
    [1, 0],
  );
});

test('exactly at the coverage time a village is covered, and its candidate is within the radius', () => {
  const at = (minutes: number, kwh: number) =>
    solve(handProblem({ years: [2026], villages: [{ kwh: [kwh] }], spots: [{ minutes: [minutes] }] })).villages[0];
  assert.equal(at(20, 400).coveredYear, 2026);
  assert.equal(at(20.001, 400).coveredYear, null);
  assert.equal(at(20, 2).reason, 'betterUseElsewhere');
  assert.equal(at(20.001, 2).reason, 'noCandidateInRadius');
});

test('a transformer with just enough for another pile is no limit; with less it is', () => {
  const reason = (kw: number) => {
    const p = handProblem({
      years: [2026],
      villages: [{ kwh: [300] }, { kwh: [3] }],
      spots: [
        { minutes: [5, null], group: 0 },
        { minutes: [null, 5], group: 0 },
      ],
      layouts: [[0], [1]],
      hosting: [{ name: '七号变', kw: [kw] }],
    });
    const r = solve(p);
    assert.deepEqual([countsOf(p, r.plan, 0, 0), countsOf(p, r.plan, 1, 0)], [[1], [0]]);
    return r.villages[1].reason;
  };
  assert.deepEqual([115, 119.999, 120, 121].map(reason), [
    'gridLimit',
    'gridLimit',
    'betterUseElsewhere',
    'betterUseElsewhere',
  ]);
});

test('a rule that the next smaller layout would just meet is not the reason of a size', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [120] }],
    spots: [{ minutes: [5] }],
    layouts: [[0], [1], [2]],
    rules: { townshipPile: { guns: [1], pricePerGun: 90_000 } },
  });
  const r = solve(p);
  assert.deepEqual(countsOf(p, r.plan, 0, 0), [2]);
  assert.doesNotMatch(r.sites[0].reasonSize.en, /The rule for/);
  assert.match(r.sites[0].reasonSize.en, /the next smaller layout \(1 guns, 60 kW\) would hold/);
});

test('half of the demand met is served, less is not', () => {
  const answer = (kwh: number) => {
    const p = handProblem({ years: [2026], villages: [{ kwh: [kwh] }], spots: [{ minutes: [5], slots: 2 }] });
    const [v] = solve(p).villages;
    return [v.reason, v.servedShareByYear[0] >= 0.5];
  };
  // Two guns hold 18.2 kWh an hour within the wait target, which is a tenth of a day: 182 kWh of it.
  assert.deepEqual(answer(250), ['served', true]);
  assert.deepEqual(answer(420), ['betterUseElsewhere', false]);
});
