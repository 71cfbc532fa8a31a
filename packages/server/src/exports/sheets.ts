import type { Cell, Row, Table } from '@qipan/base';

/** A declared table with its rows, ready to be written as CSV or as a sheet. */
export interface Sheet {
  readonly table: Table;
  readonly rows: readonly Row[];
}

/** Text that a spreadsheet would run as a formula is put behind an apostrophe (OWASP, CSV injection). */
export function harmless(cell: Cell): Cell {
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(harmless(cell));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * CSV with names in the first row and units in the second; UTF-8 with a byte order mark, so that Excel reads Chinese.
 * Unknown values are empty.
 */
export function csvText(sheet: Sheet): string {
  const columns = sheet.table.columns;
  const lines = [
    columns.map((c) => csvCell(c.name)),
    columns.map((c) => csvCell(c.unit)),
    ...sheet.rows.map((row) => columns.map((c) => csvCell(row[c.name] ?? null))),
  ];
  return `\ufeff${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

/** One workbook, a sheet a table, names and units in the first two rows. The library is loaded when first needed. */
export async function xlsxBytes(sheets: readonly Sheet[]): Promise<Buffer> {
  const { default: writeExcel } = await import('write-excel-file/node');
  const bold = (value: string) => ({ value, fontWeight: 'bold' as const });
  const grey = (value: string) => ({ value, textColor: '#666666' });
  return writeExcel(
    sheets.map(({ table, rows }) => ({
      sheet: table.name.slice(0, 31),
      stickyRowsCount: 2,
      columns: table.columns.map((c) => ({ width: Math.max(10, Math.min(40, c.name.length + 4)) })),
      data: [
        table.columns.map((c) => bold(c.name)),
        table.columns.map((c) => grey(c.unit)),
        ...rows.map((row) => table.columns.map((c) => excelCell(row[c.name] ?? null))),
      ],
    })),
  ).toBuffer();
}

function excelCell(cell: Cell): string | number | boolean | null {
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : harmless(cell);
}
