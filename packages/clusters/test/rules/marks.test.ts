import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { europeanStars, inclusiveQuantile, strongClusters, terciles, type Measure } from '@qipan/clusters';

const sum = (x: readonly number[]) => x.reduce((s, v) => s + v, 0);
const near = (got: number, want: number, where: string) =>
  assert.ok(Math.abs(got - want) <= 1e-10 * Math.max(1, Math.abs(want)), `${where}: ${got} for ${want}`);

/** A table with unknown and empty cells, and its parts. */
function table(seed: number) {
  const r = random(seed);
  const [R, I] = [3 + r.below(20), 2 + r.below(5)];
  const rows = Array.from({ length: R }, () =>
    Array.from({ length: I }, () => (r.next() < 0.05 ? Number.NaN : r.next() < 0.2 ? 0 : 50 * (1 + r.below(100)))),
  );
  const known = (x: readonly number[]) => x.filter((v) => !Number.isNaN(v));
  const region = rows.map((row) => sum(known(row)));
  const industry = rows[0]!.map((_, i) => sum(known(rows.map((row) => row[i]!))));
  const quotient = (a: number, i: number) => rows[a]![i]! / region[a]! / (industry[i]! / sum(region));
  const measure: Measure = { value: Float64Array.from(rows.flat()), regions: R, industries: I };
  return { rows, region, industry, quotient, measure, R, I };
}
/** The q-quantile between the two order statistics around it, by sorting and counting. */
function quantile(list: readonly number[], q: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  return sorted[below]! * (below + 1 - at) + (sorted[below + 1] ?? 0) * (at - below);
}

describe('stars beside lists', () => {
  it('size, specialisation and focus one by one, over the regions that have the industry', () => {
    let [given, refused] = [0, 0];
    for (let seed = 1; seed <= 25; seed++) {
      const t = table(seed);
      if (sum(t.region) === 0) continue;
      const rule = { topShare: 0.25, quotient: 1.3, floor: 300 };
      const got = europeanStars(t.measure, rule);
      for (let i = 0; i < t.I; i++) {
        const has = [...t.rows.keys()].filter((a) => t.rows[a]![i]! > 0);
        const share = (a: number) => t.rows[a]![i]! / t.region[a]!;
        for (let a = 0; a < t.R; a++) {
          const x = t.rows[a]![i]!;
          const k = a * t.I + i;
          const where = `table ${seed}: ${a}, ${i}`;
          if (Number.isNaN(x)) assert.equal(got.stars[k], -1, where);
          else if (!(x >= 300)) {
            assert.deepEqual([got.stars[k], got.size[k], got.specialisation[k], got.focus[k]], [0, 0, 0, 0], where);
            refused++;
          } else {
            const want = [
              x >=
                quantile(
                  has.map((b) => t.rows[b]![i]!),
                  0.75,
                ) -
                  1e-9,
              t.quotient(a, i) >= 1.3,
              share(a) >= quantile(has.map(share), 0.75) - 1e-12,
            ].map(Number);
            assert.deepEqual([got.size[k], got.specialisation[k], got.focus[k]], want, where);
            assert.equal(got.stars[k], sum(want), where);
            given += sum(want);
          }
        }
      }
    }
    assert.ok(given > 100 && refused > 50, `${given} stars, ${refused} below the floor`);
  });

  it('the region exactly at the border of the top share is in it, whatever their number', () => {
    for (let tens = 1; tens <= 30; tens++) {
      const n = 10 * tens + 1;
      // Jobs 1,001 … 1,000 + n: the top tenth begins at the (9·tens + 1)-th.
      const m: Measure = { value: Float64Array.from({ length: n }, (_, k) => 1001 + k), regions: n, industries: 1 };
      assert.equal(sum([...europeanStars(m).size]), tens + 1, `${n} regions`);
    }
  });

  it('marks of strong clusters: traded, above the floor, in the top quarter by quotient', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const t = table(seed);
      if (sum(t.region) === 0) continue;
      const traded = Uint8Array.from({ length: t.I }, (_, i) => Number(i !== 1));
      const got = strongClusters(t.measure, { traded, floor: 500 });
      got.forEach((mark, k) => {
        const [a, i] = [Math.floor(k / t.I), k % t.I];
        const x = t.rows[a]![i]!;
        if (Number.isNaN(x) || i === 1) return assert.equal(mark, -1);
        const has = [...t.rows.keys()].filter((b) => t.rows[b]![i]! > 0);
        const isTop =
          x > 0 &&
          t.quotient(a, i) >=
            quantile(
              has.map((b) => t.quotient(b, i)),
              0.75,
            ) -
              1e-12;
        return assert.equal(mark, Number(x >= 500 && isTop), `table ${seed}: ${a}, ${i}`);
      });
    }
  });

  it('thirds have a third of the values each where all differ and their number is one past a multiple of three', () => {
    for (const n of [4, 7, 31, 100]) {
      const order = random(n).permutation(n);
      const got = terciles(Float64Array.from(order, (k) => k * k));
      const count = (third: number) => [...got].filter((g) => g === third).length;
      assert.deepEqual([count(1), count(2), count(3)], [(n - 1) / 3, (n - 1) / 3, (n + 2) / 3], `${n}`);
      order.forEach((k, at) => assert.equal(got[at], 1 + Math.min(2, Math.floor((3 * k) / (n - 1)))));
    }
    assert.deepEqual([...terciles(Float64Array.from([Number.NaN, Number.NaN]))], [0, 0]);
  });

  it('quantiles lie between the ends, rise with the share and turn with the sign', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 }),
        fc.nat(20),
        (list, step) => {
          const q = step / 20;
          const got = inclusiveQuantile(list, q);
          near(got, quantile(list, q), 'by hand');
          near(
            inclusiveQuantile(
              list.map((x) => -x),
              1 - q,
            ),
            -got,
            'mirrored',
          );
          assert.ok(got >= Math.min(...list) - 1e-12 && got <= Math.max(...list) + 1e-12);
          assert.ok(step === 20 || inclusiveQuantile(list, q + 0.05) >= got - 1e-9);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
    assert.ok(Number.isNaN(inclusiveQuantile([], 0.5)), 'of nothing there is none');
  });
});
