import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Column, Table } from '@qipan/base';
import {
  candidateSiteTable,
  checkTable,
  controlTable,
  decodeText,
  demandPointTable,
  divisionTable,
  existingStationTable,
  odMatrixTable,
  readTable,
  regionTable,
  seatTable,
  villageTable,
} from '@qipan/territory';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The columns of the domain tables, as the specification of the tables lists them: name, type, unit, required, range. */
const declared: readonly (readonly [
  Table,
  readonly (readonly [string, string, string, boolean, number?, number?])[],
])[] = [
  [
    demandPointTable([2026]),
    [
      ['id', 'string', '', true],
      ['name', 'string', '', false],
      ['nameLatin', 'string', '', false],
      ['region', 'string', '', true],
      ['kind', 'string', '', false],
      ['lon', 'number', 'deg', true, -180, 180],
      ['lat', 'number', 'deg', true, -90, 90],
      ['positionQuality', 'string', '', false],
      ['population', 'integer', 'persons', false, 0, 1e8],
      ['households', 'integer', 'households', false, 0, 1e8],
      ['homeShare', 'number', 'share', false, 0, 1],
      ['dataLevel', 'string', '', false],
      ['evCount2026', 'number', 'vehicles', false, 0, 2e8],
    ],
  ],
  [
    candidateSiteTable,
    [
      ['id', 'string', '', true],
      ['name', 'string', '', false],
      ['nameLatin', 'string', '', false],
      ['region', 'string', '', true],
      ['siteClass', 'string', '', false],
      ['lon', 'number', 'deg', true, -180, 180],
      ['lat', 'number', 'deg', true, -90, 90],
      ['slots', 'integer', '', true, 0, 500],
      ['landLeaseYears', 'number', 'yr', false, 0, 70],
      ['landCost', 'number', 'currency/yr', false, 0],
      ['transformer', 'string', '', false],
      ['feeder', 'string', '', false],
      ['dataLevel', 'string', '', false],
    ],
  ],
  [
    existingStationTable,
    [
      ['id', 'string', '', true],
      ['name', 'string', '', false],
      ['region', 'string', '', false],
      ['lon', 'number', 'deg', true, -180, 180],
      ['lat', 'number', 'deg', true, -90, 90],
      ['commissionedYear', 'year', '', false, 1990, 2200],
      ['guns', 'integer', '', false, 0, 2000],
      ['maxPowerKw', 'number', 'kW', false, 0, 2000],
      ['connections', 'string', '', false],
      ['status', 'string', '', false],
      ['dataLevel', 'string', '', false],
    ],
  ],
  [
    regionTable,
    [
      ['id', 'string', '', true],
      ['name', 'string', '', true],
      ['nameLatin', 'string', '', false],
      ['level', 'string', '', true],
      ['parent', 'string', '', false],
      ['population', 'integer', 'persons', false, 0, 1e8],
      ['control', 'integer', 'persons', false, 0, 2e9],
      ['controlYear', 'year', '', false, 1900, 2200],
      ['lon', 'number', 'deg', false, -180, 180],
      ['lat', 'number', 'deg', false, -90, 90],
      ['dataLevel', 'string', '', false],
    ],
  ],
  [
    odMatrixTable,
    [
      ['site', 'string', '', true],
      ['place', 'string', '', true],
      ['travelMin', 'number', 'min', true, 0, 10_000],
    ],
  ],
  [
    controlTable,
    [
      ['region', 'string', '', true],
      ['population', 'integer', 'persons', true, 0, 2e9],
      ['year', 'year', '', true, 1900, 2200],
      ['use', 'string', '', true],
      ['source', 'string', '', false],
    ],
  ],
];

/** A cell that the column must accept. */
const good = (c: Column): unknown =>
  c.values?.[0] ?? (c.type === 'string' ? `text of ${c.name}` : c.type === 'year' ? 2020 : (c.min ?? 0));

const rowsOf = (table: Table, change: Readonly<Record<string, unknown>> = {}) => [
  table.columns.map((c) => c.name),
  table.columns.map((c) => (c.name in change ? change[c.name] : good(c))),
];
const check = (table: Table, change: Readonly<Record<string, unknown>> = {}) =>
  checkTable(table, { file: 'rows.xlsx', rows: rowsOf(table, change) });

