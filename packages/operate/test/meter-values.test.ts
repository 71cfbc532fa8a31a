import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Reading } from '@qipan/base';
import { latestPower, meterValues, newTransaction, type Transaction } from '@qipan/operate';

const t0 = Date.UTC(2025, 2, 1, 10);
const minute = 60_000;
const limits = { nameplateW: 60_000, receivedAtMs: t0 };

const open: Transaction = { ...newTransaction('s', 't'), isStartKnown: true, startedAtMs: t0 };
const wh = (value: number, atMs: number | null, more: Partial<Extract<Reading, { value: number }>> = {}): Reading => ({
  measurand: 'Energy.Active.Import.Register',
  value: value * 1000,
  unit: 'mWh',
  atMs,
  ...more,
});
const fold = (t: Transaction, readings: readonly Reading[]): { t: Transaction; codes: readonly string[] } => {
  const out = meterValues(t, readings, limits);
  return { t: out.transaction, codes: out.effects.map((e) => e.code) };
};
const begun = fold(open, [wh(1000, t0)]).t;

test('the first register is the start, energy grows with every step forward', () => {
  assert.deepEqual([begun.startRegisterMilliWh, begun.energyMilliWh], [1_000_000, 0]);
  const { t, codes } = fold(begun, [wh(1500, t0 + minute), wh(1800, t0 + 2 * minute)]);
  assert.deepEqual([t.energyMilliWh, t.lastRegisterMilliWh, codes], [800_000, 1_800_000, []]);
});

test('a batch without an energy register changes nothing at all', () => {
  const others: readonly Reading[] = [
    { measurand: 'Power.Active.Import', value: 7000, unit: 'W', atMs: t0 + minute },
    { measurand: 'SoC', value: 50, unit: 'Percent', atMs: t0 + minute },
    { ...wh(5, t0 + minute), measurand: 'Energy.Active.Import.Interval' } as Reading,
    { ...wh(5, t0 + minute), measurand: 'Energy.Active.Export.Register' } as Reading,
  ];
  assert.equal(fold(begun, others).t, begun);
  assert.equal(fold(begun, []).t, begun);
});

test('interval values are never added to the register', () => {
  const interval = { ...wh(400, t0 + minute), measurand: 'Energy.Active.Import.Interval' } as Reading;
  const { t } = fold(begun, [interval, wh(1500, t0 + minute)]);
  assert.equal(t.energyMilliWh, 500_000);
});

test('a smaller register leaves the register alone and is an anomaly', () => {
  const before = fold(begun, [wh(20_000, t0 + 60 * minute)]).t;
  const { t, codes } = fold(before, [wh(19_900, t0 + 61 * minute)]);
  assert.deepEqual(codes, ['registerBackward']);
  assert.deepEqual([t.energyMilliWh, t.lastRegisterMilliWh], [before.energyMilliWh, before.lastRegisterMilliWh]);
  assert.deepEqual(t.quality, ['registerBackward']);
});

test('an equal register of a later time is a resting car, of the same time a repeat', () => {
  const { t, codes } = fold(begun, [wh(1000, t0 + minute)]);
  assert.deepEqual([t.energyMilliWh, t.lastRegisterAtMs, codes], [0, t0 + minute, []]);
  assert.equal(fold(begun, [wh(1000, t0)]).t, begun);
});

test('a jump above nameplate · elapsed · 1.2 + 0.5 kWh is an anomaly, one at the bound is not', () => {
  // 60 kW for ten minutes is 10 kWh; with 20 % and half a kilowatt-hour the bound is 12.5 kWh
  const at = t0 + 10 * minute;
  assert.deepEqual(fold(begun, [wh(1000 + 12_500, at)]).codes, []);
  const jump = fold(begun, [wh(1000 + 12_501, at)]);
  assert.deepEqual(jump.codes, ['registerJump']);
  assert.deepEqual([jump.t.energyMilliWh, jump.t.lastRegisterMilliWh], [0, 1_000_000]);
  const healed = fold(jump.t, [wh(2000, at + minute)]);
  assert.deepEqual([healed.codes, healed.t.energyMilliWh], [[], 1_000_000]);
});

test('a register that restarts begins a segment whose steps are added', () => {
  const before = fold(begun, [wh(9000, t0 + 60 * minute)]).t;
  const reset = fold(before, [wh(10, t0 + 61 * minute)]);
  assert.deepEqual(reset.codes, ['registerReset']);
  assert.equal(reset.t.energyMilliWh, 8_000_000);
  const after = fold(reset.t, [wh(510, t0 + 62 * minute)]);
  assert.deepEqual([after.codes, after.t.energyMilliWh], [[], 8_500_000]);
});

test('10¹² watt-hours, −1 and unreadable text change no energy', () => {
  for (const bad of [wh(9e9, t0 + minute), wh(-1, t0 + minute)]) {
    const { t, codes } = fold(begun, [bad]);
    assert.equal(t.energyMilliWh, 0);
    assert.equal(codes.length, 1);
  }
  const unreadable: Reading = { measurand: 'Energy.Active.Import.Register', unreadable: true, text: '12,5', atMs: t0 };
  const once = fold(begun, [unreadable]);
  assert.deepEqual([once.t.energyMilliWh, once.codes, once.t.quality], [0, ['unreadable'], ['unreadable']]);
  assert.deepEqual(fold(once.t, [unreadable]).codes, [], 'told once a transaction');
});

