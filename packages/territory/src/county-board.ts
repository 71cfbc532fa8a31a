import { QipanError, random, type Bilingual, type DataLevel } from '@qipan/base';
import { haversineM, sha256Hex } from '@qipan/numeric';
import { attachDivisions, type CountyAttachment } from './attach.js';
import { makeBoard, type Hash } from './board-json.js';
import {
  noIndustries,
  noStations,
  type Board,
  type PlaceKind,
  type Places,
  type PositionQuality,
  type Regions,
  type Source,
} from './board.js';
import { completeOrThrow } from './completeness.js';
import { countySites, defaultSiteRules, type SiteRules } from './county-sites.js';
import type { CountyTables, Seat, Village } from './county-tables.js';
import { polygonsOf, type MultiPolygonCoordinates, type Position } from './geojson.js';
import { distanceToEdgeM, isInside } from './polygon.js';
import { shareCount } from './share-count.js';
import { spreadPoints, voronoiCells } from './voronoi.js';

export interface CountyOptions {
  /** Official code of the county. */
  readonly id: string;
  readonly name: Bilingual;
  readonly sources: readonly Source[];
  /** Years the board is about. */
  readonly years: readonly number[];
  readonly populationYear: number;
  /** Who asks for charging: the villages (default), or the seats with all people of their division. */
  readonly demandAt?: 'village' | 'seat';
  /** Level of the population column of the seats. Default `estimated`. */
  readonly populationLevel?: DataLevel;
  /** Division without a figure → division that holds its people, where the nearest code is wrong. */
  readonly attach?: Readonly<Record<string, string>>;
  readonly siteRules?: SiteRules;
  /** Seed of the synthetic positions. Default 1. */
  readonly seed?: number;
  readonly warnings?: readonly Bilingual[];
  /** Default: hexadecimal SHA-256. */
  readonly hash?: Hash;
}

/** The rows of one place on the way to columns. */
interface PlaceRow {
  readonly id: string;
  readonly name: string;
  readonly nameLatin: string;
  readonly kind: PlaceKind;
  readonly region: number;
  readonly lon: number;
  readonly lat: number;
  readonly quality: PositionQuality;
  readonly population: number;
  readonly level: DataLevel;
}

/**
 * A county as a board: the county and its divisions as regions, its villages (or seats) as places, its seats and
 * villages as candidate sites.
 *
 * Villages without a position stand on seeded, evenly spread points of their division's Voronoi cell, clipped to the
 * outline (`positionQuality: synthetic`); villages without a figure get an equal share of what their division has left
 * (`estimated`, whole persons, the sum kept). A division that has no figure shares that of a sibling, and the warnings say so.
 *
 * @throws `INCOMPLETE_TABLE` when the population is half empty (see `completeness`), `UNKNOWN_REFERENCE` for a village
 * or seat of an unknown division, and as `checkBoard`
 */
