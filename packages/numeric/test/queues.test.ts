import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  bisectRoot,
  erlangB,
  erlangC,
  gammaQuantile,
  gammaShareBelow,
  largestArrivalRate,
  logGamma,
  serviceLadder,
  sha256Hex,
  waitProbability,
} from '@qipan/numeric';

/** Exact rationals, so that the recurrence is checked against the definition with factorials and not against itself. */
interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}
const ratio = (n: bigint, d: bigint): Rational => ({ n, d });
const plus = (a: Rational, b: Rational) => ratio(a.n * b.d + b.n * a.d, a.d * b.d);
const times = (a: Rational, b: Rational) => ratio(a.n * b.n, a.d * b.d);
const over = (a: Rational, b: Rational) => ratio(a.n * b.d, a.d * b.n);
const asNumber = (a: Rational) => Number((a.n * 10n ** 30n) / a.d) / 1e30;
const factorial = (k: number): bigint => (k < 2 ? 1n : BigInt(k) * factorial(k - 1));
const termOf = (a: Rational, k: number) => ratio(a.n ** BigInt(k), a.d ** BigInt(k) * factorial(k));

function exactB(servers: number, a: Rational): number {
  let sum = ratio(0n, 1n);
  for (let k = 0; k <= servers; k++) sum = plus(sum, termOf(a, k));
  return asNumber(over(termOf(a, servers), sum));
}

function exactC(servers: number, a: Rational): number {
  let sum = ratio(0n, 1n);
  for (let k = 0; k < servers; k++) sum = plus(sum, termOf(a, k));
  const n = ratio(BigInt(servers), 1n);
  const last = times(termOf(a, servers), over(n, plus(n, ratio(-a.n, a.d))));
  return asNumber(over(last, plus(sum, last)));
}

const near = (got: number, want: number, tolerance: number) =>
  assert.ok(Math.abs(got - want) <= tolerance, `${got} is not within ${tolerance} of ${want}`);

