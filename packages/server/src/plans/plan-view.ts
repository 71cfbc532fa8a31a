import type { PlanResult, VerifyVerdict } from '@qipan/plan';
import type { PlanView } from '../contract.js';

/** The stored result of a plan run as the contract shows it. */
export function planView(runId: string, boardId: string, result: PlanResult, verdict: VerifyVerdict): PlanView {
  return {
    runId,
    boardId,
    status: result.status,
    value: result.value,
    bound: result.bound,
    gap: result.gap,
    unit: result.unit,
    years: result.years,
    currency: result.currency,
    travel: result.travel,
    verified: { ok: verdict.ok, checks: verdict.checks, failures: verdict.failures },
    costByYear: result.costByYear,
    objectiveTerms: result.objectiveTerms,
    sites: result.sites.map((s) => ({
      id: s.id,
      place: s.place,
      name: s.name.zh || s.name.en,
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
      energyKwhPerDay: s.energyKwhPerDayByYear.at(-1) ?? 0,
      peakUse: s.peakUseByYear.at(-1) ?? 0,
      villages: s.villages,
      population: s.population,
      reasonSize: s.reasonSize,
      reasonYear: s.reasonYear,
    })),
    villages: result.villages.map(({ place, coveredYear, reason, nearestSite, travelMin, servedShareByYear }) => ({
      place,
      coveredYear,
      reason,
      nearestSite,
      travelMin,
      servedShareByYear,
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
