import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random, type Random } from '@qipan/base';
import { planNetwork, verifyPlan, type Certificate, type Plan, type PlanProblem } from '@qipan/plan';
import { handCase, plainCertificate } from './support/hand-plan.js';
import { randomProblem } from './support/hand.js';
import { drawPlan, priced, secondOpinion } from './support/second-checker.js';

/** Something that can be written to, whatever its declaration says. */
// oxlint-disable-next-line typescript/no-explicit-any -- breaking a plan reaches into read-only data at any depth
type Loose = any;

/** A proof that claims nothing: the plan alone decides. */
const humble = (p: PlanProblem): Certificate => ({ ...plainCertificate(p), bound: -1e15 });

/** Villages whose days have shapes of their own: each peak row counts by itself. */
function withOwnDays(p: PlanProblem, rng: Random): PlanProblem {
  return { ...p, peakKwhPerHour: p.peakKwhPerHour.map((x) => x * (0.6 + 0.8 * rng.next())) };
}

function problemOf(seed: number): PlanProblem {
  const p = randomProblem(seed * 7919, {
    villages: 3 + (seed % 4),
    spots: 2 + (seed % 3),
    years: 1 + (seed % 3),
    twoTypes: seed % 2 === 0,
    peaks: 1 + (seed % 2),
  });
  return withOwnDays(p, random(seed));
}

const pick = <X>(list: readonly X[], rng: Random): X => list[rng.below(list.length)];

