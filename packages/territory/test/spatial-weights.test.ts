import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { haversineM } from '@qipan/numeric';
import {
  bandWeights,
  contiguityWeights,
  nearestWeights,
  neighbourWeights,
  rowStandardised,
  type Geometry,
  type SpatialWeights,
} from '@qipan/territory';

const row = (w: SpatialWeights, i: number): number[] => [
  ...w.matrix.index.subarray(w.matrix.start[i], w.matrix.start[i + 1]),
];

/** Unit squares of a board, `columns` wide, corners at whole degrees. */
function board(columns: number, rows: number): Geometry[] {
  return Array.from({ length: columns * rows }, (_, k) => {
    const [x, y] = [k % columns, Math.floor(k / columns)];
    return {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + 1, y],
          [x + 1, y + 1],
          [x, y + 1],
          [x, y],
        ],
      ],
    };
  });
}

describe('contiguity', () => {
  it('on a board of squares is the move of a rook or of a queen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (columns, rows) => {
        const areas = board(columns, rows);
        const [rook, queen] = [contiguityWeights(areas, 'rook'), contiguityWeights(areas, 'queen')];
        for (let a = 0; a < areas.length; a++) {
          const step = (b: number) => [
            Math.abs((a % columns) - (b % columns)),
            Math.abs(Math.floor(a / columns) - Math.floor(b / columns)),
          ];
          const all = [...areas.keys()].filter((b) => b !== a);
          assert.deepEqual(
            row(rook, a),
            all.filter((b) => step(b)[0]! + step(b)[1]! === 1),
          );
          assert.deepEqual(
            row(queen, a),
            all.filter((b) => Math.max(...step(b)) === 1),
          );
        }
        assert.deepEqual(rook.islands, areas.length === 1 ? [0] : []);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('reaches through any part of an area, and an area apart is an island', () => {
    const two: Geometry = {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [9, 9],
            [10, 9],
            [10, 10],
            [9, 9],
          ],
        ],
        [
          [
            [1, 0],
            [2, 0],
            [2, 1],
            [1, 1],
            [1, 0],
          ],
        ],
      ],
    };
    const far: Geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [50, 50],
          [51, 50],
          [51, 51],
          [50, 50],
        ],
      ],
    };
    const w = contiguityWeights([...board(1, 1), two, far], 'rook');
    assert.deepEqual([row(w, 0), row(w, 1), w.islands, w.kind], [[1], [0], [2], 'rook']);
  });

  it('takes corners that differ by less than the precision as one', () => {
    const moved: Geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [1 + 1e-9, 0],
          [2, 0],
          [2, 1],
          [1, 1 + 1e-9],
          [1 + 1e-9, 0],
        ],
      ],
    };
    assert.deepEqual(row(contiguityWeights([...board(1, 1), moved], 'rook'), 0), [1]);
    assert.deepEqual(row(contiguityWeights([...board(1, 1), moved], 'rook', 1e-12), 0), []);
  });
});

describe('weights of places', () => {
  const places = (seed: number, n: number) => {
    const r = random(seed);
    const lon = Float64Array.from({ length: n }, () => 106 + r.next());
    return { lon, lat: Float64Array.from({ length: n }, () => 29 + r.next()) };
  };

  it('of the k nearest are those of sorting all distances', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1e6 }),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        (seed, n, k) => {
          const { lon, lat } = places(seed, n);
          const w = nearestWeights(lon, lat, k);
          for (let i = 0; i < n; i++) {
            const d = (j: number) => haversineM(lon[i]!, lat[i]!, lon[j]!, lat[j]!);
            const want = [...lon.keys()]
              .filter((j) => j !== i)
              .sort((a, b) => d(a) - d(b))
              .slice(0, k);
            assert.deepEqual(
              row(w, i),
              want.sort((a, b) => a - b),
            );
          }
        },
      ),
      { numRuns: 30, seed: 2 },
    );
  });

  it('of a band are all within it, the limit included, and lonely or unknown places are islands', () => {
    const { lon, lat } = places(5, 20);
    lon[7] = Number.NaN;
    const limit = haversineM(lon[0]!, lat[0]!, lon[1]!, lat[1]!);
    const w = bandWeights(lon, lat, limit);
    assert.ok(row(w, 0).includes(1) && row(w, 1).includes(0));
    assert.ok(w.islands.includes(7) && row(w, 7).length === 0);
    for (let i = 0; i < 20; i++)
      for (let j = 0; j < 20; j++)
        if (i !== j && i !== 7 && j !== 7)
          assert.equal(row(w, i).includes(j), haversineM(lon[i]!, lat[i]!, lon[j]!, lat[j]!) <= limit);
    assert.equal(bandWeights(lon, lat, 0.001).islands.length, 20);
  });

  it('fade with distance when asked, without dividing by nothing', () => {
    const w = bandWeights(Float64Array.from([106, 106, 106]), Float64Array.from([29, 29, 29.01]), 5000, true);
    const km = haversineM(106, 29, 106, 29.01) / 1000;
    assert.deepEqual([w.matrix.value[0], w.matrix.value[1]], [1000, 1 / km]);
  });

  it('add up to 1 in every row after standardising; islands stay empty, the given weights as they were', () => {
    const w = neighbourWeights([[1, 2], [0], [0, 1], []]);
    const before = w.matrix.value.slice();
    const s = rowStandardised(w);
    assert.deepEqual([...s.matrix.value], [0.5, 0.5, 1, 0.5, 0.5]);
    assert.deepEqual(w.matrix.value, before);
    assert.deepEqual([s.islands, s.rowStandardised, w.rowStandardised], [[3], true, false]);
  });

  it('refuse what is no neighbourhood', () => {
    assert.throws(() => neighbourWeights([[0]]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => neighbourWeights([[4]]), { code: 'OUT_OF_RANGE' });
    const one = Float64Array.from([1]);
    assert.throws(() => nearestWeights(one, one, 0), { code: 'OUT_OF_RANGE' });
    assert.throws(() => bandWeights(one, one, 0), { code: 'OUT_OF_RANGE' });
  });
});
