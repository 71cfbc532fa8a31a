import { discountFactors } from '../model/present-value.js';
import type { PlanProblem } from '../model/problem.js';

/** People within the coverage time of an open site: which sites cover which points, and what each county must reach. */
export interface CoverageModel {
  /** Points covered by each site, as lists. */
  readonly start: Int32Array;
  readonly point: Int32Array;
  /** County of each point, −1 where the rule does not hold. */
  readonly county: Int32Array;
  /** People at each point; unknown populations count nobody. */
  readonly weight: Float64Array;
  /** People who must be covered, [C, T]. */
  readonly needed: Float64Array;
  /** Discounted price of a person missing, by year. */
  readonly price: Float64Array;
}

export const coverageName = 'coverage';

/** `Σ pop·z + a ≥ β·Σ pop`, `z_i ≤ Σ_{j covers i} y_j`. Null when the rule is off. */
export function coverage(problem: PlanProblem): CoverageModel | null {
  const rule = problem.rules.coverage;
  if (!rule) return null;
  const { demandPoints, townships, counties, access } = problem;
  const T = problem.years.length;
  const I = demandPoints.id.length;
  const county = new Int32Array(I).fill(-1);
  const weight = new Float64Array(I);
  const needed = new Float64Array(counties.id.length * T);
  for (let i = 0; i < I; i++) {
    const c = townships.county[demandPoints.township[i]];
    const people = demandPoints.population[i];
    if (counties.suitable[c] === 0 || !(people > 0)) continue;
    county[i] = c;
    weight[i] = people;
    for (let t = 0; t < T; t++) needed[c * T + t] += rule.share[t] * people;
  }
  const start = new Int32Array(access.start.length);
  const point: number[] = [];
  for (let j = 0; j + 1 < access.start.length; j++) {
    for (let e = access.start[j]; e < access.start[j + 1]; e++)
      if (access.travelMin[e] <= rule.withinMin && county[access.point[e]] >= 0) point.push(access.point[e]);
    start[j + 1] = point.length;
  }
  const price = discountFactors(problem).year.map((d) => d * rule.pricePerPerson);
  return { start, point: Int32Array.from(point), county, weight, needed, price };
}
