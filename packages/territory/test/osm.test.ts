import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  areaKm2,
  isInside,
  osmBoard,
  osmBoundaries,
  OsmCollector,
  osmKeys,
  osmPoints,
  relationPolygons,
  ringCentre,
  travelTimes,
  type OsmExtract,
  type OsmItem,
  type OsmRelation,
  type OsmTags,
  type OsmTheme,
  type Position,
} from '@qipan/territory';

const node = (id: number, lon: number, lat: number, tags?: OsmTags): OsmItem =>
  tags === undefined ? { type: 'node', id, lon, lat } : { type: 'node', id, lon, lat, tags };
const way = (id: number, refs: readonly number[], tags?: OsmTags): OsmItem =>
  tags === undefined ? { type: 'way', id, refs } : { type: 'way', id, refs, tags };
type Member = { readonly type: string; readonly ref: number; readonly role?: string };
const relation = (id: number, members: readonly Member[], tags: OsmTags): OsmItem => ({
  type: 'relation',
  id,
  members,
  tags,
});
const ways = (...refs: readonly number[]): Member[] => refs.map((ref) => ({ type: 'way', ref, role: 'outer' }));

const extractOf = (items: readonly OsmItem[]): OsmExtract => {
  const collector = new OsmCollector();
  for (const item of items) collector.add(item);
  return collector.finish();
};

/** Corners of a square, counter-clockwise, as nodes from `first` on. */
const corners = (first: number, west: number, south: number, side: number): OsmItem[] => [
  node(first, west, south),
  node(first + 1, west + side, south),
  node(first + 2, west + side, south + side),
  node(first + 3, west, south + side),
];

const square = (west: number, south: number, side: number) =>
  areaKm2([
    [
      [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
      ],
    ],
  ]);

describe('the collector', () => {
  it('keeps nodes by ascending id, and the node indices of every way', () => {
    const extract = extractOf([node(5, 107, 30), node(9, 107.1, 30.1), node(12, 107.2, 30.2), way(3, [12, 5, 77, 9])]);
    assert.deepEqual([...extract.nodeId], [5, 9, 12]);
    assert.deepEqual([...extract.lon], [107, 107.1, 107.2]);
    assert.deepEqual([...extract.wayStart], [0, 4]);
    assert.deepEqual([...extract.refs], [2, 0, -1, 1]);
    assert.deepEqual([...extract.wayId], [3]);
  });

  it('gives the same extract whatever the order of the nodes, before or after the ways', () => {
    const items = [
      node(5, 107, 30, { place: 'village', name: '甲' }),
      node(9, 107.1, 30.1),
      node(12, 107.2, 30.2, { amenity: 'fuel' }),
      node(20_000_000_001, 107.3, 30.3),
      way(3, [12, 5, 20_000_000_001]),
    ];
    const expected = extractOf(items);
    fc.assert(
      fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
        assert.deepEqual(extractOf(shuffled), expected);
      }),
    );
    assert.deepEqual([...expected.taggedNode], [0, 2]);
    assert.deepEqual(
      expected.nodeTags.map((t) => t['name'] ?? t['amenity']),
      ['甲', 'fuel'],
    );
  });

  it('holds many thousands of items', () => {
    const collector = new OsmCollector();
    const n = 5000;
    for (let i = 0; i < n; i++) collector.add(node(i * 3, i / n, i / n));
    collector.add(
      way(
        1,
        Array.from({ length: n }, (_, i) => i * 3),
      ),
    );
    const extract = collector.finish();
    assert.equal(extract.nodeId.length, n);
    assert.ok(extract.refs.every((r, i) => r === i));
    assert.equal(extract.lon[n - 1], (n - 1) / n);
  });

  it('refuses a node off the globe, by its number', () => {
    const collector = new OsmCollector();
    assert.throws(() => collector.add(node(7, 200, 30)), { code: 'BAD_FILE', message: /node 7 stands at \(200, 30\)/ });
    assert.throws(() => collector.add(node(8, 107, 91)), { code: 'BAD_FILE' });
    assert.throws(() => collector.add(node(9, NaN, 30)), { code: 'BAD_FILE' });
  });

  it('drops relations without tags, which say nothing, and gives a missing role as empty', () => {
    const extract = extractOf([
      { type: 'relation', id: 1, members: [] },
      relation(2, [{ type: 'way', ref: 5 }], { type: 'route' }),
    ]);
    assert.deepEqual(
      extract.relations.map((r) => [r.id, r.members[0]?.role]),
      [[2, '']],
    );
  });
});

