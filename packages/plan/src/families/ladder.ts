import type { PlanProblem } from '../model/problem.js';
import type { LayoutFeatures } from './family.js';

/** Which layouts a site may have and which may follow which: one a site and year, module counts never fall, guns ≤ slots, what stands stays. */
export interface LadderModel {
  /** 1 = allowed at site j in year t, [J, T, V]. */
  readonly allowed: Uint8Array;
  /** Layouts that layout v may become (itself included), lists by v. */
  readonly growStart: Int32Array;
  readonly growTo: Int32Array;
  /** Layouts that site j may have in any year, ascending, lists by j. */
  readonly siteStart: Int32Array;
  readonly siteLayout: Int32Array;
}

/** Slots, power under a transformer, and layouts that already stand decide the domain of each site. */
export function ladder(problem: PlanProblem, features: LayoutFeatures): LadderModel {
  const { layoutCounts: counts, sites, hosting } = problem;
  const K = problem.moduleTypes.length;
  const [V, J, T] = [counts.length / K, sites.id.length, problem.years.length];
  const grows = (from: number, to: number) => {
    for (let k = 0; k < K; k++) if (counts[to * K + k] < counts[from * K + k]) return false;
    return true;
  };
  const growStart = new Int32Array(V + 1);
  const growTo: number[] = [];
  for (let v = 0; v < V; v++) {
    for (let to = 0; to < V; to++) if (grows(v, to)) growTo.push(to);
    growStart[v + 1] = growTo.length;
  }
  const allowed = new Uint8Array(J * T * V);
  for (let j = 0; j < J; j++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++) {
        const g = sites.hostingGroup[j];
        const fits =
          features.guns.value[v] <= sites.slots[j] &&
          (!hosting || g < 0 || features.powerKw.value[v] <= hosting.spareKw[g * T + t]);
        const stands = v === sites.existing[j];
        if ((fits && grows(sites.existing[j], v)) || stands) allowed[(j * T + t) * V + v] = 1;
      }
  const siteStart = new Int32Array(J + 1);
  const siteLayout: number[] = [];
  for (let j = 0; j < J; j++) {
    for (let v = 0; v < V; v++)
      if (problem.years.some((_, t) => allowed[(j * T + t) * V + v] === 1)) siteLayout.push(v);
    siteStart[j + 1] = siteLayout.length;
  }
  return { allowed, growStart, growTo: Int32Array.from(growTo), siteStart, siteLayout: Int32Array.from(siteLayout) };
}
