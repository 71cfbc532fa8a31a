import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contents, extractAll, fieldOfInfluence, leontief, linkages, upstreamness } from '@qipan/clusters';
import { close, tableOf } from './tables.js';

const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);
const shape = fc.record({ seed: fc.nat({ max: 1e6 }), n: fc.integer({ min: 2, max: 15 }) });

test('accounts close whatever the table: identities between demand, output, value added and imports', () => {
  fc.assert(
    fc.property(shape, ({ seed, n }) => {
      const t = tableOf(seed, n);
      const m = leontief(t);
      const f = t.finalDemand[0]!.value;
      const v = t.valueAdded[0]!.value;
      const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => sum(Array.from(a, (x, i) => x * b[i]!));
      const { backward, forward } = linkages(m);
      assert.ok(close(dot(backward, f), sum(t.x), 1e-10), 'output is what demand draws');
      const cost = v.map((x, j) => x + sum(Array.from({ length: n }, (_, i) => t.imports![i * n + j]!)));
      assert.ok(close(dot(forward, cost), sum(t.x), 1e-10), 'output is what primary inputs push');
      const { valueAdded, imports } = contents(m);
      assert.ok(close(dot(valueAdded, f), sum(v), 1e-10), 'value added in demand is value added');
      assert.ok(close(dot(imports, f), sum(t.imports!), 1e-10), 'imports in demand are imports');
      assert.ok(close(dot(upstreamness(m), t.x), dot(forward, t.x), 1e-12), 'upstreamness is the forward linkage');
      m.g.forEach((g, k) => {
        const [i, j] = [Math.floor(k / n), k % n];
        assert.ok(close(g * t.x[i]!, m.l[k]! * t.x[j]!, 1e-11) || Math.abs(g) < 1e-14);
      });
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('a small change of one coefficient moves L by its field of influence', () => {
  const t = tableOf(12, 6);
  const m = leontief(t);
  const [i, j, step] = [2, 4, 1e-6];
  const z = t.z.map((v, k) => (k === i * 6 + j ? v + step * t.x[j]! : v));
  const moved = leontief({ ...t, z });
  // ∂L_kl/∂a_ij = L_ki L_jl; its sum over all k and l is colSum_i · rowSum_j.
  for (let k = 0; k < 6; k++)
    for (let l = 0; l < 6; l++) {
      const slope = (moved.l[k * 6 + l]! - m.l[k * 6 + l]!) / step;
      assert.ok(Math.abs(slope - m.l[k * 6 + i]! * m.l[j * 6 + l]!) < 1e-5);
    }
  const total = sum(moved.l.map((v, k) => (v - m.l[k]!) / step));
  assert.ok(close(total, fieldOfInfluence(m)[j * 6 + i]!, 1e-5));
});

test('extraction costs at least the sector itself, and its share of a sum is the same in any unit of money', () => {
  fc.assert(
    fc.property(shape, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), ({ seed, n }, unit) => {
      const t = tableOf(seed, n);
      const full = extractAll(leontief(t), 'full');
      full.total.forEach((v, k) => assert.ok(v >= t.x[k]! * (1 - 1e-12) && v <= sum(t.x) * (1 + 1e-12)));
      const scaled = { ...t, z: t.z.map((v) => v * unit), x: t.x.map((v) => v * unit) };
      extractAll(leontief(scaled), 'full').share.forEach((s, k) => assert.ok(close(s, full.share[k]!, 1e-9)));
    }),
    { numRuns: 40, seed: 2 },
  );
});
