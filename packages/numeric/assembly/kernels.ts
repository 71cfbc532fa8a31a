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
