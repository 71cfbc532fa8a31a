import type { ChessData } from '@qipan/clusters';

/**
 * Value of one choice of stages by the words of the rules, written without the model: null when a hard rule is broken.
 * `begin[k]` is the stage in which pair k begins, −1 = none.
 */
export function valueOf(d: ChessData, begin: readonly number[]): number | null {
  const { pairs, rules, weights: w, industries, regions, links } = d;
  const T = rules.stages.length;
  const on = begin.map((b) => b >= 0);
  const list = [...begin.keys()].filter((k) => on[k]);
  const sum = (keep: (k: number) => boolean, f: (k: number) => number) =>
    list.filter(keep).reduce((a, k) => a + f(k), 0);
  const pv = (k: number) => pairs.probability[k] * pairs.value[k];
  const pm = (k: number) => pairs.probability[k] * pairs.size[k];
  const eps = 1e-9;
  let value = sum(
    () => true,
    (k) => pv(k) * rules.stages.slice(begin[k]).reduce((a, s) => a + s.share, 0),
  );
  const soft = (weight: number, amount: number): boolean => {
    if (amount <= eps) return true;
    value -= weight === Infinity ? 0 : weight * amount;
    return weight !== Infinity;
  };
  for (let r = 0; r < regions.code.length; r++) {
    const here = (k: number) => pairs.region[k] === r;
    const n = sum(here, () => 1);
    if (n > regions.slots[r] || n < regions.minSlots[r]) return null;
    if (sum(here, (k) => pairs.footprint[k]) > regions.footprintLimit[r] + eps) return null;
    if (!soft(w.floorGap, regions.valueFloor[r] - sum(here, pv))) return null;
  }
  for (let i = 0; i < industries.code.length; i++)
    if (
      !soft(
        w.overflow,
        sum(
          (k) => pairs.industry[k] === i,
          (k) => pairs.size[k],
        ) - industries.marketRoom[i],
      )
    )
      return null;
  if (
    rules.nationBudget !== null &&
    sum(
      () => true,
      (k) => pairs.cost[k],
    ) >
      rules.nationBudget + eps
  )
    return null;
  if (
    rules.footprintLimit !== null &&
    sum(
      () => true,
      (k) => pairs.footprint[k],
    ) >
      rules.footprintLimit + eps
  )
    return null;
  for (let q = 0; q < d.provinces.code.length; q++)
    if (
      sum(
        (k) => regions.province[pairs.region[k]] === q,
        (k) => pairs.cost[k],
      ) >
      d.provinces.budget[q] + eps
    )
      return null;
  for (let t = 0; t < T; t++) {
    const limit = rules.stages[t].budget;
    if (
      limit !== null &&
      sum(
        (k) => begin[k] === t,
        (k) => pairs.cost[k],
      ) >
        limit + eps
    )
      return null;
  }
  const all = sum(() => true, pv);
  if (sum((k) => regions.isLagging[pairs.region[k]] === 1, pv) < rules.equityShare * all - eps) return null;
  const Z = d.zones.length;
  for (let c = 0; c < links.code.length; c++) {
    const of = (k: number) => industries.link[pairs.industry[k]] === c;
    const stands = Array.from({ length: Z }, (_, z) => links.existing[c * Z + z]);
    const total = sum(of, pm) + stands.reduce((a, b) => a + b, 0);
    if (!soft(w.shortfall, links.need[c] - total)) return null;
    let covered = 0;
    for (let z = 0; z < Z; z++) {
      const inZone = (k: number) => of(k) && regions.zone[pairs.region[k]] === z;
      if (stands[z] > 0 || list.some(inZone)) covered++;
      if (links.maxZoneShare[c] < 1 && sum(inZone, pm) + stands[z] > links.maxZoneShare[c] * total + eps) return null;
    }
    if (!soft(w.zoneGap, links.zones[c] - covered)) return null;
  }
  for (const k of list) {
    const needs = d.prerequisites.filter((p) => p.industry === pairs.industry[k]).flatMap((p) => p.needs);
    if (needs.length === 0) continue;
    // Regions of the boards by hand lie 1° of longitude apart at 30° north: 96.3 km.
    const near = (e: number) => Math.abs(pairs.region[e] - pairs.region[k]) * 96.3 <= rules.supplierKm;
    const met = [...begin.keys()].some(
      (e) =>
        needs.includes(pairs.industry[e]) &&
        ((pairs.region[e] === pairs.region[k] && (on[e] || pairs.isPresent[e] === 1)) ||
          (pairs.isPresent[e] === 1 && near(e))),
    );
    if (!met) return null;
  }
  for (const c of d.colocations)
    if ([c.first, c.second].every((i) => list.some((k) => pairs.region[k] === c.region && pairs.industry[k] === i)))
      value += c.bonus;
  for (let k = 0; k < begin.length; k++) if (pairs.isWish[k] && !on[k]) value -= w.refusal * pv(k);
  return value;
}

/** Best value over all choices, or null when none keeps the rules. */
export function exhaust(d: ChessData): number | null {
  const n = d.pairs.region.length;
  const options = d.rules.stages.length + 1;
  let best: number | null = null;
  for (let code = 0; code < options ** n; code++) {
    const begin = Array.from({ length: n }, (_, k) => (Math.floor(code / options ** k) % options) - 1);
    const v = valueOf(d, begin);
    if (v !== null && (best === null || v > best)) best = v;
  }
  return best;
}
