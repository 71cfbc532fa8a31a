import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type PlanOptions, type PlanProblem, type PlanResult } from '@qipan/plan';
import { optimumByExhaustion } from './support/exhaustion.js';
import { ac7, dc60, handProblem, randomProblem, type HandSpec } from './support/hand.js';
import { secondOpinion } from './support/second-checker.js';

/** A run whose plan and proof hold by the verifier and by a second reading. */
function proved(p: PlanProblem, options: Partial<PlanOptions> = {}): PlanResult {
  const result = planNetwork(p, { seed: 5, gap: 0, effort: 0.05, ...options });
  assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, []);
  assert.equal(secondOpinion(p, result.plan), null);
  assert.ok(Number.isFinite(result.value) && Number.isFinite(result.bound), `${result.value}, ${result.bound}`);
  assert.ok(result.bound <= result.value + 1e-9 * Math.abs(result.value));
  return result;
}

const near = (a: number, b: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b)), `${a} and ${b}`);

test('one year, one village, one site: built exactly when what it saves is worth more than it costs', () => {
  let built = 0;
  for (const kwh of [1, 10, 20, 30, 40, 60, 90]) {
    const p = handProblem({ years: [2026], villages: [{ kwh: [kwh] }], spots: [{ minutes: [8] }] });
    const result = proved(p);
    near(result.value, optimumByExhaustion(p).value);
    const idle = (365 / 1.06) * kwh * 3;
    if (result.sites.length > 0) {
      built++;
      assert.ok(result.value < idle);
    } else near(result.value, idle);
  }
  assert.ok(built > 1 && built < 7, `${built} of 7 are built`);
});

test('a budget of nothing leaves all as it stands, with every rule’s slack reported and priced', () => {
  for (const carryOver of [false, true])
    for (const existing of [0, 1]) {
      const p = handProblem({
        villages: [
          { kwh: [90, 120], people: 900 },
          { kwh: [40, 50], people: 100, township: 1 },
        ],
        spots: [
          { minutes: [5, 14], existing },
          { minutes: [20, 6], township: 1 },
        ],
        townships: [{}, {}],
        budget: { byYear: [0, 0], carryOver },
        rules: {
          townshipPile: { guns: [1, 2], pricePerGun: 20000 },
          countyStation: { kw: [120, 120], pricePerCounty: 90000 },
          coverage: { share: [1, 1], withinMin: 20, pricePerPerson: 50 },
        },
      });
      const result = proved(p);
      assert.deepEqual(result.plan.capexByYear, [0, 0]);
      assert.equal(result.sites.length, existing);
      near(result.value, optimumByExhaustion(p).value);
      const missing = (rule: string) =>
        result.slacks.filter((s) => s.constraint === rule).reduce((sum, s) => sum + s.amount, 0);
      // Guns 1 + 2 in each of two townships, less one that stands in both years.
      near(missing('townshipPile'), existing ? 4 : 6);
      near(missing('countyStation'), 2);
      near(missing('coverage'), existing ? 0 : 2000);
    }
});

test('where no site reaches anybody nothing is built for demand, and the plan is proved optimal at once', () => {
  for (const minutes of [
    [null, null],
    [31, 500],
  ] as const) {
    const p = handProblem({ villages: [{ kwh: [100, 120] }, { kwh: [50, 60] }], spots: [{ minutes: [...minutes] }] });
    const result = proved(p);
    assert.equal(result.status, 'optimal');
    assert.equal(result.sites.length, 0);
    near(result.value, 365 * 3 * (150 / 1.06 + 180 / 1.06 ** 2));
    assert.deepEqual(new Set(result.villages.map((v) => v.reason)), new Set(['noCandidateInRadius']));
  }
});

test('a site that reaches nobody is still built where a rule pays for it', () => {
  const spec = (pricePerGun: number): HandSpec => ({
    villages: [{ kwh: [10, 10] }],
    spots: [{ minutes: [null], opening: 1000 }],
    types: [ac7],
    rules: { townshipPile: { guns: [1, 2], pricePerGun } },
  });
  for (const price of [100, 200_000]) {
    const p = handProblem(spec(price));
    const result = proved(p);
    near(result.value, optimumByExhaustion(p).value);
    assert.equal(result.sites.length, price === 100 ? 0 : 1);
    assert.equal(result.slacks.length, price === 100 ? 2 : 0);
  }
});

test('where everything stands already the plan is what stands, and costs its upkeep and travel', () => {
  const p = handProblem({
    villages: [{ kwh: [20, 25] }, { kwh: [12, 14] }],
    spots: [
      { minutes: [3, 16], existing: 3 },
      { minutes: [18, 2], existing: 3 },
    ],
    budget: { byYear: [1e6, 1e6], carryOver: false },
  });
  const result = proved(p);
  assert.deepEqual(result.plan.capexByYear, [0, 0]);
  assert.ok(result.sites.every((s) => s.existing && s.openYear === 2026));
  near(result.value, optimumByExhaustion(p).value);
  assert.ok(result.gap < 1e-6, `${result.gap}: there was nothing to decide`);
});

test('without demand the cheapest is nothing, and nothing is what it costs', () => {
  const none = handProblem({ villages: [{ kwh: [0, 0] }, { kwh: [0, 0] }], spots: [{ minutes: [4, 5] }] });
  const result = proved(none);
  assert.deepEqual([result.value, result.sites.length, result.status], [0, 0, 'optimal']);
  const later = handProblem({ villages: [{ kwh: [0, 90] }], spots: [{ minutes: [4] }] });
  const plan = proved(later);
  near(plan.value, optimumByExhaustion(later).value);
  assert.equal(plan.sites[0].openYear, 2027, 'what nobody needs in 2026 is not built in 2026');
});

