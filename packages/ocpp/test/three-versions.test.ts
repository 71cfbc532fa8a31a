import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AnyEvent, OcppVersion, Reading, TransactionPayload } from '@qipan/base';
import {
  encodeAnswer,
  encodeCommand,
  toEvents,
  versions,
  type AuthorizationStatus,
  type Command,
  type Payload,
} from '@qipan/ocpp';
import { officialSchema } from './schema-arbitrary.js';
import { booted, minute, visit } from './station/fake-csms.js';
import { told } from './support/exchange.js';

/** The same visit at a station of each version, its messages decoded. */
function eventsOf(version: OcppVersion): readonly AnyEvent[] {
  const csms = booted({ version, sampledS: 300 });
  csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
  csms.run(45 * minute);
  return csms.seen.flatMap(
    ({ id, action, payload, atMs }) =>
      toEvents(
        { version, id, action, payload, repairs: [], isSend: false, arrival: 0 },
        { stationId: 's', receivedAtMs: atMs },
      ).events,
  );
}

type TransactionEvent = AnyEvent & { readonly payload: TransactionPayload };
const isOf =
  (kind: AnyEvent['kind']) =>
  (e: AnyEvent): e is TransactionEvent =>
    e.kind === kind;

/** What a session comes to, whichever way its version tells it. */
function session(events: readonly AnyEvent[]) {
  const [started] = events.filter(isOf('transactionStarted'));
  const [ended] = events.filter(isOf('transactionEnded'));
  assert.ok(started && ended);
  const register = (e: TransactionEvent): number | null =>
    e.payload.registerMilliWh ??
    e.payload.readings.flatMap((r) =>
      'value' in r && r.measurand === 'Energy.Active.Import.Register' ? [r.value] : [],
    )[0] ??
    null;
  const readings = events.flatMap((e): readonly Reading[] =>
    e.kind === 'metered' || e.kind === 'transactionUpdated' ? e.payload.readings : [],
  );
  return {
    place: [started.evseId, started.connectorId],
    token: started.payload.idToken,
    startedAtMs: started.atMs,
    endedAtMs: ended.atMs,
    startMilliWh: register(started),
    endMilliWh: register(ended),
    reason: ended.payload.stoppedReason,
    units: [...new Set(readings.map((r) => ('value' in r ? `${r.measurand} ${r.unit}` : 'unreadable')))].sort(),
  };
}

test('a visit comes to the same session in all three versions: place, token, times, registers, reason, units', () => {
  const [in16, in201, in21] = versions.map((v) => session(eventsOf(v)));
  assert.deepEqual(in16, in201);
  assert.deepEqual(in201, in21);
  assert.equal(in16?.reason, 'Local');
  assert.ok((in16?.endMilliWh ?? 0) - (in16?.startMilliWh ?? 0) > 9_000_000, 'about ten kilowatt-hours');
});