describe('the declared tables', () => {
  it('have the columns, types, units and ranges that were specified', () => {
    for (const [table, columns] of declared)
      assert.deepEqual(
        table.columns.map((c) => [c.name, c.type, c.unit, c.required, c.min, c.max]),
        columns.map(([name, type, unit, required, min, max]) => [name, type, unit, required, min, max]),
        table.name,
      );
  });

  it('describe every column in both languages', () => {
    for (const table of [...declared.map(([t]) => t), seatTable, divisionTable, villageTable])
      for (const c of table.columns) {
        assert.ok(c.description.en !== '' && c.description.zh !== '', `${table.name}.${c.name}`);
        assert.match(c.description.zh, /\p{Script=Han}/u);
        assert.doesNotMatch(c.description.en, /\p{Script=Han}/u);
      }
  });

  it('accept a row with a good cell in every column, and under every alias', () => {
    for (const [table] of declared) {
      assert.equal(check(table).issueCount, 0, table.name);
      for (const c of table.columns)
        for (const alias of c.aliases ?? []) {
          const [header, cells] = rowsOf(table) as [string[], unknown[]];
          const renamed = header.map((h) => (h === c.name ? alias : h));
          const reading = checkTable(table, { file: 'f', rows: [renamed, cells] });
          assert.equal(reading.issueCount, 0, `${table.name}.${alias}`);
          assert.equal(reading.rows[0]![c.name], good(c));
        }
    }
  });

  it('accept the ends of every range and refuse what lies just beyond, naming the column', () => {
    for (const [table] of declared)
      for (const c of table.columns.filter((column) => column.type !== 'string')) {
        const step = c.type === 'number' ? 1e-6 : 1;
        for (const [end, beyond] of [
          [c.min, (c.min ?? 0) - step],
          [c.max, (c.max ?? 0) + Math.max(step, (c.max ?? 0) * 1e-12)],
        ] as const) {
          if (end === undefined) continue;
          assert.equal(check(table, { [c.name]: end }).issueCount, 0, `${table.name}.${c.name} = ${end}`);
          const { issues } = check(table, { [c.name]: beyond });
          assert.deepEqual([issues[0]?.column, issues[0]?.row, issues[0]?.got], [c.name, 2, beyond]);
        }
      }
  });

  it('refuse text in columns of numbers, halves in columns of counts and words outside a closed list', () => {
    for (const [table] of declared)
      for (const c of table.columns) {
        const wrong: unknown[] = [];
        if (c.type !== 'string') wrong.push('many', '1 2 3', '12abc', '--', 'NaN', true);
        if (c.type === 'integer') wrong.push((c.min ?? 0) + 0.5);
        if (c.values) wrong.push('something else', c.values[0]!.toUpperCase());
        for (const cell of wrong) {
          const { issues, rejects } = check(table, { [c.name]: cell });
          assert.equal(issues[0]?.column, c.name, `${table.name}.${c.name} = ${String(cell)}`);
          assert.equal(issues[0]?.code, 'BAD_CELL');
          assert.deepEqual(
            rejects.map((r) => r.row),
            [2],
          );
        }
      }
  });

  it('take blanks as unknown where a column may be empty, and refuse them where it may not', () => {
    for (const [table] of declared)
      for (const c of table.columns)
        for (const blank of [null, undefined, '', '   ', '\u3000']) {
          const { rows, issues } = check(table, { [c.name]: blank });
          if (c.required) assert.equal(issues[0]?.column, c.name, `${table.name}.${c.name}`);
          else assert.equal(rows[0]![c.name], null, `${table.name}.${c.name}`);
        }
  });

  it('name every required column that is absent', () => {
    for (const [table] of declared) {
      const required = table.columns.filter((c) => c.required).map((c) => c.name);
      const others = table.columns.filter((c) => !c.required).map((c) => c.name);
      if (others.length === 0) continue;
      assert.throws(
        () => checkTable(table, { file: 'f', rows: [others, others.map(() => '')] }),
        (e: { code: string; message: string }) =>
          e.code === 'MISSING_COLUMN' && required.every((r) => e.message.includes(r)),
        table.name,
      );
    }
  });

  it('find ids that stand twice, naming both rows', () => {
    for (const [table] of declared.filter(([t]) => t.columns.some((c) => c.unique))) {
      const [header, cells] = rowsOf(table) as [string[], unknown[]];
      const { issues } = checkTable(table, { file: 'f', rows: [header, cells, cells] });
      assert.deepEqual([issues[0]!.code, issues[0]!.row], ['DUPLICATE_ID', 3]);
      assert.match(issues[0]!.message, /row 2 already/);
    }
  });
});

