import type { PlanSiteView, PlanView } from '@qipan/server/contract';

export type SiteChange = 'opened' | 'closed' | 'sized' | 'moved' | 'both';

export interface SiteDifference {
  readonly id: string;
  readonly name: string;
  readonly change: SiteChange;
  readonly yearA: number | null;
  readonly yearB: number | null;
  readonly powerKwA: number | null;
  readonly powerKwB: number | null;
}

const lastPower = (s: PlanSiteView | undefined) => s?.powerKwByYear.at(-1) ?? null;

/** Sites that one plan has and the other has not, or has with another size or year; those that agree are left out. */
export function siteDifferences(a: PlanView, b: PlanView): readonly SiteDifference[] {
  const inA = new Map(a.sites.map((s) => [s.id, s]));
  const inB = new Map(b.sites.map((s) => [s.id, s]));
  return [...new Set([...inA.keys(), ...inB.keys()])].flatMap((id) => {
    const x = inA.get(id);
    const y = inB.get(id);
    const sized = lastPower(x) !== lastPower(y);
    const moved = x?.openYear !== y?.openYear;
    if (x !== undefined && y !== undefined && !sized && !moved) return [];
    const change =
      x === undefined ? 'opened' : y === undefined ? 'closed' : sized && moved ? 'both' : sized ? 'sized' : 'moved';
    return [
      {
        id,
        name: (y ?? x)?.name ?? id,
        change,
        yearA: x?.openYear ?? null,
        yearB: y?.openYear ?? null,
        powerKwA: lastPower(x),
        powerKwB: lastPower(y),
      },
    ];
  });
}

export interface VillageDifference {
  readonly place: number;
  readonly yearA: number | null;
  readonly yearB: number | null;
}

/** Villages by whether the second plan covers them sooner, later or not at all, or in the same year. */
export function villageDifferences(a: PlanView, b: PlanView) {
  const inA = new Map(a.villages.map((v) => [v.place, v.coveredYear]));
  const sooner: VillageDifference[] = [];
  const later: VillageDifference[] = [];
  let same = 0;
  for (const v of b.villages) {
    const yearA = inA.get(v.place);
    if (yearA === undefined) continue;
    const difference = { place: v.place, yearA, yearB: v.coveredYear };
    if (yearA === v.coveredYear) same += 1;
    else if ((v.coveredYear ?? Infinity) < (yearA ?? Infinity)) sooner.push(difference);
    else later.push(difference);
  }
  return { sooner, later, same };
}
