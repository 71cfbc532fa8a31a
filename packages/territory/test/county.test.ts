import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { repoRoot } from '@qipan/testing';
import {
  areaKm2,
  boardToJson,
  boxOf,
  checkTable,
  countyBoard,
  defaultSiteRules,
  dianjiangFiles,
  dianjiangOptions,
  isInside,
  placePopulation,
  polygonsOf,
  readCountyFiles,
  readTable,
  travelTimes,
  villageTable,
  type ControlTotal,
  type CountyFiles,
  type CountyOptions,
  type CountyTables,
  type Division,
  type Seat,
  type Village,
} from '@qipan/territory';

const outline: CountyTables['outline'] = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [107, 30],
            [107.4, 30],
            [107.4, 30.4],
            [107, 30.4],
            [107, 30],
          ],
        ],
      },
    },
  ],
};

const seat = (division: string, name: string, more: Partial<Seat> = {}): Seat => ({
  id: `g${division}`,
  name,
  nameLatin: '',
  isCountySeat: false,
  lon: 107.05 + (((Number(division.slice(-3)) * 37) % 101) / 101) * 0.3,
  lat: 30.05 + (((Number(division.slice(-3)) * 53) % 97) / 97) * 0.3,
  division,
  population: 1000,
  populationCounted: 1000,
  ...more,
});
const division = (code: string, name = code): Division => ({ code, name });
const village = (code: string, more: Partial<Village> = {}): Village => ({
  code,
  name: `村${code}`,
  division: code.slice(0, 9),
  lon: NaN,
  lat: NaN,
  population: NaN,
  ...more,
});
const control = (population: number, use: ControlTotal['use'] = 'base', region = '500999'): ControlTotal => ({
  region,
  population,
  use,
  year: use === 'base' ? 2020 : 2010,
});

const options: CountyOptions = {
  id: '500999',
  name: { en: 'Testing', zh: '试验县' },
  sources: [],
  years: [2026],
  populationYear: 2020,
};

/** Twelve divisions: two subdistricts 街道 (0xx), eight towns 镇 (1xx), two townships 乡 (2xx), three villages each. */
const codes = ['001', '002', '101', '102', '103', '104', '105', '106', '107', '108', '201', '202'].map(
  (c) => `500999${c}`,
);
const nameOf = (code: string) => `${code.slice(-3)}${code[6] === '0' ? '街道' : code[6] === '1' ? '镇' : '乡'}`;
const full: CountyTables = {
  seats: codes.map((c) => seat(c, nameOf(c), { isCountySeat: c.endsWith('001') })),
  divisions: codes.map((c) => division(c, nameOf(c))),
  villages: codes.flatMap((c) => ['001', '002', '003'].map((v) => village(`${c}${v}`))),
  controls: [control(12_000), control(12_000, 'counted')],
  outline,
};
const without = (...gone: readonly string[]): CountyTables => ({
  ...full,
  seats: full.seats.filter((s) => !gone.some((g) => s.division.endsWith(g))),
});

