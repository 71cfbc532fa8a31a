import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  checkIoTable,
  content,
  contents,
  extractAll,
  extractGroup,
  leontief,
  linkages,
  propagationLengths,
  solveSparse,
  upstreamness,
  type IoTable,
  type Leontief,
} from '@qipan/clusters';
import { csrFromTriplets } from '@qipan/numeric';
import { close, directSolve, tableOf } from './tables.js';

const shape = fc.record({ seed: fc.nat({ max: 1e6 }), n: fc.integer({ min: 2, max: 12 }) });
const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);

/** Output of every sector when coefficients and final demand are replaced, by elimination. */
function outputWith(m: Leontief, coefficient: (i: number, j: number, a: number) => number, f: number[]): number[] {
  const { n } = m.table;
  const system = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_c, j) => (i === j ? 1 : 0) - coefficient(i, j, m.a[n * i + j]!)),
  );
  return directSolve(system, f);
}
const finalDemand = (t: IoTable) => Array.from(t.x, (x, i) => x - sum(t.z.subarray(i * t.n, (i + 1) * t.n)));

describe('a table under check', () => {
  it('that was made balanced passes, and is handed back as it came', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const t = tableOf(seed, n);
        const before = t.z.slice();
        const got = checkIoTable(t);
        assert.equal(got.table, t);
        assert.deepEqual(t.z, before);
        assert.ok(got.balance.rowError < 1e-12 && got.balance.columnError < 1e-12);
        assert.ok(got.spectralRadius > 0 && got.spectralRadius < 0.6);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  const broken = (t: IoTable, change: Partial<IoTable>): IoTable => ({ ...t, ...change });
  const t = tableOf(5, 4);

  it('with a cell moved is refused with both errors and the worst sectors, or fitted by RAS when asked', () => {
    const z = t.z.slice();
    z[1] *= 1.3;
    z[9] *= 0.8;
    assert.throws(
      () => checkIoTable(broken(t, { z })),
      (e: { code: string; message: string }) => e.code === 'IO_UNBALANCED' && /Sector s\d/.test(e.message),
    );
    const fitted = checkIoTable(broken(t, { z }), { balance: 'ras' });
    assert.ok(fitted.balance.rowError < 1e-8 && fitted.balance.columnError < 1e-8);
    assert.ok(fitted.balance.adjusted!.share > 0 && fitted.balance.adjusted!.share < 0.2);
    assert.equal(z[1], t.z[1]! * 1.3);
  });

  it('whose totals disagree cannot be fitted', () => {
    const x = t.x.map((v, i) => (i === 0 ? v * 2 : v));
    const valueAdded = [{ code: 'V', value: t.valueAdded[0]!.value.map((v, i) => (i === 0 ? v + 2 * t.x[0]! : v)) }];
    const apart = broken(t, { x, valueAdded });
    assert.throws(() => checkIoTable(apart), { code: 'IO_UNBALANCED' });
    assert.throws(() => checkIoTable(apart, { balance: 'ras' }), /IO_UNBALANCED|RAS|expected|≥ 0/);
  });

  it('with a negative or unknown flow names the cell', () => {
    for (const v of [-1, Number.NaN]) {
      const z = t.z.slice();
      z[6] = v;
      assert.throws(() => checkIoTable(broken(t, { z })), {
        code: 'VALUE_NEGATIVE',
        details: { table: 'Z', row: 2, column: 's2', got: v, expected: '≥ 0' },
      });
    }
    assert.throws(() => checkIoTable(broken(t, { x: t.x.map(() => -1) })), { code: 'VALUE_NEGATIVE' });
  });

  it('with inputs into a sector without output is not productive, and the sector is named', () => {
    const x = t.x.slice();
    x[2] = 0;
    assert.throws(
      () => checkIoTable(broken(t, { x })),
      (e: { code: string; message: string }) => {
        assert.equal(e.code, 'NOT_PRODUCTIVE');
        assert.match(e.message, /s2 \(Sector s2\)/);
        return true;
      },
    );
  });

  it('that needs more than it makes is not productive, balanced or not', () => {
    const z = Float64Array.from([60, 60, 60, 60]);
    const circle = broken(tableOf(1, 2), {
      z,
      imports: null,
      finalDemand: [],
      valueAdded: [],
      x: z.slice(0, 2).map(() => 100),
    });
    assert.throws(() => checkIoTable(circle), { code: 'NOT_PRODUCTIVE' });
    assert.throws(() => leontief(circle).l, { code: 'NOT_PRODUCTIVE' });
  });

  it('of another shape is refused', () => {
    assert.throws(() => checkIoTable(broken(t, { x: new Float64Array(3) })), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => checkIoTable(broken(t, { imports: new Float64Array(3) })), { code: 'SHAPE_MISMATCH' });
  });

  it('may have an empty sector that neither buys nor sells', () => {
    const small = tableOf(8, 3);
    const grow = (v: Float64Array) => Float64Array.from([...v, 0]);
    const z = new Float64Array(16);
    for (let i = 0; i < 3; i++) z.set(small.z.subarray(3 * i, 3 * i + 3), 4 * i);
    const empty = {
      ...small,
      n: 4,
      z,
      imports: null,
      x: grow(small.x),
      code: [...small.code, 'e'],
      name: [...small.name, 'Empty'],
      nameZh: [...small.nameZh, '空'],
      finalDemand: small.finalDemand.map((c) => ({ ...c, value: grow(c.value) })),
      valueAdded: [],
    };
    const m = leontief(checkIoTable(empty).table);
    assert.equal(m.l[15], 1);
    assert.equal(m.g[15], 1);
    assert.equal(extractAll(m, 'full').total[3], 0);
  });
});

describe('the model', () => {
  it('solves to the output it came from, with and without the inverse; Ghosh does from the other side', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const t = tableOf(seed, n);
        const m = leontief(t);
        const f = Float64Array.from(finalDemand(t));
        m.solve(f).x.forEach((x, i) => assert.ok(close(x, t.x[i]!, 1e-10)));
        const v = Array.from(
          { length: n },
          (_, j) => t.valueAdded[0]!.value[j]! + sum(Array.from({ length: n }, (_c, i) => t.imports![i * n + j]!)),
        );
        for (let j = 0; j < n; j++) {
          assert.ok(close(sum(Array.from(f, (fi, i) => m.l[j * n + i]! * f[i]!)), t.x[j]!, 1e-10));
          assert.ok(close(sum(v.map((vi, i) => vi * m.g[i * n + j]!)), t.x[j]!, 1e-10));
        }
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it('has contents of value added and imports that add up to 1, and any content is linear', () => {
    const t = tableOf(3, 8);
    const m = leontief(t);
    const { valueAdded, imports } = contents(m);
    valueAdded.forEach((v, j) => assert.ok(Math.abs(v + imports[j]! - 1) < 1e-12));
    const jobs = t.x.map((_, i) => i + 1);
    content(
      m,
      jobs.map((v) => 2 * v),
    ).forEach((v, j) => assert.ok(close(v, 2 * content(m, jobs)[j]!, 1e-14)));
    assert.throws(() => contents(leontief({ ...t, imports: null })), { code: 'SUPPRESSED_USED' });
    assert.throws(() => contents(leontief({ ...t, valueAdded: [{ code: 'V', value: t.x }] })), {
      code: 'IO_UNBALANCED',
    });
    assert.throws(() => content(m, new Float64Array(2)), { code: 'SHAPE_MISMATCH' });
  });

  it('of a chain is counted by hand: linkages, upstreamness, propagation lengths', () => {
    // 1 sells half of its output to 2, 2 half of its output to 3, 3 all to final use.
    const t: IoTable = {
      ...tableOf(1, 3),
      z: Float64Array.from([0, 5, 0, 0, 0, 5, 0, 0, 0]),
      imports: null,
      x: Float64Array.from([10, 10, 10]),
      finalDemand: [{ code: 'F', value: Float64Array.from([5, 5, 10]) }],
      valueAdded: [],
    };
    const m = leontief(checkIoTable(t).table);
    assert.deepEqual([...linkages(m).backward], [1, 1.5, 1.75]);
    assert.deepEqual([...linkages(m).forward], [1.75, 1.5, 1]);
    assert.deepEqual([...linkages(m, { forward: 'leontief' }).forward], [1.75, 1.5, 1]);
    assert.deepEqual([...upstreamness(m)], [1.75, 1.5, 1]);
    const apl = propagationLengths(m);
    assert.deepEqual([apl[1], apl[2], apl[5]], [1, 2, 1]);
    assert.ok(Number.isNaN(apl[0]!) && Number.isNaN(apl[3]!));
  });

  it('counts upstreamness step by step: Σ k·(share of output used in step k)', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const t = tableOf(seed, n);
        const m = leontief(t);
        const u = upstreamness(m);
        let wave = finalDemand(t);
        const steps = t.x.map(() => 0);
        for (let k = 1; k < 400; k++) {
          wave.forEach((w, i) => (steps[i]! += (k * w) / t.x[i]!));
          wave = wave.map((_, i) => sum(wave.map((w, j) => m.a[i * n + j]! * w)));
        }
        u.forEach((v, i) => assert.ok(close(v, steps[i]!, 1e-9)));
        const none = upstreamness(m, { correct: new Float64Array(n) });
        u.forEach((v, i) => assert.ok(close(none[i]!, v, 1e-12)));
        const some = upstreamness(m, { correct: Float64Array.from(finalDemand(t), (f) => 0.3 * f) });
        u.forEach((v, i) => assert.ok(some[i]! >= v - 1e-12, 'what leaves is used as what stays: farther from use'));
      }),
      { numRuns: 20, seed: 3 },
    );
    const m = leontief(tableOf(4, 3));
    assert.throws(() => upstreamness(m, { correct: m.table.x.slice() }), { code: 'OUT_OF_RANGE' });
  });
});

