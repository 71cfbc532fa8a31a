import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  complexity,
  components,
  locationQuotient,
  presence,
  presenceMatrix,
  presenceText,
  presenceWhere,
  presetTable,
  proximity,
  relatednessDensity,
  secondDirection,
  syntheticPanel,
  totals,
  type Measure,
  type Preset,
  type Presence,
} from '@qipan/clusters';
import { near } from './reference-data.js';

const presets: readonly Preset[] = ['harvard', 'r', 'econgeo', 'oec'];

/** Presence of rows of 0 and 1. */
function of(rows: readonly (readonly number[])[]): Presence {
  const industries = rows[0]?.length ?? 0;
  return presenceWhere({ regions: rows.length, industries }, (_k, r, i) => rows[r]![i] === 1);
}

/** Eigenvalues, descending, of a symmetric matrix by Jacobi rotations. */
function jacobi(given: readonly (readonly number[])[]): number[] {
  const a = given.map((row) => [...row]);
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p]![q]!) < 1e-300) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[k]![p]!, a[k]![q]!];
          a[k]![p] = c * x - s * y;
          a[k]![q] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[p]![k]!, a[q]![k]!];
          a[p]![k] = c * x - s * y;
          a[q]![k] = s * x + c * y;
        }
      }
  return a.map((row, k) => row[k]!).sort((x, y) => y - x);
}

/** `SᵀS` written out, `S = D^-½ M U^-½`. */
function gram(rows: readonly (readonly number[])[]): number[][] {
  const d = rows.map((row) => row.reduce((s, x) => s + x, 0));
  const n = rows[0]!.length;
  const u = Array.from({ length: n }, (_, i) => rows.reduce((s, row) => s + row[i]!, 0));
  return Array.from({ length: n }, (_, i) =>
    Array.from(
      { length: n },
      (_v, j) => rows.reduce((s, row, r) => s + (row[i]! * row[j]!) / d[r]!, 0) / Math.sqrt(u[i]! * u[j]!),
    ),
  );
}

