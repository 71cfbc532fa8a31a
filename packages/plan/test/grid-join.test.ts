import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QipanError } from '@qipan/base';
import { checkPlan, powerFlow, readCounty, type CountySheet } from '@qipan/grid';
import {
  gridBreaks,
  ledgerGroups,
  planGrids,
  planNetwork,
  planOnGrid,
  studyPlan,
  verifyPlan,
  withGridRows,
  type PlanGrid,
  type PlanProblem,
  type PlanStudy,
} from '@qipan/plan';
import { tangentRows } from '../src/model/plan-grid.js';
import { installedKw } from '../src/plan-on-grid.js';
import { compileModel } from '../src/solve/model.js';
import { kwOf, optimumByExhaustion } from './support/exhaustion.js';
import { smallBoard } from './support/small-board.js';
import { villageGrid, villageProblem } from './support/village-grid.js';

const options = (seed: number) => ({ seed, gap: 0, effort: 0.1 });

/** Whether the exact flow holds for layouts at the two sites, year by year. */
const holds = (p: PlanProblem, g: PlanGrid) => (paths: readonly (readonly number[])[]) =>
  p.years.every((_, t) => {
    const kw = Float64Array.from(g.site, (j) => kwOf(p, paths[j][t]));
    return checkPlan(g.network, g.node, kw, g.limits).ok;
  });

test('the rows around the base load accept a plan that breaks the voltage, and the loop repairs it', () => {
  const grid = villageGrid({ lineKm: 0.2 });
  const problem = villageProblem();
  const rows = tangentRows(grid, new Float64Array(2), Float64Array.of(240, 240)) ?? [];
  const linear = planNetwork(withGridRows(problem, rows), options(5));
  const broken = gridBreaks([grid], problem.years, installedKw(problem, linear.plan));
  assert.ok(broken.length > 0, 'the linear rows alone let a breaking plan through');
  assert.deepEqual([...new Set(broken.map((b) => `${b.kind} ${b.element}`))], ['lowVoltage end']);
  assert.ok(broken.every((b) => b.value < 0.93));

  const repaired = planOnGrid(problem, [grid], options(5));
  assert.ok(repaired.grid.rounds >= 2 && repaired.grid.rounds <= 5);
  assert.deepEqual(repaired.grid.breaks.at(-1), []);
  assert.deepEqual(gridBreaks([grid], problem.years, installedKw(problem, repaired.result.plan)), []);
  const { plan, certificate } = repaired.result;
  assert.deepEqual(verifyPlan(repaired.problem, plan, certificate, [grid]).failures, []);
  assert.equal(repaired.grid.boundOf, 'allRows');
});

test('on many networks the plan holds by the full flow, and value and bound enclose the optimum by exhaustion', () => {
  let bound = 0;
  let cases = 0;
  let repaired = 0;
  for (const kva of [50, 200, 315])
    for (const lineKm of [0.05, 0.2]) {
      const grid = villageGrid({ kva, lineKm, baseKw: 0.15 * kva, ratedA: lineKm > 0.1 ? null : 250 });
      const problem = villageProblem([300 + kva, 500 - kva]);
      const best = optimumByExhaustion(problem, holds(problem, grid));
      const { result, problem: held, grid: report } = planOnGrid(problem, [grid], options(kva));
      const name = `${kva} kVA, ${lineKm} km`;
      assert.deepEqual(verifyPlan(held, result.plan, result.certificate, [grid]).failures, [], name);
      assert.ok(result.bound <= best.value * (1 + 1e-9), `${name}: bound ${result.bound} above ${best.value}`);
      assert.ok(result.value >= best.value * (1 - 1e-9), `${name}: value ${result.value} below ${best.value}`);
      assert.ok(result.value <= best.value * 1.02, `${name}: value ${result.value}, best ${best.value}`);
      bound += result.bound / best.value;
      cases++;
      if (report.rounds > 1) repaired++;
    }
  assert.ok(repaired > 0, 'some networks needed a second round');
  assert.ok(bound / cases > 0.5);
});

