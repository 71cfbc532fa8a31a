import { declareTable, type Bilingual, type Cell, type Row, type Table } from '@qipan/base';
import { countColumn, lonLatColumns, textColumn, yearColumn } from './columns.js';
import type { FeatureCollection } from './geojson.js';
import { readGeoJson } from './read-geojson.js';
import { readTable } from './read-table.js';

/** Township seats: the points that are known, with the people of the whole division. */
export const seatTable: Table = declareTable({
  name: 'seat',
  description: { en: 'Seats of the divisions of a county.', zh: '县内各乡镇（街道）驻地。' },
  source: 'user',
  columns: [
    textColumn('id', ['identifier', '标识'], { required: true, unique: true, aliases: ['geonames_id'] }),
    textColumn('name', ['name', '名称'], { required: true }),
    textColumn('nameLatin', ['name in Latin letters', '拉丁字母名称'], { aliases: ['name_latin'] }),
    textColumn('feature', ['GeoNames code: PPLA3 = county seat', 'GeoNames 代码：PPLA3 为县城']),
    ...lonLatColumns(true),
    textColumn('division', ['code of the division it is the seat of', '所属区划代码'], { aliases: ['division_code'] }),
    countColumn('population', ['people of the division in the year of the board', '区划人口（本底年份）'], {
      unit: 'persons',
      aliases: ['population_2020_scaled'],
    }),
    countColumn('populationCounted', ['people of the division as counted', '区划人口（普查原值）'], {
      unit: 'persons',
      aliases: ['population_2010'],
    }),
  ],
});

/** Every official division of the county, whether or not anything else is known of it. */
export const divisionTable: Table = declareTable({
  name: 'division',
  description: { en: 'Official divisions of a county.', zh: '县内官方区划。' },
  source: 'user',
  columns: [
    textColumn('code', ['official code', '官方代码'], { required: true, unique: true }),
    textColumn('name', ['name', '名称'], { required: true }),
    countColumn('villages', ['number of villages', '村（社区）数']),
  ],
});

/** Villages and communities; positions and people of their own are optional. */
export const villageTable: Table = declareTable({
  name: 'village',
  description: { en: 'Villages and communities of a county.', zh: '县内村和社区。' },
  source: 'user',
  columns: [
    textColumn('code', ['official code', '官方代码'], { required: true, unique: true }),
    textColumn('name', ['name', '名称'], { required: true }),
    textColumn('division', ['code of its division', '所属区划代码'], {
      required: true,
      aliases: ['streetCode', 'division_code'],
    }),
    ...lonLatColumns(false),
    countColumn('population', ['residents; an empty cell is unknown', '常住人口；空白表示未知'], {
      unit: 'persons',
      aliases: ['人口', '常住人口'],
    }),
  ],
});

/** Official totals, a row a year. */
export const controlTable: Table = declareTable({
  name: 'control',
  description: { en: 'Official totals to hold population tables against.', zh: '用于核对人口表的官方总数。' },
  source: 'user',
  columns: [
    textColumn('region', ['code of the region', '区划代码'], { required: true }),
    countColumn('population', ['official total', '官方总数'], { unit: 'persons', required: true, max: 2e9 }),
    yearColumn('year', ['year of the count', '年份'], { required: true }),
    textColumn(
      'use',
      ['`base`: the population column; `counted`: the counted one', '`base`：本底列；`counted`：普查列'],
      {
        required: true,
        values: ['base', 'counted'],
      },
    ),
    textColumn('source', ['where the total stands', '来源']),
  ],
});

export interface Seat {
  readonly id: string;
  readonly name: string;
  readonly nameLatin: string;
  readonly isCountySeat: boolean;
  readonly lon: number;
  readonly lat: number;
  /** Code of the division, '' when it is the seat of none. */
  readonly division: string;
  /** NaN = unknown; likewise `populationCounted`. */
  readonly population: number;
  readonly populationCounted: number;
}

export interface Division {
  readonly code: string;
  readonly name: string;
}

export interface Village {
  readonly code: string;
  readonly name: string;
  readonly division: string;
  /** NaN = unknown; likewise `lat`, `population`. */
  readonly lon: number;
  readonly lat: number;
  readonly population: number;
}

export interface ControlTotal {
  readonly region: string;
  readonly year: number;
  readonly population: number;
  readonly use: 'base' | 'counted';
}

/** What a county board is made from. */
export interface CountyTables {
  readonly seats: readonly Seat[];
  readonly divisions: readonly Division[];
  readonly villages: readonly Village[];
  readonly controls: readonly ControlTotal[];
  readonly outline: FeatureCollection;
  readonly warnings?: readonly Bilingual[];
}

/** The same as the bytes of files. */
export interface CountyFiles {
  readonly seats: Uint8Array;
  readonly divisions: Uint8Array;
  readonly villages: Uint8Array;
  readonly controls: Uint8Array;
  readonly outline: Uint8Array;
}

const asText = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));
const asNumber = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : NaN);

function rowsOf(table: Table, bytes: Uint8Array, file: string): readonly Row[] {
  return readTable(table, { bytes, file }).rows;
}

/**
 * Reads the five files of a county. `names` are the file names to say in errors.
 * @throws as `readTable` and `readGeoJson`; nothing is given when anything is wrong
 */
export function readCountyFiles(files: CountyFiles, names: Readonly<Record<keyof CountyFiles, string>>): CountyTables {
  const outline = readGeoJson(files.outline, names.outline);
  return {
    seats: rowsOf(seatTable, files.seats, names.seats).map((r) => ({
      id: asText(r['id']),
      name: asText(r['name']),
      nameLatin: asText(r['nameLatin']),
      isCountySeat: r['feature'] === 'PPLA3',
      lon: asNumber(r['lon']),
      lat: asNumber(r['lat']),
      division: asText(r['division']),
      population: asNumber(r['population']),
      populationCounted: asNumber(r['populationCounted']),
    })),
    divisions: rowsOf(divisionTable, files.divisions, names.divisions).map((r) => ({
      code: asText(r['code']),
      name: asText(r['name']),
    })),
    villages: rowsOf(villageTable, files.villages, names.villages).map((r) => ({
      code: asText(r['code']),
      name: asText(r['name']),
      division: asText(r['division']),
      lon: asNumber(r['lon']),
      lat: asNumber(r['lat']),
      population: asNumber(r['population']),
    })),
    controls: rowsOf(controlTable, files.controls, names.controls).map((r) => ({
      region: asText(r['region']),
      year: asNumber(r['year']),
      population: asNumber(r['population']),
      use: r['use'] as ControlTotal['use'],
    })),
    outline: outline.collection,
    warnings: outline.warnings,
  };
}
