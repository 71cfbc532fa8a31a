import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoPanel, shrunkQuotient } from '@qipan/clusters';

const [panel] = demoPanel({
  seed: 4,
  regions: 23,
  industries: Array.from({ length: 11 }, (_, i) => ({ code: `I${i}`, parent: `S${i % 3}` })),
  years: [2020],
}).panels;

test('the shrunk quotients of one region are those it has among all, and the other rows stay open', () => {
  const all = shrunkQuotient(panel);
  for (const region of [0, 7, 22]) {
    const own = shrunkQuotient(panel, 0.9, region);
    assert.deepEqual(own.weight, all.weight);
    for (const part of ['lq', 'lower', 'upper'] as const) {
      const row = (x: Float64Array) => x.subarray(region * 11, (region + 1) * 11);
      assert.deepEqual(row(own[part]), row(all[part]));
      assert.equal(
        own[part].filter((x) => !Number.isNaN(x)).length,
        row(all[part]).filter((x) => !Number.isNaN(x)).length,
      );
    }
  }
});
