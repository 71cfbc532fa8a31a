import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { coordinate, coordinationModel, relax, type ChessData } from '@qipan/clusters';
import { findConflict } from '../../src/chess/conflict.js';
import { auxColumns } from '../../src/chess/columns.js';
import { pairAt, pairStarts } from '../../src/chess/data.js';
import { chessFamilies, type ModelSpec } from '../../src/chess/formulation.js';
import { lastColumn, neighbourhood, solveForced } from '../../src/chess/neighbourhood.js';
import {
  addWhatFits,
  beginOf,
  blockingRows,
  completePoint,
  forEntries,
  isFeasiblePoint,
  pointValue,
  useOf,
} from '../../src/chess/point.js';
import { priceTerms, reducedValues, worthOf } from '../../src/chess/pricing.js';
import { board, engine, noWeights, randomBoard, withLink } from './boards.js';
import { exhaust, valueOf } from './exhaustion.js';

const near = (got: number, wanted: number, what = '') =>
  assert.ok(Math.abs(got - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)), `${what}: ${got}, not ${wanted}`);

/** Stages drawn for every pair, most of them none. */
function someChoice(d: ChessData, seed: number): Int8Array {
  const rng = random(seed);
  const T = d.rules.stages.length;
  return Int8Array.from(d.pairs.region, () => (rng.next() < 0.35 ? rng.below(T) : -1));
}

test('a choice of foci completes to the point that the words of the rules describe, with its value', () => {
  let feasible = 0;
  for (let seed = 0; seed < 60; seed++) {
    const d = randomBoard(seed, 1 + (seed % 2));
    const spec = coordinationModel(d);
    for (let draw = 0; draw < 12; draw++) {
      const begin = someChoice(d, 100 * seed + draw);
      const point = completePoint(spec, begin);
      const words = valueOf(d, [...begin]);
      const what = `seed ${seed} draw ${draw}`;
      assert.equal(isFeasiblePoint(spec, point), words !== null, what);
      assert.deepEqual(beginOf(spec, point), begin, what);
      if (words === null) continue;
      near(pointValue(spec, point), words, what);
      feasible++;
    }
  }
  assert.ok(feasible > 100, `${feasible} feasible choices were compared`);
});

test('implicit answers leave rows out and keep the value of every choice', () => {
  for (let seed = 0; seed < 20; seed++) {
    const d = { ...randomBoard(seed), weights: { ...noWeights, refusal: 0.4, overflow: 1 } };
    const [whole, lean] = [coordinationModel(d), coordinationModel(d, d.weights, { isAnswerImplicit: true })];
    assert.equal(whole.problem.numRows - lean.problem.numRows, auxColumns(d).wishes.length);
    const begin = someChoice(d, seed);
    near(pointValue(lean, completePoint(lean, begin)), pointValue(whole, completePoint(whole, begin)), `seed ${seed}`);
  }
});

test('every row knows its family, in the order in which the families stand', () => {
  const d = randomBoard(5, 2);
  const spec = coordinationModel(d);
  const seen = new Set<string>();
  for (let row = 0; row < spec.problem.numRows; row++) {
    const { family, row: own } = spec.rowFamily(row);
    seen.add(family);
    const [l, u] = [spec.problem.rowLower[row]!, spec.problem.rowUpper[row]!];
    assert.deepEqual([own.lower, own.upper], [l, u]);
  }
  const order = spec.families.map((f) => f.name).filter((n) => seen.has(n));
  assert.deepEqual([...seen], order);
  assert.equal(chessFamilies.length, 12);
});

test('columns of the whole matrix lie within the model and are told once a row', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { problem: p } = coordinationModel(randomBoard(seed, 1 + (seed % 2)));
    assert.equal(p.aStart.length, p.numCols + 1);
    for (let j = 0; j < p.numCols; j++) {
      const rows = [...p.aIndex.subarray(p.aStart[j], p.aStart[j + 1])];
      assert.equal(new Set(rows).size, rows.length, `seed ${seed} column ${j}`);
      assert.ok(rows.every((r) => r >= 0 && r < p.numRows));
    }
  }
});

test('a pair is found by region and industry, one that is not on the board is −1', () => {
  const d = randomBoard(11);
  const start = pairStarts(d);
  assert.equal(start.at(-1), d.pairs.region.length);
  for (let r = 0; r < 3; r++)
    for (let i = 0; i < 4; i++) {
      const slow = [...d.pairs.region.keys()].find((k) => d.pairs.region[k] === r && d.pairs.industry[k] === i) ?? -1;
      assert.equal(pairAt(d, start, r, i), slow);
    }
});