test('a tangent at a breaking plan cuts that plan off and none that holds', () => {
  const problem = villageProblem();
  const { V } = compileModel(problem);
  for (const spec of [{ lineKm: 0.2 }, { lineKm: 0.35, kva: 315 }, { kva: 100 }, { lineKm: 0.1, ratedA: 120 }]) {
    const grid = villageGrid(spec);
    const kwAt = (a: number, b: number) => Float64Array.of(kwOf(problem, a), kwOf(problem, b));
    const exact = (kw: Float64Array) => checkPlan(grid.network, grid.node, kw, grid.limits);
    let cut = 0;
    for (let a = 0; a < V; a++)
      for (let b = 0; b < V; b++) {
        const at = kwAt(a, b);
        if (exact(at).ok) continue;
        const broken = new Set(exact(at).violations.map((v) => `${grid.name}: ${v.kind} ${v.element}`));
        const rows = (tangentRows(grid, at, Float64Array.of(1e9, 1e9)) ?? []).filter((r) => broken.has(r.name));
        const drawn = (r: (typeof rows)[number], kw: Float64Array) =>
          r.site.reduce((s, j, n) => s + r.coefficient[n] * kw[j], 0);
        for (const r of rows) {
          if (drawn(r, at) > r.room + 1e-9) cut++;
          for (let c = 0; c < V; c++)
            for (let d = 0; d < V; d++) {
              const other = kwAt(c, d);
              if (exact(other).ok) assert.ok(drawn(r, other) <= r.room + 1e-6, `${r.name} cuts ${other.join()}`);
            }
        }
      }
    assert.ok(cut > 0);
  }
});

test('without a flow at the plan nothing more is built there, and the bound is quoted from the rows before', () => {
  // Limits so loose that only the end of all flow stops a plan: the tangent about the base load does not see it coming.
  const grid: PlanGrid = {
    ...villageGrid({ kva: 2000, lineKm: 1.2, ratedA: null, baseKw: 20 }),
    limits: { minPu: 0.05, maxPu: 1.07, transformerLoading: 50, lineLoading: 50 },
  };
  const problem = villageProblem([400, 600]);
  const free = planNetwork(problem, options(9));
  const breaks = gridBreaks([grid], problem.years, installedKw(problem, free.plan));
  assert.ok(breaks.some((b) => b.kind === 'noSolution'));
  const { problem: proof, result, grid: report } = planOnGrid(problem, [grid], options(9));
  assert.equal(report.boundOf, 'tangentsOnly');
  assert.deepEqual(verifyPlan(proof, result.plan, result.certificate, [grid]).failures, []);
  const best = optimumByExhaustion(problem, holds(problem, grid));
  assert.ok(result.bound <= best.value * (1 + 1e-9) && result.value >= best.value * (1 - 1e-9));
  assert.ok(Math.abs(result.gap - (result.value - result.bound) / result.value) < 1e-12);
});

test('the verifier refuses a plan that breaks a network by its own full flow, whatever the rows say', () => {
  const grid = villageGrid({ kva: 100 });
  const problem = villageProblem();
  const { plan, certificate } = planNetwork(problem, options(2));
  assert.deepEqual(verifyPlan(problem, plan, certificate).failures, []);
  const { failures } = verifyPlan(problem, plan, certificate, [grid]);
  assert.match(failures.join('\n'), /九号变 in 2026: transformer T9 at \d\.\d{4} of 1 by the full flow/);
});

test('a row of a network is checked by the verifier and priced in its bound', () => {
  const row = { name: '线路', site: [0, 1], coefficient: [0.01, 0.02], room: 1 };
  const problem = withGridRows(villageProblem(), [row]);
  const { plan, certificate } = planNetwork(problem, options(4));
  assert.deepEqual(verifyPlan(problem, plan, certificate).failures, []);
  assert.equal(certificate.rows['hostingCapacity'].length, 2);
  const drawn = (t: number) => {
    const kw = installedKw(problem, plan);
    return 0.01 * kw(0, t) + 0.02 * kw(1, t);
  };
  assert.ok(drawn(0) <= 1 && drawn(1) <= 1 + 1e-9);
  const open = planNetwork(villageProblem(), options(4));
  assert.ok(open.value < plan.value, 'the row costs something');
  const text = verifyPlan(problem, open.plan, certificate).failures.join('\n');
  assert.match(text, /hostingCapacity 线路 in 2026: \d/);
});

