import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChessMove, ChessView } from '@qipan/server/contract';
import { countMoves } from '../src/pages/clusters/board/count-moves.js';
import { differingMoves } from '../src/pages/clusters/compare/differing-moves.js';

const label = (code: string) => ({ code, name: { en: code, zh: code }, lon: null, lat: null });

/** A view with the given regions, industries and moves; nothing else of it is looked at here. */
function view(regions: string[], industries: string[], moves: [string, string, ChessMove][]): ChessView {
  return {
    regions: regions.map(label),
    industries: industries.map(label),
    moves: {
      region: moves.map(([r]) => regions.indexOf(r)),
      industry: moves.map(([, i]) => industries.indexOf(i)),
      move: moves.map(([, , m]) => m),
      isWish: moves.map(() => 0),
      chosenShare: moves.map(() => null),
      expected: moves.map(() => 0),
    },
  } as unknown as ChessView;
}

test('moves that differ are found by code, whatever the order of regions; what one run lacks was not asked there', () => {
  const a = view(
    ['A', 'B'],
    ['1', '2'],
    [
      ['A', '1', 'focus'],
      ['A', '2', 'abstain'],
      ['B', '1', 'keep'],
    ],
  );
  const b = view(
    ['B', 'A'],
    ['2', '1'],
    [
      ['B', '1', 'focus'],
      ['A', '2', 'abstain'],
      ['B', '2', 'abstain'],
    ],
  );
  const found = differingMoves(a, b).map((m) => [m.region.code, m.industry.code, m.first, m.second]);
  assert.deepEqual(found, [
    ['A', '1', 'focus', 'open'],
    ['B', '1', 'keep', 'focus'],
    ['B', '2', 'open', 'abstain'],
  ]);
  assert.deepEqual(differingMoves(a, a), []);
});

test('foci and refusals are counted for each region', () => {
  const v = view(
    ['A', 'B', 'C'],
    ['1', '2'],
    [
      ['A', '1', 'focus'],
      ['A', '2', 'focus'],
      ['B', '1', 'abstain'],
      ['B', '2', 'keep'],
    ],
  );
  assert.deepEqual(countMoves(v), { focus: [2, 0, 0], abstain: [0, 1, 0] });
});
