import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, iso, minute, register16, t0 } from './world.js';

const boot = { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion: '1.0' };
const status = (connectorId: number, word: string, atMs = t0): Record<string, unknown> => ({
  connectorId,
  errorCode: 'NoError',
  status: word,
  timestamp: iso(atMs),
});
const start = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  connectorId: 1,
  idTag: 'TAG1',
  meterStart: 1000,
  timestamp: iso(t0),
  ...more,
});
const stop = (transactionId: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  transactionId,
  meterStop: 9000,
  timestamp: iso(t0 + 60 * minute),
  ...more,
});

test('TC_001_CSMS: a cold boot is accepted with our time and the interval, and then status and heartbeat follow', () => {
  const w = new World('1.6', { heartbeatIntervalS: 120 });
  const answer = w.say('BootNotification', boot);
  assert.deepEqual(answer, { currentTime: iso(t0), interval: 120, status: 'Accepted' });
  assert.equal(w.state.registration, 'Accepted');
  assert.deepEqual([w.state.vendorName, w.state.model, w.state.firmwareVersion], ['V', 'M', '1.0']);
  w.say('StatusNotification', status(0, 'Available'));
  w.say('StatusNotification', status(1, 'Available'));
  assert.equal(w.state.own?.status, 'Available');
  assert.equal(w.state.evses.get(1)?.connectors.get(1)?.status, 'Available');
  w.at(t0 + 5000);
  assert.deepEqual(w.say('Heartbeat', {}), { currentTime: iso(t0 + 5000) });
  assert.equal(w.decision?.isDurable, false);
  assert.equal(w.state.lastSeenMs, t0 + 5000);
});

test('a station that waits is told when to boot again, a rejected one too', () => {
  for (const registration of ['Pending', 'Rejected'] as const) {
    const w = new World('1.6', { retryIntervalS: 77 });
    w.deps.registration = registration;
    assert.deepEqual(w.say('BootNotification', boot), { currentTime: iso(t0), interval: 77, status: registration });
    assert.equal(w.state.registration, registration);
  }
});

test('TC_003_CSMS: plug first, card after: a whole session from Preparing to Available', () => {
  const w = new World('1.6');
  w.token('TAG1');
  w.say('StatusNotification', status(1, 'Preparing'));
  assert.deepEqual(w.say('Authorize', { idTag: 'TAG1' }), { idTagInfo: { status: 'Accepted' } });
  assert.deepEqual(w.say('StartTransaction', start()), { transactionId: 1, idTagInfo: { status: 'Accepted' } });
  w.say('StatusNotification', status(1, 'Charging'));
  const open = w.transaction('1');
  assert.deepEqual([open.state, open.evseId, open.connectorId, open.chargingState], ['open', 1, 1, 'Charging']);
  w.at(t0 + 30 * minute).say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [register16('5000', t0 + 30 * minute)],
  });
  assert.equal(w.transaction('1').energyMilliWh, 4_000_000);
  w.at(t0 + 60 * minute);
  assert.deepEqual(w.say('StopTransaction', stop(1, { idTag: 'TAG1', reason: 'Local' })), {
    idTagInfo: { status: 'Accepted' },
  });
  w.say('StatusNotification', status(1, 'Finishing', w.nowMs));
  w.say('StatusNotification', status(1, 'Available', w.nowMs));
  const t = w.transaction('1');
  assert.deepEqual([t.state, t.stoppedReason, t.startedAtMs, t.endedAtMs], ['ended', 'Local', t0, t0 + 60 * minute]);
  assert.deepEqual([t.startRegisterMilliWh, t.endRegisterMilliWh, t.energyMilliWh], [1_000_000, 9_000_000, 8_000_000]);
  assert.deepEqual(t.quality, []);
  assert.equal(w.state.evses.get(1)?.transactionId, null);
  assert.equal(w.state.open.size, 0);
  assert.deepEqual(w.anomalies(), []);
});

test('TC_004_1_CSMS: card first, plug after: the answer to the start counts, not the order of status words', () => {
  const w = new World('1.6');
  w.say('Authorize', { idTag: 'TAG1' });
  w.say('StatusNotification', status(1, 'Preparing'));
  assert.equal(w.say('StartTransaction', start())['transactionId'], 1);
});

