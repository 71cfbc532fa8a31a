import type { ChargingRule } from './charging.js';
import { stepsPerDay } from './charging.js';
import {
  daysAtOnce,
  demandOfDay,
  fillDay,
  study,
  type HostingCase,
  type HostingOptions,
  type Study,
} from './hosting-study.js';
import { sweep, type Batch } from './sweep.js';

/** A quantity by quarter hour of the design day, from noon on: over the days drawn. NaN where no day had a solution. */
export interface DaySeries {
  readonly median: Float64Array;
  /** The side that matters: 95 % of the days are better. */
  readonly bad: Float64Array;
}

/** A village's design day with so many cars under a rule. */
export interface HostingDay {
  readonly rule: ChargingRule;
  readonly cars: number;
  /** Load of the heaviest transformer over its rating. */
  readonly loading: DaySeries;
  /** Voltage of the worst node of each day and quarter hour, per unit. */
  readonly minPu: DaySeries;
  /** Node that is lowest most often. */
  readonly weakest: string | null;
  /** Line that is loaded highest most often, and its loading on the bad day; null without rated currents. */
  readonly busiest: { readonly id: string; readonly loading: number } | null;
  /** Share of quarter hours without a solution. */
  readonly noSolution: number;
}

/** The value that a share of the finite ones does not pass; NaN without any. */
function quantile(values: Float64Array, share: number): number {
  const known = values.filter((x) => Number.isFinite(x)).sort();
  return known.length === 0 ? Number.NaN : known[Math.min(known.length - 1, Math.floor(share * known.length))];
}

/** What is kept of every quarter hour of every day, `[96 × draws]`. */
interface Kept {
  readonly loading: Float64Array;
  readonly minPu: Float64Array;
  readonly lineLoading: Float64Array;
  readonly lowest: Int32Array;
  readonly highest: Int32Array;
  unsolved: number;
}

/** Folds a batch in, element by element: what stands beside each other is read together. */
function keep(s: Study, batch: Batch, kept: Kept, firstDay: number): void {
  const { checks, draws } = s;
  const { re, im, width, count } = batch;
  const { y } = checks;
  const at = Int32Array.from({ length: count }, (_, t) => {
    const scenario = batch.first + t;
    return (scenario % stepsPerDay) * draws + firstDay + Math.floor(scenario / stepsPerDay);
  });
  for (let t = 0; t < count; t++) if (!batch.converged[t]) kept.unsolved++;
  checks.nodeRow.forEach((row, k) => {
    for (let t = 0; t < count; t++) {
      const [a, o] = [at[t], row * width + t];
      const u = Math.sqrt(re[o] * re[o] + im[o] * im[o]);
      if (u >= kept.minPu[a] || !batch.converged[t]) continue;
      kept.minPu[a] = u;
      kept.lowest[a] = k;
    }
  });
  for (let k = 0; k < checks.from.length; k++) {
    if (checks.rated2[k] === 0) continue;
    const isTransformer = checks.isTransformer[k] === 1;
    const most = isTransformer ? kept.loading : kept.lineLoading;
    for (let t = 0; t < count; t++) {
      const [f, to, o] = [checks.from[k] * width + t, checks.to[k] * width + t, k * 8];
      const fr = y[o] * re[f] - y[o + 1] * im[f] + y[o + 2] * re[to] - y[o + 3] * im[to];
      const fi = y[o] * im[f] + y[o + 1] * re[f] + y[o + 2] * im[to] + y[o + 3] * re[to];
      const volts2 = isTransformer ? re[f] * re[f] + im[f] * im[f] : 1;
      const loading = Math.sqrt(((fr * fr + fi * fi) * volts2) / checks.rated2[k]);
      if (loading <= most[at[t]] || !batch.converged[t]) continue;
      most[at[t]] = loading;
      if (!isTransformer) kept.highest[at[t]] = k;
    }
  }
}

/** The number that stands most often; −1 when all are −1. */
function mostFrequent(numbers: Int32Array): number {
  const count = new Map<number, number>();
  for (const k of numbers) if (k >= 0) count.set(k, (count.get(k) ?? 0) + 1);
  return [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? -1;
}

/**
 * Loading and voltage by quarter hour with a number of cars, over the same days as `hostingCapacity` with the same seed and
 * `mostCars`: what a page draws.
 * @throws what `hostingCapacity` throws
 */
export function hostingDay(
  c: HostingCase,
  rule: ChargingRule,
  o: HostingOptions & { readonly cars: number },
): HostingDay {
  const s = study(c, { ...o, mostCars: Math.max(o.cars, o.mostCars ?? 1) }, stepsPerDay);
  const { grid, draws, demand } = s;
  const size = stepsPerDay * draws;
  const kept: Kept = {
    loading: new Float64Array(size).fill(-Infinity),
    minPu: new Float64Array(size).fill(Infinity),
    lineLoading: new Float64Array(size).fill(-Infinity),
    lowest: new Int32Array(size).fill(-1),
    highest: new Int32Array(size).fill(-1),
    unsolved: 0,
  };
  const steps = Array.from({ length: stepsPerDay }, (_, t) => t);
  const load = new Float64Array(s.customers.node.length * stepsPerDay);
  const atOnce = daysAtOnce(stepsPerDay);
  for (let first = 0; first < draws; first += atOnce) {
    const days = Math.min(atOnce, draws - first);
    const scenarios = days * stepsPerDay;
    const powerRe = demand.re.subarray(0, grid.wires * scenarios).fill(0);
    const powerIm = demand.im.subarray(0, grid.wires * scenarios).fill(0);
    for (let d = 0; d < days; d++) {
      fillDay(s, rule, o.cars, { day: first + d, load });
      demandOfDay(s, { number: first + d, load, steps }, { scenarios, at: d * stepsPerDay });
    }
    sweep(grid, { scenarios, powerRe, powerIm }, (batch) => keep(s, batch, kept, first), { tolerance: 1e-6 });
  }
  const series = (values: Float64Array, bad: number): DaySeries => {
    const of = (share: number) =>
      Float64Array.from(steps, (t) => quantile(values.slice(t * draws, (t + 1) * draws), share));
    return { median: of(0.5), bad: of(bad) };
  };
  const weakest = mostFrequent(kept.lowest);
  const busiest = mostFrequent(kept.highest);
  return {
    rule,
    cars: o.cars,
    loading: series(kept.loading, 0.95),
    minPu: series(kept.minPu, 0.05),
    weakest: weakest < 0 ? null : s.checks.nodeName[weakest],
    busiest:
      busiest < 0 ? null : { id: s.checks.names[busiest], loading: Math.max(...series(kept.lineLoading, 0.95).bad) },
    noSolution: kept.unsolved / size,
  };
}
