import type { SolverModel } from './model.js';
import { GainList, PathSearch } from './site-path.js';

/** Where each group of multipliers begins in the one vector. */
export interface MultiplierLayout {
  readonly rows: number;
  readonly county: number;
  readonly cover: number;
  readonly size: number;
}

function multiplierLayout(model: SolverModel): MultiplierLayout {
  const rows = model.I * model.T;
  const county = rows + model.rows.length;
  const cover = county + (model.coverage ? model.coverage.needed.length : 0);
  return { rows, county, cover, size: cover + (model.coverage ? model.I * model.T : 0) };
}

/**
 * The Lagrangian function of the plan: `serve`, the linking rows and `coverage` are priced; what is left falls apart
 * by site into continuous knapsacks under a dynamic program over growing layouts. Any multipliers give a valid bound.
 */
export class Lagrangian {
  readonly layout: MultiplierLayout;
  /** Least cost of each site at the last multipliers, and its layouts by year, [J, T]. */
  readonly siteValue: Float64Array;
  readonly sitePath: Int32Array;
  /** Violation of every priced row at the last minimum. */
  readonly violation: Float64Array;
  private readonly model: SolverModel;
  private readonly featurePrice: Float64Array[];
  private readonly openPrice: Float64Array;
  private readonly pricePerWeight: Float64Array;
  private readonly cost: Float64Array;
  private readonly lists: GainList[];
  /** Pairs of each site by falling gain of the last evaluation, a list a year. */
  private readonly order: Int32Array[];
  private readonly listed: Uint8Array;
  private readonly spare: Int32Array;
  private readonly search: PathSearch;

  constructor(model: SolverModel) {
    const { J, T, V, I } = model;
    this.model = model;
    this.layout = multiplierLayout(model);
    this.siteValue = new Float64Array(J);
    this.sitePath = new Int32Array(J * T);
    this.violation = new Float64Array(this.layout.size);
    this.featurePrice = model.featureValue.map(() => new Float64Array(J * T));
    this.openPrice = new Float64Array(J * T);
    this.pricePerWeight = new Float64Array(I * T);
    this.cost = new Float64Array(T * V);
    this.lists = Array.from({ length: T }, () => new GainList());
    const E = model.serve.point.length;
    this.order = Array.from({ length: T }, () => Int32Array.from({ length: E }, (_, e) => e));
    this.listed = new Uint8Array(E);
    this.spare = new Int32Array(I);
    this.search = new PathSearch(model);
  }

  /** Largest sensible value of each multiplier: beyond it the bound can only fall. Infinity for rows without slack. */
  caps(): Float64Array {
    const { model, layout } = this;
    const caps = new Float64Array(layout.size);
    caps.set(model.unservedAll);
    model.rows.forEach((row, r) => {
      caps[layout.rows + r] = row.price;
    });
    if (model.coverage) {
      const { T } = model;
      const { county, weight, price, needed } = model.coverage;
      for (let e = 0; e < needed.length; e++) caps[layout.county + e] = price[e % T];
      for (let e = 0; e < model.I * T; e++)
        caps[layout.cover + e] = county[Math.floor(e / T)] < 0 ? 0 : price[e % T] * weight[Math.floor(e / T)];
    }
    return caps;
  }

  /** L(m): no plan costs less. Fills `siteValue`, `sitePath` and `violation`. */
  evaluate(m: Float64Array): number {
    const { model, violation } = this;
    const { I, J, T } = model;
    this.setPrices(m);
    violation.fill(0);
    let bound = model.constant;
    for (let e = 0; e < I * T; e++) {
      violation[e] = 1;
      bound += m[e];
      if (m[e] > model.unservedAll[e]) {
        bound += model.unservedAll[e] - m[e];
        violation[e] = 0;
      }
    }
    model.rows.forEach((row, r) => {
      bound += m[this.layout.rows + r] * row.rhs;
      violation[this.layout.rows + r] = row.rhs;
    });
    bound += this.coverageTerms(m);
    for (let j = 0; j < J; j++) bound += this.site(j);
    return bound;
  }

  /** Least cost of a site that must be open from a year on, at the prices of the last evaluation. */
  forcedOpen(j: number, from: number): number {
    this.siteCosts(j);
    return this.search.search(j, this.cost, from);
  }

  private setPrices(m: Float64Array): void {
    const { model, featurePrice, openPrice, layout } = this;
    const { T, J, I, siteRows } = model;
    for (const price of featurePrice) price.fill(0);
    openPrice.fill(0);
    for (let j = 0; j < J; j++)
      for (let s = siteRows.start[j]; s < siteRows.start[j + 1]; s++)
        featurePrice[siteRows.feature[s]][j * T + siteRows.year[s]] +=
          m[layout.rows + siteRows.row[s]] * siteRows.coefficient[s];
    if (model.coverage) {
      const { start, point } = model.coverage;
      for (let j = 0; j < J; j++)
        for (let s = start[j]; s < start[j + 1]; s++)
          for (let t = 0; t < T; t++) openPrice[j * T + t] += m[layout.cover + point[s] * T + t];
    }
    for (let e = 0; e < I * T; e++)
      this.pricePerWeight[e] = model.level.weight[e] > 0 ? m[e] / model.level.weight[e] : 0;
  }

