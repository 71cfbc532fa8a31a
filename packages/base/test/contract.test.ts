import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  QipanError,
  declareTable,
  errorBody,
  errorTable,
  checkRows,
  isoTime,
  minorDigits,
  money,
  moneyText,
  parseTime,
  random,
  readCell,
  shareMoney,
  type AnyEvent,
  type Column,
  type ErrorCode,
  type EventKind,
} from '@qipan/base';

/** The codes are a public contract: scripts and other programs rely on status and exit code. Adding is free, changing is not. */
const contract: readonly (readonly [ErrorCode, number, number])[] = [
  ['BAD_INPUT', 400, 65],
  ['BAD_USAGE', 400, 64],
  ['BAD_FILE', 400, 65],
  ['BAD_CELL', 400, 65],
  ['MISSING_COLUMN', 400, 65],
  ['DUPLICATE_ID', 400, 65],
  ['UNKNOWN_REFERENCE', 400, 65],
  ['INCOMPLETE_TABLE', 422, 65],
  ['UNSUPPORTED_FORMAT', 415, 65],
  ['UNKNOWN_CRS', 400, 65],
  ['SHAPE_MISMATCH', 400, 65],
  ['OUT_OF_RANGE', 400, 65],
  ['NOT_FOUND', 404, 66],
  ['CONFLICT', 409, 65],
  ['UNAUTHENTICATED', 401, 77],
  ['FORBIDDEN', 403, 77],
  ['TOO_LARGE', 413, 65],
  ['TOO_MANY_REQUESTS', 429, 75],
  ['STATION_OFFLINE', 409, 75],
  ['STATION_TIMEOUT', 504, 75],
  ['UNSUPPORTED_ACTION', 422, 64],
  ['ENGINE_NEEDED', 422, 69],
  ['VERIFY_FAILED', 422, 65],
  ['PORT_IN_USE', 503, 69],
  ['FOLDER_NOT_WRITABLE', 503, 73],
  ['DISK_FULL', 507, 74],
  ['DATABASE_DOWN', 503, 69],
  ['DATABASE_TOO_OLD', 503, 69],
  ['DATABASE_START_FAILED', 503, 69],
  ['FOLDER_IN_USE', 503, 69],
  ['DEGENERATE_INPUT', 422, 65],
  ['PRESET_MIXED', 400, 65],
  ['VALUE_NEGATIVE', 400, 65],
  ['UNKNOWN_CODE', 400, 65],
  ['DUPLICATE_CELL', 400, 65],
  ['UNIT_MIXED', 400, 65],
  ['LEVEL_MIXED', 400, 65],
  ['CODE_BREAK', 422, 65],
  ['SUPPRESSED_USED', 422, 65],
  ['EMPTY_BENCHMARK', 422, 65],
  ['IO_UNBALANCED', 422, 65],
  ['NOT_PRODUCTIVE', 422, 65],
  ['NO_OUT_OF_TIME', 422, 65],
  ['CONCORDANCE_WEIGHTS', 400, 65],
  ['GRID_LOOP', 422, 65],
  ['GRID_UNSUPPORTED', 422, 65],
];

test('every error code keeps its HTTP status and its exit code', () => {
  for (const [code, httpStatus, exitCode] of contract)
    assert.deepEqual([code, errorTable[code].httpStatus, errorTable[code].exitCode], [code, httpStatus, exitCode]);
  const known = new Set<string>(contract.map(([code]) => code));
  assert.deepEqual(
    Object.keys(errorTable).filter((code) => !known.has(code)),
    [],
    'a new code belongs into this contract',
  );
});

test('exit codes follow sysexits by kind of mistake', () => {
  const kinds: Readonly<Record<number, RegExp>> = {
    64: /^(BAD_USAGE|UNSUPPORTED_ACTION)$/,
    66: /^NOT_FOUND$/,
    69: /PORT|DATABASE|ENGINE|FOLDER_IN_USE/,
    73: /^FOLDER_NOT_WRITABLE$/,
    74: /^DISK_FULL$/,
    75: /STATION|TOO_MANY|STOPPED|CANCELLED/,
    77: /UNAUTHENTICATED|FORBIDDEN/,
  };
  for (const [code, , exit] of contract) if (kinds[exit]) assert.match(code, kinds[exit] as RegExp);
});

