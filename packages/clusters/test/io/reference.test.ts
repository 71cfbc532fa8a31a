import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  checkIoTable,
  contents,
  extractAll,
  extractGroup,
  fieldOfInfluence,
  leontief,
  linkages,
  readIoTable,
  upstreamness,
  type IoTable,
} from '@qipan/clusters';
import { sharedData, skipWithout } from '@qipan/testing';
import { china, china2017, china2020, close, directSolve, sheetOf } from './tables.js';

const toyFile = 'clusters/ioanalysis/toy_reference.json';

type Toy = {
  readonly [key in 'Z' | 'X' | 'f' | 'A' | 'B' | 'L' | 'G' | 'finf' | 'extr_b' | 'extr_bt']: number[][];
};
interface ToyLinkages {
  readonly linkages: Record<string, [number, number][]>;
}

function toy(): { ref: Toy & ToyLinkages; table: IoTable } {
  const ref = JSON.parse(readFileSync(sharedData(toyFile) as string, 'utf8')) as Toy & ToyLinkages;
  const code = Array.from({ length: 10 }, (_, i) => String(i + 1));
  const table: IoTable = {
    n: 10,
    code,
    name: code,
    nameZh: code,
    z: Float64Array.from(ref.Z.flat()),
    imports: null,
    // The file's f leaves exports out (X ≠ Z1 + f), so it is no final demand of this table.
    finalDemand: [],
    valueAdded: [],
    x: Float64Array.from(ref.X.flat()),
    unit: 'toy',
    year: null,
    priceBasis: 'unknown',
    origin: 'synthetic',
  };
  return { ref, table };
}

describe('the toy table of R ioanalysis', { skip: skipWithout(toyFile) }, () => {
  it('has the printed A, B, L and G, sellers in the rows of B', () => {
    const { ref, table } = toy();
    const m = leontief(table);
    for (const [got, want] of [
      [m.a, ref.A],
      [m.b, ref.B],
      [m.l, ref.L],
      [m.g, ref.G],
    ] as const)
      want.flat().forEach((v, k) => assert.ok(Math.abs(got[k]! - v) < 1e-13));
  });

  it('has the printed field of influence', () => {
    const { ref, table } = toy();
    const got = fieldOfInfluence(leontief(table));
    ref.finf.flat().forEach((v, k) => assert.ok(Math.abs(got[k]! - v) < 1e-9));
  });

  it('has the printed linkages, which are twice the usual normalised ones', () => {
    const { ref, table } = toy();
    const m = leontief(table);
    const { backward, forward } = linkages(m);
    // The file divides by the sum of the region's five sectors over ten.
    for (const [r, name] of ['Hogwarts', 'Narnia'].entries()) {
      const sum = (v: Float64Array) => v.subarray(5 * r, 5 * r + 5).reduce((a, b) => a + b, 0);
      ref.linkages[name]!.forEach(([b, f], i) => {
        const k = 5 * r + i;
        const all = (v: Float64Array) => v.reduce((s, x) => s + x, 0);
        const usual = [backward[k]! / (all(backward) / 10), forward[k]! / (all(forward) / 10)];
        const regional = [backward[k]! / (sum(backward) / 10), forward[k]! / (sum(forward) / 10)];
        assert.ok(
          [usual, regional].some(([x, y]) => Math.abs(x! - b) < 1e-9 && Math.abs(y! - f) < 1e-9),
          `${name} ${i}: ${usual.join()} or ${regional.join()} for ${b}, ${f}`,
        );
      });
    }
  });

  it('loses the printed output when column 1 of A goes, with the file’s own final demand', () => {
    const { ref, table } = toy();
    const { a } = leontief(table);
    const f = ref.f.map((row) => row.reduce((s, v) => s + v, 0));
    const left = (zero: (i: number, j: number) => boolean) => {
      const system = Array.from({ length: 10 }, (_, i) =>
        Array.from({ length: 10 }, (_c, j) => (i === j ? 1 : 0) - (zero(i, j) ? 0 : a[10 * i + j]!)),
      );
      return directSolve(system, f);
    };
    left((_, j) => j === 0).forEach((y, i) => assert.ok(Math.abs(table.x[i]! - y - ref.extr_b[i]![0]!) < 1e-9));
    // The same algebra through the group update: what is left of L f' is x − loss for f' = f.
    left((i, j) => (i === 0 || j === 0) && i !== j).forEach((y, i) =>
      assert.ok(Math.abs(table.x[i]! - y - ref.extr_bt[i]![0]!) < 1e-9),
    );
    // The closed form on a table whose final demand is f: x' = L f.
    const x = leontief(table).solve(Float64Array.from(f)).x;
    const z = table.z.map((_, k) => a[k]! * x[k % 10]!);
    const own = leontief({ ...table, x, z });
    const lossOf = (y: number[]) => y.map((v, i) => x[i]! - v);
    const backward = extractAll(own, 'backward').loss(0);
    lossOf(left((_, j) => j === 0)).forEach((v, i) => assert.ok(Math.abs(backward[i]! - v) < 1e-9));
    const diagonal = extractAll(own, 'keepDiagonal').loss(0);
    lossOf(left((i, j) => (i === 0 || j === 0) && i !== j)).forEach((v, i) =>
      assert.ok(Math.abs(diagonal[i]! - v) < 1e-9),
    );
  });
});

/** Figures computed with a dense inverse of the domestic A, as handed down with the tables. */
const figures = [
  {
    file: china2017,
    total: 22_577_335_292.359,
    importShare: 0.079174,
    l11: 1.2159559035,
    radius: 0.57230783,
    apparel: 3.13473759,
    coal: 4.42043291,
    transport: 2.07683513,
    demand18: 2_807_350.3244,
    demand19: 2_817_156.057,
  },
  {
    file: china2020,
    total: 26_990_278_045.432,
    importShare: 0.0713761,
    l11: 1.2166066454,
    radius: 0.56686023,
    apparel: 3.11204252,
    coal: 4.43707388,
    transport: 2.15642282,
    demand18: 2_856_712.8289,
    demand19: 2_887_532.3303,
  },
] as const;

