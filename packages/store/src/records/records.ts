import type pg from 'pg';
import type { QueryResultRow } from 'pg';
import { QipanError } from '@qipan/base';
import type { Records, RowWrite, SelectQuery } from '../contract.js';
import { asQipanError } from '../database/failure.js';
import { encode } from '../log/item.js';
import { commitStatement } from '../log/statement.js';
import { recordTable } from '../tables.js';
import { selectQuery } from './select.js';

/** How writes outside a transaction are stored: through the group commit, in order with the log's. */
export type WriteThrough = (writes: readonly RowWrite[]) => Promise<unknown>;

interface Place {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  readonly writeThrough: WriteThrough;
  /** The connection of the transaction we are in, if any. */
  readonly client: pg.ClientBase | null;
}

async function run<T>(place: Place, text: string, params: readonly unknown[]): Promise<readonly T[]> {
  try {
    const on = place.client ?? place.pool;
    const { rows } = await on.query<QueryResultRow>(text, [...params]);
    return (rows ?? []) as unknown as readonly T[];
  } catch (e) {
    throw asQipanError(e, 'the query failed');
  }
}

function keyOf(table: string, key: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const k of recordTable(table).key)
    if (key[k] === undefined) throw new QipanError('BAD_INPUT', `the key of ${table} lacks ${k}`, { table, column: k });
  return key;
}

async function writeIn(client: pg.ClientBase, writes: readonly RowWrite[]): Promise<void> {
  const encoded = encode([], writes);
  if (writes.length === 0) return;
  const { text, values } = commitStatement({ ...encoded, mark: null, hint: 0 });
  try {
    await client.query(text, [...values]);
  } catch (e) {
    throw asQipanError(e, 'the rows could not be written');
  }
}

/** Connections of one transaction do not nest: a transaction within one is a savepoint on the same connection. */
async function transaction<T>(place: Place, fn: (r: Records) => Promise<T>, depth: number): Promise<T> {
  const client = place.client ?? (await connect(place.pool));
  const [begin, commit, rollback] =
    depth === 0
      ? ['begin', 'commit', 'rollback']
      : [`savepoint s${depth}`, `release savepoint s${depth}`, `rollback to savepoint s${depth}`];
  let failure: Error | null = null;
  try {
    await client.query(begin as string);
    const result = await fn(recordsAt({ ...place, client }, depth + 1));
    await client.query(commit as string);
    return result;
  } catch (e) {
    failure = asQipanError(e, 'the transaction failed');
    await client.query(rollback as string).catch(() => undefined);
    throw failure;
  } finally {
    if (depth === 0) (client as pg.PoolClient).release();
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (e) {
    throw asQipanError(e, 'no connection to the database');
  }
}

/** `Records` on a pool, or on the connection of a transaction. */
export function recordsAt(place: Place, depth = 0): Records {
  return {
    pool: place.pool,
    connectionString: place.connectionString,
    write: async (writes) => {
      if (place.client) await writeIn(place.client, writes);
      else await place.writeThrough(writes);
    },
    get: async <T>(table: string, key: Readonly<Record<string, unknown>>) => {
      const { sql, parameters } = selectQuery(table, { where: keyOf(table, key), limit: 1 });
      return (await run<T>(place, sql, parameters))[0] ?? null;
    },
    select: <T>(table: string, q: SelectQuery = {}) => {
      const { sql, parameters } = selectQuery(table, q);
      return run<T>(place, sql, parameters);
    },
    sql: (text, params = []) => run(place, text, params),
    transaction: (fn) => transaction(place, fn, depth),
  };
}
