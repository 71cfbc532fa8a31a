import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  complexity,
  components,
  locationQuotient,
  presence,
  proximity,
  secondDirection,
  totals,
  type Measure,
} from '@qipan/clusters';
import { cooccurrence, cooccurrenceScalar, gatherAdd, gatherAddScalar, type Pattern } from '@qipan/numeric';
import { skipWithout } from '@qipan/testing';
import { caseOf, near, rowsOf, syntheticPanel } from './reference-data.js';

interface Synthetic {
  readonly input: string;
  readonly seed: number;
  readonly tables: readonly { regions: number; industries: number; sha256: string; positive: number }[];
  readonly tolerance: Readonly<Record<'f64' | 'f32', number>>;
}
const synthetic = caseOf<Synthetic>('synthetic');

for (const t of synthetic.tables) {
  test(
    `the generated ${t.regions} × ${t.industries} panel is the stated one`,
    { skip: skipWithout(synthetic.input) },
    () => {
      const { value } = syntheticPanel(t.regions, t.industries, synthetic.seed);
      assert.equal(value.filter((x) => x > 0).length, t.positive);
      assert.equal(createHash('sha256').update(new Uint8Array(value.buffer)).digest('hex'), t.sha256);
    },
  );
}

test(
  '3,000 × 1,400 gives the figures of py-ecomplexity, in f64 to 1e-8 and in f32 to five digits',
  { skip: skipWithout(synthetic.input) },
  () => {
    const panel = syntheticPanel(3000, 1400, synthetic.seed);
    const rows = rowsOf('clusters/synthetic/pyecomplexity_3000x1400_region.csv');
    const products = rowsOf('clusters/synthetic/pyecomplexity_3000x1400_industry.csv');
    for (const precision of ['f64', 'f32'] as const) {
      const c = complexity(panel, { preset: 'harvard', precision });
      const at = new Map(Array.from(c.kept.region, (r, k) => [r, k]));
      for (const r of rows) {
        const k = at.get(Number(r['loc']))!;
        near(c.eci[k]!, Number(r['eci']), 1e-8, 'eci');
        near(c.coi[k]!, Number(r['coi']), synthetic.tolerance[precision], 'coi');
        assert.equal(c.kept.diversity[k], Number(r['diversity']));
      }
      const col = new Map(Array.from(c.kept.industry, (i, k) => [i, k]));
      for (const r of products) near(c.pci[col.get(Number(r['prod']))!]!, Number(r['pci']), 1e-8, 'pci');
    }
  },
);

/** A seeded random panel; some rows and columns may be empty. */
function randomPanel(seed: number, regions: number, industries: number, density = 0.5): Measure {
  const r = random(seed);
  return {
    regions,
    industries,
    value: Float64Array.from({ length: regions * industries }, () =>
      r.next() < density ? Math.exp(2 * r.normal()) : 0,
    ),
  };
}

const pattern = (seed: number, rows: number, cols: number, density: number): Pattern => {
  const r = random(seed);
  const start = new Int32Array(rows + 1);
  const index: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) if (r.next() < density) index.push(j);
    start[i + 1] = index.length;
  }
  return { rows, cols, start, index: Int32Array.from(index) };
};

test('every SIMD kernel equals its scalar twin on any shape, empty rows included', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 70 }),
      fc.constantFrom(0, 0.02, 0.4, 1),
      (seed, rows, cols, density) => {
        const p = pattern(seed, rows, cols, density);
        assert.deepEqual(cooccurrence(p), cooccurrenceScalar(p));
        const r = random(seed).fork('table');
        const width = 1 + r.below(50);
        const table = Float64Array.from({ length: cols * width }, () => r.normal());
        assert.deepEqual(gatherAdd(p, table, width), gatherAddScalar(p, table, width));
        const small = Float32Array.from(table);
        assert.deepEqual(gatherAdd(p, small, width), gatherAddScalar(p, small, width));
      },
    ),
    { numRuns: 40 },
  );
});

test('population counts do not overflow on many rows that all agree', () => {
  const p = pattern(1, 9000, 2, 1);
  assert.deepEqual([...cooccurrence(p)], [9000, 9000, 9000, 9000]);
});

test('the kernels refuse shapes that do not fit', () => {
  const p = pattern(1, 3, 4, 0.5);
  assert.throws(() => gatherAdd(p, new Float64Array(7), 2), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => cooccurrence({ ...p, rows: 5 }), { code: 'SHAPE_MISMATCH' });
});

