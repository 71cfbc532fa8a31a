import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { durantonOverman, firmClusters, marconPuech, plane, type FirmPoints, type PointSample } from '@qipan/clusters';
import { haversineM } from '@qipan/numeric';

/** Towns with firms around them, and firms strewn between. */
function county(seed: number, towns: readonly (readonly [number, number, number])[], strewn = 0): FirmPoints {
  const r = random(seed);
  const [lon, lat, weight]: [number[], number[], number[]] = [[], [], []];
  for (const [x, y, count] of towns)
    for (let i = 0; i < count; i++) {
      lon.push(x + 0.005 * r.normal());
      lat.push(y + 0.005 * r.normal());
      weight.push(10 + 90 * r.next());
    }
  for (let i = 0; i < strewn; i++) {
    lon.push(106 + 2 * r.next());
    lat.push(29 + 2 * r.next());
    weight.push(10);
  }
  return { lon: Float64Array.from(lon), lat: Float64Array.from(lat), weight: Float64Array.from(weight) };
}

describe('clusters of located firms', () => {
  const firms = county(
    1,
    [
      [106.5, 29.5, 40],
      [107.3, 30.4, 25],
    ],
    30,
  );

  it('are the towns, with members, weighted middle and hull; the rest is noise', () => {
    const got = firmClusters(firms, { minWeight: 500 });
    assert.equal(got.clusters.length, 2);
    const [a, b] = got.clusters;
    assert.ok(a!.weight >= b!.weight && a!.members.length >= 35 && b!.members.length >= 20);
    for (const [c, town] of [
      [a!, [106.5, 29.5]],
      [b!, [107.3, 30.4]],
    ] as const) {
      assert.ok(haversineM(c.centroid[0], c.centroid[1], town[0]!, town[1]!) < 2000);
      assert.ok(c.hull.length >= 3);
      let middle = 0;
      for (const i of c.members) middle += (firms.weight[i]! / c.weight) * firms.lon[i]!;
      assert.ok(Math.abs(middle - c.centroid[0]) < 1e-9);
    }
    // A cluster starts where the two towns part, so that firms strewn nearer than that belong to one.
    assert.ok(got.noise >= 10);
    assert.equal(got.unlocated, 0);
    got.clusters.forEach((c, k) => c.members.forEach((i) => assert.equal(got.label[i], k)));
    assert.equal(got.label.filter((k) => k === -1).length, got.noise);
  });

  it('count firms without coordinates and never place them', () => {
    const lon = firms.lon.slice();
    lon[3] = Number.NaN;
    lon[50] = Number.NaN;
    const got = firmClusters({ ...firms, lon }, { minWeight: 500 });
    assert.deepEqual([got.unlocated, got.label[3], got.label[50]], [2, -2, -2]);
    assert.ok(got.clusters.every((c) => !c.members.includes(3) && !c.members.includes(50)));
  });

  it('warn of many firms at one coordinate', () => {
    const lon = firms.lon.slice();
    const lat = firms.lat.slice();
    for (let i = 65; i < 75; i++) {
      lon[i] = 106.9;
      lat[i] = 29.9;
    }
    const { stacks } = firmClusters({ ...firms, lon, lat }, { minWeight: 500 });
    assert.deepEqual(stacks, [{ lon: 106.9, lat: 29.9, count: 10 }]);
    assert.deepEqual(plane({ ...firms, lon, lat }, 11).stacks, []);
  });

  it('stand on a plane whose distances are those of the globe within half a percent', () => {
    const p = plane(firms);
    for (let i = 0; i < 90; i += 7) {
      const d = Math.hypot(p.x[i]! - p.x[i + 4]!, p.y[i]! - p.y[i + 4]!);
      const globe = haversineM(firms.lon[i]!, firms.lat[i]!, firms.lon[i + 4]!, firms.lat[i + 4]!);
      assert.ok(Math.abs(d / globe - 1) < 0.015, `${d} for ${globe}`);
    }
  });

  it('refuse places off the globe and columns of unequal length', () => {
    const weight = Float64Array.from([1]);
    const one = (lon: number, lat: number) => ({
      lon: Float64Array.from([lon]),
      lat: Float64Array.from([lat]),
      weight,
    });
    assert.throws(() => plane(one(190, 0)), { code: 'OUT_OF_RANGE' });
    assert.throws(() => plane(one(0, 91)), { code: 'OUT_OF_RANGE' });
    assert.throws(() => plane({ ...one(0, 0), lat: new Float64Array(2) }), { code: 'SHAPE_MISMATCH' });
  });
});

