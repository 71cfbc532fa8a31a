import { QipanError, type Issue } from './errors.js';
import type { Bilingual } from './study.js';
import type { Unit } from './units.js';

export type ColumnType = 'string' | 'number' | 'integer' | 'boolean' | 'year';

/** One column of a declared table. From it come the reader, the checks, the API schema and the reference page. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit: Unit;
  readonly required: boolean;
  /** Inclusive. */
  readonly min?: number;
  readonly max?: number;
  /** Closed list of values of a string column. */
  readonly values?: readonly string[];
  /** The values identify the row. */
  readonly unique?: boolean;
  readonly description: Bilingual;
  /** Further headers under which this column may stand in a user's file. */
  readonly aliases?: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly description: Bilingual;
  readonly source: string;
  readonly columns: readonly Column[];
}

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface CheckedRows {
  readonly rows: readonly Row[];
  /** All problems found, at most 100. Not empty means: nothing may be loaded. */
  readonly issues: readonly Issue[];
  /** How many problems there are in all, beyond the listed ones too. */
  readonly issueCount: number;
  /** Headers that no column was read from: unknown ones, and second names of a column that stands already. */
  readonly unread: readonly string[];
}

/** Declares a table; column names must be unique. */
export function declareTable(table: Table): Table {
  const seen = new Set<string>();
  for (const c of table.columns) {
    for (const n of [c.name, ...(c.aliases ?? [])]) {
      if (seen.has(n)) throw new Error(`table ${table.name} declares ${n} twice`);
      seen.add(n);
    }
  }
  return table;
}

const maxIssues = 100;

