import type { VariableReport } from '@qipan/base';
import type { NotifyReportRequest } from '#generated/v201/index.js';
import type { BootNotificationRequest as BootNotification16 } from '#generated/v16/index.js';
import type { BootNotificationRequest as BootNotification2 } from '#generated/v201/index.js';
import { eventOf, textOrNull, type Decoder } from './decoded.js';
import { wireTime } from './meter-values.js';

export const bootNotification16: Decoder = (call, context) => {
  const p = call.payload as unknown as BootNotification16;
  return [
    eventOf('booted', call, context, {
      payload: {
        reason: null,
        vendorName: p.chargePointVendor,
        model: p.chargePointModel,
        serialNumber: textOrNull(p.chargePointSerialNumber) ?? textOrNull(p.chargeBoxSerialNumber),
        firmwareVersion: textOrNull(p.firmwareVersion),
        iccid: textOrNull(p.iccid),
        registration: 'Pending',
      },
    }),
  ];
};

export const bootNotification2: Decoder = (call, context) => {
  const { chargingStation, reason } = call.payload as unknown as BootNotification2;
  return [
    eventOf('booted', call, context, {
      payload: {
        reason,
        vendorName: chargingStation.vendorName,
        model: chargingStation.model,
        serialNumber: textOrNull(chargingStation.serialNumber),
        firmwareVersion: textOrNull(chargingStation.firmwareVersion),
        iccid: textOrNull(chargingStation.modem?.iccid),
        registration: 'Pending',
      },
    }),
  ];
};

export const heartbeat: Decoder = (call, context) => [eventOf('heartbeat', call, context, { payload: {} })];

/** One event a part; a report without data (an empty part) is an event too. */
export const notifyReport: Decoder = (call, context) => {
  const p = call.payload as unknown as NotifyReportRequest;
  const variables: VariableReport[] = [];
  for (const row of p.reportData ?? []) {
    for (const attribute of row.variableAttribute) {
      variables.push({
        component: row.component.name,
        ...(row.component.instance === undefined ? {} : { componentInstance: row.component.instance }),
        ...(row.component.evse === undefined ? {} : { evseId: row.component.evse.id }),
        ...(row.component.evse?.connectorId === undefined ? {} : { connectorId: row.component.evse.connectorId }),
        variable: row.variable.name,
        ...(row.variable.instance === undefined ? {} : { variableInstance: row.variable.instance }),
        attribute: attribute.type ?? 'Actual',
        value: attribute.value ?? null,
        ...(attribute.mutability === undefined ? {} : { mutability: attribute.mutability }),
      });
    }
  }
  const atMs = wireTime(p.generatedAt);
  const payload = { requestId: p.requestId, seqNo: p.seqNo, tbc: p.tbc ?? false, variables };
  return [eventOf('reportPart', call, context, { place: { atMs }, payload })];
};