test('what goes over the wire for an error is plain JSON', () => {
  const e = new QipanError(
    'BAD_CELL',
    'places.csv row 7',
    { file: 'places.csv', row: 7, column: 'population', got: '-4', expected: '≥ 0' },
    new Error('cause'),
  );
  assert.deepEqual(JSON.parse(JSON.stringify(errorBody(e))), {
    code: 'BAD_CELL',
    message: 'places.csv row 7',
    sentence: { en: errorTable.BAD_CELL.en, zh: errorTable.BAD_CELL.zh },
    details: { file: 'places.csv', row: 7, column: 'population', got: '-4', expected: '≥ 0' },
  });
  assert.equal((e.cause as Error).message, 'cause');
  assert.equal(e.name, 'QipanError');
  assert.equal(new QipanError('NOT_FOUND', 'x').cause, undefined);
});

const at = {
  stationId: 'S1',
  atMs: 1_700_000_000_000,
  receivedAtMs: 1_700_000_000_500,
  evseId: 1,
  connectorId: 1,
} as const;
const wire = { version: '2.0.1', messageId: 'm1' } as const;
const transaction = {
  ...wire,
  transactionId: 'T1',
  seqNo: 0,
  triggerReason: 'Authorized',
  idToken: { idToken: 'ABC', type: 'ISO14443' },
  chargingState: 'Charging',
  registerMilliWh: 12_345_000,
  readings: [],
  stoppedReason: null,
  remoteStartId: null,
  reservationId: null,
} as const;

/** One event of every kind, typed by the vocabulary: a kind that is forgotten here does not compile into the set below. */
const events: readonly AnyEvent[] = [
  {
    ...at,
    kind: 'booted',
    payload: {
      ...wire,
      reason: 'PowerUp',
      vendorName: 'V',
      model: 'M',
      serialNumber: null,
      firmwareVersion: '1',
      iccid: null,
      registration: 'Accepted',
    },
  },
  { ...at, kind: 'connected', payload: { remoteAddress: '127.0.0.1', securityProfile: 1 } },
  { ...at, kind: 'disconnected', payload: { code: 1006, reason: '' } },
  {
    ...at,
    kind: 'statusChanged',
    payload: { ...wire, status: 'Occupied', detail: 'Charging', errorCode: null, info: null },
  },
  { ...at, kind: 'heartbeat', payload: wire },
  { ...at, kind: 'authorized', payload: { ...wire, idToken: { idToken: 'ABC', type: 'Central' }, status: 'Accepted' } },
  { ...at, kind: 'transactionStarted', payload: transaction },
  { ...at, kind: 'transactionUpdated', payload: { ...transaction, seqNo: 1 } },
  { ...at, kind: 'transactionEnded', payload: { ...transaction, seqNo: 2, stoppedReason: 'Local' } },
  {
    ...at,
    kind: 'metered',
    payload: {
      ...wire,
      transactionId: null,
      readings: [
        { measurand: 'Voltage', value: 231, unit: 'V', atMs: null },
        { measurand: 'Energy.Active.Import.Register', unreadable: true, text: 'n/a', atMs: null },
      ],
    },
  },
  { ...at, kind: 'profileChanged', payload: { ...wire, profile: {} } },
  { ...at, kind: 'limitNotified', payload: { ...wire, source: 'EMS', limit: {} } },
  { ...at, kind: 'reservationChanged', payload: { ...wire, reservationId: 4, status: 'Expired' } },
  { ...at, kind: 'firmwareChanged', payload: { ...wire, status: 'Installed', requestId: 1 } },
  { ...at, kind: 'logChanged', payload: { ...wire, status: 'Uploaded', requestId: 1 } },
  {
    ...at,
    kind: 'reportPart',
    payload: {
      ...wire,
      requestId: 1,
      seqNo: 0,
      tbc: false,
      variables: [{ component: 'EVSE', variable: 'Power', attribute: 'Actual', value: '7' }],
    },
  },
  { ...at, kind: 'variableChanged', payload: { ...wire, variables: [] } },
  { ...at, kind: 'monitorFired', payload: { ...wire, data: {} } },
  { ...at, kind: 'certificateRequested', payload: { ...wire, csr: 'x', certificateType: null } },
  { ...at, kind: 'securityEvent', payload: { ...wire, type: 'TamperDetectionActivated', techInfo: null } },
  { ...at, kind: 'displayMessage', payload: { ...wire, data: {} } },
  { ...at, kind: 'costReported', payload: { ...wire, data: {} } },
  { ...at, kind: 'batterySwapped', payload: { ...wire, data: {} } },
  { ...at, kind: 'derReported', payload: { ...wire, data: {} } },
  { ...at, kind: 'dataTransferred', payload: { ...wire, vendorId: 'v', messageIdOfVendor: null, data: 1 } },
  { ...at, kind: 'commandSent', payload: { commandId: 'c', action: 'Reset', payload: {}, by: 'local' } },
  { ...at, kind: 'commandAnswered', payload: { commandId: 'c', action: 'Reset', outcome: 'answered', answer: {} } },
  { ...at, kind: 'configured', payload: { what: 'x', value: 1, by: 'local' } },
  { ...at, kind: 'anomaly', payload: { code: 'registerBackward', detail: '5 after 7' } },
];

