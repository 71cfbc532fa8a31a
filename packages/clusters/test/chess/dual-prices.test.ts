import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { relax, syntheticBoard, type ChessData } from '@qipan/clusters';
import { firstPrices, movePrices, topOf, type PricedGroups } from '../../src/chess/dual-prices.js';
import { placePrices } from '../../src/chess/place-prices.js';
import { board, engine, noWeights, withLink, type PairSpec } from './boards.js';

test('the best entries of a range are those of sorting it, largest first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 30 }),
      fc.nat({ max: 12 }),
      fc.nat({ max: 10 }),
      (list, count, from) => {
        const score = Float64Array.from(list);
        const to = score.length;
        const out = new Int32Array(count);
        const n = topOf(score, { from: Math.min(from, to), to }, count, out);
        const sorted = score
          .slice(Math.min(from, to))
          .sort((a, b) => b - a)
          .slice(0, count);
        assert.deepEqual(
          Float64Array.from(out.subarray(0, n), (k) => score[k]!),
          sorted,
        );
        assert.equal(new Set(out.subarray(0, n)).size, n);
      },
    ),
    { seed: 20260507, numRuns: 300 },
  );
});

/** One market that takes `room` of the pairs, each wanted up to its own price. */
function market(until: readonly number[], room: number, most = Infinity): { g: PricedGroups; margin: Float64Array } {
  const g: PricedGroups = {
    group: new Int32Array(until.length),
    coefficient: new Float64Array(until.length).fill(1),
    limit: Float64Array.of(room),
    most,
    price: Float64Array.of(0),
  };
  return { g, margin: Float64Array.from(until) };
}

test('a full step goes to the price between the last that is wanted in and the first that is not', () => {
  const rng = random(5);
  for (let draw = 0; draw < 40; draw++) {
    const until = Array.from({ length: 30 }, () => 10 * rng.next());
    const room = 1 + rng.below(28);
    const { g, margin } = market(until, room);
    movePrices(g, margin, 1);
    const sorted = [...until].sort((a, b) => b - a);
    const bin = Math.max(...until) / 128;
    assert.ok(g.price[0]! <= sorted[room - 1]! + bin, `draw ${draw}`);
    assert.ok(g.price[0]! >= sorted[room]! - bin, `draw ${draw}`);
  }
});

test('a market with room for all is free, and no price passes what the excess would cost', () => {
  const { g, margin } = market([3, 2, 1], 5);
  g.price[0] = 0.5;
  movePrices(g, margin, 1);
  assert.equal(g.price[0], 0);
  const dear = market([9, 8, 7, 6], 1, 2.5);
  movePrices(dear.g, dear.margin, 1);
  assert.ok(dear.g.price[0]! <= 2.5);
  assert.ok(dear.g.price[0]! > 2.4, 'all four would pay more: the price stands at its limit');
  const half = market([4, 2], 1);
  movePrices(half.g, half.margin, 0.5);
  const whole = market([4, 2], 1);
  movePrices(whole.g, whole.margin, 1);
  assert.ok(Math.abs(half.g.price[0]! - whole.g.price[0]! / 2) < 1e-12, 'half the way');
});

test('pairs outside every group and those that use nothing move no price', () => {
  const { g, margin } = market([5, 4, 3], 1);
  const lone: PricedGroups = { ...g, group: Int32Array.of(-1, 0, 0), coefficient: Float64Array.of(1, 0, 1) };
  movePrices(lone, margin, 1);
  assert.equal(lone.price[0], 0);
});

test('the first price of a market that two regions want is what the loser would pay', () => {
  const specs: PairSpec[] = [
    { r: 0, i: 0, v: 5 },
    { r: 1, i: 0, v: 3 },
  ];
  const d = board(2, 1, specs, { weights: { ...noWeights, overflow: 100 } });
  const tight = { ...d, industries: { ...d.industries, marketRoom: Float64Array.of(1) } };
  const { prices, net } = firstPrices(tight, 60);
  assert.ok(prices.room[0]! > 2.5 && prices.room[0]! < 5, `${prices.room[0]}`);
  assert.ok(net[0]! > 0 && net[1]! < 0.5);
});

