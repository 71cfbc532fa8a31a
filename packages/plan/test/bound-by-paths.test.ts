import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random, type Random } from '@qipan/base';
import type { Certificate, PlanProblem } from '@qipan/plan';
import { provenBound } from '../src/verify/bound.js';
import { gunsOf, kwOf, optimumByExhaustion } from './support/exhaustion.js';
import { plainCertificate } from './support/hand-plan.js';
import { handProblem, randomProblem } from './support/hand.js';
import { servedBy, shareAt } from './support/second-checker.js';

const scale = 2 ** 20;
const factor = (p: PlanProblem, t: number) => (1 + p.cost.discountRate) ** -(p.years[t] - p.priceYear);
const unservedMoney = (p: PlanProblem, i: number, t: number) =>
  factor(p, t) * p.cost.daysPerYear * p.energyKwhPerDay[i * p.years.length + t] * p.cost.unservedPerKwh;
const people = (p: PlanProblem, i: number) => (p.demandPoints.population[i] > 0 ? p.demandPoints.population[i] : 0);
const countyOf = (p: PlanProblem, township: number) => p.townships.county[township];

/** What a site pays in each year for its path: installed cost of what is added, and the same net of what is left of it at the end. */
function money(p: PlanProblem, j: number, path: readonly number[]): { spent: number[]; present: number } {
  const T = p.years.length;
  const K = p.moduleTypes.length;
  const end = factor(p, T - 1) / (1 + p.cost.discountRate);
  const net = (t: number, life: number) => factor(p, t) - end * Math.max(0, 1 - (T - t) / life);
  const spent = p.years.map(() => 0);
  let present = 0;
  path.forEach((v, t) => {
    const before = t === 0 ? p.sites.existing[j] : path[t - 1];
    if (v > 0 && before === 0) {
      spent[t] += p.sites.openingCost[j];
      present += p.sites.openingCost[j] * net(t, p.cost.siteLifeYears);
    }
    if (v > 0) present += factor(p, t) * p.cost.siteOpexPerYear;
    p.moduleTypes.forEach((m, k) => {
      const added = p.layoutCounts[v * K + k] - p.layoutCounts[before * K + k];
      spent[t] += added * m.capex;
      present += added * m.capex * net(t, m.lifeYears) + factor(p, t) * p.layoutCounts[v * K + k] * m.opexPerYear;
    });
  });
  return { spent, present };
}

/** All paths of layouts that a site may take, one by one. */
function pathsOf(p: PlanProblem, j: number): number[][] {
  const [T, K] = [p.years.length, p.moduleTypes.length];
  const own = p.sites.existing[j];
  const g = p.sites.hostingGroup[j];
  const covers = (a: number, b: number) =>
    p.moduleTypes.every((_, k) => p.layoutCounts[b * K + k] >= p.layoutCounts[a * K + k]);
  const may = (v: number, t: number) =>
    v === own ||
    (gunsOf(p, v) <= p.sites.slots[j] && (!p.hosting || g < 0 || kwOf(p, v) <= p.hosting.spareKw[g * T + t]));
  let list: number[][] = [[]];
  for (let t = 0; t < T; t++)
    list = list.flatMap((path) =>
      Array.from({ length: p.layoutCounts.length / K }, (_, v) => v)
        .filter((v) => may(v, t) && covers(path.at(-1) ?? own, v))
        .map((v) => [...path, v]),
    );
  return list;
}

