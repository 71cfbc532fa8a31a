import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, repoRoot } from '@qipan/testing';

const qipan = path.join(repoRoot, 'packages/cli/bin/qipan.js');
const folder = mkdtempSync(path.join(tmpdir(), 'qipan-start-'));
const children = new Set<ChildProcess>();
after(async () => {
  // A test that failed may have left its program running, and this process would wait for it.
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await Promise.race([once(child, 'exit'), sleep(20_000, undefined, { ref: false })]);
    child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly said: () => string;
  readonly readyS: number;
}

/** Starts the program and waits for its `ready` line. */
async function start(command: string, ...more: string[]): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const args = [qipan, command, '--port', String(port), ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.add(child);
  let text = '';
  child.stderr?.on('data', (d: Buffer) => (text += d.toString()));
  for (const until = Date.now() + 150_000; !text.includes('ready · 就绪'); await sleep(50)) {
    assert.ok(child.exitCode === null && Date.now() < until, `not ready: ${text}`);
  }
  return { child, url: `http://127.0.0.1:${port}`, said: () => text, readyS: (performance.now() - began) / 1000 };
}

async function stop({ child }: Started): Promise<number | null> {
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill('SIGINT');
  return gone;
}

const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

/** The first line that the OCPP door answers to a station with this password. */
const knockStatus = (url: string, identity: string, password: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        [
          `GET /ocpp/${identity} HTTP/1.1`,
          `Host: ${hostname}:${port}`,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          `Sec-WebSocket-Key: ${btoa('sixteen bytes 16')}`,
          'Sec-WebSocket-Protocol: ocpp1.6',
          `Authorization: Basic ${btoa(`${identity}:${password}`)}`,
          '\r\n',
        ].join('\r\n'),
      ),
    );
    socket.once('error', reject);
    socket.once('data', (d) => {
      resolve(d.toString().split('\r\n', 1)[0] as string);
      socket.destroy();
    });
  });

interface Summary {
  readonly stations: number;
  readonly byLiveness: { readonly connected: number };
  readonly openTransactions: number;
  readonly simulated: boolean;
}