/** Writes cells as RFC 4180 asks: quotes around what needs them, doubled inside. */
const csvOf = (rows: readonly (readonly string[])[], delimiter = ',', end = '\r\n') =>
  rows
    .map((r) => r.map((c) => (/["\r\n,;\t]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(delimiter) + end)
    .join('');

const words: Table = {
  name: 'words',
  description: { en: 'w', zh: '词' },
  source: 'test',
  columns: ['a', 'b', 'c'].map((name) => ({
    name,
    type: 'string',
    unit: '',
    required: false,
    description: { en: name, zh: '列' },
  })),
};

describe('CSV text', () => {
  const cell = fc
    .string({ unit: fc.constantFrom('x', '村', '"', ',', ';', '\n', '\t', ' ', '1', '\u{20000}') })
    .map((s) => s.trim());

  it('comes back cell by cell, whatever stands in it, with any delimiter and line end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        (rows, delimiter, end) => {
          const bytes = utf8(csvOf([['a', 'b', 'c'], ...rows], delimiter, end));
          const reading = readTable(words, { file: 'w.csv', bytes });
          const kept = rows.filter((r) => r.some((c) => c !== ''));
          assert.deepEqual(
            reading.rows.map((r) => [r['a'] ?? '', r['b'] ?? '', r['c'] ?? '']),
            kept,
          );
          const numbers = rows.flatMap((r, i) => (r.some((c) => c !== '') ? [i + 2] : []));
          assert.deepEqual(reading.rowNumbers, numbers);
        },
      ),
    );
  });

  it('is the same with a byte order mark, in UTF-16 and in UTF-8', () => {
    const text = 'a,b,c\n村,"x,y",3\n';
    const utf16 = new Uint8Array(2 + 2 * text.length);
    utf16.set([0xff, 0xfe]);
    for (let i = 0; i < text.length; i++) utf16.set([text.charCodeAt(i) & 255, text.charCodeAt(i) >> 8], 2 + 2 * i);
    const rows = [utf8(text), Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8(text)]), utf16].map(
      (bytes) => readTable(words, { file: 'w.csv', bytes }).rows,
    );
    assert.deepEqual(rows[0], [{ a: '村', b: 'x,y', c: '3' }]);
    assert.deepEqual(rows[1], rows[0]);
    assert.deepEqual(rows[2], rows[0]);
  });

  it('may miss its last line end and trailing cells, and hold columns nobody asked for', () => {
    const read = (text: string) => readTable(words, { file: 'w.csv', bytes: utf8(text) }).rows;
    assert.deepEqual(read('a,b,c\n1,2,3'), [{ a: '1', b: '2', c: '3' }]);
    assert.deepEqual(read('a,b,c\n1\n'), [{ a: '1', b: null, c: null }]);
    assert.deepEqual(read('z,b,a,y\n9,2,1,8\n'), [{ a: '1', b: '2', c: null }]);
    assert.deepEqual(read('A, B ,C\n1,2,3\n'), [{ a: '1', b: '2', c: '3' }]);
  });

  it('with nothing below the header has no rows and no problems', () => {
    const reading = readTable(words, { file: 'w.csv', bytes: utf8('a,b,c\n') });
    assert.deepEqual([reading.rows, reading.rowNumbers, reading.issueCount], [[], [], 0]);
  });

  it('of wide encodings read as the caller names them', () => {
    const gb = Uint8Array.from([0x61, 0x2c, 0x62, 0x2c, 0x63, 0x0a, 0xb4, 0xe5, 0x2c, 0x2c, 0x0a]);
    assert.equal(readTable(words, { file: 'w', bytes: gb, encoding: 'gb18030' }).rows[0]!['a'], '村');
    assert.throws(() => readTable(words, { file: 'w', bytes: gb, encoding: 'utf-8' }), { code: 'BAD_FILE' });
    assert.equal(decodeText(gb, 'w', 'gb18030').how, 'named');
  });
});

describe('headers of sheets', () => {
  const point = demandPointTable();
  const read = (rows: readonly (readonly unknown[])[]) => readTable(point, { file: 's.xlsx', rows });

  it('may stand below titles, notes and blank rows', () => {
    const reading = read([
      ['2025年村庄统计表', null, null, null],
      [],
      ['单位：人', null, null, null],
      ['编号', '乡镇', '经度', '纬度', '人口'],
      ['v1', 'r1', 107, 30, 9],
    ]);
    assert.deepEqual(reading.rowNumbers, [5]);
    assert.equal(reading.rows[0]!['population'], 9);
  });

  it('may be in two rows, merged across and down', () => {
    const reading = read([
      ['编号', '乡镇', '位置', null, '规模', null],
      [null, null, '经度', '纬度', '人口', '户数'],
      ['v1', 'r1', 107, 30, 900, 300],
      ['v2', 'r1', 107, 30.1, null, 20],
    ]);
    assert.deepEqual(
      reading.rows.map((r) => [r['id'], r['lon'], r['lat'], r['population'], r['households']]),
      [
        ['v1', 107, 30, 900, 300],
        ['v2', 107, 30.1, null, 20],
      ],
    );
  });

  it('are not taken from a row of data that repeats a word of the header', () => {
    const reading = read([
      ['id', 'region', 'lon', 'lat', 'name'],
      ['region', 'lat', 107, 30, 'lon'],
      ['v2', 'r', 107, 30, 'name'],
    ]);
    assert.deepEqual(
      reading.rows.map((r) => r['id']),
      ['region', 'v2'],
    );
  });

  it('may be followed by a row of units, by itself or in brackets', () => {
    for (const units of [
      ['', '', 'deg', 'deg', 'persons'],
      ['', '', '(deg)', '（度）', '[persons]'],
    ])
      assert.deepEqual(
        read([['id', 'region', 'lon', 'lat', 'population'], units, ['v1', 'r', 107, 30, 5]]).rowNumbers,
        [3],
      );
  });

  it('that name nothing are told what is missing', () => {
    assert.throws(
      () =>
        read([
          ['x', 'y'],
          ['1', '2'],
        ]),
      { code: 'MISSING_COLUMN', message: /id, region, lon, lat/ },
    );
    assert.throws(() => read([]), { code: 'BAD_FILE', message: /is empty/ });
  });

  it('keep the numbers of their rows as the sheet counts them', () => {
    const { issues } = checkTable(point, {
      file: 's.xlsx',
      rows: [
        ['title'],
        ['id', 'region', 'lon', 'lat'],
        ['v1', 'r', 107, 30],
        [null, null, null, null],
        ['v2', 'r', 'east', 30],
        ['v3', 'r', 107, 'north'],
      ],
    });
    assert.deepEqual(
      issues.map((i) => [i.row, i.column]),
      [
        [5, 'lon'],
        [6, 'lat'],
      ],
    );
  });
});

