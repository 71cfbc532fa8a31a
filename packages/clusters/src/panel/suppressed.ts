import { QipanError } from '@qipan/base';
import { locationQuotient, type Measure } from '../advantage.js';

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
 * Stephan 1940) from the middle of the bounds, each step clipped to them. `infeasible` when a total cannot be met to 1e-6: the
 * bounds and the totals contradict each other. Known cells keep their value.
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
  for (let step = 0; step < 2000 && miss > 1e-9; step++) {
    fit(row, published.region);
    fit(column, published.industry);
    miss = Math.max(missOf(row, published.region), missOf(column, published.industry));
  }
  return { status: miss > 1e-6 ? 'infeasible' : 'ok', value, estimated, miss };
}

/**
 * Quotient intervals from the two extreme fillings: lowest with the own cell at its lower bound and the rest of its row and column
 * at their upper ones, all others low; highest the other way round. Where nothing is unknown both are the quotient.
 */
export function quotientBounds(m: Measure, bounds: CellBounds): CellBounds {
  const sums = (x: Float64Array) => {
    const t = { region: new Float64Array(m.regions), industry: new Float64Array(m.industries), all: 0 };
    for (let k = 0; k < x.length; k++) {
      t.region[Math.floor(k / m.industries)] += x[k];
      t.industry[k % m.industries] += x[k];
      t.all += x[k];
    }
    return t;
  };
  const [low, high] = [sums(bounds.lower), sums(bounds.upper)];
  const edge = (own: Float64Array, cross: typeof low, rest: typeof low, other: Float64Array) =>
    own.map((x, k) => {
      const [r, i] = [Math.floor(k / m.industries), k % m.industries];
      const region = cross.region[r] - other[k] + x;
      const industry = cross.industry[i] - other[k] + x;
      // What is in neither the row nor the column stands at the other extreme.
      const opposite = other === bounds.upper ? bounds.lower[k] : bounds.upper[k];
      const outside = rest.all - rest.region[r] - rest.industry[i] + opposite;
      return (x * (region + industry - x + outside)) / (region * industry);
    });
  return {
    lower: edge(bounds.lower, high, low, bounds.upper),
    upper: edge(bounds.upper, low, high, bounds.lower),
  };
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
