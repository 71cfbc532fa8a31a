import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Table } from '@qipan/base';
import { haversineM } from '@qipan/numeric';
import { sharedData, skipWithout } from '@qipan/testing';
import {
  bd09FromWgs84,
  boardFromTables,
  candidateSiteTable,
  checkPointTable,
  checkTable,
  completeness,
  decodeText,
  demandPointTable,
  existingStationTable,
  gcj02FromWgs84,
  pointsToWgs84,
  readConnections,
  readGeoJson,
  readOdMatrix,
  readPlaces,
  readRegions,
  readSites,
  readStations,
  readTable,
  regionTable,
  serialToMs,
  wgs84FromBd09,
  wgs84FromGcj02,
  type MultiPolygonCoordinates,
  type Position,
} from '@qipan/territory';

const utf8 = (text: string) => new TextEncoder().encode(text);
/** GB 2312 bytes of 村名,人口 and 河东村, from the code chart (区位码 plus 0xA0). */
const gb = {
  cunming: [0xb4, 0xe5, 0xc3, 0xfb],
  renkou: [0xc8, 0xcb, 0xbf, 0xda],
  hedong: [0xba, 0xd3, 0xb6, 0xab, 0xb4, 0xe5],
};
const csv = (text: string, file = 'places.csv') => ({ file, bytes: utf8(text) });
const regions = readRegions(csv('id,name,level,parent\nr1,East,township,c\nc,County,county,\n', 'regions.csv')).regions;
const plain: Table = demandPointTable();

describe('text', () => {
  it('is UTF-8 with or without a byte order mark, UTF-16 with one, and GB18030 when it is not UTF-8', () => {
    assert.deepEqual(decodeText(utf8('村名'), 'f'), { text: '村名', encoding: 'utf-8', how: 'detected' });
    assert.equal(decodeText(Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8('村')]), 'f').how, 'byteOrderMark');
    assert.deepEqual(decodeText(Uint8Array.from([0xff, 0xfe, 0x51, 0x67]), 'f').text, '村');
    const read = decodeText(Uint8Array.from([...gb.cunming, 0x2c, ...gb.renkou]), 'f');
    assert.deepEqual(read, { text: '村名,人口', encoding: 'gb18030', how: 'detected' });
    // A character outside the basic plane, four bytes in GB18030 (U+20000, the first of extension B).
    assert.equal(decodeText(Uint8Array.from([0x95, 0x32, 0x82, 0x36, 0xb4, 0xe5]), 'f').text, '\u{20000}村');
  });

  it('refuses an .xls with advice, a zip, and bytes that no encoding knows', () => {
    assert.throws(() => decodeText(Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 1]), 'old.xls'), {
      code: 'UNSUPPORTED_FORMAT',
      message: /save it as \.xlsx/,
    });
    assert.throws(() => decodeText(Uint8Array.from([0x50, 0x4b, 3, 4]), 'x.csv'), { code: 'BAD_FILE' });
    assert.throws(() => decodeText(Uint8Array.from([0x61, 0xff, 0xff]), 'x.csv'), { code: 'BAD_FILE' });
    assert.throws(() => decodeText(Uint8Array.from([0xb4, 0xe5]), 'x.csv', 'utf-8'), { code: 'BAD_FILE' });
  });
});

