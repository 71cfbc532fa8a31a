import { QipanError, type Random } from '@qipan/base';
import { Delaunay } from 'd3-delaunay';
import type { MultiPolygonCoordinates, Position } from './geojson.js';
import { boxOf, clipToConvex, clipToHalfPlane, isInside } from './polygon.js';

const radians = Math.PI / 180;

/**
 * The Voronoi cell of each seat, clipped to the outline: the part of the outline nearer to this seat than to any other,
 * on a plane true to scale at the outline's middle. A seat whose cell lies wholly outside gets an empty list.
 *
 * @param lon,lat degrees, distinct points
 * @throws `DUPLICATE_ID` when two seats share a point
 */
export function voronoiCells(
  lon: ArrayLike<number>,
  lat: ArrayLike<number>,
  outline: MultiPolygonCoordinates,
): MultiPolygonCoordinates[] {
  const [west, south, east, north] = boxOf(outline);
  const scale = Math.cos(((south + north) / 2) * radians);
  const points: [number, number][] = Array.from({ length: lon.length }, (_, i) => [
    (lon[i] as number) * scale,
    lat[i] as number,
  ]);
  const at = new Map<string, number>();
  points.forEach((p, i) => {
    const before = at.get(p.join());
    if (before !== undefined)
      throw new QipanError('DUPLICATE_ID', `seats ${before} and ${i} stand on the same point`, { row: i });
    at.set(p.join(), i);
  });
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const margin = 0.1;
  const frame = [
    Math.min(west * scale, ...xs) - margin,
    Math.min(south, ...ys) - margin,
    Math.max(east * scale, ...xs) + margin,
    Math.max(north, ...ys) + margin,
  ] as const;
  return cellsInFrame(points, frame).map((cell) =>
    cell.length === 0
      ? []
      : clipToConvex(
          outline,
          cell.map(([x, y]): Position => [x / scale, y]),
        ),
  );
}

type Frame = readonly [west: number, south: number, east: number, north: number];

/** Closed convex cells on the plane, cut to the frame. */
function cellsInFrame(points: readonly Position[], frame: Frame): (readonly Position[])[] {
  const delaunay = Delaunay.from(points as [number, number][]);
  // Points all in one line have no triangles, and the library's cells of them do not divide the plane.
  if (delaunay.triangles.length < 3 || 'collinear' in delaunay)
    return points.map((_, i) => cellByHalfPlanes(points, i, frame));
  const voronoi = delaunay.voronoi([...frame]);
  return points.map((_, i) => (voronoi.cellPolygon(i) as Position[] | null) ?? []);
}

/** The frame without what is nearer to any other point; O(points) a cell. */
function cellByHalfPlanes(points: readonly Position[], i: number, [w, s, e, n]: Frame): readonly Position[] {
  const own = points[i] as Position;
  let cell: Position[] = [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
  ];
  points.forEach((other, j) => {
    if (j === i || cell.length === 0) return;
    const middle: Position = [(own[0] + other[0]) / 2, (own[1] + other[1]) / 2];
    const along: Position = [middle[0] - (other[1] - own[1]), middle[1] + (other[0] - own[0])];
    cell = clipToHalfPlane(cell, middle, along, 1);
  });
  return cell.length === 0 ? [] : [...cell, cell[0] as Position];
}

const samplesPerPoint = 60;
const rounds = 25;

/**
 * `count` points spread evenly over the polygons: centres of a seeded k-means over uniform samples (Lloyd 1982), so
 * each stands for about the same area. A centre that falls outside (a bent polygon) moves to the nearest sample.
 * @throws `DEGENERATE_INPUT` when the polygons have no inside to draw from
 */
export function spreadPoints(polygons: MultiPolygonCoordinates, count: number, random: Random): Position[] {
  if (count === 0) return [];
  const scale = Math.cos(((boxOf(polygons)[1] + boxOf(polygons)[3]) / 2) * radians);
  const samples = uniformSamples(polygons, count * samplesPerPoint, random).map(([x, y]): Position => [x * scale, y]);
  const chosen = random.permutation(samples.length).slice(0, count);
  let centres = Array.from(chosen, (k) => samples[k] as Position);
  for (let round = 0; round < rounds; round++) centres = lloydStep(samples, centres);
  return centres.map((c) => {
    if (isInside(polygons, c[0] / scale, c[1])) return [c[0] / scale, c[1]];
    const s = samples[nearestOf(samples, c)] as Position;
    return [s[0] / scale, s[1]];
  });
}

function uniformSamples(polygons: MultiPolygonCoordinates, count: number, random: Random): Position[] {
  const [west, south, east, north] = boxOf(polygons);
  const samples: Position[] = [];
  const most = count * 1000;
  for (let tries = 0; samples.length < count; tries++) {
    if (tries > most)
      throw new QipanError('DEGENERATE_INPUT', 'the polygon has no inside to place points in', {
        got: polygons.length,
      });
    const lon = west + random.next() * (east - west);
    const lat = south + random.next() * (north - south);
    if (isInside(polygons, lon, lat)) samples.push([lon, lat]);
  }
  return samples;
}

function nearestOf(points: readonly Position[], to: Position): number {
  let best = 0;
  let least = Infinity;
  points.forEach(([x, y], i) => {
    const d = (x - to[0]) ** 2 + (y - to[1]) ** 2;
    if (d < least) {
      least = d;
      best = i;
    }
  });
  return best;
}

function lloydStep(samples: readonly Position[], centres: readonly Position[]): Position[] {
  const x = new Float64Array(centres.length);
  const y = new Float64Array(centres.length);
  const n = new Int32Array(centres.length);
  for (const s of samples) {
    const k = nearestOf(centres, s);
    x[k] = (x[k] as number) + s[0];
    y[k] = (y[k] as number) + s[1];
    n[k] = (n[k] as number) + 1;
  }
  return centres.map((c, k): Position => {
    const members = n[k] as number;
    return members === 0 ? c : [(x[k] as number) / members, (y[k] as number) / members];
  });
}
