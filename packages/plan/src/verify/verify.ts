import type { Certificate, ObjectiveTermName, Plan, PlanSlack, VerifyVerdict } from '../model/plan.js';
import { problemHash } from '../model/canonical.js';
import type { PlanGrid } from '../model/plan-grid.js';
import type { PlanProblem } from '../model/problem.js';
import { provenBound } from './bound.js';
import { gridFaults } from './grid.js';
import { built, ruleChecks, spending, type Built } from './rules.js';
import { shapeFaults } from './shape.js';
import { capture, discounting, serviceTable, travelPerKwh, worthAtEnd } from './terms.js';

/** Relative tolerance of sums of money and shares that passed through decimal text. */
const tolerance = 1e-6;
const close = (a: number, b: number, scale = 1) =>
  Math.abs(a - b) <= tolerance * Math.max(scale, Math.abs(a), Math.abs(b));

/** Counts what was checked and keeps what failed. */
class Ledger {
  checks = 0;
  readonly failures: string[] = [];

  expect(holds: boolean, sentence: () => string): void {
    this.checks++;
    if (!holds && this.failures.length < 200) this.failures.push(sentence());
  }
}

/** Module counts of the plan, `[J, T, K]`, after checking each site against what it may hold. */
function installed(p: PlanProblem, plan: Plan, ledger: Ledger): Int32Array {
  const [T, K] = [p.years.length, p.moduleTypes.length];
  const V = p.layoutCounts.length / K;
  const counts = new Int32Array(p.sites.id.length * T * K);
  const layouts = new Set(Array.from({ length: V }, (_, v) => p.layoutCounts.subarray(v * K, v * K + K).join()));
  const seen = new Set<number>();
  for (const s of plan.sites) {
    const name = p.sites.id[s.site] ?? `number ${s.site}`;
    ledger.expect(
      p.sites.id[s.site] !== undefined && !seen.has(s.site),
      () => `site ${name} is unknown or listed twice`,
    );
    seen.add(s.site);
    const isWhole = s.counts.length === T && s.counts.every((c) => c.length === K);
    ledger.expect(isWhole, () => `site ${name}: counts do not have ${T} years of ${K} module types`);
    if (p.sites.id[s.site] === undefined || !isWhole) continue;
    const standing = p.layoutCounts.subarray(p.sites.existing[s.site] * K, p.sites.existing[s.site] * K + K);
    s.counts.forEach((now, t) => {
      const before = t > 0 ? s.counts[t - 1] : standing;
      ledger.expect(
        now.every((n, k) => Number.isInteger(n) && n >= before[k]),
        () => `site ${name}: module counts fall in ${p.years[t]}`,
      );
      const guns = now.reduce((a, n, k) => a + n * p.moduleTypes[k].guns, 0);
      ledger.expect(
        layouts.has(now.join()),
        () => `site ${name}: ${now.join('+')} modules in ${p.years[t]} are no listed layout`,
      );
      ledger.expect(
        guns <= p.sites.slots[s.site] || now.every((n, k) => n === standing[k]),
        () => `site ${name}: ${guns} guns on ${p.sites.slots[s.site]} slots in ${p.years[t]}`,
      );
      counts.set(now, (s.site * T + t) * K);
    });
    const first = p.sites.existing[s.site] > 0 ? 0 : s.counts.findIndex((c) => c.some((n) => n > 0));
    ledger.expect(
      first >= 0 && s.openYear === p.years[first],
      () => `site ${name}: open year ${s.openYear}; its modules say ${first < 0 ? 'never' : p.years[first]}`,
    );
  }
  p.sites.existing.forEach((v, j) => {
    if (v > 0) ledger.expect(seen.has(j), () => `site ${p.sites.id[j]} stands already and is missing`);
  });
  return counts;
}

