import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  DenseMatrix,
  euclideanNorm,
  invertPositive,
  luFactor,
  luSolve,
  perronRoot,
  solveGmres,
  solveNeumann,
  timesScalar,
} from '@qipan/numeric';

const normals = (n: number, seed: number) => {
  const r = random(seed);
  return Float64Array.from({ length: n }, () => r.normal());
};
/** A non-negative matrix whose columns sum to `share`: spectral radius exactly that. */
function columnShares(n: number, share: number, seed: number): Float64Array {
  const r = random(seed);
  const a = Float64Array.from({ length: n * n }, () => (r.next() < 0.7 ? r.next() : 0));
  for (let j = 0; j < n; j++) {
    a[j * n + j] += 0.01;
    let s = 0;
    for (let i = 0; i < n; i++) s += a[i * n + j];
    for (let i = 0; i < n; i++) a[i * n + j] *= share / s;
  }
  return a;
}
const lessThanIdentity = (a: Float64Array, n: number) => a.map((v, k) => (Math.floor(k / n) === k % n ? 1 : 0) - v);
function transpose(a: Float64Array, rows: number, cols: number): Float64Array {
  return Float64Array.from({ length: a.length }, (_, k) => a[(k % rows) * cols + Math.floor(k / rows)]);
}
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  assert.equal(a.length, b.length);
  let w = 0;
  for (let i = 0; i < a.length; i++) w = Math.max(w, Math.abs(a[i] - b[i]));
  return w;
};

