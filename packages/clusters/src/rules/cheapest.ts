import { QipanError } from '@qipan/base';
import type { CriterionResult, RuleVerdict } from './evaluate.js';
import { criteriaIn, type RuleLogic, type RulePack } from './pack.js';

/** One thing to do: bring the evidence, or improve the figure by the gap. */
export interface RuleChange {
  readonly id: string;
  readonly kind: 'evidence' | 'improve';
  readonly gap: number | null;
  readonly unit: string;
  readonly cost: number;
}

/** The cheapest set of criteria that would change the verdict to `pass`. */
export interface CheapestChange {
  /** `already`: it passes · `found` · `blocked`: a veto did happen, or what is needed was declared impossible. */
  readonly status: 'already' | 'found' | 'blocked';
  readonly changes: readonly RuleChange[];
  readonly cost: number;
  /** Vetoes that did happen. */
  readonly blockedBy: readonly string[];
}

export interface ChangeOptions {
  /** Cost of a criterion instead of its relative gap; Infinity says that it cannot be changed. */
  readonly cost?: ReadonlyMap<string, number>;
  /** Cost of bringing evidence that is missing. Default 0.05, as much as a gap of 5 %. */
  readonly evidenceCost?: number;
}

/** Sets of criteria by bit, with their cost. */
interface Choice {
  readonly set: bigint;
  readonly cost: number;
}

const mostChoices = 20_000;

/** Drops every choice that holds another one: that one is cheaper or equal. */
function minimal(choices: readonly Choice[]): Choice[] {
  const kept: Choice[] = [];
  for (const c of choices.toSorted((a, b) => a.cost - b.cost))
    if (!kept.some((k) => (k.set & c.set) === k.set)) kept.push(c);
  if (kept.length > mostChoices)
    throw new QipanError('TOO_LARGE', `more than ${mostChoices} ways to pass this pack`, {
      got: kept.length,
      expected: `≤ ${mostChoices}`,
    });
  return kept;
}

/**
 * Minimal sets of criteria which, once they pass, make the logic pass: unions for `allOf`, alternatives for `anyOf`, unions over every
 * combination for `atLeast`. Where no criterion of a part stands anywhere else, its cheapest set alone is kept: nothing can be shared.
 */
function ways(
  logic: RuleLogic,
  of: (id: string) => Choice,
  o: { shared: ReadonlySet<string>; price: (set: bigint) => number },
): Choice[] {
  if (typeof logic === 'string') {
    const own = of(logic);
    return Number.isFinite(own.cost) ? [own] : [];
  }
  const parts = 'allOf' in logic ? logic.allOf : 'anyOf' in logic ? logic.anyOf : logic.of;
  const need = 'allOf' in logic ? parts.length : 'anyOf' in logic ? 1 : logic.atLeast;
  const free = !criteriaIn(logic).some((id) => o.shared.has(id));
  // by[k]: ways in which k of the parts seen so far pass.
  let by: Choice[][] = [[{ set: 0n, cost: 0 }]];
  parts.forEach((part, p) => {
    const own = ways(part, of, o);
    const next: Choice[][] = by.map((choices) => [...choices]);
    by.forEach((choices, k) => {
      if (k === need) return;
      const joined = choices.flatMap((a) => own.map((b) => ({ set: a.set | b.set, cost: o.price(a.set | b.set) })));
      next[k + 1] = [...(next[k + 1] ?? []), ...joined];
    });
    // Too few passes to be made good by the parts that are left lead nowhere.
    const least = need - (parts.length - 1 - p);
    by = next.map((choices, k) => (k < least ? [] : free ? minimal(choices).slice(0, 1) : minimal(choices)));
  });
  return by[need] ?? [];
}

/** Criteria that more than one leaf of the logic names. */
function sharedCriteria(logic: RuleLogic): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  const walk = (l: RuleLogic): void => {
    if (typeof l === 'string') {
      if (seen.has(l)) twice.add(l);
      seen.add(l);
      return;
    }
    ('allOf' in l ? l.allOf : 'anyOf' in l ? l.anyOf : l.of).forEach(walk);
  };
  walk(logic);
  return twice;
}

/**
 * The cheapest set of criteria whose passing makes the verdict pass, exactly. A criterion that fails costs its relative gap, one that
 * is unknown costs its evidence (and is taken to pass then); a veto that happened cannot be undone, one that is unknown needs evidence.
 * @throws OUT_OF_RANGE for a cost below 0; TOO_LARGE for a pack with more than 20,000 minimal ways
 */
export function cheapestChange(pack: RulePack, verdict: RuleVerdict, o: ChangeOptions = {}): CheapestChange {
  const blockedBy = verdict.vetoes.filter((v) => v.outcome === 'pass').map((v) => v.id);
  if (verdict.outcome === 'pass') return { status: 'already', changes: [], cost: 0, blockedBy };
  const change = (c: CriterionResult): RuleChange => {
    const evidence = c.outcome === 'unknown';
    const cost = o.cost?.get(c.id) ?? (evidence ? (o.evidenceCost ?? 0.05) : Math.max(c.relativeGap ?? 1, 1e-9));
    if (!(cost >= 0))
      throw new QipanError('OUT_OF_RANGE', `cost of ${c.id} is ${cost}; expected ≥ 0`, { field: c.id, got: cost });
    return { id: c.id, kind: evidence ? 'evidence' : 'improve', gap: c.gap, unit: c.unit, cost };
  };
  const open = verdict.criteria.filter((c) => c.outcome !== 'pass').map(change);
  const bit = new Map(open.map((c, k) => [c.id, 1n << BigInt(k)]));
  const price = (set: bigint): number => open.reduce((sum, c, k) => ((set >> BigInt(k)) & 1n ? sum + c.cost : sum), 0);
  const of = (id: string): Choice => {
    const set = bit.get(id) ?? 0n;
    return { set, cost: price(set) };
  };
  const [best] = ways(pack.logic, of, { shared: sharedCriteria(pack.logic), price });
  const proofs = verdict.vetoes.filter((v) => v.outcome === 'unknown').map(change);
  if (blockedBy.length > 0 || !best || proofs.some((p) => !Number.isFinite(p.cost)))
    return { status: 'blocked', changes: [], cost: Number.POSITIVE_INFINITY, blockedBy };
  const changes = [...open.filter((_, k) => (best.set >> BigInt(k)) & 1n), ...proofs];
  return { status: 'found', changes, cost: changes.reduce((sum, c) => sum + c.cost, 0), blockedBy };
}
