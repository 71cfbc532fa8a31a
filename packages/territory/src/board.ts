import { QipanError, type Bilingual, type DataLevel } from '@qipan/base';
import type { FeatureCollection, MultiPolygonCoordinates } from './geojson.js';
import type { RoadGraph } from './road-graph.js';

export type RegionLevel = 'country' | 'province' | 'prefecture' | 'county' | 'township' | 'village' | 'cell';
export type PlaceKind = 'village' | 'settlement' | 'cell' | 'flow';
/** `synthetic` points are drawn hollow and results resting on them are indicative. */
export type PositionQuality = 'surveyed' | 'seat' | 'synthetic';
export const siteClasses = [
  'government',
  'commercial',
  'hub',
  'serviceArea',
  'fuelStation',
  'tourism',
  'relocationSettlement',
  'postal',
  'logistics',
  'parking',
  'other',
] as const;
export type SiteClass = (typeof siteClasses)[number];
export type StationStatus = 'working' | 'faulty' | 'unknown';

/** Administrative units under dense indices; a parent always stands before its children. NaN = unknown. */
export interface Regions {
  readonly id: readonly string[];
  readonly name: readonly string[];
  /** Latin spelling, or '' where none is known. */
  readonly nameLatin: readonly string[];
  readonly level: readonly RegionLevel[];
  /** Index of the parent, −1 at the top. */
  readonly parent: Int32Array;
  readonly population: Float64Array;
  readonly populationLevel: readonly DataLevel[];
  /** Official total of the region, persons. */
  readonly control: Float64Array;
  readonly controlYear: Float64Array;
  /** Seat or label point, degrees WGS-84. */
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly shape: readonly (MultiPolygonCoordinates | null)[];
  /** `synthetic` for cells that were drawn because no boundary is known. */
  readonly shapeLevel: readonly DataLevel[];
}

/** Demand points: where people (or flows) are. NaN = unknown, never 0. */
export interface Places {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly nameLatin: readonly string[];
  readonly kind: readonly PlaceKind[];
  /** Index of the region. */
  readonly region: Int32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly positionQuality: readonly PositionQuality[];
  readonly population: Float64Array;
  readonly households: Float64Array;
  readonly populationLevel: readonly DataLevel[];
}

/** Candidate sites: where charging could be built. */
export interface Sites {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly nameLatin: readonly string[];
  readonly siteClass: readonly SiteClass[];
  /** Index of the place that the site belongs to, −1 for none. */
  readonly place: Int32Array;
  readonly region: Int32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly positionQuality: readonly PositionQuality[];
  /** Upper limit of guns. */
  readonly slots: Int32Array;
  readonly landLeaseYears: Float64Array;
  /** currency/yr */
  readonly landCost: Float64Array;
  /** '' = not known: grid level L0. */
  readonly transformer: readonly string[];
  readonly feeder: readonly string[];
  readonly dataLevel: readonly DataLevel[];
}

/** Charging stations that stand already. */
export interface Stations {
  readonly id: readonly string[];
  /** Further ids of the same station in other sources. */
  readonly otherIds: readonly (readonly string[])[];
  readonly name: readonly string[];
  readonly region: Int32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly commissionedYear: Float64Array;
  /** Module type → count. */
  readonly modules: readonly Readonly<Record<string, number>>[];
  readonly guns: Float64Array;
  readonly maxPowerKw: Float64Array;
  readonly status: readonly StationStatus[];
  readonly dataLevel: readonly DataLevel[];
}

/** Industries under dense indices; the chessboard's other side. Empty on a board that has none yet. */
export interface Industries {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly nameLatin: readonly string[];
  readonly parent: Int32Array;
}

export interface Source {
  readonly name: string;
  readonly licence: string;
  /** The line to print wherever the data are shown. */
  readonly attribution: string;
}

/** What a board is made of, before it has an identity. */
export interface BoardParts {
  readonly name: Bilingual;
  readonly regions: Regions;
  readonly places: Places;
  readonly sites: Sites;
  readonly stations: Stations;
  readonly industries: Industries;
  /** Years the board is about, ascending. */
  readonly years: readonly number[];
  readonly populationYear: number;
  readonly outline: FeatureCollection | null;
  readonly roads: RoadGraph | null;
  readonly sources: readonly Source[];
  readonly warnings: readonly Bilingual[];
}

/** The chessboard, immutable: one dense region number, place number and industry number for every room. */
export interface Board extends BoardParts {
  /** Content hash: two boards with the same id are the same board. */
  readonly id: string;
}

export const noIndustries: Industries = { id: [], name: [], nameLatin: [], parent: new Int32Array(0) };

