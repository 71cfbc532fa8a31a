import type { Plan, PlanProblem, PlanSlack } from '@qipan/plan';
import type { Random } from '@qipan/base';
import { arrivalsWithin, gunsOf, kwOf } from './exhaustion.js';

/** A rule in one place and year as the specification words it; hard rules have no price. */
interface Duty {
  readonly rule: string;
  readonly id: string;
  readonly t: number;
  readonly missing: number;
  readonly size: number;
  readonly price: number | null;
}

type Counts = readonly (readonly (readonly number[])[])[];

const discount = (p: PlanProblem, year: number) => Math.pow(1 / (1 + p.cost.discountRate), year - p.priceYear);
export const shareAt = (p: PlanProblem, minutes: number) =>
  minutes > p.capture.maxMin ? 0 : Math.min(1, Math.exp(-(minutes - p.capture.fullCaptureMin) / p.capture.decayMin));
const standing = (p: PlanProblem, j: number) =>
  p.moduleTypes.map((_, k) => p.layoutCounts[p.sites.existing[j] * p.moduleTypes.length + k]);
const gunsIn = (p: PlanProblem, c: readonly number[]) => c.reduce((s, n, k) => s + n * p.moduleTypes[k].guns, 0);
const kwIn = (p: PlanProblem, c: readonly number[]) => c.reduce((s, n, k) => s + n * p.moduleTypes[k].powerKw, 0);

export function minutesTo(p: PlanProblem, j: number, i: number): number | null {
  for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++)
    if (p.access.point[e] === i) return p.access.travelMin[e];
  return null;
}

/** Module counts of all sites; closed ones hold nothing. */
function countsOf(p: PlanProblem, plan: Plan): Counts {
  return p.sites.id.map(
    (_, j) => plan.sites.find((s) => s.site === j)?.counts ?? p.years.map(() => p.moduleTypes.map(() => 0)),
  );
}

/** What is bought when, for how much and how long it lasts. */
function purchases(p: PlanProblem, counts: Counts) {
  const out: { t: number; cost: number; life: number; kind: 'opening' | 'modules' }[] = [];
  counts.forEach((years, j) =>
    years.forEach((now, t) => {
      const before = t === 0 ? standing(p, j) : years[t - 1];
      if (gunsIn(p, before) === 0 && gunsIn(p, now) > 0)
        out.push({ t, cost: p.sites.openingCost[j], life: p.cost.siteLifeYears, kind: 'opening' });
      now.forEach((n, k) => {
        const { capex, lifeYears } = p.moduleTypes[k];
        if (n !== before[k]) out.push({ t, cost: (n - before[k]) * capex, life: lifeYears, kind: 'modules' });
      });
    }),
  );
  return out;
}

/** Every rule in every place and year where it holds. */
function duties(p: PlanProblem, counts: Counts): Duty[] {
  const out: Duty[] = [];
  const T = p.years.length;
  const push = (rule: string, id: string, t: number, has: number, needs: number, price: number | null) =>
    out.push({ rule, id, t, missing: Math.max(0, needs - has), size: Math.max(1, Math.abs(needs)), price });
  const spent = p.years.map((_, t) => purchases(p, counts).reduce((s, b) => s + (b.t === t ? b.cost : 0), 0));
  for (let t = 0; t < T; t++) {
    const d = discount(p, p.years[t]);
    const { townshipPile, countyStation, coverage } = p.rules;
    const county = (j: number) => p.townships.county[p.sites.township[j]];
    if (townshipPile)
      p.townships.id.forEach((id, w) => {
        if (!p.townships.suitable[w]) return;
        const guns = counts.reduce((s, c, j) => s + (p.sites.township[j] === w ? gunsIn(p, c[t]) : 0), 0);
        push('townshipPile', id, t, guns, townshipPile.guns[t], townshipPile.pricePerGun * d);
      });
    p.counties.id.forEach((id, c) => {
      if (!p.counties.suitable[c]) return;
      if (countyStation && countyStation.kw[t] > 0) {
        const one = counts.some((n, j) => county(j) === c && kwIn(p, n[t]) >= countyStation.kw[t]);
        push('countyStation', id, t, one ? 1 : 0, 1, countyStation.pricePerCounty * d);
      }
      if (!coverage) return;
      const near = (i: number) =>
        counts.some((n, j) => gunsIn(p, n[t]) > 0 && (minutesTo(p, j, i) ?? Infinity) <= coverage.withinMin);
      let [all, reached] = [0, 0];
      p.demandPoints.population.forEach((people, i) => {
        if (!(people > 0) || p.townships.county[p.demandPoints.township[i]] !== c) return;
        all += people;
        if (near(i)) reached += people;
      });
      push('coverage', id, t, reached, coverage.share[t] * all, coverage.pricePerPerson * d);
    });
    p.hosting?.name.forEach((_, g) => {
      let [now, was] = [0, 0];
      counts.forEach((n, j) => {
        if (p.sites.hostingGroup[j] !== g) return;
        now += kwIn(p, n[t]);
        was += kwIn(p, standing(p, j));
      });
      push('hostingCapacity', String(g), t, -now, -Math.max(p.hosting?.spareKw[g * T + t] ?? 0, was), null);
    });
    if (p.budget) {
      const from = p.budget.carryOver ? 0 : t;
      const sum = (list: readonly number[]) => list.slice(from, t + 1).reduce((a, b) => a + b, 0);
      push('budget', String(p.years[t]), t, -sum(spent), -sum(p.budget.byYear), null);
    }
  }
  return out;
}

