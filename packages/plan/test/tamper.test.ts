import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyPlan, type Certificate, type Plan, type PlanProblem } from '@qipan/plan';
import { handCase, plainCertificate } from './support/hand-plan.js';
import { ac7, dc60, handProblem } from './support/hand.js';

/** Something that can be written to, whatever its declaration says. */
// oxlint-disable-next-line typescript/no-explicit-any -- tampering reaches into read-only data at any depth
type Loose = any;

interface Tampering {
  readonly what: string;
  readonly change: (plan: Loose, certificate: Loose) => void;
  /** What one of the failures must say. */
  readonly says: RegExp;
}

const term = (plan: Loose, name: string): Loose => plan.objectiveTerms.find((t: Loose) => t.name === name);

const tamperings: readonly Tampering[] = [
  { what: 'the open year', change: (p) => (p.sites[0].openYear = 2027), says: /site s0: open year 2027.*2026/ },
  { what: 'an open year outside', change: (p) => (p.sites[0].openYear = 2019), says: /site s0: open year 2019/ },
  {
    what: 'a gun more',
    change: (p) => (p.sites[0].counts[0] = [0, 2]),
    says: /site s0: 0\+2 modules in 2026 are no listed/,
  },
  { what: 'a gun fewer', change: (p) => (p.sites[0].counts[1] = [1, 1]), says: /site s0: 1\+1 modules in 2027/ },
  { what: 'modules that fall', change: (p) => (p.sites[0].counts[1] = [0, 0]), says: /module counts fall in 2027/ },
  {
    what: 'a later layout early',
    change: (p) => (p.sites[0].counts[0] = [1, 2]),
    says: /hostingCapacity|budget|objective|installed cost/,
  },
  { what: 'half a module', change: (p) => (p.sites[0].counts[0] = [0, 0.5]), says: /site s0/ },
  { what: 'a year too few', change: (p) => p.sites[0].counts.pop(), says: /site s0: counts do not have 2 years of 2/ },
  { what: 'a type too few', change: (p) => (p.sites[0].counts[0] = [1]), says: /site s0: counts do not have/ },
  { what: 'a site twice', change: (p) => p.sites.push(p.sites[0]), says: /site s0 is unknown or listed twice/ },
  { what: 'a site that is not there', change: (p) => (p.sites[0].site = 9), says: /number 9 is unknown/ },
  { what: 'another site', change: (p) => (p.sites[0].site = 1), says: /served by a site that is not open/ },
  {
    what: 'no site at all',
    change: (p) => (p.sites = []),
    says: /村0 at s0 in 2026: served by a site that is not open/,
  },
  {
    what: 'a share raised',
    change: (p) => (p.assignment.share[1] = 0.9),
    says: /村1 at s0 in 2026: share 0.9 of at most 0.71/,
  },
  {
    what: 'a share lowered',
    change: (p) => (p.assignment.share[2] = 0.5),
    says: /村0 in 2027: served 0.5 and unserved 0/,
  },
  { what: 'a negative share', change: (p) => (p.assignment.share[2] = -0.5), says: /村0 at s0 in 2027: share -0.5/ },
  { what: 'a share that is no number', change: (p) => (p.assignment.share[2] = NaN), says: /村0 at s0 in 2027/ },
  {
    what: 'a village out of reach',
    change: (p) => (p.assignment.point[0] = 2),
    says: /村2 at s0 in 2026: out of reach/,
  },
  { what: 'a year outside', change: (p) => (p.assignment.year[0] = 7), says: /out of reach/ },
  {
    what: 'a row of the assignment twice',
    change: (p) => Object.values(p.assignment).forEach((c: Loose) => c.push(c[0])),
    says: /村0 at s0 in 2026: assigned twice/,
  },
  {
    what: 'a column too short',
    change: (p) => p.assignment.share.pop(),
    says: /assignment: its columns differ in length/,
  },
  {
    what: 'unserved lowered',
    change: (p) => (p.unserved[2] = 0),
    says: /村1 in 2026: served .* and unserved 0 do not add up to 1/,
  },
  { what: 'unserved negative', change: (p) => (p.unserved[0] = -0.1), says: /村0 in 2026/ },
  { what: 'unserved too short', change: (p) => p.unserved.pop(), says: /unserved: 5 shares; expected 6/ },
  {
    what: 'types that overflow',
    change: (p) => (p.typeShare[1].share = [0.9, 0.1]),
    says: /site s0 in 2027: .* by ac7, .* within the wait target/,
  },
  {
    what: 'types that do not add up',
    change: (p) => (p.typeShare[1].share = [0.02, 0.9]),
    says: /site s0 in 2027: shares of its module types/,
  },
  {
    what: 'a type that is not there',
    change: (p) => (p.typeShare[0].share = [0.5, 0.5]),
    says: /site s0 in 2026: .* by ac7, 0.000 within/,
  },
  { what: 'no types', change: (p) => (p.typeShare = []), says: /site s0 in 2026: shares of its module types/ },
  {
    what: 'a slack lowered',
    change: (p) => (p.slacks[1].amount = 1),
    says: /townshipPile 镇1 in 2027: 0 of 2; the plan reports 1 missing/,
  },
  {
    what: 'a slack left out',
    change: (p) => p.slacks.splice(4, 1),
    says: /coverage 县0 in 2027: 1500 of 1620; the plan reports 0/,
  },
  {
    what: 'a slack invented',
    change: (p) => p.slacks.push({ ...p.slacks[0], whereId: 't0' }),
    says: /townshipPile 镇0 in 2026/,
  },
  {
    what: 'a slack elsewhere',
    change: (p) => (p.slacks[0].whereId = 'tx'),
    says: /rows that do not exist: townshipPile\|tx\|2026/,
  },
  {
    what: 'a slack in another year',
    change: (p) => (p.slacks[2].year = 2031),
    says: /countyStation 县0 in 2026.*reports 0 missing/,
  },
  {
    what: 'a slack twice',
    change: (p) => p.slacks.push(p.slacks[0]),
    says: /townshipPile at 镇1 in 2026 is reported twice/,
  },
  { what: 'the value', change: (p) => (p.value *= 0.99), says: /^value .*; recomputed/m },
  { what: 'a value that is no number', change: (p) => (p.value = NaN), says: /value NaN/ },
  {
    what: 'installed cost',
    change: (p) => (p.capexByYear[0] = 80000),
    says: /installed cost in 2026: 80000; recomputed 90000/,
  },
  { what: 'installed cost left out', change: (p) => p.capexByYear.pop(), says: /installed cost in 2027/ },
  ...['opening', 'modules', 'operation', 'travel', 'unserved', 'ruleSlack', 'salvage'].flatMap((name): Tampering[] => [
    {
      what: `the term ${name}`,
      change: (p) => (term(p, name).amount += 700),
      says: new RegExp(`objective term ${name}`),
    },
    {
      what: `no term ${name}`,
      change: (p) => (p.objectiveTerms = p.objectiveTerms.filter((t: Loose) => t.name !== name)),
      says: new RegExp(`objective term ${name}: 0; recomputed`),
    },
  ]),
  { what: 'the hash', change: (_, c) => (c.inputHash = 'f'.repeat(64)), says: /belongs to another problem/ },
  { what: 'the bound', change: (_, c) => (c.bound = 1e6), says: /claims 1000000; its multipliers prove/ },
  { what: 'the scale', change: (_, c) => (c.scale = -1), says: /scale must be > 0/ },
  { what: 'a missing price', change: (_, c) => c.serve.pop(), says: /5 prices of points; expected 6/ },
  { what: 'a missing family', change: (_, c) => delete c.rows.budget, says: /0 multipliers of budget; expected 2/ },
  {
    what: 'a negative price',
    change: (_, c) => (c.rows.budget[0] = -4),
    says: /multipliers of budget are not whole numbers ≥ 0/,
  },
  {
    what: 'a fraction',
    change: (_, c) => (c.rows.covered[0] = 0.25),
    says: /multipliers of covered are not whole numbers/,
  },
];

