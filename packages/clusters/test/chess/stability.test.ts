import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import {
  coordinate,
  defaultChessSpread,
  drawBoard,
  evaluatePlan,
  firmness,
  mergeStability,
  sensitivity,
  stability,
  syntheticBoard,
  type ChessSpread,
} from '@qipan/clusters';
import { board, engine } from './boards.js';

const d = syntheticBoard({ regions: 30, industries: 60, seed: 20230505 });
const result = coordinate(d, engine, { gap: 0.003 });
const none: ChessSpread = { probability: 0, value: 0, scale: 0, room: 0 };

test('without any spread every draw is the plan: firm or weak, nothing open', () => {
  const s = stability(d, engine, result, { from: 0, to: 3, seed: 1, spread: none, gap: 1e-6 });
  assert.deepEqual([s.draws, s.failed], [3, 0]);
  for (let k = 0; k < s.chosen.length; k++) assert.ok(s.chosen[k] === 0 || s.chosen[k] === 3);
  for (const v of s.values) assert.ok(Math.abs(v / result.value - 1) < 0.004, `${v}`);
});

test('parts of a study add up to the whole, draw by draw', () => {
  const whole = stability(d, engine, result, { from: 0, to: 6, seed: 4 });
  const parts = [
    stability(d, engine, result, { from: 0, to: 2, seed: 4 }),
    stability(d, engine, result, { from: 2, to: 6, seed: 4 }),
  ];
  const merged = mergeStability(parts);
  assert.deepEqual([...merged.chosen], [...whole.chosen]);
  assert.deepEqual([...merged.values], [...whole.values]);
  assert.equal(merged.draws, 6);
  assert.throws(() => mergeStability([]), { code: 'OUT_OF_RANGE' });
});

test('with the stated spread the shares tell something: firm, open and weak all occur', () => {
  const s = stability(d, engine, result, { from: 0, to: 20, seed: 7 });
  const count = { firm: 0, open: 0, weak: 0 };
  for (let k = 0; k < s.chosen.length; k++) if (result.plan && result.plan.begin[k] >= 0) count[firmness(s, k)]++;
  assert.ok(count.firm > 0 && count.open > 0, JSON.stringify(count));
  const spreadOfValues = Math.max(...s.values) - Math.min(...s.values);
  assert.ok(spreadOfValues > 0.01 * result.value);
});

test('firmness turns at 80 % and 20 %', () => {
  const s = {
    draws: 10,
    failed: 0,
    chosen: Int32Array.of(10, 8, 7, 2, 1, 0),
    values: new Float64Array(10),
    spread: none,
  };
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((k) => firmness(s, k)),
    ['firm', 'firm', 'open', 'open', 'weak', 'weak'],
  );
});

test('a drawn board keeps its shape, its input and what is certain', () => {
  const before = d.pairs.probability.slice();
  const drawn = drawBoard(d, defaultChessSpread, random(3));
  assert.deepEqual(d.pairs.probability, before);
  assert.equal(drawn.pairs.region, d.pairs.region);
  assert.ok(drawn.pairs.probability.every((p) => p >= 0 && p <= 1));
  assert.ok(drawn.industries.marketRoom.every((x) => Number.isInteger(x) && x >= 0));
  const sure = board(1, 2, [
    { r: 0, i: 0, p: 0 },
    { r: 0, i: 1, p: 1 },
  ]);
  const again = drawBoard(sure, defaultChessSpread, random(3));
  assert.deepEqual([...again.pairs.probability], [0, 1]);
  assert.deepEqual([...again.industries.marketRoom], [Infinity, Infinity]);
  const half = { ...sure, industries: { ...sure.industries, marketRoom: Float64Array.of(2.5, 2) } };
  const rooms = drawBoard(half, defaultChessSpread, random(5)).industries.marketRoom;
  assert.ok(!Number.isInteger(rooms[0]) && Number.isInteger(rooms[1]));
});