/** The decisions of a plan with slacks and money worked out anew. */
export function priced(p: PlanProblem, plan: Plan): Plan {
  const T = p.years.length;
  const counts = countsOf(p, plan);
  const d = p.years.map((y) => discount(p, y));
  const after = discount(p, p.years[T - 1] + 1);
  const money = { opening: 0, modules: 0, operation: 0, travel: 0, unserved: 0, ruleSlack: 0, salvage: 0 };
  const capexByYear = p.years.map(() => 0);
  for (const { t, cost, life, kind } of purchases(p, counts)) {
    money[kind] += cost * d[t];
    money.salvage -= (cost * after * Math.max(0, life - (T - t))) / life;
    capexByYear[t] += cost;
  }
  counts.forEach((years) =>
    years.forEach((now, t) => {
      if (gunsIn(p, now) > 0) money.operation += p.cost.siteOpexPerYear * d[t];
      now.forEach((n, k) => (money.operation += n * p.moduleTypes[k].opexPerYear * d[t]));
    }),
  );
  const yearly = (i: number, t: number) => p.cost.daysPerYear * p.energyKwhPerDay[i * T + t] * d[t];
  plan.assignment.share.forEach((x, n) => {
    const [t, i, j] = [plan.assignment.year[n], plan.assignment.point[n], plan.assignment.site[n]];
    const hours = (2 * (minutesTo(p, j, i) ?? 0)) / 60;
    money.travel += (x * yearly(i, t) * hours * p.cost.timeValuePerHour) / p.cost.tripKwh;
  });
  plan.unserved.forEach((q, e) => (money.unserved += q * yearly(Math.floor(e / T), e % T) * p.cost.unservedPerKwh));
  const slacks = duties(p, counts).flatMap(({ rule, id, t, missing, size, price }): PlanSlack[] => {
    if (price === null || missing <= 1e-9 * size) return [];
    const cost = missing * price;
    money.ruleSlack += cost;
    return [{ constraint: rule, whereId: id, where: id, year: p.years[t], amount: missing, unit: 'x', cost }];
  });
  const objectiveTerms = (Object.keys(money) as (keyof typeof money)[]).map((name) => ({ name, amount: money[name] }));
  return { ...plan, slacks, objectiveTerms, capexByYear, value: objectiveTerms.reduce((s, x) => s + x.amount, 0) };
}

/** kWh an hour that some modules of a type serve at a peak within its wait target. */
export function servedBy(p: PlanProblem, k: number, count: number, q: number): number {
  const { guns, plugMin, sessionKwh } = p.moduleTypes[k];
  const { waitMin, alpha } = p.peaks[q];
  const factor = 2 / (p.queue.arrivalScv + p.queue.serviceScv);
  return arrivalsWithin(count * guns, { plugMin, waitMin, alpha, factor }) * sessionKwh;
}

