import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkRows,
  declareTable,
  hashText,
  kwhToMilliWh,
  milliWhToKwh,
  milliWhToWh,
  random,
  readCell,
  referencePage,
  rowSchema,
  rowsOrThrow,
  uuidV7,
  type Column,
  type Row,
  type Table,
} from '@qipan/base';

const words = (en: string, zh: string) => ({ en, zh });

/** A table of every type of column, as a county office would fill it. */
const transformer: Table = declareTable({
  name: 'transformer',
  description: words('Village transformers', '台区变压器'),
  source: 'ledger of the power office',
  columns: [
    {
      name: 'id',
      type: 'string',
      unit: '',
      required: true,
      unique: true,
      description: words('Number', '编号'),
      aliases: ['编号'],
    },
    {
      name: 'ratedKva',
      type: 'number',
      unit: 'kVA',
      required: true,
      min: 1,
      max: 5000,
      description: words('Rating', '容量'),
      aliases: ['容量', 'kVA'],
    },
    {
      name: 'customers',
      type: 'integer',
      unit: 'households',
      required: false,
      min: 0,
      description: words('Customers', '户数'),
    },
    {
      name: 'year',
      type: 'year',
      unit: '',
      required: false,
      min: 1950,
      max: 2100,
      description: words('In service since', '投运年份'),
    },
    { name: 'isPublic', type: 'boolean', unit: '', required: false, description: words('Public', '公变') },
    {
      name: 'kind',
      type: 'string',
      unit: '',
      required: false,
      values: ['S11', 'S13', 'S22'],
      description: words('Series', '型号'),
    },
  ],
});
const header = ['编号', '容量', 'customers', 'year', 'isPublic', 'kind'];

test('a filled ledger is read in the types declared', () => {
  const { rows, issues, issueCount } = checkRows(
    transformer,
    header,
    [
      ['T1', '100', '35', '2016', '是', 'S13'],
      ['T2', '１，２５０', '', '', '', ''],
    ],
    'ledger.csv',
  );
  assert.deepEqual(issues, []);
  assert.equal(issueCount, 0);
  assert.deepEqual(rows, [
    { id: 'T1', ratedKva: 100, customers: 35, year: 2016, isPublic: true, kind: 'S13' },
    { id: 'T2', ratedKva: 1250, customers: null, year: null, isPublic: null, kind: null },
  ]);
});

const faults: readonly {
  readonly cells: readonly string[];
  readonly column: string;
  readonly expected: RegExp;
  readonly code?: string;
}[] = [
  { cells: ['T1', '0.5', '', '', '', ''], column: 'ratedKva', expected: /a number from 1 to 5000 \(kVA\)/ },
  { cells: ['T1', '100000', '', '', '', ''], column: 'ratedKva', expected: /a number from 1 to 5000 \(kVA\)/ },
  { cells: ['T1', '', '', '', '', ''], column: 'ratedKva', expected: /^number$/ },
  { cells: ['', '100', '', '', '', ''], column: 'id', expected: /^string$/ },
  { cells: ['T1', '100', '3.5', '', '', ''], column: 'customers', expected: /a whole number ≥ 0 \(households\)/ },
  { cells: ['T1', '100', '-1', '', '', ''], column: 'customers', expected: /a whole number ≥ 0/ },
  { cells: ['T1', '100', '', '1949', '', ''], column: 'year', expected: /a year from 1950 to 2100/ },
  { cells: ['T1', '100', '', 'last', '', ''], column: 'year', expected: /a year/ },
  { cells: ['T1', '100', '', '', 'maybe', ''], column: 'isPublic', expected: /true or false/ },
  { cells: ['T1', '100', '', '', '', 'S9'], column: 'kind', expected: /one of S11, S13, S22/ },
];

for (const { cells, column, expected } of faults) {
  test(`a fault in ${column} (${JSON.stringify(cells)}) is named with what was expected`, () => {
    const { issues } = checkRows(transformer, header, [cells], 'ledger.csv');
    assert.equal(issues.length, 1);
    const issue = issues[0]!;
    assert.deepEqual([issue.code, issue.file, issue.row, issue.column], ['BAD_CELL', 'ledger.csv', 2, column]);
    assert.match(issue.expected ?? '', expected);
  });
}

test('faults of several rows are all listed, in the order of the file', () => {
  const { issues, issueCount } = checkRows(
    transformer,
    header,
    [
      ['T1', 'x', 'y', '', '', ''],
      ['T1', '100', '', '', '', ''],
      ['T3', '100', '', '', '', 'S9'],
    ],
    'ledger.csv',
  );
  assert.deepEqual(
    issues.map((i) => [i.row, i.column, i.code]),
    [
      [2, 'ratedKva', 'BAD_CELL'],
      [2, 'customers', 'BAD_CELL'],
      [3, 'id', 'DUPLICATE_ID'],
      [4, 'kind', 'BAD_CELL'],
    ],
  );
  assert.equal(issueCount, 4);
});

