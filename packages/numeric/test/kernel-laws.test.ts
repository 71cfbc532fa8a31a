import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  BoundedSearch,
  compactGraph,
  csrAt,
  csrFromLists,
  csrFromTriplets,
  csrSortedByValue,
  csrTimesVector,
  csrTranspose,
  haversineM,
  kthSmallest,
  PointIndex,
  reverseGraph,
  SegmentIndex,
  selectSmallest,
  sphericalCosinesM,
  type CompactGraph,
} from '@qipan/numeric';

describe('distances by the rules of the sphere', () => {
  const point = fc.tuple(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: -89, max: 89, noNaN: true }),
  );

  it('keep the triangle inequality and are symmetric', () => {
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        const [ab, bc, ac] = [haversineM(...a, ...b), haversineM(...b, ...c), haversineM(...a, ...c)];
        assert.ok(ac <= ab + bc + 1e-6);
        assert.equal(ab, haversineM(...b, ...a));
      }),
    );
  });

  it('do not change when the globe is turned about its axis', () => {
    fc.assert(
      fc.property(point, point, fc.double({ min: -90, max: 90, noNaN: true }), (a, b, turn) => {
        const turned = haversineM(a[0] + turn, a[1], b[0] + turn, b[1]);
        assert.ok(Math.abs(turned - haversineM(...a, ...b)) < 1);
      }),
    );
  });

  it('are as sharp at the other side of the globe: along the equator and over the pole', () => {
    const perDegree = (6371008.8 * Math.PI) / 180;
    for (const short of [0, 1e-7, 1e-5, 1e-3, 1, 89.9]) {
      const wanted = (180 - short) * perDegree;
      assert.ok(Math.abs(haversineM(180 - short, 0, 0, 0) - wanted) < 1e-6, `${short}° on the equator`);
      assert.ok(Math.abs(haversineM(180, 40 - short, 0, -40) - wanted) < 1e-6, `${short}° over the pole`);
    }
  });

  it('along a meridian are proportional to the latitude', () => {
    const perDegree = (6371008.8 * Math.PI) / 180;
    for (const lat of [0.001, 1, 30, 89])
      assert.ok(Math.abs(haversineM(107, 0, 107, lat) - lat * perDegree) < 1e-6 * perDegree);
    assert.ok(Math.abs(sphericalCosinesM()(107, 0, 107, 30) - 30 * perDegree) < 1e-3);
  });

  it('are NaN for unknown positions', () => {
    assert.ok(Number.isNaN(haversineM(NaN, 0, 1, 1)));
    assert.ok(Number.isNaN(sphericalCosinesM()(0, 0, 1, NaN)));
  });
});

describe('sparse matrices by the rules of algebra', () => {
  const cells = fc.array(fc.tuple(fc.nat(7), fc.nat(5), fc.integer({ min: -9, max: 9 })), { maxLength: 40 });
  const build = (list: readonly (readonly [number, number, number])[]) =>
    csrFromTriplets(
      { rows: 8, cols: 6 },
      { row: list.map((c) => c[0]), col: list.map((c) => c[1]), value: list.map((c) => c[2]) },
    );
  const vector = (n: number) => fc.array(fc.integer({ min: -20, max: 20 }), { minLength: n, maxLength: n });

  it('do not depend on the order of their triplets', () => {
    fc.assert(
      fc.property(cells, fc.nat(), (list, seed) => {
        const turned = [...random(seed).permutation(list.length)].map((k) => list[k]!);
        assert.deepEqual(build(turned), build(list));
      }),
    );
  });

  it('satisfy yᵀ(Ax) = (Aᵀy)ᵀx', () => {
    fc.assert(
      fc.property(cells, vector(6), vector(8), (list, x, y) => {
        const a = build(list);
        const left = csrTimesVector(a, x).reduce((s, v, i) => s + v * y[i]!, 0);
        const right = csrTimesVector(csrTranspose(a), y).reduce((s, v, i) => s + v * x[i]!, 0);
        assert.equal(left, right);
      }),
    );
  });

  it('are linear', () => {
    fc.assert(
      fc.property(cells, vector(6), vector(6), (list, x, z) => {
        const a = build(list);
        const [ax, az] = [csrTimesVector(a, x), csrTimesVector(a, z)];
        const sum = csrTimesVector(
          a,
          x.map((v, i) => 2 * v + z[i]!),
        );
        assert.deepEqual(
          [...sum],
          [...ax].map((v, i) => 2 * v + az[i]!),
        );
      }),
    );
  });

  it('sorted by value hold the same cells, and are left as they were', () => {
    fc.assert(
      fc.property(cells, (list) => {
        const a = build(list);
        const before = { ...a, index: a.index.slice(), value: a.value.slice() };
        const sorted = csrSortedByValue(a);
        assert.deepEqual(a, before);
        for (let r = 0; r < 8; r++) {
          for (let c = 0; c < 6; c++) assert.equal(csrAt(sorted, r, c), csrAt(a, r, c));
          for (let e = sorted.start[r]! + 1; e < sorted.start[r + 1]!; e++)
            assert.ok(sorted.value[e - 1]! <= sorted.value[e]!);
        }
      }),
    );
  });

  it('of no rows, no columns or no entries are matrices too', () => {
    const none = csrFromTriplets({ rows: 0, cols: 3 }, { row: [], col: [], value: [] });
    assert.deepEqual([none.rows, [...none.start]], [0, [0]]);
    assert.deepEqual(csrTranspose(none).rows, 3);
    const empty = csrFromLists(4, [
      { index: [], value: [] },
      { index: [], value: [] },
    ]);
    assert.deepEqual([...csrTimesVector(empty, [1, 2, 3, 4])], [0, 0]);
    assert.equal(csrAt(empty, 0, 0, NaN), NaN);
  });
});

