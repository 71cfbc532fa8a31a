import { rowsOrThrow, type Bilingual, type Cell, type DataLevel, type Row, type Table } from '@qipan/base';
import type {
  PlaceKind,
  Places,
  PositionQuality,
  Regions,
  SiteClass,
  Sites,
  Stations,
  StationStatus,
} from './board.js';
import { modulesOf, readConnections } from './connections.js';
import { pointsToWgs84, type Crs } from './crs.js';
import type { MultiPolygonCoordinates } from './geojson.js';
import { pointIssues } from './point-checks.js';
import { checkTable, unreadNotes, type ReadOptions, type TableReading, type TableSource } from './read-table.js';
import { candidateSiteTable, demandPointTable, existingStationTable } from './tables.js';

export interface PointOptions extends ReadOptions {
  /** The system of the coordinates; it is named, never guessed. Default `wgs84`. */
  readonly crs?: Crs;
  /** Points further than `toleranceM` (default 1,000) outside are problems. */
  readonly outline?: MultiPolygonCoordinates;
  readonly toleranceM?: number;
}

export interface PlacesReading {
  readonly places: Places;
  /** Electric vehicles by year, as far as the file has columns for them; NaN = unknown. */
  readonly evCount: ReadonlyMap<number, Float64Array>;
  readonly homeShare: Float64Array;
  readonly warnings: readonly Bilingual[];
}

interface PointRows {
  readonly rows: readonly Row[];
  readonly region: Int32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly warnings: readonly Bilingual[];
}

const number = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : NaN);
const text = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));
const columnOf = (rows: readonly Row[], name: string) => Float64Array.from(rows, (r) => number(r[name]));

/** Checks a table of points whole: its cells, then what `pointIssues` knows; coordinates are brought to WGS-84 first. */
export function checkPointTable(
  table: Table,
  source: TableSource,
  regions: Regions,
  options: PointOptions = {},
): TableReading {
  const reading = checkTable(table, source, options);
  const converted = pointsToWgs84(columnOf(reading.rows, 'lon'), columnOf(reading.rows, 'lat'), options.crs ?? 'wgs84');
  const rows = reading.rows.map((r, i) =>
    typeof r['lon'] === 'number' && typeof r['lat'] === 'number' && r['lon'] !== 0 && r['lat'] !== 0
      ? { ...r, lon: converted.lon[i] as number, lat: converted.lat[i] as number }
      : r,
  );
  const more = pointIssues({
    file: source.file,
    rows,
    rowNumbers: reading.rowNumbers,
    regions: new Set(regions.id),
    outline: options.outline ?? null,
    toleranceM: options.toleranceM ?? 1000,
  });
  const rejects = new Map(reading.rejects.map((r) => [r.row, r]));
  for (const issue of more) {
    const row = issue.row as number;
    const before = rejects.get(row);
    rejects.set(row, {
      file: source.file,
      row,
      reasons: [...(before?.reasons ?? []), issue.message],
      cells: before?.cells ?? Object.values(reading.rows[reading.rowNumbers.indexOf(row)] ?? {}),
    });
  }
  return {
    ...reading,
    rows,
    issues: [...reading.issues, ...more].slice(0, 100),
    issueCount: reading.issueCount + more.length,
    rejects: [...rejects.values()].sort((a, b) => a.row - b.row),
  };
}

function readPoints(table: Table, source: TableSource, regions: Regions, options: PointOptions): PointRows {
  const reading = checkPointTable(table, source, regions, options);
  rowsOrThrow(reading);
  const { rows } = reading;
  const at = new Map(regions.id.map((id, i) => [id, i]));
  const crs = options.crs ?? 'wgs84';
  const warnings: Bilingual[] = unreadNotes(reading, source);
  if (reading.encoding === 'gb18030')
    warnings.push({ en: `${source.file} was read as GB18030`, zh: `${source.file} 按 GB18030 编码读取` });
  if (crs !== 'wgs84')
    warnings.push({
      en: `${source.file}: positions were converted from ${crs} to WGS-84`,
      zh: `${source.file}：坐标已由 ${crs} 转换为 WGS-84`,
    });
  return {
    rows,
    region: Int32Array.from(rows, (r) => at.get(text(r['region'])) ?? -1),
    lon: columnOf(rows, 'lon'),
    lat: columnOf(rows, 'lat'),
    warnings,
  };
}

