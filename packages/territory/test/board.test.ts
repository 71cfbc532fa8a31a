import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { haversineM, sha256Hex } from '@qipan/numeric';
import { repoRoot, sharedData, skipWithout } from '@qipan/testing';
import {
  areaKm2,
  boardFromJson,
  boardToJson,
  checkBoard,
  countyBoard,
  dianjiangBoard,
  dianjiangFiles,
  dianjiangOptions,
  isInside,
  makeBoard,
  parentOf,
  placePopulation,
  polygonsOf,
  readCountyFiles,
  regionIndex,
  travelTimes,
  type Board,
  type CountyFiles,
  type CountyTables,
} from '@qipan/territory';

const data = (file: string) => readFileSync(path.join(repoRoot, 'data/dianjiang', file));
const files = Object.fromEntries(
  Object.entries(dianjiangFiles).map(([k, file]) => [k, data(file)]),
) as unknown as CountyFiles;
const tables = readCountyFiles(files, dianjiangFiles);
const board = dianjiangBoard(files);
const bySeats = dianjiangBoard(files, { demandAt: 'seat' });

describe('the board of Dianjiang', () => {
  it('has the county, its 26 divisions, 301 villages and a site at each of 25 seats and each village', () => {
    assert.deepEqual(
      [board.regions.id.length, board.places.id.length, board.sites.id.length, board.stations.id.length],
      [27, 301, 326, 0],
    );
    assert.equal(board.sites.siteClass.filter((c) => c === 'parking').length, 301);
    assert.deepEqual([board.sites.siteClass[0], board.sites.name[0]], ['commercial', '桂溪街道']);
    assert.equal(board.sites.siteClass[board.sites.name.indexOf('沙河乡')], 'government');
    board.sites.place.forEach((p, s) =>
      assert.equal(p === -1 ? -1 : board.places.id[p], p === -1 ? -1 : board.sites.id[s]),
    );
  });

  it('keeps every person of the seats: 650,698, whole persons, equal within a division', () => {
    assert.equal(placePopulation(board)[0], 650_698);
    assert.equal(placePopulation(bySeats)[0], 650_698);
    assert.ok(board.places.population.every(Number.isInteger));
    const inGaoan = [...board.places.population].filter(
      (_, i) => board.places.region[i] === regionIndex(board, '500231106'),
    );
    assert.equal(inGaoan.length, 19);
    assert.equal(
      inGaoan.reduce((s, p) => s + p, 0),
      45_462,
    );
    assert.ok(Math.max(...inGaoan) - Math.min(...inGaoan) <= 1);
    assert.ok(board.places.populationLevel.every((l) => l === 'estimated'));
  });

  it('attaches the 14 villages of 桂阳街道 to the sibling seat 桂溪街道 and says so', () => {
    const guiyang = regionIndex(board, '500231002');
    const guixi = regionIndex(board, '500231001');
    const of = (region: number) => [...board.places.id.keys()].filter((i) => board.places.region[i] === region);
    assert.deepEqual([of(guiyang).length, of(guixi).length], [14, 19]);
    const people = [...of(guiyang), ...of(guixi)].map((i) => board.places.population[i]!);
    assert.equal(
      people.reduce((s, p) => s + p, 0),
      174_557,
    );
    assert.ok(
      board.warnings.some(
        (w) => w.en.includes('500231002') && w.en.includes('14 villages') && w.zh.includes('14 个村'),
      ),
    );
    assert.ok(Number.isNaN(board.regions.population[guiyang]!));
    assert.equal(board.regions.shape[guiyang], null);
  });

  it('stands every village on a synthetic point inside the outline and nearest to its own seat', () => {
    const outline = polygonsOf(board.outline!);
    assert.ok(board.places.positionQuality.every((q) => q === 'synthetic'));
    board.places.lon.forEach((lon, i) => {
      const lat = board.places.lat[i]!;
      assert.ok(isInside(outline, lon, lat));
      const distances = tables.seats.map((s) => haversineM(lon, lat, s.lon, s.lat));
      const nearest = tables.seats[distances.indexOf(Math.min(...distances))]!;
      const own = board.regions.id[board.places.region[i]!];
      assert.equal(nearest.division, own === '500231002' ? '500231001' : own);
    });
    assert.equal(new Set(board.places.lon).size, 301);
  });

  it('divides the outline among the seats without gap or overlap', () => {
    const parts = board.regions.shape.slice(1).flatMap((s) => (s === null ? [] : [areaKm2(s)]));
    assert.equal(parts.length, 25);
    const whole = areaKm2(polygonsOf(board.outline!));
    // The sphere formula takes sin φ as linear along an edge, so cutting an edge moves its area in the eighth digit.
    assert.ok(Math.abs(parts.reduce((s, a) => s + a, 0) / whole - 1) < 1e-6);
    // The county's published area is 1,518 km² (Dianjiang county government); the outline is coarse.
    assert.ok(Math.abs(whole / 1518 - 1) < 0.02, String(whole));
  });

  it('is the same board for the same seed and another for another', () => {
    assert.equal(dianjiangBoard(files).id, board.id);
    assert.notEqual(dianjiangBoard(files, { seed: 2 }).id, board.id);
    assert.match(board.id, /^[0-9a-f]{64}$/);
  });

  it('names GeoNames and its licence, and finds parents by level', () => {
    assert.ok(board.sources.some((s) => s.attribution.includes('GeoNames') && s.licence === 'CC BY 4.0'));
    assert.equal(parentOf(board, 5, 'county'), 0);
    assert.equal(parentOf(board, 5, 'township'), 5);
    assert.equal(parentOf(board, 0, 'township'), -1);
  });

  it('gives the published person-kilometres of the three best seats, 4,525,048.5', () => {
    const { places } = bySeats;
    const open = ['桂溪街道', '砚台镇', '永安镇'].map((n) => places.name.indexOf(n));
    let sum = 0;
    places.population.forEach((people, i) => {
      const km = open.map((o) => haversineM(places.lon[i]!, places.lat[i]!, places.lon[o]!, places.lat[o]!) / 1000);
      sum += people * Math.min(...km);
    });
    assert.equal(sum.toFixed(1), '4525048.5');
  });

  /** Figures of the 25 seats by exhaustion over all choices of p: the published optima of the county. */
  describe('by exhaustion over its seats', () => {
    const { places } = bySeats;
    const n = places.id.length;
    const km = Array.from({ length: n }, (_, i) =>
      Array.from(
        { length: n },
        (_unused, j) => haversineM(places.lon[i]!, places.lat[i]!, places.lon[j]!, places.lat[j]!) / 1000,
      ),
    );
    /** Calls `visit` with, for each choice of p seats, every place's distance to the nearest chosen one. */
    const choices = (p: number, visit: (nearest: Float64Array) => void) => {
      const levels = Array.from({ length: p + 1 }, () => new Float64Array(n).fill(Infinity));
      const descend = (from: number, depth: number): void => {
        if (depth === p) {
          visit(levels[p]!);
          return;
        }
        for (let i = from; i <= n - (p - depth); i++) {
          for (let j = 0; j < n; j++) levels[depth + 1]![j] = Math.min(levels[depth]![j]!, km[i]![j]!);
          descend(i + 1, depth + 1);
        }
      };
      descend(0, 0);
    };
    const least = (p: number, value: (nearest: Float64Array) => number) => {
      let best = Infinity;
      choices(p, (nearest) => {
        best = Math.min(best, value(nearest));
      });
      return best;
    };
    const personKm = (nearest: Float64Array) => nearest.reduce((s, d, i) => s + d * places.population[i]!, 0);
    const farthest = (nearest: Float64Array) => Math.max(...nearest);
    const within = (radiusKm: number) => (nearest: Float64Array) =>
      -nearest.reduce((s, d, i) => s + (d <= radiusKm ? places.population[i]! : 0), 0);

    it('has the published medians of 3 and 5 seats', () => {
      assert.equal(least(3, personKm).toFixed(1), '4525048.5');
      assert.equal(least(5, personKm).toFixed(1), '2938400.0');
    });

    it('has the published centres of 3 and 5 seats', () => {
      assert.equal(least(3, farthest).toFixed(4), '15.4266');
      assert.equal(least(5, farthest).toFixed(4), '10.5877');
    });

    it('has the published coverage within 8 and 10 km', () => {
      assert.equal(-least(3, within(8)), 471_312);
      assert.equal(-least(5, within(8)), 568_573);
      assert.equal(-least(3, within(10)), 530_406);
      assert.equal(-least(5, within(10)), 624_679);
    });

    it('needs the published 4 seats to reach everyone within 15 km', () => {
      assert.ok(least(3, farthest) > 15);
      assert.ok(least(4, farthest) <= 15);
    });
  });

  it('stands on the rows of the reference tables', { skip: skipWithout('dianjiang') }, () => {
    for (const file of ['townships.csv', 'divisions.csv', 'villages.csv'])
      assert.equal(data(file).toString(), readFileSync(sharedData(`dianjiang/${file}`)!, 'utf8'), file);
    assert.deepEqual(
      JSON.parse(data('county_boundary.geojson').toString()),
      JSON.parse(readFileSync(sharedData('dianjiang/county_boundary.geojson')!, 'utf8')),
    );
  });
});

