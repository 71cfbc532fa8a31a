import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lmdi, type ActivityUse } from '@qipan/clusters';

const date = (activity: readonly number[], use: readonly number[]): ActivityUse => ({
  activity: Float64Array.from(activity),
  use: Float64Array.from(use),
});
const close = (a: number, b: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} for ${b}`);

const dates = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 50 })), { minLength: 1, maxLength: 6 })
  .map((rows) => date([...rows.map((r) => r[0] / 10), 1], [...rows.map((r) => r[0] * r[1] * 0.01), 1]));

test('the parts add up to the change, with industries and uses that come and go', () => {
  fc.assert(
    fc.property(dates, dates, (a, b) => {
      const n = Math.min(a.use.length, b.use.length);
      const cut = (d: ActivityUse) => ({ activity: d.activity.slice(-n), use: d.use.slice(-n) });
      const p = lmdi(cut(a), cut(b));
      close(p.activity + p.structure + p.intensity, p.change, 1e-8);
      const back = lmdi(cut(b), cut(a));
      close(back.activity, -p.activity, 1e-8);
      close(back.structure, -p.structure, 1e-8);
      close(back.intensity, -p.intensity, 1e-8);
    }),
    { seed: 71, numRuns: 300 },
  );
});

test('each part alone: twice as much of all is activity, half the use is intensity, a shift is structure', () => {
  const before = date([10, 30], [20, 15]);
  const grown = lmdi(before, date([20, 60], [40, 30]));
  close(grown.activity, 35);
  close(grown.structure, 0);
  close(grown.intensity, 0);
  const leaner = lmdi(before, date([10, 30], [10, 7.5]));
  close(leaner.intensity, -17.5);
  close(leaner.activity, 0);
  const shifted = lmdi(before, date([30, 10], [60, 5]));
  close(shifted.structure, 30);
  close(shifted.activity, 0);
  close(shifted.intensity, 0);
});

test('the formula of one industry, by hand', () => {
  const p = lmdi(date([10], [20]), date([15], [24]));
  const weight = 4 / Math.log(1.2);
  close(p.activity, weight * Math.log(1.5));
  close(p.intensity, weight * Math.log(24 / 15 / 2));
  close(p.structure, 0);
});

test('an industry that comes is structure, a use that comes in a living one is intensity', () => {
  const p = lmdi(date([10, 0, 10], [5, 0, 0]), date([10, 10, 10], [5, 7, 3]));
  close(p.change, 10);
  close(p.structure + p.activity, 7, 0.5);
  assert.ok(p.intensity >= 3 - 1e-9);
});

test('an unchanged county has three zeros', () => {
  const same = date([3, 4], [5, 6]);
  assert.deepEqual(lmdi(same, same), { change: 0, activity: 0, structure: 0, intensity: 0 });
});

test('bad figures are refused', () => {
  const ok = date([1], [1]);
  assert.throws(() => lmdi(ok, date([1, 2], [1, 2])), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => lmdi(ok, date([-1], [1])), { code: 'VALUE_NEGATIVE' });
  assert.throws(() => lmdi(date([1], [Number.NaN]), ok), { code: 'VALUE_NEGATIVE' });
  assert.throws(() => lmdi(ok, date([0], [1])), { code: 'DEGENERATE_INPUT', message: /uses 1 without activity/ });
  assert.throws(() => lmdi(ok, date([0], [0])), { code: 'DEGENERATE_INPUT' });
});
