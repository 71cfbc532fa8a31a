import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { ApproveView, StationDetail, StationView } from '@qipan/server/contract';
import { WebSocket } from 'ws';
import { eventually, pause, startTestServer, type TestServer } from './support.js';

let server: TestServer;
before(async () => {
  server = await startTestServer({ messageRate: { perS: 50, burst: 200 } });
});
after(() => server.end());

interface RawStation {
  readonly id: string;
  readonly ws: WebSocket;
  readonly frames: unknown[][];
  send(text: string | Buffer): void;
  /** The next frame from the server. */
  next(): Promise<unknown[]>;
  closed(): Promise<number>;
}

let serial = 0;
const identities: string[] = [];

async function rawStation(protocol = 'ocpp1.6', options: object = {}): Promise<RawStation> {
  const identity = `RAW${++serial}`;
  identities.push(identity);
  const { station, password } = await server.post<ApproveView>('stations', { identity });
  const authorization = `Basic ${Buffer.from(`${identity}:${password}`).toString('base64')}`;
  const ws = new WebSocket(`${server.ocppUrl}/${identity}`, protocol, { headers: { authorization }, ...options });
  const frames: unknown[][] = [];
  let taken = 0;
  ws.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as unknown[]));
  const closing = new Promise<number>((resolve) => ws.once('close', resolve));
  await once(ws, 'open');
  const raw: RawStation = {
    id: station.id,
    ws,
    frames,
    send: (text) => ws.send(text),
    next: () => eventually(() => frames[taken] && frames[taken++], 'a frame'),
    closed: () => closing,
  };
  return raw;
}

const boot = '[2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]';
const accepted = async (protocol = 'ocpp1.6'): Promise<RawStation> => {
  const s = await rawStation(protocol);
  const body =
    protocol === 'ocpp1.6'
      ? boot
      : '[2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"V","model":"M"}}]';
  s.send(body);
  assert.equal((await s.next())[0], 3);
  return s;
};

test('every malformed or unknown frame gets its code, and the station goes on talking', async () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['ocpp1.6', '[2,"1","Explode",{}]', 'NotImplemented'],
    ['ocpp1.6', '[2,"2","RemoteStopTransaction",{"transactionId":1}]', 'NotSupported'],
    ['ocpp1.6', '[2,"3","StatusNotification",{"connectorId":1}]', 'OccurenceConstraintViolation'],
    [
      'ocpp1.6',
      '[2,"4","StatusNotification",{"connectorId":"one","errorCode":"NoError","status":"Available"}]',
      'TypeConstraintViolation',
    ],
    [
      'ocpp1.6',
      '[2,"5","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Sleeping"}]',
      'PropertyConstraintViolation',
    ],
    ['ocpp2.0.1', '{"not":"a frame"}', 'RpcFrameworkError'],
    ['ocpp2.0.1', '[2,"6","StatusNotification",{}]', 'OccurrenceConstraintViolation'],
    ['ocpp2.0.1', '[9,"7",{}]', 'MessageTypeNotSupported'],
  ];
  for (const [protocol, frame, code] of cases) {
    const s = await accepted(protocol);
    s.send(frame);
    const answer = await s.next();
    assert.equal(answer[0], 4, frame);
    assert.equal(answer[2], code, frame);
    s.send('[2,"h","Heartbeat",{}]');
    assert.equal((await s.next())[0], 3, `a heartbeat is answered after ${frame}`);
    s.ws.terminate();
  }
});

test('frames that can only be dropped are dropped, and none of them harms the process', async () => {
  const s = await accepted();
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  for (const text of [
    'not json',
    '',
    'null',
    '[]',
    '[2]',
    '[2,null,"Heartbeat",{}]',
    '[3,"nobody asked",{}]',
    '[4,"nobody asked","GenericError","",{}]',
    deep,
    '[2,"x","__proto__",{}]',
    '[2,"y","constructor",{}]',
    '[2,"p","DataTransfer",{"vendorId":"v","data":"{\\"__proto__\\":{\\"polluted\\":1}}"}]',
    '[2,"n","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[{"value":"1e999"},{"value":""},{"value":"12,5"},{"value":"\\ud800"},{"value":"\\u0000"}]}]}]',
    '[2,"t","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"1970-01-01T00:00:00Z"}]',
    '[2,"i","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"=cmd|calc\\r\\nforged log line"}]',
  ])
    s.send(text);
  s.send('[2,"last","Heartbeat",{}]');
  await eventually(() => s.frames.some((f) => f[1] === 'last' && f[0] === 3), 'the heartbeat');
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  const detail = await server.get<StationDetail>(`stations/${s.id}`);
  assert.ok(detail.counters.violations.length > 0, 'what broke the standard is counted');
  s.ws.terminate();
});

