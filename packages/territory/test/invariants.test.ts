import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random, type DataLevel } from '@qipan/base';
import { haversineM, sha256Hex } from '@qipan/numeric';
import { sharedData, skipWithout } from '@qipan/testing';
import {
  areaKm2,
  bd09FromWgs84,
  boardFromJson,
  boardFromTables,
  boardToJson,
  boxOf,
  completeness,
  controlChecks,
  gcj02FromWgs84,
  insideTest,
  isInside,
  makeBoard,
  parentOf,
  placePopulation,
  pointsToWgs84,
  polygonsOf,
  readGeoJson,
  readOdMatrix,
  readPlaces,
  readRegions,
  regionFinder,
  regionIndex,
  sitesAtPlaces,
  travelTimes,
  wgs84FromBd09,
  wgs84FromGcj02,
  type Board,
  type BoardParts,
  type Position,
  type Regions,
  type TravelTimes,
} from '@qipan/territory';

const levels: readonly DataLevel[] = ['measured', 'official', 'estimated', 'synthetic', 'default'];

/** A board of any content: a county of random regions, places with some figures unknown, every place a site. */
function randomBoard(seed: number, regionCount: number, placeCount: number): Board {
  const r = random(seed);
  const pick = <T>(list: readonly T[]): T => list[r.below(list.length)] as T;
  const some = (n: number, f: () => number) => Float64Array.from({ length: n }, () => (r.next() < 0.2 ? NaN : f()));
  const regions: Regions = {
    id: Array.from({ length: regionCount }, (_, i) => `区${i}`),
    name: Array.from({ length: regionCount }, (_, i) => `name "${i}"\n`),
    nameLatin: Array.from({ length: regionCount }, () => ''),
    level: Array.from({ length: regionCount }, (_, i) => (i === 0 ? 'county' : i < 4 ? 'township' : 'village')),
    parent: Int32Array.from({ length: regionCount }, (_, i) =>
      i === 0 ? -1 : i < 4 ? 0 : 1 + r.below(Math.min(3, i - 1)),
    ),
    population: some(regionCount, () => r.below(9999)),
    populationLevel: Array.from({ length: regionCount }, () => pick(levels)),
    control: some(regionCount, () => r.below(9999)),
    controlYear: some(regionCount, () => 2010 + r.below(15)),
    lon: some(regionCount, () => -180 + 360 * r.next()),
    lat: some(regionCount, () => -90 + 180 * r.next()),
    shape: Array.from({ length: regionCount }, () =>
      r.next() < 0.5
        ? null
        : [
            [
              [
                [r.next(), r.next()],
                [1 / 3, 2 / 3],
                [0.1, 0.2],
              ],
            ],
          ],
    ),
    shapeLevel: Array.from({ length: regionCount }, () => pick(levels)),
  };
  const places = {
    id: Array.from({ length: placeCount }, (_, i) => `p${i}`),
    name: Array.from({ length: placeCount }, (_, i) => `村${i}`),
    nameLatin: Array.from({ length: placeCount }, () => ''),
    kind: Array.from({ length: placeCount }, () => pick(['village', 'settlement', 'cell', 'flow'] as const)),
    region: Int32Array.from({ length: placeCount }, () => r.below(regionCount)),
    lon: Float64Array.from({ length: placeCount }, () => 107 + r.next() * 0.4),
    lat: Float64Array.from({ length: placeCount }, () => 30 + r.next() * 0.4),
    positionQuality: Array.from({ length: placeCount }, () => pick(['surveyed', 'seat', 'synthetic'] as const)),
    population: some(placeCount, () => r.below(3000)),
    households: some(placeCount, () => r.below(900)),
    populationLevel: Array.from({ length: placeCount }, () => pick(levels)),
  };
  return boardFromTables({
    name: { en: `board ${seed}`, zh: '棋盘' },
    regions,
    places,
    sites: sitesAtPlaces(places, 1 + r.below(20)),
    years: [2026, 2027],
    populationYear: 2020,
    sources: [{ name: 'n', licence: 'l', attribution: 'a' }],
  });
}

const anyBoard = fc
  .tuple(fc.nat(), fc.integer({ min: 1, max: 9 }), fc.nat(15))
  .map(([seed, regions, places]) => randomBoard(seed, regions, places));

