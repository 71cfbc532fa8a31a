import { defaultSymbols, type LongRows } from '../panel.js';
import { readLines } from '../panel/lines.js';
import type { EvidenceRow } from './evaluate.js';

const yesNo: Readonly<Record<string, number>> = { yes: 1, no: 0, true: 1, false: 0, 是: 1, 否: 0 };

/**
 * Evidence from a table with the columns `subject, metric, value`, and `year, source` where they are: a row a figure. Yes and no may be
 * words; an empty value or a symbol of the offices (`*`, `n.a.`, `–` …) is unknown. Every bad line is listed before the file is refused.
 * @throws MISSING_COLUMN; BAD_CELL; DUPLICATE_CELL for a figure given twice
 */
export function readEvidence(long: LongRows): readonly EvidenceRow[] {
  const seen = new Map<string, number>();
  return readLines(long, ['subject', 'metric', 'value'], ({ number, cell, bad }): EvidenceRow => {
    const year = cell('year') === '' ? null : Number(cell('year'));
    const raw = cell('value');
    const value = raw in defaultSymbols ? null : (yesNo[raw.toLowerCase()] ?? Number(raw));
    if (cell('subject') === '') bad('subject', 'a text');
    if (cell('metric') === '') bad('metric', 'a text');
    if (year !== null && !(Number.isInteger(year) && year >= 1900 && year <= 2100))
      bad('year', 'a year from 1900 to 2100');
    if (value !== null && !Number.isFinite(value)) bad('value', 'a number, yes or no, or nothing');
    const key = JSON.stringify([cell('subject'), cell('metric'), year]);
    const before = seen.get(key);
    if (before !== undefined)
      bad('metric', `one figure a subject, metric and year; row ${before} has one already`, 'DUPLICATE_CELL');
    seen.set(key, before ?? number);
    return {
      subject: cell('subject'),
      metric: cell('metric'),
      year,
      value,
      ...(cell('source') === '' ? {} : { source: cell('source') }),
    };
  });
}
