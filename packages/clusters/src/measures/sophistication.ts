import { QipanError } from '@qipan/base';
import { totals, type Measure } from '../advantage.js';
import type { Presence } from '../presence.js';
import { meanByRegion } from './reflections.js';

/** Income level of products and of what regions make (Hausmann, Hwang, Rodrik 2007). */
export interface Sophistication {
  /** By industry: `PRODY_i = Σ_r (s_ri / Σ_r s_ri) Y_r`; NaN for an industry that is nowhere. */
  readonly prody: Float64Array;
  /** By region: `EXPY_r = Σ_i s_ri PRODY_i`; NaN for an empty region. */
  readonly expy: Float64Array;
}

/**
 * PRODY and EXPY of a panel, given income per person of each region. Unknown cells take no part.
 * @throws SHAPE_MISMATCH
 */
export function sophistication(m: Measure, income: Float64Array): Sophistication {
  if (income.length !== m.regions)
    throw new QipanError('SHAPE_MISMATCH', `incomes of ${income.length} regions for ${m.regions}`, {
      field: 'income',
      got: income.length,
      expected: `${m.regions}`,
    });
  const t = totals(m);
  const weight = new Float64Array(m.industries);
  const sum = new Float64Array(m.industries);
  const expy = new Float64Array(m.regions).fill(Number.NaN);
  const each = (visit: (r: number, i: number, share: number) => void) => {
    for (let r = 0, k = 0; r < m.regions; r++)
      for (let i = 0; i < m.industries; i++, k++) if (m.value[k] > 0) visit(r, i, m.value[k] / t.region[r]);
  };
  each((r, i, share) => {
    weight[i] += share;
    sum[i] += share * income[r];
  });
  const prody = sum.map((s, i) => s / weight[i]);
  for (let r = 0; r < m.regions; r++) if (t.region[r] > 0) expy[r] = 0;
  each((r, i, share) => (expy[r] += share * prody[i]));
  return { prody, expy };
}

/**
 * Complexity of regions from a PCI computed elsewhere (the nation's or the world's), for areas too small or too few for a PCI of
 * their own: the mean over what a region has. `pci` by industry of the panel, NaN where it is not known.
 * @returns ECI by region kept, and the share of what each region has that the outside PCI covers; NaN where it covers nothing
 */
export function externalEci(m: Presence, pci: Float64Array): { eci: Float64Array; covered: Float64Array } {
  const known = Float64Array.from(m.industry, (i) => (pci[i] === pci[i] ? 1 : 0));
  const figure = Float64Array.from(m.industry, (i) => (pci[i] === pci[i] ? pci[i] : 0));
  const covered = meanByRegion(m, known);
  const sum = meanByRegion(m, figure);
  return { eci: sum.map((s, r) => s / covered[r]), covered };
}
