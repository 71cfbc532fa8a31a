import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OcppVersion } from '@qipan/base';
import { decodeFrame, encodeCall, strictFrameLimits, versions } from '@qipan/ocpp';
import { isDeeperThan, withStorableText } from '../src/json.js';

/** What OCPP-J Part 4 §4 says of a text, written a second time and straight from its tables. */
function ruled(version: OcppVersion, text: string, maxIdLength: number): readonly unknown[] {
  const dropped = ['fault', null];
  const unread = version === '1.6' ? dropped : ['fault', '-1', 'RpcFrameworkError'];
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return unread;
  }
  if (!Array.isArray(frame)) return unread;
  const [type, id, third, fourth] = frame as readonly unknown[];
  const isAnswer = type === 3 || type === 4 || type === 5 || type === 6;
  if (typeof id !== 'string' || id.length < 1 || id.length > maxIdLength) return isAnswer ? dropped : unread;
  const plain = (v: unknown): boolean => Object.prototype.toString.call(v) === '[object Object]';
  const isBodied =
    typeof third === 'string' && third !== '' && (fourth === undefined || fourth === null || plain(fourth));
  const format = version === '1.6' ? 'FormationViolation' : 'FormatViolation';
  if (type === 2) return isBodied ? ['call', id, third] : ['fault', id, format];
  if (type === 3) return ['result', id];
  if (type === 4) return ['error', id, typeof third === 'string' ? third : 'GenericError'];
  if (type === 5 && version === '2.1') return ['resultError', id, typeof third === 'string' ? third : 'GenericError'];
  if (type === 6 && version === '2.1') return isBodied ? ['send', id, third] : dropped;
  return version === '2.0.1' ? ['fault', id, 'MessageTypeNotSupported'] : dropped;
}

function seen(version: OcppVersion, text: string, strict: boolean): readonly unknown[] {
  const frame = decodeFrame(version, text, strict ? strictFrameLimits : undefined);
  switch (frame.type) {
    case 'call':
    case 'send':
      return [frame.type, frame.id, frame.action];
    case 'result':
      return [frame.type, frame.id];
    case 'error':
    case 'resultError':
      return [frame.type, frame.id, frame.code];
    case 'fault': {
      if (frame.reply === null) return ['fault', null];
      const [type, id, code, description, details, ...more] = JSON.parse(frame.reply) as unknown[];
      assert.deepEqual([type, details, more], [4, {}, []]);
      assert.ok(
        typeof description === 'string' &&
          description.length <= 255 &&
          (text.length < 4 || !description.includes(text)),
      );
      return ['fault', id, code];
    }
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', '2', 2.5, -1, 1e21, [], {}, [[]], { a: 1 }),
  fc.string({ unit: 'grapheme', maxLength: 70 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const type = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 1, arbitrary: odd });
const id = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 36 }) },
  { weight: 2, arbitrary: fc.integer({ min: 34, max: 66 }).map((n) => '字'.repeat(n)) },
  { weight: 1, arbitrary: odd },
);
const action = fc.oneof(fc.constantFrom<unknown>('Heartbeat', 'NoSuchThing', '__proto__', '心跳', ''), odd);
const body = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), odd);
const frames = fc.tuple(type, id, action, body, fc.array(odd, { maxLength: 2 }), fc.nat(6));

for (const version of versions) {
  for (const strict of [false, true]) {
    test(`OCPP ${version}, ${strict ? 'strict' : 'lenient'} ids: any array is read as the rules of the transport say`, () => {
      const counts = new Map<string, number>();
      fc.assert(
        fc.property(frames, ([t, i, a, b, more, arity]) => {
          const text = JSON.stringify([t, i, a, b, ...more].slice(0, arity));
          fc.pre(text.length < 20_000 && !/\\u(0000|d[89a-f])/i.test(text));
          const wanted = ruled(version, text, strict ? 36 : 64);
          counts.set(String(wanted[0]), (counts.get(String(wanted[0])) ?? 0) + 1);
          assert.deepEqual(seen(version, text, strict), wanted, text);
        }),
        { numRuns: 1500, seed: 1604 },
      );
      for (const kind of ['call', 'result', 'error', 'fault']) assert.ok((counts.get(kind) ?? 0) > 20, kind);
    });
  }

  test(`OCPP ${version}: any text at all is read without a throw and as the rules say`, () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '2', 'a', '\\', ' ', 'u0000'),
        maxLength: 60,
      }),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (t) => {
        fc.pre(!t.includes('\\u') && !isDeeperThan(t, 32));
        assert.deepEqual(seen(version, t, false), ruled(version, t, 64), t);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
}

test('the last of duplicate keys counts, at every level, as in every JSON reader', () => {
  const text = '[2,"a","Authorize",{"idTag":"x","k":{"z":1,"z":2},"idTag":"y"}]';
  const frame = decodeFrame('1.6', text);
  assert.ok(frame.type === 'call');
  assert.deepEqual(frame.payload, { k: { z: 2 }, idTag: 'y' });
});

test('a frame of a megabyte in one text is read, and its depth is told in one pass', () => {
  const long = 'ü'.repeat(1_000_000);
  const frame = decodeFrame('2.0.1', encodeCall('a', 'DataTransfer', { vendorId: 'v', data: long }));
  assert.ok(frame.type === 'call' && (frame.payload['data'] as string).length === 1_000_000);
  assert.equal(isDeeperThan(`[${'"[[[["'.concat(',').repeat(50_000)}1]`, 2), false);
});

/** Depth by a plain walk over the parsed value. */
const depthOf = (v: unknown): number =>
  typeof v === 'object' && v !== null ? 1 + Math.max(0, ...Object.values(v).map(depthOf)) : 0;

test('the depth of a text is the depth of its value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 7 }), fc.nat(8), (value, limit) => {
      const text = JSON.stringify(value, null, limit % 3);
      assert.equal(isDeeperThan(text, limit), depthOf(JSON.parse(text)) > limit, text);
    }),
    { numRuns: 1000, seed: 3 },
  );
});

/** Lone surrogates become U+FFFD on the way through UTF-8. */
const wellFormed = (text: string): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));

test('storable text is well formed, has no NUL, and is a fixed point; what was storable stays', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fc.nat(0xffff), { maxLength: 8 }),
      (text, units) => {
        const wild = text + String.fromCharCode(...units);
        const made = withStorableText({ [wild]: [wild] }) as Record<string, string[]>;
        const [key] = Object.keys(made);
        const value = made[key as string]?.[0] as string;
        assert.equal(value, wellFormed(wild.replaceAll('\0', '\ufffd')));
        assert.ok(value === wellFormed(value) && !value.includes('\0'));
        assert.equal(withStorableText(value), value);
      },
    ),
    { numRuns: 1000, seed: 5 },
  );
});
