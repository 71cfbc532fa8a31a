import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  additiveAdvantage,
  complexity,
  distanceFrom,
  eciPlus,
  externalEci,
  fitness,
  knowledgeComplexity,
  locationQuotient,
  nearestDensity,
  oneRecipe,
  populationAdvantage,
  presence,
  presenceMatrix,
  presenceText,
  proximity,
  ranks,
  reflections,
  relativeRelatedness,
  shrunkQuotient,
  sophistication,
  standardisedQuotient,
  symmetricAdvantage,
  totals,
  type Measure,
  type Preset,
} from '@qipan/clusters';
import { near } from '../reference-data.js';

function panelOf(seed: number, regions: number, industries: number, share = 0.6): Measure {
  const r = random(seed);
  const value = Float64Array.from({ length: regions * industries }, () =>
    r.next() < share ? Math.ceil(40 * r.exponential()) : 0,
  );
  for (let i = 0; i < regions; i++) value[i * industries + (i % industries)]! += 3;
  return { regions, industries, value };
}
const presenceOf = (m: Measure) => presence(locationQuotient(m).lq, m);

test('advantage variants follow their formulas cell by cell', () => {
  const m: Measure = { regions: 2, industries: 2, value: Float64Array.from([6, 2, 3, 9]) };
  const { lq } = locationQuotient(m);
  symmetricAdvantage(lq).forEach((s, k) => near(s, (lq[k]! - 1) / (lq[k]! + 1), 0, 'symmetric'));
  // Shares 6/8 and 9/20 for industry 1; population 10 and 30.
  near(additiveAdvantage(m)[0]!, 6 / 8 - 9 / 20, 1e-15, 'additive');
  near(populationAdvantage(m, Float64Array.from([10, 30]))[3]!, 9 / 30 / (11 / 40), 1e-15, 'population');
  assert.throws(() => populationAdvantage(m, new Float64Array(3)), { code: 'SHAPE_MISMATCH' });
});

test('symmetric advantage is odd in ln LQ, additive advantage sums to 0 in a region', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const m = panelOf(seed, 7, 6);
      const a = additiveAdvantage(m);
      for (let r = 0; r < 7; r++)
        near(
          a.subarray(r * 6, r * 6 + 6).reduce((x, y) => x + y, 0),
          0,
          1e-12,
          'sum',
        );
      const lq = Float64Array.from([0.25, 4]);
      near(symmetricAdvantage(lq)[0]!, -symmetricAdvantage(lq)[1]!, 1e-15, 'odd');
    }),
    { seed: 1, numRuns: 20 },
  );
});

test('the standardised quotient has mean 0 and deviation 1 over the regions that have the industry', () => {
  const m = panelOf(4, 12, 5);
  const { lq } = locationQuotient(m);
  const z = standardisedQuotient(lq, 5);
  for (let i = 0; i < 5; i++) {
    const cells = Array.from({ length: 12 }, (_, r) => z[r * 5 + i]!).filter((x) => !Number.isNaN(x));
    near(
      cells.reduce((a, b) => a + b, 0),
      0,
      1e-12,
      'mean',
    );
    near(cells.reduce((a, b) => a + b * b, 0) / cells.length, 1, 1e-12, 'deviation');
    for (let r = 0; r < 12; r++) assert.equal(Number.isNaN(z[r * 5 + i]!), lq[r * 5 + i] === 0);
  }
});

test('the shrunk quotient lies between the quotient and 1, its interval holds it, small places move most', () => {
  const m = panelOf(9, 40, 6);
  const { lq } = locationQuotient(m);
  const s = shrunkQuotient(m);
  lq.forEach((x, k) => {
    assert.ok(s.lq[k]! >= Math.min(x, 1) - 1e-12 && s.lq[k]! <= Math.max(x, 1) + 1e-12);
    assert.ok(s.lower[k]! <= s.lq[k]! + 1e-9 && s.upper[k]! >= s.lq[k]! - 1e-9);
  });
  // The same shares with a hundredth of the people: more is due to chance, so the interval is wider.
  const small = shrunkQuotient({ ...m, value: m.value.map((x) => Math.round(x / 10)) });
  const width = (q: typeof s) => q.lq.reduce((a, _, k) => a + (q.upper[k]! - q.lower[k]!), 0);
  assert.ok(width(small) > width(s));
  const row = shrunkQuotient(m, 0.9, 3);
  const column = shrunkQuotient(m, 0.9, undefined, 2);
  s.upper.forEach((x, k) => {
    assert.ok(Object.is(row.upper[k], Math.floor(k / 6) === 3 ? x : Number.NaN));
    assert.ok(Object.is(column.upper[k], k % 6 === 2 ? x : Number.NaN));
  });
  assert.throws(() => shrunkQuotient(m, 1), { code: 'OUT_OF_RANGE' });
});

