import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  solveLocation,
  verify,
  type LocationProblem,
  type LocationResult,
  type PointCost,
  type SolveOptions,
} from '@qipan/optim';
import {
  bestLscp,
  bestMclp,
  bestMedian,
  bestUfl,
  none,
  permuted,
  planeTable,
  randomNumbers,
  randomPoints,
  randomTable,
  toCsr,
  type Table,
} from './support/brute-force.js';
import { assertClose, assertSound, solved } from './support/checked.js';

const runs = { numRuns: 25, seed: 20_260_101 };

const dense = (most: number) =>
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 6 })).chain(([n, m]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: most }), { minLength: m, maxLength: m }), {
      minLength: n,
      maxLength: n,
    }),
  );

/** About a third of the cells hold no cost. */
const sparse = dense(60).map((table) => table.map((row) => row.map((v) => (v > 40 ? none : v))));

const medianOf = (table: Table, p: number, o: object = {}): LocationProblem => ({
  kind: 'p-median',
  costs: toCsr(table),
  p,
  ...o,
});

const order = (count: number, seed: number) => random(seed).permutation(count);

test('any dense table and p: value by all subsets, bound on the right side, verifier content', () => {
  fc.assert(
    fc.property(dense(100), fc.nat(), (table, k) => {
      const p = 1 + (k % table[0].length);
      const r = solved(medianOf(table, p));
      assert.equal(r.status, 'optimal');
      assert.equal(r.value, bestMedian(table, p));
    }),
    runs,
  );
});

test('any sparse table: fixed costs, covers and weights by all subsets, or infeasible', () => {
  fc.assert(
    fc.property(sparse, fc.nat(), (table, seed) => {
      const [n, m] = [table.length, table[0].length];
      const rng = random(seed);
      const [fixedCost, weight] = [randomNumbers(rng, m, 40), randomNumbers(rng, n, 40)];
      const cover = toCsr(table, m);
      const p = 1 + rng.below(m);
      const cases: [LocationProblem, number][] = [
        [{ kind: 'ufl', costs: cover, fixedCost }, bestUfl(table, fixedCost)],
        [{ kind: 'lscp', cover, fixedCost }, bestLscp(table, fixedCost)],
        [{ kind: 'mclp', cover, weight, p }, bestMclp(table, weight, p)],
      ];
      for (const [problem, best] of cases) {
        const r = solved(problem);
        assert.equal(r.status, best === Infinity ? 'infeasible' : 'optimal');
        if (best < Infinity) assertClose(r.value, best);
      }
    }),
    runs,
  );
});

test('permuting demand points and sites changes nothing but the numbers', () => {
  fc.assert(
    fc.property(dense(100), fc.nat(), (table, seed) => {
      const [n, m] = [table.length, table[0].length];
      const [rows, cols] = [order(n, seed), order(m, seed + 1)];
      const p = 1 + (seed % m);
      const other = permuted(table, rows, cols);
      const [a, b] = [solved(medianOf(table, p)), solved(medianOf(other, p))];
      assert.deepEqual([b.value, b.bound, b.status], [a.value, a.bound, a.status]);
      const [c, d] = [table, other].map((t) => solved({ kind: 'p-center', costs: toCsr(t), p }));
      assert.equal(d.value, c.value);
    }),
    runs,
  );
});

test('a closer site never raises the cost', () => {
  fc.assert(
    fc.property(dense(100), fc.nat(), fc.nat(), (table, cell, k) => {
      const [i, j] = [cell % table.length, k % table[0].length];
      const closer = table.map((row, at) => (at === i ? row.with(j, Math.floor(row[j] / 2)) : row));
      const p = 1 + (k % table[0].length);
      assert.ok(solved(medianOf(closer, p)).value <= solved(medianOf(table, p)).value);
      const centre = (t: Table) => solved({ kind: 'p-center', costs: toCsr(t), p }).value;
      assert.ok(centre(closer) <= centre(table));
    }),
    runs,
  );
});

test('adding a candidate never worsens a proved optimum', () => {
  fc.assert(
    fc.property(dense(100), fc.nat(), (table, seed) => {
      const rng = random(seed);
      const more = table.map((row) => [...row, rng.below(101)]);
      const m = table[0].length;
      const p = 1 + (seed % m);
      assert.ok(solved(medianOf(more, p)).value <= solved(medianOf(table, p)).value);
      const fixedCost = randomNumbers(rng, m + 1, 80);
      const ufl = (t: Table, f: Float64Array) => solved({ kind: 'ufl', costs: toCsr(t), fixedCost: f }).value;
      assert.ok(ufl(more, fixedCost) <= ufl(table, fixedCost.slice(0, m)));
    }),
    runs,
  );
});

