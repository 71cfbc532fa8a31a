import type { OcppVersion } from '@qipan/base';
import type { Payload } from '../frames.js';
import { isOffered } from '../routes.js';
import { profile16, purpose16, type ChargingProfile } from './charging-profile.js';
import type { Command, CommandName, CommandPayloads } from './commands.js';
import { configurationKey, variableAddress, type VariableAddress } from './variable-key.js';

/** The CALL that a command becomes. */
export interface EncodedCommand {
  readonly action: string;
  readonly payload: Payload;
}
/** The version has no such thing; `unsupported` says what, in a sentence. */
export interface Unsupported {
  readonly unsupported: string;
}

export interface CommandSupply {
  /** A positive 31-bit integer of its own for this command: `remoteStartId` and `requestId` on the wire. */
  readonly requestId: number;
  /** 1.6 connector of an evse, for posts whose cables share an evse; by default its number. */
  readonly connectorOf?: (evseId: number, connectorId: number) => number;
}

type Encoder<K extends CommandName> = (
  payload: CommandPayloads[K],
  supply: CommandSupply,
) => EncodedCommand | Unsupported;
type Encoders = { readonly [K in Exclude<CommandName, 'raw'>]: Encoder<K> };

const call = (action: string, payload: Record<string, unknown>): EncodedCommand => ({
  action,
  payload: Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined)),
});
const unsupported = (sentence: string): Unsupported => ({ unsupported: sentence });

const connector16 = (supply: CommandSupply, evseId: number, connectorId: number | undefined): number =>
  supply.connectorOf?.(evseId, connectorId ?? 1) ?? evseId;

const triggers16: readonly string[] = [
  'BootNotification',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'MeterValues',
  'StatusNotification',
];
const extendedTriggers16: Readonly<Record<string, string>> = {
  LogStatusNotification: 'LogStatusNotification',
  SignChargingStationCertificate: 'SignChargePointCertificate',
};

const encoders16: Encoders = {
  RequestStartTransaction: (p, supply) => {
    const profile = p.chargingProfile === undefined ? undefined : profile16(p.chargingProfile);
    if (profile !== undefined && 'unsupported' in profile) return profile as Unsupported;
    const connectorId = p.evseId === undefined ? undefined : connector16(supply, p.evseId, undefined);
    return call('RemoteStartTransaction', { idTag: p.idToken.idToken, connectorId, chargingProfile: profile });
  },
  RequestStopTransaction: (p) => {
    const transactionId = Number(p.transactionId);
    if (!Number.isSafeInteger(transactionId)) return unsupported(`${p.transactionId} is no OCPP 1.6 transaction id`);
    return call('RemoteStopTransaction', { transactionId });
  },
  Reset: (p) =>
    p.evseId === undefined
      ? call('Reset', { type: p.type === 'Immediate' ? 'Hard' : 'Soft' })
      : unsupported('OCPP 1.6 resets whole stations only'),
  GetVariables: (p) => call('GetConfiguration', { key: p.keys?.map(configurationKey) }),
  SetVariables: (p) => call('ChangeConfiguration', { key: configurationKey(p.key), value: p.value }),
  GetBaseReport: () => call('GetConfiguration', {}),
  TriggerMessage: (p, supply) => {
    const connectorId = p.evseId === undefined ? undefined : connector16(supply, p.evseId, p.connectorId);
    const { requestedMessage } = p;
    if (triggers16.includes(requestedMessage)) return call('TriggerMessage', { requestedMessage, connectorId });
    const extended = Object.hasOwn(extendedTriggers16, requestedMessage)
      ? extendedTriggers16[requestedMessage]
      : undefined;
    if (extended === undefined) return unsupported(`OCPP 1.6 cannot trigger ${requestedMessage}`);
    return call('ExtendedTriggerMessage', { requestedMessage: extended, connectorId });
  },
  UnlockConnector: (p, supply) =>
    call('UnlockConnector', { connectorId: connector16(supply, p.evseId, p.connectorId) }),
  ChangeAvailability: (p, supply) =>
    call('ChangeAvailability', {
      connectorId: p.evseId === undefined ? 0 : connector16(supply, p.evseId, p.connectorId),
      type: p.operational ? 'Operative' : 'Inoperative',
    }),
  ClearCache: () => call('ClearCache', {}),
  SetChargingProfile: (p, supply) => {
    const profile = profile16(p.chargingProfile);
    if ('unsupported' in profile) return profile as Unsupported;
    const connectorId = p.evseId === 0 ? 0 : connector16(supply, p.evseId, undefined);
    return call('SetChargingProfile', { connectorId, csChargingProfiles: profile });
  },
  ClearChargingProfile: (p) => {
    const purpose = p.chargingProfilePurpose === undefined ? undefined : purpose16(p.chargingProfilePurpose);
    if (purpose === null) return unsupported(`OCPP 1.6 has no purpose ${p.chargingProfilePurpose}`);
    const { chargingProfileId: id, evseId: connectorId, stackLevel } = p;
    return call('ClearChargingProfile', { id, connectorId, chargingProfilePurpose: purpose, stackLevel });
  },
  GetCompositeSchedule: (p) =>
    call('GetCompositeSchedule', {
      connectorId: p.evseId,
      duration: p.durationS,
      chargingRateUnit: p.chargingRateUnit,
    }),
  DataTransfer: (p) => {
    const data = p.data === undefined || typeof p.data === 'string' ? p.data : JSON.stringify(p.data);
    return call('DataTransfer', { vendorId: p.vendorId, messageId: p.messageId, data });
  },
};

