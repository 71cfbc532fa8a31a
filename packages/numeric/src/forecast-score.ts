import { QipanError } from '@qipan/base';
import { ridgeLogit } from './logit.js';

/** Ascending order of the scores; equal scores stand next to each other. */
export function ascending(score: Float64Array): Int32Array {
  return Int32Array.from(score.keys()).sort((a, b) => score[a] - score[b] || a - b);
}

function sameLength(a: { length: number }, b: { length: number }): void {
  if (a.length !== b.length)
    throw new QipanError('SHAPE_MISMATCH', `${a.length} scores for ${b.length} outcomes`, {
      got: a.length,
      expected: `${b.length}`,
    });
}

/**
 * Area under the ROC curve, equal to the Mann-Whitney probability that an event scores above a non-event, ties counting half.
 * `weight` counts a row several times (a bootstrap draw); `order` saves the sort when many weights are tried.
 * @returns null when one of the outcomes does not occur
 */
export function rocArea(
  score: Float64Array,
  y: Uint8Array,
  o: { readonly weight?: Float64Array; readonly order?: Int32Array } = {},
): number | null {
  sameLength(score, y);
  const order = o.order ?? ascending(score);
  let below = 0;
  let events = 0;
  let won = 0;
  for (let k = 0; k < order.length;) {
    const s = score[order[k]];
    let tiedEvents = 0;
    let tiedOthers = 0;
    for (; k < order.length && score[order[k]] === s; k++) {
      const w = o.weight ? o.weight[order[k]] : 1;
      if (y[order[k]] === 1) tiedEvents += w;
      else tiedOthers += w;
    }
    won += tiedEvents * (below + tiedOthers / 2);
    below += tiedOthers;
    events += tiedEvents;
  }
  return events > 0 && below > 0 ? won / (events * below) : null;
}

/**
 * Average precision `Σ (recall_k − recall_{k−1}) · precision_k`, the step-wise area under the precision-recall curve; equal
 * scores are one step. A score that says nothing gets the share of events. Null without events.
 */
export function averagePrecision(score: Float64Array, y: Uint8Array): number | null {
  sameLength(score, y);
  const order = ascending(score).reverse();
  let hits = 0;
  let area = 0;
  for (let k = 0; k < order.length;) {
    const s = score[order[k]];
    let tied = 0;
    for (; k < order.length && score[order[k]] === s; k++) tied += y[order[k]];
    hits += tied;
    area += (tied * hits) / k;
  }
  return hits > 0 ? area / hits : null;
}

/** One bin of forecasts: how many, mean forecast, share of events with its 95 % Wilson interval. */
export interface CalibrationBin {
  readonly n: number;
  readonly forecast: number;
  readonly observed: number;
  readonly lower: number;
  readonly upper: number;
}

const z95 = 1.959963984540054;

/** Wilson's interval of a share (Wilson 1927), 95 %. */
export function wilsonInterval(hits: number, n: number): { readonly lower: number; readonly upper: number } {
  const p = hits / n;
  const centre = (p + (z95 * z95) / (2 * n)) / (1 + (z95 * z95) / n);
  const half = (z95 / (1 + (z95 * z95) / n)) * Math.sqrt((p * (1 - p)) / n + (z95 * z95) / (4 * n * n));
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}

