import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { gearyC, getisOrdG, localGStar, localMoran, moranI } from '@qipan/clusters';
import { neighbourWeights, rowStandardised, type SpatialWeights } from '@qipan/territory';
import { sharedData, skipWithout } from '@qipan/testing';

const columbusFile = 'clusters/spdep/columbus_reference.json';

interface Columbus {
  readonly x: number[];
  readonly nb: number[][];
  readonly moran: { I: number; E: number; Var_rand: number; z: number; p: number };
  readonly geary: { C: number; E: number; Var: number; z: number; p: number };
  readonly globalG: { G: number; E: number; Var: number };
  readonly local: { Ii: number; 'E.Ii': number; 'Var.Ii': number; 'Z.Ii': number }[];
  readonly gstar: number[];
}

/** A ring of n regions with chords, symmetric, everybody has neighbours. */
function ring(n: number, seed: number): SpatialWeights {
  const r = random(seed);
  const sets = Array.from({ length: n }, (_, i) => new Set([(i + 1) % n, (i + n - 1) % n]));
  for (let k = 0; k < n; k++) {
    const [a, b] = [r.below(n), r.below(n)];
    if (a !== b) {
      sets[a]!.add(b);
      sets[b]!.add(a);
    }
  }
  return neighbourWeights(sets.map((s) => [...s]));
}
const values = (n: number, seed: number) => {
  const r = random(seed).fork('values');
  return Float64Array.from({ length: n }, () => Math.exp(r.normal()));
};
const near = (got: number, want: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(got - want) < tolerance, `${got} for ${want}`);

describe('Columbus, Ohio, crime of 49 areas (R spdep 1.2-7)', { skip: skipWithout(columbusFile) }, () => {
  const ref = skipWithout(columbusFile)
    ? (null as unknown as Columbus)
    : (JSON.parse(readFileSync(sharedData(columbusFile) as string, 'utf8')) as Columbus);
  const binary = () => neighbourWeights(ref.nb.map((list) => list.map((j) => j - 1)));
  const standard = () => rowStandardised(binary());
  const x = () => Float64Array.from(ref.x);

  it('has the printed Moran’s I', () => {
    const got = moranI(x(), standard());
    near(got.value, ref.moran.I);
    near(got.expectation, ref.moran.E);
    near(got.variance, ref.moran.Var_rand);
    near(got.z, ref.moran.z);
    near(got.pNormal, ref.moran.p, 1e-12);
    assert.deepEqual([got.regions, got.pPermutation, got.islands], [49, null, []]);
  });

  it('has the printed Geary’s C', () => {
    const got = gearyC(x(), standard());
    near(got.value, ref.geary.C);
    near(got.variance, ref.geary.Var);
    near(got.z, ref.geary.z);
    near(got.pNormal, ref.geary.p, 1e-11);
  });

  it('has the printed general G on binary weights', () => {
    const got = getisOrdG(x(), binary());
    near(got.value, ref.globalG.G);
    near(got.expectation, ref.globalG.E);
    near(got.variance, ref.globalG.Var);
  });

  it('has the 49 printed local Morans with their moments', () => {
    const got = localMoran(x(), standard());
    ref.local.forEach((want, i) => {
      near(got[i]!.value, want.Ii);
      near(got[i]!.expectation, want['E.Ii']);
      near(got[i]!.variance, want['Var.Ii']);
      near(got[i]!.z, want['Z.Ii']);
    });
    near(got.reduce((s, l) => s + l!.value, 0) / 49, ref.moran.I);
  });

  it('has the 49 printed G*', () => {
    localGStar(x(), binary()).forEach((g, i) => near(g!.value, ref.gstar[i]!));
  });

  it('is clustered by relabeling too, and the same seed gives the same share', () => {
    const o = { permutations: 199, seed: 4 };
    const got = moranI(x(), standard(), o);
    assert.equal(got.pPermutation, 1 / 200);
    assert.deepEqual(moranI(x(), standard(), o), got);
    assert.ok(gearyC(x(), standard(), o).pPermutation! <= 0.02);
    const local = localMoran(x(), standard(), o);
    const significant = local.filter((l) => l!.p! <= 0.05);
    const afterwards = local.filter((l) => l!.q! <= 0.05);
    assert.ok(significant.length > 3 && afterwards.length <= significant.length);
    assert.ok(local.every((l) => l!.q! >= l!.p! - 1e-15));
  });
});

