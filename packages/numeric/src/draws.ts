import { QipanError, type Random } from '@qipan/base';
import { logGamma } from './gamma.js';

const check = (ok: boolean, name: string, got: unknown): void => {
  if (!ok) throw new QipanError('OUT_OF_RANGE', `${name}: ${String(got)}`, { field: name, got });
};

/**
 * A Poisson number of the given mean in constant time: inversion below 10, transformed rejection above
 * (W. Hörmann, Insurance: Mathematics and Economics 12 (1993) 39-45, algorithm PTRS).
 * @throws OUT_OF_RANGE for a mean that is negative or not finite
 */
export function drawPoisson(r: Random, mean: number): number {
  check(mean >= 0 && mean < Infinity, 'mean', mean);
  if (mean < 10) {
    let p = Math.exp(-mean);
    let u = r.next();
    let k = 0;
    while (u > p && k < 1000) {
      u -= p;
      k++;
      p *= mean / k;
    }
    return k;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = r.next() - 0.5;
    const v = r.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    if (
      Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b) <=
      -mean + k * Math.log(mean) - logGamma(k + 1)
    )
      return k;
  }
}

/**
 * A binomial number of n trials with probability p: inversion when n·min(p, 1−p) < 10, transformed rejection above
 * (W. Hörmann, J. Statist. Comput. Simul. 46 (1993) 101-110, algorithm BTRS).
 * @throws OUT_OF_RANGE
 */
export function drawBinomial(r: Random, n: number, p: number): number {
  check(Number.isInteger(n) && n >= 0, 'n', n);
  check(p >= 0 && p <= 1, 'p', p);
  if (p > 0.5) return n - drawBinomial(r, n, 1 - p);
  if (p === 0 || n === 0) return 0;
  const odds = p / (1 - p);
  if (n * p < 10) {
    let f = (1 - p) ** n;
    let u = r.next();
    let k = 0;
    while (u > f && k < n) {
      u -= f;
      k++;
      f *= (odds * (n - k + 1)) / k;
    }
    return k;
  }
  const spq = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spq;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spq;
  const vr = 0.92 - 4.2 / b;
  const m = Math.floor((n + 1) * p);
  const h = logGamma(m + 1) + logGamma(n - m + 1);
  for (;;) {
    const u = r.next() - 0.5;
    const v = r.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= vr) return k;
    if (
      Math.log((v * alpha) / (a / (us * us) + b)) <=
      h - logGamma(k + 1) - logGamma(n - k + 1) + (k - m) * Math.log(odds)
    )
      return k;
  }
}

/**
 * How n trials fall on cells of the given weights (≥ 0, one of them > 0), by binomials one after the other. Written into `out`.
 * @throws OUT_OF_RANGE when the weights sum to 0
 */
export function drawMultinomial(r: Random, n: number, weights: Float64Array, out: Float64Array): void {
  let left = n;
  let rest = 0;
  for (let i = 0; i < weights.length; i++) rest += weights[i];
  check(rest > 0, 'sum of weights', rest);
  let last = weights.length - 1;
  while (weights[last] === 0) last--;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i];
    const k = i === last ? left : w === 0 || left === 0 ? 0 : drawBinomial(r, left, Math.min(1, w / rest));
    out[i] = k;
    left -= k;
    rest -= w;
  }
}