describe('areas of relations', () => {
  const relationOf = (extract: OsmExtract): OsmRelation => extract.relations[0] as OsmRelation;

  it('are put together from pieces in any order and direction', () => {
    const r = random(4);
    const n = 24;
    const ring = Array.from({ length: n }, (_, i) => {
      const a = (2 * Math.PI * i) / n;
      return node(i + 1, 107 + 0.1 * Math.cos(a), 30 + 0.1 * Math.sin(a));
    });
    const pieces = [
      [1, 2, 3, 4, 5, 6, 7],
      [7, 8, 9],
      [9, 10, 11, 12, 13, 14, 15, 16, 17],
      [17, 18, 19, 20, 21, 22, 23, 24, 1],
    ];
    const areas = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const order = [...r.permutation(4)].map((k) => (r.next() < 0.5 ? pieces[k]! : [...pieces[k]!].reverse()));
      const items = order.map((refs, k) => way(100 + k, refs));
      const extract = extractOf([...ring, ...items, relation(1, ways(100, 101, 102, 103), { type: 'boundary' })]);
      const polygons = relationPolygons(extract, relationOf(extract))!;
      assert.equal(polygons.length, 1);
      assert.equal(polygons[0]![0]!.length, n + 1);
      areas.add(areaKm2(polygons).toFixed(9));
    }
    assert.equal(areas.size, 1);
  });

  it('have several outer rings, and holes in the ring that holds them', () => {
    const extract = extractOf([
      ...corners(1, 107, 30, 0.4),
      ...corners(5, 107.1, 30.1, 0.1),
      ...corners(9, 108, 30, 0.2),
      way(100, [1, 2, 3, 4, 1]),
      way(101, [5, 6, 7, 8, 5]),
      way(102, [9, 10, 11, 12, 9]),
      relation(1, [...ways(100, 102), { type: 'way', ref: 101, role: 'inner' }], { type: 'multipolygon' }),
    ]);
    const polygons = relationPolygons(extract, relationOf(extract))!;
    assert.deepEqual(
      polygons.map((p) => p.length),
      [2, 1],
    );
    const expected = square(107, 30, 0.4) - square(107.1, 30.1, 0.1) + square(108, 30, 0.2);
    assert.ok(Math.abs(areaKm2(polygons) / expected - 1) < 1e-12);
    assert.ok(isInside(polygons, 107.05, 30.05));
    assert.ok(!isInside(polygons, 107.15, 30.15));
    assert.ok(isInside(polygons, 108.1, 30.1));
  });

  it('are nothing when a way or a node is missing, or a ring stays open', () => {
    const members = relation(1, ways(100, 101), { type: 'boundary' });
    const open = extractOf([...corners(1, 107, 30, 0.4), way(100, [1, 2, 3]), way(101, [3, 4]), members]);
    assert.equal(relationPolygons(open, relationOf(open)), null);
    const wayGone = extractOf([...corners(1, 107, 30, 0.4), way(100, [1, 2, 3, 4, 1]), members]);
    assert.equal(relationPolygons(wayGone, relationOf(wayGone)), null);
    const nodeGone = extractOf([...corners(1, 107, 30, 0.4), way(100, [1, 2, 99, 3]), way(101, [3, 4, 1]), members]);
    assert.equal(relationPolygons(nodeGone, relationOf(nodeGone)), null);
    const empty = extractOf([relation(1, [], { type: 'boundary' })]);
    assert.equal(relationPolygons(empty, relationOf(empty)), null);
  });

  it('that are boundaries of a level are features with name, code and area; parts of others are named', () => {
    const extract = extractOf([
      ...corners(1, 107, 30, 0.4),
      way(100, [1, 2, 3, 4, 1]),
      relation(7, ways(100), {
        boundary: 'administrative',
        admin_level: '6',
        name: '垫江县',
        'ISO3166-2': 'CN-50-0231',
      }),
      relation(8, ways(100), { boundary: 'administrative', admin_level: '8', name: '沙河乡' }),
      relation(9, ways(555), { boundary: 'administrative', admin_level: '6', name: '忠县' }),
      relation(10, ways(100), { boundary: 'protected_area', admin_level: '6', name: 'a park' }),
    ]);
    const { features, warnings } = osmBoundaries(extract, 6);
    assert.equal(features.length, 1);
    const { id, name, code, adminLevel, areaKm2: area } = features[0]!.properties;
    assert.deepEqual([id, name, code, adminLevel], ['r7', '垫江县', 'CN-50-0231', 6]);
    assert.ok(Math.abs((area as number) - square(107, 30, 0.4)) < 1e-9);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]!.en.includes('忠县') && warnings[0]!.zh.includes('忠县'));
    assert.equal(osmBoundaries(extract, 2).features.length, 0);
  });
});

