import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  applyConcordance,
  codeBreak,
  longFromWide,
  pairYears,
  panelReport,
  panelReportText,
  readPanels,
  usablePanels,
  withoutSuffix,
  type LongRows,
  type Panel,
  type PanelColumns,
  type ReportOptions,
} from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { sharedData, skipWithout } from '@qipan/testing';
import { caseOf } from '../reference-data.js';

const columns: PanelColumns = { region: 'region', industry: 'industry', value: 'value' };
const long = (rows: readonly (readonly unknown[])[], header = ['region', 'industry', 'value']): LongRows => ({
  file: 'panel.csv',
  header,
  rows,
  rowNumbers: rows.map((_, i) => i + 2),
});
const yearly = { ...columns, year: 'year' };
const yearHeader = ['region', 'industry', 'value', 'year'];
const report = (rows: readonly (readonly unknown[])[], o: Partial<ReportOptions> = {}, header?: string[]) =>
  panelReport(long(rows, header), { columns, ...o });

interface Australia {
  readonly input: string;
  readonly columns: PanelColumns;
  readonly drop: readonly string[];
  readonly labels: number;
  readonly years: readonly { year: number; areas: number; industries: number; total: number }[];
  readonly sameNames: number;
  readonly sameWithoutSuffix: number;
}
const australia = caseOf<Australia>('australia');

function australianRows(): LongRows {
  const sheet = parseCsv(readFileSync(sharedData(australia.input) as string), 'lga.csv');
  const [header, ...rows] = sheet.rows;
  return { file: 'lga.csv', header: (header as unknown[]).map(String), rows, rowNumbers: sheet.rowNumbers.slice(1) };
}

test('the report of the Australian pair has its counts', { skip: skipWithout(australia.input) }, () => {
  const rows = australianRows();
  const { report: r, panels } = panelReport(rows, { columns: australia.columns, dropIndustries: australia.drop });
  assert.deepEqual(
    r.years.map((y) => ({ year: y.year, areas: y.regionsNamed, industries: y.industriesNamed, total: y.total })),
    australia.years,
  );
  assert.equal(Object.keys(r.droppedRows).length + r.years[0]!.industriesNamed, australia.labels);
  assert.equal(r.usable, true);
  assert.equal(usablePanels({ report: r, panels }).length, 2);
  const named = (year: number) =>
    new Set(rows.rows.filter((x) => Number(x[2]) === year).map((x) => String(x[0]).trim()));
  const [before, after] = [named(2011), named(2016)];
  assert.equal([...before].filter((n) => after.has(n)).length, australia.sameNames);
  const stripped = (s: Set<string>) => new Set([...s].map(withoutSuffix));
  const later = stripped(after);
  assert.equal([...stripped(before)].filter((n) => later.has(n)).length, australia.sameWithoutSuffix);
  const b = r.codeBreaks.find((x) => x.axis === 'region')!;
  assert.equal(b.gone.length, 586 - 507 - emptyIn(panels[0]!, before, b.gone));
  assert.ok(b.proposals.some((p) => p.kind === 'suffix'));
  assert.ok(
    b.proposals.every((p) => p.from.every((c) => b.gone.includes(c)) && p.to.every((c) => b.fresh.includes(c))),
  );
});

/** Regions named in a year whose rows are all true zeros: they are in no break. */
function emptyIn(p: Panel, named: ReadonlySet<string>, gone: readonly string[]): number {
  const listed = new Set(gone);
  return p.regionCode.filter((c, r) => {
    const row = p.value.subarray(r * p.industries, (r + 1) * p.industries);
    return named.has(c) && row.every((x) => x === 0) && !listed.has(c);
  }).length;
}

test('the Australian report reads in both languages', { skip: skipWithout(australia.input) }, () => {
  const { report: r } = panelReport(australianRows(), { columns: australia.columns, dropIndustries: australia.drop });
  const en = panelReportText(r, 'en').join('\n');
  assert.match(en, /2011 unspecified: 586 regions × 19 industries named, total 9,341,478/);
  assert.match(en, /2016 unspecified: 554 regions × 19 industries named, total 9,687,132/);
  assert.match(en, /left out by request: Not stated/);
  const zh = panelReportText(r, 'zh');
  assert.match(zh.join('\n'), /2011 unspecified：列出 586 个地区 × 19 个行业，合计 9,341,478/);
  assert.equal(zh.length, panelReportText(r, 'en').length);
});

test('a clean file is usable without a warning', () => {
  const { report: r } = report([
    ['a', '1', 3],
    ['b', '1', 4],
  ]);
  assert.deepEqual([r.usable, r.errors, r.warnings, r.years[0]!.total], [true, [], [], 7]);
  assert.deepEqual(panelReportText(r, 'en'), [
    'panel.csv: no errors; 0 warnings',
    '– unspecified: 2 regions × 1 industries named, total 7',
    '  2 cells: 2 observed, 0 zero, 0 suppressed, 0 missing; 0 estimated',
  ]);
});