describe('qipan start', () => {
  const data = path.join(folder, 'demo');
  let stations = 0;

  test(
    'an empty folder becomes a planned county whose stations are on line through their sockets',
    { timeout: 240_000 },
    async () => {
      const started = await start('start', '--data-folder', data, '--plan-seconds', '4', '--speed', '20');
      try {
        for (const part of ['Dianjiang', '垫江', 'planning · 规划', 'gap', 'simulated stations', started.url])
          assert.ok(started.said().includes(part), `${part}: ${started.said()}`);
        let summary = await get<Summary>(`${started.url}/api/v1/summary`);
        for (
          const until = Date.now() + 90_000;
          Date.now() < until && summary.byLiveness.connected < summary.stations;
        ) {
          await sleep(200);
          summary = await get<Summary>(`${started.url}/api/v1/summary`);
        }
        stations = summary.stations;
        assert.ok(stations > 10, `${stations} stations`);
        assert.equal(summary.byLiveness.connected, stations);
        assert.equal(summary.simulated, true);
        const list = await get<{ origin: string; vendorName: string }[]>(`${started.url}/api/v1/stations`);
        assert.ok(list.every((s) => s.origin === 'simulated' && s.vendorName === 'Qipan Simulator'));
        const info = await get<{ clock: { speed: number }; simulated: boolean }>(`${started.url}/api/v1/info`);
        assert.equal(info.clock.speed, 20);
        assert.equal(info.simulated, true);
      } finally {
        assert.equal(await stop(started), 0, started.said());
      }
      assert.ok(started.said().includes('stopped · 已停止'));
      assert.ok(existsSync(path.join(data, 'simulated/fleet.json')));
    },
  );

  test('a second start has everything at once and plans nothing again', { timeout: 120_000 }, async () => {
    const started = await start('start', '--data-folder', data, '--speed', '20');
    try {
      assert.ok(!started.said().includes('planning'), started.said());
      const games = await get<{ kind: string }[]>(`${started.url}/api/v1/scenarios`);
      assert.equal(
        games.filter((s) => s.kind === 'clusters.chess').length,
        1,
        'the first start asked for the one game',
      );
      const summary = await get<Summary>(`${started.url}/api/v1/summary`);
      assert.equal(summary.stations, stations);
      assert.ok(started.readyS < 30, `${started.readyS} s`);
    } finally {
      assert.equal(await stop(started), 0);
    }
  });

  test('a remote start from the API makes a car come, power rise and a session end', { timeout: 180_000 }, async () => {
    const started = await start('start', '--data-folder', data, '--speed', '20', '--stations', '5');
    try {
      const base = `${started.url}/api/v1`;
      interface View {
        readonly id: string;
        readonly liveness: string;
        readonly evses: readonly {
          evseId: number;
          status: string;
          powerW: number | null;
          transactionId: string | null;
        }[];
      }
      let free: View | undefined;
      for (const until = Date.now() + 60_000; Date.now() < until && !free; await sleep(200))
        free = (await get<View[]>(`${base}/stations`)).find(
          (s) => s.liveness === 'connected' && s.evses.some((e) => e.status === 'Available'),
        );
      assert.ok(free, 'no station with a free connector');
      const evseId = free.evses.find((e) => e.status === 'Available')?.evseId ?? 1;
      const command = async (action: string, payload: Record<string, unknown>) => {
        const response = await fetch(`${base}/stations/${free.id}/commands?waitS=20`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ action, payload }),
        });
        return (await response.json()) as { outcome: string; answer: { status: string } };
      };
      const asked = await command('RequestStartTransaction', {
        evseId,
        idToken: { idToken: 'OPERATOR', type: 'Central' },
      });
      assert.deepEqual([asked.outcome, asked.answer.status], ['answered', 'Accepted']);
      let evse: View['evses'][number] | undefined;
      for (const until = Date.now() + 60_000; Date.now() < until && !((evse?.powerW ?? 0) > 0); await sleep(100))
        evse = (await get<View>(`${base}/stations/${free.id}`)).evses.find((e) => e.evseId === evseId);
      assert.ok((evse?.powerW ?? 0) > 0, JSON.stringify(evse));
      const ended = await command('RequestStopTransaction', { transactionId: evse?.transactionId });
      assert.equal(ended.answer.status, 'Accepted');
      const of = async () =>
        (
          await get<{ transactionId: string; state: string; energyWh: number; stoppedReason: string }[]>(
            `${base}/transactions?stationId=${free.id}`,
          )
        ).find((t) => t.transactionId === evse?.transactionId);
      for (const until = Date.now() + 20_000; Date.now() < until && (await of())?.state !== 'ended';) await sleep(100);
      const session = await of();
      assert.equal(session?.state, 'ended');
      assert.equal(session?.stoppedReason, 'Remote');
      assert.ok(session.energyWh > 0);
    } finally {
      await stop(started);
    }
  });
});