export function countyBoard(tables: CountyTables, options: CountyOptions): Board {
  const { seats, divisions, villages } = tables;
  const outline = polygonsOf(tables.outline);
  const known = new Set(divisions.map((d) => d.code));
  for (const v of [...villages, ...seats.filter((s) => s.division !== '')])
    if (!known.has(v.division))
      throw new QipanError('UNKNOWN_REFERENCE', `${v.name} belongs to division ${v.division}, which is not listed`, {
        column: 'division',
        got: v.division,
        expected: 'a code of the divisions',
      });
  const at = new Map<string, Seat>();
  for (const s of seats) {
    const before = at.get(`${s.lon} ${s.lat}`);
    if (before !== undefined)
      throw new QipanError('DUPLICATE_ID', `${before.name} and ${s.name} stand on the same point`, {
        column: 'lon, lat',
        got: [s.lon, s.lat],
        expected: 'a point of its own for each seat',
      });
    at.set(`${s.lon} ${s.lat}`, s);
  }
  const attachment = attachDivisions(options, tables, options.attach ?? {});
  for (const check of attachment.completeness) completeOrThrow(check, 'seats');
  const cells = voronoiCells(
    seats.map((s) => s.lon),
    seats.map((s) => s.lat),
    outline,
  );
  const regions = countyRegions(tables, options, cells);
  const regionOf = (code: string) => 1 + divisions.findIndex((d) => d.code === code);
  const level = options.populationLevel ?? 'estimated';
  const rows =
    options.demandAt === 'seat'
      ? seats.map((s) => seatRow(s, regionOf(s.division), level))
      : villageRows({ tables, attachment, cells, outline, regionOf, level, seed: options.seed ?? 1 });
  const places = placeColumns(rows);
  return makeBoard(
    {
      name: options.name,
      regions,
      places,
      sites: countySites({ seats, rows, regionOf, level: 'default' }, options.siteRules ?? defaultSiteRules),
      stations: noStations,
      industries: noIndustries,
      years: options.years,
      populationYear: options.populationYear,
      outline: tables.outline,
      roads: null,
      sources: options.sources,
      warnings: [
        ...(options.warnings ?? []),
        ...(tables.warnings ?? []),
        ...attachment.notes,
        ...outsideNotes(rows, seats, outline),
      ],
    },
    options.hash ?? sha256Hex,
  );
}

function countyRegions(
  tables: CountyTables,
  options: CountyOptions,
  cells: readonly MultiPolygonCoordinates[],
): Regions {
  const { divisions, seats } = tables;
  const seatOf = divisions.map((d) => seats.findIndex((s) => s.division === d.code));
  const pick = (f: (s: Seat) => number) => seatOf.map((k) => (k === -1 ? NaN : f(seats[k] as Seat)));
  const control = tables.controls.find((c) => c.use === 'base' && c.region === options.id);
  const capital = seats.find((s) => s.isCountySeat);
  const divisionControl = divisions.map((d) => tables.controls.find((c) => c.use === 'base' && c.region === d.code));
  const shapes = seatOf.map((k) => (k === -1 ? null : (cells[k] as MultiPolygonCoordinates)));
  return {
    id: [options.id, ...divisions.map((d) => d.code)],
    name: [options.name.zh, ...divisions.map((d) => d.name)],
    nameLatin: [options.name.en, ...seatOf.map((k) => (k === -1 ? '' : (seats[k] as Seat).nameLatin))],
    level: ['county', ...divisions.map(() => 'township' as const)],
    parent: Int32Array.from([-1, ...divisions.map(() => 0)]),
    population: Float64Array.from([control?.population ?? NaN, ...pick((s) => s.population)]),
    populationLevel: ['official', ...divisions.map(() => options.populationLevel ?? ('estimated' as const))],
    control: Float64Array.from([control?.population ?? NaN, ...divisionControl.map((c) => c?.population ?? NaN)]),
    controlYear: Float64Array.from([control?.year ?? NaN, ...divisionControl.map((c) => c?.year ?? NaN)]),
    lon: Float64Array.from([capital?.lon ?? NaN, ...pick((s) => s.lon)]),
    lat: Float64Array.from([capital?.lat ?? NaN, ...pick((s) => s.lat)]),
    shape: [polygonsOf(tables.outline), ...shapes],
    shapeLevel: ['estimated', ...divisions.map(() => 'synthetic' as const)],
  };
}

function seatRow(s: Seat, region: number, level: DataLevel): PlaceRow {
  return {
    id: s.id,
    name: s.name,
    nameLatin: s.nameLatin,
    kind: 'settlement',
    region,
    lon: s.lon,
    lat: s.lat,
    quality: 'seat',
    population: s.population,
    level,
  };
}

interface VillageContext {
  readonly tables: CountyTables;
  readonly attachment: CountyAttachment;
  readonly cells: readonly MultiPolygonCoordinates[];
  readonly outline: MultiPolygonCoordinates;
  readonly regionOf: (code: string) => number;
  readonly level: DataLevel;
  readonly seed: number;
}

