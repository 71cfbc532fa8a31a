import { QipanError } from '@qipan/base';
import { choleskyFactor, choleskyInverse, choleskySolve } from './cholesky.js';

/** Rows of a logit: `x` is `[rows × cols]`, row-major, without a constant column (the intercept is added here). */
export interface LogitProblem {
  readonly x: Float64Array;
  readonly y: Uint8Array;
  readonly rows: number;
  readonly cols: number;
  /** λ of the penalty `½ λ Σ β²` on the log likelihood, ≥ 0; the intercept is never penalised. Default 0. */
  readonly ridge?: number;
  /** Group of each row; residuals of one group may be correlated. Default: every row its own group. */
  readonly cluster?: Int32Array;
}

/** Position 0 is the intercept, then the columns. */
export interface LogitFit {
  /** `separated`: without a penalty some direction grows without end, or one outcome is missing; nothing may be read off then. */
  readonly status: 'converged' | 'separated';
  readonly coefficient: Float64Array;
  /** Cluster-robust covariance, `[(cols + 1)²]`. */
  readonly covariance: Float64Array;
  readonly standardError: Float64Array;
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly clusters: number;
}

/** `1 / (1 + e^−t)`, without overflow. */
export const logistic = (t: number): number => (t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t)));

/** `ln(1 + e^t)`, without overflow. */
const softplus = (t: number): number => (t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t)));

const maxIterations = 100;

function check(p: LogitProblem): void {
  const bad = (message: string, got: unknown, expected: string): never => {
    throw new QipanError('SHAPE_MISMATCH', message, { got, expected });
  };
  if (p.x.length !== p.rows * p.cols) bad('features of a logit', p.x.length, `${p.rows} × ${p.cols}`);
  if (p.y.length !== p.rows) bad('outcomes of a logit', p.y.length, `${p.rows}`);
  if (p.cluster && p.cluster.length !== p.rows) bad('groups of a logit', p.cluster.length, `${p.rows}`);
  if (!((p.ridge ?? 0) >= 0))
    throw new QipanError('OUT_OF_RANGE', `ridge ${p.ridge}; expected ≥ 0`, { field: 'ridge', got: p.ridge });
  const k = p.x.findIndex((v) => !Number.isFinite(v));
  if (k !== -1)
    throw new QipanError('BAD_INPUT', `feature ${k % p.cols} of row ${Math.floor(k / p.cols)} is ${p.x[k]}`, {
      row: Math.floor(k / p.cols),
      got: p.x[k],
      expected: 'a finite number',
    });
}

/** Linear predictor of one row. */
function predictor(p: Pick<LogitProblem, 'x' | 'cols'>, beta: Float64Array, row: number): number {
  let t = beta[0];
  for (let c = 0, k = row * p.cols; c < p.cols; c++, k++) t += beta[c + 1] * p.x[k];
  return t;
}

function penalised(p: LogitProblem, beta: Float64Array): { likelihood: number; objective: number } {
  let likelihood = 0;
  for (let r = 0; r < p.rows; r++) {
    const t = predictor(p, beta, r);
    likelihood -= softplus(p.y[r] === 1 ? -t : t);
  }
  let squares = 0;
  for (let c = 1; c < beta.length; c++) squares += beta[c] * beta[c];
  return { likelihood, objective: likelihood - 0.5 * (p.ridge ?? 0) * squares };
}

/** Gradient and negative Hessian of the penalised log likelihood. */
function derivatives(p: LogitProblem, beta: Float64Array): { gradient: Float64Array; hessian: Float64Array } {
  const n = p.cols + 1;
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n * n);
  const row = new Float64Array(n).fill(1);
  for (let r = 0; r < p.rows; r++) {
    row.set(p.x.subarray(r * p.cols, (r + 1) * p.cols), 1);
    const mu = logistic(predictor(p, beta, r));
    const weight = mu * (1 - mu);
    const residual = p.y[r] - mu;
    for (let i = 0; i < n; i++) {
      gradient[i] += residual * row[i];
      const w = weight * row[i];
      if (w !== 0) for (let j = 0; j <= i; j++) hessian[i * n + j] += w * row[j];
    }
  }
  const ridge = p.ridge ?? 0;
  for (let i = 0; i < n; i++) {
    if (i > 0) {
      gradient[i] -= ridge * beta[i];
      hessian[i * n + i] += ridge;
    }
    for (let j = 0; j < i; j++) hessian[j * n + i] = hessian[i * n + j];
  }
  return { gradient, hessian };
}

/**
 * Sandwich `H⁻¹ (Σ_g s_g s_gᵀ) H⁻¹ · G/(G−1) · (N−1)/(N−K)`, with `s_g` the summed scores of a group (Liang, Zeger 1986; the
 * small-sample factor of Stata and statsmodels). NaN with fewer than two groups.
 */
