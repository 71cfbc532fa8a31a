import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { random } from '@qipan/base';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import {
  chargingDay,
  compileGrid,
  drawCarDays,
  homeSessions,
  hostingCapacity,
  hourOfStep,
  householdShape,
  parsePgm,
  parseSimbench,
  pgmNetwork,
  simbenchNetwork,
  stepsPerDay,
  sweep,
  syntheticNetwork,
  type ChargingRule,
  type CompiledGrid,
  type GridNetwork,
  type LineBranch,
  type WireDemand,
} from '@qipan/grid';
import { repoRoot, sharedData } from '@qipan/testing';

const tolerance = 1e-8;

/** CPU seconds of this process, all threads: the machine's other work does not count. */
function cpuS(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

interface Figures {
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  readonly runs: number;
}

/** Two runs to warm up, then `runs` that count. */
function timed(runs: number, work: () => void): Figures {
  for (let i = 0; i < 2; i++) work();
  const t = Array.from({ length: runs }, () => cpuS(work)).sort((a, b) => a - b);
  const at = (q: number) => t[Math.round(q * (runs - 1))];
  return { min: t[0], median: at(0.5), p90: at(0.9), runs };
}

interface Village {
  readonly network: GridNetwork;
  /** Where the network comes from. */
  readonly of: string;
}

const withZeroSequence = (n: GridNetwork): GridNetwork => ({
  ...n,
  branches: n.branches.map((b) => (b.kind === 'line' ? { ...b, r0: 3 * b.r1, x0: 3 * b.x1, c0: 0, tan0: 0 } : b)),
});

/** rural3 as power-grid-model was given it (129 buses), or a seeded network of the same size. */
function rural3(seed: number): Village {
  const file = sharedData('grid/pgm_reference_rural3_20scen.json');
  if (!file || !existsSync(file))
    return { network: syntheticNetwork({ id: 'village', seed, customers: 127, ratedKva: 400 }), of: 'synthetic' };
  const { input } = JSON.parse(readFileSync(file, 'utf8')) as { input: unknown };
  const data = parsePgm(JSON.stringify(input), 'rural3').sets[0];
  return { network: withZeroSequence(pgmNetwork(data, 'rural3')), of: 'SimBench rural3' };
}

/** 1,001 nodes: 100 feeders of ten nodes at 10.5 kV, 630Al cable of 0.8 to 1.2 km a section, 0.32 to 0.48 MW a node. */
function feeders(seed: number): Village {
  const r = random(seed).fork('feeders');
  const nodes = [{ id: 'source', ratedV: 10_500 }];
  const branches: LineBranch[] = [];
  for (let f = 0; f < 100; f++) {
    for (let k = 0; k < 10; k++) {
      const km = 0.8 + 0.4 * r.next();
      const to = nodes.push({ id: `f${f} n${k}`, ratedV: 10_500 }) - 1;
      branches.push({
        kind: 'line',
        id: `l${to}`,
        from: k === 0 ? 0 : to - 1,
        to,
        fromOn: true,
        toOn: true,
        r1: 0.063 * km,
        x1: 0.103 * km,
        c1: 0.4e-6 * km,
        tan1: 0.0004,
        r0: 0.275 * km,
        x0: 0.101 * km,
        c0: 0.66e-6 * km,
        tan0: 0,
        ratedA: 1000,
      });
    }
  }
  const network: GridNetwork = {
    name: '100 feeders × 10 nodes',
    frequencyHz: 50,
    nodes,
    branches,
    shunts: [],
    sources: [
      { id: 's', node: 0, on: true, uPu: [1.05], angleRad: [0], shortCircuitVa: 1e20, rxRatio: 0.1, z01Ratio: 1 },
    ],
    loads: branches.map((b) => {
      const w = 0.4e6 * (0.8 + 0.4 * r.next());
      return {
        id: `d${b.to}`,
        node: b.to,
        on: true,
        model: 'power' as const,
        pW: [w],
        qVar: [w * Math.tan(Math.acos(0.95))],
        isGenerator: false,
      };
    }),
    warnings: [],
  };
  return { network, of: 'synthetic' };
}

/** Scenarios of a network: every load by itself between half and one and a half times its value, by phase in uneven shares. */
function scenarios(grid: CompiledGrid, count: number, seed: number): WireDemand {
  const r = random(seed).fork('scenarios');
  const powerRe = new Float64Array(grid.wires * count);
  const powerIm = new Float64Array(grid.wires * count);
  for (const load of grid.network.loads) {
    const first = grid.firstWire[load.node];
    if (first < 0 || load.isGenerator) continue;
    for (let s = 0; s < count; s++) {
      const k = 0.5 + r.next();
      const shares = grid.phases === 1 ? [1] : [0, 1, 2].map(() => 0.5 + r.next());
      const sum = shares.reduce((a, b) => a + b, 0) / grid.phases;
      shares.forEach((share, p) => {
        const at = grid.row[first + p] * count + s;
        powerRe[at] += (load.pW[0] / 1e6) * k * (share / sum);
        powerIm[at] += (load.qVar[0] / 1e6) * k * (share / sum);
      });
    }
  }
  return { scenarios: count, powerRe, powerIm };
}

interface FlowCase {
  readonly name: string;
  readonly village: Village;
  readonly phases: 1 | 3;
  readonly count: number;
  readonly target: string;
  readonly peer: string | null;
}

/** What the peer prints: CPU seconds of one thread by method, and its lowest voltage. */
interface PeerSaid {
  readonly version: string;
  readonly methods: Readonly<Record<string, { readonly cpuS: number; readonly minPu: number }>>;
}

/**
 * The same network and scenarios by power-grid-model, where QIPAN_PEER_PYTHON names a Python that has it; null otherwise. Lines, one
 * source and constant-power loads alone, as both balanced cases are.
 */
function peerRun(network: GridNetwork, demand: WireDemand, grid: CompiledGrid): PeerSaid | null {
  const python = process.env['QIPAN_PEER_PYTHON'];
  if (python === undefined) return null;
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-peer-'));
  try {
    const loads = [...new Set(network.loads.map((l) => l.node))];
    const lines = network.branches.flatMap((b) =>
      b.kind === 'line' ? [[b.from, b.to, b.r1, b.x1, b.c1, b.tan1]] : [],
    );
    const [feed] = network.sources;
    const given = { nodes: network.nodes.map((n) => n.ratedV), lines, source: [feed.node, feed.uPu[0]], loads };
    const file = (name: string) => path.join(folder, name);
    writeFileSync(file('network.json'), JSON.stringify(given));
    const watts = (of: Float64Array) => {
      const out = new Float64Array(demand.scenarios * loads.length);
      loads.forEach((node, k) => {
        const row = grid.row[grid.firstWire[node]] * demand.scenarios;
        for (let s = 0; s < demand.scenarios; s++) out[s * loads.length + k] = of[row + s] * 1e6;
      });
      return Buffer.from(out.buffer);
    };
    writeFileSync(file('p.f64'), watts(demand.powerRe));
    writeFileSync(file('q.f64'), watts(demand.powerIm));
    const script = path.join(repoRoot, 'bench/peers/pgm_batch.py');
    const arrays = ['network.json', 'p.f64', 'q.f64'].map(file);
    const said = execFileSync(python, [script, ...arrays, String(demand.scenarios), '5'], { encoding: 'utf8' });
    return JSON.parse(said) as PeerSaid;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The peer's rows beside ours: same machine, same run, same networks, scenarios and tolerance. */
function reportPeer(report: BenchReport, c: FlowCase, said: PeerSaid, lowestPu: number): void {
  for (const [method, { cpuS, minPu }] of Object.entries(said.methods))
    report({
      case: c.name,
      metric: `power-grid-model ${said.version} ${method}`,
      value: c.count / cpuS,
      unit: '1/s',
      peer: 'this row is the peer, same run',
      cpuS,
      tolerance,
      // The linear method is an approximation; the other two must agree with ours.
      lowestVoltageApart: Math.abs(minPu - lowestPu),
    });
}

function flowCase(report: BenchReport, c: FlowCase, seed: number): void {
  const grid = compileGrid(c.village.network, c.phases);
  const demand = scenarios(grid, c.count, seed);
  let iterations = 0;
  let unsolved = 0;
  let lowestPu = Infinity;
  const t = timed(9, () => {
    iterations = 0;
    unsolved = 0;
    sweep(
      grid,
      demand,
      (b) => {
        for (let s = 0; s < b.count; s++) {
          iterations = Math.max(iterations, b.iterations[s]);
          if (!b.converged[s]) unsolved++;
        }
      },
      { tolerance },
    );
  });
  const more = { network: c.village.of, tolerance, iterations, unsolved, runs: t.runs };
  report({
    case: c.name,
    metric: 'solves a CPU second',
    value: c.count / t.median,
    unit: '1/s',
    target: c.target,
    peer: c.peer,
    min: c.count / t.p90,
    p90: c.count / t.min,
    ...more,
  });
  report({ case: c.name, metric: 'CPU of all', value: t.median, unit: 's', min: t.min, p90: t.p90, ...more });
  const said = c.phases === 1 ? peerRun(c.village.network, demand, grid) : null;
  if (!said) return;
  sweep(
    grid,
    demand,
    (b) => {
      for (let r = 0; r < grid.wires; r++)
        for (let s = 0; s < b.count; s++)
          lowestPu = Math.min(lowestPu, Math.hypot(b.re[r * b.width + s], b.im[r * b.width + s]));
    },
    { tolerance },
  );
  reportPeer(report, c, said, lowestPu);
}

/** 500 days of a village with 100 cars, drawn and solved at all 96 quarter hours. */
function villageDay(village: Village, seed: number): void {
  const grid = compileGrid(village.network, 1);
  const loads = village.network.loads.filter((l) => !l.isGenerator && l.pW[0] > 0);
  const [draws, cars, chunk] = [500, 100, 40];
  const days = drawCarDays(homeSessions, cars, draws, seed);
  const r = random(seed).fork('homes');
  const home = Int32Array.from({ length: cars }, () => r.below(loads.length));
  const rows = loads.map((l) => grid.row[grid.firstWire[l.node]]);
  const baseKw = Float64Array.from({ length: stepsPerDay }, (_, t) => 0.6 * householdShape[Math.floor(hourOfStep(t))]);
  for (let first = 0; first < draws; first += chunk) {
    const n = Math.min(chunk, draws - first);
    const count = n * stepsPerDay;
    const powerRe = new Float64Array(grid.wires * count);
    const powerIm = new Float64Array(grid.wires * count);
    for (let d = 0; d < n; d++) {
      loads.forEach((l, i) => {
        const o = rows[i] * count + d * stepsPerDay;
        const factor = 0.5 + r.next();
        for (let t = 0; t < stepsPerDay; t++) {
          powerRe[o + t] += (l.pW[0] / 1e6) * baseKw[t] * factor;
          powerIm[o + t] += (l.qVar[0] / 1e6) * baseKw[t] * factor;
        }
      });
      const rule: ChargingRule = { kind: 'onArrival' };
      const o = { n: cars, powerKw: 7, baseKw, limitKw: Infinity, departureHour: 7.5 };
      const kw = chargingDay(days, first + d, rule, o);
      for (let c = 0; c < cars; c++)
        for (let t = 0; t < stepsPerDay; t++)
          powerRe[rows[home[c]] * count + d * stepsPerDay + t] += kw[c * stepsPerDay + t] / 1000;
    }
    sweep(grid, { scenarios: count, powerRe, powerIm }, () => undefined, { tolerance });
  }
}

/** The SimBench folder of rural3, or the network the flows are measured on. */
function hostingVillage(otherwise: Village): Village {
  const folder = sharedData('grid/simbench-rural3-0');
  if (!folder || !existsSync(folder)) return otherwise;
  const files = readdirSync(folder).filter((f) => f.endsWith('.csv') && !/Profile|Coordinates|NodePF/.test(f));
  const tables = files.map((f) => [
    f.replace('.csv', ''),
    parseSimbench(readFileSync(path.join(folder, f), 'utf8'), f),
  ]);
  return {
    network: simbenchNetwork(Object.fromEntries(tables) as Parameters<typeof simbenchNetwork>[0], 'rural3'),
    of: 'SimBench rural3',
  };
}

const rules: readonly ChargingRule[] = [
  { kind: 'onArrival' },
  { kind: 'tariffStep', hour: 22 },
  { kind: 'staggeredValley', fromHour: 22, toHour: 6 },
];

/**
 * Power flow and hosting capacity on one core, in CPU seconds. The peers' figures are of the same kind of machine
 * (power-grid-model 1.13.145, tolerance 1e-8, voltages kept) unless a line says otherwise.
 */
export function run(report: BenchReport, options: BenchOptions): void {
  const { seed } = options;
  const wants = (name: string) => options.case === undefined || name.startsWith(options.case);
  const village = rural3(seed);
  const thousand = feeders(seed);
  const flows: readonly FlowCase[] = [
    {
      name: 'balanced-129x5000',
      village,
      phases: 1,
      count: 5000,
      target: '≥ 50000',
      peer: '10820 (power-grid-model iterative current, 0.462 s); 16720 (its linear method)',
    },
    {
      name: 'balanced-1001x1000',
      village: thousand,
      phases: 1,
      count: 1000,
      target: '≥ 10000',
      peer: '675 (power-grid-model iterative current, 1.481 s); 4400 as published Jun 2023',
    },
    {
      name: 'three-phase-129x2000',
      village,
      phases: 3,
      count: 2000,
      target: '≥ 15000',
      peer: null,
    },
    {
      name: 'three-phase-1001x500',
      village: thousand,
      phases: 3,
      count: 500,
      target: '≥ 3500',
      peer: '1750 (power-grid-model asymmetric, as published); 430 (OpenDSS)',
    },
  ];
  for (const c of flows) if (wants(c.name)) flowCase(report, c, seed);
  if (wants('village-day-96x500')) {
    const t = timed(3, () => villageDay(village, seed));
    report({
      case: 'village-day-96x500',
      metric: 'CPU, draws included',
      value: t.median,
      unit: 's',
      target: '≤ 1.2',
      peer: '≈ 1 (prototype, flows alone)',
      min: t.min,
      p90: t.p90,
      network: village.of,
      tolerance,
      runs: t.runs,
    });
  }
  if (wants('hosting-three-rules')) {
    const studied = hostingVillage(village);
    let found: readonly number[] = [];
    const value = cpuS(() => {
      found = hostingCapacity({ network: studied.network }, rules, { seed, draws: 400 }).map((r) => r.cars);
    });
    report({
      case: 'hosting-three-rules',
      metric: 'CPU, ±1 car, 400 draws',
      value,
      unit: 's',
      target: '≤ 20',
      network: studied.of,
      cars: found,
      runs: 1,
    });
  }
}
