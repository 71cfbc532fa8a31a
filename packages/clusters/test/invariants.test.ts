import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  complexity,
  components,
  locationQuotient,
  presence,
  proximity,
  readPanels,
  relatedness,
  secondDirection,
  totals,
  type LongRows,
  type Measure,
  type Presence,
} from '@qipan/clusters';

/** A seeded panel with some zeros; every region and industry has something. */
function panelOf(seed: number, regions: number, industries: number, share = 0.6): Measure {
  const r = random(seed);
  const value = Float64Array.from({ length: regions * industries }, () =>
    r.next() < share ? Math.exp(1.5 * r.normal()) : 0,
  );
  for (let i = 0; i < regions; i++) value[i * industries + (i % industries)]! += 1;
  for (let j = 0; j < industries; j++) value[(j % regions) * industries + j]! += 1;
  return { value, regions, industries };
}
const shape = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  regions: fc.integer({ min: 2, max: 25 }),
  industries: fc.integer({ min: 2, max: 20 }),
});
const has = (m: Presence, r: number, i: number) => m.index.subarray(m.start[r], m.start[r + 1]).includes(i);

test('weighted by the nation’s shares, the quotients of a region average to one', () => {
  fc.assert(
    fc.property(shape, ({ seed, regions, industries }) => {
      const p = panelOf(seed, regions, industries);
      const { lq } = locationQuotient(p);
      const t = totals(p);
      for (let r = 0; r < regions; r++) {
        let mean = 0;
        for (let i = 0; i < industries; i++) mean += (lq[r * industries + i]! * t.industry[i]!) / t.all;
        assert.ok(Math.abs(mean - 1) < 1e-12);
      }
    }),
  );
});

test('multiplying one region or the whole panel by a factor leaves each region’s mix as it was', () => {
  fc.assert(
    fc.property(shape, fc.double({ min: 0.01, max: 100, noNaN: true }), ({ seed, regions, industries }, k) => {
      const p = panelOf(seed, regions, industries);
      const all = locationQuotient({ ...p, value: p.value.map((x) => x * k) }).lq;
      locationQuotient(p).lq.forEach((x, c) => assert.ok(Math.abs(all[c]! - x) <= 1e-12 * Math.max(1, x)));
    }),
  );
});

test('a region like the nation has every quotient at one', () => {
  const nation = [5, 3, 2];
  const value = Float64Array.from([...nation, ...nation.map((x) => 2 * x), ...nation.map((x) => 0.1 * x)]);
  locationQuotient({ value, regions: 3, industries: 3 }).lq.forEach((x) => assert.ok(Math.abs(x - 1) < 1e-14));
});

test('presence keeps the counts of its own pattern', () => {
  fc.assert(
    fc.property(shape, fc.double({ min: 0.2, max: 3, noNaN: true }), ({ seed, regions, industries }, threshold) => {
      const p = panelOf(seed, regions, industries);
      const { lq } = locationQuotient(p);
      const m = presence(lq, p, { threshold });
      assert.equal(m.start[m.rows], m.index.length);
      assert.equal(
        m.diversity.reduce((a, b) => a + b, 0),
        m.index.length,
      );
      assert.equal(
        m.ubiquity.reduce((a, b) => a + b, 0),
        m.index.length,
      );
      assert.ok(m.diversity.every((d) => d > 0) && m.ubiquity.every((u) => u > 0));
      assert.equal(m.rows + m.removedRegions.length, regions);
      assert.equal(m.cols + m.removedIndustries.length, industries);
      m.region.forEach((r, k) =>
        m.industry.forEach((i, c) => assert.equal(has(m, k, c), lq[r * industries + i]! >= threshold)),
      );
    }),
    { numRuns: 50 },
  );
});

test('a higher threshold keeps fewer industries everywhere', () => {
  const p = panelOf(3, 12, 9);
  const { lq } = locationQuotient(p);
  const count = (threshold: number) => presence(lq, p, { threshold }).index.length;
  const counts = [0.25, 0.5, 1, 1.5, 2, 4].map(count);
  for (let k = 1; k < counts.length; k++) assert.ok(counts[k]! <= counts[k - 1]!);
});

