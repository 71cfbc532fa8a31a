import type { Bilingual } from '@qipan/base';
import { haversineM, sha256Hex } from '@qipan/numeric';
import type { Hash } from './board-json.js';
import type { Board, Places, RegionLevel, Regions, SiteClass, Sites } from './board.js';
import { mergeStations } from './merge-stations.js';
import type { Feature, MultiPolygonCoordinates } from './geojson.js';
import { osmBoundaries, ringCentre } from './osm-areas.js';
import type { OsmExtract } from './osm-extract.js';
import { osmPoints, type OsmPoint } from './osm-points.js';
import { osmRoads } from './osm-roads.js';
import type { RoadRules } from './road-rules.js';
import { insideTest } from './polygon.js';
import { osmStations, stationColumns, type StationRecord } from './station-records.js';
import { boardFromTables } from './tables-board.js';

export interface OsmBoardOptions {
  readonly name: Bilingual;
  /** Level of administration of the territory and of its regions in OSM, with what to call them. */
  readonly territory: { readonly adminLevel: number; readonly level: RegionLevel; readonly name?: string };
  readonly regions: { readonly adminLevel: number; readonly level: RegionLevel };
  readonly years: readonly number[];
  readonly populationYear: number;
  /** Population by OSM id of the settlement (`n58957648`), where the caller knows better than the tag. */
  readonly population?: ReadonlyMap<string, number>;
  /** Further stations, more trusted than the map's: Open Charge Map, a table of the authority. */
  readonly stations?: readonly StationRecord[];
  readonly roadRules?: RoadRules;
  readonly hash?: Hash;
}

/** Ground a parked car takes with its share of the lane, m². */
const parkingSpaceM2 = 25;
/** Two mapped settlements of one name this near are one, drawn twice (a node and an area). */
const sameSettlementM = 2000;

/**
 * A board of what OpenStreetMap alone holds of a territory: regions, settlements, roads, charging stations, and
 * candidate sites at settlements, fuel stations and car parks. Population is the `population` tag or what the caller
 * hands in, else unknown.
 */
export function osmBoard(extract: OsmExtract, options: OsmBoardOptions): Board {
  const outer = osmBoundaries(extract, options.territory.adminLevel);
  const wanted = options.territory.name;
  const territory = outer.features.filter((f) => wanted === undefined || f.properties['name'] === wanted);
  const within = territory.flatMap(shapeOf);
  const limit = within.length > 0 ? { within } : {};
  const parts = osmBoundaries(extract, options.regions.adminLevel);
  const isWithin = within.length > 0 ? insideTest(within) : () => true;
  const regionFeatures = parts.features.filter((f) => isWithin(...ringCentre(shapeOf(f)[0]?.[0] ?? [[NaN, NaN]])));
  const regions = regionColumns(territory[0], regionFeatures, options);
  const regionAt = regionFinder(regions);
  const places = settlementPlaces(osmPoints(extract, 'settlement', limit.within), options, regionAt);
  const { roads, warnings } = osmRoads(extract, {
    ...limit,
    ...(options.roadRules ? { rules: options.roadRules } : {}),
  });
  const merged = mergeStations([
    options.stations ?? [],
    osmStations(osmPoints(extract, 'chargingStation', limit.within)),
  ]);
  return boardFromTables(
    {
      name: options.name,
      regions,
      places,
      sites: osmSites(extract, places, { within: limit.within, regionAt }),
      stations: stationColumns(merged.stations, regionAt),
      outline: { type: 'FeatureCollection', features: territory },
      roads,
      years: options.years,
      populationYear: options.populationYear,
      sources: [{ name: 'OpenStreetMap', licence: 'ODbL 1.0', attribution: '© OpenStreetMap contributors, ODbL 1.0' }],
      warnings: [...warnings, ...parts.warnings, ...merged.warnings],
    },
    options.hash ?? sha256Hex,
  );
}

const shapeOf = (f: Feature): MultiPolygonCoordinates =>
  f.geometry.type === 'MultiPolygon'
    ? f.geometry.coordinates
    : f.geometry.type === 'Polygon'
      ? [f.geometry.coordinates]
      : [];

function regionColumns(top: Feature | undefined, features: readonly Feature[], options: OsmBoardOptions): Regions {
  const text = (f: Feature | undefined, key: string) => {
    const v = f?.properties[key];
    return typeof v === 'string' ? v : '';
  };
  const all = [top, ...features];
  const centre = all.map((f) => (f === undefined ? [NaN, NaN] : ringCentre(shapeOf(f)[0]?.[0] ?? [[NaN, NaN]])));
  const unknown = () => new Float64Array(all.length).fill(NaN);
  return {
    id: [text(top, 'code') || text(top, 'id') || 'territory', ...features.map((f) => text(f, 'code') || text(f, 'id'))],
    name: [options.name.zh, ...features.map((f) => text(f, 'name'))],
    nameLatin: [options.name.en, ...features.map((f) => text(f, 'name'))],
    level: [options.territory.level, ...features.map(() => options.regions.level)],
    parent: Int32Array.from(all, (_, i) => (i === 0 ? -1 : 0)),
    population: unknown(),
    populationLevel: all.map(() => 'official' as const),
    control: unknown(),
    controlYear: unknown(),
    lon: Float64Array.from(centre, (c) => c[0] as number),
    lat: Float64Array.from(centre, (c) => c[1] as number),
    shape: all.map((f) => (f === undefined ? null : shapeOf(f))),
    shapeLevel: all.map(() => 'official' as const),
  };
}

