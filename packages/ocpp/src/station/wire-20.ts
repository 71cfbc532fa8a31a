import { isoTime } from '@qipan/base';
import {
  coarseStatus,
  isOnline,
  stationTimeMs,
  type EndReason,
  type Sample,
  type Station,
  type StationWire,
} from './context.js';
import { command20 } from './commands-20.js';
import { activeFault, faultAmount } from './faults.js';
import { samples } from './meter.js';
import type { EvseState, TransactionState } from './state.js';

const contextOf = { periodic: 'Sample.Periodic', clock: 'Sample.Clock', trigger: 'Trigger' } as const;
const triggerOf = { periodic: 'MeterValuePeriodic', clock: 'MeterValueClock', trigger: 'Trigger' } as const;

/** Why it ended, in the two words of 2.x: trigger reason and stopped reason. */
const endWords: Readonly<Record<EndReason, readonly [string, string]>> = {
  Local: ['StopAuthorized', 'Local'],
  EVDisconnected: ['EVCommunicationLost', 'EVDisconnected'],
  Remote: ['RemoteStop', 'Remote'],
  HardReset: ['ResetCommand', 'ImmediateReset'],
  SoftReset: ['ResetCommand', 'ImmediateReset'],
  PowerLoss: ['AbnormalCondition', 'PowerLoss'],
  DeAuthorized: ['Deauthorized', 'DeAuthorized'],
  UnlockCommand: ['UnlockCommand', 'Other'],
};

/** OCPP 2.0.1 and 2.1: TransactionEvent; the id of a transaction is the station's, `seqNo` counts from 0 in each. */
export const wire20: StationWire = {
  boot: (s) => ({
    action: 'BootNotification',
    payload: {
      reason: s.state.bootReason,
      chargingStation: {
        vendorName: s.config.vendorName,
        model: s.config.model.slice(0, 20),
        serialNumber: s.config.serialNumber.slice(0, 25),
        firmwareVersion: s.config.firmwareVersion,
      },
    },
  }),
  status: (s, evse) => ({
    action: 'StatusNotification',
    payload: {
      timestamp: stamp(s),
      connectorStatus: coarseStatus(evse.status),
      evseId: evse.evseId,
      connectorId: 1,
    },
  }),
  authorize: (idToken, idTokenType) => ({ action: 'Authorize', payload: { idToken: { idToken, type: idTokenType } } }),
  started: (s, evse, tx) =>
    event(s, evse, tx, {
      eventType: 'Started',
      triggerReason: tx.remoteStartId === null ? 'Authorized' : 'RemoteStart',
      info: {
        chargingState: 'Charging',
        ...(tx.remoteStartId === null ? {} : { remoteStartId: tx.remoteStartId }),
      },
      context: 'Transaction.Begin',
      idToken: { idToken: tx.idToken, type: tx.idTokenType },
    }),
  metered: (s, evse, tx, context) => {
    if (tx === null)
      return {
        action: 'MeterValues',
        payload: { evseId: evse.evseId, meterValue: [meterValue(s, evse, contextOf[context])] },
      };
    return event(s, evse, tx, {
      eventType: 'Updated',
      triggerReason: triggerOf[context],
      info: { chargingState: evse.status === 'Charging' ? 'Charging' : 'SuspendedEV' },
      context: contextOf[context],
    });
  },
  stateChanged: (s, evse, tx) =>
    event(s, evse, tx, {
      eventType: 'Updated',
      triggerReason: 'ChargingStateChanged',
      info: { chargingState: evse.status === 'Charging' ? 'Charging' : 'SuspendedEV' },
      context: 'Other',
    }),
  ended: (s, evse, tx, reason) =>
    event(s, evse, tx, {
      eventType: 'Ended',
      triggerReason: endWords[reason][0],
      info: {
        chargingState: reason === 'EVDisconnected' ? 'Idle' : 'EVConnected',
        stoppedReason: endWords[reason][1],
      },
      context: 'Transaction.End',
      ...(reason === 'Local' ? { idToken: { idToken: tx.idToken, type: tx.idTokenType } } : {}),
    }),
  authorizationOf: (answer) => {
    const info = answer['idTokenInfo'] as { status?: unknown } | undefined;
    return typeof info?.status === 'string' ? info.status : null;
  },
  command: command20,
};

interface EventWords {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly triggerReason: string;
  readonly info: Record<string, unknown>;
  readonly context: string;
  readonly idToken?: Record<string, unknown>;
}

function event(s: Station, evse: EvseState, tx: TransactionState, words: EventWords) {
  return {
    action: 'TransactionEvent',
    payload: {
      eventType: words.eventType,
      timestamp: stamp(s),
      triggerReason: words.triggerReason,
      seqNo: tx.seqNo++,
      ...(isOnline(s) ? {} : { offline: true }),
      transactionInfo: { transactionId: tx.transactionId, ...words.info },
      evse: { id: evse.evseId, connectorId: 1 },
      ...(words.idToken ? { idToken: words.idToken } : {}),
      meterValue: [meterValue(s, evse, words.context)],
    },
  };
}

function meterValue(s: Station, evse: EvseState, context: string): Record<string, unknown> {
  return { timestamp: stamp(s), sampledValue: samples(s, evse).map((v) => quirked(s, sampled(v, context))) };
}

function sampled(v: Sample, context: string): Record<string, unknown> {
  return { value: v.value, context, measurand: v.measurand, location: v.location, unitOfMeasure: { unit: v.unit } };
}

/** The station's clock; one schema quirk of the field is a time without its zone. */
function stamp(s: Station): string {
  const text = isoTime(stationTimeMs(s));
  const quirk = activeFault(s.config.faults, 'schemaQuirk', s.nowMs);
  return quirk && faultAmount(quirk) === 2 ? text.slice(0, -1) : text;
}

/** Quirks met in the field: 0 and 1 a number written as text, 3 a property that the schema does not know. */
function quirked(s: Station, v: Record<string, unknown>): Record<string, unknown> {
  const quirk = activeFault(s.config.faults, 'schemaQuirk', s.nowMs);
  if (!quirk || v['measurand'] !== 'Power.Active.Import') return v;
  if (faultAmount(quirk) < 2) return { ...v, value: String(v['value']) };
  return faultAmount(quirk) === 3 ? { ...v, quality: 'good' } : v;
}
