import { random } from '@qipan/base';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import { extractAll, leontief, solveSparse, type IoTable } from '@qipan/clusters';
import { csrFromTriplets, csrTimesVector, type Csr } from '@qipan/numeric';

const n = 2000;
const sparse = 5000;

/** CPU seconds of this process, all threads: the machine's other work does not count. */
function cpuS(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function timed(runs: number, work: () => void): { min: number; median: number; p90: number; runs: number } {
  work();
  const t = Array.from({ length: runs }, () => cpuS(work)).sort((a, b) => a - b);
  const at = (q: number) => t[Math.round(q * (runs - 1))] as number;
  return { min: at(0), median: at(0.5), p90: at(0.9), runs };
}

/** 2,000 sectors, every cell filled, columns spend 35 to 75 % of their output on inputs: the radius is near 0.55. */
function dense(seed: number): IoTable {
  const r = random(seed);
  const z = new Float64Array(n * n);
  const x = Float64Array.from({ length: n }, () => 1e6 * (0.5 + r.next()));
  const weight = Float64Array.from({ length: n }, () => Math.exp(r.normal()));
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) z[k] = (weight[i] as number) * r.next();
  const spent = new Float64Array(n);
  z.forEach((v, k) => (spent[k % n] = (spent[k % n] as number) + v));
  const share = Float64Array.from({ length: n }, () => 0.35 + 0.4 * r.next());
  for (let k = 0; k < z.length; k++) {
    const j = k % n;
    z[k] = ((z[k] as number) * (share[j] as number) * (x[j] as number)) / (spent[j] as number);
  }
  const code = Array.from({ length: n }, (_, i) => String(i));
  return {
    n,
    code,
    name: code,
    nameZh: code,
    z,
    imports: null,
    finalDemand: [],
    valueAdded: [],
    x,
    unit: 'synthetic',
    year: null,
    priceBasis: 'unknown',
    origin: 'synthetic',
  };
}

/** 5,000 rows of a multi-region table, 60 inputs each, most of them near the diagonal; columns sum to 0.35 … 0.75. */
function multiRegion(seed: number): Csr {
  const r = random(seed).fork('sparse');
  const [row, col, value]: [number[], number[], number[]] = [[], [], []];
  for (let j = 0; j < sparse; j++) {
    const list = Array.from({ length: 60 }, (_, k) => ({
      i: k < 40 ? (j + r.below(200) + sparse - 100) % sparse : r.below(sparse),
      v: r.exponential(),
    }));
    const scale = (0.35 + 0.4 * r.next()) / list.reduce((s, e) => s + e.v, 0);
    for (const { i, v } of list) {
      row.push(i);
      col.push(j);
      value.push(v * scale);
    }
  }
  return csrFromTriplets({ rows: sparse, cols: sparse }, { row, col, value });
}

function denseCases(report: BenchReport, wanted: (name: string) => boolean, seed: number): void {
  const table = dense(seed);
  const f = Float64Array.from(table.x, (v, i) => (i % 7 === 0 ? v / 10 : 0));
  if (wanted('scenario-2000')) {
    const model = leontief(table);
    model.solve(f);
    let residual = 0;
    let iterations = 0;
    const t = timed(9, () => ({ residual, iterations } = model.solve(f)));
    report({
      case: 'scenario-2000',
      metric: 'CPU of one scenario',
      value: t.median,
      unit: 's',
      target: '≤ 0.1',
      peer: 'numpy solve 0.21 (one thread of OpenBLAS)',
      ...t,
      residual,
      iterations,
    });
  }
  if (wanted('extractions-2000')) {
    let share = 0;
    const t = timed(3, () => {
      share = extractAll(leontief(table), 'full').share[0] as number;
    });
    report({
      case: 'extractions-2000',
      metric: 'CPU of all, inverse included',
      value: t.median,
      unit: 's',
      target: '≤ 2.0',
      peer: 'numpy inverse alone 0.86; peers invert once a sector',
      ...t,
      share,
    });
  }
}

function sparseCase(report: BenchReport, seed: number): void {
  const a = multiRegion(seed);
  const f = Float64Array.from({ length: sparse }, (_, i) => 1 + (i % 11));
  const tolerance = 1e-10;
  let x = new Float64Array(0) as Float64Array;
  let iterations = 0;
  const t = timed(9, () => ({ x, iterations } = solveSparse(a, f, { tolerance })));
  const back = csrTimesVector(a, x);
  const worst = x.reduce((w, v, i) => Math.max(w, Math.abs(v - (back[i] as number) - (f[i] as number))), 0);
  report({
    case: 'sparse-5000',
    metric: 'CPU of one scenario',
    value: t.median,
    unit: 's',
    target: '≤ 0.5',
    peer: null,
    ...t,
    iterations,
    entries: a.index.length,
    tolerance,
    worst,
  });
}

/** Input-output tables at size: one scenario, all extractions from one inverse, a sparse multi-region scenario. */
export function run(report: BenchReport, o: BenchOptions): void {
  const wanted = (name: string) => o.case === undefined || o.case === name;
  if (wanted('scenario-2000') || wanted('extractions-2000')) denseCases(report, wanted, o.seed);
  if (wanted('sparse-5000')) sparseCase(report, o.seed);
}
