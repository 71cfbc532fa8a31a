import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { importCut, leontief, type Criticality, type IoTable } from '@qipan/clusters';
import { highsEngine, type HighsModule } from '@qipan/optim';
import { close, directSolve, tableOf } from './tables.js';

const engine = highsEngine(await (createRequire(import.meta.url)('highs') as () => Promise<HighsModule>)());
const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);

/** `g·y ≤ h`. */
interface HalfSpace {
  readonly g: readonly number[];
  readonly h: number;
}

/** The best corner of a small polytope, by trying every set of n limits: exponential, exact, independent of the engine. */
function bestCorner(limits: readonly HalfSpace[], value: readonly number[]): number {
  const n = value.length;
  let best = -Infinity;
  const choose = (from: number, taken: HalfSpace[]): void => {
    if (taken.length === n) {
      const y = directSolve(
        taken.map((l) => [...l.g]),
        taken.map((l) => l.h),
      );
      if (y.every(Number.isFinite) && limits.every((l) => sum(l.g.map((g, i) => g * y[i]!)) <= l.h + 1e-7))
        best = Math.max(best, sum(value.map((v, i) => v * y[i]!)));
      return;
    }
    for (let k = from; k <= limits.length - (n - taken.length); k++) choose(k + 1, [...taken, limits[k]!]);
  };
  choose(0, []);
  return best;
}

/** The bottleneck programme with all users critical, in the outputs alone (the share received is then the output itself). */
function polytope(
  t: IoTable,
  cut: readonly number[],
  o: { least: number; spare: number; replaced: number[] },
): HalfSpace[] {
  const { n } = t;
  const unit = (i: number, sign: number) => Array.from({ length: n }, (_, j) => (i === j ? sign : 0));
  const limits: HalfSpace[] = [];
  for (let i = 0; i < n; i++) {
    const row = Array.from({ length: n }, (_, j) => (i === j ? t.x[i]! : 0) - t.z[i * n + j]!);
    const f = sum(row);
    limits.push({ g: unit(i, 1), h: 1 + o.spare }, { g: unit(i, -1), h: 0 });
    limits.push({ g: row, h: f }, { g: row.map((v) => -v), h: -f * o.least });
    const bought = Array.from(t.imports!.subarray(i * n, (i + 1) * n));
    if (cut[i]! > 0 && sum(bought) > 0) limits.push({ g: bought, h: (1 - cut[i]!) * sum(bought) + o.replaced[i]! });
  }
  return limits;
}

