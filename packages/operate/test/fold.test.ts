import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random, type IdToken } from '@qipan/base';
import {
  addSeq,
  authorize,
  defaultRules,
  emptySeqSet,
  hasGap,
  hasSeq,
  liveness,
  newStation,
  rebuildStation,
  restoreStation,
  stationSnapshot,
  wantedHistory,
  type Rules,
  type StationState,
  type Token,
} from '@qipan/operate';
import { toEvents, type Decoded } from '@qipan/ocpp';
import { World, iso, minute, register16, t0, transactionEvent } from './world.js';

/** A month of one station in a few hundred messages: sessions, repeats, bad stops, reboots, gaps, queues. */
function life(version: '1.6' | '2.0.1', seed: number): World {
  const w = new World(version, { recentTransactions: 3 });
  const draw = random(seed);
  const pick = (n: number): number => Math.floor(draw.next() * n);
  w.token('TAG0');
  w.token('TAG1', { groupId: 'G' });
  w.token('TAG2', { status: 'Blocked' });
  w.connect();
  const open: { id: number; seqNo: number; evse: number }[] = [];
  let meter = 1000;
  for (let i = 0; i < 150; i++) {
    w.at(w.nowMs + pick(20) * minute);
    meter += pick(1500);
    const evse = 1 + pick(2);
    const timestamp = iso(pick(10) === 0 ? w.nowMs - 300 * minute : w.nowMs);
    const idTag = `TAG${pick(4)}`;
    const known = open.length === 0 ? undefined : open[pick(open.length)];
    const step = pick(9);
    if (version === '1.6') step16(w, { step, evse, idTag, timestamp, meter, known: known?.id ?? -1, open });
    else step2(w, { step, evse, idTag, meter, known, open, id: i });
    // From a queue, or a station that never got its answer: long after, when the transaction has left the state.
    const old = w.said[pick(w.said.length)];
    if (old !== undefined && pick(4) === 0) w.say(old.action, old.payload);
    if (pick(25) === 0) w.disconnect();
    if (pick(25) === 0) w.connect();
    if (pick(30) === 0) w.sweep();
    if (pick(12) === 0) {
      const payload = { evseId: evse, idToken: { idToken: idTag, type: 'ISO14443' }, remoteStartId: i };
      w.command(`cmd${i}`, 'RequestStartTransaction', payload);
    }
  }
  return w;
}

interface Step16 {
  readonly step: number;
  readonly evse: number;
  readonly idTag: string;
  readonly timestamp: string;
  readonly meter: number;
  readonly known: number;
  readonly open: { id: number; seqNo: number; evse: number }[];
}

