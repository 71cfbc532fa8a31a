import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type PlanProblem, type PlanResult } from '@qipan/plan';
import { linkFamilies } from '../src/families/link-families.js';
import { layoutFeatures } from '../src/families/family.js';
import { ladder } from '../src/families/ladder.js';
import { compileModel } from '../src/solve/model.js';
import { optimumByExhaustion } from './support/exhaustion.js';
import { ac7, dc60, handProblem, type HandSpec } from './support/hand.js';

/** The plan of a tiny problem: optimal by exhaustion, and accepted by the verifier. */
function solved(spec: HandSpec): { problem: PlanProblem; result: PlanResult } {
  const problem = handProblem(spec);
  const result = planNetwork(problem, { seed: 1, gap: 1e-9 });
  const { value } = optimumByExhaustion(problem);
  assert.ok(Math.abs(result.value - value) <= 1e-9 * value, `${result.value} is not the optimum ${value}`);
  assert.ok(result.bound <= value * (1 + 1e-9));
  const verdict = verifyPlan(problem, result.plan, result.certificate);
  assert.deepEqual(verdict.failures, []);
  return { problem, result };
}

const guns = (r: PlanResult, t: number) => r.costByYear[t]!.guns;
const slackOf = (r: PlanResult, name: string) => r.slacks.filter((s) => s.constraint === name);

/** One village at one site, rich enough in demand that serving it pays. */
const one: HandSpec = { villages: [{ kwh: [300, 300] }], spots: [{ minutes: [5] }] };
/** The same with so little demand that nothing pays. */
const poor: HandSpec = { villages: [{ kwh: [2, 2] }], spots: [{ minutes: [5] }] };

test('every family says its inequality in both languages', () => {
  for (const f of linkFamilies) {
    assert.match(f.inequality.en, /≥|≤/, f.name);
    assert.match(f.inequality.zh, /[一-鿿]/, f.name);
    assert.ok(f.unit.length > 0);
  }
  assert.equal(new Set(linkFamilies.map((f) => f.name)).size, linkFamilies.length);
});

test('without rules a poor village gets nothing and a rich one is served', () => {
  assert.equal(guns(solved(poor).result, 1), 0);
  assert.ok(guns(solved(one).result, 1) > 0);
});

test('townshipPile binds: a pile that would not pay is built because the rule’s price is higher', () => {
  const rule = { guns: [0, 1], pricePerGun: 1e6 };
  const { result } = solved({ ...poor, rules: { townshipPile: rule } });
  assert.deepEqual([guns(result, 0), guns(result, 1)], [0, 1], 'not before the year that asks for it');
  assert.deepEqual(slackOf(result, 'townshipPile'), []);
});

test('townshipPile is slack where demand wants more guns than the rule', () => {
  const free = solved(one).result;
  const ruled = solved({ ...one, rules: { townshipPile: { guns: [1, 1], pricePerGun: 1e6 } } }).result;
  assert.equal(ruled.value, free.value);
});

test('townshipPile is given up at its price, and the slack names township, year and money', () => {
  const { result, problem } = solved({ ...poor, rules: { townshipPile: { guns: [1, 2], pricePerGun: 10 } } });
  assert.equal(guns(result, 1), 0);
  const slacks = slackOf(result, 'townshipPile');
  assert.deepEqual(
    slacks.map((s) => [s.where, s.year, s.amount]),
    [
      ['镇0', 2026, 1],
      ['镇0', 2027, 2],
    ],
  );
  const discount = 1.06 ** -(2027 - problem.priceYear);
  assert.ok(Math.abs(slacks[1]!.cost - 20 * discount) < 1e-9);
});

test('townshipPile leaves an unsuitable township alone', () => {
  const rules = { townshipPile: { guns: [1, 1], pricePerGun: 1e6 } };
  assert.equal(guns(solved({ ...poor, rules, townships: [{ suitable: false }] }).result, 1), 0);
});

test('countyStation binds, is slack, and is given up at its price', () => {
  const rule = (kw: number[], pricePerCounty: number) => ({ rules: { countyStation: { kw, pricePerCounty } } });
  const bound = solved({ ...poor, ...rule([0, 120], 1e7) }).result;
  assert.deepEqual([bound.costByYear[0]!.powerKw, bound.costByYear[1]!.powerKw], [0, 120]);
  const free = solved(one).result;
  assert.equal(solved({ ...one, ...rule([60, 60], 1e7) }).result.value, free.value);
  const priced = solved({ ...poor, ...rule([0, 120], 100) }).result;
  assert.deepEqual(
    slackOf(priced, 'countyStation').map((s) => [s.where, s.year, s.amount]),
    [['县0', 2027, 1]],
  );
});

