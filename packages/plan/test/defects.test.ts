import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QipanError } from '@qipan/base';
import { planNetwork, verifyPlan, type PlanProblem, type PlanResult } from '@qipan/plan';
import { handProblem } from './support/hand.js';

const solve = (p: PlanProblem, seed = 3): PlanResult => planNetwork(p, { seed, gap: 0, effort: 0.2 });

/** Two counties of a township each, one village and one spot in each, out of each other's reach. */
function twoCounties(part: Partial<Parameters<typeof handProblem>[0]> = {}): PlanProblem {
  return handProblem({
    years: [2026],
    counties: 2,
    townships: [{ county: 0 }, { county: 1 }],
    villages: [
      { kwh: [200], township: 0 },
      { kwh: [200], township: 1 },
    ],
    spots: [
      { minutes: [5, null], township: 0 },
      { minutes: [null, 5], township: 1 },
    ],
    ...part,
  });
}

test('energy that comes at no listed peak is refused by the problem’s check, naming point and year', () => {
  const p = handProblem({ villages: [{ kwh: [100, 120] }, { kwh: [80, 90] }], spots: [{ minutes: [5, 5] }] });
  p.peakKwhPerHour[1 * 2 + 1] = 0;
  assert.throws(
    () => solve(p),
    (e: QipanError) =>
      e.code === 'OUT_OF_RANGE' && /peakKwhPerHour of v1 in 2027 is 0 at every peak; expected > 0/.test(e.message),
  );
});

test('the verifier refuses a plan of such a problem by itself', () => {
  const p = handProblem({ villages: [{ kwh: [100, 120] }], spots: [{ minutes: [5] }] });
  const { plan, certificate } = solve(p);
  assert.deepEqual(verifyPlan(p, plan, certificate).failures, []);
  p.peakKwhPerHour[0] = 0;
  assert.match(
    verifyPlan(p, plan, certificate).failures.join(),
    /demand point v0 in 2026: energy, but none at any peak/,
  );
});

test('a point without energy in a year may be without a peak in it', () => {
  const p = handProblem({ villages: [{ kwh: [0, 120] }], spots: [{ minutes: [5] }] });
  const { plan, certificate } = solve(p);
  assert.deepEqual(verifyPlan(p, plan, certificate).failures, []);
});

test('two townships of one name are two townships to the verifier', () => {
  const p = twoCounties({
    townships: [
      { county: 0, name: '新民镇' },
      { county: 1, name: '新民镇' },
    ],
    rules: { townshipPile: { guns: [99], pricePerGun: 10 } },
  });
  const { plan, certificate } = solve(p);
  const slacks = plan.slacks.filter((s) => s.constraint === 'townshipPile');
  assert.deepEqual(
    slacks.map((s) => [s.where, s.whereId]),
    [
      ['新民镇', 't0'],
      ['新民镇', 't1'],
    ],
  );
  assert.deepEqual(verifyPlan(p, plan, certificate).failures, []);
  const swapped = structuredClone(plan);
  swapped.slacks.forEach((s) => Object.assign(s, { amount: s.amount + (s.whereId === 't0' ? 1 : 0) }));
  assert.match(verifyPlan(p, swapped, certificate).failures.join(), /townshipPile 新民镇 in 2026/);
});

test('a village is told of its own county’s rule, never of another’s', () => {
  // Nothing pays in county 1 and its coverage is missed; county 0 is served.
  const p = twoCounties({
    villages: [
      { kwh: [200], township: 0 },
      { kwh: [0.5], township: 1, people: 900 },
    ],
    rules: { coverage: { share: [1], withinMin: 20, pricePerPerson: 0.01 } },
  });
  const result = solve(p);
  assert.equal(result.villages[0].reason, 'served');
  const { reason, binding } = result.villages[1];
  assert.equal(reason, 'ruleSlack');
  assert.deepEqual(
    binding.map((b) => [b.constraint, b.where]),
    [['coverage', '县1']],
  );
});

test('a village whose own rules hold is not told of a neighbour county’s missing people', () => {
  // County 0 misses its coverage for want of any site; county 1 asks for nothing, and its village is not worth a site.
  const p = twoCounties({
    villages: [
      { kwh: [200], township: 0 },
      { kwh: [0.5], township: 1 },
    ],
    spots: [{ minutes: [null, 5], township: 1 }],
    rules: { coverage: { share: [1], withinMin: 20, pricePerPerson: 0.01 } },
  });
  p.counties.suitable[1] = 0;
  const result = solve(p);
  assert.equal(result.villages[0].reason, 'noCandidateInRadius');
  assert.equal(result.villages[1].reason, 'betterUseElsewhere');
});

test('a village under a full transformer hears of the transformer, not of money or use', () => {
  // Two spots share 60 kW: one 60 kW pile fills it, and the second village’s only site stays closed.
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [300] }, { kwh: [300] }],
    spots: [
      { minutes: [5, null], group: 0 },
      { minutes: [null, 5], group: 0 },
    ],
    hosting: [{ name: '二号变', kw: [60] }],
    rules: { coverage: { share: [1], withinMin: 20, pricePerPerson: 1 } },
    budget: { byYear: [1e6], carryOver: true },
  });
  const result = solve(p);
  const closed = result.villages.find((v) => v.coveredYear === null);
  assert.ok(closed, 'one village cannot be covered');
  assert.equal(closed.reason, 'gridLimit');
  assert.deepEqual(closed.binding, [
    {
      constraint: 'hostingCapacity',
      where: '二号变',
      year: 2026,
      needed: 120,
      available: 60,
      unit: 'kW',
      price: null,
    },
  ]);
});

test('a site by itself under a transformer too small for any pile is a grid limit too', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [300] }],
    spots: [{ minutes: [5], group: 0 }],
    hosting: [{ name: '三号变', kw: [50] }],
  });
  const [village] = solve(p).villages;
  assert.equal(village.reason, 'gridLimit');
  assert.deepEqual(
    [village.binding[0].where, village.binding[0].needed, village.binding[0].available],
    ['三号变', 60, 50],
  );
});
