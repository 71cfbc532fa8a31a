import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type PlanProblem, type PlanResult, type PlanSiteResult } from '@qipan/plan';
import { figure, percent } from '../src/report/words.js';
import { ac7, dc60, handProblem, type HandSpec } from './support/hand.js';
import { busiest, countsOf, gunsIn, heldBy, hoursOf, kwIn, shareOf } from './support/recount.js';

function planned(spec: HandSpec): { p: PlanProblem; r: PlanResult; s: PlanSiteResult } {
  const p = handProblem(spec);
  const r = planNetwork(p, { seed: 11, gap: 0, effort: 0.3 });
  assert.deepEqual(verifyPlan(p, r.plan, r.certificate).failures, []);
  return { p, r, s: r.sites[0] };
}

/** The first half of why a site has its size, in both languages, from the plan alone. */
function head(p: PlanProblem, r: PlanResult, j: number): { en: string; zh: string } {
  const t = p.years.length - 1;
  const hours = hoursOf(p, r.plan, j, t);
  const { load, held } = busiest(hours);
  const peak = p.peaks[hours.findIndex((h) => h.load === load && h.held === held)];
  const counts = countsOf(p, r.plan, j, t);
  const [guns, kw] = [gunsIn(p, counts), figure(kwIn(p, counts))];
  const hour = `${peak.startHour}:00–${peak.startHour + 1}:00`;
  return {
    en: `Busiest hour ${p.years[t]}: ${peak.dayName.en}, ${hour}, ${figure(load)} kWh arriving. ${guns} guns (${kw} kW) hold ${figure(held)} kWh/h so that at most ${percent(peak.alpha)} wait over ${figure(peak.waitMin)} min`,
    zh: `${p.years[t]}年最忙时段：${peak.dayName.zh}${hour}，到达${figure(load)}千瓦时。${guns}枪（${kw}千瓦）可承担每小时${figure(held)}千瓦时，等待超过${figure(peak.waitMin)}分钟的不超过${percent(peak.alpha)}`,
  };
}

test('a size that the next smaller layout could not hold says what that one would hold', () => {
  const { p, r, s } = planned({ villages: [{ kwh: [300, 420] }], spots: [{ minutes: [5] }] });
  const own = gunsIn(p, countsOf(p, r.plan, 0, 1));
  const fewer = [1, 2, 4].filter((n) => n < own).at(-1) ?? 0;
  const would = heldBy(p, [fewer], 0);
  assert.ok(fewer > 0 && would < busiest(hoursOf(p, r.plan, 0, 1)).load);
  const h = head(p, r, 0);
  assert.deepEqual(s.reasonSize, {
    en: `${h.en}; the next smaller layout (${fewer} guns, ${fewer * 60} kW) would hold ${figure(would)}.`,
    zh: `${h.zh}；次小配置（${fewer}枪，${fewer * 60}千瓦）仅${figure(would)}。`,
  });
});

test('the smallest layout of the list says so', () => {
  const { p, r, s } = planned({ villages: [{ kwh: [60, 60] }], spots: [{ minutes: [5] }], layouts: [[0], [2]] });
  const h = head(p, r, 0);
  assert.equal(s.reasonSize.en, `${h.en}; it is the smallest layout on the list.`);
  assert.equal(s.reasonSize.zh, `${h.zh}；已是可选的最小配置。`);
});

test('a size that only a rule asks for names the rule’s place, what it asks and what there would be without', () => {
  const pile = planned({
    villages: [{ kwh: [20, 20] }],
    spots: [{ minutes: [5] }],
    rules: { townshipPile: { guns: [1, 2], pricePerGun: 90_000 } },
  });
  const h = head(pile.p, pile.r, 0);
  assert.deepEqual(pile.s.reasonSize, {
    en: `${h.en}. The rule for 镇0 asks for 2 in 2027; with the next smaller layout there would be 1.`,
    zh: `${h.zh}。镇0的规则在2027年要求2；若用次小配置只有1。`,
  });
  const station = planned({
    years: [2026],
    villages: [{ kwh: [20] }],
    spots: [{ minutes: [5] }],
    rules: { countyStation: { kw: [240], pricePerCounty: 900_000 } },
  });
  assert.equal(station.s.powerKwByYear[0], 240);
  assert.match(
    station.s.reasonSize.en,
    /The rule for 县0 asks for 1 in 2026; with the next smaller layout there would be 0\.$/,
  );
});

