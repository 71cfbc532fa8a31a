import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OcppVersion } from '@qipan/base';
import { encodeCall, isOffered, loadValidators, versions, type Validate } from '@qipan/ocpp';
import { officialSchema } from './schema-arbitrary.js';
import { csmsMachine } from './support/exchange.js';

type Node = NonNullable<ReturnType<typeof officialSchema>>;
type Path = readonly (string | number)[];

const resolve = (root: Node, node: Node): Node =>
  node.$ref === undefined ? node : (root.definitions?.[node.$ref.replace('#/definitions/', '')] as Node);

/** The fullest payload that a schema asks for: every field once, one item in every list. */
function full(root: Node, at: Node, depth: number): unknown {
  const node = resolve(root, at);
  switch (node.type) {
    case 'object': {
      const required = new Set(node.required ?? []);
      const fields = Object.entries(node.properties ?? {}).filter(([name]) => required.has(name) || depth > 0);
      return Object.fromEntries(fields.map(([name, n]) => [name, full(root, n, depth - 1)]));
    }
    case 'array':
      return Array.from({ length: Math.max(1, node.minItems ?? 1) }, () => full(root, node.items as Node, depth - 1));
    case 'string':
      if (node.enum !== undefined) return node.enum[0];
      if (node.format === 'date-time') return '2025-03-01T10:00:00Z';
      return node.format === 'uri' ? 'https://example.org' : 'a';
    case 'integer':
    case 'number':
      return Math.max(node.minimum ?? 0, Math.min(1, node.maximum ?? 1));
    case 'boolean':
      return true;
    case undefined:
    default:
      return 'anything';
  }
}

interface Break {
  readonly keyword: string;
  /** Where the complaint must point. */
  readonly pointer: string;
  readonly apply: (payload: unknown) => void;
}

const pointer = (path: Path): string => path.map((k) => `/${k}`).join('');
function put(payload: unknown, path: Path, value: unknown): void {
  const parent = path.slice(0, -1).reduce((o, k) => (o as Record<string, unknown>)[k] as never, payload);
  const last = path.at(-1) as string;
  if (value === undefined) delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
}
const get = (payload: unknown, path: Path): unknown =>
  path.reduce((o: unknown, k) => (o as Record<string, unknown>)[k], payload);

/** One way to break each rule that the schema states at a node, the node itself and what stands below it. */
function* breaksOf(root: Node, at: Node, payload: unknown, path: Path): Generator<Break> {
  const node = resolve(root, at);
  const value = get(payload, path);
  const change = (keyword: string, to: unknown): Break => ({
    keyword,
    pointer: pointer(path),
    apply: (p) => put(p, path, to),
  });
  if (path.length > 0 && node.type !== undefined) {
    yield change('type', node.type === 'string' ? 12 : node.type === 'array' ? { length: 1 } : 'text');
    yield change('type', null);
    if (node.type === 'integer') yield change('type', 1.5);
  }
  if (node.enum !== undefined) yield change('enum', 'NoSuchWord');
  else if (node.format !== undefined) yield change('format', 'nonsense');
  else if (node.maxLength !== undefined) yield change('maxLength', '字'.repeat(node.maxLength + 1));
  if (node.minimum !== undefined) yield change('minimum', node.minimum - 1);
  if (node.maximum !== undefined) yield change('maximum', node.maximum + 1);
  if (node.multipleOf !== undefined) yield change('multipleOf', 1 + node.multipleOf / 2);
  if (node.type === 'array' && Array.isArray(value)) {
    if ((node.minItems ?? 0) > 0) yield change('minItems', []);
    const { maxItems } = node;
    if (maxItems !== undefined && maxItems < 100) {
      yield change(
        'maxItems',
        Array.from({ length: maxItems + 1 }, () => structuredClone(value[0]) as unknown),
      );
    }
    yield* breaksOf(root, node.items as Node, payload, [...path, 0]);
  }
  if (node.type === 'object') {
    const below = (name: string): Path => [...path, name];
    for (const name of node.required ?? []) {
      yield { keyword: 'required', pointer: pointer(path), apply: (p) => put(p, below(name), undefined) };
    }
    if ((node as { additionalProperties?: unknown }).additionalProperties === false) {
      yield { keyword: 'additionalProperties', pointer: pointer(path), apply: (p) => put(p, below('noSuchField'), 1) };
    }
    for (const [name, n] of Object.entries(node.properties ?? {})) {
      if (Object.hasOwn(value as object, name)) yield* breaksOf(root, n, payload, below(name));
    }
  }
}

