import type { DataLevel } from '@qipan/base';
import type { DefaultRow } from '../model/parameters.js';

export interface RowText {
  readonly unit: string;
  readonly source: string;
  readonly en: string;
  readonly zh: string;
  readonly dataLevel?: DataLevel;
}

/** One row of the table of defaults: `[low, value, high]`, valid range, and what is known about it. */
export function defaultRow(
  path: string,
  [low, value, high]: readonly [number, number, number],
  [min, max]: readonly [number, number],
  text: RowText,
): DefaultRow {
  if (!(min <= low && low <= value && value <= high && high <= max)) throw new Error(`default ${path} is out of order`);
  const { unit, source, en, zh } = text;
  const dataLevel = text.dataLevel ?? 'default';
  return { path, value, low, high, min, max, unit, dataLevel, source, description: { en, zh } };
}
