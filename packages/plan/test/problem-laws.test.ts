import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { siteClasses, type Board } from '@qipan/territory';
import {
  buildProblem,
  planDefaults,
  planNetwork,
  planParameters,
  problemHash,
  studyPlan,
  valueInYear,
  verifyPlan,
  type PlanParametersInput,
  type PlanProblem,
} from '@qipan/plan';
import { gridMoments, worstMoment } from '../src/model/plan-grid.js';
import { inventedCounty } from './support/county.js';
import { near } from './support/recount.js';
import { smallBoard } from './support/small-board.js';
import { villageGrid } from './support/village-grid.js';

const years = [2026, 2027, 2028];
const board = inventedCounty(5, 4, 61);
const problem = buildProblem(board, { years });

test('people never vanish: every place is a demand point with the people of the board, unknown ones stay unknown', () => {
  assert.deepEqual(Array.from(problem.demandPoints.population), Array.from(board.places.population));
  const some = smallBoard(
    [
      { id: 'a', km: [0, 0], population: 500 },
      { id: 'b', km: [1, 0] },
      { id: 'far', km: [90, 0], population: 70 },
    ],
    [{ id: 's', km: [0, 1] }],
  );
  const p = buildProblem(some, { years });
  assert.deepEqual(p.demandPoints.id, ['a', 'b', 'far']);
  assert.ok(Number.isNaN(p.demandPoints.population[1]));
  assert.deepEqual([p.demandPoints.population[0], p.demandPoints.population[2]], [500, 70]);
  const known = Array.from(p.energyKwhPerDay.subarray(0, 3));
  assert.deepEqual(
    Array.from(p.energyKwhPerDay.subarray(6, 9), (x, t) => near(x, (known[t] * 70) / 500, 1e-12)),
    [true, true, true],
    'a place out of reach has its demand all the same',
  );
  assert.deepEqual(Array.from(p.energyKwhPerDay.subarray(3, 6)), [0, 0, 0]);
});

test('energy of a county is cars by what residents charge away from home, in closed form', () => {
  const d = planParameters({ years }).demand;
  const people = board.places.population.reduce((s, x) => s + x, 0);
  years.forEach((year, t) => {
    const cars = (people / d.householdSize) * valueInYear(d.evPerHousehold, year) * d.ruralFactor;
    const kwh = (cars * d.kmPerYear * d.kwhPerKm * d.winterFactor * (1 - d.homeShare) * d.localShare) / 365;
    const sum = board.places.id.reduce((s, _, i) => s + problem.energyKwhPerDay[i * years.length + t], 0);
    assert.ok(near(sum, kwh, 1e-9), `${year}: ${sum}, ${kwh}`);
  });
});

test('every pair of site and place within the time is listed once with its haversine minutes, and no other', () => {
  const rad = Math.PI / 180;
  const { places, sites } = board;
  let listed = 0;
  problem.sites.id.forEach((id, j) => {
    const row = sites.id.indexOf(id);
    const want = new Map<number, number>();
    places.id.forEach((_, i) => {
      const a =
        Math.sin(((places.lat[i] - sites.lat[row]) * rad) / 2) ** 2 +
        Math.cos(places.lat[i] * rad) *
          Math.cos(sites.lat[row] * rad) *
          Math.sin(((places.lon[i] - sites.lon[row]) * rad) / 2) ** 2;
      const km = 2 * 6371.0088 * Math.asin(Math.sqrt(a));
      const minutes = ((km * 1.5) / 40) * 60;
      if (minutes <= 30) want.set(i, minutes);
    });
    const [from, to] = [problem.access.start[j], problem.access.start[j + 1]];
    const points = Array.from(problem.access.point.subarray(from, to));
    assert.deepEqual(points, [...want.keys()]);
    points.forEach((i, n) => assert.ok(near(problem.access.travelMin[from + n], want.get(i) as number, 1e-6)));
    listed += points.length;
  });
  assert.equal(listed, problem.access.point.length);
});

/** The rows of a table in another order. */
function reordered<Table extends object>(table: Table, order: readonly number[]): Table {
  const column = (c: ArrayLike<unknown>) => {
    const rows = order.map((n) => c[n]);
    if (c instanceof Float64Array) return Float64Array.from(rows as number[]);
    return c instanceof Int32Array ? Int32Array.from(rows as number[]) : rows;
  };
  return Object.fromEntries(
    Object.entries(table).map(([name, c]) => [name, column(c as ArrayLike<unknown>)]),
  ) as unknown as Table;
}

function shuffled(given: Board, seed: number): Board {
  const rng = random(seed);
  const order = (n: number) =>
    Array.from({ length: n }, (_, k) => ({ k, key: rng.next() }))
      .toSorted((a, b) => a.key - b.key)
      .map((x) => x.k);
  const places = order(given.places.id.length);
  const sites = reordered(given.sites, order(given.sites.id.length));
  const place = sites.place.map((i) => (i < 0 ? i : places.indexOf(i)));
  return { ...given, places: reordered(given.places, places), sites: { ...sites, place } };
}