test('one more site never worsens a median, a centre or a cover', () => {
  fc.assert(
    fc.property(sparse, (table) => {
      const [n, m] = [table.length, table[0].length];
      const cover = toCsr(table, m);
      const unserved = new Float64Array(n).fill(90);
      const weight = new Float64Array(n).fill(1);
      let [median, covered] = [Infinity, -Infinity];
      for (let p = 1; p <= m; p++) {
        const a = solved({ kind: 'p-median', costs: cover, p, unserved }).value;
        const b = solved({ kind: 'mclp', cover, weight, p }).value;
        assert.ok(a <= median && b >= covered);
        [median, covered] = [a, b];
      }
    }),
    { ...runs, numRuns: 12 },
  );
});

test('one more demand point never makes it cheaper; the same point twice counts twice', () => {
  fc.assert(
    fc.property(dense(100), fc.nat(), (table, k) => {
      const p = 1 + (k % table[0].length);
      const { value } = solved(medianOf(table, p));
      assert.ok(solved(medianOf([...table, table[k % table.length]], p)).value >= value);
      assert.equal(solved(medianOf([...table, ...table], p)).value, 2 * value);
    }),
    runs,
  );
});

test('costs in another unit give the value in that unit', () => {
  fc.assert(
    fc.property(dense(100), fc.constantFrom(2, 10, 1000, 0.1, 0.001), fc.nat(), (table, factor, k) => {
      const p = 1 + (k % table[0].length);
      const other = table.map((row) => row.map((v) => v * factor));
      const [a, b] = [solved(medianOf(table, p)), solved(medianOf(other, p))];
      assertClose(b.value, a.value * factor);
      assert.equal(b.status, 'optimal');
    }),
    runs,
  );
});

test('a constant on every cost of a demand point adds itself', () => {
  fc.assert(
    fc.property(dense(100), fc.integer({ min: 1, max: 50 }), (table, constant) => {
      const other = table.map((row, i) => (i === 0 ? row.map((v) => v + constant) : row));
      assert.equal(solved(medianOf(other, 1)).value, solved(medianOf(table, 1)).value + constant);
    }),
    runs,
  );
});

test('an existing site never makes it cheaper, and is free when the optimum has it', () => {
  fc.assert(
    fc.property(dense(100), fc.nat(), (table, k) => {
      const m = table[0].length;
      const [p, j] = [1 + (k % m), (k >> 3) % m];
      const base = solved(medianOf(table, p));
      const held = solved(medianOf(table, p, { existing: Int32Array.of(j) }));
      assert.ok(held.value >= base.value);
      if (base.open.includes(j)) assert.equal(held.value, base.value);
    }),
    runs,
  );
});

test('the radius is inclusive: a grid point exactly at it is covered', () => {
  fc.assert(
    fc.property(fc.constantFrom([3, 4, 5], [5, 12, 13], [8, 15, 17], [20, 21, 29]), ([a, b, c]) => {
      const table = planeTable(
        [
          [0, 0],
          [a, b],
        ],
        [[0, 0]],
      );
      const cover = (radius: number) =>
        toCsr(
          table.map((row) => row.map((d) => (d <= radius ? 1 : none))),
          1,
        );
      assert.equal(solved({ kind: 'lscp', cover: cover(c) }).value, 1);
      assert.equal(solved({ kind: 'lscp', cover: cover(c - 1e-9) }).status, 'infeasible');
    }),
    runs,
  );
});

test('centre and cover agree: p sites suffice at the optimal radius, and not at the next smaller cost', () => {
  fc.assert(
    fc.property(dense(30), fc.nat(), (table, k) => {
      const m = table[0].length;
      const p = 1 + (k % m);
      const { value } = solved({ kind: 'p-center', costs: toCsr(table), p });
      const sites = (radius: number, strictly: boolean) =>
        solved({
          kind: 'lscp',
          cover: toCsr(
            table.map((row) => row.map((d) => (d < radius || (d === radius && !strictly) ? 1 : none))),
            m,
          ),
        });
      assert.ok(sites(value, false).value <= p);
      const smaller = sites(value, true);
      assert.ok(smaller.status === 'infeasible' || smaller.value > p);
    }),
    runs,
  );
});

