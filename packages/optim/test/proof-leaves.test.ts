import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import {
  solveLocation,
  type Certificate,
  type CertificateNode,
  type CertificateStep,
  type LocationProblem,
  type LocationResult,
} from '@qipan/optim';
import { randomNumbers, randomTable, subsets, sum, toCsr, type Table } from './support/brute-force.js';

/**
 * A proof by branches says: whatever the solution, one path down the tree holds it, and either the multipliers of a
 * step on the way show that a decision against it costs too much, or those of the leaf do. Here that is followed for
 * every single set of sites, with the Lagrangian function written anew from its formula.
 */
interface Judge {
  readonly table: Table;
  readonly fixedCost: ArrayLike<number>;
  readonly unserved: ArrayLike<number> | null;
  /** −1 = any number. */
  readonly p: number;
  readonly scale: number;
}

/** Cost of a set of sites, scaled; Infinity when it serves not all. */
function costOf(g: Judge, sites: readonly number[]): number {
  const service = g.table.map((row, i) => Math.min(g.unserved?.[i] ?? Infinity, ...sites.map((j) => row[j])));
  return (sum(sites.map((j) => g.fixedCost[j])) + sum(service)) * g.scale;
}

/** Σλ + Σ min(0, unserved − λ) + Σ of ρ over the sites of the set: what its dual solution costs, at most its cost. */
function lagrangian(g: Judge, { multipliers }: CertificateStep, sites: readonly number[]): number {
  let value = 0;
  multipliers.forEach((l, i) => {
    value += l;
    if (g.unserved) value += Math.min(0, g.unserved[i] * g.scale - l);
  });
  for (const j of sites) {
    value += g.fixedCost[j] * g.scale;
    multipliers.forEach((l, i) => (value += Math.min(0, g.table[i][j] * g.scale - l)));
  }
  return value;
}

interface Found {
  readonly leaves: Map<CertificateNode, number>;
  excluded: number;
}

/** Follows one set of sites; at the end nothing about it may be better than what the proof claims. */
function follow(g: Judge, c: Certificate, sites: readonly number[], found: Found): void {
  const claimed = c.bound * c.scale;
  const holds = (step: CertificateStep): void => {
    const value = lagrangian(g, step, sites);
    const cost = costOf(g, sites);
    const slack = 1e-6 * Math.max(1, Math.abs(claimed));
    assert.ok(value <= cost + slack, 'weak duality');
    assert.ok(cost >= claimed - slack, `sites ${sites.join()} cost ${cost}, below the claim ${claimed}`);
  };
  let node = c.root;
  for (;;) {
    for (const step of node.steps) {
      const against =
        [...step.closed].some((j) => sites.includes(j)) || [...step.opened].some((j) => !sites.includes(j));
      if (!against) continue;
      found.excluded++;
      holds(step);
      return;
    }
    if (node.branch === null) break;
    assert.equal(node.branch.demandPoint, -1);
    node = sites.includes(node.branch.site) ? node.branch.yes : node.branch.no;
  }
  assert.ok(node.steps.length > 0, 'a leaf has multipliers');
  holds(node.steps.at(-1) as CertificateStep);
  found.leaves.set(node, (found.leaves.get(node) ?? 0) + 1);
}

function leavesOf(node: CertificateNode): CertificateNode[] {
  return node.branch === null ? [node] : [...leavesOf(node.branch.yes), ...leavesOf(node.branch.no)];
}

function judgeOf(problem: LocationProblem, table: Table, scale: number): Judge {
  const zero = new Float64Array(table[0].length);
  if (problem.kind === 'mclp') return { table, fixedCost: zero, unserved: problem.weight, p: problem.p, scale };
  if (problem.kind === 'lscp')
    return { table, fixedCost: problem.fixedCost ?? zero.map(() => 1), unserved: null, p: -1, scale };
  if (problem.kind === 'ufl')
    return { table, fixedCost: problem.fixedCost, unserved: problem.unserved ?? null, p: -1, scale };
  assert.ok(problem.kind === 'p-median');
  return { table, fixedCost: zero, unserved: problem.unserved ?? null, p: problem.p, scale };
}

