import { closed, free, open, SiteStates } from '../location/assignment-dual.js';
import type { DualFunction } from '../location/dual-ascent.js';
import { quantised } from '../location/scale.js';
import { sortPairs } from '../location/sort-pairs.js';
import type { CapacitatedModel } from './capacitated-model.js';
import { Knapsack, wholeItemsUpTo } from './knapsack.js';

/** Decisions about single pairs: who is served by whom. */
export class PairStates {
  readonly #n: number;
  /** 1 = not served by that site; by `site·n + demandPoint`. */
  readonly forbidden: Uint8Array;
  /** Site that serves a demand point for certain, −1 = open question. */
  readonly forced: Int32Array;

  constructor(n: number, m: number) {
    this.#n = n;
    this.forbidden = new Uint8Array(n * m);
    this.forced = new Int32Array(n).fill(-1);
  }

  forbid(i: number, j: number): void {
    this.forbidden[j * this.#n + i] = 1;
  }

  force(i: number, j: number): void {
    this.forced[i] = j;
  }
}

/**
 * The Lagrangian dual function of the assignment rows of a capacitated problem: each site solves a knapsack,
 * `ρ_j = f_j + min Σ (c_ij − λ_i)·x_ij, Σ d_i·x_ij ≤ s_j`, and the sites are chosen by
 * `min Σ ρ_j·y_j, Σ s_j·y_j ≥ Σ d_i, 0 ≤ y ≤ 1`, whose own dual price θ of total capacity makes the bound
 * `L = Σλ + θ·Σd + Σ_j min(0, ρ_j − θ·s_j)` checkable. Or, when that gives more, by the least number N of sites whose
 * capacities can sum to the demand: `L = Σλ + κ·N + Σ_j min(0, ρ_j − κ)`.
 */
export class CapacitatedDual implements DualFunction {
  readonly model: CapacitatedModel;
  states: SiteStates;
  pairs: PairStates;
  readonly cap: Float64Array;
  readonly gradient: Float64Array;
  readonly chosen: Float64Array;
  /** ρ_j of the last evaluation. */
  readonly rho: Float64Array;
  /** θ of the last evaluation. */
  price = 0;
  /** κ of the last evaluation; at most one of the two is not 0. */
  countPrice = 0;
  evaluations = 0;
  readonly #knapsack = new Knapsack();
  readonly #item: Int32Array;
  readonly #share: Float64Array;
  readonly #end: Int32Array;
  readonly #forcedEnd: Int32Array;
  readonly #saving: Float64Array;
  readonly #size: Float64Array;
  /** Sites of each demand point, cheapest first, n × m, and their costs. */
  readonly #byCost: Int32Array;
  readonly #sortedCost: Float64Array;
  /** Sites by falling capacity. */
  readonly #byCapacity: Int32Array;

  constructor(model: CapacitatedModel) {
    const { n, m } = model;
    this.model = model;
    this.states = new SiteStates(m);
    this.pairs = new PairStates(n, m);
    this.cap = new Float64Array(n).fill(Infinity);
    this.gradient = new Float64Array(n);
    this.chosen = new Float64Array(m);
    this.rho = new Float64Array(m);
    this.#item = new Int32Array(n * m);
    this.#share = new Float64Array(n * m);
    this.#end = new Int32Array(m);
    this.#forcedEnd = new Int32Array(m);
    this.#saving = new Float64Array(n);
    this.#size = new Float64Array(n);
    this.#byCost = new Int32Array(n * m);
    this.#sortedCost = new Float64Array(n * m);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        this.#byCost[i * m + j] = j;
        this.#sortedCost[i * m + j] = model.cost[j * n + i];
      }
      sortPairs(this.#sortedCost, this.#byCost, i * m, i * m + m - 1);
    }
    const { capacity } = model;
    this.#byCapacity = Int32Array.from({ length: m }, (_, j) => j).sort((a, b) => capacity[b] - capacity[a] || a - b);
  }

