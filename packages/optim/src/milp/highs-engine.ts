import { QipanError } from '@qipan/base';
import type {
  IrreducibleSet,
  MilpBasis,
  MilpEngine,
  MilpOptions,
  MilpProblem,
  MilpResult,
  MilpRows,
  MilpSession,
  MilpStatus,
} from './engine.js';
import { checkMilpProblem } from './check-problem.js';

/** The part of an instance of the npm package `highs` (1.15, persistent models) that the engine uses. */
export interface HighsModule {
  readonly version: { readonly string: string };
  createModel(source?: object): HighsModel;
}

/** The part of a persistent model of that package that the engine uses. */
export interface HighsModel {
  readonly options: { set(values: Readonly<Record<string, boolean | number | string>>): unknown };
  readonly info: { get(name: string): number | bigint };
  run(callbacks?: object): { readonly modelStatus: number };
  getSolution(): HighsSolution;
  getObjectiveValue(): number;
  setSolution(solution: object): unknown;
  setBasis(basis: { readonly colStatus: Int32Array; readonly rowStatus: Int32Array }): unknown;
  getBasis(): { readonly colStatus: Int32Array; readonly rowStatus: Int32Array };
  clearSolver(): unknown;
  zeroAllClocks(): unknown;
  addRows(rows: object): unknown;
  changeColsCost(selection: object, costs: Float64Array): unknown;
  changeColsBounds(selection: object, lower: Float64Array, upper: Float64Array): unknown;
  changeRowsBounds(selection: object, lower: Float64Array, upper: Float64Array): unknown;
  changeColsIntegrality(selection: object, types: Int32Array): unknown;
  getIis(): { readonly rowIndex: Int32Array; readonly colIndex: Int32Array };
  dispose(): void;
}

export interface HighsSolution {
  readonly colValue: Float64Array;
  readonly rowDual: Float64Array;
  readonly colDual: Float64Array;
}

/** Model states of the HiGHS C interface. */
const outcome = { empty: 6, optimal: 7, infeasible: 8, infeasibleOrUnbounded: 9, unbounded: 10 } as const;
const stoppedOutcomes: readonly number[] = [11, 12, 13, 14, 16, 17];
/** Callback channels of the same. */
const channel = { simplexInterrupt: 1, interiorInterrupt: 2, mipLogging: 5, mipInterrupt: 6 } as const;

/**
 * The `MilpEngine` of HiGHS compiled to WebAssembly (Huangfu and Hall, Math. Prog. Comp. 10, 2018). Synchronous and
 * single-threaded: give it a worker of its own for anything long.
 *
 * @param highs the instantiated module, `await loadHighs()`
 */
export function highsEngine(highs: HighsModule): MilpEngine {
  const open = (problem: MilpProblem): MilpSession => {
    checkMilpProblem(problem);
    return openSession(highs, problem);
  };
  return {
    name: `HiGHS ${highs.version.string}`,
    open,
    solve(problem, options = {}) {
      const session = open(problem);
      try {
        return session.solve(options);
      } finally {
        session.close();
      }
    },
    irreducibleSet(problem) {
      checkMilpProblem(problem);
      return findIrreducibleSet(highs, problem);
    },
  };
}

function modelData(p: MilpProblem, relaxed: boolean): object {
  return {
    numCols: p.numCols,
    numRows: p.numRows,
    sense: p.sense === 'maximise' ? -1 : 1,
    offset: p.offset ?? 0,
    colCost: p.cost,
    colLower: p.colLower,
    colUpper: p.colUpper,
    rowLower: p.rowLower,
    rowUpper: p.rowUpper,
    matrix: {
      format: p.layout === 'rows' ? 'csr' : 'csc',
      numRows: p.numRows,
      numCols: p.numCols,
      starts: p.aStart,
      indices: p.aIndex,
      values: p.aValue,
    },
    ...(p.integrality && !relaxed ? { integrality: Int32Array.from(p.integrality) } : {}),
  };
}

