import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import {
  additiveAdvantage,
  complexity,
  concentration,
  eciPlus,
  estebanMarquillas,
  fitness,
  gerfin,
  knowledgeComplexity,
  locationQuotient,
  nearestDensity,
  pileUp,
  presence,
  proximity,
  reflections,
  regionSimilarity,
  relativeRelatedness,
  shiftShare,
  shrunkQuotient,
  sophistication,
  specialisation,
  spread,
  standardisedQuotient,
  type Measure,
  type Presence,
} from '@qipan/clusters';
import { near } from '../reference-data.js';

const [R, I] = [19, 13];

function panelOf(seed: number): Measure {
  const r = random(seed);
  return {
    regions: R,
    industries: I,
    value: Float64Array.from({ length: R * I }, () => (r.next() < 0.3 ? 0 : 1 + Math.floor(60 * r.exponential()))),
  };
}

interface Shuffle {
  readonly measure: Measure;
  readonly row: Int32Array;
  readonly col: Int32Array;
}

/** The same panel with regions and industries in another order. */
function shuffled(m: Measure, seed: number): Shuffle {
  const r = random(seed);
  const [row, col] = [r.permutation(m.regions), r.permutation(m.industries)];
  const value = new Float64Array(m.value.length);
  for (let a = 0; a < m.regions; a++)
    for (let i = 0; i < m.industries; i++) value[row[a]! * m.industries + col[i]!] = m.value[a * m.industries + i]!;
  return { measure: { ...m, value }, row, col };
}

const seeds = [1, 2, 3, 4];
const presenceOf = (m: Measure) => presence(locationQuotient(m).lq, m);
const close = (a: number, b: number, tolerance: number, what: string) => {
  if (Number.isNaN(a) || Number.isNaN(b)) assert.equal(Number.isNaN(a), Number.isNaN(b), what);
  else near(a, b, tolerance * Math.max(1, Math.abs(b)), what);
};

/** A figure by region or by industry of a panel, under the panel's own numbers. */
type Vector = (m: Measure) => Float64Array;

const wide = (x: Float64Array, at: Int32Array, n: number) => {
  const out = new Float64Array(n).fill(Number.NaN);
  at.forEach((i, k) => (out[i] = x[k]!));
  return out;
};
const byRegion =
  (f: (p: Presence) => Float64Array): Vector =>
  (m) => {
    const p = presenceOf(m);
    return wide(f(p), p.region, m.regions);
  };
const byIndustry =
  (f: (p: Presence) => Float64Array): Vector =>
  (m) => {
    const p = presenceOf(m);
    return wide(f(p), p.industry, m.industries);
  };

const regionFigures: Record<string, Vector> = {
  ...Object.fromEntries(
    (['harvard', 'r', 'econgeo', 'oec'] as const).map((preset) => [
      `${preset} eci`,
      ((m) => {
        const c = complexity(m, { preset });
        return wide(c.eci, c.kept.region, m.regions);
      }) as Vector,
    ]),
  ),
  'harvard coi': (m) => {
    const c = complexity(m, { preset: 'harvard' });
    return wide(c.coi, c.kept.region, m.regions);
  },
  'eci+': (m) => eciPlus(m).region,
  fitness: byRegion((p) => fitness(p, { steps: 40 }).region),
  reflections: byRegion((p) => reflections(p, 7).region),
  'knowledge complexity': byRegion((p) => knowledgeComplexity(p).region),
  krugman: (m) => specialisation(m).krugman,
  entropy: (m) => specialisation(m).entropy,
  theil: (m) => specialisation(m).theil,
  hachman: (m) => specialisation(m).hachman,
};

