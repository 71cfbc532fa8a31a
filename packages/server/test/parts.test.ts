import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { QipanError, type AnyStoredEvent } from '@qipan/base';
import type { SummaryView } from '@qipan/server/contract';
import type { Records } from '@qipan/store';
import { auditHash } from '../src/audit.js';
import { Accounts } from '../src/auth/accounts.js';
import { BackOff } from '../src/auth/back-off.js';
import { StationKeys, serverKey } from '../src/auth/station-keys.js';
import { sheetRows } from '../src/board-files.js';
import { startClock } from '../src/clock.js';
import { csvText, harmless, xlsxBytes } from '../src/exports/sheets.js';
import { failure } from '../src/http/failures.js';
import { gapOf, withPoint } from '../src/jobs/run-row.js';
import { EventRing } from '../src/live/event-ring.js';
import { LiveHub } from '../src/live/hub.js';
import { isLoopback } from '../src/options.js';
import { basicCredentials, declineOddCompression, identityOf } from '../src/sockets/handshake.js';
import { TokenBucket } from '../src/sockets/token-bucket.js';
import { holdsMoreThan } from '../src/zip-size.js';

describe('handshake', () => {
  test('the identity is decoded once and never leads anywhere else', () => {
    assert.equal(identityOf('/ocpp/CP%20001'), 'CP 001');
    assert.equal(identityOf('/ocpp/%E6%A1%A9'), '桩');
    assert.equal(identityOf('/ocpp/a%252fb'), 'a%2fb');
    for (const bad of ['/ocpp/', '/ocpp/a/b', '/ocpp/a%2fb', '/ocpp/..', '/ocpp/a%3ab', '/ocpp/%00', '/ocpp/%', '/x/a'])
      assert.equal(identityOf(bad), null, bad);
  });

  test('Basic credentials are split at the first colon in bytes (OCPP-J 1.6 §6.2.2)', () => {
    const given = basicCredentials('Basic QUwxMDAwOgABAgMEBQYH////////////////');
    assert.equal(given?.user, 'AL1000');
    assert.equal(given?.password.toString('hex').toUpperCase(), '0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF');
    assert.equal(basicCredentials('Bearer x'), null);
    assert.equal(basicCredentials(`Basic ${Buffer.from('no colon').toString('base64')}`), null);
    assert.equal(basicCredentials(undefined), null);
  });

  test('a compression offer that ws would refuse the handshake for is declined', () => {
    const offer = (value: string) => {
      const request = { headers: { 'sec-websocket-extensions': value } } as unknown as IncomingMessage;
      declineOddCompression(request);
      return request.headers['sec-websocket-extensions'];
    };
    assert.equal(offer('permessage-deflate; server_max_window_bits=8'), undefined);
    assert.equal(offer('permessage-deflate; client_max_window_bits'), 'permessage-deflate; client_max_window_bits');
  });

  test('only this machine is loopback', () => {
    for (const yes of ['127.0.0.1', 'localhost', '::1', '[::1]', '127.1.2.3', '::ffff:127.0.0.1'])
      assert.ok(isLoopback(yes), yes);
    for (const no of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '128.0.0.1']) assert.ok(!isLoopback(no), no);
  });
});

