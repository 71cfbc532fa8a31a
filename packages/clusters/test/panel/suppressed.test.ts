import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import {
  boundsOf,
  disclosable,
  imputeBounded,
  imputedQuotients,
  locationQuotient,
  quotientBounds,
  refuseUnknown,
  type Measure,
} from '@qipan/clusters';
import { near } from '../reference-data.js';

const nan = Number.NaN;

/** A full panel and the same one with some small cells hidden, their class known. */
function hidden(seed: number, regions = 8, industries = 6) {
  const r = random(seed);
  const truth = Float64Array.from({ length: regions * industries }, () => 1 + r.below(60));
  const value = truth.map((x) => (x <= 9 || r.next() < 0.1 ? nan : x));
  const lower = truth.map((x, k) => (Number.isNaN(value[k]!) ? (x <= 9 ? 1 : 10) : x));
  const upper = truth.map((x, k) => (Number.isNaN(value[k]!) ? (x <= 9 ? 9 : 60) : x));
  const sums = (n: number, at: (k: number) => number) => {
    const out = new Float64Array(n);
    truth.forEach((x, k) => (out[at(k)]! += x));
    return out;
  };
  return {
    measure: { value, regions, industries } satisfies Measure,
    truth,
    bounds: { lower, upper },
    published: {
      region: sums(regions, (k) => Math.floor(k / industries)),
      industry: sums(industries, (k) => k % industries),
    },
  };
}

test('an unknown cell cannot be used as a number by mistake: it is named', () => {
  const m = {
    value: Float64Array.from([1, nan]),
    regions: 1,
    industries: 2,
    regionCode: ['a'],
    industryCode: ['1', '2'],
  };
  assert.throws(() => refuseUnknown(m), { code: 'SUPPRESSED_USED', message: 'a, 2 is not known' });
  refuseUnknown({ value: Float64Array.from([1, 2]), regions: 1, industries: 2 });
});

test('imputed cells stay in their bounds, keep every published total and leave known cells alone', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const h = hidden(seed);
    const f = imputeBounded(h.measure, h.bounds, h.published);
    assert.equal(f.status, 'ok', `seed ${seed}, miss ${f.miss}`);
    f.value.forEach((x, k) => {
      assert.ok(x >= h.bounds.lower[k]! - 1e-9 && x <= h.bounds.upper[k]! + 1e-9);
      if (!f.estimated[k]) assert.equal(x, h.truth[k]);
    });
    for (let r = 0; r < 8; r++)
      near(f.value.subarray(r * 6, r * 6 + 6).reduce((a, b) => a + b, 0) / h.published.region[r]!, 1, 1e-6, 'region');
  }
});

test('totals that the bounds cannot meet are told, not forced', () => {
  const m: Measure = { value: Float64Array.from([nan, 5]), regions: 1, industries: 2 };
  const bounds = { lower: Float64Array.from([1, 5]), upper: Float64Array.from([9, 5]) };
  const f = imputeBounded(m, bounds, { region: Float64Array.from([100]) });
  assert.equal(f.status, 'infeasible');
  near(f.value[0]!, 9, 0, 'held at the bound');
  assert.throws(() => imputeBounded(m, { ...bounds, upper: new Float64Array(1) }, {}), { code: 'SHAPE_MISMATCH' });
});

test('without totals the middle of the bounds stands; an open bound is taken as twice the lower', () => {
  const m: Measure = { value: Float64Array.from([nan, nan]), regions: 1, industries: 2 };
  const f = imputeBounded(m, { lower: Float64Array.from([1, 10]), upper: Float64Array.from([9, Infinity]) }, {});
  assert.deepEqual([...f.value], [5, 15]);
});

test('quotient intervals hold the quotient of the truth, and are points where nothing is hidden', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const h = hidden(seed);
    const q = quotientBounds(h.measure, h.bounds);
    locationQuotient({ ...h.measure, value: h.truth }).lq.forEach((x, k) => {
      assert.ok(q.lower[k]! <= x + 1e-12 && x <= q.upper[k]! + 1e-12, `seed ${seed}, cell ${k}`);
    });
    const open = { lower: h.truth, upper: h.truth };
    const point = quotientBounds({ ...h.measure, value: h.truth }, open);
    point.lower.forEach((x, k) => near(x, point.upper[k]!, 1e-12, 'point'));
  }
});

test('quotient intervals hold every filling of a small panel, corner by corner', () => {
  const m: Measure = { value: Float64Array.from([nan, 20, 8, nan, 15, 30, nan, 4, 11]), regions: 3, industries: 3 };
  const lower = m.value.map((x) => (Number.isNaN(x) ? 1 : x));
  const upper = m.value.map((x) => (Number.isNaN(x) ? 9 : x));
  const q = quotientBounds(m, { lower, upper });
  for (let corner = 0; corner < 8; corner++) {
    let bit = 0;
    const value = m.value.map((x) => (Number.isNaN(x) ? ((corner >> bit++) & 1 ? 9 : 1) : x));
    locationQuotient({ ...m, value }).lq.forEach((x, k) => {
      assert.ok(q.lower[k]! <= x + 1e-12 && x <= q.upper[k]! + 1e-12, `corner ${corner}, cell ${k}`);
    });
  }
});

test('imputed quotients come with their interval around them', () => {
  const h = hidden(3);
  const f = imputeBounded(h.measure, h.bounds, h.published);
  const q = imputedQuotients(h.measure, f, h.bounds);
  q.lq.forEach((x, k) => assert.ok(q.lower[k]! <= x + 1e-9 && x <= q.upper[k]! + 1e-9));
});

test('bounds default to the value where known and to nothing known where not', () => {
  const m: Measure = { value: Float64Array.from([4, nan]), regions: 1, industries: 2 };
  const b = boundsOf(m);
  assert.deepEqual([...b.lower, ...b.upper], [4, 0, 4, Infinity]);
  const given = { lower: Float64Array.from([4, 1]), upper: Float64Array.from([4, 9]) };
  assert.deepEqual([...boundsOf({ ...m, bounds: given }).upper], [4, 9]);
});

test('disclosure runs on: a cell found gives the next one away', () => {
  // a·1 by its row; then b·1 by its column; then b·2 by its row.
  const m: Measure = { value: Float64Array.from([nan, 3, nan, nan]), regions: 2, industries: 2 };
  const found = disclosable(m, { region: Float64Array.from([7, 20]), industry: Float64Array.from([12, nan]) });
  assert.deepEqual(
    found.map((d) => [d.cell, d.value, d.by]),
    [
      [0, 4, 'region'],
      [2, 8, 'industry'],
      [3, 12, 'region'],
    ],
  );
});

test('two hidden cells in every row and column give nothing away; no totals, no risk', () => {
  const m: Measure = { value: new Float64Array(4).fill(nan), regions: 2, industries: 2 };
  const two = Float64Array.from([5, 5]);
  assert.deepEqual(disclosable(m, { region: two, industry: two }), []);
  assert.deepEqual(disclosable({ value: Float64Array.from([nan, 1]), regions: 1, industries: 2 }, {}), []);
});

test('nothing given is changed', () => {
  const h = hidden(9);
  const copy = structuredClone({ m: h.measure, b: h.bounds, p: h.published });
  imputeBounded(h.measure, h.bounds, h.published);
  quotientBounds(h.measure, h.bounds);
  disclosable(h.measure, h.published);
  assert.deepEqual({ m: h.measure, b: h.bounds, p: h.published }, copy);
});
