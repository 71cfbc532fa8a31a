import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { advancedClusterMonitoring, compositeIndex, upgradeIndices, type Indicator } from '@qipan/clusters';

const indicator = (id: string, weight = 1, higherIsBetter = true): Indicator => ({
  id,
  group: 'g',
  name: { en: id, zh: id },
  unit: 'u',
  higherIsBetter,
  weight,
});
const one = (n: number) => new Int32Array(n);
const close = (a: number | null, b: number, tolerance = 1e-12) =>
  assert.ok(a !== null && Math.abs(a - b) < tolerance, `${a} for ${b}`);

test('z inside the group, weighted, by hand', () => {
  // 1, 2, 3: mean 2, population deviation √(2/3).
  const r = compositeIndex(
    { indicators: [indicator('a', 3), indicator('b', 1, false)] },
    Float64Array.of(1, 1, 2, 2, 3, 3),
    one(3),
  );
  const z = 1 / Math.sqrt(2 / 3);
  close(r.rows[0].arithmetic, (3 * -z + z) / 4);
  close(r.rows[1].arithmetic, 0);
  close(r.rows[2].arithmetic, (3 * z - z) / 4);
  close(r.rows[2].geometric, Math.exp((3 * Math.log(100 + 10 * z) + Math.log(100 - 10 * z)) / 4), 1e-9);
  assert.deepEqual(
    r.rows.map((row) => row.rank),
    [3, 2, 1],
  );
  assert.deepEqual(r.weights, [
    { id: 'a', weight: 3 },
    { id: 'b', weight: 1 },
  ]);
});

test('peers are compared with peers: another group may double everything', () => {
  const values = Float64Array.of(1, 5, 3, 2, 10, 6);
  const r = compositeIndex({ indicators: [indicator('a')] }, values, Int32Array.of(0, 0, 0, 7, 7, 7));
  [0, 1, 2].forEach((k) => close(r.rows[k].arithmetic, r.rows[k + 3].arithmetic as number));
  assert.deepEqual(
    r.rows.map((row) => row.rank),
    [3, 1, 2, 3, 1, 2],
  );
});

test('a missing indicator lowers the coverage and is not imputed', () => {
  const nan = Number.NaN;
  const r = compositeIndex(
    { indicators: [indicator('a', 3), indicator('b')] },
    Float64Array.of(1, nan, 3, 4, nan, nan),
    one(3),
  );
  assert.deepEqual(
    r.rows.map((row) => row.coverage),
    [0.75, 1, 0],
  );
  close(r.rows[0].arithmetic, -1);
  assert.deepEqual(
    [r.rows[2].arithmetic, r.rows[2].geometric, r.rows[2].rank, r.rows[2].rankRange],
    [null, null, null, null],
  );
});

test('where all are alike nobody stands out', () => {
  const r = compositeIndex({ indicators: [indicator('a')] }, Float64Array.of(5, 5, 5), one(3));
  r.rows.forEach((row) => {
    assert.equal(row.arithmetic, 0);
    close(row.geometric, 100, 1e-9);
    assert.deepEqual([row.rank, row.rankRange], [1, { best: 1, worst: 1 }]);
  });
});

const samples = fc.record({ seed: fc.integer({ min: 1, max: 1e6 }), holes: fc.boolean() });
function sample(seed: number, holes: boolean) {
  const r = random(seed);
  const cols = 2 + r.below(3);
  const regions = 3 + r.below(6);
  const values = Float64Array.from({ length: regions * cols }, () =>
    holes && r.next() < 0.15 ? Number.NaN : r.normal(),
  );
  const indicators = Array.from({ length: cols }, (_, c) => indicator(`i${c}`, 0.5 + r.next(), c % 2 === 0));
  return { r, cols, regions, values, indicators };
}

