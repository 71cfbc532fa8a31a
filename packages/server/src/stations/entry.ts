import type { RefusedKnocks } from '../contract.js';
import { hashText, type AnyEvent, type Bilingual } from '@qipan/base';
import { AnswerMemory } from '@qipan/ocpp';
import { newStation, type Rules, type StationState, type Transaction } from '@qipan/operate';
import type { RowOf, RowWrite } from '@qipan/store';
import type { Origin } from '../clock.js';
import type { StationSocket } from '../sockets/station-socket.js';

export type StationRow = RowOf<'chargingStation'>;

/** What stands in the `settings` column of a station. */
export interface StationSettings {
  readonly powerKw?: number | null;
  readonly place?: number | null;
  /** Nameplate of one evse, watts: bounds how fast its register may rise. */
  readonly evsePowerW?: number;
  readonly validation?: 'strict' | 'lenient' | 'observe';
}

export interface StationCounters {
  framesIn: number;
  framesOut: number;
  bytesIn: number;
  bytesOut: number;
  reconnects: number;
}

/** One station in memory: its record, its folded state, its socket, and what is only counted. */
export interface StationEntry {
  readonly id: string;
  row: StationRow;
  state: StationState;
  /** Last event of the log that `state` holds. */
  seq: number;
  socket: StationSocket | null;
  /** Clock of the station's origin at the last frame. */
  lastSeenMs: number | null;
  readonly answers: AnswerMemory;
  readonly counters: StationCounters;
  readonly violations: Map<string, number>;
  /** Real times of the last replacements of its socket. */
  replacedAtMs: number[];
  /** Knocks that were sent away since the station was last let in. */
  refused: RefusedKnocks | null;
  /** Event that the saved state stands at. */
  savedSeq: number;
  /** The first event that the saved state misses; 0 when it misses none. */
  unsavedFrom: number;
  /** Transactions whose rows are older than `state`. */
  readonly dirtyTransactions: Map<string, Transaction>;
  /** Appends of this station that have not come back. */
  inFlight: number;
  /** The state and the event it stands at, last time nothing was in flight: what may be saved. */
  stable: { readonly state: StationState; readonly seq: number };
  /** A commit failed: the state may hold what the log does not, or miss what it holds. */
  isStale: boolean;
  /** What happened while the database was away and nobody will say again; the first is being stored. */
  readonly backlog: { readonly events: readonly AnyEvent[]; readonly writes: readonly RowWrite[] }[];
  resyncing: Promise<void> | null;
  /** Made when first asked for; null again after the record changed. */
  rules: Rules | null;
  /** 0…1, fixed by the identity: spreads heartbeats. */
  readonly jitter: number;
}

export function newEntry(row: StationRow): StationEntry {
  return {
    id: row.id,
    row,
    state: newStation(row.id),
    seq: 0,
    socket: null,
    lastSeenMs: null,
    answers: new AnswerMemory(),
    counters: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0, reconnects: 0 },
    violations: new Map(),
    replacedAtMs: [],
    refused: null,
    savedSeq: 0,
    unsavedFrom: 0,
    dirtyTransactions: new Map(),
    inFlight: 0,
    stable: { state: newStation(row.id), seq: 0 },
    isStale: false,
    backlog: [],
    resyncing: null,
    rules: null,
    jitter: hashText(row.identity) / 0xffffffff,
  };
}

export const originOf = (entry: StationEntry): Origin => (entry.row.origin === 'simulated' ? 'simulated' : 'real');
export const settingsOf = (entry: StationEntry): StationSettings => (entry.row.settings ?? {}) as StationSettings;
export const nameOf = (entry: StationEntry): Bilingual =>
  (entry.row.name as Bilingual | null) ?? { en: entry.row.identity, zh: entry.row.identity };
