import assert from 'node:assert/strict';
import test from 'node:test';
import { coordinate, flip, syntheticBoard, type ChessData, type FlipQuantity } from '@qipan/clusters';
import { board, engine, randomBoard } from './boards.js';
import { exhaust, valueOf } from './exhaustion.js';

const near = (got: number, expected: number, what = '') =>
  assert.ok(Math.abs(got - expected) < 2e-5 * Math.max(1, Math.abs(expected)), `${what} ${got} is not ${expected}`);
const solved = (data: ChessData) => {
  const result = coordinate(data, engine, { gap: 1e-9 });
  assert.ok(result.plan);
  return { result, plan: result.plan };
};
/** Best value over all plans with pair k in or out. */
function best(d: ChessData, k: number, isIn: boolean): number | null {
  const n = d.pairs.region.length;
  let top: number | null = null;
  for (let code = 0; code < 2 ** n; code++) {
    const begin = Array.from({ length: n }, (_, e) => ((code >> e) & 1) - 1);
    if (begin[k] >= 0 !== isIn) continue;
    const v = valueOf(d, begin);
    if (v !== null && (top === null || v > top)) top = v;
  }
  return top;
}
function changed(d: ChessData, k: number, quantity: FlipQuantity, to: number): ChessData {
  const column = d.pairs[quantity].slice();
  column[k] = to;
  return { ...d, pairs: { ...d.pairs, [quantity]: column } };
}

test('the loss of forcing a pair is the difference that exhaustion finds, and lies in its bracket', () => {
  let compared = 0;
  let impossible = 0;
  for (let seed = 800; seed < 815; seed++) {
    const d = randomBoard(seed);
    if (exhaust(d) === null) continue;
    const at = solved(d);
    for (const pair of [0, Math.floor(d.pairs.region.length / 2)]) {
      const isFocus = at.plan.begin[pair] >= 0;
      const f = flip(d, engine, { ...at, pair }, { lossOnly: true });
      assert.equal(f.forced, isFocus ? 'none' : 'focus');
      const other = best(d, pair, !isFocus);
      if (other === null) {
        assert.equal(f.loss, null, `seed ${seed}`);
        assert.equal(f.lossBracket, null);
        impossible++;
        continue;
      }
      near(f.loss ?? NaN, at.result.value - other, `seed ${seed} pair ${pair}`);
      const [low, high] = f.lossBracket ?? [NaN, NaN];
      assert.ok(low <= (f.loss ?? NaN) + 1e-6 && (f.loss ?? NaN) <= high + 1e-6, `${low} ≤ ${f.loss} ≤ ${high}`);
      for (const k of f.leaves) assert.ok(at.plan.begin[k] >= 0 && k !== pair);
      for (const k of f.enters) assert.ok(at.plan.begin[k] < 0 && k !== pair);
      assert.deepEqual(f.changes, []);
      compared++;
    }
  }
  assert.ok(compared > 12 && impossible > 0, `${compared} compared, ${impossible} impossible`);
});

test('the smallest change that turns a move is bracketed to 1 %, and exhaustion agrees at both ends', () => {
  let turned = 0;
  for (let seed = 900; seed < 906; seed++) {
    const d = randomBoard(seed);
    if (exhaust(d) === null) continue;
    const at = solved(d);
    const pair = seed % d.pairs.region.length;
    const isFocus = at.plan.begin[pair] >= 0;
    const f = flip(d, engine, { ...at, pair });
    assert.deepEqual(
      f.changes.map((c) => c.quantity),
      ['probability', 'value', 'cost'],
    );
    for (const c of f.changes) {
      assert.match(c.words.zh, /[\u4e00-\u9fff]/);
      if (c.bracket === null) continue;
      const [stays, turns] = c.bracket;
      assert.ok(Math.abs(turns - stays) <= 0.0101 * Math.max(Math.abs(stays), Math.abs(turns)), `${stays} ${turns}`);
      const margin = (q: number) => {
        const other = changed(d, pair, c.quantity, q);
        return (best(other, pair, true) ?? -Infinity) - (best(other, pair, false) ?? -Infinity);
      };
      // Inside the bracket's own width the two moves may tie.
      const slack = 1e-4;
      assert.ok(
        isFocus ? margin(stays) >= -slack : margin(stays) <= slack,
        `seed ${seed} ${c.quantity} stays at ${stays}`,
      );
      assert.ok(
        isFocus ? margin(turns) <= slack : margin(turns) >= -slack,
        `seed ${seed} ${c.quantity} turns at ${turns}`,
      );
      turned++;
    }
  }
  assert.ok(turned >= 4, `${turned} changes bracketed`);
});

