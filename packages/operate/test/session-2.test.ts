import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { World, iso, minute, t0, transactionEvent, type TransactionWords } from './world.js';

const say = (w: World, words: TransactionWords): Record<string, unknown> =>
  w.say('TransactionEvent', transactionEvent(words));

/** A session of one transaction: start at 1,000 Wh, a reading every ten minutes, end at 7,000 Wh. */
const session: readonly TransactionWords[] = [
  { eventType: 'Started', seqNo: 0, atMs: t0, wh: 1000, evseId: 1, idToken: 'TAG1', triggerReason: 'Authorized' },
  ...[1, 2, 3, 4, 5].map((n): TransactionWords => ({
    eventType: 'Updated',
    seqNo: n,
    atMs: t0 + n * 10 * minute,
    wh: 1000 + n * 1000,
    chargingState: 'Charging',
  })),
  {
    eventType: 'Ended',
    seqNo: 6,
    atMs: t0 + 60 * minute,
    wh: 7000,
    stoppedReason: 'Remote',
    triggerReason: 'RemoteStop',
  },
];

test('TC_B_01_CSMS: a cold boot of a 2.0.1 station is accepted with time and interval', () => {
  const w = new World('2.0.1', { heartbeatIntervalS: 60 });
  const answer = w.say('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } });
  assert.deepEqual(answer, { currentTime: iso(t0), interval: 60, status: 'Accepted' });
  assert.equal(w.state.bootReason, 'PowerUp');
});

test('TC_E_01_CSMS: a whole session folds to its energy, and every message is answered', () => {
  const w = new World('2.0.1');
  w.token('TAG1');
  for (const words of session) {
    const answer = say(w.at(words.atMs), words);
    assert.deepEqual(answer, words.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } });
  }
  const t = w.transaction('tx');
  assert.deepEqual([t.state, t.startedAtMs, t.endedAtMs, t.stoppedReason], ['ended', t0, t0 + 60 * minute, 'Remote']);
  assert.deepEqual([t.startRegisterMilliWh, t.endRegisterMilliWh, t.energyMilliWh], [1_000_000, 7_000_000, 6_000_000]);
  assert.deepEqual(t.seqSeen, [0, 6]);
  assert.deepEqual(t.quality, []);
  assert.deepEqual(w.anomalies(), []);
});

/** The same session, delivered from the queue after a day without a link. */
const queued = session.map((words): TransactionWords => ({ ...words, offline: true }));

test('a session folds to the same transaction in whatever order its messages arrive, and however often', () => {
  const inOrder = new World('2.0.1');
  for (const words of queued) say(inOrder.at(t0 + 24 * 60 * minute), words);
  const expected = inOrder.transaction('tx');
  const orders = fc.shuffledSubarray([...session.keys(), ...session.keys()], { minLength: 14, maxLength: 14 });
  fc.assert(
    fc.property(orders, (order) => {
      const w = new World('2.0.1');
      for (const i of order) say(w.at(t0 + 24 * 60 * minute), queued[i] as TransactionWords);
      const t = w.transaction('tx');
      const { revision: _a, fingerprints: _b, quality: _c, chargingState: _d, ...figures } = t;
      const { revision: _e, fingerprints: _f, quality: _g, chargingState: _h, ...wanted } = expected;
      assert.deepEqual(figures, wanted);
      assert.ok(!t.quality.includes('sequenceGap') && !t.quality.includes('startMissing'), t.quality.join());
      assert.ok(!w.anomalies().some((a) => a !== 'sequenceGap'), w.anomalies().join());
    }),
    { numRuns: 150 },
  );
});

test('an end before its start is kept and joined later', () => {
  const w = new World('2.0.1');
  w.at(t0 + 61 * minute);
  say(w, session[6] as TransactionWords);
  const half = w.transaction('tx');
  assert.deepEqual([half.state, half.startedAtMs, half.energyMilliWh], ['ended', null, null]);
  assert.ok(half.quality.includes('startMissing'));
  say(w, session[0] as TransactionWords);
  const whole = w.transaction('tx');
  assert.deepEqual([whole.state, whole.startedAtMs, whole.energyMilliWh], ['ended', t0, 6_000_000]);
  assert.ok(!whole.quality.includes('startMissing') && !whole.quality.includes('startEstimated'));
  assert.equal(w.state.evses.get(1)?.transactionId ?? null, null, 'an ended one takes no evse');
});

test('TC_E_53_CSMS: sequence numbers may start at 0 for each transaction or run on', () => {
  for (const offset of [0, 512]) {
    const w = new World('2.0.1');
    for (const words of session) say(w.at(words.atMs), { ...words, seqNo: words.seqNo + offset });
    assert.deepEqual(w.transaction('tx').seqSeen, [offset, offset + 6]);
    assert.deepEqual(w.anomalies(), []);
  }
});