describe('centres of rings', () => {
  it('are the centre of gravity, not the mean of the corners', () => {
    // An L of three unit squares: centre of gravity (5/6, 5/6) by the sum of its squares.
    const l: Position[] = [
      [0, 0],
      [2, 0],
      [2, 1],
      [1, 1],
      [1, 2],
      [0, 2],
      [0, 0],
    ];
    const [x, y] = ringCentre(l);
    assert.ok(Math.abs(x - 5 / 6) < 1e-12 && Math.abs(y - 5 / 6) < 1e-12);
    assert.deepEqual(
      ringCentre([...l].reverse()).map((v) => v.toFixed(12)),
      [x, y].map((v) => v.toFixed(12)),
    );
  });

  it('do not change when the ring begins at another corner', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.nat(11), fc.nat(), (n, turn, seed) => {
        const r = random(seed);
        const points = Array.from({ length: n }, (_, i): Position => {
          const a = (2 * Math.PI * i) / n;
          const long = 0.05 + r.next() * 0.05;
          return [107 + long * Math.cos(a), 30 + long * Math.sin(a)];
        });
        const from = (k: number) => {
          const turned = [...points.slice(k), ...points.slice(0, k)];
          return ringCentre([...turned, turned[0]!]);
        };
        const [a, b] = [from(0), from(turn % n)];
        assert.ok(Math.abs(a[0] - b[0]) < 1e-9 && Math.abs(a[1] - b[1]) < 1e-9);
      }),
    );
  });

  it('of lines without area are the mean of their points', () => {
    assert.deepEqual(
      ringCentre([
        [1, 1],
        [3, 1],
      ]),
      [2, 1],
    );
    assert.deepEqual(ringCentre([[4, 5]]), [4, 5]);
  });
});

