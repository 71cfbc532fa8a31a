import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {
  chessLimits,
  chessReport,
  chessStudy,
  complexity,
  coordinate,
  scenarioFromJson,
  scenarioOf,
  stability,
  syntheticBoard,
  syntheticPanel,
  type ChessReport,
} from '@qipan/clusters';
import { repoRoot } from '@qipan/testing';
import { board, engine } from './boards.js';

const d = syntheticBoard({ regions: 30, industries: 60, seed: 20230505 });
const result = coordinate(d, engine, { gap: 0.003 });
const drawn = stability(d, engine, result, { from: 0, to: 5, seed: 1 });
const report = chessReport(d, engine, result, { stability: drawn });

test('the report carries what it rests on: data level, sources, engine, weights, rules, spread, limits', () => {
  assert.equal(report.dataLevel, 'synthetic');
  assert.match(report.sources[0] ?? '', /made up/);
  assert.match(report.engine, /^HiGHS /);
  assert.deepEqual(report.weights, d.weights);
  assert.deepEqual(report.rules, d.rules);
  assert.equal(report.stability?.draws, 5);
  assert.deepEqual(report.limits, chessLimits);
  assert.match(report.limits[0]?.en ?? '', /no new public support.*never a ban/);
  for (const l of report.limits) assert.match(l.zh, /[\u4e00-\u9fff]/);
  assert.equal(report.sensitivity.length, 4);
  assert.ok(report.value <= report.bound && report.gap <= 0.003);
});

test('every focus, wish and standing pair is reported once with a reason; what nobody asked for is not', () => {
  const seen = new Set(report.moves.map((m) => `${m.region} ${m.industry}`));
  assert.equal(seen.size, report.moves.length);
  const count = (move: string) => report.moves.filter((m) => m.move === move).length;
  assert.equal(count('focus'), [...(result.plan?.begin ?? [])].filter((b) => b >= 0).length);
  assert.equal(
    report.moves.filter((m) => m.isWish).length,
    d.pairs.isWish.reduce((a, b) => a + b, 0),
  );
  assert.ok(count('keep') > 0 && count('abstain') > 0 && count('open') === 0);
  for (const m of report.moves) {
    assert.ok(m.reason.en.length > 20 && m.reason.zh.length > 8);
    assert.ok(m.chosenShare !== null && m.chosenShare >= 0 && m.chosenShare <= 1);
    assert.equal(m.stage, null);
    assert.ok(Math.abs(m.expected - m.probability * m.value) < 1e-12);
  }
});

test('the coordinated plan stands first among six and beats the five', () => {
  assert.deepEqual(
    report.judgements.map((j) => j.name),
    ['coordinated', 'ownBest', 'quadrant', 'greedy', 'complexityCost', 'asWritten'],
  );
  const [own, ...others] = report.judgements;
  assert.ok(own && own.broken.length === 0);
  for (const j of others) assert.ok(own.value > j.value && own.merit > j.merit, j.name);
  assert.ok((report.uncoordination?.ratio ?? 0) > 1);
});

test('prices name their rule, and a dearer slot comes before a cheaper one', () => {
  assert.ok(report.prices.length > 10);
  for (const p of report.prices) {
    assert.ok(Math.abs(p.price) >= 1e-9);
    if (p.family === 'marketRoom') assert.ok(d.industries.code.includes(p.of), p.of);
    if (p.family === 'slots') assert.ok(d.regions.code.includes(p.of), p.of);
  }
  const rooms = report.prices.filter((p) => p.family === 'marketRoom').map((p) => Math.abs(p.price));
  assert.deepEqual(
    rooms,
    [...rooms].sort((a, b) => b - a),
  );
});

