import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { QipanError, type Bilingual, type Table } from '@qipan/base';
import {
  boardFromTables,
  candidateSiteTable,
  decodeText,
  demandPointTable,
  existingStationTable,
  polygonsOf,
  readGeoJson,
  readPlaces,
  readRegions,
  readSites,
  readStations,
  regionTable,
  type Board,
  type Crs,
  type FeatureCollection,
  type GeoJsonReading,
  type RegionReading,
  type RoadGraph,
  type TableSource,
} from '@qipan/territory';

/** Turns the bytes of formats that need a library into rows or roads. */
export interface Unpackers {
  sheet(file: string, bytes: Uint8Array): Promise<TableSource>;
  roads(file: string): Promise<{ readonly roads: RoadGraph; readonly warnings: readonly Bilingual[] }>;
}

export interface BoardFileOptions {
  readonly name: string;
  readonly years: readonly number[];
  readonly populationYear: number;
  readonly crs: Crs;
  /** The line of attribution to print wherever the data are shown. */
  readonly source: string;
}

type Role = 'regions' | 'places' | 'sites' | 'stations';

/** Columns that tell a table apart from the others, asked in this order. */
const marks: readonly (readonly [Role, Table, readonly string[]])[] = [
  ['regions', regionTable, ['level']],
  ['sites', candidateSiteTable, ['slots']],
  ['stations', existingStationTable, ['guns', 'maxPowerKw', 'connections', 'commissionedYear']],
  ['places', demandPointTable(), ['region']],
];

/** Rows in which a header may stand below titles and notes. */
const headerRows = 12;

function cellsOf(source: TableSource): readonly string[] {
  if ('rows' in source) return source.rows.slice(0, headerRows).flat().map(String);
  const { text } = decodeText(source.bytes, source.file);
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/, headerRows)
    .flatMap((line) => line.split(/[,;\t]/));
}

/** What a table holds, by the names of its columns. */
export function roleOf(source: TableSource): Role {
  const found = new Set(
    cellsOf(source).map((c) =>
      c
        .replace(/^"|"$/g, '')
        .replace(/\s*[([（【［].*$/, '')
        .trim()
        .toLowerCase(),
    ),
  );
  for (const [role, table, columns] of marks) {
    const names = table.columns.filter((c) => columns.includes(c.name)).flatMap((c) => [c.name, ...(c.aliases ?? [])]);
    if (names.some((n) => found.has(n.toLowerCase()))) return role;
  }
  throw new QipanError('MISSING_COLUMN', `${source.file}: the columns do not say what the table holds`, {
    file: source.file,
    row: 1,
    got: [...found].slice(0, 20),
    expected: marks.map(([role, , columns]) => `${role}: ${columns.join(' or ')}`).join('; '),
  });
}

interface Sorted {
  readonly tables: Map<Role, TableSource>;
  readonly outlines: GeoJsonReading[];
  readonly roads: Awaited<ReturnType<Unpackers['roads']>>[];
}

async function sortFiles(files: readonly string[], unpack: Unpackers): Promise<Sorted> {
  const sorted: Sorted = { tables: new Map(), outlines: [], roads: [] };
  for (const full of files) {
    if (statSync(full).isDirectory())
      throw new QipanError('BAD_INPUT', `${full} is a folder`, { file: full, expected: 'a file' });
    const file = path.basename(full);
    const ending = path.extname(file).toLowerCase();
    if (ending === '.pbf') {
      sorted.roads.push(await unpack.roads(full));
      continue;
    }
    const bytes = readFileSync(full);
    if (ending === '.geojson' || ending === '.json') {
      sorted.outlines.push(readGeoJson(bytes, file));
      continue;
    }
    if (!['.csv', '.tsv', '.txt', '.xlsx'].includes(ending))
      throw new QipanError('UNSUPPORTED_FORMAT', `${file} is of no format that is read`, {
        file,
        got: ending,
        expected: '.csv, .xlsx, .geojson, .pbf',
      });
    const source = ending === '.xlsx' ? await unpack.sheet(file, bytes) : { file, bytes };
    const role = roleOf(source);
    const before = sorted.tables.get(role);
    if (before) throw new QipanError('BAD_INPUT', `${file} and ${before.file} both hold ${role}`, { file, got: role });
    sorted.tables.set(role, source);
  }
  return sorted;
}

/** Shapes of regions are the features that carry a region's id; the others are the outline. */
function placeShapes(regions: RegionReading['regions'], outlines: readonly GeoJsonReading[]) {
  const features = outlines.flatMap((o) => o.collection.features);
  const idOf = (properties: Readonly<Record<string, unknown>>) =>
    ['id', 'code', 'adcode', 'division_code']
      .map((k) => (typeof properties[k] === 'number' ? String(properties[k]) : properties[k]))
      .find((v): v is string => typeof v === 'string' && regions.id.includes(v));
  const shape = regions.id.map((id) => {
    const own = features.filter((f) => idOf(f.properties as Record<string, unknown>) === id);
    return own.length === 0 ? null : polygonsOf({ type: 'FeatureCollection', features: own });
  });
  const outline: FeatureCollection = { type: 'FeatureCollection', features };
  return {
    regions: {
      ...regions,
      shape,
      shapeLevel: shape.map((s) => (s === null ? ('default' as const) : ('official' as const))),
    },
    outline: features.length === 0 ? null : outline,
  };
}

/**
 * One board from the files of a user: what a table holds is known by its columns. All files are read and checked before
 * anything is given; a wrong one is named with row, column, got and expected.
 * @throws `MISSING_COLUMN`, `BAD_CELL`, `INCOMPLETE_TABLE`, `UNKNOWN_REFERENCE`, `UNSUPPORTED_FORMAT` … and nothing is loaded
 */
export async function boardOfFiles(
  files: readonly string[],
  options: BoardFileOptions,
  unpack: Unpackers,
): Promise<Board> {
  const sorted = await sortFiles(files, unpack);
  const source = (role: Role): TableSource => {
    const found = sorted.tables.get(role);
    if (found) return found;
    throw new QipanError('BAD_INPUT', `no file holds ${role}`, { got: files, expected: `a table of ${role}` });
  };
  const reading = readRegions(source('regions'));
  const { regions, outline } = placeShapes(reading.regions, sorted.outlines);
  const points = { crs: options.crs };
  const places = readPlaces(source('places'), regions, { ...points, years: options.years });
  const siteFile = sorted.tables.get('sites');
  const sites = siteFile ? readSites(siteFile, { regions, places: places.places }, points) : null;
  const stationFile = sorted.tables.get('stations');
  const stations = stationFile ? readStations(stationFile, regions, points) : null;
  const roads = sorted.roads[0] ?? null;
  return boardFromTables({
    name: { en: options.name, zh: options.name },
    regions,
    places: places.places,
    ...(sites ? { sites: sites.sites } : {}),
    ...(stations ? { stations: stations.stations } : {}),
    ...(outline ? { outline } : {}),
    ...(roads ? { roads: roads.roads } : {}),
    years: options.years,
    populationYear: options.populationYear,
    sources: [{ name: files.map((f) => path.basename(f)).join(', '), licence: 'user', attribution: options.source }],
    warnings: [
      ...reading.warnings,
      ...places.warnings,
      ...(sites?.warnings ?? []),
      ...(stations?.warnings ?? []),
      ...sorted.outlines.flatMap((o) => o.warnings),
      ...(roads?.warnings ?? []),
    ],
  });
}
