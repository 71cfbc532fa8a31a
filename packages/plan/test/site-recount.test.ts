import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlanSiteResult } from '@qipan/plan';
import { assignmentCost } from './support/exhaustion.js';
import {
  busiest,
  costIn,
  countsOf,
  gunsIn,
  heldBy,
  hoursOf,
  kwIn,
  layoutsOf,
  near,
  openYears,
  reportCases,
  shareOf,
  sitesWithin,
  type ReportCase,
} from './support/recount.js';

const cases = reportCases(20_300, 24);

const everySite = (visit: (c: ReportCase & { s: PlanSiteResult; row: number; at: string }) => void) =>
  cases.forEach(({ p, r }, n) => r.sites.forEach((s, row) => visit({ p, r, s, row, at: `case ${n}, ${s.id}` })));

test('the report lists just the sites with a gun in some year, with their names, places and first year', () => {
  for (const { p, r } of cases) {
    const open = p.sites.id.flatMap((_, j) => (openYears(p, r.plan, j).length > 0 ? [j] : []));
    assert.deepEqual(
      r.sites.map((s) => s.site),
      open,
    );
  }
  everySite(({ p, r, s, at }) => {
    const j = s.site;
    assert.deepEqual([s.id, s.name, s.lon, s.lat], [p.sites.id[j], p.sites.name[j], p.sites.lon[j], p.sites.lat[j]]);
    assert.equal(s.place, null, 'made by hand, no site stands at a place');
    assert.equal(s.township, p.townships.name[p.sites.township[j]]);
    assert.equal(s.existing, p.sites.existing[j] > 0, at);
    assert.deepEqual(
      openYears(p, r.plan, j),
      p.years.filter((y) => y >= s.openYear),
      `${at}: once open, open`,
    );
    if (s.existing) assert.equal(s.openYear, p.years[0], at);
  });
});

test('modules, guns and power are the counts of the plan, never fall and keep to slots and transformers', () => {
  everySite(({ p, r, s, at }) => {
    const counts = p.years.map((_, t) => countsOf(p, r.plan, s.site, t));
    p.moduleTypes.forEach((m, k) => {
      const line = s.modules.find((x) => x.moduleType === m.id);
      const byYear = counts.map((c) => c[k]);
      assert.deepEqual(line?.modulesByYear ?? byYear.map(() => 0), byYear, at);
      assert.deepEqual(
        line?.gunsByYear ?? byYear.map(() => 0),
        byYear.map((n) => n * m.guns),
        at,
      );
      if (line)
        assert.deepEqual(
          [line.name, line.powerKw, line.current, line.gunsPerModule],
          [m.name, m.powerKw, m.current, m.guns],
        );
      assert.ok(
        byYear.every((n, t) => t === 0 || n >= byYear[t - 1]),
        at,
      );
    });
    assert.deepEqual(
      s.powerKwByYear,
      counts.map((c) => kwIn(p, c)),
      at,
    );
    assert.ok(gunsIn(p, counts[counts.length - 1]) <= p.sites.slots[s.site], at);
  });
  for (const { p, r } of cases)
    p.hosting?.name.forEach((name, g) =>
      p.years.forEach((year, t) => {
        const under = p.sites.id.flatMap((_, j) => (p.sites.hostingGroup[j] === g ? [j] : []));
        const stands = layoutsOf(p);
        const kw = under.reduce((a, j) => a + kwIn(p, countsOf(p, r.plan, j, t)), 0);
        const before = under.reduce((a, j) => a + kwIn(p, stands[p.sites.existing[j]]), 0);
        const room = Math.max(before, p.hosting?.spareKw[g * p.years.length + t] ?? 0);
        assert.ok(kw <= room + 1e-9, `${name} in ${year}: ${kw} of ${room}`);
      }),
    );
});

test('money of a site is what it buys in each year, with its opening once; what stands was paid before', () => {
  everySite(({ p, r, s, at }) => {
    const j = s.site;
    const stands = layoutsOf(p)[p.sites.existing[j]];
    const want = p.years.map((year, t) => {
      const before = t > 0 ? countsOf(p, r.plan, j, t - 1) : stands;
      const opening = year === s.openYear && !s.existing ? p.sites.openingCost[j] : 0;
      return costIn(p, countsOf(p, r.plan, j, t)) - costIn(p, before) + opening;
    });
    s.capexByYear.forEach((x, t) => assert.ok(near(x, want[t], 1e-9), `${at}: ${x}, ${want[t]}`));
    assert.ok(
      near(
        s.capex,
        want.reduce((a, x) => a + x, 0),
        1e-9,
      ),
      at,
    );
  });
  for (const { p, r } of cases)
    p.years.forEach((_, t) => {
      const sum = r.sites.reduce((a, s) => a + s.capexByYear[t], 0);
      assert.ok(near(sum, r.plan.capexByYear[t], 1e-9));
    });
});