describe('divisions without a figure', () => {
  const hostsOf = (tables: CountyTables, more: Partial<CountyOptions> = {}) => {
    const board = countyBoard(tables, { ...options, ...more });
    return board.warnings.filter((w) => w.en.includes('has no seat')).map((w) => w.en);
  };

  it('are attached to the nearest code of their own kind: a subdistrict to a subdistrict', () => {
    const [note] = hostsOf({ ...without('002'), controls: [control(11_000), control(11_000, 'counted')] });
    assert.match(note!, /^002街道 \(500999002\).* 3 villages share .* 001街道 \(500999001\)$/);
  });

  it('are attached to a town between two towns, and to the other township', () => {
    assert.match(hostsOf({ ...without('104'), controls: [] })[0]!, /103镇 \(500999103\)$/);
    assert.match(hostsOf({ ...without('202'), controls: [] })[0]!, /201乡 \(500999201\)$/);
  });

  it('go where the caller says when the nearest code is wrong', () => {
    const [note] = hostsOf({ ...without('002'), controls: [] }, { attach: { '500999002': '500999108' } });
    assert.match(note!, /108镇 \(500999108\)$/);
  });

  it('of a kind without any seat go to the nearest seat of all', () => {
    const [first, second] = hostsOf({ ...without('201', '202'), controls: [control(10_000)] });
    assert.match(first!, /108镇/);
    assert.match(second!, /108镇/);
  });

  it('share the figure of their host to the last person', () => {
    const tables = { ...without('002'), controls: [control(11_000)] };
    const board = countyBoard(tables, options);
    const people = tables.villages.map((v, i) => [v.division, board.places.population[i]!] as const);
    const shared = people.filter(([d]) => d.endsWith('001') || d.endsWith('002')).map(([, p]) => p);
    assert.deepEqual(shared, [167, 167, 167, 167, 166, 166]);
    assert.equal(placePopulation(board)[0], 11_000);
  });

  it('put their villages into the cell of the host, under their own region', () => {
    const board = countyBoard({ ...without('002'), controls: [] }, options);
    const host = board.regions.id.indexOf('500999001');
    const guest = board.regions.id.indexOf('500999002');
    const cell = board.regions.shape[host]!;
    assert.equal(board.regions.shape[guest], null);
    board.places.region.forEach((r, i) => {
      if (r === host || r === guest) assert.ok(isInside(cell, board.places.lon[i]!, board.places.lat[i]!));
    });
    assert.equal(board.places.region.filter((r) => r === guest).length, 3);
  });
});

describe('control totals of a county', () => {
  it('refuse a table that misses too much, before anything is built', () => {
    const refused = (tables: CountyTables) =>
      assert.throws(() => countyBoard(tables, options), { code: 'INCOMPLETE_TABLE', message: /试验县/ });
    refused({ ...full, controls: [control(14_000)] });
    refused({ ...without('101', '102'), controls: [control(10_500)] });
    refused({ ...full, controls: [control(12_000), control(20_000, 'counted')] });
  });

  it('accept a table that reaches them, with a note where divisions have no figure', () => {
    assert.ok(countyBoard(full, options));
    assert.ok(countyBoard({ ...without('101', '102'), controls: [control(10_000)] }, options));
    assert.ok(countyBoard({ ...full, controls: [control(12_100)] }, options));
  });

  it('of other regions do not matter, those of a division stand with it', () => {
    const tables = {
      ...full,
      controls: [...full.controls, control(1, 'base', '500888'), control(990, 'base', codes[3])],
    };
    const board = countyBoard(tables, options);
    assert.equal(board.regions.control[0], 12_000);
    assert.equal(board.regions.control[4], 990);
    assert.ok(Number.isNaN(board.regions.control[5]!));
    assert.equal(board.regions.controlYear[4], 2020);
  });

  it('that are absent leave a county unchecked but for its blanks', () => {
    assert.ok(countyBoard({ ...full, controls: [] }, options));
    const blank = full.seats.map((s, i) => (i < 3 ? { ...s, population: NaN } : s));
    assert.throws(() => countyBoard({ ...full, seats: blank, controls: [] }, options), { code: 'INCOMPLETE_TABLE' });
  });
});

