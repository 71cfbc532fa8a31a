import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { factorise, type Admittance } from '@qipan/grid';
import { add, balancedMatrix, complex, matrixScale, matrixSum, type Complex, type Matrix } from '../src/complex.js';
import { drawCurrent, drawImpedance, drawPower, solveFactor, solveRadial, type Tile } from '../src/kernels.js';
import { busBalanced, busFull, busUnit, radialPlan, type BlockNetwork } from '../src/radial.js';
import { simdTile } from '../src/simd-sweep.js';

const tileOf = (rows: number, width: number): Tile => {
  const make = () => new Float64Array(rows * width);
  return { width, re: make(), im: make(), bRe: make(), bIm: make(), moved: new Float64Array(width) };
};

/** Solves a dense complex system by elimination with row pivoting, written for this test alone. */
function dense(a: readonly (readonly Complex[])[], b: readonly Complex[]): Complex[] {
  const n = b.length;
  const m = a.map((row, i) => [...row.map((c) => [...c]), [...b[i]]]);
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k; i < n; i++) if (Math.hypot(m[i][k][0], m[i][k][1]) > Math.hypot(m[p][k][0], m[p][k][1])) p = i;
    [m[k], m[p]] = [m[p], m[k]];
    const [pr, pi] = m[k][k];
    const d = pr * pr + pi * pi;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const [r, q] = m[i][k];
      const fr = (r * pr + q * pi) / d;
      const fi = (q * pr - r * pi) / d;
      for (let j = k; j <= n; j++) {
        const [x, y] = m[k][j];
        m[i][j] = [m[i][j][0] - (fr * x - fi * y), m[i][j][1] - (fr * y + fi * x)];
      }
    }
  }
  return m.map((row, i): Complex => {
    const [pr, pi] = row[i];
    const d = pr * pr + pi * pi;
    const [x, y] = row[n];
    return [(x * pr + y * pi) / d, (y * pr - x * pi) / d];
  });
}

function denseOf(y: Admittance): Complex[][] {
  const out = Array.from({ length: y.n }, () => Array.from({ length: y.n }, (): Complex => [0, 0]));
  for (let e = 0; e < y.row.length; e++) out[y.row[e]][y.col[e]] = add(out[y.row[e]][y.col[e]], [y.re[e], y.im[e]]);
  return out;
}

/** A seeded network matrix: a tree with `loops` more edges, every node a little to earth; not symmetric in value. */
function matrix(seed: number, n: number, loops: number): Admittance {
  const r = random(seed);
  const y = { n, row: [] as number[], col: [] as number[], re: [] as number[], im: [] as number[] };
  const put = (i: number, j: number, re: number, im: number) => {
    y.row.push(i);
    y.col.push(j);
    y.re.push(re);
    y.im.push(im);
  };
  const edge = (i: number, j: number) => {
    const [g, b] = [1 + r.next(), -1 - r.next()];
    put(i, i, g, b);
    put(j, j, g, b);
    put(i, j, -g * (0.9 + 0.2 * r.next()), -b);
    put(j, i, -g, -b * (0.9 + 0.2 * r.next()));
  };
  for (let i = 1; i < n; i++) edge(r.below(i), i);
  for (let k = 0; k < loops; k++) {
    const i = r.below(n);
    const j = r.below(n);
    if (i !== j) edge(i, j);
  }
  for (let i = 0; i < n; i++) put(i, i, 0.5 + r.next(), -0.5);
  return y;
}

