import type { BindingConstraint, PlanVillageResult, VillageReasonCode } from '../model/plan.js';
import { siteUse, type ReportContext } from './context.js';

/** Pairs of a point with sites, nearest first. */
interface Reach {
  readonly site: number;
  readonly travelMin: number;
}

function reachOfPoints(c: ReportContext): Reach[][] {
  const { problem, I, J } = c.solved.model;
  const lists: Reach[][] = Array.from({ length: I }, () => []);
  for (let j = 0; j < J; j++)
    for (let e = problem.access.start[j]; e < problem.access.start[j + 1]; e++)
      lists[problem.access.point[e]].push({ site: j, travelMin: problem.access.travelMin[e] });
  for (const list of lists) list.sort((a, b) => a.travelMin - b.travelMin || a.site - b.site);
  return lists;
}

/** Nearest open site of the last year within the coverage time, row of the plan's sites, −1 for none. */
export function nearestOpenSites(c: ReportContext): Int32Array {
  const { problem } = c.solved.model;
  return Int32Array.from(reachOfPoints(c), (list) => {
    const hit = list.find((r) => c.rowOfSite[r.site] >= 0 && r.travelMin <= problem.facts.coverageMin);
    return hit ? c.rowOfSite[hit.site] : -1;
  });
}

/** Every demand point: covered when, served by whom, and what decided it. */
export function villageResults(c: ReportContext): PlanVillageResult[] {
  const { problem, T } = c.solved.model;
  const served = servingLists(c);
  return reachOfPoints(c).map((reach, i): PlanVillageResult => {
    const open = reach.filter((r) => c.rowOfSite[r.site] >= 0);
    const within = open.filter((r) => r.travelMin <= problem.facts.coverageMin);
    const coveredYear = within.length > 0 ? Math.min(...within.map((r) => openYearOf(c, r.site))) : null;
    const shares = problem.years.map((_, t) => Math.max(0, 1 - c.plan.unserved[i * T + t]));
    const people = problem.demandPoints.population[i];
    const verdict = judge(c, { point: i, reach, coveredYear, lastShare: shares[T - 1] });
    const byYear = (column: Float64Array) => Array.from(column.subarray(i * T, i * T + T), (x) => (x > 0 ? x : 0));
    return {
      place: problem.demandPoints.place[i],
      id: problem.demandPoints.id[i],
      name: problem.demandPoints.name[i],
      township: problem.townships.name[problem.demandPoints.township[i]],
      coveredYear,
      reason: verdict.reason,
      nearestSite: open.length > 0 ? c.rowOfSite[open[0].site] : null,
      travelMin: open.length > 0 ? open[0].travelMin : null,
      servedShareByYear: shares,
      population: Number.isNaN(people) ? null : people,
      evCountByYear: byYear(problem.facts.evCount),
      energyKwhPerDayByYear: byYear(problem.energyKwhPerDay),
      serving: served[i],
      binding: verdict.binding,
      costToCover: verdict.costToCover,
      cheapestCover: verdict.cheapestCover,
    };
  });
}

const openYearOf = (c: ReportContext, site: number) => c.plan.sites[c.rowOfSite[site]].openYear;

function servingLists(c: ReportContext): PlanVillageResult['serving'][] {
  const { problem, serve, I, J } = c.solved.model;
  const minutes = new Map<number, number>();
  for (let j = 0; j < J; j++)
    for (let e = serve.start[j]; e < serve.start[j + 1]; e++)
      minutes.set(j * I + serve.point[e], problem.access.travelMin[serve.access[e]]);
  const lists: { site: number; share: number; travelMin: number; year: number }[][] = Array.from(
    { length: I },
    () => [],
  );
  const { year, point, site, share } = c.plan.assignment;
  year.forEach((t, n) => {
    lists[point[n]].push({
      site: c.rowOfSite[site[n]],
      share: share[n],
      travelMin: minutes.get(site[n] * I + point[n]) as number,
      year: problem.years[t],
    });
  });
  for (const list of lists) list.sort((a, b) => a.year - b.year || b.share - a.share);
  return lists;
}

interface Village {
  readonly point: number;
  readonly reach: readonly Reach[];
  readonly coveredYear: number | null;
  readonly lastShare: number;
}

type Verdict = Pick<PlanVillageResult, 'reason' | 'binding' | 'costToCover' | 'cheapestCover'>;

/** Which constraint decided a village, and its numbers. Served: half of its demand or more is met in the last year. */
function judge(c: ReportContext, v: Village): Verdict {
  const { problem, T } = c.solved.model;
  const { coverageMin } = problem.facts;
  const lastYear = problem.years[T - 1];
  const near = v.reach.filter((r) => r.travelMin <= coverageMin);
  const name = problem.demandPoints.name[v.point];
  if (v.coveredYear !== null && v.lastShare >= 0.5)
    return { reason: 'served', binding: servedBinding(c, v), costToCover: null, cheapestCover: null };
  if (near.length === 0) {
    const nearest = v.reach[0]?.travelMin ?? null;
    const binding = {
      constraint: 'access',
      where: name,
      year: lastYear,
      available: coverageMin,
      unit: 'min',
      price: null,
    };
    const list = nearest === null ? [] : [{ ...binding, needed: nearest }];
    return { reason: 'noCandidateInRadius', binding: list, costToCover: null, cheapestCover: null };
  }
  const { reducedCost, certificate } = c.solved;
  const best = near.reduce((a, b) => (reducedCost[b.site] < reducedCost[a.site] ? b : a));
  const loss = reducedCost[best.site];
  const proven = certificate.bound + loss - c.plan.value;
  const costToCover = v.coveredYear === null && proven > 0 ? proven : null;
  const { id, name: siteName } = problem.sites;
  const cheapestCover = { site: id[best.site], name: siteName[best.site], loss, travelMin: best.travelMin };
  const found = whichConstraint(c, v, near);
  return { ...found, costToCover, cheapestCover };
}

