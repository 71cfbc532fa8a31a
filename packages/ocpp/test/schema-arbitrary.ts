import fc from 'fast-check';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas20 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import type { OcppVersion } from '@qipan/base';

/** Node of an official schema, as the development dependency exports it. */
interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly definitions?: Readonly<Record<string, Node>>;
}

// The package's own entry compiles every schema on import, which takes seconds: its parts are imported instead.
const all: Readonly<Record<OcppVersion, Readonly<Record<string, unknown>>>> = {
  '1.6': schemas16,
  '2.0.1': schemas20,
  '2.1': schemas21,
};

/** The official schema of a message; undefined for the answer of a SEND. */
export function officialSchema(version: OcppVersion, action: string, kind: 'Request' | 'Response'): Node | undefined {
  // The one SEND of 2.1 stands there without the word Request.
  const named = all[version][`${action}${kind}`] ?? (kind === 'Request' ? all[version][action] : undefined);
  return named as Node | undefined;
}

/** Names of all actions of a version, from the official schemas. */
export function officialActions(version: OcppVersion): readonly string[] {
  return Object.keys(all[version])
    .filter((name) => !name.endsWith('Response'))
    .map((name) => name.replace(/Request$/, ''))
    .sort();
}

const dateTime = fc
  .integer({ min: Date.UTC(2016, 0, 1), max: Date.UTC(2040, 0, 1) })
  .map((ms) => new Date(ms).toISOString());

function textArbitrary(node: Node): fc.Arbitrary<unknown> {
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  if (node.format === 'date-time') return dateTime;
  if (node.format === 'uri') return fc.constantFrom('https://example.org/a', 'http://127.0.0.1:1/x');
  return fc.string({ maxLength: Math.min(node.maxLength ?? 12, 12), unit: 'binary-ascii' });
}

function numberArbitrary(node: Node): fc.Arbitrary<number> {
  const min = node.minimum ?? (node.type === 'integer' ? -1000 : -100);
  const max = node.maximum ?? min + 100_000;
  if (node.type === 'integer') return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  const steps = node.multipleOf === undefined ? 100 : Math.round(1 / node.multipleOf);
  return fc
    .integer({ min: Math.ceil(min * steps), max: Math.floor(Math.min(max, min + 1000) * steps) })
    .map((n) => n / steps);
}

/** Random payloads that the schema allows. Optional fields come and go; recursion ends at `depth`. */
export function payloadArbitrary(root: Node, node: Node = root, depth = 6): fc.Arbitrary<unknown> {
  if (node.$ref !== undefined) {
    return payloadArbitrary(root, root.definitions?.[node.$ref.replace('#/definitions/', '')] as Node, depth);
  }
  switch (node.type) {
    case 'string':
      return textArbitrary(node);
    case 'integer':
    case 'number':
      return numberArbitrary(node);
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const minLength = node.minItems ?? 0;
      const maxLength = Math.max(minLength, Math.min(node.maxItems ?? 2, 2));
      const item = node.items === undefined ? fc.string() : payloadArbitrary(root, node.items, depth - 1);
      return fc.array(item, { minLength, maxLength });
    }
    case 'object': {
      const required = new Set(node.required ?? []);
      const entries = Object.entries(node.properties ?? {}).filter(([name]) => required.has(name) || depth > 0);
      const model = Object.fromEntries(entries.map(([name, n]) => [name, payloadArbitrary(root, n, depth - 1)]));
      return fc.record(model, { requiredKeys: [...required].filter((name) => name in model) });
    }
    case undefined:
    default:
      return fc.constantFrom('text', 1, true);
  }
}

/** One payload of a message, the same for the same seed. */
export function samplePayloads(
  version: OcppVersion,
  action: string,
  kind: 'Request' | 'Response',
  draw: { readonly count: number; readonly seed: number },
): readonly Record<string, unknown>[] {
  const schema = officialSchema(version, action, kind);
  if (schema === undefined) return [];
  const { count, seed } = draw;
  const sample = fc.sample(payloadArbitrary(schema), { numRuns: count, seed });
  return JSON.parse(JSON.stringify(sample)) as Record<string, unknown>[];
}
