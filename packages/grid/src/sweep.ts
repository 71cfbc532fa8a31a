import type { CompiledGrid } from './compile.js';

/** Demand by position and scenario: `[positions × scenarios]`, scenario innermost, per unit, drawn positive. */
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
  /** Scenarios solved together; the result does not depend on it. Default 16 (8 beyond 600 wires). */
  readonly batch?: number;
}

/** What a batch of scenarios gave. The arrays belong to the sweep and are overwritten by the next batch. */
export interface Batch {
  /** First scenario and number of scenarios of this batch. */
  readonly first: number;
  readonly count: number;
  /** Row length of the arrays below: `[positions × width]`. */
  readonly width: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** 1 where the scenario converged; a voltage of a scenario that did not is no result. */
  readonly converged: Uint8Array;
  readonly iterations: Int32Array;
}

interface Tile {
  readonly width: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly bRe: Float64Array;
  readonly bIm: Float64Array;
  /** Largest squared movement of the last iteration, by scenario. */
  readonly moved: Float64Array;
}

/**
 * Solves the power flow of every scenario by fixed-point iteration on currents: `Y·V = I_source − conj(S/V)`, one backward and
 * one forward pass over the factor each time. On a radial network this is the backward/forward sweep; loops and several
 * sources are inside the factor. Results are handed over batch by batch, so that millions of scenarios need no memory.
 */
export function sweep(
  grid: CompiledGrid,
  demand: WireDemand,
  onBatch: (batch: Batch) => void,
  options: SweepOptions = {},
): void {
  const { factor, wires } = grid;
  const width = Math.max(1, Math.min(options.batch ?? (wires > 600 ? 8 : 16), demand.scenarios));
  const tolerance = (options.tolerance ?? 1e-8) ** 2;
  const maxIterations = options.maxIterations ?? 50;
  const make = () => new Float64Array(wires * width);
  const tile: Tile = { width, re: make(), im: make(), bRe: make(), bIm: make(), moved: new Float64Array(width) };
  const kinds = [
    { re: demand.powerRe, im: demand.powerIm, draw: drawPower },
    { re: demand.impedanceRe, im: demand.impedanceIm, draw: drawImpedance },
    { re: demand.currentRe, im: demand.currentIm, draw: drawCurrent },
  ].flatMap((k) =>
    k.re && k.im
      ? [{ draw: k.draw, re: make(), im: make(), fromRe: k.re, fromIm: k.im, wires: usedWires(k.re, k.im, wires) }]
      : [],
  );
  const converged = new Uint8Array(width);
  const iterations = new Int32Array(width);
  const unit = factor.isRadial && hasUnitLower(grid);
  const solve = unit ? solveRadial : solveGeneral;
  for (let first = 0; first < demand.scenarios; first += width) {
    const count = Math.min(width, demand.scenarios - first);
    for (const k of kinds) {
      loadTile(k.fromRe, k.re, { wires: k.wires, width, first, count, scenarios: demand.scenarios });
      loadTile(k.fromIm, k.im, { wires: k.wires, width, first, count, scenarios: demand.scenarios });
    }
    for (let p = 0; p < wires; p++) {
      tile.re.fill(grid.startRe[p], p * width, (p + 1) * width);
      tile.im.fill(grid.startIm[p], p * width, (p + 1) * width);
    }
    converged.fill(0);
    iterations.fill(maxIterations);
    let open = width;
    for (let it = 1; it <= maxIterations && open > 0; it++) {
      for (let p = 0; p < wires; p++) {
        tile.bRe.fill(grid.sourceRe[p], p * width, (p + 1) * width);
        tile.bIm.fill(grid.sourceIm[p], p * width, (p + 1) * width);
      }
      for (const k of kinds) k.draw(tile, k.re, k.im, k.wires);
      solve(grid, tile);
      open = 0;
      for (let t = 0; t < width; t++) {
        if (tile.moved[t] <= tolerance) {
          if (!converged[t]) iterations[t] = it;
          converged[t] = 1;
        } else {
          converged[t] = 0;
          iterations[t] = maxIterations;
          open++;
        }
      }
    }
    onBatch({ first, count, width, re: tile.re, im: tile.im, converged, iterations });
  }
}

