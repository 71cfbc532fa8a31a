import { cheapestChange, type CheapestChange } from './cheapest.js';
import { evaluateSubject, evidenceBySubject, type EvidenceRow, type RuleVerdict } from './evaluate.js';
import type { EchelonLadder } from './packs/echelon.js';

/** Where one firm stands on the ladder. */
export interface EchelonPlace {
  readonly firm: string;
  /** Highest rung whose criteria all pass; null when none does. */
  readonly rung: string | null;
  /** The rung above it; null at the top. */
  readonly next: string | null;
  /** The firm against the next rung, with the gap of each criterion, and the cheapest way up. */
  readonly nextVerdict: RuleVerdict | null;
  readonly nextChange: CheapestChange | null;
  /** Rungs above the one reached that cannot be told for want of evidence: the firm may stand higher. */
  readonly mayBe: readonly string[];
}

/** Firms by rung, from the top down. */
export interface EchelonPyramid {
  readonly region: string;
  readonly firms: number;
  readonly levels: readonly { readonly rung: string; readonly firms: number; readonly mayBe: number }[];
  /** Firms on no rung, among them those that may be on one. */
  readonly none: number;
}

/** Each firm of the evidence on the ladder, as of a year. */
export function echelonPlaces(
  ladder: EchelonLadder,
  evidence: readonly EvidenceRow[],
  year: number,
): readonly EchelonPlace[] {
  return [...evidenceBySubject(evidence)].map(([firm, own]) => {
    const verdicts = ladder.rungs.map(({ pack }) => evaluateSubject(pack, own, { subject: firm, year }));
    const reached = verdicts.findLastIndex((v) => v.outcome === 'pass');
    const next = ladder.rungs[reached + 1];
    const nextVerdict = next ? verdicts[reached + 1] : null;
    return {
      firm,
      rung: reached < 0 ? null : ladder.rungs[reached].id,
      next: next?.id ?? null,
      nextVerdict,
      nextChange: next && nextVerdict ? cheapestChange(next.pack, nextVerdict) : null,
      mayBe: ladder.rungs.filter((_, k) => k > reached && verdicts[k].outcome === 'unknown').map((r) => r.id),
    };
  });
}

/** The pyramid of each region; firms whose region is not given are counted under `?`, never dropped. */
export function echelonPyramids(
  ladder: EchelonLadder,
  places: readonly EchelonPlace[],
  regionOf: ReadonlyMap<string, string>,
): readonly EchelonPyramid[] {
  const region = (p: EchelonPlace) => regionOf.get(p.firm) ?? '?';
  return [...new Set(places.map(region))].map((name) => {
    const own = places.filter((p) => region(p) === name);
    return {
      region: name,
      firms: own.length,
      levels: ladder.rungs.toReversed().map(({ id }) => ({
        rung: id,
        firms: own.filter((p) => p.rung === id).length,
        mayBe: own.filter((p) => p.mayBe.includes(id)).length,
      })),
      none: own.filter((p) => p.rung === null).length,
    };
  });
}
