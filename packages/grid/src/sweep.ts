import type { CompiledGrid } from './compile.js';
import { drawCurrent, drawImpedance, drawPower, solveFactor, solveRadial, type Tile } from './kernels.js';
import { simdTile } from './simd-sweep.js';

/** Demand by row and scenario: `[rows × scenarios]`, scenario innermost, per unit, drawn positive. */
export interface WireDemand {
  readonly scenarios: number;
  /** Constant power. */
  readonly powerRe: Float64Array;
  readonly powerIm: Float64Array;
  /** Difference to the constant-impedance demand that stands in the matrix; absent when there is none. */
  readonly impedanceRe?: Float64Array | undefined;
  readonly impedanceIm?: Float64Array | undefined;
  /** Constant current magnitude. */
  readonly currentRe?: Float64Array | undefined;
  readonly currentIm?: Float64Array | undefined;
}

export interface SweepOptions {
  /** Stop when no voltage moves more than this between iterations, per unit; default 1e-8. */
  readonly tolerance?: number;
  /** Default 50. */
  readonly maxIterations?: number;
  /** Scenarios solved together, made even; the result does not depend on it. Default 16 (8 beyond 600 wires). */
  readonly batch?: number;
  /** `js` keeps the plain kernel: the twin that the SIMD kernel is checked against. Default `simd` where it applies. */
  readonly kernel?: 'simd' | 'js';
}

/** What a batch of scenarios gave. The arrays belong to the sweep and are overwritten by the next batch. */
export interface Batch {
  /** First scenario and number of scenarios of this batch. */
  readonly first: number;
  readonly count: number;
  /** Row length of the arrays below: `[rows × width]`. */
  readonly width: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** 1 where the scenario converged; a voltage of a scenario that did not is no result. */
  readonly converged: Uint8Array;
  readonly iterations: Int32Array;
}

/**
 * Squared movement (1e-11 pu) below which a voltage that no longer settles is held by rounding alone, as where a star point floats.
 */
const roundingFloor = 1e-22;

/** One way to iterate a batch: where its voltages stand, how demand gets in, what one pass does. */
interface Engine {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly moved: Float64Array;
  readonly load: (first: number, count: number) => void;
  readonly iterate: () => void;
}

/**
 * Solves the power flow of every scenario by fixed-point iteration on currents: `Y·V = I_source − conj(S/V)`, one backward and
 * one forward pass over the eliminated network each time. On a radial network this is the backward/forward sweep; loops and
 * several sources are inside the factor. Results are handed over batch by batch, so that millions of scenarios need no memory.
 */
export function sweep(
  grid: CompiledGrid,
  demand: WireDemand,
  onBatch: (batch: Batch) => void,
  options: SweepOptions = {},
): void {
  const { wires } = grid;
  if (wires === 0) return deadGrid(demand.scenarios, onBatch);
  const asked = Math.max(1, Math.min(options.batch ?? (wires > 600 ? 8 : 16), demand.scenarios));
  const width = asked + (asked & 1);
  const tolerance = (options.tolerance ?? 1e-8) ** 2;
  const maxIterations = options.maxIterations ?? 50;
  const isSimd = options.kernel !== 'js' && grid.radial !== null && !demand.impedanceRe && !demand.currentRe;
  const engine = isSimd ? simdEngine(grid, demand, width) : plainEngine(grid, demand, width);
  const before = new Float64Array(width);
  const converged = new Uint8Array(width);
  const iterations = new Int32Array(width);
  for (let first = 0; first < demand.scenarios; first += width) {
    const count = Math.min(width, demand.scenarios - first);
    engine.load(first, count);
    for (let r = 0; r < wires; r++) {
      engine.re.fill(grid.startRe[r], r * width, (r + 1) * width);
      engine.im.fill(grid.startIm[r], r * width, (r + 1) * width);
    }
    converged.fill(0);
    before.fill(Infinity);
    iterations.fill(maxIterations);
    let open = width;
    for (let it = 1; it <= maxIterations && open > 0; it++) {
      engine.iterate();
      open = 0;
      for (let t = 0; t < width; t++) {
        const moved = engine.moved[t];
        const atFloor = moved <= roundingFloor && moved >= 0.8 * before[t];
        before[t] = moved;
        if (moved <= tolerance || atFloor) {
          if (!converged[t]) iterations[t] = it;
          converged[t] = 1;
        } else {
          converged[t] = 0;
          iterations[t] = maxIterations;
          open++;
        }
      }
    }
    onBatch({ first, count, width, re: engine.re, im: engine.im, converged, iterations });
  }
}

