import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { falseDiscoveryAdjusted, normalShareBelow, proportionalFit } from '@qipan/numeric';

describe('the normal distribution', () => {
  it('has the printed shares (Abramowitz, Stegun 1964, table 26.1)', () => {
    for (const [z, share] of [
      [0, 0.5],
      [0.5, 0.6914624612740131],
      [1, 0.8413447460685429],
      [1.96, 0.9750021048517795],
      [3, 0.9986501019683699],
    ] as const) {
      assert.ok(Math.abs(normalShareBelow(z) - share) < 1e-14, String(z));
      assert.ok(Math.abs(normalShareBelow(-z) - (1 - share)) < 1e-14);
    }
  });
});

describe('false discovery rate', () => {
  it('adjusts as R does: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "BH")', () => {
    const q = falseDiscoveryAdjusted([0.01, 0.04, 0.03, 0.005, 0.5]);
    [0.025, 0.05, 0.05, 0.025, 0.5].forEach((v, i) => assert.ok(Math.abs(q[i] - v) < 1e-15));
  });

  it('rejects what the step-up rule rejects, whatever the order, and keeps unknowns unknown', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (p) => {
        const q = falseDiscoveryAdjusted([...p, Number.NaN]);
        assert.ok(Number.isNaN(q[p.length]));
        const sorted = [...p].sort((a, b) => a - b);
        for (const alpha of [0.01, 0.05, 0.2]) {
          let cut = -1;
          sorted.forEach((v, k) => {
            if (v <= ((k + 1) / p.length) * alpha * (1 + 1e-14)) cut = v;
          });
          p.forEach((v, i) => assert.equal(q[i] <= alpha * (1 + 1e-13), v <= cut, `${v} at ${alpha}`));
        }
        p.forEach((v, i) => assert.ok(q[i] >= v - 1e-16 && q[i] <= 1));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('refuses what is no probability', () => {
    assert.throws(() => falseDiscoveryAdjusted([0.1, 1.2]), { code: 'OUT_OF_RANGE' });
    assert.deepEqual([...falseDiscoveryAdjusted([])], []);
  });
});

describe('proportional fit', () => {
  const sums = (v: Float64Array, rows: number, cols: number) => ({
    row: Array.from({ length: rows }, (_, r) => v.subarray(r * cols, (r + 1) * cols).reduce((a, b) => a + b, 0)),
    col: Array.from({ length: cols }, (_, c) => v.reduce((a, x, k) => (k % cols === c ? a + x : a), 0)),
  });

  it('meets both totals, keeps zeros and cross ratios', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 8 }), fc.nat(), (rows, cols, seed) => {
        const r = random(seed);
        const a = Float64Array.from({ length: rows * cols }, () => 0.1 + r.next());
        if (rows > 2) a[1] = 0;
        const b = Float64Array.from({ length: rows * cols }, () => 0.1 + r.next());
        if (rows > 2) b[1] = 0;
        const target = sums(b, rows, cols);
        const before = a.slice();
        const fit = proportionalFit(a, target.row, target.col);
        assert.equal(fit.status, 'converged');
        assert.deepEqual(a, before);
        const got = sums(fit.value, rows, cols);
        got.row.forEach((v, k) => assert.ok(Math.abs(v - target.row[k]) < 1e-10));
        got.col.forEach((v, k) => assert.ok(Math.abs(v - target.col[k]) < 1e-10));
        fit.value.forEach((v, k) => {
          const scaled = fit.rowFactor[Math.floor(k / cols)] * a[k] * fit.colFactor[k % cols];
          assert.ok(Math.abs(v - scaled) <= 1e-12 * Math.max(1, v));
          assert.equal(v === 0, a[k] === 0);
        });
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('leaves a table that fits already as it is', () => {
    const a = Float64Array.from([1, 2, 3, 4]);
    const fit = proportionalFit(a, [3, 7], [4, 6]);
    assert.deepEqual([fit.iterations, [...fit.value]], [1, [1, 2, 3, 4]]);
  });

  it('stalls, and says by how much, when totals disagree or a needed column is empty', () => {
    const apart = proportionalFit(Float64Array.from([1, 1, 1, 1]), [1, 1], [2, 2], { iterations: 50 });
    assert.equal(apart.status, 'stalled');
    assert.ok(Math.abs(apart.error - 0.5) < 1e-12);
    assert.equal(proportionalFit(Float64Array.from([1, 0, 1, 0]), [1, 1], [1, 1], { iterations: 5 }).error, 1);
  });

  it('refuses negative cells and wrong shapes', () => {
    assert.throws(() => proportionalFit(Float64Array.from([-1, 1]), [1], [1, 1]), { code: 'VALUE_NEGATIVE' });
    assert.throws(() => proportionalFit(new Float64Array(3), [1], [1, 1]), { code: 'SHAPE_MISMATCH' });
  });
});
