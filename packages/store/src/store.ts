import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { QipanError } from '@qipan/base';
import type { Log, Store, StoreHealth, StoreInfo, StoreProgress } from './contract.js';
import { embeddedPlan, makeClient, makePool, outsidePlan, type ConnectionPlan } from './database/connection.js';
import { asQipanError, errorCodeOf, messageOf } from './database/failure.js';
import { migrate } from './database/migrate.js';
import { startEmbedded, type EmbeddedOptions, type EmbeddedServer } from './embedded/server.js';
import { GroupCommit } from './log/group-commit.js';
import { CommitLine } from './log/line.js';
import { News } from './log/news.js';
import { ensurePartitions, partitionEvents } from './log/partition.js';
import { readLog } from './log/read.js';
import { recordsAt } from './records/records.js';

export interface StoreOptions {
  /** Connections for records; the log has two of its own. Default 8; 1 is enough for progress. */
  readonly poolSize?: number;
  /** How long appends wait for a database that is away before they are refused; default 3,000. */
  readonly patienceMs?: number;
  readonly onProgress?: StoreProgress;
}

/** Which database: an outside server, or the embedded one in a data folder. */
export type StoreSource = { readonly databaseUrl: string } | EmbeddedOptions;

const oldestVersion = 150_000;

/**
 * Opens the store: starts or adopts the embedded server, or connects to the outside one (≥ 15), brings the schema up to
 * date, and gives `log` and `records`. Errors: those of `startEmbedded`, `DATABASE_DOWN`, `DATABASE_TOO_OLD`, and
 * `CONFLICT` for a database that a newer program has migrated.
 */
