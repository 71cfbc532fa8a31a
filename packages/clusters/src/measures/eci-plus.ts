import { QipanError } from '@qipan/base';
import { totals, type Measure } from '../advantage.js';

/** ECI+ of regions and PCI+ of industries; NaN for an empty region or industry. */
export interface EciPlus {
  readonly region: Float64Array;
  readonly industry: Float64Array;
  readonly steps: number;
  readonly status: 'converged' | 'stopped';
}

/**
 * ECI+ (Albeaik, Kaltenberg, Alsaleh, Hidalgo 2017, arXiv 1707.05826): total exports corrected by how difficult each product is.
 * `X_r ← Σ_i X_ri / Σ_r′ (X_r′i / X_r′)`, over its geometric mean in every step; then
 * `ECI+ = ln X_r − ln Σ_i X_ri / X_.i`, `PCI+ = ln X_.i − ln Σ_r X_ri / X_r`.
 * It is the fitness algorithm on values instead of presence (Gabrielli et al. 2017): read it as size-aware fitness.
 * Unknown cells count as nothing in the sums. Stops when no X_r moves by more than 1e-13 relative.
 * @throws DEGENERATE_INPUT when nothing is left
 */
export function eciPlus(panel: Measure, limit = 2000): EciPlus {
  const { region: total, industry: world } = totals(panel);
  const { regions, industries, value } = panel;
  const live = [...total.keys()].filter((r) => total[r] > 0);
  if (live.length === 0)
    throw new QipanError('DEGENERATE_INPUT', 'the panel is empty', { expected: 'a value above 0' });
  let x = Float64Array.from(total);
  const industry = new Float64Array(industries);
  const scale = () => {
    const mean = live.reduce((sum, r) => sum + Math.log(x[r]), 0) / live.length;
    for (const r of live) x[r] /= Math.exp(mean);
  };
  const difficulty = () => {
    industry.fill(0);
    for (const r of live)
      for (let i = 0, k = r * industries; i < industries; i++, k++) if (value[k] > 0) industry[i] += value[k] / x[r];
  };
  scale();
  let steps = 0;
  let change = Number.POSITIVE_INFINITY;
  while (steps < limit && change > 1e-13) {
    difficulty();
    const before = x;
    x = new Float64Array(regions);
    for (const r of live)
      for (let i = 0, k = r * industries; i < industries; i++, k++) if (value[k] > 0) x[r] += value[k] / industry[i];
    scale();
    change = live.reduce((worst, r) => Math.max(worst, Math.abs(x[r] / before[r] - 1)), 0);
    steps++;
  }
  difficulty();
  const share = new Float64Array(regions);
  for (const r of live)
    for (let i = 0, k = r * industries; i < industries; i++, k++) if (value[k] > 0) share[r] += value[k] / world[i];
  return {
    region: share.map((s, r) => (s > 0 ? Math.log(x[r]) - Math.log(s) : Number.NaN)),
    industry: industry.map((d, i) => (d > 0 ? Math.log(world[i]) - Math.log(d) : Number.NaN)),
    steps,
    status: change > 1e-13 ? 'stopped' : 'converged',
  };
}
