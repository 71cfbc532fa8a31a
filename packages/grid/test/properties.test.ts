import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random, type Random } from '@qipan/base';
import {
  batchFlow,
  compileGrid,
  factorise,
  powerFlow,
  sweep,
  type GridBranch,
  type GridLoad,
  type GridNetwork,
  type WireDemand,
} from '@qipan/grid';

const source = (node: number, u = 1) => ({
  id: `s${node}`,
  node,
  on: true,
  uPu: [u],
  angleRad: [0],
  shortCircuitVa: 1e20,
  rxRatio: 0.1,
  z01Ratio: 1,
});
const line = (id: string, from: number, to: number, r: number, x: number, c = 0): GridBranch => ({
  kind: 'line',
  id,
  from,
  to,
  fromOn: true,
  toOn: true,
  r1: r,
  x1: x,
  c1: c,
  tan1: 0,
  r0: 3 * r,
  x0: 3 * x,
  c0: c / 2,
  tan0: 0,
  ratedA: 270,
});

/** A seeded low-voltage network: a random tree, or a ring when `loops` branches are added; some lines with capacitance. */
function village(
  seed: number,
  nodes = 20,
  loops = 0,
  options: { phases?: 1 | 3; capacitance?: boolean } = {},
): GridNetwork {
  const r: Random = random(seed);
  const branches: GridBranch[] = [];
  const cap = () => (options.capacitance && r.next() < 0.5 ? 1e-7 * r.next() : 0);
  for (let i = 1; i < nodes; i++)
    branches.push(line(`l${i}`, r.below(i), i, 0.005 + 0.02 * r.next(), 0.002 + 0.01 * r.next(), cap()));
  for (let k = 0; k < loops; k++) branches.push(line(`loop${k}`, r.below(nodes - 1), nodes - 1, 0.02, 0.01, cap()));
  const loads: GridLoad[] = [];
  for (let i = 1; i < nodes; i++) {
    const by = (scale: number) =>
      options.phases === 3 ? [r.next(), r.next(), r.next()].map((x) => x * scale) : [r.next() * scale];
    loads.push({
      id: `d${i}`,
      node: i,
      on: true,
      model: (['power', 'impedance', 'current'] as const)[r.below(3)]!,
      pW: by(2500),
      qVar: by(800),
      isGenerator: false,
    });
  }
  return {
    name: `village ${seed}`,
    frequencyHz: 50,
    nodes: Array.from({ length: nodes }, (_, i) => ({ id: String(i), ratedV: 400 })),
    branches,
    shunts: [],
    sources: [source(0, 1.02)],
    loads,
    warnings: [],
  };
}

/** Largest mismatch at any node but the source, per unit of 1 MVA: branch flows out plus demand. */
function mismatch(n: GridNetwork, phases: 1 | 3): number {
  const flow = powerFlow(n, phases);
  assert.equal(flow.status, 'converged');
  let worst = 0;
  n.nodes.forEach((node, i) => {
    if (n.sources.some((s) => s.node === i)) return;
    for (let p = 0; p < phases; p++) {
      let sum = 0;
      let sumQ = 0;
      n.branches.forEach((b, k) => {
        const f = flow.branches[k]!;
        if (b.from === i) sum += f.pFromW[p]!;
        if (b.from === i) sumQ += f.qFromVar[p]!;
        if (b.to === i) sum += f.pToW[p]!;
        if (b.to === i) sumQ += f.qToVar[p]!;
      });
      const u = flow.nodes[i]!.uPu[p]!;
      for (const d of n.loads.filter((l) => l.node === i)) {
        const factor = d.model === 'power' ? 1 : d.model === 'impedance' ? u * u : u;
        const part = (x: readonly number[]) =>
          x.length === phases ? x[p]! : phases === 1 ? x.reduce((a, b) => a + b, 0) : x[0]! / 3;
        sum += part(d.pW) * factor;
        sumQ += part(d.qVar) * factor;
      }
      worst = Math.max(worst, Math.abs(sum) / 1e6, Math.abs(sumQ) / 1e6);
    }
    assert.equal(flow.nodes[i]!.id, node.id);
  });
  return worst;
}

test('power balances at every node to 1e-9 per unit, radial and meshed, balanced and by phase', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 2, max: 30 }),
      fc.constantFrom(0, 0, 1, 3),
      fc.constantFrom(1 as const, 3 as const),
      (seed, nodes, loops, phases) => {
        assert.ok(mismatch(village(seed, nodes, loops, { phases, capacitance: seed % 2 === 0 }), phases) <= 1e-9);
      },
    ),
    { numRuns: 60 },
  );
});

