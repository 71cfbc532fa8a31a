import { stationSnapshot } from '@qipan/operate';
import type { RowWrite, Store } from '@qipan/store';
import type { Logger } from 'pino';
import type { StationEntry } from './entry.js';
import { transactionWrite, type StationRegistry } from './registry.js';

export interface StateKeeperOptions {
  readonly store: Store;
  readonly registry: StationRegistry;
  readonly logger: Logger;
  /** How often changed states are saved; default 15 s. */
  readonly everyMs?: number;
}

const stationsACommit = 200;
const lastSeenMs = 60_000;

/**
 * Saves folded states, the progress of open transactions and the time of each last frame, so that a restart folds only what came
 * after. Everything saved can be made again from the log, except the times of heartbeats.
 */
export class StateKeeper {
  readonly #o: StateKeeperOptions;
  #timer: NodeJS.Timeout | null = null;
  #saving: Promise<void> = Promise.resolve();
  #seenSavedMs = 0;

  constructor(options: StateKeeperOptions) {
    this.#o = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.save().catch((e: unknown) => this.#o.logger.warn({ err: e }, 'states were not saved'));
    }, this.#o.everyMs ?? 15_000);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#seenSavedMs = 0;
    await this.save();
  }

  save(): Promise<void> {
    const saved = this.#saving.then(() => this.#save());
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #save(): Promise<void> {
    const { registry, store } = this.#o;
    // A turn of its own: what was committed just now has been noted at its station.
    await new Promise((resolve) => setImmediate(resolve));
    const logSeq = registry.lastSeq;
    const changed = [...registry.all()].filter((e) => e.stable.seq > e.savedSeq || e.dirtyTransactions.size > 0);
    for (let k = 0; k < changed.length; k += stationsACommit)
      await this.#saveSome(changed.slice(k, k + stationsACommit));
    // Nothing at or below this seq is missing from the saved states.
    let mark = logSeq;
    for (const e of registry.all()) if (e.unsavedFrom > 0) mark = Math.min(mark, e.unsavedFrom - 1);
    const writes: RowWrite[] = [];
    const nowMs = Date.now();
    if (changed.length > 0)
      writes.push({ table: 'snapshot', row: { id: 'states', seq: mark, body: {}, createdAtMs: nowMs } });
    if (nowMs - this.#seenSavedMs >= lastSeenMs) {
      this.#seenSavedMs = nowMs;
      const seen = [...registry.all()].filter((e) => e.lastSeenMs !== null).map((e) => [e.id, e.lastSeenMs]);
      const body = Object.fromEntries(seen) as Record<string, number>;
      writes.push({ table: 'snapshot', row: { id: 'lastSeen', seq: mark, body, createdAtMs: nowMs } });
    }
    if (writes.length > 0) await store.records.write(writes);
  }

  async #saveSome(entries: readonly StationEntry[]): Promise<void> {
    const updatedAtMs = Date.now();
    const writes: RowWrite[] = [];
    const done: (() => void)[] = [];
    for (const entry of entries) {
      const { state, seq } = entry.stable;
      if (seq > entry.savedSeq) {
        const row = { stationId: entry.id, seq, state: stationSnapshot(state), updatedAtMs };
        writes.push({ table: 'stationState', row });
        done.push(() => {
          entry.savedSeq = seq;
          entry.unsavedFrom = entry.seq > seq ? seq + 1 : 0;
        });
      }
      // A transaction in flight may be ahead of the log: only what the stable state holds is written.
      for (const [id, t] of entry.dirtyTransactions) {
        const sound = state.open.get(id) ?? state.recent.get(id);
        if (!sound) continue;
        writes.push(transactionWrite(sound));
        done.push(() => {
          if (sound === t && entry.dirtyTransactions.get(id) === t) entry.dirtyTransactions.delete(id);
        });
      }
    }
    if (writes.length === 0) return;
    await this.#o.store.records.write(writes);
    for (const go of done) go();
  }
}
