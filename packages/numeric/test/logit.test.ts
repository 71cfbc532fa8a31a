import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  averagePrecision,
  brierScore,
  calibrationLine,
  choleskyFactor,
  choleskyInverse,
  choleskySolve,
  logistic,
  logitProbability,
  ridgeLogit,
  rocArea,
  wilsonInterval,
} from '@qipan/numeric';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/cases/logit/${name}.json`, import.meta.url), 'utf8'));
const input = read('input') as Record<'x' | 'y' | 'cluster' | 'score' | 'weight' | 'p', number[]> & { ridge: number };
const expected = read('expected');
const { tolerance } = read('case') as { tolerance: number };
const rows = input.y.length;
const x = Float64Array.from(input.x);
const y = Uint8Array.from(input.y);
const cluster = Int32Array.from(input.cluster);
const near = (got: ArrayLike<number>, want: readonly number[], what: string) =>
  want.forEach((w, i) =>
    assert.ok(Math.abs(got[i] - w) <= tolerance * Math.max(1, Math.abs(w)), `${what}[${i}]: ${got[i]} for ${w}`),
  );

test('coefficients, likelihood and cluster-robust errors are those of statsmodels', () => {
  const fit = ridgeLogit({ x, y, rows, cols: 3, cluster });
  assert.equal(fit.status, 'converged');
  near(fit.coefficient, expected.coef, 'coefficient');
  near(fit.standardError, expected.se, 'clustered error');
  near([fit.logLikelihood], [expected.ll], 'log likelihood');
  assert.equal(fit.clusters, new Set(input.cluster).size);
  near(ridgeLogit({ x, y, rows, cols: 3 }).standardError, expected.seRow, 'robust error');
});

test('the ridge estimate is that of scikit-learn, whose intercept is free too', () => {
  const fit = ridgeLogit({ x, y, rows, cols: 3, ridge: input.ridge });
  near(fit.coefficient, expected.ridgeCoef, 'ridge coefficient');
});

test('ROC area with ties and weights, average precision and Brier score are those of scikit-learn', () => {
  const score = Float64Array.from(input.score);
  near([rocArea(score, y) as number], [expected.auc], 'area');
  near([rocArea(score, y, { weight: Float64Array.from(input.weight) }) as number], [expected.aucWeighted], 'weighted');
  near([averagePrecision(score, y) as number], [expected.ap], 'average precision');
  near([brierScore(score, y).score], [expected.brier], 'Brier');
});

test('the calibration line and Wilson’s interval are those of statsmodels', () => {
  const line = calibrationLine(Float64Array.from(input.p), y, cluster);
  assert.ok(line);
  near([line.intercept, line.slope, line.slopeError], expected.line, 'line');
  (
    [
      [0, 7],
      [3, 11],
      [40, 40],
    ] as const
  ).forEach(([k, n], i) => {
    const w = wilsonInterval(k, n);
    near([w.lower, w.upper], expected.wilson[i], 'Wilson');
  });
});

test('at the optimum the score of every penalised coefficient is λβ, and mean forecast equals mean outcome', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, ridge) => {
      const r = random(seed);
      const n = 40;
      const z = Float64Array.from({ length: n * 2 }, () => r.normal());
      const hit = Uint8Array.from({ length: n }, (_, i) => Number(r.next() < logistic(z[2 * i])));
      if (hit.every((h) => h === hit[0])) return;
      const fit = ridgeLogit({ x: z, y: hit, rows: n, cols: 2, ridge });
      const p = logitProbability(fit, z, n);
      const residual = Float64Array.from(hit, (h, i) => h - p[i]);
      assert.ok(Math.abs(residual.reduce((a, b) => a + b, 0)) < 1e-7);
      for (let c = 0; c < 2; c++) {
        const score = residual.reduce((s, e, i) => s + e * z[2 * i + c], 0);
        assert.ok(Math.abs(score - ridge * fit.coefficient[c + 1]) < 1e-6, `${score}`);
      }
    }),
    { seed: 7, numRuns: 40 },
  );
});

test('separation is told, not fitted; a penalty makes it finite', () => {
  const line = Float64Array.from([-2, -1, 1, 2]);
  const hit = Uint8Array.from([0, 0, 1, 1]);
  const fit = ridgeLogit({ x: line, y: hit, rows: 4, cols: 1 });
  assert.equal(fit.status, 'separated');
  assert.ok(fit.coefficient.every(Number.isNaN));
  assert.equal(ridgeLogit({ x: line, y: new Uint8Array(4), rows: 4, cols: 1, ridge: 1 }).status, 'separated');
  const held = ridgeLogit({ x: line, y: hit, rows: 4, cols: 1, ridge: 1 });
  assert.equal(held.status, 'converged');
  assert.ok(held.coefficient[1] > 0 && held.coefficient[1] < 3);
  const twice = Float64Array.from([1, 1, 2, 2, 3, 3, 4, 4]);
  assert.equal(
    ridgeLogit({ x: twice, y: Uint8Array.from([0, 1, 0, 1]), rows: 4, cols: 2 }).status,
    'separated',
    'a column twice leaves its two coefficients open',
  );
});

test('bad shapes, a bad ridge and a feature that is no number are refused by name', () => {
  const code = (f: () => unknown) => {
    try {
      f();
    } catch (e) {
      return (e as { code: string }).code;
    }
    return null;
  };
  const ok = { x: Float64Array.of(1, 2), y: Uint8Array.of(0, 1), rows: 2, cols: 1 };
  assert.equal(
    code(() => ridgeLogit({ ...ok, rows: 3 })),
    'SHAPE_MISMATCH',
  );
  assert.equal(
    code(() => ridgeLogit({ ...ok, y: Uint8Array.of(1) })),
    'SHAPE_MISMATCH',
  );
  assert.equal(
    code(() => ridgeLogit({ ...ok, cluster: Int32Array.of(1) })),
    'SHAPE_MISMATCH',
  );
  assert.equal(
    code(() => ridgeLogit({ ...ok, ridge: -1 })),
    'OUT_OF_RANGE',
  );
  assert.equal(
    code(() => ridgeLogit({ ...ok, x: Float64Array.of(1, Number.NaN) })),
    'BAD_INPUT',
  );
  assert.equal(
    code(() => ridgeLogit({ x: new Float64Array(0), y: new Uint8Array(0), rows: 0, cols: 1 })),
    'DEGENERATE_INPUT',
  );
  assert.equal(
    code(() => logitProbability({ coefficient: Float64Array.of(1, 1) }, ok.x, 3)),
    'SHAPE_MISMATCH',
  );
  assert.equal(
    code(() => choleskyFactor(Float64Array.of(1), 2)),
    'SHAPE_MISMATCH',
  );
});

test('a Cholesky factor solves and inverts; an indefinite matrix has none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 6 }), (seed, n) => {
      const r = random(seed);
      const b = Float64Array.from({ length: n * n }, () => r.normal());
      const a = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++)
          for (let k = 0; k < n; k++) a[i * n + j] += b[i * n + k] * b[j * n + k] + (i === j ? 0.1 : 0);
      const l = choleskyFactor(a, n);
      assert.ok(l);
      const want = Float64Array.from({ length: n }, () => r.normal());
      const right = want.map((_, i) => want.reduce((s, v, j) => s + a[i * n + j] * v, 0));
      choleskySolve(l, right).forEach((v, i) => assert.ok(Math.abs(v - want[i]) < 1e-7));
      const inverse = choleskyInverse(l, n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let cell = 0;
          for (let k = 0; k < n; k++) cell += a[i * n + k] * inverse[k * n + j];
          assert.ok(Math.abs(cell - Number(i === j)) < 1e-7);
        }
    }),
    { seed: 11, numRuns: 40 },
  );
  assert.equal(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2), null);
});

test('the logistic curve does not overflow', () => {
  assert.deepEqual([logistic(-1e4), logistic(0), logistic(1e4)], [0, 0.5, 1]);
});