describe('a board as JSON', () => {
  it('comes back exactly, typed arrays, unknown numbers and identity included', () => {
    for (const b of [board, bySeats]) {
      const back = boardFromJson(boardToJson(b), sha256Hex);
      assert.deepEqual(back, b);
      assert.ok(back.places.lon instanceof Float64Array && back.places.region instanceof Int32Array);
    }
  });

  it('is refused when one figure of it was altered, or when it is no board at all', () => {
    const text = boardToJson(board);
    assert.throws(() => boardFromJson(text.replace('"populationYear":2020', '"populationYear":2021'), sha256Hex), {
      code: 'VERIFY_FAILED',
    });
    assert.throws(() => boardFromJson('{"a":1}', sha256Hex), { code: 'BAD_FILE' });
    assert.throws(() => boardFromJson('nonsense', sha256Hex), { code: 'BAD_FILE' });
  });

  it('has an identity that does not depend on the order of keys', () => {
    const { id, ...parts } = board;
    const turned = Object.fromEntries(Object.entries(parts).reverse()) as typeof parts;
    assert.equal(makeBoard(turned, sha256Hex).id, id);
    assert.notEqual(makeBoard({ ...parts, years: [2027] }, sha256Hex).id, id);
  });

  it('takes any hash function that is handed in', () => {
    const { id: _, ...parts } = board;
    assert.equal(makeBoard(parts, (text) => `length ${text.length}`).id.slice(0, 7), 'length ');
  });
});

