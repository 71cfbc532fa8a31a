import type { OcppVersion } from '@qipan/base';
import { errorCode, type Fault, type RpcErrorCode } from './error-codes.js';
import { isDeeperThan, withStorableText } from './json.js';

/** The body of a message: a JSON object. */
export type Payload = Readonly<Record<string, unknown>>;

export interface CallFrame {
  readonly type: 'call';
  readonly id: string;
  readonly action: string;
  readonly payload: Payload;
}
/** OCPP 2.1: a message that is never answered. */
export interface SendFrame {
  readonly type: 'send';
  readonly id: string;
  readonly action: string;
  readonly payload: Payload;
}
export interface ResultFrame {
  readonly type: 'result';
  readonly id: string;
  readonly payload: Payload;
}
/** `resultError` (2.1) says that our answer could not be understood. */
export interface ErrorFrame {
  readonly type: 'error' | 'resultError';
  readonly id: string;
  /** As the peer spelled it; `faultOfCode` understands every spelling. */
  readonly code: string;
  readonly description: string;
  readonly details: Payload;
}
export type Frame = CallFrame | SendFrame | ResultFrame | ErrorFrame;

/** A text that is no frame: what to answer, if anything (`null`: log and drop). */
export interface FrameFault {
  readonly type: 'fault';
  readonly fault: Fault;
  readonly reason: string;
  readonly reply: string | null;
}

export interface FrameLimits {
  /** Longest message id that is read; the standard says 36, stations send up to 64. */
  readonly maxIdLength: number;
  /** Deepest nesting of arrays and objects. */
  readonly maxDepth: number;
}
export const frameLimits: FrameLimits = { maxIdLength: 64, maxDepth: 32 };
export const strictFrameLimits: FrameLimits = { maxIdLength: 36, maxDepth: 32 };

const maxErrorDescription = 255;

/** CALLRESULT, CALLERROR, CALLRESULTERROR and SEND: nobody waits for an answer to these. */
const answerTypes: ReadonlySet<unknown> = new Set([3, 4, 5, 6]);

function unreadable(version: OcppVersion, fault: Fault, reason: string, id: string | null): FrameFault {
  // 1.6 has no id for a message that could not be read, so there is nobody to answer (OCPP 2.x Part 4 §4.2.3: "-1").
  if (version === '1.6' && id === null) return { type: 'fault', fault, reason, reply: null };
  return { type: 'fault', fault, reason, reply: encodeError(id ?? '-1', errorCode(version, fault), reason) };
}

const isObject = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads one text of the socket. Never throws; what cannot be read is a `FrameFault`.
 * A `null` payload counts as `{}`; lone surrogates and NUL become U+FFFD, since no database stores them.
 * Cost: one `JSON.parse` plus one pass over the text.
 */
export function decodeFrame(version: OcppVersion, text: string, limits: FrameLimits = frameLimits): Frame | FrameFault {
  if (isDeeperThan(text, limits.maxDepth)) return unreadable(version, 'framework', 'nested too deep', null);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return unreadable(version, 'framework', 'not JSON', null);
  }
  if (!Array.isArray(parsed)) return unreadable(version, 'framework', 'not an array', null);
  const frame: readonly unknown[] = text.includes('\\u') ? (withStorableText(parsed) as unknown[]) : parsed;
  const id = frame[1];
  if (typeof id !== 'string' || id.length === 0 || id.length > limits.maxIdLength) {
    // An answer with an unreadable id is for nobody; answering it would start a loop.
    const fault = unreadable(version, 'framework', 'unreadable message id', null);
    return answerTypes.has(frame[0]) ? { ...fault, reply: null } : fault;
  }
  switch (frame[0]) {
    case 2:
      return call(version, 'call', id, frame);
    case 3:
      return { type: 'result', id, payload: isObject(frame[2]) ? frame[2] : {} };
    case 4:
      return error('error', id, frame);
    case 5:
      if (version === '2.1') return error('resultError', id, frame);
      break;
    case 6:
      if (version === '2.1') return call(version, 'send', id, frame);
      break;
  }
  return unknownType(version, id);
}

function call(
  version: OcppVersion,
  type: 'call' | 'send',
  id: string,
  frame: readonly unknown[],
): CallFrame | SendFrame | FrameFault {
  const action = frame[2];
  const payload = frame[3] ?? {};
  if (typeof action === 'string' && action.length > 0 && isObject(payload)) return { type, id, action, payload };
  const reason = typeof action === 'string' ? 'the payload is not an object' : 'the action is not a text';
  const fault = unreadable(version, 'format', reason, id);
  return type === 'send' ? { ...fault, reply: null } : fault;
}

function error(type: 'error' | 'resultError', id: string, frame: readonly unknown[]): ErrorFrame {
  const [, , code, description, details] = frame;
  return {
    type,
    id,
    code: typeof code === 'string' ? code : 'GenericError',
    description: typeof description === 'string' ? description : '',
    details: isObject(details) ? details : {},
  };
}

/** 2.0.1 answers MessageTypeNotSupported; 1.6 and 2.1 say that such a message is ignored. */
function unknownType(version: OcppVersion, id: string): FrameFault {
  const reason = 'unknown message type';
  if (version === '2.0.1') return unreadable(version, 'messageType', reason, id);
  return { type: 'fault', fault: 'messageType', reason, reply: null };
}

export const encodeCall = (id: string, action: string, payload: Payload): string =>
  `[2,${JSON.stringify(id)},"${action}",${JSON.stringify(payload)}]`;

export const encodeResult = (id: string, payload: Payload): string =>
  `[3,${JSON.stringify(id)},${JSON.stringify(payload)}]`;

/** The description is cut at 255 characters, details are always sent as an object. */
export const encodeError = (id: string, code: RpcErrorCode, description: string, details: Payload = {}): string =>
  JSON.stringify([4, id, code, description.slice(0, maxErrorDescription), details]);

/** OCPP 2.1: the answer to our CALL could not be understood. */
export const encodeResultError = (id: string, code: RpcErrorCode, description: string): string =>
  JSON.stringify([5, id, code, description.slice(0, maxErrorDescription), {}]);

/** OCPP 2.1: a message that wants no answer. */
export const encodeSend = (id: string, action: string, payload: Payload): string =>
  `[6,${JSON.stringify(id)},"${action}",${JSON.stringify(payload)}]`;
