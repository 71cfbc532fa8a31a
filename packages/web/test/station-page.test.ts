import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvseView, StationView } from '@qipan/server/contract';
import { axisTimes } from '../src/format.js';
import { qualityWords, stopReasons, wordIn } from '../src/i18n/session-words.js';
import { answeredVariables, answerStatus, isGoodAnswer } from '../src/pages/stations/command-answer.js';
import { lastDays, spanOf } from '../src/pages/sessions/span.js';
import { stationPowerW } from '../src/stations/state.js';

const evse = { evseId: 1, status: 'Occupied', detail: 'Charging', powerW: 53_800 } as EvseView;

test('power of a station out of reach is unknown, not what it last said', () => {
  const station = { liveness: 'connected', evses: [evse] } as unknown as StationView;
  assert.equal(stationPowerW(station), 53_800);
  assert.equal(stationPowerW({ ...station, liveness: 'quiet' }), 53_800);
  assert.equal(stationPowerW({ ...station, liveness: 'offline' }), null);
});

test('marks of an axis tell seconds when they stand closer than a minute, and the date beyond a day', () => {
  const at = (text: string) => new Date(text).getTime();
  const marks = (step: number, n: number) =>
    Array.from({ length: n }, (_, i) => at('2026-03-01T08:15:00') + i * step).map((ms, _i, xs) => axisTimes(xs)(ms));
  assert.deepEqual(marks(20_000, 3), ['08:15:00', '08:15:20', '08:15:40']);
  assert.deepEqual(marks(60_000, 2), ['08:15', '08:16']);
  assert.deepEqual(marks(43_200_000, 4), ['03-01 08:15', '03-01 20:15', '03-02 08:15', '03-02 20:15']);
  assert.deepEqual(marks(0, 1), ['08:15']);
});

test('a variable that the station refuses to set is no good answer, though the message itself was answered', () => {
  const of = (attributeStatus: string) => ({
    outcome: 'answered' as const,
    answer: {
      setVariableResult: [
        { attributeStatus, component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } },
      ],
    },
  });
  assert.equal(isGoodAnswer(of('Rejected')), false);
  assert.equal(answerStatus(of('Rejected').answer), 'Rejected');
  assert.equal(isGoodAnswer(of('Accepted')), true);
  assert.equal(isGoodAnswer(of('UnknownVariable')), false);
  assert.equal(isGoodAnswer({ outcome: 'timeout', answer: { status: 'Accepted' } }), false);
  assert.equal(isGoodAnswer({ outcome: 'answered', answer: { status: 'NotSupported' } }), false);
  assert.equal(isGoodAnswer({ outcome: 'answered', answer: {} }), true);
});

test('variables of both generations come as rows: key, value, what may not be set, what nobody knows', () => {
  assert.deepEqual(
    answeredVariables({
      configurationKey: [
        { key: 'HeartbeatInterval', readonly: false, value: '300' },
        { key: 'Serial', readonly: true },
      ],
      unknownKey: ['Foo'],
    }),
    [
      { key: 'HeartbeatInterval', value: '300', status: null, isReadOnly: false },
      { key: 'Serial', value: null, status: null, isReadOnly: true },
      { key: 'Foo', value: null, status: 'UnknownVariable', isReadOnly: false },
    ],
  );
  const v = { component: { name: 'EVSE', instance: 'a' }, variable: { name: 'Power' } };
  assert.deepEqual(
    answeredVariables({ getVariableResult: [{ ...v, attributeStatus: 'Accepted', attributeValue: '7' }] }),
    [{ key: 'EVSE[a].Power', value: '7', status: 'Accepted', isReadOnly: false }],
  );
  for (const odd of [null, 'text', [], { configurationKey: 'x' }, { setVariableResult: [null, 3] }])
    assert.deepEqual(answeredVariables(odd), []);
});

test('reasons and quality flags are said in the reader’s language, unknown ones stand as they came', () => {
  // OCPP 1.6 §7.36 and 2.0.1 Part 2 §3.67: every value of `Reason` and `ReasonEnumType`.
  const both =
    'DeAuthorized EmergencyStop EnergyLimitReached EVDisconnected GroundFault HardReset ImmediateReset Local LocalOutOfCredit ' +
    'MasterPass Other OvercurrentFault PowerLoss PowerQuality Reboot Remote SOCLimitReached SoftReset StoppedByEV ' +
    'TimeLimitReached Timeout UnlockCommand';
  for (const reason of both.split(' ')) assert.match(wordIn(stopReasons, reason, 'zh'), /\p{Script=Han}/u, reason);
  assert.equal(wordIn(qualityWords, 'startMissing', 'zh'), '缺少开始消息');
  assert.equal(wordIn(qualityWords, 'constructor', 'en'), 'constructor');
});

test('a span of days runs from the first midnight to the last, over the ends of months, and only forwards', () => {
  const at = (text: string) => new Date(text).getTime();
  assert.deepEqual(lastDays(at('2026-03-02T15:00:00'), 7), { from: '2026-02-24', to: '2026-03-02' });
  assert.deepEqual(spanOf({ from: '2026-02-28', to: '2026-02-28' }), {
    fromMs: at('2026-02-28T00:00:00'),
    toMs: at('2026-03-01T00:00:00'),
  });
  assert.equal(spanOf({ from: '2026-03-02', to: '2026-03-01' }), null);
  assert.equal(spanOf({ from: '', to: '2026-03-01' }), null);
});
