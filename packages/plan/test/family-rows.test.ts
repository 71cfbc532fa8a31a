import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { withGridRows, type PlanProblem } from '@qipan/plan';
import { budget } from '../src/families/budget.js';
import { countyStation } from '../src/families/county-station.js';
import { coverage } from '../src/families/coverage.js';
import { layoutFeatures, sitesByGroup, type Family, type LinkRow } from '../src/families/family.js';
import { hostingCapacity } from '../src/families/hosting-capacity.js';
import { ladder } from '../src/families/ladder.js';
import { townshipPile } from '../src/families/township-pile.js';
import { handProblem, randomProblem } from './support/hand.js';
import { costIn, gunsIn, kwIn, layoutsOf, near } from './support/recount.js';

/** A problem with a layout drawn for every site and year, which grows as it pleases: rows count whatever stands. */
interface Drawn {
  readonly p: PlanProblem;
  readonly layout: (j: number, t: number) => number;
  readonly counts: (j: number, t: number) => readonly number[];
  readonly rows: (family: Family) => readonly LinkRow[];
  readonly activity: (row: LinkRow) => number;
}

const drawn: readonly Drawn[] = Array.from({ length: 40 }, (_, n) => {
  const p = randomProblem(52_000 + 11 * n, { villages: 6, spots: 5, years: 1 + (n % 3), twoTypes: n % 2 === 1 });
  const list = layoutsOf(p);
  const rng = random(n);
  const T = p.years.length;
  const path = p.sites.id.flatMap((_id, j) => {
    let now = p.sites.existing[j];
    return p.years.map(() => {
      const larger = list.flatMap((c, v) => (c.every((x, k) => x >= list[now][k]) ? [v] : []));
      return (now = larger[rng.below(larger.length)]);
    });
  });
  const layout = (j: number, t: number) => path[j * T + t];
  return {
    p,
    layout,
    counts: (j, t) => list[layout(j, t)],
    rows: (family) => family.rows(p, layoutFeatures(p)),
    activity: (row) =>
      row.terms.reduce(
        (s, { year, feature, sites, coefficient }) =>
          s + sites.reduce((a, j, k) => a + coefficient[k] * feature.value[layout(j, year)], 0),
        0,
      ),
  };
});

const discount = (p: PlanProblem, t: number) => (1 + p.cost.discountRate) ** (p.priceYear - p.years[t]);

test('features of a layout are sums over its modules', () => {
  for (const { p } of drawn) {
    const f = layoutFeatures(p);
    layoutsOf(p).forEach((c, v) => {
      assert.deepEqual(
        [f.open.value[v], f.guns.value[v], f.powerKw.value[v], f.installedCost.value[v]],
        [gunsIn(p, c) > 0 ? 1 : 0, gunsIn(p, c), kwIn(p, c), costIn(p, c)],
      );
    });
  }
});

test('rows of townships count the guns of their sites, suitable ones only, at the discounted price', () => {
  let many = 0;
  for (const { p, counts, rows, activity } of drawn) {
    const rule = p.rules.townshipPile;
    const list = rows(townshipPile);
    const suitable = p.townships.id.filter((_, w) => p.townships.suitable[w] === 1);
    assert.deepEqual(
      list.map((r) => `${r.whereId} ${r.year}`),
      rule ? suitable.flatMap((id) => p.years.map((_, t) => `${id} ${t}`)) : [],
    );
    for (const row of list) {
      const w = p.townships.id.indexOf(row.whereId);
      const guns = p.sites.id.reduce(
        (s, _, j) => s + (p.sites.township[j] === w ? gunsIn(p, counts(j, row.year)) : 0),
        0,
      );
      assert.deepEqual([activity(row), row.rhs, row.where], [guns, rule?.guns[row.year], p.townships.name[w]]);
      assert.ok(near(row.price, (rule?.pricePerGun ?? 0) * discount(p, row.year), 1e-12));
      many++;
    }
  }
  assert.ok(many > 30);
});

