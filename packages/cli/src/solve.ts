import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { QipanError } from '@qipan/base';
import {
  fileFormats,
  fileProblems,
  solveFile,
  verify,
  type FileProblem,
  type SolvedFile,
  type SolveFileOptions,
} from '@qipan/optim';

/** Options of `qipan solve`, numbers already read. */
export interface SolveFlags {
  readonly format: string;
  readonly p?: number;
  readonly radius?: number;
  readonly seconds?: number;
  readonly gap?: number;
  readonly seed?: number;
  readonly capacity?: number;
  readonly demand?: string;
  readonly distances?: string;
  readonly singleSource?: boolean;
  readonly split?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** What `qipan solve --json` prints. */
export interface SolveReport {
  readonly status: string;
  readonly value: number | null;
  readonly bound: number | null;
  /** A fraction; null without a solution. */
  readonly gap: number | null;
  /** User and system time of all threads of this process so far. */
  readonly cpuSeconds: number;
  /** Largest resident memory of this process so far. */
  readonly peakMb: number;
  /** Ids of the open sites as the file counts them. */
  readonly open: readonly (number | string)[];
  /** With `--verify`: whether the independent verifier accepts value and bound. */
  readonly verified?: boolean;
}

/** `qipan solve`: prints the report; a solution that the verifier refuses sets the exit code of its error. */
export function solve(problem: string, file: string, flags: SolveFlags): void {
  const { report, warnings, verdict } = runSolve(problem, file, flags);
  for (const w of warnings) process.stderr.write(`warning: ${w}\n`);
  process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : sentences(report));
  if (verdict.length > 0)
    throw new QipanError('VERIFY_FAILED', `the answer does not hold: ${verdict.join('; ')}`, { file });
}

/**
 * Reads, solves and reports; pure but for reading the file and the clocks.
 * @throws `QipanError` with the exit code that the command ends with
 */
function runSolve(
  problem: string,
  file: string,
  flags: SolveFlags,
): { report: SolveReport; warnings: readonly string[]; verdict: readonly string[] } {
  const known = fileProblems.find((k) => k === problem);
  if (known === undefined)
    throw new QipanError('BAD_USAGE', `problem "${problem}"; expected ${fileProblems.join(', ')}`, {
      got: problem,
      expected: fileProblems.join(', '),
    });
  const format = fileFormats.find((f) => f === flags.format);
  if (format === undefined)
    throw new QipanError('UNSUPPORTED_FORMAT', `format "${flags.format}"; expected ${fileFormats.join(', ')}`, {
      got: flags.format,
      expected: fileFormats.join(', '),
    });
  const solved = solveFile(known, format, readText(file), optionsOf(known, file, flags));
  const verdict = flags.verify === true ? verify(solved.problem, solved.result).failures : [];
  return { report: reportOf(solved, flags.verify === true ? verdict : null), warnings: solved.warnings, verdict };
}

function reportOf(solved: SolvedFile, verdict: readonly string[] | null): SolveReport {
  const { user, system } = process.cpuUsage();
  return {
    status: solved.status,
    value: solved.value,
    bound: solved.bound,
    gap: solved.gap,
    cpuSeconds: Math.round((user + system) / 1e4) / 100,
    // The kernel counts in kilobytes.
    peakMb: Math.round(process.resourceUsage().maxRSS / 102.4) / 10,
    open: solved.open,
    ...(verdict === null ? {} : { verified: verdict.length === 0 }),
  };
}

function optionsOf(problem: FileProblem, file: string, flags: SolveFlags): SolveFileOptions {
  if (flags.singleSource === true && flags.split === true)
    throw new QipanError('BAD_USAGE', 'give --split or --single-source, not both');
  if (problem !== 'cfl' && (flags.singleSource === true || flags.split === true))
    throw new QipanError('BAD_USAGE', '--split and --single-source are for cfl');
  const { seconds } = flags;
  const end = seconds === undefined ? Infinity : performance.now() + seconds * 1000;
  const second = flags.demand ?? flags.distances;
  const given = (...names: readonly ('p' | 'radius' | 'gap' | 'seed' | 'capacity')[]) =>
    Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
  return {
    file,
    ...given('p', 'radius', 'gap', 'seed', 'capacity'),
    ...(second === undefined ? {} : { extra: { file: second, text: readText(second) } }),
    ...(flags.singleSource === true ? { singleSource: true } : flags.split === true ? { singleSource: false } : {}),
    certify: flags.verify === true,
    ...(seconds === undefined ? {} : { shouldStop: () => performance.now() >= end }),
  };
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (e) {
    throw new QipanError('NOT_FOUND', `${file} cannot be read: ${(e as Error).message}`, { file }, e);
  }
  // Two magic bytes tell gzip, whatever the name says.
  if (bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes);
    } catch (e) {
      throw new QipanError('BAD_FILE', `${file} is not a whole gzip file: ${(e as Error).message}`, { file }, e);
    }
  }
  return bytes.toString('utf8');
}

function sentences(r: SolveReport): string {
  const gap = r.gap === null ? '–' : `${(r.gap * 100).toFixed(4)} %`;
  return [
    `status  ${r.status}`,
    `value   ${r.value ?? '–'}`,
    `bound   ${r.bound ?? '–'}`,
    `gap     ${gap}`,
    `cpu     ${r.cpuSeconds} s`,
    `memory  ${r.peakMb} MB`,
    `open    ${r.open.join(' ')}`,
    ...(r.verified === undefined ? [] : [`checked ${r.verified ? 'yes' : 'NO'}`]),
    '',
  ].join('\n');
}
