import type { BoardView, PlanView, StationView } from '@qipan/server/contract';
import { showings, stationShowing, type Showing } from '../stations/state.js';

type Geometry = { readonly type: string; readonly coordinates: unknown };

export interface PointFeature {
  readonly type: 'Feature';
  readonly id: number;
  readonly geometry: { readonly type: 'Point'; readonly coordinates: [number, number] };
  readonly properties: Readonly<Record<string, string | number | boolean | readonly number[]>>;
}
export interface Points {
  readonly type: 'FeatureCollection';
  readonly features: PointFeature[];
}

const collection = (features: PointFeature[]): Points => ({ type: 'FeatureCollection', features });

function point(id: number, lon: number, lat: number, properties: PointFeature['properties']): PointFeature {
  return { type: 'Feature', id, geometry: { type: 'Point', coordinates: [lon, lat] }, properties };
}

/** What a village shows in a year: its coverage year, later than looked at, never within the horizon, or no plan at all. */
export type Coverage =
  { readonly kind: 'year'; readonly index: number } | { readonly kind: 'later' | 'never' | 'noPlan' };

export function coverageOf(plan: PlanView | null, coveredYear: number | null | undefined, yearIndex: number): Coverage {
  if (plan === null || coveredYear === undefined) return { kind: 'noPlan' };
  if (coveredYear === null) return { kind: 'never' };
  const index = Math.max(0, plan.years.indexOf(coveredYear));
  return index <= yearIndex ? { kind: 'year', index } : { kind: 'later' };
}

/** Name of the sign of a village: `village-2-hollow`, `village-never-full`. */
export function villageIconName(coverage: Coverage, isHollow: boolean): string {
  const what = coverage.kind === 'year' ? coverage.index : coverage.kind;
  return `village-${what}-${isHollow ? 'hollow' : 'full'}`;
}

/** Plan rows of villages by their place. */
export function villageByPlace(plan: PlanView | null): ReadonlyMap<number, PlanView['villages'][number]> {
  return new Map((plan?.villages ?? []).map((v) => [v.place, v]));
}

export function villagePoints(board: BoardView, plan: PlanView | null, yearIndex: number): Points {
  const rows = villageByPlace(plan);
  const { place } = board;
  return collection(
    place.id.flatMap((id, i) => {
      const lon = place.lon[i];
      const lat = place.lat[i];
      if (lon === undefined || lat === undefined) return [];
      const isHollow = place.positionQuality[i] === 'synthetic';
      const row = rows.get(i);
      // A seat that the plan does not serve as a village stands on the map as a name only.
      if (place.positionQuality[i] === 'seat' && plan !== null && row === undefined) return [];
      const coverage = coverageOf(plan, row === undefined ? undefined : row.coveredYear, yearIndex);
      return [point(i, lon, lat, { id, name: place.name[i] ?? id, icon: villageIconName(coverage, isHollow) })];
    }),
  );
}

/**
 * Names of townships, the more populous first so that they win where there is no room: at the seat where the board has it,
 * otherwise in the middle of the places.
 */
export function townshipPoints(board: BoardView): Points {
  const { place, region } = board;
  const sums = new Map<number, { lon: number; lat: number; n: number; people: number; seat: boolean }>();
  for (const [i, r] of place.region.entries()) {
    const isSeat = place.positionQuality[i] === 'seat';
    const sum = sums.get(r) ?? { lon: 0, lat: 0, n: 0, people: 0, seat: false };
    sum.people += place.population[i] ?? 0;
    if (isSeat) Object.assign(sum, { lon: place.lon[i], lat: place.lat[i], n: 1, seat: true });
    else if (!sum.seat) {
      sum.lon += place.lon[i] as number;
      sum.lat += place.lat[i] as number;
      sum.n += 1;
    }
    sums.set(r, sum);
  }
  return collection(
    [...sums].map(([r, s]) => point(r, s.lon / s.n, s.lat / s.n, { name: region.name[r] ?? '', rank: -s.people })),
  );
}

/** Side of a site's square against that of the full sign: its area grows with the power, within what can be seen. */
export function siteSize(powerKw: number): number {
  return Math.min(0.9, Math.max(0.28, 0.6 * Math.sqrt(powerKw / 480)));
}

/** Sites that are open in the year, each with the size of its sign. */
export function sitePoints(plan: PlanView | null, yearIndex: number): Points {
  if (plan === null) return collection([]);
  return collection(
    plan.sites.flatMap((s, i) => {
      const powerKw = s.powerKwByYear[yearIndex] ?? 0;
      if (s.openYear > (plan.years[yearIndex] ?? Infinity)) return [];
      const size = siteSize(powerKw);
      return [
        point(i, s.lon, s.lat, { id: s.id, name: s.name, size, icon: s.existing ? 'site-existing' : 'site-planned' }),
      ];
    }),
  );
}

