import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { drawPoisson, logGamma, poissonField } from '@qipan/numeric';

/** Draws of one mean: a field of equal cells, drawn several times over. */
function drawsOf(mean: number, seed: number, cells = 20_000, times = 3): Float64Array {
  const draw = poissonField(new Float64Array(cells).fill(mean), random(seed));
  const all = new Float64Array(cells * times);
  for (let t = 0; t < times; t++) draw(all.subarray(t * cells, (t + 1) * cells));
  return all;
}

const probability = (mean: number, k: number) => Math.exp(-mean + k * Math.log(mean) - logGamma(k + 1));

/** Pearson's χ² against the Poisson probabilities; neighbours are pooled until 8 or more are expected. */
function chiSquare(draws: Float64Array, mean: number): { chi: number; freedom: number } {
  const counts = new Map<number, number>();
  for (const k of draws) counts.set(k, (counts.get(k) ?? 0) + 1);
  const reach = 10 * Math.sqrt(mean) + 20;
  let [chi, cells, expected, seen, placed] = [0, 0, 0, 0, 0];
  for (let k = Math.max(0, Math.floor(mean - reach)); k <= mean + reach; k++) {
    expected += probability(mean, k) * draws.length;
    seen += counts.get(k) ?? 0;
    placed += counts.get(k) ?? 0;
    if (expected < 8) continue;
    chi += (seen - expected) ** 2 / expected;
    cells++;
    [expected, seen] = [0, 0];
  }
  assert.equal(placed, draws.length, `all draws of mean ${mean} lie within ten deviations`);
  return { chi, freedom: cells - 1 };
}

// Tabled whole means, the seams at 512 and 513, fractions alone, whole and fraction, and rejection beyond.
const means = [0.02, 0.4, 0.999, 1, 2.5, 9, 10, 37, 255.25, 511, 512, 512.7, 513, 514, 900.5, 5000];
for (const mean of means) {
  test(`a field of mean ${mean} follows the Poisson probabilities`, () => {
    const { chi, freedom } = chiSquare(drawsOf(mean, 31), mean);
    assert.ok(Math.abs(chi - freedom) < 4.5 * Math.sqrt(2 * freedom), `χ² ${chi} on ${freedom}`);
  });
}

test('a wrong mean is seen by the same measure: half a percent off at 513', () => {
  const { chi, freedom } = chiSquare(drawsOf(513, 31), 513 * 1.005);
  assert.ok(chi - freedom > 4.5 * Math.sqrt(2 * freedom), `χ² ${chi} on ${freedom}`);
});

test('means and variances of a mixed field are those of theory, cell by cell', () => {
  const mean = Float64Array.from([0, 0.3, 3, 48.5, 300, 512.5, 700, 4e5]);
  const draw = poissonField(mean, random(32));
  const out = new Float64Array(mean.length);
  const sum = new Float64Array(mean.length);
  const square = new Float64Array(mean.length);
  const n = 20_000;
  for (let t = 0; t < n; t++) {
    draw(out);
    out.forEach((x, k) => {
      sum[k]! += x;
      square[k]! += (x - mean[k]!) ** 2;
    });
  }
  mean.forEach((m, k) => {
    if (m === 0) return assert.deepEqual([sum[k], square[k]], [0, 0]);
    assert.ok(Math.abs(sum[k]! / n - m) < 4.5 * Math.sqrt(m / n), `mean of ${m}: ${sum[k]! / n}`);
    // The variance of the sample variance of a Poisson number is (m + 2m²)/n.
    const spread = 4.5 * Math.sqrt((m + 2 * m * m) / n);
    assert.ok(Math.abs(square[k]! / n - m) < spread, `variance of ${m}: ${square[k]! / n}`);
  });
});

test('cells are independent of their neighbours and of the draw before', () => {
  const n = 4096 * 3 + 17;
  const draw = poissonField(
    Float64Array.from({ length: n }, (_, k) => [4, 30, 600][k % 3]!),
    random(33),
  );
  const [a, b] = [new Float64Array(n), new Float64Array(n)];
  draw(a);
  draw(b);
  const z = (x: number, k: number) => (x - [4, 30, 600][k % 3]!) / Math.sqrt([4, 30, 600][k % 3]!);
  for (const lag of [1, 2, 3, 7]) {
    let r = 0;
    for (let k = 0; k + lag < n; k++) r += z(a[k]!, k) * z(a[k + lag]!, k + lag);
    assert.ok(Math.abs(r) < 4.5 * Math.sqrt(n), `lag ${lag}: ${r / n}`);
  }
  let r = 0;
  for (let k = 0; k < n; k++) r += z(a[k]!, k) * z(b[k]!, k);
  assert.ok(Math.abs(r) < 4.5 * Math.sqrt(n), `next draw: ${r / n}`);
});

test('draws are whole, not negative, the same by seed, and leave the means alone', () => {
  const field = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3000, noNaN: true }), fc.nat(600)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(field, fc.nat(1000), (list, seed) => {
      const mean = Float64Array.from(list);
      const [a, b] = [new Float64Array(list.length), new Float64Array(list.length).fill(-1)];
      const draw = poissonField(mean, random(seed));
      draw(a);
      poissonField(mean, random(seed))(b);
      assert.deepEqual(a, b);
      assert.deepEqual([...mean], list);
      draw(b);
      for (const [k, x] of [...a, ...b].entries()) {
        assert.ok(Number.isInteger(x) && x >= 0);
        if (list[k % list.length] === 0) assert.equal(x, 0);
      }
    }),
    { seed: 3, numRuns: 60 },
  );
});

test('two fields with their own sources do not disturb each other', () => {
  const mean = new Float64Array(100).fill(20);
  const alone = new Float64Array(100);
  poissonField(mean, random(1))(alone);
  const [one, two] = [poissonField(mean, random(1)), poissonField(mean, random(2))];
  const [a, b] = [new Float64Array(100), new Float64Array(100)];
  two(b);
  one(a);
  assert.deepEqual(a, alone);
  assert.notDeepEqual(a, b);
});

test('an empty field draws nothing; impossible means and a wrong shape are refused with their place', () => {
  assert.doesNotThrow(() => poissonField(new Float64Array(0), random(1))(new Float64Array(0)));
  for (const bad of [-1, Number.NaN, Infinity])
    assert.throws(
      () => poissonField(Float64Array.from([1, bad]), random(1)),
      (e: { code?: string; details?: { row?: number } }) => e.code === 'OUT_OF_RANGE' && e.details?.row === 1,
    );
  assert.throws(() => poissonField(new Float64Array(3), random(1))(new Float64Array(2)), { code: 'SHAPE_MISMATCH' });
});

test('a field and single draws come from one distribution (Kolmogorov, Smirnov)', () => {
  for (const mean of [7.3, 60, 511.5, 2000]) {
    const r = random(34);
    const n = 20_000;
    const field = drawsOf(mean, 35, n, 1).sort();
    const single = Float64Array.from({ length: n }, () => drawPoisson(r, mean)).sort();
    let [i, j, widest] = [0, 0, 0];
    while (i < n && j < n) {
      const k = Math.min(field[i]!, single[j]!);
      while (i < n && field[i]! <= k) i++;
      while (j < n && single[j]! <= k) j++;
      widest = Math.max(widest, Math.abs(i - j) / n);
    }
    // 1.95·√(2/n) is passed once in a thousand continuous samples, more seldom by whole numbers.
    assert.ok(widest < 1.95 * Math.sqrt(2 / n), `${mean}: ${widest}`);
  }
});
