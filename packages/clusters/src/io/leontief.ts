import { QipanError } from '@qipan/base';
import {
  csrTimesVector,
  DenseMatrix,
  invertPositive,
  solveGmres,
  type Csr,
  type IterativeOptions,
  type IterativeResult,
} from '@qipan/numeric';
import { allocation, colSums, named, rowSums, technology, type IoTable } from './table.js';

/** Sectors up to which a dense inverse is made (2 n³ operations, 8 n² bytes a matrix). */
const denseLimit = 4000;

/** The model of one table. Matrices are row-major `n × n`; each is made when first asked for and then kept. */
export interface Leontief {
  readonly table: IoTable;
  /** Technology `A = Z x̂⁻¹`. */
  readonly a: Float64Array;
  /** Allocation `B = x̂⁻¹Z`, sellers in rows. */
  readonly b: Float64Array;
  /** `L = (I − A)⁻¹`. */
  readonly l: Float64Array;
  /** `G = (I − B)⁻¹`. */
  readonly g: Float64Array;
  /** `x = L f` without an inverse (GMRES; relative residual 1e-12 unless told). */
  solve(f: Float64Array, o?: IterativeOptions): IterativeResult;
}

/** `I − a` of a row-major square matrix. */
export function identityMinus(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[k] = (i === j ? 1 : 0) - a[k];
  return out;
}

/** `x − A x` of a kept dense matrix. */
const lessProduct =
  (a: DenseMatrix) =>
  (x: Float64Array): Float64Array => {
    const y = a.times(x);
    for (let i = 0; i < y.length; i++) y[i] = x[i] - y[i];
    return y;
  };

function inverseOf(a: Float64Array, t: IoTable): Float64Array {
  if (t.n > denseLimit)
    throw new QipanError('TOO_LARGE', `${t.n} sectors; a dense inverse is made up to ${denseLimit}`, {
      got: t.n,
      expected: `≤ ${denseLimit}; solve() and solveSparse() take larger tables`,
    });
  const got = invertPositive(identityMinus(a, t.n), t.n);
  if (got.status === 'notPositive')
    throw new QipanError('NOT_PRODUCTIVE', `the table stops being productive at ${named(t, got.row)}`, {
      got: t.code[got.row],
      expected: 'positive leading minors of I − A (Hawkins, Simon 1949)',
    });
  return got.inverse;
}

/** The Leontief model of a checked table (Leontief 1936; Miller, Blair 2009). The table is not changed. */
export function leontief(table: IoTable): Leontief {
  const { n } = table;
  const kept: { a?: Float64Array; b?: Float64Array; l?: Float64Array; g?: Float64Array; dense?: DenseMatrix } = {};
  return {
    table,
    get a() {
      return (kept.a ??= technology(table));
    },
    get b() {
      return (kept.b ??= allocation(table));
    },
    get l() {
      return (kept.l ??= inverseOf(this.a, table));
    },
    get g() {
      return (kept.g ??= ghoshFrom(this.l, table) ?? inverseOf(this.b, table));
    },
    solve(f, o = {}) {
      kept.dense ??= new DenseMatrix(this.a, n, n);
      return solveGmres(lessProduct(kept.dense), f, o);
    },
  };
}

/** `G = x̂⁻¹ L x̂`, because `B = x̂⁻¹ A x̂`; null when a sector has no output. */
function ghoshFrom(l: Float64Array, { n, x }: IoTable): Float64Array | null {
  if (x.some((v) => v === 0)) return null;
  const g = new Float64Array(n * n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) g[k] = (l[k] * x[j]) / x[i];
  return g;
}

/**
 * `x = (I − A)⁻¹ f` for a sparse technology matrix (multi-region tables of thousands of rows) by GMRES.
 * @throws `SHAPE_MISMATCH`
 */
export function solveSparse(a: Csr, f: Float64Array, o: IterativeOptions = {}): IterativeResult {
  if (a.rows !== a.cols || f.length !== a.rows)
    throw new QipanError('SHAPE_MISMATCH', `a technology matrix of ${a.rows} × ${a.cols} for ${f.length} sectors`);
  const map = (x: Float64Array) => {
    const y = csrTimesVector(a, x);
    for (let i = 0; i < y.length; i++) y[i] = x[i] - y[i];
    return y;
  };
  return solveGmres(map, f, o);
}

/** Backward and forward linkages, absolute and over their mean (Rasmussen 1956). */
export interface Linkages {
  /** Column sums of L. */
  readonly backward: Float64Array;
  /** Row sums of G, or of L when asked. */
  readonly forward: Float64Array;
  readonly backwardIndex: Float64Array;
  readonly forwardIndex: Float64Array;
  /** 1 where both indices are above 1. */
  readonly isKey: Uint8Array;
  readonly forwardOf: 'ghosh' | 'leontief';
}

const overMean = (v: Float64Array): Float64Array => {
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  return v.map((x) => x / mean);
};

