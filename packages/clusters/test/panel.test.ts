import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readPanels, type LongRows } from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { sharedData, skipWithout } from '@qipan/testing';

const long = (rows: readonly (readonly unknown[])[], header = ['region', 'industry', 'value']): LongRows => ({
  file: 'panel.csv',
  header,
  rows,
  rowNumbers: rows.map((_, i) => i + 2),
});
const columns = { region: 'region', industry: 'industry', value: 'value' };
const fault = (rows: readonly (readonly unknown[])[], more: object = {}, header?: string[]) => {
  try {
    readPanels(long(rows, header), { columns: { ...columns, ...more } });
  } catch (e) {
    return e as {
      code: string;
      message: string;
      details: { issues: readonly { row: number; column: string; got: unknown; expected: string }[] };
    };
  }
  return assert.fail('nothing was refused');
};

test('a long file becomes a matrix under sorted codes, cells without a row are true zeros', () => {
  const { panels, completeness } = readPanels(
    long([
      ['b', '02', '3'],
      ['a', '01', 1.5],
      ['b', '01', '0'],
    ]),
    { columns, measure: 'employment' },
  );
  const p = panels[0]!;
  assert.deepEqual(
    [p.regionCode, p.industryCode, [...p.value]],
    [
      ['a', 'b'],
      ['01', '02'],
      [1.5, 0, 0, 3],
    ],
  );
  assert.deepEqual([p.year, p.measure], [null, 'employment']);
  assert.deepEqual(completeness[0], {
    year: null,
    expected: 4,
    observed: 2,
    zeros: 2,
    suppressed: 0,
    missing: 0,
    emptyRegions: [],
    emptyIndustries: [],
    total: 4.5,
  });
});

test('symbols are suppressed or missing, never 0', () => {
  const { panels, completeness } = readPanels(
    long([
      ['a', '1', '*'],
      ['a', '2', 'n.a.'],
      ['b', '1', ''],
      ['b', '2', 5],
    ]),
    { columns },
  );
  assert.ok([0, 1, 2].every((k) => Number.isNaN(panels[0]!.value[k])));
  assert.deepEqual(
    [completeness[0]!.suppressed, completeness[0]!.missing, completeness[0]!.zeros, completeness[0]!.observed],
    [1, 2, 0, 1],
  );
  assert.deepEqual(completeness[0]!.emptyRegions, [], 'an unknown cell may hold something');
});

test('a flag column says what the value cannot', () => {
  const { completeness } = readPanels(
    long(
      [
        ['a', '1', '0', 'suppressed'],
        ['a', '2', '7', 'observed'],
      ],
      ['region', 'industry', 'value', 'flag'],
    ),
    { columns: { ...columns, flag: 'flag' } },
  );
  assert.deepEqual([completeness[0]!.suppressed, completeness[0]!.observed], [1, 1]);
});

test('years become panels under the same codes', () => {
  const { panels } = readPanels(
    long(
      [
        ['a', '1', 1, 2011],
        ['b', '1', 2, 2016],
        ['a', '2', 3, 2016],
      ],
      ['region', 'industry', 'value', 'year'],
    ),
    { columns: { ...columns, year: 'year' } },
  );
  assert.deepEqual(
    panels.map((p) => [p.year, [...p.value]]),
    [
      [2011, [1, 0, 0, 0]],
      [2016, [0, 3, 2, 0]],
    ],
  );
});

test('a bad cell names file, row, column, got and expected', () => {
  const e = fault([['a', '1', 'many']]);
  assert.equal(e.code, 'BAD_CELL');
  assert.equal(e.message, 'panel.csv row 2, column value: "many"; expected a number ≥ 0 or a symbol of the dictionary');
  assert.deepEqual(e.details.issues[0], {
    code: 'BAD_CELL',
    message: e.message,
    file: 'panel.csv',
    row: 2,
    column: 'value',
    got: 'many',
    expected: 'a number ≥ 0 or a symbol of the dictionary',
  });
});

test('negative values, doubled cells, missing codes and years out of range are refused', () => {
  assert.equal(fault([['a', '1', -1]]).code, 'VALUE_NEGATIVE');
  const doubled = fault([
    ['a', '1', 1],
    ['a', '1', 2],
  ]);
  assert.equal(doubled.code, 'DUPLICATE_CELL');
  assert.match(doubled.message, /row 3.*stands in row 2 already/);
  assert.match(fault([['', '1', 1]]).message, /column region/);
  assert.match(fault([['a', ' ', 1]]).message, /column industry/);
  assert.match(
    fault([['a', '1', 1, 20166]], { year: 'year' }, ['region', 'industry', 'value', 'year']).message,
    /a year from 1900 to 2100/,
  );
  assert.equal(fault([['a', '1', Number.POSITIVE_INFINITY]]).code, 'BAD_CELL');
});

test('every bad cell is listed, a hundred at most, and counted', () => {
  const e = fault(Array.from({ length: 250 }, (_, i) => [`r${i}`, '1', 'x1']));
  assert.equal(e.details.issues.length, 100);
  assert.match(e.message, /and 249 more/);
});

test('a missing column names the header, an empty file is refused', () => {
  const e = fault([['a', '1', 1]], { value: 'amount' });
  assert.equal(e.code, 'MISSING_COLUMN');
  assert.match(e.message, /no column amount; the header is region, industry, value/);
  assert.equal(fault([]).code, 'DEGENERATE_INPUT');
});

test(
  'the Australian pair has the counts of its source once three labels are dropped',
  { skip: skipWithout('clusters/australia') },
  () => {
    const sheet = parseCsv(
      readFileSync(sharedData('clusters/australia/lga_industry_2011_2016.csv') as string),
      'lga.csv',
    );
    const [header, ...rows] = sheet.rows;
    const { panels, completeness } = readPanels(
      { file: 'lga.csv', header: (header as unknown[]).map(String), rows, rowNumbers: sheet.rowNumbers.slice(1) },
      {
        columns: { region: 'lga_pow', industry: 'industry', value: 'employment', year: 'year' },
        dropIndustries: ['Inadequately described', 'Not stated', 'Not applicable'],
      },
    );
    assert.deepEqual(
      panels.map((p) => [p.year, p.industries]),
      [
        [2011, 19],
        [2016, 19],
      ],
    );
    assert.deepEqual(
      completeness.map((c) => c.total),
      [9_341_478, 9_687_132],
    );
    const seen = new Map([
      [2011, new Set<string>()],
      [2016, new Set<string>()],
    ]);
    const year = header!.indexOf('year');
    const region = header!.indexOf('lga_pow');
    for (const r of rows) seen.get(Number(r[year]))!.add(String(r[region]).trim());
    assert.deepEqual(
      [...seen.values()].map((s) => s.size),
      [586, 554],
    );
    assert.equal([...seen.get(2011)!].filter((name) => seen.get(2016)!.has(name)).length, 507);
  },
);
