import { discountFactors } from '../model/present-value.js';
import type { ObjectiveTerm, ObjectiveTermName, Plan, PlannedSite, PlanSlack, TypeShare } from '../model/plan.js';
import { coverageName } from '../families/coverage.js';
import { linkFamilies } from '../families/link-families.js';
import type { SolverModel } from '../solve/model.js';
import type { PlanState } from '../solve/plan-state.js';
import { siteLoad } from './context.js';

const terms: readonly ObjectiveTermName[] = [
  'opening',
  'modules',
  'operation',
  'travel',
  'unserved',
  'ruleSlack',
  'salvage',
];

/** The decisions of a search state as plain data, with the money recounted term by term. */
export function extractPlan(model: SolverModel, state: PlanState): Plan {
  const sites = plannedSites(model, state);
  const assignment = assignmentOf(model, state);
  const slacks = slacksOf(model, state);
  const money = new Map<ObjectiveTermName, number>(terms.map((name) => [name, 0]));
  const add = (name: ObjectiveTermName, amount: number) => money.set(name, (money.get(name) as number) + amount);
  const capexByYear = Array.from({ length: model.T }, () => 0);
  for (const site of sites) siteMoney(model, site, { add, capexByYear });
  demandMoney(model, assignment, add);
  for (const s of slacks) add('ruleSlack', s.cost);
  const objectiveTerms: ObjectiveTerm[] = terms.map((name) => ({ name, amount: money.get(name) as number }));
  return {
    format: 'qipan.plan/1',
    sites,
    assignment: assignment.rows,
    typeShare: typeShares(model, state),
    unserved: Array.from(assignment.unserved),
    slacks,
    objectiveTerms,
    capexByYear,
    value: objectiveTerms.reduce((s, t) => s + t.amount, 0),
  };
}

function plannedSites(model: SolverModel, state: PlanState): PlannedSite[] {
  const { J, T, problem } = model;
  const K = problem.moduleTypes.length;
  const out: PlannedSite[] = [];
  for (let j = 0; j < J; j++) {
    if (!state.isOpen(j)) continue;
    const path = Array.from(state.path.subarray(j * T, j * T + T));
    out.push({
      site: j,
      openYear: problem.years[path.findIndex((v) => v > 0)],
      counts: path.map((v) => Array.from(problem.layoutCounts.subarray(v * K, v * K + K))),
    });
  }
  return out;
}

function assignmentOf(model: SolverModel, state: PlanState) {
  const { I, J, T, serve, level } = model;
  const rows = { year: [] as number[], point: [] as number[], site: [] as number[], share: [] as number[] };
  const unserved = new Float64Array(I * T).fill(1);
  for (let t = 0; t < T; t++)
    for (let j = 0; j < J; j++)
      for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
        const flow = state.flows[t].flow[e];
        const w = level.weight[serve.point[e] * T + t];
        if (!(flow > 1e-9 * w)) continue;
        const i = serve.point[e];
        const share = Math.min(flow / w, serve.share[e], unserved[i * T + t]);
        unserved[i * T + t] -= share;
        rows.year.push(t);
        rows.point.push(i);
        rows.site.push(j);
        rows.share.push(share);
      }
  return { rows, unserved: unserved.map((q) => (q < 1e-9 ? Math.max(0, q) : q)) };
}

/** Types share a site's demand in proportion to what each could take alone. */
function typeShares(model: SolverModel, state: PlanState): TypeShare[] {
  const { J, T, problem } = model;
  const [K, P] = [problem.moduleTypes.length, problem.peaks.length];
  const out: TypeShare[] = [];
  for (let j = 0; j < J; j++)
    for (let t = 0; t < T; t++) {
      const v = state.path[j * T + t];
      if (v === 0) continue;
      const { load } = siteLoad({ model, state }, j, t);
      const could = Array.from({ length: K }, (_, k) => {
        let least = Infinity;
        for (let p = 0; p < P; p++)
          least = Math.min(least, model.level.servedKwh[(v * K + k) * P + p] / (load[p] || 1));
        return least;
      });
      const sum = could.reduce((s, x) => s + x, 0);
      out.push({ site: j, year: t, share: could.map((x) => x / sum) });
    }
  return out;
}