function sandwich(p: LogitProblem, beta: Float64Array, inverse: Float64Array): { v: Float64Array; groups: number } {
  const n = p.cols + 1;
  const scores = new Map<number, Float64Array>();
  for (let r = 0; r < p.rows; r++) {
    const residual = p.y[r] - logistic(predictor(p, beta, r));
    const key = p.cluster ? p.cluster[r] : r;
    let s = scores.get(key);
    if (!s) scores.set(key, (s = new Float64Array(n)));
    s[0] += residual;
    for (let c = 0; c < p.cols; c++) s[c + 1] += residual * p.x[r * p.cols + c];
  }
  const groups = scores.size;
  const v = new Float64Array(n * n);
  const factor = groups < 2 || p.rows <= n ? Number.NaN : ((groups / (groups - 1)) * (p.rows - 1)) / (p.rows - n);
  for (const s of scores.values()) {
    const h = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) h[i] += inverse[i * n + j] * s[j];
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) v[i * n + j] += factor * h[i] * h[j];
  }
  return { v, groups };
}

/**
 * Ridge logit by iteratively re-weighted least squares (Newton with step halving), `max Σ ln p(y) − ½ λ Σ β²`,
 * with cluster-robust standard errors. With λ > 0 they describe the shrunken estimate and not its bias.
 * Cost: `O(rows · cols²)` an iteration, about six of them.
 * @throws SHAPE_MISMATCH, OUT_OF_RANGE (ridge < 0), BAD_INPUT (a feature that is no finite number), DEGENERATE_INPUT (no rows)
 */
export function ridgeLogit(p: LogitProblem): LogitFit {
  check(p);
  if (p.rows === 0) throw new QipanError('DEGENERATE_INPUT', 'a logit without rows', { got: 0, expected: 'rows > 0' });
  const n = p.cols + 1;
  let events = 0;
  for (let r = 0; r < p.rows; r++) events += p.y[r];
  const beta = new Float64Array(n);
  const nan = (iterations: number): LogitFit => ({
    status: 'separated',
    coefficient: new Float64Array(n).fill(Number.NaN),
    covariance: new Float64Array(n * n).fill(Number.NaN),
    standardError: new Float64Array(n).fill(Number.NaN),
    logLikelihood: Number.NaN,
    iterations,
    clusters: 0,
  });
  if (events === 0 || events === p.rows) return nan(0);
  beta[0] = Math.log(events / (p.rows - events));
  let value = penalised(p, beta).objective;
  let iterations = 0;
  for (; iterations < maxIterations; iterations++) {
    const { gradient, hessian } = derivatives(p, beta);
    const factor = choleskyFactor(hessian, n);
    if (!factor) return nan(iterations);
    const step = choleskySolve(factor, gradient);
    let decrement = 0;
    for (let i = 0; i < n; i++) decrement += step[i] * gradient[i];
    let scale = 1;
    let next = beta;
    let reached = value;
    for (; scale > 1e-10; scale /= 2) {
      next = beta.map((b, i) => b + scale * step[i]);
      reached = penalised(p, next).objective;
      if (reached >= value - 1e-13 * Math.abs(value)) break;
    }
    beta.set(next);
    value = reached;
    // A logit of ±40 is a probability of 4e-18: no data say that, only separation does.
    if ((p.ridge ?? 0) === 0 && beta.some((b) => Math.abs(b) > 1e6)) return nan(iterations);
    if (decrement < 1e-18 * (1 + Math.abs(value)) || scale <= 1e-10) break;
  }
  return finish(p, beta, iterations) ?? nan(iterations);
}

function finish(p: LogitProblem, beta: Float64Array, iterations: number): LogitFit | null {
  const n = beta.length;
  const factor = choleskyFactor(derivatives(p, beta).hessian, n);
  const { likelihood } = penalised(p, beta);
  // Perfect separation without a penalty: every row is predicted to the last digit.
  if (!factor || (!((p.ridge ?? 0) > 0) && likelihood > -1e-8 * p.rows)) return null;
  const { v, groups } = sandwich(p, beta, choleskyInverse(factor, n));
  return {
    status: 'converged',
    coefficient: beta,
    covariance: v,
    standardError: Float64Array.from({ length: n }, (_, i) => Math.sqrt(v[i * n + i])),
    logLikelihood: likelihood,
    iterations,
    clusters: groups,
  };
}

/** Probabilities of rows `[rows × cols]` under a fit. */
export function logitProbability(fit: Pick<LogitFit, 'coefficient'>, x: Float64Array, rows: number): Float64Array {
  const cols = fit.coefficient.length - 1;
  if (x.length !== rows * cols)
    throw new QipanError('SHAPE_MISMATCH', `${x.length} cells for ${rows} × ${cols}`, {
      got: x.length,
      expected: `${rows * cols}`,
    });
  return Float64Array.from({ length: rows }, (_, r) => logistic(predictor({ x, cols }, fit.coefficient, r)));
}