/** N sites in a square of 10 km; the industry takes those nearest its centre when `packed`, else every fifth. */
function sample(seed: number, n: number, packed: boolean): PointSample {
  const r = random(seed);
  const x = Float64Array.from({ length: n }, () => 10_000 * r.next());
  const y = Float64Array.from({ length: n }, () => 10_000 * r.next());
  const weight = Float64Array.from({ length: n }, () => 1 + 9 * r.next());
  const order = [...x.keys()].sort(
    (a, b) => Math.hypot(x[a]! - 3000, y[a]! - 3000) - Math.hypot(x[b]! - 3000, y[b]! - 3000),
  );
  const isCase = new Uint8Array(n);
  order.forEach((i, k) => (isCase[i] = packed ? (k < n / 5 ? 1 : 0) : k % 5 === 2 ? 1 : 0));
  return { x, y, weight, isCase };
}
const inner = { seed: 1, relabelings: 60 };

describe('Duranton and Overman’s density', () => {
  const normal = (u: number) => Math.exp((-u * u) / 2) / Math.sqrt(2 * Math.PI);

  it('is the sum over pairs as written in the paper, weighted or not', () => {
    const s = sample(3, 40, false);
    const cases = [...s.isCase.keys()].filter((i) => s.isCase[i]);
    const distanceM = Float64Array.from([100, 1000, 2500, 5000]);
    for (const weighted of [false, true]) {
      const got = durantonOverman(s, { ...inner, distanceM, bandwidthM: 700, weighted });
      got.distanceM.forEach((r, k) => {
        let [sum, all] = [0, 0];
        for (const i of cases)
          for (const j of cases) {
            if (i === j) continue;
            const w = weighted ? s.weight[i]! * s.weight[j]! : 1;
            const d = Math.sqrt((s.x[i]! - s.x[j]!) ** 2 + (s.y[i]! - s.y[j]!) ** 2);
            sum += w * (normal((r - d) / 700) + normal((r + d) / 700));
            all += w;
          }
        assert.ok(Math.abs(got.value[k]! / (sum / all / 700) - 1) < 1e-12);
      });
    }
  });

  it('of two firms is one bell around their distance, whose whole is 1', () => {
    const s: PointSample = {
      x: Float64Array.from([0, 300, 5000]),
      y: Float64Array.from([0, 400, 5000]),
      weight: Float64Array.from([1, 1, 1]),
      isCase: Uint8Array.from([1, 1, 0]),
    };
    const distanceM = Float64Array.from({ length: 2000 }, (_, k) => k + 0.5);
    const got = durantonOverman(s, { ...inner, distanceM, bandwidthM: 200 });
    assert.ok(Math.abs(got.value.reduce((a, b) => a + b, 0) - 1) < 1e-6, 'reflected at 0, nothing is lost');
    const top = got.value.indexOf(Math.max(...got.value));
    assert.ok(Math.abs(distanceM[top]! - 500) < 30);
  });

  it('leaves the global envelope where firms are packed, stays inside where they are not', () => {
    const packed = durantonOverman(sample(5, 150, true), { seed: 7, relabelings: 200 });
    assert.ok(packed.value.some((v, k) => v > packed.globalHigh[k]!));
    const even = durantonOverman(sample(5, 150, false), { seed: 7, relabelings: 200 });
    assert.ok(even.value.every((v, k) => v <= even.globalHigh[k]!));
    for (const c of [packed, even]) {
      assert.ok(c.globalLevel <= 0.05 && c.bandwidthM! > 0);
      c.globalLow.forEach((v, k) => assert.ok(v <= c.localLow[k]! && c.globalHigh[k]! >= c.localHigh[k]!));
    }
    assert.deepEqual(durantonOverman(sample(5, 150, true), { seed: 7, relabelings: 200 }), packed);
  });

  it('puts the null into bins within 1e-4 of the exact density', () => {
    // With every site of the industry, each relabeling is the observed pattern: the envelopes are the binned curve.
    const s = sample(9, 30, false);
    const all = { ...s, isCase: new Uint8Array(30).fill(1) };
    const got = durantonOverman(all, { ...inner });
    const peak = Math.max(...got.value);
    got.value.forEach((v, k) =>
      assert.ok(Math.abs(got.localLow[k]! - v) < 1e-4 * peak && Math.abs(got.globalHigh[k]! - v) < 1e-4 * peak),
    );
  });
});

