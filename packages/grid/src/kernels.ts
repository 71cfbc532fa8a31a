import type { Factor } from './factor.js';
import { busBalanced, busFull, type RadialPlan } from './radial.js';

/** Working arrays of one batch: `[rows × width]`, scenario innermost. `b` is the current drawn into each row. */
export interface Tile {
  readonly width: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly bRe: Float64Array;
  readonly bIm: Float64Array;
  /** Largest squared movement of the last pass, by scenario. */
  readonly moved: Float64Array;
}

/** Subtracts `conj(S/V)` at the rows that draw power. */
export function drawPower(tile: Tile, sRe: Float64Array, sIm: Float64Array, rows: Int32Array): void {
  const { width, re, im, bRe, bIm } = tile;
  for (let k = 0; k < rows.length; k++) {
    const end = (rows[k] + 1) * width;
    for (let t = rows[k] * width; t < end; t++) {
      const a = re[t];
      const b = im[t];
      const g = 1 / (a * a + b * b);
      bRe[t] -= (sRe[t] * a + sIm[t] * b) * g;
      bIm[t] -= (sRe[t] * b - sIm[t] * a) * g;
    }
  }
}

/** Subtracts `conj(S)·V`. */
export function drawImpedance(tile: Tile, sRe: Float64Array, sIm: Float64Array, rows: Int32Array): void {
  const { width, re, im, bRe, bIm } = tile;
  for (const p of rows) {
    for (let t = p * width; t < (p + 1) * width; t++) {
      bRe[t] -= sRe[t] * re[t] + sIm[t] * im[t];
      bIm[t] -= sRe[t] * im[t] - sIm[t] * re[t];
    }
  }
}

/** Subtracts `conj(S)·V/|V|`. */
export function drawCurrent(tile: Tile, sRe: Float64Array, sIm: Float64Array, rows: Int32Array): void {
  const { width, re, im, bRe, bIm } = tile;
  for (const p of rows) {
    for (let t = p * width; t < (p + 1) * width; t++) {
      const g = 1 / Math.sqrt(re[t] * re[t] + im[t] * im[t]);
      bRe[t] -= (sRe[t] * re[t] + sIm[t] * im[t]) * g;
      bIm[t] -= (sRe[t] * im[t] - sIm[t] * re[t]) * g;
    }
  }
}

/** Backward and forward pass over a forest; `moved` gets the largest squared change of a voltage. */
export function solveRadial(plan: RadialPlan, tile: Tile): void {
  if (plan.phases === 1) sweepSingle(plan, tile);
  else sweepThree(plan, tile);
}

function sweepSingle(plan: RadialPlan, tile: Tile): void {
  const { buses, parent, kind, zRe, zIm, aRe, aIm } = plan;
  const { width, re, im, bRe, bIm, moved } = tile;
  for (let k = 0; k < buses; k++) {
    if (parent[k] < 0) continue;
    let c = parent[k] * width;
    const end = (k + 1) * width;
    if (kind[k] === busFull) {
      const fr = plan.bRe[k];
      const fi = plan.bIm[k];
      for (let t = k * width; t < end; t++, c++) {
        bRe[c] += fr * bRe[t] - fi * bIm[t];
        bIm[c] += fr * bIm[t] + fi * bRe[t];
      }
    } else {
      for (let t = k * width; t < end; t++, c++) {
        bRe[c] += bRe[t];
        bIm[c] += bIm[t];
      }
    }
  }
  moved.fill(0);
  for (let k = buses - 1; k >= 0; k--) {
    const zr = zRe[k];
    const zi = zIm[k];
    const p = parent[k];
    let c = p * width;
    let t = k * width;
    if (p < 0 || kind[k] === busFull) {
      const ar = p < 0 ? 0 : aRe[k];
      const ai = p < 0 ? 0 : aIm[k];
      if (p < 0) c = t;
      for (let s = 0; s < width; s++, t++, c++) {
        const a = ar * re[c] - ai * im[c] + bRe[t] * zr - bIm[t] * zi;
        const b = ar * im[c] + ai * re[c] + bRe[t] * zi + bIm[t] * zr;
        const da = a - re[t];
        const db = b - im[t];
        const e = da * da + db * db;
        if (e > moved[s]) moved[s] = e;
        re[t] = a;
        im[t] = b;
      }
      continue;
    }
    for (let s = 0; s < width; s++, t++, c++) {
      const a = re[c] + bRe[t] * zr - bIm[t] * zi;
      const b = im[c] + bRe[t] * zi + bIm[t] * zr;
      const da = a - re[t];
      const db = b - im[t];
      const e = da * da + db * db;
      if (e > moved[s]) moved[s] = e;
      re[t] = a;
      im[t] = b;
    }
  }
}

function sweepThree(plan: RadialPlan, tile: Tile): void {
  const { buses, parent, kind } = plan;
  const { width, bRe, bIm, moved } = tile;
  const span = 3 * width;
  for (let k = 0; k < buses; k++) {
    if (parent[k] < 0) continue;
    if (kind[k] === busFull) {
      addBlock(
        plan.bRe,
        plan.bIm,
        { block: k * 9, from: k * span, to: parent[k] * span, width },
        { re: bRe, im: bIm, outRe: bRe, outIm: bIm },
      );
      continue;
    }
    let c = parent[k] * span;
    const end = (k + 1) * span;
    for (let t = k * span; t < end; t++, c++) {
      bRe[c] += bRe[t];
      bIm[c] += bIm[t];
    }
  }
  moved.fill(0);
  const newRe = new Float64Array(span);
  const newIm = new Float64Array(span);
  for (let k = buses - 1; k >= 0; k--) {
    if (kind[k] === busBalanced) forwardBalanced(plan, tile, k);
    else forwardFull(plan, tile, { k, newRe, newIm });
  }
}

