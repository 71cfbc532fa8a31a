import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateRules, readEvidence, shippedPacks, smeCluster2022National, type LongRows } from '@qipan/clusters';

const header = ['subject', 'metric', 'year', 'value', 'source'];
const long = (...rows: readonly (readonly unknown[])[]): LongRows => ({
  file: 'evidence.csv',
  header,
  rows,
  rowNumbers: rows.map((_, k) => k + 2),
});
const fault = (l: LongRows) => {
  try {
    readEvidence(l);
  } catch (e) {
    return e as {
      code: string;
      message: string;
      details: { issues: readonly { code: string; row: number; column: string }[] };
    };
  }
  return assert.fail('nothing was refused');
};

test('figures, words for yes and no, and what is not known', () => {
  const rows = readEvidence(
    long(
      ['A', 'areaKm2', '2024', '80', 'survey'],
      ['A', 'green', 2024, 'yes', ''],
      ['A', 'governance', '', '否', ''],
      ['A', 'taxFraud', '2024', 'No', ''],
      ['A', 'outputYuan', '2024', '', ''],
      ['A', 'outputYuan', '2023', 'n.a.', ''],
      ['A', 'smeRdYuan', '2024', 0, null],
    ),
  );
  assert.deepEqual(
    rows.map((r) => [r.metric, r.year, r.value]),
    [
      ['areaKm2', 2024, 80],
      ['green', 2024, 1],
      ['governance', null, 0],
      ['taxFraud', 2024, 0],
      ['outputYuan', 2024, null],
      ['outputYuan', 2023, null],
      ['smeRdYuan', 2024, 0],
    ],
  );
  assert.equal(rows[0].source, 'survey');
  const [v] = evaluateRules(smeCluster2022National, rows, 2024);
  const by = (id: string) => v.criteria.find((c) => c.id === id)?.outcome;
  assert.deepEqual([by('area'), by('green'), by('governance'), by('output')], ['pass', 'pass', 'fail', 'unknown']);
});

test('every bad line is named by row and column', () => {
  const e = fault(long(['', 'm', '2024', '1', ''], ['A', '', '2024', '1', ''], ['A', 'm', '24', 'much', '']));
  assert.equal(e.code, 'BAD_CELL');
  assert.deepEqual(
    e.details.issues.map((i) => [i.row, i.column]),
    [
      [2, 'subject'],
      [3, 'metric'],
      [4, 'year'],
      [4, 'value'],
    ],
  );
});

test('a figure given twice names both rows', () => {
  const e = fault(long(['A', 'm', '2024', '1', ''], ['B', 'm', '2024', '1', ''], ['A', 'm', '2024', '2', '']));
  assert.equal(e.code, 'DUPLICATE_CELL');
  assert.match(e.message, /row 4.*row 2 has one already/);
});

test('a missing column is named with the header; a table without years is fine', () => {
  assert.throws(() => readEvidence({ ...long(), header: ['subject', 'value'] }), {
    code: 'MISSING_COLUMN',
    message: /no column metric/,
  });
  const [row] = readEvidence({
    file: 'e.csv',
    header: ['subject', 'metric', 'value'],
    rows: [['A', 'm', '3']],
    rowNumbers: [2],
  });
  assert.deepEqual(row, { subject: 'A', metric: 'm', year: null, value: 3 });
});

test('shipped packs have names of their own', () => {
  assert.deepEqual(
    shippedPacks.map((p) => p.id),
    ['sme-cluster-2022-national', 'sme-cluster-yunnan'],
  );
});
