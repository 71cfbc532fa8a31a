import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  complexity,
  entryData,
  featureNames,
  matchPanels,
  regionFeatures,
  rowWith,
  type FeatureName,
  type ModelOptions,
} from '@qipan/clusters';
import { csrFromTriplets } from '@qipan/numeric';
import { makeWorld, panelWith } from './synthetic.js';

const { world, present } = makeWorld(7, 12, 9);
const years = [2000, 2005].map((year) => panelWith(world, present, year));
const matched = matchPanels(years, [world.benchmark, world.benchmark]);
const data = (o: ModelOptions = {}) => entryData(matched, o);
const all = Int32Array.from({ length: 9 }, (_, i) => i);

function column(o: ModelOptions, feature: FeatureName, region: number, kind: 'entry' | 'exit' = 'entry'): Float64Array {
  const d = data(o);
  const out = new Float64Array(9);
  regionFeatures(d.states[0], { region, industries: all, features: [feature], kind, context: d.context }, out);
  return out;
}
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-10, `${a} for ${b}`);

test('density and complexity are those of the harvard recipe, at the date itself', () => {
  const c = complexity(years[0], { preset: 'harvard', benchmark: world.benchmark });
  const s = data().states[0];
  c.kept.region.forEach((r, a) =>
    c.kept.industry.forEach((i, b) => close(s.density[r * 9 + i], c.density[a * c.kept.cols + b])),
  );
  c.kept.industry.forEach((i, b) => close((s.pci as Float64Array)[i], c.pci[b]));
});

test('relatedness has mean 0 and deviation 1 over the absent industries; over the present ones for exits', () => {
  for (let r = 0; r < 12; r++) {
    for (const kind of ['entry', 'exit'] as const) {
      const z = column({}, 'relatedness', r, kind);
      const pool = [...all].filter((i) => present[r * 9 + i] === Number(kind === 'exit'));
      if (pool.length < 2) continue;
      const mean = pool.reduce((s, i) => s + z[i], 0) / pool.length;
      const square = pool.reduce((s, i) => s + z[i] ** 2, 0) / pool.length;
      close(mean, 0);
      assert.ok(Math.abs(square - 1) < 1e-9 || square === 0);
    }
  }
});

test('neighbours’ presence is a weighted share; islands get 0; a region is no neighbour of itself', () => {
  const w = csrFromTriplets({ rows: 12, cols: 12 }, { row: [0, 0, 0, 1], col: [1, 2, 0, 0], value: [3, 1, 9, 2] });
  const got = column({ neighbours: w }, 'neighbours', 0);
  got.forEach((v, i) => close(v, 0.75 * present[9 + i] + 0.25 * present[18 + i]));
  assert.ok(column({ neighbours: w }, 'neighbours', 5).every((v) => v === 0));
  assert.throws(() => data({ neighbours: csrFromTriplets({ rows: 3, cols: 3 }, { row: [], col: [], value: [] }) }), {
    code: 'SHAPE_MISMATCH',
  });
});

test('suppliers count by their coefficient, own use left out', () => {
  const a = new Float64Array(81);
  a[1 * 9 + 0] = 0.3; // industry 1 sells to 0
  a[2 * 9 + 0] = 0.1;
  a[0] = 0.5;
  for (let r = 0; r < 12; r++) {
    const got = column({ inputs: a }, 'suppliers', r);
    close(got[0], (0.3 * present[r * 9 + 1] + 0.1 * present[r * 9 + 2]) / 0.4);
    close(got[3], 0);
  }
});

test('same-parent presence is the share of the other industries of the group', () => {
  const parentOf = Int32Array.from([0, 0, 0, 1, 1, 2, 2, 2, 3]);
  for (let r = 0; r < 12; r++) {
    const got = column({ parentOf }, 'sameParent', r);
    const m = (i: number) => present[r * 9 + i];
    close(got[0], (m(1) + m(2)) / 2);
    close(got[4], m(3));
    close(got[8], 0);
  }
});

