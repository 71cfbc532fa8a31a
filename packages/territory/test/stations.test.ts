import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sharedData, skipWithout } from '@qipan/testing';
import {
  gcj02FromWgs84,
  mergeStations,
  ocmStations,
  osmStations,
  readConnections,
  readRegions,
  readStations,
  sameStationM,
  stationColumns,
  stationRecords,
  tcecStations,
  type OsmTags,
  type StationRecord,
} from '@qipan/territory';

const station = (id: string, lon: number, lat: number, more: Partial<StationRecord> = {}): StationRecord => ({
  id,
  otherIds: [],
  name: '',
  lon,
  lat,
  connections: [],
  guns: NaN,
  maxPowerKw: NaN,
  status: 'unknown',
  commissionedYear: NaN,
  dataLevel: 'official',
  ...more,
});

/** Metres of latitude as degrees on the sphere of the mean radius. */
const north = (metres: number) => metres / ((6371008.8 * Math.PI) / 180);

describe('Open Charge Map records', () => {
  const poi = (more: Record<string, unknown> = {}) => ({
    ID: 281116,
    AddressInfo: { Title: '511 MUTUA_PRAT_NOU', Town: 'Sant Julià', Latitude: 42.46854, Longitude: 1.49307 },
    Connections: [
      { PowerKW: 22, Quantity: 1, CurrentType: { Title: 'AC (Three-Phase)' }, ConnectionType: { Title: 'Type 2' } },
      { PowerKW: 50, Quantity: 2, CurrentType: { Title: 'DC' }, ConnectionType: { Title: 'CCS (Type 2)' } },
    ],
    UsageCost: '5,60€/hour',
    StatusType: { IsOperational: true, Title: 'Operational' },
    ...more,
  });

  it('become stations with their connections, power and status', () => {
    const [s] = ocmStations([poi()], 'ocm.json');
    assert.deepEqual([s!.id, s!.name, s!.lon, s!.lat], ['OCM-281116', '511 MUTUA_PRAT_NOU', 1.49307, 42.46854]);
    assert.deepEqual(s!.connections, [
      { powerKw: 22, current: 'AC', count: 1 },
      { powerKw: 50, current: 'DC', count: 2 },
    ]);
    assert.deepEqual([s!.guns, s!.maxPowerKw, s!.status], [3, 50, 'working']);
  });

  it('that leave things out leave them unknown: one connector, no power, status unknown', () => {
    const [s] = ocmStations([poi({ Connections: [{ ConnectionType: { Title: 'CHAdeMO' } }], StatusType: null })], 'o');
    assert.deepEqual(s!.connections, [{ powerKw: NaN, current: 'DC', count: 1 }]);
    assert.deepEqual([s!.guns, s!.maxPowerKw, s!.status], [1, NaN, 'unknown']);
    const [bare] = ocmStations([poi({ Connections: undefined })], 'o');
    assert.deepEqual([bare!.guns, bare!.maxPowerKw], [NaN, NaN]);
  });

  it('out of order are faulty, and the number of points wins over the sum of connectors', () => {
    const [s] = ocmStations([poi({ StatusType: { IsOperational: false }, NumberOfPoints: 2 })], 'o');
    assert.deepEqual([s!.status, s!.guns], ['faulty', 2]);
  });

  it('are refused when they are no list, or stand at (0, 0) or nowhere', () => {
    assert.throws(() => ocmStations({ error: 'key' }, 'ocm.json'), {
      code: 'BAD_FILE',
      message: /ocm.json is not a list/,
    });
    const at = (Latitude: unknown, Longitude: unknown) => () =>
      ocmStations([poi(), poi({ AddressInfo: { Title: 'x', Latitude, Longitude } })], 'ocm.json');
    assert.throws(at(0, 0), { code: 'BAD_CELL', message: /ocm.json station 2/ });
    assert.throws(at(undefined, 1), { code: 'BAD_CELL' });
    assert.throws(at(95, 1), { code: 'BAD_CELL' });
    assert.throws(at('north', 1), { code: 'BAD_CELL' });
  });
});

