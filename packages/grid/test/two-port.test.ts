import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { GridNode, PhaseLineBranch, TransformerBranch, Winding } from '@qipan/grid';
import {
  add,
  balancedMatrix,
  conjugate,
  divide,
  invert,
  matrixInverse,
  matrixProduct,
  matrixScale,
  matrixSum,
  modulus,
  multiply,
  polar,
  scale,
  sequenceToPhase,
  subtract,
  type Complex,
  type Matrix,
} from '../src/complex.js';
import { twoPort, type TwoPort } from '../src/two-port.js';
import { line, transformer } from './fixtures.js';

const nodes: GridNode[] = [
  { id: 'mv', ratedV: 10_000 },
  { id: 'lv', ratedV: 400 },
  { id: 'far', ratedV: 400 },
];
const omega = 2 * Math.PI * 50;
/** Base impedance at 400 V and 1 MVA. */
const base = 0.16;

const close = (a: Complex, b: Complex, tolerance = 1e-12): void => {
  const size = Math.max(1, modulus(a), modulus(b));
  assert.ok(modulus(subtract(a, b)) <= tolerance * size, `${a.join(' ')} for ${b.join(' ')}`);
};
const closeMatrix = (a: Matrix, b: Matrix, tolerance = 1e-12): void =>
  a.forEach((row, i) => row.forEach((c, j) => close(c, b[i][j], tolerance)));
const cell = fc.tuple(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.double({ min: -5, max: 5, noNaN: true }),
) as fc.Arbitrary<Complex>;
const identity: Matrix = [0, 1, 2].map((i) => [0, 1, 2].map((j): Complex => [i === j ? 1 : 0, 0]));

describe('complex numbers', () => {
  test('division undoes multiplication, the modulus of a product is the product of moduli', () => {
    fc.assert(
      fc.property(cell, cell, (a, b) => {
        fc.pre(modulus(b) > 0.01);
        close(divide(multiply(a, b), b), a, 1e-11);
        assert.ok(Math.abs(modulus(multiply(a, b)) - modulus(a) * modulus(b)) < 1e-11);
        close(multiply(a, conjugate(a)), [modulus(a) ** 2, 0], 1e-11);
      }),
    );
  });

  test('a matrix times its inverse is the identity, a singular one has none', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 }), (m) => {
        // A heavy diagonal keeps it well conditioned.
        const heavy = matrixSum(m, matrixScale(identity, [30, 5]));
        const inverse = matrixInverse(heavy);
        assert.ok(inverse);
        closeMatrix(matrixProduct(heavy, inverse), identity, 1e-11);
      }),
      { numRuns: 50 },
    );
    assert.equal(
      matrixInverse([
        [
          [1, 1],
          [2, 2],
        ],
        [
          [2, 2],
          [4, 4],
        ],
      ]),
      null,
    );
  });

  test('rows are exchanged where the diagonal is zero', () => {
    const swap: Matrix = [
      [
        [0, 0],
        [2, 0],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    ];
    closeMatrix(matrixInverse(swap) as Matrix, [
      [
        [0, 0],
        [0, -1],
      ],
      [
        [0.5, 0],
        [0, 0],
      ],
    ]);
  });

  test('a balanced matrix has the inverse of Sherman and Morrison', () => {
    fc.assert(
      fc.property(cell, cell, (d, m) => {
        const self = add(d, m);
        const sum = add(d, scale(m, 3));
        fc.pre(modulus(d) > 0.1 && modulus(sum) > 0.1);
        // (d·1 + m·J)⁻¹ = (1 − m/(d + 3m)·J) / d
        const mutual = scale(divide(divide(m, sum), d), -1);
        const inverse = matrixInverse(balancedMatrix(self, m));
        closeMatrix(inverse as Matrix, balancedMatrix(add(invert(d), mutual), mutual), 1e-9);
      }),
    );
  });
});

/** Phase vectors of the zero, positive and negative sequence. */
const sequenceVectors: readonly Complex[][] = [0, -1, 1].map((turn) =>
  [0, 1, 2].map((p) => polar(1, (turn * p * 2 * Math.PI) / 3)),
);
const apply = (m: Matrix, v: readonly Complex[]): Complex[] =>
  m.map((row) => row.reduce<Complex>((sum, c, j) => add(sum, multiply(c, v[j])), [0, 0]));

