import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { powerFlow, type GridLoad, type GridNetwork } from '@qipan/grid';
import { line, load, network, source, transformer } from './fixtures.js';

/** Complex numbers of the test's own, so that no oracle leans on the code under test. */
type C = readonly [number, number];
const add = (a: C, b: C): C => [a[0] + b[0], a[1] + b[1]];
const sub = (a: C, b: C): C => [a[0] - b[0], a[1] - b[1]];
const mul = (a: C, b: C): C => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const div = (a: C, b: C): C => {
  const d = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / d, (a[1] * b[0] - a[0] * b[1]) / d];
};
const size = (a: C) => Math.hypot(a[0], a[1]);
const times = (k: number, a: C): C => [k * a[0], k * a[1]];

const volts = 400;
const solved = (n: GridNetwork, phases: 1 | 3 = 1) => {
  const r = powerFlow(n, phases, { tolerance: 1e-14, maxIterations: 2000 });
  assert.equal(r.status, 'converged');
  return r;
};
const close = (got: number, wanted: number, by: number, what = '') =>
  assert.ok(Math.abs(got - wanted) <= by, `${what} ${got}; expected ${wanted}`);

/** A feeder of sections with a load at each node, 400 V, stiff source. */
const chain = (sections: readonly { r: number; x: number; c?: number }[], loads: readonly GridLoad[]): GridNetwork =>
  network({
    ratedV: Array.from({ length: sections.length + 1 }, () => volts),
    branches: sections.map((s, k) => line(`L${k + 1}`, k, k + 1, { r1: s.r, x1: s.x, c1: s.c ?? 0 })),
    loads,
    sources: [source(0)],
  });

const ohm = fc.record({
  r: fc.double({ min: 0.002, max: 0.2, noNaN: true }),
  x: fc.double({ min: 0, max: 0.2, noNaN: true }),
});

