import type { PlanProblem } from './problem.js';

/**
 * Linear rows of networks, held in every year: `Σ coefficient · powerKw(site) ≤ room`. One row says what may be drawn through an
 * element, or how far the voltage of a node may fall, around a base load.
 */
export interface GridRows {
  /** What is limited, as people know it: transformer, line or node. */
  readonly name: readonly string[];
  /** [R + 1] */
  readonly start: Int32Array;
  readonly site: Int32Array;
  /** Part of the rating, or per-unit voltage, a kW. */
  readonly coefficient: Float64Array;
  readonly room: Float64Array;
}

/** A row before it is packed. */
export interface GridRow {
  readonly name: string;
  readonly site: readonly number[];
  readonly coefficient: readonly number[];
  readonly room: number;
}

/** The same problem held to these rows. */
export function withGridRows(problem: PlanProblem, rows: readonly GridRow[]): PlanProblem {
  const start = new Int32Array(rows.length + 1);
  rows.forEach((r, n) => (start[n + 1] = start[n] + r.site.length));
  return {
    ...problem,
    gridRows: {
      name: rows.map((r) => r.name),
      start,
      site: Int32Array.from(rows.flatMap((r) => r.site)),
      coefficient: Float64Array.from(rows.flatMap((r) => r.coefficient)),
      room: Float64Array.from(rows, (r) => r.room),
    },
  };
}