describe('the bottleneck programme', () => {
  const drawn = fc.record({
    seed: fc.nat({ max: 1e6 }),
    n: fc.integer({ min: 2, max: 3 }),
    cuts: fc.array(fc.double({ min: 0.05, max: 0.95, noNaN: true }), { minLength: 3, maxLength: 3 }),
    spare: fc.constantFrom(0, 0.1),
  });

  it('has the value of the best corner of its polytope', () => {
    fc.assert(
      fc.property(drawn, ({ seed, n, cuts, spare }) => {
        const t = tableOf(seed, n);
        const replaced = Array.from({ length: n }, (_, i) => (seed % 2) * (i + 1) * 0.05);
        const got = importCut(
          leontief(t),
          cuts.slice(0, n).map((cut, sector) => ({ sector, cut })),
          engine,
          { spare: new Float64Array(n).fill(spare), substitution: Float64Array.from(replaced) },
        );
        const value = t.valueAdded[0]!.value;
        const best = bestCorner(polytope(t, cuts, { least: 0, spare, replaced }), [...value]);
        assert.ok(close(got.upper, sum(value) - best, 1e-6) || Math.abs(got.upper - sum(value) + best) < 1e-6);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('serves the least demand where it can, at a cost to others, and says that it cannot where it cannot', () => {
    const t = tableOf(14, 3);
    const m = leontief(t);
    const i = [0, 1, 2].find((k) => sum(t.imports!.subarray(3 * k, 3 * k + 3)) > 0)!;
    const free = importCut(m, [{ sector: i, cut: 0.3 }], engine);
    let last = free.upper;
    for (const leastDemand of [0.2, 0.4, 0.6]) {
      const got = importCut(m, [{ sector: i, cut: 0.3 }], engine, { leastDemand });
      if (got.status === 'infeasible') {
        assert.ok(Number.isNaN(got.upper) && got.binding.length === 0);
        continue;
      }
      assert.ok(got.upper >= last - 1e-9);
      last = got.upper;
    }
    assert.equal(importCut(m, [{ sector: i, cut: 0.9 }], engine, { leastDemand: 1 }).status, 'infeasible');
  });

  it('lets a plant that rates the input important run at half the shortage', () => {
    // One user, nobody behind it: x = 50, v = 40, imports 10; critical: output 1 − κ; important: 1 − κ/2.
    const t: IoTable = {
      ...tableOf(1, 2),
      z: new Float64Array(4),
      imports: Float64Array.from([0, 10, 0, 0]),
      x: Float64Array.from([10, 50]),
      finalDemand: [{ code: 'F', value: Float64Array.from([10, 50]) }],
      valueAdded: [{ code: 'V', value: Float64Array.from([10, 40]) }],
    };
    const m = leontief(t);
    const rated = (c: Criticality): Criticality[] => ['critical', c, 'critical', 'critical'];
    for (const [c, share] of [
      ['critical', 1],
      ['important', 0.5],
      ['inessential', 0],
    ] as const) {
      const got = importCut(m, [{ sector: 0, cut: 0.4 }], engine, { criticality: rated(c) });
      assert.ok(Math.abs(got.upper - 40 * 0.4 * share) < 1e-9, c);
      assert.ok(Math.abs(got.lower - (40 / 50) * 4 * share) < 1e-12, c);
    }
  });

  it('has the ones that can do without give up first, before anything that needs it stops', () => {
    // 1 and 2 both import 10 of product 0; 1 can do without.
    const t: IoTable = {
      ...tableOf(1, 3),
      z: new Float64Array(9),
      imports: Float64Array.from([0, 10, 10, 0, 0, 0, 0, 0, 0]),
      x: Float64Array.from([10, 50, 50]),
      finalDemand: [{ code: 'F', value: Float64Array.from([10, 50, 50]) }],
      valueAdded: [{ code: 'V', value: Float64Array.from([10, 40, 40]) }],
    };
    const criticality = Array.from({ length: 9 }, (_, k): Criticality => (k === 1 ? 'inessential' : 'critical'));
    const at = (cut: number) => importCut(leontief(t), [{ sector: 0, cut }], engine, { criticality });
    assert.deepEqual([Math.abs(at(0.5).upper) < 1e-9, at(0.5).lower], [true, 0]);
    // 14 of 20 missing: 10 are given up, 4 of the other's 10 are short.
    assert.ok(Math.abs(at(0.7).upper - 16) < 1e-9 && Math.abs(at(0.7).lower - 0.8 * 4) < 1e-12);
    assert.ok(Math.abs(at(0.7).missing - 14) < 1e-12);
  });

  it('is solved for a whole cut where stocks are run down, which then are run down less', () => {
    // Product 0 takes 5 of its use from stock: f⁰ = −5. Without imports of product 1 everything stops.
    const t: IoTable = {
      ...tableOf(1, 2),
      z: Float64Array.from([0, 15, 0, 0]),
      imports: Float64Array.from([0, 0, 4, 4]),
      x: Float64Array.from([10, 50]),
      finalDemand: [{ code: 'F', value: Float64Array.from([-5, 50]) }],
      valueAdded: [{ code: 'V', value: Float64Array.from([6, 31]) }],
    };
    const whole = importCut(leontief(t), [{ sector: 1, cut: 1 }], engine);
    assert.deepEqual([whole.status, whole.isOrdered], ['optimal', true]);
    assert.ok(Math.abs(whole.upper - 37) < 1e-9);
    const half = importCut(leontief(t), [{ sector: 1, cut: 0.5 }], engine);
    assert.ok(half.isOrdered && half.upper > half.lower && half.upper < 37);
  });

  it('names the engine, and adds its losses up by sector', () => {
    const t = tableOf(23, 5);
    const got = importCut(leontief(t), [{ sector: 1, cut: 0.5 }], engine);
    assert.match(got.engine, /HiGHS/);
    assert.ok(Math.abs(sum(got.lowerBySector) - got.lower) < 1e-12 * sum(t.x));
    assert.ok(got.upperBySector.every((v) => v >= -1e-7));
  });
});
