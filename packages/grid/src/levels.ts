import { QipanError } from '@qipan/base';
import { admd, drawCarDays, homeSessions, type ChargingRule, type SessionModel } from './charging.js';
import { chinaLimits, type GridLimits } from './hosting-check.js';

/** Level L0: what a county power office has in its ledger for every transformer. */
export interface TransformerL0 {
  readonly id: string;
  readonly ratedKva: number;
  readonly customers: number;
  /** Measured evening peak of the households, kW; null = unknown, then the assumption below is used and printed. */
  readonly basePeakKw: number | null;
  readonly powerFactor?: number;
}

/** Level L1: the worst path besides. */
export interface WorstPathL1 extends TransformerL0 {
  readonly ratedV: number;
  /** Sections from the transformer to the furthest customer. */
  readonly sections: readonly {
    readonly lengthKm: number;
    readonly rOhmPerKm: number;
    readonly xOhmPerKm: number;
    readonly ratedA: number | null;
  }[];
  /** Share of the transformer's customers on this path; null = unknown, then all of them. */
  readonly shareOfCustomers: number | null;
}

export interface LevelOptions {
  readonly seed: number;
  readonly sessions?: SessionModel;
  readonly limits?: GridLimits;
  /** kW a household in the evening peak where nothing is measured. Default 1.2, to be verified locally. */
  readonly householdPeakKw?: number;
  readonly draws?: number;
  /** Demand of n cars under the rule, kW, when it is known already: `groupDemand` of the same rule and options. */
  readonly demand?: (cars: number) => number;
}

/** The answer of a level that knows no topology: never a probability, always `estimated`. */
export interface EstimatedHosting {
  readonly level: 'L0' | 'L1';
  readonly rule: ChargingRule;
  readonly dataLevel: 'estimated';
  /** L0: thermal limit alone. L1: the least of thermal and voltage, with all load at the end of the path. */
  readonly cars: number;
  /** L1: what the same path carries with its load spread evenly; the truth lies between. Equal to `cars` at L0. */
  readonly carsUniform: number;
  readonly limiting: 'transformer' | 'line' | 'lowVoltage' | 'none';
  readonly assumptions: readonly string[];
}

const sizes = [1, 2, 5, 10, 20, 40, 80, 150, 200, 400];

/** Demand of n cars at the 95th percentile, kW: the table by group size, linear in between, constant a car beyond it. */
export function groupDemand(rule: ChargingRule, o: LevelOptions): (n: number) => number {
  const model = o.sessions ?? homeSessions;
  const table = admd(drawCarDays(model, sizes.at(-1) as number, o.draws ?? 400, o.seed), rule, sizes, model);
  return (n) => {
    if (n <= 0) return 0;
    const k = sizes.findIndex((s) => s >= n);
    if (k === -1) return n * (table.at(-1) as number);
    if (k === 0) return n * table[0];
    const w = (n - sizes[k - 1]) / (sizes[k] - sizes[k - 1]);
    // A group of more cars never needs less than a smaller one.
    return Math.max(sizes[k - 1] * table[k - 1] * (1 - w) + sizes[k] * table[k] * w, sizes[k - 1] * table[k - 1]);
  };
}

function largest(fits: (n: number) => boolean, most: number): number {
  let n = 0;
  while (n < most && fits(n + 1)) n++;
  return n;
}

function baseOf(t: TransformerL0, o: LevelOptions): { kw: number; assumption: string[] } {
  if (t.basePeakKw !== null) return { kw: t.basePeakKw, assumption: [] };
  const each = o.householdPeakKw ?? 1.2;
  return {
    kw: t.customers * each,
    assumption: [`base load ${each} kW a household in the evening (default, nothing measured)`],
  };
}

