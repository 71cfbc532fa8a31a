import type { Measure } from '../advantage.js';

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
  /** Bounds of unknown cells, where the file states them; equal to the value where it is known. */
  readonly bounds?: { readonly lower: Float64Array; readonly upper: Float64Array };
  /** 1 where the file calls the figure estimated. */
  readonly flag?: Uint8Array;
}

/** Bounds of every cell, `[regions × industries]`: equal where the value is known. */
export interface CellBounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Totals that the office published, by number in the panel; NaN = not published. */
export interface PublishedTotals {
  readonly region?: Float64Array;
  readonly industry?: Float64Array;
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
  /** Kind of measure, row by row. */
  readonly measure?: string;
  readonly flag?: string;
  readonly unit?: string;
  /** Bounds of a suppressed cell. */
  readonly lower?: string;
  readonly upper?: string;
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
