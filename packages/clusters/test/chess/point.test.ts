import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { coordinationModel, priceTerms, reducedValues, relax, syntheticBoard, type ModelSpec } from '@qipan/clusters';
import {
  addWhatFits,
  beginOf,
  blockingRows,
  completePoint,
  isFeasiblePoint,
  pointValue,
  useOf,
} from '../../src/chess/point.js';
import { lastColumn, neighbourhood, solveForced } from '../../src/chess/neighbourhood.js';
import { engine, randomBoard } from './boards.js';
import { valueOf } from './exhaustion.js';

const near = (got: number, expected: number, what: string) =>
  assert.ok(Math.abs(got - expected) < 1e-6 * Math.max(1, Math.abs(expected)), `${what}: ${got} is not ${expected}`);

/** Random foci of a board, each in one of its stages or in none. */
function someFoci(seed: number, pairs: number, stageCount: number): Int8Array {
  const rng = random(seed).fork('foci');
  return Int8Array.from({ length: pairs }, () => (rng.next() < 0.12 ? rng.below(stageCount) : -1));
}

/** The model with its foci held where they are: the engine completes the rest. */
function heldProblem(spec: ModelSpec, begin: Int8Array): ModelSpec['problem'] {
  const colLower = spec.problem.colLower.slice();
  const colUpper = spec.problem.colUpper.slice();
  spec.chosen.forEach((pair, k) => {
    for (let t = 0; t < spec.stageCount; t++) {
      const on = begin[pair] >= 0 && t >= begin[pair] ? 1 : 0;
      const j = spec.firstFocus + k * spec.stageCount + t;
      colLower[j] = colUpper[j] = on;
    }
  });
  return { ...spec.problem, colLower, colUpper };
}

test('a plan is completed to the best point that the engine finds for its foci', () => {
  const seen = { feasible: 0, broken: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const stageCount = 1 + (seed % 2);
    const d = randomBoard(2000 + seed, stageCount);
    const spec = coordinationModel(d);
    const begin = someFoci(seed, d.pairs.region.length, stageCount);
    const x = completePoint(spec, begin);
    const solved = engine.solve(heldProblem(spec, begin), { relaxed: true });
    assert.equal(isFeasiblePoint(spec, x), solved.status === 'optimal', `seed ${seed}`);
    assert.deepEqual(beginOf(spec, x), begin);
    if (solved.status !== 'optimal') {
      seen.broken++;
      assert.equal(valueOf(d, [...begin]), null, `seed ${seed}: the words of the rules agree`);
      continue;
    }
    seen.feasible++;
    near(pointValue(spec, x), solved.value, `seed ${seed}`);
    near(valueOf(d, [...begin]) ?? NaN, solved.value, `seed ${seed} by words`);
  }
  assert.ok(seen.feasible > 5 && seen.broken > 5, JSON.stringify(seen));
});

test('what fits is added in order, and whatever is left out afterwards is kept out by a rule', () => {
  for (let seed = 0; seed < 30; seed++) {
    const d = randomBoard(3000 + seed);
    const spec = coordinationModel(d);
    const order = [...random(seed).permutation(d.pairs.region.length)];
    const begin = new Int8Array(order.length).fill(-1);
    addWhatFits(spec, begin, order);
    const use = useOf(spec, begin);
    const over = (row: number) => use[row] > spec.problem.rowUpper[row] + 1e-6;
    for (let f = 0; f < spec.families.length; f++) {
      if (spec.families[f].name === 'answer') continue;
      for (let r = spec.firstRow[f]; r < spec.firstRow[f + 1]; r++)
        assert.ok(!over(r) || use[r] <= 1e-9, `seed ${seed}: ${spec.families[f].name} keeps its limit`);
    }
    for (const k of order) if (begin[k] < 0) assert.ok(blockingRows(spec, use, k).length > 0, `seed ${seed} pair ${k}`);
    const again = begin.slice();
    addWhatFits(spec, again, order);
    assert.deepEqual(again, begin, 'a second time adds nothing');
  }
});

