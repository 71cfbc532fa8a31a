import { QipanError } from '@qipan/base';
import {
  afterRestart,
  applyLoad,
  defaultLoadRules,
  loadOrders,
  newStationLoad,
  type LoadEvent,
  type LoadNode,
  type LoadOrder,
  type LoadRules,
  type LoadState,
  type StationLoad,
} from '@qipan/operate';
import type { Store } from '@qipan/store';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { CommandView, LoadGroupInput, LoadGroupView, StationLoadView } from '../contract.js';
import type { CommandService } from '../stations/command-service.js';
import { originOf, type StationEntry } from '../stations/entry.js';
import type { StationRegistry } from '../stations/registry.js';
import { commandOf, loadStationView, measuredOf, nameplateKw, totalsOf, treeOf, wantOf } from './load-group.js';

export interface LoadManagerOptions {
  readonly store: Store;
  readonly registry: StationRegistry;
  readonly commands: CommandService;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Other times than the usual ones; tests have less patience. */
  readonly rules?: Partial<LoadRules> & { readonly turnMs?: number };
}

interface Group {
  readonly id: string;
  readonly input: LoadGroupInput;
  readonly tree: readonly LoadNode[];
  readonly rules: LoadRules;
  state: LoadState;
  readonly history: LoadGroupView['history'][number][];
  /** Reading last told, by station: each counts once. */
  readonly readAtMs: Map<string, number>;
  /** When a station's last order was settled: older readings say nothing about it. */
  readonly settledAtMs: Map<string, number>;
}

const turnMs = 1_000;
/** In real time: an answer must have come well before the end of a lease. */
const leastLeaseMs = 2_000;
const leastGraceMs = 500;
const historyMs = 60_000;
const mostHistory = 1_440;
/** A station may answer this late; then nobody knows. */
const answerS = 45;
const groupKey = (id: string) => `loadGroup/${id}`;
const stateKey = (id: string) => `loadState/${id}`;

/**
 * Keeps the stations of each transformer within its limit: looks at them every second, orders what the ledger of `operate` allows,
 * and writes the ledger down before an order goes out, so that a restart forgets nothing that a station may have taken.
 */
