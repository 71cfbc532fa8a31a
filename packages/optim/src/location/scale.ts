/** How costs become numbers that sums keep exactly: multiplied by `scale`, and `integral` if all are integers then. */
export interface CostScale {
  readonly scale: number;
  readonly integral: boolean;
}

/** Sums above this are not taken for integers: rounding of the bounds would come near the unit. */
const largestSum = 2 ** 41;

/**
 * The least power of ten that makes every number an integer, up to 10⁶; failing that, a power of two that brings the
 * largest cost near 2²⁰, so that multipliers in steps of 2⁻²⁰ are fine enough.
 *
 * @param count demand points, whose costs are summed
 */
export function costScale(parts: readonly ArrayLike<number>[], count: number): CostScale {
  let most = 0;
  for (const part of parts)
    for (let k = 0; k < part.length; k++) {
      const v = Math.abs(part[k]);
      if (v > most && v < Infinity) most = v;
    }
  for (let scale = 1; scale <= 1e6 && most * scale * count < largestSum; scale *= 10)
    if (parts.every((part) => allIntegers(part, scale))) return { scale, integral: true };
  return { scale: most > 0 ? 2 ** (20 - Math.round(Math.log2(most))) : 1, integral: false };
}

function allIntegers(part: ArrayLike<number>, scale: number): boolean {
  for (let k = 0; k < part.length; k++) {
    const v = part[k];
    if (v !== Infinity && Math.round(v * scale) / scale !== v) return false;
  }
  return true;
}

/** One scaled cost. */
export function scaled(v: number, s: CostScale): number {
  return s.integral && v !== Infinity ? Math.round(v * s.scale) : v * s.scale;
}

/** Multipliers are kept to multiples of 2⁻²⁰, so that a verifier may take them as integers. */
export const quantum = 2 ** -20;

export function quantised(v: number): number {
  return Math.round(v * 1048576) / 1048576;
}
