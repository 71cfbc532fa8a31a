import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';
import { generateOcpp } from '../generate-ocpp.js';
import { messagesOf } from '../ocpp-schemas.js';
import { typesOf } from '../ocpp-types.js';

test('the committed OCPP validators and types are what the generator writes today', () => {
  const folder = path.join(repoRoot, 'packages/ocpp/src/generated');
  const files = generateOcpp();
  assert.deepEqual(
    [...files.keys()].map((f) => f.split('/')[0]).filter((f, i, all) => all.indexOf(f) === i),
    ['v16', 'v201', 'v21'],
  );
  for (const [name, text] of files) {
    // No diff in the message: the files have a megabyte.
    assert.ok(
      text === readFileSync(path.join(folder, name), 'utf8'),
      `${name} is stale: npm run generate -w packages/ocpp`,
    );
  }
});

const schema = (properties: object, definitions: object = {}): object => ({
  type: 'object',
  description: 'prose',
  properties,
  definitions,
  additionalProperties: false,
});

test('prose is dropped, but a property may be called description, format or title', () => {
  const { requests } = messagesOf('x', {
    PingRequest: schema({
      description: { type: 'string', description: 'prose' },
      format: { type: 'string' },
      title: {},
    }),
  });
  assert.deepEqual(requests['Ping'], {
    type: 'object',
    properties: { description: { type: 'string' }, format: { type: 'string' }, title: {} },
    additionalProperties: false,
  });
});

test('only reachable definitions are kept, those reached through others too', () => {
  const definitions = {
    A: { type: 'object', properties: { b: { $ref: '#/definitions/B' } } },
    B: { type: 'string', enum: ['x', 'y'] },
    C: { type: 'string' },
  };
  const messages = messagesOf('x', {
    PingRequest: schema({ a: { $ref: '#/definitions/A' } }, definitions),
    PingResponse: schema({}, definitions),
  });
  assert.deepEqual(Object.keys(messages.definitions).sort(), ['A', 'B']);
  assert.match(typesOf(messages), /export type B = 'x' \| 'y';/);
});

test('two bodies under one name, and a name without a body, are faults of the source', () => {
  const one = schema({ a: { $ref: '#/definitions/A' } }, { A: { type: 'string' } });
  const other = schema({ a: { $ref: '#/definitions/A' } }, { A: { type: 'integer' } });
  assert.throws(() => messagesOf('x', { PingRequest: one, PongRequest: other }), /two bodies/);
  assert.throws(() => messagesOf('x', { PingRequest: schema({ a: { $ref: '#/definitions/Z' } }) }), /Z is referred/);
});