describe('queues', () => {
  test('Erlang B and C give the printed values', () => {
    near(erlangB(5, 3), 0.110054347826, 5e-13);
    near(erlangC(5, 3), 0.236151603499, 5e-13);
    near(erlangC(2, 1), 1 / 3, 1e-15);
    near(erlangC(10, 8), 0.409180150796, 5e-13);
  });

  test('Erlang B and C equal their definitions in exact rationals up to twelve servers', () => {
    for (let n = 1; n <= 12; n++)
      for (const [num, den] of [
        [1n, 7n],
        [1n, 2n],
        [9n, 10n],
        [5n, 2n],
        [31n, 4n],
      ]) {
        const a = ratio(num, den);
        const offered = Number(num) / Number(den);
        near(erlangB(n, offered), exactB(n, a), 1e-12);
        if (offered < n) near(erlangC(n, offered), exactC(n, a), 1e-12);
      }
  });

  test('the ladder of arrival rates gives the printed tables for 26 and 189 minutes', () => {
    const counts = [1, 2, 3, 4, 6, 8, 12];
    const tables: [number, number[]][] = [
      [26, [0.3213, 1.54, 3.1304, 4.9011, 8.7302, 12.7744, 21.1944]],
      [189, [0.0333, 0.1658, 0.3441, 0.5465, 0.9928, 1.4725, 2.4894]],
    ];
    for (const [meanServiceMin, want] of tables) {
      const got = serviceLadder(counts, { meanServiceMin, waitMin: 10, alpha: 0.1 });
      want.forEach((w, l) => near(got[l], w, 5.0001e-5));
    }
  });

  test('the largest rate meets its target with equality and pooling never loses', () => {
    const target = { meanServiceMin: 38.3, waitMin: 10, alpha: 0.1, arrivalScv: 1.4, serviceScv: 2 };
    for (let n = 1; n <= 12; n++) {
      const rate = largestArrivalRate(n, target);
      near(waitProbability(n, rate, target), 0.1, 1e-9);
      for (let m = 1; m < n; m++)
        assert.ok(rate >= largestArrivalRate(m, target) + largestArrivalRate(n - m, target) - 1e-9);
    }
    assert.equal(largestArrivalRate(0, target), 0);
  });

  test('more variability or a stricter target lowers the rate', () => {
    const base = { meanServiceMin: 30, waitMin: 10, alpha: 0.1 };
    const rate = largestArrivalRate(4, base);
    assert.ok(largestArrivalRate(4, { ...base, serviceScv: 3 }) < rate);
    assert.ok(largestArrivalRate(4, { ...base, alpha: 0.05 }) < rate);
    assert.ok(largestArrivalRate(4, { ...base, waitMin: 5 }) < rate);
    assert.equal(waitProbability(2, 100, base), 1);
    assert.equal(erlangC(3, 0), 0);
    assert.equal(erlangC(3, 3), 1);
  });

  test('impossible servers, loads and targets are refused with the value got', () => {
    assert.throws(() => erlangB(1.5, 1), { code: 'OUT_OF_RANGE' });
    assert.throws(() => erlangC(2, Number.NaN), { code: 'OUT_OF_RANGE' });
    assert.throws(() => largestArrivalRate(2, { meanServiceMin: 0, waitMin: 1, alpha: 0.1 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => largestArrivalRate(2, { meanServiceMin: 9, waitMin: 1, alpha: 1 }), { code: 'OUT_OF_RANGE' });
  });

  test('a discrete-event simulation of the largest rate waits as the formula says', () => {
    const target = { meanServiceMin: 26, waitMin: 10, alpha: 0.1 };
    const rate = largestArrivalRate(4, target);
    // Independent of the code under test: a plain linear congruential stream and a list of free times.
    let x = 123456789n;
    const uniform = () => {
      x = (x * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
      return (Number(x >> 11n) + 0.5) / 2 ** 53;
    };
    const runs = 20;
    const shares: number[] = [];
    for (let run = 0; run < runs; run++) {
      const free = [0, 0, 0, 0];
      let now = 0;
      let late = 0;
      const cars = 10_000;
      for (let c = 0; c < cars + 500; c++) {
        now += (-Math.log(uniform()) * 60) / rate;
        free.sort((p, q) => p - q);
        const wait = Math.max(0, free[0] - now);
        free[0] = now + wait - Math.log(uniform()) * target.meanServiceMin;
        if (c >= 500 && wait > target.waitMin) late++;
      }
      shares.push(late / cars);
    }
    const mean = shares.reduce((s, v) => s + v, 0) / runs;
    const deviation = Math.sqrt(shares.reduce((s, v) => s + (v - mean) ** 2, 0) / (runs - 1));
    // 99 % interval of Student's t with 19 degrees of freedom.
    near(mean, 0.1, (2.861 * deviation) / Math.sqrt(runs));
  });
});

describe('roots and distributions', () => {
  test('bisection finds a root from either slope and refuses an interval without one', () => {
    near(
      bisectRoot((v) => v * v - 2, { low: 0, high: 2 }),
      Math.SQRT2,
      1e-11,
    );
    near(
      bisectRoot((v) => 1 - v ** 3, { low: 0, high: 5 }),
      1,
      1e-11,
    );
    assert.equal(
      bisectRoot((v) => v, { low: 0, high: 1 }),
      0,
    );
    assert.throws(() => bisectRoot((v) => v + 1, { low: 0, high: 1 }), { code: 'OUT_OF_RANGE' });
  });

  test('log-gamma equals factorials and the value at one half', () => {
    for (let n = 1; n <= 20; n++) near(logGamma(n), Math.log(Number(factorial(n - 1))), 1e-12 * Math.max(1, n * 3));
    near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-13);
    near(logGamma(0.1), 2.252712651734206, 1e-12);
    assert.throws(() => logGamma(0), { code: 'OUT_OF_RANGE' });
  });

  test('the gamma distribution with whole shape is the Erlang distribution of a Poisson sum', () => {
    for (const shape of [1, 2, 5, 12])
      for (const at of [0.3, 2, 7, 30]) {
        let tail = 0;
        for (let k = 0; k < shape; k++) tail += Math.exp(-at) * (at ** k / Number(factorial(k)));
        near(gammaShareBelow(shape, at), 1 - tail, 1e-13);
      }
    assert.equal(gammaShareBelow(3, 0), 0);
  });

  test('the quantile of an exponential is its closed form and quantiles invert the share', () => {
    near(gammaQuantile(0.9, 10, 1), -10 * Math.log(0.1), 1e-9);
    near(gammaShareBelow(4, (gammaQuantile(0.9, 7, 0.5) * 4) / 7), 0.9, 1e-10);
    assert.throws(() => gammaQuantile(1, 1, 1), { code: 'OUT_OF_RANGE' });
  });
});

describe('SHA-256', () => {
  test('agrees with the published vectors and with another implementation on every length to 200', () => {
    assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(sha256Hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (let n = 0; n < 200; n++) {
      const bytes = randomBytes(n);
      assert.equal(sha256Hex(bytes), createHash('sha256').update(bytes).digest('hex'));
    }
    assert.equal(sha256Hex('垫江县'), createHash('sha256').update('垫江县').digest('hex'));
  });
});
