/** What an integer variable may be: 0 continuous, 1 integer. */
export type Integrality = Uint8Array;

/**
 * A linear or mixed-integer model, `min|max cᵀx + offset, rowLower ≤ Ax ≤ rowUpper, colLower ≤ x ≤ colUpper`, in flat
 * arrays. `Infinity` and `−Infinity` stand for absent limits. `A` is compressed by column (`layout: 'columns'`:
 * `aStart` has numCols + 1 offsets, `aIndex` holds rows) or by row (`'rows'`: numRows + 1 offsets, `aIndex` holds
 * columns); one column or row never holds the same index twice.
 */
export interface MilpProblem {
  readonly numCols: number;
  readonly numRows: number;
  /** Default `minimise`. */
  readonly sense?: 'minimise' | 'maximise';
  /** Constant of the objective; default 0. */
  readonly offset?: number;
  /** numCols. */
  readonly cost: Float64Array;
  /** numCols. */
  readonly colLower: Float64Array;
  /** numCols. */
  readonly colUpper: Float64Array;
  /** numCols; null or absent = a linear programme. */
  readonly integrality?: Integrality | null;
  /** numRows. */
  readonly rowLower: Float64Array;
  /** numRows. */
  readonly rowUpper: Float64Array;
  /** Default `columns`. */
  readonly layout?: 'columns' | 'rows';
  readonly aStart: Int32Array;
  readonly aIndex: Int32Array;
  readonly aValue: Float64Array;
}

export interface MilpOptions {
  /** Relative gap at which a proof may end, `|value − bound| / |value|`; default 1e-9 (integers only). */
  readonly gap?: number;
  /** Limit of the engine's own clock, seconds; default none. */
  readonly seconds?: number;
  /** A start: a value for every column, feasible or nearly so. */
  readonly start?: Float64Array;
  /** Drop integrality and solve the linear relaxation; its duals then come back. */
  readonly relaxed?: boolean;
  /**
   * Method for linear programmes; default the engine's choice. `interior` gives duals from the middle of the face;
   * `primal` is the primal simplex, at home after columns were added to an optimal basis.
   */
  readonly method?: 'choose' | 'simplex' | 'primal' | 'interior';
  /**
   * Where a linear programme starts: the basis of an earlier one with the same first columns and rows. Columns that came
   * since start at their limit, rows that came since start free. Ignored with integers.
   */
  readonly basis?: MilpBasis;
  /** Default 0. */
  readonly seed?: number;
  /** Asked now and then; true ends the run with the incumbent. */
  readonly shouldStop?: () => boolean;
  readonly progress?: (value: number, bound: number) => void;
}

/** Which columns and rows are basic, in the engine's own codes: only to hand back to the engine that gave it. */
export interface MilpBasis {
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

/** How a run of the engine ended; `gapReached` = proved to the asked gap only. */
export type MilpStatus = 'optimal' | 'gapReached' | 'stopped' | 'infeasible' | 'unbounded';

export interface MilpResult {
  readonly status: MilpStatus;
  /** Objective of `x`; NaN without one. */
  readonly value: number;
  /** Proved bound on the objective: from below when minimising, from above when maximising; may be infinite. */
  readonly bound: number;
  /** `|value − bound| / max(|value|, 1e-9)`; Infinity without an incumbent. */
  readonly gap: number;
  /** numCols values, or null when no feasible point is known. */
  readonly x: Float64Array | null;
  /**
   * Of a linear programme that ended optimal, otherwise null. `rowDual[r]` is the change of the objective per unit of
   * the binding limit of row r, `colDual[j]` the reduced cost of column j, both in the problem's own sense.
   */
  readonly duals: { readonly rowDual: Float64Array; readonly colDual: Float64Array } | null;
  /** Of a linear programme that ended optimal with one (the interior method may have none), otherwise null. */
  readonly basis: MilpBasis | null;
  readonly nodes: number;
  readonly iterations: number;
}

/** A set of rows and columns' limits that cannot hold together, while every part of it can. */
export interface IrreducibleSet {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Rows to add to a model that is kept open. */
export interface MilpRows {
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** rows + 1 offsets into `aIndex` (columns) and `aValue`. */
  readonly aStart: Int32Array;
  readonly aIndex: Int32Array;
  readonly aValue: Float64Array;
}

/** A model that stays in the engine between solves, so that a changed model starts from the last basis. */
export interface MilpSession {
  solve(options?: MilpOptions): MilpResult;
  addRows(rows: MilpRows): void;
  setCosts(columns: Int32Array, costs: Float64Array): void;
  setColumnLimits(columns: Int32Array, lower: Float64Array, upper: Float64Array): void;
  setRowLimits(rows: Int32Array, lower: Float64Array, upper: Float64Array): void;
  /** Gives the engine's memory back; the session is of no use afterwards. */
  close(): void;
}

/** Something that solves linear and mixed-integer models. Calls block. The top floor makes one and hands it in. */
export interface MilpEngine {
  /** Name and version, for provenance. */
  readonly name: string;
  solve(problem: MilpProblem, options?: MilpOptions): MilpResult;
  open(problem: MilpProblem): MilpSession;
  /** Of an infeasible linear relaxation; null when the engine finds none. */
  irreducibleSet(problem: MilpProblem): IrreducibleSet | null;
}
