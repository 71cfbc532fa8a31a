import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  longFromWide,
  panelReport,
  readPanels,
  usablePanels,
  type LongRows,
  type PanelColumns,
  type PanelOptions,
  type ReportOptions,
} from '@qipan/clusters';

const full: PanelColumns = {
  region: 'place',
  industry: 'trade',
  value: 'jobs',
  year: 'year',
  measure: 'what',
  flag: 'flag',
  unit: 'unit',
  lower: 'from',
  upper: 'to',
};
const header = ['place', 'trade', 'jobs', 'year', 'what', 'flag', 'unit', 'from', 'to'];
const good = ['a', '1', 5, 2020, 'employment', '', 'persons', '', ''];
const plain: PanelColumns = { region: 'place', industry: 'trade', value: 'jobs' };

const fileOf = (rows: readonly (readonly unknown[])[], head: readonly string[] = header, first = 2): LongRows => ({
  file: 'jobs.csv',
  header: head,
  rows,
  rowNumbers: rows.map((_, k) => k + first),
});
/** The good row with some cells replaced, by column name. */
const row = (more: Readonly<Record<string, unknown>>): unknown[] =>
  header.map((h, k) => (Object.hasOwn(more, h) ? more[h] : good[k]));
const report = (rows: readonly (readonly unknown[])[], o: Partial<ReportOptions> = {}) =>
  panelReport(fileOf(rows), { columns: full, ...o });
const short = (rows: readonly (readonly unknown[])[], o: Partial<PanelOptions> = {}) =>
  readPanels(fileOf(rows, header.slice(0, 3)), { columns: plain, ...o });

describe('one bad cell', () => {
  const cases: readonly [string, Record<string, unknown>, string, string, unknown, string][] = [
    ['no region', { place: '  ' }, 'BAD_CELL', 'place', '  ', 'a region code'],
    ['a region that is null', { place: null }, 'BAD_CELL', 'place', null, 'a region code'],
    ['no industry', { trade: '' }, 'BAD_CELL', 'trade', '', 'an industry code'],
    ['a year of words', { year: 'last' }, 'BAD_CELL', 'year', 'last', 'a year from 1900 to 2100'],
    ['half a year', { year: 2020.5 }, 'BAD_CELL', 'year', 2020.5, 'a year from 1900 to 2100'],
    ['a year too early', { year: 1899 }, 'BAD_CELL', 'year', 1899, 'a year from 1900 to 2100'],
    ['a year too late', { year: 2101 }, 'BAD_CELL', 'year', 2101, 'a year from 1900 to 2100'],
    ['an empty year', { year: '' }, 'BAD_CELL', 'year', '', 'a year from 1900 to 2100'],
    [
      'a measure that is none',
      { what: 'people' },
      'BAD_CELL',
      'what',
      'people',
      'one of employment, output, valueAdded, exports, firms',
    ],
    [
      'a value with a separator',
      { jobs: '1,200' },
      'BAD_CELL',
      'jobs',
      '1,200',
      'a number ≥ 0 or a symbol of the dictionary',
    ],
    [
      'a value that is not finite',
      { jobs: 'Infinity' },
      'BAD_CELL',
      'jobs',
      'Infinity',
      'a number ≥ 0 or a symbol of the dictionary',
    ],
    [
      'a word that every object knows',
      { jobs: 'constructor' },
      'BAD_CELL',
      'jobs',
      'constructor',
      'a number ≥ 0 or a symbol of the dictionary',
    ],
    ['less than nothing', { jobs: '-0.5' }, 'VALUE_NEGATIVE', 'jobs', '-0.5', 'a number ≥ 0'],
    ['bounds that cross', { jobs: '*', from: 7, to: 3 }, 'BAD_CELL', 'from', [7, 3], 'bounds with 0 ≤ lower ≤ upper'],
    ['a negative bound', { jobs: '*', from: -1, to: 3 }, 'BAD_CELL', 'from', [-1, 3], 'bounds with 0 ≤ lower ≤ upper'],
    [
      'a bound of words',
      { jobs: '*', from: 1, to: 'few' },
      'BAD_CELL',
      'from',
      [1, nanOf()],
      'bounds with 0 ≤ lower ≤ upper',
    ],
  ];
  for (const [name, more, code, column, got, expected] of cases)
    it(`is told with file, row, column, got and expected: ${name}`, () => {
      const { report: r } = report([row({ place: 'z' }), row(more)]);
      assert.deepEqual(
        r.errors.map(({ message: _message, ...e }) => e),
        [{ code, file: 'jobs.csv', row: 3, column, got, expected }],
      );
      assert.ok(r.errors[0]!.message.startsWith(`jobs.csv row 3, column ${column}: `));
      assert.ok(r.errors[0]!.message.endsWith(`; expected ${expected}`));
      assert.deepEqual([r.usable, r.years[0]!.observed], [false, 1], 'the good row is still counted');
    });

  it('shadows nothing of its own row: the first fault of a row is the one told', () => {
    const { report: r } = report([row({ place: '', year: 'x', jobs: -1 })]);
    assert.deepEqual([r.faults, r.errors[0]!.column], [1, 'place']);
  });

  it('of the other kind of unit names the row that set the unit, measure by measure', () => {
    const { report: r } = report([
      row({ unit: 'thousand persons' }),
      row({ place: 'b', what: 'output', unit: 'yuan' }),
      row({ place: 'c', unit: 'persons' }),
      row({ place: 'c', what: 'output', unit: 'yuan' }),
    ]);
    assert.deepEqual(
      r.errors.map((e) => [e.code, e.row, e.got, e.expected]),
      [['UNIT_MIXED', 4, 'persons', 'thousand persons, as in row 2']],
    );
  });
});