test('the same sequence number with other content keeps the first and is told', () => {
  const w = new World('2.0.1');
  say(w, queued[0] as TransactionWords);
  say(w, queued[1] as TransactionWords);
  const before = w.transaction('tx');
  say(w, { ...(queued[1] as TransactionWords), wh: 9999 });
  const after = w.transaction('tx');
  assert.equal(after.lastRegisterMilliWh, before.lastRegisterMilliWh);
  assert.deepEqual(after.quality, ['offline', 'conflictingEvent']);
  assert.deepEqual(w.anomalies(), ['conflictingEvent']);
});

test('messages missing at the end are told once, and forgiven when they come', () => {
  const w = new World('2.0.1');
  w.at(t0 + 61 * minute);
  for (const i of [0, 1, 6]) say(w, queued[i] as TransactionWords);
  assert.ok(w.transaction('tx').quality.includes('sequenceGap'));
  assert.deepEqual(w.anomalies(), ['sequenceGap']);
  for (const i of [2, 3, 4, 5]) say(w, queued[i] as TransactionWords);
  assert.ok(!w.transaction('tx').quality.includes('sequenceGap'));
  assert.deepEqual(w.anomalies(), ['sequenceGap']);
});

test('TC_J_08_CSMS: the evse may come in a later event, and is filled in then', () => {
  const w = new World('2.0.1');
  say(w, { eventType: 'Started', seqNo: 0, atMs: t0 });
  assert.equal(w.transaction('tx').evseId, null);
  say(w, { eventType: 'Updated', seqNo: 1, atMs: t0 + minute, evseId: 2 });
  assert.equal(w.transaction('tx').evseId, 2);
  assert.equal(w.state.evses.get(2)?.transactionId, 'tx');
});

test('plug first: the token comes late, and the first token stays the owner', () => {
  const w = new World('2.0.1');
  say(w, { eventType: 'Started', seqNo: 0, atMs: t0, evseId: 1, triggerReason: 'CablePluggedIn' });
  assert.equal(w.transaction('tx').idToken, null);
  const answer = say(w, { eventType: 'Updated', seqNo: 1, atMs: t0, idToken: 'TAG1', triggerReason: 'Authorized' });
  assert.deepEqual(answer, { idTokenInfo: { status: 'Accepted' } });
  say(w, { eventType: 'Ended', seqNo: 2, atMs: t0 + minute, idToken: 'TAG2' });
  assert.equal(w.transaction('tx').idToken?.idToken, 'TAG1');
});

test('TC_C_39_CSMS: a card of the same group that stops is Accepted and its group is named', () => {
  const w = new World('2.0.1', { acceptUnknown: false });
  w.token('TAG1', { groupId: 'G' });
  w.token('TAG2', { groupId: 'G' });
  say(w, session[0] as TransactionWords);
  const answer = say(w, {
    eventType: 'Ended',
    seqNo: 1,
    atMs: t0 + minute,
    idToken: 'TAG2',
    triggerReason: 'StopAuthorized',
  });
  assert.deepEqual(answer, { idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'G', type: 'Central' } } });
});

test('a message from the queue is marked, moves no live state, and a token that turns out bad is a risk told', () => {
  const w = new World('2.0.1', { acceptUnknown: false });
  const answer = say(w.at(t0 + 60 * minute), {
    ...(session[0] as TransactionWords),
    offline: true,
    chargingState: 'Charging',
  });
  assert.deepEqual(answer, { idTokenInfo: { status: 'Unknown' } });
  assert.deepEqual(w.transaction('tx').quality, ['offline']);
  assert.equal(w.transaction('tx').chargingState, null);
  assert.equal(w.transaction('tx').startedAtMs, t0);
  assert.deepEqual(w.anomalies(), ['offlineRisk']);
  assert.equal(w.state.clockSkewMs, null, 'a queued message tells nothing of the clock');
});

test('TC_F_01_CSMS: a remote start is linked by its number', () => {
  const w = new World('2.0.1');
  w.command('cmdA', 'RequestStartTransaction', {
    evseId: 1,
    idToken: { idToken: 'A', type: 'Central' },
    remoteStartId: 7,
  });
  w.command('cmdB', 'RequestStartTransaction', {
    evseId: 1,
    idToken: { idToken: 'B', type: 'Central' },
    remoteStartId: 8,
  });
  say(w, { ...(session[0] as TransactionWords), remoteStartId: 8 });
  assert.equal(w.transaction('tx').commandId, 'cmdB');
  assert.deepEqual(
    w.state.remoteStarts.map((r) => r.commandId),
    ['cmdA'],
  );
  const linked = w.effects.filter((e) => e.type === 'remoteStartLinked');
  assert.equal(linked.length, 1);
});

test('the number of a remote start may come in a later event', () => {
  const w = new World('2.0.1');
  w.command('cmdA', 'RequestStartTransaction', { remoteStartId: 7 });
  say(w, { eventType: 'Started', seqNo: 0, atMs: t0, evseId: 1 });
  assert.equal(w.transaction('tx').commandId, null);
  say(w, { eventType: 'Updated', seqNo: 1, atMs: t0, remoteStartId: 7, triggerReason: 'RemoteStart' });
  assert.equal(w.transaction('tx').commandId, 'cmdA');
});