describe('a table from CSV', () => {
  it('reads GB18030 with Chinese headers, and says how it was read', () => {
    const head = [...gb.cunming, 0x2c, ...gb.renkou, ...utf8(',id,region,lon,lat\n')];
    const row = [...gb.hedong, ...utf8(',1200,v1,r1,107,30\n')];
    const reading = readTable(plain, { file: 'v.csv', bytes: Uint8Array.from([...head, ...row]) });
    assert.equal(reading.encoding, 'gb18030');
    assert.deepEqual([reading.rows[0]!['name'], reading.rows[0]!['population']], ['河东村', 1200]);
    const { warnings } = readPlaces({ file: 'v.csv', bytes: Uint8Array.from([...head, ...row]) }, regions);
    assert.ok(warnings[0]!.en.includes('GB18030'));
  });

  it('names file, row, column, got and expected of every bad cell, counting rows as the file does', () => {
    const text =
      'id,name,region,lon,lat,population\nv1,甲,r1,107,30,-4\n\nv2,乙,r1,307,30,many\nv1,"丙\n丁",r1,107,30,1e9\n';
    const { issues, rejects } = checkTable(plain, csv(text));
    assert.deepEqual(
      issues.map((i) => [i.file, i.row, i.column, i.got]),
      [
        ['places.csv', 2, 'population', '-4'],
        ['places.csv', 4, 'lon', '307'],
        ['places.csv', 4, 'population', 'many'],
        ['places.csv', 5, 'id', 'v1'],
        ['places.csv', 5, 'population', '1e9'],
      ],
    );
    assert.ok(issues.every((i) => i.expected !== undefined && i.expected !== ''));
    assert.deepEqual(
      rejects.map((r) => [r.row, r.reasons.length, r.cells[0]]),
      [
        [2, 1, 'v1'],
        [4, 2, 'v2'],
        [5, 2, 'v1'],
      ],
    );
    assert.throws(
      () => readTable(plain, csv(text)),
      (e: { code: string; details: { issues: unknown[] } }) => {
        assert.equal(e.details.issues.length, 5);
        return e.code === 'BAD_CELL';
      },
    );
  });

  it('keeps blank population unknown, lists at most a hundred problems and counts them all', () => {
    const good = readPlaces(csv('id,region,lon,lat,population\nv1,r1,107,30,\n'), regions);
    assert.ok(Number.isNaN(good.places.population[0]!));
    const rows = Array.from({ length: 300 }, (_, i) => `v${i},r1,107,30,x`).join('\n');
    const bad = checkTable(plain, csv(`id,region,lon,lat,population\n${rows}`));
    assert.deepEqual([bad.issues.length, bad.issueCount], [100, 300]);
  });

  it('takes semicolons and tabs, and refuses shifted rows, open quotes and missing columns', () => {
    for (const d of [';', '\t'])
      assert.equal(readTable(plain, csv(`id,region,lon,lat\nv1,r1,107,30\n`.replaceAll(',', d))).rows.length, 1);
    const shifted = checkTable(plain, csv('id,region,lon,lat\nv1,r1,107,30,5\n'));
    assert.deepEqual([shifted.issues[0]!.row, shifted.issues[0]!.expected], [2, '4 cells']);
    assert.throws(() => checkTable(plain, csv('id,region,lon,lat\n"v1,r1,107,30\n')), { code: 'BAD_FILE' });
    assert.throws(() => checkTable(plain, csv('id,lon,lat\nv1,107,30\n')), {
      code: 'MISSING_COLUMN',
      message: /region/,
    });
    assert.throws(() => checkTable(plain, csv('')), { code: 'BAD_FILE', message: 'places.csv is empty' });
  });
});

