import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildProblem, explainVillage, planNetwork, planTables, stationsOfPlan, verifyPlan } from '@qipan/plan';
import { inventedCounty } from './support/county.js';

const problem = buildProblem(inventedCounty(4, 5, 29), { years: [2026, 2027, 2028] });
const result = planNetwork(problem, { seed: 31, gap: 0.05, effort: 0.15 });

test('an invented county of 20 villages is planned, proved and verified with every default', () => {
  const verdict = verifyPlan(problem, result.plan, result.certificate);
  assert.deepEqual(verdict.failures, []);
  assert.ok(verdict.checks > 500);
  assert.ok(result.bound > 0 && result.bound <= result.value);
  assert.ok(result.gap < 0.25, `gap ${result.gap}`);
});

test('every village has a reason that its own figures bear out, in both languages', () => {
  const { coverageMin } = problem.facts;
  result.villages.forEach((v, i) => {
    const why = explainVillage(result, i);
    assert.equal(why.reason, v.reason);
    assert.ok(why.sentence.en.startsWith(v.name) && why.sentence.zh.includes(v.name));
    assert.doesNotMatch(why.sentence.en + why.sentence.zh, /NaN|undefined|null|Infinity/);
    if (v.coveredYear !== null) {
      assert.ok(v.travelMin !== null && v.travelMin <= coverageMin);
      const site = result.sites[v.nearestSite as number];
      assert.ok(site.openYear <= 2028);
    }
    const lastYear = v.serving.filter((s) => s.year === 2028).reduce((s, x) => s + x.share, 0);
    assert.ok(Math.abs(lastYear - v.servedShareByYear[2]) < 1e-6);
    if (v.reason === 'served') assert.ok(v.servedShareByYear[2] >= 0.5 && v.coveredYear !== null);
  });
});

test('sites never shrink, keep to their slots and power, and spend no more than the budget', () => {
  let left = 0;
  result.costByYear.forEach((y, t) => {
    left += problem.budget?.byYear[t] ?? 0;
    left -= y.capex;
    assert.ok(left >= -1e-6, `${y.year}: ${-left} over`);
  });
  for (const s of result.sites) {
    const guns = [0, 1, 2].map((t) => s.modules.reduce((n, m) => n + m.gunsByYear[t], 0));
    assert.ok(guns[0] <= guns[1] && guns[1] <= guns[2] && guns[2] <= problem.sites.slots[s.site]);
    const group = problem.sites.hostingGroup[s.site];
    if (group >= 0) assert.ok(s.powerKwByYear[2] <= (problem.hosting?.spareKw[group * 3 + 2] ?? Infinity) + 1e-9);
    assert.ok(s.peakUseByYear.every((u) => u <= 1 + 1e-6));
  }
});

test('tables, stations and villages tell of the same plan', () => {
  const tables = new Map(planTables(result).map((t) => [t.name, t]));
  assert.equal(tables.get('villages')?.rows.length, 20);
  const modules = result.sites.reduce((s, site) => s + site.modules.reduce((n, m) => n + m.modulesByYear[2], 0), 0);
  assert.equal(stationsOfPlan(result, 2028).length, modules);
  const served = result.villages.filter((v) => v.coveredYear !== null);
  const people = served.reduce((s, v) => s + (v.population ?? 0), 0);
  const all = result.villages.reduce((s, v) => s + (v.population ?? 0), 0);
  assert.ok(Math.abs(people / all - result.costByYear[2].coveredShare) < 1e-9);
});
