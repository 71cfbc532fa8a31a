import type { Certificate } from '../model/plan.js';
import type { PlanProblem } from '../model/problem.js';
import { capture, coverageDuty, discounting, networkRows, serviceTable, travelPerKwh, worthAtEnd } from './terms.js';

/** Rows in the order in which a certificate lists their multipliers, family by family. */
interface PricedRow {
  readonly price: number;
  readonly needs: number;
  /** What layout v of site j in year u adds to the row. */
  readonly adds: (j: number, u: number, v: number) => number;
  /** Sites that can add anything. */
  readonly sites: readonly number[];
  readonly years: readonly number[];
}

/** Multipliers and everything else that one evaluation reads. */
interface Evaluation {
  readonly p: PlanProblem;
  readonly I: number;
  readonly T: number;
  readonly K: number;
  readonly V: number;
  readonly serve: Float64Array;
  readonly cover: { county: Float64Array; point: Float64Array } | null;
  readonly rows: readonly { row: PricedRow; multiplier: number }[];
  readonly money: (i: number, t: number) => number;
}

const layoutSum = (p: PlanProblem, v: number, each: (k: number) => number): number => {
  const K = p.moduleTypes.length;
  let s = 0;
  for (let k = 0; k < K; k++) s += p.layoutCounts[v * K + k] * each(k);
  return s;
};
const gunsOf = (p: PlanProblem, v: number) => layoutSum(p, v, (k) => p.moduleTypes[k].guns);
const kwOf = (p: PlanProblem, v: number) => layoutSum(p, v, (k) => p.moduleTypes[k].powerKw);
const capexOf = (p: PlanProblem, v: number) => layoutSum(p, v, (k) => p.moduleTypes[k].capex);

/** Rows of the four families that link sites, township by township or year by year. */
function pricedRows(p: PlanProblem): Record<string, PricedRow[]> {
  const { factor } = discounting(p);
  const years = p.years.map((_, t) => t);
  const all = p.sites.id.map((_, j) => j);
  const pile = p.rules.townshipPile;
  const station = p.rules.countyStation;
  const { hosting, budget } = p;
  const existingCost = all.reduce(
    (s, j) => s + (p.sites.existing[j] > 0 ? capexOf(p, p.sites.existing[j]) + p.sites.openingCost[j] : 0),
    0,
  );
  const cost = (j: number, v: number) => capexOf(p, v) + (v > 0 ? p.sites.openingCost[j] : 0);
  let allowed = 0;
  return {
    townshipPile: pile
      ? p.townships.name.flatMap((_, w) =>
          p.townships.suitable[w] === 0
            ? []
            : years.map((t): PricedRow => ({
                price: pile.pricePerGun * factor(t),
                needs: pile.guns[t],
                sites: all.filter((j) => p.sites.township[j] === w),
                years: [t],
                adds: (_j, _u, v) => gunsOf(p, v),
              })),
        )
      : [],
    countyStation: station
      ? p.counties.name.flatMap((_, c) =>
          p.counties.suitable[c] === 0
            ? []
            : years
                .filter((t) => station.kw[t] > 0)
                .map((t): PricedRow => ({
                  price: station.pricePerCounty * factor(t),
                  needs: 1,
                  sites: all.filter((j) => p.townships.county[p.sites.township[j]] === c),
                  years: [t],
                  adds: (_j, _u, v) => (kwOf(p, v) >= station.kw[t] ? 1 : 0),
                })),
        )
      : [],
    budget: budget
      ? years.map((t): PricedRow => {
          allowed += budget.byYear[t];
          const own = budget.carryOver || t === 0;
          const needs = budget.carryOver ? -allowed - existingCost : -budget.byYear[t] - (t === 0 ? existingCost : 0);
          return {
            price: Infinity,
            needs,
            sites: all,
            years: own ? [t] : [t - 1, t],
            adds: (j, u, v) => (u === t ? -cost(j, v) : cost(j, v)),
          };
        })
      : [],
    hostingCapacity: [
      ...(hosting
        ? hosting.name.flatMap((_, g) => {
            const under = all.filter((j) => p.sites.hostingGroup[j] === g);
            // A site by itself is limited by what it may hold.
            if (under.length < 2) return [];
            return years.map((t): PricedRow => {
              const standing = under.reduce((s, j) => s + kwOf(p, p.sites.existing[j]), 0);
              return {
                price: Infinity,
                needs: -Math.max(hosting.spareKw[g * p.years.length + t], standing),
                sites: under,
                years: [t],
                adds: (_j, _u, v) => -kwOf(p, v),
              };
            });
          })
        : []),
      ...networkRows(p).flatMap((row) =>
        years.map((t): PricedRow => ({
          price: Infinity,
          needs: -row.room,
          sites: [...row.perKw.keys()],
          years: [t],
          adds: (j, _u, v) => -(row.perKw.get(j) ?? 0) * kwOf(p, v),
        })),
      ),
    ],
  };
}

