import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  clusterIndex,
  filterPanel,
  pileUp,
  populationAdvantage,
  regionSimilarity,
  similarRegions,
  specialisation,
  spread,
  type Measure,
  type Plans,
  type SimilarityKind,
} from '@qipan/clusters';

const nan = Number.NaN;
type Rows = readonly (readonly number[])[];
const sum = (x: readonly number[]) => x.reduce((s, v) => s + v, 0);
const known = (x: readonly number[]) => x.filter((v) => !Number.isNaN(v));
const measureOf = (rows: Rows): Measure => ({
  value: Float64Array.from(rows.flat()),
  regions: rows.length,
  industries: rows[0]!.length,
});
/** Equal to rounding, NaN and Infinity included. */
function same(got: number, want: number, where: string): void {
  if (Number.isFinite(want))
    assert.ok(Math.abs(got - want) <= 1e-10 * Math.max(1, Math.abs(want)), `${where}: ${got} for ${want}`);
  else assert.ok(Object.is(got, want), `${where}: ${got} for ${want}`);
}

/** Random tables with empty rows, empty columns and unknown cells. */
function table(seed: number, holes = true): number[][] {
  const r = random(seed);
  const [R, I] = [2 + r.below(6), 2 + r.below(6)];
  const rows = Array.from({ length: R }, () =>
    Array.from({ length: I }, () => (holes && r.next() < 0.1 ? nan : r.next() < 0.25 ? 0 : 1 + r.below(60))),
  );
  if (holes && seed % 3 === 0) rows[R - 1] = rows[0]!.map(() => 0);
  if (holes && seed % 4 === 0) for (const row of rows) row[I - 1] = 0;
  return rows;
}
const seeds = Array.from({ length: 24 }, (_, k) => k + 1);
/** Tables in which something is known at all. */
const tables = seeds.map((seed) => ({ seed, rows: table(seed) })).filter((t) => sum(known(t.rows.flat())) > 0);

describe('specialisation beside lists', () => {
  it('five measures from the shares of the known cells', () => {
    for (const { seed, rows } of tables) {
      const column = rows[0]!.map((_, i) => sum(known(rows.map((row) => row[i]!))));
      const base = column.map((c) => c / sum(column));
      const got = specialisation(measureOf(rows));
      rows.forEach((row, r) => {
        const total = sum(known(row));
        const where = `table ${seed}, region ${r}`;
        if (total === 0) {
          for (const x of Object.values(got) as Float64Array[]) assert.ok(Number.isNaN(x[r]!), where);
          return;
        }
        const cells = [...row.keys()].filter((i) => !Number.isNaN(row[i]!));
        const share = (i: number) => row[i]! / total;
        const positive = cells.filter((i) => share(i) > 0);
        same(got.krugman[r]!, sum(cells.map((i) => Math.abs(share(i) - base[i]!))), where);
        same(got.hhi[r]!, sum(cells.map((i) => share(i) ** 2)), where);
        same(got.entropy[r]!, -sum(positive.map((i) => share(i) * Math.log2(share(i)))), where);
        same(got.theil[r]!, Math.max(0, sum(positive.map((i) => share(i) * Math.log(share(i) / base[i]!)))), where);
        same(got.hachman[r]!, 1 / sum(positive.map((i) => share(i) ** 2 / base[i]!)), where);
      });
    }
  });

  it('what the benchmark lacks makes Theil endless and Hachman 0', () => {
    const got = specialisation(measureOf([[1, 1]]), { benchmark: Float64Array.from([0, 5]) });
    assert.deepEqual([got.theil[0], got.hachman[0]], [Infinity, 0]);
  });
});

