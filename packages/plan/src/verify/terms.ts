import type { PlanProblem } from '../model/problem.js';

/**
 * What the verifier works out for itself from the problem: discounting, captures, queues. It shares no line with the solver;
 * only the declaration of problem and plan is common.
 */

/** `(1 + r)^−(year − price year)`, and the same for the day after the last year. */
export function discounting(p: PlanProblem): { factor: (t: number) => number; end: number } {
  const rate = 1 + p.cost.discountRate;
  return {
    factor: (t) => rate ** (p.priceYear - p.years[t]),
    end: rate ** (p.priceYear - p.years[p.years.length - 1] - 1),
  };
}

/** Share of its cost that a thing bought in year t is still worth at the end of the horizon (straight line). */
export const worthAtEnd = (p: PlanProblem, t: number, lifeYears: number): number =>
  Math.max(0, 1 - (p.years.length - t) / lifeYears);

/** φ(τ): 1 up to the full-capture time, exponential beyond, 0 past the limit; limits inclusive. */
export function capture(p: PlanProblem, minutes: number): number {
  const { fullCaptureMin, decayMin, maxMin } = p.capture;
  return minutes > maxMin ? 0 : minutes <= fullCaptureMin ? 1 : Math.exp((fullCaptureMin - minutes) / decayMin);
}

/** Cost of driving there and back for one kWh, undiscounted. */
export const travelPerKwh = (p: PlanProblem, minutes: number): number =>
  (2 * (minutes / 60) * p.cost.timeValuePerHour) / p.cost.tripKwh;

/** P(wait > w) of n servers at λ an hour: Erlang C with the Allen-Cunneen factor, from the Poisson sum in logarithms. */
function longWait(n: number, lambda: number, q: { meanMin: number; waitMin: number; factor: number }): number {
  const mu = 60 / q.meanMin;
  const a = lambda / mu;
  if (a <= 0) return 0;
  if (a >= n) return 1;
  // C = (aⁿ/n!)·n/(n−a) / (Σ_{k<n} a^k/k! + (aⁿ/n!)·n/(n−a)), every term relative to the largest.
  let logTerm = 0;
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push((logTerm += Math.log(a / k)));
  const top = Math.max(...logs);
  let sum = 0;
  for (let k = 0; k < n; k++) sum += Math.exp(logs[k] - top);
  const tail = (Math.exp(logs[n] - top) * n) / (n - a);
  return (tail / (sum + tail)) * Math.exp(-(n * mu - lambda) * (q.waitMin / 60) * q.factor);
}

/** Largest arrivals an hour that `guns` serve within the wait target of a peak, by halving the interval. */
function arrivalLimit(guns: number, q: { meanMin: number; waitMin: number; factor: number; alpha: number }): number {
  if (guns === 0) return 0;
  let low = 0;
  let high = (guns * 60) / q.meanMin;
  for (let it = 0; it < 200 && high - low > 1e-15 * high; it++) {
    const mid = (low + high) / 2;
    if (longWait(guns, mid, q) <= q.alpha) low = mid;
    else high = mid;
  }
  return low;
}

/** kWh an hour that `count` modules of type k serve at peak p: remembered, since layouts repeat counts. */
export function serviceTable(p: PlanProblem): (k: number, count: number, peak: number) => number {
  const known = new Map<number, number>();
  const factor = 2 / (p.queue.arrivalScv + p.queue.serviceScv);
  return (k, count, peak) => {
    const key = (k * 4096 + count) * 1024 + peak;
    let kwh = known.get(key);
    if (kwh === undefined) {
      const m = p.moduleTypes[k];
      const { waitMin, alpha } = p.peaks[peak];
      kwh = arrivalLimit(count * m.guns, { meanMin: m.plugMin, waitMin, factor, alpha }) * m.sessionKwh;
      known.set(key, kwh);
    }
    return kwh;
  };
}

/** County of each demand point where the coverage rule holds, −1 elsewhere; people who count. */
export function coverageDuty(p: PlanProblem): { county: Int32Array; people: Float64Array } {
  const county = new Int32Array(p.demandPoints.id.length).fill(-1);
  const people = new Float64Array(county.length);
  county.forEach((_, i) => {
    const c = p.townships.county[p.demandPoints.township[i]];
    if (p.counties.suitable[c] === 1 && p.demandPoints.population[i] > 0) {
      county[i] = c;
      people[i] = p.demandPoints.population[i];
    }
  });
  return { county, people };
}

/** Rows of networks: kW at a site → part of the room. What stands already is there whatever the row says. */
export function networkRows(p: PlanProblem): { name: string; perKw: Map<number, number>; room: number }[] {
  const { gridRows } = p;
  if (!gridRows) return [];
  const K = p.moduleTypes.length;
  return gridRows.name.map((name, n) => {
    const perKw = new Map<number, number>();
    for (let e = gridRows.start[n]; e < gridRows.start[n + 1]; e++)
      perKw.set(gridRows.site[e], (perKw.get(gridRows.site[e]) ?? 0) + gridRows.coefficient[e]);
    let standing = 0;
    for (const [j, c] of perKw)
      p.moduleTypes.forEach((m, k) => (standing += c * p.layoutCounts[p.sites.existing[j] * K + k] * m.powerKw));
    return { name, perKw, room: Math.max(gridRows.room[n], standing) };
  });
}