/** Weights of the peaks in the one row that stands for them: eighth powers of how full they make the largest layout. */
function peakWeights(p: PlanProblem, served: (k: number, count: number, peak: number) => number): Float64Array {
  const [T, P, I, K] = [p.years.length, p.peaks.length, p.demandPoints.id.length, p.moduleTypes.length];
  const V = p.layoutCounts.length / K;
  const out = new Float64Array(T * P);
  const most = Array.from({ length: P }, (_, q) => {
    let m = 0;
    for (let v = 0; v < V; v++) for (let k = 0; k < K; k++) m = Math.max(m, served(k, p.layoutCounts[v * K + k], q));
    return m;
  });
  for (let t = 0; t < T; t++) {
    const fill = most.map((m, q) => {
      let s = 0;
      for (let i = 0; i < I; i++) s += p.peakKwhPerHour[(t * P + q) * I + i];
      return s / m;
    });
    const top = Math.max(...fill);
    const raw = fill.map((f) => (top > 0 ? (f / top) ** 8 : 1));
    const total = raw.reduce((a, b) => a + b, 0);
    raw.forEach((x, q) => (out[t * P + q] = x / total));
  }
  return out;
}

/** The certificate's integers as numbers, with what makes them unusable. */
function multipliers(p: PlanProblem, c: Certificate): { e: Evaluation | null; faults: string[] } {
  const faults: string[] = [];
  const [I, T, K] = [p.demandPoints.id.length, p.years.length, p.moduleTypes.length];
  const number = (x: number) => x / c.scale;
  const listed = pricedRows(p);
  const lists: Record<string, readonly number[]> = { serve: c.serve, ...c.rows };
  for (const [name, list] of Object.entries(lists)) {
    if (list.some((x) => !Number.isSafeInteger(x) || (x < 0 && name !== 'serve')))
      faults.push(`certificate: multipliers of ${name} are not whole numbers${name === 'serve' ? '' : ' ≥ 0'}`);
  }
  if (!(c.scale > 0)) faults.push('certificate: scale must be > 0');
  if (c.serve.length !== I * T) faults.push(`certificate: ${c.serve.length} prices of points; expected ${I * T}`);
  const rows: Evaluation['rows'][number][] = [];
  for (const [name, list] of Object.entries(listed)) {
    const m = c.rows[name] ?? [];
    if (m.length !== list.length)
      faults.push(`certificate: ${m.length} multipliers of ${name}; expected ${list.length}`);
    else list.forEach((row, r) => rows.push({ row, multiplier: number(m[r]) }));
  }
  let cover: Evaluation['cover'] = null;
  if (p.rules.coverage) {
    const county = c.rows['coverage'] ?? [];
    const point = c.rows['covered'] ?? [];
    if (county.length !== p.counties.id.length * T || point.length !== I * T)
      faults.push('certificate: multipliers of coverage do not fit');
    else cover = { county: Float64Array.from(county, number), point: Float64Array.from(point, number) };
  }
  if (faults.length > 0) return { e: null, faults };
  const { factor } = discounting(p);
  const money = (i: number, t: number) => factor(t) * p.cost.daysPerYear * p.energyKwhPerDay[i * T + t];
  return {
    e: { p, I, T, K, V: p.layoutCounts.length / K, serve: Float64Array.from(c.serve, number), cover, rows, money },
    faults,
  };
}