  /** L(λ) with the best θ; Infinity when the decisions leave too little capacity. */
  evaluate(lambda: Float64Array): number {
    this.evaluations++;
    const { model, states, rho } = this;
    let bound = 0;
    for (let i = 0; i < model.n; i++) bound += lambda[i];
    this.#gather(lambda);
    for (let j = 0; j < model.m; j++) {
      if (states.state[j] === closed) continue;
      rho[j] = this.#site(j, lambda);
      if (rho[j] === Infinity) return Infinity;
    }
    const chosen = this.#choose();
    this.#setGradient();
    return chosen === Infinity ? Infinity : bound + chosen;
  }

  /** Writes to each site's part of the item array those who are forced on it, then those who would save there. */
  #gather(lambda: Float64Array): void {
    const { n, m } = this.model;
    const { state } = this.states;
    const { forbidden, forced } = this.pairs;
    const item = this.#item;
    const end = this.#end;
    const byCost = this.#byCost;
    const sortedCost = this.#sortedCost;
    for (let j = 0; j < m; j++) end[j] = j * n;
    for (let i = 0; i < n; i++) if (forced[i] >= 0) item[end[forced[i]]++] = i;
    this.#forcedEnd.set(end);
    for (let i = 0; i < n; i++) {
      if (forced[i] >= 0) continue;
      const l = lambda[i];
      for (let e = i * m, stop = e + m; e < stop && sortedCost[e] < l; e++) {
        const j = byCost[e];
        if (state[j] !== closed && forbidden[j * n + i] === 0) item[end[j]++] = i;
      }
    }
  }

  /** The knapsack at site j over its part of the item array; fills its part of the share array. */
  #site(j: number, lambda: Float64Array): number {
    const { n, cost, fixedCost, capacity, demand, singleSource, unit } = this.model;
    const item = this.#item;
    const share = this.#share;
    const base = j * n;
    const first = this.#forcedEnd[j];
    let room = capacity[j];
    let value = fixedCost[j];
    for (let e = base; e < first; e++) {
      const i = item[e];
      room -= demand[i];
      value += cost[base + i] - lambda[i];
      share[e] = 1;
    }
    if (room < -1e-9 * capacity[j]) return Infinity;
    let at = first;
    let count = 0;
    for (let e = first, end = this.#end[j]; e < end; e++) {
      const i = item[e];
      if (singleSource && demand[i] > room) continue;
      item[at++] = i;
      this.#saving[count] = cost[base + i] - lambda[i];
      this.#size[count++] = demand[i];
    }
    const knapsack = this.#knapsack;
    if (singleSource && unit > 0 && count * capacity[j] * unit <= wholeItemsUpTo) {
      for (let k = 0; k < count; k++) this.#size[k] = Math.round(this.#size[k] * unit);
      value += knapsack.wholeItems(this.#saving, this.#size, count, Math.round(room * unit));
    } else value += knapsack.splitItems(this.#saving, this.#size, count, room);
    for (let k = 0; k < count; k++) share[first + k] = knapsack.share[k];
    this.#end[j] = at;
    return value;
  }

  /** The sites: all that save, then further ones by the capacity row or by the count row, whichever bounds more. */
  #choose(): number {
    const { m, capacity, totalDemand } = this.model;
    const { rho, chosen, states } = this;
    let sum = 0;
    let missing = totalDemand;
    let count = 0;
    const left: number[] = [];
    chosen.fill(0);
    for (let j = 0; j < m; j++) {
      const state = states.state[j];
      if (state === closed) continue;
      if (state === open || rho[j] < 0) {
        chosen[j] = 1;
        sum += rho[j];
        missing -= capacity[j];
        count++;
      } else if (capacity[j] > 0) left.push(j);
    }
    this.price = 0;
    this.countPrice = 0;
    const least = this.leastCount();
    if (least === Infinity) return Infinity;
    const short = missing > 1e-9 * totalDemand;
    if (!short && count >= least) return sum;
    if (short) {
      left.sort((a, b) => rho[a] / capacity[a] - rho[b] / capacity[b] || a - b);
      for (let k = 0, lack = missing; k < left.length && lack > 1e-9 * totalDemand; k++) {
        this.price = quantised(rho[left[k]] / capacity[left[k]]);
        lack -= capacity[left[k]];
      }
    }
    const byCapacity = short ? this.#priced(least) : -Infinity;
    const price = this.price;
    const more = least - count;
    if (more > 0) {
      const byRho = [...left].sort((a, b) => rho[a] - rho[b] || a - b);
      this.price = 0;
      this.countPrice = quantised(rho[byRho[more - 1]]);
      const byCount = this.#priced(least);
      if (byCount >= byCapacity) {
        for (let k = 0; k < more; k++) chosen[byRho[k]] = 1;
        return byCount;
      }
      this.price = price;
      this.countPrice = 0;
    }
    for (let k = 0; k < left.length && missing > 1e-9 * totalDemand; k++) {
      chosen[left[k]] = Math.min(1, missing / capacity[left[k]]);
      missing -= capacity[left[k]];
    }
    return byCapacity;
  }

  /** How many sites it takes at least to hold the demand, those that are open among them; Infinity = all do not. */
  leastCount(): number {
    const { capacity, totalDemand } = this.model;
    const { state } = this.states;
    let missing = totalDemand * (1 - 1e-12);
    let count = 0;
    for (let j = 0; j < state.length; j++) {
      if (state[j] !== open) continue;
      missing -= capacity[j];
      count++;
    }
    for (const j of this.#byCapacity) {
      if (missing <= 0) break;
      if (state[j] !== free) continue;
      missing -= capacity[j];
      count++;
    }
    return missing > 0 ? Infinity : count;
  }

  /** The bound's part of the sites at the rounded prices, as a verifier computes it. */
  #priced(least: number): number {
    const { m, capacity, totalDemand } = this.model;
    let sum = this.price * totalDemand + this.countPrice * least;
    for (let j = 0; j < m; j++) {
      const state = this.states.state[j];
      if (state === closed) continue;
      const r = this.rho[j] - this.price * capacity[j] - this.countPrice;
      if (state === open || r < 0) sum += r;
    }
    return sum;
  }

  #setGradient(): void {
    const { n, m } = this.model;
    const { gradient, chosen } = this;
    gradient.fill(1);
    for (let j = 0; j < m; j++) {
      const y = chosen[j];
      if (y === 0) continue;
      for (let e = j * n, end = this.#end[j]; e < end; e++) gradient[this.#item[e]] -= y * this.#share[e];
    }
  }

  /** Demand points that site j takes whole or in part in the last evaluation, with their shares. */
  itemsOf(j: number): { readonly item: Int32Array; readonly share: Float64Array } {
    const from = j * this.model.n;
    return { item: this.#item.subarray(from, this.#end[j]), share: this.#share.subarray(from, this.#end[j]) };
  }

  /** Decides free sites by the last evaluation, whose value was `bound`; as for the uncapacitated dual. */
  fix(bound: number, cutoff: number): { closed: number[]; opened: number[] } {
    const { states, rho, price, countPrice } = this;
    const { m, capacity } = this.model;
    const shut: number[] = [];
    const opened: number[] = [];
    for (let j = 0; j < m; j++) {
      if (states.state[j] !== free) continue;
      const r = rho[j] - price * capacity[j] - countPrice;
      if (r > 0 && bound + r > cutoff) shut.push(j);
      else if (r < 0 && bound - r > cutoff) opened.push(j);
    }
    for (const j of shut) states.set(j, closed);
    for (const j of opened) states.set(j, open);
    return { closed: shut, opened };
  }
}