/** What a command on the wire asks for, read by the words of its version. */
const readers: Readonly<Record<string, (p: Payload) => unknown>> = {
  '1.6 RemoteStartTransaction': (p) => ['start', p['connectorId'] ?? null, p['idTag']],
  '2 RequestStartTransaction': (p) => ['start', p['evseId'] ?? null, (p['idToken'] as Payload)['idToken']],
  '1.6 RemoteStopTransaction': (p) => ['stop', String(p['transactionId'])],
  '2 RequestStopTransaction': (p) => ['stop', p['transactionId']],
  '1.6 Reset': (p) => ['reset', p['type'] === 'Hard', null],
  '2 Reset': (p) => ['reset', p['type'] === 'Immediate', p['evseId'] ?? null],
  '1.6 ChangeConfiguration': (p) => ['set', p['key'], p['value']],
  '2 SetVariables': (p) => {
    const [row] = p['setVariableData'] as readonly [Payload];
    const name = `${(row['component'] as Payload)['name'] as string}.${(row['variable'] as Payload)['name'] as string}`;
    return ['set', settings.find(([, key2]) => key2 === name)?.[0], row['attributeValue']];
  },
  '1.6 UnlockConnector': (p) => ['unlock', p['connectorId']],
  '2 UnlockConnector': (p) => ['unlock', p['evseId']],
  '1.6 ChangeAvailability': (p) => ['available', p['connectorId'] || null, p['type']],
  '2 ChangeAvailability': (p) => [
    'available',
    (p['evse'] as Payload | undefined)?.['id'] ?? null,
    p['operationalStatus'],
  ],
  '1.6 GetCompositeSchedule': (p) => ['schedule', p['connectorId'], p['duration'], p['chargingRateUnit']],
  '2 GetCompositeSchedule': (p) => ['schedule', p['evseId'], p['duration'], p['chargingRateUnit']],
  '1.6 TriggerMessage': (p) => ['trigger', p['requestedMessage'], p['connectorId'] ?? null],
  '2 TriggerMessage': (p) => ['trigger', p['requestedMessage'], (p['evse'] as Payload | undefined)?.['id'] ?? null],
  '1.6 SetChargingProfile': (p) => {
    const profile = p['csChargingProfiles'] as Payload;
    return [
      'profile',
      p['connectorId'],
      profile['chargingProfileId'],
      profile['stackLevel'],
      periods(profile['chargingSchedule']),
    ];
  },
  '2 SetChargingProfile': (p) => {
    const profile = p['chargingProfile'] as Payload;
    return [
      'profile',
      p['evseId'],
      profile['id'],
      profile['stackLevel'],
      periods((profile['chargingSchedule'] as readonly unknown[])[0]),
    ];
  },
};
const periods = (schedule: unknown): unknown => (schedule as Payload)['chargingSchedulePeriod'];

/** The same setting by both names (OCPP 2.0.1 Part 2, referenced components and variables). */
const settings = [
  ['HeartbeatInterval', 'OCPPCommCtrlr.HeartbeatInterval'],
  ['ConnectionTimeOut', 'TxCtrlr.EVConnectionTimeOut'],
  ['MeterValueSampleInterval', 'SampledDataCtrlr.TxUpdatedInterval'],
  ['LocalPreAuthorize', 'AuthCtrlr.LocalPreAuthorize'],
] as const;

const evseId = fc.integer({ min: 1, max: 9 });
const maybeEvse = fc.option(evseId, { nil: undefined }).map((e) => (e === undefined ? {} : { evseId: e }));
const token = fc.stringMatching(/^[A-Z0-9]{1,20}$/).map((idToken) => ({ idToken, type: 'ISO14443' }));
const limit = fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10);
const profile = fc
  .record({ id: fc.nat(999), stackLevel: fc.nat(9), limits: fc.array(limit, { minLength: 1, maxLength: 4 }) })
  .map(({ id, stackLevel, limits }) => ({
    id,
    stackLevel,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: [
      {
        id: 1,
        chargingRateUnit: 'A',
        chargingSchedulePeriod: limits.map((l, i) => ({ startPeriod: i * 900, limit: l })),
      },
    ],
  }));
const action = (name: string, payload: fc.Arbitrary<unknown>): fc.Arbitrary<Command> =>
  payload.map((p) => ({ action: name, payload: p }) as Command);
const anyCommand = fc.oneof(
  action(
    'RequestStartTransaction',
    fc.tuple(maybeEvse, token).map(([e, idToken]) => ({ ...e, idToken })),
  ),
  action(
    'RequestStopTransaction',
    fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((n) => ({ transactionId: String(n) })),
  ),
  action('Reset', fc.record({ type: fc.constantFrom('OnIdle', 'Immediate') })),
  action(
    'SetVariables',
    fc.tuple(fc.constantFrom(...settings.flat()), fc.nat(999)).map(([key, n]) => ({ key, value: `${n}` })),
  ),
  action('UnlockConnector', fc.record({ evseId })),
  action(
    'ChangeAvailability',
    fc.tuple(maybeEvse, fc.boolean()).map(([e, operational]) => ({ ...e, operational })),
  ),
  action(
    'GetCompositeSchedule',
    fc.record({ evseId, durationS: fc.nat(86_400), chargingRateUnit: fc.constantFrom('A', 'W') }),
  ),
  action(
    'TriggerMessage',
    fc.tuple(maybeEvse, fc.constantFrom('Heartbeat', 'MeterValues')).map(([e, m]) => ({ ...e, requestedMessage: m })),
  ),
  action('SetChargingProfile', fc.record({ evseId, chargingProfile: profile })),
);

