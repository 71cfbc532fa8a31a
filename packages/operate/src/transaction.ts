import type { ChargingState, IdToken } from '@qipan/base';
import { emptySeqSet, type SeqSet } from './seq-set.js';

/** Why a figure of a transaction deserves a second look. */
export type Quality =
  /** The station's clock was not believed; our time of receipt stands instead. */
  | 'clock'
  /** The first register seen is taken for the start. */
  | 'startEstimated'
  /** An end came, a start never did. */
  | 'startMissing'
  | 'registerBackward'
  | 'registerJump'
  | 'registerReset'
  | 'conflictingStop'
  | 'conflictingEvent'
  | 'sequenceGap'
  | 'unreadable'
  | 'offline'
  /** An end came for a transaction that was given up as lost. */
  | 'corrected'
  /** A stop without a usable transaction id was put here by token, register and time. */
  | 'attached';

/**
 * One transaction, folded. Registers and energy are integer milliwatt-hours, null where nobody could tell.
 * `lost`: it never ended, so it ends at its last register. `orphan`: an end that fits no start.
 */
export interface Transaction {
  readonly stationId: string;
  readonly transactionId: string;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly state: 'open' | 'ended' | 'lost' | 'orphan';
  readonly idToken: IdToken | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly startRegisterMilliWh: number | null;
  readonly lastRegisterMilliWh: number | null;
  readonly endRegisterMilliWh: number | null;
  /** Times of the first and of the last believed register reading. */
  readonly firstRegisterAtMs: number | null;
  readonly lastRegisterAtMs: number | null;
  /** Sum of the believed forward steps of the register. */
  readonly energyMilliWh: number | null;
  /** The station itself said what the register was at the start. */
  readonly isStartKnown: boolean;
  readonly chargingState: ChargingState | null;
  readonly stoppedReason: string | null;
  readonly remoteStartId: number | null;
  /** The command that caused it, as far as known. */
  readonly commandId: string | null;
  readonly reservationId: number | null;
  readonly seqSeen: SeqSet;
  /** Fingerprints of the last messages by sequence number `[seqNo, fingerprint, …]`, for repeats. */
  readonly fingerprints: readonly number[];
  /** Business key of a 1.6 start: evse, connector, tag, time, register. */
  readonly startKey: string | null;
  /** The same of the end. */
  readonly endKey: string | null;
  readonly quality: readonly Quality[];
  /** Grows with every change after which a bill would differ or that a reader must see. */
  readonly revision: number;
}

export function newTransaction(stationId: string, transactionId: string): Transaction {
  return {
    stationId,
    transactionId,
    evseId: null,
    connectorId: null,
    state: 'open',
    idToken: null,
    startedAtMs: null,
    endedAtMs: null,
    startRegisterMilliWh: null,
    lastRegisterMilliWh: null,
    endRegisterMilliWh: null,
    firstRegisterAtMs: null,
    lastRegisterAtMs: null,
    energyMilliWh: null,
    isStartKnown: false,
    chargingState: null,
    stoppedReason: null,
    remoteStartId: null,
    commandId: null,
    reservationId: null,
    seqSeen: emptySeqSet,
    fingerprints: [],
    startKey: null,
    endKey: null,
    quality: [],
    revision: 0,
  };
}

/** The list with one more reason, or the same list. */
export const withQuality = (quality: readonly Quality[], more: Quality): readonly Quality[] =>
  quality.includes(more) ? quality : [...quality, more];

export const withoutQuality = (quality: readonly Quality[], less: Quality): readonly Quality[] =>
  quality.includes(less) ? quality.filter((q) => q !== less) : quality;
