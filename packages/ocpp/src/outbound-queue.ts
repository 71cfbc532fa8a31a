import type { OutboundCall, Priority } from './rpc-types.js';

const order: readonly Priority[] = ['safety', 'operator', 'background'];

/** Waiting outbound calls of one connection: three priorities, first in first out within each. */
export class OutboundQueue {
  readonly #cap: number;
  readonly #waiting: Readonly<Record<Priority, OutboundCall[]>> = { safety: [], operator: [], background: [] };

  constructor(cap: number) {
    this.#cap = cap;
  }

  get length(): number {
    return order.reduce((n, p) => n + this.#waiting[p].length, 0);
  }

  /** False when the queue is full. */
  push(call: OutboundCall): boolean {
    if (this.length >= this.#cap) return false;
    this.#waiting[call.priority].push(call);
    return true;
  }

  next(): OutboundCall | undefined {
    for (const p of order) {
      const call = this.#waiting[p].shift();
      if (call !== undefined) return call;
    }
    return undefined;
  }

  /** Takes out every call whose deadline has passed. */
  takeExpired(nowMs: number): OutboundCall[] {
    return this.#take((call) => call.deadlineMs !== null && call.deadlineMs <= nowMs);
  }

  takeAll(): OutboundCall[] {
    return this.#take(() => true);
  }

  get earliestDeadlineMs(): number | null {
    let earliest: number | null = null;
    for (const p of order) {
      for (const { deadlineMs } of this.#waiting[p]) {
        if (deadlineMs !== null && (earliest === null || deadlineMs < earliest)) earliest = deadlineMs;
      }
    }
    return earliest;
  }

  #take(isTaken: (call: OutboundCall) => boolean): OutboundCall[] {
    const taken: OutboundCall[] = [];
    for (const p of order) {
      const kept: OutboundCall[] = [];
      for (const call of this.#waiting[p]) (isTaken(call) ? taken : kept).push(call);
      this.#waiting[p].splice(0, this.#waiting[p].length, ...kept);
    }
    return taken;
  }
}
