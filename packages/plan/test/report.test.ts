import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  escapeCell,
  explainVillage,
  planGeoJson,
  planNetwork,
  planTables,
  planView,
  stationsOfPlan,
  verifyPlan,
  type PlanProblem,
  type PlanTable,
} from '@qipan/plan';
import { figure, percent } from '../src/report/words.js';
import { ac7, dc60, handProblem, randomProblem } from './support/hand.js';

const near = (got: number, wanted: number, relative = 1e-9) =>
  assert.ok(Math.abs(got - wanted) <= relative * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);

/** Two villages with a site each, a third that no site reaches; a rule whose price is paid; two types of module. */
const problem = handProblem({
  villages: [
    { kwh: [300, 420], people: 1200 },
    { kwh: [260, 300], people: NaN },
    { kwh: [50, 60], people: 300 },
  ],
  spots: [{ minutes: [5, 28, null] }, { minutes: [null, 12, null], existing: 1 }, { minutes: [45, null, null] }],
  types: [ac7, dc60],
  layouts: [
    [0, 0],
    [0, 1],
    [2, 1],
    [0, 2],
    [2, 4],
  ],
  townships: [{}, {}],
  rules: { townshipPile: { guns: [1, 1], pricePerGun: 50 } },
  budget: { byYear: [400000, 100000], carryOver: true },
});
const result = planNetwork(problem, { seed: 1, gap: 1e-9 });
const table = (name: string): PlanTable => planTables(result).find((t) => t.name === name)!;
const column = (t: PlanTable, name: string) => t.rows.map((r) => r[t.columns.indexOf(name)]);
const T = 2;

test('the objective is the sum of its terms, each of which can be counted again from the decisions', () => {
  const { plan } = result;
  const discount = problem.years.map((y) => 1.06 ** (problem.priceYear - y));
  const end = 1.06 ** (problem.priceYear - problem.years[T - 1]! - 1);
  const left = (t: number, life: number) => end * Math.max(0, 1 - (T - t) / life);
  const money = { opening: 0, modules: 0, operation: 0, travel: 0, unserved: 0, ruleSlack: 0, salvage: 0 };
  for (const s of plan.sites) {
    const standing = problem.sites.existing[s.site]! > 0;
    let before = standing ? [0, 1] : [0, 0];
    s.counts.forEach((counts, t) => {
      if (counts.some((n) => n > 0)) money.operation += discount[t]! * problem.cost.siteOpexPerYear;
      if (!standing && problem.years[t] === s.openYear) {
        money.opening += 30000 * discount[t]!;
        money.salvage -= 30000 * left(t, problem.cost.siteLifeYears);
      }
      counts.forEach((n, k) => {
        const m = problem.moduleTypes[k]!;
        money.modules += (n - before[k]!) * m.capex * discount[t]!;
        money.salvage -= (n - before[k]!) * m.capex * left(t, m.lifeYears);
        money.operation += n * m.opexPerYear * discount[t]!;
      });
      before = [...counts];
    });
  }
  const { year, point, site, share } = plan.assignment;
  const days = problem.cost.daysPerYear;
  const minutes = (j: number, i: number) => {
    for (let e = problem.access.start[j]!; e < problem.access.start[j + 1]!; e++)
      if (problem.access.point[e] === i) return problem.access.travelMin[e]!;
    throw new Error(`site ${j} does not reach village ${i}`);
  };
  year.forEach((t, n) => {
    const kwh = problem.energyKwhPerDay[point[n]! * T + t]! * share[n]! * days;
    const hours = (2 * minutes(site[n]!, point[n]!)) / 60;
    money.travel += (discount[t]! * kwh * hours * problem.cost.timeValuePerHour) / problem.cost.tripKwh;
  });
  plan.unserved.forEach((q, e) => {
    money.unserved += q * problem.energyKwhPerDay[e]! * days * discount[e % T]! * problem.cost.unservedPerKwh;
  });
  for (const s of plan.slacks) money.ruleSlack += s.amount * 50 * discount[problem.years.indexOf(s.year)]!;
  for (const term of result.objectiveTerms) near(term.amount, money[term.name as keyof typeof money]);
  near(
    result.value,
    Object.values(money).reduce((s, x) => s + x, 0),
  );
  assert.ok(money.ruleSlack > 0, 'the second township has no site: its pile is missing at a price');
});

