import type { Bilingual } from '@qipan/base';
import { sha256Hex } from '@qipan/numeric';
import { makeBoard, type Hash } from './board-json.js';
import {
  noIndustries,
  noStations,
  type Board,
  type Places,
  type Regions,
  type Sites,
  type Source,
  type Stations,
} from './board.js';
import type { FeatureCollection } from './geojson.js';
import type { RoadGraph } from './road-graph.js';

export interface BoardTables {
  readonly name: Bilingual;
  readonly regions: Regions;
  readonly places: Places;
  /** Without sites every place is one, with `slots` guns. */
  readonly sites?: Sites;
  readonly slots?: number;
  readonly stations?: Stations;
  readonly outline?: FeatureCollection | null;
  readonly roads?: RoadGraph | null;
  readonly years: readonly number[];
  readonly populationYear: number;
  readonly sources: readonly Source[];
  readonly warnings?: readonly Bilingual[];
}

/** A board of a user's own tables. Throws as `checkBoard`. */
export function boardFromTables(tables: BoardTables, hash: Hash = sha256Hex): Board {
  const warnings = [...(tables.warnings ?? [])];
  if (tables.sites === undefined)
    warnings.push({
      en: 'No list of candidate sites: every place is taken for one',
      zh: '没有候选场址清单：以每个需求点作为候选场址',
    });
  return makeBoard(
    {
      name: tables.name,
      regions: tables.regions,
      places: tables.places,
      sites: tables.sites ?? sitesAtPlaces(tables.places, tables.slots ?? 8),
      stations: tables.stations ?? noStations,
      industries: noIndustries,
      years: tables.years,
      populationYear: tables.populationYear,
      outline: tables.outline ?? null,
      roads: tables.roads ?? null,
      sources: tables.sources,
      warnings,
    },
    hash,
  );
}

/** A candidate site under the id of each place, level `default`. */
export function sitesAtPlaces(places: Places, slots: number): Sites {
  const unknown = () => new Float64Array(places.id.length).fill(NaN);
  return {
    id: places.id,
    name: places.name,
    nameLatin: places.nameLatin,
    siteClass: places.id.map(() => 'other' as const),
    place: Int32Array.from(places.id, (_, i) => i),
    region: places.region,
    lon: places.lon,
    lat: places.lat,
    positionQuality: places.positionQuality,
    slots: new Int32Array(places.id.length).fill(slots),
    landLeaseYears: unknown(),
    landCost: unknown(),
    transformer: places.id.map(() => ''),
    feeder: places.id.map(() => ''),
    dataLevel: places.id.map(() => 'default' as const),
  };
}