/** Constant parts: what a point is worth at most, rows, coverage. Slack caps each price: beyond it the bound is −∞ otherwise. */
function constantPart(e: Evaluation): number {
  const { p, I, T } = e;
  const { factor } = discounting(p);
  let bound = 0;
  for (let i = 0; i < I; i++)
    for (let t = 0; t < T; t++) bound += Math.min(e.serve[i * T + t], e.money(i, t) * p.cost.unservedPerKwh);
  for (const { row, multiplier } of e.rows) {
    if (multiplier > row.price * (1 + 1e-12)) return -Infinity;
    bound += multiplier * row.needs;
  }
  const rule = p.rules.coverage;
  if (e.cover && rule) {
    const { county, people } = coverageDuty(p);
    const all = new Float64Array(p.counties.id.length);
    county.forEach((c, i) => {
      if (c >= 0) all[c] += people[i];
    });
    for (let t = 0; t < T; t++) {
      for (let c = 0; c < all.length; c++) {
        if (e.cover.county[c * T + t] > rule.pricePerPerson * factor(t) * (1 + 1e-12)) return -Infinity;
        bound += e.cover.county[c * T + t] * rule.share[t] * all[c];
      }
      county.forEach((c, i) => {
        if (c >= 0)
          bound += Math.min(
            0,
            (e.cover as NonNullable<typeof e.cover>).point[i * T + t] -
              (e.cover as NonNullable<typeof e.cover>).county[c * T + t] * people[i],
          );
      });
    }
  }
  // What stands already was paid before the horizon and is not bought again.
  p.sites.existing.forEach((v) => {
    for (let k = 0; k < e.K; k++) {
      const m = p.moduleTypes[k];
      bound -= p.layoutCounts[v * e.K + k] * m.capex * (factor(0) - discounting(p).end * worthAtEnd(p, 0, m.lifeYears));
    }
  });
  return bound;
}

/** Cost per unit that stands in a year, from the cost per unit added in it. */
function standing(p: PlanProblem, lifeYears: number): number[] {
  const { factor, end } = discounting(p);
  const adding = p.years.map((_, t) => factor(t) - end * worthAtEnd(p, t, lifeYears));
  return adding.map((a, t) => a - (adding[t + 1] ?? 0));
}

/** Least priced cost of one site over all growing sequences of layouts it may have. */
function siteMinimum(e: Evaluation, j: number, work: Work): number {
  const { p, T, V } = e;
  const existing = p.sites.existing[j];
  let after = new Float64Array(V);
  for (let t = T - 1; t >= 0; t--) {
    const now = new Float64Array(V).fill(Infinity);
    const list = work.gains(j, t);
    for (let v = 0; v < V; v++) {
      if (!work.isAllowed(j, t, v)) continue;
      let cost = work.layoutCost[t][v] + (v > 0 && existing === 0 ? p.sites.openingCost[j] * work.opening[t] : 0);
      for (const { row, multiplier } of work.rowsOf[j])
        if (multiplier > 0 && row.years.includes(t)) cost -= multiplier * row.adds(j, t, v);
      if (v > 0 && e.cover) for (const i of work.covers[j]) cost -= e.cover.point[i * T + t];
      let room = work.capacity(j, t, v);
      for (const g of list) {
        if (room <= 0) break;
        const take = Math.min(room, g.weight);
        cost -= take * g.gain;
        room -= take;
      }
      let least = t === T - 1 ? 0 : Infinity;
      if (t < T - 1) for (let u = 0; u < V; u++) if (after[u] < least && work.grows(v, u)) least = after[u];
      now[v] = cost + least;
    }
    after = now;
  }
  return Math.min(...after);
}

interface Gain {
  readonly gain: number;
  readonly weight: number;
}

interface Work {
  readonly layoutCost: readonly Float64Array[];
  readonly opening: readonly number[];
  readonly rowsOf: readonly Evaluation['rows'][number][][];
  readonly covers: readonly number[][];
  readonly isAllowed: (j: number, t: number, v: number) => boolean;
  readonly grows: (from: number, to: number) => boolean;
  readonly gains: (j: number, t: number) => readonly Gain[];
  readonly capacity: (j: number, t: number, v: number) => number;
}

