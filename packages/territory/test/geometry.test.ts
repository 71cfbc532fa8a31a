import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { haversineM } from '@qipan/numeric';
import {
  areaKm2,
  boxOf,
  clipToConvex,
  distanceToEdgeM,
  insideTest,
  isInside,
  polygonsOf,
  spreadPoints,
  voronoiCells,
  type MultiPolygonCoordinates,
  type Position,
  type Ring,
} from '@qipan/territory';

const rectangle = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

/** A star-shaped ring about a point: never crosses itself. */
const star = (seed: number, corners: number, [lon, lat]: Position, size: number): Ring => {
  const r = random(seed);
  const points = Array.from({ length: corners }, (_, i): Position => {
    const a = (2 * Math.PI * i) / corners;
    const long = size * (0.3 + 0.7 * r.next());
    return [lon + long * Math.cos(a), lat + long * Math.sin(a)];
  });
  return [...points, points[0]!];
};

const seedAndCorners = fc.tuple(fc.nat(), fc.integer({ min: 3, max: 30 }));

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Area on the plane of degrees by the shoelace formula, holes taken off. */
const planeArea = (polygons: MultiPolygonCoordinates): number =>
  sum(
    polygons.flatMap((polygon) =>
      polygon.map((ring, k) => {
        const twice = ring.reduce((s, [x, y], i) => {
          const [u, v] = ring[(i + 1) % ring.length]!;
          return s + (x - 107) * (v - 30) - (u - 107) * (y - 30);
        }, 0);
        return (Math.abs(twice) / 2) * (k === 0 ? 1 : -1);
      }),
    ),
  );

/** Winding number of a ring about a point, by summing the angles: another way than counting crossings. */
function windingNumber(ring: Ring, [lon, lat]: Position): number {
  let turn = 0;
  for (let i = 1; i < ring.length; i++) {
    const a = Math.atan2(ring[i - 1]![1] - lat, ring[i - 1]![0] - lon);
    const b = Math.atan2(ring[i]![1] - lat, ring[i]![0] - lon);
    let d = b - a;
    if (d > Math.PI) d -= 2 * Math.PI;
    if (d < -Math.PI) d += 2 * Math.PI;
    turn += d;
  }
  return Math.round(turn / (2 * Math.PI));
}

describe('inside a polygon', () => {
  it('agrees with the winding number for any star-shaped ring', () => {
    fc.assert(
      fc.property(seedAndCorners, fc.nat(), ([seed, corners], other) => {
        const ring = star(seed, corners, [107.3, 30.2], 0.2);
        const test = insideTest([[ring]]);
        const r = random(other);
        for (let k = 0; k < 30; k++) {
          const p: Position = [107.05 + r.next() * 0.5, 29.95 + r.next() * 0.5];
          const expected = windingNumber(ring, p) !== 0;
          assert.equal(isInside([[ring]], ...p), expected);
          assert.equal(test(...p), expected);
        }
      }),
    );
  });

  it('leaves out holes and counts several parts', () => {
    const shape: MultiPolygonCoordinates = [
      [rectangle(0, 0, 4, 4), rectangle(1, 1, 2, 2)],
      [rectangle(10, 0, 11, 1)],
      [rectangle(1.2, 1.2, 1.8, 1.8)],
    ];
    const test = insideTest(shape);
    for (const [lon, lat, expected] of [
      [0.5, 0.5, true],
      [1.1, 1.1, false],
      [1.5, 1.5, true],
      [10.5, 0.5, true],
      [7, 0.5, false],
      [-1, 2, false],
      [3, 5, false],
    ] as const) {
      assert.equal(isInside(shape, lon, lat), expected, `${lon}, ${lat}`);
      assert.equal(test(lon, lat), expected, `${lon}, ${lat}`);
    }
  });

  it('is nowhere for nothing, for a line without height, and for positions that are unknown', () => {
    assert.ok(!isInside([], 1, 1) && !insideTest([])(1, 1));
    const flat: MultiPolygonCoordinates = [[rectangle(0, 1, 2, 1)]];
    assert.ok(!insideTest(flat)(1, 1));
    assert.ok(!insideTest([[rectangle(0, 0, 2, 2)]])(NaN, 1));
    assert.ok(!isInside([[rectangle(0, 0, 2, 2)]], NaN, 1));
  });
});

