import assert from 'node:assert/strict';
import { test } from 'node:test';
import { erlangB, erlangC, serviceLadder } from '@qipan/numeric';
import { servedByLayout, serviceLevel } from '../src/families/service-level.js';
import { serve } from '../src/families/serve.js';
import { serviceTable } from '../src/verify/terms.js';
import { arrivalsWithin } from './support/exhaustion.js';
import { ac7, dc60, handProblem } from './support/hand.js';

test('Erlang B and C to the printed digits of the textbook values', () => {
  assert.equal(erlangB(5, 3).toFixed(12), '0.110054347826');
  assert.equal(erlangC(5, 3).toFixed(12), '0.236151603499');
  assert.ok(Math.abs(erlangC(2, 1) - 1 / 3) < 1e-15);
  assert.equal(erlangC(10, 8).toFixed(12), '0.409180150796');
});

/** Largest arrivals an hour with P(wait > 10 min) ≤ 0.1, by mean plug time and guns, to four digits. */
const table: readonly [number, readonly [number, number][]][] = [
  [
    26,
    [
      [1, 0.3213],
      [2, 1.54],
      [3, 3.1304],
      [4, 4.9011],
      [6, 8.7302],
      [8, 12.7744],
      [12, 21.1944],
    ],
  ],
  [
    189,
    [
      [1, 0.0333],
      [2, 0.1658],
      [3, 0.3441],
      [4, 0.5465],
      [6, 0.9928],
      [8, 1.4725],
      [12, 2.4894],
    ],
  ],
];

test('the ladder of service levels is the published one, in solver, verifier and by plain sums alike', () => {
  for (const [plugMin, rows] of table) {
    const type = { ...dc60, plugMin, sessionKwh: 10 };
    const layouts = rows.map(([n]) => [n]);
    const p = handProblem({
      villages: [{ kwh: [1, 1] }],
      spots: [{ minutes: [1] }],
      types: [type],
      layouts: [[0], ...layouts],
    });
    const served = servedByLayout(p);
    const verified = serviceTable(p);
    rows.forEach(([n, want], v) => {
      const rate = served[v + 1] / 10;
      assert.equal(rate.toFixed(4), want.toFixed(4), `${n} guns of ${plugMin} min`);
      assert.ok(Math.abs(verified(0, n, 0) / 10 - rate) < 1e-9 * rate);
      assert.ok(Math.abs(arrivalsWithin(n, { plugMin, waitMin: 10, alpha: 0.1 }) - rate) < 1e-9 * rate);
    });
  }
});

test('guns together serve more than guns apart, and a looser target more than a strict one', () => {
  const q = { meanServiceMin: 40, waitMin: 10, alpha: 0.1, arrivalScv: 1, serviceScv: 1 };
  const guns = Array.from({ length: 24 }, (_, n) => n + 1);
  const rate = serviceLadder(guns, q);
  for (let a = 1; a <= 12; a++)
    for (let b = 1; b <= 12; b++) assert.ok(rate[a + b - 1] >= rate[a - 1] + rate[b - 1] - 1e-12, `${a} + ${b}`);
  for (const easier of [{ waitMin: 20 }, { alpha: 0.2 }, { meanServiceMin: 30 }, { serviceScv: 0.5 }]) {
    const other = serviceLadder(guns, { ...q, ...easier });
    guns.forEach((_, n) => assert.ok(other[n] > rate[n]));
  }
});

test('where all villages have one shape of the day, what is proved possible and what is allowed are one number', () => {
  const p = handProblem({
    villages: [{ kwh: [100, 130] }, { kwh: [40, 10] }],
    spots: [{ minutes: [4, 9] }, { minutes: [8, 2] }],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [1, 0],
      [2, 2],
      [0, 4],
    ],
    peaks: [
      { share: 0.08, waitMin: 10, alpha: 0.1 },
      { share: 0.2, waitMin: 30, alpha: 0.3 },
    ],
  });
  const { atMost, always, weight } = serviceLevel(p, serve(p));
  atMost.forEach((x, e) => assert.ok(Math.abs(x - always[e]) <= 1e-9 * (1 + x), `${x} and ${always[e]}`));
  // The weight of the peaks is between the two hours' energies, nearer the one that fills stations more.
  for (let i = 0; i < 2; i++)
    for (let t = 0; t < 2; t++) {
      const kwh = p.energyKwhPerDay[i * 2 + t];
      assert.ok(weight[i * 2 + t] >= 0.08 * kwh - 1e-9 && weight[i * 2 + t] <= 0.2 * kwh + 1e-9);
    }
});

test('with villages of other shapes every mix within the allowance holds at every peak, and no mix beyond the proof does', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [100] }, { kwh: [100] }, { kwh: [100] }],
    spots: [{ minutes: [4, 5, 6] }],
    layouts: [[0], [1], [2], [4]],
    peaks: [
      { share: 0.1, waitMin: 10, alpha: 0.1 },
      { share: 0.1, waitMin: 10, alpha: 0.1 },
    ],
  });
  // Peak 0 in the morning for village 0, peak 1 in the evening for village 2, village 1 both.
  const peaks = [
    [9, 6, 2],
    [1, 6, 8],
  ];
  peaks.forEach((row, q) => row.forEach((x, i) => (p.peakKwhPerHour[q * 3 + i] = x)));
  const pairs = serve(p);
  const { atMost, always, weight, servedKwh } = serviceLevel(p, pairs);
  const steps = [0, 0.1, 0.25, 0.5, 0.75, 1];
  for (let v = 1; v < 4; v++) {
    const cap = servedKwh[v * 2];
    for (const a of steps)
      for (const b of steps)
        for (const c of steps) {
          const w = a * weight[0] + b * weight[1] + c * weight[2];
          const holds = peaks.every((row) => a * row[0] + b * row[1] + c * row[2] <= cap + 1e-9);
          if (w <= always[v]) assert.ok(holds, `${a} ${b} ${c} within the allowance of layout ${v}`);
          if (holds) assert.ok(w <= atMost[v] + 1e-9, `${a} ${b} ${c} holds beyond the proof of layout ${v}`);
        }
  }
});

test('pairs that nobody would use are left out: beyond the limit, dearer than unserved, or without energy', () => {
  const p = handProblem({
    villages: [{ kwh: [10, 10] }, { kwh: [0, 0] }, { kwh: [10, 10] }],
    spots: [{ minutes: [5, 5, 30.5] }],
    capture: { maxMin: 30 },
  });
  const pairs = serve(p);
  assert.deepEqual(Array.from(pairs.point), [0]);
  assert.ok(Math.abs(pairs.travelPerKwh[0] - 5 / 30) < 1e-12);
  const dear = handProblem({
    villages: [{ kwh: [10, 10] }],
    spots: [{ minutes: [29] }],
    cost: { unservedPerKwh: 0.9 },
  });
  assert.equal(serve(dear).point.length, 0, '29/30 a kWh to travel, 0.9 to do without');
});
