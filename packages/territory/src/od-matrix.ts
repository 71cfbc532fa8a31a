import { declareTable, QipanError, type Issue, type Table } from '@qipan/base';
import { csrFromTriplets, csrSortedByValue, csrTranspose } from '@qipan/numeric';
import type { Board } from './board.js';
import { numberColumn, textColumn } from './columns.js';
import { readTable, type TableSource } from './read-table.js';
import type { TravelTimes } from './travel-times.js';

/** Travel times that another program worked out. */
export const odMatrixTable: Table = declareTable({
  name: 'odMatrix',
  description: { en: 'Travel times between sites and places.', zh: '场址与需求点之间的行程时间。' },
  source: 'user',
  columns: [
    textColumn('site', ['id of a candidate site', '候选场址标识'], {
      required: true,
      aliases: ['from', 'origin', '起点'],
    }),
    textColumn('place', ['id of a place', '需求点标识'], {
      required: true,
      aliases: ['to', 'destination', '终点'],
    }),
    numberColumn('travelMin', ['travel time', '行程时间'], {
      unit: 'min',
      required: true,
      min: 0,
      max: 10_000,
      aliases: ['minutes', 'min', '分钟'],
    }),
  ],
});

/**
 * Reads an origin-destination matrix for a board; pairs above the limit are left out of the lists.
 * @throws `UNKNOWN_REFERENCE` for a site or place that the board has not, `DUPLICATE_ID` for a pair given twice; all
 * problems up to a hundred in `details.issues`; and as `readTable`
 */
export function readOdMatrix(source: TableSource, board: Board, limitMin: number): TravelTimes {
  const reading = readTable(odMatrixTable, source);
  const sites = new Map(board.sites.id.map((id, i) => [id, i]));
  const places = new Map(board.places.id.map((id, i) => [id, i]));
  const issues: Issue[] = [];
  const seen = new Set<string>();
  const row: number[] = [];
  const col: number[] = [];
  const value: number[] = [];
  reading.rows.forEach((r, i) => {
    const at = reading.rowNumbers[i] as number;
    const problem = (code: Issue['code'], column: string, expected: string) =>
      issues.push({
        code,
        message: `${source.file} row ${at}, column ${column}: ${String(r[column])}; expected ${expected}`,
        file: source.file,
        row: at,
        column,
        got: r[column],
        expected,
      });
    const s = sites.get(String(r['site']));
    const p = places.get(String(r['place']));
    if (s === undefined) problem('UNKNOWN_REFERENCE', 'site', 'the id of a candidate site of the board');
    if (p === undefined) problem('UNKNOWN_REFERENCE', 'place', 'the id of a place of the board');
    if (s === undefined || p === undefined) return;
    if (seen.has(`${s} ${p}`)) problem('DUPLICATE_ID', 'place', 'each pair once');
    seen.add(`${s} ${p}`);
    if ((r['travelMin'] as number) > limitMin) return;
    row.push(s);
    col.push(p);
    value.push(r['travelMin'] as number);
  });
  const first = issues[0];
  if (first !== undefined) throw new QipanError(first.code, first.message, { ...first, issues: issues.slice(0, 100) });
  const bySite = csrFromTriplets({ rows: sites.size, cols: places.size, duplicates: 'keep' }, { row, col, value });
  return {
    method: 'matrix',
    factor: NaN,
    speedKmh: NaN,
    limitMin,
    dataLevel: 'estimated',
    isSymmetric: false,
    bySite,
    byPlace: csrSortedByValue(csrTranspose(bySite)),
    fallbackPlaces: new Int32Array(0),
    fallbackSites: new Int32Array(0),
    warnings: [],
  };
}
