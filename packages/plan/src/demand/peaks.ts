import type { PlanParameters } from '../model/parameters.js';
import type { Peak } from '../model/problem.js';
import { hourKwh, type DemandTable } from './demand.js';

export interface PeakTable {
  readonly peaks: readonly Peak[];
  /** [T, P, I], kWh arriving in the hour of the peak. */
  readonly kwhPerHour: Float64Array;
}

interface Moment {
  readonly day: number;
  readonly hour: number;
}

/**
 * The hours that can be the busiest: of all kinds of day and hours those that no other moment with the same service
 * level tops in every layer. Dropping the others loses nothing. Sized for the median or the 90th percentile as asked.
 */
export function busiestHours(table: DemandTable, parameters: PlanParameters): PeakTable {
  const present = table.layers.filter((l) => l.present);
  const moments: Moment[] = table.days.flatMap((_, day) => Array.from({ length: 24 }, (_h, hour) => ({ day, hour })));
  const strength = moments.map(({ day, hour }) =>
    present.map((l) => table.days[day].multiplier[l.layer] * l.hourShare[hour]),
  );
  const level = (m: number) => table.days[moments[m].day].serviceLevel;
  const tops = (a: number, b: number) =>
    level(a) === level(b) &&
    strength[a].every((x, k) => x >= strength[b][k]) &&
    (a < b || strength[a].some((x, k) => x > strength[b][k]));
  const kept = moments.flatMap((moment, m) => (moments.some((_, o) => o !== m && tops(o, m)) ? [] : [moment]));
  const peaks = kept.map(({ day, hour }): Peak => {
    const d = table.days[day];
    const { waitMin, alpha } = parameters.serviceLevel[d.serviceLevel];
    return { scenarioDay: d.id, dayName: { en: d.en, zh: d.zh }, startHour: hour, hours: 1, waitMin, alpha };
  });
  const T = table.years.length;
  const I = table.kwhPerDay.length / T;
  const factor = parameters.demand.sizeFor === 'p90' ? table.p90 : table.p50;
  const kwhPerHour = new Float64Array(T * peaks.length * I);
  let at = 0;
  for (let year = 0; year < T; year++)
    for (const { day, hour } of kept)
      for (let place = 0; place < I; place++) kwhPerHour[at++] = factor * hourKwh(table, { place, year, day, hour });
  return { peaks, kwhPerHour };
}