describe('a table from the rows of a workbook', () => {
  const sheet = (rows: readonly (readonly unknown[])[], epoch: 1900 | 1904 = 1900) => ({ file: 'b.xlsx', rows, epoch });

  it('finds the header below a title, joins merged group headers and passes the row of units', () => {
    const rows = [
      ['垫江县充电场址统计表', null, null, null, null, null],
      ['编号', '所属区划', '坐标', null, '规模', null],
      [null, null, '经度', '纬度', '车位数', '租期'],
      ['', '', 'deg', 'deg', '', 'yr'],
      ['s1', 'r1', 107.1, 30.2, 8, 10],
    ];
    const reading = readTable(candidateSiteTable, sheet(rows));
    assert.deepEqual(reading.rowNumbers, [5]);
    assert.deepEqual(
      ['id', 'region', 'lon', 'lat', 'slots', 'landLeaseYears'].map((c) => reading.rows[0]![c]),
      ['s1', 'r1', 107.1, 30.2, 8, 10],
    );
  });

  it('reads headers that carry their unit in brackets', () => {
    const rows = [
      ['编号', '所属区划', '经度（°）', '纬度 (deg)', '人口（人）'],
      ['v1', 'r1', 107, 30, 5],
    ];
    assert.equal(readTable(plain, sheet(rows)).rows[0]!['population'], 5);
  });

  it('reads percent, thousands marks, full-width digits and no-break spaces', () => {
    const rows = [
      ['id', 'region', 'lon', 'lat', 'population', 'homeShare'],
      ['v1', 'r1', '１０７．５', ' 30.2 ', '１２，３４５', '35.1%'],
      ['v2', 'r1', 107, 30, "12'345", '３５％'],
      ['v3', 'r1', 107, 30, '12\u00a0345', 0.4],
      ['v4', 'r1', 107, 30, '12,345', null],
    ];
    const read = readTable(plain, sheet(rows)).rows;
    assert.deepEqual(
      read.map((r) => r['population']),
      [12345, 12345, 12345, 12345],
    );
    assert.deepEqual(
      read.map((r) => r['homeShare']),
      [0.351, 0.35, 0.4, null],
    );
    assert.equal(read[0]!['lon'], 107.5);
    const percentPeople = [
      ['id', 'region', 'lon', 'lat', 'population'],
      ['v1', 'r1', 107, 30, '35%'],
    ];
    assert.equal(checkTable(plain, sheet(percentPeople)).issues[0]!.column, 'population');
  });

  it('fills merged cells down only where it was asked to', () => {
    const rows = [
      ['id', 'region', 'lon', 'lat'],
      ['v1', 'r1', 107, 30],
      ['v2', null, 107, 30],
    ];
    assert.equal(readTable(plain, sheet(rows), { fillDown: ['region'] }).rows[1]!['region'], 'r1');
    assert.deepEqual(
      [checkTable(plain, sheet(rows)).issues[0]!.row, checkTable(plain, sheet(rows)).issues[0]!.column],
      [3, 'region'],
    );
  });

  it('reads years out of dates, of day numbers that lost their style, and of 1904 workbooks', () => {
    const years = (cell: unknown, epoch?: 1900 | 1904) =>
      readTable(
        existingStationTable,
        sheet(
          [
            ['id', 'lon', 'lat', 'commissionedYear'],
            ['s', 107, 30, cell],
          ],
          epoch,
        ),
      ).rows[0]!['commissionedYear'];
    assert.equal(years(new Date(Date.UTC(2023, 5, 1))), 2023);
    assert.equal(years('2021-03-01'), 2021);
    assert.equal(years('2021年'), 2021);
    assert.equal(years(2019), 2019);
    // 2021-01-01 is day 44,197 of the 1900 system and 42,735 of the 1904 one (Microsoft, "Date systems in Excel": 1,462 days apart).
    assert.equal(years(44197), 2021);
    assert.equal(years(42735, 1904), 2021);
  });

  it('counts days as the workbook does, the leap day of 1900 that never was included', () => {
    const iso = (serial: number, epoch: 1900 | 1904) => new Date(serialToMs(serial, epoch)).toISOString().slice(0, 16);
    assert.equal(iso(1, 1900), '1900-01-01T00:00');
    assert.equal(iso(59, 1900), '1900-02-28T00:00');
    assert.ok(Number.isNaN(serialToMs(60, 1900)));
    assert.equal(iso(61, 1900), '1900-03-01T00:00');
    assert.equal(iso(44197.75, 1900), '2021-01-01T18:00');
    assert.equal(iso(0, 1904), '1904-01-01T00:00');
  });

  it('refuses a date where a count is asked for, by name', () => {
    const rows = [
      ['id', 'region', 'lon', 'lat', 'population'],
      ['v1', 'r1', 107, 30, new Date(Date.UTC(2020, 0, 1))],
    ];
    assert.match(String(checkTable(plain, sheet(rows)).issues[0]!.got), /2020-01-01/);
  });
});

const outline: MultiPolygonCoordinates = [
  [
    [
      [107, 30],
      [108, 30],
      [108, 31],
      [107, 31],
      [107, 30],
    ],
  ],
];

