import { compileGrid, loadByWire, type CompiledGrid } from './compile.js';
import { conjugate, multiply, type Complex } from './complex.js';
import type { GridNetwork, LoadModel } from './network.js';
import { sweep, type SweepOptions, type WireDemand } from './sweep.js';
import type { TwoPort } from './two-port.js';

/** State of one node, one value (balanced) or three (by phase). A dead node is not energised and has no voltage. */
export interface NodeResult {
  readonly id: string;
  readonly isEnergized: boolean;
  /** Magnitude per unit of the rated voltage. */
  readonly uPu: readonly number[];
  /** V: line to line when balanced, line to earth by phase. */
  readonly uV: readonly number[];
  readonly angleRad: readonly number[];
}

/** Flow of one branch, W and A, into it at both ends. */
export interface BranchResult {
  readonly id: string;
  readonly isEnergized: boolean;
  readonly pFromW: readonly number[];
  readonly qFromVar: readonly number[];
  readonly iFromA: readonly number[];
  readonly pToW: readonly number[];
  readonly qToVar: readonly number[];
  readonly iToA: readonly number[];
  /** Of the rated current or power; NaN when no rating is known. */
  readonly loading: number;
}

export type FlowStatus = 'converged' | 'noSolution';

export interface FlowResult {
  /** `noSolution` is an answer: the voltages are then absent. */
  readonly status: FlowStatus;
  readonly iterations: number;
  readonly nodes: readonly NodeResult[];
  readonly branches: readonly BranchResult[];
}

/** Loads of a network by position, for one scenario. */
export function demandOf(grid: CompiledGrid): WireDemand {
  const make = () => new Float64Array(grid.wires);
  const parts: Record<LoadModel, { re: Float64Array; im: Float64Array; used: boolean }> = {
    power: { re: make(), im: make(), used: true },
    impedance: { re: make(), im: make(), used: false },
    current: { re: make(), im: make(), used: false },
  };
  for (const load of grid.network.loads) {
    const first = grid.firstWire[load.node];
    // Constant impedance stands in the matrix already.
    if (!load.on || first < 0 || load.model === 'impedance') continue;
    const part = parts[load.model];
    part.used = true;
    loadByWire(load, grid.phases).forEach((s, p) => {
      const at = grid.row[first + p];
      part.re[at] += s[0];
      part.im[at] += s[1];
    });
  }
  const { power, current } = parts;
  return {
    scenarios: 1,
    powerRe: power.re,
    powerIm: power.im,
    currentRe: current.used ? current.re : undefined,
    currentIm: current.used ? current.im : undefined,
  };
}

/** The power flow of a network as it stands: voltages at every node, flows in every branch. */
export function powerFlow(network: GridNetwork, phases: 1 | 3, options: SweepOptions = {}): FlowResult {
  const grid = compileGrid(network, phases);
  let result: FlowResult | null = null;
  sweep(
    grid,
    demandOf(grid),
    (batch) => {
      const v = (wire: number): Complex => {
        const at = grid.row[wire] * batch.width;
        return [batch.re[at], batch.im[at]];
      };
      const ok = batch.converged[0] === 1;
      result = {
        status: ok ? 'converged' : 'noSolution',
        iterations: batch.iterations[0],
        nodes: ok ? nodeResults(grid, v) : [],
        branches: ok ? branchResults(grid, v) : [],
      };
    },
    { tolerance: 1e-14, maxIterations: 1000, ...options },
  );
  return result as unknown as FlowResult;
}

const baseOf = (phases: 1 | 3) => 1e6 / phases;

/** Node results from wire voltages. */
export function nodeResults(grid: CompiledGrid, v: (wire: number) => Complex): NodeResult[] {
  return grid.network.nodes.map((node, i) => {
    const first = grid.firstWire[i];
    const isEnergized = first >= 0;
    const at = Array.from({ length: grid.phases }, (_, p) => (isEnergized ? v(first + p) : ([0, 0] as Complex)));
    const uPu = at.map((c) => Math.hypot(c[0], c[1]));
    const rated = grid.phases === 1 ? node.ratedV : node.ratedV / Math.sqrt(3);
    return {
      id: node.id,
      isEnergized,
      uPu,
      uV: uPu.map((u) => u * rated),
      angleRad: at.map((c) => Math.atan2(c[1], c[0])),
    };
  });
}

function branchResults(grid: CompiledGrid, v: (wire: number) => Complex): BranchResult[] {
  const { network, phases } = grid;
  const none = Array.from({ length: phases }, () => 0);
  return network.branches.map((b, k) => {
    const port = grid.ports[k];
    if (!port)
      return {
        id: b.id,
        isEnergized: b.kind === 'link' && grid.firstWire[b.from] >= 0,
        pFromW: none,
        qFromVar: none,
        iFromA: none,
        pToW: none,
        qToVar: none,
        iToA: none,
        loading: b.kind === 'link' ? Number.NaN : 0,
      };
    const volts = (node: number, on: boolean) =>
      Array.from({ length: phases }, (_, p): Complex =>
        on && grid.firstWire[node] >= 0 ? v(grid.firstWire[node] + p) : [0, 0],
      );
    const from = volts(b.from, b.fromOn);
    const to = volts(b.to, b.toOn);
    const iFrom = currentInto(port.ff, from, port.ft, to);
    const iTo = currentInto(port.tf, from, port.tt, to);
    const power = (u: readonly Complex[], i: readonly Complex[]) => u.map((x, p) => multiply(x, conjugate(i[p])));
    const sFrom = power(from, iFrom);
    const sTo = power(to, iTo);
    const base = baseOf(phases);
    const amperes = (i: readonly Complex[], ratedV: number) =>
      i.map((c) => (Math.hypot(c[0], c[1]) * 1e6) / ratedV / Math.sqrt(3));
    const iFromA = amperes(iFrom, network.nodes[b.from].ratedV);
    const iToA = amperes(iTo, network.nodes[b.to].ratedV);
    const total = (s: readonly Complex[]) => s.reduce((a, c) => a + Math.hypot(c[0], c[1]) * base, 0);
    const loading =
      'ratedA' in b
        ? Math.max(...iFromA, ...iToA) / b.ratedA
        : 'ratedVa' in b
          ? Math.max(total(sFrom), total(sTo)) / b.ratedVa
          : Number.NaN;
    return {
      id: b.id,
      isEnergized: true,
      pFromW: sFrom.map((s) => s[0] * base),
      qFromVar: sFrom.map((s) => s[1] * base),
      iFromA,
      pToW: sTo.map((s) => s[0] * base),
      qToVar: sTo.map((s) => s[1] * base),
      iToA,
      loading,
    };
  });
}

function currentInto(own: TwoPort['ff'], u: readonly Complex[], far: TwoPort['ff'], w: readonly Complex[]): Complex[] {
  return own.map((row, i) => {
    let re = 0;
    let im = 0;
    for (let j = 0; j < row.length; j++) {
      const a = multiply(row[j], u[j]);
      const b = multiply(far[i][j], w[j]);
      re += a[0] + b[0];
      im += a[1] + b[1];
    }
    return [re, im];
  });
}
