import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type {
  CommandInput,
  LiveEvent,
  RunView,
  ScenarioInput,
  ScenarioView,
  ServerInfo,
  UnknownStationView,
  UserView,
} from '@qipan/server/contract';
import { repoRoot } from '@qipan/testing';
import { mockBoard } from './board.js';
import { mockFleet } from './fleet.js';
import { mockGrid } from './grid.js';
import { mockDefaults, mockPlan, mockWhy } from './plan.js';

export interface Mock {
  readonly url: string;
  /** Everything that was asked of it that it does not have. */
  readonly missing: readonly string[];
  readonly close: () => Promise<void>;
}

export interface MockOptions {
  readonly port?: number;
  /** Ask for a login: user `admin`, password `secret`. */
  readonly login?: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

const policy =
  "default-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'";

/** The contract with made-up data in memory, for tests and work on the pages. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const speed = 60;
  const epochRealMs = Date.now();
  const epochVirtualMs = epochRealMs;
  const virtualMs = () => epochVirtualMs + (Date.now() - epochRealMs) * speed;
  const listeners = new Set<ServerResponse>();
  const missing: string[] = [];
  let user: string | null = null;
  const tell = (e: LiveEvent) => {
    for (const r of listeners) r.write(`event: ${e.type}\ndata: ${JSON.stringify(e)}\n\n`);
  };
  const board = mockBoard();
  const first = mockPlan(board, 'run-1', 0);
  const fleet = mockFleet(first, virtualMs, tell);
  const grid = mockGrid(board, epochRealMs);
  const run = (id: string, scenarioId: string, name: string, value: number | null, bound: number | null): RunView => ({
    id,
    scenarioId,
    kind: 'plan',
    name,
    status: value === null ? 'queued' : 'gapReached',
    value,
    bound,
    gap: value === null || bound === null ? null : (value - bound) / value,
    phase: null,
    progress: [],
    createdAtMs: epochRealMs - 3_600_000,
    startedAtMs: epochRealMs - 3_599_000,
    endedAtMs: epochRealMs - 3_560_000,
    error: null,
  });
  const runs: RunView[] = [
    run('run-2', 'sc-2', '预算减半', first.value * 0.985, first.bound * 0.985),
    run('run-1', 'sc-1', '基准方案', first.value, first.bound),
  ];
  const scenarios: ScenarioView[] = [
    {
      id: 'sc-1',
      kind: 'plan',
      name: '基准方案',
      board: board.id,
      parameters: {},
      createdAtMs: epochRealMs,
      lastRun: runs[1] as RunView,
    },
    {
      id: 'sc-2',
      kind: 'plan',
      name: '预算减半',
      board: board.id,
      parameters: { budget: { byYear: { '2026': 3_250_000 } } },
      createdAtMs: epochRealMs,
      lastRun: runs[0] as RunView,
    },
  ];
  const users: UserView[] = [{ user: 'admin', role: 'admin', createdAtMs: Date.now() }];
  const waiting: UnknownStationView[] = [
    {
      identity: 'EVC-77A1',
      firstSeenMs: Date.now() - 840_000,
      lastSeenMs: Date.now() - 4000,
      remoteAddress: '10.20.0.17',
      ocppVersion: '1.6',
      vendorName: 'Acme',
      model: 'AC-7',
      serialNumber: 'A7-00121',
      attempts: 14,
      connected: true,
    },
  ];

  /** A run that finds better plans for some seconds, so that the drawing has something to draw. */
  const startRun = (scenarioId: string): RunView => {
    const scenario = scenarios.find((s) => s.id === scenarioId);
    const id = `run-${runs.length + 1}`;
    let now: RunView = {
      ...run(id, scenarioId, scenario?.name ?? '', null, null),
      status: 'running',
      startedAtMs: Date.now(),
      endedAtMs: null,
    };
    const put = (next: RunView) => {
      now = next;
      const at = runs.findIndex((r) => r.id === id);
      if (at === -1) runs.unshift(now);
      else runs[at] = now;
      tell({ type: 'run', run: now });
    };
    put(now);
    let round = 0;
    const timer = setInterval(() => {
      round += 1;
      const stopped = runs.find((r) => r.id === id)?.status === 'stopped';
      const value = first.value * (1 + 0.25 * Math.exp(-round / 5));
      const bound = first.bound * (1 - 0.3 * Math.exp(-round / 4));
      const gap = (value - bound) / value;
      const done = gap < 0.01 || stopped;
      put({
        ...now,
        status: stopped ? 'stopped' : done ? 'gapReached' : 'running',
        phase: round % 2 === 0 ? 'local search' : 'lagrangian',
        value,
        bound,
        gap,
        progress: [...now.progress, { atMs: Date.now(), value, bound }],
        endedAtMs: done ? Date.now() : null,
      });
      if (done) clearInterval(timer);
    }, 250);
    return now;
  };