describe('points', () => {
  it('in unknown regions, at (0, 0), swapped, outside the outline or twice on one spot are problems by row', () => {
    const text = [
      'id,name,region,lon,lat',
      'v1,甲,r1,107.5,30.5',
      'v2,乙,r9,107.5,30.6',
      'v3,丙,r1,0,0',
      'v4,丁,r1,30.5,107.5',
      'v5,戊,r1,107.5,33',
      'v6,甲,r1,107.5,30.5',
    ].join('\n');
    // A latitude of 107.5 is out of range by itself: the swap is seen where both fit the range.
    const swapped = text.replace('30.5,107.5', '30.5,80');
    const { issues } = checkPointTable(plain, csv(swapped), regions, { outline });
    assert.deepEqual(
      issues.map((i) => [i.row, i.code, i.column]),
      [
        [3, 'UNKNOWN_REFERENCE', 'region'],
        [4, 'BAD_CELL', 'lon, lat'],
        [5, 'BAD_CELL', 'lon, lat'],
        [6, 'BAD_CELL', 'lon, lat'],
        [7, 'DUPLICATE_ID', 'name'],
      ],
    );
    assert.match(issues[3]!.expected!, /within the outline .* nearest row inside is 乙, 2\d\d\.\d km away/);
    assert.equal(checkPointTable(plain, csv(text), regions, { outline }).issues[0]!.column, 'lat');
  });

  it('that are swapped are told so', () => {
    const tropics: MultiPolygonCoordinates = [
      [
        [
          [40, 10],
          [41, 10],
          [41, 11],
          [40, 11],
          [40, 10],
        ],
      ],
    ];
    const { issues } = checkPointTable(plain, csv('id,region,lon,lat\nv1,r1,10.5,40.5\n'), regions, {
      outline: tropics,
    });
    assert.match(issues[0]!.expected!, /swapped/);
  });

  it('within the tolerance of a coarse outline pass', () => {
    const near = csv('id,region,lon,lat\nv1,r1,107.5,31.005\n');
    assert.equal(checkPointTable(plain, near, regions, { outline }).issueCount, 0);
    assert.equal(checkPointTable(plain, near, regions, { outline, toleranceM: 100 }).issueCount, 1);
  });

  it('become a board with sites, stations, EV counts and what is unknown left unknown', () => {
    const { places, evCount, homeShare } = readPlaces(
      csv(
        'id,name,region,lon,lat,population,households,homeShare,evCount2026\nv1,甲,r1,107.5,30.5,100,,0.6,7\nv2,乙,r1,107.6,30.5,,,,\n',
      ),
      regions,
      { years: [2026] },
    );
    assert.deepEqual([...evCount.get(2026)!], [7, NaN]);
    assert.deepEqual([...homeShare], [0.6, NaN]);
    const { sites, warnings } = readSites(
      csv('id,region,lon,lat,slots,class\nv1,r1,107.5,30.5,8,hub\ns2,r1,107.7,30.5,0,\n', 's.csv'),
      { regions, places },
    );
    assert.deepEqual(
      [[...sites.place], [...sites.siteClass], [...sites.slots]],
      [
        [0, -1],
        ['hub', 'other'],
        [8, 0],
      ],
    );
    assert.ok(warnings[0]!.en.includes('no room for a gun at s2'));
    const { stations } = readStations(
      csv('id,lon,lat,connections,points\nx,107.5,30.5,22kW AC x2; 50kW DC x1,3\n', 'c.csv'),
      regions,
    );
    assert.deepEqual([stations.status[0], stations.region[0], stations.guns[0]], ['unknown', -1, 3]);
    assert.deepEqual(stations.modules[0], { '22kW AC': 2, '50kW DC': 1 });
    const board = boardFromTables({
      name: { en: 'C', zh: '丙' },
      regions,
      places,
      sites,
      stations,
      years: [2026],
      populationYear: 2020,
      sources: [],
    });
    assert.equal(board.stations.id.length, 1);
    const { sites: _, ...without } = board;
    const own = boardFromTables(without);
    assert.deepEqual([...own.sites.place], [0, 1]);
    assert.ok(own.warnings.at(-1)!.en.includes('every place'));
  });

  it('in GCJ-02 are converted on entry, and that is said', () => {
    const [lon, lat] = gcj02FromWgs84([107.34545, 30.33355]);
    const { places, warnings } = readPlaces(csv(`id,region,lon,lat\nv1,r1,${lon},${lat}\n`), regions, { crs: 'gcj02' });
    assert.ok(Math.abs(places.lon[0]! - 107.34545) < 2e-9 && Math.abs(places.lat[0]! - 30.33355) < 2e-9);
    assert.ok(warnings.some((w) => w.en.includes('gcj02')));
  });
});

describe('regions', () => {
  it('come parents first whatever the order of the file', () => {
    assert.deepEqual([...regions.id], ['c', 'r1']);
    assert.deepEqual([...regions.parent], [-1, 0]);
  });

  it('with an unknown parent, or below themselves, are refused', () => {
    const loop = 'id,name,level,parent\na,A,county,b\nb,B,county,a\n';
    assert.throws(() => readRegions(csv(loop)), { code: 'UNKNOWN_REFERENCE', message: /below itself/ });
    assert.throws(() => readRegions(csv('id,name,level,parent\na,A,county,z\n')), { code: 'UNKNOWN_REFERENCE' });
  });

  it('are held against their official total', () => {
    const text = (b: string) =>
      `id,name,level,parent,population,control,controlYear\nc,C,county,,,1000,2020\na,A,township,c,500,,\nb,B,township,c,${b},,\n`;
    assert.equal(readRegions(csv(text('480'))).completeness[0]!.share, 0.98);
    assert.throws(() => readRegions(csv(text(''))), { code: 'INCOMPLETE_TABLE' });
    assert.ok(regionTable.columns.some((c) => c.name === 'control'));
  });
});