/** First row after each bin in ascending order: `bins` bins of nearly equal counts, equal forecasts never split. */
function binEnds(p: Float64Array, order: Int32Array, bins: number): number[] {
  const ends: number[] = [];
  for (let b = 1; b <= bins; b++) {
    let end = Math.round((b * order.length) / bins);
    while (end < order.length && end > 0 && p[order[end]] === p[order[end - 1]]) end++;
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  return ends;
}

/** Calibration curve in bins of equal counts. */
export function calibrationCurve(p: Float64Array, y: Uint8Array, bins = 10): readonly CalibrationBin[] {
  sameLength(p, y);
  const order = ascending(p);
  let from = 0;
  return binEnds(p, order, bins).map((end) => {
    let forecast = 0;
    let hits = 0;
    for (let k = from; k < end; k++) {
      forecast += p[order[k]];
      hits += y[order[k]];
    }
    const n = end - from;
    from = end;
    return { n, forecast: forecast / n, observed: hits / n, ...wilsonInterval(hits, n) };
  });
}

/**
 * Brier score and its parts over bins: `score = reliability − resolution + uncertainty + withinBin`, exactly (Murphy 1973; the
 * last part, the variance of the forecasts inside a bin less twice their covariance with the outcome, after Stephenson et al. 2008).
 */
export interface BrierScore {
  readonly score: number;
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
  readonly withinBin: number;
}

/** Mean squared error of probabilities and its decomposition. @throws SHAPE_MISMATCH, DEGENERATE_INPUT for no rows */
export function brierScore(p: Float64Array, y: Uint8Array, bins = 10): BrierScore {
  sameLength(p, y);
  if (p.length === 0) throw new QipanError('DEGENERATE_INPUT', 'no forecasts to score', { got: 0 });
  const order = ascending(p);
  const n = p.length;
  let score = 0;
  let events = 0;
  for (let i = 0; i < n; i++) {
    score += (p[i] - y[i]) ** 2 / n;
    events += y[i];
  }
  const rate = events / n;
  let reliability = 0;
  let resolution = 0;
  let withinBin = 0;
  let from = 0;
  const curve = calibrationCurve(p, y, bins);
  for (const bin of curve) {
    reliability += (bin.n / n) * (bin.forecast - bin.observed) ** 2;
    resolution += (bin.n / n) * (bin.observed - rate) ** 2;
    for (let k = from; k < from + bin.n; k++) {
      const d = p[order[k]] - bin.forecast;
      withinBin += (d * d - 2 * d * (y[order[k]] - bin.observed)) / n;
    }
    from += bin.n;
  }
  return { score, reliability, resolution, uncertainty: rate * (1 - rate), withinBin };
}

/**
 * Calibration line `logit P(y) = intercept + slope · logit p` (Cox 1958): slope 1 and intercept 0 are perfect, a slope below 1
 * says that the forecasts are too extreme. Forecasts are held inside [1e-9, 1 − 1e-9].
 * @returns null when the line is not determined (one outcome missing, forecasts all equal, perfect separation)
 */
export function calibrationLine(
  p: Float64Array,
  y: Uint8Array,
  cluster?: Int32Array,
): { readonly slope: number; readonly intercept: number; readonly slopeError: number } | null {
  sameLength(p, y);
  const x = p.map((v) => {
    const q = Math.min(1 - 1e-9, Math.max(1e-9, v));
    return Math.log(q / (1 - q));
  });
  if (x.every((v) => v === x[0])) return null;
  const fit = ridgeLogit({ x, y, rows: x.length, cols: 1, ...(cluster ? { cluster } : {}) });
  if (fit.status !== 'converged') return null;
  return { intercept: fit.coefficient[0], slope: fit.coefficient[1], slopeError: fit.standardError[1] };
}

/**
 * Mean share of events among the `k` best scores of each group, over groups that have more than `k` rows and an event; ties at the
 * border count by their expected value under random order. Null when no group qualifies.
 */
export function topPrecision(
  score: Float64Array,
  y: Uint8Array,
  o: { readonly group: Int32Array; readonly k: number },
): { readonly precision: number; readonly groups: number } | null {
  sameLength(score, y);
  const members = new Map<number, number[]>();
  for (let i = 0; i < score.length; i++) {
    const list = members.get(o.group[i]);
    if (list) list.push(i);
    else members.set(o.group[i], [i]);
  }
  let sum = 0;
  let groups = 0;
  for (const list of members.values()) {
    if (list.length <= o.k || !list.some((i) => y[i] === 1)) continue;
    const sorted = list.toSorted((a, b) => score[b] - score[a]);
    const border = score[sorted[o.k - 1]];
    const above = sorted.filter((i) => score[i] > border);
    const tied = sorted.filter((i) => score[i] === border);
    const hits = (rows: readonly number[]) => rows.reduce((s, i) => s + y[i], 0);
    sum += (hits(above) + (hits(tied) * (o.k - above.length)) / tied.length) / o.k;
    groups++;
  }
  return groups > 0 ? { precision: sum / groups, groups } : null;
}