test('rows are counted as a person counts them, headers and skipped lines included', () => {
  const row = (firstRow: number | readonly number[]) =>
    checkRows(transformer, header, [['T1', 'x', '', '', '', '']], 'f', firstRow).issues[0]!.row;
  assert.equal(row(2), 2);
  assert.equal(row(12), 12);
  assert.equal(row([7]), 7);
});

test('what is refused is refused whole, what is clean is given whole', () => {
  const clean = checkRows(transformer, header, [['T1', '100', '', '', '', '']], 'f');
  assert.equal(rowsOrThrow(clean).length, 1);
  const foul = checkRows(
    transformer,
    header,
    [
      ['T1', '100', '', '', '', ''],
      ['T2', 'x', '', '', '', ''],
    ],
    'f',
  );
  assert.throws(
    () => rowsOrThrow(foul),
    (e: { code: string; httpStatus: number; exitCode: number }) =>
      e.code === 'BAD_CELL' && e.httpStatus === 400 && e.exitCode === 65,
  );
});

test('long texts are shortened in messages and kept in the details', () => {
  const long = 'x'.repeat(500);
  const { issues } = checkRows(transformer, header, [['T1', long, '', '', '', '']], 'f');
  assert.ok(issues[0]!.message.length < 200);
  assert.equal(issues[0]!.got, long);
});

test('reading what was written gives the row again', () => {
  const row = fc.record({
    id: fc.string({ minLength: 1, maxLength: 12 }).filter((s) => s.trim() === s && s !== ''),
    ratedKva: fc.double({ min: 1, max: 5000, noNaN: true }),
    customers: fc.option(fc.integer({ min: 0, max: 1e6 })),
    year: fc.option(fc.integer({ min: 1950, max: 2100 })),
    isPublic: fc.option(fc.boolean()),
    kind: fc.option(fc.constantFrom('S11', 'S13', 'S22')),
  });
  fc.assert(
    fc.property(row, (r) => {
      const cells = Object.values(r).map((x) => (x === null ? '' : String(x)));
      const { rows, issues } = checkRows(transformer, Object.keys(r), [cells], 'f');
      assert.deepEqual(issues, []);
      assert.deepEqual(rows, [{ ...r } as Row]);
    }),
  );
});

test('columns may stand in any order and between columns of no interest', () => {
  const { rows } = checkRows(transformer, ['note', 'kVA', 'x', 'id'], [['n', '50', 'y', 'T9']], 'f');
  assert.deepEqual([rows[0]!['id'], rows[0]!['ratedKva'], 'note' in rows[0]!], ['T9', 50, false]);
});

test('every column of the table stands in its schema and on its page', () => {
  const schema = rowSchema(transformer) as {
    properties: Record<string, { description: string; minimum?: number; maximum?: number }>;
    required: string[];
    title: string;
  };
  assert.equal(schema.title, 'transformer');
  assert.deepEqual(
    Object.keys(schema.properties),
    transformer.columns.map((c) => c.name),
  );
  assert.deepEqual(schema.required, ['id', 'ratedKva']);
  assert.deepEqual([schema.properties['ratedKva']!.minimum, schema.properties['ratedKva']!.maximum], [1, 5000]);
  assert.equal(schema.properties['ratedKva']!.description, 'Rating [kVA]');
  const page = referencePage(transformer);
  for (const c of transformer.columns)
    assert.ok(page.includes(`| \`${c.name}\` | ${c.type} |`) && page.includes(c.description.zh));
  assert.ok(page.includes('Source: ledger of the power office'));
});

const column = (type: Column['type']): Column => ({
  name: 'c',
  type,
  unit: '',
  required: false,
  description: words('x', '某'),
});

test('no text is ever read as a number that it does not spell', () => {
  fc.assert(
    fc.property(fc.string(), (s) => {
      const got = readCell(column('number'), s);
      if ('expected' in got) return true;
      if (got.value === null) return s.trim() === '';
      const plain = s
        .trim()
        .replaceAll(',', '')
        .replace(/[\uff10-\uff19\uff0e\uff0d\uff0c]/g, (c) =>
          c === '\uff0c' ? '' : String.fromCharCode(c.charCodeAt(0) - 0xfee0),
        );
      return Number(plain) === got.value;
    }),
    { numRuns: 2000 },
  );
});

test('whole milliwatt-hours are exact through kilowatt-hours', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), (m) => kwhToMilliWh(milliWhToKwh(m)) === m));
  assert.equal(milliWhToWh(1500), 1.5);
});

test('names hash to 32 bits and small changes change the hash', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (s) => {
      const h = hashText(s);
      return (
        Number.isInteger(h) && h >= 0 && h < 2 ** 32 && hashText(`${s}x`) !== h && hashText(s, 1) !== hashText(s, 2)
      );
    }),
  );
});

test('UUIDv7 sorts by time and keeps its random bytes apart', () => {
  const bytes = (seed: number) => {
    const r = random(seed);
    return Uint8Array.from({ length: 10 }, () => r.below(256));
  };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 1e6 }), fc.integer(), (t, dt, seed) => {
      const a = uuidV7(t, bytes(seed));
      const b = uuidV7(t + dt, bytes(seed));
      assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.ok(a < b);
      assert.notEqual(uuidV7(t, bytes(seed + 1)), a);
    }),
  );
});