const industryFigures: Record<string, Vector> = {
  'harvard pci': (m) => {
    const c = complexity(m, { preset: 'harvard' });
    return wide(c.pci, c.kept.industry, m.industries);
  },
  'eci+ of industries': (m) => eciPlus(m).industry,
  'fitness of industries': byIndustry((p) => fitness(p, { steps: 40 }).industry),
  'reflections of industries': byIndustry((p) => reflections(p, 7).industry),
  'locational Gini': (m) => spread(m).locationalGini,
  gini: (m) => spread(m).gini,
  hoover: (m) => spread(m).hoover,
  prody: (m) => sophistication(m, new Float64Array(m.regions).fill(7)).prody,
};

for (const [name, figure] of Object.entries(regionFigures)) {
  test(`${name} moves with its region when regions and industries change places`, () => {
    for (const seed of seeds) {
      const m = panelOf(seed);
      const s = shuffled(m, seed + 100);
      const [a, b] = [figure(m), figure(s.measure)];
      a.forEach((x, r) => close(b[s.row[r]!]!, x, 1e-6, `${name}, region ${r}`));
    }
  });

  test(`${name} does not change with the unit of the panel`, () => {
    const m = panelOf(9);
    const scaled = { ...m, value: m.value.map((x) => x * 1024) };
    const [a, b] = [figure(m), figure(scaled)];
    a.forEach((x, r) => close(b[r]!, x, 1e-7, `${name}, region ${r}`));
  });
}

for (const [name, figure] of Object.entries(industryFigures)) {
  test(`${name} moves with its industry, and does not change with the unit`, () => {
    for (const seed of seeds) {
      const m = panelOf(seed);
      const s = shuffled(m, seed + 200);
      const [a, b] = [figure(m), figure(s.measure)];
      a.forEach((x, i) => close(b[s.col[i]!]!, x, 1e-6, `${name}, industry ${i}`));
      const scaled = figure({ ...m, value: m.value.map((x) => x * 64) });
      a.forEach((x, i) => close(scaled[i]!, x, 1e-7, `${name}, industry ${i}`));
    }
  });
}

test('EXPY is a mean of incomes: equal incomes give it back, and it moves with its region', () => {
  const m = panelOf(5);
  const flat = sophistication(m, new Float64Array(R).fill(40));
  flat.expy.forEach((e) => close(e, 40, 1e-12, 'equal incomes'));
  const s = shuffled(m, 8);
  const rich = Float64Array.from({ length: R }, (_, r) => 10 + r);
  const moved = new Float64Array(R);
  s.row.forEach((to, r) => (moved[to] = rich[r]!));
  const [a, b] = [sophistication(m, rich).expy, sophistication(s.measure, moved).expy];
  a.forEach((e, r) => close(b[s.row[r]!]!, e, 1e-12, 'moved'));
});

test('tables of cells move with both: quotients, additive advantage, shrinkage, z scores', () => {
  const m = panelOf(6);
  const s = shuffled(m, 77);
  const tables: Record<string, (x: Measure) => Float64Array> = {
    lq: (x) => locationQuotient(x).lq,
    additive: additiveAdvantage,
    shrunk: (x) => shrunkQuotient(x).lq,
    upper: (x) => shrunkQuotient(x).upper,
    standardised: (x) => standardisedQuotient(locationQuotient(x).lq, x.industries),
  };
  for (const [name, f] of Object.entries(tables)) {
    const [a, b] = [f(m), f(s.measure)];
    for (let r = 0; r < R; r++)
      for (let i = 0; i < I; i++) close(b[s.row[r]! * I + s.col[i]!]!, a[r * I + i]!, 1e-9, name);
  }
});

test('similarity of two regions knows no order of industries, and a region’s copy is its twin', () => {
  const m = panelOf(7);
  m.value.copyWithin(5 * I, 2 * I, 3 * I);
  const s = shuffled(m, 31);
  for (const kind of ['krugman', 'cosine', 'brayCurtis', 'logAdvantage'] as const) {
    const [a, b] = [regionSimilarity(m, kind), regionSimilarity(s.measure, kind)];
    for (let x = 0; x < R; x++)
      for (let y = 0; y < R; y++) close(b[s.row[x]! * R + s.row[y]!]!, a[x * R + y]!, 1e-11, kind);
    near(a[2 * R + 5]!, kind === 'krugman' ? 0 : 1, 1e-11, `${kind} of a copy`);
  }
});