test('three phases are added, two are no total, and an unphased value wins', () => {
  const phases = (n: number, at: number): readonly Reading[] =>
    ['L1', 'L2', 'L3'].slice(0, n).map((phase) => wh(500, at, { phase }));
  const started = fold(open, phases(3, t0)).t;
  assert.equal(started.startRegisterMilliWh, 1_500_000);
  assert.equal(fold(begun, phases(2, t0 + minute)).t, begun);
  const both = fold(begun, [...phases(3, t0 + minute), wh(1200, t0 + minute)]);
  assert.equal(both.t.energyMilliWh, 200_000);
  const neutral = ['L1-N', 'L2-N', 'L3-N'].map((phase) => wh(500, t0, { phase }));
  assert.equal(fold(open, neutral).t.startRegisterMilliWh, 1_500_000);
  const lines = ['L1-L2', 'L2-L3', 'L3-L1'].map((phase) => wh(500, t0, { phase }));
  assert.equal(fold(open, lines).t, open);
});

test('only the outlet is billed: what the car, the inlet or the body measured does not count', () => {
  for (const location of ['EV', 'Inlet', 'Cable', 'Body']) {
    assert.equal(fold(begun, [wh(1500, t0 + minute, { location })]).t, begun, location);
  }
  assert.equal(fold(begun, [wh(1500, t0 + minute, { location: 'Outlet' })]).t.energyMilliWh, 500_000);
});

test('readings of one batch are taken in order of time, not of writing', () => {
  const { t, codes } = fold(begun, [wh(1800, t0 + 2 * minute), wh(1500, t0 + minute)]);
  assert.deepEqual([t.energyMilliWh, codes], [800_000, []]);
});

test('an older reading that comes late lies between, or moves an unknown start back', () => {
  const unknown = fold({ ...open, isStartKnown: false }, [wh(1000, t0 + 10 * minute)]).t;
  assert.deepEqual([unknown.energyMilliWh, unknown.quality], [null, ['startEstimated']]);
  const earlier = fold(unknown, [wh(400, t0)]);
  assert.deepEqual([earlier.t.startRegisterMilliWh, earlier.t.energyMilliWh, earlier.codes], [400_000, 600_000, []]);
  const between = fold(earlier.t, [wh(700, t0 + 5 * minute)]);
  assert.equal(between.t, earlier.t);
  assert.deepEqual(fold(earlier.t, [wh(900, t0 - minute)]).codes, ['registerBackward']);
  assert.deepEqual(fold(fold(open, [wh(90_000, t0)]).t, [wh(1, t0 - minute)]).codes, ['registerJump']);
});

test('without a time the order of arrival counts', () => {
  const one = meterValues(open, [wh(10, null)], { ...limits, receivedAtMs: t0 }).transaction;
  const two = meterValues(one, [wh(20, null)], { ...limits, receivedAtMs: t0 + minute }).transaction;
  assert.deepEqual([two.energyMilliWh, two.lastRegisterAtMs], [10_000, t0 + minute]);
});

test('energy is never negative, never shrinks, and equals the sum of the accepted steps for any readings', () => {
  const reading = fc.record({ value: fc.integer({ min: 0, max: 200_000 }), dt: fc.integer({ min: 0, max: 30 }) });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (list) => {
      let t = fold(open, [wh(100_000, t0)]).t;
      let clock = t0;
      // Counted apart from the fold: the rule of §6.2 on plain numbers.
      let last = 100_000_000;
      let lastAt = t0;
      let sum = 0;
      for (const { value, dt } of list) {
        clock += dt * minute;
        const mwh = value * 1000;
        const bound = ((60 * (clock - lastAt)) / 3_600_000) * 1.2 * 1e6 + 500_000;
        if (mwh > last && mwh - last <= bound) {
          sum += mwh - last;
          last = mwh;
          lastAt = clock;
        } else if (mwh === last) {
          lastAt = clock;
        } else if (mwh < last && mwh <= bound && last - mwh > 500_000) {
          last = mwh;
          lastAt = clock;
        }
        const before = t.energyMilliWh ?? 0;
        t = fold(t, [wh(value, clock)]).t;
        assert.ok((t.energyMilliWh ?? 0) >= before);
      }
      assert.deepEqual([t.energyMilliWh, t.lastRegisterMilliWh], [sum, last]);
    }),
    { numRuns: 400 },
  );
});

test('the power of a batch is its latest total, none where there is none', () => {
  const w = (value: number, atMs: number, more: object = {}): Reading => ({
    measurand: 'Power.Active.Import',
    value,
    unit: 'W',
    atMs,
    ...more,
  });
  assert.deepEqual(latestPower([w(1, t0), w(2, t0 + 1)], t0), { powerW: 2, atMs: t0 + 1 });
  assert.deepEqual(
    latestPower(
      ['L1', 'L2', 'L3'].map((phase) => w(1000, t0, { phase })),
      t0,
    ),
    { powerW: 3000, atMs: t0 },
  );
  assert.equal(latestPower([w(1000, t0, { phase: 'L1' })], t0), null);
  assert.equal(latestPower([wh(5, t0)], t0), null);
});
