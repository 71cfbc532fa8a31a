import { QipanError } from '@qipan/base';
import type { LongRows } from '../panel.js';
import { columnAt } from '../panel/lines.js';
import type { IoTable } from './table.js';

/** How a file of a square table is laid out. Codes are compared as text, trimmed. */
export interface IoLayout {
  /** Column of sector codes. */
  readonly codeColumn: string;
  readonly nameColumn?: string;
  readonly nameZhColumn?: string;
  /** Column that tells domestic rows, import rows and totals apart; absent when the file has domestic rows only. */
  readonly originColumn?: string;
  readonly domestic?: string;
  readonly imports?: string;
  /** Final demand columns. */
  readonly finalDemand: readonly string[];
  /** Column of gross output. */
  readonly output?: string;
  /** Row of gross output, by code, when there is no such column. */
  readonly outputRow?: string;
  /** Rows of primary inputs, by code. */
  readonly valueAdded: readonly string[];
  readonly unit: string;
  readonly priceBasis: IoTable['priceBasis'];
}

/** The non-competitive tables of the National Bureau of Statistics as CSV: `Domestic` and `Imports` rows, 10,000 yuan. */
export const chinaLayout: IoLayout = {
  codeColumn: 'Code',
  nameColumn: 'Description',
  nameZhColumn: 'DescriptionInChinese',
  originColumn: 'Origin',
  domestic: 'Domestic',
  imports: 'Imports',
  finalDemand: ['TC', 'FU201', 'FU202', 'EX'],
  output: 'GO',
  valueAdded: ['VA001', 'VA002', 'VA003', 'VA004'],
  unit: '10,000 yuan',
  priceBasis: 'producer',
};

interface Row {
  readonly cells: readonly unknown[];
  /** 1-based in the file. */
  readonly at: number;
}

/**
 * Reads a square table by its layout: the sectors are the domestic rows whose code is also a column, in the order of the rows.
 * Import rows, final demand and primary inputs come with it. An empty or `NA` cell among the flows is an error: an
 * unknown flow is not 0. The table is not yet balanced: `checkIoTable` does that.
 * @throws `MISSING_COLUMN`, `BAD_CELL` (row and column named), `UNKNOWN_CODE` for a row that is missing, `DUPLICATE_CELL`
 */
export function readIoTable(
  sheet: LongRows,
  o: { readonly layout?: IoLayout; readonly year?: number; readonly origin?: IoTable['origin'] } = {},
): IoTable {
  const layout = o.layout ?? chinaLayout;
  const column = (name: string) => columnAt(sheet, name);
  const number = cellReader(sheet);
  const codeAt = column(layout.codeColumn);
  const originAt = layout.originColumn === undefined ? -1 : column(layout.originColumn);
  const rows = sheet.rows.map((cells, k): Row => ({ cells, at: sheet.rowNumbers[k] }));
  const text = (r: Row, at: number) => String(r.cells[at] ?? '').trim();
  const of = (origin: string | undefined) =>
    rows.filter((r) => (originAt < 0 || origin === undefined ? true : text(r, originAt) === origin));
  const header = new Set(sheet.header.map((h) => h.trim()));
  const sectors = of(layout.domestic).filter((r) => header.has(text(r, codeAt)));
  const code = sectors.map((r) => text(r, codeAt));
  code.forEach((c, k) => {
    if (code.indexOf(c) !== k)
      throw new QipanError('DUPLICATE_CELL', `${sheet.file} row ${sectors[k].at}: sector ${c} stands twice`, {
        file: sheet.file,
        row: sectors[k].at,
        got: c,
      });
  });
  const n = code.length;
  if (n === 0)
    throw new QipanError('UNKNOWN_CODE', `${sheet.file}: no row whose code is also a column`, {
      file: sheet.file,
      expected: `codes in column ${layout.codeColumn} that are column names too`,
    });
  const columns = code.map((c) => column(c));
  const square = (list: readonly Row[]) =>
    Float64Array.from({ length: n * n }, (_, k) => number(list[Math.floor(k / n)], columns[k % n]));
  const rowOf = (wanted: string, list: readonly Row[]): Row => {
    const found = list.find((r) => text(r, codeAt) === wanted);
    if (!found)
      throw new QipanError('UNKNOWN_CODE', `${sheet.file}: no row ${wanted}`, { file: sheet.file, expected: wanted });
    return found;
  };
  const vector = (list: readonly Row[], at: number) => Float64Array.from(list, (r) => number(r, at));
  const across = (r: Row) => Float64Array.from(columns, (at) => number(r, at));
  const bought = layout.imports === undefined ? [] : of(layout.imports);
  const importRows = bought.length === 0 ? null : code.map((c) => rowOf(c, bought));
  const names = (name: string | undefined) => (name === undefined ? code : sectors.map((r) => text(r, column(name))));
  return {
    n,
    code,
    name: names(layout.nameColumn),
    nameZh: names(layout.nameZhColumn ?? layout.nameColumn),
    z: square(sectors),
    imports: importRows && square(importRows),
    finalDemand: layout.finalDemand.map((f) => ({
      code: f,
      value: vector(sectors, column(f)),
      ...(importRows ? { imported: vector(importRows, column(f)) } : {}),
    })),
    valueAdded: layout.valueAdded.map((v) => ({ code: v, value: across(rowOf(v, rows)) })),
    x:
      layout.output === undefined
        ? across(rowOf(layout.outputRow as string, rows))
        : vector(sectors, column(layout.output)),
    unit: layout.unit,
    year: o.year ?? null,
    priceBasis: layout.priceBasis,
    origin: o.origin ?? 'published',
  };
}

function cellReader(sheet: LongRows): (r: Row, at: number) => number {
  return (r, at) => {
    const raw = r.cells[at];
    const value = typeof raw === 'number' ? raw : String(raw ?? '').trim() === '' ? Number.NaN : Number(raw);
    if (!Number.isFinite(value))
      throw new QipanError(
        'BAD_CELL',
        `${sheet.file} row ${r.at}, column ${sheet.header[at]}: ${JSON.stringify(raw ?? null)}; expected a number`,
        {
          file: sheet.file,
          row: r.at,
          column: sheet.header[at],
          got: raw,
          expected: 'a number; an unknown flow is not 0',
        },
      );
    return value;
  };
}
