import type { Random } from '@qipan/base';
import type { Csr } from '@qipan/numeric';
import type { Ascent } from '../location/dual-ascent.js';
import type { CapacitatedDual } from './capacitated-dual.js';
import type { CapacitatedModel } from './capacitated-model.js';
import { SingleSourceSearch } from './single-source-search.js';
import type { SingleSourceSet } from './single-source-set.js';
import { transport, type Transport } from './transport.js';

/** The incumbent of a capacitated search and the ways to better ones from what the dual takes. */
export class CapacitatedPrimal {
  readonly #model: CapacitatedModel;
  /** Scaled cost of the incumbent. */
  value = Infinity;
  open: Int32Array = new Int32Array(0);
  assignment: Int32Array;
  shares: Csr | null = null;
  /** Called after each new incumbent. */
  onBetter: () => void = () => {};
  readonly #search: SingleSourceSearch;
  readonly #shouldStop: () => boolean;
  /** Sets of open sites whose transport has been solved, with their cost. */
  readonly #seen = new Map<string, number>();

  constructor(model: CapacitatedModel, rng: Random, shouldStop: () => boolean) {
    this.#model = model;
    this.assignment = new Int32Array(model.n).fill(-1);
    this.#shouldStop = shouldStop;
    this.#search = new SingleSourceSearch(model, rng, shouldStop);
  }

  /** Tries what the last evaluation and the averaged shares suggest. */
  fromDual(dual: CapacitatedDual, ascent: Ascent, o: { readonly thorough: boolean }): void {
    const { m } = this.#model;
    const taken = Array.from({ length: m }, (_, j) => j).filter((j) => dual.chosen[j] > 0);
    const usual = Array.from({ length: m }, (_, j) => j).filter((j) => ascent.share[j] > 0.5);
    for (const sites of [taken, usual]) {
      // Without an incumbent a first one is built whatever the clock says.
      if (this.value < Infinity && this.#shouldStop()) return;
      if (this.#model.singleSource) this.#singleSource(sites, dual, o.thorough);
      else this.#split(this.#enough(sites, dual), o.thorough);
    }
  }

  /** With further sites by cost per capacity until the demand fits. */
  #enough(sites: readonly number[], dual: CapacitatedDual): number[] {
    const { capacity, totalDemand, m } = this.#model;
    const all = [...sites];
    let room = all.reduce((s, j) => s + capacity[j], 0);
    const others = Array.from({ length: m }, (_, j) => j).filter((j) => !all.includes(j) && capacity[j] > 0);
    others.sort((a, b) => dual.rho[a] / capacity[a] - dual.rho[b] / capacity[b] || a - b);
    for (const j of others) {
      if (room >= totalDemand) break;
      all.push(j);
      room += capacity[j];
    }
    return all;
  }

  #split(sites: readonly number[], thorough: boolean): void {
    let best = [...sites];
    let value = this.#trySplit(best);
    if (!thorough) return;
    for (let improved = true, rounds = 0; improved && rounds < 20; rounds++) {
      improved = false;
      for (const j of best) {
        const fewer = best.filter((k) => k !== j);
        const v = this.#trySplit(fewer);
        if (v < value) [best, value, improved] = [fewer, v, true];
      }
    }
  }

  /** Fixed costs plus transport of a set of sites; remembered. */
  #trySplit(sites: readonly number[]): number {
    const sorted = [...sites].sort((a, b) => a - b);
    const key = sorted.join(',');
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const { fixedCost, capacity, totalDemand } = this.#model;
    const room = sorted.reduce((s, j) => s + capacity[j], 0);
    let value = Infinity;
    if (room >= totalDemand * (1 - 1e-12)) {
      const t = transport(this.#model, sorted);
      value = t.cost + sorted.reduce((s, j) => s + fixedCost[j], 0);
      if (value < this.value) this.#keepSplit(t, value);
    }
    if (this.#seen.size > 20000) this.#seen.clear();
    this.#seen.set(key, value);
    return value;
  }

  #keepSplit(t: Transport, value: number): void {
    const { n, m, demand, cost } = this.#model;
    const k = t.sites.length;
    this.value = value;
    this.open = t.sites.slice();
    const start = new Int32Array(n + 1);
    const index: number[] = [];
    const share: number[] = [];
    for (let i = 0; i < n; i++) {
      let [most, best] = [-1, -1];
      if (demand[i] > 0)
        for (let a = 0; a < k; a++) {
          const f = t.flow[i * k + a] / demand[i];
          if (f <= 0) continue;
          index.push(t.sites[a]);
          share.push(f);
          if (f > most) [most, best] = [f, t.sites[a]];
        }
      else {
        best = t.sites.reduce((x, j) => (cost[j * n + i] < cost[x * n + i] ? j : x), t.sites[0]);
        index.push(best);
        share.push(1);
      }
      this.assignment[i] = best;
      start[i + 1] = index.length;
    }
    this.shares = { rows: n, cols: m, start, index: Int32Array.from(index), value: Float64Array.from(share) };
    this.onBetter();
  }

  /** Multipliers that prove the transport cost of the sites, or that they cannot serve all. */
  transportPrices(sites: readonly number[]): Float64Array {
    this.#trySplit(sites);
    return transport(this.#model, sites).lambda;
  }

  #singleSource(sites: readonly number[], dual: CapacitatedDual, thorough: boolean): void {
    const { n, cost } = this.#model;
    const wish = new Int32Array(n).fill(-1);
    const search = this.#search;
    for (const j of sites) {
      const { item, share } = dual.itemsOf(j);
      for (let k = 0; k < item.length; k++) {
        const i = item[k];
        if (share[k] > 0.5 && (wish[i] < 0 || cost[j * n + i] < cost[wish[i] * n + i])) wish[i] = j;
      }
    }
    if (!search.build(sites, wish)) return;
    search.improve();
    this.#keepSingle(search.set);
    if (thorough) search.iterate(15, (set) => this.#keepSingle(set));
  }

  #keepSingle(set: SingleSourceSet): void {
    if (!set.isComplete || !(set.value < this.value * (1 - 1e-12))) return;
    this.assignment = set.save();
    this.open = Int32Array.from(set.isOpen.keys()).filter((j) => set.isOpen[j] === 1);
    const { n, cost, fixedCost } = this.#model;
    let value = 0;
    for (const j of this.open) value += fixedCost[j];
    for (let i = 0; i < n; i++) value += cost[this.assignment[i] * n + i];
    this.value = value;
    this.onBetter();
  }
}
