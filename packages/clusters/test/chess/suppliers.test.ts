import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import type { ChessData } from '@qipan/clusters';
import { haversineM } from '@qipan/numeric';
import { suppliedBy } from '../../src/chess/suppliers.js';
import { board, type PairSpec } from './boards.js';

/** Regions strewn over a box, some of unknown place, a third of the pairs standing. */
function strewn(seed: number, R: number, supplierKm: number): ChessData {
  const rng = random(seed);
  const specs: PairSpec[] = [];
  for (let r = 0; r < R; r++) for (let i = 0; i < 5; i++) specs.push({ r, i, present: rng.next() < 0.06 });
  const d = board(R, 5, specs, {
    prerequisites: [
      { industry: 0, needs: [1, 2] },
      { industry: 3, needs: [4] },
      { industry: 0, needs: [3] },
    ],
  });
  const unknown = (x: number) => (rng.next() < 0.08 ? NaN : x);
  return {
    ...d,
    rules: { ...d.rules, supplierKm },
    regions: {
      ...d.regions,
      lon: Float64Array.from({ length: R }, () => unknown(-179 + 358 * rng.next())),
      lat: Float64Array.from({ length: R }, () => unknown(-88 + 176 * rng.next())),
    },
  };
}

/** The same by measuring every standing supplier against every region. */
function slowly(d: ChessData, industry: number): number[] {
  const needs = new Set(d.prerequisites.filter((p) => p.industry === industry).flatMap((p) => p.needs));
  const { lon, lat } = d.regions;
  const km = (a: number, b: number) => haversineM(lon[a], lat[a], lon[b], lat[b]) / 1000;
  return d.regions.code.map((_, r) =>
    [...d.pairs.region.keys()].some((k) => {
      if (d.pairs.isPresent[k] !== 1 || !needs.has(d.pairs.industry[k])) return false;
      const s = d.pairs.region[k];
      return s === r || (d.rules.supplierKm > 0 && km(s, r) <= d.rules.supplierKm);
    })
      ? 1
      : 0,
  );
}

test('a prerequisite is met where a standing supplier is in reach, as by measuring every region', () => {
  let met = 0;
  for (let seed = 0; seed < 12; seed++) {
    const d = strewn(seed, 90, [0, 300, 1500, 25_000][seed % 4]);
    const quick = suppliedBy(d);
    assert.deepEqual([...quick.keys()], [0, 3]);
    for (const industry of [0, 3]) {
      const slow = slowly(d, industry);
      assert.deepEqual([...(quick.get(industry) ?? [])], slow, `seed ${seed} industry ${industry}`);
      met += slow.reduce<number>((a, b) => a + b, 0);
    }
  }
  assert.ok(met > 200 && met < 12 * 180, `${met} met: neither none nor all`);
});

test('due north at the very edge of the reach counts as in reach', () => {
  const d = strewn(1, 2, 0);
  const lat = Float64Array.of(30, 31);
  const edgeKm = haversineM(100, 30, 100, 31) / 1000;
  for (const [supplierKm, wanted] of [
    [edgeKm, 1],
    [edgeKm - 1e-6, 0],
  ] as const) {
    const two: ChessData = {
      ...d,
      pairs: { ...d.pairs, isPresent: Uint8Array.from(d.pairs.region, (r, k) => (r === 0 && k === 4 ? 1 : 0)) },
      regions: { ...d.regions, lon: Float64Array.of(100, 100), lat },
      rules: { ...d.rules, supplierKm },
    };
    assert.deepEqual([...(suppliedBy(two).get(3) ?? [])], [1, wanted]);
  }
});

test('a board without prerequisites asks for nothing', () => {
  assert.equal(suppliedBy(board(2, 2, [{ r: 0, i: 0, present: true }])).size, 0);
});