test('rows of counties count sites of the asked power, in the years that ask for any', () => {
  for (const { p, counts, rows, activity } of drawn) {
    const rule = p.rules.countyStation;
    const asked = p.years.flatMap((_, t) => (rule && rule.kw[t] > 0 ? [t] : []));
    const list = rows(countyStation);
    assert.deepEqual(
      list.map((r) => r.year),
      asked,
    );
    for (const row of list) {
      const large = p.sites.id.filter((_, j) => kwIn(p, counts(j, row.year)) >= (rule?.kw[row.year] ?? Infinity));
      assert.deepEqual([activity(row), row.rhs, row.whereId], [large.length, 1, 'c0']);
      assert.ok(near(row.price, (rule?.pricePerCounty ?? 0) * discount(p, row.year), 1e-12));
    }
  }
});

test('what a budget row leaves is the purse of that year, with what stands paid before', () => {
  let carried = 0;
  for (const { p, counts, rows, activity } of drawn) {
    const list = rows(budget);
    assert.equal(list.length, p.budget ? p.years.length : 0);
    if (!p.budget) continue;
    const stands = p.sites.existing.reduce((all, v, j) => all.set(j, layoutsOf(p)[v]), new Map<number, number[]>());
    let purse = 0;
    p.years.forEach((_, t) => {
      const spent = p.sites.id.reduce((s, _id, j) => {
        const before = t > 0 ? counts(j, t - 1) : (stands.get(j) ?? []);
        const opens = gunsIn(p, counts(j, t)) > 0 && gunsIn(p, before) === 0;
        return s + costIn(p, counts(j, t)) - costIn(p, before) + (opens ? p.sites.openingCost[j] : 0);
      }, 0);
      purse = (p.budget?.carryOver ? purse : 0) + (p.budget?.byYear[t] ?? 0) - spent;
      assert.ok(near(activity(list[t]) - list[t].rhs, purse, 1e-9), `${activity(list[t]) - list[t].rhs}, ${purse}`);
      assert.equal(list[t].price, Infinity, 'money that is not there cannot be spent at any price');
    });
    if (p.budget.carryOver && p.years.length > 1) carried++;
  }
  assert.ok(carried >= 5, `${carried} budgets carried over`);
});

test('rows of transformers leave what is spare, at least what stands; a site by itself has none', () => {
  let shared = 0;
  for (const { p, counts, rows, activity } of drawn) {
    const list = rows(hostingCapacity);
    const T = p.years.length;
    const under = (g: number) => p.sites.id.flatMap((_, j) => (p.sites.hostingGroup[j] === g ? [j] : []));
    const groups = (p.hosting?.name ?? []).flatMap((_, g) => (under(g).length > 1 ? [g] : []));
    assert.equal(list.length, groups.length * T);
    list.forEach((row, n) => {
      const g = groups[Math.floor(n / T)];
      const standing = under(g).reduce((s, j) => s + kwIn(p, layoutsOf(p)[p.sites.existing[j]]), 0);
      const room = Math.max(p.hosting?.spareKw[g * T + row.year] ?? 0, standing);
      const drawnKw = under(g).reduce((s, j) => s + kwIn(p, counts(j, row.year)), 0);
      assert.ok(near(activity(row) - row.rhs, room - drawnKw, 1e-9));
      assert.deepEqual([row.whereId, row.where, row.price], [String(g), p.hosting?.name[g], Infinity]);
      shared++;
    });
  }
  assert.ok(shared > 10);
});

