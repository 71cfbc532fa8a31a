import type { AnyStoredEvent } from '@qipan/base';

export interface RingEntry {
  readonly seq: number;
  readonly stationId: string;
  /** The whole server-sent message, made once for all readers. */
  readonly text: string;
}

/** The last events of the log in memory, in order of `seq`. */
export class EventRing {
  readonly #capacity: number;
  #entries: RingEntry[] = [];
  #dropped = false;

  constructor(capacity = 4096) {
    this.#capacity = capacity;
  }

  push(events: readonly AnyStoredEvent[]): void {
    for (const e of events) this.#entries.push(ringEntry(e));
    // Cut in halves so that the cost of moving is shared by many pushes.
    if (this.#entries.length > this.#capacity * 2) {
      this.#entries = this.#entries.slice(-this.#capacity);
      this.#dropped = true;
    }
  }

  /** Highest `seq`, 0 when empty. */
  get lastSeq(): number {
    return this.#entries.at(-1)?.seq ?? 0;
  }

  /**
   * Entries after `seq`, or null when some of them are no longer here. Numbers may be skipped by the log, so what stands before the
   * first entry counts as missing unless the reader has it; `startSeq` is where the log stood when the ring was made.
   */
  after(seq: number, startSeq: number): readonly RingEntry[] | null {
    const from = this.#dropped ? (this.#entries[0] as RingEntry).seq - 1 : startSeq;
    if (seq < from) return null;
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((this.#entries[mid] as RingEntry).seq <= seq) low = mid + 1;
      else high = mid;
    }
    return this.#entries.slice(low);
  }
}

export function ringEntry(e: AnyStoredEvent): RingEntry {
  return { seq: e.seq, stationId: e.stationId, text: message('event', { type: 'event', event: e }, e.seq) };
}

/** One server-sent event. JSON holds no raw line break, so one `data:` line is enough. */
export function message(type: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
