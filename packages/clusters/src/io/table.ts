import { QipanError } from '@qipan/base';
import { perronRoot, proportionalFit, timesScalar } from '@qipan/numeric';

/** One row of primary inputs, such as wages or depreciation: an entry a sector. */
export interface PrimaryInput {
  readonly code: string;
  readonly value: Float64Array;
}

/** One column of final demand, such as consumption or exports: an entry a sector. */
export interface FinalDemand {
  readonly code: string;
  readonly value: Float64Array;
  /** Entries of the import rows; absent when the table has none. */
  readonly imported?: Float64Array;
}

/**
 * A square input-output table, row-major, sellers in rows: `z[i·n + j]` is bought from i by j. With `imports` the table is
 * of the non-competitive kind (`z` domestic only); without, imports are unknown, not 0.
 */
export interface IoTable {
  readonly n: number;
  readonly code: readonly string[];
  readonly name: readonly string[];
  readonly nameZh: readonly string[];
  readonly z: Float64Array;
  /** `m[i·n + j]`: import of product i used by j; null = unknown. */
  readonly imports: Float64Array | null;
  readonly finalDemand: readonly FinalDemand[];
  readonly valueAdded: readonly PrimaryInput[];
  /** Gross output. */
  readonly x: Float64Array;
  readonly unit: string;
  readonly year: number | null;
  readonly priceBasis: 'basic' | 'producer' | 'purchaser' | 'unknown';
  /** Real, or made up for demonstration: shown wherever its figures are. */
  readonly origin: 'published' | 'synthetic';
}

/** What was found when the sums were compared. Errors are relative to gross output, the worst sector named. */
export interface IoBalance {
  readonly rowError: number;
  readonly rowWorst: string;
  readonly columnError: number;
  readonly columnWorst: string;
  /** Did RAS have to change the flows, and by how much (relative, of the sum of absolute changes). */
  readonly adjusted: { readonly iterations: number; readonly share: number } | null;
}

export interface IoCheckOptions {
  /** `ras` fits flows to the totals instead of refusing the table; default `refuse`. */
  readonly balance?: 'refuse' | 'ras';
  /** Largest relative error allowed; default 1e-6. */
  readonly tolerance?: number;
}

export function sumColumns(columns: readonly { readonly value: Float64Array }[], n: number): Float64Array {
  const out = new Float64Array(n);
  for (const c of columns) for (let i = 0; i < n; i++) out[i] += c.value[i];
  return out;
}

export function colSums(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[j] += a[k];
  return out;
}

export function rowSums(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[i] += a[k];
  return out;
}

function checkShape(t: IoTable): void {
  const shapes: [string, number, number][] = [
    ['z', t.z.length, t.n * t.n],
    ['imports', t.imports?.length ?? t.n * t.n, t.n * t.n],
    ['x', t.x.length, t.n],
    ['code', t.code.length, t.n],
    ['name', t.name.length, t.n],
    ['nameZh', t.nameZh.length, t.n],
    ...[...t.finalDemand, ...t.valueAdded].map((c): [string, number, number] => [c.code, c.value.length, t.n]),
  ];
  for (const [field, got, expected] of shapes)
    if (got !== expected)
      throw new QipanError('SHAPE_MISMATCH', `${field} has ${got} entries; expected ${expected} for ${t.n} sectors`, {
        field,
        got,
        expected: String(expected),
      });
}

function checkCells(t: IoTable): void {
  for (const [table, cells] of [
    ['Z', t.z],
    ['M', t.imports ?? new Float64Array(0)],
  ] as const)
    for (let k = 0; k < cells.length; k++)
      if (!(cells[k] >= 0))
        throw new QipanError(
          'VALUE_NEGATIVE',
          `${table}: ${t.code[Math.floor(k / t.n)]} sells ${cells[k]} to ${t.code[k % t.n]}; expected a number ≥ 0`,
          { table, row: Math.floor(k / t.n) + 1, column: t.code[k % t.n], got: cells[k], expected: '≥ 0' },
        );
  const used = colSums(t.z, t.n);
  for (let j = 0; j < t.n; j++) {
    if (!(t.x[j] >= 0) || t.x[j] === Infinity)
      throw new QipanError('VALUE_NEGATIVE', `gross output of ${named(t, j)} is ${t.x[j]}; expected a number ≥ 0`, {
        field: 'x',
        got: t.x[j],
        expected: '≥ 0',
      });
    if (t.x[j] === 0 && used[j] > 0)
      throw new QipanError(
        'NOT_PRODUCTIVE',
        `${named(t, j)} buys inputs of ${used[j]} but has no output: merge it into another sector or leave it out`,
        { field: 'x', got: 0, expected: '> 0 where there are inputs', sector: t.code[j] },
      );
  }
}

export const named = (t: Pick<IoTable, 'code' | 'name'>, j: number): string =>
  t.name[j] && t.name[j] !== t.code[j] ? `${t.code[j]} (${t.name[j]})` : (t.code[j] as string);

