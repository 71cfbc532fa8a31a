import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyEvent, OcppVersion } from '@qipan/base';
import type { Payload } from '@qipan/ocpp';
import { nowMs, told } from './support/exchange.js';

const at = '2025-03-01T10:00:00Z';
const atMs = Date.UTC(2025, 2, 1, 10);
const v2: readonly OcppVersion[] = ['2.0.1', '2.1'];

/** The one event of a message, with the reply it got. */
function one(
  version: OcppVersion,
  action: string,
  payload: Payload,
): { readonly event: AnyEvent; readonly reply: unknown } {
  const { events, reply, notes } = told(version, action, payload);
  assert.equal(events.length, 1, action);
  assert.equal(notes, 0, action);
  return { event: events[0] as AnyEvent, reply: reply?.[2] };
}

/** Firmware updates in the words that the station says one after the other. */
const updates: readonly (readonly [id: string, says: string, statuses: readonly string[]])[] = [
  [
    'TC_L_01_CSMS',
    'installed',
    ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'],
  ],
  [
    'TC_L_02_CSMS',
    'installed at a later hour',
    ['Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled', 'Installing', 'Installed'],
  ],
  [
    'TC_L_03_CSMS',
    'loaded at a later hour',
    ['DownloadScheduled', 'Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'Installed'],
  ],
  ['TC_L_06_CSMS', 'signed by nobody we know', ['Downloading', 'Downloaded', 'InvalidSignature']],
  ['TC_L_07_CSMS', 'not to be loaded', ['Downloading', 'DownloadFailed']],
  [
    'TC_L_08_CSMS',
    'not what it should be',
    ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallVerificationFailed'],
  ],
  [
    'TC_L_09_CSMS',
    'not to be installed',
    ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallationFailed'],
  ],
  [
    'TC_L_13_CSMS',
    'waiting for a transaction',
    ['DownloadScheduled', 'Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled'],
  ],
];

for (const [id, says, statuses] of updates) {
  test(`${id}: a firmware that is ${says} is told step by step under its request number`, () => {
    for (const version of v2) {
      for (const status of statuses) {
        const { event, reply } = one(version, 'FirmwareStatusNotification', { status, requestId: 3 });
        assert.ok(event.kind === 'firmwareChanged');
        assert.deepEqual([event.payload.status, event.payload.requestId, reply], [status, 3, {}]);
      }
    }
  });
}

test('TC_N_25_CSMS and TC_N_36_CSMS: an upload is followed to its end, a cancelled one too', () => {
  for (const version of v2) {
    for (const status of ['Uploading', 'Uploaded', 'AcceptedCanceled', 'UploadFailure', 'Idle']) {
      const { event } = one(version, 'LogStatusNotification', { status, requestId: 4 });
      assert.ok(event.kind === 'logChanged' && event.payload.status === status && event.payload.requestId === 4);
    }
  }
});

test('TC_N_27_CSMS, TC_N_28_CSMS and TC_N_31_CSMS: customer data comes in numbered parts, the last of which may be empty', () => {
  const parts = [
    { requestId: 8, seqNo: 0, tbc: true, generatedAt: at, data: 'name=王' },
    { requestId: 8, seqNo: 1, tbc: false, generatedAt: at, data: '' },
  ];
  for (const version of v2) {
    const events = parts.map((p) => one(version, 'NotifyCustomerInformation', p).event);
    assert.deepEqual(
      events.map((e) => (e.kind === 'reportPart' ? [e.payload.seqNo, e.payload.tbc, e.payload.data, e.atMs] : e.kind)),
      [
        [0, true, 'name=王', atMs],
        [1, false, '', atMs],
      ],
    );
  }
});

test('TC_P_02_CSMS: data that nobody understands is refused in the answer’s words, not with an error', () => {
  for (const status of ['Rejected', 'UnknownVendorId', 'UnknownMessageId'] as const) {
    for (const version of ['1.6', ...v2] as const) {
      const answer = { dataTransferAnswer: { kind: 'dataTransferAnswer', status, data: null } } as const;
      const { reply } = told(version, 'DataTransfer', { vendorId: 'acme', messageId: 'x' }, answer);
      assert.deepEqual(reply, [3, 'm1', { status }]);
    }
  }
});

test('TC_P_03_CSMS: custom data is kept wherever it stands at the top, and changes no meaning', () => {
  const customData = { vendorId: 'acme', any: { thing: [1, '二', null] } };
  const messages: readonly (readonly [string, Payload])[] = [
    ['Heartbeat', {}],
    ['StatusNotification', { timestamp: at, connectorStatus: 'Occupied', evseId: 1, connectorId: 1 }],
    ['Authorize', { idToken: { idToken: 'TAG1', type: 'ISO14443' } }],
    ['MeterValues', { evseId: 1, meterValue: [{ timestamp: at, sampledValue: [{ value: 1 }] }] }],
  ];
  for (const version of v2) {
    for (const [action, payload] of messages) {
      const plain = one(version, action, payload);
      const custom = one(version, action, { ...payload, customData });
      assert.deepEqual(custom.event.payload.customData, customData);
      assert.deepEqual(custom.reply, plain.reply);
      const { customData: _custom, ...rest } = custom.event.payload;
      assert.deepEqual(rest, plain.event.payload);
    }
  }
});

const event2 = (more: Payload, info: Payload = {}): Payload => ({
  eventType: 'Updated',
  timestamp: at,
  triggerReason: 'MeterValuePeriodic',
  seqNo: 4,
  transactionInfo: { transactionId: 'T1', ...info },
  evse: { id: 1, connectorId: 1 },
  ...more,
});

/** Ends of a transaction: id, trigger, reason, state the car is left in. */
const ends: readonly (readonly [
  id: string,
  trigger: string,
  reason: string | undefined,
  state: string,
  kept: string,
])[] = [
  ['TC_E_07_CSMS', 'StopAuthorized', 'Local', 'EVConnected', 'Local'],
  ['TC_E_08_CSMS', 'StopAuthorized', undefined, 'EVConnected', 'Local'],
  ['TC_E_15_CSMS', 'StopAuthorized', 'Local', 'EVConnected', 'Local'],
  ['TC_E_17_CSMS', 'Deauthorized', 'DeAuthorized', 'EVConnected', 'DeAuthorized'],
  ['TC_E_19_CSMS', 'EVDeparted', 'EVDisconnected', 'Idle', 'EVDisconnected'],
  ['TC_E_20_CSMS', 'EVCommunicationLost', 'EVDisconnected', 'Idle', 'EVDisconnected'],
  ['TC_E_39_CSMS', 'EVConnectTimeout', 'Timeout', 'Idle', 'Timeout'],
  ['TC_C_47_CSMS', 'StopAuthorized', 'MasterPass', 'EVConnected', 'MasterPass'],
  ['TC_C_49_CSMS', 'StopAuthorized', 'MasterPass', 'EVConnected', 'MasterPass'],
];

for (const [id, triggerReason, stoppedReason, chargingState, kept] of ends) {
  test(`${id}: an end by ${triggerReason} keeps its reason ${kept} and is answered without a word too many`, () => {
    for (const version of v2) {
      const info = { chargingState, ...(stoppedReason === undefined ? {} : { stoppedReason }) };
      const { event, reply } = one(version, 'TransactionEvent', event2({ eventType: 'Ended', triggerReason }, info));
      assert.ok(event.kind === 'transactionEnded');
      const { payload } = event;
      assert.deepEqual(
        [payload.stoppedReason, payload.chargingState, payload.triggerReason],
        [kept, chargingState, triggerReason],
      );
      assert.deepEqual(reply, {});
    }
  });
}

test('TC_E_02_CSMS and TC_E_11_CSMS: a start may come with the energy or with the signed reading', () => {
  for (const triggerReason of ['ChargingStateChanged', 'SignedDataReceived']) {
    const { event } = one('2.0.1', 'TransactionEvent', event2({ eventType: 'Started', triggerReason, seqNo: 0 }));
    assert.ok(event.kind === 'transactionStarted' && event.payload.triggerReason === triggerReason);
    assert.deepEqual([event.evseId, event.connectorId, event.atMs], [1, 1, atMs]);
  }
});

const signedMeterValue = {
  signedMeterData: 'T0NNRg==',
  signingMethod: 'ECDSA',
  encodingMethod: 'OCMF',
  publicKey: 'cGs=',
};
const signedSample = (context: string): Payload => ({
  timestamp: at,
  sampledValue: [{ value: 1234.5, context, measurand: 'Energy.Active.Import.Register', signedMeterValue }],
});

test('TC_J_04_CSMS and TC_J_11_CSMS: a signed reading keeps its container as it came, beside the plain value', () => {
  for (const version of v2) {
    for (const [action, payload] of [
      ['MeterValues', { evseId: 1, meterValue: [signedSample('Sample.Clock')] }],
      ['TransactionEvent', event2({ meterValue: [signedSample('Sample.Periodic')] })],
    ] as const) {
      const { event } = one(version, action, payload);
      assert.ok('readings' in event.payload);
      const [reading] = event.payload.readings;
      assert.ok(reading !== undefined && 'value' in reading);
      assert.equal(reading.value, 1_234_500);
      assert.deepEqual(JSON.parse(reading.signedData ?? ''), signedMeterValue);
    }
  }
});

test('a 1.6 station signs in the value itself: its text is kept, and no energy is made of it', () => {
  const sampled = { value: 'OCMF|{"RD":[]}|{"SD":"00"}', format: 'SignedData', context: 'Transaction.End' };
  const meterValue = [{ timestamp: at, sampledValue: [sampled, { value: '5' }] }];
  const { event } = one('1.6', 'MeterValues', { connectorId: 1, meterValue });
  assert.ok(event.kind === 'metered');
  const [signed, plain] = event.payload.readings;
  assert.ok(signed !== undefined && 'unreadable' in signed && signed.text === sampled.value);
  assert.ok(plain !== undefined && 'value' in plain && plain.value === 5000);
});

test('TC_B_02_CSMS: a station that has to wait is told Pending and when to come back', () => {
  const boot: Payload = { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } };
  const pending = { registration: { kind: 'registration', status: 'Pending', nowMs, intervalS: 60 } } as const;
  for (const version of v2) {
    const { reply } = told(version, 'BootNotification', boot, pending);
    assert.deepEqual(reply, [3, 'm1', { currentTime: '2025-03-01T10:00:05.000Z', interval: 60, status: 'Pending' }]);
  }
});

