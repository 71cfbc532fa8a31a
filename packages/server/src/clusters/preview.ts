import type { Table } from '@qipan/base';
import type { DatasetFile, FilePreview } from '../contract.js';
import { sourceSheet, type SourceSheet } from './source-file.js';

const sampleRows = 8;
const mostExamples = 5;
const mostSymbols = 20;

type ColumnView = FilePreview['columns'][number];

const textOf = (cell: unknown): string => (cell === null || cell === undefined ? '' : String(cell).trim());
const isNumber = (text: string) => /^[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);

function columnView(sheet: SourceSheet, at: number): ColumnView {
  const seen = new Set<string>();
  let blank = 0;
  let numbers = 0;
  let whole = 0;
  for (const row of sheet.rows) {
    const text = textOf(row[at]);
    if (text === '') blank++;
    else if (isNumber(text)) {
      numbers++;
      if (Number.isInteger(Number(text.replaceAll(',', '')))) whole++;
    }
    if (text !== '' && seen.size < 100_000) seen.add(text);
  }
  const filled = sheet.rows.length - blank;
  // Symbols for suppressed cells stand among numbers: a column is one of numbers when most of it is.
  const type = filled === 0 ? 'empty' : numbers < 0.6 * filled ? 'text' : whole === numbers ? 'whole' : 'number';
  return {
    name: sheet.header[at] as string,
    type,
    examples: [...seen].slice(0, mostExamples),
    distinct: seen.size,
    blank,
  };
}

export const columnViews = (sheet: SourceSheet): readonly ColumnView[] =>
  sheet.header.map((_, i) => columnView(sheet, i));

/** A header in the form names are compared in: without case, unit in brackets, spaces and underscores. */
const bare = (name: string) =>
  name
    .toLowerCase()
    .replace(/\s*[([（【［].*$/, '')
    .replace(/[\s_]/g, '');

/** Which column of the file each declared one is: by name, then for a panel by what the columns hold. */
export function proposedMapping(table: Table, columns: readonly ColumnView[]): Record<string, string> {
  const mapping: Record<string, string> = {};
  const taken = new Set<string>();
  const take = (declared: string, column: ColumnView | undefined) => {
    if (column === undefined || taken.has(column.name)) return;
    mapping[declared] = column.name;
    taken.add(column.name);
  };
  for (const exact of [true, false])
    for (const c of table.columns) {
      if (mapping[c.name] !== undefined) continue;
      const names = [c.name, ...(c.aliases ?? [])].map(bare);
      take(
        c.name,
        columns.find(
          (x) =>
            !taken.has(x.name) &&
            names.some((n) => (exact ? bare(x.name) === n : n.length > 1 && bare(x.name).includes(n))),
        ),
      );
    }
  if (table.name === 'panel') proposePanel(mapping, columns, taken, take);
  return mapping;
}

function proposePanel(
  mapping: Record<string, string>,
  columns: readonly ColumnView[],
  taken: ReadonlySet<string>,
  take: (declared: string, column: ColumnView | undefined) => void,
): void {
  const free = () => columns.filter((c) => !taken.has(c.name) && c.type !== 'empty');
  const text = () => free().filter((c) => c.type === 'text' || c.type === 'whole');
  if (mapping['regionCode'] === undefined) take('regionCode', text()[0]);
  const numbers = free().filter((c) => c.type !== 'text');
  // Many columns of numbers and none of industries: one column an industry.
  if (mapping['industryCode'] === undefined && mapping['value'] === undefined && numbers.length > 2) {
    mapping['industryCode'] = '*';
    return;
  }
  if (mapping['industryCode'] === undefined) take('industryCode', text()[0]);
  if (mapping['value'] === undefined)
    take(
      'value',
      free()
        .filter((c) => c.type !== 'text')
        .sort((a, b) => b.distinct - a.distinct)[0],
    );
}

const notIndustries =
  /not stated|not applicable|inadequately described|unknown|unclassified|^total$|未说明|不详|合计|总计/i;

/** What stands in one file and what it may mean; nothing is decided. Errors: those of reading the file. */
export async function previewOf(file: DatasetFile, table: Table | null): Promise<FilePreview> {
  const sheet = await sourceSheet(file);
  const columns = columnViews(sheet);
  const mapping = table === null ? {} : proposedMapping(table, columns);
  const isPanel = table?.name === 'panel';
  const at = (declared: string) => sheet.header.indexOf(file.columns?.[declared] ?? mapping[declared] ?? '');
  const valueAt = at('value');
  const industryAt = at('industryCode');
  return {
    encoding: sheet.encoding,
    rows: sheet.rows.length,
    columns,
    sample: sheet.rows.slice(0, sampleRows).map((row) => sheet.header.map((_, i) => textOf(row[i]))),
    mapping,
    symbols: isPanel && valueAt >= 0 ? await symbolsOf(sheet, valueAt) : [],
    dropIndustries:
      isPanel && industryAt >= 0
        ? [...new Set(sheet.rows.map((row) => textOf(row[industryAt])))]
            .filter((x) => notIndustries.test(x))
            .slice(0, 20)
        : [],
  };
}

async function symbolsOf(sheet: SourceSheet, at: number): Promise<FilePreview['symbols']> {
  const { defaultSymbols } = await import('@qipan/clusters');
  const counts = new Map<string, number>();
  for (const row of sheet.rows) {
    const text = textOf(row[at]);
    if (!isNumber(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostSymbols)
    .map(([text, count]) => ({ text, count, meaning: defaultSymbols[text] ?? null }));
}
