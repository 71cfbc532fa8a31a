import type { CapacitatedModel } from './capacitated-model.js';

/** The cheapest way to serve all demand from given sites, and the prices that prove it. */
export interface Transport {
  /** Service cost, scaled, without fixed costs; Infinity when the capacity does not suffice. */
  readonly cost: number;
  /** `flow[i·sites + k]`: demand of i carried by the k-th site. */
  readonly flow: Float64Array;
  readonly sites: Int32Array;
  /**
   * Cost of one more unit of demand point i times its demand: the λ with which the Lagrangian bound reaches the cost.
   * Where the capacity does not suffice: a λ with which the bound exceeds whatever a solution may cost.
   */
  readonly lambda: Float64Array;
}

/**
 * The transportation problem of a set of open sites by successive shortest paths over the sites alone (Ford and
 * Fulkerson; Ahuja, Magnanti, Orlin 1993, ch. 9): everybody starts at the cheapest site, then surplus moves from
 * overfull sites to such with room along the cheapest chain of re-assignments.
 */
export function transport(model: CapacitatedModel, open: ArrayLike<number>): Transport {
  const t = new TransportState(model, Int32Array.from(Array.from(open)));
  const feasible = t.solve();
  return {
    cost: feasible ? t.cost() : Infinity,
    flow: t.flow,
    sites: t.sites,
    lambda: feasible ? t.prices() : t.conflict,
  };
}

class TransportState {
  readonly model: CapacitatedModel;
  readonly sites: Int32Array;
  readonly flow: Float64Array;
  readonly #load: Float64Array;
  /** `w[a·k + b]`: least cost of moving one unit from site a to site b. */
  readonly #move: Float64Array;
  /** Demand point that this cheapest move would re-assign. */
  readonly #mover: Int32Array;
  readonly #eps: number;
  /** Differences of unit costs below this are rounding: they must not make a cycle look profitable. */
  readonly #costEps: number;
  conflict: Float64Array;

  constructor(model: CapacitatedModel, sites: Int32Array) {
    this.model = model;
    this.sites = sites;
    const k = sites.length;
    this.flow = new Float64Array(model.n * k);
    this.#load = new Float64Array(k);
    this.#move = new Float64Array(k * k);
    this.#mover = new Int32Array(k * k);
    this.conflict = new Float64Array(model.n);
    this.#eps = 1e-11 * Math.max(1, model.totalDemand);
    let most = 0;
    for (const j of sites)
      for (let i = 0; i < model.n; i++) {
        const c = model.cost[j * model.n + i];
        if (c < Infinity && model.demand[i] > 0) most = Math.max(most, c / model.demand[i]);
      }
    this.#costEps = 1e-13 * most;
  }

  solve(): boolean {
    const { model, sites, flow } = this;
    const { n, capacity } = model;
    const k = sites.length;
    let room = 0;
    for (const j of sites) room += capacity[j];
    if (room < model.totalDemand - this.#eps) return false;
    for (let i = 0; i < n; i++) {
      let best = -1;
      let least = Infinity;
      for (let a = 0; a < k; a++) {
        const c = model.cost[sites[a] * n + i];
        if (c < least) [least, best] = [c, a];
      }
      if (best < 0) {
        this.conflict[i] = 2 * model.mostCost + 1;
        return false;
      }
      flow[i * k + best] = model.demand[i];
      this.#load[best] += model.demand[i];
    }
    for (let a = 0; a < k; a++) this.#findMoves(a);
    for (let guard = 0; guard < 50 * (n + k) + 1000; guard++) {
      const from = this.#mostOverfull();
      if (from < 0) return true;
      const path = this.#cheapestPath(from, (b) => this.#load[b] < capacity[sites[b]] - this.#eps);
      if (path === null) {
        this.#setConflict(from);
        return false;
      }
      this.#push(path);
    }
    throw new Error('transport: no end of augmentations');
  }

  /** Those who are served from where the surplus can get have no other site: raising their price has no end. */
  #setConflict(from: number): void {
    const { model, sites, flow } = this;
    const k = sites.length;
    const { distance } = this.#distances(from, true);
    let surplus = 0;
    for (let a = 0; a < k; a++) if (distance[a] < Infinity) surplus += this.#load[a] - model.capacity[sites[a]];
    const price = (2 * model.mostCost + 1) / surplus;
    for (let i = 0; i < model.n; i++)
      for (let a = 0; a < k; a++)
        if (flow[i * k + a] > 0 && distance[a] < Infinity) this.conflict[i] = price * model.demand[i];
  }

