import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { cfl, verify, type CflProblem, type LocationResult, type SolveOptions } from '@qipan/optim';
import { permuted, randomNumbers, randomTable, sum, toCsr, type Table } from '../support/brute-force.js';
import { assertClose, assertOptimum, assertSound } from '../support/checked.js';

interface Drawn {
  readonly table: Table;
  readonly problem: CflProblem;
}

function drawn(seed: number, singleSource: boolean, o: { n?: number; m?: number; tightness?: number } = {}): Drawn {
  const rng = random(seed);
  const { n = 10, m = 5, tightness = 1.6 } = o;
  const table = randomTable(rng, { n, m, most: 90 });
  const demand = Float64Array.from({ length: n }, () => 1 + rng.below(9));
  const each = (sum(demand) / m) * tightness;
  const capacity = Float64Array.from({ length: m }, () => Math.round(each * (0.8 + 0.4 * rng.next())));
  const fixedCost = randomNumbers(rng, m, 150);
  return { table, problem: { kind: 'cfl', costs: toCsr(table), demand, capacity, fixedCost, singleSource } };
}

const both = [false, true] as const;
const solved = (problem: CflProblem, o: SolveOptions = {}): LocationResult => {
  const r = cfl(problem, o);
  assertSound(problem, r);
  return r;
};

test('by hand: two sites, three customers, where splitting pays exactly the half that is split', () => {
  const problem: Omit<CflProblem, 'singleSource'> = {
    kind: 'cfl',
    costs: toCsr([
      [0, 10],
      [0, 10],
      [10, 0],
    ]),
    demand: Float64Array.of(4, 4, 2),
    capacity: Float64Array.of(6, 6),
    fixedCost: Float64Array.of(1, 2),
  };
  // Site 0 holds one and a half of the first two; the other half of 4 units goes over at 10 a whole: 5.
  const split = assertOptimum({ ...problem, singleSource: false }, 3 + 5);
  assert.deepEqual([...split.open], [0, 1]);
  assertOptimum({ ...problem, singleSource: true }, 3 + 10);
});

test('a customer without demand is served where it is cheapest and takes no room', () => {
  const problem: CflProblem = {
    kind: 'cfl',
    costs: toCsr([
      [5, 7],
      [3, 9],
    ]),
    demand: Float64Array.of(4, 0),
    capacity: Float64Array.of(4, 4),
    fixedCost: Float64Array.of(0, 0),
    singleSource: false,
  };
  const r = assertOptimum(problem, 8);
  assert.deepEqual([...r.assignment], [0, 0]);
  assertOptimum({ ...problem, singleSource: true }, 8);
});

test('with room for all at every site it is location without capacities', () => {
  for (const singleSource of both)
    for (let seed = 1; seed <= 5; seed++) {
      const { problem, table } = drawn(seed, singleSource);
      const roomy = { ...problem, capacity: new Float64Array(5).fill(1000) };
      let best = Infinity;
      for (let code = 1; code < 32; code++) {
        const sites = [0, 1, 2, 3, 4].filter((j) => (code >> j) & 1);
        const cost =
          sum(sites.map((j) => problem.fixedCost[j])) + sum(table.map((row) => Math.min(...sites.map((j) => row[j]))));
        best = Math.min(best, cost);
      }
      assertOptimum(roomy, best);
    }
});

test('permuting customers and sites changes nothing but the numbers', () => {
  for (const singleSource of both)
    for (let seed = 1; seed <= 4; seed++) {
      const { problem, table } = drawn(50 + seed, singleSource, { n: 8, m: 4 });
      const rows = [3, 1, 7, 0, 5, 2, 6, 4];
      const cols = [2, 0, 3, 1];
      const other: CflProblem = {
        ...problem,
        costs: toCsr(permuted(table, rows, cols)),
        demand: Float64Array.from(rows, (i) => problem.demand[i]),
        capacity: Float64Array.from(cols, (j) => problem.capacity[j]),
        fixedCost: Float64Array.from(cols, (j) => problem.fixedCost[j]),
      };
      const [a, b] = [solved(problem), solved(other)];
      assert.deepEqual([b.status, a.status], ['optimal', 'optimal']);
      assertClose(b.value, a.value);
    }
});

test('more capacity, a cheaper site or a cheaper way never make it dearer; splitting never does either', () => {
  for (const singleSource of both)
    for (let seed = 1; seed <= 4; seed++) {
      const { problem } = drawn(80 + seed, singleSource, { n: 8, m: 4 });
      const base = solved(problem).value;
      const least = (p: CflProblem, what: string): void => assert.ok(solved(p).value <= base * (1 + 1e-9), what);
      least({ ...problem, capacity: problem.capacity.map((c, j) => c + (j === 1 ? 5 : 0)) }, 'capacity');
      least({ ...problem, fixedCost: problem.fixedCost.map((f, j) => (j === 2 ? f / 2 : f)) }, 'fixed cost');
      least(
        {
          ...problem,
          costs: { ...problem.costs, value: problem.costs.value.map((c, e) => (e % 7 === 0 ? c / 2 : c)) },
        },
        'cost',
      );
      least(
        { ...problem, demand: problem.demand.map((d, i) => (i === 3 ? d - 1 : d)) },
        'demand, costs of the whole as before',
      );
      if (singleSource) least({ ...problem, singleSource: false }, 'split');
    }
});

