import type { EntryResult, Panel } from '@qipan/clusters';
import type { BacktestView, CodeLabel, ForecasterView, RegionUpgradeView } from '../contract.js';
import type { PanelBody } from './bodies.js';

/** What a forecast is asked about; the key of its place in memory. */
export interface ForecastQuestion {
  readonly dataset: string;
  readonly kind: 'entry' | 'exit';
  readonly absentBelow: number;
}

const number = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** Groups of industries by the parent that the panel names; null when it names none. */
function parents(body: PanelBody): { parentOf?: Int32Array } {
  const names = body.industries?.parent;
  if (!names || names.every((p) => p === null)) return {};
  const all = [...new Set(names)];
  // Industries without a parent stand alone.
  return { parentOf: Int32Array.from(names, (p, i) => (p === null ? all.length + i : all.indexOf(p))) };
}

/** Fits and tests the model of a panel. Heavy: a second or more; called in a thread. */
export async function fitForecast(body: PanelBody, q: ForecastQuestion): Promise<EntryResult> {
  const { entryModel } = await import('@qipan/clusters');
  return entryModel(body.panels, {
    kind: q.kind,
    rule: { present: 1, absentBelow: q.absentBelow },
    draws: 300,
    ...parents(body),
  });
}

/** A result as pages read it. */
export async function backtestView(r: EntryResult, q: ForecastQuestion): Promise<BacktestView> {
  const { forecasterWords } = await import('@qipan/clusters');
  const forecasters = [r.backTest, ...r.baselines].map((b): ForecasterView => ({
    name: b.name,
    words: forecasterWords(b.name),
    auc: b.auc,
    aucGain: b.aucGain,
    prAuc: b.prAuc,
    brier: b.brier,
    slope: b.line?.slope ?? null,
    calibration: b.calibration,
    top: b.top,
  }));
  const { coefficient, standardError } = r.model.fit;
  const { rows, events, from, to, fittedTo, folds } = r.tested;
  return {
    dataset: q.dataset,
    status: r.status,
    kind: r.kind,
    rule: { present: r.rule.present, absentBelow: r.rule.absentBelow },
    counts: r.counts,
    leftOut: r.matched.leftOut,
    leftOutFeatures: r.leftOut,
    tested: { rows, events, from, to, fittedTo, folds },
    verdict: { code: r.verdict.code, sentence: r.verdict.sentence },
    unrelatedShare: r.unrelatedShare,
    coefficients: ['intercept', ...r.model.features].map((name, k) => ({
      name,
      perDeviation: coefficient[k] as number,
      standardError: number(standardError[k] as number),
    })),
    forecasters,
  };
}

const noPaths = {
  ambiguous: {
    en: 'Complexity is not determined in this panel, so there is no up or down.',
    zh: '该面板的复杂度无法确定，因此无所谓升级方向。',
  },
  notMatched: {
    en: 'The region is not in every year of the panel, so no probabilities are known for it.',
    zh: '该地区并非每年都有数据，无法给出概率。',
  },
} as const;

/** Stars and ways up of one region. Values are complexity points: PCI held between 0 and 3. */
export async function regionUpgrade(
  body: PanelBody,
  r: EntryResult,
  ask: { readonly region: number; readonly industries: readonly CodeLabel[] },
): Promise<Pick<RegionUpgradeView, 'stars' | 'starRule' | 'paths' | 'noPaths'>> {
  const { europeanStars, locationQuotient, stepProbability, totals, upgradePaths } = await import('@qipan/clusters');
  const panel = body.panels.at(-1) as Panel;
  const { industries: n } = panel;
  const at = (i: number) => ask.industries[i] as CodeLabel;
  const own = ask.region * n;
  // The floor is in persons: it means nothing for money.
  const isJobs = body.measure === 'employment';
  const s = europeanStars(panel, isJobs ? {} : { floor: 0 });
  const { lq } = locationQuotient(panel);
  const stars = [...Array(n).keys()]
    .filter((i) => (s.stars[own + i] as number) > 0)
    .sort(
      (a, b) =>
        (s.stars[own + b] as number) - (s.stars[own + a] as number) ||
        (lq[own + b] as number) - (lq[own + a] as number),
    )
    .map((i) => ({
      industry: at(i),
      stars: s.stars[own + i] as number,
      size: s.size[own + i] === 1,
      specialisation: s.specialisation[own + i] === 1,
      focus: s.focus[own + i] === 1,
      value: panel.value[own + i] as number,
      lq: lq[own + i] as number,
    }));
  const state = r.data.states.at(-1);
  const row = r.matched.region.indexOf(ask.region);
  const why = row < 0 ? noPaths.notMatched : state?.pci ? null : noPaths.ambiguous;
  if (why || !state?.pci) return { stars, starRule: s.rule, paths: [], noPaths: why };
  const sums = totals(panel);
  const years = (panel.year ?? 0) - (body.panels.at(-2)?.year ?? 0);
  const paths = upgradePaths(
    {
      industries: n,
      present: state.present.subarray(row * n, (row + 1) * n),
      proximity: state.proximity,
      pci: state.pci,
      value: state.pci.map((v) => Math.min(3, Math.max(0, v || 0))),
      probability: stepProbability(r.model, r.data, row),
      ...(isJobs
        ? {
            jobs: panel.value.subarray(own, own + n),
            typicalJobs: sums.industry.map((v) => (v / sums.all) * (sums.region[ask.region] as number)),
          }
        : {}),
    },
    { stepYears: years, top: 8, neighbours: 6 },
  );
  return {
    stars,
    starRule: s.rule,
    noPaths: null,
    paths: paths.map((p) => ({
      ...p,
      from: at(p.from),
      steps: p.steps.map((x) => ({ ...x, industry: at(x.industry) })),
      jobsAtRisk: number(p.jobsAtRisk ?? Number.NaN),
      missingSuppliers: p.missingSuppliers.map((m) => ({ industry: at(m.industry), share: m.share })),
    })),
  };
}
