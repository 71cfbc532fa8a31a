import assert from 'node:assert/strict';
import test from 'node:test';
import { coordinate, coordinationModel, familyWords, relax, type ChessData, type FamilyName } from '@qipan/clusters';
import { board, engine, noWeights, withLink, type PairSpec } from './boards.js';

const near = (got: number, expected: number, what = '') =>
  assert.ok(Math.abs(got - expected) < 1e-6, `${what}: ${got} is not ${expected}`);
const value = (d: ChessData) => coordinate(d, engine, { gap: 1e-9 }).value;
/** Price of each row of a family in the relaxation, per unit of its limit. */
function prices(d: ChessData, name: FamilyName): number[] {
  const { spec, lp } = relax(d, engine, { straightLimit: 1e9, gap: 0 });
  const f = spec.families.findIndex((x) => x.name === name);
  assert.ok(lp.duals);
  return [...lp.duals.rowDual.subarray(spec.firstRow[f], spec.firstRow[f + 1])];
}
/** Binding: both the optimum and the price of the limit; slack: the free optimum and no price. */
function family(
  name: FamilyName,
  o: { bound: [ChessData, number]; slack: [ChessData, number]; price: number; row?: number },
) {
  test(`${name} binds`, () => near(value(o.bound[0]), o.bound[1], 'value'));
  test(`${name} is slack`, () => {
    near(value(o.slack[0]), o.slack[1], 'value');
    for (const y of prices(o.slack[0], name)) near(y, 0, 'a slack rule has no price');
  });
  test(`${name} is priced by what one unit more of its limit is worth`, () =>
    near(prices(o.bound[0], name)[o.row ?? 0], o.price, 'price'));
}

/** Three pairs of one region worth 5, 3 and 2; money 3, 2, 2; land 1, 1, 2. */
const three: readonly PairSpec[] = [
  { r: 0, i: 0, v: 5, k: 3, e: 1 },
  { r: 0, i: 1, v: 3, k: 2, e: 1 },
  { r: 0, i: 2, v: 2, k: 2, e: 2 },
];
const plain = board(1, 3, three);
const slotted = (least: number, most: number) => ({
  ...plain,
  regions: { ...plain.regions, minSlots: Float64Array.of(least), slots: Float64Array.of(most) },
});
family('slots', { bound: [slotted(0, 1), 5], slack: [slotted(0, 3), 10], price: 3 });
test('slots: a least number makes a region take what loses', () => {
  const poor = board(1, 1, [{ r: 0, i: 0, v: 1 }], { weights: { ...noWeights, overflow: 2 } });
  const full = { ...poor, industries: { ...poor.industries, marketRoom: Float64Array.of(0) } };
  near(value(full), 0, 'nothing is taken');
  near(value({ ...full, regions: { ...full.regions, minSlots: Float64Array.of(1) } }), -1, 'one must be');
});

/** Three regions want one industry; the market takes one plant. */
const rush = board(
  3,
  1,
  [0, 1, 2].map((r) => ({ r, i: 0, v: 6 - r, mu: 1 })),
);
const room = (cap: number, overflow = Infinity) => ({
  ...rush,
  industries: { ...rush.industries, marketRoom: Float64Array.of(cap) },
  weights: { ...noWeights, overflow },
});
family('marketRoom', { bound: [room(1), 6], slack: [room(3), 15], price: 5 });
test('marketRoom: an excess is bought when it pays, at the price of the weight', () => {
  near(value(room(1, 4.5)), 6 + 0.5, 'the second is worth 5 and costs 4.5');
  near(prices(room(1, 4.5), 'marketRoom')[0], 4.5, 'price');
});

