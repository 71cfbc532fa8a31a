import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maximumSpanningForest } from '@qipan/numeric';

const seed = 20260301;

/** A symmetric table from its upper triangle. */
function table(n: number, upper: readonly number[]): Float64Array {
  const w = new Float64Array(n * n);
  let k = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) w[i * n + j] = w[j * n + i] = upper[k++] ?? 0;
  return w;
}

/** Kruskal 1956 with sets as labels: an independent way to the same weight. */
function kruskal(w: Float64Array, n: number): number[] {
  const label = Array.from({ length: n }, (_, i) => i);
  const all = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) all.push({ i, j, w: w[i * n + j] });
  all.sort((x, y) => y.w - x.w);
  const taken: number[] = [];
  for (const e of all) {
    if (e.w <= 0 || label[e.i] === label[e.j]) continue;
    const [keep, drop] = [label[e.i], label[e.j]];
    label.forEach((l, v) => l === drop && (label[v] = keep));
    taken.push(e.w);
  }
  return taken;
}

test('a forest of greatest weight: Prim takes the same weights as Kruskal, on any table', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 36, maxLength: 36 }),
      (n, upper) => {
        const w = table(n, upper);
        const before = w.slice();
        const edges = maximumSpanningForest(w, n);
        const weights = edges.map((e) => e.weight).sort((a, b) => b - a);
        assert.deepEqual(weights, kruskal(w, n));
        for (const e of edges) assert.ok(e.a < e.b && w[e.a * n + e.b] === e.weight);
        assert.deepEqual(w, before);
      },
    ),
    { seed, numRuns: 300 },
  );
});

test('a graph that falls apart gives one tree a part, and one node none', () => {
  const w = table(4, [3, 0, 0, 0, 0, 2]);
  assert.deepEqual(maximumSpanningForest(w, 4), [
    { a: 0, b: 1, weight: 3 },
    { a: 2, b: 3, weight: 2 },
  ]);
  assert.deepEqual(maximumSpanningForest(new Float64Array(1), 1), []);
  assert.deepEqual(maximumSpanningForest(new Float64Array(0), 0), []);
});