test('counts that chance alone explains are drawn to 1 altogether', () => {
  // Exactly proportional: (X − E)² is 0 everywhere, less than Poisson chance.
  const m: Measure = { regions: 2, industries: 2, value: Float64Array.from([10, 20, 30, 60]) };
  const s = shrunkQuotient(m);
  assert.deepEqual(
    [...s.lq, ...s.lower, ...s.upper],
    Array.from({ length: 12 }, () => 1),
  );
  assert.deepEqual([...s.weight], [Infinity, Infinity]);
});

test('the posterior interval covers the drawn truth nine times in ten', () => {
  const r = random(77);
  const R = 400;
  const truth = Float64Array.from({ length: R }, () => {
    // Gamma(4, 4) as the mean of four exponentials.
    return (r.exponential() + r.exponential() + r.exponential() + r.exponential()) / 4;
  });
  const value = new Float64Array(R * 2);
  for (let k = 0; k < R; k++) {
    value[k * 2] = r.poisson(8 * truth[k]!);
    value[k * 2 + 1] = 100_000;
  }
  const s = shrunkQuotient({ regions: R, industries: 2, value });
  const mean = truth.reduce((a, b) => a + b) / R;
  const inside = truth.filter((t, k) => t / mean >= s.lower[k * 2]! && t / mean <= s.upper[k * 2]!).length;
  assert.ok(inside / R > 0.85 && inside / R < 0.95, `${inside / R}`);
});

test('rules of presence: floor, hysteresis, lower bound, each in words', () => {
  const shape = { regions: 1, industries: 4 };
  const lq = Float64Array.from([1.2, 0.8, 2, 0.4]);
  const listed = (rule: Parameters<typeof presence>[2], evidence = {}) => [
    ...presenceMatrix(presence(lq, shape, rule, evidence), shape),
  ];
  assert.deepEqual(listed({ floor: 10 }, { value: Float64Array.from([9, 50, 10, 50]) }), [0, 0, 1, 0]);
  const before = Uint8Array.from([0, 1, 0, 1]);
  assert.deepEqual(listed({ hysteresis: { enter: 1.5, leave: 0.5 } }, { before }), [0, 1, 1, 0]);
  assert.deepEqual(listed({ lowerBound: true }, { lower: Float64Array.from([0.9, 0.5, 1, 0.1]) }), [0, 0, 1, 0]);
  assert.equal(presenceText(), 'LQ >= 1');
  assert.equal(presenceText({ comparison: '>', threshold: 2, floor: 5 }), 'LQ > 2, value >= 5');
  assert.equal(presenceText({ hysteresis: { enter: 1, leave: 0.5 } }), 'LQ >= 1 to enter, < 0.5 to leave');
  assert.equal(presenceText({ lowerBound: true }), 'lower bound of LQ >= 1');
});

test('a rule without its evidence is refused, as is a hysteresis the wrong way round', () => {
  const lq = Float64Array.from([1]);
  const shape = { regions: 1, industries: 1 };
  for (const rule of [{ floor: 1 }, { lowerBound: true }, { hysteresis: { enter: 1, leave: 0.5 } }])
    assert.throws(() => presence(lq, shape, rule), { code: 'SHAPE_MISMATCH' });
  const before = new Uint8Array(1);
  assert.throws(() => presence(lq, shape, { hysteresis: { enter: 0.5, leave: 1 } }, { before }), {
    code: 'OUT_OF_RANGE',
  });
});

