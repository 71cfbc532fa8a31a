import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { random } from '@qipan/base';
import { durantonOverman, firmClusters, marconPuech, plane, type PointSample } from '@qipan/clusters';

/** Sites in a square; every third firm is of the industry, packed to the west when asked. */
function sample(seed: number, n: number, packed: boolean): PointSample {
  const r = random(seed);
  const x = Float64Array.from({ length: n }, () => 1000 * r.next());
  const y = Float64Array.from({ length: n }, () => 1000 * r.next());
  const weight = Float64Array.from({ length: n }, () => 1 + r.next());
  const west = [...x.keys()].sort((a, b) => x[a]! - x[b]!).slice(0, Math.floor(n / 3));
  const isCase = Uint8Array.from({ length: n }, (_, i) => (packed ? Number(west.includes(i)) : Number(i % 3 === 0)));
  return { x, y, weight, isCase };
}

/** M of one labelling, written out. */
function mOf(s: PointSample, order: ArrayLike<number>, r: number): number {
  const n = s.x.length;
  const w = Array.from({ length: n }, (_, i) => s.weight[order[i] as number]!);
  const isMine = Array.from({ length: n }, (_, i) => s.isCase[order[i] as number] === 1);
  const total = w.reduce((a, b) => a + b, 0);
  const own = w.reduce((a, b, i) => (isMine[i] ? a + b : a), 0);
  let [above, below] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (!isMine[i]) continue;
    let [near, nearOwn] = [0, 0];
    for (let j = 0; j < n; j++) {
      if (j === i || Math.hypot(s.x[i]! - s.x[j]!, s.y[i]! - s.y[j]!) > r) continue;
      near += w[j]!;
      if (isMine[j]) nearOwn += w[j]!;
    }
    if (near === 0) continue;
    above += nearOwn / near;
    below += (own - w[i]!) / (total - w[i]!);
  }
  return above / below;
}