/** What a problem says of each village and site by name, whatever their order. */
function byName(p: PlanProblem) {
  const [T, P, I] = [p.years.length, p.peaks.length, p.demandPoints.id.length];
  const villages = p.demandPoints.id.map((id, i) => ({
    id,
    people: p.demandPoints.population[i],
    township: p.townships.id[p.demandPoints.township[i]],
    energy: p.years.map((_, t) => p.energyKwhPerDay[i * T + t]),
    peaks: p.years.flatMap((_, t) => p.peaks.map((_q, q) => p.peakKwhPerHour[(t * P + q) * I + i])),
  }));
  const sites = p.sites.id.map((id, j) => ({
    id,
    name: p.sites.name[j],
    slots: p.sites.slots[j],
    township: p.townships.id[p.sites.township[j]],
    place: p.sites.place[j] < 0 ? null : p.demandPoints.id[p.sites.place[j]],
    group: p.hosting?.name[p.sites.hostingGroup[j]],
    minutes: Array.from(p.access.point.subarray(p.access.start[j], p.access.start[j + 1]), (i, n) => [
      p.demandPoints.id[i],
      p.access.travelMin[p.access.start[j] + n].toFixed(9),
    ]).toSorted((a, b) => (a[0] < b[0] ? -1 : 1)),
  }));
  const sorted = <X extends { readonly id: string }>(list: readonly X[]) =>
    list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { villages: sorted(villages), sites: sorted(sites), layouts: p.layoutCounts, types: p.moduleTypes };
}

test('the order of places and sites on a board changes nothing that the problem says of them', () => {
  for (const seed of [1, 2]) assert.deepEqual(byName(buildProblem(shuffled(board, seed), { years })), byName(problem));
});

test('plans of a board in two orders are each above what is proved of the other', () => {
  const run = (b: Board) => {
    const p = buildProblem(b, { years: [2026, 2027] });
    const r = planNetwork(p, { seed: 8, gap: 0.1, effort: 0.06 });
    assert.deepEqual(verifyPlan(p, r.plan, r.certificate).failures, []);
    return r;
  };
  const [a, b] = [run(board), run(shuffled(board, 3))];
  assert.ok(a.bound <= b.value * (1 + 1e-9) && b.bound <= a.value * (1 + 1e-9));
  const people = (r: typeof a) => r.villages.reduce((s, v) => s + (v.population ?? 0), 0);
  assert.equal(people(a), people(b));
});

/** Parameters with every amount of money times a factor. */
function inMoney(times: number): PlanParametersInput {
  const p = planParameters({ years });
  const table = (t: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(t).map(([k, x]) => [k, x * times]));
  const { townshipPile, countyStation, coverage } = p.rules;
  return {
    years,
    moduleTypes: Object.fromEntries(
      Object.entries(p.moduleTypes).map(([id, m]) => [id, { ...m, capex: m.capex * times }]),
    ),
    cost: {
      civilPerKw: p.cost.civilPerKw * times,
      siteOpening: p.cost.siteOpening * times,
      siteOpexPerYear: p.cost.siteOpexPerYear * times,
      timeValuePerHour: p.cost.timeValuePerHour * times,
      unservedPerKwh: p.cost.unservedPerKwh * times,
    },
    budget: { byYear: p.budget.byYear && table(p.budget.byYear) },
    rules: {
      townshipPile: townshipPile && { pricePerGun: townshipPile.pricePerGun * times },
      countyStation: countyStation && { pricePerCounty: countyStation.pricePerCounty * times },
      coverage: coverage && { pricePerPerson: coverage.pricePerPerson * times },
    },
  };
}

test('money in another unit scales every amount of the problem, and plans with their values carry over', () => {
  const q = buildProblem(board, inMoney(8));
  assert.deepEqual(
    q.moduleTypes.map((m) => [m.capex, m.opexPerYear]),
    problem.moduleTypes.map((m) => [8 * m.capex, 8 * m.opexPerYear]),
  );
  assert.deepEqual(byName({ ...q, moduleTypes: problem.moduleTypes }), byName(problem), 'nothing else has changed');
  const [a, b] = [problem, q].map((p) => planNetwork(p, { seed: 8, gap: 0.1, effort: 0.05 }));
  assert.ok(8 * a.bound <= b.value * (1 + 1e-9) && b.bound <= 8 * a.value * (1 + 1e-9));
  const dear = {
    ...a.plan,
    value: a.plan.value * 8,
    capexByYear: a.plan.capexByYear.map((x) => x * 8),
    slacks: a.plan.slacks.map((s) => ({ ...s, cost: s.cost * 8 })),
    objectiveTerms: a.plan.objectiveTerms.map((t) => ({ ...t, amount: t.amount * 8 })),
  };
  assert.deepEqual(verifyPlan(q, dear, b.certificate).failures, []);
});