/** Best gain of a site in a year: villages by gain per kWh, each as far as it travels, until the tightest peak is full. */
function gain(p: PlanProblem, j: number, t: number, v: number, price: (i: number) => number): number {
  const T = p.years.length;
  const [P, I] = [p.peaks.length, p.demandPoints.id.length];
  const some = Array.from({ length: I }, (_, i) => i).find((i) => p.energyKwhPerDay[i * T + t] > 0);
  if (some === undefined || v === 0) return 0;
  // All villages have one shape of the day: a peak is a part of the day's energy.
  const part = (q: number) => p.peakKwhPerHour[(t * P + q) * I + some] / p.energyKwhPerDay[some * T + t];
  let room = p.moduleTypes.reduce((s, _, k) => {
    const count = p.layoutCounts[v * p.moduleTypes.length + k];
    return s + Math.min(...p.peaks.map((_q, q) => servedBy(p, k, count, q) / part(q)));
  }, 0);
  const items: { each: number; kwh: number }[] = [];
  for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++) {
    const i = p.access.point[e];
    const kwh = p.energyKwhPerDay[i * T + t];
    const minutes = p.access.travelMin[e];
    const perKwh = (minutes * p.cost.timeValuePerHour) / 30 / p.cost.tripKwh;
    if (kwh > 0 && perKwh < p.cost.unservedPerKwh)
      items.push({ each: price(i) / kwh - factor(p, t) * p.cost.daysPerYear * perKwh, kwh: kwh * shareAt(p, minutes) });
  }
  let sum = 0;
  for (const { each, kwh } of items.toSorted((a, b) => b.each - a.each)) {
    if (each <= 0 || room <= 0) break;
    sum += each * Math.min(room, kwh);
    room -= kwh;
  }
  return sum;
}

/** Σ multiplier · (what a site on a path adds to each row), read off the rules; and Σ multiplier · what rows ask. */
function rowTerms(p: PlanProblem, c: Certificate) {
  const T = p.years.length;
  const of = (name: string) => {
    let at = 0;
    const list = c.rows[name] ?? [];
    return () => (list[at++] ?? 0) / scale;
  };
  const asked: number[] = [];
  const terms: ((j: number, path: readonly number[], spent: readonly number[]) => number)[] = [];
  const row = (
    m: number,
    needs: number,
    adds: (j: number, path: readonly number[], spent: readonly number[]) => number,
  ) => {
    asked.push(m * needs);
    terms.push((j, path, spent) => m * adds(j, path, spent));
  };
  const { townshipPile, countyStation } = p.rules;
  const pile = of('townshipPile');
  const station = of('countyStation');
  const budget = of('budget');
  const hosting = of('hostingCapacity');
  p.townships.id.forEach((_, w) => {
    for (let t = 0; t < T && townshipPile && p.townships.suitable[w] === 1; t++)
      row(pile(), townshipPile.guns[t], (j, path) => (p.sites.township[j] === w ? gunsOf(p, path[t]) : 0));
  });
  p.counties.id.forEach((_, k) => {
    for (let t = 0; t < T && countyStation && p.counties.suitable[k] === 1; t++)
      if (countyStation.kw[t] > 0)
        row(station(), 1, (j, path) =>
          countyOf(p, p.sites.township[j]) === k && kwOf(p, path[t]) >= countyStation.kw[t] ? 1 : 0,
        );
  });
  for (let t = 0; t < T && p.budget; t++) {
    const from = p.budget.carryOver ? 0 : t;
    const sum = (list: readonly number[]) => list.slice(from, t + 1).reduce((a, b) => a + b, 0);
    row(budget(), -sum(p.budget.byYear), (_j, _path, spent) => -sum(spent));
  }
  p.hosting?.name.forEach((_, g) => {
    const under = p.sites.id.map((_id, j) => j).filter((j) => p.sites.hostingGroup[j] === g);
    if (under.length < 2) return;
    const standing = under.reduce((s, j) => s + kwOf(p, p.sites.existing[j]), 0);
    for (let t = 0; t < T; t++)
      row(hosting(), -Math.max(p.hosting?.spareKw[g * T + t] ?? 0, standing), (j, path) =>
        under.includes(j) ? -kwOf(p, path[t]) : 0,
      );
  });
  return { asked: asked.reduce((a, b) => a + b, 0), terms };
}

