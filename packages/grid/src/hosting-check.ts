import type { CompiledGrid } from './compile.js';
import type { Batch } from './sweep.js';

/** What a network must not exceed. A country pack fills it; nothing is a limit of the code. */
export interface GridLimits {
  readonly minPu: number;
  readonly maxPu: number;
  /** Of the rated power, of the rated current. */
  readonly transformerLoading: number;
  readonly lineLoading: number;
}

/** GB/T 12325: 220 V +7 %/−10 %, three-phase ±7 %; full rating. To be verified against the local rule. */
export const chinaLimits: GridLimits = { minPu: 0.93, maxPu: 1.07, transformerLoading: 1, lineLoading: 1 };
/** EN 50160: ±10 %. */
export const europeLimits: GridLimits = { minPu: 0.9, maxPu: 1.1, transformerLoading: 1, lineLoading: 1 };

export type LimitKind = 'transformer' | 'line' | 'lowVoltage' | 'highVoltage' | 'noSolution';

/** Branch data of the checks: rows of both ends and the admittances that give the current into each end. */
export interface Checks {
  readonly names: readonly string[];
  readonly isTransformer: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** ff, ft, tf, tt: re, im. */
  readonly y: Float64Array;
  /** Rated current squared, per unit of the branch's own node; 0 = no rating known. */
  readonly rated2: Float64Array;
  readonly nodeRow: Int32Array;
  readonly nodeName: readonly string[];
}

export function checksOf(grid: CompiledGrid): Checks {
  const { network } = grid;
  const used = network.branches.flatMap((b, k) => {
    const port = grid.ports[k];
    if (!port || !b.fromOn || !b.toOn) return [];
    const rated =
      'ratedVa' in b
        ? b.ratedVa / 1e6
        : 'ratedA' in b
          ? (b.ratedA * network.nodes[b.from].ratedV * Math.sqrt(3)) / 1e6
          : Number.NaN;
    return [{ b, port, rated: Number.isFinite(rated) ? rated : 0 }];
  });
  const row = (node: number) => grid.row[grid.firstWire[node]];
  const nodes = network.nodes.map((_, i) => i).filter((i) => grid.firstWire[i] >= 0);
  return {
    names: used.map((u) => u.b.id),
    isTransformer: Uint8Array.from(used, (u) => (u.b.kind === 'transformer' ? 1 : 0)),
    from: Int32Array.from(used, (u) => row(u.b.from)),
    to: Int32Array.from(used, (u) => row(u.b.to)),
    y: Float64Array.from(
      used.flatMap((u) => [u.port.ff, u.port.ft, u.port.tf, u.port.tt].flatMap((m) => [m[0][0][0], m[0][0][1]])),
    ),
    rated2: Float64Array.from(used, (u) => u.rated * u.rated),
    nodeRow: Int32Array.from(nodes, row),
    nodeName: nodes.map((i) => network.nodes[i].id),
  };
}

export interface Violation {
  readonly kind: LimitKind;
  readonly id: string;
  /** By how much the limit was passed, relative. */
  readonly margin: number;
}

/**
 * Marks the days of a batch that break a limit, with the element that is furthest beyond it.
 * @param stepsOfDay scenarios that follow each other and are one day
 */
export function checkBatch(
  c: { readonly checks: Checks; readonly limits: GridLimits; readonly stepsOfDay: number },
  batch: Batch,
  worst: (Violation | null)[],
  firstDay: number,
): void {
  const found = (t: number, kind: LimitKind, id: string, margin: number) => {
    const day = firstDay + Math.floor((batch.first + t) / c.stepsOfDay);
    const before = worst[day];
    if (margin > 0 && (!before || margin > before.margin)) worst[day] = { kind, id, margin };
  };
  for (let t = 0; t < batch.count; t++) if (!batch.converged[t]) found(t, 'noSolution', 'network', Infinity);
  checkBranches(c.checks, c.limits, batch, found);
  const { re, im, width, converged, count } = batch;
  const { minPu, maxPu } = c.limits;
  const [min2, max2] = [minPu * minPu, maxPu * maxPu];
  for (let k = 0; k < c.checks.nodeRow.length; k++) {
    const o = c.checks.nodeRow[k] * width;
    for (let t = 0; t < count; t++) {
      const u2 = re[o + t] * re[o + t] + im[o + t] * im[o + t];
      if ((u2 >= min2 && u2 <= max2) || !converged[t]) continue;
      const u = Math.sqrt(u2);
      if (u < minPu) found(t, 'lowVoltage', c.checks.nodeName[k], minPu - u);
      else found(t, 'highVoltage', c.checks.nodeName[k], u - maxPu);
    }
  }
}

/** Squares are compared, so that roots are taken of what is beyond its limit alone. */
function checkBranches(
  checks: Checks,
  limits: GridLimits,
  batch: Batch,
  found: (t: number, kind: LimitKind, id: string, margin: number) => void,
): void {
  const { re, im, width, converged, count } = batch;
  const { y } = checks;
  for (let k = 0; k < checks.from.length; k++) {
    if (checks.rated2[k] === 0) continue;
    const isTransformer = checks.isTransformer[k] === 1;
    const limit = isTransformer ? limits.transformerLoading : limits.lineLoading;
    const most = limit * limit * checks.rated2[k];
    const [a, b, o] = [checks.from[k] * width, checks.to[k] * width, k * 8];
    for (let t = 0; t < count; t++) {
      const [ar, ai, br, bi] = [re[a + t], im[a + t], re[b + t], im[b + t]];
      const fr = y[o] * ar - y[o + 1] * ai + y[o + 2] * br - y[o + 3] * bi;
      const fi = y[o] * ai + y[o + 1] * ar + y[o + 2] * bi + y[o + 3] * br;
      const tr = y[o + 4] * ar - y[o + 5] * ai + y[o + 6] * br - y[o + 7] * bi;
      const ti = y[o + 4] * ai + y[o + 5] * ar + y[o + 6] * bi + y[o + 7] * br;
      // A transformer's rating is a power, a line's a current.
      const from2 = (fr * fr + fi * fi) * (isTransformer ? ar * ar + ai * ai : 1);
      const to2 = (tr * tr + ti * ti) * (isTransformer ? br * br + bi * bi : 1);
      const worse = from2 > to2 ? from2 : to2;
      if (worse > most && converged[t])
        found(t, isTransformer ? 'transformer' : 'line', checks.names[k], Math.sqrt(worse / most) - 1);
    }
  }
}
