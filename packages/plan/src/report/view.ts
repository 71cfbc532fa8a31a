import type { PlanResult, VerifyVerdict } from '../model/plan.js';

/** What a page is told about a plan; the caller knows which run and board it belongs to. */
export interface PlanViewFrame {
  readonly runId: string;
  readonly boardId: string;
  readonly verified: VerifyVerdict;
}

/** The plan as the pages draw it: columns of the last year where the page shows one number. */
export function planView(result: PlanResult, frame: PlanViewFrame) {
  const last = result.years.length - 1;
  const { ok, checks, failures } = frame.verified;
  return {
    runId: frame.runId,
    boardId: frame.boardId,
    status: result.status,
    value: result.value,
    bound: result.bound,
    gap: result.gap,
    unit: result.unit,
    years: result.years,
    currency: result.currency,
    travel: result.travel,
    verified: { ok, checks, failures },
    costByYear: result.costByYear,
    objectiveTerms: result.objectiveTerms,
    sites: result.sites.map((s) => ({
      id: s.id,
      place: s.place,
      name: s.name.zh,
      lon: s.lon,
      lat: s.lat,
      openYear: s.openYear,
      existing: s.existing,
      modules: s.modules.map(({ moduleType, powerKw, current, gunsByYear }) => ({
        moduleType,
        powerKw,
        current,
        gunsByYear,
      })),
      powerKwByYear: s.powerKwByYear,
      capex: s.capex,
      energyKwhPerDay: s.energyKwhPerDayByYear[last],
      peakUse: s.peakUseByYear[last],
      villages: s.villages,
      population: s.population,
      reasonSize: s.reasonSize,
      reasonYear: s.reasonYear,
    })),
    villages: result.villages.map((v) => ({
      place: v.place,
      coveredYear: v.coveredYear,
      reason: v.reason,
      nearestSite: v.nearestSite,
      travelMin: v.travelMin,
      servedShareByYear: v.servedShareByYear,
    })),
    slacks: result.slacks.map(({ constraint, where, year, amount, cost }) => ({
      constraint,
      where,
      year,
      amount,
      cost,
    })),
    provenance: result.provenance,
  };
}
