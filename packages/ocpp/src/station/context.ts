import type { Random } from '@qipan/base';
import type { StationConfig, Visit } from './config.js';
import type { FaultKind } from './faults.js';
import type { DetailedStatus, EvseState, OutCall, StationState, TransactionState } from './state.js';

/** What happens to a station from outside. */
export type StationInput =
  /** A timer has come, or simply time has passed. */
  | { readonly type: 'wake' }
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'frame'; readonly text: string }
  | { readonly type: 'plugIn'; readonly evseId: number; readonly visit: Visit }
  /** The driver leaves now, whatever was planned. */
  | { readonly type: 'leave'; readonly evseId: number }
  | { readonly type: 'faulted'; readonly evseId: number; readonly on: boolean };

export type VisitFailure = 'occupied' | 'unavailable' | 'silent' | 'notAuthorized' | 'noPower' | 'deauthorized';

/** What the surroundings must do, or may want to know. */
export type StationEffect =
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  /** The link is dead on this side and nobody tells the other: let the socket be, without closing it. */
  | { readonly type: 'abandon' }
  | { readonly type: 'send'; readonly text: string; readonly delayMs: number }
  /** The CSMS answered a CALL of ours: from here on it may not be lost. */
  | {
      readonly type: 'answered';
      readonly call: OutCall;
      readonly answer: Record<string, unknown>;
      readonly atMs: number;
    }
  | { readonly type: 'refused'; readonly call: OutCall; readonly code: string; readonly atMs: number }
  /** A remote start was accepted and no car is there yet. */
  | { readonly type: 'awaitingPlug'; readonly evseId: number; readonly untilMs: number }
  | { readonly type: 'visitFailed'; readonly evseId: number; readonly reason: VisitFailure; readonly atMs: number }
  | { readonly type: 'visitEnded'; readonly evseId: number; readonly energyWh: number; readonly atMs: number }
  | {
      readonly type: 'label';
      readonly fault: FaultKind;
      readonly evseId: number | null;
      readonly on: boolean;
      readonly atMs: number;
    };

export interface Message {
  readonly action: string;
  readonly payload: Record<string, unknown>;
}

/** One measured value in its unit, before it takes a version's form. */
export interface Sample {
  readonly measurand: string;
  readonly value: number;
  readonly unit: string;
  readonly location: 'Outlet' | 'EV';
}

export type EndReason =
  'Local' | 'EVDisconnected' | 'Remote' | 'HardReset' | 'SoftReset' | 'PowerLoss' | 'DeAuthorized' | 'UnlockCommand';

/** What a command does after it was answered. */
export interface CommandOutcome {
  readonly answer?: Record<string, unknown>;
  readonly error?: 'NotImplemented' | 'NotSupported' | 'FormationViolation';
  readonly afterwards?: () => void;
}

/** The words of one OCPP version: the same station behind each. */
export interface StationWire {
  boot(s: Station): Message;
  status(s: Station, evse: EvseState): Message;
  authorize(idToken: string, idTokenType: string): Message;
  started(s: Station, evse: EvseState, tx: TransactionState): Message;
  metered(s: Station, evse: EvseState, tx: TransactionState | null, context: 'periodic' | 'clock' | 'trigger'): Message;
  /** Told only by versions that have a charging state of its own. */
  stateChanged(s: Station, evse: EvseState, tx: TransactionState): Message | null;
  ended(s: Station, evse: EvseState, tx: TransactionState, reason: EndReason): Message;
  /** Authorization status in the answer to Authorize or to a start; null when the answer carries none. */
  authorizationOf(answer: Record<string, unknown>): string | null;
  command(s: Station, action: string, payload: Record<string, unknown>): CommandOutcome;
}

/** A station at work: its nameplate, its memory, the instant, and what it wants done. */
export interface Station {
  readonly config: StationConfig;
  readonly state: StationState;
  readonly wire: StationWire;
  readonly random: Random;
  nowMs: number;
  effects: StationEffect[];
}

/** The station's own clock, which may be wrong. */
export const stationTimeMs = (s: Station): number => s.nowMs + s.state.clockOffsetMs;

export const isOnline = (s: Station): boolean => s.state.link === 'open' && s.state.registration === 'Accepted';

/** 2.x and the public eye know four words. */
export function coarseStatus(status: DetailedStatus): 'Available' | 'Occupied' | 'Unavailable' | 'Faulted' {
  if (status === 'Available' || status === 'Unavailable' || status === 'Faulted') return status;
  return 'Occupied';
}
