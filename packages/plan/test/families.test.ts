import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type PlanProblem, type PlanResult } from '@qipan/plan';
import { linkFamilies } from '../src/families/link-families.js';
import { optimumByExhaustion } from './support/exhaustion.js';
import { dc60, handProblem, type HandSpec } from './support/hand.js';

/** The plan of a small problem, checked by the verifier and against exhaustion: what it decides is then the optimum. */
function solved(p: PlanProblem, seed = 5): PlanResult {
  const result = planNetwork(p, { seed, gap: 0, effort: 0.2 });
  assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, []);
  const best = optimumByExhaustion(p).value;
  assert.ok(Math.abs(result.value - best) <= 1e-6 * Math.abs(best) + 1e-6, `value ${result.value}, optimum ${best}`);
  return result;
}

const guns = (r: PlanResult, t: number) =>
  r.plan.sites.reduce((s, site) => s + site.counts[t].reduce((a, n) => a + n, 0), 0);
const slack = (r: PlanResult, constraint: string) => r.slacks.filter((s) => s.constraint === constraint);
const opened = (r: PlanResult) => r.plan.sites.map((s) => s.site);

/** One village of 100 kWh a day beside one spot, one year, unless a part says otherwise. */
const one = (part: Partial<HandSpec> = {}): PlanProblem =>
  handProblem({ years: [2026], villages: [{ kwh: [100] }], spots: [{ minutes: [5] }], ...part });

test('every family has a stable name, its inequality in both languages and a unit', () => {
  assert.deepEqual(
    linkFamilies.map((f) => f.name),
    ['townshipPile', 'countyStation', 'budget', 'hostingCapacity'],
  );
  for (const f of linkFamilies) {
    assert.match(f.inequality.en, /[≤≥]/);
    assert.match(f.inequality.zh, /[≤≥]/);
    assert.ok(f.unit.length > 0);
  }
});

test('townshipPile binds: with nothing to serve, the rule alone opens a site and buys just the guns it asks for', () => {
  const rule = (pricePerGun: number) =>
    solved(one({ villages: [{ kwh: [0.01] }], rules: { townshipPile: { guns: [2], pricePerGun } } }));
  const dear = rule(500_000);
  assert.equal(guns(dear, 0), 2);
  assert.deepEqual(slack(dear, 'townshipPile'), []);
  // Priced and named where building would cost more.
  const cheap = rule(100);
  assert.equal(guns(cheap, 0), 0);
  const [s] = slack(cheap, 'townshipPile');
  assert.deepEqual([s.where, s.whereId, s.year, s.amount, s.unit], ['镇0', 't0', 2026, 2, 'guns']);
  assert.ok(Math.abs(s.cost - (2 * 100) / 1.06) < 1e-9);
});

test('townshipPile is slack where demand asks for more guns than the rule, and costs nothing then', () => {
  const without = solved(one({ villages: [{ kwh: [400] }] }));
  const withRule = solved(
    one({ villages: [{ kwh: [400] }], rules: { townshipPile: { guns: [1], pricePerGun: 500_000 } } }),
  );
  assert.ok(guns(without, 0) >= 1);
  assert.ok(Math.abs(without.value - withRule.value) < 1e-6);
});

test('townshipPile does not hold in a township that is not suitable', () => {
  const p = one({
    villages: [{ kwh: [0.01] }],
    townships: [{ suitable: false }],
    rules: { townshipPile: { guns: [2], pricePerGun: 500_000 } },
  });
  const r = solved(p);
  assert.deepEqual([opened(r), slack(r, 'townshipPile')], [[], []]);
});

test('townshipPile counts guns of all sites of the township, and of no other', () => {
  const p = handProblem({
    years: [2026],
    townships: [{}, {}],
    villages: [{ kwh: [0.01] }, { kwh: [0.01], township: 1 }],
    spots: [
      { minutes: [5, null], slots: 1 },
      { minutes: [5, null], slots: 1 },
      { minutes: [null, 5], township: 1, slots: 1 },
    ],
    layouts: [[0], [1]],
    rules: { townshipPile: { guns: [2], pricePerGun: 500_000 } },
  });
  const r = solved(p);
  assert.deepEqual(opened(r), [0, 1, 2]);
  assert.deepEqual(
    slack(r, 'townshipPile').map((s) => [s.where, s.amount]),
    [['镇1', 1]],
  );
});

