import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { erlangC } from '@qipan/numeric';
import { withGridRows, type PlanProblem } from '@qipan/plan';
import { built, ruleChecks, spending } from '../src/verify/rules.js';
import {
  capture,
  coverageDuty,
  discounting,
  networkRows,
  serviceTable,
  travelPerKwh,
  worthAtEnd,
} from '../src/verify/terms.js';
import { ac7, dc60, handProblem, randomProblem } from './support/hand.js';

const plain = (spec: Partial<Parameters<typeof handProblem>[0]> = {}): PlanProblem =>
  handProblem({ villages: [{ kwh: [40, 60] }], spots: [{ minutes: [5] }], ...spec });

test('the factor of a year is what a sum put by at the price year has grown to, inverted', () => {
  for (const [rate, years] of [
    [0.06, [2026, 2027]],
    [0.1, [2030, 2031, 2032]],
    [0, [2026]],
    [0.03, [2020, 2021]],
  ] as const) {
    const p = { ...plain({ cost: { discountRate: rate } }), years };
    const { factor, end } = discounting(p);
    // Saved up year by year instead of by a power; backwards for years before the price year.
    const grown = (year: number) => {
      let sum = 1;
      for (let y = 2025; y < year; y++) sum *= 1 + rate;
      for (let y = 2025; y > year; y--) sum /= 1 + rate;
      return sum;
    };
    years.forEach((y, t) => assert.ok(Math.abs(factor(t) * grown(y) - 1) < 1e-13));
    assert.ok(Math.abs(end * grown(years[years.length - 1] + 1) - 1) < 1e-13);
  }
});

test('a thing loses an equal part of its worth each year and is worth nothing from the end of its life', () => {
  const p = { ...plain(), years: [2026, 2027, 2028, 2029, 2030, 2031] };
  for (const life of [1, 2, 5, 6, 10, 40]) {
    for (let t = 0; t < 6; t++) {
      let worth = 1;
      for (let y = t; y < 6 && worth > 0; y++) worth -= 1 / life;
      assert.ok(Math.abs(worthAtEnd(p, t, life) - Math.max(0, worth)) < 1e-12, `life ${life}, year ${t}`);
    }
  }
});

test('capture is whole up to the full time, halves every ln 2 of the decay, and ends after the limit', () => {
  const p = plain({ capture: { fullCaptureMin: 10, decayMin: 15, maxMin: 30 } });
  for (const minutes of [0, 5, 10]) assert.equal(capture(p, minutes), 1);
  for (const halves of [0.25, 0.5, 1, 1.9]) {
    const minutes = 10 + 15 * Math.LN2 * halves;
    assert.ok(Math.abs(capture(p, minutes) - (minutes > 30 ? 0 : 0.5 ** halves)) < 1e-12);
  }
  assert.ok(capture(p, 30) > 0.26, 'the limit itself is inside');
  assert.equal(capture(p, 30 + 1e-9), 0);
});

test('driving for a kWh costs there and back in hours at the value of time, shared over the energy of a trip', () => {
  for (const [tv, trip, minutes, expected] of [
    [20, 20, 30, 1],
    [60, 12, 6, 1],
    [30, 15, 0, 0],
    [45, 18, 24, 2],
  ])
    assert.ok(
      Math.abs(travelPerKwh(plain({ cost: { timeValuePerHour: tv, tripKwh: trip } }), minutes) - expected) < 1e-12,
    );
});

test('the verifier’s queues put the wait exactly on its target, from one gun to hundreds', () => {
  for (const alpha of [0.02, 0.1, 0.5])
    for (const scv of [0.5, 1, 2]) {
      const p = {
        ...plain({ types: [ac7, dc60], layouts: [[0, 0]], peaks: [{ share: 0.1, waitMin: 12, alpha }] }),
        queue: { arrivalScv: scv, serviceScv: 1 },
      };
      const served = serviceTable(p);
      p.moduleTypes.forEach((m, k) => {
        assert.equal(served(k, 0, 0), 0);
        let before = 0;
        for (const n of [1, 2, 3, 7, 20, 90, 400]) {
          const rate = served(k, n, 0) / m.sessionKwh;
          const mu = 60 / m.plugMin;
          const wait = erlangC(n, rate / mu) * Math.exp((-(n * mu - rate) * 0.2 * 2) / (scv + 1));
          assert.ok(Math.abs(wait - alpha) < 1e-8, `${n} guns, α ${alpha}: P(wait) ${wait}`);
          assert.ok(rate / n > before && rate < n * mu, 'more guns serve more each, never more than they can');
          before = rate / n;
          assert.equal(served(k, n, 0), served(k, n, 0), 'what is remembered is what was found');
        }
      });
    }
});

test('a wait target that nobody can miss is limited by the guns alone', () => {
  const p = plain({ peaks: [{ share: 0.1, waitMin: 0, alpha: 1 }] });
  const served = serviceTable(p);
  for (const n of [1, 4, 30]) assert.ok(Math.abs(served(0, n, 0) - (n * 60 * 20) / 40) < 1e-9 * n);
});

