import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  chooseVersion,
  decodeFrame,
  encodeCall,
  encodeError,
  encodeResult,
  encodeResultError,
  encodeSend,
  errorCode,
  errorCodes16,
  errorCodes2,
  faultOfCode,
  faultOfKeyword,
  strictFrameLimits,
  subprotocols,
  versionOfSubprotocol,
  versions,
  type Fault,
  type FrameFault,
} from '@qipan/ocpp';
import { contentHash, isDeeperThan, withStorableText } from '../src/json.js';

const fault = (frame: ReturnType<typeof decodeFrame>): FrameFault => {
  assert.equal(frame.type, 'fault');
  return frame as FrameFault;
};

test('the subprotocol names the version, and nothing else does', () => {
  assert.deepEqual(
    versions.map((v) => subprotocols[v]),
    ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'],
  );
  assert.equal(versionOfSubprotocol('ocpp2.0.1'), '2.0.1');
  for (const old of ['ocpp2.0', 'ocpp1.5', 'ocpp1.2', 'OCPP1.6', '']) assert.equal(versionOfSubprotocol(old), null);
});

test('the first offer of the client that the station may use is taken', () => {
  assert.equal(chooseVersion(['ocpp2.1', 'ocpp1.6'], ['1.6', '2.0.1', '2.1']), '2.1');
  assert.equal(chooseVersion(['ocpp2.1', ' ocpp1.6'], ['1.6', '2.0.1']), '1.6');
  assert.equal(chooseVersion(['ocpp1.5', 'soap'], ['1.6']), null);
  assert.equal(chooseVersion([], ['1.6']), null);
});

test('a CALL, a CALLRESULT and a CALLERROR are read', () => {
  assert.deepEqual(decodeFrame('1.6', '[2,"a","Heartbeat",{}]'), {
    type: 'call',
    id: 'a',
    action: 'Heartbeat',
    payload: {},
  });
  assert.deepEqual(decodeFrame('1.6', '[3,"a",{"status":"Accepted"}]'), {
    type: 'result',
    id: 'a',
    payload: { status: 'Accepted' },
  });
  assert.deepEqual(decodeFrame('1.6', '[4,"a","GenericError","no",{"k":1}]'), {
    type: 'error',
    id: 'a',
    code: 'GenericError',
    description: 'no',
    details: { k: 1 },
  });
});

test('CALLRESULTERROR and SEND exist in 2.1 alone', () => {
  assert.equal(decodeFrame('2.1', '[5,"a","GenericError","no",{}]').type, 'resultError');
  assert.equal(decodeFrame('2.1', '[6,"a","NotifyPeriodicEventStream",{}]').type, 'send');
  for (const version of ['1.6', '2.0.1'] as const) {
    assert.equal(decodeFrame(version, '[5,"a","GenericError","no",{}]').type, 'fault');
    assert.equal(decodeFrame(version, '[6,"a","NotifyPeriodicEventStream",{}]').type, 'fault');
  }
});

test('an error without its optional parts is still an error', () => {
  assert.deepEqual(decodeFrame('1.6', '[4,"a"]'), {
    type: 'error',
    id: 'a',
    code: 'GenericError',
    description: '',
    details: {},
  });
});

test('a null or missing payload counts as an empty one', () => {
  for (const text of ['[2,"a","Heartbeat",null]', '[2,"a","Heartbeat"]']) {
    assert.deepEqual((decodeFrame('2.0.1', text) as { payload: unknown }).payload, {});
  }
  assert.deepEqual((decodeFrame('1.6', '[3,"a",null]') as { payload: unknown }).payload, {});
});

test('what is no JSON is answered with id -1 in 2.x and dropped in 1.6', () => {
  for (const text of ['', '[', '{"a":', '[2,"a","b",{}', '[2,"a","b",{},]', '\u0000', 'nul', '[1e]']) {
    assert.equal(fault(decodeFrame('1.6', text)).reply, null, text);
    for (const version of ['2.0.1', '2.1'] as const) {
      const { reply } = fault(decodeFrame(version, text));
      assert.deepEqual((JSON.parse(reply as string) as unknown[]).slice(0, 3), [4, '-1', 'RpcFrameworkError'], text);
    }
  }
});

test('JSON that is no frame is answered with id -1 in 2.x', () => {
  for (const text of ['{}', '"text"', 'null', '7', '[]', '[2]', '[2,7,"Heartbeat",{}]', '[2,"","Heartbeat",{}]']) {
    const { reply } = fault(decodeFrame('2.0.1', text));
    assert.equal((JSON.parse(reply as string) as unknown[])[1], '-1', text);
    assert.equal(fault(decodeFrame('1.6', text)).reply, null, text);
  }
});