describe('cells of sheets', () => {
  const one = (c: Partial<Column>): Table => ({
    name: 'one',
    description: { en: 'o', zh: '一' },
    source: 'test',
    columns: [{ name: 'x', type: 'number', unit: '', required: false, description: { en: 'x', zh: '值' }, ...c }],
  });
  const read = (c: Partial<Column>, cell: unknown, epoch: 1900 | 1904 = 1900) => {
    const reading = checkTable(one(c), { file: 's.xlsx', rows: [['x'], [cell]], epoch });
    return reading.issueCount > 0 ? 'refused' : reading.rows[0]!['x'];
  };

  it('are the number they show, whatever marks stand in it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9_999_999, max: 9_999_999 }),
        fc.constantFrom(',', ' ', '\u00a0', '\u2009', '\u202f', "'", '’'),
        (n, mark) => {
          const digits = Math.abs(n).toString();
          const grouped = digits.replace(/\B(?=(\d{3})+$)/g, mark);
          const sign = n < 0 ? '-' : '';
          assert.equal(read({}, `${sign}${grouped}`), n);
          const wide = digits.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0));
          assert.equal(read({}, `${sign}${wide}`), n);
        },
      ),
    );
  });

  it('with marks in the wrong place are refused, not guessed', () => {
    for (const odd of ['1,23', '12,34,567', '1 23', '1.2.3', '12万', '约300', '3-5', '١٢'])
      assert.equal(read({}, odd), 'refused', odd);
  });

  it('in percent are shares exactly to the digit, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (tenths) => {
        const text = `${Math.floor(tenths / 10)}.${tenths % 10}%`;
        assert.equal(read({ unit: 'share' }, text), Number(`${tenths}e-3`));
      }),
    );
    assert.equal(read({ unit: 'share' }, '５０％'), 0.5);
    assert.equal(read({ unit: 'share', min: 0, max: 1 }, '150%'), 'refused');
    assert.equal(read({ unit: 'kW' }, '50%'), 'refused');
  });

  it('that are dates give years and moments, and are refused as counts', () => {
    const date = new Date(Date.UTC(2024, 1, 29, 12));
    assert.equal(read({ type: 'year' }, date), 2024);
    assert.equal(read({ unit: 'ms' }, date), date.getTime());
    assert.equal(read({ type: 'string' }, date), '2024-02-29');
    assert.equal(read({}, date), 'refused');
    assert.equal(read({ type: 'integer' }, date), 'refused');
  });

  it('that are years in words give the year', () => {
    for (const text of ['2023', '2023年', '2023-05-01', '2023/5', '2023.5', '２０２３'])
      assert.equal(read({ type: 'year' }, text), 2023, text);
    for (const text of ['23', 'last year', '2023-24-'])
      assert.notEqual(read({ type: 'year', min: 1900 }, text), 2023, text);
    assert.equal(read({ type: 'year' }, 45292), 2024);
    assert.equal(read({ type: 'year' }, 43830, 1904), 2024);
  });

  it('of text lose padding and strange spaces, not their inner ones', () => {
    assert.equal(read({ type: 'string' }, '\u3000 桂溪 街道\u00a0'), '桂溪 街道');
    assert.equal(read({ type: 'string' }, 42), '42');
    assert.equal(read({ type: 'boolean' }, '是'), true);
    assert.equal(read({ type: 'boolean' }, 'no'), false);
  });
});