describe('completeness', () => {
  const check = (figures: readonly number[], control: number, expected = figures.length) =>
    completeness({
      parent: 'X',
      expected: Array.from({ length: expected }, (_, i) => `d${i}`),
      children: figures.map((population, i) => ({ id: `d${i}`, population })),
      control,
      controlYear: 2020,
    });

  it('accepts 25 of 26 figures that reach the control and names the one without', () => {
    const c = check(
      Array.from({ length: 25 }, () => 100),
      2500,
      26,
    );
    assert.ok(c.accepted);
    assert.deepEqual([c.childrenFound, c.childrenExpected, c.withoutFigure], [25, 26, ['d25']]);
    assert.equal(c.reasons.length, 1);
  });

  it('refuses a sum below 90 % of the control, and more than 10 % blanks that do not reach it', () => {
    assert.ok(!check([100, 100, 60], 300).accepted);
    assert.ok(check([100, 100, 70], 300).accepted);
    assert.ok(!check([100, NaN, 180], 300).accepted);
    assert.ok(check([100, NaN, 200], 300).accepted);
    assert.ok(!check([100, NaN, 200], NaN).accepted);
    assert.ok(check([100, 100], NaN).accepted);
  });

  it('refuses duplicates and impossible densities, and says when the sum overshoots', () => {
    const twice = completeness({
      parent: 'X',
      expected: [],
      children: [
        { id: 'a', population: 5, areaKm2: 1 },
        { id: 'a', population: 5 },
      ],
      control: NaN,
      controlYear: NaN,
    });
    assert.deepEqual([twice.accepted, twice.duplicates], [false, ['a']]);
    const dense = completeness({
      parent: 'X',
      expected: [],
      children: [{ id: 'a', population: 5e6, areaKm2: 1 }],
      control: NaN,
      controlYear: NaN,
    });
    assert.deepEqual([dense.accepted, dense.impossible], [false, ['a']]);
    const over = check([400], 300);
    assert.ok(over.accepted && over.reasons[0]!.en.includes('133.3 %'));
  });
});

describe('GeoJSON', () => {
  it('closes open rings and says so', () => {
    const open = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      ],
    };
    const { collection, warnings } = readGeoJson(utf8(JSON.stringify(open)), 'o.geojson');
    assert.deepEqual((collection.features[0]!.geometry as { coordinates: unknown }).coordinates, [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    ]);
    assert.equal(warnings.length, 1);
  });

  it('refuses what is no JSON, no GeoJSON, another geometry, positions off the globe and rings of two points', () => {
    const bad = (json: unknown) => () => readGeoJson(utf8(JSON.stringify(json)), 'o.geojson');
    assert.throws(() => readGeoJson(utf8('{'), 'o.geojson'), { code: 'BAD_FILE' });
    assert.throws(bad({ type: 'Topology' }), { code: 'BAD_FILE' });
    assert.throws(bad({ type: 'FeatureCollection', features: [{ type: 'Feature' }] }), {
      message: /feature 1 has no geometry/,
    });
    assert.throws(bad({ type: 'MultiPoint', coordinates: [] }), { message: /MultiPoint/ });
    assert.throws(bad({ type: 'Point', coordinates: [30, 107] }), { message: /lat −90…90 second|\[30, 107\]/ });
    assert.throws(
      bad({
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [0, 0],
          ],
        ],
      }),
      { message: /ring of 2/ },
    );
    assert.equal(readGeoJson(utf8('\ufeff{"type":"Point","coordinates":[1,2]}'), 'p').collection.features.length, 1);
  });
});

