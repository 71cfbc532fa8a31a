import type { PlanProblem } from '../model/problem.js';
import { coverageDuty, discounting, networkRows } from './terms.js';

/** What the plan has installed: module counts by site, year and type, `[J, T, K]`. */
export interface Built {
  readonly counts: Int32Array;
  readonly guns: (j: number, t: number) => number;
  readonly kw: (j: number, t: number) => number;
}

export function built(p: PlanProblem, counts: Int32Array): Built {
  const K = p.moduleTypes.length;
  const T = p.years.length;
  const sum = (j: number, t: number, each: (k: number) => number) => {
    let s = 0;
    for (let k = 0; k < K; k++) s += counts[(j * T + t) * K + k] * each(k);
    return s;
  };
  return {
    counts,
    guns: (j, t) => sum(j, t, (k) => p.moduleTypes[k].guns),
    kw: (j, t) => sum(j, t, (k) => p.moduleTypes[k].powerKw),
  };
}

/** One rule in one place and year: what is there, what is asked, what a missing unit costs (Infinity = none may be missing). */
export interface RuleCheck {
  readonly constraint: string;
  /** Id of the township, county, hosting group or year. */
  readonly whereId: string;
  readonly where: string;
  readonly year: number;
  readonly has: number;
  readonly needs: number;
  readonly price: number;
}

/** Installed cost spent in each year on what did not stand before. */
export function spending(p: PlanProblem, b: Built): Float64Array {
  const [T, K] = [p.years.length, p.moduleTypes.length];
  const out = new Float64Array(T);
  p.sites.id.forEach((_, j) => {
    for (let t = 0; t < T; t++) {
      const before = (k: number) =>
        t > 0 ? b.counts[(j * T + t - 1) * K + k] : p.layoutCounts[p.sites.existing[j] * K + k];
      const wasOpen = t > 0 ? b.guns(j, t - 1) > 0 : p.sites.existing[j] > 0;
      if (!wasOpen && b.guns(j, t) > 0) out[t] += p.sites.openingCost[j];
      for (let k = 0; k < K; k++) out[t] += (b.counts[(j * T + t) * K + k] - before(k)) * p.moduleTypes[k].capex;
    }
  });
  return out;
}

/** Every row of every rule, from the declaration of the rules alone. */
export function ruleChecks(p: PlanProblem, b: Built): RuleCheck[] {
  const out: RuleCheck[] = [];
  const { factor } = discounting(p);
  const J = p.sites.id.length;
  const sites = (belongs: (j: number) => boolean) => Array.from({ length: J }, (_, j) => j).filter(belongs);
  p.years.forEach((_, t) => {
    const pile = p.rules.townshipPile;
    if (pile) {
      p.townships.name.forEach((where, w) => {
        if (p.townships.suitable[w] === 0) return;
        const has = sites((j) => p.sites.township[j] === w).reduce((s, j) => s + b.guns(j, t), 0);
        out.push({
          constraint: 'townshipPile',
          whereId: p.townships.id[w],
          where,
          year: t,
          has,
          needs: pile.guns[t],
          price: pile.pricePerGun * factor(t),
        });
      });
    }
    const station = p.rules.countyStation;
    if (station && station.kw[t] > 0) {
      p.counties.name.forEach((where, c) => {
        if (p.counties.suitable[c] === 0) return;
        const has = sites((j) => p.townships.county[p.sites.township[j]] === c && b.kw(j, t) >= station.kw[t]).length;
        out.push({
          constraint: 'countyStation',
          whereId: p.counties.id[c],
          where,
          year: t,
          has,
          needs: 1,
          price: station.pricePerCounty * factor(t),
        });
      });
    }
    p.hosting?.name.forEach((where, g) => {
      const under = sites((j) => p.sites.hostingGroup[j] === g);
      const standing = under.reduce(
        (s, j) =>
          s +
          p.moduleTypes.reduce(
            (a, m, k) => a + p.layoutCounts[p.sites.existing[j] * p.moduleTypes.length + k] * m.powerKw,
            0,
          ),
        0,
      );
      const spare = Math.max((p.hosting as NonNullable<typeof p.hosting>).spareKw[g * p.years.length + t], standing);
      out.push({
        constraint: 'hostingCapacity',
        whereId: String(g),
        where,
        year: t,
        has: -under.reduce((s, j) => s + b.kw(j, t), 0),
        needs: -spare,
        price: Infinity,
      });
    });
  });
  networkRows(p).forEach(({ name, perKw, room }, n) =>
    p.years.forEach((_, t) => {
      let drawn = 0;
      for (const [j, c] of perKw) drawn += c * b.kw(j, t);
      const row = { constraint: 'hostingCapacity', whereId: `network ${n}`, where: name, year: t };
      out.push({ ...row, has: -drawn, needs: -room, price: Infinity });
    }),
  );
  out.push(...budgetChecks(p, b), ...coverageChecks(p, b));
  return out;
}

function budgetChecks(p: PlanProblem, b: Built): RuleCheck[] {
  const { budget } = p;
  if (!budget) return [];
  let spent = 0;
  let allowed = 0;
  return Array.from(spending(p, b), (capex, t) => {
    spent = budget.carryOver ? spent + capex : capex;
    allowed = budget.carryOver ? allowed + budget.byYear[t] : budget.byYear[t];
    const where = String(p.years[t]);
    return { constraint: 'budget', whereId: where, where, year: t, has: -spent, needs: -allowed, price: Infinity };
  });
}

function coverageChecks(p: PlanProblem, b: Built): RuleCheck[] {
  const rule = p.rules.coverage;
  if (!rule) return [];
  const { county, people } = coverageDuty(p);
  const { factor } = discounting(p);
  return p.years.flatMap((_, t) => {
    const reached = new Uint8Array(county.length);
    p.sites.id.forEach((_id, j) => {
      if (b.guns(j, t) === 0) return;
      for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++)
        if (p.access.travelMin[e] <= rule.withinMin) reached[p.access.point[e]] = 1;
    });
    return p.counties.name.flatMap((where, c): RuleCheck[] => {
      if (p.counties.suitable[c] === 0) return [];
      let has = 0;
      let all = 0;
      county.forEach((own, i) => {
        if (own !== c) return;
        all += people[i];
        if (reached[i]) has += people[i];
      });
      return [
        {
          constraint: 'coverage',
          whereId: p.counties.id[c],
          where,
          year: t,
          has,
          needs: rule.share[t] * all,
          price: rule.pricePerPerson * factor(t),
        },
      ];
    });
  });
}
