import { compileGrid, loadByWire, type CompiledGrid } from './compile.js';
import type { Complex } from './complex.js';
import type { GridNetwork, LoadModel } from './network.js';
import { nodeResults, powerFlow, type FlowResult, type NodeResult } from './power-flow.js';
import { sweep, type SweepOptions, type WireDemand } from './sweep.js';

/** One scenario of a batch: what came out of it, in the order of the scenarios. */
export interface ScenarioResult {
  readonly status: FlowResult['status'];
  readonly iterations: number;
  readonly nodes: readonly NodeResult[];
}

/** True when two networks differ in their power and current demand alone: then one factor serves both. */
function sameMatrix(a: GridNetwork, b: GridNetwork): boolean {
  if (a === b) return true;
  const same = (x: unknown, y: unknown) => x === y || JSON.stringify(x) === JSON.stringify(y);
  if (
    !same(a.nodes, b.nodes) ||
    !same(a.branches, b.branches) ||
    !same(a.shunts, b.shunts) ||
    !same(a.sources, b.sources)
  )
    return false;
  return a.loads.every((load, k) => {
    const other = b.loads[k];
    return (
      other !== undefined &&
      load.model === other.model &&
      load.node === other.node &&
      (load.model !== 'impedance' || same(load, other))
    );
  });
}

/** Demand of a run of scenarios that share a matrix, `[rows × scenarios]`. */
function demandOfAll(grid: CompiledGrid, networks: readonly GridNetwork[]): WireDemand {
  const scenarios = networks.length;
  const make = () => new Float64Array(grid.wires * scenarios);
  const part: Record<Exclude<LoadModel, 'impedance'>, { re: Float64Array; im: Float64Array; used: boolean }> = {
    power: { re: make(), im: make(), used: true },
    current: { re: make(), im: make(), used: false },
  };
  networks.forEach((network, s) => {
    for (const load of network.loads) {
      const first = grid.firstWire[load.node];
      if (!load.on || first < 0 || load.model === 'impedance') continue;
      const p = part[load.model];
      p.used = true;
      loadByWire(load, grid.phases).forEach((power, w) => {
        const at = grid.row[first + w] * scenarios + s;
        p.re[at] += power[0];
        p.im[at] += power[1];
      });
    }
  });
  const { power, current } = part;
  return {
    scenarios,
    powerRe: power.re,
    powerIm: power.im,
    currentRe: current.used ? current.re : undefined,
    currentIm: current.used ? current.im : undefined,
  };
}

/**
 * Power flow of many versions of a network. Scenarios that follow each other and differ in demand alone are solved together.
 * A scenario that does not converge has status `noSolution` and no voltages; the others are not touched by it.
 */
export function batchFlow(
  networks: readonly GridNetwork[],
  phases: 1 | 3,
  options: SweepOptions = {},
): ScenarioResult[] {
  const out: ScenarioResult[] = [];
  let first = 0;
  while (first < networks.length) {
    let end = first + 1;
    while (end < networks.length && sameMatrix(networks[first], networks[end])) end++;
    if (end === first + 1) {
      const { status, iterations, nodes } = powerFlow(networks[first], phases, options);
      out.push({ status, iterations, nodes });
    } else out.push(...together(networks.slice(first, end), phases, options));
    first = end;
  }
  return out;
}

function together(networks: readonly GridNetwork[], phases: 1 | 3, options: SweepOptions): ScenarioResult[] {
  const grid = compileGrid(networks[0], phases);
  const out: ScenarioResult[] = [];
  const onBatch: Parameters<typeof sweep>[2] = (batch) => {
    for (let t = 0; t < batch.count; t++) {
      const v = (wire: number): Complex => [
        batch.re[grid.row[wire] * batch.width + t],
        batch.im[grid.row[wire] * batch.width + t],
      ];
      const ok = batch.converged[t] === 1;
      out.push({
        status: ok ? 'converged' : 'noSolution',
        iterations: batch.iterations[t],
        nodes: ok ? nodeResults(grid, v) : [],
      });
    }
  };
  sweep(grid, demandOfAll(grid, networks), onBatch, { tolerance: 1e-14, maxIterations: 1000, ...options });
  return out;
}
