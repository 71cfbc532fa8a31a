import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import { sha256Hex } from '@qipan/numeric';
import {
  buildProblem,
  explainVillage,
  planNetwork,
  planParameters,
  verifyPlan as verifyPlanOf,
  type PlanParametersInput,
  type PlanProblem,
  type PlanResult,
} from '@qipan/plan';
import { boardFromJson, type Board } from '@qipan/territory';
import { demoBoard } from '../demo.js';
import { printResult, Terminal } from '../terminal.js';

interface Inputs {
  readonly board?: string;
  readonly parameters?: string;
  readonly json?: boolean;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    if (e instanceof SyntaxError)
      throw new QipanError('BAD_FILE', `${file} is not JSON: ${e.message}`, { file, expected: 'JSON' }, e);
    throw e;
  }
}

const boardOf = (o: Inputs): Board =>
  o.board === undefined ? demoBoard() : boardFromJson(readFileSync(o.board, 'utf8'), sha256Hex);

function problemOf(o: Inputs): { board: Board; problem: PlanProblem } {
  const board = boardOf(o);
  const input = o.parameters === undefined ? {} : (jsonOf(o.parameters) as PlanParametersInput);
  return { board, problem: buildProblem(board, planParameters(input)) };
}

function resultOf(file: string): PlanResult {
  const result = jsonOf(file) as Partial<PlanResult> | null;
  if (result?.format === 'qipan.planResult/1') return result as PlanResult;
  throw new QipanError('BAD_FILE', `${file} is not a plan`, {
    file,
    got: result?.format,
    expected: 'what qipan plan solve --out wrote',
  });
}

const big = (x: number) => x.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** `qipan plan solve`: offline, from a board file or the demo county. */
export function solvePlan(
  o: Inputs & { readonly seconds: number; readonly gap: number; readonly out?: string; readonly seed: number },
): void {
  const terminal = new Terminal();
  terminal.step({ en: 'reading the board and its demand', zh: '读取棋盘与需求' });
  const { problem } = problemOf(o);
  const bar = terminal.progress({ en: 'planning', zh: '规划' });
  const began = performance.now();
  const share = () => Math.min(1, (performance.now() - began) / (o.seconds * 1000));
  const result = planNetwork(problem, {
    seed: o.seed,
    gap: o.gap,
    shouldStop: () => share() >= 1,
    progress: (value, bound, phase) => bar.update(share(), `${phase ?? ''} ${big(value)} ≥ ${big(bound)}`),
  });
  bar.done(`${result.status}, gap ${(result.gap * 100).toFixed(3)} %`);
  const verdict = verifyPlanOf(problem, result.plan, result.certificate);
  if (o.out !== undefined) writeFileSync(o.out, JSON.stringify(result));
  const last = result.costByYear.at(-1);
  const summary = {
    status: result.status,
    value: result.value,
    bound: result.bound,
    gap: result.gap,
    unit: result.unit,
    sites: result.sites.length,
    guns: last?.guns ?? 0,
    coveredShare: last?.coveredShare ?? null,
    verified: verdict.ok,
    checks: verdict.checks,
    out: o.out === undefined ? null : path.resolve(o.out),
  };
  printResult(o.json, summary, () => [
    `${result.status}: value ${big(result.value)} ${result.unit}, no plan costs less than ${big(result.bound)} (gap ${(result.gap * 100).toFixed(3)} %)`,
    ...result.costByYear.map(
      (y) =>
        `  ${y.year}: ${y.sites} sites, ${y.guns} guns, ${big(y.powerKw)} kW, capex ${big(y.capex)}, covered ${(y.coveredShare * 100).toFixed(1)} %, served ${(y.servedShare * 100).toFixed(1)} %`,
    ),
    `verified by an independent check: ${verdict.ok ? 'holds' : verdict.failures[0]} (${verdict.checks} checks)`,
    ...(summary.out === null ? [] : [summary.out]),
  ]);
}

/** What stands at the head of the file, where people look, and not in the plan and the proof that are checked. */
export function headFaults({ value, bound, gap, plan, certificate }: PlanResult): readonly string[] {
  const proved = (plan.value - certificate.bound) / Math.max(Math.abs(plan.value), 1e-9);
  const claims = { value: [value, plan.value], bound: [bound, certificate.bound], gap: [gap, proved] } as const;
  return Object.entries(claims).flatMap(([name, [said, is]]) =>
    Math.abs(said - is) <= 1e-9 * Math.max(1, Math.abs(is))
      ? []
      : [`the file says ${name} ${said}; its plan and proof ${is}`],
  );
}

/** `qipan plan verify`: exit code 65 when the plan or its bound does not hold. */
export function verifyPlan(file: string, o: Inputs): void {
  const result = resultOf(file);
  const { problem } = problemOf(o);
  const checked = verifyPlanOf(problem, result.plan, result.certificate);
  const failures = checked.bound === -Infinity ? checked.failures : [...checked.failures, ...headFaults(result)];
  const verdict = { ...checked, ok: failures.length === 0, failures };
  printResult(o.json, verdict, () => [
    `${verdict.ok ? 'holds · 成立' : 'does not hold · 不成立'}: ${verdict.checks} checks, proven bound ${big(verdict.bound)}`,
    ...verdict.failures.slice(0, 20).map((f) => `  ${f}`),
  ]);
  if (!verdict.ok)
    throw new QipanError('VERIFY_FAILED', `${file} does not hold: ${verdict.failures[0] ?? ''}`, {
      file,
      failures: verdict.failures.length,
    });
}

/** `qipan plan explain`: why a village is served as it is, in the numbers of the binding constraint. */
export function explainPlan(file: string, village: string, o: Inputs): void {
  const result = resultOf(file);
  const index = result.villages.findIndex((v) => v.id === village || v.name === village);
  if (index === -1)
    throw new QipanError('NOT_FOUND', `the plan knows no place ${village}`, {
      got: village,
      expected: 'an id or a name of the board',
    });
  const why = explainVillage(result, index);
  printResult(o.json, why, () => [
    `${why.name} (${why.placeId}): ${why.reason}`,
    `  ${why.sentence.zh}`,
    `  ${why.sentence.en}`,
    ...why.servingSites.map(
      (s) => `  ${s.year}: ${(s.share * 100).toFixed(0)} % at ${s.name}, ${s.travelMin.toFixed(1)} min`,
    ),
    ...why.binding.map(
      (b) =>
        `  ${b.constraint} ${b.where} ${b.year}: needs ${Number(b.needed.toPrecision(4))} of ${Number(b.available.toPrecision(4))} ${b.unit}`,
    ),
  ]);
}