describe('presence', () => {
  const quotients = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([regions, industries]) =>
      fc.record({
        shape: fc.constant({ regions, industries }),
        lq: fc.array(fc.constantFrom(0, 0.4, 0.99, 1, 1.01, 2.5), {
          minLength: regions * industries,
          maxLength: regions * industries,
        }),
        value: fc.array(fc.constantFrom(0, 1, 10, 100), {
          minLength: regions * industries,
          maxLength: regions * industries,
        }),
        before: fc.array(fc.constantFrom(0, 1), { minLength: regions * industries, maxLength: regions * industries }),
      }),
    );

  it('is where the rule of words holds, empty rows and columns gone and named', () => {
    const rules = [
      { text: 'LQ >= 1', rule: {}, holds: (q: number) => q >= 1 },
      { text: 'LQ > 1', rule: { comparison: '>' }, holds: (q: number) => q > 1 },
      { text: 'LQ >= 2', rule: { threshold: 2 }, holds: (q: number) => q >= 2 },
      { text: 'LQ >= 1, value >= 10', rule: { floor: 10 }, holds: (q: number, v: number) => q >= 1 && v >= 10 },
      {
        text: 'LQ >= 1 to enter, < 0.5 to leave',
        rule: { hysteresis: { enter: 1, leave: 0.5 } },
        holds: (q: number, _v: number, b: number) => q >= 1 || (b === 1 && q >= 0.5),
      },
    ] as const;
    for (const { text, rule, holds } of rules) {
      assert.equal(presenceText(rule), text);
      fc.assert(
        fc.property(quotients, ({ shape, lq, value, before }) => {
          const has = lq.map((q, k) => (holds as (...x: number[]) => boolean)(q, value[k]!, before[k]!));
          const m = presence(Float64Array.from(lq), shape, rule, {
            value: Float64Array.from(value),
            before: Uint8Array.from(before),
          });
          assert.deepEqual([...presenceMatrix(m, shape)], has.map(Number));
          const row = (r: number) => has.slice(r * shape.industries, (r + 1) * shape.industries);
          const column = (i: number) => has.filter((_, k) => k % shape.industries === i);
          const count = (list: boolean[]) => list.filter(Boolean).length;
          const [regions, industries] = [[...Array(shape.regions).keys()], [...Array(shape.industries).keys()]];
          assert.deepEqual(
            [[...m.region], [...m.diversity], m.removedRegions],
            [
              regions.filter((r) => count(row(r)) > 0),
              regions.map((r) => count(row(r))).filter((d) => d > 0),
              regions.filter((r) => count(row(r)) === 0),
            ],
          );
          assert.deepEqual(
            [[...m.industry], [...m.ubiquity], m.removedIndustries],
            [
              industries.filter((i) => count(column(i)) > 0),
              industries.map((i) => count(column(i))).filter((u) => u > 0),
              industries.filter((i) => count(column(i)) === 0),
            ],
          );
        }),
        { seed: 1, numRuns: 50 },
      );
    }
  });

  it('of the lower bound looks at that and says so', () => {
    const lq = Float64Array.from([2, 2, 0.5]);
    const rule = { lowerBound: true };
    const m = presence(lq, { regions: 1, industries: 3 }, rule, { lower: Float64Array.from([0.9, 1, 1.2]) });
    assert.deepEqual([[...m.industry], presenceText(rule)], [[1, 2], 'lower bound of LQ >= 1']);
    assert.equal(
      presenceText({ lowerBound: true, comparison: '>', threshold: 1.5, floor: 3 }),
      'lower bound of LQ > 1.5, value >= 3',
    );
  });

  it('without the evidence of its rule is refused by the name of what lacks', () => {
    const lq = new Float64Array(2);
    const shape = { regions: 1, industries: 2 };
    for (const [rule, field] of [
      [{ floor: 1 }, 'value'],
      [{ hysteresis: { enter: 1, leave: 0.5 } }, 'before'],
      [{ lowerBound: true }, 'lower'],
    ] as const) {
      const fault = { code: 'SHAPE_MISMATCH', details: { field, got: null, expected: '2' } };
      assert.throws(() => presence(lq, shape, rule, {}), fault);
      assert.throws(() => presence(lq, shape, rule, { [field]: new Float64Array(3) }), {
        ...fault,
        details: { field, got: 3, expected: '2' },
      });
    }
  });
});