test('costs in another unit give the value in that unit', () => {
  for (const singleSource of both) {
    const { problem } = drawn(120, singleSource, { n: 8, m: 4 });
    const base = solved(problem).value;
    for (const factor of [0.01, 3, 1e6]) {
      const other = {
        ...problem,
        costs: { ...problem.costs, value: problem.costs.value.map((c) => c * factor) },
        fixedCost: problem.fixedCost.map((f) => f * factor),
      };
      assertClose(solved(other).value, base * factor, 1e-8);
    }
  }
});

test('amounts in another unit change nothing', () => {
  for (const singleSource of both)
    for (const factor of [0.1, 0.125, 1000]) {
      const { problem } = drawn(130, singleSource, { n: 8, m: 4 });
      const other = {
        ...problem,
        demand: problem.demand.map((d) => d * factor),
        capacity: problem.capacity.map((c) => c * factor),
      };
      assertClose(solved(other).value, solved(problem).value, 1e-8);
    }
});

test('shares of split demand are rows that sum to one, within the capacities, at open sites', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { problem } = drawn(140 + seed, false, { tightness: 1.25 });
    const r = solved(problem);
    if (r.status === 'infeasible') continue;
    assert.ok(r.shares !== undefined);
    const { start, index, value } = r.shares;
    const load = new Float64Array(5);
    for (let i = 0; i < 10; i++) {
      assertClose(sum(value.subarray(start[i], start[i + 1])), 1);
      for (let e = start[i]; e < start[i + 1]; e++) load[index[e]] += value[e] * problem.demand[i];
    }
    load.forEach((l, j) => assert.ok(l <= problem.capacity[j] + 1e-9));
    assert.ok([...index].every((j) => r.open.includes(j)));
  }
});

test('stopped at any moment there is a valid bound, and an incumbent that holds if there is one', () => {
  for (const singleSource of both)
    for (const limit of [1, 2, 5, 20, 80]) {
      const { problem } = drawn(160, singleSource, { n: 16, m: 8, tightness: 1.3 });
      const r = cfl(problem, { iterationLimit: limit });
      assert.ok(['stopped', 'optimal'].includes(r.status));
      const verdict = verify(problem, r);
      if (Number.isNaN(r.value)) {
        assert.equal(r.gap, Infinity);
        continue;
      }
      assert.deepEqual(verdict.failures, []);
      assert.ok(r.bound <= r.value * (1 + 1e-9));
    }
});

test('a gap asked for ends the search within it', () => {
  for (const singleSource of both) {
    const { problem } = drawn(170, singleSource, { n: 16, m: 8 });
    const best = solved(problem).value;
    for (const gap of [0.02, 0.2]) {
      const r = solved(problem, { gap });
      assert.ok(['optimal', 'gapReached'].includes(r.status) && r.gap <= gap + 1e-9);
      assert.ok(r.value >= best * (1 - 1e-9) && r.bound <= best * (1 + 1e-9));
    }
  }
});

test('progress never crosses and closes in, the same seed gives the same proof, and a proof is made only if asked for', () => {
  for (const singleSource of both) {
    const { problem } = drawn(180, singleSource, { n: 14, m: 6, tightness: 1.35 });
    const told: [number, number][] = [];
    const r = solved(problem, { seed: 5, progress: (value, bound) => told.push([value, bound]) });
    assert.ok(told.length > 0);
    told.forEach(([value, bound], k) => {
      assert.ok(bound <= value, 'bounds stay below');
      if (k > 0) assert.ok(value <= told[k - 1][0] && bound >= told[k - 1][1] - 1e-9, 'both close in');
    });
    assert.deepEqual(solved(problem, { seed: 5 }), { ...r }, 'to the last bit');
    const plain = cfl(problem, { seed: 5, certify: false });
    assert.equal(plain.certificate, null);
    assert.deepEqual([plain.value, plain.bound], [r.value, r.bound]);
  }
});

test('demand above all capacity, or above the sites in reach, is infeasible with a proof', () => {
  for (const singleSource of both) {
    const { problem } = drawn(190, singleSource);
    assertOptimum({ ...problem, capacity: problem.capacity.map((c) => c / 2) }, Infinity);
    const far = toCsr(
      [
        [1, Infinity],
        [2, Infinity],
        [Infinity, 3],
      ],
      2,
    );
    const parts = { kind: 'cfl' as const, costs: far, fixedCost: Float64Array.of(1, 1), singleSource };
    assertOptimum({ ...parts, demand: Float64Array.of(3, 3, 1), capacity: Float64Array.of(5, 50) }, Infinity);
    assertOptimum({ ...parts, demand: Float64Array.of(3, 3, 1), capacity: Float64Array.of(6, 50) }, 8);
  }
});

test('whole demands that would fit if split, and do not as they are, are infeasible only when whole', () => {
  const problem: Omit<CflProblem, 'singleSource'> = {
    kind: 'cfl',
    costs: toCsr([
      [1, 1],
      [1, 1],
      [1, 1],
    ]),
    demand: Float64Array.of(3, 3, 3),
    capacity: Float64Array.of(5, 5),
    fixedCost: Float64Array.of(1, 1),
  };
  assertOptimum({ ...problem, singleSource: false }, 5);
  assertOptimum({ ...problem, singleSource: true }, Infinity);
});
