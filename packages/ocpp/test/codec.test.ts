import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQipanError, type AnyEvent, type EventKind, type OcppVersion } from '@qipan/base';
import {
  encodeAnswer,
  encodeResult,
  isOffered,
  loadValidators,
  routeOf,
  routes,
  toEvents,
  versions,
  type Answer,
  type Ask,
  type Decoded,
  type IdTokenInfo,
  type Payload,
  type StationContext,
} from '@qipan/ocpp';
import * as call16 from 'typed-ocpp/dist/ocpp16/call.js';
import * as call20 from 'typed-ocpp/dist/ocpp20/call.js';
import * as call21 from 'typed-ocpp/dist/ocpp21/call.js';
import * as result16 from 'typed-ocpp/dist/ocpp16/callresult.js';
import * as result20 from 'typed-ocpp/dist/ocpp20/callresult.js';
import * as result21 from 'typed-ocpp/dist/ocpp21/callresult.js';
import { officialActions, samplePayloads } from './schema-arbitrary.js';

const receivedAtMs = Date.UTC(2025, 2, 1, 10, 0, 5);
const atMs = Date.UTC(2025, 2, 1, 10);
const at = '2025-03-01T10:00:00Z';
const context: StationContext = { stationId: 'st1', receivedAtMs };

function decode(version: OcppVersion, action: string, payload: Payload, of: StationContext = context): Decoded {
  return toEvents({ version, id: 'm1', action, payload, repairs: [], isSend: false, arrival: 0 }, of);
}
function only<K extends EventKind>(decoded: Decoded, kind: K): Extract<AnyEvent, { kind: K }> {
  assert.equal(decoded.events.length, 1);
  const [event] = decoded.events;
  assert.equal(event?.kind, kind);
  return event as Extract<AnyEvent, { kind: K }>;
}

const info: IdTokenInfo = {
  status: 'Accepted',
  cacheExpiryMs: Date.UTC(2026, 0, 1),
  groupId: 'G1',
  chargingPriority: 1,
  language: 'zh',
};
const answers: Readonly<Record<Ask, Answer>> = {
  registration: { kind: 'registration', status: 'Accepted', nowMs: receivedAtMs, intervalS: 300 },
  time: { kind: 'time', nowMs: receivedAtMs },
  authorization: { kind: 'authorization', idTokenInfo: info },
  transactionId: { kind: 'transactionId', transactionId: '42', idTokenInfo: info },
  transactionAnswer: { kind: 'transactionAnswer', idTokenInfo: info, totalCost: 1.5 },
  dataTransferAnswer: { kind: 'dataTransferAnswer', status: 'UnknownVendorId', data: null },
  fixedAnswer: { kind: 'fixedAnswer', nowMs: receivedAtMs },
  silence: { kind: 'silence' },
};

/** The second opinion on a whole exchange: the CALL, and our answer to it. */
function secondOpinion(version: OcppVersion, action: string, request: Payload, answer: Payload): readonly string[] {
  const call = JSON.parse(JSON.stringify([2, 'm1', action, request])) as never;
  const result = JSON.parse(encodeResult('m1', answer)) as never;
  const judges = {
    '1.6': { ...call16, ...result16 },
    '2.0.1': { ...call20, ...result20 },
    '2.1': { ...call21, ...result21 },
  };
  const judge = judges[version] as (typeof judges)['1.6'];
  if (!judge.validateCall(call)) return judge.validateCall.errors ?? ['?'];
  if (!judge.validateCallResult(result)) return judge.validateCallResult.errors ?? ['?'];
  return judge.checkCallResult(result, call) ? [] : (judge.checkCallResult.errors ?? ['?']);
}

