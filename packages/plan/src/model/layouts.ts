import { serviceLadder } from '@qipan/numeric';
import type { ModuleType, Peak } from './problem.js';

/** What decides which layouts are worth listing. */
export interface LayoutNeeds {
  readonly moduleTypes: readonly ModuleType[];
  readonly ladder: readonly number[];
  readonly peaks: readonly Peak[];
  readonly queue: { readonly arrivalScv: number; readonly serviceScv: number };
  readonly maxGuns: number;
  /** Most guns a township rule asks for, most kW a county rule asks for: 0 when the rule is off. */
  readonly wantedGuns: number;
  readonly wantedKw: number;
  /** Layouts that stand already, a count per module type. */
  readonly existing: readonly (readonly number[])[];
}

/** Energy per hour that n modules of a type can serve at each peak, [K, rungs, P], kWh/h: LAM(n · guns) · session energy. */
export function servedKwhPerHour(
  needs: Pick<LayoutNeeds, 'moduleTypes' | 'peaks' | 'queue'>,
  counts: readonly number[],
): Float64Array[] {
  return needs.moduleTypes.map((m) => {
    const out = new Float64Array(counts.length * needs.peaks.length);
    needs.peaks.forEach(({ waitMin, alpha }, p) => {
      const ladder = serviceLadder(
        counts.map((n) => n * m.guns),
        { meanServiceMin: m.plugMin, waitMin, alpha, ...needs.queue },
      );
      ladder.forEach((rate, l) => {
        out[l * needs.peaks.length + p] = rate * m.sessionKwh;
      });
    });
    return out;
  });
}

interface Candidate {
  readonly counts: readonly number[];
  readonly guns: number;
  readonly kw: number;
  readonly capex: number;
  readonly opex: number;
  readonly life: number;
  readonly served: Float64Array;
}

/**
 * Layouts a site may have: one type on any rung of the ladder, or a DC type with two AC piles; those that stand already
 * and their growth. A layout is left out when another serves at least as much at every peak, has the guns and power
 * that the rules ask for, takes no more slots and power and costs no more. The bound holds for plans made of the listed layouts.
 * @returns counts, [V, K]; layout 0 is nothing; ordered by installed cost
 */
export function standardLayouts(needs: LayoutNeeds): Int32Array {
  const { moduleTypes, ladder, existing } = needs;
  const K = moduleTypes.length;
  const rungs = ladder.filter((n) => n > 0);
  const single = moduleTypes.flatMap((_, k) => rungs.map((n) => moduleTypes.map((_m, q) => (q === k ? n : 0))));
  const beside = moduleTypes.findIndex((m) => m.current === 'AC');
  const mixed =
    beside >= 0 && ladder.includes(2)
      ? single.filter((counts) => counts[beside] === 0).map((counts) => counts.map((n, k) => (k === beside ? 2 : n)))
      : [];
  const fresh = undominated(
    [...single, ...mixed].map((c) => candidate(c, needs)).filter((c) => c.guns <= needs.maxGuns),
    needs,
  );
  const grown = existing.flatMap((base) => [
    [...base],
    ...single
      .map((counts) => counts.map((n, k) => base[k] + n))
      .filter((c) => candidate(c, needs).guns <= needs.maxGuns),
  ]);
  const byText = new Map([...fresh.map((c) => c.counts), ...grown].map((c) => [c.join(), c]));
  const listed = [...byText.values()]
    .map((c) => candidate(c, needs))
    .toSorted((a, b) => a.capex - b.capex || a.guns - b.guns || a.kw - b.kw);
  return Int32Array.from([...Array<number>(K).fill(0), ...listed.flatMap((c) => c.counts)]);
}

function candidate(counts: readonly number[], needs: LayoutNeeds): Candidate {
  const { moduleTypes, peaks } = needs;
  const sum = (f: (m: ModuleType) => number) => moduleTypes.reduce((s, m, k) => s + counts[k] * f(m), 0);
  const served = new Float64Array(peaks.length);
  counts.forEach((n, k) => {
    const one = servedKwhPerHour({ ...needs, moduleTypes: [moduleTypes[k]] }, [n])[0];
    for (let p = 0; p < peaks.length; p++) served[p] += one[p];
  });
  return {
    counts,
    guns: sum((m) => m.guns),
    kw: sum((m) => m.powerKw),
    capex: sum((m) => m.capex),
    opex: sum((m) => m.opexPerYear),
    life: Math.min(...moduleTypes.flatMap((m, k) => (counts[k] > 0 ? [m.lifeYears] : []))),
    served,
  };
}

function undominated(all: readonly Candidate[], needs: LayoutNeeds): Candidate[] {
  const asked = (c: Candidate) => [Math.min(c.guns, needs.wantedGuns), Math.min(c.kw, needs.wantedKw)];
  const covers = (a: Candidate, b: Candidate) =>
    a.capex <= b.capex &&
    a.opex <= b.opex &&
    a.life >= b.life &&
    a.guns <= b.guns &&
    a.kw <= b.kw &&
    asked(a).every((x, k) => x >= asked(b)[k]) &&
    a.served.every((x, p) => x >= b.served[p]);
  return all.filter((b, at) => !all.some((a, other) => other !== at && covers(a, b) && (!covers(b, a) || other < at)));
}
