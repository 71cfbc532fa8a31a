import { PairLists } from './flow-lists.js';
import type { SolverModel } from './model.js';
import type { GainList } from './site-path.js';

/** Parts of the largest point's demand, and of the dearest unit unserved, that are rounding and nothing else. */
const leastPart = 1e-11;
const leastMoney = 1e-13;
/** Chains after which the labels of full sites are found anew. */
const patience = 12;

/**
 * The division of one year's demand over open sites of given capacity: a transportation problem kept up while
 * capacities change, by cheapest augmenting chains over the sites (a chain moves a part of a village from one site to
 * the next: successive shortest paths). Demand is only moved between active sites; with all sites active the division
 * stays optimal. Flows are in weight units; leaving demand unserved is a site without a limit. Changes are journalled, so that
 * a trial can be taken back.
 */
export class YearFlow {
  /** Flow of each pair of the serve model. */
  readonly flow: Float64Array;
  readonly unserved: Float64Array;
  readonly load: Float64Array;
  readonly capacity: Float64Array;
  /** Money of travel and unserved demand in this year. */
  cost = 0;
  private readonly model: SolverModel;
  /** Largest flow and money per unit of each pair; money of a unit unserved at each point. */
  private readonly limit: Float64Array;
  private readonly unit: Float64Array;
  private readonly outside: Float64Array;
  private readonly pairSite: Int32Array;
  /** Pairs of each point with open and active sites, used pairs of each point, used pairs of each site. */
  private readonly openAt: PairLists;
  private readonly usedAt: PairLists;
  private readonly usedBy: PairLists;
  private readonly openSites: number[] = [];
  private readonly journalPair: number[] = [];
  private readonly journalOld: number[] = [];
  /** Worth of a unit of room at each open site (0 with room), and the chain that earns it. */
  private readonly worth: Float64Array;
  private readonly worthFrom: Int32Array;
  private readonly worthTo: Int32Array;
  private worthHolds = false;
  /** Nothing was moved since the labels were found. */
  private isFresh = false;
  private staleness = 0;
  private readonly active: Uint8Array;
  /** Points in reach of the active sites: labels of others are not asked for. */
  private activePoints: Int32Array;
  /** Amounts and money that count as nothing, in the problem's own units. */
  private readonly crumb: number;
  private readonly coin: number;
  /** Most sweeps over full sites: longer chains of moves are not looked for. Infinity makes the division optimal. */
  sweeps = Infinity;
  /** Number of the last chain that came through each site: labels may go round where some sites were at rest. */
  private readonly visited: Int32Array;
  private chain = 0;
  /** What the dearest part of a point pays, the room it leaves included, and which pair that is (−1: unserved). */
  private readonly source: Float64Array;
  private readonly sourcePair: Int32Array;
  /** Cost of moving a unit away from each open site (0 with room), and the chain. */
  private readonly away: Float64Array;
  private readonly awayFrom: Int32Array;
  private readonly awayTo: Int32Array;