test('an event of every kind survives JSON as it is', () => {
  const kinds: Record<EventKind, number> = Object.fromEntries(events.map((e) => [e.kind, 1])) as Record<
    EventKind,
    number
  >;
  assert.equal(Object.keys(kinds).length, events.length, 'each kind once');
  for (const e of events) assert.deepEqual(JSON.parse(JSON.stringify(e)), e);
});

test('times of the wire are read in the spellings that stations send', () => {
  const instant = Date.UTC(2026, 1, 17, 8, 30, 15);
  const spellings: readonly [string, number, boolean][] = [
    ['2026-02-17T08:30:15Z', instant, false],
    ['2026-02-17T16:30:15+08:00', instant, false],
    ['2026-02-17T16:30:15+0800', instant, false],
    ['2026-02-17T03:00:15-05:30', instant, false],
    ['2026-02-17T08:30:15.000Z', instant, false],
    ['2026-02-17T08:30:15.9999999Z', instant + 999, false],
    ['2026-02-17 08:30:15Z', instant, false],
    ['2026-02-17t08:30:15z', instant, false],
    [' 2026-02-17T08:30:15Z ', instant, false],
    ['2026-02-17T08:30Z', instant - 15_000, false],
    ['2026-02-17T08:30:15', instant, true],
  ];
  for (const [text, atMs, zoneMissing] of spellings) assert.deepEqual(parseTime(text), { atMs, zoneMissing }, text);
  assert.equal(isoTime(instant), '2026-02-17T08:30:15.000Z');
});

test('times that are none are null, never an epoch', () => {
  for (const text of [
    '2026-00-10T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '1700000000',
    'Tue Feb 17 2026',
    '2026-2-17T08:30:15Z',
    '2026-02-17T08:30:15+8',
  ])
    assert.equal(parseTime(text), null, text);
});

test('currencies have the digits of ISO 4217', () => {
  const digits: Readonly<Record<string, number>> = {
    CNY: 2,
    EUR: 2,
    USD: 2,
    JPY: 0,
    KRW: 0,
    VND: 0,
    KWD: 3,
    BHD: 3,
    TND: 3,
  };
  for (const [currency, n] of Object.entries(digits)) {
    assert.equal(minorDigits(currency), n);
    assert.match(moneyText(money(1, currency)), new RegExp(`^1${n === 0 ? '' : `\\.0{${n}}`} ${currency}$`));
  }
});