describe('factor', () => {
  test('solves what dense elimination solves, lane by lane', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 0, max: 8 }),
        (seed, n, loops) => {
          const y = matrix(seed, n, loops);
          const f = factorise(y, [0]);
          const r = random(seed).fork('right sides');
          const width = 3;
          const tile = tileOf(n, width);
          const right = Array.from({ length: width }, () =>
            Array.from({ length: n }, (): Complex => [r.next() - 0.5, r.next() - 0.5]),
          );
          right.forEach((b, t) =>
            b.forEach((c, v) => {
              tile.bRe[f.position[v] * width + t] = c[0];
              tile.bIm[f.position[v] * width + t] = c[1];
            }),
          );
          solveFactor(f, tile);
          right.forEach((b, t) =>
            dense(denseOf(y), b).forEach((c, v) => {
              const at = f.position[v] * width + t;
              assert.ok(Math.abs(tile.re[at] - c[0]) < 1e-10 && Math.abs(tile.im[at] - c[1]) < 1e-10);
            }),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('positions are a permutation, neighbours come later, the nodes to keep come last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 3, max: 25 }), (seed, n) => {
        const last = [seed % n, (seed + 1) % n];
        const f = factorise(matrix(seed, n, 3), last);
        assert.deepEqual(
          [...f.node].sort((a, b) => a - b),
          [...f.node.keys()],
        );
        f.node.forEach((v, k) => assert.equal(f.position[v], k));
        for (let k = 0; k < n; k++)
          for (let e = f.ptr[k]; e < f.ptr[k + 1]; e++) assert.ok(f.neighbour[e] > k && f.neighbour[e] < n);
        assert.deepEqual(
          [...last].sort((a, b) => a - b),
          [f.node[n - 2], f.node[n - 1]].sort((a, b) => a - b),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('a tree makes no fill, whatever its shape', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const f = factorise(matrix(seed, 30, 0), [seed % 30]);
      assert.ok(f.isRadial);
      assert.equal(f.neighbour.length, 29);
    }
  });

  test('a node that nothing holds is refused with its number', () => {
    assert.throws(
      () => factorise({ n: 2, row: [0], col: [0], re: [1], im: [0] }, [0]),
      (e: { code: string; message: string }) => e.code === 'DEGENERATE_INPUT' && e.message.includes('node 1'),
    );
  });

  test('moved holds the largest squared change of each lane', () => {
    const f = factorise({ n: 2, row: [0, 1], col: [0, 1], re: [1, 2], im: [0, 0] }, []);
    const tile = tileOf(2, 2);
    tile.bRe.set([3, 0, 0, 0], 0);
    const at = f.position[1] * 2;
    tile.bRe[at + 1] = 8;
    tile.bRe[f.position[0] * 2] = 3;
    tile.bRe[f.position[0] * 2 + 1] = 0;
    if (f.position[0] !== 0) tile.bRe[0] = 0;
    solveFactor(f, tile);
    assert.equal(tile.moved[1], 16);
  });
});

/** A seeded forest of blocks. */
function forest(seed: number, buses: number, phases: 1 | 3, kind: 'series' | 'mixed'): BlockNetwork {
  const r = random(seed);
  const block = (self: Complex, mutual: Complex): Matrix => (phases === 1 ? [[self]] : balancedMatrix(self, mutual));
  const edges = Array.from({ length: buses - 1 }, (_, k) => {
    const j = k + 1;
    const i = r.below(j);
    const y = block([4 + r.next(), -3 - r.next()], [0.5, 0.2 * r.next()]);
    const minus = matrixScale(y, complex(-1));
    const isSeries = kind === 'series' || r.next() < 0.4;
    const half = block([0.01, 0.05 * r.next()], [0, 0]);
    const own = isSeries ? y : matrixSum(y, half);
    // The far end may be the one listed first.
    const flip = r.next() < 0.5;
    return { i: flip ? j : i, j: flip ? i : j, ii: own, ij: minus, ji: minus, jj: own, isSeries };
  });
  const shunt = Array.from({ length: buses }, (_, i): Matrix | null =>
    i === 0 || (kind === 'mixed' && r.next() < 0.3) ? block([i === 0 ? 100 : 0.2, -0.1], [0, 0.02]) : null,
  );
  return { buses, phases, shunt, edges, roots: [0] };
}

function denseForest(net: BlockNetwork): Complex[][] {
  const p = net.phases;
  const out = Array.from({ length: net.buses * p }, () => Array.from({ length: net.buses * p }, (): Complex => [0, 0]));
  const put = (i: number, j: number, m: Matrix) =>
    m.forEach((row, a) => row.forEach((c, b) => (out[i * p + a][j * p + b] = add(out[i * p + a][j * p + b], c))));
  for (const e of net.edges) {
    put(e.i, e.i, e.ii);
    put(e.i, e.j, e.ij);
    put(e.j, e.i, e.ji);
    put(e.j, e.j, e.jj);
  }
  net.shunt.forEach((m, i) => m && put(i, i, m));
  return out;
}

describe('radial plan', () => {
  test('one backward and one forward pass solve a forest as dense elimination does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1 as const, 3 as const),
        fc.constantFrom('series' as const, 'mixed' as const),
        (seed, buses, phases, kind) => {
          const net = forest(seed, buses, phases, kind);
          const plan = radialPlan(net);
          assert.ok(plan);
          const rows = buses * phases;
          const r = random(seed).fork('right sides');
          const right = Array.from({ length: 2 }, () =>
            Array.from({ length: rows }, (): Complex => [r.next() - 0.5, r.next() - 0.5]),
          );
          const tile = tileOf(rows, 2);
          const position = new Map([...plan.bus].map((v, k) => [v, k]));
          const at = (row: number, t: number) =>
            ((position.get(Math.floor(row / phases)) as number) * phases + (row % phases)) * 2 + t;
          right.forEach((b, t) =>
            b.forEach((c, row) => {
              tile.bRe[at(row, t)] = c[0];
              tile.bIm[at(row, t)] = c[1];
            }),
          );
          solveRadial(plan, tile);
          right.forEach((b, t) =>
            dense(denseForest(net), b).forEach((c, row) => {
              assert.ok(Math.hypot(tile.re[at(row, t)] - c[0], tile.im[at(row, t)] - c[1]) < 1e-10, `row ${row}`);
            }),
          );
        },
      ),
      { numRuns: 80 },
    );
  });

  test('every bus comes before its parent and the root has none', () => {
    const plan = radialPlan(forest(5, 30, 1, 'mixed'));
    assert.ok(plan);
    plan.parent.forEach((p, k) => assert.ok(p === -1 ? k === 29 : p > k));
    assert.deepEqual(
      [...plan.bus].sort((a, b) => a - b),
      [...plan.bus.keys()],
    );
  });

  test('a bus is swept by what it needs: balanced series parts, any series part, or full blocks', () => {
    const y = balancedMatrix([4, -3], [0.5, 0.2]);
    const minus = matrixScale(y, complex(-1));
    const series = { ii: y, ij: minus, ji: minus, jj: y, isSeries: true };
    const uneven = y.map((row, i) => row.map((c, j): Complex => (i === 0 && j === 0 ? [5, -3] : c)));
    const other = { ii: uneven, ij: matrixScale(uneven, complex(-1)), isSeries: true };
    const net: BlockNetwork = {
      buses: 4,
      phases: 3,
      shunt: [balancedMatrix([100, 0], [0, 0]), null, null, balancedMatrix([0.1, 0], [0, 0])],
      edges: [
        { i: 0, j: 1, ...series },
        { i: 0, j: 2, ...other, ji: other.ij, jj: uneven },
        { i: 0, j: 3, ...series },
      ],
      roots: [0],
    };
    const plan = radialPlan(net);
    assert.ok(plan);
    const kindOf = (bus: number) => plan.kind[plan.bus.indexOf(bus)];
    assert.deepEqual([0, 1, 2, 3].map(kindOf), [busUnit, busBalanced, busUnit, busFull]);
  });

  test('there is no plan for a ring, for parallel branches, for a bus out of reach, for a root on nothing', () => {
    const net = forest(3, 4, 1, 'series');
    const y: Matrix = [[[4, -3]]];
    const minus: Matrix = [[[-4, 3]]];
    const edge = (i: number, j: number) => ({ i, j, ii: y, ij: minus, ji: minus, jj: y, isSeries: true });
    const path = [edge(0, 1), edge(1, 2), edge(2, 3)];
    assert.ok(radialPlan({ ...net, edges: path }));
    assert.equal(radialPlan({ ...net, edges: [...path, edge(3, 0)] }), null);
    assert.equal(radialPlan({ ...net, edges: [...path, edge(1, 2)] }), null);
    assert.equal(radialPlan({ ...net, edges: path.slice(0, 2) }), null);
    assert.equal(radialPlan({ ...net, edges: path, shunt: [null, null, null, null] }), null);
    assert.ok(radialPlan({ ...net, edges: path, roots: [0, 3] }), 'a second source is a shunt on the same tree');
  });

  test('two trees with a root each are one plan', () => {
    const y: Matrix = [[[4, -3]]];
    const minus: Matrix = [[[-4, 3]]];
    const edge = (i: number, j: number) => ({ i, j, ii: y, ij: minus, ji: minus, jj: y, isSeries: true });
    const held: Matrix = [[[10, 0]]];
    const plan = radialPlan({
      buses: 4,
      phases: 1,
      roots: [0, 2],
      shunt: [held, null, held, null],
      edges: [edge(0, 1), edge(2, 3)],
    });
    assert.ok(plan);
    assert.equal(plan.parent.filter((p) => p === -1).length, 2);
  });

  test('a floating star point is left to the scalar factor', () => {
    const nearly = balancedMatrix([1 / 3 + 1e-9, 0], [1 / 3 - 1e-9, 0]);
    const minus = matrixScale(nearly, complex(-1));
    const net: BlockNetwork = {
      buses: 2,
      phases: 3,
      roots: [0],
      shunt: [balancedMatrix([100, 0], [0, 0]), balancedMatrix([1e-9, 0], [0, 0])],
      edges: [{ i: 0, j: 1, ii: nearly, ij: minus, ji: minus, jj: nearly, isSeries: false }],
    };
    assert.equal(radialPlan(net), null);
  });
});