for (const version of versions) {
  test(`OCPP ${version}: every generated action has a route row, and every row an action`, async () => {
    const { actions } = await loadValidators(version);
    assert.deepEqual([...actions].sort(), officialActions(version));
    for (const action of actions) assert.ok(routeOf(version, action) !== undefined, `${action} has no route`);
    const rows = routes.filter((r) => r.versions.includes(version)).map((r) => r.action);
    assert.equal(new Set(rows).size, rows.length);
    assert.deepEqual([...rows].sort(), [...actions].sort());
  });

  test(`OCPP ${version}: every message of a station becomes events of its kind and gets a valid answer, never an error`, async () => {
    const validators = await loadValidators(version);
    for (const action of validators.actions.filter((a) => isOffered(version, a, 'station'))) {
      for (const payload of samplePayloads(version, action, 'Request', { count: 4, seed: 5 })) {
        const decoded = decode(version, action, payload);
        assert.ok(decoded.events.length >= 1, action);
        const route = routeOf(version, action);
        const kinds = decoded.events.map((e) => e.kind);
        const isTransaction = route?.kind === 'transactionUpdated';
        assert.ok(
          isTransaction ? kinds[0]?.startsWith('transaction') : kinds.includes(route?.kind as EventKind),
          action,
        );
        for (const event of decoded.events) {
          assert.equal(event.stationId, 'st1');
          assert.equal(event.receivedAtMs, receivedAtMs);
          assert.equal(event.payload.messageId, 'm1');
          assert.equal(event.payload.version, version);
          assert.deepEqual(JSON.parse(JSON.stringify(event)), event, `${action}: an event must survive JSON`);
        }
        const answer = encodeAnswer(decoded, answers[decoded.ask]);
        assert.ok(answer !== null);
        const validate = validators.response(action);
        if (validate === undefined) continue;
        assert.ok(validate(answer), `${action} ${JSON.stringify(answer)} ${JSON.stringify(validate.errors)}`);
        const objections = secondOpinion(version, action, payload, answer);
        assert.deepEqual(objections, [], `${action} ${JSON.stringify(answer)}`);
      }
    }
  });
}

test('there are 14 messages of a station in 1.6, 25 in 2.0.1 and 37 in 2.1, and 26, 40 and 55 of the CSMS', () => {
  const count = (v: OcppVersion, from: 'station' | 'csms'): number =>
    officialActions(v).filter((a) => isOffered(v, a, from)).length;
  assert.deepEqual(
    versions.map((v) => count(v, 'station')),
    [14, 25, 37],
  );
  assert.deepEqual(
    versions.map((v) => count(v, 'csms')),
    [26, 40, 55],
  );
});

test('only DataTransfer goes both ways', () => {
  assert.deepEqual(
    routes.filter((r) => r.from === 'both').map((r) => r.action),
    ['DataTransfer'],
  );
});

test('an action that no station sends is a caller mistake', () => {
  for (const action of ['Reset', 'NoSuch', 'toString']) {
    assert.throws(
      () => decode('1.6', action, {}),
      (e) => isQipanError(e) && e.code === 'UNSUPPORTED_ACTION',
    );
  }
});

test('an answer of another kind than was asked for is a bug', () => {
  assert.throws(() => encodeAnswer(decode('1.6', 'Heartbeat', {}), answers.silence), /asks for time/);
});

test('a SEND becomes events and no answer', () => {
  const payload = { id: 1, pending: 0, basetime: at, data: [{ t: 0, v: '1' }] };
  const call = { version: '2.1', id: 'm', action: 'NotifyPeriodicEventStream', payload, repairs: [] } as const;
  const decoded = toEvents({ ...call, isSend: true, arrival: 0 }, context);
  assert.equal(decoded.ask, 'silence');
  assert.equal(encodeAnswer(decoded, { kind: 'silence' }), null);
});