describe('envelopes', () => {
  const s = sample(4, 36, false);
  const distanceM = Float64Array.from([150, 300, 600]);
  const [seed, relabelings] = [11, 100];
  // The null once more: the same seeded permutations, curves by the plain formula.
  const g = random(seed);
  const runs = Array.from({ length: relabelings }, () => {
    const order = g.permutation(36);
    return Array.from(distanceM, (r) => mOf(s, order, r));
  });
  const got = marconPuech(s, { seed, relabelings, distanceM });
  const column = (k: number) => runs.map((run) => run[k]!).sort((a, b) => a - b);

  it('that are local are the order statistics of the relabelings at each distance', () => {
    for (let k = 0; k < 3; k++) {
      const sorted = column(k);
      const rank = Math.max(1, Math.round(0.025 * relabelings));
      assert.ok(Math.abs(got.localLow[k]! - sorted[rank - 1]!) < 1e-12);
      assert.ok(Math.abs(got.localHigh[k]! - sorted[relabelings - rank]!) < 1e-12);
    }
  });

  it('that are global are the narrowest that five per cent of the relabelings leave anywhere, by trying', () => {
    const leaving = (rank: number) =>
      runs.filter((run) =>
        run.some((v, k) => {
          const sorted = column(k);
          return v < sorted[rank - 1]! - 1e-12 || v > sorted[relabelings - rank]! + 1e-12;
        }),
      ).length;
    let rank = 1;
    while (leaving(rank + 1) <= 0.05 * relabelings) rank++;
    for (let k = 0; k < 3; k++) {
      const sorted = column(k);
      assert.ok(Math.abs(got.globalLow[k]! - sorted[rank - 1]!) < 1e-12);
      assert.ok(Math.abs(got.globalHigh[k]! - sorted[relabelings - rank]!) < 1e-12);
    }
    assert.equal(got.globalLevel, leaving(rank) / relabelings);
  });

  it('widen as the level falls, and hold about as many fresh relabelings as they say', () => {
    const strict = marconPuech(s, { seed, relabelings: 400, distanceM, level: 0.01 });
    const loose = marconPuech(s, { seed, relabelings: 400, distanceM, level: 0.2 });
    for (let k = 0; k < 3; k++) {
      assert.ok(strict.globalLow[k]! <= loose.globalLow[k]! && strict.globalHigh[k]! >= loose.globalHigh[k]!);
      assert.ok(strict.localLow[k]! <= loose.localLow[k]! && strict.localHigh[k]! >= loose.localHigh[k]!);
    }
    const fresh = random(99);
    let out = 0;
    for (let t = 0; t < 300; t++) {
      const order = fresh.permutation(36);
      const leaves = [...distanceM].some((r, k) => {
        const v = mOf(s, order, r);
        return v < loose.globalLow[k]! || v > loose.globalHigh[k]!;
      });
      if (leaves) out++;
    }
    assert.ok(out > 0.08 * 300 && out < 0.35 * 300, `${out} of 300 at 20 %`);
  });

  it('of Kd tell packed from even at short distances, where packing shows', () => {
    const o = { seed: 3, relabelings: 200, distanceM: Float64Array.from([50, 150, 900]), bandwidthM: 60 };
    const packed = durantonOverman(sample(6, 60, true), o);
    assert.ok(packed.value[1]! > packed.localHigh[1]! && packed.value[2]! < packed.localLow[2]!);
    assert.equal(packed.bandwidthM, 60);
    const weighted = durantonOverman(sample(6, 60, true), { ...o, weighted: true });
    assert.ok(weighted.value[1]! > weighted.localHigh[1]!);
    assert.notEqual(weighted.value[1], packed.value[1]);
  });

  it('use Silverman’s bandwidth when none is given: 0.9·min(sd, IQR/1.34)·m^(−1/5)', () => {
    const t = sample(8, 12, false);
    const cases = [...t.isCase.keys()].filter((i) => t.isCase[i]);
    const d: number[] = [];
    cases.forEach((a, k) =>
      cases.slice(k + 1).forEach((b) => d.push(Math.hypot(t.x[a]! - t.x[b]!, t.y[a]! - t.y[b]!))),
    );
    d.sort((a, b) => a - b);
    const mean = d.reduce((a, b) => a + b, 0) / d.length;
    const sd = Math.sqrt(d.reduce((a, b) => a + (b - mean) ** 2, 0) / (d.length - 1));
    const quantile = (p: number) => {
      const h = (d.length - 1) * p;
      const low = Math.floor(h);
      return d[low]! + (h - low) * ((d[low + 1] ?? d[low]!) - d[low]!);
    };
    const want = 0.9 * Math.min(sd, (quantile(0.75) - quantile(0.25)) / 1.34) * d.length ** -0.2;
    const { bandwidthM } = durantonOverman(t, { seed: 1, relabelings: 20 });
    assert.ok(Math.abs(bandwidthM! / want - 1) < 1e-12);
  });
});

describe('firm clusters on a plane', () => {
  const n = 30;
  const r = random(2);
  const lon = Float64Array.from({ length: n }, (_, i) => 100 + (i < 15 ? 0 : 0.5) + 0.001 * r.next());
  const lat = Float64Array.from({ length: n }, () => 30 + 0.001 * r.next());
  const weight = new Float64Array(n).fill(10);

  it('have hulls that hold all their members', () => {
    const { clusters } = firmClusters({ lon, lat, weight }, { minWeight: 60, minPoints: 3 });
    assert.equal(clusters.length, 2);
    for (const c of clusters)
      for (const i of c.members)
        c.hull.forEach((a, k) => {
          const b = c.hull[(k + 1) % c.hull.length]!;
          const turn = (b[0] - a[0]) * (lat[i]! - a[1]) - (b[1] - a[1]) * (lon[i]! - a[0]);
          assert.ok(turn >= -1e-12, `firm ${i} outside the hull`);
        });
    assert.equal(clusters[0]!.weight, 10 * clusters[0]!.members.length);
  });

  it('are the same wherever on the globe the firms stand', () => {
    const here = firmClusters({ lon, lat, weight }, { minWeight: 60, minPoints: 3 });
    const there = firmClusters({ lon: lon.map((v) => v - 170), lat, weight }, { minWeight: 60, minPoints: 3 });
    assert.deepEqual(there.label, here.label);
    assert.deepEqual(
      plane({ lon, lat, weight }).at,
      Int32Array.from({ length: n }, (_, i) => i),
    );
  });

  it('of firms without any coordinates are none, and all are counted', () => {
    const unknown = new Float64Array(n).fill(Number.NaN);
    const got = firmClusters({ lon: unknown, lat, weight }, { minWeight: 60 });
    assert.deepEqual([got.clusters.length, got.unlocated, got.noise], [0, n, 0]);
  });
});
