import type { OutboundCall, Registration } from './rpc-types.js';

/** Not before acceptance, in Pending neither (OCPP 1.6 §4.2, 2.0.1 B02). */
const startsCharging: ReadonlySet<string> = new Set([
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
]);

/** Whether the CSMS may send this action to a station known as `registration`; null: it has not booted. */
export function mayBeSent(registration: Registration | null, action: string): boolean {
  switch (registration) {
    case 'Accepted':
      return true;
    case 'Pending':
      return !startsCharging.has(action);
    case 'Rejected':
    case null:
      return false;
  }
}

const reportsAfter: Readonly<Record<string, readonly string[]>> = {
  GetBaseReport: ['NotifyReport'],
  GetReport: ['NotifyReport'],
  GetMonitoringReport: ['NotifyMonitoringReport'],
  GetLog: ['LogStatusNotification'],
  GetDiagnostics: ['DiagnosticsStatusNotification'],
  UpdateFirmware: ['FirmwareStatusNotification'],
  SignedUpdateFirmware: ['SignedFirmwareStatusNotification'],
  CertificateSigned: ['SecurityEventNotification'],
};

/** Messages that a pending station may send because this call asked for them. */
export function solicitedBy(call: OutboundCall): readonly string[] {
  if (call.action !== 'TriggerMessage' && call.action !== 'ExtendedTriggerMessage') {
    return reportsAfter[call.action] ?? [];
  }
  const wanted = String(call.payload['requestedMessage']);
  if (wanted.startsWith('Sign')) return ['SignCertificate'];
  // 1.6 ExtendedTriggerMessage asks for FirmwareStatusNotification and gets the signed one.
  if (wanted === 'FirmwareStatusNotification') return [wanted, 'SignedFirmwareStatusNotification'];
  return [wanted];
}
