import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPayload, loadValidators, toEvents, type Checked, type Payload, type Validate } from '@qipan/ocpp';

const v16 = await loadValidators('1.6');
const v201 = await loadValidators('2.0.1');

const check16 = (action: string, payload: Payload, mode: 'strict' | 'lenient' | 'observe' = 'lenient'): Checked =>
  checkPayload(v16.request(action) as Validate, action, payload, mode);
const check201 = (action: string, payload: Payload, mode: 'strict' | 'lenient' | 'observe' = 'lenient'): Checked =>
  checkPayload(v201.request(action) as Validate, action, payload, mode);

const good = (checked: Checked): Extract<Checked, { ok: true }> => {
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked;
};
const rules = (checked: Checked): readonly string[] => checked.repairs.map((r) => `${r.path} ${r.rule}`);

const sample = (value: Payload): Payload => ({
  connectorId: 1,
  meterValue: [{ timestamp: '2025-01-01T00:00:00Z', sampledValue: [value] }],
});
const firstSample = (payload: Payload): Payload => {
  const [meterValue] = payload['meterValue'] as readonly { sampledValue: readonly Payload[] }[];
  return meterValue?.sampledValue[0] as Payload;
};

test('a valid payload comes back as the very same object, with no repairs', () => {
  const payload = { idTag: 'x' };
  const checked = good(check16('Authorize', payload));
  assert.equal(checked.payload, payload);
  assert.deepEqual(checked.repairs, []);
});

test('strict refuses what lenient repairs', () => {
  const payload = { extra: 1 };
  const strict = check16('Heartbeat', payload, 'strict');
  assert.ok(!strict.ok && strict.fault === 'format');
  assert.deepEqual(good(check16('Heartbeat', payload)).payload, {});
});

test('extra fields are dropped from the meaning and counted, the caller keeps its object', () => {
  const payload = { idTag: 'x', vendorThing: { a: 1 }, other: 2 };
  const checked = good(check16('Authorize', payload));
  assert.deepEqual(checked.payload, { idTag: 'x' });
  assert.deepEqual(rules(checked), ['/vendorThing extraProperty', '/other extraProperty']);
  assert.deepEqual(payload, { idTag: 'x', vendorThing: { a: 1 }, other: 2 });
});

test('an own __proto__ field is an extra field like any other', () => {
  const payload = JSON.parse('{"idTag":"x","__proto__":{"polluted":true}}') as Payload;
  const checked = good(check16('Authorize', payload));
  assert.deepEqual(Object.keys(checked.payload), ['idTag']);
  assert.equal((checked.payload as { polluted?: boolean }).polluted, undefined);
});

test('a text that is too long is kept whole', () => {
  const long = 'Vendor with a name far beyond twenty characters';
  const checked = good(check16('BootNotification', { chargePointVendor: long, chargePointModel: 'm' }));
  assert.equal(checked.payload['chargePointVendor'], long);
  assert.deepEqual(rules(checked), ['/chargePointVendor longText']);
});

test('unknown units, measurands and contexts are kept as text', () => {
  const checked = good(
    check16('MeterValues', sample({ value: '1', unit: 'furlong', measurand: 'Mood', context: 'Whim' })),
  );
  const kept = firstSample(checked.payload);
  assert.deepEqual([kept['unit'], kept['measurand'], kept['context']], ['furlong', 'Mood', 'Whim']);
  assert.deepEqual([...rules(checked)].sort(), [
    '/meterValue/*/sampledValue/*/context unknownWord',
    '/meterValue/*/sampledValue/*/measurand unknownWord',
    '/meterValue/*/sampledValue/*/unit unknownWord',
  ]);
});

test('unknown words elsewhere are refused', () => {
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Dreaming' };
  const checked = check16('StatusNotification', status);
  assert.ok(!checked.ok && checked.fault === 'property');
  assert.match(checked.reason, /\/status/);
});

test('a time without zone is UTC', () => {
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: '2025-01-01T08:00:00' };
  const checked = good(check16('StatusNotification', status));
  assert.equal(checked.payload['timestamp'], '2025-01-01T08:00:00Z');
  assert.deepEqual(rules(checked), ['/timestamp zoneMissing']);
});

test('a time that is none is refused', () => {
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: 'today' };
  const checked = check16('StatusNotification', status);
  assert.ok(!checked.ok && checked.fault === 'property');
});

test('an integer written as text is read', () => {
  const checked = good(check16('StatusNotification', { connectorId: '2', errorCode: 'NoError', status: 'Available' }));
  assert.equal(checked.payload['connectorId'], 2);
  assert.deepEqual(rules(checked), ['/connectorId integerText']);
  assert.ok(!check16('StatusNotification', { connectorId: 'two', errorCode: 'NoError', status: 'Available' }).ok);
  assert.ok(!check16('StatusNotification', { connectorId: 1.5, errorCode: 'NoError', status: 'Available' }).ok);
});

