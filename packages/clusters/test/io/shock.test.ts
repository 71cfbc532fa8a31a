import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  contents,
  daysPath,
  importCut,
  importShares,
  importTechnology,
  inoperability,
  leontief,
  recoveryPath,
  type Criticality,
  type IoTable,
} from '@qipan/clusters';
import { highsEngine, type HighsModule } from '@qipan/optim';
import { skipWithout } from '@qipan/testing';
import { china, china2020, close, directSolve, tableOf } from './tables.js';

const engine = highsEngine(await (createRequire(import.meta.url)('highs') as () => Promise<HighsModule>)());
const shape = fc.record({ seed: fc.nat({ max: 1e6 }), n: fc.integer({ min: 2, max: 9 }) });
const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);
const primary = (t: IoTable) => sum(t.valueAdded[0]!.value);

describe('inoperability', () => {
  it('is the loss of output over output when final demand falls: the Leontief answer in shares', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const t = tableOf(seed, n);
        const m = leontief(t);
        const f = Array.from(t.x, (x, i) => x - sum(t.z.subarray(i * n, (i + 1) * n)));
        const drop = Float64Array.from({ length: n }, (_, i) => (0.3 * f[i]! * ((seed + i) % 3)) / 2 / t.x[i]!);
        const got = inoperability(t, drop);
        const lost = m.solve(drop.map((c, i) => c * t.x[i]!)).x;
        got.q.forEach((q, i) =>
          assert.ok(close(q, lost[i]! / t.x[i]!, 1e-9) || Math.abs(q - lost[i]! / t.x[i]!) < 1e-12),
        );
        assert.deepEqual(got.clipped, []);
        got.loss.forEach((v, i) => assert.equal(v, got.q[i]! * t.x[i]!));
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('past 1 is cut back, and the sectors are listed', () => {
    const t = tableOf(3, 4);
    const got = inoperability(t, new Float64Array(4).fill(1));
    assert.ok(got.clipped.length > 0 && got.q.every((q) => q <= 1));
    assert.throws(() => inoperability(t, new Float64Array(3)), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => inoperability(t, Float64Array.from([0, 2, 0, 0])), { code: 'OUT_OF_RANGE' });
  });

  it('heals: alone, a sector without own use is at 1 % of its start on the stated day', () => {
    const t: IoTable = { ...tableOf(1, 2), z: new Float64Array(4), imports: null };
    const got = recoveryPath(t, {
      start: Float64Array.from([0.5, 0]),
      recoveryDays: Float64Array.from([1000, 10]),
      days: 1000,
    });
    // Euler steps of a day stand for the exponential: 1000 steps of 1 − ln(100)/1000.
    assert.ok(Math.abs(got.path[2000]! - 0.5 * (1 - Math.log(100) / 1000) ** 1000) < 1e-12);
    assert.ok(Math.abs(got.path[2000]! / 0.5 - 0.01) < 2e-4);
    assert.equal(got.path[2001], 0);
    const geometric = (0.5 * (1 - (1 - Math.log(100) / 1000) ** 1000)) / (Math.log(100) / 1000);
    assert.ok(close(got.lossOverTime[0]!, (geometric * t.x[0]!) / 365, 1e-10));
  });

  it('with a lasting drop of demand settles at the static answer', () => {
    const t = tableOf(9, 5);
    const demandDrop = new Float64Array(5).fill(0.05);
    const o = { start: new Float64Array(5), demandDrop, recoveryDays: new Float64Array(5).fill(20), days: 600 };
    const got = recoveryPath(t, o);
    inoperability(t, demandDrop).q.forEach((q, i) => assert.ok(Math.abs(got.path[600 * 5 + i]! - q) < 1e-9));
    assert.equal(got.isClipped, false);
    assert.throws(() => recoveryPath(t, { ...o, recoveryDays: new Float64Array(5) }), { code: 'OUT_OF_RANGE' });
  });
});

describe('an import cut', () => {
  it('is bracketed: demand alone costs no more than the bottleneck, and nothing cut costs nothing', () => {
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 1, noNaN: true }), ({ seed, n }, cut) => {
        const m = leontief(tableOf(seed, n));
        const got = importCut(m, [{ sector: seed % n, cut }], engine);
        assert.equal(got.status, 'optimal');
        assert.ok(got.isOrdered, `${got.lower} over ${got.upper}`);
        assert.ok(got.lower >= -1e-9 && got.upper <= primary(m.table) * (1 + 1e-9));
        assert.ok(Math.abs(sum(got.upperBySector) - got.upper) < 1e-9 * primary(m.table));
        const none = importCut(m, [{ sector: seed % n, cut: 0 }], engine);
        assert.deepEqual([none.lower, none.missing], [0, 0]);
        assert.ok(Math.abs(none.upper) < 1e-7);
      }),
      { numRuns: 25, seed: 2 },
    );
  });

  it('hurts more the deeper it is, less with substitution and less when inputs matter less', () => {
    const m = leontief(tableOf(14, 8));
    const i = importShares(m.table).findIndex((s) => s > 0.05);
    const upper = (cut: number, o = {}) => importCut(m, [{ sector: i, cut }], engine, o).upper;
    const losses = [0, 0.2, 0.4, 0.6, 0.8, 1].map((c) => upper(c));
    for (let k = 1; k < losses.length; k++) assert.ok(losses[k]! >= losses[k - 1]! - 1e-9);
    const all = sum(m.table.imports!.subarray(8 * i, 8 * i + 8));
    const substitution = new Float64Array(8);
    substitution[i] = 0.3 * all;
    assert.ok(Math.abs(upper(0.6, { substitution }) - upper(0.3)) < 1e-7);
    const rated = (c: Criticality) => ({ criticality: Array.from({ length: 64 }, () => c) });
    assert.ok(upper(0.6, rated('important')) < upper(0.6) - 1e-9);
    assert.ok(Math.abs(upper(1, rated('inessential'))) < 1e-7);
    assert.equal(importCut(m, [{ sector: i, cut: 1 }], engine, rated('inessential')).lower, 0);
  });

  it('of the only user of the only import has the answer of pencil and paper, and names the input', () => {
    // 1 makes parts for 2 (10 of its 20); 2 imports 10 of product 1 and sells 50 to households.
    const t: IoTable = {
      ...tableOf(1, 2),
      z: Float64Array.from([0, 10, 0, 0]),
      imports: Float64Array.from([0, 10, 0, 0]),
      x: Float64Array.from([20, 50]),
      finalDemand: [{ code: 'F', value: Float64Array.from([10, 50]) }],
      valueAdded: [{ code: 'V', value: Float64Array.from([20, 30]) }],
    };
    const m = leontief(t);
    const got = importCut(m, [{ sector: 0, cut: 0.4 }], engine);
    // Upper: 2 runs at 0.6, so 12 of its 30 go, and 1 sells it 4 less. Lower: 2 makes 4 less, v'L = 30/50 + 10/50.
    assert.ok(Math.abs(got.upper - 16) < 1e-9 && Math.abs(got.lower - 4 * 0.8) < 1e-12);
    assert.deepEqual(
      got.binding.map((b) => [b.kind, b.sector]),
      [['import', 0]],
    );
    // One more unit of import is worth a tenth of 2's value added and of what it buys.
    assert.ok(Math.abs(got.binding[0]!.price - 4) < 1e-9);
    assert.equal(got.missing, 4);
    const served = importCut(m, [{ sector: 0, cut: 0.4 }], engine, { leastDemand: 0.7 });
    assert.deepEqual([served.status, Number.isNaN(served.upper), served.isOrdered], ['infeasible', true, false]);
  });

  it('has a price that is the slope of the loss, as a finite difference shows', () => {
    const m = leontief(tableOf(21, 7));
    const i = importShares(m.table).findIndex((s) => s > 0.05);
    const all = sum(m.table.imports!.subarray(7 * i, 7 * i + 7));
    const at = (cut: number) => importCut(m, [{ sector: i, cut }], engine);
    const { binding } = at(0.3);
    const slope = (at(0.3 + 1e-4).upper - at(0.3).upper) / (1e-4 * all);
    assert.ok(close(binding.find((b) => b.kind === 'import')!.price, slope, 1e-5));
  });

  it('cannot be told without import rows, nor for shares and sectors that are none', () => {
    const t = tableOf(2, 3);
    const m = leontief(t);
    assert.throws(() => importCut(leontief({ ...t, imports: null }), [], engine), { code: 'SUPPRESSED_USED' });
    assert.throws(() => importCut(m, [{ sector: 3, cut: 0.1 }], engine), { code: 'UNKNOWN_CODE' });
    assert.throws(() => importCut(m, [{ sector: 0, cut: 1.1 }], engine), { code: 'OUT_OF_RANGE' });
    assert.throws(() => importShares({ ...t, imports: null }), { code: 'SUPPRESSED_USED' });
    assert.ok(importTechnology(t).coefficients.every((v, k) => close(v * t.x[k % 3]!, t.imports![k]!, 1e-12)));
  });

  it(
    'of electronics in China 2020 lies between the contents and the whole chain',
    { skip: skipWithout(china2020) },
    () => {
      const m = china(china2020);
      const i = m.table.code.indexOf('20');
      const got = importCut(m, [{ sector: i, cut: 0.3 }], engine);
      assert.ok(got.isOrdered && got.lower > 0 && got.upper > got.lower);
      assert.equal(got.binding[0]!.kind, 'import');
      assert.equal(got.binding[0]!.sector, i);
      // A unit of missing import takes at most one unit of output with it by demand: v'L ≤ 1.
      const share = contents(m).valueAdded;
      assert.ok(got.lower <= got.missing * Math.max(...share));
    },
  );
});

