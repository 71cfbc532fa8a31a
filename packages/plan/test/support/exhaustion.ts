import type { PlanProblem } from '@qipan/plan';

/**
 * The optimum of a tiny plan by trying every combination of growing layouts, with the best assignment of demand by
 * successive cheapest paths. Written from the formulas; shares nothing with the program. Holds where all villages have
 * the same shape of the day, so that a layout's capacity is one number.
 * @param accepts what else a choice must satisfy, such as the flow of a network
 */
export function optimumByExhaustion(
  p: PlanProblem,
  accepts: (paths: readonly (readonly number[])[]) => boolean = () => true,
): { value: number; paths: number[][]; combinations: number } {
  const T = p.years.length;
  const J = p.sites.id.length;
  const lists = p.sites.id.map((_, j) => growingPaths(p, j));
  const served = new Map<string, number>();
  const serviceOf = (t: number, layouts: readonly number[]) => {
    const key = `${t}:${layouts.join()}`;
    let cost = served.get(key);
    if (cost === undefined) served.set(key, (cost = assignmentCost(p, t, layouts)));
    return cost;
  };
  let best = Infinity;
  let paths: number[][] = [];
  let combinations = 0;
  const chosen: number[][] = [];
  const descend = (j: number) => {
    if (j < J) {
      for (const path of lists[j]) {
        chosen[j] = path;
        descend(j + 1);
      }
      return;
    }
    combinations++;
    const fixed = buildingCost(p, chosen);
    if (fixed >= best || !accepts(chosen)) return;
    let value = fixed;
    for (let t = 0; t < T; t++)
      value += serviceOf(
        t,
        chosen.map((path) => path[t]),
      );
    if (value < best) {
      best = value;
      paths = chosen.map((x) => [...x]);
    }
  };
  descend(0);
  return { value: best, paths, combinations };
}

const count = (p: PlanProblem, v: number, k: number) => p.layoutCounts[v * p.moduleTypes.length + k];
const total = (p: PlanProblem, v: number, f: (k: number) => number) =>
  p.moduleTypes.reduce((s, _, k) => s + count(p, v, k) * f(k), 0);
export const gunsOf = (p: PlanProblem, v: number) => total(p, v, (k) => p.moduleTypes[k].guns);
export const kwOf = (p: PlanProblem, v: number) => total(p, v, (k) => p.moduleTypes[k].powerKw);

function growingPaths(p: PlanProblem, j: number): number[][] {
  const V = p.layoutCounts.length / p.moduleTypes.length;
  const T = p.years.length;
  const own = p.sites.existing[j];
  const covers = (a: number, b: number) => p.moduleTypes.every((_, k) => count(p, b, k) >= count(p, a, k));
  const out: number[][] = [];
  const walk = (path: number[]) => {
    if (path.length === T) {
      out.push(path);
      return;
    }
    for (let v = 0; v < V; v++)
      if (covers(path.at(-1) ?? own, v) && (v === own || gunsOf(p, v) <= p.sites.slots[j])) walk([...path, v]);
  };
  walk([]);
  return out;
}

/** Money of building and of rules; Infinity where a transformer or the budget is broken. */
function buildingCost(p: PlanProblem, paths: readonly (readonly number[])[]): number {
  const T = p.years.length;
  const d = (t: number) => 1.0 / Math.pow(1 + p.cost.discountRate, p.years[t] - p.priceYear);
  const after = 1.0 / Math.pow(1 + p.cost.discountRate, p.years[T - 1] + 1 - p.priceYear);
  const left = (t: number, life: number) => Math.max(0, (life - (T - t)) / life);
  let value = 0;
  const spent = Array.from({ length: T }, () => 0);
  paths.forEach((path, j) => {
    const own = p.sites.existing[j];
    path.forEach((v, t) => {
      const before = t === 0 ? own : path[t - 1];
      if (v > 0 && before === 0) {
        spent[t] += p.sites.openingCost[j];
        value += p.sites.openingCost[j] * (d(t) - after * left(t, p.cost.siteLifeYears));
      }
      if (v > 0) value += p.cost.siteOpexPerYear * d(t);
      p.moduleTypes.forEach((m, k) => {
        const bought = (count(p, v, k) - count(p, before, k)) * m.capex;
        spent[t] += bought;
        value += bought * (d(t) - after * left(t, m.lifeYears)) + count(p, v, k) * m.opexPerYear * d(t);
      });
    });
  });
  let purse = 0;
  for (let t = 0; t < T; t++) {
    if (p.budget) {
      purse = (p.budget.carryOver ? purse : 0) + p.budget.byYear[t] - spent[t];
      if (purse < -1e-9) return Infinity;
    }
    if (!withinTransformers(p, paths, t)) return Infinity;
    value += d(t) * ruleMoney(p, paths, t);
  }
  return value;
}