describe('products of a dense matrix', () => {
  it('equal the plain loops at widths around the register and after other products', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (rows, cols, seed) => {
        const values = normals(rows * cols, seed);
        const before = values.slice();
        const m = new DenseMatrix(values, rows, cols);
        m.times(normals(cols, seed + 7));
        const x = normals(cols, seed + 1);
        const y = normals(rows, seed + 2);
        assert.ok(worst(m.times(x), timesScalar(values, { rows, cols }, x)) < 1e-12);
        const t = timesScalar(transpose(values, rows, cols), { rows: cols, cols: rows }, y);
        assert.ok(worst(m.timesTransposed(y), t) < 1e-12);
        assert.deepEqual(values, before);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('satisfy y·(Ax) = (Aᵀy)·x', () => {
    const [rows, cols] = [37, 53];
    const m = new DenseMatrix(normals(rows * cols, 3), rows, cols);
    const [x, y] = [normals(cols, 4), normals(rows, 5)];
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((s, v, i) => s + v * b[i], 0);
    assert.ok(Math.abs(dot(y, m.times(x)) - dot(m.timesTransposed(y), x)) < 1e-11);
  });

  it('refuse vectors and tables of another shape', () => {
    const m = new DenseMatrix(new Float64Array(6), 2, 3);
    assert.throws(() => m.times([1, 2]), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => m.timesTransposed([1, 2, 3]), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => new DenseMatrix(new Float64Array(5), 2, 3), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => timesScalar(new Float64Array(6), { rows: 2, cols: 3 }, [1]), { code: 'SHAPE_MISMATCH' });
  });
});

describe('the inverse without exchanges', () => {
  it('times its matrix is the identity, at sizes around a block, and equals pivoted factors', () => {
    for (const n of [1, 2, 3, 4, 5, 63, 64, 65, 127, 130]) {
      const a = lessThanIdentity(columnShares(n, 0.9, n), n);
      const before = a.slice();
      const got = invertPositive(a, n);
      assert.ok(got.status === 'ok');
      assert.deepEqual(a, before);
      const lu = luFactor(a, n);
      assert.ok(lu);
      for (const j of new Set([0, n >> 1, n - 1])) {
        const unit = Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0));
        const column = Float64Array.from({ length: n }, (_, i) => got.inverse[i * n + j]);
        assert.ok(worst(timesScalar(a, { rows: n, cols: n }, column), unit) < 1e-12, `n = ${n}`);
        assert.ok(worst(luSolve(lu, unit), column) < 1e-11);
      }
    }
  });

  it('is non-negative for every productive table, and names a sector when it is not productive', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), (n, seed) => {
        const good = invertPositive(lessThanIdentity(columnShares(n, 0.95, seed), n), n);
        assert.ok(good.status === 'ok' && good.inverse.every((v) => v >= -1e-13));
        const bad = invertPositive(lessThanIdentity(columnShares(n, 1.05, seed), n), n);
        assert.equal(bad.status, 'notPositive');
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it('stops exactly at the leading minor that is not positive', () => {
    // Leading minors 1, 1 − 4 < 0.
    const got = invertPositive(Float64Array.from([1, -2, 0, -2, 1, 0, 0, 0, 1]), 3);
    assert.deepEqual(got, { status: 'notPositive', row: 1 });
    assert.throws(() => invertPositive(new Float64Array(5), 2), { code: 'SHAPE_MISMATCH' });
  });
});

describe('factors with pivoting', () => {
  it('solve what needs exchanges', () => {
    const lu = luFactor(Float64Array.from([0, 2, 1, 0]), 2);
    assert.ok(lu);
    assert.deepEqual([...luSolve(lu, [4, 3])], [3, 2]);
  });

  it('leave a residual near rounding on random systems', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (n, seed) => {
        const a = normals(n * n, seed);
        const b = normals(n, seed + 1);
        const lu = luFactor(a, n);
        assert.ok(lu);
        const x = luSolve(lu, b);
        assert.ok(worst(timesScalar(a, { rows: n, cols: n }, x), b) < 1e-9 * (1 + euclideanNorm(x)));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('are null for a singular matrix, and refuse a short right side', () => {
    assert.equal(luFactor(Float64Array.from([1, 2, 2, 4]), 2), null);
    assert.equal(luFactor(new Float64Array(4), 2), null);
    const lu = luFactor(Float64Array.from([1, 0, 0, 1]), 2);
    assert.ok(lu);
    assert.throws(() => luSolve(lu, [1]), { code: 'SHAPE_MISMATCH' });
  });
});

describe('iterative solves', () => {
  const n = 60;
  const a = columnShares(n, 0.6, 11);
  const m = new DenseMatrix(a, n, n);
  const b = normals(n, 12);
  const lu = luFactor(lessThanIdentity(a, n), n);
  assert.ok(lu);
  const exact = luSolve(lu, b);
  const rest = (x: Float64Array) => m.times(x).map((v, i) => x[i] - v);

  it('by the series and by GMRES agree with the factors', () => {
    const series = solveNeumann((x) => m.times(x), b);
    assert.equal(series.status, 'converged');
    assert.ok(worst(series.x, exact) < 1e-10);
    for (const restart of [3, 10, 80]) {
      const krylov = solveGmres(rest, b, { restart });
      assert.equal(krylov.status, 'converged', `restart ${restart}`);
      assert.ok(worst(krylov.x, exact) < 1e-9);
      assert.ok(krylov.iterations < series.iterations);
    }
  });

  it('solve a system that is no series at all', () => {
    const c = normals(n * n, 21);
    const dense = new DenseMatrix(c, n, n);
    const factors = luFactor(c, n);
    assert.ok(factors);
    const got = solveGmres((x) => dense.times(x), b, { restart: n, tolerance: 1e-10 });
    assert.equal(got.status, 'converged');
    assert.ok(worst(got.x, luSolve(factors, b)) < 1e-6);
  });

  it('say so when they stall, with the true residual', () => {
    const double = (x: Float64Array) => x.map((v) => 2 * v);
    assert.equal(solveNeumann(double, b, { iterations: 2000 }).status, 'stalled');
    const shift = (x: Float64Array) => x.map((_, i) => (i === 0 ? 0 : x[i - 1]));
    const singular = solveGmres(shift, Float64Array.from([1, 0, 0]), { iterations: 30 });
    assert.equal(singular.status, 'stalled');
    assert.ok(singular.residual > 0.5);
    assert.throws(() => solveGmres(double, b, { restart: 0 }), { code: 'OUT_OF_RANGE' });
  });

  it('of nothing is nothing', () => {
    const zero = new Float64Array(n);
    for (const got of [solveNeumann((x) => m.times(x), zero), solveGmres(rest, zero)])
      assert.deepEqual([got.status, euclideanNorm(got.x)], ['converged', 0]);
  });
});

describe('the largest eigenvalue of a non-negative matrix', () => {
  it('is the common column sum, within its bounds', () => {
    const n = 25;
    const m = new DenseMatrix(columnShares(n, 0.7, 5), n, n);
    const root = perronRoot((x) => m.times(x), n);
    assert.ok(Math.abs(root.value - 0.7) < 1e-11);
    assert.ok(root.lower <= root.value + 1e-12 && root.upper >= root.value - 1e-12);
  });

  it('is found for a cycle, which has n eigenvalues of that size', () => {
    const turn = (x: Float64Array) => x.map((_, i) => 0.5 * x[(i + 1) % x.length] * (i === 0 ? 8 : 1));
    // A weighted 3-cycle: the cube root of 0.5³·8.
    assert.ok(Math.abs(perronRoot(turn, 3).value - 1) < 1e-10);
  });

  it('is that of the heaviest part when the matrix falls apart', () => {
    const parts = Float64Array.from([0.3, 0.1, 0, 0.1, 0.3, 0, 0, 0, 0.9]);
    const root = perronRoot((x) => timesScalar(parts, { rows: 3, cols: 3 }, x), 3);
    assert.ok(Math.abs(root.value - 0.9) < 1e-9);
    assert.equal(perronRoot((x) => x, 0).value, 0);
  });
});