/** Index of the last (deepest) region whose shape holds the point; the territory, 0, when none does. */
export function regionFinder(regions: Regions): (lon: number, lat: number) => number {
  const tests = regions.shape.map((s) => (s === null ? () => false : insideTest(s)));
  return (lon, lat) => {
    for (let r = tests.length - 1; r > 0; r--) if (tests[r]?.(lon, lat)) return r;
    return 0;
  };
}

type RegionAt = (lon: number, lat: number) => number;

function settlementPlaces(found: readonly OsmPoint[], options: OsmBoardOptions, regionAt: RegionAt): Places {
  const points: OsmPoint[] = [];
  for (const p of found) {
    const twin = points.find(
      (q) => q.tags['name'] === p.tags['name'] && haversineM(p.lon, p.lat, q.lon, q.lat) <= sameSettlementM,
    );
    // A settlement area without a name tells nothing that its node does not.
    if (twin === undefined && (p.tags['name'] !== undefined || p.id.startsWith('n'))) points.push(p);
  }
  return {
    id: points.map((p) => p.id),
    name: points.map((p) => p.tags['name'] ?? p.id),
    nameLatin: points.map((p) => p.tags['name:en'] ?? ''),
    kind: points.map(() => 'settlement' as const),
    region: Int32Array.from(points, (p) => regionAt(p.lon, p.lat)),
    lon: Float64Array.from(points, (p) => p.lon),
    lat: Float64Array.from(points, (p) => p.lat),
    positionQuality: points.map(() => 'surveyed' as const),
    population: Float64Array.from(points, (p) => options.population?.get(p.id) ?? wholeNumber(p.tags['population'])),
    households: new Float64Array(points.length).fill(NaN),
    populationLevel: points.map((p) =>
      options.population?.has(p.id) ? ('estimated' as const) : ('official' as const),
    ),
  };
}

const wholeNumber = (text: string | undefined): number => (/^\d+$/.test(text ?? '') ? Number(text) : NaN);

function osmSites(
  extract: OsmExtract,
  places: Places,
  where: { readonly within: MultiPolygonCoordinates | undefined; readonly regionAt: RegionAt },
): Sites {
  const of = (theme: 'fuel' | 'parking', siteClass: SiteClass, slots: (p: OsmPoint) => number) =>
    osmPoints(extract, theme, where.within)
      .filter((p) => p.tags['access'] !== 'private' && p.tags['access'] !== 'no')
      .map((p) => ({ ...p, name: p.tags['name'] ?? p.tags['brand'] ?? '', siteClass, slots: slots(p), place: -1 }));
  const bySize = (p: OsmPoint) => {
    const capacity = wholeNumber(p.tags['capacity']);
    // A tenth of the spaces, two at least: charging shares a car park, it does not take it over.
    const spaces = Number.isNaN(capacity) ? p.areaM2 / parkingSpaceM2 : capacity;
    return Number.isNaN(spaces) ? 4 : Math.max(2, Math.min(60, Math.floor(spaces / 10)));
  };
  const centres = places.id.map((id, place) => ({
    id,
    name: places.name[place] ?? '',
    lon: places.lon[place] as number,
    lat: places.lat[place] as number,
    siteClass: 'other' as SiteClass,
    slots: 8,
    place,
  }));
  const all = [...centres, ...of('fuel', 'fuelStation', () => 8), ...of('parking', 'parking', bySize)];
  const unknown = () => new Float64Array(all.length).fill(NaN);
  return {
    id: all.map((s) => s.id),
    name: all.map((s) => s.name),
    nameLatin: all.map(() => ''),
    siteClass: all.map((s) => s.siteClass),
    place: Int32Array.from(all, (s) => s.place),
    region: Int32Array.from(all, (s) => where.regionAt(s.lon, s.lat)),
    lon: Float64Array.from(all, (s) => s.lon),
    lat: Float64Array.from(all, (s) => s.lat),
    positionQuality: all.map(() => 'surveyed' as const),
    slots: Int32Array.from(all, (s) => s.slots),
    landLeaseYears: unknown(),
    landCost: unknown(),
    transformer: all.map(() => ''),
    feeder: all.map(() => ''),
    dataLevel: all.map(() => 'default' as const),
  };
}