function step16(w: World, s: Step16): void {
  const { evse: connectorId, timestamp, meter, known, idTag } = s;
  if (s.step <= 1) {
    const answer = w.say('StartTransaction', { connectorId, idTag, meterStart: meter, timestamp });
    s.open.push({ id: answer['transactionId'] as number, seqNo: 0, evse: connectorId });
  } else if (s.step <= 4) {
    const wh = s.step === 4 ? 'n/a' : String(meter);
    w.say('MeterValues', { connectorId, transactionId: known, meterValue: [register16(wh, w.nowMs)] });
  } else if (s.step === 5) {
    const stop = { transactionId: known, meterStop: meter, timestamp, idTag };
    w.say('StopTransaction', stop);
    if (meter % 2 === 0) w.say('StopTransaction', stop);
    if (meter % 3 === 0) w.say('StopTransaction', { ...stop, meterStop: meter + 1 });
  } else if (s.step === 6) {
    w.say('StopTransaction', { transactionId: [0, -1, 4711][meter % 3], meterStop: meter, timestamp, idTag });
  } else if (s.step === 7) {
    const status = ['Available', 'Preparing', 'Charging', 'Finishing', 'Faulted'][meter % 5];
    w.say('StatusNotification', { connectorId, errorCode: 'NoError', status, timestamp });
  } else {
    w.say('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    w.say('Heartbeat', {});
  }
}

interface Step2 {
  readonly step: number;
  readonly evse: number;
  readonly idTag: string;
  readonly meter: number;
  readonly known: { id: number; seqNo: number; evse: number } | undefined;
  readonly open: { id: number; seqNo: number; evse: number }[];
  readonly id: number;
}

function step2(w: World, s: Step2): void {
  const atMs = w.nowMs;
  if (s.step <= 1 || s.known === undefined) {
    s.open.push({ id: s.id, seqNo: 0, evse: s.evse });
    const words = { eventType: 'Started', seqNo: 0, atMs, wh: s.meter, evseId: s.evse, idToken: s.idTag } as const;
    w.say('TransactionEvent', transactionEvent({ ...words, transactionId: `t${s.id}` }));
    return;
  }
  const transactionId = `t${s.known.id}`;
  s.known.seqNo += 1 + (s.meter % 7 === 0 ? 1 : 0);
  const { seqNo } = s.known;
  const offline = s.meter % 5 === 0;
  if (s.step <= 5) {
    const words = {
      eventType: 'Updated',
      seqNo,
      atMs,
      wh: s.meter,
      transactionId,
      chargingState: 'Charging',
      offline,
    } as const;
    w.say('TransactionEvent', transactionEvent(words));
    if (s.meter % 3 === 0) w.say('TransactionEvent', transactionEvent(words));
    if (s.meter % 4 === 0) w.say('TransactionEvent', transactionEvent({ ...words, wh: s.meter + 1 }));
  } else if (s.step <= 7) {
    w.say(
      'TransactionEvent',
      transactionEvent({ eventType: 'Ended', seqNo, atMs, wh: s.meter, transactionId, offline }),
    );
  } else {
    const status = { timestamp: iso(atMs), connectorStatus: 'Available', evseId: s.evse, connectorId: 1 };
    w.say('StatusNotification', status);
  }
}

for (const version of ['1.6', '2.0.1'] as const) {
  test(`folding the log of a ${version} station from nothing gives the state and the transactions that live folding gave`, () => {
    for (let seed = 1; seed <= 12; seed++) {
      const w = life(version, seed);
      assert.ok(w.log.length > 150);
      // What a store gives back: JSON.
      const log = JSON.parse(JSON.stringify(w.log)) as typeof w.log;
      const rebuilt = rebuildStation(newStation('st1'), log, w.deps.rules);
      assert.deepEqual(rebuilt.state, w.state, `seed ${seed}`);
      assert.deepEqual(
        [...rebuilt.transactions].sort(([a], [b]) => (a < b ? -1 : 1)),
        [...w.rows].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      assert.ok(w.rows.size >= 5);
    }
  });

  test(`a snapshot in the middle of the log of a ${version} station and the tail give the same state`, () => {
    const w = life(version, 99);
    const half = w.log.length >> 1;
    const first = rebuildStation(newStation('st1'), w.log.slice(0, half), w.deps.rules);
    const stored = JSON.parse(JSON.stringify(stationSnapshot(first.state))) as unknown;
    const restored = restoreStation(stored);
    assert.deepEqual(restored, first.state);
    let state: StationState = restored;
    state = rebuildStation(state, w.log.slice(half), { ...w.deps.rules, recentTransactions: 1000 }).state;
    assert.equal(state.lastSeenMs, w.state.lastSeenMs);
    assert.deepEqual([...state.evses.keys()], [...w.state.evses.keys()]);
  });
}

test('every accepted message is at least one event, and energy never comes from nowhere', () => {
  for (let seed = 30; seed < 36; seed++) {
    const w = life('1.6', seed);
    for (const t of w.rows.values()) {
      if (t.energyMilliWh !== null) assert.ok(t.energyMilliWh >= 0);
      if (t.state === 'orphan' && t.startRegisterMilliWh === t.endRegisterMilliWh) assert.ok(!t.energyMilliWh);
    }
    const owners = [...w.state.evses.values()].flatMap((e) => (e.transactionId === null ? [] : [e.transactionId]));
    assert.equal(new Set(owners).size, owners.length);
    for (const id of owners) assert.equal(w.state.open.get(id)?.state, 'open', id);
    for (const [id, t] of w.state.open) assert.deepEqual([t.state, w.rows.get(id)], ['open', t]);
  }
});

test('a decision leaves the state it was given untouched, so a failed commit is undone by keeping it', () => {
  const w = new World('1.6');
  w.say('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: iso(t0) });
  const before = w.state;
  const copy = stationSnapshot(before);
  const frozen = JSON.stringify(copy);
  w.at(t0 + minute).say('MeterValues', { connectorId: 1, transactionId: 1, meterValue: [register16('9', w.nowMs)] });
  w.say('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
  w.say('StopTransaction', { transactionId: 1, meterStop: 10, timestamp: iso(w.nowMs) });
  assert.equal(JSON.stringify(stationSnapshot(before)), frozen);
  assert.notEqual(w.state, before);
});

test('what did not change is shared between states', () => {
  const w = new World('1.6');
  for (const n of [1, 2]) w.say('StatusNotification', { connectorId: n, errorCode: 'NoError', status: 'Available' });
  const before = w.state;
  w.say('StatusNotification', { connectorId: 2, errorCode: 'NoError', status: 'Charging' });
  assert.equal(w.state.evses.get(1), before.evses.get(1));
  assert.equal(w.state.open, before.open);
});

test('history is wanted only for a transaction that the state does not hold', () => {
  const w = new World('2.0.1');
  const decoded = (words: Parameters<typeof transactionEvent>[0]): Decoded =>
    toEvents(
      {
        version: '2.0.1',
        id: 'x',
        action: 'TransactionEvent',
        payload: transactionEvent(words),
        repairs: [],
        isSend: false,
        arrival: 0,
      },
      { stationId: 'st1', receivedAtMs: t0 },
    );
  const first = { eventType: 'Started', seqNo: 0, atMs: t0 } as const;
  assert.deepEqual(wantedHistory(w.state, decoded(first)), ['tx'], 'a first message may come again after years');
  const later = { eventType: 'Updated', seqNo: 1, atMs: t0 } as const;
  assert.deepEqual(wantedHistory(w.state, decoded(later)), ['tx']);
  w.say('TransactionEvent', transactionEvent(first));
  assert.deepEqual(wantedHistory(w.state, decoded(later)), []);
  const heartbeat = toEvents(
    { version: '2.0.1', id: 'x', action: 'Heartbeat', payload: {}, repairs: [], isSend: false, arrival: 0 },
    { stationId: 'st1', receivedAtMs: t0 },
  );
  assert.deepEqual(wantedHistory(w.state, heartbeat), []);
});

test('a set of sequence numbers is the set, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 }), (numbers) => {
      let set = emptySeqSet;
      for (const n of numbers) set = addSeq(set, n);
      const plain = new Set(numbers);
      for (let n = -1; n <= 61; n++) assert.equal(hasSeq(set, n), plain.has(n), `${n}`);
      const sorted = [...plain].sort((a, b) => a - b);
      const isWhole = sorted.length === 0 || (sorted.at(-1) as number) - (sorted[0] as number) + 1 === sorted.length;
      assert.equal(hasGap(set), !isWhole);
      for (let i = 2; i < set.length; i += 2) assert.ok((set[i] as number) > (set[i - 1] as number) + 1);
    }),
  );
});