test('an answer with an unreadable id is never answered: that would start a loop', () => {
  for (const text of ['[3,7,{}]', '[4,null,"GenericError","",{}]', '[3]', '[4]']) {
    assert.equal(fault(decodeFrame('2.0.1', text)).reply, null, text);
  }
});

test('an unknown message type is told to a 2.0.1 station and ignored from the others', () => {
  const told = fault(decodeFrame('2.0.1', '[9,"a","Heartbeat",{}]'));
  assert.deepEqual((JSON.parse(told.reply as string) as unknown[]).slice(0, 3), [4, 'a', 'MessageTypeNotSupported']);
  assert.equal(fault(decodeFrame('1.6', '[9,"a","Heartbeat",{}]')).reply, null);
  assert.equal(fault(decodeFrame('2.1', '[9,"a","Heartbeat",{}]')).reply, null);
});

test('a payload or an action of the wrong type is a format violation of the version, under its own id', () => {
  const code = (version: '1.6' | '2.0.1', text: string): unknown[] =>
    (JSON.parse(fault(decodeFrame(version, text)).reply as string) as unknown[]).slice(1, 3);
  assert.deepEqual(code('1.6', '[2,"a","Heartbeat",[]]'), ['a', 'FormationViolation']);
  assert.deepEqual(code('2.0.1', '[2,"a","Heartbeat","x"]'), ['a', 'FormatViolation']);
  assert.deepEqual(code('2.0.1', '[2,"a",5,{}]'), ['a', 'FormatViolation']);
  assert.equal(fault(decodeFrame('2.1', '[6,"a","NotifyPeriodicEventStream",[]]')).reply, null);
});

test('ids are read up to 64 characters, strictly up to 36', () => {
  const call = (n: number): string => encodeCall('x'.repeat(n), 'Heartbeat', {});
  assert.equal(decodeFrame('1.6', call(64)).type, 'call');
  assert.equal(decodeFrame('1.6', call(65)).type, 'fault');
  assert.equal(decodeFrame('1.6', call(36), strictFrameLimits).type, 'call');
  assert.equal(decodeFrame('1.6', call(37), strictFrameLimits).type, 'fault');
});

test('nesting deeper than 32 is refused before it is parsed, brackets in strings do not count', () => {
  const nested = (n: number): string => `[2,"a","DataTransfer",{"data":${'['.repeat(n)}${']'.repeat(n)}}]`;
  assert.equal(decodeFrame('2.0.1', nested(30)).type, 'call');
  assert.equal(decodeFrame('2.0.1', nested(31)).type, 'fault');
  assert.equal(decodeFrame('2.0.1', nested(200_000)).type, 'fault');
  const inText = `[2,"a","DataTransfer",{"data":"${'[{'.repeat(100)}\\"["}]`;
  assert.equal(decodeFrame('2.0.1', inText).type, 'call');
  assert.equal(isDeeperThan('[[[]]]', 3), false);
  assert.equal(isDeeperThan('[[[]]]', 2), true);
  assert.equal(isDeeperThan('"\\\\"[[[', 2), true);
  assert.equal(isDeeperThan('"never closed [[[[[[', 2), false);
});

test('own __proto__ keys change no prototype', () => {
  const frame = decodeFrame('2.0.1', '[2,"a","DataTransfer",{"__proto__":{"isAdmin":true},"vendorId":"v"}]');
  assert.equal(frame.type, 'call');
  assert.equal(({} as Record<string, unknown>)['isAdmin'], undefined);
  const escaped = decodeFrame('2.0.1', '[2,"a","DataTransfer",{"__proto__":{"isAdmin":true},"vendorId":"\\u0076"}]');
  assert.deepEqual((escaped as { payload: unknown }).payload, { vendorId: 'v' });
});

test('NUL and lone surrogates become U+FFFD, whole pairs stay', () => {
  const frame = decodeFrame('1.6', '[2,"a","Authorize",{"idTag":"a\\u0000b\\ud800c\\udfffd\\ud83d\\udd0c"}]');
  assert.deepEqual((frame as { payload: unknown }).payload, { idTag: 'a\ufffdb\ufffdc\ufffdd🔌' });
  assert.deepEqual(withStorableText({ k: ['\ud800', 1, null, true] }), { k: ['\ufffd', 1, null, true] });
});