describe('sequences', () => {
  test('each sequence vector is an eigenvector with its own admittance', () => {
    fc.assert(
      fc.property(cell, cell, cell, (y0, y1, y2) => {
        const m = sequenceToPhase(y0, y1, y2);
        [y0, y1, y2].forEach((y, s) =>
          apply(m, sequenceVectors[s]).forEach((c, p) => close(c, multiply(y, sequenceVectors[s][p]), 1e-12)),
        );
      }),
    );
  });

  test('equal sequences are three separate phases; equal positive and negative ones a symmetric matrix', () => {
    closeMatrix(sequenceToPhase([2, 1], [2, 1], [2, 1]), matrixScale(identity, [2, 1]));
    const m = sequenceToPhase([1, 0], [4, -2], [4, -2]);
    closeMatrix(m, balancedMatrix([3, -4 / 3], [-1, 2 / 3]));
  });
});

/** Chain matrix of a two-port: V1 = A·V2 + B·I, I1 = C·V2 + D·I with I leaving at 2. */
interface Chain {
  readonly a: Complex;
  readonly b: Complex;
  readonly c: Complex;
  readonly d: Complex;
}
const one: Complex = [1, 0];
const none: Complex = [0, 0];
const chain = (p: Chain, q: Chain): Chain => ({
  a: add(multiply(p.a, q.a), multiply(p.b, q.c)),
  b: add(multiply(p.a, q.b), multiply(p.b, q.d)),
  c: add(multiply(p.c, q.a), multiply(p.d, q.c)),
  d: add(multiply(p.c, q.b), multiply(p.d, q.d)),
});
const seriesChain = (z: Complex): Chain => ({ a: one, b: z, c: none, d: one });
const shuntChain = (y: Complex): Chain => ({ a: one, b: none, c: y, d: one });
/** Ideal transformer with V1 = t·V2. */
const ratioChain = (t: Complex): Chain => ({ a: t, b: none, c: none, d: conjugate(invert(t)) });
/** Admittances of a chain: I1 = y11·V1 + y12·V2, I2 (into the port) = y21·V1 + y22·V2. */
function admittances(m: Chain): { ff: Complex; ft: Complex; tf: Complex; tt: Complex } {
  const determinant = subtract(multiply(m.a, m.d), multiply(m.b, m.c));
  return {
    ff: divide(m.d, m.b),
    ft: scale(divide(determinant, m.b), -1),
    tf: scale(invert(m.b), -1),
    tt: divide(m.a, m.b),
  };
}
const closePort = (p: TwoPort, m: Chain, tolerance = 1e-11): void => {
  const y = admittances(m);
  for (const k of ['ff', 'ft', 'tf', 'tt'] as const) close(p[k][0][0], y[k], tolerance);
};
const single = (b: Parameters<typeof twoPort>[0]): TwoPort => twoPort(b, nodes, 1, 50);
const byPhase = (b: Parameters<typeof twoPort>[0]): TwoPort => twoPort(b, nodes, 3, 50);