/** Keyword → error code as the transport part of each version tells it (1.6J §4.2.3 with the errata, 2.x Part 4 §4.3). */
const codes: Readonly<Record<string, readonly [in16: string, in2: string]>> = {
  required: ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  minItems: ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  maxItems: ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  type: ['TypeConstraintViolation', 'TypeConstraintViolation'],
  enum: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  maxLength: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  minimum: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  maximum: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  multipleOf: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  format: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  additionalProperties: ['FormationViolation', 'FormatViolation'],
};

async function everyBreak(
  version: OcppVersion,
  see: (action: string, kind: 'Request' | 'Response', broken: unknown, b: Break, validate: Validate) => void,
): Promise<Map<string, number>> {
  const validators = await loadValidators(version);
  const counts = new Map<string, number>();
  for (const action of validators.actions) {
    for (const kind of ['Request', 'Response'] as const) {
      const schema = officialSchema(version, action, kind);
      const validate = kind === 'Request' ? validators.request(action) : validators.response(action);
      if (schema === undefined || validate === undefined) continue;
      const payload = full(schema, schema, 4);
      assert.ok(validate(payload), `${action} ${kind} ${JSON.stringify(validate.errors)} ${JSON.stringify(payload)}`);
      const text = JSON.stringify(payload);
      for (const b of breaksOf(schema, schema, payload, [])) {
        const broken = JSON.parse(text) as unknown;
        b.apply(broken);
        see(action, kind, broken, b, validate);
        counts.set(b.keyword, (counts.get(b.keyword) ?? 0) + 1);
      }
    }
  }
  return counts;
}

for (const version of versions) {
  test(`OCPP ${version}: every rule of every schema, broken once at its own place, is refused by that rule at that place`, async () => {
    const counts = await everyBreak(version, (action, kind, broken, b, validate) => {
      const what = `${action} ${kind} ${b.keyword} ${b.pointer}`;
      assert.equal(validate(broken), false, what);
      const [first] = validate.errors ?? [];
      assert.deepEqual([first?.keyword, first?.instancePath], [b.keyword, b.pointer], what);
    });
    const rules = ['required', 'type', 'enum', 'maxLength', 'additionalProperties', 'format'];
    for (const rule of version === '1.6' ? [...rules, 'multipleOf'] : [...rules, 'minItems', 'minimum']) {
      assert.ok((counts.get(rule) ?? 0) > 0, rule);
    }
  });

  test(`OCPP ${version}: each broken rule of a station's request reaches it as the error code of its kind`, async () => {
    const met = new Set<string>();
    await everyBreak(version, (action, kind, broken, b) => {
      const once = `${action} ${b.keyword}`;
      if (kind !== 'Request' || met.has(once) || !isOffered(version, action, 'station')) return;
      if (action === 'NotifyPeriodicEventStream') return;
      met.add(once);
      const machine = csmsMachine(version, { validation: 'strict' });
      const sent = machine.receive(encodeCall('m1', action, broken as never), 0).find((e) => e.type === 'send');
      assert.ok(sent?.type === 'send', once);
      const [type, id, code, description] = JSON.parse(sent.text) as unknown[];
      assert.deepEqual([type, id, code], [4, 'm1', codes[b.keyword]?.[version === '1.6' ? 0 : 1]], once);
      assert.ok(String(description).startsWith(b.pointer === '' ? '/' : b.pointer), `${once}: ${String(description)}`);
    });
    assert.ok(met.size > 50, `${met.size} kinds of break`);
  });
}
