import type { PlanProblem } from './problem.js';

/** Discount factor of each year of the horizon to the price year, and of the day after its end. */
export function discountFactors(problem: PlanProblem): { year: Float64Array; end: number } {
  const at = (year: number) => (1 + problem.cost.discountRate) ** -(year - problem.priceYear);
  return {
    year: Float64Array.from(problem.years, at),
    end: at(problem.years[problem.years.length - 1] + 1),
  };
}

/**
 * Present cost of one unit of money spent in each year on a thing of the given life, less the value that is left at
 * the end of the horizon (straight line).
 */
export function netOfSalvage(problem: PlanProblem, lifeYears: number): Float64Array {
  const { year, end } = discountFactors(problem);
  const T = problem.years.length;
  return year.map((factor, t) => factor - end * Math.max(0, 1 - (T - t) / lifeYears));
}

/** Turns a cost per unit added in each year into a cost per unit that stands in each year: `Σ c_t Δn_t = Σ (c_t − c_{t+1}) n_t`. */
export function costOfStanding(costOfAdding: Float64Array): Float64Array {
  return costOfAdding.map((c, t) => c - (t + 1 < costOfAdding.length ? costOfAdding[t + 1] : 0));
}
