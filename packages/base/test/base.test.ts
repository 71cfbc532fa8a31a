import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  QipanError,
  addMoney,
  errorBody,
  errorTable,
  hashText,
  isQipanError,
  isoTime,
  kwhToMilliWh,
  milliWhToKwh,
  minorDigits,
  money,
  moneyText,
  parseTime,
  random,
  shareMoney,
  uuidV7,
} from '@qipan/base';

test('every error has a sentence in both languages, an HTTP status and an exit code', () => {
  for (const [code, row] of Object.entries(errorTable)) {
    assert.match(code, /^[A-Z][A-Z0-9_]+$/);
    assert.ok(row.httpStatus >= 400 && row.httpStatus < 600, code);
    assert.ok(row.exitCode >= 64 && row.exitCode <= 78, code);
    assert.match(row.en, /^[A-Z].*\.$/s, code);
    assert.match(row.zh, /[\u4e00-\u9fff].*。$/s, code);
  }
});

test('an error carries code, message, details, status and exit code', () => {
  const e = new QipanError('NOT_FOUND', 'no board 7', { got: 7 });
  assert.ok(isQipanError(e));
  assert.ok(!isQipanError(new Error('x')));
  assert.deepEqual([e.httpStatus, e.exitCode], [404, 66]);
  assert.deepEqual(errorBody(e), {
    code: 'NOT_FOUND',
    message: 'no board 7',
    sentence: { en: errorTable.NOT_FOUND.en, zh: errorTable.NOT_FOUND.zh },
    details: { got: 7 },
  });
});

test('the same seed gives the same stream, another seed another one', () => {
  const take = (seed: number) => Array.from({ length: 5 }, random(seed).next);
  assert.deepEqual(take(7), take(7));
  assert.notDeepEqual(take(7), take(8));
});

test('draws stay in their ranges', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, n) => {
      const r = random(seed);
      const u = r.next();
      const k = r.below(n);
      return (
        u >= 0 && u < 1 && Number.isInteger(k) && k >= 0 && k < n && r.exponential() >= 0 && Number.isFinite(r.normal())
      );
    }),
  );
});

/** Sample mean and variance of n draws. */
function moments(n: number, draw: () => number): [number, number] {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = draw();
    sum += x;
    squares += x * x;
  }
  return [sum / n, squares / n - (sum / n) ** 2];
}

test('the distributions have their textbook moments within five standard errors', () => {
  const n = 200_000;
  const near = (got: number, wanted: number, sd: number) =>
    assert.ok(Math.abs(got - wanted) < (5 * sd) / Math.sqrt(n), `${got} for ${wanted}`);
  const [uMean] = moments(n, random(1).next);
  near(uMean, 0.5, Math.sqrt(1 / 12));
  const [nMean, nVar] = moments(n, random(2).normal);
  near(nMean, 0, 1);
  near(nVar, 1, Math.SQRT2);
  const [eMean, eVar] = moments(n, random(3).exponential);
  near(eMean, 1, 1);
  near(eVar, 1, Math.sqrt(8));
  for (const mean of [0.3, 4, 60, 800]) {
    const r = random(4).fork(String(mean));
    const [pMean, pVar] = moments(20_000, () => r.poisson(mean));
    assert.ok(Math.abs(pMean - mean) < 5 * Math.sqrt(mean / 20_000));
    assert.ok(Math.abs(pVar / mean - 1) < 0.08, `variance ${pVar} of mean ${mean}`);
  }
  assert.equal(random(5).poisson(0), 0);
});

test('a permutation holds every index once and is not the identity every time', () => {
  const p = random(9).permutation(100);
  assert.deepEqual(
    [...p].sort((a, b) => a - b),
    [...p.keys()],
  );
  assert.notDeepEqual([...p], [...p.keys()]);
});

test('forked streams do not depend on draws of their parent', () => {
  const a = random(3);
  const before = a.fork('x').next();
  a.next();
  assert.equal(a.fork('x').next(), before);
  assert.notEqual(a.fork('y').next(), before);
});

test('FNV-1a gives the published vectors', () => {
  // Fowler, Noll, Vo: test vectors of the 32-bit variant.
  assert.equal(hashText(''), 0x811c9dc5);
  assert.equal(hashText('a'), 0xe40c292c);
  assert.equal(hashText('foobar'), 0xbf9cf968);
});

test('money rounds half up to the minor unit of its currency', () => {
  assert.deepEqual(money(1.005, 'CNY'), { minor: 101, currency: 'CNY' });
  assert.deepEqual(money(-2.345, 'CNY'), { minor: -235, currency: 'CNY' });
  assert.deepEqual(money(12.5, 'JPY'), { minor: 13, currency: 'JPY' });
  assert.equal(minorDigits('KWD'), 3);
  assert.equal(moneyText(money(12.3, 'CNY')), '12.30 CNY');
  assert.equal(Object.is(money(-0.001, 'CNY').minor, 0), true);
});