test('a maximal cover with as many sites as the least full cover covers everybody, with one fewer not', () => {
  fc.assert(
    fc.property(sparse, (table) => {
      const [n, m] = [table.length, table[0].length];
      const cover = toCsr(table, m);
      const full = solved({ kind: 'lscp', cover });
      if (full.status === 'infeasible') return;
      const weight = new Float64Array(n).fill(1);
      assert.equal(solved({ kind: 'mclp', cover, weight, p: full.value }).value, n);
      if (full.value > 1) assert.ok(solved({ kind: 'mclp', cover, weight, p: full.value - 1 }).value < n);
    }),
    runs,
  );
});

test('a maximal cover is the p-median of weights that stay unserved', () => {
  fc.assert(
    fc.property(sparse, fc.nat(), (table, seed) => {
      const [n, m] = [table.length, table[0].length];
      const weight = randomNumbers(random(seed), n, 30);
      const p = 1 + (seed % m);
      const cover = toCsr(table, m);
      const free = { ...cover, value: new Float64Array(cover.value.length) };
      const missed = solved({ kind: 'p-median', costs: free, p, unserved: weight }).value;
      const all = weight.reduce((s, w) => s + w, 0);
      assert.equal(solved({ kind: 'mclp', cover, weight, p }).value, all - missed);
    }),
    runs,
  );
});

/** Instances that take the search some work, one of each kind. */
function larger(): Record<string, LocationProblem> {
  const rng = random(801);
  const points = randomPoints(rng, 90, 400);
  const table = planeTable(points).map((row) => row.map(Math.round));
  const cover = toCsr(table.map((row) => row.map((d) => (d <= 60 ? 1 : none))));
  return {
    'p-median': medianOf(table, 7),
    'p-median of noise': medianOf(randomTable(rng, { n: 30, m: 20, most: 1000 }), 4),
    ufl: { kind: 'ufl', costs: toCsr(table), fixedCost: randomNumbers(rng, 90, 900) },
    mclp: { kind: 'mclp', cover, weight: randomNumbers(rng, 90, 100), p: 5 },
    lscp: { kind: 'lscp', cover },
    'p-center': { kind: 'p-center', costs: toCsr(table), p: 5 },
  };
}

const instances = larger();
const answers = Object.entries(instances).map(([name, problem]) => ({ name, problem, best: solved(problem) }));

const sense = (p: LocationProblem) => (p.kind === 'mclp' ? -1 : 1);

function fingerprint(r: LocationResult): unknown {
  return [r.status, r.value, r.bound, [...r.open], [...r.assignment], r.stats, JSON.stringify(r.certificate)];
}

test('all of them are proved', () => {
  for (const { name, best } of answers) assert.equal(best.status, 'optimal', name);
});

test('the same seed gives the same answer to the last bit of the proof', () => {
  for (const { problem, best } of answers) assert.deepEqual(fingerprint(solveLocation(problem)), fingerprint(best));
});

test('another seed gives another way to the same optimum', () => {
  for (const { name, problem, best } of answers)
    for (const seed of [2, 77]) {
      const r = solved(problem, { seed });
      assert.equal(r.status, 'optimal', name);
      assertClose(r.value, best.value);
    }
});

test('sites that are alike: the smaller number opens, in every run', () => {
  const table: Table = [
    [4, 4, 9, 4],
    [6, 6, 9, 6],
    [9, 9, 1, 9],
  ];
  for (const seed of [1, 2, 3, 4]) {
    const r = solved(medianOf(table, 3), { seed });
    assert.equal(r.value, 11);
    assert.deepEqual([...r.assignment], [Math.min(...[...r.open].filter((j) => j !== 2)), r.open[0], 2]);
  }
});

test('stopped at any moment, there is a valid incumbent and a valid bound', () => {
  for (const { name, problem, best } of answers)
    for (const after of [0, 1, 2, 5, 20, 100]) {
      let asked = 0;
      const r = solveLocation(problem, { shouldStop: () => ++asked > after });
      assertSound(problem, r);
      const slack = 1e-9 * Math.abs(best.value);
      assert.ok(sense(problem) * (r.value - best.value) >= -slack, `${name}: value after ${after}`);
      assert.ok(sense(problem) * (best.value - r.bound) >= -slack, `${name}: bound after ${after}`);
      assert.ok(r.open.length > 0 || problem.kind === 'ufl');
    }
});

