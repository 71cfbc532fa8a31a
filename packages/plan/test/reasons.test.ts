import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainVillage, planNetwork, type PlanProblem, type PlanResult, type VillageReasonCode } from '@qipan/plan';
import { constraintWords, figure, percent, termLabels, unitOf } from '../src/report/words.js';
import { ac7, dc60, handProblem } from './support/hand.js';
import { busiest, hoursOf, shareOf } from './support/recount.js';

const solve = (p: PlanProblem): PlanResult => planNetwork(p, { seed: 7, gap: 0, effort: 0.3 });

/** The sentence of a village, which must have the reason that is asked for. */
function sentenceOf(r: PlanResult, i: number, reason: VillageReasonCode) {
  const why = explainVillage(r, i);
  assert.equal(why.reason, reason);
  return why.sentence;
}

/** A result in which one village is told something else, to see what is said of it. */
const edited = (r: PlanResult, i: number, change: Partial<PlanResult['villages'][number]>): PlanResult => ({
  ...r,
  villages: r.villages.map((v, n) => (n === i ? { ...v, ...change } : v)),
});

const busy = handProblem({ years: [2026, 2027], villages: [{ kwh: [300, 420] }], spots: [{ minutes: [14] }] });
const served = solve(busy);

test('served: since when, how far, what part of its energy, the busiest hour of its site and what serving it is worth', () => {
  const { load, held } = busiest(hoursOf(busy, served.plan, 0, 1));
  const worth = figure(served.certificate.serve[1] / served.certificate.scale);
  const part = percent(shareOf(served.plan, 1, 0));
  assert.ok(shareOf(served.plan, 1, 0) <= Math.exp(-4 / 15) + 1e-9, 'four minutes beyond full capture');
  assert.deepEqual(sentenceOf(served, 0, 'served'), {
    en:
      `村0 is covered from 2026: site 0 is 14 min away, and in 2027 ${part} of its 420 kWh a day is met. ` +
      `Its main site site 0 takes ${figure(load)} of ${figure(held)} kWh/h that the waiting target allows in the busiest hour; ` +
      `at the prices of the bound, serving the village for a year is worth ${worth} CNY/2025.`,
    zh:
      `村0自2026年起被覆盖：距站014分钟，2027年日均420千瓦时需求满足${part}。` +
      `主要站点站0最忙时段承担每小时${figure(load)}千瓦时，等待目标允许${figure(held)}；` +
      `按下界价格，该村一年服务价值${worth}CNY/2025。`,
  });
});

test('served with nothing that binds: the sentence ends with how it is served', () => {
  const { en, zh } = sentenceOf(edited(served, 0, { binding: [] }), 0, 'served');
  assert.match(en, /kWh a day is met\.$/);
  assert.match(zh, /需求满足[\d.]+ %。$/);
});

test('no candidate in the coverage time: minutes of the nearest open site and of the nearest candidate', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [300] }, { kwh: [30] }],
    spots: [{ minutes: [4, 25.5] }, { minutes: [null, 22] }],
  });
  const r = solve(p);
  assert.deepEqual(
    r.sites.map((s) => s.id),
    ['s0'],
    'the nearer candidate of the small village stays closed',
  );
  const part = percent(shareOf(r.plan, 0, 1));
  assert.deepEqual(sentenceOf(r, 1, 'noCandidateInRadius'), {
    en: `村1 is not covered by 2026: the nearest open site, site 0, is 25.5 min away (limit 20 min), and ${part} of its demand is met. The nearest candidate site is 22 min away, over the limit of 20 min.`,
    zh: `到2026年村1未被覆盖：最近的站点站0距25.5分钟（上限20分钟），需求满足${part}。最近的候选站址距22分钟，超过20分钟上限。`,
  });
});

test('grid limit: the transformer, what the least pile would draw together with what stands, and what there is', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [300] }, { kwh: [260] }],
    spots: [
      { minutes: [5, null], group: 0 },
      { minutes: [null, 5], group: 0 },
    ],
    hosting: [{ name: '五号变', kw: [75] }],
  });
  const r = solve(p);
  const shut = r.villages.findIndex((v) => v.coveredYear === null);
  const { en, zh } = sentenceOf(r, shut, 'gridLimit');
  assert.ok(
    en.includes(
      ' No candidate site in reach has power left: spare power of 五号变 in 2026, 120 of 75 kW. The cheapest site',
    ),
    en,
  );
  assert.ok(zh.includes('。可达候选站址均无可用容量：2026年五号变可用容量，120/75kW。对它最便宜的站址'), zh);
});