for (const { what, change, says } of tamperings)
  test(`a plan or proof with ${what} changed is refused and the failure says where`, () => {
    const { problem, plan, certificate } = handCase();
    const tampered = structuredClone(plan) as Loose;
    const proof = structuredClone(certificate) as Loose;
    change(tampered, proof);
    const verdict = verifyPlan(problem, tampered as Plan, proof as Certificate);
    assert.equal(verdict.ok, false);
    assert.match(verdict.failures.join('\n'), says);
  });

/** A plan of what stands, with nobody served. */
function idle(problem: PlanProblem): Plan {
  const T = problem.years.length;
  const K = problem.moduleTypes.length;
  const d = problem.years.map((y) => (1 + problem.cost.discountRate) ** (problem.priceYear - y));
  const open = [...problem.sites.existing.keys()].filter((j) => problem.sites.existing[j] > 0);
  const standing = (j: number) =>
    Array.from(problem.layoutCounts.subarray(problem.sites.existing[j] * K, problem.sites.existing[j] * K + K));
  const upkeep = open.reduce(
    (s, j) =>
      s + problem.cost.siteOpexPerYear + standing(j).reduce((x, n, k) => x + n * problem.moduleTypes[k].opexPerYear, 0),
    0,
  );
  const operation = d.reduce((s, f) => s + f * upkeep, 0);
  const unserved = Array.from(problem.energyKwhPerDay).reduce((s, kwh, e) => s + d[e % T] * 365 * 3 * kwh, 0);
  return {
    format: 'qipan.plan/1',
    sites: open.map((site) => ({
      site,
      openYear: problem.years[0],
      counts: problem.years.map(() => standing(site)),
    })),
    assignment: { year: [], point: [], site: [], share: [] },
    typeShare: [],
    unserved: Array.from(problem.energyKwhPerDay, () => 1),
    slacks: [],
    objectiveTerms: [
      { name: 'operation', amount: operation },
      { name: 'unserved', amount: unserved },
    ],
    capexByYear: problem.years.map(() => 0),
    value: operation + unserved,
  };
}

