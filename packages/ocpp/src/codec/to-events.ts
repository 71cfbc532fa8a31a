import type { OcppVersion } from '@qipan/base';
import { QipanError } from '@qipan/base';
import type { ValidCall } from '../rpc-types.js';
import { statusNotification16, statusNotification2 } from './availability.js';
import type { Ask, Decoded, Decoder, StationContext } from './decoded.js';
import { firmwareStatus, logStatus, notifyEvent, securityEventNotification } from './diagnostics.js';
import {
  certificateRequest,
  dataTransfer,
  limitNotice,
  profileNotice,
  reportWithData,
  reservationUpdate,
  wholeAsData,
} from './other.js';
import { bootNotification16, bootNotification2, heartbeat, notifyReport } from './provisioning.js';
import {
  authorize16,
  authorize2,
  meterValues16,
  meterValues2,
  startTransaction,
  stopTransaction,
  transactionEvent,
} from './transaction.js';

const common: Readonly<Record<string, Decoder>> = {
  Heartbeat: heartbeat,
  DataTransfer: dataTransfer,
  SecurityEventNotification: securityEventNotification,
  SignCertificate: certificateRequest,
  FirmwareStatusNotification: firmwareStatus,
  LogStatusNotification: logStatus,
};

const decoders16: Readonly<Record<string, Decoder>> = {
  ...common,
  BootNotification: bootNotification16,
  StatusNotification: statusNotification16,
  Authorize: authorize16,
  StartTransaction: startTransaction,
  StopTransaction: stopTransaction,
  MeterValues: meterValues16,
  DiagnosticsStatusNotification: logStatus,
  SignedFirmwareStatusNotification: firmwareStatus,
};

const decoders2: Readonly<Record<string, Decoder>> = {
  ...common,
  BootNotification: bootNotification2,
  StatusNotification: statusNotification2,
  Authorize: authorize2,
  MeterValues: meterValues2,
  TransactionEvent: transactionEvent,
  NotifyReport: notifyReport,
  NotifyEvent: notifyEvent,
  PublishFirmwareStatusNotification: firmwareStatus,
  Get15118EVCertificate: certificateRequest,
  GetCertificateStatus: certificateRequest,
  GetCertificateChainStatus: certificateRequest,
  NotifyChargingLimit: limitNotice,
  ClearedChargingLimit: limitNotice,
  ReservationStatusUpdate: reservationUpdate,
  NotifyMonitoringReport: reportWithData,
  NotifyCustomerInformation: reportWithData,
  NotifyDisplayMessages: wholeAsData('displayMessage'),
  NotifyEVChargingNeeds: profileNotice,
  NotifyEVChargingSchedule: profileNotice,
  ReportChargingProfiles: profileNotice,
  NotifyPriorityCharging: profileNotice,
  PullDynamicScheduleUpdate: profileNotice,
  OpenPeriodicEventStream: wholeAsData('monitorFired'),
  ClosePeriodicEventStream: wholeAsData('monitorFired'),
  NotifyPeriodicEventStream: wholeAsData('monitorFired'),
  NotifyDERAlarm: wholeAsData('derReported'),
  NotifyDERStartStop: wholeAsData('derReported'),
  ReportDERControl: wholeAsData('derReported'),
  NotifySettlement: wholeAsData('costReported'),
  VatNumberValidation: wholeAsData('costReported'),
  BatterySwap: wholeAsData('batterySwapped'),
};

const asks: Readonly<Record<string, Ask>> = {
  BootNotification: 'registration',
  Heartbeat: 'time',
  Authorize: 'authorization',
  StartTransaction: 'transactionId',
  StopTransaction: 'transactionAnswer',
  TransactionEvent: 'transactionAnswer',
  DataTransfer: 'dataTransferAnswer',
};

/** The decoder of an action that a station may send; undefined for any other. */
const decoderOf = (version: OcppVersion, action: string): Decoder | undefined => {
  const table = version === '1.6' ? decoders16 : decoders2;
  return Object.hasOwn(table, action) ? table[action] : undefined;
};

/**
 * A valid request of a station in the vocabulary: at least one event, and what the station waits for.
 * Throws `UNSUPPORTED_ACTION` for an action that no station sends.
 */
export function toEvents(call: ValidCall, context: StationContext): Decoded {
  const decode = decoderOf(call.version, call.action);
  if (decode === undefined) {
    throw new QipanError('UNSUPPORTED_ACTION', `no station sends ${call.action} in OCPP ${call.version}`, {
      got: call.action,
    });
  }
  return {
    version: call.version,
    action: call.action,
    messageId: call.id,
    request: call.payload,
    events: decode(call, context),
    ask: call.isSend ? 'silence' : (asks[call.action] ?? 'fixedAnswer'),
  };
}
