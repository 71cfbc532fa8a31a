import type pg from 'pg';

/** Events in one partition of the log: about 4 GB. */
export const partitionEvents = 5_000_000;
const lockKey = 7304220403;

/**
 * Attaches the partitions that hold the seqs after `lastSeq` for at least half a partition more. A table is made first
 * and then attached: that lock lets appends go on, while making it in place would not.
 */
export async function ensurePartitions(client: pg.ClientBase, lastSeq: number): Promise<void> {
  const first = Math.floor(lastSeq / partitionEvents);
  const last = Math.floor((lastSeq + partitionEvents / 2) / partitionEvents);
  for (let k = first; k <= last; k++) await ensurePartition(client, k);
}

async function ensurePartition(client: pg.ClientBase, k: number): Promise<void> {
  const name = `log${String(k).padStart(6, '0')}`;
  const attached = async () =>
    (
      await client.query(
        `select 1 from pg_inherits where inhparent = to_regclass('"log"') and inhrelid = to_regclass($1)`,
        [`"${name}"`],
      )
    ).rowCount === 1;
  if (await attached()) return;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [lockKey]);
    if (!(await attached())) {
      await client.query(`create table "${name}" (like "log" including defaults including constraints)`);
      const [from, to] = [k * partitionEvents, (k + 1) * partitionEvents];
      await client.query(`alter table "log" attach partition "${name}" for values from (${from}) to (${to})`);
    }
    await client.query('commit');
  } catch (e) {
    await client.query('rollback').catch(() => undefined);
    throw e;
  }
}
