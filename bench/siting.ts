import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { random } from '@qipan/base';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import { solveFile, solveLocation, verify, type FileFormat, type FileProblem, type SolvedFile } from '@qipan/optim';
import { sharedData } from '@qipan/testing';

/** CPU seconds of this process, all threads, user and system. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** One instance to solve: how it is asked for, and what is known of it. */
interface Instance {
  readonly name: string;
  readonly problem: FileProblem;
  readonly format: FileFormat;
  readonly text: string;
  readonly p?: number;
  readonly radius?: number;
  readonly capacity?: number;
  readonly known: number | null;
  readonly seconds: number;
}

interface Measured {
  readonly cpu: number;
  readonly verifyCpu: number;
  readonly solved: SolvedFile;
  readonly accepted: boolean;
}

/** Solves within a limit of CPU seconds, reading included, and has the answer verified. */
function measure(i: Instance): Measured {
  const begin = cpuNow();
  const options = {
    file: i.name,
    shouldStop: () => cpuNow() - begin > i.seconds,
    ...(i.p === undefined ? {} : { p: i.p }),
    ...(i.radius === undefined ? {} : { radius: i.radius }),
    ...(i.capacity === undefined ? {} : { capacity: i.capacity }),
  };
  const solved = solveFile(i.problem, i.format, i.text, options);
  const done = cpuNow();
  const accepted = verify(solved.problem, solved.result).ok;
  return { cpu: done - begin, verifyCpu: cpuNow() - done, solved, accepted };
}

