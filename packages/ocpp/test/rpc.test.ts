import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AnswerMemory,
  RpcMachine,
  encodeCall,
  encodeResult,
  loadValidators,
  type OutboundCall,
  type Priority,
  type RpcEffect,
  type RpcOptions,
  type ValidCall,
} from '@qipan/ocpp';

const v16 = await loadValidators('1.6');
const v201 = await loadValidators('2.0.1');
const v21 = await loadValidators('2.1');

const csms = (options: Partial<RpcOptions> = {}): RpcMachine =>
  new RpcMachine({ validators: v16, role: 'csms', registration: 'Accepted', checkAnswers: true, ...options });

const texts = (effects: readonly RpcEffect[]): readonly unknown[] =>
  effects.flatMap((e) => (e.type === 'send' ? [JSON.parse(e.text) as unknown] : []));
const delivered = (effects: readonly RpcEffect[]): readonly ValidCall[] =>
  effects.flatMap((e) => (e.type === 'deliver' ? [e.call] : []));
const notes = (effects: readonly RpcEffect[]): readonly string[] =>
  effects.flatMap((e) => (e.type === 'note' ? [e.note] : []));
const types = (effects: readonly RpcEffect[]): readonly string[] => effects.map((e) => e.type);

const heartbeat = (id: string): string => encodeCall(id, 'Heartbeat', {});
const authorize = (id: string, idTag: string): string => encodeCall(id, 'Authorize', { idTag });
const accepted = { idTagInfo: { status: 'Accepted' } };
const now = { currentTime: '2025-01-01T00:00:00.000Z' };

const reset = (id: string, change: Partial<OutboundCall> = {}): OutboundCall => ({
  id,
  action: 'Reset',
  payload: { type: 'Soft' },
  priority: 'operator',
  timeoutMs: 30_000,
  deadlineMs: null,
  ...change,
});

test('a call is delivered and its answer sent', () => {
  const m = csms();
  const [call] = delivered(m.receive(heartbeat('1'), 0));
  assert.equal(call?.action, 'Heartbeat');
  assert.deepEqual(texts(m.answer(call?.arrival ?? -1, now, 1)), [[3, '1', now]]);
  assert.equal(m.unanswered, 0);
});

test('answers go out in the order of arrival, whatever the order they are made in', () => {
  const m = csms();
  const calls = ['a', 'b', 'c'].flatMap((id) => delivered(m.receive(authorize(id, id), 0)));
  const [a, b, c] = calls as [ValidCall, ValidCall, ValidCall];
  assert.deepEqual(texts(m.answer(c.arrival, accepted, 1)), []);
  assert.deepEqual(texts(m.answer(b.arrival, accepted, 1)), []);
  const sent = texts(m.answer(a.arrival, accepted, 1)) as [number, string][];
  assert.deepEqual(
    sent.map(([, id]) => id),
    ['a', 'b', 'c'],
  );
});

test('a refused call is answered in its turn too', () => {
  const m = csms();
  const [first] = delivered(m.receive(heartbeat('a'), 0));
  const refused = m.receive(encodeCall('b', 'NoSuchAction', {}), 0);
  assert.deepEqual(texts(refused), []);
  const sent = texts(m.answer(first?.arrival ?? -1, now, 1)) as unknown[][];
  assert.deepEqual(
    sent.map((f) => [f[0], f[1]]),
    [
      [3, 'a'],
      [4, 'b'],
    ],
  );
});

test('unknown, wrong-way and broken calls get the code of the version', () => {
  const code = (m: RpcMachine, text: string): unknown => (texts(m.receive(text, 0))[0] as unknown[])[2];
  assert.equal(code(csms(), encodeCall('a', 'NoSuchAction', {})), 'NotImplemented');
  assert.equal(code(csms(), encodeCall('a', 'Reset', { type: 'Soft' })), 'NotSupported');
  assert.equal(code(csms(), encodeCall('a', 'Authorize', {})), 'OccurenceConstraintViolation');
  assert.equal(code(csms(), encodeCall('a', 'Authorize', { idTag: 7 })), 'TypeConstraintViolation');
  assert.equal(code(csms(), authorize('a', 'x'.repeat(21))), 'PropertyConstraintViolation');
  assert.equal(code(csms({ validation: 'strict' }), encodeCall('a', 'Heartbeat', { extra: 1 })), 'FormationViolation');
  const m2 = csms({ validators: v201 });
  assert.equal(code(m2, encodeCall('a', 'Authorize', {})), 'OccurrenceConstraintViolation');
  const strict2 = csms({ validators: v201, validation: 'strict' });
  assert.equal(code(strict2, encodeCall('a', 'Heartbeat', { extra: 1 })), 'FormatViolation');
  assert.equal(code(m2, encodeCall('a', 'GetVariables', {})), 'NotSupported');
});