test('countyStation wants the power at one site: two half stations are none', () => {
  const twoSites: HandSpec = {
    villages: [{ kwh: [2, 2] }],
    spots: [
      { minutes: [5], slots: 1 },
      { minutes: [5], slots: 1 },
    ],
    rules: { countyStation: { kw: [120, 120], pricePerCounty: 1e7 } },
  };
  const { result } = solved(twoSites);
  assert.equal(slackOf(result, 'countyStation').length, 2, 'no site has room for two guns');
});

test('coverage binds, is slack, and is given up at its price per person', () => {
  const rule = (share: number[], pricePerPerson: number) => ({
    rules: { coverage: { share, withinMin: 20, pricePerPerson } },
  });
  assert.deepEqual(
    solved({ ...poor, ...rule([0, 1], 1e4) }).result.costByYear.map((y) => y.coveredShare),
    [0, 1],
  );
  assert.equal(solved({ ...one, ...rule([0.5, 0.5], 1e4) }).result.value, solved(one).result.value);
  const priced = solved({ ...poor, ...rule([0, 0.5], 0.01) }).result;
  assert.deepEqual(
    slackOf(priced, 'coverage').map((s) => [s.where, s.year, s.amount, s.unit]),
    [['县0', 2027, 500, 'persons']],
  );
});

test('a village exactly at the coverage time is covered, one a moment beyond is not', () => {
  const at = (minutes: number) =>
    solved({
      villages: [{ kwh: [2, 2] }],
      spots: [{ minutes: [minutes] }],
      rules: { coverage: { share: [1, 1], withinMin: 20, pricePerPerson: 1e4 } },
    }).result;
  assert.deepEqual(slackOf(at(20), 'coverage'), []);
  assert.equal(slackOf(at(20.001), 'coverage').length, 2);
});

test('budget binds year by year, and what is left over helps only where carry-over is allowed', () => {
  // One gun and its site cost 60,000 + 30,000; the demand wants more.
  const with_ = (byYear: number[], carryOver: boolean) => solved({ ...one, budget: { byYear, carryOver } }).result;
  assert.deepEqual(
    with_([0, 95000], false).costByYear.map((y) => y.capex),
    [0, 90000],
  );
  assert.deepEqual(
    with_([50000, 50000], true).costByYear.map((y) => y.capex),
    [0, 90000],
    'two halves make a station in the second year',
  );
  assert.equal(guns(with_([50000, 50000], false), 1), 0);
  assert.equal(guns(with_([0, 0], true), 1), 0, 'no money is a valid plan: nothing');
  assert.equal(with_([1e9, 1e9], false).value, solved(one).result.value);
});

test('what stands already costs no budget, and growth costs only its difference', () => {
  const { result } = solved({
    ...one,
    spots: [{ minutes: [5], existing: 1 }],
    budget: { byYear: [60000, 0], carryOver: false },
  });
  assert.deepEqual(
    result.costByYear.map((y) => [y.capex, y.guns]),
    [
      [60000, 2],
      [0, 2],
    ],
  );
  assert.equal(result.sites[0]!.existing, true);
});

test('hostingCapacity binds one site by its list of layouts and several by their sum', () => {
  const rich = { kwh: [900, 900] };
  const alone = solved({
    villages: [rich],
    spots: [{ minutes: [5], group: 0 }],
    hosting: [{ name: 'T0', kw: [60, 130] }],
  }).result;
  assert.deepEqual(
    alone.costByYear.map((y) => y.powerKw),
    [60, 120],
  );
  const pair: HandSpec = {
    villages: [rich, rich],
    spots: [
      { minutes: [5, null], group: 0 },
      { minutes: [null, 5], group: 0 },
    ],
  };
  const shared = solved({ ...pair, hosting: [{ name: 'T0', kw: [180, 180] }] }).result;
  assert.ok(shared.costByYear.every((y) => y.powerKw <= 180));
  const free = solved({ ...pair, hosting: [{ name: 'T0', kw: [1e6, 1e6] }] }).result;
  assert.ok(free.costByYear[1]!.powerKw > 180, 'without the limit the sites take more');
});

test('power that stands under a full transformer stays, and nothing is added', () => {
  const { result } = solved({
    villages: [{ kwh: [900, 900] }],
    spots: [
      { minutes: [5], existing: 2, group: 0 },
      { minutes: [5], group: 0 },
    ],
    hosting: [{ name: 'T0', kw: [60, 60] }],
  });
  assert.ok(result.costByYear.every((y) => y.powerKw === 120));
});

