/** The part of the contract about forecasts, rules, the register and upgrading. Paths are relative to `/api/v1`. */
import type { Bilingual } from '@qipan/base';
import type { CodeLabel } from './contract-clusters.js';

export type EventKindName = 'entry' | 'exit';
export type Forecaster = 'model' | 'industryBaseRate' | 'density' | 'pciDensity' | 'advantage';

export interface IntervalView {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** One forecaster and its scores on cells that it was not fitted on; null where a score does not exist. */
export interface ForecasterView {
  readonly name: Forecaster;
  readonly words: Bilingual;
  readonly auc: IntervalView | null;
  /** Lead of the model over this rule. */
  readonly aucGain: IntervalView | null;
  readonly prAuc: number | null;
  readonly brier: {
    readonly score: number;
    readonly reliability: number;
    readonly resolution: number;
    readonly uncertainty: number;
  } | null;
  readonly slope: number | null;
  readonly calibration: readonly {
    readonly n: number;
    readonly forecast: number;
    readonly observed: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly top: readonly { readonly k: number; readonly precision: number; readonly groups: number }[];
}

/** `GET /clusters/backtest?dataset&kind&absentBelow` */
export interface BacktestView {
  readonly dataset: string;
  readonly status: 'OUT_OF_TIME' | 'NO_OUT_OF_TIME';
  readonly kind: EventKindName;
  readonly rule: { readonly present: number; readonly absentBelow: number };
  readonly counts: readonly {
    readonly from: number | null;
    readonly to: number | null;
    readonly regions: number;
    readonly industries: number;
    readonly present: number;
    readonly atRisk: number;
    readonly entries: number;
    readonly exits: number;
    readonly entryRate: number | null;
    readonly unknown: number;
  }[];
  readonly leftOut: readonly { readonly year: number | null; readonly regions: readonly string[] }[];
  readonly leftOutFeatures: readonly { readonly feature: string; readonly reason: Bilingual }[];
  readonly tested: {
    readonly rows: number;
    readonly events: number;
    readonly from: number | null;
    readonly to: number | null;
    readonly fittedTo: number | null;
    readonly folds: number | null;
  };
  readonly verdict: {
    readonly code: 'adds' | 'addsLittle' | 'beaten' | 'addsNothing' | 'unknown';
    readonly sentence: Bilingual;
  };
  readonly unrelatedShare: number | null;
  readonly coefficients: readonly {
    readonly name: string;
    readonly perDeviation: number;
    readonly standardError: number | null;
  }[];
  readonly forecasters: readonly ForecasterView[];
}

export interface StarCell {
  readonly industry: CodeLabel;
  readonly stars: number;
  readonly size: boolean;
  readonly specialisation: boolean;
  readonly focus: boolean;
  readonly value: number;
  readonly lq: number;
}

export interface UpgradePathView {
  readonly from: CodeLabel;
  readonly steps: readonly { readonly industry: CodeLabel; readonly probability: number; readonly proximity: number }[];
  readonly probability: number;
  readonly value: number;
  readonly expected: number;
  readonly years: number;
  readonly jobsAtRisk: number | null;
  readonly jobsGained: number | null;
  readonly missingSuppliers: readonly { readonly industry: CodeLabel; readonly share: number }[];
}

/** `GET /clusters/upgrade?dataset&region` → stars, firms by rung and ways up of one region. */
export interface RegionUpgradeView {
  readonly dataset: string;
  readonly region: CodeLabel;
  readonly year: number | null;
  readonly measure: string;
  readonly starRule: { readonly topShare: number; readonly quotient: number; readonly floor: number };
  readonly stars: readonly StarCell[];
  /** Null when no firms are loaded. `rung` as the file names it. */
  readonly echelon: {
    readonly dataset: string;
    readonly firms: number;
    readonly levels: readonly { readonly rung: string; readonly name: Bilingual; readonly firms: number }[];
  } | null;
  /** What the probabilities are worth: the back-test of the model behind them. */
  readonly verdict: BacktestView['verdict'];
  readonly status: BacktestView['status'];
  readonly paths: readonly UpgradePathView[];
  /** Why there are no paths. */
  readonly noPaths: Bilingual | null;
}

export type OutcomeName = 'pass' | 'fail' | 'unknown';

export interface RuleCriterionView {
  readonly id: string;
  readonly dimension: string;
  readonly metric: string;
  readonly window: { readonly years: number; readonly of: string };
  readonly op: string;
  readonly value: number;
  readonly unit: string;
  readonly name: Bilingual;
  readonly evidence: string;
  readonly confirmed: boolean;
  readonly seenIn?: string;
}

/** `GET /clusters/rule-packs`: the shipped packs, the rungs of the ladder among them. */
export interface RulePackView {
  readonly id: string;
  readonly version: string;
  readonly name: Bilingual;
  readonly source: string;
  readonly dimensions: readonly { readonly id: string; readonly name: Bilingual }[];
  readonly criteria: readonly RuleCriterionView[];
  readonly vetoes: readonly RuleCriterionView[];
  readonly validYears: number | null;
  readonly note?: Bilingual;
}

export interface EvidenceRowView {
  readonly subject: string;
  readonly metric: string;
  readonly year: number | null;
  readonly value: number | null;
}

/** `POST /clusters/rules/evaluate` (RuleQuestion) → RuleAnswer. `pack` is a shipped id or a whole pack as JSON. */
export interface RuleQuestion {
  readonly pack: unknown;
  readonly year: number;
  readonly rows: readonly EvidenceRowView[];
}

export interface CriterionOutcome {
  readonly id: string;
  readonly outcome: OutcomeName;
  readonly got: number | null;
  readonly op: string;
  readonly threshold: number;
  readonly unit: string;
  readonly gap: number | null;
  readonly missingYears: readonly number[];
  readonly confirmed: boolean;
}

export interface RuleAnswer {
  readonly pack: RulePackView;
  readonly subjects: readonly {
    readonly subject: string;
    readonly year: number;
    readonly outcome: OutcomeName;
    readonly criteria: readonly CriterionOutcome[];
    readonly vetoes: readonly CriterionOutcome[];
    readonly change: {
      readonly status: 'already' | 'found' | 'blocked';
      readonly changes: readonly {
        readonly id: string;
        readonly kind: 'evidence' | 'improve';
        readonly gap: number | null;
        readonly unit: string;
      }[];
      readonly blockedBy: readonly string[];
    };
  }[];
}

export interface RegisterLine {
  readonly at: string;
  readonly kind: string;
  readonly reportYear: number | null;
  readonly reason: string | null;
  readonly decision: string | null;
  readonly decidingBody: string | null;
  readonly source: string;
}

/** `GET /clusters/register?dataset&day&horizonDays` */
export interface RegisterView {
  /** Null: the shipped examples, which are a part of the national list. */
  readonly dataset: string | null;
  readonly day: string;
  readonly horizonDays: number;
  readonly programmes: readonly { readonly id: string; readonly name: Bilingual; readonly source: string }[];
  readonly clusters: readonly {
    readonly id: string;
    readonly nameZh: string;
    readonly nameEn: string;
    readonly industries: readonly string[];
    readonly provinces: readonly string[];
    readonly cities: readonly string[];
    readonly organisation: string | null;
    readonly tier: string | null;
    readonly status: 'proposed' | 'cultivated' | 'designated' | 'warned' | 'exited';
    readonly since: string;
    readonly programme: string | null;
    readonly designatedAt: string | null;
    readonly validUntil: string | null;
    readonly spells: number;
    readonly history: readonly RegisterLine[];
  }[];
  readonly due: readonly {
    readonly clusterId: string;
    readonly nameZh: string;
    readonly nameEn: string;
    readonly what: 'report' | 'renewal' | 'answerWarning';
    readonly by: string;
    readonly reportYear: number | null;
    readonly daysLeft: number;
    readonly otherwise: 'warned' | 'exited';
  }[];
  readonly lapsed: readonly {
    readonly clusterId: string;
    readonly at: string;
    readonly kind: string;
    readonly reportYear: number | null;
  }[];
}

/** `POST /clusters/register/events` {dataset, event} → {dataset}: a new register with the line added; the old one stays. */
export interface RegisterAppended {
  readonly dataset: string;
}

/** `GET /clusters/indices?dataset&evidence&peers` → the high-end, intelligent and green indices of every region among its peers. */
export interface RegionIndicesView {
  readonly dataset: string;
  /** Evidence whose subjects are region codes; null when none is loaded. */
  readonly evidence: string | null;
  readonly year: number | null;
  readonly peers: 'parent' | 'all';
  readonly indices: readonly {
    readonly id: string;
    readonly name: Bilingual;
    readonly indicators: readonly {
      readonly id: string;
      readonly name: Bilingual;
      readonly unit: string;
      readonly higherIsBetter: boolean;
      readonly weight: number;
      /** Regions whose figure is known. */
      readonly regions: number;
    }[];
    /** In the order of the panel's regions. */
    readonly rows: readonly {
      readonly region: string;
      readonly peers: number;
      readonly arithmetic: number | null;
      readonly geometric: number | null;
      readonly coverage: number;
      readonly rank: number | null;
      /** Bounds of the rank over every weighting within ± 50 %. */
      readonly rankRange: { readonly best: number; readonly worst: number } | null;
    }[];
  }[];
}