  constructor(model: SolverModel, year: number) {
    const { serve, I, J, T, level } = model;
    const E = serve.point.length;
    this.model = model;
    this.active = new Uint8Array(J).fill(1);
    this.activePoints = Int32Array.from({ length: I }, (_, i) => i);
    this.visited = new Int32Array(J);
    this.flow = new Float64Array(E);
    this.limit = new Float64Array(E);
    this.unit = new Float64Array(E);
    this.pairSite = new Int32Array(E);
    this.load = new Float64Array(J);
    this.capacity = new Float64Array(J);
    this.worth = new Float64Array(J);
    this.worthFrom = new Int32Array(J);
    this.worthTo = new Int32Array(J);
    this.away = new Float64Array(J);
    this.awayFrom = new Int32Array(J);
    this.awayTo = new Int32Array(J);
    this.source = new Float64Array(I);
    this.sourcePair = new Int32Array(I);
    this.unserved = Float64Array.from({ length: I }, (_, i) => level.weight[i * T + year]);
    this.outside = Float64Array.from({ length: I }, (_, i) => model.unservedPerWeight[i * T + year]);
    this.crumb = leastPart * this.unserved.reduce((a, w) => Math.max(a, w), 0) || leastPart;
    this.coin = leastMoney * this.outside.reduce((a, m) => Math.max(a, m), 0) || leastMoney;
    for (let i = 0; i < I; i++) this.cost += this.unserved[i] * this.outside[i];
    for (let j = 0; j < J; j++)
      for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
        const at = serve.point[e] * T + year;
        this.pairSite[e] = j;
        this.limit[e] = serve.share[e] * level.weight[at];
        this.unit[e] = serve.travelPerKwh[e] * model.moneyPerWeight[at];
      }
    this.openAt = new PairLists(serve.point, I);
    this.usedAt = new PairLists(serve.point, I);
    this.usedBy = new PairLists(this.pairSite, J);
  }

  /** Gives a site a capacity and makes the division optimal again. 0 closes it. */
  setCapacity(j: number, capacity: number): void {
    const before = this.capacity[j];
    if (capacity === before) return;
    this.worthHolds = false;
    if (before === 0) this.open(j);
    this.capacity[j] = capacity;
    if (capacity < before) this.pushOut(j);
    else this.pullIn(j);
    if (capacity === 0) this.close(j);
  }

  /** Changes what a unit left unserved at each point costs, and lets open sites take what has become worth it. */
  reprice(outside: Float64Array): void {
    this.outside.set(outside);
    this.cost = 0;
    for (let i = 0; i < outside.length; i++) this.cost += this.unserved[i] * outside[i];
    for (let e = 0; e < this.flow.length; e++) this.cost += this.flow[e] * this.unit[e];
    this.worthHolds = false;
    for (const j of this.openSites.slice()) this.pullIn(j);
  }

  /** Lets demand move between these sites alone (1 = active); what is not given is at rest. */
  activate(sites: Uint8Array): void {
    for (const j of this.openSites) if (this.active[j] === 1) this.list(j, false);
    this.active.set(sites);
    this.activePoints = this.pointsOf(sites);
    for (const j of this.openSites) if (sites[j] === 1) this.list(j, true);
    this.worthHolds = false;
  }

  /** Points in reach of these sites. */
  private pointsOf(sites: Uint8Array): Int32Array {
    const { serve, I } = this.model;
    const isSeen = new Uint8Array(I);
    for (let j = 0; j < sites.length; j++)
      if (sites[j] === 1) for (let e = serve.start[j]; e < serve.start[j + 1]; e++) isSeen[serve.point[e]] = 1;
    return Int32Array.from(isSeen.keys()).filter((i) => isSeen[i] === 1);
  }

  /** A mark to which `restore` returns; capacities are put back by the caller's own record. */
  mark(): number {
    return this.journalPair.length;
  }

  restore(mark: number): void {
    for (let k = this.journalPair.length - 1; k >= mark; k--) {
      const e = this.journalPair[k];
      this.apply(e, this.journalOld[k]);
    }
    this.journalPair.length = mark;
    this.journalOld.length = mark;
    this.worthHolds = false;
  }

  /** Sets a capacity without moving any flow: for putting back what `restore` has made right. */
  putCapacity(j: number, capacity: number): void {
    if (this.capacity[j] === 0 && capacity > 0) this.open(j);
    if (this.capacity[j] > 0 && capacity === 0) this.close(j);
    this.capacity[j] = capacity;
    this.worthHolds = false;
  }

  forget(): void {
    this.journalPair.length = 0;
    this.journalOld.length = 0;
  }

  /** Worth of a unit of room at every open site: 0 where there is room. */
  prices(): Float64Array {
    if (!this.isFresh) this.worthHolds = false;
    this.findWorth();
    return this.worth;
  }

  /**
   * Lists what a site could take over from elsewhere: each part of a village with what taking it is worth, which counts
   * no more than the ceiling of the village.
   */
  offers(j: number, ceiling: Float64Array, list: GainList): void {
    const { serve } = this.model;
    const { usedAt, worth } = this;
    for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
      const i = serve.point[e];
      const most = ceiling[i];
      if (this.source[i] <= this.unit[e] || most <= this.unit[e]) continue;
      let room = this.limit[e] - this.flow[e];
      if (room <= this.crumb) continue;
      if (this.unserved[i] > this.crumb && this.outside[i] > this.unit[e]) {
        const part = Math.min(room, this.unserved[i]);
        list.push(Math.min(most, this.outside[i]) - this.unit[e], part, e);
        room -= part;
      }
      const end = usedAt.start[i] + usedAt.count[i];
      for (let k = usedAt.start[i]; k < end && room > this.crumb; k++) {
        const f = usedAt.item[k];
        const gain = Math.min(most, this.unit[f] + worth[this.pairSite[f]]) - this.unit[e];
        if (gain <= this.coin || f === e || this.active[this.pairSite[f]] === 0) continue;
        const part = Math.min(room, this.flow[f]);
        list.push(gain, part, e);
        room -= part;
      }
    }
  }

  /** Lists what serving each point at a site is worth at the present prices, whoever serves it now: largest flow and money a unit. */
  gains(j: number, list: GainList): void {
    const { serve } = this.model;
    for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
      const gain = this.source[serve.point[e]] - this.unit[e];
      if (gain > 0 && this.limit[e] > 0) list.push(gain, this.limit[e], e);
    }
  }

  private open(j: number): void {
    if (this.active[j] === 1) this.list(j, true);
    this.openSites.push(j);
  }

  private close(j: number): void {
    if (this.active[j] === 1) this.list(j, false);
    this.openSites.splice(this.openSites.indexOf(j), 1);
  }

  /** Lists the pairs of a site with their points, or takes them out. */
  private list(j: number, isListed: boolean): void {
    const { serve } = this.model;
    for (let e = serve.start[j]; e < serve.start[j + 1]; e++)
      if (!isListed) this.openAt.remove(e);
      else if (this.limit[e] > 0) this.openAt.add(e);
  }

  private hasRoom(j: number): boolean {
    return this.capacity[j] - this.load[j] > this.crumb;
  }

  /** Sets the flow of a pair, taking from or giving to the unserved part of its point. */
  private apply(e: number, value: number): void {
    const i = this.model.serve.point[e];
    const change = value - this.flow[e];
    this.flow[e] = value;
    this.load[this.pairSite[e]] += change;
    this.unserved[i] -= change;
    this.cost += change * (this.unit[e] - this.outside[i]);
    if (value > 0) {
      this.usedAt.add(e);
      this.usedBy.add(e);
    } else {
      this.usedAt.remove(e);
      this.usedBy.remove(e);
    }
  }

  private move(e: number, change: number): void {
    this.isFresh = false;
    this.journalPair.push(e);
    this.journalOld.push(this.flow[e]);
    const value = this.flow[e] + change;
    this.apply(e, value < this.crumb ? 0 : value);
  }

  private findSource(i: number): void {
    const { usedAt } = this;
    let best = this.unserved[i] > this.crumb ? this.outside[i] : -Infinity;
    let from = -1;
    const end = usedAt.start[i] + usedAt.count[i];
    for (let k = usedAt.start[i]; k < end; k++) {
      const f = usedAt.item[k];
      const site = this.pairSite[f];
      const paid = this.unit[f] + this.worth[site];
      if (paid > best && this.active[site] === 1) {
        best = paid;
        from = f;
      }
    }
    this.source[i] = best;
    this.sourcePair[i] = from;
  }

  /** Bellman-Ford over full sites: the most that a unit of room there could save, through chains of moves. */
  private findWorth(): void {
    if (this.worthHolds) return;
    for (const j of this.openSites) this.worth[j] = 0;
    for (const i of this.activePoints) this.findSource(i);
    const full = this.openSites.filter((j) => this.active[j] === 1 && !this.hasRoom(j));
    for (let sweep = 0, changed = true; changed && sweep < Math.min(this.sweeps, full.length + 1); sweep++) {
      changed = false;
      for (const j of full)
        if (this.raiseWorth(j)) {
          changed = true;
          this.findSourcesOf(j);
        }
    }
    this.worthHolds = true;
    this.isFresh = true;
    this.staleness = 0;
  }

  /** Looks for a better use of room at a full site; true when there is one. */
  private raiseWorth(j: number): boolean {
    const { serve } = this.model;
    let best = this.worth[j] + this.coin;
    let via = -1;
    for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
      const gain = this.source[serve.point[e]] - this.unit[e];
      if (gain <= best || this.limit[e] - this.flow[e] <= this.crumb) continue;
      best = gain;
      via = e;
    }
    if (via < 0) return false;
    this.worth[j] = best;
    this.worthTo[j] = via;
    this.worthFrom[j] = this.sourcePair[serve.point[via]];
    return true;
  }

  private findSourcesOf(j: number): void {
    const { usedBy } = this;
    const end = usedBy.start[j] + usedBy.count[j];
    for (let k = usedBy.start[j]; k < end; k++) this.findSource(this.model.serve.point[usedBy.item[k]]);
  }

  /** Fills the room of a site with the best chains that end there. */
  private pullIn(j: number): void {
    const { serve } = this.model;
    for (let guard = 0; guard < 100_000; guard++) {
      const room = this.capacity[j] - this.load[j];
      if (room <= this.crumb) return;
      this.findWorth();
      let best = this.coin;
      let into = -1;
      for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
        const i = serve.point[e];
        const gain = this.source[i] - this.unit[e];
        if (gain <= best || this.limit[e] - this.flow[e] <= this.crumb || this.sourcePair[i] === e) continue;
        best = gain;
        into = e;
      }
      if (into < 0) return;
      this.augmentInto(into, this.sourcePair[serve.point[into]], room);
    }
  }

  /** Moves along the chain: into pair `to` from pair `from` (−1: unserved), then what follows at the site that was left. */
  private augmentInto(to: number, from: number, most: number): void {
    const steps: number[] = [];
    let amount = most;
    this.visited[this.pairSite[to]] = ++this.chain;
    for (;;) {
      steps.push(to, from);
      const i = this.model.serve.point[to];
      amount = Math.min(amount, this.limit[to] - this.flow[to], from < 0 ? this.unserved[i] : this.flow[from]);
      if (from < 0) break;
      const site = this.pairSite[from];
      this.visited[site] = this.chain;
      if (this.worth[site] <= this.coin) break;
      to = this.worthTo[site];
      from = this.worthFrom[site];
      if (from >= 0 && this.visited[this.pairSite[from]] === this.chain) break;
      if (this.staleness > 0 && !this.canMove(to, from)) {
        this.worthHolds = false;
        return;
      }
    }
    // One hop from where there was room: the village's label is found anew, those of full sites that wanted it are too high.
    const simple = steps.length === 2 && (from < 0 || this.hasRoom(this.pairSite[from]));
    for (let k = 0; k < steps.length; k += 2) {
      if (steps[k + 1] >= 0) this.move(steps[k + 1], -amount);
      this.move(steps[k], amount);
    }
    if (simple && this.hasRoom(this.pairSite[steps[0]])) this.findSource(this.model.serve.point[steps[0]]);
    else this.worthGrewStale(steps);
  }

  private canMove(to: number, from: number): boolean {
    if (this.limit[to] - this.flow[to] <= this.crumb) return false;
    return from < 0 ? this.unserved[this.model.serve.point[to]] > this.crumb : this.flow[from] > this.crumb;
  }

  /** Labels found before a chain are too high after it, never too low: they may rest for a few chains. */
  private worthGrewStale(steps: readonly number[]): void {
    if (++this.staleness >= patience) this.worthHolds = false;
    else for (let k = 0; k < steps.length; k += 2) this.findSource(this.model.serve.point[steps[k]]);
  }

  /** Empties what a site holds above its capacity along the cheapest chains, the unserved outside last. */
  private pushOut(j: number): void {
    const { usedBy } = this;
    let holds = false;
    let stale = 0;
    for (let guard = 0; guard < 100_000; guard++) {
      const over = this.load[j] - this.capacity[j];
      if (over <= this.crumb) return;
      if (!holds) this.findAway(j);
      let best = Infinity;
      let from = -1;
      let to = -1;
      const end = usedBy.start[j] + usedBy.count[j];
      for (let k = usedBy.start[j]; k < end; k++) {
        const f = usedBy.item[k];
        const way = this.cheapestWay(f, j);
        // When all must go, any order ends in the same optimum: take the first.
        if (way - this.unit[f] < best) {
          best = way - this.unit[f];
          from = f;
          to = this.wayPair;
          if (this.capacity[j] === 0) break;
        }
      }
      if (from < 0) return;
      const kept = this.augmentAway({ from, to, most: over }, stale > 0);
      stale = kept === 'yes' ? stale : stale + 1;
      holds = kept !== 'broken' && stale < patience;
      if (!holds) stale = 0;
    }
  }

  private wayPair = -1;

  /** Least cost of a unit of a pair's demand elsewhere, the chain it sets off included; the pair stands in `wayPair`. */
  private cheapestWay(f: number, closed: number): number {
    const { openAt, away } = this;
    const i = this.model.serve.point[f];
    const own = this.pairSite[f];
    let best = this.outside[i];
    this.wayPair = -1;
    const end = openAt.start[i] + openAt.count[i];
    for (let k = openAt.start[i]; k < end; k++) {
      const e = openAt.item[k];
      const next = this.pairSite[e];
      if (next === own || next === closed || this.limit[e] - this.flow[e] <= this.crumb) continue;
      const cost = this.unit[e] + away[next];
      if (cost < best) {
        best = cost;
        this.wayPair = e;
      }
    }
    return best;
  }

  /** Bellman-Ford over full sites: least cost of moving a unit away from each, to room or outside. */
  private findAway(closed: number): void {
    const { away, usedBy } = this;
    const full = this.openSites.filter((s) => s !== closed && this.active[s] === 1 && !this.hasRoom(s));
    for (const s of this.openSites) {
      away[s] = s !== closed && this.hasRoom(s) ? 0 : Infinity;
      this.awayFrom[s] = -1;
    }
    for (let sweep = 0, changed = true; changed && sweep < Math.min(this.sweeps, full.length + 1); sweep++) {
      changed = false;
      for (const s of full) {
        const end = usedBy.start[s] + usedBy.count[s];
        for (let k = usedBy.start[s]; k < end; k++) {
          const f = usedBy.item[k];
          const cost = this.cheapestWay(f, closed) - this.unit[f];
          if (cost >= away[s] - this.coin) continue;
          away[s] = cost;
          this.awayFrom[s] = f;
          this.awayTo[s] = this.wayPair;
          changed = true;
        }
      }
    }
  }

  /**
   * Moves from pair `from` to pair `to` (−1: unserved) and on along the chain. Says whether all labels still hold, or
   * that a chain of stale labels could not be gone any more and nothing was moved.
   */
  private augmentAway(step: { from: number; to: number; most: number }, isStale: boolean): 'yes' | 'stale' | 'broken' {
    const steps: number[] = [];
    let { from, to } = step;
    let amount = step.most;
    let last = -1;
    this.visited[this.pairSite[from]] = ++this.chain;
    for (;;) {
      steps.push(from, to);
      amount = Math.min(amount, this.flow[from]);
      if (to < 0) break;
      amount = Math.min(amount, this.limit[to] - this.flow[to]);
      last = this.pairSite[to];
      if (this.hasRoom(last)) {
        amount = Math.min(amount, this.capacity[last] - this.load[last]);
        break;
      }
      this.visited[last] = this.chain;
      from = this.awayFrom[last];
      to = this.awayTo[last];
      // A site that had room when the labels were found has none: it is full by now, and nobody knows its chain.
      if (from < 0) return 'broken';
      if (isStale && (this.flow[from] <= this.crumb || (to >= 0 && this.limit[to] - this.flow[to] <= this.crumb)))
        return 'broken';
      if (to >= 0 && this.visited[this.pairSite[to]] === this.chain) to = -1;
    }
    for (let k = 0; k < steps.length; k += 2) {
      this.move(steps[k], -amount);
      if (steps[k + 1] >= 0) this.move(steps[k + 1], amount);
    }
    return steps.length === 2 && (last < 0 || this.hasRoom(last)) ? 'yes' : 'stale';
  }
}
