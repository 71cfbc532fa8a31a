import type { Issue } from '@qipan/base';
import { columnAt } from './lines.js';
import type { LongRows, MeasureKind, PanelColumns, PanelOptions } from './types.js';

/** One cell as the file has it; NaN = unknown, then with bounds. */
export interface CellRead {
  readonly value: number;
  readonly row: number;
  readonly lower: number;
  readonly upper: number;
  readonly estimated: boolean;
}

/** Cells of one year and measure, keyed by region and industry number. */
export interface Collected {
  readonly year: number | null;
  readonly measure: MeasureKind;
  readonly cells: Map<number, CellRead>;
  /** Regions and industries that a row of this year names. */
  readonly regions: Set<number>;
  readonly industries: Set<number>;
  suppressed: number;
  missing: number;
  estimated: number;
  bounded: boolean;
}

export interface Gathered {
  readonly codes: readonly string[];
  readonly seenRegion: ReadonlySet<number>;
  readonly seenIndustry: ReadonlySet<number>;
  readonly years: readonly Collected[];
  readonly issues: readonly Issue[];
  readonly faults: number;
  /** Rows left out by request, by industry. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Row in which a code first stands. */
  readonly firstRow: ReadonlyMap<number, number>;
}

const maxIssues = 100;
const measures: readonly MeasureKind[] = ['employment', 'output', 'valueAdded', 'exports', 'firms'];

type Place = { readonly [K in keyof PanelColumns]-?: number };

function columnsOf(long: LongRows, columns: PanelColumns): Place {
  const at = (name: string | undefined): number => (name === undefined ? -1 : columnAt(long, name));
  const { region, industry, value, year, measure, flag, unit, lower, upper } = columns;
  return {
    region: at(region),
    industry: at(industry),
    value: at(value),
    year: at(year),
    measure: at(measure),
    flag: at(flag),
    unit: at(unit),
    lower: at(lower),
    upper: at(upper),
  };
}

type Symbols = Readonly<Record<string, 'suppressed' | 'missing'>>;

/** A cell of the value column: a number ≥ 0, or a state. */
function valueOf(raw: unknown, symbols: Symbols): number | 'suppressed' | 'missing' | 'bad' | 'negative' {
  if (typeof raw === 'number') return Number.isFinite(raw) ? (raw < 0 ? 'negative' : raw) : 'bad';
  const text = raw === null || raw === undefined ? '' : String(raw).trim();
  if (Object.hasOwn(symbols, text)) return symbols[text];
  const n = Number(text);
  if (text === '' || Number.isNaN(n) || !Number.isFinite(n)) return 'bad';
  return n < 0 ? 'negative' : n;
}

/** A fault of one row: thrown away with the row, kept in the list. */
interface Fault {
  readonly code: Issue['code'];
  readonly column: string | undefined;
  readonly got: unknown;
  readonly expected: string;
}

const fault = (code: Issue['code'], column: string | undefined, got: unknown, expected: string): Fault => ({
  code,
  column,
  got,
  expected,
});

/** Reads every row; good cells are collected, bad ones listed. @throws MISSING_COLUMN */
export function collectCells(long: LongRows, options: PanelOptions & { readonly symbols: Symbols }): Gathered {
  const place = columnsOf(long, options.columns);
  const reader = new Reader(place, options);
  const issues: Issue[] = [];
  let faults = 0;
  long.rows.forEach((cells, k) => {
    const row = long.rowNumbers[k];
    const f = reader.read(cells, row);
    if (!f) return;
    faults++;
    if (issues.length < maxIssues)
      issues.push({
        code: f.code,
        message: `${long.file} row ${row}, column ${f.column}: ${JSON.stringify(f.got ?? null)}; expected ${f.expected}`,
        file: long.file,
        row,
        ...(f.column === undefined ? {} : { column: f.column }),
        got: f.got,
        expected: f.expected,
      });
  });
  return { ...reader.result(), issues, faults };
}

/** What has been read so far: codes under numbers, cells by year and measure. */
class Reader {
  readonly #place: Place;
  readonly #options: PanelOptions & { readonly symbols: Symbols };
  readonly #dropped: ReadonlySet<string>;
  readonly #droppedRows = new Map<string, number>();
  readonly #number = new Map<string, number>();
  readonly #codes: string[] = [];
  readonly #firstRow = new Map<number, number>();
  readonly #seenRegion = new Set<number>();
  readonly #seenIndustry = new Set<number>();
  readonly #years = new Map<string, Collected>();
  readonly #unit = new Map<string, { unit: string; row: number }>();

  constructor(place: Place, options: PanelOptions & { readonly symbols: Symbols }) {
    this.#place = place;
    this.#options = options;
    this.#dropped = new Set(options.dropIndustries ?? []);
  }

