import { discountFactors } from '../model/present-value.js';
import { ones, sitesByGroup, type Family } from './family.js';

/** `Σ_{j∈w,k} guns ≥ ρ_wt − a_wt`: piles in every suitable township. */
export const townshipPile: Family = {
  name: 'townshipPile',
  inequality: {
    en: 'guns in the township + missing guns at a price ≥ guns that the rule asks for',
    zh: '乡镇内枪数 + 按价缺口 ≥ 规则要求枪数',
  },
  unit: 'guns',
  rows: (problem, { guns }) => {
    const rule = problem.rules.townshipPile;
    if (!rule) return [];
    const { year: discount } = discountFactors(problem);
    const { id, name, suitable } = problem.townships;
    const lists = sitesByGroup(problem.sites.township, name.length);
    return name.flatMap((where, w) =>
      suitable[w] === 0
        ? []
        : problem.years.map((_, t) => ({
            whereId: id[w],
            where,
            year: t,
            terms: [{ year: t, feature: guns, sites: lists[w], coefficient: ones(lists[w].length) }],
            rhs: rule.guns[t],
            price: rule.pricePerGun * discount[t],
            typicalPrice: rule.pricePerGun * discount[t],
          })),
    );
  },
};