test('TC_005_1_CSMS: the car pulls the plug: the stop carries its reason', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.say('StatusNotification', status(1, 'SuspendedEV'));
  w.at(t0 + 60 * minute).say('StopTransaction', stop(1, { reason: 'EVDisconnected' }));
  assert.equal(w.transaction('1').stoppedReason, 'EVDisconnected');
});

test('TC_023_1_CSMS: an unknown token is Invalid where unknown ones may not charge', () => {
  const w = new World('1.6', { acceptUnknown: false });
  assert.deepEqual(w.say('Authorize', { idTag: 'WHO' }), { idTagInfo: { status: 'Invalid' } });
});

test('TC_023_2_CSMS: an expired token is Expired', () => {
  const w = new World('1.6');
  w.token('OLD', { validToMs: t0 - 1 });
  assert.equal((w.say('Authorize', { idTag: 'OLD' })['idTagInfo'] as { status: string }).status, 'Expired');
});

test('TC_023_3_CSMS: a blocked token is Blocked', () => {
  const w = new World('1.6');
  w.token('BAD', { status: 'Blocked' });
  assert.deepEqual(w.say('Authorize', { idTag: 'bad' }), { idTagInfo: { status: 'Blocked' } });
});

test('a start with an invalid token gets an id all the same, and the status of the token', () => {
  const w = new World('1.6', { acceptUnknown: false });
  assert.deepEqual(w.say('StartTransaction', start({ idTag: 'WHO' })), {
    transactionId: 1,
    idTagInfo: { status: 'Invalid' },
  });
  assert.equal(w.transaction('1').state, 'open');
  assert.deepEqual(
    w.log.map((e) => e.kind),
    ['transactionStarted', 'authorized'],
  );
});

test('a start said again, under another message id, gets the same transaction id and no second transaction', () => {
  const w = new World('1.6');
  const first = w.say('StartTransaction', start());
  assert.deepEqual(w.say('StartTransaction', start()), first);
  assert.equal(w.rows.size, 1);
  assert.equal(w.say('StartTransaction', start({ timestamp: iso(t0 + 1000) }))['transactionId'], 2);
});

test('a start said again after the stop still gets its old id', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.at(t0 + 60 * minute).say('StopTransaction', stop(1));
  assert.equal(w.say('StartTransaction', start())['transactionId'], 1);
  assert.equal(w.transaction('1').state, 'ended');
});

test('a second stop of equal content changes nothing, one of other content is kept as a conflict', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.at(t0 + 60 * minute).say('StopTransaction', stop(1));
  const first = w.transaction('1');
  assert.deepEqual(w.say('StopTransaction', stop(1)), {});
  assert.deepEqual(w.transaction('1'), first);
  w.say('StopTransaction', stop(1, { meterStop: 9500 }));
  const after = w.transaction('1');
  assert.equal(after.endRegisterMilliWh, first.endRegisterMilliWh);
  assert.deepEqual(after.quality, ['conflictingStop']);
  assert.deepEqual(w.anomalies(), ['conflictingStop']);
});

test('a double stop after a reboot, with the same content, is one stop', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.at(t0 + 60 * minute).say('StopTransaction', stop(1, { reason: 'PowerLoss' }));
  w.say('BootNotification', boot);
  w.say('StopTransaction', stop(1, { reason: 'PowerLoss' }));
  assert.equal(w.transaction('1').revision, 2);
  assert.deepEqual(w.anomalies(), []);
});

for (const bad of [0, -1, 999]) {
  test(`a stop with transaction id ${bad} goes to the only open transaction that agrees`, () => {
    const w = new World('1.6');
    w.say('StartTransaction', start());
    w.at(t0 + 60 * minute);
    assert.deepEqual(w.say('StopTransaction', stop(bad, { idTag: 'TAG1' })), { idTagInfo: { status: 'Accepted' } });
    const t = w.transaction('1');
    assert.equal(t.state, 'ended');
    assert.equal(t.energyMilliWh, 8_000_000);
    assert.deepEqual(t.quality, ['attached']);
    assert.deepEqual(w.anomalies(), ['unknownTransaction']);
    w.say('StopTransaction', stop(bad, { idTag: 'TAG1' }));
    assert.equal(w.rows.size, 1, 'the repeat must find the same transaction');
    assert.deepEqual(w.anomalies(), ['unknownTransaction']);
  });
}