describe('areas', () => {
  it('of a box between parallels have the closed form R²·Δλ·(sin φ₂ − sin φ₁)', () => {
    const rad = Math.PI / 180;
    const exact = (w: number, s: number, e: number, n: number) =>
      (6371.0088 ** 2 * (e - w) * rad * (Math.sin(n * rad) - Math.sin(s * rad))) as number;
    const boxes: readonly [number, number, number, number][] = [
      [0, 0, 1, 1],
      [107, 30, 108, 31],
      [-10, -60, 10, -50],
      [0, -90, 180, 90],
    ];
    for (const box of boxes)
      assert.ok(Math.abs(areaKm2([[rectangle(...box)]]) / exact(...box) - 1) < 1e-12, box.join());
  });

  it('do not depend on the direction of a ring, and holes are taken off', () => {
    fc.assert(
      fc.property(seedAndCorners, ([seed, corners]) => {
        const ring = star(seed, corners, [107.3, 30.2], 0.2);
        const turned = [...ring].reverse();
        assert.ok(Math.abs(areaKm2([[ring]]) - areaKm2([[turned]])) < 1e-9);
        const around = rectangle(107, 29.9, 107.6, 30.5);
        const whole = areaKm2([[around]]);
        assert.ok(Math.abs(areaKm2([[around, ring]]) + areaKm2([[ring]]) - whole) < 1e-9 * whole);
      }),
    );
    assert.equal(areaKm2([]), 0);
  });

  it('and boxes are those of all parts', () => {
    assert.deepEqual(boxOf([[rectangle(1, 2, 3, 4)], [rectangle(-1, 3, 0, 9)]]), [-1, 2, 3, 9]);
    assert.deepEqual(boxOf([]), [Infinity, Infinity, -Infinity, -Infinity]);
  });
});

describe('the distance to the edge', () => {
  it('is nought on it, and that of the nearest side or corner elsewhere', () => {
    const box: MultiPolygonCoordinates = [[rectangle(107, 30, 107.1, 30.1)]];
    assert.ok(distanceToEdgeM(box, 107, 30.05) < 1e-6);
    const south = distanceToEdgeM(box, 107.05, 29.99);
    assert.ok(Math.abs(south - haversineM(107.05, 29.99, 107.05, 30)) < 0.01);
    const corner = distanceToEdgeM(box, 107.11, 30.11);
    assert.ok(Math.abs(corner / haversineM(107.11, 30.11, 107.1, 30.1) - 1) < 1e-3);
    const middle = distanceToEdgeM(box, 107.05, 30.05);
    assert.ok(Math.abs(middle / haversineM(107.05, 30.05, 107, 30.05) - 1) < 1e-3);
    assert.equal(distanceToEdgeM([], 107, 30), Infinity);
  });

  it('is never longer than the way to any point of the ring', () => {
    fc.assert(
      fc.property(seedAndCorners, fc.nat(), ([seed, corners], other) => {
        const ring = star(seed, corners, [107.3, 30.2], 0.05);
        const r = random(other);
        const p: Position = [107.25 + r.next() * 0.1, 30.15 + r.next() * 0.1];
        const d = distanceToEdgeM([[ring]], ...p);
        for (const q of ring) assert.ok(d <= haversineM(...p, ...q) * 1.001 + 0.01);
      }),
    );
  });
});