/** Changes that say of themselves whether the money is worked out anew; some do no harm, some only sometimes. */
const changes: Readonly<Record<string, (plan: Loose, p: PlanProblem, rng: Random) => 'reprice' | 'asItIs' | 'none'>> = {
  nothing: () => 'asItIs',
  'rows in another order': (plan, _, rng) => {
    const order = Array.from(rng.permutation(plan.assignment.year.length));
    for (const name of ['year', 'point', 'site', 'share'])
      plan.assignment[name] = order.map((n) => plan.assignment[name][n]);
    plan.sites.reverse();
    plan.slacks.reverse();
    plan.objectiveTerms.reverse();
    return 'asItIs';
  },
  'rounding in the last digits': (plan, _, rng) => {
    plan.value *= 1 + 1e-12 * rng.next();
    plan.unserved = plan.unserved.map((q: number) => q * (1 - 1e-13));
    return 'asItIs';
  },
  'a term of nothing left out': (plan) => {
    plan.objectiveTerms = plan.objectiveTerms.filter((x: Loose) => x.amount !== 0);
    return 'asItIs';
  },
  'a row less, its demand left unserved': (plan, p, rng) => {
    const { year, point, site, share } = plan.assignment;
    if (year.length === 0) return 'none';
    const n = rng.below(year.length);
    plan.unserved[point[n] * p.years.length + year[n]] += share[n];
    for (const column of [year, point, site, share]) column.splice(n, 1);
    return 'reprice';
  },
  'a row less': (plan, _, rng) => {
    const n = plan.assignment.year.length;
    if (n === 0) return 'none';
    const at = rng.below(n);
    for (const column of Object.values(plan.assignment) as number[][]) column.splice(at, 1);
    return 'reprice';
  },
  'a row twice': (plan) => {
    if (plan.assignment.year.length === 0) return 'none';
    for (const column of Object.values(plan.assignment) as number[][]) column.push(column[0]);
    return 'reprice';
  },
  'more taken to a site': (plan, p, rng) => {
    const { year, point, share } = plan.assignment;
    if (year.length === 0) return 'none';
    const n = rng.below(year.length);
    const e = point[n] * p.years.length + year[n];
    const more = plan.unserved[e] * pick([0.01, 0.1, 0.6], rng);
    share[n] += more;
    plan.unserved[e] -= more;
    return 'reprice';
  },
  'a row at another site': (plan, p, rng) => {
    const { site } = plan.assignment;
    if (site.length === 0) return 'none';
    site[rng.below(site.length)] = rng.below(p.sites.id.length + 1);
    return site.every((j: number) => j < p.sites.id.length) ? 'reprice' : 'asItIs';
  },
  'a row in another year': (plan, p, rng) => {
    const { year } = plan.assignment;
    if (year.length === 0) return 'none';
    year[rng.below(year.length)] = rng.below(p.years.length);
    return 'reprice';
  },
  'another layout': (plan, p, rng) => {
    if (plan.sites.length === 0) return 'none';
    const K = p.moduleTypes.length;
    const v = rng.below(p.layoutCounts.length / K);
    const s = pick(plan.sites, rng) as Loose;
    s.counts = s.counts.map((c: number[]) => [...c]);
    s.counts[rng.below(p.years.length)] = Array.from(p.layoutCounts.subarray(v * K, v * K + K));
    return 'reprice';
  },
  'modules that are no listed layout': (plan, _, rng) => {
    if (plan.sites.length === 0) return 'none';
    const s = pick(plan.sites, rng) as Loose;
    s.counts = s.counts.map((c: number[]) => c.map((n) => n + 5));
    return 'reprice';
  },
  'a type more in the last year': (plan) => {
    const s = plan.sites.at(-1);
    if (!s) return 'none';
    s.counts = s.counts.map((c: number[]) => [...c]);
    s.counts.at(-1).push(1);
    return 'asItIs';
  },
  'a site less': (plan, p, rng) => {
    if (plan.sites.length === 0) return 'none';
    const { site } = plan.sites.splice(rng.below(plan.sites.length), 1)[0];
    const T = p.years.length;
    const a = plan.assignment;
    a.site.forEach((j: number, n: number) => {
      if (j === site) plan.unserved[a.point[n] * T + a.year[n]] += a.share[n];
    });
    const keep = a.site.map((j: number) => j !== site);
    for (const name of ['year', 'point', 'site', 'share']) a[name] = a[name].filter((_: number, n: number) => keep[n]);
    return 'reprice';
  },
  'another open year': (plan, _, rng) => {
    if (plan.sites.length === 0) return 'none';
    pick(plan.sites as Loose[], rng).openYear += 1 - 2 * rng.below(2);
    return 'asItIs';
  },
  'another split of types': (plan, _, rng) => {
    if (plan.typeShare.length === 0) return 'none';
    const s = pick(plan.typeShare as Loose[], rng);
    if (s.share.length === 1) s.share = [pick([0.5, 1, 1.5], rng)];
    else {
      const a = rng.next();
      s.share = [a, 1 - a];
    }
    return 'asItIs';
  },
  'a slack that is not so': (plan, p, rng) => {
    if (plan.slacks.length === 0) return 'none';
    const s = pick(plan.slacks as Loose[], rng);
    const part = pick([0, 0.9, 2], rng);
    s.amount *= part;
    s.cost *= part;
    if (rng.below(3) === 0) s.whereId = p.townships.id[0];
    return 'asItIs';
  },
  'a slack of another price': (plan, _, rng) => {
    const dear = plan.slacks.filter((s: Loose) => s.cost > 100);
    if (dear.length === 0) return 'none';
    pick(dear as Loose[], rng).cost *= 0.5;
    return 'asItIs';
  },
  'a slack less': (plan) => (plan.slacks.shift() ? 'asItIs' : 'none'),
  'a term that is not so': (plan, _, rng) => {
    pick(plan.objectiveTerms as Loose[], rng).amount += 0.01 * Math.abs(plan.value) + 10;
    return 'asItIs';
  },
  'a term that nobody knows': (plan) => {
    plan.objectiveTerms.push({ name: 'grant', amount: -1000 });
    return 'asItIs';
  },
  'a term twice': (plan) => {
    plan.objectiveTerms.push({ ...plan.objectiveTerms[0] });
    return 'asItIs';
  },
  'another value': (plan) => {
    plan.value = plan.value * 0.98 - 10;
    return 'asItIs';
  },
  'another installed cost': (plan, _, rng) => {
    plan.capexByYear[rng.below(plan.capexByYear.length)] += 100;
    return 'asItIs';
  },
  'installed cost of a year that is not planned': (plan) => {
    plan.capexByYear.push(0);
    return 'asItIs';
  },
};

test('plans drawn at random within every rule are accepted, those of the solver by the second reading too', () => {
  let sites = 0;
  let rows = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const p = problemOf(seed);
    for (let draw = 0; draw < 3; draw++) {
      const plan = drawPlan(p, random(seed * 100 + draw));
      assert.equal(secondOpinion(p, plan), null, `seed ${seed}`);
      assert.deepEqual(verifyPlan(p, plan, humble(p)).failures, [], `seed ${seed}`);
      sites += plan.sites.length;
      rows += plan.assignment.year.length;
    }
  }
  // The draws hold something: plans of nothing would prove little.
  assert.ok(sites > 200 && rows > 500, `${sites} sites, ${rows} rows`);
});

