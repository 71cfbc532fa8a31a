import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { AnyEvent, AnyStoredEvent } from '@qipan/base';
import type { StoreHealth } from '../contract.js';
import { makeClient, type ConnectionPlan } from '../database/connection.js';
import { readLog } from './read.js';

const channel = 'qipanLog';
/** NOTIFY locks the whole database at its commit: a wake-up a few times a second is enough for other processes. */
const notifyPauseMs = 250;
const pageEvents = 5_000;
const longestPauseMs = 1_000;
const guardKey = 7304220404;

/** Field by field: a spread with one field more costs 1.1 µs an event, this 0.04. */
const stored = (e: AnyEvent, seq: number): AnyStoredEvent =>
  ({
    seq,
    stationId: e.stationId,
    kind: e.kind,
    atMs: e.atMs,
    receivedAtMs: e.receivedAtMs,
    evseId: e.evseId,
    connectorId: e.connectorId,
    payload: e.payload,
  }) as AnyStoredEvent;

export interface NewsOptions {
  readonly plan: ConnectionPlan;
  readonly lastSeq: number;
  /** Hold the folder's session lock on this connection: a second program that got past the lock file stops here. */
  readonly isGuard: boolean;
}

/**
 * Hands committed events to listeners, in seq order without gaps. Events of this process come straight from its commits;
 * what other processes commit in between is read from the log.
 */
export class News {
  readonly #o: NewsOptions;
  readonly #listeners = new Set<(events: readonly AnyStoredEvent[]) => void>();
  #client: pg.Client | null = null;
  #delivered: number;
  #known: number;
  #reading: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #isShutOut = false;

  constructor(options: NewsOptions) {
    this.#o = options;
    this.#delivered = options.lastSeq;
    this.#known = options.lastSeq;
  }

  /** Connects for the first time. False: another process holds this folder's database. */
  async open(): Promise<boolean> {
    await this.#connect();
    return !this.#isShutOut;
  }

  health(): StoreHealth {
    return this.#isShutOut ? { healthy: false, code: 'FOLDER_IN_USE' } : { healthy: true, code: null };
  }

  subscribe(listener: (events: readonly AnyStoredEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A commit of this process. */
  committed(firstSeq: number, events: readonly AnyEvent[]): void {
    const last = firstSeq + events.length - 1;
    this.#known = Math.max(this.#known, last);
    const isNext = !this.#reading && firstSeq === this.#delivered + 1;
    if (isNext && this.#listeners.size > 0) this.#deliver(events.map((e, i) => stored(e, firstSeq + i)));
    else this.#catchUp();
    this.#tellOthers();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#reading;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #deliver(events: readonly AnyStoredEvent[]): void {
    const last = events[events.length - 1];
    if (!last) return;
    this.#delivered = last.seq;
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (e) {
        // A listener's fault is its own: it must not look like a failed commit.
        queueMicrotask(() => {
          throw e;
        });
      }
    }
  }

  #catchUp(): void {
    if (this.#listeners.size === 0 && !this.#reading) {
      this.#delivered = this.#known;
      return;
    }
    // `#read` must not end within this call: it would set `#reading` to null before it is set here.
    const isNeeded = !this.#closed && this.#client !== null && this.#delivered < this.#known;
    if (isNeeded) this.#reading ??= this.#read();
  }

  async #read(): Promise<void> {
    while (!this.#closed && this.#client && this.#delivered < this.#known) {
      try {
        const events = await readLog(this.#client, { afterSeq: this.#delivered, limit: pageEvents });
        if (events.length === 0) break;
        this.#known = Math.max(this.#known, (events[events.length - 1] as AnyStoredEvent).seq);
        this.#deliver(events);
      } catch {
        break; // The connection is lost; the next one catches up.
      }
    }
    // In the same turn as the last look: news after it start a new reading.
    this.#reading = null;
  }

  #tellOthers(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#client?.query('select pg_notify($1, $2)', [channel, String(this.#known)]).catch(() => undefined);
    }, notifyPauseMs).unref();
  }

  async #connect(): Promise<void> {
    const client = makeClient(this.#o.plan, 'qipan news');
    try {
      await client.connect();
      client.on('notification', (n) => this.#heard(Number(n.payload)));
      await client.query(`listen "${channel}"`);
      this.#isShutOut = this.#o.isGuard && !(await holdGuard(client));
      const { rows } = await client.query<{ last: number | null }>('select max("seq") as "last" from "log"');
      if (this.#closed) throw new Error('closed meanwhile');
      this.#take(client);
      this.#heard(rows[0]?.last ?? 0);
    } catch (e) {
      client.end().catch(() => undefined);
      throw e;
    }
  }

  #take(client: pg.Client): void {
    this.#client = client;
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = null;
      client.end().catch(() => undefined);
      void this.#reconnect();
    };
    client.once('end', lost);
    client.once('error', lost);
  }

  #heard(seq: number): void {
    if (!(seq > this.#delivered)) return;
    this.#known = Math.max(this.#known, seq);
    this.#catchUp();
  }

  async #reconnect(): Promise<void> {
    for (let pauseMs = 20; !this.#closed && !this.#client; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      await sleep(pauseMs, undefined, { ref: false });
      if (this.#closed) return;
      await this.#connect().catch(() => undefined);
    }
  }
}

const guardPatienceMs = 3_000;

/** A killed owner's session ends within moments of its end: worth a short wait. */
async function holdGuard(client: pg.Client): Promise<boolean> {
  const began = Date.now();
  for (;;) {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as "held"', [guardKey]);
    if (rows[0]?.held) return true;
    if (Date.now() - began > guardPatienceMs) return false;
    await sleep(50);
  }
}