test('after a broken call the connection goes on', () => {
  const m = csms();
  m.receive('[2,"x","Authorize",{"idTag":5}]', 0);
  m.receive('nonsense', 0);
  assert.equal(delivered(m.receive(heartbeat('y'), 0)).length, 1);
});

test('a repeated call gets the stored answer and is not delivered again, on the next connection too', () => {
  const answers = new AnswerMemory();
  const first = csms({ answers });
  const text = authorize('a', 'tag');
  const [call] = delivered(first.receive(text, 0));
  first.answer(call?.arrival ?? -1, accepted, 1);
  const again = first.receive(text, 2);
  assert.deepEqual(delivered(again), []);
  assert.deepEqual(texts(again), [[3, 'a', accepted]]);
  assert.deepEqual(notes(again), ['repeated']);
  const second = csms({ answers });
  assert.deepEqual(texts(second.receive(text, 3)), [[3, 'a', accepted]]);
});

test('the same id with other content is a new call and is counted', () => {
  const m = csms();
  const [call] = delivered(m.receive(authorize('1', 'first'), 0));
  m.answer(call?.arrival ?? -1, accepted, 1);
  const effects = m.receive(authorize('1', 'second'), 2);
  assert.deepEqual(notes(effects), ['messageIdReused']);
  assert.equal(delivered(effects)[0]?.payload['idTag'], 'second');
});

test('a call repeated while it is being worked on is answered with it', () => {
  const m = csms();
  const text = authorize('a', 'tag');
  const [call] = delivered(m.receive(text, 0));
  assert.deepEqual(delivered(m.receive(text, 1)), []);
  assert.deepEqual(texts(m.answer(call?.arrival ?? -1, accepted, 2)), [
    [3, 'a', accepted],
    [3, 'a', accepted],
  ]);
});

test('a Heartbeat is answered anew every time, since its answer is the time', () => {
  const m = csms();
  const [one] = delivered(m.receive(heartbeat('same'), 0));
  m.answer(one?.arrival ?? -1, now, 1);
  assert.equal(delivered(m.receive(heartbeat('same'), 2)).length, 1);
});

test('a boot is answered with the present time, also when a rebooted station sends it under its old id', () => {
  const answers = new AnswerMemory();
  const text = encodeCall('1', 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  const boot = (currentTime: string): readonly unknown[] => {
    const m = csms({ answers });
    const [call] = delivered(m.receive(text, 0));
    return texts(m.answer(call?.arrival ?? -1, { currentTime, interval: 300, status: 'Accepted' }, 1));
  };
  boot('2025-01-01T00:00:00.000Z');
  const [later] = boot('2025-01-02T08:00:00.000Z');
  const expected = { currentTime: '2025-01-02T08:00:00.000Z', interval: 300, status: 'Accepted' };
  assert.deepEqual(later, [3, '1', expected]);
});

test('a status that is said again under an old id is news: the connector may have failed in between', () => {
  const answers = new AnswerMemory();
  const status = (id: string, word: string): string =>
    encodeCall(id, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: word });
  const heard = [status('1', 'Available'), status('2', 'Faulted'), status('1', 'Available')].flatMap((text) => {
    const m = csms({ answers });
    const calls = delivered(m.receive(text, 0));
    for (const call of calls) m.answer(call.arrival, {}, 1);
    return calls.map((call) => call.payload['status']);
  });
  assert.deepEqual(heard, ['Available', 'Faulted', 'Available']);
});

