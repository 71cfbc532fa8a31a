import { QipanError, milliWhToKwh, type AnyStoredEvent, type Reading } from '@qipan/base';
import { latestPower } from '@qipan/operate';
import type { RowOf, Store } from '@qipan/store';
import type { Clock } from '../clock.js';
import type { Liveness, PowerSeries, StationDetail, StationView, SummaryView, TransactionView } from '../contract.js';
import type { LiveHub } from '../live/hub.js';
import { originOf, type StationEntry } from './entry.js';
import type { StationRegistry } from './registry.js';
import { sessionRows, type SessionPlace, type SessionQuery, type SessionRow } from './session-list.js';
import { livenessOf, stationDetail, stationView, transactionView } from './views.js';

export interface ReaderOptions {
  readonly store: Store;
  readonly registry: StationRegistry;
  readonly clock: Clock;
  readonly heartbeatIntervalS: number;
}

interface DayFigures {
  readonly energyTodayKwh: number;
  readonly sessionsToday: number;
}

const dayFiguresMs = 5_000;
const mostPowerEvents = 5_000;
const powerKinds = ['metered', 'transactionStarted', 'transactionUpdated', 'transactionEnded'] as const;

/** Everything that pages read about stations and transactions: state from memory, history from the database. */
export class StationReader {
  readonly #o: ReaderOptions;
  readonly #liveness = new Map<string, Liveness>();
  #day: { readonly atMs: number; readonly figures: Promise<DayFigures> } | null = null;

  constructor(options: ReaderOptions) {
    this.#o = options;
  }

