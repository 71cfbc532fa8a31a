import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  assumptionWords,
  chinaLimits,
  europeLimits,
  hostingParagraph,
  transformerStudy,
  type ChargingRule,
  type CountyGrid,
  type CountyTransformer,
  type GridNetwork,
  type TransformerAnswer,
} from '@qipan/grid';
import { printResult } from '../terminal.js';
import { countyFolder, refuseEmpty } from './county-folder.js';
import { readNetworks, type GridFormat } from './grid.js';

export interface GridHostingOptions {
  readonly format: GridFormat;
  readonly rules: string;
  readonly draws: number;
  readonly seed: number;
  readonly risk: number;
  readonly limits: 'china' | 'europe';
  readonly studyCase?: string;
  readonly assume?: string;
  readonly json?: boolean;
}

const rulesExpected = 'onArrival, tariffStep:22, staggeredValley:22-6, dynamicLimit:0.9';

function hour(text: string | undefined, rule: string): number {
  const n = Number(text);
  if (text !== undefined && text.trim() !== '' && n >= 0 && n <= 24) return n;
  throw new QipanError('BAD_USAGE', `--rules ${rule}: ${text ?? 'nothing'} is no hour of the day`, {
    field: '--rules',
    got: rule,
    expected: rulesExpected,
  });
}

/** Reads `onArrival,tariffStep:22,staggeredValley:22-6,dynamicLimit:0.9`. */
export function parseRules(text: string): ChargingRule[] {
  return text.split(',').map((part): ChargingRule => {
    const rule = part.trim();
    const [kind, value] = rule.split(':');
    if (kind === 'onArrival' && value === undefined) return { kind };
    if (kind === 'tariffStep') return { kind, hour: hour(value, rule) };
    if (kind === 'staggeredValley') {
      const [from, to] = (value ?? '').split('-');
      return { kind, fromHour: hour(from, rule), toHour: hour(to, rule) };
    }
    const share = Number(value);
    if (kind === 'dynamicLimit' && share > 0 && share <= 2) return { kind, share };
    throw new QipanError('BAD_USAGE', `--rules ${rule || '(empty)'}: no such charging rule`, {
      field: '--rules',
      got: rule,
      expected: rulesExpected,
    });
  });
}

/** A network file as the one transformer of a county. */
function asTransformer(network: GridNetwork): CountyTransformer {
  const kva = network.branches.reduce((a, b) => a + (b.kind === 'transformer' ? b.ratedVa / 1000 : 0), 0);
  const customers = network.loads.filter((l) => l.on && !l.isGenerator).length;
  return {
    id: network.name,
    name: null,
    level: 'L2',
    // Nobody says whether the file was measured.
    dataLevel: 'estimated',
    ledger: { id: network.name, ratedKva: kva, customers, basePeakKw: null },
    path: null,
    network,
    assumptions: [],
  };
}

function countyOf(file: string, o: GridHostingOptions): { county: CountyGrid; warnings: readonly string[] } {
  if (o.format === 'csv') {
    const assume = (o.assume ?? '').split(',').flatMap((a) => (a.trim() === '' ? [] : [a.trim()]));
    const county = countyFolder(file, assume);
    refuseEmpty(county);
    return { county, warnings: county.transformers.flatMap((t) => t.network?.warnings ?? []) };
  }
  if (o.assume !== undefined)
    throw new QipanError('BAD_USAGE', `--assume goes with --format csv, not ${o.format}`, {
      field: '--assume',
      got: o.format,
      expected: 'csv',
    });
  const { base } = readNetworks(file, o);
  return { county: { transformers: [asTransformer(base)], refused: [], issues: [] }, warnings: base.warnings };
}

const levelWords = {
  L0: 'estimated from the ledger · 台账估算',
  L1: 'estimated on the worst path · 最不利路径估算',
  L2: 'power flow of the whole network · 全拓扑潮流',
} as const;

function lines(a: TransformerAnswer): string[] {
  const { en, zh } = hostingParagraph(a.rules);
  return [
    `${a.id}${a.name === null ? '' : ` ${a.name}`}: ${a.ratedKva} kVA, ${a.customers} customers, ${a.level} ${levelWords[a.level]}`,
    `  ${en}`,
    `  ${zh}`,
    ...[...new Set([...a.assumptions, ...a.rules.flatMap((r) => r.assumptions)])].map(
      (x) => `  assumed · 假设: ${assumptionWords(x).en} · ${assumptionWords(x).zh}`,
    ),
  ];
}

/** `qipan grid hosting`: how many cars each transformer carries, under each rule, and what stops the next one. */
export function hosting(file: string, o: GridHostingOptions): void {
  const rules = parseRules(o.rules);
  const { county, warnings } = countyOf(file, o);
  const limits = o.limits === 'europe' ? europeLimits : chinaLimits;
  const { seed, draws, risk } = o;
  const transformers = county.transformers.map((t) => {
    const answer = transformerStudy(t, { rules, seed, draws, risk, limits });
    return { ...answer, paragraph: hostingParagraph(answer.rules) };
  });
  const share = (level: string) => transformers.filter((t) => t.level === level).length;
  const result = {
    status: 'done',
    network: path.basename(file),
    draws,
    risk,
    seed,
    limits: { pack: o.limits, ...limits },
    levels: { L0: share('L0'), L1: share('L1'), L2: share('L2') },
    transformers,
    refused: county.refused,
    issues: county.issues,
    warnings,
  };
  printResult(o.json, result, () => [
    ...transformers.flatMap(lines),
    ...county.issues.map((i) => `refused · 未计算 ${i.transformer ?? ''}: ${i.message}`),
  ]);
}