/** Uses of a row by the foci of a plan, counted entry by entry. */
function slowUse(spec: ModelSpec, begin: Int8Array): Float64Array {
  const use = new Float64Array(spec.problem.numRows);
  spec.families.forEach((f, at) =>
    spec.chosen.forEach((pair) => {
      if (begin[pair]! < 0) return;
      f.entries(pair, (row, c, t = spec.stageCount - 1) => {
        if (t >= begin[pair]!) use[spec.firstRow[at]! + row]! += c;
      });
    }),
  );
  return use;
}

test('the use of each row is the sum over the foci', () => {
  for (let seed = 0; seed < 30; seed++) {
    const d = randomBoard(seed, 1 + (seed % 2));
    const spec = coordinationModel(d);
    const begin = someChoice(d, seed);
    const [quick, slow] = [useOf(spec, begin), slowUse(spec, begin)];
    quick.forEach((x, r) => near(x, slow[r]!, `seed ${seed} row ${r}`));
  }
});

test('adding what fits breaks nothing, and whatever is left out is kept out by a row that is named', () => {
  let added = 0;
  for (let seed = 0; seed < 40; seed++) {
    const base = randomBoard(seed);
    // Soft rules would let a focus in at a price; here every limit is one, and nothing must be built.
    const d: ChessData = {
      ...base,
      weights: { ...base.weights, overflow: Infinity },
      regions: { ...base.regions, minSlots: new Float64Array(3) },
      rules: { ...base.rules, equityShare: 0 },
      links: { ...base.links, maxZoneShare: Float64Array.of(1) },
    };
    const spec = coordinationModel(d);
    const begin = new Int8Array(d.pairs.region.length).fill(-1);
    const order = [...begin.keys()];
    addWhatFits(spec, begin, order);
    assert.notEqual(valueOf(d, [...begin]), null, `seed ${seed}`);
    const use = useOf(spec, begin);
    for (const pair of order) {
      if (begin[pair]! >= 0) {
        added++;
        continue;
      }
      const rows = blockingRows(spec, use, pair);
      assert.ok(rows.length > 0, `seed ${seed}: pair ${pair} would fit`);
      const forced = Int8Array.from(begin);
      forced[pair] = 0;
      assert.equal(valueOf(d, [...forced]), null, `seed ${seed}: pair ${pair} fits by the words`);
    }
  }
  assert.ok(added > 60);
});

test('reduced values of the relaxation are its reduced costs, and terms add up to them', () => {
  let compared = 0;
  for (let seed = 0; seed < 30; seed++) {
    const d = randomBoard(seed);
    const { spec, lp } = relax(d, engine, { straightLimit: 1e6, gap: 1e-6 });
    if (!lp.duals) continue;
    const reduced = reducedValues(spec, lp.duals.rowDual);
    spec.chosen.forEach((pair, k) => {
      const column = spec.firstFocus + k;
      // A wish's own answer row is no price: compare where there is none.
      if (d.pairs.isWish[pair] === 1) return;
      near(reduced(pair), lp.duals!.colDual[column]!, `seed ${seed} pair ${pair}`);
      compared++;
    });
    for (const pair of spec.chosen) {
      const sum = worthOf(spec, pair) + priceTerms(spec, lp.duals.rowDual, pair).reduce((s, t) => s + t.amount, 0);
      near(sum, reduced(pair), `seed ${seed}: terms of pair ${pair}`);
    }
  }
  assert.ok(compared > 100);
});

test('the bound of priced columns holds for every pair: no plan of the whole board is worth more', () => {
  let tight = 0;
  for (let seed = 0; seed < 40; seed++) {
    const d = randomBoard(seed);
    const best = exhaust(d);
    const priced = relax(d, engine, { straightLimit: 0, gap: 1e-6 });
    const whole = relax(d, engine, { straightLimit: 1e6, gap: 1e-6 });
    if (best === null) continue;
    assert.ok(priced.bound >= best - 1e-6, `seed ${seed}: ${priced.bound} < ${best}`);
    assert.ok(priced.bound >= whole.bound - 1e-6, `seed ${seed}: pricing cannot prove more than the whole relaxation`);
    assert.ok(
      priced.bound <= whole.bound + 1e-5 * Math.max(1, Math.abs(whole.bound)),
      `seed ${seed}: it proves as much`,
    );
    if (priced.bound < best + 1e-6) tight++;
  }
  assert.ok(tight > 0);
});

