import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, iso, minute, register16, t0 } from './world.js';

type Words = Record<string, unknown>;

const status = (connectorId: number, word: string, errorCode = 'NoError'): Words => ({
  connectorId,
  status: word,
  errorCode,
});
const start = (w: World, more: Words = {}): number => {
  const request = { connectorId: 1, idTag: 'TAG1', meterStart: 0, timestamp: iso(w.nowMs), ...more };
  return w.say('StartTransaction', request)['transactionId'] as number;
};
const stop = (w: World, transactionId: number, more: Words = {}): Words =>
  w.say('StopTransaction', { transactionId, meterStop: 5000, timestamp: iso(w.nowMs), ...more });
const connector = (w: World, evseId = 1): string => {
  const c = w.state.evses.get(evseId)?.connectors.get(1);
  return `${c?.status}${c?.detail === null ? '' : `/${c?.detail}`}`;
};

test('TC_004_2_CSMS: a token shown and no car plugged in: back to Available without a transaction', () => {
  const w = new World('1.6');
  w.token('TAG1');
  w.say('Authorize', { idTag: 'TAG1' });
  w.say('StatusNotification', status(1, 'Preparing'));
  assert.equal(connector(w), 'Occupied/Preparing');
  w.at(t0 + minute).say('StatusNotification', status(1, 'Available'));
  assert.equal(connector(w), 'Available');
  assert.equal(w.rows.size, 0);
});

test('TC_007_CSMS: a token that the station knew by itself starts without being asked for', () => {
  const w = new World('1.6', { acceptUnknown: false });
  w.token('TAG1');
  assert.equal(start(w), 1);
  assert.deepEqual(w.answered('transactionId').idTokenInfo.status, 'Accepted');
});

test('TC_011_1_CSMS: a remote start before the plug leads to its transaction within two minutes', () => {
  const w = new World('1.6');
  w.command('c1', 'RequestStartTransaction', { idToken: { idToken: 'TAG1', type: 'Central' } });
  w.say('StatusNotification', status(1, 'Preparing'));
  w.at(t0 + 90_000);
  start(w);
  assert.equal(w.transaction('1').commandId, 'c1');
});

test('TC_011_2_CSMS: a remote start that nobody follows leads to nothing', () => {
  const w = new World('1.6');
  w.command('c1', 'RequestStartTransaction', { idToken: { idToken: 'TAG1', type: 'Central' } });
  w.say('StatusNotification', status(1, 'Preparing'));
  w.at(t0 + minute).say('StatusNotification', status(1, 'Available'));
  assert.equal(w.rows.size, 0);
  assert.equal(w.state.remoteStarts.length, 1);
});

test('TC_012_CSMS: a transaction that was stopped from afar says so', () => {
  const w = new World('1.6');
  start(w);
  w.at(t0 + minute);
  stop(w, 1, { reason: 'Remote' });
  assert.equal(w.transaction('1').stoppedReason, 'Remote');
});

