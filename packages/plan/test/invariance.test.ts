import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { planNetwork, type PlanProblem } from '@qipan/plan';
import { linkFamilies } from '../src/families/link-families.js';
import { Lagrangian } from '../src/solve/lagrangian.js';
import { compileModel } from '../src/solve/model.js';
import { PathShares } from '../src/solve/path-shares.js';
import { inCoins } from './support/coins.js';
import { optimumByExhaustion } from './support/exhaustion.js';
import { randomProblem } from './support/hand.js';

/** The same problem with its villages and sites in another order: `villages[n]` is what now stands at place n. */
function permuted(p: PlanProblem, villages: readonly number[], sites: readonly number[]): PlanProblem {
  const [T, P, I] = [p.years.length, p.peaks.length, p.demandPoints.id.length];
  const nowAt = new Map(villages.map((old, n) => [old, n]));
  const list = <X>(column: ArrayLike<X>, order: readonly number[]): X[] => order.map((n) => column[n]);
  const start = [0];
  const point: number[] = [];
  const travelMin: number[] = [];
  for (const j of sites) {
    const pairs = Array.from({ length: p.access.start[j + 1] - p.access.start[j] }, (_, n) => p.access.start[j] + n)
      .map((e) => [nowAt.get(p.access.point[e]) as number, p.access.travelMin[e]] as const)
      .toSorted((a, b) => a[0] - b[0]);
    for (const [i, min] of pairs) {
      point.push(i);
      travelMin.push(min);
    }
    start.push(point.length);
  }
  const d = p.demandPoints;
  const s = p.sites;
  return {
    ...p,
    demandPoints: {
      id: list(d.id, villages),
      name: list(d.name, villages),
      place: Int32Array.from(list(d.place, villages)),
      township: Int32Array.from(list(d.township, villages)),
      population: Float64Array.from(list(d.population, villages)),
    },
    sites: {
      id: list(s.id, sites),
      name: list(s.name, sites),
      place: Int32Array.from(list(s.place, sites)),
      township: Int32Array.from(list(s.township, sites)),
      lon: Float64Array.from(list(s.lon, sites)),
      lat: Float64Array.from(list(s.lat, sites)),
      slots: Int32Array.from(list(s.slots, sites)),
      openingCost: Float64Array.from(list(s.openingCost, sites)),
      existing: Int32Array.from(list(s.existing, sites)),
      hostingGroup: Int32Array.from(list(s.hostingGroup, sites)),
    },
    access: { start: Int32Array.from(start), point: Int32Array.from(point), travelMin: Float64Array.from(travelMin) },
    energyKwhPerDay: Float64Array.from(
      { length: I * T },
      (_, e) => p.energyKwhPerDay[villages[Math.floor(e / T)] * T + (e % T)],
    ),
    peakKwhPerHour: Float64Array.from(
      { length: T * P * I },
      (_, e) => p.peakKwhPerHour[Math.floor(e / I) * I + villages[e % I]],
    ),
  };
}

const shuffled = (n: number, seed: number): number[] => {
  const rng = random(seed);
  const out = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const o = rng.below(k + 1);
    [out[k], out[o]] = [out[o], out[k]];
  }
  return out;
};

test('the order of villages and sites changes neither the optimum nor what prices prove', () => {
  for (let seed = 1; seed <= 15; seed++) {
    const p = randomProblem(seed * 613, { villages: 5, spots: 3, years: 1 + (seed % 2), peaks: 1 + (seed % 2) });
    const [villages, sites] = [shuffled(5, seed), shuffled(3, seed + 99)];
    const q = permuted(p, villages, sites);
    const [a, b] = [optimumByExhaustion(p).value, optimumByExhaustion(q).value];
    assert.ok(Math.abs(a - b) <= 1e-9 * Math.abs(a) + 1e-6, `seed ${seed}: ${a} and ${b}`);
    const rng = random(seed);
    const T = p.years.length;
    const caps = new Lagrangian(compileModel(p)).caps();
    const m = caps.map((cap) => (cap === Infinity ? 0.05 * rng.next() : cap * rng.next() * 0.6));
    const moved = m.slice();
    const layout = new Lagrangian(compileModel(p)).layout;
    for (const from of [0, layout.cover]) {
      if (from + 5 * T > m.length) continue;
      villages.forEach((old, n) => {
        for (let t = 0; t < T; t++) moved[from + n * T + t] = m[from + old * T + t];
      });
    }
    const before = new Lagrangian(compileModel(p)).evaluate(m);
    const after = new Lagrangian(compileModel(q)).evaluate(moved);
    assert.ok(Math.abs(before - after) <= 1e-9 * (Math.abs(before) + 1e5), `seed ${seed}: ${before} and ${after}`);
  }
});