  #intern(code: string, row: number): number {
    let i = this.#number.get(code);
    if (i === undefined) {
      this.#number.set(code, (i = this.#codes.push(code) - 1));
      this.#firstRow.set(i, row);
    }
    return i;
  }

  /** The fault of a row, or nothing when it is taken in or left out by request. */
  read(cells: readonly unknown[], row: number): Fault | undefined {
    const p = this.#place;
    const { columns } = this.#options;
    const region = String(cells[p.region] ?? '').trim();
    const industry = String(cells[p.industry] ?? '').trim();
    if (this.#dropped.has(industry)) {
      this.#droppedRows.set(industry, (this.#droppedRows.get(industry) ?? 0) + 1);
      return undefined;
    }
    if (region === '') return fault('BAD_CELL', columns.region, cells[p.region], 'a region code');
    if (industry === '') return fault('BAD_CELL', columns.industry, cells[p.industry], 'an industry code');
    let year: number | null = null;
    if (p.year >= 0) {
      year = Number(cells[p.year]);
      if (!Number.isInteger(year) || year < 1900 || year > 2100)
        return fault('BAD_CELL', columns.year, cells[p.year], 'a year from 1900 to 2100');
    }
    const measure = this.#measure(cells);
    if (typeof measure !== 'string') return measure;
    const mixed = this.#unitFault(cells, measure, row);
    if (mixed) return mixed;
    const cell = this.#cell(cells, row);
    if ('code' in cell) return cell;
    return this.#take(cell, { region, industry, year, measure, got: cells[p.value] });
  }

  #measure(cells: readonly unknown[]): MeasureKind | Fault {
    const at = this.#place.measure;
    if (at < 0) return this.#options.measure ?? 'unspecified';
    const text = String(cells[at] ?? '').trim() as MeasureKind;
    return measures.includes(text)
      ? text
      : fault('BAD_CELL', this.#options.columns.measure, cells[at], `one of ${measures.join(', ')}`);
  }

  #unitFault(cells: readonly unknown[], measure: MeasureKind, row: number): Fault | undefined {
    const at = this.#place.unit;
    if (at < 0) return undefined;
    const unit = String(cells[at] ?? '').trim();
    const first = this.#unit.get(measure) ?? { unit, row };
    this.#unit.set(measure, first);
    return first.unit === unit
      ? undefined
      : fault('UNIT_MIXED', this.#options.columns.unit, unit, `${first.unit}, as in row ${first.row}`);
  }

  #cell(cells: readonly unknown[], row: number): (CellRead & { state: 'suppressed' | 'missing' | 'known' }) | Fault {
    const p = this.#place;
    const { columns, symbols } = this.#options;
    const flag = p.flag < 0 ? '' : String(cells[p.flag] ?? '').trim();
    const value = flag === 'suppressed' || flag === 'missing' ? flag : valueOf(cells[p.value], symbols);
    if (value === 'negative') return fault('VALUE_NEGATIVE', columns.value, cells[p.value], 'a number ≥ 0');
    if (value === 'bad')
      return fault('BAD_CELL', columns.value, cells[p.value], 'a number ≥ 0 or a symbol of the dictionary');
    const known = typeof value === 'number';
    const bound = (at: number, otherwise: number): number => {
      const text = at < 0 ? '' : String(cells[at] ?? '').trim();
      return text === '' ? otherwise : Number(text);
    };
    const lower = known ? value : bound(p.lower, 0);
    const upper = known ? value : bound(p.upper, Infinity);
    if (!(lower >= 0 && lower <= upper))
      return fault('BAD_CELL', columns.lower ?? columns.upper, [lower, upper], 'bounds with 0 ≤ lower ≤ upper');
    return {
      value: known ? value : Number.NaN,
      row,
      lower,
      upper,
      estimated: flag === 'estimated',
      state: known ? 'known' : value,
    };
  }

  #take(
    cell: CellRead & { readonly state: 'suppressed' | 'missing' | 'known' },
    key: { region: string; industry: string; year: number | null; measure: MeasureKind; got: unknown },
  ): Fault | undefined {
    const r = this.#intern(`r${key.region}`, cell.row);
    const i = this.#intern(`i${key.industry}`, cell.row);
    this.#seenRegion.add(r);
    this.#seenIndustry.add(i);
    const name = `${key.year}|${key.measure}`;
    let c = this.#years.get(name);
    if (!c) {
      c = {
        year: key.year,
        measure: key.measure,
        cells: new Map(),
        regions: new Set(),
        industries: new Set(),
        suppressed: 0,
        missing: 0,
        estimated: 0,
        bounded: false,
      };
      this.#years.set(name, c);
    }
    c.regions.add(r);
    c.industries.add(i);
    const at = r * 0x4000000 + i;
    const before = c.cells.get(at);
    if (before)
      return fault(
        'DUPLICATE_CELL',
        this.#options.columns.value,
        key.got,
        `one row a cell; ${key.region}, ${key.industry} stands in row ${before.row} already`,
      );
    if (cell.state === 'suppressed') c.suppressed++;
    if (cell.state === 'missing') c.missing++;
    if (cell.estimated) c.estimated++;
    if (cell.state !== 'known' && (cell.lower > 0 || cell.upper < Infinity)) c.bounded = true;
    c.cells.set(at, cell);
    return undefined;
  }

  result(): Omit<Gathered, 'issues' | 'faults'> {
    return {
      codes: this.#codes,
      seenRegion: this.#seenRegion,
      seenIndustry: this.#seenIndustry,
      years: [...this.#years.values()],
      dropped: this.#droppedRows,
      firstRow: this.#firstRow,
    };
  }
}