test('countyStation binds, is slack, and is priced and named', () => {
  const rule = (kwh: number, pricePerCounty: number) =>
    solved(one({ villages: [{ kwh: [kwh] }], rules: { countyStation: { kw: [120], pricePerCounty } } }));
  const bound = rule(0.01, 5e6);
  assert.equal(guns(bound, 0) * dc60.powerKw, 120, 'two piles of 60 kW at one site');
  assert.deepEqual(slack(bound, 'countyStation'), []);
  const priced = rule(0.01, 3000);
  const [s] = slack(priced, 'countyStation');
  assert.deepEqual([s.where, s.amount, s.unit], ['县0', 1, 'stations']);
  assert.ok(Math.abs(s.cost - 3000 / 1.06) < 1e-9);
  const idle = rule(900, 5e6);
  const free = solved(one({ villages: [{ kwh: [900] }] }));
  assert.ok(guns(free, 0) >= 2 && Math.abs(free.value - idle.value) < 1e-6);
});

test('countyStation asks for one site of the power, not for the power of several together', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [0.01] }],
    spots: [
      { minutes: [5], slots: 1 },
      { minutes: [5], slots: 1 },
    ],
    layouts: [[0], [1]],
    rules: { countyStation: { kw: [120], pricePerCounty: 5e6 } },
  });
  const r = solved(p);
  assert.deepEqual(opened(r), []);
  assert.equal(slack(r, 'countyStation').length, 1);
});

test('coverage binds, counts the village exactly at the time, is slack, and is priced a person', () => {
  const rule = (minutes: number, pricePerPerson: number) =>
    solved(
      one({
        villages: [{ kwh: [0.01], people: 800 }],
        spots: [{ minutes: [minutes] }],
        rules: { coverage: { share: [1], withinMin: 20, pricePerPerson } },
      }),
    );
  assert.deepEqual(opened(rule(20, 1000)), [0], 'inclusive at 20 min');
  const outside = rule(20.0001, 1000);
  assert.deepEqual(opened(outside), []);
  const [s] = slack(outside, 'coverage');
  assert.deepEqual([s.where, s.amount, s.unit], ['县0', 800, 'persons']);
  assert.ok(Math.abs(s.cost - (800 * 1000) / 1.06) < 1e-6);
  assert.deepEqual(opened(rule(5, 0.1)), [], 'cheaper to pay');
  const busy = (coverage: boolean) =>
    solved(
      one({
        villages: [{ kwh: [400], people: 800 }],
        ...(coverage ? { rules: { coverage: { share: [1], withinMin: 20, pricePerPerson: 1000 } } } : {}),
      }),
    );
  assert.ok(Math.abs(busy(true).value - busy(false).value) < 1e-6, 'slack where the site opens anyhow');
});

test('coverage of a share lets the cheapest villages go', () => {
  const p = handProblem({
    years: [2026],
    villages: [
      { kwh: [0.01], people: 700 },
      { kwh: [0.01], people: 300 },
    ],
    spots: [{ minutes: [5, null] }, { minutes: [null, 5] }],
    rules: { coverage: { share: [0.7], withinMin: 20, pricePerPerson: 1e4 } },
  });
  const r = solved(p);
  assert.deepEqual([opened(r), slack(r, 'coverage')], [[0], []]);
});

test('unknown populations count nobody, neither as covered nor as missing', () => {
  const p = one({
    villages: [{ kwh: [0.01], people: NaN }],
    rules: { coverage: { share: [1], withinMin: 20, pricePerPerson: 1e6 } },
  });
  const r = solved(p);
  assert.deepEqual([opened(r), r.slacks], [[], []]);
  assert.equal(r.villages[0].population, null);
});

test('budget binds in its year: what pays in 2026 waits for the money of 2027', () => {
  const p = (byYear: number[], carryOver: boolean) =>
    handProblem({
      villages: [{ kwh: [200, 200] }],
      spots: [{ minutes: [5], opening: 30_000 }],
      layouts: [[0], [2]],
      budget: { byYear, carryOver },
    });
  // Two piles and the site cost 150,000.
  assert.equal(solved(p([150_000, 0], false)).sites[0].openYear, 2026, 'inclusive at the budget');
  assert.equal(solved(p([149_999, 150_000], false)).sites[0].openYear, 2027);
  assert.equal(solved(p([149_999, 1], true)).sites[0].openYear, 2027, 'carried over');
  assert.deepEqual(solved(p([149_999, 1], false)).sites, [], 'not carried over');
});

test('a budget of nothing is a valid plan: nothing is built and every slack is reported', () => {
  const p = one({
    budget: { byYear: [0], carryOver: true },
    rules: {
      townshipPile: { guns: [1], pricePerGun: 1e6 },
      countyStation: { kw: [60], pricePerCounty: 1e6 },
      coverage: { share: [1], withinMin: 20, pricePerPerson: 100 },
    },
  });
  const r = solved(p);
  assert.deepEqual(r.sites, []);
  assert.deepEqual(r.slacks.map((s) => s.constraint).toSorted(), ['countyStation', 'coverage', 'townshipPile']);
  const unserved = r.objectiveTerms.find((t) => t.name === 'unserved')?.amount ?? 0;
  assert.ok(Math.abs(unserved - (365 * 100 * 3) / 1.06) < 1e-6);
});

