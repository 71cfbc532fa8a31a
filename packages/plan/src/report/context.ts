import type { Plan } from '../model/plan.js';
import type { SolverModel } from '../solve/model.js';
import type { PlanState } from '../solve/plan-state.js';
import type { Solved } from '../solve/solver.js';

/** What the parts of a report are made from. */
export interface ReportContext {
  readonly solved: Solved;
  readonly state: PlanState;
  readonly plan: Plan;
  /** Row of `plan.sites` of each site of the problem, −1 for sites that stay closed. */
  readonly rowOfSite: Int32Array;
}

/** Demand at a site in a year and what its layout can serve, at the peak that is filled most. */
export interface SiteUse {
  /** Peak that binds. */
  readonly peak: number;
  readonly loadKwhPerHour: number;
  readonly servedKwhPerHour: number;
  readonly energyKwhPerDay: number;
}

interface Planned {
  readonly model: SolverModel;
  readonly state: PlanState;
}

/** Load of a site by peak, [P], and its energy a day. */
export function siteLoad(
  { model, state }: Planned,
  j: number,
  t: number,
): { load: Float64Array; energyKwhPerDay: number } {
  const { serve, level, problem, T, I } = model;
  const P = problem.peaks.length;
  const load = new Float64Array(P);
  let energyKwhPerDay = 0;
  for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
    const flow = state.flows[t].flow[e];
    if (flow <= 0) continue;
    const i = serve.point[e];
    const share = flow / level.weight[i * T + t];
    energyKwhPerDay += share * problem.energyKwhPerDay[i * T + t];
    for (let p = 0; p < P; p++) load[p] += share * problem.peakKwhPerHour[(t * P + p) * I + i];
  }
  return { load, energyKwhPerDay };
}

/** What a layout serves at a peak, all its types together, kWh/h. */
export function servedAt(c: ReportContext, layout: number, peak: number): number {
  const { problem, level } = c.solved.model;
  const [K, P] = [problem.moduleTypes.length, problem.peaks.length];
  let sum = 0;
  for (let k = 0; k < K; k++) sum += level.servedKwh[(layout * K + k) * P + peak];
  return sum;
}

export function siteUse(c: ReportContext, j: number, t: number): SiteUse {
  const layout = c.state.path[j * c.solved.model.T + t];
  const { load, energyKwhPerDay } = siteLoad({ model: c.solved.model, state: c.state }, j, t);
  let peak = 0;
  const fill = (p: number) => load[p] / servedAt(c, layout, p);
  for (let p = 1; p < load.length; p++) if (fill(p) > fill(peak)) peak = p;
  return { peak, loadKwhPerHour: load[peak], servedKwhPerHour: servedAt(c, layout, peak), energyKwhPerDay };
}
