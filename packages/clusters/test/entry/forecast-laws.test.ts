import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  entryData,
  entryModel,
  entryRows,
  featureNames,
  matchPanels,
  predictEvents,
  type EntryOptions,
  type Panel,
} from '@qipan/clusters';
import { csrFromTriplets } from '@qipan/numeric';
import { features, makeWorld, nextDate, panelWith } from './synthetic.js';

const beta = [-2, 0.8, -0.3, 0.2];
const [regions, industries] = [60, 14];

function years(seed: number, dates: number): { panels: Panel[]; benchmark: Float64Array[] } {
  const { world, present } = makeWorld(seed, regions, industries);
  const panels = [panelWith(world, present, 2000)];
  let now = present;
  for (let k = 1; k < dates; k++) {
    now = nextDate(world, now, { beta, seed: seed + k }).present;
    panels.push(panelWith(world, now, 2000 + k));
  }
  return { panels, benchmark: panels.map(() => world.benchmark) };
}
const quick = { draws: 24, seed: 2 } as const;
const run = (h: ReturnType<typeof years>, o: EntryOptions = {}) =>
  entryModel(h.panels, { benchmark: h.benchmark, ...quick, ...o });

test('the order of the regions changes no coefficient and no score out of time', () => {
  const h = years(4, 3);
  const order = Int32Array.from({ length: regions }, (_, r) => (r * 7 + 3) % regions);
  const turned = h.panels.map((p) => ({
    ...p,
    value: Float64Array.from(
      p.value,
      (_, k) => p.value[order[Math.floor(k / industries)] * industries + (k % industries)],
    ),
    regionCode: Array.from(order, (r) => p.regionCode[r]),
  }));
  const [a, b] = [run(h, { features }), run({ ...h, panels: turned }, { features })];
  a.model.fit.coefficient.forEach((c, k) => assert.ok(Math.abs(c - b.model.fit.coefficient[k]) < 1e-7));
  a.model.fit.standardError.forEach((c, k) => assert.ok(Math.abs(c - b.model.fit.standardError[k]) < 1e-7));
  assert.ok(Math.abs((a.backTest.auc?.value ?? 0) - (b.backTest.auc?.value ?? 1)) < 1e-12);
});

test('a feature without spread gets no weight, and none is divided by', () => {
  const r = run(years(4, 2), { parentOf: Int32Array.from({ length: industries }, (_, i) => i) });
  const k = r.model.features.indexOf('sameParent');
  assert.ok(k >= 0 && r.model.scale[k] === 1 && Math.abs(r.model.fit.coefficient[k + 1]) < 1e-9);
});

test('every table that is given becomes a feature, and nothing is left out then', () => {
  const h = years(5, 2);
  const ring = [...Array(regions).keys()];
  const neighbours = csrFromTriplets(
    { rows: regions, cols: regions },
    { row: ring, col: ring.map((r) => (r + 1) % regions), value: ring.map(() => 1) },
  );
  const inputs = Float64Array.from({ length: industries ** 2 }, (_, k) => ((k * 37) % 11) / 100);
  const growth = h.panels.map(() => Float64Array.from({ length: industries }, (_, i) => i / 50));
  const parentOf = Int32Array.from({ length: industries }, (_, i) => i % 4);
  const r = run(h, { neighbours, inputs, growth, parentOf });
  assert.deepEqual(r.model.features, featureNames);
  assert.deepEqual(r.leftOut, []);
  assert.ok(r.model.fit.standardError.every((s) => s > 0 && Number.isFinite(s)));
});

test('growth of the years before is taken where every step has one: the first year is then only history', () => {
  const h = years(6, 4);
  const later = entryData(matchPanels(h.panels, h.benchmark), {});
  assert.ok(!later.features.includes('nationalGrowth'), 'the first of the dates has none');
  const growth = [new Float64Array(industries), null, null, null];
  const given = entryData(matchPanels(h.panels, h.benchmark), { growth });
  assert.ok(given.features.includes('nationalGrowth'));
  const rows = entryRows(given, given.periods[1]);
  const at = given.features.indexOf('nationalGrowth');
  assert.ok(rows.x.some((v, k) => k % rows.cols === at && v !== 0));
});

test('a stronger penalty draws all forecasts towards the rate', () => {
  const h = years(7, 2);
  const spread = (ridge: number) => {
    const r = run(h, { features, ridge });
    const p = predictEvents(r.model, r.data).p.filter((v) => !Number.isNaN(v));
    return Math.max(...p) - Math.min(...p);
  };
  const [weak, strong, endless] = [spread(0.01), spread(100), spread(1e9)];
  assert.ok(weak > strong && strong > endless && endless < 1e-5);
});

test('the mean forecast of the cells fitted is the rate of events: the intercept is free', () => {
  const r = run(years(8, 2), { features });
  const q = predictEvents(r.model, r.data);
  assert.ok(q.p.some((v) => v > r.model.events / r.model.rows));
  assert.ok(q.p.some((v) => v < r.model.events / r.model.rows));
  assert.equal(r.model.rows, r.counts[0].atRisk);
});

test('a rule that cannot be had is left out: without complexity there is no density × complexity', () => {
  const { world, present } = makeWorld(9, regions, industries);
  // Two worlds that share nothing: the second direction is ambiguous.
  const split = present.map((m, k) => {
    const half = Math.floor(k / industries) < regions / 2;
    return half === k % industries < industries / 2 ? m : 0;
  });
  for (let r = 0; r < regions; r++) split[r * industries + (r < regions / 2 ? 0 : industries - 1)] = 1;
  const next = split.slice();
  for (let k = 5; k < next.length; k += 9) {
    const half = Math.floor(k / industries) < regions / 2;
    if (half === k % industries < industries / 2) next[k] = 1;
  }
  const panels = [panelWith(world, split, 1), panelWith(world, next, 2)];
  const r = run({ panels, benchmark: panels.map(() => world.benchmark) });
  assert.deepEqual(
    r.baselines.map((b) => b.name),
    ['industryBaseRate', 'density', 'advantage'],
  );
  assert.ok(r.leftOut.some((l) => l.feature === 'complexity'));
});

test('more folds than regions are as many as regions', () => {
  const h = years(10, 2);
  const few = {
    panels: h.panels.map((p) => ({
      ...p,
      value: p.value.slice(0, 8 * industries),
      regions: 8,
      regionCode: p.regionCode.slice(0, 8),
    })),
    benchmark: h.benchmark,
  };
  assert.equal(run(few, { features, folds: 50 }).tested.folds, 8);
});