test('an unknown stop that two open transactions fit is an orphan that holds all it brought', () => {
  const w = new World('1.6', { refuseConcurrent: false });
  w.say('StartTransaction', start());
  w.say('StartTransaction', start({ connectorId: 2 }));
  w.at(t0 + 60 * minute).say('StopTransaction', stop(-1));
  const orphan = [...w.rows.values()].find((t) => t.state === 'orphan');
  assert.equal(orphan?.endRegisterMilliWh, 9_000_000);
  assert.equal(orphan.energyMilliWh, null, 'nobody knows where it began');
  assert.ok(orphan.quality.includes('startMissing'));
  assert.equal(w.state.open.size, 2);
  w.say('StopTransaction', stop(-1));
  assert.equal(w.rows.size, 3, 'the repeat makes no second orphan');
});

test('an unknown stop with another token, a smaller register or an earlier time fits nothing', () => {
  for (const other of [{ idTag: 'ELSE' }, { meterStop: 500 }, { timestamp: iso(t0 - minute) }]) {
    const w = new World('1.6');
    w.say('StartTransaction', start());
    w.at(t0 + 60 * minute).say('StopTransaction', stop(-1, other));
    assert.equal(w.transaction('1').state, 'open');
    assert.equal([...w.rows.values()].filter((t) => t.state === 'orphan').length, 1);
  }
});

test('an unknown stop by another card of the same group fits', () => {
  const w = new World('1.6');
  w.token('TAG1', { groupId: 'FAMILY' });
  w.token('TAG2', { groupId: 'FAMILY' });
  w.say('StartTransaction', start());
  w.at(t0 + 60 * minute);
  const answer = w.say('StopTransaction', stop(-1, { idTag: 'TAG2' }));
  assert.deepEqual(answer, { idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } });
  assert.equal(w.transaction('1').state, 'ended');
});

test('a stop that never came: a new start on the connector gives the old transaction up at its last register', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.at(t0 + 10 * minute).say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [register16('2500', w.nowMs)],
  });
  w.at(t0 + 60 * minute).say('StartTransaction', start({ idTag: 'TAG2', timestamp: iso(w.nowMs), meterStart: 2600 }));
  const lost = w.transaction('1');
  assert.deepEqual([lost.state, lost.endedAtMs, lost.endRegisterMilliWh], ['lost', t0 + 10 * minute, 2_500_000]);
  assert.equal(lost.energyMilliWh, 1_500_000);
  assert.equal(w.state.evses.get(1)?.transactionId, '2');
  assert.deepEqual(w.anomalies(), ['transactionLost']);
});

test('a true end after all makes a new revision of the lost transaction, and a correction', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.at(t0 + 70 * minute).say('StartTransaction', start({ idTag: 'TAG2', timestamp: iso(w.nowMs), meterStart: 9000 }));
  const lost = w.transaction('1');
  w.say('StopTransaction', stop(1));
  const t = w.transaction('1');
  assert.equal(t.state, 'ended');
  assert.ok(t.revision > lost.revision);
  assert.deepEqual([t.energyMilliWh, t.endedAtMs], [8_000_000, t0 + 60 * minute]);
  assert.ok(t.quality.includes('corrected'));
  assert.ok(w.effects.some((e) => e.type === 'transaction' && e.change === 'corrected'));
  assert.equal(w.state.evses.get(1)?.transactionId, '2', 'the running one stays');
});

test('a connector that has been Available for ten minutes has no transaction', () => {
  const w = new World('1.6');
  w.connect();
  w.say('StartTransaction', start());
  w.at(t0 + minute).say('StatusNotification', status(1, 'Available', w.nowMs));
  w.at(t0 + 10 * minute).sweep();
  assert.equal(w.transaction('1').state, 'open');
  w.at(t0 + 11 * minute).sweep();
  assert.equal(w.transaction('1').state, 'lost');
  assert.deepEqual(w.anomalies(), ['transactionLost']);
  w.sweep();
  assert.equal(w.anomalies().length, 1);
});

