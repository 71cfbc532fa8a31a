import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  boundsOf,
  disclosable,
  imputeBounded,
  locationQuotient,
  quotientBounds,
  refuseUnknown,
  type Measure,
} from '@qipan/clusters';
import { near } from '../reference-data.js';

const nan = Number.NaN;
const seed = { seed: 1 };

/** A panel with whole-number bounds, the open cells NaN. */
interface Open {
  readonly m: Measure;
  readonly bounds: { readonly lower: Float64Array; readonly upper: Float64Array };
  readonly open: readonly number[];
}

/** From `[lower, upper]` of each cell: equal bounds are a known cell. */
function openPanel(cells: readonly (readonly [number, number])[], regions: number): Open {
  const value = Float64Array.from(cells, ([l, u]) => (l === u ? l : nan));
  return {
    m: { value, regions, industries: cells.length / regions },
    bounds: { lower: Float64Array.from(cells, (c) => c[0]), upper: Float64Array.from(cells, (c) => c[1]) },
    open: [...cells.keys()].filter((k) => cells[k]![0] !== cells[k]![1]),
  };
}

/** Every filling of the open cells by whole numbers (or by the steps given). */
function* fillings(p: Open, step = 1): Generator<Float64Array> {
  const value = p.bounds.lower.slice();
  for (;;) {
    yield value.slice();
    let q = 0;
    for (; q < p.open.length; q++) {
      const k = p.open[q]!;
      if (value[k]! + step <= p.bounds.upper[k]! + 1e-12) {
        value[k]! += step;
        break;
      }
      value[k] = p.bounds.lower[k]!;
    }
    if (q === p.open.length) return;
  }
}

function sumsOf(m: Measure, value: Float64Array) {
  const region = new Float64Array(m.regions);
  const industry = new Float64Array(m.industries);
  value.forEach((x, k) => {
    region[Math.floor(k / m.industries)]! += x;
    industry[k % m.industries]! += x;
  });
  return { region, industry };
}

/** Small panels of whole numbers: cells are `[lower, width]`, at most five of them open. */
const smallPanels = fc.constantFrom([2, 2], [2, 3], [3, 2], [3, 3]).chain(([regions, industries]) =>
  fc.record({
    regions: fc.constant(regions!),
    cells: fc.array(fc.tuple(fc.nat(4), fc.constantFrom(0, 0, 1, 2, 3)), {
      minLength: regions! * industries!,
      maxLength: regions! * industries!,
    }),
  }),
);
function limited(raw: { regions: number; cells: (readonly [number, number])[] }, most = 5): Open {
  let left = most;
  const cells = raw.cells.map(([l, w]): [number, number] => [l, w > 0 && left-- > 0 ? l + w : l]);
  return openPanel(cells, raw.regions);
}

