import { QipanError, type Issue } from '@qipan/base';
import type { Measure } from './advantage.js';

/** What a panel's cells measure. */
export type MeasureKind = 'employment' | 'output' | 'valueAdded' | 'exports' | 'firms' | 'unspecified';

/** State of a cell; only `suppressed` and `missing` are unknown, a cell that no row names is a true zero. */
export type CellFlag = 'observed' | 'zero' | 'suppressed' | 'missing' | 'estimated';

/** One year of a regional or trade panel under dense numbers. */
export interface Panel extends Measure {
  /** null when the file has no year column: one year, unnamed. */
  readonly year: number | null;
  readonly measure: MeasureKind;
  readonly regionCode: readonly string[];
  readonly industryCode: readonly string[];
}

/** What was found cell by cell, for one year. */
export interface PanelCompleteness {
  readonly year: number | null;
  readonly expected: number;
  readonly observed: number;
  readonly zeros: number;
  readonly suppressed: number;
  readonly missing: number;
  readonly emptyRegions: readonly string[];
  readonly emptyIndustries: readonly string[];
  readonly total: number;
}

/** Which columns of the file hold what. */
export interface PanelColumns {
  readonly region: string;
  readonly industry: string;
  readonly value: string;
  readonly year?: string;
  readonly measure?: string;
  readonly flag?: string;
}

export interface PanelOptions {
  readonly columns: PanelColumns;
  readonly measure?: MeasureKind;
  /** Symbols that stand for a suppressed or missing cell; never read as 0. */
  readonly symbols?: Readonly<Record<string, 'suppressed' | 'missing'>>;
  /** Industries left out before anything is computed (such as "Not stated"). */
  readonly dropIndustries?: readonly string[];
}

/** The dictionary of statistical offices' symbols, used unless the caller gives another. */
export const defaultSymbols: Readonly<Record<string, 'suppressed' | 'missing'>> = {
  '*': 'suppressed',
  x: 'suppressed',
  X: 'suppressed',
  c: 'suppressed',
  C: 'suppressed',
  'n.a.': 'missing',
  na: 'missing',
  NA: 'missing',
  '–': 'missing',
  '-': 'missing',
  '..': 'missing',
  '': 'missing',
};

/** Rows of a long file: header and cells, as the readers of the board unpack them. */
export interface LongRows {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** 1-based row in the file of each row. */
  readonly rowNumbers: readonly number[];
}

const maxIssues = 100;

interface Place {
  readonly region: number;
  readonly industry: number;
  readonly value: number;
  readonly year?: number;
  readonly flag?: number;
}

function columnsOf(long: LongRows, columns: PanelColumns): Place {
  const at = (name: string): number => {
    const i = long.header.findIndex((h) => h.trim() === name);
    if (i === -1)
      throw new QipanError(
        'MISSING_COLUMN',
        `${long.file}: no column ${name}; the header is ${long.header.join(', ')}`,
        { file: long.file, row: 1, column: name, got: long.header, expected: name },
      );
    return i;
  };
  return {
    region: at(columns.region),
    industry: at(columns.industry),
    value: at(columns.value),
    ...(columns.year === undefined ? {} : { year: at(columns.year) }),
    ...(columns.flag === undefined ? {} : { flag: at(columns.flag) }),
  };
}

/** A cell of the value column: a number ≥ 0, or a state. */
function valueOf(
  raw: unknown,
  symbols: Readonly<Record<string, 'suppressed' | 'missing'>>,
): number | 'suppressed' | 'missing' | 'bad' | 'negative' {
  if (typeof raw === 'number') return Number.isFinite(raw) ? (raw < 0 ? 'negative' : raw) : 'bad';
  const text = raw === null || raw === undefined ? '' : String(raw).trim();
  const state = symbols[text];
  if (state) return state;
  const n = Number(text);
  if (text === '' || Number.isNaN(n) || !Number.isFinite(n)) return 'bad';
  return n < 0 ? 'negative' : n;
}

interface Collected {
  readonly year: number | null;
  readonly cells: Map<number, { value: number; row: number }>;
  suppressed: number;
  missing: number;
}

/**
 * Reads a long table into one panel a year, regions and industries in the order of their codes (by character).
 * Every bad cell is listed (100 at most) before the file is refused; nothing is loaded then.
 * @throws MISSING_COLUMN, BAD_CELL, VALUE_NEGATIVE, DUPLICATE_CELL (both rows named), DEGENERATE_INPUT for an empty file
 */
