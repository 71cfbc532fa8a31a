import assert from 'node:assert/strict';
import test from 'node:test';
import {
  coordinate,
  explainer,
  syntheticBoard,
  type ChessData,
  type ChessResult,
  type Explanation,
  type RuleFact,
} from '@qipan/clusters';
import { board, engine, randomBoard } from './boards.js';

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));

/** What the foci use of a rule, counted from the tables: the cells that the reason points at. */
function countedUse(d: ChessData, begin: Int8Array, f: RuleFact): number | null {
  const { pairs, industries, regions } = d;
  const foci = [...begin.keys()].filter((k) => begin[k] >= 0);
  const sum = (keep: (k: number) => boolean, use: (k: number) => number) =>
    foci.filter(keep).reduce((a, k) => a + use(k), 0);
  const here = (k: number) => pairs.region[k] === f.at.region;
  const inProvince = (k: number) => f.at.province === undefined || regions.province[pairs.region[k]] === f.at.province;
  const counts: Partial<Record<RuleFact['family'], () => number | null>> = {
    marketRoom: () =>
      sum(
        (k) => pairs.industry[k] === f.at.industry,
        (k) => pairs.size[k],
      ),
    slots: () => sum(here, () => 1),
    footprint: () =>
      sum(
        (k) => f.at.region === undefined || here(k),
        (k) => pairs.footprint[k],
      ),
    budget: () => (f.at.stage === undefined ? sum(inProvince, (k) => pairs.cost[k]) : null),
    resilience: () =>
      sum(
        (k) => industries.link[pairs.industry[k]] === f.at.link,
        (k) => pairs.probability[k] * pairs.size[k],
      ),
  };
  return counts[f.family]?.() ?? null;
}

/** Every wish has one answer, a reason in words, and the reason's cells prove it. */
function walkWishes(d: ChessData, r: ChessResult): { refused: number; granted: number; labels: Set<string> } {
  assert.ok(r.plan);
  const { explain } = explainer(d, r, r.plan);
  const seen = { refused: 0, granted: 0, labels: new Set<string>() };
  for (let k = 0; k < d.pairs.region.length; k++) {
    if (!d.pairs.isWish[k]) continue;
    const e: Explanation = explain(k);
    assert.equal(e.move, r.plan.begin[k] >= 0 ? 'focus' : 'abstain');
    seen[e.move === 'focus' ? 'granted' : 'refused']++;
    seen.labels.add(e.label);
    for (const text of [e.sentence.en, e.sentence.zh]) assert.doesNotMatch(text, /NaN|undefined|Infinity/);
    assert.match(e.sentence.zh, /[\u4e00-\u9fff]/);
    const facts: RuleFact[] = [...e.blocking, ...(e.terms ?? []).map((t) => t.fact)];
    for (const f of facts) {
      const counted = countedUse(d, r.plan.begin, f);
      if (counted !== null) assert.ok(close(counted, f.used), `${f.family} uses ${f.used}, the tables say ${counted}`);
      for (const cell of f.pairs) assert.ok(r.plan.begin[cell] >= 0, 'only foci are named as users');
    }
    if (e.move === 'focus' || e.label === 'worthless') continue;
    assert.ok(e.blocking.length > 0, `wish ${k}: a refusal has a rule that keeps it out`);
    for (const f of e.blocking)
      assert.ok(f.own > 0 ? f.used + f.own > f.upper : f.used + f.own < f.lower, `${f.family} does not keep it out`);
  }
  return seen;
}

test('every wish of a synthetic nation has an answer with a reason that its cells prove', () => {
  const d = syntheticBoard({ regions: 60, industries: 120, seed: 20230505 });
  const r = coordinate(d, engine, { gap: 0.003 });
  const seen = walkWishes(d, r);
  assert.ok(seen.refused > 100 && seen.granted > 10, JSON.stringify(seen));
  assert.ok(seen.labels.has('price'));
});

test('every wish of random boards too', () => {
  let wishes = 0;
  for (let seed = 700; seed < 740; seed++) {
    const d = randomBoard(seed);
    const r = coordinate(d, engine, { gap: 1e-9 });
    if (!r.plan) continue;
    const seen = walkWishes(d, r);
    wishes += seen.refused + seen.granted;
  }
  assert.ok(wishes > 40);
});

test('the terms add up to the reduced value that the engine itself reports', () => {
  const d = syntheticBoard({ regions: 40, industries: 80, seed: 2 });
  const r = coordinate(d, engine, { gap: 0.01 });
  assert.ok(r.plan && r.relaxation?.lp.duals);
  const { explain } = explainer(d, r, r.plan);
  const { spec, lp } = r.relaxation;
  let compared = 0;
  spec.chosen.forEach((pair, at) => {
    if (d.pairs.isWish[pair]) return;
    assert.ok(close(explain(pair).reduced ?? NaN, lp.duals?.colDual[spec.firstFocus + at] ?? NaN), `pair ${pair}`);
    compared++;
  });
  assert.ok(compared > 500);
});

test('a full market is told with the regions that fill it', () => {
  const d = board(
    3,
    1,
    [0, 1, 2].map((r) => ({ r, i: 0, v: 6 - r, wish: true })),
  );
  const tight = { ...d, industries: { ...d.industries, marketRoom: Float64Array.of(2) } };
  const r = coordinate(tight, engine, { gap: 1e-9 });
  assert.ok(r.plan);
  const e = explainer(tight, r, r.plan).explain(2);
  assert.equal(e.move, 'abstain');
  assert.equal(e.label, 'price');
  assert.match(
    e.sentence.en,
    /^No new public support: expected value 4\.00 .* 2 regions fill the market of I0: Σμ = 2 of room 2 \(R0, R1\)/,
  );
  assert.match(e.sentence.zh, /^不新增公共支持：预期价值4\.00.*2个地区已占I0的市场：Σμ = 2，空间2（R0、R1）/);
  assert.deepEqual(
    e.terms?.map((t) => t.family),
    ['marketRoom'],
  );
});

test('where whole foci say other than the prices, the label is integrality and the rule in the way is named', () => {
  // Money 5: the relaxation takes 5/3 of the dear pair; whole foci leave room for the cheap one only.
  const d = board(1, 2, [
    { r: 0, i: 0, v: 10, k: 6, wish: true },
    { r: 0, i: 1, v: 4, k: 4 },
  ]);
  const poor = { ...d, rules: { ...d.rules, nationBudget: 5 } };
  const r = coordinate(poor, engine, { gap: 1e-9 });
  assert.ok(r.plan);
  assert.deepEqual([...r.plan.begin], [-1, 0]);
  const { explain } = explainer(poor, r, r.plan);
  const wish = explain(0);
  assert.deepEqual(
    wish.blocking.map((b) => [b.family, b.used, b.own, b.upper]),
    [['budget', 4, 6, 5]],
  );
  const other = explain(1);
  assert.equal(other.label, 'integrality');
  assert.match(other.sentence.en, /lean the other way/);
  assert.match(other.sentence.zh, /取整/);
});

test('a wish worth nothing is told so', () => {
  const d = board(1, 1, [{ r: 0, i: 0, p: 0, v: 3, wish: true }]);
  const full = { ...d, regions: { ...d.regions, slots: Float64Array.of(0) } };
  const r = coordinate(full, engine);
  assert.ok(r.plan);
  const e = explainer(full, r, r.plan).explain(0);
  assert.equal(e.label, 'worthless');
  assert.match(e.sentence.en, /nothing is gained/);
});
