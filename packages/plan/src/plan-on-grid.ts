import { QipanError } from '@qipan/base';
import { layoutFeatures } from './families/family.js';
import { withGridRows, type GridRow } from './model/grid-rows.js';
import { gridBreaks, tangentRows, type GridBreak, type GridReport, type PlanGrid } from './model/plan-grid.js';
import type { Plan, PlanOptions, PlanResult } from './model/plan.js';
import type { PlanProblem } from './model/problem.js';
import { planNetwork } from './plan-network.js';

/** Times a plan may be checked, cut off and made anew before the sites under what still breaks are left as they stand. */
const mostRounds = 5;

export interface GridPlan {
  /** The problem whose certificate `result` carries: that of the bound. */
  readonly problem: PlanProblem;
  readonly result: PlanResult;
  readonly grid: GridReport;
}

/** kW installed at a site in a year. */
export function installedKw(problem: PlanProblem, plan: Plan): (site: number, year: number) => number {
  const counts = new Map(plan.sites.map((s) => [s.site, s.counts]));
  return (site, year) =>
    (counts.get(site)?.[year] ?? []).reduce((s, n, k) => s + n * problem.moduleTypes[k].powerKw, 0);
}

/**
 * A plan that no network under test refuses: linear rows about the base load, then the full flow of the chosen plan; where it breaks
 * a limit the tangent there is added and the plan made anew, at most five times; what breaks still is left as it stands. A plan that breaks
 * a limit is never returned.
 * @throws what `planNetwork` throws; `CONFLICT` when even what stands already has no flow
 */
export function planOnGrid(problem: PlanProblem, grids: readonly PlanGrid[], options: PlanOptions): GridPlan {
  const standing = standingKw(problem);
  const most = mostKw(problem);
  const brokenBefore = gridBreaks(grids, problem.years.slice(0, 1), (j) => standing[j]);
  const rows: GridRow[] = grids.flatMap((g) => {
    const at = Float64Array.from(g.site, (j) => standing[j]);
    const found = tangentRows(
      g,
      at,
      Float64Array.from(g.site, (j) => most[j]),
    );
    if (found) return found;
    throw new QipanError('CONFLICT', `network ${g.name}: there is no flow even with nothing built`, {
      field: g.name,
      expected: 'a network that carries its base load',
    });
  });
  // A line and a node may have one id.
  const key = (b: GridBreak) => `${b.grid} ${b.kind} ${b.element}`;
  const isKnown = new Set(brokenBefore.map(key));
  const breaks: GridBreak[][] = [];
  let proof: { problem: PlanProblem; result: PlanResult } | null = null;
  let onlyTangents = true;
  for (let round = 1; ; round++) {
    const held = withGridRows(problem, rows);
    const result = planNetwork(held, options);
    if (onlyTangents) proof = { problem: held, result };
    const kw = installedKw(problem, result.plan);
    const found = gridBreaks(grids, problem.years, kw).filter((b) => !isKnown.has(key(b)));
    breaks.push(found);
    if (found.length === 0)
      return answer(
        proof as NonNullable<typeof proof>,
        { held, result, onlyTangents },
        {
          rounds: round,
          breaks,
          brokenBefore,
          rows: rows.length,
          boundOf: onlyTangents ? 'allRows' : 'tangentsOnly',
        },
      );
    for (const name of new Set(found.map((b) => b.grid))) {
      const grid = grids.find((g) => g.name === name) as PlanGrid;
      const cuts = round < mostRounds ? cutsOf(grid, problem, found, kw) : null;
      if (!cuts) onlyTangents = false;
      rows.push(...(cuts ?? [asItStands(grid, standing)]));
    }
  }
}

/** Value and plan of the last round; bound and certificate of the last rows that cut no plan that holds. */
function answer(
  proof: { problem: PlanProblem; result: PlanResult },
  last: { held: PlanProblem; result: PlanResult; onlyTangents: boolean },
  grid: GridReport,
): GridPlan {
  if (last.onlyTangents) return { problem: last.held, result: last.result, grid };
  const { bound, certificate } = proof.result;
  const { value, status } = last.result;
  const gap = (value - bound) / Math.max(Math.abs(value), 1e-9);
  const result = { ...last.result, bound, certificate, gap, status: gap <= 1e-9 ? ('optimal' as const) : status };
  return { problem: proof.problem, result, grid };
}

/** Tangents at the plans that break a network, the elements that break alone; null when there is no flow to take them from. */
function cutsOf(
  grid: PlanGrid,
  problem: PlanProblem,
  found: readonly GridBreak[],
  kw: (site: number, year: number) => number,
): GridRow[] | null {
  const out = new Map<string, GridRow>();
  for (const b of found) {
    if (b.grid !== grid.name) continue;
    const t = problem.years.indexOf(b.year);
    const at = Float64Array.from(grid.site, (j) => kw(j, t));
    const rows = tangentRows(
      grid,
      at,
      at.map(() => 1e9),
    );
    const own = rows?.filter((r) => r.name === `${grid.name}: ${b.kind} ${b.element}`) ?? [];
    if (own.length === 0) return null;
    for (const r of own) out.set(`${r.name} ${at.join()}`, r);
  }
  return [...out.values()];
}

/** Nothing more than what stands under this network: a row that may cut plans that would hold. */
function asItStands(grid: PlanGrid, standing: Float64Array): GridRow {
  const site = Array.from(grid.site);
  const room = site.reduce((s, j) => s + standing[j], 0);
  return { name: `${grid.name}: as it stands`, site, coefficient: site.map(() => 1), room };
}

function standingKw(problem: PlanProblem): Float64Array {
  const { powerKw } = layoutFeatures(problem);
  return Float64Array.from(problem.sites.existing, (v) => powerKw.value[v]);
}

/** The most that each site's slots can hold. */
function mostKw(problem: PlanProblem): Float64Array {
  const { powerKw, guns } = layoutFeatures(problem);
  return Float64Array.from(problem.sites.slots, (slots) =>
    powerKw.value.reduce((m, kw, v) => (guns.value[v] <= slots ? Math.max(m, kw) : m), 0),
  );
}