test('a pair without a column has the price that would bring it in', () => {
  const d = board(
    2,
    2,
    [
      { r: 0, i: 0, v: 5, mu: 1 },
      { r: 0, i: 1, v: 3 },
      { r: 1, i: 0, v: 4, mu: 1 },
    ],
    { weights: { ...noWeights, overflow: 100 } },
  );
  const tight = { ...d, industries: { ...d.industries, marketRoom: Float64Array.of(1, Infinity) } };
  const spec = coordinationModel(tight, tight.weights, { chosen: Int32Array.of(0, 2) });
  const lp = engine.solve(spec.problem, { relaxed: true });
  assert.ok(lp.duals);
  const reduced = reducedValues(spec, lp.duals.rowDual);
  near(reduced(1), 3, 'nothing charges the free industry');
  assert.ok(reduced(2) <= 1e-9, 'the market of the first is full with the better place');
  const [term] = priceTerms(spec, lp.duals.rowDual, 2);
  assert.equal(term?.family, 'marketRoom');
  assert.deepEqual(term?.at, { industry: 0 });
});

test('forcing a pair moves the columns near it and holds the rest', () => {
  const d = withLink(
    board(
      4,
      4,
      Array.from({ length: 16 }, (_, k) => ({ r: Math.floor(k / 4), i: k % 4, v: 1 + (k % 5) })),
    ),
    [1, 2],
    { need: 1 },
  );
  const spec = coordinationModel(d);
  const begin = new Int8Array(16).fill(-1);
  begin[0] = begin[15] = 0;
  const pair = 5;
  const moved = neighbourhood(spec, begin, { pair, colDual: null, limit: 10 });
  const isFree = (k: number) => moved.colLower[spec.firstFocus + k] !== moved.colUpper[spec.firstFocus + k];
  const near_ = (k: number) => Math.floor(k / 4) === 1 || k % 4 === 1 || k % 4 === 2;
  const free = [...spec.chosen.keys()].filter(isFree);
  assert.equal(free.length, 10);
  assert.ok(free.every(near_), 'its region, its industry and its critical link come first');
  assert.equal(moved.colLower[spec.firstFocus + 15], 1, 'what is held stands as in the plan');
  assert.equal(moved.colUpper[spec.firstFocus + 12], 0);
  const all = neighbourhood(spec, begin, { pair, colDual: null, limit: 1000 });
  assert.deepEqual([...all.colUpper], [...spec.problem.colUpper]);
  assert.deepEqual(
    [...spec.problem.colLower],
    Array.from(spec.problem.colLower, () => 0),
    'the model is left as it was',
  );
});

test('a forced column is 0 or 1 in the answer, and the value is that of exhaustion under it', () => {
  for (let seed = 0; seed < 20; seed++) {
    const d = randomBoard(seed);
    const spec = coordinationModel(d);
    const pair = spec.chosen[seed % spec.chosen.length]!;
    const column = lastColumn(spec, pair);
    for (const to of [0, 1] as const) {
      const r = solveForced(engine, spec.problem, { column, to, gap: 1e-9 });
      let best: number | null = null;
      const n = d.pairs.region.length;
      for (let code = 0; code < 2 ** n; code++) {
        if (((code >> pair) & 1) !== to) continue;
        const v = valueOf(
          d,
          Array.from({ length: n }, (_, k) => ((code >> k) & 1) - 1),
        );
        if (v !== null && (best === null || v > best)) best = v;
      }
      if (best === null) assert.equal(r.status, 'infeasible', `seed ${seed} to ${to}`);
      else {
        near(r.value, best, `seed ${seed} to ${to}`);
        near(r.x![column]!, to);
      }
    }
  }
});

test('a pair without a column cannot be forced', () => {
  const d = randomBoard(3);
  const spec = coordinationModel(d, d.weights, { chosen: Int32Array.of(0, 1) });
  assert.equal(lastColumn(spec, 2), -1);
  assert.equal(lastColumn(spec, 1), spec.firstFocus + 1);
});

