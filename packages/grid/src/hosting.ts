import type { ChargingRule } from './charging.js';
import { stepsPerDay } from './charging.js';
import { compileGrid } from './compile.js';
import { checkBatch, type LimitKind, type Violation } from './hosting-check.js';
import {
  customersOf,
  daysAtOnce,
  demandOfDay,
  fillDay,
  study,
  type HostingCase,
  type HostingOptions,
  type Study,
} from './hosting-study.js';
import { sweep, type Batch } from './sweep.js';

export interface LimitingElement {
  readonly kind: LimitKind;
  readonly id: string;
  /** Share of the violated days in which this element went first beyond its limit by the largest margin. */
  readonly share: number;
}

/** Risk at one number of cars, with its 95 % interval (Wilson 1927). */
export interface RiskPoint {
  readonly cars: number;
  readonly risk: number;
  readonly low: number;
  readonly high: number;
  readonly limiting: readonly LimitingElement[];
}

export interface HostingResult {
  readonly level: 'L2';
  readonly rule: ChargingRule;
  /** Largest number of cars whose risk is at most the asked one. */
  readonly cars: number;
  /** True when even the most cars looked at were carried: the answer is then at least so many. */
  readonly atLeast: boolean;
  /** Cars between which the answer lies with 95 % certainty, from the intervals of the risk curve. */
  readonly interval: readonly [number, number];
  readonly riskCurve: readonly RiskPoint[];
  /** What stops the next car, most frequent first. */
  readonly limiting: readonly LimitingElement[];
  readonly status: 'done' | 'stopped';
  /** Printed with the answer: everything that was assumed and not measured. */
  readonly assumptions: readonly string[];
  readonly seed: number;
  readonly draws: number;
  readonly warnings: readonly string[];
}

