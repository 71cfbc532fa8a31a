import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventCounts, eventsBetween, locationQuotient, matchPanels, type Panel, type Quotients } from '@qipan/clusters';
import { skipWithout } from '@qipan/testing';
import { australia } from './synthetic.js';

const quotients = (...lq: number[]): Quotients => ({
  lq: Float64Array.from(lq, (v) => (Number.isNaN(v) ? 0 : v)),
  undefinedMask: Uint8Array.from(lq, (v) => Number(Number.isNaN(v))),
});
const panel = (year: number | null, rows: readonly (readonly number[])[]): Panel => ({
  value: Float64Array.from(rows.flat()),
  regions: rows.length,
  industries: rows[0].length,
  year,
  measure: 'employment',
  regionCode: rows.map((_, r) => `r${r}`),
  industryCode: rows[0].map((_, i) => `i${i}`),
});
const code = (f: () => unknown): string | null => {
  try {
    f();
    return null;
  } catch (e) {
    return (e as { code: string }).code;
  }
};

test('an entry starts below the lower mark and ends at the upper one, marks included as stated', () => {
  const before = quotients(0.49, 0.49, 0.5, 0.2, 1, Number.NaN, 0.1);
  const after = quotients(1, 0.99, 3, 0.5, 0.1, 2, Number.NaN);
  const e = eventsBetween('entry', { before, after });
  assert.deepEqual([...e.cell], [0, 1, 3], 'a cell between the marks is neither absent nor present');
  assert.deepEqual([...e.outcome], [1, 0, 0]);
  assert.equal(e.unknown, 2, 'what cannot be told is counted, not called 0');
});

test('an exit is the same thing backwards', () => {
  const before = quotients(1, 1, 0.99, 2);
  const after = quotients(0.49, 0.5, 0.1, 0);
  const e = eventsBetween('exit', { before, after });
  assert.deepEqual([...e.cell], [0, 1, 3]);
  assert.deepEqual([...e.outcome], [1, 0, 1]);
});

test('with a later date an event counts only if it holds', () => {
  const at = { before: quotients(0, 0), after: quotients(2, 2), confirm: quotients(1, 0.9) };
  assert.deepEqual([...eventsBetween('entry', at).outcome], [1, 0]);
  const gone = { before: quotients(2, 2), after: quotients(0, 0), confirm: quotients(0.4, 0.5) };
  assert.deepEqual([...eventsBetween('exit', gone).outcome], [1, 0]);
});

test('without hysteresis every known cell is at risk of exactly one of the two', () => {
  const lq = fc.array(
    fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true })),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(lq, (cells) => {
      const at = { before: quotients(...cells.map((c) => c[0])), after: quotients(...cells.map((c) => c[1])) };
      const rule = { present: 1, absentBelow: 1 };
      const entry = eventsBetween('entry', at, rule);
      const exit = eventsBetween('exit', at, rule);
      assert.equal(entry.cell.length + exit.cell.length, cells.length);
      const count = (o: Uint8Array) => o.reduce((a, b) => a + b, 0);
      const now = cells.filter((c) => c[0] >= 1).length;
      const later = cells.filter((c) => c[1] >= 1).length;
      assert.equal(now + count(entry.outcome) - count(exit.outcome), later);
    }),
    { seed: 3, numRuns: 100 },
  );
});

test('marks that make no sense are refused', () => {
  const at = { before: quotients(0), after: quotients(1) };
  for (const rule of [{ absentBelow: 2 }, { present: 0 }, { absentBelow: 0 }, { present: Number.NaN }])
    assert.equal(
      code(() => eventsBetween('entry', at, rule)),
      'OUT_OF_RANGE',
    );
});

test('regions that one of the years lacks are left out and named; the benchmark is what is said', () => {
  const panels = [
    panel(2011, [
      [4, 1],
      [0, 0],
      [1, 4],
    ]),
    panel(2016, [
      [4, 1],
      [5, 5],
      [2, Number.NaN],
    ]),
  ];
  const m = matchPanels(panels);
  assert.deepEqual([...m.region], [0, 2]);
  assert.deepEqual(m.leftOut, [
    { year: 2011, regions: [] },
    { year: 2016, regions: ['r1'] },
  ]);
  assert.deepEqual([...m.benchmark[1]], [6, 1]);
  assert.deepEqual([...matchPanels(panels, 'all').benchmark[1]], [11, 6]);
  const own = [Float64Array.of(1, 1), Float64Array.of(1, 3)];
  const given = matchPanels(panels, own);
  assert.ok(Math.abs(given.quotient[1].lq[0] - 0.8 / 0.25) < 1e-12);
  assert.deepEqual(given.quotient[0].lq, locationQuotient(m.panels[0], { benchmark: own[0] }).lq);
  assert.equal(given.quotient[1].undefinedMask[3], 1, 'the unknown cell stays unknown');
});

test('one date, years that do not rise, other axes, or no region in common are refused', () => {
  const a = panel(2011, [[1, 2]]);
  assert.equal(
    code(() => matchPanels([a])),
    'DEGENERATE_INPUT',
  );
  assert.equal(
    code(() => matchPanels([a, { ...a }])),
    'BAD_INPUT',
  );
  assert.equal(
    code(() => matchPanels([a, { ...a, year: null }])),
    'BAD_INPUT',
  );
  assert.equal(
    code(() => matchPanels([a, panel(2016, [[1, 2, 3]])])),
    'SHAPE_MISMATCH',
  );
  assert.equal(
    code(() =>
      matchPanels([
        panel(1, [
          [1, 1],
          [0, 0],
        ]),
        panel(2, [
          [0, 0],
          [1, 1],
        ]),
      ]),
    ),
    'DEGENERATE_INPUT',
  );
});

test('the Australian pair gives the four counts of its reference', { skip: skipWithout('clusters/australia') }, () => {
  const rule = { present: 1, absentBelow: 1 };
  const panels = australia();
  const m = matchPanels(panels);
  const [kept] = eventCounts(m, rule);
  assert.deepEqual([kept.regions, kept.industries], [507, 19]);
  assert.deepEqual([kept.present, kept.entries, kept.exits, kept.unknown], [2904, 414, 532, 0]);
  assert.equal(((kept.entryRate as number) * 100).toFixed(2), '6.15');
  const [all] = eventCounts(matchPanels(panels, 'all'), rule);
  assert.deepEqual([all.present, all.entries, all.exits], [2841, 438, 513]);
  assert.deepEqual(
    m.leftOut.map((l) => l.regions.length + 507),
    [584, 552],
    'of 586 and 554 areas, those without a single job in the 19 industries are not there',
  );
});
