import type { MessageSchemas, Schema } from './ocpp-schemas.js';

/** TypeScript of a schema node; names of definitions become type names. */
function typeOf(node: Schema, indent: string): string {
  if (node.$ref !== undefined) return String(node.$ref).split('/').at(-1) as string;
  if (node.enum !== undefined) return node.enum.map((v) => `'${String(v)}'`).join(' | ');
  switch (node.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return `readonly (${node.items === undefined ? 'unknown' : typeOf(node.items, indent)})[]`;
    case 'object':
      return node.properties === undefined ? '{ readonly [name: string]: unknown }' : body(node, indent);
    case undefined:
    default:
      return 'unknown';
  }
}

function body(node: Schema, indent: string): string {
  const required = new Set(node.required ?? []);
  const lines = Object.entries(node.properties ?? {}).map(
    ([name, s]) => `${indent}  readonly ${name}${required.has(name) ? '' : '?'}: ${typeOf(s, `${indent}  `)};`,
  );
  if (node['additionalProperties'] !== false) lines.push(`${indent}  readonly [name: string]: unknown;`);
  return lines.length === 0 ? 'Readonly<Record<never, never>>' : `{\n${lines.join('\n')}\n${indent}}`;
}

/** Declarations beside the validators: one type a definition, one a request and one a response. */
export function typesOf(messages: MessageSchemas): string {
  const out: string[] = [];
  for (const name of Object.keys(messages.definitions).sort()) {
    out.push(`export type ${name} = ${typeOf(messages.definitions[name] as Schema, '')};`);
  }
  const answered = messages.actions.filter((a) => messages.responses[a] !== undefined);
  for (const a of messages.actions)
    out.push(`export type ${a}Request = ${typeOf(messages.requests[a] as Schema, '')};`);
  for (const a of answered) out.push(`export type ${a}Response = ${typeOf(messages.responses[a] as Schema, '')};`);
  const table = (kind: string, actions: readonly string[]): string =>
    `export interface ${kind}s {\n${actions.map((a) => `  readonly ${a}: ${a}${kind};`).join('\n')}\n}`;
  out.push(table('Request', messages.actions), table('Response', answered));
  out.push(`export type Action = keyof Requests;`);
  out.push(`export interface Violation {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}`);
  out.push(`export interface Validate<T> {\n  (data: unknown): data is T;\n  errors?: readonly Violation[] | null;\n}`);
  out.push(`export declare const requests: { readonly [A in keyof Requests]: Validate<Requests[A]> };`);
  out.push(`export declare const responses: { readonly [A in keyof Responses]: Validate<Responses[A]> };`);
  out.push(`export declare const actions: readonly Action[];`);
  return `${out.join('\n')}\n`;
}
