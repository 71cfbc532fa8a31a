import { QipanError, type Issue } from '@qipan/base';
import { defaultSymbols, type LongRows } from '../panel.js';
import type { EvidenceRow } from './evaluate.js';

const yesNo: Readonly<Record<string, number>> = { yes: 1, no: 0, true: 1, false: 0, 是: 1, 否: 0 };

/**
 * Evidence from a table with the columns `subject, metric, value`, and `year, source` where they are: a row a figure. Yes and no may be
 * words; an empty value or a symbol of the offices (`*`, `n.a.`, `–` …) is unknown. Every bad line is listed before the file is refused.
 * @throws MISSING_COLUMN; BAD_CELL; DUPLICATE_CELL for a figure given twice
 */
export function readEvidence(long: LongRows): readonly EvidenceRow[] {
  const at = new Map(long.header.map((name, k) => [name.trim(), k]));
  for (const column of ['subject', 'metric', 'value'])
    if (!at.has(column))
      throw new QipanError(
        'MISSING_COLUMN',
        `${long.file}: no column ${column}; the header is ${long.header.join(', ')}`,
        {
          file: long.file,
          row: 1,
          column,
          got: long.header,
          expected: column,
        },
      );
  const issues: Issue[] = [];
  const seen = new Map<string, number>();
  const rows = long.rows.map((row, k): EvidenceRow => {
    const cell = (column: string): string => String(row[at.get(column) ?? -1] ?? '').trim();
    const number = long.rowNumbers[k];
    const bad = (code: Issue['code'], column: string, expected: string): void => {
      const message = `${long.file} row ${number}, column ${column}: ${JSON.stringify(cell(column))}; expected ${expected}`;
      issues.push({ code, message, file: long.file, row: number, column, got: cell(column), expected });
    };
    const year = cell('year') === '' ? null : Number(cell('year'));
    const raw = cell('value');
    const value = raw in defaultSymbols ? null : (yesNo[raw.toLowerCase()] ?? Number(raw));
    if (cell('subject') === '') bad('BAD_CELL', 'subject', 'a text');
    if (cell('metric') === '') bad('BAD_CELL', 'metric', 'a text');
    if (year !== null && !(Number.isInteger(year) && year >= 1900 && year <= 2100))
      bad('BAD_CELL', 'year', 'a year from 1900 to 2100');
    if (value !== null && !Number.isFinite(value)) bad('BAD_CELL', 'value', 'a number, yes or no, or nothing');
    const key = JSON.stringify([cell('subject'), cell('metric'), year]);
    const before = seen.get(key);
    if (before !== undefined)
      bad('DUPLICATE_CELL', 'metric', `one figure a subject, metric and year; row ${before} has one already`);
    seen.set(key, before ?? number);
    return {
      subject: cell('subject'),
      metric: cell('metric'),
      year,
      value,
      ...(cell('source') === '' ? {} : { source: cell('source') }),
    };
  });
  const first = issues[0];
  if (first) throw new QipanError(first.code, first.message, { ...first, issues });
  return rows;
}