test('an Available from before the link was lost proves nothing: the ten minutes count from the reconnect', () => {
  const w = new World('1.6');
  w.connect();
  w.say('StartTransaction', start());
  w.say('StatusNotification', status(1, 'Available'));
  w.at(t0 + minute).disconnect();
  w.at(t0 + 60 * minute).sweep();
  assert.equal(w.transaction('1').state, 'open');
  w.connect();
  w.at(t0 + 65 * minute).sweep();
  assert.equal(w.transaction('1').state, 'open');
  w.at(t0 + 70 * minute).sweep();
  assert.equal(w.transaction('1').state, 'lost');
});

test('TC_037_1_CSMS: a start from the offline queue keeps its own time', () => {
  const w = new World('1.6');
  w.say('StatusNotification', status(1, 'Available'));
  w.at(t0 + 3 * 24 * 60 * minute).say('StartTransaction', start());
  w.say('StopTransaction', stop(1));
  const t = w.transaction('1');
  assert.deepEqual([t.startedAtMs, t.endedAtMs], [t0, t0 + 60 * minute]);
});

test('a clock that is wrong for long is told once, and received times stand for starts and stops', () => {
  const w = new World('1.6');
  const wrong = Date.UTC(2024, 0, 1);
  for (let i = 0; i < 4; i++) w.at(t0 + i * 1000).say('StatusNotification', status(1, 'Available', wrong + i * 1000));
  assert.deepEqual(w.anomalies(), ['clock']);
  w.at(t0 + minute).say('StartTransaction', start({ timestamp: iso(wrong + minute) }));
  const t = w.transaction('1');
  assert.equal(t.startedAtMs, t0 + minute);
  assert.deepEqual(t.quality, ['clock']);
});

test('a station clock of 1970 is never believed, nor one of tomorrow', () => {
  for (const wrong of [Date.UTC(1970, 0, 1, 0, 5), t0 + 24 * 60 * minute]) {
    const w = new World('1.6');
    w.say('StartTransaction', start({ timestamp: iso(wrong) }));
    assert.equal(w.transaction('1').startedAtMs, t0);
    assert.deepEqual(w.transaction('1').quality, ['clock']);
  }
});

test('readings under a dead clock still move the register, in the order they come', () => {
  const w = new World('1.6');
  const dead = Date.UTC(1970, 0, 1);
  w.say('StartTransaction', start({ timestamp: iso(dead) }));
  w.at(t0 + 10 * minute).say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [register16('2000', dead)],
  });
  w.at(t0 + 20 * minute).say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [register16('3000', dead)],
  });
  assert.equal(w.transaction('1').energyMilliWh, 2_000_000);
});

test('a reboot in mid-transaction leaves it open and forgets what was measured', () => {
  const w = new World('1.6');
  w.say('StartTransaction', start());
  w.say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [{ timestamp: iso(t0), sampledValue: [{ value: '7', measurand: 'Power.Active.Import', unit: 'kW' }] }],
  });
  assert.equal(w.state.evses.get(1)?.powerW, 7000);
  w.at(t0 + minute).say('BootNotification', boot);
  assert.equal(w.state.evses.get(1)?.powerW, null);
  assert.equal(w.transaction('1').state, 'open');
  w.at(t0 + 60 * minute).say('StopTransaction', stop(1, { reason: 'PowerLoss' }));
  assert.equal(w.transaction('1').stoppedReason, 'PowerLoss');
});

test('meter values for a transaction that nobody knows are stored and told, and change no energy', () => {
  const w = new World('1.6');
  w.say('MeterValues', { connectorId: 1, transactionId: 77, meterValue: [register16('5', t0)] });
  assert.deepEqual(
    w.log.map((e) => e.kind),
    ['metered', 'anomaly'],
  );
  assert.equal(w.rows.size, 0);
});

test('meter values without a transaction are stored and nothing else', () => {
  const w = new World('1.6');
  w.say('MeterValues', { connectorId: 0, meterValue: [register16('5', t0)] });
  assert.deepEqual(
    w.log.map((e) => e.kind),
    ['metered'],
  );
  assert.equal(w.state.evses.size, 0);
});

