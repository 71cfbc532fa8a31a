// Memory is imported and laid out by the caller; offsets are bytes, 16-byte aligned.

/** c[i,j] = number of common set bits of rows i and j of a bit matrix; words = 128-bit words a row; c is Uint32[n,n], both halves. */
export function cooccurrence(bits: usize, n: i32, words: i32, c: usize): void {
  const stride = usize(words) << 4;
  for (let i = 0; i < n; i++) {
    const a = bits + usize(i) * stride;
    for (let j = i; j < n; j++) {
      const b = bits + usize(j) * stride;
      let sum = i32x4.splat(0);
      let w: usize = 0;
      while (w < stride) {
        const end = min(w + (31 << 4), stride);
        let acc = i8x16.splat(0);
        for (; w < end; w += 16) acc = i8x16.add(acc, v128.popcnt<i8>(v128.and(v128.load(a + w), v128.load(b + w))));
        sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(acc)));
      }
      const total = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
      store<i32>(c + (usize(i * n + j) << 2), total);
      store<i32>(c + (usize(j * n + i) << 2), total);
    }
  }
}

/** out[r, :] = sum over the columns listed for row r of phi[col, :]; width is the padded row length. 16 columns of f64 a panel. */
export function gatherAdd64(ptr: usize, idx: usize, rows: i32, phi: usize, width: i32, out: usize): void {
  const stride = usize(width) << 3;
  for (let p: usize = 0; p < stride; p += 128) {
    for (let r = 0; r < rows; r++) {
      let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0), s4 = f64x2.splat(0), s5 = f64x2.splat(0), s6 = f64x2.splat(0), s7 = f64x2.splat(0);
      const end = load<i32>(ptr + (usize(r + 1) << 2));
      for (let e = load<i32>(ptr + (usize(r) << 2)); e < end; e++) {
        const q = phi + usize(load<i32>(idx + (usize(e) << 2))) * stride + p;
        s0 = f64x2.add(s0, v128.load(q)); s1 = f64x2.add(s1, v128.load(q, 16)); s2 = f64x2.add(s2, v128.load(q, 32)); s3 = f64x2.add(s3, v128.load(q, 48));
        s4 = f64x2.add(s4, v128.load(q, 64)); s5 = f64x2.add(s5, v128.load(q, 80)); s6 = f64x2.add(s6, v128.load(q, 96)); s7 = f64x2.add(s7, v128.load(q, 112));
      }
      const o = out + usize(r) * stride + p;
      v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, s2, 32); v128.store(o, s3, 48); v128.store(o, s4, 64); v128.store(o, s5, 80); v128.store(o, s6, 96); v128.store(o, s7, 112);
    }
  }
}

/** The same in f32: 32 columns a panel. */
export function gatherAdd32(ptr: usize, idx: usize, rows: i32, phi: usize, width: i32, out: usize): void {
  const stride = usize(width) << 2;
  for (let p: usize = 0; p < stride; p += 128) {
    for (let r = 0; r < rows; r++) {
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0), s4 = f32x4.splat(0), s5 = f32x4.splat(0), s6 = f32x4.splat(0), s7 = f32x4.splat(0);
      const end = load<i32>(ptr + (usize(r + 1) << 2));
      for (let e = load<i32>(ptr + (usize(r) << 2)); e < end; e++) {
        const q = phi + usize(load<i32>(idx + (usize(e) << 2))) * stride + p;
        s0 = f32x4.add(s0, v128.load(q)); s1 = f32x4.add(s1, v128.load(q, 16)); s2 = f32x4.add(s2, v128.load(q, 32)); s3 = f32x4.add(s3, v128.load(q, 48));
        s4 = f32x4.add(s4, v128.load(q, 64)); s5 = f32x4.add(s5, v128.load(q, 80)); s6 = f32x4.add(s6, v128.load(q, 96)); s7 = f32x4.add(s7, v128.load(q, 112));
      }
      const o = out + usize(r) * stride + p;
      v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, s2, 32); v128.store(o, s3, 48); v128.store(o, s4, 64); v128.store(o, s5, 80); v128.store(o, s6, 96); v128.store(o, s7, 112);
    }
  }
}

/** y = A x; A is rows × ld of f64 with ld a multiple of 4, x padded with zeros to ld. */
export function matVec(a: usize, rows: i32, ld: i32, x: usize, y: usize): void {
  const stride = usize(ld) << 3;
  for (let r = 0; r < rows; r++) {
    const row = a + usize(r) * stride;
    let s0 = f64x2.splat(0), s1 = f64x2.splat(0);
    for (let p: usize = 0; p < stride; p += 32) {
      s0 = f64x2.add(s0, f64x2.mul(v128.load(row + p), v128.load(x + p)));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(row + p, 16), v128.load(x + p, 16)));
    }
    s0 = f64x2.add(s0, s1);
    store<f64>(y + (usize(r) << 3), f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1));
  }
}

