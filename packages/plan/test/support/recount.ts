import {
  planNetwork,
  type BindingConstraint,
  type Plan,
  type PlanProblem,
  type PlanResult,
  type VillageReasonCode,
} from '@qipan/plan';
import { arrivalsWithin } from './exhaustion.js';
import { randomProblem } from './hand.js';

export interface ReportCase {
  readonly p: PlanProblem;
  readonly r: PlanResult;
}

/** The same places with little demand, all the money there is and a rule that costs less to miss than to keep. */
const quiet = (p: PlanProblem): PlanProblem => ({
  ...p,
  energyKwhPerDay: p.energyKwhPerDay.map((x) => x / 100),
  peakKwhPerHour: p.peakKwhPerHour.map((x) => x / 100),
  budget: null,
  rules: { ...p.rules, townshipPile: { guns: p.years.map(() => 9), pricePerGun: 50 } },
});

/** Many small problems with all rules, budgets and transformers, planned with little effort: reports must be true of any plan. */
export function reportCases(firstSeed: number, count: number): readonly ReportCase[] {
  return Array.from({ length: count }, (_, n) => {
    const drawn = randomProblem(firstSeed + n * 17, {
      villages: 7,
      spots: 4,
      years: 1 + (n % 3),
      twoTypes: n % 2 === 0,
      peaks: 1 + (n % 2),
    });
    const p = n % 5 === 4 ? quiet(drawn) : drawn;
    return { p, r: planNetwork(p, { seed: n, gap: 0.01, effort: 0.05 }) };
  });
}

/** Minutes from a point to a site, null where the lists have no such pair. */
export function minutesTo(p: PlanProblem, i: number, j: number): number | null {
  for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++)
    if (p.access.point[e] === i) return p.access.travelMin[e];
  return null;
}

/** Modules of a site by type in a year, 0 where it is closed. */
export function countsOf(p: PlanProblem, plan: Plan, j: number, t: number): number[] {
  const own = plan.sites.find((s) => s.site === j);
  return p.moduleTypes.map((_, k) => own?.counts[t][k] ?? 0);
}

const over = (p: PlanProblem, counts: readonly number[], f: (k: number) => number) =>
  counts.reduce((s, n, k) => s + n * f(k), 0);
export const gunsIn = (p: PlanProblem, counts: readonly number[]) => over(p, counts, (k) => p.moduleTypes[k].guns);
export const kwIn = (p: PlanProblem, counts: readonly number[]) => over(p, counts, (k) => p.moduleTypes[k].powerKw);
export const costIn = (p: PlanProblem, counts: readonly number[]) => over(p, counts, (k) => p.moduleTypes[k].capex);

/** Years in which a site has a gun. */
export const openYears = (p: PlanProblem, plan: Plan, j: number): number[] =>
  p.years.filter((_, t) => gunsIn(p, countsOf(p, plan, j, t)) > 0);

/** Share of a point that is served in a year, by one site or by all. */
export function shareOf(plan: Plan, t: number, i: number, j?: number): number {
  const { year, point, site, share } = plan.assignment;
  return share.reduce(
    (s, x, n) => s + (year[n] === t && point[n] === i && (j === undefined || site[n] === j) ? x : 0),
    0,
  );
}

/** Sites within so many minutes of a point, nearest first, the earlier site first of two as near. */
export function sitesWithin(p: PlanProblem, i: number, limitMin = Infinity): { site: number; travelMin: number }[] {
  return p.sites.id
    .map((_, site) => ({ site, travelMin: minutesTo(p, i, site) }))
    .filter((x): x is { site: number; travelMin: number } => x.travelMin !== null && x.travelMin <= limitMin)
    .toSorted((a, b) => a.travelMin - b.travelMin || a.site - b.site);
}

/** First year in which an open site stands within the coverage time. */
export function coveredYear(p: PlanProblem, plan: Plan, i: number): number | null {
  const years = sitesWithin(p, i, p.facts.coverageMin).flatMap(({ site }) => openYears(p, plan, site));
  return years.length > 0 ? Math.min(...years) : null;
}

