import { QipanError } from '@qipan/base';
import { luFactor, luSolve } from '@qipan/numeric';
import type { Leontief } from './leontief.js';
import { colSums } from './table.js';

/**
 * What is taken out with a sector k:
 * `full` row and column k of A and final demand of k; `backward` column k of A (k buys nothing at home); `forward` row k of
 * B (k sells nothing to producers), in the Ghosh model; `keepDiagonal` row and column k but for the cell (k, k), final
 * demand kept.
 */
export type ExtractionVariant = 'full' | 'backward' | 'forward' | 'keepDiagonal';

export interface Extractions {
  readonly variant: ExtractionVariant;
  /** Gross output lost in the whole economy when sector k goes, an entry a sector k. */
  readonly total: Float64Array;
  /** `total` over gross output of the economy. */
  readonly share: Float64Array;
  /** Output lost by every sector when k goes. */
  loss(k: number): Float64Array;
}

/**
 * All n hypothetical extractions from one inverse, O(n²) (rank-one updates; Sherman, Morrison 1950; the method: Dietzenbacher,
 * Lahr 2013; Miller, Lahr 2001).
 *
 * `full`: loss_i = L_ik x_k / L_kk, loss_k = x_k; total x_k·colSum_k(L)/L_kk. `backward`: the same off k, loss_k =
 * x_k (L_kk − 1)/L_kk. `forward`: on G with rows and columns exchanged, loss_k = x_k (G_kk − 1)/G_kk.
 * `keepDiagonal`: a rank-two update a sector.
 */
export function extractAll(m: Leontief, variant: ExtractionVariant): Extractions {
  const { n, x } = m.table;
  const all = x.reduce((a, b) => a + b, 0);
  const loss = lossOf(m, variant);
  const total = variant === 'keepDiagonal' ? Float64Array.from(x, (_, k) => sum(loss(k))) : totals(m, variant);
  return { variant, total, share: total.map((v) => v / all), loss: (k) => loss(checked(k, n)) };
}

const sum = (v: Float64Array): number => v.reduce((a, b) => a + b, 0);

function checked(k: number, n: number): number {
  if (!(Number.isInteger(k) && k >= 0 && k < n))
    throw new QipanError('OUT_OF_RANGE', `sector ${k}; the table has ${n}`, { got: k, expected: `0…${n - 1}` });
  return k;
}

function totals(m: Leontief, variant: 'full' | 'backward' | 'forward'): Float64Array {
  const { n, x } = m.table;
  if (variant === 'forward') {
    // Σ_i x_k G_ki / G_kk − x_k / G_kk.
    const g = m.g;
    return x.map((xk, k) => {
      let s = 0;
      for (let i = 0; i < n; i++) s += g[k * n + i];
      return (xk * (s - 1)) / g[k * n + k];
    });
  }
  const { l } = m;
  return colSums(l, n).map((s, k) => (x[k] * (variant === 'full' ? s : s - 1)) / l[k * n + k]);
}

function lossOf(m: Leontief, variant: ExtractionVariant): (k: number) => Float64Array {
  const { n, x } = m.table;
  if (variant === 'keepDiagonal') return (k) => extractGroup(m, [k], { keep: 'diagonal', finalDemand: 'kept' });
  if (variant === 'forward') {
    const { g } = m;
    return (k) => {
      // Ghosh output is v'G; without row k of B, x_k is spread over no one.
      const f = x[k] / g[k * n + k];
      return Float64Array.from({ length: n }, (_, i) => f * (g[k * n + i] - (i === k ? 1 : 0)));
    };
  }
  const { l } = m;
  return (k) => {
    const f = x[k] / l[k * n + k];
    const out = Float64Array.from({ length: n }, (_, i) => f * l[i * n + k]);
    if (variant === 'backward') out[k] -= f;
    return out;
  };
}

export interface GroupOptions {
  /** `none`: every flow of the group goes. `inside`: flows within the group stay. `diagonal`: only own use stays. Default `none`. */
  readonly keep?: 'none' | 'inside' | 'diagonal';
  /** Does final demand for the group's products go too; default `removed`. */
  readonly finalDemand?: 'removed' | 'kept';
}

/**
 * Output lost by every sector when a whole group K is taken out, by a rank-2|K| update of the one inverse (Woodbury 1950):
 * O(n |K| + |K|³). Final demand is that which the table's output implies, `f = x − A x`.
 * @throws `OUT_OF_RANGE` for an unknown sector, `DUPLICATE_ID` for one named twice
 */
export function extractGroup(m: Leontief, group: readonly number[], o: GroupOptions = {}): Float64Array {
  const { n, x } = m.table;
  const { a, l } = m;
  const g = group.length;
  group.forEach((k, q) => {
    checked(k, n);
    if (group.indexOf(k) !== q)
      throw new QipanError('DUPLICATE_ID', `sector ${m.table.code[k]} stands twice in the group`, { got: k });
  });
  const isIn = new Uint8Array(n);
  for (const k of group) isIn[k] = 1;
  const keep = o.keep ?? 'none';
  const stays = (i: number, j: number) =>
    isIn[i] === 1 && isIn[j] === 1 && (keep === 'inside' || (keep === 'diagonal' && i === j));
  // What goes is D = U V' with U = [columns of the group below and beside, unit vectors], V' = [unit vectors, rows].
  const row = (q: number, j: number) => (isIn[j] === 1 ? 0 : a[group[q] * n + j]);
  // New output solves (I − A + D) y = f', so y = L f' − L U (I + V' L U)⁻¹ V' L f'.
  const fLost = new Float64Array(n);
  if (o.finalDemand !== 'kept') for (const k of group) fLost[k] = x[k] - dotRow(a, k, x);
  const y = Float64Array.from({ length: n }, (_, i) => group.reduce((s, k) => s - l[i * n + k] * fLost[k], x[i]));
  const lu = Array.from({ length: 2 * g }, (_, q) =>
    Float64Array.from({ length: n }, (_r, i) => {
      if (q >= g) return l[i * n + group[q - g]];
      // L A = L − I, so a whole column of A needs no product.
      const k = group[q];
      const stayed = group.reduce((s, t) => (stays(t, k) ? s + l[i * n + t] * a[t * n + k] : s), 0);
      return l[i * n + k] - (i === k ? 1 : 0) - stayed;
    }),
  );
  const vTimes = (v: Float64Array) =>
    Float64Array.from({ length: 2 * g }, (_, q) => {
      if (q < g) return v[group[q]];
      let s = 0;
      for (let j = 0; j < n; j++) s += row(q - g, j) * v[j];
      return s;
    });
  const small = new Float64Array(4 * g * g);
  lu.forEach((u, q) => vTimes(u).forEach((v, p) => (small[p * 2 * g + q] = v + (p === q ? 1 : 0))));
  const factors = luFactor(small, 2 * g);
  if (!factors) throw new Error('the update of a productive table is singular');
  const w = luSolve(factors, vTimes(y));
  return Float64Array.from({ length: n }, (_, i) => x[i] - (y[i] - lu.reduce((s, u, q) => s + u[i] * w[q], 0)));
}

function dotRow(a: Float64Array, i: number, x: Float64Array): number {
  let s = 0;
  for (let j = 0; j < x.length; j++) s += a[i * x.length + j] * x[j];
  return s;
}