/** y = Aᵀ x, added row by row; y holds ld numbers and is written over. */
export function matVecT(a: usize, rows: i32, ld: i32, x: usize, y: usize): void {
  const stride = usize(ld) << 3;
  memory.fill(y, 0, stride);
  for (let r = 0; r < rows; r++) {
    const row = a + usize(r) * stride;
    const f = f64x2.splat(load<f64>(x + (usize(r) << 3)));
    for (let p: usize = 0; p < stride; p += 16) v128.store(y + p, f64x2.add(v128.load(y + p), f64x2.mul(f, v128.load(row + p))));
  }
}

/** Packs k rows of b (row length ld) into panels of 4 columns: panel, row, 4 numbers. */
function pack(b: usize, ld: usize, k: usize, n: usize, out: usize): void {
  for (let j: usize = 0; j < n; j += 4)
    for (let q: usize = 0; q < k; q++) {
      const from = b + ((q * ld + j) << 3);
      v128.store(out, v128.load(from));
      v128.store(out, v128.load(from, 16), 16);
      out += 32;
    }
}

/** c[4 rows, n] −= a[4 rows, k] · packed b; row lengths lda, ldc; n a multiple of 4. */
function subtractProduct4(c: usize, ldc: usize, a: usize, lda: usize, packed: usize, n: usize, k: usize): void {
  const sa = lda << 3, sc = ldc << 3;
  const a1 = a + sa, a2 = a1 + sa, a3 = a2 + sa;
  const depth = k << 3;
  let b = packed;
  for (let j: usize = 0; j < n; j += 4) {
    const at = c + (j << 3);
    let c00 = v128.load(at), c01 = v128.load(at, 16);
    let c10 = v128.load(at + sc), c11 = v128.load(at + sc, 16);
    let c20 = v128.load(at + 2 * sc), c21 = v128.load(at + 2 * sc, 16);
    let c30 = v128.load(at + 3 * sc), c31 = v128.load(at + 3 * sc, 16);
    for (let q: usize = 0; q < depth; q += 8) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      b += 32;
      let f = v128.load64_splat(a + q);
      c00 = f64x2.sub(c00, f64x2.mul(f, b0)); c01 = f64x2.sub(c01, f64x2.mul(f, b1));
      f = v128.load64_splat(a1 + q);
      c10 = f64x2.sub(c10, f64x2.mul(f, b0)); c11 = f64x2.sub(c11, f64x2.mul(f, b1));
      f = v128.load64_splat(a2 + q);
      c20 = f64x2.sub(c20, f64x2.mul(f, b0)); c21 = f64x2.sub(c21, f64x2.mul(f, b1));
      f = v128.load64_splat(a3 + q);
      c30 = f64x2.sub(c30, f64x2.mul(f, b0)); c31 = f64x2.sub(c31, f64x2.mul(f, b1));
    }
    v128.store(at, c00); v128.store(at, c01, 16);
    v128.store(at + sc, c10); v128.store(at + sc, c11, 16);
    v128.store(at + 2 * sc, c20); v128.store(at + 2 * sc, c21, 16);
    v128.store(at + 3 * sc, c30); v128.store(at + 3 * sc, c31, 16);
  }
}

/** Inverts the b × b block d (row length 64) in place without exchanges; the first pivot ≤ floor, or −1. */
function invertBlock(d: usize, b: i32, floor: f64): i32 {
  for (let k = 0; k < b; k++) {
    const kk = d + (usize(k * 64 + k) << 3);
    const pivot = load<f64>(kk);
    if (!(pivot > floor)) return k;
    const inverse = 1 / pivot;
    store<f64>(kk, 1);
    for (let j = 0; j < b; j++) {
      const at = d + (usize(k * 64 + j) << 3);
      store<f64>(at, load<f64>(at) * inverse);
    }
    for (let i = 0; i < b; i++) {
      if (i === k) continue;
      const ik = d + (usize(i * 64 + k) << 3);
      const f = load<f64>(ik);
      store<f64>(ik, 0);
      for (let j = 0; j < b; j++) {
        const at = d + (usize(i * 64 + j) << 3);
        store<f64>(at, load<f64>(at) - f * load<f64>(d + (usize(k * 64 + j) << 3)));
      }
    }
  }
  return -1;
}

/**
 * Inverts a (n × n, row length ld ≥ n, n a multiple of 4) in place by Gauss-Jordan in blocks of 64 rows, without exchanges.
 * Work: packed 64·n, column panel 64·n and block 64·64 numbers. Gives −1, or the row whose pivot is not above floor.
 */
