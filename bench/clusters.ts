import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import { complexity, rankIntervals, readPanels, type Measure } from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { sharedData } from '@qipan/testing';

const seed = 20230505;

/** CPU seconds of this process, all threads, user and system. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The panel of a size by the generator of the reference data; null where it is not on this machine. */
function synthetic(regions: number, industries: number): Measure | null {
  const generator = sharedData('clusters/synthetic/synthetic-panel.mjs');
  if (generator === null) return null;
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-bench-'));
  try {
    const out = path.join(folder, 'panel.f64');
    execFileSync(process.execPath, [generator, String(regions), String(industries), String(seed), out]);
    const raw = readFileSync(out);
    const value = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
    return { value, regions, industries };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function trade(): Measure | null {
  const file = sharedData('clusters/trade128/trade.csv');
  if (file === null) return null;
  const sheet = parseCsv(readFileSync(file), 'trade.csv');
  const [header, ...rows] = sheet.rows;
  const long = {
    file: 'trade.csv',
    header: (header ?? []).map(String),
    rows,
    rowNumbers: sheet.rowNumbers.slice(1),
  };
  return readPanels(long, { columns: { region: 'country', industry: 'product', value: 'value' } }).panels[0] ?? null;
}

interface Load {
  readonly name: string;
  readonly panel: () => Measure | null;
  readonly precision: 'f64' | 'f32';
  readonly preset: 'harvard' | 'r' | 'econgeo' | 'oec';
  readonly warm: number;
  readonly runs: number;
  readonly target: string | null;
  readonly peer: string;
}

/** Peers on one thread of another machine (AMD EPYC server), BLAS on one thread; py-ecomplexity's time holds table reshaping. */
const large = 'py-ecomplexity 73 CPU s, Datawheel 46.7, EconGeo ≈ 25, R ≈ 19, numpy by hand .95 wall';
const small = 'R .66–.85 s wall, py-ecomplexity .99, Datawheel .31 (128 × 785)';
const loads: readonly Load[] = [
  {
    name: '3000x1400-f32',
    panel: () => synthetic(3000, 1400),
    precision: 'f32',
    preset: 'harvard',
    warm: 1,
    runs: 5,
    target: '≤ 1.0',
    peer: large,
  },
  {
    name: '3000x1400-f64',
    panel: () => synthetic(3000, 1400),
    precision: 'f64',
    preset: 'harvard',
    warm: 1,
    runs: 5,
    target: '≤ 1.8',
    peer: large,
  },
  {
    name: '340x600',
    panel: () => synthetic(340, 600),
    precision: 'f64',
    preset: 'harvard',
    warm: 5,
    runs: 15,
    target: '≤ 0.06',
    peer: small,
  },
  {
    name: '128x785',
    panel: trade,
    precision: 'f64',
    preset: 'harvard',
    warm: 5,
    runs: 15,
    target: '≤ 0.06',
    peer: small,
  },
  { name: '128x785-r', panel: trade, precision: 'f64', preset: 'r', warm: 3, runs: 9, target: null, peer: small },
  { name: '128x785-oec', panel: trade, precision: 'f64', preset: 'oec', warm: 3, runs: 9, target: null, peer: small },
  {
    name: '128x785-econgeo',
    panel: trade,
    precision: 'f64',
    preset: 'econgeo',
    warm: 2,
    runs: 5,
    target: null,
    peer: small,
  },
];

function pipeline(report: BenchReport, load: Load): void {
  const panel = load.panel();
  if (!panel) return;
  const run = () => {
    const begin = cpuNow();
    const c = complexity(panel, { preset: load.preset, precision: load.precision });
    if (c.status !== 'ok') throw new Error(`${load.name} is ${c.status}`);
    return cpuNow() - begin;
  };
  for (let k = 0; k < load.warm; k++) run();
  const times = Array.from({ length: load.runs }, run).sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  report({
    case: load.name,
    metric: 'CPU, RCA to COG',
    value: at(0.5),
    unit: 's',
    target: load.target,
    peer: load.peer,
    min: at(0),
    p90: at(0.9),
    preset: load.preset,
  });
}

function ranks(report: BenchReport): void {
  const panel = synthetic(3000, 1400);
  if (!panel) return;
  const begin = cpuNow();
  const r = rankIntervals(panel, { preset: 'harvard', draws: 100, seed: 1, scheme: { kind: 'poisson' } });
  const row = { case: 'rank-intervals', peer: 'none offers it' };
  report({ ...row, metric: 'CPU, 100 draws', value: cpuNow() - begin, unit: 's', target: '≤ 20' });
  report({ ...row, metric: 'degenerate draws', value: r.degenerateShare, unit: '1', target: null });
}

/** Resident memory of a process of its own: with the panel read, and at the peak of the pipeline. */
function memory(report: BenchReport, precision: 'f64' | 'f32'): void {
  const generator = sharedData('clusters/synthetic/synthetic-panel.mjs');
  if (generator === null) return;
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-bench-'));
  try {
    const file = path.join(folder, 'panel.f64');
    execFileSync(process.execPath, [generator, '3000', '1400', String(seed), file]);
    const script = `import { readFileSync } from 'node:fs';
      import { complexity } from '@qipan/clusters';
      const raw = readFileSync(${JSON.stringify(file)});
      const value = new Float64Array(raw.buffer, raw.byteOffset, raw.byteLength / 8);
      const before = process.memoryUsage().rss;
      complexity({ value, regions: 3000, industries: 1400 }, { preset: 'harvard', precision: '${precision}' });
      console.log(JSON.stringify([before / 2 ** 20, process.resourceUsage().maxRSS / 1024]));`;
    const cwd = path.dirname(fileURLToPath(import.meta.url));
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
    const [before, peak] = JSON.parse(done.stdout) as [number, number];
    const row = { case: `memory-${precision}`, unit: 'MB', peer: null };
    const target = precision === 'f32' ? '≤ 120' : '≤ 160';
    report({ ...row, metric: 'peak above panel', value: peak - before, target });
    report({ ...row, metric: 'peak, whole process', value: peak, target: null });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Speed and memory of the measures of the clusters room. */
export function run(report: BenchReport, options: BenchOptions): void {
  const wanted = (name: string) => options.case === undefined || options.case === name;
  for (const load of loads) if (wanted(load.name)) pipeline(report, load);
  if (wanted('rank-intervals')) ranks(report);
  for (const precision of ['f32', 'f64'] as const) if (wanted(`memory-${precision}`)) memory(report, precision);
}
