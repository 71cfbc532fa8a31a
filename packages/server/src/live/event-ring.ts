import type { AnyStoredEvent } from '@qipan/base';

/** The last events of the log in memory, in order of `seq`, which has no gaps. Kept only while somebody reads. */
export class EventRing {
  readonly #capacity: number;
  #events: AnyStoredEvent[] = [];

  constructor(capacity = 2048) {
    this.#capacity = capacity;
  }

  push(events: readonly AnyStoredEvent[]): void {
    for (const e of events) this.#events.push(e);
    // Cut in halves so that the cost of moving is shared by many pushes.
    if (this.#events.length > this.#capacity * 2) this.#events = this.#events.slice(-this.#capacity);
  }

  clear(): void {
    this.#events = [];
  }

  /** Events after `seq`, or null when some of them are not here; `lastSeq` is where the log stands. */
  after(seq: number, lastSeq: number): readonly AnyStoredEvent[] | null {
    if (seq >= lastSeq) return [];
    const first = this.#events[0];
    if (first === undefined || seq < first.seq - 1) return null;
    return this.#events.slice(seq - first.seq + 1);
  }
}

/** One server-sent event. JSON holds no raw line break, so one `data:` line is enough. */
export function message(type: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
