import type { Certificate, CertificateStep, CflProblem } from '../location/problem.js';
import type { Decisions, StepBound } from './proof-tree.js';

/** Up to this product of items and room, whole-item knapsacks are solved as such; above it their relaxation counts. */
const wholeUpTo = 2e6;

/**
 * The bound of a step for capacitated problems: a knapsack a site, then
 * `Σλ + θ·Σd + κ·N + Σ_j min(0, ρ_j − θ·s_j − κ)` over the free sites, those open in full, where N is the least number
 * of sites that can hold the demand. Valid for any λ and any θ, κ ≥ 0.
 */
export class CapacitatedBound {
  /** The value of every solution is an integer, as the certificate claims: whole costs, and whole shares of them. */
  readonly integral: boolean;
  /** No solution costs more; scaled. */
  readonly mostCost: number;
  readonly #problem: CflProblem;
  readonly #scaled: Float64Array;
  readonly #fixed: Float64Array;
  /** Multiplier that makes demands and capacities integers, 0 = none up to 1000. */
  readonly #unit: number;
  readonly #totalDemand: number;
  /** Entries by site: demand point and place in the table. */
  readonly #bySite: readonly (readonly { readonly i: number; readonly e: number }[])[];

  constructor(problem: CflProblem, c: Certificate) {
    const { costs } = problem;
    this.#problem = problem;
    let integral = c.integral && problem.singleSource;
    const scaled = (v: number) => {
      if (!c.integral) return v * c.scale;
      const s = Math.round(v * c.scale);
      if (s / c.scale !== v) integral = false;
      return s;
    };
    this.#scaled = Float64Array.from(costs.value, scaled);
    this.#fixed = Float64Array.from(problem.fixedCost, scaled);
    this.integral = integral;
    this.#totalDemand = problem.demand.reduce((s, d) => s + d, 0);
    const bySite: { i: number; e: number }[][] = Array.from({ length: costs.cols }, () => []);
    for (let i = 0; i < costs.rows; i++)
      for (let e = costs.start[i]; e < costs.start[i + 1]; e++) bySite[costs.index[e]].push({ i, e });
    this.#bySite = bySite;
    let mostCost = this.#fixed.reduce((s, f) => s + f, 0);
    for (let i = 0; i < costs.rows; i++)
      mostCost += this.#scaled.subarray(costs.start[i], costs.start[i + 1]).reduce((a, b) => Math.max(a, b), 0);
    this.mostCost = mostCost;
    const whole = (unit: number) => (v: number) => Math.round(v * unit) / unit === v;
    this.#unit =
      [1, 10, 100, 1000].find((u) => problem.demand.every(whole(u)) && problem.capacity.every(whole(u))) ?? 0;
  }

  evaluate(step: CertificateStep, decisions: Decisions): StepBound {
    const { costs, capacity } = this.#problem;
    const m = costs.cols;
    const { multipliers, capacityPrice: price, countPrice } = step;
    const state = decisions.site.slice();
    const forced = new Int32Array(costs.rows).fill(-1);
    for (const [pair, to] of decisions.served) {
      if (to !== 1) continue;
      const [i, j] = [Math.floor(pair / m), pair % m];
      if (state[j] === 2 || (forced[i] >= 0 && forced[i] !== j)) return impossible;
      forced[i] = j;
      state[j] = 1;
    }
    const least = this.#leastCount(state);
    if (least === Infinity) return impossible;
    let sum = price * this.#totalDemand + countPrice * least;
    let size = sum;
    for (const l of multipliers) {
      sum += l;
      size += Math.abs(l);
    }
    const reduced = new Float64Array(m);
    for (let j = 0; j < m; j++) {
      if (state[j] === 2) continue;
      const site = this.#site(j, multipliers, { forced, served: decisions.served });
      if (site === null) return impossible;
      reduced[j] = site.value - price * capacity[j] - countPrice;
      size += site.size + price * capacity[j] + countPrice;
      if (state[j] === 1 || reduced[j] < 0) sum += reduced[j];
    }
    const error = this.integral && size < 2 ** 33 ? 0 : size * (costs.rows + m + 16) * 2 ** -52;
    const round = (v: number) => (this.integral ? Math.ceil(v - error) : v - error);
    return {
      bound: round(sum),
      ifOpen: (j) => round(sum + Math.max(0, reduced[j])),
      ifClosed: (j) => round(sum - Math.min(0, reduced[j])),
    };
  }

  /** Fewest sites whose capacities hold the demand, the open ones included; Infinity when all do not suffice. */
  #leastCount(state: Uint8Array): number {
    const { capacity } = this.#problem;
    const free: number[] = [];
    let [room, count] = [0, 0];
    for (let j = 0; j < state.length; j++) {
      if (state[j] === 1) {
        room += capacity[j];
        count++;
      } else if (state[j] === 0) free.push(capacity[j]);
    }
    free.sort((a, b) => b - a);
    const wanted = this.#totalDemand * (1 - 1e-12);
    for (let k = 0; room < wanted; k++, count++) {
      if (k === free.length) return Infinity;
      room += free[k];
    }
    return count;
  }

  /** The best a site can do, with the sum of the sizes of its terms; null when those forced on it do not fit. */
  #site(
    j: number,
    lambda: Float64Array,
    d: { forced: Int32Array; served: ReadonlyMap<number, number> },
  ): { value: number; size: number } | null {
    const { demand, capacity, singleSource, costs } = this.#problem;
    const items: { saving: number; size: number }[] = [];
    let value = this.#fixed[j];
    let size = value;
    let room = capacity[j];
    let forcedHere = 0;
    for (const { i, e } of this.#bySite[j]) {
      const saving = this.#scaled[e] - lambda[i];
      if (d.forced[i] === j) {
        value += saving;
        size += Math.abs(saving);
        room -= demand[i];
        forcedHere++;
      } else if (saving < 0 && d.forced[i] < 0 && d.served.get(i * costs.cols + j) !== 2)
        items.push({ saving, size: demand[i] });
    }
    let expected = 0;
    for (let i = 0; i < d.forced.length; i++) if (d.forced[i] === j) expected++;
    if (expected !== forcedHere || room < -1e-9 * capacity[j]) return null;
    const fitting = singleSource ? items.filter((it) => it.size <= room) : items;
    for (const it of fitting) size -= it.saving;
    const whole = singleSource && this.#unit > 0 && fitting.length * capacity[j] * this.#unit <= wholeUpTo;
    value += whole ? wholeItems(fitting, room, this.#unit) : splitItems(fitting, room);
    return { value, size };
  }
}

/** No solution satisfies the decisions. */
const impossible: StepBound = { bound: Infinity, ifOpen: () => Infinity, ifClosed: () => Infinity };

interface Item {
  readonly saving: number;
  readonly size: number;
}

function splitItems(items: readonly Item[], room: number): number {
  const order = [...items].sort((a, b) => a.saving * b.size - b.saving * a.size);
  let left = room;
  let value = 0;
  for (const { saving, size } of order) {
    if (size <= left) {
      left -= size;
      value += saving;
    } else {
      value += (saving * Math.max(0, left)) / size;
      break;
    }
  }
  return value;
}

/** Least sum of savings for each amount of room used so far, room counted in whole units. */
function wholeItems(items: readonly Item[], room: number, unit: number): number {
  const width = Math.round(room * unit);
  const least = new Float64Array(width + 1);
  for (const { saving, size } of items) {
    const s = Math.round(size * unit);
    for (let used = width; used >= s; used--) {
      const v = least[used - s] + saving;
      if (v < least[used]) least[used] = v;
    }
  }
  return least[width];
}
