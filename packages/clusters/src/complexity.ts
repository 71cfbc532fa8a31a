import { cooccurrence, gatherAdd } from '@qipan/numeric';
import { locationQuotient, type Measure } from './advantage.js';
import { presence, type Presence, type PresenceRule } from './presence.js';
import { proximity } from './proximity.js';
import { secondDirection, type SpectralResult } from './spectral.js';

/** Recipes that reproduce published programs: py-ecomplexity and R economiccomplexity 2.0.0. */
export type SpectralPreset = 'harvard' | 'r';

export interface ComplexityOptions {
  readonly preset: SpectralPreset;
  readonly presence?: PresenceRule;
  readonly benchmark?: Float64Array;
  /** `f32` halves memory and time of density, COI and COG and keeps about 6 digits: for screening, never for print. */
  readonly precision?: 'f64' | 'f32';
}

/**
 * Complexity of one panel. Rows and columns are those of `kept` (see `Presence.region`, `Presence.industry`).
 * With status `ambiguous` the spectral figures are NaN: there is no second direction to speak of.
 */
export interface ComplexityResult {
  readonly status: SpectralResult['status'];
  readonly preset: SpectralPreset;
  readonly kept: Presence;
  readonly lq: Float64Array;
  readonly undefinedMask: Uint8Array;
  readonly eci: Float64Array;
  readonly pci: Float64Array;
  /** Relatedness density and complexity outlook gain, `[kept regions × kept industries]`. */
  readonly density: Float64Array | Float32Array;
  readonly cog: Float64Array | Float32Array;
  readonly coi: Float64Array;
  readonly proximity: Float64Array | Float32Array;
  readonly lambda2: number;
  readonly lambda3: number;
  readonly components: number;
}

function meanOf(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

/** Standard deviation with `ddof` degrees of freedom taken off. */
function deviation(x: Float64Array, mean: number, ddof: 0 | 1): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - mean) * (x[i] - mean);
  return Math.sqrt(sum / (x.length - ddof));
}

const standardised = (x: Float64Array, mean: number, sd: number): Float64Array => x.map((v) => (v - mean) / sd);

/** Row sums of a square table. */
function rowSums(table: Float64Array | Float32Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[i] += table[k];
  return out;
}

/** `w_rj = Σ_i M_ri φ_ij / Σ_i φ_ij` (Hidalgo et al. 2007), in place of the sums. */
function relatednessDensity<T extends Float64Array | Float32Array>(m: Presence, phi: T, sums: Float64Array): T {
  const w = gatherAdd(m, phi, m.cols);
  for (let r = 0, k = 0; r < m.rows; r++) for (let j = 0; j < m.cols; j++, k++) w[k] /= sums[j];
  return w;
}

/** `Σ_j w_rj (1 − M_rj) g_j` for every region. */
function outlook(m: Presence, w: Float64Array | Float32Array, gain: Float64Array): Float64Array {
  const out = new Float64Array(m.rows);
  for (let r = 0; r < m.rows; r++) {
    const row = r * m.cols;
    let sum = 0;
    for (let j = 0; j < m.cols; j++) sum += w[row + j] * gain[j];
    for (let e = m.start[r]; e < m.start[r + 1]; e++) sum -= w[row + m.index[e]] * gain[m.index[e]];
    out[r] = sum;
  }
  return out;
}

/** `(1 − M_rj)·Σ_i (1 − M_ri) φ_ij g_i / Σ_j′ φ_ij′ · factor`: what entering j opens up (Hausmann et al. 2014). */
function outlookGain<T extends Float64Array | Float32Array>(
  m: Presence,
  phi: T,
  parts: { gain: Float64Array; sums: Float64Array; factor: number },
): T {
  const n = m.cols;
  const scaled = phi.slice() as T;
  const all = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) {
    const f = (parts.gain[i] / parts.sums[i]) * parts.factor;
    for (let j = 0; j < n; j++, k++) {
      scaled[k] *= f;
      all[j] += scaled[k];
    }
  }
  const out = gatherAdd(m, scaled, n);
  for (let r = 0, k = 0; r < m.rows; r++) {
    for (let j = 0; j < n; j++, k++) out[k] = all[j] - out[k];
    for (let e = m.start[r]; e < m.start[r + 1]; e++) out[r * n + m.index[e]] = 0;
  }
  return out;
}

/**
 * Advantage → presence → proximity → density → complexity of one panel, by a named recipe.
 *
 * `harvard`: ECI = (k_c − mean)/SD, PCI with the mean and SD of k_c, COI of uncentred k_p standardised, SD with ddof 0.
 * `r`: ECI and PCI each with their own mean and SD (ddof 1), COI = Σ w(1−M)·PCI, not standardised.
 * The panel is not changed.
 * @throws what `locationQuotient` throws
 */
export function complexity(panel: Measure, options: ComplexityOptions): ComplexityResult {
  const { lq, undefinedMask } = locationQuotient(panel, options.benchmark ? { benchmark: options.benchmark } : {});
  const kept = presence(lq, panel, options.presence ?? {});
  const spectral = secondDirection(kept);
  const exact = proximity(kept, { counts: cooccurrence(kept) });
  const phi = options.precision === 'f32' ? Float32Array.from(exact) : exact;
  const sums = rowSums(phi, kept.cols);
  const density = relatednessDensity(kept, phi, sums);
  const ok = spectral.status === 'ok';
  const figures = ok ? scores(kept, spectral, { preset: options.preset, density, phi, sums }) : noScores(kept, density);
  return {
    status: spectral.status,
    preset: options.preset,
    kept,
    lq,
    undefinedMask,
    ...figures,
    density,
    proximity: phi,
    lambda2: spectral.lambda2,
    lambda3: spectral.lambda3,
    components: spectral.components,
  };
}

interface Parts {
  readonly preset: SpectralPreset;
  readonly density: Float64Array | Float32Array;
  readonly phi: Float64Array | Float32Array;
  readonly sums: Float64Array;
}

type Scores = Pick<ComplexityResult, 'eci' | 'pci' | 'coi' | 'cog'>;

function scores(m: Presence, s: SpectralResult, p: Parts): Scores {
  const mean = meanOf(s.region);
  if (p.preset === 'harvard') {
    const sd = deviation(s.region, mean, 0);
    const raw = outlook(m, p.density, s.industry);
    const rawMean = meanOf(raw);
    return {
      eci: standardised(s.region, mean, sd),
      pci: standardised(s.industry, mean, sd),
      coi: standardised(raw, rawMean, deviation(raw, rawMean, 0)),
      cog: outlookGain(m, p.phi, { gain: s.industry, sums: p.sums, factor: 1 / sd }),
    };
  }
  const industryMean = meanOf(s.industry);
  const pci = standardised(s.industry, industryMean, deviation(s.industry, industryMean, 1));
  return {
    eci: standardised(s.region, mean, deviation(s.region, mean, 1)),
    pci,
    coi: outlook(m, p.density, pci),
    cog: outlookGain(m, p.phi, { gain: pci, sums: p.sums, factor: 1 }),
  };
}

function noScores(m: Presence, density: Float64Array | Float32Array): Scores {
  const nan = (n: number) => new Float64Array(n).fill(Number.NaN);
  return { eci: nan(m.rows), pci: nan(m.cols), coi: nan(m.rows), cog: density.map(() => Number.NaN) };
}
