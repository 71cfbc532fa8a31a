import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { bestAssignment } from '@qipan/numeric';

/** Best total over every way to pair rows with columns, some left alone. */
function byTrying(score: readonly (readonly number[])[], row = 0, taken: readonly number[] = []): number {
  if (row === score.length) return 0;
  let best = byTrying(score, row + 1, taken);
  score[row].forEach((s, col) => {
    if (!taken.includes(col)) best = Math.max(best, s + byTrying(score, row + 1, [...taken, col]));
  });
  return best;
}

test('no pairing has a greater total, and nobody is paired twice or at a loss', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: -4, max: 9 }), { minLength: 25, maxLength: 25 }),
      (rows, cols, list) => {
        const score = Array.from({ length: rows }, (_, r) => list.slice(r * 5, r * 5 + cols));
        const got = bestAssignment(Float64Array.from(score.flat()), rows, cols);
        const used = [...got].filter((c) => c >= 0);
        assert.equal(new Set(used).size, used.length);
        assert.ok([...got].every((c, r) => c < 0 || score[r][c] > 0));
        const total = [...got].reduce((s, c, r) => s + (c < 0 ? 0 : score[r][c]), 0);
        assert.equal(total, byTrying(score));
      },
    ),
    { seed: 53, numRuns: 300 },
  );
});

test('more rows than columns, and nothing to gain', () => {
  assert.deepEqual([...bestAssignment(Float64Array.of(1, 3, 2), 3, 1)], [-1, 0, -1]);
  assert.deepEqual([...bestAssignment(Float64Array.of(0, -1), 1, 2)], [-1]);
  assert.deepEqual([...bestAssignment(new Float64Array(0), 0, 3)], []);
  assert.throws(() => bestAssignment(new Float64Array(3), 2, 2), { code: 'SHAPE_MISMATCH' });
});

/** Total score of the pairs made. */
function total(score: Float64Array, rows: number, cols: number): number {
  return [...bestAssignment(score, rows, cols)].reduce((s, c, r) => s + (c < 0 ? 0 : score[r * cols + c]), 0);
}

test('turned round, or in another order, the total is the same; a score raised never lowers it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const r = random(seed);
      const [rows, cols] = [2 + r.below(12), 2 + r.below(12)];
      const score = Float64Array.from({ length: rows * cols }, () => r.below(40) - 10);
      const want = total(score, rows, cols);
      const turned = score.map((_, k) => score[(k % rows) * cols + Math.floor(k / rows)]);
      assert.equal(total(turned, cols, rows), want);
      const [a, b] = [r.permutation(rows), r.permutation(cols)];
      assert.equal(
        total(
          score.map((_, k) => score[a[Math.floor(k / cols)] * cols + b[k % cols]]),
          rows,
          cols,
        ),
        want,
      );
      const raised = score.slice();
      raised[r.below(raised.length)] += 5;
      assert.ok(total(raised, rows, cols) >= want);
    }),
    { seed: 57, numRuns: 80 },
  );
});
