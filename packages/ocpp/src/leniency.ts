import { faultOfKeyword, type Fault } from './error-codes.js';
import type { Payload } from './frames.js';
import { violationText, type Validate, type Violation } from './validators.js';

/**
 * How a station's mistakes are met. `strict`: refused. `lenient`: the repairs listed here and no others, each counted.
 * `observe`: as lenient, and broken bounds, words and formats of any field pass as they stand, counted too.
 */
export type ValidationMode = 'strict' | 'lenient' | 'observe';

export type RepairRule =
  'unreadableValue' | 'unknownWord' | 'longText' | 'extraProperty' | 'zoneMissing' | 'integerText' | 'observed';

/** One repair, to be counted by station, action, path and rule; indices of the path are written `*`. */
export interface Repair {
  readonly path: string;
  readonly rule: RepairRule;
}

export type Checked =
  | { readonly ok: true; readonly payload: Payload; readonly repairs: readonly Repair[] }
  | { readonly ok: false; readonly fault: Fault; readonly reason: string; readonly repairs: readonly Repair[] };

const none: readonly Repair[] = [];
const maxRepairs = 64;

/**
 * Checks a payload and, unless `strict`, repairs what may be repaired. A valid payload comes back as it is, uncopied.
 * The meaning of a repaired one is in the copy that comes back; the raw frame keeps everything.
 */
export function checkPayload(validate: Validate, action: string, payload: Payload, mode: ValidationMode): Checked {
  if (validate(payload)) return { ok: true, payload, repairs: none };
  if (mode === 'strict') return refused(validate.errors?.[0], none);
  // The shadow is bent until it passes; the meaning keeps what can be kept (a long text, an unknown word).
  const shadow = structuredCopy(payload) as Record<string, unknown>;
  const meaning = structuredCopy(payload) as Record<string, unknown>;
  const repairs: Repair[] = [];
  while (repairs.length < maxRepairs) {
    const violation = validate.errors?.[0];
    if (violation === undefined) break;
    const rule = repair(violation, action, mode, { shadow, meaning });
    if (rule === null) return refused(violation, repairs);
    repairs.push({ path: countedPath(violation), rule });
    if (validate(shadow)) return { ok: true, payload: meaning, repairs };
  }
  return refused(validate.errors?.[0], repairs);
}

function refused(violation: Violation | undefined, repairs: readonly Repair[]): Checked {
  if (violation === undefined) return { ok: false, fault: 'format', reason: 'not understood', repairs };
  const fault = faultOfKeyword[violation.keyword] ?? 'format';
  return { ok: false, fault, reason: violationText(violation), repairs };
}

function countedPath(violation: Violation): string {
  const more = violation.params['additionalProperty'] ?? violation.params['missingProperty'];
  const path = violation.instancePath.replace(/\/\d+(?=\/|$)/g, '/*');
  return typeof more === 'string' ? `${path}/${more.slice(0, 64)}` : path;
}

/** JSON values only; own `__proto__` keys stay plain own keys. */
function structuredCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

interface Copies {
  readonly shadow: Record<string, unknown>;
  readonly meaning: Record<string, unknown>;
}

/** Never repaired: what says who, which transaction, and when it began or ended. */
function isProtected(action: string, path: string): boolean {
  if (/\/(idTag|parentIdTag|transactionId|idToken|groupIdToken|certificate|csr|exiRequest)(\/|$)/.test(path))
    return true;
  return path === '/timestamp' && /^(StartTransaction|StopTransaction|TransactionEvent)$/.test(action);
}

const sampleValue = /\/sampledValue\/\d+\/value$/;
const keptWords = /\/(unit|measurand|context)$/;
const zoneless = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?$/;
const decimalText = /^\s*[+-]?\d+(?:\.\d+)?\s*$/;

