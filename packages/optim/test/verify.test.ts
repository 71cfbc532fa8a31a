import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { random } from '@qipan/base';
import { csrFromLists } from '@qipan/numeric';
import {
  solveLocation,
  verify,
  type Certificate,
  type CertificateNode,
  type CertificateStep,
  type LocationProblem,
  type LocationResult,
} from '@qipan/optim';
import { repoRoot } from '@qipan/testing';
import {
  bestCenter,
  bestLscp,
  bestMclp,
  bestMedian,
  bestUfl,
  none,
  randomNumbers,
  randomTable,
  subsetsOf,
  toCsr,
  type Table,
} from './support/brute-force.js';
import { assertClose, assertSound } from './support/checked.js';

const rng = random(601);
const table = randomTable(rng, { n: 12, m: 8, most: 60 });
const cover = table.map((row) => row.map((v) => (v <= 14 ? 1 : none)));
for (const [i, row] of cover.entries()) if (row.every((v) => v === none)) row[i % 8] = 1;
const fixedCost = randomNumbers(rng, 8, 70);
const weight = Float64Array.from({ length: 12 }, () => 1 + rng.below(40));

/** A triple system whose linear bound is far below: its proof needs branches. */
const triples = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [1, 5, 6],
  [2, 3, 7],
  [0, 5, 7],
  [1, 3, 8],
  [2, 4, 6],
];

const problems: Record<string, { problem: LocationProblem; best: number }> = {
  'p-median': { problem: { kind: 'p-median', costs: toCsr(table), p: 3 }, best: bestMedian(table, 3) },
  ufl: { problem: { kind: 'ufl', costs: toCsr(table), fixedCost }, best: bestUfl(table, fixedCost) },
  mclp: { problem: { kind: 'mclp', cover: toCsr(cover, 8), weight, p: 3 }, best: bestMclp(cover, weight, 3) },
  lscp: {
    problem: { kind: 'lscp', cover: toCsr(cover, 8) },
    best: bestLscp(cover, new Float64Array(8).fill(1)),
  },
  'branched lscp': {
    problem: {
      kind: 'lscp',
      cover: csrFromLists(
        9,
        triples.map((index) => ({ index, value: [1, 1, 1] })),
      ),
    },
    best: 5,
  },
  'p-center': { problem: { kind: 'p-center', costs: toCsr(table), p: 2 }, best: bestCenter(table, 2) },
};
const answers = Object.entries(problems).map(([name, { problem, best }]) => {
  const r = solveLocation(problem);
  return { name, problem, best, r };
});
const minimised = answers.filter((a) => a.problem.kind !== 'mclp');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function certificateOf(r: LocationResult): Certificate {
  assert.ok(r.certificate);
  return r.certificate;
}

function withRoot(r: LocationResult, root: CertificateNode): LocationResult {
  return { ...r, certificate: { ...certificateOf(r), root } };
}

/** The proof with each step changed by `change`, which may return it as it is. */
function mapSteps(node: CertificateNode, change: (s: CertificateStep) => CertificateStep): CertificateNode {
  const { branch } = node;
  return {
    steps: node.steps.map(change),
    branch: branch && { ...branch, yes: mapSteps(branch.yes, change), no: mapSteps(branch.no, change) },
  };
}

function nodesOf(node: CertificateNode): CertificateNode[] {
  return [node, ...(node.branch ? [...nodesOf(node.branch.yes), ...nodesOf(node.branch.no)] : [])];
}

/** The same tree with one node replaced. */
function replaced(node: CertificateNode, old: CertificateNode, by: CertificateNode): CertificateNode {
  if (node === old) return by;
  const { branch } = node;
  if (!branch) return node;
  return { ...node, branch: { ...branch, yes: replaced(branch.yes, old, by), no: replaced(branch.no, old, by) } };
}

/** The bound that the verifier finds is never on the wrong side of the true optimum, whatever it is shown. */
function assertNeverLies(a: (typeof answers)[number], forged: LocationResult, what: string): void {
  const v = verify(a.problem, forged);
  const slack = 1e-9 * Math.max(1, Math.abs(a.best));
  if (a.problem.kind === 'mclp') assert.ok(v.bound >= a.best - slack, `${a.name}, ${what}: ${v.bound} < ${a.best}`);
  else assert.ok(v.bound <= a.best + slack, `${a.name}, ${what}: ${v.bound} > ${a.best}`);
}