function openSession(highs: HighsModule, problem: MilpProblem): MilpSession {
  const model = highs.createModel(modelData(problem, false));
  const isMixed = problem.integrality?.some((t) => t !== 0) ?? false;
  let relaxedNow = false;
  const select = (indices: Int32Array) => ({ kind: 'set', indices });
  return {
    solve(options = {}) {
      const relaxed = isMixed && options.relaxed === true;
      if (relaxed !== relaxedNow && problem.integrality) {
        const all = Int32Array.from({ length: problem.numCols }, (_, j) => j);
        const types = relaxed ? new Int32Array(problem.numCols) : Int32Array.from(problem.integrality);
        model.changeColsIntegrality(select(all), types);
        relaxedNow = relaxed;
      }
      return run(model, problem, options, isMixed && !relaxed);
    },
    addRows(rows: MilpRows) {
      model.addRows({
        lower: rows.rowLower,
        upper: rows.rowUpper,
        matrix: {
          format: 'csr',
          numRows: rows.rowLower.length,
          numCols: problem.numCols,
          starts: rows.aStart,
          indices: rows.aIndex,
          values: rows.aValue,
        },
      });
    },
    setCosts: (columns, costs) => void model.changeColsCost(select(columns), costs),
    setColumnLimits: (columns, lower, upper) => void model.changeColsBounds(select(columns), lower, upper),
    setRowLimits: (rows, lower, upper) => void model.changeRowsBounds(select(rows), lower, upper),
    close: () => model.dispose(),
  };
}

function run(model: HighsModel, problem: MilpProblem, options: MilpOptions, isMixed: boolean): MilpResult {
  const worst = problem.sense === 'maximise' ? Infinity : -Infinity;
  model.options.set({
    output_flag: false,
    random_seed: options.seed ?? 0,
    mip_rel_gap: options.gap ?? 1e-9,
    mip_abs_gap: 1e-9,
    time_limit: options.seconds ?? 1e30,
    presolve: 'choose',
    solver: isMixed || options.method === undefined ? 'choose' : methodName[options.method],
    // 0 lets the engine choose (the dual simplex), 4 is the primal one.
    simplex_strategy: !isMixed && options.method === 'primal' ? 4 : 0,
  });
  // The limit counts from the model's first run unless its clock is set back.
  model.zeroAllClocks();
  if (options.start) model.setSolution({ colValue: options.start });
  if (options.basis && !isMixed) model.setBasis(grown(options.basis, problem));
  const callbacks = callbacksFor(options, worst);
  let code = model.run(callbacks).modelStatus;
  if (code === outcome.infeasibleOrUnbounded) {
    // Presolve could not tell which of the two; the solver proper can.
    model.options.set({ presolve: 'off' });
    model.clearSolver();
    code = model.run(callbacks).modelStatus;
  }
  const isEmpty = code === outcome.empty;
  const status = isEmpty && !holdsWithoutColumns(problem) ? 'infeasible' : statusOf(code);
  const feasible = Number(model.info.get('primal_solution_status')) === 2;
  const solution = () => (isEmpty ? new Float64Array(0) : model.getSolution().colValue);
  const x = (isEmpty || feasible) && status !== 'infeasible' ? solution() : null;
  const value = x === null ? NaN : isEmpty ? (problem.offset ?? 0) : model.getObjectiveValue();
  const bound = boundOf(model, { status, value, worst, isMixed });
  const gap = x === null ? Infinity : Math.abs(value - bound) / Math.max(Math.abs(value), 1e-9);
  return {
    status: status === 'optimal' && isMixed && gap > 1e-8 ? 'gapReached' : status,
    value,
    bound,
    gap: status === 'optimal' && gap <= 1e-12 ? 0 : gap,
    x,
    duals: dualsOf(model, isMixed || code !== outcome.optimal),
    basis: isMixed || code !== outcome.optimal ? null : basisOf(model),
    nodes: isMixed ? Math.max(0, Number(model.info.get('mip_node_count'))) : 0,
    iterations: Math.max(0, Number(model.info.get('simplex_iteration_count'))),
  };
}

