import { sitesByGroup, type Family } from './family.js';

/** `Σ_{j∈g} power ≤ spare_gt`: what the transformer or feeder of a group of sites can still carry. */
export const hostingCapacity: Family = {
  name: 'hostingCapacity',
  inequality: {
    en: 'power of the sites under the transformer ≤ its spare power',
    zh: '变压器下各站点功率之和 ≤ 可用容量',
  },
  unit: 'kW',
  rows: (problem, { powerKw }) => {
    const { hosting } = problem;
    if (!hosting) return [];
    const T = problem.years.length;
    const lists = sitesByGroup(problem.sites.hostingGroup, hosting.name.length);
    const standing = lists.map((list) => list.reduce((s, j) => s + powerKw.value[problem.sites.existing[j]], 0));
    // A site by itself under its transformer is limited by its list of layouts already.
    return hosting.name.flatMap((where, g) =>
      lists[g].length < 2
        ? []
        : problem.years.map((_, t) => ({
            whereId: String(g),
            where,
            year: t,
            terms: [
              { year: t, feature: powerKw, sites: lists[g], coefficient: new Float64Array(lists[g].length).fill(-1) },
            ],
            // What stands already is there whatever the transformer says.
            rhs: -Math.max(hosting.spareKw[g * T + t], standing[g]),
            price: Infinity,
            typicalPrice: 500,
          })),
    );
  },
};
