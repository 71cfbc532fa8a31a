import {
  add,
  complex,
  matrixInverse,
  matrixProduct,
  matrixScale,
  matrixSum,
  modulus,
  type Complex,
  type Matrix,
} from './complex.js';

/** What one bus of a tree needs in a sweep: `unit` adds and shifts, `full` multiplies by matrices. */
export type BusKind = 0 | 1 | 2;

/** V_child = V_parent + Z·b with Z = self on the diagonal, mutual off it. */
export const busBalanced: BusKind = 0;
/** The same with any Z. */
export const busUnit: BusKind = 1;
/** V_child = A·V_parent + Z·b, b_parent += B·b: a transformer, or a line with shunts at or below it. */
export const busFull: BusKind = 2;

/**
 * A forest ready for sweeps. Position k comes after all its children; rows `k·phases … k·phases + phases − 1` are its wires.
 * `z`, `a`, `b` hold `phases²` complex numbers a bus, row-major, real and imaginary parts apart.
 */
export interface RadialPlan {
  readonly phases: 1 | 3;
  readonly buses: number;
  /** Bus number of each position. */
  readonly bus: Int32Array;
  /** Position of the parent, −1 at a root. */
  readonly parent: Int32Array;
  readonly kind: Uint8Array;
  readonly zRe: Float64Array;
  readonly zIm: Float64Array;
  readonly aRe: Float64Array;
  readonly aIm: Float64Array;
  readonly bRe: Float64Array;
  readonly bIm: Float64Array;
}

/** A branch between two buses as blocks, and the blocks of every bus: what `compileGrid` collects. */
export interface BlockNetwork {
  readonly buses: number;
  readonly phases: 1 | 3;
  /** Shunts, sources and impedance loads at each bus; null for none. */
  readonly shunt: readonly (Matrix | null)[];
  readonly edges: readonly {
    readonly i: number;
    readonly j: number;
    readonly ii: Matrix;
    readonly ij: Matrix;
    readonly ji: Matrix;
    readonly jj: Matrix;
    readonly isSeries: boolean;
  }[];
  /** Buses that a root should be taken from. */
  readonly roots: readonly number[];
}

/** Breadth-first order from the roots; null when an edge closes a loop. Parallel branches close a loop too. */
function treeOrder(net: BlockNetwork): { order: number[]; parentEdge: Int32Array; parent: Int32Array } | null {
  const around: [number, number][][] = Array.from({ length: net.buses }, () => []);
  net.edges.forEach((e, k) => {
    around[e.i].push([e.j, k]);
    around[e.j].push([e.i, k]);
  });
  const parent = new Int32Array(net.buses).fill(-2);
  const parentEdge = new Int32Array(net.buses).fill(-1);
  const order: number[] = [];
  for (const root of net.roots) {
    if (parent[root] !== -2) continue;
    parent[root] = -1;
    const queue = [root];
    for (let q = 0; q < queue.length; q++) {
      const v = queue[q];
      order.push(v);
      for (const [w, k] of around[v]) {
        if (k === parentEdge[v]) continue;
        if (parent[w] !== -2) return null;
        parent[w] = v;
        parentEdge[w] = k;
        queue.push(w);
      }
    }
  }
  return order.length === net.buses ? { order, parent, parentEdge } : null;
}

const isBalanced = (m: Matrix): boolean => {
  if (m.length === 1) return true;
  const close = (a: Complex, b: Complex) => modulus(add(a, [-b[0], -b[1]])) <= 1e-12 * modulus(m[0][0]);
  return (
    close(m[0][0], m[1][1]) &&
    close(m[0][0], m[2][2]) &&
    [m[0][2], m[1][0], m[1][2], m[2][0], m[2][1]].every((x) => close(x, m[0][1]))
  );
};

/** Beyond this a star point floats: block pivots lose digits that the scalar factor keeps. */
const illConditioned = 1e6;
const largest = (m: Matrix) => Math.max(...m.flat().map(modulus));

/**
 * Eliminates a forest from its leaves (block LDU without fill). Where a subtree has no path to earth the elimination is exact by
 * structure, not by cancellation: the parent sees nothing of it, the child follows its parent.
 * @returns null when the network has a loop, or when a block pivot is nearly singular.
 */
export function radialPlan(net: BlockNetwork): RadialPlan | null {
  const tree = treeOrder(net);
  if (!tree) return null;
  const { phases, buses } = net;
  const cells = phases * phases;
  const bus = Int32Array.from(tree.order).reverse();
  const position = new Int32Array(buses);
  bus.forEach((v, k) => (position[v] = k));
  const make = () => new Float64Array(buses * cells);
  const plan = {
    phases,
    buses,
    bus,
    parent: new Int32Array(buses),
    kind: new Uint8Array(buses),
    zRe: make(),
    zIm: make(),
    aRe: make(),
    aIm: make(),
    bRe: make(),
    bIm: make(),
  };
  const put = (re: Float64Array, im: Float64Array, k: number, m: Matrix) =>
    m.forEach((row, i) =>
      row.forEach((c, j) => {
        re[k * cells + i * phases + j] = c[0];
        im[k * cells + i * phases + j] = c[1];
      }),
    );
  // Admittance to earth that each bus sees at itself and below.
  const earth: (Matrix | null)[] = [...net.shunt];
  for (let k = 0; k < buses; k++) {
    const v = bus[k];
    const p = tree.parent[v];
    plan.parent[k] = p === -1 ? -1 : position[p];
    const own = earth[v];
    if (p === -1) {
      const z = own && matrixInverse(own);
      if (!z) return null;
      plan.kind[k] = busUnit;
      put(plan.zRe, plan.zIm, k, z);
      continue;
    }
    const e = net.edges[tree.parentEdge[v]];
    const [cc, cp, pc, pp] = e.j === v ? [e.jj, e.ji, e.ij, e.ii] : [e.ii, e.ij, e.ji, e.jj];
    if (!own && e.isSeries) {
      const z = matrixInverse(matrixScale(cp, complex(-1)));
      if (!z) return null;
      plan.kind[k] = isBalanced(z) ? busBalanced : busUnit;
      put(plan.zRe, plan.zIm, k, z);
      continue;
    }
    const pivot = own ? matrixSum(cc, own) : cc;
    const z = matrixInverse(pivot);
    if (!z || largest(z) * largest(pivot) > illConditioned) return null;
    const a = matrixScale(matrixProduct(z, cp), complex(-1));
    const b = matrixScale(matrixProduct(pc, z), complex(-1));
    plan.kind[k] = busFull;
    put(plan.zRe, plan.zIm, k, z);
    put(plan.aRe, plan.aIm, k, a);
    put(plan.bRe, plan.bIm, k, b);
    const seen = matrixSum(pp, matrixProduct(pc, a));
    earth[p] = earth[p] ? matrixSum(earth[p], seen) : seen;
  }
  return plan;
}