test('a plan of little money is a plan of more money too, so more budget is never worse', () => {
  const withBudget = (times: number): PlanProblem => {
    const byYear = problem.budget?.byYear.map((x) => x * times) ?? [];
    return { ...problem, budget: { byYear, carryOver: true } };
  };
  const runs = [0.05, 0.3, 3].map((times) => {
    const p = withBudget(times);
    return { p, r: planNetwork(p, { seed: 2, gap: 0.05, effort: 0.06 }) };
  });
  const [poor, , rich] = runs;
  for (const { p, r } of runs) {
    assert.deepEqual(verifyPlan(p, r.plan, r.certificate).failures, []);
    assert.ok(rich.r.bound <= r.value * (1 + 1e-9));
    assert.deepEqual(verifyPlan(rich.p, poor.r.plan, rich.r.certificate).failures, []);
  }
  assert.ok(poor.r.plan.capexByYear.reduce((s, x) => s + x, 0) < rich.r.plan.capexByYear.reduce((s, x) => s + x, 0));
});

/** Canonical text by another hand: sorted keys, typed arrays as lists, words for what JSON cannot say. */
function text(x: unknown): string {
  if (x === null || typeof x === 'boolean' || typeof x === 'string') return JSON.stringify(x);
  if (typeof x === 'number') return Number.isFinite(x) ? String(Object.is(x, -0) ? 0 : x) : `"${x}"`;
  if (Array.isArray(x) || ArrayBuffer.isView(x)) return `[${[...(x as Iterable<unknown>)].map(text).join(',')}]`;
  const entries = Object.entries(x as object).filter(([, v]) => v !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${text(v)}`)
    .join(',')}}`;
}

test('the hash is SHA-256 of the canonical text, the same for a problem that is built again', () => {
  for (const p of [problem, buildProblem(inventedCounty(2, 3, 5))])
    assert.equal(problemHash(p), createHash('sha256').update(text(p)).digest('hex'));
  assert.equal(problemHash(buildProblem(inventedCounty(5, 4, 61), { years })), problemHash(problem));
  assert.notEqual(problemHash(buildProblem(inventedCounty(5, 4, 62), { years })), problemHash(problem));
  assert.equal(problemHash({ ...problem, gridRows: undefined } as never), problemHash(problem));
});

test('a study without a grid is the plan of the problem that its parameters build', () => {
  const options = { seed: 3, gap: 0.2, effort: 0.05 };
  const input = { years: [2026] };
  const study = studyPlan(board, input, options);
  assert.deepEqual(study.grids, []);
  assert.equal(problemHash(study.problem), problemHash(buildProblem(board, input)));
  assert.deepEqual(study.result, planNetwork(buildProblem(board, input), options));
});

test('a network is tested at every hour of the kinds of day, and one hour of the largest base load stands for all', () => {
  const moments = gridMoments(['weekday', 'springFestival']);
  assert.equal(moments.length, 48);
  assert.deepEqual(
    moments.slice(0, 24).map((m) => m.baseFactor),
    moments.slice(24).map((m) => m.baseFactor),
  );
  assert.deepEqual(new Set(gridMoments([]).map((m) => m.scenarioDay)), new Set(['weekday']));
  const worst = worstMoment({ ...villageGrid(), moments });
  assert.equal(worst.baseFactor, 1);
  assert.ok(moments.every((m) => m.baseFactor >= 0 && m.baseFactor <= worst.baseFactor));
});

test('spare power has a default for every class of site, and rules never ask for less in a later year', () => {
  const p = planParameters();
  assert.deepEqual(Object.keys(p.sites.spareKwByClass ?? {}).toSorted(), [...siteClasses].toSorted());
  const tables = [
    p.rules.townshipPile?.gunsByYear,
    p.rules.countyStation?.kwByYear,
    p.rules.coverage?.shareByYear,
    p.demand.evPerHousehold,
  ];
  for (const table of tables) {
    const values = Object.keys(table ?? {})
      .toSorted()
      .map((y) => (table ?? {})[y]);
    assert.ok(values.length >= 5 && values.every((x, t) => t === 0 || x >= values[t - 1]), values.join());
  }
});

test('what a default says of its level is borne out by its source: measured ones name who measured', () => {
  for (const row of planDefaults.filter((r) => r.dataLevel === 'measured')) assert.match(row.source, /Perth & Kinross/);
  const days = Object.values(planParameters().scenarioDays);
  assert.equal(
    days.reduce((s, d) => s + d.daysPerYear, 0),
    365,
  );
  const { ordinary, festival } = planParameters().serviceLevel;
  assert.ok(festival.waitMin > ordinary.waitMin && festival.alpha > ordinary.alpha, 'a festival is allowed to queue');
});
