import type pg from 'pg';
import { QipanError } from '@qipan/base';
import { migration001 } from '../migrations/001-log.js';
import { migration002 } from '../migrations/002-records.js';
import { migration003 } from '../migrations/003-datasets.js';
import type { Migration } from '../migrations/migration.js';
import { schemaName } from './connection.js';

/** All steps, oldest first. */
const migrations: readonly Migration[] = [migration001, migration002, migration003];

const lockKey = 7304220402;

/**
 * Brings the schema to the newest step, each in a transaction of its own, under a lock, so that several processes may
 * start at once. `CONFLICT` when the database was made by a newer program. Gives the number of the newest step.
 */
export async function migrate(client: pg.ClientBase, onStep: (name: string) => void): Promise<number> {
  await client.query('select pg_advisory_lock($1)', [lockKey]);
  try {
    await client.query(`create schema if not exists "${schemaName}"`);
    await client.query(
      `create table if not exists "${schemaName}"."migration" ("number" integer primary key, "name" text not null, "atMs" bigint not null)`,
    );
    const { rows } = await client.query<{ number: number }>('select "number" from "migration" order by "number"');
    const done = new Set(rows.map((r) => r.number));
    const newest = migrations[migrations.length - 1]?.number ?? 0;
    const ahead = [...done].filter((n) => n > newest);
    if (ahead.length > 0)
      throw new QipanError('CONFLICT', `the database is at step ${Math.max(...ahead)}, this program knows ${newest}`, {
        got: Math.max(...ahead),
        expected: `≤ ${newest}`,
      });
    for (const step of migrations.filter((m) => !done.has(m.number))) {
      onStep(step.name);
      await apply(client, step);
    }
    return newest;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => undefined);
  }
}

async function apply(client: pg.ClientBase, step: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(step.sql);
    await client.query('insert into "migration" values ($1, $2, $3)', [step.number, step.name, Date.now()]);
    await client.query('commit');
  } catch (e) {
    await client.query('rollback').catch(() => undefined);
    throw e;
  }
}
