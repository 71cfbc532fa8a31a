import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { QipanError, type AnyEvent } from '@qipan/base';
import type { CommitCounters, RowWrite, StoreHealth } from '../contract.js';
import { asQipanError, errorCodeOf, failureKind, messageOf } from '../database/failure.js';
import { encode, type Item } from './item.js';
import type { CommitLine } from './line.js';
import { commitStatement, type CommitContent } from './statement.js';

/** A group is closed at this many events or bytes, and waits no longer than this for companions. */
const groupEvents = 256;
const groupBytes = 4 * 1024 * 1024;
const groupWaitMs = 2;
const longestPauseMs = 1_000;
const mostTries = 8;
const healPauseMs = 250;

/** Counts on from a random number: no two commits of any processes share one, but by a chance of 2^-64. */
let lastBatch = randomBytes(8).readBigInt64BE();
const newBatch = (): string => String(BigInt.asIntN(64, ++lastBatch));

export interface GroupCommitOptions {
  readonly line: CommitLine;
  readonly lastSeq: number;
  /** How long an append waits for a database that is away before it is refused. */
  readonly patienceMs: number;
  /** What else is known about the database: a supervised server that cannot be started for want of space. */
  readonly outsideHealth: () => StoreHealth;
  /** After each commit with events, in order. */
  readonly onCommit: (firstSeq: number, events: readonly AnyEvent[]) => void;
  /** Makes room in the log for the seqs to come. */
  readonly ensureRoom: () => Promise<void>;
}

type Outcome = { readonly last: number } | { readonly refused: Error } | 'split';

/**
 * Group commit: what waits while the previous commit is under way becomes the next one, in the order in which it was
 * appended. One commit is under way at a time. Nothing is acknowledged before the server has said that it is on disk.
 */