describe('demand', () => {
  const filled = (): Tile => {
    const tile = tileOf(3, 2);
    tile.re.set([1, 0.9, 0.8, 1.1, 0.95, 1]);
    tile.im.set([0, 0.1, -0.2, 0.3, 0, -0.1]);
    return tile;
  };
  const sRe = Float64Array.from([0, 0, 0.3, 0.2, 0.1, -0.4]);
  const sIm = Float64Array.from([0, 0, 0.1, -0.1, 0.2, 0.05]);
  const rows = Int32Array.from([1, 2]);

  /** Every drawn current k satisfies V·conj(I) = S·factor(|V|). */
  const balances = (draw: typeof drawPower, factor: (u: number) => number): void => {
    const tile = filled();
    draw(tile, sRe, sIm, rows);
    for (let t = 0; t < 6; t++) {
      const [ir, ii] = [-tile.bRe[t], -tile.bIm[t]];
      const p = tile.re[t] * ir + tile.im[t] * ii;
      const q = tile.im[t] * ir - tile.re[t] * ii;
      const k = factor(Math.hypot(tile.re[t], tile.im[t]));
      assert.ok(Math.abs(p - sRe[t] * k) < 1e-14 && Math.abs(q - sIm[t] * k) < 1e-14, `cell ${t}`);
    }
    assert.deepEqual([...tile.bRe.subarray(0, 2)], [0, 0], 'rows that draw nothing are untouched');
  };

  test('constant power draws S at any voltage', () => balances(drawPower, () => 1));
  test('constant impedance draws S·|V|²', () => balances(drawImpedance, (u) => u * u));
  test('constant current draws S·|V|', () => balances(drawCurrent, (u) => u));

  test('draws of several kinds add up on one row', () => {
    const [a, b, c] = [filled(), filled(), filled()];
    drawPower(a, sRe, sIm, rows);
    drawImpedance(b, sRe, sIm, rows);
    drawPower(c, sRe, sIm, rows);
    drawImpedance(c, sRe, sIm, rows);
    c.bRe.forEach((x, t) => assert.ok(Math.abs(x - a.bRe[t] - b.bRe[t]) < 1e-15));
  });
});

