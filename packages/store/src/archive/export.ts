import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { QipanError, isoTime, isQipanError } from '@qipan/base';
import type { Store } from '../contract.js';
import { asQipanError } from '../database/failure.js';
import { folderError } from '../embedded/folder-lock.js';
import { archivedTables, quoted, quotedList, type CatalogueTable } from './catalogue.js';
import { manifestFile, type ArchivedTable, type Manifest } from './manifest.js';

/** Called as each table is done. */
export type ArchiveProgress = (table: string, rows: number) => void;

/**
 * Writes everything into an empty (or new) folder: a gzipped CSV a table and `manifest.json` with the schema's version,
 * row counts and SHA-256 of each file. One snapshot of the database: appends go on meanwhile and are not in it. Jobs that
 * wait in the queue of another program are not ours to export. Errors: `CONFLICT` (the folder holds something),
 * `FOLDER_NOT_WRITABLE`, `DISK_FULL`, `DATABASE_DOWN`. The manifest is written last: a folder without it is not whole.
 */
export async function exportAll(store: Store, folder: string, onTable?: ArchiveProgress): Promise<Manifest> {
  try {
    await mkdir(folder, { recursive: true });
    const found = await readdir(folder);
    if (found.length > 0)
      throw new QipanError('CONFLICT', `the folder ${folder} is not empty`, { folder, got: found.slice(0, 5) });
    return await exportInto(store, folder, onTable ?? (() => undefined));
  } catch (e) {
    if (isQipanError(e)) throw e;
    const known = asQipanError(e, 'the export failed');
    throw isQipanError(known) ? known : folderError(e, folder);
  }
}

async function exportInto(store: Store, folder: string, onTable: ArchiveProgress): Promise<Manifest> {
  const client = await store.records.pool.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    const last = await client.query<{ last: number | null }>('select max("seq") as "last" from "log"');
    const tables: ArchivedTable[] = [];
    for (const table of await archivedTables(client)) {
      const done = await exportTable(client, table, folder);
      tables.push(done);
      onTable(done.table, done.rows);
    }
    await client.query('commit');
    const manifest: Manifest = {
      format: 'qipan-archive',
      formatVersion: 1,
      schemaVersion: store.info.schemaVersion,
      postgresVersion: store.info.version,
      exportedAt: isoTime(Date.now()),
      lastSeq: last.rows[0]?.last ?? 0,
      tables,
    };
    await writeFile(path.join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    client.release();
    return manifest;
  } catch (e) {
    client.release(true);
    throw e;
  }
}

async function exportTable(client: pg.PoolClient, t: CatalogueTable, folder: string): Promise<ArchivedTable> {
  const file = `${t.table}.csv.gz`;
  const query = `select ${quotedList(t.columns)} from ${quoted(t.table)} order by ${quotedList(t.key)}`;
  const rows = client.query(copyTo(`copy (${query}) to stdout with (format csv, header)`));
  const hash = createHash('sha256');
  const digest = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const target = path.join(folder, file);
  await pipeline(rows, createGzip({ level: 1, chunkSize: 256 * 1024 }), digest, createWriteStream(target));
  const written = await open(target, 'r');
  await written.sync();
  await written.close();
  return { table: t.table, file, columns: t.columns, rows: rows.rowCount, sha256: hash.digest('hex') };
}