test('energy is kept: what all sites serve and what stays unserved is what all villages need, year by year', () => {
  for (const { p, r } of cases) {
    const T = p.years.length;
    p.years.forEach((_, t) => {
      const all = p.demandPoints.id.reduce((s, _id, i) => s + p.energyKwhPerDay[i * T + t], 0);
      const left = p.demandPoints.id.reduce(
        (s, _id, i) => s + r.plan.unserved[i * T + t] * p.energyKwhPerDay[i * T + t],
        0,
      );
      const served = r.sites.reduce((s, x) => s + x.energyKwhPerDayByYear[t], 0);
      assert.ok(near(served + left, all, 1e-8), `${served} + ${left} of ${all}`);
      assert.ok(near(r.costByYear[t].energyKwhPerDay, served, 1e-8));
      assert.ok(near(r.costByYear[t].servedShare, all > 0 ? served / all : 1, 1e-8));
    });
  }
  everySite(({ p, r, s, at }) =>
    p.years.forEach((_, t) => {
      const want = p.demandPoints.id.reduce(
        (a, _id, i) => a + shareOf(r.plan, t, i, s.site) * p.energyKwhPerDay[i * p.years.length + t],
        0,
      );
      assert.ok(near(s.energyKwhPerDayByYear[t], want, 1e-8), at);
    }),
  );
});

test('use in the busiest hour is the fullest of its peaks by plain Erlang sums, and never above the waiting target', () => {
  everySite(({ p, r, s, at }) =>
    p.years.forEach((year, t) => {
      if (year < s.openYear) {
        assert.equal(s.peakUseByYear[t], 0, at);
        return;
      }
      const { load, held } = busiest(hoursOf(p, r.plan, s.site, t));
      assert.ok(near(s.peakUseByYear[t], load / held), `${at}: ${s.peakUseByYear[t]}, ${load / held}`);
      assert.ok(load <= held * (1 + 1e-6), at);
    }),
  );
});

test('module types share a site’s demand so that each by itself keeps the waiting target at every peak', () => {
  everySite(({ p, r, s, at }) =>
    p.years.forEach((year, t) => {
      const split = r.plan.typeShare.filter((x) => x.site === s.site && x.year === t);
      assert.equal(split.length, year < s.openYear ? 0 : 1, at);
      if (split.length === 0) return;
      const [{ share }] = split;
      assert.ok(
        near(
          share.reduce((a, x) => a + x, 0),
          1,
          1e-9,
        ),
        at,
      );
      const counts = countsOf(p, r.plan, s.site, t);
      hoursOf(p, r.plan, s.site, t).forEach(({ load }, q) =>
        share.forEach((x, k) => {
          const alone = counts.map((n, o) => (o === k ? n : 0));
          assert.ok(x * load <= heldBy(p, alone, q) * (1 + 1e-6) + 1e-9, `${at}: type ${k} at peak ${q}`);
        }),
      );
    }),
  );
});

test('each covered village counts at one site, its nearest, and the people of all sites are the people covered', () => {
  for (const { p, r } of cases) {
    const people = (i: number) => p.demandPoints.population[i] || 0;
    const mine = r.sites.map(() => ({ villages: 0, population: 0 }));
    p.demandPoints.id.forEach((_, i) => {
      const open = sitesWithin(p, i, p.facts.coverageMin).find((x) => openYears(p, r.plan, x.site).length > 0);
      if (!open) return;
      const at = mine[r.sites.findIndex((s) => s.site === open.site)];
      at.villages++;
      at.population += people(i);
    });
    assert.deepEqual(
      r.sites.map(({ villages, population }) => ({ villages, population })),
      mine,
    );
    const all = p.demandPoints.id.reduce((s, _, i) => s + people(i), 0);
    const covered = mine.reduce((s, x) => s + x.population, 0);
    const last = r.costByYear[p.years.length - 1];
    assert.ok(near(last.coveredShare, all > 0 ? covered / all : 0, 1e-9));
  }
});