export function invertInPlace(a: usize, n: i32, ld: i32, packed: usize, column: usize, block: usize, floor: f64): i32 {
  const row = usize(ld) << 3;
  for (let k0 = 0; k0 < n; k0 += 64) {
    const b = min(64, n - k0);
    const wide = usize(b) << 3;
    const top = a + usize(k0) * row;
    const left = usize(k0) << 3;
    for (let i = 0; i < b; i++) memory.copy(block + (usize(i) << 9), top + usize(i) * row + left, wide);
    const bad = invertBlock(block, b, floor);
    if (bad >= 0) return k0 + bad;
    for (let i = 0; i < b; i++) {
      const at = top + usize(i) * row + left;
      memory.fill(at, 0, wide);
      store<f64>(at + (usize(i) << 3), 1);
      for (let j = 0; j < b; j++) {
        const d = block + (usize(i * 64 + j) << 3);
        store<f64>(d, -load<f64>(d));
      }
    }
    pack(top, usize(ld), usize(b), usize(n), packed);
    memory.fill(top, 0, usize(b) * row);
    for (let i = 0; i < b; i += 4) subtractProduct4(top + usize(i) * row, usize(ld), block + (usize(i) << 9), 64, packed, usize(n), usize(b));
    pack(top, usize(ld), usize(b), usize(n), packed);
    for (let i = 0; i < n; i++) {
      if (i >= k0 && i < k0 + b) continue;
      const at = a + usize(i) * row + left;
      memory.copy(column + (usize(i) << 9), at, wide);
      memory.fill(at, 0, wide);
    }
    for (let i = 0; i < n; i += 4) {
      if (i >= k0 && i < k0 + b) continue;
      subtractProduct4(a + usize(i) * row, usize(ld), column + (usize(i) << 9), 64, packed, usize(n), usize(b));
    }
  }
  return -1;
}

/** Two sums in one pass over the rows of phi: out = the plain sum as gatherAdd64, outW = each row times its weight. 8 columns a panel. */
export function gatherAddPair64(ptr: usize, idx: usize, rows: i32, phi: usize, weight: usize, width: i32, out: usize, outW: usize): void {
  const stride = usize(width) << 3;
  for (let p: usize = 0; p < stride; p += 64) {
    for (let r = 0; r < rows; r++) {
      let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0);
      let t0 = f64x2.splat(0), t1 = f64x2.splat(0), t2 = f64x2.splat(0), t3 = f64x2.splat(0);
      const end = load<i32>(ptr + (usize(r + 1) << 2));
      for (let e = load<i32>(ptr + (usize(r) << 2)); e < end; e++) {
        const i = usize(load<i32>(idx + (usize(e) << 2)));
        const q = phi + i * stride + p;
        const w = f64x2.splat(load<f64>(weight + (i << 3)));
        const a = v128.load(q), b = v128.load(q, 16), c = v128.load(q, 32), d = v128.load(q, 48);
        s0 = f64x2.add(s0, a); s1 = f64x2.add(s1, b); s2 = f64x2.add(s2, c); s3 = f64x2.add(s3, d);
        t0 = f64x2.add(t0, f64x2.mul(a, w)); t1 = f64x2.add(t1, f64x2.mul(b, w)); t2 = f64x2.add(t2, f64x2.mul(c, w)); t3 = f64x2.add(t3, f64x2.mul(d, w));
      }
      const o = out + usize(r) * stride + p;
      v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, s2, 32); v128.store(o, s3, 48);
      const u = outW + usize(r) * stride + p;
      v128.store(u, t0); v128.store(u, t1, 16); v128.store(u, t2, 32); v128.store(u, t3, 48);
    }
  }
}

/** The same in f32: 16 columns a panel. */
export function gatherAddPair32(ptr: usize, idx: usize, rows: i32, phi: usize, weight: usize, width: i32, out: usize, outW: usize): void {
  const stride = usize(width) << 2;
  for (let p: usize = 0; p < stride; p += 64) {
    for (let r = 0; r < rows; r++) {
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
      let t0 = f32x4.splat(0), t1 = f32x4.splat(0), t2 = f32x4.splat(0), t3 = f32x4.splat(0);
      const end = load<i32>(ptr + (usize(r + 1) << 2));
      for (let e = load<i32>(ptr + (usize(r) << 2)); e < end; e++) {
        const i = usize(load<i32>(idx + (usize(e) << 2)));
        const q = phi + i * stride + p;
        const w = f32x4.splat(load<f32>(weight + (i << 2)));
        const a = v128.load(q), b = v128.load(q, 16), c = v128.load(q, 32), d = v128.load(q, 48);
        s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b); s2 = f32x4.add(s2, c); s3 = f32x4.add(s3, d);
        t0 = f32x4.add(t0, f32x4.mul(a, w)); t1 = f32x4.add(t1, f32x4.mul(b, w)); t2 = f32x4.add(t2, f32x4.mul(c, w)); t3 = f32x4.add(t3, f32x4.mul(d, w));
      }
      const o = out + usize(r) * stride + p;
      v128.store(o, s0); v128.store(o, s1, 16); v128.store(o, s2, 32); v128.store(o, s3, 48);
      const u = outW + usize(r) * stride + p;
      v128.store(u, t0); v128.store(u, t1, 16); v128.store(u, t2, 32); v128.store(u, t3, 48);
    }
  }
}
