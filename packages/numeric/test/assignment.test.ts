import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