test('rules that cannot hold together are named by row; without one of them a plan exists', () => {
  // Two regions must each take one of an industry whose hard market room is one plant.
  const d = board(
    2,
    1,
    [
      { r: 0, i: 0 },
      { r: 1, i: 0 },
    ],
    { weights: noWeights },
  );
  const stuck: ChessData = {
    ...d,
    regions: { ...d.regions, minSlots: Float64Array.of(1, 1) },
    industries: { ...d.industries, marketRoom: Float64Array.of(1) },
  };
  const conflict = findConflict(coordinationModel(stuck), engine);
  assert.equal(conflict.isByRow, true);
  assert.deepEqual(conflict.parts.map((p) => p.family).sort(), ['marketRoom', 'slots']);
  assert.match(conflict.sentence.en, /least number of focus industries of 2 regions \(R0, R1\)/);
  assert.match(conflict.sentence.en, /market room of 1 industry \(I0\)/);
  assert.match(conflict.sentence.zh, /2个地区（R0、R1）的聚焦产业数下限/);
  const roomy = { ...stuck, industries: { ...stuck.industries, marketRoom: Float64Array.of(2) } };
  const free = { ...stuck, regions: { ...stuck.regions, minSlots: Float64Array.of(1, 0) } };
  for (const part of [roomy, free]) assert.equal(coordinate(part, engine, { gap: 1e-9 }).status, 'optimal');
});

test('a conflict of whole foci alone says so: shares would do, whole ones do not', () => {
  // One focus is asked for, and its cost is twice the budget: half a focus would keep both rules.
  const d = board(1, 1, [{ r: 0, i: 0, k: 10 }]);
  const stuck: ChessData = {
    ...d,
    regions: { ...d.regions, minSlots: Float64Array.of(1) },
    rules: { ...d.rules, nationBudget: 5 },
  };
  const byRow = findConflict(coordinationModel(stuck), engine);
  assert.equal(byRow.isByRow, true, 'one focus of 10 is over 5 in shares too');
  // Two alternatives of 6 each, one focus asked for in sum of both regions’ lower limits of market and budget.
  const pairWise = board(1, 2, [
    { r: 0, i: 0, k: 4, p: 1, v: 1 },
    { r: 0, i: 1, k: 8, p: 1, v: 1 },
  ]);
  const whole: ChessData = {
    ...withLink(pairWise, [0, 1], { need: 1.5 }),
    weights: { ...noWeights, shortfall: Infinity },
    rules: { ...pairWise.rules, nationBudget: 10 },
  };
  const conflict = findConflict(coordinationModel(whole), engine);
  assert.equal(conflict.isByRow, false, 'one and a half foci for 8 of 10 would do');
  assert.deepEqual(conflict.parts.map((p) => p.family).sort(), ['budget', 'resilience']);
  assert.match(conflict.sentence.en, /cannot hold together in whole numbers/);
  assert.match(conflict.sentence.zh, /取整数时/);
  assert.equal(exhaust(whole), null);
});

test('long lists of a conflict are cut after five names, with how many more there are', () => {
  const n = 8;
  const d = board(
    n,
    1,
    Array.from({ length: n }, (_, r) => ({ r, i: 0 })),
    { weights: noWeights },
  );
  const stuck: ChessData = {
    ...d,
    regions: { ...d.regions, minSlots: new Float64Array(n).fill(1) },
    industries: { ...d.industries, marketRoom: Float64Array.of(n - 1) },
  };
  const { sentence } = findConflict(coordinationModel(stuck), engine);
  assert.match(sentence.en, /8 regions \(R\d, R\d, R\d, R\d, R\d and 3 more\)/);
  assert.match(sentence.zh, /8个地区（.*等另3个）/);
});

test('entries of a pair in its last stage are the column of that stage', () => {
  for (let seed = 0; seed < 15; seed++) {
    const spec = coordinationModel(randomBoard(seed, 2));
    const { problem: p } = spec;
    spec.chosen.forEach((pair, k) => {
      const column = spec.firstFocus + k * 2 + 1;
      const told = new Map<number, number>();
      forEntries(spec, pair, (row, c) => told.set(row, (told.get(row) ?? 0) + c));
      for (let e = p.aStart[column]!; e < p.aStart[column + 1]!; e++) {
        const row = p.aIndex[e]!;
        const { family } = spec.rowFamily(row);
        if (family === 'answer' || family === 'stages') continue;
        near(told.get(row) ?? NaN, p.aValue[e]!, `seed ${seed} ${family}`);
        told.delete(row);
      }
      assert.ok([...told.values()].every((c) => c === 0));
    });
  }
});