test('the spread of the draws is the stated one', () => {
  const many = board(
    1,
    4000,
    Array.from({ length: 4000 }, (_, i) => ({ r: 0, i, p: 0.3, v: 2, k: 5 })),
  );
  const drawn = drawBoard(many, { probability: 0.5, value: 0.2, scale: 0.3, room: 0.1 }, random(11));
  const deviation = (x: ArrayLike<number>) => {
    const list = Array.from(x);
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    return Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length);
  };
  const odds = Array.from(drawn.pairs.probability, (p) => Math.log(p / (1 - p)));
  assert.ok(Math.abs(deviation(odds) - 0.5) < 0.03);
  assert.ok(Math.abs(deviation(drawn.pairs.value.map(Math.log)) - 0.2) < 0.02);
  assert.ok(Math.abs(deviation(drawn.pairs.cost.map(Math.log)) - 0.3) < 0.03);
});

test('draws need a result with prices and at least one draw; a stop keeps those done', () => {
  assert.throws(() => stability(d, engine, result, { from: 3, to: 3, seed: 1 }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => stability(d, engine, { ...result, relaxation: null }, { from: 0, to: 1, seed: 1 }), {
    code: 'BAD_INPUT',
  });
  let asked = 0;
  const s = stability(d, engine, result, { from: 0, to: 9, seed: 1, shouldStop: () => ++asked > 2 });
  assert.equal(s.draws, 2);
  assert.equal(s.values.length, 2);
  assert.equal(sensitivity(d, engine, { ...result, relaxation: null }).length, 0);
});

test('larger scales and smaller markets lower what can be had, and the bound is that of the changed board', () => {
  const rows = sensitivity(d, engine, result);
  const of = (quantity: string, factor: number) =>
    rows.find((r) => r.quantity === quantity && r.factor === factor)?.change ?? NaN;
  assert.ok(of('scale', 1.25) < 0 && of('scale', 0.8) > 0);
  assert.ok(of('room', 0.8) < 0 && of('room', 1.25) > 0);
  assert.ok(of('scale', 1.25) < of('room', 0.8), 'a larger scale makes plants dearer besides');
  const smaller = { ...d, industries: { ...d.industries, marketRoom: d.industries.marketRoom.map((x) => 0.8 * x) } };
  const again = coordinate(smaller, engine, { gap: 0.01 });
  const row = rows.find((r) => r.quantity === 'room' && r.factor === 0.8);
  assert.ok(again.value <= (row?.bound ?? NaN) + 1e-6);
});

test('a plan of the undisturbed board stays within its rules', () => {
  assert.ok(result.plan);
  const focus = Uint8Array.from(result.plan.begin, (b) => (b >= 0 ? 1 : 0));
  assert.deepEqual(evaluatePlan(d, { focus }).broken, []);
});

test('parts of another board or spread are refused by their place: shares of two questions do not add up', () => {
  const part = (chosen: readonly number[], spread: ChessSpread) => ({
    draws: 2,
    failed: 0,
    chosen: Int32Array.from(chosen),
    values: new Float64Array(2),
    spread,
  });
  const merged = mergeStability([part([1, 2], none), part([2, 0], { ...none })]);
  assert.deepEqual([[...merged.chosen], merged.draws, merged.values.length], [[3, 2], 4, 4]);
  assert.throws(() => mergeStability([part([1, 2], none), part([1], none)]), {
    code: 'BAD_INPUT',
    details: { row: 1, got: { pairs: 1, spread: none }, expected: '2 pairs and the spread of the first part' },
  });
  const other = { ...none, room: 0.1 };
  assert.throws(() => mergeStability([part([1], none), part([1], none), part([1], other)]), {
    code: 'BAD_INPUT',
    details: { row: 2, got: { pairs: 1, spread: other }, expected: '1 pairs and the spread of the first part' },
  });
});