describe('imputation against every filling by whole numbers', () => {
  /** Bounds and totals that are whole numbers can be met if and only if whole numbers meet them (Hoffman, Kruskal 1956). */
  it('finds a filling exactly where one exists, whatever totals are published', () => {
    let [possible, impossible] = [0, 0];
    fc.assert(
      fc.property(smallPanels, fc.nat(1000), fc.boolean(), (raw, at, isShifted) => {
        const p = limited(raw);
        const all = [...fillings(p)];
        const truth = all[at % all.length]!;
        const t = sumsOf(p.m, truth);
        const r = random(at).fork('totals');
        for (const list of [t.region, t.industry])
          for (let q = 0; q < list.length; q++) {
            const chance = r.next();
            if (chance < 0.3) list[q] = nan;
            else if (isShifted && chance < 0.5) list[q] = Math.max(0, list[q]! + (r.next() < 0.5 ? -1 : 1));
          }
        const fits = (value: Float64Array) => {
          const s = sumsOf(p.m, value);
          return (['region', 'industry'] as const).every((axis) =>
            t[axis].every((x, q) => Number.isNaN(x) || x === s[axis][q]),
          );
        };
        const exists = all.some(fits);
        if (exists) possible++;
        else impossible++;
        const f = imputeBounded(p.m, p.bounds, t);
        assert.equal(f.status, exists ? 'ok' : 'infeasible');
        f.value.forEach((x, k) => {
          assert.ok(x >= p.bounds.lower[k]! - 1e-12 && x <= p.bounds.upper[k]! + 1e-12, `cell ${k}: ${x}`);
          assert.equal(f.estimated[k], Number(p.open.includes(k)));
        });
        if (!exists) return;
        const s = sumsOf(p.m, f.value);
        for (const axis of ['region', 'industry'] as const)
          t[axis].forEach((x, q) => Number.isNaN(x) || near(s[axis][q]!, x, 2e-6 * Math.max(1, x), `${axis} ${q}`));
      }),
      { ...seed, numRuns: 250 },
    );
    assert.ok(possible > 50 && impossible > 20, `${possible} possible, ${impossible} not: both were tried`);
  });

  it('where only one filling meets the totals, that one is found, at the corner of its bounds', () => {
    // a·1 + a·2 = 2 and a·1 + b·1 = 2 with b·1 ≥ 2: a·1 is 0, a·2 is 2.
    const p = openPanel(
      [
        [0, 3],
        [0, 2],
        [2, 5],
        [1, 1],
      ],
      2,
    );
    const f = imputeBounded(p.m, p.bounds, {
      region: Float64Array.from([2, nan]),
      industry: Float64Array.from([2, nan]),
    });
    assert.equal(f.status, 'ok');
    [0, 2, 2, 1].forEach((x, k) => near(f.value[k]!, x, 1e-6, `cell ${k}`));
  });

  it('a miss is the largest share of a total that could not be met', () => {
    const p = openPanel(
      [
        [0, 4],
        [6, 6],
      ],
      1,
    );
    const f = imputeBounded(p.m, p.bounds, { region: Float64Array.from([20]) });
    assert.deepEqual([f.status, [...f.value]], ['infeasible', [4, 6]]);
    near(f.miss, 0.5, 1e-12, 'ten of twenty');
    const contradiction = imputeBounded(p.m, p.bounds, {
      region: Float64Array.from([8]),
      industry: Float64Array.from([1, nan]),
    });
    assert.equal(contradiction.status, 'infeasible', 'the row asks for 2, the column for 1');
  });
});