test('TC_001_CSMS: a 1.6 boot brings vendor, model, serial number and firmware', () => {
  const decoded = decode('1.6', 'BootNotification', {
    chargePointVendor: 'V',
    chargePointModel: 'M',
    chargePointSerialNumber: 'S',
    firmwareVersion: '1.2',
    iccid: '',
  });
  const { payload } = only(decoded, 'booted');
  const { vendorName, model, serialNumber, firmwareVersion, iccid, reason } = payload;
  assert.deepEqual(
    [vendorName, model, serialNumber, firmwareVersion, iccid, reason],
    ['V', 'M', 'S', '1.2', null, null],
  );
  assert.deepEqual(encodeAnswer(decoded, answers.registration), {
    currentTime: '2025-03-01T10:00:05.000Z',
    interval: 300,
    status: 'Accepted',
  });
});

test('a 1.6 boot with only the serial number of the box uses that', () => {
  const payload = { chargePointVendor: 'V', chargePointModel: 'M', chargeBoxSerialNumber: 'BOX' };
  assert.equal(only(decode('1.6', 'BootNotification', payload), 'booted').payload.serialNumber, 'BOX');
});

test('a 2.0.1 boot says why', () => {
  const { payload } = only(
    decode('2.0.1', 'BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'V', model: 'M', modem: { iccid: '89' } },
    }),
    'booted',
  );
  assert.deepEqual([payload.reason, payload.iccid, payload.serialNumber], ['PowerUp', '89', null]);
});

test('each 1.6 status keeps its detail beside the 2.x word', () => {
  const expected: Readonly<Record<string, readonly [string, string | null]>> = {
    Available: ['Available', null],
    Preparing: ['Occupied', 'Preparing'],
    Charging: ['Occupied', 'Charging'],
    SuspendedEV: ['Occupied', 'SuspendedEV'],
    SuspendedEVSE: ['Occupied', 'SuspendedEVSE'],
    Finishing: ['Occupied', 'Finishing'],
    Reserved: ['Reserved', null],
    Unavailable: ['Unavailable', null],
    Faulted: ['Faulted', null],
  };
  for (const [status, [word, detail]] of Object.entries(expected)) {
    const event = only(
      decode('1.6', 'StatusNotification', { connectorId: 2, errorCode: 'NoError', status, timestamp: at }),
      'statusChanged',
    );
    assert.deepEqual([event.payload.status, event.payload.detail], [word, detail]);
    assert.deepEqual([event.evseId, event.connectorId, event.atMs, event.payload.errorCode], [2, 1, atMs, null]);
  }
});

test('1.6 connector 0 is the station, and a post with two cables on one evse is mapped', () => {
  const status = { connectorId: 0, errorCode: 'GroundFailure', status: 'Faulted', info: 'wet', vendorErrorCode: 'E7' };
  const event = only(decode('1.6', 'StatusNotification', status), 'statusChanged');
  assert.deepEqual([event.evseId, event.connectorId, event.atMs], [null, null, null]);
  assert.deepEqual([event.payload.errorCode, event.payload.info], ['GroundFailure', 'wet · E7']);
  const connectors = new Map([[2, { evseId: 1, connectorId: 2 }]]);
  const mapped = decode('1.6', 'StatusNotification', { ...status, connectorId: 2 }, { ...context, connectors });
  const [second] = mapped.events;
  assert.deepEqual([second?.evseId, second?.connectorId], [1, 2]);
});

test('a 2.x status names evse and connector, zero means the whole', () => {
  const status = { timestamp: at, connectorStatus: 'Occupied', evseId: 2, connectorId: 1 };
  const event = only(decode('2.0.1', 'StatusNotification', status), 'statusChanged');
  assert.deepEqual([event.evseId, event.connectorId, event.payload.status], [2, 1, 'Occupied']);
  const whole = only(decode('2.0.1', 'StatusNotification', { ...status, evseId: 0, connectorId: 0 }), 'statusChanged');
  assert.deepEqual([whole.evseId, whole.connectorId], [null, null]);
});

