import { QipanError } from '@qipan/base';
import { locationQuotient, totals, type Measure } from '../advantage.js';
import { moveToTotals } from './transfers.js';
import type { CellBounds, PublishedTotals } from './types.js';

export type { CellBounds, PublishedTotals } from './types.js';

/**
 * Refuses a panel whose unknown cells would be taken for numbers.
 * @throws SUPPRESSED_USED naming the first unknown cell
 */
export function refuseUnknown(
  m: Measure & { readonly regionCode?: readonly string[]; readonly industryCode?: readonly string[] },
): void {
  const k = m.value.findIndex((x) => x !== x);
  if (k < 0) return;
  const [r, i] = [Math.floor(k / m.industries), k % m.industries];
  throw new QipanError(
    'SUPPRESSED_USED',
    `${m.regionCode?.[r] ?? `region ${r}`}, ${m.industryCode?.[i] ?? `industry ${i}`} is not known`,
    {
      table: 'panel',
      row: r,
      column: m.industryCode?.[i] ?? String(i),
      got: null,
      expected: 'a known value, or imputation asked for',
    },
  );
}

/** An unknown cell that anyone can work out. */
export interface Disclosable {
  readonly cell: number;
  readonly value: number;
  /** Which total gives it away. */
  readonly by: 'region' | 'industry';
}

/**
 * Unknown cells derivable by subtraction from published totals: the only unknown one of its row or column, again and again with
 * each one found. Such a cell must be masked, with another, in a public export.
 */
export function disclosable(m: Measure, published: PublishedTotals): Disclosable[] {
  const value = m.value.slice();
  const out: Disclosable[] = [];
  const line = (by: 'region' | 'industry', n: number): number[] =>
    by === 'region'
      ? Array.from({ length: m.industries }, (_, i) => n * m.industries + i)
      : Array.from({ length: m.regions }, (_, r) => r * m.industries + n);
  for (let found = true; found;) {
    found = false;
    for (const by of ['region', 'industry'] as const) {
      const totals = published[by];
      for (let n = 0; totals && n < totals.length; n++) {
        const cells = line(by, n);
        const open = cells.filter((k) => value[k] !== value[k]);
        if (totals[n] !== totals[n] || open.length !== 1) continue;
        const rest = cells.reduce((s, k) => s + (k === open[0] ? 0 : value[k]), 0);
        value[open[0]] = Math.max(0, totals[n] - rest);
        out.push({ cell: open[0], value: value[open[0]], by });
        found = true;
      }
    }
  }
  return out;
}

/** A panel with its unknown cells filled in; they are estimates. */
export interface Imputation {
  readonly status: 'ok' | 'infeasible';
  readonly value: Float64Array;
  /** 1 where the figure is estimated. */
  readonly estimated: Uint8Array;
  /** Largest relative miss of a published total. */
  readonly miss: number;
}

/**
 * Fills unknown cells inside their bounds so that rows and columns add up to the published totals: proportional fitting (Deming,
 * Stephan 1940) from the middle of the bounds, each step clipped to them; what it still misses, as it does where cells must stand
 * at their bounds, is moved between cells along paths. `infeasible` when a total cannot be met to 1e-6: no filling inside the
 * bounds meets the totals. Known cells keep their value.
 * @throws SHAPE_MISMATCH
 */
export function imputeBounded(m: Measure, bounds: CellBounds, published: PublishedTotals): Imputation {
  const n = m.value.length;
  if (bounds.lower.length !== n || bounds.upper.length !== n)
    throw new QipanError(
      'SHAPE_MISMATCH',
      `bounds of ${bounds.lower.length} and ${bounds.upper.length} cells for ${n}`,
      {
        got: [bounds.lower.length, bounds.upper.length],
        expected: `${n}`,
      },
    );
  const estimated = Uint8Array.from(m.value, (x) => (x === x ? 0 : 1));
  const cap = (k: number) => (bounds.upper[k] === Infinity ? Math.max(2 * bounds.lower[k], 1) : bounds.upper[k]);
  const value = m.value.map((x, k) => (x === x ? x : (bounds.lower[k] + cap(k)) / 2));
  type Line = (n: number) => number[];
  const sumOf = (cells: readonly number[]) => cells.reduce((s, k) => s + value[k], 0);
  const fit = (line: Line, totals: Float64Array | undefined): void => {
    totals?.forEach((total, at) => {
      const cells = line(at);
      const open = cells.filter((k) => estimated[k] === 1);
      const held = sumOf(open);
      if (total !== total || held <= 0) return;
      const f = (total - (sumOf(cells) - held)) / held;
      for (const k of open) value[k] = Math.min(bounds.upper[k], Math.max(bounds.lower[k], value[k] * f));
    });
  };
  const missOf = (line: Line, totals: Float64Array | undefined): number =>
    (totals ?? new Float64Array(0)).reduce(
      (worst, total, at) =>
        total === total ? Math.max(worst, Math.abs(sumOf(line(at)) - total) / Math.max(1, total)) : worst,
      0,
    );
  const row = (r: number) => Array.from({ length: m.industries }, (_, i) => r * m.industries + i);
  const column = (i: number) => Array.from({ length: m.regions }, (_, r) => r * m.industries + i);
  let miss = Infinity;
  const worst = () => Math.max(missOf(row, published.region), missOf(column, published.industry));
  for (let step = 0; step < 500 && miss > 1e-9; step++) {
    fit(row, published.region);
    fit(column, published.industry);
    miss = worst();
  }
  if (miss > 1e-9) {
    moveToTotals({ ...m, open: estimated }, value, bounds, published);
    miss = worst();
  }
  return { status: miss > 1e-6 ? 'infeasible' : 'ok', value, estimated, miss };
}