describe('the second direction in closed form', () => {
  it('of two regions, one with both industries and one with the common one alone', () => {
    const s = secondDirection(
      of([
        [1, 1],
        [1, 0],
      ]),
    );
    assert.deepEqual([s.status, s.components], ['ok', 1]);
    near(s.lambda2, 0.25, 1e-14, 'λ2');
    near(s.region[0]! / s.region[1]!, -0.5, 1e-12, 'regions ½ and −1');
    near(s.industry[0]! / s.industry[1]!, -0.5, 1e-12, 'industries −1 and 2');
    assert.ok(s.region[0]! > 0, 'the diverse region is the complex one');
    assert.ok(s.industry[1]! > 0, 'and the rare industry');
  });

  it('gives that pair the ECI 1 and −1, the PCI −1 and 3', () => {
    // Quotients ≥ 1 where the pattern is 1: shares 6:4 against 10:0 of a nation of 16:4.
    const panel: Measure = { value: Float64Array.from([8.4, 4, 10, 0]), regions: 2, industries: 2 };
    const c = complexity(panel, { preset: 'harvard', presence: { threshold: 0.8 } });
    assert.deepEqual([...presenceMatrix(c.kept, panel)], [1, 1, 1, 0]);
    [1, -1].forEach((x, r) => near(c.eci[r]!, x, 1e-12, `eci ${r}`));
    [-1, 3].forEach((x, i) => near(c.pci[i]!, x, 1e-12, `pci ${i}`));
  });

  it('of a chain of n regions, each with two industries in a row, is a cosine', () => {
    for (const n of [2, 3, 5, 8]) {
      const rows = Array.from({ length: n }, (_, r) =>
        Array.from({ length: n + 1 }, (_v, i) => Number(i === r || i === r + 1)),
      );
      const s = secondDirection(of(rows));
      near(s.lambda2, Math.cos(Math.PI / (2 * n)) ** 2, 1e-12, `λ2 of ${n}`);
      near(s.lambda3, n > 1 ? Math.cos(Math.PI / n) ** 2 : 0, 1e-9, `λ3 of ${n}`);
      assert.equal(s.status, 'ok');
      for (let i = 0; i <= n; i++)
        near(s.industry[i]! / s.industry[0]!, Math.cos((Math.PI * i) / n), 1e-10, `industry ${i} of ${n}`);
      for (let r = 0; r < n; r++)
        near(
          s.region[r]! / s.industry[0]!,
          Math.cos(Math.PI / (2 * n)) * Math.cos((Math.PI * (2 * r + 1)) / (2 * n)),
          1e-10,
          `region ${r} of ${n}`,
        );
    }
  });

  it('of a ring stands twice: λ2 = λ3 = cos²(π/n), ambiguous', () => {
    for (const n of [3, 4, 7]) {
      const rows = Array.from({ length: n }, (_, r) =>
        Array.from({ length: n }, (_v, i) => Number(i === r || i === (r + 1) % n)),
      );
      const s = secondDirection(of(rows));
      near(s.lambda2, Math.cos(Math.PI / n) ** 2, 1e-10, `ring of ${n}`);
      assert.deepEqual([s.status, s.components], ['ambiguous', 1]);
    }
  });

  it('has the second and third eigenvalue that Jacobi rotations find, on random connected patterns', () => {
    let told = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const r = random(seed);
      const [R, I] = [3 + r.below(8), 3 + r.below(8)];
      const rows = Array.from({ length: R }, (_, a) =>
        Array.from({ length: I }, (_v, i) => Number(r.next() < 0.4 || i === a % I || a === i % R)),
      );
      const s = secondDirection(of(rows));
      const [first, second, third] = jacobi(gram(rows));
      near(first!, 1, 1e-12, 'the first is 1');
      near(s.lambda2, second!, 1e-10, `λ2 of ${seed}`);
      if (s.status === 'ok') near(s.lambda3, third!, 1e-6, `λ3 of ${seed}`);
      assert.equal(s.status === 'ok', components(of(rows)) === 1 && second! - third! > 1e-6);
      if (s.status === 'ok') told++;
    }
    assert.ok(told > 30);
  });
});

describe('networks without a direction', () => {
  const flat = (R: number, I: number) => Array.from({ length: R }, () => Array.from({ length: I }, () => 1));
  const cases: readonly [string, readonly (readonly number[])[], number][] = [
    ['everything everywhere', flat(4, 5), 1],
    ['one region alone', flat(1, 5), 1],
    ['one industry alone', flat(5, 1), 1],
    ['one cell', [[1]], 1],
    [
      'nothing at all',
      [
        [0, 0],
        [0, 0],
      ],
      0,
    ],
    [
      'two halves',
      [
        [1, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 1],
        [0, 0, 1, 0],
      ],
      2,
    ],
    [
      'everybody alone with his own',
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      3,
    ],
  ];
  for (const [name, rows, parts] of cases)
    it(`are ambiguous, never a vector of zeros: ${name}`, () => {
      const m = of(rows);
      const s = secondDirection(m);
      assert.deepEqual([s.status, s.components, components(m)], ['ambiguous', parts, parts]);
      assert.ok(!(s.lambda2 - s.lambda3 > 1e-6) || parts > 1);
    });

  it('still have quotients, presence and density under every preset; the rest is NaN', () => {
    const panel: Measure = {
      value: Float64Array.from([5, 5, 0, 0, 9, 1, 0, 0, 0, 0, 5, 5, 0, 0, 1, 9]),
      regions: 4,
      industries: 4,
    };
    for (const preset of presets) {
      const c = complexity(panel, { preset });
      assert.deepEqual([c.status, c.components], ['ambiguous', 2], preset);
      for (const list of [c.eci, c.pci, c.coi, c.cog])
        assert.ok(
          list.every((x) => Number.isNaN(x)),
          preset,
        );
      assert.deepEqual(
        [c.eci.length, c.pci.length, c.coi.length, c.cog.length],
        [c.kept.rows, c.kept.cols, c.kept.rows, c.kept.rows * c.kept.cols],
      );
      assert.ok(c.density.some((x) => x > 0));
      assert.equal(c.recipe.preset, preset);
    }
  });

  it('without any benchmark are refused: an empty panel has no quotient', () => {
    const panel: Measure = { value: new Float64Array(6), regions: 2, industries: 3 };
    for (const preset of presets)
      assert.throws(() => complexity(panel, { preset }), {
        code: 'EMPTY_BENCHMARK',
        details: { got: 0, expected: '> 0' },
      });
    assert.throws(() => complexity({ ...panel, regions: 3 }, { preset: 'r' }), {
      code: 'SHAPE_MISMATCH',
      details: { got: 6, expected: '9' },
    });
  });
});

