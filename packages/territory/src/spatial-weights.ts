import { QipanError } from '@qipan/base';
import { csrFromLists, PointIndex, type Csr } from '@qipan/numeric';
import type { Geometry, Position } from './geojson.js';

/** Which regions are neighbours, and how much. Nobody is his own neighbour. */
export interface SpatialWeights {
  readonly n: number;
  /** Row i: the neighbours of i with their weights. */
  readonly matrix: Csr;
  /** Regions without neighbours: spatial figures of these are unknown. */
  readonly islands: readonly number[];
  readonly kind: 'queen' | 'rook' | 'nearest' | 'band' | 'given';
  readonly rowStandardised: boolean;
}

function weights(kind: SpatialWeights['kind'], lists: readonly { index: number[]; value: number[] }[]): SpatialWeights {
  const n = lists.length;
  const matrix = csrFromLists(n, lists);
  return { n, matrix, islands: islandsOf(matrix), kind, rowStandardised: false };
}

const islandsOf = (m: Csr): number[] => [...Array(m.rows).keys()].filter((i) => m.start[i] === m.start[i + 1]);

/**
 * Weights from lists of neighbours (0-based), all 1.
 * @throws `OUT_OF_RANGE` for a neighbour that is not there, or is the region itself
 */
export function neighbourWeights(neighbours: readonly (readonly number[])[]): SpatialWeights {
  neighbours.forEach((list, i) => {
    if (list.includes(i)) throw new QipanError('OUT_OF_RANGE', `region ${i} is its own neighbour`, { got: i });
  });
  return weights(
    'given',
    neighbours.map((list) => ({ index: [...list].sort((a, b) => a - b), value: list.map(() => 1) })),
  );
}

const polygonsIn = (g: Geometry) =>
  g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : [];

/**
 * Contiguity of areas: `queen` when they share a corner of their outlines, `rook` when they share an edge. Corners are compared after
 * rounding to `precision` degrees (default 1e-7, about a centimetre): outlines of one source share corners exactly,
 * outlines of different sources do not.
 */
export function contiguityWeights(
  areas: readonly Geometry[],
  kind: 'queen' | 'rook',
  precision = 1e-7,
): SpatialWeights {
  const owners = new Map<string, Set<number>>();
  const place = ([lon, lat]: Position) => `${Math.round(lon / precision)},${Math.round(lat / precision)}`;
  areas.forEach((area, i) => {
    for (const polygon of polygonsIn(area))
      for (const ring of polygon)
        ring.forEach((p, k) => {
          const a = place(p);
          const b = place(ring[(k + 1) % ring.length] as Position);
          if (kind === 'rook' && a === b) return;
          const key = kind === 'queen' ? a : a < b ? `${a};${b}` : `${b};${a}`;
          const set = owners.get(key) ?? new Set<number>();
          owners.set(key, set.add(i));
        });
  });
  const found = areas.map(() => new Set<number>());
  for (const set of owners.values()) for (const i of set) for (const j of set) if (i !== j) found[i]?.add(j);
  return weights(
    kind,
    found.map((set) => ({ index: [...set].sort((a, b) => a - b), value: [...set].map(() => 1) })),
  );
}

/** The k nearest places of each on the globe, weight 1; not symmetric. Places without coordinates are islands. */
export function nearestWeights(lon: Float64Array, lat: Float64Array, k: number): SpatialWeights {
  if (!(Number.isInteger(k) && k >= 1))
    throw new QipanError('OUT_OF_RANGE', `${k} neighbours`, { got: k, expected: '≥ 1' });
  const index = new PointIndex(lon, lat);
  return weights(
    'nearest',
    Array.from(lon, (x, i) => {
      const y = lat[i] as number;
      if (Number.isNaN(x) || Number.isNaN(y)) return { index: [], value: [] };
      const near = [...index.nearest(x, y, k + 1).id].filter((j) => j !== i).slice(0, k);
      return { index: near.sort((a, b) => a - b), value: near.map(() => 1) };
    }),
  );
}

/** Places at most `distanceM` apart (inclusive), weight 1, or `1/distance` in km when `decay` (coinciding places: 1/0.001). */
export function bandWeights(lon: Float64Array, lat: Float64Array, distanceM: number, decay = false): SpatialWeights {
  if (!(distanceM > 0))
    throw new QipanError('OUT_OF_RANGE', `a band of ${distanceM} m`, { got: distanceM, expected: '> 0' });
  const index = new PointIndex(lon, lat);
  return weights(
    'band',
    Array.from(lon, (x, i) => {
      const y = lat[i] as number;
      if (Number.isNaN(x) || Number.isNaN(y)) return { index: [], value: [] };
      const near = index.within(x, y, distanceM);
      const pairs = Array.from(near.id, (j, e) => ({ j, km: (near.distanceM[e] as number) / 1000 }))
        .filter(({ j }) => j !== i)
        .sort((a, b) => a.j - b.j);
      return {
        index: pairs.map(({ j }) => j),
        value: pairs.map(({ km }) => (decay ? 1 / Math.max(0.001, km) : 1)),
      };
    }),
  );
}

/** The same neighbours with the weights of each row adding up to 1; islands stay empty. */
export function rowStandardised(w: SpatialWeights): SpatialWeights {
  const { matrix } = w;
  const value = matrix.value.slice();
  for (let i = 0; i < w.n; i++) {
    const row = value.subarray(matrix.start[i], matrix.start[i + 1]);
    const sum = row.reduce((a, b) => a + b, 0);
    if (sum > 0) row.forEach((v, e) => (row[e] = v / sum));
  }
  return { ...w, matrix: { ...matrix, value }, rowStandardised: true };
}