const wish = (refusal: number) => {
  const d = board(1, 2, [
    { r: 0, i: 0, v: 5 },
    { r: 0, i: 1, v: 4, wish: true },
  ]);
  return { ...d, regions: { ...d.regions, slots: Float64Array.of(1) }, weights: { ...noWeights, refusal } };
};
test('answer binds: a refused wish costs what the weight says, and dear refusals turn the plan', () => {
  near(value(wish(0)), 5, 'free refusal');
  near(value(wish(0.1)), 5 - 0.4, 'a refusal of 10 % of 4');
  near(value(wish(0.5)), 4, 'granting 4 beats 5 − 2');
});
test('answer is slack when all wishes are granted, and its rows leave with the same optimum when implicit', () => {
  const both = { ...wish(0.5), regions: { ...wish(0.5).regions, slots: Float64Array.of(2) } };
  near(value(both), 9, 'value');
  for (const d of [wish(0), wish(0.1), wish(0.5), both]) {
    const shown = engine.solve(coordinationModel(d).problem);
    const implicit = engine.solve(coordinationModel(d, d.weights, { isAnswerImplicit: true }).problem);
    near(implicit.value, shown.value, 'implicit');
  }
});
test('answer is priced: one more unit of refusal costs the weight', () =>
  near(prices(wish(0.1), 'answer')[0], -0.4, 'price'));

/** Link of industries 0 and 1; the other industry is worth more but one slot is all there is. */
const strategic = (need: number, existing: [number, number] = [0, 0]) => {
  const d = board(1, 3, [
    { r: 0, i: 0, v: 1, p: 0.5, mu: 2 },
    { r: 0, i: 2, v: 3 },
  ]);
  return withLink(
    { ...d, regions: { ...d.regions, slots: Float64Array.of(1) }, weights: { ...noWeights, shortfall: 4 } },
    [0, 1],
    { need, existing },
  );
};
family('resilience', { bound: [strategic(0.9), 0.5], slack: [strategic(1, [1, 0]), 3], price: -2.5 });
test('resilience: a gap is paid for where filling it is dearer', () => {
  const cheap = { ...strategic(1), weights: { ...noWeights, shortfall: 2 } };
  near(value(cheap), 3 - 2, 'value');
  near(prices(cheap, 'resilience')[0], -2, 'price');
});

/** The link is better placed in zone 0 twice, but is to stand in both zones. */
const zoned = (zones: number, existing: [number, number] = [0, 0]) => {
  const d = board(3, 1, [
    { r: 0, i: 0, v: 5 },
    { r: 2, i: 0, v: 4 },
    { r: 1, i: 0, v: 1 },
  ]);
  const capped = { ...d, industries: { ...d.industries, marketRoom: Float64Array.of(2) } };
  return withLink({ ...capped, weights: { ...noWeights, zoneGap: 7 } }, [0], { zones, existing });
};
// A need between two whole numbers has one price, not a range. Rows: y of zone 0, of zone 1, the need.
family('zoneCover', { bound: [zoned(1.9), 6], slack: [zoned(1), 9], price: -3, row: 2 });
test('zoneCover: what stands in a zone covers it', () => near(value(zoned(2, [0, 1])), 9, 'value'));

/** Zone 0 holds the two best, but no zone may hold more than 60 % of the link. */
const shared = (share: number) =>
  withLink(
    board(3, 1, [
      { r: 0, i: 0, v: 5, mu: 2 },
      { r: 2, i: 0, v: 4, mu: 2 },
      { r: 1, i: 0, v: 1, mu: 2 },
    ]),
    [0],
    { share },
  );
test('zoneShare binds: the two of one zone do not stand beside one of the other', () =>
  near(value(shared(0.6)), 6, 'value'));
test('zoneShare is slack when the share allows it', () => {
  near(value(shared(0.7)), 10, 'value');
  for (const y of prices(shared(0.7), 'zoneShare')) near(y, 0, 'price');
});
test('zoneShare is priced per unit of capacity beyond the share', () => {
  // Shares of foci: 2·x0 + 2·x2 ≤ .6 (2·x0 + 2·x2 + 2): x0 + x2 = 1.5; a unit more lets 1/.8 of x2 in, worth 4.
  near(prices(shared(0.6), 'zoneShare')[0], 4 / 0.8, 'price');
});

