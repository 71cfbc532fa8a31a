import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OcppVersion } from '@qipan/base';
import {
  commandActions,
  commandFields,
  configurationKey,
  decodeCommandAnswer,
  encodeCommand,
  loadValidators,
  readCommand,
  variableAddress,
  variableKey,
  versions,
  type ChargingProfile,
  type Command,
  type EncodedCommand,
  type Payload,
} from '@qipan/ocpp';
import { validateCall as second16 } from 'typed-ocpp/dist/ocpp16/call.js';
import { validateCall as second20 } from 'typed-ocpp/dist/ocpp20/call.js';
import { validateCall as second21 } from 'typed-ocpp/dist/ocpp21/call.js';
import { samplePayloads } from './schema-arbitrary.js';

const supply = { requestId: 77 };
const token = { idToken: 'TAG1', type: 'ISO14443' };
const profile: ChargingProfile = {
  id: 5,
  stackLevel: 1,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    {
      id: 1,
      startSchedule: '2025-01-01T00:00:00Z',
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }],
    },
  ],
};

const encoded = (version: OcppVersion, command: Command): EncodedCommand => {
  const out = encodeCommand(version, command, supply);
  assert.ok('action' in out, JSON.stringify(out));
  return out;
};
const why = (version: OcppVersion, command: Command): string => {
  const out = encodeCommand(version, command, supply);
  assert.ok('unsupported' in out, JSON.stringify(out));
  return out.unsupported;
};