  /** Whether any station here is simulated: said wherever figures are shown. */
  get isSimulated(): boolean {
    for (const entry of this.#o.registry.all()) if (entry.row.origin === 'simulated') return true;
    return false;
  }

  /** Tells the pages of stations that fell silent or were lost; changes that no frame announces. */
  tellLiveness(hub: LiveHub): void {
    if (hub.clients === 0) return;
    for (const entry of this.#o.registry.all()) {
      const now = livenessOf(entry, this.#o.clock.now(originOf(entry)), this.#o.heartbeatIntervalS);
      if (this.#liveness.get(entry.id) !== now) hub.station(entry.id);
      this.#liveness.set(entry.id, now);
    }
  }

  /** Throws `NOT_FOUND`. */
  require(stationId: string): StationEntry {
    return this.#o.registry.require(stationId);
  }

  view(entry: StationEntry): StationView {
    return stationView(entry, this.#o.clock.now(originOf(entry)), this.#o.heartbeatIntervalS);
  }

  viewOf(stationId: string): StationView | null {
    const entry = this.#o.registry.get(stationId);
    return entry ? this.view(entry) : null;
  }

  list(
    filter: { readonly site?: string; readonly state?: string; readonly origin?: string } = {},
  ): readonly StationView[] {
    const { site, state, origin } = filter;
    return [...this.#o.registry.all()]
      .filter((e) => site === undefined || e.row.siteId === site)
      .filter((e) => origin === undefined || e.row.origin === origin)
      .map((e) => this.view(e))
      .filter((v) => state === undefined || v.liveness === state || v.evses.some((e) => e.status === state));
  }

  detail(stationId: string): StationDetail {
    const entry = this.require(stationId);
    return stationDetail(entry, this.view(entry));
  }

  events(stationId: string, limit: number, beforeSeq: number | undefined): Promise<readonly AnyStoredEvent[]> {
    this.require(stationId);
    const before = beforeSeq === undefined ? {} : { beforeSeq };
    return this.#o.store.log.read({ stationId, limit, descending: true, ...before });
  }

  /** Measured power by evse, in order of time; readings of a transaction without an evse are left out. */
  async power(stationId: string, sinceMs: number): Promise<readonly PowerSeries[]> {
    this.require(stationId);
    const query = { stationId, kinds: [...powerKinds], limit: mostPowerEvents, descending: true } as const;
    const events = await this.#o.store.log.read(query);
    const evseOf = new Map<string, number>();
    const series = new Map<number, { atMs: number[]; powerW: number[] }>();
    for (const e of events.toReversed()) {
      const payload = e.payload as { readonly transactionId?: string | null; readonly readings?: readonly Reading[] };
      const { transactionId } = payload;
      if (e.evseId !== null && transactionId) evseOf.set(transactionId, e.evseId);
      const evseId = e.evseId ?? (transactionId ? evseOf.get(transactionId) : undefined);
      const sample = latestPower(payload.readings ?? [], e.receivedAtMs);
      if (evseId === undefined || sample === null || sample.atMs < sinceMs) continue;
      const s = series.get(evseId) ?? { atMs: [], powerW: [] };
      if (sample.atMs < (s.atMs.at(-1) ?? 0)) continue;
      s.atMs.push(sample.atMs);
      s.powerW.push(sample.powerW);
      series.set(evseId, s);
    }
    return [...series].map(([evseId, s]) => ({ evseId, ...s }));
  }

  async transactions(q: {
    readonly stationId?: string;
    readonly state?: string;
    readonly limit?: number;
  }): Promise<readonly TransactionView[]> {
    if (q.stationId !== undefined) this.require(q.stationId);
    const where = {
      ...(q.stationId === undefined ? {} : { stationId: q.stationId }),
      ...(q.state === undefined ? {} : { state: q.state }),
    };
    const rows = await this.#o.store.records.select<RowOf<'chargingTransaction'>>('chargingTransaction', {
      where,
      orderBy: 'startedAtMs',
      descending: true,
      limit: q.limit ?? 100,
    });
    return rows.map((row) => this.#present(row));
  }

  /** Sessions of all stations over a span, newest first. */
  async sessions(q: SessionQuery): Promise<readonly TransactionView[]> {
    return (await sessionRows(this.#o.store.records, q)).map((row) => this.#present(row));
  }

  /** Where a station of a session stands; one that is not there any more stands for itself. */
  readonly placeOf = (stationId: string): SessionPlace => {
    const row = this.#o.registry.get(stationId)?.row;
    return { siteId: row?.siteId ?? null, identity: row?.identity ?? stationId };
  };

  async transaction(stationId: string, transactionId: string): Promise<TransactionView> {
    const entry = this.require(stationId);
    const known = entry.state.open.get(transactionId) ?? entry.state.recent.get(transactionId);
    if (known) return transactionView(known, entry);
    const key = { stationId, transactionId };
    const row = await this.#o.store.records.get<RowOf<'chargingTransaction'>>('chargingTransaction', key);
    if (!row)
      throw new QipanError('NOT_FOUND', `${stationId} has no transaction ${transactionId}`, { got: transactionId });
    return transactionView(row, entry);
  }

  /** A row may be some seconds behind the fold: what is in memory is shown. */
  #present(row: SessionRow): TransactionView {
    const entry = this.#o.registry.get(row.stationId) ?? null;
    const { transactionId } = row;
    return transactionView(
      entry?.state.open.get(transactionId) ?? entry?.state.recent.get(transactionId) ?? row,
      entry,
    );
  }

  async summary(): Promise<SummaryView> {
    const byLiveness: Record<Liveness, number> = { connected: 0, quiet: 0, offline: 0, never: 0 };
    const connectorsByStatus: Record<string, number> = {};
    let stations = 0;
    let openTransactions = 0;
    let powerW = 0;
    for (const entry of this.#o.registry.all()) {
      const view = this.view(entry);
      stations++;
      byLiveness[view.liveness]++;
      openTransactions += entry.state.open.size;
      for (const e of view.evses) {
        // What a station said before its link was lost is not its state now.
        const status = view.liveness === 'connected' || view.liveness === 'quiet' ? (e.status ?? 'Unknown') : 'Unknown';
        connectorsByStatus[status] = (connectorsByStatus[status] ?? 0) + 1;
        if (view.liveness === 'connected') powerW += e.powerW ?? 0;
      }
    }
    const { energyTodayKwh, sessionsToday } = await this.#dayFigures();
    return {
      stations,
      byLiveness,
      connectorsByStatus,
      openTransactions,
      powerKw: Math.round(powerW / 100) / 10,
      energyTodayKwh,
      sessionsToday,
      simulated: this.isSimulated,
      lastSeq: this.#o.registry.lastSeq,
    };
  }

  #dayFigures(): Promise<DayFigures> {
    if (this.#day === null || Date.now() - this.#day.atMs > dayFiguresMs) {
      const figures = this.#readDay();
      figures.catch(() => (this.#day = null));
      this.#day = { atMs: Date.now(), figures };
    }
    return this.#day.figures;
  }

  /** Sessions begun since local midnight on the clock of the fleet, with the energy they have drawn so far. */
  async #readDay(): Promise<DayFigures> {
    const midnight = new Date(this.#o.clock.now(this.isSimulated ? 'simulated' : 'real'));
    midnight.setHours(0, 0, 0, 0);
    const [row] = await this.#o.store.records.sql<{ sessions: number; energy: number | null }>(
      `select count(*)::int as "sessions", sum("energyMilliWh")::float8 as "energy" from "chargingTransaction" where "startedAtMs" >= $1`,
      [midnight.getTime()],
    );
    return { energyTodayKwh: milliWhToKwh(row?.energy ?? 0), sessionsToday: row?.sessions ?? 0 };
  }
}
