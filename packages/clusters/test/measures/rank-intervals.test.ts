import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { complexity, filterPanel, rankIntervals, type Measure, type RankOptions, type Scheme } from '@qipan/clusters';
import { skipWithout } from '@qipan/testing';
import { near, panelsOf } from '../reference-data.js';

/** A nested panel with noise: region r is good at the easy industries up to its level, so that complexity is well defined. */
function ladder(seed: number, regions: number, industries: number, size: number): Measure {
  const r = random(seed);
  const value = new Float64Array(regions * industries);
  for (let a = 0; a < regions; a++) {
    const skill = (a + 1) / regions;
    for (let i = 0; i < industries; i++) {
      const need = (i + 1) / industries;
      const fit = (1 / (1 + Math.exp((need - skill) * 9))) * (0.4 + need);
      value[a * industries + i] = Math.round(size * fit * Math.exp(0.4 * r.normal()));
    }
  }
  return { value, regions, industries };
}
const options = (more: Partial<RankOptions> = {}): RankOptions => ({
  preset: 'harvard',
  draws: 60,
  seed: 4,
  scheme: { kind: 'poisson' },
  ...more,
});
const schemes: readonly Scheme[] = [
  { kind: 'poisson' },
  { kind: 'multinomial' },
  { kind: 'lognormal', cv: 0.2 },
  { kind: 'industries' },
];

test('ranks are those of the undrawn run, and lie in their intervals but for the luck of the draw', () => {
  const m = ladder(1, 24, 30, 300);
  const eci = complexity(m, { preset: 'harvard' }).eci;
  const want = [...eci.keys()].sort((a, b) => eci[b]! - eci[a]!);
  for (const scheme of schemes) {
    const r = rankIntervals(m, options({ scheme }));
    assert.equal(r.status, 'ok');
    assert.deepEqual([...r.region], want, scheme.kind);
    r.rank.forEach((rank, k) => {
      assert.equal(rank, k + 1);
      assert.ok(r.lower[k]! <= r.median[k]! && r.median[k]! <= r.upper[k]!);
      assert.ok(r.lower[k]! >= 1 && r.upper[k]! <= 24);
    });
    const inside = r.rank.filter((x, k) => r.lower[k]! <= x && x <= r.upper[k]!).length;
    assert.ok(inside >= 12, `${scheme.kind}: ${inside} of 24`);
  }
});

test('the same seed gives the same intervals, another seed others, and the panel is unchanged', () => {
  const m = ladder(2, 18, 22, 60);
  const value = m.value.slice();
  for (const scheme of schemes) {
    const a = rankIntervals(m, options({ scheme }));
    assert.deepEqual(rankIntervals(m, options({ scheme })), a);
    const b = rankIntervals(m, options({ scheme, seed: 5 }));
    assert.notDeepEqual([b.lower, b.upper, b.topShare], [a.lower, a.upper, a.topShare]);
  }
  assert.deepEqual(m.value, value);
});

test('fewer people make wider intervals', () => {
  const width = (size: number) => {
    const r = rankIntervals(ladder(3, 20, 25, size), options());
    return r.upper.reduce((a, x, k) => a + x - r.lower[k]!, 0);
  };
  assert.ok(width(15) > 1.5 * width(3000), `${width(15)} against ${width(3000)}`);
});

test('vast counts leave nothing to chance: every interval is the rank itself', () => {
  const m = ladder(6, 16, 20, 1e10);
  const r = rankIntervals(m, options({ draws: 30 }));
  r.rank.forEach((rank, k) => {
    assert.ok(Math.abs(r.lower[k]! - rank) <= 1 && Math.abs(r.upper[k]! - rank) <= 1);
  });
  assert.equal(r.degenerateShare, 0);
});

test('the probability of the top group is near certain at the head, nil at the foot, and sums to the group', () => {
  const r = rankIntervals(ladder(7, 30, 30, 400), options({ topK: 5, draws: 80 }));
  assert.ok(r.topShare[0]! > 0.9 && r.topShare[29]! < 0.05);
  near(
    r.topShare.reduce((a, b) => a + b, 0),
    5,
    1e-9,
    'sum over regions',
  );
  assert.deepEqual(
    [...r.absentShare].filter((x) => x > 0),
    [],
  );
});

test('multinomial draws keep each region’s total; a region of one industry is certain of it', () => {
  const m = ladder(8, 12, 15, 80);
  m.value.fill(0, 0, 15);
  m.value[3] = 50;
  const r = rankIntervals(m, options({ scheme: { kind: 'multinomial' } }));
  assert.ok(r.region.includes(0));
});

