import { QipanError } from '@qipan/base';
import {
  add,
  balancedMatrix,
  complex,
  conjugate,
  divide,
  invert,
  matrixInverse,
  matrixScale,
  matrixSum,
  modulus,
  multiply,
  polar,
  scale,
  sequenceToPhase,
  subtract,
  zero,
  type Complex,
  type Matrix,
} from './complex.js';
import {
  baseVa,
  type GenericBranch,
  type GridBranch,
  type GridNode,
  type LineBranch,
  type PhaseLineBranch,
  type TransformerBranch,
} from './network.js';

/** Admittances of a branch in per unit: `I_from = ff·V_from + ft·V_to`, `I_to = tf·V_from + tt·V_to`. */
export interface TwoPort {
  readonly ff: Matrix;
  readonly ft: Matrix;
  readonly tf: Matrix;
  readonly tt: Matrix;
}

interface SequencePort {
  readonly ff: Complex;
  readonly ft: Complex;
  readonly tf: Complex;
  readonly tt: Complex;
}

const nothing: SequencePort = { ff: zero, ft: zero, tf: zero, tt: zero };
/** Below this a shunt is nothing (per unit). */
const negligible = 1e-8;

/** π branch with series and shunt admittance on the `to` side and complex ratio t (V_from / V_to at no load), honouring open ends. */
function port(series: Complex, shunt: Complex, t: Complex, on: { fromOn: boolean; toOn: boolean }): SequencePort {
  const t2 = t[0] * t[0] + t[1] * t[1];
  if (on.fromOn && on.toOn) {
    const tt = add(series, scale(shunt, 0.5));
    return { ff: scale(tt, 1 / t2), ft: scale(divide(series, conjugate(t)), -1), tf: scale(divide(series, t), -1), tt };
  }
  if (!on.fromOn && !on.toOn) return nothing;
  // One end hangs: what the other end sees is its own half shunt and the far half behind the series part.
  const seen =
    modulus(shunt) < negligible ? zero : add(scale(shunt, 0.5), invert(add(invert(series), scale(invert(shunt), 2))));
  return on.fromOn ? { ...nothing, ff: scale(seen, 1 / t2) } : { ...nothing, tt: seen };
}

const single = (p: SequencePort): TwoPort => ({ ff: [[p.ff]], ft: [[p.ft]], tf: [[p.tf]], tt: [[p.tt]] });

/** Three-phase matrices of a branch given by its sequence ports. */
function threePhase(p0: SequencePort, p1: SequencePort, p2: SequencePort): TwoPort {
  const of = (k: keyof SequencePort) => sequenceToPhase(p0[k], p1[k], p2[k]);
  return { ff: of('ff'), ft: of('ft'), tf: of('tf'), tt: of('tt') };
}

const baseOhm = (ratedV: number) => (ratedV * ratedV) / baseVa;

function linePort(b: LineBranch, ratedV: number, omega: number, phases: 1 | 3): TwoPort {
  const z = baseOhm(ratedV);
  const port1 = port(scale(invert([b.r1, b.x1]), z), scale([b.tan1, 1], omega * b.c1 * z), complex(1), b);
  if (phases === 1) return single(port1);
  for (const key of ['r0', 'x0', 'c0'] as const) {
    if (Number.isNaN(b[key]))
      throw new QipanError('BAD_INPUT', `line ${b.id}: ${key} is unknown, three-phase calculation needs it`, {
        field: `line ${b.id}.${key}`,
        got: null,
        expected: 'a number',
      });
  }
  const port0 = port(scale(invert([b.r0, b.x0]), z), scale([b.tan0, 1], omega * b.c0 * z), complex(1), b);
  return threePhase(port0, port1, port1);
}

/** Reduces a 4×4 impedance with earthed neutral to 3×3 (Kron 1939). */
function kron(z: Matrix): Matrix {
  if (z.length === 3) return z;
  const nn = invert(z[3][3]);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => subtract(z[i][j], multiply(multiply(z[i][3], z[3][j]), nn))));
}