/** Checks shares and waiting; gives travel and unserved money, discounted. */
function service(p: PlanProblem, plan: Plan, b: Built, ledger: Ledger): { travel: number; unserved: number } {
  const [I, T, K, P] = [p.demandPoints.id.length, p.years.length, p.moduleTypes.length, p.peaks.length];
  const { factor } = discounting(p);
  const served = new Float64Array(I * T);
  const load = new Map<number, Float64Array>();
  let travel = 0;
  const { year, point, site, share } = plan.assignment;
  ledger.expect(
    point.length === year.length && site.length === year.length && share.length === year.length,
    () => 'assignment: its columns differ in length',
  );
  const used = new Set<string>();
  for (let n = 0; n < year.length; n++) {
    const [t, i, j, x] = [year[n], point[n], site[n], share[n]];
    const where = () => `${p.demandPoints.name[i] ?? i} at ${p.sites.id[j] ?? j} in ${p.years[t] ?? t}`;
    let minutes = Number.NaN;
    for (let e = p.access.start[j] ?? 0; e < (p.access.start[j + 1] ?? 0); e++)
      if (p.access.point[e] === i) minutes = p.access.travelMin[e];
    ledger.expect(t >= 0 && t < T && !Number.isNaN(minutes), () => `${where()}: out of reach`);
    if (Number.isNaN(minutes) || !(t >= 0 && t < T)) continue;
    ledger.expect(!used.has(`${t} ${i} ${j}`), () => `${where()}: assigned twice`);
    used.add(`${t} ${i} ${j}`);
    ledger.expect(
      x >= -1e-12 && x <= capture(p, minutes) + 1e-9,
      () => `${where()}: share ${x} of at most ${capture(p, minutes)}`,
    );
    ledger.expect(b.guns(j, t) > 0, () => `${where()}: served by a site that is not open`);
    served[i * T + t] += x;
    travel += factor(t) * p.cost.daysPerYear * p.energyKwhPerDay[i * T + t] * x * travelPerKwh(p, minutes);
    const own = load.get(j * T + t) ?? new Float64Array(P);
    for (let q = 0; q < P; q++) own[q] += x * p.peakKwhPerHour[(t * P + q) * I + i];
    load.set(j * T + t, own);
  }
  let unserved = 0;
  ledger.expect(plan.unserved.length === I * T, () => `unserved: ${plan.unserved.length} shares; expected ${I * T}`);
  for (let i = 0; i < I; i++) {
    for (let t = 0; t < T; t++) {
      const q = plan.unserved[i * T + t];
      ledger.expect(
        q >= -1e-9 && close(q + served[i * T + t], 1),
        () =>
          `${p.demandPoints.name[i]} in ${p.years[t]}: served ${served[i * T + t]} and unserved ${q} do not add up to 1`,
      );
      unserved += factor(t) * p.cost.daysPerYear * p.energyKwhPerDay[i * T + t] * q * p.cost.unservedPerKwh;
    }
  }
  const capacity = serviceTable(p);
  const split = new Map(plan.typeShare.map((s) => [s.site * T + s.year, s.share]));
  for (const [key, own] of load) {
    const [j, t] = [Math.floor(key / T), key % T];
    const shares = split.get(key) ?? [];
    ledger.expect(
      shares.length === K &&
        close(
          shares.reduce((a, s) => a + s, 0),
          1,
        ) &&
        shares.every((s) => s >= -1e-12),
      () => `site ${p.sites.id[j]} in ${p.years[t]}: shares of its module types do not add up to 1`,
    );
    for (let k = 0; k < K; k++) {
      for (let q = 0; q < P; q++) {
        const most = capacity(k, b.counts[key * K + k], q);
        const here = own[q] * (shares[k] ?? 0);
        ledger.expect(
          here <= most + 1e-6 * Math.max(1, most),
          () =>
            `site ${p.sites.id[j]} in ${p.years[t]}: ${here.toFixed(3)} kWh/h at ${p.peaks[q].scenarioDay} ${p.peaks[q].startHour} h by ${p.moduleTypes[k].id}, ${most.toFixed(3)} within the wait target`,
        );
      }
    }
  }
  return { travel, unserved };
}

/** Rules against the slacks that the plan reports; gives the price of all slack. */
function rules(p: PlanProblem, plan: Plan, b: Built, ledger: Ledger): number {
  const reported = new Map<string, PlanSlack>();
  const key = (constraint: string, id: string, year: number) => `${constraint}|${id}|${year}`;
  for (const s of plan.slacks) {
    const k = key(s.constraint, s.whereId, s.year);
    ledger.expect(!reported.has(k), () => `slack of ${s.constraint} at ${s.where} in ${s.year} is reported twice`);
    reported.set(k, s);
  }
  let cost = 0;
  for (const r of ruleChecks(p, b)) {
    const lacks = Math.max(0, r.needs - r.has);
    const scale = Math.max(1, Math.abs(r.needs));
    const k = key(r.constraint, r.whereId, p.years[r.year]);
    const slack = reported.get(k);
    const said = slack?.amount ?? 0;
    if (r.price === Infinity) {
      // A hard row has no slack: one that is reported stays in the list and is refused below.
      ledger.expect(
        lacks <= tolerance * scale,
        () => `${r.constraint} ${r.where} in ${p.years[r.year]}: ${-r.has} of at most ${-r.needs}`,
      );
      continue;
    }
    ledger.expect(
      close(lacks, said, scale),
      () =>
        `${r.constraint} ${r.where} in ${p.years[r.year]}: ${r.has} of ${r.needs}; the plan reports ${said} missing`,
    );
    reported.delete(k);
    if (slack)
      ledger.expect(
        close(slack.cost, lacks * r.price, scale * r.price),
        () =>
          `slack of ${r.constraint} at ${r.where} in ${p.years[r.year]} costs ${lacks * r.price}; the plan says ${slack.cost}`,
      );
    cost += lacks * r.price;
  }
  ledger.expect(reported.size === 0, () => `slacks of rows that do not exist: ${[...reported.keys()].join('; ')}`);
  return cost;
}

