import { gatherAdd, gatherAddPair } from '@qipan/numeric';
import { knowledgeComplexity } from './measures/knowledge-complexity.js';
import { reflections } from './measures/reflections.js';
import type { Presence } from './presence.js';
import type { Preset } from './recipe.js';
import type { SpectralResult } from './spectral.js';

export type Table = Float64Array | Float32Array;

/** What the scores are made of. */
export interface ScoreParts {
  readonly m: Presence;
  readonly spectral: SpectralResult;
  readonly phi: Table;
  /** Column sums `Σ_i φ_ij`. */
  readonly sums: Float64Array;
}

/** The figures of one recipe; NaN throughout where the recipe does not define one. */
export interface Scores {
  readonly eci: Float64Array;
  readonly pci: Float64Array;
  readonly coi: Float64Array;
  readonly cog: Table;
  /** `w_rj = Σ_i M_ri φ_ij / Σ_i φ_ij` (Hidalgo et al. 2007); NaN for an industry that is near to none. */
  readonly density: Table;
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

/** `(x − mean) / SD` with `ddof` degrees of freedom taken off the deviation. */
function standardise(x: Float64Array, ddof: 0 | 1): Float64Array {
  const mean = meanOf(x);
  const sd = deviation(x, mean, ddof);
  return x.map((v) => (v - mean) / sd);
}

/** `Σ_j w_rj (1 − M_rj) g_j` for every region. */
function outlook(m: Presence, w: Table, gain: Float64Array): Float64Array {
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

function overSums<T extends Table>(w: T, sums: Float64Array): T {
  const n = sums.length;
  for (let k = 0; k < w.length; k += n) for (let j = 0; j < n; j++) w[k + j] /= sums[j];
  return w;
}

/** Density alone. */
export function relatednessDensity<T extends Table>(m: Presence, phi: T, sums: Float64Array): T {
  return overSums(gatherAdd(m, phi, m.cols), sums);
}

/** Density, and `Σ_i (1 − M_ri) φ_ij f_i` for every region and industry, from one pass over the proximities. */
function densityAndAbsent(p: ScoreParts, factor: Float64Array): { readonly density: Table; readonly absent: Table } {
  const n = p.m.cols;
  const { plain, weighted } = gatherAddPair<Table>(p.m, p.phi, factor);
  const all = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) all[j] += p.phi[k] * factor[i];
  for (let k = 0; k < weighted.length; k += n) for (let j = 0; j < n; j++) weighted[k + j] = all[j] - weighted[k + j];
  return { density: overSums(plain, p.sums), absent: weighted };
}

/** Density, and `(1 − M_rj)·Σ_i (1 − M_ri) φ_ij g_i / Σ_j′ φ_ij′ · scale`: what entering j opens up (Hausmann et al. 2014). */
function outlookGain(p: ScoreParts, gain: Float64Array, scale: number): Pick<Scores, 'density' | 'cog'> {
  const { m, sums } = p;
  const { density, absent } = densityAndAbsent(
    p,
    gain.map((g, i) => (g / sums[i]) * scale),
  );
  for (let r = 0; r < m.rows; r++)
    for (let e = m.start[r]; e < m.start[r + 1]; e++) absent[r * m.cols + m.index[e]] = 0;
  return { density, cog: absent };
}

/** Density, and `Σ_i (1 − M_ri) PCI_i φ_ij / S_j − w_rj PCI_j`: the opportunity gain of the Observatory, present ones included. */
function opportunityGain(p: ScoreParts, pci: Float64Array): Pick<Scores, 'density' | 'cog'> {
  const { density, absent } = densityAndAbsent(p, pci);
  const n = p.m.cols;
  for (let r = 0, k = 0; r < p.m.rows; r++)
    for (let j = 0; j < n; j++, k++) absent[k] = absent[k] / p.sums[j] - density[k] * pci[j];
  return { density, cog: absent };
}

const unknown = (n: number) => new Float64Array(n).fill(Number.NaN);
const unknownTable = (like: Table): Table => like.map(() => Number.NaN);

const harvard = (p: ScoreParts): Scores => {
  const mean = meanOf(p.spectral.region);
  const sd = deviation(p.spectral.region, mean, 0);
  const scaled = (x: Float64Array) => x.map((v) => (v - mean) / sd);
  const tables = outlookGain(p, p.spectral.industry, 1 / sd);
  return {
    eci: scaled(p.spectral.region),
    pci: scaled(p.spectral.industry),
    coi: standardise(outlook(p.m, tables.density, p.spectral.industry), 0),
    ...tables,
  };
};

const r = (p: ScoreParts): Scores => {
  const pci = standardise(p.spectral.industry, 1);
  const tables = outlookGain(p, pci, 1);
  return { eci: standardise(p.spectral.region, 1), pci, coi: outlook(p.m, tables.density, pci), ...tables };
};

const econgeo = (p: ScoreParts): Scores => {
  const { region, industry } = knowledgeComplexity(p.m);
  const density = relatednessDensity(p.m, p.phi, p.sums);
  return { eci: region, pci: industry, coi: unknown(p.m.rows), cog: unknownTable(density), density };
};

/** Twenty iterations of the program are 18 averaging steps of regions and 19 of industries. */
const oec = (p: ScoreParts): Scores => {
  const pci = standardise(reflections(p.m, 19).industry, 1);
  const eci = standardise(reflections(p.m, 18).region, 1);
  return { eci, pci, coi: unknown(p.m.rows), ...opportunityGain(p, pci) };
};

const byPreset: Readonly<Record<Preset, (p: ScoreParts) => Scores>> = { harvard, r, econgeo, oec };

/** The scores by a recipe; all but density NaN where the second direction is ambiguous. */
export function scores(preset: Preset, p: ScoreParts): Scores {
  if (p.spectral.status === 'ok') return byPreset[preset](p);
  const density = relatednessDensity(p.m, p.phi, p.sums);
  const none = { eci: unknown(p.m.rows), pci: unknown(p.m.cols), coi: unknown(p.m.rows) };
  return { ...none, cog: unknownTable(density), density };
}
