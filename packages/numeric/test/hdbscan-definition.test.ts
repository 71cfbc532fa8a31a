import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { hdbscan } from '@qipan/numeric';

/**
 * The definition of Campello, Moulavi and Sander (2013) word for word: components of the mutual reachability graph under a
 * falling limit, no spanning tree, no dendrogram. Slow, for small sets.
 */
interface Part {
  readonly birth: number;
  readonly members: readonly number[];
  readonly children: Part[];
  stability: number;
}

function reachability(x: readonly number[], y: readonly number[], k: number): number[][] {
  const distance = x.map((_, i) => x.map((__, j) => Math.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2)));
  const core = distance.map((row) => [...row].sort((a, b) => a - b)[k - 1]);
  return distance.map((row, i) => row.map((d, j) => Math.max(d, core[i], core[j])));
}

/** Components of the members under links strictly shorter than the limit. */
function componentsBelow(reach: readonly number[][], members: readonly number[], limit: number): number[][] {
  const left = new Set(members);
  const parts: number[][] = [];
  for (const first of members) {
    if (!left.delete(first)) continue;
    const part = [first];
    for (let k = 0; k < part.length; k++)
      for (const w of left)
        if (reach[part[k]][w] < limit) {
          left.delete(w);
          part.push(w);
        }
    parts.push(part);
  }
  return parts;
}

/** Follows one cluster while its limit falls: light parts leave it, two heavy parts or more end it. */
function follow(reach: readonly number[][], root: Part, minSize: number): Part {
  let now = [...root.members];
  for (;;) {
    const lengths = now.flatMap((i) => now.filter((j) => j !== i).map((j) => reach[i][j]));
    // The distance at which what is left first falls apart: the longest link that is needed.
    const limit = [...new Set(lengths)].sort((a, b) => b - a).find((d) => componentsBelow(reach, now, d).length > 1);
    if (limit === undefined) throw new Error('points at one place do not come here');
    const parts = componentsBelow(reach, now, limit);
    const heavy = parts.filter((p) => p.length >= Math.max(2, minSize));
    const leaving = parts.filter((p) => !heavy.includes(p)).flat();
    root.stability += leaving.length * (1 / limit - root.birth);
    if (heavy.length === 1) {
      now = heavy[0];
      continue;
    }
    for (const members of heavy) {
      root.stability += members.length * (1 / limit - root.birth);
      root.children.push(follow(reach, { birth: 1 / limit, members, children: [], stability: 0 }, minSize));
    }
    return root;
  }
}

/** The most stable choice with no cluster inside another. */
function best(part: Part, isRoot: boolean): { worth: number; chosen: Part[] } {
  const below = part.children.map((c) => best(c, false));
  const sum = below.reduce((s, b) => s + b.worth, 0);
  if (!isRoot && part.stability >= sum) return { worth: part.stability, chosen: [part] };
  return { worth: sum, chosen: below.flatMap((b) => b.chosen) };
}

function byDefinition(x: readonly number[], y: readonly number[], minSize: number, k: number) {
  const members = x.map((_, i) => i);
  const root = follow(reachability(x, y, k), { birth: 0, members, children: [], stability: 0 }, minSize);
  const label = members.map(() => -1);
  const { chosen } = best(root, true);
  const inOrder = [...chosen].sort((a, b) => Math.min(...a.members) - Math.min(...b.members));
  inOrder.forEach((c, n) => c.members.forEach((i) => (label[i] = n)));
  return { label, stability: inOrder.map((c) => c.stability) };
}

describe('density clusters by their definition', () => {
  const drawn = fc.record({
    seed: fc.nat(),
    n: fc.integer({ min: 6, max: 40 }),
    minSize: fc.integer({ min: 2, max: 6 }),
    k: fc.integer({ min: 1, max: 5 }),
  });

  it('have the same members and stabilities, ties of core distances included', () => {
    fc.assert(
      fc.property(drawn, ({ seed, n, minSize, k }) => {
        const r = random(seed);
        const x = Array.from({ length: n }, (_, i) => 4 * (i % 3) + r.normal());
        const y = Array.from({ length: n }, () => r.normal());
        const want = byDefinition(x, y, minSize, k);
        const got = hdbscan(x, y, { minClusterSize: minSize, minPoints: k });
        assert.deepEqual([...got.label], want.label);
        got.stability.forEach((s, c) => assert.ok(Math.abs(s - want.stability[c]) < 1e-9 * Math.max(1, s)));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('of a regular lattice, where every link ties, are none', () => {
    const x = Array.from({ length: 36 }, (_, i) => i % 6);
    const y = Array.from({ length: 36 }, (_, i) => Math.floor(i / 6));
    assert.ok(hdbscan(x, y, { minClusterSize: 4, minPoints: 3 }).label.every((v) => v === -1));
  });
});
