import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { defaultRules } from '@qipan/operate';
import type { Store } from '@qipan/store';
import { serverApi, type ServerApi } from './api.js';
import { Accounts, sessionCookie } from './auth/accounts.js';
import { StationKeys, serverKey } from './auth/station-keys.js';
import { Audit } from './audit.js';
import { Boards, sha256 } from './boards.js';
import type { Clock } from './clock.js';
import type { ServerInfo } from './contract.js';
import { accountRoutes } from './http/account-routes.js';
import { buildApp } from './http/app.js';
import { importRoutes } from './http/import-routes.js';
import { addOperations, infoRoutes, type InfoSource } from './http/info-routes.js';
import { liveRoutes } from './http/live-route.js';
import type { Caller } from './http/route.js';
import { stationRoutes } from './http/station-routes.js';
import { studyRoutes } from './http/study-routes.js';
import { Studies } from './jobs/studies.js';
import { LiveHub } from './live/hub.js';
import { createLogger } from './logger.js';
import { createMetrics, type Metrics } from './metrics.js';
import { isLoopback, type ServerOptions } from './options.js';
import { PlanResults } from './plans/plan-results.js';
import { Gateway } from './sockets/gateway.js';
import { addressesOf, checkPort, closeUnless, openServerStore, startServerClock, type Addresses } from './start-up.js';
import { CommandService } from './stations/command-service.js';
import { Commissioning } from './stations/commissioning.js';
import { Desk } from './stations/desk.js';
import { Ledger } from './stations/ledger.js';
import { StationReader } from './stations/reader.js';
import { rebuildProjections } from './stations/rebuild.js';
import { StationRegistry } from './stations/registry.js';
import { StateKeeper } from './stations/state-keeper.js';
import { UnknownStations } from './stations/unknown-stations.js';
import { StoreWatch } from './store-watch.js';
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

const usualRate = { perS: 20, burst: 600 };
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
    const { app, addresses } = await listen(options, services);
    return {
      url: addresses.url,
      ocppUrl: addresses.ocppUrl,
      store,
      api: serverApi(services),
      close: () => closeAll(services, app),
    };
  });
}

/** Everything that lives as long as the server does. */
type Services = Awaited<ReturnType<typeof wire>>;

async function wire(options: ServerOptions, store: Store, logger: Logger) {
  const key = serverKey(options.dataFolder);
  const keys = new StationKeys(key);
  const clock = await startServerClock(options.clock, store);
  const { records } = store;
  const audit = new Audit(records);
  const accounts = new Accounts(records);
  const boards = new Boards(records);
  const registry = new StationRegistry(store, clock);
  await registry.load();
  const reader = new StationReader({ store, registry, clock, heartbeatIntervalS: defaultRules.heartbeatIntervalS });
  const hub = new LiveHub(
    {
      stationView: (id) => reader.viewOf(id),
      summary: () => reader.summary(),
      eventsAfter: (afterSeq, limit) => store.log.read({ afterSeq, limit }),
    },
    registry.lastSeq,
  );
  store.log.subscribe((events) => {
    registry.committed(events);
    hub.events(events);
  });
  const watch = new StoreWatch(store, (health) => {
    logger.warn({ health }, health.healthy ? 'the database takes commits again' : 'the database takes no commits');
    gateway.halt(!health.healthy);
  });
  const ledger = new Ledger({
    store,
    registry,
    watch,
    hub,
    effect: (_entry, effect) => {
      if (effect.type === 'remoteStartLinked') commands.linked(effect.commandId, effect.transactionId);
    },
  });
  const timeoutMs = options.commandTimeoutMs ?? 30_000;
  const commands = new CommandService({ store, hub, audit, logger, registry, ledger, watch, timeoutMs });
  await commands.load();
  const unknown = new UnknownStations(records, hub);
  await unknown.load();
  const metrics: Metrics = createMetrics(() => figures({ store, gateway, hub, registry, desk }));
  const messageRate = options.messageRate ?? usualRate;
  const desk = new Desk({ registry, ledger, hub, commands, metrics, logger, messageRate });
  const isOpen = () => watch.health.healthy;
  const policy = options.unknownStations ?? 'quarantine';
  const gateway = new Gateway({ directory: desk, unknown, policy, keys, logger, isOpen, counters: desk.counters });
  const studies = new Studies({
    store,
    boards,
    hub,
    logger,
    workerId: `qipan-${sha256(key.toString('hex')).slice(0, 16)}`,
  });
  const plans = new PlanResults(studies, boards);
  const keeper = new StateKeeper({ store, registry, logger, everyMs: options.saveEveryMs ?? 15_000 });
  const addresses: { ocppUrl: string } = { ocppUrl: '' };
  const commissioning = new Commissioning({
    registry,
    reader,
    unknown,
    keys,
    hub,
    ocppUrl: () => addresses.ocppUrl,
    dismiss: (identity, reason) => gateway.dismiss(identity, reason),
    placePosition: (place) => boards.placePosition(place),
  });
  await studies.resume();
  return {
    ...{
      options,
      store,
      logger,
      keys,
      clock,
      audit,
      accounts,
      boards,
      registry,
      reader,
      hub,
      watch,
      commands,
      unknown,
    },
    ...{ metrics, desk, gateway, studies, plans, keeper, addresses, commissioning, timers: new Set<NodeJS.Timeout>() },
    saveStates: () => keeper.save(),
    rebuildProjections: () => rebuildProjections(store, registry),
  };
}

function figures(s: {
  readonly store: Store;
  readonly gateway: Gateway;
  readonly hub: LiveHub;
  readonly registry: StationRegistry;
  readonly desk: Desk;
}): Readonly<Record<string, number>> {
  const counters = s.store.counters();
  const c = s.desk.counters;
  let open = 0;
  for (const entry of s.registry.all()) open += entry.state.open.size;
  return {
    qipan_stations_connected: s.gateway.connected,
    qipan_live_clients: s.hub.clients,
    qipan_log_seq: s.registry.lastSeq,
    qipan_database_healthy: s.store.health().healthy ? 1 : 0,
    qipan_transactions_open: open,
    qipan_frames_in_total: c.framesIn,
    qipan_frames_out_total: c.framesOut,
    qipan_frames_refused_total: c.framesRefused,
    qipan_handshakes_total: c.handshakes,
    qipan_handshakes_refused_total: c.refused,
    qipan_replaced_total: c.replaced,
    qipan_commit_failures_total: c.commitFailures,
    qipan_commits_total: counters.commits,
    qipan_committed_events_total: counters.events,
  };
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
      ...importRoutes(s.boards, s.audit),
      ...studyRoutes(s.studies, s.plans, s.boards),
      ...stationRoutes(s),
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
  startTimers(s, s.clock);
  return { app, addresses };
}

function startTimers(s: Services, clock: Clock): void {
  const pauseMs = Math.min(sweepMs, Math.max(1_000, sweepMs / clock.speed));
  s.timers.add(setInterval(() => s.desk.sweep(), pauseMs).unref());
  s.timers.add(setInterval(() => s.reader.tellLiveness(s.hub), livenessMs).unref());
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

async function closeAll(s: Services, app: FastifyInstance): Promise<void> {
  for (const t of s.timers) clearInterval(t);
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
