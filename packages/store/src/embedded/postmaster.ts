import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { QipanError } from '@qipan/base';
import type { Binaries } from './binaries.js';
import { clusterOf, databaseUser, logFileOf, readPostmaster, readSecret } from './cluster.js';
import { commandOf, isAlive } from './process-facts.js';
import { serverEnvironment, type Rung } from './rung.js';
import { serverArguments, type Listening } from './settings.js';

/** How to reach the server. */
export interface Address {
  /** Folder of the socket, or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export const addressOf = (folder: string, listening: Listening): Address => ({
  host: listening.socketFolder ?? '127.0.0.1',
  port: listening.port,
  user: databaseUser,
  password: readSecret(clusterOf(folder)).password,
});

/** A running server process. */
export interface Postmaster {
  readonly pid: number;
  readonly listening: Listening;
  readonly adopted: boolean;
}

const logLimitBytes = 8 * 1024 * 1024;

function openLog(folder: string): number {
  const file = logFileOf(folder);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimitBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

function logSince(folder: string, offset: number): string {
  try {
    return readFileSync(logFileOf(folder)).subarray(offset).toString('utf8').trim();
  } catch {
    return '';
  }
}

/** On a full disk the server cannot even write why it stops. */
function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < 1024 * 1024;
}

/** What a server that did not come up wrote, as one of our errors. */
function startError(folder: string, wrote: string): QipanError {
  const lines = wrote.split('\n');
  const told = lines.filter((l) => /FATAL|PANIC|HINT/.test(l)).slice(-3);
  const detail = (told.length > 0 ? told : lines.slice(-3)).join(' · ') || 'it wrote nothing';
  const details = { folder, log: logFileOf(folder) };
  if (/No space left on device|Disk quota exceeded/.test(wrote) || isFull(folder))
    return new QipanError('DISK_FULL', `no space left for the database in ${folder}: ${detail}`, details);
  if (/could not create any TCP\/IP sockets|Address already in use/.test(wrote))
    return new QipanError('PORT_IN_USE', `the database's port is taken: ${detail}`, details);
  return new QipanError('DATABASE_START_FAILED', `PostgreSQL did not start: ${detail}`, details);
}

/** One connection to the server's own database `postgres`. */
export async function connectTo(address: Address, database = 'postgres'): Promise<pg.Client> {
  const client = new pg.Client({
    ...address,
    database,
    connectionTimeoutMillis: 5_000,
    application_name: 'qipan start',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export interface StartRequest {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly rung: Rung;
  readonly listening: Listening;
  /** Called every second that recovery lasts. */
  readonly onWait?: (seconds: number) => void;
}

const longestRecoveryMs = 15 * 60_000;

/**
 * Starts the server as a process of its own session, so that neither Ctrl-C nor the end of this program takes it down in
 * the middle of something, and waits until it accepts connections; recovery after a crash may take its time.
 */
export async function startPostmaster(request: StartRequest): Promise<{ postmaster: Postmaster; child: ChildProcess }> {
  const { folder, binaries, rung, listening } = request;
  const cluster = clusterOf(folder);
  dropDeadFiles(cluster, listening.socketFolder);
  const log = openLog(folder);
  const offset = statSync(logFileOf(folder)).size;
  const { command, args, uid, gid } = rung.command(binaries.postgres, serverArguments(cluster, listening));
  const child = spawn(command, [...args], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: serverEnvironment(binaries),
    ...(uid === undefined ? {} : { uid, gid: gid as number }),
  });
  closeSync(log);
  child.unref();
  let ended: string | null = null;
  child.once('error', (e) => (ended = e.message));
  child.once('exit', (code, signal) => (ended ??= `ended with ${code ?? signal}`));
  const began = Date.now();
  for (let waited = 0; ; waited++) {
    await sleep(waited < 100 ? 10 : 100);
    if (ended !== null) throw startError(folder, `${logSince(folder, offset)}`);
    const there = readPostmaster(cluster);
    if (there?.pid === child.pid && there?.status === 'ready')
      return { postmaster: { pid: there.pid, listening, adopted: false }, child };
    const ms = Date.now() - began;
    if (waited % 10 === 0 && ms > 1_000) request.onWait?.(Math.round(ms / 1000));
    if (ms > longestRecoveryMs) throw startError(folder, `not ready after ${ms / 60_000} minutes`);
  }
}

/** True when the process is a server on this very cluster, as far as the system tells. */
function isServerOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  return command === null ? process.platform === 'win32' : command.includes('postgres') && command.includes(cluster);
}

/**
 * PostgreSQL believes any living process of the number in its pid file to be a server, and refuses to start. After a
 * reboot, in a container, or beside a parent that reaps nobody, the number belongs to somebody else: then the file goes,
 * and with it the lock of the socket, whose folder is ours alone. Old processes that still use the shared memory are
 * found by PostgreSQL itself.
 */
function dropDeadFiles(cluster: string, socketFolder: string | null): void {
  const there = readPostmaster(cluster);
  if (there && isServerOf(there.pid, cluster)) return;
  rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
  if (!socketFolder) return;
  for (const name of readdirSync(socketFolder))
    if (name.startsWith('.s.PGSQL.')) rmSync(path.join(socketFolder, name), { force: true });
}

/**
 * Takes over a server that outlived its program: the process of the pid file must run this cluster, accept the folder's
 * password and name this data folder. Null when there is none. One that is on its way down is waited for.
 */
export async function adoptPostmaster(folder: string): Promise<Postmaster | null> {
  const cluster = clusterOf(folder);
  for (;;) {
    const there = readPostmaster(cluster);
    if (!there || !isServerOf(there.pid, cluster)) return null;
    if (there.status === 'ready') {
      const found = await isOurs(folder, there.listening);
      if (found) return { pid: there.pid, listening: there.listening, adopted: true };
    }
    await sleep(50);
  }
}

async function isOurs(folder: string, listening: Listening): Promise<boolean> {
  let client: pg.Client;
  try {
    client = await connectTo(addressOf(folder, listening));
  } catch (e) {
    if ((e as { code?: string }).code === '28P01')
      throw new QipanError(
        'DATABASE_START_FAILED',
        `a PostgreSQL server that runs on ${clusterOf(folder)} refuses this folder's password`,
        { folder },
      );
    return false;
  }
  try {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const named = rows[0]?.data_directory ?? '';
    const [a, b] = [statSync(named, { throwIfNoEntry: false }), statSync(clusterOf(folder))];
    return a?.ino === b.ino && a.dev === b.dev;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Fast shutdown: open transactions are rolled back, a checkpoint is written. After `patienceMs` the immediate one, whose
 * cost is a recovery at the next start. Resolves when the process is gone.
 */
export async function stopPostmaster(pid: number, patienceMs = 60_000): Promise<void> {
  const began = Date.now();
  const tell = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already.
    }
  };
  tell('SIGINT');
  while (isAlive(pid)) {
    if (Date.now() - began > patienceMs) tell('SIGQUIT');
    await sleep(10);
  }
}
