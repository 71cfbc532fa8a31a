import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LongRows } from '@qipan/clusters';
import { columnAt, readLines } from '../../src/panel/lines.js';

const table = (header: readonly string[], ...rows: readonly (readonly unknown[])[]): LongRows => ({
  file: 'lines.csv',
  header,
  rows,
  rowNumbers: rows.map((_, k) => k + 2),
});

test('a column is found by its header without outer blanks, the first of two alike', () => {
  assert.equal(columnAt(table(['a', ' b ', 'b']), 'b'), 1);
});

test('a missing column is told with the header that is there, a very wide one cut short', () => {
  assert.throws(() => columnAt(table(['a', 'b']), 'c'), {
    code: 'MISSING_COLUMN',
    message: 'lines.csv: no column c; the header is a, b',
    details: { file: 'lines.csv', row: 1, column: 'c', got: ['a', 'b'], expected: 'c' },
  });
  const wide = table(Array.from({ length: 3000 }, (_, k) => `x${k}`));
  assert.throws(() => columnAt(wide, 'y'), /x58, x59, …$/);
});

test('cells are text without outer blanks, and empty where the file has no such column', () => {
  const rows = table(['name', 'n'], [' Ada ', 36], [null, undefined]);
  const read = readLines(rows, ['name'], ({ number, cell }) => [number, cell('name'), cell('n'), cell('none')]);
  assert.deepEqual(read, [
    [2, 'Ada', '36', ''],
    [3, '', '', ''],
  ]);
});

test('every bad cell is listed, the first one gives the code, and nothing comes out', () => {
  const rows = table(['n'], ['1'], ['two'], ['1']);
  const seen = new Set<string>();
  assert.throws(
    () =>
      readLines(rows, [], ({ cell, bad }) => {
        const n = cell('n');
        if (Number.isNaN(Number(n))) bad('n', 'a number');
        if (seen.has(n)) bad('n', 'every number once', 'DUPLICATE_CELL');
        seen.add(n);
        return n;
      }),
    (e: { code: string; message: string; details: { issues: readonly { code: string; row: number }[] } }) => {
      assert.equal(e.code, 'BAD_CELL');
      assert.equal(e.message, 'lines.csv row 3, column n: "two"; expected a number');
      assert.deepEqual(
        e.details.issues.map((i) => [i.code, i.row]),
        [
          ['BAD_CELL', 3],
          ['DUPLICATE_CELL', 4],
        ],
      );
      return true;
    },
  );
});
