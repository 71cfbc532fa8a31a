import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainVillage, planNetwork, verifyPlan, type PlanProblem, type PlanResult } from '@qipan/plan';
import { handProblem } from './support/hand.js';
import {
  busiest,
  coveredYear,
  hoursOf,
  leastGrowth,
  near,
  openYears,
  ownSlacks,
  reasonOf,
  reportCases,
  shareOf,
  sitesWithin,
} from './support/recount.js';

const cases = reportCases(9100, 26);

const everyVillage = (visit: (c: { p: PlanProblem; r: PlanResult; i: number; last: number; at: string }) => void) =>
  cases.forEach(({ p, r }, n) => {
    p.demandPoints.id.forEach((id, i) => visit({ p, r, i, last: p.years.length - 1, at: `case ${n}, ${id}` }));
  });

test('every village, also the unserved and the unreachable, stands once in the report with its people and energy', () => {
  for (const { p, r } of cases) {
    assert.deepEqual(
      r.villages.map((v) => v.id),
      p.demandPoints.id,
    );
    const T = p.years.length;
    r.villages.forEach((v, i) => {
      const people = p.demandPoints.population[i];
      assert.equal(v.population, Number.isNaN(people) ? null : people);
      assert.equal(v.place, p.demandPoints.place[i]);
      assert.equal(v.township, p.townships.name[p.demandPoints.township[i]]);
      assert.deepEqual(v.energyKwhPerDayByYear, Array.from(p.energyKwhPerDay.subarray(i * T, i * T + T)));
      assert.deepEqual(v.evCountByYear, Array.from(p.facts.evCount.subarray(i * T, i * T + T)));
    });
  }
});

test('covered year, nearest open site and minutes are those of the plan’s own sites', () => {
  let none = 0;
  everyVillage(({ p, r, i, at }) => {
    const v = r.villages[i];
    assert.equal(v.coveredYear, coveredYear(p, r.plan, i), at);
    const open = sitesWithin(p, i).filter((x) => openYears(p, r.plan, x.site).length > 0);
    if (open.length === 0) none++;
    assert.equal(v.travelMin, open[0]?.travelMin ?? null, at);
    assert.equal(v.nearestSite === null ? undefined : r.sites[v.nearestSite].site, open[0]?.site, at);
  });
  assert.ok(none > 0, 'some villages have no open site at all');
});

test('shares served are the sums of the plan’s assignment, and serving sites list every part of them with its minutes', () => {
  everyVillage(({ p, r, i, at }) => {
    const v = r.villages[i];
    p.years.forEach((year, t) => {
      assert.ok(near(v.servedShareByYear[t], shareOf(r.plan, t, i), 1e-9), at);
      for (const s of v.serving.filter((x) => x.year === year)) {
        const { site } = r.sites[s.site];
        assert.ok(near(s.share, shareOf(r.plan, t, i, site), 1e-12) && s.share > 0, at);
        assert.ok(openYears(p, r.plan, site).includes(year), `${at}: served by a closed site`);
        assert.equal(s.travelMin, sitesWithin(p, i).find((x) => x.site === site)?.travelMin, at);
      }
      const parts = v.serving.filter((x) => x.year === year);
      assert.equal(new Set(parts.map((x) => x.site)).size, parts.length, `${at}: a site twice in a year`);
    });
    for (let n = 1; n < v.serving.length; n++) {
      const [a, b] = [v.serving[n - 1], v.serving[n]];
      assert.ok(a.year < b.year || (a.year === b.year && a.share >= b.share), `${at}: largest part of a year first`);
    }
  });
});

test('the reason of every village is the first that its plan bears out, and all six stand among them', () => {
  const seen = new Map<string, number>();
  everyVillage(({ p, r, i, at }) => {
    assert.equal(r.villages[i].reason, reasonOf(p, r, i), at);
    seen.set(r.villages[i].reason, (seen.get(r.villages[i].reason) ?? 0) + 1);
  });
  for (const code of ['served', 'noCandidateInRadius', 'gridLimit', 'budget', 'ruleSlack', 'betterUseElsewhere'])
    assert.ok((seen.get(code) ?? 0) > 0, `${code}: ${JSON.stringify([...seen])}`);
});

test('a served village hears of its largest server in the last year, its busiest hour and the certificate’s price', () => {
  everyVillage(({ p, r, i, last, at }) => {
    const v = r.villages[i];
    if (v.reason !== 'served') return;
    const main = v.serving.filter((s) => s.year === p.years[last])[0];
    const { site } = r.sites[main.site];
    const hour = busiest(hoursOf(p, r.plan, site, last));
    const [b] = v.binding;
    assert.deepEqual([b.constraint, b.year, b.unit], ['serviceLevel', p.years[last], 'kWh/h'], at);
    assert.equal(b.where, p.sites.name[site].zh, at);
    assert.ok(near(b.needed / b.available, hour.load / hour.held, 1e-6), at);
    assert.ok(b.needed <= b.available * (1 + 1e-6), at);
    assert.equal(b.price, r.certificate.serve[i * p.years.length + last] / r.certificate.scale, at);
    assert.deepEqual([v.costToCover, v.cheapestCover], [null, null], at);
  });
});

