import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OcppVersion } from '@qipan/base';
import type { ChargingProfile, Payload } from '@qipan/ocpp';
import { csmsMachine, exchange, type Case } from './support/exchange.js';

const tag = { idToken: 'TAG1', type: 'ISO14443' };
const profile = (chargingProfilePurpose: string, more: Partial<ChargingProfile> = {}): ChargingProfile => ({
  id: 1,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    {
      id: 1,
      startSchedule: '2025-03-01T00:00:00Z',
      duration: 86_400,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 6 },
        { startPeriod: 3600, limit: 8.1, numberPhases: 3 },
      ],
    },
  ],
  ...more,
});
const profile16 = (chargingProfilePurpose: string): Payload => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: 'Absolute',
  chargingSchedule: {
    startSchedule: '2025-03-01T00:00:00Z',
    duration: 86_400,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 6 },
      { startPeriod: 3600, limit: 8.1, numberPhases: 3 },
    ],
  },
});
const hash: Payload = { hashAlgorithm: 'SHA256', issuerNameHash: 'a1', issuerKeyHash: 'b2', serialNumber: 'c3' };

const raw = (action: string, payload: Payload): Pick<Case, 'command' | 'wire'> => ({
  command: ['raw', { action, payload }],
  wire: [action, payload],
});

