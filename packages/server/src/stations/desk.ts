import type { AnyEvent } from '@qipan/base';
import { RpcMachine, encodeAnswer, toEvents, type Decoded, type ValidCall } from '@qipan/ocpp';
import {
  decide,
  lostTransactions,
  wantedHistory,
  type DecideDeps,
  type Decision,
  type History,
  type TokenTable,
} from '@qipan/operate';
import type { RowWrite } from '@qipan/store';
import type { Logger } from 'pino';
import type { LiveHub } from '../live/hub.js';
import type { Metrics } from '../metrics.js';
import type { GatewayCounters, StationAtDoor, StationDirectory, StationLink } from '../sockets/gateway.js';
import { StationSocket, type Reply, type SocketHost } from '../sockets/station-socket.js';
import type { CommandService } from './command-service.js';
import { settingsOf, type StationEntry } from './entry.js';
import { isAway, type Ledger } from './ledger.js';
import { changedColumns, type StationRegistry } from './registry.js';
import { anomalyEvent, noteAnomaly, connectedEvent, disconnectedEvent } from './station-events.js';

export interface DeskOptions {
  readonly registry: StationRegistry;
  readonly ledger: Ledger;
  readonly hub: LiveHub;
  readonly commands: CommandService;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Messages a second and at once that one station may send. */
  readonly messageRate: { readonly perS: number; readonly burst: number };
}

/** Nobody has put tokens in yet: who may charge is said by the rule for unknown ones. */
const noTokens: TokenTable = { get: () => undefined };
const replacementWindowMs = 60_000;
const replacementsAllowed = 5;
const noWrites: readonly RowWrite[] = [];
const internalError: Reply = { type: 'error', error: { code: 'InternalError', description: 'a fault of the server' } };

/**
 * Where a station's messages are dealt with: decode, decide, commit, and only then answer. It is the directory that the door asks,
 * too.
 */
export class Desk implements StationDirectory {
  readonly #o: DeskOptions;
  readonly counters: GatewayCounters = {
    handshakes: 0,
    refused: 0,
    framesIn: 0,
    framesOut: 0,
    framesRefused: 0,
    replaced: 0,
    commitFailures: 0,
  };

  constructor(options: DeskOptions) {
    this.#o = options;
  }

  atDoor(identity: string): StationAtDoor | null {
    const entry = this.#o.registry.byIdentity(identity);
    return entry ? { id: entry.id, identity, secretHash: entry.row.secretHash, versions: null } : null;
  }

