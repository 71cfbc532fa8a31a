import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import { freePort } from '@qipan/testing';

const qipan = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../packages/cli/bin/qipan.js');
/** The program is idle this long after its last line before its memory is read. */
const settleMs = 10_000;
const patienceMs = 180_000;

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  /** Seconds until the page answers, and until the program says that all is up. */
  readonly pageS: number;
  readonly readyS: number;
}

async function start(folder: string, seed: number): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const args = [qipan, 'start', '--port', String(port), '--data-folder', folder, '--seed', String(seed)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  let readyS = 0;
  child.stderr?.on('data', (d: Buffer) => {
    said += d.toString();
    if (readyS === 0 && said.includes(`http://127.0.0.1:${port}`) && /ready · 就绪/.test(said)) readyS = since();
  });
  let pageS = 0;
  while (since() * 1000 < patienceMs && (pageS === 0 || readyS === 0)) {
    if (child.exitCode !== null) throw new Error(`qipan start ended with ${child.exitCode}: ${said}`);
    if (
      pageS === 0 &&
      (await fetch(`http://127.0.0.1:${port}/`).then(
        (r) => r.ok,
        () => false,
      ))
    )
      pageS = since();
    await sleep(20);
  }
  if (readyS === 0) throw new Error(`qipan start was not ready in ${patienceMs / 1000} s: ${said}`);
  return { child, url: `http://127.0.0.1:${port}`, pageS, readyS };
}

async function stop(child: ChildProcess): Promise<number> {
  const began = performance.now();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await gone;
  return (performance.now() - began) / 1000;
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The program's processes: the child, whatever descends from it, and the database, which is known by its data folder. */
function processesOf(root: number, folder: string): number[] {
  const pids = readdirSync('/proc')
    .filter((n) => /^\d+$/.test(n))
    .map(Number);
  const parent = new Map(pids.map((p) => [p, Number(/\) \S (\d+)/.exec(read(`/proc/${p}/stat`))?.[1] ?? 0)]));
  const own = new Set(pids.filter((p) => p === root || read(`/proc/${p}/cmdline`).includes(folder)));
  for (let grew = true; grew;) {
    grew = false;
    for (const p of pids)
      if (!own.has(p) && own.has(parent.get(p) ?? 0)) {
        own.add(p);
        grew = true;
      }
  }
  return [...own].filter((p) => p !== process.pid);
}

/** Sums over processes, MB. RSS counts a shared page once in each process, PSS once in all. */
function memoryOf(pids: readonly number[]): { readonly rssMb: number; readonly pssMb: number } {
  const sum = (name: string) =>
    pids.reduce(
      (total, p) =>
        total + Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(read(`/proc/${p}/smaps_rollup`))?.[1] ?? 0),
      0,
    );
  return { rssMb: sum('Rss') / 1024, pssMb: sum('Pss') / 1024 };
}

/** Until no run is at work: a first start solves the demo board in the background once it is ready. */
async function untilIdle(url: string): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(200)) {
    const runs = (await (await fetch(`${url}/api/v1/runs`)).json()) as { status: string }[];
    if (!runs.some((r) => r.status === 'running' || r.status === 'queued')) return;
  }
  throw new Error('runs are still at work after two minutes');
}

/** Start-up time and idle memory of the whole program: first with an empty folder, then with its data. */
export async function run(report: BenchReport, options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-startup-'));
  const wanted = (name: string) => options.case === undefined || options.case === name;
  try {
    for (const name of ['first-start', 'second-start'] as const) {
      if (!wanted(name) && name === 'second-start') continue;
      const { child, url, pageS, readyS } = await start(folder, options.seed);
      await sleep(settleMs);
      await untilIdle(url);
      await sleep(settleMs);
      const pids = processesOf(child.pid as number, folder);
      const nodePids = pids.filter((p) => p === child.pid);
      const memory = memoryOf(pids);
      const node = memoryOf(nodePids);
      const summary = (await (await fetch(`${url}/api/v1/summary`)).json()) as { byLiveness: { connected: number } };
      const stopS = await stop(child);
      if (!wanted(name)) continue;
      const goal = name === 'first-start' ? '≤ 60' : '≤ 5';
      report({ case: name, metric: 'page ready', value: pageS, unit: 's', target: goal, peer: null });
      report({ case: name, metric: 'all up', value: readyS, unit: 's', target: goal, peer: null });
      const online = summary.byLiveness.connected;
      report({ case: name, metric: 'stations on line', value: online, unit: '', target: '≥ 1', peer: null });
      report({ case: name, metric: 'clean stop', value: stopS, unit: 's', target: null, peer: null });
      report({
        case: name,
        metric: 'idle PSS, all processes',
        value: memory.pssMb,
        unit: 'MB',
        target: '≤ 400',
        peer: null,
        processes: pids.length,
      });
      report({
        case: name,
        metric: 'idle RSS, all processes',
        value: memory.rssMb,
        unit: 'MB',
        target: null,
        peer: null,
        processes: pids.length,
      });
      report({
        case: name,
        metric: 'idle PSS, node',
        value: node.pssMb,
        unit: 'MB',
        target: null,
        peer: 'CitrineOS 250 MB + broker 130 MB, without database',
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
