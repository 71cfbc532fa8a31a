import { QipanError, random, type Bilingual } from '@qipan/base';
import { logitProbability, ridgeLogit } from '@qipan/numeric';
import type { Panel } from '../panel.js';
import {
  eventCounts,
  matchPanels,
  type Benchmark,
  type EventCounts,
  type EventKind,
  type EventRule,
  type MatchedPanels,
} from './events.js';
import type { FeatureName } from './features.js';
import {
  entryData,
  entryRows,
  fitEntry,
  joinRows,
  rowProbability,
  type EntryData,
  type EntryModel,
  type EntryRows,
  type ModelOptions,
} from './model.js';
import { scoreAll, type BackTest, type Forecast, type ForecasterName, type TestedForecasts } from './scores.js';
import { verdictOf, type Verdict } from './verdict.js';

export interface EntryOptions extends ModelOptions {
  readonly benchmark?: Benchmark;
  /** Bootstrap draws of regions behind each interval. Default 400. */
  readonly draws?: number;
  /** Blocks of regions of the cross-validation when there is no later date. Default 10. */
  readonly folds?: number;
  readonly seed?: number;
}

export interface EntryResult {
  /** `NO_OUT_OF_TIME`: two dates only, so the figures come from blocks of regions left out, not from a later date. */
  readonly status: 'OUT_OF_TIME' | 'NO_OUT_OF_TIME';
  readonly kind: EventKind;
  readonly rule: Required<EventRule>;
  readonly matched: MatchedPanels;
  readonly counts: readonly EventCounts[];
  readonly data: EntryData;
  /** Fitted on every period there is; its forecasts start at the last date. */
  readonly model: EntryModel;
  readonly leftOut: readonly { readonly feature: FeatureName; readonly reason: Bilingual }[];
  readonly backTest: BackTest;
  readonly baselines: readonly BackTest[];
  readonly tested: {
    readonly rows: number;
    readonly events: number;
    readonly from: number | null;
    readonly to: number | null;
    readonly fittedTo: number | null;
    readonly folds: number | null;
    readonly noNetwork: number;
  };
  /** Share of the events that came where relatedness density stood below the region's mean; null without events or density. */
  readonly unrelatedShare: number | null;
  readonly verdict: Verdict;
}

/** Forecasts of the test rows from the rows fitted. */
function forecasts(d: EntryData, train: EntryRows, test: EntryRows, ridge: number): readonly Forecast[] {
  const model = fitEntry(d, train, ridge);
  const own = rowProbability(model, test, d).p;
  const events = train.y.reduce((a, b) => a + b, 0);
  const overall = events / train.y.length;
  const hits = new Float64Array(d.states[0].industries).fill(overall);
  const cases = new Float64Array(d.states[0].industries).fill(1);
  train.y.forEach((y, k) => {
    hits[train.industry[k]] += y;
    cases[train.industry[k]]++;
  });
  const base = Float64Array.from(test.industry, (i) => hits[i] / cases[i]);
  const sign = d.kind === 'entry' ? 1 : -1;
  const scored = (name: ForecasterName, of: (r: EntryRows) => Float64Array): Forecast => {
    const score = of(test).map((v) => sign * v);
    const x = of(train).map((v) => sign * v);
    // A rule without a probability of its own gets one from a logit on the years fitted.
    const fit = ridgeLogit({ x, y: train.y, rows: x.length, cols: 1, ridge: 1e-6 });
    return { name, score, p: logitProbability(fit, score, score.length) };
  };
  return [
    { name: 'model', score: own, p: own },
    { name: 'industryBaseRate', score: base, p: base },
    scored('density', (r) => r.density),
    ...(test.pciRank.some(Number.isNaN) || train.pciRank.some(Number.isNaN)
      ? []
      : [scored('pciDensity', (r) => r.density.map((v, k) => v * r.pciRank[k]))]),
    scored('advantage', (r) => r.lq.map((v) => Math.log(v + 0.1))),
  ];
}

interface Tested extends TestedForecasts {
  readonly rows: EntryRows;
  readonly fittedTo: number | null;
  readonly folds: number | null;
}