/** First rule of the model that a plan's decisions break, as a short word; null when none. */
function brokenDecision(p: PlanProblem, plan: Plan): string | null {
  const [T, K, I] = [p.years.length, p.moduleTypes.length, p.demandPoints.id.length];
  const listed = plan.sites.map((s) => s.site);
  if (new Set(listed).size !== listed.length) return 'site twice';
  if (p.sites.existing.some((v, j) => v > 0 && !listed.includes(j))) return 'standing site missing';
  for (const { site, counts, openYear } of plan.sites) {
    if (!(site in p.sites.id) || counts.length !== T || counts.some((c) => c.length !== K)) return 'shape';
    const own = standing(p, site);
    for (let t = 0; t < T; t++) {
      if (counts[t].some((n, k) => !(n >= (t === 0 ? own : counts[t - 1])[k]))) return 'falls';
      const isListed = Array.from({ length: p.layoutCounts.length / K }, (_, v) => v).some((v) =>
        counts[t].every((n, k) => n === p.layoutCounts[v * K + k]),
      );
      if (!isListed) return 'layout';
      if (gunsIn(p, counts[t]) > p.sites.slots[site] && counts[t].some((n, k) => n !== own[k])) return 'slots';
    }
    const first = p.sites.existing[site] > 0 ? 0 : counts.findIndex((c) => gunsIn(p, c) > 0);
    if (openYear !== p.years[first]) return 'open year';
  }
  const all = countsOf(p, plan);
  if (duties(p, all).some((x) => x.price === null && x.missing > 1e-6 * x.size)) return 'hard rule';
  const { year, point, site, share } = plan.assignment;
  if ([point, site, share].some((c) => c.length !== year.length)) return 'columns';
  const served = new Map<string, number>();
  const seen = new Set<string>();
  for (let n = 0; n < year.length; n++) {
    const [t, i, j, x] = [year[n], point[n], site[n], share[n]];
    const minutes = t in p.years && j in p.sites.id ? minutesTo(p, j, i) : null;
    if (minutes === null) return 'reach';
    if (seen.has(`${t}/${i}/${j}`)) return 'pair twice';
    seen.add(`${t}/${i}/${j}`);
    if (!(x >= 0 && x <= shareAt(p, minutes) + 1e-9)) return 'share';
    if (gunsIn(p, all[j][t]) === 0) return 'closed';
    served.set(`${i}/${t}`, (served.get(`${i}/${t}`) ?? 0) + x);
  }
  if (plan.unserved.length !== I * T) return 'unserved';
  for (let e = 0; e < I * T; e++) {
    const q = plan.unserved[e];
    if (!(q >= 0 && Math.abs(q + (served.get(`${Math.floor(e / T)}/${e % T}`) ?? 0) - 1) < 1e-6)) return 'sum';
  }
  return brokenQueue(p, plan, all);
}

/** Whether some module type has more to serve at some peak than its wait target allows. */
function brokenQueue(p: PlanProblem, plan: Plan, all: Counts): string | null {
  const [I, P] = [p.demandPoints.id.length, p.peaks.length];
  const { year, point, site, share } = plan.assignment;
  for (const key of new Set(year.map((t, n) => `${site[n]}/${t}`))) {
    const [j, t] = key.split('/').map(Number);
    const split = plan.typeShare.findLast((s) => s.site === j && s.year === t)?.share ?? [];
    const sum = split.reduce((a, b) => a + b, 0);
    if (split.length !== p.moduleTypes.length || split.some((s) => s < 0) || Math.abs(sum - 1) > 1e-6) return 'split';
    for (let q = 0; q < P; q++) {
      let arrives = 0;
      year.forEach((u, n) => {
        if (u === t && site[n] === j) arrives += share[n] * p.peakKwhPerHour[(t * P + q) * I + point[n]];
      });
      for (let k = 0; k < split.length; k++) {
        const most = servedBy(p, k, all[j][t][k], q);
        if (arrives * split[k] > most + 1e-6 * Math.max(1, most)) return 'queue';
      }
    }
  }
  return null;
}