/** The waiting target at the site that serves most of the village, and the price of serving it one time more. */
function servedBinding(c: ReportContext, v: Village): BindingConstraint[] {
  const { problem, T } = c.solved.model;
  const t = T - 1;
  const { year, point, site, share } = c.plan.assignment;
  let main = -1;
  year.forEach((y, n) => {
    if (y === t && point[n] === v.point && (main < 0 || share[n] > share[main])) main = n;
  });
  if (main < 0) return [];
  const use = siteUse(c, site[main], t);
  const lambda = c.solved.certificate.serve[v.point * T + t] / c.solved.certificate.scale;
  return [
    {
      constraint: 'serviceLevel',
      where: problem.sites.name[site[main]].zh,
      year: problem.years[t],
      needed: use.loadKwhPerHour,
      available: use.servedKwhPerHour,
      unit: 'kWh/h',
      price: lambda,
    },
  ];
}

function whichConstraint(
  c: ReportContext,
  v: Village,
  near: readonly Reach[],
): { reason: VillageReasonCode; binding: BindingConstraint[] } {
  const { problem, T } = c.solved.model;
  const grid = near.map((r) => gridBlock(c, r.site));
  if (grid.every((b) => b !== null)) {
    const groups = new Map(grid.map((b) => [b.where, b]));
    return { reason: 'gridLimit', binding: [...groups.values()].slice(0, 4) };
  }
  const w = problem.demandPoints.township[v.point];
  const own = [problem.townships.id[w], problem.counties.id[problem.townships.county[w]]];
  const missed = c.plan.slacks.filter((s) => s.whereId === own[s.constraint === 'townshipPile' ? 0 : 1]);
  const budget = tightBudgets(c);
  if (budget.length > 0) return { reason: 'budget', binding: budget };
  if (v.coveredYear === null && missed.length > 0)
    return {
      reason: 'ruleSlack',
      binding: missed.slice(0, 4).map((s) => ({
        constraint: s.constraint,
        where: s.where,
        year: s.year,
        needed: s.amount,
        available: 0,
        unit: s.unit,
        price: s.cost / s.amount,
      })),
    };
  const lambda = c.solved.certificate.serve[v.point * T + T - 1] / c.solved.certificate.scale;
  const worth = {
    constraint: 'serve',
    where: problem.demandPoints.name[v.point],
    year: problem.years[T - 1],
    needed: c.solved.reducedCost[near[0].site],
    available: lambda,
    unit: problem.currency,
    price: lambda,
  };
  return { reason: 'betterUseElsewhere', binding: [worth] };
}

/** The transformer, line or node that keeps a site from anything more in the last year; null when another layout has room. */
function gridBlock(c: ReportContext, j: number): BindingConstraint | null {
  const { problem, T, ladder, features } = c.solved.model;
  const { hosting, sites, gridRows } = problem;
  const t = T - 1;
  const kw = features.powerKw.value;
  const now = (s: number) => kw[c.state.path[s * T + t]];
  const own = c.state.path[j * T + t];
  // The least that any larger layout on the site's slots would add, whatever the grid says.
  let step = Infinity;
  for (let n = ladder.growStart[own]; n < ladder.growStart[own + 1]; n++) {
    const v = ladder.growTo[n];
    if (v !== own && features.guns.value[v] <= sites.slots[j]) step = Math.min(step, kw[v] - kw[own]);
  }
  if (step === Infinity) return null;
  const blocked = (where: string, drawn: number, room: number, unit: string): BindingConstraint | null =>
    drawn > room * (1 + 1e-9)
      ? {
          constraint: 'hostingCapacity',
          where,
          year: problem.years[t],
          needed: drawn,
          available: room,
          unit,
          price: null,
        }
      : null;
  const g = sites.hostingGroup[j];
  if (hosting && g >= 0) {
    let used = 0;
    sites.hostingGroup.forEach((other, s) => (used += other === g ? now(s) : 0));
    const found = blocked(hosting.name[g], used + step, hosting.spareKw[g * T + t], 'kW');
    if (found) return found;
  }
  for (let n = 0; n < (gridRows?.name.length ?? 0); n++) {
    const { start, site, coefficient, room, name } = gridRows as NonNullable<typeof gridRows>;
    let drawn = 0;
    let mine = 0;
    for (let e = start[n]; e < start[n + 1]; e++) {
      drawn += coefficient[e] * now(site[e]);
      if (site[e] === j) mine = coefficient[e];
    }
    const found = mine > 0 ? blocked(name[n], drawn + mine * step, room[n], 'pu') : null;
    if (found) return found;
  }
  return null;
}

/** Budgets that carry a price in the bound: money spent and money there, from the first year on where it may be carried over. */
function tightBudgets(c: ReportContext): BindingConstraint[] {
  const { problem } = c.solved.model;
  const { certificate } = c.solved;
  const { budget, years, currency: unit } = problem;
  if (!budget) return [];
  return years.flatMap((year, t): BindingConstraint[] => {
    const price = (certificate.rows['budget']?.[t] ?? 0) / certificate.scale;
    if (price <= 1e-6) return [];
    const upTo = (list: readonly number[]) => list.slice(budget.carryOver ? 0 : t, t + 1).reduce((s, x) => s + x, 0);
    const [needed, available] = [upTo(c.plan.capexByYear), upTo(budget.byYear)];
    return [{ constraint: 'budget', where: String(year), year, needed, available, unit, price }];
  });
}