test('where nothing is the only layout, nothing is built', () => {
  const p = handProblem({ villages: [{ kwh: [50, 60] }], spots: [{ minutes: [4] }], layouts: [[0]] });
  const result = proved(p);
  assert.equal(result.sites.length, 0);
  near(result.value, 365 * 3 * (50 / 1.06 + 60 / 1.06 ** 2));
});

test('a site without slots, or under a transformer without room, stays closed', () => {
  const spot = { minutes: [4] };
  for (const p of [
    handProblem({ villages: [{ kwh: [90, 90] }], spots: [{ ...spot, slots: 0 }] }),
    handProblem({
      villages: [{ kwh: [90, 90] }],
      spots: [
        { ...spot, group: 0 },
        { ...spot, group: 0 },
      ],
      hosting: [{ name: 'T', kw: [59, 0] }],
    }),
  ]) {
    const result = proved(p);
    assert.equal(result.sites.length, 0);
    near(result.value, optimumByExhaustion(p).value);
  }
});

/** The same problem with so many times the demand, and guns that serve so many times the energy. */
function withDemand(p: PlanProblem, times: number): PlanProblem {
  return {
    ...p,
    energyKwhPerDay: p.energyKwhPerDay.map((x) => x * times),
    peakKwhPerHour: p.peakKwhPerHour.map((x) => x * times),
    moduleTypes: p.moduleTypes.map((m) => ({ ...m, sessionKwh: m.sessionKwh * times })),
    cost: {
      ...p.cost,
      unservedPerKwh: p.cost.unservedPerKwh / times,
      tripKwh: p.cost.tripKwh * times,
    },
  };
}

test('energy in another unit, thousands larger or smaller, changes neither value nor bound by much', () => {
  for (const seed of [6, 28, 64]) {
    const p = randomProblem(seed, { villages: 6, spots: 4, peaks: 2 });
    const { value, bound } = proved(p);
    for (const times of [1e-4, 1e-2, 1e3, 1e6]) {
      const other = proved(withDemand(p, times));
      near(other.value, value, 0.01);
      near(other.bound, bound, 0.03);
    }
  }
});

test('demand far beyond what all sites hold, and far below what one gun holds, still gives proved plans', () => {
  for (const kwh of [1e-6, 1e-3, 1e5, 1e8]) {
    const p = handProblem({
      villages: [{ kwh: [kwh, kwh] }, { kwh: [2 * kwh, kwh] }, { kwh: [kwh, 3 * kwh] }],
      spots: [{ minutes: [5, 9, 21] }, { minutes: [14, 3, 8] }],
    });
    const result = proved(p);
    near(result.value, optimumByExhaustion(p).value, 1e-6);
    assert.equal(result.sites.length, kwh < 1 ? 0 : 2);
  }
});

test('a run cut short after any number of questions returns a valid plan, never worse for a longer run', () => {
  for (const seed of [3, 44]) {
    const p = randomProblem(seed * 211, { villages: 7, spots: 5, years: 2 });
    let last: PlanResult | null = null;
    for (const questions of [0, 1, 2, 4, 8, 16, 40, 90, 200, 600]) {
      let asked = 0;
      const result = proved(p, { effort: 0.3, shouldStop: () => asked++ >= questions });
      assert.ok(result.status === 'stopped' || result.gap <= 1e-9);
      if (last) {
        assert.ok(result.value <= last.value * (1 + 1e-6), `seed ${seed}, ${questions}: ${result.value}`);
        assert.ok(
          result.bound >= last.bound - 1e-6 * Math.abs(last.bound),
          `seed ${seed}, ${questions}: ${result.bound}`,
        );
      }
      last = result;
    }
  }
});

test('more effort gives no worse a plan and no lower a bound, within a fraction of a percent', () => {
  let better = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const p = randomProblem(seed * 523, { villages: 10, spots: 7, years: 2, twoTypes: seed % 2 === 0 });
    const [little, much] = [0.004, 0.2].map((effort) => proved(p, { seed, effort }));
    assert.ok(much.value <= little.value * 1.005, `seed ${seed}: ${little.value}, then ${much.value}`);
    assert.ok(much.bound >= little.bound - 0.005 * Math.abs(much.value));
    assert.ok(much.stats.lagrangianRounds >= little.stats.lagrangianRounds);
    if (much.gap < little.gap - 1e-6) better++;
  }
  assert.ok(better > 6, `${better} of 12 gaps are smaller`);
});

test('a gap that is wide enough ends the run early, and the answer keeps it', () => {
  for (const gap of [0.5, 0.2, 0.1]) {
    const p = randomProblem(771, { villages: 8, spots: 6 });
    const result = proved(p, { gap, effort: 1 });
    const full = planNetwork(p, { seed: 5, gap: 0, effort: 0.1 });
    if (result.status === 'gapReached') assert.ok(result.gap <= gap);
    else assert.ok(full.gap > gap, `${result.status} at ${result.gap}`);
  }
});

test('years far from the price year, gaps in no year and no discount keep plan and proof whole', () => {
  for (const cost of [{ discountRate: 0 }, { discountRate: 0.5 }, { discountRate: 0.06 }])
    for (const from of [2025, 2026, 2060]) {
      const p = handProblem({
        years: [from, from + 1, from + 2],
        villages: [{ kwh: [30, 50, 80] }, { kwh: [20, 20, 30] }],
        spots: [{ minutes: [4, 13] }, { minutes: [16, 2], opening: 12000 }],
        types: [ac7, dc60],
        layouts: [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 2],
        ],
        cost,
      });
      const result = proved(p, { effort: 0.1 });
      near(result.value, optimumByExhaustion(p).value, 5e-3);
    }
});
