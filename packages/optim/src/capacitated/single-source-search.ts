import type { Random } from '@qipan/base';
import type { CapacitatedModel } from './capacitated-model.js';
import { SingleSourceSet } from './single-source-set.js';

/**
 * Local search for single-source problems: shifts, swaps and ejections of demand points, closing and opening of sites,
 * and from there iterated with random disturbances.
 */
export class SingleSourceSearch {
  readonly set: SingleSourceSet;
  readonly #model: CapacitatedModel;
  readonly #rng: Random;
  readonly #tolerance = 1e-9;
  /** Asked before each larger move: one pass over a thousand demand points and a hundred sites takes a second. */
  readonly #shouldStop: () => boolean;

  constructor(model: CapacitatedModel, rng: Random, shouldStop: () => boolean = () => false) {
    this.#model = model;
    this.#rng = rng;
    this.#shouldStop = shouldStop;
    this.set = new SingleSourceSet(model);
  }

  /** Builds an assignment on the open sites, keeping the given wishes (−1 = none) where they fit; false = no room. */
  build(open: Iterable<number>, wish: Int32Array): boolean {
    const { set } = this;
    set.reset(open);
    for (let i = 0; i < wish.length; i++)
      if (wish[i] >= 0 && set.isOpen[wish[i]] === 1 && set.fits(i, wish[i])) set.move(i, wish[i]);
    while (!set.placeRest()) if (!this.#openAnother()) return false;
    return true;
  }

  #openAnother(): boolean {
    const { fixedCost, capacity, m } = this.#model;
    let best = -1;
    for (let j = 0; j < m; j++) {
      if (this.set.isOpen[j] === 1 || capacity[j] <= 0) continue;
      if (best < 0 || fixedCost[j] / capacity[j] < fixedCost[best] / capacity[best]) best = j;
    }
    if (best < 0) return false;
    this.set.setOpen(best, true);
    return true;
  }

