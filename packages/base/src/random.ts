/** A seeded source of pseudo-random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  readonly next: () => number;
  /** The same numbers as so many calls of `next`, at a third of the time. */
  readonly fill: (out: Float64Array) => void;
  /** Uniform integer in [0, n); n ≥ 1. */
  readonly below: (n: number) => number;
  /** Standard normal (Marsaglia polar method, 1964). */
  readonly normal: () => number;
  /** Exponential with mean 1. */
  readonly exponential: () => number;
  /** Poisson with the given mean ≥ 0. */
  readonly poisson: (mean: number) => number;
  /** A permutation of 0…n−1 (Fisher-Yates). */
  readonly permutation: (n: number) => Int32Array;
  /** An independent stream, named so that adding a draw in one place does not move another. */
  readonly fork: (name: string) => Random;
}

/** FNV-1a over UTF-16 code units, 32 bits: turns names into seeds. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let h = seed >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** xoshiro128** (Blackman, Vigna 2018), state filled by splitmix32. */
export function random(seed: number): Random {
  let z = seed >>> 0;
  const split = () => {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  let a = split();
  let b = split();
  let c = split();
  let d = split() || 1;
  const word = () => {
    const m = Math.imul(b, 5);
    const r = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return r;
  };
  let spare: number | null = null;
  const self: Random = {
    next: () => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992,
    // The state in locals stays in registers; in a closure every step loads and stores it.
    fill: (out) => {
      let [a1, b1, c1, d1] = [a, b, c, d];
      for (let k = 0; k < out.length; k++) {
        let high = 0;
        for (let half = 0; half < 2; half++) {
          const m = Math.imul(b1, 5);
          const r = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
          const t = b1 << 9;
          c1 ^= a1;
          d1 ^= b1;
          b1 ^= c1;
          a1 ^= d1;
          c1 ^= t;
          d1 = (d1 << 11) | (d1 >>> 21);
          if (half === 0) high = (r >>> 5) * 67108864;
          else out[k] = (high + (r >>> 6)) / 9007199254740992;
        }
      }
      [a, b, c, d] = [a1, b1, c1, d1];
    },
    below: (n) => Math.floor(self.next() * n),
    normal: () => {
      if (spare !== null) {
        const s = spare;
        spare = null;
        return s;
      }
      for (;;) {
        const u = 2 * self.next() - 1;
        const v = 2 * self.next() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const f = Math.sqrt((-2 * Math.log(s)) / s);
          spare = v * f;
          return u * f;
        }
      }
    },
    exponential: () => -Math.log(1 - self.next()),
    poisson: (mean) => {
      // Inversion in chunks of 500 keeps exp(-mean) away from underflow.
      let left = mean;
      let k = 0;
      let p = 1;
      for (;;) {
        p *= 1 - self.next();
        while (p < 1 && left > 0) {
          const step = Math.min(left, 500);
          p *= Math.exp(step);
          left -= step;
        }
        if (p <= 1) return k;
        k++;
      }
    },
    permutation: (n) => {
      const out = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        const j = self.below(i + 1);
        out[i] = out[j] as number;
        out[j] = i;
      }
      return out;
    },
    fork: (name) => random(hashText(name, hashText(String(seed)))),
  };
  return self;
}