const refuses = (a: (typeof answers)[number], forged: LocationResult, what: string) => {
  const v = verify(a.problem, forged);
  assert.equal(v.ok, false, `${a.name}: ${what} is accepted`);
  assert.ok(v.failures.length > 0);
};

test('every kind of certificate is accepted, with the value and bound recomputed', () => {
  for (const { name, problem, best, r } of answers) {
    assertSound(problem, r);
    assert.equal(r.status, 'optimal', name);
    assertClose(r.value, best);
    const v = verify(problem, r);
    assertClose(v.value, best);
    assertClose(v.bound, best);
    assert.ok(v.leaves >= 1);
  }
});

test('a proof with branches has as many leaves as it has ends', () => {
  const a = answers.find(({ name }) => name === 'branched lscp');
  assert.ok(a);
  const nodes = nodesOf(certificateOf(a.r).root);
  const ends = nodes.filter((n) => n.branch === null).length;
  assert.ok(ends > 1);
  assert.equal(ends, nodes.length - ends + 1);
  const v = verify(a.problem, a.r);
  assert.equal(v.leaves, ends);
  assert.equal(
    v.steps,
    nodes.reduce((s, n) => s + n.steps.length, 0),
  );
});

test('a claimed value that the solution does not have is refused', () => {
  for (const a of answers)
    for (const value of [a.r.value + 1, a.r.value - 1, NaN, Infinity, 0.5 * a.r.value])
      refuses(a, { ...a.r, value }, `value ${value}`);
});

test('a claimed bound that the certificate does not prove is refused', () => {
  for (const a of answers) {
    const towards = a.problem.kind === 'mclp' ? -1 : 1;
    refuses(a, { ...a.r, status: 'stopped', bound: a.r.bound + towards }, 'a bound too good');
    refuses(a, { ...a.r, bound: a.r.bound - towards }, 'optimal with a gap');
    refuses(a, { ...a.r, bound: NaN }, 'no bound');
    refuses(a, { ...a.r, status: 'stopped', bound: NaN }, 'no bound, stopped');
  }
});

test('a weaker bound with a status that allows it is accepted', () => {
  for (const { name, problem, r } of minimised.filter((a) => a.problem.kind !== 'p-center')) {
    const bound = r.bound - 1;
    const weaker: LocationResult = { ...r, status: 'stopped', bound, gap: (r.value - bound) / Math.abs(r.value) };
    assert.equal(verify(problem, weaker).ok, true, name);
  }
});

test('another set of open sites is refused', () => {
  for (const a of answers) {
    const [first, ...rest] = a.r.open;
    refuses(a, { ...a.r, open: Int32Array.from(rest) }, 'a site fewer');
    refuses(a, { ...a.r, open: Int32Array.of(first, ...a.r.open) }, 'a site twice');
    refuses(a, { ...a.r, open: Int32Array.of(-1, ...rest) }, 'site −1');
    refuses(a, { ...a.r, open: Int32Array.of(...rest, 99) }, 'site 99');
  }
});

test('p-median and p-center want exactly p sites, maximal cover at most p', () => {
  for (const a of answers) {
    if (!('p' in a.problem)) continue;
    const idle = [...Array(8).keys()].find((j) => !a.r.open.includes(j));
    assert.ok(idle !== undefined);
    refuses(a, { ...a.r, open: Int32Array.of(...a.r.open, idle).sort() }, 'p + 1 sites');
  }
});

test('every single changed assignment is refused, unless it costs the same', () => {
  for (const a of answers) {
    const m = 9;
    for (let i = 0; i < a.r.assignment.length; i++)
      for (let j = -1; j < m; j++) {
        if (j === a.r.assignment[i]) continue;
        const v = verify(a.problem, { ...a.r, assignment: a.r.assignment.with(i, j) });
        if (!v.ok) continue;
        assert.ok(a.r.open.includes(j), `${a.name}: point ${i} at ${j}`);
        assertClose(v.value, a.r.value);
      }
    refuses(a, { ...a.r, assignment: a.r.assignment.slice(1) }, 'an assignment too few');
  }
});

