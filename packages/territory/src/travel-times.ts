import { QipanError, type Bilingual, type DataLevel } from '@qipan/base';
import { csrFromLists, csrSortedByValue, csrTranspose, haversineM, PointIndex, type Csr } from '@qipan/numeric';
import type { Board } from './board.js';
import { RoadTimes } from './road-times.js';
import { defaultReachM, RoadSnapper } from './snap.js';

export type TravelMethod = 'road' | 'crowFly' | 'matrix';

/** How long it takes from each candidate site to each place within the limit; always with how it was found. */
export interface TravelTimes {
  readonly method: TravelMethod;
  /** Straight distance × factor at this speed: all pairs under `crowFly`, the ways to the road and the places without one under `road`; NaN for a matrix. */
  readonly factor: number;
  readonly speedKmh: number;
  readonly limitMin: number;
  readonly dataLevel: DataLevel;
  /** Whether there and back take the same time. */
  readonly isSymmetric: boolean;
  /** [sites × places] minutes, places ascending. A pair that is not there takes longer than the limit. */
  readonly bySite: Csr;
  /** [places × sites] minutes, the nearest site first, ties by index. */
  readonly byPlace: Csr;
  /** Places and sites that got crow-fly times because no main road is near. */
  readonly fallbackPlaces: Int32Array;
  readonly fallbackSites: Int32Array;
  readonly warnings: readonly Bilingual[];
}

export interface TravelOptions {
  /** Longest time listed, minutes, inclusive. */
  readonly limitMin: number;
  /** `auto` (default) takes roads when the board has them. */
  readonly method?: 'auto' | 'road' | 'crowFly';
  /** Default factor and speed: plain 1.5 at 40 km/h, mountain 1.75 at 30 km/h. Default plain. */
  readonly terrain?: 'plain' | 'mountain';
  readonly factor?: number;
  readonly speedKmh?: number;
  /** A place further than this from a road gets crow-fly times, metres. Default 1,000. */
  readonly reachM?: number;
}

interface Points {
  readonly lon: ArrayLike<number>;
  readonly lat: ArrayLike<number>;
}

const terrains = { plain: { factor: 1.5, speedKmh: 40 }, mountain: { factor: 1.75, speedKmh: 30 } } as const;

/**
 * Travel times from the board's candidate sites to its places, as sparse lists.
 *
 * By road: bounded shortest paths over the driving seconds from where the site meets the road, the ways between point
 * and road added at crow-fly speed. A place more than `reachM` from a road, or next to a road that is not joined to the
 * main network, gets crow-fly times and a warning by name. Without roads: haversine distance × factor / speed.
 *
 * @throws `BAD_USAGE` for method `road` on a board without roads, `OUT_OF_RANGE` for a limit, factor or speed that is
 * not positive
 */
export function travelTimes(board: Board, options: TravelOptions): TravelTimes {
  const byTerrain = terrains[options.terrain ?? 'plain'];
  const factor = options.factor ?? byTerrain.factor;
  const speedKmh = options.speedKmh ?? byTerrain.speedKmh;
  for (const [field, v] of Object.entries({ limitMin: options.limitMin, factor, speedKmh }))
    if (!(v > 0 && v < Infinity))
      throw new QipanError('OUT_OF_RANGE', `${field} = ${v}; expected a positive number`, { field, got: v });
  if (options.method === 'road' && board.roads === null)
    throw new QipanError('BAD_USAGE', 'times by road were asked for, but the board has no roads', {
      field: 'method',
      got: 'road',
      expected: 'crowFly, or a board with roads',
    });
  const how = { factor, speedKmh, limitMin: options.limitMin };
  if (board.roads === null || options.method === 'crowFly') return crowFlyTimes(board, how);
  return byRoad(board, how, options.reachM ?? defaultReachM);
}

interface How {
  readonly factor: number;
  readonly speedKmh: number;
  readonly limitMin: number;
}

/** Minutes of a straight distance. */
export function crowFlyMin(distanceM: number, how: { readonly factor: number; readonly speedKmh: number }): number {
  return ((distanceM / 1000) * how.factor * 60) / how.speedKmh;
}

function crowFlyRow(index: PointIndex, from: { lon: number; lat: number }, how: How) {
  // One part in 10⁹ wider, so that rounding cannot lose the place exactly at the limit.
  const radiusM = ((how.limitMin / 60) * how.speedKmh * 1000 * (1 + 1e-9)) / how.factor;
  const near = index.within(from.lon, from.lat, radiusM);
  const found: { to: number; min: number }[] = [];
  near.id.forEach((to, k) => {
    const min = crowFlyMin(near.distanceM[k] as number, how);
    if (min <= how.limitMin) found.push({ to, min });
  });
  return found;
}

