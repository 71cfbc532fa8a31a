import { QipanError } from '@qipan/base';

/** A linear map given by what it does to a vector. */
export type LinearMap = (x: Float64Array) => Float64Array;

export interface IterativeOptions {
  /** On the residual relative to the right side, in the Euclidean norm; default 1e-12. */
  readonly tolerance?: number;
  /** Products with the map; default 1,000. */
  readonly iterations?: number;
  /** GMRES only: directions kept before it starts again; default 40. */
  readonly restart?: number;
}

/** `status: 'stalled'` when the iterations ran out: `x` is then the last iterate and `residual` its true one. */
export interface IterativeResult {
  readonly status: 'converged' | 'stalled';
  readonly x: Float64Array;
  readonly iterations: number;
  readonly residual: number;
}

export function euclideanNorm(x: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * x[i];
  return Math.sqrt(s);
}

function dot(a: Float64Array, b: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i] * b[i];
  return s;
}

function add(into: Float64Array, f: number, x: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += f * x[i];
}

/** Solves `(I − A) x = b` by the series `x ← A x + b`, which converges when the spectral radius of A is below 1. */
export function solveNeumann(a: LinearMap, b: Float64Array, o: IterativeOptions = {}): IterativeResult {
  const { tolerance = 1e-12, iterations = 1000 } = o;
  const scale = euclideanNorm(b);
  let x: Float64Array = b.slice();
  if (scale === 0) return { status: 'converged', x, iterations: 0, residual: 0 };
  let residual = Infinity;
  for (let k = 1; k <= iterations; k++) {
    const next = a(x);
    let s = 0;
    for (let i = 0; i < next.length; i++) {
      next[i] += b[i];
      s += (next[i] - x[i]) * (next[i] - x[i]);
    }
    residual = Math.sqrt(s) / scale;
    // The residual of x is next − x; next is better by a factor ρ(A).
    if (residual <= tolerance) return { status: 'converged', x: next, iterations: k, residual };
    if (!Number.isFinite(residual)) break;
    x = next;
  }
  return { status: 'stalled', x, iterations, residual };
}

/**
 * Solves `C x = b` by restarted GMRES (Saad, Schultz 1986) with modified Gram-Schmidt and Givens rotations.
 * @throws `OUT_OF_RANGE` for a restart below 1
 */
export function solveGmres(c: LinearMap, b: Float64Array, o: IterativeOptions = {}): IterativeResult {
  const { tolerance = 1e-12, iterations = 1000, restart = 40 } = o;
  if (!(restart >= 1)) throw new QipanError('OUT_OF_RANGE', `restart ${restart}; expected ≥ 1`, { got: restart });
  const scale = euclideanNorm(b);
  const x = new Float64Array(b.length);
  let used = 0;
  let residual = scale === 0 ? 0 : 1;
  while (residual > tolerance && used < iterations) {
    const r = b.slice();
    if (used > 0) add(r, -1, c(x));
    const cycle = arnoldi(c, r, { directions: Math.min(restart, iterations - used), stop: tolerance * scale });
    cycle.basis.forEach((v, k) => add(x, cycle.weight[k], v));
    used += cycle.basis.length;
    const left = b.slice();
    add(left, -1, c(x));
    const now = euclideanNorm(left) / scale;
    // No progress in a whole cycle: the map is singular or the tolerance is below rounding.
    if (!(now < residual * 0.999)) {
      residual = now;
      break;
    }
    residual = now;
  }
  return { status: residual <= tolerance ? 'converged' : 'stalled', x, iterations: used, residual };
}

/** One cycle: an orthonormal basis and the weights of the least-squares correction in it. */
function arnoldi(c: LinearMap, r: Float64Array, o: { directions: number; stop: number }) {
  const beta = euclideanNorm(r);
  const basis: Float64Array[] = [r.map((v) => v / beta)];
  const columns: number[][] = [];
  const rotations: [number, number][] = [];
  const g = [beta];
  for (let k = 0; k < o.directions; k++) {
    const w = c(basis[k]);
    const h = basis.map((v) => {
      const f = dot(w, v);
      add(w, -f, v);
      return f;
    });
    const below = euclideanNorm(w);
    rotations.forEach(([cos, sin], i) => {
      [h[i], h[i + 1]] = [cos * h[i] + sin * h[i + 1], -sin * h[i] + cos * h[i + 1]];
    });
    const length = Math.hypot(h[k], below);
    const turn: [number, number] = length === 0 ? [1, 0] : [h[k] / length, below / length];
    h[k] = length;
    rotations.push(turn);
    columns.push(h);
    g.push(-turn[1] * g[k]);
    g[k] *= turn[0];
    if (Math.abs(g[k + 1]) <= o.stop * 0.5 || below <= 1e-300 || k + 1 === o.directions) break;
    basis.push(w.map((v) => v / below));
  }
  const m = columns.length;
  const weight = new Float64Array(m);
  for (let i = m - 1; i >= 0; i--) {
    let s = g[i];
    for (let j = i + 1; j < m; j++) s -= columns[j][i] * weight[j];
    weight[i] = columns[i][i] === 0 ? 0 : s / columns[i][i];
  }
  return { basis: basis.slice(0, m), weight };
}

/**
 * The largest eigenvalue of a map with non-negative entries, by power iteration on `A + I` (the shift keeps periodic
 * matrices from oscillating). `lower` and `upper` are the Collatz-Wielandt bounds of the last vector over its positive entries;
 * they meet when the matrix is irreducible.
 */
export function perronRoot(
  a: LinearMap,
  n: number,
  o: { readonly tolerance?: number; readonly iterations?: number } = {},
): { readonly value: number; readonly lower: number; readonly upper: number; readonly iterations: number } {
  const { tolerance = 1e-13, iterations = 20_000 } = o;
  let x: Float64Array = new Float64Array(n).fill(1 / Math.sqrt(n));
  let value = 0;
  let [lower, upper] = [0, Infinity];
  let calm = 0;
  for (let k = 1; k <= iterations && n > 0; k++) {
    const y = a(x);
    [lower, upper] = [Infinity, 0];
    for (let i = 0; i < n; i++) {
      if (x[i] > 1e-200) {
        const ratio = y[i] / x[i];
        lower = Math.min(lower, ratio);
        upper = Math.max(upper, ratio);
      }
      y[i] += x[i];
    }
    const length = euclideanNorm(y);
    const next = length - 1;
    calm = Math.abs(next - value) <= tolerance * Math.max(1e-3, next) ? calm + 1 : 0;
    value = next;
    x = y.map((v) => v / length);
    if (upper - lower <= tolerance * upper || calm >= 20) return { value, lower, upper, iterations: k };
  }
  return { value, lower, upper, iterations };
}
