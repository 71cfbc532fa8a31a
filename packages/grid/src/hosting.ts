import { QipanError, random } from '@qipan/base';
import {
  chargingDay,
  drawCarDays,
  homeSessions,
  hourOfStep,
  householdShape,
  stepsPerDay,
  type CarDays,
  type ChargingRule,
  type SessionModel,
} from './charging.js';
import { compileGrid, type CompiledGrid } from './compile.js';
import type { GridNetwork } from './network.js';
import { sweep, type Batch } from './sweep.js';

/** What a network must not exceed. A country pack fills it; nothing is a limit of the code. */
export interface GridLimits {
  readonly minPu: number;
  readonly maxPu: number;
  /** Of the rated power, of the rated current. */
  readonly transformerLoading: number;
  readonly lineLoading: number;
}

/** GB/T 12325: 220 V +7 %/−10 %, three-phase ±7 %; full rating. To be verified against the local rule. */
export const chinaLimits: GridLimits = { minPu: 0.93, maxPu: 1.07, transformerLoading: 1, lineLoading: 1 };
/** EN 50160: ±10 %. */
export const europeLimits: GridLimits = { minPu: 0.9, maxPu: 1.1, transformerLoading: 1, lineLoading: 1 };

export interface HostingCase {
  readonly network: GridNetwork;
  readonly sessions?: SessionModel;
  readonly limits?: GridLimits;
  /** Households' evening peak as a share of their connected load: what the group reaches together. Default 0.6. */
  readonly coincidence?: number;
  /** Standard deviation of one household's hourly load about its mean, relative. Default 0.5. */
  readonly spread?: number;
  /** Factor on households and car days of a festival day; 1 = an ordinary winter day. */
  readonly festivalFactor?: number;
}

export interface HostingOptions {
  readonly seed: number;
  /** Default 0.05. */
  readonly risk?: number;
  /** Days drawn; default 400. */
  readonly draws?: number;
  /** Most cars looked at; default twice the customers. */
  readonly mostCars?: number;
  readonly shouldStop?: () => boolean;
}

export type LimitKind = 'transformer' | 'line' | 'lowVoltage' | 'highVoltage' | 'noSolution';

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

/** Customers of a network: nodes with demand, their connected load and power factor. */
interface Customers {
  readonly node: Int32Array;
  readonly peakKw: Float64Array;
  readonly tangent: Float64Array;
  /** Loads at nodes that no source reaches: left out. */
  readonly dark: number;
}

function customersOf(grid: CompiledGrid): Customers {
  const drawing = grid.network.loads.filter((l) => l.on && !l.isGenerator && l.pW.reduce((a, b) => a + b, 0) > 0);
  const drawn = drawing.filter((l) => grid.firstWire[l.node] >= 0);
  if (drawn.length === 0)
    throw new QipanError('DEGENERATE_INPUT', `${grid.network.name}: no customer draws power from a source`, {
      got: drawing.length === 0 ? 'no load' : 'loads at nodes that no source reaches',
      expected: 'at least one load on a supplied node',
    });
  const total = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
  return {
    node: Int32Array.from(drawn, (l) => l.node),
    peakKw: Float64Array.from(drawn, (l) => total(l.pW) / 1000),
    tangent: Float64Array.from(drawn, (l) => total(l.qVar) / total(l.pW)),
    dark: drawing.length - drawn.length,
  };
}

/** Everything that is drawn once and used for every number of cars and every rule: common random numbers. */
interface Study {
  readonly grid: CompiledGrid;
  readonly customers: Customers;
  readonly days: CarDays;
  readonly sessions: SessionModel;
  readonly limits: GridLimits;
  readonly draws: number;
  /** Households' load, kW, `[draws × customers × 96]`. */
  readonly base: Float32Array;
  /** Customer of each car, `[draws × cars]`. */
  readonly home: Int16Array;
  readonly transformerKw: number;
  /** Quarter hours of each day that are solved. */
  readonly steps: number;
  readonly checks: Checks;
}

/** Branch data of the checks: rows of both ends and the admittances that give the current into each end. */
interface Checks {
  readonly names: readonly string[];
  readonly isTransformer: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** ff, ft, tf, tt: re, im. */
  readonly y: Float64Array;
  /** Rated current squared, per unit of the branch's own node; 0 = no rating known. */
  readonly rated2: Float64Array;
  readonly nodeRow: Int32Array;
  readonly nodeName: readonly string[];
}

