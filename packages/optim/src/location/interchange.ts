import type { AssignmentModel } from './assignment-model.js';
import type { ServiceLists, SiteColumns } from './service-lists.js';

const none = -1;

/**
 * A set of open sites with, for every demand point, its cheapest and second cheapest way of being served (a site, or
 * −1 = unserved at the model's cost), kept up to date while sites are opened, closed and swapped.
 * Swaps are judged over the lists only (Whitaker 1983; Resende and Werneck, EJOR 174, 2006; the eager order of
 * Schubert and Rousseeuw, Inf. Systems 101, 2021), so a pass over all candidates costs about the entries of the lists.
 */
export class OpenSet {
  readonly model: AssignmentModel;
  readonly lists: ServiceLists;
  readonly columns: SiteColumns;
  readonly isOpen: Uint8Array;
  /** 1 = may not be closed, 2 = may not be opened. */
  readonly held: Uint8Array;
  count = 0;
  readonly near1: Int32Array;
  readonly near2: Int32Array;
  readonly cost1: Float64Array;
  readonly cost2: Float64Array;
  /** What closing an open site costs, its fixed cost saved; Infinity for one that may not be closed. */
  readonly loss: Float64Array;
  /** List entries looked at so far: a clock that is the same on every machine. */
  work = 0;
  /** Fixed costs plus service, scaled. */
  value = 0;
  readonly #delta: Float64Array;
  readonly #touched: Int32Array;
  readonly #openIds: Int32Array;
  readonly #placeOf: Int32Array;
  #cheapest = none;
  #cheapestKnown = false;

  constructor(model: AssignmentModel, lists: ServiceLists, columns: SiteColumns) {
    this.model = model;
    this.lists = lists;
    this.columns = columns;
    const { n, m } = model;
    this.isOpen = new Uint8Array(m);
    this.held = new Uint8Array(m);
    this.near1 = new Int32Array(n);
    this.near2 = new Int32Array(n);
    this.cost1 = new Float64Array(n);
    this.cost2 = new Float64Array(n);
    this.loss = new Float64Array(m);
    this.#delta = new Float64Array(m);
    this.#touched = new Int32Array(m);
    this.#openIds = new Int32Array(m);
    this.#placeOf = new Int32Array(m);
    for (const j of model.existing) this.held[j] = 1;
  }

  /** The open sites, in no order; valid until the next change. */
  get ids(): Int32Array {
    return this.#openIds.subarray(0, this.count);
  }

  /** Starts afresh with these sites open. */
  reset(sites: ArrayLike<number>): void {
    this.isOpen.fill(0);
    this.count = 0;
    this.#cheapestKnown = false;
    for (let k = 0; k < sites.length; k++) if (this.isOpen[sites[k]] === 0) this.#mark(sites[k]);
    this.loss.fill(0);
    this.value = 0;
    for (const j of this.ids) {
      this.value += this.model.fixedCost[j];
      this.loss[j] = this.held[j] === 1 ? Infinity : -this.model.fixedCost[j];
    }
    this.work += 20 * this.model.n;
    for (let i = 0; i < this.model.n; i++) {
      this.#rescan(i);
      this.value += this.cost1[i];
      this.#addLoss(i, 1);
    }
  }

  /** The best swap, opening or closing that each site in turn would make, applied at once; until none is left. */
  improve(order: Int32Array, passes: number, shouldStop?: () => boolean): void {
    let idle = 0;
    for (let pass = 0; pass < passes; pass++) {
      for (let k = 0; k < order.length; k++) {
        if (this.tryOpening(order[k])) idle = 0;
        else if (++idle >= order.length) return;
        if ((k & 255) === 255 && shouldStop?.() === true) return;
      }
      if (this.model.p < 0) this.#dropIdle();
    }
  }

  /** Opens site j if that pays, closing another for it where the number is fixed or that pays too. */
  tryOpening(j: number): boolean {
    const out = this.bestMove(j);
    if (out === null) return false;
    this.#open(j);
    if (out !== none) this.close(out);
    return true;
  }

  /** The site to close when j is opened, −1 = none, so that the value falls most; null when opening j never pays. */
  bestMove(j: number): number | null {
    if (this.isOpen[j] === 1 || this.held[j] === 2) return null;
    const { near1, cost1, cost2, loss } = this;
    const { start, row, value } = this.columns;
    const delta = this.#delta;
    const touched = this.#touched;
    let count = 0;
    let gain = this.model.fixedCost[j];
    this.work += start[j + 1] - start[j] + 8;
    for (let e = start[j], end = start[j + 1]; e < end; e++) {
      const i = row[e];
      const c = value[e];
      const second = cost2[i];
      if (c >= second) continue;
      const first = cost1[i];
      const r = near1[i];
      let change: number;
      if (c < first) {
        gain += c - first;
        change = first - second;
      } else change = c - second;
      if (r === none || change === 0) continue;
      if (delta[r] === 0) touched[count++] = r;
      delta[r] += change;
    }
    let out = none;
    let least = Infinity;
    for (let k = 0; k < count; k++) {
      const r = touched[k];
      const l = loss[r] + delta[r];
      if (l < least || (l === least && r < out)) {
        least = l;
        out = r;
      }
      delta[r] = 0;
    }
    const cheapest = this.cheapestLoss();
    if (cheapest !== none && loss[cheapest] < least) {
      least = loss[cheapest];
      out = cheapest;
    }
    const tolerance = 1e-9 * (1 + Math.abs(this.value));
    const mayAdd = this.model.p < 0 || this.count < this.model.p;
    if (mayAdd && gain < -tolerance && gain <= gain + least) return none;
    return out !== none && gain + least < -tolerance ? out : null;
  }

