import { selectSmallest } from '@qipan/numeric';
import type { AssignmentModel } from './assignment-model.js';
import type { DualFunction } from './dual-ascent.js';
import { quantum } from './scale.js';
import { siteColumns, type ServiceLists, type SiteColumns } from './service-lists.js';

/** What has been decided about a site. */
export const free = 0;
export const open = 1;
export const closed = 2;

/** Decisions at a node of the search. */
export class SiteStates {
  readonly state: Uint8Array;
  openCount = 0;
  closedCount = 0;

  constructor(m: number) {
    this.state = new Uint8Array(m);
  }

  get freeCount(): number {
    return this.state.length - this.openCount - this.closedCount;
  }

  set(site: number, to: number): void {
    const from = this.state[site];
    if (from === open) this.openCount--;
    if (from === closed) this.closedCount--;
    this.state[site] = to;
    if (to === open) this.openCount++;
    if (to === closed) this.closedCount++;
  }
}

/**
 * The Lagrangian dual function of the assignment rows (Cornuéjols, Fisher, Nemhauser 1977):
 * `L(λ) = Σλ_i + min Σ_j ρ_j·y_j`, `ρ_j = fixedCost_j + Σ_i min(0, c_ij − λ_i)`, with p sites or any number, and
 * `0 ≤ λ_i ≤ min(unserved_i, limit_i)`: below the limit a row's list holds every site that matters, so L is exact.
 */
export class AssignmentDual implements DualFunction {
  readonly model: AssignmentModel;
  /** The decisions under which the function is evaluated. */
  states: SiteStates;
  lists: ServiceLists;
  columns: SiteColumns;
  /** Upper limit of each multiplier. */
  readonly cap: Float64Array;
  /** ρ of the last evaluation, by site. */
  readonly rho: Float64Array;
  /** 1 for the sites taken in the last evaluation. */
  readonly chosen: Uint8Array;
  /** 1 − times served, by demand point, in the last evaluation: a subgradient. */
  readonly gradient: Float64Array;
  evaluations = 0;
  /** List entries looked at so far: a clock that is the same on every machine. */
  work = 0;
  /** ρ of the dearest free site taken and of the cheapest left out (count fixed), for fixing. */
  lastTaken = -Infinity;
  firstLeft = Infinity;
  readonly #ids: Int32Array;
  #idCount = 0;

  constructor(model: AssignmentModel, lists: ServiceLists) {
    this.model = model;
    this.states = new SiteStates(model.m);
    for (const j of model.existing) this.states.set(j, open);
    this.lists = lists;
    this.columns = siteColumns(lists);
    this.cap = new Float64Array(model.n);
    this.rho = new Float64Array(model.m);
    this.chosen = new Uint8Array(model.m);
    this.gradient = new Float64Array(model.n);
    this.#ids = new Int32Array(model.m);
    this.#setCaps();
  }

  /** Takes other lists of the same model: longer ones, or without sites that are closed for good. */
  useLists(lists: ServiceLists): void {
    this.lists = lists;
    this.columns = siteColumns(lists);
    this.#setCaps();
  }

  #setCaps(): void {
    const { unserved } = this.model;
    for (let i = 0; i < unserved.length; i++)
      this.cap[i] = Math.floor(Math.min(unserved[i], this.lists.limit[i]) / quantum) * quantum;
  }

  /** L(λ) under the decisions; Infinity when they leave no way to have p sites. Sets ρ, `chosen`, `gradient`. */
  evaluate(lambda: Float64Array): number {
    this.evaluations++;
    const { model, rho, chosen, gradient, states } = this;
    const { state } = states;
    const { start, index, value } = this.lists;
    const { n, m, p } = model;
    rho.set(model.fixedCost);
    let bound = 0;
    let active = 0;
    for (let i = 0; i < n; i++) {
      const l = lambda[i];
      bound += l;
      let e = start[i];
      for (const end = start[i + 1]; e < end; e++) {
        const saving = value[e] - l;
        if (saving >= 0) break;
        rho[index[e]] += saving;
      }
      active += e - start[i];
    }
    const ids = this.#ids;
    let count = 0;
    chosen.fill(0);
    for (let j = 0; j < m; j++) {
      if (state[j] === free) ids[count++] = j;
      else if (state[j] === open) {
        chosen[j] = 1;
        bound += rho[j];
      }
    }
    this.#idCount = count;
    bound += p < 0 ? this.#takeNegative(ids, count) : this.#takeCheapest(ids, count, p - states.openCount);
    this.work += 2 * active + n + m;
    this.#setGradient(lambda, gradient, active);
    return bound;
  }

  #takeNegative(ids: Int32Array, count: number): number {
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const j = ids[k];
      if (this.rho[j] < 0) {
        sum += this.rho[j];
        this.chosen[j] = 1;
      }
    }
    this.lastTaken = 0;
    this.firstLeft = 0;
    return sum;
  }

  #takeCheapest(ids: Int32Array, count: number, take: number): number {
    if (take < 0 || take > count) return Infinity;
    const { rho, chosen } = this;
    selectSmallest(rho, ids.subarray(0, count), take);
    let sum = 0;
    let last = -Infinity;
    let first = Infinity;
    for (let k = 0; k < take; k++) {
      const r = rho[ids[k]];
      sum += r;
      chosen[ids[k]] = 1;
      if (r > last) last = r;
    }
    for (let k = take; k < count; k++) if (rho[ids[k]] < first) first = rho[ids[k]];
    this.lastTaken = last;
    this.firstLeft = first;
    return sum;
  }

  /** By the columns of the sites taken or by the rows again, whichever has fewer entries to look at. */
  #setGradient(lambda: Float64Array, gradient: Float64Array, active: number): void {
    const { start, row, value } = this.columns;
    const { chosen } = this;
    gradient.fill(1);
    let inColumns = 0;
    for (let j = 0; j < chosen.length; j++) if (chosen[j] === 1) inColumns += start[j + 1] - start[j];
    if (inColumns > active) {
      const { start: begin, index, value: cost } = this.lists;
      for (let i = 0; i < gradient.length; i++) {
        const l = lambda[i];
        let g = 1;
        for (let e = begin[i], end = begin[i + 1]; e < end && cost[e] < l; e++) g -= chosen[index[e]];
        gradient[i] = g;
      }
      return;
    }
    for (let j = 0; j < chosen.length; j++) {
      if (chosen[j] === 0) continue;
      for (let e = start[j], end = start[j + 1]; e < end; e++) {
        const i = row[e];
        if (value[e] < lambda[i]) gradient[i]--;
      }
    }
  }

  /**
   * Decides free sites by the last evaluation, whose value was `bound`: closes those with which L would pass `cutoff`,
   * opens those without which it would. Gives the two lists; `states` is changed.
   */
  fix(bound: number, cutoff: number): { closed: number[]; opened: number[] } {
    const shut: number[] = [];
    const opened: number[] = [];
    const { rho, chosen, states } = this;
    const lastTaken = this.model.p < 0 ? 0 : this.lastTaken;
    const firstLeft = this.model.p < 0 ? 0 : this.firstLeft;
    for (let k = 0; k < this.#idCount; k++) {
      const j = this.#ids[k];
      if (chosen[j] === 1) {
        if (bound - rho[j] + firstLeft > cutoff) opened.push(j);
      } else if (bound + rho[j] - lastTaken > cutoff) shut.push(j);
    }
    for (const j of shut) states.set(j, closed);
    for (const j of opened) states.set(j, open);
    return { closed: shut, opened };
  }
}
