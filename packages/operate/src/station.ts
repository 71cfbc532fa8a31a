import type { ConnectorStatus, IdToken, OcppVersion } from '@qipan/base';
import type { Transaction } from './transaction.js';

/** Status of a connector, or of the station itself, as the station last said it. */
export interface ConnectorState {
  readonly status: ConnectorStatus;
  /** 1.6 word that 2.x does not have: Preparing, Charging, SuspendedEV, SuspendedEVSE, Finishing. */
  readonly detail: string | null;
  readonly errorCode: string | null;
  readonly info: string | null;
  /** The station's clock; null when it did not say. */
  readonly atMs: number | null;
  /** Our clock, when we heard of it: the true age of what is shown. */
  readonly receivedAtMs: number;
  /** Our clock, since when the status word is the same. */
  readonly sinceMs: number;
}

export interface EvseState {
  readonly evseId: number;
  readonly connectors: ReadonlyMap<number, ConnectorState>;
  /** The transaction that runs here. */
  readonly transactionId: string | null;
  /** Last measured power of the running transaction; null is not measured, never 0 for unknown. */
  readonly powerW: number | null;
  readonly powerAtMs: number | null;
}

/** A remote start that has not been seen to lead to a transaction. */
export interface PendingRemoteStart {
  readonly commandId: string;
  readonly evseId: number | null;
  readonly idToken: IdToken | null;
  readonly remoteStartId: number | null;
  readonly atMs: number;
}

/**
 * What is known of one station: a fold of its events. Immutable: a fold gives a new state that shares what did not change,
 * so the state before a failed commit is simply the old reference.
 */
export interface StationState {
  readonly stationId: string;
  readonly version: OcppVersion | null;
  readonly registration: 'Accepted' | 'Pending' | 'Rejected' | null;
  readonly vendorName: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly firmwareVersion: string | null;
  readonly iccid: string | null;
  readonly bootedAtMs: number | null;
  readonly bootReason: string | null;
  readonly firmwareStatus: string | null;
  readonly logStatus: string | null;
  readonly isConnected: boolean;
  /** Last change of `isConnected`. */
  readonly connectionSinceMs: number | null;
  readonly remoteAddress: string | null;
  readonly securityProfile: number | null;
  /** Our clock at the last message. */
  readonly lastSeenMs: number | null;
  /** Our clock minus the station's, median of recent live messages; null before the first. */
  readonly clockSkewMs: number | null;
  readonly skewSamples: readonly number[];
  /** Status of the station as a whole (1.6 connector 0). */
  readonly own: ConnectorState | null;
  /** EVSEs and connectors are made on first sight, from any message. */
  readonly evses: ReadonlyMap<number, EvseState>;
  readonly open: ReadonlyMap<string, Transaction>;
  /** Closed transactions, the latest last. */
  readonly recent: ReadonlyMap<string, Transaction>;
  readonly remoteStarts: readonly PendingRemoteStart[];
}

export function newStation(stationId: string): StationState {
  return {
    stationId,
    version: null,
    registration: null,
    vendorName: null,
    model: null,
    serialNumber: null,
    firmwareVersion: null,
    iccid: null,
    bootedAtMs: null,
    bootReason: null,
    firmwareStatus: null,
    logStatus: null,
    isConnected: false,
    connectionSinceMs: null,
    remoteAddress: null,
    securityProfile: null,
    lastSeenMs: null,
    clockSkewMs: null,
    skewSamples: [],
    own: null,
    evses: new Map(),
    open: new Map(),
    recent: new Map(),
    remoteStarts: [],
  };
}

export const newEvse = (evseId: number): EvseState => ({
  evseId,
  connectors: new Map(),
  transactionId: null,
  powerW: null,
  powerAtMs: null,
});

/** Connectors named so far; a station is not believed for ever. */
export function connectorCount(state: StationState): number {
  let n = 0;
  for (const evse of state.evses.values()) n += Math.max(evse.connectors.size, 1);
  return n;
}

/** A plain JSON value of a state, for snapshots. */
export function stationSnapshot(state: StationState): unknown {
  return {
    ...state,
    evses: [...state.evses.values()].map((e) => ({ ...e, connectors: [...e.connectors] })),
    open: [...state.open.values()],
    recent: [...state.recent.values()],
  };
}

/** The state of a snapshot that `stationSnapshot` made. */
export function restoreStation(snapshot: unknown): StationState {
  const s = snapshot as Omit<StationState, 'evses' | 'open' | 'recent'> & {
    readonly evses: readonly (Omit<EvseState, 'connectors'> & {
      readonly connectors: readonly (readonly [number, ConnectorState])[];
    })[];
    readonly open: readonly Transaction[];
    readonly recent: readonly Transaction[];
  };
  return {
    ...s,
    evses: new Map(s.evses.map((e) => [e.evseId, { ...e, connectors: new Map(e.connectors) }])),
    open: new Map(s.open.map((t) => [t.transactionId, t])),
    recent: new Map(s.recent.map((t) => [t.transactionId, t])),
  };
}

/**
 * How alive a station is by the link and the age of its last frame: `quiet` when a connected one has said nothing for
 * twice its heartbeat interval and a minute.
 */
export function liveness(
  state: StationState,
  nowMs: number,
  heartbeatIntervalS: number,
): 'connected' | 'quiet' | 'offline' | 'never' {
  if (state.lastSeenMs === null && !state.isConnected) return 'never';
  if (!state.isConnected) return 'offline';
  const heardMs = Math.max(state.lastSeenMs ?? 0, state.connectionSinceMs ?? 0);
  return nowMs - heardMs > (2 * heartbeatIntervalS + 60) * 1000 ? 'quiet' : 'connected';
}