test('the same problem, seed and effort give the same plan, proof and statistics', () => {
  for (const seed of [2, 71, 883]) {
    const p = randomProblem(seed, { villages: 8, spots: 6, twoTypes: true, peaks: 2 });
    const run = () => planNetwork(p, { seed, gap: 0, effort: 0.1 });
    assert.deepEqual(run(), run());
  }
});

test('money in another unit scales value and bound and changes no decision', () => {
  for (const seed of [14, 77, 230]) {
    const p = randomProblem(seed, { villages: 6, spots: 4 });
    const times = 8;
    const q = inCoins(p, times);
    const [a, b] = [optimumByExhaustion(p), optimumByExhaustion(q)];
    assert.ok(Math.abs(a.value * times - b.value) <= 1e-9 * b.value);
    assert.deepEqual(a.paths, b.paths);
    const m = new Lagrangian(compileModel(p)).caps().map((cap, e) => (cap === Infinity ? 0.03 : cap * ((e % 7) / 9)));
    // Multipliers of rows in pieces, persons or guns are money; those of a budget are money for money.
    const { layout } = new Lagrangian(compileModel(p));
    const budget = linkFamilies.findIndex((f) => f.name === 'budget');
    const { rowFamily } = compileModel(p);
    const scaled = m.map((x, e) => {
      const row = e - layout.rows;
      return row >= 0 && row < rowFamily.length && rowFamily[row] === budget ? x : x * times;
    });
    const at = new Lagrangian(compileModel(p)).evaluate(m) * times;
    const then = new Lagrangian(compileModel(q)).evaluate(scaled);
    assert.ok(Math.abs(at - then) <= 1e-9 * (Math.abs(then) + 1e6), `seed ${seed}: ${at} and ${then}`);
  }
});

test('when told to stop at once the run still returns a verified plan with status stopped and a true bound', () => {
  const p = randomProblem(57, { villages: 8, spots: 6 });
  const result = planNetwork(p, { seed: 1, gap: 0, shouldStop: () => true });
  assert.equal(result.status, 'stopped');
  assert.ok(Number.isFinite(result.bound) && result.bound <= result.value);
});

test('progress never rises in value nor falls in bound, and ends at what is returned or better', () => {
  const p = randomProblem(91, { villages: 8, spots: 6 });
  const seen: [number, number][] = [];
  const result = planNetwork(p, { seed: 4, gap: 0, effort: 0.2, progress: (v, b) => seen.push([v, b]) });
  assert.ok(seen.length > 5);
  for (let k = 1; k < seen.length; k++) {
    assert.ok(seen[k][0] <= seen[k - 1][0] + 1e-9 * Math.abs(seen[k][0]));
    assert.ok(seen[k][1] >= seen[k - 1][1] - 1e-9 * Math.abs(seen[k][1]));
  }
  assert.ok(result.value <= (seen.at(-1)?.[0] ?? 0) * (1 + 1e-9));
});

test('the shares of paths are the weights of an exponential average, and draws follow them', () => {
  const shares = new PathShares(1, 2);
  const [a, b] = [Int32Array.of(0, 1), Int32Array.of(2, 2)];
  shares.add(a, 1);
  shares.add(b, 0.25);
  shares.add(a, 0.5);
  // 0.75 · 0.5 + 0.5 of a, 0.25 · 0.5 of b.
  const rng = random(17);
  let ofA = 0;
  const draws = 4000;
  for (let n = 0; n < draws; n++) if (shares.draw(0, rng)[0] === 0) ofA++;
  const sigma = Math.sqrt((0.875 * 0.125) / draws);
  assert.ok(Math.abs(ofA / draws - 0.875) < 5 * sigma, `${ofA / draws}`);
  for (let n = 0; n < 3000; n++) shares.add(b, 0.3);
  assert.deepEqual(shares.draw(0, rng), b, 'what is long ago weighs nothing, however long the average ran');
});
