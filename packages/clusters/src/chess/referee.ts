import { QipanError } from '@qipan/base';
import type { ChessData } from './data.js';

/** What a plan puts into the pairs of a board, judged without any model: works for foreign plans, feasible or not. */
export interface Judgement {
  /** Σ p v of all foci, and the part of it that finds room in the market: Σ p v·min(1, cap_i/Σμ). */
  readonly plannedValue: number;
  readonly value: number;
  /** Value in the market plus co-location gains, less the weights' price of every shortfall below and of refused wishes. */
  readonly merit: number;
  readonly spend: number;
  readonly focusCount: number;
  /** Plants above the room, over all industries, and the share of foci in industries that are over their room. */
  readonly overflow: number;
  readonly crowdedShare: number;
  /** Expected capacity and zones missing in critical links, value missing under the floors. */
  readonly shortfall: number;
  readonly zoneGap: number;
  readonly floorGap: number;
  /** Share of the planned value that falls to lagging regions; null when nothing is planned. */
  readonly laggingShare: number | null;
  /** Hard rules that are broken, by how much in their own unit, where it is worst. Empty = feasible. */
  readonly broken: readonly { readonly rule: string; readonly count: number; readonly worst: number }[];
}

/** Foci with the size each is given; a plan as written may give other sizes than the board. */
export interface JudgedPlan {
  /** 1 where public support begins (in any stage). */
  readonly focus: ArrayLike<number>;
  /** Size in plants of minimum efficient scale, one a pair, ≥ 0; default the board's. */
  readonly size?: Float64Array;
  /** Stage in which each focus begins; default the first. */
  readonly begin?: ArrayLike<number>;
}

function checkShape(data: ChessData, plan: JudgedPlan): void {
  const P = data.pairs.region.length;
  for (const column of [plan.focus, plan.size, plan.begin])
    if (column !== undefined && column.length !== P)
      throw new QipanError('SHAPE_MISMATCH', `a plan of ${column.length} pairs for a board of ${P}`, {
        got: column.length,
        expected: String(P),
      });
  const stages = data.rules.stages.length;
  for (let k = 0; k < P; k++) {
    if (!plan.focus[k]) continue;
    const [size, begin] = [plan.size?.[k] ?? 1, plan.begin?.[k] ?? 0];
    if (size >= 0 && size < Infinity && Number.isInteger(begin) && begin >= 0 && begin < stages) continue;
    throw new QipanError('OUT_OF_RANGE', `pair ${k} of the plan: size ${size}, begun in stage ${begin}`, {
      got: [size, begin],
      expected: `a size ≥ 0 and a stage from 0 to ${stages - 1}`,
    });
  }
}

/**
 * The referee: judges a plan straight from the board's tables, sharing no code with the optimiser. Used to compare plans
 * of any origin by one measure.
 *
 * @throws SHAPE_MISMATCH when the plan is not of this board, OUT_OF_RANGE for a size or a stage that cannot be
 */