describe('proportional fitting', () => {
  it('without binding bounds has the cross-product ratios of its start: all 1 from an even start', () => {
    // Deming and Stephan: fitting keeps x11·x22 / (x12·x21); from equal middles the answer is row × column / all.
    const cells = Array.from({ length: 9 }, (): [number, number] => [0, 1000]);
    const p = openPanel(cells, 3);
    const region = Float64Array.from([60, 90, 150]);
    const industry = Float64Array.from([30, 120, 150]);
    const f = imputeBounded(p.m, p.bounds, { region, industry });
    assert.equal(f.status, 'ok');
    for (let r = 0; r < 3; r++)
      for (let i = 0; i < 3; i++) near(f.value[r * 3 + i]!, (region[r]! * industry[i]!) / 300, 1e-6, `${r}, ${i}`);
  });

  it('keeps the ratios of an uneven start too', () => {
    const middles = [10, 40, 20, 30];
    const cells = middles.map((x): [number, number] => [0, 2 * x]);
    const p = openPanel(cells, 2);
    // Totals near those of the start, so that no bound binds.
    const f = imputeBounded(p.m, p.bounds, {
      region: Float64Array.from([55, 45]),
      industry: Float64Array.from([28, 72]),
    });
    assert.equal(f.status, 'ok');
    near((f.value[0]! * f.value[3]!) / (f.value[1]! * f.value[2]!), (10 * 30) / (40 * 20), 1e-6, 'odds');
  });

  it('rows alone are scaled in proportion: each open cell keeps its share of the row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 6 }), (middles) => {
        const cells = middles.map((x): [number, number] => [0, 2 * x]);
        const p = openPanel(cells, 1);
        const start = middles.reduce((a, b) => a + b, 0);
        const f = imputeBounded(p.m, p.bounds, { region: Float64Array.from([1.5 * start]) });
        middles.forEach((x, k) => near(f.value[k]!, 1.5 * x, 1e-9 * start, `cell ${k}`));
      }),
      { ...seed, numRuns: 40 },
    );
  });

  it('does not depend on the order of regions and industries', () => {
    const r = random(4);
    const [R, I] = [4, 5];
    const truth = Float64Array.from({ length: R * I }, () => 1 + r.below(40));
    const cells = [...truth].map((x): [number, number] => (r.next() < 0.5 ? [x, x] : [Math.max(0, x - 15), x + 15]));
    const p = openPanel(cells, R);
    const t = sumsOf(p.m, truth);
    const plain = imputeBounded(p.m, p.bounds, t);
    const [rows, cols] = [r.permutation(R), r.permutation(I)];
    const moved = (x: Float64Array) => Float64Array.from(x, (_, k) => x[rows[Math.floor(k / I)]! * I + cols[k % I]!]!);
    const turned = imputeBounded(
      { ...p.m, value: moved(p.m.value) },
      { lower: moved(p.bounds.lower), upper: moved(p.bounds.upper) },
      {
        region: Float64Array.from(rows, (q) => t.region[q]!),
        industry: Float64Array.from(cols, (q) => t.industry[q]!),
      },
    );
    assert.deepEqual([plain.status, turned.status], ['ok', 'ok']);
    moved(plain.value).forEach((x, k) => near(turned.value[k]!, x, 1e-5, `cell ${k}`));
  });

  it('of a panel without unknown cells is the panel, whether its totals are met or not', () => {
    const m: Measure = { value: Float64Array.from([1, 2, 3, 4]), regions: 2, industries: 2 };
    const good = imputeBounded(m, boundsOf(m), { region: Float64Array.from([3, 7]) });
    assert.deepEqual([good.status, good.miss, [...good.value]], ['ok', 0, [1, 2, 3, 4]]);
    const bad = imputeBounded(m, boundsOf(m), { region: Float64Array.from([3, 8]) });
    assert.deepEqual([bad.status, [...bad.value]], ['infeasible', [1, 2, 3, 4]]);
    near(bad.miss, 1 / 8, 1e-12, 'miss');
  });
});

/** Least and greatest defined quotient of each cell over all fillings. */
function tried(p: Open, step: number) {
  const n = p.m.value.length;
  const [least, most] = [new Float64Array(n).fill(Infinity), new Float64Array(n).fill(-Infinity)];
  for (const value of fillings(p, step)) {
    if (value.every((x) => x === 0)) continue;
    const { lq, undefinedMask } = locationQuotient({ ...p.m, value });
    lq.forEach((x, k) => {
      if (undefinedMask[k]) return;
      least[k] = Math.min(least[k]!, x);
      most[k] = Math.max(most[k]!, x);
    });
  }
  return { least, most };
}