test('sizes are logs of totals, the starting quotient is ln(LQ + 0.1)', () => {
  const s = column({}, 'regionSize', 4);
  close(s[0], Math.log(world.size[4]));
  const q = column({}, 'advantage', 4);
  q.forEach((v, i) => close(v, Math.log(matched.quotient[0].lq[4 * 9 + i] + 0.1)));
  const industry = column({}, 'industrySize', 4);
  const total = years[0].value.reduce((t, v, k) => (k % 9 === 2 ? t + v : t), 0);
  close(industry[2], Math.log(total));
});

test('growth comes from before the date, or from the caller; else the feature is left out and says why', () => {
  const d = data();
  assert.deepEqual(
    d.leftOut.map((l) => l.feature),
    ['neighbours', 'nationalGrowth', 'suppliers', 'sameParent'],
  );
  assert.match(d.leftOut[1].reason.en, /hindsight/);
  assert.ok(d.leftOut.every((l) => l.reason.zh.length > 4));
  assert.deepEqual(d.features, ['relatedness', 'complexity', 'regionSize', 'industrySize']);
  const growth = [Float64Array.from(all, (i) => i / 100), new Float64Array(9)];
  close(column({ growth }, 'nationalGrowth', 3)[7], 0.07);
  const doubled = { ...years[1], value: years[1].value.map((v) => 2 * v) };
  const later = entryData(matchPanels([years[0], doubled], [world.benchmark, world.benchmark]), {}).states[1];
  (later.growth as Float64Array).forEach((g) => close(g, Math.log(2) / 5));
});

test('a region with industries added has the densities that it would have', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 11 }), fc.subarray([...all]), (r, added) => {
      const d = data();
      const s = d.states[0];
      const row = rowWith(s, r, added);
      for (let j = 0; j < 9; j++) {
        let own = 0;
        let sum = 0;
        for (let i = 0; i < 9; i++) {
          const phi = s.proximity[i * 9 + j];
          sum += phi;
          if (present[r * 9 + i] === 1 || added.includes(i)) own += phi;
        }
        if (sum > 0) close(row.density[j], own / sum);
        if (sum > 0 && added.length === 0) close(row.density[j], s.density[r * 9 + j]);
        assert.equal(row.present[j], Number(present[r * 9 + j] === 1 || added.includes(j)));
      }
    }),
    { seed: 5, numRuns: 30 },
  );
  assert.deepEqual(data().states[0].present, present, 'the state itself stays as it was');
});

test('industries that nobody has bear no density and no complexity', () => {
  const without = present.slice();
  for (let r = 0; r < 12; r++) without[r * 9 + 4] = 0;
  const p = [2000, 2005].map((year) => panelWith(world, without, year));
  const d = entryData(matchPanels(p, [world.benchmark, world.benchmark]), {});
  assert.ok(Number.isNaN(d.states[0].density[4]) && Number.isNaN((d.states[0].pci as Float64Array)[4]));
});

test('a network that falls apart has no second direction: complexity is left out, the rest stays', () => {
  const split = new Uint8Array(12 * 9);
  for (let r = 0; r < 12; r++) for (let i = 0; i < 9; i++) split[r * 9 + i] = Number(r < 6 === i < 4);
  const r = random(1);
  for (let k = 0; k < 12; k++) split[k * 9 + (k < 6 ? 0 : 4) + r.below(3)] = 0;
  const p = [2000, 2005].map((year) => panelWith(world, split, year));
  const d = entryData(matchPanels(p, [world.benchmark, world.benchmark]), {});
  assert.ok(!d.features.includes('complexity'));
  assert.match(d.leftOut[0].reason.en, /ambiguous/);
});

test('tables of the wrong size are refused by name', () => {
  assert.throws(() => data({ inputs: new Float64Array(9) }), /inputs/);
  assert.throws(() => data({ parentOf: new Int32Array(8) }), /parentOf/);
  assert.throws(() => data({ industryGroup: new Int32Array(8) }), /industryGroup/);
  assert.ok(!featureNames.includes('advantage'), 'it stands beside the model as a rule');
});
