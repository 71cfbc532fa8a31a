import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { it } from 'node:test';
import { isQipanError } from '@qipan/base';
import { openStore } from '@qipan/store';

/** A message of PostgreSQL's wire protocol (version 3): kind, length, content. */
function message(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const int16 = (n: number) => Buffer.from([n >> 8, n & 255]);
const int32 = (n: number) => Buffer.from([n >> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]);
const text25 = Buffer.concat([int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]);

/** Lets everybody in and answers every question with one row. */
function fakeServer(row: Readonly<Record<string, string>>): Promise<Server> {
  const names = Object.keys(row).map((name) => Buffer.concat([Buffer.from(`${name}\0`), text25]));
  const cells = Object.values(row).map((value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
  const ready = message('Z', Buffer.from('I'));
  const answer = Buffer.concat([
    message('T', Buffer.concat([int16(names.length), ...names])),
    message('D', Buffer.concat([int16(cells.length), ...cells])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  const serve = (socket: Socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), message('K', Buffer.concat([int32(1), int32(2)])), ready]));
      socket.on('data', (d) => (d[0] === 'X'.charCodeAt(0) ? socket.end() : socket.write(answer)));
    });
    socket.on('error', () => undefined);
  };
  const server = createServer(serve);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const portOf = (server: Server): number => (server.address() as { port: number }).port;

it('refuses a server older than PostgreSQL 15 and touches nothing', async (t) => {
  const server = await fakeServer({ number: '140012', version: '14.12 (Debian)', fsync: 'on', pages: 'on' });
  t.after(() => server.close());
  const opened = openStore({ databaseUrl: `postgres://me@127.0.0.1:${portOf(server)}/db` });
  await assert.rejects(opened, (e) => isQipanError(e) && e.code === 'DATABASE_TOO_OLD' && /14\.12/.test(e.message));
});

it('says DATABASE_DOWN when nobody listens, and does not tell the password', async () => {
  const server = await fakeServer({});
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  const opened = openStore({ databaseUrl: `postgres://me:secretword@127.0.0.1:${port}/db` });
  await assert.rejects(opened, (e) => {
    assert.ok(isQipanError(e));
    assert.equal(e.code, 'DATABASE_DOWN');
    assert.ok(!JSON.stringify([e.message, e.details]).includes('secretword'));
    return true;
  });
});