test('a limit that the base load breaks by itself stops new chargers under it and is reported, not blamed on the plan', () => {
  const grid = villageGrid({ kva: 50, baseKw: 70 });
  assert.equal(powerFlow(grid.network, 1).status, 'converged');
  const problem = villageProblem();
  const { result, grid: report, problem: held } = planOnGrid(problem, [grid], options(6));
  assert.ok(report.brokenBefore.some((b) => b.kind === 'transformer' && b.element === 'T9'));
  assert.deepEqual(result.plan.sites, []);
  assert.deepEqual(verifyPlan(held, result.plan, result.certificate, [grid]).failures, []);
  assert.deepEqual([...new Set(result.villages.map((v) => v.reason))], ['gridLimit']);
  assert.match(result.villages[0].binding[0].where, /^九号变: /);
});

test('what stands already keeps standing under a limit that it breaks', () => {
  const grid = villageGrid({ kva: 50, baseKw: 20 });
  const problem = villageProblem([400, 400], 2);
  const { result, problem: held } = planOnGrid(problem, [grid], options(7));
  assert.deepEqual(
    result.plan.sites.map((s) => [s.site, s.counts]),
    [[0, [[2], [2]]]],
  );
  assert.deepEqual(verifyPlan(held, result.plan, result.certificate, [grid]).failures, []);
});

const sheet = (file: string, header: string[], rows: unknown[][]): CountySheet => ({ file, header, rows });

/** Three transformers as a power office fills them in, one of each level. */
const county = readCounty(
  {
    transformers: sheet(
      'transformers.csv',
      [
        'id',
        'name',
        'ratedKva',
        'customers',
        'basePeakKw',
        'powerFactor',
        'ratedV',
        'feedingV',
        'feedingPu',
        'pathShare',
      ],
      [
        ['A', '甲变', 100, 40, 45, 0.9, null, null, null, null],
        ['B', '乙变', 200, 80, 90, 0.95, 400, 10_000, 1, 0.5],
        ['C', '丙变', 200, 80, 60, 0.95, 400, 10_000, 1, null],
      ],
    ),
    sections: sheet(
      'sections.csv',
      ['transformer', 'order', 'lengthKm', 'rOhmPerKm', 'xOhmPerKm', 'ratedA'],
      [
        ['B', 1, 0.2, 0.33, 0.35, 300],
        ['B', 2, 0.1, 0.33, 0.35, 300],
      ],
    ),
    nodes: sheet('nodes.csv', ['transformer', 'id'], [['C', 'C1']]),
    lines: sheet(
      'lines.csv',
      ['transformer', 'id', 'from', 'to', 'lengthKm', 'rOhmPerKm', 'xOhmPerKm', 'ratedA', 'zeroRatio'],
      [['C', 'CL', 'C', 'C1', 0.25, 0.33, 0.35, 300, 3]],
    ),
    customers: sheet('customers.csv', ['transformer', 'id', 'node', 'connectedKw'], [['C', 'c1', 'C1', 120]]),
  },
  { assume: ['transformerType'] },
);

/** A board whose four sites hang on A, B, C at its busbar and C at node C1. */
function boardUnder(names: readonly string[], feeders: readonly string[] = ['', '', '', 'C1']) {
  const board = smallBoard(
    [{ id: 'p', km: [0, 0], population: 1000 }],
    names.map((_, n) => ({ id: `s${n}`, km: [n, 1] as const })),
  );
  return { ...board, sites: { ...board.sites, transformer: [...names], feeder: [...feeders] } };
}

test('a transformer known by its ledger gives a group with kVA · power factor − evening peak', () => {
  assert.deepEqual(county.issues, []);
  const groups = ledgerGroups(boardUnder(['A', 'B', 'C', 'C']), county.transformers, [2026, 2027]);
  assert.deepEqual(groups, [{ name: '甲变', sites: ['s0'], spareKwByYear: { 2026: 100 * 0.9 - 45 } }]);
  assert.throws(
    () => ledgerGroups(boardUnder(['A', 'X', 'C', 'C']), county.transformers, [2026]),
    (e: QipanError) => e.code === 'UNKNOWN_REFERENCE' && /site s1: no transformer X/.test(e.message),
  );
});

