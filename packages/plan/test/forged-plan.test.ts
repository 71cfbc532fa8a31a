import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type Certificate, type Plan } from '@qipan/plan';
import { plainCertificate } from './support/hand-plan.js';
import { dc60, handProblem } from './support/hand.js';

/** Ten small villages and one large one that no site reaches; village 1 wants nothing in the second year. */
const problem = handProblem({
  villages: [
    { kwh: [40, 60] },
    { kwh: [20, 0] },
    ...Array.from({ length: 8 }, () => ({ kwh: [20, 30] })),
    { kwh: [100, 5000] },
  ],
  spots: [{ minutes: [...Array.from({ length: 10 }, () => 5), null], opening: 30000, slots: 20 }],
  types: [dc60],
  layouts: [[0], [1], [6]],
  peaks: [{ share: 0.05, waitMin: 10, alpha: 0.1 }],
});

const big = 10 * 2 + 1;

/** The plan of the solver with the weakest proof there is. */
function honest(): { plan: Plan; certificate: Certificate } {
  const { plan } = planNetwork(problem, { seed: 1, gap: 0 });
  const certificate = plainCertificate(problem);
  return { plan, certificate: { ...certificate, serve: certificate.serve.map(() => 0), bound: -1e9 } };
}

test('a year in quotes counts nowhere else: village 10 is not served by what village 1 is given', () => {
  const { plan, certificate } = honest();
  assert.deepEqual(verifyPlan(problem, plan, certificate).failures, []);
  assert.equal(plan.unserved[big], 1, 'out of reach');
  const forged = JSON.parse(JSON.stringify(plan)) as { -readonly [K in keyof Plan]: Plan[K] } & Plan;
  // 1 · 2 + "1" is "21", the place of village 10 in the second year.
  const { cost } = problem;
  const kwh = (365 * 5000) / 1.06 ** ((problem.years[1] as number) - problem.priceYear);
  const saved = kwh * cost.unservedPerKwh;
  const driven = (kwh * 2 * (5 / 60) * cost.timeValuePerHour) / cost.tripKwh;
  const { assignment } = forged;
  const tampered = {
    ...forged,
    assignment: {
      year: [...assignment.year, '1'],
      point: [...assignment.point, 1],
      site: [...assignment.site, 0],
      share: [...assignment.share, 1],
    },
    typeShare: [...forged.typeShare, { site: 0, year: '1', share: [1] }],
    unserved: forged.unserved.with(big, 0).with(3, 1),
    objectiveTerms: forged.objectiveTerms.map((t) => ({
      ...t,
      amount: t.amount + (t.name === 'unserved' ? -saved : t.name === 'travel' ? driven : 0),
    })),
    value: forged.value - saved + driven,
  } as unknown as Plan;
  const verdict = verifyPlan(problem, tampered, certificate);
  assert.equal(verdict.ok, false, `5,000 kWh a day are served by nothing, and ${saved} saved`);
});

test('what is no plan, or no proof, is refused in a sentence and not by a fault', () => {
  const { plan, certificate } = honest();
  const broken: readonly (readonly [unknown, unknown])[] = [
    [null, certificate],
    [plan, null],
    [{ ...plan, sites: 'none' }, certificate],
    [{ ...plan, assignment: undefined }, certificate],
    [{ ...plan, sites: [{ ...plan.sites[0], counts: [['1'], [1]] }] }, certificate],
    [{ ...plan, value: String(plan.value) }, certificate],
    [plan, { ...certificate, rows: null }],
    [plan, { ...certificate, serve: ['0'] }],
  ];
  for (const [p, c] of broken) {
    const verdict = verifyPlan(problem, p as Plan, c as Certificate);
    assert.equal(verdict.ok, false);
    assert.match(verdict.failures[0] ?? '', /^(plan|certificate): \w+ is not of the declared form$/);
    assert.equal(verdict.bound, -Infinity);
  }
});