test('the ladder lists exactly the layouts with room, power and no fewer modules than stand', () => {
  const problem = handProblem({
    villages: [{ kwh: [10, 10] }],
    spots: [
      { minutes: [5], slots: 3 },
      { minutes: [5], slots: 8, existing: 2, group: 0 },
    ],
    types: [ac7, dc60],
    layouts: [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 1],
      [1, 2],
      [4, 0],
    ],
    hosting: [{ name: 'T', kw: [70, 130] }],
  });
  const { allowed, growStart, growTo } = ladder(problem, layoutFeatures(problem));
  const V = 6;
  const list = (j: number, t: number) =>
    Array.from({ length: V }, (_, v) => v).filter((v) => allowed[(j * 2 + t) * V + v] === 1);
  assert.deepEqual(list(0, 0), [0, 1, 2, 3, 4], 'four AC piles do not fit three slots');
  assert.deepEqual(list(1, 0), [2], 'the transformer has room for what stands only: 67 of 70 kW');
  assert.deepEqual(list(1, 1), [2, 3, 4], 'and for one more pile, or one more DC module, from 2027');
  const grows = (v: number) => Array.from(growTo.subarray(growStart[v], growStart[v + 1]));
  assert.deepEqual(grows(2), [2, 3, 4]);
  assert.deepEqual(grows(5), [5]);
  assert.deepEqual(grows(0), [0, 1, 2, 3, 4, 5]);
});

test('serve: nobody is served past the limit, and the capture share is the most that a far site gets', () => {
  const far = solved({ villages: [{ kwh: [300, 300] }], spots: [{ minutes: [25] }] }).result;
  for (const share of far.plan.assignment.share) assert.ok(share <= Math.exp(-1) + 1e-12);
  const out = solved({ villages: [{ kwh: [300, 300] }], spots: [{ minutes: [30.001] }] }).result;
  assert.equal(out.plan.assignment.share.length, 0);
  assert.equal(guns(out, 1), 0);
});

test('two sites together serve what one may not: shares add up to no more than 1', () => {
  const { result } = solved({
    villages: [{ kwh: [300, 300] }],
    spots: [{ minutes: [14] }, { minutes: [14] }],
  });
  const served = [0, 0];
  result.plan.assignment.year.forEach((t, n) => {
    served[t]! += result.plan.assignment.share[n]!;
  });
  served.forEach((s, t) => {
    assert.ok(s <= 1 + 1e-9);
    assert.ok(Math.abs(s + result.plan.unserved[t]! - 1) < 1e-9);
  });
});

test('serviceLevel: arrivals in each peak stay within what the layout holds at its wait target', () => {
  const { problem, result } = solved({
    villages: [{ kwh: [700, 1400] }],
    spots: [{ minutes: [5] }],
    peaks: [
      { share: 0.08, waitMin: 10, alpha: 0.1 },
      { share: 0.16, waitMin: 30, alpha: 0.3 },
    ],
  });
  const { level, V } = compileModel(problem);
  const [P, T] = [2, 2];
  const load = new Float64Array(P * T);
  result.plan.assignment.year.forEach((t, n) => {
    for (let p = 0; p < P; p++)
      load[t * P + p]! += result.plan.assignment.share[n]! * problem.peakKwhPerHour[t * P + p]!;
  });
  for (let t = 0; t < T; t++) {
    const counts = result.plan.sites[0]!.counts[t]!;
    const layout = Array.from({ length: V }, (_, v) => v).find((v) => problem.layoutCounts[v] === counts[0])!;
    for (let p = 0; p < P; p++) assert.ok(load[t * P + p]! <= level.servedKwh[layout * P + p]! * (1 + 1e-9));
  }
});

test('a looser wait target never costs more, more budget never costs more, more power never costs more', () => {
  const base: HandSpec = {
    villages: [{ kwh: [500, 900] }, { kwh: [200, 260] }],
    spots: [
      { minutes: [5, 18], group: 0 },
      { minutes: [16, 4], group: 0 },
    ],
    hosting: [{ name: 'T', kw: [130, 190] }],
    budget: { byYear: [160000, 90000], carryOver: true },
  };
  const { value } = solved(base).result;
  const looser = [{ share: 0.1, waitMin: 25, alpha: 0.3 }];
  assert.ok(solved({ ...base, peaks: looser }).result.value <= value);
  assert.ok(solved({ ...base, budget: { byYear: [260000, 90000], carryOver: true } }).result.value <= value);
  assert.ok(solved({ ...base, hosting: [{ name: 'T', kw: [400, 400] }] }).result.value <= value);
});