describe('spread beside lists', () => {
  it('Gini by mean differences, locational Gini by weighted ones, Hoover by half the distances', () => {
    for (const { seed, rows } of tables) {
      const total = rows.map((row) => sum(known(row)));
      const got = spread(measureOf(rows));
      rows[0]!.forEach((_, i) => {
        const where = `table ${seed}, industry ${i}`;
        const all = sum(known(rows.map((row) => row[i]!)));
        if (all === 0) {
          for (const x of [got.gini, got.locationalGini, got.hoover]) assert.ok(Number.isNaN(x[i]!), where);
          return;
        }
        const at = [...rows.keys()].filter((r) => total[r]! > 0 && !Number.isNaN(rows[r]![i]!));
        const x = (r: number) => rows[r]![i]!;
        const pairs = at.flatMap((a) => at.map((b) => [a, b] as const));
        const mean = sum(at.map(x)) / at.length;
        same(got.gini[i]!, sum(pairs.map(([a, b]) => Math.abs(x(a) - x(b)))) / (2 * at.length ** 2 * mean), where);
        const weight = sum(at.map((r) => total[r]!));
        const share = (r: number) => total[r]! / weight;
        const quotient = (r: number) => x(r) / sum(at.map(x)) / share(r);
        same(
          got.locationalGini[i]!,
          sum(pairs.map(([a, b]) => share(a) * share(b) * Math.abs(quotient(a) - quotient(b)))) / 2,
          where,
        );
        same(got.hoover[i]!, sum(at.map((r) => Math.abs(x(r) / all - share(r)))) / 2, where);
      });
    }
  });
});

describe('similarity beside lists', () => {
  const formulas: Record<Exclude<SimilarityKind, 'logAdvantage'>, (a: number[], b: number[]) => number> = {
    krugman: (a, b) => sum(a.map((x, i) => Math.abs(x - b[i]!))),
    cosine: (a, b) => sum(a.map((x, i) => x * b[i]!)) / Math.sqrt(sum(a.map((x) => x * x)) * sum(b.map((x) => x * x))),
    brayCurtis: (a, b) => 1 - sum(a.map((x, i) => Math.abs(x - b[i]!))) / sum([...a, ...b]),
  };

  for (const kind of Object.keys(formulas) as (keyof typeof formulas)[])
    it(`${kind} of every two regions over what both know`, () => {
      for (const { seed, rows } of tables) {
        const m = measureOf(rows);
        const got = regionSimilarity(m, kind);
        const profile = rows.map((row) => (kind === 'brayCurtis' ? row : row.map((x) => x / sum(known(row)))));
        for (let a = 0; a < m.regions; a++)
          for (let b = 0; b < m.regions; b++) {
            const both = [...rows[0]!.keys()].filter((i) => !Number.isNaN(profile[a]![i]! + profile[b]![i]!));
            const of = (r: number) => both.map((i) => profile[r]![i]!);
            const want = both.length === 0 ? nan : formulas[kind](of(a), of(b));
            same(got[a * m.regions + b]!, want, `table ${seed}: ${a}, ${b}`);
          }
      }
    });

  it('the most alike are those of the table in order, the region itself and unknown ones left out', () => {
    for (const { seed, rows } of tables)
      for (const kind of ['krugman', 'cosine', 'brayCurtis', 'logAdvantage'] as const) {
        const m = measureOf(rows);
        const row = [...regionSimilarity(m, kind).subarray(0, m.regions)];
        const want = [...row.keys()]
          .filter((b) => b !== 0 && !Number.isNaN(row[b]!))
          .sort((a, b) => (kind === 'krugman' ? row[a]! - row[b]! : row[b]! - row[a]!) || a - b)
          .slice(0, 3);
        assert.deepEqual(
          similarRegions(m, 0, { kind, k: 3 }).map((s) => s.region),
          want,
          `table ${seed}, ${kind}`,
        );
      }
  });

  it('refuses a region that is not there', () => {
    for (const region of [-1, 2, 0.5, nan])
      assert.throws(
        () =>
          similarRegions(
            measureOf([
              [1, 2],
              [3, 4],
            ]),
            region,
            { kind: 'cosine', k: 1 },
          ),
        {
          code: 'OUT_OF_RANGE',
          details: { got: region, expected: '0 to 1' },
        },
      );
  });
});