for (const want of figures)
  describe(`China's table ${want.file}`, { skip: skipWithout(want.file) }, () => {
    const at = (code: string) => china(want.file).table.code.indexOf(code);

    it('is read whole and balances to 1e-14', () => {
      const { table } = china(want.file);
      assert.equal(table.n, 42);
      assert.ok(
        close(
          table.x.reduce((a, b) => a + b, 0),
          want.total,
          1e-12,
        ),
      );
      const sum = (v: Float64Array) => v.reduce((a, b) => a + b, 0);
      const imported = sum(table.imports!);
      assert.ok(Math.abs(imported / (imported + sum(table.z)) - want.importShare) < 5e-8);
      const checked = checkIoTable(table);
      assert.ok(checked.balance.columnError <= 1e-14 * 100 && checked.balance.rowError <= 1e-12);
      assert.equal(checked.balance.adjusted, null);
      assert.ok(close(checked.spectralRadius, want.radius, 1e-8));
      assert.deepEqual([table.nameZh[0], table.name[41]], ['农林牧渔产品和服务', table.name[41]]);
    });

    it('has the printed inverse, linkages and upstreamness', () => {
      const m = china(want.file);
      assert.ok(close(m.l[0]!, want.l11, 1e-10));
      const { backward, backwardIndex, isKey } = linkages(m);
      const top = backward.indexOf(Math.max(...backward));
      assert.equal(m.table.code[top], '08');
      assert.ok(close(backward[top]!, want.apparel, 1e-8));
      assert.ok(Math.abs(backwardIndex.reduce((a, b) => a + b, 0) / 42 - 1) < 1e-12);
      assert.ok(isKey.some((k) => k === 1) && isKey.some((k) => k === 0));
      const u = upstreamness(m);
      assert.ok(close(u[at('02')]!, want.coal, 1e-8) && close(u[at('18')]!, want.transport, 1e-8));
      assert.ok(u.every((v) => v >= 1));
    });

    it('turns a million of final demand into the printed output', () => {
      const m = china(want.file);
      for (const [code, total] of [
        ['18', want.demand18],
        ['19', want.demand19],
      ] as const) {
        const f = new Float64Array(42);
        f[at(code)] = 1e6;
        const { status, x } = m.solve(f);
        assert.equal(status, 'converged');
        assert.ok(
          close(
            x.reduce((a, b) => a + b, 0),
            total,
            1e-8,
          ),
        );
      }
    });
  });

describe('China 2020 in detail', { skip: skipWithout(china2020) }, () => {
  const m = () => china(china2020);
  const at = (code: string) => m().table.code.indexOf(code);

  it('a million for transport equipment goes to the printed sectors', () => {
    const f = new Float64Array(42);
    f[at('18')] = 1e6;
    const { x } = m().solve(f);
    for (const [code, v] of [
      ['18', 1_409_700.477],
      ['14', 205_223.654],
      ['28', 154_811.018],
      ['12', 125_278.387],
      ['29', 104_223.264],
    ] as const)
      assert.ok(close(x[at(code)]!, v, 1e-8), code);
  });

  it('contents of import and value added are the printed ones and add up to 1', () => {
    const { imports, valueAdded } = contents(m());
    for (const [code, i, v] of [
      ['18', 0.1936804, 0.8063196],
      ['19', 0.2110085, 0.7889915],
      ['20', 0.4295415, 0.5704585],
    ] as const) {
      assert.ok(Math.abs(imports[at(code)]! - i) < 1e-7 && Math.abs(valueAdded[at(code)]! - v) < 1e-7);
    }
    imports.forEach((i, j) => assert.ok(Math.abs(i + valueAdded[j]! - 1) < 1e-12));
  });

  it('full extraction costs the printed shares, and as much as solving without the sector', () => {
    const full = extractAll(m(), 'full');
    assert.ok(close(full.share[at('27')]!, 0.28778516, 1e-7) && close(full.share[at('12')]!, 0.09820681, 1e-7));
    const k = at('19');
    assert.ok(close(full.total[k]!, 1_683_142_436.982, 1e-12));
    const { a, table } = m();
    const others = Array.from({ length: 42 }, (_, i) => i).filter((i) => i !== k);
    const f = Array.from(table.x, (x, i) => table.z.subarray(42 * i, 42 * i + 42).reduce((s, v) => s - v, x));
    const left = directSolve(
      others.map((i) => others.map((j) => (i === j ? 1 : 0) - a[42 * i + j]!)),
      others.map((i) => f[i]!),
    );
    const lost = table.x.reduce((s, v) => s + v, 0) - left.reduce((s, v) => s + v, 0);
    assert.ok(close(lost, 1_683_142_436.982, 1e-12));
    assert.ok(
      close(
        extractGroup(m(), [k]).reduce((s, v) => s + v, 0),
        lost,
        1e-12,
      ),
    );
  });

  it('an unknown cell among the flows is refused with its row and column', () => {
    const sheet = sheetOf(china2020);
    const rows = sheet.rows.map((r) => [...r]);
    rows[2]![6] = 'NA';
    assert.throws(
      () => readIoTable({ ...sheet, rows }),
      (e: { code: string; details: { row: number; column: string } }) => {
        assert.deepEqual([e.code, e.details.row, e.details.column], ['BAD_CELL', 4, '03']);
        return true;
      },
    );
  });
});