/** V = V_parent + Z·b with Z = (self − mutual)·1 + mutual·J: two products a phase instead of six. */
function forwardBalanced(plan: RadialPlan, tile: Tile, k: number): void {
  const { width, re, im, bRe, bIm, moved } = tile;
  const mr = plan.zRe[k * 9 + 1];
  const mi = plan.zIm[k * 9 + 1];
  const sr = plan.zRe[k * 9] - mr;
  const si = plan.zIm[k * 9] - mi;
  const o = k * 3 * width;
  const q = plan.parent[k] * 3 * width;
  for (let s = 0; s < width; s++) {
    const t0 = o + s;
    const t1 = t0 + width;
    const t2 = t1 + width;
    const b0r = bRe[t0];
    const b0i = bIm[t0];
    const b1r = bRe[t1];
    const b1i = bIm[t1];
    const b2r = bRe[t2];
    const b2i = bIm[t2];
    const jr = b0r + b1r + b2r;
    const ji = b0i + b1i + b2i;
    const cr = jr * mr - ji * mi;
    const ci = jr * mi + ji * mr;
    const c0 = q + s;
    const c1 = c0 + width;
    const c2 = c1 + width;
    const v0r = re[c0] + cr + b0r * sr - b0i * si;
    const v0i = im[c0] + ci + b0r * si + b0i * sr;
    const v1r = re[c1] + cr + b1r * sr - b1i * si;
    const v1i = im[c1] + ci + b1r * si + b1i * sr;
    const v2r = re[c2] + cr + b2r * sr - b2i * si;
    const v2i = im[c2] + ci + b2r * si + b2i * sr;
    let e = (v0r - re[t0]) * (v0r - re[t0]) + (v0i - im[t0]) * (v0i - im[t0]);
    const e1 = (v1r - re[t1]) * (v1r - re[t1]) + (v1i - im[t1]) * (v1i - im[t1]);
    const e2 = (v2r - re[t2]) * (v2r - re[t2]) + (v2i - im[t2]) * (v2i - im[t2]);
    if (e1 > e) e = e1;
    if (e2 > e) e = e2;
    if (e > moved[s]) moved[s] = e;
    re[t0] = v0r;
    im[t0] = v0i;
    re[t1] = v1r;
    im[t1] = v1i;
    re[t2] = v2r;
    im[t2] = v2i;
  }
}

interface BlockAt {
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

interface BlockArrays {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly outRe: Float64Array;
  readonly outIm: Float64Array;
}

/** out += M·x for one 3×3 block over the width of a batch. */
function addBlock(mRe: Float64Array, mIm: Float64Array, at: BlockAt, v: BlockArrays): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const r = mRe[at.block + i * 3 + j];
      const q = mIm[at.block + i * 3 + j];
      if (r === 0 && q === 0) continue;
      let f = at.from + j * at.width;
      let t = at.to + i * at.width;
      for (let s = 0; s < at.width; s++, f++, t++) {
        v.outRe[t] += r * v.re[f] - q * v.im[f];
        v.outIm[t] += r * v.im[f] + q * v.re[f];
      }
    }
  }
}

function forwardFull(
  plan: RadialPlan,
  tile: Tile,
  work: { k: number; newRe: Float64Array; newIm: Float64Array },
): void {
  const { width, re, im, bRe, bIm, moved } = tile;
  const { k, newRe, newIm } = work;
  const span = 3 * width;
  const p = plan.parent[k];
  newRe.fill(0);
  newIm.fill(0);
  const out = { outRe: newRe, outIm: newIm };
  if (p >= 0) {
    if (plan.kind[k] === busFull)
      addBlock(plan.aRe, plan.aIm, { block: k * 9, from: p * span, to: 0, width }, { re, im, ...out });
    else {
      newRe.set(re.subarray(p * span, (p + 1) * span));
      newIm.set(im.subarray(p * span, (p + 1) * span));
    }
  }
  addBlock(plan.zRe, plan.zIm, { block: k * 9, from: k * span, to: 0, width }, { re: bRe, im: bIm, ...out });
  for (let i = 0, t = k * span; i < span; i++, t++) {
    const da = newRe[i] - re[t];
    const db = newIm[i] - im[t];
    const e = da * da + db * db;
    const s = i % width;
    if (e > moved[s]) moved[s] = e;
    re[t] = newRe[i];
    im[t] = newIm[i];
  }
}

/** Forward and backward substitution with a sparse factor, for networks with loops. */
export function solveFactor(factor: Factor, tile: Tile): void {
  const { n, ptr, neighbour, lowerRe, lowerIm, upperRe, upperIm, inverseRe, inverseIm } = factor;
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
    for (let s = 0, t = o; s < width; s++, t++) {
      const da = bRe[t] - re[t];
      const db = bIm[t] - im[t];
      const e = da * da + db * db;
      if (e > moved[s]) moved[s] = e;
      re[t] = bRe[t];
      im[t] = bIm[t];
    }
  }
}
