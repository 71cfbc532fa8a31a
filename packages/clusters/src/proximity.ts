import { cooccurrence } from '@qipan/numeric';
import type { Presence } from './presence.js';

/** `minimum` is the proximity of Hidalgo et al. 2007, `C_ij / max(u_i, u_j)`; `conditional` is `C_ij / u_i`. */
export type ProximityKind = 'minimum' | 'conditional';

/**
 * Proximity of industries, `[kept industries × kept industries]`, row-major.
 * @param diagonal 1 as computed (py-ecomplexity, R) or 0 (EconGeo, Datawheel)
 */
export function proximity(
  m: Presence,
  options: { readonly kind?: ProximityKind; readonly diagonal?: 0 | 1; readonly counts?: Int32Array } = {},
): Float64Array {
  const n = m.cols;
  const counts = options.counts ?? cooccurrence(m);
  const phi = new Float64Array(n * n);
  const kind = options.kind ?? 'minimum';
  for (let i = 0, k = 0; i < n; i++) {
    const ui = m.ubiquity[i];
    for (let j = 0; j < n; j++, k++)
      phi[k] = counts[k] / (kind === 'conditional' || ui > m.ubiquity[j] ? ui : m.ubiquity[j]);
    if (options.diagonal === 0) phi[i * n + i] = 0;
  }
  return phi;
}

/** Measures on co-occurrence sums (van Eck, Waltman 2009), diagonal of C taken as 0. */
export type RelatednessKind = 'association' | 'cosine' | 'jaccard' | 'probability';

/** Relatedness of industries from co-occurrence counts; NaN where an industry co-occurs with nothing. */
export function relatedness(m: Presence, kind: RelatednessKind, counts: Int32Array = cooccurrence(m)): Float64Array {
  const n = m.cols;
  const sum = new Float64Array(n);
  let all = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j) sum[i] += counts[i * n + j];
    all += sum[i];
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const c = counts[i * n + j];
      const a = sum[i];
      const b = sum[j];
      const denominator =
        kind === 'association'
          ? (a * b) / all
          : kind === 'cosine'
            ? Math.sqrt(a * b)
            : kind === 'jaccard'
              ? a + b - c
              : (((a / all) * b) / (all - a) + ((b / all) * a) / (all - b)) * (all / 2);
      out[i * n + j] = c / denominator;
    }
  }
  return out;
}
