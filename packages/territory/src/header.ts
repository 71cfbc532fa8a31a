import type { Table } from '@qipan/base';
import { isBlank, type SheetRows } from './csv.js';

export interface SheetHeader {
  readonly names: readonly string[];
  /** Where the data begin, an index into the rows. */
  readonly dataFrom: number;
}

const lookAt = 12;
const cell = (v: unknown) => (typeof v === 'string' ? v.replace(/\s+/g, ' ').trim() : isBlank(v) ? '' : String(v));

/** A header cell without its unit in brackets: `人口（人）` and `population (persons)` are the column itself. */
const bare = (text: string) => text.replace(/\s*[([（【［].*$/, '').trim();

function known(table: Table): (text: string) => boolean {
  const names = new Set(table.columns.flatMap((c) => [c.name, ...(c.aliases ?? [])]).map((n) => n.toLowerCase()));
  return (text) => names.has(text.toLowerCase()) || names.has(bare(text).toLowerCase());
}

/** A merged cell stands in its first column only: what is blank right of it belongs to it. */
function filledRight(row: readonly unknown[], width: number): string[] {
  let last = '';
  return Array.from({ length: width }, (_, i) => {
    const text = cell(row[i]);
    if (text !== '') last = text;
    return last;
  });
}

function nameUnder(group: string, own: string, isKnown: (text: string) => boolean): string {
  const both = own === '' ? [group] : [own, `${group}${own}`, `${group} ${own}`];
  return both.find(isKnown) ?? (own === '' ? group : own);
}

/**
 * Finds the header of a sheet: the row among the first twelve that names most columns of the table, titles and notes
 * above it passed over; a merged group row above it joined to it; and a row of units below it skipped.
 * Sheets without any known name get their first row, so that the reader can say what is missing.
 */
export function sheetHeader(table: Table, sheet: SheetRows): SheetHeader {
  const isKnown = known(table);
  const rows = sheet.rows;
  const width = Math.max(0, ...rows.slice(0, lookAt).map((r) => r.length));
  let best = { score: 0, at: 0, names: (rows[0] ?? []).map(cell) };
  for (let r = 0; r < Math.min(lookAt, rows.length); r++) {
    const own = Array.from({ length: width }, (_, i) => cell(rows[r]?.[i]));
    const group = r === 0 ? own.map(() => '') : filledRight(rows[r - 1] ?? [], width);
    for (const names of [own, own.map((name, i) => nameUnder(group[i] as string, name, isKnown))]) {
      const score = new Set(names.filter(isKnown).map(bare)).size;
      if (score > best.score) best = { score, at: r, names };
    }
  }
  let dataFrom = best.at + 1;
  const units = new Set(table.columns.map((c) => c.unit).filter((u) => u !== ''));
  const next = (rows[dataFrom] ?? []).map(cell).filter((t) => t !== '');
  if (next.length > 0 && next.every((t) => units.has(t as never) || /^[([（【［].*[)\]）】］]$/.test(t))) dataFrom++;
  const named = best.names.reduce((last, n, i) => (n === '' ? last : i + 1), 0);
  const names = best.names.slice(0, named).map((n) => (isKnown(n) && !isExact(table, n) ? bare(n) : n));
  return { names, dataFrom };
}

function isExact(table: Table, name: string): boolean {
  return table.columns.some((c) => [c.name, ...(c.aliases ?? [])].some((n) => n.toLowerCase() === name.toLowerCase()));
}
