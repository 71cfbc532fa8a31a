import { earthRadiusM, QipanError } from '@qipan/base';
import { convexHull, hdbscan } from '@qipan/numeric';

/** Located firms: degrees WGS-84, NaN where unknown; weight is employment (or 1). */
export interface FirmPoints {
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly weight: Float64Array;
}

/** Several firms at one coordinate: a building, or a centroid that stands for firms whose place is not known. */
export interface Stack {
  readonly lon: number;
  readonly lat: number;
  readonly count: number;
}

/** Located firms in metres on a plane, those without coordinates counted and left out. */
export interface Plane {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Number of each point among the firms. */
  readonly at: Int32Array;
  readonly unlocated: number;
  readonly stacks: readonly Stack[];
}

/**
 * Equirectangular projection about the middle of the points: true scale along the middle parallel, within about 0.5 % for a province of
 * 500 km. Firms without coordinates are never placed anywhere; `stackFrom` firms at one coordinate make a stack.
 */
export function plane(firms: FirmPoints, stackFrom = 5): Plane {
  const { lon, lat, weight } = firms;
  if (lat.length !== lon.length || weight.length !== lon.length)
    throw new QipanError(
      'SHAPE_MISMATCH',
      `${lon.length} longitudes, ${lat.length} latitudes, ${weight.length} weights`,
    );
  const at = Int32Array.from([...lon.keys()].filter((i) => Number.isFinite(lon[i]) && Number.isFinite(lat[i])));
  const bad = at.find((i) => Math.abs(lat[i]) > 90 || Math.abs(lon[i]) > 180 || !(weight[i] >= 0));
  if (bad !== undefined)
    throw new QipanError('OUT_OF_RANGE', `firm ${bad} at ${lon[bad]}, ${lat[bad]} with weight ${weight[bad]}`, {
      row: bad,
    });
  const middle = (v: Float64Array) => at.reduce((s, i) => s + v[i], 0) / Math.max(1, at.length);
  const [lon0, lat0] = [middle(lon), middle(lat)];
  const degree = (Math.PI / 180) * earthRadiusM;
  const narrow = Math.cos((lat0 * Math.PI) / 180);
  const seen = new Map<string, number[]>();
  for (const i of at) {
    const key = `${lon[i]},${lat[i]}`;
    const list = seen.get(key) ?? [];
    seen.set(key, list);
    list.push(i);
  }
  const stacks = [...seen.values()]
    .filter((list) => list.length >= stackFrom)
    .map((list) => ({ lon: lon[list[0]], lat: lat[list[0]], count: list.length }))
    .sort((a, b) => b.count - a.count);
  return {
    x: Float64Array.from(at, (i) => (lon[i] - lon0) * degree * narrow),
    y: Float64Array.from(at, (i) => (lat[i] - lat0) * degree),
    at,
    unlocated: lon.length - at.length,
    stacks,
  };
}

export interface FirmCluster {
  /** Numbers of the firms. */
  readonly members: readonly number[];
  readonly weight: number;
  /** Weighted middle, degrees. */
  readonly centroid: readonly [number, number];
  /** Corners of the convex hull, degrees, counter-clockwise; two or one where the firms stand on a line or at a place. */
  readonly hull: readonly (readonly [number, number])[];
  readonly stability: number;
}

export interface FirmClusters {
  /** The heaviest first. */
  readonly clusters: readonly FirmCluster[];
  /** Cluster of each firm; −1 noise, −2 without coordinates. */
  readonly label: Int32Array;
  readonly noise: number;
  readonly unlocated: number;
  readonly stacks: readonly Stack[];
}

/**
 * Clusters of located firms by density (HDBSCAN on projected metres, sizes in weight). Noise stays noise.
 * @param o.minWeight least employment of a cluster; `minPoints` neighbours that make density (default 5)
 * @throws as `plane`, `hdbscan`
 */
export function firmClusters(
  firms: FirmPoints,
  o: { readonly minWeight: number; readonly minPoints?: number; readonly stackFrom?: number },
): FirmClusters {
  const p = plane(firms, o.stackFrom);
  const weight = Float64Array.from(p.at, (i) => firms.weight[i]);
  const found = hdbscan(p.x, p.y, {
    minClusterSize: o.minWeight,
    weight,
    ...(o.minPoints === undefined ? {} : { minPoints: o.minPoints }),
  });
  const groups = Array.from(found.stability, () => [] as number[]);
  found.label.forEach((k, i) => (k >= 0 ? groups[k].push(i) : undefined));
  const place = (i: number): [number, number] => [firms.lon[p.at[i]], firms.lat[p.at[i]]];
  const clusters = groups.map((group, k): FirmCluster & { readonly first: number } => {
    const all = group.reduce((s, i) => s + weight[i], 0);
    // A cluster of firms without weight has its plain middle.
    const share = (i: number) => (all > 0 ? weight[i] / all : 1 / group.length);
    const middle = (axis: 0 | 1) => group.reduce((s, i) => s + share(i) * place(i)[axis], 0);
    const corners = convexHull(
      group.map((i) => p.x[i]),
      group.map((i) => p.y[i]),
    );
    return {
      first: k,
      members: group.map((i) => p.at[i]),
      weight: all,
      centroid: [middle(0), middle(1)],
      hull: Array.from(corners, (c) => place(group[c])),
      stability: found.stability[k],
    };
  });
  clusters.sort((a, b) => b.weight - a.weight || a.first - b.first);
  const rank = new Int32Array(clusters.length);
  clusters.forEach((c, k) => (rank[c.first] = k));
  const label = new Int32Array(firms.lon.length).fill(-2);
  found.label.forEach((k, i) => (label[p.at[i]] = k < 0 ? -1 : rank[k]));
  return {
    clusters: clusters.map(({ first: _first, ...c }) => c),
    label,
    noise: found.label.filter((k) => k < 0).length,
    unlocated: p.unlocated,
    stacks: p.stacks,
  };
}
