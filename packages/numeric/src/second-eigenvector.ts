import { QipanError } from '@qipan/base';

/** The eigenvector of the second largest eigenvalue (in modulus), unit length; `converged` false leaves no meaning in it. */
export interface SecondEigenvector {
  readonly value: number;
  readonly vector: Float64Array;
  readonly converged: boolean;
  readonly iterations: number;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

function scaleToUnit(x: Float64Array): void {
  const norm = Math.sqrt(dot(x, x));
  for (let i = 0; i < x.length; i++) x[i] /= norm;
}

function times(a: Float64Array, x: Float64Array, transposed: boolean): Float64Array {
  const n = x.length;
  const y = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) {
    if (transposed) for (let j = 0; j < n; j++, k++) y[j] += a[k] * x[i];
    else {
      let sum = 0;
      for (let j = 0; j < n; j++, k++) sum += a[k] * x[j];
      y[i] = sum;
    }
  }
  return y;
}

/** Plain power iteration; `deflate` takes a known direction out after every product. */
function power(
  next: (x: Float64Array) => Float64Array,
  start: Float64Array,
  limit: number,
): { vector: Float64Array; value: number; converged: boolean; iterations: number } {
  let x = start;
  scaleToUnit(x);
  let value = 0;
  for (let k = 1; k <= limit; k++) {
    const y = next(x);
    value = dot(x, y);
    scaleToUnit(y);
    const sign = value < 0 ? -1 : 1;
    let change = 0;
    for (let i = 0; i < y.length; i++) change = Math.max(change, Math.abs(y[i] - sign * x[i]));
    x = y;
    if (change < 4e-16) return { vector: x, value, converged: true, iterations: k };
  }
  return { vector: x, value, converged: false, iterations: limit };
}

/**
 * Second eigenvector of a general real matrix `n × n`, row-major, by power iteration with the first pair (right `x`, left `y`)
 * deflated: `A − λ₁ x yᵀ/(yᵀx)`. Meant for (nearly) stochastic matrices, whose first eigenvalue is alone and near 1.
 * Converges as (λ₃/λ₂)ᵏ: when λ₂ is not alone, or complex, `converged` is false after `limit` products.
 * @throws SHAPE_MISMATCH
 */
export function secondEigenvector(a: Float64Array, n: number, limit = 5000): SecondEigenvector {
  if (a.length !== n * n)
    throw new QipanError('SHAPE_MISMATCH', `a matrix of ${a.length} cells for ${n} × ${n}`, {
      got: a.length,
      expected: `${n * n}`,
    });
  const ones = () => new Float64Array(n).fill(1);
  const right = power((x) => times(a, x, false), ones(), limit);
  const left = power((x) => times(a, x, true), ones(), limit);
  const scale = right.value / dot(left.vector, right.vector);
  const deflated = (x: Float64Array) => {
    const y = times(a, x, false);
    const f = scale * dot(left.vector, x);
    for (let i = 0; i < n; i++) y[i] -= f * right.vector[i];
    return y;
  };
  const second = power(
    deflated,
    Float64Array.from({ length: n }, (_, i) => Math.cos(1 + i * 2.399963229728653)),
    limit,
  );
  return {
    value: second.value,
    vector: second.vector,
    converged: n > 1 && right.converged && left.converged && second.converged,
    iterations: second.iterations,
  };
}
