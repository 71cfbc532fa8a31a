import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  coordinate,
  coordinationModel,
  evaluatePlan,
  judged,
  movesOf,
  pairOf,
  relax,
  syntheticBoard,
  type ChessData,
  type ChessResult,
} from '@qipan/clusters';
import { board, engine, pairsFrom, randomBoard, type PairSpec } from './boards.js';
import { exhaust, valueOf } from './exhaustion.js';

const near = (got: number, expected: number, what = '') =>
  assert.ok(Math.abs(got - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${what} ${got} is not ${expected}`);

function checkAgainst(d: ChessData, r: ChessResult, seed: number): void {
  const best = exhaust(d);
  if (best === null) {
    assert.equal(r.status, 'infeasible', `seed ${seed}`);
    assert.ok(r.conflict && r.conflict.parts.length > 0, `seed ${seed}: an infeasible board says what conflicts`);
    assert.equal(r.plan, null);
    return;
  }
  assert.equal(r.status, 'optimal', `seed ${seed}`);
  near(r.value, best, `seed ${seed}`);
  near(valueOf(d, [...(r.plan?.begin ?? [])]) ?? NaN, best, `seed ${seed}: the plan is worth what it says`);
}

test('on boards of at most 12 pairs the optimum is that of exhaustion, infeasible ones are told', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const d = randomBoard(seed);
      checkAgainst(d, coordinate(d, engine, { gap: 1e-9 }), seed);
    }),
    { seed: 20260506, numRuns: 40 },
  );
});

test('with stages too', () => {
  for (let seed = 0; seed < 25; seed++) {
    const d = randomBoard(9000 + seed, 2);
    checkAgainst(d, coordinate(d, engine, { gap: 1e-9 }), seed);
  }
});

test('columns made by price and fixing find the same optimum where the relaxation is kept whole', () => {
  let compared = 0;
  for (let seed = 500; seed < 540; seed++) {
    const d = randomBoard(seed);
    const straight = coordinate(d, engine, { gap: 1e-9 });
    const priced = coordinate(d, engine, { gap: 1e-9, straightLimit: 0 });
    assert.equal(priced.status === 'infeasible', straight.status === 'infeasible', `seed ${seed}`);
    if (straight.status === 'infeasible') continue;
    assert.equal(priced.method, 'fixed');
    assert.ok(priced.bound >= straight.value - 1e-6, `seed ${seed}: ${priced.bound} bounds ${straight.value}`);
    assert.ok(priced.value <= straight.value + 1e-6, `seed ${seed}`);
    near(relax(d, engine, { straightLimit: 0, gap: 0 }).bound, relax(d, engine, { straightLimit: 1e9, gap: 0 }).bound);
    compared++;
  }
  assert.ok(compared > 20);
});

test('the bound of priced columns holds for every pair of a board where most pairs have none', () => {
  const d = syntheticBoard({ regions: 30, industries: 60, seed: 3, perRegion: 'all' });
  const all = relax(d, engine, { straightLimit: 1e9, gap: 0 });
  const priced = relax(d, engine, { straightLimit: 0, gap: 0 });
  near(priced.bound, all.bound, 'bound');
  assert.ok(priced.spec.chosen.length < d.pairs.region.length / 2);
  assert.ok(priced.rounds >= 1);
  const early = relax(d, engine, { straightLimit: 0, gap: 0.2 });
  assert.ok(early.bound >= all.bound - 1e-6);
  assert.ok(early.rounds <= priced.rounds);
});

test('duals prove the value of the relaxation: the gap of linear duality is below 1e-6', () => {
  for (let seed = 40; seed < 60; seed++) {
    const { problem: p } = coordinationModel(randomBoard(seed));
    const lp = engine.solve(p, { relaxed: true });
    if (!lp.duals) continue;
    let dual = p.offset ?? 0;
    const limit = (y: number, lower: number, upper: number) => (Math.abs(y) < 1e-9 ? 0 : y * (y > 0 ? upper : lower));
    lp.duals.rowDual.forEach((y, r) => (dual += limit(y, p.rowLower[r], p.rowUpper[r])));
    lp.duals.colDual.forEach((y, j) => (dual += limit(y, p.colLower[j], p.colUpper[j])));
    near(dual, lp.value, `seed ${seed}`);
  }
});

test('more capacity never lowers the optimum', () => {
  const more: ((d: ChessData) => ChessData)[] = [
    (d) => ({ ...d, regions: { ...d.regions, slots: d.regions.slots.map((k) => k + 1) } }),
    (d) => ({ ...d, industries: { ...d.industries, marketRoom: d.industries.marketRoom.map((k) => k + 1) } }),
    (d) => ({
      ...d,
      rules: { ...d.rules, nationBudget: d.rules.nationBudget === null ? null : d.rules.nationBudget + 5 },
    }),
    (d) => ({ ...d, rules: { ...d.rules, equityShare: d.rules.equityShare / 2 } }),
    (d) => ({ ...d, regions: { ...d.regions, footprintLimit: d.regions.footprintLimit.map((k) => k + 2) } }),
    (d) => ({ ...d, rules: { ...d.rules, supplierKm: d.rules.supplierKm + 100 } }),
  ];
  for (let seed = 100; seed < 120; seed++) {
    const d = randomBoard(seed);
    const before = coordinate(d, engine, { gap: 1e-9 });
    for (const grow of more) {
      const after = coordinate(grow(d), engine, { gap: 1e-9 });
      if (before.status !== 'infeasible') assert.ok(after.value >= before.value - 1e-6, `seed ${seed}`);
    }
  }
});

test('the order of regions and industries does not move the optimum', () => {
  for (let seed = 200; seed < 215; seed++) {
    const d = randomBoard(seed);
    const { pairs } = d;
    const rng = random(seed);
    const [toR, toI] = [rng.permutation(3), rng.permutation(4)];
    const moved = <T extends Float64Array | Int32Array | Uint8Array>(a: T, to: Int32Array): T => {
      const out = a.slice() as T;
      to.forEach((at, k) => (out[at] = a[k]));
      return out;
    };
    const specs = Array.from(pairs.region, (r, k): PairSpec => ({
      r: toR[r],
      i: toI[pairs.industry[k]],
      p: pairs.probability[k],
      v: pairs.value[k],
      k: pairs.cost[k],
      e: pairs.footprint[k],
      mu: pairs.size[k],
      present: pairs.isPresent[k] === 1,
      wish: pairs.isWish[k] === 1 ? pairs.plannedCapacity[k] : false,
    }));
    const { regions: g } = d;
    const swapped: ChessData = {
      ...d,
      pairs: pairsFrom(specs),
      regions: {
        ...g,
        zone: moved(g.zone, toR),
        isLagging: moved(g.isLagging, toR),
        slots: moved(g.slots, toR),
        minSlots: moved(g.minSlots, toR),
        valueFloor: moved(g.valueFloor, toR),
        footprintLimit: moved(g.footprintLimit, toR),
        lon: moved(g.lon, toR),
      },
      industries: {
        ...d.industries,
        link: moved(d.industries.link, toI),
        marketRoom: moved(d.industries.marketRoom, toI),
      },
      prerequisites: d.prerequisites.map((p) => ({ industry: toI[p.industry], needs: p.needs.map((j) => toI[j]) })),
      colocations: d.colocations.map((c) => ({
        ...c,
        region: toR[c.region],
        first: toI[c.first],
        second: toI[c.second],
      })),
    };
    const [a, b] = [d, swapped].map((x) => coordinate(x, engine, { gap: 1e-9 }));
    assert.equal(a.status, b.status);
    if (a.status !== 'infeasible') near(b.value, a.value, `seed ${seed}`);
  }
});

test('a stop keeps the best plan so far with an honest gap', () => {
  const d = syntheticBoard({ regions: 40, industries: 80, seed: 5 });
  const free = {
    ...d,
    regions: { ...d.regions, minSlots: d.regions.minSlots.map(() => 0) },
    rules: { ...d.rules, equityShare: 0 },
  };
  let asked = 0;
  const stopped = coordinate(free, engine, { gap: 0, shouldStop: () => ++asked > 1 });
  assert.equal(stopped.status, 'stopped');
  assert.ok(stopped.plan, 'the first plan is kept');
  const whole = coordinate(free, engine, { gap: 1e-3 });
  assert.ok(stopped.value <= whole.bound + 1e-6);
  assert.ok(stopped.gap > whole.gap);
  assert.deepEqual(evaluatePlan(free, judged(stopped.plan)).broken, []);
});

test('progress tells incumbents below bounds, and an odd gap is refused', () => {
  const d = syntheticBoard({ regions: 40, industries: 80, seed: 5 });
  const told: [number, number][] = [];
  const r = coordinate(d, engine, { gap: 1e-3, progress: (value, bound) => told.push([value, bound]) });
  assert.ok(told.length > 0);
  for (const [value, bound] of told) assert.ok(!(value > bound + 1e-6), `${value} ≤ ${bound}`);
  assert.ok(r.gap <= 1e-3);
  assert.throws(() => coordinate(d, engine, { gap: 1.5 }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => coordinate(d, engine, { gap: NaN }), { code: 'OUT_OF_RANGE' });
});

test('moves are named by what stands and what was asked for', () => {
  const d = board(
    1,
    5,
    [
      { r: 0, i: 0, v: 9 },
      { r: 0, i: 1, v: 1, wish: true },
      { r: 0, i: 2, v: 1, present: true },
      { r: 0, i: 3, v: 1, present: true, wish: true },
      { r: 0, i: 4, v: 1 },
    ],
    {},
  );
  const one = { ...d, regions: { ...d.regions, slots: Float64Array.of(1) } };
  const r = coordinate(one, engine, { gap: 1e-9 });
  assert.ok(r.plan);
  assert.deepEqual(movesOf(one, r.plan), ['focus', 'abstain', 'keep', 'abstain', 'open']);
  assert.equal(pairOf(one, 'R0', 'I3'), 3);
  assert.equal(pairOf(one, 'R0', 'I9'), -1);
  assert.equal(pairOf(one, 'R9', 'I0'), -1);
});

test('the plan of the synthetic board stands within 0.5 % of a bound and keeps every hard rule', () => {
  const d = syntheticBoard({ regions: 60, industries: 120, seed: 20230505 });
  const r = coordinate(d, engine, { gap: 0.005 });
  assert.ok(r.plan);
  assert.ok(r.gap <= 0.005, `gap ${r.gap}`);
  const j = evaluatePlan(d, judged(r.plan));
  assert.deepEqual(j.broken, []);
  // The referee knows no overflow price: value in the market is at least value less the price of what is over.
  assert.ok(j.merit >= r.value - 1e-6, `${j.merit} ≥ ${r.value}`);
});
