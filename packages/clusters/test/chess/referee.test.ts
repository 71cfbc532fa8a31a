import assert from 'node:assert/strict';
import test from 'node:test';
import {
  baselines,
  baselineWords,
  coordinate,
  evaluatePlan,
  judged,
  syntheticBoard,
  uncoordinationPrice,
} from '@qipan/clusters';
import { board, engine, noWeights, randomBoard, withLink } from './boards.js';
import { valueOf } from './exhaustion.js';

const near = (got: number, expected: number, what = '') =>
  assert.ok(Math.abs(got - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${what} ${got} is not ${expected}`);

test('value in the market shares the room in proportion, by hand', () => {
  const d = board(3, 2, [
    { r: 0, i: 0, p: 0.5, v: 4, k: 3, mu: 2 },
    { r: 1, i: 0, p: 0.5, v: 2, k: 4, mu: 2 },
    { r: 2, i: 1, p: 1, v: 1, k: 5 },
  ]);
  const room = { ...d.industries, marketRoom: Float64Array.of(3, 1) };
  const crowded = { ...d, industries: room, weights: { ...d.weights, overflow: 3 } };
  const j = evaluatePlan(crowded, { focus: [1, 1, 1] });
  near(j.plannedValue, 2 + 1 + 1);
  near(j.value, 0.75 * 3 + 1, 'three quarters of what is planned finds room');
  near(j.overflow, 1);
  near(j.crowdedShare, 2 / 3);
  near(j.spend, 12);
  assert.equal(j.focusCount, 3);
  assert.deepEqual(j.broken, []);
  const smaller = evaluatePlan(crowded, { focus: [1, 1, 1], size: Float64Array.of(1, 1, 1) });
  near(smaller.value, 4, 'a plan may bring its own sizes');
  for (const size of [NaN, -1, Infinity])
    assert.throws(() => evaluatePlan(crowded, { focus: [1, 0, 0], size: Float64Array.of(size, 1, 1) }), {
      code: 'OUT_OF_RANGE',
    });
});

test('an empty plan is worth nothing and has no share, and a plan of another board is refused', () => {
  const d = board(2, 1, [
    { r: 0, i: 0 },
    { r: 1, i: 0 },
  ]);
  const j = evaluatePlan(d, { focus: [0, 0] });
  assert.deepEqual([j.value, j.spend, j.laggingShare, j.crowdedShare], [0, 0, null, 0]);
  assert.throws(() => evaluatePlan(d, { focus: [1] }), { code: 'SHAPE_MISMATCH' });
});

test('every hard rule that is broken is named with the size of the breach', () => {
  const d = board(
    2,
    3,
    [
      { r: 0, i: 0, v: 5, k: 4, e: 3 },
      { r: 0, i: 1, v: 5, k: 4, e: 3 },
      { r: 0, i: 2, v: 1 },
      { r: 1, i: 0, v: 1 },
    ],
    { prerequisites: [{ industry: 1, needs: [2] }], weights: noWeights },
  );
  const strict = withLink(
    {
      ...d,
      regions: {
        ...d.regions,
        slots: Float64Array.of(1, 1),
        minSlots: Float64Array.of(0, 1),
        footprintLimit: Float64Array.of(5, Infinity),
        isLagging: Uint8Array.of(0, 1),
      },
      provinces: { code: ['P0'], budget: Float64Array.of(6) },
      rules: { ...d.rules, nationBudget: 7, equityShare: 0.5, footprintLimit: 4 },
    },
    [0],
    { share: 0.6 },
  );
  const { broken } = evaluatePlan(strict, { focus: [1, 1, 0, 0] });
  const of = Object.fromEntries(broken.map((b) => [b.rule, [b.count, Math.round(b.worst * 1e6) / 1e6]]));
  assert.deepEqual(of, {
    slots: [1, 1],
    'least slots': [1, 1],
    footprint: [2, 2],
    budget: [2, 2],
    equity: [1, 5],
    'zone share': [1, 0.4],
    prerequisite: [1, 1],
  });
});

test('referee, model and the words of the rules agree on optimal plans of random boards', () => {
  let checked = 0;
  for (let seed = 300; seed < 340; seed++) {
    const d = randomBoard(seed);
    const r = coordinate(d, engine, { gap: 1e-9 });
    if (!r.plan) continue;
    const j = evaluatePlan(d, judged(r.plan));
    assert.deepEqual(j.broken, [], `seed ${seed}`);
    const words = valueOf(d, [...r.plan.begin]);
    assert.ok(words !== null);
    // The model charges an excess at its weight, the referee takes its share of the value: compare where there is none.
    if (j.overflow < 1e-9) near(j.merit, words, `seed ${seed}`);
    checked++;
  }
  assert.ok(checked > 20);
});

test('a plan that breaks a rule by the words is broken for the referee, and the other way round', () => {
  for (let seed = 340; seed < 370; seed++) {
    const d = randomBoard(seed);
    const n = d.pairs.region.length;
    for (let code = 0; code < 40; code++) {
      const focus = Array.from({ length: n }, (_, k) => ((code * 2654435761 + k * 40503 * (code + 1)) >>> 7) & 1);
      const words = valueOf(
        d,
        focus.map((f) => f - 1),
      );
      assert.equal(
        evaluatePlan(d, { focus }).broken.length === 0,
        words !== null,
        `seed ${seed} plan ${focus.join('')}`,
      );
    }
  }
});

test('a rule whose weight is without end is hard: a plan that breaks it is not called feasible', () => {
  const base = board(2, 1, [
    { r: 0, i: 0, p: 1, v: 2, mu: 2 },
    { r: 1, i: 0, p: 1, v: 2, mu: 2 },
  ]);
  const d = withLink(
    {
      ...base,
      industries: { ...base.industries, marketRoom: Float64Array.of(3) },
      regions: { ...base.regions, valueFloor: Float64Array.of(0, 5) },
    },
    [0],
    { need: 6, zones: 3 },
  );
  const hard = { overflow: Infinity, shortfall: Infinity, zoneGap: Infinity, floorGap: Infinity, refusal: 0 };
  const of = (weights: typeof hard) =>
    Object.fromEntries(evaluatePlan({ ...d, weights }, { focus: [1, 1] }).broken.map((b) => [b.rule, b.worst]));
  // Four plants for a room of three, four of six needed, two of three zones, region 1 has 2 of 5.
  const all = of(hard);
  assert.equal(all['market room'], 1);
  assert.equal(all['resilience'], 2);
  assert.equal(all['zone cover'], 1);
  assert.equal(all['value floor'], 3);
  assert.deepEqual(of({ overflow: 1, shortfall: 1, zoneGap: 1, floorGap: 1, refusal: 0 }), {});
  assert.deepEqual(Object.keys(of({ ...hard, shortfall: 1, zoneGap: 1, floorGap: 1 })), ['market room']);
});

test('the money of each stage is looked at, and a stage that there is not is refused', () => {
  const d = board(2, 1, [
    { r: 0, i: 0, k: 4 },
    { r: 1, i: 0, k: 5 },
  ]);
  const stages = [
    { share: 0.6, budget: 6 },
    { share: 0.4, budget: 5 },
  ];
  const staged = { ...d, rules: { ...d.rules, stages } };
  const broken = (begin: readonly number[]) => evaluatePlan(staged, { focus: [1, 1], begin }).broken;
  assert.deepEqual(broken([0, 1]), []);
  assert.deepEqual(broken([0, 0]), [{ rule: 'stage budget', count: 1, worst: 3 }]);
  assert.deepEqual(broken([1, 1]), [{ rule: 'stage budget', count: 1, worst: 4 }]);
  for (const begin of [2, -1, 0.5]) assert.throws(() => broken([0, begin]), { code: 'OUT_OF_RANGE' });
});

test('coordination beats all five baselines under the referee', () => {
  const d = syntheticBoard({ regions: 60, industries: 120, seed: 20230505 });
  const r = coordinate(d, engine, { gap: 0.002 });
  assert.ok(r.plan);
  const own = evaluatePlan(d, judged(r.plan));
  const list = baselines(d, engine);
  assert.deepEqual(
    list.map((b) => b.name),
    ['ownBest', 'quadrant', 'greedy', 'complexityCost', 'asWritten'],
  );
  for (const b of list) {
    assert.ok(own.value > b.judgement.value, `${b.name}: ${own.value} > ${b.judgement.value}`);
    assert.ok(own.merit > b.judgement.merit, `${b.name}: merit ${own.merit} > ${b.judgement.merit}`);
    assert.ok(b.judgement.focusCount > 0);
    assert.match(baselineWords[b.name].zh, /[\u4e00-\u9fff]/);
  }
  const crowd = list.find((b) => b.name === 'ownBest')?.judgement.crowdedShare ?? 0;
  assert.ok(crowd > 0.5, `own bests pile up: ${crowd}`);
});

test('baselines keep what they promise: slots, the greedy one also market and money', () => {
  const d = syntheticBoard({ regions: 40, industries: 80, seed: 7 });
  for (const b of baselines(d, engine)) {
    const rules = b.judgement.broken.map((x) => x.rule);
    if (b.name !== 'asWritten') assert.ok(!rules.includes('slots'), b.name);
    if (b.name !== 'greedy') continue;
    assert.ok(!rules.includes('budget') && !rules.includes('footprint'));
    assert.equal(b.judgement.overflow, 0);
  }
});

test('the price of uncoordination compares at no more money than the plans as written spend', () => {
  const d = syntheticBoard({ regions: 40, industries: 80, seed: 7 });
  const written = baselines(d, engine).find((b) => b.name === 'asWritten');
  assert.ok(written);
  const price = uncoordinationPrice(d, engine, written.judgement, { gap: 0.01 });
  assert.ok(price?.ratio);
  assert.ok(price.coordinated.spend <= written.judgement.spend + 1e-6);
  assert.ok(price.ratio > 1, `ratio ${price.ratio}`);
  const silent = { ...d, pairs: { ...d.pairs, isWish: new Uint8Array(d.pairs.region.length) } };
  const none = baselines(silent, engine).find((b) => b.name === 'asWritten');
  assert.equal(uncoordinationPrice(silent, engine, none!.judgement, {}), null);
});