test('a village without a candidate in the coverage time hears the minutes of the nearest, or that there is none', () => {
  everyVillage(({ p, r, i, last, at }) => {
    const v = r.villages[i];
    if (v.reason !== 'noCandidateInRadius') return;
    const [nearest] = sitesWithin(p, i);
    assert.deepEqual(
      v.binding.map((b) => [b.constraint, b.where, b.year, b.needed, b.available, b.unit, b.price]),
      nearest ? [['access', v.name, p.years[last], nearest.travelMin, p.facts.coverageMin, 'min', null]] : [],
      at,
    );
    assert.ok(!nearest || nearest.travelMin > p.facts.coverageMin, at);
  });
});

test('a village under full transformers hears what the least growth of each would draw and what it has', () => {
  everyVillage(({ p, r, i, at }) => {
    const v = r.villages[i];
    if (v.reason !== 'gridLimit') return;
    const growths = sitesWithin(p, i, p.facts.coverageMin).map(({ site }) => leastGrowth(p, r.plan, site));
    assert.ok(v.binding.length > 0, at);
    for (const b of v.binding) {
      assert.ok((p.hosting?.name ?? []).includes(b.where), at);
      assert.ok(
        growths.some((g) => g && near(g.needed, b.needed, 1e-9) && g.available === b.available),
        `${at}: ${b.needed} of ${b.available}`,
      );
      assert.ok(b.needed > b.available, at);
    }
  });
});

test('a village that money decides hears what was spent and what was there up to each year that has a price', () => {
  everyVillage(({ p, r, i, at }) => {
    const v = r.villages[i];
    if (v.reason !== 'budget' || !p.budget) return;
    const { byYear, carryOver } = p.budget;
    const prices = (r.certificate.rows['budget'] ?? []).map((m) => m / r.certificate.scale);
    const upTo = (list: readonly number[], t: number) =>
      list.slice(carryOver ? 0 : t, t + 1).reduce((a, x) => a + x, 0);
    const want = p.years.flatMap((year, t) =>
      prices[t] > 1e-6 ? [[year, upTo(r.plan.capexByYear, t), upTo(byYear, t), prices[t]]] : [],
    );
    assert.deepEqual(
      v.binding.map((b) => [b.year, b.needed, b.available, b.price]),
      want,
      at,
    );
    for (const b of v.binding) assert.ok(b.needed <= b.available * (1 + 1e-9), `${at}: ${b.needed} of ${b.available}`);
  });
});

test('what stands already is no part of the money that a budget is said to have spent', () => {
  // One pile stands at the first spot and cost nothing now; the second village waits for money that is not there.
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [60] }, { kwh: [400] }],
    spots: [{ minutes: [5, null], existing: 1 }, { minutes: [null, 5] }],
    budget: { byYear: [50_000], carryOver: true },
  });
  const r = planNetwork(p, { seed: 3, gap: 0, effort: 0.2 });
  const [b] = r.villages[1].binding;
  assert.equal(r.villages[1].reason, 'budget');
  assert.deepEqual([b.needed, b.available], [0, 50_000]);
  assert.match(explainVillage(r, 1).sentence.en, /budget of 2026 in 2026, 0 of 50,000 CNY/);
});

test('a village under a rule that is short hears of its own township and county alone, four rows at most', () => {
  everyVillage(({ p, r, i, at }) => {
    const v = r.villages[i];
    if (v.reason !== 'ruleSlack') return;
    assert.deepEqual(v.binding, ownSlacks(p, r, i).slice(0, 4), at);
  });
});

test('a village whose site is better built elsewhere hears a worth that its unserved energy bears out', () => {
  everyVillage(({ p, r, i, last, at }) => {
    const v = r.villages[i];
    if (v.reason !== 'betterUseElsewhere') return;
    const [b] = v.binding;
    const T = p.years.length;
    const factor = (1 + p.cost.discountRate) ** (p.priceYear - p.years[last]);
    const most = factor * p.cost.daysPerYear * p.energyKwhPerDay[i * T + last] * p.cost.unservedPerKwh;
    assert.ok(b.available >= 0 && b.available <= most * (1 + 1e-6) + 1e-6, `${at}: ${b.available} of ${most}`);
    assert.ok(b.needed >= -1e-6 || v.coveredYear !== null, `${at}: opening would gain ${-b.needed}`);
  });
});

test('plans of so little effort are verified all the same, and every sentence stands in both languages', () => {
  for (const { p, r } of cases) {
    assert.deepEqual(verifyPlan(p, r.plan, r.certificate).failures, []);
    r.villages.forEach((v, i) => {
      const { sentence, reason, binding, costToCover, servingSites } = explainVillage(r, i);
      assert.doesNotMatch(sentence.en + sentence.zh, /NaN|undefined|null|Infinity|\s\s/);
      assert.match(sentence.en, /\.$/);
      assert.match(sentence.zh, /。$/);
      assert.deepEqual([reason, binding], [v.reason, v.binding]);
      assert.equal(costToCover?.atLeast ?? null, v.costToCover);
      assert.equal(servingSites.length, v.serving.length);
    });
  }
});
