import type { Station } from './context.js';

/** A setting of the station: its 1.6 key and its 2.x component and variable. */
export interface StationVariable {
  readonly key: string;
  readonly component: string;
  readonly variable: string;
  readonly instance?: string;
  readonly access: 'ReadWrite' | 'ReadOnly' | 'WriteOnly';
  readonly kind: 'integer' | 'boolean' | 'text';
  readonly initial: (s: Station) => string;
}

const row = (
  key: string,
  place: string,
  kind: StationVariable['kind'],
  access: StationVariable['access'],
  initial: StationVariable['initial'],
): StationVariable => {
  const [component = '', variable = '', instance] = place.split('/');
  return { key, component, variable, ...(instance === undefined ? {} : { instance }), access, kind, initial };
};

const measurands = 'Energy.Active.Import.Register,Power.Active.Import,Voltage,Current.Import,SoC';

/** Names of OCPP 1.6 §9 and of the referenced components of OCPP 2.0.1 Part 2 Appendix 3. */
export const stationVariables: readonly StationVariable[] = [
  row('HeartbeatInterval', 'OCPPCommCtrlr/HeartbeatInterval', 'integer', 'ReadWrite', (s) =>
    String(s.state.heartbeatS),
  ),
  row('MeterValueSampleInterval', 'SampledDataCtrlr/TxUpdatedInterval', 'integer', 'ReadWrite', (s) =>
    String(s.config.sampledS),
  ),
  row('ClockAlignedDataInterval', 'AlignedDataCtrlr/Interval', 'integer', 'ReadWrite', (s) =>
    String(s.config.alignedS),
  ),
  row('MeterValuesSampledData', 'SampledDataCtrlr/TxUpdatedMeasurands', 'text', 'ReadWrite', () => measurands),
  row('ConnectionTimeOut', 'TxCtrlr/EVConnectionTimeOut', 'integer', 'ReadWrite', () => '120'),
  row('LocalAuthorizeOffline', 'AuthCtrlr/LocalAuthorizeOffline', 'boolean', 'ReadWrite', (s) =>
    String(s.config.authorizesOffline),
  ),
  row('StopTransactionOnInvalidId', 'TxCtrlr/StopTxOnInvalidId', 'boolean', 'ReadWrite', () => 'true'),
  row('StopTransactionOnEVSideDisconnect', 'TxCtrlr/StopTxOnEVSideDisconnect', 'boolean', 'ReadWrite', () => 'true'),
  row('TransactionMessageAttempts', 'OCPPCommCtrlr/MessageAttempts/TransactionEvent', 'integer', 'ReadOnly', () => '3'),
  row(
    'TransactionMessageRetryInterval',
    'OCPPCommCtrlr/MessageAttemptInterval/TransactionEvent',
    'integer',
    'ReadWrite',
    () => '10',
  ),
  row('WebSocketPingInterval', 'OCPPCommCtrlr/WebSocketPingInterval', 'integer', 'ReadWrite', () => '0'),
  row('AuthorizeRemoteTxRequests', 'AuthCtrlr/AuthorizeRemoteStart', 'boolean', 'ReadOnly', () => 'false'),
  row('AuthorizationKey', 'SecurityCtrlr/BasicAuthPassword', 'text', 'WriteOnly', () => ''),
  row('NumberOfConnectors', 'ChargingStation/NumberOfConnectors', 'integer', 'ReadOnly', (s) =>
    String(s.config.evses.length),
  ),
  row(
    'SupportedFeatureProfiles',
    'ChargingStation/SupportedFeatureProfiles',
    'text',
    'ReadOnly',
    () => 'Core,RemoteTrigger,SmartCharging',
  ),
  row('GetConfigurationMaxKeys', 'DeviceDataCtrlr/ItemsPerMessage/GetVariables', 'integer', 'ReadOnly', () => '50'),
  row('VendorName', 'ChargingStation/VendorName', 'text', 'ReadOnly', (s) => s.config.vendorName),
  row('Model', 'ChargingStation/Model', 'text', 'ReadOnly', (s) => s.config.model),
];

export const variableByKey = (key: string): StationVariable | undefined =>
  stationVariables.find((v) => v.key.toLowerCase() === key.toLowerCase());

export const variableByPlace = (component: string, variable: string, instance?: string): StationVariable | undefined =>
  stationVariables.find(
    (v) =>
      v.component.toLowerCase() === component.toLowerCase() &&
      v.variable.toLowerCase() === variable.toLowerCase() &&
      (instance === undefined || v.instance === instance),
  );

export function variable(s: Station, key: string): string {
  const own = s.state.variables[key];
  if (own !== undefined) return own;
  return variableByKey(key)?.initial(s) ?? '';
}

/** Sets a variable as a station does: refuses what it does not know, may not change or cannot read. */
export function setVariable(s: Station, v: StationVariable, value: string): 'Accepted' | 'Rejected' {
  if (v.access === 'ReadOnly') return 'Rejected';
  if (v.kind === 'integer' && !/^\d{1,9}$/.test(value)) return 'Rejected';
  if (v.kind === 'boolean' && !/^(true|false)$/i.test(value)) return 'Rejected';
  s.state.variables[v.key] = v.kind === 'boolean' ? value.toLowerCase() : value;
  if (v.key === 'HeartbeatInterval') {
    s.state.heartbeatS = Number(value);
    s.state.heartbeatAtMs = s.nowMs + s.state.heartbeatS * 1000;
  }
  if (v.key === 'ClockAlignedDataInterval') s.state.alignedAtMs = nextAlignedMs(s);
  return 'Accepted';
}

/** Next instant of the station's clock that is a multiple of the clock-aligned interval since midnight UTC. */
export function nextAlignedMs(s: Station): number {
  const everyMs = Number(variable(s, 'ClockAlignedDataInterval')) * 1000;
  return everyMs > 0 ? (Math.floor(s.nowMs / everyMs) + 1) * everyMs : 8.64e15;
}
