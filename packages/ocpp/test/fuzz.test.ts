import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import {
  RpcMachine,
  encodeAnswer,
  encodeCall,
  isOffered,
  loadValidators,
  toEvents,
  versions,
  type Answer,
  type Ask,
  type Decoded,
} from '@qipan/ocpp';
import { samplePayloads } from './schema-arbitrary.js';

const runs = 20_000;
const info = {
  status: 'Accepted',
  cacheExpiryMs: null,
  groupId: null,
  chargingPriority: null,
  language: null,
} as const;
const answers: Readonly<Record<Ask, Answer>> = {
  registration: { kind: 'registration', status: 'Accepted', nowMs: 0, intervalS: 300 },
  time: { kind: 'time', nowMs: 0 },
  authorization: { kind: 'authorization', idTokenInfo: info },
  transactionId: { kind: 'transactionId', transactionId: '1', idTokenInfo: info },
  transactionAnswer: { kind: 'transactionAnswer', idTokenInfo: info, totalCost: null },
  dataTransferAnswer: { kind: 'dataTransferAnswer', status: 'Accepted', data: null },
  fixedAnswer: { kind: 'fixedAnswer', nowMs: 0 },
  silence: { kind: 'silence' },
};

const pieces = [
  'null',
  '{}',
  '[]',
  '""',
  '-1',
  '1e999',
  '1e-400',
  'true',
  '"NaN"',
  '"12,5"',
  '"\\u0000"',
  '"\\ud800"',
  '{"__proto__":{"x":1}}',
  '"constructor"',
  '999999999999999999999',
  '"2025-02-30T25:61:00Z"',
  '"<script>"',
  '"=cmd()"',
  `"${'y'.repeat(600)}"`,
  '[[[[[[[[[[]]]]]]]]]]',
];

/** Damages a frame: characters lost, doubled or changed, values replaced, cut off, glued to another. */
function damage(text: string, other: string, draw: () => number): string {
  const at = Math.floor(draw() * text.length);
  switch (Math.floor(draw() * 7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(draw() * 4));
    case 1:
      return text.slice(0, at) + String.fromCharCode(Math.floor(draw() * 256)) + text.slice(at);
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(0, at) + other.slice(Math.floor(draw() * other.length));
    case 4:
      return text.replace(/"[^"]*"(?=[,}\]])/g, (v) => (draw() < 0.2 ? piece(draw) : v));
    case 5:
      return text.replace(/-?\d+(\.\d+)?(?=[,}\]])/g, (v) => (draw() < 0.3 ? piece(draw) : v));
    default:
      return text.replace(/"(\w+)":/g, (v) =>
        draw() < 0.1 ? `"${['__proto__', 'toString', 'x'][Math.floor(draw() * 3)]}":` : v,
      );
  }
}
const piece = (draw: () => number): string => pieces[Math.floor(draw() * pieces.length)] as string;

test(`${runs} damaged frames of three versions throw nothing, change no prototype and leave the connection usable`, async () => {
  const source = random(20250301);
  const draw = (): number => source.next();
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  let delivered = 0;
  let refused = 0;
  for (const version of versions) {
    const validators = await loadValidators(version);
    const actions = validators.actions.filter((a) => isOffered(version, a, 'station'));
    const frames = actions.flatMap((action) =>
      samplePayloads(version, action, 'Request', { count: 3, seed: 17 }).map((p) => encodeCall('id', action, p)),
    );
    const open = (): RpcMachine =>
      new RpcMachine({ validators, role: 'csms', registration: 'Accepted', checkAnswers: true, validation: 'lenient' });
    let machine = open();
    for (let i = 0; i < runs / versions.length; i++) {
      const text = frames[Math.floor(draw() * frames.length)] as string;
      const mutant = damage(text, frames[Math.floor(draw() * frames.length)] as string, draw).replace(
        '"id"',
        `"id${i}"`,
      );
      for (const effect of machine.receive(mutant, i)) {
        if (effect.type === 'note') refused++;
        if (effect.type !== 'deliver') continue;
        delivered++;
        const decoded: Decoded = toEvents(effect.call, { stationId: 's', receivedAtMs: i });
        for (const event of decoded.events) JSON.stringify(event);
        const answer = encodeAnswer(decoded, answers[decoded.ask]);
        if (answer === null) continue;
        for (const after of machine.answer(effect.call.arrival, answer, i)) {
          assert.ok(after.type !== 'note', `${mutant} → ${JSON.stringify(after)}`);
        }
      }
      assert.equal(machine.unanswered, 0, mutant);
      if (i % 1000 === 999) machine = open();
    }
    assert.equal(machine.receive(encodeCall('last', 'Heartbeat', {}), 0).filter((e) => e.type === 'deliver').length, 1);
  }
  assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
  assert.equal(({} as { x?: number }).x, undefined);
  assert.ok(delivered > runs / 50 && refused > runs / 2, `${delivered} delivered, ${refused} refused`);
});