test('a rule that other sites meet is not named as the reason of a size', () => {
  const { r } = planned({
    years: [2026],
    villages: [{ kwh: [420] }, { kwh: [380] }],
    spots: [{ minutes: [5, null] }, { minutes: [null, 5] }],
    rules: { townshipPile: { guns: [1], pricePerGun: 90_000 } },
  });
  for (const s of r.sites) assert.doesNotMatch(s.reasonSize.en, /The rule for/);
});

test('a size bought for an earlier, busier year says so and what the smaller one would hold now', () => {
  const { p, r, s } = planned({ villages: [{ kwh: [420, 30] }], spots: [{ minutes: [5] }] });
  const own = gunsIn(p, countsOf(p, r.plan, 0, 1));
  const fewer = [1, 2, 4].filter((n) => n < own).at(-1) ?? 0;
  const would = heldBy(p, [fewer], 0);
  assert.ok(would >= busiest(hoursOf(p, r.plan, 0, 1)).load, 'the smaller one would do in the last year');
  const h = head(p, r, 0);
  assert.deepEqual(s.reasonSize, {
    en: `${h.en}; it was sized for an earlier year or for less cost over its life than ${fewer} guns with ${figure(would)} kWh/h.`,
    zh: `${h.zh}；按较早年份或全寿命成本更低确定，次小配置为${fewer}枪、每小时${figure(would)}千瓦时。`,
  });
});

test('of two peaks the one that is filled most is named, with its own wait target', () => {
  const { p, r, s } = planned({
    villages: [{ kwh: [250, 300] }],
    spots: [{ minutes: [5] }],
    peaks: [
      { share: 0.05, waitMin: 10, alpha: 0.1 },
      { share: 0.15, waitMin: 25, alpha: 0.3 },
    ],
  });
  assert.ok(s.reasonSize.en.startsWith(head(p, r, 0).en), s.reasonSize.en);
  assert.match(s.reasonSize.en, /day 1, 12:00–13:00, .* at most 30 % wait over 25 min/);
});

test('the next smaller layout of a mixed ladder is the one of less cost that serves most at that peak', () => {
  const { p, r, s } = planned({
    years: [2026],
    villages: [{ kwh: [320] }],
    spots: [{ minutes: [5] }],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [4, 0],
      [0, 1],
      [2, 1],
      [0, 2],
    ],
  });
  assert.deepEqual(countsOf(p, r.plan, 0, 0), [0, 2]);
  const cheaper = [
    [4, 0],
    [0, 1],
    [2, 1],
  ];
  const most = Math.max(...cheaper.map((c) => heldBy(p, c, 0)));
  const [best] = cheaper.filter((c) => heldBy(p, c, 0) === most);
  assert.ok(
    s.reasonSize.en.includes(`(${gunsIn(p, best)} guns, ${kwIn(p, best)} kW) would hold ${figure(most)}.`),
    s.reasonSize.en,
  );
});

/** What a site serves in the year in which it opens, and how full it is then. */
function opened(p: PlanProblem, r: PlanResult): { kwh: string; use: string } {
  const t = p.years.indexOf(r.sites[0].openYear);
  const { load, held } = busiest(hoursOf(p, r.plan, 0, t));
  const kwh = p.demandPoints.id.reduce(
    (s, _, i) => s + shareOf(r.plan, t, i, 0) * p.energyKwhPerDay[i * p.years.length + t],
    0,
  );
  return { kwh: figure(kwh), use: percent(load / held) };
}

