import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  benchmarkShares,
  clusterIndex,
  coagglomeration,
  concentration,
  dynamicShiftShare,
  estebanMarquillas,
  gerfin,
  herfindahlBounds,
  pileUp,
  regionSimilarity,
  shiftShare,
  similarRegions,
  specialisation,
  spread,
  type Measure,
  type Plans,
  type TwoDates,
} from '@qipan/clusters';
import { near } from '../reference-data.js';

const seeded = { seed: 3, numRuns: 40 };
const anySeed = fc.integer({ min: 1, max: 1e6 });

function panelOf(seed: number, regions: number, industries: number, zero = 0.2): Measure {
  const r = random(seed);
  return {
    regions,
    industries,
    value: Float64Array.from({ length: regions * industries }, () => (r.next() < zero ? 0 : 1 + r.below(50))),
  };
}

test('at the benchmark a region is not specialised by any measure; with one industry it is fully', () => {
  const m: Measure = { regions: 3, industries: 4, value: Float64Array.from([1, 2, 3, 4, 10, 20, 30, 40, 0, 0, 0, 7]) };
  const s = specialisation(m, { benchmark: Float64Array.from([1, 2, 3, 4]) });
  near(s.krugman[0]!, 0, 1e-15, 'krugman');
  near(s.theil[1]!, 0, 1e-15, 'theil');
  near(s.hachman[0]!, 1, 1e-15, 'hachman');
  assert.deepEqual([s.hhi[2], s.entropy[2]], [1, 0]);
  near(s.krugman[2]!, 2 * 0.6, 1e-15, 'krugman');
  near(s.theil[2]!, Math.log(1 / 0.4), 1e-15, 'theil');
  near(s.hachman[2]!, 0.4, 1e-15, 'hachman');
});

test('even shares give the least concentration and the most entropy, in bits or in nats', () => {
  const m: Measure = { regions: 1, industries: 8, value: new Float64Array(8).fill(3) };
  near(specialisation(m).hhi[0]!, 1 / 8, 1e-15, 'hhi');
  near(specialisation(m).entropy[0]!, 3, 1e-14, 'bits');
  near(specialisation(m, { entropyBase: Math.E }).entropy[0]!, Math.log(8), 1e-14, 'nats');
});

test('specialisation keeps its bounds, knows no scale, and leaves empty regions without a figure', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const m = panelOf(seed, 6, 5);
      m.value.fill(0, 0, 5);
      const s = specialisation(m);
      const scaled = specialisation({ ...m, value: m.value.map((x) => x * 4) });
      for (const x of Object.values(s) as Float64Array[]) assert.ok(Number.isNaN(x[0]!));
      for (let r = 1; r < 6; r++) {
        assert.ok(s.krugman[r]! >= 0 && s.krugman[r]! <= 2);
        assert.ok(s.hhi[r]! >= 0.2 - 1e-15 && s.hhi[r]! <= 1);
        assert.ok(s.theil[r]! >= 0);
        assert.ok(s.hachman[r]! <= 1 + 1e-12);
        near(scaled.krugman[r]!, s.krugman[r]!, 1e-14, 'scale');
      }
    }),
    seeded,
  );
  assert.throws(() => benchmarkShares(panelOf(1, 2, 3), new Float64Array(2)), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => specialisation(panelOf(1, 2, 3), { benchmark: new Float64Array(3) }), {
    code: 'EMPTY_BENCHMARK',
  });
});

test('an industry spread as the total has no locational Gini; in one small region it nears 1 less that region’s share', () => {
  const m: Measure = {
    regions: 4,
    industries: 3,
    value: Float64Array.from([10, 0, 90, 20, 0, 180, 30, 0, 270, 40, 20, 340]),
  };
  const s = spread(m);
  near(s.locationalGini[0]!, 0, 1e-14, 'proportional');
  near(s.hoover[0]!, 0, 1e-14, 'proportional');
  near(s.locationalGini[1]!, 1 - 0.4, 1e-14, 'one region of share .4');
  near(s.hoover[1]!, 1 - 0.4, 1e-14, 'one region of share .4');
  // Gini of 1, 2, 3, 4 is ¼.
  near(s.gini[0]!, 0.25, 1e-14, 'gini');
  assert.ok(Number.isNaN(spread({ regions: 2, industries: 1, value: new Float64Array(2) }).gini[0]!));
});

