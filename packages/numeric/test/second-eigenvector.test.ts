import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { secondEigenvector, transposePattern } from '@qipan/numeric';

/** A row-stochastic matrix with spread-out entries. */
function stochastic(seed: number, n: number): Float64Array {
  const r = random(seed);
  const a = Float64Array.from({ length: n * n }, () => r.next() ** 3 + 0.01);
  for (let i = 0; i < n; i++) {
    const sum = a.subarray(i * n, (i + 1) * n).reduce((x, y) => x + y, 0);
    for (let j = 0; j < n; j++) a[i * n + j]! /= sum;
  }
  return a;
}

test('the pair solves A v = λ v and is not the first one', () => {
  let solved = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const n = 4 + (seed % 20);
    const a = stochastic(seed, n);
    const before = a.slice();
    const { value, vector, converged } = secondEigenvector(a, n);
    assert.deepEqual(a, before, 'the matrix is unchanged');
    if (!converged) continue;
    solved++;
    assert.ok(Math.abs(value) < 1 - 1e-6);
    let square = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += a[i * n + j]! * vector[j]!;
      assert.ok(Math.abs(sum - value * vector[i]!) < 1e-13);
      square += vector[i]! ** 2;
    }
    assert.ok(Math.abs(square - 1) < 1e-13);
  }
  assert.ok(solved >= 10, `${solved} of 30 have a real second eigenvalue that stands alone`);
});

test('a birth-and-death chain has the cosine that closed form gives', () => {
  // Random walk on 0…n−1 that stays at the ends: eigenvalues cos(kπ/n), vectors cos(kπ(i + ½)/n); lazy, so all are ≥ 0.
  const n = 7;
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    a[i * n + i] = 0.5;
    for (const j of [Math.max(0, i - 1), Math.min(n - 1, i + 1)]) a[i * n + j]! += 0.25;
  }
  const { value, vector, converged } = secondEigenvector(a, n);
  assert.ok(converged);
  assert.ok(Math.abs(value - (1 + Math.cos(Math.PI / n)) / 2) < 1e-14);
  const want = Array.from({ length: n }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / n));
  const scale = vector[0]! / want[0]!;
  vector.forEach((v, i) => assert.ok(Math.abs(v - scale * want[i]!) < 1e-12));
});

test('a rotation has no real second eigenvector and says so', () => {
  const third = [0.1, 0.8, 0.1, 0.1, 0.1, 0.8, 0.8, 0.1, 0.1];
  assert.equal(secondEigenvector(Float64Array.from(third), 3, 500).converged, false);
  assert.equal(secondEigenvector(Float64Array.from([1]), 1).converged, false);
  assert.throws(() => secondEigenvector(new Float64Array(5), 2), { code: 'SHAPE_MISMATCH' });
});

test('transposing twice gives the pattern back, and every entry is found on the other side', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), (seed, rows, cols) => {
      const r = random(seed);
      const index: number[] = [];
      const start = new Int32Array(rows + 1);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) if (r.next() < 0.3) index.push(j);
        start[i + 1] = index.length;
      }
      const p = { rows, cols, start, index: Int32Array.from(index) };
      const t = transposePattern(p);
      assert.deepEqual([t.rows, t.cols], [cols, rows]);
      assert.deepEqual(transposePattern(t), p);
      for (let i = 0; i < rows; i++)
        for (const j of index.slice(start[i], start[i + 1]))
          assert.ok(t.index.subarray(t.start[j], t.start[j + 1]).includes(i));
    }),
    { seed: 7, numRuns: 50 },
  );
});