describe('keys of stations', () => {
  test('a generated key is known by its 20 bytes and by its text, and by nothing else', () => {
    const keys = new StationKeys(Buffer.alloc(32, 7));
    const { password, stored } = keys.generate();
    assert.match(password, /^[0-9A-F]{40}$/);
    assert.ok(!stored.includes(password));
    assert.ok(keys.verify(stored, Buffer.from(password)));
    assert.ok(keys.verify(stored, Buffer.from(password.toLowerCase())));
    assert.ok(keys.verify(stored, Buffer.from(password, 'hex')));
    assert.ok(!keys.verify(stored, Buffer.from(password.replace(/.$/, (c) => (c === '0' ? '1' : '0')))));
    assert.ok(!keys.verify(stored, Buffer.alloc(0)));
    assert.ok(!keys.verify('nonsense', Buffer.from(password)));
    assert.ok(!new StationKeys(Buffer.alloc(32, 8)).verify(stored, Buffer.from(password)), 'another server key');
  });

  test('the server key of a folder is made once', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qipan-key-'));
    const key = serverKey(folder);
    assert.equal(key.length, 32);
    assert.deepEqual(serverKey(folder), key);
    assert.deepEqual(readdirSync(folder), ['server-key'], 'nothing is left beside it');
    rmSync(folder, { recursive: true });
  });

  test('a key file that a full disk has left empty or short is refused: under it anybody could make passwords', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qipan-key-'));
    for (const left of ['', 'ab'.repeat(31), 'zz'.repeat(32)]) {
      writeFileSync(path.join(folder, 'server-key'), left);
      assert.throws(() => serverKey(folder), { code: 'BAD_FILE' });
    }
    rmSync(folder, { recursive: true });
  });
});

describe('limits', () => {
  test('back-off waits 1, 2, 4 … seconds after five failures, forgets on success, and is bounded', () => {
    const backOff = new BackOff();
    for (let k = 0; k < 4; k++) backOff.failed('a', 0);
    assert.equal(backOff.waitMs('a', 0), 0);
    backOff.failed('a', 0);
    assert.equal(backOff.waitMs('a', 0), 1000);
    backOff.failed('a', 1000);
    assert.equal(backOff.waitMs('a', 1000), 2000);
    for (let k = 0; k < 20; k++) backOff.failed('a', 1000);
    assert.equal(backOff.waitMs('a', 1000), 300_000);
    assert.equal(backOff.waitMs('b', 0), 0);
    backOff.succeeded('a');
    assert.equal(backOff.waitMs('a', 0), 0);
    for (let k = 0; k < 5; k++) backOff.failed('oldest', 0);
    for (let k = 0; k < 10_001; k++) backOff.failed(`k${k}`, 0);
    assert.equal(backOff.waitMs('oldest', 0), 0, 'the oldest is forgotten');
  });

  test('an address that guesses under ever new names is slowed down too, and another is not', async () => {
    const accounts = new Accounts({ get: () => Promise.resolve(null) } as unknown as Records);
    const code = (user: string, address: string) =>
      accounts.logIn(user, 'guess', address).then(
        () => 'in',
        (e: unknown) => (e as QipanError).code,
      );
    const codes = await Promise.all(Array.from({ length: 50 }, (_, k) => code(`user${k}`, '10.0.0.1')));
    assert.deepEqual(new Set(codes), new Set(['UNAUTHENTICATED']));
    assert.equal(await code('fresh', '10.0.0.1'), 'TOO_MANY_REQUESTS');
    assert.equal(await code('fresh', '10.0.0.2'), 'UNAUTHENTICATED');
  });

  test('a token bucket gives its burst at once and its rate for ever', () => {
    const bucket = new TokenBucket(20, 600, 0);
    let given = 0;
    for (let k = 0; k < 700; k++) if (bucket.take(0) === 0) given++;
    assert.equal(given, 600);
    assert.equal(bucket.take(0), 50);
    assert.equal(bucket.take(50), 0);
    assert.equal(bucket.take(50), 50);
    assert.equal(bucket.take(1_000_000), 0);
  });
});

describe('clock', () => {
  test('simulated stations live on the virtual clock, real ones in real time', () => {
    let now = 1_000_000;
    const clock = startClock({ speed: 60, epochVirtualMs: 5_000_000 }, () => now);
    assert.equal(clock.now('simulated'), 5_000_000);
    now += 1_000;
    assert.equal(clock.now('real'), 1_001_000);
    assert.equal(clock.now('simulated'), 5_060_000);
    assert.deepEqual(clock.info(), { speed: 60, nowMs: 5_060_000, epochRealMs: 1_000_000, epochVirtualMs: 5_000_000 });
  });
});