test('locational Gini equals the pairwise formula ½ ΣΣ x_a x_b |q_a − q_b|', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const m = panelOf(seed, 7, 4);
      const s = spread(m);
      const total = Array.from({ length: 7 }, (_, r) => m.value.subarray(r * 4, r * 4 + 4).reduce((a, b) => a + b, 0));
      const all = total.reduce((a, b) => a + b, 0);
      for (let i = 0; i < 4; i++) {
        const own = total.map((_, r) => m.value[r * 4 + i]!);
        const sum = own.reduce((a, b) => a + b, 0);
        if (sum === 0) continue;
        let pairs = 0;
        for (let a = 0; a < 7; a++)
          for (let b = 0; b < 7; b++) {
            if (total[a] === 0 || total[b] === 0) continue;
            const q = (r: number) => own[r]! / sum / (total[r]! / all);
            pairs += (total[a]! / all) * (total[b]! / all) * Math.abs(q(a) - q(b));
          }
        near(s.locationalGini[i]!, pairs / 2, 1e-12, 'pairs');
      }
    }),
    seeded,
  );
});

test('similarity of four kinds, worked out by hand for one pair', () => {
  const m: Measure = { regions: 2, industries: 2, value: Float64Array.from([1, 3, 2, 2]) };
  near(regionSimilarity(m, 'krugman')[1]!, 0.5, 1e-15, 'krugman');
  near(regionSimilarity(m, 'cosine')[1]!, 0.5 / Math.sqrt(0.625 * 0.5), 1e-15, 'cosine');
  near(regionSimilarity(m, 'brayCurtis')[1]!, 1 - 2 / 8, 1e-15, 'bray');
  near(regionSimilarity(m, 'logAdvantage')[1]!, -1, 1e-12, 'two points on a falling line');
});

test('every region is like itself, similarity is symmetric, and the nearest are those of the table', () => {
  for (const kind of ['krugman', 'cosine', 'brayCurtis', 'logAdvantage'] as const) {
    const m = panelOf(5, 9, 7);
    const s = regionSimilarity(m, kind);
    for (let a = 0; a < 9; a++) {
      near(s[a * 9 + a]!, kind === 'krugman' ? 0 : 1, 1e-12, kind);
      for (let b = 0; b < 9; b++) assert.equal(s[a * 9 + b], s[b * 9 + a]);
    }
    const top = similarRegions(m, 4, { kind, k: 3 });
    const rest = Array.from({ length: 9 }, (_, b) => b).filter((b) => b !== 4);
    const best = rest.toSorted((a, b) => (kind === 'krugman' ? 1 : -1) * (s[36 + a]! - s[36 + b]!)).slice(0, 3);
    assert.deepEqual(
      top.map((t) => t.region),
      best,
    );
  }
  assert.throws(() => similarRegions(panelOf(5, 9, 7), 9, { kind: 'cosine', k: 1 }), { code: 'OUT_OF_RANGE' });
});

test('an unknown cell leaves a pair’s comparison without that industry, never as 0', () => {
  const m: Measure = { regions: 2, industries: 3, value: Float64Array.from([1, 1, Number.NaN, 2, 2, 50]) };
  near(regionSimilarity(m, 'brayCurtis')[1]!, 1 - 2 / 6, 1e-15, 'two known industries');
  const empty: Measure = { regions: 2, industries: 1, value: Float64Array.from([Number.NaN, 1]) };
  assert.ok(Number.isNaN(regionSimilarity(empty, 'cosine')[1]!));
});

