import type { DataLevel } from '@qipan/base';
import type { ChargingRule, SessionModel } from './charging.js';
import { commonStartWarning, hostingCapacity, hostingRisk, type RiskPoint } from './hosting.js';
import type { GridLimits } from './hosting-check.js';
import { hostingL0, hostingL1, type TransformerL0, type WorstPathL1 } from './levels.js';
import type { HostingCase } from './hosting-study.js';
import type { GridNetwork } from './network.js';

/** One transformer of a county with all that is known of it: its level is the highest that its data allow. */
export interface CountyTransformer {
  readonly id: string;
  readonly name: string | null;
  /** Id or name of its village, and where it stands, when the data say so. */
  readonly place?: string | null;
  readonly lon?: number | null;
  readonly lat?: number | null;
  readonly level: 'L0' | 'L1' | 'L2';
  readonly dataLevel: DataLevel;
  readonly ledger: TransformerL0;
  /** The worst path; null unless the level is L1. */
  readonly path: WorstPathL1 | null;
  /** The whole topology; null unless the level is L2. */
  readonly network: GridNetwork | null;
  /** What was not in the data and was taken from a table that the caller allowed. */
  readonly assumptions: readonly string[];
}

/** How many cars one transformer carries under one rule, whatever the level of its data. */
export interface RuleAnswer {
  readonly rule: ChargingRule;
  readonly cars: number;
  /** True when even the most cars looked at were carried. */
  readonly atLeast: boolean;
  /** L2: 95 % interval. L1: load at the end of the path and spread along it. L0: null, a thermal estimate has none. */
  readonly interval: readonly [number, number] | null;
  /** What stops the next car, most frequent first; `id` is the transformer's own where the level knows no elements. */
  readonly limiting: readonly { readonly kind: string; readonly id: string; readonly share: number | null }[];
  /** L2 alone. */
  readonly riskCurve: readonly RiskPoint[];
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
}

export interface TransformerAnswer {
  readonly id: string;
  readonly name: string | null;
  readonly level: CountyTransformer['level'];
  readonly dataLevel: DataLevel;
  readonly ratedKva: number;
  readonly customers: number;
  readonly rules: readonly RuleAnswer[];
  /** Risk of the expected number of cars by rule at all 96 quarter hours of every day; empty unless asked for, and below L2. */
  readonly expected: readonly { readonly rule: ChargingRule; readonly point: RiskPoint }[];
  readonly assumptions: readonly string[];
  readonly status: 'done' | 'stopped';
  readonly seed: number;
}

export interface StudyOptions {
  readonly seed: number;
  /** Rules whose capacity is looked for; may be empty when `expectedCars` is given. */
  readonly rules: readonly ChargingRule[];
  readonly risk?: number;
  readonly draws?: number;
  readonly mostCars?: number;
  readonly limits?: GridLimits;
  readonly sessions?: SessionModel;
  /** Cars expected here: their risk is found over whole days, under each of the rules (on arrival when there is none). */
  readonly expectedCars?: number;
  readonly shouldStop?: () => boolean;
}

/** The levels below L2: one estimate a rule. */
function estimated(t: CountyTransformer, rule: ChargingRule, o: StudyOptions): RuleAnswer {
  const common = {
    seed: o.seed,
    ...(o.sessions ? { sessions: o.sessions } : {}),
    ...(o.limits ? { limits: o.limits } : {}),
    ...(o.draws === undefined ? {} : { draws: o.draws }),
  };
  const e = t.path ? hostingL1(t.path, rule, common) : hostingL0(t.ledger, rule, common);
  return {
    rule,
    cars: e.cars,
    atLeast: false,
    interval: e.level === 'L1' ? [e.cars, e.carsUniform] : null,
    limiting: [{ kind: e.limiting, id: t.id, share: null }],
    riskCurve: [],
    assumptions: e.assumptions,
    warnings: rule.kind === 'tariffStep' ? [commonStartWarning] : [],
  };
}

function caseOf(
  network: GridNetwork,
  basePeakKw: number | null,
  o: Pick<StudyOptions, 'sessions' | 'limits'>,
): HostingCase {
  const connectedKw =
    network.loads.reduce((a, l) => a + (l.isGenerator ? 0 : l.pW.reduce((x, y) => x + y, 0)), 0) / 1000;
  return {
    network,
    // A measured evening peak says what the households reach together.
    ...(basePeakKw === null || connectedKw === 0 ? {} : { coincidence: basePeakKw / connectedKw }),
    ...(o.sessions ? { sessions: o.sessions } : {}),
    ...(o.limits ? { limits: o.limits } : {}),
  };
}

/** What `transformerStudy` looks at, for whoever wants to look further; null below L2. */
export const hostingCaseOf = (
  t: CountyTransformer,
  o: Pick<StudyOptions, 'sessions' | 'limits'> = {},
): HostingCase | null => (t.network ? caseOf(t.network, t.ledger.basePeakKw, o) : null);

/**
 * The study of one transformer: a pure job of a county, one answer a rule at the level of its data. Same transformer, options and
 * seed, same answer, in whatever process it runs.
 * @throws what `hostingL0` throws for a rating that cannot be
 */
export function transformerStudy(t: CountyTransformer, o: StudyOptions): TransformerAnswer {
  const common = {
    id: t.id,
    name: t.name,
    level: t.level,
    dataLevel: t.dataLevel,
    ratedKva: t.ledger.ratedKva,
    customers: t.ledger.customers,
    assumptions: t.assumptions,
    seed: o.seed,
  };
  if (!t.network)
    return { ...common, rules: o.rules.map((rule) => estimated(t, rule, o)), expected: [], status: 'done' };
  const c = caseOf(t.network, t.ledger.basePeakKw, o);
  const options = {
    seed: o.seed,
    ...(o.risk === undefined ? {} : { risk: o.risk }),
    ...(o.draws === undefined ? {} : { draws: o.draws }),
    ...(o.mostCars === undefined ? {} : { mostCars: o.mostCars }),
    ...(o.shouldStop ? { shouldStop: o.shouldStop } : {}),
  };
  const found = o.expectedCars === undefined || o.rules.length > 0 ? hostingCapacity(c, o.rules, options) : [];
  const asked = o.rules.length > 0 ? o.rules : [{ kind: 'onArrival' } as const];
  const expected =
    o.expectedCars === undefined
      ? []
      : hostingRisk(c, asked, { ...options, cars: o.expectedCars }).map((point, k) => ({ rule: asked[k], point }));
  return {
    ...common,
    rules: found.map((h) => ({
      rule: h.rule,
      cars: h.cars,
      atLeast: h.atLeast,
      interval: h.interval,
      limiting: h.limiting,
      riskCurve: h.riskCurve,
      assumptions: h.assumptions,
      warnings: h.warnings,
    })),
    expected,
    status: found.some((h) => h.status === 'stopped') ? 'stopped' : 'done',
  };
}