function withinTransformers(p: PlanProblem, paths: readonly (readonly number[])[], t: number): boolean {
  return (p.hosting?.name ?? []).every((_, g) => {
    let now = 0;
    let standing = 0;
    paths.forEach((path, j) => {
      if (p.sites.hostingGroup[j] !== g) return;
      now += kwOf(p, path[t]);
      standing += kwOf(p, p.sites.existing[j]);
    });
    return now <= Math.max(p.hosting?.spareKw[g * p.years.length + t] ?? 0, standing) + 1e-9;
  });
}

/** Price of the slack of every rule in a year, undiscounted. */
function ruleMoney(p: PlanProblem, paths: readonly (readonly number[])[], t: number): number {
  const { townshipPile, countyStation, coverage } = p.rules;
  let money = 0;
  if (townshipPile)
    p.townships.id.forEach((_, w) => {
      if (!p.townships.suitable[w]) return;
      const guns = paths.reduce((s, path, j) => s + (p.sites.township[j] === w ? gunsOf(p, path[t]) : 0), 0);
      money += Math.max(0, townshipPile.guns[t] - guns) * townshipPile.pricePerGun;
    });
  p.counties.id.forEach((_, c) => {
    if (!p.counties.suitable[c]) return;
    const isHere = (township: number) => p.townships.county[township] === c;
    const threshold = countyStation?.kw[t] ?? 0;
    const stands = paths.some((path, j) => isHere(p.sites.township[j]) && kwOf(p, path[t]) >= threshold);
    if (countyStation && threshold > 0 && !stands) money += countyStation.pricePerCounty;
    if (!coverage) return;
    const reached = new Set<number>();
    paths.forEach((path, j) => {
      for (let e = p.access.start[j]; e < p.access.start[j + 1] && path[t] > 0; e++)
        if (p.access.travelMin[e] <= coverage.withinMin) reached.add(p.access.point[e]);
    });
    let [all, have] = [0, 0];
    p.demandPoints.population.forEach((n, i) => {
      if (!(n > 0) || !isHere(p.demandPoints.township[i])) return;
      all += n;
      if (reached.has(i)) have += n;
    });
    money += Math.max(0, coverage.share[t] * all - have) * coverage.pricePerPerson;
  });
  return money;
}

/** P(wait > w) by the plain sum of the textbook; fine for few guns. */
function longWait(guns: number, perHour: number, q: { plugMin: number; waitMin: number; factor: number }): number {
  const a = (perHour * q.plugMin) / 60;
  let term = 1;
  let sum = 0;
  for (let n = 0; n < guns; n++) {
    sum += term;
    term *= a / (n + 1);
  }
  const waits = term * (guns / (guns - a));
  return (waits / (sum + waits)) * Math.exp(-(guns - a) * (q.waitMin / q.plugMin) * q.factor);
}

/** Arrivals an hour that keep the wait target, by halving. */
export function arrivalsWithin(
  guns: number,
  q: { plugMin: number; waitMin: number; alpha: number; factor?: number },
): number {
  if (guns === 0) return 0;
  let [low, high] = [0, (guns * 60) / q.plugMin];
  for (let n = 0; n < 90; n++) {
    const mid = (low + high) / 2;
    if (longWait(guns, mid, { ...q, factor: q.factor ?? 1 }) <= q.alpha) low = mid;
    else high = mid;
  }
  return low;
}

