import type { MilpResult } from '@qipan/optim';
import type { ChessResult } from './coordinate.js';
import type { ChessData } from './data.js';
import { coordinationModel } from './formulation.js';

/** A result as it is kept: typed arrays and figures, from which the model and its prices come back. */
export interface StoredChess {
  readonly status: ChessResult['status'];
  readonly method: ChessResult['method'];
  /** Null where there is none. */
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly rounds: number;
  /** Stage in which each pair begins, −1 = none; null without a plan. */
  readonly begin: Int32Array | null;
  /** Pairs with columns, row prices and reduced values of the relaxation; null when it did not end. */
  readonly prices: {
    readonly chosen: Int32Array;
    readonly rowDual: Float64Array;
    readonly colDual: Float64Array;
    readonly value: number;
    readonly isAnswerImplicit: boolean;
  } | null;
}

const known = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** What is worth keeping of a result. */
export function storedChess(r: ChessResult): StoredChess {
  const { spec, lp } = r.relaxation ?? {};
  return {
    status: r.status,
    method: r.method,
    value: known(r.value),
    bound: known(r.bound),
    gap: known(r.gap),
    rounds: r.rounds,
    begin: r.plan ? Int32Array.from(r.plan.begin) : null,
    prices:
      spec && lp?.duals
        ? {
            chosen: spec.chosen,
            rowDual: lp.duals.rowDual,
            colDual: lp.duals.colDual,
            value: lp.value,
            isAnswerImplicit: spec.families.some((f) => f.name === 'answer' && f.rows.length < spec.aux.wishes.length),
          }
        : null,
  };
}

/** The result again, from what was kept and the board it is about. Without conflict and basis. */
export function restoredChess(data: ChessData, stored: StoredChess): ChessResult {
  const { prices } = stored;
  const spec = prices
    ? coordinationModel(data, data.weights, { chosen: prices.chosen, isAnswerImplicit: prices.isAnswerImplicit })
    : null;
  const lp: MilpResult | null = prices && {
    status: 'optimal',
    value: prices.value,
    bound: prices.value,
    gap: 0,
    x: null,
    duals: { rowDual: prices.rowDual, colDual: prices.colDual },
    basis: null,
    nodes: 0,
    iterations: 0,
  };
  const bound = stored.bound ?? NaN;
  return {
    status: stored.status,
    method: stored.method,
    value: stored.value ?? NaN,
    bound,
    gap: stored.gap ?? Infinity,
    plan: stored.begin ? { begin: Int8Array.from(stored.begin) } : null,
    relaxation: spec && lp ? { spec, lp, bound, rounds: stored.rounds } : null,
    conflict: null,
    pairs: data.pairs.region.length,
    columns: prices?.chosen.length ?? 0,
    rounds: stored.rounds,
  };
}