const money = (b: number | null, purse = Infinity) => ({
  ...plain,
  rules: { ...plain.rules, nationBudget: b },
  provinces: { code: ['P0'], budget: Float64Array.of(purse) },
});
family('budget', { bound: [money(5), 8], slack: [money(7), 10], price: 1 });
test('budget: a province’s purse binds like the nation’s', () => {
  near(value(money(null, 5)), 8, 'value');
  near(prices(money(100, 5), 'budget')[1], 1, 'price of the second row');
});

/** The lagging region's industry is worth 1, the other's 9. */
const unequal = (theta: number, floor = 0) => {
  const d = board(2, 1, [
    { r: 0, i: 0, v: 9 },
    { r: 1, i: 0, v: 1 },
  ]);
  return {
    ...d,
    regions: { ...d.regions, isLagging: Uint8Array.of(0, 1), valueFloor: Float64Array.of(0, floor) },
    rules: { ...d.rules, equityShare: theta },
  };
};
test('equity binds: value elsewhere is given up when its share would be too large', () =>
  near(value(unequal(0.2)), 1, 'value'));
test('equity is slack below the share that comes by itself', () => {
  near(value(unequal(0.1)), 10, 'value');
  near(prices(unequal(0.05), 'equity')[0], 0, 'price');
});
test('equity is priced per unit of value missing in lagging regions', () => {
  // .8 · 1 ≥ .2 · 9 x0: x0 = .444; a unit of slack lets 1/.2 units of value in.
  near(prices(unequal(0.2), 'equity')[0], -5, 'price');
  near(prices(unequal(0, 2), 'equity')[0], -1, 'a floor out of reach has the price of its weight');
  near(value(unequal(0, 2)), 10 - 1, 'the gap of the floor is paid');
});

const land = (limit: number | null, own = Infinity) => ({
  ...plain,
  regions: { ...plain.regions, footprintLimit: Float64Array.of(own) },
  rules: { ...plain.rules, footprintLimit: limit },
});
family('footprint', { bound: [land(3), 8], slack: [land(4), 10], price: 1 });
test('footprint: a region’s own limit binds too', () => near(value(land(null, 2)), 8, 'value'));

/** Industry 1 needs industry 0, which loses money. */
const chained = (km: number, present: boolean) => {
  const specs: PairSpec[] = [
    { r: 0, i: 0, v: 1, mu: 1 },
    { r: 0, i: 1, v: 3 },
    { r: 1, i: 0, v: 0, present },
  ];
  const d = board(2, 2, specs, {
    prerequisites: [{ industry: 1, needs: [0] }],
    weights: { ...noWeights, overflow: 3 },
  });
  return {
    ...d,
    industries: { ...d.industries, marketRoom: Float64Array.of(0, 9) },
    rules: { ...d.rules, supplierKm: km },
  };
};
test('prerequisite binds: the supplier is started although it loses', () =>
  near(value(chained(0, false)), 3 + 1 - 3, 'value'));
test('prerequisite is slack with a standing supplier in reach, and binds again beyond it', () => {
  near(value(chained(100, true)), 3, 'within 100 km');
  near(value(chained(90, true)), 1, 'the supplier stands 96 km away');
  assert.deepEqual(prices(chained(100, true), 'prerequisite'), []);
});
test('prerequisite is priced: what it would be worth to be let off', () =>
  near(prices(chained(0, false), 'prerequisite')[0], 2, 'price'));

const pairUp = (bonus: number) => {
  const d = board(1, 3, three, { colocations: [{ region: 0, first: 1, second: 2, bonus }] });
  return { ...d, regions: { ...d.regions, slots: Float64Array.of(2) } };
};
test('colocation binds: a large bonus changes which two are taken', () => near(value(pairUp(4)), 3 + 2 + 4, 'value'));
test('colocation is slack when the bonus is small', () => near(value(pairUp(1)), 8, 'value'));
test('colocation is priced: the two sides share the bonus', () => {
  const y = prices(pairUp(4), 'colocation');
  near(y[0] + y[1], 4, 'prices of the two sides');
});