test('currencies are never mixed and nonsense is refused', () => {
  assert.deepEqual(addMoney(money(1, 'CNY'), money(2, 'CNY')), money(3, 'CNY'));
  assert.throws(() => addMoney(money(1, 'CNY'), money(2, 'EUR')), { code: 'BAD_INPUT' });
  assert.throws(() => money(Number.NaN, 'CNY'), { code: 'OUT_OF_RANGE' });
  assert.throws(() => money(1e300, 'CNY'), { code: 'OUT_OF_RANGE' });
  assert.throws(() => shareMoney(money(1, 'CNY'), [0, 0]), { code: 'OUT_OF_RANGE' });
});

test('shares of money add up to the whole and differ from the exact share by less than one unit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (minor, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        fc.pre(sum > 1e-6);
        const parts = shareMoney({ minor, currency: 'CNY' }, weights);
        const total = parts.reduce((a, p) => a + p.minor, 0);
        return (
          total === minor &&
          parts.every((p, i) => Math.abs(p.minor - (minor * (weights[i] as number)) / sum) < 1 + 1e-6)
        );
      },
    ),
  );
});

test('energy goes to milliwatt-hours and back', () => {
  assert.equal(kwhToMilliWh(1.2345678), 1234568);
  assert.equal(milliWhToKwh(1_500_000), 1.5);
});

test('date-times are read with zone, fraction and the errors named as null', () => {
  assert.deepEqual(parseTime('2024-02-29T12:00:00Z'), { atMs: Date.UTC(2024, 1, 29, 12), zoneMissing: false });
  assert.deepEqual(parseTime('2024-02-29T12:00:00.123456+08:00'), {
    atMs: Date.UTC(2024, 1, 29, 4, 0, 0, 123),
    zoneMissing: false,
  });
  assert.deepEqual(parseTime('2024-02-29T12:00:00'), { atMs: Date.UTC(2024, 1, 29, 12), zoneMissing: true });
  assert.deepEqual(parseTime('1990-12-31T23:59:60Z'), { atMs: Date.UTC(1990, 11, 31, 23, 59, 59), zoneMissing: false });
  for (const bad of ['', 'now', '2023-02-29T00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-01', '2024-01-01T25:00:00Z'])
    assert.equal(parseTime(bad), null, bad);
});

test('parseTime reads what isoTime writes', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4e12 }), (atMs) => parseTime(isoTime(atMs))?.atMs === atMs));
});

test('UUIDv7 carries version, variant and time in order', () => {
  // RFC 9562, appendix A.6: the example's time and random bits.
  const bytes = Uint8Array.from([0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assert.equal(uuidV7(0x017f22e279b0, bytes), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  assert.ok(uuidV7(1000, bytes) < uuidV7(1001, new Uint8Array(10)));
});

test('filling an array gives the numbers that so many calls would have given, and leaves the stream where they would', () => {
  for (const length of [0, 1, 2, 257]) {
    const [one, many] = [random(77), random(77)];
    one.next();
    many.next();
    const filled = new Float64Array(length);
    many.fill(filled);
    assert.deepEqual(
      filled,
      Float64Array.from({ length }, () => one.next()),
    );
    assert.equal(many.next(), one.next());
    assert.equal(many.below(1000), one.below(1000));
  }
});

test('filled numbers are uniform: χ² over 64 classes, and mean and variance of theory', () => {
  const x = new Float64Array(64_000);
  random(78).fill(x);
  const count = new Float64Array(64);
  for (const v of x) count[Math.floor(v * 64)]! += 1;
  const chi = count.reduce((a, c) => a + (c - 1000) ** 2 / 1000, 0);
  assert.ok(Math.abs(chi - 63) < 4.5 * Math.sqrt(126), `${chi}`);
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  assert.ok(Math.abs(mean - 0.5) < 4.5 / Math.sqrt(12 * x.length));
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  assert.ok(Math.abs(variance - 1 / 12) < 0.002);
});

test('whole amounts of money stay what they are, up to the end of the ledger', () => {
  for (const minor of [1, 99, 460_000_000_000_001, 4_600_000_000_000_001, Number.MAX_SAFE_INTEGER])
    assert.equal(money(minor, 'VND').minor, minor);
  assert.equal(money(-460_000_000_000_001, 'VND').minor, -460_000_000_000_001);
  assert.equal(money(1.005, 'CNY').minor, 101);
});