test('huge numbers and duplicate keys are read without harm', () => {
  assert.equal(decodeFrame('1.6', '[2,"a","MeterValues",{"connectorId":1e999}]').type, 'call');
  const frame = decodeFrame('1.6', '[2,"a","Authorize",{"idTag":"x","idTag":"y"}]');
  assert.deepEqual((frame as { payload: unknown }).payload, { idTag: 'y' });
});

test('encoding and decoding give the same frame back', () => {
  const id = fc.string({ minLength: 1, maxLength: 36 });
  const payload = fc.dictionary(
    fc.string().filter((k) => k !== '__proto__'),
    fc.jsonValue({ maxDepth: 3 }),
  );
  fc.assert(
    fc.property(id, payload, (messageId, body) => {
      const clean = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
      const call = decodeFrame('2.1', encodeCall(messageId, 'DataTransfer', clean));
      assert.deepEqual(call, { type: 'call', id: messageId, action: 'DataTransfer', payload: clean });
      const send = decodeFrame('2.1', encodeSend(messageId, 'NotifyPeriodicEventStream', clean));
      assert.deepEqual(send, { type: 'send', id: messageId, action: 'NotifyPeriodicEventStream', payload: clean });
      const result = decodeFrame('1.6', encodeResult(messageId, clean));
      assert.deepEqual(result, { type: 'result', id: messageId, payload: clean });
    }),
    { numRuns: 300 },
  );
});

test('error descriptions are cut at 255 characters and details are an object', () => {
  const [, , , description, details] = JSON.parse(encodeError('a', 'GenericError', 'x'.repeat(300))) as unknown[];
  assert.equal((description as string).length, 255);
  assert.deepEqual(details, {});
  assert.deepEqual(JSON.parse(encodeResultError('a', 'FormatViolation', 'no')), [5, 'a', 'FormatViolation', 'no', {}]);
});

test('error codes carry the exact spelling of each version', () => {
  assert.ok(errorCodes16.includes('OccurenceConstraintViolation'));
  assert.ok(!(errorCodes16 as readonly string[]).includes('OccurrenceConstraintViolation'));
  assert.ok(errorCodes2.includes('OccurrenceConstraintViolation'));
  assert.ok(!(errorCodes2 as readonly string[]).includes('FormationViolation'));
  assert.ok(errorCodes2.includes('FormatViolation'));
  assert.ok(errorCodes2.includes('MessageTypeNotSupported') && errorCodes2.includes('RpcFrameworkError'));
  assert.equal(errorCode('1.6', 'occurrence'), 'OccurenceConstraintViolation');
  assert.equal(errorCode('2.1', 'occurrence'), 'OccurrenceConstraintViolation');
  assert.equal(errorCode('1.6', 'format'), 'FormationViolation');
  assert.equal(errorCode('2.0.1', 'format'), 'FormatViolation');
  const faults: readonly Fault[] = ['format', 'occurrence', 'type', 'property', 'notImplemented', 'notSupported'];
  for (const f of faults) {
    assert.ok((errorCodes16 as readonly string[]).includes(errorCode('1.6', f)), f);
    assert.ok((errorCodes2 as readonly string[]).includes(errorCode('2.1', f)), f);
  }
});

test('every spelling of an error code is understood inward', () => {
  for (const code of ['FormationViolation', 'FormatViolation']) assert.equal(faultOfCode(code), 'format');
  for (const code of ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation']) {
    assert.equal(faultOfCode(code), 'occurrence');
  }
  assert.equal(faultOfCode('toString'), null);
  assert.equal(faultOfCode('Whatever'), null);
});

test('each schema keyword leads to one fault', () => {
  assert.equal(faultOfKeyword['required'], 'occurrence');
  assert.equal(faultOfKeyword['minItems'], 'occurrence');
  assert.equal(faultOfKeyword['type'], 'type');
  for (const k of ['enum', 'maxLength', 'multipleOf', 'minimum', 'format']) assert.equal(faultOfKeyword[k], 'property');
  assert.equal(faultOfKeyword['additionalProperties'], 'format');
});

test('the content hash differs for texts that differ in one character', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 5000; i++) seen.add(contentHash(`[2,"m","MeterValues",{"value":"${i}"}]`));
  assert.equal(seen.size, 5000);
  assert.notEqual(contentHash(''), contentHash('a'));
  assert.ok(Number.isSafeInteger(contentHash('x'.repeat(5_000_000))));
});
