import { QipanError } from '@qipan/base';
import { bisectRoot } from './root.js';

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** `ln Γ(x)` for x > 0 by Lanczos' approximation (g = 7, nine terms), about 1e-13 relative. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new QipanError('OUT_OF_RANGE', `logGamma(${x}); expected x > 0`, { got: x });
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = lanczos[0];
  for (let k = 1; k < lanczos.length; k++) sum += lanczos[k] / (z + k);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * Regularised lower incomplete gamma function `P(shape, x)`: the share of a Gamma(shape, 1) below x.
 * Series below shape + 1, continued fraction (modified Lentz) above.
 */
export function gammaShareBelow(shape: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  if (x < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-17; n++) {
      term *= x / (shape + n);
      sum += term;
    }
    return Math.min(1, sum * front);
  }
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b || tiny);
    c = b + a / c || tiny;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return Math.max(0, 1 - front * h);
}

/** The p-quantile of a Gamma distribution with the given mean > 0 and coefficient of variation > 0. */
export function gammaQuantile(p: number, mean: number, cv: number): number {
  if (!(p > 0 && p < 1) || !(mean > 0) || !(cv > 0))
    throw new QipanError('OUT_OF_RANGE', 'a gamma quantile needs 0 < p < 1, mean > 0 and cv > 0', {
      got: { p, mean, cv },
    });
  const shape = 1 / (cv * cv);
  let high = shape + 1;
  while (gammaShareBelow(shape, high) < p) high *= 2;
  return (bisectRoot((x) => gammaShareBelow(shape, x) - p, { low: 0, high }) * mean) / shape;
}