test('TC_013_CSMS and TC_014_CSMS: a reset ends the transaction with its reason and boots anew', () => {
  for (const reason of ['HardReset', 'SoftReset']) {
    const w = new World('1.6');
    start(w);
    w.at(t0 + minute);
    stop(w, 1, { reason });
    w.say('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    w.say('StatusNotification', status(1, 'Available'));
    assert.equal(w.transaction('1').stoppedReason, reason);
    assert.equal(w.state.bootedAtMs, t0 + minute);
    assert.equal(w.state.registration, 'Accepted');
  }
});

test('TC_018_1_CSMS: unlocking in a session ends it with UnlockCommand', () => {
  const w = new World('1.6');
  start(w);
  w.at(t0 + minute);
  stop(w, 1, { reason: 'UnlockCommand' });
  assert.equal(w.transaction('1').stoppedReason, 'UnlockCommand');
});

test('TC_024_CSMS: a lock that fails is a fault of the connector with its code, and no transaction', () => {
  const w = new World('1.6');
  w.say('StatusNotification', status(1, 'Preparing'));
  w.say('StatusNotification', status(1, 'Faulted', 'ConnectorLockFailure'));
  const c = w.state.evses.get(1)?.connectors.get(1);
  assert.deepEqual([c?.status, c?.errorCode], ['Faulted', 'ConnectorLockFailure']);
  assert.equal(w.rows.size, 0);
});

test('TC_032_1_CSMS: after a power failure the stop comes from memory, at the time the power went', () => {
  const w = new World('1.6');
  start(w);
  w.at(t0 + 180 * minute).say('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  w.say('StatusNotification', { ...status(1, 'Available'), timestamp: iso(w.nowMs) });
  stop(w, 1, { reason: 'PowerLoss', timestamp: iso(t0 + 5 * minute), meterStop: 900 });
  const t = w.transaction('1');
  assert.deepEqual([t.endedAtMs, t.energyMilliWh, t.stoppedReason], [t0 + 5 * minute, 900_000, 'PowerLoss']);
  assert.deepEqual(t.quality, []);
});

test('TC_037_3_CSMS: an offline start with a bad token gets its id and the bad word, and the session is kept', () => {
  const w = new World('1.6', { acceptUnknown: false });
  w.token('BAD', { status: 'Blocked' });
  w.at(t0 + 60 * minute);
  const id = start(w, { idTag: 'BAD', timestamp: iso(t0) });
  assert.equal(w.answered('transactionId').idTokenInfo.status, 'Blocked');
  stop(w, id, { reason: 'DeAuthorized', timestamp: iso(t0 + minute) });
  assert.equal(w.transaction('1').stoppedReason, 'DeAuthorized');
});

test('TC_039_CSMS: a whole session that happened without a link arrives afterwards and folds to its energy', () => {
  const w = new World('1.6');
  w.say('StatusNotification', { ...status(1, 'Available'), timestamp: iso(t0) });
  const back = t0 + 26 * 60 * minute;
  w.at(back);
  start(w, { timestamp: iso(t0 + minute), meterStart: 100 });
  for (const [wh, at] of [
    ['2100', 20],
    ['4100', 40],
  ] as const) {
    w.say('MeterValues', { connectorId: 1, transactionId: 1, meterValue: [register16(wh, t0 + at * minute)] });
  }
  stop(w, 1, { timestamp: iso(t0 + 61 * minute), meterStop: 6100 });
  const t = w.transaction('1');
  assert.deepEqual([t.startedAtMs, t.endedAtMs, t.energyMilliWh], [t0 + minute, t0 + 61 * minute, 6_000_000]);
  assert.deepEqual(t.quality, []);
  assert.equal(w.state.lastSeenMs, back);
});

test('TC_044_2_CSMS and TC_044_3_CSMS: a download or an installation that fails stays visible', () => {
  for (const word of ['DownloadFailed', 'InstallationFailed']) {
    const w = new World('1.6');
    w.say('FirmwareStatusNotification', { status: 'Downloading' });
    assert.deepEqual(w.say('FirmwareStatusNotification', { status: word }), {});
    assert.equal(w.state.firmwareStatus, word);
  }
});

test('TC_045_2_CSMS: an upload of diagnostics that fails stays visible', () => {
  const w = new World('1.6');
  w.say('DiagnosticsStatusNotification', { status: 'Uploading' });
  w.say('DiagnosticsStatusNotification', { status: 'UploadFailed' });
  assert.equal(w.state.logStatus, 'UploadFailed');
});

test('TC_046_CSMS: a start on a reserved connector names its reservation', () => {
  const w = new World('1.6');
  w.say('StatusNotification', status(1, 'Reserved'));
  assert.equal(connector(w), 'Reserved');
  start(w, { reservationId: 5 });
  assert.equal(w.transaction('1').reservationId, 5);
});

test('TC_053_CSMS: a reserved connector may be used by another card of the group, and the group is named', () => {
  const w = new World('1.6', { acceptUnknown: false });
  w.token('TAG2', { groupId: 'FAMILY' });
  const answer = w.say('Authorize', { idTag: 'TAG2' });
  assert.deepEqual(answer, { idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } });
});

test('TC_077_CSMS: a security event is in the log before it is answered', () => {
  const w = new World('1.6');
  const answer = w.say('SecurityEventNotification', { type: 'InvalidChargePointCertificate', timestamp: iso(t0) });
  assert.deepEqual(answer, {});
  assert.equal(w.decision?.isDurable, true);
  assert.deepEqual(
    w.log.map((e) => e.kind),
    ['securityEvent'],
  );
});

test('TC_080_CSMS: progress of a signed update keeps its request', () => {
  const w = new World('1.6');
  w.say('SignedFirmwareStatusNotification', { status: 'SignatureVerified', requestId: 4 });
  const [event] = w.log;
  assert.ok(event?.kind === 'firmwareChanged' && event.payload.requestId === 4);
  assert.equal(w.state.firmwareStatus, 'SignatureVerified');
});

test('two connectors of one post run apart: each has its transaction, status and power', () => {
  const w = new World('1.6');
  start(w);
  start(w, { connectorId: 2, idTag: 'TAG2' });
  const reading = (connectorId: number, transactionId: number, kw: string): void => {
    const sampledValue = [{ value: kw, measurand: 'Power.Active.Import', unit: 'kW' }];
    w.say('MeterValues', { connectorId, transactionId, meterValue: [{ timestamp: iso(w.nowMs), sampledValue }] });
  };
  reading(1, 1, '7.2');
  reading(2, 2, '3.6');
  assert.deepEqual(
    [...w.state.evses.values()].map((e) => [e.evseId, e.transactionId, e.powerW]),
    [
      [1, '1', 7200],
      [2, '2', 3600],
    ],
  );
  w.at(t0 + minute);
  stop(w, 1);
  assert.deepEqual([w.state.evses.get(1)?.powerW, w.state.evses.get(2)?.powerW], [null, 3600]);
});

test('a meter that stands still, one that jumps and one that runs backward never bill more than was believed', () => {
  const w = new World('1.6', { nameplateW: 7400 });
  start(w);
  const say = (wh: string, at: number): void => {
    w.at(t0 + at * minute).say('MeterValues', {
      connectorId: 1,
      transactionId: 1,
      meterValue: [register16(wh, w.nowMs)],
    });
  };
  say('1000', 10);
  say('1000', 20);
  say('900000', 30);
  say('500', 40);
  say('2000', 50);
  w.at(t0 + 60 * minute);
  stop(w, 1, { meterStop: 3000 });
  assert.equal(w.transaction('1').energyMilliWh, 3_000_000);
  assert.deepEqual(w.anomalies(), ['registerJump', 'registerBackward']);
});

test('a stop whose register is below the last reading ends at the last reading', () => {
  const w = new World('1.6');
  start(w);
  w.at(t0 + 10 * minute).say('MeterValues', {
    connectorId: 1,
    transactionId: 1,
    meterValue: [register16('6000', w.nowMs)],
  });
  w.at(t0 + 11 * minute);
  stop(w, 1, { meterStop: 5900 });
  const t = w.transaction('1');
  assert.deepEqual([t.endRegisterMilliWh, t.energyMilliWh], [6_000_000, 6_000_000]);
  assert.deepEqual(t.quality, ['registerBackward']);
});

test('the samples that a stop brings are folded before its own register', () => {
  const w = new World('1.6');
  start(w, { meterStart: 1000 });
  w.at(t0 + 60 * minute);
  stop(w, 1, { meterStop: 5000, transactionData: [register16('3000', t0 + 30 * minute)] });
  assert.equal(w.transaction('1').energyMilliWh, 4_000_000);
  assert.deepEqual(w.anomalies(), []);
});

test('hostile texts are stored as they are and harm nothing', () => {
  const w = new World('1.6');
  const evil = ['=cmd|A1', '<b>x</b>', '__proto__', "';DROP--", '\u202Egro', '👿👿'];
  evil.forEach((idTag, i) => start(w, { idTag, connectorId: i + 1 }));
  assert.deepEqual(
    [...w.rows.values()].map((t) => t.idToken?.idToken),
    evil,
  );
  assert.equal(({} as Words)['isAdmin'], undefined);
});
