import { QipanError, type Random } from '@qipan/base';

/** Whole means up to here have a table: 512 tables are 2 MB and serve nearly all cells of a panel of jobs. */
const tabled = 512;
/** Slots of a guide: about one comparison a draw is left. */
const slots = 256;
const halfLog2Pi = 0.9189385332046728;

/** Distribution functions of Poisson numbers of whole means, with guides into them (Chen, Asau 1974). */
interface Tables {
  /** Where the function of mean m begins in `cumulative`, and the number its first entry stands for. */
  readonly start: Int32Array;
  readonly least: Int32Array;
  readonly cumulative: Float64Array;
  /** `slots` a mean: the first entry (from `start`) whose value exceeds the slot's lower end. */
  readonly guide: Uint16Array;
}

let shared: Tables | null = null;

/** `ln k!`: Stirling's series from 16 on, exact to the last digits there. */
function logFactorial(k: number): number {
  if (k < 16) {
    let f = 1;
    for (let j = 2; j <= k; j++) f *= j;
    return Math.log(f);
  }
  const s = 1 / (k * k);
  return (k + 0.5) * Math.log(k) - k + halfLog2Pi + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / k;
}

function build(): Tables {
  const start = new Int32Array(tabled + 2);
  const least = new Int32Array(tabled + 1);
  const guide = new Uint16Array((tabled + 1) * slots);
  const all: number[] = [];
  for (let m = 0; m <= tabled; m++) {
    // Both tails beyond are below 2⁻⁵³, the step of a uniform number.
    const reach = 9 * Math.sqrt(m) + 22;
    least[m] = Math.max(0, Math.floor(m - reach));
    start[m] = all.length;
    let sum = 0;
    for (let k = least[m]; k <= m + reach; k++) {
      sum += m === 0 ? Number(k === 0) : Math.exp(k * Math.log(m) - m - logFactorial(k));
      all.push(sum);
    }
    // Rounding must not leave a uniform number above the last entry.
    all[all.length - 1] = 1;
    let entry = 0;
    for (let slot = 0; slot < slots; slot++) {
      while (all[start[m] + entry] <= slot / slots) entry++;
      guide[m * slots + slot] = entry;
    }
  }
  return { start, least, cumulative: Float64Array.from(all), guide };
}

/** Uniform numbers, a batch at a time. */
class Uniforms {
  readonly #source: Random;
  readonly batch = new Float64Array(4096);
  at = this.batch.length;

  constructor(source: Random) {
    this.#source = source;
  }

  /** Makes sure that `n` numbers (≤ 4096) lie ahead of the place it returns; those left over are dropped. */
  ahead(n: number): number {
    if (this.at + n > this.batch.length) {
      this.#source.fill(this.batch);
      this.at = 0;
    }
    return this.at;
  }

  next(): number {
    const at = this.ahead(1);
    this.at = at + 1;
    return this.batch[at];
  }
}

/** Transformed rejection for means ≥ 10 (W. Hörmann, Insurance: Mathematics and Economics 12 (1993) 39-45, PTRS). */
function rejected(uniforms: Uniforms, mean: number, logMean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniforms.next() - 0.5;
    const v = uniforms.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * logMean - mean - logFactorial(k)) return k;
  }
}

/** By sequential search, for a mean below 1 of which `e^−mean` is known. */
function searched(u: number, mean: number, none: number): number {
  let p = none;
  let k = 0;
  while (u > p && k < 64) {
    u -= p;
    k++;
    p *= mean / k;
  }
  return k;
}

/**
 * A field of independent Poisson numbers to be drawn again and again. A mean up to 512 is the sum of its whole part, inverted
 * through a table, and of its fraction, by sequential search (Poisson numbers add up); larger means are drawn by transformed
 * rejection. Exact to the 2⁻⁵³ of the uniform numbers; about 15 ns a number.
 * @param mean ≥ 0, finite
 * @returns fills `out`, of the length of `mean`, with the next draw
 * @throws OUT_OF_RANGE for a mean that is negative, infinite or not a number; SHAPE_MISMATCH for an `out` of another length
 */
export function poissonField(mean: Float64Array, source: Random): (out: Float64Array) => void {
  const bad = mean.findIndex((x) => !(x >= 0 && x < Infinity));
  if (bad >= 0)
    throw new QipanError('OUT_OF_RANGE', `mean[${bad}] = ${mean[bad]}; expected a number ≥ 0`, {
      field: 'mean',
      row: bad,
      got: mean[bad],
      expected: '≥ 0, finite',
    });
  const tables = (shared ??= build());
  const uniforms = new Uniforms(source);
  const whole = new Uint16Array(mean.length);
  const large: number[] = [];
  const broken: number[] = [];
  for (let k = 0; k < mean.length; k++) {
    if (mean[k] >= tabled + 1) large.push(k);
    else {
      whole[k] = mean[k];
      if (whole[k] !== mean[k]) broken.push(k);
    }
  }
  const logMean = Float64Array.from(large, (k) => Math.log(mean[k]));
  const none = Float64Array.from(broken, (k) => Math.exp(whole[k] - mean[k]));
  return (out) => {
    if (out.length !== mean.length)
      throw new QipanError('SHAPE_MISMATCH', `room for ${out.length} draws of ${mean.length} means`, {
        got: out.length,
        expected: `${mean.length}`,
      });
    invert(tables, whole, uniforms, out);
    for (let j = 0; j < broken.length; j++) {
      const k = broken[j];
      out[k] += searched(uniforms.next(), mean[k] - whole[k], none[j]);
    }
    for (let j = 0; j < large.length; j++) out[large[j]] = rejected(uniforms, mean[large[j]], logMean[j]);
  };
}

/** One loop nest over typed arrays alone, so that it compiles to a tight one. */
function invert({ start, least, cumulative, guide }: Tables, whole: Uint16Array, u: Uniforms, out: Float64Array): void {
  const { batch } = u;
  for (let from = 0; from < whole.length; from += batch.length) {
    const n = Math.min(batch.length, whole.length - from);
    const at = u.ahead(n);
    for (let j = 0; j < n; j++) {
      const m = whole[from + j];
      const x = batch[at + j];
      const first = start[m];
      let e = first + guide[m * slots + Math.floor(x * slots)];
      while (cumulative[e] <= x) e++;
      out[from + j] = least[m] + e - first;
    }
    u.at = at + n;
  }
}
