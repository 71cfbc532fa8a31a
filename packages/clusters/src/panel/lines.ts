import { QipanError, type Issue } from '@qipan/base';
import type { LongRows } from './types.js';

/** No sentence names more columns than this. */
const shownColumns = 60;

/**
 * Where a column of a table stands: the first whose header, without outer blanks, is `name`.
 * @throws MISSING_COLUMN with the header that is there
 */
export function columnAt({ file, header }: LongRows, name: string): number {
  const at = header.findIndex((h) => h.trim() === name);
  if (at >= 0) return at;
  const got = header.length > shownColumns ? [...header.slice(0, shownColumns), '…'] : header;
  throw new QipanError('MISSING_COLUMN', `${file}: no column ${name}; the header is ${got.join(', ')}`, {
    file,
    row: 1,
    column: name,
    got,
    expected: name,
  });
}

/** One row of a table while it is read. */
export interface Line {
  /** Its number in the file. */
  readonly number: number;
  /** The text of a cell without outer blanks; empty where the file has no such column. */
  readonly cell: (column: string) => string;
  /** Notes that a cell is not what was expected; the code is BAD_CELL unless told. */
  readonly bad: (column: string, expected: string, code?: Issue['code']) => void;
}

/**
 * A table read row by row; every bad cell is listed before the file is refused.
 * @throws MISSING_COLUMN for an absent column of `required`; otherwise the code of the first bad cell, with all of them
 */
export function readLines<T>(long: LongRows, required: readonly string[], read: (line: Line) => T): readonly T[] {
  for (const column of required) columnAt(long, column);
  const at = new Map(long.header.map((name, k) => [name.trim(), k]));
  const issues: Issue[] = [];
  const lines = long.rows.map((row, k) => {
    const number = long.rowNumbers[k];
    const cell = (column: string): string => String(row[at.get(column) ?? -1] ?? '').trim();
    return read({
      number,
      cell,
      bad: (column, expected, code = 'BAD_CELL') => {
        const got = cell(column);
        const message = `${long.file} row ${number}, column ${column}: ${JSON.stringify(got)}; expected ${expected}`;
        issues.push({ code, message, file: long.file, row: number, column, got, expected });
      },
    });
  });
  const first = issues[0];
  if (first) throw new QipanError(first.code, first.message, { ...first, issues });
  return lines;
}
