import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { gridPages } from '../src/pages/grid/pages.js';
import { layout } from '../src/pages/grid/drawing.js';
import { clockOf, figureOf, headroomClass, limitingWord, rules } from '../src/pages/grid/rule-words.js';
import { gridWords } from '../src/i18n/grid.js';

const node = (id: string, parent: number) => ({ id, parent, ratedA: null, line: null, customersKw: 1 });

describe('the single-line drawing', () => {
  test('a trunk is one row, each branch opens one of its own', () => {
    // Busbar with two feeders; the first has a side branch at its first node.
    const nodes = [node('B', -1), node('a1', 0), node('b1', 0), node('a2', 1), node('side', 1), node('a3', 3)];
    const { at, rows, deep } = layout(nodes);
    assert.equal(rows, 3);
    assert.equal(deep, 4);
    const row = (k: number) => at[k]?.y;
    assert.equal(row(1), row(3));
    assert.equal(row(3), row(5));
    assert.equal(new Set([row(1), row(2), row(4)]).size, 3);
    assert.deepEqual(
      at.map((p) => p.x),
      [0, 1, 1, 2, 2, 3],
    );
  });

  test('no two nodes stand on each other, whatever the tree', () => {
    const trees = fc
      .array(fc.nat(), { minLength: 1, maxLength: 60 })
      .map((picks) => [node('B', -1), ...picks.map((p, k) => node(`n${k}`, p % (k + 1)))]);
    fc.assert(
      fc.property(trees, (nodes) => {
        const { at, rows } = layout(nodes);
        const places = at.slice(1).map((p) => `${p.x},${p.y}`);
        assert.equal(new Set(places).size, places.length);
        assert.ok(at.every((p) => p.y >= 0 && p.y < rows));
        nodes.forEach((n, k) => {
          if (k > 0) assert.equal(at[k]?.x, (at[n.parent]?.x ?? 0) + 1);
        });
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('a busbar alone is drawn', () => {
    assert.deepEqual(layout([node('B', -1)]), { at: [{ x: 0, y: 0 }], rows: 1, deep: 1 });
  });
});

describe('words and classes of headroom', () => {
  const figure = (cars: number) => ({
    rule: 'onArrival' as const,
    cars,
    atLeast: false,
    interval: null,
    limiting: null,
  });

  test('classes go by cars a household; nothing known is no class', () => {
    assert.deepEqual(
      [0, 14, 15, 35, 70, 200].map((cars) => headroomClass(figure(cars), 100)),
      [0, 0, 1, 2, 3, 3],
    );
    assert.equal(headroomClass(null, 100), null);
    assert.equal(headroomClass(figure(3), 0), null);
  });

  test('the design day begins at noon and goes over midnight', () => {
    assert.deepEqual([0, 1, 47, 48, 95].map(clockOf), ['12:00', '12:15', '23:45', '00:00', '11:45']);
  });

  test('what stops the next car has a word, also when nothing does', () => {
    for (const kind of ['transformer', 'line', 'lowVoltage', 'highVoltage', 'noSolution', 'none', 'toString'])
      assert.ok(gridWords[limitingWord(kind)].zh.length > 0);
    assert.equal(limitingWord('toString'), 'kindNone');
  });

  test('a figure is found by its rule, and every rule has a word and a colour', () => {
    assert.equal(figureOf([figure(4)], 'onArrival')?.cars, 4);
    assert.equal(figureOf([figure(4)], 'tariffStep'), null);
    assert.equal(new Set(rules.map((r) => r.colour)).size, 4);
    for (const r of rules) assert.ok(gridWords[r.name].en.length > 0);
  });

  test('the pages of transformers stand in their own group of the menu', () => {
    assert.ok(gridPages.every((p) => p.group === 'grid'));
    assert.deepEqual(
      gridPages.map((p) => p.path),
      ['/grid', '/grid/:id'],
    );
  });
});
