import type { CapacitatedModel } from './capacitated-model.js';

const none = -1;

/** Who is served by whom, whole, within the capacities; kept up to date under moves. Costs are scaled. */
export class SingleSourceSet {
  readonly model: CapacitatedModel;
  readonly site: Int32Array;
  readonly room: Float64Array;
  /** Demand points at each site. */
  readonly users: Int32Array;
  readonly isOpen: Uint8Array;
  value = 0;
  readonly #eps: number;

  constructor(model: CapacitatedModel) {
    this.model = model;
    this.site = new Int32Array(model.n).fill(none);
    this.room = model.capacity.slice();
    this.users = new Int32Array(model.m);
    this.isOpen = new Uint8Array(model.m);
    this.#eps = 1e-9 * Math.max(1, model.totalDemand);
  }

  cost(i: number, j: number): number {
    return this.model.cost[j * this.model.n + i];
  }

  fits(i: number, j: number): boolean {
    return this.model.demand[i] <= this.room[j] + this.#eps && this.cost(i, j) < Infinity;
  }

  get isComplete(): boolean {
    return !this.site.includes(none);
  }

  /** An empty assignment with these sites open. */
  reset(open: Iterable<number>): void {
    this.site.fill(none);
    this.room.set(this.model.capacity);
    this.users.fill(0);
    this.isOpen.fill(0);
    this.value = 0;
    for (const j of open) this.setOpen(j, true);
  }

  setOpen(j: number, to: boolean): void {
    if ((this.isOpen[j] === 1) === to) return;
    this.isOpen[j] = to ? 1 : 0;
    this.value += to ? this.model.fixedCost[j] : -this.model.fixedCost[j];
  }

  /** Moves a demand point; `to` = −1 takes it out. Room is not checked. */
  move(i: number, to: number): void {
    const from = this.site[i];
    if (from !== none) {
      this.value -= this.cost(i, from);
      this.room[from] += this.model.demand[i];
      this.users[from]--;
    }
    this.site[i] = to;
    if (to === none) return;
    this.value += this.cost(i, to);
    this.room[to] -= this.model.demand[i];
    this.users[to]++;
  }

  save(): Int32Array {
    return this.site.slice();
  }

  /** Takes over an assignment; the sites in use are open, no others. */
  restore(site: Int32Array): void {
    const open = new Set(site);
    open.delete(none);
    this.reset(open);
    for (let i = 0; i < site.length; i++) this.move(i, site[i]);
  }

  /** Places everybody who is out, those who lose most by waiting first; true when all found room. */
  placeRest(): boolean {
    const { model, site } = this;
    const out: number[] = [];
    for (let i = 0; i < model.n; i++) if (site[i] === none) out.push(i);
    const regret = new Float64Array(model.n);
    const choice = new Int32Array(model.n).fill(none);
    const look = (i: number) => {
      let [best, first, second] = [none, Infinity, Infinity];
      for (let j = 0; j < model.m; j++) {
        if (this.isOpen[j] === 0 || !this.fits(i, j)) continue;
        const c = this.cost(i, j);
        if (c < first) [best, second, first] = [j, first, c];
        else if (c < second) second = c;
      }
      choice[i] = best;
      regret[i] = best === none ? Infinity : second === Infinity ? 1e15 + model.demand[i] : second - first;
    };
    out.forEach(look);
    while (out.length > 0) {
      let at = 0;
      for (let k = 1; k < out.length; k++) {
        const [a, b] = [out[k], out[at]];
        if (regret[a] > regret[b] || (regret[a] === regret[b] && model.demand[a] > model.demand[b])) at = k;
      }
      const i = out[at];
      const j = choice[i];
      if (j === none) return this.#squeezeIn(out);
      this.move(i, j);
      out[at] = out[out.length - 1];
      out.pop();
      for (const other of out) if (choice[other] === j) look(other);
    }
    return true;
  }

  /** Makes room for the rest by moving one demand point on to another site. */
  #squeezeIn(out: number[]): boolean {
    const { model } = this;
    out.sort((a, b) => model.demand[b] - model.demand[a] || a - b);
    for (const i of out) {
      if (this.site[i] !== none) continue;
      let best: [number, number, number] | null = null;
      let least = Infinity;
      for (let j = 0; j < model.m; j++) {
        if (this.isOpen[j] === 0 || this.cost(i, j) === Infinity) continue;
        if (this.fits(i, j) && this.cost(i, j) < least) [least, best] = [this.cost(i, j), [none, j, none]];
        for (let u = 0; u < model.n; u++) {
          if (this.site[u] !== j || this.room[j] + model.demand[u] + this.#eps < model.demand[i]) continue;
          for (let k = 0; k < model.m; k++) {
            if (k === j || this.isOpen[k] === 0 || !this.fits(u, k)) continue;
            const change = this.cost(i, j) + this.cost(u, k) - this.cost(u, j);
            if (change < least) [least, best] = [change, [u, j, k]];
          }
        }
      }
      if (!best) return false;
      if (best[0] !== none) this.move(best[0], best[2]);
      this.move(i, best[1]);
    }
    return true;
  }
}