describe('moments', () => {
  /** Mean and variance over every one of the n! relabelings. */
  function exhaustive(of: (x: Float64Array) => number, x: Float64Array): { mean: number; variance: number } {
    let [count, sum, squares] = [0, 0, 0];
    const a = x.slice();
    const visit = (k: number): void => {
      if (k === a.length) {
        const v = of(a);
        count++;
        sum += v;
        squares += v * v;
        return;
      }
      for (let i = k; i < a.length; i++) {
        [a[k], a[i]] = [a[i]!, a[k]!];
        visit(k + 1);
        [a[k], a[i]] = [a[i]!, a[k]!];
      }
    };
    visit(0);
    return { mean: sum / count, variance: squares / count - (sum / count) ** 2 };
  }

  it('are those of all relabelings of six regions, each one counted', () => {
    const w = rowStandardised(ring(6, 3));
    const x = values(6, 5);
    for (const statistic of [moranI, gearyC, getisOrdG]) {
      const got = statistic(x, w);
      const want = exhaustive((v) => statistic(v, w).value, x);
      near(got.expectation, want.mean, 1e-10);
      near(got.variance, want.variance, 1e-10);
    }
  });

  it('do not change with the names of the regions nor, for I and C, with the unit and zero of the values', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 30 }), fc.nat({ max: 1e6 }), (n, seed) => {
        const w = ring(n, seed);
        const x = values(n, seed);
        const order = random(seed).permutation(n);
        const place = new Int32Array(n);
        order.forEach((old, k) => (place[old] = k));
        const lists = Array.from(order, (old) =>
          [...w.matrix.index.subarray(w.matrix.start[old], w.matrix.start[old + 1])].map((j) => place[j]!),
        );
        const renamed = neighbourWeights(lists);
        for (const statistic of [moranI, gearyC]) {
          const a = statistic(x, w);
          near(
            statistic(
              Float64Array.from(order, (i) => x[i]!),
              renamed,
            ).z,
            a.z,
            1e-9,
          );
          near(
            statistic(
              x.map((v) => 7 * v - 3),
              w,
            ).z,
            a.z,
            1e-7,
          );
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('know a chequerboard from two halves', () => {
    const n = 20;
    const w = neighbourWeights(Array.from({ length: n }, (_, i) => [(i + 1) % n, (i + n - 1) % n]));
    const halves = Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 : 2));
    const board = Float64Array.from({ length: n }, (_, i) => 1 + (i % 2));
    near(moranI(board, w).value, -1, 1e-12);
    assert.ok(moranI(halves, w).z > 3 && moranI(board, w).z < -3);
    assert.ok(gearyC(halves, w).z > 3 && gearyC(board, w).z < -3);
    assert.ok(localMoran(halves, w)[5]!.quadrant === 'lowLow' && localMoran(board, w)[4]!.quadrant === 'lowHigh');
    assert.ok(localMoran(halves, w)[15]!.quadrant === 'highHigh' && localMoran(board, w)[5]!.quadrant === 'highLow');
    assert.ok(localGStar(halves, w)[15]!.z > 0 && localGStar(halves, w)[5]!.z < 0);
  });
});

describe('conditional relabeling', () => {
  it('is near the normal share where the moments say so, and even without pattern', () => {
    const n = 60;
    const w = rowStandardised(ring(n, 8));
    const x = values(n, 9).map((v) => Math.log(v));
    const got = localMoran(x, w, { permutations: 999, seed: 2 });
    const small = got.filter((l) => l!.p! <= 0.1).length;
    assert.ok(small >= 1 && small <= 14, `${small} of 60 at 10 %`);
    const stars = localGStar(x, w, { permutations: 999, seed: 2 });
    // Same draws, same side: I and G* agree on how unusual the neighbourhood is.
    got.forEach((l, i) => assert.ok(Math.abs(l!.p! - stars[i]!.p!) < 0.08));
  });
});

describe('islands and bad input', () => {
  const w = neighbourWeights([[1], [0, 2], [1, 3], [2, 4], [3], []]);
  const x = Float64Array.from([1, 3, 2, 5, 4, 100]);

  it('an island is null locally, counted globally, and its value plays no part', () => {
    assert.equal(localMoran(x, w)[5], null);
    assert.equal(localGStar(x, w)[5], null);
    const got = moranI(x, w);
    assert.deepEqual([got.regions, got.islands], [5, [5]]);
    assert.equal(
      moranI(
        x.map((v, i) => (i === 5 ? Number.NaN : v)),
        w,
      ).value,
      got.value,
    );
  });

  it('unknown, equal or negative values are refused as what they are', () => {
    const withNaN = x.slice();
    withNaN[2] = Number.NaN;
    assert.throws(() => moranI(withNaN, w), { code: 'SUPPRESSED_USED' });
    assert.throws(() => gearyC(new Float64Array(6).fill(3), w), { code: 'DEGENERATE_INPUT' });
    assert.throws(
      () =>
        getisOrdG(
          x.map((v) => v - 2),
          w,
        ),
      { code: 'VALUE_NEGATIVE' },
    );
    assert.throws(() => localMoran(new Float64Array(3), w), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => moranI(Float64Array.from([1, 2, 3]), neighbourWeights([[1], [2], []])), {
      code: 'DEGENERATE_INPUT',
    });
  });
});