test('a plan of nothing is a valid plan of a problem without rules', () => {
  const problem = handProblem({ villages: [{ kwh: [10, 20] }], spots: [{ minutes: [4] }] });
  assert.deepEqual(verifyPlan(problem, idle(problem), plainCertificate(problem)).failures, []);
});

test('what stands already must stay, keeps its year and costs only its upkeep', () => {
  const problem = handProblem({
    villages: [{ kwh: [10, 20] }],
    spots: [{ minutes: [4], existing: 1, slots: 0 }, { minutes: [8] }],
    budget: { byYear: [0, 0], carryOver: false },
    hosting: [{ name: 'T', kw: [0, 0] }],
  });
  const plan = idle(problem);
  assert.deepEqual(verifyPlan(problem, plan, plainCertificate(problem)).failures, []);
  const gone = verifyPlan(problem, { ...plan, sites: [] }, plainCertificate(problem));
  assert.match(gone.failures.join('\n'), /site s0 stands already and is missing/);
  const late = { ...plan, sites: [{ ...plan.sites[0], openYear: 2027 }] };
  assert.match(verifyPlan(problem, late, plainCertificate(problem)).failures.join('\n'), /open year 2027/);
});

test('a station that stands may exceed its transformer, but may not grow there', () => {
  const problem = handProblem({
    villages: [{ kwh: [10, 20] }],
    spots: [{ minutes: [4], existing: 1, group: 0 }],
    hosting: [{ name: 'T3', kw: [30, 30] }],
  });
  const plan = idle(problem);
  assert.deepEqual(verifyPlan(problem, plan, plainCertificate(problem)).failures, []);
  const grown = structuredClone(plan) as Loose;
  grown.sites[0].counts[1] = [2];
  const { failures } = verifyPlan(problem, grown as Plan, plainCertificate(problem));
  assert.match(failures.join('\n'), /hostingCapacity T3 in 2027: 120 of at most 60/);
});

test('guns beyond the slots are refused, with the site and the year', () => {
  const problem = handProblem({ villages: [{ kwh: [10, 20] }], spots: [{ minutes: [4], slots: 1 }] });
  const plan = structuredClone(idle(problem)) as Loose;
  plan.sites.push({ site: 0, openYear: 2026, counts: [[1], [2]] });
  const { failures } = verifyPlan(problem, plan as Plan, plainCertificate(problem));
  assert.match(failures.join('\n'), /site s0: 2 guns on 1 slots in 2027/);
});

test('a budget is broken by a penny and by an advance on next year, and carry-over is honoured', () => {
  const make = (byYear: number[], carryOver: boolean) => {
    const problem = handProblem({
      villages: [{ kwh: [10, 20] }],
      spots: [{ minutes: [4], opening: 30000 }],
      budget: { byYear, carryOver },
    });
    const plan = structuredClone(idle(problem)) as Loose;
    plan.sites.push({ site: 0, openYear: 2027, counts: [[0], [1]] });
    return verifyPlan(problem, plan as Plan, plainCertificate(problem)).failures.filter((f) => f.startsWith('budget'));
  };
  assert.deepEqual(make([0, 90000], false), []);
  assert.deepEqual(make([45000, 45000], true), []);
  assert.match(make([45000, 45000], false).join(), /budget 2027 in 2027: 90000 of at most 45000/);
  assert.match(make([0, 89999], true).join(), /90000 of at most 89999/);
});

test('at most 200 failures are listed, however broken the plan', () => {
  const problem = handProblem({
    villages: Array.from({ length: 300 }, () => ({ kwh: [1, 1] })),
    spots: [{ minutes: Array.from({ length: 300 }, () => 5) }],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [1, 1],
    ],
  });
  const plan = { ...idle(problem), unserved: Array.from({ length: 600 }, () => 0.5) };
  const verdict = verifyPlan(problem, plan, plainCertificate(problem));
  assert.equal(verdict.failures.length, 200);
  assert.ok(verdict.checks >= 600);
});
