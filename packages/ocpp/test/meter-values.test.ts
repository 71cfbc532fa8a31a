import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTime, type Reading } from '@qipan/base';
import { scaledInteger, scaledNumber } from '@qipan/ocpp';
import { readingsOf, wireTime, type WireSample } from '../src/codec/meter-values.js';

const at = '2025-03-01T10:00:00Z';
const atMs = Date.UTC(2025, 2, 1, 10);

const one = (sample: WireSample): Reading => readingsOf([{ timestamp: at, sampledValue: [sample] }])[0] as Reading;
const valueOf = (sample: WireSample): number | null => {
  const r = one(sample);
  return 'value' in r ? r.value : null;
};

/** Written apart from the code under test: digits moved by hand, halves away from zero, in BigInt. */
function byHand(text: string, shift: number): bigint {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const digits = BigInt(whole + fraction);
  const exponent = shift - fraction.length;
  let magnitude: bigint;
  if (exponent >= 0) {
    magnitude = digits * 10n ** BigInt(exponent);
  } else {
    const divisor = 10n ** BigInt(-exponent);
    magnitude = (digits * 2n + divisor) / (divisor * 2n);
  }
  return negative ? -magnitude : magnitude;
}

test('decimal text becomes an exact integer: any text agrees with arithmetic done by hand', () => {
  const text = fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: 999_999_999 }), fc.stringMatching(/^\d{0,8}$/))
    .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`);
  fc.assert(
    fc.property(text, fc.integer({ min: -6, max: 6 }), (t, shift) => {
      const exact = byHand(t, shift);
      const got = scaledInteger(t, shift);
      if (exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < -BigInt(Number.MAX_SAFE_INTEGER)) assert.equal(got, null);
      else assert.equal(BigInt(got as number), exact, `${t} · 10^${shift}`);
    }),
    { numRuns: 2000 },
  );
});

test('values that a double spoils come out exact', () => {
  // 1.005 · 1000 is 1004.9999999999999 in doubles, 4.35 · 100 is 434.99999999999994
  assert.equal(scaledInteger('1.005', 3), 1005);
  assert.equal(scaledInteger('4.35', 2), 435);
  assert.equal(scaledInteger('0.1', 3), 100);
  assert.equal(scaledInteger('8192.3', 3), 8_192_300);
  assert.equal(scaledInteger('0.0005', 3), 1);
  assert.equal(scaledInteger('0.00049999999999999999999', 3), 0);
  assert.equal(scaledInteger('-0.0005', 3), -1);
  assert.equal(scaledInteger('00012.50', 3), 12_500);
});

test('a JSON number stands for its shortest decimal', () => {
  assert.equal(scaledInteger(1.005, 3), 1005);
  assert.equal(scaledInteger(4.35, 2), 435);
  assert.equal(scaledInteger(12345.6, 3), 12_345_600);
  assert.equal(scaledInteger(1e21, 0), null);
  assert.equal(scaledInteger(1.5e-7, 9), 150);
  assert.equal(scaledInteger(-2.5, 3), -2500);
  assert.equal(scaledInteger(0, 3), 0);
  assert.equal(scaledInteger(Infinity, 3), null);
  assert.equal(scaledInteger(Number.NaN, 3), null);
});

test('what is no plain decimal is unreadable', () => {
  for (const text of ['', ' ', '.', '-', 'NaN', 'Infinity', '12,5', '1e3', '0x10', '1 2', '--1', '1.2.3', '１２']) {
    assert.equal(scaledInteger(text, 3), null, text);
    assert.equal(scaledNumber(text, 0), null, text);
  }
  assert.equal(scaledInteger('9'.repeat(65), 0), null);
});

test('blanks around, a sign and a bare point side are read', () => {
  assert.equal(scaledInteger(' 12.5 ', 1), 125);
  assert.equal(scaledInteger('+7', 0), 7);
  assert.equal(scaledInteger('5.', 0), 5);
  assert.equal(scaledInteger('.5', 1), 5);
  assert.equal(scaledNumber('-0', 0), 0);
});

test('numbers too large for the ledger are unreadable, 9·10⁹ kWh is not', () => {
  assert.equal(scaledInteger('9000000000', 6), 9e15);
  assert.equal(scaledInteger('9100000000', 6), null);
  assert.equal(scaledInteger('1', 60), null);
  assert.equal(scaledInteger('0', 60), 0);
});

test('other quantities are the nearest double of the exact decimal', () => {
  assert.equal(scaledNumber('7.4', 3), 7400);
  assert.equal(scaledNumber('0.0317', 3), 31.7);
  assert.equal(scaledNumber(230.1, 0), 230.1);
  assert.equal(scaledNumber(1.1, 3), 1100);
});

test('a sample without words is an energy register in watt-hours', () => {
  assert.deepEqual(one({ value: '1234.5' }), {
    measurand: 'Energy.Active.Import.Register',
    value: 1_234_500,
    unit: 'mWh',
    atMs,
  });
});

test('kilowatt-hours and multipliers are scaled to milliwatt-hours', () => {
  assert.equal(valueOf({ value: '12.345678', unit: 'kWh' }), 12_345_678);
  assert.equal(valueOf({ value: 12.3, unitOfMeasure: { unit: 'kWh' } }), 12_300_000);
  assert.equal(valueOf({ value: 12.3, unitOfMeasure: { unit: 'Wh', multiplier: 3 } }), 12_300_000);
  assert.equal(valueOf({ value: 1234, unitOfMeasure: { unit: 'Wh', multiplier: -3 } }), 1234);
  assert.equal(valueOf({ value: 1234, unitOfMeasure: { multiplier: 1 } }), 12_340_000);
});

test('power, current, voltage and temperature come in base units', () => {
  const read = (sample: WireSample): unknown[] => {
    const r = one(sample);
    return 'value' in r ? [r.value, r.unit] : [];
  };
  assert.deepEqual(read({ value: '7.4', measurand: 'Power.Active.Import', unit: 'kW' }), [7400, 'W']);
  assert.deepEqual(read({ value: '31.3', measurand: 'Current.Import' }), [31.3, 'A']);
  assert.deepEqual(read({ value: '230', measurand: 'Voltage', unit: 'V' }), [230, 'V']);
  assert.deepEqual(read({ value: '21.5', measurand: 'Temperature', unit: 'Celcius' }), [21.5, 'Celsius']);
  assert.deepEqual(read({ value: '21.5', measurand: 'Temperature', unit: 'Celsius' }), [21.5, 'Celsius']);
  assert.deepEqual(read({ value: '300', measurand: 'Temperature', unit: 'K' }), [26.85, 'Celsius']);
  assert.deepEqual(read({ value: '212', measurand: 'Temperature', unit: 'Fahrenheit' }), [100, 'Celsius']);
  assert.deepEqual(read({ value: '55', measurand: 'SoC' }), [55, 'Percent']);
  assert.deepEqual(read({ value: '0.98', measurand: 'Power.Factor' }), [0.98, '']);
  assert.deepEqual(read({ value: '50', measurand: 'Frequency' }), [50, 'Hertz']);
  assert.deepEqual(read({ value: '3', measurand: 'Mood', unit: 'smile' }), [3, 'smile']);
});

test('an unreadable value keeps its text and is never 0', () => {
  for (const value of ['', 'NaN', '12,5', '1e3', null, undefined, true, {}]) {
    const reading = one({ value, measurand: 'Energy.Active.Import.Register', unit: 'Wh' });
    assert.ok('unreadable' in reading, JSON.stringify(value));
    assert.ok(!('value' in reading));
  }
  assert.deepEqual(one({ value: '12,5', unit: 'Wh' }), {
    measurand: 'Energy.Active.Import.Register',
    unreadable: true,
    text: '12,5 Wh',
    atMs,
  });
});

test('an energy in a unit that is none is unreadable', () => {
  for (const unit of ['W', 'furlong', 'Percent', 'toString']) {
    assert.ok('unreadable' in one({ value: '5', unit }), unit);
  }
});

test('a signed blob without a plain value is unreadable, one beside a value is kept', () => {
  assert.ok('unreadable' in one({ value: 'deadbeef', format: 'SignedData' }));
  const signed = { signedMeterData: 'AA==', signingMethod: '', encodingMethod: 'OCMF', publicKey: '' };
  const reading = one({ value: 5, signedMeterValue: signed });
  assert.ok('value' in reading && reading.signedData === JSON.stringify(signed));
});

test('phase, location and context are kept when they are said', () => {
  const reading = one({ value: '1', phase: 'L1', location: 'Inlet', context: 'Transaction.Begin' });
  assert.ok('value' in reading);
  assert.deepEqual([reading.phase, reading.location, reading.context], ['L1', 'Inlet', 'Transaction.Begin']);
  assert.deepEqual(Object.keys(one({ value: '1' })), ['measurand', 'value', 'unit', 'atMs']);
});

test('readings of several times keep their own time, one that is no date has none', () => {
  const readings = readingsOf([
    { timestamp: '2025-03-01T10:00:00+08:00', sampledValue: [{ value: '1' }] },
    { timestamp: '2025-02-30T10:00:00Z', sampledValue: [{ value: '2' }] },
  ]);
  assert.deepEqual(
    readings.map((r) => r.atMs),
    [Date.UTC(2025, 2, 1, 2), null],
  );
  assert.deepEqual(readingsOf(undefined), []);
});

test('a wire time is what the careful reader says, for real and unreal dates alike', () => {
  const two = (max: number): fc.Arbitrary<string> => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
  const tail = fc.constantFrom('Z', '.5Z', '.123Z', '+08:00', '', 'z');
  const time = fc
    .tuple(fc.integer({ min: 1970, max: 2099 }), two(14), two(33), two(25), two(61), two(61), tail)
    .map(([y, mo, d, h, mi, s, t]) => `${y}-${mo}-${d}T${h}:${mi}:${s}${t}`);
  fc.assert(
    fc.property(time, (text) => {
      assert.equal(wireTime(text), parseTime(text)?.atMs ?? null, text);
    }),
    { numRuns: 3000 },
  );
  assert.equal(wireTime('2025-02-30T00:00:00Z'), null);
  assert.equal(wireTime('2024-02-29T00:00:00Z'), Date.UTC(2024, 1, 29));
  assert.equal(wireTime(5), null);
});

test('JSON numbers agree with arithmetic done by hand on their shortest decimal', () => {
  const number = fc
    .tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.integer({ min: 0, max: 6 }))
    .map(([n, places]) => Number((n / 10 ** places).toFixed(places)));
  fc.assert(
    fc.property(number, fc.integer({ min: -4, max: 6 }), (n, shift) => {
      const text = String(n);
      fc.pre(!text.includes('e'));
      assert.equal(BigInt(scaledInteger(n, shift) as number), byHand(text, shift), `${text} · 10^${shift}`);
    }),
    { numRuns: 2000 },
  );
});

test('other quantities agree with the engine reading the shifted decimal', () => {
  const text = fc
    .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.stringMatching(/^\d{1,6}$/))
    .map(([a, b]) => `${a}.${b}`);
  fc.assert(
    fc.property(text, fc.integer({ min: -3, max: 3 }), (t, shift) => {
      assert.equal(scaledNumber(t, shift), Number(`${t}e${shift}`) + 0, `${t} · 10^${shift}`);
    }),
    { numRuns: 2000 },
  );
});