test('largest remainder gives the spare units to the largest fractions, ties to the first', () => {
  const parts = (total: number, weights: readonly number[]) =>
    shareMoney({ minor: total, currency: 'CNY' }, weights).map((m) => m.minor);
  assert.deepEqual(parts(10, [1, 1, 1]), [4, 3, 3]);
  assert.deepEqual(parts(10, [1, 2, 1]), [3, 5, 2]);
  assert.deepEqual(parts(7, [0, 1]), [0, 7]);
  assert.deepEqual(parts(0, [3, 4]), [0, 0]);
  assert.throws(() => parts(5, [-1, 2]), { code: 'OUT_OF_RANGE' });
});

test('streams of different names and of different seeds are uncorrelated', () => {
  const n = 20_000;
  const pairs: readonly [() => number, () => number][] = [
    [random(1).fork('a').next, random(1).fork('b').next],
    [random(1).next, random(2).next],
    [random(7).fork('x').next, random(8).fork('x').next],
  ];
  for (const [x, y] of pairs) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (x() - 0.5) * (y() - 0.5);
    // Standard error of the correlation is 1/√n.
    assert.ok(Math.abs((12 * sum) / n) < 5 / Math.sqrt(n));
  }
});

test('bytes of the stream pass a chi-square test of uniformity', () => {
  const next = random(42).next;
  const counts = new Float64Array(256);
  for (let k = 0; k < 256_000; k++) counts[Math.floor(next() * 256)]! += 1;
  const chi2 = counts.reduce((a, c) => a + (c - 1000) ** 2 / 1000, 0);
  // 255 degrees of freedom: mean 255, standard deviation 22.6; five of them.
  assert.ok(Math.abs(chi2 - 255) < 113, String(chi2));
});

const text = { en: 'x', zh: '某' };
const column = (more: Partial<Column>): Column => ({
  name: 'c',
  type: 'number',
  unit: '',
  required: false,
  description: text,
  ...more,
});

test('each type of column accepts and refuses what it says', () => {
  const accepted: readonly [Partial<Column>, unknown, unknown][] = [
    [{ type: 'year' }, '2026', 2026],
    [{ type: 'integer' }, '１２', 12],
    [{ type: 'integer' }, '1e3', 1000],
    [{ type: 'number' }, '-0.5', -0.5],
    [{ type: 'number' }, 1.25, 1.25],
    [{ type: 'boolean' }, '是', true],
    [{ type: 'boolean' }, '否', false],
    [{ type: 'boolean' }, 'Y', true],
    [{ type: 'boolean' }, 0, false],
    [{ type: 'string' }, ' 桂溪 ', '桂溪'],
    [{ type: 'string' }, 12, '12'],
  ];
  for (const [more, raw, value] of accepted)
    assert.deepEqual(readCell(column(more), raw), { value }, JSON.stringify([more, raw]));
  const refused: readonly [Partial<Column>, unknown, RegExp][] = [
    [{ type: 'year' }, '26.5', /a year/],
    [{ type: 'integer', min: 1 }, '0', /a whole number ≥ 1/],
    [{ type: 'number', unit: 'kW', max: 5 }, '6', /a number ≤ 5 \(kW\)/],
    [{ type: 'number', unit: 'share', min: 0, max: 1 }, '50%', /a number from 0 to 1$/],
    [{ type: 'boolean' }, '2', /true or false/],
  ];
  for (const [more, raw, expected] of refused) {
    const got = readCell(column(more), raw);
    assert.ok('expected' in got && expected.test(got.expected), JSON.stringify([more, raw, got]));
  }
});

test('headers are found by name or alias, in any case and with blanks around', () => {
  const table = declareTable({
    name: 't',
    description: text,
    source: 's',
    columns: [column({ name: 'ratedKva', required: true, aliases: ['容量'] })],
  });
  for (const header of ['ratedKva', 'RATEDKVA', ' ratedkva ', '容量'])
    assert.deepEqual(checkRows(table, [header], [['100']], 'f').rows, [{ ratedKva: 100 }], header);
});

test('a row shorter than the header is unknown where it ends', () => {
  const table = declareTable({
    name: 't',
    description: text,
    source: 's',
    columns: [column({ name: 'a' }), column({ name: 'b' })],
  });
  assert.deepEqual(checkRows(table, ['a', 'b'], [['1']], 'f').rows, [{ a: 1, b: null }]);
});