test('a report with errors lists all of them beside what could be read, and refuses to be computed with', () => {
  const read = report([
    ['a', '1', 3],
    ['a', '1', 4],
    ['b', '1', -2],
    ['b', '2', 'many'],
    ['c', '2', 5],
  ]);
  assert.deepEqual(
    read.report.errors.map((e) => [e.code, e.row]),
    [
      ['DUPLICATE_CELL', 3],
      ['VALUE_NEGATIVE', 4],
      ['BAD_CELL', 5],
    ],
  );
  assert.equal(read.report.usable, false);
  assert.equal(read.report.years[0]!.total, 8);
  assert.throws(() => usablePanels(read), {
    code: 'DUPLICATE_CELL',
    message: /stands in row 2 already \(and 2 more\)/,
  });
  assert.match(panelReportText(read.report, 'en')[0]!, /3 errors – nothing is computed/);
});

test('more than a hundred faults are counted beyond the list', () => {
  const { report: r } = report(Array.from({ length: 130 }, (_, k) => [`r${k}`, '1', 'bad']));
  assert.deepEqual([r.errors.length, r.faults], [100, 130]);
});

test('one measure has one unit: another names both rows', () => {
  const rows = [
    ['a', '1', 3, 'persons'],
    ['b', '1', 4, 'thousand'],
  ];
  const header = ['region', 'industry', 'value', 'unit'];
  const { report: r } = report(rows, { columns: { ...columns, unit: 'unit' } }, header);
  assert.deepEqual(
    r.errors.map((e) => [e.code, e.row, e.column, e.got, e.expected]),
    [['UNIT_MIXED', 3, 'unit', 'thousand', 'persons, as in row 2']],
  );
});

test('codes that the tables lack and levels mixed in one matrix are errors with their row', () => {
  const { report: r } = report(
    [
      ['a', '13', 3],
      ['z', '1310', 4],
    ],
    {
      regions: [{ code: 'a', level: 'county' }],
      industries: [
        { code: '13', level: '2' },
        { code: '1310', level: '4' },
      ],
    },
  );
  assert.deepEqual(
    r.errors.map((e) => [e.code, e.row, e.column]),
    [
      ['UNKNOWN_CODE', 3, 'region'],
      ['LEVEL_MIXED', 3, 'industry'],
    ],
  );
  assert.match(r.errors[1]!.message, /1310 of level 4; expected 2, as in row 2/);
});

test('measures of one file become panels of their own; an unknown measure is refused', () => {
  const header = ['region', 'industry', 'value', 'what'];
  const o = { columns: { ...columns, measure: 'what' } };
  const { panels, completeness } = readPanels(
    long(
      [
        ['a', '1', 3, 'employment'],
        ['a', '1', 900, 'output'],
      ],
      header,
    ),
    o,
  );
  assert.deepEqual(
    panels.map((p) => [p.measure, p.value[0]]),
    [
      ['employment', 3],
      ['output', 900],
    ],
  );
  assert.equal(completeness.length, 2);
  assert.throws(() => readPanels(long([['a', '1', 3, 'jobs']], header), o), {
    code: 'BAD_CELL',
    message: /one of employment/,
  });
});

test('bounds of a suppressed cell are kept beside it; bounds the wrong way round are refused', () => {
  const header = ['region', 'industry', 'value', 'lo', 'hi'];
  const o = { columns: { ...columns, lower: 'lo', upper: 'hi' } };
  const rows = [
    ['a', '1', '*', 1, 9],
    ['a', '2', 7, '', ''],
  ];
  const p = readPanels(long(rows, header), o).panels[0]!;
  assert.deepEqual([...p.bounds!.lower, ...p.bounds!.upper], [1, 7, 9, 7]);
  assert.ok(Number.isNaN(p.value[0]!));
  assert.throws(() => readPanels(long([['a', '1', '*', 9, 1]], header), o), {
    code: 'BAD_CELL',
    message: /0 ≤ lower ≤ upper/,
  });
});

test('estimated figures are counted and flagged', () => {
  const header = ['region', 'industry', 'value', 'flag'];
  const { report: r, panels } = report([['a', '1', 3, 'estimated']], { columns: { ...columns, flag: 'flag' } }, header);
  assert.equal(r.years[0]!.estimated, 1);
  assert.deepEqual([...panels[0]!.flag!], [1]);
});

test('coverage of the published total is told, and warned of when it is thin', () => {
  const rows = [['a', '1', 60]];
  const { report: r } = report(rows, { published: [{ year: null, total: 100 }] });
  assert.equal(r.years[0]!.coveredShare, 0.6);
  assert.match(r.warnings[0]!.en, /60\.0 % of the published total/);
  assert.match(r.warnings[0]!.zh, /60\.0%/);
});

