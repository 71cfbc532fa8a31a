import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QipanError } from '@qipan/base';
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
  type PlanResult,
} from '@qipan/plan';
import { figure, percent } from '../src/report/words.js';
import { ac7, dc60, handProblem } from './support/hand.js';

const solve = (p: PlanProblem, seed = 2): PlanResult => planNetwork(p, { seed, gap: 0, effort: 0.2 });

/** Two busy villages at two spots, one small one that only reaches the second, and one out of all reach. */
function county(): PlanProblem {
  return handProblem({
    villages: [
      { kwh: [300, 420], people: 3000 },
      { kwh: [280, 330], people: 2000, township: 1 },
      { kwh: [6, 8], people: 90, township: 1 },
      { kwh: [50, 60], people: NaN, township: 1 },
    ],
    spots: [{ minutes: [4, 28, null, null] }, { minutes: [26, 6, 14, null], township: 1 }],
    townships: [{}, {}],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [0, 2],
      [2, 2],
      [0, 4],
      [2, 4],
    ],
  });
}

const result = solve(county());
const verified = verifyPlan(county(), result.plan, result.certificate);

test('the plan of the report is verified, and its terms add up to its value', () => {
  assert.deepEqual(verified.failures, []);
  const sum = result.objectiveTerms.reduce((s, t) => s + t.amount, 0);
  assert.ok(Math.abs(sum - result.value) < 1e-6);
  for (const t of result.objectiveTerms) assert.ok(t.label.en && t.label.zh);
});

test('every term of the objective equals its sum by hand over the plan’s own decisions', () => {
  const p = county();
  const d = [1 / 1.06, 1 / 1.06 ** 2];
  const end = 1 / 1.06 ** 3;
  const want: Record<string, number> = {
    opening: 0,
    modules: 0,
    operation: 0,
    travel: 0,
    unserved: 0,
    ruleSlack: 0,
    salvage: 0,
  };
  for (const s of result.plan.sites) {
    const t0 = p.years.indexOf(s.openYear);
    want.opening += 30_000 * d[t0];
    want.salvage -= 30_000 * end * (1 - (2 - t0) / 20);
    [0, 1].forEach((t) => {
      const open = s.counts[t].some((n) => n > 0);
      if (open) want.operation += 2000 * d[t];
      [ac7, dc60].forEach((m, k) => {
        const bought = s.counts[t][k] - (t > 0 ? s.counts[t - 1][k] : 0);
        want.modules += bought * m.capex * d[t];
        want.salvage -= bought * m.capex * end * (1 - (2 - t) / m.lifeYears);
        want.operation += s.counts[t][k] * m.opexPerYear * d[t];
      });
    });
  }
  const minutes = [
    [4, 26],
    [28, 6],
    [NaN, 14],
  ];
  const { year, point, site, share } = result.plan.assignment;
  // There and back at 20 an hour over a trip of 20 kWh: a thirtieth a minute and kWh.
  year.forEach((t, n) => {
    want.travel += (d[t] * 365 * p.energyKwhPerDay[point[n] * 2 + t] * share[n] * minutes[point[n]][site[n]]) / 30;
  });
  result.plan.unserved.forEach((q, e) => (want.unserved += d[e % 2] * 365 * 3 * p.energyKwhPerDay[e] * q));
  for (const { name, amount } of result.objectiveTerms)
    assert.ok(
      Math.abs(amount - want[name]) < 1e-6 * Math.max(1, Math.abs(amount)),
      `${name}: ${amount}, ${want[name]}`,
    );
});

test('years sum what the sites say: money, sites, guns, power, people covered and energy served', () => {
  result.costByYear.forEach((y, t) => {
    const open = result.sites.filter((s) => s.openYear <= y.year);
    assert.equal(y.sites, open.length);
    const sum = (f: (s: PlanResult['sites'][number]) => number) => open.reduce((a, s) => a + f(s), 0);
    assert.equal(
      y.guns,
      sum((s) => s.modules.reduce((a, m) => a + m.gunsByYear[t], 0)),
    );
    assert.equal(
      y.powerKw,
      sum((s) => s.powerKwByYear[t]),
    );
    assert.ok(Math.abs(y.capex - result.sites.reduce((a, s) => a + s.capexByYear[t], 0)) < 1e-6);
    assert.ok(Math.abs(y.energyKwhPerDay - sum((s) => s.energyKwhPerDayByYear[t])) < 1e-6);
    assert.equal(y.budget, null, 'no budget was set');
  });
  // Villages 0 to 2 are within 20 min of an open site; the fourth has no known population and counts nobody.
  assert.equal(result.costByYear[1].coveredShare, 1);
});

