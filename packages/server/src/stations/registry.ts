import { randomBytes } from 'node:crypto';
import { QipanError, uuidV7, type AnyStoredEvent } from '@qipan/base';
import {
  applyEvent,
  defaultRules,
  restoreStation,
  tokenKey,
  type History,
  type Rules,
  type Transaction,
} from '@qipan/operate';
import { nextBlock, type RowOf, type RowWrite, type Store } from '@qipan/store';
import type { Clock } from '../clock.js';
import { newEntry, originOf, settingsOf, type StationEntry, type StationRow } from './entry.js';

/** What a new station is made of. */
export type NewStation = Pick<StationRow, 'identity' | 'origin'> &
  Partial<Omit<StationRow, 'id' | 'identity' | 'origin'>>;

/** Folding again what the log holds beyond a state. */
export interface Replay {
  /** Event that the state stood at when it began. */
  readonly fromSeq: number;
  /** Transactions that were closed on the way. */
  readonly closed: Map<string, Transaction>;
}

export const newReplay = (entry: StationEntry): Replay => ({ fromSeq: entry.seq, closed: new Map() });

const noHistory: History = () => null;
const pageEvents = 5_000;
const idBlock = 1_000;
const idsLow = 200;

/**
 * All charging stations in memory: their records, their folded states and who charges where. Loaded from the last saved states
 * and the tail of the log.
 */
