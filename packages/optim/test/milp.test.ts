import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { random } from '@qipan/base';
import {
  checkMilpProblem,
  highsEngine,
  lpText,
  Model,
  mpsText,
  type HighsModule,
  type MilpProblem,
} from '@qipan/optim';

interface TextSolver extends HighsModule {
  solve(text: string, options: object): { Status: string; ObjectiveValue: number };
  createModel(source?: object): ReturnType<HighsModule['createModel']>;
}
const load = createRequire(import.meta.url)('highs') as () => Promise<TextSolver>;
const highs = await load();
const engine = highsEngine(highs);
const close = (got: number, expected: number) =>
  assert.ok(Math.abs(got - expected) < 1e-7, `${got} is not ${expected}`);

/** max 30 chairs + 50 tables, carpentry 1·c + 2·t ≤ 40, finishing 2·c + t ≤ 50: optimum at c = 20, t = 10. */
function workshop(integer: boolean): Model {
  const m = new Model('workshop', 'maximise');
  const make = m.addVariables('make', 2, { cost: [30, 50], integer });
  m.addConstraint('carpentry', { columns: [make.first, make.first + 1], coefficients: [1, 2], upper: 40 });
  m.addConstraint('finishing', { columns: [make.first, make.first + 1], coefficients: [2, 1], upper: 50 });
  return m;
}

test('a linear programme comes back with its value and duals that price the limits', () => {
  const r = engine.solve(workshop(false).compile());
  assert.equal(r.status, 'optimal');
  close(r.value, 1100);
  close(r.bound, 1100);
  assert.deepEqual([...(r.x ?? [])].map(Math.round), [20, 10]);
  // By hand: 30 = y1 + 2·y2, 50 = 2·y1 + y2.
  close(r.duals?.rowDual[0] ?? NaN, 70 / 3);
  close(r.duals?.rowDual[1] ?? NaN, 10 / 3);
  close(r.duals?.colDual[0] ?? NaN, 0);
});

test('the interior method finds the same optimum and duals', () => {
  const r = engine.solve(workshop(false).compile(), { method: 'interior' });
  close(r.value, 1100);
  close(r.duals?.rowDual[0] ?? NaN, 70 / 3);
});

test('integers are respected, and relaxing them gives the linear bound with duals', () => {
  const m = new Model('knapsack', 'maximise');
  const take = m.addVariables('take', 3, { upper: 1, cost: [10, 13, 7], integer: true });
  const columns = [0, 1, 2].map((k) => take.first + k);
  m.addConstraint('weight', { columns, coefficients: [3, 4, 2], upper: 6 });
  const whole = engine.solve(m.compile());
  assert.equal(whole.status, 'optimal');
  close(whole.value, 20);
  assert.equal(whole.duals, null);
  const relaxed = engine.solve(m.compile(), { relaxed: true });
  assert.ok(relaxed.value > 20 && relaxed.value <= 20.5 + 1e-9);
  assert.ok(relaxed.duals !== null);
});

test('random small integer models agree with brute force', () => {
  const rng = random(7);
  for (let round = 0; round < 25; round++) {
    const n = 2 + rng.below(4);
    const rows = 1 + rng.below(3);
    const m = new Model('r');
    const cost = Array.from({ length: n }, () => rng.below(21) - 10);
    m.addVariables('x', n, { upper: 2, cost, integer: true });
    const a = Array.from({ length: rows }, () => Array.from({ length: n }, () => rng.below(9) - 3));
    const limit = Array.from({ length: rows }, () => rng.below(8));
    a.forEach((coefficients, r) =>
      m.addConstraint('row', { columns: coefficients.map((_, j) => j), coefficients, upper: limit[r] }),
    );
    let best = Infinity;
    for (let code = 0; code < 3 ** n; code++) {
      const x = Array.from({ length: n }, (_, j) => Math.floor(code / 3 ** j) % 3);
      const fits = a.every((row, r) => row.reduce((s, c, j) => s + c * x[j], 0) <= limit[r]);
      if (fits)
        best = Math.min(
          best,
          cost.reduce((s, c, j) => s + c * x[j], 0),
        );
    }
    close(engine.solve(m.compile()).value, best);
  }
});

test('infeasible, unbounded and empty models are told apart', () => {
  const m = new Model('bad');
  const x = m.addVariable('x', { upper: 1 });
  m.addConstraint('atLeast', { columns: [x], coefficients: [1], lower: 2 });
  const bad = engine.solve(m.compile());
  assert.equal(bad.status, 'infeasible');
  assert.equal(bad.x, null);
  assert.equal(bad.bound, Infinity);
  const free = new Model('free');
  free.addVariable('x', { lower: -Infinity, cost: 1 });
  assert.equal(engine.solve(free.compile()).status, 'unbounded');
  const empty = new Model('empty');
  empty.offset = 4;
  const none = engine.solve(empty.compile());
  assert.deepEqual([none.status, none.value, none.bound], ['optimal', 4, 4]);
});

