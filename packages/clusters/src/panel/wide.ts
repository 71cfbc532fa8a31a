import { columnAt } from './lines.js';
import type { LongRows } from './types.js';

/** How a wide table maps: one column per industry or per year; what the other axis is called stands in a column of its own. */
export interface WideMapping {
  /** Columns kept on every row, such as region and year (or region and industry). */
  readonly keep: readonly string[];
  /** What the spread columns are: their header becomes this code. */
  readonly spread: 'industry' | 'year';
  /** Columns that are spread; default all that are not kept. */
  readonly columns?: readonly string[];
}

/**
 * A wide table in long form: one row per spread column, header `[...keep, spread, 'value']`, row numbers those of the file.
 * @throws MISSING_COLUMN for a column that the mapping names and the file lacks
 */
export function longFromWide(wide: LongRows, mapping: WideMapping): LongRows {
  const at = (name: string): number => columnAt(wide, name);
  const keep = mapping.keep.map(at);
  const names = mapping.columns ?? wide.header.map((h) => h.trim()).filter((h) => !mapping.keep.includes(h));
  const columns = names.map(at);
  const rows: unknown[][] = [];
  const rowNumbers: number[] = [];
  wide.rows.forEach((cells, k) => {
    columns.forEach((c, n) => {
      rows.push([...keep.map((i) => cells[i]), names[n], cells[c]]);
      rowNumbers.push(wide.rowNumbers[k]);
    });
  });
  return { file: wide.file, header: [...mapping.keep, mapping.spread, 'value'], rows, rowNumbers };
}
