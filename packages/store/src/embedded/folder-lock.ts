import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import { birthOf, isAlive } from './process-facts.js';

interface Owner {
  readonly pid: number;
  readonly birth: string | null;
  readonly host: string;
  readonly token: string;
}

/** A held data folder. */
export interface FolderLock {
  release(): void;
}

const beatMs = 5_000;
/** On another host (a container on the same volume) the process cannot be looked at: its heart-beat decides. */
const silentMs = 4 * beatMs;

/** Maps the system's refusals on a data folder to our errors. */
export function folderError(e: unknown, folder: string): Error {
  const code = (e as NodeJS.ErrnoException).code ?? '';
  if (['ENOSPC', 'EDQUOT'].includes(code))
    return new QipanError('DISK_FULL', `no space left for the data folder ${folder}`, { folder }, e);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code))
    return new QipanError(
      'FOLDER_NOT_WRITABLE',
      `the data folder ${folder} cannot be written (${code})`,
      { folder },
      e,
    );
  return e instanceof Error ? e : new Error(String(e));
}

/**
 * Makes a folder and those above it. Node's own `recursive` never returns where the system says ENOENT below a folder that is
 * there, as /proc and some network mounts do.
 */
export function makeFolder(folder: string): void {
  const above = path.dirname(folder);
  if (!existsSync(above)) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw e;
  }
}

/** The same, refused in our words: `FOLDER_NOT_WRITABLE`, `DISK_FULL`. */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (e) {
    throw folderError(e, folder);
  }
}

function ownerIn(file: string): Owner | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return null;
  }
}

function holds(owner: Owner, file: string): boolean {
  if (owner.host !== hostname()) return Date.now() - statSync(file).mtimeMs < silentMs;
  if (!isAlive(owner.pid)) return false;
  const birth = birthOf(owner.pid);
  return birth === null || owner.birth === null || birth === owner.birth;
}

/**
 * Takes the folder for this process. A lock whose owner was killed is taken over; a live owner means `FOLDER_IN_USE`.
 * The file decides early and with a clear sentence; two programs that take over the same dead lock at the same moment are
 * told apart by the session lock in the database (see `guard.ts`).
 */
export function lockFolder(folder: string): FolderLock {
  const file = path.join(folder, 'qipan.lock');
  const me: Owner = { pid: process.pid, birth: birthOf(process.pid), host: hostname(), token: randomUUID() };
  const mine = `${file}.${me.token}`;
  try {
    makeFolder(folder);
    writeFileSync(mine, JSON.stringify(me));
  } catch (e) {
    throw folderError(e, folder);
  }
  try {
    takeLock(file, mine, folder);
  } finally {
    rmSync(mine, { force: true });
  }
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The folder is gone: the database will say so.
    }
  }, beatMs).unref();
  return {
    release: () => {
      clearInterval(beat);
      if (ownerIn(file)?.token === me.token) rmSync(file, { force: true });
    },
  };
}

function takeLock(file: string, mine: string, folder: string): void {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      linkSync(mine, file);
      return;
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw folderError(e, folder);
    }
    const owner = ownerIn(file);
    if (owner && holds(owner, file)) {
      throw new QipanError(
        'FOLDER_IN_USE',
        `the data folder ${folder} is used by process ${owner.pid}${owner.host === hostname() ? '' : ` on ${owner.host}`}`,
        { folder, pid: owner.pid, host: owner.host },
      );
    }
    try {
      renameSync(file, `${mine}.dead`);
      rmSync(`${mine}.dead`, { force: true });
    } catch {
      // Another program was faster; look again.
    }
  }
  throw new QipanError('FOLDER_IN_USE', `the lock of the data folder ${folder} changes hands all the time`, { folder });
}