/** The villages of every seat, in the order of the villages' table; a seat whose division has no village stands for itself. */
function villageRows(c: VillageContext): PlaceRow[] {
  const { seats, villages } = c.tables;
  const rows = new Map<string, PlaceRow>();
  const bySeat: PlaceRow[] = [];
  seats.forEach((seat, k) => {
    const own = villages.filter((v) => (c.attachment.hostOf.get(v.division) ?? '') === seat.division);
    if (own.length === 0 || seat.division === '') {
      bySeat.push(seatRow(seat, c.regionOf(seat.division), c.level));
      return;
    }
    const people = sharePopulation(seat, own);
    const without = own.filter((v) => Number.isNaN(v.lon) || Number.isNaN(v.lat));
    const cell = c.cells[k] as MultiPolygonCoordinates;
    const points = spreadPoints(cell.length > 0 ? cell : c.outline, without.length, random(c.seed).fork(seat.division));
    own.forEach((v, i) => {
      const at = without.indexOf(v);
      const [lon, lat] = at === -1 ? ([v.lon, v.lat] as const) : (points[at] as Position);
      rows.set(v.code, {
        id: v.code,
        name: v.name,
        nameLatin: '',
        kind: 'village',
        region: c.regionOf(v.division),
        lon,
        lat,
        quality: at === -1 ? 'surveyed' : 'synthetic',
        population: people[i] as number,
        level: Number.isNaN(v.population) ? 'estimated' : 'official',
      });
    });
  });
  return [...villages.flatMap((v) => rows.get(v.code) ?? []), ...bySeat];
}

/** Each village's own figure, the others an equal share of what the division has left; NaN when nothing is known. */
function sharePopulation(seat: Seat, own: readonly Village[]): number[] {
  const blank = own.filter((v) => Number.isNaN(v.population)).length;
  const known = own.reduce((s, v) => s + (Number.isNaN(v.population) ? 0 : v.population), 0);
  const left = seat.population - known;
  const shares = left >= 0 ? shareCount(left, blank) : [];
  let next = 0;
  return own.map((v) => (Number.isNaN(v.population) ? (shares[next++] ?? NaN) : v.population));
}

function placeColumns(rows: readonly PlaceRow[]): Places {
  return {
    id: rows.map((r) => r.id),
    name: rows.map((r) => r.name),
    nameLatin: rows.map((r) => r.nameLatin),
    kind: rows.map((r) => r.kind),
    region: Int32Array.from(rows, (r) => r.region),
    lon: Float64Array.from(rows, (r) => r.lon),
    lat: Float64Array.from(rows, (r) => r.lat),
    positionQuality: rows.map((r) => r.quality),
    population: Float64Array.from(rows, (r) => r.population),
    households: new Float64Array(rows.length).fill(NaN),
    populationLevel: rows.map((r) => r.level),
  };
}

/** Outlines of the web are coarse and often shifted: only points further out than this are worth a word. */
const outlineToleranceM = 1000;

function outsideNotes(
  rows: readonly PlaceRow[],
  seats: readonly Seat[],
  outline: MultiPolygonCoordinates,
): Bilingual[] {
  const far = [...seats, ...rows.filter((r) => r.quality === 'surveyed')].filter(
    (p) => !isInside(outline, p.lon, p.lat) && distanceToEdgeM(outline, p.lon, p.lat) > outlineToleranceM,
  );
  return far.map((p) => {
    const others = seats.filter((s) => s.id !== p.id);
    const near = others.reduce<Seat | null>(
      (best, s) =>
        best === null || haversineM(p.lon, p.lat, s.lon, s.lat) < haversineM(p.lon, p.lat, best.lon, best.lat)
          ? s
          : best,
      null,
    );
    return {
      en: `${p.name} lies more than 1 km outside the outline; the nearest other seat is ${near?.name ?? 'none'}`,
      zh: `${p.name}位于边界外 1 公里以上；最近的其他驻地是${near?.name ?? '无'}`,
    };
  });
}