test('each sheet has its columns, a row of units, and a row for every item', () => {
  const tables = planTables(result);
  const rows = Object.fromEntries(tables.map((t) => [t.name, t.rows.length]));
  const modules = result.sites.reduce((s, site) => s + site.modules.length * 2, 0);
  assert.deepEqual(Object.keys(rows), ['years', 'sites', 'modules', 'villages', 'objective', 'slacks', 'provenance']);
  assert.deepEqual([rows['years'], rows['sites'], rows['villages']], [2, result.sites.length, 4]);
  assert.deepEqual([rows['modules'], rows['objective'], rows['slacks']], [modules, 8, 0]);
  for (const t of tables) {
    assert.equal(t.units.length, t.columns.length);
    assert.equal(new Set(t.columns).size, t.columns.length);
    for (const row of t.rows) assert.equal(row.length, t.columns.length);
  }
  const of = (name: string) => tables.find((t) => t.name === name) as (typeof tables)[number];
  const cell = (name: string, row: number, column: string) => of(name).rows[row][of(name).columns.indexOf(column)];
  assert.equal(of('years').units[of('years').columns.indexOf('opex')], 'CNY/yr');
  assert.equal(cell('objective', 7, 'term'), 'value');
  assert.equal(cell('objective', 7, 'amount'), result.value);
  assert.equal(cell('villages', 3, 'population'), null, 'unknown is empty, not 0');
  assert.equal(cell('villages', 3, 'nearestSite'), null);
  assert.equal(
    cell('sites', 0, 'guns'),
    result.sites[0].modules.reduce((s, m) => s + m.gunsByYear[1], 0),
  );
  const facts = new Map(of('provenance').rows.map((r) => [r[0], r[1]]));
  assert.equal(facts.get('travel'), 'crowFly × 1.5 at 40 km/h');
  assert.deepEqual([facts.get('dataLevel'), facts.get('seed'), facts.get('source')], ['synthetic', 2, 'made by hand']);
});

test('text that a spreadsheet would run is disarmed; numbers and harmless text stay', () => {
  for (const bad of ['=1+1', '+86', '-x', '@SUM(A1)', '\tx', '\rx']) assert.equal(escapeCell(bad), `'${bad}`);
  for (const good of ['村1', "'=1", '1-2', '', -5, null, true]) assert.equal(escapeCell(good), good);
});

test('the map has sites as points in [lon, lat] and villages where their places are, or nowhere', () => {
  const plain = planGeoJson(result);
  assert.equal(plain.features.length, result.sites.length + 4);
  assert.deepEqual(plain.features[0].geometry, {
    type: 'Point',
    coordinates: [result.sites[0].lon, result.sites[0].lat],
  });
  assert.ok(plain.features.slice(result.sites.length).every((f) => f.geometry === null));
  const placed = planGeoJson(result, { lon: [107, 107.1, NaN], lat: [30, 30.1, 30.2] });
  const villages = placed.features.slice(result.sites.length);
  assert.deepEqual(
    villages.map((f) => f.geometry?.coordinates ?? null),
    [[107, 30], [107.1, 30.1], null, null],
  );
  assert.deepEqual(
    villages.map((f) => f.properties['reason']),
    result.villages.map((v) => v.reason),
  );
  assert.equal(JSON.parse(JSON.stringify(placed)).provenance.board, 'hand');
});