test('TC_010_CSMS: a remote start is linked to its transaction by connector, token and two minutes', () => {
  const w = new World('1.6');
  w.command('cmd1', 'RequestStartTransaction', { evseId: 1, idToken: { idToken: 'tag1', type: 'ISO14443' } });
  w.at(t0 + 30_000).say('StartTransaction', start({ timestamp: iso(t0 + 30_000) }));
  assert.equal(w.transaction('1').commandId, 'cmd1');
  assert.ok(w.effects.some((e) => e.type === 'remoteStartLinked' && e.commandId === 'cmd1' && e.transactionId === '1'));
  assert.equal(w.state.remoteStarts.length, 0);
});

test('a remote start of another token, connector or hour is not linked', () => {
  for (const [evseId, idToken, delay] of [
    [2, 'TAG1', 0],
    [1, 'TAG9', 0],
    [1, 'TAG1', 3 * minute],
  ] as const) {
    const w = new World('1.6');
    w.command('cmd1', 'RequestStartTransaction', { evseId, idToken: { idToken, type: 'ISO14443' } });
    w.at(t0 + delay).say('StartTransaction', start({ timestamp: iso(t0 + delay) }));
    assert.equal(w.transaction('1').commandId, null);
  }
});

test('one token has one open transaction at a time, except on the evse it takes over', () => {
  const w = new World('1.6');
  const word = (answer: Record<string, unknown>): string => (answer['idTagInfo'] as { status: string }).status;
  assert.equal(word(w.say('StartTransaction', start())), 'Accepted');
  assert.equal(word(w.say('StartTransaction', start({ connectorId: 2 }))), 'ConcurrentTx');
  assert.equal(word(w.say('Authorize', { idTag: 'TAG1' })), 'Accepted');
  assert.equal(word(w.say('StartTransaction', start({ timestamp: iso(t0 + 1000) }))), 'ConcurrentTx');
  const other = new World('1.6');
  other.say('StartTransaction', start());
  assert.equal(word(other.say('StartTransaction', start({ timestamp: iso(t0 + 1000) }))), 'Accepted');
  const elsewhere = new World('1.6');
  elsewhere.deps.isChargingElsewhere = () => true;
  assert.equal(word(elsewhere.say('StartTransaction', start())), 'ConcurrentTx');
});

test('TC_044_1_CSMS and TC_045_1_CSMS: firmware and diagnostics progress shows in the state', () => {
  const w = new World('1.6');
  for (const word of ['Downloading', 'Downloaded', 'Installing', 'Installed'])
    w.say('FirmwareStatusNotification', { status: word });
  assert.equal(w.state.firmwareStatus, 'Installed');
  w.say('DiagnosticsStatusNotification', { status: 'Uploaded' });
  assert.equal(w.state.logStatus, 'Uploaded');
});

test('TC_064_CSMS: data of a vendor without a handler is answered UnknownVendorId, with one by the handler', () => {
  const w = new World('1.6');
  assert.deepEqual(w.say('DataTransfer', { vendorId: 'acme' }), { status: 'UnknownVendorId' });
  w.deps.dataTransfer = (p) => (p.vendorId === 'acme' ? { status: 'Accepted', data: p.messageIdOfVendor } : null);
  assert.deepEqual(w.say('DataTransfer', { vendorId: 'acme', messageId: 'm' }), { status: 'Accepted', data: 'm' });
  assert.deepEqual(w.say('DataTransfer', { vendorId: 'other' }), { status: 'UnknownVendorId' });
});

test('TC_061_CSMS: clearing the cache and other answered commands leave the state as it is', () => {
  const w = new World('1.6');
  w.say('BootNotification', boot);
  const before = w.state;
  w.command('c', 'ClearCache', {});
  assert.deepEqual(w.state, before);
});

test('a connector beyond the five hundredth is not believed, the message is answered all the same', () => {
  const w = new World('1.6', { maxConnectors: 5 });
  for (let n = 1; n <= 8; n++) assert.deepEqual(w.say('StatusNotification', status(n, 'Available')), {});
  assert.equal(w.state.evses.size, 5);
  assert.deepEqual(w.anomalies(), ['flood', 'flood', 'flood']);
});

