import type { ChargingState, IdToken } from '@qipan/base';
import type {
  AuthorizeRequest as Authorize16,
  MeterValuesRequest as MeterValues16,
  StartTransactionRequest,
  StopTransactionRequest,
} from '#generated/v16/index.js';
import type {
  AuthorizeRequest as Authorize2,
  MeterValuesRequest as MeterValues2,
  TransactionEventRequest,
} from '#generated/v201/index.js';
import { eventOf, placeOfConnector, type Decoder, type Place, type StationContext } from './decoded.js';
import { scaledInteger } from './decimal.js';
import { readingsOf, wireTime } from './meter-values.js';

/** A 1.6 tag says nothing of its kind; it is nearly always an RFID card. */
const idTokenOfTag = (idTag: string): IdToken => ({ idToken: idTag, type: 'ISO14443' });

const idToken2 = (token: { readonly idToken: string; readonly type: string }): IdToken => ({
  idToken: token.idToken,
  type: token.type,
});

export const authorize16: Decoder = (call, context) => {
  const p = call.payload as unknown as Authorize16;
  return [eventOf('authorized', call, context, { payload: { idToken: idTokenOfTag(p.idTag), status: '' } })];
};

export const authorize2: Decoder = (call, context) => {
  const p = call.payload as unknown as Authorize2;
  return [eventOf('authorized', call, context, { payload: { idToken: idToken2(p.idToken), status: '' } })];
};

const nothingSaid = {
  seqNo: null,
  triggerReason: null,
  idToken: null,
  chargingState: null,
  registerMilliWh: null,
  readings: [],
  stoppedReason: null,
  remoteStartId: null,
  reservationId: null,
} as const;

export const startTransaction: Decoder = (call, context) => {
  const p = call.payload as unknown as StartTransactionRequest;
  return [
    eventOf('transactionStarted', call, context, {
      place: { atMs: wireTime(p.timestamp), ...placeOfConnector(p.connectorId, context) },
      payload: {
        ...nothingSaid,
        transactionId: '',
        idToken: idTokenOfTag(p.idTag),
        registerMilliWh: scaledInteger(p.meterStart, 3),
        reservationId: p.reservationId ?? null,
      },
    }),
  ];
};

export const stopTransaction: Decoder = (call, context) => {
  const p = call.payload as unknown as StopTransactionRequest;
  return [
    eventOf('transactionEnded', call, context, {
      place: { atMs: wireTime(p.timestamp) },
      payload: {
        ...nothingSaid,
        transactionId: String(p.transactionId),
        idToken: p.idTag === undefined ? null : idTokenOfTag(p.idTag),
        registerMilliWh: scaledInteger(p.meterStop, 3),
        readings: readingsOf(p.transactionData),
        // errata sheet: an absent reason means Local
        stoppedReason: p.reason ?? 'Local',
      },
    }),
  ];
};

/** One event for all the readings of a message, at the time of the last. */
const metered =
  <P extends { readonly meterValue: Parameters<typeof readingsOf>[0] }>(
    placeOf: (payload: P, context: StationContext) => Place & { readonly transactionId: string | null },
  ): Decoder =>
  (call, context) => {
    const p = call.payload as unknown as P;
    const { evseId = null, connectorId = null, transactionId } = placeOf(p, context);
    const readings = readingsOf(p.meterValue);
    const place = { atMs: readings.at(-1)?.atMs ?? null, evseId, connectorId };
    return [eventOf('metered', call, context, { place, payload: { transactionId, readings } })];
  };

export const meterValues16 = metered<MeterValues16>((p, context) => {
  const { evseId, connectorId } = placeOfConnector(p.connectorId, context);
  return { evseId, connectorId, transactionId: p.transactionId === undefined ? null : String(p.transactionId) };
});

export const meterValues2 = metered<MeterValues2>((p) => ({ evseId: p.evseId || null, transactionId: null }));

const kinds = { Started: 'transactionStarted', Updated: 'transactionUpdated', Ended: 'transactionEnded' } as const;

export const transactionEvent: Decoder = (call, context) => {
  const p = call.payload as unknown as TransactionEventRequest;
  const info = p.transactionInfo;
  return [
    eventOf(kinds[p.eventType], call, context, {
      place: { atMs: wireTime(p.timestamp), evseId: p.evse?.id ?? null, connectorId: p.evse?.connectorId ?? null },
      payload: {
        transactionId: info.transactionId,
        seqNo: p.seqNo,
        triggerReason: p.triggerReason,
        idToken: p.idToken === undefined ? null : idToken2(p.idToken),
        chargingState: (info.chargingState ?? null) as ChargingState | null,
        registerMilliWh: null,
        readings: readingsOf(p.meterValue),
        stoppedReason: info.stoppedReason ?? (p.eventType === 'Ended' ? 'Local' : null),
        remoteStartId: info.remoteStartId ?? null,
        reservationId: p.reservationId ?? null,
      },
    }),
  ];
};