function textOf(file: string): string | null {
  const found = sharedData(`siting/${file}`);
  if (found === null) return null;
  const bytes = readFileSync(found);
  return (found.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

interface KnownRow {
  readonly set: string;
  readonly instance: string;
  readonly problem: string;
  readonly p: number;
  readonly radius: number;
  readonly value: number;
  readonly phaseSeconds: number;
  readonly totalSeconds: number;
}

/** The table of known optima; a cell in quotes holds a comma. */
function knownRows(): KnownRow[] {
  const text = textOf('known_optima.csv');
  if (text === null) return [];
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.replace(/"([^"]*)"/g, (_, cell: string) => cell.replaceAll(',', ';')).split(','))
    .map((c) => ({
      set: c[0] as string,
      instance: c[1] as string,
      problem: c[2] as string,
      p: Number(c[5]),
      radius: Number(c[6]),
      value: Number(c[7]),
      phaseSeconds: Number(c[11]),
      totalSeconds: c[12] === 'limit' ? 36_000 : Number(c[12]),
    }));
}

const sameValue = (a: number, b: number) => Math.abs(a - b) <= 1e-8 * Math.abs(b) + 0.0051;

/** A whole set in one case: how many are proved, how many have the known value, what it costs. */
function reportSet(report: BenchReport, name: string, instances: readonly Instance[], aim: Aim): void {
  const all = instances.map((i) => ({ i, ...measure(i) }));
  if (all.length === 0) return;
  const count = (test: (m: (typeof all)[number]) => boolean) => all.filter(test).length;
  const cpus = all.map((m) => m.cpu).sort((a, b) => a - b);
  const sum = (values: readonly number[]) => values.reduce((s, v) => s + v, 0);
  const at = (share: number) => cpus[Math.floor(share * (cpus.length - 1))] ?? NaN;
  const base = { case: name, peer: aim.peer, instances: all.length };
  const proved = count((m) => m.solved.status === 'optimal');
  report({ ...base, metric: 'proved optimal', value: proved, unit: 'instances', target: aim.proved ?? all.length });
  if (instances.some((i) => i.known !== null)) {
    const equal = count((m) => m.i.known !== null && sameValue(m.solved.value ?? NaN, m.i.known));
    report({ ...base, metric: 'known value reached', value: equal, unit: 'instances', target: all.length });
  }
  report({
    ...base,
    metric: 'CPU in all',
    value: sum(cpus),
    unit: 's',
    target: aim.cpu ?? null,
    min: at(0),
    median: at(0.5),
    p90: at(0.9),
  });
  report({
    ...base,
    metric: 'certificates accepted',
    value: count((m) => m.accepted),
    unit: 'instances',
    target: all.length,
  });
  const share = sum(all.map((m) => m.verifyCpu)) / sum(cpus);
  report({ ...base, metric: 'verifier CPU / solver CPU', value: share, unit: '1', target: 0.05 });
}

interface Aim {
  readonly peer: string | null;
  readonly proved?: number;
  readonly cpu?: number;
}

/** One hard instance in one case: gap, value against the best known, CPU and memory. */
function reportOne(report: BenchReport, i: Instance, aim: { peer: string | null; gap: number; cpu: number }): void {
  const m = measure(i);
  const base = { case: i.name, peer: aim.peer };
  const gap = m.solved.gap ?? Infinity;
  report({ ...base, metric: 'proven gap', value: gap * 100, unit: '%', target: aim.gap * 100 });
  if (i.known !== null)
    report({ ...base, metric: 'value / best known', value: (m.solved.value ?? NaN) / i.known, unit: '1', target: 1 });
  report({ ...base, metric: 'CPU', value: m.cpu, unit: 's', target: aim.cpu });
  report({ ...base, metric: 'peak memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MB', target: null });
  report({ ...base, metric: 'certificate accepted', value: m.accepted ? 1 : 0, unit: '1', target: 1 });
  report({ ...base, metric: 'verifier CPU / solver CPU', value: m.verifyCpu / m.cpu, unit: '1', target: 0.05 });
}

/** A random connected graph in the manner of the OR-Library p-median generator: n²/50 edges of length 1…100. */
function graphText(n: number, p: number, seed: number): string {
  const rng = random(seed);
  const edges = Math.max(n, Math.floor((n * n) / 50));
  const lines = [`${n} ${edges} ${p}`];
  for (let e = 0; e < edges; e++) {
    const u = e < n - 1 ? e : rng.below(n);
    const v = e < n - 1 ? e + 1 : (u + 1 + rng.below(n - 1)) % n;
    lines.push(`${u + 1} ${v + 1} ${1 + rng.below(100)}`);
  }
  return lines.join('\n');
}

/** Points of the plane in clumps, as TSPLIB text. */
function clumpsText(n: number, seed: number): string {
  const rng = random(seed);
  const centres = Array.from(
    { length: 40 },
    () => [rng.next() * 1e4, rng.next() * 1e4, 100 + 900 * rng.next()] as const,
  );
  const lines = ['NAME : clumps', `DIMENSION : ${n}`, 'EDGE_WEIGHT_TYPE : EUC_2D', 'NODE_COORD_SECTION'];
  for (let k = 0; k < n; k++) {
    const [x, y, spread] = centres[rng.below(centres.length)] as readonly [number, number, number];
    lines.push(`${k + 1} ${(x + spread * rng.normal()).toFixed(1)} ${(y + spread * rng.normal()).toFixed(1)}`);
  }
  return [...lines, 'EOF'].join('\n');
}

type Case = readonly [name: string, run: (report: BenchReport) => void];

const pmedPeer = 'native CBC on the dense model: pmed6 55.3 s, pmed10 0.88 s';
const paper = 'Duran-Mateluna, Ales, Elloumi 2023 (CPLEX 20.1, 3.7 GHz)';

function pmedCases(rows: readonly KnownRow[]): Case[] {
  const instances = (problem: FileProblem, seconds: number) =>
    rows.flatMap((r): Instance[] => {
      if (r.set !== 'pmed' || r.problem !== problem) return [];
      const text = textOf(`pmed/${r.instance}.txt`);
      return text === null ? [] : [{ name: r.instance, problem, format: 'orlib', text, known: r.value, seconds }];
    });
  return [
    ['pmed1-20', (report) => reportSet(report, 'pmed1-20', instances('p-median', 20), { peer: pmedPeer, cpu: 10 })],
    [
      'pmed1-20-center',
      (report) => reportSet(report, 'pmed1-20-center', instances('p-center', 20), { peer: null, cpu: 30 }),
    ],
  ];
}

function generatedCases(seed: number): Case[] {
  // Sizes and numbers of sites of pmed26, 31, 36, 38 and 40.
  const shapes = [
    [600, 5],
    [700, 5],
    [800, 5],
    [900, 5],
    [900, 90],
  ] as const;
  const graphs = shapes.map(([n, p], k): Instance => ({
    name: `graph-${n}-${p}`,
    problem: 'p-median',
    format: 'orlib',
    text: graphText(n, p, seed + k),
    known: null,
    seconds: 30,
  }));
  const clumps = [25, 200].map((p, k): Instance => ({
    name: `clumps-1500-${p}`,
    problem: 'p-median',
    format: 'tsplib',
    text: clumpsText(1500, seed + 100 + k),
    p,
    known: null,
    seconds: 30,
  }));
  return [
    ['generated-graphs', (report) => reportSet(report, 'generated-graphs', graphs, { peer: null, cpu: 15 })],
    ['generated-clumps', (report) => reportSet(report, 'generated-clumps', clumps, { peer: null, cpu: 30 })],
  ];
}

/** The 36 rows; by default only three of them run, all by naming `tsp`. */
function tspCases(rows: readonly KnownRow[]): Case[] {
  return rows
    .filter((r) => r.set === 'tsp')
    .map((r): Case => {
      const name = `tsp-${r.instance}-${r.p}`;
      const run = (report: BenchReport) => {
        const text = textOf(`tsp/${r.instance}.tsp`);
        if (text === null) return;
        // The published time where it is short enough to wait for, and never less than the reading takes.
        const seconds = Math.min(Math.max(r.totalSeconds, 1), 120);
        const peer = `${paper}: ${r.value} after ${r.totalSeconds} s`;
        reportOne(
          report,
          { name, problem: 'p-median', format: 'tsplib', text, p: r.p, known: r.value, seconds },
          { peer, gap: 0.0003, cpu: r.totalSeconds },
        );
      };
      return [name, run];
    });
}

function mclpCases(rows: readonly KnownRow[]): Case[] {
  return rows
    .filter((r) => r.set === 'mclp-city')
    .map((r): Case => {
      const name = `mclp-${r.instance}-${r.p}`;
      const run = (report: BenchReport) => {
        const text = textOf(`mclp-city/${r.instance}.txt`);
        if (text === null) return;
        const { p, radius, value: known } = r;
        reportOne(
          report,
          { name, problem: 'mclp', format: 'mclp-city', text, p, radius, known, seconds: 60 },
          { peer: `AILS-MCLP: ${known}, no bound`, gap: 0.005, cpu: 60 },
        );
      };
      return [name, run];
    });
}

function capacitatedCases(rows: readonly KnownRow[]): Case[] {
  const folder = (set: string) => (set === 'capacitated' ? set : `single-source/${set}`);
  const instances = (set: string, format: FileFormat, seconds: number) =>
    rows.flatMap((r): Instance[] => {
      if (r.set !== set) return [];
      const capacity = /^capa_(\d+)$/.exec(r.instance)?.[1];
      const stem = `${folder(set)}/${capacity === undefined ? r.instance : 'capa'}`;
      const text = textOf(`${stem}.txt`) ?? textOf(`${stem}.gz`);
      if (text === null) return [];
      const shared = { name: `${set}-${r.instance}`, problem: 'cfl', format, text, known: r.value, seconds } as const;
      return [capacity === undefined ? shared : { ...shared, capacity: Number(capacity) }];
    });
  const set = (name: string, format: FileFormat, seconds: number, aim: Aim): Case => [
    `cfl-${name}`,
    (report) => reportSet(report, `cfl-${name}`, instances(name, format, seconds), aim),
  ];
  return [
    set('capacitated', 'orlib', 30, { peer: null }),
    set('holmberg', 'holmberg', 10, { peer: null, proved: 33 }),
    set('delmaire', 'delmaire', 10, { peer: null }),
    set('orlib-ss', 'holmberg', 20, { peer: null }),
    set('yang', 'holmberg', 20, { peer: null }),
    set('tbed300', 'tbed', 30, { peer: null }),
  ];
}

/** 20,000 demand points, 5,000 sites, 500 open, seeded: too large for a table of all pairs. */
function largeCase(seed: number): Case {
  return [
    'synthetic-20000x5000-500',
    (report) => {
      const rng = random(seed).fork('large');
      const coordinates = (n: number) => Float64Array.from({ length: n }, () => rng.next() * 1e5);
      const costs = {
        form: 'points',
        metric: 'floorEuclidean',
        x: coordinates(20_000),
        y: coordinates(20_000),
        siteX: coordinates(5000),
        siteY: coordinates(5000),
      } as const;
      const begin = cpuNow();
      const shouldStop = () => cpuNow() - begin > 25;
      const r = solveLocation({ kind: 'p-median', costs, p: 500 }, { shouldStop });
      const base = {
        case: 'synthetic-20000x5000-500',
        peer: 'prototype 0.056 %, 28 s, 145 MB; a dense model does not fit',
      };
      report({ ...base, metric: 'proven gap', value: r.gap * 100, unit: '%', target: 0.05 });
      report({ ...base, metric: 'CPU', value: cpuNow() - begin, unit: 's', target: 25 });
      report({ ...base, metric: 'peak memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MB', target: 200 });
    },
  ];
}

/** Cases that run when none is named: a few minutes in all. */
const usual = 'pmed1-20 pmed1-20-center generated-graphs generated-clumps tsp-fl1400-100 tsp-pcb3038-500 tsp-rl5934-500'
  .concat(' mclp-NewYork-50 cfl-capacitated cfl-holmberg')
  .split(' ');

/**
 * Siting: proofs and gaps of the location solvers on public sets (when they are on this machine) and on seeded ones.
 * `--case` takes a name or the beginning of several: `tsp`, `tsp-rl5934`, `mclp`, `cfl-yang`, `synthetic`.
 */
export function run(report: BenchReport, options: BenchOptions): void {
  const rows = knownRows();
  const cases = [
    ...pmedCases(rows),
    ...generatedCases(options.seed),
    ...tspCases(rows),
    ...mclpCases(rows),
    ...capacitatedCases(rows),
    largeCase(options.seed),
  ];
  const asked = options.case;
  const exact = cases.filter(([name]) => name === asked);
  const chosen =
    asked === undefined
      ? cases.filter(([name]) => usual.includes(name))
      : exact.length > 0
        ? exact
        : cases.filter(([name]) => name.startsWith(asked));
  // The compiler of the runtime warms up on a small instance, which is not measured.
  if (chosen.length > 0) measure({ ...warmUp, text: graphText(100, 10, options.seed) });
  for (const [, runCase] of chosen) runCase(report);
}

const warmUp = { name: 'warm-up', problem: 'p-median', format: 'orlib', known: null, seconds: 5 } as const;