test('a pile-up lists what is over the room, by whom, worst first, and what cannot be told', () => {
  const n = Number.NaN;
  const plans: Plans = {
    regions: 3,
    industries: 4,
    planned: Float64Array.from([10, 5, 0, 1, 30, 0, 0, 2, 20, n, 0, 3]),
    marketRoom: Float64Array.from([25, 100, 10, n]),
  };
  const p = pileUp(plans);
  assert.deepEqual([...p.ratio.subarray(0, 3)], [60 / 25, 5 / 100, 0]);
  assert.ok(Number.isNaN(p.ratio[3]!));
  near(p.excessShare, 35 / 65, 1e-15, 'excess');
  assert.deepEqual(
    p.collisions.map((c) => [c.industry, c.regions.map((r) => r.region)]),
    [[0, [1, 2, 0]]],
  );
  assert.deepEqual([p.roomUnknown, p.withoutFigure, p.alarms], [[3], 1, []]);
  const none = pileUp({ ...plans, marketRoom: Float64Array.from([0, 100, 10, n]) });
  assert.equal(none.collisions[0]!.ratio, Infinity);
  assert.throws(() => pileUp({ ...plans, regions: 4 }), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => pileUp({ ...plans, planned: plans.planned.map((x) => -x) }), { code: 'VALUE_NEGATIVE' });
});

test('two copied plans among many different ones raise the alarm, and only pairs above their peers do', () => {
  const r = random(8);
  const [R, I] = [60, 12];
  const planned = Float64Array.from({ length: R * I }, () => (r.next() < 0.3 ? 1 + r.below(9) : 0));
  planned.copyWithin(7 * I, 3 * I, 4 * I);
  const { alarms } = pileUp({ regions: R, industries: I, planned, marketRoom: new Float64Array(I).fill(1e9) });
  assert.deepEqual([alarms[0]!.a, alarms[0]!.b], [3, 7]);
  near(alarms[0]!.similarity, 1, 1e-12, 'copied');
  assert.ok(alarms.every((a) => a.similarity > a.usual));
  const pairs = (R * (R - 1)) / 2;
  assert.ok(alarms.length <= 0.05 * pairs);
});

test('Ellison–Glaeser is 0 on average when plants fall at random, and z tells a cluster from chance', () => {
  const r = random(5);
  const reference = Float64Array.from([50, 30, 15, 5]);
  const sizes = Float64Array.from({ length: 12 }, () => 1 + r.below(20));
  const draw = () => {
    const industry = new Float64Array(4);
    for (const s of sizes) {
      const u = r.next() * 100;
      industry[u < 50 ? 0 : u < 80 ? 1 : u < 95 ? 2 : 3]! += s;
    }
    return concentration({ industry, reference }, { sizes });
  };
  const runs = Array.from({ length: 4000 }, draw);
  const mean = runs.reduce((a, c) => a + c.gamma[0], 0) / runs.length;
  near(mean, 0, 0.01, 'mean γ');
  near(runs.reduce((a, c) => a + c.z! ** 2, 0) / runs.length, 1, 0.1, 'variance of z');
  const ms = runs.reduce((a, c) => a + c.maurelSedillot[0], 0) / runs.length;
  near(ms, 0, 0.01, 'mean of Maurel–Sédillot');
});

test('with H known only within bounds γ is an interval that holds the true one', () => {
  const industry = Float64Array.from([40, 20, 10]);
  const reference = Float64Array.from([30, 30, 40]);
  const sizes = Float64Array.from([20, 20, 12, 8, 6, 4]);
  const exact = concentration({ industry, reference }, { sizes });
  const bounds = herfindahlBounds(
    [
      { plants: 3, lower: 1, upper: 9 },
      { plants: 3, lower: 10, upper: Infinity },
    ],
    70,
  );
  assert.ok(bounds[0] <= exact.h[0] && exact.h[0] <= bounds[1]);
  const c = concentration({ industry, reference }, { herfindahl: bounds });
  assert.ok(c.gamma[0] <= exact.gamma[0] && exact.gamma[0] <= c.gamma[1]);
  assert.ok(c.maurelSedillot[0] <= exact.maurelSedillot[0] && exact.maurelSedillot[0] <= c.maurelSedillot[1]);
  assert.equal(c.z, null);
});