describe('lines', () => {
  const cable = line('l', 1, 2, { r1: 0.05, x1: 0.03, c1: 2e-6, tan1: 0.01, r0: 0.2, x0: 0.1, c0: 1e-6, tan0: 0.02 });
  const z: Complex = [0.05 / base, 0.03 / base];
  const halfShunt: Complex = [0.5 * omega * 2e-6 * 0.01 * base, 0.5 * omega * 2e-6 * base];

  test('a line is the π of its chain', () => {
    closePort(single(cable), chain(chain(shuntChain(halfShunt), seriesChain(z)), shuntChain(halfShunt)));
  });

  test('open at one end it is what the other end sees of it', () => {
    const m = chain(chain(shuntChain(halfShunt), seriesChain(z)), shuntChain(halfShunt));
    const seen = divide(m.c, m.a);
    const open = single({ ...cable, toOn: false });
    close(open.ff[0][0], seen, 1e-12);
    assert.deepEqual([open.ft[0][0], open.tf[0][0], open.tt[0][0]], [none, none, none]);
    close(single({ ...cable, fromOn: false }).tt[0][0], seen, 1e-12);
    const bare = single({ ...cable, c1: 0, toOn: false });
    assert.deepEqual(bare.ff[0][0], none, 'without capacitance an open line is nothing');
    assert.deepEqual(single({ ...cable, fromOn: false, toOn: false }).ff[0][0], none);
  });

  test('by phase each sequence has its own π', () => {
    const p = byPhase(cable);
    const z0: Complex = [0.2 / base, 0.1 / base];
    const half0: Complex = [0.5 * omega * 1e-6 * 0.02 * base, 0.5 * omega * 1e-6 * base];
    const zero = admittances(chain(chain(shuntChain(half0), seriesChain(z0)), shuntChain(half0)));
    const positive = admittances(chain(chain(shuntChain(halfShunt), seriesChain(z)), shuntChain(halfShunt)));
    for (const k of ['ff', 'ft', 'tf', 'tt'] as const)
      closeMatrix(p[k], sequenceToPhase(zero[k], positive[k], positive[k]), 1e-11);
  });

  test('an unknown zero sequence is refused by name, but only by phase', () => {
    for (const key of ['r0', 'x0', 'c0'] as const) {
      const unknown = { ...cable, [key]: Number.NaN };
      assert.ok(single(unknown));
      assert.throws(
        () => byPhase(unknown),
        (e: { code: string; message: string }) => e.code === 'BAD_INPUT' && e.message.includes(`line l: ${key}`),
      );
    }
  });
});

/** Four wires over earth: self and mutual impedance in Ω, the neutral last. */
const fourWire = (change: Partial<PhaseLineBranch> = {}): PhaseLineBranch => ({
  kind: 'phaseLine',
  id: 'p',
  from: 1,
  to: 2,
  fromOn: true,
  toOn: true,
  r: [
    [0.3, 0.05, 0.04, 0.05],
    [0.05, 0.31, 0.05, 0.06],
    [0.04, 0.05, 0.32, 0.04],
    [0.05, 0.06, 0.04, 0.5],
  ],
  x: [
    [0.4, 0.2, 0.18, 0.15],
    [0.2, 0.41, 0.2, 0.16],
    [0.18, 0.2, 0.42, 0.17],
    [0.15, 0.16, 0.17, 0.6],
  ],
  c: [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ],
  ratedA: 100,
  ...change,
});

const threeByThree = (self: number, mutual: number): number[][] =>
  [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? self : mutual)));

describe('lines by phase matrices', () => {
  test('the neutral is reduced as four wires with both neutral ends earthed drop voltage', () => {
    const wire = fourWire();
    const z = (i: number, j: number): Complex => [wire.r[i][j], wire.x[i][j]];
    const series = byPhase(wire).ff;
    fc.assert(
      fc.property(cell, cell, cell, (a, b, c) => {
        const current = [a, b, c];
        // 0 = Σ z_nj·I_j + z_nn·I_n gives the neutral's current, then each phase drops Σ z_ij·I_j + z_in·I_n.
        const along = current.reduce<Complex>((sum, i, j) => add(sum, multiply(z(3, j), i)), none);
        const neutral = scale(divide(along, z(3, 3)), -1);
        const drop = current.map((_, i) =>
          current.reduce<Complex>((sum, x, j) => add(sum, multiply(z(i, j), x)), multiply(z(i, 3), neutral)),
        );
        const perUnit = drop.map((d) => scale(d, 1 / base));
        apply(series, perUnit).forEach((i, p) => close(i, current[p], 1e-9));
      }),
      { numRuns: 30 },
    );
  });

  test('a transposed line equals the line of its sequences', () => {
    const [self, mutual] = [0.3, 0.1];
    const wire = fourWire({ r: threeByThree(self, mutual), x: threeByThree(2 * self, 2 * mutual) });
    const sequences = line('l', 1, 2, {
      r1: self - mutual,
      x1: 2 * (self - mutual),
      r0: self + 2 * mutual,
      x0: 2 * (self + 2 * mutual),
    });
    for (const k of ['ff', 'ft', 'tf', 'tt'] as const) {
      closeMatrix(byPhase(wire)[k], byPhase(sequences)[k], 1e-10);
      close(single(wire)[k][0][0], single(sequences)[k][0][0], 1e-10);
    }
  });

  test('open at one end, its capacitance is seen through its impedance, sequence by sequence', () => {
    const [cs, cm] = [2e-6, -0.4e-6];
    const wire = fourWire({ r: threeByThree(0.3, 0.1), x: threeByThree(0.6, 0.2), c: threeByThree(cs, cm) });
    const sequences = line('l', 1, 2, {
      r1: 0.2,
      x1: 0.4,
      r0: 0.5,
      x0: 1,
      c1: cs - cm,
      c0: cs + 2 * cm,
    });
    closeMatrix(byPhase({ ...wire, toOn: false }).ff, byPhase({ ...sequences, toOn: false }).ff, 1e-12);
    closeMatrix(byPhase({ ...wire, fromOn: false }).tt, byPhase({ ...sequences, fromOn: false }).tt, 1e-12);
    closeMatrix(byPhase({ ...wire, fromOn: false }).ff, matrixScale(identity, none));
    closeMatrix(byPhase(wire).ff, byPhase(sequences).ff, 1e-10);
  });

  test('an open line without capacitance is nothing, a singular one is refused', () => {
    closeMatrix(byPhase(fourWire({ toOn: false })).ff, matrixScale(identity, none));
    assert.throws(
      () => byPhase(fourWire({ r: threeByThree(0.1, 0.1), x: threeByThree(0.2, 0.2) })),
      (e: { code: string; message: string }) => e.code === 'BAD_INPUT' && /line p.*singular/.test(e.message),
    );
  });
});