test('an infeasible board is reported with its conflict and nothing else', () => {
  const none = board(1, 1, [{ r: 0, i: 0 }]);
  const r = chessStudy(
    {
      ...none,
      regions: {
        ...none.regions,
        minSlots: Float64Array.of(1),
        slots: Float64Array.of(1),
        footprintLimit: Float64Array.of(0),
      },
      pairs: { ...none.pairs, footprint: Float64Array.of(1) },
    },
    engine,
  ).report;
  assert.equal(r.status, 'infeasible');
  assert.match(r.conflict?.sentence.en ?? '', /^No plan keeps all rules/);
  assert.deepEqual([r.moves.length, r.judgements.length, r.sensitivity.length, r.uncoordination], [0, 0, 0, null]);
});

test('a brief report leaves the five out, and stages are told from 1', () => {
  const staged = {
    ...d,
    rules: {
      ...d.rules,
      nationBudget: null,
      stages: [
        { share: 0.6, budget: 2e9 },
        { share: 0.4, budget: null },
      ],
    },
  };
  const brief: ChessReport = chessStudy(staged, engine, { gap: 0.02, isBrief: true }).report;
  assert.deepEqual(
    brief.judgements.map((j) => j.name),
    ['coordinated'],
  );
  const stages = new Set(brief.moves.filter((m) => m.move === 'focus').map((m) => m.stage));
  assert.ok(stages.has(1) && stages.has(2), [...stages].join());
});

test('the synthetic panel is the published one to the last bit', () => {
  const panel = syntheticPanel(340, 600, 20230505);
  const bytes = Buffer.from(panel.value.buffer);
  // Sum of bytes and count of shared/data/clusters/README.md.
  assert.equal(
    createHash('sha256').update(bytes).digest('hex'),
    'fdc2cbd847b6b7a3a3faaa3942c5a5e7ca39e87c301569f675aee94a60df4e8b',
  );
  assert.equal(
    panel.value.reduce((n, x) => n + (x > 0 ? 1 : 0), 0),
    79_260,
  );
});

test('the synthetic board is determined by its seed and derived as stated', () => {
  const again = syntheticBoard({ regions: 30, industries: 60, seed: 20230505 });
  assert.deepEqual(again, d);
  const c = complexity(syntheticPanel(30, 60, 20230505), { preset: 'harvard', precision: 'f32' });
  const place = new Map(Array.from(c.kept.industry, (i, k) => [i, k]));
  for (let k = 0; k < d.pairs.region.length; k++) {
    const pci = c.pci[place.get(d.pairs.industry[k]) ?? -1];
    assert.ok(Math.abs(d.pairs.value[k] - (3 + Math.max(-3, Math.min(3, pci)))) < 1e-4, 'v is 3 + PCI clipped to ±3');
    assert.ok(d.pairs.probability[k] > 0 && d.pairs.probability[k] < 1);
  }
  assert.notDeepEqual(syntheticBoard({ regions: 30, industries: 60, seed: 1 }).pairs.value, d.pairs.value);
  const planned = d.pairs.plannedCapacity.filter((x) => !Number.isNaN(x)).length;
  assert.equal(
    planned,
    d.pairs.isWish.reduce((a, b) => a + b, 0),
  );
});

test('the example scenario of the repository is the synthetic board of its name, and solves', () => {
  const file = path.join(repoRoot, 'data/chess/synthetic-40.json');
  const read = scenarioFromJson(JSON.parse(readFileSync(file, 'utf8')), 'synthetic-40.json');
  const made = syntheticBoard({ regions: 40, industries: 60, seed: 20230505, perRegion: 8 });
  // Zones are numbered as regions name them, so the rows of what stands come in another order.
  const plain = (x: typeof made) => {
    const { tables, ...head } = JSON.parse(JSON.stringify(scenarioOf(x))) as ReturnType<typeof scenarioOf>;
    const existing = (tables.existing ?? []).map((row) => JSON.stringify(row)).sort();
    return { ...head, tables: { ...tables, existing } };
  };
  assert.deepEqual(plain(read), plain(made));
  assert.equal(read.dataLevel, 'synthetic');
  assert.ok(coordinate(read, engine, { gap: 0.005 }).gap <= 0.005);
});
