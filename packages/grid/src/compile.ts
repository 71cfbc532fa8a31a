import { QipanError } from '@qipan/base';
import {
  add,
  balancedMatrix,
  conjugate,
  multiply,
  polar,
  scale,
  subtract,
  zero,
  type Complex,
  type Matrix,
} from './complex.js';
import { factorise, type Factor } from './factor.js';
import { baseVa, type GridNetwork, type GridSource } from './network.js';
import { twoPort, type TwoPort } from './two-port.js';

/** A network made ready for many flows. A wire is a node of the balanced calculation, or one phase of a node. */
export interface CompiledGrid {
  readonly network: GridNetwork;
  readonly phases: 1 | 3;
  /** Wires held by a source; the rest is dead. */
  readonly wires: number;
  /** First wire of each network node, −1 when no source holds it. Nodes joined by links share their wires. */
  readonly firstWire: Int32Array;
  readonly factor: Factor;
  /** Current that the sources push into each position, per unit. */
  readonly sourceRe: Float64Array;
  readonly sourceIm: Float64Array;
  /** Voltage at no load with ideal sources, per position: where every flow starts. */
  readonly startRe: Float64Array;
  readonly startIm: Float64Array;
  /** Two-port of each branch; null for links and for branches in dead parts. */
  readonly ports: readonly (TwoPort | null)[];
}

/** Representative of each node after joining the ends of closed links. */
function joined(network: GridNetwork): Int32Array {
  const root = Int32Array.from(network.nodes, (_, i) => i);
  const find = (i: number): number => {
    while (root[i] !== i) i = root[i] = root[root[i]];
    return i;
  };
  for (const b of network.branches) {
    if (b.kind === 'link' && b.fromOn && b.toOn)
      root[Math.max(find(b.from), find(b.to))] = Math.min(find(b.from), find(b.to));
  }
  return root.map((_, i) => find(i));
}

/** Marks what a source reaches over closed branches. */
function live(network: GridNetwork, node: Int32Array): Uint8Array {
  const around: number[][] = network.nodes.map(() => []);
  for (const b of network.branches) {
    if (!b.fromOn || !b.toOn || b.kind === 'link') continue;
    around[node[b.from]].push(node[b.to]);
    around[node[b.to]].push(node[b.from]);
  }
  const reached = new Uint8Array(network.nodes.length);
  const stack = network.sources.filter((s) => s.on).map((s) => node[s.node]);
  while (stack.length > 0) {
    const v = stack.pop() as number;
    if (reached[v]) continue;
    reached[v] = 1;
    stack.push(...around[v]);
  }
  return reached;
}

/** Admittance of a source and the current it pushes. */
function sourceParts(s: GridSource, phases: 1 | 3): { y: Matrix; current: Complex[] } {
  const z = baseVa / s.shortCircuitVa;
  const x = z / Math.hypot(1, s.rxRatio);
  const y1 = scale([s.rxRatio * x, -x], 1 / (z * z));
  const u = (p: number): Complex =>
    polar(
      s.uPu[p % s.uPu.length],
      s.angleRad[p % s.angleRad.length] - (s.angleRad.length === 3 ? 0 : (p * 2 * Math.PI) / 3),
    );
  if (phases === 1) {
    // A source given by phase drives the balanced calculation with its positive sequence.
    const turn = (k: number) => polar(1 / 3, (k * 2 * Math.PI) / 3);
    const v =
      s.uPu.length === 1 ? u(0) : add(add(multiply(u(0), turn(0)), multiply(u(1), turn(1))), multiply(u(2), turn(2)));
    return { y: [[y1]], current: [multiply(y1, v)] };
  }
  const y0 = scale(y1, 1 / s.z01Ratio);
  const y = balancedMatrix(scale(add(scale(y1, 2), y0), 1 / 3), scale(subtract(y0, y1), 1 / 3));
  return { y, current: y.map((row) => row.reduce((sum, cell, p) => add(sum, multiply(cell, u(p))), zero)) };
}

class Triplets {
  readonly row: number[] = [];
  readonly col: number[] = [];
  readonly re: number[] = [];
  readonly im: number[] = [];

  addBlock(i: number, j: number, block: Matrix, sign = 1): void {
    block.forEach((cells, a) =>
      cells.forEach((cell, b) => {
        this.row.push(i + a);
        this.col.push(j + b);
        this.re.push(sign * cell[0]);
        this.im.push(sign * cell[1]);
      }),
    );
  }
}

/**
 * Builds and factorises the admittance matrix of a network: once per topology, then any number of load scenarios.
 * Meshed networks and several sources are carried exactly: they only cost fill.
 * @throws BAD_INPUT when no source is on; DEGENERATE_INPUT when a wire is held by nothing; what `twoPort` throws.
 */
