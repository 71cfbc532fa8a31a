import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  entryData,
  entryModel,
  entryRows,
  matchPanels,
  predictEvents,
  predictIn,
  type EntryOptions,
  type Panel,
} from '@qipan/clusters';
import { skipWithout } from '@qipan/testing';
import { australia, features, makeWorld, nextDate, panelWith } from './synthetic.js';

const beta = [-2.5, 0.9, -0.5, 0.4];

/** `dates` panels whose entries follow the same logit. */
function history(
  seed: number,
  dates: number,
  b: readonly number[] = beta,
): { panels: Panel[]; benchmark: Float64Array[] } {
  const { world, present } = makeWorld(seed, 160, 24);
  const panels = [panelWith(world, present, 2000)];
  let now = present;
  let by: { mean: number[]; sd: number[] } | undefined;
  for (let k = 1; k < dates; k++) {
    const next = nextDate(world, now, { beta: b, seed: seed * 100 + k, ...(by ? { by } : {}) });
    by ??= next.by;
    now = next.present;
    panels.push(panelWith(world, now, 2000 + 5 * k));
  }
  return { panels, benchmark: panels.map(() => world.benchmark) };
}
const run = (h: ReturnType<typeof history>, o: EntryOptions = {}) =>
  entryModel(h.panels, { benchmark: h.benchmark, features, ridge: 1e-6, draws: 60, seed: 4, ...o });

test('coefficients that made a panel come back from it', () => {
  const r = run(history(3, 2));
  assert.equal(r.status, 'NO_OUT_OF_TIME');
  assert.deepEqual(r.model.features, features);
  beta.forEach((b, i) => {
    const error = r.model.fit.standardError[i];
    assert.ok(Math.abs(r.model.fit.coefficient[i] - b) < 3.5 * error, `${i}: ${r.model.fit.coefficient[i]} ± ${error}`);
    assert.ok(error < 0.2);
  });
  assert.equal(r.model.fit.clusters, new Set(entryRows(r.data, r.data.periods[0]).region).size);
  assert.ok(['adds', 'addsLittle'].includes(r.verdict.code), r.verdict.sentence.en);
  assert.ok(Math.abs((r.backTest.line?.slope ?? 0) - 1) < 0.25, 'the true model is calibrated');
});

test('a third year is the out-of-time test, without being asked for', () => {
  const h = history(3, 3);
  const r = run(h);
  assert.equal(r.status, 'OUT_OF_TIME');
  assert.deepEqual([r.tested.fittedTo, r.tested.from, r.tested.to, r.tested.folds], [2005, 2005, 2010, null]);
  assert.equal(r.counts.length, 2);
  const events = r.counts[1].entries;
  assert.equal(r.tested.events + 0, events);
  assert.equal(r.model.events, r.counts[0].entries + r.counts[1].entries, 'the final model is fitted on both steps');
  assert.ok((r.backTest.auc?.value ?? 0) > 0.6);
});

test('the test years are not seen by the fit: changing the last year leaves the forecasts of it as they were', () => {
  const h = history(5, 3);
  const other = {
    ...h,
    panels: [...h.panels.slice(0, 2), history(5, 2).panels[1]].map((p, k) => ({ ...p, year: 2000 + 5 * k })),
  };
  const forecasts = (x: typeof h) => {
    const d = entryData(matchPanels(x.panels, x.benchmark), { features });
    return entryRows(d, d.periods[1]);
  };
  assert.deepEqual(forecasts(h).x, forecasts(other).x, 'features are those of the start');
  const a = run(h);
  const b = entryModel(
    [
      h.panels[0],
      h.panels[1],
      { ...h.panels[2], value: h.panels[2].value.map((v, k) => (k % 7 === 0 ? v * 1.01 : v)) },
    ],
    { benchmark: h.benchmark, features, ridge: 1e-6, draws: 60, seed: 4 },
  );
  assert.deepEqual(
    a.backTest.calibration.map((c) => c.forecast),
    b.backTest.calibration.map((c) => c.forecast),
  );
});

test('where entry is pure chance the result says that the model adds nothing', () => {
  const r = run(history(11, 2, [-2.2, 0, 0, 0]));
  assert.equal(r.verdict.code, 'addsNothing');
  assert.match(r.verdict.sentence.en, /adds nothing/);
  assert.match(r.verdict.sentence.zh, /没有增益/);
});

test('four rules stand beside the model, each with its scores', () => {
  const r = run(history(3, 3));
  assert.deepEqual(
    r.baselines.map((b) => b.name),
    ['industryBaseRate', 'density', 'pciDensity', 'advantage'],
  );
  for (const b of [r.backTest, ...r.baselines]) {
    assert.ok(b.auc && b.auc.lower <= b.auc.value && b.auc.value <= b.auc.upper);
    assert.ok(b.prAuc !== null && b.prAuc > 0 && b.prAuc <= 1);
    const s = b.brier;
    assert.ok(s && Math.abs(s.score - (s.reliability - s.resolution + s.uncertainty + s.withinBin)) < 1e-12);
    assert.equal(
      b.calibration.reduce((t, c) => t + c.n, 0),
      r.tested.rows,
    );
    assert.equal(b.aucGain === null, b.name === 'model');
  }
  assert.ok(r.unrelatedShare !== null && r.unrelatedShare > 0 && r.unrelatedShare < 0.5);
});