test('a missing certificate, or that of another kind of problem, is refused', () => {
  for (const a of answers) {
    refuses(a, { ...a.r, certificate: null }, 'no certificate');
    for (const b of answers)
      if (b.problem.kind !== a.problem.kind) refuses(a, { ...a.r, certificate: b.r.certificate }, `that of ${b.name}`);
  }
});

test('one changed multiplier proves no more than the truth, and too large a one proves less', () => {
  for (const a of answers) {
    const { root } = certificateOf(a.r);
    for (let i = 0; i < 6; i++)
      for (const by of [-64, -1, 2 ** -20, 1, 64, 1e5]) {
        const forged = withRoot(
          a.r,
          mapSteps(root, (s) => ({ ...s, multipliers: s.multipliers.with(i, s.multipliers[i] + by) })),
        );
        assertNeverLies(a, forged, `multiplier ${i} by ${by}`);
      }
    if (root.steps.length === 0) continue;
    const huge = withRoot(
      a.r,
      mapSteps(root, (s) => ({ ...s, multipliers: s.multipliers.map(() => 1e5) })),
    );
    refuses(a, huge, 'multipliers of 100,000');
  }
});

test('multipliers that are no multiples of 2^-20, not finite, or of another number are refused', () => {
  for (const a of answers) {
    const { root } = certificateOf(a.r);
    if (root.steps.length === 0) continue;
    const forge = (change: (l: Float64Array) => Float64Array) =>
      withRoot(
        a.r,
        mapSteps(root, (s) => ({ ...s, multipliers: change(s.multipliers) })),
      );
    refuses(
      a,
      forge((l) => l.with(0, l[0] + 2 ** -21)),
      'half a quantum',
    );
    refuses(
      a,
      forge((l) => l.with(0, NaN)),
      'NaN',
    );
    refuses(
      a,
      forge((l) => l.with(0, Infinity)),
      'Infinity',
    );
    refuses(
      a,
      forge((l) => l.slice(1)),
      'one too few',
    );
    refuses(
      a,
      forge((l) => Float64Array.of(...l, 0)),
      'one too many',
    );
  }
});

test('prices that are negative or not finite are refused', () => {
  for (const a of answers) {
    const { root } = certificateOf(a.r);
    if (root.steps.length === 0) continue;
    for (const bad of [-1, NaN, Infinity, 2 ** -21]) {
      refuses(
        a,
        withRoot(
          a.r,
          mapSteps(root, (s) => ({ ...s, capacityPrice: bad })),
        ),
        `capacity price ${bad}`,
      );
      refuses(
        a,
        withRoot(
          a.r,
          mapSteps(root, (s) => ({ ...s, countPrice: bad })),
        ),
        `count price ${bad}`,
      );
    }
  }
});

test('multipliers all zero prove nothing above zero', () => {
  for (const a of minimised.filter(({ problem }) => problem.kind !== 'p-center')) {
    const { root } = certificateOf(a.r);
    const forged = withRoot(
      a.r,
      mapSteps(root, (s) => ({ ...s, multipliers: s.multipliers.map(() => 0) })),
    );
    assert.ok(verify(a.problem, forged).bound <= a.best);
    refuses(a, { ...forged }, 'no multipliers');
  }
});

test('sites that are excluded or forced without a reason cost the bound', () => {
  for (const a of answers) {
    const { root } = certificateOf(a.r);
    const [step] = root.steps;
    if (!step) continue;
    for (let j = 0; j < 8; j++) {
      const close = { ...step, closed: Int32Array.of(j), opened: new Int32Array(0) };
      const open = { ...step, closed: new Int32Array(0), opened: Int32Array.of(j) };
      assertNeverLies(a, withRoot(a.r, { steps: [close], branch: null }), `closing ${j}`);
      assertNeverLies(a, withRoot(a.r, { steps: [open], branch: null }), `opening ${j}`);
    }
    const all = Int32Array.from({ length: 8 }, (_, j) => j);
    const forged = withRoot(a.r, { steps: [{ ...step, closed: all }, step], branch: null });
    assertNeverLies(a, forged, 'closing all');
    refuses(
      a,
      withRoot(a.r, { steps: [{ ...step, closed: Int32Array.of(3, 3) }, step], branch: null }),
      'closing twice',
    );
    const unknown = { ...step, closed: Int32Array.of(77), opened: new Int32Array(0) };
    refuses(a, withRoot(a.r, { steps: [unknown, step], branch: null }), 'closing site 77');
  }
});

