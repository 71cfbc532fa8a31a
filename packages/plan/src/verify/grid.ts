import { checkPlan, type GridNetwork } from '@qipan/grid';
import type { PlanGrid } from '../model/plan-grid.js';
import type { PlanProblem } from '../model/problem.js';
import type { Built } from './rules.js';

/** Base load of a network at a moment; what is there besides chargers. */
function atMoment(network: GridNetwork, factor: number): GridNetwork {
  const times = (xs: readonly number[]) => xs.map((x) => x * factor);
  return { ...network, loads: network.loads.map((l) => ({ ...l, pW: times(l.pW), qVar: times(l.qVar) })) };
}

/**
 * What the full flow refuses of a plan: every network, year and distinct base load, at the installed power. A limit that is broken with
 * what stood before is not the plan's doing, as long as the plan adds nothing under it.
 */
export function gridFaults(p: PlanProblem, b: Built, grids: readonly PlanGrid[]): { checks: number; faults: string[] } {
  const K = p.moduleTypes.length;
  const before = (j: number) =>
    p.moduleTypes.reduce((s, m, k) => s + p.layoutCounts[p.sites.existing[j] * K + k] * m.powerKw, 0);
  const faults: string[] = [];
  let checks = 0;
  for (const grid of grids) {
    const sites = Array.from(grid.site);
    const factors = [...new Set(grid.moments.map((m) => m.baseFactor))];
    for (let t = 0; t < p.years.length; t++) {
      const now = Float64Array.from(sites, (j) => b.kw(j, t));
      const stood = Float64Array.from(sites, before);
      for (const factor of factors) {
        checks++;
        const network = atMoment(grid.network, factor);
        const { violations } = checkPlan(network, grid.node, now, grid.limits);
        if (violations.length === 0 || now.every((kw, k) => kw <= stood[k])) continue;
        // A line and a node may have one id; a limit that is broken already may not be broken further.
        const key = (v: { readonly kind: string; readonly element: string }) => `${v.kind} ${v.element}`;
        const old = new Map(checkPlan(network, grid.node, stood, grid.limits).violations.map((v) => [key(v), v.value]));
        for (const v of violations)
          if (!(Math.abs(v.value - v.limit) <= Math.abs((old.get(key(v)) ?? NaN) - v.limit) + 1e-6))
            faults.push(
              `${grid.name} in ${p.years[t]}: ${v.kind} ${v.element} at ${v.value.toFixed(4)} of ${v.limit} by the full flow`,
            );
      }
    }
  }
  return { checks, faults };
}
