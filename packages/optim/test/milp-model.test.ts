import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { random, type Random } from '@qipan/base';
import {
  checkMilpProblem,
  highsEngine,
  lpText,
  Model,
  mpsText,
  ufl,
  type HighsModule,
  type MilpProblem,
} from '@qipan/optim';
import { bestLscp, bestMedian, bestUfl, randomNumbers, randomTable, toCsr, type Table } from './support/brute-force.js';
import { assertClose } from './support/checked.js';

interface TextSolver extends HighsModule {
  solve(text: string, options: object): { Status: string; ObjectiveValue: number };
}
const load = createRequire(import.meta.url)('highs') as () => Promise<TextSolver>;
const highs = await load();
const engine = highsEngine(highs);

function fromLp(m: Model): number {
  return highs.solve(lpText(m), { output_flag: false }).ObjectiveValue;
}

function fromMps(m: Model): number {
  const model = highs.createModel({ format: 'mps', data: new TextEncoder().encode(mpsText(m)) });
  try {
    model.options.set({ output_flag: false, mip_rel_gap: 1e-9 });
    model.run();
    return model.getObjectiveValue();
  } finally {
    model.dispose();
  }
}

/** p-median (p ≥ 0) or uncapacitated location with assignment variables, in families. */
function locationModel(table: Table, o: { p?: number; fixedCost?: ArrayLike<number> }): Model {
  const [n, m] = [table.length, table[0].length];
  const model = new Model('location');
  const open = model.addVariables('open', m, { upper: 1, integer: true, cost: o.fixedCost ?? 0 });
  const serve = model.addVariables('serve', n * m, { upper: 1, cost: table.flat() });
  for (let i = 0; i < n; i++) {
    const columns = Array.from({ length: m }, (_, j) => serve.first + i * m + j);
    model.addConstraint('served', { columns, coefficients: columns.map(() => 1), lower: 1, upper: 1 });
    for (let j = 0; j < m; j++)
      model.addConstraint('onlyFromOpen', {
        columns: [columns[j], open.first + j],
        coefficients: [1, -1],
        upper: 0,
        label: `${i},${j}`,
      });
  }
  if (o.p !== undefined)
    model.addConstraint('count', {
      columns: Array.from({ length: m }, (_, j) => open.first + j),
      coefficients: Array.from({ length: m }, () => 1),
      lower: o.p,
      upper: o.p,
    });
  return model;
}

test('a p-median written as a model has the optimum of all subsets', () => {
  const rng = random(901);
  for (let round = 0; round < 2; round++) {
    const table = randomTable(rng, { n: 6, m: 5, most: 50 });
    const r = engine.solve(locationModel(table, { p: 2 }).compile());
    assert.equal(r.status, 'optimal');
    assertClose(r.value, bestMedian(table, 2), 1e-7);
  }
});

test('uncapacitated location as a model and by its own solver agree with all subsets', () => {
  const rng = random(902);
  for (let round = 0; round < 2; round++) {
    const table = randomTable(rng, { n: 6, m: 5, most: 50 });
    const fixedCost = randomNumbers(rng, 5, 60);
    const best = bestUfl(table, fixedCost);
    assertClose(engine.solve(locationModel(table, { fixedCost }).compile()).value, best, 1e-7);
    assert.equal(ufl(toCsr(table), fixedCost).value, best);
  }
});

test('a model knows its families, rows and columns by name', () => {
  const m = locationModel(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    { p: 1 },
  );
  assert.equal(m.numCols, 2 + 6);
  assert.equal(m.numRows, 3 + 6 + 1);
  assert.deepEqual(
    m.variableFamilies.map((f) => [f.name, f.first, f.count]),
    [
      ['open', 0, 2],
      ['serve', 2, 6],
    ],
  );
  assert.deepEqual(m.constraintFamilies, ['served', 'onlyFromOpen', 'count']);
  assert.deepEqual([...m.rowsOf('served')], [0, 3, 6]);
  assert.deepEqual([...m.rowsOf('count')], [9]);
  assert.deepEqual([...m.rowsOf('unknown')], []);
  assert.equal(m.rowName(4), 'onlyFromOpen[1,0]');
  assert.equal(m.rowName(9), 'count[0]');
  assert.equal(m.familyOfRow(9), 'count');
  assert.deepEqual(Array.from({ length: 8 }, (_, j) => m.columnName(j)).slice(0, 4), [
    'open[0]',
    'open[1]',
    'serve[0]',
    'serve[1]',
  ]);
});

