import type { SolverModel } from './model.js';
import { YearFlow } from './year-flow.js';

/** Slack at a price: what a row lacks. */
const lack = (rhs: number, activity: number) => (activity < rhs ? rhs - activity : 0);
/** Hard rows may be missed by rounding only. */
const roundingOf = (rhs: number) => 1e-9 * Math.max(1, Math.abs(rhs));

/** A feasible plan with its value, changed site by site; a trial can be taken back. */
export class PlanState {
  /** Layout of each site and year, [J, T]. */
  readonly path: Int32Array;
  readonly flows: readonly YearFlow[];
  /** Left-hand sides of the linking rows. */
  readonly activity: Float64Array;
  /** Open sites that cover each point, [I, T], and people covered, [C, T]. */
  readonly covering: Int32Array;
  readonly covered: Float64Array;
  private readonly model: SolverModel;
  private siteCost = 0;
  private slackCost = 0;
  private readonly trail: { j: number; path: Int32Array }[] = [];
  private marks: number[] = [];

  constructor(model: SolverModel) {
    const { J, T, I, rows, coverage, problem } = model;
    this.model = model;
    this.path = new Int32Array(J * T);
    this.flows = Array.from({ length: T }, (_, t) => new YearFlow(model, t));
    this.activity = new Float64Array(rows.length);
    this.covering = new Int32Array(I * T);
    this.covered = new Float64Array(coverage?.needed.length ?? 0);
    rows.forEach((row) => {
      if (row.price < Infinity) this.slackCost += row.price * lack(row.rhs, 0);
    });
    coverage?.needed.forEach((needed, e) => {
      this.slackCost += coverage.price[e % T] * needed;
    });
    for (let j = 0; j < J; j++)
      if (problem.sites.existing[j] > 0) this.setPath(j, new Int32Array(T).fill(problem.sites.existing[j]));
    this.commit();
  }

  get value(): number {
    let sum = this.model.constant + this.siteCost + this.slackCost;
    for (const flow of this.flows) sum += flow.cost;
    return sum;
  }

  isOpen(j: number): boolean {
    return this.path[j * this.model.T + this.model.T - 1] > 0;
  }

  /** Whether every row without slack holds when site j takes this path. */
  fits(j: number, path: Int32Array): boolean {
    const { siteRows, rows, featureValue, T } = this.model;
    const change = new Map<number, number>();
    for (let s = siteRows.start[j]; s < siteRows.start[j + 1]; s++) {
      const r = siteRows.row[s];
      if (rows[r].price < Infinity) continue;
      const t = siteRows.year[s];
      const value = featureValue[siteRows.feature[s]];
      change.set(r, (change.get(r) ?? 0) + siteRows.coefficient[s] * (value[path[t]] - value[this.path[j * T + t]]));
    }
    for (const [r, delta] of change) {
      const after = this.activity[r] + delta;
      if (delta < 0 && after < rows[r].rhs - roundingOf(rows[r].rhs)) return false;
    }
    return true;
  }

  /** Gives a site a path and divides the demand anew. */
  setPath(j: number, path: Int32Array): void {
    const { T, V, level } = this.model;
    this.trail.push({ j, path: this.path.slice(j * T, j * T + T) });
    this.account(j, path);
    for (let t = 0; t < T; t++) this.flows[t].setCapacity(j, path[t] > 0 ? level.always[(j * T + t) * V + path[t]] : 0);
  }

  /** From here on changes can be taken back by `rollback`, or kept by `commit`. */
  begin(): void {
    this.commit();
  }

  commit(): void {
    this.trail.length = 0;
    for (const flow of this.flows) flow.forget();
    this.marks = this.flows.map((flow) => flow.mark());
  }

  rollback(): void {
    const { T, V, level } = this.model;
    this.flows.forEach((flow, t) => flow.restore(this.marks[t]));
    while (this.trail.length > 0) {
      const { j, path } = this.trail.pop() as { j: number; path: Int32Array };
      this.account(j, path);
      for (let t = 0; t < T; t++)
        this.flows[t].putCapacity(j, path[t] > 0 ? level.always[(j * T + t) * V + path[t]] : 0);
    }
  }

  /** Costs, rows and coverage of a change of path, the demand apart. */
  private account(j: number, path: Int32Array): void {
    const { T, V, layoutCost, openCost, siteRows, rows, featureValue, coverage } = this.model;
    for (let t = 0; t < T; t++) {
      const before = this.path[j * T + t];
      if (before === path[t]) continue;
      this.siteCost += layoutCost[t * V + path[t]] - layoutCost[t * V + before];
      this.siteCost += ((path[t] > 0 ? 1 : 0) - (before > 0 ? 1 : 0)) * openCost[j * T + t];
      if (coverage && before > 0 !== path[t] > 0) this.cover(j, t, path[t] > 0 ? 1 : -1);
    }
    for (let s = siteRows.start[j]; s < siteRows.start[j + 1]; s++) {
      const r = siteRows.row[s];
      const t = siteRows.year[s];
      const value = featureValue[siteRows.feature[s]];
      const delta = siteRows.coefficient[s] * (value[path[t]] - value[this.path[j * T + t]]);
      if (delta === 0) continue;
      const { rhs, price } = rows[r];
      if (price < Infinity)
        this.slackCost += price * (lack(rhs, this.activity[r] + delta) - lack(rhs, this.activity[r]));
      this.activity[r] += delta;
    }
    this.path.set(path, j * T);
  }

  private cover(j: number, t: number, change: 1 | -1): void {
    const { T, coverage } = this.model;
    if (!coverage) return;
    for (let s = coverage.start[j]; s < coverage.start[j + 1]; s++) {
      const i = coverage.point[s];
      const before = this.covering[i * T + t];
      this.covering[i * T + t] += change;
      if ((before === 0) === (before + change === 0)) continue;
      const c = coverage.county[i] * T + t;
      const { needed, price, weight } = coverage;
      this.slackCost -= price[t] * lack(needed[c], this.covered[c]);
      this.covered[c] += change * weight[i];
      this.slackCost += price[t] * lack(needed[c], this.covered[c]);
    }
  }
}