test('a site of the first year says that its demand is there from then on', () => {
  const { p, r, s } = planned({ villages: [{ kwh: [300, 420] }], spots: [{ minutes: [12] }] });
  const { kwh, use } = opened(p, r);
  assert.deepEqual(s.reasonYear, {
    en: `Opened 2026: it serves ${kwh} kWh a day from then on, ${use} of its busiest hour; the demand is there from the first year.`,
    zh: `2026年建成：当年日均服务${kwh}千瓦时，最忙时段利用${use}；首年即有需求。`,
  });
});

test('a site that waits for its demand tells what the same villages needed a year before', () => {
  const { p, r, s } = planned({
    villages: [{ kwh: [3, 260] }, { kwh: [1, 90] }],
    spots: [{ minutes: [5, 13] }],
    layouts: [[0], [2]],
  });
  assert.equal(s.openYear, 2027);
  const { kwh, use } = opened(p, r);
  const before = shareOf(r.plan, 1, 0, 0) * 3 + shareOf(r.plan, 1, 1, 0) * 1;
  assert.deepEqual(s.reasonYear, {
    en: `Opened 2027: it serves ${kwh} kWh a day from then on, ${use} of its busiest hour; a year earlier the same villages needed ${figure(before)} kWh a day.`,
    zh: `2027年建成：当年日均服务${kwh}千瓦时，最忙时段利用${use}；前一年同样村庄日均仅需${figure(before)}千瓦时。`,
  });
});

test('a site that waits for money tells what was there, what was left and what it costs, carried over or not', () => {
  const saving = planned({
    years: [2026, 2027, 2028],
    villages: [{ kwh: [300, 300, 300] }],
    spots: [{ minutes: [5] }],
    layouts: [[0], [2]],
    budget: { byYear: [60_000, 60_000, 60_000], carryOver: true },
  });
  assert.equal(saving.s.openYear, 2028);
  assert.match(
    saving.s.reasonYear.en,
    /; of the budget of 120,000 CNY until 2027 only 120,000 was left, less than its 150,000\.$/,
  );
  assert.match(saving.s.reasonYear.zh, /；至2027年预算120,000CNY仅余120,000，不足其150,000。$/);
  const granted = planned({
    years: [2026, 2027, 2028],
    villages: [{ kwh: [300, 300, 300] }],
    spots: [{ minutes: [5] }],
    layouts: [[0], [2]],
    budget: { byYear: [90_000, 140_000, 400_000], carryOver: false },
  });
  assert.equal(granted.s.openYear, 2028);
  assert.match(
    granted.s.reasonYear.en,
    /; of the budget of 140,000 CNY of 2027 only 140,000 was left, less than its 150,000\.$/,
  );
  assert.match(granted.s.reasonYear.zh, /；2027年预算140,000CNY仅余140,000，不足其150,000。$/);
});

test('a budget that had room is not named: the site waited for its demand', () => {
  const { s } = planned({
    villages: [{ kwh: [2, 300] }],
    spots: [{ minutes: [5] }],
    layouts: [[0], [2]],
    budget: { byYear: [400_000, 400_000], carryOver: true },
  });
  assert.equal(s.openYear, 2027);
  assert.doesNotMatch(s.reasonYear.en, /budget/);
});

test('a station that stands says so, whatever it grows to', () => {
  const { s } = planned({ villages: [{ kwh: [300, 420] }], spots: [{ minutes: [5], existing: 1 }] });
  assert.ok(s.modules[0].modulesByYear[1] > 1, 'it has grown');
  assert.deepEqual(s.reasonYear, { en: 'It stands already.', zh: '既有站点。' });
  assert.deepEqual([s.openYear, s.existing], [2026, true]);
});

test('a module of several guns counts guns, not modules, in its size', () => {
  const dual = { ...dc60, id: 'dual', powerKw: 120, guns: 2, capex: 110_000 };
  const { p, r, s } = planned({
    years: [2026],
    villages: [{ kwh: [500] }],
    spots: [{ minutes: [5] }],
    types: [dual],
    layouts: [[0], [1], [2]],
  });
  const guns = 2 * countsOf(p, r.plan, 0, 0)[0];
  assert.ok(s.reasonSize.en.includes(` ${guns} guns (${60 * guns} kW) hold `), s.reasonSize.en);
});