function checksOf(grid: CompiledGrid): Checks {
  const { network } = grid;
  const used = network.branches.flatMap((b, k) => {
    const port = grid.ports[k];
    if (!port || !b.fromOn || !b.toOn) return [];
    const rated =
      'ratedVa' in b
        ? b.ratedVa / 1e6
        : 'ratedA' in b
          ? (b.ratedA * network.nodes[b.from].ratedV * Math.sqrt(3)) / 1e6
          : Number.NaN;
    return [{ b, port, rated: Number.isFinite(rated) ? rated : 0 }];
  });
  const row = (node: number) => grid.row[grid.firstWire[node]];
  const nodes = network.nodes.map((_, i) => i).filter((i) => grid.firstWire[i] >= 0);
  return {
    names: used.map((u) => u.b.id),
    isTransformer: Uint8Array.from(used, (u) => (u.b.kind === 'transformer' ? 1 : 0)),
    from: Int32Array.from(used, (u) => row(u.b.from)),
    to: Int32Array.from(used, (u) => row(u.b.to)),
    y: Float64Array.from(
      used.flatMap((u) => [u.port.ff, u.port.ft, u.port.tf, u.port.tt].flatMap((m) => [m[0][0][0], m[0][0][1]])),
    ),
    rated2: Float64Array.from(used, (u) => u.rated * u.rated),
    nodeRow: Int32Array.from(nodes, row),
    nodeName: nodes.map((i) => network.nodes[i].id),
  };
}

function study(c: HostingCase, o: HostingOptions, steps: number): Study {
  const grid = compileGrid(c.network, 1);
  const customers = customersOf(grid);
  const n = customers.node.length;
  const draws = o.draws ?? 400;
  if (!(Number.isInteger(draws) && draws > 0))
    throw new QipanError('OUT_OF_RANGE', `draws = ${draws}; expected a whole number > 0`, {
      field: 'draws',
      got: draws,
      expected: 'a whole number > 0',
    });
  const cars = o.mostCars ?? 2 * n;
  const festival = c.festivalFactor ?? 1;
  const given = c.sessions ?? homeSessions;
  const sessions = { ...given, sessionsPerDay: Math.min(1, given.sessionsPerDay * festival) };
  const days = drawCarDays(sessions, cars, draws, o.seed);
  const base = new Float32Array(draws * n * stepsPerDay);
  const home = new Int16Array(draws * cars);
  const spread = c.spread ?? 0.5;
  const sigma = Math.sqrt(Math.log(1 + spread * spread));
  for (let d = 0; d < draws; d++) {
    const r = random(o.seed).fork(`homes ${d}`);
    for (let k = 0; k < cars; k += n) home.set(r.permutation(n).subarray(0, Math.min(n, cars - k)), d * cars + k);
    for (let i = 0; i < n; i++) {
      let factor = 1;
      for (let t = 0; t < stepsPerDay; t++) {
        // A household's level changes by the hour; its mean is the shape.
        if (t % 4 === 0) factor = Math.exp(sigma * r.normal() - (sigma * sigma) / 2);
        base[(d * n + i) * stepsPerDay + t] =
          customers.peakKw[i] * (c.coincidence ?? 0.6) * festival * householdShape[Math.floor(hourOfStep(t))] * factor;
      }
    }
  }
  const transformers = c.network.branches.filter((b) => b.kind === 'transformer');
  const transformerKw = transformers.length > 0 ? transformers.reduce((a, b) => a + b.ratedVa, 0) / 1000 : Infinity;
  return {
    grid,
    customers,
    days,
    sessions,
    limits: c.limits ?? chinaLimits,
    draws,
    base,
    home,
    transformerKw,
    steps,
    checks: checksOf(grid),
  };
}

/** Steps of a day that are solved: the heaviest in all, and the heaviest of cars alone; the rest of the day lies below them. */
const heaviest = 10;

interface Violation {
  readonly kind: LimitKind;
  readonly id: string;
  /** By how much the limit was passed, relative. */
  readonly margin: number;
}

/** Scenarios that are solved in one piece: whole days of a large village need no more memory than a few. */
const piece = 4096;

/** Adds the demand of one day's steps to a piece, from its scenario `at` on. */
function demandOfDay(
  s: Study,
  day: { readonly number: number; readonly load: Float64Array; readonly steps: readonly number[] },
  out: { readonly re: Float64Array; readonly im: Float64Array; readonly scenarios: number; readonly at: number },
): void {
  const { customers, grid } = s;
  const m = customers.node.length;
  for (let i = 0; i < m; i++) {
    const wire = grid.firstWire[customers.node[i]];
    const o = grid.row[wire] * out.scenarios + out.at;
    day.steps.forEach((t, k) => {
      // Cars charge at unity power factor, households at their own.
      out.re[o + k] += day.load[i * stepsPerDay + t] / 1000;
      out.im[o + k] += (s.base[(day.number * m + i) * stepsPerDay + t] * customers.tangent[i]) / 1000;
    });
  }
}

