import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AnyStoredEvent, ErrorCode } from '@qipan/base';
import { startServer } from '@qipan/server';
import type { BoardSummary, BoardView, ServerInfo, StationView, UserView } from '@qipan/server/contract';
import {
  boot16,
  eventually,
  foreignStation,
  pause,
  startTestServer,
  temporaryFolder,
  type TestServer,
} from './support.js';

const code = (body: unknown): string => (body as { code: ErrorCode }).code;

/** Server-sent events as they come; `close` ends the request. */
function listen(server: TestServer, where: string, headers: Record<string, string> = {}) {
  const got: { id: number | null; type: string; data: Record<string, never> }[] = [];
  let buffer = '';
  const req = request(
    `${server.url}/api/v1/${where}`,
    { headers: { accept: 'text/event-stream', ...headers } },
    (res) => {
      res.on('error', () => undefined);
      res.on('data', (chunk: Buffer) => {
        buffer += chunk.toString();
        for (let end = buffer.indexOf('\n\n'); end !== -1; end = buffer.indexOf('\n\n')) {
          const lines = buffer.slice(0, end).split('\n');
          buffer = buffer.slice(end + 2);
          const field = (name: string) => lines.find((l) => l.startsWith(`${name}: `))?.slice(name.length + 2);
          const [id, type, data] = [field('id'), field('event'), field('data')];
          if (type && data)
            got.push({ id: id ? Number(id) : null, type, data: JSON.parse(data) as Record<string, never> });
        }
      });
    },
  );
  req.on('error', () => undefined);
  req.end();
  return { got, close: () => req.destroy() };
}

