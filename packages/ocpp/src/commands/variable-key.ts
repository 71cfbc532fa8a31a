import type { VariableReport } from '@qipan/base';

/** A variable of the device model, addressed. */
export interface VariableAddress {
  readonly component: string;
  readonly componentInstance?: string;
  readonly evseId?: number;
  readonly connectorId?: number;
  readonly variable: string;
  readonly variableInstance?: string;
}

/** Component under which the flat configuration keys of 1.6 stand in the device model. */
export const flatComponent = 'ChargingStation';

/** The same setting in 1.6 and in the device model (OCPP 2.0.1 Part 2 appendices). */
const sameSetting: readonly (readonly [key16: string, key2: string])[] = [
  ['AuthorizationKey', 'SecurityCtrlr.BasicAuthPassword'],
  ['AuthorizeRemoteTxRequests', 'AuthCtrlr.AuthorizeRemoteStart'],
  ['ClockAlignedDataInterval', 'AlignedDataCtrlr.Interval'],
  ['ConnectionTimeOut', 'TxCtrlr.EVConnectionTimeOut'],
  ['HeartbeatInterval', 'OCPPCommCtrlr.HeartbeatInterval'],
  ['LocalAuthListEnabled', 'LocalAuthListCtrlr.Enabled'],
  ['LocalAuthorizeOffline', 'AuthCtrlr.LocalAuthorizeOffline'],
  ['LocalPreAuthorize', 'AuthCtrlr.LocalPreAuthorize'],
  ['MeterValueSampleInterval', 'SampledDataCtrlr.TxUpdatedInterval'],
  ['MeterValuesAlignedData', 'AlignedDataCtrlr.Measurands'],
  ['MeterValuesSampledData', 'SampledDataCtrlr.TxUpdatedMeasurands'],
  ['StopTransactionOnEVSideDisconnect', 'TxCtrlr.StopTxOnEVSideDisconnect'],
  ['StopTransactionOnInvalidId', 'TxCtrlr.StopTxOnInvalidId'],
  ['TransactionMessageAttempts', 'OCPPCommCtrlr.MessageAttempts(TransactionEvent)'],
  ['TransactionMessageRetryInterval', 'OCPPCommCtrlr.MessageAttemptInterval(TransactionEvent)'],
  ['WebSocketPingInterval', 'OCPPCommCtrlr.WebSocketPingInterval'],
];
const to2 = new Map(sameSetting);
const to16 = new Map(sameSetting.map(([k16, k2]) => [k2, k16]));

const form = /^([^.()@]+)(?:\(([^()]+)\))?(?:@(\d+)(?::(\d+))?)?\.([^.()@]+)(?:\(([^()]+)\))?$/;

/**
 * `Component(instance)@evse:connector.Variable(instance)`, instances and place optional. The flat name of a 1.6 key is
 * understood where the device model has the same setting. Null for any other text.
 */
export function variableAddress(key: string): VariableAddress | null {
  const m = form.exec(to2.get(key) ?? key);
  if (m === null) return null;
  const [, component, componentInstance, evse, connector, variable, variableInstance] = m;
  return {
    component: component as string,
    ...(componentInstance === undefined ? {} : { componentInstance }),
    ...(evse === undefined ? {} : { evseId: Number(evse) }),
    ...(connector === undefined ? {} : { connectorId: Number(connector) }),
    variable: variable as string,
    ...(variableInstance === undefined ? {} : { variableInstance }),
  };
}

/** The text that `variableAddress` reads back. */
export function variableKey(address: VariableAddress | VariableReport): string {
  const instance = (text: string | undefined): string => (text === undefined ? '' : `(${text})`);
  const connector = address.connectorId === undefined ? '' : `:${address.connectorId}`;
  const place = address.evseId === undefined ? '' : `@${address.evseId}${connector}`;
  return `${address.component}${instance(address.componentInstance)}${place}.${address.variable}${instance(address.variableInstance)}`;
}

/** The 1.6 configuration key of a setting: its own name, or the one that the device model's name stands for. */
export function configurationKey(key: string): string {
  const flat = key.startsWith(`${flatComponent}.`) ? key.slice(flatComponent.length + 1) : key;
  return to16.get(flat) ?? flat;
}
