import type { AnyEvent } from '@qipan/base';
import type { NotifyEventRequest, SecurityEventNotificationRequest } from '#generated/v201/index.js';
import { statusOfText } from './availability.js';
import { eventOf, integerOrNull, textOrNull, type Decoder } from './decoded.js';
import { wireTime } from './meter-values.js';

export const securityEventNotification: Decoder = (call, context) => {
  const p = call.payload as unknown as SecurityEventNotificationRequest;
  return [
    eventOf('securityEvent', call, context, {
      place: { atMs: wireTime(p.timestamp) },
      payload: { type: p.type, techInfo: textOrNull(p.techInfo) },
    }),
  ];
};

const requestStatus = (kind: 'logChanged' | 'firmwareChanged'): Decoder => {
  return (call, context) => {
    const { status, requestId } = call.payload;
    return [eventOf(kind, call, context, { payload: { status: String(status), requestId: integerOrNull(requestId) } })];
  };
};

export const logStatus = requestStatus('logChanged');
export const firmwareStatus = requestStatus('firmwareChanged');

/** The whole notice, and beside it a status change for every availability it tells of. */
export const notifyEvent: Decoder = (call, context) => {
  const p = call.payload as unknown as NotifyEventRequest;
  const events: AnyEvent[] = [
    eventOf('monitorFired', call, context, {
      place: { atMs: wireTime(p.generatedAt) },
      payload: { data: p.eventData },
    }),
  ];
  for (const row of p.eventData) {
    if (row.variable.name !== 'AvailabilityState') continue;
    const status = statusOfText(row.actualValue);
    if (status === null || !['ChargingStation', 'EVSE', 'Connector'].includes(row.component.name)) continue;
    const { evse } = row.component;
    events.push(
      eventOf('statusChanged', call, context, {
        place: { atMs: wireTime(row.timestamp), evseId: evse?.id ?? null, connectorId: evse?.connectorId ?? null },
        payload: { status, detail: null, errorCode: null, info: textOrNull(row.techInfo) },
      }),
    );
  }
  return events;
};
