import { serviceLadder } from '@qipan/numeric';
import type { PlanProblem } from '../model/problem.js';
import type { ServeModel } from './serve.js';

/** Capacities of layouts at the peaks, in one weight per point and year that stands for all peaks. */
export interface ServiceLevelModel {
  /** kWh/h that the modules of type k in layout v serve at peak p, [V, K, P]. */
  readonly servedKwh: Float64Array;
  /** Weight of a point, [I, T]: kWh/h at the surrogate of the peaks. */
  readonly weight: Float64Array;
  /** No plan serves more weight than this at site j in year t with layout v, [J, T, V]. */
  readonly atMost: Float64Array;
  /** Any mix of this much weight is within the target, [J, T, V]. */
  readonly always: Float64Array;
}

/** kWh/h by layout, module type and peak, [V, K, P]: LAM(n · guns) · session energy. */
export function servedByLayout(problem: PlanProblem): Float64Array {
  const { moduleTypes, peaks, layoutCounts, queue } = problem;
  const [K, P] = [moduleTypes.length, peaks.length];
  const V = layoutCounts.length / K;
  const out = new Float64Array(V * K * P);
  moduleTypes.forEach((m, k) => {
    const counts = [...new Set(Array.from({ length: V }, (_, v) => layoutCounts[v * K + k]))];
    peaks.forEach(({ waitMin, alpha }, p) => {
      const rates = serviceLadder(
        counts.map((n) => n * m.guns),
        { meanServiceMin: m.plugMin, waitMin, alpha, ...queue },
      );
      const rate = new Map(counts.map((n, l) => [n, rates[l]]));
      for (let v = 0; v < V; v++)
        out[(v * K + k) * P + p] = (rate.get(layoutCounts[v * K + k]) as number) * m.sessionKwh;
    });
  });
  return out;
}

/**
 * The peak rows of a site and type, `Σ_i a_itp x ≤ served_kp`, are replaced by one row in the surrogate weight
 * `w = Σ_p ω_p a_p`: below by the smallest, above by the largest ratio a/w among the points in reach. The two agree
 * wherever all points have the same profile.
 */
export function serviceLevel(problem: PlanProblem, pairs: ServeModel): ServiceLevelModel {
  const [T, P, I] = [problem.years.length, problem.peaks.length, problem.demandPoints.id.length];
  const K = problem.moduleTypes.length;
  const [V, J] = [problem.layoutCounts.length / K, problem.sites.id.length];
  const a = problem.peakKwhPerHour;
  const servedKwh = servedByLayout(problem);
  const omega = surrogateWeights(problem, servedKwh);
  const weight = new Float64Array(I * T);
  for (let t = 0; t < T; t++)
    for (let p = 0; p < P; p++)
      for (let i = 0; i < I; i++) weight[i * T + t] += omega[t * P + p] * a[(t * P + p) * I + i];
  const atMost = new Float64Array(J * T * V);
  const always = new Float64Array(J * T * V);
  const low = new Float64Array(P);
  const high = new Float64Array(P);
  for (let j = 0; j < J; j++)
    for (let t = 0; t < T; t++) {
      low.fill(Infinity);
      high.fill(0);
      for (let e = pairs.start[j]; e < pairs.start[j + 1]; e++) {
        const i = pairs.point[e];
        const w = weight[i * T + t];
        for (let p = 0; p < P && w > 0; p++) {
          const ratio = a[(t * P + p) * I + i] / w;
          if (ratio < low[p]) low[p] = ratio;
          if (ratio > high[p]) high[p] = ratio;
        }
      }
      for (let v = 0; v < V; v++)
        for (let k = 0; k < K; k++) {
          let least = 0;
          let safe = Infinity;
          for (let p = 0; p < P; p++) least += omega[t * P + p] * servedKwh[(v * K + k) * P + p];
          for (let p = 0; p < P; p++) {
            const served = servedKwh[(v * K + k) * P + p];
            if (low[p] > 0 && served < least * low[p]) least = served / low[p];
            if (high[p] > 0 && served < safe * high[p]) safe = served / high[p];
          }
          atMost[(j * T + t) * V + v] += least;
          always[(j * T + t) * V + v] += safe === Infinity ? 0 : safe;
        }
    }
  return { servedKwh, weight, atMost, always };
}

/** ω by year and peak: peaks that fill a large layout most weigh most; scaled so that the weight is kWh/h of those. */
function surrogateWeights(problem: PlanProblem, servedKwh: Float64Array): Float64Array {
  const [T, P, I] = [problem.years.length, problem.peaks.length, problem.demandPoints.id.length];
  const reference = new Float64Array(P);
  for (let vk = 0; vk < servedKwh.length / P; vk++)
    for (let p = 0; p < P; p++) reference[p] = Math.max(reference[p], servedKwh[vk * P + p]);
  const omega = new Float64Array(T * P);
  for (let t = 0; t < T; t++) {
    const fill = Float64Array.from({ length: P }, (_, p) => {
      let sum = 0;
      for (let i = 0; i < I; i++) sum += problem.peakKwhPerHour[(t * P + p) * I + i];
      return sum / reference[p];
    });
    const most = Math.max(...fill);
    let total = 0;
    for (let p = 0; p < P; p++) total += omega[t * P + p] = most > 0 ? (fill[p] / most) ** 8 : 1;
    for (let p = 0; p < P; p++) omega[t * P + p] /= total;
  }
  return omega;
}