test('each module is a station with its guns as sockets, growing over the years, under ids of its own', () => {
  for (const [t, year] of [
    [0, 2026],
    [1, 2027],
  ] as const) {
    const stations = stationsOfPlan(result, year);
    const want = result.sites.reduce((s, site) => s + site.modules.reduce((n, m) => n + m.modulesByYear[t], 0), 0);
    assert.equal(stations.length, want);
    assert.equal(new Set(stations.map((s) => s.id)).size, want);
    for (const s of stations) {
      assert.match(s.id, /^s\d-(ac7|dc60)-\d+$/);
      assert.equal(s.powerKw, s.moduleType === 'ac7' ? 7 : 60);
      assert.deepEqual([s.evses, s.place], [1, null]);
    }
  }
  assert.throws(
    () => stationsOfPlan(result, 2031),
    (e: QipanError) => e.code === 'OUT_OF_RANGE' && /no year 2031/.test(e.message),
  );
});

test('the page’s view keeps numbers, reasons and the verdict, and carries no certificate', () => {
  const view = planView(result, { runId: 'r1', boardId: 'b1', verified });
  assert.deepEqual(
    [view.runId, view.boardId, view.value, view.bound, view.gap],
    ['r1', 'b1', result.value, result.bound, result.gap],
  );
  assert.equal(view.verified.ok, true);
  assert.equal(view.sites[0].energyKwhPerDay, result.sites[0].energyKwhPerDayByYear[1]);
  assert.equal(view.villages.length, 4);
  assert.ok(!JSON.stringify(view).includes('inputHash'));
  assert.ok(JSON.stringify(view).length < JSON.stringify(result).length);
});

test('a served village hears of its site, minutes, year and share, in both languages', () => {
  const why = explainVillage(result, 0);
  assert.equal(why.reason, 'served');
  assert.match(
    why.sentence.en,
    /^村0 is covered from 2026: site 0 is 4 min away, and in 2027 100 % of its 420 kWh a day is met\./,
  );
  assert.match(why.sentence.zh, /^村0自2026年起被覆盖：距站04分钟，2027年日均420千瓦时需求满足100 %。/);
  assert.match(why.sentence.en, /Its main site .* kWh\/h that the waiting target allows in the busiest hour/);
  const shares = why.servingSites.filter((s) => s.year === 2027).reduce((s, x) => s + x.share, 0);
  assert.ok(Math.abs(shares - 1) < 1e-9);
  assert.equal(why.costToCover, null);
});

test('a village that no candidate reaches hears just that, with no price for what cannot be', () => {
  const why = explainVillage(result, 3);
  assert.equal(why.reason, 'noCandidateInRadius');
  assert.match(
    why.sentence.en,
    /no open site is within reach .* No candidate site is within the longest travel time\.$/,
  );
  assert.match(why.sentence.zh, /最长行程时间内没有候选站址。$/);
  assert.deepEqual([why.population, why.costToCover, why.servingSites], [null, null, []]);
  assert.throws(
    () => explainVillage(result, 4),
    (e: QipanError) => e.code === 'NOT_FOUND' && /0 to 3/.test(String(e.details?.['expected'] ?? '')),
  );
});

test('a village whose nearest candidate lies beyond the coverage time hears both times', () => {
  const p = handProblem({ years: [2026], villages: [{ kwh: [60] }], spots: [{ minutes: [24] }] });
  const why = explainVillage(solve(p), 0);
  assert.equal(why.reason, 'noCandidateInRadius');
  assert.match(why.sentence.en, /The nearest candidate site is 24 min away, over the limit of 20 min\.$/);
});

test('a village that money decides hears of the budget’s year, its use and what another unit is worth', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [400] }, { kwh: [380] }],
    spots: [{ minutes: [3, null] }, { minutes: [null, 3] }],
    layouts: [[0], [2]],
    budget: { byYear: [160_000], carryOver: true },
  });
  const r = solve(p);
  const poor = r.villages.findIndex((v) => v.coveredYear === null);
  const why = explainVillage(r, poor);
  assert.equal(why.reason, 'budget');
  const [b] = why.binding;
  assert.deepEqual([b.constraint, b.where, b.needed, b.available], ['budget', '2026', 150_000, 160_000]);
  assert.ok((b.price ?? 0) > 0);
  assert.match(
    why.sentence.en,
    /Money decided: budget of 2026 in 2026, 150,000 of 160,000 CNY, where one more CNY is worth/,
  );
  assert.match(why.sentence.zh, /受预算限制：2026年2026预算/);
});