test('concentration, pile-up and shift-share do not depend on the order of their rows', () => {
  const r = random(3);
  const order = r.permutation(I);
  const turn = (x: Float64Array) => Float64Array.from(order, (k) => x[k]!);
  const draw = () => Float64Array.from({ length: I }, () => 5 + r.below(60));
  const [a, b, c, d] = [draw(), draw(), draw(), draw()];
  const sizes = Float64Array.from({ length: 9 }, () => 1 + r.below(40));
  const one = concentration({ industry: a, reference: b }, { sizes });
  const two = concentration({ industry: turn(a), reference: turn(b) }, { sizes: sizes.toReversed() });
  for (const key of ['gamma', 'maurelSedillot'] as const) near(two[key][0], one[key][0], 1e-13, key);
  near(two.z!, one.z!, 1e-12, 'z');
  const dates = {
    regionBefore: a,
    regionAfter: b,
    nationBefore: c.map((x) => x + 90),
    nationAfter: d.map((x) => x + 90),
  };
  const turned = Object.fromEntries(Object.entries(dates).map(([k, x]) => [k, turn(x)])) as typeof dates;
  for (const f of [shiftShare, estebanMarquillas, gerfin] as ((x: typeof dates) => object)[]) {
    const [x, y] = [f(dates), f(turned)] as Record<string, number>[];
    for (const key of Object.keys(x!)) if (typeof x![key] === 'number') close(y![key]!, x![key]!, 1e-11, key);
  }
  const plans = { planned: panelOf(4).value, marketRoom: new Float64Array(I).fill(300), regions: R, industries: I };
  const s = shuffled({ value: plans.planned, regions: R, industries: I }, 12);
  const [p, q] = [pileUp(plans), pileUp({ ...plans, planned: s.measure.value })];
  near(q.excessShare, p.excessShare, 1e-13, 'excess');
  assert.deepEqual(
    q.collisions.map((x) => [x.planned, x.regions.length]),
    p.collisions.map((x) => [x.planned, x.regions.length]),
  );
});

test('the k nearest, written out once more', () => {
  const m = panelOf(8);
  const p = presenceOf(m);
  const phi = proximity(p, { diagonal: 0 });
  const n = p.cols;
  for (const k of [1, 3, 6]) {
    const got = nearestDensity(p, phi, k);
    for (let r = 0; r < p.rows; r++) {
      const has = new Set(p.index.subarray(p.start[r], p.start[r + 1]));
      for (let j = 0; j < n; j++) {
        const list = Array.from({ length: n }, (_, i) => ({ i, w: phi[i * n + j]! })).filter((x) => x.i !== j);
        const near3 = list.toSorted((a, b) => b.w - a.w || a.i - b.i).slice(0, k);
        const sum = (x: { w: number }[]) => x.reduce((a, b) => a + b.w, 0);
        close(got[r * n + j]!, sum(near3.filter((x) => has.has(x.i))) / sum(near3), 1e-13, `k = ${k}`);
      }
    }
  }
});

test('relative relatedness keeps the order of density inside a region', () => {
  const c = complexity(panelOf(10), { preset: 'harvard' });
  const z = relativeRelatedness(c.kept, c.density);
  for (let r = 0; r < c.kept.rows; r++) {
    const cells = Array.from({ length: c.kept.cols }, (_, j) => r * c.kept.cols + j).filter(
      (k) => !Number.isNaN(z[k]!),
    );
    const byZ = cells.toSorted((a, b) => z[a]! - z[b]! || a - b);
    const byW = cells.toSorted((a, b) => c.density[a]! - c.density[b]! || a - b);
    assert.deepEqual(
      byZ.map((k) => c.density[k]!.toFixed(12)),
      byW.map((k) => c.density[k]!.toFixed(12)),
    );
  }
});