/** Positions at which anything is drawn in some scenario. */
function usedWires(re: Float64Array, im: Float64Array, wires: number): Int32Array {
  const scenarios = re.length / wires;
  const used: number[] = [];
  for (let p = 0; p < wires; p++) {
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
  readonly wires: Int32Array;
  readonly width: number;
  readonly first: number;
  readonly count: number;
  readonly scenarios: number;
}

/** Copies one batch of scenarios; the last batch is filled up with its first scenario, so that no lane runs on rubbish. */
function loadTile(from: Float64Array, to: Float64Array, s: TileShape): void {
  for (const p of s.wires) {
    const o = p * s.scenarios + s.first;
    for (let t = 0; t < s.width; t++) to[p * s.width + t] = from[o + (t < s.count ? t : 0)];
  }
}

function drawPower(tile: Tile, sRe: Float64Array, sIm: Float64Array, wires: Int32Array): void {
  const { width, re, im, bRe, bIm } = tile;
  for (let w = 0; w < wires.length; w++) {
    const o = wires[w] * width;
    for (let t = o; t < o + width; t++) {
      const a = re[t];
      const b = im[t];
      const g = 1 / (a * a + b * b);
      bRe[t] -= (sRe[t] * a + sIm[t] * b) * g;
      bIm[t] -= (sRe[t] * b - sIm[t] * a) * g;
    }
  }
}

function drawImpedance(tile: Tile, sRe: Float64Array, sIm: Float64Array, wires: Int32Array): void {
  const { width, re, im, bRe, bIm } = tile;
  for (const p of wires) {
    for (let t = p * width; t < (p + 1) * width; t++) {
      bRe[t] -= sRe[t] * re[t] + sIm[t] * im[t];
      bIm[t] -= sRe[t] * im[t] - sIm[t] * re[t];
    }
  }
}

function drawCurrent(tile: Tile, sRe: Float64Array, sIm: Float64Array, wires: Int32Array): void {
  const { width, re, im, bRe, bIm } = tile;
  for (const p of wires) {
    for (let t = p * width; t < (p + 1) * width; t++) {
      const g = 1 / Math.hypot(re[t], im[t]);
      bRe[t] -= (sRe[t] * re[t] + sIm[t] * im[t]) * g;
      bIm[t] -= (sRe[t] * im[t] - sIm[t] * re[t]) * g;
    }
  }
}

/** True when the network has no path to earth but its source: then L holds −1 alone and the backward pass only adds. */
function hasUnitLower(grid: CompiledGrid): boolean {
  const { lowerRe, lowerIm, upperRe, upperIm } = grid.factor;
  for (let e = 0; e < lowerRe.length; e++) {
    if (
      Math.abs(lowerRe[e] + 1) > 1e-13 ||
      Math.abs(lowerIm[e]) > 1e-13 ||
      Math.abs(upperRe[e] + 1) > 1e-13 ||
      Math.abs(upperIm[e]) > 1e-13
    )
      return false;
  }
  return true;
}

/** Backward and forward pass of a radial network without shunts; `moved` gets the largest squared change. */
function solveRadial(grid: CompiledGrid, tile: Tile): void {
  const { n, ptr, neighbour, inverseRe, inverseIm } = grid.factor;
  const { width, re, im, bRe, bIm, moved } = tile;
  for (let k = 0; k < n; k++) {
    if (ptr[k] === ptr[k + 1]) continue;
    let c = neighbour[ptr[k]] * width;
    for (let t = k * width; t < (k + 1) * width; t++, c++) {
      bRe[c] += bRe[t];
      bIm[c] += bIm[t];
    }
  }
  moved.fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const zr = inverseRe[k];
    const zi = inverseIm[k];
    const o = k * width;
    const isRoot = ptr[k] === ptr[k + 1];
    const c = isRoot ? 0 : neighbour[ptr[k]] * width;
    for (let s = 0; s < width; s++) {
      const t = o + s;
      let a = bRe[t] * zr - bIm[t] * zi;
      let b = bRe[t] * zi + bIm[t] * zr;
      if (!isRoot) {
        a += re[c + s];
        b += im[c + s];
      }
      const da = a - re[t];
      const db = b - im[t];
      const e = da * da + db * db;
      if (e > moved[s]) moved[s] = e;
      re[t] = a;
      im[t] = b;
    }
  }
}

/** Backward and forward pass of any network. */
function solveGeneral(grid: CompiledGrid, tile: Tile): void {
  const { n, ptr, neighbour, lowerRe, lowerIm, upperRe, upperIm, inverseRe, inverseIm } = grid.factor;
  const { width, re, im, bRe, bIm, moved } = tile;
  for (let k = 0; k < n; k++) {
    const o = k * width;
    for (let e = ptr[k]; e < ptr[k + 1]; e++) {
      const lr = lowerRe[e];
      const li = lowerIm[e];
      let c = neighbour[e] * width;
      for (let t = o; t < o + width; t++, c++) {
        bRe[c] -= lr * bRe[t] - li * bIm[t];
        bIm[c] -= lr * bIm[t] + li * bRe[t];
      }
    }
  }
  moved.fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const o = k * width;
    const zr = inverseRe[k];
    const zi = inverseIm[k];
    for (let t = o; t < o + width; t++) {
      const a = bRe[t];
      const b = bIm[t];
      bRe[t] = a * zr - b * zi;
      bIm[t] = a * zi + b * zr;
    }
    for (let e = ptr[k]; e < ptr[k + 1]; e++) {
      const ur = upperRe[e];
      const ui = upperIm[e];
      let c = neighbour[e] * width;
      for (let t = o; t < o + width; t++, c++) {
        bRe[t] -= ur * re[c] - ui * im[c];
        bIm[t] -= ur * im[c] + ui * re[c];
      }
    }
    for (let s = 0; s < width; s++) {
      const t = o + s;
      const da = bRe[t] - re[t];
      const db = bIm[t] - im[t];
      const e = da * da + db * db;
      if (e > moved[s]) moved[s] = e;
      re[t] = bRe[t];
      im[t] = bIm[t];
    }
  }
}