describe('qipan serve', () => {
  test('stops cleanly, and what was exported comes back in another place', { timeout: 120_000 }, async () => {
    const data = path.join(folder, 'serve');
    const started = await start('serve', '--data-folder', data);
    const made = await fetch(`${started.url}/api/v1/stations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ identity: 'KEPT-1' }),
    });
    assert.ok(made.ok);
    const { password } = (await made.json()) as { password: string };
    assert.equal(await stop(started), 0);
    const run = (...args: string[]) => spawnSync(process.execPath, [qipan, ...args, '--json'], { encoding: 'utf8' });
    const archive = path.join(folder, 'archive');
    const out = run('export', archive, '--data-folder', data);
    assert.equal(out.status, 0, out.stderr);
    assert.ok((JSON.parse(out.stdout) as { rows: number }).rows > 0);
    assert.equal(run('export', archive, '--data-folder', data).status, 65, 'a folder that holds something');
    const other = path.join(folder, 'other');
    const back = run('import', archive, '--data-folder', other);
    assert.equal(back.status, 0, back.stderr);
    const again = await start('serve', '--data-folder', other);
    const list = await get<{ identity: string }[]>(`${again.url}/api/v1/stations`);
    assert.deepEqual(
      list.map((s) => s.identity),
      ['KEPT-1'],
    );
    // A charger in the field knows only its old password: a restored server must let it in.
    assert.equal((await knockStatus(again.url, 'KEPT-1', password)).slice(0, 12), 'HTTP/1.1 101');
    assert.equal((await knockStatus(again.url, 'KEPT-1', 'F'.repeat(40))).slice(0, 12), 'HTTP/1.1 401');
    assert.equal(await stop(again), 0);
  });

  test('a single simulated station with a car charges and says every frame', { timeout: 60_000 }, async () => {
    const started = await start('serve', '--data-folder', path.join(folder, 'single'));
    try {
      const made = await fetch(`${started.url}/api/v1/stations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ identity: 'SOLO' }),
      });
      const { password } = (await made.json()) as { password: string };
      const address = `${started.url.replace('http', 'ws')}/ocpp`;
      const args = [
        'station',
        'run',
        '--url',
        address,
        '--identity',
        'SOLO',
        '--password',
        password,
        '--ocpp',
        '2.0.1',
      ];
      const child = spawn(process.execPath, [qipan, ...args, '--plug', '--sampled', '1', '--json']);
      children.add(child);
      let out = '';
      child.stdout.on('data', (d: Buffer) => (out += d.toString()));
      const seen = () => out.includes('"eventType":"Started"') && out.includes('"triggerReason":"MeterValuePeriodic"');
      for (const until = Date.now() + 50_000; Date.now() < until && !seen();) await sleep(100);
      assert.ok(seen(), out.slice(0, 2000));
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      assert.equal(await gone, 0);
      for (const line of out.trim().split('\n'))
        assert.equal((JSON.parse(line) as { simulated: boolean }).simulated, true);
    } finally {
      await stop(started);
    }
  });

  test(
    'a taken port is 69, a folder in use is 69, a folder that cannot be is 73; each says what to do',
    { timeout: 60_000 },
    async () => {
      const data = path.join(folder, 'twice');
      const started = await start('serve', '--data-folder', data);
      try {
        const run = (...args: string[]) => spawnSync(process.execPath, [qipan, 'serve', ...args], { encoding: 'utf8' });
        const port = new URL(started.url).port;
        const taken = run('--port', port, '--data-folder', path.join(folder, 'else'));
        assert.equal(taken.status, 69);
        assert.match(taken.stderr, /端口已被其他程序占用/);
        assert.match(taken.stderr, /--port/);
        const used = run('--port', '0', '--data-folder', data);
        assert.equal(used.status, 69);
        assert.match(used.stderr, /FOLDER_IN_USE/);
        const file = path.join(folder, 'a-file');
        writeFileSync(file, '');
        mkdirSync(path.join(folder, 'x'), { recursive: true });
        assert.equal(run('--port', '0', '--data-folder', file).status, 73);
        if (process.platform === 'linux') {
          // Below /proc the system says that a folder's parent, which is there, does not exist.
          const args = [qipan, 'serve', '--port', '0', '--data-folder', '/proc/qipan/data'];
          const { status, stderr } = spawnSync(process.execPath, args, {
            encoding: 'utf8',
            timeout: 30_000,
            killSignal: 'SIGKILL',
          });
          assert.equal(status, 73, stderr);
        }
      } finally {
        await stop(started);
      }
    },
  );

  test('a DATABASE_URL that is no address is 64, says what one looks like and keeps its text to itself', () => {
    const args = [qipan, 'serve', '--port', '0', '--data-folder', path.join(folder, 'no-address')];
    for (const url of ['secret-nonsense', 'http://secret@host/x', 'postgres://secret@host:port/x']) {
      const env = { ...process.env, DATABASE_URL: url };
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      assert.equal(status, 64, stderr);
      assert.match(stderr, /postgres:\/\/user:password@host/);
      assert.doesNotMatch(stderr, /secret/);
    }
  });

  test('an outside database that does not answer is 69 with a sentence', { timeout: 60_000 }, () => {
    const data = path.join(folder, 'outside');
    const url = 'postgres://nobody@127.0.0.1:1/none';
    const { status, stderr } = spawnSync(
      process.execPath,
      [qipan, 'serve', '--port', '0', '--data-folder', data, '--database-url', url],
      { encoding: 'utf8' },
    );
    assert.equal(status, 69, stderr);
    assert.match(stderr, /DATABASE_DOWN/);
  });
});