describe('clipping to a convex cell', () => {
  const cell = fc.tuple(fc.nat(), fc.integer({ min: 3, max: 9 })).map(([seed, n]): Ring => {
    const r = random(seed);
    const [x, y] = [107.2 + r.next() * 0.2, 30.1 + r.next() * 0.2];
    const points = Array.from({ length: n }, (_, i): Position => {
      const a = (2 * Math.PI * (i + 0.3)) / n;
      return [x + 0.1 * Math.cos(a), y + 0.1 * Math.sin(a)];
    });
    return [...points, points[0]!];
  });

  it('keeps the points that lie in both, whichever way the cell is drawn', () => {
    fc.assert(
      fc.property(seedAndCorners, cell, fc.boolean(), fc.nat(), ([seed, corners], convex, turned, other) => {
        const ring = star(seed, corners, [107.3, 30.2], 0.2);
        const clipped = clipToConvex([[ring]], turned ? [...convex].reverse() : convex);
        const r = random(other);
        for (let k = 0; k < 40; k++) {
          const p: Position = [107.05 + r.next() * 0.5, 29.95 + r.next() * 0.5];
          const expected = isInside([[ring]], ...p) && isInside([[convex]], ...p);
          assert.equal(isInside(clipped, ...p), expected, p.join());
        }
        assert.ok(areaKm2(clipped) <= Math.min(areaKm2([[ring]]), areaKm2([[convex]])) * (1 + 1e-9));
      }),
    );
  });

  it('keeps holes, closes its rings, and is nothing outside', () => {
    const shape: MultiPolygonCoordinates = [[rectangle(0, 0, 4, 4), rectangle(1, 1, 2, 2)]];
    const half = clipToConvex(shape, rectangle(-1, -1, 1.5, 5));
    assert.deepEqual(
      half.map((p) => p.length),
      [2],
    );
    for (const ring of half[0]!) assert.deepEqual(ring[0], ring.at(-1));
    assert.ok(!isInside(half, 1.25, 1.5) && isInside(half, 0.5, 0.5) && !isInside(half, 1.6, 0.5));
    assert.deepEqual(clipToConvex(shape, rectangle(10, 10, 11, 11)), []);
    assert.deepEqual(clipToConvex([], rectangle(0, 0, 1, 1)), []);
  });
});

describe('Voronoi cells', () => {
  const outline: MultiPolygonCoordinates = [[star(7, 18, [107.3, 30.2], 0.3)]];

  it('fill the outline without overlap, and every point is in the cell of its nearest seat', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, n) => {
        const r = random(seed);
        const lon = Array.from({ length: n }, () => 107.1 + r.next() * 0.4);
        const lat = Array.from({ length: n }, () => 30 + r.next() * 0.4);
        const cells = voronoiCells(lon, lat, outline);
        assert.equal(cells.length, n);
        const whole = sum(cells.map(planeArea));
        assert.ok(Math.abs(whole / planeArea(outline) - 1) < 1e-9, `${whole}`);
        // The cells are drawn on a plane true to scale at the outline's middle, so nearest is meant there.
        const scale = Math.cos(((boxOf(outline)[1] + boxOf(outline)[3]) / 2) * (Math.PI / 180));
        for (let k = 0; k < 20; k++) {
          const p: Position = [107 + r.next() * 0.6, 29.9 + r.next() * 0.6];
          if (!isInside(outline, ...p)) continue;
          const d = lon.map((x, i) => Math.hypot((x - p[0]) * scale, lat[i]! - p[1]));
          const nearest = d.indexOf(Math.min(...d));
          const gap = Math.min(...d.filter((_, i) => i !== nearest)) - d[nearest]!;
          if (gap > 1e-9) assert.ok(isInside(cells[nearest]!, ...p));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of one seat are the whole outline, and a seat outside has what is nearest to it', () => {
    const [one] = voronoiCells([107.3], [30.2], outline);
    assert.ok(Math.abs(areaKm2(one!) / areaKm2(outline) - 1) < 1e-9);
    const [inside, outside] = voronoiCells([107.3, 120], [30.2, 40], outline);
    assert.ok(Math.abs(areaKm2(inside!) / areaKm2(outline) - 1) < 1e-9);
    assert.deepEqual(outside, []);
  });

  it('of seats in one line still divide the outline', () => {
    const cells = voronoiCells([107.2, 107.3, 107.4], [30.2, 30.2, 30.2], outline);
    assert.ok(Math.abs(sum(cells.map(planeArea)) / planeArea(outline) - 1) < 1e-9);
  });

  it('are refused for two seats on one point', () => {
    assert.throws(() => voronoiCells([1, 2, 1], [1, 2, 1], outline), { code: 'DUPLICATE_ID', message: /0 and 2/ });
  });
});

