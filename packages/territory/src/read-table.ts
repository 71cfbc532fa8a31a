import { checkRows, rowsOrThrow, type Issue, type Row, type Table } from '@qipan/base';
import { normaliseCell, type SheetEpoch } from './cells.js';
import { isBlank, parseCsv, withoutBlanks, type SheetRows } from './csv.js';
import { sheetHeader } from './header.js';
import type { TextEncoding } from './text.js';

/** A table as it comes in: the bytes of a CSV, or the rows of a sheet that the top floor unpacked from XLSX. */
export type TableSource =
  | { readonly file: string; readonly bytes: Uint8Array; readonly encoding?: TextEncoding }
  | { readonly file: string; readonly rows: readonly (readonly unknown[])[]; readonly epoch?: SheetEpoch };

export interface ReadOptions {
  /** Columns (declared names) whose merged cells stand in their first row only: blanks below take the value above. */
  readonly fillDown?: readonly string[];
}

/** A row that could not be loaded, with the reasons. */
export interface Reject {
  readonly file: string;
  readonly row: number;
  readonly reasons: readonly string[];
  readonly cells: readonly unknown[];
}

export interface TableReading {
  /** The rows, all of them; meant to be loaded only when `issueCount` is 0. */
  readonly rows: readonly Row[];
  /** 1-based row in the file of each row. */
  readonly rowNumbers: readonly number[];
  /** All problems up to a hundred. */
  readonly issues: readonly Issue[];
  readonly issueCount: number;
  readonly rejects: readonly Reject[];
  /** How the text was read; null for unpacked rows. */
  readonly encoding: string | null;
}

/**
 * Reads and checks a whole table against its declaration; nothing is dropped silently and nothing is thrown for a bad
 * cell: problems come back as `issues` and their rows as `rejects`.
 * @throws `MISSING_COLUMN`, and for the file as a whole `BAD_FILE`, `UNSUPPORTED_FORMAT`
 */
export function checkTable(table: Table, source: TableSource, options: ReadOptions = {}): TableReading {
  const sheet: SheetRows =
    'bytes' in source ? parseCsv(source.bytes, source.file, source.encoding) : withoutBlanks(source.rows, null);
  const header = sheetHeader(table, sheet);
  const epoch = 'rows' in source ? (source.epoch ?? 1900) : 1900;
  const declared = header.names.map((name) =>
    table.columns.find((c) => [c.name, ...(c.aliases ?? [])].some((n) => n.toLowerCase() === name.toLowerCase())),
  );
  const above: unknown[] = [];
  const cells = sheet.rows.slice(header.dataFrom).map((row) =>
    header.names.map((_, i) => {
      const column = declared[i];
      let value = row[i];
      if (column !== undefined && options.fillDown?.includes(column.name)) {
        if (isBlank(value)) value = above[i];
        above[i] = value;
      }
      return column === undefined ? value : normaliseCell(column, value, epoch);
    }),
  );
  const rowNumbers = sheet.rowNumbers.slice(header.dataFrom);
  const numbers = rowNumbers.length > 0 ? rowNumbers : [(sheet.rowNumbers[header.dataFrom - 1] ?? 1) + 1];
  const checked = checkRows(table, header.names, cells, source.file, numbers);
  const wide = overlongRows(sheet, header, source.file);
  const issues = [...checked.issues, ...wide].slice(0, 100);
  return {
    rows: checked.rows,
    rowNumbers,
    issues,
    issueCount: checked.issueCount + wide.length,
    rejects: rejectsOf(issues, source.file, (row) => sheet.rows[sheet.rowNumbers.indexOf(row)] ?? []),
    encoding: sheet.encoding,
  };
}

/** Reads a table or refuses it whole: throws the first problem with all of them in `details.issues`. */
export function readTable(table: Table, source: TableSource, options: ReadOptions = {}): TableReading {
  const reading = checkTable(table, source, options);
  rowsOrThrow(reading);
  return reading;
}

/** Rows with more cells than the header has columns: an unquoted comma has moved the columns. */
function overlongRows(sheet: SheetRows, header: { names: readonly string[]; dataFrom: number }, file: string): Issue[] {
  return sheet.rows.slice(header.dataFrom).flatMap((row, i): Issue[] => {
    const extra = row.slice(header.names.length).filter((c) => !isBlank(c));
    if (extra.length === 0) return [];
    const at = sheet.rowNumbers[header.dataFrom + i] as number;
    return [
      {
        code: 'BAD_CELL',
        message: `${file} row ${at}: ${row.length} cells; expected ${header.names.length}, as in the header`,
        file,
        row: at,
        got: row.length,
        expected: `${header.names.length} cells`,
      },
    ];
  });
}

/** The rows that problems stand in, once each, with all their reasons. */
export function rejectsOf(
  issues: readonly Issue[],
  file: string,
  cellsOf: (row: number) => readonly unknown[],
): Reject[] {
  const byRow = new Map<number, string[]>();
  for (const issue of issues) {
    if (issue.row === undefined) continue;
    byRow.set(issue.row, [...(byRow.get(issue.row) ?? []), issue.message]);
  }
  return [...byRow].map(([row, reasons]) => ({ file, row, reasons, cells: cellsOf(row) }));
}
