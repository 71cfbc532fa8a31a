import type { Random } from '@qipan/base';
import { haversineM } from '@qipan/numeric';
import { Insertion, type Guide } from './insertion.js';
import type { SolverModel } from './model.js';
import type { PathShares } from './path-shares.js';
import type { PlanState } from './plan-state.js';
import { Relocation } from './relocation.js';

/** Candidates that a trial looks at, and open sites between which it lets demand move. */
const candidatesNear = 16;
const openNear = 8;
/** Sites about an exchange between which demand may move. */
const movedNear = 26;
/** Part of the trials that exchange two sites' paths. */
const exchanges = 0.5;
/**
 * Length of the chains by which demand is moved on: while a first plan grows and in exchanges, and in other trials. Longer ones
 * cost more than they find; the best plan's demand is divided by all chains at the end.
 */
const quickSweeps = 2;
const trialSweeps = 1;
/** Sites that a trial takes out at most. */
const mostOut = 3;
/** Multiples of the price of scarce money and power that trials reckon with: whole sites need more of it than parts of sites. */
const scarcity = [1, 0, 0.7, 1.4];
/** Parts by which the prices of the bound are raised while a plan grows: what is cheap at fair prices is built first. */
const ceilings = [1, 1.02, 1.05, 1.1, 1.2, 1.5, 2, Infinity];

/**
 * Builds a plan along the prices of the bound and improves it by taking sites out and putting the best back, near one
 * spot at a time: opening, closing, moving in time and resizing are all special cases.
 */
export class PlanSearch {
  readonly state: PlanState;
  trials = 0;
  improvements = 0;
  private readonly model: SolverModel;
  private readonly insertion: Insertion;
  private readonly relocation: Relocation;
  private readonly rng: Random;
  private readonly everySite: Uint8Array;
  private readonly active: Uint8Array;
  private guides: readonly Guide[];
  /** No price for scarce things, no ceiling: what an insertion really brings. */
  private readonly free: Guide;
  /** Prices of rows at each scarcity. */
  private rowPrices: readonly Float64Array[] = [];
  /** Sites worth a look, and their neighbours by distance. */
  private pool: Int32Array;
  private near: readonly Int32Array[] = [];

  constructor(model: SolverModel, state: PlanState, rng: Random) {
    this.model = model;
    this.state = state;
    this.rng = rng;
    this.insertion = new Insertion(model, state);
    this.relocation = new Relocation(model, state);
    this.reach(quickSweeps);
    this.everySite = new Uint8Array(model.J).fill(1);
    this.active = new Uint8Array(model.J);
    this.pool = Int32Array.from(this.everySite.keys());
    this.free = { rowPrice: new Float64Array(model.rows.length), ceiling: this.ceiling(null, Infinity) };
    this.guides = [this.free];
  }

  /**
   * Takes over the multipliers of the bound: prices of scarce things, fair prices of villages, and which sites are
   * close to paying at them.
   * @param serve price of a point and year, [I, T]
   * @param reduced cost of opening each site at the prices
   */
  steer(serve: Float64Array, rowPrice: Float64Array, reduced: Float64Array): void {
    const prices = scarcity.map((part) => rowPrice.map((m, r) => (this.model.rows[r].price < Infinity ? m : m * part)));
    this.guides = ceilings.map((part) => ({ rowPrice: prices[0], ceiling: this.ceiling(serve, part) }));
    this.rowPrices = prices;
    const { J } = this.model;
    const order = Int32Array.from(reduced.keys()).toSorted((a, b) => reduced[a] - reduced[b] || a - b);
    // The best few of every township too, whatever they cost: its rule may need them.
    const chosen = new Set(order.slice(0, Math.max(60, Math.ceil(J * 0.4))));
    const seen = new Int32Array(this.model.problem.townships.id.length);
    for (const j of order) if (seen[this.model.problem.sites.township[j]]++ < 3) chosen.add(j);
    this.pool = Int32Array.from(chosen).toSorted((a, b) => a - b);
    this.near = [];
  }

  /** Opens each site as often, and as large, as the fractional plan of the bound has it. */
  round(shares: PathShares): void {
    const { state, rng } = this;
    this.activate(null);
    for (let j = 0; j < this.model.J; j++) {
      const path = shares.draw(j, rng);
      if (this.isStanding(j) && state.fits(j, path)) state.setPath(j, path.slice());
    }
    state.commit();
  }

  /** Puts in sites while that pays, the cheapest at fair prices first. */
  grow(shouldStop: () => boolean): void {
    this.activate(null);
    for (const guide of [...this.guides, this.free]) this.greedy(guide, shouldStop);
    this.state.commit();
  }

  /**
   * One trial about a random spot; true when the plan became better.
   * @param allowance a plan worse by less than a random part of this is kept as well, to get out of dead ends
   */
  trial(allowance = 0): boolean {
    const { state, rng } = this;
    if (this.near.length === 0) this.near = this.nearSites();
    this.trials++;
    const around = this.near[rng.below(this.pool.length)];
    const before = state.value;
    state.commit();
    if (rng.next() < exchanges) this.exchange(around);
    else this.reinsert(around);
    const change = state.value - before;
    if (change < -1e-7 * Math.abs(before) || (allowance > 0 && change < allowance * rng.next())) {
      state.commit();
      if (change < 0) this.improvements++;
      return change < 0;
    }
    state.rollback();
    return false;
  }