describe('villages of a county', () => {
  it('are all there once, in the order of their table, whatever the order of the seats', () => {
    const r = random(2);
    const turned = { ...full, seats: [...r.permutation(12)].map((k) => full.seats[k]!) };
    const [a, b] = [countyBoard(full, options), countyBoard(turned, options)];
    assert.deepEqual(
      [...a.places.id],
      full.villages.map((v) => v.code),
    );
    assert.deepEqual([...b.places.id], [...a.places.id]);
    assert.deepEqual(b.places.lon, a.places.lon);
    assert.deepEqual(b.places.population, a.places.population);
  });

  it('do not move when another division is added, for each has a stream of its own', () => {
    const more = {
      ...full,
      divisions: [...full.divisions, division('500999203', '203乡')],
      villages: [...full.villages, village('500999203001')],
      controls: [],
    };
    const [a, b] = [countyBoard(full, options), countyBoard(more, options)];
    // 203乡 has no seat: its village shares the cell of 202乡, so only that cell is drawn anew.
    const same = full.villages.map((_, i) => a.places.lon[i] === b.places.lon[i]);
    full.villages.forEach((v, i) => assert.equal(same[i], v.division !== '500999202', v.code));
  });

  it('keep whole persons and the sum, whatever figures are known', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(NaN, 0, 10, 250), { minLength: 36, maxLength: 36 }),
        fc.integer({ min: 750, max: 5000 }),
        (figures, perSeat) => {
          const tables = {
            ...full,
            seats: full.seats.map((s) => ({ ...s, population: perSeat })),
            villages: full.villages.map((v, i) => ({ ...v, population: figures[i]! })),
            controls: [],
          };
          const { places } = countyBoard(tables, options);
          codes.forEach((code, k) => {
            const own = [0, 1, 2].map((i) => figures[3 * k + i]!);
            const got = [0, 1, 2].map((i) => places.population[3 * k + i]!);
            assert.ok(got.every(Number.isInteger), code);
            own.forEach((f, i) => {
              if (!Number.isNaN(f)) assert.equal(got[i], f);
            });
            if (own.some(Number.isNaN)) assert.equal(got[0]! + got[1]! + got[2]!, perSeat);
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('with half a position stand on a synthetic point', () => {
    const villages = full.villages.map((v, i) => (i === 0 ? { ...v, lon: 107.1 } : v));
    assert.equal(countyBoard({ ...full, villages }, options).places.positionQuality[0], 'synthetic');
  });
});

describe('the seats of a county', () => {
  it('become sites by their kind, before the villages', () => {
    const board = countyBoard(full, options);
    assert.equal(board.sites.id.length, 12 + 36);
    assert.deepEqual([...board.sites.siteClass].slice(0, 12), [
      'commercial',
      ...Array.from({ length: 9 }, () => 'hub'),
      'government',
      'government',
    ]);
    assert.equal(board.sites.slots[0], defaultSiteRules.countySeat.slots);
    assert.equal(board.sites.slots[11], defaultSiteRules.townshipSeat.slots);
    assert.ok(board.sites.id.slice(0, 12).every((id) => id.startsWith('seat-g')));
    assert.ok([...board.sites.place].slice(0, 12).every((p) => p === -1));
    assert.ok(board.sites.dataLevel.every((l) => l === 'default'));
    assert.ok(board.sites.landCost.every(Number.isNaN));
    assert.ok(board.sites.transformer.every((t) => t === ''));
  });

  it('become sites by other rules when they are handed in', () => {
    const rules = { ...defaultSiteRules, village: { siteClass: 'postal', slots: 2 } } as const;
    const board = countyBoard(full, { ...options, siteRules: rules });
    assert.deepEqual([board.sites.siteClass[12], board.sites.slots[12]], ['postal', 2]);
  });

  it('are the demand points when that is asked for, and their own sites', () => {
    const board = countyBoard(full, { ...options, demandAt: 'seat', populationLevel: 'official' });
    assert.deepEqual(
      [...board.places.id],
      full.seats.map((s) => s.id),
    );
    assert.ok(board.places.kind.every((k) => k === 'settlement'));
    assert.ok(board.places.positionQuality.every((q) => q === 'seat'));
    assert.ok(board.places.populationLevel.every((l) => l === 'official'));
    assert.deepEqual([...board.sites.place], [...board.places.id.keys()]);
    assert.equal(board.sites.id.length, 12);
  });

  it('on one point are refused by name, for no cell could part them', () => {
    const twin = { ...full.seats[3]!, lon: full.seats[5]!.lon, lat: full.seats[5]!.lat };
    const seats = full.seats.map((s, i) => (i === 3 ? twin : s));
    assert.throws(() => countyBoard({ ...full, seats }, options), {
      code: 'DUPLICATE_ID',
      message: '102镇 and 104镇 stand on the same point',
    });
  });

  it('of an unknown division are refused by name', () => {
    const seats = full.seats.map((s, i) => (i === 3 ? { ...s, division: '500998101' } : s));
    assert.throws(() => countyBoard({ ...full, seats }, options), {
      code: 'UNKNOWN_REFERENCE',
      message: /^102镇 belongs to division 500998101/,
    });
  });

  it('far outside the outline are named with the nearest other seat, a little outside they are not', () => {
    const moved = (lon: number) => ({
      ...full,
      seats: full.seats.map((s, i) => (i === 3 ? { ...s, lon, lat: 30.2 } : s)),
    });
    const notes = (lon: number) => countyBoard(moved(lon), options).warnings.filter((w) => w.en.includes('outside'));
    assert.equal(notes(107.405).length, 0);
    const [note] = notes(107.5);
    assert.match(note!.en, /^102镇 lies more than 1 km outside the outline; the nearest other seat is \d{3}/);
    assert.match(note!.zh, /102镇位于边界外/);
  });

  it('without a division keep their people in the county, at their own point', () => {
    const lone = seat('', 'somewhere', { id: 'g-lone', lon: 107.35, lat: 30.35, population: 70 });
    const board = countyBoard({ ...full, seats: [...full.seats, lone], controls: [] }, options);
    const at = board.places.id.indexOf('g-lone');
    assert.deepEqual([board.places.region[at], board.places.population[at]], [0, 70]);
    assert.equal(placePopulation(board)[0], 12_070);
  });
});

describe('the regions of a county', () => {
  const board = countyBoard(full, options);

  it('are the county and its divisions with seats, figures and cells', () => {
    assert.deepEqual([...board.regions.parent], [-1, ...codes.map(() => 0)]);
    assert.equal(board.regions.level[0], 'county');
    assert.equal(board.regions.name[0], '试验县');
    assert.deepEqual([board.regions.lon[0], board.regions.lat[0]], [full.seats[0]!.lon, full.seats[0]!.lat]);
    assert.equal(board.regions.population[1], 1000);
    assert.ok(board.regions.shapeLevel.slice(1).every((l) => l === 'synthetic'));
  });

  it('have cells that lie in the outline', () => {
    const [w, s, e, n] = boxOf(polygonsOf(outline));
    board.regions.shape.slice(1).forEach((shape) => {
      const box = boxOf(shape!);
      assert.ok(box[0] >= w - 1e-9 && box[1] >= s - 1e-9 && box[2] <= e + 1e-9 && box[3] <= n + 1e-9);
      assert.ok(areaKm2(shape!) > 0);
    });
  });
});

describe('the files of a county', () => {
  const bytes = (file: string) => readFileSync(path.join(repoRoot, 'data/dianjiang', file));
  const files = Object.fromEntries(
    Object.entries(dianjiangFiles).map(([k, file]) => [k, bytes(file)]),
  ) as unknown as CountyFiles;
  const changed = (key: keyof CountyFiles, from: string | RegExp, to: string): CountyFiles => ({
    ...files,
    [key]: new TextEncoder().encode(new TextDecoder().decode(files[key]).replace(from, to)),
  });

  it('are read into rows: 25 seats, 26 divisions, 301 villages, 2 totals', () => {
    const t = readCountyFiles(files, dianjiangFiles);
    assert.deepEqual([t.seats.length, t.divisions.length, t.villages.length, t.controls.length], [25, 26, 301, 2]);
    const guixi = t.seats[0]!;
    assert.deepEqual(
      [
        guixi.id,
        guixi.name,
        guixi.nameLatin,
        guixi.isCountySeat,
        guixi.division,
        guixi.population,
        guixi.populationCounted,
      ],
      ['1809467', '桂溪街道', 'Guixi', true, '500231001', 174_557, 188_980],
    );
    assert.equal(t.seats.filter((s) => s.isCountySeat).length, 1);
    assert.ok(t.villages.every((v) => Number.isNaN(v.lon) && Number.isNaN(v.population)));
    assert.equal(
      t.seats.reduce((s, x) => s + x.populationCounted, 0),
      704_458,
    );
    assert.deepEqual(t.controls[1], { region: '500231', year: 2020, population: 650_694, use: 'base' });
  });

  it('that are wrong are refused with file, row and column, and nothing is given', () => {
    const refused = (broken: CountyFiles, expected: Record<string, unknown>) =>
      assert.throws(
        () => readCountyFiles(broken, dianjiangFiles),
        (e: { code: string; details: Record<string, unknown> }) => {
          for (const [key, value] of Object.entries(expected))
            assert.equal(key === 'code' ? e.code : e.details[key], value, key);
          return true;
        },
      );
    refused(changed('seats', '188980', '-5'), {
      code: 'BAD_CELL',
      file: 'townships.csv',
      row: 2,
      column: 'populationCounted',
    });
    refused(changed('seats', '30.33355', 'north'), { code: 'BAD_CELL', file: 'townships.csv', row: 2, column: 'lat' });
    refused(changed('villages', '500231001002', '500231001001'), {
      code: 'DUPLICATE_ID',
      file: 'villages.csv',
      row: 3,
      column: 'code',
    });
    refused(changed('divisions', 'code,name', 'kode,name'), { code: 'MISSING_COLUMN', file: 'divisions.csv' });
    refused(changed('controls', 'counted', 'guessed'), { code: 'BAD_CELL', file: 'control.csv', column: 'use' });
    refused(changed('outline', '{', ''), { code: 'BAD_FILE', file: 'county_boundary.geojson' });
  });

  it('of a half-empty neighbour are refused when the board is made', () => {
    const blank = new TextDecoder()
      .decode(files.seats)
      .split('\n')
      .map((l, i) => (i > 2 && l !== '' ? l.replace(/,\d+,\d+$/, ',,') : l))
      .join('\n');
    const broken = { ...files, seats: new TextEncoder().encode(blank) };
    const t = readCountyFiles(broken, dianjiangFiles);
    assert.equal(t.seats.filter((s) => Number.isNaN(s.population)).length, 23);
    assert.throws(() => countyBoard(t, dianjiangOptions), {
      code: 'INCOMPLETE_TABLE',
      message: /22\d{4} persons|23\d{4} persons/,
    });
  });

  it('whose outline does not close are repaired, and the board says so', () => {
    const open = changed('outline', /,\[107\.662109375,30\.4208984375\]\]\]/, ']]');
    const t = readCountyFiles(open, dianjiangFiles);
    assert.equal(t.warnings!.length, 1);
    assert.ok(countyBoard(t, dianjiangOptions).warnings.some((w) => w.en.includes('did not close')));
  });

  /** Two-byte GB 2312 codes of all characters, found by decoding each code once. */
  const gbCodes = () => {
    const decoder = new TextDecoder('gb18030');
    const codes = new Map<string, readonly [number, number]>();
    for (let high = 0xa1; high <= 0xfe; high++)
      for (let low = 0xa1; low <= 0xfe; low++) {
        const text = decoder.decode(Uint8Array.from([high, low]));
        if (text.length === 1) codes.set(text, [high, low]);
      }
    return codes;
  };

  it('say the same in GB18030, with a byte order mark, with Windows line ends and with tabs', () => {
    const codes = gbCodes();
    const text = (key: keyof CountyFiles) => new TextDecoder().decode(files[key]);
    const inGb = (key: keyof CountyFiles) =>
      Uint8Array.from(
        Array.from(text(key), (ch) =>
          ch.charCodeAt(0) < 128 ? [ch.charCodeAt(0)] : [...(codes.get(ch) ?? [0x3f])],
        ).flat(),
      );
    const utf8 = (t: string) => new TextEncoder().encode(t);
    const expected = readCountyFiles(files, dianjiangFiles);
    const variants: CountyFiles[] = [
      { ...files, villages: inGb('villages'), divisions: inGb('divisions') },
      { ...files, villages: utf8(`\ufeff${text('villages')}`) },
      { ...files, villages: utf8(text('villages').replaceAll('\n', '\r\n')) },
      {
        ...files,
        seats: utf8(text('seats').replaceAll(',', '\t')),
        villages: utf8(text('villages').replaceAll(',', ';')),
      },
    ];
    for (const variant of variants) assert.deepEqual(readCountyFiles(variant, dianjiangFiles), expected);
  });

  it('give a board small enough to send, with times for every village from its own site', () => {
    const board = countyBoard(readCountyFiles(files, dianjiangFiles), dianjiangOptions);
    assert.ok(boardToJson(board).length < 200_000);
    const t = travelTimes(board, { limitMin: 30 });
    const own = [...board.sites.place.keys()].filter((s) => board.sites.place[s] !== -1);
    assert.equal(own.length, 301);
    for (const s of own) {
      const place = board.sites.place[s]!;
      assert.equal(t.byPlace.value[t.byPlace.start[place]!], 0);
      assert.ok([...t.bySite.index.subarray(t.bySite.start[s], t.bySite.start[s + 1])].includes(place));
    }
    for (let p = 0; p < 301; p++) {
      const list = [...t.byPlace.value.subarray(t.byPlace.start[p], t.byPlace.start[p + 1])];
      assert.deepEqual(
        list,
        [...list].sort((a, b) => a - b),
      );
      assert.ok(list.every((min) => min >= 0 && min <= 30));
    }
  });

  it('as rows of a workbook with a title, notes and a second header row say the same again', () => {
    const lines = new TextDecoder().decode(files.villages).trim().split('\n');
    const rows: unknown[][] = [
      ['垫江县村（社区）名录', null, null],
      ['编制单位：试验', null, null],
      ['code', '名录', null],
      [null, 'name', 'streetCode'],
      ...lines.slice(1).map((l) => l.split(',')),
      [null, null, null],
    ];
    const sheet = readTable(villageTable, { file: 'villages.xlsx', rows });
    const plain = readTable(villageTable, { file: 'villages.csv', bytes: files.villages });
    assert.deepEqual(sheet.rows, plain.rows);
    assert.deepEqual([sheet.rowNumbers[0], sheet.rowNumbers.at(-1)], [5, 305]);
    assert.deepEqual([sheet.encoding, plain.encoding], [null, 'utf-8']);
  });

  it('with merged cells for the division of each group of villages need that to be said', () => {
    const rows: unknown[][] = [
      ['code', 'name', 'streetCode'],
      ['500231001001', '东街', '500231001'],
      ['500231001002', '南街', null],
      ['500231106001', '高安', '500231106'],
      ['500231106002', '新房', ''],
    ];
    const source = { file: 'villages.xlsx', rows };
    assert.throws(() => readTable(villageTable, source), {
      code: 'BAD_CELL',
      message: /villages.xlsx row 3, column division: empty; expected string \(and 1 more\)/,
    });
    assert.deepEqual(
      readTable(villageTable, source, { fillDown: ['division'] }).rows.map((r) => r['division']),
      ['500231001', '500231001', '500231106', '500231106'],
    );
  });

  it('with every village twice list a hundred of the 301 duplicates and count them all', () => {
    const text = new TextDecoder().decode(files.villages);
    const twice = new TextEncoder().encode(text + text.slice(text.indexOf('\n') + 1));
    const reading = checkTable(villageTable, { file: 'villages.csv', bytes: twice });
    assert.deepEqual([reading.issues.length, reading.issueCount, reading.rejects.length], [100, 301, 100]);
    assert.ok(reading.issues.every((i) => i.code === 'DUPLICATE_ID'));
    assert.deepEqual([reading.rejects[0]!.row, reading.rejects[0]!.cells[0]], [303, '500231001001']);
    assert.match(reading.rejects[0]!.reasons[0]!, /stands in row 2 already/);
    assert.throws(() => readTable(villageTable, { file: 'villages.csv', bytes: twice }), {
      code: 'DUPLICATE_ID',
      message: /and 300 more/,
    });
  });
});