test('every preset has its intervals, by its own ECI', () => {
  const m = ladder(9, 15, 18, 500);
  for (const preset of ['harvard', 'r', 'econgeo', 'oec'] as const) {
    const c = complexity(m, { preset });
    const r = rankIntervals(m, options({ preset, draws: 20 }));
    assert.equal(r.recipe.preset, preset);
    const best = [...c.eci.keys()].sort((a, b) => c.eci[b]! - c.eci[a]!)[0];
    assert.equal(r.region[0], best, preset);
  }
});

test('filters come first and are listed with what each had', () => {
  const m = ladder(10, 12, 14, 200);
  m.value.fill(0, 14, 28);
  m.value[14] = 2;
  const population = Float64Array.from({ length: 12 }, (_, r) => (r === 5 ? 10 : 1e5));
  population[7] = Number.NaN;
  const filters = { population: { values: population, least: 1000 }, leastTotal: 5 };
  const r = rankIntervals(m, options({ filters }));
  assert.deepEqual(
    r.filtered.removedRegions.map((x) => [x.number, x.reason]),
    [
      [1, 'total'],
      [5, 'population'],
      [7, 'population'],
    ],
  );
  assert.ok(![1, 5, 7].some((x) => r.region.includes(x)));
  assert.equal(r.region.length, 9);
});

test('diversity and ubiquity filters repeat until nothing falls out, and no filter filters nothing', () => {
  const m = ladder(11, 20, 20, 100);
  const all = filterPanel(m, {});
  assert.equal(all.panel, m);
  assert.deepEqual([all.removedRegions, all.removedIndustries], [[], []]);
  const f = filterPanel(m, { leastDiversity: 6, leastUbiquity: 6 });
  assert.equal(f.region.length + f.removedRegions.length, 20);
  assert.equal(f.industry.length + f.removedIndustries.length, 20);
  const again = filterPanel(f.panel, { leastDiversity: 6, leastUbiquity: 6 });
  assert.deepEqual([again.removedRegions, again.removedIndustries], [[], []]);
  f.region.forEach((r, k) =>
    f.industry.forEach((i, j) => assert.equal(f.panel.value[k * f.industry.length + j], m.value[r * 20 + i])),
  );
  assert.throws(() => filterPanel(m, { population: { values: new Float64Array(3), least: 1 } }), {
    code: 'SHAPE_MISMATCH',
  });
});

test('a network in two parts is ambiguous: no rank is given', () => {
  const value = new Float64Array(64);
  for (let r = 0; r < 8; r++) for (let i = 0; i < 8; i++) if (r < 4 === i < 4) value[r * 8 + i] = 5 + ((r * i) % 3);
  const r = rankIntervals({ value, regions: 8, industries: 8 }, options());
  assert.equal(r.status, 'ambiguous');
  assert.deepEqual([r.region.length, r.draws], [0, 0]);
  assert.ok(Number.isNaN(r.degenerateShare));
});

test('a run can be stopped and says how many draws it made', () => {
  let asked = 0;
  const r = rankIntervals(ladder(12, 12, 12, 100), options({ shouldStop: () => ++asked > 25 }));
  assert.deepEqual([r.status, r.draws], ['stopped', 25]);
});

test('too few draws and an impossible spread are refused', () => {
  const m = ladder(13, 6, 6, 50);
  assert.throws(() => rankIntervals(m, options({ draws: 5 })), { code: 'OUT_OF_RANGE' });
  for (const cv of [0, -1, 9])
    assert.throws(() => rankIntervals(m, options({ scheme: { kind: 'lognormal', cv } })), { code: 'OUT_OF_RANGE' });
});

const trade = 'clusters/trade128/trade.csv';
test('a country of few products has a wider interval than one of many', { skip: skipWithout(trade) }, () => {
  const panel = panelsOf(trade, { region: 'country', industry: 'product', value: 'value' })[0]!;
  const r = rankIntervals(panel, options({ scheme: { kind: 'industries' }, draws: 100 }));
  const d = complexity(panel, { preset: 'harvard' }).kept.diversity;
  const width = (few: boolean) => {
    const list = r.region.map((x, k) => ({ d: d[x]!, w: r.upper[k]! - r.lower[k]! })).filter((x) => few === x.d < 60);
    return list.reduce((a, x) => a + x.w, 0) / list.length;
  };
  assert.ok(width(true) > width(false));
});
