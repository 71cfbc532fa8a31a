import type { AnyStoredEvent, Reading } from '@qipan/base';
import { energyText, powerText, quantity } from '../../format.js';
import type { Language } from '../../i18n/words.js';

function readingText(r: Reading, lang: Language): string {
  const phase = 'phase' in r && r.phase !== undefined ? ` ${r.phase}` : '';
  const name = r.measurand.replace('.Active.Import', '').replace('.Register', '') + phase;
  if ('unreadable' in r) return `${name} “${r.text}”?`;
  if (r.measurand.startsWith('Energy')) return `${name} ${energyText(r.value / 1000, lang)}`;
  if (r.unit === 'W') return `${name} ${powerText(r.value, lang)}`;
  return `${name} ${quantity(r.value, r.unit === 'Percent' ? '%' : r.unit, lang)}`;
}

const readingsText = (readings: readonly Reading[], lang: Language) =>
  readings
    .slice(0, 4)
    .map((r) => readingText(r, lang))
    .join(' · ') + (readings.length > 4 ? ` · +${readings.length - 4}` : '');

const joined = (...parts: readonly (string | number | null | undefined)[]) =>
  parts.filter((p) => p !== null && p !== undefined && p !== '').join(' · ');

/** One line of what an event holds, in wire words and figures with units; empty when its kind says all. */
export function eventText(e: AnyStoredEvent, lang: Language): string {
  switch (e.kind) {
    case 'booted':
      return joined(
        e.payload.vendorName,
        e.payload.model,
        e.payload.firmwareVersion,
        e.payload.reason,
        e.payload.registration,
      );
    case 'connected':
      return joined(e.payload.remoteAddress, e.payload.version);
    case 'disconnected':
      return joined(e.payload.code, e.payload.reason);
    case 'statusChanged':
      return joined(
        e.payload.status,
        e.payload.detail,
        e.payload.errorCode === 'NoError' ? null : e.payload.errorCode,
        e.payload.info,
      );
    case 'authorized':
      return joined(e.payload.idToken.idToken, e.payload.status);
    case 'transactionStarted':
    case 'transactionUpdated':
    case 'transactionEnded':
      return joined(
        e.payload.transactionId,
        e.payload.triggerReason,
        e.payload.chargingState,
        e.payload.stoppedReason,
        e.payload.registerMilliWh === null ? null : energyText(e.payload.registerMilliWh / 1000, lang),
        readingsText(e.payload.readings, lang),
      );
    case 'metered':
      return joined(e.payload.transactionId, readingsText(e.payload.readings, lang));
    case 'commandSent':
      return joined(e.payload.action, e.payload.by);
    case 'commandAnswered':
      return joined(e.payload.action, e.payload.outcome);
    case 'anomaly':
      return joined(e.payload.code, e.payload.detail);
    case 'firmwareChanged':
    case 'logChanged':
    case 'reservationChanged':
      return e.payload.status;
    case 'securityEvent':
      return joined(e.payload.type, e.payload.techInfo);
    case 'configured':
      return joined(e.payload.what, e.payload.by);
    case 'variableChanged':
    case 'reportPart':
      return joined(...e.payload.variables.slice(0, 3).map((v) => `${v.component}.${v.variable} = ${v.value ?? '?'}`));
    case 'dataTransferred':
      return joined(e.payload.vendorId, e.payload.messageIdOfVendor);
    case 'limitNotified':
      return joined(e.payload.source);
    case 'heartbeat':
    case 'profileChanged':
    case 'monitorFired':
    case 'certificateRequested':
    case 'displayMessage':
    case 'costReported':
    case 'batterySwapped':
    case 'derReported':
      return '';
  }
}
