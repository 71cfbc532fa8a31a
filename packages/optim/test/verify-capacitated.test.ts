import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import {
  cfl,
  verify,
  type CertificateNode,
  type CertificateStep,
  type CflProblem,
  type LocationResult,
} from '@qipan/optim';
import { randomNumbers, randomTable, subsets, sum, toCsr, type Table } from './support/brute-force.js';
import { assertClose, assertSound } from './support/checked.js';

interface Drawn {
  readonly table: Table;
  readonly problem: CflProblem;
  /** By exhaustion; Infinity = no solution. */
  readonly best: number;
}

/** Least cost of serving every whole demand point from one site, over all assignments. */
function bestSingleSource(table: Table, p: Pick<CflProblem, 'fixedCost' | 'capacity' | 'demand'>): number {
  const m = p.capacity.length;
  const room = [...p.capacity];
  const used = new Array<number>();
  let best = Infinity;
  const place = (i: number, cost: number) => {
    if (cost >= best) return;
    if (i === table.length) {
      best = cost;
      return;
    }
    for (let j = 0; j < m; j++) {
      if (table[i][j] === Infinity || room[j] < p.demand[i]) continue;
      const first = !used.includes(j);
      room[j] -= p.demand[i];
      used.push(j);
      place(i + 1, cost + table[i][j] + (first ? p.fixedCost[j] : 0));
      used.pop();
      room[j] += p.demand[i];
    }
  };
  place(0, 0);
  return best;
}

/**
 * Least cost with split demand for whole demands and capacities: over all sets of open sites, each unit of demand is
 * sent by successive cheapest ways in the residual network (Busacker and Gowen 1960).
 */
function bestSplit(table: Table, p: Pick<CflProblem, 'fixedCost' | 'capacity' | 'demand'>): number {
  let best = Infinity;
  for (const sites of subsets(p.capacity.length)) {
    const fixed = sum(sites.map((j) => p.fixedCost[j]));
    if (fixed < best) best = Math.min(best, fixed + cheapestFlow(table, sites, p));
  }
  return best;
}

function cheapestFlow(table: Table, sites: readonly number[], p: Pick<CflProblem, 'capacity' | 'demand'>): number {
  const flow = table.map(() => sites.map(() => 0));
  const left = sites.map((j) => p.capacity[j]);
  let cost = 0;
  for (let i = 0; i < table.length; i++)
    for (let unit = 0; unit < p.demand[i]; unit++) {
      // Bellman-Ford over sites: the cheapest way to end one more unit of point i at a site with room.
      const price = (a: number, k: number) => table[a][sites[k]] / p.demand[a];
      const reach = sites.map((_, k) => price(i, k));
      const via: { from: number; point: number }[] = sites.map(() => ({ from: -1, point: i }));
      for (let round = 0; round < sites.length; round++)
        for (let from = 0; from < sites.length; from++)
          for (let a = 0; a < table.length; a++) {
            if (flow[a][from] === 0) continue;
            for (let to = 0; to < sites.length; to++) {
              const c = reach[from] - price(a, from) + price(a, to);
              if (to !== from && c < reach[to] - 1e-12) {
                reach[to] = c;
                via[to] = { from, point: a };
              }
            }
          }
      let end = -1;
      for (let k = 0; k < sites.length; k++) if (left[k] > 0 && (end < 0 || reach[k] < reach[end])) end = k;
      if (end < 0 || reach[end] === Infinity) return Infinity;
      cost += reach[end];
      left[end]--;
      for (let k = end; ; k = via[k].from) {
        flow[via[k].point][k]++;
        if (via[k].from < 0) break;
        flow[via[k].point][via[k].from]--;
      }
    }
  return cost;
}

function drawn(seed: number, singleSource: boolean): Drawn {
  const rng = random(seed);
  const [n, m] = [5, 4];
  const table = randomTable(rng, { n, m, most: 60 });
  const demand = Float64Array.from({ length: n }, () => 1 + rng.below(6));
  const capacity = Float64Array.from({ length: m }, () => 5 + rng.below(9));
  const fixedCost = randomNumbers(rng, m, 50);
  const problem: CflProblem = { kind: 'cfl', costs: toCsr(table), demand, capacity, fixedCost, singleSource };
  return { table, problem, best: singleSource ? bestSingleSource(table, problem) : bestSplit(table, problem) };
}

