import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  averagePrecision,
  logistic,
  logitProbability,
  ridgeLogit,
  rocArea,
  topPrecision,
  type LogitProblem,
} from '@qipan/numeric';

/** Rows drawn from a logit with known coefficients; rows of one cluster stand together. */
function draw(seed: number, rows: number, beta: readonly number[], perCluster = 1): LogitProblem {
  const r = random(seed);
  const cols = beta.length - 1;
  const x = Float64Array.from({ length: rows * cols }, () => r.normal());
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let t = beta[0];
    for (let c = 0; c < cols; c++) t += beta[c + 1] * x[i * cols + c];
    y[i] = Number(r.next() < logistic(t));
  }
  return { x, y, rows, cols, cluster: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / perCluster)) };
}
const close = (a: number, b: number, tolerance = 1e-7) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
const seeds = fc.integer({ min: 1, max: 1e6 });
const runs = { seed: 17, numRuns: 25 };

test('coefficients that made the data come back within four standard errors', () => {
  const beta = [-1, 0.8, -0.4, 0];
  const fit = ridgeLogit(draw(5, 4000, beta, 4));
  beta.forEach((b, i) => assert.ok(Math.abs(fit.coefficient[i] - b) < 4 * fit.standardError[i]));
  assert.ok(fit.standardError.every((s) => s > 0.03 && s < 0.06));
});

test('a two by two table gives the log odds ratio and Woolf’s standard error', () => {
  const cells = { a: 12, b: 30, c: 25, d: 9 };
  const x: number[] = [];
  const y: number[] = [];
  const add = (n: number, exposed: number, hit: number) => {
    for (let i = 0; i < n; i++) {
      x.push(exposed);
      y.push(hit);
    }
  };
  add(cells.a, 1, 1);
  add(cells.b, 1, 0);
  add(cells.c, 0, 1);
  add(cells.d, 0, 0);
  const n = x.length;
  const fit = ridgeLogit({ x: Float64Array.from(x), y: Uint8Array.from(y), rows: n, cols: 1 });
  const { a, b, c, d } = cells;
  assert.ok(close(fit.coefficient[1], Math.log((a * d) / (b * c)), 1e-12));
  assert.ok(close(fit.coefficient[0], Math.log(c / d), 1e-12));
  // In a saturated model the robust variance is the classical one, but for the factor N/(N−1) · (N−1)/(N−2).
  const woolf = Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d) * Math.sqrt(n / (n - 2));
  assert.ok(close(fit.standardError[1], woolf, 1e-10));
});

test('the order of the rows and the names of the clusters do not matter', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const p = draw(seed, 60, [0, 1, -1], 5);
      const order = random(seed + 1).permutation(p.rows);
      const shuffled: LogitProblem = {
        ...p,
        x: Float64Array.from({ length: p.x.length }, (_, k) => p.x[order[Math.floor(k / 2)] * 2 + (k % 2)]),
        y: Uint8Array.from(order, (i) => p.y[i]),
        cluster: Int32Array.from(order, (i) => 900 - (p.cluster as Int32Array)[i]),
        ridge: 0.5,
      };
      const one = ridgeLogit({ ...p, ridge: 0.5 });
      const other = ridgeLogit(shuffled);
      one.coefficient.forEach((b, i) => assert.ok(close(other.coefficient[i], b)));
      one.standardError.forEach((b, i) => assert.ok(close(other.standardError[i], b)));
    }),
    runs,
  );
});

test('a feature in another unit has its coefficient in that unit, and the same probabilities', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, unit) => {
      const p = draw(seed, 80, [0.3, 0.7]);
      const fit = ridgeLogit(p);
      if (fit.status !== 'converged') return;
      const x = p.x.map((v) => v * unit);
      const scaled = ridgeLogit({ ...p, x });
      assert.ok(close(scaled.coefficient[1] * unit, fit.coefficient[1], 1e-6));
      const a = logitProbability(fit, p.x, p.rows);
      logitProbability(scaled, x, p.rows).forEach((v, i) => assert.ok(close(v, a[i])));
    }),
    runs,
  );
});