/** Wilson 95 % interval of a share. */
export function wilson(hits: number, n: number): { low: number; high: number } {
  const z = 1.959963984540054;
  const p = hits / n;
  const d = 1 + (z * z) / n;
  const middle = (p + (z * z) / (2 * n)) / d;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / d;
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Steps of a day that are solved: the heaviest in all, and the heaviest of cars alone; the rest of the day lies below them. */
const heaviest = 10;

/** The `count` heaviest steps of a day in their order; of equal ones the earlier. */
function heaviestOf(total: Float64Array, count: number): number[] {
  const steps = [...total.keys()];
  if (count >= total.length) return steps;
  const least = Float64Array.from(total).sort()[total.length - count];
  const above = steps.filter((t) => total[t] > least);
  const equal = steps.filter((t) => total[t] === least).slice(0, count - above.length);
  return [...above, ...equal];
}

/** Risk of `n` cars under a rule: the share of days with any violation. */
function riskOf(s: Study, rule: ChargingRule, n: number): RiskPoint {
  const { grid, customers, draws, demand } = s;
  const load = new Float64Array(customers.node.length * stepsPerDay);
  const worst: (Violation | null)[] = Array.from({ length: draws }, () => null);
  const atOnce = daysAtOnce(s.steps);
  for (let first = 0; first < draws; first += atOnce) {
    const days = Math.min(atOnce, draws - first);
    const scenarios = days * s.steps;
    // The last piece may be a smaller one.
    const powerRe = demand.re.subarray(0, grid.wires * scenarios).fill(0);
    const powerIm = demand.im.subarray(0, grid.wires * scenarios).fill(0);
    for (let d = 0; d < days; d++) {
      const total = fillDay(s, rule, n, { day: first + d, load });
      const steps = heaviestOf(total, s.steps);
      demandOfDay(s, { number: first + d, load, steps }, { scenarios, at: d * s.steps });
    }
    const onBatch = (batch: Batch) =>
      checkBatch({ checks: s.checks, limits: s.limits, stepsOfDay: s.steps }, batch, worst, first);
    sweep(grid, { scenarios, powerRe, powerIm }, onBatch, { tolerance: 1e-6 });
  }
  const hits = worst.filter((w) => w !== null);
  const count = new Map<string, { kind: LimitKind; id: string; n: number }>();
  for (const v of hits) {
    const key = `${v.kind} ${v.id}`;
    const c = count.get(key) ?? { kind: v.kind, id: v.id, n: 0 };
    c.n++;
    count.set(key, c);
  }
  const limiting = [...count.values()]
    .sort((a, b) => b.n - a.n || (a.id < b.id ? -1 : 1))
    .map((c) => ({ kind: c.kind, id: c.id, share: c.n / hits.length }));
  return { cars: n, risk: hits.length / draws, ...wilson(hits.length, draws), limiting };
}

/** Sentences that go with the answer. */
function assumptionsOf(c: HostingCase, s: Study): string[] {
  const m = s.sessions;
  return [
    `households: evening peak ${c.coincidence ?? 0.6} of the connected load together, winter weekday shape (default)`,
    `cars: ${m.sessionsPerDay.toFixed(2)} sessions a day at ${m.powerKw} kW, ${m.energyLowKwh}-${m.energyHighKwh} kWh (5-95 %), arrival ${m.arrivalHour} h ± ${m.arrivalSpreadHours} h (default)`,
    `limits: voltage ${s.limits.minPu}-${s.limits.maxPu} pu, transformer ${s.limits.transformerLoading * 100} %, lines ${s.limits.lineLoading * 100} %`,
    `each day is judged at its ${heaviest} heaviest quarter hours`,
    'balanced three-phase charging',
  ];
}

/** The warning that goes with any tariff that gives everybody the same start. */
export const commonStartWarning = 'a common start time brings all cars to the transformer at once: stagger the starts';

/** Most points looked at on either side for the ends of the interval. */
const mostSteps = 6;

/**
 * Looks at fewer cars until their risk is surely allowed, and at more until it surely is not: the interval then tells of the days
 * drawn and not of where the search happened to look.
 */
function widen(
  at: (cars: number) => RiskPoint,
  o: { readonly good: number; readonly bad: number; readonly most: number; readonly risk: number },
): void {
  const tenth = (n: number) => Math.max(1, Math.ceil(n / 10));
  let n = o.good;
  for (let i = 0; i < mostSteps && n > 0 && at(n).high > o.risk; i++) n = Math.max(0, n - tenth(n));
  n = o.bad;
  for (let i = 0; i < mostSteps && n < o.most && at(n).low <= o.risk; i++) n = Math.min(o.most, n + tenth(n));
}

/**
 * Hosting capacity at level L2: the largest number of cars with a risk of any violation on the design day of at most 5 %.
 * Days, homes and sessions are drawn once for all numbers of cars and rules (common random numbers, nested), so that n and
 * n + 1 differ by one car. The curve is searched on a grid and then by bisection.
 * @throws DEGENERATE_INPUT when no load is on a supplied node; OUT_OF_RANGE for draws
 */
export function hostingCapacity(c: HostingCase, rules: readonly ChargingRule[], o: HostingOptions): HostingResult[] {
  const s = study(c, o, heaviest);
  const most = o.mostCars ?? 2 * s.customers.node.length;
  const risk = o.risk ?? 0.05;
  return rules.map((rule) => {
    const points = new Map<number, RiskPoint>();
    const at = (n: number) => {
      const known = points.get(n) ?? riskOf(s, rule, n);
      points.set(n, known);
      return known;
    };
    let good = 0;
    let bad = most + 1;
    let stopped = false;
    const none = at(0);
    if (none.risk > risk) bad = 0;
    for (let step = 10; bad > most && good < most && !stopped; step = Math.ceil(step * 1.5)) {
      const n = Math.min(most, good + step);
      if (at(n).risk <= risk) good = n;
      else bad = n;
      stopped = o.shouldStop?.() ?? false;
    }
    while (bad - good > 1 && bad <= most && !stopped) {
      const n = (good + bad) >> 1;
      if (at(n).risk <= risk) good = n;
      else bad = n;
      stopped = o.shouldStop?.() ?? false;
    }
    if (!stopped) widen(at, { good, bad, most, risk });
    const curve = [...points.values()].sort((a, b) => a.cars - b.cars);
    const surely = curve.filter((p) => p.high <= risk).at(-1)?.cars ?? 0;
    const surelyNot = curve.find((p) => p.low > risk)?.cars ?? most;
    const beyond = points.get(bad) ?? curve.at(-1);
    return {
      level: 'L2',
      rule,
      cars: good,
      atLeast: good === most,
      interval: [Math.min(surely, good), Math.max(surelyNot, good)],
      riskCurve: curve,
      limiting: beyond?.limiting ?? [],
      status: stopped ? 'stopped' : 'done',
      assumptions: assumptionsOf(c, s),
      seed: o.seed,
      draws: s.draws,
      warnings: [
        ...(rule.kind === 'tariffStep' ? [commonStartWarning] : []),
        ...(s.customers.dark > 0 ? [`${s.customers.dark} loads stand where no source reaches and are left out`] : []),
      ],
    };
  });
}

/**
 * Risk of one number of cars under each rule, every day solved at all of its 96 quarter hours: the share of days with any violation.
 * The days are those of `hostingCapacity` with the same seed.
 */
export function hostingRisk(
  c: HostingCase,
  rules: readonly ChargingRule[],
  o: HostingOptions & { readonly cars: number },
): RiskPoint[] {
  // Drawn for as many cars as a search would draw, so that both see the same homes.
  const mostCars = Math.max(o.cars, o.mostCars ?? 2 * customersOf(compileGrid(c.network, 1)).node.length);
  const s = study(c, { ...o, mostCars }, stepsPerDay);
  return rules.map((rule) => riskOf(s, rule, o.cars));
}
