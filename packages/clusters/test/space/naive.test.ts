import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { earthRadiusM, random } from '@qipan/base';
import {
  durantonOverman,
  firmClusters,
  gearyC,
  getisOrdG,
  localGStar,
  localMoran,
  marconPuech,
  moranI,
  plane,
  type FirmPoints,
  type PointSample,
} from '@qipan/clusters';
import { csrFromLists } from '@qipan/numeric';
import type { SpatialWeights } from '@qipan/territory';

const near = (got: number, want: number, tolerance: number, where: string) =>
  assert.ok(Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want)), `${where}: ${got} for ${want}`);

/** A dense matrix of weights, not symmetric, as the room takes them. */
function weightsOf(w: readonly (readonly number[])[]): SpatialWeights {
  const lists = w.map((row) => {
    const index = [...row.keys()].filter((j) => row[j] !== 0);
    return { index, value: index.map((j) => row[j]!) };
  });
  return {
    n: w.length,
    matrix: csrFromLists(w.length, lists),
    islands: [...w.keys()].filter((i) => lists[i]!.index.length === 0),
    kind: 'given',
    rowStandardised: false,
  };
}
/** Random weights over a ring and some more pairs, one way or both, each with its own weight. */
function lopsided(n: number, seed: number): number[][] {
  const r = random(seed);
  const w = Array.from({ length: n }, () => [...new Float64Array(n)]);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      if (i !== j && (j === (i + 1) % n || r.next() < 0.25)) w[i]![j] = Math.round(1 + 9 * r.next()) / 4;
  return w;
}
const valuesOf = (n: number, seed: number) => {
  const r = random(seed).fork('v');
  return Float64Array.from({ length: n }, () => 1 + r.below(40) + r.next());
};

/** The three statistics with two plain loops. */
const statistics = {
  moran(x: readonly number[], w: number[][]): number {
    const n = x.length;
    const mean = x.reduce((s, v) => s + v, 0) / n;
    let [top, all, squares] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      squares += (x[i]! - mean) ** 2;
      for (let j = 0; j < n; j++) {
        top += w[i]![j]! * (x[i]! - mean) * (x[j]! - mean);
        all += w[i]![j]!;
      }
    }
    return (n / all) * (top / squares);
  },
  geary(x: readonly number[], w: number[][]): number {
    const n = x.length;
    const mean = x.reduce((s, v) => s + v, 0) / n;
    let [top, all, squares] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      squares += (x[i]! - mean) ** 2;
      for (let j = 0; j < n; j++) {
        top += w[i]![j]! * (x[i]! - x[j]!) ** 2;
        all += w[i]![j]!;
      }
    }
    return ((n - 1) * top) / (2 * all * squares);
  },
  getis(x: readonly number[], w: number[][]): number {
    let [top, bottom] = [0, 0];
    for (let i = 0; i < x.length; i++)
      for (let j = 0; j < x.length; j++) {
        if (i === j) continue;
        top += w[i]![j]! * x[i]! * x[j]!;
        bottom += x[i]! * x[j]!;
      }
    return top / bottom;
  },
};
const ours = { moran: moranI, geary: gearyC, getis: getisOrdG };

