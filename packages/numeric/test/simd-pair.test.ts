import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { gatherAdd, gatherAddPair, gatherAddPairScalar, type Pattern } from '@qipan/numeric';

function pattern(seed: number, rows: number, cols: number, density: number): Pattern {
  const r = random(seed);
  const start = new Int32Array(rows + 1);
  const index: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) if (r.next() < density) index.push(j);
    start[i + 1] = index.length;
  }
  return { rows, cols, start, index: Int32Array.from(index) };
}

test('the pair kernel equals its scalar twin to the last bit on any shape, empty rows included', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(0, 0.05, 0.4, 1),
      (seed, rows, cols, width, density) => {
        const p = pattern(seed, rows, cols, density);
        const r = random(seed).fork('table');
        const table = Float64Array.from({ length: cols * width }, () => r.normal());
        const weight = Float64Array.from({ length: cols }, () => r.normal());
        const before = [table.slice(), weight.slice()];
        assert.deepEqual(gatherAddPair(p, table, weight), gatherAddPairScalar(p, table, weight));
        const small = Float32Array.from(table);
        assert.deepEqual(gatherAddPair(p, small, weight), gatherAddPairScalar(p, small, weight));
        assert.deepEqual(gatherAddPair(p, table, weight).plain, gatherAdd(p, table, width));
        assert.deepEqual([table, weight], before);
      },
    ),
    { seed: 5, numRuns: 60 },
  );
});

test('weights of one give the plain sum twice, weights of zero nothing', () => {
  const p = pattern(3, 9, 7, 0.5);
  const table = Float64Array.from({ length: 7 * 5 }, (_, k) => k % 11);
  const ones = gatherAddPair(p, table, new Float64Array(7).fill(1));
  assert.deepEqual(ones.weighted, ones.plain);
  assert.ok(gatherAddPair(p, table, new Float64Array(7)).weighted.every((x) => x === 0));
});

test('the pair kernel refuses weights and tables that do not fit', () => {
  const p = pattern(1, 3, 4, 0.5);
  assert.throws(() => gatherAddPair(p, new Float64Array(8), new Float64Array(3)), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => gatherAddPair(p, new Float64Array(7), new Float64Array(4)), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => gatherAddPair({ ...p, rows: 9 }, new Float64Array(8), new Float64Array(4)), {
    code: 'SHAPE_MISMATCH',
  });
});

test('more rows than one block of the kernel holds are all done, each once', () => {
  const p = pattern(41, 1100, 5, 0.5);
  const r = random(41).fork('table');
  const weight = Float64Array.from({ length: 5 }, () => r.normal());
  const table = Float64Array.from({ length: 35 }, () => r.normal());
  assert.deepEqual(gatherAddPair(p, table, weight), gatherAddPairScalar(p, table, weight));
  const small = Float32Array.from(table);
  assert.deepEqual(gatherAddPair(p, small, weight), gatherAddPairScalar(p, small, weight));
});