test('persistence never confirms with the years of the test', () => {
  const h = history(3, 5);
  const d = run(h, { rule: { persistence: true } });
  assert.deepEqual(d.data.periods, [
    { from: 0, to: 1, confirm: 2 },
    { from: 1, to: 2, confirm: 3 },
    { from: 2, to: 3, confirm: 4 },
  ]);
  assert.deepEqual([d.status, d.tested.fittedTo, d.tested.from], ['OUT_OF_TIME', 2005, 2010]);
  const three = run(history(3, 3), { rule: { persistence: true } });
  assert.equal(three.status, 'NO_OUT_OF_TIME', 'one confirmed step only');
});

test('the same seed gives the same figures, another one other intervals around the same value', () => {
  const h = history(3, 3);
  const a = run(h);
  assert.deepEqual(run(h).backTest, a.backTest);
  const b = run(h, { seed: 5 });
  assert.equal(b.backTest.auc?.value, a.backTest.auc?.value);
  assert.notDeepEqual(b.backTest.auc, a.backTest.auc);
});

test('group effects take part and may be asked for', () => {
  const h = history(3, 2);
  const industryGroup = Int32Array.from({ length: 24 }, (_, i) => i % 3);
  const regionGroup = Int32Array.from({ length: 160 }, (_, r) => r % 4);
  const r = run(h, { industryGroup, regionGroup, ridge: 1 });
  assert.deepEqual([r.model.industryGroups.length, r.model.regionGroups.length], [3, 4]);
  assert.equal(r.model.fit.coefficient.length, 1 + 3 + 7);
  assert.ok(predictEvents(r.model, r.data).p.some((v) => v > 0));
});

test('forecasts start at the last date, only where the event can happen, each inside its interval', () => {
  const r = run(history(3, 2));
  const q = predictEvents(r.model, r.data);
  const s = r.data.states[1];
  for (let k = 0; k < q.p.length; k++) {
    assert.equal(Number.isNaN(q.p[k]), s.present[k] === 1);
    if (s.present[k] === 0) assert.ok(q.lower[k] <= q.p[k] && q.p[k] <= q.upper[k] && q.lower[k] > 0 && q.upper[k] < 1);
  }
  const region = 5;
  const industries = [...Array(24).keys()].filter((i) => s.present[region * 24 + i] === 0).slice(0, 4);
  const now = predictIn(r.model, r.data, { region, industries });
  industries.forEach((i, k) => assert.ok(Math.abs(now.p[k] - q.p[region * 24 + i]) < 1e-12));
  const [first, ...rest] = industries;
  const then = predictIn(r.model, r.data, { region, industries: rest, added: [first] });
  assert.notDeepEqual(then.p, now.p.slice(1));
});

test('exits are a model of their own', () => {
  const { world, present } = makeWorld(21, 80, 16);
  const gone = present.map((m, k) => (m === 1 && k % 5 === 0 ? 0 : m));
  const panels = [panelWith(world, present, 1), panelWith(world, gone, 2)];
  const r = entryModel(panels, { kind: 'exit', benchmark: [world.benchmark, world.benchmark], draws: 30 });
  assert.equal(r.tested.events, r.counts[0].exits);
  const q = predictEvents(r.model, r.data);
  q.p.forEach((v, k) => assert.equal(Number.isNaN(v), gone[k] === 0));
});

test('a panel in which nothing happens is refused with what was found', () => {
  const { world, present } = makeWorld(2, 20, 8);
  const same = [1, 2].map((year) => panelWith(world, present, year));
  assert.throws(() => entryModel(same, { benchmark: [world.benchmark, world.benchmark] }), {
    code: 'DEGENERATE_INPUT',
    message: /0 of \d+ cells at risk had an entry/,
  });
});

test('on the Australian pair the model is not presented as useful', { skip: skipWithout('clusters/australia') }, () => {
  const r = entryModel(australia(), { rule: { present: 1, absentBelow: 1 }, draws: 200 });
  assert.equal(r.status, 'NO_OUT_OF_TIME');
  assert.deepEqual([r.tested.rows, r.tested.events, r.tested.folds], [6729, 414, 10]);
  assert.equal(r.verdict.code, 'addsNothing');
  const start = r.baselines.find((b) => b.name === 'advantage');
  assert.ok(start?.auc && r.backTest.auc && start.auc.value > r.backTest.auc.value, 'where a cell starts tells more');
});
