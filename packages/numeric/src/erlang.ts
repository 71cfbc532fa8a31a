import { QipanError } from '@qipan/base';
import { bisectRoot } from './root.js';

/** A target for waiting: `P(wait > waitMin) ≤ alpha`, with service times and variabilities. */
export interface WaitTarget {
  /** Mean time a server is held, minutes: the mean, not the median. */
  readonly meanServiceMin: number;
  readonly waitMin: number;
  readonly alpha: number;
  /** Squared coefficient of variation of the times between arrivals; 1 = Poisson. */
  readonly arrivalScv?: number;
  /** Squared coefficient of variation of the service times; 1 = exponential. */
  readonly serviceScv?: number;
}

/**
 * Erlang B: the probability that an arrival finds all servers taken and is lost, by the recurrence
 * `B(k) = aB(k−1)/(k + aB(k−1))`, which has no factorials to overflow. Erlang 1917.
 * @param servers whole number ≥ 0
 * @param offered load in Erlangs, ≥ 0
 */
export function erlangB(servers: number, offered: number): number {
  check(servers, offered);
  let b = 1;
  for (let k = 1; k <= servers; k++) b = (offered * b) / (k + offered * b);
  return b;
}

/**
 * Erlang C: the probability that an arrival must wait, `C = nB/(n − a(1 − B))`; 1 when the load reaches the servers.
 * @param servers whole number ≥ 0
 * @param offered load in Erlangs, ≥ 0
 */
export function erlangC(servers: number, offered: number): number {
  check(servers, offered);
  if (offered >= servers) return offered === 0 && servers > 0 ? 0 : 1;
  const b = erlangB(servers, offered);
  return (servers * b) / (servers - offered * (1 - b));
}

/**
 * `P(wait > w) = C(n, λ/μ)·exp(−(nμ − λ)·w·2/(Ca² + Cs²))`: M/M/n exactly, otherwise with the variability factor of
 * Allen and Cunneen (Allen 1990). Rates are per hour.
 */
export function waitProbability(servers: number, arrivalsPerHour: number, target: WaitTarget): number {
  const perHour = 60 / target.meanServiceMin;
  if (arrivalsPerHour >= servers * perHour) return 1;
  const factor = 2 / ((target.arrivalScv ?? 1) + (target.serviceScv ?? 1));
  const c = erlangC(servers, arrivalsPerHour / perHour);
  return c * Math.exp(-(servers * perHour - arrivalsPerHour) * (target.waitMin / 60) * factor);
}

/** The largest arrival rate per hour that `servers` can take within the target, to 1e-12 relative; 0 without servers. */
export function largestArrivalRate(servers: number, target: WaitTarget): number {
  if (!(target.meanServiceMin > 0) || !(target.waitMin >= 0) || !(target.alpha > 0 && target.alpha < 1))
    throw new QipanError('OUT_OF_RANGE', 'a wait target needs meanServiceMin > 0, waitMin ≥ 0 and 0 < alpha < 1', {
      got: target,
    });
  check(servers, 0);
  if (servers === 0) return 0;
  const most = (servers * 60) / target.meanServiceMin;
  return bisectRoot((rate) => waitProbability(servers, rate, target) - target.alpha, { low: 0, high: most });
}

/** `LAM(n)`: the largest arrival rate per hour for each count of servers. Superadditive: two stations of n take less than one of 2n. */
export function serviceLadder(counts: ArrayLike<number>, target: WaitTarget): Float64Array {
  return Float64Array.from({ length: counts.length }, (_, l) => largestArrivalRate(counts[l], target));
}

function check(servers: number, offered: number): void {
  if (!Number.isInteger(servers) || servers < 0)
    throw new QipanError('OUT_OF_RANGE', `servers = ${servers}; expected a whole number ≥ 0`, { got: servers });
  if (!(offered >= 0) || !Number.isFinite(offered))
    throw new QipanError('OUT_OF_RANGE', `offered load = ${offered}; expected a number ≥ 0`, { got: offered });
}