test('proximity is symmetric, within 0 and 1, with 1 on its diagonal; the conditional one bounds it from above', () => {
  fc.assert(
    fc.property(shape, ({ seed, regions, industries }) => {
      const p = panelOf(seed, regions, industries);
      const m = presence(locationQuotient(p).lq, p);
      const phi = proximity(m);
      const conditional = proximity(m, { kind: 'conditional' });
      for (let i = 0; i < m.cols; i++) {
        assert.equal(phi[i * m.cols + i], 1);
        for (let j = 0; j < m.cols; j++) {
          const x = phi[i * m.cols + j]!;
          assert.equal(x, phi[j * m.cols + i]);
          assert.ok(x >= 0 && x <= 1);
          assert.ok(conditional[i * m.cols + j]! >= x - 1e-15);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('relatedness measures are symmetric and zero where nothing is shared', () => {
  const p = panelOf(9, 14, 10);
  const m = presence(locationQuotient(p).lq, p);
  for (const kind of ['association', 'cosine', 'jaccard', 'probability'] as const) {
    const phi = relatedness(m, kind);
    for (let i = 0; i < m.cols; i++) {
      assert.equal(phi[i * m.cols + i], 0);
      for (let j = 0; j < m.cols; j++) {
        assert.ok(Math.abs(phi[i * m.cols + j]! - phi[j * m.cols + i]!) < 1e-12 || Number.isNaN(phi[i * m.cols + j]!));
        const shared = Array.from({ length: m.rows }, (_, r) => r).some((r) => has(m, r, i) && has(m, r, j));
        if (i !== j && !shared) assert.equal(phi[i * m.cols + j], 0, kind);
      }
    }
  }
});

test('Jaccard on co-occurrence sums is counted by hand', () => {
  // Regions {0,1,2}, {0,1}, {2}: C01 = 2, C02 = 1, C12 = 1; sums 3, 3, 2.
  const m = presence(Float64Array.from([1, 1, 1, 1, 1, 0, 0, 0, 1]), { regions: 3, industries: 3 });
  const phi = relatedness(m, 'jaccard');
  assert.ok(Math.abs(phi[1]! - 2 / (3 + 3 - 2)) < 1e-15);
  assert.ok(Math.abs(phi[2]! - 1 / (3 + 2 - 1)) < 1e-15);
  const cosine = relatedness(m, 'cosine');
  assert.ok(Math.abs(cosine[1]! - 2 / 3) < 1e-15);
  const association = relatedness(m, 'association');
  assert.ok(Math.abs(association[2]! - (1 * 8) / (3 * 2)) < 1e-15);
});

test('density lies within 0 and 1 and is 1 where a region has everything', () => {
  const p = panelOf(5, 15, 11);
  const c = complexity(p, { preset: 'harvard', presence: { threshold: 1e-9 } });
  assert.ok(c.density.every((w) => w >= 0 && w <= 1 + 1e-12));
  for (let r = 0; r < c.kept.rows; r++)
    if (c.kept.diversity[r] === c.kept.cols)
      for (let j = 0; j < c.kept.cols; j++) assert.ok(Math.abs(c.density[r * c.kept.cols + j]! - 1) < 1e-12);
});

test('a region’s ECI is the mean PCI of what it has (harvard)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const c = complexity(panelOf(seed, 20, 15), { preset: 'harvard' });
      if (c.status !== 'ok') return;
      for (let r = 0; r < c.kept.rows; r++) {
        let mean = 0;
        for (let e = c.kept.start[r]!; e < c.kept.start[r + 1]!; e++)
          mean += c.pci[c.kept.index[e]!]! / c.kept.diversity[r]!;
        assert.ok(Math.abs(mean - c.eci[r]!) < 1e-9);
      }
    }),
    { numRuns: 30 },
  );
});

test('ECI has mean 0 and deviation 1 in the recipe’s own count of freedom', () => {
  const p = panelOf(17, 30, 22);
  for (const [preset, ddof] of [
    ['harvard', 0],
    ['r', 1],
  ] as const) {
    const { eci } = complexity(p, { preset });
    const mean = eci.reduce((a, b) => a + b, 0) / eci.length;
    const variance = eci.reduce((a, b) => a + (b - mean) ** 2, 0) / (eci.length - ddof);
    assert.ok(Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-12, preset);
  }
});

test('the second direction solves its eigenvalue equation and is orthogonal to the first', () => {
  const p = panelOf(23, 26, 18);
  const m = presence(locationQuotient(p).lq, p);
  const s = secondDirection(m);
  assert.equal(s.status, 'ok');
  // U⁻¹Mᵀ k_c = λ2 k_p with k_c = D⁻¹M k_p, and Σ u_i k_p,i = 0.
  let dot = 0;
  for (let i = 0; i < m.cols; i++) {
    let sum = 0;
    for (let r = 0; r < m.rows; r++) if (has(m, r, i)) sum += s.region[r]!;
    assert.ok(Math.abs(sum / m.ubiquity[i]! - s.lambda2 * s.industry[i]!) < 1e-12);
    dot += m.ubiquity[i]! * s.industry[i]!;
  }
  assert.ok(Math.abs(dot) < 1e-10);
  assert.ok(s.lambda3 <= s.lambda2 && s.lambda2 < 1);
  assert.equal(components(m), 1);
});

test('half precision screening agrees with the full one to its digits', () => {
  const p = panelOf(29, 40, 33);
  const [full, half] = (['f64', 'f32'] as const).map((precision) => complexity(p, { preset: 'harvard', precision }));
  half!.density.forEach((x, k) => assert.ok(Math.abs(x - full!.density[k]!) < 1e-5));
  half!.coi.forEach((x, k) => assert.ok(Math.abs(x - full!.coi[k]!) < 1e-4));
  assert.deepEqual(half!.eci, full!.eci, 'ECI does not pass through the screening precision');
});

test('what is entered opens nothing up any more: gain is 0 where present', () => {
  const c = complexity(panelOf(31, 14, 12), { preset: 'r' });
  for (let r = 0; r < c.kept.rows; r++)
    for (let j = 0; j < c.kept.cols; j++) if (has(c.kept, r, j)) assert.equal(c.cog[r * c.kept.cols + j], 0);
});

test('a long file in any order of rows gives the same panel', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const p = panelOf(seed, 6, 5);
      const rows: unknown[][] = [];
      for (let r = 0; r < 6; r++)
        for (let i = 0; i < 5; i++) if (p.value[r * 5 + i]! > 0) rows.push([`r${r}`, `i${i}`, p.value[r * 5 + i]]);
      const order = random(seed).permutation(rows.length);
      const long = (list: unknown[][]): LongRows => ({
        file: 'f',
        header: ['region', 'industry', 'value'],
        rows: list,
        rowNumbers: list.map((_, k) => k + 2),
      });
      const columns = { region: 'region', industry: 'industry', value: 'value' };
      const a = readPanels(long(rows), { columns }).panels[0]!;
      const b = readPanels(long(Array.from(order, (k) => rows[k]!)), { columns }).panels[0]!;
      assert.deepEqual(b, a);
      assert.deepEqual(a.value, p.value);
    }),
    { numRuns: 30 },
  );
});
