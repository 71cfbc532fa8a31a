import { QipanError } from '@qipan/base';

/**
 * Lower Cholesky factor of a symmetric positive definite matrix `[n × n]`, row-major; only the lower triangle is read.
 * @returns null when the matrix is not positive definite to working precision (a pivot below 1e-12 of its diagonal)
 * @throws SHAPE_MISMATCH
 */
export function choleskyFactor(a: Float64Array, n: number): Float64Array | null {
  if (a.length !== n * n)
    throw new QipanError('SHAPE_MISMATCH', `${a.length} cells for ${n} × ${n}`, {
      got: a.length,
      expected: `${n * n}`,
    });
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i !== j) l[i * n + j] = sum / l[j * n + j];
      else if (sum > 1e-12 * Math.abs(a[i * n + i])) l[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  }
  return l;
}

/** Solves `L Lᵀ x = b` with a factor of `choleskyFactor`. */
export function choleskySolve(l: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
  return x;
}

/** Inverse of the matrix whose Cholesky factor is `l`, `[n × n]`, symmetric to the last bit. */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit.fill(0);
    unit[j] = 1;
    const column = choleskySolve(l, unit);
    for (let i = j; i < n; i++) out[i * n + j] = out[j * n + i] = column[i];
  }
  return out;
}