describe('the path by days', () => {
  it('stays flat without a shock', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const got = daysPath(tableOf(seed, n), [], { days: 60 });
        assert.ok(got.output.every((y) => Math.abs(y - 1) < 1e-9));
        assert.ok(Math.abs(got.loss) < 1e-6 && got.firstDay.every((d) => d === -1));
        assert.ok(got.heldBy.every((i) => i === -1) && !got.isOscillating);
      }),
      { numRuns: 15, seed: 3 },
    );
  });

  const chain: IoTable = {
    ...tableOf(1, 2),
    z: Float64Array.from([0, 0, 0, 0]),
    imports: Float64Array.from([0, 3650, 0, 0]),
    x: Float64Array.from([36_500, 36_500]),
    finalDemand: [{ code: 'F', value: Float64Array.from([36_500, 36_500]) }],
    valueAdded: [{ code: 'V', value: Float64Array.from([36_500, 32_850]) }],
  };

  it('starts to fall when the stock is used up: a whole cut on the day of cover, and down to nothing', () => {
    const got = daysPath(chain, [{ sector: 0, cut: 1 }], { days: 40, stockDays: 12 });
    assert.deepEqual([got.firstDay[0], got.firstDay[1]], [-1, 12]);
    assert.equal(got.output[39 * 2 + 1], 0);
    assert.equal(got.heldBy[1], 0);
    assert.ok(close(got.loss, 28 * 90, 1e-9), 'twenty-eight days of its value added of 90');
  });

  it('of a part cut settles at what still comes, after cover over cut days', () => {
    const got = daysPath(chain, [{ sector: 0, cut: 0.25 }], { days: 200, stockDays: 10 });
    assert.equal(got.firstDay[1], 37, 'stock 10, used 1 and refilled by 0.75 a day, is below a day on day 37');
    assert.ok(Math.abs(got.output[199 * 2 + 1]! - 0.75) < 1e-9);
  });

  it('recovers when the shock ends, and a shock shorter than the cover does nothing', () => {
    const short = daysPath(chain, [{ sector: 0, cut: 1 }], { days: 60, shockDays: 9, stockDays: 12 });
    assert.deepEqual([...short.firstDay], [-1, -1]);
    const long = daysPath(chain, [{ sector: 0, cut: 1 }], { days: 120, shockDays: 30, stockDays: 12, restoreDays: 10 });
    assert.equal(long.output[25 * 2 + 1], 0);
    assert.ok(Math.abs(long.output[119 * 2 + 1]! - 1) < 1e-6);
  });

  it('spreads: buyers of who stops stop later, and losses stay within the value added', () => {
    const t = tableOf(14, 8);
    const i = importShares(t).findIndex((s) => s > 0.05);
    const losses = [0.2, 0.5, 0.9].map((cut) => daysPath(t, [{ sector: i, cut }], { days: 365 }).loss);
    assert.ok(losses[0]! < losses[1]! && losses[1]! < losses[2]! && losses[2]! < primary(t));
    const got = daysPath(t, [{ sector: i, cut: 0.9 }], { days: 365, stockDays: 5 });
    const direct = [...t.imports!.subarray(8 * i, 8 * i + 8).keys()].filter((j) => t.imports![8 * i + j]! > 0);
    const days = [...got.firstDay].filter((d) => d >= 0);
    assert.ok(direct.some((j) => got.firstDay[j] === Math.min(...days)));
    const important = Array.from({ length: 64 }, () => 'important' as const);
    assert.ok(daysPath(t, [{ sector: i, cut: 0.9 }], { days: 365, criticality: important }).loss < losses[2]!);
  });

  it('refuses stocks and times below a day, and cuts that are none', () => {
    const t = tableOf(2, 3);
    assert.throws(() => daysPath(t, [], { days: 0 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => daysPath(t, [], { days: 9, stockDays: 0 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => daysPath(t, [{ sector: 0, cut: 2 }], { days: 9 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => daysPath({ ...t, imports: null }, [], { days: 9 }), { code: 'SUPPRESSED_USED' });
  });
});

it('the elimination of the tests solves a system by hand', () => {
  const [x, y] = directSolve(
    [
      [0, 2],
      [1, 1],
    ],
    [4, 5],
  );
  assert.deepEqual([x, y], [3, 2]);
});