test('grid limit of a network that is known line by line is told in per unit under the name of its element', () => {
  const line = { constraint: 'hostingCapacity', where: '九号变: line L1', year: 2026, needed: 0.9, available: 0.6 };
  const told = edited(served, 0, { reason: 'gridLimit', binding: [{ ...line, unit: 'pu', price: null }] });
  assert.match(explainVillage(told, 0).sentence.en, /spare power of 九号变: line L1 in 2026, 0\.9 of 0\.6 pu\.$/);
});

test('budget: year, money spent and money there, and the worth of one more', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [400] }, { kwh: [380] }],
    spots: [{ minutes: [3, null] }, { minutes: [null, 3] }],
    layouts: [[0], [2]],
    budget: { byYear: [170_000], carryOver: false },
  });
  const r = solve(p);
  const poor = r.villages.findIndex((v) => v.coveredYear === null);
  const worth = figure((r.certificate.rows['budget'] ?? [])[0] / r.certificate.scale);
  const { en, zh } = sentenceOf(r, poor, 'budget');
  assert.ok(
    en.includes(`Money decided: budget of 2026 in 2026, 150,000 of 170,000 CNY, where one more CNY is worth ${worth}.`),
    en,
  );
  assert.ok(zh.includes(`受预算限制：2026年2026预算，150,000/170,000CNY，每增加1CNY价值${worth}。`), zh);
});

test('rule slack: what the rule lacks, in its own unit, and what a missing one costs', () => {
  const rules = {
    townshipPile: { guns: [2], pricePerGun: 50 },
    countyStation: { kw: [60], pricePerCounty: 40 },
    coverage: { share: [0.5], withinMin: 20, pricePerPerson: 0.01 },
  };
  const said: Readonly<Record<keyof typeof rules, readonly [string, string]>> = {
    townshipPile: [
      `piles in every township of 镇0 in 2026, 2 guns missing at ${figure(50 / 1.06)} CNY/2025 each.`,
      `2026年镇0乡乡有桩，缺2枪，每缺1枪计${figure(50 / 1.06)}CNY/2025。`,
    ],
    countyStation: [
      `a station in every county of 县0 in 2026, 1 station missing at ${figure(40 / 1.06)} CNY/2025 each.`,
      `2026年县0县县有站，缺1座站，每缺1座站计${figure(40 / 1.06)}CNY/2025。`,
    ],
    coverage: [
      `people covered of 县0 in 2026, 450 persons missing at ${figure(0.01 / 1.06)} CNY/2025 each.`,
      `2026年县0人口覆盖，缺450人，每缺1人计${figure(0.01 / 1.06)}CNY/2025。`,
    ],
  };
  for (const name of Object.keys(said) as (keyof typeof rules)[]) {
    const p = handProblem({
      years: [2026],
      villages: [{ kwh: [1], people: 900 }],
      spots: [{ minutes: [5] }],
      rules: { [name]: rules[name] },
    });
    const { en, zh } = sentenceOf(solve(p), 0, 'ruleSlack');
    assert.ok(en.includes(`A rule is not met here and its price is paid: ${said[name][0]}`), en);
    assert.ok(zh.includes(`此处规则未满足并计入代价：${said[name][1]}`), zh);
  }
  const bare = edited(served, 0, { reason: 'ruleSlack', binding: [] });
  assert.match(explainVillage(bare, 0).sentence.en, /A rule is not met here and its price is paid\.$/);
});