/** Dijkstra from the textbook, the nearest of the frontier found by looking at all of it: another program than the bucket search. */
function textbookDijkstra(g: CompactGraph, source: number, limit: number): Float64Array {
  const distance = new Float64Array(g.nodes).fill(Infinity);
  const frontier = new Set([source]);
  distance[source] = 0;
  while (frontier.size > 0) {
    let u = -1;
    for (const v of frontier) if (u === -1 || distance[v]! < distance[u]!) u = v;
    frontier.delete(u);
    for (let a = g.start[u]!; a < g.start[u + 1]!; a++) {
      const v = g.head[a]!;
      const d = distance[u]! + g.weight[a]!;
      if (d < distance[v]! && d <= limit) {
        distance[v] = d;
        frontier.add(v);
      }
    }
  }
  return distance;
}

/** Streets of a town with hills: a grid with a third of its edges gone, lengths of a skewed distribution. */
function town(side: number, seed: number): CompactGraph {
  const r = random(seed);
  const [from, to, weight]: [number[], number[], number[]] = [[], [], []];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (const other of [x + 1 < side ? y * side + x + 1 : -1, y + 1 < side ? (y + 1) * side + x : -1]) {
        if (other === -1 || r.next() < 0.32) continue;
        const w = 8 * Math.exp(r.exponential() * 0.6) * (0.3 + r.next());
        from.push(y * side + x, other);
        to.push(other, y * side + x);
        weight.push(w, r.next() < 0.1 ? w * 50 : w);
      }
  return compactGraph(side * side, { from, to, weight });
}

