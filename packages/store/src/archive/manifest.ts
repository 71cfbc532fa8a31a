import { readFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';

/** What an archive holds; `manifest.json` in its folder. */
export interface Manifest {
  readonly format: 'qipan-archive';
  readonly formatVersion: 1;
  /** Number of the newest migration of the database it came from. */
  readonly schemaVersion: number;
  readonly postgresVersion: string;
  readonly exportedAt: string;
  /** The last seq of the log in it. */
  readonly lastSeq: number;
  readonly tables: readonly ArchivedTable[];
}

/** One table: a gzipped CSV with a header, nulls as empty unquoted cells. */
export interface ArchivedTable {
  readonly table: string;
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of the gzipped file. */
  readonly sha256: string;
}

export const manifestFile = 'manifest.json';

/** Tables that describe the database itself, not what is in it. */
const notArchived: ReadonlySet<string> = new Set(['migration', 'commitMark']);

export const isArchived = (table: string): boolean => !notArchived.has(table);

const wrong = (folder: string, why: string): QipanError =>
  new QipanError('BAD_FILE', `${path.join(folder, manifestFile)}: ${why}`, {
    file: path.join(folder, manifestFile),
    expected: 'the manifest of an archive made by export',
  });

/** Reads and checks the manifest of an archive; `BAD_FILE`. */
export function readManifest(folder: string): Manifest {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path.join(folder, manifestFile), 'utf8'));
  } catch (e) {
    throw wrong(folder, (e as Error).message);
  }
  const m = found as Partial<Manifest> | null;
  if (m?.format !== 'qipan-archive') throw wrong(folder, 'it is not the manifest of an archive');
  if (m.formatVersion !== 1) throw wrong(folder, `format version ${String(m.formatVersion)}; this program reads 1`);
  if (!Number.isInteger(m.schemaVersion) || !Array.isArray(m.tables)) throw wrong(folder, 'it is not whole');
  for (const t of m.tables as readonly Partial<ArchivedTable>[]) {
    const isWhole = typeof t.table === 'string' && Array.isArray(t.columns) && Number.isInteger(t.rows);
    if (!isWhole || typeof t.file !== 'string' || path.basename(t.file) !== t.file)
      throw wrong(folder, `its entry ${JSON.stringify(t)} is not whole`);
  }
  return m as Manifest;
}
