import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { europeanStars, inclusiveQuantile, strongClusters, terciles, type Measure } from '@qipan/clusters';

const panelOf = (seed: number, regions: number, industries: number): Measure => {
  const r = random(seed);
  return {
    regions,
    industries,
    value: Float64Array.from({ length: regions * industries }, () =>
      r.next() < 0.15 ? 0 : r.next() < 0.05 ? Number.NaN : Math.round(400 * Math.exp(1.3 * r.normal())),
    ),
  };
};

test('the inclusive quantile is that of the textbook (type 7)', () => {
  assert.equal(inclusiveQuantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(inclusiveQuantile([4, 1, 3, 2], 0.9), 3.7);
  assert.equal(inclusiveQuantile([5], 0.9), 5);
  assert.ok(Number.isNaN(inclusiveQuantile([], 0.5)));
});

test('stars by the words of the rule, one cell at a time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2, max: 30 }), (seed, regions) => {
      const m = panelOf(seed, regions, 4);
      const rule = { topShare: 0.1, quotient: 2, floor: 300 };
      const got = europeanStars(m, rule);
      const at = (r: number, i: number) => m.value[r * 4 + i];
      const known = (v: number) => !Number.isNaN(v);
      const sum = (list: readonly number[]) => list.filter(known).reduce((a, b) => a + b, 0);
      const region = (r: number) => sum([0, 1, 2, 3].map((i) => at(r, i)));
      const all = [...Array(regions).keys()];
      const total = sum([...m.value]);
      for (let r = 0; r < regions; r++)
        for (let i = 0; i < 4; i++) {
          const k = r * 4 + i;
          const x = at(r, i);
          if (!known(x)) {
            assert.equal(got.stars[k], -1);
            continue;
          }
          const others = all.filter((o) => at(o, i) > 0);
          const nation = sum(others.map((o) => at(o, i)));
          const enough = x >= 300;
          const size =
            enough &&
            x >=
              inclusiveQuantile(
                others.map((o) => at(o, i)),
                0.9,
              );
          const focus =
            enough &&
            x / region(r) >=
              inclusiveQuantile(
                others.map((o) => at(o, i) / region(o)),
                0.9,
              );
          const special = enough && x / region(r) / (nation / total) >= 2;
          assert.deepEqual([got.size[k], got.specialisation[k], got.focus[k]], [size, special, focus].map(Number));
          assert.equal(got.stars[k], Number(size) + Number(special) + Number(focus));
        }
    }),
    { seed: 41, numRuns: 60 },
  );
});

test('the largest of its industry has the size star, the border counts, the floor takes all away', () => {
  const m: Measure = { regions: 3, industries: 2, value: Float64Array.of(5000, 5000, 1000, 9000, 999, 100) };
  const s = europeanStars(m, { topShare: 0.5 });
  assert.deepEqual([...s.size], [1, 1, 1, 1, 0, 0]);
  assert.deepEqual(s.rule, { topShare: 0.5, quotient: 2, floor: 1000 });
  assert.equal(
    europeanStars(m, { floor: 0 }).stars[4],
    2,
    'below the usual floor it would have focus and specialisation',
  );
  assert.equal(s.stars[4], 0);
});

test('another benchmark moves specialisation alone', () => {
  const m = panelOf(8, 20, 4);
  const own = europeanStars(m);
  const other = europeanStars(m, { benchmark: Float64Array.of(1, 100, 100, 100) });
  assert.deepEqual(other.size, own.size);
  assert.deepEqual(other.focus, own.focus);
  assert.notDeepEqual(other.specialisation, own.specialisation);
});

test('a rule that makes no sense is refused', () => {
  const m = panelOf(8, 5, 4);
  for (const rule of [{ topShare: 0 }, { topShare: 1 }, { quotient: 0 }, { floor: -1 }, { floor: Number.NaN }])
    assert.throws(() => europeanStars(m, rule), { code: 'OUT_OF_RANGE' });
});

test('thirds: equal values stand together, the unknown stays 0', () => {
  assert.deepEqual([...terciles(Float64Array.of(1, 2, 3, 4, 5, 6, Number.NaN))], [1, 1, 2, 2, 3, 3, 0]);
  assert.deepEqual([...terciles(Float64Array.of(7, 7, 7))], [3, 3, 3]);
});

test('strong clusters: the top quarter by quotient among regions that have a traded industry', () => {
  const m: Measure = { regions: 5, industries: 2, value: Float64Array.of(50, 50, 20, 80, 10, 90, 5, 95, 0, 100) };
  const got = strongClusters(m, { traded: Uint8Array.of(1, 0) });
  assert.deepEqual([...got], [1, -1, 0, -1, 0, -1, 0, -1, 0, -1]);
  assert.equal(strongClusters(m, { traded: Uint8Array.of(1, 0), floor: 60 })[0], 0);
  assert.equal(strongClusters({ ...m, value: m.value.with(0, Number.NaN) }, { traded: Uint8Array.of(1, 1) })[0], -1);
});
