import type { PlanProblem } from '../model/problem.js';
import { sitesByGroup, type Family, type Feature, type LinkRow } from './family.js';

/** What a kW of room can be worth, in the problem's own money: seven tenths of what a kW of modules costs. */
const pricePerKw = ({ moduleTypes }: PlanProblem): number =>
  (0.7 * moduleTypes.reduce((s, m) => s + m.capex, 0)) / moduleTypes.reduce((s, m) => s + m.powerKw, 0) || 1;

/**
 * `Σ_{j∈g} power ≤ spare_gt`: what the transformer or feeder of a group of sites can still carry; and, where the network is known,
 * `Σ_j c_ej · power ≤ room_e` for its elements.
 */
export const hostingCapacity: Family = {
  name: 'hostingCapacity',
  inequality: {
    en: 'power of the sites under the transformer ≤ its spare power',
    zh: '变压器下各站点功率之和 ≤ 可用容量',
  },
  unit: 'kW',
  rows: (problem, { powerKw }) => {
    const { hosting } = problem;
    const networks = networkRows(problem, powerKw);
    if (!hosting) return networks;
    const T = problem.years.length;
    const lists = sitesByGroup(problem.sites.hostingGroup, hosting.name.length);
    const standing = lists.map((list) => list.reduce((s, j) => s + powerKw.value[problem.sites.existing[j]], 0));
    // A site by itself under its transformer is limited by its list of layouts already.
    const groups = hosting.name.flatMap((where, g): LinkRow[] =>
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
            typicalPrice: pricePerKw(problem),
          })),
    );
    return [...groups, ...networks];
  },
};

function networkRows(problem: PlanProblem, powerKw: Feature): LinkRow[] {
  const { gridRows, sites, years } = problem;
  if (!gridRows) return [];
  return gridRows.name.flatMap((where, n): LinkRow[] => {
    const [from, to] = [gridRows.start[n], gridRows.start[n + 1]];
    const list = gridRows.site.slice(from, to);
    const each = gridRows.coefficient.slice(from, to);
    const standing = each.reduce((s, c, k) => s + c * powerKw.value[sites.existing[list[k]]], 0);
    const mean = each.reduce((s, c) => s + c, 0) / (each.length || 1);
    return years.map((_, t) => ({
      whereId: `network ${n}`,
      where,
      year: t,
      terms: [{ year: t, feature: powerKw, sites: list, coefficient: each.map((c) => -c) }],
      rhs: -Math.max(gridRows.room[n], standing),
      price: Infinity,
      // In the unit of the row.
      typicalPrice: pricePerKw(problem) / (mean || 1),
    }));
  });
}
