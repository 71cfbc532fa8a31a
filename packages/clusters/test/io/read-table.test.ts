import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIoTable, leontief, linkages, readIoTable, type IoLayout, type LongRows } from '@qipan/clusters';
import { skipWithout } from '@qipan/testing';
import { close, sheetOf } from './tables.js';

const header = ['Code', 'Description', 'DescriptionInChinese', 'Origin', 'a', 'b', 'TC', 'FU201', 'FU202', 'EX', 'GO'];
const rows: unknown[][] = [
  ['a', 'Farms', '农业', 'Domestic', 10, '20', 60, 5, 0, 5, 100],
  ['b', 'Works', '工业', 'Domestic', '30', 40, 20, 50, 10, 50, 200],
  ['b', 'Works', '工业', 'Imports', 5, 20, 1, 1, 1, 1, 'NA'],
  ['a', 'Farms', '农业', 'Imports', 0, 10, 1, 1, 1, 1, 'NA'],
  ['VA001', 'Wages', '报酬', 'TOT', 40, 60, 'NA', 'NA', 'NA', 'NA', 'NA'],
  ['VA002', 'Taxes', '税', 'TOT', 5, 10, 'NA', 'NA', 'NA', 'NA', 'NA'],
  ['VA003', 'Depreciation', '折旧', 'TOT', 5, 20, 'NA', 'NA', 'NA', 'NA', 'NA'],
  ['VA004', 'Surplus', '盈余', 'TOT', 5, 20, 'NA', 'NA', 'NA', 'NA', 'NA'],
];
const sheet = (list: unknown[][] = rows, head = header): LongRows => ({
  file: 'table.csv',
  header: head,
  rows: list,
  rowNumbers: list.map((_, i) => i + 2),
});
const changed = (row: number, cell: number, value: unknown) =>
  rows.map((r, i) => (i === row ? r.map((v, c) => (c === cell ? value : v)) : r));

test('domestic flows, imports in any order, final demand and primary inputs are read by their codes', () => {
  const t = readIoTable(sheet(), { year: 2020 });
  assert.deepEqual([t.n, t.code, t.name, t.nameZh], [2, ['a', 'b'], ['Farms', 'Works'], ['农业', '工业']]);
  assert.deepEqual([...t.z], [10, 20, 30, 40]);
  assert.deepEqual([...t.imports!], [0, 10, 5, 20]);
  assert.deepEqual([...t.x], [100, 200]);
  assert.deepEqual([...t.finalDemand[0]!.value], [60, 20]);
  assert.deepEqual([...t.finalDemand[3]!.imported!], [1, 1]);
  assert.deepEqual(
    t.valueAdded.map((v) => [...v.value]),
    [
      [40, 60],
      [5, 10],
      [5, 20],
      [5, 20],
    ],
  );
  assert.deepEqual([t.year, t.unit, t.origin], [2020, '10,000 yuan', 'published']);
  const { balance } = checkIoTable(t);
  assert.ok(balance.rowError < 1e-15 && balance.columnError < 1e-15);
});

test('what is wrong is named with file, row and column', () => {
  const expect = (list: unknown[][], code: string, details: object, head = header) =>
    assert.throws(
      () => readIoTable(sheet(list, head)),
      (e: { code: string; details: Record<string, unknown> }) => {
        assert.equal(e.code, code);
        for (const [k, v] of Object.entries(details)) assert.deepEqual(e.details[k], v);
        return true;
      },
    );
  expect(changed(1, 4, ''), 'BAD_CELL', { row: 3, column: 'a' });
  expect(changed(1, 4, 'many'), 'BAD_CELL', { row: 3, column: 'a', got: 'many' });
  expect(changed(2, 5, 'NA'), 'BAD_CELL', { row: 4, column: 'b' });
  expect(changed(1, 0, 'a'), 'DUPLICATE_CELL', { row: 3, got: 'a' });
  expect(changed(3, 0, 'q'), 'UNKNOWN_CODE', { expected: 'a' });
  expect(rows.slice(0, 7), 'UNKNOWN_CODE', { expected: 'VA004' });
  expect(rows.slice(4), 'UNKNOWN_CODE', {});
  const head = header.map((h) => (h === 'EX' ? 'Exports' : h));
  expect(rows, 'MISSING_COLUMN', { column: 'EX' }, head);
});

test(
  'Australia’s table with its own layout: names as codes, output in a row, imports as one row of costs',
  {
    skip: skipWithout('clusters/australia/io_19sector.csv'),
  },
  () => {
    const layout: IoLayout = {
      codeColumn: 'Industry Sector',
      finalDemand: [
        'Households Final Consumption Expenditure',
        'General Government Final Consumption Expenditure',
        'Gross Fixed Capital Formation',
        'Changes in Inventories',
        'Exports of Goods and Services',
      ],
      outputRow: 'Australian Production',
      valueAdded: [
        'Compensation of employees',
        'Gross operating surplus mixed income',
        'Taxes less subsidies on products and production',
        'Imports',
      ],
      unit: 'million AUD',
      priceBasis: 'basic',
    };
    const read = readIoTable(sheetOf('clusters/australia/io_19sector.csv'), { layout });
    assert.deepEqual([read.n, read.imports], [19, null]);
    // The file is rounded to four decimals, so it balances to about 1e-5.
    const { table, balance, spectralRadius } = checkIoTable(read, { tolerance: 1e-3 });
    assert.ok(balance.rowError < 1e-3 && balance.columnError < 1e-3 && spectralRadius < 0.6);
    const { backward } = linkages(leontief(table));
    assert.ok(backward.every((b) => b > 1 && b < 3));
    // The spending of a unit: what is bought at home, added and imported is all of it.
    const costs = table.valueAdded.reduce((s, v) => s + v.value[2]!, 0);
    let bought = 0;
    for (let i = 0; i < 19; i++) bought += table.z[19 * i + 2]!;
    assert.ok(close(costs + bought, table.x[2]!, 1e-3));
  },
);
