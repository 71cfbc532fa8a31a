import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  checkDate,
  firstDay,
  lastDay,
  readRegisterEvents,
  registerAt,
  type LongRows,
} from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';

const header = [
  'clusterId',
  'at',
  'kind',
  'tier',
  'programme',
  'nameZh',
  'nameEn',
  'industries',
  'provinces',
  'cities',
  'reportYear',
  'source',
];
const long = (...rows: readonly (readonly unknown[])[]): LongRows => ({
  file: 'register.csv',
  header,
  rows,
  rowNumbers: rows.map((_, k) => k + 2),
});
const good = [
  'c1',
  '2022',
  'designated',
  'nation',
  'sme-cluster',
  '苏锡通',
  '',
  '13; 17',
  '江苏',
  '苏州；无锡、南通',
  '',
  'a page',
];

test('a line is read with its lists, empty cells left out', () => {
  assert.deepEqual(readRegisterEvents(long(good)), [
    {
      clusterId: 'c1',
      at: '2022',
      kind: 'designated',
      tier: 'nation',
      programme: 'sme-cluster',
      facts: {
        nameZh: '苏锡通',
        nameEn: '',
        industries: ['13', '17'],
        provinces: ['江苏'],
        cities: ['苏州', '无锡', '南通'],
        organisation: null,
      },
      source: 'a page',
    },
  ]);
  const [report] = readRegisterEvents(long(good.with(2, 'reported').with(10, '2023')));
  assert.equal(report.reportYear, 2023);
});

const faults: readonly [column: string, value: unknown, expected: RegExp][] = [
  ['clusterId', '', /a text/],
  ['at', '2022-13', /YYYY-MM-DD/],
  ['at', '2023-02-29', /YYYY-MM-DD/],
  ['at', 'last year', /YYYY-MM-DD/],
  ['kind', 'expired', /proposed, cultivated/],
  ['tier', 'national', /county, province, nation, worldClass/],
  ['source', null, /a text/],
];
for (const [column, value, expected] of faults) {
  test(`${column} of ${JSON.stringify(value)} is refused by row and column`, () => {
    const row = good.with(header.indexOf(column), value as string);
    assert.throws(
      () => readRegisterEvents(long(good, row)),
      (e: unknown) => {
        const { code, message, details } = e as { code: string; message: string; details: Record<string, unknown> };
        assert.equal(code, 'BAD_CELL');
        assert.deepEqual([details['row'], details['column'], details['file']], [3, column, 'register.csv']);
        assert.match(message, expected);
        return true;
      },
    );
  });
}

test('a report must say its year; every bad line is listed', () => {
  const bad = good.with(2, 'reported');
  assert.throws(
    () => readRegisterEvents(long(bad, bad.with(0, ''))),
    (e: unknown) => {
      const { details } = e as { details: { issues: readonly { column: string }[] } };
      assert.deepEqual(
        details.issues.map((i) => i.column),
        ['reportYear', 'clusterId', 'reportYear'],
      );
      return true;
    },
  );
});

test('a missing column is named with the header', () => {
  assert.throws(() => readRegisterEvents({ ...long(good), header: header.with(11, 'quelle') }), {
    code: 'MISSING_COLUMN',
    message: /no column source; the header is clusterId/,
  });
});

test('dates: to the day, month or year, and nothing else', () => {
  for (const ok of ['2024', '2024-02', '2024-02-29']) assert.equal(checkDate(ok), ok);
  for (const bad of ['24', '2024-2', '2024-00', '2023-02-29', '2024-04-31', '2024-02-29T00', '', ' 2024'])
    assert.throws(() => checkDate(bad), { code: 'BAD_INPUT' });
  assert.deepEqual(['2024', '2024-02', '2024-02-03'].map(firstDay), ['2024-01-01', '2024-02-01', '2024-02-03']);
  assert.deepEqual(['2024', '2024-02', '2024-02-03'].map(lastDay), ['2024-12-31', '2024-02-29', '2024-02-03']);
});

test('months and days are added as a calendar does', () => {
  assert.deepEqual(
    [addMonths('2024-01-31', 1), addMonths('2024-02-29', 36), addMonths('2023-12-15', 1), addMonths('2024-08-31', -6)],
    ['2024-02-29', '2027-02-28', '2024-01-15', '2024-02-29'],
  );
  fc.assert(
    fc.property(fc.integer({ min: -20_000, max: 20_000 }), fc.integer({ min: -5000, max: 5000 }), (start, days) => {
      const day = addDays('2000-01-01', start);
      assert.equal(addDays(addDays(day, days), -days), day);
      assert.equal(
        new Date(`${day}T00:00:00Z`).getTime() + days * 86_400_000,
        new Date(`${addDays(day, days)}T00:00:00Z`).getTime(),
      );
    }),
    { seed: 47, numRuns: 100 },
  );
});

test('the shipped examples are a part of the list, each with its source, some across cities and provinces', () => {
  const file = new URL('../../../../../data/clusters/national-examples.csv', import.meta.url);
  const sheet = parseCsv(readFileSync(file), 'national-examples.csv');
  const [head, ...rows] = sheet.rows;
  const events = readRegisterEvents({
    file: 'national-examples.csv',
    header: (head as unknown[]).map(String),
    rows,
    rowNumbers: sheet.rowNumbers.slice(1),
  });
  const entries = registerAt(events, '2026-06-30');
  assert.equal(entries.length, events.length);
  assert.ok(entries.length < 80, 'part of the list, never shown as the list');
  assert.ok(events.every((e) => e.source.length > 8 && e.decidingBody));
  assert.ok(entries.every((e) => e.status === 'designated' && e.tier === 'nation' && e.validUntil === null));
  assert.ok(entries.filter((e) => e.provinces.length > 1).length >= 5);
  assert.ok(entries.filter((e) => e.cities.length > 1).length >= 5);
});