describe('global statistics beside two plain loops', () => {
  for (const name of ['moran', 'geary', 'getis'] as const) {
    it(`${name}: the value on weights that differ by direction`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        const n = 5 + seed;
        const w = lopsided(n, seed);
        const x = valuesOf(n, seed);
        near(ours[name](x, weightsOf(w)).value, statistics[name]([...x], w), 1e-11, `seed ${seed}`);
      }
    });

    it(`${name}: the share of relabelings, drawn in the same order`, () => {
      const n = 9;
      const w = lopsided(n, 4);
      const x = valuesOf(n, 4);
      const value = statistics[name]([...x], w);
      const draws = random(11);
      let extreme = 0;
      for (let k = 0; k < 199; k++) {
        const order = draws.permutation(n);
        const v = statistics[name](
          Array.from(order, (i) => x[i]!),
          w,
        );
        if (name === 'geary' ? v <= value + 1e-12 : v >= value - 1e-12) extreme++;
      }
      const got = ours[name](x, weightsOf(w), { permutations: 199, seed: 11 });
      assert.deepEqual([got.pPermutation, got.permutations], [(1 + extreme) / 200, 199]);
    });

    it(`${name}: mean and variance are those of many relabelings, on such weights too`, () => {
      const n = 12;
      const w = lopsided(n, 7);
      const x = valuesOf(n, 7);
      const draws = random(3);
      const seen = Array.from({ length: 4000 }, () =>
        statistics[name](
          Array.from(draws.permutation(n), (i) => x[i]!),
          w,
        ),
      );
      const mean = seen.reduce((s, v) => s + v, 0) / seen.length;
      const variance = seen.reduce((s, v) => s + (v - mean) ** 2, 0) / (seen.length - 1);
      const got = ours[name](x, weightsOf(w));
      // Five standard errors of the mean of 4,000 draws; a tenth of the variance.
      assert.ok(Math.abs(got.expectation - mean) < 5 * Math.sqrt(variance / 4000), `${got.expectation} ${mean}`);
      assert.ok(Math.abs(got.variance / variance - 1) < 0.12, `${got.variance} ${variance}`);
      near(got.z, ((name === 'geary' ? -1 : 1) * (got.value - got.expectation)) / Math.sqrt(got.variance), 1e-12, 'z');
    });
  }

  it('without relabelings there is no share, rather than 0 or 1', () => {
    const got = moranI(valuesOf(6, 1), weightsOf(lopsided(6, 1)));
    assert.deepEqual([got.pPermutation, got.permutations], [null, 0]);
  });
});

describe('local statistics beside their formulas', () => {
  const n = 8;
  const w = lopsided(n, 5);
  const x = valuesOf(n, 5);
  const mean = x.reduce((s, v) => s + v, 0) / n;
  const m2 = x.reduce((s, v) => s + (v - mean) ** 2, 0) / n;

  it('I_i = z_i Σ w z / m2, its sum over S0 is the global I, quadrants by the two signs', () => {
    const local = localMoran(x, weightsOf(w));
    let [sum, s0] = [0, 0];
    local.forEach((l, i) => {
      const lag = w[i]!.reduce((s, v, j) => s + v * (x[j]! - mean), 0);
      near(l!.value, ((x[i]! - mean) * lag) / m2, 1e-12, `region ${i}`);
      const words = `${x[i]! >= mean ? 'high' : 'low'}${lag >= 0 ? 'High' : 'Low'}`;
      assert.equal(l!.quadrant, words);
      sum += l!.value;
      s0 += w[i]!.reduce((s, v) => s + v, 0);
    });
    near(sum / s0, moranI(x, weightsOf(w)).value, 1e-12, 'the whole');
  });

  it('G*_i is a standard score with the region itself of weight 1', () => {
    localGStar(x, weightsOf(w)).forEach((l, i) => {
      const own = w[i]!.map((v, j) => (i === j ? 1 : v));
      const [w1, w2] = [own.reduce((s, v) => s + v, 0), own.reduce((s, v) => s + v * v, 0)];
      const top = own.reduce((s, v, j) => s + v * x[j]!, 0) - mean * w1;
      near(l!.value, top / (Math.sqrt(m2) * Math.sqrt((n * w2 - w1 * w1) / (n - 1))), 1e-12, `region ${i}`);
      assert.deepEqual([l!.expectation, l!.variance, l!.z], [0, 1, l!.value]);
    });
  });

  it('moments and shares under the conditional null are those of every arrangement of the others', () => {
    const six = lopsided(6, 9);
    const v = valuesOf(6, 9);
    const average = v.reduce((s, y) => s + y, 0) / 6;
    const spread = v.reduce((s, y) => s + (y - average) ** 2, 0) / 6;
    const arrangements = (list: number[]): number[][] =>
      list.length <= 1
        ? [list]
        : list.flatMap((y, k) => arrangements(list.filter((_, q) => q !== k)).map((a) => [y, ...a]));
    const local = localMoran(v, weightsOf(six), { permutations: 4000, seed: 2 });
    for (let i = 0; i < 6; i++) {
      const others = [...v].filter((_, j) => j !== i);
      const all = arrangements(others).map((a) => {
        const lag = six[i]!.filter((_, j) => j !== i).reduce((s, u, q) => s + u * (a[q]! - average), 0);
        return ((v[i]! - average) * lag) / spread;
      });
      const m = all.reduce((s, y) => s + y, 0) / all.length;
      const variance = all.reduce((s, y) => s + (y - m) ** 2, 0) / all.length;
      const l = local[i]!;
      near(l.expectation, m, 1e-10, `mean of ${i}`);
      near(l.variance, variance, 1e-10, `variance of ${i}`);
      const above = all.filter((y) => y >= l.value - 1e-12).length / all.length;
      const exact = Math.min(1, 2 * Math.min(above, 1 - above));
      assert.ok(Math.abs(l.p! - exact) < 0.05, `share of ${i}: ${l.p} for ${exact}`);
    }
  });

  it('false discovery adjustment is the step-up over all regions with neighbours', () => {
    const list = localMoran(x, weightsOf(w), { permutations: 199, seed: 4 });
    const p = list.map((l) => l!.p!);
    list.forEach((l, i) => {
      // Benjamini, Hochberg: the least of p_j·n/rank_j over all j at or above i.
      const want = Math.min(1, ...p.filter((y) => y >= p[i]!).map((y) => (y * n) / p.filter((u) => u <= y).length));
      near(l!.q!, want, 1e-12, `region ${i}`);
    });
  });

  it('islands are null whatever their value, and leave the draws of the others as they were', () => {
    const more = [...w.map((row) => [...row, 0]), [...new Float64Array(n + 1)]];
    const o = { permutations: 99, seed: 6 };
    for (const statistic of [localMoran, localGStar]) {
      const alone = statistic(x, weightsOf(w), o);
      for (const value of [0, 1e6, Number.NaN]) {
        const got = statistic(Float64Array.from([...x, value]), weightsOf(more), o);
        assert.equal(got[n], null);
        assert.deepEqual(got.slice(0, n), alone);
      }
    }
  });

  it('an island that somebody names as neighbour is refused: the lists are one-sided', () => {
    const more = [...w.map((row, i) => [...row, i === 0 ? 1 : 0]), [...new Float64Array(n + 1)]];
    assert.throws(() => moranI(Float64Array.from([...x, 1]), weightsOf(more)), {
      code: 'DEGENERATE_INPUT',
      message: /itself named as a neighbour/,
    });
  });
});

