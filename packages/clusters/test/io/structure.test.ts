import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  failureModel,
  singlePoints,
  supplierConcentration,
  supplyStructure,
  type SupplyNetwork,
} from '@qipan/clusters';

/** A network of one region, so that nodes are industries, from drawn arcs of equal value. */
function plain(n: number, arcs: readonly (readonly [number, number])[]): SupplyNetwork {
  return {
    regions: n,
    industries: 1,
    links: {
      fromRegion: arcs.map((a) => a[0]),
      fromIndustry: arcs.map(() => 0),
      toRegion: arcs.map((a) => a[1]),
      toIndustry: arcs.map(() => 0),
      value: arcs.map(() => 1),
    },
    output: Float64Array.from({ length: n }, (_, v) => 100 - v),
    valueAdded: new Float64Array(n).fill(10),
    spare: new Float64Array(n),
    coverDays: Float64Array.from([5]),
  };
}

const drawn = fc
  .record({
    n: fc.integer({ min: 2, max: 10 }),
    share: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ n, share, seed }) => {
    const r = random(seed);
    const arcs: [number, number][] = [];
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) if (a !== b && r.next() < share) arcs.push([a, b]);
    return { n, arcs };
  });

/** Everything that `start` reaches along arcs when `gone` is taken out. */
function reach(arcs: readonly (readonly [number, number])[], start: readonly number[], gone: number): Set<number> {
  const seen = new Set(start.filter((v) => v !== gone));
  for (let grew = true; grew;) {
    grew = false;
    for (const [a, b] of arcs)
      if (seen.has(a) && b !== gone && !seen.has(b)) {
        seen.add(b);
        grew = true;
      }
  }
  return seen;
}

/** Sizes of the parts of the undirected graph without some nodes. */
function partSizes(arcs: readonly (readonly [number, number])[], nodes: readonly number[]): number[] {
  const left = new Set(nodes);
  const both = arcs
    .flatMap(
      ([a, b]) =>
        [
          [a, b],
          [b, a],
        ] as [number, number][],
    )
    .filter(([a, b]) => left.has(a) && left.has(b));
  const sizes: number[] = [];
  for (const v of nodes) {
    if (!left.has(v)) continue;
    const part = reach(both, [v], -1);
    part.forEach((w) => left.delete(w));
    sizes.push(part.size);
  }
  return sizes;
}

describe('the structure of a supply graph, by trying', () => {
  it('articulation points are those whose loss splits the rest', () => {
    fc.assert(
      fc.property(drawn, ({ n, arcs }) => {
        const { articulation } = supplyStructure(plain(n, arcs), 0);
        const all = Array.from({ length: n }, (_, v) => v);
        const linked = new Set(arcs.flat());
        for (const v of all) {
          const before = partSizes(arcs, all).length;
          const after =
            partSizes(
              arcs,
              all.filter((w) => w !== v),
            ).length + (linked.has(v) ? 0 : 1);
          assert.equal(articulation[v], after > before ? 1 : 0);
        }
      }),
      { numRuns: 80, seed: 1 },
    );
  });

  it('a node dominates those that the makers of raw inputs cannot reach without it', () => {
    fc.assert(
      fc.property(drawn, ({ n, arcs }) => {
        const g = plain(n, arcs);
        const { dominated } = supplyStructure(g, 0);
        // Roots: makers without suppliers, then, in circles, the largest node not yet reached.
        const roots = Array.from({ length: n }, (_, v) => v).filter(
          (v) => arcs.some((a) => a[0] === v) && !arcs.some((a) => a[1] === v),
        );
        for (let v = 0; v < n; v++) if (arcs.some((a) => a[0] === v) && !reach(arcs, roots, -1).has(v)) roots.push(v);
        const whole = reach(arcs, roots, -1);
        for (let v = 0; v < n; v++) {
          const without = reach(arcs, roots, v);
          const lost = [...whole].filter((w) => w !== v && !without.has(w)).length;
          assert.equal(dominated[v], lost, `node ${v} of ${JSON.stringify(arcs)}`);
        }
      }),
      { numRuns: 80, seed: 2 },
    );
  });

  it('the percolation curve is the largest part left without the busiest nodes', () => {
    fc.assert(
      fc.property(drawn, ({ n, arcs }) => {
        const { percolation } = supplyStructure(plain(n, arcs), 0);
        // Arcs both ways between two nodes are one undirected link.
        const neighbours = Array.from({ length: n }, (_, v) => new Set(arcs.filter((a) => a.includes(v)).flat()));
        neighbours.forEach((set, v) => set.delete(v));
        const busy = Array.from({ length: n }, (_, v) => v)
          .filter((v) => neighbours[v]!.size > 0)
          .sort((a, b) => neighbours[b]!.size - neighbours[a]!.size || a - b);
        assert.equal(percolation.length, busy.length + 1);
        percolation.forEach((share, k) => {
          const sizes = partSizes(arcs, busy.slice(k));
          assert.ok(Math.abs(share - Math.max(0, ...sizes) / Math.max(1, busy.length)) < 1e-12);
        });
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  it('suppliers are counted by their shares', () => {
    fc.assert(
      fc.property(drawn, ({ n, arcs }) => {
        const rows = supplierConcentration(plain(n, arcs));
        const buyers = new Set(arcs.map((a) => a[1]));
        assert.equal(rows.length, buyers.size);
        for (const row of rows) {
          const suppliers = arcs.filter((a) => a[1] === row.buyer).length;
          assert.ok(
            Math.abs(row.effectiveSuppliers - suppliers) < 1e-9 && Math.abs(row.largestShare * suppliers - 1) < 1e-12,
          );
        }
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  it('losing one of k equal suppliers costs a k-th, and the list ranks all of them by what they cost elsewhere', () => {
    for (const k of [1, 2, 4, 5]) {
      const g = plain(
        k + 1,
        Array.from({ length: k }, (_, s) => [s, k] as const),
      );
      const { level, loss } = failureModel(g).fail({ nodes: [0] });
      assert.ok(Math.abs(level[k]! - (1 - 1 / k)) < 1e-12);
      assert.ok(Math.abs(loss - 10 - 10 / k) < 1e-12);
      const rows = singlePoints(g, { kinds: ['node'] });
      assert.equal(rows.length, k + 1);
      assert.equal(rows[k]!.what, k, 'who sells to nobody costs nobody');
      assert.equal(rows[k]!.daysOfCover, Infinity);
      assert.ok(rows.slice(0, k).every((r) => Math.abs(r.daysOfCover - 5 * k) < 1e-9));
    }
  });
});