describe('transformers', () => {
  /** Series impedance of the 100 kVA transformer on its low side, per unit of 1 MVA: |z| = uk·S_base/S_r, r from its losses. */
  const zPu = (0.04 * 1e6) / 1e5;
  const rPu = (1200 / 1e5) * 10;
  const z: Complex = [rPu, Math.sqrt(zPu * zPu - rPu * rPu)];

  test('the short-circuit test gives uk and the copper losses', () => {
    const p = single(transformer('t', 0, 1));
    // Rated current is 0.1 per unit of 1 MVA: it flows at a voltage of uk with the far side shorted.
    const i = scale(p.ff[0][0], 0.04);
    assert.ok(Math.abs(modulus(i) - 0.1) < 1e-12);
    assert.ok(Math.abs(0.04 * i[0] * 1e6 - 1200) < 1e-6, 'W at rated current');
  });

  test('the no-load test gives the magnetising current and the iron losses', () => {
    const iron = { i0: 0.01, p0W: 400 };
    const p = single(transformer('t', 0, 1, { ...iron, toOn: false }));
    const [g, b] = p.ff[0][0];
    // Half of the branch is seen through the series impedance, which changes it by z·y/4.
    assert.ok(Math.abs(g * 1e6 - 400) < 1, `${g * 1e6} W`);
    assert.ok(b < 0 && Math.abs(Math.hypot(g, b) / 0.1 - 0.01) < 2e-5, 'inductive, 1 % of the rated current');
    const back = single(transformer('t', 0, 1, { ...iron, fromOn: false }));
    close(back.tt[0][0], p.ff[0][0], 1e-12);
  });

  test('π halves the iron branch, T stands it in the middle: both equal their chains', () => {
    const iron: Complex = [400 / 1e6, -Math.sqrt(0.001 ** 2 - (400 / 1e6) ** 2)];
    const change = { i0: 0.01, p0W: 400, clock: 0 };
    closePort(
      single(transformer('t', 0, 1, change)),
      chain(chain(shuntChain(scale(iron, 0.5)), seriesChain(z)), shuntChain(scale(iron, 0.5))),
    );
    const half = seriesChain(scale(z, 0.5));
    closePort(single(transformer('t', 0, 1, { ...change, model: 't' })), chain(chain(half, shuntChain(iron)), half));
  });

  test('the far side lags by 30° a clock step, backwards in the negative sequence', () => {
    for (let clock = 0; clock < 12; clock++) {
      const t = transformer('t', 0, 1, { clock });
      const p = single(t);
      closePort(p, chain(ratioChain(polar(1, (clock * Math.PI) / 6)), seriesChain(z)));
      const noLoad = scale(divide(p.tf[0][0], p.tt[0][0]), -1);
      close(noLoad, polar(1, (-clock * Math.PI) / 6), 1e-12);
      const three = byPhase(t);
      const currents = apply(three.tf, sequenceVectors[2]);
      const expected = multiply(conjugate(p.tf[0][0]), divide(invert(z), conjugate(invert(z))));
      close(currents[0], multiply(expected, sequenceVectors[2][0]), 1e-9);
    }
  });

  const noLoadU = (change: Partial<TransformerBranch>): number => {
    const p = single(transformer('t', 0, 1, change));
    return modulus(divide(p.tf[0][0], p.tt[0][0]));
  };

  test('a tap step on the high side lowers the low voltage, on the low side it raises it', () => {
    assert.ok(Math.abs(noLoadU({ tapPosition: 1 }) - 1 / 1.025) < 1e-12);
    assert.ok(Math.abs(noLoadU({ tapPosition: -2 }) - 1 / 0.95) < 1e-12);
    assert.ok(Math.abs(noLoadU({ tapSide: 'to', tapSizeV: 10, tapPosition: 1 }) - 1.025) < 1e-12);
    assert.ok(Math.abs(noLoadU({ tapNominal: 1, tapPosition: 1 }) - 1) < 1e-12);
  });

  test('a tap changer that counts downwards turns the other way', () => {
    assert.ok(Math.abs(noLoadU({ tapMin: 2, tapMax: -2, tapPosition: 1 }) - 1 / 0.975) < 1e-12);
  });

  test('a ratio off the rated voltages of its nodes stays off', () => {
    assert.ok(Math.abs(noLoadU({ u2V: 420 }) - 1.05) < 1e-12);
    assert.ok(Math.abs(noLoadU({ u1V: 10_500 }) - 1 / 1.05) < 1e-12);
  });

  test('uk and losses follow the tap linearly to their values at the ends', () => {
    const size = (change: Partial<TransformerBranch>): { uk: number; r: number } => {
      const p = single(
        transformer('t', 0, 1, { tapSizeV: 0, ukMin: 0.03, ukMax: 0.06, pkMinW: 1000, pkMaxW: 1600, ...change }),
      );
      const impedance = invert(p.tt[0][0]);
      return { uk: modulus(impedance) / 10, r: (impedance[0] * 1e5) / 10 };
    };
    for (const [tapPosition, uk, pk] of [
      [0, 0.04, 1200],
      [1, 0.05, 1400],
      [2, 0.06, 1600],
      [-1, 0.035, 1100],
      [-2, 0.03, 1000],
    ] as const) {
      const got = size({ tapPosition });
      assert.ok(Math.abs(got.uk - uk) < 1e-12 && Math.abs(got.r - pk) < 1e-7, `tap ${tapPosition}: ${got.uk} ${got.r}`);
    }
    const stuck = size({ tapMin: 0, tapMax: 0 });
    assert.ok(Math.abs(stuck.uk - 0.04) < 1e-12, 'without a tap changer the nominal value holds');
  });

  test('losses beyond uk leave no reactance', () => {
    const p = single(transformer('t', 0, 1, { clock: 0, pkW: 4000 }));
    close(p.ff[0][0], [2.5, 0], 1e-12);
  });
});

