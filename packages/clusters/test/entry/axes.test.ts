import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { eventCounts, matchPanels, type Panel } from '@qipan/clusters';

function panel(year: number, rows: readonly (readonly number[])[], codes?: readonly string[]): Panel {
  const industries = rows[0]!.length;
  return {
    value: Float64Array.from(rows.flat()),
    regions: rows.length,
    industries,
    year,
    measure: 'employment',
    regionCode: codes ?? rows.map((_, r) => `r${r}`),
    industryCode: Array.from({ length: industries }, (_, i) => `i${i}`),
  };
}

describe('axes of the dates', () => {
  const rows = [
    [4, 1],
    [2, 3],
  ];

  it('of as many regions under other codes, or in another order, are refused with the first that differs', () => {
    for (const [codes, row, got] of [
      [['r0', 'z'], 1, 'z'],
      [['r1', 'r0'], 0, 'r1'],
    ] as const)
      assert.throws(() => matchPanels([panel(2011, rows), panel(2016, rows, codes)]), {
        code: 'SHAPE_MISMATCH',
        details: { field: 'regionCode', row, got, expected: `r${row}` },
      });
  });

  it('of other industries likewise', () => {
    assert.throws(() => matchPanels([panel(2011, rows), { ...panel(2016, rows), industryCode: ['i0', 'x'] }]), {
      code: 'SHAPE_MISMATCH',
      details: { field: 'industryCode', row: 1, got: 'x', expected: 'i1' },
    });
  });

  it('that agree are matched, three dates as well as two', () => {
    const m = matchPanels([panel(2011, rows), panel(2016, rows), panel(2021, rows)]);
    assert.deepEqual([m.panels.length, [...m.region]], [3, [0, 1]]);
  });
});

describe('counts of events beside lists', () => {
  it('present, at risk, entries, exits and what cannot be told, for every pair of dates', () => {
    let [entries, exits] = [0, 0];
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const r = random(seed);
        const [R, I] = [2 + r.below(5), 2 + r.below(5)];
        const table = () =>
          Array.from({ length: R }, () =>
            Array.from({ length: I }, () => (r.next() < 0.06 ? Number.NaN : r.next() < 0.3 ? 0 : 1 + r.below(30))),
          );
        const years = [table(), table(), table()];
        // Everybody has something everywhere, so that no region is left out.
        for (const t of years) for (const row of t) row[0] = 1 + r.below(9);
        const rule = { present: 1, absentBelow: 0.6 };
        const got = eventCounts(matchPanels(years.map((t, k) => panel(2010 + k, t))), rule);
        const quotient = (t: number[][], a: number, i: number): number | null => {
          const part = (list: number[]) => list.reduce((s, x) => s + (Number.isNaN(x) ? 0 : x), 0);
          const column = part(t.map((row) => row[i]!));
          const x = t[a]![i]!;
          return Number.isNaN(x) || column === 0 ? null : x / part(t[a]!) / (column / part(t.flat()));
        };
        assert.deepEqual(
          got.map((c) => [c.from, c.to]),
          [
            [2010, 2011],
            [2011, 2012],
          ],
        );
        got.forEach((c, k) => {
          const want = { present: 0, atRisk: 0, entries: 0, exits: 0, unknown: 0 };
          for (let a = 0; a < R; a++)
            for (let i = 0; i < I; i++) {
              const [p, q] = [quotient(years[k]!, a, i), quotient(years[k + 1]!, a, i)];
              if (p === null || q === null) want.unknown++;
              else if (p >= 1) {
                want.present++;
                if (q < 0.6) want.exits++;
              } else if (p < 0.6) {
                want.atRisk++;
                if (q >= 1) want.entries++;
              }
            }
          const { present, atRisk, unknown } = c;
          assert.deepEqual({ present, atRisk, entries: c.entries, exits: c.exits, unknown }, want);
          assert.equal(c.entryRate, want.atRisk === 0 ? null : want.entries / want.atRisk);
          entries += want.entries;
          exits += want.exits;
        });
      }),
      { seed: 1, numRuns: 80 },
    );
    assert.ok(entries > 50 && exits > 50, `${entries} entries, ${exits} exits`);
  });
});
