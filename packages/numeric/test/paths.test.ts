import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  BoundedSearch,
  compactGraph,
  haversineM,
  PointIndex,
  reverseGraph,
  SegmentIndex,
  type CompactGraph,
} from '@qipan/numeric';

type Arc = readonly [from: number, to: number, weight: number];

const graphOf = (nodes: number, arcs: readonly Arc[]): CompactGraph =>
  compactGraph(nodes, { from: arcs.map((a) => a[0]), to: arcs.map((a) => a[1]), weight: arcs.map((a) => a[2]) });

/** Bellman-Ford, written from its definition; distances as sums of single-precision weights. */
function bellmanFord(nodes: number, arcs: readonly Arc[], seeds: readonly (readonly [number, number])[]): number[] {
  const d = Array.from({ length: nodes }, () => Infinity);
  for (const [node, offset] of seeds) d[node] = Math.min(d[node]!, offset);
  for (let round = 0; round < nodes; round++)
    for (const [u, v, w] of arcs) if (d[u]! + Math.fround(w) < d[v]!) d[v] = d[u]! + Math.fround(w);
  return d;
}

const nodes = 25;
const weight = fc.oneof(fc.nat(20), fc.double({ min: 0, max: 3, noNaN: true }), fc.constantFrom(0, 1e-6, 5000));
const arcs = fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1), weight), { maxLength: 120 });

describe('the bounded search', () => {
  it('finds the distances of Bellman-Ford, zero, tiny and enormous weights, loops and parallel arcs included', () => {
    fc.assert(
      fc.property(arcs, fc.nat(nodes - 1), fc.constantFrom(0, 2, 10, 40, 6000, Infinity), (list, source, limit) => {
        const search = new BoundedSearch(graphOf(nodes, list));
        const expected = bellmanFord(nodes, list, [[source, 0]]).map((d) => (d <= limit ? d : Infinity));
        assert.equal(search.run(source, limit), expected.filter((d) => d < Infinity).length);
        assert.deepEqual([...search.distance], expected);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same answer in a used workspace as in a fresh one', () => {
    fc.assert(
      fc.property(
        arcs,
        fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(50)), { minLength: 1, maxLength: 8 }),
        (list, runs) => {
          const used = new BoundedSearch(graphOf(nodes, list));
          for (const [source, limit] of runs) {
            const fresh = new BoundedSearch(graphOf(nodes, list));
            assert.equal(used.run(source, limit), fresh.run(source, limit));
            assert.deepEqual(used.distance, fresh.distance);
            assert.deepEqual(
              new Set(used.reached.slice(0, used.count)),
              new Set([...used.distance.keys()].filter((i) => used.distance[i]! < Infinity)),
            );
          }
        },
      ),
    );
  });

  it('starts from several nodes with distances already travelled', () => {
    fc.assert(
      fc.property(
        arcs,
        fc.array(fc.tuple(fc.nat(nodes - 1), fc.oneof(fc.nat(30), fc.constant(20_000))), {
          minLength: 1,
          maxLength: 5,
        }),
        (list, seeds) => {
          const search = new BoundedSearch(graphOf(nodes, list));
          search.runFrom(
            seeds.map((s) => s[0]),
            seeds.map((s) => s[1]),
            Infinity,
          );
          assert.deepEqual([...search.distance], bellmanFord(nodes, list, seeds));
        },
      ),
    );
  });

  it('counts the node exactly at the limit as inside', () => {
    const search = new BoundedSearch(
      graphOf(3, [
        [0, 1, 10],
        [1, 2, 20],
      ]),
    );
    assert.equal(search.run(0, 30), 3);
    assert.equal(search.run(0, 29.999), 2);
    assert.equal(search.run(2, 100), 1);
  });

  it('reads the turned graph as distances towards a node', () => {
    const list: Arc[] = [
      [0, 1, 3],
      [1, 2, 4],
      [2, 0, 100],
      [0, 2, 9],
    ];
    const back = new BoundedSearch(reverseGraph(graphOf(3, list)));
    back.run(2, Infinity);
    assert.deepEqual([...back.distance], [7, 4, 0]);
    assert.deepEqual(reverseGraph(reverseGraph(graphOf(3, list))), graphOf(3, list));
  });

  it('agrees with Bellman-Ford on a long ferry beside a thousand short streets', () => {
    const r = random(11);
    const list: Arc[] = [[0, 900, 250_000]];
    for (let i = 0; i + 1 < 900; i++) list.push([i, i + 1, r.next() * 4], [i + 1, i, r.next() * 4]);
    for (let i = 900; i + 1 < 1000; i++) list.push([i, i + 1, r.next() * 2]);
    const search = new BoundedSearch(graphOf(1000, list));
    search.run(3, Infinity);
    assert.deepEqual([...search.distance], bellmanFord(1000, list, [[3, 0]]));
  });

  it('refuses arcs to nowhere, negative and infinite weights, and sources that do not exist', () => {
    assert.throws(() => graphOf(2, [[0, 2, 1]]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => graphOf(2, [[0, 1, -1]]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => graphOf(2, [[0, 1, NaN]]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => compactGraph(2, { from: [0], to: [], weight: [1] }), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => new BoundedSearch(graphOf(2, [])).run(2, 1), { code: 'OUT_OF_RANGE' });
    assert.equal(new BoundedSearch(graphOf(2, [])).run(1, 1), 1);
  });
});

describe('the index of points', () => {
  const point = fc.tuple(
    fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(-180, 180, 179.9999, -179.9999)),
    fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 90, 89.9999)),
  );

  it('finds what a look at every point finds, across the antimeridian and at the poles', () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 60 }),
        point,
        fc.double({ min: 0, max: 2.1e7, noNaN: true }),
        (all, q, r) => {
          const index = new PointIndex(
            all.map((p) => p[0]),
            all.map((p) => p[1]),
          );
          const expected = all
            .map((p, id) => ({ id, d: haversineM(q[0], q[1], p[0], p[1]) }))
            .sort((a, b) => a.d - b.d || a.id - b.id);
          const near = index.within(q[0], q[1], r);
          assert.deepEqual(
            [...near.id],
            expected.filter((e) => e.d <= r).map((e) => e.id),
          );
          const three = index.nearest(q[0], q[1], 3);
          assert.deepEqual(
            [...three.distanceM],
            expected.slice(0, 3).map((e) => e.d),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never finds a point whose place is unknown, and nothing beyond the stated reach', () => {
    const index = new PointIndex([NaN, 1, 2], [0, 0, 0]);
    assert.deepEqual([...index.nearest(0, 0, 5).id], [1, 2]);
    assert.deepEqual([...index.nearest(0, 0, 5, 120_000).id], [1]);
    assert.equal(new PointIndex([], []).nearest(0, 0).id.length, 0);
    assert.throws(() => new PointIndex([1], []), { code: 'SHAPE_MISMATCH' });
  });
});