/** One of each command, in the shortest and in the fullest form. */
const commands: readonly Command[] = [
  { action: 'RequestStartTransaction', payload: { idToken: token } },
  {
    action: 'RequestStartTransaction',
    payload: { idToken: token, evseId: 2, remoteStartId: 9, chargingProfile: profile },
  },
  { action: 'RequestStopTransaction', payload: { transactionId: '42' } },
  { action: 'Reset', payload: { type: 'OnIdle' } },
  { action: 'Reset', payload: { type: 'Immediate' } },
  { action: 'GetVariables', payload: {} },
  { action: 'GetVariables', payload: { keys: ['HeartbeatInterval', 'OCPPCommCtrlr.HeartbeatInterval'] } },
  { action: 'SetVariables', payload: { key: 'HeartbeatInterval', value: '60' } },
  { action: 'GetBaseReport', payload: {} },
  { action: 'TriggerMessage', payload: { requestedMessage: 'StatusNotification', evseId: 1, connectorId: 1 } },
  { action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' } },
  { action: 'TriggerMessage', payload: { requestedMessage: 'LogStatusNotification' } },
  { action: 'TriggerMessage', payload: { requestedMessage: 'SignChargingStationCertificate' } },
  { action: 'UnlockConnector', payload: { evseId: 1 } },
  { action: 'ChangeAvailability', payload: { operational: false } },
  { action: 'ChangeAvailability', payload: { operational: true, evseId: 2, connectorId: 1 } },
  { action: 'ClearCache', payload: {} },
  { action: 'SetChargingProfile', payload: { evseId: 0, chargingProfile: profile } },
  {
    action: 'SetChargingProfile',
    payload: { evseId: 1, chargingProfile: { ...profile, transactionId: '42', chargingProfilePurpose: 'TxProfile' } },
  },
  { action: 'ClearChargingProfile', payload: {} },
  { action: 'ClearChargingProfile', payload: { chargingProfileId: 5 } },
  { action: 'ClearChargingProfile', payload: { evseId: 1, chargingProfilePurpose: 'TxProfile', stackLevel: 0 } },
  { action: 'GetCompositeSchedule', payload: { evseId: 1, durationS: 3600, chargingRateUnit: 'W' } },
  { action: 'DataTransfer', payload: { vendorId: 'v', messageId: 'm', data: 'd' } },
];

const seconds = { '1.6': second16, '2.0.1': second20, '2.1': second21 } as const;

for (const version of versions) {
  test(`every command of the vocabulary becomes a valid OCPP ${version} call, by our check and by a second one`, async () => {
    const validators = await loadValidators(version);
    for (const command of commands) {
      const { action, payload } = encoded(version, command);
      const validate = validators.request(action);
      assert.ok(validate?.(payload), `${action} ${JSON.stringify(payload)} ${JSON.stringify(validate?.errors)}`);
      assert.ok(commandActions(version).includes(action));
      // The second opinion deletes unknown fields in place: it gets a copy, and the copy must stay as it was.
      const copy = JSON.parse(JSON.stringify([2, 'id', action, payload])) as never;
      assert.ok(seconds[version](copy), `${action} ${JSON.stringify(seconds[version].errors)}`);
      assert.deepEqual(copy, [2, 'id', action, payload]);
    }
  });

  test(`any action of OCPP ${version} can be sent raw, none of another direction or version`, () => {
    for (const action of commandActions(version)) {
      assert.deepEqual(encoded(version, { action: 'raw', payload: { action, payload: { x: 1 } } }), {
        action,
        payload: { x: 1 },
      });
    }
    for (const action of ['Heartbeat', 'NoSuch', version === '1.6' ? 'GetVariables' : 'ChangeConfiguration']) {
      assert.match(why(version, { action: 'raw', payload: { action, payload: {} } }), new RegExp(action));
    }
  });

  test(`every answer that OCPP ${version} allows to a command is understood`, () => {
    for (const action of commandActions(version)) {
      for (const payload of samplePayloads(version, action, 'Response', { count: 4, seed: 3 })) {
        const answer = decodeCommandAnswer(version, action, payload);
        assert.equal(typeof answer.status, 'string');
        if (typeof payload['status'] === 'string') assert.equal(answer.status, payload['status']);
        const rejected = ['Rejected', 'Failed', 'NotSupported', 'UnlockFailed', 'NotFound', 'UnknownVendorId'];
        if (rejected.includes(answer.status)) assert.equal(answer.isAccepted, false, answer.status);
      }
    }
  });
}

test('TC_010_CSMS: a remote start names connector, tag and profile in 1.6 words', () => {
  const { action, payload } = encoded('1.6', commands[1] as Command);
  assert.equal(action, 'RemoteStartTransaction');
  assert.deepEqual([payload['connectorId'], payload['idTag']], [2, 'TAG1']);
  const sent = payload['chargingProfile'] as Payload;
  assert.equal(sent['chargingProfileId'], 5);
  assert.ok(!Array.isArray(sent['chargingSchedule']) && !('id' in (sent['chargingSchedule'] as Payload)));
});

test('a remote start of 2.x carries the number that will name its transaction', () => {
  assert.equal(encoded('2.0.1', commands[0] as Command).payload['remoteStartId'], 77);
  assert.equal(encoded('2.0.1', commands[1] as Command).payload['remoteStartId'], 9);
});

test('TC_012_CSMS: a remote stop names the transaction, as an integer in 1.6', () => {
  assert.deepEqual(encoded('1.6', commands[2] as Command).payload, { transactionId: 42 });
  assert.deepEqual(encoded('2.1', commands[2] as Command).payload, { transactionId: '42' });
  assert.match(why('1.6', { action: 'RequestStopTransaction', payload: { transactionId: 'orphan-1' } }), /orphan-1/);
});

test('TC_013_CSMS: an immediate reset is Hard in 1.6', () => {
  assert.deepEqual(encoded('1.6', { action: 'Reset', payload: { type: 'Immediate' } }).payload, { type: 'Hard' });
});

test('TC_014_CSMS: a reset when idle is Soft in 1.6, and of one evse only in 2.x', () => {
  assert.deepEqual(encoded('1.6', { action: 'Reset', payload: { type: 'OnIdle' } }).payload, { type: 'Soft' });
  const one: Command = { action: 'Reset', payload: { type: 'OnIdle', evseId: 1 } };
  assert.match(why('1.6', one), /whole stations/);
  assert.deepEqual(encoded('2.0.1', one).payload, { type: 'OnIdle', evseId: 1 });
});

test('TC_017_1_CSMS and TC_018_1_CSMS: unlocking names the connector', () => {
  const unlock: Command = { action: 'UnlockConnector', payload: { evseId: 2 } };
  assert.deepEqual(encoded('1.6', unlock).payload, { connectorId: 2 });
  assert.deepEqual(encoded('2.0.1', unlock).payload, { evseId: 2, connectorId: 1 });
  const mapped = encodeCommand('1.6', unlock, { ...supply, connectorOf: (evse, connector) => evse * 10 + connector });
  assert.deepEqual((mapped as EncodedCommand).payload, { connectorId: 21 });
});

test('TC_019_1_CSMS: all configuration is asked for without a key', () => {
  assert.deepEqual(encoded('1.6', { action: 'GetVariables', payload: {} }), {
    action: 'GetConfiguration',
    payload: {},
  });
  assert.equal(encoded('2.0.1', { action: 'GetVariables', payload: {} }).action, 'GetBaseReport');
});

test('TC_019_2_CSMS: one key is asked for, in the words of the version', () => {
  const ask: Command = { action: 'GetVariables', payload: { keys: ['OCPPCommCtrlr.HeartbeatInterval'] } };
  assert.deepEqual(encoded('1.6', ask).payload, { key: ['HeartbeatInterval'] });
  assert.deepEqual(encoded('2.0.1', { action: 'GetVariables', payload: { keys: ['HeartbeatInterval'] } }).payload, {
    getVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } }],
  });
});