test('a 2.1 availability told by NotifyEvent is a status change beside the notice', () => {
  const row = (component: string, name: string, actualValue: string): Payload => ({
    eventId: 1,
    timestamp: at,
    trigger: 'Delta',
    actualValue,
    eventNotificationType: 'HardWiredNotification',
    component: { name: component, evse: { id: 1, connectorId: 2 } },
    variable: { name },
  });
  const decoded = decode('2.1', 'NotifyEvent', {
    generatedAt: at,
    seqNo: 0,
    eventData: [
      row('Connector', 'AvailabilityState', 'Occupied'),
      row('Connector', 'AvailabilityState', 'Nonsense'),
      row('Cat', 'AvailabilityState', 'Available'),
      row('Connector', 'Problem', 'true'),
    ],
  });
  assert.deepEqual(
    decoded.events.map((e) => e.kind),
    ['monitorFired', 'statusChanged'],
  );
  const [, status] = decoded.events;
  assert.ok(status?.kind === 'statusChanged');
  assert.deepEqual([status.evseId, status.connectorId, status.payload.status], [1, 2, 'Occupied']);
});

test('TC_003_CSMS and TC_004_1_CSMS: a 1.6 start carries token, connector and register, its id is left open', () => {
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 1234, timestamp: at, reservationId: 3 };
  const decoded = decode('1.6', 'StartTransaction', start);
  const event = only(decoded, 'transactionStarted');
  assert.deepEqual([event.evseId, event.connectorId, event.atMs], [1, 1, atMs]);
  assert.equal(event.payload.transactionId, '');
  assert.equal(event.payload.registerMilliWh, 1_234_000);
  assert.deepEqual(event.payload.idToken, { idToken: 'TAG', type: 'ISO14443' });
  assert.equal(event.payload.reservationId, 3);
  assert.deepEqual(encodeAnswer(decoded, answers.transactionId), {
    transactionId: 42,
    idTagInfo: { status: 'Accepted', expiryDate: '2026-01-01T00:00:00.000Z', parentIdTag: 'G1' },
  });
});

test('a register beyond the ledger is unreadable, not wrong', () => {
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 1e15, timestamp: at };
  assert.equal(only(decode('1.6', 'StartTransaction', start), 'transactionStarted').payload.registerMilliWh, null);
});

test('a 1.6 stop without reason was Local, with its samples as readings', () => {
  const stop = {
    transactionId: 42,
    meterStop: 2000,
    timestamp: at,
    transactionData: [{ timestamp: at, sampledValue: [{ value: '1900', context: 'Transaction.End' }] }],
  };
  const decoded = decode('1.6', 'StopTransaction', stop);
  const { payload } = only(decoded, 'transactionEnded');
  assert.deepEqual([payload.transactionId, payload.stoppedReason, payload.idToken], ['42', 'Local', null]);
  assert.equal(payload.registerMilliWh, 2_000_000);
  assert.equal(payload.readings.length, 1);
  const none: Answer = { kind: 'transactionAnswer', idTokenInfo: null, totalCost: null };
  assert.deepEqual(encodeAnswer(decoded, none), {});
  assert.deepEqual(Object.keys(encodeAnswer(decoded, answers.transactionAnswer) as object), ['idTagInfo']);
});

test('the five words of 1.6 stand for all ten of 2.x', () => {
  const word = (status: IdTokenInfo['status']): unknown => {
    const decoded = decode('1.6', 'Authorize', { idTag: 'x' });
    const answer = encodeAnswer(decoded, { kind: 'authorization', idTokenInfo: { ...info, status } });
    return (answer as { idTagInfo: { status: string } }).idTagInfo.status;
  };
  assert.deepEqual(
    (['Accepted', 'Blocked', 'Expired', 'ConcurrentTx', 'NoCredit', 'Unknown', 'NotAtThisTime'] as const).map(word),
    ['Accepted', 'Blocked', 'Expired', 'ConcurrentTx', 'Blocked', 'Invalid', 'Invalid'],
  );
});