/** Fits on every period that ends where the last begins, or earlier, and forecasts the last. */
function outOfTime(d: EntryData, ridge: number): Tested | null {
  const last = d.periods[d.periods.length - 1];
  const earlier = d.periods.filter((p) => (p.confirm ?? p.to) <= last.from);
  if (earlier.length === 0) return null;
  const train = joinRows(earlier.map((p) => entryRows(d, p)));
  const rows = entryRows(d, last);
  return { rows, forecasts: forecasts(d, train, rows, ridge), fittedTo: train.to, folds: null };
}

/** Leaves out one block of regions after the other and forecasts it from the rest. */
function crossValidated(d: EntryData, ridge: number, o: { folds: number; seed: number }): Tested {
  const rows = joinRows(d.periods.map((p) => entryRows(d, p)));
  const regions = d.states[0].regions;
  const folds = Math.min(o.folds, regions);
  const order = random(o.seed).fork('blocks').permutation(regions);
  const block = new Int32Array(regions);
  order.forEach((r, k) => (block[r] = k % folds));
  const parts: EntryRows[] = [];
  const said: (readonly Forecast[])[] = [];
  for (let f = 0; f < folds; f++) {
    const test = joinRows([rows], (r) => block[r] === f);
    if (test.y.length === 0) continue;
    parts.push(test);
    said.push(
      forecasts(
        d,
        joinRows([rows], (r) => block[r] !== f),
        test,
        ridge,
      ),
    );
  }
  const names = said[0].map((x) => x.name).filter((name) => said.every((s) => s.some((x) => x.name === name)));
  const whole = (name: ForecasterName, key: 'score' | 'p') =>
    Float64Array.from(said.flatMap((s) => [...(s.find((x) => x.name === name) as Forecast)[key]]));
  return {
    rows: joinRows(parts),
    forecasts: names.map((name) => ({ name, score: whole(name, 'score'), p: whole(name, 'p') })),
    fittedTo: null,
    folds,
  };
}

function unrelatedShare(d: EntryData, rows: EntryRows): number | null {
  const at = d.features.indexOf('relatedness');
  const events = [...rows.y.keys()].filter((k) => rows.y[k] === 1);
  if (at < 0 || events.length === 0) return null;
  return events.filter((k) => rows.x[k * rows.cols + at] < 0).length / events.length;
}

/**
 * Entry or exit of industries: a ridge logit on what was known at the start of each step, tested on the last step (fitted on those that
 * end before it), or, with two dates, on blocks of regions left out. Beside it stand rules that need no model; the verdict says whether
 * the model is worth having. Intervals cover which regions there are, not the error of the fit itself.
 * Relatedness after Hidalgo et al. 2007; the back-test design after Pinheiro et al. 2022 and Li, Neffke 2024.
 * @throws what `matchPanels` throws; DEGENERATE_INPUT when no cell is at risk or no event occurred
 */
export function entryModel(panels: readonly Panel[], o: EntryOptions = {}): EntryResult {
  const matched = matchPanels(panels, o.benchmark);
  const d = entryData(matched, o);
  const ridge = o.ridge ?? 1;
  const seed = o.seed ?? 1;
  const all = joinRows(d.periods.map((p) => entryRows(d, p)));
  const events = all.y.reduce((a, b) => a + b, 0);
  if (events === 0 || events === all.y.length)
    throw new QipanError('DEGENERATE_INPUT', `${events} of ${all.y.length} cells at risk had an ${d.kind}`, {
      got: [events, all.y.length],
      expected: 'some events and some cells without',
    });
  const later = outOfTime(d, ridge);
  const t = later ?? crossValidated(d, ridge, { folds: o.folds ?? 10, seed });
  const [backTest, ...baselines] = scoreAll(t, { draws: o.draws ?? 400, seed });
  return {
    status: later ? 'OUT_OF_TIME' : 'NO_OUT_OF_TIME',
    kind: d.kind,
    rule: d.rule,
    matched,
    counts: eventCounts(matched, d.rule),
    data: d,
    model: fitEntry(d, all, ridge),
    leftOut: d.leftOut,
    backTest,
    baselines,
    tested: {
      rows: t.rows.y.length,
      events: t.rows.y.reduce((a, b) => a + b, 0),
      from: t.rows.from,
      to: t.rows.to,
      fittedTo: t.fittedTo,
      folds: t.folds,
      noNetwork: t.rows.noNetwork,
    },
    unrelatedShare: unrelatedShare(d, t.rows),
    verdict: verdictOf(backTest, baselines),
  };
}
