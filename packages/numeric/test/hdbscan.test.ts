import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { convexHull, hdbscan } from '@qipan/numeric';
import { repoRoot } from '@qipan/testing';

const caseFile = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(repoRoot, 'packages/numeric/test/cases/hdbscan-blobs', name), 'utf8'));
const points = caseFile('input.json') as { x: number[]; y: number[] };

/** Renames clusters in the order of their first point. */
function canonical(label: ArrayLike<number>): number[] {
  const seen = new Map<number, number>();
  return Array.from(label, (k) => {
    if (k < 0) return -1;
    if (!seen.has(k)) seen.set(k, seen.size);
    return seen.get(k) as number;
  });
}

/** Two tight groups far apart and one point between them, moved and turned by nothing but the seed. */
function groups(seed: number, sizes: readonly number[]): { x: number[]; y: number[] } {
  const r = random(seed);
  const x: number[] = [];
  const y: number[] = [];
  sizes.forEach((size, g) => {
    for (let i = 0; i < size; i++) {
      x.push(100 * g + r.normal());
      y.push(r.normal());
    }
  });
  return { x, y };
}

describe('density clusters', () => {
  for (const { label, ...o } of caseFile('expected.json') as {
    label: number[];
    minClusterSize: number;
    minPoints: number;
    allowSingle: boolean;
  }[])
    it(`are those of scikit-learn for ${JSON.stringify(o)}`, () => {
      const got = hdbscan(points.x, points.y, o);
      // Where merges tie, scikit-learn puts a point into one of the two clusters; here it falls to neither.
      const tied = label.flatMap((k, i) => (k >= 0 && got.label[i] < 0 ? [i] : []));
      assert.ok(tied.length <= 2, `${tied.length} points`);
      const without = (list: ArrayLike<number>) => canonical(Array.from(list).filter((_, i) => !tied.includes(i)));
      assert.deepEqual(without(got.label), without(label));
      assert.deepEqual([...got.label], canonical(got.label), 'numbered by first point');
      assert.equal(got.stability.length, new Set(label.filter((k) => k >= 0)).size);
      assert.ok(got.stability.every((s) => s > 0));
    });

  it('do not depend on the order of the points, nor on the unit of length', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.01, max: 1000, noNaN: true }), (seed, unit) => {
        const order = [...random(seed).permutation(points.x.length)];
        const o = { minClusterSize: 8 };
        const plain = hdbscan(points.x, points.y, o).label;
        const moved = hdbscan(
          order.map((i) => points.x[i] * unit),
          order.map((i) => points.y[i] * unit),
          o,
        ).label;
        assert.deepEqual(canonical(moved), canonical(order.map((i) => plain[i])));
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it('separate groups that are far apart', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { x, y } = groups(seed, [20, 25, 15]);
        const { label } = hdbscan(x, y, { minClusterSize: 10, minPoints: 4 });
        const of = (from: number, to: number) => new Set(label.slice(from, to).filter((k) => k >= 0));
        const sets = [of(0, 20), of(20, 45), of(45, 60)];
        sets.forEach((s) => assert.ok(s.size >= 1));
        for (const k of sets[0]) assert.ok(!sets[1].has(k) && !sets[2].has(k));
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it('count by weight: five large plants are a cluster where five small ones are noise', () => {
    const { x, y } = groups(5, [5, 40]);
    const weight = x.map((_, i) => (i < 5 ? 100 : 1));
    const o = { minClusterSize: 30, minPoints: 3 };
    const heavy = hdbscan(x, y, { ...o, weight }).label;
    assert.ok(heavy.slice(0, 5).every((k) => k === heavy[0] && k >= 0));
    const light = hdbscan(x, y, { ...o, weight: x.map(() => 1) }).label;
    assert.ok(light.slice(0, 5).every((k) => k === -1));
    const plain = hdbscan(x, y, { minClusterSize: 3, minPoints: 3 }).label;
    assert.deepEqual(hdbscan(x, y, { minClusterSize: 3, minPoints: 3, weight: x.map(() => 1) }).label, plain);
  });

  it('take points at one place together, without dividing by their distance', () => {
    const x = [0, 0, 0, 0, 50, 51, 52, 53];
    const { label, coreDistance } = hdbscan(x, new Float64Array(8), { minClusterSize: 4, minPoints: 2 });
    assert.deepEqual([...label], [0, 0, 0, 0, 1, 1, 1, 1]);
    assert.deepEqual([...coreDistance], [0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('of nothing, of one point and of too few are noise', () => {
    assert.equal(hdbscan([], [], { minClusterSize: 5 }).label.length, 0);
    assert.deepEqual([...hdbscan([1], [1], { minClusterSize: 5 }).label], [-1]);
    assert.deepEqual([...hdbscan([1, 2], [1, 2], { minClusterSize: 5 }).label], [-1, -1]);
  });

  it('refuse wrong shapes, unknown coordinates and a size below two', () => {
    assert.throws(() => hdbscan([1], [], { minClusterSize: 2 }), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => hdbscan([Number.NaN], [1], { minClusterSize: 2 }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => hdbscan([1], [1], { minClusterSize: 2, weight: [-1] }), { code: 'OUT_OF_RANGE' });
    assert.throws(() => hdbscan([1], [1], { minClusterSize: 1 }), { code: 'OUT_OF_RANGE' });
  });
});

describe('the convex hull', () => {
  it('holds every point on its left, and only given points are corners', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))), (list) => {
        const x = list.map((p) => p[0]);
        const y = list.map((p) => p[1]);
        const hull = [...convexHull(x, y)];
        if (hull.length < 3) return;
        hull.forEach((a, k) => {
          const b = hull[(k + 1) % hull.length];
          for (let i = 0; i < x.length; i++)
            assert.ok((x[b] - x[a]) * (y[i] - y[a]) - (y[b] - y[a]) * (x[i] - x[a]) >= 0);
        });
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('of a square with its middle is its four corners; of points on a line its ends', () => {
    assert.deepEqual([...convexHull([0, 1, 1, 0, 0.5, 0.5], [0, 0, 1, 1, 0.5, 0])], [0, 1, 2, 3]);
    assert.deepEqual([...convexHull([2, 2], [1, 1])], [0]);
    assert.deepEqual(new Set(convexHull([0, 1, 2], [0, 1, 2])), new Set([0, 2]));
  });
});