describe('quotient intervals', () => {
  it('hold the quotient of every filling on a grid', () => {
    fc.assert(
      fc.property(smallPanels, (raw) => {
        const p = limited(raw, 4);
        const q = quotientBounds(p.m, p.bounds);
        const seen = tried(p, 0.5);
        q.lower.forEach((low, k) => {
          const high = q.upper[k]!;
          if (seen.least[k] === Infinity) return;
          assert.ok(low <= seen.least[k]! + 1e-9, `cell ${k}: lower ${low} above ${seen.least[k]}`);
          assert.ok(high >= seen.most[k]! - 1e-9, `cell ${k}: upper ${high} below ${seen.most[k]}`);
        });
      }),
      { ...seed, numRuns: 150 },
    );
  });

  it('are reached: the lower end at a corner, the upper one at a corner or at the peak of the own cell', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 6 })), {
          minLength: 6,
          maxLength: 6,
        }),
        (raw) => {
          const p = openPanel(
            raw.map(([l, w]) => [l, l + w]),
            2,
          );
          const q = quotientBounds(p.m, p.bounds);
          for (let k = 0; k < 6; k++) {
            const [r, i] = [Math.floor(k / 3), k % 3];
            let [least, most] = [Infinity, -Infinity];
            for (let step = 0; step <= 2000; step++) {
              const own = p.bounds.lower[k]! + (step / 2000) * (p.bounds.upper[k]! - p.bounds.lower[k]!);
              for (const high of [false, true]) {
                // The rest of the row and column at one end, what is in neither at the other.
                const value = p.m.value.map((_, c) => {
                  if (c === k) return own;
                  const isNear = Math.floor(c / 3) === r || c % 3 === i;
                  return (isNear === high ? p.bounds.upper : p.bounds.lower)[c]!;
                });
                const x = locationQuotient({ ...p.m, value }).lq[k]!;
                least = Math.min(least, x);
                most = Math.max(most, x);
              }
            }
            near(q.lower[k]!, least, 1e-9, `lower of ${k}`);
            near(q.upper[k]!, most, 1e-5, `upper of ${k}`);
          }
        },
      ),
      { ...seed, numRuns: 40 },
    );
  });

  it('fall with the own cell where it is all that its region has', () => {
    // One region of one industry alone: LQ = 1 + o/(b + x), 6 at x = 1 and 2 at x = 9, with b = 1 and o = 10.
    const p = openPanel(
      [
        [1, 9],
        [0, 0],
        [1, 1],
        [10, 10],
      ],
      2,
    );
    const q = quotientBounds(p.m, p.bounds);
    near(q.lower[0]!, 2, 1e-12, 'lower');
    near(q.upper[0]!, 6, 1e-12, 'upper');
  });

  it('have the peak of the own cell where rest of row, column and outside are 1, 1 and 7', () => {
    // x(9 + x)/(1 + x)²: its derivative is 0 at x = 9/7, where it is 81/32.
    const p = openPanel(
      [
        [0, 5],
        [1, 1],
        [1, 1],
        [7, 7],
      ],
      2,
    );
    const q = quotientBounds(p.m, p.bounds);
    near(q.lower[0]!, 0, 0, 'an empty cell');
    near(q.upper[0]!, 81 / 32, 1e-12, 'the peak');
    const late = quotientBounds(p.m, { ...p.bounds, lower: Float64Array.from([3, 1, 1, 7]) });
    near(late.upper[0]!, 36 / 16, 1e-12, 'past the peak the lower bound is highest');
    near(late.lower[0]!, 70 / 36, 1e-12, 'and the upper one lowest');
  });

  it('stay numbers when a bound is open: 1 at the least for a cell without end, nothing known of the others', () => {
    const m: Measure = { value: Float64Array.from([nan, 2, 3, 4]), regions: 2, industries: 2 };
    const q = quotientBounds(m, boundsOf(m));
    for (const list of [q.lower, q.upper]) assert.ok(list.every((x) => x === x));
    // Any size of the open cell, tried from nothing to a million.
    for (let e = -6; e <= 6; e += 0.05) {
      const value = m.value.map((x) => (Number.isNaN(x) ? 10 ** e : x));
      locationQuotient({ ...m, value }).lq.forEach((x, k) => {
        assert.ok(q.lower[k]! <= x + 1e-9 && x <= q.upper[k]! + 1e-9, `10^${e}, cell ${k}: ${x}`);
      });
    }
    // The neighbours in its row and column fall to nothing or to their share of their own column.
    near(q.lower[1]!, 2 / 6, 1e-12, 'x/(b + x) as the row grows without end');
    near(q.lower[2]!, 3 / 7, 1e-12, 'x/(a + x) as the column grows without end');
    assert.equal(q.upper[3], Infinity, 'the whole grows without end around cell 3, whose row and column stay');
  });

  it('are a point at each known cell that no unknown one bears on, and NaN in an empty region or industry', () => {
    const m: Measure = { value: Float64Array.from([2, 0, 3, 0, 0, 0, 1, 0, 4]), regions: 3, industries: 3 };
    const q = quotientBounds(m, boundsOf(m));
    const { lq, undefinedMask } = locationQuotient(m);
    lq.forEach((x, k) => {
      if (undefinedMask[k]) assert.deepEqual([q.lower[k], q.upper[k]], [nan, nan]);
      else {
        near(q.lower[k]!, x, 1e-12, `lower ${k}`);
        near(q.upper[k]!, x, 1e-12, `upper ${k}`);
      }
    });
  });

  it('widen as bounds widen', () => {
    fc.assert(
      fc.property(smallPanels, fc.integer({ min: 1, max: 3 }), (raw, more) => {
        const p = limited(raw, 9);
        const wider = { ...p.bounds, upper: p.bounds.upper.map((u, k) => (p.open.includes(k) ? u + more : u)) };
        const [a, b] = [quotientBounds(p.m, p.bounds), quotientBounds(p.m, wider)];
        a.lower.forEach((low, k) => {
          if (Number.isNaN(low) || Number.isNaN(b.lower[k]!)) return;
          assert.ok(b.lower[k]! <= low + 1e-9 && b.upper[k]! >= a.upper[k]! - 1e-9, `cell ${k}`);
        });
      }),
      { ...seed, numRuns: 100 },
    );
  });
});

