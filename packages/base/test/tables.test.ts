import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkRows, declareTable, readCell, referencePage, rowSchema, rowsOrThrow, type Column } from '@qipan/base';

const text = { en: 'x', zh: '某' };
const village = declareTable({
  name: 'village',
  description: { en: 'Villages', zh: '村' },
  source: 'test',
  columns: [
    { name: 'id', type: 'string', unit: '', required: true, unique: true, description: text },
    {
      name: 'population',
      type: 'integer',
      unit: 'persons',
      required: false,
      min: 0,
      max: 1e8,
      description: text,
      aliases: ['人口'],
    },
    { name: 'lon', type: 'number', unit: 'deg', required: true, min: -180, max: 180, description: text },
    { name: 'kind', type: 'string', unit: '', required: false, values: ['village', 'cell'], description: text },
    { name: 'suitable', type: 'boolean', unit: '', required: false, description: text },
  ],
});
const header = ['id', '人口', 'lon', 'kind', 'suitable', 'note'];

test('good rows come back typed, blanks as unknown, other columns left out', () => {
  const { rows, issues, unread } = checkRows(
    village,
    header,
    [
      ['a', '1,234', '107.5', 'village', '是', 'x'],
      ['b', '', 106, null, ''],
    ],
    'v.csv',
  );
  assert.deepEqual(issues, []);
  assert.deepEqual(unread, ['note']);
  assert.deepEqual(rows, [
    { id: 'a', population: 1234, lon: 107.5, kind: 'village', suitable: true },
    { id: 'b', population: null, lon: 106, kind: null, suitable: null },
  ]);
});

test('a column under one header twice is a problem, a second name for it is left out and told', () => {
  const twice = checkRows(village, ['id', 'lon', 'Lon '], [['a', 1, 2]], 'v.csv', [4]);
  assert.deepEqual(
    twice.issues.map((i) => [i.code, i.row, i.column]),
    [['BAD_CELL', 3, 'lon']],
  );
  const alias = checkRows(village, ['id', 'lon', 'population', '人口'], [['a', 1, 2, 3]], 'v.csv');
  assert.deepEqual([alias.issueCount, alias.unread, alias.rows[0]?.['population']], [0, ['人口'], 2]);
  assert.deepEqual(checkRows(village, ['id', 'lon', 'x', 'x', ''], [['a', 1]], 'v.csv').issues, []);
});

test('a bad cell names file, row, column, got and expected', () => {
  const { issues } = checkRows(village, header, [['a', '-4', '107', '', '']], 'places.csv');
  assert.deepEqual(issues, [
    {
      code: 'BAD_CELL',
      message: 'places.csv row 2, column population: "-4"; expected a whole number from 0 to 100000000 (persons)',
      file: 'places.csv',
      row: 2,
      column: 'population',
      got: '-4',
      expected: 'a whole number from 0 to 100000000 (persons)',
    },
  ]);
});

test('every problem is listed before refusal, at most a hundred, and none of the rows is given', () => {
  const rows = Array.from({ length: 300 }, (_, i) => [String(i), 'many', 'east', '', '']);
  const checked = checkRows(village, header, rows, 'v.csv');
  assert.equal(checked.issues.length, 100);
  assert.throws(
    () => rowsOrThrow(checked),
    (e: { code: string; message: string; details: { issues: unknown[]; row: number } }) =>
      e.code === 'BAD_CELL' && e.details.row === 2 && e.details.issues.length === 100 && /and 599 more/.test(e.message),
  );
});

test('a repeated identifier names the row it stands in already', () => {
  const { issues } = checkRows(
    village,
    header,
    [
      ['a', 1, 1, '', ''],
      ['a', 1, 1, '', ''],
    ],
    'v.csv',
  );
  assert.equal(issues[0]?.code, 'DUPLICATE_ID');
  assert.match(issues[0]?.message ?? '', /row 3.*stands in row 2 already/);
});

test('a missing column names what the header holds', () => {
  assert.throws(
    () => checkRows(village, ['id'], [], 'v.csv'),
    (e: { code: string; message: string }) =>
      e.code === 'MISSING_COLUMN' && /column lon is missing; the header is id/.test(e.message),
  );
});

test('a required blank is a problem, not a zero', () => {
  const { issues } = checkRows(village, header, [['a', '', ' ', '', '']], 'v.csv');
  assert.equal(issues.length, 1);
  assert.match(issues[0]?.message ?? '', /column lon: empty; expected number/);
});

const number: Column = { name: 'n', type: 'number', unit: '', required: false, description: text };

test('numbers are read in the spellings of real files and nothing else', () => {
  const good: readonly [unknown, number][] = [
    ['１２３．５', 123.5],
    ['1,234,567.5', 1234567.5],
    ['-3e2', -300],
    [' 7 ', 7],
    ['.5', 0.5],
    [0, 0],
  ];
  for (const [raw, value] of good) assert.deepEqual(readCell(number, raw), { value }, String(raw));
  for (const raw of ['12,34', '1.2.3', 'NaN', '1e999', '-', 'twelve', '0x10', Number.NaN, Number.POSITIVE_INFINITY])
    assert.ok('expected' in readCell(number, raw), String(raw));
  for (const raw of ['', '  ', null, undefined]) assert.deepEqual(readCell(number, raw), { value: null });
});

test('whole numbers refuse fractions and booleans refuse anything but yes and no', () => {
  assert.ok('expected' in readCell({ ...number, type: 'integer' }, '1.5'));
  assert.deepEqual(readCell({ ...number, type: 'boolean' }, 'No'), { value: false });
  assert.deepEqual(readCell({ ...number, type: 'boolean' }, 'perhaps'), { expected: 'true or false' });
  assert.deepEqual(readCell({ ...number, type: 'string', values: ['a', 'b'] }, 'c'), { expected: 'one of a, b' });
});

test('a number written plainly is read back exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      const got = readCell(number, String(x));
      return 'value' in got && got.value === (Object.is(x, -0) ? 0 : x);
    }),
  );
});

test('the range ends belong to the range', () => {
  const column: Column = { ...number, min: 0, max: 10 };
  for (const raw of ['0', '10']) assert.ok('value' in readCell(column, raw));
  for (const raw of ['-0.001', '10.001'])
    assert.deepEqual(readCell(column, raw), { expected: 'a number from 0 to 10' });
  assert.deepEqual(readCell({ ...number, min: 1 }, '0'), { expected: 'a number ≥ 1' });
  assert.deepEqual(readCell({ ...number, max: 1 }, '2'), { expected: 'a number ≤ 1' });
});

test('one declaration gives the schema and the reference page', () => {
  const schema = rowSchema(village) as {
    required: string[];
    properties: Record<string, { type: unknown; minimum?: number; enum?: unknown[] }>;
  };
  assert.deepEqual(schema.required, ['id', 'lon']);
  assert.deepEqual(schema.properties['population']?.type, ['integer', 'null']);
  assert.equal(schema.properties['lon']?.minimum, -180);
  assert.deepEqual(schema.properties['kind']?.enum, ['village', 'cell', null]);
  const page = referencePage(village);
  assert.match(page, /\| `population` \| integer \| persons \|  \| 0 … 100000000 \| x · 某 \|/);
  assert.match(page, /village \\\| cell/);
});

test('a table that declares a name twice is a bug', () => {
  assert.throws(
    () => declareTable({ ...village, columns: [...village.columns, { ...number, name: 'id' }] }),
    /declares id twice/,
  );
});
