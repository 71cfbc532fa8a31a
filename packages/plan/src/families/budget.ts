import { sitesByGroup, type Family, type RowTerm } from './family.js';

/** `capex_t ≤ B_t`, or summed from the first year where money may be carried over. What stands already costs nothing. */
export const budget: Family = {
  name: 'budget',
  inequality: {
    en: 'installed cost of what is built ≤ budget of the year, with what was left over where carry-over is allowed',
    zh: '当年建设投资 ≤ 当年预算（允许结转时含结余）',
  },
  unit: 'currency',
  rows: (problem, { open, installedCost }) => {
    const { budget: limit, sites } = problem;
    if (!limit) return [];
    const all = sitesByGroup(new Int32Array(sites.id.length), 1)[0];
    const standing = sites.existing.reduce(
      (s, v, j) => s + (v > 0 ? installedCost.value[v] + sites.openingCost[j] : 0),
      0,
    );
    const spentBy = (year: number, sign: number): RowTerm[] => [
      { year, feature: installedCost, sites: all, coefficient: new Float64Array(all.length).fill(sign) },
      { year, feature: open, sites: all, coefficient: sites.openingCost.map((c) => sign * c) },
    ];
    let sum = 0;
    return problem.years.map((_, t) => {
      sum += limit.byYear[t];
      const own = limit.carryOver || t === 0;
      return {
        whereId: String(problem.years[t]),
        where: String(problem.years[t]),
        year: t,
        terms: own ? spentBy(t, -1) : [...spentBy(t, -1), ...spentBy(t - 1, 1)],
        rhs: limit.carryOver ? -sum - standing : -limit.byYear[t] - (t === 0 ? standing : 0),
        price: Infinity,
        typicalPrice: 0.3,
      };
    });
  },
};