describe('disclosure', () => {
  it('names only cells that have one value over all fillings that meet the totals', () => {
    let named = 0;
    fc.assert(
      fc.property(smallPanels, fc.nat(1000), (raw, at) => {
        const p = limited(raw);
        const all = [...fillings(p)];
        const truth = all[at % all.length]!;
        const t = sumsOf(p.m, truth);
        const found = disclosable(p.m, t);
        named += found.length;
        for (const d of found) {
          assert.ok(p.open.includes(d.cell), 'a known cell is no secret');
          near(d.value, truth[d.cell]!, 1e-9, `cell ${d.cell}`);
        }
        assert.equal(new Set(found.map((d) => d.cell)).size, found.length, 'each once');
        // What is left over is never alone in a row or column.
        const rest = p.open.filter((k) => !found.some((d) => d.cell === k));
        for (const k of rest) {
          const alike = (of: (c: number) => number) => rest.filter((c) => of(c) === of(k)).length;
          assert.ok(alike((c) => Math.floor(c / p.m.industries)) > 1 && alike((c) => c % p.m.industries) > 1);
        }
      }),
      { ...seed, numRuns: 150 },
    );
    assert.ok(named > 100);
  });

  it('a total smaller than its known parts gives away a 0, never less', () => {
    const m: Measure = { value: Float64Array.from([nan, 8]), regions: 1, industries: 2 };
    assert.deepEqual(disclosable(m, { region: Float64Array.from([7]) }), [{ cell: 0, value: 0, by: 'region' }]);
  });

  it('unpublished totals give nothing away', () => {
    const m: Measure = { value: Float64Array.from([nan, 8, 1, nan]), regions: 2, industries: 2 };
    assert.deepEqual(disclosable(m, { region: Float64Array.from([nan, nan]), industry: new Float64Array(0) }), []);
  });
});

describe('refusing unknown cells', () => {
  it('names the first in the order of rows, by number where the panel has no codes', () => {
    const value = Float64Array.from([1, 2, 3, nan, nan, 6]);
    assert.throws(() => refuseUnknown({ value, regions: 2, industries: 3 }), {
      code: 'SUPPRESSED_USED',
      message: 'region 1, industry 0 is not known',
      details: {
        table: 'panel',
        row: 1,
        column: '0',
        got: null,
        expected: 'a known value, or imputation asked for',
      },
    });
  });

  it('lets zeros pass: a true zero is known', () => {
    refuseUnknown({ value: new Float64Array(6), regions: 2, industries: 3 });
  });
});