test('the years’ table adds up: what is spent, left over, open, and served', () => {
  let carried = 0;
  result.costByYear.forEach((y, t) => {
    assert.equal(y.budget, [400000, 100000][t]! + carried);
    carried = y.budget! - y.capex;
    assert.ok(carried >= -1e-6);
    near(y.capex, result.plan.capexByYear[t]!);
    const open = result.sites.filter((s) => s.openYear <= y.year);
    assert.equal(y.sites, open.length);
    assert.equal(
      y.guns,
      open.reduce((n, s) => n + s.modules.reduce((m, x) => m + x.gunsByYear[t]!, 0), 0),
    );
    near(
      y.powerKw,
      open.reduce((n, s) => n + s.powerKwByYear[t]!, 0),
    );
    const energy = [0, 1, 2].map((i) => problem.energyKwhPerDay[i * T + t]!);
    const served = energy.reduce((s, kwh, i) => s + kwh * (1 - result.plan.unserved[i * T + t]!), 0);
    near(y.energyKwhPerDay, served);
    near(y.servedShare, served / energy.reduce((s, x) => s + x, 0));
  });
  near(result.costByYear[1]!.coveredShare, 1200 / 1500, 1e-12);
  assert.deepEqual(column(table('years'), 'year'), [2026, 2027]);
});

test('the energy at the sites is the energy that the villages are served', () => {
  for (let t = 0; t < T; t++)
    near(
      result.sites.reduce((s, x) => s + x.energyKwhPerDayByYear[t]!, 0),
      result.costByYear[t]!.energyKwhPerDay,
    );
  for (const s of result.sites) for (const use of s.peakUseByYear) assert.ok(use >= 0 && use <= 1 + 1e-9);
});

test('sheets have a unit for every column and a cell for every column in every row', () => {
  const sheets = planTables(result);
  assert.deepEqual(
    sheets.map((s) => s.name),
    ['years', 'sites', 'modules', 'villages', 'objective', 'slacks', 'provenance'],
  );
  for (const s of sheets) {
    assert.equal(s.units.length, s.columns.length, s.name);
    assert.ok(s.rows.length > 0, `${s.name} has rows`);
    for (const r of s.rows) assert.equal(r.length, s.columns.length, s.name);
  }
  assert.equal(table('sites').units[table('sites').columns.indexOf('capex')], 'CNY');
  assert.equal(table('objective').units[2], 'CNY/2025');
});

test('the objective’s sheet ends with the value, the modules’ sheet with one row a type and year', () => {
  const objective = table('objective');
  const amounts = column(objective, 'amount') as number[];
  near(amounts.at(-1)!, result.value);
  near(
    amounts.slice(0, -1).reduce((s, x) => s + x, 0),
    result.value,
  );
  const types = result.sites.reduce((n, s) => n + s.modules.length, 0);
  assert.equal(table('modules').rows.length, types * T);
});

test('an unknown population stays an empty cell, and a village that nobody reaches has no nearest site', () => {
  const villages = table('villages');
  assert.deepEqual(column(villages, 'population'), [1200, null, 300]);
  assert.equal(column(villages, 'nearestSite')[2], null);
  assert.equal(column(villages, 'coveredYear')[2], null);
  assert.equal(column(villages, 'reason')[2], 'noCandidateInRadius');
});

test('the provenance names board, seed, status, value, bound and how times were found', () => {
  const facts = new Map(table('provenance').rows.map(([k, v]) => [k, v]));
  assert.equal(facts.get('board'), 'hand');
  assert.equal(facts.get('seed'), 1);
  assert.equal(facts.get('value'), result.value);
  assert.equal(facts.get('travel'), 'crowFly × 1.5 at 40 km/h');
  assert.equal(facts.get('dataLevel'), 'synthetic');
  assert.equal(facts.get('source'), 'made by hand');
});

test('text that a spreadsheet would run as a formula is disarmed, numbers are left alone', () => {
  for (const text of ['=1+1', '+x', '-x', '@x', '\tx', '\rx']) assert.equal(escapeCell(text), `'${text}`);
  for (const cell of ['x=1', '', '1-2', -5, null, true] as const) assert.equal(escapeCell(cell), cell);
});

test('the map has a point for every open site and every village whose position is handed in', () => {
  const map = planGeoJson(result, { lon: [107, NaN, 107.2], lat: [30, 30, 30.2] });
  const kinds = (kind: string) => map.features.filter((f) => f.properties['kind'] === kind);
  assert.equal(kinds('site').length, result.sites.length);
  assert.deepEqual(
    kinds('village').map((f) => f.geometry?.coordinates ?? null),
    [[107, 30], null, [107.2, 30.2]],
  );
  const site = kinds('site')[0]!;
  assert.deepEqual(site.geometry?.coordinates, [result.sites[0]!.lon, result.sites[0]!.lat]);
  assert.equal(map.provenance, result.provenance);
  assert.ok(planGeoJson(result).features.every((f) => f.properties['kind'] !== 'village' || f.geometry === null));
});

test('the page’s view carries the verifier’s word and the last year’s columns', () => {
  const verified = verifyPlan(problem, result.plan, result.certificate);
  const view = planView(result, { runId: 'r', boardId: 'b', verified });
  assert.deepEqual([view.runId, view.boardId, view.verified.ok], ['r', 'b', true]);
  assert.ok(view.verified.checks > 10);
  view.sites.forEach((s, row) => {
    assert.equal(s.energyKwhPerDay, result.sites[row]!.energyKwhPerDayByYear.at(-1));
    assert.equal(s.peakUse, result.sites[row]!.peakUseByYear.at(-1));
  });
  assert.equal(view.villages.length, 3);
  assert.doesNotThrow(() => JSON.stringify(view));
  assert.ok(!JSON.stringify(view).includes('NaN'));
});

