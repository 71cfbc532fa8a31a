import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Store } from '@qipan/store';
import { serverApi, type ServerApi } from './api.js';
import { sessionCookie, type Accounts } from './auth/accounts.js';
import type { ServerInfo } from './contract.js';
import { accountRoutes } from './http/account-routes.js';
import { buildApp } from './http/app.js';
import { chessRoutes } from './http/chess-routes.js';
import { clusterRuleRoutes } from './http/cluster-rule-routes.js';
import { datasetRoutes } from './http/dataset-routes.js';
import { placeRoutes } from './http/place-routes.js';
import { gridRoutes } from './http/grid-routes.js';
import { supplyChainRoutes } from './http/supply-chain-routes.js';
import { importRoutes } from './http/import-routes.js';
import { addOperations, infoRoutes, type InfoSource } from './http/info-routes.js';
import { liveRoutes } from './http/live-route.js';
import { loadRoutes } from './http/load-routes.js';
import type { Caller } from './http/route.js';
import { reportRoutes } from './http/report-routes.js';
import { sessionRoutes } from './http/session-routes.js';
import { stationRoutes } from './http/station-routes.js';
import { studyRoutes } from './http/study-routes.js';
import { createLogger } from './logger.js';
import { wire, type Services } from './main.js';
import { isLoopback, type ServerOptions } from './options.js';
import { addressesOf, checkPort, closeUnless, openServerStore, type Addresses } from './start-up.js';
import { version } from './version.js';

/** A server that runs. */
export interface RunningServer {
  /** Of the pages and the API. */
  readonly url: string;
  /** What stands before `/{identity}` in a charger's settings. */
  readonly ocppUrl: string;
  readonly store: Store;
  readonly api: ServerApi;
  /** Ends sockets and jobs, saves the states, and stops the embedded database. */
  close(): Promise<void>;
}

const livenessMs = 5_000;
const sweepMs = 60_000;
const loopbackHost = '127.0.0.1';

/**
 * Starts everything: database, stations, jobs, API, pages and OCPP sockets on one port. Errors: `PORT_IN_USE`,
 * `FOLDER_NOT_WRITABLE`, `FOLDER_IN_USE`, `DISK_FULL`, `DATABASE_START_FAILED`, `DATABASE_DOWN`, `DATABASE_TOO_OLD`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const logger = createLogger(options.logLevel ?? 'warn');
  await checkPort(options.host ?? loopbackHost, options.port);
  const store = await openServerStore(options);
  return closeUnless(store, async () => {
    const services = await wire(options, store, logger);
    const timers: NodeJS.Timeout[] = [];
    const { app, addresses } = await listen(options, services);
    startTimers(services, timers);
    return {
      url: addresses.url,
      ocppUrl: addresses.ocppUrl,
      store,
      api: serverApi(services),
      close: () => closeAll(services, app, timers),
    };
  });
}

async function listen(
  options: ServerOptions,
  s: Services,
): Promise<{ readonly app: FastifyInstance; readonly addresses: Addresses }> {
  const host = options.host ?? loopbackHost;
  const loopback = isLoopback(host);
  if (!loopback) await announceAdmin(options, s.accounts);
  const source: InfoSource = {
    info: (caller) => serverInfo(s, caller, loopback),
    health: () => ({ ok: s.watch.health.healthy, database: s.watch.health.code ?? 'ok' }),
    metrics: s.metrics,
  };
  const app = await buildApp({
    routes: [
      ...infoRoutes(source),
      ...accountRoutes(s.accounts, s.audit),
      ...reportRoutes(s.datasets, s.results),
      ...importRoutes(s.boards, s.audit),
      ...studyRoutes(s),
      ...datasetRoutes(s.datasets, s.audit),
      ...placeRoutes(s.datasets),
      ...clusterRuleRoutes(s.datasets, s.audit),
      ...supplyChainRoutes(s.datasets),
      ...chessRoutes(s),
      ...stationRoutes(s),
      ...sessionRoutes(s.reader),
      ...gridRoutes(s.grids, s.boards, s.audit),
      ...loadRoutes(s.loads, s.audit),
      ...liveRoutes(s.hub),
    ],
    loopback,
    webRoot: options.webRoot,
    version,
    logger: s.logger,
    callerOf: (request) => s.accounts.callerOf(request.cookies[sessionCookie]),
  });
  addOperations(app, source);
  await app.ready();
  s.gateway.listen(app.server as Server);
  s.desk.noteRestart();
  const addresses = await addressesOf(app, host, options.port);
  s.addresses.ocppUrl = addresses.ocppUrl;
  s.keeper.start();
  s.loads.start();
  return { app, addresses };
}

function startTimers(s: Services, timers: NodeJS.Timeout[]): void {
  const pauseMs = Math.min(sweepMs, Math.max(1_000, sweepMs / s.clock.speed));
  timers.push(setInterval(() => s.desk.sweep(), pauseMs).unref());
  timers.push(setInterval(() => s.reader.tellLiveness(s.hub), livenessMs).unref());
}

async function announceAdmin(options: ServerOptions, accounts: Accounts): Promise<void> {
  const password = await accounts.ensureAdmin(options.adminPassword ?? process.env['QIPAN_ADMIN_PASSWORD']);
  if (password !== null)
    options.onProgress?.({
      en: `First login: user admin, password ${password} (shown once)`,
      zh: `首次登录：用户 admin，密码 ${password}（仅显示一次）`,
    });
}

async function serverInfo(s: Services, caller: Caller | null, loopback: boolean): Promise<ServerInfo> {
  const health = s.watch.health;
  return {
    name: 'Qipan 棋盘',
    version,
    clock: s.clock.info(),
    simulated: s.reader.isSimulated,
    auth: { required: !loopback, user: caller?.user ?? null, role: caller?.role ?? null },
    database: { engine: s.store.info.engine, version: s.store.info.version, healthy: health.healthy },
    defaultBoard: health.healthy ? await s.boards.defaultBoard().catch(() => null) : null,
    ocppUrl: s.addresses.ocppUrl,
  };
}

async function closeAll(s: Services, app: FastifyInstance, timers: readonly NodeJS.Timeout[]): Promise<void> {
  for (const t of timers) clearInterval(t);
  await s.loads.close();
  s.gateway.close();
  s.hub.close();
  await app.close();
  await s.studies.close();
  await s.unknown.close();
  await s.desk.settled();
  await s.keeper.close().catch((e: unknown) => s.logger.warn({ err: e }, 'states were not saved'));
  s.watch.close();
  await s.store.close();
}
