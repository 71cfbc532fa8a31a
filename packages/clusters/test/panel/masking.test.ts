import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QipanError, random } from '@qipan/base';
import { disclosable, maskSmallCells, maskedCompleteness, readPanels, type Panel } from '@qipan/clusters';

const panelOf = (rows: readonly (readonly number[])[]): Panel => ({
  value: Float64Array.from(rows.flat()),
  regions: rows.length,
  industries: rows[0].length,
  year: 2020,
  measure: 'employment',
  regionCode: rows.map((_, r) => `r${r}`),
  industryCode: rows[0].map((_, i) => `i${i}`),
});

/**
 * Unknown cells that follow from the totals, by elimination: a cell does when its unit vector is a combination of the rows of the
 * system of totals, that is when its column has no other free column beside it in reduced form.
 */
function determined(p: Panel): number[] {
  const cells = [...p.value.keys()].filter((k) => Number.isNaN(p.value[k]));
  const rows = [
    ...Array.from({ length: p.regions }, (_, r) => cells.map((k) => (Math.floor(k / p.industries) === r ? 1 : 0))),
    ...Array.from({ length: p.industries }, (_, i) => cells.map((k) => (k % p.industries === i ? 1 : 0))),
  ] as number[][];
  const pivotRow = new Map<number, number>();
  let at = 0;
  for (let c = 0; c < cells.length && at < rows.length; c++) {
    const pivot = rows.findIndex((row, r) => r >= at && row[c] !== 0);
    if (pivot < 0) continue;
    [rows[at], rows[pivot]] = [rows[pivot], rows[at]];
    const lead = rows[at][c];
    rows[at] = rows[at].map((x) => x / lead);
    rows.forEach((row, r) => {
      const f = row[c];
      if (r !== at && f !== 0) rows[r] = row.map((x, j) => x - f * rows[at][j]);
    });
    pivotRow.set(c, at++);
  }
  return cells.filter((_, c) => {
    const row = pivotRow.get(c);
    return row !== undefined && rows[row].every((x, j) => j === c || Math.abs(x) < 1e-9);
  });
}

test('one small cell takes three others with it: the cheapest rectangle, and no total gives any of them away', () => {
  const p = panelOf([
    [4, 50, 60],
    [70, 20, 90],
    [80, 30, 10],
  ]);
  const m = maskSmallCells(p, { below: 10 });
  // Corners of a rectangle with (0, 0): 50 + 70 + 20 = 140, 60 + 70 + 90, 50 + 80 + 30 = 160, 60 + 80 + 10 = 150;
  // the longer cycles hide five cells and more than 140.
  assert.deepEqual([m.small, m.beside, m.open], [[0], [1, 3, 4], []]);
  assert.deepEqual(determined(m.panel), []);
  const totals = { region: Float64Array.of(114, 180, 120), industry: Float64Array.of(154, 100, 160) };
  assert.deepEqual(disclosable(m.panel, totals), []);
  assert.equal(
    disclosable({ ...p, value: Float64Array.from(p.value, (x) => (x === 4 ? NaN : x)) }, totals)[0].value,
    4,
  );
});

test('small cells that hide one another take nothing with them; zeros are told', () => {
  const p = panelOf([
    [3, 2, 0],
    [1, 5, 0],
    [40, 50, 60],
  ]);
  const m = maskSmallCells(p, { below: 6 });
  assert.deepEqual([m.small, m.beside, m.open], [[0, 1, 3, 4], [], []]);
  assert.deepEqual([...m.panel.value.subarray(6)], [40, 50, 60]);
  assert.equal(m.panel.value[2], 0);
  assert.deepEqual([...p.value.subarray(0, 2)], [3, 2], 'the given panel is not changed');
});

test('a cell between two cycles is covered too, though its row and column have other unknown cells', () => {
  // Two squares of unknown cells joined by (1, 2): leaf after leaf nothing can be peeled off, and still it follows from totals.
  const x = Number.NaN;
  const p = panelOf([
    [x, x, 9, 9, 30],
    [x, x, x, 9, 30],
    [9, 9, x, x, 30],
    [9, 9, x, x, 30],
  ]);
  assert.deepEqual(determined(p), [7]);
  const m = maskSmallCells(p, { below: 1 });
  assert.deepEqual(determined(m.panel), []);
  // One more cell between the squares closes the cycle; 9 is the least there is.
  assert.equal(m.beside.length, 1);
  assert.equal(p.value[m.beside[0]], 9);
});

test('on drawn panels no unknown cell follows from the totals, and every masked figure can move both ways', () => {
  const g = random(5).fork('masking');
  for (let round = 0; round < 60; round++) {
    const [R, I] = [2 + g.below(6), 2 + g.below(6)];
    const rows = Array.from({ length: R }, () =>
      Array.from({ length: I }, () => (g.next() < 0.1 ? Number.NaN : g.next() < 0.2 ? 0 : 1 + g.below(40))),
    );
    const p = panelOf(rows);
    const m = maskSmallCells(p, { below: 6 });
    assert.deepEqual(determined(m.panel), [...m.open], `round ${round}`);
    for (const k of [...m.small, ...m.beside]) assert.ok(Number.isNaN(m.panel.value[k]) && p.value[k] > 0);
    assert.deepEqual(
      m.small,
      [...p.value.keys()].filter((k) => p.value[k] > 0 && p.value[k] < 6),
    );
    const told = [...p.value.keys()].filter((k) => !Number.isNaN(m.panel.value[k]));
    assert.ok(told.every((k) => m.panel.value[k] === p.value[k]));
  }
});

test('where nothing can be masked beside it, the cell is named', () => {
  const m = maskSmallCells(panelOf([[4, 50, 60]]), { below: 10 });
  assert.deepEqual([m.small, m.beside, m.open], [[0], [], [0]]);
  const alone = maskSmallCells(
    panelOf([
      [4, 0],
      [0, 9],
    ]),
    { below: 5 },
  );
  assert.deepEqual(alone.open, [0]);
});

test('bounds go with the figures, counts follow, and a threshold must be above 0', () => {
  const long = {
    file: 'p.csv',
    header: ['r', 'i', 'v', 'from', 'to'],
    rows: [
      ['a', 'x', 4, '', ''],
      ['a', 'y', 50, '', ''],
      ['b', 'x', '*', 1, 9],
      ['b', 'y', 60, '', ''],
    ],
    rowNumbers: [2, 3, 4, 5],
  };
  const { panels, completeness } = readPanels(long, {
    columns: { region: 'r', industry: 'i', value: 'v', lower: 'from', upper: 'to' },
  });
  const m = maskSmallCells(panels[0], { below: 10 });
  assert.deepEqual([...(m.panel.bounds?.upper ?? [])], [Infinity, Infinity, 9, Infinity]);
  assert.equal(panels[0].bounds?.upper[0], 4);
  const c = maskedCompleteness(completeness[0], m);
  assert.deepEqual([c.observed, c.suppressed, c.total], [0, 4, 0]);
  for (const below of [0, -1, Number.NaN, Infinity])
    assert.throws(
      () => maskSmallCells(panels[0], { below }),
      (e) => e instanceof QipanError && e.code === 'OUT_OF_RANGE',
    );
});
