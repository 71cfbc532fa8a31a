import { QipanError } from '@qipan/base';
import { locationQuotient, totals, type Measure } from '../advantage.js';
import { presence, type PresenceRule } from '../presence.js';

/** What a region or industry must have to be ranked at all; nothing is filtered unless asked for. */
export interface RankFilters {
  readonly population?: { readonly values: Float64Array; readonly least: number };
  readonly leastTotal?: number;
  readonly leastDiversity?: number;
  readonly leastUbiquity?: number;
}

export interface Removed {
  /** Number in the panel given. */
  readonly number: number;
  readonly reason: 'population' | 'total' | 'diversity' | 'ubiquity';
  readonly got: number;
}

export interface FilteredPanel {
  readonly panel: Measure;
  /** Numbers in the panel given of the rows and columns left. */
  readonly region: readonly number[];
  readonly industry: readonly number[];
  readonly removedRegions: readonly Removed[];
  readonly removedIndustries: readonly Removed[];
}

function part(panel: Measure, region: readonly number[], industry: readonly number[]): Measure {
  const value = new Float64Array(region.length * industry.length);
  let k = 0;
  for (const r of region) for (const i of industry) value[k++] = panel.value[r * panel.industries + i];
  return { value, regions: region.length, industries: industry.length };
}

/**
 * Takes out regions below the least population or total, then regions and industries below the least diversity or ubiquity, the
 * last two with quotients computed anew until nothing falls out any more. All that went is listed with why. Without any filter
 * the panel itself comes back.
 * @throws SHAPE_MISMATCH for a population of another length
 */
export function filterPanel(panel: Measure, f: RankFilters, rule: PresenceRule = {}): FilteredPanel {
  if (f.population && f.population.values.length !== panel.regions)
    throw new QipanError(
      'SHAPE_MISMATCH',
      `a population of ${f.population.values.length} for ${panel.regions} regions`,
      {
        field: 'population',
        got: f.population.values.length,
        expected: `${panel.regions}`,
      },
    );
  const removedRegions: Removed[] = [];
  const removedIndustries: Removed[] = [];
  const total = totals(panel).region;
  let industry = Array.from({ length: panel.industries }, (_, i) => i);
  let region = Array.from({ length: panel.regions }, (_, r) => r).filter((r) => {
    const people = f.population?.values[r] ?? Number.POSITIVE_INFINITY;
    // An unknown population is not a sufficient one.
    if (!(people >= (f.population?.least ?? 0))) removedRegions.push({ number: r, reason: 'population', got: people });
    else if (total[r] < (f.leastTotal ?? 0)) removedRegions.push({ number: r, reason: 'total', got: total[r] });
    else return true;
    return false;
  });
  const [leastD, leastU] = [f.leastDiversity ?? 0, f.leastUbiquity ?? 0];
  let left = region.length === panel.regions ? panel : part(panel, region, industry);
  while (leastD > 0 || leastU > 0) {
    const d = new Int32Array(left.regions);
    const u = new Int32Array(left.industries);
    // Where nothing is left nobody has anything: there is no quotient to take.
    if (totals(left).all > 0) {
      const m = presence(locationQuotient(left).lq, left, rule, { value: left.value });
      m.region.forEach((r, k) => (d[r] = m.diversity[k]));
      m.industry.forEach((i, k) => (u[i] = m.ubiquity[k]));
    }
    region.forEach((r, k) => {
      if (d[k] < leastD) removedRegions.push({ number: r, reason: 'diversity', got: d[k] });
    });
    industry.forEach((i, k) => {
      if (u[k] < leastU) removedIndustries.push({ number: i, reason: 'ubiquity', got: u[k] });
    });
    const before = region.length + industry.length;
    region = region.filter((_, k) => d[k] >= leastD);
    industry = industry.filter((_, k) => u[k] >= leastU);
    if (region.length + industry.length === before) break;
    left = part(panel, region, industry);
  }
  return { panel: left, region, industry, removedRegions, removedIndustries };
}
