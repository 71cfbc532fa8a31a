import { QipanError } from '@qipan/base';
import { CsvError, parse } from 'csv-parse/sync';
import { decodeText, type TextEncoding } from './text.js';

/** Rows of a sheet, blank ones left out, each with its 1-based row in the file. */
export interface SheetRows {
  readonly rows: readonly (readonly unknown[])[];
  readonly rowNumbers: readonly number[];
  /** How the text was read, or null for rows that came unpacked. */
  readonly encoding: string | null;
}

const delimiters = [',', '\t', ';'] as const;

function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const counts = delimiters.map((d) => line.split(d).length);
  return delimiters[counts.indexOf(Math.max(...counts))] as string;
}

/**
 * Splits CSV bytes into rows: comma, tab or semicolon (the commonest in the first line), quotes doubled inside quotes,
 * any line end. A row is counted as a spreadsheet counts it: one that holds a line break within quotes is one row.
 * @throws `BAD_FILE` for quotes that do not close; and as `decodeText` does
 */
export function parseCsv(bytes: Uint8Array, file: string, encoding?: TextEncoding): SheetRows {
  const decoded = decodeText(bytes, file, encoding);
  let records: string[][];
  try {
    records = parse(decoded.text, {
      bom: true,
      delimiter: delimiterOf(decoded.text),
      relax_column_count: true,
      skip_empty_lines: false,
    });
  } catch (e) {
    const open = e instanceof CsvError && e.code === 'CSV_QUOTE_NOT_CLOSED';
    const line = open
      ? openQuoteRow(decoded.text)
      : e instanceof CsvError
        ? (e as { lines?: number }).lines
        : undefined;
    throw new QipanError(
      'BAD_FILE',
      `${file}${line === undefined ? '' : ` row ${line}`}: ${open ? 'a quote opens here and does not close' : e instanceof Error ? e.message : String(e)}`,
      { file, ...(line === undefined ? {} : { row: line }), expected: 'CSV with closed quotes (RFC 4180)' },
      e,
    );
  }
  return withoutBlanks(records, decoded.encoding);
}

/** The row in which the quote opened that is open at the end; the parser names the end of the file. */
function openQuoteRow(text: string): number {
  let [row, openedAt, isOpen] = [1, 1, false];
  for (const [mark] of text.matchAll(/"|\r\n|\n|\r/g))
    if (mark === '"') [isOpen, openedAt] = [!isOpen, row];
    else if (!isOpen) row++;
  return openedAt;
}

/** Leaves out rows in which every cell is blank, keeping the numbers of the others. */
export function withoutBlanks(rows: readonly (readonly unknown[])[], encoding: string | null): SheetRows {
  const kept = rows.flatMap((row, i) => (row.every(isBlank) ? [] : [i]));
  return { rows: kept.map((i) => rows[i] as readonly unknown[]), rowNumbers: kept.map((i) => i + 1), encoding };
}

export function isBlank(cell: unknown): boolean {
  return cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');
}
