import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  batchFlow,
  compileGrid,
  demandOf,
  powerFlow,
  sweep,
  type Batch,
  type CompiledGrid,
  type FlowResult,
  type GridNetwork,
  type LinkBranch,
  type SweepOptions,
  type WireDemand,
} from '@qipan/grid';
import { loadByWire } from '../src/compile.js';
import { line, load, lowVoltage, network, shunt, source, transformer } from './fixtures.js';

const link = (id: string, from: number, to: number, change: Partial<LinkBranch> = {}): LinkBranch => ({
  kind: 'link',
  id,
  from,
  to,
  fromOn: true,
  toOn: true,
  ...change,
});
const u = (r: FlowResult, node: number, phase = 0): number => r.nodes[node].uPu[phase];
const total = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
const near = (a: number, b: number, tolerance = 1e-11): void =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} for ${b}`);

/** Three nodes in a row with 3 and 4 kW. */
const row = (): GridNetwork =>
  network({
    ratedV: lowVoltage(3),
    branches: [line('a', 0, 1), line('b', 1, 2)],
    loads: [load(1, 3000), load(2, 4000)],
  });

describe('compiling', () => {
  test('rows are a permutation of the wires, balanced and by phase', () => {
    for (const phases of [1, 3] as const) {
      const g = compileGrid(row(), phases);
      assert.equal(g.wires, 3 * phases);
      assert.deepEqual(
        [...g.row].sort((a, b) => a - b),
        [...g.row.keys()],
      );
      assert.deepEqual([...g.firstWire], [0, phases, 2 * phases]);
      assert.ok(g.radial !== null && g.factor === null);
    }
  });

  test('a ring is carried by the factor, and an open switch makes it a tree again', () => {
    const ring = { ...row(), branches: [...row().branches, line('c', 0, 2)] };
    const g = compileGrid(ring, 1);
    assert.ok(g.radial === null && g.factor !== null);
    const opened = { ...ring, branches: ring.branches.map((b) => (b.id === 'c' ? { ...b, toOn: false } : b)) };
    assert.ok(compileGrid(opened, 1).radial);
    near(u(powerFlow(opened, 1), 2), u(powerFlow(row(), 1), 2));
  });

  test('parallel branches share the current: two equal ones are one of half the impedance', () => {
    const twin = { ...row(), branches: [line('a', 0, 1), line('a2', 0, 1), line('b', 1, 2)] };
    const half = { ...row(), branches: [line('a', 0, 1, { r1: 0.01, x1: 0.005 }), line('b', 1, 2)] };
    const [r, one] = [powerFlow(twin, 1), powerFlow(half, 1)];
    near(u(r, 2), u(one, 2));
    near(r.branches[0].pFromW[0], r.branches[1].pFromW[0], 1e-9);
    near(r.branches[0].pFromW[0] * 2, one.branches[0].pFromW[0], 1e-9);
  });

  test('a ring with a fair share on both sides has no flow over its middle', () => {
    const ring = network({
      ratedV: lowVoltage(4),
      branches: [line('a', 0, 1), line('b', 0, 2), line('c', 1, 3), line('d', 2, 3)],
      loads: [load(3, 6000)],
    });
    const r = powerFlow(ring, 1);
    near(u(r, 1), u(r, 2));
    near(r.branches[2].pFromW[0], r.branches[3].pFromW[0], 1e-9);
  });

  test('links in a ring are one node, whatever stands between them', () => {
    const ring = network({
      ratedV: lowVoltage(5),
      branches: [line('a', 0, 1), link('k1', 1, 2), link('k2', 2, 3), link('k3', 3, 1), line('b', 3, 4)],
      loads: [load(4, 4000), load(1, 1000), load(2, 1000), load(3, 1000)],
    });
    const r = powerFlow(ring, 1);
    assert.equal(compileGrid(ring, 1).wires, 3);
    assert.ok(compileGrid(ring, 1).radial);
    near(u(r, 1), u(r, 2));
    near(u(r, 1), u(r, 3));
    near(u(r, 4), u(powerFlow(row(), 1), 2), 1e-11);
  });

  test('a line whose ends a link joins carries nothing but its own capacitance', () => {
    const n = network({
      ratedV: lowVoltage(3),
      branches: [line('a', 0, 1), link('k', 1, 2), line('b', 1, 2, { c1: 1e-6 })],
      loads: [load(2, 4000)],
    });
    const r = powerFlow(n, 1);
    near(r.branches[2].pFromW[0], 0, 1e-9);
    const charging = 2 * Math.PI * 50 * 1e-6 * (400 * u(r, 1)) ** 2;
    near(r.branches[2].qFromVar[0] + r.branches[2].qToVar[0], -charging, 1e-6);
  });

  test('an island without a source is dead, an island with one lives by itself', () => {
    const two = network({
      ratedV: lowVoltage(6),
      branches: [line('a', 0, 1), line('b', 2, 3), line('c', 4, 5)],
      sources: [source(0), source(2, { uPu: [1.05] })],
      loads: [load(1, 3000), load(3, 3000), load(5, 3000)],
    });
    const r = powerFlow(two, 1);
    assert.deepEqual(
      r.nodes.map((n) => n.isEnergized),
      [true, true, true, true, false, false],
    );
    assert.ok(compileGrid(two, 1).radial, 'two trees are a forest');
    near(u(r, 2), 1.05);
    assert.ok(u(r, 3) > u(r, 1));
    assert.deepEqual([r.branches[2].isEnergized, r.branches[2].pFromW], [false, [0]]);
    assert.equal(compileGrid(two, 1).ports[2], null);
  });

  test('two sources on one tree share its load', () => {
    const both = network({
      ratedV: lowVoltage(3),
      branches: [line('a', 0, 1), line('b', 1, 2)],
      sources: [source(0), source(2)],
      loads: [load(1, 4000)],
    });
    const r = powerFlow(both, 1);
    near(r.branches[0].pFromW[0], r.branches[1].pToW[0], 1e-7);
    near(u(r, 0), 1, 1e-9);
    near(u(r, 2), 1, 1e-9);
  });

  test('a source that is off holds nothing, and none at all is a dead grid', () => {
    const off = { ...row(), sources: [source(0, { on: false }), source(2)] };
    near(u(powerFlow(off, 1), 2), 1);
    const g = compileGrid({ ...row(), sources: [] }, 1);
    assert.deepEqual([g.wires, g.radial, g.factor], [0, null, null]);
  });

  test('a soft source sags as the voltage equation of its own impedance says', () => {
    // z = 1/0.5 per unit of 1 MVA at 0.5 MVA short-circuit power, split by r/x = 0.1.
    const soft = network({
      ratedV: lowVoltage(1),
      sources: [source(0, { shortCircuitVa: 5e5, rxRatio: 0.1, uPu: [1.02] })],
      loads: [load(0, 20_000)],
    });
    const x = 2 / Math.hypot(1, 0.1);
    const [rr, p, q] = [0.1 * x, 0.02, 0.006];
    const b = 2 * (rr * p + x * q) - 1.02 ** 2;
    near(u(powerFlow(soft, 1), 0), Math.sqrt((-b + Math.sqrt(b * b - 4 * (rr * rr + x * x) * (p * p + q * q))) / 2));
  });

  test('a stiff source costs no digits behind it', () => {
    const stiff = (sk: number) => u(powerFlow({ ...row(), sources: [source(0, { shortCircuitVa: sk })] }, 1), 2);
    near(stiff(1e16), stiff(1e22), 1e-9);
    near(stiff(1e20), stiff(1e22), 1e-12);
  });

  test('a source by phase drives the balanced calculation with its positive sequence', () => {
    const turn = (2 * Math.PI) / 3;
    const n = { ...row(), sources: [source(0, { uPu: [1.05, 0.98, 0.99], angleRad: [0, -turn, turn] })], loads: [] };
    near(u(powerFlow(n, 1), 2), (1.05 + 0.98 + 0.99) / 3);
    const three = powerFlow(n, 3);
    [1.05, 0.98, 0.99].forEach((v, p) => near(u(three, 2, p), v, 1e-9));
  });

  test('shunts draw g + jb of their node by sequence', () => {
    const n = network({
      ratedV: lowVoltage(2),
      branches: [line('a', 0, 1)],
      shunts: [shunt(1, { g1: 0.05, b1: 0.02 })],
    });
    const r = powerFlow(n, 1);
    const v = 400 * u(r, 1);
    near(-r.branches[0].pToW[0], 0.05 * v * v, 1e-9);
    near(-r.branches[0].qToVar[0], -0.02 * v * v, 1e-9);
    const off = powerFlow({ ...n, shunts: [shunt(1, { g1: 0.05, on: false })] }, 1);
    near(u(off, 1), 1);
    const three = powerFlow({ ...n, shunts: [shunt(1, { g1: 0.05, b1: 0.02, g0: 0.01, b0: 0 })] }, 3);
    near(u(three, 1, 1), u(r, 1), 1e-10);
  });

  test('the start of a sweep is the voltage at no load', () => {
    const g = compileGrid({ ...row(), sources: [source(0, { uPu: [1.03] })] }, 1);
    g.startRe.forEach((re, k) => near(Math.hypot(re, g.startIm[k]), 1.03, 1e-12));
  });

  test('a load by phase is split, a balanced one shared, the total is the same', () => {
    const byPhase = { pW: [1000, 2000, 3000], qVar: [0, 100, 200] };
    assert.deepEqual(loadByWire(byPhase, 1), [[0.006, 0.0003]]);
    assert.deepEqual(
      loadByWire(byPhase, 3).map((c) => c[0]),
      [0.003, 0.006, 0.009],
      'per unit of a third of the base',
    );
    assert.deepEqual(
      loadByWire({ pW: [6000], qVar: [300] }, 3),
      [0, 1, 2].map(() => [0.006, 0.0003]),
    );
  });
});

describe('results', () => {
  test('what the source gives is what the loads draw and the branches lose', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1 as const, 3 as const), (seed, phases) => {
        const r = random(seed);
        const n = network({
          ratedV: [10_000, ...lowVoltage(9)],
          branches: [
            transformer('t', 0, 1, { p0W: 300, i0: 0.005 }),
            ...Array.from({ length: 8 }, (_, k) => line(`l${k}`, 1 + r.below(k + 1), k + 2, { c1: 1e-7, c0: 1e-7 })),
          ],
          loads: Array.from({ length: 8 }, (_, k) =>
            load(k + 2, phases === 1 ? 2000 * r.next() : [0, 1, 2].map(() => 1000 * r.next())),
          ),
        });
        const f = powerFlow(n, phases);
        const given = total(f.branches[0].pFromW);
        const drawn = n.loads.reduce((a, l) => a + total(l.pW), 0);
        const lost = f.branches.reduce((a, b) => a + total(b.pFromW) + total(b.pToW), 0);
        assert.ok(Math.abs(given - drawn - lost) < 1e-3, `${given} W`);
        assert.ok(lost > 300 * 0.9, 'iron losses at the least');
      }),
      { numRuns: 25 },
    );
  });

  test('loading is current over rating for lines, power over rating for transformers', () => {
    const n = network({
      ratedV: [10_000, 400, 400],
      branches: [transformer('t', 0, 1), line('l', 1, 2, { ratedA: 120 })],
      loads: [load(2, 50_000)],
    });
    const r = powerFlow(n, 1);
    const [t, l] = r.branches;
    const amperes = Math.hypot(l.pToW[0], l.qToVar[0]) / (Math.sqrt(3) * r.nodes[2].uV[0]);
    near(l.iToA[0], amperes, 1e-9);
    near(l.loading, amperes / 120, 1e-9);
    near(t.loading, Math.hypot(t.pFromW[0], t.qFromVar[0]) / 100_000, 1e-9);
    near(t.iFromA[0] * 25, t.iToA[0], 1e-6);
  });

  test('without a rating there is no loading, and a link has none', () => {
    const n = network({
      ratedV: lowVoltage(3),
      branches: [line('l', 0, 1, { ratedA: Number.NaN }), link('k', 1, 2)],
      loads: [load(2, 1000)],
    });
    const r = powerFlow(n, 1);
    assert.ok(Number.isNaN(r.branches[0].loading) && Number.isNaN(r.branches[1].loading));
    assert.deepEqual([r.branches[1].isEnergized, r.branches[1].pFromW], [true, [0]]);
  });

  test('a line open at its end still feeds its own capacitance', () => {
    const n = network({ ratedV: lowVoltage(2), branches: [line('l', 0, 1, { c1: 1e-6, toOn: false })] });
    const r = powerFlow(n, 1);
    assert.equal(r.nodes[1].isEnergized, false);
    near(r.branches[0].qFromVar[0], -2 * Math.PI * 50 * 1e-6 * 400 * 400, 1e-5);
    assert.deepEqual(r.branches[0].iToA, [0]);
  });

  test('a generator lifts its node and sends power back', () => {
    const r = powerFlow({ ...row(), loads: [load(2, -5000, { isGenerator: true })] }, 1);
    assert.ok(u(r, 2) > u(r, 1) && u(r, 1) > 1);
    assert.ok(r.branches[0].pFromW[0] < 0 && r.branches[0].pToW[0] > 0);
  });

  test('phases that are loaded alike behave as the balanced calculation', () => {
    const n = network({
      ratedV: [10_000, ...lowVoltage(3)],
      branches: [transformer('t', 0, 1), line('a', 1, 2), line('b', 2, 3)],
      loads: [load(2, 9000), load(3, [2000, 2000, 2000])],
    });
    const [one, three] = [powerFlow(n, 1), powerFlow(n, 3)];
    for (let p = 0; p < 3; p++) one.nodes.forEach((_, k) => near(u(three, k, p), u(one, k), 1e-10));
    near(total(three.branches[1].pFromW), one.branches[1].pFromW[0], 1e-9);
    near(three.branches[1].iFromA[0], one.branches[1].iFromA[0], 1e-8);
    near(three.branches[1].loading, one.branches[1].loading, 1e-8);
  });

  test('one loaded phase drops over its self impedance, the others only by what is mutual', () => {
    const [r1, x1, r0, x0] = [0.05, 0.03, 0.2, 0.09];
    const n = network({
      ratedV: lowVoltage(2),
      branches: [line('l', 0, 1, { r1, x1, r0, x0 })],
      loads: [load(1, [5000, 0, 0], { qVar: [1000, 0, 0] })],
    });
    const f = powerFlow(n, 3);
    const e = 400 / Math.sqrt(3);
    // Phase a alone: U² is the larger root with z = (z0 + 2·z1)/3, in volts of one phase.
    const [r, x] = [(r0 + 2 * r1) / 3, (x0 + 2 * x1) / 3];
    const b = 2 * (r * 5000 + x * 1000) - e * e;
    const ua = Math.sqrt((-b + Math.sqrt(b * b - 4 * (r * r + x * x) * (5000 ** 2 + 1000 ** 2))) / 2);
    near(f.nodes[1].uV[0], ua, 1e-9);
    // The current of a, then the drop it makes in b over (z0 − z1)/3.
    const angle = f.nodes[1].angleRad[0];
    const [ir, ii] = [
      (5000 * Math.cos(angle) + 1000 * Math.sin(angle)) / ua,
      (5000 * Math.sin(angle) - 1000 * Math.cos(angle)) / ua,
    ];
    const [mr, mx] = [(r0 - r1) / 3, (x0 - x1) / 3];
    const turn = (-2 * Math.PI) / 3;
    near(
      f.nodes[1].uV[1],
      Math.hypot(e * Math.cos(turn) - (mr * ir - mx * ii), e * Math.sin(turn) - (mr * ii + mx * ir)),
      1e-9,
    );
    assert.deepEqual([f.branches[0].iFromA[1] < 1e-9, f.branches[0].iFromA[2] < 1e-9], [true, true]);
  });

  test('a village that is well when balanced may break its band by phase', () => {
    const n = (pW: readonly number[]) =>
      network({
        ratedV: [10_000, 400, 400],
        branches: [transformer('t', 0, 1), line('l', 1, 2, { r1: 0.12, x1: 0.02, r0: 0.48, x0: 0.08 })],
        loads: [load(2, pW, { qVar: pW.map(() => 0) })],
      });
    const balanced = powerFlow(n([21_000]), 1);
    const unbalanced = powerFlow(n([21_000, 0, 0]), 3);
    assert.ok(u(balanced, 2) > 0.93);
    assert.ok(Math.min(...unbalanced.nodes[2].uPu) < 0.9);
  });
});

const every = (grid: CompiledGrid, demand: WireDemand, options: SweepOptions = {}) => {
  const out: { converged: number; iterations: number; re: number[]; im: number[] }[] = [];
  const batches: Pick<Batch, 'first' | 'count' | 'width'>[] = [];
  sweep(
    grid,
    demand,
    (b) => {
      batches.push({ first: b.first, count: b.count, width: b.width });
      for (let t = 0; t < b.count; t++) {
        const at = (x: Float64Array) => Array.from({ length: grid.wires }, (_, r) => x[r * b.width + t]);
        out.push({ converged: b.converged[t], iterations: b.iterations[t], re: at(b.re), im: at(b.im) });
      }
    },
    options,
  );
  return { out, batches };
};

/** The loads of `row()` times each factor. */
function scaled(grid: CompiledGrid, factors: readonly number[]): WireDemand {
  const one = demandOf(grid);
  const spread = (x: Float64Array) =>
    Float64Array.from({ length: grid.wires * factors.length }, (_, k) => {
      return x[Math.floor(k / factors.length)] * factors[k % factors.length];
    });
  return { scenarios: factors.length, powerRe: spread(one.powerRe), powerIm: spread(one.powerIm) };
}

describe('sweeps', () => {
  const grid = compileGrid(row(), 1);
  const factors = Array.from({ length: 11 }, (_, k) => k / 4);

  test('every scenario is handed over once and in order, whatever the width', () => {
    for (const batch of [1, 2, 3, 5, 8, 16, 100]) {
      const { out, batches } = every(grid, scaled(grid, factors), { batch });
      assert.equal(out.length, 11);
      let next = 0;
      for (const b of batches) {
        assert.equal(b.first, next);
        assert.ok(b.count <= b.width && b.width % 2 === 0);
        next += b.count;
      }
      assert.equal(next, 11);
    }
  });

  test('the width changes no digit that counts, and the order of scenarios only theirs', () => {
    const wide = every(grid, scaled(grid, factors), { batch: 16, tolerance: 1e-13 }).out;
    const narrow = every(grid, scaled(grid, factors), { batch: 2, tolerance: 1e-13 }).out;
    const turned = every(grid, scaled(grid, [...factors].reverse()), { tolerance: 1e-13 }).out.reverse();
    wide.forEach((s, k) =>
      s.re.forEach((x, r) => {
        near(x, narrow[k].re[r], 1e-12);
        near(x, turned[k].re[r], 1e-12);
      }),
    );
  });

  test('a tighter tolerance takes no fewer iterations and comes no further from the answer', () => {
    const exact = every(grid, scaled(grid, factors), { tolerance: 1e-14 }).out;
    let before = factors.map(() => 0);
    for (const tolerance of [1e-2, 1e-4, 1e-6, 1e-8, 1e-10]) {
      const got = every(grid, scaled(grid, factors), { tolerance }).out;
      got.forEach((s, k) => {
        assert.ok(s.iterations >= before[k]);
        s.re.forEach((x, r) => assert.ok(Math.abs(x - exact[k].re[r]) <= 2 * tolerance + 1e-14));
      });
      before = got.map((s) => s.iterations);
    }
  });

  test('too few iterations are no solution, and the count says so', () => {
    for (const kernel of ['js', 'simd'] as const) {
      const { out } = every(grid, scaled(grid, [0, 1]), { maxIterations: 2, tolerance: 1e-12, kernel });
      assert.deepEqual(
        out.map((s) => s.converged),
        [1, 0],
      );
      assert.equal(out[1].iterations, 2);
      assert.equal(out[0].iterations, 1, 'at no load the start is the answer');
    }
  });

  test('a scenario without solution leaves the lanes beside it alone', () => {
    for (const kernel of ['js', 'simd'] as const) {
      const mixed = every(grid, scaled(grid, [1, 1000, 2, 5000, 0.5]), { kernel }).out;
      const alone = every(grid, scaled(grid, [1, 2, 0.5]), { kernel }).out;
      assert.deepEqual(
        mixed.map((s) => s.converged),
        [1, 0, 1, 0, 1],
      );
      [0, 2, 4].forEach((k, i) => {
        mixed[k].re.forEach((x, r) => near(x, alone[i].re[r], 1e-9));
        assert.equal(mixed[k].iterations, alone[i].iterations);
      });
    }
  });

  test('impedance and current demand of a scenario equal the load models of a network', () => {
    const part = (model: 'impedance' | 'current'): FlowResult =>
      powerFlow({ ...row(), loads: row().loads.map((l) => ({ ...l, model })) }, 1);
    const bare = compileGrid({ ...row(), loads: [] }, 1);
    const one = demandOf(grid);
    const none = new Float64Array(grid.wires);
    // Both compile to the same rows: the matrix differs in nothing but the loads.
    assert.deepEqual([...bare.row], [...grid.row]);
    const options = { tolerance: 1e-13 };
    const z = every(
      bare,
      { scenarios: 1, powerRe: none, powerIm: none, impedanceRe: one.powerRe, impedanceIm: one.powerIm },
      options,
    ).out[0];
    const i = every(
      bare,
      { scenarios: 1, powerRe: none, powerIm: none, currentRe: one.powerRe, currentIm: one.powerIm },
      options,
    ).out[0];
    for (let node = 0; node < 3; node++) {
      const r = grid.row[grid.firstWire[node]];
      near(Math.hypot(z.re[r], z.im[r]), u(part('impedance'), node), 1e-11);
      near(Math.hypot(i.re[r], i.im[r]), u(part('current'), node), 1e-11);
    }
  });

  test('voltage depends least on impedance loads and most on power loads', () => {
    const low = (model: 'power' | 'impedance' | 'current') =>
      u(powerFlow({ ...row(), loads: row().loads.map((l) => ({ ...l, model, pW: [20_000] })) }, 1), 2);
    assert.ok(low('impedance') > low('current') && low('current') > low('power'));
  });

  test('a dead grid gives one empty batch that has converged', () => {
    const dead = compileGrid({ ...row(), sources: [] }, 1);
    const none = new Float64Array(0);
    const { batches, out } = every(dead, { scenarios: 4, powerRe: none, powerIm: none });
    assert.deepEqual(batches, [{ first: 0, count: 4, width: 4 }]);
    assert.ok(out.every((s) => s.converged === 1));
  });

  test('a ring sweeps by its factor to what its flow says', () => {
    const ring = { ...row(), branches: [...row().branches, line('c', 0, 2)] };
    const g = compileGrid(ring, 1);
    const { out } = every(g, scaled(g, [1, 0]), { tolerance: 1e-13 });
    const f = powerFlow(ring, 1);
    for (let node = 0; node < 3; node++) {
      const r = g.row[g.firstWire[node]];
      near(Math.hypot(out[0].re[r], out[0].im[r]), u(f, node));
      near(Math.hypot(out[1].re[r], out[1].im[r]), 1);
    }
  });
});

describe('batches of networks', () => {
  const times = (n: GridNetwork, k: number): GridNetwork => ({
    ...n,
    loads: n.loads.map((l) => ({ ...l, pW: l.pW.map((p) => p * k), qVar: l.qVar.map((q) => q * k) })),
  });
  const same = (a: ReturnType<typeof batchFlow>[number], n: GridNetwork, phases: 1 | 3 = 1): void => {
    const one = powerFlow(n, phases);
    assert.equal(a.status, one.status);
    assert.equal(a.nodes.length, one.nodes.length);
    a.nodes.forEach((x, i) => x.uPu.forEach((v, p) => near(v, one.nodes[i].uPu[p])));
  };

  test('a scenario without solution has a status and no voltages, the others theirs', () => {
    const versions = [1, 3000, 2].map((k) => times(row(), k));
    const r = batchFlow(versions, 1);
    assert.deepEqual(
      r.map((s) => s.status),
      ['converged', 'noSolution', 'converged'],
    );
    assert.deepEqual(r[1].nodes, []);
    same(r[0], versions[0]);
    same(r[2], versions[2]);
  });

  test('impedance loads, current loads, taps, switches and sources may change between scenarios', () => {
    const base = network({
      ratedV: [10_000, 400, 400],
      branches: [transformer('t', 0, 1), line('a', 1, 2)],
      loads: [
        load(2, 8000, { model: 'impedance' }),
        load(2, 6000, { id: 'i', model: 'current' }),
        load(1, 5000, { id: 'p' }),
      ],
    });
    const versions: GridNetwork[] = [
      base,
      times(base, 2),
      { ...base, loads: base.loads.map((l) => (l.model === 'current' ? { ...l, pW: [9000] } : l)) },
      { ...base, branches: [transformer('t', 0, 1, { tapPosition: -2 }), line('a', 1, 2)] },
      { ...base, branches: [transformer('t', 0, 1), line('a', 1, 2, { toOn: false })] },
      { ...base, sources: [source(0, { uPu: [1.04] })] },
      { ...base, shunts: [shunt(2, { b1: 0.01 })] },
      { ...base, loads: base.loads.map((l) => ({ ...l, on: l.id !== 'p' })) },
      { ...base, loads: [...base.loads, load(1, 100, { id: 'new' })] },
    ];
    for (const phases of [1, 3] as const) batchFlow(versions, phases).forEach((r, k) => same(r, versions[k], phases));
  });

  test('no scenario at all is no result', () => assert.deepEqual(batchFlow([], 1), []));

  test('options reach every scenario', () => {
    const r = batchFlow([row(), times(row(), 2)], 1, { maxIterations: 1, tolerance: 1e-12 });
    assert.deepEqual(
      r.map((s) => [s.status, s.iterations]),
      [
        ['noSolution', 1],
        ['noSolution', 1],
      ],
    );
  });
});
