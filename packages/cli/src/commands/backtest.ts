import { QipanError } from '@qipan/base';
import {
  entryModel,
  featureNames,
  forecasterWords,
  type BackTest,
  type EntryResult,
  type FeatureName,
} from '@qipan/clusters';
import { both, printResult } from '../terminal.js';
import { panelsOf } from './clusters.js';

export interface BacktestOptions {
  readonly columns: string;
  readonly kind: 'entry' | 'exit';
  readonly present: number;
  readonly absentBelow: number;
  readonly persistence?: boolean;
  readonly benchmark: 'kept' | 'all';
  readonly features?: readonly string[];
  readonly dropIndustries?: readonly string[];
  readonly ridge: number;
  readonly draws: number;
  readonly folds: number;
  readonly seed: number;
  readonly json?: boolean;
}

function featuresOf(names: readonly string[] | undefined): { features?: readonly FeatureName[] } {
  if (!names) return {};
  const all: readonly string[] = [...featureNames, 'advantage'];
  const lost = names.filter((n) => !all.includes(n));
  if (lost.length > 0)
    throw new QipanError('BAD_USAGE', `--features ${lost.join(' ')}: no such feature`, {
      field: '--features',
      got: lost,
      expected: all.join(', '),
    });
  return { features: names as readonly FeatureName[] };
}

/** What of a result is plain data. */
function summary(r: EntryResult) {
  const { coefficient, standardError } = r.model.fit;
  return {
    status: r.status,
    kind: r.kind,
    rule: r.rule,
    counts: r.counts,
    leftOutRegions: r.matched.leftOut,
    leftOutFeatures: r.leftOut,
    tested: r.tested,
    verdict: r.verdict,
    unrelatedShare: r.unrelatedShare,
    coefficients: ['intercept', ...r.model.features].map((name, k) => ({
      name,
      perDeviation: coefficient[k],
      standardError: standardError[k],
    })),
    backTest: r.backTest,
    baselines: r.baselines,
  };
}

const fixed = (x: number | null | undefined, n = 3): string => (x === null || x === undefined ? '–' : x.toFixed(n));

function row(b: BackTest): string {
  const name = both(forecasterWords(b.name)).padEnd(46);
  const auc = b.auc ? `${fixed(b.auc.value)} [${fixed(b.auc.lower)}, ${fixed(b.auc.upper)}]` : '–';
  const top = b.top.find((t) => t.k === 3);
  return `  ${name} auc ${auc}  pr ${fixed(b.prAuc)}  brier ${fixed(b.brier?.score, 4)}  slope ${fixed(b.line?.slope, 2)}  top3 ${fixed(top?.precision)}`;
}

function lines(r: EntryResult): readonly string[] {
  const t = r.tested;
  const gone = r.matched.leftOut.filter((l) => l.regions.length > 0);
  return [
    ...r.counts.map(
      (c) =>
        `${c.from} → ${c.to}: ${c.regions} regions × ${c.industries} industries, ${c.present} present, ${c.entries} entries, ${c.exits} exits, entry rate ${c.entryRate === null ? '–' : `${(100 * c.entryRate).toFixed(2)} %`}${c.unknown > 0 ? `, ${c.unknown} cells unknown` : ''}`,
    ),
    ...gone.map((l) => `left out of ${l.year}: ${l.regions.length} regions that another year lacks · 未匹配地区`),
    ...r.leftOut.map((l) => `without ${l.feature}: ${both(l.reason)}`),
    r.status === 'NO_OUT_OF_TIME'
      ? `no out-of-time test: two dates only; ${t.folds} blocks of regions left out in turn · 仅两个时点，无跨期检验`
      : `out of time: fitted to ${t.fittedTo}, tested on ${t.from} → ${t.to} · 跨期检验`,
    `${t.rows} cells tested, ${t.events} events${r.unrelatedShare === null ? '' : `, ${(100 * r.unrelatedShare).toFixed(1)} % of them below the region's mean density`}`,
    row(r.backTest),
    ...r.baselines.map(row),
    r.verdict.sentence.en,
    r.verdict.sentence.zh,
  ];
}

/** `qipan clusters backtest`: entry or exit, foretold and tested beside plain rules. */
export function backtest(file: string, o: BacktestOptions): void {
  const { panels } = panelsOf(file, o);
  const r = entryModel(panels, {
    kind: o.kind,
    rule: { present: o.present, absentBelow: o.absentBelow, persistence: o.persistence === true },
    benchmark: o.benchmark,
    ridge: o.ridge,
    draws: o.draws,
    folds: o.folds,
    seed: o.seed,
    ...featuresOf(o.features),
  });
  printResult(o.json, summary(r), () => lines(r));
}