test('a 2.x transaction event keeps its number, trigger, state, evse and offline mark', () => {
  const request = {
    eventType: 'Updated',
    timestamp: at,
    triggerReason: 'ChargingStateChanged',
    seqNo: 3,
    offline: true,
    transactionInfo: { transactionId: 'T-1', chargingState: 'SuspendedEV', remoteStartId: 9 },
    idToken: { idToken: 'AB', type: 'eMAID', additionalInfo: [{ additionalIdToken: 'x', type: 'y' }] },
    evse: { id: 2, connectorId: 1 },
    reservationId: 8,
    meterValue: [{ timestamp: at, sampledValue: [{ value: 5.5, unitOfMeasure: { unit: 'kWh' } }] }],
    customData: { vendorId: 'v', more: 1 },
  };
  const decoded = decode('2.0.1', 'TransactionEvent', request);
  const event = only(decoded, 'transactionUpdated');
  const { payload } = event;
  assert.deepEqual([event.evseId, event.connectorId, event.atMs], [2, 1, atMs]);
  assert.deepEqual(
    [payload.seqNo, payload.triggerReason, payload.chargingState, payload.remoteStartId, payload.reservationId],
    [3, 'ChargingStateChanged', 'SuspendedEV', 9, 8],
  );
  assert.equal(payload.offline, true);
  assert.deepEqual(payload.idToken, { idToken: 'AB', type: 'eMAID' });
  assert.deepEqual(payload.customData, { vendorId: 'v', more: 1 });
  assert.deepEqual(encodeAnswer(decoded, answers.transactionAnswer), {
    totalCost: 1.5,
    idTokenInfo: {
      status: 'Accepted',
      cacheExpiryDateTime: '2026-01-01T00:00:00.000Z',
      chargingPriority: 1,
      groupIdToken: { idToken: 'G1', type: 'Central' },
      language1: 'zh',
    },
  });
});

test('started, updated and ended are three kinds, an end without reason was Local', () => {
  const event = (eventType: string): AnyEvent =>
    decode('2.1', 'TransactionEvent', {
      eventType,
      timestamp: at,
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId: 't' },
    }).events[0] as AnyEvent;
  assert.deepEqual(
    ['Started', 'Updated', 'Ended'].map((t) => event(t).kind),
    ['transactionStarted', 'transactionUpdated', 'transactionEnded'],
  );
  const ended = event('Ended');
  assert.ok(ended.kind === 'transactionEnded' && ended.payload.stoppedReason === 'Local');
  const started = event('Started');
  assert.ok(started.kind === 'transactionStarted' && started.payload.stoppedReason === null && started.evseId === null);
});

test('meter values name their transaction in 1.6 and only their evse in 2.x', () => {
  const meterValue = [{ timestamp: at, sampledValue: [{ value: '1' }] }];
  const in16 = only(decode('1.6', 'MeterValues', { connectorId: 1, transactionId: 42, meterValue }), 'metered');
  assert.deepEqual([in16.payload.transactionId, in16.evseId, in16.atMs], ['42', 1, atMs]);
  assert.equal(
    only(decode('1.6', 'MeterValues', { connectorId: 0, meterValue }), 'metered').payload.transactionId,
    null,
  );
  const in2 = only(decode('2.0.1', 'MeterValues', { evseId: 2, meterValue }), 'metered');
  assert.deepEqual([in2.payload.transactionId, in2.evseId, in2.connectorId], [null, 2, null]);
});

test('a report part lists every attribute of every variable with its place', () => {
  const decoded = decode('2.0.1', 'NotifyReport', {
    requestId: 7,
    generatedAt: at,
    seqNo: 1,
    tbc: true,
    reportData: [
      {
        component: { name: 'EVSE', instance: 'a', evse: { id: 1, connectorId: 2 } },
        variable: { name: 'Power', instance: 'b' },
        variableAttribute: [{ type: 'MaxSet', value: '11', mutability: 'ReadOnly' }, { value: '7' }, {}],
      },
    ],
  });
  const { payload } = only(decoded, 'reportPart');
  assert.deepEqual([payload.requestId, payload.seqNo, payload.tbc], [7, 1, true]);
  assert.deepEqual(payload.variables[0], {
    component: 'EVSE',
    componentInstance: 'a',
    evseId: 1,
    connectorId: 2,
    variable: 'Power',
    variableInstance: 'b',
    attribute: 'MaxSet',
    value: '11',
    mutability: 'ReadOnly',
  });
  assert.deepEqual(
    payload.variables.slice(1).map((v) => [v.attribute, v.value]),
    [
      ['Actual', '7'],
      ['Actual', null],
    ],
  );
});

