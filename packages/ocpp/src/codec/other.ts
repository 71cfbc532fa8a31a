import { eventOf, integerOrNull, textOrNull, type Decoder } from './decoded.js';
import { wireTime } from './meter-values.js';

/** Where a 2.x message names its evse: `evseId` or `evse.id`. */
function evseOf(payload: Readonly<Record<string, unknown>>): number | null {
  const evse = payload['evse'] as { readonly id?: unknown } | undefined;
  return integerOrNull(payload['evseId']) ?? integerOrNull(evse?.id) ?? null;
}

export const dataTransfer: Decoder = (call, context) => {
  const { vendorId, messageId, data } = call.payload;
  const payload = { vendorId: String(vendorId), messageIdOfVendor: textOrNull(messageId), data: data ?? null };
  return [eventOf('dataTransferred', call, context, { payload })];
};

/** SignCertificate, Get15118EVCertificate, GetCertificateStatus, GetCertificateChainStatus. */
export const certificateRequest: Decoder = (call, context) => {
  const { csr, exiRequest, certificateType, action } = call.payload;
  const payload = {
    csr: textOrNull(csr) ?? textOrNull(exiRequest) ?? '',
    certificateType: textOrNull(certificateType) ?? (call.action === 'SignCertificate' ? null : textOrNull(action)),
  };
  return [eventOf('certificateRequested', call, context, { payload })];
};

export const limitNotice: Decoder = (call, context) => {
  const p = call.payload;
  const stated = p['chargingLimit'] as { readonly chargingLimitSource?: unknown } | undefined;
  const source = textOrNull(p['chargingLimitSource']) ?? textOrNull(stated?.chargingLimitSource) ?? 'Other';
  const limit = call.action === 'ClearedChargingLimit' ? null : p;
  return [eventOf('limitNotified', call, context, { place: { evseId: evseOf(p) }, payload: { source, limit } })];
};

export const reservationUpdate: Decoder = (call, context) => {
  const { reservationId, reservationUpdateStatus } = call.payload;
  const payload = { reservationId: Number(reservationId), status: String(reservationUpdateStatus) };
  return [eventOf('reservationChanged', call, context, { payload })];
};

/** Monitoring and customer reports: numbered parts whose content is kept as it came. */
export const reportWithData: Decoder = (call, context) => {
  const p = call.payload;
  return [
    eventOf('reportPart', call, context, {
      place: { atMs: wireTime(p['generatedAt']) },
      payload: {
        requestId: Number(p['requestId']),
        seqNo: integerOrNull(p['seqNo']) ?? 0,
        tbc: p['tbc'] === true,
        variables: [],
        data: p['monitor'] ?? p['data'] ?? null,
      },
    }),
  ];
};

type Whole = 'monitorFired' | 'displayMessage' | 'costReported' | 'batterySwapped' | 'derReported';

/** The whole message as data of its kind. */
export const wholeAsData = (kind: Whole): Decoder => {
  return (call, context) => [
    eventOf(kind, call, context, {
      place: { atMs: wireTime(call.payload['timestamp']), evseId: evseOf(call.payload) },
      payload: { data: { action: call.action, ...call.payload } },
    }),
  ];
};

export const profileNotice: Decoder = (call, context) => [
  eventOf('profileChanged', call, context, {
    place: { atMs: wireTime(call.payload['timestamp']), evseId: evseOf(call.payload) },
    payload: { profile: { action: call.action, ...call.payload } },
  }),
];