export function readPanels(
  long: LongRows,
  options: PanelOptions,
): { readonly panels: readonly Panel[]; readonly completeness: readonly PanelCompleteness[] } {
  const place = columnsOf(long, options.columns);
  const symbols = options.symbols ?? defaultSymbols;
  const dropped = new Set(options.dropIndustries ?? []);
  const issues: Issue[] = [];
  let count = 0;
  const fault = (code: Issue['code'], row: number, column: string, got: unknown, expected: string) => {
    count++;
    if (issues.length < maxIssues)
      issues.push({
        code,
        message: `${long.file} row ${row}, column ${column}: ${JSON.stringify(got ?? null)}; expected ${expected}`,
        file: long.file,
        row,
        column,
        got,
        expected,
      });
  };
  const number = new Map<string, number>();
  const codes: string[] = [];
  const intern = (code: string): number => {
    let i = number.get(code);
    if (i === undefined) number.set(code, (i = codes.push(code) - 1));
    return i;
  };
  const years = new Map<number | null, Collected>();
  const seenRegion = new Set<number>();
  const seenIndustry = new Set<number>();
  long.rows.forEach((cells, k) => {
    const row = long.rowNumbers[k];
    const region = String(cells[place.region] ?? '').trim();
    const industry = String(cells[place.industry] ?? '').trim();
    if (dropped.has(industry)) return;
    if (region === '') return fault('BAD_CELL', row, options.columns.region, cells[place.region], 'a region code');
    if (industry === '')
      return fault('BAD_CELL', row, options.columns.industry, cells[place.industry], 'an industry code');
    let year: number | null = null;
    if (place.year !== undefined) {
      year = Number(cells[place.year]);
      if (!Number.isInteger(year) || year < 1900 || year > 2100)
        return fault('BAD_CELL', row, options.columns.year as string, cells[place.year], 'a year from 1900 to 2100');
    }
    const flag = place.flag === undefined ? '' : String(cells[place.flag] ?? '').trim();
    const value = flag === 'suppressed' || flag === 'missing' ? flag : valueOf(cells[place.value], symbols);
    if (value === 'negative')
      return fault('VALUE_NEGATIVE', row, options.columns.value, cells[place.value], 'a number ≥ 0');
    if (value === 'bad')
      return fault(
        'BAD_CELL',
        row,
        options.columns.value,
        cells[place.value],
        'a number ≥ 0 or a symbol of the dictionary',
      );
    const r = intern(`r${region}`);
    const i = intern(`i${industry}`);
    seenRegion.add(r);
    seenIndustry.add(i);
    const collected = years.get(year) ?? { year, cells: new Map(), suppressed: 0, missing: 0 };
    years.set(year, collected);
    const key = r * 0x4000000 + i;
    const before = collected.cells.get(key);
    if (before)
      return fault(
        'DUPLICATE_CELL',
        row,
        options.columns.value,
        cells[place.value],
        `one row a cell; ${region}, ${industry} stands in row ${before.row} already`,
      );
    if (value === 'suppressed') collected.suppressed++;
    if (value === 'missing') collected.missing++;
    collected.cells.set(key, { value: typeof value === 'number' ? value : Number.NaN, row });
    return undefined;
  });
  const first = issues[0];
  if (first)
    throw new QipanError(first.code, first.message + (count > 1 ? ` (and ${count - 1} more)` : ''), {
      ...first,
      issues,
    });
  if (years.size === 0)
    throw new QipanError('DEGENERATE_INPUT', `${long.file}: no rows`, {
      file: long.file,
      expected: 'at least one row',
    });
  const order = (seen: ReadonlySet<number>) =>
    [...seen].sort((a, b) => (codes[a] < codes[b] ? -1 : codes[a] > codes[b] ? 1 : 0));
  const axes = { region: order(seenRegion), industry: order(seenIndustry), codes };
  const sorted = [...years.values()].sort((a, b) => (a.year ?? 0) - (b.year ?? 0));
  const built = sorted.map((c) => panelOf(c, axes, options.measure ?? 'unspecified'));
  return { panels: built.map((b) => b.panel), completeness: built.map((b) => b.completeness) };
}

interface Axes {
  readonly region: readonly number[];
  readonly industry: readonly number[];
  readonly codes: readonly string[];
}

function panelOf(c: Collected, axes: Axes, measure: MeasureKind): { panel: Panel; completeness: PanelCompleteness } {
  const regions = axes.region.length;
  const industries = axes.industry.length;
  const at = new Int32Array(axes.codes.length);
  axes.region.forEach((code, r) => (at[code] = r));
  axes.industry.forEach((code, i) => (at[code] = i));
  const value = new Float64Array(regions * industries);
  let observed = 0;
  for (const [key, cell] of c.cells) {
    const r = Math.floor(key / 0x4000000);
    value[at[r] * industries + at[key - r * 0x4000000]] = cell.value;
    if (cell.value > 0) observed++;
  }
  const panel: Panel = {
    value,
    regions,
    industries,
    year: c.year,
    measure,
    regionCode: axes.region.map((k) => axes.codes[k].slice(1)),
    industryCode: axes.industry.map((k) => axes.codes[k].slice(1)),
  };
  const region = new Float64Array(regions);
  const industry = new Float64Array(industries);
  let total = 0;
  for (let r = 0, k = 0; r < regions; r++) {
    for (let i = 0; i < industries; i++, k++) {
      const x = value[k];
      // An unknown cell may hold something: its region and industry are not called empty.
      region[r] += x === x ? x : 1;
      industry[i] += x === x ? x : 1;
      if (x === x) total += x;
    }
  }
  const unknown = c.suppressed + c.missing;
  const completeness = {
    year: c.year,
    expected: value.length,
    observed,
    zeros: value.length - observed - unknown,
    suppressed: c.suppressed,
    missing: c.missing,
    emptyRegions: panel.regionCode.filter((_, r) => region[r] === 0),
    emptyIndustries: panel.industryCode.filter((_, i) => industry[i] === 0),
    total,
  };
  return { panel, completeness };
}
