import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { drawBinomial, drawMultinomial, drawPoisson, logGamma } from '@qipan/numeric';

/** Pearson's χ² of draws against probabilities, cells of expected count below 8 pooled, over its degrees of freedom. */
function chiSquare(draws: readonly number[], probability: (k: number) => number, span: readonly [number, number]) {
  const counts = new Map<number, number>();
  for (const k of draws) counts.set(k, (counts.get(k) ?? 0) + 1);
  let [chi, cells, pooled, pooledCount] = [0, 0, 0, 0];
  for (let k = span[0]; k <= span[1]; k++) {
    const e = probability(k) * draws.length;
    const o = counts.get(k) ?? 0;
    if (e < 8) {
      pooled += e;
      pooledCount += o;
      continue;
    }
    chi += (o - e) ** 2 / e;
    cells++;
  }
  if (pooled > 8) {
    chi += (pooledCount - pooled) ** 2 / pooled;
    cells++;
  }
  return { chi, freedom: cells - 1 };
}

/** χ² lies within about four of its own standard deviations. */
const plausible = (c: { chi: number; freedom: number }, what: string) =>
  assert.ok(Math.abs(c.chi - c.freedom) < 4.5 * Math.sqrt(2 * c.freedom), `${what}: χ² ${c.chi} on ${c.freedom}`);

for (const mean of [0.3, 4, 9.9, 10, 37, 900]) {
  test(`Poisson draws of mean ${mean} follow its probabilities`, () => {
    const r = random(11);
    const draws = Array.from({ length: 40_000 }, () => drawPoisson(r, mean));
    const p = (k: number) => Math.exp(-mean + k * Math.log(mean) - logGamma(k + 1));
    const reach = 8 * Math.sqrt(mean) + 8;
    plausible(chiSquare(draws, p, [Math.max(0, Math.floor(mean - reach)), Math.ceil(mean + reach)]), `${mean}`);
  });
}

for (const [n, p] of [
  [5, 0.2],
  [40, 0.1],
  [60, 0.9],
  [200, 0.3],
  [5000, 0.02],
] as const) {
  test(`binomial draws of ${n} at ${p} follow its probabilities`, () => {
    const r = random(12);
    const draws = Array.from({ length: 40_000 }, () => drawBinomial(r, n, p));
    const probability = (k: number) =>
      Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log(1 - p));
    plausible(chiSquare(draws, probability, [0, n]), `${n}, ${p}`);
  });
}

test('the edges are certain', () => {
  const r = random(1);
  assert.deepEqual(
    [drawPoisson(r, 0), drawBinomial(r, 0, 0.5), drawBinomial(r, 9, 0), drawBinomial(r, 9, 1)],
    [0, 0, 0, 9],
  );
});

test('multinomial draws keep the total, leave weightless cells at 0 and have the mean and variance of theory', () => {
  const r = random(13);
  const w = Float64Array.from([3, 0, 5, 2, 0]);
  const out = new Float64Array(5);
  const sum = new Float64Array(5);
  const square = new Float64Array(5);
  const draws = 4000;
  for (let d = 0; d < draws; d++) {
    drawMultinomial(r, 100, w, out);
    assert.equal(
      out.reduce((a, b) => a + b, 0),
      100,
    );
    out.forEach((x, i) => {
      sum[i]! += x;
      square[i]! += x * x;
    });
  }
  assert.deepEqual([sum[1], sum[4]], [0, 0]);
  for (const [i, p] of [
    [0, 0.3],
    [2, 0.5],
    [3, 0.2],
  ] as const) {
    const mean = sum[i]! / draws;
    assert.ok(Math.abs(mean - 100 * p) < 0.4);
    assert.ok(Math.abs(square[i]! / draws - mean ** 2 - 100 * p * (1 - p)) < 2);
  }
});

test('the same seed gives the same draws; impossible parameters are refused', () => {
  const draw = () => {
    const r = random(5);
    return Array.from({ length: 50 }, (_, k) => drawPoisson(r, k * 3) + drawBinomial(r, 20 * k, 0.4));
  };
  assert.deepEqual(draw(), draw());
  const r = random(1);
  assert.throws(() => drawPoisson(r, -1), { code: 'OUT_OF_RANGE' });
  assert.throws(() => drawPoisson(r, Number.NaN), { code: 'OUT_OF_RANGE' });
  assert.throws(() => drawBinomial(r, 2.5, 0.5), { code: 'OUT_OF_RANGE' });
  assert.throws(() => drawBinomial(r, 2, 1.5), { code: 'OUT_OF_RANGE' });
  assert.throws(() => drawMultinomial(r, 2, new Float64Array(3), new Float64Array(3)), { code: 'OUT_OF_RANGE' });
});

test('Poisson draws of millions have the mean and the variance of theory, and stay whole', () => {
  const r = random(21);
  for (const mean of [1e4, 3e6]) {
    const draws = Array.from({ length: 20_000 }, () => drawPoisson(r, mean));
    assert.ok(draws.every(Number.isInteger));
    const m = draws.reduce((a, b) => a + b, 0) / draws.length;
    const v = draws.reduce((a, b) => a + (b - m) ** 2, 0) / draws.length;
    assert.ok(Math.abs(m - mean) < 5 * Math.sqrt(mean / draws.length), `${m}`);
    assert.ok(Math.abs(v / mean - 1) < 0.05, `${v}`);
  }
});

test('a sum of two independent Poisson numbers is one of the summed mean', () => {
  const r = random(22);
  const draws = Array.from({ length: 40_000 }, () => drawPoisson(r, 6) + drawPoisson(r, 15));
  const p = (k: number) => Math.exp(-21 + k * Math.log(21) - logGamma(k + 1));
  plausible(chiSquare(draws, p, [0, 70]), 'sum');
});

test('a binomial number and its complement add up to the trials', () => {
  const draw = (p: number) => {
    const r = random(23);
    return Array.from({ length: 200 }, () => drawBinomial(r, 300, p));
  };
  const [low, high] = [draw(0.25), draw(0.75)];
  low.forEach((k, i) => assert.equal(k + high[i]!, 300));
});
