import { QipanError } from '@qipan/base';
import { cooccurrence } from '@qipan/numeric';
import type { Presence } from './presence.js';

/** Measures on co-occurrence sums (van Eck, Waltman 2009), diagonal of C taken as 0. */
export type RelatednessKind = 'association' | 'cosine' | 'jaccard' | 'probability';

/**
 * `minimum` is the proximity of Hidalgo et al. 2007, `C_ij / max(u_i, u_j)`; `conditional` the asymmetric `C_ij / u_i`
 * (rows are what is given); `sqrt` the geometric mean `C_ij / √(u_i u_j)`; `correlation` `(1 + corr(RCA_i, RCA_j)) / 2`.
 */
export type ProximityKind = 'minimum' | 'conditional' | 'sqrt' | 'correlation' | RelatednessKind;

export interface ProximityOptions {
  readonly kind?: ProximityKind;
  /** 1 as computed (py-ecomplexity, R) or 0 (EconGeo, Datawheel). Measures on co-occurrence sums have always 0. */
  readonly diagonal?: 0 | 1;
  /** Co-occurrence counts, when they are at hand. */
  readonly counts?: Int32Array;
  /** Quotients of the whole panel, `[regions × industries]`: needed by `correlation`, with the panel's number of industries. */
  readonly lq?: Float64Array;
  readonly industries?: number;
}

const onSums: ReadonlySet<ProximityKind> = new Set(['association', 'cosine', 'jaccard', 'probability']);

/**
 * Proximity of industries, `[kept industries × kept industries]`, row-major.
 * @throws SHAPE_MISMATCH when `correlation` is asked for without the quotients
 */
export function proximity(m: Presence, options: ProximityOptions = {}): Float64Array {
  const kind = options.kind ?? 'minimum';
  if (kind === 'correlation') return correlation(m, options);
  const counts = options.counts ?? cooccurrence(m);
  if (onSums.has(kind)) return relatedness(m, kind as RelatednessKind, counts);
  return overUbiquity(new Float64Array(m.cols * m.cols), m, { kind, counts, diagonal: options.diagonal ?? 1 });
}

/** Proximity by ubiquity alone, of either precision, written into `phi`. */
export function overUbiquity<T extends Float64Array | Float32Array>(
  phi: T,
  m: Presence,
  o: { readonly kind: ProximityKind; readonly counts: Int32Array; readonly diagonal: 0 | 1 },
): T {
  const n = m.cols;
  const { kind, counts } = o;
  for (let i = 0, k = 0; i < n; i++) {
    const ui = m.ubiquity[i];
    if (kind === 'sqrt') for (let j = 0; j < n; j++, k++) phi[k] = counts[k] / Math.sqrt(ui * m.ubiquity[j]);
    else
      for (let j = 0; j < n; j++, k++)
        phi[k] = counts[k] / (kind === 'conditional' || ui > m.ubiquity[j] ? ui : m.ubiquity[j]);
    if (o.diagonal === 0) phi[i * n + i] = 0;
  }
  return phi;
}

/** `(1 + corr)/2` of the quotients of two industries over the regions kept; an industry that never varies is unrelated (½). */
function correlation(m: Presence, o: ProximityOptions): Float64Array {
  const n = m.cols;
  const width = o.industries ?? 0;
  if (!o.lq || width === 0)
    throw new QipanError(
      'SHAPE_MISMATCH',
      'proximity by correlation needs the quotients and their number of industries',
      {
        got: o.lq ? width : null,
        expected: 'lq [regions × industries] and industries',
      },
    );
  const z = new Float64Array(n * m.rows);
  for (let i = 0; i < n; i++) {
    let mean = 0;
    for (let r = 0; r < m.rows; r++) mean += z[i * m.rows + r] = o.lq[m.region[r] * width + m.industry[i]];
    mean /= m.rows;
    let square = 0;
    for (let r = 0; r < m.rows; r++) square += (z[i * m.rows + r] -= mean) ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let r = 0; r < m.rows; r++) z[i * m.rows + r] *= scale;
  }
  const phi = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let sum = 0;
      for (let r = 0; r < m.rows; r++) sum += z[i * m.rows + r] * z[j * m.rows + r];
      phi[i * n + j] = phi[j * n + i] = i === j ? (o.diagonal ?? 1) : (1 + sum) / 2;
    }
  }
  return phi;
}

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