  private coverageTerms(m: Float64Array): number {
    const { model, layout, violation } = this;
    if (!model.coverage) return 0;
    const { county, weight, needed } = model.coverage;
    const { T, I } = model;
    let sum = 0;
    for (let e = 0; e < needed.length; e++) {
      sum += m[layout.county + e] * needed[e];
      violation[layout.county + e] += needed[e];
    }
    for (let i = 0; i < I; i++)
      for (let t = 0; t < T && county[i] >= 0; t++) {
        const reduced = m[layout.cover + i * T + t] - m[layout.county + county[i] * T + t] * weight[i];
        if (reduced >= 0) continue;
        sum += reduced;
        violation[layout.cover + i * T + t] += 1;
        violation[layout.county + county[i] * T + t] -= weight[i];
      }
    return sum;
  }

  /** Cost of each layout and year at the prices, best service included; false when opening cannot pay. */
  private siteCosts(j: number, mayStop = false): boolean {
    const { model, cost, lists } = this;
    const { T, V, ladder, level, features } = model;
    const { siteStart, siteLayout, allowed } = ladder;
    const [first, end] = [siteStart[j], siteStart[j + 1]];
    let worth = false;
    for (let t = 0; t < T; t++) {
      this.gains(j, t);
      const { total } = lists[t];
      const opening = model.openCost[j * T + t] - this.openPrice[j * T + t];
      for (let n = first; n < end; n++) {
        const v = siteLayout[n];
        const may = allowed[(j * T + t) * V + v] === 1;
        cost[t * V + v] = may ? model.layoutCost[t * V + v] + (features.open.value[v] ? opening : 0) : Infinity;
      }
      for (let f = 0; f < this.featurePrice.length; f++) {
        const price = this.featurePrice[f][j * T + t];
        if (price === 0) continue;
        const value = model.featureValue[f];
        for (let n = first; n < end; n++) cost[t * V + siteLayout[n]] -= price * value[siteLayout[n]];
      }
      for (let n = first; n < end && !worth; n++) worth = siteLayout[n] > 0 && cost[t * V + siteLayout[n]] < total;
    }
    if (mayStop && !worth) return false;
    for (let t = 0; t < T; t++) {
      lists[t].sort();
      lists[t].accumulate();
      this.keepOrder(j, t);
      for (let n = first; n < end; n++) {
        const v = siteLayout[n];
        if (v > 0 && cost[t * V + v] !== Infinity)
          cost[t * V + v] -= lists[t].within(level.atMost[(j * T + t) * V + v]);
      }
    }
    return true;
  }

  private gains(j: number, t: number): void {
    const { serve, level, moneyPerWeight, T } = this.model;
    const list = this.lists[t];
    const order = this.order[t];
    list.clear();
    for (let k = serve.start[j]; k < serve.start[j + 1]; k++) {
      const e = order[k];
      const at = serve.point[e] * T + t;
      const gain = this.pricePerWeight[at] - moneyPerWeight[at] * serve.travelPerKwh[e];
      if (gain > 0) list.push(gain, serve.share[e] * level.weight[at], e);
    }
  }

  /** Keeps the order of a sorted list for the next evaluation, whose prices differ little. */
  private keepOrder(j: number, t: number): void {
    const { serve } = this.model;
    const { pair, size } = this.lists[t];
    const order = this.order[t];
    let rest = serve.start[j] + size;
    const { listed } = this;
    for (let k = 0; k < size; k++) listed[pair[k]] = 1;
    this.spare.set(order.subarray(serve.start[j], serve.start[j + 1]));
    const n = serve.start[j + 1] - serve.start[j];
    for (let k = 0; k < n; k++) if (listed[this.spare[k]] === 0) order[rest++] = this.spare[k];
    for (let k = 0; k < size; k++) {
      order[serve.start[j] + k] = pair[k];
      listed[pair[k]] = 0;
    }
  }

  private site(j: number): number {
    const { model, sitePath, siteValue, search } = this;
    const { T } = model;
    if (!this.siteCosts(j, model.problem.sites.existing[j] === 0)) {
      sitePath.fill(0, j * T, j * T + T);
      return (siteValue[j] = 0);
    }
    siteValue[j] = search.search(j, this.cost);
    sitePath.set(search.path, j * T);
    this.subtractActivity(j);
    return siteValue[j];
  }

  private subtractActivity(j: number): void {
    const { model, layout, violation, sitePath } = this;
    const { T, V, siteRows, serve, level } = model;
    for (let t = 0; t < T; t++) {
      const v = sitePath[j * T + t];
      if (v === 0) continue;
      const list = this.lists[t];
      let left = level.atMost[(j * T + t) * V + v];
      for (let k = 0; k < list.size && left > 0; k++) {
        const take = Math.min(left, list.weight[k]);
        left -= take;
        const i = serve.point[list.pair[k]];
        violation[i * T + t] -= take / level.weight[i * T + t];
      }
      if (model.coverage)
        for (let s = model.coverage.start[j]; s < model.coverage.start[j + 1]; s++)
          violation[layout.cover + model.coverage.point[s] * T + t] -= 1;
    }
    for (let s = siteRows.start[j]; s < siteRows.start[j + 1]; s++)
      violation[layout.rows + siteRows.row[s]] -=
        siteRows.coefficient[s] * model.featureValue[siteRows.feature[s]][sitePath[j * T + siteRows.year[s]]];
  }
}
