import { isoTime } from '@qipan/base';
import type { Payload } from '../frames.js';
import type { Registration } from '../rpc-types.js';
import type { Decoded } from './decoded.js';

/** AuthorizationStatusEnum of OCPP 2.x. */
export type AuthorizationStatus =
  | 'Accepted'
  | 'Blocked'
  | 'ConcurrentTx'
  | 'Expired'
  | 'Invalid'
  | 'NoCredit'
  | 'NotAllowedTypeEVSE'
  | 'NotAtThisLocation'
  | 'NotAtThisTime'
  | 'Unknown';

export interface IdTokenInfo {
  readonly status: AuthorizationStatus;
  readonly cacheExpiryMs: number | null;
  /** Token of the group; in 1.6 `parentIdTag`. */
  readonly groupId: string | null;
  readonly chargingPriority: number | null;
  readonly language: string | null;
}

/** What the CSMS says to a request, in the vocabulary. Kinds go with `Decoded.ask`. */
export type Answer =
  | { readonly kind: 'registration'; readonly status: Registration; readonly nowMs: number; readonly intervalS: number }
  | { readonly kind: 'time'; readonly nowMs: number }
  | { readonly kind: 'authorization'; readonly idTokenInfo: IdTokenInfo }
  | { readonly kind: 'transactionId'; readonly transactionId: string; readonly idTokenInfo: IdTokenInfo }
  | {
      readonly kind: 'transactionAnswer';
      readonly idTokenInfo: IdTokenInfo | null;
      /** In major units of the tariff's currency, tax included; null where no running cost is known (2.x). */
      readonly totalCost: number | null;
    }
  | {
      readonly kind: 'dataTransferAnswer';
      readonly status: 'Accepted' | 'Rejected' | 'UnknownMessageId' | 'UnknownVendorId';
      readonly data: unknown;
    }
  | { readonly kind: 'fixedAnswer'; readonly nowMs: number }
  | { readonly kind: 'silence' };

/** 1.6 knows five words; the others become the nearest that does not let a car charge. */
const status16: Readonly<Record<AuthorizationStatus, string>> = {
  Accepted: 'Accepted',
  Blocked: 'Blocked',
  ConcurrentTx: 'ConcurrentTx',
  Expired: 'Expired',
  Invalid: 'Invalid',
  NoCredit: 'Blocked',
  NotAllowedTypeEVSE: 'Invalid',
  NotAtThisLocation: 'Invalid',
  NotAtThisTime: 'Invalid',
  Unknown: 'Invalid',
};

function idTagInfo16(info: IdTokenInfo): Payload {
  return {
    status: status16[info.status],
    ...(info.cacheExpiryMs === null ? {} : { expiryDate: isoTime(info.cacheExpiryMs) }),
    ...(info.groupId === null ? {} : { parentIdTag: info.groupId }),
  };
}

function idTokenInfo2(info: IdTokenInfo): Payload {
  return {
    status: info.status,
    ...(info.cacheExpiryMs === null ? {} : { cacheExpiryDateTime: isoTime(info.cacheExpiryMs) }),
    ...(info.chargingPriority === null ? {} : { chargingPriority: info.chargingPriority }),
    ...(info.groupId === null ? {} : { groupIdToken: { idToken: info.groupId, type: 'Central' } }),
    ...(info.language === null ? {} : { language1: info.language }),
  };
}

/**
 * The payload of an answer, null for a message that gets none. The answer's kind must be the one that was asked for:
 * a programmer's mistake otherwise, met with a plain `Error`.
 */
export function encodeAnswer(decoded: Decoded, answer: Answer): Payload | null {
  if (answer.kind !== decoded.ask) throw new Error(`${decoded.action} asks for ${decoded.ask}, got ${answer.kind}`);
  const is16 = decoded.version === '1.6';
  switch (answer.kind) {
    case 'registration':
      return { currentTime: isoTime(answer.nowMs), interval: answer.intervalS, status: answer.status };
    case 'time':
      return { currentTime: isoTime(answer.nowMs) };
    case 'authorization':
      return is16 ? { idTagInfo: idTagInfo16(answer.idTokenInfo) } : { idTokenInfo: idTokenInfo2(answer.idTokenInfo) };
    case 'transactionId':
      return { transactionId: Number(answer.transactionId), idTagInfo: idTagInfo16(answer.idTokenInfo) };
    case 'transactionAnswer':
      if (is16) return answer.idTokenInfo === null ? {} : { idTagInfo: idTagInfo16(answer.idTokenInfo) };
      return {
        ...(answer.totalCost === null ? {} : { totalCost: answer.totalCost }),
        ...(answer.idTokenInfo === null ? {} : { idTokenInfo: idTokenInfo2(answer.idTokenInfo) }),
      };
    case 'dataTransferAnswer':
      return { status: answer.status, ...(answer.data === null ? {} : { data: answer.data }) };
    case 'fixedAnswer':
      return fixedAnswer(decoded.action, decoded.request, answer.nowMs);
    case 'silence':
      return null;
  }
}

type Fixed = (request: Payload, nowMs: number) => Payload;

/** No certificate authority, clearing house or payment provider is connected: said in the message's own words. */
const fixed: Readonly<Record<string, Fixed>> = {
  SignCertificate: () => ({ status: 'Rejected' }),
  Get15118EVCertificate: () => ({ status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: () => ({ status: 'Failed' }),
  GetCertificateChainStatus: (request, nowMs) => ({
    certificateStatus: (request['certificateStatusRequests'] as readonly Payload[]).map((r) => ({
      certificateHashData: r['certificateHashData'],
      source: r['source'],
      status: 'Failed',
      nextUpdate: isoTime(nowMs),
    })),
  }),
  NotifyEVChargingNeeds: () => ({ status: 'Processing' }),
  NotifyEVChargingSchedule: () => ({ status: 'Accepted' }),
  OpenPeriodicEventStream: () => ({ status: 'Accepted' }),
  PullDynamicScheduleUpdate: () => ({ status: 'Rejected' }),
  VatNumberValidation: (request) => ({ vatNumber: request['vatNumber'], status: 'Rejected' }),
};

const empty: Payload = {};

/** 1.6 and 2.x agree on every one of these that both have. */
function fixedAnswer(action: string, request: Payload, nowMs: number): Payload {
  return Object.hasOwn(fixed, action) ? (fixed[action] as Fixed)(request, nowMs) : empty;
}