const core16: readonly Omit<Case, 'version'>[] = [
  {
    id: 'TC_011_1_CSMS',
    says: 'a remote start before the plug is accepted',
    command: ['RequestStartTransaction', { evseId: 1, idToken: tag }],
    wire: ['RemoteStartTransaction', { idTag: 'TAG1', connectorId: 1 }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_026_CSMS',
    says: 'a remote start that the station refuses is told as refused',
    command: ['RequestStartTransaction', { idToken: tag }],
    wire: ['RemoteStartTransaction', { idTag: 'TAG1' }],
    reply: { status: 'Rejected' },
    status: 'Rejected',
    isAccepted: false,
  },
  {
    id: 'TC_012_CSMS',
    says: 'a remote stop names the transaction',
    command: ['RequestStopTransaction', { transactionId: '31' }],
    wire: ['RemoteStopTransaction', { transactionId: 31 }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_028_CSMS',
    says: 'a remote stop of a transaction that the station does not know is refused',
    command: ['RequestStopTransaction', { transactionId: '99' }],
    wire: ['RemoteStopTransaction', { transactionId: 99 }],
    reply: { status: 'Rejected' },
    status: 'Rejected',
    isAccepted: false,
  },
  {
    id: 'TC_013_CSMS',
    says: 'a reset at once',
    command: ['Reset', { type: 'Immediate' }],
    wire: ['Reset', { type: 'Hard' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_014_CSMS',
    says: 'a reset that lets transactions end',
    command: ['Reset', { type: 'OnIdle' }],
    wire: ['Reset', { type: 'Soft' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_017_1_CSMS',
    says: 'unlocking a connector without a session',
    command: ['UnlockConnector', { evseId: 1 }],
    wire: ['UnlockConnector', { connectorId: 1 }],
    reply: { status: 'Unlocked' },
    status: 'Unlocked',
    isAccepted: true,
  },
  {
    id: 'TC_017_2_CSMS',
    says: 'a fixed cable cannot be unlocked',
    command: ['UnlockConnector', { evseId: 1 }],
    wire: ['UnlockConnector', { connectorId: 1 }],
    reply: { status: 'NotSupported' },
    status: 'NotSupported',
    isAccepted: false,
  },
  {
    id: 'TC_030_CSMS',
    says: 'a lock that sticks is a failure, not a success',
    command: ['UnlockConnector', { evseId: 2 }],
    wire: ['UnlockConnector', { connectorId: 2 }],
    reply: { status: 'UnlockFailed' },
    status: 'UnlockFailed',
    isAccepted: false,
  },
  {
    id: 'TC_031_CSMS',
    says: 'a connector that the station does not have',
    command: ['UnlockConnector', { evseId: 9 }],
    wire: ['UnlockConnector', { connectorId: 9 }],
    reply: { status: 'NotSupported' },
    status: 'NotSupported',
    isAccepted: false,
  },
  {
    id: 'TC_019_1_CSMS',
    says: 'the whole configuration',
    command: ['GetVariables', {}],
    wire: ['GetConfiguration', {}],
    reply: { configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '2' }] },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_019_2_CSMS',
    says: 'one key of the configuration',
    command: ['GetVariables', { keys: ['SupportedFeatureProfiles'] }],
    wire: ['GetConfiguration', { key: ['SupportedFeatureProfiles'] }],
    reply: { configurationKey: [{ key: 'SupportedFeatureProfiles', readonly: true, value: 'Core' }] },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_021_CSMS',
    says: 'a key is changed',
    command: ['SetVariables', { key: 'MeterValueSampleInterval', value: '60' }],
    wire: ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '60' }],
    reply: { status: 'RebootRequired' },
    status: 'RebootRequired',
    isAccepted: true,
  },
  {
    id: 'TC_040_1_CSMS',
    says: 'a key that the station does not know',
    command: ['SetVariables', { key: 'NoSuchKey', value: '1' }],
    wire: ['ChangeConfiguration', { key: 'NoSuchKey', value: '1' }],
    reply: { status: 'NotSupported' },
    status: 'NotSupported',
    isAccepted: false,
  },
  {
    id: 'TC_040_2_CSMS',
    says: 'a value that the station refuses',
    command: ['SetVariables', { key: 'MeterValueSampleInterval', value: '-1' }],
    wire: ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '-1' }],
    reply: { status: 'Rejected' },
    status: 'Rejected',
    isAccepted: false,
  },
  {
    id: 'TC_061_CSMS',
    says: 'the cache of tokens is emptied',
    command: ['ClearCache', {}],
    wire: ['ClearCache', {}],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
];

const profiles16: readonly Omit<Case, 'version'>[] = [
  {
    id: 'TC_042_1_CSMS',
    says: 'the version of the local list',
    ...raw('GetLocalListVersion', {}),
    reply: { listVersion: -1 },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_043_4_CSMS',
    says: 'a full local list',
    ...raw('SendLocalList', {
      listVersion: 1,
      updateType: 'Full',
      localAuthorizationList: [{ idTag: 'TAG1', idTagInfo: { status: 'Accepted' } }],
    }),
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_043_3_CSMS',
    says: 'a list that the station could not take over',
    ...raw('SendLocalList', { listVersion: 2, updateType: 'Differential' }),
    reply: { status: 'Failed' },
    status: 'Failed',
    isAccepted: false,
  },
  {
    id: 'TC_044_1_CSMS',
    says: 'an update of the firmware is ordered',
    ...raw('UpdateFirmware', {
      location: 'https://example.org/f.bin',
      retrieveDate: '2025-03-01T00:00:00Z',
      retries: 2,
    }),
    reply: {},
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_045_1_CSMS',
    says: 'diagnostics are asked for, the station names the file',
    ...raw('GetDiagnostics', { location: 'https://example.org/up', retries: 1, retryInterval: 30 }),
    reply: { fileName: 'diag.zip' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_046_CSMS',
    says: 'a connector is reserved',
    ...raw('ReserveNow', { connectorId: 1, expiryDate: '2025-03-01T12:00:00Z', idTag: 'TAG1', reservationId: 5 }),
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_048_2_CSMS',
    says: 'an occupied connector is not reserved',
    ...raw('ReserveNow', { connectorId: 1, expiryDate: '2025-03-01T12:00:00Z', idTag: 'TAG1', reservationId: 6 }),
    reply: { status: 'Occupied' },
    status: 'Occupied',
    isAccepted: false,
  },
  {
    id: 'TC_051_CSMS',
    says: 'a reservation is taken back',
    ...raw('CancelReservation', { reservationId: 5 }),
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_054_CSMS',
    says: 'meter values are asked for now',
    command: ['TriggerMessage', { requestedMessage: 'MeterValues', evseId: 1 }],
    wire: ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_055_CSMS',
    says: 'a message that the station will not send now',
    command: ['TriggerMessage', { requestedMessage: 'MeterValues', evseId: 9 }],
    wire: ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 9 }],
    reply: { status: 'Rejected' },
    status: 'Rejected',
    isAccepted: false,
  },
  {
    id: 'TC_056_CSMS',
    says: 'a default profile for every transaction',
    command: ['SetChargingProfile', { evseId: 0, chargingProfile: profile('TxDefaultProfile') }],
    wire: ['SetChargingProfile', { connectorId: 0, csChargingProfiles: profile16('TxDefaultProfile') }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_057_CSMS',
    says: 'a profile for the running transaction',
    command: ['SetChargingProfile', { evseId: 1, chargingProfile: profile('TxProfile', { transactionId: '31' }) }],
    wire: [
      'SetChargingProfile',
      { connectorId: 1, csChargingProfiles: { ...profile16('TxProfile'), transactionId: 31 } },
    ],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_059_CSMS',
    says: 'a remote start that brings its profile',
    command: ['RequestStartTransaction', { evseId: 1, idToken: tag, chargingProfile: profile('TxProfile') }],
    wire: ['RemoteStartTransaction', { connectorId: 1, idTag: 'TAG1', chargingProfile: profile16('TxProfile') }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_066_CSMS',
    says: 'the schedule that results from all profiles',
    command: ['GetCompositeSchedule', { evseId: 1, durationS: 300, chargingRateUnit: 'W' }],
    wire: ['GetCompositeSchedule', { connectorId: 1, duration: 300, chargingRateUnit: 'W' }],
    reply: { status: 'Accepted', connectorId: 1 },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_067_CSMS',
    says: 'one profile is taken away',
    command: ['ClearChargingProfile', { chargingProfileId: 1 }],
    wire: ['ClearChargingProfile', { id: 1 }],
    reply: { status: 'Unknown' },
    status: 'Unknown',
    isAccepted: false,
  },
];

const security16: readonly Omit<Case, 'version'>[] = [
  {
    id: 'TC_073_CSMS',
    says: 'the password of the station is changed by its key, in hexadecimal',
    command: ['SetVariables', { key: 'AuthorizationKey', value: '0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF' }],
    wire: ['ChangeConfiguration', { key: 'AuthorizationKey', value: '0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_074_CSMS',
    says: 'a new certificate request is triggered by the extended message',
    command: ['TriggerMessage', { requestedMessage: 'SignChargingStationCertificate' }],
    wire: ['ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_075_1_CSMS',
    says: 'a root certificate is installed',
    ...raw('InstallCertificate', { certificateType: 'ManufacturerRootCertificate', certificate: 'PEM' }),
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_076_CSMS',
    says: 'a certificate that is not there cannot be deleted',
    ...raw('DeleteCertificate', { certificateHashData: hash }),
    reply: { status: 'NotFound' },
    status: 'NotFound',
    isAccepted: false,
  },
  {
    id: 'TC_079_CSMS',
    says: 'the security log is asked for',
    ...raw('GetLog', { logType: 'SecurityLog', requestId: 4, log: { remoteLocation: 'https://example.org/up' } }),
    reply: { status: 'Accepted', filename: 'sec.log' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_080_CSMS',
    says: 'a signed firmware is ordered',
    ...raw('SignedUpdateFirmware', {
      requestId: 4,
      firmware: {
        location: 'https://example.org/f.bin',
        retrieveDateTime: '2025-03-01T00:00:00Z',
        signingCertificate: 'PEM',
        signature: 'SIG',
      },
    }),
    reply: { status: 'AcceptedCanceled' },
    status: 'AcceptedCanceled',
    isAccepted: true,
  },
  {
    id: 'TC_081_CSMS',
    says: 'a firmware whose certificate is not valid is refused',
    ...raw('SignedUpdateFirmware', {
      requestId: 5,
      firmware: {
        location: 'https://example.org/f.bin',
        retrieveDateTime: '2025-03-01T00:00:00Z',
        signingCertificate: 'BAD',
        signature: 'SIG',
      },
    }),
    reply: { status: 'InvalidCertificate' },
    status: 'InvalidCertificate',
    isAccepted: false,
  },
];

const interval = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };

const core201: readonly Omit<Case, 'version'>[] = [
  {
    id: 'TC_B_06_CSMS',
    says: 'one variable is read',
    command: ['GetVariables', { keys: ['OCPPCommCtrlr.HeartbeatInterval'] }],
    wire: ['GetVariables', { getVariableData: [interval] }],
    reply: { getVariableResult: [{ ...interval, attributeStatus: 'Accepted', attributeValue: '300' }] },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_B_07_CSMS',
    says: 'several variables are read, one is not there',
    command: ['GetVariables', { keys: ['OCPPCommCtrlr.HeartbeatInterval', 'EVSE@1.Power'] }],
    wire: [
      'GetVariables',
      { getVariableData: [interval, { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } }] },
    ],
    reply: {
      getVariableResult: [
        { ...interval, attributeStatus: 'Accepted', attributeValue: '300' },
        {
          component: { name: 'EVSE', evse: { id: 1 } },
          variable: { name: 'Power' },
          attributeStatus: 'UnknownVariable',
        },
      ],
    },
    status: 'UnknownVariable',
    isAccepted: false,
  },
  {
    id: 'TC_B_09_CSMS',
    says: 'one variable is written',
    command: ['SetVariables', { key: 'OCPPCommCtrlr.HeartbeatInterval', value: '60' }],
    wire: ['SetVariables', { setVariableData: [{ attributeValue: '60', ...interval }] }],
    reply: { setVariableResult: [{ ...interval, attributeStatus: 'Accepted' }] },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_B_12_CSMS',
    says: 'a report of what may be configured',
    command: ['GetBaseReport', { reportBase: 'ConfigurationInventory' }],
    wire: ['GetBaseReport', { requestId: 7, reportBase: 'ConfigurationInventory' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_B_13_CSMS',
    says: 'a full report',
    command: ['GetBaseReport', {}],
    wire: ['GetBaseReport', { requestId: 7, reportBase: 'FullInventory' }],
    reply: { status: 'EmptyResultSet' },
    status: 'EmptyResultSet',
    isAccepted: false,
  },
  {
    id: 'TC_B_21_CSMS',
    says: 'a reset when idle waits for the running transaction',
    command: ['Reset', { type: 'OnIdle' }],
    wire: ['Reset', { type: 'OnIdle' }],
    reply: { status: 'Scheduled' },
    status: 'Scheduled',
    isAccepted: true,
  },
  {
    id: 'TC_B_27_CSMS',
    says: 'one evse is reset at once',
    command: ['Reset', { type: 'Immediate', evseId: 1 }],
    wire: ['Reset', { type: 'Immediate', evseId: 1 }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_C_37_CSMS',
    says: 'the cache of tokens is emptied',
    command: ['ClearCache', {}],
    wire: ['ClearCache', {}],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_C_38_CSMS',
    says: 'a station without a cache refuses to empty it',
    command: ['ClearCache', {}],
    wire: ['ClearCache', {}],
    reply: { status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled' } },
    status: 'Rejected',
    isAccepted: false,
  },
  {
    id: 'TC_E_29_CSMS',
    says: 'the station is asked whether it still holds messages of a transaction',
    ...raw('GetTransactionStatus', { transactionId: 'tx' }),
    reply: { ongoingIndicator: true, messagesInQueue: true },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_F_01_CSMS',
    says: 'a remote start carries its number',
    command: ['RequestStartTransaction', { evseId: 1, idToken: tag }],
    wire: ['RequestStartTransaction', { evseId: 1, idToken: tag, remoteStartId: 7 }],
    reply: { status: 'Accepted', transactionId: 'tx' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_E_21_CSMS',
    says: 'a remote stop names the transaction',
    command: ['RequestStopTransaction', { transactionId: 'tx' }],
    wire: ['RequestStopTransaction', { transactionId: 'tx' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_F_06_CSMS',
    says: 'a connector is unlocked',
    command: ['UnlockConnector', { evseId: 1, connectorId: 1 }],
    wire: ['UnlockConnector', { evseId: 1, connectorId: 1 }],
    reply: { status: 'Unlocked' },
    status: 'Unlocked',
    isAccepted: true,
  },
  {
    id: 'TC_F_11_CSMS',
    says: 'meter values of one evse are asked for',
    command: ['TriggerMessage', { requestedMessage: 'MeterValues', evseId: 1 }],
    wire: ['TriggerMessage', { requestedMessage: 'MeterValues', evse: { id: 1 } }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_F_23_CSMS',
    says: 'the status of one connector is asked for',
    command: ['TriggerMessage', { requestedMessage: 'StatusNotification', evseId: 1, connectorId: 1 }],
    wire: ['TriggerMessage', { requestedMessage: 'StatusNotification', evse: { id: 1, connectorId: 1 } }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_F_27_CSMS',
    says: 'a message that the station does not implement',
    command: ['TriggerMessage', { requestedMessage: 'SignCombinedCertificate' }],
    wire: ['TriggerMessage', { requestedMessage: 'SignCombinedCertificate' }],
    reply: { status: 'NotImplemented' },
    status: 'NotImplemented',
    isAccepted: false,
  },
  {
    id: 'TC_G_03_CSMS',
    says: 'an evse is taken out of service',
    command: ['ChangeAvailability', { evseId: 1, operational: false }],
    wire: ['ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_G_06_CSMS',
    says: 'the whole station is put back into service',
    command: ['ChangeAvailability', { operational: true }],
    wire: ['ChangeAvailability', { operationalStatus: 'Operative' }],
    reply: { status: 'Accepted' },
    status: 'Accepted',
    isAccepted: true,
  },
  {
    id: 'TC_G_17_CSMS',
    says: 'a connector with a running transaction goes out of service afterwards',
    command: ['ChangeAvailability', { evseId: 1, connectorId: 1, operational: false }],
    wire: ['ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1, connectorId: 1 } }],
    reply: { status: 'Scheduled' },
    status: 'Scheduled',
    isAccepted: true,
  },
];

const groups: readonly (readonly [OcppVersion, readonly Omit<Case, 'version'>[]])[] = [
  ['1.6', core16],
  ['1.6', profiles16],
  ['1.6', security16],
  ['2.0.1', core201],
  ['2.1', core201],
];

for (const [version, cases] of groups) {
  for (const c of cases) {
    test(`${c.id} (${version}): ${c.says}`, () => {
      const { frame, answer } = exchange({ ...c, version });
      assert.deepEqual(frame, [2, 'c1', ...c.wire]);
      assert.equal(answer.status, c.status);
      assert.equal(answer.isAccepted, c.isAccepted);
    });
  }
}

test('no case stands twice in a group', () => {
  for (const [, cases] of groups) assert.equal(new Set(cases.map((c) => c.id)).size, cases.length);
});

test('what a pending station may be sent is everything but starting and stopping', () => {
  const machine = csmsMachine('1.6', { registration: 'Pending' });
  const outcome = (id: string, action: string, payload: Payload): string => {
    const [effect] = machine.call({ id, action, payload, priority: 'operator', timeoutMs: 1, deadlineMs: null }, 0);
    return effect?.type === 'refused' ? effect.reason : 'taken';
  };
  assert.equal(outcome('1', 'RemoteStartTransaction', { idTag: 'x' }), 'notAccepted');
  assert.equal(outcome('2', 'RemoteStopTransaction', { transactionId: 1 }), 'notAccepted');
  assert.equal(outcome('3', 'ChangeConfiguration', { key: 'a', value: 'b' }), 'taken');
});

test('a pending station is heard with everything that our calls have asked for', () => {
  const wanted: readonly (readonly [action: string, payload: Payload, then: string, body: Payload])[] = [
    ['GetDiagnostics', { location: 'https://example.org' }, 'DiagnosticsStatusNotification', { status: 'Idle' }],
    [
      'GetLog',
      { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: 'https://example.org' } },
      'LogStatusNotification',
      { status: 'Idle' },
    ],
    [
      'UpdateFirmware',
      { location: 'https://example.org', retrieveDate: '2025-03-01T00:00:00Z' },
      'FirmwareStatusNotification',
      { status: 'Idle' },
    ],
    ['ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' }, 'SignCertificate', { csr: 'C' }],
    [
      'ExtendedTriggerMessage',
      { requestedMessage: 'FirmwareStatusNotification' },
      'SignedFirmwareStatusNotification',
      { status: 'Idle' },
    ],
  ];
  for (const [action, payload, then, body] of wanted) {
    const machine = csmsMachine('1.6', { registration: 'Pending' });
    const says = (id: string): boolean =>
      machine.receive(JSON.stringify([2, id, then, body]), 0).some((e) => e.type === 'deliver');
    assert.equal(says('before'), false, then);
    machine.call({ id: 'c', action, payload, priority: 'background', timeoutMs: 1000, deadlineMs: null }, 0);
    assert.equal(says('after'), true, then);
  }
});
