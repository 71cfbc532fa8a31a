import { QipanError } from '@qipan/base';

/** Where to look for a root and when to be content. */
export interface RootSearch {
  readonly low: number;
  readonly high: number;
  /** Stop when the bracket is narrower than this times its larger end. Default 1e-12. */
  readonly relative?: number;
}

/**
 * The root of a function that changes sign between `low` and `high`, by bisection: slow, sure, the same on every machine.
 * Gives the end of the last bracket at which the function has the sign of its value at `low`, so that for an increasing
 * function the answer is never past the root.
 * @throws `OUT_OF_RANGE` when both ends have the same sign
 */
export function bisectRoot(f: (x: number) => number, search: RootSearch): number {
  let { low, high } = search;
  const relative = search.relative ?? 1e-12;
  const atLow = f(low);
  if (atLow === 0) return low;
  if (Math.sign(atLow) === Math.sign(f(high)))
    throw new QipanError('OUT_OF_RANGE', `no change of sign between ${low} and ${high}`, { expected: 'a bracket' });
  // 200 halvings exhaust any double; the relative test ends it long before.
  for (let k = 0; k < 200 && high - low > relative * Math.max(Math.abs(low), Math.abs(high)); k++) {
    const mid = low + (high - low) / 2;
    if (Math.sign(f(mid)) === Math.sign(atLow)) low = mid;
    else high = mid;
  }
  return low;
}
