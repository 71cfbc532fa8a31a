import type { Random } from '@qipan/base';
import type { OpenSet } from './interchange.js';

const none = -1;

/**
 * Iterated local search around single sites: shake one to three sites that serve neighbouring demand points, repair by
 * interchange among the sites that this can concern, keep the result unless it is worse. One round touches only the
 * neighbourhood, so rounds cost microseconds where a full pass costs milliseconds.
 */
export class LocalSearch {
  readonly #set: OpenSet;
  readonly #rng: Random;
  readonly #queue: Int32Array;
  readonly #queued: Uint8Array;
  #head = 0;
  #length = 0;
  /** Moves since the last accepted state, `[opened or −1, closed or −1]`. */
  readonly #log: [number, number][] = [];

  constructor(set: OpenSet, rng: Random) {
    this.#set = set;
    this.#rng = rng;
    this.#queue = new Int32Array(set.model.m);
    this.#queued = new Uint8Array(set.model.m);
  }

  /** Runs `rounds` rounds from the present state of the set; returns true if the value fell. */
  run(rounds: number, shouldStop?: () => boolean): boolean {
    const set = this.#set;
    const first = set.value;
    for (let round = 0; round < rounds; round++) {
      if ((round & 63) === 63 && shouldStop?.() === true) break;
      const before = set.value;
      set.work += 64;
      this.#log.length = 0;
      if (!this.#shake(1 + this.#rng.below(3))) continue;
      this.#settle();
      const tolerance = 1e-9 * (1 + Math.abs(before));
      if (set.value > before + tolerance) {
        this.#undo();
        set.value = before;
      }
    }
    return set.value < first - 1e-9 * (1 + Math.abs(first));
  }

  /** Random swaps near one demand point. */
  #shake(swaps: number): boolean {
    const set = this.#set;
    const { start, index } = set.lists;
    let i = this.#rng.below(set.model.n);
    let done = false;
    for (let k = 0; k < swaps; k++) {
      const out = set.near1[i];
      const span = this.#span(i);
      if (out === none || set.held[out] === 1 || span === 0) return done;
      const enter = index[start[i] + this.#rng.below(span)];
      if (set.isOpen[enter] === 1 || set.held[enter] === 2) return done;
      this.#move(enter, out);
      done = true;
      // The next swap concerns a demand point that the new site serves or nearly serves.
      const { start: from, row } = set.columns;
      const there = from[enter + 1] - from[enter];
      if (there > 0) i = row[from[enter] + this.#rng.below(there)];
    }
    return done;
  }

  /** Entries of row i that are cheaper than its second choice, a few more for company. */
  #span(i: number): number {
    const set = this.#set;
    const { start, value } = set.lists;
    let e = start[i];
    while (e < start[i + 1] && value[e] < set.cost2[i]) e++;
    return Math.min(start[i + 1] - start[i], e - start[i] + 2);
  }

  #move(enter: number, leave: number): void {
    const set = this.#set;
    if (leave !== none) this.#awaken(leave);
    if (enter !== none) set.open(enter);
    if (leave !== none) set.close(leave);
    this.#log.push([enter, leave]);
    if (enter !== none) this.#awaken(enter);
  }

  /** Queues the sites that could now serve better someone whom `site` serves first or second. */
  #awaken(site: number): void {
    const set = this.#set;
    const { start: from, row } = set.columns;
    const { start, index, value } = set.lists;
    this.#enqueue(site);
    for (let e = from[site]; e < from[site + 1]; e++) {
      const i = row[e];
      if (set.near1[i] !== site && set.near2[i] !== site) continue;
      const limit = set.near1[i] === site ? set.cost2[i] : set.cost1[i];
      for (let k = start[i]; k < start[i + 1] && value[k] < limit; k++) this.#enqueue(index[k]);
    }
  }

  #enqueue(site: number): void {
    if (this.#queued[site] === 1 || this.#set.isOpen[site] === 1) return;
    this.#queued[site] = 1;
    const size = this.#queue.length;
    this.#queue[(this.#head + this.#length++) % size] = site;
  }

  #settle(): void {
    const set = this.#set;
    while (this.#length > 0) {
      const j = this.#queue[this.#head];
      this.#head = (this.#head + 1) % this.#queue.length;
      this.#length--;
      this.#queued[j] = 0;
      const move = set.bestMove(j);
      if (move === null) continue;
      this.#move(j, move);
    }
  }

  #undo(): void {
    const set = this.#set;
    for (let k = this.#log.length - 1; k >= 0; k--) {
      const [entered, left] = this.#log[k];
      if (left !== none) set.open(left);
      if (entered !== none) set.close(entered);
    }
  }
}