function halfWidth(text: string): string {
  return text.replace(/[\uff10-\uff19\uff0e\uff0d\uff0c]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
}

/** Reads one cell as its column asks. Blank is null: unknown, never 0. */
export function readCell(column: Column, raw: unknown): { value: Cell } | { expected: string } {
  if (raw === null || raw === undefined) return { value: null };
  if (typeof raw === 'string' && raw.trim() === '') return { value: null };
  if (column.type === 'string') {
    const text = String(raw).trim();
    if (column.values && !column.values.includes(text)) return { expected: `one of ${column.values.join(', ')}` };
    return { value: text };
  }
  if (column.type === 'boolean') {
    const t = String(raw).trim().toLowerCase();
    if (['true', '1', 'yes', 'y', '是'].includes(t)) return { value: true };
    if (['false', '0', 'no', 'n', '否'].includes(t)) return { value: false };
    return { expected: 'true or false' };
  }
  const expected = expectedNumber(column);
  const text = typeof raw === 'string' ? halfWidth(raw.trim()) : raw;
  let n: number;
  if (typeof text === 'number') n = text;
  else if (
    typeof text === 'string' &&
    /^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?$/.test(text) &&
    /\d/.test(text)
  )
    n = Number(text.replaceAll(',', ''));
  else return { expected };
  if (!Number.isFinite(n)) return { expected };
  if (column.type !== 'number' && !Number.isInteger(n)) return { expected };
  if (column.min !== undefined && n < column.min) return { expected };
  if (column.max !== undefined && n > column.max) return { expected };
  return { value: n };
}

function expectedNumber(c: Column): string {
  const kind = c.type === 'number' ? 'a number' : c.type === 'year' ? 'a year' : 'a whole number';
  const range =
    c.min !== undefined && c.max !== undefined
      ? ` from ${c.min} to ${c.max}`
      : c.min !== undefined
        ? ` ≥ ${c.min}`
        : c.max !== undefined
          ? ` ≤ ${c.max}`
          : '';
  return kind + range + (c.unit && c.unit !== 'share' ? ` (${c.unit})` : '');
}

/**
 * Checks all rows of a file against a declared table.
 * `header` are the file's own column names, `rows` its cells, `firstRow` the 1-based row of the first one in the file,
 * or the row of each when rows of the file were left out in between.
 * Unknown columns are left out and named in `unread`; a column that stands twice under one header is a problem, for nobody
 * knows which is meant. Throws `MISSING_COLUMN` when a required column is absent; all problems are listed in `issues`.
 */
export function checkRows(
  table: Table,
  header: readonly string[],
  rows: readonly (readonly unknown[])[],
  file: string,
  firstRow: number | readonly number[] = 2,
): CheckedRows {
  const headers = header.map((h) => h.trim().toLowerCase());
  const at = table.columns.map((c) => {
    const names = [c.name, ...(c.aliases ?? [])].map((n) => n.toLowerCase());
    return headers.findIndex((h) => names.includes(h));
  });
  const headerRow = (typeof firstRow === 'number' ? firstRow : (firstRow[0] ?? 2)) - 1;
  const missing = table.columns.filter((c, k) => c.required && at[k] === -1);
  if (missing.length > 0) {
    throw new QipanError(
      'MISSING_COLUMN',
      `${file}: column ${missing.map((c) => c.name).join(', ')} is missing; the header is ${header.join(', ')}`,
      {
        file,
        table: table.name,
        row: headerRow,
        column: missing.map((c) => c.name).join(', '),
        got: header,
        expected: table.columns.map((c) => c.name + (c.required ? '' : '?')).join(', '),
      },
    );
  }
  const issues: Issue[] = [];
  const out: Row[] = [];
  const seen = table.columns.map(() => new Map<Cell, number>());
  let issueCount = 0;
  const add = (issue: Issue) => {
    issueCount++;
    if (issues.length < maxIssues) issues.push(issue);
  };
  table.columns.forEach((c, k) => {
    const [i, text] = [at[k] as number, headers[at[k] as number]];
    if (text === undefined || !headers.includes(text, i + 1)) return;
    add({
      code: 'BAD_CELL',
      message: `${file} row ${headerRow}, column ${c.name}: the header ${show(header[i])} stands more than once; expected one column`,
      file,
      row: headerRow,
      column: c.name,
      got: header[i],
      expected: 'one column of this name',
    });
  });
  rows.forEach((cells, r) => {
    const row = typeof firstRow === 'number' ? firstRow + r : (firstRow[r] as number);
    const read: Record<string, Cell> = {};
    table.columns.forEach((c, k) => {
      const i = at[k] as number;
      const raw = i === -1 ? null : cells[i];
      const got = readCell(c, raw);
      if ('expected' in got) {
        add({
          code: 'BAD_CELL',
          message: `${file} row ${row}, column ${c.name}: ${show(raw)}; expected ${got.expected}`,
          file,
          row,
          column: c.name,
          got: raw,
          expected: got.expected,
        });
        return;
      }
      if (got.value === null && c.required) {
        add({
          code: 'BAD_CELL',
          message: `${file} row ${row}, column ${c.name}: empty; expected ${c.type}`,
          file,
          row,
          column: c.name,
          got: raw ?? null,
          expected: c.type,
        });
      }
      if (c.unique && got.value !== null) {
        const before = (seen[k] as Map<Cell, number>).get(got.value);
        if (before !== undefined)
          add({
            code: 'DUPLICATE_ID',
            message: `${file} row ${row}, column ${c.name}: ${show(got.value)} stands in row ${before} already`,
            file,
            row,
            column: c.name,
            got: got.value,
            expected: 'a value of its own',
          });
        else (seen[k] as Map<Cell, number>).set(got.value, row);
      }
      read[c.name] = got.value;
    });
    out.push(read);
  });
  const unread = header.filter((h, i) => h.trim() !== '' && !at.includes(i));
  return { rows: out, issues, issueCount, unread };
}

function show(v: unknown): string {
  return typeof v === 'string' ? `"${v.length > 60 ? `${v.slice(0, 60)}…` : v}"` : String(v);
}

/** Throws the first problem with all of them in `details.issues`; otherwise gives the rows. */
export function rowsOrThrow(checked: CheckedRows): readonly Row[] {
  const first = checked.issues[0];
  if (!first) return checked.rows;
  const more = checked.issueCount > 1 ? ` (and ${checked.issueCount - 1} more)` : '';
  throw new QipanError(first.code, first.message + more, { ...first, issues: checked.issues });
}

/** JSON schema (2020-12) of one row. */
export function rowSchema(table: Table): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const c of table.columns) {
    const type = c.type === 'year' ? 'integer' : c.type;
    properties[c.name] = {
      type: c.required ? type : [type, 'null'],
      description: c.unit ? `${c.description.en} [${c.unit}]` : c.description.en,
      ...(c.min !== undefined ? { minimum: c.min } : {}),
      ...(c.max !== undefined ? { maximum: c.max } : {}),
      ...(c.values ? { enum: c.required ? c.values : [...c.values, null] } : {}),
    };
  }
  return {
    type: 'object',
    title: table.name,
    properties,
    required: table.columns.filter((c) => c.required).map((c) => c.name),
  };
}

/** The reference page of a table, Markdown, both languages. */
export function referencePage(table: Table): string {
  const range = (c: Column) =>
    c.values
      ? c.values.join(' \\| ')
      : c.min === undefined && c.max === undefined
        ? ''
        : `${c.min ?? '−∞'} … ${c.max ?? '∞'}`;
  const lines = table.columns.map(
    (c) =>
      `| \`${c.name}\` | ${c.type} | ${c.unit} | ${c.required ? 'yes' : ''} | ${range(c)} | ${c.description.en} · ${c.description.zh} |`,
  );
  return [
    `## ${table.name}`,
    '',
    `${table.description.en} · ${table.description.zh}`,
    '',
    `Source: ${table.source}`,
    '',
    '| column | type | unit | required | range | meaning |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
