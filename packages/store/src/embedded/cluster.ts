import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import type { Binaries } from './binaries.js';
import { folderError, makeFolder } from './folder-lock.js';
import { handOver, runBy, serverEnvironment, type Rung } from './rung.js';
import { initArguments, type Listening } from './settings.js';

/** Files of a data folder. */
export const clusterOf = (folder: string): string => path.join(folder, 'postgresql');
export const logFileOf = (folder: string): string => path.join(folder, 'postgresql.log');

export const databaseUser = 'qipan';
const major = '18';

/** What only this folder's owner knows; kept inside the cluster, 0600, so that it lives and dies with it. */
interface Secret {
  readonly password: string;
  readonly socketFolder: string | null;
}

const secretFile = (cluster: string) => path.join(cluster, 'qipan.json');

export const readSecret = (cluster: string): Secret => JSON.parse(readFileSync(secretFile(cluster), 'utf8')) as Secret;

function writeSecret(cluster: string, secret: Secret): void {
  const next = `${secretFile(cluster)}.new`;
  writeFileSync(next, JSON.stringify(secret), { mode: 0o600 });
  renameSync(next, secretFile(cluster));
}

/**
 * Makes the cluster, unless it is there. initdb works in a folder beside and is renamed at its end: a start that was
 * killed in the middle leaves no half cluster. True when it was made now.
 */
export function ensureCluster(folder: string, binaries: Binaries, rung: Rung): boolean {
  const cluster = clusterOf(folder);
  if (existsSync(cluster)) {
    checkMajor(cluster);
    return false;
  }
  for (const left of readdirSync(folder).filter((n) => n.startsWith('postgresql.new-')))
    rmSync(path.join(folder, left), { recursive: true, force: true });
  const password = randomBytes(24).toString('base64url');
  const fresh = mkdtempSync(path.join(folder, 'postgresql.new-'));
  const passwordFile = path.join(folder, 'postgresql.new-password');
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    handOver(rung, passwordFile);
    handOver(rung, fresh);
    const init = runBy(rung, binaries.initdb, initArguments(fresh, databaseUser, passwordFile), {
      ...serverEnvironment(binaries),
    });
    if (!init.ok) throw initError(init.output, folder);
    writeSecret(fresh, { password, socketFolder: null });
    renameSync(fresh, cluster);
    return true;
  } catch (e) {
    rmSync(fresh, { recursive: true, force: true });
    throw folderError(e, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initError(output: string, folder: string): QipanError {
  if (/No space left on device|Disk quota exceeded/.test(output))
    return new QipanError('DISK_FULL', `no space left to make the database in ${folder}`, { folder, output });
  return new QipanError('DATABASE_START_FAILED', `initdb failed in ${folder}: ${output.slice(-500)}`, {
    folder,
    output,
  });
}

function checkMajor(cluster: string): void {
  let version: string;
  try {
    version = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT') throw folderError(e, cluster);
    throw new QipanError('DATABASE_START_FAILED', `${cluster} is there but holds no PostgreSQL cluster`, { cluster });
  }
  if (version !== major)
    throw new QipanError(
      'DATABASE_START_FAILED',
      `${cluster} was made by PostgreSQL ${version}, this program brings ${major}: export with the older program, import with this one`,
      { cluster, got: version, expected: major },
    );
}

/** The longest path a socket may have is 107 bytes; its own name takes up to 20. */
const longestSocketFolder = 85;

/** The folder of the socket: private, short, and the same as last time when it is still there. */
export function socketFolder(cluster: string, rung: Rung): string {
  const secret = readSecret(cluster);
  const uid = rung.owner?.uid ?? process.geteuid?.() ?? 0;
  const last = secret.socketFolder && statSync(secret.socketFolder, { throwIfNoEntry: false });
  if (secret.socketFolder && last && last.isDirectory() && last.uid === uid && (last.mode & 0o077) === 0)
    return secret.socketFolder;
  const base = tmpdir().length + 'qipan-XXXXXX/'.length <= longestSocketFolder ? tmpdir() : '/tmp';
  const made = mkdtempSync(path.join(base, 'qipan-'));
  if (rung.owner) chownSync(made, rung.owner.uid, rung.owner.gid);
  writeSecret(cluster, { ...secret, socketFolder: made });
  return made;
}

/** What `postmaster.pid` says, or null when there is none. */
export function readPostmaster(
  cluster: string,
): { readonly pid: number; readonly listening: Listening; readonly status: string } | null {
  let lines: readonly string[];
  try {
    lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const socket = (lines[4] ?? '').trim();
  return {
    pid,
    listening: { socketFolder: socket || null, port: Number(lines[3] ?? 0), tcp: (lines[5] ?? '').trim() !== '' },
    status: (lines[7] ?? '').trim(),
  };
}

/** Makes the folder and shows that it can be written. */
export function ensureFolder(folder: string): void {
  try {
    makeFolder(folder);
    const probe = path.join(folder, `.probe-${process.pid}`);
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (e) {
    throw folderError(e, folder);
  }
}
