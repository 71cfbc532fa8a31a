import { checkRows, type Issue, type Row, type Table } from '@qipan/base';

/** A table as its file gives it: header and cells, from CSV or from a sheet of a workbook. */
export interface CountySheet {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** 1-based row of each in the file; consecutive from 2 when left out. */
  readonly rowNumbers?: readonly number[];
}

/** A problem with its table, row and column, and the transformer it stops; null = nobody knows which. */
export interface CountyIssue extends Issue {
  readonly table: string;
  readonly transformer: string | null;
}

/** A row that was read, and where it stands. */
export interface CountyRow {
  readonly at: { readonly table: string; readonly file: string; readonly row: number };
  readonly cells: Row;
}

export type CountyRows = ReadonlyMap<string, readonly CountyRow[]>;

/** Text of a cell, null when it is blank or was not valid. */
export const textOf = (r: CountyRow, column: string): string | null => {
  const v = r.cells[column];
  return typeof v === 'string' ? v : null;
};

/** Number of a cell, null when it is blank or was not valid. */
export const numberOf = (r: CountyRow, column: string): number | null => {
  const v = r.cells[column];
  return typeof v === 'number' ? v : null;
};

/** A problem with one cell of a row. */
export function issueAt(
  r: CountyRow,
  transformer: string | null,
  i: { readonly code: Issue['code']; readonly column: string; readonly got: unknown; readonly expected: string },
): CountyIssue {
  const shown = typeof i.got === 'string' ? `"${i.got}"` : i.got === null ? 'empty' : String(i.got as number);
  return {
    ...i,
    ...r.at,
    transformer,
    message: `${r.at.file} row ${r.at.row}, column ${i.column}: ${shown}; expected ${i.expected}`,
  };
}

/**
 * Rows of one table by transformer. Every bad cell of every row is an issue; the row's transformer is then to be refused.
 * @param key column that names the transformer
 * @throws MISSING_COLUMN when a required column is absent
 */
export function rowsByTransformer(table: Table, sheet: CountySheet, key: string, issues: CountyIssue[]): CountyRows {
  checkRows(table, sheet.header, [], sheet.file);
  const out = new Map<string, CountyRow[]>();
  sheet.rows.forEach((cells, k) => {
    const row = sheet.rowNumbers?.[k] ?? k + 2;
    // Row by row, so that the list of problems is whole and each is known to belong to its transformer.
    const checked = checkRows(table, sheet.header, [cells], sheet.file, row);
    const read: CountyRow = {
      at: { table: table.name, file: sheet.file, row },
      cells: checked.rows[0] as Row,
    };
    const transformer = textOf(read, key);
    for (const i of checked.issues) issues.push({ ...i, table: table.name, transformer });
    if (transformer !== null) (out.get(transformer) ?? out.set(transformer, []).get(transformer))?.push(read);
  });
  return out;
}

/** Issues for values of a column that stand in an earlier row of the same transformer. */
export function repeated(rows: readonly CountyRow[], column: string, transformer: string): CountyIssue[] {
  const seen = new Map<string, number>();
  return rows.flatMap((r) => {
    const value = textOf(r, column);
    if (value === null) return [];
    const before = seen.get(value);
    if (before === undefined) {
      seen.set(value, r.at.row);
      return [];
    }
    const expected = `a value of its own; row ${before} has it already`;
    return [issueAt(r, transformer, { code: 'DUPLICATE_ID', column, got: value, expected })];
  });
}