test('other proximities follow their formulas: asymmetric, geometric mean, correlation', () => {
  const m = panelOf(6, 15, 8);
  const { lq } = locationQuotient(m);
  const p = presence(lq, m);
  const has = (r: number, i: number) => p.index.subarray(p.start[r], p.start[r + 1]).includes(i);
  const n = p.cols;
  const tables = (['conditional', 'sqrt'] as const).map((kind) => proximity(p, { kind, diagonal: 1 }));
  const corr = proximity(p, { kind: 'correlation', lq, industries: 8 });
  const column = (i: number) => Array.from(p.region, (r) => lq[r * 8 + p.industry[i]!]!);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let c = 0;
      for (let r = 0; r < p.rows; r++) if (has(r, i) && has(r, j)) c++;
      near(tables[0]![i * n + j]!, c / p.ubiquity[i]!, 1e-15, 'conditional');
      near(tables[1]![i * n + j]!, c / Math.sqrt(p.ubiquity[i]! * p.ubiquity[j]!), 1e-15, 'sqrt');
      const [x, y] = [column(i), column(j)];
      const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
      const dot = (a: number[], b: number[]) => a.reduce((s, v, k) => s + (v - mean(a)) * (b[k]! - mean(b)), 0);
      near(corr[i * n + j]!, (1 + dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))) / 2, 1e-12, 'correlation');
    }
  }
  assert.throws(() => proximity(p, { kind: 'correlation' }), { code: 'SHAPE_MISMATCH' });
});

test('density over all neighbours is the density without the industry itself; over one it is all or nothing', () => {
  const m = panelOf(12, 14, 9);
  const c = complexity(m, { preset: 'oec' });
  const full = nearestDensity(c.kept, c.proximity, 100);
  full.forEach((w, k) => near(w, c.density[k]!, 1e-14, 'all neighbours'));
  for (const w of nearestDensity(c.kept, c.proximity, 1)) assert.ok(w === 0 || w === 1 || Number.isNaN(w));
  assert.throws(() => nearestDensity(c.kept, c.proximity, 0), { code: 'OUT_OF_RANGE' });
});

test('density over two neighbours is counted by hand, weighted above and below the line', () => {
  // φ of industry 3 to the others: .5, .25, .1; the region has the first and the third.
  const m = presence(Float64Array.from([1, 0, 1, 0, 0, 1, 0, 1]), { regions: 2, industries: 4 });
  const phi = new Float64Array(16);
  [0.5, 0.25, 0.1].forEach((f, i) => (phi[i * 4 + 3] = phi[12 + i] = f));
  near(nearestDensity(m, phi, 2)[3]!, 0.5 / 0.75, 1e-15, 'two nearest');
});

test('relative relatedness has mean 0 and deviation 1 over what a region lacks, and nothing elsewhere', () => {
  const c = complexity(panelOf(21, 16, 11), { preset: 'harvard' });
  const z = relativeRelatedness(c.kept, c.density);
  const { kept } = c;
  for (let r = 0; r < kept.rows; r++) {
    const row = [...z.subarray(r * kept.cols, (r + 1) * kept.cols)];
    const absent = row.filter((x) => !Number.isNaN(x));
    assert.equal(absent.length, kept.cols - kept.diversity[r]!);
    near(
      absent.reduce((a, b) => a + b, 0),
      0,
      1e-11,
      'mean',
    );
    near(
      absent.reduce((a, b) => a + b * b, 0),
      absent.length,
      1e-10,
      'deviation',
    );
  }
  distanceFrom(c.density).forEach((d, k) => near(d, 1 - c.density[k]!, 0, 'distance'));
});

test('fitness solves its own equations when it converges, and knows its extremal regions', () => {
  const p = presenceOf(panelOf(41, 20, 15, 0.9));
  const f = fitness(p, { steps: 3000 });
  assert.equal(f.status, 'fixed');
  const sums = Array.from({ length: p.rows }, (_, r) =>
    p.index.subarray(p.start[r], p.start[r + 1]).reduce((a, i) => a + f.industry[i]!, 0),
  );
  const mean = sums.reduce((a, b) => a + b) / sums.length;
  sums.forEach((s, r) => near(f.region[r]!, s / mean, 1e-6, 'fixed point'));
  const ranked = fitness(p);
  assert.equal(ranked.status, 'converged');
  // A region that only has what everyone has sinks towards 0: nested triangle.
  const n = 8;
  const lq = Float64Array.from({ length: n * n }, (_, k) => (k % n <= Math.floor(k / n) ? 1 : 0));
  const nested = fitness(presence(lq, { regions: n, industries: n }), { steps: 4000 });
  assert.ok(nested.vanishingRegions.includes(0) && !nested.vanishingRegions.includes(n - 1));
  assert.ok(nested.region.every((x) => x > 0 && Number.isFinite(x)));
  assert.equal(fitness(p, { limit: 3, still: 50 }).status, 'stopped');
});