  /** The open site whose closing costs least, by id among equals; −1 = none may be closed. Linear in the open sites. */
  cheapestLoss(): number {
    if (this.#cheapestKnown) return this.#cheapest;
    let best = none;
    let least = Infinity;
    for (let k = 0; k < this.count; k++) {
      const r = this.#openIds[k];
      const l = this.loss[r];
      if (l < least || (l === least && r < best)) {
        least = l;
        best = r;
      }
    }
    this.#cheapest = best;
    this.#cheapestKnown = true;
    return best;
  }
  open(j: number): void {
    this.#open(j);
  }

  /** Closes an open site; those it served go to their second choice. */
  close(r: number): void {
    const at = this.#placeOf[r];
    const last = this.#openIds[--this.count];
    this.#openIds[at] = last;
    this.#placeOf[last] = at;
    this.isOpen[r] = 0;
    this.#cheapestKnown = false;
    this.value -= this.model.fixedCost[r];
    const { near1, near2, cost1 } = this;
    this.work += this.model.n;
    for (let i = 0, n = this.model.n; i < n; i++) {
      if (near1[i] !== r && near2[i] !== r) continue;
      this.#addLoss(i, -1);
      this.value -= cost1[i];
      this.#rescan(i);
      this.value += cost1[i];
      this.#addLoss(i, 1);
    }
    this.loss[r] = 0;
  }

  #open(j: number): void {
    this.#mark(j);
    this.#cheapestKnown = false;
    this.loss[j] = this.held[j] === 1 ? Infinity : -this.model.fixedCost[j];
    this.value += this.model.fixedCost[j];
    const { near1, near2, cost1, cost2 } = this;
    const { start, row, value } = this.columns;
    for (let e = start[j], end = start[j + 1]; e < end; e++) {
      const i = row[e];
      const c = value[e];
      if (c >= cost2[i]) continue;
      this.#addLoss(i, -1);
      if (c < cost1[i]) {
        this.value += c - cost1[i];
        near2[i] = near1[i];
        cost2[i] = cost1[i];
        near1[i] = j;
        cost1[i] = c;
      } else {
        near2[i] = j;
        cost2[i] = c;
      }
      this.#addLoss(i, 1);
    }
  }

  #mark(j: number): void {
    this.isOpen[j] = 1;
    this.#placeOf[j] = this.count;
    this.#openIds[this.count++] = j;
  }

  #addLoss(i: number, sign: number): void {
    const r = this.near1[i];
    if (r !== none) this.loss[r] += sign * (this.cost2[i] - this.cost1[i]);
  }

  /** Finds the two cheapest ways for i: along its list, or over all open sites when the list ends too early. */
  #rescan(i: number): void {
    const { start, index, value, limit } = this.lists;
    const { isOpen } = this;
    const without = this.model.unserved[i];
    let [r1, r2, c1, c2] = [none, none, without, without];
    for (let e = start[i], end = start[i + 1]; e < end; e++) {
      const c = value[e];
      if (c >= c2) break;
      if (isOpen[index[e]] === 0) continue;
      if (r1 === none) {
        r1 = index[e];
        c1 = c;
      } else {
        r2 = index[e];
        c2 = c;
        break;
      }
    }
    if (r2 === none && limit[i] < without) [r1, r2, c1, c2] = this.#searchAll(i, r1, c1);
    this.near1[i] = r1;
    this.near2[i] = r2;
    this.cost1[i] = c1;
    this.cost2[i] = c2;
  }

  #searchAll(i: number, r1: number, c1: number): [number, number, number, number] {
    const without = this.model.unserved[i];
    const listed = r1;
    let [a, b, ca, cb] = [r1, none, r1 === none ? without : c1, without];
    for (let k = 0; k < this.count; k++) {
      const r = this.#openIds[k];
      if (r === listed) continue;
      const c = this.model.source.cost(i, r);
      if (c < ca || (c === ca && a !== none && r < a && listed === none)) {
        [b, cb] = [a, ca];
        [a, ca] = [r, c];
      } else if (c < cb) [b, cb] = [r, c];
    }
    return [a, b, ca, cb];
  }

  #dropIdle(): void {
    for (let r = this.cheapestLoss(); r !== none && this.loss[r] < 0; r = this.cheapestLoss()) this.close(r);
  }
}