test('the reduced value of a pair is that of the engine, with a column and without one', () => {
  for (let seed = 0; seed < 12; seed++) {
    const d = randomBoard(4000 + seed);
    const { spec, lp } = relax(d, engine, { straightLimit: 1e9, gap: 0 });
    if (!lp.duals) continue;
    const reduced = reducedValues(spec, lp.duals.rowDual);
    spec.chosen.forEach((pair, at) => {
      if (d.pairs.isWish[pair] === 0)
        near(reduced(pair), lp.duals?.colDual[spec.firstFocus + at] ?? NaN, `seed ${seed}`);
      const terms = priceTerms(spec, lp.duals?.rowDual ?? new Float64Array(0), pair);
      const sum = terms.reduce((a, t) => a + t.amount, d.pairs.probability[pair] * d.pairs.value[pair]);
      near(sum, reduced(pair), `seed ${seed}: the terms add up`);
    });
  }
  const d = syntheticBoard({ regions: 12, industries: 30, seed: 8, perRegion: 'all' });
  const { spec, lp } = relax(d, engine, { straightLimit: 0, gap: 0 });
  assert.ok(lp.duals);
  const reduced = reducedValues(spec, lp.duals.rowDual);
  const has = new Set(spec.chosen);
  const outside = [...d.pairs.region.keys()].filter((k) => !has.has(k));
  assert.ok(outside.length > 50);
  assert.ok(
    outside.every((k) => reduced(k) <= 1e-6),
    'no pair without a column would raise the bound',
  );
});

test('the model with implicit answers has the same best plan and value as the one with their rows', () => {
  for (let seed = 0; seed < 20; seed++) {
    const d = randomBoard(5000 + seed);
    const [shown, implicit] = [false, true].map((isAnswerImplicit) => {
      const spec = coordinationModel(d, d.weights, { isAnswerImplicit });
      return { spec, r: engine.solve(spec.problem) };
    });
    assert.equal(implicit.r.status, shown.r.status, `seed ${seed}`);
    if (shown.r.x === null) continue;
    near(implicit.r.value, shown.r.value, `seed ${seed}`);
    const begin = beginOf(implicit.spec, implicit.r.x ?? new Float64Array(0));
    near(pointValue(implicit.spec, completePoint(implicit.spec, begin)), implicit.r.value, `seed ${seed} completed`);
  }
});

test('a neighbourhood frees the columns beside the pair and holds the rest as in the plan', () => {
  const d = syntheticBoard({ regions: 20, industries: 40, seed: 6 });
  const spec = coordinationModel(d);
  const begin = new Int8Array(d.pairs.region.length).fill(-1);
  addWhatFits(spec, begin, [...begin.keys()]);
  const pair = d.pairs.isWish.indexOf(1);
  const limit = 60;
  const p = neighbourhood(spec, begin, { pair, colDual: null, limit });
  let free = 0;
  spec.chosen.forEach((k, at) => {
    const j = spec.firstFocus + at;
    if (p.colLower[j] < p.colUpper[j]) free++;
    else assert.equal(p.colLower[j], begin[k] >= 0 ? 1 : 0);
  });
  assert.equal(free, limit);
  const column = lastColumn(spec, pair);
  assert.ok(p.colLower[column] < p.colUpper[column], 'the pair itself may move');
  assert.equal(lastColumn(spec, -5), -1);
  for (const to of [0, 1] as const) {
    const r = solveForced(engine, p, { column, to });
    if (r.x) assert.equal(Math.round(r.x[column]), to);
  }
  const small = coordinationModel(randomBoard(1));
  const open = neighbourhood(small, new Int8Array(small.data.pairs.region.length).fill(-1), {
    pair: 0,
    colDual: null,
    limit: 1000,
  });
  assert.deepEqual(open.colUpper, small.problem.colUpper, 'a small board is free as a whole');
});