test('a lost leaf, a lost branch and an emptied node are never worth more than they prove', () => {
  for (const a of answers) {
    const { root } = certificateOf(a.r);
    for (const node of nodesOf(root)) {
      const cut = withRoot(a.r, replaced(root, node, { ...node, branch: null }));
      assertNeverLies(a, cut, 'a branch cut off');
      const emptied = withRoot(a.r, replaced(root, node, { steps: [], branch: null }));
      assertNeverLies(a, emptied, 'a node emptied');
      // A p-center bound that no site reaches needs no tree at all.
      if (a.problem.kind !== 'p-center') refuses(a, emptied, 'a node emptied');
    }
  }
});

test('cutting the first branch of a proof that needs it is refused', () => {
  const a = answers.find(({ name }) => name === 'branched lscp');
  assert.ok(a);
  const { root } = certificateOf(a.r);
  const first = nodesOf(root).find((n) => n.branch !== null);
  assert.ok(first?.branch);
  const { branch } = first;
  refuses(a, withRoot(a.r, replaced(root, first, { ...first, branch: null })), 'no branch');
  const forge = (b: Partial<Mutable<typeof branch>>) =>
    withRoot(a.r, replaced(root, first, { ...first, branch: { ...branch, ...b } }));
  assertNeverLies(a, forge({ yes: branch.no, no: branch.yes }), 'halves exchanged');
  assertNeverLies(a, forge({ no: branch.yes }), 'one half twice');
  for (let site = 0; site < 9; site++) assertNeverLies(a, forge({ site }), `branch on ${site}`);
  refuses(a, forge({ site: 9 }), 'a branch on a site that does not exist');
  refuses(a, forge({ site: -1 }), 'a branch on site −1');
});

test('a branch on the same site twice on the way is refused', () => {
  const a = answers.find(({ name }) => name === 'lscp');
  assert.ok(a);
  const step = {
    multipliers: new Float64Array(12),
    capacityPrice: 0,
    countPrice: 0,
    closed: new Int32Array(0),
    opened: new Int32Array(0),
  };
  const leaf: CertificateNode = { steps: [step], branch: null };
  const inner: CertificateNode = { steps: [], branch: { site: 2, demandPoint: -1, yes: leaf, no: leaf } };
  refuses(a, withRoot(a.r, { steps: [], branch: { site: 2, demandPoint: -1, yes: inner, no: leaf } }), 'site 2 twice');
});

test('every single changed cost is noticed, or does not matter', () => {
  const a = answers[0];
  assert.ok(a.problem.kind === 'p-median');
  const count = 12 * 8;
  for (let e = 0; e < count; e++)
    for (const by of [-5, 5]) {
      const [i, j] = [Math.floor(e / 8), e % 8];
      const v = table[i][j] + by;
      if (v < 0) continue;
      const changed: Table = table.map((row, k) => (k === i ? row.with(j, v) : row));
      const problem: LocationProblem = { ...a.problem, costs: toCsr(changed) };
      const verdict = verify(problem, a.r);
      const best = bestMedian(changed, 3);
      assert.ok(verdict.bound <= best, `cost ${i},${j} by ${by}`);
      if (verdict.ok) assert.equal(best, a.r.value, `cost ${i},${j} by ${by} is not noticed`);
    }
});

