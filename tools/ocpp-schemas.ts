/** A JSON schema node of the small dialect the OCPP schemas use. */
export interface Schema {
  $id?: string;
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  [keyword: string]: unknown;
}

/** The messages of one version: reachable definitions once, and per action a request and (but for SEND) a response. */
export interface MessageSchemas {
  readonly prefix: string;
  readonly actions: readonly string[];
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly requests: Readonly<Record<string, Schema>>;
  readonly responses: Readonly<Record<string, Schema>>;
}

/** Words that carry prose or nothing for validation; `definitions` are taken out and shared. */
const dropped: ReadonlySet<string> = new Set([
  'description',
  'title',
  'default',
  'definitions',
  'javaType',
  '$schema',
  '$id',
  'comment',
  'additionalItems',
]);

/**
 * A copy of `node` without prose, whose references lead to `<prefix>/def/<Name>`, and which adds the names it refers to.
 * A property may itself be called `format` or `description`: below `properties` names are names, not keywords.
 */
function slim(node: Schema, base: string, refs: Set<string>): Schema {
  const out: Schema = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (dropped.has(keyword)) continue;
    if (keyword === '$ref') {
      const name = String(value).replace('#/definitions/', '');
      refs.add(name);
      out.$ref = `${base}${name}`;
    } else if (keyword === 'properties') {
      out.properties = Object.fromEntries(
        Object.entries(value as Record<string, Schema>).map(([name, s]) => [name, slim(s, base, refs)]),
      );
    } else if (keyword === 'items') {
      out.items = slim(value as Schema, base, refs);
    } else if (keyword === 'additionalProperties' && node.type !== 'object') {
      continue;
    } else {
      out[keyword] = value;
    }
  }
  return out;
}

/** Collects definitions by name; two different bodies under one name would be a fault of the source. */
function addDefinitions(into: Record<string, Schema>, from: Record<string, Schema>, wanted: Set<string>): void {
  for (const name of wanted) {
    const source = from[name];
    if (source === undefined) throw new Error(`definition ${name} is referred to and missing`);
    const refs = new Set<string>();
    const slimmed = slim(source, '', refs);
    const known = into[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(slimmed)) {
      throw new Error(`definition ${name} has two bodies`);
    }
    if (known === undefined) {
      into[name] = slimmed;
      addDefinitions(into, from, refs);
    }
  }
}

/** Splits the exported schemas `<Action>Request|Response` of one version; errata of the standards are applied here. */
export function messagesOf(prefix: string, schemas: Readonly<Record<string, unknown>>): MessageSchemas {
  const definitions: Record<string, Schema> = {};
  const requests: Record<string, Schema> = {};
  const responses: Record<string, Schema> = {};
  for (const [name, value] of Object.entries(schemas)) {
    const source = value as Schema;
    const isResponse = name.endsWith('Response');
    const action = name.replace(/(Request|Response)$/, '');
    const refs = new Set<string>();
    (isResponse ? responses : requests)[action] = slim(source, '../def/', refs);
    addDefinitions(definitions, (source['definitions'] ?? {}) as Record<string, Schema>, refs);
  }
  if (prefix === 'ocpp16') applyErrata16(requests, responses);
  return { prefix, actions: Object.keys(requests).sort(), definitions, requests, responses };
}

/** OCPP 1.6 errata sheet §2: intervals and retries are integers, the reason of a stop is optional. */
function applyErrata16(requests: Record<string, Schema>, responses: Record<string, Schema>): void {
  const integers: readonly (readonly [Schema | undefined, string])[] = [
    [responses['BootNotification'], 'interval'],
    [requests['GetDiagnostics'], 'retries'],
    [requests['GetDiagnostics'], 'retryInterval'],
    [requests['UpdateFirmware'], 'retries'],
    [requests['UpdateFirmware'], 'retryInterval'],
  ];
  for (const [schema, property] of integers) {
    const node = schema?.properties?.[property];
    if (node === undefined) throw new Error(`the errata name ${property}, the schema does not`);
    node.type = 'integer';
  }
  const stop = requests['StopTransaction'];
  if (stop?.required !== undefined) stop.required = stop.required.filter((name) => name !== 'reason');
}
