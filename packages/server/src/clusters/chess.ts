import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { QipanError } from '@qipan/base';
import type { ChessData, ChessReport, Explanation, Flip, RuleFact, ScenarioFile, StoredChess } from '@qipan/clusters';
import type { HighsModule, MilpEngine } from '@qipan/optim';
import type { ChessCell, ChessExplanation, ChessFlip, ChessLabel, ChessParameters, ChessView } from '../contract.js';
import type { RegionMove, RunOutcome } from '../jobs/study-kind.js';
import type { WorkOrder, WorkOutcome, WorkReport } from '../jobs/worker-protocol.js';
import { plain, unpack } from './packed.js';

/** What a finished run keeps. */
export interface ChessKept {
  readonly report: ChessReport;
  readonly stored: StoredChess;
  readonly regions: readonly ChessLabel[];
  readonly industries: readonly ChessLabel[];
}

const fields = ['gap', 'draws', 'weights', 'rules'];

/** Throws `BAD_INPUT` and `OUT_OF_RANGE` naming the field. */
export function chessParameters(given: unknown): ChessParameters {
  const p = (given ?? {}) as ChessParameters;
  for (const name of Object.keys(p))
    if (!fields.includes(name))
      throw new QipanError('BAD_INPUT', `a chessboard study has no parameter ${name}`, {
        field: name,
        got: name,
        expected: fields.join(', '),
      });
  const within = (field: 'gap' | 'draws', least: number, most: number) => {
    const x = p[field];
    if (x === undefined || (typeof x === 'number' && x >= least && x <= most)) return;
    throw new QipanError('OUT_OF_RANGE', `${field} = ${JSON.stringify(x)}; expected ${least} to ${most}`, {
      field,
      got: x,
      expected: `${least}…${most}`,
    });
  };
  within('gap', 0, 0.5);
  within('draws', 0, 2000);
  return p;
}

/** The board of a run: the stored scenario with the weights and rules that the run's parameters change. */
export async function chessBoard(text: string, parameters: unknown): Promise<ChessData> {
  const { scenarioFromJson } = await import('@qipan/clusters');
  const file = unpack<ScenarioFile>(text);
  const { weights, rules } = chessParameters(parameters);
  return scenarioFromJson(
    { ...file, weights: { ...file.weights, ...weights }, rules: { ...file.rules, ...rules } },
    'scenario',
  );
}

export async function chessEngine(): Promise<MilpEngine> {
  const { highsEngine } = await import('@qipan/optim');
  const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;
  return highsEngine(await load());
}

const known = (x: number): number | null => (Number.isFinite(x) ? x : null);

function labels(data: ChessData): Pick<ChessKept, 'regions' | 'industries'> {
  const { regions, industries } = data;
  const name = (en: string, zh: string | null | undefined) => ({ en, zh: zh ?? en });
  return {
    regions: regions.code.map((code, r) => ({
      code,
      name: name(regions.name[r] as string, regions.nameZh?.[r]),
      lon: known(regions.lon[r] as number),
      lat: known(regions.lat[r] as number),
    })),
    industries: industries.code.map((code, i) => ({
      code,
      name: name(industries.name[i] as string, industries.nameZh?.[i]),
      lon: null,
      lat: null,
    })),
  };
}

/** One run, in its thread: incumbent and bound are told as they come; the draws follow the plan. */
export async function computeChess(order: WorkOrder, tell: (report: WorkReport) => void): Promise<WorkOutcome> {
  const clusters = await import('@qipan/clusters');
  const stop = new Int32Array(order.stop);
  const shouldStop = () => Atomics.load(stop, 0) === 1;
  tell({ type: 'progress', value: null, bound: null, phase: 'problem' });
  const data = await chessBoard(order.board, order.parameters);
  const { gap = 0.005, draws = 20 } = chessParameters(order.parameters);
  const engine = await chessEngine();
  const result = clusters.coordinate(data, engine, {
    gap,
    seed: order.seed,
    shouldStop,
    progress: (value, bound, phase) =>
      tell({ type: 'progress', value: known(value), bound: known(bound), phase: phase ?? null }),
  });
  const told = { value: known(result.value), bound: known(result.bound) };
  tell({ type: 'progress', ...told, phase: 'stability' });
  const stability =
    draws > 0 && result.plan && result.relaxation && !shouldStop()
      ? clusters.stability(data, engine, result, { from: 0, to: draws, seed: order.seed, shouldStop })
      : null;
  tell({ type: 'progress', ...told, phase: 'report' });
  const report = clusters.chessReport(data, engine, result, {
    stop: { shouldStop },
    ...(stability && stability.draws > 0 ? { stability } : {}),
  });
  const kept: ChessKept = { report, stored: clusters.storedChess(result), ...labels(data) };
  return {
    status: result.status,
    ...told,
    gap: known(result.gap),
    result: kept,
    verdict: report.judgements[0] ?? null,
  };
}