describe('any board', () => {
  it('comes back from JSON as it was, to the last digit of every number', () => {
    fc.assert(
      fc.property(anyBoard, (board) => {
        assert.deepEqual(boardFromJson(boardToJson(board), sha256Hex), board);
      }),
    );
  });

  it('changes its identity with any figure, name or position, and only then', () => {
    fc.assert(
      fc.property(anyBoard, fc.nat(), (board, k) => {
        if (board.places.id.length === 0) return;
        const { id, ...parts } = board;
        const i = k % board.places.id.length;
        const changed = (places: Partial<BoardParts['places']>) =>
          makeBoard({ ...parts, places: { ...parts.places, ...places } }, sha256Hex).id;
        const bumped = (v: Float64Array, by: number) => v.map((x, j) => (j === i ? (Number.isNaN(x) ? 1 : x + by) : x));
        assert.notEqual(changed({ population: bumped(parts.places.population, 1) }), id);
        assert.notEqual(changed({ lon: bumped(parts.places.lon, 1e-9) }), id);
        assert.notEqual(changed({ name: parts.places.name.map((n, j) => (j === i ? `${n}.` : n)) }), id);
        assert.equal(changed({ population: parts.places.population.slice() }), id);
      }),
      { numRuns: 40 },
    );
  });

  it('has each place’s people once in every region above it', () => {
    fc.assert(
      fc.property(anyBoard, (board) => {
        const totals = placePopulation(board);
        board.regions.id.forEach((_, region) => {
          const isBelow = (place: number) => {
            let r = board.places.region[place]!;
            while (r !== -1 && r !== region) r = board.regions.parent[r]!;
            return r === region;
          };
          const people = [...board.places.population].filter((p, i) => !Number.isNaN(p) && isBelow(i));
          assert.equal(totals[region], people.length === 0 ? NaN : people.reduce((s, p) => s + p, 0));
        });
      }),
    );
  });

  it('finds regions by id and the parent of a level', () => {
    fc.assert(
      fc.property(anyBoard, (board) => {
        board.regions.id.forEach((id, r) => {
          assert.equal(regionIndex(board, id), r);
          assert.equal(parentOf(board, r, 'county'), 0);
          assert.equal(parentOf(board, r, board.regions.level[r]!), r);
          const township = parentOf(board, r, 'township');
          assert.ok(township === -1 ? r === 0 : board.regions.level[township] === 'township');
        });
        assert.equal(regionIndex(board, 'nowhere'), -1);
      }),
    );
  });

  it('that is empty is a board too', () => {
    const board = randomBoard(1, 1, 0);
    assert.deepEqual(boardFromJson(boardToJson(board), sha256Hex), board);
    const t = travelTimes(board, { limitMin: 10 });
    assert.deepEqual([t.bySite.rows, t.byPlace.rows, t.bySite.value.length], [0, 0, 0]);
  });
});

/** The same board with its places in another order; sites stay. */
function withPlacesTurned(board: Board, order: readonly number[]): Board {
  const turn = <T extends ArrayLike<unknown>>(column: T): T =>
    (Array.isArray(column)
      ? order.map((k) => column[k] as unknown)
      : (column as unknown as Float64Array).map(
          (_, i) => (column as unknown as Float64Array)[order[i]!]!,
        )) as unknown as T;
  const places = Object.fromEntries(
    Object.entries(board.places).map(([name, column]) => [name, turn(column as ArrayLike<unknown>)]),
  ) as unknown as Board['places'];
  const where = new Map(order.map((k, i) => [k, i]));
  const { id: _, ...parts } = board;
  const place = board.sites.place.map((p) => where.get(p) ?? -1);
  return makeBoard({ ...parts, places, sites: { ...parts.sites, place } }, sha256Hex);
}

const times = (t: TravelTimes, board: Board): Map<string, number> => {
  const found = new Map<string, number>();
  for (let s = 0; s < t.bySite.rows; s++)
    for (let e = t.bySite.start[s]!; e < t.bySite.start[s + 1]!; e++)
      found.set(`${board.sites.id[s]}→${board.places.id[t.bySite.index[e]!]}`, t.bySite.value[e]!);
  return found;
};

