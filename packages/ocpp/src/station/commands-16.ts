import * as act from './commands.js';
import type { CommandOutcome, Station } from './context.js';
import { setVariable, stationVariables, variable, variableByKey } from './variables.js';

type Payload = Record<string, unknown>;
type Handler = (s: Station, p: Payload) => CommandOutcome;

const answer = (status: string, afterwards?: () => void): CommandOutcome =>
  afterwards ? { answer: { status }, afterwards } : { answer: { status } };

/** Connector 0 is the station. */
const connector = (s: Station, id: unknown) => (id === 0 || id === undefined ? null : act.evseOf(s, id));
const isNoConnector = (s: Station, id: unknown) => id !== 0 && id !== undefined && act.evseOf(s, id) === null;

const handlers: Readonly<Record<string, Handler>> = {
  RemoteStartTransaction: (s, p) => {
    const evse = act.startable(s, p['connectorId']);
    if (!evse || s.state.registration !== 'Accepted') return answer('Rejected');
    const by = { idToken: String(p['idTag']), idTokenType: 'ISO14443', remoteStartId: null };
    return answer('Accepted', () => act.remoteStart(s, evse, by));
  },
  RemoteStopTransaction: (s, p) => {
    const evse = s.state.evses.find((e) => e.transaction && e.transaction.transactionId === String(p['transactionId']));
    return evse ? answer('Accepted', () => act.remoteStop(s, evse)) : answer('Rejected');
  },
  Reset: (s, p) => answer('Accepted', () => act.reset(s, p['type'] === 'Hard' ? 'HardReset' : 'SoftReset')),
  GetConfiguration: (s, p) => {
    const asked = Array.isArray(p['key']) ? (p['key'] as string[]) : [];
    const known = asked.length === 0 ? stationVariables : asked.flatMap((k) => variableByKey(k) ?? []);
    const unknownKey = asked.filter((k) => !variableByKey(k));
    return {
      answer: {
        configurationKey: known.map((v) => ({
          key: v.key,
          readonly: v.access === 'ReadOnly',
          // A write-only key has no value to show.
          ...(v.access === 'WriteOnly' ? {} : { value: variable(s, v.key) }),
        })),
        ...(unknownKey.length > 0 ? { unknownKey } : {}),
      },
    };
  },
  ChangeConfiguration: (s, p) => {
    const v = variableByKey(String(p['key']));
    return answer(v ? setVariable(s, v, String(p['value'])) : 'NotSupported');
  },
  TriggerMessage: (s, p) => trigger(s, String(p['requestedMessage']), p['connectorId']),
  ExtendedTriggerMessage: (s, p) => trigger(s, String(p['requestedMessage']), p['connectorId']),
  ChangeAvailability: (s, p) => {
    if (isNoConnector(s, p['connectorId'])) return answer('Rejected');
    const evse = connector(s, p['connectorId']);
    const operative = p['type'] === 'Operative';
    return answer(act.changeAvailability(s, evse), () => act.applyAvailability(s, evse, operative));
  },
  UnlockConnector: (s, p) => {
    const evse = act.evseOf(s, p['connectorId']);
    if (!evse) return answer('NotSupported');
    return answer(act.isLockStuck(s, evse) ? 'UnlockFailed' : 'Unlocked', () => act.unlock(s, evse));
  },
  SetChargingProfile: (s, p) => act.setProfile(s, p['connectorId'], p['csChargingProfiles']),
  ClearChargingProfile: (s, p) =>
    act.forgetProfiles(s, {
      id: p['id'],
      evseId: p['connectorId'],
      purpose: p['chargingProfilePurpose'],
      stackLevel: p['stackLevel'],
    }),
  ClearCache: () => answer('Accepted'),
  GetLocalListVersion: () => ({ answer: { listVersion: -1 } }),
  DataTransfer: () => answer('UnknownVendorId'),
};

function trigger(s: Station, what: string, connectorId: unknown): CommandOutcome {
  if (isNoConnector(s, connectorId)) return answer('Rejected');
  const evse = connector(s, connectorId);
  if (what === 'BootNotification') return answer('Accepted', () => act.triggerBoot(s));
  if (what === 'Heartbeat') return answer('Accepted', () => act.triggerHeartbeat(s));
  if (what === 'StatusNotification') return answer('Accepted', () => act.triggerStatus(s, evse));
  if (what === 'MeterValues') return answer('Accepted', () => act.triggerMeter(s, evse));
  return answer('NotImplemented');
}

/** Answers a command of OCPP 1.6; what the simulator does not do is refused in the standard's way. */
export function command16(s: Station, action: string, payload: Payload): CommandOutcome {
  const handler = handlers[action];
  return handler ? handler(s, payload) : { error: 'NotImplemented' };
}