export class GroupCommit {
  readonly #o: GroupCommitOptions;
  readonly #queue: Item[] = [];
  readonly #sums = { commits: 0, appends: 0, events: 0, writes: 0, largestGroup: 0, lookedUp: 0 };
  #lastSeq: number;
  #lastCallers = 1;
  #running: Promise<void> | null = null;
  #downSinceMs: number | null = null;
  #code: StoreHealth['code'] = null;
  #wake: (() => void) | null = null;
  #previousMark: string | null = null;
  /** The server's process of a commit whose outcome nobody could learn: it is ended before anything else is believed. */
  #doubtfulPid: number | null = null;
  #isHealing = false;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#o = options;
    this.#lastSeq = options.lastSeq;
  }

  /** The newest seq this process knows of. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  counters(): CommitCounters {
    return { ...this.#sums };
  }

  health(): StoreHealth {
    const outside = this.#o.outsideHealth();
    if (!outside.healthy) return outside;
    return { healthy: this.#code === null, code: this.#code };
  }

  append(events: readonly AnyEvent[], writes: readonly RowWrite[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new QipanError('DATABASE_DOWN', 'the store is closed');
      if (this.#downSinceMs !== null && Date.now() - this.#downSinceMs > this.#o.patienceMs) throw this.#refusal();
      const { bodies, bytes } = encode(events, writes);
      if (events.length === 0 && writes.length === 0) return resolve([]);
      this.#queue.push({ events, bodies, writes, bytes, resolve, reject });
      this.#wake?.();
      this.#running ??= this.#run();
    });
  }

  /** Waits for what was appended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#o.line.close();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      const group = this.#take();
      this.#lastCallers = group.length;
      await this.#settle(group);
    }
    // In the same turn as the look at the queue: an append after it starts a new run.
    this.#running = null;
  }

  /**
   * Callers of the last commit tend to come back at once with their next message. When several did, the next group waits
   * for most of them, at most 2 ms; a single caller is never kept waiting.
   */
  async #gather(): Promise<void> {
    await nextTurn();
    const expected = Math.min(this.#lastCallers, groupEvents) * 0.75;
    if (this.#lastCallers < 3 || this.#queue.length >= expected) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, groupWaitMs);
      this.#wake = () => this.#queue.length >= expected && done();
    });
  }

  #take(): Item[] {
    let events = 0;
    let bytes = 0;
    let n = 0;
    for (const item of this.#queue) {
      events += item.events.length + item.writes.length * 0.25;
      bytes += item.bytes;
      if (n > 0 && (events > groupEvents || bytes > groupBytes)) break;
      n++;
    }
    return this.#queue.splice(0, n);
  }

  /** Commits a group, or halves it when somebody's data are refused, until only those callers are rejected. */
  async #settle(group: readonly Item[]): Promise<void> {
    const outcome = await this.#commit(group);
    if (outcome === 'split') {
      const half = group.length >> 1;
      await this.#settle(group.slice(0, half));
      await this.#settle(group.slice(half));
    } else if ('refused' in outcome) for (const item of group) item.reject(outcome.refused);
    else this.#acknowledge(group, outcome.last);
  }

  #acknowledge(group: readonly Item[], last: number): void {
    let seq = last;
    const answers = group.map((item) => item.events.map(() => ++seq));
    const s = this.#sums;
    s.commits++;
    s.appends += group.length;
    s.events += seq - last;
    s.writes += group.reduce((sum, item) => sum + item.writes.length, 0);
    s.largestGroup = Math.max(s.largestGroup, group.length);
    if (seq > last) {
      this.#lastSeq = seq;
      this.#o.onCommit(
        last + 1,
        group.flatMap((item) => item.events),
      );
    }
    group.forEach((item, i) => item.resolve(answers[i] as number[]));
  }

  async #commit(group: readonly Item[]): Promise<Outcome> {
    const content: CommitContent = {
      events: group.flatMap((item) => item.events),
      bodies: group.flatMap((item) => item.bodies),
      writes: group.flatMap((item) => item.writes),
      mark: { batch: newBatch(), previous: this.#previousMark, nowMs: Date.now() },
      hint: this.#lastSeq,
    };
    for (let tries = 1; ; tries++) {
      const wait = await this.#reach(false);
      if (wait) return wait;
      const serverPid = this.#o.line.serverPid;
      try {
        return { last: await this.#send(content) };
      } catch (e) {
        const next = await this.#afterFailure(e, group, { content, serverPid, tries });
        if (next) return next;
      }
    }
  }

  async #send(content: CommitContent): Promise<number> {
    const { name, text, values } = commitStatement(content);
    const { rows } = await this.#o.line.query({ name, text, values: [...values] });
    this.#succeeded(content);
    return (rows[0] as { last: number }).last;
  }

  /** What to do after a failed commit: null means to try again. */
  async #afterFailure(
    e: unknown,
    group: readonly Item[],
    attempt: { content: CommitContent; serverPid: number; tries: number },
  ): Promise<Outcome | null> {
    const severity = (e as { severity?: string }).severity;
    if (severity !== 'ERROR') return this.#lookUp(e, attempt);
    const kind = failureKind(e);
    if (errorCodeOf(e) === '23514' && messageOf(e).includes('partition') && attempt.tries < mostTries) {
      await this.#o.ensureRoom().catch(() => undefined);
      return null;
    }
    if (kind === 'conflict' && attempt.tries < mostTries) {
      await sleep(5 * attempt.tries);
      return null;
    }
    if (kind === 'diskFull' || kind === 'down') this.#failed(e);
    if ((kind === 'data' || kind === 'bug') && group.length > 1) return 'split';
    return { refused: asQipanError(e, 'the commit was refused') };
  }

  /** The connection went away in the middle: the commit may have happened, or not. */
  async #lookUp(lost: unknown, attempt: { content: CommitContent; serverPid: number }): Promise<Outcome | null> {
    this.#sums.lookedUp++;
    this.#o.line.drop();
    this.#failed(lost);
    this.#downSinceMs ??= Date.now();
    const { hint } = attempt.content;
    const batch = attempt.content.mark?.batch ?? '0';
    for (;;) {
      const wait = await this.#reach(true);
      if (wait) {
        this.#doubtfulPid = attempt.serverPid;
        return wait;
      }
      try {
        const found = await this.#o.line.lookUp(attempt.serverPid, batch, hint);
        if (found === null) return null;
        this.#succeeded(attempt.content);
        return { last: found === 'done' ? 0 : found };
      } catch (e) {
        this.#o.line.drop();
        this.#failed(e);
      }
    }
  }

  /** Waits for a connection, with growing pauses; gives a refusal when patience is at its end. */
  async #reach(isUnknown: boolean): Promise<Outcome | null> {
    for (let pauseMs = 10; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        await this.#connect();
        this.#downSinceMs = null;
        return null;
      } catch (e) {
        this.#failed(e);
        this.#downSinceMs ??= Date.now();
      }
      const isHopeless = this.#o.outsideHealth().code === 'DISK_FULL';
      if (isHopeless || Date.now() - this.#downSinceMs > this.#o.patienceMs)
        return { refused: this.#refusal(isUnknown) };
      await sleep(pauseMs);
    }
  }

  async #connect(): Promise<void> {
    await this.#o.line.client();
    if (this.#doubtfulPid === null) return;
    try {
      await this.#o.line.endOld(this.#doubtfulPid);
      this.#doubtfulPid = null;
    } catch (e) {
      this.#o.line.drop();
      throw e;
    }
  }

  #failed(e: unknown): void {
    this.#code = failureKind(e) === 'diskFull' ? 'DISK_FULL' : 'DATABASE_DOWN';
    if (!this.#isHealing) void this.#heal();
  }

  #succeeded(content: CommitContent): void {
    this.#code = null;
    if (content.events.length === 0) this.#previousMark = content.mark?.batch ?? null;
  }

  /** While appends fail or stay away, an empty commit tries now and then whether the database takes them again. */
  async #heal(): Promise<void> {
    this.#isHealing = true;
    while (this.#code !== null && !this.#closed) {
      await sleep(healPauseMs, undefined, { ref: false });
      if (this.#running || this.#closed) continue;
      const mark = { batch: newBatch(), previous: this.#previousMark, nowMs: Date.now() };
      try {
        await this.#connect();
        await this.#send({ events: [], bodies: [], writes: [], mark, hint: this.#lastSeq });
        this.#downSinceMs = null;
      } catch (e) {
        if ((e as { severity?: string }).severity !== 'ERROR') this.#o.line.drop();
        this.#code = failureKind(e) === 'diskFull' ? 'DISK_FULL' : 'DATABASE_DOWN';
      }
    }
    this.#isHealing = false;
  }

  #refusal(isUnknown = false): QipanError {
    const code = this.#o.outsideHealth().code ?? this.#code ?? 'DATABASE_DOWN';
    const outcome = isUnknown ? 'unknown' : 'not stored';
    return new QipanError(code, `the database is away; nothing is acknowledged until it is back`, { outcome });
  }
}
