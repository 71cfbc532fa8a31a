import { isoTime } from '@qipan/base';
import { stationTimeMs, type Sample, type Station, type StationWire } from './context.js';
import { command16 } from './commands-16.js';
import { activeFault, faultAmount } from './faults.js';
import { reportedRegisterWh, samples } from './meter.js';
import type { TransactionState } from './state.js';

const contextOf = { periodic: 'Sample.Periodic', clock: 'Sample.Clock', trigger: 'Trigger' } as const;

/** OCPP 1.6: StartTransaction, MeterValues, StopTransaction; the number of a transaction is the CSMS's. */
export const wire16: StationWire = {
  boot: (s) => ({
    action: 'BootNotification',
    payload: {
      chargePointVendor: s.config.vendorName.slice(0, 20),
      chargePointModel: s.config.model.slice(0, 20),
      chargePointSerialNumber: s.config.serialNumber.slice(0, 25),
      firmwareVersion: s.config.firmwareVersion,
    },
  }),
  status: (s, evse) => ({
    action: 'StatusNotification',
    payload: {
      connectorId: evse.evseId,
      errorCode: evse.status === 'Faulted' ? 'OtherError' : 'NoError',
      status: evse.status,
      timestamp: stamp(s),
    },
  }),
  authorize: (idToken) => ({ action: 'Authorize', payload: { idTag: idToken } }),
  started: (s, evse, tx) => ({
    action: 'StartTransaction',
    payload: {
      connectorId: evse.evseId,
      idTag: tx.idToken,
      meterStart: tx.startRegisterWh,
      timestamp: stamp(s),
    },
  }),
  metered: (s, evse, tx, context) => ({
    action: 'MeterValues',
    payload: {
      connectorId: evse.evseId,
      ...(tx ? { transactionId: 0 } : {}),
      meterValue: [
        {
          timestamp: stamp(s),
          sampledValue: quirked(
            s,
            samples(s, evse).map((v) => sampled(v, contextOf[context])),
          ),
        },
      ],
    },
  }),
  stateChanged: () => null,
  ended: (s, evse, tx, reason) => ({
    action: 'StopTransaction',
    payload: {
      transactionId: 0,
      idTag: closingTag(s, tx),
      meterStop: reportedRegisterWh(s, evse),
      timestamp: stamp(s),
      reason,
    },
  }),
  authorizationOf: (answer) => {
    const info = answer['idTagInfo'] as { status?: unknown } | undefined;
    return typeof info?.status === 'string' ? info.status : null;
  },
  command: command16,
};

/** The station's clock; one schema quirk of the field is a time without its zone. */
function stamp(s: Station): string {
  const text = isoTime(stationTimeMs(s));
  const quirk = activeFault(s.config.faults, 'schemaQuirk', s.nowMs);
  return quirk && faultAmount(quirk) === 2 ? text.slice(0, -1) : text;
}

function sampled(v: Sample, context: string): Record<string, unknown> {
  return { value: String(v.value), context, measurand: v.measurand, location: v.location, unit: v.unit };
}

/** Quirks met in the field: 0 an empty value, 1 a decimal comma, 3 a property that the schema does not know. */
function quirked(s: Station, values: Record<string, unknown>[]): Record<string, unknown>[] {
  const quirk = activeFault(s.config.faults, 'schemaQuirk', s.nowMs);
  if (!quirk) return values;
  const power = values.findIndex((v) => v['measurand'] === 'Power.Active.Import');
  return values.map((v, i) => {
    if (i !== power) return v;
    if (faultAmount(quirk) === 0) return { ...v, value: '' };
    if (faultAmount(quirk) === 1) return { ...v, value: String(v['value']).replace('.', ',') };
    return faultAmount(quirk) === 3 ? { ...v, quality: 'good' } : v;
  });
}

/** 1.6 tags are case-insensitive, and some stations swap the case between start and stop. */
function closingTag(s: Station, tx: TransactionState): string {
  if (!activeFault(s.config.faults, 'tagCasing', s.nowMs)) return tx.idToken;
  const swapped = tx.idToken.toLowerCase();
  return swapped === tx.idToken ? tx.idToken.toUpperCase() : swapped;
}
