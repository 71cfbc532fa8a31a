import { coverage, type CoverageModel } from '../families/coverage.js';
import { layoutFeatures, type LayoutFeatures, type LinkRow } from '../families/family.js';
import { ladder, type LadderModel } from '../families/ladder.js';
import { linkFamilies } from '../families/link-families.js';
import { serve, type ServeModel } from '../families/serve.js';
import { serviceLevel, type ServiceLevelModel } from '../families/service-level.js';
import { costOfStanding, discountFactors, netOfSalvage } from '../model/present-value.js';
import type { PlanProblem } from '../model/problem.js';

/** What a site contributes to a linking row: `coefficient · feature(layout)` in one year. */
export interface SiteRows {
  /** [J + 1] */
  readonly start: Int32Array;
  readonly row: Int32Array;
  readonly year: Int32Array;
  /** Index into `featureValue`. */
  readonly feature: Int32Array;
  readonly coefficient: Float64Array;
}

/** The problem as the solver eats it: everything that does not change while multipliers and plans do. */
export interface SolverModel {
  readonly problem: PlanProblem;
  readonly J: number;
  readonly I: number;
  readonly T: number;
  readonly V: number;
  readonly features: LayoutFeatures;
  readonly serve: ServeModel;
  readonly level: ServiceLevelModel;
  readonly ladder: LadderModel;
  readonly coverage: CoverageModel | null;
  /** Present cost of a layout that stands in a year: modules less salvage, their O&M, the site's O&M; [T, V]. */
  readonly layoutCost: Float64Array;
  /** Present cost of a new site that is open in a year, [J, T]; 0 for sites that stand already. */
  readonly openCost: Float64Array;
  /** What the two above count for things that stand already and were paid before. */
  readonly constant: number;
  /** Money of a unit of weight left unserved, [I, T]; and of a share of 1. */
  readonly unservedPerWeight: Float64Array;
  readonly unservedAll: Float64Array;
  /** Money of a unit of weight per unit of travel cost, [I, T]: discount · days · energy / weight. */
  readonly moneyPerWeight: Float64Array;
  readonly rows: readonly LinkRow[];
  readonly rowFamily: Int32Array;
  readonly featureValue: readonly Float64Array[];
  readonly siteRows: SiteRows;
}

export function compileModel(problem: PlanProblem): SolverModel {
  const features = layoutFeatures(problem);
  const pairs = serve(problem);
  const level = serviceLevel(problem, pairs);
  const [J, I, T] = [problem.sites.id.length, problem.demandPoints.id.length, problem.years.length];
  const V = problem.layoutCounts.length / problem.moduleTypes.length;
  const unservedPerWeight = new Float64Array(I * T);
  const unservedAll = new Float64Array(I * T);
  const moneyPerWeight = new Float64Array(I * T);
  for (let e = 0; e < I * T; e++) {
    const money = pairs.yearWeight[e % T] * problem.energyKwhPerDay[e];
    unservedAll[e] = money * problem.cost.unservedPerKwh;
    moneyPerWeight[e] = level.weight[e] > 0 ? money / level.weight[e] : 0;
    unservedPerWeight[e] = moneyPerWeight[e] * problem.cost.unservedPerKwh;
  }
  const families = linkFamilies.map((f) => f.rows(problem, features));
  const rows = families.flat();
  return {
    problem,
    J,
    I,
    T,
    V,
    features,
    serve: pairs,
    level,
    ladder: ladder(problem, features),
    coverage: coverage(problem),
    ...siteCosts(problem, features),
    unservedPerWeight,
    unservedAll,
    moneyPerWeight,
    rows,
    rowFamily: Int32Array.from(families.flatMap((list, f) => list.map(() => f))),
    ...rowsBySite(rows, J),
  };
}

function siteCosts(problem: PlanProblem, features: LayoutFeatures) {
  const { moduleTypes, layoutCounts, cost, sites } = problem;
  const [K, T, J] = [moduleTypes.length, problem.years.length, sites.id.length];
  const V = layoutCounts.length / K;
  const { year: discount } = discountFactors(problem);
  const layoutCost = new Float64Array(T * V);
  const adding = moduleTypes.map((m) => netOfSalvage(problem, m.lifeYears));
  const standing = adding.map(costOfStanding);
  for (let t = 0; t < T; t++)
    for (let v = 0; v < V; v++) {
      let sum = features.open.value[v] * discount[t] * cost.siteOpexPerYear;
      for (let k = 0; k < K; k++) {
        const { capex, opexPerYear } = moduleTypes[k];
        sum += layoutCounts[v * K + k] * (capex * standing[k][t] + discount[t] * opexPerYear);
      }
      layoutCost[t * V + v] = sum;
    }
  const opening = costOfStanding(netOfSalvage(problem, cost.siteLifeYears));
  const openCost = new Float64Array(J * T);
  let constant = 0;
  for (let j = 0; j < J; j++) {
    const v = sites.existing[j];
    for (let t = 0; t < T; t++) openCost[j * T + t] = v > 0 ? 0 : sites.openingCost[j] * opening[t];
    for (let k = 0; k < K; k++) constant -= layoutCounts[v * K + k] * moduleTypes[k].capex * adding[k][0];
  }
  return { layoutCost, openCost, constant };
}

function rowsBySite(rows: readonly LinkRow[], J: number) {
  const featureValue: Float64Array[] = [];
  const number = new Map<Float64Array, number>();
  const lists: [number, number, number, number][][] = Array.from({ length: J }, () => []);
  rows.forEach((row, r) => {
    for (const { year, feature, sites, coefficient } of row.terms) {
      let f = number.get(feature.value);
      if (f === undefined) {
        f = featureValue.push(feature.value) - 1;
        number.set(feature.value, f);
      }
      for (let n = 0; n < sites.length; n++)
        if (coefficient[n] !== 0) lists[sites[n]].push([r, year, f, coefficient[n]]);
    }
  });
  const flat = lists.flat();
  const start = new Int32Array(J + 1);
  lists.forEach((list, j) => {
    start[j + 1] = start[j] + list.length;
  });
  const siteRows: SiteRows = {
    start,
    row: Int32Array.from(flat, (e) => e[0]),
    year: Int32Array.from(flat, (e) => e[1]),
    feature: Int32Array.from(flat, (e) => e[2]),
    coefficient: Float64Array.from(flat, (e) => e[3]),
  };
  return { featureValue, siteRows };
}