test('a family without members leaves the names of the others alone', () => {
  const m = new Model();
  m.addVariables('none', 0);
  const x = m.addVariable('x');
  m.addVariables('nothing', 0);
  const y = m.addVariables('y', 2);
  assert.equal(m.columnName(x), 'x');
  assert.deepEqual([m.columnName(y.first), m.columnName(y.first + 1)], ['y[0]', 'y[1]']);
  assert.throws(() => m.columnName(3), { code: 'OUT_OF_RANGE' });
  assert.throws(() => m.columnName(-1), { code: 'OUT_OF_RANGE' });
  assert.throws(() => m.addCost(3, 1), { code: 'OUT_OF_RANGE' });
});

test('limits and costs may be one number for all or one each', () => {
  const m = new Model('limits', 'maximise');
  m.addVariables('a', 3, { lower: 1, upper: [2, 3, 4], cost: [1, 10, 100] });
  m.addVariables('b', 2, { lower: [-1, -2], upper: 5, cost: -1, integer: true });
  const p = m.compile();
  assert.deepEqual([...p.colLower], [1, 1, 1, -1, -2]);
  assert.deepEqual([...p.colUpper], [2, 3, 4, 5, 5]);
  assert.deepEqual([...p.cost], [1, 10, 100, -1, -1]);
  assert.deepEqual([...(p.integrality ?? [])], [0, 0, 0, 1, 1]);
  assert.equal(p.sense, 'maximise');
  assertClose(engine.solve(p).value, 2 + 30 + 400 + 1 + 2);
});

test('a model of continuous variables compiles without integrality', () => {
  const m = new Model();
  m.addVariables('x', 2);
  assert.equal(m.compile().integrality, null);
});

test('costs and constants added later count', () => {
  const m = new Model();
  const x = m.addVariable('x', { lower: 3, upper: 8, cost: 2 });
  m.addCost(x, 5);
  m.offset = -1;
  assertClose(engine.solve(m.compile()).value, 3 * 7 - 1);
  m.addCost(x, -8);
  assertClose(engine.solve(m.compile()).value, -8 - 1);
});

/** min 2x + 3y + 4z, demand x + y + z ≥ 10, stock x ≤ 4, blend y = 2z: x = 4, y = 4, z = 2, value 28. */
function blending(demand = 10, stock = 4, blend = 0): Model {
  const m = new Model('blending');
  const [x, y, z] = ['x', 'y', 'z'].map((name, k) => m.addVariable(name, { cost: 2 + k }));
  m.addConstraint('demand', { columns: [x, y, z], coefficients: [1, 1, 1], lower: demand });
  m.addConstraint('stock', { columns: [x], coefficients: [1], upper: stock });
  m.addConstraint('blend', { columns: [y, z], coefficients: [1, -2], lower: blend, upper: blend });
  return m;
}

test('duals are the change of the objective per unit of the limit, in sign and size, on three rows', () => {
  const r = engine.solve(blending().compile());
  assertClose(r.value, 28);
  assert.deepEqual(
    [...(r.x ?? [])].map((v) => Math.round(v * 1e6) / 1e6),
    [4, 4, 2],
  );
  // A unit more of demand takes 2/3 y and 1/3 z: 10/3. A unit of stock saves 10/3 and costs 2. A unit of y − 2z
  // turns a third of a unit from z to y: −1/3.
  const dual = r.duals?.rowDual ?? [];
  [10 / 3, 2 - 10 / 3, -1 / 3].forEach((expected, k) => assertClose(dual[k], expected, 1e-7));
  const moved = [blending(10.5), blending(10, 4.5), blending(10, 4, 0.5)];
  moved.forEach((m, k) => assertClose(engine.solve(m.compile()).value, 28 + 0.5 * dual[k], 1e-7));
});

