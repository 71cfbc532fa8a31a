import type { PlanSiteResult } from '../model/plan.js';
import { siteUse, type ReportContext } from './context.js';
import { reasonSize, reasonYear } from './site-reasons.js';

/** Open sites with their guns, money and use by year, and why they are as they are. */
export function siteResults(c: ReportContext, nearest: Int32Array): PlanSiteResult[] {
  const { model } = c.solved;
  const { problem, T, features } = model;
  const { sites, moduleTypes, demandPoints } = problem;
  return c.plan.sites.map((planned, row): PlanSiteResult => {
    const j = planned.site;
    const standing = sites.existing[j];
    const openAt = problem.years.indexOf(planned.openYear);
    const cost = (t: number) => features.installedCost.value[t < 0 ? standing : c.state.path[j * T + t]];
    const capexByYear = problem.years.map(
      (_, t) => cost(t) - cost(t - 1) + (t === openAt && standing === 0 ? sites.openingCost[j] : 0),
    );
    const use = problem.years.map((_, t) => (c.state.path[j * T + t] > 0 ? siteUse(c, j, t) : null));
    const mine = Array.from(nearest.keys()).filter((i) => nearest[i] === row);
    return {
      site: j,
      id: sites.id[j],
      place: sites.place[j] < 0 ? null : sites.place[j],
      name: sites.name[j],
      lon: sites.lon[j],
      lat: sites.lat[j],
      township: problem.townships.name[sites.township[j]],
      openYear: planned.openYear,
      existing: standing > 0,
      modules: moduleTypes.flatMap((m, k) => {
        const modulesByYear = planned.counts.map((counts) => counts[k]);
        if (modulesByYear.every((n) => n === 0)) return [];
        return {
          moduleType: m.id,
          name: m.name,
          powerKw: m.powerKw,
          current: m.current,
          gunsPerModule: m.guns,
          modulesByYear,
          gunsByYear: modulesByYear.map((n) => n * m.guns),
        };
      }),
      powerKwByYear: problem.years.map((_, t) => features.powerKw.value[c.state.path[j * T + t]]),
      capexByYear,
      capex: capexByYear.reduce((s, x) => s + x, 0),
      energyKwhPerDayByYear: use.map((u) => u?.energyKwhPerDay ?? 0),
      peakUseByYear: use.map((u) => (u ? u.loadKwhPerHour / u.servedKwhPerHour : 0)),
      villages: mine.length,
      population: mine.reduce((s, i) => s + (demandPoints.population[i] || 0), 0),
      reasonSize: reasonSize(c, j),
      reasonYear: reasonYear(c, j),
    };
  });
}