test('first prices come near those of the linear programme over all pairs', () => {
  const d = syntheticBoard({ regions: 120, industries: 80, seed: 11, perRegion: 'all' });
  const { spec, lp } = relax(d, engine, { straightLimit: 1e9, gap: 0 });
  assert.ok(lp.duals && lp.x);
  const exact = placePrices(spec, lp.duals.rowDual);
  const first = firstPrices(d);
  const apart = (a: Float64Array, b: Float64Array) => a.reduce((s, x, k) => s + Math.abs(x - b[k]!), 0);
  const size = (a: Float64Array) => apart(a, new Float64Array(a.length));
  for (const kind of ['cost', 'worth'] as const)
    assert.ok(apart(first.prices[kind], exact[kind]) < 0.5 * size(exact[kind]), `${kind}: nearer than half its size`);
  let [used, seen] = [0, 0];
  spec.chosen.forEach((k, e) => {
    if (lp.x![spec.firstFocus + e]! < 1e-6) return;
    used++;
    if (first.net[k]! > -0.3 && first.net[k]! > first.slot[d.pairs.region[k]!]! - 0.3) seen++;
  });
  assert.ok(seen >= 0.9 * used, `${seen} of ${used} pairs of the relaxation are near their first prices`);
});

/** What every region would take by sorting its pairs, at the reduced values given; for the budget and the market. */
function takenAt(d: ChessData, net: Float64Array): number[] {
  return d.regions.code.flatMap((_, r) =>
    [...net.keys()]
      .filter((k) => d.pairs.region[k] === r && net[k]! > 0)
      .sort((a, b) => net[b]! - net[a]! || a - b)
      .slice(0, d.regions.slots[r]),
  );
}

test('at the first prices spending stands near the budget and lagging regions near their share', () => {
  for (const seed of [1, 2, 3]) {
    const d = syntheticBoard({ regions: 150, industries: 60, seed, perRegion: 'all' });
    const free = { ...d, regions: { ...d.regions, minSlots: new Float64Array(150) } };
    const { net } = firstPrices(free);
    const taken = takenAt(free, net);
    const sum = (f: (k: number) => number) => taken.reduce((a, k) => a + f(k), 0);
    const worth = (k: number) => d.pairs.probability[k]! * d.pairs.value[k]!;
    const spend = sum((k) => d.pairs.cost[k]!) / (d.rules.nationBudget ?? NaN);
    assert.ok(spend > 0.8 && spend < 1.2, `seed ${seed}: ${spend} of the budget`);
    const share = sum((k) => (d.regions.isLagging[d.pairs.region[k]!] === 1 ? worth(k) : 0)) / sum(worth);
    assert.ok(share > d.rules.equityShare - 0.06, `seed ${seed}: share ${share}`);
  }
});

test('rules that bind nothing have no price, and each region keeps its best pairs by p·v', () => {
  const rng = random(8);
  const specs: PairSpec[] = [];
  for (let r = 0; r < 5; r++) for (let i = 0; i < 9; i++) specs.push({ r, i, p: rng.next(), v: 5 * rng.next() });
  const d = board(5, 9, specs);
  const three = { ...d, regions: { ...d.regions, slots: new Float64Array(5).fill(3) } };
  const { net, slot, prices } = firstPrices(three);
  for (const kind of ['room', 'cost', 'footprint', 'worth', 'capacity'] as const)
    assert.ok(
      prices[kind].every((x) => x === 0),
      kind,
    );
  net.forEach((x, k) => assert.equal(x, d.pairs.probability[k]! * d.pairs.value[k]!));
  for (let r = 0; r < 5; r++) {
    const own = [...net.subarray(9 * r, 9 * r + 9)].sort((a, b) => b - a);
    assert.equal(slot[r], own[2]);
  }
});

test('a critical link that nobody fills by himself earns a bonus, never above what its shortfall costs', () => {
  const specs: PairSpec[] = [];
  for (let r = 0; r < 6; r++) for (let i = 0; i < 3; i++) specs.push({ r, i, v: i === 2 ? 1 : 3 });
  const plain = board(6, 3, specs, { weights: { ...noWeights, shortfall: 4 } });
  const d = withLink({ ...plain, regions: { ...plain.regions, slots: new Float64Array(6).fill(1) } }, [2], { need: 3 });
  const { prices } = firstPrices(d, 80);
  const bonus = -prices.capacity[0]!;
  assert.ok(bonus > 1 && bonus <= 4, `bonus ${bonus}: a place in the link gives up 2 elsewhere`);
  const idle = firstPrices({ ...d, links: { ...d.links, need: Float64Array.of(0) } });
  assert.ok(idle.prices.capacity.every((x) => x === 0));
});

test('the same board has the same first prices, one entry a pair, and is left as it was', () => {
  const d = syntheticBoard({ regions: 30, industries: 100, seed: 21, perRegion: 'all' });
  const before = Float64Array.from(d.industries.marketRoom);
  const { net, slot } = firstPrices(d);
  assert.equal(net.length, d.pairs.region.length);
  assert.equal(slot.length, 30);
  assert.deepEqual(d.industries.marketRoom, before);
  assert.deepEqual(firstPrices(d).net, net, 'the same again');
});

test('a board of no regions has no prices to find', () => {
  const d = board(0, 2, []);
  assert.deepEqual([...firstPrices(d).net], []);
});