test('a model without variables is infeasible when one of its rows cannot be 0', () => {
  for (const [lower, upper, status] of [
    [1, 1, 'infeasible'],
    [-Infinity, -0.5, 'infeasible'],
    [0, 0, 'optimal'],
    [-1, Infinity, 'optimal'],
  ] as const) {
    const m = new Model('rows only');
    m.addConstraint('row', { columns: [], coefficients: [], lower, upper });
    const r = engine.solve(m.compile());
    assert.equal(r.status, status);
    assert.equal(r.x === null, status === 'infeasible');
    assert.equal(r.bound, status === 'infeasible' ? Infinity : 0);
  }
});

test('an irreducible set names exactly the rows that cannot hold together', () => {
  const m = new Model('conflict');
  const [x, y] = [m.addVariable('x', { upper: 100 }), m.addVariable('y', { upper: 100 })];
  m.addConstraint('harmless', { columns: [x, y], coefficients: [1, 1], upper: 50 });
  m.addConstraint('xOverY', { columns: [x, y], coefficients: [1, -1], lower: 10 });
  m.addConstraint('yOverX', { columns: [x, y], coefficients: [-1, 1], lower: -5 });
  const set = engine.irreducibleSet(m.compile());
  assert.deepEqual([...(set?.rows ?? [])].map((r) => m.rowName(r)).sort(), ['xOverY[0]', 'yOverX[0]']);
  assert.equal(engine.irreducibleSet(workshop(true).compile()), null);
});

test('a kept model takes new rows, costs and limits and is solved again', () => {
  const session = engine.open(workshop(false).compile());
  close(session.solve().value, 1100);
  const one = Int32Array.of(0);
  session.setColumnLimits(one, Float64Array.of(0), Float64Array.of(10));
  close(session.solve().value, 1050);
  session.setCosts(one, Float64Array.of(60));
  close(session.solve().value, 1350);
  session.addRows({
    rowLower: Float64Array.of(-Infinity),
    rowUpper: Float64Array.of(12),
    aStart: Int32Array.of(0, 2),
    aIndex: Int32Array.of(0, 1),
    aValue: Float64Array.of(1, 1),
  });
  close(session.solve().value, 10 * 60 + 2 * 50);
  session.setRowLimits(Int32Array.of(2), Float64Array.of(-Infinity), Float64Array.of(14));
  close(session.solve().value, 10 * 60 + 4 * 50);
  session.close();
});

test('a start is taken and a stop asked for ends the run', () => {
  const m = hardKnapsack(60);
  const p = m.compile();
  const started = engine.solve(p, { start: new Float64Array(p.numCols), gap: 0.5 });
  assert.ok(started.status === 'gapReached' || started.status === 'optimal');
  assert.ok(started.value <= started.bound + 1e-6);
  let asked = 0;
  const stopped = engine.solve(p, { shouldStop: () => ++asked > 0, seconds: 20 });
  assert.ok(stopped.status === 'stopped' || asked === 0);
});

/** Several correlated rows: not solved in presolve. */
function hardKnapsack(n: number): Model {
  const rng = random(11);
  const m = new Model('hard', 'maximise');
  const weight = Array.from({ length: 4 }, () => Array.from({ length: n }, () => 20 + rng.below(80)));
  const cost = weight[0].map((w, j) => w + weight[1][j] + rng.below(10));
  const x = m.addVariables('x', n, { upper: 1, cost, integer: true });
  const columns = weight[0].map((_, j) => x.first + j);
  for (const w of weight)
    m.addConstraint('capacity', { columns, coefficients: w, upper: 0.4 * w.reduce((a, b) => a + b) });
  return m;
}

test('LP and MPS exports read back to the same optimum', () => {
  for (const m of [workshop(true), workshop(false), oddModel()]) {
    const expected = engine.solve(m.compile()).value;
    close(highs.solve(lpText(m), { output_flag: false }).ObjectiveValue, expected);
    const model = highs.createModel({ format: 'mps', data: new TextEncoder().encode(mpsText(m)) });
    model.options.set({ output_flag: false });
    model.run();
    close(model.getObjectiveValue(), expected);
    model.dispose();
  }
});

/** Ranges, free and fixed variables, negative lower limits, a constant, names that no reader takes. */
function oddModel(): Model {
  const m = new Model('odd one');
  m.offset = 2.5;
  const free = m.addVariable('free', { lower: -Infinity, cost: 1 });
  const fixed = m.addVariable('价格 1', { lower: 3, upper: 3, cost: 0.1 });
  const whole = m.addVariables('e1', 2, { lower: -4, upper: 7.5, cost: [-1, 2], integer: true });
  m.addConstraint('range', { columns: [free, whole.first, fixed], coefficients: [1, 1, 1], lower: -2, upper: 6 });
  m.addConstraint('equal', { columns: [free, whole.first + 1], coefficients: [2, -1], lower: 1, upper: 1 });
  m.addVariable('idle', { upper: 1 });
  return m;
}