test('two evses of one station have a transaction each', () => {
  const w = new World('2.0.1');
  for (const [evseId, transactionId] of [
    [1, 'a'],
    [2, 'b'],
  ] as const) {
    say(w, { eventType: 'Started', seqNo: 0, atMs: t0, evseId, transactionId, wh: 0 });
  }
  say(w.at(t0 + 10 * minute), { eventType: 'Updated', seqNo: 1, atMs: w.nowMs, transactionId: 'a', wh: 500 });
  assert.deepEqual([w.transaction('a').energyMilliWh, w.transaction('b').energyMilliWh], [500_000, 0]);
  assert.deepEqual([...w.state.evses.keys()], [1, 2]);
});

test('a new transaction on an evse gives up the old one; an older one that arrives late does not', () => {
  const w = new World('2.0.1');
  say(w, { eventType: 'Started', seqNo: 0, atMs: t0, evseId: 1, transactionId: 'old' });
  say(w.at(t0 + minute), { eventType: 'Started', seqNo: 0, atMs: t0 + minute, evseId: 1, transactionId: 'new' });
  assert.equal(w.transaction('old').state, 'lost');
  say(w, { eventType: 'Started', seqNo: 0, atMs: t0 - 60 * minute, evseId: 1, transactionId: 'older', offline: true });
  assert.equal(w.transaction('new').state, 'open');
  assert.equal(w.transaction('older').state, 'open');
  assert.equal(w.state.evses.get(1)?.transactionId, 'new');
});

test('power is shown per evse from the running transaction and gone when it ends', () => {
  const w = new World('2.0.1');
  const power = (seqNo: number, value: number, unit: string): Record<string, unknown> => ({
    ...transactionEvent({ eventType: seqNo === 0 ? 'Started' : 'Updated', seqNo, atMs: t0 + seqNo, evseId: 1 }),
    meterValue: [
      {
        timestamp: iso(t0 + seqNo),
        sampledValue: [{ value, measurand: 'Power.Active.Import', unitOfMeasure: { unit } }],
      },
    ],
  });
  w.say('TransactionEvent', power(0, 7.4, 'kW'));
  assert.equal(w.state.evses.get(1)?.powerW, 7400);
  w.say('TransactionEvent', power(1, 6000, 'W'));
  assert.deepEqual([w.state.evses.get(1)?.powerW, w.state.evses.get(1)?.powerAtMs], [6000, t0 + 1]);
  say(w, { eventType: 'Ended', seqNo: 2, atMs: t0 + minute });
  assert.equal(w.state.evses.get(1)?.powerW, null);
});

test('an update of a transaction nobody has seen opens it with what is known', () => {
  const w = new World('2.0.1');
  say(w, { eventType: 'Updated', seqNo: 5, atMs: t0, evseId: 1, wh: 700 });
  const t = w.transaction('tx');
  assert.deepEqual([t.state, t.startedAtMs, t.startRegisterMilliWh, t.energyMilliWh], ['open', null, 700_000, null]);
  assert.deepEqual(t.quality, ['startEstimated']);
});

test('2.x meter values show power on their evse and never touch a transaction', () => {
  const w = new World('2.0.1');
  say(w, session[0] as TransactionWords);
  const before = w.transaction('tx');
  w.say('MeterValues', {
    evseId: 1,
    meterValue: [
      {
        timestamp: iso(t0 + minute),
        sampledValue: [{ value: 5000 }, { value: 3000, measurand: 'Power.Active.Import' }],
      },
    ],
  });
  assert.deepEqual(w.transaction('tx'), before);
  assert.equal(w.state.evses.get(1)?.powerW, 3000);
});

test('2.1 speaks the same, and its silent messages enter the log too', () => {
  const w = new World('2.1');
  for (const words of session) say(w.at(words.atMs), words);
  assert.equal(w.transaction('tx').energyMilliWh, 6_000_000);
  assert.deepEqual(w.say('NotifyPriorityCharging', { transactionId: 'tx', activated: true }), {});
  assert.equal(w.log.at(-1)?.kind, 'profileChanged');
});

test('a session whose transaction has left the station state is found through history', () => {
  const w = new World('2.0.1', { recentTransactions: 2 });
  for (let n = 0; n < 6; n++) {
    const transactionId = `t${n}`;
    say(w, { eventType: 'Started', seqNo: 0, atMs: t0 + n, evseId: 1, transactionId, wh: n });
    say(w, { eventType: 'Ended', seqNo: 2, atMs: t0 + n, transactionId, wh: n });
  }
  assert.equal(w.state.recent.size, 2);
  assert.ok(!w.state.recent.has('t0'));
  say(w, { eventType: 'Updated', seqNo: 1, atMs: t0, transactionId: 't0', wh: 0 });
  assert.deepEqual(w.transaction('t0').seqSeen, [0, 2]);
  assert.equal(w.transaction('t0').state, 'ended');
});