test('TC_C_08_CSMS and TC_C_20_CSMS: what goes into the station’s cache is the status and how long it holds', () => {
  const idToken = { idToken: 'TAG1', type: 'ISO14443' };
  const base = { groupId: null, chargingPriority: null, language: null } as const;
  for (const [status, cacheExpiryMs, expected] of [
    ['Accepted', atMs, { status: 'Accepted', cacheExpiryDateTime: '2025-03-01T10:00:00.000Z' }],
    ['Invalid', null, { status: 'Invalid' }],
  ] as const) {
    const authorization = { kind: 'authorization', idTokenInfo: { ...base, status, cacheExpiryMs } } as const;
    const { reply } = told('2.0.1', 'Authorize', { idToken }, { authorization });
    assert.deepEqual(reply, [3, 'm1', { idTokenInfo: expected }]);
  }
});

test('TC_C_39_CSMS: the group of a token goes with it, in the words of each version', () => {
  const info = { status: 'Accepted', cacheExpiryMs: null, groupId: 'G1', chargingPriority: 3, language: 'zh' } as const;
  const authorization = { kind: 'authorization', idTokenInfo: info } as const;
  assert.deepEqual(told('1.6', 'Authorize', { idTag: 'A' }, { authorization }).reply?.[2], {
    idTagInfo: { status: 'Accepted', parentIdTag: 'G1' },
  });
  const idToken = { idToken: 'A', type: 'ISO14443' };
  assert.deepEqual(told('2.1', 'Authorize', { idToken }, { authorization }).reply?.[2], {
    idTokenInfo: {
      status: 'Accepted',
      chargingPriority: 3,
      groupIdToken: { idToken: 'G1', type: 'Central' },
      language1: 'zh',
    },
  });
});

test('a running cost stands in the answer to a 2.x station and nowhere in 1.6', () => {
  const transactionAnswer = { kind: 'transactionAnswer', idTokenInfo: null, totalCost: 3.21 } as const;
  assert.deepEqual(told('2.1', 'TransactionEvent', event2({}), { transactionAnswer }).reply?.[2], { totalCost: 3.21 });
  const stop = { transactionId: 1, timestamp: at, meterStop: 10 };
  assert.deepEqual(told('1.6', 'StopTransaction', stop, { transactionAnswer }).reply?.[2], {});
});

test('a 2.1 stream is opened and closed with an answer', () => {
  const open = one('2.1', 'OpenPeriodicEventStream', {
    constantStreamData: { id: 1, variableMonitoringId: 2, params: {} },
  });
  assert.deepEqual([open.event.kind, open.reply], ['monitorFired', { status: 'Accepted' }]);
  const close = one('2.1', 'ClosePeriodicEventStream', { id: 1 });
  assert.deepEqual([close.event.kind, close.reply], ['monitorFired', {}]);
});
