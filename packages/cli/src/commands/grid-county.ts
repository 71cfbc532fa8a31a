import { availableParallelism } from 'node:os';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  chinaLimits,
  europeLimits,
  hostingParagraph,
  stepsPerDay,
  syntheticVillages,
  type CountyIssue,
  type TransformerAnswer,
} from '@qipan/grid';
import { studyCounty, transformersOf, type CountyOrder, type CountyStudy } from '@qipan/server';
import { Terminal, printResult } from '../terminal.js';
import { countyFolder, refuseEmpty } from './county-folder.js';
import { parseRules } from './grid-hosting.js';

export interface GridCountyOptions {
  readonly synthetic?: number;
  readonly rules?: string;
  readonly carsPerCustomer: number;
  readonly draws: number;
  readonly seed: number;
  readonly risk: number;
  readonly limits: 'china' | 'europe';
  readonly threads?: number;
  readonly assume?: string;
  readonly json?: boolean;
}

function orderOf(
  folder: string | undefined,
  o: GridCountyOptions,
): { order: CountyOrder; issues: readonly CountyIssue[] } {
  if ((folder === undefined) === (o.synthetic === undefined))
    throw new QipanError('BAD_USAGE', 'name a county folder, or make a synthetic county with --synthetic', {
      field: folder === undefined ? 'county' : '--synthetic',
      expected: 'a folder with transformers.csv, or --synthetic N',
    });
  const { seed, draws, risk, carsPerCustomer } = o;
  const options = {
    seed,
    draws,
    risk,
    limits: o.limits === 'europe' ? europeLimits : chinaLimits,
    rules: o.rules === undefined ? [] : parseRules(o.rules),
  };
  if (folder === undefined)
    return {
      order: {
        source: { kind: 'synthetic', villages: syntheticVillages(o.synthetic ?? 0), seed },
        options,
        carsPerCustomer,
      },
      issues: [],
    };
  const assume = (o.assume ?? '').split(',').flatMap((a) => (a.trim() === '' ? [] : [a.trim()]));
  const county = countyFolder(folder, assume);
  refuseEmpty(county);
  const source = { kind: 'given', transformers: county.transformers } as const;
  return { order: { source, options, carsPerCustomer }, issues: county.issues };
}

/** Seconds on the wall and of the processors, and the most memory the process held: what a county costs. */
function cost(since: { readonly wallMs: number; readonly cpu: NodeJS.CpuUsage }) {
  const { user, system } = process.cpuUsage(since.cpu);
  return {
    wallS: Math.round(performance.now() - since.wallMs) / 1000,
    cpuS: Math.round((user + system) / 1e3) / 1e3,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** By rating: how many transformers there are, and how many are at risk with the expected cars. */
function byRating(answers: readonly TransformerAnswer[], risk: number) {
  const groups = new Map<number, { ratedKva: number; transformers: number; atRisk: number; judged: number }>();
  for (const a of answers) {
    const g = groups.get(a.ratedKva) ?? { ratedKva: a.ratedKva, transformers: 0, atRisk: 0, judged: 0 };
    g.transformers++;
    const worst = a.expected.map((e) => e.point.risk);
    if (worst.length > 0) g.judged++;
    if (worst.some((r) => r > risk)) g.atRisk++;
    groups.set(a.ratedKva, g);
  }
  return [...groups.values()].sort((a, b) => a.ratedKva - b.ratedKva);
}

/** `qipan grid county`: every transformer of a county, in threads, with progress; Ctrl-C keeps what is done. */
export async function county(folder: string | undefined, o: GridCountyOptions): Promise<void> {
  const { order, issues } = orderOf(folder, o);
  const terminal = new Terminal();
  const threads = o.threads ?? availableParallelism();
  const began = { wallMs: performance.now(), cpu: process.cpuUsage() };
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const bar = terminal.progress({ en: 'transformers', zh: '台区' });
  const study = await studyCounty(order, {
    threads,
    progress: (done, total) => bar.update(done / total, `${done} / ${total}`),
    shouldStop: () => isStopped,
  });
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  const spent = cost(began);
  bar.done(`${study.done} / ${study.total}, ${spent.wallS.toFixed(1)} s, CPU ${spent.cpuS.toFixed(1)} s`);
  report(study, { folder, order, issues, spent, threads, o });
}

function report(
  study: CountyStudy,
  r: {
    readonly folder: string | undefined;
    readonly order: CountyOrder;
    readonly issues: readonly CountyIssue[];
    readonly spent: ReturnType<typeof cost>;
    readonly threads: number;
    readonly o: GridCountyOptions;
  },
): void {
  const { o, spent } = r;
  const answers = study.answers.filter((a) => a !== null);
  const judged = answers.filter((a) => a.expected.length > 0);
  const atRisk = judged.filter((a) => a.expected.some((e) => e.point.risk > o.risk));
  const level = (l: string) => answers.filter((a) => a.level === l).length;
  // Flows of the whole days; a search for capacities solves more.
  const solves = judged.reduce((n, a) => n + a.expected.length * o.draws * stepsPerDay, 0);
  const result = {
    status: study.status,
    county: r.folder === undefined ? 'synthetic' : path.basename(r.folder),
    dataLevel: r.folder === undefined ? 'synthetic' : 'estimated',
    transformers: transformersOf(r.order),
    done: study.done,
    draws: o.draws,
    stepsADay: stepsPerDay,
    solves,
    seed: o.seed,
    risk: o.risk,
    carsPerCustomer: o.carsPerCustomer,
    threads: r.threads,
    ...spent,
    levels: { L0: level('L0'), L1: level('L1'), L2: level('L2') },
    atRisk: atRisk.length,
    judged: judged.length,
    byRating: byRating(answers, o.risk),
    answers: answers.map((a) => ({ ...a, ...(a.rules.length > 0 ? { paragraph: hostingParagraph(a.rules) } : {}) })),
    issues: r.issues,
  };
  printResult(o.json, result, () => [
    `${result.county}: ${study.done} of ${study.total} transformers, ${solves} flows, ${spent.wallS.toFixed(1)} s on ${r.threads} threads, CPU ${spent.cpuS.toFixed(1)} s, ${spent.peakRssMb} MB`,
    `with ${o.carsPerCustomer} cars a customer, ${atRisk.length} of ${judged.length} transformers (L2) pass a risk of ${o.risk * 100} % · 每户 ${o.carsPerCustomer} 辆车时，${judged.length} 个台区中 ${atRisk.length} 个越限`,
    ...result.byRating.map((g) => `  ${g.ratedKva} kVA: ${g.transformers}, at risk · 越限 ${g.atRisk} / ${g.judged}`),
    ...r.issues.map((i) => `refused · 未计算 ${i.transformer ?? ''}: ${i.message}`),
  ]);
}
