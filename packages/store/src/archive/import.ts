import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { QipanError, isQipanError } from '@qipan/base';
import type { Store } from '../contract.js';
import { asQipanError, failureKind, messageOf } from '../database/failure.js';
import { ensurePartitions, partitionEvents } from '../log/partition.js';
import { archivedTables, quoted, quotedList, type CatalogueTable } from './catalogue.js';
import type { ArchiveProgress } from './export.js';
import { readManifest, type ArchivedTable, type Manifest } from './manifest.js';

/**
 * Reads an archive into a database that holds nothing yet, all or nothing. Every file is checked against its SHA-256 and
 * row count before anything is kept. Errors: `BAD_FILE` (no archive, a damaged file), `CONFLICT` (the database is not
 * empty, or the archive is newer than this program), `DISK_FULL`, `DATABASE_DOWN`.
 */
export async function importAll(store: Store, folder: string, onTable?: ArchiveProgress): Promise<Manifest> {
  const manifest = readManifest(folder);
  if (manifest.schemaVersion > store.info.schemaVersion)
    throw new QipanError('CONFLICT', 'the archive was made by a newer program', {
      got: manifest.schemaVersion,
      expected: `≤ ${store.info.schemaVersion}`,
    });
  for (const table of manifest.tables) await checkFile(folder, table);
  try {
    const client = await store.records.pool.connect();
    try {
      await importInto(client, folder, { manifest, onTable: onTable ?? (() => undefined) });
      client.release();
    } catch (e) {
      client.release(true);
      throw e;
    }
  } catch (e) {
    throw asQipanError(e, 'the import failed');
  }
  return manifest;
}

const damaged = (folder: string, t: ArchivedTable, why: string): QipanError =>
  new QipanError('BAD_FILE', `${path.join(folder, t.file)}: ${why}`, {
    file: path.join(folder, t.file),
    table: t.table,
  });

async function checkFile(folder: string, t: ArchivedTable): Promise<void> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path.join(folder, t.file)), hash);
  } catch (e) {
    throw damaged(folder, t, messageOf(e));
  }
  if (hash.digest('hex') !== t.sha256) throw damaged(folder, t, 'its SHA-256 is not the one of the manifest');
}

interface Job {
  readonly manifest: Manifest;
  readonly onTable: ArchiveProgress;
}

async function importInto(client: pg.PoolClient, folder: string, { manifest, onTable }: Job): Promise<void> {
  const here = new Map((await archivedTables(client)).map((t) => [t.table, t]));
  for (let seq = 0; seq <= manifest.lastSeq; seq += partitionEvents) await ensurePartitions(client, seq);
  await client.query('begin');
  for (const t of here.values()) {
    await client.query(`lock table ${quoted(t.table)} in share row exclusive mode`);
    const { rowCount } = await client.query(`select 1 from ${quoted(t.table)} limit 1`);
    if (rowCount !== 0) throw new QipanError('CONFLICT', `the table ${t.table} is not empty`, { table: t.table });
  }
  for (const t of manifest.tables) {
    const target = here.get(t.table);
    if (!target) throw damaged(folder, t, `there is no table ${t.table}`);
    await importTable(client, folder, { archived: t, target });
    onTable(t.table, t.rows);
  }
  await client.query('commit');
  await client.query('analyze');
}

async function importTable(
  client: pg.PoolClient,
  folder: string,
  { archived, target }: { archived: ArchivedTable; target: CatalogueTable },
): Promise<void> {
  const unknown = archived.columns.find((c) => !target.columns.includes(c));
  if (unknown !== undefined) throw damaged(folder, archived, `there is no column ${unknown}`);
  const into = `${quoted(archived.table)} (${quotedList(archived.columns)})`;
  const sink = client.query(copyFrom(`copy ${into} from stdin with (format csv, header match)`));
  try {
    await pipeline(createReadStream(path.join(folder, archived.file)), createGunzip(), sink);
  } catch (e) {
    if (isQipanError(e) || failureKind(e) === 'diskFull' || failureKind(e) === 'down') throw e;
    throw damaged(folder, archived, messageOf(e));
  }
  if (sink.rowCount !== archived.rows)
    throw damaged(folder, archived, `${sink.rowCount} rows; the manifest says ${archived.rows}`);
  if (target.identity) {
    const next = `coalesce((select max(${quoted(target.identity)}) from ${quoted(archived.table)}), 0) + 1`;
    await client.query(`select setval(pg_get_serial_sequence($1, $2), ${next}, false)`, [
      quoted(archived.table),
      target.identity,
    ]);
  }
}