export class StationRegistry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #byId = new Map<string, StationEntry>();
  readonly #byIdentity = new Map<string, StationEntry>();
  /** Token → open transactions, as `station/transaction`. */
  readonly #charging = new Map<string, Set<string>>();
  #lastSeq = 0;
  #nextId = 0;
  #lastId = -1;
  #filling: Promise<void> | null = null;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): IterableIterator<StationEntry> {
    return this.#byId.values();
  }

  get(id: string): StationEntry | undefined {
    return this.#byId.get(id);
  }

  byIdentity(identity: string): StationEntry | undefined {
    return this.#byIdentity.get(identity);
  }

  /** Throws `NOT_FOUND`. */
  require(id: string): StationEntry {
    const entry = this.#byId.get(id);
    if (!entry) throw new QipanError('NOT_FOUND', `there is no station ${id.slice(0, 100)}`, { got: id });
    return entry;
  }

  committed(events: readonly AnyStoredEvent[]): void {
    this.#lastSeq = Math.max(this.#lastSeq, events.at(-1)?.seq ?? 0);
  }

  /** Rules of one station: the defaults, its nameplate, and its own place in the ±20 % by which heartbeats are spread. */
  rulesOf(entry: StationEntry): Rules {
    if (entry.rules !== null) return entry.rules;
    const { evsePowerW } = settingsOf(entry);
    entry.rules = {
      ...defaultRules,
      heartbeatIntervalS: Math.round(defaultRules.heartbeatIntervalS * (0.8 + 0.4 * entry.jitter)),
      ...(evsePowerW === undefined ? {} : { nameplateW: evsePowerW }),
    };
    return entry.rules;
  }

  /** Loads records and states, then folds what the log holds beyond them. Gives the number of events folded. */
  async load(): Promise<number> {
    const { records, log } = this.#store;
    for (const row of await all<StationRow>(records, 'chargingStation', 'id')) this.#put(newEntry(row));
    const [seen] = await records.select<{ body: Record<string, number> }>('snapshot', { where: { id: 'lastSeen' } });
    for (const state of await all<RowOf<'stationState'>>(records, 'stationState', 'stationId')) {
      const entry = this.#byId.get(state.stationId);
      if (!entry) continue;
      entry.state = restoreStation(state.state);
      entry.seq = state.seq;
      entry.savedSeq = state.seq;
      entry.stable = { state: entry.state, seq: state.seq };
    }
    for (const [id, ms] of Object.entries(seen?.body ?? {})) {
      const entry = this.#byId.get(id);
      if (entry) entry.lastSeenMs = ms;
    }
    this.#lastSeq = await log.lastSeq();
    const folded = await this.#foldTail();
    for (const entry of this.#byId.values()) for (const t of entry.state.open.values()) this.noteTransaction(t);
    return folded;
  }

  /** From the oldest state that misses an event; stations that said nothing since do not hold the tail back. */
  async #foldTail(): Promise<number> {
    const { records, log } = this.#store;
    const [mark] = await records.select<{ seq: number }>('snapshot', { where: { id: 'states' } });
    const replays = new Map<string, Replay>();
    let after = mark?.seq ?? 0;
    let folded = 0;
    for (;;) {
      const events = await log.read({ afterSeq: after, limit: pageEvents });
      for (const event of events) {
        const entry = this.#byId.get(event.stationId);
        if (!entry || event.seq <= entry.seq) continue;
        const replay = replays.get(entry.id) ?? newReplay(entry);
        replays.set(entry.id, replay);
        await this.fold(entry, event, replay);
        folded++;
      }
      const last = events.at(-1);
      if (!last || events.length < pageEvents) return folded;
      after = last.seq;
    }
  }

  /** Folds a stored event into its station and marks what its rows do not show yet. */
  async fold(entry: StationEntry, event: AnyStoredEvent, replay: Replay): Promise<void> {
    const history = await this.#historyThen(entry, event, replay);
    const out = applyEvent(entry.state, event, this.rulesOf(entry), history);
    entry.state = out.state;
    entry.seq = event.seq;
    if (entry.unsavedFrom === 0) entry.unsavedFrom = event.seq;
    entry.stable = { state: entry.state, seq: event.seq };
    for (const t of out.transactions) {
      entry.dirtyTransactions.set(t.transactionId, t);
      if (t.state !== 'open') replay.closed.set(t.transactionId, t);
    }
  }

  /**
   * Closed transactions that an event may name and the state had let go when it was new. A row shows a transaction as it is now: it
   * counts only when the log knew the transaction before the replay began.
   */
  async #historyThen(entry: StationEntry, event: AnyStoredEvent, replay: Replay): Promise<History> {
    if (event.kind !== 'transactionStarted' && event.kind !== 'transactionUpdated' && event.kind !== 'transactionEnded')
      return noHistory;
    const { transactionId } = event.payload;
    const { open, recent } = entry.state;
    if (transactionId === '' || open.has(transactionId) || recent.has(transactionId)) return noHistory;
    const closed = replay.closed.get(transactionId);
    if (closed) return () => closed;
    if (replay.fromSeq === 0) return noHistory;
    const known = await this.#store.records.sql(
      `select 1 from "log" where "stationId" = $1 and "seq" <= $2 and "kind" = any ($3) and "body"->>'transactionId' = $4 limit 1`,
      [entry.id, replay.fromSeq, ['transactionStarted', 'transactionUpdated', 'transactionEnded'], transactionId],
    );
    return known.length > 0 ? this.history(entry, [transactionId]) : noHistory;
  }

  /** Closed transactions that have left the state. */
  async history(entry: StationEntry, transactionIds: readonly string[]): Promise<History> {
    const where = { stationId: entry.id, transactionId: transactionIds };
    const rows = await this.#store.records.select<{ body: Transaction | null }>('chargingTransaction', { where });
    const found = new Map(
      rows.flatMap(({ body }) => (body?.state === 'open' || !body ? [] : [[body.transactionId, body]])),
    );
    return (id) => found.get(id) ?? null;
  }

  /** Keeps who charges where. */
  noteTransaction(t: Transaction): void {
    if (t.idToken === null) return;
    const key = tokenKey(t.idToken.idToken);
    const name = `${t.stationId}/${t.transactionId}`;
    const open = this.#charging.get(key);
    if (t.state === 'open') {
      if (open) open.add(name);
      else this.#charging.set(key, new Set([name]));
    } else if (open?.delete(name) && open.size === 0) this.#charging.delete(key);
  }

  isChargingElsewhere(entry: StationEntry, idToken: string): boolean {
    const open = this.#charging.get(tokenKey(idToken));
    if (!open) return false;
    for (const name of open) if (!name.startsWith(`${entry.id}/`)) return true;
    return false;
  }

  /** Adds stations in one commit. Throws `DUPLICATE_ID` for an identity that is taken. */
  async add(stations: readonly NewStation[]): Promise<readonly StationEntry[]> {
    const nowMs = Date.now();
    const taken = stations.find((s) => this.#byIdentity.has(s.identity));
    if (taken) throw new QipanError('DUPLICATE_ID', `the identity ${taken.identity} is taken`, { got: taken.identity });
    const rows = stations.map((s): StationRow => ({
      ...emptyRow,
      ...s,
      id: uuidV7(nowMs, randomBytes(10)),
      createdAtMs: nowMs,
    }));
    await this.#store.records.write(rows.map((row): RowWrite => ({ table: 'chargingStation', row: { ...row } })));
    return rows.map((row) => this.#put(newEntry(row)));
  }

  /** Changes columns of a station's record. */
  async change(entry: StationEntry, columns: Partial<StationRow>): Promise<void> {
    await this.#store.records.write([changedColumns(entry, columns)]);
    entry.row = { ...entry.row, ...columns };
    entry.rules = null;
  }

  /** Makes sure that transaction ids of a durable block are at hand. */
  async ensureIds(): Promise<void> {
    if (this.#lastId - this.#nextId + 1 < idsLow) this.#filling ??= this.#fill().finally(() => (this.#filling = null));
    if (this.#nextId > this.#lastId) await this.#filling;
  }

  /** The next 1.6 transaction id; `ensureIds` must have been awaited. */
  nextTransactionId(): number {
    if (this.#nextId > this.#lastId) throw new Error('no transaction id is at hand');
    return this.#nextId++;
  }

  /** The rest of the block before is given up when the new one does not follow on it: ids may have holes, never repeats. */
  async #fill(): Promise<void> {
    const first = await nextBlock(this.#store.records, 'transactionId', idBlock);
    if (first !== this.#lastId + 1) this.#nextId = first;
    this.#lastId = first + idBlock - 1;
  }

  #put(entry: StationEntry): StationEntry {
    this.#byId.set(entry.id, entry);
    this.#byIdentity.set(entry.row.identity, entry);
    return entry;
  }

  now(entry: StationEntry): number {
    return this.#clock.now(originOf(entry));
  }
}

/**
 * Changes these columns of a station's record and no others, so that two changes under way at once do not undo each other: a boot
 * must not write back a password that was renewed meanwhile. What must not be empty goes along.
 */
export function changedColumns({ row }: StationEntry, columns: Partial<StationRow>): RowWrite {
  const { id, identity, origin, createdAtMs } = row;
  return { table: 'chargingStation', row: { id, identity, origin, createdAtMs, ...columns } };
}

const emptyRow: Omit<StationRow, 'id' | 'identity' | 'origin' | 'createdAtMs'> = {
  ocppVersion: null,
  securityProfile: 1,
  secretHash: null,
  boardId: null,
  placeId: null,
  siteId: null,
  name: null,
  lon: null,
  lat: null,
  moduleType: null,
  evses: null,
  registration: 'Accepted',
  vendorName: null,
  model: null,
  serialNumber: null,
  firmwareVersion: null,
  settings: null,
};

/** Every row of a table, page by page. */
async function all<T>(records: Store['records'], table: string, key: string): Promise<readonly T[]> {
  const rows: T[] = [];
  const limit = 5_000;
  for (;;) {
    const last = rows.at(-1);
    const page = await records.select<T>(table, {
      limit,
      orderBy: key,
      ...(last === undefined ? {} : { after: last }),
    });
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

/** The row of a transaction; `body` is all of it, the other columns are for queries. */
export function transactionWrite(t: Transaction): RowWrite {
  return {
    table: 'chargingTransaction',
    row: {
      stationId: t.stationId,
      transactionId: t.transactionId,
      state: t.state,
      evseId: t.evseId,
      connectorId: t.connectorId,
      idToken: t.idToken,
      startedAtMs: t.startedAtMs,
      endedAtMs: t.endedAtMs,
      startRegisterMilliWh: t.startRegisterMilliWh,
      lastRegisterMilliWh: t.lastRegisterMilliWh,
      energyMilliWh: t.energyMilliWh,
      quality: t.quality,
      stoppedReason: t.stoppedReason,
      remoteStartId: t.remoteStartId,
      revision: t.revision,
      body: t,
    },
  };
}
