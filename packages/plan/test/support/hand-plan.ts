import type { Certificate, Plan, PlanProblem } from '@qipan/plan';
import { problemHash } from '@qipan/plan';
import { ac7, dc60, handProblem } from './hand.js';

/**
 * Two villages of township 镇0 and one of 镇1, two candidates, two years, all rules on. Site 0 opens in 2026 with one DC
 * pile and gets a second with an AC pile in 2027; site 1 stays closed. Every figure below is worked out by hand from the formulas.
 */
export function handCase(): { problem: PlanProblem; plan: Plan; certificate: Certificate } {
  const problem = handProblem({
    villages: [
      { kwh: [40, 60], people: 1000 },
      { kwh: [20, 30], people: 500 },
      { kwh: [10, 10], people: 300, township: 1 },
    ],
    spots: [
      { minutes: [5, 15, null], opening: 30000 },
      { minutes: [null, 28, 25], opening: 20000, township: 1 },
    ],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [0, 1],
      [1, 2],
    ],
    townships: [{}, {}],
    peaks: [{ share: 0.05, waitMin: 10, alpha: 0.1 }],
    budget: { byYear: [100000, 60000], carryOver: true },
    rules: {
      townshipPile: { guns: [1, 2], pricePerGun: 7000 },
      countyStation: { kw: [120, 180], pricePerCounty: 50000 },
      coverage: { share: [0.8, 0.9], withinMin: 20, pricePerPerson: 20 },
    },
    hosting: [{ name: 'T1', kw: [100, 200] }],
  });
  const d = [1 / 1.06, 1 / 1.06 ** 2];
  const end = 1 / 1.06 ** 3;
  // Village 1 is 15 min away: e^(−5/15) of it comes at most; village 0 comes as a whole.
  const phi = Math.exp(-1 / 3);
  // One gun of 40 min and 20 kWh serves LAM(1) = 0.1867… an hour within the target, 3.73 kWh/h: the two need 2 + 0.72 in 2026.
  const shares = [
    [1, phi],
    [1, phi],
  ];
  // There and back at 20 an hour over 20 kWh a trip: 1/30 a minute and kWh.
  const travel = d
    .map((f, t) => f * 365 * ([40, 60][t] * 1 * (5 / 30) + [20, 30][t] * phi * (15 / 30)))
    .reduce((a, b) => a + b, 0);
  const unserved = d.map((f, t) => f * 365 * 3 * ([20, 30][t] * (1 - phi) + 10)).reduce((a, b) => a + b, 0);
  const opening = 30000 * d[0];
  const modules = 60000 * d[0] + (60000 + 6000) * d[1];
  const operation = d[0] * (2000 + 2400) + d[1] * (2000 + 2 * 2400 + 250);
  // Straight line: site 18 of 20 years left, first pile 8 of 10, second 9 of 10, AC pile 7 of 8.
  const salvage = -end * (30000 * 0.9 + 60000 * 0.8 + 60000 * 0.9 + 6000 * (7 / 8));
  const slack = [
    ['townshipPile', 't1', '镇1', 2026, 1, 'guns', 7000 * d[0]],
    ['townshipPile', 't1', '镇1', 2027, 2, 'guns', 2 * 7000 * d[1]],
    // 60 kW of 120, then 127 of 180: no station yet in either year.
    ['countyStation', 'c0', '县0', 2026, 1, 'stations', 50000 * d[0]],
    ['countyStation', 'c0', '县0', 2027, 1, 'stations', 50000 * d[1]],
    // 1,500 of 1,800 people live within 20 min; 0.8 · 1,800 = 1,440 is met, 0.9 · 1,800 = 1,620 lacks 120.
    ['coverage', 'c0', '县0', 2027, 120, 'persons', 120 * 20 * d[1]],
  ] as const;
  const ruleSlack = slack.reduce((s, row) => s + row[6], 0);
  const terms = { opening, modules, operation, travel, unserved, ruleSlack, salvage };
  const value = Object.values(terms).reduce((a, b) => a + b, 0);
  const plan: Plan = {
    format: 'qipan.plan/1',
    sites: [
      {
        site: 0,
        openYear: 2026,
        counts: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
    assignment: {
      year: [0, 0, 1, 1],
      point: [0, 1, 0, 1],
      site: [0, 0, 0, 0],
      share: shares.flat(),
    },
    typeShare: [
      { site: 0, year: 0, share: [0, 1] },
      { site: 0, year: 1, share: [0.02, 0.98] },
    ],
    unserved: [0, 0, 1 - phi, 1 - phi, 1, 1],
    slacks: slack.map(([constraint, whereId, where, year, amount, unit, cost]) => ({
      constraint,
      whereId,
      where,
      year,
      amount,
      unit,
      cost,
    })),
    objectiveTerms: (Object.keys(terms) as (keyof typeof terms)[]).map((name) => ({ name, amount: terms[name] })),
    capexByYear: [90000, 66000],
    value,
  };
  return { problem, plan, certificate: plainCertificate(problem) };
}

/** A certificate anybody can write: each point at nine tenths of what leaving it unserved costs, rules at nothing. */
export function plainCertificate(problem: PlanProblem): Certificate {
  const scale = 2 ** 20;
  const [I, T] = [problem.demandPoints.id.length, problem.years.length];
  const { townshipPile, countyStation, coverage } = problem.rules;
  const zeros = (n: number) => Array.from({ length: n }, () => 0);
  const suitable = (list: Uint8Array) => list.reduce((a, b) => a + b, 0);
  const under = (g: number) => problem.sites.hostingGroup.filter((x) => x === g).length;
  const shared = (problem.hosting?.name ?? []).filter((_, g) => under(g) > 1).length;
  const unserved = (e: number) =>
    (365 * problem.cost.unservedPerKwh * problem.energyKwhPerDay[e]) /
    (1 + problem.cost.discountRate) ** (problem.years[e % T] - problem.priceYear);
  const years = countyStation?.kw.filter((kw) => kw > 0).length ?? 0;
  return {
    format: 'qipan.planCertificate/1',
    inputHash: problemHash(problem),
    scale,
    serve: Array.from({ length: I * T }, (_, e) => Math.floor(0.1 * unserved(e) * scale)),
    rows: {
      townshipPile: zeros(townshipPile ? suitable(problem.townships.suitable) * T : 0),
      countyStation: zeros(suitable(problem.counties.suitable) * years),
      budget: zeros(problem.budget ? T : 0),
      hostingCapacity: zeros(shared * T),
      coverage: zeros(coverage ? problem.counties.id.length * T : 0),
      covered: zeros(coverage ? I * T : 0),
    },
    bound: 0,
  };
}