describe('travel times of any board', () => {
  it('do not change when the rows of its places are permuted', () => {
    fc.assert(
      fc.property(anyBoard, fc.nat(), (board, seed) => {
        const order = [...random(seed).permutation(board.places.id.length)];
        const turned = withPlacesTurned(board, order);
        const [a, b] = [travelTimes(board, { limitMin: 25 }), travelTimes(turned, { limitMin: 25 })];
        assert.deepEqual(new Map(times(a, board)), new Map(times(b, turned)));
      }),
    );
  });

  it('list the nearest site of a place first, and hold the same pairs both ways', () => {
    fc.assert(
      fc.property(anyBoard, fc.integer({ min: 1, max: 60 }), (board, limitMin) => {
        const t = travelTimes(board, { limitMin });
        assert.equal(t.bySite.value.length, t.byPlace.value.length);
        const pairs = times(t, board);
        for (let p = 0; p < t.byPlace.rows; p++)
          for (let e = t.byPlace.start[p]!; e < t.byPlace.start[p + 1]!; e++) {
            const [site, min] = [t.byPlace.index[e]!, t.byPlace.value[e]!];
            assert.equal(pairs.get(`${board.sites.id[site]}→${board.places.id[p]}`), min);
            if (e > t.byPlace.start[p]!) {
              const before = t.byPlace.value[e - 1]!;
              assert.ok(before < min || (before === min && t.byPlace.index[e - 1]! < site));
            }
          }
      }),
    );
  });

  it('grow with the limit and shrink with the speed, pair by pair', () => {
    fc.assert(
      fc.property(anyBoard, (board) => {
        const near = times(travelTimes(board, { limitMin: 15 }), board);
        const far = times(travelTimes(board, { limitMin: 40 }), board);
        const fast = times(travelTimes(board, { limitMin: 40, speedKmh: 80 }), board);
        for (const [pair, min] of near) assert.equal(far.get(pair), min);
        for (const [pair, min] of far) assert.ok(Math.abs(fast.get(pair)! - min / 2) < 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('are the same when they are written as a matrix and read again', () => {
    fc.assert(
      fc.property(anyBoard, (board) => {
        const t = travelTimes(board, { limitMin: 25 });
        const rows = [...times(t, board)].map(([pair, min]) => `${pair.replace('→', ',')},${min}`);
        const text = ['site,place,travelMin', ...rows].join('\n');
        const back = readOdMatrix({ file: 'od.csv', bytes: new TextEncoder().encode(text) }, board, 25);
        assert.deepEqual(back.bySite, t.bySite);
        assert.deepEqual(back.byPlace, t.byPlace);
        assert.deepEqual([back.method, back.factor, back.speedKmh], ['matrix', NaN, NaN]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('completeness of any table', () => {
  const figures = fc.array(fc.oneof(fc.nat(5000), fc.constant(NaN)), { minLength: 1, maxLength: 30 });
  const check = (values: readonly number[], control: number) =>
    completeness({
      parent: 'X',
      expected: values.map((_, i) => `d${i}`),
      children: values.map((population, i) => ({ id: `d${i}`, population })),
      control,
      controlYear: 2020,
    });

  it('follows the two rules: at least 90 % of the control, and few blanks or a sum that reaches it', () => {
    fc.assert(
      fc.property(figures, fc.integer({ min: 1, max: 60_000 }), (values, control) => {
        const sum = values.reduce((s, v) => s + (Number.isNaN(v) ? 0 : v), 0);
        const blank = values.filter(Number.isNaN).length / values.length;
        const expected = sum / control >= 0.9 && (blank <= 0.1 || sum / control >= 0.99);
        const c = check(values, control);
        assert.equal(c.accepted, expected);
        assert.equal(c.populationFound, sum);
        assert.equal(c.withoutFigure.length, values.filter(Number.isNaN).length);
        if (!c.accepted) assert.ok(c.reasons.length > 0);
      }),
    );
  });

  it('never refuses a table for one more known figure', () => {
    fc.assert(
      fc.property(figures, fc.integer({ min: 1, max: 60_000 }), fc.nat(), (values, control, k) => {
        const blanks = values.flatMap((v, i) => (Number.isNaN(v) ? [i] : []));
        if (blanks.length === 0 || !check(values, control).accepted) return;
        const filled = values.map((v, i) => (i === blanks[k % blanks.length] ? 10 : v));
        assert.ok(check(filled, control).accepted);
      }),
    );
  });

  it('looks at each region that has a total and children with figures, and at no other', () => {
    const text = [
      'id,name,level,parent,population,control,controlYear',
      'c,C,county,,,1000,2020',
      'a,A,township,c,600,700,2020',
      'b,B,township,c,400,,',
      'v,V,village,a,690,,',
    ].join('\n');
    const { regions, completeness: checks } = readRegions({ file: 'r.csv', bytes: new TextEncoder().encode(text) });
    assert.deepEqual(
      checks.map((c) => [c.parent, c.populationFound, c.control]),
      [
        ['C (c)', 1000, 1000],
        ['A (a)', 690, 700],
      ],
    );
    assert.equal(controlChecks({ ...regions, control: regions.control.map(() => NaN) }).length, 0);
  });
});

/** The published GCJ-02 polynomial (Krasovsky ellipsoid), written from the formula, without a box. */
function gcj02ByFormula(lon: number, lat: number): Position {
  const [a, ee] = [6378245, 0.006693421622965943];
  const [x, y] = [lon - 105, lat - 35];
  const wave = (u: number) => (20 * Math.sin(6 * u * Math.PI) + 20 * Math.sin(2 * u * Math.PI)) * (2 / 3);
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave(x);
  dLat += (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3);
  dLat += (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3);
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave(x);
  dLon += (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3);
  dLon += (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3);
  const phi = (lat * Math.PI) / 180;
  const m = 1 - ee * Math.sin(phi) ** 2;
  return [
    lon + (dLon * 180) / ((a / Math.sqrt(m)) * Math.cos(phi) * Math.PI),
    lat + (dLat * 180) / (((a * (1 - ee)) / (m * Math.sqrt(m))) * Math.PI),
  ];
}

describe('shifted coordinates anywhere in China', () => {
  const point = fc.tuple(fc.double({ min: 74, max: 135, noNaN: true }), fc.double({ min: 4, max: 53, noNaN: true }));

  it('are those of the published polynomial, and lie 50 m to 1.2 km from the truth', () => {
    fc.assert(
      fc.property(point, (p) => {
        const got = gcj02FromWgs84(p);
        const expected = gcj02ByFormula(...p);
        assert.ok(Math.abs(got[0] - expected[0]) < 1e-10 && Math.abs(got[1] - expected[1]) < 1e-10);
        const shift = haversineM(...p, ...got);
        assert.ok(shift > 1 && shift < 2000, `${shift} m`);
      }),
    );
  });

  it('of Baidu lie a further 0.0065, 0.006 degree away, turned and stretched by its wave', () => {
    fc.assert(
      fc.property(point, (p) => {
        const [x, y] = gcj02FromWgs84(p);
        const k = (Math.PI * 3000) / 180;
        const z = Math.hypot(x, y) + 0.00002 * Math.sin(y * k);
        const theta = Math.atan2(y, x) + 0.000003 * Math.cos(x * k);
        const got = bd09FromWgs84(p);
        assert.ok(Math.abs(got[0] - (z * Math.cos(theta) + 0.0065)) < 1e-10);
        assert.ok(Math.abs(got[1] - (z * Math.sin(theta) + 0.006)) < 1e-10);
      }),
    );
  });

  it('are converted as columns exactly as one by one', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 10 }),
        fc.constantFrom('gcj02' as const, 'bd09' as const),
        (list, crs) => {
          const forward = crs === 'gcj02' ? gcj02FromWgs84 : bd09FromWgs84;
          const inverse = crs === 'gcj02' ? wgs84FromGcj02 : wgs84FromBd09;
          const shifted = list.map((p) => forward(p));
          const columns = pointsToWgs84(
            shifted.map((p) => p[0]),
            shifted.map((p) => p[1]),
            crs,
          );
          shifted.forEach((p, i) => assert.deepEqual([columns.lon[i], columns.lat[i]], [...inverse(p)]));
          assert.match(columns.notes[0]!.en, new RegExp(`${list.length} positions were converted from ${crs}`));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('GeoJSON of any polygon', () => {
  const shape = fc.array(fc.tuple(fc.integer({ min: -170, max: 170 }), fc.integer({ min: -80, max: 80 })), {
    minLength: 3,
    maxLength: 12,
  });

  it('comes back as it was written, closed or not', () => {
    fc.assert(
      fc.property(shape, fc.boolean(), fc.boolean(), (points, closed, multi) => {
        const first = points[0]!;
        const last = points.at(-1)!;
        const open = first[0] !== last[0] || first[1] !== last[1];
        const ring = closed && open ? [...points, first] : points;
        if (!open && points.length < 4) return;
        const geometry = multi
          ? { type: 'MultiPolygon', coordinates: [[ring]] }
          : { type: 'Polygon', coordinates: [ring] };
        const text = JSON.stringify({ type: 'Feature', properties: { name: '甲' }, geometry });
        const { collection, warnings } = readGeoJson(new TextEncoder().encode(text), 'f.geojson');
        assert.deepEqual(polygonsOf(collection), [[open ? [...points, first] : points]]);
        assert.equal(warnings.length, open && !closed ? 1 : 0);
        assert.equal(collection.features[0]!.properties['name'], '甲');
      }),
    );
  });
});

describe('the parishes and settlements of Andorra', { skip: skipWithout('andorra') }, () => {
  const bytes = (file: string) => readFileSync(sharedData(`andorra/${file}`)!);
  const { collection } = readGeoJson(bytes('boundaries.geojson'), 'boundaries.geojson');
  const codes = collection.features.map((f) => String(f.properties['code']));
  const regionText = ['id,name,level,parent', 'AD,Andorra,country,', ...codes.map((c) => `${c},${c},county,AD`)].join(
    '\n',
  );
  const base = readRegions({ file: 'r.csv', bytes: new TextEncoder().encode(regionText) }).regions;
  const regions: Regions = {
    ...base,
    shape: base.id.map((id) => {
      const feature = collection.features.find((f) => f.properties['code'] === id);
      return feature === undefined ? null : polygonsOf({ type: 'FeatureCollection', features: [feature] });
    }),
  };

  it('have the published areas', () => {
    for (const f of collection.features) {
      const area = areaKm2(polygonsOf({ type: 'FeatureCollection', features: [f] }));
      const published = Number(f.properties['area_km2']);
      assert.ok(Math.abs(area / published - 1) < 0.005, `${String(f.properties['name'])}: ${area} and ${published}`);
    }
    assert.ok(Math.abs(areaKm2(polygonsOf(collection)) / 467.4 - 1) < 0.002);
  });

  it('are read from their own file, 73 with 83,890 inhabitants, nothing refused within 1 km of the outline', () => {
    const outline = polygonsOf(collection);
    const source = { file: 'settlements.csv', bytes: bytes('settlements.csv') };
    // `kind` holds the map's words (town, hamlet …), which the declaration does not know.
    assert.throws(() => readPlaces(source, regions, { outline }), { code: 'BAD_CELL', message: /row 2, column kind/ });
    const renamed = {
      file: 'settlements.csv',
      bytes: new TextEncoder().encode(source.bytes.toString().replace(',kind,', ',place,')),
    };
    const { places } = readPlaces(renamed, regions, { outline });
    assert.equal(places.id.length, 73);
    assert.equal(
      places.population.reduce((s, p) => s + p, 0),
      83_890,
    );
    const find = regionFinder(regions);
    const wrong = places.id.filter((_, i) => find(places.lon[i]!, places.lat[i]!) !== places.region[i]);
    assert.deepEqual(wrong, []);
  });

  it('lie inside by the fast test wherever they lie inside by the plain one', () => {
    const outline = polygonsOf(collection);
    const test = insideTest(outline);
    const [w, s, e, n] = boxOf(outline);
    const r = random(8);
    for (let k = 0; k < 3000; k++) {
      const p: Position = [w + (e - w) * r.next(), s + (n - s) * r.next()];
      assert.equal(test(...p), isInside(outline, ...p));
    }
  });
});
