import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ascending,
  averagePrecision,
  brierScore,
  calibrationCurve,
  calibrationLine,
  rocArea,
  topPrecision,
  wilsonInterval,
} from '@qipan/numeric';

const forecasts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 60 })
  .map((rows) => ({
    p: Float64Array.from(rows, ([k]) => k / 20),
    y: Uint8Array.from(rows, ([, hit]) => Number(hit)),
  }));
const runs = { seed: 13, numRuns: 200 };

test('the area is the share of pairs that stand in the right order, ties half', () => {
  fc.assert(
    fc.property(forecasts, ({ p, y }) => {
      let won = 0;
      let pairs = 0;
      for (let i = 0; i < p.length; i++)
        for (let j = 0; j < p.length; j++)
          if (y[i] === 1 && y[j] === 0) {
            pairs++;
            won += p[i] > p[j] ? 1 : p[i] === p[j] ? 0.5 : 0;
          }
      const area = rocArea(p, y);
      if (pairs === 0) assert.equal(area, null);
      else assert.ok(Math.abs((area as number) - won / pairs) < 1e-12);
    }),
    runs,
  );
});

test('a whole weight counts a row as often as it says', () => {
  fc.assert(
    fc.property(forecasts, fc.integer({ min: 1, max: 1e6 }), ({ p, y }, seed) => {
      const weight = p.map((_, i) => (seed >> (i % 16)) & 3);
      const repeated = [...p.keys()].flatMap((i) => Array.from({ length: weight[i] }, () => i));
      const want = rocArea(
        Float64Array.from(repeated, (i) => p[i]),
        Uint8Array.from(repeated, (i) => y[i]),
      );
      const got = rocArea(p, y, { weight, order: ascending(p) });
      if (want === null) assert.equal(got, null);
      else assert.ok(Math.abs((got as number) - want) < 1e-12);
    }),
    runs,
  );
});

test('the Brier score is the sum of its parts, whatever the bins', () => {
  fc.assert(
    fc.property(forecasts, fc.integer({ min: 1, max: 15 }), ({ p, y }, bins) => {
      const b = brierScore(p, y, bins);
      const sum = b.reliability - b.resolution + b.uncertainty + b.withinBin;
      assert.ok(Math.abs(b.score - sum) < 1e-12, `${b.score} ${sum}`);
    }),
    runs,
  );
});

test('bins hold every forecast once, in order, and never split equal ones', () => {
  fc.assert(
    fc.property(forecasts, fc.integer({ min: 1, max: 12 }), ({ p, y }, bins) => {
      const curve = calibrationCurve(p, y, bins);
      assert.equal(
        curve.reduce((s, b) => s + b.n, 0),
        p.length,
      );
      for (let k = 1; k < curve.length; k++) assert.ok(curve[k].forecast > curve[k - 1].forecast);
      const events = curve.reduce((s, b) => s + b.observed * b.n, 0);
      assert.ok(Math.abs(events - y.reduce((a, b) => a + b, 0)) < 1e-9);
      for (const b of curve) assert.ok(b.lower <= b.observed + 1e-12 && b.observed <= b.upper + 1e-12);
      assert.ok(curve.length <= bins);
    }),
    runs,
  );
});

test('average precision by hand: hits at ranks 1 and 3 give 5/6, a constant score the share of events', () => {
  const y = Uint8Array.of(1, 0, 1, 0);
  assert.ok(Math.abs((averagePrecision(Float64Array.of(4, 3, 2, 1), y) as number) - 5 / 6) < 1e-15);
  assert.equal(averagePrecision(new Float64Array(4), y), 0.5);
  assert.equal(averagePrecision(new Float64Array(4), new Uint8Array(4)), null);
});

test('precision among the best k of a group shares out ties at the border', () => {
  const score = Float64Array.of(3, 2, 2, 1, 9, 8, 7);
  const y = Uint8Array.of(0, 1, 0, 0, 0, 0, 0);
  const group = Int32Array.of(0, 0, 0, 0, 1, 1, 1);
  assert.deepEqual(topPrecision(score, y, { group, k: 2 }), { precision: 0.25, groups: 1 }, 'group 1 has no event');
  assert.deepEqual(topPrecision(score, y, { group, k: 1 }), { precision: 0, groups: 1 });
  assert.equal(topPrecision(score, y, { group, k: 4 }), null, 'choosing all of a group tells nothing');
});

test('a constant forecast has no calibration line, nor have outcomes all alike', () => {
  assert.equal(calibrationLine(new Float64Array(4).fill(0.5), Uint8Array.of(0, 1, 0, 1)), null);
  assert.equal(calibrationLine(Float64Array.of(0.1, 0.2, 0.3), new Uint8Array(3)), null);
  assert.equal(calibrationLine(new Float64Array(0), new Uint8Array(0)), null);
});

test('forecasts twice too extreme on the logit scale have slope one half', () => {
  const p: number[] = [];
  const y: number[] = [];
  for (const [logit, n] of [
    [-2, 1000],
    [0, 1000],
    [2, 1000],
  ] as const) {
    const hits = Math.round(n / (1 + Math.exp(-logit)));
    for (let i = 0; i < n; i++) {
      p.push(1 / (1 + Math.exp(-2 * logit)));
      y.push(Number(i < hits));
    }
  }
  const line = calibrationLine(Float64Array.from(p), Uint8Array.from(y));
  assert.ok(line && Math.abs(line.slope - 0.5) < 1e-3 && Math.abs(line.intercept) < 1e-3);
});

test('Wilson’s interval stays inside 0 and 1 and is empty of certainty', () => {
  const none = wilsonInterval(0, 3);
  assert.equal(none.lower, 0);
  assert.ok(none.upper > 0.5 && none.upper < 0.6);
});

test('scores and outcomes of different length are refused, and nothing to score', () => {
  const a = Float64Array.of(1, 2);
  const y = Uint8Array.of(1);
  for (const f of [rocArea, averagePrecision, brierScore, calibrationCurve, calibrationLine])
    assert.throws(() => f(a, y), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => topPrecision(a, y, { group: Int32Array.of(0, 0), k: 1 }), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => brierScore(new Float64Array(0), new Uint8Array(0)), { code: 'DEGENERATE_INPUT' });
});
