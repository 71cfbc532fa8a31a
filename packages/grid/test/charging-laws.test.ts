import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  admd,
  chargingDay,
  drawCarDays,
  groupDemand,
  homeSessions,
  hostingCaseOf,
  hostingL0,
  hostingL1,
  limitAt,
  limitTree,
  stepsPerDay,
  syntheticCounty,
  syntheticTransformer,
  syntheticVillages,
  type ChargingRule,
  type LimitNode,
  type SessionModel,
} from '@qipan/grid';

const rules = fc.oneof(
  fc.constant<ChargingRule>({ kind: 'onArrival' }),
  fc.integer({ min: 18, max: 26 }).map((h): ChargingRule => ({ kind: 'tariffStep', hour: h % 24 })),
  fc.integer({ min: 20, max: 23 }).map((h): ChargingRule => ({ kind: 'staggeredValley', fromHour: h, toHour: 6 })),
);
const models = fc.record({
  sessionsPerDay: fc.double({ min: 0.2, max: 1, noNaN: true }),
  powerKw: fc.double({ min: 2, max: 22, noNaN: true }),
  energyLowKwh: fc.double({ min: 1, max: 6, noNaN: true }),
  energyHighKwh: fc.double({ min: 7, max: 20, noNaN: true }),
  arrivalHour: fc.double({ min: 15, max: 20, noNaN: true }),
  arrivalSpreadHours: fc.double({ min: 0, max: 2, noNaN: true }),
  departureHour: fc.constant(7.5),
});
const idle = new Float64Array(stepsPerDay);
/** Step of the design day at an hour of the clock. */
const stepAt = (hour: number) => Math.floor((((hour - 12) % 24) + 24) % 24) * 4;

function day(
  model: SessionModel,
  rule: ChargingRule,
  o: { n: number; day?: number; baseKw?: Float64Array; limitKw?: number },
) {
  const days = drawCarDays(model, o.n, 3, 5);
  const kw = chargingDay(days, o.day ?? 0, rule, {
    n: o.n,
    powerKw: model.powerKw,
    baseKw: o.baseKw ?? idle,
    limitKw: o.limitKw ?? Infinity,
    departureHour: model.departureHour,
  });
  const car = (c: number) => kw.subarray(c * stepsPerDay, (c + 1) * stepsPerDay);
  const sum = (x: Float64Array) => x.reduce((a, v) => a + v / 4, 0);
  return { days, kw, car, sum };
}