/** Money of what is built, term by term, discounted. */
function construction(p: PlanProblem, b: Built): Record<'opening' | 'modules' | 'operation' | 'salvage', number> {
  const [T, K] = [p.years.length, p.moduleTypes.length];
  const { factor, end } = discounting(p);
  const out = { opening: 0, modules: 0, operation: 0, salvage: 0 };
  p.sites.id.forEach((_, j) => {
    for (let t = 0; t < T; t++) {
      const isOpen = b.guns(j, t) > 0;
      const wasOpen = t > 0 ? b.guns(j, t - 1) > 0 : p.sites.existing[j] > 0;
      if (isOpen && !wasOpen) {
        out.opening += p.sites.openingCost[j] * factor(t);
        out.salvage -= p.sites.openingCost[j] * end * worthAtEnd(p, t, p.cost.siteLifeYears);
      }
      if (isOpen) out.operation += factor(t) * p.cost.siteOpexPerYear;
      for (let k = 0; k < K; k++) {
        const m = p.moduleTypes[k];
        const now = b.counts[(j * T + t) * K + k];
        const before = t > 0 ? b.counts[(j * T + t - 1) * K + k] : p.layoutCounts[p.sites.existing[j] * K + k];
        out.modules += (now - before) * m.capex * factor(t);
        out.salvage -= (now - before) * m.capex * end * worthAtEnd(p, t, m.lifeYears);
        out.operation += now * m.opexPerYear * factor(t);
      }
    }
  });
  return out;
}

/** Points with energy in a year and nothing at any of its peaks: no queue limits them, so nothing can be proved of the problem. */
function hiddenDemand(p: PlanProblem): string[] {
  const [I, T, P] = [p.demandPoints.id.length, p.years.length, p.peaks.length];
  return p.demandPoints.id.flatMap((id, i) =>
    p.years.flatMap((year, t) => {
      let most = 0;
      for (let q = 0; q < P; q++) most = Math.max(most, p.peakKwhPerHour[(t * P + q) * I + i]);
      return p.energyKwhPerDay[i * T + t] > 0 && !(most > 0)
        ? [`demand point ${id} in ${year}: energy, but none at any peak`]
        : [];
    }),
  );
}

/**
 * Re-reads the inputs and checks a plan and the proof of its bound: every site, share, queue, rule and term of the objective, and the
 * Lagrangian bound at the certificate's multipliers. Shares no code with the solver.
 * @param grids networks under test: the plan is held against the full flow of each
 * @returns `ok` when nothing failed; the failures as sentences that name place and year; the bound by its own computation
 */
export function verifyPlan(
  problem: PlanProblem,
  plan: Plan,
  certificate: Certificate,
  grids: readonly PlanGrid[] = [],
): VerifyVerdict {
  const malformed = shapeFaults(plan, certificate);
  if (malformed.length > 0) return { ok: false, checks: malformed.length, failures: malformed, bound: -Infinity };
  const ledger = new Ledger();
  for (const sentence of hiddenDemand(problem)) ledger.expect(false, () => sentence);
  const counts = installed(problem, plan, ledger);
  const b = built(problem, counts);
  const grid = gridFaults(problem, b, grids);
  ledger.checks += grid.checks;
  for (const fault of grid.faults) ledger.expect(false, () => fault);
  const { travel, unserved } = service(problem, plan, b, ledger);
  const terms: Record<ObjectiveTermName, number> = {
    ...construction(problem, b),
    travel,
    unserved,
    ruleSlack: rules(problem, plan, b, ledger),
  };
  const value = Object.values(terms).reduce((a, x) => a + x, 0);
  for (const [name, amount] of Object.entries(terms)) {
    const said = plan.objectiveTerms.find((t) => t.name === name)?.amount ?? 0;
    ledger.expect(
      close(said, amount, Math.max(1, 1e-3 * Math.abs(value))),
      () => `objective term ${name}: ${said}; recomputed ${amount}`,
    );
  }
  const named = plan.objectiveTerms.map((t) => t.name);
  ledger.expect(
    named.every((name, n) => name in terms && named.indexOf(name) === n),
    () => `objective terms ${named.join(', ')}: one is unknown or listed twice`,
  );
  ledger.expect(close(plan.value, value), () => `value ${plan.value}; recomputed ${value}`);
  ledger.expect(
    plan.capexByYear.length === problem.years.length,
    () => `installed cost of ${plan.capexByYear.length} years; expected ${problem.years.length}`,
  );
  spending(problem, b).forEach((capex, t) =>
    ledger.expect(
      close(capex, plan.capexByYear[t] ?? Number.NaN),
      () => `installed cost in ${problem.years[t]}: ${plan.capexByYear[t]}; recomputed ${capex}`,
    ),
  );
  ledger.expect(certificate.inputHash === problemHash(problem), () => 'certificate: it belongs to another problem');
  const { bound, faults } = provenBound(problem, certificate);
  for (const fault of faults) ledger.expect(false, () => fault);
  ledger.expect(
    certificate.bound <= bound + tolerance * Math.max(1, Math.abs(bound)),
    () => `certificate: it claims ${certificate.bound}; its multipliers prove ${bound}`,
  );
  ledger.expect(
    bound <= value + tolerance * Math.max(1, Math.abs(value)),
    () => `bound ${bound} above the value ${value}`,
  );
  return { ok: ledger.failures.length === 0, checks: ledger.checks, failures: ledger.failures, bound };
}