describe('exports', () => {
  const head = { name: 'things', columns: ['name', 'powerKw'], units: ['', 'kW'] };

  test('a cell that a spreadsheet would run stands behind an apostrophe; numbers stay numbers', () => {
    for (const bad of ['=1+1', '+cmd', '-2', '@SUM(A1)', '\tx', '\rx', '\n=1', '＝1+1', '＋1', '－1', '＠A1'])
      assert.equal(harmless(bad), `'${bad}`);
    assert.equal(harmless(-2), -2);
    assert.equal(harmless('平安'), '平安');
  });

  test('CSV has names, then units, then rows, in a form that Excel and a parser read alike', () => {
    const text = csvText({
      ...head,
      rows: [
        ['a "b", c', -1.5],
        ['=x', null],
      ],
    });
    assert.equal(text, '\ufeffname,powerKw\r\n,kW\r\n"a ""b"", c",-1.5\r\n\'=x,\r\n');
  });

  test('XLSX is a workbook that reads back', async () => {
    const { readSheet } = await import('read-excel-file/node');
    const bytes = await xlsxBytes([{ ...head, rows: [['村', 60]] }]);
    assert.deepEqual(await readSheet(bytes), [
      ['name', 'powerKw'],
      [null, 'kW'],
      ['村', 60],
    ]);
  });
});

describe('workbooks', () => {
  const workbook = (sheet: Buffer): Buffer => {
    const name = Buffer.from('xl/worksheets/sheet1.xml');
    const data = deflateRawSync(sheet);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50);
    head.writeUInt16LE(8, 8);
    // The sizes it states are 1 byte: a lie that the streaming reader believes neither.
    head.writeUInt32LE(1, 22);
    head.writeUInt16LE(name.length, 26);
    return Buffer.concat([head, name, data]);
  };

  test('one that unpacks to far more than it is, is refused before it is unpacked', async () => {
    const bomb = workbook(Buffer.alloc(129 * 1024 * 1024, 32));
    assert.ok(bomb.length < 300_000);
    await assert.rejects(sheetRows('bomb.xlsx', bomb), { code: 'TOO_LARGE' });
  });

  test('files of an archive count together, and an ordinary one passes', async () => {
    const two = Buffer.concat([workbook(Buffer.alloc(600, 65)), workbook(Buffer.alloc(500, 66))]);
    assert.equal(holdsMoreThan(two, 1100), false);
    assert.equal(holdsMoreThan(two, 1099), true);
    assert.equal(holdsMoreThan(Buffer.from('no archive'), 1), false);
    const sheet = { name: 'a', columns: ['x'], units: [''], rows: [['平安'], [1]] };
    const source = await sheetRows('a.xlsx', await xlsxBytes([sheet]));
    assert.deepEqual('rows' in source ? source.rows.at(-1) : null, [1]);
  });
});

describe('runs', () => {
  test('the gap is a share of the value, and unknown while either is unknown', () => {
    assert.equal(gapOf(100, 90), 0.1);
    assert.equal(gapOf(0, 0), 0);
    assert.equal(gapOf(null, 90), null);
  });

  test('the curve of a long run keeps its first and last points and stays short', () => {
    let curve: ReturnType<typeof withPoint> = [];
    for (let k = 0; k < 10_000; k++) curve = withPoint(curve, { atMs: k, value: k, bound: null });
    assert.ok(curve.length <= 400);
    assert.equal(curve[0]?.atMs, 0);
    assert.equal(curve.at(-1)?.atMs, 9_999);
    assert.ok(curve.every((p, k) => k === 0 || p.atMs > (curve[k - 1]?.atMs ?? -1)));
  });
});

test('an error tells nobody where the database stands, and of a bug nothing at all', () => {
  const where = 'connect ENOENT /tmp/qipan-x/.s.PGSQL.5432';
  const down = failure(new QipanError('DATABASE_DOWN', `the query failed: ${where}`, { host: where }));
  assert.equal(down.status, 503);
  assert.ok(!JSON.stringify(down.body).includes('PGSQL'));
  assert.match(JSON.stringify(down.body), /"code":"DATABASE_DOWN"/);
  const bug = failure(new Error(where));
  assert.equal(bug.status, 500);
  assert.ok(!JSON.stringify(bug.body).includes('PGSQL'));
});

