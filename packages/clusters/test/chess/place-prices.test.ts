import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { coordinationModel, syntheticBoard, type ChessData } from '@qipan/clusters';
import { noPrices, placePrices, reducedOfAll } from '../../src/chess/place-prices.js';
import { reducedValues } from '../../src/chess/pricing.js';
import { randomBoard } from './boards.js';

/** Both ways of pricing every pair, at row prices drawn of both signs, a third of them 0. */
function bothWays(d: ChessData, chosen: Int32Array, seed: number): [Float64Array, Float64Array] {
  const spec = coordinationModel(d, d.weights, { chosen, isAnswerImplicit: true });
  const rng = random(seed);
  const rowDual = Float64Array.from({ length: spec.problem.numRows }, () => (rng.next() < 0.3 ? 0 : rng.normal()));
  const slow = Float64Array.from(d.pairs.region, (_, k) => reducedValues(spec, rowDual)(k));
  const quick = new Float64Array(slow.length).fill(NaN);
  reducedOfAll(d, placePrices(spec, rowDual), quick);
  return [quick, slow];
}

function same(quick: Float64Array, slow: Float64Array, what: string): void {
  slow.forEach((x, k) => assert.ok(Math.abs(quick[k]! - x) <= 1e-9 * Math.max(1, Math.abs(x)), `${what} pair ${k}`));
}

test('prices gathered by place charge every pair what its rows charge, one by one', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 80; seed++) {
    const base = randomBoard(seed);
    // Some regions without a zone or a province, and a second province with a budget.
    const d: ChessData = {
      ...base,
      regions: {
        ...base.regions,
        zone: base.regions.zone.map((z, r) => ((seed + r) % 5 === 0 ? -1 : z)),
        province: base.regions.province.map((_, r) => [0, 1, -1][(seed + r) % 3] ?? 0),
      },
      provinces: { code: ['P0', 'P1'], budget: Float64Array.of(Infinity, 9) },
    };
    const all = Int32Array.from(d.pairs.region, (_, k) => k);
    const some = all.filter((k) => d.pairs.isWish[k] === 1 || k % 2 === seed % 2);
    for (const chosen of [all, some]) {
      const [quick, slow] = bothWays(d, chosen, seed);
      same(quick, slow, `seed ${seed}`);
    }
    for (const f of coordinationModel(d).families) if (f.rows.length > 0) kinds.add(f.name);
  }
  assert.deepEqual(
    ['budget', 'colocation', 'equity', 'footprint', 'marketRoom', 'prerequisite', 'resilience', 'zoneShare'].filter(
      (name) => !kinds.has(name),
    ),
    [],
    'every kind of rule was met',
  );
});

test('so they do on a board of many provinces, links and prerequisites', () => {
  const d = syntheticBoard({ regions: 44, industries: 60, seed: 4, perRegion: 'all' });
  const chosen = Int32Array.from(d.pairs.region, (_, k) => k).filter((k) => d.pairs.isWish[k] === 1 || k % 7 === 0);
  const refusing = { ...d, weights: { ...d.weights, refusal: 0.3 } };
  for (const board of [d, refusing]) {
    const [quick, slow] = bothWays(board, chosen, 9);
    same(quick, slow, board.name);
  }
});

test('no prices charge nothing: the reduced value is p·v, of a wish with what its refusal would cost', () => {
  const d = randomBoard(3);
  const out = new Float64Array(d.pairs.region.length);
  reducedOfAll(d, noPrices(d), out);
  out.forEach((x, k) => {
    const worth = d.pairs.probability[k]! * d.pairs.value[k]!;
    assert.equal(x, d.pairs.isWish[k] === 1 ? worth * (1 + d.weights.refusal) : worth);
  });
});