describe('points of a theme', () => {
  const items: readonly OsmItem[] = [
    node(1, 107.1, 30.1, { amenity: 'charging_station', name: 'A' }),
    node(2, 107.2, 30.1, { amenity: 'fuel', brand: '中国石化' }),
    node(3, 107.3, 30.1, { tourism: 'hotel' }),
    node(4, 107.4, 30.1, { aerialway: 'station' }),
    node(5, 107.5, 30.1, { power: 'transformer' }),
    node(6, 107.6, 30.1, { power: 'tower' }),
    node(7, 107.7, 30.1, { place: 'village', name: '乙' }),
    node(8, 107.8, 30.1, { place: 'locality', name: 'no people' }),
    ...corners(11, 107, 30, 0.001),
    ...corners(21, 107.01, 30, 0.001),
    ...corners(31, 107.02, 30, 0.001),
    way(50, [11, 12, 13, 14, 11], { amenity: 'parking', capacity: '40' }),
    way(51, [21, 22], { amenity: 'parking' }),
    way(52, [31, 32, 33, 34, 31]),
    relation(60, ways(52), { type: 'multipolygon', amenity: 'parking' }),
    relation(61, [{ type: 'node', ref: 3, role: '' }], { type: 'site', tourism: 'museum' }),
    relation(62, ways(777), { type: 'multipolygon', tourism: 'museum' }),
  ];
  const ids = (theme: OsmTheme) => osmPoints(extractOf(items), theme).map((p) => p.id);

  it('are nodes, areas and relations that carry its tags', () => {
    assert.deepEqual(ids('chargingStation'), ['n1']);
    assert.deepEqual(ids('fuel'), ['n2']);
    assert.deepEqual(ids('tourism'), ['n3', 'n4', 'r61']);
    assert.deepEqual(ids('power'), ['n5']);
    assert.deepEqual(ids('settlement'), ['n7']);
    assert.deepEqual(ids('parking'), ['w50', 'w51', 'r60']);
  });

  it('stand at the centre of an area, with its size; lines and nodes have none', () => {
    const [area, line, whole] = osmPoints(extractOf(items), 'parking');
    assert.ok(Math.abs(area!.lon - 107.0005) < 1e-9 && Math.abs(area!.lat - 30.0005) < 1e-9);
    assert.ok(Math.abs(area!.areaM2 / (square(107, 30, 0.001) * 1e6) - 1) < 1e-9);
    assert.ok(Number.isNaN(line!.areaM2));
    assert.ok(Math.abs(line!.lon - 107.0105) < 1e-9);
    assert.ok(whole!.areaM2 > 10_000 && Math.abs(whole!.lon - 107.0205) < 1e-9);
    assert.ok(Number.isNaN(osmPoints(extractOf(items), 'fuel')[0]!.areaM2));
    assert.equal(area!.tags['capacity'], '40');
  });

  it('outside the polygon are left out, and relations whose members are not there have no place', () => {
    const west = [
      [
        [
          [107, 30],
          [107.35, 30],
          [107.35, 31],
          [107, 31],
          [107, 30],
        ],
      ],
    ] as const;
    const found = osmPoints(extractOf(items), 'tourism', west).map((p) => p.id);
    assert.deepEqual(found, ['n3', 'r61']);
  });

  it('need no tag that reading a file drops', () => {
    const read = (kind: 'node' | 'way' | 'relation', tags: OsmTags | undefined): OsmTags | undefined => {
      const kept = Object.entries(tags ?? {}).filter(([k]) => osmKeys[kind].includes(k));
      return kept.length > 0 ? Object.fromEntries(kept) : undefined;
    };
    const filtered = items.map((item): OsmItem => {
      const { tags: _, ...rest } = item;
      const kept = read(item.type, item.tags);
      return (kept === undefined ? rest : { ...rest, tags: kept }) as OsmItem;
    });
    for (const theme of ['chargingStation', 'fuel', 'tourism', 'power', 'settlement', 'parking'] as const)
      assert.deepEqual(
        osmPoints(extractOf(filtered), theme).map((p) => p.id),
        ids(theme),
      );
  });
});