test('firmware, log and diagnostics states keep their request number where there is one', () => {
  const state = (version: OcppVersion, action: string, payload: Payload): unknown => {
    const [event] = decode(version, action, payload).events;
    return event?.kind === 'firmwareChanged' || event?.kind === 'logChanged'
      ? [event.kind, event.payload.status, event.payload.requestId]
      : event;
  };
  assert.deepEqual(state('1.6', 'FirmwareStatusNotification', { status: 'Installed' }), [
    'firmwareChanged',
    'Installed',
    null,
  ]);
  assert.deepEqual(state('1.6', 'DiagnosticsStatusNotification', { status: 'Uploaded' }), [
    'logChanged',
    'Uploaded',
    null,
  ]);
  assert.deepEqual(state('2.0.1', 'LogStatusNotification', { status: 'Uploading', requestId: 4 }), [
    'logChanged',
    'Uploading',
    4,
  ]);
});

test('TC_077_CSMS and TC_078_CSMS: a security event keeps type, time and technical words', () => {
  const request = { type: 'TamperDetectionActivated', timestamp: at, techInfo: 'lid' };
  for (const version of versions) {
    const event = only(decode(version, 'SecurityEventNotification', request), 'securityEvent');
    assert.deepEqual(
      [event.atMs, event.payload.type, event.payload.techInfo],
      [atMs, 'TamperDetectionActivated', 'lid'],
    );
  }
});

test('a certificate request is kept and refused in the words of the message while no authority is connected', () => {
  const decoded = decode('2.0.1', 'SignCertificate', { csr: 'CSR', certificateType: 'V2GCertificate' });
  assert.deepEqual(only(decoded, 'certificateRequested').payload.csr, 'CSR');
  assert.deepEqual(encodeAnswer(decoded, answers.fixedAnswer), { status: 'Rejected' });
});

test('a charging need is being worked on, a limit is noted, its end too', () => {
  const needs = decode('2.0.1', 'NotifyEVChargingNeeds', {
    evseId: 1,
    chargingNeeds: { requestedEnergyTransfer: 'DC' },
  });
  assert.deepEqual(encodeAnswer(needs, answers.fixedAnswer), { status: 'Processing' });
  assert.equal(needs.events[0]?.evseId, 1);
  const limit = { evseId: 2, chargingLimit: { chargingLimitSource: 'SO' } };
  const noted = only(decode('2.0.1', 'NotifyChargingLimit', limit), 'limitNotified');
  assert.deepEqual([noted.evseId, noted.payload.source, noted.payload.limit], [2, 'SO', limit]);
  const cleared = only(decode('2.0.1', 'ClearedChargingLimit', { chargingLimitSource: 'EMS' }), 'limitNotified');
  assert.deepEqual([cleared.payload.source, cleared.payload.limit], ['EMS', null]);
});

test('data of an unknown vendor is kept and answered, never refused with an error', () => {
  const decoded = decode('1.6', 'DataTransfer', { vendorId: 'acme', messageId: 'x', data: 'y' });
  const { payload } = only(decoded, 'dataTransferred');
  assert.deepEqual([payload.vendorId, payload.messageIdOfVendor, payload.data], ['acme', 'x', 'y']);
  assert.deepEqual(encodeAnswer(decoded, answers.dataTransferAnswer), { status: 'UnknownVendorId' });
});
