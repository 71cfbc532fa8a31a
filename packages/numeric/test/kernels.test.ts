import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  csrAt,
  csrFromLists,
  csrFromTriplets,
  csrSortedByValue,
  csrTimesVector,
  csrTranspose,
  haversineM,
  kthSmallest,
  selectSmallest,
  sphericalCosinesM,
} from '@qipan/numeric';

describe('distances on the sphere', () => {
  it('a quarter of the equator and pole to pole are arcs of the mean radius', () => {
    assert.ok(Math.abs(haversineM(0, 0, 90, 0) - (Math.PI / 2) * 6371008.8) < 1e-6);
    assert.ok(Math.abs(haversineM(0, -90, 0, 90) - Math.PI * 6371008.8) < 1e-6);
    assert.equal(haversineM(107.3, 30.3, 107.3, 30.3), 0);
  });

  it('Paris to London is 343.5 km (Movable Type worked example of the haversine, ±0.2 %)', () => {
    assert.ok(Math.abs(haversineM(2.3522, 48.8566, -0.1278, 51.5074) / 1000 - 343.6) < 0.7);
  });

  it('agrees with the law of cosines, and with the chord of the two unit vectors', () => {
    const point = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 90, noNaN: true }),
    );
    const cosines = sphericalCosinesM();
    const vector = ([lon, lat]: [number, number]) => {
      const l = (lon * Math.PI) / 180;
      const p = (lat * Math.PI) / 180;
      return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)] as const;
    };
    fc.assert(
      fc.property(point, point, (a, b) => {
        const d = haversineM(...a, ...b);
        assert.equal(d, haversineM(...b, ...a));
        const [u, v] = [vector(a), vector(b)];
        const chord = Math.hypot(u[0] - v[0], u[1] - v[1], u[2] - v[2]);
        // Near the antipode asin is flat: a rounding of the chord is worth metres there.
        assert.ok(Math.abs(d - 2 * 6371008.8 * Math.asin(Math.min(1, chord / 2))) < 1);
        assert.ok(Math.abs(d - cosines(...a, ...b)) < 2);
      }),
    );
  });

  it('the law of cosines takes the radius of the instance', () => {
    const d = sphericalCosinesM(6378100)(-74, 40.7, -73.9, 40.8);
    assert.ok(Math.abs(d / sphericalCosinesM(6371008.8)(-74, 40.7, -73.9, 40.8) - 6378100 / 6371008.8) < 1e-12);
    assert.equal(sphericalCosinesM(6378100)(-74, 40.7, -74, 40.7), 0);
  });
});

const triplet = fc.tuple(fc.nat(6), fc.nat(4), fc.integer({ min: -50, max: 50 }));

describe('compressed rows', () => {
  const build = (list: readonly (readonly [number, number, number])[], duplicates: 'sum' | 'keep' = 'sum') =>
    csrFromTriplets(
      { rows: 7, cols: 5, duplicates },
      { row: list.map((t) => t[0]), col: list.map((t) => t[1]), value: list.map((t) => t[2]) },
    );

  it('hold the sum of the triplets of each cell, columns ascending in each row', () => {
    fc.assert(
      fc.property(fc.array(triplet), (list) => {
        const a = build(list);
        for (let r = 0; r < 7; r++) {
          for (let c = 0; c < 5; c++) {
            const expected = list.filter((t) => t[0] === r && t[1] === c).reduce((s, t) => s + t[2], 0);
            assert.equal(csrAt(a, r, c), expected);
          }
          for (let e = a.start[r]! + 1; e < a.start[r + 1]!; e++) assert.ok(a.index[e - 1]! < a.index[e]!);
        }
      }),
    );
  });

  it('keep parallel entries in the order given when asked', () => {
    const a = build(
      [
        [1, 2, 5],
        [1, 2, 4],
        [0, 3, 1],
        [1, 0, 9],
      ],
      'keep',
    );
    assert.deepEqual([...a.start], [0, 1, 4, 4, 4, 4, 4, 4]);
    assert.deepEqual([...a.index], [3, 0, 2, 2]);
    assert.deepEqual([...a.value], [1, 9, 5, 4]);
  });

  it('transposed twice are themselves, and multiply vectors as the dense product does', () => {
    fc.assert(
      fc.property(
        fc.array(triplet),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 5 }),
        (list, x) => {
          const a = build(list);
          const t = csrTranspose(a);
          assert.deepEqual(csrTranspose(t), a);
          for (let r = 0; r < 7; r++) for (let c = 0; c < 5; c++) assert.equal(csrAt(a, r, c), csrAt(t, c, r));
          const y = csrTimesVector(a, x);
          for (let r = 0; r < 7; r++)
            assert.equal(
              y[r],
              list.filter((l) => l[0] === r).reduce((s, l) => s + l[2] * x[l[1]]!, 0),
            );
        },
      ),
    );
  });

  it('sort each row by value, ties by column', () => {
    const a = csrSortedByValue(
      csrFromLists(9, [
        { index: [4, 1, 8, 0], value: [2, 3, 1, 2] },
        { index: [], value: [] },
      ]),
    );
    assert.deepEqual([...a.index], [8, 0, 4, 1]);
    assert.deepEqual([...a.value], [1, 2, 2, 3]);
  });

  it('refuse cells outside the shape and arrays of unequal length', () => {
    assert.throws(() => build([[7, 0, 1]]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => build([[0, -1, 1]]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => csrFromTriplets({ rows: 1, cols: 1 }, { row: [0], col: [], value: [1] }), {
      code: 'SHAPE_MISMATCH',
    });
    assert.throws(() => csrFromLists(2, [{ index: [2], value: [1] }]), { code: 'OUT_OF_RANGE' });
    assert.throws(() => csrFromLists(2, [{ index: [1], value: [] }]), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => csrTimesVector(build([]), [1]), { code: 'SHAPE_MISMATCH' });
  });
});

describe('selection', () => {
  it('puts the k smallest first, ties to the smaller id, whatever the order given', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 60 }), fc.nat(60), fc.nat(), (keys, wanted, turn) => {
        const k = Math.min(wanted, keys.length);
        const ids = Int32Array.from(keys, (_, i) => (i + turn) % keys.length);
        const expected = [...ids].sort((a, b) => keys[a]! - keys[b]! || a - b).slice(0, k);
        selectSmallest(keys, ids, k);
        assert.deepEqual(
          Array.from(ids.slice(0, k)).sort((a, b) => a - b),
          expected.sort((a, b) => a - b),
        );
        assert.deepEqual(
          [...ids].sort((a, b) => a - b),
          keys.map((_, i) => i),
        );
      }),
    );
  });

  it('finds the k-th smallest without touching its argument', () => {
    const values = Float64Array.from([5, 1, 4, 1, 3]);
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((k) => kthSmallest(values, k)),
      [1, 1, 3, 4, 5],
    );
    assert.deepEqual([...values], [5, 1, 4, 1, 3]);
  });
});
