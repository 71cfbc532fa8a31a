import { QipanError, type IdToken } from '@qipan/base';
import type { Payload } from '../frames.js';
import type { ChargingProfile } from './charging-profile.js';

/** What may be asked of a station, in the vocabulary, with what each command carries. */
export interface CommandPayloads {
  readonly RequestStartTransaction: {
    readonly evseId?: number;
    readonly idToken: IdToken;
    /** 2.x: links the transaction to this command; by default the request id handed in. */
    readonly remoteStartId?: number;
    readonly chargingProfile?: ChargingProfile;
  };
  readonly RequestStopTransaction: { readonly transactionId: string };
  readonly Reset: { readonly type: 'OnIdle' | 'Immediate'; readonly evseId?: number };
  /** Without keys: everything (2.x: a base report, which comes as events). */
  readonly GetVariables: { readonly keys?: readonly string[] };
  readonly SetVariables: { readonly key: string; readonly value: string };
  readonly GetBaseReport: { readonly reportBase?: 'ConfigurationInventory' | 'FullInventory' | 'SummaryInventory' };
  readonly TriggerMessage: {
    readonly requestedMessage: string;
    readonly evseId?: number;
    readonly connectorId?: number;
  };
  readonly UnlockConnector: { readonly evseId: number; readonly connectorId?: number };
  readonly ChangeAvailability: {
    readonly operational: boolean;
    readonly evseId?: number;
    readonly connectorId?: number;
  };
  readonly ClearCache: Readonly<Record<never, never>>;
  readonly SetChargingProfile: { readonly evseId: number; readonly chargingProfile: ChargingProfile };
  readonly ClearChargingProfile: {
    readonly chargingProfileId?: number;
    readonly evseId?: number;
    readonly chargingProfilePurpose?: string;
    readonly stackLevel?: number;
  };
  readonly GetCompositeSchedule: {
    readonly evseId: number;
    readonly durationS: number;
    readonly chargingRateUnit?: 'A' | 'W';
  };
  readonly DataTransfer: { readonly vendorId: string; readonly messageId?: string; readonly data?: unknown };
  /** Any action of the version with its own wire payload; validated like everything sent. */
  readonly raw: { readonly action: string; readonly payload: Payload };
}

export type CommandName = keyof CommandPayloads;
export type Command = { [K in CommandName]: { readonly action: K; readonly payload: CommandPayloads[K] } }[CommandName];

type FieldType = 'evse' | 'integer' | 'text' | 'boolean' | 'idToken' | 'texts' | 'object' | 'any';
type Field = readonly [name: string, type: FieldType, isRequired: boolean, words?: readonly string[]];

const reset = ['OnIdle', 'Immediate'];
const reports = ['ConfigurationInventory', 'FullInventory', 'SummaryInventory'];

/** The fields of each command, as callers must send them. */
export const commandFields: Readonly<Record<CommandName, readonly Field[]>> = {
  RequestStartTransaction: [
    ['evseId', 'evse', false],
    ['idToken', 'idToken', true],
    ['remoteStartId', 'integer', false],
    ['chargingProfile', 'object', false],
  ],
  RequestStopTransaction: [['transactionId', 'text', true]],
  Reset: [
    ['type', 'text', true, reset],
    ['evseId', 'evse', false],
  ],
  GetVariables: [['keys', 'texts', false]],
  SetVariables: [
    ['key', 'text', true],
    ['value', 'text', true],
  ],
  GetBaseReport: [['reportBase', 'text', false, reports]],
  TriggerMessage: [
    ['requestedMessage', 'text', true],
    ['evseId', 'evse', false],
    ['connectorId', 'evse', false],
  ],
  UnlockConnector: [
    ['evseId', 'evse', true],
    ['connectorId', 'evse', false],
  ],
  ChangeAvailability: [
    ['operational', 'boolean', true],
    ['evseId', 'evse', false],
    ['connectorId', 'evse', false],
  ],
  ClearCache: [],
  SetChargingProfile: [
    ['evseId', 'integer', true],
    ['chargingProfile', 'object', true],
  ],
  ClearChargingProfile: [
    ['chargingProfileId', 'integer', false],
    ['evseId', 'integer', false],
    ['chargingProfilePurpose', 'text', false],
    ['stackLevel', 'integer', false],
  ],
  GetCompositeSchedule: [
    ['evseId', 'integer', true],
    ['durationS', 'integer', true],
    ['chargingRateUnit', 'text', false, ['A', 'W']],
  ],
  DataTransfer: [
    ['vendorId', 'text', true],
    ['messageId', 'text', false],
    ['data', 'any', false],
  ],
  raw: [
    ['action', 'text', true],
    ['payload', 'object', true],
  ],
};

const isObject = (v: unknown): v is Payload => typeof v === 'object' && v !== null && !Array.isArray(v);

const tests: Readonly<Record<FieldType, readonly [expected: string, test: (v: unknown) => boolean]>> = {
  evse: ['a positive integer', (v) => Number.isSafeInteger(v) && (v as number) > 0],
  integer: ['an integer of at least 0', (v) => Number.isSafeInteger(v) && (v as number) >= 0],
  text: ['a text', (v) => typeof v === 'string'],
  boolean: ['true or false', (v) => typeof v === 'boolean'],
  idToken: ['{idToken, type}', (v) => isObject(v) && typeof v['idToken'] === 'string' && typeof v['type'] === 'string'],
  texts: ['a list of texts', (v) => Array.isArray(v) && v.length > 0 && v.every((k) => typeof k === 'string')],
  object: ['an object', isObject],
  any: ['a value', () => true],
};

/**
 * Reads a command of the HTTP API or the shell. Throws `UNSUPPORTED_ACTION` for an unknown name and `BAD_INPUT` for a
 * field that is missing, unknown or of the wrong kind. Null counts as absent.
 */
export function readCommand(action: string, payload: Payload): Command {
  if (!Object.hasOwn(commandFields, action)) {
    throw new QipanError('UNSUPPORTED_ACTION', `there is no command ${action}`, {
      got: action,
      expected: Object.keys(commandFields).join(', '),
    });
  }
  const fields = commandFields[action as CommandName];
  const read: Record<string, unknown> = {};
  for (const [name, type, isRequired, words] of fields) {
    const value = payload[name] ?? undefined;
    if (value === undefined && !isRequired) continue;
    const [expected, test] = tests[type];
    if (!test(value) || (words !== undefined && !words.includes(value as string))) {
      const wanted = words === undefined ? expected : `one of ${words.join(', ')}`;
      throw new QipanError('BAD_INPUT', `${action}.${name}: expected ${wanted}`, {
        field: name,
        got: value,
        expected: wanted,
      });
    }
    read[name] = value;
  }
  const unknown = Object.keys(payload).find((name) => !fields.some(([known]) => known === name));
  if (unknown !== undefined) {
    const expected = fields.map(([name]) => name).join(', ');
    throw new QipanError('BAD_INPUT', `${action} has no field ${unknown}`, { field: unknown, expected });
  }
  return { action, payload: read } as unknown as Command;
}