export async function openStore(source: StoreSource, options: StoreOptions = {}): Promise<Store> {
  if ('databaseUrl' in source) return openOn(outsidePlan(source.databaseUrl), null, options);
  const embedded = await startEmbedded({
    ...source,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  try {
    return await openOn(embeddedPlan(embedded.address, embedded.database), embedded, options);
  } catch (e) {
    if ((e as QipanError).code === 'FOLDER_IN_USE') embedded.letGo();
    else await embedded.stop();
    throw e;
  }
}

interface Prepared {
  readonly version: string;
  readonly warnings: readonly string[];
  readonly schemaVersion: number;
  readonly lastSeq: number;
}

async function prepare(plan: ConnectionPlan, progress: StoreProgress): Promise<Prepared> {
  const client = makeClient(plan, 'qipan start');
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; version: string; fsync: string; pages: string }>(
      `select current_setting('server_version_num')::int as "number", current_setting('server_version') as "version",
              current_setting('fsync') as "fsync", current_setting('full_page_writes') as "pages"`,
    );
    const server = rows[0] as { number: number; version: string; fsync: string; pages: string };
    if (server.number < oldestVersion)
      throw new QipanError('DATABASE_TOO_OLD', `the server is PostgreSQL ${server.version}; 15 or newer is needed`, {
        got: server.version,
        expected: '≥ 15',
      });
    const warnings = [
      ...(server.fsync === 'on' ? [] : ['fsync is off on this server: a power cut loses what was acknowledged']),
      ...(server.pages === 'on' ? [] : ['full_page_writes is off on this server: a power cut may damage pages']),
    ];
    const schemaVersion = await migrate(client, (name) => progress('migrate', name));
    const lastSeq = await lastSeqOf(client);
    await ensurePartitions(client, lastSeq);
    return { version: server.version.split(' ')[0] as string, warnings, schemaVersion, lastSeq };
  } catch (e) {
    throw openError(e);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function openError(e: unknown): Error {
  const known = asQipanError(e, 'the database could not be opened');
  if (known instanceof QipanError) return known;
  const sqlState = errorCodeOf(e);
  return new QipanError('DATABASE_DOWN', `the database could not be opened: ${messageOf(e)}`, { sqlState }, e);
}

async function openOn(plan: ConnectionPlan, embedded: EmbeddedServer | null, options: StoreOptions): Promise<Store> {
  const progress = options.onProgress ?? (() => undefined);
  const prepared = await prepare(plan, progress);
  const { lastSeq, ...facts } = prepared;
  const news = new News({ plan, lastSeq, isGuard: embedded !== null });
  if (!(await news.open())) {
    await news.close();
    throw new QipanError('FOLDER_IN_USE', `another process holds the database of ${embedded?.folder}`, {});
  }
  if (embedded) {
    try {
      await endLeftCommits(plan);
    } catch (e) {
      await news.close();
      throw openError(e);
    }
  }
  const pool = makePool(plan, options.poolSize ?? 8);
  const commit = startCommit(plan, { news, pool, embedded, lastSeq, patienceMs: options.patienceMs ?? 3_000 });
  const info: StoreInfo = {
    engine: embedded ? 'embedded' : 'outside',
    folder: embedded?.folder ?? null,
    ranAs: embedded?.ranAs ?? null,
    adopted: embedded?.adopted ?? false,
    ...facts,
  };
  progress('ready', `PostgreSQL ${info.version}`);
  const writeThrough = (writes: Parameters<typeof commit.append>[1]) => commit.append([], writes);
  return {
    log: logOf(commit, news, pool),
    records: recordsAt({ pool, connectionString: plan.connectionString, writeThrough, client: null }),
    info,
    health: () => commit.health(),
    counters: () => commit.counters(),
    close: async () => {
      await commit.close();
      await news.close();
      await pool.end();
      await embedded?.stop();
    },
  };
}

/** A session that does not end within this time is stuck for another reason. */
const leftoverPatienceMs = 10_000;

/**
 * A commit of a killed owner may still be on its way inside the server that outlived it: it must be in the log, or never come,
 * before anybody reads. The guard is held, so whatever session of ours is there is a leftover.
 */
async function endLeftCommits(plan: ConnectionPlan): Promise<void> {
  const client = makeClient(plan, 'qipan start');
  try {
    await client.connect();
    for (const until = Date.now() + leftoverPatienceMs; ; await sleep(20)) {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name ~ '^qipan (log|records)'`,
      );
      if (rowCount === 0) return;
      if (Date.now() > until)
        throw new QipanError('DATABASE_DOWN', 'a session of an earlier program does not end', { sessions: rowCount });
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function lastSeqOf(on: pg.Pool | pg.ClientBase): Promise<number> {
  const { rows } = await on.query<{ last: number | null }>('select max("seq") as "last" from "log"');
  return rows[0]?.last ?? 0;
}

/** Partitions are made when the log has got halfway through its last one. */
const halfway = (seq: number): number =>
  Math.floor(seq / partitionEvents + 0.5) * partitionEvents + partitionEvents / 2;

interface CommitSurroundings {
  readonly news: News;
  readonly pool: pg.Pool;
  readonly embedded: EmbeddedServer | null;
  readonly lastSeq: number;
  readonly patienceMs: number;
}

function startCommit(plan: ConnectionPlan, s: CommitSurroundings): GroupCommit {
  let roomUntil = halfway(s.lastSeq);
  const ensureRoom = async () => {
    const client = await s.pool.connect();
    try {
      const lastSeq = await lastSeqOf(client);
      await ensurePartitions(client, lastSeq);
      roomUntil = halfway(lastSeq);
    } finally {
      client.release();
    }
  };
  const healthy: StoreHealth = { healthy: true, code: null };
  return new GroupCommit({
    line: new CommitLine(plan),
    lastSeq: s.lastSeq,
    patienceMs: s.patienceMs,
    outsideHealth: () => {
      const guard = s.news.health();
      return guard.healthy ? (s.embedded?.health() ?? healthy) : guard;
    },
    ensureRoom,
    onCommit: (firstSeq, events) => {
      s.news.committed(firstSeq, events);
      if (firstSeq < roomUntil) return;
      roomUntil = Infinity;
      ensureRoom().catch(() => (roomUntil = 0));
    },
  });
}

function logOf(commit: GroupCommit, news: News, pool: pg.Pool): Log {
  return {
    append: (events, writes = []) => commit.append(events, writes),
    read: (q) => readLog(pool, q),
    lastSeq: async () => {
      try {
        return await lastSeqOf(pool);
      } catch (e) {
        throw asQipanError(e, 'the log could not be read');
      }
    },
    subscribe: (listener) => news.subscribe(listener),
  };
}
