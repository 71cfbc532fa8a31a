import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../src/index.js';

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