describe('SIMD kernel', () => {
  test('one pass equals draw and solve of the plain kernel, on every kind of bus', () => {
    for (const phases of [1, 3] as const) {
      for (let seed = 1; seed <= 8; seed++) {
        const plan = radialPlan(forest(seed, 12, phases, seed % 2 ? 'series' : 'mixed'));
        assert.ok(plan);
        const rows = 12 * phases;
        const r = random(seed).fork('values');
        const source = { re: new Float64Array(rows), im: new Float64Array(rows) };
        source.re[rows - phases] = 100;
        const simd = simdTile(plan, 4, source);
        const plain = tileOf(rows, 4);
        const [sRe, sIm] = [new Float64Array(rows * 4), new Float64Array(rows * 4)];
        const drawn = Int32Array.from([1, 4, 7, rows - 1]);
        for (const row of drawn) {
          simd.drawn[row] = 1;
          for (let t = 0; t < 4; t++) {
            sRe[row * 4 + t] = simd.powerRe[row * 4 + t] = 0.1 * r.next();
            sIm[row * 4 + t] = simd.powerIm[row * 4 + t] = 0.05 * r.next();
          }
        }
        for (let k = 0; k < rows * 4; k++) {
          plain.re[k] = simd.re[k] = 1 + 0.01 * r.next();
          plain.im[k] = simd.im[k] = 0.01 * r.next();
        }
        for (let pass = 0; pass < 3; pass++) {
          plain.bIm.fill(0);
          plain.bRe.forEach((_, k) => (plain.bRe[k] = source.re[Math.floor(k / 4)]));
          drawPower(plain, sRe, sIm, drawn);
          solveRadial(plan, plain);
          simd.iterate();
          plain.re.forEach((x, k) => assert.ok(Math.abs(x - simd.re[k]) < 1e-12));
          plain.im.forEach((x, k) => assert.ok(Math.abs(x - simd.im[k]) < 1e-12));
          plain.moved.forEach((x, t) => assert.ok(Math.abs(x - simd.moved[t]) < 1e-12));
        }
      }
    }
  });
});