/** Rows at which anything is drawn in some scenario. */
function usedRows(re: Float64Array, im: Float64Array, rows: number): Int32Array {
  const scenarios = re.length / rows;
  const used: number[] = [];
  for (let p = 0; p < rows; p++) {
    for (let o = p * scenarios; o < (p + 1) * scenarios; o++) {
      if (re[o] !== 0 || im[o] !== 0) {
        used.push(p);
        break;
      }
    }
  }
  return Int32Array.from(used);
}

interface TileShape {
  readonly rows: Int32Array;
  readonly width: number;
  readonly first: number;
  readonly count: number;
  readonly scenarios: number;
}

/** Copies one batch of scenarios; the last batch is filled up with its first scenario, so that no lane runs on rubbish. */
function loadTile(from: Float64Array, to: Float64Array, s: TileShape): void {
  for (const p of s.rows) {
    const o = p * s.scenarios + s.first;
    for (let t = 0; t < s.width; t++) to[p * s.width + t] = from[o + (t < s.count ? t : 0)];
  }
}

function simdEngine(grid: CompiledGrid, demand: WireDemand, width: number): Engine {
  const tile = simdTile(grid.radial as NonNullable<typeof grid.radial>, width, {
    re: grid.sourceRe,
    im: grid.sourceIm,
  });
  const rows = usedRows(demand.powerRe, demand.powerIm, grid.wires);
  for (const r of rows) tile.drawn[r] = 1;
  const load = (first: number, count: number) => {
    const shape = { rows, width, first, count, scenarios: demand.scenarios };
    loadTile(demand.powerRe, tile.powerRe, shape);
    loadTile(demand.powerIm, tile.powerIm, shape);
  };
  return { re: tile.re, im: tile.im, moved: tile.moved, load, iterate: tile.iterate };
}

function plainEngine(grid: CompiledGrid, demand: WireDemand, width: number): Engine {
  const { factor, radial, wires } = grid;
  const make = () => new Float64Array(wires * width);
  const tile: Tile = { width, re: make(), im: make(), bRe: make(), bIm: make(), moved: new Float64Array(width) };
  const kinds = [
    { re: demand.powerRe, im: demand.powerIm, draw: drawPower },
    { re: demand.impedanceRe, im: demand.impedanceIm, draw: drawImpedance },
    { re: demand.currentRe, im: demand.currentIm, draw: drawCurrent },
  ].flatMap((k) =>
    k.re && k.im
      ? [{ draw: k.draw, re: make(), im: make(), fromRe: k.re, fromIm: k.im, rows: usedRows(k.re, k.im, wires) }]
      : [],
  );
  const sources = Int32Array.from(grid.sourceRe.keys()).filter((r) => grid.sourceRe[r] !== 0 || grid.sourceIm[r] !== 0);
  const load = (first: number, count: number) => {
    for (const k of kinds) {
      const shape = { rows: k.rows, width, first, count, scenarios: demand.scenarios };
      loadTile(k.fromRe, k.re, shape);
      loadTile(k.fromIm, k.im, shape);
    }
  };
  const iterate = () => {
    tile.bRe.fill(0);
    tile.bIm.fill(0);
    for (const r of sources) {
      tile.bRe.fill(grid.sourceRe[r], r * width, (r + 1) * width);
      tile.bIm.fill(grid.sourceIm[r], r * width, (r + 1) * width);
    }
    for (const k of kinds) k.draw(tile, k.re, k.im, k.rows);
    if (radial) solveRadial(radial, tile);
    else if (factor) solveFactor(factor, tile);
  };
  return { re: tile.re, im: tile.im, moved: tile.moved, load, iterate };
}

/** Without a source there is nothing to iterate: every scenario has converged on nothing. */
function deadGrid(scenarios: number, onBatch: (batch: Batch) => void): void {
  const none = new Float64Array(0);
  onBatch({
    first: 0,
    count: scenarios,
    width: scenarios,
    re: none,
    im: none,
    converged: new Uint8Array(scenarios).fill(1),
    iterations: new Int32Array(scenarios),
  });
}
