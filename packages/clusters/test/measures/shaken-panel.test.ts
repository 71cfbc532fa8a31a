import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { locationQuotient, presence, rankIntervals, type Measure } from '@qipan/clusters';
import { drawRoom, drawnPresence, positiveCells, shaker } from '../../src/measures/shaken-panel.js';

const panels = fc
  .record({ regions: fc.integer({ min: 1, max: 7 }), industries: fc.integer({ min: 1, max: 7 }) })
  .chain((s) =>
    fc.record({
      regions: fc.constant(s.regions),
      industries: fc.constant(s.industries),
      value: fc
        .array(fc.oneof(fc.constant(0), fc.constant(Number.NaN), fc.nat(40)), {
          minLength: s.regions * s.industries,
          maxLength: s.regions * s.industries,
        })
        .map((v) => Float64Array.from(v)),
    }),
  );

test('positive cells are all that is above 0, in their places', () => {
  fc.assert(
    fc.property(panels, (m) => {
      const c = positiveCells(m);
      const back = new Float64Array(m.value.length);
      for (let r = 0; r < m.regions; r++)
        for (let e = c.start[r]!; e < c.start[r + 1]!; e++) back[r * m.industries + c.industry[e]!] = c.value[e]!;
      assert.deepEqual(
        back,
        m.value.map((x) => (x > 0 ? x : 0)),
      );
    }),
    { seed: 5, numRuns: 100 },
  );
});

test('presence of a draw is that of its quotients, whatever the rule, and the room can be used again', () => {
  const rules = fc.record({
    threshold: fc.constantFrom(0.5, 1, 1.7),
    comparison: fc.constantFrom('>=' as const, '>' as const),
    floor: fc.constantFrom(0, 3),
  });
  fc.assert(
    fc.property(panels, rules, fc.nat(99), (m, rule, seed) => {
      const cells = positiveCells(m);
      const room = drawRoom(cells);
      const x = new Float64Array(cells.value.length);
      const draw = shaker(cells, { kind: 'poisson' }, random(seed));
      for (let again = 0; again < 2; again++) {
        draw(x);
        const dense: Measure = { ...m, value: new Float64Array(m.value.length) };
        for (let r = 0; r < m.regions; r++)
          for (let e = cells.start[r]!; e < cells.start[r + 1]!; e++)
            dense.value[r * m.industries + cells.industry[e]!] = x[e]!;
        if (x.reduce((a, b) => a + b, 0) === 0) continue;
        const { lq } = locationQuotient(dense);
        // A quotient within rounding of the threshold may fall either way.
        if (lq.some((q) => q > 0 && Math.abs(q / rule.threshold - 1) < 1e-12)) continue;
        const want = presence(lq, dense, rule, { value: dense.value });
        const got = drawnPresence(cells, x, rule, room);
        assert.deepEqual({ ...got, index: [...got.index] }, { ...want, index: [...want.index] });
      }
    }),
    { seed: 6, numRuns: 200 },
  );
});

const table: Measure = {
  value: Float64Array.from([40, 0, 12, 0, 7, Number.NaN, 900, 3, 55]),
  regions: 3,
  industries: 3,
};

test('multinomial draws keep every region’s total; a region of nothing stays one', () => {
  const cells = positiveCells({ ...table, value: table.value.map((x, k) => (k > 2 && k < 6 ? 0 : x)) });
  const draw = shaker(cells, { kind: 'multinomial' }, random(7));
  const x = new Float64Array(cells.value.length);
  for (let t = 0; t < 20; t++) {
    draw(x);
    const sum = (r: number) => x.subarray(cells.start[r], cells.start[r + 1]).reduce((a, b) => a + b, 0);
    assert.deepEqual([sum(0), sum(1), sum(2)], [52, 0, 958]);
  }
});

test('lognormal draws have the mean of the cell and the coefficient of variation stated', () => {
  const cells = positiveCells(table);
  const draw = shaker(cells, { kind: 'lognormal', cv: 0.3 }, random(8));
  const x = new Float64Array(cells.value.length);
  const [sum, square] = [new Float64Array(x.length), new Float64Array(x.length)];
  const n = 20_000;
  for (let t = 0; t < n; t++) {
    draw(x);
    x.forEach((v, e) => {
      sum[e]! += v;
      square[e]! += v * v;
    });
  }
  cells.value.forEach((v, e) => {
    const mean = sum[e]! / n;
    assert.ok(Math.abs(mean / v - 1) < (4.5 * 0.3) / Math.sqrt(n), `mean ${mean} of ${v}`);
    const cv = Math.sqrt(square[e]! / n - mean * mean) / mean;
    assert.ok(Math.abs(cv - 0.3) < 0.015, `cv ${cv}`);
  });
});

test('a threshold that empty cells pass is refused', () => {
  const o = { preset: 'harvard', draws: 20, seed: 1, scheme: { kind: 'poisson' } } as const;
  for (const threshold of [0, -1, Number.NaN])
    assert.throws(() => rankIntervals(table, { ...o, presence: { threshold } }), { code: 'OUT_OF_RANGE' });
  assert.doesNotThrow(() => rankIntervals(table, { ...o, presence: { threshold: 0, comparison: '>' } }));
});