test('children that do not add up to their parent are listed with the size of it', () => {
  const { report: r } = report(
    [
      ['p', '1', 100],
      ['a', '1', 30],
      ['b', '1', 40],
    ],
    { regions: [{ code: 'p' }, { code: 'a', parentCode: 'p' }, { code: 'b', parentCode: 'p' }] },
  );
  assert.deepEqual(r.parentMismatches, [{ year: null, parent: 'p', children: 2, sum: 70, total: 100 }]);
  assert.match(r.warnings[0]!.en, /2 children of p sum to 70, it has 100/);
});

test('a total that grows a thousandfold is a unit; one region’s tenfold jump is told when it is large', () => {
  const years = (f: (r: string) => number) =>
    ['a', 'b', 'c'].flatMap((r) => [
      [r, '1', 5000, 2011],
      [r, '1', 5000 * f(r), 2016],
    ]);
  const whole = report(
    years(() => 1020),
    { columns: yearly },
    yearHeader,
  ).report;
  assert.deepEqual(
    whole.unitJumps.map((j) => [j.region, j.factor]),
    [[null, 1000]],
  );
  const one = report(
    years((r) => (r === 'b' ? 0.1 : 1)),
    { columns: yearly },
    yearHeader,
  ).report;
  assert.deepEqual(
    one.unitJumps.map((j) => [j.region, j.factor]),
    [['b', 0.1]],
  );
  assert.deepEqual(
    report(
      years(() => 1.3),
      { columns: yearly },
      yearHeader,
    ).report.unitJumps,
    [],
  );
});

test('hidden cells that subtraction gives away are named', () => {
  const { report: r } = report(
    [
      ['a', '1', '*'],
      ['a', '2', 6],
      ['b', '1', 5],
      ['b', '2', '*'],
    ],
    { published: [{ year: null, regions: { a: 10 } }] },
  );
  assert.deepEqual(r.disclosure, [{ year: null, region: 'a', industry: '1', by: 'region' }]);
  assert.match(r.warnings.at(-1)!.en, /1 hidden cells can be worked out/);
});

/** Two years of one-row-a-cell panels from `{code: profile}`. */
function pair(a: Record<string, number[]>, b: Record<string, number[]>): [Panel, Panel] {
  const rows = [
    ...Object.entries(a).flatMap(([c, list]) => list.map((x, i) => [c, `${i}`, x, 2011])),
    ...Object.entries(b).flatMap(([c, list]) => list.map((x, i) => [c, `${i}`, x, 2016])),
  ];
  return readPanels(long(rows, yearHeader), { columns: yearly }).panels as [Panel, Panel];
}
const kindsOf = (b: ReturnType<typeof codeBreak>) =>
  b.proposals.map((p) => [p.kind, p.from.join('+'), p.to.join('+'), p.ambiguous]);

test('suffix changes and spellings are proposed by name; one name for two places is ambiguous', () => {
  const x = [5, 5];
  const b = codeBreak(
    ...pair(
      { 'Adelaide (C)': x, 'Kempsey (A)': x, Bankstown: x },
      { Adelaide: x, 'Kempsey (S)': x, 'Kempsey (R)': x, Bankstowne: x },
    ),
    'region',
  );
  assert.deepEqual(kindsOf(b), [
    ['suffix', 'Adelaide (C)', 'Adelaide', false],
    ['suffix', 'Kempsey (A)', 'Kempsey (R)', true],
    ['suffix', 'Kempsey (A)', 'Kempsey (S)', true],
    ['spelling', 'Bankstown', 'Bankstowne', false],
  ]);
  assert.equal(withoutSuffix('Adelaide (C)'), 'Adelaide');
  assert.equal(withoutSuffix('朝阳区'), '朝阳区', 'Chinese endings tell places apart');
});

test('merges and splits are proposed by what adds up, and only as guesses', () => {
  const merged = codeBreak(
    ...pair({ north: [90, 10, 5], south: [10, 80, 5], same: [1, 1, 1] }, { united: [100, 92, 10], same: [1, 1, 1] }),
    'region',
  );
  assert.deepEqual(kindsOf(merged), [['merge', 'north+south', 'united', true]]);
  const split = codeBreak(...pair({ united: [100, 92, 10] }, { east: [90, 10, 5], west: [10, 80, 5] }), 'region');
  assert.deepEqual(kindsOf(split), [['split', 'united', 'east+west', true]]);
  const renamed = codeBreak(...pair({ 110101: [90, 10, 5] }, { 110155: [91, 11, 5] }), 'region');
  assert.deepEqual(kindsOf(renamed), [['profile', '110101', '110155', true]]);
});