/** L(m) from its definition: every path of every site is tried. */
function boundByPaths(p: PlanProblem, c: Certificate): number {
  const [T, I] = [p.years.length, p.demandPoints.id.length];
  const { asked, terms } = rowTerms(p, c);
  let bound = asked;
  for (let i = 0; i < I; i++)
    for (let t = 0; t < T; t++) bound += Math.min(c.serve[i * T + t] / scale, unservedMoney(p, i, t));
  const rule = p.rules.coverage;
  const duty = (i: number) => countyOf(p, p.demandPoints.township[i]);
  const counts = (i: number) => rule !== null && people(p, i) > 0 && p.counties.suitable[duty(i)] === 1;
  const covered = (i: number, t: number) => (c.rows['covered']?.[i * T + t] ?? 0) / scale;
  for (let i = 0; i < I && rule; i++)
    for (let t = 0; t < T && counts(i); t++) {
      const county = (c.rows['coverage']?.[duty(i) * T + t] ?? 0) / scale;
      bound += county * rule.share[t] * people(p, i) + Math.min(0, covered(i, t) - county * people(p, i));
    }
  p.sites.id.forEach((_, j) => {
    let least = Infinity;
    for (const path of pathsOf(p, j)) {
      const { spent, present } = money(p, j, path);
      let cost = present - terms.reduce((s, term) => s + term(j, path, spent), 0);
      path.forEach((v, t) => {
        cost -= gain(p, j, t, v, (i) => c.serve[i * T + t] / scale);
        for (let e = p.access.start[j]; e < p.access.start[j + 1] && v > 0 && rule; e++)
          if (p.access.travelMin[e] <= rule.withinMin && counts(p.access.point[e]))
            cost -= covered(p.access.point[e], t);
      });
      least = Math.min(least, cost);
    }
    bound += least;
  });
  return bound;
}

/** Multipliers drawn for every row, in the order of the certificate; prices of points below nothing and above their cap too. */
function drawCertificate(p: PlanProblem, rng: Random): Certificate {
  const T = p.years.length;
  const plain = plainCertificate(p);
  const { townshipPile, countyStation, coverage } = p.rules;
  const draw = (list: readonly number[] = [], top: (n: number) => number) =>
    list.map((_, n) => (rng.next() < 0.2 ? 0 : Math.floor(rng.next() * top(n) * scale)));
  const last = factor(p, T - 1);
  return {
    ...plain,
    serve: plain.serve.map((_, e) =>
      Math.floor((1.3 * rng.next() - 0.1) * unservedMoney(p, Math.floor(e / T), e % T) * scale),
    ),
    rows: {
      townshipPile: draw(plain.rows['townshipPile'], () => (townshipPile?.pricePerGun ?? 0) * last),
      countyStation: draw(plain.rows['countyStation'], () => (countyStation?.pricePerCounty ?? 0) * last),
      budget: draw(plain.rows['budget'], () => 0.6),
      hostingCapacity: draw(plain.rows['hostingCapacity'], () => 400),
      coverage: draw(plain.rows['coverage'], () => (coverage?.pricePerPerson ?? 0) * last),
      covered: draw(plain.rows['covered'], (n) => 1.2 * (coverage?.pricePerPerson ?? 0) * people(p, Math.floor(n / T))),
    },
  };
}

test('the proven bound is the Lagrangian by its definition, every path of every site tried one by one', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const p = randomProblem(seed * 401, {
      villages: 3 + (seed % 4),
      spots: 2 + (seed % 3),
      years: 1 + (seed % 3),
      twoTypes: seed % 2 === 1,
      peaks: 1 + (seed % 2),
    });
    for (let draw = 0; draw < 4; draw++) {
      const c = drawCertificate(p, random(seed * 10 + draw));
      const { bound, faults } = provenBound(p, c);
      assert.deepEqual(faults, [], `seed ${seed}`);
      const expected = boundByPaths(p, c);
      const size = c.serve.reduce((s, m) => s + Math.abs(m) / scale, 1) + Math.abs(expected);
      assert.ok(
        Math.abs(bound - expected) <= 1e-9 * size,
        `seed ${seed}, draw ${draw}: ${bound}; expected ${expected}`,
      );
    }
  }
});