function slacksOf(model: SolverModel, state: PlanState): PlanSlack[] {
  const { problem, rows, rowFamily, coverage, T } = model;
  const out: PlanSlack[] = [];
  rows.forEach((row, r) => {
    const amount = row.rhs - state.activity[r];
    if (row.price === Infinity || amount <= 1e-9 * Math.max(1, Math.abs(row.rhs))) return;
    const { name, unit } = linkFamilies[rowFamily[r]];
    const { where, whereId } = row;
    out.push({
      constraint: name,
      whereId,
      where,
      year: problem.years[row.year],
      amount,
      unit,
      cost: amount * row.price,
    });
  });
  coverage?.needed.forEach((needed, e) => {
    const amount = needed - state.covered[e];
    if (amount <= 1e-9 * Math.max(1, needed)) return;
    const c = Math.floor(e / T);
    const [whereId, where] = [problem.counties.id[c], problem.counties.name[c]];
    const cost = amount * coverage.price[e % T];
    out.push({ constraint: coverageName, whereId, where, year: problem.years[e % T], amount, unit: 'persons', cost });
  });
  return out;
}

interface Purse {
  readonly add: (name: ObjectiveTermName, amount: number) => void;
  readonly capexByYear: number[];
}

function siteMoney(model: SolverModel, site: PlannedSite, purse: Purse): void {
  const { problem, T } = model;
  const { cost, moduleTypes, years, sites, layoutCounts } = problem;
  const { year: discount, end } = discountFactors(problem);
  const K = moduleTypes.length;
  const standing = sites.existing[site.site];
  const left = (t: number, life: number) => end * Math.max(0, 1 - (T - t) / life);
  let before = Array.from(layoutCounts.subarray(standing * K, standing * K + K));
  if (standing === 0) {
    const t = years.indexOf(site.openYear);
    const opening = sites.openingCost[site.site];
    purse.add('opening', opening * discount[t]);
    purse.add('salvage', -opening * left(t, cost.siteLifeYears));
    purse.capexByYear[t] += opening;
  }
  site.counts.forEach((counts, t) => {
    if (counts.some((n) => n > 0)) purse.add('operation', discount[t] * cost.siteOpexPerYear);
    counts.forEach((n, k) => {
      const { capex, opexPerYear, lifeYears } = moduleTypes[k];
      const bought = (n - before[k]) * capex;
      purse.add('modules', bought * discount[t]);
      purse.add('salvage', -bought * left(t, lifeYears));
      purse.add('operation', discount[t] * n * opexPerYear);
      purse.capexByYear[t] += bought;
    });
    before = [...counts];
  });
}

function demandMoney(
  model: SolverModel,
  assignment: ReturnType<typeof assignmentOf>,
  add: (name: ObjectiveTermName, amount: number) => void,
): void {
  const { I, T, serve, problem, unservedAll } = model;
  const position = new Map<number, number>();
  for (let j = 0; j < model.J; j++)
    for (let e = serve.start[j]; e < serve.start[j + 1]; e++) position.set(j * I + serve.point[e], e);
  const { year, point, site, share } = assignment.rows;
  let travel = 0;
  year.forEach((t, n) => {
    const e = position.get(site[n] * I + point[n]) as number;
    travel += share[n] * serve.yearWeight[t] * problem.energyKwhPerDay[point[n] * T + t] * serve.travelPerKwh[e];
  });
  add('travel', travel);
  let unserved = 0;
  assignment.unserved.forEach((q, e) => {
    unserved += q * unservedAll[e];
  });
  add('unserved', unserved);
}