describe('advantage by population', () => {
  it('is jobs a head over jobs a head of all; NaN where unknown or without people', () => {
    for (const { seed, rows } of tables) {
      const people = rows.map((_, r) => 10 + 7 * ((r * seed) % 5));
      const got = populationAdvantage(measureOf(rows), Float64Array.from(people));
      rows.forEach((row, r) =>
        row.forEach((x, i) => {
          const all = sum(known(rows.map((q) => q[i]!)));
          same(got[r * row.length + i]!, x / people[r]! / (all / sum(people)), `table ${seed}: ${r}, ${i}`);
        }),
      );
    }
    assert.throws(() => populationAdvantage(measureOf([[1, 2]]), new Float64Array(2)), {
      code: 'SHAPE_MISMATCH',
      details: { field: 'population', got: 2, expected: '1' },
    });
  });
});

describe('the cluster index', () => {
  it('is density times stock over firm size, each against the whole', () => {
    const r = random(9);
    const of = () => Float64Array.from({ length: 6 }, () => 1 + r.below(50));
    const c = { employment: of(), firms: of(), areaKm2: of(), population: of() };
    const part = (x: Float64Array, k: number) => x[k]! / sum([...x]);
    clusterIndex(c).forEach((got, k) => {
      const [e, f, a, p] = [c.employment, c.firms, c.areaKm2, c.population].map((x) => part(x, k)) as [
        number,
        number,
        number,
        number,
      ];
      // (e/a)·(e/p)/(e/f) = e·f/(a·p).
      same(got, (e * f) / (a * p), `region ${k}`);
    });
  });
});

