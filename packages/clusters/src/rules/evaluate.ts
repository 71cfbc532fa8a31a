import type { RuleCriterion, RuleLogic, RulePack } from './pack.js';

export type Outcome = 'pass' | 'fail' | 'unknown';

/** One figure of somebody in one year; null or NaN says that it was asked for and is not known. */
export interface EvidenceRow {
  readonly subject: string;
  readonly metric: string;
  readonly year: number | null;
  readonly value: number | boolean | null;
  readonly source?: string;
}

/** Figures of one subject: metric → year → value; `null` as year serves every year. */
export type Evidence = ReadonlyMap<string, ReadonlyMap<number | null, number>>;

export interface CriterionResult {
  readonly id: string;
  readonly outcome: Outcome;
  /** What was compared (the worst year of an `each`); null when not known. */
  readonly got: number | null;
  readonly op: RuleCriterion['op'];
  readonly threshold: number;
  readonly unit: string;
  /** How far the figure is from passing, in its unit: > 0 is missing, ≤ 0 is to spare; null when not known. */
  readonly gap: number | null;
  /** The gap as a share of the threshold (of 1 where the threshold is 0). */
  readonly relativeGap: number | null;
  /** Years of the window for which nothing is known. */
  readonly missingYears: readonly number[];
  readonly confirmed: boolean;
}

export interface RuleVerdict {
  readonly pack: string;
  readonly version: string;
  readonly subject: string;
  readonly year: number;
  readonly outcome: Outcome;
  readonly criteria: readonly CriterionResult[];
  /** A veto with `pass` did happen. */
  readonly vetoes: readonly CriterionResult[];
  readonly dimensions: readonly {
    readonly id: string;
    readonly pass: number;
    readonly fail: number;
    readonly unknown: number;
  }[];
  /** Criteria whose figure nobody has read in the document itself: the verdict is as good as they are. */
  readonly unconfirmed: readonly string[];
}

/** Strong Kleene conjunction: a fail decides, else an unknown leaves it open. */
export function everyOf(parts: readonly Outcome[]): Outcome {
  return parts.includes('fail') ? 'fail' : parts.includes('unknown') ? 'unknown' : 'pass';
}

/** At least `n` of the parts: decided when passes suffice, or when even all unknowns would not. */
export function atLeastOf(n: number, parts: readonly Outcome[]): Outcome {
  const pass = parts.filter((o) => o === 'pass').length;
  const open = parts.filter((o) => o === 'unknown').length;
  return pass >= n ? 'pass' : pass + open < n ? 'fail' : 'unknown';
}

/** What a logic comes to when each criterion has come to something. */
export function logicOutcome(logic: RuleLogic, of: (id: string) => Outcome): Outcome {
  if (typeof logic === 'string') return of(logic);
  if ('allOf' in logic) return everyOf(logic.allOf.map((part) => logicOutcome(part, of)));
  const [n, parts] = 'anyOf' in logic ? [1, logic.anyOf] : [logic.atLeast, logic.of];
  return atLeastOf(
    n,
    parts.map((part) => logicOutcome(part, of)),
  );
}

const holds = (c: RuleCriterion, v: number): boolean => {
  switch (c.op) {
    case '>=':
      return v >= c.value;
    case '>':
      return v > c.value;
    case '<=':
      return v <= c.value;
    case '<':
      return v < c.value;
    case '==':
      return v === c.value;
  }
};

/** Missing amount: threshold − value where more is better, value − threshold where less is, |difference| for equality. */
const gapOf = (c: RuleCriterion, v: number): number =>
  c.op === '>=' || c.op === '>' ? c.value - v : c.op === '==' ? Math.abs(v - c.value) : v - c.value;