/** Pixels between the signs of stations that stand at one point. */
const pitchPx = 15;

/** Offset of the k-th of n signs in rows of at most four, below their common point, in pixels. */
export function rowOffset(k: number, n: number): [number, number] {
  const wide = Math.min(4, n);
  const inRow = Math.min(wide, n - Math.floor(k / wide) * wide);
  return [((k % wide) - (inRow - 1) / 2) * pitchPx, (Math.floor(k / wide) + 1) * pitchPx];
}

/** Stations that stand at one point, by that point; those without a position are on no map. */
function byPoint(stations: readonly StationView[]): StationView[][] {
  const groups = new Map<string, StationView[]>();
  for (const s of stations) {
    if (s.lon === null || s.lat === null) continue;
    const key = `${s.lon.toFixed(5)},${s.lat.toFixed(5)}`;
    const group = groups.get(key);
    if (group) group.push(s);
    else groups.set(key, [s]);
  }
  return [...groups.values()];
}

/** Stations with a position; those at the same point are set apart by pixels, so that each can be seen and pressed. */
export function stationPoints(stations: readonly StationView[]): Points {
  const features: PointFeature[] = [];
  for (const group of byPoint(stations))
    for (const [k, s] of group.entries()) {
      const [dx, dy] = rowOffset(k, group.length);
      features.push(
        point(features.length, s.lon as number, s.lat as number, {
          id: s.id,
          showing: stationShowing(s),
          offset: [dx, dy],
        }),
      );
    }
  return collection(features);
}

/** What a reader should notice first where several stations share a sign: what is broken, then what is in use. */
const noticed: readonly Showing[] = [
  'Faulted',
  'Offline',
  ...showings.filter((s) => s !== 'Faulted' && s !== 'Offline'),
];

/**
 * One sign for all stations at a point, where the whole county is seen: the state that a reader should notice first, and how
 * many stations stand there. A press opens the site, or the station where it is alone or belongs to no site.
 */
export function stationGroupPoints(stations: readonly StationView[]): Points {
  return collection(
    byPoint(stations).map((group, i) => {
      const states = new Set(group.map(stationShowing));
      const showing = noticed.find((s) => states.has(s)) ?? 'Unknown';
      const [first] = group as [StationView];
      const site = group.length > 1 ? first.siteId : null;
      const opens = site === null ? { layer: 'stations', id: first.id } : { layer: 'sites', id: site };
      const count = group.length > 1 ? String(group.length) : '';
      return point(i, first.lon as number, first.lat as number, { ...opens, showing, count });
    }),
  );
}

/** West, south, east, north of the outline and all places; null when there is nothing. */
export function boundsOf(board: BoardView): [number, number, number, number] | null {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (lon: number, lat: number) => {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  };
  for (const [i, lon] of board.place.lon.entries()) take(lon, board.place.lat[i] as number);
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number' && typeof c[1] === 'number') take(c[0], c[1]);
    else for (const inner of c) walk(inner);
  };
  for (const f of outlineFeatures(board.outline)) walk(f.geometry.coordinates);
  return Number.isFinite(box[0]) ? box : null;
}

export interface OutlineFeature {
  readonly type: 'Feature';
  readonly geometry: Geometry;
  /** `township` for the areas inside; `isSynthetic` when the shape was made up, not surveyed. */
  readonly properties: { readonly level: string; readonly isSynthetic: boolean };
}

/** The shapes of a board to draw, from whatever GeoJSON object holds them. */
export function outlineFeatures(outline: unknown): OutlineFeature[] {
  return withProperties(outline, {}).map(({ geometry, properties }) => ({
    type: 'Feature',
    geometry,
    properties: {
      level: typeof properties['level'] === 'string' ? properties['level'] : 'county',
      isSynthetic: properties['shapeLevel'] === 'synthetic',
    },
  }));
}

type Properties = Readonly<Record<string, unknown>>;

function withProperties(geojson: unknown, properties: Properties): { geometry: Geometry; properties: Properties }[] {
  if (typeof geojson !== 'object' || geojson === null) return [];
  const g = geojson as {
    type?: string;
    features?: unknown[];
    geometry?: unknown;
    geometries?: unknown[];
    coordinates?: unknown;
    properties?: Properties | null;
  };
  const own = g.properties ?? properties;
  if (Array.isArray(g.features)) return g.features.flatMap((f) => withProperties(f, own));
  if (Array.isArray(g.geometries)) return g.geometries.flatMap((f) => withProperties(f, own));
  if (g.geometry !== undefined) return withProperties(g.geometry, own);
  return typeof g.type === 'string' && g.coordinates !== undefined
    ? [{ geometry: { type: g.type, coordinates: g.coordinates }, properties: own }]
    : [];
}