/** Follows every set of sites of the right number down the proof. */
function assertWhole(problem: LocationProblem, table: Table): { leaves: number; r: LocationResult; excluded: number } {
  const r = solveLocation(problem);
  assert.equal(r.status, 'optimal', problem.kind);
  const c = r.certificate as Certificate;
  const g = judgeOf(problem, table, c.scale);
  // The proof of a maximal cover is one of least weight left out.
  const bound = problem.kind === 'mclp' ? sum(problem.weight) - c.bound : c.bound;
  const found: Found = { leaves: new Map(), excluded: 0 };
  let sets = 0;
  for (const sites of subsets(table[0].length)) {
    if (g.p >= 0 && sites.length !== g.p) continue;
    sets++;
    follow(g, { ...c, bound }, sites, found);
  }
  const inLeaves = sum(found.leaves.values());
  assert.equal(inLeaves + found.excluded, sets, 'every set ends in one leaf or at one exclusion');
  return { leaves: leavesOf(c.root).length, r, excluded: found.excluded };
}

const table = (seed: number, density = 1): number[][] => randomTable(random(seed), { n: 9, m: 8, most: 60, density });
const cover = (seed: number): number[][] =>
  table(seed, 0.4).map((row, i) => row.map((v, j) => (v < Infinity || i % 8 === j ? 0 : Infinity)));

test('p-median: every set of p sites ends in one leaf or at one exclusion, and costs no less than the proof says', () => {
  for (let seed = 1; seed <= 20; seed++)
    for (const p of [2, 4]) {
      const t = table(seed);
      assertWhole({ kind: 'p-median', costs: toCsr(t), p }, t);
    }
});

test('fixed costs: every set of sites ends in one leaf or at one exclusion, whole numbers or not', () => {
  let excluded = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const t = table(100 + seed).map((row) => row.map((v) => (seed % 2 === 0 ? v : v / 3)));
    const fixedCost = randomNumbers(random(seed), 8, 120);
    excluded += assertWhole({ kind: 'ufl', costs: toCsr(t), fixedCost }, t).excluded;
    const unserved = randomNumbers(random(seed), 9, 50).map((v) => v + 1);
    assertWhole({ kind: 'ufl', costs: toCsr(t), fixedCost, unserved }, t);
  }
  assert.ok(excluded > 0, 'exclusions were met');
});

test('covers: every set of sites ends in one leaf or at one exclusion', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const t = cover(200 + seed);
    assertWhole({ kind: 'lscp', cover: toCsr(t, 8) }, t);
    const weight = randomNumbers(random(seed), 9, 40);
    assertWhole({ kind: 'mclp', cover: toCsr(t, 8), weight, p: 2 }, t);
  }
});

test('proofs that need branches: the lines of the affine plane of order 3 take five points to meet, the linear bound three', () => {
  const third = [0, 1, 2];
  const lines = [
    ...third.flatMap((a) => third.map((b) => third.map((x) => 3 * x + ((a * x + b) % 3)))),
    ...third.map((x) => third.map((y) => 3 * x + y)),
  ];
  const t = lines.map((line) => Array.from({ length: 9 }, (_, j) => (line.includes(j) ? 0 : Infinity)));
  const { r, leaves } = assertWhole({ kind: 'lscp', cover: toCsr(t, 9) }, t);
  assert.equal(r.value, 5);
  assert.ok(leaves > 1, 'its proof has branches');
  // The same points as a p-median of missed lines: four points miss one line at least.
  const missed = assertWhole({ kind: 'mclp', cover: toCsr(t, 9), weight: new Float64Array(12).fill(1), p: 4 }, t);
  assert.equal(missed.r.value, 11);
});
