import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  chargingProducts,
  demandEffects,
  effectsOfFinalDemand,
  extraMarketRoom,
  finalImportShares,
  flq,
  flqSensitivity,
  interregional,
  jobsPerOutput,
  leontief,
  technology,
  type PurchaseLine,
} from '@qipan/clusters';
import { skipWithout } from '@qipan/testing';
import { china, china2020, close, tableOf } from './tables.js';

const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);
const shape = fc.record({ seed: fc.nat({ max: 1e6 }), n: fc.integer({ min: 2, max: 7 }) });

describe('Flegg’s quotient', () => {
  it('of the whole nation keeps the technology, of a region takes from it, more so for a larger δ', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const t = tableOf(seed, n);
        const a = technology(t);
        const whole = flq(t, t.x, t.x);
        whole.a.forEach((v, k) => assert.ok(close(v, a[k]!, 1e-12) || v === a[k]));
        assert.ok(Math.abs(whole.lambda - 1) < 1e-15 && Math.abs(whole.selfShare - 1) < 1e-12);
        const r = random(seed);
        const part = t.x.map((x) => x * 0.3 * r.next());
        const steps = flqSensitivity(t, part, t.x);
        assert.deepEqual(
          steps.map((s) => s.delta),
          [0.1, 0.2, 0.3, 0.4, 0.5],
        );
        for (let k = 1; k < 5; k++) assert.ok(steps[k]!.selfShare <= steps[k - 1]!.selfShare + 1e-12);
        steps[0]!.a.forEach((v, k) => assert.ok(v >= 0 && v <= a[k]! + 1e-15));
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('is worked out by hand for two sectors', () => {
    // Region 30 + 10 of a nation 100 + 100: SLQ 1.5 and 0.5, λ = log2(1.2)^0.3.
    const t = { ...tableOf(4, 2), x: Float64Array.from([100, 100]) };
    const a = technology(t);
    const got = flq(t, Float64Array.from([30, 10]), Float64Array.from([100, 100]));
    const lambda = Math.log2(1.2) ** 0.3;
    const want = [Math.min(1, lambda * 1.5), Math.min(1, lambda * 3), lambda / 3, lambda * 0.5];
    want.forEach((f, k) => assert.ok(Math.abs(got.a[k]! - f * a[k]!) < 1e-15));
    const more = flq(t, Float64Array.from([30, 10]), Float64Array.from([100, 100]), { variant: 'aflq' });
    assert.ok(Math.abs(more.a[2]! - Math.min(1, want[2]! * Math.log2(2.5)) * a[2]!) < 1e-15);
  });

  it('of a sector that the region lacks is 0, not a division by it', () => {
    const t = tableOf(5, 3);
    const got = flq(t, Float64Array.from([0, 10, 10]), Float64Array.from([100, 100, 100]));
    for (const k of [0, 1, 2, 3, 6]) assert.equal(got.a[k], 0);
    assert.ok(got.a.every(Number.isFinite));
  });

  it('refuses regions larger than the nation and exponents outside 0…1', () => {
    const t = tableOf(5, 2);
    const ten = Float64Array.from([10, 10]);
    assert.throws(() => flq(t, Float64Array.from([11, 1]), ten), { code: 'OUT_OF_RANGE' });
    assert.throws(() => flq(t, ten, ten, { delta: 1 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => flq(t, ten, new Float64Array(3)), { code: 'SHAPE_MISMATCH' });
  });
});

describe('flows between regions', () => {
  const shares = (seed: number, regions: number, n: number) => {
    const r = random(seed).fork('shares');
    const out = Float64Array.from({ length: regions * n }, () => 0.1 + r.next());
    for (let i = 0; i < n; i++) {
      let s = 0;
      for (let q = 0; q < regions; q++) s += out[q * n + i]!;
      for (let q = 0; q < regions; q++) out[q * n + i]! /= s;
    }
    return out;
  };
  const costs = (seed: number, regions: number) => {
    const r = random(seed).fork('places');
    const at = Array.from({ length: regions }, () => [r.next(), r.next()] as const);
    return Float64Array.from({ length: regions ** 2 }, (_, k) => {
      const [a, b] = [at[Math.floor(k / regions)]!, at[k % regions]!];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    });
  };

  it('add up to the nation to 1e-8, and each region sells and buys what it should', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 5 }), ({ seed, n }, regions) => {
        const t = tableOf(seed, n);
        const share = shares(seed, regions, n);
        const got = interregional(t, share, costs(seed, regions), { beta: 3 });
        assert.ok(got.error < 1e-8);
        const size = regions * n;
        for (let a = 0; a < size; a++) {
          const i = a % n;
          const sold = sum(got.z.subarray(a * size, (a + 1) * size));
          assert.ok(close(sold, share[a]! * sum(t.z.subarray(i * n, (i + 1) * n)), 1e-8));
          for (let j = 0; j < n; j++) {
            let bought = 0;
            for (let s = 0; s < regions; s++) bought += got.z[(s * n + j) * size + a]!;
            assert.ok(close(bought, share[a]! * t.z[j * n + i]!, 1e-8) || t.z[j * n + i] === 0);
          }
          assert.ok(close(got.x[a]!, share[a]! * t.x[i]!, 1e-12));
        }
      }),
      { numRuns: 25, seed: 2 },
    );
  });

  it('stay nearer home the dearer the way, and are shares of shares when it costs nothing', () => {
    const t = tableOf(8, 3);
    const share = shares(8, 4, 3);
    const cost = costs(8, 4);
    const atHome = (beta: number) => {
      const { z } = interregional(t, share, cost, { beta });
      let s = 0;
      z.forEach((v, k) => (s += Math.floor(Math.floor(k / 12) / 3) === Math.floor((k % 12) / 3) ? v : 0));
      return s;
    };
    assert.ok(atHome(0) < atHome(2) && atHome(2) < atHome(8));
    const { z } = interregional(t, share, cost, { beta: 0 });
    z.forEach((v, k) => {
      const [a, b] = [Math.floor(k / 12), k % 12];
      assert.ok(close(v, share[a]! * share[b]! * t.z[(a % 3) * 3 + (b % 3)]!, 1e-9) || v === 0);
    });
  });

  it('are refused for shares that are none and for too many pairs', () => {
    const t = tableOf(8, 2);
    const cost = new Float64Array(4);
    assert.throws(() => interregional(t, Float64Array.from([1, 1, 1, 1]), cost, { beta: 1 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => interregional(t, new Float64Array(3), cost, { beta: 1 }), { code: 'SHAPE_MISMATCH' });
    const many = { share: new Float64Array(2002), cost: new Float64Array(1001 ** 2) };
    assert.throws(() => interregional(t, many.share, many.cost, { beta: 1 }), { code: 'TOO_LARGE' });
  });
});

