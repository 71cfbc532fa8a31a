import type { PlanOptions, PlanResult, YearSummary } from './model/plan.js';
import type { PlanProblem } from './model/problem.js';
import { checkProblem } from './model/check-problem.js';
import type { ReportContext } from './report/context.js';
import { extractPlan } from './report/extract.js';
import { siteResults } from './report/site-results.js';
import { nearestOpenSites, villageResults } from './report/village-results.js';
import { termLabels } from './report/words.js';
import { PlanState } from './solve/plan-state.js';
import { solve } from './solve/solver.js';

/**
 * Finds where, when and how large to build: a plan, a bound below which no plan of this problem can cost, the proof of
 * that bound, and the reasons. The same problem, seed, gap and effort give the same answer unless `shouldStop` cuts it short;
 * then the best plan so far comes back with status `stopped`.
 * @throws `BAD_INPUT`, `SHAPE_MISMATCH` or `OUT_OF_RANGE` when the problem's columns do not fit together
 */
export function planNetwork(problem: PlanProblem, options: PlanOptions): PlanResult {
  checkProblem(problem);
  const solved = solve(problem, options);
  const { model, certificate } = solved;
  const state = new PlanState(model);
  for (let j = 0; j < model.J; j++) {
    const path = solved.path.slice(j * model.T, (j + 1) * model.T);
    if (path.some((v) => v > 0)) state.setPath(j, path);
  }
  const plan = extractPlan(model, state);
  const rowOfSite = new Int32Array(model.J).fill(-1);
  plan.sites.forEach((s, row) => {
    rowOfSite[s.site] = row;
  });
  const context: ReportContext = { solved, state, plan, rowOfSite };
  const sites = siteResults(context, nearestOpenSites(context));
  const { facts } = problem;
  return {
    format: 'qipan.planResult/1',
    status: solved.status,
    value: plan.value,
    bound: certificate.bound,
    gap: (plan.value - certificate.bound) / Math.max(Math.abs(plan.value), 1e-9),
    unit: `${problem.currency}/${problem.priceYear}`,
    currency: problem.currency,
    years: problem.years,
    travel: problem.travel,
    costByYear: yearSummaries(context),
    objectiveTerms: plan.objectiveTerms.map((t) => ({ ...t, label: termLabels[t.name] })),
    sites,
    villages: villageResults(context),
    slacks: plan.slacks,
    plan,
    certificate,
    demandLevel: facts.demandLevel,
    coverageMin: facts.coverageMin,
    provenance: {
      board: facts.board,
      seed: options.seed,
      version: '0.1.0',
      sources: facts.sources,
      warnings: facts.warnings,
      dataLevel: facts.demandLevel,
    },
    stats: solved.stats,
  };
}

function yearSummaries(c: ReportContext): YearSummary[] {
  const { model } = c.solved;
  const { problem, T, features } = model;
  const { moduleTypes, demandPoints, cost, facts } = problem;
  const people = (i: number) => demandPoints.population[i] || 0;
  const everybody = demandPoints.id.reduce((s, _, i) => s + people(i), 0);
  let left = 0;
  return problem.years.map((year, t): YearSummary => {
    const open = c.plan.sites.filter((s) => s.openYear <= year);
    const layout = (site: number) => c.state.path[site * T + t];
    const reached = new Set<number>();
    for (const { site } of open)
      for (let e = problem.access.start[site]; e < problem.access.start[site + 1]; e++)
        if (problem.access.travelMin[e] <= facts.coverageMin) reached.add(problem.access.point[e]);
    let energy = 0;
    let served = 0;
    demandPoints.id.forEach((_, i) => {
      const kwh = problem.energyKwhPerDay[i * T + t];
      energy += kwh;
      served += kwh * (1 - c.plan.unserved[i * T + t]);
    });
    const opex = open.reduce(
      (s, { counts }) =>
        s + cost.siteOpexPerYear + counts[t].reduce((x, n, k) => x + n * moduleTypes[k].opexPerYear, 0),
      0,
    );
    const budget = problem.budget ? problem.budget.byYear[t] + (problem.budget.carryOver ? left : 0) : null;
    if (budget !== null) left = budget - c.plan.capexByYear[t];
    return {
      year,
      capex: c.plan.capexByYear[t],
      opex,
      budget,
      sites: open.length,
      guns: open.reduce((s, { site }) => s + features.guns.value[layout(site)], 0),
      powerKw: open.reduce((s, { site }) => s + features.powerKw.value[layout(site)], 0),
      coveredShare: everybody > 0 ? [...reached].reduce((s, i) => s + people(i), 0) / everybody : 0,
      energyKwhPerDay: served,
      servedShare: energy > 0 ? served / energy : 1,
    };
  });
}