function errors(t: IoTable): Omit<IoBalance, 'adjusted'> {
  const uses = rowSums(t.z, t.n);
  const inputs = colSums(t.z, t.n);
  const bought = t.imports ? colSums(t.imports, t.n) : null;
  const final = sumColumns(t.finalDemand, t.n);
  const primary = sumColumns(t.valueAdded, t.n);
  let [rowError, row, columnError, column] = [0, 0, 0, 0];
  for (let i = 0; i < t.n; i++) {
    const scale = Math.max(t.x[i], 1e-300);
    const r = t.finalDemand.length === 0 ? 0 : Math.abs(uses[i] + final[i] - t.x[i]) / scale;
    const whole = inputs[i] + primary[i] + (bought?.[i] ?? 0);
    const c = t.valueAdded.length === 0 ? 0 : Math.abs(whole - t.x[i]) / scale;
    if (r > rowError) [rowError, row] = [r, i];
    if (c > columnError) [columnError, column] = [c, i];
  }
  return { rowError, rowWorst: named(t, row), columnError, columnWorst: named(t, column) };
}

/** Flows fitted by RAS so that rows sum to x − f, columns to x − v − m; totals that disagree with each other are an error. */
function balanced(t: IoTable): { z: Float64Array; iterations: number; share: number } {
  const final = sumColumns(t.finalDemand, t.n);
  const primary = sumColumns(t.valueAdded, t.n);
  const bought = t.imports ? colSums(t.imports, t.n) : new Float64Array(t.n);
  const rows = t.finalDemand.length === 0 ? rowSums(t.z, t.n) : t.x.map((x, i) => x - final[i]);
  const cols = t.valueAdded.length === 0 ? colSums(t.z, t.n) : t.x.map((x, j) => x - primary[j] - bought[j]);
  const fit = proportionalFit(t.z, rows, cols, { tolerance: 1e-9 });
  if (fit.status !== 'converged')
    throw new QipanError(
      'IO_UNBALANCED',
      `RAS ends ${fit.error} off after ${fit.iterations} rounds: row and column totals disagree, or zero cells allow no fit`,
      { got: fit.error, expected: 'totals that agree' },
    );
  let [moved, all] = [0, 0];
  for (let k = 0; k < t.z.length; k++) {
    moved += Math.abs(fit.value[k] - t.z[k]);
    all += t.z[k];
  }
  return { z: fit.value, iterations: fit.iterations, share: all > 0 ? moved / all : 0 };
}

/**
 * Checks a table: shape, signs, row balance `Z1 + f = x`, column balance `1'Z + 1'M + v = x`, productivity `ρ(A) < 1`.
 * Nothing is changed unless `balance: 'ras'` is asked for; then the change is told.
 * @throws `SHAPE_MISMATCH`, `VALUE_NEGATIVE` (cell named), `IO_UNBALANCED` (both errors, worst sectors named),
 * `NOT_PRODUCTIVE` (a sector with inputs and no output, or ρ(A) ≥ 1)
 */
export function checkIoTable(
  table: IoTable,
  o: IoCheckOptions = {},
): { readonly table: IoTable; readonly balance: IoBalance; readonly spectralRadius: number } {
  const { tolerance = 1e-6 } = o;
  checkShape(table);
  checkCells(table);
  let t = table;
  let found = errors(t);
  let adjusted: IoBalance['adjusted'] = null;
  const isOff = found.rowError > tolerance || found.columnError > tolerance;
  if (isOff && o.balance === 'ras') {
    const { z, ...how } = balanced(t);
    t = { ...t, z };
    adjusted = how;
    found = errors(t);
  } else if (isOff)
    throw new QipanError(
      'IO_UNBALANCED',
      `rows are off by ${found.rowError.toPrecision(3)} of output at ${found.rowWorst}, columns by ${found.columnError.toPrecision(3)} at ${found.columnWorst}; expected at most ${tolerance}`,
      { ...found, got: Math.max(found.rowError, found.columnError), expected: `≤ ${tolerance}, or balance: 'ras'` },
    );
  const a = technology(t);
  const root = perronRoot((v) => timesScalar(a, { rows: t.n, cols: t.n }, v), t.n);
  // Column sums above 1 alone do not break productivity; the radius does.
  if (root.value >= 1)
    throw new QipanError('NOT_PRODUCTIVE', `ρ(A) = ${root.value.toPrecision(6)}; ${costliest(t, a)}`, {
      got: root.value,
      expected: '< 1',
    });
  return { table: t, balance: { ...found, adjusted }, spectralRadius: root.value };
}

function costliest(t: IoTable, a: Float64Array): string {
  const sums = colSums(a, t.n);
  const j = sums.reduce((best, s, k) => (s > sums[best] ? k : best), 0);
  return `${named(t, j)} spends ${sums[j].toPrecision(4)} on inputs per unit of output`;
}

/** `A = Z x̂⁻¹`; a column of a sector without output is 0. */
export function technology(t: Pick<IoTable, 'n' | 'z' | 'x'>, flows: Float64Array = t.z): Float64Array {
  const a = new Float64Array(t.n * t.n);
  for (let i = 0, k = 0; i < t.n; i++) for (let j = 0; j < t.n; j++, k++) a[k] = t.x[j] > 0 ? flows[k] / t.x[j] : 0;
  return a;
}

/** `B = x̂⁻¹Z`: the rows are sellers (Miller, Blair 2009, ch. 12; the transpose of pymrio's Ghosh coefficients). */
export function allocation(t: Pick<IoTable, 'n' | 'z' | 'x'>): Float64Array {
  const b = new Float64Array(t.n * t.n);
  for (let i = 0, k = 0; i < t.n; i++) for (let j = 0; j < t.n; j++, k++) b[k] = t.x[i] > 0 ? t.z[k] / t.x[i] : 0;
  return b;
}
