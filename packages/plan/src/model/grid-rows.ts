import type { PlanProblem } from './problem.js';

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
