import { QipanError, isQipanError, type AnyEvent } from '@qipan/base';
import { applyEvent, type Effect, type StationState, type Transaction } from '@qipan/operate';
import type { RowWrite, Store } from '@qipan/store';
import type { LiveHub } from '../live/hub.js';
import type { StoreWatch } from '../store-watch.js';
import type { StationEntry } from './entry.js';
import { newReplay, transactionWrite, type StationRegistry } from './registry.js';
import { transactionView } from './views.js';

/** A change of one station that is to be made durable. */
export interface Change {
  readonly state: StationState;
  readonly events: readonly AnyEvent[];
  readonly transactions: readonly Transaction[];
  readonly effects: readonly Effect[];
}

export interface LedgerOptions {
  readonly store: Store;
  readonly registry: StationRegistry;
  readonly watch: StoreWatch;
  /** Called for every effect once its event is committed. */
  readonly effect: (entry: StationEntry, effect: Effect) => void;
  readonly hub: LiveHub;
}

const pageEvents = 1_000;
const lookedThrough = 200;

/** The database is not there, or has no room: nothing is wrong with what was to be stored. */
export const isAway = (e: unknown): boolean =>
  isQipanError(e) && (e.code === 'DATABASE_DOWN' || e.code === 'DISK_FULL');

/** Whether an effect is more than progress of this transaction. */
function isNews(e: Effect, transactionId: string): boolean {
  if (e.type === 'transaction') return e.change !== 'updated' && e.transaction.transactionId === transactionId;
  return (e.type === 'anomaly' || e.type === 'remoteStartLinked') && e.transactionId === transactionId;
}

/**
 * The one way by which a station's state changes: events and rows in one durable commit, the fold in memory beside it. When a commit
 * fails the fold is made again from what the log really holds.
 */