function phaseLinePort(b: PhaseLineBranch, ratedV: number, omega: number, phases: 1 | 3): TwoPort {
  const base = baseOhm(ratedV);
  const z = kron(b.r.map((row, i) => row.map((r, j) => complex(r, b.x[i][j]))));
  const inverse = matrixInverse(z);
  if (!inverse)
    throw new QipanError('BAD_INPUT', `line ${b.id}: its impedance matrix is singular`, {
      field: `line ${b.id}`,
      expected: 'an invertible matrix',
    });
  const series = matrixScale(inverse, complex(base));
  const shunt = b.c.map((row) => row.map((c) => complex(0, omega * c * base)));
  if (phases === 1) {
    const mean = (m: Matrix) => {
      const diagonal = scale(add(add(m[0][0], m[1][1]), m[2][2]), 1 / 3);
      const off = scale(add(add(add(m[0][1], m[0][2]), add(m[1][0], m[1][2])), add(m[2][0], m[2][1])), 1 / 6);
      return subtract(diagonal, off);
    };
    return single(port(mean(series), mean(shunt), complex(1), b));
  }
  const none = balancedMatrix(zero, zero);
  if (b.fromOn && b.toOn) {
    const tt = matrixSum(series, matrixScale(shunt, complex(0.5)));
    const off = matrixScale(series, complex(-1));
    return { ff: tt, ft: off, tf: off, tt };
  }
  const shuntInverse = matrixInverse(shunt);
  const behind =
    shuntInverse &&
    matrixInverse(
      matrixSum(
        z.map((row) => row.map((x) => scale(x, 1 / base))),
        matrixScale(shuntInverse, complex(2)),
      ),
    );
  const seen = behind ? matrixSum(matrixScale(shunt, complex(0.5)), behind) : none;
  return { ff: b.fromOn ? seen : none, ft: none, tf: none, tt: b.toOn ? seen : none };
}

/** uk or pk at the present tap: linear between the value at the nominal tap and the one at the end it moves to. */
function atTap(b: TransformerBranch, nominal: number, atMin: number, atMax: number): number {
  const lo = Number.isNaN(atMin) ? nominal : atMin;
  const hi = Number.isNaN(atMax) ? nominal : atMax;
  const towardsMax =
    b.tapPosition <= Math.max(b.tapNominal, b.tapMax) && b.tapPosition >= Math.min(b.tapNominal, b.tapMax);
  const [end, value] = towardsMax ? [b.tapMax, hi] : [b.tapMin, lo];
  return end === b.tapNominal
    ? nominal
    : nominal + ((b.tapPosition - b.tapNominal) * (value - nominal)) / (end - b.tapNominal);
}

/** Earth path of a side whose star point is out, so that its zero sequence floats: a susceptance small beside the transformer's own. */
const floatingShare = 1e-8;

function transformerPort(b: TransformerBranch, from: GridNode, to: GridNode, phases: 1 | 3): TwoPort {
  const direction = b.tapMax > b.tapMin ? 1 : -1;
  const tap = direction * (b.tapPosition - b.tapNominal) * b.tapSizeV;
  const u1 = b.u1V + (b.tapSide === 'from' ? tap : 0);
  const u2 = b.u2V + (b.tapSide === 'to' ? tap : 0);
  const k = u1 / u2 / (from.ratedV / to.ratedV);
  const base = baseOhm(to.ratedV);
  const uk = atTap(b, b.uk, b.ukMin, b.ukMax);
  const pk = atTap(b, b.pkW, b.pkMinW, b.pkMaxW);
  const z = (Math.abs(uk) * u2 * u2) / b.ratedVa;
  const r = (pk * u2 * u2) / (b.ratedVa * b.ratedVa);
  const x = (uk >= 0 ? 1 : -1) * Math.sqrt(Math.max(0, z * z - r * r));
  const series = scale(invert([r, x]), base);
  const iron = (i0: number, p0: number): Complex => {
    const y = (i0 * b.ratedVa) / (u2 * u2);
    const g = p0 / (u2 * u2);
    return scale([g, -Math.sqrt(Math.max(0, y * y - g * g))], base);
  };
  const shunt = iron(b.i0, b.p0W);
  const angle = (b.clock * Math.PI) / 6;
  const [series1, shunt1] = b.model === 't' ? starToPi(series, shunt) : [series, shunt];
  const port1 = port(series1, shunt1, polar(k, angle), b);
  if (phases === 1) return single(port1);
  const ground = (ohm: readonly [number, number], u: number) => scale(complex(ohm[0], ohm[1]), 3 / baseOhm(u));
  const groundFrom = scale(ground(b.groundFromOhm, from.ratedV), 1 / (k * k));
  const groundTo = ground(b.groundToOhm, to.ratedV);
  const port0 = zeroSequence(b, { series, shunt0: iron(b.i0Zero, b.p0ZeroW), k, groundFrom, groundTo });
  return threePhase(port0, port1, port(series1, shunt1, polar(k, -angle), b));
}

