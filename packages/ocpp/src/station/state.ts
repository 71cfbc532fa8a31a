import type { StationConfig, Visit } from './config.js';

/** An instant that does not come; a plain number, so that it survives being written down. */
export const never = 8.64e15;

/** Connector status in the finer words of OCPP 1.6; 2.x is told the coarser ones. */
export type DetailedStatus =
  'Available' | 'Preparing' | 'Charging' | 'SuspendedEV' | 'SuspendedEVSE' | 'Finishing' | 'Unavailable' | 'Faulted';

/** What a message is about: decides what becomes of it when the link is lost. */
export type CallKind = 'boot' | 'heartbeat' | 'status' | 'authorize' | 'transaction' | 'report';

/** A CALL that waits to be sent or answered. `payload` is fixed when it happens, not when it is sent. */
export interface OutCall {
  id: string;
  readonly order: number;
  readonly kind: CallKind;
  readonly action: string;
  readonly payload: Record<string, unknown>;
  readonly evseId: number | null;
  /** Number of the transaction within this station; 1.6 puts the CSMS's number in its place when sending. */
  readonly localTransaction: number | null;
  attempts: number;
  notBeforeMs: number;
  deadlineMs: number;
}

export interface TransactionState {
  readonly localId: number;
  /** 2.x: ours. 1.6: null until StartTransaction is answered. */
  transactionId: string | null;
  readonly idToken: string;
  readonly idTokenType: string;
  readonly startedAtMs: number;
  readonly startRegisterWh: number;
  readonly remoteStartId: number | null;
  seqNo: number;
}

export interface EvseState {
  readonly evseId: number;
  operative: boolean;
  status: DetailedStatus;
  statusAtMs: number;
  /** Last status that the CSMS was told. */
  toldStatus: DetailedStatus | null;
  /** The true register of the meter, Wh; what is reported may differ under a fault. */
  registerWh: number;
  reportedOffsetWh: number;
  stuckAtWh: number | null;
  deliveredWh: number;
  advancedAtMs: number;
  visit: Visit | null;
  presentAtMs: number;
  leaveAtMs: number;
  unplugAtMs: number;
  /** A start from outside that waits for a plug. */
  awaiting: { idToken: string; idTokenType: string; remoteStartId: number | null; untilMs: number } | null;
  authorizing: boolean;
  transaction: TransactionState | null;
  sampleAtMs: number;
}

/**
 * A charging profile as the station keeps it: it is written down with the station's memory and holds after a lost link and after a
 * loss of power (OCPP 1.6 §3.13, 2.0.1 K01).
 */
export interface StoredProfile {
  readonly id: number;
  /** 0 = the whole station. */
  readonly evseId: number;
  readonly purpose: 'station' | 'default' | 'transaction';
  readonly stackLevel: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Start of the schedule, its length, and after how long it begins anew (null = never). */
  readonly startMs: number;
  readonly durationMs: number;
  readonly everyMs: number | null;
  readonly periods: readonly { readonly afterMs: number; readonly limitW: number }[];
}

/** All that a station remembers. Plain values: it can be written down and taken up again. */
export interface StationState {
  power: 'on' | 'booting';
  link: 'down' | 'connecting' | 'open';
  registration: 'none' | 'Accepted' | 'Pending' | 'Rejected';
  bootReason: string;
  bootAtMs: number;
  connectAtMs: number;
  connectTries: number;
  heartbeatS: number;
  heartbeatAtMs: number;
  alignedAtMs: number;
  clockOffsetMs: number;
  timeouts: number;
  callPrefix: string;
  nextCall: number;
  nextTransaction: number;
  inFlight: OutCall | null;
  /** Every transaction message not answered yet, oldest first: survives link losses and reboots. */
  transactional: OutCall[];
  /** Everything else; emptied when the link is lost. */
  passing: OutCall[];
  /** 1.6: number given by the CSMS, by local number, as long as messages need it. */
  givenIds: Record<string, number>;
  evses: EvseState[];
  variables: Record<string, string>;
  /** Charging profiles; absent in the memory of a station that never had one. */
  profiles?: StoredProfile[];
  resetAtMs: number;
  resetWhenIdle: boolean;
  faultsOn: boolean[];
  faultTickMs: number;
}

/** A station that has just been switched on. `registerWh` is what its meter shows. */
export function initialState(config: StationConfig, nowMs: number, registerWh = 0): StationState {
  return {
    power: 'booting',
    link: 'down',
    registration: 'none',
    bootReason: 'PowerUp',
    bootAtMs: nowMs,
    connectAtMs: nowMs,
    connectTries: 0,
    heartbeatS: 300,
    heartbeatAtMs: never,
    alignedAtMs: never,
    clockOffsetMs: 0,
    timeouts: 0,
    callPrefix: Math.floor(nowMs).toString(36),
    nextCall: 1,
    nextTransaction: 1,
    inFlight: null,
    transactional: [],
    passing: [],
    givenIds: {},
    evses: config.evses.map((_, i) => ({
      evseId: i + 1,
      operative: true,
      status: 'Available',
      statusAtMs: nowMs,
      toldStatus: null,
      registerWh,
      reportedOffsetWh: 0,
      stuckAtWh: null,
      deliveredWh: 0,
      advancedAtMs: nowMs,
      visit: null,
      presentAtMs: never,
      leaveAtMs: never,
      unplugAtMs: never,
      awaiting: null,
      authorizing: false,
      transaction: null,
      sampleAtMs: never,
    })),
    variables: {},
    resetAtMs: never,
    resetWhenIdle: false,
    faultsOn: config.faults.map(() => false),
    faultTickMs: never,
  };
}
