import type { ConnectorStatus } from '@qipan/base';
import type { StatusNotificationRequest as StatusNotification16 } from '#generated/v16/index.js';
import type { StatusNotificationRequest as StatusNotification2 } from '#generated/v201/index.js';
import { eventOf, placeOfConnector, textOrNull, type Decoder } from './decoded.js';
import { wireTime } from './meter-values.js';

/** 1.6 status → 2.x connector status and the detail that would be lost. */
export const status16: Readonly<Record<StatusNotification16['status'], readonly [ConnectorStatus, string | null]>> = {
  Available: ['Available', null],
  Preparing: ['Occupied', 'Preparing'],
  Charging: ['Occupied', 'Charging'],
  SuspendedEV: ['Occupied', 'SuspendedEV'],
  SuspendedEVSE: ['Occupied', 'SuspendedEVSE'],
  Finishing: ['Occupied', 'Finishing'],
  Reserved: ['Reserved', null],
  Unavailable: ['Unavailable', null],
  Faulted: ['Faulted', null],
};

export const statusNotification16: Decoder = (call, context) => {
  const p = call.payload as unknown as StatusNotification16;
  const [status, detail] = status16[p.status];
  const said = [p.info, p.vendorErrorCode].filter((t) => t !== undefined && t !== '');
  return [
    eventOf('statusChanged', call, context, {
      place: { atMs: wireTime(p.timestamp), ...placeOfConnector(p.connectorId, context) },
      payload: {
        status,
        detail,
        errorCode: p.errorCode === 'NoError' ? null : p.errorCode,
        info: said.length === 0 ? null : said.join(' · '),
      },
    }),
  ];
};

export const statusNotification2: Decoder = (call, context) => {
  const p = call.payload as unknown as StatusNotification2;
  return [
    eventOf('statusChanged', call, context, {
      // evse 0 is the station itself, connector 0 the whole evse
      place: { atMs: wireTime(p.timestamp), evseId: p.evseId || null, connectorId: p.connectorId || null },
      payload: { status: p.connectorStatus, detail: null, errorCode: null, info: null },
    }),
  ];
};

/** A status told through the device model (`AvailabilityState`), as 2.1 stations do; null for any other value. */
export function statusOfText(text: string | undefined): ConnectorStatus | null {
  const known: readonly string[] = ['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'];
  const status = textOrNull(text);
  return status !== null && known.includes(status) ? (status as ConnectorStatus) : null;
}