/**
 * Reads demand points. Blank population stays unknown. `years` names the `evCount<year>` columns to look for.
 * @throws the first problem with all of them; nothing is loaded when anything is wrong
 */
export function readPlaces(
  source: TableSource,
  regions: Regions,
  options: PointOptions & { readonly years?: readonly number[] } = {},
): PlacesReading {
  const years = options.years ?? [];
  const { rows, warnings, ...points } = readPoints(demandPointTable(years), source, regions, options);
  return {
    places: {
      id: rows.map((r) => text(r['id'])),
      name: rows.map((r) => text(r['name'])),
      nameLatin: rows.map((r) => text(r['nameLatin'])),
      kind: rows.map((r) => (r['kind'] ?? 'village') as PlaceKind),
      ...points,
      positionQuality: rows.map((r) => (r['positionQuality'] ?? 'surveyed') as PositionQuality),
      population: columnOf(rows, 'population'),
      households: columnOf(rows, 'households'),
      populationLevel: rows.map((r) => (r['dataLevel'] ?? 'official') as DataLevel),
    },
    evCount: new Map(years.map((y) => [y, columnOf(rows, `evCount${y}`)])),
    homeShare: columnOf(rows, 'homeShare'),
    warnings,
  };
}

/** Reads candidate sites; a site under the id of a place belongs to it. Throws as `readPlaces`. */
export function readSites(
  source: TableSource,
  board: { readonly regions: Regions; readonly places: Places },
  options: PointOptions = {},
): { readonly sites: Sites; readonly warnings: readonly Bilingual[] } {
  const { rows, warnings, ...points } = readPoints(candidateSiteTable, source, board.regions, options);
  const places = new Map(board.places.id.map((id, i) => [id, i]));
  const sites: Sites = {
    id: rows.map((r) => text(r['id'])),
    name: rows.map((r) => text(r['name'])),
    nameLatin: rows.map((r) => text(r['nameLatin'])),
    siteClass: rows.map((r) => (r['siteClass'] ?? 'other') as SiteClass),
    place: Int32Array.from(rows, (r) => places.get(text(r['id'])) ?? -1),
    ...points,
    positionQuality: rows.map(() => 'surveyed' as const),
    slots: Int32Array.from(rows, (r) => r['slots'] as number),
    landLeaseYears: columnOf(rows, 'landLeaseYears'),
    landCost: columnOf(rows, 'landCost'),
    transformer: rows.map((r) => text(r['transformer'])),
    feeder: rows.map((r) => text(r['feeder'])),
    dataLevel: rows.map((r) => (r['dataLevel'] ?? 'official') as DataLevel),
  };
  const none = rows.filter((r) => r['slots'] === 0).map((r) => text(r['id']));
  if (none.length === 0) return { sites, warnings };
  const note = {
    en: `${source.file}: no room for a gun at ${none.join(', ')}`,
    zh: `${source.file}：${none.join('、')} 没有可用车位`,
  };
  return { sites, warnings: [...warnings, note] };
}

/** Reads stations that stand already. Status that is not given is `unknown`. Throws as `readPlaces`. */
export function readStations(
  source: TableSource,
  regions: Regions,
  options: PointOptions = {},
): { readonly stations: Stations; readonly warnings: readonly Bilingual[] } {
  const { rows, warnings, ...points } = readPoints(existingStationTable, source, regions, options);
  return {
    stations: {
      id: rows.map((r) => text(r['id'])),
      otherIds: rows.map(() => []),
      name: rows.map((r) => text(r['name'])),
      ...points,
      commissionedYear: columnOf(rows, 'commissionedYear'),
      modules: rows.map((r) => modulesOf(readConnections(text(r['connections'])))),
      guns: columnOf(rows, 'guns'),
      maxPowerKw: columnOf(rows, 'maxPowerKw'),
      status: rows.map((r) => (r['status'] ?? 'unknown') as StationStatus),
      dataLevel: rows.map((r) => (r['dataLevel'] ?? 'official') as DataLevel),
    },
    warnings,
  };
}