describe('the demand link', () => {
  const line = (o: Partial<PurchaseLine>): PurchaseLine => ({
    label: 'charger',
    year: 2026,
    sector: 0,
    amount: 100,
    importShare: 0.2,
    tradeMargin: 0.05,
    transportMargin: 0.02,
    taxShare: 0.11,
    role: 'purchase',
    ...o,
  });
  const t = tableOf(31, 6);
  const m = leontief(t);
  const margins = { trade: 's4', transport: 's5' };

  it('takes margins, taxes and imports out, and nothing of the money is lost', () => {
    const { gross, net } = demandEffects(m, [line({})], { margins });
    assert.equal(net, null);
    assert.ok(Math.abs(gross.finalDemand[0]! - 82 * 0.8) < 1e-12);
    assert.ok(Math.abs(gross.finalDemand[4]! - 5) < 1e-12 && Math.abs(gross.finalDemand[5]! - 2) < 1e-12);
    assert.ok(Math.abs(gross.directImports - 82 * 0.2) < 1e-12 && Math.abs(gross.taxes - 11) < 1e-12);
    // Each yuan ends as value added at home, an import or a tax.
    const { valueAdded } = gross.totals;
    assert.ok(Math.abs(valueAdded + gross.inducedImports + gross.directImports + gross.taxes - 100) < 1e-9);
    assert.deepEqual([gross.jobs, gross.totals.jobs], [null, null]);
  });

  it('is linear, and net is gross without what is displaced', () => {
    const jobs = t.x.map((_, i) => 0.01 * (i + 1));
    const o = { margins, jobsPerOutput: jobs, co2PerOutput: jobs };
    const buy = [line({}), line({ sector: 3, label: 'works', amount: 40 })];
    const less = [line({ sector: 2, label: 'fuel', amount: 70, role: 'displaced' })];
    const both = demandEffects(m, [...buy, ...less], o);
    const [plus, minus] = [
      demandEffects(m, buy, o).gross,
      demandEffects(
        m,
        less.map((l) => ({ ...l, role: 'purchase' as const })),
        o,
      ).gross,
    ];
    assert.ok(close(both.gross.totals.jobs!, plus.totals.jobs!, 1e-12));
    both.net!.output.forEach((v, i) => assert.ok(Math.abs(v - plus.output[i]! + minus.output[i]!) < 1e-9));
    assert.ok(Math.abs(both.net!.totals.jobs! - plus.totals.jobs! + minus.totals.jobs!) < 1e-9);
    assert.ok(Math.abs(both.net!.totals.co2! - both.net!.totals.jobs!) < 1e-12);
    const direct = effectsOfFinalDemand(m, both.gross.finalDemand, o);
    assert.ok(close(direct.totals.output, both.gross.totals.output, 1e-12));
    const room = extraMarketRoom(both.gross, new Float64Array(6).fill(10));
    room.forEach((v, i) => assert.ok(close(v, both.gross.output[i]! / 10, 1e-14)));
  });

  it('goes to regions by shares of output, labelled, and adds up again', () => {
    const share = Float64Array.from({ length: 12 }, (_, k) => (k < 6 ? 0.3 : 0.7));
    const jobs = new Float64Array(6).fill(0.02);
    const got = demandEffects(m, [line({})], { margins, regionShare: share, jobsPerOutput: jobs });
    assert.equal(got.regionMethod, 'output shares');
    assert.ok(close(sum(got.jobsByRegion!), got.gross.totals.jobs!, 1e-12));
    assert.ok(close(sum(got.valueAddedByRegion!.subarray(0, 6)), 0.3 * got.gross.totals.valueAdded, 1e-12));
    assert.throws(() => demandEffects(m, [line({})], { margins, regionShare: share.map(() => 0.4) }), {
      code: 'OUT_OF_RANGE',
    });
  });

  it('an unknown coefficient of a sector that matters makes the total unknown, not smaller', () => {
    const jobs = new Float64Array(6).fill(0.02);
    jobs[2] = Number.NaN;
    const got = demandEffects(m, [line({})], { margins, jobsPerOutput: jobs });
    assert.equal(got.gross.totals.jobs, null);
    assert.ok(Number.isNaN(got.gross.jobs![2]!));
  });

  it('refuses lines that cannot be: unknown sector, shares above one, two years, no sector for the margins', () => {
    const bad = (o: Partial<PurchaseLine>, code: string) =>
      assert.throws(() => demandEffects(m, [line({}), line(o)], { margins }), { code });
    bad({ sector: 6 }, 'UNKNOWN_CODE');
    bad({ taxShare: 0.95 }, 'OUT_OF_RANGE');
    bad({ importShare: 1.2 }, 'OUT_OF_RANGE');
    bad({ year: 2027 }, 'UNIT_MIXED');
    assert.throws(() => demandEffects(m, [line({})]), { code: 'UNKNOWN_CODE' });
  });

  it('spreads employment over the sectors of a class, unknown where no class is', () => {
    const c = jobsPerOutput(t, [
      { persons: 60, sectors: ['s0', 's1'] },
      { persons: 5, sectors: ['s3'] },
    ]);
    assert.ok(Math.abs(c[0]! * t.x[0]! + c[1]! * t.x[1]! - 60) < 1e-12 && c[0] === c[1]);
    assert.ok(Number.isNaN(c[2]!) && close(c[3]!, 5 / t.x[3]!, 1e-14));
    assert.throws(() => jobsPerOutput(t, [{ persons: 1, sectors: ['s9'] }]), { code: 'UNKNOWN_CODE' });
    assert.throws(
      () =>
        jobsPerOutput(t, [
          { persons: 1, sectors: ['s0'] },
          { persons: 1, sectors: ['s0'] },
        ]),
      { code: 'DUPLICATE_CELL' },
    );
  });

  it('has import shares of final demand from the table, or of intermediate use where it does not tell', () => {
    const told = { ...t, finalDemand: t.finalDemand.map((f) => ({ ...f, imported: f.value.map((v) => v / 3) })) };
    finalImportShares(told).forEach((s) => assert.ok(Math.abs(s - 0.25) < 1e-12));
    finalImportShares(t).forEach((s, i) => {
      const [z, a] = [sum(t.z.subarray(6 * i, 6 * i + 6)), sum(t.imports!.subarray(6 * i, 6 * i + 6))];
      assert.ok(Math.abs(s - a / (a + z)) < 1e-12);
    });
  });

  it(
    'of a charging programme in China’s sectors: every product has its sector',
    { skip: skipWithout(china2020) },
    () => {
      const model = china(china2020);
      const at = (code: string) => model.table.code.indexOf(code);
      const lines = chargingProducts.slice(0, 9).map((p): PurchaseLine => {
        const { tradeMargin, transportMargin, taxShare } = p;
        assert.ok(at(p.sectorCode) >= 0, p.product);
        return line({
          label: p.product,
          sector: at(p.sectorCode),
          importShare: null,
          tradeMargin,
          transportMargin,
          taxShare,
        });
      });
      const { gross } = demandEffects(model, lines);
      const { valueAdded } = gross.totals;
      assert.ok(Math.abs(valueAdded + gross.inducedImports + gross.directImports + gross.taxes - 900) < 1e-6);
    },
  );
});