export function evaluatePlan(data: ChessData, plan: JudgedPlan): Judgement {
  const { pairs, regions, industries, links, weights } = data;
  const P = pairs.region.length;
  checkShape(data, plan);
  const size = plan.size ?? pairs.size;
  const zero = (n: number): Float64Array => new Float64Array(n);
  const load = zero(industries.code.length);
  for (let k = 0; k < P; k++) if (plan.focus[k]) load[pairs.industry[k]] += size[k];
  const t = {
    count: zero(regions.code.length),
    spend: zero(data.provinces.code.length),
    land: zero(regions.code.length),
    worth: zero(regions.code.length),
    link: zero(links.code.length),
    linkZone: Float64Array.from(links.existing),
    stage: zero(data.rules.stages.length),
    zoneGap: zero(links.code.length),
    load,
  };
  let [plannedValue, value, spend, lagging, refused, crowded, focusCount, landAll] = [0, 0, 0, 0, 0, 0, 0, 0];
  const Z = data.zones.length;
  const hosts = new Set<number>();
  links.existing.forEach((s, cz) => {
    t.link[Math.floor(cz / Z)] += s;
    if (s > 0) hosts.add(cz);
  });
  for (let k = 0; k < P; k++) {
    const expected = pairs.probability[k] * pairs.value[k];
    if (!plan.focus[k]) {
      if (pairs.isWish[k]) refused += weights.refusal * expected;
      continue;
    }
    const [r, i] = [pairs.region[k], pairs.industry[k]];
    focusCount++;
    plannedValue += expected;
    value += expected * Math.min(1, industries.marketRoom[i] / load[i]);
    if (load[i] > industries.marketRoom[i] + 1e-9) crowded++;
    spend += pairs.cost[k];
    landAll += pairs.footprint[k];
    t.stage[plan.begin?.[k] ?? 0] += pairs.cost[k];
    t.count[r]++;
    t.land[r] += pairs.footprint[k];
    t.worth[r] += expected;
    if (regions.isLagging[r]) lagging += expected;
    if (regions.province[r] >= 0) t.spend[regions.province[r]] += pairs.cost[k];
    const c = industries.link[i];
    if (c < 0) continue;
    t.link[c] += pairs.probability[k] * size[k];
    if (regions.zone[r] >= 0) {
      t.linkZone[c * Z + regions.zone[r]] += pairs.probability[k] * size[k];
      hosts.add(c * Z + regions.zone[r]);
    }
  }
  const overflow = load.reduce((a, x, i) => a + Math.max(0, x - industries.marketRoom[i]), 0);
  const shortfall = t.link.reduce((a, x, c) => a + Math.max(0, links.need[c] - x), 0);
  links.code.forEach((_, c) => {
    let covered = 0;
    for (let z = 0; z < Z; z++) covered += hosts.has(c * Z + z) ? 1 : 0;
    t.zoneGap[c] = Math.max(0, links.zones[c] - covered);
  });
  const zoneGap = t.zoneGap.reduce((a, x) => a + x, 0);
  const floorGap = t.worth.reduce((a, x, r) => a + Math.max(0, regions.valueFloor[r] - x), 0);
  const price = (weight: number, amount: number) => (amount > 1e-9 ? weight * amount : 0);
  const merit =
    value +
    togetherGain(data, plan.focus) -
    price(weights.shortfall, shortfall) -
    price(weights.zoneGap, zoneGap) -
    price(weights.floorGap, floorGap) -
    refused;
  return {
    plannedValue,
    value,
    merit,
    spend,
    focusCount,
    overflow,
    crowdedShare: focusCount === 0 ? 0 : crowded / focusCount,
    shortfall,
    zoneGap,
    floorGap,
    laggingShare: plannedValue > 0 ? lagging / plannedValue : null,
    broken: brokenRules(data, plan, { ...t, spendAll: spend, landAll, lagging, plannedValue }),
  };
}

function togetherGain(data: ChessData, focus: ArrayLike<number>): number {
  const chosen = new Set<string>();
  for (let k = 0; k < focus.length; k++) if (focus[k]) chosen.add(`${data.pairs.region[k]} ${data.pairs.industry[k]}`);
  return data.colocations.reduce(
    (a, c) => a + (chosen.has(`${c.region} ${c.first}`) && chosen.has(`${c.region} ${c.second}`) ? c.bonus : 0),
    0,
  );
}

interface Totals {
  readonly count: Float64Array;
  readonly spend: Float64Array;
  readonly land: Float64Array;
  readonly link: Float64Array;
  readonly linkZone: Float64Array;
  /** Money of what begins in each stage; zones missing by link; plants by industry; expected value by region. */
  readonly stage: Float64Array;
  readonly zoneGap: Float64Array;
  readonly load: Float64Array;
  readonly worth: Float64Array;
  readonly spendAll: number;
  readonly landAll: number;
  readonly lagging: number;
  readonly plannedValue: number;
}

