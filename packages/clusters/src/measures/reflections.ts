import type { Presence } from '../presence.js';

/** What the method of reflections reaches after so many averaging steps. */
export interface Reflections {
  /** `k_c,N`, by region kept. */
  readonly region: Float64Array;
  /** `k_p,N`, by industry kept. */
  readonly industry: Float64Array;
}

/** `D⁻¹ M x`: the mean of an industry figure over what each region has. */
export function meanByRegion(m: Presence, x: Float64Array | Int32Array): Float64Array {
  const out = new Float64Array(m.rows);
  for (let r = 0; r < m.rows; r++) {
    let sum = 0;
    for (let e = m.start[r]; e < m.start[r + 1]; e++) sum += x[m.index[e]];
    out[r] = sum / m.diversity[r];
  }
  return out;
}

/** `U⁻¹ Mᵀ x`: the mean of a region figure over where each industry is. */
function meanByIndustry(m: Presence, x: Float64Array | Int32Array): Float64Array {
  const out = new Float64Array(m.cols);
  for (let r = 0; r < m.rows; r++) for (let e = m.start[r]; e < m.start[r + 1]; e++) out[m.index[e]] += x[r];
  for (let i = 0; i < m.cols; i++) out[i] /= m.ubiquity[i];
  return out;
}

/**
 * Method of reflections (Hidalgo, Hausmann 2009, eqs. 3-4): from `k_c,0 = d`, `k_p,0 = u`, `steps` times
 * `k_c,N = D⁻¹M k_p,N−1` and `k_p,N = U⁻¹Mᵀ k_c,N−1`. Even steps of `region` read as complexity, odd ones against it.
 */
export function reflections(m: Presence, steps: number): Reflections {
  let region: Float64Array = Float64Array.from(m.diversity);
  let industry: Float64Array = Float64Array.from(m.ubiquity);
  for (let k = 0; k < steps; k++) {
    const next = meanByRegion(m, industry);
    industry = meanByIndustry(m, region);
    region = next;
  }
  return { region, industry };
}