export const noStations: Stations = {
  id: [],
  otherIds: [],
  name: [],
  region: new Int32Array(0),
  lon: new Float64Array(0),
  lat: new Float64Array(0),
  commissionedYear: new Float64Array(0),
  modules: [],
  guns: new Float64Array(0),
  maxPowerKw: new Float64Array(0),
  status: [],
  dataLevel: [],
};

/**
 * Checks that the columns fit together: equal lengths, unique ids, regions that exist, parents before children,
 * coordinates on the globe, populations ≥ 0 or unknown.
 * @throws `SHAPE_MISMATCH`, `DUPLICATE_ID`, `UNKNOWN_REFERENCE`, `OUT_OF_RANGE`
 */
export function checkBoard(parts: BoardParts): void {
  const regions = parts.regions.id.length;
  for (const name of ['regions', 'places', 'sites', 'stations', 'industries'] as const) {
    const table = parts[name];
    for (const [column, values] of Object.entries(table) as [string, ArrayLike<unknown>][])
      if (values.length !== table.id.length)
        throw new QipanError(
          'SHAPE_MISMATCH',
          `${name}.${column} has ${values.length} rows, ${name}.id ${table.id.length}`,
          { table: name, column, got: values.length, expected: String(table.id.length) },
        );
    checkUnique(name, table.id);
  }
  for (const name of ['regions', 'industries'] as const)
    parts[name].parent.forEach((p, i) => {
      if (p < -1 || p >= i)
        throw new QipanError('UNKNOWN_REFERENCE', `${name}.parent[${i}] = ${p}; expected −1 or a row before it`, {
          table: name,
          column: 'parent',
          row: i,
          got: p,
        });
    });
  for (const name of ['places', 'sites', 'stations'] as const)
    parts[name].region.forEach((r, i) => {
      const least = name === 'stations' ? -1 : 0;
      if (r < least || r >= regions)
        throw new QipanError('UNKNOWN_REFERENCE', `${name}.region[${i}] = ${r}; the board has ${regions} regions`, {
          table: name,
          column: 'region',
          row: i,
          got: r,
        });
    });
  parts.sites.place.forEach((p, i) => {
    if (p < -1 || p >= parts.places.id.length)
      throw new QipanError(
        'UNKNOWN_REFERENCE',
        `sites.place[${i}] = ${p}; the board has ${parts.places.id.length} places`,
        {
          table: 'sites',
          column: 'place',
          row: i,
          got: p,
        },
      );
  });
  for (const name of ['regions', 'places', 'sites', 'stations'] as const) {
    checkRange(name, 'lon', parts[name].lon, [-180, 180]);
    checkRange(name, 'lat', parts[name].lat, [-90, 90]);
  }
  checkRange('places', 'population', parts.places.population, [0, Infinity]);
  checkRange('regions', 'population', parts.regions.population, [0, Infinity]);
  checkRange('sites', 'slots', parts.sites.slots, [0, 500]);
}

function checkUnique(table: string, ids: readonly string[]): void {
  const seen = new Map<string, number>();
  ids.forEach((id, i) => {
    const before = seen.get(id);
    if (before !== undefined)
      throw new QipanError('DUPLICATE_ID', `${table}.id[${i}] = "${id}" stands at ${before} already`, {
        table,
        column: 'id',
        row: i,
        got: id,
      });
    seen.set(id, i);
  });
}

function checkRange(table: string, column: string, values: ArrayLike<number>, range: readonly [number, number]): void {
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (v < range[0] || v > range[1])
      throw new QipanError('OUT_OF_RANGE', `${table}.${column}[${i}] = ${v}; expected ${range[0]} … ${range[1]}`, {
        table,
        column,
        row: i,
        got: v,
        expected: `${range[0]} … ${range[1]}`,
      });
  }
}

/** Index of the region with this id, or −1. */
export function regionIndex(board: BoardParts, id: string): number {
  return board.regions.id.indexOf(id);
}

/** The region itself or its nearest ancestor of the given level; −1 when there is none. */
export function parentOf(board: BoardParts, region: number, level: RegionLevel): number {
  let r = region;
  while (r !== -1 && board.regions.level[r] !== level) r = board.regions.parent[r] ?? -1;
  return r;
}

/** Sum of the known populations of the places below each region, its own included; NaN where no place is known. */
export function placePopulation(board: BoardParts): Float64Array {
  const { regions, places } = board;
  const total = new Float64Array(regions.id.length).fill(NaN);
  places.population.forEach((p, i) => {
    if (Number.isNaN(p)) return;
    for (let r = places.region[i] as number; r !== -1; r = regions.parent[r] as number) {
      const before = total[r] as number;
      total[r] = Number.isNaN(before) ? p : before + p;
    }
  });
  return total;
}