describe('extraction', () => {
  it('of each variant equals solving the economy without those flows', () => {
    fc.assert(
      fc.property(shape, ({ seed, n }) => {
        const t = tableOf(seed, n);
        const m = leontief(t);
        const f = finalDemand(t);
        const k = seed % n;
        const want = {
          full: outputWith(
            m,
            (i, j, a) => (i === k || j === k ? 0 : a),
            f.map((v, i) => (i === k ? 0 : v)),
          ),
          backward: outputWith(m, (_, j, a) => (j === k ? 0 : a), f),
          keepDiagonal: outputWith(m, (i, j, a) => ((i === k || j === k) && i !== j ? 0 : a), f),
        };
        for (const variant of ['full', 'backward', 'keepDiagonal'] as const) {
          const got = extractAll(m, variant);
          const loss = got.loss(k);
          want[variant].forEach((y, i) => assert.ok(Math.abs(t.x[i]! - y - loss[i]!) < 1e-9, variant));
          assert.ok(Math.abs(sum(loss) - got.total[k]!) < 1e-8);
          assert.ok(close(got.share[k]!, got.total[k]! / sum(t.x), 1e-12));
        }
        // Ghosh: y' = v' + y'B without row k, solved as a system of the transpose.
        const v = Array.from(
          { length: n },
          (_, j) => t.x[j]! - sum(Array.from({ length: n }, (_c, i) => t.z[i * n + j]!)),
        );
        const ghosh = directSolve(
          Array.from({ length: n }, (_, j) =>
            Array.from({ length: n }, (_c, i) => (i === j ? 1 : 0) - (i === k ? 0 : m.b[i * n + j]!)),
          ),
          v,
        );
        const forward = extractAll(m, 'forward');
        forward.loss(k).forEach((l, i) => assert.ok(Math.abs(t.x[i]! - ghosh[i]! - l) < 1e-9));
        assert.ok(Math.abs(sum(forward.loss(k)) - forward.total[k]!) < 1e-8);
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  it('of a group equals solving without the group, whatever may stay', () => {
    fc.assert(
      fc.property(
        shape,
        fc.constantFrom('none', 'inside', 'diagonal' as const),
        fc.boolean(),
        ({ seed, n }, keep, demand) => {
          const m = leontief(tableOf(seed, n));
          const group = [...random(seed).permutation(n)].slice(0, 1 + (seed % Math.min(4, n)));
          const inGroup = (i: number) => group.includes(i);
          const stays = (i: number, j: number) =>
            inGroup(i) && inGroup(j) && (keep === 'inside' || (keep === 'diagonal' && i === j));
          const f = finalDemand(m.table).map((v, i) => (!demand && inGroup(i) ? 0 : v));
          const want = outputWith(m, (i, j, a) => ((inGroup(i) || inGroup(j)) && !stays(i, j) ? 0 : a), f);
          const got = extractGroup(m, group, {
            keep: keep as 'none' | 'inside' | 'diagonal',
            finalDemand: demand ? 'kept' : 'removed',
          });
          want.forEach((y, i) => assert.ok(Math.abs(m.table.x[i]! - y - got[i]!) < 1e-9));
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });

  it('of everybody costs everything, and a loss is never negative', () => {
    const m = leontief(tableOf(6, 9));
    const all = extractGroup(m, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    all.forEach((v, i) => assert.ok(close(v, m.table.x[i]!, 1e-10)));
    for (let k = 0; k < 9; k++)
      assert.ok(
        extractAll(m, 'full')
          .loss(k)
          .every((v) => v >= -1e-10),
      );
  });

  it('refuses sectors that are not there or named twice', () => {
    const m = leontief(tableOf(7, 3));
    assert.throws(() => extractAll(m, 'full').loss(3), { code: 'OUT_OF_RANGE' });
    assert.throws(() => extractGroup(m, [0, 0]), { code: 'DUPLICATE_ID' });
    assert.throws(() => extractGroup(m, [-1]), { code: 'OUT_OF_RANGE' });
  });
});

describe('a sparse table', () => {
  it('is solved to what elimination gives, and a false shape is refused', () => {
    const n = 60;
    const r = random(9);
    const triplets = { row: [] as number[], col: [] as number[], value: [] as number[] };
    for (let j = 0; j < n; j++)
      for (let c = 0; c < 5; c++) {
        triplets.row.push(r.below(n));
        triplets.col.push(j);
        triplets.value.push(0.15 * r.next());
      }
    const a = csrFromTriplets({ rows: n, cols: n }, triplets);
    const f = Float64Array.from({ length: n }, () => r.next());
    const got = solveSparse(a, f, { tolerance: 1e-12 });
    assert.equal(got.status, 'converged');
    const dense = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_c, j) => (i === j ? 1 : 0)));
    for (let i = 0; i < n; i++)
      for (let e = a.start[i]!; e < a.start[i + 1]!; e++) dense[i]![a.index[e]!]! -= a.value[e]!;
    directSolve(dense, [...f]).forEach((x, i) => assert.ok(close(got.x[i]!, x, 1e-9)));
    assert.throws(() => solveSparse(a, new Float64Array(3)), { code: 'SHAPE_MISMATCH' });
  });
});
