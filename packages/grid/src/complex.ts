/** A complex number `[re, im]`; for building networks, never inside a sweep. */
export type Complex = readonly [number, number];

export const complex = (re: number, im = 0): Complex => [re, im];
export const add = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
export const subtract = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
export const multiply = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
export const scale = (a: Complex, k: number): Complex => [a[0] * k, a[1] * k];
export const conjugate = (a: Complex): Complex => [a[0], -a[1]];
export const modulus = (a: Complex): number => Math.hypot(a[0], a[1]);
export const polar = (r: number, angle: number): Complex => [r * Math.cos(angle), r * Math.sin(angle)];
export const invert = (a: Complex): Complex => {
  const d = a[0] * a[0] + a[1] * a[1];
  return [a[0] / d, -a[1] / d];
};
export const divide = (a: Complex, b: Complex): Complex => multiply(a, invert(b));
export const zero: Complex = [0, 0];

/** A square matrix of complex numbers, rows of cells. */
export type Matrix = readonly (readonly Complex[])[];

export function matrixProduct(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => add(sum, multiply(x, b[k][j])), zero)));
}
export const matrixSum = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((x, j) => add(x, b[i][j])));
export const matrixScale = (a: Matrix, k: Complex): Matrix => a.map((row) => row.map((x) => multiply(x, k)));

/** Inverse by Gauss-Jordan with row pivoting; null when singular. */
export function matrixInverse(a: Matrix): Matrix | null {
  const n = a.length;
  const m = a.map((row, i) => [...row, ...row.map((_, j) => complex(i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (modulus(m[i][k]) > modulus(m[best][k])) best = i;
    if (modulus(m[best][k]) === 0) return null;
    [m[k], m[best]] = [m[best], m[k]];
    const p = invert(m[k][k]);
    m[k] = m[k].map((x) => multiply(x, p));
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = m[i][k];
      m[i] = m[i].map((x, j) => subtract(x, multiply(f, m[k][j])));
    }
  }
  return m.map((row) => row.slice(n));
}

/** `a·1 + b·(J − 1)`: the phase matrix of a balanced element with self part a and mutual part b. */
export const balancedMatrix = (self: Complex, mutual: Complex): Matrix =>
  [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? self : mutual)));

/** Phase matrix of sequence values (Fortescue 1918): `A·diag(y0, y1, y2)·A⁻¹`. */
export function sequenceToPhase(y0: Complex, y1: Complex, y2: Complex): Matrix {
  const turn = (k: number) => polar(1, (k * 2 * Math.PI) / 3);
  const y = [y0, y1, y2];
  // A[i][s] = a^(−i·s) with a = 1∠120°, A⁻¹[s][j] = a^(s·j) / 3.
  return [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) =>
      scale(
        [0, 1, 2].reduce((sum, s) => add(sum, multiply(y[s], turn(s * (j - i)))), zero),
        1 / 3,
      ),
    ),
  );
}