test('any command asks for the same thing in all three versions', () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(anyCommand, (command) => {
      const asked = versions.map((version) => {
        const out = encodeCommand(version, command, { requestId: 7 });
        assert.ok('action' in out, JSON.stringify(out));
        met.add(out.action);
        const read = readers[`${version === '1.6' ? '1.6' : '2'} ${out.action}`];
        assert.ok(read !== undefined, out.action);
        return read(out.payload);
      });
      assert.deepEqual(asked[0], asked[1]);
      assert.deepEqual(asked[1], asked[2]);
    }),
    { numRuns: 600, seed: 16 },
  );
  assert.equal(met.size, 9 + 3, 'nine commands, three of which have two names');
});

/** Units of the 1.6 schema with their power of ten above the base unit, and what the base is called. */
const unitTable: Readonly<Record<string, readonly [base: string, shift: number, measurand: string]>> = {
  Wh: ['mWh', 3, 'Energy.Active.Import.Register'],
  kWh: ['mWh', 6, 'Energy.Active.Export.Interval'],
  varh: ['mvarh', 3, 'Energy.Reactive.Import.Register'],
  kvarh: ['mvarh', 6, 'Energy.Reactive.Export.Register'],
  W: ['W', 0, 'Power.Active.Import'],
  kW: ['W', 3, 'Power.Offered'],
  VA: ['VA', 0, 'Power.Active.Import'],
  kVA: ['VA', 3, 'Power.Active.Export'],
  var: ['var', 0, 'Power.Reactive.Import'],
  kvar: ['var', 3, 'Power.Reactive.Export'],
  A: ['A', 0, 'Current.Import'],
  V: ['V', 0, 'Voltage'],
  Percent: ['Percent', 0, 'SoC'],
  Celcius: ['Celsius', 0, 'Temperature'],
  Celsius: ['Celsius', 0, 'Temperature'],
};

function readingOf(version: OcppVersion, sampled: Payload): Reading {
  const meterValue = [{ timestamp: '2025-03-01T10:00:00Z', sampledValue: [sampled] }];
  const { events } = told(version, 'MeterValues', { [version === '1.6' ? 'connectorId' : 'evseId']: 1, meterValue });
  const [event] = events;
  assert.ok(event?.kind === 'metered' && event.payload.readings.length === 1);
  return event.payload.readings[0] as Reading;
}

test('the unit table of this test has every unit of the 1.6 schema that needs no conversion of scale', () => {
  const schema = officialSchema('1.6', 'MeterValues', 'Request');
  const enums = [...JSON.stringify(schema).matchAll(/"enum":(\[[^\]]*\])/g)].map(
    ([, e]) => JSON.parse(e as string) as string[],
  );
  const inSchema = enums.find((e) => e.includes('kvarh')) as string[];
  const missing = inSchema.filter((u) => !Object.hasOwn(unitTable, u));
  assert.deepEqual(
    [...missing].sort(),
    ['Fahrenheit', 'K'].filter((u) => inSchema.includes(u)),
  );
});