function nanOf(): number {
  return Number.NaN;
}

describe('what counts as known', () => {
  it('every symbol of the dictionary, trimmed, is suppressed or missing as it says', () => {
    const symbols = ['*', 'x', 'X', 'c', 'C', 'n.a.', 'na', 'NA', '–', '-', '..', '', ' * ', null, undefined];
    const { completeness, panels } = short(symbols.map((s, k) => [`r${k}`, '1', s]));
    assert.deepEqual(
      [completeness[0]!.suppressed, completeness[0]!.missing, completeness[0]!.observed, completeness[0]!.zeros],
      [6, 9, 0, 0],
    );
    assert.ok(panels[0]!.value.every((x) => Number.isNaN(x)));
  });

  it('a dictionary of the caller replaces the default one altogether', () => {
    const symbols = { hidden: 'suppressed', '?': 'missing' } as const;
    const { completeness } = short(
      [
        ['a', '1', 'hidden'],
        ['b', '1', '?'],
        ['c', '1', 4],
      ],
      { symbols },
    );
    assert.deepEqual([completeness[0]!.suppressed, completeness[0]!.missing, completeness[0]!.total], [1, 1, 4]);
    assert.throws(() => short([['a', '1', '*']], { symbols }), { code: 'BAD_CELL' });
    assert.throws(() => short([['a', '1', '']], { symbols }), { code: 'BAD_CELL' }, 'an empty cell is not 0 either');
  });

  it('a flag overrules the figure beside it; other flags leave it as it is', () => {
    const { report: r, panels } = report([
      row({ place: 'a', jobs: 0, flag: 'suppressed' }),
      row({ place: 'b', jobs: 9, flag: 'missing' }),
      row({ place: 'c', jobs: 9, flag: 'provisional' }),
      row({ place: 'd', jobs: 7, flag: ' estimated ' }),
      row({ place: 'e', jobs: 0 }),
    ]);
    const y = r.years[0]!;
    assert.deepEqual([y.suppressed, y.missing, y.observed, y.zeros, y.estimated], [1, 1, 2, 1, 1]);
    assert.deepEqual([...panels[0]!.value], [nanOf(), nanOf(), 9, 7, 0]);
    assert.deepEqual([...panels[0]!.flag!], [0, 0, 0, 1, 0]);
  });

  it('bounds of known cells are the value, of unknown ones those given, else 0 and no end', () => {
    const { panels } = report([
      row({ place: 'a', jobs: '*', from: 2, to: 8 }),
      row({ place: 'b', jobs: '*', from: '', to: 9 }),
      row({ place: 'c', jobs: '*', from: 3, to: '' }),
      row({ place: 'd', jobs: 6, from: 1, to: 99 }),
    ]);
    assert.deepEqual([...panels[0]!.bounds!.lower], [2, 0, 3, 6]);
    assert.deepEqual([...panels[0]!.bounds!.upper], [8, 9, Infinity, 6]);
  });

  it('without any bound stated there are no bounds to be misread', () => {
    assert.equal('bounds' in report([row({ jobs: '*' })]).panels[0]!, false);
    assert.equal('flag' in report([row({})]).panels[0]!, false);
  });
});