test('a sampled value of the wrong JSON type is read if it is a number, else it is unreadable', () => {
  const number = good(check16('MeterValues', sample({ value: 12.5 })));
  assert.equal(firstSample(number.payload)['value'], '12.5');
  assert.deepEqual(rules(number), ['/meterValue/*/sampledValue/*/value unreadableValue']);
  const text = good(check201('MeterValues', { ...sample({ value: '12.5' }), connectorId: undefined, evseId: 1 }));
  assert.equal(firstSample(text.payload)['value'], 12.5);
  for (const value of ['', 'NaN', null, true, [], '12,5']) {
    const { connectorId: _c, ...rest } = sample({ value });
    const checked = good(check201('MeterValues', { ...rest, evseId: 1 }));
    assert.notEqual(typeof firstSample(checked.payload)['value'], 'number', String(value));
  }
});

test('a sample without any value is kept as unreadable', () => {
  const checked = good(check16('MeterValues', sample({ measurand: 'Voltage' })));
  const call = {
    version: '1.6',
    id: 'x',
    action: 'MeterValues',
    payload: checked.payload,
    repairs: checked.repairs,
  } as const;
  const [event] = toEvents({ ...call, isSend: false, arrival: 0 }, { stationId: 's', receivedAtMs: 0 }).events;
  assert.ok(event?.kind === 'metered');
  assert.deepEqual(event.payload.readings, [
    { measurand: 'Voltage', unreadable: true, text: '', atMs: Date.UTC(2025, 0, 1) },
  ]);
});

test('who, which transaction, and when it began or ended are never repaired', () => {
  const start = { connectorId: 1, idTag: 'x', meterStart: 0, timestamp: '2025-01-01T00:00:00Z' };
  assert.ok(check16('StartTransaction', start).ok);
  assert.ok(!check16('StartTransaction', { ...start, timestamp: '2025-01-01T00:00:00' }).ok);
  assert.ok(!check16('StartTransaction', { ...start, idTag: 'x'.repeat(21) }).ok);
  const stop = { transactionId: 1, meterStop: 5, timestamp: '2025-01-01T00:00:00Z' };
  assert.ok(!check16('StopTransaction', { ...stop, transactionId: '1' }).ok);
  assert.ok(!check16('StopTransaction', { ...stop, timestamp: '2025-01-01T00:00:00' }).ok);
  const event = {
    eventType: 'Started',
    timestamp: '2025-01-01T00:00:00Z',
    triggerReason: 'CablePluggedIn',
    seqNo: 0,
    transactionInfo: { transactionId: 't' },
  };
  assert.ok(check201('TransactionEvent', event).ok);
  assert.ok(!check201('TransactionEvent', { ...event, timestamp: '2025-01-01T00:00:00' }).ok);
  assert.ok(!check201('TransactionEvent', { ...event, transactionInfo: { transactionId: 'x'.repeat(37) } }).ok);
  const token = { idToken: 'x'.repeat(37), type: 'Central' };
  assert.ok(!check201('TransactionEvent', { ...event, idToken: token }).ok);
  assert.ok(!check201('Authorize', { idToken: { idToken: 'x', type: 'Telepathy' } }).ok);
});

test('a missing field is refused with the occurrence fault, whatever the mode', () => {
  for (const mode of ['strict', 'lenient', 'observe'] as const) {
    const checked = check16('Authorize', {}, mode);
    assert.ok(!checked.ok && checked.fault === 'occurrence');
    assert.match(checked.reason, /idTag is missing/);
  }
});

test('observe lets broken words and bounds pass as they stand, and counts them', () => {
  const status = { connectorId: 1, errorCode: 'Weird', status: 'Available' };
  assert.ok(!check16('StatusNotification', status).ok);
  const checked = good(check16('StatusNotification', status, 'observe'));
  assert.equal(checked.payload['errorCode'], 'Weird');
  assert.deepEqual(rules(checked), ['/errorCode observed']);
  const late = good(
    check16(
      'StartTransaction',
      {
        connectorId: 1,
        idTag: 'x'.repeat(30),
        meterStart: 0,
        timestamp: '2025-01-01T00:00:00Z',
      },
      'observe',
    ),
  );
  assert.equal(late.payload['idTag'], 'x'.repeat(30));
});

test('several repairs of one message are all made and all counted', () => {
  const checked = good(
    check16('BootNotification', {
      chargePointVendor: 'v'.repeat(25),
      chargePointModel: 'm'.repeat(25),
      firmwareVersion: 'f'.repeat(60),
      extra: true,
    }),
  );
  assert.equal(checked.repairs.length, 4);
  assert.equal((checked.payload['firmwareVersion'] as string).length, 60);
});

test('a message with more than 64 faults is refused rather than repaired for ever', () => {
  const payload: Record<string, unknown> = { idTag: 'x' };
  for (let i = 0; i < 200; i++) payload[`extra${i}`] = i;
  assert.ok(!check16('Authorize', payload).ok);
});