/** Figure compared and outcome, from the values of the window (NaN where not known), oldest first. */
function compared(c: RuleCriterion, values: readonly number[]): { got: number | null; outcome: Outcome } {
  const known = values.filter((v) => !Number.isNaN(v));
  const complete = known.length === values.length;
  const judged = (v: number): { got: number | null; outcome: Outcome } =>
    Number.isNaN(v) ? { got: null, outcome: 'unknown' } : { got: v, outcome: holds(c, v) ? 'pass' : 'fail' };
  const byGap = (pick: 'worst' | 'best') =>
    known.reduce(
      (a, b) => ((pick === 'worst' ? gapOf(c, b) > gapOf(c, a) : gapOf(c, b) < gapOf(c, a)) ? b : a),
      known[0] ?? Number.NaN,
    );
  switch (c.window.of) {
    case 'last':
      return judged(values[values.length - 1]);
    case 'each': {
      const outcome = everyOf(values.map((v) => judged(v).outcome));
      return { got: known.length > 0 ? byGap('worst') : null, outcome };
    }
    case 'any': {
      const outcome = atLeastOf(
        1,
        values.map((v) => judged(v).outcome),
      );
      return { got: known.length > 0 ? byGap('best') : null, outcome };
    }
    case 'sum':
      return judged(complete ? known.reduce((a, b) => a + b, 0) : Number.NaN);
    case 'mean':
      return judged(complete ? known.reduce((a, b) => a + b, 0) / known.length : Number.NaN);
    case 'annualGrowth': {
      const [first, last] = [values[0], values[values.length - 1]];
      return judged(first > 0 && last >= 0 ? 100 * ((last / first) ** (1 / (values.length - 1)) - 1) : Number.NaN);
    }
  }
}

/** One criterion against the evidence, looking back from `year`. */
export function evaluateCriterion(c: RuleCriterion, evidence: Evidence, year: number): CriterionResult {
  const byYear = evidence.get(c.metric);
  const years = Array.from({ length: c.window.years }, (_, k) => year - c.window.years + 1 + k);
  const values = years.map((y) => byYear?.get(y) ?? byYear?.get(null) ?? Number.NaN);
  const { got, outcome } = compared(c, values);
  const gap = got === null ? null : gapOf(c, got);
  return {
    id: c.id,
    outcome,
    got,
    op: c.op,
    threshold: c.value,
    unit: c.unit,
    gap,
    relativeGap: gap === null ? null : gap / (Math.abs(c.value) || 1),
    missingYears: years.filter((_, k) => Number.isNaN(values[k])),
    confirmed: c.confirmed,
  };
}

/** Evidence by subject. A figure given twice for one subject, metric and year is kept as the last says. */
export function evidenceBySubject(rows: readonly EvidenceRow[]): ReadonlyMap<string, Evidence> {
  const out = new Map<string, Map<string, Map<number | null, number>>>();
  for (const row of rows) {
    const metrics = out.get(row.subject) ?? new Map<string, Map<number | null, number>>();
    out.set(row.subject, metrics);
    const years = metrics.get(row.metric) ?? new Map<number | null, number>();
    metrics.set(row.metric, years);
    if (row.value !== null) years.set(row.year, Number(row.value));
  }
  return out;
}

/** Evidence for one subject against a pack, as of a year. */
export function evaluateSubject(
  pack: RulePack,
  evidence: Evidence,
  at: { readonly subject: string; readonly year: number },
): RuleVerdict {
  const criteria = pack.criteria.map((c) => evaluateCriterion(c, evidence, at.year));
  const vetoes = pack.vetoes.map((c) => evaluateCriterion(c, evidence, at.year));
  const byId = new Map(criteria.map((c) => [c.id, c.outcome]));
  const logic = logicOutcome(pack.logic, (id) => byId.get(id) as Outcome);
  const turned = { pass: 'fail', fail: 'pass', unknown: 'unknown' } as const;
  const count = (dimension: string, outcome: Outcome) =>
    criteria.filter((c, k) => pack.criteria[k].dimension === dimension && c.outcome === outcome).length;
  return {
    pack: pack.id,
    version: pack.version,
    subject: at.subject,
    year: at.year,
    outcome: everyOf([logic, ...vetoes.map((v) => turned[v.outcome])]),
    criteria,
    vetoes,
    dimensions: pack.dimensions.map(({ id }) => ({
      id,
      pass: count(id, 'pass'),
      fail: count(id, 'fail'),
      unknown: count(id, 'unknown'),
    })),
    unconfirmed: pack.criteria.filter((c) => !c.confirmed).map((c) => c.id),
  };
}

/**
 * Every subject of the evidence against a pack, three-valued (strong Kleene 1952): what is not known is never a fail and never a pass.
 * @param year as of which year; windows look back from it
 */
export function evaluateRules(pack: RulePack, evidence: readonly EvidenceRow[], year: number): readonly RuleVerdict[] {
  return [...evidenceBySubject(evidence)].map(([subject, own]) => evaluateSubject(pack, own, { subject, year }));
}