  /** Moves until none helps. */
  improve(): void {
    const { set } = this;
    for (let pass = 0; pass < 200; pass++) {
      if (this.#shouldStop()) return;
      const before = set.value;
      this.#closeIdle();
      this.#shifts();
      this.#swaps();
      if (!this.#better(set.value, before)) this.#ejections();
      if (!this.#better(set.value, before)) this.#closings();
      if (!this.#better(set.value, before)) this.#openings();
      if (!this.#better(set.value, before)) return;
    }
  }

  #better(value: number, than: number): boolean {
    return value < than - this.#tolerance * Math.max(1, Math.abs(than));
  }

  #closeIdle(): void {
    for (let j = 0; j < this.#model.m; j++) if (this.set.users[j] === 0) this.set.setOpen(j, false);
  }

  #shifts(): void {
    const { set } = this;
    const { n, m } = this.#model;
    for (let i = 0; i < n; i++) {
      let [to, least] = [-1, set.cost(i, set.site[i]) - this.#tolerance];
      for (let j = 0; j < m; j++)
        if (set.isOpen[j] === 1 && j !== set.site[i] && set.cost(i, j) < least && set.fits(i, j))
          [to, least] = [j, set.cost(i, j)];
      if (to >= 0) set.move(i, to);
    }
  }

  #swaps(): void {
    const { set } = this;
    const { n, demand } = this.#model;
    for (let a = 0; a < n; a++)
      for (let b = a + 1; b < n; b++) {
        const [ja, jb] = [set.site[a], set.site[b]];
        if (ja === jb) continue;
        const gain = set.cost(a, ja) + set.cost(b, jb) - set.cost(a, jb) - set.cost(b, ja);
        if (!(gain > this.#tolerance)) continue;
        const d = demand[a] - demand[b];
        if (d > set.room[jb] + 1e-9 || -d > set.room[ja] + 1e-9) continue;
        set.move(a, jb);
        set.move(b, ja);
      }
  }

  /** a goes to a full site whose b goes on to a third. */
  #ejections(): void {
    const { set } = this;
    const { n, m, demand } = this.#model;
    for (let a = 0; a < n && !this.#shouldStop(); a++) {
      const from = set.site[a];
      for (let b = 0; b < n; b++) {
        const to = set.site[b];
        if (to === from || b === a) continue;
        const win = set.cost(a, from) - set.cost(a, to) + set.cost(b, to);
        if (!(win > this.#tolerance) || demand[a] > set.room[to] + demand[b] + 1e-9) continue;
        let [on, least] = [-1, win - this.#tolerance];
        for (let k = 0; k < m; k++)
          if (set.isOpen[k] === 1 && k !== to && k !== from && set.cost(b, k) < least && set.fits(b, k))
            [on, least] = [k, set.cost(b, k)];
        if (on < 0) continue;
        set.move(b, on);
        set.move(a, to);
        break;
      }
    }
  }

  #closings(): void {
    const { set } = this;
    const { n, m } = this.#model;
    for (let j = 0; j < m && !this.#shouldStop(); j++) {
      if (set.isOpen[j] === 0) continue;
      const kept = set.save();
      const before = set.value;
      for (let i = 0; i < n; i++) if (set.site[i] === j) set.move(i, -1);
      set.setOpen(j, false);
      if (set.placeRest()) this.#shifts();
      if (!set.isComplete || !this.#better(set.value, before)) set.restore(kept);
    }
  }

  /** Opens a site for those who gain most by it per demand, perhaps closing the one that it empties. */
  #openings(): void {
    const { set } = this;
    const { n, m, demand } = this.#model;
    for (let j = 0; j < m && !this.#shouldStop(); j++) {
      if (set.isOpen[j] === 1) continue;
      const kept = set.save();
      const before = set.value;
      set.setOpen(j, true);
      const gain = (i: number) => set.cost(i, set.site[i]) - set.cost(i, j);
      const order = Array.from({ length: n }, (_, i) => i).filter((i) => gain(i) > 0);
      order.sort((a, b) => gain(b) / (demand[b] + 1e-9) - gain(a) / (demand[a] + 1e-9) || a - b);
      for (const i of order) if (set.fits(i, j)) set.move(i, j);
      this.#closeIdle();
      this.#shifts();
      if (!this.#better(set.value, before)) {
        this.#closeWeakest(j);
        if (!set.isComplete || !this.#better(set.value, before)) set.restore(kept);
      }
    }
  }

  /** Closes the site other than `j` that its users can leave most cheaply by fixed cost against use. */
  #closeWeakest(j: number): void {
    const { set } = this;
    const { n, m, fixedCost } = this.#model;
    let [worst, most] = [-1, -Infinity];
    for (let k = 0; k < m; k++)
      if (set.isOpen[k] === 1 && k !== j && fixedCost[k] / (1 + set.users[k]) > most)
        [worst, most] = [k, fixedCost[k] / (1 + set.users[k])];
    if (worst < 0) return;
    for (let i = 0; i < n; i++) if (set.site[i] === worst) set.move(i, -1);
    set.setOpen(worst, false);
    if (set.placeRest()) this.#shifts();
  }

  /** Rounds of disturbance and repair from the best state, which `keep` is told of whenever it improves. */
  iterate(rounds: number, keep: (set: SingleSourceSet) => void): void {
    const { set } = this;
    let best = set.save();
    let least = set.value;
    for (let round = 0; round < rounds && !this.#shouldStop(); round++) {
      if (!this.#disturb()) {
        set.restore(best);
        continue;
      }
      this.improve();
      if (set.value < least + this.#tolerance * Math.abs(least)) {
        if (this.#better(set.value, least)) keep(set);
        best = set.save();
        least = set.value;
      } else set.restore(best);
    }
  }

  /** Opens a random site or closes one, or takes out a random tenth of the demand points, and places anew. */
  #disturb(): boolean {
    const { set } = this;
    const { n, m } = this.#model;
    const kind = this.#rng.below(3);
    const j = this.#rng.below(m);
    if (kind === 0 && set.isOpen[j] === 0) set.setOpen(j, true);
    else if (kind === 1 && set.isOpen[j] === 1) {
      for (let i = 0; i < n; i++) if (set.site[i] === j) set.move(i, -1);
      set.setOpen(j, false);
    }
    const share = 0.05 + 0.15 * this.#rng.next();
    for (let i = 0; i < n; i++) if (this.#rng.next() < share && set.site[i] >= 0) set.move(i, -1);
    return this.#placeOrOpen();
  }

  #placeOrOpen(): boolean {
    while (!this.set.placeRest()) if (!this.#openAnother()) return false;
    return true;
  }
}
