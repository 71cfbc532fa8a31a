import { isoTime } from '@qipan/base';
import * as act from './commands.js';
import { stationTimeMs, type CommandOutcome, type Station } from './context.js';
import { enqueue } from './outbox.js';
import { setVariable, stationVariables, variable, variableByPlace, type StationVariable } from './variables.js';

type Payload = Record<string, unknown>;
type Handler = (s: Station, p: Payload) => CommandOutcome;

const answer = (status: string, afterwards?: () => void): CommandOutcome =>
  afterwards ? { answer: { status }, afterwards } : { answer: { status } };

const part = (value: unknown): Payload => (typeof value === 'object' && value !== null ? (value as Payload) : {});
const evseIn = (s: Station, p: Payload) => (p['evse'] === undefined ? null : act.evseOf(s, part(p['evse'])['id']));

const handlers: Readonly<Record<string, Handler>> = {
  RequestStartTransaction: (s, p) => {
    const evse = act.startable(s, p['evseId']);
    if (!evse || s.state.registration !== 'Accepted') return answer('Rejected');
    const token = part(p['idToken']);
    const remoteStartId = Number(p['remoteStartId']);
    const by = { idToken: String(token['idToken']), idTokenType: String(token['type']), remoteStartId };
    return answer('Accepted', () => act.remoteStart(s, evse, by));
  },
  RequestStopTransaction: (s, p) => {
    const evse = s.state.evses.find((e) => e.transaction && e.transaction.transactionId === p['transactionId']);
    return evse ? answer('Accepted', () => act.remoteStop(s, evse)) : answer('Rejected');
  },
  Reset: (s, p) => {
    if (p['type'] === 'OnIdle' && s.state.evses.some((e) => e.transaction))
      return answer('Scheduled', () => {
        s.state.resetWhenIdle = true;
      });
    return answer('Accepted', () => act.reset(s, 'HardReset'));
  },
  GetVariables: (s, p) => ({
    answer: { getVariableResult: list(p['getVariableData']).map((q) => readVariable(s, q)) },
  }),
  SetVariables: (s, p) => ({
    answer: { setVariableResult: list(p['setVariableData']).map((q) => writeVariable(s, q)) },
  }),
  GetBaseReport: (s, p) => answer('Accepted', () => report(s, Number(p['requestId']))),
  TriggerMessage: (s, p) => {
    const evse = evseIn(s, p);
    if (p['evse'] !== undefined && !evse) return answer('Rejected');
    const what = p['requestedMessage'];
    if (what === 'BootNotification') return answer('Accepted', () => act.triggerBoot(s));
    if (what === 'Heartbeat') return answer('Accepted', () => act.triggerHeartbeat(s));
    if (what === 'StatusNotification') return answer('Accepted', () => act.triggerStatus(s, evse));
    if (what === 'MeterValues' || what === 'TransactionEvent')
      return answer('Accepted', () => act.triggerMeter(s, evse));
    return answer('NotImplemented');
  },
  ChangeAvailability: (s, p) => {
    const evse = evseIn(s, p);
    if (p['evse'] !== undefined && !evse) return answer('Rejected');
    const operative = p['operationalStatus'] === 'Operative';
    return answer(act.changeAvailability(s, evse), () => act.applyAvailability(s, evse, operative));
  },
  UnlockConnector: (s, p) => {
    const evse = act.evseOf(s, p['evseId']);
    if (!evse || p['connectorId'] !== 1) return answer('UnknownConnector');
    // 2.x lets no command cut off a running authorized transaction (F05.FR.02).
    if (evse.transaction) return answer('OngoingAuthorizedTransaction');
    return answer(act.isLockStuck(s, evse) ? 'UnlockFailed' : 'Unlocked', () => act.unlock(s, evse));
  },
  SetChargingProfile: (s, p) => act.setProfile(s, p['evseId'], p['chargingProfile']),
  ClearChargingProfile: (s, p) => {
    const c = part(p['chargingProfileCriteria']);
    const { evseId, stackLevel, chargingProfilePurpose: purpose } = c;
    return act.forgetProfiles(s, { id: p['chargingProfileId'], evseId, purpose, stackLevel });
  },
  GetTransactionStatus: (s, p) => {
    const id = p['transactionId'];
    const waiting = s.state.transactional.filter(
      (c) => id === undefined || part(c.payload['transactionInfo'])['transactionId'] === id,
    );
    const ongoing = s.state.evses.some((e) => e.transaction && e.transaction.transactionId === id);
    return {
      answer: { ...(id === undefined ? {} : { ongoingIndicator: ongoing }), messagesInQueue: waiting.length > 0 },
    };
  },
  ClearCache: () => answer('Accepted'),
  GetLocalListVersion: () => ({ answer: { versionNumber: 0 } }),
  DataTransfer: () => answer('UnknownVendorId'),
};

const list = (value: unknown): Payload[] => (Array.isArray(value) ? value.map(part) : []);

function found(q: Payload): { readonly variable: StationVariable | undefined; readonly echo: Payload } {
  const component = part(q['component']);
  const wanted = part(q['variable']);
  const instance = typeof wanted['instance'] === 'string' ? wanted['instance'] : undefined;
  const v = variableByPlace(String(component['name']), String(wanted['name']), instance);
  const echo: Payload = { component: q['component'], variable: q['variable'] };
  if (q['attributeType'] !== undefined) echo['attributeType'] = q['attributeType'];
  return { variable: v, echo };
}

function unknownWord(q: Payload): string {
  const name = String(part(q['component'])['name']).toLowerCase();
  return stationVariables.some((v) => v.component.toLowerCase() === name) ? 'UnknownVariable' : 'UnknownComponent';
}

function readVariable(s: Station, q: Payload): Payload {
  const { variable: v, echo } = found(q);
  if (!v) return { attributeStatus: unknownWord(q), ...echo };
  if (q['attributeType'] !== undefined && q['attributeType'] !== 'Actual')
    return { attributeStatus: 'NotSupportedAttributeType', ...echo };
  if (v.access === 'WriteOnly') return { attributeStatus: 'Rejected', ...echo };
  return { attributeStatus: 'Accepted', attributeValue: variable(s, v.key), ...echo };
}

function writeVariable(s: Station, q: Payload): Payload {
  const { variable: v, echo } = found(q);
  if (!v) return { attributeStatus: unknownWord(q), ...echo };
  return { attributeStatus: setVariable(s, v, String(q['attributeValue'])), ...echo };
}

const partSize = 6;

/** NotifyReport in parts, as the device model asks for it. */
function report(s: Station, requestId: number): void {
  for (let i = 0, seqNo = 0; i < stationVariables.length; i += partSize, seqNo++) {
    const rows = stationVariables.slice(i, i + partSize);
    enqueue(s, 'report', {
      action: 'NotifyReport',
      payload: {
        requestId,
        generatedAt: isoTime(stationTimeMs(s)),
        seqNo,
        tbc: i + partSize < stationVariables.length,
        reportData: rows.map((v) => ({
          component: { name: v.component },
          variable: { name: v.variable, ...(v.instance === undefined ? {} : { instance: v.instance }) },
          variableAttribute: [
            {
              type: 'Actual',
              mutability: v.access,
              ...(v.access === 'WriteOnly' ? {} : { value: variable(s, v.key) }),
            },
          ],
        })),
      },
    });
  }
}

/** Answers a command of OCPP 2.0.1 or 2.1; what the simulator does not do is refused in the standard's way. */
export function command20(s: Station, action: string, payload: Payload): CommandOutcome {
  const handler = handlers[action];
  return handler ? handler(s, payload) : { error: 'NotImplemented' };
}
