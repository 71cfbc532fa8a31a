import type { PlanProblem } from '../../src/model/problem.js';

/** The same problem with all money in a unit so many times smaller. */
export function inCoins(p: PlanProblem, times: number): PlanProblem {
  const { townshipPile, countyStation, coverage } = p.rules;
  return {
    ...p,
    moduleTypes: p.moduleTypes.map((m) => ({ ...m, capex: m.capex * times, opexPerYear: m.opexPerYear * times })),
    sites: { ...p.sites, openingCost: p.sites.openingCost.map((x) => x * times) },
    cost: {
      ...p.cost,
      siteOpexPerYear: p.cost.siteOpexPerYear * times,
      timeValuePerHour: p.cost.timeValuePerHour * times,
      unservedPerKwh: p.cost.unservedPerKwh * times,
    },
    budget: p.budget && { ...p.budget, byYear: p.budget.byYear.map((b) => b * times) },
    rules: {
      townshipPile: townshipPile && { ...townshipPile, pricePerGun: townshipPile.pricePerGun * times },
      countyStation: countyStation && { ...countyStation, pricePerCounty: countyStation.pricePerCounty * times },
      coverage: coverage && { ...coverage, pricePerPerson: coverage.pricePerPerson * times },
    },
  };
}
