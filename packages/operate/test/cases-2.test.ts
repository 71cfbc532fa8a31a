import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, iso, minute, t0, transactionEvent, type TransactionWords } from './world.js';

const say = (w: World, words: TransactionWords): Record<string, unknown> =>
  w.at(words.atMs).say('TransactionEvent', transactionEvent(words));

const plugged: TransactionWords = {
  eventType: 'Started',
  seqNo: 0,
  atMs: t0,
  evseId: 1,
  chargingState: 'EVConnected',
  triggerReason: 'CablePluggedIn',
};

test('TC_C_02_CSMS, TC_C_06_CSMS and TC_C_07_CSMS: unknown, blocked and expired tokens hear just that', () => {
  const w = new World('2.0.1', { acceptUnknown: false });
  w.token('BLOCKED', { status: 'Blocked' });
  w.token('OLD', { validToMs: t0 - 1 });
  const word = (idToken: string): unknown =>
    (w.say('Authorize', { idToken: { idToken, type: 'ISO14443' } })['idTokenInfo'] as { status: string }).status;
  assert.deepEqual([word('WHO'), word('BLOCKED'), word('OLD')], ['Unknown', 'Blocked', 'Expired']);
});

test('TC_E_03_CSMS: plug first: the transaction begins without a token and learns it later', () => {
  const w = new World('2.0.1');
  w.token('TAG1');
  say(w, plugged);
  const answer = say(w, {
    eventType: 'Updated',
    seqNo: 1,
    atMs: t0 + 1000,
    idToken: 'TAG1',
    triggerReason: 'Authorized',
  });
  assert.deepEqual(answer, { idTokenInfo: { status: 'Accepted' } });
  say(w, {
    eventType: 'Updated',
    seqNo: 2,
    atMs: t0 + 2000,
    chargingState: 'Charging',
    triggerReason: 'ChargingStateChanged',
  });
  const t = w.transaction('tx');
  assert.deepEqual([t.idToken?.idToken, t.chargingState, t.state], ['TAG1', 'Charging', 'open']);
});

test('TC_E_04_CSMS: card first: the transaction begins with the token, the evse comes with the plug', () => {
  const w = new World('2.0.1');
  say(w, { eventType: 'Started', seqNo: 0, atMs: t0, idToken: 'TAG1', triggerReason: 'Authorized' });
  assert.equal(w.state.evses.size, 0);
  say(w, { ...plugged, eventType: 'Updated', seqNo: 1, atMs: t0 + 1000 });
  assert.equal(w.state.evses.get(1)?.transactionId, 'tx');
});

test('TC_E_09_CSMS, TC_E_10_CSMS and TC_E_12_CSMS: plug, card or bay may begin a transaction', () => {
  for (const triggerReason of ['CablePluggedIn', 'Authorized', 'EVDetected']) {
    const w = new World('2.0.1');
    say(w, { eventType: 'Started', seqNo: 0, atMs: t0, triggerReason });
    assert.equal(w.transaction('tx').state, 'open');
  }
});

test('TC_E_14_CSMS, TC_E_16_CSMS and TC_E_22_CSMS: the reason of the end is kept', () => {
  for (const [stoppedReason, triggerReason] of [
    ['EVDisconnected', 'EVCommunicationLost'],
    ['DeAuthorized', 'Deauthorized'],
    ['StoppedByEV', 'ChargingStateChanged'],
  ] as const) {
    const w = new World('2.0.1');
    say(w, plugged);
    say(w, { eventType: 'Ended', seqNo: 1, atMs: t0 + minute, stoppedReason, triggerReason });
    assert.deepEqual([w.transaction('tx').stoppedReason, w.transaction('tx').chargingState], [stoppedReason, 'Idle']);
  }
});

test('TC_E_26_CSMS: a cable pulled on the car side may only suspend: the transaction stays open', () => {
  const w = new World('2.0.1');
  say(w, plugged);
  say(w, {
    eventType: 'Updated',
    seqNo: 1,
    atMs: t0 + minute,
    chargingState: 'Idle',
    triggerReason: 'EVCommunicationLost',
  });
  assert.deepEqual([w.transaction('tx').state, w.transaction('tx').chargingState], ['open', 'Idle']);
  say(w, { ...plugged, eventType: 'Updated', seqNo: 2, atMs: t0 + 2 * minute });
  assert.equal(w.transaction('tx').chargingState, 'EVConnected');
});

test('TC_E_38_CSMS: a car that is not ready suspends by itself', () => {
  const w = new World('2.0.1');
  say(w, plugged);
  say(w, { eventType: 'Updated', seqNo: 1, atMs: t0 + 1000, chargingState: 'SuspendedEV' });
  assert.equal(w.transaction('tx').chargingState, 'SuspendedEV');
});