/** Risk of `n` cars under a rule: the share of days with any violation. */
function riskOf(s: Study, rule: ChargingRule, n: number): RiskPoint {
  const { grid, customers, draws } = s;
  const load = new Float64Array(customers.node.length * stepsPerDay);
  const worst: (Violation | null)[] = Array.from({ length: draws }, () => null);
  const daysAtOnce = Math.ceil(piece / s.steps);
  for (let first = 0; first < draws; first += daysAtOnce) {
    const days = Math.min(daysAtOnce, draws - first);
    const scenarios = days * s.steps;
    const re = new Float64Array(grid.wires * scenarios);
    const im = new Float64Array(grid.wires * scenarios);
    for (let d = 0; d < days; d++) {
      const total = fillDay(s, rule, n, { day: first + d, load });
      const steps = [...total.keys()].sort((a, b) => total[b] - total[a] || a - b).slice(0, s.steps);
      demandOfDay(s, { number: first + d, load, steps }, { re, im, scenarios, at: d * s.steps });
    }
    const onBatch = (batch: Batch) => checkBatch(s, batch, worst, first);
    sweep(grid, { scenarios, powerRe: re, powerIm: im }, onBatch, { tolerance: 1e-6 });
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

/** Load of every customer by step on one day, kW, `[customers × 96]`, and the sum by step. */
function fillDay(s: Study, rule: ChargingRule, n: number, o: { day: number; load: Float64Array }): Float64Array {
  const { customers, days } = s;
  const m = customers.node.length;
  const total = new Float64Array(stepsPerDay);
  const base = s.base.subarray(o.day * m * stepsPerDay, (o.day + 1) * m * stepsPerDay);
  for (let k = 0; k < base.length; k++) {
    o.load[k] = base[k];
    total[k % stepsPerDay] += base[k];
  }
  const cars = chargingDay(days, o.day, rule, {
    n,
    powerKw: s.sessions.powerKw,
    baseKw: total.slice(),
    limitKw: s.transformerKw,
    departureHour: s.sessions.departureHour,
  });
  for (let c = 0; c < n; c++) {
    const at = s.home[o.day * days.cars + c] * stepsPerDay;
    for (let t = 0; t < stepsPerDay; t++) {
      const kw = cars[c * stepsPerDay + t];
      o.load[at + t] += kw;
      total[t] += kw;
    }
  }
  return total;
}

/** Marks the days of a batch that break a limit, with the element that is furthest beyond it. */
function checkBatch(s: Study, batch: Batch, worst: (Violation | null)[], firstDay: number): void {
  const { checks, limits } = s;
  const { re, im, width } = batch;
  for (let t = 0; t < batch.count; t++) {
    const day = firstDay + Math.floor((batch.first + t) / s.steps);
    const found = (kind: LimitKind, id: string, margin: number) => {
      const before = worst[day];
      if (margin > 0 && (!before || margin > before.margin)) worst[day] = { kind, id, margin };
    };
    if (!batch.converged[t]) {
      found('noSolution', 'network', Infinity);
      continue;
    }
    for (let k = 0; k < checks.from.length; k++) {
      if (checks.rated2[k] === 0) continue;
      const a = checks.from[k] * width + t;
      const b = checks.to[k] * width + t;
      const o = k * 8;
      const y = checks.y;
      const fr = y[o] * re[a] - y[o + 1] * im[a] + y[o + 2] * re[b] - y[o + 3] * im[b];
      const fi = y[o] * im[a] + y[o + 1] * re[a] + y[o + 2] * im[b] + y[o + 3] * re[b];
      const tr = y[o + 4] * re[a] - y[o + 5] * im[a] + y[o + 6] * re[b] - y[o + 7] * im[b];
      const ti = y[o + 4] * im[a] + y[o + 5] * re[a] + y[o + 6] * im[b] + y[o + 7] * re[b];
      const isTransformer = checks.isTransformer[k] === 1;
      // A transformer's rating is a power, a line's a current.
      const from2 = (fr * fr + fi * fi) * (isTransformer ? re[a] * re[a] + im[a] * im[a] : 1);
      const to2 = (tr * tr + ti * ti) * (isTransformer ? re[b] * re[b] + im[b] * im[b] : 1);
      const loading = Math.sqrt(Math.max(from2, to2) / checks.rated2[k]);
      const limit = isTransformer ? limits.transformerLoading : limits.lineLoading;
      if (loading > limit) found(isTransformer ? 'transformer' : 'line', checks.names[k], loading / limit - 1);
    }
    for (let k = 0; k < checks.nodeRow.length; k++) {
      const a = checks.nodeRow[k] * width + t;
      const u = Math.sqrt(re[a] * re[a] + im[a] * im[a]);
      if (u < limits.minPu) found('lowVoltage', checks.nodeName[k], limits.minPu - u);
      else if (u > limits.maxPu) found('highVoltage', checks.nodeName[k], u - limits.maxPu);
    }
  }
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