test('limits on nodes and on evaluations stop with a valid incumbent and bound', () => {
  for (const { name, problem, best } of answers)
    for (const limit of [{ nodeLimit: 1 }, { iterationLimit: 1 }, { iterationLimit: 150 }, { nodeLimit: 2 }]) {
      const r = solved(problem, limit);
      assert.ok(['optimal', 'stopped'].includes(r.status), name);
      assert.ok(sense(problem) * (best.value - r.bound) >= -1e-9 * Math.abs(best.value), name);
    }
});

test('a gap asked for is reached and proved, and an exact run is at least as good', () => {
  for (const { name, problem, best } of answers)
    for (const gap of [0.5, 0.1, 0.01]) {
      const r = solved(problem, { gap });
      assert.ok(r.status === 'gapReached' || r.status === 'optimal', `${name} at ${gap}: ${r.status}`);
      assert.ok(r.gap <= gap + 1e-12, `${name}: ${r.gap} > ${gap}`);
      assert.ok(sense(problem) * (r.value - best.value) >= -1e-9 * Math.abs(best.value));
    }
});

test('progress is monotone: values only get better, bounds only rise, and never cross', () => {
  for (const { name, problem, best } of answers) {
    const sign = sense(problem);
    let [value, bound] = [Infinity, -Infinity];
    let calls = 0;
    solveLocation(problem, {
      progress: (v, b) => {
        calls++;
        assert.ok(sign * v <= value, `${name}: value ${v} after ${sign * value}`);
        assert.ok(sign * b >= bound, `${name}: bound ${b} after ${sign * bound}`);
        assert.ok(sign * (v - b) >= -1e-9, `${name}: ${v} and ${b} cross`);
        [value, bound] = [sign * v, sign * b];
      },
    });
    assert.ok(calls > 0, name);
    assert.ok(sign * best.value <= value + 1e-9);
  }
});

test('a start from the optimum is kept, one from elsewhere is improved', () => {
  for (const { name, problem, best } of answers) {
    if (problem.kind === 'p-center') continue;
    const again = solved(problem, { start: best.open });
    assertClose(again.value, best.value);
    const count = best.open.length;
    const poor: SolveOptions = { start: Int32Array.from({ length: count }, (_, k) => k), iterationLimit: 1 };
    assert.ok(solved(problem, poor).open.length > 0, name);
  }
});

test('without a certificate the answer is the same', () => {
  for (const { problem, best } of answers) {
    const r = solveLocation(problem, { certify: false });
    assert.deepEqual([r.status, r.value, r.bound, [...r.open]], [best.status, best.value, best.bound, [...best.open]]);
  }
});

test('a certificate survives being written down and read again', () => {
  for (const { problem, best } of answers) {
    const copy = structuredClone(best);
    assert.equal(verify(problem, copy).ok, true);
  }
});

test('the root bound is a bound, and no more sites are in the core than there are', () => {
  for (const { problem, best, name } of answers) {
    const m = 'cover' in problem ? problem.cover.cols : 'form' in problem.costs ? 0 : problem.costs.cols;
    assert.ok(sense(problem) * (best.value - best.stats.rootBound) >= -1e-6, name);
    assert.ok(best.stats.coreSites >= 0 && best.stats.coreSites <= m, name);
    assert.ok(best.stats.iterations > 0 || best.stats.nodes >= 0);
  }
});

test('moving the whole plane, or turning it by a right angle, changes nothing', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -500, max: 500 }), (seed, shift) => {
      const points = randomPoints(random(seed), 10, 60);
      const costs = (map: (x: number, y: number) => [number, number]): PointCost => ({
        form: 'points',
        metric: 'euclidean',
        x: Float64Array.from(points, ([x, y]) => map(x, y)[0]),
        y: Float64Array.from(points, ([x, y]) => map(x, y)[1]),
      });
      const value = (c: PointCost) => solved({ kind: 'p-median', costs: c, p: 3 }).value;
      const base = value(costs((x, y) => [x, y]));
      assertClose(value(costs((x, y) => [x + shift, y - shift])), base);
      assertClose(value(costs((x, y) => [-y, x])), base);
    }),
    { ...runs, numRuns: 10 },
  );
});