/** Component and variable as `GetVariables` and `SetVariables` want them. */
function onWire(a: VariableAddress): { readonly component: Payload; readonly variable: Payload } {
  const evse =
    a.evseId === undefined
      ? undefined
      : { id: a.evseId, ...(a.connectorId === undefined ? {} : { connectorId: a.connectorId }) };
  return {
    component: call('', { name: a.component, instance: a.componentInstance, evse }).payload,
    variable: call('', { name: a.variable, instance: a.variableInstance }).payload,
  };
}

const noKey = (key: string): Unsupported =>
  unsupported(`${key} is not of the form Component.Variable, and no 2.x setting is known by that name`);

const evse2 = (evseId: number | undefined, connectorId: number | undefined): Payload | undefined =>
  evseId === undefined ? undefined : call('', { id: evseId, connectorId }).payload;

const encoders2: Encoders = {
  RequestStartTransaction: (p, supply) =>
    call('RequestStartTransaction', {
      evseId: p.evseId,
      idToken: { idToken: p.idToken.idToken, type: p.idToken.type },
      remoteStartId: p.remoteStartId ?? supply.requestId,
      chargingProfile: p.chargingProfile,
    }),
  RequestStopTransaction: (p) => call('RequestStopTransaction', { transactionId: p.transactionId }),
  Reset: (p) => call('Reset', { type: p.type, evseId: p.evseId }),
  GetVariables: (p, supply) => {
    if (p.keys === undefined) {
      return call('GetBaseReport', { requestId: supply.requestId, reportBase: 'ConfigurationInventory' });
    }
    const addresses = p.keys.map(variableAddress);
    const missing = addresses.indexOf(null);
    if (missing >= 0) return noKey(p.keys[missing] as string);
    return call('GetVariables', { getVariableData: addresses.map((a) => onWire(a as VariableAddress)) });
  },
  SetVariables: (p) => {
    const address = variableAddress(p.key);
    if (address === null) return noKey(p.key);
    return call('SetVariables', { setVariableData: [{ attributeValue: p.value, ...onWire(address) }] });
  },
  GetBaseReport: (p, supply) =>
    call('GetBaseReport', { requestId: supply.requestId, reportBase: p.reportBase ?? 'FullInventory' }),
  TriggerMessage: (p) => {
    const evse = evse2(p.evseId, p.connectorId);
    return call('TriggerMessage', { requestedMessage: p.requestedMessage, evse });
  },
  UnlockConnector: (p) => call('UnlockConnector', { evseId: p.evseId, connectorId: p.connectorId ?? 1 }),
  ChangeAvailability: (p) =>
    call('ChangeAvailability', {
      operationalStatus: p.operational ? 'Operative' : 'Inoperative',
      evse: evse2(p.evseId, p.connectorId),
    }),
  ClearCache: () => call('ClearCache', {}),
  SetChargingProfile: (p) =>
    call('SetChargingProfile', { evseId: p.evseId, chargingProfile: p.chargingProfile satisfies ChargingProfile }),
  ClearChargingProfile: (p) => {
    const { chargingProfileId, ...criteria } = p;
    const chargingProfileCriteria = Object.keys(criteria).length === 0 ? undefined : criteria;
    return call('ClearChargingProfile', { chargingProfileId, chargingProfileCriteria });
  },
  GetCompositeSchedule: (p) =>
    call('GetCompositeSchedule', { evseId: p.evseId, duration: p.durationS, chargingRateUnit: p.chargingRateUnit }),
  DataTransfer: (p) => call('DataTransfer', { vendorId: p.vendorId, messageId: p.messageId, data: p.data }),
};

/**
 * The CALL of a version for a command of the vocabulary, or why that version has none. The payload is validated when it
 * is handed to the `RpcMachine`.
 */
export function encodeCommand(
  version: OcppVersion,
  command: Command,
  supply: CommandSupply,
): EncodedCommand | Unsupported {
  if (command.action === 'raw') {
    const { action, payload } = command.payload;
    return isOffered(version, action, 'csms')
      ? { action, payload }
      : unsupported(`OCPP ${version} has no command ${action}`);
  }
  const encoders = version === '1.6' ? encoders16 : encoders2;
  const encode = encoders[command.action] as Encoder<CommandName>;
  return encode(command.payload, supply);
}