function listsOf(rows: readonly (readonly { readonly to: number; readonly min: number }[])[], places: number): Csr {
  return csrFromLists(
    places,
    rows.map((row) => {
      const sorted = [...row].sort((a, b) => a.to - b.to);
      return { index: sorted.map((e) => e.to), value: sorted.map((e) => e.min) };
    }),
  );
}

function crowFlyTimes(board: Board, how: How): TravelTimes {
  const { sites, places } = board;
  const index = new PointIndex(places.lon, places.lat);
  const rows = Array.from(sites.lon, (lon, s) => crowFlyRow(index, { lon, lat: sites.lat[s] as number }, how));
  return result({ method: 'crowFly', ...how, isSymmetric: true }, listsOf(rows, places.id.length), {
    dataLevel: 'estimated',
    fallbackPlaces: new Int32Array(0),
    fallbackSites: new Int32Array(0),
    warnings: [
      {
        en: `No roads: times are straight distance × ${how.factor} at ${how.speedKmh} km/h`,
        zh: `没有道路数据：时间按直线距离 × ${how.factor}、车速 ${how.speedKmh} 公里/小时估算`,
      },
    ],
  });
}

function result(
  how: Pick<TravelTimes, 'method' | 'factor' | 'speedKmh' | 'limitMin' | 'isSymmetric'>,
  bySite: Csr,
  rest: Pick<TravelTimes, 'dataLevel' | 'fallbackPlaces' | 'fallbackSites' | 'warnings'>,
): TravelTimes {
  return { ...how, bySite, byPlace: csrSortedByValue(csrTranspose(bySite)), ...rest };
}

function byRoad(board: Board, how: How, reachM: number): TravelTimes {
  const roads = board.roads as NonNullable<Board['roads']>;
  const { sites, places } = board;
  const snapper = new RoadSnapper(roads);
  const siteSnaps = snapper.snap(sites.lon, sites.lat, reachM);
  const placeSnaps = snapper.snap(places.lon, places.lat, reachM);
  const legMin = (d: Float64Array) => Float64Array.from(d, (m) => crowFlyMin(m, how));
  const times = new RoadTimes(roads, placeSnaps, legMin(placeSnaps.distanceM));
  const index = new PointIndex(places.lon, places.lat);
  const lost = [...placeSnaps.edge.keys()].filter((p) => placeSnaps.edge[p] === -1);
  const siteLegs = legMin(siteSnaps.distanceM);
  const rows = Array.from(sites.lon, (lon, s) => {
    const here = { lon, lat: sites.lat[s] as number };
    const edge = siteSnaps.edge[s] as number;
    if (edge === -1) return crowFlyRow(index, here, how);
    const start = { edge, along: siteSnaps.along[s] as number, legMin: siteLegs[s] as number };
    const found = times.from(start, how.limitMin);
    for (const p of lost) {
      const min = crowFlyMin(haversineM(here.lon, here.lat, places.lon[p] as number, places.lat[p] as number), how);
      if (min <= how.limitMin) found.push({ to: p, min });
    }
    return found;
  });
  const isSymmetric = roads.direction.every((d) => d === 0 || d === 1);
  return result({ method: 'road', ...how, isSymmetric }, listsOf(rows, places.id.length), {
    dataLevel: 'estimated',
    fallbackPlaces: Int32Array.from(lost),
    fallbackSites: Int32Array.from([...siteSnaps.edge.keys()].filter((s) => siteSnaps.edge[s] === -1)),
    warnings: [...lostNotes(places, placeSnaps.reason, reachM), ...lostNotes(sites, siteSnaps.reason, reachM)],
  });
}

function lostNotes(
  points: Points & { readonly id: readonly string[]; readonly name: readonly string[] },
  reason: readonly string[],
  reachM: number,
): Bilingual[] {
  return points.id.flatMap((id, i): Bilingual[] => {
    const who = `${points.name[i] ?? ''} (${id})`;
    if (reason[i] === 'farFromRoad')
      return [
        {
          en: `${who} is more than ${reachM} m from any road; its times are crow-fly`,
          zh: `${who}距最近道路超过 ${reachM} 米，按直线距离估算时间`,
        },
      ];
    if (reason[i] === 'notOnMainComponent')
      return [
        {
          en: `${who} is next to a road that is not joined to the main network; its times are crow-fly`,
          zh: `${who}旁的道路未与主路网连通，按直线距离估算时间`,
        },
      ];
    return [];
  });
}
