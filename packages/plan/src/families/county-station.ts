import { discountFactors } from '../model/present-value.js';
import { ones, sitesByGroup, type Family } from './family.js';

/** `number of sites with kW ≥ N_ct ≥ 1 − a_ct`: a station of the asked power in every suitable county. */
export const countyStation: Family = {
  name: 'countyStation',
  inequality: {
    en: 'sites with at least the asked power + missing station at a price ≥ 1',
    zh: '达到要求功率的站点数 + 按价缺口 ≥ 1',
  },
  unit: 'stations',
  rows: (problem, { powerKw }) => {
    const rule = problem.rules.countyStation;
    if (!rule) return [];
    const { year: discount } = discountFactors(problem);
    const { id, name, suitable } = problem.counties;
    const county = problem.sites.township.map((w) => problem.townships.county[w]);
    const lists = sitesByGroup(county, name.length);
    const station = rule.kw.map((kw) => ({
      name: 'station',
      value: powerKw.value.map((x) => (kw > 0 && x >= kw ? 1 : 0)),
    }));
    return name.flatMap((where, c) =>
      suitable[c] === 0
        ? []
        : problem.years.flatMap((_, t) =>
            rule.kw[t] > 0
              ? [
                  {
                    whereId: id[c],
                    where,
                    year: t,
                    terms: [{ year: t, feature: station[t], sites: lists[c], coefficient: ones(lists[c].length) }],
                    rhs: 1,
                    price: rule.pricePerCounty * discount[t],
                    typicalPrice: rule.pricePerCounty * discount[t] * 0.1,
                  },
                ]
              : [],
          ),
    );
  },
};
