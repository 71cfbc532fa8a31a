// Iterations of a radial power flow on one batch of scenarios, all inside WASM memory. Offsets are bytes, 16-byte aligned.
// Rows hold `width` scenarios (even), scenario innermost, real and imaginary parts apart.

/** Offsets of the arrays of one plan; filled once by `configure`. */
let buses: i32 = 0;
let phases: i32 = 0;
let stride: usize = 0; // bytes a row
let parent: usize = 0;
let kind: usize = 0;
let zRe: usize = 0;
let zIm: usize = 0;
let aRe: usize = 0;
let aIm: usize = 0;
let fRe: usize = 0;
let fIm: usize = 0;
let vRe: usize = 0;
let vIm: usize = 0;
let bRe: usize = 0;
let bIm: usize = 0;
let sRe: usize = 0;
let sIm: usize = 0;
let source: usize = 0; // two f64 a row
let drawn: usize = 0; // u8 a row: 1 where power is drawn
let moved: usize = 0; // one row

export function configure(n: i32, wires: i32, width: i32, parentAt: usize, kindAt: usize, zReAt: usize, zImAt: usize, aReAt: usize, aImAt: usize, fReAt: usize, fImAt: usize): void {
  buses = n;
  phases = wires;
  stride = usize(width) << 3;
  parent = parentAt;
  kind = kindAt;
  zRe = zReAt;
  zIm = zImAt;
  aRe = aReAt;
  aIm = aImAt;
  fRe = fReAt;
  fIm = fImAt;
}

export function state(vReAt: usize, vImAt: usize, bReAt: usize, bImAt: usize, sReAt: usize, sImAt: usize, sourceAt: usize, drawnAt: usize, movedAt: usize): void {
  vRe = vReAt;
  vIm = vImAt;
  bRe = bReAt;
  bIm = bImAt;
  sRe = sReAt;
  sIm = sImAt;
  source = sourceAt;
  drawn = drawnAt;
  moved = movedAt;
}