describe('shifted coordinates', () => {
  it('match gcoord 1.0.7: a 0.52 km shift at Dianjiang, Beijing, and none in Andorra', () => {
    const at = (p: Position) => gcj02FromWgs84(p).map((v) => v.toFixed(9));
    assert.deepEqual(at([107.34545, 30.33355]), ['107.350041833', '30.331047867']);
    assert.deepEqual(at([116.397428, 39.90923]), ['116.403671626', '39.910633506']);
    assert.deepEqual(gcj02FromWgs84([1.5211, 42.5063]), [1.5211, 42.5063]);
    const shiftM = haversineM(107.34545, 30.33355, 107.350041833, 30.331047867);
    assert.equal((shiftM / 1000).toFixed(2), '0.52');
  });

  it('come back to 1e-9 degree all over the area, through GCJ-02 and BD-09', () => {
    const point = fc.tuple(fc.double({ min: 74, max: 135, noNaN: true }), fc.double({ min: 4, max: 53, noNaN: true }));
    fc.assert(
      fc.property(point, (p) => {
        for (const back of [wgs84FromGcj02(gcj02FromWgs84(p)), wgs84FromBd09(bd09FromWgs84(p))]) {
          assert.ok(Math.abs(back[0] - p[0]) < 3e-9, `${p.join()} → ${back.join()}`);
          assert.ok(Math.abs(back[1] - p[1]) < 3e-9, `${p.join()} → ${back.join()}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keep unknown positions unknown and doubt a name that does not fit', () => {
    const c = pointsToWgs84([NaN, 1.5], [NaN, 42.5], 'gcj02');
    assert.deepEqual([c.lon[0], c.lon[1]], [NaN, 1.5]);
    assert.equal(c.notes.length, 2);
    assert.deepEqual(pointsToWgs84([107], [30], 'wgs84').notes, []);
  });
});

describe('connections', () => {
  it('are read from their text, and what is not understood is left out', () => {
    assert.deepEqual(readConnections('22kW AC x1; 3.7kW AC x1'), [
      { powerKw: 22, current: 'AC', count: 1 },
      { powerKw: 3.7, current: 'AC', count: 1 },
    ]);
    assert.deepEqual(readConnections('50kW'), [{ powerKw: 50, current: '', count: 1 }]);
    assert.deepEqual(readConnections('call us'), []);
    assert.deepEqual(readConnections(''), []);
  });

  it('of the 26 chargers of Andorra add up to their sockets', { skip: skipWithout('andorra') }, () => {
    const bytes = readFileSync(sharedData('andorra/chargers.csv')!);
    const { stations } = readStations(
      { file: 'chargers.csv', bytes },
      {
        ...regions,
        id: ['AD-02', 'AD-03', 'AD-04', 'AD-05', 'AD-06', 'AD-07', 'AD-08'],
      },
    );
    assert.equal(stations.id.length, 26);
    assert.equal(
      stations.guns.reduce((s, g) => s + (Number.isNaN(g) ? 0 : g), 0),
      89,
    );
  });
});

describe('an origin-destination matrix', () => {
  const { places } = readPlaces(csv('id,region,lon,lat\nv1,r1,107.5,30.5\nv2,r1,107.6,30.5\n'), regions);
  const board = boardFromTables({
    name: { en: 'C', zh: '丙' },
    regions,
    places,
    years: [2026],
    populationYear: 2020,
    sources: [],
  });

  it('becomes sparse lists within the limit, and says that it is a matrix', () => {
    const t = readOdMatrix(csv('from,to,minutes\nv1,v2,12\nv2,v1,14\nv1,v1,0\nv2,v2,31\n', 'od.csv'), board, 30);
    assert.equal(t.method, 'matrix');
    assert.deepEqual(
      [[...t.bySite.start], [...t.bySite.index], [...t.bySite.value]],
      [
        [0, 2, 3],
        [0, 1, 0],
        [0, 12, 14],
      ],
    );
    assert.deepEqual(
      [[...t.byPlace.index], [...t.byPlace.value]],
      [
        [0, 1, 0],
        [0, 14, 12],
      ],
    );
  });

  it('with unknown ids or a pair twice is refused by row', () => {
    assert.throws(() => readOdMatrix(csv('site,place,travelMin\nv1,v9,1\n'), board, 30), {
      code: 'UNKNOWN_REFERENCE',
      message: /row 2, column place: v9/,
    });
    assert.throws(() => readOdMatrix(csv('site,place,travelMin\nv1,v2,1\nv1,v2,2\n'), board, 30), {
      code: 'DUPLICATE_ID',
    });
    assert.throws(() => readOdMatrix(csv('site,place,travelMin\nv1,v2,-1\n'), board, 30), { code: 'BAD_CELL' });
  });
});