describe('laws of a charging day', () => {
  test('a car takes what it needs, as far as the day holds it, at no more than its socket', () => {
    fc.assert(
      fc.property(models, rules, (model, rule) => {
        const { days, car, sum } = day(model, rule, { n: 12 });
        for (let c = 0; c < 12; c++) {
          const arrival = days.arrival[c];
          const got = sum(car(c));
          if (arrival < 0) {
            assert.equal(got, 0);
            continue;
          }
          const first = car(c).findIndex((x) => x > 0);
          assert.ok(first >= arrival, 'nothing before it has come');
          assert.ok(Math.max(...car(c)) <= model.powerKw + 1e-9);
          const room = ((stepsPerDay - first) / 4) * model.powerKw;
          assert.ok(Math.abs(got - Math.min(days.energyKwh[c], room)) < 1e-6, `${got} of ${days.energyKwh[c]} kWh`);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('charging is one piece: once begun it runs at full power but for its last quarter hour', () => {
    fc.assert(
      fc.property(models, rules, (model, rule) => {
        const { car } = day(model, rule, { n: 8 });
        for (let c = 0; c < 8; c++) {
          const used = [...car(c).keys()].filter((t) => car(c)[t] > 0);
          used.forEach((t, k) => {
            if (k > 0) assert.equal(t, (used[k - 1] as number) + 1);
            if (k < used.length - 1) assert.ok(Math.abs(car(c)[t] - model.powerKw) < 1e-9);
          });
        }
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test('under a tariff step whoever came before it starts at it, together', () => {
    const hour = 22;
    const model = { ...homeSessions, sessionsPerDay: 1 };
    const { days, car } = day(model, { kind: 'tariffStep', hour }, { n: 60 });
    let together = 0;
    for (let c = 0; c < 60; c++) {
      const first = car(c).findIndex((x) => x > 0);
      if (days.arrival[c] <= stepAt(hour)) {
        assert.equal(first, stepAt(hour));
        together++;
      } else assert.equal(first, days.arrival[c]);
    }
    assert.ok(together > 50);
  });

  test('staggered starts fill the window and end within it where the energy fits', () => {
    const model = { ...homeSessions, sessionsPerDay: 1 };
    const { days, car } = day(model, { kind: 'staggeredValley', fromHour: 22, toHour: 6 }, { n: 200 });
    const starts: number[] = [];
    for (let c = 0; c < 200; c++) {
      const used = [...car(c).keys()].filter((t) => car(c)[t] > 0);
      if (days.arrival[c] > stepAt(22)) continue;
      starts.push(used[0] as number);
      assert.ok((used.at(-1) as number) < stepAt(6), `car ${c} still charges at ${used.at(-1)}`);
    }
    // Spread: no quarter hour holds more than a tenth of the starts.
    const most = Math.max(...starts.map((s) => starts.filter((x) => x === s).length));
    assert.ok(most <= starts.length / 10, `${most} of ${starts.length} together`);
  });

  test('a live limit keeps cars and households within their share, and gives everything it may', () => {
    fc.assert(
      fc.property(
        models,
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        fc.double({ min: 20, max: 120, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (model, share, limitKw, level) => {
          const baseKw = Float64Array.from(
            { length: stepsPerDay },
            (_, t) => level * limitKw * (0.3 + 0.6 * Math.abs(Math.sin(t / 20))),
          );
          const n = 15;
          const { kw, days, car } = day(model, { kind: 'dynamicLimit', share }, { n, baseKw, limitKw });
          for (let t = 0; t < stepsPerDay; t++) {
            let total = 0;
            for (let c = 0; c < n; c++) total += kw[c * stepsPerDay + t];
            const room = Math.max(0, share * limitKw - baseKw[t]);
            assert.ok(total <= room + 1e-9, `${total} of ${room} kW at ${t}`);
            // Work-conserving: with room left, whoever is there and not full has his whole socket or his rest.
            if (total >= room - 1e-6 || t >= stepAt(7)) continue;
            for (let c = 0; c < n; c++) {
              if (days.arrival[c] < 0 || days.arrival[c] > t) continue;
              const before = car(c)
                .subarray(0, t)
                .reduce((a, x) => a + x / 4, 0);
              const rest = days.energyKwh[c] - before;
              assert.ok(Math.abs(car(c)[t] - Math.min(model.powerKw, Math.max(0, rest) * 4)) < 1e-6);
            }
          }
        },
      ),
      { seed: 3, numRuns: 40 },
    );
  });
});

describe('demand of groups', () => {
  test('never more than its sockets, never less in all for more cars, and known demand changes no answer', () => {
    const o = { seed: 2, draws: 60 };
    for (const rule of [{ kind: 'onArrival' }, { kind: 'tariffStep', hour: 22 }] as const) {
      const demand = groupDemand(rule, o);
      let before = 0;
      for (let n = 0; n <= 450; n += 3) {
        const kw = demand(n);
        assert.ok(kw >= before - 1e-9 && kw <= 7 * n + 1e-9, `${n} cars: ${kw} kW`);
        before = kw;
      }
      const ledger = { id: 'T', ratedKva: 160, customers: 50, basePeakKw: 70 };
      assert.deepEqual(hostingL0(ledger, rule, { ...o, demand }), hostingL0(ledger, rule, o));
      const path = {
        ...ledger,
        ratedV: 400,
        sections: [{ lengthKm: 0.3, rOhmPerKm: 0.3, xOhmPerKm: 0.08, ratedA: 200 }],
        shareOfCustomers: 0.5,
      };
      assert.deepEqual(hostingL1(path, rule, { ...o, demand }), hostingL1(path, rule, o));
    }
  });

  test('a common start costs diversity: its demand a car is never below that of arrival', () => {
    const days = drawCarDays(homeSessions, 80, 200, 4);
    const sizes = [5, 10, 20, 40, 80];
    const of = (rule: ChargingRule) => admd(days, rule, sizes, homeSessions);
    const [arrival, step, valley] = [
      of({ kind: 'onArrival' }),
      of({ kind: 'tariffStep', hour: 22 }),
      of({ kind: 'staggeredValley', fromHour: 22, toHour: 6 }),
    ];
    sizes.forEach((n, k) => {
      assert.ok((step[k] as number) >= (arrival[k] as number), `${n} cars`);
      if (n >= 20) assert.ok((step[k] as number) > 1.5 * (valley[k] as number), `${n} cars`);
    });
  });
});

describe('made-up transformers', () => {
  test('are themselves whatever stands beside them, and their case is what a study looks at', () => {
    const [, , third] = syntheticCounty({ transformers: 3, seed: 8 });
    const [, , name] = syntheticVillages(9);
    assert.deepEqual(syntheticTransformer({ ...(name as { id: string; name: string }), seed: 8 }), third);
    assert.notDeepEqual(syntheticTransformer({ id: 'S0003', name: 'x', seed: 9 }).ledger, third.ledger);
    const c = hostingCaseOf(third);
    assert.equal(c?.network, third.network);
    assert.ok(Math.abs((c?.coincidence ?? 0) - 0.6) < 1e-9);
    assert.equal(hostingCaseOf({ ...third, network: null, level: 'L0' }), null);
  });

  test('their limit tree leaves at every hour what the households do not use', () => {
    const t = syntheticTransformer({ id: 'V', name: 'V', seed: 2 });
    const stations = [{ id: 'A', evses: [{ id: 'A1', powerKw: 60 }] }];
    const tree = limitTree({
      id: t.id,
      ratedKva: t.ledger.ratedKva,
      basePeakKw: t.ledger.basePeakKw ?? 0,
      level: 'L2',
      stations,
      validFromMs: 0,
    });
    const [root] = tree as [LimitNode];
    assert.ok(limitAt(root, 3) > limitAt(root, 19));
    assert.ok(Math.abs(limitAt(root, 19) - Math.max(0, 0.95 * t.ledger.ratedKva - (t.ledger.basePeakKw ?? 0))) < 1e-9);
    assert.deepEqual(
      tree.map((n) => n.parent),
      [null, 'V', 'A'],
    );
  });
});