test('ECI+ is a fixed point, and scaling one region’s exports moves no other region’s figure against the rest', () => {
  const m = panelOf(51, 9, 6, 0.8);
  const e = eciPlus(m);
  assert.equal(e.status, 'converged');
  const t = totals(m);
  // X_r from ECI+ must satisfy X_r ∝ Σ_i X_ri / Σ_r' X_r'i / X_r'.
  const share = Array.from({ length: 9 }, (_, r) =>
    Array.from({ length: 6 }, (_v, i) => m.value[r * 6 + i]! / t.industry[i]!).reduce((a, b) => a + b, 0),
  );
  const x = share.map((s, r) => s * Math.exp(e.region[r]!));
  const d = Array.from({ length: 6 }, (_, i) => x.reduce((a, v, r) => a + m.value[r * 6 + i]! / v, 0));
  const next = x.map((_, r) => d.reduce((a, v, i) => a + m.value[r * 6 + i]! / v, 0));
  const ratio = next[0]! / x[0]!;
  next.forEach((v, r) => near(v / x[r]!, ratio, 1e-10, 'fixed point'));
  d.forEach((v, i) => near(e.industry[i]!, Math.log(t.industry[i]!) - Math.log(v), 1e-10, 'PCI+'));
  const doubled = eciPlus({ ...m, value: m.value.map((v) => v * 2) });
  doubled.region.forEach((v, r) => near(v, e.region[r]!, 1e-9, 'scale of the panel'));
  assert.throws(() => eciPlus({ regions: 1, industries: 1, value: new Float64Array(1) }), { code: 'DEGENERATE_INPUT' });
});

test('an empty region or industry has no ECI+, PRODY or EXPY', () => {
  const m: Measure = { regions: 3, industries: 3, value: Float64Array.from([1, 2, 0, 0, 0, 0, 3, 1, 0]) };
  const e = eciPlus(m);
  assert.ok(Number.isNaN(e.region[1]!) && Number.isNaN(e.industry[2]!) && Number.isFinite(e.region[0]!));
  const s = sophistication(m, Float64Array.from([1, 1, 1]));
  assert.ok(Number.isNaN(s.expy[1]!) && Number.isNaN(s.prody[2]!));
});

test('PRODY and EXPY are the weighted incomes worked out by hand', () => {
  // Shares: region 1 ¼ and ¾, region 2 ½ and ½; incomes 10 and 40.
  const m: Measure = { regions: 2, industries: 2, value: Float64Array.from([1, 3, 4, 4]) };
  const { prody, expy } = sophistication(m, Float64Array.from([10, 40]));
  near(prody[0]!, (0.25 * 10 + 0.5 * 40) / 0.75, 1e-13, 'PRODY');
  near(prody[1]!, (0.75 * 10 + 0.5 * 40) / 1.25, 1e-13, 'PRODY');
  near(expy[1]!, (prody[0]! + prody[1]!) / 2, 1e-13, 'EXPY');
  assert.throws(() => sophistication(m, new Float64Array(1)), { code: 'SHAPE_MISMATCH' });
});

test('an outside PCI averages over what a region has, and says how much of it is covered', () => {
  const p = presence(Float64Array.from([1, 1, 0, 0, 1, 1]), { regions: 2, industries: 3 });
  const { eci, covered } = externalEci(p, Float64Array.from([2, Number.NaN, -1]));
  assert.deepEqual([...eci], [2, -1]);
  assert.deepEqual([...covered], [0.5, 0.5]);
  // The recipe's own PCI gives the recipe's own ECI back.
  const c = complexity(panelOf(61, 18, 12), { preset: 'harvard' });
  const whole = new Float64Array(12).fill(Number.NaN);
  c.kept.industry.forEach((i, k) => (whole[i] = c.pci[k]!));
  externalEci(c.kept, whole).eci.forEach((x, r) => near(x, c.eci[r]!, 1e-9, 'own PCI'));
});