test('after a boot no answer from before it is given: ids are counted anew', () => {
  const answers = new AnswerMemory();
  const m = csms({ answers });
  const [before] = delivered(m.receive(authorize('2', 'tag'), 0));
  m.answer(before?.arrival ?? -1, accepted, 1);
  m.receive(encodeCall('1', 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }), 2);
  assert.equal(answers.size, 0);
  const after = m.receive(authorize('2', 'tag'), 3);
  assert.equal(delivered(after).length, 1);
  assert.deepEqual(notes(after), []);
});

test('an error answer is not remembered, so a repeat is tried again', () => {
  const m = csms();
  const text = authorize('a', 'tag');
  const [call] = delivered(m.receive(text, 0));
  const sent = texts(m.answerError(call?.arrival ?? -1, { code: 'InternalError', description: 'no room' }));
  assert.deepEqual(sent, [[4, 'a', 'InternalError', 'no room', {}]]);
  assert.equal(delivered(m.receive(text, 1)).length, 1);
});

test('an answer made after the connection is gone is kept for the repeat on the next one', () => {
  const answers = new AnswerMemory();
  const first = csms({ answers });
  const text = authorize('a', 'tag');
  const [call] = delivered(first.receive(text, 0));
  first.close();
  assert.deepEqual(first.answer(call?.arrival ?? -1, accepted, 1), []);
  assert.deepEqual(texts(csms({ answers }).receive(text, 2)), [[3, 'a', accepted]]);
});

test('the memory keeps the last answers only, and for 48 hours only', () => {
  const memory = new AnswerMemory(3, 1000);
  for (let i = 0; i < 5; i++) memory.keep(`id${i}`, i, `answer ${i}`, 100);
  assert.equal(memory.size, 3);
  assert.equal(memory.find('id1', 1, 100), null);
  assert.deepEqual(memory.find('id4', 4, 100), { isSameContent: true, answer: 'answer 4' });
  assert.deepEqual(memory.find('id4', 5, 100), { isSameContent: false, answer: 'answer 4' });
  assert.equal(memory.find('id4', 4, 1101), null);
  memory.keep('id4', 9, 'other', 200);
  assert.deepEqual(memory.find('id4', 9, 200), { isSameContent: true, answer: 'other' });
});

test('the memory of any history agrees with a plain list of the last answers', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }), (ids) => {
      const memory = new AnswerMemory(10);
      const plain = new Map<string, string>();
      ids.forEach((n, i) => {
        const id = `m${n}`;
        memory.keep(id, n, `${i}`, 0);
        if (!plain.has(id) && plain.size === 10) plain.delete(plain.keys().next().value as string);
        plain.set(id, `${i}`);
      });
      for (let n = 0; n <= 40; n++) {
        assert.equal(memory.find(`m${n}`, n, 0)?.answer, plain.get(`m${n}`));
      }
    }),
    { numRuns: 200 },
  );
});

test('TC_B_30_CSMS: before a BootNotification was accepted every other call is refused with SecurityError', () => {
  for (const registration of [null, 'Rejected', 'Pending'] as const) {
    const m = csms({ registration });
    const effects = m.receive(heartbeat('1'), 0);
    assert.equal((texts(effects)[0] as unknown[])[2], 'SecurityError');
    assert.deepEqual(notes(effects), ['beforeAcceptance']);
    const boot = encodeCall('2', 'BootNotification', { chargePointVendor: 'v', chargePointModel: 'm' });
    assert.equal(delivered(m.receive(boot, 0)).length, 1);
  }
});