test('no weighting within half and one and a half moves a rank out of its range', () => {
  fc.assert(
    fc.property(samples, ({ seed, holes }) => {
      const { r, values, indicators, regions } = sample(seed, holes);
      const { rows } = compositeIndex({ indicators }, values, one(regions));
      for (let draw = 0; draw < 60; draw++) {
        // Corners and inner points alike.
        const factor = () => (draw % 2 === 0 ? (r.next() < 0.5 ? 0.5 : 1.5) : 0.5 + r.next());
        const weighted = indicators.map((i) => ({ ...i, weight: i.weight * factor() }));
        compositeIndex({ indicators: weighted }, values, one(regions)).rows.forEach((row, k) => {
          const range = rows[k].rankRange;
          if (row.rank === null || !range) return assert.equal(row.rank, null);
          assert.ok(
            range.best <= row.rank && row.rank <= range.worst,
            `rank ${row.rank} outside ${range.best}–${range.worst}`,
          );
        });
      }
    }),
    { seed: 59, numRuns: 60 },
  );
});

test('the range is not wider than two regions need: with complete figures some weighting reaches each end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const { values, indicators, cols } = sample(seed, false);
      const two = values.slice(0, 2 * cols);
      const { rows } = compositeIndex({ indicators }, two, one(2));
      const seen = [new Set<number>(), new Set<number>()];
      for (let mask = 0; mask < 2 ** cols; mask++) {
        const weighted = indicators.map((i, c) => ({ ...i, weight: i.weight * ((mask >> c) & 1 ? 1.5 : 0.5) }));
        compositeIndex({ indicators: weighted }, two, one(2)).rows.forEach((row, k) => seen[k].add(row.rank as number));
      }
      rows.forEach((row, k) => {
        assert.equal(row.rankRange?.best, Math.min(...seen[k]));
        assert.equal(row.rankRange?.worst, Math.max(...seen[k]));
      });
    }),
    { seed: 61, numRuns: 60 },
  );
});

test('the unit of an indicator and the scale of the weights do not matter; a weakness weighs more in the geometric version', () => {
  fc.assert(
    fc.property(samples, ({ seed, holes }) => {
      const { values, indicators, regions, cols } = sample(seed, holes);
      const want = compositeIndex({ indicators }, values, one(regions)).rows;
      const other = compositeIndex(
        { indicators: indicators.map((i) => ({ ...i, weight: i.weight * 7 })) },
        values.map((v, k) => (k % cols === 0 ? v * 1000 + 5 : v)),
        one(regions),
      ).rows;
      want.forEach((row, k) => {
        if (row.arithmetic === null || row.geometric === null) return;
        close(other[k].arithmetic, row.arithmetic, 1e-9);
        assert.ok(
          row.geometric <= 100 + 10 * row.arithmetic + 1e-9,
          'the geometric mean is never above the arithmetic one',
        );
      });
    }),
    { seed: 67, numRuns: 60 },
  );
});

test('bad shapes and weights are refused', () => {
  assert.throws(() => compositeIndex({ indicators: [indicator('a')] }, new Float64Array(3), one(2)), {
    code: 'SHAPE_MISMATCH',
  });
  for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => compositeIndex({ indicators: [indicator('a', weight)] }, new Float64Array(2), one(2)), {
      code: 'OUT_OF_RANGE',
      message: /weight of a/,
    });
});

test('three indices and the monitoring set are shipped as data, each indicator once, less-is-better ones marked', () => {
  assert.deepEqual(
    upgradeIndices.map((i) => [i.id, i.indicators.length]),
    [
      ['highEnd', 4],
      ['intelligent', 4],
      ['green', 5],
    ],
  );
  const all = [...upgradeIndices, advancedClusterMonitoring].flatMap((d) =>
    d.indicators.map((i) => ({ ...i, index: d })),
  );
  for (const i of all)
    assert.ok(i.index.groups.some((g) => g.id === i.group) && i.name.en && /[\u4e00-\u9fff]/.test(i.name.zh));
  assert.deepEqual(
    upgradeIndices.flatMap((d) => d.indicators.filter((i) => !i.higherIsBetter).map((i) => i.id)),
    ['energyPerValueAdded', 'co2PerValueAdded', 'waterPerValueAdded'],
  );
  assert.equal(advancedClusterMonitoring.groups.length, 6, 'five dimensions and scale');
});
