import assert from 'node:assert/strict';
import test from 'node:test';
import {
  coordinate,
  explainer,
  flip,
  restoredChess,
  storedChess,
  syntheticBoard,
  type StoredChess,
} from '@qipan/clusters';
import { board, engine } from './boards.js';

const d = syntheticBoard({ regions: 20, industries: 40, seed: 6 });

test('a result that was kept explains and flips every pair as before', () => {
  for (const straightLimit of [15_000, 0]) {
    const result = coordinate(d, engine, { gap: 0.005, straightLimit });
    assert.ok(result.plan);
    const kept = storedChess(result);
    const again = restoredChess(d, kept);
    assert.ok(again.plan);
    assert.deepEqual(again.plan, result.plan);
    assert.deepEqual(
      [again.value, again.bound, again.gap, again.method],
      [result.value, result.bound, result.gap, result.method],
    );
    const [a, b] = [result, again].map((r) => explainer(d, r, r.plan ?? { begin: new Int8Array(0) }));
    for (let k = 0; k < d.pairs.region.length; k += 7) assert.deepEqual(b.explain(k), a.explain(k));
    const wish = d.pairs.isWish.indexOf(1);
    const [f, g] = [result, again].map((r) =>
      flip(d, engine, { result: r, plan: result.plan!, pair: wish }, { lossOnly: true }),
    );
    assert.deepEqual(g, f);
  }
});

test('a result without a plan is kept as such', () => {
  const none = board(1, 1, [{ r: 0, i: 0 }]);
  const tight = {
    ...none,
    regions: {
      ...none.regions,
      minSlots: Float64Array.of(1),
      slots: Float64Array.of(1),
      footprintLimit: Float64Array.of(0),
    },
    pairs: { ...none.pairs, footprint: Float64Array.of(1) },
  };
  const kept: StoredChess = storedChess(coordinate(tight, engine));
  assert.deepEqual(
    [kept.status, kept.value, kept.bound, kept.begin, kept.prices],
    ['infeasible', null, null, null, null],
  );
  const again = restoredChess(tight, kept);
  assert.equal(again.plan, null);
  assert.equal(again.relaxation, null);
  assert.ok(Number.isNaN(again.value) && again.gap === Infinity);
});