describe('filters', () => {
  it('leave the greatest part in which everybody has enough: no larger one does', () => {
    // Diversity and ubiquity at LQ ≥ 1 change with every removal, so what is left is checked, and that each removal had a reason.
    for (const seed of seeds) {
      const m = measureOf(table(seed, false));
      const f = filterPanel(m, { leastDiversity: 2, leastUbiquity: 1 });
      const again = filterPanel(f.panel, { leastDiversity: 2, leastUbiquity: 1 });
      assert.deepEqual([again.removedRegions, again.removedIndustries], [[], []], 'nothing more falls out');
      const gone = [...f.removedRegions.map((x) => x.number), ...f.region].sort((a, b) => a - b);
      assert.deepEqual(gone, [...Array(m.regions).keys()], 'every region is kept or named once');
      const industries = [...f.removedIndustries.map((x) => x.number), ...f.industry].sort((a, b) => a - b);
      assert.deepEqual(industries, [...Array(m.industries).keys()]);
      for (const x of f.removedRegions) assert.ok(x.reason === 'diversity' && x.got < 2);
      for (const x of f.removedIndustries) assert.ok(x.reason === 'ubiquity' && x.got < 1);
      f.region.forEach((r, a) =>
        f.industry.forEach((i, b) =>
          assert.equal(f.panel.value[a * f.industry.length + b], m.value[r * m.industries + i]),
        ),
      );
    }
  });

  it('of a panel without anything leave nothing, and name all of it', () => {
    const f = filterPanel(
      measureOf([
        [0, 0, 0],
        [0, nan, 0],
      ]),
      { leastDiversity: 1, leastUbiquity: 1 },
    );
    assert.deepEqual([f.region, f.industry, f.panel.value.length], [[], [], 0]);
    assert.deepEqual(
      f.removedRegions.map((x) => [x.number, x.reason, x.got]),
      [
        [0, 'diversity', 0],
        [1, 'diversity', 0],
      ],
    );
    assert.deepEqual(
      f.removedIndustries.map((x) => [x.number, x.reason, x.got]),
      [0, 1, 2].map((i) => [i, 'ubiquity', 0]),
    );
    const plain = filterPanel(measureOf([[0, 0]]), {});
    assert.deepEqual([plain.region, plain.industry], [[0], [0, 1]], 'without a filter nothing goes');
  });

  it('run on: a region that falls takes the ubiquity of its industries with it, down to nothing', () => {
    // Two alike regions and one with an industry of its own: two industries a region are asked for, two regions an industry.
    const f = filterPanel(
      measureOf([
        [5, 5, 0],
        [5, 5, 0],
        [0, 0, 9],
      ]),
      { leastDiversity: 2, leastUbiquity: 2 },
    );
    assert.deepEqual(
      [f.region, f.industry],
      [
        [0, 1],
        [0, 1],
      ],
    );
    assert.deepEqual(f.removedRegions, [{ number: 2, reason: 'diversity', got: 1 }]);
    assert.deepEqual(f.removedIndustries, [{ number: 2, reason: 'ubiquity', got: 1 }]);
  });

  it('an unknown population is not a sufficient one, and is told as what it is', () => {
    const f = filterPanel(
      measureOf([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      {
        population: { values: Float64Array.from([100, nan, 20]), least: 50 },
      },
    );
    assert.deepEqual(f.removedRegions, [
      { number: 1, reason: 'population', got: nan },
      { number: 2, reason: 'population', got: 20 },
    ]);
    assert.deepEqual([f.region, [...f.panel.value]], [[0], [1, 2]]);
  });
});

describe('pile-up beside lists', () => {
  const plans = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .chain(([regions, industries]) =>
      fc.record({
        regions: fc.constant(regions),
        industries: fc.constant(industries),
        planned: fc.array(fc.oneof(fc.constant(nan), fc.constant(0), fc.integer({ min: 1, max: 30 })), {
          minLength: regions * industries,
          maxLength: regions * industries,
        }),
        room: fc.array(fc.oneof(fc.constant(nan), fc.constant(0), fc.integer({ min: 1, max: 60 })), {
          minLength: industries,
          maxLength: industries,
        }),
      }),
    );
  const of = (p: { regions: number; industries: number; planned: number[]; room: number[] }): Plans => ({
    ...p,
    planned: Float64Array.from(p.planned),
    marketRoom: Float64Array.from(p.room),
  });

  it('ratios, excess, collisions with their planners, and what cannot be told', () => {
    fc.assert(
      fc.property(plans, (p) => {
        const got = pileUp(of(p));
        const cells = (i: number) => p.planned.filter((_, k) => k % p.industries === i);
        const total = p.room.map((_, i) => sum(known(cells(i))));
        p.room.forEach((room, i) => same(got.ratio[i]!, total[i] === 0 ? 0 : total[i]! / room, `ratio ${i}`));
        assert.equal(got.withoutFigure, p.planned.filter((x) => Number.isNaN(x)).length);
        const planned = [...p.room.keys()].filter((i) => total[i]! > 0);
        assert.deepEqual(
          got.roomUnknown,
          planned.filter((i) => Number.isNaN(p.room[i]!)),
        );
        const told = planned.filter((i) => !Number.isNaN(p.room[i]!));
        same(
          got.excessShare,
          sum(told.map((i) => Math.max(0, total[i]! - p.room[i]!))) / sum(told.map((i) => total[i]!)),
          'excess',
        );
        assert.deepEqual(
          new Set(got.collisions.map((c) => c.industry)),
          new Set(told.filter((i) => total[i]! > p.room[i]!)),
        );
        got.collisions.forEach((c, k) => {
          const before = got.collisions[k - 1];
          assert.ok(!before || before.planned - before.room >= c.planned - c.room, 'the worst first');
          assert.deepEqual([c.planned, c.room], [total[c.industry], p.room[c.industry]]);
          same(sum(c.regions.map((r) => r.planned)), c.planned, 'its planners make the sum');
          assert.ok(c.regions.every((r, q) => q === 0 || r.planned <= c.regions[q - 1]!.planned));
        });
      }),
      { seed: 1, numRuns: 120 },
    );
  });

  it('a room or a plan below 0 is refused with its place', () => {
    const p = of({ regions: 2, industries: 2, planned: [1, 2, 3, 4], room: [5, 5] });
    assert.throws(() => pileUp({ ...p, marketRoom: Float64Array.from([5, -1]) }), {
      code: 'VALUE_NEGATIVE',
      message: 'marketRoom[1] = -1; expected ≥ 0',
      details: { table: 'plans', row: 1, got: -1, expected: '≥ 0' },
    });
    assert.throws(() => pileUp({ ...p, planned: Float64Array.from([1, 2, 3, -4]) }), {
      code: 'VALUE_NEGATIVE',
      message: 'planned[3] = -4; expected ≥ 0',
      details: { table: 'plans', row: 1, got: -4, expected: '≥ 0' },
    });
    assert.throws(() => pileUp({ ...p, marketRoom: new Float64Array(3) }), { code: 'SHAPE_MISMATCH' });
  });
});
