import { QipanError, type Bilingual } from '@qipan/base';
import type { Board, Places, Regions, Source } from './board.js';
import { completeness, completeOrThrow } from './completeness.js';
import type { Crs } from './crs.js';
import { polygonsOf, type FeatureCollection } from './geojson.js';
import { readGeoJson } from './read-geojson.js';
import { readPlaces, readSites, readStations, type PlacesReading } from './point-readers.js';
import type { TableSource } from './read-table.js';
import { readRegions } from './region-reader.js';
import type { RoadGraph } from './road-graph.js';
import { boardFromTables } from './tables-board.js';

/** The files of one board as their owner has them, opened but not read. */
export interface UserFiles {
  readonly regions: TableSource;
  readonly places: TableSource;
  readonly sites?: TableSource;
  readonly stations?: TableSource;
  /** GeoJSON: features that carry a region's id are its shape; all polygons together are the outline. */
  readonly outlines?: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  readonly roads?: { readonly roads: RoadGraph; readonly warnings: readonly Bilingual[] };
}

export interface UserBoardOptions {
  readonly name: Bilingual;
  readonly years: readonly number[];
  readonly populationYear: number;
  /** Of the points; default `wgs84`. */
  readonly crs?: Crs;
  readonly source: Source;
}

/**
 * A board of a user's own files. Everything is read and checked before anything is given: the cells, the places' regions,
 * points against the outline (1 km of grace), and the people of the places against the totals of their regions.
 * @throws `MISSING_COLUMN`, `BAD_CELL`, `BAD_FILE`, `DUPLICATE_ID`, `UNKNOWN_REFERENCE`, `INCOMPLETE_TABLE`, with file, row, column
 */
export function userBoard(files: UserFiles, options: UserBoardOptions): Board {
  const reading = readRegions(files.regions);
  const outlines = (files.outlines ?? []).map(readOutline);
  const features = outlines.flatMap((o) => o.collection.features);
  const outline: FeatureCollection | null = features.length === 0 ? null : { type: 'FeatureCollection', features };
  const regions = withShapes(reading.regions, features);
  const points = { crs: options.crs ?? ('wgs84' as const), ...(outline ? { outline: polygonsOf(outline) } : {}) };
  const placed = readPlaces(files.places, regions, { ...points, years: options.years });
  const { places } = placed;
  const notes = placesNotes(regions, placed, files.places.file);
  const sites = files.sites ? readSites(files.sites, { regions, places }, points) : null;
  const stations = files.stations ? readStations(files.stations, regions, points) : null;
  return boardFromTables({
    name: options.name,
    regions,
    places,
    ...(sites ? { sites: sites.sites } : {}),
    ...(stations ? { stations: stations.stations } : {}),
    ...(outline ? { outline } : {}),
    ...(files.roads ? { roads: files.roads.roads } : {}),
    years: options.years,
    populationYear: options.populationYear,
    sources: [options.source],
    warnings: [
      ...reading.warnings,
      ...placed.warnings,
      ...notes,
      ...(sites?.warnings ?? []),
      ...(stations?.warnings ?? []),
      ...outlines.flatMap((o) => o.warnings),
      ...(files.roads?.warnings ?? []),
    ],
  });
}

function readOutline({ file, bytes }: { readonly file: string; readonly bytes: Uint8Array }) {
  const reading = readGeoJson(bytes, file);
  if (polygonsOf(reading.collection).length > 0) return reading;
  throw new QipanError('BAD_FILE', `${file} holds no boundary`, {
    file,
    got: [...new Set(reading.collection.features.map((f) => f.geometry.type))].join(', ') || 'no feature',
    expected: 'Polygon or MultiPolygon',
  });
}

/** Shapes of regions are the features that carry a region's id. */
function withShapes(regions: Regions, features: FeatureCollection['features']): Regions {
  const idOf = (properties: Readonly<Record<string, unknown>>) =>
    ['id', 'code', 'adcode', 'division_code']
      .map((k) => (typeof properties[k] === 'number' ? String(properties[k]) : properties[k]))
      .find((v): v is string => typeof v === 'string' && regions.id.includes(v));
  const owner = features.map((f) => idOf(f.properties));
  const shape = regions.id.map((id) => {
    const own = features.filter((_, i) => owner[i] === id);
    return own.length === 0 ? null : polygonsOf({ type: 'FeatureCollection', features: own });
  });
  return { ...regions, shape, shapeLevel: shape.map((s) => (s === null ? 'default' : 'official')) };
}

/** Holds the people of the places against the regions' totals, and says what of the table is not on the board. */
function placesNotes(regions: Regions, { places, ...more }: PlacesReading, file: string): Bilingual[] {
  if (places.id.length === 0)
    throw new QipanError('INCOMPLETE_TABLE', `${file} holds no place`, {
      file,
      got: 0,
      expected: 'a row for each place',
    });
  const notes: Bilingual[] = [];
  const given = (figures: Float64Array) => figures.some((n) => !Number.isNaN(n));
  if (!given(places.population) && !given(places.households))
    notes.push({
      en: `${file}: no place has a population or households; a plan needs them, or demand.evCount as a parameter`,
      zh: `${file}：所有地点均无人口或户数；规划需要这些数据，或以参数 demand.evCount 给出`,
    });
  const aside = [...more.evCount].filter(([, n]) => given(n)).map(([year]) => `evCount${year}`);
  if (given(more.homeShare)) aside.push('homeShare');
  if (aside.length > 0)
    notes.push({
      en: `${file}: ${aside.join(', ')} are not kept on the board; give them as parameters of the plan (demand.evCount, demand.homeShare)`,
      zh: `${file}：${aside.join('、')} 不保存在棋盘中；请作为规划参数给出（demand.evCount、demand.homeShare）`,
    });
  return [...notes, ...populationNotes(regions, places, file)];
}

function populationNotes(regions: Regions, places: Places, file: string): Bilingual[] {
  const under = placesUnder(regions, places);
  const total = (r: number) => (Number.isNaN(regions.control[r]) ? regions.population[r] : regions.control[r]);
  return regions.id.flatMap((id, r) => {
    const mine = under[r] as readonly number[];
    const isTop = regions.parent[r] === -1;
    if ((Number.isNaN(total(r)) && !isTop) || mine.every((i) => Number.isNaN(places.population[i]))) return [];
    const check = completeness({
      parent: `${regions.name[r]} (${id})`,
      expected: [],
      children: mine.map((i) => ({ id: places.id[i] as string, population: places.population[i] as number })),
      control: total(r) as number,
      controlYear: regions.controlYear[r] as number,
    });
    return completeOrThrow(check, file).reasons;
  });
}

/** The places of each region and of all regions below it; flows of traffic have no residents. */
function placesUnder(regions: Regions, places: Places): number[][] {
  const under: number[][] = regions.id.map(() => []);
  places.region.forEach((region, i) => {
    if (places.kind[i] === 'flow') return;
    for (let r = region; r >= 0; r = regions.parent[r] as number) (under[r] as number[]).push(i);
  });
  return under;
}