/** Voltages as complex numbers by node id. */
const voltages = (n: GridNetwork, phases: 1 | 3 = 1) =>
  new Map(
    powerFlow(n, phases).nodes.map((x) => [
      x.id,
      x.uPu.map((u, p) => [u * Math.cos(x.angleRad[p]!), u * Math.sin(x.angleRad[p]!)]),
    ]),
  );

function assertClose(a: ReturnType<typeof voltages>, b: ReturnType<typeof voltages>, tolerance: number): void {
  for (const [id, v] of a)
    v.forEach((c, p) => c.forEach((x, k) => assert.ok(Math.abs(x! - b.get(id)![p]![k]!) <= tolerance, `node ${id}`)));
}

test('renumbering the nodes changes no voltage', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(0, 2), (seed, loops) => {
      const n = village(seed, 15, loops);
      const to = random(seed).fork('renumber').permutation(15);
      const renumbered: GridNetwork = {
        ...n,
        nodes: n.nodes.map((_, i) => n.nodes[to.indexOf(i)]!),
        branches: [...n.branches].reverse().map((b) => ({ ...b, from: to[b.from]!, to: to[b.to]! })),
        sources: n.sources.map((s) => ({ ...s, node: to[s.node]! })),
        loads: n.loads.map((l) => ({ ...l, node: to[l.node]! })),
      };
      assertClose(voltages(n), voltages(renumbered), 1e-11);
    }),
    { numRuns: 30 },
  );
});

test('swapping the ends of a line changes no voltage', () => {
  const n = village(3, 12);
  assertClose(
    voltages(n),
    voltages({ ...n, branches: n.branches.map((b) => ({ ...b, from: b.to, to: b.from })) }),
    1e-12,
  );
});

test('scaling impedances up and power down by the same factor changes no voltage', () => {
  const n = village(5, 18);
  const k = 7;
  const scaled: GridNetwork = {
    ...n,
    branches: n.branches.map((b) => (b.kind === 'line' ? { ...b, r1: b.r1 * k, x1: b.x1 * k, c1: b.c1 / k } : b)),
    loads: n.loads.map((l) => ({ ...l, pW: l.pW.map((x) => x / k), qVar: l.qVar.map((x) => x / k) })),
  };
  assertClose(voltages(n), voltages(scaled), 1e-11);
});

test('a line of two halves equals one line', () => {
  const n = village(7, 6);
  const whole = n.branches[2] as Extract<GridBranch, { kind: 'line' }>;
  const half = { ...whole, r1: whole.r1 / 2, x1: whole.x1 / 2 };
  const split: GridNetwork = {
    ...n,
    nodes: [...n.nodes, { id: 'middle', ratedV: 400 }],
    branches: [...n.branches.filter((b) => b !== whole), { ...half, id: 'a', to: 6 }, { ...half, id: 'b', from: 6 }],
  };
  assertClose(voltages(n), voltages(split), 1e-12);
});

test('nodes joined by a closed link have one voltage, those behind an open one are dead', () => {
  const n = village(9, 6);
  const link = (on: boolean): GridNetwork => ({
    ...n,
    nodes: [...n.nodes, { id: 'far', ratedV: 400 }],
    branches: [...n.branches, { kind: 'link', id: 'k', from: 3, to: 6, fromOn: true, toOn: on }],
  });
  const closed = powerFlow(link(true), 1).nodes;
  assert.deepEqual(closed[6]!.uPu, closed[3]!.uPu);
  const open = powerFlow(link(false), 1).nodes[6]!;
  assert.equal(open.isEnergized, false);
  assert.deepEqual(open.uPu, [0]);
});

test('without a source everything is dead, and that is an answer', () => {
  const n = village(9, 6);
  const r = powerFlow({ ...n, sources: n.sources.map((s) => ({ ...s, on: false })) }, 1);
  assert.equal(r.status, 'converged');
  assert.ok(r.nodes.every((x) => !x.isEnergized));
});

test('generation at a loaded node raises its voltage', () => {
  const n = village(11, 15);
  const raised: GridNetwork = {
    ...n,
    loads: [...n.loads, { id: 'pv', node: 9, on: true, model: 'power', pW: [-3000], qVar: [0], isGenerator: true }],
  };
  assert.ok(powerFlow(raised, 1).nodes[9]!.uPu[0]! > powerFlow(n, 1).nodes[9]!.uPu[0]!);
});

test('a demand beyond the line is no solution: a status, never a voltage', () => {
  const n: GridNetwork = {
    ...village(1, 2),
    branches: [line('l', 0, 1, 1, 0.5)],
    loads: [{ id: 'd', node: 1, on: true, model: 'power', pW: [200_000], qVar: [0], isGenerator: false }],
  };
  const r = powerFlow(n, 1);
  assert.equal(r.status, 'noSolution');
  assert.deepEqual(r.nodes, []);
});