test('the line of each year is the sum over what is open then, with the purse as it is carried over', () => {
  for (const { p, r } of cases) {
    let purse = 0;
    p.years.forEach((year, t) => {
      const y = r.costByYear[t];
      const open = p.sites.id.flatMap((_, j) => (openYears(p, r.plan, j).includes(year) ? [j] : []));
      const sum = (f: (counts: readonly number[]) => number) =>
        open.reduce((a, j) => a + f(countsOf(p, r.plan, j, t)), 0);
      assert.deepEqual([y.year, y.sites, y.guns], [year, open.length, sum((c) => gunsIn(p, c))]);
      assert.equal(
        y.powerKw,
        sum((c) => kwIn(p, c)),
      );
      assert.equal(y.capex, r.plan.capexByYear[t]);
      const upkeep = sum(
        (c) => p.cost.siteOpexPerYear + c.reduce((a, n, k) => a + n * p.moduleTypes[k].opexPerYear, 0),
      );
      assert.ok(near(y.opex, upkeep, 1e-9));
      const reached = p.demandPoints.id.filter((_, i) =>
        sitesWithin(p, i, p.facts.coverageMin).some((x) => open.includes(x.site)),
      );
      const people = (ids: readonly string[]) =>
        ids.reduce((a, id) => a + (p.demandPoints.population[p.demandPoints.id.indexOf(id)] || 0), 0);
      const all = people(p.demandPoints.id);
      assert.ok(near(y.coveredShare, all > 0 ? people(reached) / all : 0, 1e-9));
      if (p.budget) {
        purse = p.budget.byYear[t] + (p.budget.carryOver ? purse : 0);
        assert.ok(near(y.budget ?? NaN, purse, 1e-9) && y.capex <= purse + 1e-6);
        purse -= y.capex;
      } else assert.equal(y.budget, null);
    });
  }
});

test('demand is divided as cheaply as the plan’s sites allow: travel and unserved are those of cheapest paths', () => {
  for (const [n, { p, r }] of cases.entries()) {
    const texts = layoutsOf(p).map((c) => c.join());
    const want = p.years.reduce(
      (s, _, t) =>
        s +
        assignmentCost(
          p,
          t,
          p.sites.id.map((_id, j) => texts.indexOf(countsOf(p, r.plan, j, t).join())),
        ),
      0,
    );
    const said = r.plan.objectiveTerms
      .filter(({ name }) => name === 'travel' || name === 'unserved')
      .reduce((s, x) => s + x.amount, 0);
    assert.ok(said >= want * (1 - 1e-6) && said <= want * (1 + 1e-3), `case ${n}: ${said}, ${want}`);
  }
});

test('every missing gun, station and person is reported at its price, and nothing else is', () => {
  for (const { p, r } of cases) {
    const { townshipPile, countyStation, coverage } = p.rules;
    const want = new Map<string, readonly [amount: number, cost: number]>();
    p.years.forEach((year, t) => {
      const factor = (1 + p.cost.discountRate) ** (p.priceYear - year);
      const lack = (key: string, amount: number, price: number) => {
        if (amount > 1e-9) want.set(`${key} ${year}`, [amount, amount * price * factor]);
      };
      const counts = p.sites.id.map((_, j) => countsOf(p, r.plan, j, t));
      if (townshipPile)
        p.townships.id.forEach((id, w) => {
          const guns = counts.reduce((s, c, j) => s + (p.sites.township[j] === w ? gunsIn(p, c) : 0), 0);
          if (p.townships.suitable[w])
            lack(`townshipPile ${id}`, townshipPile.guns[t] - guns, townshipPile.pricePerGun);
        });
      if (countyStation && countyStation.kw[t] > 0 && !counts.some((c) => kwIn(p, c) >= countyStation.kw[t]))
        lack('countyStation c0', 1, countyStation.pricePerCounty);
      if (coverage) {
        const people = (covered: boolean) =>
          p.demandPoints.id.reduce((s, _, i) => {
            const has = sitesWithin(p, i, coverage.withinMin).some((x) => gunsIn(p, counts[x.site]) > 0);
            return s + (has || !covered ? p.demandPoints.population[i] || 0 : 0);
          }, 0);
        lack('coverage c0', coverage.share[t] * people(false) - people(true), coverage.pricePerPerson);
      }
    });
    const said = new Map(r.slacks.map((s) => [`${s.constraint} ${s.whereId} ${s.year}`, [s.amount, s.cost] as const]));
    assert.deepEqual([...said.keys()].toSorted(), [...want.keys()].toSorted());
    for (const [key, [amount, cost]] of want) {
      const [a, c] = said.get(key) ?? [NaN, NaN];
      assert.ok(near(a, amount, 1e-9) && near(c, cost, 1e-9), `${key}: ${a} at ${c}, ${amount} at ${cost}`);
    }
  }
});
