import { random } from '@qipan/base';
import {
  ascending,
  averagePrecision,
  brierScore,
  calibrationCurve,
  calibrationLine,
  rocArea,
  topPrecision,
  type BrierScore,
  type CalibrationBin,
} from '@qipan/numeric';

/** A figure with its 95 % interval over draws of whole regions. */
export interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The model and the rules it must beat: `industryBaseRate` share of events of the industry in the years fitted (one pseudo-case at the
 * overall rate) · `density` relatedness density alone · `pciDensity` density × rank share of PCI · `advantage` the quotient at the start.
 * For exits the last three are turned round.
 */
export type ForecasterName = 'model' | 'industryBaseRate' | 'density' | 'pciDensity' | 'advantage';

export interface BackTest {
  readonly name: ForecasterName;
  /** Null when an outcome does not occur, or the rule cannot be had. */
  readonly auc: Interval | null;
  /** AUC of the model less AUC of this rule, over the same draws; null for the model itself. */
  readonly aucGain: Interval | null;
  readonly prAuc: number | null;
  readonly brier: BrierScore | null;
  readonly calibration: readonly CalibrationBin[];
  readonly line: { readonly slope: number; readonly intercept: number; readonly slopeError: number } | null;
  readonly top: readonly { readonly k: number; readonly precision: number; readonly groups: number }[];
}

/** What one forecaster said of each row: a score to rank by and a probability. */
export interface Forecast {
  readonly name: ForecasterName;
  readonly score: Float64Array;
  readonly p: Float64Array;
}

/** Outcomes with their regions, and what the forecasters said; the model stands first. */
export interface TestedForecasts {
  readonly rows: { readonly y: Uint8Array; readonly region: Int32Array };
  readonly forecasts: readonly Forecast[];
}

const quantile = (sorted: Float64Array, q: number): number => sorted[Math.round(q * (sorted.length - 1))];

function intervalOf(value: number | null, draws: readonly number[]): Interval | null {
  if (value === null || draws.length < 20) return null;
  const sorted = Float64Array.from(draws).sort();
  return { value, lower: quantile(sorted, 0.025), upper: quantile(sorted, 0.975) };
}

/** AUC of each forecast, and the model's lead over it, over draws of whole regions with replacement. */
function areas(
  t: TestedForecasts,
  o: { draws: number; seed: number },
): { auc: Interval | null; gain: Interval | null }[] {
  const chance = random(o.seed).fork('bootstrap');
  const { y, region } = t.rows;
  const regions = [...new Set(region)];
  const orders = t.forecasts.map((f) => ascending(f.score));
  const drawn: number[][] = t.forecasts.map(() => []);
  const gains: number[][] = t.forecasts.map(() => []);
  const weight = new Float64Array(y.length);
  for (let draw = 0; draw < o.draws; draw++) {
    const times = new Map<number, number>();
    for (let k = 0; k < regions.length; k++) {
      const r = regions[chance.below(regions.length)];
      times.set(r, (times.get(r) ?? 0) + 1);
    }
    region.forEach((r, k) => (weight[k] = times.get(r) ?? 0));
    const all = t.forecasts.map((f, k) => rocArea(f.score, y, { weight, order: orders[k] }));
    all.forEach((a, k) => {
      if (a === null || all[0] === null) return;
      drawn[k].push(a);
      gains[k].push(all[0] - a);
    });
  }
  const point = t.forecasts.map((f) => rocArea(f.score, y));
  return t.forecasts.map((_, k) => ({
    auc: intervalOf(point[k], drawn[k]),
    gain: k === 0 || point[0] === null || point[k] === null ? null : intervalOf(point[0] - point[k], gains[k]),
  }));
}

/** Scores every forecast of the rows tested. */
export function scoreAll(t: TestedForecasts, o: { draws: number; seed: number }): readonly BackTest[] {
  const { y, region } = t.rows;
  const area = areas(t, o);
  return t.forecasts.map((f, k) => ({
    name: f.name,
    auc: area[k].auc,
    aucGain: area[k].gain,
    prAuc: averagePrecision(f.score, y),
    brier: y.length === 0 ? null : brierScore(f.p, y),
    calibration: calibrationCurve(f.p, y),
    line: calibrationLine(f.p, y, region),
    top: [1, 3, 5].flatMap((n) => {
      const top = topPrecision(f.score, y, { group: region, k: n });
      return top ? [{ k: n, ...top }] : [];
    }),
  }));
}
