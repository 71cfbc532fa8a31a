import type { Logger } from 'pino';
import { defaultRules } from '@qipan/operate';
import type { Store } from '@qipan/store';
import { Accounts } from './auth/accounts.js';
import { StationKeys, serverKey } from './auth/station-keys.js';
import { Audit } from './audit.js';
import { Boards, sha256 } from './boards.js';
import { Datasets } from './clusters/datasets.js';
import { Results } from './jobs/results.js';
import { Grids } from './grids/grids.js';
import { Studies } from './jobs/studies.js';
import { LiveHub } from './live/hub.js';
import { LoadManager } from './loads/load-manager.js';
import { createMetrics, type Metrics } from './metrics.js';
import type { ServerOptions } from './options.js';
import { PlanResults } from './plans/plan-results.js';
import { Gateway } from './sockets/gateway.js';
import { startServerClock } from './start-up.js';
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

const usualRate = { perS: 20, burst: 600 };
const commandTimeoutMs = 30_000;
const saveEveryMs = 15_000;

/** Everything that lives as long as the server does. */
export type Services = Awaited<ReturnType<typeof wire>>;

/** Makes every part and hands each what it needs: who knows whom is said here and nowhere else. */
export async function wire(options: ServerOptions, store: Store, logger: Logger) {
  const ground = await wireGround(options, store, logger);
  const stations = await wireStations(ground);
  const studies = new Studies({ ...ground, store });
  stations.watch.recovered(() => {
    studies.resume().catch((e: unknown) => logger.warn({ err: e }, 'runs were not taken up again'));
  });
  const loads = new LoadManager({ ...ground, store, commands: stations.commands, ...loadRules(options) });
  await loads.load();
  const plans = new PlanResults(studies, ground.boards);
  const results = new Results(studies, plans);
  const grids = new Grids({ ...ground, records: store.records, studies, results, loads });
  await studies.resume();
  return { ...ground, ...stations, studies, plans, results, loads, grids };
}

const loadRules = ({ loadRules: rules }: ServerOptions) => (rules === undefined ? {} : { rules });

type Ground = Awaited<ReturnType<typeof wireGround>>;

/** What the others stand on: keys, clock, people, boards, stations as they were left, and the live pages. */
async function wireGround(options: ServerOptions, store: Store, logger: Logger) {
  const key = serverKey(options.dataFolder);
  const clock = await startServerClock(options.clock, store);
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
  return {
    options,
    store,
    logger,
    clock,
    registry,
    reader,
    hub,
    keys: new StationKeys(key),
    serverId: `qipan-${sha256(key.toString('hex')).slice(0, 16)}`,
    audit: new Audit(store.records),
    accounts: new Accounts(store.records),
    boards: new Boards(store.records),
    datasets: new Datasets(store.records),
  };
}

/** The way of a message: gateway → desk → ledger → store; and of a command the other way. */
async function wireStations(ground: Ground) {
  const { options, store, logger, registry, reader, hub, keys, audit, boards } = ground;
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
  const timeoutMs = options.commandTimeoutMs ?? commandTimeoutMs;
  const commands = new CommandService({ store, hub, audit, logger, registry, ledger, watch, timeoutMs });
  const unknown = new UnknownStations(store.records, hub);
  await Promise.all([commands.load(), unknown.load()]);
  const metrics: Metrics = createMetrics(() => figures({ store, gateway, hub, registry, desk }));
  const messageRate = options.messageRate ?? usualRate;
  const desk = new Desk({ registry, ledger, hub, commands, metrics, logger, messageRate });
  const gateway = new Gateway({
    directory: desk,
    unknown,
    policy: options.unknownStations ?? 'quarantine',
    keys,
    logger,
    isOpen: () => watch.health.healthy,
    counters: desk.counters,
  });
  const keeper = new StateKeeper({ store, registry, logger, everyMs: options.saveEveryMs ?? saveEveryMs });
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
  return {
    watch,
    commands,
    unknown,
    metrics,
    desk,
    gateway,
    keeper,
    addresses,
    commissioning,
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