test('better use elsewhere: loss of opening the nearest and worth of the whole demand', () => {
  const p = handProblem({ years: [2026, 2027], villages: [{ kwh: [2, 3] }], spots: [{ minutes: [5] }] });
  const r = solve(p);
  const [b] = r.villages[0].binding;
  const { en, zh } = sentenceOf(r, 0, 'betterUseElsewhere');
  assert.ok(
    en.startsWith(
      '村0 is not covered by 2027: no open site is within reach (limit 20 min), and 0 % of its demand is met. ',
    ),
    en,
  );
  assert.ok(
    en.includes(
      `Opening the nearest candidate would lose ${figure(b.needed)} CNY/2025 at the prices of the bound, while meeting the whole demand of the village in 2027 is worth ${figure(b.available)}. `,
    ),
    en,
  );
  assert.ok(zh.startsWith('到2027年村0未被覆盖：行程范围内没有站点（上限20分钟），需求满足0 %。'), zh);
  assert.ok(
    zh.includes(`净损${figure(b.needed)}CNY/2025，而2027年满足该村全部需求的价值为${figure(b.available)}。`),
    zh,
  );
  const bare = explainVillage(edited(r, 0, { binding: [], cheapestCover: null }), 0).sentence;
  assert.match(bare.en, /of its demand is met\.$/);
});

test('a village that is covered and yet mostly unserved hears why, and of no cost to cover it', () => {
  // One pile is all that fits; the village needs far more.
  const p = handProblem({ years: [2026], villages: [{ kwh: [900] }], spots: [{ minutes: [5], slots: 1 }] });
  const r = solve(p);
  assert.equal(r.villages[0].coveredYear, 2026);
  assert.ok(r.villages[0].servedShareByYear[0] < 0.5);
  const { en } = sentenceOf(r, 0, 'betterUseElsewhere');
  assert.match(
    en,
    /^村0 is covered from 2026: site 0 is 5 min away, and in 2026 [\d.]+ % of its 900 kWh a day is met\./,
  );
  assert.doesNotMatch(en, /cheapest site for it/);
  assert.equal(explainVillage(r, 0).costToCover, null);
});

test('a village without energy in some year is served in full of nothing, and nothing is said that is no number', () => {
  const p = handProblem({ villages: [{ kwh: [0, 300] }, { kwh: [0, 0] }], spots: [{ minutes: [5, 6] }] });
  const r = solve(p);
  for (const i of [0, 1]) {
    const { sentence, energyKwhPerDayByYear } = explainVillage(r, i);
    assert.equal(energyKwhPerDayByYear[0], 0);
    assert.doesNotMatch(sentence.en + sentence.zh, /NaN|Infinity|undefined/);
  }
});

test('two sites that serve one village are both listed with shares and minutes, of each year the larger first', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [420] }],
    spots: [
      { minutes: [4], slots: 2 },
      { minutes: [12], slots: 2 },
    ],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 1],
    ],
  });
  const r = solve(p);
  const { servingSites } = explainVillage(r, 0);
  assert.deepEqual(
    servingSites.map((s) => [s.siteId, s.name, s.travelMin, s.year]),
    [
      ['s0', '站0', 4, 2026],
      ['s1', '站1', 12, 2026],
    ],
  );
  servingSites.forEach((s, j) => assert.equal(s.share, shareOf(r.plan, 0, 0, j)));
  assert.ok(servingSites[0].share >= servingSites[1].share);
});

test('every word of a constraint, a unit and a term stands in both languages, and no two are the same', () => {
  for (const words of [constraintWords, termLabels]) {
    const all = Object.values(words);
    for (const { en, zh } of all) assert.ok(/^[\w ]+$/.test(en) && /^[\u4e00-\u9fff]+$/.test(zh), `${en} ${zh}`);
    assert.equal(new Set(all.map((w) => w.en)).size, all.length);
    assert.equal(new Set(all.map((w) => w.zh)).size, all.length);
  }
  assert.deepEqual(
    [unitOf('guns', '1').en, unitOf('guns', '2').en, unitOf('persons', '0.5').en],
    ['gun', 'guns', 'persons'],
  );
  assert.deepEqual([unitOf('stations', '1').zh, unitOf('kW', '1').zh], ['座站', 'kW']);
  for (const slack of ['townshipPile', 'countyStation', 'coverage']) assert.ok(constraintWords[slack]);
  assert.deepEqual(
    served.objectiveTerms.map((t) => t.label),
    served.objectiveTerms.map((t) => termLabels[t.name]),
  );
});