/** Admittance that zero sequence meets: the eigenvalue of (1, 1, 1). */
const zeroOf = (m: Matrix): Complex => add(add(m[0][0], m[0][1]), m[0][2]);

describe('zero sequence by winding pair', () => {
  const y = invert([0.12, Math.sqrt(0.16 - 0.0144)]);
  const iron: Complex = [0.0002, -Math.sqrt(0.0005 ** 2 - 0.0002 ** 2)];
  const pair = (windingFrom: Winding, windingTo: Winding, change: Partial<TransformerBranch> = {}) => {
    const clock = 0;
    const p = byPhase(
      transformer('t', 0, 1, { windingFrom, windingTo, clock, i0Zero: 0.005, p0ZeroW: 200, ...change }),
    );
    return { ff: zeroOf(p.ff), ft: zeroOf(p.ft), tf: zeroOf(p.tf), tt: zeroOf(p.tt) };
  };
  /** What closes a star point that floats: a hundred-millionth of the transformer's own admittance. */
  const faint = 1.001e-8 * modulus(y);
  const isNothing = (c: Complex): void => assert.ok(modulus(c) <= faint, c.join(' '));

  test('two earthed stars pass it through', () => {
    const p = pair('wyeN', 'wyeN');
    const own = add(y, scale(iron, 0.5));
    close(p.ff, own);
    close(p.tt, own);
    close(p.ft, scale(y, -1));
    close(p.tf, scale(y, -1));
  });

  test('a reverse connected group turns it over', () => {
    for (const clock of [2, 6, 10]) close(pair('wyeN', 'wyeN', { clock }).ft, y);
    for (const clock of [0, 4, 8]) close(pair('wyeN', 'wyeN', { clock }).ft, scale(y, -1));
  });

  test('a delta closes it for the earthed star and keeps it from the other side', () => {
    const dyn = pair('delta', 'wyeN');
    close(dyn.tt, add(y, iron));
    isNothing(dyn.ff);
    isNothing(dyn.ft);
    const ynd = pair('wyeN', 'delta');
    close(ynd.ff, add(y, iron));
    isNothing(ynd.tt);
  });

  test('an earthed star beside an open one meets the iron branch alone', () => {
    close(pair('wye', 'wyeN').tt, iron, 1e-7);
    close(pair('wyeN', 'wye').ff, iron, 1e-7);
    isNothing(pair('wyeN', 'wye').tt);
  });

  test('without an earthed star it finds nothing', () => {
    for (const [from, to] of [
      ['delta', 'delta'],
      ['wye', 'delta'],
      ['wye', 'wye'],
      ['delta', 'zigzag'],
    ] as const) {
      const p = pair(from, to);
      for (const c of [p.ff, p.ft, p.tf, p.tt]) isNothing(c);
    }
  });

  test('an earthed zigzag carries it at a tenth of the impedance, whatever the other side', () => {
    for (const other of ['delta', 'wye'] as const) {
      close(pair('zigzagN', other).ff, scale(y, 10));
      close(pair(other, 'zigzagN').tt, scale(y, 10));
    }
  });

  test('an impedance in the star point counts three times', () => {
    const ohm: [number, number] = [0.1, 0.05];
    const three: Complex = [(3 * 0.1) / base, (3 * 0.05) / base];
    close(pair('delta', 'wyeN', { groundToOhm: ohm }).tt, invert(add(invert(add(y, iron)), three)), 1e-11);
    const highBase = (10_000 * 10_000) / 1e6;
    const high: Complex = [(3 * 10) / highBase, (3 * 5) / highBase];
    close(pair('wyeN', 'delta', { groundFromOhm: [10, 5] }).ff, invert(add(invert(add(y, iron)), high)), 1e-11);
    close(pair('delta', 'zigzagN', { groundToOhm: ohm }).tt, invert(add(invert(scale(y, 10)), three)), 1e-11);
    const through = pair('wyeN', 'wyeN', { groundFromOhm: [10, 5], groundToOhm: ohm });
    close(through.ft, scale(invert(add(invert(y), add(high, three))), -1), 1e-11);
  });

  test('a switched-off side passes none', () => {
    isNothing(pair('delta', 'wyeN', { toOn: false }).tt);
    isNothing(pair('wyeN', 'delta', { fromOn: false }).ff);
    isNothing(pair('wyeN', 'wyeN', { toOn: false }).ft);
  });
});

describe('general branches and links', () => {
  const generic = {
    kind: 'generic' as const,
    id: 'g',
    from: 1,
    to: 2,
    fromOn: true,
    toOn: true,
    r1: 0.02,
    x1: 0.05,
    g1: 0.001,
    b1: 0.002,
    k: 1.1,
    thetaRad: 0.2,
    ratedVa: 1e5,
  };

  test('a general branch is an ideal ratio before its π', () => {
    const half: Complex = [0.0005 * base, 0.001 * base];
    const pi = chain(chain(shuntChain(half), seriesChain([0.02 / base, 0.05 / base])), shuntChain(half));
    closePort(single(generic), chain(ratioChain(polar(1.1, 0.2)), pi));
  });

  test('by phase it is refused, and a link has no two-port at all', () => {
    assert.throws(() => byPhase(generic), { code: 'GRID_UNSUPPORTED' });
    assert.throws(
      () => single({ kind: 'link', id: 'k', from: 1, to: 2, fromOn: true, toOn: true }),
      (e: { code: string; message: string }) => e.code === 'GRID_UNSUPPORTED' && e.message.includes('link k'),
    );
  });
});