function repair(violation: Violation, action: string, mode: ValidationMode, copies: Copies): RepairRule | null {
  const path = violation.instancePath;
  switch (violation.keyword) {
    case 'additionalProperties':
      return dropProperty(copies, path, String(violation.params['additionalProperty']));
    case 'required':
      if (violation.params['missingProperty'] !== 'value' || !/\/sampledValue\/\d+$/.test(path)) return null;
      // 1.6 wants text, 2.x a number: the schema's other rule is met on the next round by `badValue`.
      (at(copies.shadow, path) as Record<string, unknown>)['value'] = '';
      return 'unreadableValue';
    case 'type':
      return sampleValue.test(path) ? badValue(copies, path, violation) : integerText(copies, path, action, violation);
    case 'maxLength':
      if (isProtected(action, path)) break;
      replace(copies.shadow, path, '');
      return 'longText';
    case 'enum':
      if (!keptWords.test(path)) break;
      replace(copies.shadow, path, firstWord(violation));
      return 'unknownWord';
    case 'format':
      if (isProtected(action, path)) break;
      if (zoneless.test(String(at(copies.shadow, path)))) {
        for (const copy of [copies.shadow, copies.meaning]) replace(copy, path, `${String(at(copy, path))}Z`);
        return 'zoneMissing';
      }
      break;
  }
  return mode === 'observe' ? observed(copies.shadow, violation) : null;
}

/** Lets a broken bound, word or format stand: only the shadow is bent to the schema. */
function observed(shadow: Record<string, unknown>, violation: Violation): RepairRule | null {
  const { keyword, instancePath: path, params } = violation;
  if (path === '') return null;
  if (keyword === 'enum') replace(shadow, path, firstWord(violation));
  else if (keyword === 'maxLength') replace(shadow, path, '');
  else if (keyword === 'minimum' || keyword === 'maximum') replace(shadow, path, params['limit']);
  else if (keyword === 'multipleOf') replace(shadow, path, 0);
  else if (keyword === 'format') replace(shadow, path, params['format'] === 'uri' ? 'a:b' : '1970-01-01T00:00:00Z');
  else if (keyword === 'maxItems')
    replace(shadow, path, (at(shadow, path) as unknown[]).slice(0, Number(params['limit'])));
  else return null;
  return 'observed';
}

const firstWord = (violation: Violation): unknown => (violation.params['allowedValues'] as readonly unknown[])[0];

function dropProperty(copies: Copies, path: string, name: string): RepairRule {
  for (const copy of [copies.shadow, copies.meaning]) delete (at(copy, path) as Record<string, unknown>)[name];
  return 'extraProperty';
}

/** A value of the wrong JSON type: a number kept as text or the other way round is read, the rest is unreadable. */
function badValue(copies: Copies, path: string, violation: Violation): RepairRule {
  const value = at(copies.meaning, path);
  if (violation.params['type'] === 'number') {
    replace(copies.shadow, path, 0);
    if (typeof value === 'string' && decimalText.test(value)) replace(copies.meaning, path, Number(value));
  } else {
    replace(copies.shadow, path, '');
    if (typeof value === 'number') replace(copies.meaning, path, String(value));
  }
  return 'unreadableValue';
}

function integerText(copies: Copies, path: string, action: string, violation: Violation): RepairRule | null {
  const value = at(copies.shadow, path);
  if (violation.params['type'] !== 'integer' || isProtected(action, path)) return null;
  if (typeof value !== 'string' || !/^\s*-?\d{1,15}\s*$/.test(value)) return null;
  for (const copy of [copies.shadow, copies.meaning]) replace(copy, path, Number(value));
  return 'integerText';
}

const segments = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));

function at(root: unknown, path: string): unknown {
  let node = root;
  for (const key of segments(path)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

function replace(root: Record<string, unknown>, path: string, value: unknown): void {
  const keys = segments(path);
  const last = keys.pop();
  const parent = at(root, keys.map((k) => `/${k.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (last !== undefined && typeof parent === 'object' && parent !== null) {
    (parent as Record<string, unknown>)[last] = value;
  }
}