test('names speak in families, and a column named twice counts with the sum', () => {
  const m = new Model();
  const x = m.addVariables('open', 3);
  const y = m.addVariable('slack');
  m.addCost(y, 2);
  const row = m.addConstraint('serve', {
    columns: [x.first, x.first, y],
    coefficients: [1, 2, 1],
    lower: 1,
    label: '沙河乡',
  });
  assert.equal(m.rowName(row), 'serve[沙河乡]');
  assert.equal(m.columnName(1), 'open[1]');
  assert.equal(m.columnName(y), 'slack');
  assert.equal(m.familyOfRow(row), 'serve');
  assert.deepEqual([...m.rowsOf('serve')], [row]);
  assert.deepEqual(m.constraintFamilies, ['serve']);
  assert.deepEqual([...m.compile().aValue], [3, 1]);
  assert.throws(() => m.addVariables('open', 1), { code: 'DUPLICATE_ID' });
  assert.throws(() => m.addConstraint('serve', { columns: [9], coefficients: [1] }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => m.addConstraint('serve', { columns: [0], coefficients: [] }), { code: 'SHAPE_MISMATCH' });
  assert.throws(() => m.addVariables('z', 2, { cost: [1] }), { code: 'SHAPE_MISMATCH' });
});

test('arrays that do not describe a model are refused with the place', () => {
  const good = workshop(true).compile();
  const bad = (change: Partial<MilpProblem>) => () => checkMilpProblem({ ...good, ...change });
  assert.throws(bad({ cost: new Float64Array(1) }), { code: 'SHAPE_MISMATCH' });
  assert.throws(bad({ aIndex: Int32Array.of(0, 1, 0, 2) }), { code: 'OUT_OF_RANGE' });
  assert.throws(bad({ aIndex: Int32Array.of(0, 0, 0, 1) }), { code: 'OUT_OF_RANGE' });
  assert.throws(bad({ cost: Float64Array.of(NaN, 1) }), { code: 'OUT_OF_RANGE', message: /cost\[0\]/ });
  assert.throws(bad({ colLower: Float64Array.of(0, Infinity), colUpper: Float64Array.of(1, 2) }), {
    code: 'OUT_OF_RANGE',
  });
  assert.throws(bad({ aStart: Int32Array.of(0, 3, 2) }), { code: 'SHAPE_MISMATCH' });
});

/** Transport of 30 × 30 with random costs, some columns left out at first. */
function transport(columns: number): Model {
  const rng = random(11);
  const m = new Model('transport');
  const cost = Array.from({ length: 900 }, () => 1 + rng.below(100));
  m.addVariables('ship', columns, { cost: cost.slice(0, columns) });
  const ones = (list: number[]) => ({ columns: list, coefficients: list.map(() => 1) });
  const all = Array.from({ length: columns }, (_, k) => k);
  for (let s = 0; s < 30; s++) m.addConstraint('supply', { ...ones(all.filter((k) => k % 30 === s)), upper: 12 });
  for (let t = 0; t < 30; t++)
    m.addConstraint('need', { ...ones(all.filter((k) => Math.floor((k * 7) / 30) % 30 === t)), lower: 8 });
  return m;
}

test('a basis of the smaller model makes the grown one short, with the same optimum', () => {
  const small = engine.solve(transport(870).compile());
  assert.equal(small.status, 'optimal');
  assert.ok(small.basis);
  assert.deepEqual([small.basis.columns.length, small.basis.rows.length], [870, 60]);
  const whole = transport(900).compile();
  const cold = engine.solve(whole, { method: 'simplex' });
  const warm = engine.solve(whole, { basis: small.basis, method: 'primal' });
  close(warm.value, cold.value);
  assert.ok(warm.value <= small.value + 1e-9, 'more columns never make it worse');
  assert.ok(warm.iterations < cold.iterations / 2, `${warm.iterations} of ${cold.iterations} iterations`);
  const again = engine.solve(whole, { basis: warm.basis ?? small.basis });
  assert.equal(again.iterations, 0);
});

test('a basis that does not fit is refused, and one beside integers is left out', () => {
  const { basis } = engine.solve(transport(900).compile());
  assert.ok(basis);
  assert.throws(() => engine.solve(workshop(false).compile(), { basis }), { code: 'SHAPE_MISMATCH' });
  const mixed = engine.solve(workshop(true).compile(), {
    basis: { columns: basis.columns.slice(0, 2), rows: basis.rows.slice(0, 2) },
  });
  close(mixed.value, 1100);
  assert.equal(mixed.basis, null);
});
