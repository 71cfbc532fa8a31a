import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { openStore, startEmbedded } from '../src/index.js';

const module = new URL('../src/index.js', import.meta.url).href;
/** A program that appends one event after the other until it is killed. */
const appender = (folder: string) => `
  import { openStore } from ${JSON.stringify(module)};
  const store = await openStore({ folder: ${JSON.stringify(folder)} });
  const event = { stationId: 's', kind: 'heartbeat', atMs: null, receivedAtMs: 1, evseId: null, connectorId: null, payload: {} };
  for (let i = 0; ; i++) {
    await store.log.append([event]);
    if (i === 20) console.log('going');
  }`;

const titleOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};
const parentOf = (pid: number): number => {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return NaN;
  }
};

/** Stops a session of this database in the middle of a statement; its process. */
async function haltAtWork(postmaster: number): Promise<number> {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    const sessions = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && parentOf(pid) === postmaster);
    for (const pid of sessions.filter((p) => /qipan qipan .*(SELECT|BIND|PARSE|INSERT|COMMIT)/.test(titleOf(p)))) {
      process.kill(pid, 'SIGSTOP');
      await sleep(50);
      if (!titleOf(pid).includes('idle')) return pid;
      process.kill(pid, 'SIGCONT');
    }
    await sleep(1);
  }
  throw new Error('no session was ever found at work');
}

test(
  'a commit of a killed owner is in the log before the next owner reads it, or never comes',
  { timeout: 60_000, skip: process.platform === 'linux' ? false : 'skipped: needs /proc' },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qipan-late-'));
    const child = spawn(process.execPath, ['--input-type=module', '-e', appender(folder)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const pidFile = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((f) =>
      f.endsWith('postmaster.pid'),
    );
    assert.ok(pidFile);
    const halted = await haltAtWork(Number(readFileSync(path.join(folder, pidFile), 'utf8').split('\n')[0]));
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    setTimeout(() => process.kill(halted, 'SIGCONT'), 1_500);
    const store = await openStore({ folder });
    try {
      assert.equal(store.info.adopted, true);
      const atOpen = await store.log.lastSeq();
      await sleep(2_500);
      assert.equal(await store.log.lastSeq(), atOpen);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** The advisory lock that every commit with events takes (migration 1). */
const logLock = 7304220401;

test('a commit given up as unknown is in the log when the database is healthy again, or never comes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-late-'));
  const server = await startEmbedded({ folder });
  const { user, password, host, port } = server.address;
  const open = new Set<Socket>();
  let isCut = false;
  // A network between us and the database that can be cut without either end being told.
  const network = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = createConnection(path.join(host, `.s.PGSQL.${port}`));
    for (const s of [near, far]) s.on('error', () => undefined);
    open.add(near);
    near.on('data', (d) => isCut || far.write(d));
    far.on('data', (d) => isCut || near.write(d));
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  const at = `127.0.0.1:${(network.address() as { port: number }).port}`;
  const databaseUrl = `postgres://${user}:${encodeURIComponent(password)}@${at}/${server.database}`;
  const store = await openStore({ databaseUrl }, { patienceMs: 300 });
  const other = new pg.Client({ ...server.address, database: server.database });
  await other.connect();
  const event = { stationId: 's', kind: 'heartbeat', atMs: null, receivedAtMs: 1, evseId: null, connectorId: null };
  try {
    await store.log.append([{ ...event, kind: 'heartbeat', payload: {} }]);
    await other.query('select pg_advisory_lock($1)', [logLock]);
    const late = store.log.append([{ ...event, kind: 'heartbeat', receivedAtMs: 2, payload: {} }]);
    const outcome = late.then(
      () => 'stored',
      (e: { details?: { outcome?: string } }) => e.details?.outcome,
    );
    await sleep(300);
    isCut = true;
    for (const s of open) s.destroy();
    assert.equal(await outcome, 'unknown');
    isCut = false;
    for (const until = Date.now() + 20_000; !store.health().healthy;) {
      assert.ok(Date.now() < until, 'the store heals');
      await sleep(20);
    }
    const atHealing = await store.log.lastSeq();
    await other.query('select pg_advisory_unlock($1)', [logLock]);
    await sleep(500);
    assert.equal(await store.log.lastSeq(), atHealing, 'nothing comes after it was looked for');
    await store.log.append([{ ...event, kind: 'heartbeat', receivedAtMs: 2, payload: {} }]);
    const log = await store.log.read({});
    assert.deepEqual(
      log.map((e) => e.receivedAtMs),
      [1, 2],
    );
  } finally {
    await other.end();
    await store.close();
    network.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
