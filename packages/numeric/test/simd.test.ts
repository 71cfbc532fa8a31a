import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { cooccurrence, cooccurrenceScalar, gatherAdd, gatherAddScalar, type Pattern } from '@qipan/numeric';

/** A 0/1 pattern: each cell set with the given chance, columns of a row ascending. */
function pattern(rows: number, cols: number, share: number, seed: number): Pattern {
  const r = random(seed);
  const start = new Int32Array(rows + 1);
  const index: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) if (r.next() < share) index.push(j);
    start[i + 1] = index.length;
  }
  return { rows, cols, start, index: Int32Array.from(index) };
}

const isSet = (p: Pattern, row: number, col: number) => p.index.subarray(p.start[row], p.start[row + 1]).includes(col);

const anyPattern = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 7, 127, 128, 129, 300),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(0, 0.1, 0.5, 1),
    fc.nat(),
  )
  .map(([rows, cols, share, seed]) => pattern(rows, cols, share, seed));

describe('co-occurrence of columns', () => {
  it('counts the rows in which both are set, at every length around the width of a register', () => {
    fc.assert(
      fc.property(anyPattern, (p) => {
        const counts = cooccurrence(p);
        assert.equal(counts.length, p.cols * p.cols);
        for (let a = 0; a < p.cols; a++)
          for (let b = 0; b < p.cols; b++) {
            let expected = 0;
            for (let r = 0; r < p.rows; r++) if (isSet(p, r, a) && isSet(p, r, b)) expected++;
            assert.equal(counts[a * p.cols + b], expected);
          }
        assert.deepEqual(cooccurrenceScalar(p), counts);
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(anyPattern, fc.nat(), (p, seed) => {
        const order = [...random(seed).permutation(p.rows)];
        const start = new Int32Array(p.rows + 1);
        const index: number[] = [];
        order.forEach((r, i) => {
          index.push(...p.index.subarray(p.start[r], p.start[r + 1]));
          start[i + 1] = index.length;
        });
        assert.deepEqual(cooccurrence({ ...p, start, index: Int32Array.from(index) }), cooccurrence(p));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses offsets that do not fit the entries', () => {
    const p = pattern(3, 2, 1, 1);
    for (const broken of [
      { ...p, rows: 4 },
      { ...p, index: p.index.slice(1) },
    ]) {
      assert.throws(() => cooccurrence(broken), { code: 'SHAPE_MISMATCH' });
      assert.throws(() => cooccurrenceScalar(broken), { code: 'SHAPE_MISMATCH' });
    }
  });
});

describe('sums of the rows of a table', () => {
  /** The sum at one cell, added in the order of the entries, rounded as the table is. */
  const cellOf = (p: Pattern, table: Float64Array | Float32Array, width: number) => (row: number, j: number) => {
    const round = table instanceof Float32Array ? Math.fround : (v: number) => v;
    let sum = 0;
    for (let e = p.start[row]; e < p.start[row + 1]; e++) sum = round(sum + table[p.index[e] * width + j]);
    return sum;
  };

  it('are those of the plain loop to the last bit, in both precisions and at odd widths', () => {
    const width = fc.constantFrom(1, 3, 15, 16, 17, 33, 64);
    fc.assert(
      fc.property(anyPattern, width, fc.boolean(), fc.nat(), (p, w, single, seed) => {
        const r = random(seed);
        const values = Float64Array.from({ length: p.cols * w }, () => r.normal());
        const table = single ? Float32Array.from(values) : values;
        const got = gatherAdd(p, table, w);
        assert.equal(got.constructor, table.constructor);
        assert.equal(got.length, p.rows * w);
        const expected = cellOf(p, table, w);
        for (let i = 0; i < p.rows; i++) for (let j = 0; j < w; j++) assert.equal(got[i * w + j], expected(i, j));
        assert.deepEqual(gatherAddScalar(p, table, w), got);
      }),
      { numRuns: 60 },
    );
  });

  it('leave pattern and table as they were', () => {
    const p = pattern(40, 6, 0.4, 9);
    const table = Float64Array.from({ length: 6 * 5 }, (_, i) => i);
    const before = { start: p.start.slice(), index: p.index.slice(), table: table.slice() };
    gatherAdd(p, table, 5);
    cooccurrence(p);
    assert.deepEqual({ start: p.start, index: p.index, table }, before);
  });

  it('of a unit table are the pattern itself, and add up to its column counts', () => {
    const p = pattern(200, 8, 0.3, 2);
    const unit = Float64Array.from({ length: 64 }, (_, k) => (k % 9 === 0 ? 1 : 0));
    const dense = gatherAdd(p, unit, 8);
    const counts = cooccurrence(p);
    for (let j = 0; j < 8; j++) {
      let column = 0;
      for (let i = 0; i < 200; i++) {
        assert.equal(dense[i * 8 + j], isSet(p, i, j) ? 1 : 0);
        column += dense[i * 8 + j];
      }
      assert.equal(column, counts[j * 8 + j]);
    }
  });

  it('refuse a table of another shape', () => {
    const p = pattern(3, 2, 1, 1);
    assert.throws(() => gatherAdd(p, new Float64Array(5), 2), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => gatherAdd({ ...p, rows: 9 }, new Float64Array(4), 2), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => gatherAddScalar({ ...p, rows: 9 }, new Float64Array(4), 2), { code: 'SHAPE_MISMATCH' });
  });
});

it('a pattern without any entry gives zeros of the right shape', () => {
  const empty: Pattern = { rows: 3, cols: 2, start: new Int32Array(4), index: new Int32Array(0) };
  assert.deepEqual([...cooccurrence(empty)], [0, 0, 0, 0]);
  assert.deepEqual(
    [...gatherAdd(empty, new Float64Array(8), 4)],
    Array.from({ length: 12 }, () => 0),
  );
});