describe('quotients', () => {
  it('against a benchmark of another length or of nothing are refused with both numbers', () => {
    const panel: Measure = { value: Float64Array.from([1, 2, 3, 4]), regions: 2, industries: 2 };
    assert.throws(() => locationQuotient(panel, { benchmark: new Float64Array(3) }), {
      code: 'SHAPE_MISMATCH',
      details: { got: 3, expected: '2' },
    });
    assert.throws(() => locationQuotient(panel, { benchmark: new Float64Array(2) }), { code: 'EMPTY_BENCHMARK' });
  });

  it('an industry that the benchmark lacks is undefined there, though regions have it', () => {
    const panel: Measure = { value: Float64Array.from([1, 2, 3, 4]), regions: 2, industries: 2 };
    const { lq, undefinedMask } = locationQuotient(panel, { benchmark: Float64Array.from([0, 5]) });
    assert.deepEqual([...undefinedMask], [1, 0, 1, 0]);
    near(lq[1]!, 2 / 3, 1e-15, 'share over share');
  });

  it('totals add up both ways and leave unknown cells out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(50), fc.constant(Number.NaN)), { minLength: 12, maxLength: 12 }),
        (value) => {
          const t = totals({ value: Float64Array.from(value), regions: 3, industries: 4 });
          const known = value.reduce((s, x) => s + (Number.isNaN(x) ? 0 : x), 0);
          assert.equal(t.all, known);
          for (const list of [t.region, t.industry])
            assert.equal(
              list.reduce((s, x) => s + x, 0),
              known,
            );
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe('proximity and density at their edges', () => {
  it('of correlation: alike 1, opposite 0, an industry that never varies ½', () => {
    const rows = [
      [1, 1, 3, 2],
      [2, 2, 2, 2],
      [3, 3, 1, 2],
    ];
    const lq = Float64Array.from(rows.flat());
    const m = presence(lq, { regions: 3, industries: 4 });
    const phi = proximity(m, { kind: 'correlation', lq, industries: 4 });
    const at = (i: number, j: number) => phi[i * 4 + j]!;
    near(at(0, 1), 1, 1e-12, 'alike');
    near(at(0, 2), 0, 1e-12, 'opposite');
    near(at(0, 3), 0.5, 1e-12, 'no spread');
    for (let i = 0; i < 4; i++) assert.equal(at(i, i), 1);
    assert.throws(() => proximity(m, { kind: 'correlation' }), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => proximity(m, { kind: 'correlation', lq }), { code: 'SHAPE_MISMATCH' });
  });

  it('on sums: association of two of three industries is their count over what independence gives', () => {
    // Co-occurrences: 0–1 twice, 0–2 once, 1–2 once; sums 3, 3, 2 of 8.
    const m = of([
      [1, 1, 1],
      [1, 1, 0],
    ]);
    const expected = {
      association: 2 / ((3 * 3) / 8),
      cosine: 2 / 3,
      jaccard: 2 / (3 + 3 - 2),
      // 3/8·3/5 twice, half of 8 pairs: van Eck and Waltman's expected number of pairs.
      probability: 2 / (2 * (3 / 8) * (3 / 5) * 4),
    };
    for (const [kind, want] of Object.entries(expected)) {
      const phi = proximity(m, { kind: kind as keyof typeof expected });
      near(phi[1]!, want, 1e-12, kind);
      near(phi[3]!, want, 1e-12, `${kind}, the other way`);
      assert.deepEqual([phi[0], phi[4], phi[8]], [0, 0, 0]);
    }
  });

  it('an industry that co-occurs with nothing is near to nothing: its density is NaN, never 0', () => {
    const m = of([
      [1, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    const phi = proximity(m, { diagonal: 0 });
    const sums = Float64Array.from({ length: 3 }, (_, j) => phi[j]! + phi[3 + j]! + phi[6 + j]!);
    const w = relatednessDensity(m, phi, sums);
    for (let r = 0; r < 3; r++) assert.ok(Number.isNaN(w[r * 3 + 2]!));
    near(w[0]!, 1, 0, 'the only neighbour is there');
    near(w[3 + 1]!, 1, 0, 'and here too');
    near(w[6 + 1]!, 0, 0, 'but not here');
  });
});

describe('presets', () => {
  it('differ in what their table says: the freedom of r over harvard is √((n − 1)/n) in every ECI', () => {
    const panel = syntheticPanel(23, 17, 5);
    const [h, r] = [complexity(panel, { preset: 'harvard' }), complexity(panel, { preset: 'r' })];
    assert.deepEqual([presetTable.harvard.ddof, presetTable.r.ddof], [0, 1]);
    const n = h.kept.rows;
    h.eci.forEach((x, k) => near(r.eci[k]!, x * Math.sqrt((n - 1) / n), 1e-10, `region ${k}`));
    h.density.forEach((x, k) => near(r.density[k]!, x, 0, 'the same density'));
  });

  it('econgeo and oec leave the industry itself out of its density', () => {
    const panel = syntheticPanel(23, 17, 5);
    for (const preset of ['econgeo', 'oec'] as const) {
      const c = complexity(panel, { preset });
      assert.equal(c.recipe.diagonal, 0);
      for (let i = 0; i < c.kept.cols; i++) assert.equal(c.proximity[i * c.kept.cols + i], 0);
      assert.ok(
        c.coi.every((x) => Number.isNaN(x)),
        'these programs have no COI',
      );
      assert.equal(
        c.cog.every((x) => Number.isNaN(x)),
        preset === 'econgeo',
      );
    }
  });

  it('another proximity stands in the recipe, and its unrelated pairs are 0', () => {
    const panel = syntheticPanel(23, 17, 5);
    for (const kind of ['cosine', 'association', 'jaccard', 'sqrt', 'correlation'] as const) {
      const c = complexity(panel, { preset: 'harvard', proximity: kind });
      assert.equal(c.recipe.proximity, kind);
      assert.ok(
        c.proximity.every((x) => x >= 0),
        kind,
      );
    }
  });
});

describe('the synthetic panel', () => {
  it('is whole numbers, the same for the same three numbers, another for another seed', () => {
    const [a, b, c] = [syntheticPanel(30, 20, 7), syntheticPanel(30, 20, 7), syntheticPanel(30, 20, 8)];
    assert.deepEqual(a.value, b.value);
    assert.notDeepEqual(a.value, c.value);
    assert.ok(a.value.every((x) => Number.isInteger(x) && x >= 0));
  });

  it('is nested as real tables are: common industries stand where rare ones do not, regions differ widely in size', () => {
    const m = syntheticPanel(120, 60, 3);
    const present = [...m.value].filter((x) => x > 0).length / m.value.length;
    assert.ok(present > 0.2 && present < 0.6, `${present}`);
    const sizes = [...totals(m).region].sort((x, y) => x - y);
    assert.ok(sizes[110]! > 5 * sizes[10]!, 'large and small regions');
    const kept = presence(locationQuotient(m).lq, m);
    // Mean ubiquity of what a region has falls as its diversity rises (Hidalgo, Hausmann 2009, fig. 2).
    const mean = Array.from({ length: kept.rows }, (_, r) => {
      const own = [...kept.index.subarray(kept.start[r], kept.start[r + 1])];
      return own.reduce((s, i) => s + kept.ubiquity[i]!, 0) / own.length;
    });
    const average = (x: ArrayLike<number>) => Array.from(x).reduce((s, v) => s + v, 0) / x.length;
    const [d, u] = [average(kept.diversity), average(mean)];
    const covariance = mean.reduce((s, x, r) => s + (x - u) * (kept.diversity[r]! - d), 0);
    assert.ok(covariance < 0);
  });
});