test('two-bus flow equals the closed form of the voltage equation', () => {
  // U² is the larger root of U⁴ + (2(rp + xq) − E²)U² + (r² + x²)(p² + q²) = 0 in per unit.
  const [r, x, p, q, e] = [0.05, 0.03, 60_000, 20_000, 1.02];
  const n: GridNetwork = {
    ...village(1, 2),
    branches: [line('l', 0, 1, r, x)],
    loads: [{ id: 'd', node: 1, on: true, model: 'power', pW: [p], qVar: [q], isGenerator: false }],
  };
  const z = 1e6 / 400 ** 2;
  const [R, X, P, Q] = [r * z, x * z, p / 1e6, q / 1e6];
  const b = 2 * (R * P + X * Q) - e * e;
  const u = Math.sqrt((-b + Math.sqrt(b * b - 4 * (R * R + X * X) * (P * P + Q * Q))) / 2);
  assert.ok(Math.abs(powerFlow(n, 1).nodes[1]!.uPu[0]! - u) < 1e-12);
});

/** Demand of S scenarios on a compiled grid, seeded. */
function demand(wires: number, scenarios: number, seed: number): WireDemand {
  const r = random(seed);
  const fill = (scale: number) =>
    Float64Array.from({ length: wires * scenarios }, () => (r.next() < 0.3 ? 0 : r.next() * scale));
  return { scenarios, powerRe: fill(0.004), powerIm: fill(0.001) };
}

test('the SIMD kernel equals the plain one to 1e-12, whatever the batch width', () => {
  for (const phases of [1, 3] as const) {
    for (const capacitance of [false, true]) {
      const n = { ...village(21, 33, 0, { capacitance }), loads: [] };
      const grid = compileGrid(n, phases);
      const d = demand(grid.wires, 37, 5);
      const solve = (kernel: 'simd' | 'js', batch: number) => {
        const out = new Float64Array(grid.wires * 37 * 2);
        sweep(
          grid,
          d,
          (b) => {
            for (let r = 0; r < grid.wires; r++)
              for (let t = 0; t < b.count; t++)
                out.set([b.re[r * b.width + t]!, b.im[r * b.width + t]!], (r * 37 + b.first + t) * 2);
          },
          { kernel, batch, tolerance: 1e-13 },
        );
        return out;
      };
      const plain = solve('js', 1);
      for (const [kernel, batch] of [
        ['simd', 2],
        ['simd', 7],
        ['simd', 16],
        ['js', 16],
      ] as const)
        solve(kernel, batch).forEach((x, k) => assert.ok(Math.abs(x - plain[k]!) <= 1e-12));
    }
  }
});

test('a batch equals its scenarios one by one, across changes of demand and of switches', () => {
  const n = village(31, 12);
  const versions = Array.from({ length: 9 }, (_, k): GridNetwork => ({
    ...n,
    branches: k < 6 ? n.branches : n.branches.slice(0, -1),
    loads: n.loads.map((l, i) => ({ ...l, pW: l.pW.map((p) => p * (1 + 0.1 * ((k + i) % 4))) })),
  }));
  const batch = batchFlow(versions, 1);
  versions.forEach((v, k) => {
    const one = powerFlow(v, 1);
    assert.equal(batch[k]!.status, one.status);
    batch[k]!.nodes.forEach((x, i) => x.uPu.forEach((u, p) => assert.ok(Math.abs(u - one.nodes[i]!.uPu[p]!) < 1e-12)));
  });
});

test('inputs are unchanged by a flow', () => {
  const n = village(41, 10, 2);
  const before = JSON.stringify(n);
  powerFlow(n, 3);
  assert.equal(JSON.stringify(n), before);
});

test('a tree is eliminated without fill, a ring with one entry more', () => {
  const tree = {
    n: 5,
    row: [0, 1, 1, 2, 1, 3, 3, 4, 0, 1, 2, 3, 4],
    col: [1, 0, 2, 1, 3, 1, 4, 3, 0, 1, 2, 3, 4],
    re: [-1, -1, -1, -1, -1, -1, -1, -1, 3, 3, 1, 2, 1],
    im: Array.from({ length: 13 }, () => 0),
  };
  const f = factorise(tree, [0]);
  assert.ok(f.isRadial);
  assert.equal(f.neighbour.length, 4);
  assert.throws(() => factorise({ n: 1, row: [0], col: [0], re: [0], im: [0] }, []), { code: 'DEGENERATE_INPUT' });
});