  const info = (): ServerInfo => ({
    name: 'Qipan mock',
    version: '0.1.0',
    clock: { speed, nowMs: virtualMs(), epochRealMs, epochVirtualMs },
    simulated: true,
    auth: {
      required: options.login === true,
      user,
      role: options.login === true ? (user === null ? null : 'admin') : null,
    },
    database: { engine: 'embedded', version: '18.4', healthy: true },
    defaultBoard: board.id,
    ocppUrl: 'ws://127.0.0.1:9000/ocpp/',
  });

  const routes: readonly (readonly [
    string,
    RegExp,
    (m: RegExpMatchArray, q: URLSearchParams, body: unknown) => unknown,
  ])[] = [
    ['GET', /^\/info$/, info],
    ['GET', /^\/boards$/, () => [board]],
    ['GET', /^\/boards\/([^/]+)$/, () => board],
    ['GET', /^\/summary$/, () => fleet.summary()],
    ['GET', /^\/grids\/([^/]+)$/, () => grid.view],
    ['GET', /^\/grids\/[^/]+\/transformers\/([^/]+)$/, (m) => grid.transformer(m[1] as string)],
    ['GET', /^\/grids\/[^/]+\/transformers\/([^/]+)\/study$/, (m) => grid.study(m[1] as string)],
    ['GET', /^\/load-groups\/([^/]+)$/, () => grid.group],
    ['GET', /^\/stations\/([^/]+)\/load$/, () => grid.load],
    ['GET', /^\/defaults\/plan$/, () => mockDefaults],
    ['GET', /^\/scenarios$/, () => scenarios],
    ['GET', /^\/scenarios\/([^/]+)$/, (m) => scenarios.find((s) => s.id === m[1])],
    [
      'POST',
      /^\/scenarios$/,
      (_m, _q, body) => {
        const made = {
          ...(body as ScenarioInput),
          id: `sc-${scenarios.length + 1}`,
          createdAtMs: Date.now(),
          lastRun: null,
        };
        scenarios.unshift(made);
        return made;
      },
    ],
    ['POST', /^\/scenarios\/([^/]+)\/runs$/, (m) => startRun(m[1] as string)],
    ['GET', /^\/runs$/, () => runs],
    ['GET', /^\/runs\/([^/]+)$/, (m) => runs.find((r) => r.id === m[1])],
    [
      'POST',
      /^\/runs\/([^/]+)\/stop$/,
      (m) => {
        const at = runs.findIndex((r) => r.id === m[1]);
        if (at !== -1) runs[at] = { ...(runs[at] as RunView), status: 'stopped' };
        return runs[at];
      },
    ],
    ['GET', /^\/runs\/([^/]+)\/result$/, (m) => (m[1] === 'run-1' ? first : mockPlan(board, m[1] as string, 1))],
    ['GET', /^\/runs\/([^/]+)\/result\.(geojson|xlsx|csv)$/, () => ({ type: 'FeatureCollection', features: [] })],
    ['GET', /^\/runs\/([^/]+)\/villages\/([^/]+)\/why$/, (m) => mockWhy(board, first, m[2] as string)],
    ['GET', /^\/stations$/, () => fleet.stations()],
    ['GET', /^\/stations\/([^/]+)$/, (m) => fleet.station(m[1] as string)],
    [
      'GET',
      /^\/stations\/([^/]+)\/events$/,
      (m, q) => fleet.events(m[1] as string, Number(q.get('limit') ?? 100), Number(q.get('beforeSeq') ?? 1e15)),
    ],
    ['GET', /^\/stations\/([^/]+)\/power$/, (m, q) => fleet.power(m[1] as string, Number(q.get('sinceMs') ?? 0))],
    ['GET', /^\/stations\/([^/]+)\/commands$/, (m) => fleet.commands(m[1] as string)],
    ['POST', /^\/stations\/([^/]+)\/commands$/, (m, _q, body) => fleet.command(m[1] as string, body as CommandInput)],
    ['GET', /^\/transactions$/, (_m, q) => fleet.transactions(q.get('stationId'), Number(q.get('limit') ?? 100))],
    ['GET', /^\/users$/, () => users],
    [
      'PUT',
      /^\/users\/([^/]+)$/,
      (m, _q, body) => {
        users.push({ user: m[1] as string, role: (body as { role: 'viewer' }).role, createdAtMs: Date.now() });
        return users.at(-1);
      },
    ],
    ['GET', /^\/sessions$/, () => fleet.sessions()],
    ['GET', /^\/unknown-stations$/, () => waiting],
    [
      'POST',
      /^\/unknown-stations\/([^/]+)\/approve$/,
      (m) => {
        waiting.length = 0;
        return {
          station: { ...fleet.stations()[0], id: m[1], identity: m[1] },
          password: 'k3F9-tQ2m-Zx81-Lp0d',
          url: `ws://127.0.0.1:9000/ocpp/${m[1]}`,
        };
      },
    ],
    ['DELETE', /^\/unknown-stations\/([^/]+)$/, () => ((waiting.length = 0), {})],
    [
      'POST',
      /^\/login$/,
      (_m, _q, body) => {
        const { user: name, password } = body as { user: string; password: string };
        if (password !== 'secret') return undefined;
        user = name;
        return {};
      },
    ],
    ['POST', /^\/logout$/, () => ((user = null), {})],
  ];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith('/api/v1')) return file(url.pathname, response);
    const where = decodeURIComponent(url.pathname.slice('/api/v1'.length));
    if (where === '/live') return live(request, response);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    for (const [method, pattern, handle] of routes) {
      const match = method === request.method ? where.match(pattern) : null;
      if (match === null) continue;
      const value = await handle(match, url.searchParams, text === '' ? undefined : JSON.parse(text));
      if (value !== undefined && value !== null) return json(response, 200, value);
    }
    if (where !== '/login') missing.push(`${request.method} ${where}`);
    const code = where === '/login' ? 'UNAUTHENTICATED' : 'NOT_FOUND';
    return json(response, where === '/login' ? 401 : 404, {
      code,
      message: `${where} is not here`,
      sentence: { en: 'There is no such thing.', zh: '未找到。' },
      details: {},
    });
  };

  const json = (response: ServerResponse, status: number, value: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };

  const live = (request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write('retry: 1000\n\n');
    listeners.add(response);
    request.on('close', () => listeners.delete(response));
  };

  const file = (name: string, response: ServerResponse) => {
    const site = path.join(repoRoot, 'packages/web/dist/site');
    const full = path.join(site, name === '/' ? 'index.html' : path.normalize(name));
    if (!full.startsWith(site) || !existsSync(full)) {
      missing.push(name);
      response.writeHead(404);
      return response.end();
    }
    response.writeHead(200, {
      'content-type': types[path.extname(full)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    });
    return createReadStream(full).pipe(response);
  };

  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  for (let i = 0; i < 40; i++) fleet.tick();
  const timer = setInterval(() => {
    fleet.tick();
    tell({ type: 'summary', summary: fleet.summary() });
  }, 1000);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    missing,
    close: async () => {
      clearInterval(timer);
      for (const r of listeners) r.end();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
