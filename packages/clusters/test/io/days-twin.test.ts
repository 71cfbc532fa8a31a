import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { daysPath, type IoTable } from '@qipan/clusters';
import { tableOf } from './tables.js';

interface Input {
  readonly seller: number;
  readonly daily: number;
  stock: number;
  order: number;
}

interface Firm {
  readonly daily: number;
  readonly finalDaily: number;
  readonly home: Input[];
  readonly abroad: Input[];
  extra: number;
}

interface Rules {
  readonly days: number;
  readonly stock: number;
  readonly restore: number;
  readonly over: number;
  readonly overDays: number;
  readonly shockDays: number;
  readonly cut: Readonly<Record<number, number>>;
}

/** The path once more, firm by firm with objects, after the words of the docstring: what the kernel must equal. */
function pathByFirms(t: IoTable, r: Rules): number[][] {
  const input = (seller: number, yearly: number): Input => ({
    seller,
    daily: yearly / 365,
    stock: (yearly / 365) * r.stock,
    order: yearly / 365,
  });
  const sectors = [...t.x.keys()];
  const firms = sectors.map((j): Firm => ({
    daily: t.x[j]! / 365,
    finalDaily: (t.x[j]! - sectors.reduce((s, k) => s + t.z[j * t.n + k]!, 0)) / 365,
    home: sectors.map((i) => input(i, t.z[i * t.n + j]!)),
    abroad: sectors.map((i) => input(i, t.imports![i * t.n + j]!)),
    extra: 0,
  }));
  const path: number[][] = [];
  for (let day = 0; day < r.days; day++) {
    const orders = sectors.map((i) => firms.reduce((s, f) => s + f.home[i]!.order, 0) + firms[i]!.finalDaily);
    const made = firms.map((f, j) => {
      const want = Math.min(f.daily * (1 + f.extra), orders[j]!);
      const share = want / f.daily;
      const possible = [...f.home, ...f.abroad].filter((p) => p.daily > 0).map((p) => p.stock / (p.daily * share));
      return want * Math.min(1, ...possible);
    });
    path.push(made.map((m, j) => m / firms[j]!.daily));
    const served = sectors.map((i) => Math.min(1, made[i]! / orders[i]!));
    const refill = (p: Input, level: number) =>
      Math.max(0, p.daily * level + (p.daily * r.stock - p.stock) / r.restore);
    // Foreign makers of a cut product share what they have in proportion to what is asked.
    const share = sectors.map((i) => {
      const asked = firms.reduce((s, f, j) => s + refill(f.abroad[i]!, made[j]! / firms[j]!.daily), 0);
      const cut = day < r.shockDays ? (r.cut[i] ?? 0) : 0;
      const offered = firms.reduce((s, f) => s + f.abroad[i]!.daily, 0) * (1 - cut);
      return cut === 0 || asked === 0 ? 1 : Math.min(1, offered / asked);
    });
    firms.forEach((f, j) => {
      const level = made[j]! / f.daily;
      for (const p of f.abroad) {
        const comes = share[p.seller]! * refill(p, level);
        p.stock = Math.max(0, p.stock - p.daily * level) + comes;
      }
      for (const p of f.home) {
        p.stock = Math.max(0, p.stock - p.daily * level) + p.order * served[p.seller]!;
        p.order = refill(p, level);
      }
      const short = served[j]! < 1 - 1e-9;
      f.extra += ((short ? r.over : 0) - f.extra) / r.overDays;
    });
  }
  return path;
}

const rules = fc.record({
  days: fc.constant(150),
  stock: fc.integer({ min: 2, max: 30 }),
  restore: fc.integer({ min: 5, max: 60 }),
  over: fc.constantFrom(0, 0.1, 0.25),
  overDays: fc.integer({ min: 10, max: 120 }),
  shockDays: fc.integer({ min: 1, max: 150 }),
});

it('the path by days is the one that firms with stocks and orders walk', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 1e6 }),
      fc.integer({ min: 2, max: 6 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      rules,
      (seed, n, cut, r) => {
        const t = tableOf(seed, n);
        const sector = seed % n;
        const want = pathByFirms(t, { ...r, cut: { [sector]: cut } });
        const got = daysPath(t, [{ sector, cut }], {
          days: r.days,
          stockDays: r.stock,
          restoreDays: r.restore,
          overproduction: r.over,
          overproductionDays: r.overDays,
          shockDays: r.shockDays,
        });
        want.forEach((row, d) =>
          row.forEach((y, j) => assert.ok(Math.abs(got.output[d * n + j]! - y) < 1e-9, `day ${d}, sector ${j}`)),
        );
        const v = t.valueAdded[0]!.value;
        const all = v.reduce((a, b) => a + b, 0);
        const loss = want.reduce((s, row) => s + row.reduce((q, y, j) => q + ((1 - y) * v[j]!) / 365, 0), 0);
        assert.ok(Math.abs(got.loss - loss) < 1e-9 * all);
        got.firstDay.forEach((d, j) =>
          assert.equal(
            d,
            want.findIndex((row) => row[j]! < 0.99),
          ),
        );
      },
    ),
    { numRuns: 25, seed: 1 },
  );
});