test('the location quotient is the share over the share, computed cell by cell', () => {
  const m: Measure = { regions: 2, industries: 3, value: Float64Array.from([10, 0, 30, 20, 40, 0]) };
  const { lq, undefinedMask } = locationQuotient(m);
  // Shares by hand: region 1 has 10/40, 0, 30/40; the nation 30/100, 40/100, 30/100.
  const expected = [0.25 / 0.3, 0, 0.75 / 0.3, 20 / 60 / 0.3, 40 / 60 / 0.4, 0];
  lq.forEach((x, k) => assert.ok(Math.abs(x - expected[k]!) < 1e-15));
  assert.ok(undefinedMask.every((u) => u === 0));
  assert.deepEqual(totals(m), {
    region: Float64Array.from([40, 60]),
    industry: Float64Array.from([30, 40, 30]),
    all: 100,
  });
});

test('empty regions and unknown cells are masked, never 0 advantage', () => {
  const m: Measure = { regions: 3, industries: 2, value: Float64Array.from([1, 2, 0, 0, Number.NaN, 3]) };
  const { undefinedMask } = locationQuotient(m);
  assert.deepEqual([...undefinedMask], [0, 0, 1, 1, 1, 0]);
});

test('a benchmark of its own replaces the sum over the regions', () => {
  const m: Measure = { regions: 1, industries: 2, value: Float64Array.from([1, 1]) };
  assert.deepEqual([...locationQuotient(m, { benchmark: Float64Array.from([1, 3]) }).lq], [2, 0.5 / 0.75]);
  assert.throws(() => locationQuotient(m, { benchmark: new Float64Array(2) }), { code: 'EMPTY_BENCHMARK' });
  assert.throws(() => locationQuotient(m, { benchmark: new Float64Array(3) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => locationQuotient({ ...m, industries: 3 }), { code: 'SHAPE_MISMATCH' });
});

test('scaling the panel, or one region, changes no quotient ratio and no complexity', () => {
  const m = randomPanel(3, 20, 15);
  const base = complexity(m, { preset: 'harvard' });
  const scaled = complexity({ ...m, value: m.value.map((x) => x * 8) }, { preset: 'harvard' });
  assert.deepEqual(scaled.eci, base.eci);
  assert.deepEqual(scaled.density, base.density);
});

test('permuting regions and industries permutes the results', () => {
  const m = randomPanel(5, 24, 17, 0.6);
  const r = random(8);
  const [rows, cols] = [r.permutation(24), r.permutation(17)];
  const value = new Float64Array(m.value.length);
  for (let i = 0; i < 24; i++) for (let j = 0; j < 17; j++) value[rows[i]! * 17 + cols[j]!] = m.value[i * 17 + j]!;
  const a = complexity(m, { preset: 'harvard' });
  const b = complexity({ ...m, value }, { preset: 'harvard' });
  const place = new Map([...b.kept.region].map((x, k) => [x, k]));
  a.kept.region.forEach((x, k) => assert.ok(Math.abs(a.eci[k]! - b.eci[place.get(rows[x]!) as number]!) < 1e-10));
});

/** Second largest eigenvector of D⁻¹MU⁻¹Mᵀ by plain power iteration with deflation: an independent, slow way. */
function eciByPowerIteration(lq: Float64Array, R: number, I: number): Float64Array {
  const M = Array.from({ length: R }, (_, r) => Array.from({ length: I }, (_v, i) => (lq[r * I + i]! >= 1 ? 1 : 0)));
  const d = M.map((row) => row.reduce<number>((a, b) => a + b, 0));
  const u = Array.from({ length: I }, (_, i) => M.reduce<number>((a, row) => a + row[i]!, 0));
  let x = Array.from({ length: R }, (_, r) => Math.sin(r * r + 1));
  const weight = d.reduce((a, b) => a + b, 0);
  for (let it = 0; it < 20_000; it++) {
    const mean = x.reduce((a, v, r) => a + v * d[r]!, 0) / weight;
    x = x.map((v) => v - mean);
    const p = u.map((ui, i) => M.reduce<number>((a, row, r) => a + row[i]! * x[r]!, 0) / ui);
    x = M.map((row, r) => row.reduce<number>((a, m, i) => a + m * p[i]!, 0) / d[r]!);
    const norm = Math.hypot(...x);
    x = x.map((v) => v / norm);
  }
  const mean = x.reduce((a, b) => a + b, 0) / R;
  const sd = Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0) / R);
  const corr = x.reduce((a, v, r) => a + (v - mean) * d[r]!, 0);
  return Float64Array.from(x, (v) => ((v - mean) / sd) * Math.sign(corr));
}

