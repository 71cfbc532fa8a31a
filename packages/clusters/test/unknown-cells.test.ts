import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complexity, locationQuotient, presence, totals, type Measure } from '@qipan/clusters';

const nan = Number.NaN;

/** Five regions by four industries with two cells that nobody knows. */
const panel: Measure = {
  regions: 5,
  industries: 4,
  value: Float64Array.from([9, 1, 2, 4, 3, 8, nan, 1, 2, 2, 7, 3, 1, 5, 3, nan, 6, 1, 1, 9]),
};

test('an unknown cell takes part in no sum and has no quotient', () => {
  const t = totals(panel);
  assert.deepEqual([...t.region], [16, 12, 14, 9, 17]);
  assert.deepEqual([...t.industry], [21, 17, 13, 17]);
  assert.equal(t.all, 68);
  const { lq, undefinedMask } = locationQuotient(panel);
  assert.deepEqual(
    [...undefinedMask.keys()].filter((k) => undefinedMask[k] === 1),
    [6, 15],
  );
  assert.deepEqual([lq[6], lq[15]], [0, 0], 'the kernel writes 0 beside the mask');
});

test('an unknown cell is never present, whatever the threshold', () => {
  const { lq } = locationQuotient(panel);
  const m = presence(lq, panel, { threshold: 1e-12 });
  for (const [r, i] of [
    [1, 2],
    [3, 3],
  ] as const) {
    assert.ok(!m.index.subarray(m.start[r], m.start[r + 1]).includes(i));
  }
  assert.equal(m.index.length, 18);
});

test('figures are finite beside unknown cells, and the panel stays as it was', () => {
  const before = panel.value.slice();
  const c = complexity(panel, { preset: 'harvard', presence: { threshold: 0.5 } });
  assert.deepEqual(panel.value, before);
  assert.equal(c.status, 'ok');
  assert.ok([...c.eci, ...c.pci, ...c.coi, ...c.density, ...c.cog].every(Number.isFinite));
});

test('knowing an unknown cell as zero changes the region’s other quotients only through nothing', () => {
  const known: Measure = { ...panel, value: panel.value.map((x) => (Number.isNaN(x) ? 0 : x)) };
  const a = locationQuotient(panel);
  const b = locationQuotient(known);
  a.lq.forEach((x, k) => assert.equal(x, b.lq[k]));
  assert.equal(
    b.undefinedMask.reduce((s, u) => s + u, 0),
    0,
    'but then nothing is masked: the difference is kept',
  );
});
