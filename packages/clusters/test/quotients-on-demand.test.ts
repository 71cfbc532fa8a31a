import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { complexity, locationQuotient, presence, proximity, type Measure } from '@qipan/clusters';
import { quotients } from '../src/advantage.js';

const panels: fc.Arbitrary<Measure> = fc
  .tuple(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 3, max: 8 }))
  .chain(([regions, industries]) =>
    fc
      .array(fc.oneof(fc.constant(0), fc.constant(Number.NaN), fc.integer({ min: 1, max: 30 })), {
        minLength: regions * industries,
        maxLength: regions * industries,
      })
      .map((v) => ({ value: Float64Array.from(v), regions, industries })),
  )
  .filter((m) => m.value.some((x) => x > 0));

/** Straight from the definition. */
function byHand(m: Measure, r: number, i: number): number | null {
  const known = (x: number | undefined) => (x === undefined || Number.isNaN(x) ? 0 : x);
  const cell = (a: number, b: number) => known(m.value[a * m.industries + b]);
  const region = Array.from({ length: m.industries }, (_, b) => cell(r, b)).reduce((x, y) => x + y, 0);
  const industry = Array.from({ length: m.regions }, (_, a) => cell(a, i)).reduce((x, y) => x + y, 0);
  const all = [...m.value].map(known).reduce((x, y) => x + y, 0);
  if (Number.isNaN(m.value[r * m.industries + i]) || region === 0 || industry === 0) return null;
  return cell(r, i) / region / (industry / all);
}

test('a quotient asked for alone is that of the table and of the definition, unknown ones included', () => {
  fc.assert(
    fc.property(panels, (m) => {
      const q = quotients(m);
      const { lq, undefinedMask } = locationQuotient(m);
      for (let r = 0, k = 0; r < m.regions; r++) {
        for (let i = 0; i < m.industries; i++, k++) {
          const want = byHand(m, r, i);
          assert.equal(q.isUndefined(k, r, i), want === null);
          assert.equal(undefinedMask[k], want === null ? 1 : 0);
          assert.equal(q.at(k, r, i), want ?? 0);
          assert.equal(lq[k], want ?? 0);
        }
      }
    }),
    { seed: 8, numRuns: 100 },
  );
});

test('presence by quotients never written down is that of the table, and the tables come when read', () => {
  fc.assert(
    fc.property(panels, fc.constantFrom(0.6, 1, 1.5), (m, threshold) => {
      const c = complexity(m, { preset: 'harvard', presence: { threshold } });
      const { lq, undefinedMask } = locationQuotient(m);
      const want = presence(lq, m, { threshold });
      assert.deepEqual(c.kept, want);
      assert.deepEqual(c.lq, lq);
      assert.deepEqual(c.undefinedMask, undefinedMask);
      assert.equal(c.lq, c.lq, 'made once');
      assert.deepEqual(structuredClone(c).lq, lq, 'and carried along to another thread');
    }),
    { seed: 9, numRuns: 60 },
  );
});

test('proximity in single precision is that in double, rounded', () => {
  fc.assert(
    fc.property(panels, fc.constantFrom('minimum', 'conditional', 'sqrt', 'correlation'), (m, kind) => {
      const [a, b] = (['f64', 'f32'] as const).map((precision) =>
        complexity(m, { preset: 'harvard', proximity: kind, precision }),
      );
      assert.ok(a && b && b.proximity instanceof Float32Array && a.proximity instanceof Float64Array);
      assert.deepEqual(b.proximity, new Float32Array(a.proximity));
      if (kind !== 'correlation') assert.deepEqual(a.proximity, proximity(a.kept, { kind }));
    }),
    { seed: 10, numRuns: 60 },
  );
});