/** π parts of a T circuit with the shunt y in the middle of z: series `z + z²y/4`, shunt `y / (1 + zy/4)`. */
function starToPi(series: Complex, shunt: Complex): [Complex, Complex] {
  const z = invert(series);
  const quarter = add(complex(1), scale(multiply(z, shunt), 0.25));
  return [invert(multiply(z, quarter)), divide(shunt, quarter)];
}

interface ZeroParts {
  readonly series: Complex;
  readonly shunt0: Complex;
  readonly k: number;
  readonly groundFrom: Complex;
  readonly groundTo: Complex;
}

/** Zero-sequence port by winding pair (IEC 60909-4; Anderson 1973, table of transformer zero-sequence circuits). */
function zeroSequence(b: TransformerBranch, p: ZeroParts): SequencePort {
  const k2 = p.k * p.k;
  const behind = (y: Complex, ground: Complex): Complex => (modulus(y) === 0 ? zero : invert(add(invert(y), ground)));
  let out: SequencePort = nothing;
  if (b.windingFrom === 'wyeN' && b.windingTo === 'wyeN') {
    // Reverse connected groups (2, 6, 10) turn the zero sequence over.
    const t = complex([2, 6, 10].includes(((b.clock % 12) + 12) % 12) ? -p.k : p.k);
    out = port(behind(p.series, add(p.groundFrom, p.groundTo)), p.shunt0, t, b);
  } else if (b.windingFrom === 'wyeN' && b.fromOn) {
    out = {
      ...out,
      ff: scale(behind(b.windingTo === 'delta' ? add(p.shunt0, p.series) : p.shunt0, p.groundFrom), 1 / k2),
    };
  } else if (b.windingTo === 'wyeN' && b.toOn) {
    out = { ...out, tt: behind(b.windingFrom === 'delta' ? add(p.shunt0, p.series) : p.shunt0, p.groundTo) };
  }
  // A zigzag winding shows about a tenth of the positive-sequence impedance to zero-sequence current.
  const zigzag = scale(p.series, 10);
  if (b.windingFrom === 'zigzagN' && b.fromOn) out = { ...out, ff: scale(behind(zigzag, p.groundFrom), 1 / k2) };
  if (b.windingTo === 'zigzagN' && b.toOn) out = { ...out, tt: behind(zigzag, p.groundTo) };
  const passes = (here: string, there: string) =>
    here === 'zigzagN' || (here === 'wyeN' && (there === 'wyeN' || there === 'delta'));
  const faint: Complex = [0, (-floatingShare * b.ratedVa) / baseVa / b.uk];
  if (!passes(b.windingFrom, b.windingTo) && b.fromOn) out = { ...out, ff: add(out.ff, faint) };
  if (!passes(b.windingTo, b.windingFrom) && b.toOn) out = { ...out, tt: add(out.tt, faint) };
  return out;
}

function genericPort(b: GenericBranch, to: GridNode): TwoPort {
  const base = baseOhm(to.ratedV);
  return single(port(scale(invert([b.r1, b.x1]), base), scale([b.g1, b.b1], base), polar(b.k, b.thetaRad), b));
}

/**
 * The two-port of a branch in per unit, 1×1 (balanced) or 3×3 (by phase).
 * @throws GRID_UNSUPPORTED for a link (merge its ends instead) and for a general branch by phase.
 */
export function twoPort(b: GridBranch, nodes: readonly GridNode[], phases: 1 | 3, frequencyHz: number): TwoPort {
  const omega = 2 * Math.PI * frequencyHz;
  switch (b.kind) {
    case 'line':
      return linePort(b, nodes[b.from].ratedV, omega, phases);
    case 'phaseLine':
      return phaseLinePort(b, nodes[b.from].ratedV, omega, phases);
    case 'transformer':
      return transformerPort(b, nodes[b.from], nodes[b.to], phases);
    case 'generic':
      if (phases === 3)
        throw new QipanError('GRID_UNSUPPORTED', `generic branch ${b.id} is known for the positive sequence only`, {
          field: b.id,
          expected: 'a balanced calculation',
        });
      return genericPort(b, nodes[b.to]);
    case 'link':
      throw new QipanError('GRID_UNSUPPORTED', `link ${b.id} has no impedance`, {
        field: b.id,
        expected: 'merged ends',
      });
  }
}