test('a village not worth a site hears what opening would lose and what its demand is worth', () => {
  const p = handProblem({ years: [2026], villages: [{ kwh: [3] }], spots: [{ minutes: [5] }] });
  const r = solve(p);
  const why = explainVillage(r, 0);
  assert.equal(why.reason, 'betterUseElsewhere');
  const [b] = why.binding;
  assert.ok(b.needed > 0 && b.available <= (3 * 365 * 3) / 1.06 + 1e-6);
  assert.match(why.sentence.en, /would lose .* CNY\/2025 at the prices of the bound/);
  // The proof is tight here: building costs the loss, exactly.
  const build = 60_000 * (1 / 1.06 - 0.9 / 1.06 ** 2) + 30_000 * (1 / 1.06 - 0.95 / 1.06 ** 2) + 4400 / 1.06;
  const saved = (365 * 3 * (3 - 5 / 30)) / 1.06;
  assert.ok((why.costToCover?.atLeast ?? 0) <= build - saved + 1e-6);
  assert.ok((why.costToCover?.atLeast ?? 0) > 0.9 * (build - saved), `${why.costToCover?.atLeast} of ${build - saved}`);
});

test('a rule that is paid off is the reason where nothing else stands in the way', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [1] }],
    spots: [{ minutes: [5] }],
    rules: { townshipPile: { guns: [1], pricePerGun: 50 } },
  });
  const why = explainVillage(solve(p), 0);
  assert.equal(why.reason, 'ruleSlack');
  assert.match(why.sentence.en, /A rule is not met here and its price is paid: piles in every township of 镇0 in 2026/);
  assert.match(why.sentence.zh, /此处规则未满足并计入代价：2026年镇0乡乡有桩/);
});

test('why a site has its size names the busiest hour and what the next smaller layout would hold', () => {
  const s = result.sites[0];
  assert.match(
    s.reasonSize.en,
    /^Busiest hour 2027: day 0, 12:00–13:00, [\d.]+ kWh arriving\. \d+ guns \(\d+ kW\) hold/,
  );
  assert.match(s.reasonSize.en, /at most 10 % wait over 10 min/);
  assert.match(s.reasonSize.zh, /等待超过10分钟的不超过10 %/);
  assert.match(s.reasonYear.en, /^Opened 2026: it serves [\d.,]+ kWh a day from then on/);
});

test('why a site opens later names the money that was left, or the demand a year earlier', () => {
  const money = solve(
    handProblem({
      villages: [{ kwh: [300, 300] }],
      spots: [{ minutes: [5] }],
      layouts: [[0], [2]],
      budget: { byYear: [100_000, 100_000], carryOver: true },
    }),
  );
  assert.match(
    money.sites[0].reasonYear.en,
    /of the budget of 100,000 CNY until 2026 only 100,000 was left, less than its 150,000/,
  );
  const demand = solve(handProblem({ villages: [{ kwh: [2, 300] }], spots: [{ minutes: [5] }], layouts: [[0], [2]] }));
  assert.equal(demand.sites[0].openYear, 2027);
  assert.match(demand.sites[0].reasonYear.en, /a year earlier the same villages needed 1\.22 kWh a day\.$/);
  const standing = solve(handProblem({ villages: [{ kwh: [2, 3] }], spots: [{ minutes: [5], existing: 1 }] }));
  assert.equal(standing.sites[0].reasonYear.en, 'It stands already.');
});

test('figures are as people read them', () => {
  for (const [x, text] of [
    [0, '0'],
    [0.004, '0'],
    [0.456, '0.46'],
    [9.996, '10'],
    [12.34, '12.3'],
    [1234567.8, '1,234,568'],
    [-2500, '−2,500'],
    [-0.001, '0'],
  ] as const)
    assert.equal(figure(x), text);
  assert.equal(percent(0.125), '12.5 %');
});