/** What arrives at a site in the hour of each peak, and what its guns may serve then. */
export function hoursOf(p: PlanProblem, plan: Plan, j: number, t: number): { load: number; held: number }[] {
  const I = p.demandPoints.id.length;
  const counts = countsOf(p, plan, j, t);
  return p.peaks.map((_, q) => ({
    load: p.demandPoints.id.reduce(
      (s, _id, i) => s + shareOf(plan, t, i, j) * p.peakKwhPerHour[(t * p.peaks.length + q) * I + i],
      0,
    ),
    held: heldBy(p, counts, q),
  }));
}

/** kWh an hour that modules may serve at a peak within its wait target, by plain Erlang sums and halving. */
export function heldBy(p: PlanProblem, counts: readonly number[], peak: number): number {
  const { waitMin, alpha } = p.peaks[peak];
  const factor = 2 / (p.queue.arrivalScv + p.queue.serviceScv);
  return over(p, counts, (k) => {
    const m = p.moduleTypes[k];
    const n = counts[k];
    return n > 0 ? (arrivalsWithin(n * m.guns, { plugMin: m.plugMin, waitMin, alpha, factor }) * m.sessionKwh) / n : 0;
  });
}

/** The busiest of the hours: the one that is filled most. */
export const busiest = (hours: readonly { load: number; held: number }[]) =>
  hours.reduce((a, b) => (b.load / b.held > a.load / a.held ? b : a));

/** Module counts of every layout of a problem. */
export const layoutsOf = (p: PlanProblem): number[][] => {
  const K = p.moduleTypes.length;
  return Array.from({ length: p.layoutCounts.length / K }, (_, v) =>
    Array.from(p.layoutCounts.subarray(v * K, v * K + K)),
  );
};

/** Power that the least growth of a site needs under its group in the last year, and what the group has; null when nothing can grow. */
export function leastGrowth(p: PlanProblem, plan: Plan, j: number): { needed: number; available: number } | null {
  const t = p.years.length - 1;
  const own = countsOf(p, plan, j, t);
  const larger = layoutsOf(p).filter(
    (c) => c.every((n, k) => n >= own[k]) && c.some((n, k) => n > own[k]) && gunsIn(p, c) <= p.sites.slots[j],
  );
  if (larger.length === 0) return null;
  const step = Math.min(...larger.map((c) => kwIn(p, c) - kwIn(p, own)));
  const g = p.sites.hostingGroup[j];
  if (!p.hosting || g < 0) return { needed: step, available: Infinity };
  const used = p.sites.id.reduce(
    (s, _, o) => s + (p.sites.hostingGroup[o] === g ? kwIn(p, countsOf(p, plan, o, t)) : 0),
    0,
  );
  return { needed: used + step, available: p.hosting.spareKw[g * p.years.length + t] };
}

/** Reason of a village in the order in which the report asks: served, no candidate, grid, money, rule, better use. */
export function reasonOf(p: PlanProblem, r: PlanResult, i: number): VillageReasonCode {
  const last = p.years.length - 1;
  const covered = coveredYear(p, r.plan, i);
  if (covered !== null && shareOf(r.plan, last, i) >= 0.5 - 1e-12) return 'served';
  const near = sitesWithin(p, i, p.facts.coverageMin);
  if (near.length === 0) return 'noCandidateInRadius';
  const full = near.every(({ site }) => {
    const growth = leastGrowth(p, r.plan, site);
    return growth !== null && growth.needed > growth.available * (1 + 1e-9);
  });
  if (full) return 'gridLimit';
  if ((r.certificate.rows['budget'] ?? []).some((m) => m / r.certificate.scale > 1e-6)) return 'budget';
  return covered === null && ownSlacks(p, r, i).length > 0 ? 'ruleSlack' : 'betterUseElsewhere';
}

/** Rules that are short of something in a village's own township or county. */
export function ownSlacks(p: PlanProblem, r: PlanResult, i: number): BindingConstraint[] {
  const w = p.demandPoints.township[i];
  const [township, county] = [p.townships.id[w], p.counties.id[p.townships.county[w]]];
  return r.plan.slacks
    .filter((s) => (s.constraint === 'townshipPile' ? s.whereId === township : s.whereId === county))
    .map((s) => ({
      constraint: s.constraint,
      where: s.where,
      year: s.year,
      needed: s.amount,
      available: 0,
      unit: s.unit,
      price: s.cost / s.amount,
    }));
}

/** Whether two numbers agree to a part in a million or so. */
export const near = (a: number, b: number, tolerance = 1e-6) =>
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