describe('points spread over an area', () => {
  const outline: MultiPolygonCoordinates = [[star(3, 15, [107.3, 30.2], 0.2)]];

  it('lie inside, are as many as asked, and the same for the same seed', () => {
    for (const count of [0, 1, 2, 7, 33]) {
      const points = spreadPoints(outline, count, random(5));
      assert.equal(points.length, count);
      assert.ok(points.every((p) => isInside(outline, ...p)));
      assert.deepEqual(spreadPoints(outline, count, random(5)), points);
    }
    assert.notDeepEqual(spreadPoints(outline, 7, random(5)), spreadPoints(outline, 7, random(6)));
  });

  it('stand for about the same area each: evener than points thrown at random', () => {
    const box: MultiPolygonCoordinates = [[rectangle(107, 30, 107.2, 30.2)]];
    const spread = (points: readonly Position[]) => {
      const areas = voronoiCells(
        points.map((p) => p[0]),
        points.map((p) => p[1]),
        box,
      ).map(areaKm2);
      return Math.max(...areas) / Math.min(...areas);
    };
    const r = random(9);
    const thrown = Array.from({ length: 20 }, (): Position => [107 + r.next() * 0.2, 30 + r.next() * 0.2]);
    const even = spread(spreadPoints(box, 20, random(9)));
    assert.ok(even < 2.5, String(even));
    assert.ok(even < spread(thrown) / 2);
  });

  it('stay inside a crescent, whose centre of gravity is outside', () => {
    const crescent: MultiPolygonCoordinates = [
      [
        [
          [0, 0],
          [3, 0],
          [3, 3],
          [0, 3],
          [0, 2.8],
          [2.8, 2.8],
          [2.8, 0.2],
          [0, 0.2],
          [0, 0],
        ],
      ],
    ];
    for (const count of [1, 2, 5]) {
      const points = spreadPoints(crescent, count, random(1));
      assert.ok(points.every((p) => isInside(crescent, ...p)));
    }
  });

  it('cannot be drawn from an area without inside', () => {
    assert.throws(() => spreadPoints([[rectangle(0, 0, 0, 1)]], 1, random(1)), { code: 'DEGENERATE_INPUT' });
    assert.throws(() => spreadPoints([], 2, random(1)), { code: 'DEGENERATE_INPUT' });
  });
});

describe('polygons of a collection', () => {
  it('are all its polygons, points and lines left aside', () => {
    const ring = rectangle(0, 0, 1, 1);
    const feature = (geometry: Parameters<typeof polygonsOf>[0]['features'][number]['geometry']) => ({
      type: 'Feature' as const,
      properties: {},
      geometry,
    });
    const collection = {
      type: 'FeatureCollection' as const,
      features: [
        feature({ type: 'Polygon', coordinates: [ring] }),
        feature({ type: 'Point', coordinates: [1, 2] }),
        feature({
          type: 'LineString',
          coordinates: [
            [1, 2],
            [3, 4],
          ],
        }),
        feature({ type: 'MultiPolygon', coordinates: [[ring], [ring]] }),
      ],
    };
    assert.equal(polygonsOf(collection).length, 3);
  });
});