const token = (more: Partial<Token> = {}): Token => ({ idToken: 'T', type: 'ISO14443', status: 'Accepted', ...more });
const word = (
  t: Token | undefined,
  rules: Partial<Rules> = {},
  hasOpenTransaction = false,
  type = 'ISO14443',
): string => {
  const asked: IdToken = { idToken: 't', type };
  const query = { nowMs: t0, siteId: 'site1', hasOpenTransaction };
  return authorize(asked, { get: () => t }, { ...defaultRules, ...rules }, query).status;
};

test('a token is judged in the order blocked, expired, place, time, credit, concurrency', () => {
  assert.equal(word(token()), 'Accepted');
  const all = { validToMs: t0 - 1, siteIds: ['other'], validFromMs: t0 + 1, hasCredit: false };
  assert.equal(word(token({ ...all, status: 'Blocked' }), {}, true), 'Blocked');
  assert.equal(word(token(all), {}, true), 'Expired');
  assert.equal(word(token({ ...all, validToMs: null }), {}, true), 'NotAtThisLocation');
  assert.equal(word(token({ ...all, validToMs: null, siteIds: ['site1'] }), {}, true), 'NotAtThisTime');
  assert.equal(word(token({ hasCredit: false }), {}, true), 'NoCredit');
  assert.equal(word(token(), {}, true), 'ConcurrentTx');
  assert.equal(word(token(), { refuseConcurrent: false }, true), 'Accepted');
});

test('a token without a status is Invalid, an unknown one follows the rule, a start button needs none', () => {
  assert.equal(word(token({ status: null })), 'Invalid');
  assert.equal(word(undefined, { acceptUnknown: true }), 'Accepted');
  assert.equal(word(undefined, { acceptUnknown: true }, true), 'ConcurrentTx');
  assert.equal(word(undefined, { acceptUnknown: false }), 'Unknown');
  assert.equal(word(undefined, { acceptUnknown: false }, true, 'NoAuthorization'), 'Accepted');
});

test('a token carries its group, language, priority and end of validity into the answer', () => {
  const known = token({ groupId: 'G', language: 'zh', chargingPriority: 3, validToMs: t0 + 1 });
  const query = { nowMs: t0, siteId: null, hasOpenTransaction: false };
  assert.deepEqual(authorize({ idToken: 'T', type: 'x' }, { get: () => known }, defaultRules, query), {
    status: 'Accepted',
    cacheExpiryMs: t0 + 1,
    groupId: 'G',
    chargingPriority: 3,
    language: 'zh',
  });
});

test('a connected station is quiet after twice its heartbeat interval and a minute, and offline is offline', () => {
  const w = new World('1.6');
  assert.equal(liveness(w.state, t0, 300), 'never');
  w.connect();
  assert.equal(liveness(w.state, t0 + 660_000, 300), 'connected');
  assert.equal(liveness(w.state, t0 + 660_001, 300), 'quiet');
  w.at(t0 + 700_000).say('Heartbeat', {});
  assert.equal(liveness(w.state, t0 + 1_000_000, 300), 'connected');
  w.disconnect();
  assert.equal(liveness(w.state, t0 + 1_000_000, 300), 'offline');
});