test('bounds of H hold for any plants drawn inside the classes, and the lower one is reached', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const r = random(seed);
      const classes = [
        { plants: 1 + r.below(5), lower: 1, upper: 9 },
        { plants: 1 + r.below(4), lower: 10, upper: 49 },
        { plants: r.below(3), lower: 50, upper: Infinity },
      ];
      const sizes = classes.flatMap((c) =>
        Array.from({ length: c.plants }, () => c.lower + r.below(Math.min(c.upper, 400) - c.lower + 1)),
      );
      const total = sizes.reduce((a, b) => a + b, 0);
      const [low, high] = herfindahlBounds(classes, total);
      const h = sizes.reduce((a, s) => a + (s / total) ** 2, 0);
      assert.ok(low <= h + 1e-12 && h <= high + 1e-12, `${low} ${h} ${high}`);
      assert.ok(low >= 1 / sizes.length - 1e-12);
    }),
    seeded,
  );
  near(herfindahlBounds([{ plants: 4, lower: 1, upper: 10 }], 20)[0], 1 / 4, 1e-12, 'all equal');
  assert.throws(() => herfindahlBounds([{ plants: 2, lower: 1, upper: 9 }], 30), { code: 'OUT_OF_RANGE' });
});

test('coagglomeration of two industries is the covariance form of Ellison, Glaeser and Kerr', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const r = random(seed);
      const reference = Float64Array.from({ length: 5 }, () => 5 + r.below(50));
      const plants = [0, 1].map(() => Float64Array.from({ length: 8 }, () => 1 + r.below(30)));
      const industries = plants.map((list) => {
        const out = new Float64Array(5);
        for (const s of list) out[r.below(5)]! += s;
        return out;
      });
      const share = (x: Float64Array) => x.map((v) => v / x.reduce((a, b) => a + b, 0));
      const [a, b, x] = [share(industries[0]!), share(industries[1]!), share(reference)];
      const covariance = a.reduce((s, v, k) => s + (v - x[k]!) * (b[k]! - x[k]!), 0);
      const want = covariance / (1 - x.reduce((s, v) => s + v * v, 0));
      near(coagglomeration(industries, reference, plants), want, 1e-11, 'pair');
    }),
    seeded,
  );
  const one = Float64Array.from([1, 2]);
  assert.throws(() => coagglomeration([one], one, [one]), { code: 'DEGENERATE_INPUT' });
});

test('concentration refuses one plant, one region, missing shares and shapes that differ', () => {
  const two = Float64Array.from([1, 2]);
  const sizes = Float64Array.from([1, 1]);
  assert.throws(() => concentration({ industry: two, reference: two }, { sizes: Float64Array.from([3]) }), {
    code: 'DEGENERATE_INPUT',
  });
  assert.throws(() => concentration({ industry: two, reference: Float64Array.from([1, 0]) }, { sizes }), {
    code: 'DEGENERATE_INPUT',
  });
  assert.throws(() => concentration({ industry: two, reference: new Float64Array(2) }, { sizes }), {
    code: 'EMPTY_BENCHMARK',
  });
  assert.throws(() => concentration({ industry: two, reference: new Float64Array(3) }, { sizes }), {
    code: 'SHAPE_MISMATCH',
  });
  assert.throws(() => concentration({ industry: Float64Array.from([1, Number.NaN]), reference: two }, { sizes }), {
    code: 'VALUE_NEGATIVE',
  });
});

test('the cluster index is 1 in an average region, 0 without the industry, and grows with many small firms', () => {
  const average = {
    employment: Float64Array.from([10, 20]),
    firms: Float64Array.from([1, 2]),
    areaKm2: Float64Array.from([100, 200]),
    population: Float64Array.from([1000, 2000]),
  };
  clusterIndex(average).forEach((c) => near(c, 1, 1e-14, 'average'));
  const dense = clusterIndex({ ...average, firms: Float64Array.from([3, 2]) });
  assert.ok(dense[0]! > dense[1]!);
  assert.equal(
    clusterIndex({ ...average, employment: Float64Array.from([0, 5]), firms: Float64Array.from([0, 5]) })[0],
    0,
  );
  assert.ok(Number.isNaN(clusterIndex({ ...average, areaKm2: Float64Array.from([Number.NaN, 5]) })[0]!));
  assert.throws(() => clusterIndex({ ...average, firms: new Float64Array(3) }), { code: 'SHAPE_MISMATCH' });
});