describe('a server on a loopback address', () => {
  let server: TestServer;
  let webRoot: string;
  before(async () => {
    webRoot = mkdtempSync(path.join(tmpdir(), 'qipan-web-'));
    mkdirSync(path.join(webRoot, 'assets'));
    writeFileSync(path.join(webRoot, 'index.html'), '<!doctype html><title>Qipan</title>');
    writeFileSync(path.join(webRoot, 'assets/main-a1b2c3d4.js'), 'export {};');
    server = await startTestServer({ webRoot });
  });
  after(async () => {
    await server.end();
    rmSync(webRoot, { recursive: true, force: true });
  });

  test('needs no login and says what it is', async () => {
    const info = await server.get<ServerInfo>('info');
    assert.deepEqual(info.auth, { required: false, user: 'local', role: 'admin' });
    assert.equal(info.clock.speed, 1);
    assert.equal(info.database.engine, 'embedded');
    assert.equal(info.ocppUrl, server.ocppUrl);
    assert.equal(info.simulated, false);
  });

  test('describes itself as OpenAPI, every route with a summary', async () => {
    const api = await server.get<{ openapi: string; paths: Record<string, Record<string, { summary?: string }>> }>(
      'openapi.json',
    );
    assert.match(api.openapi, /^3\./);
    const routes = Object.entries(api.paths).flatMap(([p, methods]) =>
      Object.entries(methods).map(([m, r]) => [`${m} ${p}`, r.summary] as const),
    );
    assert.ok(routes.length >= 35, `${routes.length} routes`);
    for (const [name, summary] of routes) assert.ok(summary, `${name} has a summary`);
    for (const p of [
      '/info',
      '/boards',
      '/scenarios',
      '/runs/{id}/result',
      '/stations/{id}/commands',
      '/unknown-stations',
      '/live',
      '/summary',
    ])
      assert.ok(api.paths[`/api/v1${p}`], p);
  });

  test('refuses a foreign Host (DNS rebinding) and a foreign Origin (CSRF)', async () => {
    const ask = async (headers: Record<string, string>, method = 'GET') => {
      const req = request(`${server.url}/api/v1/info`, { method, headers });
      req.end();
      const [res] = (await once(req, 'response')) as [{ statusCode: number; resume(): void }];
      res.resume();
      return res.statusCode;
    };
    assert.equal(await ask({ host: 'evil.example' }), 403);
    assert.equal(await ask({ host: `localhost:${new URL(server.url).port}` }), 200);
    const post = (origin: string) => server.ask('POST', 'logout', {}, { origin });
    assert.equal((await post('http://evil.example')).status, 403);
    assert.equal((await post('null')).status, 403);
    assert.equal((await post(server.url)).status, 200);
  });

  test('serves pages with a strict policy, any address of the page, and no file twice', async () => {
    const page = await server.ask('GET', '/stations/x');
    assert.equal(page.status, 200);
    assert.match(String(page.body), /<title>Qipan/);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /worker-src 'self' blob:/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    const asset = await server.ask('GET', '/assets/main-a1b2c3d4.js');
    assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await server.ask('GET', '/assets/gone.js')).status, 404);
    assert.match(
      String((await server.ask('GET', '/..%2f..%2fetc%2fpasswd')).body),
      /<title>Qipan/,
      'no way out of the folder',
    );
    const api = await server.ask('GET', 'nothing');
    assert.equal(api.status, 404);
    assert.equal(code(api.body), 'NOT_FOUND');
  });

  test('answers a bad request with the error table', async () => {
    const bad = await server.ask('GET', 'transactions?limit=0');
    assert.equal(bad.status, 400);
    assert.equal(code(bad.body), 'BAD_INPUT');
    assert.deepEqual((bad.body as { details: { field: string } }).details.field, 'limit');
    const json = await fetch(`${server.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"user":',
    });
    assert.equal(json.status, 400);
    const large = await server.ask('POST', 'login', { user: 'x', password: 'y'.repeat(10_000) });
    assert.equal(large.status, 413);
    assert.equal(code(large.body), 'TOO_LARGE');
    const missing = await server.ask('GET', 'stations/nobody');
    assert.equal(missing.status, 404);
    assert.ok((missing.body as { sentence: { zh: string } }).sentence.zh);
    const kind = await server.ask('POST', 'scenarios', { kind: 'astrology', name: 'x', board: 'b' });
    assert.equal(kind.status, 400);
    const range = await server.ask('POST', 'scenarios', {
      kind: 'plan',
      name: 'x',
      board: 'b',
      parameters: { cost: { discountRate: 99 } },
    });
    assert.equal(code(range.body), 'OUT_OF_RANGE');
  });

  test('measures itself for Prometheus', async () => {
    const { body } = await server.ask('GET', '/metrics');
    for (const name of [
      'qipan_frames_in_total',
      'qipan_stations_connected',
      'qipan_database_healthy 1',
      'process_resident_memory_bytes',
    ])
      assert.ok(String(body).includes(name), name);
  });

  test('loads a board from files, and nothing of it when a cell is wrong', async () => {
    const file = (role: string, name: string, text: string) => ({
      role,
      name,
      content: Buffer.from(text).toString('base64'),
    });
    const regions = file(
      'regions',
      'regions.csv',
      'id,name,level,parent\nC,County,county,\nT1,One,township,C\nT2,Two,township,C\n',
    );
    const places = (population: string) =>
      file(
        'places',
        'places.csv',
        `id,name,kind,region,lon,lat,positionQuality,population,households\nV1,A,village,T1,107.33,30.33,surveyed,900,300\nV2,B,village,T2,107.4,30.4,surveyed,${population},250\n`,
      );
    const input = (population: string) => ({
      name: { en: 'Two villages', zh: '两村' },
      years: [2026, 2027],
      populationYear: 2020,
      attribution: 'test',
      files: [regions, places(population)],
    });
    const bad = await server.ask('POST', 'boards/import', input('minus one'));
    assert.equal(bad.status, 400, JSON.stringify(bad.body));
    const details = (bad.body as { details: Record<string, unknown> }).details;
    assert.equal(details['file'], 'places.csv');
    assert.equal(details['row'], 3);
    assert.equal(details['column'], 'population');
    assert.deepEqual(await server.get('boards'), []);
    const corners = [107, 30, 108, 30, 108, 31, 107, 31, 107, 30];
    const ring = [0, 2, 4, 6, 8].map((k) => corners.slice(k, k + 2));
    const outline = file('outline', 'county.geojson', JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
    const far = places('800').content;
    const moved = Buffer.from(far, 'base64').toString().replace('107.4', '109.4');
    const outside = await server.ask('POST', 'boards/import', {
      ...input('800'),
      files: [regions, file('places', 'places.csv', moved), outline],
    });
    assert.equal(outside.status, 400);
    assert.match(
      (outside.body as { message: string }).message,
      /places\.csv row 3, column lon, lat.*within the outline/,
    );
    assert.deepEqual(await server.get('boards'), []);
    const good = await server.post<BoardSummary>('boards/import', input('800'));
    assert.equal(good.places, 2);
    assert.equal(good.population, 1700);
    const view = await server.get<BoardView>(`boards/${good.id}`);
    assert.deepEqual(view.place.id, ['V1', 'V2']);
    assert.deepEqual(view.region.level, ['county', 'township', 'township']);
    assert.equal((await server.get<ServerInfo>('info')).defaultBoard, good.id);
    assert.equal((await server.ask('POST', 'boards/import', { ...input('800'), crs: 'mars' })).status, 400);
  });

  test('tells pages what changes, and a page that was away what it missed', async () => {
    const { id, password } = await server.api.ensureSimulatedStation('LIVE');
    const first = listen(server, 'live');
    await pause(100);
    const cp = foreignStation(server, 'LIVE', { password });
    await cp.connect();
    await cp.call('BootNotification', boot16);
    await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    await eventually(
      () => first.got.some((e) => e.type === 'event' && e.data['event']?.['kind'] === 'statusChanged'),
      'events',
    );
    await eventually(() => first.got.some((e) => e.type === 'summary'), 'a summary');
    const stations = first.got
      .filter((e) => e.type === 'station')
      .map((e) => e.data['station'] as unknown as StationView);
    assert.equal(stations.at(-1)?.id, id);
    assert.equal(stations.at(-1)?.evses[0]?.status, 'Available');
    assert.ok(stations.length <= 4, 'changes are gathered');
    const booted = first.got.find((e) => e.data['event']?.['kind'] === 'booted');
    first.close();
    await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    const again = listen(server, `live?stationId=${id}&types=event`, { 'last-event-id': String(booted?.id) });
    await eventually(() => again.got.length >= 2, 'what was missed');
    const kinds = again.got.map((e) => (e.data['event'] as unknown as AnyStoredEvent).kind);
    assert.deepEqual(kinds.slice(0, 2), ['statusChanged', 'statusChanged']);
    assert.deepEqual(
      again.got.slice(0, 2).map((e) => e.id),
      [(booted?.id ?? 0) + 1, (booted?.id ?? 0) + 2],
    );
    assert.ok(again.got.every((e) => e.type === 'event'));
    again.close();
    await cp.close();
  });
});

describe('a server that other machines reach', () => {
  let server: TestServer;
  let told = '';
  const cookie = async (user: string, password: string): Promise<string> => {
    const answer = await server.ask('POST', 'login', { user, password });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const set = answer.headers.get('set-cookie') ?? '';
    assert.match(set, /HttpOnly/);
    assert.match(set, /SameSite=Strict/);
    return set.split(';')[0] as string;
  };
  before(async () => {
    server = await startTestServer({
      host: '0.0.0.0',
      unknownStations: 'refuse',
      onProgress: (m) => {
        told = /password (\S+)/.exec(m.en)?.[1] ?? told;
      },
    });
  });
  after(() => server.end());

  test('requires a login; the first password is told once', async () => {
    const refused = await server.ask('GET', 'stations');
    assert.equal(refused.status, 401);
    assert.equal(code(refused.body), 'UNAUTHENTICATED');
    assert.equal((await server.ask('GET', 'live')).status, 401);
    const info = await server.get<ServerInfo>('info');
    assert.deepEqual(info.auth, { required: true, user: null, role: null });
    assert.equal((await server.ask('POST', 'login', { user: 'admin', password: 'not this one' })).status, 401);
    assert.equal((await server.ask('POST', 'login', { user: 'nobody', password: 'not this one' })).status, 401);
    const session = await cookie('admin', told);
    const mine = await server.ask('GET', 'info', undefined, { cookie: session });
    assert.deepEqual((mine.body as ServerInfo).auth, { required: true, user: 'admin', role: 'admin' });
    assert.equal((await server.ask('GET', 'stations', undefined, { cookie: session })).status, 200);
    assert.equal((await server.ask('POST', 'logout', {}, { cookie: session })).status, 200);
    assert.equal((await server.ask('GET', 'stations', undefined, { cookie: session })).status, 401);
    const stored = await server.store.records.sql<{ tokenHash: string }>('select "tokenHash" from "session"');
    assert.ok(
      stored.every((s) => !session.includes(s.tokenHash)),
      'the token itself is not stored',
    );
  });

  test('lets a viewer look, an operator act and an admin manage', async () => {
    const admin = { cookie: await cookie('admin', told) };
    const make = (user: string, role: string) =>
      server.ask('PUT', `users/${user}`, { password: 'long enough 1', role }, admin);
    assert.equal((await server.ask('PUT', 'users/x', { password: 'short', role: 'viewer' }, admin)).status, 400);
    assert.equal((await make('vera', 'viewer')).status, 200);
    assert.equal((await make('otto', 'operator')).status, 200);
    const users = (await server.ask('GET', 'users', undefined, admin)).body as UserView[];
    assert.deepEqual(
      users.map((u) => `${u.user} ${u.role}`),
      ['admin admin', 'otto operator', 'vera viewer'],
    );
    const { station } = (await server.ask('POST', 'stations', { identity: 'ROLE' }, admin)).body as {
      station: StationView;
    };
    const statuses = async (user: string) => {
      const headers = { cookie: await cookie(user, 'long enough 1') };
      const command = { action: 'ClearCache' };
      return [
        (await server.ask('GET', 'stations', undefined, headers)).status,
        (await server.ask('POST', `stations/${station.id}/commands`, command, headers)).status,
        (await server.ask('GET', 'users', undefined, headers)).status,
      ];
    };
    assert.deepEqual(await statuses('vera'), [200, 403, 403]);
    assert.deepEqual(await statuses('otto'), [200, 200, 403]);
    const rows = await server.store.records.sql<{ who: string; action: string }>(
      'select "who", "action" from "audit" order by "seq"',
    );
    assert.ok(rows.some((r) => r.who === 'otto' && r.action === 'command ClearCache'));
    const demoted = { password: 'long enough 1', role: 'viewer' };
    assert.equal((await server.ask('PUT', 'users/admin', demoted, admin)).status, 409, 'somebody must manage');
    assert.equal((await server.ask('DELETE', 'users/vera', undefined, admin)).status, 200);
    assert.equal((await server.ask('POST', 'login', { user: 'vera', password: 'long enough 1' })).status, 401);
  });

  test('slows guessing down', async () => {
    const statuses: number[] = [];
    for (let k = 0; k < 6; k++)
      statuses.push((await server.ask('POST', 'login', { user: 'otto', password: 'wrong guess' })).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
  });

  test('refuses unknown stations when it is told to', async () => {
    await assert.rejects(foreignStation(server, 'NOBODY').connect(), /Not Found/);
  });
});

test('a password given at a start is that of admin from then on, and ends the old sessions', async () => {
  const folder = temporaryFolder();
  const begin = (adminPassword: string) => startTestServer({ host: '0.0.0.0', adminPassword }, folder);
  const logIn = async (server: TestServer, password: string) =>
    (await server.ask('POST', 'login', { user: 'admin', password })).status;
  const first = await begin('forgotten since');
  const { headers } = await first.ask('POST', 'login', { user: 'admin', password: 'forgotten since' });
  const cookie = (headers.get('set-cookie') ?? '').split(';', 1)[0] as string;
  await first.close();
  const again = await begin('forgotten since');
  assert.equal((await again.ask('GET', 'stations', undefined, { cookie })).status, 200, 'the same one changes nothing');
  await again.close();
  const second = await begin('a new one now');
  assert.deepEqual([await logIn(second, 'forgotten since'), await logIn(second, 'a new one now')], [401, 200]);
  assert.equal((await second.ask('GET', 'stations', undefined, { cookie })).status, 401);
  await second.end();
});

describe('a start that cannot be', () => {
  const refusal = async (options: Parameters<typeof startServer>[0]): Promise<string> => {
    try {
      const server = await startServer(options);
      await server.close();
      return 'started';
    } catch (e) {
      return (e as { code: string }).code;
    }
  };

  test('says that the port is taken, before it makes anything', async (t) => {
    const other = createServer();
    t.after(() => other.close());
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const folder = temporaryFolder();
    assert.equal(await refusal({ port, dataFolder: path.join(folder, 'data') }), 'PORT_IN_USE');
    rmSync(folder, { recursive: true, force: true });
  });

  test('says that the data folder cannot be written', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a-file');
    writeFileSync(file, 'not a folder');
    assert.equal(await refusal({ port: 0, dataFolder: file }), 'FOLDER_NOT_WRITABLE');
    assert.equal(await refusal({ port: 0, dataFolder: path.join(file, 'below') }), 'FOLDER_NOT_WRITABLE');
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  test('says that the database cannot be reached', async () => {
    const folder = temporaryFolder();
    const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
    assert.equal(await refusal({ port: 0, dataFolder: folder, databaseUrl }), 'DATABASE_DOWN');
    rmSync(folder, { recursive: true, force: true });
  });
});