test('the bound is concave in the multipliers: between two certificates it lies on or above the line', () => {
  let strict = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const p = randomProblem(seed * 83, { twoTypes: seed % 2 === 0, years: 2 });
    const [a, b] = [drawCertificate(p, random(seed)), drawCertificate(p, random(seed + 500))];
    const even = (list: readonly number[]) => list.map((x) => x - (x % 2));
    const [a2, b2] = [a, b].map((c) => ({
      ...c,
      serve: even(c.serve),
      rows: Object.fromEntries(Object.entries(c.rows).map(([name, list]) => [name, even(list)])),
    }));
    const middle = {
      ...a2,
      serve: a2.serve.map((x, e) => (x + b2.serve[e]) / 2),
      rows: Object.fromEntries(
        Object.entries(a2.rows).map(([name, list]) => [name, list.map((x, e) => (x + b2.rows[name][e]) / 2)]),
      ),
    };
    const [x, y, z] = [a2, b2, middle].map((c) => provenBound(p, c).bound);
    const size = Math.abs(x) + Math.abs(y) + 1;
    assert.ok(z >= (x + y) / 2 - 1e-9 * size, `seed ${seed}: ${z} under the mean of ${x} and ${y}`);
    if (z > (x + y) / 2 + 1e-6 * size) strict++;
  }
  assert.ok(strict > 10, `${strict} of 30 lie above`);
});

test('each rule’s own multiplier moves the bound by what the rule lacks when nothing is built', () => {
  // Nobody is in reach and no energy is there: sites pay for nothing but rules, and at small prices nothing is built.
  const p = handProblem({
    villages: [
      { kwh: [0, 0], people: 700 },
      { kwh: [0, 0], people: 300, township: 1 },
    ],
    spots: [{ minutes: [5, 12] }, { minutes: [null, 3], township: 1 }],
    townships: [{}, {}],
    rules: {
      townshipPile: { guns: [1, 2], pricePerGun: 9000 },
      countyStation: { kw: [60, 120], pricePerCounty: 8000 },
      coverage: { share: [0.5, 0.8], withinMin: 10, pricePerPerson: 5 },
    },
  });
  const zero = { ...plainCertificate(p), serve: [0, 0, 0, 0] };
  assert.equal(provenBound(p, zero).bound, 0);
  const withOne = (family: string, n: number, m: number) => {
    const list = zero.rows[family].map((x, at) => (at === n ? m * scale : x));
    return provenBound(p, { ...zero, rows: { ...zero.rows, [family]: list } }).bound;
  };
  assert.equal(withOne('townshipPile', 0, 100), 100, 'a gun is missing in township 0 in 2026');
  assert.equal(withOne('townshipPile', 3, 100), 200, 'two are in township 1 in 2027');
  assert.equal(withOne('countyStation', 1, 64), 64);
  // Priced people who need not be covered by anybody: what the rule asks, less that all count as covered for nothing.
  assert.equal(withOne('coverage', 0, 2), 2 * 0.5 * 1000 - 2 * 1000);
  const both = {
    ...zero.rows,
    coverage: [2 * scale, 0],
    covered: [2 * 700 * scale, 0, 2 * 300 * scale, 0],
  };
  assert.equal(provenBound(p, { ...zero, rows: both }).bound, 1000, 'covering has its price: 500 people at 2');
});

test('where nothing can be decided the bound at full prices is the plan itself', () => {
  for (const kwh of [3, 12, 27]) {
    const p = handProblem({
      villages: [{ kwh: [kwh, 2 * kwh] }, { kwh: [kwh / 2, kwh] }],
      spots: [{ minutes: [4, 9], existing: 3, slots: 4 }],
    });
    const serve = [0, 1].flatMap((i) => [0, 1].map((t) => Math.floor(unservedMoney(p, i, t) * scale)));
    const { bound } = provenBound(p, { ...plainCertificate(p), serve });
    const { value } = optimumByExhaustion(p);
    assert.ok(bound <= value + 1e-6 && bound > value * (1 - 1e-6), `${kwh}: ${bound} and ${value}`);
  }
});