/** b = source current − conj(S/V), row by row. */
function draw(): void {
  const rows = buses * phases;
  const one = f64x2.splat(1);
  for (let r = 0; r < rows; r++) {
    const o = usize(r) * stride;
    const cr = f64x2.splat(load<f64>(source + (usize(r) << 4)));
    const ci = f64x2.splat(load<f64>(source + (usize(r) << 4), 8));
    if (load<u8>(drawn + usize(r))) {
      for (let t = o; t < o + stride; t += 16) {
        const a = v128.load(vRe + t);
        const b = v128.load(vIm + t);
        const p = v128.load(sRe + t);
        const q = v128.load(sIm + t);
        const g = f64x2.div(one, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
        v128.store(bRe + t, f64x2.sub(cr, f64x2.mul(f64x2.add(f64x2.mul(p, a), f64x2.mul(q, b)), g)));
        v128.store(bIm + t, f64x2.sub(ci, f64x2.mul(f64x2.sub(f64x2.mul(p, b), f64x2.mul(q, a)), g)));
      }
    } else {
      for (let t = o; t < o + stride; t += 16) {
        v128.store(bRe + t, cr);
        v128.store(bIm + t, ci);
      }
    }
  }
}

/** out += m·x for one row, m complex. */
// @ts-ignore: decorator
@inline
function addScaled(outRe: usize, outIm: usize, xRe: usize, xIm: usize, mr: f64, mi: f64): void {
  const r = f64x2.splat(mr);
  const i = f64x2.splat(mi);
  for (let t: usize = 0; t < stride; t += 16) {
    const a = v128.load(xRe + t);
    const b = v128.load(xIm + t);
    v128.store(outRe + t, f64x2.add(v128.load(outRe + t), f64x2.sub(f64x2.mul(r, a), f64x2.mul(i, b))));
    v128.store(outIm + t, f64x2.add(v128.load(outIm + t), f64x2.add(f64x2.mul(r, b), f64x2.mul(i, a))));
  }
}

function backward(): void {
  const span = stride * usize(phases);
  const cells = phases * phases;
  for (let k = 0; k < buses; k++) {
    const p = load<i32>(parent + (usize(k) << 2));
    if (p < 0) continue;
    const from = usize(k) * span;
    const to = usize(p) * span;
    if (load<u8>(kind + usize(k)) == 2) {
      for (let i = 0; i < phases; i++) {
        for (let j = 0; j < phases; j++) {
          const m = usize(k * cells + i * phases + j) << 3;
          addScaled(bRe + to + usize(i) * stride, bIm + to + usize(i) * stride, bRe + from + usize(j) * stride, bIm + from + usize(j) * stride, load<f64>(fRe + m), load<f64>(fIm + m));
        }
      }
      continue;
    }
    for (let t: usize = 0; t < span; t += 16) {
      v128.store(bRe + to + t, f64x2.add(v128.load(bRe + to + t), v128.load(bRe + from + t)));
      v128.store(bIm + to + t, f64x2.add(v128.load(bIm + to + t), v128.load(bIm + from + t)));
    }
  }
}

/** Stores a new voltage and keeps the largest squared movement. */
// @ts-ignore: decorator
@inline
function settle(at: usize, lane: usize, re: v128, im: v128): void {
  const da = f64x2.sub(re, v128.load(vRe + at));
  const db = f64x2.sub(im, v128.load(vIm + at));
  v128.store(moved + lane, f64x2.max(v128.load(moved + lane), f64x2.add(f64x2.mul(da, da), f64x2.mul(db, db))));
  v128.store(vRe + at, re);
  v128.store(vIm + at, im);
}

function forwardSingle(k: i32): void {
  const p = load<i32>(parent + (usize(k) << 2));
  const o = usize(k) * stride;
  const zr = f64x2.splat(load<f64>(zRe + (usize(k) << 3)));
  const zi = f64x2.splat(load<f64>(zIm + (usize(k) << 3)));
  const full = load<u8>(kind + usize(k)) == 2;
  const c = p < 0 ? o : usize(p) * stride;
  const ar = f64x2.splat(p < 0 ? 0 : full ? load<f64>(aRe + (usize(k) << 3)) : 1);
  const ai = f64x2.splat(p < 0 || !full ? 0 : load<f64>(aIm + (usize(k) << 3)));
  if (full || p < 0) {
    for (let t: usize = 0; t < stride; t += 16) {
      const b = v128.load(bRe + o + t);
      const d = v128.load(bIm + o + t);
      const x = v128.load(vRe + c + t);
      const y = v128.load(vIm + c + t);
      const re = f64x2.add(f64x2.sub(f64x2.mul(ar, x), f64x2.mul(ai, y)), f64x2.sub(f64x2.mul(b, zr), f64x2.mul(d, zi)));
      const im = f64x2.add(f64x2.add(f64x2.mul(ar, y), f64x2.mul(ai, x)), f64x2.add(f64x2.mul(b, zi), f64x2.mul(d, zr)));
      settle(o + t, t, re, im);
    }
    return;
  }
  for (let t: usize = 0; t < stride; t += 16) {
    const b = v128.load(bRe + o + t);
    const d = v128.load(bIm + o + t);
    settle(o + t, t, f64x2.add(v128.load(vRe + c + t), f64x2.sub(f64x2.mul(b, zr), f64x2.mul(d, zi))), f64x2.add(v128.load(vIm + c + t), f64x2.add(f64x2.mul(b, zi), f64x2.mul(d, zr))));
  }
}

/** Three phases with equal self and equal mutual impedances. */
function forwardBalanced(k: i32): void {
  const span = stride * 3;
  const o = usize(k) * span;
  const c = usize(load<i32>(parent + (usize(k) << 2))) * span;
  const m = usize(k * 9) << 3;
  const mr = f64x2.splat(load<f64>(zRe + m, 8));
  const mi = f64x2.splat(load<f64>(zIm + m, 8));
  const sr = f64x2.sub(f64x2.splat(load<f64>(zRe + m)), mr);
  const si = f64x2.sub(f64x2.splat(load<f64>(zIm + m)), mi);
  for (let t: usize = 0; t < stride; t += 16) {
    let at = o + t;
    const b0 = v128.load(bRe + at);
    const d0 = v128.load(bIm + at);
    const b1 = v128.load(bRe + at + stride);
    const d1 = v128.load(bIm + at + stride);
    const b2 = v128.load(bRe + at + 2 * stride);
    const d2 = v128.load(bIm + at + 2 * stride);
    const jr = f64x2.add(f64x2.add(b0, b1), b2);
    const ji = f64x2.add(f64x2.add(d0, d1), d2);
    const cr = f64x2.sub(f64x2.mul(jr, mr), f64x2.mul(ji, mi));
    const ci = f64x2.add(f64x2.mul(jr, mi), f64x2.mul(ji, mr));
    let up = c + t;
    settle(at, t, f64x2.add(f64x2.add(v128.load(vRe + up), cr), f64x2.sub(f64x2.mul(b0, sr), f64x2.mul(d0, si))), f64x2.add(f64x2.add(v128.load(vIm + up), ci), f64x2.add(f64x2.mul(b0, si), f64x2.mul(d0, sr))));
    at += stride;
    up += stride;
    settle(at, t, f64x2.add(f64x2.add(v128.load(vRe + up), cr), f64x2.sub(f64x2.mul(b1, sr), f64x2.mul(d1, si))), f64x2.add(f64x2.add(v128.load(vIm + up), ci), f64x2.add(f64x2.mul(b1, si), f64x2.mul(d1, sr))));
    at += stride;
    up += stride;
    settle(at, t, f64x2.add(f64x2.add(v128.load(vRe + up), cr), f64x2.sub(f64x2.mul(b2, sr), f64x2.mul(d2, si))), f64x2.add(f64x2.add(v128.load(vIm + up), ci), f64x2.add(f64x2.mul(b2, si), f64x2.mul(d2, sr))));
  }
}

/** Any 3×3 block: a transformer, a line with shunts, an unbalanced line, a root. */
function forwardFull(k: i32): void {
  const span = stride * 3;
  const p = load<i32>(parent + (usize(k) << 2));
  const o = usize(k) * span;
  const c = p < 0 ? o : usize(p) * span;
  const full = load<u8>(kind + usize(k)) == 2;
  for (let t: usize = 0; t < stride; t += 16) {
    // The three new values first: row 0 must not be overwritten before rows 1 and 2 have used the old parent values (they do not use own ones).
    for (let i = 0; i < 3; i++) {
      let re = f64x2.splat(0);
      let im = f64x2.splat(0);
      if (p >= 0 && !full) {
        re = v128.load(vRe + c + usize(i) * stride + t);
        im = v128.load(vIm + c + usize(i) * stride + t);
      }
      for (let j = 0; j < 3; j++) {
        const m = usize(k * 9 + i * 3 + j) << 3;
        const q = usize(j) * stride + t;
        const zr = f64x2.splat(load<f64>(zRe + m));
        const zi = f64x2.splat(load<f64>(zIm + m));
        const b = v128.load(bRe + o + q);
        const d = v128.load(bIm + o + q);
        re = f64x2.add(re, f64x2.sub(f64x2.mul(b, zr), f64x2.mul(d, zi)));
        im = f64x2.add(im, f64x2.add(f64x2.mul(b, zi), f64x2.mul(d, zr)));
        if (p >= 0 && full) {
          const ar = f64x2.splat(load<f64>(aRe + m));
          const ai = f64x2.splat(load<f64>(aIm + m));
          const x = v128.load(vRe + c + q);
          const y = v128.load(vIm + c + q);
          re = f64x2.add(re, f64x2.sub(f64x2.mul(ar, x), f64x2.mul(ai, y)));
          im = f64x2.add(im, f64x2.add(f64x2.mul(ar, y), f64x2.mul(ai, x)));
        }
      }
      settle(o + usize(i) * stride + t, t, re, im);
    }
  }
}

/** One iteration over the whole forest; the caller reads `moved`. */
export function iterate(): void {
  draw();
  backward();
  memory.fill(moved, 0, stride);
  for (let k = buses - 1; k >= 0; k--) {
    if (phases == 1) forwardSingle(k);
    else if (load<u8>(kind + usize(k)) == 0) forwardBalanced(k);
    else forwardFull(k);
  }
}