test('by hand: the third of a full market comes in when its value passes the second’s', () => {
  const d = board(
    3,
    1,
    [6, 5, 4].map((v, r) => ({ r, i: 0, v, p: 0.5, wish: true })),
  );
  const tight = { ...d, industries: { ...d.industries, marketRoom: Float64Array.of(2) } };
  const at = solved(tight);
  const f = flip(tight, engine, { ...at, pair: 2 });
  near(f.loss ?? NaN, 0.5, 'loss: 2.5 for 2');
  assert.deepEqual([f.leaves, f.enters], [[1], []]);
  const value = f.changes.find((c) => c.quantity === 'value');
  assert.ok(value?.bracket && value.bracket[0] <= 5 + 1e-6 && value.bracket[1] >= 5 - 1e-6, String(value?.bracket));
  // A full market has any price between the last in and the first out.
  assert.ok(value.estimate !== null && value.estimate >= 4 - 1e-6 && value.estimate <= 5 + 1e-6);
  assert.match(value.words.en, /the value would have to rise to about 5/);
  const p = f.changes.find((c) => c.quantity === 'probability');
  assert.ok(p?.bracket && p.bracket[0] <= 0.625 + 1e-6 && p.bracket[1] >= 0.625 - 1e-6);
  const cost = f.changes.find((c) => c.quantity === 'cost');
  assert.equal(cost?.bracket, null);
  assert.match(cost?.words.en ?? '', /no change of the public cost alone/);
});

test('by hand: a focus leaves when its cost no longer fits beside the others', () => {
  const d = board(1, 2, [
    { r: 0, i: 0, v: 3, k: 2 },
    { r: 0, i: 1, v: 5, k: 5 },
  ]);
  const poor = { ...d, rules: { ...d.rules, nationBudget: 10 } };
  const f = flip(poor, engine, { ...solved(poor), pair: 0 });
  assert.equal(f.from, 'focus');
  near(f.loss ?? NaN, 3);
  const cost = f.changes.find((c) => c.quantity === 'cost');
  // Beyond 5 the two do not fit together, and 5 beats 3.
  assert.ok(
    cost?.bracket && cost.bracket[0] <= 5.0001 && cost.bracket[1] > 5 && cost.bracket[1] < 5.06,
    String(cost?.bracket),
  );
  assert.match(cost.words.zh, /公共成本须升至约5/);
});

test('a pair that had no column yet can be flipped too', () => {
  const d = syntheticBoard({ regions: 20, industries: 40, seed: 9, perRegion: 'all' });
  const result = coordinate(d, engine, { gap: 0.01, straightLimit: 100 });
  assert.ok(result.plan && result.relaxation);
  const without = [...d.pairs.region.keys()].find((k) => !result.relaxation?.spec.chosen.includes(k));
  assert.ok(without !== undefined);
  const f = flip(d, engine, { result, plan: result.plan, pair: without }, { lossOnly: true, limit: 200 });
  assert.equal(f.forced, 'focus');
  assert.ok(f.loss === null || f.loss > -result.gap * result.value - 1e-6);
  assert.equal(f.freeColumns, 200);
});