/** `a` and `b`: the rest of the cell's row and column; `o`: what is in neither. */
interface Around {
  readonly a: number;
  readonly b: number;
  readonly o: number;
}

/** What surrounds each cell in one extreme filling; Infinity where an open bound is in it. */
function surroundings(m: Measure, edge: Float64Array): (k: number) => Around {
  const known = totals({ ...m, value: edge.map((x) => (x === Infinity ? 0 : x)) });
  const open = totals({ ...m, value: edge.map((x) => (x === Infinity ? 1 : 0)) });
  return (k) => {
    const [r, i] = [Math.floor(k / m.industries), k % m.industries];
    const rest = (t: typeof known, own: number) => [
      t.region[r] - own,
      t.industry[i] - own,
      t.all - t.region[r] - t.industry[i] + own,
    ];
    const isOpen = edge[k] === Infinity;
    const endless = rest(open, isOpen ? 1 : 0);
    const [a, b, o] = rest(known, isOpen ? 0 : edge[k]).map((x, q) => (endless[q] > 0 ? Infinity : Math.max(0, x)));
    return { a, b, o };
  };
}

/** `x·T / (R·C) = x/(b + x) · (1 + (b + o)/(a + x))`, with its limits where a part is 0 or without end. */
function quotientAmid(x: number, { a, b, o }: Around): number {
  if (x === 0 && a > 0 && b > 0) return 0;
  if (a === Infinity && b === Infinity) return x === Infinity ? 1 : 0;
  if (b === Infinity || (a === 0 && b !== 0)) return quotientAmid(x, { a: b, b: a, o });
  const inColumn = x === Infinity || b === 0 ? 1 : x / (b + x);
  return inColumn * (1 + (x === Infinity || b + o === 0 ? 0 : (b + o) / (a + x)));
}

/** Where the quotient is greatest as its own cell grows: after that the cell mostly enlarges its own region and industry. */
function peak({ a, b, o }: Around): number {
  if (o === 0) return Infinity;
  return o === Infinity ? Math.sqrt(a * b) : (a * b + Math.sqrt(a * b * (a * b + o * (a + b + o)))) / o;
}

/**
 * Quotient intervals over all fillings inside the bounds. A quotient falls with the rest of its row and column and rises with what is
 * in neither, so these stand at their extremes; in its own cell it rises to a peak and falls again, so the lower end is at one
 * of the cell's bounds and the upper one at the peak, where that is inside. A point where nothing unknown bears on it; NaN for an
 * empty region or industry.
 */
export function quotientBounds(m: Measure, bounds: CellBounds): CellBounds {
  const [low, high] = [surroundings(m, bounds.lower), surroundings(m, bounds.upper)];
  const lower = new Float64Array(m.value.length);
  const upper = new Float64Array(m.value.length);
  for (let k = 0; k < m.value.length; k++) {
    const [least, most] = [low(k), high(k)];
    const [from, to] = [bounds.lower[k], bounds.upper[k]];
    if (most.a + to === 0 || most.b + to === 0) lower[k] = upper[k] = Number.NaN;
    else if (to > 0) {
      const [dim, bright] = [
        { ...most, o: least.o },
        { ...least, o: most.o },
      ];
      lower[k] = Math.min(quotientAmid(from, dim), quotientAmid(to, dim));
      upper[k] = quotientAmid(Math.min(to, Math.max(from, peak(bright))), bright);
    }
  }
  return { lower, upper };
}

/** Bounds of every cell: the value where known, the given bounds (else 0 and Infinity) where not. */
export function boundsOf(m: Measure & { readonly bounds?: CellBounds }): CellBounds {
  return {
    lower: m.value.map((x, k) => (x === x ? x : (m.bounds?.lower[k] ?? 0))),
    upper: m.value.map((x, k) => (x === x ? x : (m.bounds?.upper[k] ?? Infinity))),
  };
}

/** Quotients of a filled panel beside their intervals; the interval is a point where no unknown cell bears on it. */
export function imputedQuotients(
  m: Measure,
  filled: Imputation,
  bounds: CellBounds,
): { readonly lq: Float64Array } & CellBounds {
  const { lq } = locationQuotient({ ...m, value: filled.value });
  return { lq, ...quotientBounds(m, bounds) };
}