describe('a board of an extract', () => {
  const items: readonly OsmItem[] = [
    ...corners(1, 107, 30, 0.2),
    node(5, 107.1, 30),
    node(6, 107.1, 30.2),
    way(100, [1, 5, 6, 4, 1]),
    way(101, [5, 2, 3, 6, 5]),
    way(102, [1, 2, 3, 4, 1]),
    relation(1, ways(102), { boundary: 'administrative', admin_level: '6', name: '甲县', ref: '5001' }),
    relation(2, ways(100), { boundary: 'administrative', admin_level: '8', name: '西镇', ref: '500101' }),
    relation(3, ways(101), { boundary: 'administrative', admin_level: '8', name: '东镇', ref: '500102' }),
    node(20, 107.05, 30.1, { place: 'town', name: '西镇', population: '5000' }),
    node(21, 107.15, 30.1, { place: 'village', name: '河村' }),
    node(22, 107.18, 30.18, { place: 'village', name: '山村', population: 'many' }),
    node(23, 107.5, 30.1, { place: 'village', name: 'outside', population: '9' }),
    ...corners(30, 107.0495, 30.0995, 0.001),
    way(110, [30, 31, 32, 33, 30], { place: 'town', name: '西镇' }),
    node(40, 107.06, 30.1, { amenity: 'fuel', brand: '中国石油' }),
    node(41, 107.07, 30.1, { amenity: 'parking', capacity: '300' }),
    node(42, 107.08, 30.1, { amenity: 'parking', access: 'private' }),
    node(43, 107.09, 30.1, { amenity: 'parking' }),
    node(44, 107.1501, 30.1, { amenity: 'charging_station', 'socket:gb_dc': '2', 'socket:gb_dc:output': '60 kW' }),
    way(120, [20, 40, 41, 42, 43, 21], { highway: 'secondary' }),
  ];
  const board = osmBoard(extractOf(items), {
    name: { en: 'Jia', zh: '甲县' },
    territory: { adminLevel: 6, level: 'county' },
    regions: { adminLevel: 8, level: 'township' },
    years: [2026, 2027],
    populationYear: 2020,
    population: new Map([['n21', 300]]),
    stations: [
      {
        id: 'own-1',
        otherIds: [],
        name: '河村充电站',
        lon: 107.15,
        lat: 30.1,
        connections: [],
        guns: NaN,
        maxPowerKw: NaN,
        status: 'working',
        commissionedYear: 2024,
        dataLevel: 'official',
      },
    ],
  });

  it('has its regions with codes, shapes and places in the right ones', () => {
    assert.deepEqual([...board.regions.id], ['5001', '500101', '500102']);
    assert.deepEqual([...board.regions.name], ['甲县', '西镇', '东镇']);
    assert.deepEqual([...board.regions.level], ['county', 'township', 'township']);
    assert.deepEqual([...board.places.name], ['西镇', '河村', '山村']);
    assert.deepEqual([...board.places.region], [1, 2, 2]);
    const area = (r: number) => areaKm2(board.regions.shape[r]!);
    assert.ok(Math.abs(area(1) + area(2) - area(0)) < 1e-6 * area(0));
  });

  it('takes population from the caller, then from the tag, else leaves it unknown', () => {
    assert.deepEqual([...board.places.population], [5000, 300, NaN]);
    assert.deepEqual([...board.places.populationLevel], ['official', 'estimated', 'official']);
  });

  it('draws a settlement mapped twice once, and nothing from outside', () => {
    assert.ok(!board.places.id.includes('w110'));
    assert.ok(!board.places.id.includes('n23'));
  });

  it('offers settlements, fuel stations and open car parks as sites, sized by their spaces', () => {
    assert.deepEqual([...board.sites.siteClass], ['other', 'other', 'other', 'fuelStation', 'parking', 'parking']);
    assert.deepEqual([...board.sites.slots], [8, 8, 8, 8, 30, 4]);
    assert.deepEqual([...board.sites.place], [0, 1, 2, -1, -1, -1]);
    assert.equal(board.sites.name[3], '中国石油');
  });

  it('joins the stations of the map to those handed in', () => {
    assert.equal(board.stations.id.length, 1);
    assert.deepEqual([board.stations.id[0], board.stations.otherIds[0]], ['own-1', ['osm-n44']]);
    assert.deepEqual([board.stations.guns[0], board.stations.maxPowerKw[0]], [2, 60]);
    assert.deepEqual([board.stations.status[0], board.stations.region[0]], ['working', 2]);
  });

  it('has roads, names its licence, and gives times by road with the far village by straight distance', () => {
    assert.equal(board.sources[0]!.attribution, '© OpenStreetMap contributors, ODbL 1.0');
    const t = travelTimes(board, { limitMin: 60 });
    assert.equal(t.method, 'road');
    assert.deepEqual([...t.fallbackPlaces], [2]);
    assert.ok(t.warnings.some((w) => w.en.includes('山村')));
  });

  it('without any boundary has the whole extract in one region', () => {
    const bare = osmBoard(extractOf(items.filter((i) => i.type !== 'relation')), {
      name: { en: 'Jia', zh: '甲' },
      territory: { adminLevel: 6, level: 'county' },
      regions: { adminLevel: 8, level: 'township' },
      years: [2026],
      populationYear: 2020,
    });
    assert.deepEqual([...bare.regions.id], ['territory']);
    assert.equal(bare.places.id.length, 4);
    assert.equal(bare.stations.id[0], 'osm-n44');
  });
});