test('people count where their county is suitable and their number is known and positive', () => {
  const p = plain({
    villages: [
      { kwh: [1, 1], people: 100 },
      { kwh: [1, 1], people: NaN },
      { kwh: [1, 1], people: 0 },
      { kwh: [1, 1], people: 70, township: 1 },
      { kwh: [1, 1], people: 30, township: 2 },
    ],
    spots: [{ minutes: [1, 2, 3, 4, 5] }],
    townships: [{}, { county: 1 }, { county: 1, suitable: false }],
    counties: 2,
  });
  assert.deepEqual(coverageDuty(p), {
    county: Int32Array.of(0, -1, -1, 1, 1),
    people: Float64Array.of(100, 0, 0, 70, 30),
  });
  const unsuitable = { ...p, counties: { ...p.counties, suitable: Uint8Array.of(1, 0) } };
  assert.deepEqual(Array.from(coverageDuty(unsuitable).county), [0, -1, -1, -1, -1]);
});

test('rows of networks add up what one site draws twice, and leave room for what stands', () => {
  const p = withGridRows(plain({ spots: [{ minutes: [5], existing: 2 }, { minutes: [9] }] }), [
    { name: 'line 1', site: [0, 1, 0], coefficient: [0.001, 0.002, 0.003], room: 0.3 },
    { name: 'line 2', site: [1], coefficient: [0.01], room: 0.7 },
  ]);
  const [a, b] = networkRows(p);
  assert.deepEqual(
    [...a.perKw],
    [
      [0, 0.004],
      [1, 0.002],
    ],
  );
  // Two modules of 60 kW stand at site 0: 0.48 is there already, whatever the row says.
  assert.ok(Math.abs(a.room - 0.48) < 1e-12);
  assert.deepEqual([b.name, b.room], ['line 2', 0.7]);
  assert.deepEqual(networkRows(plain()), []);
});

test('spending sums what is added, so over the years it is what stands at the end less what stood before', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const p = randomProblem(seed * 71, { spots: 4, years: 3, twoTypes: true });
    const rng = random(seed);
    const [K, T, V] = [2, 3, 5];
    const counts = new Int32Array(4 * T * K);
    let expected = 0;
    p.sites.existing.forEach((own, j) => {
      // Any growing choice will do: layout numbers grow in both counts but for 1 and 2.
      let v = own;
      for (let t = 0; t < T; t++) {
        const next = [0, 1, 3, 4][rng.below(4)];
        if (next > v) v = next;
        for (let k = 0; k < K; k++) counts[(j * T + t) * K + k] = p.layoutCounts[v * K + k];
      }
      assert.ok(v < V);
      const cost = (layout: number) =>
        p.moduleTypes.reduce((s, m, k) => s + p.layoutCounts[layout * K + k] * m.capex, 0) +
        (layout > 0 ? p.sites.openingCost[j] : 0);
      expected += cost(v) - cost(own);
    });
    const spent = spending(p, built(p, counts));
    const sum = spent.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - expected) < 1e-6, `seed ${seed}: ${sum}; expected ${expected}`);
    assert.ok(spent.every((x) => x >= 0));
  }
});

test('a rule is listed once for each place where it holds and each year, with what is there and what is asked', () => {
  const p = plain({
    villages: [
      { kwh: [40, 60], people: 100 },
      { kwh: [1, 1], people: 300, township: 1 },
    ],
    spots: [
      { minutes: [5, null], group: 0 },
      { minutes: [25, 7], township: 1, group: 0, existing: 1 },
    ],
    townships: [{}, {}, { suitable: false }],
    budget: { byYear: [70000, 500], carryOver: true },
    rules: {
      townshipPile: { guns: [1, 2], pricePerGun: 100 },
      countyStation: { kw: [0, 120], pricePerCounty: 1000 },
      coverage: { share: [0.5, 1], withinMin: 10, pricePerPerson: 3 },
    },
    hosting: [{ name: 'T', kw: [50, 200] }],
  });
  // Site 1 stands with one gun; in 2027 it grows to two, and nothing else is built.
  const rows = ruleChecks(p, built(p, Int32Array.of(0, 0, 1, 2)));
  const list = rows.map((r) => [r.constraint, r.whereId, r.year, r.has, r.needs]);
  assert.deepEqual(
    list.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      ['budget', '2026', 0, -0, -70000],
      ['budget', '2027', 1, -60000, -70500],
      ['countyStation', 'c0', 1, 1, 1],
      ['coverage', 'c0', 0, 300, 200],
      ['coverage', 'c0', 1, 300, 400],
      ['hostingCapacity', '0', 0, -60, -60],
      ['hostingCapacity', '0', 1, -120, -200],
      ['townshipPile', 't0', 0, 0, 1],
      ['townshipPile', 't0', 1, 0, 2],
      ['townshipPile', 't1', 0, 1, 1],
      ['townshipPile', 't1', 1, 2, 2],
    ],
  );
  const priceOf = (constraint: string, t: number) =>
    rows.find((r) => r.constraint === constraint && r.year === t)?.price ?? NaN;
  assert.ok(Math.abs(priceOf('townshipPile', 1) - 100 / 1.06 ** 2) < 1e-9);
  assert.ok(Math.abs(priceOf('coverage', 0) - 3 / 1.06) < 1e-9);
  assert.equal(priceOf('budget', 0), Infinity);
});