test('hostingCapacity binds over the sites of a group together, inclusively, and is slack above', () => {
  const p = (kw: number) =>
    handProblem({
      years: [2026],
      villages: [{ kwh: [150] }, { kwh: [150] }],
      spots: [
        { minutes: [5, null], group: 0 },
        { minutes: [null, 5], group: 0 },
      ],
      layouts: [[0], [2]],
      hosting: [{ name: 'T', kw: [kw] }],
    });
  const power = (kw: number) => solved(p(kw)).costByYear[0].powerKw;
  assert.equal(power(119.999), 0);
  assert.equal(power(120), 120, 'one of the two');
  assert.equal(power(239.999), 120);
  assert.equal(power(240), 240);
  assert.equal(power(1000), 240);
});

test('existing stations stay, grow, and were paid before', () => {
  const standing = one({ spots: [{ minutes: [5], existing: 1 }], villages: [{ kwh: [0.01] }] });
  const r = solved(standing);
  assert.deepEqual(
    r.plan.sites.map((s) => s.counts),
    [[[1]]],
  );
  assert.deepEqual([r.sites[0].existing, r.sites[0].capex, r.plan.capexByYear], [true, 0, [0]]);
  // A site of 2,000 a year and a pile of 2,400, nothing bought, and next to nothing left unserved.
  const upkeep = r.objectiveTerms.find((t) => t.name === 'operation')?.amount ?? 0;
  assert.ok(Math.abs(upkeep - 4400 / 1.06) < 1e-9);
  const busy = solved(one({ spots: [{ minutes: [5], existing: 1 }], villages: [{ kwh: [600] }] }));
  assert.ok(guns(busy, 0) >= 2);
  assert.equal(busy.plan.capexByYear[0], (guns(busy, 0) - 1) * dc60.capex, 'only what is added, no opening');
});

test('slots limit the guns of a site, whatever the demand', () => {
  for (const [slots, most] of [
    [1, 1],
    [3, 2],
    [4, 4],
  ] as const) {
    const r = solved(one({ villages: [{ kwh: [3000] }], spots: [{ minutes: [5], slots }] }));
    assert.equal(guns(r, 0), most);
  }
});

test('guns never fall: a year of little demand keeps what the year before has bought', () => {
  const r = solved(
    handProblem({ years: [2026, 2027, 2028], villages: [{ kwh: [500, 5, 500] }], spots: [{ minutes: [5] }] }),
  );
  assert.ok(guns(r, 0) > 0 && guns(r, 1) >= guns(r, 0) && guns(r, 2) >= guns(r, 1));
});

test('capture: everybody up to 10 min, e^−(τ−10)/15 beyond, nobody past 30, the limits inclusive', () => {
  const share = (minutes: number) => {
    const p = one({ villages: [{ kwh: [150] }], spots: [{ minutes: [minutes] }], cost: { unservedPerKwh: 200 } });
    return solved(p).villages[0].servedShareByYear[0];
  };
  assert.equal(share(10), 1);
  assert.ok(Math.abs(share(10.5) - Math.exp(-0.5 / 15)) < 1e-9);
  assert.ok(Math.abs(share(30) - Math.exp(-20 / 15)) < 1e-9);
  assert.equal(share(30.0001), 0);
});

test('serviceLevel binds: three kinds of demand take the fewest guns that hold the wait target', () => {
  // LAM of 1, 2 and 4 guns at 40 min, P(wait > 10 min) ≤ 0.1, in kWh an hour at 20 kWh: 3.734, 18.232, 59.045.
  const layouts = [[0], [1], [2], [4]];
  for (const [perHour, want] of [
    [3.7, 1],
    [3.8, 2],
    [18.2, 2],
    [18.3, 4],
    [59, 4],
  ] as const) {
    const p = one({ villages: [{ kwh: [perHour * 10] }], layouts, cost: { unservedPerKwh: 200 } });
    assert.equal(guns(solved(p), 0), want, `${perHour} kWh an hour`);
  }
});

test('a second, harder peak decides the size, and the report names the peak that binds', () => {
  const peaks = [
    { share: 0.05, waitMin: 10, alpha: 0.1 },
    { share: 0.18, waitMin: 30, alpha: 0.3 },
  ];
  const p = one({ villages: [{ kwh: [300] }], peaks, cost: { unservedPerKwh: 50 } });
  const r = solved(p);
  assert.match(r.sites[0].reasonSize.en, /day 1/);
  const alone = solved(one({ villages: [{ kwh: [300] }], peaks: [peaks[0]], cost: { unservedPerKwh: 50 } }));
  assert.ok(guns(r, 0) > guns(alone, 0));
});
