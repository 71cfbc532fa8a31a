import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import {
  eciPlus,
  fitness,
  herfindahlBounds,
  locationQuotient,
  presence,
  ranks,
  reflections,
  shrunkQuotient,
  specialisation,
  type Measure,
} from '@qipan/clusters';
import { logGamma } from '@qipan/numeric';
import { near } from '../reference-data.js';

function lists(seed: number, regions: number, industries: number): number[][] {
  const r = random(seed);
  return Array.from({ length: regions }, () =>
    Array.from({ length: industries }, () => (r.next() < 0.35 ? 0 : 1 + Math.floor(30 * r.exponential()))),
  );
}
const measure = (x: number[][]): Measure => ({
  value: Float64Array.from(x.flat()),
  regions: x.length,
  industries: x[0]!.length,
});
const sum = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);

test('fitness equals its map written with lists, step by step', () => {
  const x = lists(1, 14, 11);
  const m = measure(x);
  const p = presence(locationQuotient(m).lq, m);
  const has = Array.from({ length: p.rows }, (_, r) => new Set(p.index.subarray(p.start[r], p.start[r + 1])));
  let f = Array.from({ length: p.rows }, () => 1);
  let q = Array.from({ length: p.cols }, () => 1);
  for (let steps = 1; steps <= 25; steps++) {
    const F = has.map((s) => sum([...s].map((i) => q[i]!)));
    const Q = q.map((_, i) => 1 / sum(f.map((v, r) => (has[r]!.has(i) ? 1 / v : 0))));
    f = F.map((v) => (v * F.length) / sum(F));
    q = Q.map((v) => (v * Q.length) / sum(Q));
    const got = fitness(p, { steps });
    f.forEach((v, r) => near(got.region[r]!, v, 1e-11 * Math.max(1, v), `step ${steps}`));
    q.forEach((v, i) => near(got.industry[i]!, v, 1e-11 * Math.max(1, v), `step ${steps}`));
  }
});

test('reflections are powers of the averaging matrices', () => {
  const x = lists(2, 9, 8);
  const m = measure(x);
  const p = presence(locationQuotient(m).lq, m);
  const has = (r: number, i: number) => p.index.subarray(p.start[r], p.start[r + 1]).includes(i);
  // One region-to-region step W = D⁻¹M U⁻¹Mᵀ; two reflections apply it once.
  const w = Array.from({ length: p.rows }, (_, a) =>
    Array.from(
      { length: p.rows },
      (_v, b) =>
        sum(Array.from({ length: p.cols }, (_u, i) => (has(a, i) && has(b, i) ? 1 / p.ubiquity[i]! : 0))) /
        p.diversity[a]!,
    ),
  );
  let k = Array.from(p.diversity);
  for (let n = 2; n <= 12; n += 2) {
    const before = k;
    k = w.map((row) => sum(row.map((v, b) => v * before[b]!)));
    const got = reflections(p, n).region;
    k.forEach((v, r) => near(got[r]!, v, 1e-12 * v, `${n} steps`));
  }
});

test('ECI+ equals its iteration written with lists and products', () => {
  const x = lists(3, 8, 6);
  let c = x.map(sum);
  for (let n = 0; n < 3000; n++) {
    const p = x[0]!.map((_, i) => sum(x.map((row, r) => row[i]! / c[r]!)));
    const next = x.map((row) => sum(row.map((v, i) => v / p[i]!)));
    const geometric = next.reduce((a, b) => a * b, 1) ** (1 / next.length);
    c = next.map((v) => v / geometric);
  }
  const world = x[0]!.map((_, i) => sum(x.map((row) => row[i]!)));
  const got = eciPlus(measure(x)).region;
  c.forEach((v, r) =>
    near(got[r]!, Math.log(v) - Math.log(sum(x[r]!.map((y, i) => y / world[i]!))), 1e-9, `region ${r}`),
  );
});

test('the shrunk quotient and its bounds are those of the posterior summed up numerically', () => {
  const m = measure(lists(4, 30, 4));
  const s = shrunkQuotient(m);
  const rows = Array.from({ length: 30 }, (_, r) => sum([...m.value.subarray(r * 4, r * 4 + 4)]));
  const all = sum(rows);
  for (const r of [0, 7, 19]) {
    const a = s.weight[1]!;
    const own = Array.from({ length: 30 }, (_, q) => m.value[q * 4 + 1]!);
    const e = (rows[r]! * sum(own)) / all;
    const x = own[r]!;
    // Likelihood times prior on a fine grid, in logarithms.
    const h = 2e-4;
    const log = (t: number) => x * Math.log(e * t) - e * t + (a - 1) * Math.log(t) - a * t - logGamma(a);
    const grid = Array.from({ length: 60_000 }, (_, k) => (k + 0.5) * h);
    const top = Math.max(...grid.map(log));
    const density = grid.map((t) => Math.exp(log(t) - top));
    const mass = sum(density);
    near(s.lq[r * 4 + 1]!, sum(grid.map((t, k) => (t * density[k]!) / mass)), 2e-4, 'mean');
    let below = 0;
    const at = (p: number) => grid[density.findIndex((d) => (below += d) >= p * mass)]!;
    near(s.lower[r * 4 + 1]!, at(0.05), 1e-3, 'lower');
    below = 0;
    near(s.upper[r * 4 + 1]!, at(0.95), 1e-3, 'upper');
  }
});

test('bounds of H hold every arrangement of whole sizes, and its least and most come near them', () => {
  const classes = [
    { plants: 2, lower: 1, upper: 4 },
    { plants: 2, lower: 5, upper: 9 },
  ];
  for (const total of [14, 17, 20, 24]) {
    const [low, high] = herfindahlBounds(classes, total);
    let [least, most] = [1, 0];
    for (let a = 1; a <= 4; a++)
      for (let b = 1; b <= 4; b++)
        for (let c = 5; c <= 9; c++) {
          const d = total - a - b - c;
          if (d < 5 || d > 9) continue;
          const h = (a * a + b * b + c * c + d * d) / total ** 2;
          assert.ok(low <= h + 1e-12 && h <= high + 1e-12);
          [least, most] = [Math.min(least, h), Math.max(most, h)];
        }
    near(low, least, 0.01, 'least');
    near(high, most, 0.03, 'most');
  }
});

test('entropy and HHI of a region follow from effective numbers: n equal industries are n', () => {
  for (const n of [1, 2, 5, 16]) {
    const m = measure([[...Array.from({ length: n }, () => 4), ...Array.from({ length: 16 - n }, () => 0)]]);
    const s = specialisation(m);
    near(1 / s.hhi[0]!, n, 1e-12, 'HHI');
    near(2 ** s.entropy[0]!, n, 1e-12, 'entropy');
  }
});

test('ranks sum to n(n + 1)/2 whatever the ties', () => {
  const r = random(6);
  for (let n = 1; n < 30; n++) {
    const x = Float64Array.from({ length: n }, () => r.below(5));
    near(
      ranks(x).reduce((a, b) => a + b, 0),
      (n * (n + 1)) / 2,
      1e-9,
      `${n}`,
    );
  }
});