/** What is wrong with a plan, by a second reading of the model: its decisions first, then what it says of them. */
export function secondOpinion(p: PlanProblem, plan: Plan): string | null {
  const broken = brokenDecision(p, plan);
  if (broken !== null) return broken;
  const right = priced(p, plan);
  const near = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-6 * scale;
  const size = Math.max(1, Math.abs(right.value));
  if (plan.capexByYear.length !== p.years.length) return 'capex';
  if (plan.capexByYear.some((c, t) => !near(c, right.capexByYear[t], Math.max(1, right.capexByYear[t]))))
    return 'capex';
  if (!near(plan.value, right.value, size)) return 'value';
  const names = plan.objectiveTerms.map((x) => x.name);
  if (new Set(names).size !== names.length) return 'term twice';
  if (names.some((n) => right.objectiveTerms.every((x) => x.name !== n))) return 'term unknown';
  for (const { name, amount } of right.objectiveTerms) {
    const said = plan.objectiveTerms.find((x) => x.name === name)?.amount ?? 0;
    if (!near(said, amount, Math.max(1, 1e-3 * size, Math.abs(amount)))) return name;
  }
  const id = (s: PlanSlack) => `${s.constraint}/${s.whereId}/${s.year}`;
  const said = new Map(plan.slacks.map((s) => [id(s), s]));
  if (said.size !== plan.slacks.length) return 'slack twice';
  for (const { rule, id: where, t, missing, size: scale, price } of duties(p, countsOf(p, plan))) {
    const key = `${rule}/${where}/${p.years[t]}`;
    const s = said.get(key);
    if (price === null) continue;
    said.delete(key);
    if (!near(s?.amount ?? 0, missing, scale)) return 'slack';
    if (s && !near(s.cost, missing * price, Math.max(1, scale * price))) return 'slack cost';
  }
  return said.size > 0 ? 'slack unknown' : null;
}

/** A plan drawn at random that keeps every rule: layouts that grow, shares within reach, queues and transformers. */
export function drawPlan(p: PlanProblem, rng: Random): Plan {
  const [T, K, I, P] = [p.years.length, p.moduleTypes.length, p.demandPoints.id.length, p.peaks.length];
  const V = p.layoutCounts.length / K;
  const layout = (v: number) => Array.from(p.layoutCounts.subarray(v * K, v * K + K));
  const counts: number[][][] = p.sites.id.map((_, j) => p.years.map(() => standing(p, j)));
  for (const j of rng.permutation(counts.length)) {
    const before = counts[j];
    let at = standing(p, j);
    counts[j] = p.years.map(() => {
      const v = rng.below(V);
      const isAllowed = gunsOf(p, v) <= p.sites.slots[j] && kwOf(p, v) >= 0;
      if (isAllowed && layout(v).every((n, k) => n >= at[k])) at = layout(v);
      return at;
    });
    if (duties(p, counts).some((d) => d.price === null && d.missing > 0)) counts[j] = before;
  }
  const assignment = { year: [] as number[], point: [] as number[], site: [] as number[], share: [] as number[] };
  const typeShare: { site: number; year: number; share: number[] }[] = [];
  const unserved = Array.from({ length: I * T }, () => 1);
  const peak = (t: number, q: number, i: number) => p.peakKwhPerHour[(t * P + q) * I + i];
  counts.forEach((years, j) =>
    years.forEach((now, t) => {
      if (gunsIn(p, now) === 0) return;
      const wants = Array.from(rng.permutation(I)).map((i) => {
        const minutes = minutesTo(p, j, i);
        const most = minutes === null ? 0 : Math.min(shareAt(p, minutes), unserved[i * T + t]);
        return { i, x: most * (rng.next() < 0.5 ? 1 : rng.next()) };
      });
      const arrives = p.peaks.map((_, q) => wants.reduce((s, w) => s + w.x * peak(t, q, w.i), 0));
      const could = now.map((n, k) => Math.min(...arrives.map((a, q) => servedBy(p, k, n, q) / (a || 1))));
      const sum = could.reduce((a, b) => a + b, 0);
      const part = Math.min(1, 0.999 * sum);
      for (const { i, x } of wants) {
        if (!(x * part > 1e-6)) continue;
        assignment.year.push(t);
        assignment.point.push(i);
        assignment.site.push(j);
        assignment.share.push(x * part);
        unserved[i * T + t] = Math.max(0, unserved[i * T + t] - x * part);
      }
      typeShare.push({ site: j, year: t, share: could.map((c) => c / sum) });
    }),
  );
  const sites = counts.flatMap((years, site) => {
    const first = p.sites.existing[site] > 0 ? 0 : years.findIndex((c) => gunsIn(p, c) > 0);
    return first < 0 ? [] : [{ site, openYear: p.years[first], counts: years }];
  });
  const nothing = { slacks: [], objectiveTerms: [], capexByYear: [], value: 0 };
  return priced(p, { format: 'qipan.plan/1', sites, assignment, typeShare, unserved, ...nothing });
}