export class Ledger {
  readonly #o: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#o = options;
  }

  /**
   * Puts a decided change in place and resolves when it is on disk. Rejects as `log.append` does; the entry is stale from then on
   * and must be brought back by `resync` before the next decision. `more` are further rows of the same commit.
   */
  async commit(entry: StationEntry, change: Change, more: readonly RowWrite[]): Promise<void> {
    const { state, events, transactions, effects } = change;
    entry.state = state;
    const rows = this.#rows(entry, transactions, effects);
    const writes = more.length === 0 ? rows : [...more, ...rows];
    entry.inFlight++;
    let seqs: readonly number[];
    try {
      seqs = await this.#o.store.log.append(events, writes);
    } catch (e) {
      entry.inFlight--;
      entry.isStale = true;
      this.#o.watch.failed(e);
      throw e;
    }
    entry.inFlight--;
    entry.seq = Math.max(entry.seq, seqs.at(-1) ?? 0);
    if (entry.unsavedFrom === 0) entry.unsavedFrom = seqs[0] ?? 0;
    if (entry.inFlight === 0 && !entry.isStale) entry.stable = { state: entry.state, seq: entry.seq };
    this.#tell(entry, transactions, effects);
  }

  /** Appends events that are not an answer to anybody (connections, commands, anomalies) and folds them. */
  async record(entry: StationEntry, events: readonly AnyEvent[], writes: readonly RowWrite[] = []): Promise<void> {
    while (entry.isStale) await this.resync(entry);
    const rules = this.#o.registry.rulesOf(entry);
    let state = entry.state;
    const effects: Effect[] = [];
    const transactions = new Map<string, Transaction>();
    for (const event of events) {
      const out = applyEvent(state, event, rules);
      state = out.state;
      effects.push(...out.effects);
      for (const t of out.transactions) transactions.set(t.transactionId, t);
    }
    await this.commit(entry, { state, events, effects, transactions: [...transactions.values()] }, writes);
  }

  /**
   * As `record`, for what happened and nobody will say again: a link that was lost, a command that was answered. While the database
   * is away it is kept in memory, in order, and stored when it is back. Resolves when it is stored or kept.
   */
  async note(entry: StationEntry, events: readonly AnyEvent[], writes: readonly RowWrite[] = []): Promise<void> {
    if (entry.backlog.length === 0) {
      try {
        return await this.record(entry, events, writes);
      } catch (e) {
        if (!isAway(e) || this.#o.watch.isClosed) throw e;
      }
    }
    entry.backlog.push({ events, writes });
    if (entry.backlog.length === 1) void this.#storeBacklog(entry);
  }

  async #storeBacklog(entry: StationEntry): Promise<void> {
    for (let next = entry.backlog[0]; next !== undefined; next = entry.backlog[0]) {
      try {
        await this.resync(entry);
        if (!(await this.isStored(entry, next.events))) await this.record(entry, next.events, next.writes);
        entry.backlog.shift();
      } catch (e) {
        // A server that stops has nowhere to put it; what is no fault of the database would fail again.
        if (this.#o.watch.isClosed) entry.backlog.length = 0;
        else if (!isAway(e)) entry.backlog.shift();
      }
    }
  }

  /**
   * Waits until the database takes commits, then folds the station again from its last sound state and the log, which may hold an
   * event whose commit seemed lost.
   */
  resync(entry: StationEntry): Promise<void> {
    entry.resyncing ??= this.#resync(entry).finally(() => (entry.resyncing = null));
    return entry.resyncing;
  }

  /** Whether the log holds the first of these events: the same content, received by us at the same instant. */
  async isStored(entry: StationEntry, events: readonly AnyEvent[]): Promise<boolean> {
    const wanted = events[0];
    if (!wanted) return true;
    const query = { stationId: entry.id, kinds: [wanted.kind], descending: true, limit: lookedThrough };
    const latest = await this.#o.store.log.read(query);
    const content = JSON.stringify(wanted.payload);
    return latest.some((e) => e.receivedAtMs === wanted.receivedAtMs && JSON.stringify(e.payload) === content);
  }

  async #resync(entry: StationEntry): Promise<void> {
    // Whoever comes meanwhile waits for the end of this.
    entry.isStale = true;
    for (;;) {
      await this.#o.watch.healthy();
      if (this.#o.watch.isClosed) throw new QipanError('DATABASE_DOWN', 'the server stops');
      while (entry.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      try {
        for (const t of entry.state.open.values()) this.#o.registry.noteTransaction({ ...t, state: 'ended' });
        entry.state = entry.stable.state;
        entry.seq = entry.stable.seq;
        const replay = newReplay(entry);
        for (;;) {
          const query = { stationId: entry.id, afterSeq: entry.seq, limit: pageEvents };
          const events = await this.#o.store.log.read(query);
          for (const event of events) await this.#o.registry.fold(entry, event, replay);
          if (events.length < pageEvents) break;
        }
        entry.isStale = false;
        for (const t of entry.state.open.values()) this.#o.registry.noteTransaction(t);
        this.#dropUnstored(entry);
        this.#o.hub.station(entry.id);
        return;
      } catch (e) {
        if (!isQipanError(e)) throw e;
        this.#o.watch.failed(e);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** Transactions that were only in a commit that failed. */
  #dropUnstored(entry: StationEntry): void {
    for (const id of entry.dirtyTransactions.keys()) {
      const t = entry.state.open.get(id) ?? entry.state.recent.get(id);
      if (t) entry.dirtyTransactions.set(id, t);
      else entry.dirtyTransactions.delete(id);
    }
  }

  /** Rows that go with the commit: what began, ended or was corrected at once, mere progress with the next saving of states. */
  #rows(entry: StationEntry, transactions: readonly Transaction[], effects: readonly Effect[]): RowWrite[] {
    const rows: RowWrite[] = [];
    for (const t of transactions) {
      this.#o.registry.noteTransaction(t);
      if (t.state !== 'open' || effects.some((e) => isNews(e, t.transactionId))) {
        rows.push(transactionWrite(t));
        entry.dirtyTransactions.delete(t.transactionId);
      } else entry.dirtyTransactions.set(t.transactionId, t);
    }
    return rows;
  }

  #tell(entry: StationEntry, transactions: readonly Transaction[], effects: readonly Effect[]): void {
    const { hub } = this.#o;
    hub.station(entry.id);
    if (hub.clients > 0) for (const t of transactions) hub.transaction(transactionView(t, entry));
    for (const effect of effects) this.#o.effect(entry, effect);
  }
}
