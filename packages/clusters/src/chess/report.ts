import type { Bilingual, RunControl } from '@qipan/base';
import type { MilpEngine } from '@qipan/optim';
import {
  baselines,
  baselineWords,
  judged,
  uncoordinationPrice,
  type BaselineName,
  type UncoordinationPrice,
} from './baselines.js';
import { coordinate, movesOf, type ChessResult, type ChessStop, type Move } from './coordinate.js';
import type { ChessConflict } from './conflict.js';
import type { ChessData, ChessRules, ChessWeights } from './data.js';
import { explainer, type Explanation } from './explain.js';
import type { FamilyName } from './families.js';
import { evaluatePlan, type Judgement } from './referee.js';
import { firmness, sensitivity, type Firmness, type SensitivityRow, type Stability } from './stability.js';

/** What the figures do not say; printed in every report. */
export const chessLimits: readonly Bilingual[] = [
  {
    en: 'Abstain means no new public support. It is never a ban: firms choose, not governments.',
    zh: '“有所不为”仅指不新增公共支持，绝非禁止：选择权在企业，不在政府。',
  },
  {
    en: 'Relatedness is association, not cause; probabilities are fitted to past entries that policy has shaped.',
    zh: '关联性只是相关而非因果；概率由受政策影响的历史进入数据拟合而来。',
  },
  {
    en: 'Complexity measures the mix of industries, not productivity, and optimising an index weakens it.',
    zh: '复杂度衡量产业构成而非生产率；以指数为优化目标会削弱该指数。',
  },
  {
    en: 'Minimum efficient scales and market rooms are estimates and dominate the result: see the sensitivity first.',
    zh: '最小有效规模与市场空间均为估计值，对结果影响最大：请先看敏感性。',
  },
  {
    en: 'Codes lag new sectors, small counties are noise, and administrative regions are not economic areas: run at two levels and compare.',
    zh: '分类代码滞后于新产业，小县数据噪声大，行政区不等于经济区：应在两个层级分别计算并对照。',
  },
  {
    en: 'This is screening for deliberation, not a quota.',
    zh: '结果供商议筛选之用，不是指标分配。',
  },
];

/** One pair with its move and the reason, by codes. */
export interface ReportedMove {
  readonly pair: number;
  readonly region: string;
  readonly industry: string;
  readonly move: Move;
  readonly isWish: boolean;
  /** 1-based stage in which support begins, of boards with stages. */
  readonly stage: number | null;
  readonly probability: number;
  readonly value: number;
  readonly cost: number;
  readonly expected: number;
  readonly reduced: number | null;
  readonly label: Explanation['label'];
  readonly firmness: Firmness | null;
  readonly chosenShare: number | null;
  readonly reason: Bilingual;
}

export interface ReportedBaseline extends Judgement {
  readonly name: BaselineName | 'coordinated';
  readonly words: Bilingual;
}

/** A price of the relaxation: what one unit more of a rule's limit is worth. */
export interface ReportedPrice {
  readonly family: FamilyName;
  /** Code of the region, industry, link, zone, province or stage of the rule; empty for the whole nation. */
  readonly of: string;
  readonly price: number;
}

/** Everything that is told about one run of the board. */
export interface ChessReport {
  readonly name: string;
  readonly unit: string;
  readonly currency: string;
  readonly dataLevel: ChessData['dataLevel'];
  readonly sources: readonly string[];
  readonly engine: string;
  readonly weights: ChessWeights;
  readonly rules: ChessRules;
  readonly status: ChessResult['status'];
  readonly method: ChessResult['method'];
  readonly value: number;
  readonly bound: number;
  readonly gap: number;
  readonly pairs: number;
  readonly columns: number;
  readonly rounds: number;
  readonly conflict: ChessConflict | null;
  readonly sensitivity: readonly SensitivityRow[];
  readonly judgements: readonly ReportedBaseline[];
  readonly uncoordination: UncoordinationPrice | null;
  readonly moves: readonly ReportedMove[];
  readonly prices: readonly ReportedPrice[];
  readonly stability: Pick<Stability, 'draws' | 'failed' | 'spread'> | null;
  readonly limits: readonly Bilingual[];
}

export interface ChessReportOptions {
  readonly stability?: Stability;
  /** Leaves out baselines and the price of uncoordination, which solve again. */
  readonly isBrief?: boolean;
  readonly stop?: ChessStop;
}

const words = { coordinated: { en: 'coordinated', zh: '统筹方案' }, ...baselineWords };