  #mostOverfull(): number {
    const { sites } = this;
    let from = -1;
    let most = this.#eps;
    for (let a = 0; a < sites.length; a++) {
      const over = this.#load[a] - this.model.capacity[sites[a]];
      if (over > most) [most, from] = [over, a];
    }
    return from;
  }

  /** Renews row a of the cheapest moves. */
  #findMoves(a: number): void {
    const { model, sites, flow } = this;
    const { n, cost, demand } = model;
    const k = sites.length;
    const row = a * k;
    this.#move.fill(Infinity, row, row + k);
    for (let i = 0; i < n; i++) {
      if (!(flow[i * k + a] > 0)) continue;
      const here = cost[sites[a] * n + i];
      const perUnit = 1 / demand[i];
      for (let b = 0; b < k; b++) {
        if (b === a) continue;
        const w = (cost[sites[b] * n + i] - here) * perUnit;
        if (w < this.#move[row + b]) {
          this.#move[row + b] = w;
          this.#mover[row + b] = i;
        }
      }
    }
  }

  /** Bellman-Ford from one site to the nearest that is wanted; null when none can be reached. */
  #cheapestPath(from: number, wanted: (b: number) => boolean): number[] | null {
    const k = this.sites.length;
    const { distance, before } = this.#distances(from, true);
    let best = -1;
    for (let b = 0; b < k; b++) if (wanted(b) && (best < 0 || distance[b] < distance[best])) best = b;
    if (best < 0 || distance[best] === Infinity) return null;
    const path = [best];
    for (let b = best; b !== from && path.length <= k; b = before[b]) path.push(before[b]);
    if (path.length > k) throw new Error('transport: a cycle of re-assignments saves cost');
    return path.reverse();
  }

  /** Shortest distances along moves, from a site (`outward`) or to it. */
  #distances(end: number, outward: boolean): { distance: Float64Array; before: Int32Array } {
    const k = this.sites.length;
    const distance = new Float64Array(k).fill(Infinity);
    const before = new Int32Array(k).fill(-1);
    distance[end] = 0;
    for (let round = 0, changed = true; changed && round <= k; round++) {
      changed = false;
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++) {
          const [tail, head] = outward ? [a, b] : [b, a];
          const d = distance[tail] + this.#move[a * k + b];
          if (d < distance[head] - this.#costEps) {
            distance[head] = d;
            before[head] = tail;
            changed = true;
          }
        }
    }
    return { distance, before };
  }

  #push(path: readonly number[]): void {
    const { sites, flow, model } = this;
    const k = sites.length;
    const last = path[path.length - 1];
    let amount = Math.min(
      this.#load[path[0]] - model.capacity[sites[path[0]]],
      model.capacity[sites[last]] - this.#load[last],
    );
    for (let h = 0; h + 1 < path.length; h++)
      amount = Math.min(amount, flow[this.#mover[path[h] * k + path[h + 1]] * k + path[h]]);
    for (let h = 0; h + 1 < path.length; h++) {
      const [a, b] = [path[h], path[h + 1]];
      const i = this.#mover[a * k + b];
      const left = flow[i * k + a] - amount;
      flow[i * k + a] = left > 1e-12 * model.demand[i] ? left : 0;
      flow[i * k + b] += amount;
    }
    this.#load[path[0]] -= amount;
    this.#load[last] += amount;
    for (const a of path) this.#findMoves(a);
  }

  cost(): number {
    const { model, sites, flow } = this;
    const k = sites.length;
    let sum = 0;
    for (let i = 0; i < model.n; i++)
      for (let a = 0; a < k; a++) {
        const f = flow[i * k + a];
        const share = model.demand[i] > 0 ? f / model.demand[i] : 0;
        if (f > 0) sum += share * model.cost[sites[a] * model.n + i];
      }
    for (let i = 0; i < model.n; i++) if (model.demand[i] === 0) sum += this.#cheapest(i, null);
    return sum;
  }

  #cheapest(i: number, price: Float64Array | null): number {
    const { model, sites } = this;
    let least = Infinity;
    for (let a = 0; a < sites.length; a++)
      least = Math.min(least, model.cost[sites[a] * model.n + i] + (price ? model.demand[i] * price[a] : 0));
    return least;
  }

  /** λ_i = min over sites of cost plus demand times the site's capacity price; a site with room has price 0. */
  prices(): Float64Array {
    const { model, sites } = this;
    const k = sites.length;
    const price = new Float64Array(k).fill(Infinity);
    for (let b = 0; b < k; b++) {
      if (this.#load[b] > model.capacity[sites[b]] - this.#eps) continue;
      const { distance } = this.#distances(b, false);
      for (let a = 0; a < k; a++) price[a] = Math.min(price[a], distance[a]);
    }
    // Without room anywhere prices are known only relative to one another: the cheapest site gets price 0.
    if (price.every((v) => v === Infinity) && k > 0) {
      price.set(this.#distances(0, false).distance);
      let least = 0;
      for (const v of price) least = Math.min(least, v);
      for (let a = 0; a < k; a++) price[a] -= least;
    }
    let most = 0;
    for (const v of price) if (v < Infinity) most = Math.max(most, v);
    for (let a = 0; a < k; a++) price[a] = Math.max(0, price[a] === Infinity ? most : price[a]);
    return Float64Array.from({ length: model.n }, (_, i) => this.#cheapest(i, price));
  }
}