test('a status word keeps since when it holds, and both clocks', () => {
  const w = new World('1.6');
  w.say('StatusNotification', status(1, 'Charging', t0 - 2000));
  w.at(t0 + minute).say('StatusNotification', status(1, 'SuspendedEV', t0 + minute));
  const c = w.state.evses.get(1)?.connectors.get(1);
  assert.deepEqual(
    [c?.status, c?.detail, c?.sinceMs, c?.receivedAtMs, c?.atMs],
    ['Occupied', 'SuspendedEV', t0, t0 + minute, t0 + minute],
  );
});

test('one reading from the future does not stop the count: the register goes on from it', () => {
  const w = new World('1.6');
  const hour = 60 * minute;
  w.say('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: iso(t0) });
  w.at(t0 + 10 * minute);
  w.say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [register16('1000', Date.UTC(2099, 0, 1))],
  });
  w.at(t0 + 20 * minute);
  w.say('MeterValues', { connectorId: 1, transactionId: 1, meterValue: [register16('2000', w.nowMs)] });
  assert.equal(w.transaction('1').energyMilliWh, 2_000_000);
  w.at(t0 + hour);
  w.say('StopTransaction', { transactionId: 1, meterStop: 6000, timestamp: iso(w.nowMs) });
  const t = w.transaction('1');
  assert.equal(t.energyMilliWh, 6_000_000);
  assert.equal(t.endRegisterMilliWh, 6_000_000);
  assert.equal(t.lastRegisterAtMs, t0 + hour);
});

test('a station whose clock runs an hour ahead is charged to its last register', () => {
  const w = new World('1.6');
  const ahead = 60 * minute;
  for (let k = 0; k < 4; k++) {
    const timestamp = iso(w.nowMs + ahead);
    w.say('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing', timestamp });
  }
  w.say('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: iso(t0 + ahead) });
  w.at(t0 + 10 * minute);
  const meterValue = [register16('1000', w.nowMs + ahead)];
  w.say('MeterValues', { connectorId: 1, transactionId: 1, meterValue });
  w.at(t0 + 20 * minute);
  w.say('StopTransaction', { transactionId: 1, meterStop: 2500, timestamp: iso(w.nowMs + ahead) });
  assert.equal(w.transaction('1').energyMilliWh, 2_500_000);
});

test('an older reading above the newest is not believed beyond the nameplate, nor after the register restarted', () => {
  const w = new World('1.6', { nameplateW: 10_000 });
  w.say('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: iso(t0) });
  const say = (wh: string, atMs: number) =>
    w.say('MeterValues', { connectorId: 1, transactionId: 1, meterValue: [register16(wh, atMs)] });
  w.at(t0 + 60 * minute);
  say('5000', w.nowMs);
  // 10 kW for an hour are 10 kWh; with the allowance of 20 % and half a kilowatt-hour, 12.5.
  say('12501', t0 + 30 * minute);
  assert.equal(w.transaction('1').energyMilliWh, 5_000_000);
  assert.ok(w.transaction('1').quality.includes('registerJump'));
  w.at(t0 + 70 * minute);
  say('100', w.nowMs);
  assert.ok(w.transaction('1').quality.includes('registerReset'));
  say('5100', t0 + 65 * minute);
  assert.equal(w.transaction('1').energyMilliWh, 5_000_000, 'a late reading from before the restart');
});

test('one power reading from the future does not stand before those that follow', () => {
  const w = new World('1.6');
  w.say('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: iso(t0) });
  const say = (watts: string, atMs: number) => {
    const sampledValue = [{ value: watts, measurand: 'Power.Active.Import', unit: 'W' }];
    const meterValue = [{ timestamp: iso(atMs), sampledValue }];
    w.say('MeterValues', { connectorId: 1, transactionId: 1, meterValue });
    return w.state.evses.get(1)?.powerW;
  };
  w.at(t0 + 10 * minute);
  assert.equal(say('7000', Date.UTC(2099, 0, 1)), 7000);
  w.at(t0 + 20 * minute);
  assert.equal(say('3000', w.nowMs - 1000), 3000);
  assert.equal(say('9000', w.nowMs - 5 * minute), 3000, 'a late one of before does');
});