/** Part of a day's kWh at the first peak that a layout serves: the tightest peak decides, type by type. */
function capacityAtFirstPeak(p: PlanProblem, v: number, t: number, ratio: readonly number[]): number {
  const factor = 2 / (p.queue.arrivalScv + p.queue.serviceScv);
  return p.moduleTypes.reduce((sum, m, k) => {
    const limits = p.peaks.map(
      ({ waitMin, alpha }, q) =>
        (arrivalsWithin(count(p, v, k) * m.guns, { plugMin: m.plugMin, waitMin, alpha, factor }) * m.sessionKwh) /
        ratio[q],
    );
    return sum + Math.min(...limits);
  }, 0);
}

/** Cheapest travel and unserved money of a year, discounted. */
export function assignmentCost(p: PlanProblem, t: number, layouts: readonly number[]): number {
  const [I, T, P] = [p.demandPoints.id.length, p.years.length, p.peaks.length];
  const weight = (i: number, q: number) => p.peakKwhPerHour[(t * P + q) * I + i];
  const some = p.demandPoints.id.findIndex((_, i) => weight(i, 0) > 0);
  const ratio = p.peaks.map((_, q) => weight(some, q) / weight(some, 0));
  const dollars = p.cost.daysPerYear / Math.pow(1 + p.cost.discountRate, p.years[t] - p.priceYear);
  const arcs: Arc[] = [];
  const [source, sink] = [I + layouts.length, I + layouts.length + 1];
  let value = 0;
  for (let i = 0; i < I; i++) {
    value += dollars * p.energyKwhPerDay[i * T + t] * p.cost.unservedPerKwh;
    addArc(arcs, source, i, weight(i, 0), 0);
  }
  layouts.forEach((v, j) => {
    if (v === 0) return;
    addArc(arcs, I + j, sink, capacityAtFirstPeak(p, v, t, ratio), 0);
    for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++) {
      const i = p.access.point[e];
      const minutes = p.access.travelMin[e];
      if (minutes > p.capture.maxMin) continue;
      const phi = Math.min(1, Math.exp((p.capture.fullCaptureMin - minutes) / p.capture.decayMin));
      const perKwh = (minutes / 30) * (p.cost.timeValuePerHour / p.cost.tripKwh) - p.cost.unservedPerKwh;
      const gain = (dollars * p.energyKwhPerDay[i * T + t] * perKwh) / weight(i, 0);
      addArc(arcs, i, I + j, phi * weight(i, 0), gain);
    }
  });
  return value + cheapestFlow(arcs, source, sink, I + layouts.length + 2);
}

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
  room: number;
}

/** An arc and, right after it, the way back. */
function addArc(arcs: Arc[], from: number, to: number, room: number, cost: number): void {
  arcs.push({ from, to, cost, room }, { from: to, to: from, cost: -cost, room: 0 });
}

/** Sends flow along cheapest paths while they cost less than nothing (Bellman-Ford on the residual network). */
function cheapestFlow(arcs: Arc[], source: number, sink: number, nodes: number): number {
  let value = 0;
  for (let round = 0; round < 500; round++) {
    const distance = Array.from({ length: nodes }, () => Infinity);
    const by = Array.from({ length: nodes }, () => -1);
    distance[source] = 0;
    for (let n = 0; n < nodes; n++)
      arcs.forEach((a, e) => {
        if (a.room > 1e-10 && distance[a.from] + a.cost < distance[a.to] - 1e-9) {
          distance[a.to] = distance[a.from] + a.cost;
          by[a.to] = e;
        }
      });
    if (!(distance[sink] < -1e-9)) return value;
    let push = Infinity;
    for (let at = sink; at !== source; at = arcs[by[at]].from) push = Math.min(push, arcs[by[at]].room);
    for (let at = sink; at !== source; at = arcs[by[at]].from) {
      arcs[by[at]].room -= push;
      arcs[by[at] ^ 1].room += push;
    }
    value += push * distance[sink];
  }
  throw new Error('the flow did not end');
}
