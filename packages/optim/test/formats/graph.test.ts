import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { random, type Random } from '@qipan/base';
import { readInstance, solveFile, type Instance } from '@qipan/optim';
import { bestCenter, bestMclp, bestMedian } from '../support/brute-force.js';
import { refused, withWord, wordCount } from '../support/files.js';

type Edge = readonly [u: number, v: number, length: number];
const text = (n: number, p: number, edges: readonly Edge[]): string =>
  `${n} ${edges.length} ${p}\n${edges.map((e) => e.join(' ')).join('\n')}\n`;
const read = (t: string): Instance => readInstance('p-median', 'orlib', t, { file: 'g.txt' });

/** All shortest ways (Floyd 1962) of an undirected graph in which a repeated edge overrides the earlier one. */
function floyd(n: number, edges: readonly Edge[]): number[][] {
  const d = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_x, j) => (i === j ? 0 : Infinity)));
  // A loop is an edge of a node to itself: it never shortens a way.
  for (const [u, v, length] of edges) if (u !== v) d[u - 1][v - 1] = d[v - 1][u - 1] = length;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) d[i][j] = Math.min(d[i][j], d[i][k] + d[k][j]);
  return d;
}

function tableOf(found: Instance): number[][] {
  assert.ok(found.costs !== null && 'start' in found.costs);
  const { rows, cols, start, index, value } = found.costs;
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from({ length: cols }, () => Infinity);
    for (let e = start[i]; e < start[i + 1]; e++) row[index[e]] = value[e];
    return row;
  });
}

function drawnGraph(rng: Random, n: number, count: number): Edge[] {
  return Array.from({ length: count }, () => [1 + rng.below(n), 1 + rng.below(n), rng.below(50)] as const);
}

test('costs are the lengths of shortest ways; nodes that no way joins cannot serve each other', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const rng = random(seed);
    const n = 2 + rng.below(12);
    const edges = drawnGraph(rng, n, rng.below(3 * n));
    const found = read(text(n, 1, edges));
    assert.deepEqual(tableOf(found), floyd(n, edges), `seed ${seed}`);
    assert.deepEqual([found.p, found.singleSource, found.fixedCost], [1, false, null]);
    assert.deepEqual(
      [...found.weight],
      Array.from({ length: n }, () => 1),
    );
  }
});

test('a repeated edge overrides the earlier one, in either direction, shorter or longer', () => {
  assert.equal(
    tableOf(
      read(
        text(2, 1, [
          [1, 2, 5],
          [1, 2, 9],
        ]),
      ),
    )[0][1],
    9,
  );
  assert.equal(
    tableOf(
      read(
        text(2, 1, [
          [1, 2, 9],
          [2, 1, 5],
        ]),
      ),
    )[0][1],
    5,
  );
});

test('the medians, centres and covers of a drawn graph are those of all subsets', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const rng = random(100 + seed);
    const n = 7;
    const ring = Array.from({ length: n }, (_, i) => [i + 1, ((i + 1) % n) + 1, 1 + rng.below(20)] as const);
    const edges = [...ring, ...drawnGraph(rng, n, 4)];
    const d = floyd(n, edges);
    const t = text(n, 2, edges);
    const median = solveFile('p-median', 'orlib', t);
    assert.deepEqual([median.status, median.value], ['optimal', bestMedian(d, 2)]);
    const three = solveFile('p-median', 'orlib', t, { p: 3 });
    assert.equal(three.value, bestMedian(d, 3), 'the caller’s p goes before the file’s');
    assert.equal(solveFile('p-center', 'orlib', t).value, bestCenter(d, 2));
    const radius = 10;
    const cover = d.map((row) => row.map((v) => (v <= radius ? 0 : Infinity)));
    const mclp = solveFile('mclp', 'orlib', t, { radius });
    assert.equal(
      mclp.value,
      bestMclp(
        cover,
        Array.from({ length: n }, () => 1),
        2,
      ),
    );
    assert.ok(
      mclp.open.every((id) => typeof id === 'number' && id >= 1 && id <= n),
      'ids count from 1',
    );
  }
});

test('the radius of a cover is inclusive', () => {
  const line = text(3, 1, [
    [1, 2, 10],
    [2, 3, 10],
  ]);
  const found = read(line);
  assert.deepEqual([...(found.cover?.(10).start ?? [])], [0, 2, 5, 7]);
  assert.deepEqual([...(found.cover?.(9.999).start ?? [])], [0, 1, 2, 3]);
});

test('ends of edges outside the nodes and a p that is none are refused where they stand', () => {
  const good = text(3, 1, [
    [1, 2, 4],
    [2, 3, 5],
  ]);
  for (const [at, word, says] of [
    [0, '0', /the number of nodes, an integer in 1…/],
    [1, '-1', /the number of edges/],
    [2, '0', /got 0; expected p, an integer in 1…3/],
    [2, '4', /got 4; expected p, an integer in 1…3/],
    [3, '0', /an end of edge 1, an integer in 1…3/],
    [7, '4', /an end of edge 2, an integer in 1…3/],
    [6, '1.5', /an end of edge 2/],
    [8, '-5', /the length of edge 2, a number ≥ 0/],
  ] as const) {
    const broken = withWord(good, at, word);
    const details = refused(() => read(broken.text), 'BAD_FILE', says);
    assert.equal(details['row'], broken.line);
  }
});

test('more edges promised than there are, or left over, are refused', () => {
  refused(() => read('3 4 1\n1 2 3\n'), 'BAD_FILE', /4 edges "u v length" needs 12 more numbers; the file has 3/);
  const long = text(3, 1, [[1, 2, 4]]) + '1 2 3\n'.repeat(6);
  refused(() => read(long), 'BAD_FILE', /line 3: 18 numbers are left over after 1 edges/);
  assert.equal(read(`${text(3, 1, [[1, 2, 4]])}9 9\n`).warnings.length, 1);
});

test('a length with more digits than the search counts exactly is refused rather than rounded', () => {
  refused(() => read(text(2, 1, [[1, 2, 16_777_217]])), 'BAD_FILE', /edge 1-2 has length 16777217/);
  refused(() => read('2 1 1\n1 2 0.1\n'), 'BAD_FILE', /at most 24 significant bits/);
  assert.equal(tableOf(read(text(2, 1, [[1, 2, 16_777_216]])))[0][1], 16_777_216);
  assert.equal(tableOf(read('2 1 1\n1 2 0.5\n'))[0][1], 0.5);
});

test('any single damaged word is either refused with its line or read as the number that it is', () => {
  const good = text(4, 2, [
    [1, 2, 4],
    [2, 3, 5],
    [3, 4, 6],
    [4, 1, 7],
  ]);
  const count = wordCount(good);
  fc.assert(
    fc.property(
      fc.nat(count - 1),
      fc.oneof(fc.integer({ min: -3, max: 99 }).map(String), fc.string({ maxLength: 4 })),
      (at, raw) => {
        const word = raw.replace(/\s/g, '_');
        fc.pre(word !== '' && ['$', '\0', '\u001a', '\ufeff'].every((c) => !word.includes(c)));
        const broken = withWord(good, at, word);
        try {
          const found = read(broken.text);
          assert.ok(Number.isFinite(Number(word)), `${word} was taken for a number`);
          assert.ok(found.weight.length >= 1);
        } catch (e) {
          assert.equal((e as { code?: string }).code, 'BAD_FILE', String(e));
          assert.match((e as Error).message, /^g\.txt|^edge /);
        }
      },
    ),
    { numRuns: 400, seed: 21 },
  );
});