/** Moves of pairs that are a focus, a wish or standing; what nobody asked for and nobody gets is left out. */
function reportedMoves(data: ChessData, result: ChessResult, stability?: Stability): ReportedMove[] {
  const { plan } = result;
  if (!plan || !result.relaxation) return [];
  const moves = movesOf(data, plan);
  const { explain } = explainer(data, result, plan);
  const staged = data.rules.stages.length > 1;
  return moves.flatMap((move, pair): ReportedMove[] => {
    if (move === 'open') return [];
    const e = explain(pair);
    return [
      {
        pair,
        region: data.regions.code[data.pairs.region[pair]],
        industry: data.industries.code[data.pairs.industry[pair]],
        move,
        isWish: data.pairs.isWish[pair] === 1,
        stage: staged && plan.begin[pair] >= 0 ? plan.begin[pair] + 1 : null,
        probability: e.probability,
        value: e.value,
        cost: data.pairs.cost[pair],
        expected: e.expected,
        reduced: e.reduced,
        label: e.label,
        firmness: stability ? firmness(stability, pair) : null,
        chosenShare: stability ? stability.chosen[pair] / stability.draws : null,
        reason: e.sentence,
      },
    ];
  });
}

/** Prices of all rules that have one, dearest first within their family. */
function reportedPrices(data: ChessData, result: ChessResult): ReportedPrice[] {
  const { relaxation } = result;
  if (!relaxation?.lp.duals) return [];
  const { spec, lp } = relaxation;
  const out: ReportedPrice[] = [];
  spec.families.forEach(({ name, rows }, f) => {
    if (name === 'answer' || name === 'stages') return;
    const own: ReportedPrice[] = rows.flatMap(({ at }, k) => {
      const price = lp.duals?.rowDual[spec.firstRow[f] + k] ?? 0;
      if (Math.abs(price) < 1e-9) return [];
      const codes = [
        at.region === undefined ? [] : [data.regions.code[at.region]],
        at.industry === undefined ? [] : [data.industries.code[at.industry]],
        at.link === undefined ? [] : [data.links.code[at.link]],
        at.zone === undefined ? [] : [data.zones[at.zone]],
        at.province === undefined ? [] : [data.provinces.code[at.province]],
        at.stage === undefined ? [] : [String(at.stage + 1)],
      ].flat();
      return [{ family: name, of: codes.join(' '), price }];
    });
    out.push(...own.sort((a, b) => Math.abs(b.price) - Math.abs(a.price)));
  });
  return out;
}

/** Puts a result and what follows from it in one value: sensitivity first, five baselines, every move with its reason. */
export function chessReport(
  data: ChessData,
  engine: MilpEngine,
  result: ChessResult,
  options: ChessReportOptions = {},
): ChessReport {
  const { isBrief = false, stability, stop = {} } = options;
  const { status, method, value, bound, gap, pairs, columns, rounds, conflict, plan } = result;
  const five = plan && !isBrief ? baselines(data, engine) : [];
  const written = five.find((b) => b.name === 'asWritten')?.judgement;
  return {
    name: data.name,
    unit: data.unit,
    currency: data.currency,
    dataLevel: data.dataLevel,
    sources: data.sources,
    engine: engine.name,
    weights: data.weights,
    rules: data.rules,
    status,
    method,
    value,
    bound,
    gap,
    pairs,
    columns,
    rounds,
    conflict,
    sensitivity: plan ? sensitivity(data, engine, result) : [],
    judgements: [
      ...(plan
        ? [{ name: 'coordinated' as const, words: words.coordinated, ...evaluatePlan(data, judged(plan)) }]
        : []),
      ...five.map((b) => ({ name: b.name, words: words[b.name], ...b.judgement })),
    ],
    uncoordination: written
      ? uncoordinationPrice(data, engine, written, { ...stop, gap: Math.max(0.005, stop.gap ?? 0) })
      : null,
    moves: reportedMoves(data, result, stability),
    prices: reportedPrices(data, result),
    stability: stability ? { draws: stability.draws, failed: stability.failed, spread: stability.spread } : null,
    limits: chessLimits,
  };
}

/** Solves a board and reports on it. */
export function chessStudy(
  data: ChessData,
  engine: MilpEngine,
  options: ChessStop & Pick<ChessReportOptions, 'isBrief'> & RunControl = {},
): { readonly result: ChessResult; readonly report: ChessReport } {
  const result = coordinate(data, engine, options);
  const report = chessReport(data, engine, result, { stop: options, ...(options.isBrief ? { isBrief: true } : {}) });
  return { result, report };
}