test('TC_021_CSMS: a setting is changed, a name that no 2.x component has is refused with the reason', () => {
  const set: Command = { action: 'SetVariables', payload: { key: 'MeterValueSampleInterval', value: '60' } };
  assert.deepEqual(encoded('1.6', set).payload, { key: 'MeterValueSampleInterval', value: '60' });
  assert.deepEqual(encoded('2.1', set).payload, {
    setVariableData: [
      { attributeValue: '60', component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' } },
    ],
  });
  assert.match(why('2.1', { action: 'SetVariables', payload: { key: 'NoComponent', value: '1' } }), /NoComponent/);
  assert.match(why('2.1', { action: 'GetVariables', payload: { keys: ['A.B', 'bare'] } }), /bare/);
});

test('TC_054_CSMS: messages that 1.6 triggers by the extended message go that way, others not at all', () => {
  const trigger = (requestedMessage: string): Command => ({ action: 'TriggerMessage', payload: { requestedMessage } });
  assert.equal(encoded('1.6', trigger('MeterValues')).action, 'TriggerMessage');
  assert.deepEqual(encoded('1.6', trigger('SignChargingStationCertificate')), {
    action: 'ExtendedTriggerMessage',
    payload: { requestedMessage: 'SignChargePointCertificate' },
  });
  assert.match(why('1.6', trigger('TransactionEvent')), /TransactionEvent/);
  assert.match(why('1.6', trigger('toString')), /toString/);
});

test('profiles keep their limits, 1.6 takes one schedule of its own purposes', () => {
  const set: Command = { action: 'SetChargingProfile', payload: { evseId: 0, chargingProfile: profile } };
  const sent = encoded('1.6', set).payload as { csChargingProfiles: { chargingSchedule: Payload } };
  assert.deepEqual(sent.csChargingProfiles.chargingSchedule['chargingSchedulePeriod'], [
    { startPeriod: 0, limit: 8.1 },
  ]);
  const external = { ...profile, chargingProfilePurpose: 'ChargingStationExternalConstraints' };
  assert.match(
    why('1.6', { action: 'SetChargingProfile', payload: { evseId: 0, chargingProfile: external } }),
    /purpose/,
  );
  const schedules = [...profile.chargingSchedule, ...profile.chargingSchedule];
  const two = { ...profile, chargingSchedule: schedules };
  assert.match(
    why('1.6', { action: 'SetChargingProfile', payload: { evseId: 0, chargingProfile: two } }),
    /one schedule/,
  );
  const dynamic: ChargingProfile = { ...profile, chargingProfileKind: 'Dynamic' };
  assert.match(
    why('1.6', { action: 'RequestStartTransaction', payload: { idToken: token, chargingProfile: dynamic } }),
    /Dynamic/,
  );
});

test('TC_067_CSMS: clearing names what is given and nothing else', () => {
  const clear: Command = {
    action: 'ClearChargingProfile',
    payload: { chargingProfilePurpose: 'ChargingStationMaxProfile' },
  };
  assert.deepEqual(encoded('1.6', clear).payload, { chargingProfilePurpose: 'ChargePointMaxProfile' });
  assert.deepEqual(encoded('2.0.1', clear).payload, {
    chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationMaxProfile' },
  });
  assert.match(
    why('1.6', { action: 'ClearChargingProfile', payload: { chargingProfilePurpose: 'PriorityCharging' } }),
    /Priority/,
  );
});

test('data of any shape travels to a 1.6 station as text', () => {
  const send: Command = { action: 'DataTransfer', payload: { vendorId: 'v', data: { a: [1] } } };
  assert.deepEqual(encoded('1.6', send).payload, { vendorId: 'v', data: '{"a":[1]}' });
  assert.deepEqual(encoded('2.0.1', send).payload, { vendorId: 'v', data: { a: [1] } });
});

test('a variable address and its text say the same', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9 _-]{1,12}$/);
  const arbitrary = fc.record(
    {
      component: name,
      componentInstance: name,
      evseId: fc.integer({ min: 0, max: 99 }),
      connectorId: fc.integer({ min: 0, max: 9 }),
      variable: name,
      variableInstance: name,
    },
    { requiredKeys: ['component', 'variable'] },
  );
  fc.assert(
    fc.property(arbitrary, (a) => {
      const { connectorId, ...rest } = a;
      const address = a.evseId === undefined || connectorId === undefined ? rest : a;
      assert.deepEqual(variableAddress(variableKey(address)), { ...address });
    }),
  );
  assert.deepEqual(variableAddress('EVSE@1:2.Power(x)'), {
    component: 'EVSE',
    evseId: 1,
    connectorId: 2,
    variable: 'Power',
    variableInstance: 'x',
  });
  for (const text of ['', 'A', 'A.', '.B', 'A.B.C', 'A(.B']) assert.equal(variableAddress(text), null, text);
});