describe('Marcon and Puech’s M', () => {
  it('is the mean of ratios as written in the paper, neighbourless firms on neither side', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e5 }), (seed) => {
        const s = sample(seed, 35, seed % 2 === 0);
        const distanceM = Float64Array.from([300, 1000, 2000, 6000, 15_000]);
        const got = marconPuech(s, { ...inner, relabelings: 20, distanceM });
        const sum = (keep: (j: number) => boolean) => s.weight.reduce((a, w, j) => (keep(j) ? a + w : a), 0);
        distanceM.forEach((r, k) => {
          let [local, whole] = [0, 0];
          for (let i = 0; i < 35; i++) {
            if (!s.isCase[i]) continue;
            const isNear = (j: number) => j !== i && Math.hypot(s.x[i]! - s.x[j]!, s.y[i]! - s.y[j]!) <= r;
            const near = sum(isNear);
            if (near === 0) continue;
            local += sum((j) => isNear(j) && s.isCase[j] === 1) / near;
            whole += (sum((j) => s.isCase[j] === 1) - s.weight[i]!) / (sum(() => true) - s.weight[i]!);
          }
          if (whole === 0) assert.ok(Number.isNaN(got.value[k]!));
          else assert.ok(Math.abs(got.value[k]! - local / whole) < 1e-12);
        });
        assert.ok(Math.abs(got.value[4]! - 1) < 1e-12, 'at the diameter everything is near');
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('is above 1 and its envelope where firms are packed', () => {
    const distanceM = Float64Array.from([500, 1000, 2000, 4000, 8000]);
    const packed = marconPuech(sample(5, 120, true), { seed: 3, relabelings: 200, distanceM });
    assert.ok(packed.value[1]! > 2 && packed.value[1]! > packed.globalHigh[1]!);
    const even = marconPuech(sample(5, 120, false), { seed: 3, relabelings: 200, distanceM });
    assert.ok(even.value.every((v, k) => v <= even.globalHigh[k]! && v >= even.globalLow[k]!));
    packed.localLow.forEach((v, k) =>
      assert.ok(v <= 1.001 && packed.localHigh[k]! >= 0.999 && packed.globalLow[k]! <= v),
    );
  });

  it('is 1 at every distance when every firm is of the industry', () => {
    const s = { ...sample(2, 25, false), isCase: new Uint8Array(25).fill(1) };
    const got = marconPuech(s, { ...inner, distanceM: Float64Array.from([2000, 9000]) });
    assert.deepEqual([...got.value], [1, 1]);
  });
});

describe('bad input', () => {
  const s = sample(1, 10, false);
  const distanceM = Float64Array.from([100]);

  it('is refused: shapes, one firm, no weight, too few relabelings, distances that fall', () => {
    assert.throws(() => durantonOverman({ ...s, y: new Float64Array(3) }, inner), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => durantonOverman({ ...s, isCase: Uint8Array.from([1, ...s.isCase.slice(1).fill(0)]) }, inner), {
      code: 'DEGENERATE_INPUT',
    });
    assert.throws(() => marconPuech({ ...s, weight: new Float64Array(10) }, { ...inner, distanceM }), {
      code: 'OUT_OF_RANGE',
    });
    assert.throws(() => durantonOverman(s, { seed: 1, relabelings: 19 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => marconPuech(s, { ...inner, distanceM: Float64Array.from([5, 5]) }), { code: 'OUT_OF_RANGE' });
    const many = new Float64Array(20_001);
    const huge = { x: many, y: many, weight: many, isCase: new Uint8Array(20_001) };
    assert.throws(() => durantonOverman(huge, inner), { code: 'TOO_LARGE' });
  });
});