function check(t: TransformerL0): void {
  if (!(t.ratedKva > 0) || t.ratedKva > 100_000)
    throw new QipanError(
      'OUT_OF_RANGE',
      `transformer ${t.id}: ratedKva = ${t.ratedKva}; expected 0 < kVA ≤ 100000 (VA written as kVA?)`,
      { field: `${t.id}.ratedKva`, got: t.ratedKva, expected: '0 < kVA ≤ 100000' },
    );
  if (!Number.isInteger(t.customers) || t.customers < 0)
    throw new QipanError(
      'OUT_OF_RANGE',
      `transformer ${t.id}: customers = ${t.customers}; expected a whole number ≥ 0`,
      { field: `${t.id}.customers`, got: t.customers, expected: 'a whole number ≥ 0' },
    );
}

/** Level L0: `base + n·ADMD(n) ≤ m·S·pf`. Never n·7 kW, never n·ADMD(∞). */
export function hostingL0(t: TransformerL0, rule: ChargingRule, o: LevelOptions): EstimatedHosting {
  check(t);
  const limits = o.limits ?? chinaLimits;
  const pf = t.powerFactor ?? 0.95;
  const base = baseOf(t, o);
  const demand = o.demand ?? groupDemand(rule, o);
  const room = limits.transformerLoading * t.ratedKva * pf;
  const cars = largest((n) => base.kw + demand(n) <= room, 2000);
  return {
    level: 'L0',
    rule,
    dataLevel: 'estimated',
    cars,
    carsUniform: cars,
    limiting: 'transformer',
    assumptions: [
      ...base.assumption,
      `power factor ${pf}`,
      'thermal limit of the transformer alone: no voltage is checked',
    ],
  };
}

/**
 * Level L1: L0 and the voltage drop of the worst path, `ΔU/U ≈ (R·P + X·Q)/U²`, once with all of its load at the end (lumped)
 * and once spread evenly along it (half the drop); and the current in its first section.
 */
export function hostingL1(p: WorstPathL1, rule: ChargingRule, o: LevelOptions): EstimatedHosting {
  const demand = o.demand ?? groupDemand(rule, o);
  const thermal = hostingL0(p, rule, { ...o, demand });
  const limits = o.limits ?? chinaLimits;
  const pf = p.powerFactor ?? 0.95;
  const tangent = Math.tan(Math.acos(pf));
  const share = p.shareOfCustomers ?? 1;
  const base = baseOf(p, o).kw * share;
  const r = p.sections.reduce((a, s) => a + s.lengthKm * s.rOhmPerKm, 0);
  const x = p.sections.reduce((a, s) => a + s.lengthKm * s.xOhmPerKm, 0);
  const rated = p.sections[0]?.ratedA ?? null;
  const band = 1 - limits.minPu;
  const pathKw = (n: number) => base + demand(n * share);
  const drop = (n: number, factor: number) =>
    (factor * 1000 * (r * pathKw(n) + x * base * tangent)) / (p.ratedV * p.ratedV);
  const ampere = (n: number) => (pathKw(n) * 1000) / (Math.sqrt(3) * p.ratedV);
  const lineFits = (n: number) => rated === null || ampere(n) <= limits.lineLoading * rated;
  const fits = (factor: number) => (n: number) => lineFits(n) && drop(n, factor) <= band;
  const lumped = largest(fits(1), 2000);
  const uniform = largest(fits(0.5), 2000);
  const cars = Math.min(thermal.cars, lumped);
  const limiting = thermal.cars <= lumped ? 'transformer' : lineFits(lumped + 1) ? 'lowVoltage' : 'line';
  const assumptions = [
    ...thermal.assumptions.slice(0, -1),
    ...(p.shareOfCustomers === null ? ['all customers on the worst path (default)'] : []),
    ...(rated === null ? ['the rated current of the path is unknown: only voltage and transformer are checked'] : []),
    'voltage drop of the worst path, lumped and spread evenly as a bracket',
  ];
  return {
    level: 'L1',
    rule,
    dataLevel: 'estimated',
    cars,
    carsUniform: Math.min(thermal.cars, uniform),
    limiting,
    assumptions,
  };
}
