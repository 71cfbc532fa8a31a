import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import {
  coordinate,
  evaluatePlan,
  firmness,
  judged,
  mergeStability,
  stability,
  syntheticBoard,
  type ChessData,
  type ChessResult,
  type Stability,
} from '@qipan/clusters';
import { highsEngine, type HighsModule, type MilpEngine } from '@qipan/optim';

const panelSeed = 20230505;

async function engineOf(): Promise<MilpEngine> {
  const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;
  return highsEngine(await load());
}

/** CPU seconds of this process, all threads. */
function cpuNow(): number {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
}

const nation = (): ChessData => syntheticBoard({ regions: 340, industries: 600, seed: panelSeed });

interface Aim {
  readonly gap: number;
  readonly seconds: number;
  readonly peer: string;
}

function solved(
  report: BenchReport,
  name: string,
  parts: { data: ChessData; engine: MilpEngine; aim: Aim },
): ChessResult {
  const { data, engine, aim } = parts;
  const [cpu, wall] = [cpuNow(), performance.now()];
  const r = coordinate(data, engine, { gap: aim.gap, shouldStop: () => performance.now() - wall > 300_000 });
  const [usedCpu, usedWall] = [cpuNow() - cpu, (performance.now() - wall) / 1000];
  const base = { case: name, peer: aim.peer, pairs: r.pairs, columns: r.columns, rounds: r.rounds, method: r.method };
  report({ ...base, metric: 'proven gap', value: 100 * r.gap, unit: '%', target: `≤ ${100 * aim.gap}` });
  report({ ...base, metric: 'CPU', value: usedCpu, unit: 's', target: `≤ ${aim.seconds}`, wallS: usedWall });
  report({ ...base, metric: 'value', value: r.value, unit: 'points', bound: r.bound });
  const broken = r.plan ? evaluatePlan(data, judged(r.plan)).broken.length : NaN;
  report({ ...base, metric: 'rules broken', value: broken, unit: '1', target: '0', peer: 'judged by the referee' });
  report({ ...base, metric: 'peak memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MB' });
  return r;
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

function drawnIn(part: Part): Promise<Stability> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: part });
    worker.once('message', (s: Stability) => resolve(s));
    worker.once('error', reject);
  });
}

async function draws(report: BenchReport, count: number, seed: number): Promise<void> {
  const [cpu, wall] = [cpuNow(), performance.now()];
  const half = Math.ceil(count / 2);
  const parts = [
    { from: 0, to: half, seed },
    { from: half, to: count, seed },
  ];
  const s = mergeStability(await Promise.all(parts.map(drawnIn)));
  const used = { cpu: cpuNow() - cpu, wall: (performance.now() - wall) / 1000 };
  const base = { case: `stability-340x600-${count}`, peer: null, spread: s.spread, failed: s.failed };
  const target = count === 200 ? '≤ 60' : null;
  report({ ...base, metric: 'wall, 2 workers', value: used.wall, unit: 's', target });
  report({ ...base, metric: 'CPU per worker', value: used.cpu / 2, unit: 's', target });
  const shares = { firm: 0, open: 0, weak: 0 };
  for (let k = 0; k < s.chosen.length; k++) if ((s.chosen[k] ?? 0) > 0) shares[firmness(s, k)]++;
  report({ ...base, metric: 'firm moves', value: shares.firm, unit: 'pairs', open: shares.open, weak: shares.weak });
}

const prototype = 'prototype at 0.1 %: 8.4 CPU s on 11,602 binaries';
const lpPrototype = 'prototype: the linear programme alone 9.3–10.2 s on 95,940 candidates';

/**
 * The chessboard: a synthetic nation of 340 × 600 as one integer programme, 2,800 × 600 with all 1.68 million pairs priced, and
 * re-solved draws in two threads. `--case` takes the name or the beginning of one; `stability` draws 200, `draws-20` a tenth.
 */
export async function run(report: BenchReport, options: BenchOptions): Promise<void> {
  const engine = await engineOf();
  const wants = (name: string) => options.case === undefined || name.startsWith(options.case);
  if (wants('340x600')) {
    // The engine and the runtime warm up on a small board, which is not measured.
    coordinate(syntheticBoard({ regions: 40, industries: 60, seed: 1 }), engine);
    solved(report, '340x600', { data: nation(), engine, aim: { gap: 0.005, seconds: 10, peer: prototype } });
  }
  if (wants('2800x600')) {
    const data = syntheticBoard({ regions: 2800, industries: 600, seed: panelSeed, perRegion: 'all' });
    solved(report, '2800x600-all-pairs', { data, engine, aim: { gap: 0.01, seconds: 30, peer: lpPrototype } });
  }
  if (wants('stability-340x600')) await draws(report, 200, options.seed);
  if (options.case === 'draws-20') await draws(report, 20, options.seed);
}

async function drawPart(part: Part): Promise<void> {
  const engine = await engineOf();
  const data = nation();
  const result = coordinate(data, engine, { gap: 0.01 });
  parentPort?.postMessage(stability(data, engine, result, part));
}

if (!isMainThread && parentPort !== null) await drawPart(workerData as Part);
