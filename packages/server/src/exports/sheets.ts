/** A table ready to be written: names in the first row, units in the second. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly string[];
  readonly units: readonly string[];
  readonly rows: readonly (readonly SheetCell[])[];
}

/** Null is unknown and stays empty. */
export type SheetCell = string | number | boolean | null;

/** Text that a spreadsheet would run as a formula, in full-width signs too, is put behind an apostrophe (OWASP, CSV injection). */
export function harmless(cell: SheetCell): SheetCell {
  return typeof cell === 'string' && /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell;
}

function csvCell(cell: SheetCell): string {
  const text = cell === null ? '' : String(harmless(cell));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV in UTF-8 with a byte order mark, so that Excel reads Chinese. */
export function csvText({ columns, units, rows }: Sheet): string {
  const lines = [columns, units, ...rows];
  return `\ufeff${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** One workbook, a sheet a table. The library is loaded when the first is asked for. */
export async function xlsxBytes(sheets: readonly Sheet[]): Promise<Buffer> {
  const { default: writeExcel } = await import('write-excel-file/node');
  const bold = (value: string) => ({ value, fontWeight: 'bold' as const });
  const grey = (value: string) => ({ value, textColor: '#666666' });
  return writeExcel(
    sheets.map(({ name, columns, units, rows }) => ({
      sheet: name.slice(0, 31),
      stickyRowsCount: 2,
      columns: columns.map((c) => ({ width: Math.max(10, Math.min(40, c.length + 4)) })),
      data: [columns.map(bold), units.map(grey), ...rows.map((row) => row.map(excelCell))],
    })),
  ).toBuffer();
}

function excelCell(cell: SheetCell): SheetCell {
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : harmless(cell);
}