test('a larger penalty never lengthens the coefficients; an endless one leaves the share of events', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const p = draw(seed, 50, [-0.5, 1.5, -1]);
      const events = p.y.reduce((a, b) => a + b, 0);
      if (events === 0 || events === p.rows) return;
      let before = Number.POSITIVE_INFINITY;
      for (const ridge of [0.1, 1, 10, 100, 1e9]) {
        const [b0, b1, b2] = ridgeLogit({ ...p, ridge }).coefficient;
        const length = Math.hypot(b1, b2);
        assert.ok(length <= before + 1e-9);
        before = length;
        if (ridge === 1e9) assert.ok(length < 1e-6 && close(b0, Math.log(events / (p.rows - events)), 1e-6));
      }
    }),
    runs,
  );
});

test('rows repeated inside a cluster add no certainty: only the small-sample factor moves', () => {
  const p = draw(23, 60, [0, 1], 3);
  const twice: LogitProblem = {
    rows: 120,
    cols: 1,
    x: Float64Array.from([...p.x, ...p.x]),
    y: Uint8Array.from([...p.y, ...p.y]),
    cluster: Int32Array.from([...(p.cluster as Int32Array), ...(p.cluster as Int32Array)]),
  };
  const once = ridgeLogit(p);
  const doubled = ridgeLogit(twice);
  const factor = Math.sqrt(119 / 118 / (59 / 58));
  once.standardError.forEach((s, i) => assert.ok(close(doubled.standardError[i], s * factor, 1e-9)));
});

test('one cluster alone has no standard error', () => {
  const p = draw(3, 40, [0, 1]);
  const fit = ridgeLogit({ ...p, cluster: new Int32Array(40) });
  assert.equal(fit.status, 'converged');
  assert.ok(fit.standardError.every(Number.isNaN));
});

test('the input stays as it was', () => {
  const p = draw(29, 30, [0, 1, 1], 2);
  const before = structuredClone(p);
  ridgeLogit({ ...p, ridge: 1 });
  assert.deepEqual(p, before);
});

test('a rising curve over the scores changes no area, and turning the outcomes turns the area', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const p = draw(seed, 40, [0, 1]);
      const area = rocArea(p.x, p.y);
      if (area === null) return;
      assert.equal(
        rocArea(
          p.x.map((v) => 3 * Math.exp(v) - 9),
          p.y,
        ),
        area,
      );
      const turned = rocArea(
        p.x,
        p.y.map((v) => 1 - v),
      ) as number;
      assert.ok(close(turned, 1 - area, 1e-12));
      assert.equal(
        averagePrecision(
          p.x.map((v) => 2 * v + 1),
          p.y,
        ),
        averagePrecision(p.x, p.y),
      );
    }),
    runs,
  );
});

/** Mean hits among the first k over every order that the scores allow. */
function byEnumeration(score: readonly number[], y: readonly number[], k: number): number {
  const orders: number[][] = [[]];
  for (let i = 0; i < score.length; i++)
    for (const o of orders.splice(0)) for (let at = 0; at <= o.length; at++) orders.push(o.toSpliced(at, 0, i));
  const allowed = orders.filter((o) => o.every((i, at) => at === 0 || score[o[at - 1]] >= score[i]));
  return allowed.reduce((s, o) => s + o.slice(0, k).filter((i) => y[i] === 1).length / k, 0) / allowed.length;
}

test('expected precision under ties is the mean over all orders', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 1 })), {
        minLength: 2,
        maxLength: 6,
      }),
      fc.integer({ min: 1, max: 5 }),
      (rows, k) => {
        const score = rows.map(([s]) => s);
        const y = rows.map(([, hit]) => hit);
        const got = topPrecision(Float64Array.from(score), Uint8Array.from(y), {
          group: new Int32Array(rows.length),
          k,
        });
        if (rows.length <= k || !y.includes(1)) assert.equal(got, null);
        else assert.ok(got && close(got.precision, byEnumeration(score, y, k), 1e-12));
      },
    ),
    { seed: 19, numRuns: 60 },
  );
});