  refused(stationId: string, reason: 'password' | 'version', remoteAddress: string): void {
    const entry = this.#o.registry.require(stationId);
    const count = (entry.refused?.count ?? 0) + 1;
    entry.refused = { reason, count, atMs: this.#o.registry.now(entry), remoteAddress };
    this.#o.hub.station(stationId);
  }

  connect(stationId: string, link: StationLink): StationSocket {
    const { registry, hub } = this.#o;
    const entry = registry.require(stationId);
    entry.refused = null;
    if (entry.socket) this.#replace(entry, entry.socket);
    const machine = new RpcMachine({
      validators: link.validators,
      role: 'csms',
      validation: settingsOf(entry).validation ?? 'lenient',
      answers: entry.answers,
      registration: entry.state.registration,
    });
    const nowMs = () => registry.now(entry);
    const { ws, tcp, remoteAddress } = link;
    const socket = new StationSocket(
      { ws, tcp, machine, remoteAddress, nowMs, rate: this.#o.messageRate },
      this.#host(entry, link),
    );
    entry.socket = socket;
    entry.counters.reconnects++;
    entry.lastSeenMs = nowMs();
    this.#record(entry, [connectedEvent(entry, nowMs(), link)]);
    hub.station(entry.id);
    return socket;
  }

  /** Gives up transactions whose connector has long been free; about once a minute. */
  sweep(): void {
    for (const entry of this.#o.registry.all()) {
      if (!entry.socket || entry.state.open.size === 0 || entry.isStale) continue;
      const lost = lostTransactions(entry.state, this.#o.registry.now(entry), this.#o.registry.rulesOf(entry));
      if (lost.length > 0) this.#record(entry, lost as readonly AnyEvent[]);
    }
  }

  /** Stations that were connected when an earlier process was killed are not any more. */
  noteRestart(): void {
    for (const entry of this.#o.registry.all()) {
      if (!entry.state.isConnected) continue;
      const why = { code: 1006, reason: 'the server was restarted' };
      this.#record(entry, [disconnectedEvent(entry, this.#o.registry.now(entry), why)]);
    }
  }

  /** Resolves when nothing is on its way to the log any more, or after two seconds. */
  async settled(): Promise<void> {
    const untilMs = Date.now() + 2_000;
    const isBusy = () => [...this.#o.registry.all()].some((e) => e.inFlight > 0);
    while (isBusy() && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** The newest authenticated socket wins: the old one is a half-open link nine times in ten. */
  #replace(entry: StationEntry, old: StationSocket): void {
    this.counters.replaced++;
    const nowMs = Date.now();
    entry.replacedAtMs = [...entry.replacedAtMs.filter((t) => nowMs - t < replacementWindowMs), nowMs];
    old.replace(1000, 'replaced');
    if (entry.replacedAtMs.length === replacementsAllowed + 1) {
      const detail = `${entry.replacedAtMs.length} sockets in a minute, last from ${old.remoteAddress}`;
      this.#record(entry, [anomalyEvent(entry, this.#o.registry.now(entry), 'duplicateIdentity', detail)]);
    }
  }

  #host(entry: StationEntry, link: StationLink): SocketHost {
    const { registry, hub, commands } = this.#o;
    const { counters } = this;
    return {
      handle: (call, socket) => this.#handle(entry, call, socket),
      settled: (settled) => commands.settled(settled),
      late: (call, answer, error) => commands.late(call, answer, error),
      refused: (call, reason, detail) => commands.refused(call, reason, detail),
      note: (note) => {
        if (note.note === 'refusedCall' || note.note === 'unreadableFrame') counters.framesRefused++;
        const anomaly = noteAnomaly(entry, registry.now(entry), note);
        if (anomaly) this.#record(entry, [anomaly]);
      },
      heard: (bytes) => {
        counters.framesIn++;
        entry.counters.framesIn++;
        entry.counters.bytesIn += bytes;
        entry.lastSeenMs = registry.now(entry);
        hub.station(entry.id);
      },
      sent: (bytes) => {
        counters.framesOut++;
        entry.counters.framesOut++;
        entry.counters.bytesOut += bytes;
      },
      flooded: () => {
        const { perS, burst } = this.#o.messageRate;
        const detail = `more than ${perS} messages a second after ${burst}`;
        this.#record(entry, [anomalyEvent(entry, registry.now(entry), 'flood', detail)]);
      },
      closed: (code, reason, socket) => {
        link.closed(socket);
        if (entry.socket === socket) entry.socket = null;
        this.#record(entry, [disconnectedEvent(entry, registry.now(entry), { code, reason })]);
        hub.station(entry.id);
      },
    };
  }

  /** Events that nobody waits for. */
  #record(entry: StationEntry, events: readonly AnyEvent[]): void {
    this.#o.ledger
      .note(entry, events)
      .catch((e: unknown) => this.#o.logger.warn({ err: e, station: entry.id }, 'event was not stored'));
  }

  async #handle(entry: StationEntry, call: ValidCall, socket: StationSocket): Promise<Reply> {
    const startedMs = performance.now();
    const { registry } = this.#o;
    try {
      const decoded = toEvents(call, { stationId: entry.id, receivedAtMs: registry.now(entry) });
      const decision = await this.#settle(entry, decoded, socket);
      if (decision === null) return null;
      if (decision.answer.kind === 'registration') socket.machine.registration = decision.answer.status;
      this.#o.metrics.answered(performance.now() - startedMs);
      return { type: 'answer', payload: encodeAnswer(decoded, decision.answer) ?? {} };
    } catch (e) {
      this.#o.logger.error({ err: e, station: entry.id, action: call.action }, 'message failed');
      return internalError;
    }
  }

  /**
   * Decides and commits, as often as it takes: while the database is away the socket is not read and this message waits. A commit
   * whose outcome was unknown is looked for in the log before it is tried again. Null when the station has gone meanwhile.
   */
  async #settle(entry: StationEntry, decoded: Decoded, socket: StationSocket): Promise<Decision | null> {
    for (;;) {
      const history = this.#isReady(entry, decoded) ? undefined : await this.#ready(entry, decoded);
      if (entry.isStale) continue;
      // From here to the state in place nothing may come between: another message would decide on the same state.
      const decision = decide(entry.state, decoded, this.#deps(entry, history));
      if (!decision.isDurable) return decision;
      const committed = this.#o.ledger.commit(entry, decision, this.#facts(entry, decision));
      try {
        await committed;
        return decision;
      } catch (e) {
        this.counters.commitFailures++;
        await this.#o.ledger.resync(entry);
        if (!isAway(e)) throw e;
        if (await this.#o.ledger.isStored(entry, decision.events)) return decision;
        if (!socket.isOpen) return null;
      }
    }
  }

  /** Nothing needs to be waited for: nearly always, and the message then goes on in the same turn. */
  #isReady(entry: StationEntry, decoded: Decoded): boolean {
    return !entry.isStale && decoded.ask !== 'transactionId' && wantedHistory(entry.state, decoded).length === 0;
  }

  /** Waits for what a decision needs: a sound state, a closed transaction that left it, ids to give. */
  async #ready(entry: StationEntry, decoded: Decoded): Promise<History | undefined> {
    const { registry, ledger } = this.#o;
    for (;;) {
      if (entry.isStale) await ledger.resync(entry);
      if (decoded.ask === 'transactionId') await registry.ensureIds();
      const past = wantedHistory(entry.state, decoded);
      const isNone = past.length === 0;
      if (isNone && !entry.isStale) return undefined;
      const history = isNone ? undefined : await registry.history(entry, past);
      // Another message may have changed the state meanwhile.
      if (!entry.isStale && (isNone || wantedHistory(entry.state, decoded).join() === past.join())) return history;
    }
  }

  #deps(entry: StationEntry, history: History | undefined): DecideDeps {
    const { registry } = this.#o;
    const deps: DecideDeps = {
      nowMs: registry.now(entry),
      rules: registry.rulesOf(entry),
      tokens: noTokens,
      siteId: entry.row.siteId,
      registration: (entry.row.registration ?? 'Accepted') as 'Accepted' | 'Pending' | 'Rejected',
      nextTransactionId: () => registry.nextTransactionId(),
      isChargingElsewhere: (idToken) => registry.isChargingElsewhere(entry, idToken),
    };
    return history ? { ...deps, history } : deps;
  }

  /** What a boot says about the station goes into its record. */
  #facts(entry: StationEntry, decision: Decision): readonly RowWrite[] {
    const booted = decision.events[0];
    if (booted?.kind !== 'booted') return noWrites;
    const { vendorName, model, serialNumber, firmwareVersion, version } = booted.payload;
    const facts = { vendorName, model, serialNumber, firmwareVersion, ocppVersion: version ?? null };
    entry.row = { ...entry.row, ...facts };
    return [changedColumns(entry, facts)];
  }
}