test('duals of a maximum are in its own sense, and reduced costs price what stays out', () => {
  const m = new Model('sell', 'maximise');
  const make = m.addVariables('make', 2, { cost: [5, 4] });
  m.addConstraint('hours', { columns: [make.first, make.first + 1], coefficients: [1, 1], upper: 8 });
  const r = engine.solve(m.compile());
  assertClose(r.value, 40);
  assertClose(r.duals?.rowDual[0] ?? NaN, 5, 1e-9);
  assertClose(r.duals?.colDual[1] ?? NaN, -1, 1e-9);
  assertClose(r.duals?.colDual[0] ?? NaN, 0, 1e-9);
});

test('strong duality: the limits times their duals are the value, both methods', () => {
  const rng = random(903);
  for (let round = 0; round < 5; round++) {
    const [rows, cols] = [4, 6];
    const m = new Model();
    m.addVariables('x', cols, { cost: Array.from({ length: cols }, () => 1 + rng.below(9)) });
    const limit = Array.from({ length: rows }, () => 5 + rng.below(20));
    for (const lower of limit)
      m.addConstraint('need', {
        columns: [...Array(cols).keys()],
        coefficients: Array.from({ length: cols }, () => 1 + rng.below(5)),
        lower,
      });
    for (const method of ['simplex', 'interior'] as const) {
      const r = engine.solve(m.compile(), { method });
      assert.equal(r.status, 'optimal');
      assertClose(
        limit.reduce((s, b, k) => s + b * (r.duals?.rowDual[k] ?? NaN), 0),
        r.value,
        1e-6,
      );
      for (const d of r.duals?.rowDual ?? []) assert.ok(d >= -1e-9);
    }
  }
});

test('statuses: infeasible by rows, by limits of integers, unbounded either way', () => {
  const clash = new Model();
  const x = clash.addVariable('x');
  clash.addConstraint('low', { columns: [x], coefficients: [1], lower: 3 });
  clash.addConstraint('high', { columns: [x], coefficients: [1], upper: 2 });
  const a = engine.solve(clash.compile());
  assert.deepEqual([a.status, a.x, a.bound, a.gap], ['infeasible', null, Infinity, Infinity]);
  assert.ok(Number.isNaN(a.value));
  const odd = new Model('odd', 'maximise');
  const y = odd.addVariable('y', { upper: 9, cost: 1, integer: true });
  odd.addConstraint('half', { columns: [y], coefficients: [2], lower: 5, upper: 5 });
  const b = engine.solve(odd.compile());
  assert.deepEqual([b.status, b.bound], ['infeasible', -Infinity]);
  const relaxed = engine.solve(odd.compile(), { relaxed: true });
  assertClose(relaxed.value, 2.5);
  const up = new Model('up', 'maximise');
  up.addVariables('z', 2, { cost: 1 });
  const c = engine.solve(up.compile());
  assert.deepEqual([c.status, c.bound], ['unbounded', Infinity]);
});

test('a row without entries holds or cannot', () => {
  const m = new Model();
  m.addVariable('x', { cost: 1 });
  m.addConstraint('idle', { columns: [], coefficients: [], lower: -1, upper: 1 });
  assertClose(engine.solve(m.compile()).value, 0);
  m.addConstraint('impossible', { columns: [], coefficients: [], lower: 1 });
  assert.equal(engine.solve(m.compile()).status, 'infeasible');
});