describe('T/CEC 102 station information', () => {
  const [lng, lat] = gcj02FromWgs84([107.34545, 30.33355]);
  const answer = (more: Record<string, unknown> = {}) => ({
    PageNo: 1,
    StationInfos: [
      {
        StationID: '500231000001',
        StationName: '桂溪充电站',
        AreaCode: '500231',
        StationLng: lng,
        StationLat: lat,
        StationStatus: 50,
        EquipmentInfos: [
          {
            EquipmentID: 'E1',
            ConnectorInfos: [
              { ConnectorID: 'E1-1', ConnectorType: 4, Power: 120 },
              { ConnectorID: 'E1-2', ConnectorType: 4, Power: 120 },
            ],
          },
          { EquipmentID: 'E2', ConnectorInfos: [{ ConnectorID: 'E2-1', ConnectorType: 3, Power: 7 }] },
        ],
        ...more,
      },
    ],
  });

  it('is brought from GCJ-02 to WGS-84 and counted by connector', () => {
    const [s] = tcecStations(answer(), 'tcec.json', 'gcj02');
    assert.ok(Math.abs(s!.lon - 107.34545) < 2e-9 && Math.abs(s!.lat - 30.33355) < 2e-9);
    assert.deepEqual([s!.guns, s!.maxPowerKw, s!.status], [3, 120, 'working']);
    assert.deepEqual(
      s!.connections.map((c) => c.current),
      ['DC', 'DC', 'AC'],
    );
  });

  it('stays where it is when the caller says that it is WGS-84 already', () => {
    const [s] = tcecStations(answer(), 'tcec.json', 'wgs84');
    assert.deepEqual([s!.lon, s!.lat], [lng, lat]);
  });

  it('knows service, closure and maintenance; every other status is unknown, never working', () => {
    const status = (StationStatus: unknown) => tcecStations(answer({ StationStatus }), 'f', 'wgs84')[0]!.status;
    assert.deepEqual([50, 5, 6, 1, 0, 255, undefined].map(status), [
      'working',
      'faulty',
      'faulty',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  it('is refused without StationInfos, and for a station without a position', () => {
    assert.throws(() => tcecStations({}, 'f', 'gcj02'), { code: 'BAD_FILE' });
    assert.throws(() => tcecStations([], 'f', 'gcj02'), { code: 'BAD_FILE' });
    assert.throws(() => tcecStations(answer({ StationLng: null }), 'f', 'gcj02'), { code: 'BAD_CELL' });
  });
});

describe('stations of the map', () => {
  const of = (tags: OsmTags) => osmStations([{ id: 'n7', lon: 107, lat: 30, areaM2: NaN, tags }])[0]!;

  it('count their sockets by type and power', () => {
    const s = of({
      'socket:type2': '8',
      'socket:type2:output': '22 kW',
      'socket:gb_dc': '2',
      'socket:gb_dc:output': '60kW',
      'socket:schuko': 'no',
    });
    assert.deepEqual(s.connections, [
      { powerKw: 22, current: 'AC', count: 8 },
      { powerKw: 60, current: 'DC', count: 2 },
    ]);
    assert.deepEqual([s.id, s.guns, s.maxPowerKw], ['osm-n7', 10, 60]);
  });

  it('take "yes" for one socket, the capacity for the guns, and know nothing where nothing is tagged', () => {
    assert.equal(of({ 'socket:chademo': 'yes' }).guns, 1);
    assert.equal(of({ 'socket:chademo': 'yes', capacity: '4' }).guns, 4);
    const bare = of({ amenity: 'charging_station' });
    assert.deepEqual([bare.guns, bare.maxPowerKw, bare.status, bare.name], [NaN, NaN, 'unknown', '']);
  });
});

describe('stations of several sources', () => {
  it('within 120 m of an earlier one join it, those further away do not', () => {
    const a = station('a', 107, 30);
    const near = mergeStations([[a], [station('b', 107, 30 + north(sameStationM) * 0.9999)]]);
    assert.deepEqual([near.stations.length, near.stations[0]!.otherIds, near.joined], [1, ['b'], 1]);
    const far = mergeStations([[a], [station('b', 107, 30 + north(sameStationM) * 1.0001)]]);
    assert.deepEqual([far.stations.length, far.joined], [2, 0]);
  });

  it('keep the ids of all, and take what the first does not know from the next', () => {
    const { stations } = mergeStations([
      [station('a', 107, 30, { guns: 4 })],
      [station('b', 107, 30, { name: '站', guns: 6, maxPowerKw: 60 })],
      [station('c', 107, 30, { otherIds: ['c2'], status: 'faulty', commissionedYear: 2021 })],
    ]);
    assert.deepEqual(stations, [
      station('a', 107, 30, {
        otherIds: ['b', 'c', 'c2'],
        name: '站',
        guns: 4,
        maxPowerKw: 60,
        status: 'faulty',
        commissionedYear: 2021,
      }),
    ]);
  });

  it('with conflicting power and one name join with a warning; the first figure is kept', () => {
    const { stations, warnings } = mergeStations([
      [station('a', 107, 30, { name: 'Aparcament Valira', maxPowerKw: 22 })],
      [station('b', 107, 30, { name: 'VALIRA P2', maxPowerKw: 50 })],
    ]);
    assert.deepEqual([stations.length, stations[0]!.maxPowerKw], [1, 22]);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]!.en.includes('22 kW in a, 50 kW in b') && warnings[0]!.zh.includes('22 kW'));
  });

  it('with conflicting power and different names are two stations side by side', () => {
    const { stations, warnings } = mergeStations([
      [station('a', 107, 30, { name: '国家电网桂溪站', maxPowerKw: 7 })],
      [station('b', 107, 30, { name: '特来电商场', maxPowerKw: 120 })],
    ]);
    assert.deepEqual([stations.length, warnings.length], [2, 0]);
    const shared = mergeStations([
      [station('a', 107, 30, { name: '国家电网桂溪站', maxPowerKw: 7 })],
      [station('b', 107, 30, { name: '桂溪快充', maxPowerKw: 120 })],
    ]);
    assert.deepEqual([shared.stations.length, shared.warnings.length], [1, 1]);
  });

  it('whose powers differ by a rounding are no conflict', () => {
    const { warnings } = mergeStations([
      [station('a', 107, 30, { name: 'x', maxPowerKw: 7 })],
      [station('b', 107, 30, { name: 'x', maxPowerKw: 7.4 })],
    ]);
    assert.equal(warnings.length, 0);
  });

  it('never join two of one source, however near, and join the nearest of several', () => {
    const twins = mergeStations([[station('a', 107, 30), station('b', 107, 30)]]);
    assert.equal(twins.stations.length, 2);
    const nearest = mergeStations([
      [station('a', 107, 30), station('b', 107, 30 + north(80))],
      [station('c', 107, 30 + north(60))],
    ]);
    assert.deepEqual(
      nearest.stations.map((s) => s.otherIds),
      [[], ['c']],
    );
  });

  it('lose no id and invent none, whatever stands where', () => {
    const list = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.constantFrom(7, 60, NaN)), { maxLength: 12 });
    fc.assert(
      fc.property(list, list, (first, second) => {
        const make = (rows: readonly (readonly [number, number, number])[], name: string) =>
          rows.map(([x, y, maxPowerKw], i) =>
            station(`${name}${i}`, 107 + north(70 * x), 30 + north(70 * y), { maxPowerKw, name }),
          );
        const [a, b] = [make(first, 'aaa'), make(second, 'bbb')];
        const { stations, joined } = mergeStations([a, b]);
        const ids = stations.flatMap((s) => [s.id, ...s.otherIds]).sort();
        assert.deepEqual(ids, [...a, ...b].map((s) => s.id).sort());
        assert.equal(stations.length, a.length + b.length - joined);
      }),
    );
  });

  it('of nothing are nothing', () => {
    assert.deepEqual(mergeStations([]).stations, []);
    assert.deepEqual(mergeStations([[], []]).stations, []);
  });
});