test('TC_G_20_CSMS: a lock failure told by an event is in the log and answered', () => {
  const w = new World('2.0.1');
  const answer = w.say('NotifyEvent', {
    generatedAt: iso(t0),
    seqNo: 0,
    eventData: [
      {
        eventId: 1,
        timestamp: iso(t0),
        trigger: 'Delta',
        actualValue: 'true',
        eventNotificationType: 'HardWiredNotification',
        component: { name: 'ConnectorPlugRetentionLock', evse: { id: 1, connectorId: 1 } },
        variable: { name: 'Problem' },
      },
    ],
  });
  assert.deepEqual(answer, {});
  assert.deepEqual(
    w.log.map((e) => e.kind),
    ['monitorFired'],
  );
});

test('TC_J_01_CSMS: clock-aligned values outside a transaction are stored and answered', () => {
  const w = new World('2.0.1');
  const meterValue = [{ timestamp: iso(t0), sampledValue: [{ value: 100, context: 'Sample.Clock' }] }];
  assert.deepEqual(w.say('MeterValues', { evseId: 1, meterValue }), {});
  const [event] = w.log;
  assert.ok(event?.kind === 'metered' && event.payload.readings.length === 1);
  assert.equal(w.rows.size, 0);
});

test('TC_J_02_CSMS, TC_J_09_CSMS and TC_J_10_CSMS: values of start, middle and end make the energy', () => {
  const w = new World('2.0.1');
  say(w, { ...plugged, wh: 200 });
  say(w, { eventType: 'Updated', seqNo: 1, atMs: t0 + 15 * minute, wh: 2200, triggerReason: 'MeterValueClock' });
  say(w, { eventType: 'Ended', seqNo: 2, atMs: t0 + 20 * minute, wh: 3200 });
  assert.equal(w.transaction('tx').energyMilliWh, 3_000_000);
});

test('TC_J_03_CSMS: all values may come with the end alone', () => {
  const w = new World('2.0.1');
  say(w, plugged);
  const request = transactionEvent({ eventType: 'Ended', seqNo: 1, atMs: t0 + 45 * minute });
  const sample = (value: number, context: string, at: number): unknown => ({
    timestamp: iso(t0 + at * minute),
    sampledValue: [{ value, context, unitOfMeasure: { unit: 'kWh' } }],
  });
  const meterValue = [
    sample(10, 'Transaction.Begin', 0),
    sample(11.5, 'Sample.Clock', 15),
    sample(13, 'Sample.Clock', 30),
    sample(14.25, 'Transaction.End', 45),
  ];
  w.at(t0 + 45 * minute).say('TransactionEvent', { ...request, meterValue });
  const t = w.transaction('tx');
  assert.deepEqual(
    [t.startRegisterMilliWh, t.endRegisterMilliWh, t.energyMilliWh],
    [10_000_000, 14_250_000, 4_250_000],
  );
});

test('TC_J_07_CSMS: the register of the start is the start', () => {
  const w = new World('2.0.1');
  say(w, { ...plugged, wh: 12_345.6 });
  const t = w.transaction('tx');
  assert.deepEqual([t.startRegisterMilliWh, t.energyMilliWh, t.isStartKnown], [12_345_600, 0, true]);
});

test('a report in parts is one event a part, an empty part too', () => {
  const w = new World('2.0.1');
  const part = (seqNo: number, tbc: boolean): void => {
    w.say('NotifyReport', { requestId: 1, generatedAt: iso(t0), seqNo, tbc });
  };
  part(0, true);
  part(1, false);
  const parts = w.log.flatMap((e) => (e.kind === 'reportPart' ? [[e.payload.seqNo, e.payload.tbc]] : []));
  assert.deepEqual(parts, [
    [0, true],
    [1, false],
  ]);
});

test('a status of a whole evse stands for all its connectors', () => {
  const w = new World('2.0.1');
  const status = (connectorId: number, connectorStatus: string): void => {
    w.say('StatusNotification', { timestamp: iso(t0), connectorStatus, evseId: 1, connectorId });
  };
  status(1, 'Available');
  status(2, 'Occupied');
  status(0, 'Unavailable');
  const words = [...(w.state.evses.get(1)?.connectors.values() ?? [])].map((c) => c.status);
  assert.deepEqual(words, ['Unavailable', 'Unavailable']);
});

test('a thousand messages of one transaction keep the state small', () => {
  const w = new World('2.0.1');
  say(w, { ...plugged, wh: 0 });
  for (let n = 1; n <= 1000; n++) say(w, { eventType: 'Updated', seqNo: n, atMs: t0 + n * minute, wh: n * 100 });
  const t = w.transaction('tx');
  assert.deepEqual([t.seqSeen, t.fingerprints.length, t.energyMilliWh], [[0, 1000], 32, 100_000_000]);
  assert.ok(JSON.stringify(t).length < 1500);
});