describe('firms on a plane', () => {
  const firms = (list: readonly (readonly [number, number, number?])[]): FirmPoints => ({
    lon: Float64Array.from(list, (f) => f[0]),
    lat: Float64Array.from(list, (f) => f[1]),
    weight: Float64Array.from(list, (f) => f[2] ?? 1),
  });

  it('a degree of latitude is the earth’s, a degree of longitude is narrower by the cosine of the middle', () => {
    const degree = (Math.PI / 180) * earthRadiusM;
    const p = plane(
      firms([
        [106, 29],
        [106, 31],
        [108, 29],
        [108, 31],
      ]),
    );
    near(p.y[1]! - p.y[0]!, 2 * degree, 1e-12, 'north');
    near(p.x[2]! - p.x[0]!, 2 * degree * Math.cos(Math.PI / 6), 1e-12, 'east, at 30°');
    near(p.x[0]! + p.x[3]!, 0, 1e-6, 'the middle is the origin');
  });

  it('counts firms without one coordinate or both, and numbers the rest as they stood', () => {
    const nan = Number.NaN;
    const p = plane(
      firms([
        [nan, 1],
        [100, 30],
        [100, nan],
        [nan, nan],
        [101, 30],
      ]),
    );
    assert.deepEqual([p.unlocated, [...p.at], p.x.length], [3, [1, 4], 2]);
    const none = plane(firms([[nan, nan]]));
    assert.deepEqual([none.unlocated, none.x.length, none.stacks], [1, 0, []]);
  });

  it('stacks are the coordinates that many firms share, the highest first, from the number asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 30 }),
        fc.integer({ min: 2, max: 5 }),
        (list, from) => {
          const p = plane(firms(list.map(([a, b]) => [100 + a, 30 + b])), from);
          const count = new Map<string, number>();
          for (const [a, b] of list) count.set(`${100 + a},${30 + b}`, (count.get(`${100 + a},${30 + b}`) ?? 0) + 1);
          const want = [...count].filter(([, c]) => c >= from);
          assert.deepEqual(new Map(p.stacks.map((s) => [`${s.lon},${s.lat}`, s.count])), new Map(want));
          assert.ok(p.stacks.every((s, k) => k === 0 || s.count <= p.stacks[k - 1]!.count));
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it('that all stand at two places are two clusters with one corner each, their places the middles', () => {
    const at = (lon: number, lat: number, weight: number) =>
      Array.from({ length: 8 }, (): [number, number, number] => [lon, lat, weight]);
    const got = firmClusters(firms([...at(100, 30, 10), ...at(102, 31, 20)]), { minWeight: 40, minPoints: 3 });
    assert.deepEqual(
      got.clusters.map((c) => [c.weight, c.members.length, c.hull.length]),
      [
        [160, 8, 1],
        [80, 8, 1],
      ],
      'the heavier first',
    );
    near(got.clusters[0]!.centroid[0], 102, 1e-12, 'lon');
    near(got.clusters[1]!.centroid[1], 30, 1e-12, 'lat');
    assert.deepEqual(
      [...got.label],
      [...at(1, 0, 0), ...at(0, 0, 0)].map((f) => f[0]),
    );
    assert.deepEqual([got.noise, got.unlocated, got.stacks.map((s) => s.count)], [0, 0, [8, 8]]);
  });

  it('a negative or unknown weight is refused by the number of the firm', () => {
    for (const weight of [-1, Number.NaN])
      assert.throws(
        () =>
          plane(
            firms([
              [100, 30],
              [100, 30, weight],
            ]),
          ),
        { code: 'OUT_OF_RANGE', details: { row: 1 } },
      );
  });
});

/** Random firms in a square of 10 km; every third is of the industry. */
function sample(seed: number, n: number): PointSample {
  const r = random(seed);
  const of = (scale: number) => Float64Array.from({ length: n }, () => scale * r.next());
  const [x, y] = [of(10_000), of(10_000)];
  return {
    x,
    y,
    weight: of(9).map((v) => 1 + Math.floor(v)),
    isCase: Uint8Array.from(x, (_, i) => Number(i % 3 === 0)),
  };
}
/** M as the paper writes it, pair by pair. */
function slowM(s: PointSample, radius: number): number {
  const n = s.x.length;
  const cases = [...Array(n).keys()].filter((i) => s.isCase[i] === 1);
  const sum = (list: readonly number[]) => list.reduce((a, i) => a + s.weight[i]!, 0);
  const [own, all] = [sum(cases), sum([...Array(n).keys()])];
  let [local, whole] = [0, 0];
  for (const i of cases) {
    const around = [...Array(n).keys()].filter(
      (j) => j !== i && Math.hypot(s.x[i]! - s.x[j]!, s.y[i]! - s.y[j]!) <= radius,
    );
    if (around.length === 0) continue;
    local += sum(around.filter((j) => s.isCase[j] === 1)) / sum(around);
    whole += (own - s.weight[i]!) / (all - s.weight[i]!);
  }
  return local / whole;
}

describe('distance functions', () => {
  const o = { seed: 5, relabelings: 40 };

  it('M is the ratio of means, pair by pair, at every distance; NaN where nobody has a neighbour', () => {
    for (const seed of [1, 2, 3]) {
      const s = sample(seed, 30);
      const distanceM = Float64Array.from([1, 600, 1500, 4000, 15_000]);
      const got = marconPuech(s, { ...o, distanceM });
      distanceM.forEach((r, k) => {
        const want = slowM(s, r);
        if (Number.isNaN(want)) assert.ok(Number.isNaN(got.value[k]!), 'not 0 and not 1');
        else near(got.value[k]!, want, 1e-12, `${seed}, ${r} m`);
      });
      near(got.value[4]!, 1, 1e-12, 'over the whole square nothing is concentrated');
      assert.equal(got.bandwidthM, null);
    }
  });

  it('relabelings of M are those of a plain loop with the same draws: the least and greatest bound the global envelope', () => {
    const s = sample(4, 24);
    const distanceM = Float64Array.from([800, 3000]);
    const g = random(o.seed);
    const runs = Array.from({ length: o.relabelings }, () => {
      const order = g.permutation(24);
      const of = (x: ArrayLike<number>) => Float64Array.from(order, (i) => x[i]!);
      const moved = { ...s, weight: of(s.weight), isCase: Uint8Array.from(order, (i) => s.isCase[i]!) };
      return [...distanceM].map((r) => slowM(moved, r));
    });
    const got = marconPuech(s, { ...o, distanceM, level: 0.05 });
    // Two-sided 5 % of 40: the first and last of the order.
    [0, 1].forEach((k) => {
      const column = runs.map((run) => run[k]!).sort((a, b) => a - b);
      near(got.localLow[k]!, column[0]!, 1e-12, `low at ${k}`);
      near(got.localHigh[k]!, column[39]!, 1e-12, `high at ${k}`);
    });
  });

  it('Kd does not change with a turn or a shift of the map, and halves as the map is stretched by two', () => {
    const s = sample(6, 30);
    const distanceM = Float64Array.from([500, 2000, 4000]);
    const plain = durantonOverman(s, { ...o, distanceM, bandwidthM: 600 });
    const [c, d] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = {
      ...s,
      x: s.x.map((v, i) => c * v - d * s.y[i]! + 4e5),
      y: s.y.map((v, i) => d * s.x[i]! + c * v - 3e4),
    };
    const same = durantonOverman(turned, { ...o, distanceM, bandwidthM: 600 });
    const wide = durantonOverman(
      { ...s, x: s.x.map((v) => 2 * v), y: s.y.map((v) => 2 * v) },
      { ...o, distanceM: distanceM.map((v) => 2 * v), bandwidthM: 1200 },
    );
    plain.value.forEach((v, k) => {
      near(same.value[k]! / v, 1, 1e-6, `turned, ${k}`);
      near(wide.value[k]! / v, 0.5, 1e-9, `stretched, ${k}`);
      near(wide.localHigh[k]! / plain.localHigh[k]!, 0.5, 1e-6, 'its null too');
    });
  });

  it('are the same for the same seed, and keep value and order of bounds', () => {
    const s = sample(7, 30);
    const distanceM = Float64Array.from([500, 2000, 4000]);
    for (const run of [() => durantonOverman(s, { ...o, distanceM }), () => marconPuech(s, { ...o, distanceM })]) {
      const [a, b] = [run(), run()];
      assert.deepEqual(a, b);
      for (let k = 0; k < 3; k++)
        assert.ok(
          a.globalLow[k]! <= a.localLow[k]! && a.localLow[k]! <= a.localHigh[k]! && a.localHigh[k]! <= a.globalHigh[k]!,
        );
    }
  });

  it('refuse a level that is none, a bandwidth of nothing, and distances that fall', () => {
    const s = sample(9, 12);
    const distanceM = Float64Array.from([100, 200]);
    for (const level of [0, 1, 1.5, -0.1, Number.NaN])
      assert.throws(() => marconPuech(s, { ...o, distanceM, level }), {
        code: 'OUT_OF_RANGE',
        details: { field: 'level', got: level, expected: 'between 0 and 1' },
      });
    for (const bandwidthM of [0, -5, Number.NaN, Infinity])
      assert.throws(() => durantonOverman(s, { ...o, distanceM, bandwidthM }), {
        code: 'OUT_OF_RANGE',
        details: { field: 'bandwidthM', got: bandwidthM, expected: '> 0' },
      });
    for (const list of [[], [200, 100], [-1, 100], [100, Number.NaN], [100, Infinity]])
      assert.throws(() => durantonOverman(s, { ...o, distanceM: Float64Array.from(list) }), {
        code: 'OUT_OF_RANGE',
        details: { field: 'distanceM', expected: 'ascending' },
      });
    const equal = durantonOverman(s, { ...o, distanceM: Float64Array.from([0, 0, 500]) });
    assert.equal(equal.value[0], equal.value[1], 'a distance asked twice is answered twice');
  });

  it('refuse what they cannot tell, by number', () => {
    const s = sample(8, 12);
    const distanceM = Float64Array.from([100, 200]);
    const bad = { ...s, weight: s.weight.map((v, i) => (i === 3 ? 0 : v)) };
    assert.throws(() => marconPuech(bad, { ...o, distanceM }), {
      code: 'OUT_OF_RANGE',
      message: 'point 3 has no place or no weight',
    });
    const lost = { ...s, x: s.x.map((v, i) => (i === 5 ? Number.NaN : v)) };
    assert.throws(() => durantonOverman(lost, { ...o, distanceM }), {
      code: 'OUT_OF_RANGE',
      message: 'point 5 has no place or no weight',
    });
    for (const falling of [[0, 100], [200, 100], [100, 100], [Number.NaN]])
      assert.throws(() => marconPuech(s, { ...o, distanceM: Float64Array.from(falling) }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => marconPuech(s, { seed: 1, relabelings: 19, distanceM }), {
      code: 'OUT_OF_RANGE',
      message: /19 relabelings for a level of 0.05/,
    });
  });
});