test('a 1.6 key is found under its own name, the name of the device model and the flat component', () => {
  for (const key of ['HeartbeatInterval', 'OCPPCommCtrlr.HeartbeatInterval', 'ChargingStation.HeartbeatInterval']) {
    assert.equal(configurationKey(key), 'HeartbeatInterval');
  }
  assert.equal(configurationKey('VendorKey'), 'VendorKey');
});

test('configuration answers become variables with what may be changed and what is unknown', () => {
  const answer = decodeCommandAnswer('1.6', 'GetConfiguration', {
    configurationKey: [
      { key: 'HeartbeatInterval', readonly: false, value: '60' },
      { key: 'Secret', readonly: true },
    ],
    unknownKey: ['Nope'],
  });
  assert.deepEqual(
    answer.variables.map((v) => [variableKey(v), v.value, v.mutability, v.status]),
    [
      ['ChargingStation.HeartbeatInterval', '60', 'ReadWrite', 'Accepted'],
      ['ChargingStation.Secret', null, 'ReadOnly', 'Accepted'],
      ['ChargingStation.Nope', null, undefined, 'UnknownVariable'],
    ],
  );
  assert.ok(answer.isAccepted);
});

test('variable answers carry the status of each, the worst one speaks for all', () => {
  const row = (name: string, attributeStatus: string, attributeValue?: string): Payload => ({
    attributeStatus,
    ...(attributeValue === undefined ? {} : { attributeValue }),
    component: { name: 'EVSE', evse: { id: 1, connectorId: 2 }, instance: 'i' },
    variable: { name, instance: 'j' },
  });
  const answer = decodeCommandAnswer('2.0.1', 'GetVariables', {
    getVariableResult: [row('A', 'Accepted', '5'), row('B', 'UnknownVariable')],
  });
  assert.equal(answer.status, 'UnknownVariable');
  assert.equal(answer.isAccepted, false);
  assert.deepEqual(answer.variables[0], {
    component: 'EVSE',
    componentInstance: 'i',
    evseId: 1,
    connectorId: 2,
    variable: 'A',
    variableInstance: 'j',
    attribute: 'Actual',
    value: '5',
    status: 'Accepted',
  });
  const set = decodeCommandAnswer('2.0.1', 'SetVariables', { setVariableResult: [row('A', 'RebootRequired')] });
  assert.ok(set.isAccepted);
});

test('an answer without a status is consent, reasons and running transactions are handed on', () => {
  assert.deepEqual(decodeCommandAnswer('1.6', 'GetLocalListVersion', { listVersion: 3 }).status, 'Accepted');
  const answer = decodeCommandAnswer('2.0.1', 'RequestStartTransaction', {
    status: 'Rejected',
    statusInfo: { reasonCode: 'EVSEBusy', additionalInfo: 'car at lunch' },
    transactionId: 'tx1',
  });
  assert.deepEqual([answer.isAccepted, answer.reason, answer.transactionId], [false, 'EVSEBusy: car at lunch', 'tx1']);
});

test('a command from outside is read field by field, null counts as absent', () => {
  assert.deepEqual(readCommand('Reset', { type: 'OnIdle', evseId: null }), {
    action: 'Reset',
    payload: { type: 'OnIdle' },
  });
  for (const command of commands) assert.deepEqual(readCommand(command.action, command.payload), command);
});

test('a command that is wrong is refused with the field, what was got and what was expected', () => {
  const refused = (action: string, payload: Payload, code: string, text: RegExp): void => {
    assert.throws(
      () => readCommand(action, payload),
      (e: Error & { code?: string }) => {
        assert.equal(e.code, code);
        assert.match(e.message, text);
        return true;
      },
    );
  };
  refused('SelfDestruct', {}, 'UNSUPPORTED_ACTION', /SelfDestruct/);
  refused('toString', {}, 'UNSUPPORTED_ACTION', /toString/);
  refused('Reset', {}, 'BAD_INPUT', /Reset\.type.*OnIdle, Immediate/);
  refused('Reset', { type: 'Soft' }, 'BAD_INPUT', /one of OnIdle/);
  refused('Reset', { type: 'OnIdle', force: true }, 'BAD_INPUT', /force/);
  refused('RequestStartTransaction', { idToken: 'TAG' }, 'BAD_INPUT', /idToken, type/);
  refused('UnlockConnector', { evseId: 0 }, 'BAD_INPUT', /positive integer/);
  refused('ChangeAvailability', { operational: 'yes' }, 'BAD_INPUT', /true or false/);
  refused('GetVariables', { keys: [] }, 'BAD_INPUT', /list of texts/);
  refused('raw', { action: 'Reset', payload: [] }, 'BAD_INPUT', /an object/);
});

test('the field table names every command once', () => {
  const used = new Set(commands.map((c) => c.action as string));
  for (const name of Object.keys(commandFields)) assert.ok(name === 'raw' || used.has(name), name);
});
