import type { ChildProcess } from 'node:child_process';
import { realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isQipanError } from '@qipan/base';
import type { StoreHealth, StoreProgress } from '../contract.js';
import { findBinaries, type Binaries } from './binaries.js';
import { clusterOf, ensureCluster, ensureFolder, socketFolder } from './cluster.js';
import { folderError, lockFolder, type FolderLock } from './folder-lock.js';
import {
  addressOf,
  adoptPostmaster,
  connectTo,
  startPostmaster,
  stopPostmaster,
  type Address,
  type Postmaster,
} from './postmaster.js';
import { isAlive } from './process-facts.js';
import { chooseRung, handOver, type Rung, type RungName } from './rung.js';
import type { Listening } from './settings.js';
import path from 'node:path';

export interface EmbeddedOptions {
  /** Holds the cluster, its log and the lock; made when it is not there. */
  readonly folder: string;
  /** Listen on 127.0.0.1 at this port too (for psql and the like); default: on a private socket alone. */
  readonly port?: number;
  readonly onProgress?: StoreProgress;
  /** Rungs not to be used, to play a kernel or container that refuses them. */
  readonly refusedRungs?: readonly RungName[];
  /** Another copy of the programs, for tests. */
  readonly nativeFolder?: string;
}

/** PostgreSQL in the data folder, kept running until `stop`. */
export interface EmbeddedServer {
  readonly address: Address;
  readonly database: string;
  readonly folder: string;
  readonly ranAs: RungName;
  readonly adopted: boolean;
  /** Of the server's main process; changes when it had to be started again. */
  pid(): number;
  health(): StoreHealth;
  stop(): Promise<void>;
  /** Gives up the lock and lets the server live on: it belongs to another process. */
  letGo(): void;
}

const databaseName = 'qipan';
const watchMs = 200;
const longestPauseMs = 5_000;

/**
 * Starts PostgreSQL in a data folder, or takes over the one that runs there since its program was killed, and starts it
 * again whenever it dies. Errors: `FOLDER_IN_USE`, `FOLDER_NOT_WRITABLE`, `DISK_FULL`, `PORT_IN_USE`,
 * `DATABASE_START_FAILED`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  ensureFolder(options.folder);
  const folder = realpathSync(options.folder);
  const lock = lockFolder(folder);
  try {
    return await startLocked({ ...options, folder }, lock);
  } catch (e) {
    lock.release();
    throw isQipanError(e) ? e : folderError(e, folder);
  }
}

async function startLocked(options: EmbeddedOptions, lock: FolderLock): Promise<EmbeddedServer> {
  const { folder } = options;
  const progress = options.onProgress ?? (() => undefined);
  const cluster = clusterOf(folder);
  progress('binaries', folder);
  const binaries = findBinaries(path.join(folder, 'lib'), options.nativeFolder);
  const rung = chooseRung({ binaries, folder, cluster, refused: options.refusedRungs ?? [] });
  const adopted = await adoptPostmaster(folder);
  if (adopted) {
    progress('adopt', `process ${adopted.pid}`);
    const life = new Life(options, { binaries, rung, lock }, adopted, null);
    return life.server(await ensureDatabase(addressOf(folder, adopted.listening)));
  }
  if (ensureCluster(folder, binaries, rung)) progress('init', cluster);
  handOver(rung, cluster);
  const listening = await whereToListen(options, rung);
  progress('start', `as ${rung.name}`);
  const onWait = (seconds: number) => progress('recover', `${seconds} s`);
  const { postmaster, child } = await startPostmaster({ folder, binaries, rung, listening, onWait });
  const life = new Life(options, { binaries, rung, lock }, postmaster, child);
  return life.server(await ensureDatabase(addressOf(folder, listening)));
}

async function whereToListen(options: EmbeddedOptions, rung: Rung): Promise<Listening> {
  if (process.platform === 'win32') return { socketFolder: null, port: options.port ?? (await freePort()), tcp: true };
  const socket = socketFolder(clusterOf(options.folder), rung);
  return { socketFolder: socket, port: options.port ?? 5432, tcp: options.port !== undefined };
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at ? at.port : 0));
    });
  });

async function ensureDatabase(address: Address): Promise<Address> {
  const client = await connectTo(address);
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database "${databaseName}"`);
  } finally {
    await client.end();
  }
  return address;
}

interface Means {
  readonly binaries: Binaries;
  readonly rung: Rung;
  readonly lock: FolderLock;
}

/** The server's life under our eyes: seen dead, it is started again, with growing pauses while that fails. */
class Life {
  readonly #options: EmbeddedOptions;
  readonly #means: Means;
  readonly #adopted: boolean;
  readonly #watch: NodeJS.Timeout;
  #postmaster: Postmaster;
  #child: ChildProcess | null;
  #health: StoreHealth = { healthy: true, code: null };
  #reviving: Promise<void> | null = null;
  #stopping = false;

  constructor(options: EmbeddedOptions, means: Means, postmaster: Postmaster, child: ChildProcess | null) {
    this.#options = options;
    this.#means = means;
    this.#postmaster = postmaster;
    this.#adopted = postmaster.adopted;
    this.#child = child;
    this.#child?.once('exit', () => this.#look());
    this.#watch = setInterval(() => this.#look(), watchMs).unref();
  }

  server(address: Address): EmbeddedServer {
    return {
      address,
      database: databaseName,
      folder: this.#options.folder,
      ranAs: this.#means.rung.name,
      adopted: this.#adopted,
      pid: () => this.#postmaster.pid,
      health: () => this.#health,
      stop: () => this.#stop(),
      letGo: () => this.#letGo(),
    };
  }

  #look(): void {
    if (this.#stopping || this.#reviving || isAlive(this.#postmaster.pid)) return;
    this.#reviving = this.#revive().finally(() => (this.#reviving = null));
  }

  async #revive(): Promise<void> {
    const { folder } = this.#options;
    this.#health = { healthy: false, code: 'DATABASE_DOWN' };
    this.#options.onProgress?.('recover', `process ${this.#postmaster.pid} has ended`);
    for (let pauseMs = 25; !this.#stopping; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        const listening = this.#postmaster.listening;
        const started = await startPostmaster({ ...this.#means, folder, listening });
        this.#postmaster = started.postmaster;
        this.#child = started.child;
        this.#child.once('exit', () => this.#look());
        this.#health = { healthy: true, code: null };
        this.#options.onProgress?.('ready', `process ${this.#postmaster.pid}`);
        return;
      } catch (e) {
        const full = isQipanError(e) && e.code === 'DISK_FULL';
        this.#health = { healthy: false, code: full ? 'DISK_FULL' : 'DATABASE_DOWN' };
      }
      await sleep(pauseMs, undefined, { ref: false });
    }
  }

  async #stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    clearInterval(this.#watch);
    await this.#reviving;
    await stopPostmaster(this.#postmaster.pid);
    const socket = this.#postmaster.listening.socketFolder;
    if (socket) rmSync(socket, { recursive: true, force: true });
    this.#means.lock.release();
  }

  #letGo(): void {
    this.#stopping = true;
    clearInterval(this.#watch);
    this.#means.lock.release();
  }
}