describe('stations as columns', () => {
  it('come back as the records they were, connections told apart from what the columns hold', () => {
    const records = [
      station('a', 107, 30, {
        name: '甲',
        connections: readConnections('22kW AC x2; 50kW DC x1'),
        guns: 3,
        maxPowerKw: 50,
        status: 'working',
        commissionedYear: 2022,
      }),
      station('b', 107.1, 30.1),
    ];
    const columns = stationColumns(records, (lon) => (lon > 107.05 ? 1 : -1));
    assert.deepEqual([...columns.region], [-1, 1]);
    assert.deepEqual(columns.modules, [{ '22kW AC': 2, '50kW DC': 1 }, {}]);
    assert.deepEqual(
      stationRecords(columns, (i) => records[i]!.connections),
      records,
    );
    assert.deepEqual(stationRecords(columns)[0]!.connections, []);
  });
});

describe('the chargers of Andorra', { skip: skipWithout('andorra') }, () => {
  const parishes = ['02', '03', '04', '05', '06', '07', '08'].map((n) => `AD-${n},Parish ${n},county\n`).join('');
  const { regions } = readRegions({ file: 'r.csv', bytes: new TextEncoder().encode(`id,name,level\n${parishes}`) });
  const records = (file: string) => {
    const source = { file, bytes: readFileSync(sharedData(`andorra/${file}`)!) };
    return stationRecords(readStations(source, regions).stations);
  };
  const rows = (file: string, drop: string) => {
    const text = readFileSync(sharedData(`andorra/${file}`)!, 'utf8');
    const [header, ...lines] = text.trim().split('\n');
    const at = header!.split(',').indexOf(drop);
    return { lines, header: header!.split(','), at };
  };

  it('are 26 when the 22 of Open Charge Map and the 10 of OpenStreetMap are joined', () => {
    const ocm = records('chargers_ocm_sample.csv');
    const { lines, header } = rows('chargers_osm.csv', 'unit');
    const cell = (line: string, column: string) => line.split(',')[header.indexOf(column)] ?? '';
    const osm = osmStations(
      lines.map((line) => ({
        id: cell(line, 'id'),
        lon: Number(cell(line, 'lon')),
        lat: Number(cell(line, 'lat')),
        areaM2: NaN,
        tags: Object.fromEntries(header.slice(4).flatMap((k) => (cell(line, k) === '' ? [] : [[k, cell(line, k)]]))),
      })),
    );
    assert.deepEqual([ocm.length, osm.length], [22, 10]);
    const { stations, joined } = mergeStations([ocm, osm]);
    assert.deepEqual([stations.length, joined], [26, 6]);

    const expected = readFileSync(sharedData('andorra/chargers.csv')!, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((l) => l.split(',')[0]!);
    assert.deepEqual(stations.map((s) => s.id).sort(), expected.sort());
  });

  it('have 89 sockets, and connections in free text that are understood where they follow a form', () => {
    const { header, lines } = rows('chargers_ocm_sample.csv', 'unit');
    assert.equal(lines.length, 22);
    assert.ok(header.includes('connections'));
    assert.deepEqual(readConnections('22kW AC x2; 50kW CCS x1; 50kW CHAdeMO x1'), [
      { powerKw: 22, current: 'AC', count: 2 },
      { powerKw: 50, current: 'DC', count: 1 },
      { powerKw: 50, current: 'DC', count: 1 },
    ]);
    assert.deepEqual(readConnections('180kW CCS x2 (shared 2x90)'), [{ powerKw: 180, current: 'DC', count: 2 }]);
    const all = records('chargers.csv');
    assert.equal(
      all.reduce((s, r) => s + (Number.isNaN(r.guns) ? 0 : r.guns), 0),
      89,
    );
  });
});