function brokenRules(data: ChessData, plan: JudgedPlan, t: Totals): Judgement['broken'] {
  const found = new Map<string, { count: number; worst: number }>();
  const hold = (rule: string, excess: number, scale: number) => {
    if (!(excess > 1e-6 * Math.max(1, Math.abs(scale)))) return;
    const before = found.get(rule) ?? { count: 0, worst: 0 };
    found.set(rule, { count: before.count + 1, worst: Math.max(before.worst, excess) });
  };
  const { regions, rules, links } = data;
  const Z = data.zones.length;
  regions.code.forEach((_, r) => {
    hold('slots', t.count[r] - regions.slots[r], 1);
    hold('least slots', regions.minSlots[r] - t.count[r], 1);
    hold('footprint', t.land[r] - regions.footprintLimit[r], regions.footprintLimit[r]);
  });
  data.provinces.code.forEach((_, q) =>
    hold('budget', t.spend[q] - data.provinces.budget[q], data.provinces.budget[q]),
  );
  if (rules.nationBudget !== null) hold('budget', t.spendAll - rules.nationBudget, rules.nationBudget);
  if (rules.footprintLimit !== null) hold('footprint', t.landAll - rules.footprintLimit, rules.footprintLimit);
  rules.stages.forEach(({ budget }, s) => {
    if (budget !== null) hold('stage budget', t.stage[s] - budget, budget);
  });
  hardened(data, t, hold);
  hold('equity', rules.equityShare * t.plannedValue - t.lagging, t.plannedValue);
  for (let cz = 0; cz < t.linkZone.length; cz++) {
    const c = Math.floor(cz / Z);
    if (links.maxZoneShare[c] < 1) hold('zone share', t.linkZone[cz] - links.maxZoneShare[c] * t.link[c], t.link[c]);
  }
  for (const [region, industry] of unsupplied(data, plan.focus))
    if (region >= 0 && industry >= 0) hold('prerequisite', 1, 1);
  return [...found].map(([rule, f]) => ({ rule, ...f }));
}

/** Soft rules that a weight without end makes hard. */
function hardened(data: ChessData, t: Totals, hold: (rule: string, excess: number, scale: number) => void): void {
  const { weights, links, regions, industries } = data;
  const each = (weight: number, rule: string, n: number, excess: (k: number) => number, scale: ArrayLike<number>) => {
    if (weight === Infinity) for (let k = 0; k < n; k++) hold(rule, excess(k), scale[k]);
  };
  const { marketRoom } = industries;
  each(weights.overflow, 'market room', marketRoom.length, (i) => t.load[i] - marketRoom[i], marketRoom);
  each(weights.shortfall, 'resilience', links.need.length, (c) => links.need[c] - t.link[c], links.need);
  each(weights.zoneGap, 'zone cover', links.zones.length, (c) => t.zoneGap[c], links.zones);
  const { valueFloor } = regions;
  each(weights.floorGap, 'value floor', valueFloor.length, (r) => valueFloor[r] - t.worth[r], valueFloor);
}

/** Foci whose suppliers neither stand in reach nor are focused on in the region. */
function unsupplied(data: ChessData, focus: ArrayLike<number>): [number, number][] {
  const { pairs, regions, rules, prerequisites } = data;
  if (prerequisites.length === 0) return [];
  const needs = new Map<number, Set<number>>();
  for (const p of prerequisites)
    for (const j of p.needs) needs.set(p.industry, (needs.get(p.industry) ?? new Set()).add(j));
  const degree = Math.PI / 180;
  const km = (a: number, b: number) => {
    const cos =
      Math.sin(regions.lat[a] * degree) * Math.sin(regions.lat[b] * degree) +
      Math.cos(regions.lat[a] * degree) *
        Math.cos(regions.lat[b] * degree) *
        Math.cos((regions.lon[a] - regions.lon[b]) * degree);
    return 6371.0088 * Math.acos(Math.max(-1, Math.min(1, cos)));
  };
  const out: [number, number][] = [];
  for (let k = 0; k < pairs.region.length; k++) {
    const wanted = focus[k] ? needs.get(pairs.industry[k]) : undefined;
    if (!wanted) continue;
    const r = pairs.region[k];
    let met = false;
    for (let e = 0; e < pairs.region.length && !met; e++) {
      if (!wanted.has(pairs.industry[e])) continue;
      const isHere = pairs.region[e] === r;
      const inReach = isHere || (rules.supplierKm > 0 && km(pairs.region[e], r) <= rules.supplierKm);
      met = (isHere && Boolean(focus[e])) || (pairs.isPresent[e] === 1 && inReach);
    }
    if (!met) out.push([r, pairs.industry[k]]);
  }
  return out;
}