export class LoadManager {
  readonly #o: LoadManagerOptions;
  readonly #groups = new Map<string, Group>();
  #timer: NodeJS.Timeout | null = null;
  #turns: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: LoadManagerOptions) {
    this.#o = options;
  }

  /** Takes the groups up again, with every order of the earlier process in doubt. */
  async load(): Promise<void> {
    const { store, logger } = this.#o;
    const read = (prefix: string) =>
      store.records.sql<{ key: string; value: unknown }>(
        'select "key", "value" from "setting" where "key" like $1 order by "key"',
        [`${prefix}%`],
      );
    const states = new Map((await read('loadState/')).map((r) => [r.key, r.value as readonly StationLoad[]]));
    for (const { key, value } of await read('loadGroup/')) {
      const id = key.slice('loadGroup/'.length);
      try {
        const group = this.#make(id, value as LoadGroupInput, states.get(stateKey(id)) ?? []);
        group.state = afterRestart(group.state, this.#now(group));
        this.#groups.set(id, group);
      } catch (e) {
        logger.warn({ err: e, group: id }, 'the limits of a transformer were not taken up');
      }
    }
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#turns = this.#turns
        .then(() => this.turn())
        .catch((e: unknown) => this.#o.logger.warn({ err: e }, 'limits were not looked after'));
    }, this.#o.rules?.turnMs ?? turnMs);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#turns;
  }

  has(id: string): boolean {
    return this.#groups.has(id);
  }

  views(): readonly LoadGroupView[] {
    return [...this.#groups.values()].map((g) => this.#view(g));
  }

  /** Throws `NOT_FOUND`. */
  view(id: string): LoadGroupView {
    return this.#view(this.#require(id));
  }

  /** The limit that holds a station, if any. Throws `NOT_FOUND` for the station. */
  ofStation(stationId: string): StationLoadView {
    this.#o.registry.require(stationId);
    for (const g of this.#groups.values()) {
      const station = g.state.has(stationId)
        ? this.#view(g).stations.find((s) => s.stationId === stationId)
        : undefined;
      if (station) return { transformer: { id: g.id, name: g.input.name }, station };
    }
    return { transformer: null, station: null };
  }

  /** Stores a group and holds its stations from the next turn on. What is known of a station that was in it already is kept. */
  async put(id: string, input: LoadGroupInput): Promise<LoadGroupView> {
    const group = this.#make(id, input, [...(this.#groups.get(id)?.state.values() ?? [])]);
    for (const other of this.#groups.values()) {
      const taken = other.id === id ? undefined : [...group.state.keys()].find((s) => other.state.has(s));
      if (taken !== undefined)
        throw new QipanError('CONFLICT', `station ${taken} is held by ${other.id} already`, { got: taken });
    }
    await this.#o.store.records.write([{ table: 'setting', row: { key: groupKey(id), value: input } }]);
    this.#groups.set(id, group);
    return this.#view(group);
  }

  /** Leaves the stations with what they hold: leases end by themselves, fail-safe limits stay until somebody clears them. */
  async remove(id: string): Promise<void> {
    this.#require(id);
    this.#groups.delete(id);
    await this.#o.store.records.write([
      { table: 'setting', row: { key: groupKey(id) }, remove: true },
      { table: 'setting', row: { key: stateKey(id) }, remove: true },
    ]);
  }

  /** One look at every group. */
  async turn(): Promise<void> {
    for (const group of this.#groups.values()) {
      if (this.#isClosed) return;
      await this.#turn(group);
    }
  }

  #require(id: string): Group {
    const group = this.#groups.get(id);
    if (!group) throw new QipanError('NOT_FOUND', `no limit is enforced at transformer ${id}`, { got: id });
    return group;
  }

  #make(id: string, input: LoadGroupInput, known: readonly StationLoad[]): Group {
    const { registry, clock } = this.#o;
    const entries = new Map(
      input.stations.flatMap(({ stationId }): [string, StationEntry][] => {
        const entry = registry.get(stationId);
        return entry ? [[stationId, entry]] : [];
      }),
    );
    const tree = treeOf(id, input, entries);
    const origins = new Set([...entries.values()].map(originOf));
    if (origins.size > 1)
      throw new QipanError(
        'BAD_INPUT',
        'real and simulated stations live by different clocks: one group cannot hold both',
        {
          field: 'stations',
        },
      );
    const before = new Map(known.map((s) => [s.stationId, s]));
    const state = new Map(
      [...entries].map(([stationId, entry]) => [
        stationId,
        { ...(before.get(stationId) ?? newStationLoad(stationId, 0)), nameplateKw: nameplateKw(entry) },
      ]),
    );
    // Answers take real time, however fast the clock of the stations runs.
    const speed = origins.has('simulated') ? clock.speed : 1;
    const usual = { ...defaultLoadRules, ...this.#o.rules };
    const rules = {
      ...usual,
      leaseMs: Math.max(usual.leaseMs, leastLeaseMs * speed),
      graceMs: Math.max(usual.graceMs, leastGraceMs * speed),
    };
    return { id, input, tree, rules, state, history: [], readAtMs: new Map(), settledAtMs: new Map() };
  }

  #now(group: Group): number {
    const first = group.input.stations[0];
    const entry = first ? this.#o.registry.get(first.stationId) : undefined;
    return this.#o.clock.now(entry ? originOf(entry) : 'real');
  }

  #tell(group: Group, event: LoadEvent): void {
    group.state = applyLoad(group.state, event);
  }

  async #turn(group: Group): Promise<void> {
    const nowMs = this.#now(group);
    this.#look(group, nowMs);
    const orders = loadOrders(group.tree, group.state, nowMs, group.rules);
    const last = group.history.at(-1);
    if (!last || nowMs - last.atMs >= historyMs) {
      group.history.push({ atMs: nowMs, ...totalsOf(group.tree, group.state, nowMs, group.rules) });
      if (group.history.length > mostHistory) group.history.shift();
    }
    if (orders.length === 0) return;
    const numbered = orders.map((order, k) => ({ order, commandId: `${group.id} ${nowMs} ${k}` }));
    for (const n of numbered) this.#tell(group, { kind: 'sent', ...n });
    try {
      const value = [...group.state.values()];
      await this.#o.store.records.write([{ table: 'setting', row: { key: stateKey(group.id), value } }]);
    } catch (e) {
      // What could not be written down is not sent.
      for (const { order, commandId } of numbered) this.#settle(group, order, commandId, { outcome: 'refused' });
      throw e;
    }
    for (const n of numbered) void this.#send(group, n.order, n.commandId);
  }

  /** What there is to see of the stations: who is connected, what they could use, what they draw. */
  #look(group: Group, nowMs: number): void {
    for (const [stationId, s] of group.state) {
      const entry = this.#o.registry.get(stationId);
      if (!entry) continue;
      const isConnected = entry.socket !== null && entry.state.registration === 'Accepted';
      this.#tell(group, { kind: 'seen', stationId, isConnected });
      const reading = measuredOf(entry);
      const isNew = reading === null || reading.atMs === Infinity || reading.atMs !== group.readAtMs.get(stationId);
      const isSince = reading === null || reading.atMs > (group.settledAtMs.get(stationId) ?? 0);
      if (isNew && isSince) this.#tell(group, { kind: 'measured', stationId, kw: reading?.kw ?? null, nowMs });
      if (reading) group.readAtMs.set(stationId, reading.atMs);
      this.#tell(group, { kind: 'wants', stationId, ...wantOf(entry, group.state.get(stationId) ?? s, nowMs) });
    }
  }

  async #send(group: Group, order: LoadOrder, commandId: string): Promise<void> {
    const by = { by: 'load limit', from: 'server', waitS: answerS, idempotencyKey: null };
    let said: { readonly outcome: 'accepted' | 'refused' | 'unknown'; readonly detail?: string };
    try {
      said = outcomeOf(await this.#o.commands.send(order.stationId, commandOf(order, this.#now(group)), by));
    } catch (e) {
      // Refused before anything was sent: the version knows no such command, or the database is away.
      said = { outcome: 'refused', detail: e instanceof Error ? e.message : String(e) };
    }
    this.#settle(group, order, commandId, said);
  }

  #settle(
    group: Group,
    order: LoadOrder,
    commandId: string,
    said: { readonly outcome: 'accepted' | 'refused' | 'unknown'; readonly detail?: string },
  ): void {
    // A group that was changed meanwhile has taken the station's ledger over.
    const current = this.#groups.get(group.id) ?? group;
    const nowMs = this.#now(current);
    current.settledAtMs.set(order.stationId, nowMs);
    this.#tell(current, { kind: 'settled', stationId: order.stationId, commandId, nowMs, ...said });
  }

  #view(group: Group): LoadGroupView {
    const { id, input, rules, state, tree } = group;
    const nowMs = this.#now(group);
    const totals = totalsOf(tree, state, nowMs, rules);
    const feeders = new Map(input.stations.map((s) => [s.stationId, s.feeder ?? null]));
    const entries = [...state.values()].map((s) => ({ s, entry: this.#o.registry.get(s.stationId) }));
    return {
      id,
      name: input.name,
      level: input.level,
      dataLevel: input.dataLevel,
      limitKw: input.limitKw,
      feeders: input.feeders ?? [],
      nowMs,
      limitNowKw: totals.limitKw,
      mayDrawKw: totals.mayDrawKw,
      measuredKw: totals.measuredKw,
      isOver: totals.mayDrawKw > totals.limitKw + 1e-6,
      simulated: entries.some(({ entry }) => entry && originOf(entry) === 'simulated'),
      stations: entries.flatMap(({ s, entry }) =>
        entry ? [loadStationView(entry, s, { nowMs, rules, feeder: feeders.get(s.stationId) ?? null })] : [],
      ),
      history: group.history,
    };
  }
}

/** What the station's answer means for the ledger: only an Accepted is a yes, only what surely was not taken is a no. */
function outcomeOf(view: CommandView): {
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly detail?: string;
} {
  const status = (view.answer as { status?: string } | null)?.status;
  if (view.outcome === 'answered')
    return status === 'Accepted' ? { outcome: 'accepted' } : { outcome: 'refused', detail: status ?? 'refused' };
  const detail = view.error ?? view.outcome ?? 'no answer';
  // A CALLERROR and a command that never left were not carried out; of everything else nobody knows.
  return { outcome: view.outcome === 'error' || view.outcome === 'offline' ? 'refused' : 'unknown', detail };
}