describe('linear loads against chain matrices', () => {
  test('a ladder of constant impedances is its chain of ABCD matrices', () => {
    const section = fc.record({
      z: ohm,
      kw: fc.double({ min: 0, max: 8, noNaN: true }),
      kvar: fc.double({ min: -2, max: 3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 12 }), (list) => {
        const loads = list.map((s, k) =>
          load(k + 1, s.kw * 1000, { model: 'impedance', qVar: [s.kvar * 1000], id: `d${k}` }),
        );
        const flow = solved(
          chain(
            list.map((s) => s.z),
            loads,
          ),
        );
        // Backwards from 1 at the end: V and I of every node up to one factor, which the source fixes.
        let v: C = [1, 0];
        let i: C = [0, 0];
        const back: C[] = [];
        for (let k = list.length - 1; k >= 0; k--) {
          const s = list[k] as (typeof list)[0];
          back[k + 1] = v;
          // Y = conj(S)/U², three phases in one.
          i = add(i, mul([(s.kw * 1000) / volts ** 2, (-s.kvar * 1000) / volts ** 2], v));
          v = add(v, mul([s.z.r, s.z.x], i));
        }
        const factor = div([1, 0], v);
        list.forEach((_, k) =>
          close(flow.nodes[k + 1].uPu[0], size(mul(back[k + 1] as C, factor)), 1e-9, `node ${k + 1}`),
        );
      }),
      { seed: 2, numRuns: 80 },
    );
  });

  test('one impedance is a voltage divider, whatever its angle', () => {
    fc.assert(
      fc.property(
        ohm,
        fc.double({ min: 0.5, max: 30, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (z, kw, tangent) => {
          const kvar = kw * tangent;
          const n = chain([z], [load(1, kw * 1000, { model: 'impedance', qVar: [kvar * 1000] })]);
          const y: C = [(kw * 1000) / volts ** 2, (-kvar * 1000) / volts ** 2];
          const wanted = div([1, 0], add([1, 0], mul([z.r, z.x], y)));
          const got = solved(n).nodes[1];
          close(got.uPu[0], size(wanted), 1e-12);
          close(got.angleRad[0], Math.atan2(wanted[1], wanted[0]), 1e-12);
        },
      ),
      { seed: 3, numRuns: 80 },
    );
  });

  test('an open line with capacitance rises at its end: 1 / (1 + Z·Y/2)', () => {
    for (const c of [1e-6, 1e-4, 1e-3]) {
      const z: C = [0.05, 0.12];
      const y: C = [0, 2 * Math.PI * 50 * c];
      const n = chain([{ r: z[0], x: z[1], c }], [load(1, 0, { qVar: [0] })]);
      const wanted = div([1, 0], add([1, 0], times(0.5, mul(z, y))));
      const got = solved(n).nodes[1].uPu[0];
      close(got, size(wanted), 1e-12);
      assert.ok(got > 1);
    }
  });
});

describe('constant currents and powers', () => {
  test('an evenly loaded feeder drops half of what it would with all load at its end, and (n + 1)/n of that half', () => {
    // Constant current at unity power factor along a purely resistive feeder: everything is in phase.
    for (const n of [1, 2, 5, 20]) {
      const [rAll, wAll] = [0.1, 8_000];
      const sections = Array.from({ length: n }, () => ({ r: rAll / n, x: 0 }));
      const loads = sections.map((_, k) => load(k + 1, wAll / n, { model: 'current', qVar: [0], id: `d${k}` }));
      const end = solved(chain(sections, loads)).nodes[n].uPu[0];
      const atEnd = (rAll * wAll) / volts ** 2;
      close(1 - end, (atEnd / 2) * ((n + 1) / n), 1e-12, `${n} sections`);
    }
  });

  test('losses are I²R and what the source gives is load and losses', () => {
    fc.assert(
      fc.property(ohm, fc.double({ min: 1, max: 20, noNaN: true }), (z, kw) => {
        const n = chain([z], [load(1, kw * 1000, { qVar: [0] })]);
        const flow = solved(n);
        const [b] = flow.branches;
        const amperes = b.iFromA[0];
        close(b.pFromW[0] + b.pToW[0], 3 * amperes ** 2 * z.r, 1e-5 * kw * 1000);
        close(-b.pToW[0], kw * 1000, 1e-5 * kw * 1000);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  test('constant power has the two roots of the voltage equation, and the flow finds the upper one', () => {
    fc.assert(
      fc.property(
        ohm,
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (z, share, tangent) => {
          // S = share of the largest power of this angle: U⁴ + (2(rp + xq) − 1)U² + |z|²|s|² = 0, per unit of 1 MVA.
          const per: C = [z.r / (volts ** 2 / 1e6), z.x / (volts ** 2 / 1e6)];
          const unit: C = [1 / Math.hypot(1, tangent), tangent / Math.hypot(1, tangent)];
          const along = per[0] * unit[0] + per[1] * unit[1];
          const most = 1 / (2 * (size(per) + along));
          const s = share * most;
          const b = 1 - 2 * along * s;
          const wanted = Math.sqrt((b + Math.sqrt(b * b - 4 * size(per) ** 2 * s * s)) / 2);
          const n = chain([z], [load(1, s * unit[0] * 1e6, { qVar: [s * unit[1] * 1e6] })]);
          close(solved(n).nodes[1].uPu[0], wanted, 1e-9);
        },
      ),
      { seed: 5, numRuns: 80 },
    );
  });

  test('the largest power that a line carries is found from both sides: |U|²/(2(|Z| + R)) at unity power factor', () => {
    for (const [r, x] of [
      [0.1, 0.05],
      [0.05, 0.2],
      [0.2, 0],
    ] as const) {
      const most = volts ** 2 / (2 * (Math.hypot(r, x) + r));
      const flow = (share: number) =>
        powerFlow(chain([{ r, x }], [load(1, share * most, { qVar: [0] })]), 1, { maxIterations: 3000 }).status;
      assert.equal(flow(0.98), 'converged', `${r} + j${x}`);
      assert.equal(flow(1.01), 'noSolution', `${r} + j${x}`);
    }
  });

  test('two feeders from one busbar do not know of each other', () => {
    const alone = solved(chain([{ r: 0.05, x: 0.02 }], [load(1, 9000)])).nodes[1].uPu[0];
    const both = solved(
      network({
        ratedV: [volts, volts, volts],
        branches: [line('A', 0, 1, { r1: 0.05, x1: 0.02 }), line('B', 0, 2, { r1: 0.3, x1: 0.1 })],
        loads: [load(1, 9000), load(2, 15_000)],
        sources: [source(0)],
      }),
    ).nodes[1].uPu[0];
    close(both, alone, 1e-12);
  });

  test('parallel ways share a constant current by their admittances', () => {
    fc.assert(
      fc.property(ohm, ohm, (a, b) => {
        const n = network({
          ratedV: [volts, volts],
          branches: [line('A', 0, 1, { r1: a.r, x1: a.x }), line('B', 0, 1, { r1: b.r, x1: b.x })],
          loads: [load(1, 10_000, { model: 'current', qVar: [0] })],
          sources: [source(0)],
        });
        const flow = solved(n);
        const all = size(add([a.r, a.x], [b.r, b.x]));
        const total = 10_000 / (Math.sqrt(3) * volts);
        close(flow.branches[0].iFromA[0], (total * Math.hypot(b.r, b.x)) / all, 1e-6 * total);
        close(flow.branches[1].iFromA[0], (total * Math.hypot(a.r, a.x)) / all, 1e-6 * total);
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  test('a ring fed at one node splits a constant current by the ways around', () => {
    // Three equal sections in a ring, load one section away on one side and two on the other: 2/3 and 1/3.
    const n = network({
      ratedV: [volts, volts, volts],
      branches: [line('near', 0, 1), line('far', 0, 2), line('over', 2, 1)],
      loads: [load(1, 9000, { model: 'current', qVar: [0] })],
      sources: [source(0)],
    });
    const { branches } = solved(n);
    close(branches[0].iFromA[0] / branches[1].iFromA[0], 2, 1e-9);
    close(branches[1].iFromA[0], branches[2].iFromA[0], 1e-9);
  });
});

describe('transformers on paper', () => {
  const village = (kw: number, tapPosition = 0): GridNetwork =>
    network({
      ratedV: [10_000, 400],
      branches: [transformer('T', 0, 1, { tapPosition })],
      loads: [load(1, kw * 1000, { model: 'current', qVar: [0] })],
      sources: [source(0)],
    });

  test('the regulation at a constant current is that of its short-circuit impedance', () => {
    const [ur, uk] = [1.2 / 100, 0.04];
    const ux = Math.sqrt(uk * uk - ur * ur);
    for (const share of [0.25, 0.5, 1]) {
      const got = solved(village(100 * share)).nodes[1].uPu[0];
      // I in phase with U2: U1² = (U2 + ur·i)² + (ux·i)², all per unit of the rating.
      const wanted = Math.sqrt(1 - (ux * share) ** 2) - ur * share;
      close(got, wanted, 1e-9, `${share} of the rating`);
    }
  });

  test('copper losses go with the square of the load', () => {
    const losses = (kw: number) => {
      const [b] = solved(village(kw)).branches;
      return b.pFromW[0] + b.pToW[0];
    };
    close(losses(100), 1200, 1e-3);
    close(losses(50), 300, 1e-3);
  });

  test('a tap step moves the voltage of an idle village by its size', () => {
    const idle = (tap: number) => solved({ ...village(0), branches: village(0, tap).branches }).nodes[1].uPu[0];
    for (const tap of [-2, -1, 1, 2]) close(idle(tap) / idle(0), 1 / (1 + 0.025 * tap), 1e-12);
  });
});

describe('symmetrical components on paper', () => {
  const a: C = [-0.5, Math.sqrt(3) / 2];
  const sequence = (v: readonly C[], k: 0 | 1 | 2): C => {
    const turn = k === 0 ? ([1, 0] as C) : k === 1 ? a : mul(a, a);
    return times(1 / 3, add(add(v[0] as C, mul(turn, v[1] as C)), mul(mul(turn, turn), v[2] as C)));
  };

  test('one loaded phase: each sequence voltage drops by its own impedance times a third of the current', () => {
    fc.assert(
      fc.property(
        ohm,
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        (z, zero, kw) => {
          const n: GridNetwork = {
            ...chain([z], []),
            branches: [line('L', 0, 1, { r1: z.r, x1: z.x, r0: zero * z.r, x0: zero * z.x })],
            loads: [load(1, [kw * 1000, 0, 0], { model: 'current', qVar: [0, 0, 0] })],
          };
          const node = solved(n, 3).nodes[1];
          const v = node.uPu.map((u, k): C => [u * Math.cos(node.angleRad[k]), u * Math.sin(node.angleRad[k])]);
          const phase = volts / Math.sqrt(3);
          // A constant current keeps its size and stays in phase with the voltage of its own phase.
          const i = times((kw * 1000) / phase / phase, div(v[0] as C, [size(v[0] as C), 0]));
          const third = times(1 / 3, i);
          const z1: C = [z.r, z.x];
          const wanted1 = sub([1, 0], mul(z1, third));
          const wanted2 = times(-1, mul(z1, third));
          const wanted0 = times(-1, mul(times(zero, z1), third));
          for (const [k, wanted] of [
            [0, wanted0],
            [1, wanted1],
            [2, wanted2],
          ] as const)
            close(size(sub(sequence(v, k), wanted)), 0, 1e-9, `sequence ${k}`);
          // The unbalance that GB/T 15543 limits.
          close(size(sequence(v, 2)) / size(sequence(v, 1)), size(wanted2) / size(wanted1), 1e-9);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  test('three equal loads have neither negative nor zero sequence', () => {
    const n: GridNetwork = { ...chain([{ r: 0.05, x: 0.02 }], [load(1, [3000, 3000, 3000])]) };
    const node = solved(n, 3).nodes[1];
    const v = node.uPu.map((u, k): C => [u * Math.cos(node.angleRad[k]), u * Math.sin(node.angleRad[k])]);
    close(size(sequence(v, 0)), 0, 1e-12);
    close(size(sequence(v, 2)), 0, 1e-12);
  });

  test('a load between two phases, as two opposite currents, has no zero sequence', () => {
    // S_a = U_a·conj(I), S_b = U_b·conj(−I) with I in phase with U_ab, at no voltage drop.
    const phase = volts / Math.sqrt(3);
    const i: C = times(10, div(sub([1, 0], mul(a, a)), [Math.sqrt(3), 0]));
    const power = (u: C, current: C) => times(phase, mul(u, [current[0], -current[1]]));
    const [sa, sb] = [power([1, 0], i), power(mul(a, a), times(-1, i))];
    const n: GridNetwork = {
      ...chain([{ r: 1e-4, x: 1e-4 }], []),
      loads: [load(1, [sa[0], sb[0], 0], { qVar: [sa[1], sb[1], 0] })],
    };
    const node = solved(n, 3).nodes[1];
    const v = node.uPu.map((u, k): C => [u * Math.cos(node.angleRad[k]), u * Math.sin(node.angleRad[k])]);
    assert.ok(size(sequence(v, 0)) < 1e-7, `${size(sequence(v, 0))}`);
    assert.ok(size(sequence(v, 2)) > 1e-6);
  });
});