test('another p, weight or fixed cost than was solved is noticed, or does not matter', () => {
  for (const a of answers) {
    const { problem } = a;
    if (problem.kind === 'p-median' || problem.kind === 'p-center')
      for (const p of [1, 2, 3, 4, 8]) if (p !== problem.p) assert.equal(verify({ ...problem, p }, a.r).ok, false);
    if (problem.kind === 'ufl')
      for (let j = 0; j < 8; j++) {
        const other = fixedCost.with(j, fixedCost[j] + 9);
        const v = verify({ ...problem, fixedCost: other }, a.r);
        if (v.ok) assert.equal(bestUfl(table, other), a.r.value);
        assert.ok(v.bound <= bestUfl(table, other));
      }
    if (problem.kind === 'mclp')
      for (let i = 0; i < 12; i++) {
        const other = weight.with(i, weight[i] + 9);
        const v = verify({ ...problem, weight: other }, a.r);
        if (v.ok) assert.equal(bestMclp(cover, other, 3), a.r.value);
        assert.ok(v.bound >= bestMclp(cover, other, 3));
      }
  }
});

test('an existing site that the solution leaves closed is noticed', () => {
  const a = answers[0];
  assert.ok(a.problem.kind === 'p-median');
  const idle = [...Array(8).keys()].find((j) => !a.r.open.includes(j));
  assert.ok(idle !== undefined);
  refuses({ ...a, problem: { ...a.problem, existing: Int32Array.of(idle) } }, a.r, 'an existing site closed');
});

test('a scale or a claim of whole numbers that does not fit is refused or proves no more than the truth', () => {
  for (const a of answers) {
    const c = certificateOf(a.r);
    for (const scale of [0, -1, NaN, Infinity]) {
      const forged = { ...a.r, certificate: { ...c, scale } };
      if (a.problem.kind !== 'p-center' || verify(a.problem, a.r).steps > 0) refuses(a, forged, `scale ${scale}`);
    }
    for (const scale of [0.5, 1 / 3, 7, 1e6])
      assertNeverLies(a, { ...a.r, certificate: { ...c, scale } }, `scale ${scale}`);
    assertNeverLies(a, { ...a.r, certificate: { ...c, integral: false } }, 'not integral');
  }
  const thirds = table.map((row) => row.map((v) => v / 3));
  const problem: LocationProblem = { kind: 'p-median', costs: toCsr(thirds), p: 3 };
  const r = solveLocation(problem);
  assert.equal(verify(problem, r).ok, true);
  const forged = { ...r, certificate: { ...certificateOf(r), integral: true } };
  assert.equal(verify(problem, forged).ok, false);
});

test('infeasibility cannot be claimed of a problem that has solutions', () => {
  for (const a of answers) {
    const forged: LocationResult = { ...a.r, status: 'infeasible', value: NaN, bound: Infinity };
    if (a.problem.kind !== 'mclp') refuses(a, forged, 'infeasible');
  }
});

test('infeasibility is proved by its certificate and not without', () => {
  const sparse: Table = [
    [1, none, none],
    [none, 2, none],
    [none, none, 3],
  ];
  const cases: LocationProblem[] = [
    { kind: 'p-median', costs: toCsr(sparse), p: 2 },
    { kind: 'ufl', costs: toCsr([...sparse, [none, none, none]], 3), fixedCost: new Float64Array(3) },
    { kind: 'lscp', cover: toCsr([...sparse, [none, none, none]], 3) },
    { kind: 'p-center', costs: toCsr(sparse), p: 2 },
  ];
  for (const problem of cases) {
    const r = solveLocation(problem);
    assert.equal(r.status, 'infeasible', problem.kind);
    assert.equal(verify(problem, r).ok, true, problem.kind);
    assert.equal(verify(problem, { ...r, certificate: null }).ok, false, problem.kind);
  }
});

test('certificates of runs that were cut short prove the bound they claim', () => {
  const wide = randomTable(random(602), { n: 40, m: 25, most: 500 });
  const problem: LocationProblem = { kind: 'p-median', costs: toCsr(wide), p: 6 };
  for (const options of [{ iterationLimit: 1 }, { iterationLimit: 70 }, { nodeLimit: 1 }, { gap: 0.3 }, { gap: 0.02 }])
    assertSound(problem, solveLocation(problem, options));
});

