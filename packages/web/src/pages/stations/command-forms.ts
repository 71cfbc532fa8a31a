import type { CommandInput } from '@qipan/server/contract';
import type { stationWords } from '../../i18n/stations.js';

type Word = keyof typeof stationWords;

/** One field of a command's form. `evse` offers the EVSEs of the station, `session` its open transactions. */
export interface Field {
  readonly name: string;
  readonly word: Word;
  readonly type: 'evse' | 'evseOrAll' | 'session' | 'text' | 'choice' | 'flag' | 'json';
  readonly first?: string;
  readonly isRequired?: boolean;
  readonly choices?: readonly { readonly value: string; readonly word?: Word }[];
}

export interface CommandForm {
  readonly word: Word;
  readonly fields: readonly Field[];
  readonly payload: (filled: Readonly<Record<string, string>>) => CommandInput['payload'];
}

const number = (text: string | undefined) => (text === undefined || text === '' ? undefined : Number(text));

/** Only what was filled in: the server counts an absent field as not said. */
const given = (payload: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(payload).filter(([, v]) => v !== undefined && v !== ''));

const messages = [
  'BootNotification',
  'Heartbeat',
  'StatusNotification',
  'MeterValues',
  'TransactionEvent',
  'FirmwareStatusNotification',
  'DiagnosticsStatusNotification',
  'LogStatusNotification',
];

const evse: Field = { name: 'evseId', word: 'fieldEvse', type: 'evse', isRequired: true };
const evseOrAll: Field = { name: 'evseId', word: 'fieldEvse', type: 'evseOrAll' };

/** The forms of the commands that people send by hand; any other command is written as JSON. */
export const commandForms: Readonly<Record<string, CommandForm>> = {
  RequestStartTransaction: {
    word: 'cmdStart',
    fields: [evse, { name: 'idToken', word: 'fieldToken', type: 'text', first: 'QIPAN-WEB', isRequired: true }],
    payload: (f) => given({ evseId: number(f['evseId']), idToken: { idToken: f['idToken'] ?? '', type: 'Central' } }),
  },
  RequestStopTransaction: {
    word: 'cmdStop',
    fields: [{ name: 'transactionId', word: 'fieldSession', type: 'session', isRequired: true }],
    payload: (f) => ({ transactionId: f['transactionId'] ?? '' }),
  },
  Reset: {
    word: 'cmdReset',
    fields: [
      {
        name: 'type',
        word: 'fieldResetType',
        type: 'choice',
        first: 'OnIdle',
        choices: [
          { value: 'OnIdle', word: 'fieldOnIdle' },
          { value: 'Immediate', word: 'fieldImmediate' },
        ],
      },
    ],
    payload: (f) => ({ type: f['type'] ?? 'OnIdle' }),
  },
  UnlockConnector: {
    word: 'cmdUnlock',
    fields: [evse],
    payload: (f) => given({ evseId: number(f['evseId']), connectorId: 1 }),
  },
  ChangeAvailability: {
    word: 'cmdAvailability',
    fields: [evseOrAll, { name: 'operational', word: 'fieldOperational', type: 'flag', first: 'true' }],
    payload: (f) => given({ evseId: number(f['evseId']), operational: f['operational'] === 'true' }),
  },
  TriggerMessage: {
    word: 'cmdTrigger',
    fields: [
      {
        name: 'requestedMessage',
        word: 'fieldMessage',
        type: 'choice',
        first: 'StatusNotification',
        choices: messages.map((value) => ({ value })),
      },
      evseOrAll,
    ],
    payload: (f) => given({ requestedMessage: f['requestedMessage'], evseId: number(f['evseId']) }),
  },
  GetVariables: {
    word: 'cmdGet',
    fields: [{ name: 'keys', word: 'fieldKeys', type: 'text' }],
    payload: (f) => {
      const keys = (f['keys'] ?? '')
        .split(/[,，\s]+/)
        .map((k) => k.trim())
        .filter((k) => k !== '');
      return keys.length === 0 ? {} : { keys };
    },
  },
  SetVariables: {
    word: 'cmdSet',
    fields: [
      { name: 'key', word: 'fieldKey', type: 'text', isRequired: true },
      { name: 'value', word: 'fieldValue', type: 'text', isRequired: true },
    ],
    payload: (f) => ({ key: f['key'] ?? '', value: f['value'] ?? '' }),
  },
  ClearCache: { word: 'cmdClearCache', fields: [], payload: () => ({}) },
  GetBaseReport: { word: 'cmdBaseReport', fields: [], payload: () => ({}) },
  raw: {
    word: 'cmdRaw',
    fields: [
      { name: 'action', word: 'fieldAction', type: 'text', isRequired: true },
      { name: 'payload', word: 'fieldPayload', type: 'json', first: '{}' },
    ],
    payload: (f) => ({ action: f['action'] ?? '', payload: readObject(f['payload'] ?? '{}') ?? {} }),
  },
};

/** The JSON object that a text holds, or null. */
export function readObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A form for a command that has none of its own: its payload as JSON. */
export const jsonForm: CommandForm = {
  word: 'cmdOther',
  fields: [{ name: 'payload', word: 'fieldPayload', type: 'json', first: '{}' }],
  payload: (f) => readObject(f['payload'] ?? '{}') ?? {},
};