test('worst path and topology become networks with the sites at their nodes and the evening peak as base load', () => {
  const problem = { ...villageProblem(), sites: { ...villageProblem().sites, id: ['s1', 's2', 's3'] } };
  const grids = planGrids(problem, boardUnder(['A', 'B', 'C', 'C']), county.transformers);
  assert.deepEqual(
    grids.map((g) => [g.name, g.level, Array.from(g.site)]),
    [
      ['乙变', 'L1', [0]],
      ['丙变', 'L2', [1, 2]],
    ],
  );
  const [path, full] = grids;
  assert.equal(path.node[0], path.network.nodes.length - 1, 'at the far end of the path');
  assert.deepEqual(
    Array.from(full.node, (n) => full.network.nodes[n].id),
    ['C', 'C1'],
  );
  const kw = (g: PlanGrid) => g.network.loads.reduce((s, l) => s + l.pW[0], 0) / 1000;
  assert.ok(Math.abs(kw(path) - 90) < 1e-9 && Math.abs(kw(full) - 60) < 1e-9, `${kw(path)} and ${kw(full)}`);
  assert.equal(Math.max(...path.moments.map((m) => m.baseFactor)), 1);
});

test('a study of a board with grid data is planned under it and says what the full flow said', () => {
  const board = boardUnder(['A', 'B', 'C', 'C']);
  const tables = (id: string, kva: number, peak: number) =>
    sheet(
      'transformers.csv',
      ['id', 'ratedKva', 'customers', 'basePeakKw', 'powerFactor', 'ratedV', 'feedingV', 'feedingPu', 'pathShare'],
      [[id, kva, 40, peak, 0.95, 400, 10_000, 1, 1]],
    );
  const one = { ...board, sites: { ...board.sites, transformer: ['A', '', '', ''] } };
  const parameters: Record<string, unknown> = {
    years: [2026],
    demand: { evCount: { p: { 2026: 400 } } },
    sites: { candidates: ['s0'] },
    moduleTypes: { ac7: null, dc60: null, dc120dual: null, dc240split: null },
    budget: { byYear: null },
  };
  const free = studyPlan(one, parameters, options(3));
  assert.deepEqual(free.grids, []);
  assert.equal(free.result.grid, undefined);
  const kwOfPlan = (s: PlanStudy) => installedKw(s.problem, s.result.plan)(0, 0);
  assert.ok(kwOfPlan(free) > 60, `${kwOfPlan(free)} kW when nothing limits`);
  const ledger = studyPlan(
    one,
    { ...parameters, grid: { sheets: { transformers: tables('A', 100, 30) }, assume: [] } },
    options(3),
  );
  assert.ok(kwOfPlan(ledger) <= 65 && kwOfPlan(ledger) > 0, 'the ledger leaves 100 · 0.95 − 30 = 65 kW');
  const sections = sheet(
    'sections.csv',
    ['transformer', 'order', 'lengthKm', 'rOhmPerKm', 'xOhmPerKm', 'ratedA'],
    [['A', 1, 0.35, 0.33, 0.35, 300]],
  );
  const grid = { sheets: { transformers: tables('A', 200, 20), sections }, assume: [] };
  const path = studyPlan(one, { ...parameters, grid }, options(3));
  assert.equal(path.grids.length, 1);
  assert.deepEqual(path.result.grid?.breaks.at(-1), []);
  const { plan, certificate } = path.result;
  assert.deepEqual(verifyPlan(path.problem, plan, certificate, path.grids).failures, []);
  assert.ok(kwOfPlan(path) < kwOfPlan(free));
});

test('tables of the grid with anything wrong stop the study with file, row and column', () => {
  const transformers = sheet('transformers.csv', ['id', 'ratedKva', 'customers'], [['A', -5, 10]]);
  assert.throws(
    () => studyPlan(boardUnder(['A', '', '', '']), { grid: { sheets: { transformers }, assume: [] } }, options(1)),
    (e: QipanError) => /transformers\.csv row 2, column ratedKva: -5/.test(e.message),
  );
  assert.throws(
    () => studyPlan(boardUnder(['A', '', '', '']), { grid: { sheets: {}, assume: [] } } as never, options(1)),
    (e: QipanError) => e.code === 'BAD_INPUT' && e.message.startsWith('grid: '),
  );
});
