import { QipanError } from '@qipan/base';

/** What a column holds; a question mark means that it may be null, `auto` that the database gives it. */
export type ColumnKind = 'text' | 'text?' | 'whole' | 'whole?' | 'number?' | 'json' | 'json?' | 'auto';

export interface RecordTable {
  /** Primary key. */
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** What a column holds when an insert leaves it out; null otherwise. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/**
 * The tables of records as they are after the newest migration (a test compares them with the database's catalogue).
 * `…AtMs` are milliseconds UTC, `…MilliWh` whole milliwatt-hours; json columns hold any JSON value.
 */
export const recordTables = {
  board: { key: ['id'], columns: { id: 'text', name: 'json', body: 'json', createdAtMs: 'whole' } },
  dataset: {
    key: ['id'],
    columns: { id: 'text', kind: 'text', name: 'json', summary: 'json', body: 'text', createdAtMs: 'whole' },
  },
  scenario: {
    key: ['id'],
    columns: {
      id: 'text',
      kind: 'text',
      name: 'text',
      boardId: 'text',
      parameters: 'json',
      seed: 'whole',
      createdAtMs: 'whole',
      createdBy: 'text?',
    },
  },
  run: {
    key: ['id'],
    columns: {
      id: 'text',
      scenarioId: 'text',
      status: 'text',
      value: 'number?',
      bound: 'number?',
      gap: 'number?',
      phase: 'text?',
      progress: 'json?',
      result: 'json?',
      error: 'json?',
      createdAtMs: 'whole',
      startedAtMs: 'whole?',
      endedAtMs: 'whole?',
    },
  },
  chargingStation: {
    key: ['id'],
    columns: {
      id: 'text',
      identity: 'text',
      ocppVersion: 'text?',
      origin: 'text',
      securityProfile: 'whole',
      secretHash: 'text?',
      boardId: 'text?',
      placeId: 'text?',
      siteId: 'text?',
      name: 'json?',
      lon: 'number?',
      lat: 'number?',
      moduleType: 'text?',
      evses: 'json?',
      registration: 'text?',
      vendorName: 'text?',
      model: 'text?',
      serialNumber: 'text?',
      firmwareVersion: 'text?',
      settings: 'json?',
      createdAtMs: 'whole',
    },
    defaults: { securityProfile: 0 },
  },
  stationState: {
    key: ['stationId'],
    columns: { stationId: 'text', seq: 'whole', state: 'json', updatedAtMs: 'whole' },
  },
  chargingTransaction: {
    key: ['stationId', 'transactionId'],
    columns: {
      stationId: 'text',
      transactionId: 'text',
      state: 'text',
      evseId: 'whole?',
      connectorId: 'whole?',
      idToken: 'json?',
      startedAtMs: 'whole?',
      endedAtMs: 'whole?',
      startRegisterMilliWh: 'whole?',
      lastRegisterMilliWh: 'whole?',
      energyMilliWh: 'whole?',
      quality: 'json?',
      stoppedReason: 'text?',
      remoteStartId: 'whole?',
      revision: 'whole',
      body: 'json?',
    },
    defaults: { revision: 0 },
  },
  unknownStation: {
    key: ['identity'],
    columns: {
      identity: 'text',
      firstSeenMs: 'whole',
      lastSeenMs: 'whole',
      remoteAddress: 'text?',
      ocppVersion: 'text?',
      vendorName: 'text?',
      model: 'text?',
      serialNumber: 'text?',
      attempts: 'whole',
    },
    defaults: { attempts: 0 },
  },
  command: {
    key: ['id'],
    columns: {
      id: 'text',
      stationId: 'text',
      action: 'text',
      payload: 'json?',
      outcome: 'text?',
      answer: 'json?',
      error: 'text?',
      requestedBy: 'text?',
      reason: 'text?',
      createdAtMs: 'whole',
      sentAtMs: 'whole?',
      answeredAtMs: 'whole?',
      transactionId: 'text?',
    },
  },
  appUser: { key: ['name'], columns: { name: 'text', passwordHash: 'text', role: 'text', createdAtMs: 'whole' } },
  session: { key: ['tokenHash'], columns: { tokenHash: 'text', userName: 'text', expiresAtMs: 'whole' } },
  counter: { key: ['name'], columns: { name: 'text', value: 'whole' } },
  snapshot: { key: ['id'], columns: { id: 'text', seq: 'whole', body: 'json', createdAtMs: 'whole' } },
  setting: { key: ['key'], columns: { key: 'text', value: 'json?' } },
  audit: {
    key: ['seq'],
    columns: {
      seq: 'auto',
      atMs: 'whole',
      who: 'text',
      action: 'text',
      target: 'text?',
      before: 'json?',
      after: 'json?',
      hash: 'text?',
    },
  },
} as const satisfies Record<string, RecordTable>;

export type RecordTableName = keyof typeof recordTables;

type ValueOf<K> = K extends 'text'
  ? string
  : K extends 'text?'
    ? string | null
    : K extends 'whole' | 'auto'
      ? number
      : K extends 'whole?' | 'number?'
        ? number | null
        : unknown;

/** The type of a row of a table, as it is read. */
export type RowOf<T extends RecordTableName> = {
  readonly [C in keyof (typeof recordTables)[T]['columns']]: ValueOf<(typeof recordTables)[T]['columns'][C]>;
};

/** The declaration of a table; `BAD_INPUT` when there is none of that name. */
export function recordTable(name: string): RecordTable {
  if (Object.hasOwn(recordTables, name)) return recordTables[name as RecordTableName];
  throw new QipanError('BAD_INPUT', `there is no table ${name}`, {
    got: name,
    expected: `one of ${Object.keys(recordTables).join(', ')}`,
  });
}

/** Checks that the columns exist; `BAD_INPUT` names the first that does not. */
export function checkColumns(name: string, columns: Iterable<string>): RecordTable {
  const table = recordTable(name);
  for (const c of columns)
    if (!Object.hasOwn(table.columns, c))
      throw new QipanError('BAD_INPUT', `the table ${name} has no column ${c}`, { table: name, column: c });
  return table;
}

export const isJson = (kind: ColumnKind | undefined): boolean => kind === 'json' || kind === 'json?';