test('reflections tend to the second direction, averaged step by step', () => {
  const m = panelOf(71, 15, 12, 0.7);
  const c = complexity(m, { preset: 'harvard' });
  const k = reflections(c.kept, 60).region;
  const mean = k.reduce((a, b) => a + b) / k.length;
  const one = reflections(c.kept, 1);
  for (let r = 0; r < c.kept.rows; r++) {
    const u = c.kept.index.subarray(c.kept.start[r], c.kept.start[r + 1]);
    near(one.region[r]!, u.reduce((a, i) => a + c.kept.ubiquity[i]!, 0) / u.length, 1e-13, 'first step');
    assert.equal(Math.sign(k[r]! - mean) === Math.sign(c.eci[r]!) || Math.abs(c.eci[r]!) < 0.2, true);
  }
});

test('knowledge complexity sums to ±1 and follows the ranks of the exact eigenvector where it is not coarse', () => {
  const c = complexity(panelOf(81, 12, 9, 0.7), { preset: 'harvard' });
  const k = knowledgeComplexity(c.kept);
  near(Math.abs(k.region.reduce((a, b) => a + b)), 1, 1e-9, 'sum');
  const top = [...k.region.keys()].sort((a, b) => k.region[b]! - k.region[a]!)[0]!;
  assert.ok(c.eci[top]! > 0);
});

test('ranks share their mean where values are equal, and NaN has none', () => {
  assert.deepEqual([...ranks(Float64Array.from([3, 1, 3, 2]))], [3.5, 1, 3.5, 2]);
  assert.deepEqual([...ranks(Float64Array.from([Number.NaN, 1]))], [Number.NaN, 1]);
});

test('figures of two recipes in one table are refused, with what differs', () => {
  const m = panelOf(91, 14, 10);
  const recipes = (['harvard', 'r', 'econgeo', 'oec'] as Preset[]).map((preset) => complexity(m, { preset }).recipe);
  assert.deepEqual(oneRecipe([recipes[0]!, { ...recipes[0]!, year: 2016 }]), recipes[0]);
  assert.throws(() => oneRecipe(recipes), { code: 'PRESET_MIXED', message: 'table: preset r beside harvard' });
  const strict = complexity(m, { preset: 'harvard', presence: { threshold: 2 } }).recipe;
  assert.throws(() => oneRecipe([recipes[0]!, strict], 'regions.csv'), {
    code: 'PRESET_MIXED',
    message: 'regions.csv: presence LQ >= 2 beside LQ >= 1',
  });
  assert.throws(() => oneRecipe([]), { code: 'DEGENERATE_INPUT' });
});

test('a recipe names preset, rule, proximity, diagonal, freedom, benchmark, year and board', () => {
  const m = { ...panelOf(95, 14, 10), year: 2016 };
  const { recipe } = complexity(m, {
    preset: 'econgeo',
    proximity: 'cosine',
    presence: { threshold: 1.5, floor: 2 },
    benchmark: new Float64Array(10).fill(7),
    benchmarkName: 'nation',
    board: 'abc',
  });
  assert.deepEqual(recipe, {
    preset: 'econgeo',
    presence: 'LQ >= 1.5, value >= 2',
    proximity: 'cosine',
    diagonal: 0,
    ddof: null,
    benchmark: 'nation',
    year: 2016,
    board: 'abc',
  });
});

test('no call changes what it is given', () => {
  const m = panelOf(99, 13, 9);
  const value = m.value.slice();
  const { lq } = locationQuotient(m);
  const copy = lq.slice();
  const p = presence(lq, m);
  const index = p.index.slice();
  symmetricAdvantage(lq);
  standardisedQuotient(lq, 9);
  shrunkQuotient(m);
  eciPlus(m);
  fitness(p);
  knowledgeComplexity(p);
  const phi = proximity(p);
  const before = phi.slice();
  nearestDensity(p, phi, 3);
  for (const preset of ['harvard', 'r', 'econgeo', 'oec'] as const) complexity(m, { preset });
  assert.deepEqual([m.value, lq, p.index, phi], [value, copy, index, before]);
});
