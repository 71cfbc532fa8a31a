import type { SolverModel } from './model.js';
import type { PlanState } from './plan-state.js';
import { GainList, PathSearch } from './site-path.js';

/** What the bound's multipliers say to the search. */
export interface Guide {
  readonly rowPrice: Float64Array;
  /** By year and point, money per unit of weight. */
  readonly ceiling: readonly Float64Array[];
}

/**
 * What the best path of one site would change, everything else as it stands: a knapsack over what the site could take
 * from others at their present worth, a dynamic program over the years. Optimistic where it takes much from one full site;
 * exact in costs and rules.
 */
export class Insertion {
  /** Path of the last estimate. */
  readonly path: Int32Array;
  private readonly model: SolverModel;
  private readonly state: PlanState;
  private readonly cost: Float64Array;
  private readonly list = new GainList();
  private readonly search: PathSearch;
  /** People newly covered, by county; zero but for those in `touched`, and these only inside one sum. */
  private readonly people: Float64Array;
  private readonly touched: number[] = [];
  /** What rows over two years leave to this site, by year; null where there is none. */
  private readonly limits: ({ now: Float64Array; before: Float64Array; atLeast: number } | null)[];

  constructor(model: SolverModel, state: PlanState) {
    this.model = model;
    this.state = state;
    this.cost = new Float64Array(model.T * model.V);
    this.search = new PathSearch(model);
    this.path = this.search.path;
    this.people = new Float64Array(model.problem.counties.id.length);
    this.limits = Array.from({ length: model.T }, () => null);
    this.stepRow = new Int32Array(model.T).fill(-1);
  }

  /**
   * Estimated change of the plan's value when site j, now at what stands already, takes its best path.
   * @param guide multipliers of the rows without slack, which steer scarce money (the estimate contains them), and the
   * most that serving a village may count
   */
  estimate(j: number, guide: Guide): number {
    const { model, state, cost, list } = this;
    const { T, V, ladder, level, layoutCost, openCost, features, problem } = model;
    const { siteStart, siteLayout } = ladder;
    const base = problem.sites.existing[j];
    let baseCost = 0;
    for (let t = 0; t < T; t++) {
      const flow = state.flows[t];
      list.clear();
      flow.offers(j, guide.ceiling[t], list);
      list.sort();
      list.accumulate();
      const cover = this.coverGain(j, t);
      for (let n = siteStart[j]; n < siteStart[j + 1]; n++) {
        const v = siteLayout[n];
        const at = t * V + v;
        if (!ladder.allowed[(j * T + t) * V + v]) {
          cost[at] = Infinity;
          continue;
        }
        let c = layoutCost[at] + (features.open.value[v] ? openCost[j * T + t] : 0);
        if (v !== base) c -= list.within(level.always[(j * T + t) * V + v] - flow.load[j]);
        if (base === 0 && v > 0) c -= cover;
        cost[at] = c;
      }
      baseCost += cost[t * V + base];
    }
    this.addRows(j, guide.rowPrice);
    const value = this.search.search(j, cost, T, this.limits);
    return value - baseCost;
  }

  /** What the coverage rule gains when a closed site opens. */
  private coverGain(j: number, t: number): number {
    const { coverage, T } = this.model;
    if (!coverage) return 0;
    const { people, touched } = this;
    touched.length = 0;
    for (let s = coverage.start[j]; s < coverage.start[j + 1]; s++) {
      const i: number = coverage.point[s];
      if (this.state.covering[i * T + t] > 0) continue;
      const c: number = coverage.county[i];
      if (people[c] === 0) touched.push(c);
      people[c] += coverage.weight[i];
    }
    let gain = 0;
    for (const c of touched) {
      gain += this.worthOfPeople(c, t, people[c]);
      people[c] = 0;
    }
    return gain;
  }

  private worthOfPeople(county: number, t: number, people: number): number {
    const { coverage, T } = this.model;
    if (!coverage) return 0;
    const missing = coverage.needed[county * T + t] - this.state.covered[county * T + t];
    return coverage.price[t] * Math.min(people, Math.max(0, missing));
  }

  /** Adds what each layout changes in the rows: slack at its price, scarce things at their multiplier, or forbids it. */
  private addRows(j: number, rowPrice: Float64Array): void {
    const { model, state, cost, limits } = this;
    const { V, T, siteRows, rows, featureValue, problem } = model;
    const { siteStart, siteLayout } = model.ladder;
    const base = problem.sites.existing[j];
    limits.fill(null);
    for (let s = siteRows.start[j]; s < siteRows.start[j + 1];) {
      const r = siteRows.row[s];
      const t = siteRows.year[s];
      let end = s;
      while (end < siteRows.start[j + 1] && siteRows.row[end] === r && siteRows.year[end] === t) end++;
      const { rhs, price, year } = rows[r];
      const step = rows[r].terms.some((term) => term.year < year) ? this.stepLimit(r) : null;
      for (let n = siteStart[j]; n < siteStart[j + 1]; n++) {
        const v = siteLayout[n];
        let delta = 0;
        for (let e = s; e < end; e++) {
          const value = featureValue[siteRows.feature[e]];
          delta += siteRows.coefficient[e] * (value[v] - value[base]);
        }
        if (step) (t === year ? step.now : step.before)[v] += delta;
        if (delta === 0) continue;
        const after = state.activity[r] + delta;
        if (price < Infinity)
          cost[t * V + v] += price * (Math.max(0, rhs - after) - Math.max(0, rhs - state.activity[r]));
        else if (!step && after < rhs - 1e-9 * Math.max(1, Math.abs(rhs))) cost[t * V + v] = Infinity;
        else cost[t * V + v] -= rowPrice[r] * delta;
      }
      s = end;
    }
    for (let t = 0; t < T; t++) this.stepRow[t] = -1;
  }

  /** Row that stands in `limits` of each year while rows are added. */
  private readonly stepRow: Int32Array;

  /** The limit of a row over its year and the one before, empty when it is met first. */
  private stepLimit(r: number) {
    const { rows, V } = this.model;
    const { year, rhs } = rows[r];
    const known = this.limits[year];
    if (known && this.stepRow[year] === r) return known;
    const atLeast = rhs - this.state.activity[r] - 1e-9 * Math.max(1, Math.abs(rhs));
    this.stepRow[year] = r;
    return (this.limits[year] = { now: new Float64Array(V), before: new Float64Array(V), atLeast });
  }
}