test('the verifier refuses exactly the plans that a second reading of the model refuses', () => {
  const seen = new Map<string, { kept: number; refused: number }>();
  for (let seed = 1; seed <= 60; seed++) {
    const p = problemOf(seed);
    const certificate = humble(p);
    const rng = random(seed + 5000);
    const whole = drawPlan(p, rng);
    for (const [name, change] of Object.entries(changes)) {
      const broken = structuredClone(whole) as Loose;
      const then = change(broken, p, rng);
      if (then === 'none') continue;
      const plan = (then === 'reprice' ? priced(p, broken) : broken) as Plan;
      const why = secondOpinion(p, plan);
      const { ok, failures } = verifyPlan(p, plan, certificate);
      assert.equal(ok, why === null, `seed ${seed}, ${name}: ${why ?? 'nothing wrong'}; ${failures.join('; ')}`);
      const count = seen.get(name) ?? { kept: 0, refused: 0 };
      if (ok) count.kept++;
      else count.refused++;
      seen.set(name, count);
    }
  }
  const of = (name: string) => seen.get(name) ?? { kept: 0, refused: 0 };
  for (const name of ['nothing', 'rows in another order', 'rounding in the last digits', 'a term of nothing left out'])
    assert.ok(of(name).kept >= 50 && of(name).refused === 0, `${name}: ${JSON.stringify(of(name))}`);
  for (const name of ['a row twice', 'another value', 'a slack less', 'a term twice', 'a slack of another price'])
    assert.ok(of(name).refused > 10 && of(name).kept === 0, `${name}: ${JSON.stringify(of(name))}`);
  for (const name of ['another layout', 'more taken to a site', 'another split of types', 'a site less'])
    assert.ok(of(name).refused > 2 && of(name).kept > 2, `${name}: ${JSON.stringify(of(name))}`);
});

test('two changes at once are refused when either is', () => {
  let both = 0;
  const names = Object.keys(changes);
  for (let seed = 101; seed <= 220; seed++) {
    const p = problemOf(seed);
    const rng = random(seed);
    const broken = structuredClone(drawPlan(p, rng)) as Loose;
    const done = [pick(names, rng), pick(names, rng)].map((name) => changes[name](broken, p, rng));
    if (done.includes('none')) continue;
    both++;
    const plan = (done.every((then) => then === 'reprice') ? priced(p, broken) : broken) as Plan;
    const why = secondOpinion(p, plan);
    const { ok, failures } = verifyPlan(p, plan, humble(p));
    assert.equal(ok, why === null, `seed ${seed}: ${why ?? 'nothing wrong'}; ${failures.join('; ')}`);
  }
  assert.ok(both > 60, `${both}`);
});

test('hundreds of small problems: the solver’s plan passes verifier and second reading, with any seed', () => {
  let slack = 0;
  for (let seed = 1; seed <= 220; seed++) {
    const p = problemOf(seed + 1000);
    const result = planNetwork(p, { seed, gap: 0, effort: 0.01 });
    assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, [], `seed ${seed}`);
    assert.equal(secondOpinion(p, result.plan), null, `seed ${seed}`);
    assert.ok(result.bound <= result.value * (1 + 1e-9) + 1e-6);
    if (result.plan.slacks.length > 0) slack++;
  }
  assert.ok(slack > 30, `${slack} plans pay for a rule`);
});

test('a plan of ill shape is refused with a sentence, never by an exception', () => {
  const { problem, plan, certificate } = handCase();
  const shapes: ((p: Loose) => void)[] = [
    (p) => (p.sites[0].counts[1] = [1, 2, 3]),
    (p) => (p.sites[0].counts = [[], []]),
    (p) => (p.sites[0].counts = []),
    (p) =>
      p.sites.push({
        site: 1,
        openYear: 2027,
        counts: [
          [0, 0],
          [0, 1, 9, 9, 9, 9],
        ],
      }),
    (p) => (p.sites[0].site = -1),
    (p) => (p.sites[0].site = 0.5),
    (p) => (p.assignment.point[0] = -3),
    (p) => (p.assignment.year[0] = 0.5),
    (p) => (p.assignment.site[0] = NaN),
    (p) => (p.unserved = []),
    (p) => (p.typeShare[0].share = []),
    (p) => (p.capexByYear = []),
    (p) => (p.objectiveTerms = []),
    (p) => (p.slacks[0].amount = NaN),
    (p) => (p.slacks[0].cost = NaN),
  ];
  shapes.forEach((change, n) => {
    const broken = structuredClone(plan) as Loose;
    change(broken);
    const verdict = verifyPlan(problem, broken as Plan, certificate);
    assert.equal(verdict.ok, false, `shape ${n}`);
    assert.ok(verdict.failures.every((f) => f.length > 10));
  });
});