const cases = [...Array(12).keys()].flatMap((k) => [drawn(1001 + k, true), drawn(1001 + k, false)]);
const answers = cases.map((c) => ({ ...c, r: cfl(c.problem) }));
const feasible = answers.filter(({ best }) => best < Infinity);

const refused = (a: (typeof answers)[number], forged: LocationResult, what: string) => {
  const v = verify(a.problem, forged);
  assert.equal(v.ok, false, `${what} is accepted (single source: ${a.problem.singleSource})`);
  assert.ok(v.failures.length > 0);
};

function withSteps(r: LocationResult, change: (s: CertificateStep) => CertificateStep): LocationResult {
  assert.ok(r.certificate);
  const map = (node: CertificateNode): CertificateNode => ({
    steps: node.steps.map(change),
    branch: node.branch && { ...node.branch, yes: map(node.branch.yes), no: map(node.branch.no) },
  });
  return { ...r, certificate: { ...r.certificate, root: map(r.certificate.root) } };
}

test('values agree with exhaustion, and the verifier accepts each proof', () => {
  assert.ok(feasible.length >= 16);
  for (const { problem, best, r } of answers) {
    assertSound(problem, r);
    assert.equal(r.status, best === Infinity ? 'infeasible' : 'optimal');
    if (best < Infinity) assertClose(r.value, best, 1e-8);
  }
});

test('splitting demand never costs more than serving it from one site', () => {
  for (let k = 0; k < cases.length; k += 2) assert.ok(cases[k + 1].best <= cases[k].best + 1e-9);
});

test('a changed value, bound or set of sites is refused', () => {
  for (const a of feasible) {
    refused(a, { ...a.r, value: a.r.value + 1 }, 'a value too high');
    refused(a, { ...a.r, value: NaN }, 'no value');
    refused(a, { ...a.r, status: 'stopped', bound: a.r.bound + 1 }, 'a bound too high');
    refused(a, { ...a.r, bound: a.r.bound - 1 }, 'optimal with a gap');
    refused(a, { ...a.r, bound: NaN }, 'no bound');
    refused(a, { ...a.r, open: a.r.open.slice(1) }, 'a site fewer');
    refused(a, { ...a.r, open: Int32Array.of(a.r.open[0], ...a.r.open) }, 'a site twice');
    refused(a, { ...a.r, certificate: null }, 'no certificate');
  }
});

test('every changed assignment of a single-source solution is refused, unless it is as good', () => {
  for (const a of feasible) {
    if (!a.problem.singleSource) continue;
    for (let i = 0; i < a.r.assignment.length; i++)
      for (let j = -1; j < 5; j++) {
        if (j === a.r.assignment[i]) continue;
        const v = verify(a.problem, { ...a.r, assignment: a.r.assignment.with(i, j) });
        if (v.ok) assertClose(v.value, a.r.value);
      }
  }
});

test('shares that are lost, too large or negative are refused', () => {
  for (const a of feasible) {
    if (a.problem.singleSource) continue;
    const { shares, ...without } = a.r;
    assert.ok(shares);
    refused(a, without, 'no shares');
    for (let e = 0; e < shares.value.length; e++)
      for (const v of [0, -0.25, shares.value[e] / 2, shares.value[e] + 0.5])
        refused(a, { ...a.r, shares: { ...shares, value: shares.value.with(e, v) } }, `share ${v}`);
  }
});

test('a site that carries more than its capacity is noticed', () => {
  for (const a of feasible) {
    const busiest = a.r.open[0];
    const load = a.problem.singleSource
      ? sum([...a.r.assignment].map((j, i) => (j === busiest ? a.problem.demand[i] : 0)))
      : sum(
          [...(a.r.shares?.index ?? [])].map((j, e) => {
            const start = a.r.shares?.start ?? [];
            const i = [...start].findLastIndex((s) => s <= e);
            return j === busiest ? a.problem.demand[i] * (a.r.shares?.value[e] ?? 0) : 0;
          }),
        );
    if (load < 0.5) continue;
    const problem = { ...a.problem, capacity: a.problem.capacity.with(busiest, load - 0.25) };
    const v = verify(problem, a.r);
    assert.ok(v.failures.some((f) => f.includes('capacity')));
  }
});

