import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { aptInstall, canInstall } from '@qipan/testing';
import { openStore, startEmbedded, type EmbeddedServer, type Store, type StoreOptions } from '@qipan/store';

/** A running engine as the shared suite needs it. */
export interface Engine {
  /** A store on a database of its own that nobody used before. */
  fresh(options?: StoreOptions): Promise<Store>;
  /** The server dies as if by a power cut of its process, and comes back (by itself or by its keeper) a moment later. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'qipan-test-'));

export const isRoot = process.geteuid?.() === 0;

/** The number of an account, or null. */
export function accountOf(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((l) => l.startsWith(`${name}:`));
  const fields = line?.split(':') ?? [];
  return line ? { uid: Number(fields[2]), gid: Number(fields[3]) } : null;
}

let databases = 0;

type ServerConfig = pg.ClientConfig & { readonly user: string; readonly host: string };

/**
 * Gives stores on databases without our schema. Databases are used again after their store was closed: each new one is
 * hundreds of files that the server has to sync before it stops.
 */
function freshStores(config: ServerConfig): Engine['fresh'] {
  const free: string[] = [];
  const sql = async (database: string, text: string) => {
    const client = new pg.Client({ ...config, database });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  return async (options) => {
    const used = free.pop();
    const name = used ?? `suite${++databases}`;
    await (used ? sql(name, 'drop schema "qipan" cascade') : sql('postgres', `create database "${name}"`));
    const password = config.password ? `:${encodeURIComponent(config.password as string)}` : '';
    const at = `${encodeURIComponent(config.host)}:${config.port ?? 5432}`;
    const store = await openStore({ databaseUrl: `postgres://${config.user}${password}@${at}/${name}` }, options);
    const close = async () => {
      await store.close();
      free.push(name);
    };
    return { ...store, close };
  };
}

/** The embedded server; the suite's stores are databases on it. `embedded.test.ts` opens it as programs do, by its folder. */
export async function embeddedEngine(): Promise<Engine> {
  const folder = temporaryFolder();
  const server: EmbeddedServer = await startEmbedded({ folder });
  return {
    fresh: freshStores(server.address),
    crash: async () => {
      const pid = server.pid();
      process.kill(pid, 'SIGKILL');
      while (server.pid() === pid) await sleep(10);
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newestBin(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).map(Number).filter(Number.isFinite);
  return (
    versions
      .sort((a, b) => b - a)
      .map((v) => path.join(root, String(v), 'bin'))
      .find((bin) => existsSync(path.join(bin, 'initdb'))) ?? null
  );
}

/**
 * The programs of the system's own PostgreSQL, or the sentence why there are none. A continuous integration run as root
 * installs them when they are missing.
 */
export function systemPostgres(): { bin: string } | { missing: string } {
  const there = newestBin();
  if (there) return { bin: there };
  if (process.env['CI'] === 'true' && canInstall()) {
    const said = aptInstall(['postgresql']);
    const installed = newestBin();
    if (installed) return { bin: installed };
    return { missing: `skipped: Debian’s postgresql could not be installed by apt-get: ${said ?? 'no initdb'}` };
  }
  return { missing: 'skipped: this machine has no PostgreSQL of its own below /usr/lib/postgresql' };
}

/** A server of the system's PostgreSQL in a temporary folder, run as the user postgres when we are root. */
export async function outsideEngine(bin: string): Promise<Engine> {
  const folder = temporaryFolder();
  const account = isRoot ? accountOf('postgres') : null;
  if (isRoot && !account) throw new Error('Debian’s PostgreSQL is there, but the user postgres is not');
  const as = account ?? {};
  if (account) chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o755);
  const cluster = path.join(folder, 'data');
  const initArgs = ['-D', cluster, '-U', 'qipan', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(path.join(bin, 'initdb'), initArgs, { ...as, cwd: '/', stdio: 'ignore' });
  const config = { host: folder, port: 5432, user: 'qipan' };
  const args = [
    '-D',
    cluster,
    '-k',
    folder,
    '-c',
    'listen_addresses=',
    '-c',
    'shared_buffers=32MB',
    '-c',
    'recovery_init_sync_method=syncfs',
  ];
  const start = async () => {
    for (;;) {
      const child = spawn(path.join(bin, 'postgres'), args, { ...as, cwd: '/', stdio: 'ignore' });
      let ended = false;
      child.once('exit', () => (ended = true));
      while (!ended) {
        await sleep(20);
        const client = new pg.Client({ ...config, database: 'postgres' });
        client.on('error', () => undefined);
        const isUp = await client.connect().then(
          () => true,
          () => false,
        );
        await client.end().catch(() => undefined);
        if (isUp) return child;
      }
      // The dead server's last processes still hold its shared memory.
      await sleep(50);
    }
  };
  let server = await start();
  return {
    fresh: freshStores(config),
    crash: async () => {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await gone;
      server = await start();
    },
    stop: async () => {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