test('one station a module, with the guns of the module, as many as stand in the year', () => {
  for (const [t, year] of problem.years.entries()) {
    const stations = stationsOfPlan(result, year);
    assert.equal(
      stations.length,
      result.sites.reduce((n, s) => n + s.modules.reduce((m, x) => m + x.modulesByYear[t]!, 0), 0),
    );
    assert.equal(new Set(stations.map((s) => s.id)).size, stations.length);
    assert.equal(
      stations.reduce((n, s) => n + s.evses, 0),
      result.costByYear[t]!.guns,
    );
  }
  assert.throws(() => stationsOfPlan(result, 2031), { code: 'OUT_OF_RANGE', message: /no year 2031/ });
});

test('a village’s answer is a sentence in both languages with the numbers of what decided it', () => {
  for (const [i, v] of result.villages.entries()) {
    const why = explainVillage(result, i);
    assert.equal(why.reason, v.reason);
    assert.match(why.sentence.en, new RegExp(v.name));
    assert.match(why.sentence.zh, /。$/);
    assert.doesNotMatch(why.sentence.en + why.sentence.zh, /NaN|undefined|null|Infinity/);
  }
  assert.match(explainVillage(result, 2).sentence.en, /not covered by 2027: no open site is within reach/);
  assert.throws(() => explainVillage(result, 3), { code: 'NOT_FOUND', message: /no demand point 3/ });
});

test('shares of the serving sites add up to what is served in each year', () => {
  result.villages.forEach((v, i) => {
    for (let t = 0; t < T; t++) {
      const sum = v.serving.filter((s) => s.year === problem.years[t]).reduce((s, x) => s + x.share, 0);
      near(sum, 1 - result.plan.unserved[i * T + t]!);
      near(v.servedShareByYear[t]!, sum);
    }
  });
});

test('figures are read as people write them', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [1234567.8, '1,234,568'],
    [123.4, '123'],
    [12.34, '12.3'],
    [1.005, '1'],
    [1.239, '1.24'],
    [0.5, '0.5'],
    [-2500, '−2,500'],
    [-0.001, '0'],
  ];
  for (const [x, text] of cases) assert.equal(figure(x), text);
  assert.equal(percent(0.1234), '12.3 %');
});

/** What must hold of the report of any plan. */
function checkReport(p: PlanProblem, seed: number): void {
  const r = planNetwork(p, { seed, gap: 0.01 });
  const years = p.years.length;
  r.villages.forEach((v, i) => {
    const { sentence } = explainVillage(r, i);
    assert.doesNotMatch(sentence.en + sentence.zh, /NaN|undefined|Infinity/, `${seed}: ${sentence.en}`);
    const within = r.sites.some((s) => {
      const [from, to] = [p.access.start[s.site]!, p.access.start[s.site + 1]!];
      for (let e = from; e < to; e++)
        if (p.access.point[e] === i && p.access.travelMin[e]! <= r.coverageMin) return true;
      return false;
    });
    assert.equal(v.coveredYear !== null, within, `${seed}: village ${i} is covered exactly when an open site is near`);
    if (v.coveredYear !== null) assert.equal(v.costToCover, null);
    if (v.nearestSite !== null) assert.ok(v.travelMin! >= 0 && v.nearestSite < r.sites.length);
    const reachable = [...p.access.point].includes(i);
    if (!reachable) assert.equal(v.reason, 'noCandidateInRadius', `${seed}: village ${i}`);
    for (const b of v.binding) assert.ok(p.years.includes(b.year) && Number.isFinite(b.needed), `${seed}`);
  });
  for (const s of r.sites) {
    for (const words of [s.reasonSize, s.reasonYear]) {
      assert.doesNotMatch(words.en + words.zh, /NaN|undefined|Infinity/, `${seed}: ${words.en}`);
      assert.match(words.zh, /[一-鿿]/);
    }
    for (let t = 1; t < years; t++) assert.ok(s.powerKwByYear[t]! >= s.powerKwByYear[t - 1]!);
  }
  const cells = planTables(r).flatMap((t) => t.rows.flat());
  assert.ok(
    cells.every((c) => typeof c !== 'number' || Number.isFinite(c)),
    `${seed}: every number can be read`,
  );
}

test('reports of random plans say nothing undefined and contradict neither map nor money', () => {
  for (let seed = 1; seed <= 25; seed++)
    checkReport(randomProblem(seed, { villages: 5, spots: 4, years: 3, twoTypes: seed % 2 === 0, peaks: 2 }), seed);
});