/** The engine does not look at the rows of a model without columns: each of them is 0. */
const holdsWithoutColumns = (p: MilpProblem): boolean =>
  p.rowLower.every((lower) => lower <= 0) && p.rowUpper.every((upper) => upper >= 0);

const methodName = { choose: 'choose', simplex: 'simplex', primal: 'simplex', interior: 'ipm' } as const;
/** Basis codes of the HiGHS C interface. */
const basisCode = { lower: 0, basic: 1 } as const;

/** A basis for a model that grew: new columns at their lower limit, new rows basic. */
function grown(b: MilpBasis, p: MilpProblem): { colStatus: Int32Array; rowStatus: Int32Array } {
  if (b.columns.length > p.numCols || b.rows.length > p.numRows)
    throw new QipanError('SHAPE_MISMATCH', `a basis of ${b.columns.length} columns and ${b.rows.length} rows`, {
      field: 'basis',
      got: [b.columns.length, b.rows.length],
      expected: `at most ${p.numCols} columns and ${p.numRows} rows`,
    });
  const colStatus = new Int32Array(p.numCols).fill(basisCode.lower);
  const rowStatus = new Int32Array(p.numRows).fill(basisCode.basic);
  colStatus.set(b.columns);
  rowStatus.set(b.rows);
  return { colStatus, rowStatus };
}

function basisOf(model: HighsModel): MilpBasis | null {
  if (Number(model.info.get('basis_validity')) !== 1) return null;
  const { colStatus, rowStatus } = model.getBasis();
  return { columns: colStatus, rows: rowStatus };
}

function dualsOf(model: HighsModel, none: boolean): MilpResult['duals'] {
  if (none) return null;
  const { rowDual, colDual } = model.getSolution();
  return { rowDual, colDual };
}

function boundOf(model: HighsModel, s: { status: MilpStatus; value: number; worst: number; isMixed: boolean }): number {
  if (s.status === 'infeasible') return -s.worst;
  if (s.status === 'unbounded') return s.worst;
  if (!s.isMixed) return s.status === 'optimal' ? s.value : s.worst;
  const bound = Number(model.info.get('mip_dual_bound'));
  return Number.isFinite(bound) && Math.abs(bound) < 1e30 ? bound : s.status === 'optimal' ? s.value : s.worst;
}

function statusOf(code: number): MilpStatus {
  if (code === outcome.optimal || code === outcome.empty) return 'optimal';
  if (code === outcome.infeasible) return 'infeasible';
  if (code === outcome.unbounded || code === outcome.infeasibleOrUnbounded) return 'unbounded';
  if (stoppedOutcomes.includes(code)) return 'stopped';
  throw new Error(`HiGHS ended in model state ${code}`);
}

interface CallbackEvent {
  readonly data: { readonly mip_primal_bound?: number; readonly mip_dual_bound?: number };
  interrupt?(): void;
}

function callbacksFor(options: MilpOptions, worst: number): object {
  const { shouldStop, progress } = options;
  const callbacks: Record<number, (event: CallbackEvent) => void> = {};
  if (shouldStop)
    for (const c of [channel.simplexInterrupt, channel.interiorInterrupt, channel.mipInterrupt])
      callbacks[c] = (event) => {
        if (shouldStop()) event.interrupt?.();
      };
  if (progress)
    callbacks[channel.mipLogging] = ({ data }) => progress(data.mip_primal_bound ?? NaN, data.mip_dual_bound ?? worst);
  return callbacks;
}

function findIrreducibleSet(highs: HighsModule, problem: MilpProblem): IrreducibleSet | null {
  const model = highs.createModel(modelData(problem, true));
  try {
    // Bits 2 (by an elastic linear programme) and 4 (reduced until every part is needed), rows before columns.
    model.options.set({ output_flag: false, iis_strategy: 6 });
    if (statusOf(model.run().modelStatus) !== 'infeasible') return null;
    const { rowIndex, colIndex } = model.getIis();
    return rowIndex.length + colIndex.length === 0 ? null : { rows: rowIndex, columns: colIndex };
  } finally {
    model.dispose();
  }
}