describe('a board that does not fit together', () => {
  const broken = (change: (b: Board) => Partial<Board>) => () => checkBoard({ ...board, ...change(board) });

  it('is refused by column and row', () => {
    assert.throws(
      broken((b) => ({ places: { ...b.places, lon: b.places.lon.slice(1) } })),
      { code: 'SHAPE_MISMATCH' },
    );
    assert.throws(
      broken((b) => ({ places: { ...b.places, region: b.places.region.map(() => 27) } })),
      { code: 'UNKNOWN_REFERENCE' },
    );
    assert.throws(
      broken((b) => ({ places: { ...b.places, id: b.places.id.map(() => 'x') } })),
      { code: 'DUPLICATE_ID' },
    );
    assert.throws(
      broken((b) => ({ places: { ...b.places, population: b.places.population.map(() => -4) } })),
      { code: 'OUT_OF_RANGE', message: /places.population\[0\] = -4; expected 0/ },
    );
    assert.throws(
      broken((b) => ({ sites: { ...b.sites, lat: b.sites.lat.map(() => 95) } })),
      { code: 'OUT_OF_RANGE' },
    );
    assert.throws(
      broken((b) => ({ regions: { ...b.regions, parent: b.regions.parent.map(() => 3) } })),
      { code: 'UNKNOWN_REFERENCE' },
    );
    assert.throws(
      broken((b) => ({ sites: { ...b.sites, place: b.sites.place.map(() => 999) } })),
      { code: 'UNKNOWN_REFERENCE' },
    );
  });
});