test('a value of 1.6, as text in its unit, is the value of 2.x as a number with its multiplier, exactly', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(unitTable)),
      fc.integer({ min: 0, max: 999_999 }),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(undefined, 'L1', 'L2', 'L3', 'N', 'L1-N', 'L2-L3'),
      (unit, digits, places, phase) => {
        const [base, shift, measurand] = unitTable[unit] as readonly [string, number, string];
        const text =
          places === 0
            ? String(digits)
            : `${String(digits).padStart(places + 1, '0')}`.replace(new RegExp(`(\\d{${places}})$`), '.$1');
        const more = {
          measurand,
          context: 'Sample.Periodic',
          location: 'Outlet',
          ...(phase === undefined ? {} : { phase }),
        };
        const in16 = readingOf('1.6', { ...more, value: text, unit: unit === 'Celsius' ? 'Celcius' : unit });
        const unit2 = unit === 'Celcius' ? 'Celsius' : unit;
        const in2 = (['2.0.1', '2.1'] as const).map((v) =>
          readingOf(v, { ...more, value: Number(text), unitOfMeasure: { unit: unit2 } }),
        );
        const scaled = readingOf('2.0.1', {
          ...more,
          value: digits,
          unitOfMeasure: { unit: unit2, multiplier: -places },
        });
        assert.ok('value' in in16, JSON.stringify(in16));
        for (const other of [...in2, scaled]) assert.deepEqual(other, in16, `${text} ${unit}`);
        assert.deepEqual([in16.unit, in16.phase, in16.location], [base, phase, 'Outlet']);
        const exact = Number(`${digits}e${shift - places}`);
        assert.equal(in16.value, base.startsWith('m') ? Math.round(exact) : exact, `${text} ${unit}`);
      },
    ),
    { numRuns: 200, seed: 11 },
  );
});

test('what is unreadable in one version is unreadable in all, with what the station wrote', () => {
  for (const [text, unit] of [
    ['12,5', 'Wh'],
    ['', 'Wh'],
    ['NaN', 'kWh'],
    ['5', 'W'],
  ] as const) {
    const reading = readingOf('1.6', { value: text, measurand: 'Energy.Active.Import.Register', unit });
    assert.ok('unreadable' in reading && reading.text === `${text} ${unit}`, text);
  }
  for (const version of ['2.0.1', '2.1'] as const) {
    const reading = readingOf(version, { value: 5, unitOfMeasure: { unit: 'W' } });
    assert.ok('unreadable' in reading && reading.text === '5 W');
    const huge = readingOf(version, { value: 1e15, unitOfMeasure: { unit: 'kWh' } });
    assert.ok('unreadable' in huge, 'beyond the ledger');
  }
});

test('no word of an authorization lets a car charge in one version and not in another', () => {
  const words: readonly AuthorizationStatus[] = [
    ...(['Accepted', 'Blocked', 'ConcurrentTx', 'Expired', 'Invalid', 'NoCredit'] as const),
    ...(['NotAllowedTypeEVSE', 'NotAtThisLocation', 'NotAtThisTime', 'Unknown'] as const),
  ];
  for (const status of words) {
    const idTokenInfo = { status, cacheExpiryMs: null, groupId: null, chargingPriority: null, language: null };
    const authorization = { kind: 'authorization', idTokenInfo } as const;
    const said = versions.map((version) => {
      const payload = version === '1.6' ? { idTag: 'A' } : { idToken: { idToken: 'A', type: 'Central' } };
      const reply = told(version, 'Authorize', payload, { authorization }).reply?.[2] as Record<string, Payload>;
      return (reply[version === '1.6' ? 'idTagInfo' : 'idTokenInfo'] as Payload)['status'];
    });
    assert.deepEqual(
      said.map((s) => s === 'Accepted'),
      versions.map(() => status === 'Accepted'),
    );
    assert.deepEqual(said.slice(1), [status, status]);
  }
});

test('an answer of another kind than was asked for is a programmer’s mistake, said by name', () => {
  const { events } = told('1.6', 'Heartbeat', {});
  assert.equal(events[0]?.kind, 'heartbeat');
  const decoded = toEvents(
    { version: '1.6', id: 'm', action: 'Heartbeat', payload: {}, repairs: [], isSend: false, arrival: 0 },
    { stationId: 's', receivedAtMs: 0 },
  );
  assert.throws(() => encodeAnswer(decoded, { kind: 'silence' }), /Heartbeat asks for time, got silence/);
});