test('proofs stay exact where sums of costs pass what doubles hold', () => {
  const big = randomTable(random(603), { n: 12, m: 6, most: 1000 }).map((row) => row.map((v) => v * 1_000_003_000));
  const problem: LocationProblem = { kind: 'p-median', costs: toCsr(big), p: 2 };
  const r = solveLocation(problem);
  assertSound(problem, r);
  assertClose(r.value, bestMedian(big, 2));
});

test('whole sums above 2^33 are added in exact integers', () => {
  // Some 2^36 in all: multipliers in steps of 2^-20 no longer add up exactly in doubles.
  const big = randomTable(random(604), { n: 10, m: 6, most: 1 << 24 }).map((row) => row.map((v) => v * 255 + 1));
  for (const problem of [
    { kind: 'p-median', costs: toCsr(big), p: 2 },
    { kind: 'ufl', costs: toCsr(big), fixedCost: new Float64Array(6).fill(1 << 30) },
  ] as const) {
    const r = solveLocation(problem);
    assert.equal(r.certificate?.integral, true);
    assertSound(problem, r);
    assert.equal(r.status, 'optimal');
    assert.equal(r.value, problem.kind === 'p-median' ? bestMedian(big, 2) : bestUfl(big, problem.fixedCost));
    // One more than the optimum is not proved.
    assert.equal(verify(problem, { ...r, status: 'stopped', bound: r.value + 100 }).ok, false);
  }
});

test('weak duality by hand: any multipliers at all give a bound below every solution', () => {
  const draw = random(605);
  const small = randomTable(draw, { n: 6, m: 5, most: 20 });
  const problem: LocationProblem = { kind: 'p-median', costs: toCsr(small), p: 2 };
  const r = solveLocation(problem);
  for (let round = 0; round < 60; round++) {
    const multipliers = Float64Array.from({ length: 6 }, () => draw.below(25 * 1024) / 1024);
    // L(λ) = Σλ + the two least Σ_i min(0, c_ij − λ_i), independently of the verifier.
    const rho = small[0].map((_, j) => small.reduce((s, row, i) => s + Math.min(0, row[j] - multipliers[i]), 0));
    let byHand = Infinity;
    for (const pair of subsetsOf(5, 2)) byHand = Math.min(byHand, rho[pair[0]] + rho[pair[1]]);
    byHand += multipliers.reduce((s, l) => s + l, 0);
    const step = { multipliers, capacityPrice: 0, countPrice: 0, closed: new Int32Array(0), opened: new Int32Array(0) };
    const gap = (r.value + 1e9) / r.value;
    const v = verify(problem, { ...withRoot(r, { steps: [step], branch: null }), status: 'stopped', bound: -1e9, gap });
    assert.equal(v.ok, true);
    assert.equal(v.bound, Math.ceil(byHand - 1e-12));
    assert.ok(v.bound <= bestMedian(small, 2));
  }
});

test('the verifier imports nothing of the solvers but the shapes of their data', () => {
  const src = path.join(repoRoot, 'packages/optim/src');
  const own = readdirSync(path.join(src, 'verify')).filter((f) => f.endsWith('.ts'));
  assert.ok(own.length >= 5);
  for (const file of own) {
    const text = readFileSync(path.join(src, 'verify', file), 'utf8');
    assert.doesNotMatch(text, /\bimport\s*\(|\brequire\s*\(/, file);
    const imports = [...text.matchAll(/import\s+(type\s+)?([^;]*?)\s+from\s+'([^']+)';/g)];
    assert.equal(imports.length, [...text.matchAll(/^import\b/gm)].length, `${file}: an import in another form`);
    for (const [, isType, what, from] of imports) {
      if (from.startsWith('./')) assert.ok(own.includes(from.slice(2).replace(/\.js$/, '.ts')), `${file} → ${from}`);
      else {
        assert.equal(from, '../location/problem.js', file);
        assert.ok(isType, `${file} takes the value ${what} from the solvers`);
      }
    }
  }
});

test('the shapes of the data themselves hold no code of the solvers', () => {
  const text = readFileSync(path.join(repoRoot, 'packages/optim/src/location/problem.ts'), 'utf8');
  assert.doesNotMatch(text, /^import (?!type)/m);
  assert.doesNotMatch(text, /^export (?:async )?(?:function|class|const|let)/m);
});