test('industries break too', () => {
  const rows = [
    ['a', 'C13', 5, 2011],
    ['a', 'C14', 5, 2016],
  ];
  const { report: r } = report(rows, { columns: yearly }, yearHeader);
  assert.deepEqual(
    r.codeBreaks.map((b) => [b.axis, b.gone, b.fresh]),
    [['industry', ['C13'], ['C14']]],
  );
  assert.match(r.warnings[0]!.en, /1 industry codes of 2011/);
  assert.match(r.warnings[0]!.zh, /行业代码/);
});

test('two years pair up by equal and by confirmed codes; the rest is refused, or listed when asked', () => {
  const [a, b] = pair({ x: [1, 2], 'y (C)': [3, 4], gone: [5, 6] }, { x: [7, 8], y: [9, 10], fresh: [1, 1] });
  assert.throws(() => pairYears(a, b), { code: 'CODE_BREAK', message: /2 codes of 2011 and 2 of 2016/ });
  const p = pairYears(a, b, { confirmed: [{ from: 'y (C)', to: 'y' }], unmatched: 'leaveOut' });
  assert.deepEqual(
    [p.before.regionCode, p.after.regionCode],
    [
      ['x', 'y'],
      ['x', 'y'],
    ],
  );
  assert.deepEqual(
    [[...p.before.value], [...p.after.value]],
    [
      [1, 2, 3, 4],
      [7, 8, 9, 10],
    ],
  );
  assert.deepEqual([p.leftOutBefore, p.leftOutAfter], [['gone'], ['fresh']]);
  assert.throws(() => pairYears(a, b, { confirmed: [{ from: 'nobody', to: 'y' }] }), { code: 'UNKNOWN_CODE' });
  const merged = pairYears(a, b, {
    confirmed: [
      { from: 'y (C)', to: 'y' },
      { from: 'gone', to: 'y' },
    ],
    unmatched: 'leaveOut',
  });
  assert.deepEqual([...merged.before.value], [1, 2, 8, 10], 'two confirmed into one are added');
});

test('a wide file is the long one in another shape', () => {
  const wide: LongRows = {
    file: 'w.csv',
    header: ['region', 'year', '01', '02'],
    rows: [
      ['a', 2011, 3, '*'],
      ['b', 2011, 0, 5],
    ],
    rowNumbers: [2, 3],
  };
  const l = longFromWide(wide, { keep: ['region', 'year'], spread: 'industry' });
  assert.deepEqual(l.header, ['region', 'year', 'industry', 'value']);
  assert.deepEqual(l.rowNumbers, [2, 2, 3, 3]);
  const p = readPanels(l, { columns: yearly }).panels[0]!;
  assert.deepEqual(
    [p.industryCode, [...p.value]],
    [
      ['01', '02'],
      [3, Number.NaN, 0, 5],
    ],
  );
  const byYear = longFromWide(
    { file: 'w.csv', header: ['region', 'industry', '2011', '2016'], rows: [['a', '1', 3, 4]], rowNumbers: [2] },
    { keep: ['region', 'industry'], spread: 'year', columns: ['2016'] },
  );
  assert.deepEqual(byYear.rows, [['a', '1', '2016', 4]]);
  assert.throws(() => longFromWide(wide, { keep: ['place'], spread: 'industry' }), { code: 'MISSING_COLUMN' });
});

test('a concordance carries every person over; weights that do not sum to 1 are refused', () => {
  const [p] = pair({ a: [10, 4], b: [6, 0] }, { a: [1, 1] });
  const rows = [
    { fromCode: '0', toCode: 'X', weight: 0.25 },
    { fromCode: '0', toCode: 'Y', weight: 0.75 },
    { fromCode: '1', toCode: 'X', weight: 1 },
  ];
  const q = applyConcordance(p, rows);
  assert.deepEqual(
    [q.industryCode, [...q.value]],
    [
      ['X', 'Y'],
      [6.5, 7.5, 1.5, 4.5],
    ],
  );
  assert.throws(() => applyConcordance(p, rows.slice(1)), {
    code: 'CONCORDANCE_WEIGHTS',
    message: /weights of 0 sum to 0.75/,
  });
  assert.throws(() => applyConcordance(p, rows.slice(0, 2)), { code: 'UNKNOWN_CODE' });
  assert.throws(() => applyConcordance(p, [{ fromCode: '0', toCode: 'X', weight: -1 }]), {
    code: 'CONCORDANCE_WEIGHTS',
  });
  const hidden = applyConcordance({ ...p, value: p.value.map((x) => (x === 10 ? Number.NaN : x)) }, rows);
  assert.ok(Number.isNaN(hidden.value[0]!) && Number.isNaN(hidden.value[1]!) && hidden.value[3] === 4.5);
});