test('TC_B_31_CSMS: a pending station may send what it was asked to send', () => {
  const m = csms({ registration: 'Pending' });
  const status = encodeCall('s', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  assert.equal(delivered(m.receive(status, 0)).length, 0);
  const trigger = { action: 'TriggerMessage', payload: { requestedMessage: 'StatusNotification' } };
  m.call(reset('t', trigger), 0);
  assert.equal(delivered(m.receive(status.replace('"s"', '"s2"'), 0)).length, 1);
  assert.equal(delivered(m.receive(heartbeat('h'), 0)).length, 0);
});

test('a pending 2.0.1 station may report after GetBaseReport', () => {
  const m = csms({ validators: v201, registration: 'Pending' });
  const report = encodeCall('r', 'NotifyReport', { requestId: 1, generatedAt: '2025-01-01T00:00:00Z', seqNo: 0 });
  assert.equal(delivered(m.receive(report, 0)).length, 0);
  m.call(reset('g', { action: 'GetBaseReport', payload: { requestId: 1, reportBase: 'FullInventory' } }), 0);
  assert.equal(delivered(m.receive(report.replace('"r"', '"r2"'), 0)).length, 1);
});

test('a pending station may be configured but not started, a rejected one hears nothing', () => {
  const start = { action: 'RemoteStartTransaction', payload: { idTag: 'x' } };
  const pending = csms({ registration: 'Pending' });
  assert.deepEqual(types(pending.call(reset('1', start), 0)), ['refused']);
  assert.deepEqual(types(pending.call(reset('2'), 0)), ['send', 'setTimer']);
  for (const registration of ['Rejected', null] as const) {
    const [effect] = csms({ registration }).call(reset('1'), 0);
    assert.ok(effect?.type === 'refused' && effect.reason === 'notAccepted');
  }
});

test('a station accepted before goes straight on without booting', () => {
  assert.equal(delivered(csms({ registration: 'Accepted' }).receive(heartbeat('1'), 0)).length, 1);
});

test('one CALL is out at a time, the next goes when the first is answered', () => {
  const m = csms();
  assert.deepEqual(texts(m.call(reset('a'), 0)), [[2, 'a', 'Reset', { type: 'Soft' }]]);
  assert.deepEqual(texts(m.call(reset('b'), 0)), []);
  assert.equal(m.queued, 1);
  const effects = m.receive(encodeResult('a', { status: 'Accepted' }), 5);
  const settled = effects.find((e) => e.type === 'settled');
  assert.ok(settled?.type === 'settled' && settled.outcome === 'answered' && settled.isValid);
  assert.deepEqual(settled.answer, { status: 'Accepted' });
  assert.deepEqual(texts(effects), [[2, 'b', 'Reset', { type: 'Soft' }]]);
});

test('safety goes before operators, operators before background, first come first within each', () => {
  const m = csms();
  m.call(reset('flying'), 0);
  const wanted: readonly (readonly [string, Priority])[] = [
    ['b1', 'background'],
    ['o1', 'operator'],
    ['s1', 'safety'],
    ['o2', 'operator'],
    ['s2', 'safety'],
    ['b2', 'background'],
  ];
  for (const [id, priority] of wanted) m.call(reset(id, { priority }), 0);
  const order: string[] = [];
  let out = 'flying';
  for (let i = 0; i < wanted.length; i++) {
    const [frame] = texts(m.receive(encodeResult(out, { status: 'Accepted' }), 1)) as [number, string][];
    out = frame?.[1] ?? '';
    order.push(out);
  }
  assert.deepEqual(order, ['s1', 's2', 'o1', 'o2', 'b1', 'b2']);
});

test('a full queue refuses aloud', () => {
  const m = csms({ maxQueued: 100 });
  m.call(reset('out'), 0);
  for (let i = 0; i < 100; i++) assert.deepEqual(m.call(reset(`q${i}`), 0), []);
  const [effect] = m.call(reset('one too many'), 0);
  assert.ok(effect?.type === 'refused' && effect.reason === 'queueFull');
});

test('a CALL without answer times out, the next goes out, and the late answer is recorded', () => {
  const m = csms();
  const first = m.call(reset('a'), 1000);
  assert.deepEqual(first.at(-1), { type: 'setTimer', atMs: 31_000 });
  m.call(reset('b'), 1000);
  assert.deepEqual(
    m.tick(30_999).filter((e) => e.type === 'settled'),
    [],
  );
  const effects = m.tick(31_000);
  const settled = effects.find((e) => e.type === 'settled');
  assert.ok(settled?.type === 'settled' && settled.outcome === 'timeout' && settled.call.id === 'a');
  assert.equal((texts(effects)[0] as unknown[])[1], 'b');
  const late = m.receive(encodeResult('a', { status: 'Accepted' }), 40_000);
  assert.ok(late[0]?.type === 'late' && late[0].call.id === 'a');
  assert.deepEqual(late[0].answer, { status: 'Accepted' });
  assert.deepEqual(notes(m.receive(encodeResult('a', {}), 40_001)), ['unknownAnswer']);
});

test('a deadline that passes in the queue ends the call as expired, unsent', () => {
  const m = csms();
  m.call(reset('a', { timeoutMs: 90_000 }), 0);
  const queued = m.call(reset('b', { deadlineMs: 5000 }), 0);
  assert.deepEqual(queued, [{ type: 'setTimer', atMs: 5000 }]);
  const effects = m.tick(5000);
  assert.ok(effects[0]?.type === 'settled' && effects[0].outcome === 'expired' && effects[0].call.id === 'b');
  assert.deepEqual(effects.at(-1), { type: 'setTimer', atMs: 90_000 });
});

test('an expired head of the queue is passed over when its turn comes', () => {
  const m = csms();
  m.call(reset('a'), 0);
  m.call(reset('b', { deadlineMs: 10 }), 0);
  m.call(reset('c'), 0);
  const effects = m.receive(encodeResult('a', { status: 'Accepted' }), 20);
  assert.equal((texts(effects)[0] as unknown[])[1], 'c');
  assert.ok(effects.some((e) => e.type === 'settled' && e.outcome === 'expired'));
});

test('an error from the station settles the call with its own words', () => {
  const m = csms();
  m.call(reset('a'), 0);
  const [effect] = m.receive('[4,"a","NotSupported","not here",{}]', 1);
  assert.ok(effect?.type === 'settled' && effect.outcome === 'error');
  assert.deepEqual(effect.error, { code: 'NotSupported', description: 'not here' });
});

test('a lost connection ends the call in flight as connectionLost and those waiting as offline', () => {
  const m = csms();
  m.call(reset('a'), 0);
  m.call(reset('b'), 0);
  const effects = m.close();
  const outcomes = effects.flatMap((e) => (e.type === 'settled' ? [[e.call.id, e.outcome]] : []));
  assert.deepEqual(outcomes, [
    ['a', 'connectionLost'],
    ['b', 'offline'],
  ]);
  assert.deepEqual(effects.at(-1), { type: 'setTimer', atMs: null });
  assert.deepEqual(m.close(), []);
  const [refused] = m.call(reset('c'), 1);
  assert.ok(refused?.type === 'refused' && refused.reason === 'closed');
});

test('an answer to nothing is counted and dropped', () => {
  const effects = csms().receive(encodeResult('who', {}), 0);
  assert.deepEqual(notes(effects), ['unknownAnswer']);
  assert.deepEqual(texts(effects), []);
});

test('an answer that breaks its schema is handed on marked, and told to a 2.1 station', () => {
  const m = csms();
  m.call(reset('a'), 0);
  const effects = m.receive(encodeResult('a', { status: 'Perhaps' }), 1);
  const settled = effects.find((e) => e.type === 'settled');
  assert.ok(settled?.type === 'settled' && !settled.isValid && settled.outcome === 'answered');
  assert.deepEqual(notes(effects), ['invalidAnswer']);
  const m21 = csms({ validators: v21 });
  m21.call(reset('a', { payload: { type: 'Immediate' } }), 0);
  assert.equal((texts(m21.receive(encodeResult('a', {}), 1))[0] as unknown[])[0], 5);
});

test('what is sent to a station is validated first', () => {
  const [effect] = csms().call(reset('a', { payload: { type: 'Lukewarm' } }), 0);
  assert.ok(effect?.type === 'refused' && effect.reason === 'invalidPayload');
  const [other] = csms().call(reset('a', { action: 'Heartbeat', payload: {} }), 0);
  assert.ok(other?.type === 'refused' && other.reason === 'unknownAction');
});

test('our own wrong answer is noticed where that is wanted', () => {
  const m = csms();
  const [call] = delivered(m.receive(heartbeat('1'), 0));
  assert.deepEqual(notes(m.answer(call?.arrival ?? -1, { currentTime: 'soon' }, 1)), ['invalidOwnAnswer']);
});

test('2.1 SEND is delivered without a turn and never answered', () => {
  const m = csms({ validators: v21 });
  const [call] = delivered(
    m.receive(
      '[6,"s","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2025-01-01T00:00:00Z","data":[{"t":0,"v":"1"}]}]',
      0,
    ),
  );
  assert.equal(call?.isSend, true);
  assert.equal(m.unanswered, 0);
  assert.deepEqual(m.answer(call?.arrival ?? -1, {}, 1), []);
  assert.deepEqual(texts(m.receive('[6,"s","NotifyPeriodicEventStream",{}]', 0)), []);
  assert.deepEqual(texts(m.send('x', 'NotifyPeriodicEventStream', {})), [[6, 'x', 'NotifyPeriodicEventStream', {}]]);
});

test('a 2.1 CALLRESULTERROR for our answer is noted and nothing more', () => {
  const effects = csms({ validators: v21 }).receive('[5,"a","FormatViolation","?",{}]', 0);
  assert.deepEqual(notes(effects), ['answerNotUnderstood']);
  assert.deepEqual(types(effects), ['note']);
});

test('a pipelining station is read up to 32 unanswered calls, then its socket rests until half are done', () => {
  const m = csms();
  const calls: ValidCall[] = [];
  for (let i = 0; i < 32; i++) {
    const effects = m.receive(authorize(`m${i}`, `t${i}`), 0);
    calls.push(...delivered(effects));
    assert.equal(types(effects).includes('pauseReading'), i === 31);
  }
  assert.ok(m.isPaused);
  for (let i = 0; i < 16; i++) {
    const effects = m.answer(calls[i]?.arrival ?? -1, accepted, 1);
    assert.equal(types(effects).includes('resumeReading'), i === 15);
  }
});

test('a station that floods a resting socket is cut off', () => {
  const m = csms();
  const closes: RpcEffect[] = [];
  for (let i = 0; i < 600 && closes.length === 0; i++) {
    closes.push(...m.receive(authorize(`m${i}`, `t${i}`), 0).filter((e) => e.type === 'close'));
  }
  assert.ok(closes[0]?.type === 'close' && closes[0].code === 1008);
});

test('the station side takes commands and sends its own messages with the same machine', () => {
  const station = new RpcMachine({ validators: v16, role: 'station', checkAnswers: true });
  const [call] = delivered(station.receive(encodeCall('r', 'Reset', { type: 'Soft' }), 0));
  assert.equal(call?.action, 'Reset');
  assert.deepEqual(texts(station.answer(call?.arrival ?? -1, { status: 'Accepted' }, 1)), [
    [3, 'r', { status: 'Accepted' }],
  ]);
  const boot = { action: 'BootNotification', payload: { chargePointVendor: 'v', chargePointModel: 'm' } };
  assert.deepEqual(types(station.call(reset('b', boot), 0)), ['send', 'setTimer']);
  const wrong = texts(station.receive(heartbeat('h'), 0))[0] as unknown[];
  assert.equal(wrong[2], 'NotSupported');
});

test('two machines back to back settle every call exactly once, whatever the order of events', () => {
  const step = fc.constantFrom('call', 'toStation', 'toCsms', 'tick', 'answer');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const server = csms();
      const station = new RpcMachine({ validators: v16, role: 'station' });
      const [toStation, toCsms, work]: [string[], string[], number[]] = [[], [], []];
      const settled = new Map<string, number>();
      let made = 0;
      let clock = 0;
      const run = (effects: readonly RpcEffect[], out: string[]): void => {
        for (const e of effects) {
          if (e.type === 'send') out.push(e.text);
          if (e.type === 'deliver') work.push(e.call.arrival);
          if (e.type === 'settled') settled.set(e.call.id, (settled.get(e.call.id) ?? 0) + 1);
        }
      };
      for (const s of steps) {
        clock += 7000;
        if (s === 'call') run(server.call(reset(`c${made++}`), clock), toStation);
        if (s === 'toStation' && toStation.length > 0) run(station.receive(toStation.shift() as string, clock), toCsms);
        if (s === 'toCsms' && toCsms.length > 0) run(server.receive(toCsms.shift() as string, clock), toStation);
        if (s === 'answer' && work.length > 0)
          run(station.answer(work.shift() as number, { status: 'Accepted' }, clock), toCsms);
        if (s === 'tick') run(server.tick(clock), toStation);
      }
      run(server.close(), toStation);
      assert.equal(settled.size, made);
      for (const [id, n] of settled) assert.equal(n, 1, id);
    }),
    { numRuns: 300 },
  );
});
