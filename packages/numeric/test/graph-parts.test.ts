import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { articulationPoints, coreNumbers, csrFromTriplets, dominators, UnionFind, type Csr } from '@qipan/numeric';

function graph(n: number, arcs: readonly (readonly [number, number])[]): Csr {
  const rows = arcs.map((a) => a[0]);
  return csrFromTriplets({ rows: n, cols: n }, { row: rows, col: arcs.map((a) => a[1]), value: rows.map(() => 1) });
}
const both = (n: number, edges: readonly (readonly [number, number])[]) =>
  graph(n, [...edges, ...edges.filter(([a, b]) => a !== b).map(([a, b]) => [b, a] as const)]);
const drawn = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.double({ min: 0.02, max: 0.5, noNaN: true }), fc.nat())
  .map(([n, share, seed]) => {
    const r = random(seed);
    const pairs: [number, number][] = [];
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j && r.next() < share) pairs.push([i, j]);
    return { n, pairs };
  });

/** Nodes reached from `from` when `without` is gone. */
function reached(g: Csr, from: number, without: number): Set<number> {
  const seen = new Set<number>(from === without ? [] : [from]);
  const stack = [...seen];
  for (let v = stack.pop(); v !== undefined; v = stack.pop())
    for (const w of g.index.subarray(g.start[v], g.start[v + 1]))
      if (w !== without && !seen.has(w)) {
        seen.add(w);
        stack.push(w);
      }
  return seen;
}
function parts(g: Csr, without: number): number {
  const seen = new Set<number>();
  let count = 0;
  for (let v = 0; v < g.rows; v++)
    if (v !== without && !seen.has(v)) {
      count++;
      reached(g, v, without).forEach((w) => seen.add(w));
    }
  return count;
}

describe('disjoint sets', () => {
  it('agree with a walk over the edges', () => {
    fc.assert(
      fc.property(drawn, ({ n, pairs }) => {
        const sets = new UnionFind(n);
        pairs.forEach(([a, b]) => sets.join(a, b));
        const g = both(n, pairs);
        assert.equal(sets.sets, parts(g, -1));
        for (let v = 0; v < n; v++) {
          const mine = reached(g, v, -1);
          assert.equal(sets.sizeOf(v), mine.size);
          for (let w = 0; w < n; w++) assert.equal(sets.find(v) === sets.find(w), mine.has(w));
        }
      }),
      { numRuns: 80, seed: 1 },
    );
  });
});

describe('articulation points', () => {
  it('are the nodes whose removal leaves more parts, by trying each', () => {
    fc.assert(
      fc.property(drawn, ({ n, pairs }) => {
        const g = both(n, pairs);
        const cut = articulationPoints(g);
        const isAlone = (v: number) => reached(g, v, -1).size === 1;
        for (let v = 0; v < n; v++) {
          const more = parts(g, v) + (isAlone(v) ? 1 : 0) > parts(g, -1);
          assert.equal(cut[v], more ? 1 : 0, `node ${v} of ${JSON.stringify(pairs)}`);
        }
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('of two triangles that share a corner are that corner; self-links do not matter', () => {
    const edges = [
      [0, 1],
      [1, 2],
      [2, 0],
      [2, 3],
      [3, 4],
      [4, 2],
      [2, 2],
    ] as [number, number][];
    assert.deepEqual([...articulationPoints(both(5, edges))], [0, 0, 1, 0, 0]);
  });

  it('are found in a path of 100,000 nodes without recursion', () => {
    const n = 100_000;
    const cut = articulationPoints(
      both(
        n,
        Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const),
      ),
    );
    assert.equal(
      cut.reduce((a, b) => a + b, 0),
      n - 2,
    );
  });
});

describe('dominators', () => {
  it('are the nodes without which the end is out of reach, the last of them', () => {
    fc.assert(
      fc.property(drawn, ({ n, pairs }) => {
        const g = graph(n, pairs);
        const idom = dominators(g, 0);
        const all = reached(g, 0, -1);
        const dominates = (d: number, v: number) => d === v || !reached(g, 0, d).has(v);
        for (let v = 0; v < n; v++) {
          if (!all.has(v)) assert.equal(idom[v], -1);
          else if (v === 0) assert.equal(idom[v], 0);
          else {
            const strict = [...all].filter((d) => d !== v && dominates(d, v));
            assert.ok(strict.includes(idom[v]));
            for (const d of strict) assert.ok(dominates(d, idom[v]), `${d} over ${idom[v]} of ${v}`);
          }
        }
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('of the example of Cooper, Harvey, Kennedy (2001, figure 4) are the root for every node', () => {
    // 6 → 5, 4; 5 → 1; 4 → 2, 3; 1 → 2; 2 → 1, 3; 3 → 2, renumbered with 6 as 0.
    const g = graph(6, [
      [0, 5],
      [0, 4],
      [5, 1],
      [4, 2],
      [4, 3],
      [1, 2],
      [2, 1],
      [2, 3],
      [3, 2],
    ]);
    assert.deepEqual([...dominators(g, 0)], [0, 0, 0, 0, 0, 0]);
  });
});

describe('core numbers', () => {
  it('are those of peeling: the k-core is what is left when nodes of less than k links go again and again', () => {
    fc.assert(
      fc.property(drawn, ({ n, pairs }) => {
        const g = both(n, pairs);
        const core = coreNumbers(g);
        for (let k = 1; k <= n; k++) {
          const left = new Set(Array.from({ length: n }, (_, v) => v));
          for (let before = -1; before !== left.size;) {
            before = left.size;
            for (const v of left) {
              const links = [...g.index.subarray(g.start[v], g.start[v + 1])].filter((w) => left.has(w)).length;
              if (links < k) left.delete(v);
            }
          }
          for (let v = 0; v < n; v++) assert.equal(core[v] >= k, left.has(v), `node ${v}, k ${k}`);
        }
      }),
      { numRuns: 80, seed: 4 },
    );
  });

  it('of a clique of five with a tail are four and one, of a lonely node with a self-link zero', () => {
    const edges: [number, number][] = [
      [4, 5],
      [5, 6],
      [7, 7],
    ];
    for (let i = 0; i < 5; i++) for (let j = 0; j < i; j++) edges.push([i, j]);
    assert.deepEqual([...coreNumbers(both(8, edges))], [4, 4, 4, 4, 4, 1, 1, 0]);
  });
});
