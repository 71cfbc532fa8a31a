import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { panelReport, panelReportText, usablePanels, type LongRows, type ReportOptions } from '@qipan/clusters';

const header = ['place', 'trade', 'jobs', 'year', 'flag'];
const columns = { region: 'place', industry: 'trade', value: 'jobs', year: 'year', flag: 'flag' };
const fileOf = (rows: readonly (readonly unknown[])[]): LongRows => ({
  file: 'jobs.csv',
  header,
  rows,
  rowNumbers: rows.map((_, k) => k + 2),
});
const read = (rows: readonly (readonly unknown[])[], o: Partial<ReportOptions> = {}) =>
  panelReport(fileOf(rows), { columns, ...o });
const both = (rows: readonly (readonly unknown[])[], o: Partial<ReportOptions> = {}) => {
  const { report } = read(rows, o);
  return { report, en: panelReportText(report, 'en'), zh: panelReportText(report, 'zh') };
};

describe('the lines of a report', () => {
  const rows = [
    ['Adelaide (C)', '1', 1500, 2011, ''],
    ['Adelaide (C)', '2', '*', 2011, ''],
    ['north', '1', 700, 2011, ''],
    ['south', '1', 0, 2011, ''],
    ['south', '3', 0, 2011, ''],
    ['Adelaide', '1', 1600, 2016, 'estimated'],
    ['north', '2', 80, 2016, ''],
    ['south', '1', 'n.a.', 2016, ''],
    ['south', '9', 4, 2016, ''],
  ];
  const o: Partial<ReportOptions> = {
    dropIndustries: ['9'],
    published: [{ year: 2011, total: 4000, regions: { 'Adelaide (C)': 1720 } }],
  };

  it('in English: verdict, years, what was left out, breaks, warnings, in this order', () => {
    assert.deepEqual(
      both(rows, o).en,
      [
        'jobs.csv: no errors; 6 warnings',
        '2011 unspecified: 3 regions × 3 industries named, total 2,200 (55.00 % of the published total)',
        '  12 cells: 2 observed, 9 zero, 1 suppressed, 0 missing; 0 estimated',
        '  2 regions have total 0 in this year: Adelaide, south',
        '  1 industries are nowhere: 3',
        '2016 unspecified: 3 regions × 2 industries named, total 1,680',
        '  12 cells: 2 observed, 9 zero, 0 suppressed, 1 missing; 1 estimated',
        '  1 regions have total 0 in this year: Adelaide (C)',
        '  1 industries are nowhere: 3',
        'left out by request: 9, 1 rows',
        '2011 → 2016: 1 regions under the same code, 1 gone, 2 new',
        '  suffix: Adelaide (C) → Adelaide (total ×1.07) – confirm',
        'warning: 2011 1 cells are unknown (1 suppressed, 0 missing) and stay so.',
        'warning: 2011 covers 55.0 % of the published total.',
        'warning: 2016 1 cells are unknown (0 suppressed, 1 missing) and stay so.',
        'warning: 1 region codes of 2011 are not in 2016, 2 are new; 1 matches are proposed and need confirmation.',
        'warning: 1 hidden cells can be worked out from published totals: mask them in public exports.',
      ].toSpliced(0, 1, 'jobs.csv: no errors; 5 warnings'),
    );
  });

  it('in Chinese: the same lines', () => {
    assert.deepEqual(both(rows, o).zh.slice(0, 5), [
      'jobs.csv：无错误；警告 5 条',
      '2011 unspecified：列出 3 个地区 × 3 个行业，合计 2,200（占公布总量 55.00%）',
      '  12 个单元格：有值 2，真零 9，隐去 1，缺失 0；其中估计 0',
      '  该年合计为 0 的地区 2 个：Adelaide, south',
      '  各地均无的行业 1 个：3',
    ]);
    assert.deepEqual(both(rows, o).zh.slice(-7), [
      '2011 → 2016：代码相同的地区 1 个，消失 1 个，新增 2 个',
      '  后缀：Adelaide (C) → Adelaide（总量 ×1.07）——待确认',
      '警告：2011 有 1 个单元格未知（隐去 1，缺失 0），不作为 0 使用。',
      '警告：2011 仅覆盖公布总量的 55.0%。',
      '警告：2016 有 1 个单元格未知（隐去 0，缺失 1），不作为 0 使用。',
      '警告：2011 年有 1 个地区代码在 2016 年不存在，另有 2 个新代码；提出 1 个对应关系，须经确认。',
      '警告：有 1 个隐去的单元格可由公布总量推算：对外导出时须遮蔽。',
    ]);
  });

  it('say the same numbers in both languages, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const r = random(seed);
        const value = () => [r.below(3000), 0, '*', 'n.a.', 'bad', -4][r.below(6)];
        const list = Array.from({ length: 3 + r.below(12) }, (_, k) => [
          `place${r.below(5)}`,
          `${r.below(3)}`,
          value(),
          2011 + 5 * (k % 2),
          ['', 'estimated'][r.below(2)],
        ]);
        const t = both(list, { published: [{ year: 2011, total: 5000, industries: { 0: 9000 } }] });
        assert.equal(t.en.length, t.zh.length);
        // Years change places with counts between the languages; the numbers of a line are the same ones.
        const numbers = (line: string) => (line.replace('不作为 0 使用', '').match(/\d[\d,.]*\d|\d/g) ?? []).sort();
        t.en.forEach((line, k) => {
          if (!line.startsWith('error')) assert.deepEqual(numbers(line), numbers(t.zh[k]!), line);
        });
        assert.ok(t.zh.every((line) => /[\u4e00-\u9fff]/.test(line)));
        assert.ok(t.en.every((line) => !/undefined|NaN|null/.test(line)));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('name no more than eight empty regions and say how many there are', () => {
    const many = Array.from({ length: 11 }, (_, k) => [
      `r${String(k).padStart(2, '0')}`,
      '1',
      k === 10 ? 5 : 0,
      2011,
      '',
    ]);
    const line = both(many).en.find((l) => l.includes('total 0'))!;
    assert.equal(line, '  10 regions have total 0 in this year: r00, r01, r02, r03, r04, r05, r06, r07 … (10)');
  });

  it('of a file with errors begin with that nothing is computed, and list each with its place', () => {
    const t = both([
      ['a', '1', 5, 2011, ''],
      ['a', '1', 6, 2011, ''],
      ['b', '1', 'few', 2011, ''],
    ]);
    assert.equal(t.en[0], 'jobs.csv: 2 errors – nothing is computed from it');
    assert.equal(t.zh[0], 'jobs.csv：错误 2 条——不得据此计算');
    assert.deepEqual(
      t.en.filter((l) => l.startsWith('error')),
      [
        'error DUPLICATE_CELL: jobs.csv row 3, column jobs: 6; expected one row a cell; a, 1 stands in row 2 already',
        'error BAD_CELL: jobs.csv row 4, column jobs: "few"; expected a number ≥ 0 or a symbol of the dictionary',
      ],
    );
    assert.equal(t.zh.filter((l) => l.startsWith('错误 ')).length, 2);
  });
});

describe('what a report checks against tables', () => {
  const regions = [
    { code: 'p', level: 'province' },
    { code: 'a', level: 'county', parentCode: 'p' },
    { code: 'b', level: 'county', parentCode: 'p' },
    { code: 'c', level: 'county', parentCode: 'q' },
  ];

  it('each unknown code once, in its first row, however often it stands', () => {
    const { report } = read(
      [
        ['a', '1', 1, 2011, ''],
        ['z', '1', 1, 2011, ''],
        ['z', '2', 1, 2011, ''],
        ['z', '1', 1, 2016, ''],
      ],
      { regions, industries: [{ code: '1' }] },
    );
    assert.deepEqual(
      report.errors.map((e) => [e.code, e.row, e.column, e.got, e.expected]),
      [
        ['UNKNOWN_CODE', 3, 'place', 'z', 'a code of the region table'],
        ['UNKNOWN_CODE', 4, 'trade', '2', 'a code of the industry table'],
      ],
    );
    assert.equal(report.faults, 2);
  });

  it('levels are compared with the first one named; codes without a level with none', () => {
    const { report } = read(
      [
        ['a', '1', 1, 2011, ''],
        ['n', '1', 1, 2011, ''],
        ['p', '1', 1, 2011, ''],
        ['b', '1', 1, 2011, ''],
      ],
      { regions: [...regions, { code: 'n' }] },
    );
    assert.deepEqual(
      report.errors.map((e) => [e.code, e.row, e.got, e.expected]),
      [['LEVEL_MIXED', 4, 'p of level province', 'county, as in row 2']],
    );
  });

  it('children are added up year by year; up to half a percent is rounding, a parent that is not there none', () => {
    const year = (y: number, p: number) => [
      ['p', '1', p, y, ''],
      ['a', '1', 400, y, ''],
      ['b', '1', 600, y, ''],
      ['c', '1', 77, y, ''],
    ];
    const flat = regions.map(({ level: _level, ...k }) => k);
    const { report } = read([...year(2011, 1005), ...year(2012, 1006), ...year(2013, 994)], { regions: flat });
    assert.deepEqual(
      report.parentMismatches.map((m) => [m.year, m.parent, m.children, m.sum, m.total]),
      [
        [2012, 'p', 2, 1000, 1006],
        [2013, 'p', 2, 1000, 994],
      ],
    );
    assert.equal(report.usable, true, 'a mismatch is a warning');
  });

  it('coverage is told for the years that have a published total, and warned of below 99 %', () => {
    const { report } = read(
      [
        ['a', '1', 99, 2011, ''],
        ['a', '1', 98, 2012, ''],
        ['a', '1', 50, 2013, ''],
      ],
      {
        published: [
          { year: 2011, total: 100 },
          { year: 2012, total: 100 },
        ],
      },
    );
    assert.deepEqual(
      report.years.map((y) => y.coveredShare),
      [0.99, 0.98, null],
    );
    assert.deepEqual(
      report.warnings.map((w) => w.en),
      ['2012 covers 98.0 % of the published total.'],
    );
  });

  it('hidden cells are judged in their own year', () => {
    const { report } = read(
      [
        ['a', '1', '*', 2011, ''],
        ['a', '2', 6, 2011, ''],
        ['a', '1', '*', 2016, ''],
        ['a', '2', '*', 2016, ''],
        ['b', '2', 3, 2016, ''],
      ],
      {
        published: [
          { year: 2011, industries: { 1: 9 } },
          { year: 2016, regions: { a: 10 } },
        ],
      },
    );
    assert.deepEqual(report.disclosure, [{ year: 2011, region: 'a', industry: '1', by: 'industry' }]);
  });
});

describe('jumps of units', () => {
  const jump = (factor: number, size = 5000) =>
    read([
      ['a', '1', size, 2011, ''],
      ['b', '1', size, 2011, ''],
      ['a', '1', size * factor, 2016, ''],
      ['b', '1', size * factor, 2016, ''],
    ]).report.unitJumps;

  it('are ten, a thousand or ten thousand, either way, within 15 % of a power', () => {
    for (const power of [10, 1000, 10_000])
      for (const off of [0.75, 1, 1.35]) {
        assert.deepEqual(
          jump(power * off).map((j) => [j.region, j.factor]),
          [[null, power]],
          `×${power * off}`,
        );
        const [back] = jump(1 / (power * off));
        assert.ok(Math.abs(back!.factor * power - 1) < 1e-12, `÷${power * off}`);
      }
    for (const factor of [1, 2, 5, 16, 50, 100, 300, 2000, 5000]) assert.deepEqual(jump(factor), [], `×${factor}`);
  });

  it('of a region are told where it is large, not beside one of the whole', () => {
    const one = (size: number) =>
      read([
        ['a', '1', 1e6, 2011, ''],
        ['b', '1', size, 2011, ''],
        ['a', '1', 1e6, 2016, ''],
        ['b', '1', size * 10, 2016, ''],
      ]).report;
    assert.deepEqual(one(90).unitJumps, [], 'small places do grow tenfold');
    assert.deepEqual(
      one(2000).unitJumps.map((j) => [j.region, j.factor, j.ratio, j.fromYear, j.toYear]),
      [['b', 10, 10, 2011, 2016]],
    );
    assert.equal(one(2000).warnings[0]!.en, 'b changes by ×10.0 from 2011 to 2016: a unit of ×10?');
    assert.equal(one(2000).warnings[0]!.zh, 'b从 2011 到 2016 变为 10.0 倍：是否单位相差 10 倍？');
    assert.equal(jump(1000).length, 1, 'the whole alone, not each region');
  });

  it('from nothing or to nothing are no jumps', () => {
    const { report } = read([
      ['a', '1', 0, 2011, ''],
      ['b', '1', 50_000, 2011, ''],
      ['a', '1', 50_000, 2016, ''],
      ['b', '1', 0, 2016, ''],
    ]);
    assert.deepEqual(report.unitJumps, []);
  });
});

describe('computing with a report', () => {
  it('gives its panels when it has no errors, whatever the warnings', () => {
    const r = read([
      ['a', '1', '*', 2011, ''],
      ['a', '1', 5, 2016, ''],
    ]);
    assert.equal(r.report.warnings.length, 1);
    assert.deepEqual(
      usablePanels(r).map((p) => p.year),
      [2011, 2016],
    );
  });

  it('is refused by the first error, with all of them in its details', () => {
    const r = read([
      ['a', '1', 5, 2011, ''],
      ['a', '2', -1, 2011, ''],
      ['', '2', 1, 2011, ''],
    ]);
    assert.throws(
      () => usablePanels(r),
      (e: { code: string; message: string; details: { row: number; issues: readonly unknown[] } }) => {
        assert.deepEqual([e.code, e.details.row, e.details.issues.length], ['VALUE_NEGATIVE', 3, 2]);
        assert.match(e.message, /\(and 1 more\)$/);
        return true;
      },
    );
  });
});