describe('shape of what is read', () => {
  /** Rows of random cells, each region × industry at most once. */
  const cells = fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(9)), {
    selector: ([r, i]) => r * 6 + i,
    minLength: 1,
    maxLength: 20,
  });

  it('is the table that a spreadsheet pivot gives, whatever the order of rows', () => {
    fc.assert(
      fc.property(cells, fc.nat(99), (list, at) => {
        const rows = list.map(([r, i, x]) => [`r${r}`, `i${i}`, x]);
        const order = random(at).permutation(rows.length);
        const { panels, completeness } = short(Array.from(order, (k) => rows[k]!));
        const p = panels[0]!;
        const regions = [...new Set(list.map((c) => `r${c[0]}`))].sort();
        const industries = [...new Set(list.map((c) => `i${c[1]}`))].sort();
        assert.deepEqual([p.regionCode, p.industryCode], [regions, industries]);
        regions.forEach((r, a) =>
          industries.forEach((i, b) => {
            const cell = list.find((c) => `r${c[0]}` === r && `i${c[1]}` === i);
            assert.equal(p.value[a * industries.length + b], cell?.[2] ?? 0);
          }),
        );
        const c = completeness[0]!;
        assert.equal(c.expected, c.observed + c.zeros + c.suppressed + c.missing);
        assert.equal(
          c.total,
          list.reduce((s, x) => s + x[2], 0),
        );
        assert.deepEqual(
          c.emptyRegions,
          regions.filter((r) => list.every((x) => `r${x[0]}` !== r || x[2] === 0)),
        );
        assert.deepEqual(
          c.emptyIndustries,
          industries.filter((i) => list.every((x) => `i${x[1]}` !== i || x[2] === 0)),
        );
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('codes are text: 01 and 1 are two industries, blanks around them are none of theirs', () => {
    const { panels } = short([
      ['a', '01', 3],
      ['a', 1, 4],
      [' a ', '2 ', 5],
    ]);
    assert.deepEqual([panels[0]!.regionCode, panels[0]!.industryCode], [['a'], ['01', '1', '2']]);
  });

  it('a code may be that of a region and of an industry at once', () => {
    const { panels } = short([['1', '1', 3]]);
    assert.deepEqual([panels[0]!.regionCode, panels[0]!.industryCode, panels[0]!.value[0]], [['1'], ['1'], 3]);
  });

  it('years rise whatever the order of rows, and share their axes', () => {
    const { panels } = report([row({ year: 2022 }), row({ year: 2018, place: 'b' }), row({ year: 2020, trade: '2' })]);
    assert.deepEqual(
      panels.map((p) => [p.year, p.regions, p.industries]),
      [
        [2018, 2, 2],
        [2020, 2, 2],
        [2022, 2, 2],
      ],
    );
  });

  it('the measure of a file without such a column is the one that the caller names, else unspecified', () => {
    assert.equal(short([['a', '1', 1]], { measure: 'firms' }).panels[0]!.measure, 'firms');
    assert.equal(short([['a', '1', 1]]).panels[0]!.measure, 'unspecified');
  });

  it('a cell doubled across years or measures is no double; within one it is, however unknown', () => {
    const apart = report([row({}), row({ year: 2021 }), row({ what: 'output' })]).report;
    assert.deepEqual([apart.usable, apart.years.length], [true, 3]);
    const doubled = report([row({ jobs: '*' }), row({ jobs: 5 })]).report;
    assert.deepEqual([doubled.errors[0]!.code, doubled.errors[0]!.row], ['DUPLICATE_CELL', 3]);
    assert.match(doubled.errors[0]!.message, /a, 1 stands in row 2 already/);
  });

  it('industries left out by request leave their faults out too, and are counted', () => {
    const read = report(
      [
        row({ trade: 'Not stated', jobs: 'bad' }),
        row({ trade: 'Not stated', place: '' }),
        row({}),
        row({ trade: '9' }),
      ],
      { dropIndustries: ['Not stated', '9', '10'] },
    );
    assert.deepEqual({ ...read.report.droppedRows }, { 'Not stated': 2, 9: 1 });
    assert.deepEqual([read.report.usable, read.panels[0]!.industryCode], [true, ['1']]);
  });
});

describe('a file that is not the one expected', () => {
  it('lacks a column: each one that the mapping names is looked for', () => {
    for (const key of Object.keys(full) as (keyof PanelColumns)[]) {
      const name = full[key]!;
      assert.throws(
        () =>
          panelReport(
            fileOf(
              [good],
              header.map((h) => (h === name ? 'other' : h)),
            ),
            { columns: full },
          ),
        (e: { code: string; details: Record<string, unknown> }) => {
          assert.equal(e.code, 'MISSING_COLUMN');
          assert.deepEqual(
            [e.details['file'], e.details['row'], e.details['column'], e.details['expected']],
            ['jobs.csv', 1, name, name],
          );
          return true;
        },
      );
    }
  });

  it('has its columns found with blanks around their names', () => {
    const read = panelReport(
      fileOf(
        [good],
        header.map((h) => ` ${h} `),
      ),
      { columns: full },
    );
    assert.equal(read.report.usable, true);
  });

  it('has no rows, or none but bad ones', () => {
    assert.throws(() => panelReport(fileOf([]), { columns: full }), {
      code: 'DEGENERATE_INPUT',
      message: 'jobs.csv: no rows',
    });
    const read = report([row({ jobs: 'x1' })]);
    assert.deepEqual([read.panels, read.report.years, read.report.faults], [[], [], 1]);
    assert.throws(() => usablePanels(read), { code: 'BAD_CELL' });
  });

  it('has nothing but what was to be left out: no panel, and no computing with it', () => {
    assert.throws(() => report([row({})], { dropIndustries: ['1'] }), { code: 'DEGENERATE_INPUT' });
  });
});

describe('wide tables', () => {
  it('give the same panel as the long file that they were spread from', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(20), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        (table) => {
          const industries = ['01', '02', '03', '04'];
          const wide: LongRows = {
            file: 'wide.csv',
            header: ['place', ...industries],
            rows: table.map((x, r) => [`r${r}`, ...x]),
            rowNumbers: table.map((_, r) => r + 5),
          };
          const spread = longFromWide(wide, { keep: ['place'], spread: 'industry' });
          const columns = { region: 'place', industry: 'industry', value: 'value' };
          const direct = fileOf(
            table.flatMap((x, r) => x.map((v, i) => [`r${r}`, industries[i], v])),
            ['place', 'industry', 'value'],
          );
          assert.deepEqual(readPanels(spread, { columns }), readPanels(direct, { columns }));
          assert.deepEqual(
            spread.rowNumbers,
            table.flatMap((_, r) => industries.map(() => r + 5)),
            'a fault is found in the row of the file',
          );
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  it('name the row of the wide file when one of its cells is bad', () => {
    const wide: LongRows = {
      file: 'w.csv',
      header: ['place', '01'],
      rows: [
        ['a', 1],
        ['b', 'x1'],
      ],
      rowNumbers: [4, 5],
    };
    assert.throws(
      () =>
        readPanels(longFromWide(wide, { keep: ['place'], spread: 'industry' }), {
          columns: { region: 'place', industry: 'industry', value: 'value' },
        }),
      { code: 'BAD_CELL', message: /^w\.csv row 5, column value: "x1"/ },
    );
  });

  it('spread over years read as one panel a year', () => {
    const wide: LongRows = {
      file: 'w.csv',
      header: ['place', 'trade', ' 2011 ', '2016'],
      rows: [
        ['a', '1', 3, 4],
        ['b', '1', '*', 0],
      ],
      rowNumbers: [2, 3],
    };
    const { panels } = readPanels(longFromWide(wide, { keep: ['place', 'trade'], spread: 'year' }), {
      columns: { region: 'place', industry: 'trade', value: 'value', year: 'year' },
    });
    assert.deepEqual(
      panels.map((p) => [p.year, [...p.value]]),
      [
        [2011, [3, nanOf()]],
        [2016, [4, 0]],
      ],
    );
    assert.throws(
      () => longFromWide(wide, { keep: ['place', 'trade'], spread: 'year', columns: ['2011', '2021'] }),
      (e: { code: string; message: string }) => e.code === 'MISSING_COLUMN' && e.message.includes('no column 2021'),
    );
  });
});