/** A model with all kinds of rows, limits and variables, feasible at a point drawn first. */
function randomModel(rng: Random): Model {
  const m = new Model(`drawn ${rng.below(1000)}`, rng.below(2) ? 'maximise' : 'minimise');
  m.offset = rng.below(21) - 10;
  const count = 3 + rng.below(4);
  const point = Array.from({ length: count }, () => rng.below(7) - 3);
  point.forEach((v, k) =>
    m.addVariable(`v${k}`, {
      lower: v - rng.below(4),
      upper: v + rng.below(4),
      cost: (rng.below(41) - 20) / 4,
      integer: rng.below(2) === 1,
    }),
  );
  for (let r = 0; r < 4; r++) {
    const coefficients = point.map(() => rng.below(9) - 4);
    const at = coefficients.reduce((s, a, k) => s + a * point[k], 0);
    const kind = rng.below(4);
    m.addConstraint(`row ${r}`, {
      columns: point.map((_, k) => k),
      coefficients,
      ...(kind !== 0 ? { upper: at + (kind === 3 ? 0 : rng.below(3)) } : {}),
      ...(kind !== 1 ? { lower: at - (kind === 3 ? 0 : rng.below(3)) } : {}),
    });
  }
  return m;
}

test('LP and MPS texts of drawn models read back to the same optimum', () => {
  const rng = random(904);
  for (let round = 0; round < 12; round++) {
    const m = randomModel(rng);
    const r = engine.solve(m.compile());
    assert.equal(r.status, 'optimal');
    assertClose(fromLp(m), r.value, 1e-7);
    assertClose(fromMps(m), r.value, 1e-7);
  }
});

test('long rows are wrapped and read back whole', () => {
  const m = new Model('long');
  const x = m.addVariables('aRatherLongNameForAVariable', 120, { upper: 3, cost: 1 });
  const columns = Array.from({ length: 120 }, (_, k) => x.first + k);
  m.addConstraint('all', { columns, coefficients: columns.map((k) => 1 + (k % 3)), lower: 100 });
  const text = lpText(m);
  for (const line of text.split('\n')) assert.ok(line.length <= 255, `${line.length} characters`);
  const { value } = engine.solve(m.compile());
  // 100 is reached by coefficients of 3: 33⅓ units.
  assertClose(value, 100 / 3, 1e-7);
  assertClose(fromLp(m), value, 1e-7);
  assertClose(fromMps(m), value, 1e-7);
});

test('numbers in the texts keep every bit', () => {
  const m = new Model();
  const values = [1 / 3, 1e-9, 123456789.123456, 0.1 + 0.2];
  m.addVariables('x', 4, { cost: values, lower: 1, upper: 2 });
  for (const text of [lpText(m), mpsText(m)]) for (const v of values) assert.ok(text.includes(String(v)), String(v));
});

test('exported names are plain, unique and not words of the format, whatever the model calls them', () => {
  const m = new Model('价格');
  const names = ['free', 'st', 'e2', '1abc', '沙河乡', 'a b', 'x<=y', 'obj', 'end', 'good_name'];
  for (const name of names) m.addVariable(name, { upper: 1, cost: -1 });
  const columns = names.map((_, k) => k);
  m.addConstraint('sum of all', { columns, coefficients: columns.map(() => 1), upper: 4 });
  m.addConstraint('sum of all', { columns: [0], coefficients: [1], upper: 1 });
  assertClose(fromLp(m), -4, 1e-7);
  assertClose(fromMps(m), -4, 1e-7);
  assert.ok(lpText(m).includes('good_name'));
});

test('a gap asked for ends a proof early with a bound that holds', () => {
  const table = randomTable(random(905), { n: 14, m: 10, most: 90 });
  const fixedCost = randomNumbers(random(906), 10, 120);
  const p = locationModel(table, { fixedCost }).compile();
  const best = bestUfl(table, fixedCost);
  for (const gap of [0.5, 0.05, 0]) {
    const r = engine.solve(p, { gap });
    assert.ok(r.status === 'optimal' || r.status === 'gapReached');
    assert.ok(r.bound <= best + 1e-6 && r.value >= best - 1e-6);
    assert.ok(r.gap <= gap + 1e-8);
  }
});

test('no seconds at all stop the run without a false claim', () => {
  const table = randomTable(random(907), { n: 25, m: 18, most: 900 });
  const p = locationModel(table, { p: 5 }).compile();
  const r = engine.solve(p, { seconds: 0 });
  assert.ok(r.status === 'stopped' || r.status === 'optimal' || r.status === 'gapReached');
  if (r.x !== null) assert.ok(r.value >= r.bound - 1e-6);
  else assert.equal(r.gap, Infinity);
});

