import type { Presence } from './presence.js';

/** The second spectral direction of presence, and how clearly it stands out. */
export interface SpectralResult {
  /** `ambiguous` when λ2 and λ3 are closer than 1e-6 or the network falls apart (λ2 = 1): then the vectors mean nothing. */
  readonly status: 'ok' | 'ambiguous';
  /** `k_p = U^-½ v`, by industry kept. */
  readonly industry: Float64Array;
  /** `k_c = D⁻¹ M k_p`, by region kept; its sign makes corr(diversity, k_c) > 0. */
  readonly region: Float64Array;
  readonly lambda2: number;
  readonly lambda3: number;
  /** Connected components of the bipartite network. */
  readonly components: number;
  readonly iterations: number;
}

/** Components of the bipartite region-industry network (union-find). */
export function components(m: Presence): number {
  const parent = Int32Array.from({ length: m.rows + m.cols }, (_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  let left = parent.length;
  const join = (r: number, e: number): void => {
    const a = find(r);
    const b = find(m.rows + m.index[e]);
    if (a === b) return;
    parent[a] = b;
    left--;
  };
  // One industry of every region first: then a connected network is known to be one long before its last entry.
  for (let r = 0; r < m.rows; r++) if (m.start[r] < m.start[r + 1]) join(r, m.start[r]);
  for (let r = 0; r < m.rows && left > 1; r++)
    for (let e = m.start[r] + 1; e < m.start[r + 1] && left > 1; e++) join(r, e);
  return left;
}

/** `S = D^-½ M U^-½` and what its products need. */
interface Operator {
  readonly m: Presence;
  readonly inverseRootU: Float64Array;
  readonly scaled: Float64Array;
}

/** `y = SᵀS x`: each region's industries are read twice, the second time from the cache, and M is needed in one order only. */
function applyGram({ m, inverseRootU, scaled }: Operator, x: Float64Array): Float64Array {
  const { start, index, diversity } = m;
  for (let i = 0; i < m.cols; i++) scaled[i] = x[i] * inverseRootU[i];
  const y = new Float64Array(m.cols);
  for (let r = 0; r < m.rows; r++) {
    const end = start[r + 1];
    let sum = 0;
    for (let e = start[r]; e < end; e++) sum += scaled[index[e]];
    sum /= diversity[r];
    for (let e = start[r]; e < end; e++) y[index[e]] += sum;
  }
  for (let i = 0; i < m.cols; i++) y[i] *= inverseRootU[i];
  return y;
}

function removeDirection(x: Float64Array, q: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < x.length; i++) dot += x[i] * q[i];
  for (let i = 0; i < x.length; i++) x[i] -= dot * q[i];
}

function normalise(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  const norm = Math.sqrt(sum);
  if (norm > 0) for (let i = 0; i < x.length; i++) x[i] /= norm;
  return norm;
}

/** Eigenvalues (descending) and eigenvectors of a symmetric tridiagonal matrix by implicit QL (Wilkinson, Reinsch 1971). */
function tridiagonal(
  alpha: readonly number[],
  beta: readonly number[],
): { value: Float64Array; vector: Float64Array[] } {
  const n = alpha.length;
  const d = Float64Array.from(alpha);
  const e = Float64Array.from({ length: n }, (_, i) => beta[i] ?? 0);
  const z = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_v, j) => (i === j ? 1 : 0)));
  for (let l = 0; l < n; l++) {
    for (let it = 0; it < 100; it++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.hypot(g, 1);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let p = 0;
      for (let i = m - 1; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        for (let k = 0; k < n; k++) {
          const h = z[k][i + 1];
          z[k][i + 1] = s * z[k][i] + c * h;
          z[k][i] = c * z[k][i] - s * h;
        }
      }
      if (r === 0 && m - 1 >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  const order = [...d.keys()].sort((a, b) => d[b] - d[a]);
  return {
    value: Float64Array.from(order, (k) => d[k]),
    vector: order.map((k) => Float64Array.from(z, (row) => row[k])),
  };
}

export interface SpectralOptions {
  /** Residual of the second Ritz pair at which the iteration stops; default 1e-15, as good as it gets. */
  readonly tolerance?: number;
  /** A direction to start from, by industry kept, such as that of a panel nearby; default a fixed one. */
  readonly guess?: Float64Array;
}

/** What one run of Lanczos ends with. */
interface Run {
  readonly ritz: { readonly value: Float64Array; readonly vector: readonly Float64Array[] };
  readonly basis: readonly Float64Array[];
}

/** Lanczos with full re-orthogonalisation on `SᵀS`, orthogonal to `fixed`, until the residuals of the Ritz pairs are small enough. */
function lanczos(
  o: Operator,
  q: Float64Array,
  fixed: readonly Float64Array[],
  isDone: (residual: (j: number) => number) => boolean,
): Run {
  const n = o.m.cols;
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  for (const f of fixed) removeDirection(q, f);
  normalise(q);
  const limit = Math.min(n - fixed.length, 400);
  let ritz: { value: Float64Array; vector: Float64Array[] } = { value: new Float64Array(0), vector: [] };
  for (let k = 0; k < limit; k++) {
    basis.push(q);
    const w = applyGram(o, q);
    let a = 0;
    for (let i = 0; i < n; i++) a += w[i] * q[i];
    alpha.push(a);
    for (let pass = 0; pass < 2; pass++) {
      for (const f of fixed) removeDirection(w, f);
      for (const b of basis) removeDirection(w, b);
    }
    const norm = normalise(w);
    if (k >= 3 || norm < 1e-14 || k === limit - 1) {
      ritz = tridiagonal(alpha, beta);
      if (norm < 1e-14 || isDone((j) => norm * Math.abs(ritz.vector[j]?.[k] ?? 0))) break;
    }
    beta.push(norm);
    q = w;
  }
  return { ritz, basis };
}

/** The leading Ritz vector of a run. */
function leading({ ritz, basis }: Run, n: number): Float64Array {
  const v = new Float64Array(n);
  basis.forEach((b, k) => {
    const weight = ritz.vector[0]?.[k] ?? 0;
    for (let i = 0; i < n; i++) v[i] += weight * b[i];
  });
  return v;
}

/**
 * Second right singular direction of `S = D^-½ M U^-½`: the first is √u exactly and is deflated, the next comes from Lanczos
 * with full re-orthogonalisation on `SᵀS`. One start vector meets an eigenvalue that stands twice only once, so that without a
 * guess a second run, orthogonal to the direction found, looks for λ3. Starts are fixed: the same presence gives the same bits.
 */
export function secondDirection(m: Presence, options: SpectralOptions = {}): SpectralResult {
  const tolerance = options.tolerance ?? 1e-15;
  const inverseRootU = Float64Array.from(m.ubiquity, (u) => 1 / Math.sqrt(u));
  const first = Float64Array.from(m.ubiquity, (u) => Math.sqrt(u));
  normalise(first);
  const operator: Operator = { m, inverseRootU, scaled: new Float64Array(m.cols) };
  // A guess alone could hide a direction that it has nothing of.
  const spread = (i: number) => Math.cos(1 + i * 2.399963229728653);
  const { guess } = options;
  const q: Float64Array = Float64Array.from({ length: m.cols }, (_, i) => (guess ? guess[i] / inverseRootU[i] : 0));
  if (guess) normalise(q);
  for (let i = 0; i < m.cols; i++) q[i] += (guess ? 1e-3 / Math.sqrt(m.cols) : 1) * spread(i);
  // λ3 is only reported, and off by its residual squared: 1e-6 is 12 digits, a guess is only asked for its first.
  const found = lanczos(
    operator,
    q,
    [first],
    (residual) => residual(0) < tolerance && residual(1) < Math.max(1e-6, Math.sqrt(tolerance) * 10),
  );
  const v = leading(found, m.cols);
  let lambda3 = found.ritz.value[1] ?? 0;
  if (!guess && m.cols > 2) {
    const other = Float64Array.from({ length: m.cols }, (_, i) => spread(i + m.cols));
    const third = lanczos(operator, other, [first, v], (residual) => residual(0) < 1e-4);
    lambda3 = Math.max(lambda3, third.ritz.value[0] ?? 0);
  }
  return finish(m, {
    v,
    lambda2: found.ritz.value[0] ?? Number.NaN,
    lambda3,
    inverseRootU,
    iterations: found.basis.length,
  });
}

interface Found {
  readonly v: Float64Array;
  readonly lambda2: number;
  readonly lambda3: number;
  readonly inverseRootU: Float64Array;
  readonly iterations: number;
}

function finish(m: Presence, { v, lambda2, lambda3, inverseRootU, iterations }: Found): SpectralResult {
  const industry = v.map((x, i) => x * inverseRootU[i]);
  const region = new Float64Array(m.rows);
  for (let r = 0; r < m.rows; r++) {
    for (let e = m.start[r]; e < m.start[r + 1]; e++) region[r] += industry[m.index[e]];
    region[r] /= m.diversity[r];
  }
  let meanD = 0;
  let meanK = 0;
  for (let r = 0; r < m.rows; r++) {
    meanD += m.diversity[r] / m.rows;
    meanK += region[r] / m.rows;
  }
  let covariance = 0;
  for (let r = 0; r < m.rows; r++) covariance += (m.diversity[r] - meanD) * (region[r] - meanK);
  if (covariance < 0) {
    for (let i = 0; i < m.cols; i++) industry[i] = -industry[i];
    for (let r = 0; r < m.rows; r++) region[r] = -region[r];
  }
  const parts = components(m);
  const status = parts > 1 || !(lambda2 - lambda3 > 1e-6) ? 'ambiguous' : 'ok';
  return { status, industry, region, lambda2, lambda3, components: parts, iterations };
}