describe('the bounded search on a town', () => {
  const g = town(60, 17);
  const search = new BoundedSearch(g);

  it('gives exactly the distances of Dijkstra’s own, for any source and limit', () => {
    fc.assert(
      fc.property(fc.nat(g.nodes - 1), fc.constantFrom(0, 60, 300, 900, Infinity), (source, limit) => {
        search.run(source, limit);
        assert.deepEqual(search.distance, textbookDijkstra(g, source, limit));
      }),
      { numRuns: 60 },
    );
  });

  it('finds the same way back on the turned graph', () => {
    const back = new BoundedSearch(reverseGraph(g));
    const r = random(4);
    for (let k = 0; k < 10; k++) {
      const [a, b] = [r.below(g.nodes), r.below(g.nodes)];
      search.run(a, Infinity);
      back.run(b, Infinity);
      // The same arcs added from the other end: equal but for the rounding of the sums.
      const [there, here] = [search.distance[b]!, back.distance[a]!];
      assert.ok(there === here || Math.abs(there - here) < 1e-9 * there);
    }
  });

  it('from several sources is the least of the searches from each', () => {
    const r = random(13);
    for (let k = 0; k < 10; k++) {
      const sources = Array.from({ length: 4 }, () => r.below(g.nodes));
      const offsets = sources.map(() => r.next() * 200);
      const least = new Float64Array(g.nodes).fill(Infinity);
      sources.forEach((s, i) => {
        textbookDijkstra(g, s, Infinity).forEach((d, v) => {
          least[v] = Math.min(least[v]!, offsets[i]! + d);
        });
      });
      search.runFrom(sources, offsets, 500);
      least.forEach((d, v) => {
        const got = search.distance[v]!;
        // The offset is added first here and last there: equal but for the rounding.
        if (d <= 499.999) assert.ok(Math.abs(got - d) < 1e-9 * 500, `${got} and ${d}`);
        else if (d > 500.001) assert.equal(got, Infinity);
      });
    }
  });

  it('reaches more with a larger limit, at distances that do not change', () => {
    search.run(1800, 200);
    const near = search.distance.slice();
    const few = search.count;
    assert.ok(search.run(1800, 400) >= few);
    near.forEach((d, i) => {
      if (d < Infinity) assert.equal(search.distance[i], d);
      else assert.ok(search.distance[i]! > 200);
    });
  });

  it('keeps every arc’s triangle: no head is further than its tail and the arc', () => {
    search.run(7, Infinity);
    for (let u = 0; u < g.nodes; u++)
      for (let a = g.start[u]!; a < g.start[u + 1]!; a++)
        assert.ok(search.distance[g.head[a]!]! <= search.distance[u]! + g.weight[a]!);
  });

  it('settles at least a million nodes a CPU second, a fifth of its target, on any machine', () => {
    const large = new BoundedSearch(town(200, 5));
    const r = random(1);
    const sources = Array.from({ length: 150 }, () => r.below(40_000));
    for (const s of sources) large.run(s, 300);
    const before = process.cpuUsage();
    let settled = 0;
    for (const s of sources) settled += large.run(s, 300);
    const { user, system } = process.cpuUsage(before);
    assert.ok(settled / Math.max(1, user + system) >= 1, `${settled} nodes in ${user + system} µs`);
  });
});

describe('selection', () => {
  it('give every order statistic of long lists, sorted, turned, constant and random', () => {
    const r = random(12);
    const n = 4001;
    const lists = [
      Float64Array.from({ length: n }, (_, i) => i),
      Float64Array.from({ length: n }, (_, i) => n - i),
      new Float64Array(n).fill(3),
      Float64Array.from({ length: n }, () => r.below(50)),
      Float64Array.from({ length: n }, () => r.normal()),
    ];
    for (const list of lists) {
      const sorted = list.slice().sort();
      for (const p of [0, 0.1, 0.5, 0.9, 1]) {
        const k = Math.floor(p * (n - 1));
        assert.equal(kthSmallest(list, k), sorted[k]);
      }
    }
  });

  it('leave the list alone when all or none are asked for', () => {
    const ids = Int32Array.from([3, 1, 2, 0]);
    selectSmallest([5, 6, 7, 8], ids, 0);
    selectSmallest([5, 6, 7, 8], ids, 4);
    selectSmallest([5, 6, 7, 8], ids, 9);
    assert.deepEqual([...ids], [3, 1, 2, 0]);
  });
});

describe('indices of many points', () => {
  it('find all of a crowd on one spot, in order of their numbers', () => {
    const n = 500;
    const index = new PointIndex(new Float64Array(n).fill(107.3), new Float64Array(n).fill(30.2));
    assert.deepEqual([...index.within(107.3, 30.2, 0).id], [...new Int32Array(n).keys()]);
    assert.deepEqual([...index.nearest(107.3, 30.2, 3).id], [0, 1, 2]);
  });

  it('agree: the nearest point is as near as the nearest segment without length', () => {
    const r = random(6);
    const lon = Float64Array.from({ length: 300 }, () => 107 + r.next() * 0.5);
    const lat = Float64Array.from({ length: 300 }, () => 30 + r.next() * 0.5);
    const points = new PointIndex(lon, lat);
    const segments = new SegmentIndex({ lon1: lon, lat1: lat, lon2: lon, lat2: lat });
    for (let k = 0; k < 200; k++) {
      const q = [107 + r.next() * 0.5, 30 + r.next() * 0.5] as const;
      const point = points.nearest(...q);
      const segment = segments.nearest(...q)!;
      assert.ok(Math.abs(segment.distanceM / point.distanceM[0]! - 1) < 1e-3);
    }
  });
});
