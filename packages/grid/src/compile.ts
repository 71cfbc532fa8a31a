import {
  add,
  balancedMatrix,
  conjugate,
  matrixSum,
  multiply,
  polar,
  scale,
  subtract,
  zero,
  type Complex,
  type Matrix,
} from './complex.js';
import { factorise, type Admittance, type Factor } from './factor.js';
import { solveFactor, solveRadial, type Tile } from './kernels.js';
import { baseVa, type GridNetwork, type GridSource } from './network.js';
import { radialPlan, type BlockNetwork, type RadialPlan } from './radial.js';
import { twoPort, type TwoPort } from './two-port.js';

/** A network made ready for many flows. A wire is a node of the balanced calculation, or one phase of a node. */
export interface CompiledGrid {
  readonly network: GridNetwork;
  readonly phases: 1 | 3;
  /** Wires held by a source; the rest is dead. 0 when no source is on. */
  readonly wires: number;
  /** First wire of each network node, −1 when no source holds it. Nodes joined by links share their wires. */
  readonly firstWire: Int32Array;
  /** Row of each wire in the arrays of a sweep. */
  readonly row: Int32Array;
  /** A forest is swept by this plan, anything else by `factor`. Exactly one of the two is there when there are wires. */
  readonly radial: RadialPlan | null;
  readonly factor: Factor | null;
  /** Current that the sources push into each row, per unit. */
  readonly sourceRe: Float64Array;
  readonly sourceIm: Float64Array;
  /** Voltage at no load, by row: where every flow starts. */
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

/** Blocks of the network while it is collected. */
interface Blocks {
  readonly shunt: (Matrix | null)[];
  readonly edges: BlockNetwork['edges'][number][];
}

function addShunt(blocks: Blocks, bus: number, y: Matrix): void {
  const before = blocks.shunt[bus];
  blocks.shunt[bus] = before ? matrixSum(before, y) : y;
}

const isZero = (m: Matrix) => m.every((row) => row.every((c) => c[0] === 0 && c[1] === 0));

/** Series element: what enters one end leaves the other, and a voltage shift of both ends changes nothing. */
function isSeries(p: TwoPort): boolean {
  const opposite = (a: Matrix, b: Matrix) =>
    a.every((row, i) => row.every((c, j) => c[0] === -b[i][j][0] && c[1] === -b[i][j][1]));
  return opposite(p.ff, p.ft) && opposite(p.tt, p.ft) && opposite(p.ff, p.tf);
}

/** Stamps one branch; a branch open at one end is a shunt at the other. */
function addBranch(blocks: Blocks, p: TwoPort, ends: { from: number; to: number }): void {
  const { from, to } = ends;
  if (from >= 0 && to >= 0 && from !== to) {
    blocks.edges.push({ i: from, j: to, ii: p.ff, ij: p.ft, ji: p.tf, jj: p.tt, isSeries: isSeries(p) });
    return;
  }
  if (from >= 0 && from === to) {
    // Both ends on one bus (joined by links): what circulates is a shunt.
    addShunt(blocks, from, matrixSum(matrixSum(p.ff, p.ft), matrixSum(p.tf, p.tt)));
    return;
  }
  if (from >= 0 && !isZero(p.ff)) addShunt(blocks, from, p.ff);
  if (to >= 0 && !isZero(p.tt)) addShunt(blocks, to, p.tt);
}

/** Scalar triplets of the whole matrix, for the general factor. */
function triplets(net: BlockNetwork): Admittance {
  const out = {
    n: net.buses * net.phases,
    row: [] as number[],
    col: [] as number[],
    re: [] as number[],
    im: [] as number[],
  };
  const put = (i: number, j: number, m: Matrix) =>
    m.forEach((cells, a) =>
      cells.forEach((c, b) => {
        out.row.push(i * net.phases + a);
        out.col.push(j * net.phases + b);
        out.re.push(c[0]);
        out.im.push(c[1]);
      }),
    );
  for (const e of net.edges) {
    put(e.i, e.i, e.ii);
    put(e.i, e.j, e.ij);
    put(e.j, e.i, e.ji);
    put(e.j, e.j, e.jj);
  }
  net.shunt.forEach((m, i) => m && put(i, i, m));
  return out;
}

/** Number of the bus of each node, −1 in dead parts. */
function busNumbers(network: GridNetwork): { bus: Int32Array; buses: number } {
  const node = joined(network);
  const reached = live(network, node);
  const bus = new Int32Array(network.nodes.length).fill(-1);
  let buses = 0;
  network.nodes.forEach((_, i) => {
    if (node[i] === i && reached[i]) bus[i] = buses++;
  });
  network.nodes.forEach((_, i) => (bus[i] = bus[node[i]]));
  return { bus, buses };
}

/** Shunts, constant-impedance loads and sources; gives the buses of the sources and the current pushed into each wire. */
function stampBuses(
  network: GridNetwork,
  phases: 1 | 3,
  bus: Int32Array,
  blocks: Blocks,
): { roots: number[]; pushed: Complex[] } {
  const phaseShunt = (y1: Complex, y0: Complex): Matrix =>
    phases === 1 ? [[y1]] : balancedMatrix(scale(add(scale(y1, 2), y0), 1 / 3), scale(subtract(y0, y1), 1 / 3));
  for (const s of network.shunts) {
    if (!s.on || bus[s.node] < 0) continue;
    const base = network.nodes[s.node].ratedV ** 2 / baseVa;
    addShunt(blocks, bus[s.node], phaseShunt(scale([s.g1, s.b1], base), scale([s.g0, s.b0], base)));
  }
  // Constant-impedance demand stands in the matrix, so that it converges at once; a scenario adds only its difference.
  for (const load of network.loads) {
    if (!load.on || load.model !== 'impedance' || bus[load.node] < 0) continue;
    const y = loadByWire(load, phases).map(conjugate);
    addShunt(
      blocks,
      bus[load.node],
      y.map((own, i) => y.map((_, j) => (i === j ? own : zero))),
    );
  }
  const pushed = Array.from({ length: blocks.shunt.length * phases }, () => zero);
  const roots = new Set<number>();
  for (const s of network.sources) {
    const i = bus[s.node];
    if (!s.on || i < 0) continue;
    const { y, current } = sourceParts(s, phases);
    addShunt(blocks, i, y);
    current.forEach((c, p) => (pushed[i * phases + p] = add(pushed[i * phases + p], c)));
    roots.add(i);
  }
  return { roots: [...roots], pushed };
}

/**
 * Builds the admittance of a network and eliminates it: once per topology, then any number of load scenarios. A radial network
 * gets a plan of block sweeps; rings and several sources are carried exactly by a sparse factor.
 * Without any source switched on the grid is dead: no wires, every node reports as not energised.
 * @throws DEGENERATE_INPUT when a wire is held by nothing; what `twoPort` throws.
 */
export function compileGrid(network: GridNetwork, phases: 1 | 3): CompiledGrid {
  const { bus, buses } = busNumbers(network);
  const blocks: Blocks = { shunt: Array.from({ length: buses }, () => null), edges: [] };
  const ports = network.branches.map((b): TwoPort | null => {
    if (b.kind === 'link') return null;
    const from = b.fromOn ? bus[b.from] : -1;
    const to = b.toOn ? bus[b.to] : -1;
    if (from < 0 && to < 0) return null;
    const p = twoPort(b, network.nodes, phases, network.frequencyHz);
    addBranch(blocks, p, { from, to });
    return p;
  });
  const { roots, pushed } = stampBuses(network, phases, bus, blocks);
  const net: BlockNetwork = { buses, phases, ...blocks, roots };
  const radial = buses === 0 ? null : radialPlan(net);
  const held = roots.flatMap((i) => Array.from({ length: phases }, (_, p) => i * phases + p));
  const factor = buses === 0 || radial ? null : factorise(triplets(net), held);
  const row = new Int32Array(buses * phases);
  if (radial)
    radial.bus.forEach((v, k) =>
      row.set(
        [0, 1, 2].slice(0, phases).map((p) => k * phases + p),
        v * phases,
      ),
    );
  else if (factor) row.set(factor.position);
  const sourceRe = new Float64Array(row.length);
  const sourceIm = new Float64Array(row.length);
  row.forEach((k, w) => {
    sourceRe[k] = pushed[w][0];
    sourceIm[k] = pushed[w][1];
  });
  const make = () => new Float64Array(row.length);
  const tile: Tile = {
    width: 1,
    re: make(),
    im: make(),
    bRe: sourceRe.slice(),
    bIm: sourceIm.slice(),
    moved: new Float64Array(1),
  };
  if (radial) solveRadial(radial, tile);
  else if (factor) solveFactor(factor, tile);
  const firstWire = bus.map((i) => (i < 0 ? -1 : i * phases));
  return {
    network,
    phases,
    wires: row.length,
    firstWire,
    row,
    radial,
    factor,
    sourceRe,
    sourceIm,
    startRe: tile.re,
    startIm: tile.im,
    ports,
  };
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
