import type { EventKind, OcppVersion } from '@qipan/base';

/** Who may send an action. */
export type Sender = 'station' | 'csms' | 'both';

/** One action: in which versions it exists, who sends it, and as what a message of the station enters the log. */
export interface Route {
  readonly action: string;
  readonly from: Sender;
  readonly versions: readonly OcppVersion[];
  /** For what a station sends; null for commands. */
  readonly kind: EventKind | null;
}

const all: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];
const v16: readonly OcppVersion[] = ['1.6'];
const v2: readonly OcppVersion[] = ['2.0.1', '2.1'];
const v21: readonly OcppVersion[] = ['2.1'];

const station = (action: string, versions: readonly OcppVersion[], kind: EventKind): Route => ({
  action,
  from: 'station',
  versions,
  kind,
});
const csms = (action: string, versions: readonly OcppVersion[]): Route => ({
  action,
  from: 'csms',
  versions,
  kind: null,
});

/** Every action of the three versions: 39, 64 and 91. */
export const routes: readonly Route[] = [
  station('Authorize', all, 'authorized'),
  station('BootNotification', all, 'booted'),
  station('FirmwareStatusNotification', all, 'firmwareChanged'),
  station('Heartbeat', all, 'heartbeat'),
  station('MeterValues', all, 'metered'),
  station('StatusNotification', all, 'statusChanged'),
  station('LogStatusNotification', all, 'logChanged'),
  station('SecurityEventNotification', all, 'securityEvent'),
  station('SignCertificate', all, 'certificateRequested'),
  { action: 'DataTransfer', from: 'both', versions: all, kind: 'dataTransferred' },
  station('DiagnosticsStatusNotification', v16, 'logChanged'),
  station('SignedFirmwareStatusNotification', v16, 'firmwareChanged'),
  station('StartTransaction', v16, 'transactionStarted'),
  station('StopTransaction', v16, 'transactionEnded'),
  station('ClearedChargingLimit', v2, 'limitNotified'),
  station('Get15118EVCertificate', v2, 'certificateRequested'),
  station('GetCertificateStatus', v2, 'certificateRequested'),
  station('NotifyChargingLimit', v2, 'limitNotified'),
  station('NotifyCustomerInformation', v2, 'reportPart'),
  station('NotifyDisplayMessages', v2, 'displayMessage'),
  station('NotifyEVChargingNeeds', v2, 'profileChanged'),
  station('NotifyEVChargingSchedule', v2, 'profileChanged'),
  station('NotifyEvent', v2, 'monitorFired'),
  station('NotifyMonitoringReport', v2, 'reportPart'),
  station('NotifyReport', v2, 'reportPart'),
  station('PublishFirmwareStatusNotification', v2, 'firmwareChanged'),
  station('ReportChargingProfiles', v2, 'profileChanged'),
  station('ReservationStatusUpdate', v2, 'reservationChanged'),
  station('TransactionEvent', v2, 'transactionUpdated'),
  station('BatterySwap', v21, 'batterySwapped'),
  station('ClosePeriodicEventStream', v21, 'monitorFired'),
  station('GetCertificateChainStatus', v21, 'certificateRequested'),
  station('NotifyDERAlarm', v21, 'derReported'),
  station('NotifyDERStartStop', v21, 'derReported'),
  station('NotifyPeriodicEventStream', v21, 'monitorFired'),
  station('NotifyPriorityCharging', v21, 'profileChanged'),
  station('NotifySettlement', v21, 'costReported'),
  station('OpenPeriodicEventStream', v21, 'monitorFired'),
  station('PullDynamicScheduleUpdate', v21, 'profileChanged'),
  station('ReportDERControl', v21, 'derReported'),
  station('VatNumberValidation', v21, 'costReported'),
  csms('CancelReservation', all),
  csms('CertificateSigned', all),
  csms('ChangeAvailability', all),
  csms('ClearCache', all),
  csms('ClearChargingProfile', all),
  csms('DeleteCertificate', all),
  csms('GetCompositeSchedule', all),
  csms('GetInstalledCertificateIds', all),
  csms('GetLocalListVersion', all),
  csms('GetLog', all),
  csms('InstallCertificate', all),
  csms('ReserveNow', all),
  csms('Reset', all),
  csms('SendLocalList', all),
  csms('SetChargingProfile', all),
  csms('TriggerMessage', all),
  csms('UnlockConnector', all),
  csms('UpdateFirmware', all),
  csms('ChangeConfiguration', v16),
  csms('ExtendedTriggerMessage', v16),
  csms('GetConfiguration', v16),
  csms('GetDiagnostics', v16),
  csms('RemoteStartTransaction', v16),
  csms('RemoteStopTransaction', v16),
  csms('SignedUpdateFirmware', v16),
  csms('ClearDisplayMessage', v2),
  csms('ClearVariableMonitoring', v2),
  csms('CostUpdated', v2),
  csms('CustomerInformation', v2),
  csms('GetBaseReport', v2),
  csms('GetChargingProfiles', v2),
  csms('GetDisplayMessages', v2),
  csms('GetMonitoringReport', v2),
  csms('GetReport', v2),
  csms('GetTransactionStatus', v2),
  csms('GetVariables', v2),
  csms('PublishFirmware', v2),
  csms('RequestStartTransaction', v2),
  csms('RequestStopTransaction', v2),
  csms('SetDisplayMessage', v2),
  csms('SetMonitoringBase', v2),
  csms('SetMonitoringLevel', v2),
  csms('SetNetworkProfile', v2),
  csms('SetVariableMonitoring', v2),
  csms('SetVariables', v2),
  csms('UnpublishFirmware', v2),
  csms('AdjustPeriodicEventStream', v21),
  csms('AFRRSignal', v21),
  csms('ChangeTransactionTariff', v21),
  csms('ClearDERControl', v21),
  csms('ClearTariffs', v21),
  csms('GetDERControl', v21),
  csms('GetPeriodicEventStream', v21),
  csms('GetTariffs', v21),
  csms('NotifyAllowedEnergyTransfer', v21),
  csms('NotifyWebPaymentStarted', v21),
  csms('RequestBatterySwap', v21),
  csms('SetDERControl', v21),
  csms('SetDefaultTariff', v21),
  csms('UpdateDynamicSchedule', v21),
  csms('UsePriorityCharging', v21),
];

const byVersion: Readonly<Record<OcppVersion, ReadonlyMap<string, Route>>> = {
  '1.6': tableOf('1.6'),
  '2.0.1': tableOf('2.0.1'),
  '2.1': tableOf('2.1'),
};

function tableOf(version: OcppVersion): ReadonlyMap<string, Route> {
  return new Map(routes.filter((r) => r.versions.includes(version)).map((r) => [r.action, r]));
}

export function routeOf(version: OcppVersion, action: string): Route | undefined {
  return byVersion[version].get(action);
}

/** Whether an action of a version may be sent from a side. */
export function isOffered(version: OcppVersion, action: string, from: 'station' | 'csms'): boolean {
  const route = routeOf(version, action);
  return route !== undefined && (route.from === from || route.from === 'both');
}

/** What a CSMS may send in a version, sorted. */
export function commandActions(version: OcppVersion): readonly string[] {
  return [...byVersion[version].values()]
    .filter((r) => r.from !== 'station')
    .map((r) => r.action)
    .sort();
}