test('binary is refused with 1003, invalid UTF-8 with 1007, an oversized frame with 1009', async () => {
  const binary = await accepted();
  binary.ws.send(Buffer.from([1, 2, 3]), { binary: true });
  assert.equal(await binary.closed(), 1003);
  const utf8 = await accepted();
  utf8.ws.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
  assert.equal(await utf8.closed(), 1007);
  const large = await accepted();
  large.send(`[2,"l","DataTransfer",{"vendorId":"v","data":"${'x'.repeat(300 * 1024)}"}]`);
  assert.equal(await large.closed(), 1009);
  const bomb = await rawStation('ocpp1.6', { perMessageDeflate: true });
  bomb.send(`[2,"l","DataTransfer",{"vendorId":"v","data":"${'0'.repeat(5 * 1024 * 1024)}"}]`);
  assert.equal(await bomb.closed(), 1009);
  assert.equal((await server.get<StationView[]>('stations')).length, identities.length, 'the server stands');
});

test('compression is used when it is offered, and not forced when it is not', async () => {
  const s = await rawStation('ocpp1.6', { perMessageDeflate: true });
  assert.match(s.ws.extensions, /permessage-deflate/);
  s.send(boot);
  assert.equal((await s.next())[0], 3);
  s.ws.terminate();
  const small = await rawStation('ocpp1.6', { perMessageDeflate: { serverMaxWindowBits: 8 } });
  assert.equal(small.ws.extensions, '', 'an offer that we cannot take is declined, not the station');
  small.ws.terminate();
});

test('a repeated call is answered the same and has no second effect', async () => {
  const s = await accepted();
  const at = new Date().toISOString();
  const start = `[2,"s1","StartTransaction",{"connectorId":1,"idTag":"R","meterStart":5,"timestamp":"${at}"}]`;
  s.send(start);
  const first = await s.next();
  s.send(start);
  assert.deepEqual(await s.next(), first, 'same id and content');
  s.send(start.replace('"s1"', '"s2"'));
  assert.deepEqual((await s.next())[2], first[2], 'a new id, the same business key');
  const transactions = await server.get<unknown[]>(`transactions?stationId=${s.id}`);
  assert.equal(transactions.length, 1);
  s.ws.terminate();
});

test('a station that pipelines is answered in order', async () => {
  const s = await accepted();
  for (let k = 0; k < 150; k++)
    s.send(
      k % 2 === 0
        ? `[2,"k${k}","Heartbeat",{}]`
        : `[2,"k${k}","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]`,
    );
  await eventually(() => s.frames.length === 151, 'all answers');
  assert.deepEqual(
    s.frames.slice(1).map((f) => f[1]),
    Array.from({ length: 150 }, (_, k) => `k${k}`),
  );
  s.ws.terminate();
});

test('a flood is slowed down without losing a message, and others are served meanwhile', async () => {
  const s = await accepted();
  const calm = await accepted();
  for (let k = 0; k < 230; k++) s.send(`[2,"f${k}","Heartbeat",{}]`);
  const fromMs = Date.now();
  calm.send('[2,"c","Heartbeat",{}]');
  assert.equal((await calm.next())[1], 'c');
  await eventually(() => s.frames.length === 231, 'the flood is answered');
  assert.ok(Date.now() - fromMs >= 300, 'at fifty a second after the first two hundred');
  const events = await server.get<{ kind: string; payload: { code?: string } }[]>(`stations/${s.id}/events`);
  assert.ok(events.some((e) => e.kind === 'anomaly' && e.payload.code === 'flood'));
  s.ws.terminate();
  calm.ws.terminate();
});

test('paths and identities that cannot be are refused before any handshake', async () => {
  const port = Number(new URL(server.url).port);
  const knock = async (path: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
    );
    const [data] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return data.toString().split('\r\n')[0] as string;
  };
  assert.match(await knock('/ocpp/..%2f..%2fetc'), / 400 /);
  assert.match(await knock('/ocpp/a%zz'), / 400 /);
  assert.match(await knock('/ocpp/%ff%fe'), / 400 /);
  assert.match(await knock('/ocpp/a%00b'), / 400 /);
  assert.match(await knock('/ocpp/a:b'), / 400 /);
  assert.match(await knock(`/ocpp/${'x'.repeat(65)}`), / 400 /);
  assert.match(await knock('/elsewhere'), / 404 /);
  assert.match(await knock(`/ocpp/${'x'.repeat(10_000)}`), / 431 /);
});

test('without a common subprotocol the handshake ends in 1002', async () => {
  const socket = new WebSocket(`${server.ocppUrl}/OLD`, { headers: {} });
  const [code] = (await once(socket, 'close')) as [number];
  assert.equal(code, 1002);
});

test('guessing keys is slowed down, and the legitimate station stays connected', async () => {
  const s = await accepted();
  const identity = identities.at(-1) as string;
  const wrong = `Basic ${Buffer.from(`${identity}:wrong`).toString('base64')}`;
  const codes: number[] = [];
  for (let k = 0; k < 7; k++) {
    const ws = new WebSocket(`${server.ocppUrl}/${identity}`, 'ocpp1.6', { headers: { authorization: wrong } });
    const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode: number }];
    codes.push(response.statusCode);
    ws.on('error', () => undefined);
    ws.terminate();
  }
  assert.deepEqual(codes.slice(0, 5), [401, 401, 401, 401, 401]);
  assert.deepEqual(codes.slice(5), [429, 429]);
  s.send('[2,"h","Heartbeat",{}]');
  assert.equal((await s.next())[0], 3);
  s.ws.terminate();
  await pause(20);
});