test('progress of the engine never crosses, and ends at the value', () => {
  const table = randomTable(random(908), { n: 16, m: 12, most: 90 });
  const seen: [number, number][] = [];
  const r = engine.solve(locationModel(table, { p: 3 }).compile(), { progress: (v, b) => seen.push([v, b]) });
  for (const [value, bound] of seen) assert.ok(!(value < bound - 1e-6), `${value} < ${bound}`);
  assertClose(r.value, bestMedian(table, 3), 1e-7);
});

test('a start that is the optimum is kept', () => {
  const table = randomTable(random(909), { n: 5, m: 4, most: 20 });
  const p = locationModel(table, { p: 2 }).compile();
  const first = engine.solve(p);
  assert.ok(first.x);
  assertClose(engine.solve(p, { start: first.x }).value, first.value, 1e-9);
});

test('columns first or rows first, the same model', () => {
  const byRow = blending().compile();
  const byColumn: MilpProblem = {
    ...byRow,
    layout: 'columns',
    aStart: Int32Array.of(0, 2, 4, 6),
    aIndex: Int32Array.of(0, 1, 0, 2, 0, 2),
    aValue: Float64Array.of(1, 1, 1, 1, 1, -2),
  };
  checkMilpProblem(byRow);
  checkMilpProblem(byColumn);
  assertClose(engine.solve(byColumn).value, engine.solve(byRow).value);
  assert.throws(() => checkMilpProblem({ ...byColumn, aIndex: Int32Array.of(0, 0, 0, 2, 0, 2) }), {
    code: 'OUT_OF_RANGE',
  });
  assert.throws(() => checkMilpProblem({ ...byColumn, aIndex: Int32Array.of(0, 3, 0, 2, 0, 2) }), {
    code: 'OUT_OF_RANGE',
  });
});

test('a session goes back and forth between whole and relaxed', () => {
  const lines = [
    [0, 1],
    [1, 2],
    [2, 0],
  ];
  const m = new Model('odd cycle');
  m.addVariables('open', 3, { upper: 1, cost: 1, integer: true });
  for (const columns of lines) m.addConstraint('covered', { columns, coefficients: [1, 1], lower: 1 });
  const cover = lines.map((line) => [0, 1, 2].map((j) => (line.includes(j) ? 1 : Infinity)));
  const session = engine.open(m.compile());
  for (let round = 0; round < 2; round++) {
    assertClose(session.solve({ relaxed: true }).value, 1.5);
    assertClose(session.solve().value, bestLscp(cover, [1, 1, 1]));
  }
  session.close();
});

test('a problem is left as it was by solving it', () => {
  const p = blending().compile();
  const before = structuredClone(p);
  engine.solve(p);
  assert.deepEqual(p, before);
});

test('an irreducible set stays infeasible on its own and becomes feasible without any of its rows', () => {
  const m = new Model('three ways');
  const [x, y] = [m.addVariable('x', { upper: 100 }), m.addVariable('y', { upper: 100 })];
  const rows = [
    { columns: [x, y], coefficients: [1, 1], lower: 10 },
    { columns: [x], coefficients: [1], upper: 4 },
    { columns: [y], coefficients: [1], upper: 5 },
    { columns: [x, y], coefficients: [1, -1], upper: 50 },
  ];
  rows.forEach((row) => m.addConstraint('row', row));
  const set = engine.irreducibleSet(m.compile());
  const members = [...(set?.rows ?? [])].sort((a, b) => a - b);
  const infeasible = (kept: number[]) => {
    const part = new Model('part');
    part.addVariable('x', { upper: 100 });
    part.addVariable('y', { upper: 100 });
    for (const k of kept) part.addConstraint('row', rows[k]);
    return engine.solve(part.compile()).status === 'infeasible';
  };
  assert.deepEqual(members, [0, 1, 2]);
  assert.equal(infeasible(members), true);
  for (const gone of members) assert.equal(infeasible(members.filter((k) => k !== gone)), false);
});