test('a row of the audit that was changed breaks the chain, whatever the order of its keys', () => {
  const row = { atMs: 1, who: 'a', action: 'b', target: 'c', before: null, after: { x: 1, y: [2] } };
  const hash = auditHash('0', row);
  assert.equal(auditHash('0', { ...row, after: { y: [2], x: 1 } }), hash);
  assert.notEqual(auditHash('0', { ...row, who: 'z' }), hash);
  assert.notEqual(auditHash('1', row), hash);
});

describe('live updates', () => {
  const event = (seq: number, stationId = 's') =>
    ({ seq, stationId, kind: 'heartbeat', payload: {} }) as unknown as AnyStoredEvent;

  test('the ring gives what came after, and says when it cannot', () => {
    const ring = new EventRing(4);
    assert.deepEqual(ring.after(10, 10), []);
    assert.equal(ring.after(9, 10), null, 'before its time');
    ring.push([event(11), event(12)]);
    assert.deepEqual(
      ring.after(11, 12)?.map((e) => e.seq),
      [12],
    );
    assert.deepEqual(ring.after(12, 12), []);
    for (let seq = 13; seq < 30; seq++) ring.push([event(seq)]);
    assert.equal(ring.after(12, 29), null, 'cut off');
    assert.deepEqual(
      ring.after(27, 29)?.map((e) => e.seq),
      [28, 29],
    );
  });

  test('a reader that does not read is dropped, and the others go on', async (t) => {
    class Response extends EventEmitter {
      text = '';
      writableLength = 0;
      isDestroyed = false;
      write(t: string) {
        this.text += t;
      }
      destroy() {
        this.isDestroyed = true;
      }
      end() {
        this.isDestroyed = true;
      }
    }
    const stored = Array.from({ length: 20 }, (_, k) => event(k + 1));
    const hub = new LiveHub(
      {
        stationView: () => null,
        summary: () => Promise.resolve({ stations: 0 } as unknown as SummaryView),
        eventsAfter: (seq) => Promise.resolve(stored.filter((e) => e.seq > seq)),
      },
      20,
    );
    t.after(() => hub.close());
    const [slow, quick, late] = [new Response(), new Response(), new Response()];
    const all = { types: null, stationId: null };
    for (const r of [slow, quick]) hub.add(r as unknown as ServerResponse, all, null);
    hub.add(late as unknown as ServerResponse, { types: new Set(['event']), stationId: null }, 15);
    slow.writableLength = 2 * 1024 * 1024;
    hub.events([event(21)]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.ok(slow.isDestroyed);
    assert.ok(!quick.isDestroyed);
    assert.match(quick.text, /^retry: 2000\n\nid: 21\n/);
    const ids = [...late.text.matchAll(/^id: (\d+)$/gm)].map((m) => Number(m[1]));
    assert.deepEqual(ids, [16, 17, 18, 19, 20, 21], 'from the log, then from the ring, nothing twice');
    assert.equal(hub.clients, 2);
    hub.close();
    assert.equal(hub.add(quick as unknown as ServerResponse, all, null), false);
  });
});

test('a server that runs has loaded neither ajv nor a planner, and with its database stays small', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-small-'));
  const script = `
    import { createRequire } from 'node:module';
    import { startServer } from '@qipan/server';
    const server = await startServer({ port: 0, dataFolder: ${JSON.stringify(folder)}, logLevel: 'silent' });
    await (await fetch(server.url + '/api/v1/stations')).text();
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify({
      ajv: loaded.filter((f) => /node_modules.(ajv|highs|graphile-worker|write-excel-file|read-excel-file).dist/.test(f)),
      rssMb: process.memoryUsage().rss / 1e6,
    }));
    await server.close();`;
  const room = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: room, encoding: 'utf8' });
  const { ajv, rssMb } = JSON.parse(out) as { ajv: string[]; rssMb: number };
  assert.deepEqual(ajv, []);
  assert.ok(rssMb < 250, `${rssMb} MB`);
  rmSync(folder, { recursive: true, force: true });
});
