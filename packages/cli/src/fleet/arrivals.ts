import { msPerHour, type Random } from '@qipan/base';
import type { SocketUse } from './session-table.js';

/** Visits an hour at an outlet, by hour of the local week (0 = Sunday midnight); 168 figures. */
export function weekRate(use: SocketUse, visitsPerWeek: number): Float64Array {
  const rate = new Float64Array(168);
  for (let day = 0; day < 7; day++)
    for (let hour = 0; hour < 24; hour++)
      rate[day * 24 + hour] = visitsPerWeek * (use.weekdayShare[day] ?? 0) * (use.hourShare[hour] ?? 0);
  return rate;
}

/** Hour of the local week of an instant. 1 January 1970 was a Thursday. */
export function hourOfWeek(atMs: number, utcOffsetMin: number): number {
  const hours = Math.floor(atMs / msPerHour + utcOffsetMin / 60);
  return (((hours + 4 * 24) % 168) + 168) % 168;
}

/** No outlet waits longer than this for its next visitor to be looked for. */
const horizonHours = 168 * 200;

/**
 * Next arrival after `afterMs` of an inhomogeneous Poisson process whose rate is constant within each hour of the week:
 * an exponential of mean 1 is used up hour by hour. Infinity when nobody comes in about four years.
 */
export function nextArrivalMs(rate: Float64Array, afterMs: number, utcOffsetMin: number, draw: Random): number {
  let left = draw.exponential();
  let at = afterMs;
  for (let n = 0; n < horizonHours; n++) {
    const perMs = (rate[hourOfWeek(at, utcOffsetMin)] ?? 0) / msPerHour;
    const offsetMs = utcOffsetMin * 60_000;
    const hourEnd = (Math.floor((at + offsetMs) / msPerHour) + 1) * msPerHour - offsetMs;
    const inHour = perMs * (hourEnd - at);
    if (left < inHour) return at + left / perMs;
    left -= inHour;
    at = hourEnd;
  }
  return Infinity;
}