/** What the page of a run is given at once: everything but the reasons, which are asked for one by one. */
export function chessView(outcome: RunOutcome): ChessView {
  const { report, regions, industries } = outcome.result as ChessKept;
  const { moves, prices: _, conflict, uncoordination, ...rest } = report;
  const number = (list: readonly ChessLabel[]) => new Map(list.map((l, k) => [l.code, k]));
  const [region, industry] = [number(regions), number(industries)];
  const head = plain({ ...rest, uncoordination: uncoordination?.ratio ?? null }) as Omit<
    ChessView,
    'moves' | 'conflict' | 'regions' | 'industries'
  >;
  return {
    ...head,
    conflict: conflict?.sentence ?? null,
    regions,
    industries,
    moves: {
      region: moves.map((m) => region.get(m.region) ?? -1),
      industry: moves.map((m) => industry.get(m.industry) ?? -1),
      move: moves.map((m) => m.move),
      isWish: moves.map((m) => (m.isWish ? 1 : 0)),
      chosenShare: moves.map((m) => m.chosenShare),
      expected: moves.map((m) => m.expected),
    },
  };
}

/** What the plan answers one region, with reasons; null when the board has no move of it. */
export function chessMoves(outcome: RunOutcome, region: string): readonly RegionMove[] | null {
  const { report } = outcome.result as ChessKept;
  const own = report.moves.flatMap(({ region: of, industry, move, reason }): RegionMove[] =>
    of === region && move !== 'open' ? [{ industryCode: industry, move, reason }] : [],
  );
  return own.length > 0 ? own : null;
}

const cellOf = (data: ChessData, pair: number): ChessCell => ({
  region: data.regions.code[data.pairs.region[pair] as number] as string,
  industry: data.industries.code[data.pairs.industry[pair] as number] as string,
});

/** Number of a pair. Throws `UNKNOWN_CODE`. */
export async function chessPair(data: ChessData, cell: ChessCell): Promise<number> {
  const { pairOf } = await import('@qipan/clusters');
  const pair = pairOf(data, cell.region, cell.industry);
  if (pair >= 0) return pair;
  throw new QipanError('UNKNOWN_CODE', `${cell.region}, ${cell.industry} is no pair of the board`, {
    got: `${cell.region}, ${cell.industry}`,
    expected: 'codes of a candidate',
  });
}

/** Why one pair has its move, from the prices that the run kept. Nothing is solved. */
export async function chessExplain(data: ChessData, kept: ChessKept, cell: ChessCell): Promise<ChessExplanation> {
  const { explainer, restoredChess } = await import('@qipan/clusters');
  const result = restoredChess(data, kept.stored);
  const pair = await chessPair(data, cell);
  if (!result.plan || !result.relaxation)
    throw new QipanError('NOT_FOUND', 'the run has no plan to explain', { got: result.status });
  const e: Explanation = explainer(data, result, result.plan).explain(pair);
  const cells = (f: RuleFact) => f.pairs.map((k) => cellOf(data, k));
  return {
    ...cell,
    move: e.move,
    probability: e.probability,
    value: e.value,
    expected: e.expected,
    reduced: e.reduced,
    label: e.label,
    sentence: e.sentence,
    terms: (e.terms ?? []).map((t) => ({ family: t.family, amount: t.amount, words: t.words, cells: cells(t.fact) })),
    blocking: e.blocking.map((b) => ({ family: b.family, words: b.words, cells: cells(b) })),
  };
}

/** What a flipping thread is given. */
export interface FlipOrder {
  readonly text: string;
  readonly parameters: unknown;
  readonly stored: StoredChess;
  readonly cell: ChessCell;
}

export const flipView = (data: ChessData, f: Flip): ChessFlip => ({
  ...cellOf(data, f.pair),
  from: f.from,
  forced: f.forced,
  loss: f.loss,
  lossBracket: f.lossBracket,
  leaves: f.leaves.map((k) => cellOf(data, k)),
  enters: f.enters.map((k) => cellOf(data, k)),
  changes: f.changes,
  freeColumns: f.freeColumns,
});

/** Forces the other move in a thread of its own: seconds of computing on a large board. */
export function chessFlip(order: FlipOrder): Promise<ChessFlip> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./chess-worker.js', import.meta.url), { workerData: order, execArgv: [] });
    worker.once('message', (f: ChessFlip) => resolve(f));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread of a flip ended with code ${code}`)));
  });
}
