import { checkRows, QipanError, rowsOrThrow, type Bilingual, type Issue, type Row, type Table } from '@qipan/base';
import { normaliseCell, type SheetEpoch } from './cells.js';
import { isBlank, parseCsv, withoutBlanks, type SheetRows } from './csv.js';
import { sheetHeader } from './header.js';
import type { TextEncoding } from './text.js';

/** A table as it comes in: the bytes of a CSV, or the rows of a sheet that the top floor unpacked from XLSX. */
export type TableSource =
  | { readonly file: string; readonly bytes: Uint8Array; readonly encoding?: TextEncoding }
  | {
      readonly file: string;
      readonly rows: readonly (readonly unknown[])[];
      readonly epoch?: SheetEpoch;
      /** Names of the workbook's sheets that were not read: the first one alone is. */
      readonly otherSheets?: readonly string[];
    };

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
  /** Headers that no column was read from. */
  readonly unread: readonly string[];
}

/**
 * Reads and checks a whole table against its declaration; nothing is dropped silently and nothing is thrown for a bad
 * cell: problems come back as `issues` and their rows as `rejects`.
 * @throws `MISSING_COLUMN`, and for the file as a whole `BAD_FILE` (an empty one too), `UNSUPPORTED_FORMAT`
 */
export function checkTable(table: Table, source: TableSource, options: ReadOptions = {}): TableReading {
  const sheet: SheetRows =
    'bytes' in source ? parseCsv(source.bytes, source.file, source.encoding) : withoutBlanks(source.rows, null);
  if (sheet.rows.length === 0) throw emptyFile(source.file);
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
    unread: checked.unread,
  };
}

/** What is thrown for a file, or the first sheet of a workbook, in which nothing stands. */
export function emptyFile(file: string): QipanError {
  return new QipanError('BAD_FILE', `${file} is empty`, { file, got: 'nothing', expected: 'a header and rows' });
}

/** Says which columns of a file and sheets of a workbook were not read; a misspelt header shows itself here. */
export function unreadNotes(reading: TableReading, source: TableSource): Bilingual[] {
  const note = (what: Bilingual, names: readonly string[]): Bilingual[] => {
    const list = (comma: string) => names.slice(0, 20).join(comma) + (names.length > 20 ? ' …' : '');
    if (names.length === 0) return [];
    return [{ en: `${source.file}: ${what.en}: ${list(', ')}`, zh: `${source.file}：${what.zh}：${list('、')}` }];
  };
  const sheets = 'rows' in source ? (source.otherSheets ?? []) : [];
  return [
    ...note({ en: 'columns not read', zh: '未读取的列' }, reading.unread),
    ...note({ en: 'only the first sheet is read, left out', zh: '只读取第一个工作表，略去' }, sheets),
  ];
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
function rejectsOf(issues: readonly Issue[], file: string, cellsOf: (row: number) => readonly unknown[]): Reject[] {
  const byRow = new Map<number, string[]>();
  for (const issue of issues) {
    if (issue.row === undefined) continue;
    byRow.set(issue.row, [...(byRow.get(issue.row) ?? []), issue.message]);
  }
  return [...byRow].map(([row, reasons]) => ({ file, row, reasons, cells: cellsOf(row) }));
}