test('ECI equals a plain power iteration on the dense matrix', () => {
  const m = randomPanel(11, 30, 25, 0.5);
  const c = complexity(m, { preset: 'harvard' });
  assert.equal(c.kept.rows, 30);
  assert.equal(c.kept.cols, 25);
  const slow = eciByPowerIteration(c.lq, 30, 25);
  c.eci.forEach((x, k) => assert.ok(Math.abs(x - slow[k]!) < 1e-7, `${x} for ${slow[k]}`));
});

test('density, outlook and outlook gain equal their formulas written out', () => {
  const m = randomPanel(13, 12, 9, 0.6);
  const c = complexity(m, { preset: 'harvard' });
  const { kept } = c;
  const has = (r: number, i: number) => kept.index.subarray(kept.start[r], kept.start[r + 1]).includes(i);
  const spectral = secondDirection(kept);
  const kc = [...spectral.region];
  const mean = kc.reduce((a, b) => a + b, 0) / kc.length;
  const sd = Math.sqrt(kc.reduce((a, b) => a + (b - mean) ** 2, 0) / kc.length);
  const phi = proximity(kept);
  const at = (i: number, j: number) => phi[i * kept.cols + j]!;
  const sum = (i: number) => Array.from({ length: kept.cols }, (_, j) => at(i, j)).reduce((a, b) => a + b, 0);
  for (let r = 0; r < kept.rows; r++) {
    for (let j = 0; j < kept.cols; j++) {
      let w = 0;
      let gain = 0;
      for (let i = 0; i < kept.cols; i++) {
        if (has(r, i)) w += at(i, j);
        else gain += (at(i, j) * spectral.industry[i]!) / sum(i);
      }
      assert.ok(Math.abs(c.density[r * kept.cols + j]! - w / sum(j)) < 1e-13);
      assert.ok(Math.abs(c.cog[r * kept.cols + j]! - (has(r, j) ? 0 : gain / sd)) < 1e-12);
    }
  }
});

test('proximity is the smaller conditional probability, counted by hand', () => {
  // Three regions: {0,1}, {0,1,2}, {0}.
  const lq = Float64Array.from([1, 1, 0, 1, 1, 1, 1, 0, 0]);
  const m = presence(lq, { regions: 3, industries: 3 });
  assert.deepEqual([...m.diversity], [2, 3, 1]);
  assert.deepEqual([...m.ubiquity], [3, 2, 1]);
  assert.deepEqual([...proximity(m)], [1, 2 / 3, 1 / 3, 2 / 3, 1, 1 / 2, 1 / 3, 1 / 2, 1]);
  assert.deepEqual([...proximity(m, { kind: 'conditional', diagonal: 0 })], [0, 2 / 3, 1 / 3, 1, 0, 1 / 2, 1, 1, 0]);
});

test('empty regions and industries leave the spectral step and are named', () => {
  const m = presence(Float64Array.from([1, 0, 1, 0, 0, 0, 1, 0, 1]), { regions: 3, industries: 3 });
  assert.deepEqual([m.removedRegions, m.removedIndustries], [[1], [1]]);
  assert.deepEqual(
    [[...m.region], [...m.industry]],
    [
      [0, 2],
      [0, 2],
    ],
  );
  assert.deepEqual([...m.index], [0, 1, 0, 1]);
});

test('the threshold itself is present with >=, absent with >', () => {
  const lq = Float64Array.from([1, 2]);
  assert.equal(presence(lq, { regions: 1, industries: 2 }).index.length, 2);
  assert.equal(presence(lq, { regions: 1, industries: 2 }, { comparison: '>' }).index.length, 1);
  assert.equal(presence(lq, { regions: 1, industries: 2 }, { threshold: 2.5 }).index.length, 0);
});

test('a network in two parts is ambiguous: a status, never a vector', () => {
  const value = new Float64Array(36);
  for (let r = 0; r < 6; r++) for (let i = 0; i < 6; i++) if (r < 3 === i < 3) value[r * 6 + i] = 1 + ((r * i) % 3);
  const c = complexity({ value, regions: 6, industries: 6 }, { preset: 'harvard' });
  assert.equal(c.status, 'ambiguous');
  assert.ok(c.components >= 2);
  assert.ok(c.eci.every(Number.isNaN) && c.pci.every(Number.isNaN) && c.cog.every(Number.isNaN));
  assert.equal(components(c.kept), c.components);
});
