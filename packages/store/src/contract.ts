import type { AnyEvent, AnyStoredEvent, EventKind } from '@qipan/base';
import type pg from 'pg';

/**
 * One row to be stored: inserted, or updated where a row of the same primary key stands. Columns that are left out keep
 * their value in an update and take the table's default in an insert. With `remove` only the key matters.
 */
export interface RowWrite {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
  readonly remove?: boolean;
}

/** Which events to read; bounds are exclusive. */
export interface LogQuery {
  readonly afterSeq?: number;
  readonly beforeSeq?: number;
  /** Default 1,000. */
  readonly limit?: number;
  readonly stationId?: string;
  readonly kinds?: readonly EventKind[];
  /** Newest first. */
  readonly descending?: boolean;
}

/** The append-only log of events. `seq` counts 1, 2, 3 … without gaps, in the order of the commits of all processes. */
export interface Log {
  /**
   * Resolves with the seqs after the durable group commit that holds all of these events and writes, atomically.
   * Last write of a key in one commit wins. Rejects with `BAD_INPUT` (this caller's data only), `DISK_FULL` or
   * `DATABASE_DOWN`; a rejection with `details.outcome === 'unknown'` means that the database went away in the middle of
   * the commit and did not come back in time: once `health` is good again the events are in the log, or never will be.
   */
  append(events: readonly AnyEvent[], writes?: readonly RowWrite[]): Promise<readonly number[]>;
  read(q: LogQuery): Promise<readonly AnyStoredEvent[]>;
  /** 0 when the log is empty. */
  lastSeq(): Promise<number>;
  /**
   * Calls the listener after commits, in seq order without gaps, also for commits of other processes on the same
   * database (those a fraction of a second later). Starts after the last seq this process knows of. Returns the way out.
   */
  subscribe(listener: (events: readonly AnyStoredEvent[]) => void): () => void;
}

/** Which rows of one table to read. */
export interface SelectQuery {
  /** Column → value, array of values, or null; all must hold. */
  readonly where?: Readonly<Record<string, unknown>>;
  /** Default: the primary key, which also breaks ties. */
  readonly orderBy?: string;
  readonly descending?: boolean;
  /** Default 1,000. */
  readonly limit?: number;
  /** Continue behind this row (a row that was returned before), or behind this value of the order column. */
  readonly after?: unknown;
}

/** Rows by SQL. Tables and columns carry camelCase names, quoted in SQL. `bigint` comes back as a number. */
export interface Records {
  /** Upserts and removals in one commit. Inside `transaction` they belong to it. */
  write(writes: readonly RowWrite[]): Promise<void>;
  get<T>(table: string, key: Readonly<Record<string, unknown>>): Promise<T | null>;
  select<T>(table: string, q?: SelectQuery): Promise<readonly T[]>;
  sql<T>(text: string, params?: readonly unknown[]): Promise<readonly T[]>;
  /** All or nothing. The function must use the `Records` it is given, never the outer one. */
  transaction<T>(fn: (r: Records) => Promise<T>): Promise<T>;
  readonly connectionString: string;
  readonly pool: pg.Pool;
}

/** What stands behind a store. */
export interface StoreInfo {
  readonly engine: 'embedded' | 'outside';
  /** Of the PostgreSQL server, such as `18.4`. */
  readonly version: string;
  readonly folder: string | null;
  /** How an embedded server is run (see `Rung`), or null. */
  readonly ranAs: string | null;
  /** True when a server that had outlived its program was taken over. */
  readonly adopted: boolean;
  /** What the operator should know, such as an outside server with fsync switched off. */
  readonly warnings: readonly string[];
  /** Number of the newest migration. */
  readonly schemaVersion: number;
}

/** How the database is doing; `healthy` false means that appends are refused. */
export interface StoreHealth {
  readonly healthy: boolean;
  readonly code: 'DATABASE_DOWN' | 'DISK_FULL' | 'FOLDER_IN_USE' | null;
}

/** Sums over the group commits of this process since it opened the store. */
export interface CommitCounters {
  readonly commits: number;
  readonly appends: number;
  readonly events: number;
  readonly writes: number;
  readonly largestGroup: number;
  /** Groups that were looked up because the connection was lost in the middle of their commit. */
  readonly lookedUp: number;
}

export interface Store {
  readonly log: Log;
  readonly records: Records;
  readonly info: StoreInfo;
  health(): StoreHealth;
  counters(): CommitCounters;
  /** Waits for what was appended, then closes; the embedded server is stopped. */
  close(): Promise<void>;
}

/** Tells a person what a long start is doing. */
export type StoreProgress = (step: StoreStep, detail: string) => void;
export type StoreStep = 'binaries' | 'init' | 'start' | 'adopt' | 'recover' | 'migrate' | 'ready';
