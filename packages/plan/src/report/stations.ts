import { QipanError } from '@qipan/base';
import type { PlannedStation, PlanResult } from '../model/plan.js';

/**
 * Charging stations that the plan has built by the end of a year: one for each module of each site, since a module
 * is what has a controller and speaks to the management system. Ids are `<site>-<module type>-<number>`.
 * @throws `OUT_OF_RANGE` for a year outside the plan
 */
export function stationsOfPlan(result: PlanResult, year: number): PlannedStation[] {
  const t = result.years.indexOf(year);
  if (t < 0)
    throw new QipanError('OUT_OF_RANGE', `the plan has no year ${year}`, {
      got: year,
      expected: result.years.join(', '),
    });
  return result.sites.flatMap((site) =>
    site.modules.flatMap((m) =>
      Array.from({ length: m.modulesByYear[t] }, (_, n): PlannedStation => ({
        id: `${site.id}-${m.moduleType}-${n + 1}`,
        name: { en: `${site.name.en} ${m.name.en} ${n + 1}`, zh: `${site.name.zh}${m.name.zh}${n + 1}号` },
        siteId: site.id,
        place: site.place,
        lon: site.lon,
        lat: site.lat,
        moduleType: m.moduleType,
        powerKw: m.powerKw,
        current: m.current,
        evses: m.gunsPerModule,
      })),
    ),
  );
}