function datesOf(seed: number, n: number): TwoDates {
  const r = random(seed);
  const draw = () => Float64Array.from({ length: n }, () => (r.next() < 0.15 ? 0 : r.below(500)));
  const [regionBefore, regionAfter] = [draw(), draw()];
  return {
    regionBefore,
    regionAfter,
    nationBefore: regionBefore.map((x) => x + 1000 + r.below(9000)),
    nationAfter: regionAfter.map((x) => x + 1000 + r.below(9000)),
  };
}

test('parts of every shift-share add up to the growth, new industries included', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const d = datesOf(seed, 12);
      const growth = d.regionAfter.reduce((a, x, i) => a + x - d.regionBefore[i]!, 0);
      const fresh = d.regionAfter.reduce((a, x, i) => a + (d.regionBefore[i] === 0 ? x : 0), 0);
      const dunn = shiftShare(d);
      assert.equal(dunn.growth, growth);
      assert.equal(dunn.newIndustries, fresh);
      const scale = d.regionAfter.reduce((a, b) => a + b, 0) + 1;
      near(dunn.residual / scale, 0, 1e-12, 'Dunn');
      const e = estebanMarquillas(d);
      near(e.residual / scale, 0, 1e-12, 'Esteban-Marquillas');
      near(e.competitive + e.allocation, dunn.regional, 1e-9 * scale, 'regional part');
      const g = gerfin(d);
      near(g.industryMix * g.regional, g.net, 1e-12 * g.net, 'Gerfin');
      near(
        dynamicShiftShare([
          { region: d.regionBefore, nation: d.nationBefore },
          { region: d.regionBefore, nation: d.nationBefore },
          { region: d.regionAfter, nation: d.nationAfter },
        ]).regional,
        dunn.regional,
        1e-9 * scale,
        'a year of standstill changes nothing',
      );
    }),
    seeded,
  );
});

test('a region with the nation’s structure and rates has neither mix nor regional part', () => {
  const before = Float64Array.from([100, 200, 300]);
  const after = Float64Array.from([110, 180, 390]);
  const d = shiftShare({
    regionBefore: before.map((x) => x / 10),
    regionAfter: after.map((x) => x / 10),
    nationBefore: before,
    nationAfter: after,
  });
  near(d.industryMix, 0, 1e-12, 'mix');
  near(d.regional, 0, 1e-12, 'regional');
  near(d.national, 8, 1e-12, 'national');
});

test('an unknown figure leaves its industry out of all parts, and by name', () => {
  const d = datesOf(4, 5);
  d.regionAfter[2] = Number.NaN;
  const s = shiftShare(d);
  assert.deepEqual(s.leftOut, [2]);
  const rest = (x: Float64Array) => x.filter((_, i) => i !== 2);
  const without = shiftShare({
    regionBefore: rest(d.regionBefore),
    regionAfter: rest(d.regionAfter),
    nationBefore: rest(d.nationBefore),
    nationAfter: rest(d.nationAfter),
  });
  assert.deepEqual({ ...s, leftOut: [] }, without);
});

test('shift-share refuses shapes that differ, negative figures and a nation smaller than its region', () => {
  const d = datesOf(6, 4);
  assert.throws(() => shiftShare({ ...d, nationAfter: new Float64Array(3) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => shiftShare({ ...d, regionAfter: Float64Array.from([1, -1, 1, 1]) }), { code: 'VALUE_NEGATIVE' });
  const ones = new Float64Array(4).fill(1);
  assert.throws(() => shiftShare({ ...d, regionBefore: ones, nationBefore: new Float64Array(4) }), {
    code: 'EMPTY_BENCHMARK',
  });
  assert.throws(() => dynamicShiftShare([{ region: ones, nation: ones }]), { code: 'DEGENERATE_INPUT' });
});

test('structure measures leave what they are given as it was', () => {
  const m = panelOf(11, 8, 6);
  const value = m.value.slice();
  specialisation(m);
  spread(m);
  for (const kind of ['krugman', 'cosine', 'brayCurtis', 'logAdvantage'] as const) regionSimilarity(m, kind);
  const d = datesOf(2, 6);
  const copy = structuredClone(d);
  shiftShare(d);
  estebanMarquillas(d);
  gerfin(d);
  assert.deepEqual(m.value, value);
  assert.deepEqual(d, copy);
});
