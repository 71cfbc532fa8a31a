import { QipanError } from '@qipan/base';
import { sheetRows } from '../board-files.js';
import type { DatasetFile } from '../contract.js';

/** A file of a dataset, unpacked: cells as text or numbers, blank rows left out. */
export interface SourceSheet {
  readonly file: string;
  readonly encoding: string | null;
  readonly header: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** 1-based row in the file of each row. */
  readonly rowNumbers: readonly number[];
  readonly headerRow: number;
}

const isBlank = (cell: unknown) => cell === null || cell === undefined || String(cell).trim() === '';

/** Unpacks CSV (UTF-8, UTF-16, GB18030) or XLSX. Errors: `BAD_FILE`, `UNSUPPORTED_FORMAT`, `DEGENERATE_INPUT` for an empty file. */
export async function sourceSheet({ name, content }: Pick<DatasetFile, 'name' | 'content'>): Promise<SourceSheet> {
  const { bytes, rows, rowNumbers, encoding } = await unpacked(name, content);
  if (rows.length < 2)
    throw new QipanError(
      'DEGENERATE_INPUT',
      `${name} holds ${bytes} bytes and ${rows.length} rows; expected a header and rows`,
      {
        file: name,
        got: rows.length,
        expected: 'a header and at least one row',
      },
    );
  // A title above the table stands alone in its row.
  const at = Math.max(
    0,
    rows.findIndex((row) => row.filter((c) => !isBlank(c)).length > 1),
  );
  return {
    file: name,
    encoding,
    header: (rows[at] as readonly unknown[]).map((h) => String(h ?? '').trim()),
    rows: rows.slice(at + 1),
    rowNumbers: rowNumbers.slice(at + 1),
    headerRow: rowNumbers[at] as number,
  };
}

async function unpacked(name: string, content: string) {
  const bytes = Buffer.from(content, 'base64');
  if (/\.xlsx$/i.test(name)) {
    const source = await sheetRows(name, bytes);
    const all = 'rows' in source ? source.rows : [];
    const kept = all.flatMap((row, k) => (row.every(isBlank) ? [] : [k]));
    return {
      bytes: bytes.length,
      encoding: null,
      rows: kept.map((k) => all[k] as readonly unknown[]),
      rowNumbers: kept.map((k) => k + 1),
    };
  }
  if (!/\.(csv|tsv|txt)$/i.test(name))
    throw new QipanError('UNSUPPORTED_FORMAT', `${name} is of no format that is read`, {
      file: name,
      got: name.split('.').at(-1),
      expected: '.csv, .xlsx',
    });
  const { parseCsv } = await import('@qipan/territory');
  return { bytes: bytes.length, ...parseCsv(bytes, name) };
}

/** Reads a JSON file. Errors: `BAD_FILE`. */
export function sourceJson({ name, content }: Pick<DatasetFile, 'name' | 'content'>): unknown {
  try {
    return JSON.parse(Buffer.from(content, 'base64').toString('utf8')) as unknown;
  } catch (e) {
    throw new QipanError(
      'BAD_FILE',
      `${name} is not JSON: ${e instanceof Error ? e.message : String(e)}`,
      { file: name, expected: 'JSON in UTF-8' },
      e,
    );
  }
}
