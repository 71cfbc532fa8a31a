import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { planNetwork, verifyPlan, withGridRows, type PlanProblem } from '@qipan/plan';
import { kwOf, optimumByExhaustion } from './support/exhaustion.js';
import { ac7, dc60, handProblem } from './support/hand.js';
import { secondOpinion } from './support/second-checker.js';

/**
 * Problems whose every number is drawn from the ends of what is allowed: things that cost nothing or twentyfold, lives of
 * a year, rules at no price or beyond any, years without demand, sites without slots, several counties, unlisted steps.
 */
function extremeProblem(seed: number): PlanProblem {
  const rng = random(seed * 31 + 7);
  const pick = <X>(list: readonly X[]): X => list[rng.below(list.length)];
  const [T, I, J] = [1 + rng.below(2), 1 + rng.below(4), 1 + rng.below(3)];
  const years = Array.from({ length: T }, (_, t) => 2026 + t);
  const two = rng.next() < 0.5;
  const types = (two ? [ac7, dc60] : [dc60]).map((m) => ({
    ...m,
    capex: pick([0, m.capex, 20 * m.capex]),
    opexPerYear: pick([0, m.opexPerYear]),
    lifeYears: pick([1, 2, m.lifeYears, 40]),
    guns: pick([1, 1, 2]),
    sessionKwh: pick([0.1, m.sessionKwh, 200]),
  }));
  const ofTwo = [
    [0, 0],
    [0, 2],
    [1, 0],
    [2, 1],
    [0, 1],
  ];
  const layouts = two
    ? ofTwo
    : pick([
        [[0], [2], [1]],
        [[0], [1], [2], [4]],
        [[0], [3]],
      ]);
  const [W, C, G] = [1 + rng.below(4), 1 + rng.below(3), rng.below(3)];
  const yearly = <X>(list: readonly X[]): X[] => years.map(() => pick(list));
  const maybe = <X>(make: () => X): X | null => (rng.next() < 0.5 ? make() : null);
  return handProblem({
    years,
    types,
    layouts,
    villages: Array.from({ length: I }, () => ({
      township: rng.below(W),
      people: pick([NaN, 0, 1, 500, 4000]),
      kwh: yearly([0, 0.001, 5, 60, 400, 5000]),
    })),
    spots: Array.from({ length: J }, () => ({
      township: rng.below(W),
      slots: pick([0, 1, 2, 8, 50]),
      opening: pick([0, 1000, 50000]),
      existing: rng.next() < 0.25 ? 1 : 0,
      group: rng.below(G + 1) - 1,
      minutes: Array.from({ length: I }, () => pick([null, 0, 5, 10, 20, 30, 31])),
    })),
    peaks: Array.from({ length: 1 + rng.below(3) }, () => ({
      share: pick([0.001, 0.05, 0.3]),
      waitMin: pick([0, 5, 60]),
      alpha: pick([0.001, 0.1, 0.9]),
    })),
    townships: Array.from({ length: W }, () => ({ county: rng.below(C), suitable: rng.next() < 0.8 })),
    counties: C,
    budget: maybe(() => ({ byYear: yearly([0, 1000, 60000, 1e5, 1e7]), carryOver: rng.next() < 0.5 })),
    rules: {
      townshipPile: maybe(() => ({ guns: yearly([0, 1, 2, 4]), pricePerGun: pick([0, 100, 5000, 1e6]) })),
      countyStation: maybe(() => ({ kw: yearly([0, 60, 1000]), pricePerCounty: pick([0, 1e4, 1e6]) })),
      coverage: maybe(() => ({
        share: yearly([0, 0.5, 1]),
        withinMin: pick([0, 10, 40]),
        pricePerPerson: pick([0, 5, 500]),
      })),
    },
    ...(G > 0
      ? { hosting: Array.from({ length: G }, (_, g) => ({ name: `T${g}`, kw: yearly([0, 30, 60, 130, 500]) })) }
      : {}),
    cost: {
      discountRate: pick([0, 0.06, 0.5]),
      siteOpexPerYear: pick([0, 2000]),
      timeValuePerHour: pick([0, 20, 500]),
      unservedPerKwh: pick([0.01, 3, 50]),
      siteLifeYears: pick([1, 20]),
    },
  });
}

test('problems of extreme numbers are planned, proved, verified, and their optimum found or nearly', () => {
  let [built, paid, exact] = [0, 0, 0];
  const seeds = 300;
  for (let seed = 1; seed <= seeds; seed++) {
    const p = extremeProblem(seed);
    const result = planNetwork(p, { seed, gap: 0, effort: 0.02 });
    assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, [], `seed ${seed}`);
    assert.equal(secondOpinion(p, result.plan), null, `seed ${seed}`);
    const { value } = optimumByExhaustion(p);
    const size = Math.max(1, Math.abs(value));
    assert.ok(result.bound <= value + 1e-6 * size, `seed ${seed}: bound ${result.bound} above ${value}`);
    assert.ok(result.value >= value - 1e-6 * size, `seed ${seed}: value ${result.value} below ${value}`);
    assert.ok(result.value <= value + 0.02 * size, `seed ${seed}: value ${result.value}; optimum ${value}`);
    if (result.value <= value + 1e-6 * size) exact++;
    if (result.sites.some((s) => !s.existing)) built++;
    if (result.slacks.some((s) => s.cost > 0)) paid++;
  }
  assert.ok(exact >= 0.98 * seeds, `${exact} of ${seeds} are the optimum`);
  assert.ok(built > 60 && paid > 60, `${built} build something, ${paid} pay for a rule`);
});

test('villages with days of their own and rows of networks keep extreme problems proved and whole', () => {
  let tight = 0;
  for (let seed = 1001; seed <= 1200; seed++) {
    const rng = random(seed);
    const drawn = extremeProblem(seed);
    const J = drawn.sites.id.length;
    const p = withGridRows(
      { ...drawn, peakKwhPerHour: drawn.peakKwhPerHour.map((x) => x * (0.3 + 1.4 * rng.next())) },
      [
        {
          name: 'line',
          site: Array.from({ length: J }, (_, j) => j),
          coefficient: Array.from({ length: J }, () => 0.001 + 0.01 * rng.next()),
          room: [0.1, 1, 5][rng.below(3)],
        },
      ],
    );
    const result = planNetwork(p, { seed, gap: 0, effort: 0.02 });
    assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, [], `seed ${seed}`);
    assert.equal(secondOpinion(p, result.plan), null, `seed ${seed}`);
    // The row by hand: what is drawn in any year is within its room, or is what stood before.
    const { coefficient, room } = p.gridRows ?? { coefficient: [], room: [0] };
    const stood = p.sites.existing.reduce((s, v, j) => s + coefficient[j] * kwOf(p, v), 0);
    p.years.forEach((_, t) => {
      const drawnNow = result.sites.reduce((s, x) => s + coefficient[x.site] * x.powerKwByYear[t], 0);
      assert.ok(drawnNow <= Math.max(room[0], stood) * (1 + 1e-6), `seed ${seed}: ${drawnNow} of ${room[0]}`);
      if (drawnNow > 0.5 * room[0]) tight++;
    });
  }
  assert.ok(tight > 20, `${tight} years use more than half of the line`);
});
