import type { MilpEngine, MilpResult } from '@qipan/optim';
import type { ModelSpec } from './formulation.js';
import { completePoint } from './point.js';

/** Column of a pair in the last stage, −1 when it has none. */
export function lastColumn(spec: ModelSpec, pair: number): number {
  const at = spec.chosen.indexOf(pair);
  return at < 0 ? -1 : spec.firstFocus + (at + 1) * spec.stageCount - 1;
}

/**
 * Columns that may move when one pair is forced: those of its region, its industry and its critical link, then by how near
 * their reduced value is to a change; the rest stands as in the plan. At most `limit` columns move; a board of no more
 * columns is free as a whole.
 */
export function neighbourhood(
  spec: ModelSpec,
  begin: Int8Array,
  o: { readonly pair: number; readonly colDual: Float64Array | null; readonly limit: number },
): ModelSpec['problem'] {
  const { data, problem, firstFocus, stageCount: T, chosen } = spec;
  const { region, industry } = data.pairs;
  const link = data.industries.link[industry[o.pair]];
  const rank: [number, number][] = [];
  chosen.forEach((pair, k) => {
    const near =
      region[pair] === region[o.pair] ||
      industry[pair] === industry[o.pair] ||
      (link >= 0 && data.industries.link[industry[pair]] === link);
    const dual = o.colDual?.[firstFocus + k * T + T - 1];
    rank.push([near ? -1 : dual === undefined ? 0 : Math.abs(dual), k]);
  });
  rank.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const point = completePoint(spec, begin);
  const colLower = problem.colLower.slice();
  const colUpper = problem.colUpper.slice();
  for (const [, k] of rank.slice(Math.max(1, Math.floor(o.limit / T))))
    for (let j = firstFocus + k * T; j < firstFocus + (k + 1) * T; j++) colLower[j] = colUpper[j] = point[j];
  return { ...problem, colLower, colUpper };
}

/** Solves with one column at 0 or 1. */
export function solveForced(
  engine: MilpEngine,
  problem: ModelSpec['problem'],
  o: {
    readonly column: number;
    readonly to: 0 | 1;
    readonly relaxed?: boolean;
    readonly gap?: number;
    readonly start?: Float64Array;
  },
): MilpResult {
  const colLower = problem.colLower.slice();
  const colUpper = problem.colUpper.slice();
  colLower[o.column] = colUpper[o.column] = o.to;
  return engine.solve(
    { ...problem, colLower, colUpper },
    { gap: o.gap ?? 1e-6, relaxed: o.relaxed === true, ...(o.start ? { start: o.start } : {}) },
  );
}