describe('the index of segments', () => {
  const end = fc.tuple(
    fc.double({ min: 107, max: 107.2, noNaN: true }),
    fc.double({ min: 30, max: 30.2, noNaN: true }),
  );
  const indexOf = (list: readonly (readonly (readonly [number, number])[])[]) =>
    new SegmentIndex({
      lon1: list.map((s) => s[0]![0]),
      lat1: list.map((s) => s[0]![1]),
      lon2: list.map((s) => s[1]![0]),
      lat2: list.map((s) => s[1]![1]),
    });

  it('finds the nearest of all segments: no sampled point of any segment is nearer', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(end, end), { minLength: 1, maxLength: 25 }), end, (list, [lon, lat]) => {
        const hit = indexOf(list).nearest(lon, lat)!;
        const [a, b] = list[hit.segment]!;
        const x = a[0] + hit.along * (b[0] - a[0]);
        const y = a[1] + hit.along * (b[1] - a[1]);
        assert.ok(hit.along >= 0 && hit.along <= 1);
        const told = haversineM(lon, lat, x, y);
        assert.ok(Math.abs(hit.distanceM - told) <= 0.002 * told + 0.01, `${hit.distanceM} and ${told}`);
        for (const [p, q] of list)
          for (let t = 0; t <= 1; t += 0.05) {
            const d = haversineM(lon, lat, p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]));
            assert.ok(hit.distanceM <= d * 1.002 + 0.01);
          }
      }),
    );
  });

  it('takes the smaller number on a tie, a point for a segment without length, and nothing beyond the reach', () => {
    const index = indexOf([
      [
        [107, 30],
        [107.1, 30],
      ],
      [
        [107, 30],
        [107.1, 30],
      ],
      [
        [107.5, 30.5],
        [107.5, 30.5],
      ],
    ]);
    assert.equal(index.nearest(107.05, 30.001)!.segment, 0);
    assert.deepEqual([index.nearest(107.5, 30.5)!.segment, index.nearest(107.5, 30.5)!.distanceM], [2, 0]);
    assert.equal(index.nearest(107.05, 30.1, 1000), null);
    assert.equal(index.nearest(NaN, 30), null);
    assert.equal(indexOf([]).nearest(107, 30), null);
    assert.throws(() => new SegmentIndex({ lon1: [1], lat1: [], lon2: [1], lat2: [1] }), { code: 'SHAPE_MISMATCH' });
  });
});
