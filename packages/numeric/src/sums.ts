/**
 * Sum of the values with Neumaier's compensation: the error is about one rounding of the result, however many terms.
 * A NaN or infinite term gives NaN or ±∞ as ordinary addition does. The sum of nothing is 0.
 * Source: A. Neumaier, ZAMM 54 (1974) 39-51.
 */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    const t = sum + v;
    lost += Math.abs(sum) >= Math.abs(v) ? sum - t + v : v - t + sum;
    sum = t;
  }
  // Past ±∞ the correction is NaN (∞ − ∞) and must not spoil the infinite sum.
  return Number.isFinite(sum) ? sum + lost : sum;
}

/** Scalar product `Σ aᵢ bᵢ` with the additions compensated; the products are rounded once each. Equal lengths. */
export function compensatedDot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < a.length; i++) {
    const v = a[i] * b[i];
    const t = sum + v;
    lost += Math.abs(sum) >= Math.abs(v) ? sum - t + v : v - t + sum;
    sum = t;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

/** A running compensated sum, for terms that come one at a time. */
export class RunningSum {
  #sum = 0;
  #lost = 0;

  add(v: number): this {
    const t = this.#sum + v;
    this.#lost += Math.abs(this.#sum) >= Math.abs(v) ? this.#sum - t + v : v - t + this.#sum;
    this.#sum = t;
    return this;
  }

  get value(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
  }
}