  /** Exchanges the paths of an open site about the spot and another one. */
  private exchange(around: Int32Array): void {
    const { state, rng } = this;
    const near = around.subarray(0, candidatesNear);
    const open = Array.from(near).filter((j) => state.isOpen(j));
    if (open.length === 0) return;
    let n = 0;
    while (n + 1 < open.length && rng.next() < 0.5) n++;
    this.reach(quickSweeps);
    this.activate([], around.subarray(0, movedNear));
    this.price();
    const exchange = this.relocation.draw(open[n], near, rng);
    if (exchange) this.relocation.apply(exchange);
  }

  /** Takes some open sites about the spot out and puts the best in. */
  private reinsert(around: Int32Array): void {
    const { state, rng, guides } = this;
    this.reach(trialSweeps);
    const open = Array.from(around).filter((j) => state.isOpen(j));
    const near = around.subarray(0, candidatesNear);
    // Now and then some spots are left out, so that the second best has its turn.
    const kept = rng.next() < 0.5 ? 1 : 0.65;
    const spots = near.filter(() => rng.next() < kept);
    this.activate(open.slice(0, openNear), near);
    const out = Math.min(open.length, 1 + rng.below(mostOut));
    const nearOpen = open.slice(0, out + 2);
    for (let k = 0; k < out; k++) this.toStanding(nearOpen.splice(rng.below(nearOpen.length), 1)[0]);
    const rowPrice = this.rowPrices[rng.below(this.rowPrices.length)] ?? guides[0].rowPrice;
    const guide = { rowPrice, ceiling: guides[rng.below(guides.length)].ceiling };
    this.insertBest(spots, guide, out + 2);
    // What is left of money and power at the end is worth nothing.
    this.insertBest(rng.next() < 0.5 ? near : spots, this.free, out + 1);
  }

  private greedy(guide: Guide, shouldStop: () => boolean): void {
    this.insertBest(this.pool, guide, 20 * this.pool.length, shouldStop);
  }

  /** Puts in the best of some sites, again and again while that pays. Estimates are renewed only at the top of the list. */
  private insertBest(sites: Int32Array, guide: Guide, most: number, shouldStop = () => false): void {
    const { state, insertion } = this;
    this.price();
    const gain = Float64Array.from(sites, (j) => (this.isStanding(j) ? insertion.estimate(j, guide) : 0));
    const fresh = new Uint8Array(sites.length).fill(1);
    for (let done = 0; done < most && !shouldStop();) {
      let at = 0;
      for (let k = 1; k < sites.length; k++) if (gain[k] < gain[at]) at = k;
      if (!(gain[at] < -1e-6)) return;
      const j = sites[at];
      gain[at] = insertion.estimate(j, guide);
      if (!fresh[at]) {
        fresh[at] = 1;
        continue;
      }
      done++;
      if (state.fits(j, insertion.path)) state.setPath(j, insertion.path.slice());
      gain[at] = 0;
      fresh.fill(0);
      this.price();
    }
  }

  private reach(sweeps: number): void {
    for (const flow of this.state.flows) flow.sweeps = sweeps;
  }

  /** Renews the worth of room that estimates rest on. */
  private price(): void {
    for (const flow of this.state.flows) flow.prices();
  }

  private activate(open: readonly number[] | null, more: Int32Array = new Int32Array(0)): void {
    this.active.fill(0);
    for (const j of open ?? []) this.active[j] = 1;
    for (const j of more) this.active[j] = 1;
    for (const flow of this.state.flows) flow.activate(open ? this.active : this.everySite);
  }

  private toStanding(j: number): void {
    const { T, problem } = this.model;
    this.state.setPath(j, new Int32Array(T).fill(problem.sites.existing[j]));
  }

  private isStanding(j: number): boolean {
    const { T, problem } = this.model;
    const standing = problem.sites.existing[j];
    for (let t = 0; t < T; t++) if (this.state.path[j * T + t] !== standing) return false;
    return true;
  }

  private ceiling(serve: Float64Array | null, part: number): Float64Array[] {
    const { T, I, level } = this.model;
    return Array.from({ length: T }, (_, t) =>
      Float64Array.from({ length: I }, (_i, i) => {
        const w = level.weight[i * T + t];
        return serve && w > 0 && part < Infinity ? (part * serve[i * T + t]) / w : Infinity;
      }),
    );
  }

  /** Sites of the pool by distance from each site of the pool. */
  private nearSites(): Int32Array[] {
    const { lon, lat } = this.model.problem.sites;
    const { pool } = this;
    return Array.from(pool, (j) => {
      const far = Float64Array.from(pool, (k) => haversineM(lon[j], lat[j], lon[k], lat[k]));
      return Int32Array.from(far.keys())
        .toSorted((a, b) => far[a] - far[b] || a - b)
        .map((k) => pool[k]);
    });
  }
}