function workOf(e: Evaluation): Work {
  const { p, I, T, K, V } = e;
  const P = p.peaks.length;
  const served = serviceTable(p);
  const omega = peakWeights(p, served);
  const { factor } = discounting(p);
  const weight = (i: number, t: number) => {
    let w = 0;
    for (let q = 0; q < P; q++) w += omega[t * P + q] * p.peakKwhPerHour[(t * P + q) * I + i];
    return w;
  };
  const weights = Float64Array.from({ length: I * T }, (_, k) => weight(Math.floor(k / T), k % T));
  const modules = p.moduleTypes.map((m) => standing(p, m.lifeYears));
  const layoutCost = p.years.map((_, t) =>
    Float64Array.from(
      { length: V },
      (_v, v) =>
        (v > 0 ? factor(t) * p.cost.siteOpexPerYear : 0) +
        layoutSum(p, v, (k) => p.moduleTypes[k].capex * modules[k][t] + factor(t) * p.moduleTypes[k].opexPerYear),
    ),
  );
  const grow = Uint8Array.from({ length: V * V }, (_, x) => {
    const [a, b] = [Math.floor(x / V), x % V];
    for (let k = 0; k < K; k++) if (p.layoutCounts[b * K + k] < p.layoutCounts[a * K + k]) return 0;
    return 1;
  });
  const grows = (a: number, b: number) => grow[a * V + b] === 1;
  const rowsOf: Evaluation['rows'][number][][] = p.sites.id.map(() => []);
  for (const r of e.rows) for (const j of r.row.sites) rowsOf[j].push(r);
  const covers: number[][] = p.sites.id.map(() => []);
  if (e.cover && p.rules.coverage) {
    const { county } = coverageDuty(p);
    const within = p.rules.coverage.withinMin;
    covers.forEach((list, j) => {
      for (let x = p.access.start[j]; x < p.access.start[j + 1]; x++)
        if (p.access.travelMin[x] <= within && county[p.access.point[x]] >= 0) list.push(p.access.point[x]);
    });
  }
  const guns = Float64Array.from({ length: V }, (_, v) => gunsOf(p, v));
  const kw = Float64Array.from({ length: V }, (_, v) => kwOf(p, v));
  const isAllowed = (j: number, t: number, v: number) => {
    const own = p.sites.existing[j];
    if (v === own) return true;
    const g = p.sites.hostingGroup[j];
    return (
      guns[v] <= p.sites.slots[j] && grows(own, v) && (!p.hosting || g < 0 || kw[v] <= p.hosting.spareKw[g * T + t])
    );
  };
  const pairs = (j: number) =>
    Array.from({ length: p.access.start[j + 1] - p.access.start[j] }, (_, n) => p.access.start[j] + n).filter(
      (x) =>
        capture(p, p.access.travelMin[x]) > 0 &&
        p.energyKwhPerDay.subarray(p.access.point[x] * T, p.access.point[x] * T + T).some((kwh) => kwh > 0) &&
        travelPerKwh(p, p.access.travelMin[x]) < p.cost.unservedPerKwh,
    );
  const pairsOf = p.sites.id.map((_, j) => pairs(j));
  const gains = (j: number, t: number): Gain[] =>
    pairsOf[j]
      .flatMap((x): Gain[] => {
        const i = p.access.point[x];
        const w = weights[i * T + t];
        if (!(w > 0)) return [];
        const gain = (e.serve[i * T + t] - e.money(i, t) * travelPerKwh(p, p.access.travelMin[x])) / w;
        return gain > 0 ? [{ gain, weight: capture(p, p.access.travelMin[x]) * w }] : [];
      })
      .sort((a, b) => b.gain - a.gain);
  const lowest = new Map<number, Float64Array>();
  const lowOf = (j: number, t: number): Float64Array => {
    let low = lowest.get(j * T + t);
    if (!low) {
      low = new Float64Array(P).fill(Infinity);
      for (const x of pairsOf[j]) {
        const i = p.access.point[x];
        const w = weights[i * T + t];
        for (let q = 0; q < P && w > 0; q++) low[q] = Math.min(low[q], p.peakKwhPerHour[(t * P + q) * I + i] / w);
      }
      lowest.set(j * T + t, low);
    }
    return low;
  };
  const capacity = (j: number, t: number, v: number): number => {
    const low = lowOf(j, t);
    let all = 0;
    for (let k = 0; k < K; k++) {
      let least = 0;
      for (let q = 0; q < P; q++) least += omega[t * P + q] * served(k, p.layoutCounts[v * K + k], q);
      for (let q = 0; q < P; q++)
        if (low[q] > 0) least = Math.min(least, served(k, p.layoutCounts[v * K + k], q) / low[q]);
      all += least;
    }
    return all;
  };
  return { layoutCost, opening: standing(p, p.cost.siteLifeYears), rowsOf, covers, isAllowed, grows, gains, capacity };
}

/** L at the certificate's multipliers: no plan costs less, by weak duality, whatever produced them. */
export function provenBound(p: PlanProblem, c: Certificate): { bound: number; faults: readonly string[] } {
  const { e, faults } = multipliers(p, c);
  if (!e) return { bound: -Infinity, faults };
  let bound = constantPart(e);
  const work = workOf(e);
  for (let j = 0; j < p.sites.id.length; j++) bound += siteMinimum(e, j, work);
  return { bound, faults };
}
