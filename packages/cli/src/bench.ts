import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { QipanError } from '@qipan/base';

/** What a suite tells of one case. */
export interface BenchRow {
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What is aimed at, such as `≤ 400`; null when nothing is. */
  readonly target?: string | number | null;
  /** Best known elsewhere, with its source; null when nothing is known. */
  readonly peer?: string | number | null;
  /** More figures of the case, such as min and p90. */
  readonly [more: string]: unknown;
}

export type BenchReport = (row: BenchRow) => void;

export interface BenchOptions {
  /** Only this case. */
  readonly case?: string;
  readonly seed: number;
}

/** A suite is a module `bench/<suite>.ts` with this one function. */
export interface BenchSuite {
  run(report: BenchReport, options: BenchOptions): Promise<void> | void;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const folder = path.join(root, 'bench/dist');

/** Modules of `bench/` that are compiled and have a `run`; the others are parts of a suite. */
function suites(): readonly string[] {
  const source = (name: string) => path.join(root, 'bench', `${name}.ts`);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((f) => f.endsWith('.js'))
    .map((f) => f.replace(/\.js$/, ''))
    .filter(
      (name) => existsSync(source(name)) && /export (async )?function run\b/.test(readFileSync(source(name), 'utf8')),
    );
}

const figure = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(4));

/** Runs a suite: one JSON object a case, or one line for people; `record` appends to `bench/RESULTS.md`. */
export async function bench(
  suite: string,
  options: { readonly case?: string; readonly json?: boolean; readonly record?: boolean; readonly seed: number },
): Promise<void> {
  if (!suites().includes(suite))
    throw new QipanError('NOT_FOUND', `there is no benchmark suite ${suite}`, {
      got: suite,
      expected: suites().join(', '),
    });
  const module = (await import(pathToFileURL(path.join(folder, `${suite}.js`)).href)) as Partial<BenchSuite>;
  if (typeof module.run !== 'function')
    throw new QipanError('NOT_FOUND', `bench/${suite}.ts has no function run`, {
      got: suite,
      expected: suites().join(', '),
    });
  const rows: BenchRow[] = [];
  const report: BenchReport = (row) => {
    const { case: name, metric, value, unit, target = null, peer = null, ...more } = row;
    rows.push(row);
    const whole = { suite, case: name, metric, value, unit, target, peer, ...more };
    const line = `${name.padEnd(28)} ${metric.padEnd(22)} ${figure(value).padStart(12)} ${unit.padEnd(10)} target ${target ?? '–'} · peer ${peer ?? '–'}`;
    process.stdout.write(`${options.json === true ? JSON.stringify(whole) : line}\n`);
  };
  await module.run(report, { seed: options.seed, ...(options.case === undefined ? {} : { case: options.case }) });
  if (rows.length === 0)
    throw new QipanError('NOT_FOUND', `suite ${suite} has no case ${options.case ?? ''}`, {
      got: options.case ?? null,
    });
  if (options.record === true) record(suite, rows);
}

/** Appends, never rewrites. */
function record(suite: string, rows: readonly BenchRow[]): void {
  const file = path.join(root, 'bench/RESULTS.md');
  if (!existsSync(file))
    writeFileSync(
      file,
      '# Results\n\nAppended by `qipan bench <suite> --record`, never rewritten.\n\n| date | commit | suite | case | metric | value | unit | target | best known |\n|---|---|---|---|---|---|---|---|---|\n',
    );
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    // A copy without its history is measured all the same.
  }
  const date = new Date().toISOString().slice(0, 10);
  const cell = (v: string | number | null | undefined) => String(v ?? '').replaceAll('|', '\\|');
  for (const r of rows) {
    const cells = [date, commit, suite, r.case, r.metric, figure(r.value), r.unit, cell(r.target), cell(r.peer)];
    appendFileSync(file, `| ${cells.join(' | ')} |\n`);
  }
}