export function compileGrid(network: GridNetwork, phases: 1 | 3): CompiledGrid {
  const node = joined(network);
  const reached = live(network, node);
  const firstWire = new Int32Array(network.nodes.length).fill(-1);
  let wires = 0;
  network.nodes.forEach((_, i) => {
    if (node[i] === i && reached[i]) {
      firstWire[i] = wires;
      wires += phases;
    }
  });
  network.nodes.forEach((_, i) => (firstWire[i] = firstWire[node[i]]));
  if (wires === 0)
    throw new QipanError('BAD_INPUT', `${network.name}: no source is switched on`, {
      expected: 'at least one source with status on',
    });

  const y = new Triplets();
  const ports = network.branches.map((b): TwoPort | null => {
    if (b.kind === 'link') return null;
    const i = firstWire[b.from];
    const j = firstWire[b.to];
    if ((b.fromOn ? i : -1) < 0 && (b.toOn ? j : -1) < 0) return null;
    const p = twoPort(b, network.nodes, phases, network.frequencyHz);
    if (b.fromOn && i >= 0) y.addBlock(i, i, p.ff);
    if (b.toOn && j >= 0) y.addBlock(j, j, p.tt);
    if (b.fromOn && b.toOn) {
      y.addBlock(i, j, p.ft);
      y.addBlock(j, i, p.tf);
    }
    return p;
  });
  for (const s of network.shunts) {
    const i = firstWire[s.node];
    if (!s.on || i < 0) continue;
    const base = network.nodes[s.node].ratedV ** 2 / baseVa;
    const y1 = scale([s.g1, s.b1], base);
    const y0 = scale([s.g0, s.b0], base);
    y.addBlock(
      i,
      i,
      phases === 1 ? [[y1]] : balancedMatrix(scale(add(scale(y1, 2), y0), 1 / 3), scale(subtract(y0, y1), 1 / 3)),
    );
  }
  const pushed = Array.from({ length: wires }, () => zero);
  const held: number[] = [];
  for (const s of network.sources) {
    const i = firstWire[s.node];
    if (!s.on || i < 0) continue;
    const { y: ys, current } = sourceParts(s, phases);
    y.addBlock(i, i, ys);
    current.forEach((c, p) => {
      pushed[i + p] = add(pushed[i + p], c);
      held.push(i + p);
    });
  }
  addImpedanceLoads(network, phases, firstWire, y);
  const factor = factorise({ n: wires, ...y }, held);
  const sourceRe = Float64Array.from(factor.node, (w) => pushed[w][0]);
  const sourceIm = Float64Array.from(factor.node, (w) => pushed[w][1]);
  const startRe = sourceRe.slice();
  const startIm = sourceIm.slice();
  substitute(factor, startRe, startIm);
  return { network, phases, wires, firstWire, factor, sourceRe, sourceIm, startRe, startIm, ports };
}

/** Demand of a load by wire, per unit of the base per wire. */
export function loadByWire(load: { pW: ArrayLike<number>; qVar: ArrayLike<number> }, phases: 1 | 3): Complex[] {
  const total = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0);
  const perPhase = load.pW.length === 3;
  if (phases === 1) return [[total(load.pW) / baseVa, total(load.qVar) / baseVa]];
  return [0, 1, 2].map((p) =>
    perPhase ? [(3 * load.pW[p]) / baseVa, (3 * load.qVar[p]) / baseVa] : [load.pW[0] / baseVa, load.qVar[0] / baseVa],
  );
}

/** Constant-impedance demand stands in the matrix, so that it converges at once; a scenario adds only its difference. */
function addImpedanceLoads(network: GridNetwork, phases: 1 | 3, firstWire: Int32Array, y: Triplets): void {
  for (const load of network.loads) {
    const i = firstWire[load.node];
    if (!load.on || load.model !== 'impedance' || i < 0) continue;
    loadByWire(load, phases).forEach((s, p) => y.addBlock(i + p, i + p, [[conjugate(s)]]));
  }
}

/** Solves `Y·v = b` in place for one right-hand side, in positions. */
export function substitute(f: Factor, re: Float64Array, im: Float64Array): void {
  for (let k = 0; k < f.n; k++) {
    for (let e = f.ptr[k]; e < f.ptr[k + 1]; e++) {
      const j = f.neighbour[e];
      re[j] -= f.lowerRe[e] * re[k] - f.lowerIm[e] * im[k];
      im[j] -= f.lowerRe[e] * im[k] + f.lowerIm[e] * re[k];
    }
  }
  for (let k = f.n - 1; k >= 0; k--) {
    let a = re[k] * f.inverseRe[k] - im[k] * f.inverseIm[k];
    let b = re[k] * f.inverseIm[k] + im[k] * f.inverseRe[k];
    for (let e = f.ptr[k]; e < f.ptr[k + 1]; e++) {
      const j = f.neighbour[e];
      a -= f.upperRe[e] * re[j] - f.upperIm[e] * im[j];
      b -= f.upperRe[e] * im[j] + f.upperIm[e] * re[j];
    }
    re[k] = a;
    im[k] = b;
  }
}