/** All is worth more when begun early, but the first stage has little money. */
const staged = (first: number | null) => ({
  ...plain,
  rules: {
    ...plain.rules,
    stages: [
      { share: 0.5, budget: first },
      { share: 0.5, budget: null },
    ],
  },
});
test('stages bind: what is not begun early earns its later share only', () =>
  near(value(staged(3)), 5 + 1.5 + 1, 'value'));
test('stages are slack when the first has money for all', () => near(value(staged(7)), 10, 'value'));
test('stages are priced: what has begun goes on, and early money is worth early value', () => {
  near(prices(staged(3), 'budget')[0], 0.75, 'half of 3 for money 2');
  const r = coordinate(staged(3), engine, { gap: 1e-9 });
  assert.deepEqual([...(r.plan?.begin ?? [])], [0, 1, 1]);
});

test('every family has words in both languages, and every row knows its family', () => {
  const { spec } = relax(zoned(2), engine, { straightLimit: 1e9, gap: 0 });
  for (let r = 0; r < spec.problem.numRows; r++) {
    const { family: name } = spec.rowFamily(r);
    assert.match(familyWords[name].en, /[a-z]/);
    assert.match(familyWords[name].zh, /[\u4e00-\u9fff]/);
  }
  assert.equal(
    spec.families.reduce((n, f) => n + f.rows.length, 0),
    spec.problem.numRows,
  );
});

test('rules that conflict are named by family and place, in both languages', () => {
  const twoOfOne = (d: ChessData): ChessData => ({
    ...d,
    regions: { ...d.regions, minSlots: d.regions.minSlots.map(() => 1) },
  });
  const r = coordinate(twoOfOne(room(1)), engine);
  assert.equal(r.status, 'infeasible');
  assert.ok(Number.isNaN(r.value) && r.gap === Infinity && r.plan === null);
  const parts = Object.fromEntries((r.conflict?.parts ?? []).map((p) => [p.family, p.rows.length]));
  assert.deepEqual(parts, { slots: 2, marketRoom: 1 });
  assert.equal(r.conflict?.isByRow, true);
  assert.match(
    r.conflict?.sentence.en ?? '',
    /the least number of focus industries of 2 regions \(R\d, R\d\); market room of 1 industry \(I0\)/,
  );
  assert.match(r.conflict?.sentence.zh ?? '', /2个地区（R\d、R\d）的聚焦产业数下限；1个产业（I0）的市场空间/);
  // Shares of a focus would do, whole ones do not: plants of size 2 in a room of 3.
  const whole = board(
    2,
    1,
    [0, 1].map((at) => ({ r: at, i: 0, mu: 1.6 })),
  );
  const tight = twoOfOne({ ...whole, industries: { ...whole.industries, marketRoom: Float64Array.of(3.3) } });
  assert.notEqual(coordinate(tight, engine).status, 'infeasible');
  const loose = coordinate(
    {
      ...whole,
      regions: { ...whole.regions, footprintLimit: Float64Array.of(9, 9) },
      pairs: { ...whole.pairs, probability: Float64Array.of(1, 1), cost: Float64Array.of(2, 3) },
      rules: { ...whole.rules, equityShare: 0.5, nationBudget: 4 },
    },
    engine,
  );
  assert.notEqual(loose.status, 'infeasible');
  const halves: ChessData = {
    ...board(1, 2, [
      { r: 0, i: 0, k: 2, e: 2 },
      { r: 0, i: 1, k: 2, e: 2 },
    ]),
    rules: { ...plain.rules, nationBudget: 3 },
  };
  const both = coordinate({ ...halves, regions: { ...halves.regions, minSlots: Float64Array.of(1.5) } }, engine);
  assert.equal(both.status, 'infeasible');
  assert.equal(both.conflict?.isByRow, false);
  assert.deepEqual(
    both.conflict?.parts.map((p) => p.family),
    ['slots', 'budget'],
  );
  assert.match(both.conflict?.sentence.en ?? '', /in whole numbers/);
});