test('changed multipliers and prices never prove more than the truth', () => {
  for (const a of feasible) {
    for (let i = 0; i < 5; i++)
      for (const by of [-40, -1, 2 ** -20, 1, 40]) {
        const forged = withSteps(a.r, (s) => ({ ...s, multipliers: s.multipliers.with(i, s.multipliers[i] + by) }));
        assert.ok(verify(a.problem, forged).bound <= a.best + 1e-6);
      }
    for (const price of [0, 0.5, 3, 100]) {
      const forged = [
        withSteps(a.r, (s) => ({ ...s, capacityPrice: price })),
        withSteps(a.r, (s) => ({ ...s, countPrice: price })),
      ];
      for (const f of forged) assert.ok(verify(a.problem, f).bound <= a.best + 1e-6);
    }
    for (const price of [-1, NaN, Infinity, 2 ** -21])
      refused(
        a,
        withSteps(a.r, (s) => ({ ...s, capacityPrice: price })),
        `price ${price}`,
      );
  }
});

test('sites excluded or forced without a reason, and lost branches, never prove more than the truth', () => {
  for (const a of feasible) {
    const root = a.r.certificate?.root;
    assert.ok(root);
    const step = root.steps[0] ?? {
      multipliers: new Float64Array(5),
      capacityPrice: 0,
      countPrice: 0,
      closed: new Int32Array(0),
      opened: new Int32Array(0),
    };
    const nothing = new Int32Array(0);
    const forge = (node: CertificateNode): LocationResult => ({
      ...a.r,
      certificate: a.r.certificate && { ...a.r.certificate, root: node },
    });
    for (let j = 0; j < 4; j++)
      for (const s of [
        { ...step, closed: Int32Array.of(j), opened: nothing },
        { ...step, closed: nothing, opened: Int32Array.of(j) },
      ])
        assert.ok(verify(a.problem, forge({ steps: [s], branch: null })).bound <= a.best + 1e-6);
    assert.ok(verify(a.problem, forge({ ...root, branch: null })).bound <= a.best + 1e-6);
    refused(a, forge({ steps: [], branch: null }), 'an empty proof');
    const leaf: CertificateNode = { steps: [{ ...step, closed: nothing, opened: nothing }], branch: null };
    for (const [site, demandPoint] of [
      [0, 0],
      [3, 4],
      [2, -1],
    ]) {
      const v = verify(a.problem, forge({ steps: [], branch: { site, demandPoint, yes: leaf, no: leaf } }));
      assert.ok(v.bound <= a.best + 1e-6, `halves of ${demandPoint}, ${site}: ${v.bound} > ${a.best}`);
    }
    refused(a, forge({ steps: [], branch: { site: 9, demandPoint: 0, yes: leaf, no: leaf } }), 'site 9');
  }
});

test('infeasibility is proved where demand exceeds all capacity, and not where it fits', () => {
  const { problem } = drawn(1050, true);
  const tight = { ...problem, capacity: new Float64Array(4).fill(1) };
  const r = cfl(tight);
  assert.equal(r.status, 'infeasible');
  assert.equal(verify(tight, r).ok, true);
  for (const a of feasible) refused(a, { ...a.r, status: 'infeasible', value: NaN, bound: Infinity }, 'infeasible');
});

test('costs of thirds cannot be passed off as whole', () => {
  const { problem, table } = drawn(1060, false);
  const thirds: CflProblem = { ...problem, costs: toCsr(table.map((row) => row.map((v) => v / 3 + 1 / 7))) };
  const r = cfl(thirds);
  assertSound(thirds, r);
  assert.ok(r.certificate);
  const forged = { ...r, certificate: { ...r.certificate, integral: true } };
  const v = verify(thirds, forged);
  assert.equal(v.ok, false);
  assert.ok(v.bound <= r.value);
});