test('rows of networks stand after those of transformers, in every year, and never ask what stands to shrink', () => {
  const p = handProblem({
    villages: [{ kwh: [300, 300] }],
    spots: [{ minutes: [5], existing: 2 }, { minutes: [9] }, { minutes: [9] }],
  });
  const held = withGridRows(p, [
    { name: 'line A', site: [0, 1], coefficient: [0.002, 0.004], room: 0.5 },
    { name: 'node B', site: [2, 0], coefficient: [0.001, 0.01], room: 0.05 },
  ]);
  const f = layoutFeatures(held);
  const rows = hostingCapacity.rows(held, f);
  assert.deepEqual(
    rows.map((r) => [r.where, r.year, r.whereId]),
    [
      ['line A', 0, 'network 0'],
      ['line A', 1, 'network 0'],
      ['node B', 0, 'network 1'],
      ['node B', 1, 'network 1'],
    ],
  );
  assert.equal(rows[0].rhs, -0.5, '120 kW stand: 0.24 of 0.5');
  assert.ok(near(rows[2].rhs, -1.2, 1e-12), '120 kW at 0.01 stand already, over the room of 0.05');
  assert.deepEqual(Array.from(rows[2].terms[0].coefficient), [-0.001, -0.01]);
  assert.deepEqual(Array.from(rows[2].terms[0].sites), [2, 0]);
  assert.equal(held.gridRows?.name.length, 2);
  assert.equal(p.gridRows, undefined, 'the problem that was given is as it was');
});

test('sites by group: every site in its own list, in order, and −1 in none', () => {
  const lists = sitesByGroup(Int32Array.of(2, -1, 0, 2, 0, -1), 4);
  assert.deepEqual(
    lists.map((l) => Array.from(l)),
    [[2, 4], [], [0, 3], []],
  );
});

test('coverage counts people of suitable counties within the time, inclusively, and asks for the share of them', () => {
  for (const { p } of drawn) {
    const model = coverage(p);
    const rule = p.rules.coverage;
    assert.equal(model === null, rule === null);
    if (!model || !rule) continue;
    const counted = (i: number) => p.demandPoints.population[i] > 0;
    const all = p.demandPoints.id.reduce((s, _, i) => s + (counted(i) ? p.demandPoints.population[i] : 0), 0);
    p.years.forEach((_, t) => {
      assert.ok(near(model.needed[t], rule.share[t] * all, 1e-9));
      assert.ok(near(model.price[t], rule.pricePerPerson * discount(p, t), 1e-12));
    });
    p.sites.id.forEach((_, j) => {
      const want: number[] = [];
      for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++)
        if (p.access.travelMin[e] <= rule.withinMin && counted(p.access.point[e])) want.push(p.access.point[e]);
      assert.deepEqual(Array.from(model.point.subarray(model.start[j], model.start[j + 1])), want);
    });
    p.demandPoints.id.forEach((_, i) =>
      assert.deepEqual([model.weight[i], model.county[i]], counted(i) ? [p.demandPoints.population[i], 0] : [0, -1]),
    );
  }
});

test('a site may have what its slots and its transformer hold and what grows from what stands; what stands always', () => {
  for (const { p } of drawn) {
    const list = layoutsOf(p);
    const model = ladder(p, layoutFeatures(p));
    const [T, V] = [p.years.length, list.length];
    const grows = (a: number, b: number) => list[b].every((n, k) => n >= list[a][k]);
    list.forEach((_, v) =>
      assert.deepEqual(
        Array.from(model.growTo.subarray(model.growStart[v], model.growStart[v + 1])),
        list.flatMap((_c, u) => (grows(v, u) ? [u] : [])),
      ),
    );
    p.sites.id.forEach((_, j) => {
      const g = p.sites.hostingGroup[j];
      const own = p.sites.existing[j];
      const some = new Set<number>();
      p.years.forEach((_y, t) =>
        list.forEach((c, v) => {
          const kw = p.hosting && g >= 0 ? p.hosting.spareKw[g * T + t] : Infinity;
          const may = v === own || (gunsIn(p, c) <= p.sites.slots[j] && kwIn(p, c) <= kw && grows(own, v));
          assert.equal(model.allowed[(j * T + t) * V + v], may ? 1 : 0, `site ${j}, year ${t}, layout ${v}`);
          if (may) some.add(v);
        }),
      );
      assert.deepEqual(
        Array.from(model.siteLayout.subarray(model.siteStart[j], model.siteStart[j + 1])),
        [...some].toSorted((a, b) => a - b),
      );
    });
  }
});