/** Linkages of every sector. `forward: 'leontief'` takes row sums of L (Rasmussen's), the default those of G (Jones 1976). */
export function linkages(m: Leontief, o: { readonly forward?: 'ghosh' | 'leontief' } = {}): Linkages {
  const { n } = m.table;
  const backward = colSums(m.l, n);
  const forwardOf = o.forward ?? 'ghosh';
  const forward = rowSums(forwardOf === 'ghosh' ? m.g : m.l, n);
  const [backwardIndex, forwardIndex] = [overMean(backward), overMean(forward)];
  const isKey = Uint8Array.from(backward, (_, i) => (backwardIndex[i] > 1 && forwardIndex[i] > 1 ? 1 : 0));
  return { backward, forward, backwardIndex, forwardIndex, isKey, forwardOf };
}

/**
 * Upstreamness `U = (I − B)⁻¹1`: how many steps of production a sector's output is from final use, 1 or more.
 * With `correct` (exports and inventories, an entry a sector) flows are taken over `x − exports − inventories`, as if
 * what leaves were used at home in the same mix (Antràs et al. 2012, eq. 3).
 * @throws `OUT_OF_RANGE` where exports and inventories take the whole output
 */
export function upstreamness(m: Leontief, o: { readonly correct?: Float64Array } = {}): Float64Array {
  const { n, x } = m.table;
  const { correct } = o;
  if (!correct) return rowSums(m.g, n);
  const rest = x.map((v, i) => v - correct[i]);
  const bad = rest.findIndex((v, i) => !(v > 0) && x[i] > 0);
  if (bad >= 0)
    throw new QipanError('OUT_OF_RANGE', `exports and inventories of ${named(m.table, bad)} leave ${rest[bad]}`, {
      got: rest[bad],
      expected: '> 0',
    });
  return rowSums(inverseOf(allocation({ n, z: m.table.z, x: rest }), m.table), n);
}

/**
 * Average propagation length `[L(L − I)]_ij / (L − I)_ij`, on the diagonal `/ (L − I)_ii` too: mean number of rounds in
 * which a stimulus of j reaches i (Dietzenbacher, Romero 2007). NaN where nothing reaches. O(n³).
 */
export function propagationLengths(m: Leontief): Float64Array {
  const { n } = m.table;
  const { l } = m;
  const out = new Float64Array(n * n);
  const rest = l.map((v, k) => (k % (n + 1) === 0 ? v - 1 : v));
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const f = l[i * n + k];
      if (f !== 0) for (let j = 0; j < n; j++) out[i * n + j] += f * rest[k * n + j];
    }
  return out.map((v, k) => (rest[k] > 1e-15 ? v / rest[k] : Number.NaN));
}

/** First-order field of influence of all coefficients together, `rowSum_i(L)·colSum_j(L)` (Sonis, Hewings 1992). */
export function fieldOfInfluence(m: Leontief): Float64Array {
  const { n } = m.table;
  const [row, col] = [rowSums(m.l, n), colSums(m.l, n)];
  return Float64Array.from({ length: n * n }, (_, k) => row[Math.floor(k / n)] * col[k % n]);
}

/** Content of one unit of final demand of each sector, `w'L` for a coefficient per unit of output. */
export function content(m: Leontief, perOutput: Float64Array): Float64Array {
  const { n } = m.table;
  if (perOutput.length !== n)
    throw new QipanError('SHAPE_MISMATCH', `${perOutput.length} coefficients for ${n} sectors`);
  const out = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[j] += perOutput[i] * m.l[k];
  return out;
}

/**
 * Value-added content `v'L` and import content `m'L` of a unit of final demand, by sector. They add up to 1 when Z is
 * domestic and imports and value added are complete; that is asserted.
 * @throws `SUPPRESSED_USED` when the imports are unknown, `IO_UNBALANCED` when the sum is off by more than 1e-6
 */
export function contents(m: Leontief): { readonly valueAdded: Float64Array; readonly imports: Float64Array } {
  const { table } = m;
  if (!table.imports || table.valueAdded.length === 0)
    throw new QipanError('SUPPRESSED_USED', 'the table has no import rows or no value added: contents are unknown', {
      expected: 'a table with import rows and value added',
    });
  const share = (v: Float64Array) => v.map((x, j) => (table.x[j] > 0 ? x / table.x[j] : 0));
  const primary = new Float64Array(table.n);
  for (const row of table.valueAdded) row.value.forEach((v, j) => (primary[j] += v));
  const valueAdded = content(m, share(primary));
  const imports = content(m, share(colSums(table.imports, table.n)));
  const bad = valueAdded.findIndex((v, j) => table.x[j] > 0 && Math.abs(v + imports[j] - 1) > 1e-6);
  if (bad >= 0)
    throw new QipanError(
      'IO_UNBALANCED',
      `contents of ${named(table, bad)} add up to ${valueAdded[bad] + imports[bad]}`,
      {
        got: valueAdded[bad] + imports[bad],
        expected: '1',
      },
    );
  return { valueAdded, imports };
}
