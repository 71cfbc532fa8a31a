import type { CommandOutcome, OcppVersion } from '@qipan/base';
import type { AnswerMemory } from './answer-memory.js';
import type { RpcErrorCode } from './error-codes.js';
import type { FrameLimits, Payload } from './frames.js';
import type { Repair, ValidationMode } from './leniency.js';
import type { Validators } from './validators.js';

/** A request that was read, is known, allowed and valid: ready to be decoded. */
export interface ValidCall {
  readonly version: OcppVersion;
  readonly id: string;
  readonly action: string;
  readonly payload: Payload;
  /** What had to be repaired on the way; empty for a valid message. */
  readonly repairs: readonly Repair[];
  /** OCPP 2.1 SEND: wants no answer. */
  readonly isSend: boolean;
  /** Number of the call on its connection: answers go out in this order. */
  readonly arrival: number;
}

/** Stop and safety limits go before what an operator asks, and that before background work. */
export type Priority = 'safety' | 'operator' | 'background';

export interface OutboundCall {
  /** Never used twice for one station: UUIDv7, made by the caller. */
  readonly id: string;
  readonly action: string;
  readonly payload: Payload;
  readonly priority: Priority;
  /** How long to wait for the answer once sent. */
  readonly timeoutMs: number;
  /** Not sent after this time: outcome `expired`. */
  readonly deadlineMs: number | null;
}

export interface PeerError {
  readonly code: string;
  readonly description: string;
}

/** How an outbound CALL ended. */
export interface Settled {
  readonly type: 'settled';
  readonly call: OutboundCall;
  readonly outcome: CommandOutcome;
  /** The peer's answer as it stands on the wire, for `answered`. */
  readonly answer: Payload | null;
  /** False when the answer breaks its schema beyond the listed repairs. */
  readonly isValid: boolean;
  readonly error: PeerError | null;
}

export type RefusalReason = 'queueFull' | 'notAccepted' | 'closed' | 'unknownAction' | 'invalidPayload';

/** What happened that is worth counting; `text` is the raw frame where it belongs into quarantine. */
export interface Note {
  readonly type: 'note';
  readonly note:
    | 'repeated'
    | 'messageIdReused'
    | 'unreadableFrame'
    | 'refusedCall'
    | 'repaired'
    | 'unknownAnswer'
    | 'invalidAnswer'
    | 'answerNotUnderstood'
    | 'beforeAcceptance'
    | 'invalidOwnAnswer';
  readonly action: string | null;
  readonly messageId: string | null;
  readonly detail: string;
  readonly repairs: readonly Repair[];
  readonly text: string | null;
}

export type RpcEffect =
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'deliver'; readonly call: ValidCall }
  | Settled
  /** An answer after its CALL timed out: for the command's record. */
  | {
      readonly type: 'late';
      readonly call: OutboundCall;
      readonly answer: Payload | null;
      readonly error: PeerError | null;
    }
  | { readonly type: 'refused'; readonly call: OutboundCall; readonly reason: RefusalReason; readonly detail: string }
  | { readonly type: 'pauseReading' }
  | { readonly type: 'resumeReading' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** Call `tick` at this time; null: nothing is waiting. Replaces the timer set before. */
  | { readonly type: 'setTimer'; readonly atMs: number | null }
  | Note;

export type Registration = 'Accepted' | 'Pending' | 'Rejected';

/** An answer that is an error. */
export interface AnswerError {
  readonly code: RpcErrorCode;
  readonly description: string;
}

export interface RpcOptions {
  readonly validators: Validators;
  readonly role: 'csms' | 'station';
  readonly validation?: ValidationMode;
  readonly limits?: FrameLimits;
  /** The station's memory of answers; it lives longer than the connection. */
  readonly answers?: AnswerMemory;
  /** CSMS: what the station is known as; null until it says BootNotification for the first time. */
  readonly registration?: Registration | null;
  /** Validate our own answers before they are sent (tests always do). */
  readonly checkAnswers?: boolean;
  /** Outbound calls waiting at most. */
  readonly maxQueued?: number;
}