describe('county boards in general', () => {
  const square = (side: number): CountyTables['outline'] => ({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: {},
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [side, 0],
              [side, side],
              [0, side],
              [0, 0],
            ],
          ],
        },
      },
    ],
  });
  const seat = (id: string, division: string, lon: number, population: number) => ({
    id,
    name: `${id}镇`,
    nameLatin: id,
    isCountySeat: id === 'a',
    lon,
    lat: 0.1,
    division,
    population,
    populationCounted: NaN,
  });
  const village = (code: string, division: string, more: Partial<CountyTables['villages'][number]> = {}) => ({
    code,
    name: code,
    division,
    lon: NaN,
    lat: NaN,
    population: NaN,
    ...more,
  });
  const base: CountyTables = {
    seats: [seat('a', '9001', 0.05, 1000), seat('b', '9002', 0.15, 10)],
    divisions: [
      { code: '9001', name: 'A' },
      { code: '9002', name: 'B' },
    ],
    villages: [
      village('v1', '9001'),
      village('v2', '9001', { population: 400, lon: 0.04, lat: 0.1 }),
      village('v3', '9001'),
    ],
    controls: [{ region: '9', year: 2020, population: 1010, use: 'base' }],
    outline: square(0.2),
  };
  const options = { ...dianjiangOptions, id: '9', name: { en: 'Nine', zh: '九' }, warnings: [] };

  it('keep a village’s own position and figure, and share out what is left', () => {
    const b = countyBoard(base, options);
    assert.deepEqual([...b.places.id], ['v1', 'v2', 'v3', 'b']);
    assert.deepEqual([...b.places.population], [300, 400, 300, 10]);
    assert.deepEqual([...b.places.positionQuality], ['synthetic', 'surveyed', 'synthetic', 'seat']);
    assert.deepEqual([...b.places.populationLevel], ['estimated', 'official', 'estimated', 'estimated']);
    assert.deepEqual([b.places.lon[1], b.places.lat[1]], [0.04, 0.1]);
  });

  it('let population move only between places: the sum stays, whatever the shares', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 1, max: 40 }), (people, count) => {
        const b = countyBoard(
          {
            ...base,
            seats: [seat('a', '9001', 0.05, people), seat('b', '9002', 0.15, 10)],
            villages: Array.from({ length: count }, (_, i) => village(`v${i}`, '9001')),
            controls: [],
          },
          options,
        );
        assert.equal(placePopulation(b)[0], people + 10);
      }),
      { numRuns: 20 },
    );
  });

  it('name a village or seat far outside the outline and the nearest other seat', () => {
    const far = { ...base, villages: [...base.villages, village('v9', '9001', { lon: 3, lat: 3 })] };
    assert.ok(countyBoard(far, options).warnings.some((w) => w.en.startsWith('v9 lies more than 1 km outside')));
    assert.ok(!countyBoard(base, options).warnings.some((w) => w.en.includes('outside')));
  });

  it('refuse a village of an unknown division, and two seats on one point', () => {
    assert.throws(() => countyBoard({ ...base, villages: [village('v1', '9009')] }, options), {
      code: 'UNKNOWN_REFERENCE',
    });
    assert.throws(
      () => countyBoard({ ...base, seats: [seat('a', '9001', 0.05, 1000), seat('b', '9002', 0.05, 10)] }, options),
      { code: 'DUPLICATE_ID' },
    );
  });

  it('leave people unknown where the division’s figure is smaller than its villages’ own', () => {
    const b = countyBoard(
      { ...base, villages: [village('v1', '9001'), village('v2', '9001', { population: 4000 })] },
      options,
    );
    assert.deepEqual([...b.places.population], [NaN, 4000, 10]);
  });

  it('refuse 忠县 with 2 of 28 and 云阳 with 1 of 38 figures', () => {
    for (const [zh, known, all, control] of [
      ['忠县', 2, 28, 717_000],
      ['云阳县', 1, 38, 929_000],
    ] as const) {
      const divisions = Array.from({ length: all }, (_, i) => ({ code: `9${String(i + 101)}`, name: `${i}` }));
      const seats = divisions.map((d, i) => seat(d.code, d.code, 0.2 * ((i + 0.5) / all), i < known ? 60_000 : NaN));
      const villages = divisions.map((d) => village(`v${d.code}`, d.code));
      assert.throws(
        () =>
          countyBoard(
            {
              ...base,
              seats,
              divisions,
              villages,
              controls: [{ region: '9', year: 2020, population: control, use: 'base' }],
            },
            { ...options, name: { en: zh, zh } },
          ),
        { code: 'INCOMPLETE_TABLE' },
      );
    }
  });

  it('have travel times by straight distance that state factor and speed', () => {
    const t = travelTimes(board, { limitMin: 15 });
    assert.deepEqual([t.method, t.factor, t.speedKmh, t.limitMin, t.isSymmetric], ['crowFly', 1.5, 40, 15, true]);
    assert.ok(t.warnings[0]!.en.includes('× 1.5 at 40 km/h'));
  });
});
