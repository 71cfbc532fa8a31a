import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { crossRelatedness, innovationMatches, lmdi, type TwoLayers } from '@qipan/clusters';

const sum = (x: readonly number[]) => x.reduce((s, v) => s + v, 0);
const near = (got: number, want: number, where: string) =>
  assert.ok(Math.abs(got - want) <= 1e-10 * Math.max(1, Math.abs(want)), `${where}: ${got} for ${want}`);

describe('index decomposition', () => {
  const sides = fc.integer({ min: 1, max: 6 }).chain((n) => {
    const one = fc.record({
      activity: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: n, maxLength: n }),
      use: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: n, maxLength: n }),
    });
    return fc.tuple(one, one);
  });
  const of = (d: { activity: number[]; use: number[] }) => ({
    activity: Float64Array.from(d.activity),
    use: Float64Array.from(d.use),
  });

  it('read backwards has every part with the other sign; the unit of activity does not matter', () => {
    fc.assert(
      fc.property(sides, ([a, b]) => {
        const [on, back] = [lmdi(of(a), of(b)), lmdi(of(b), of(a))];
        const scaled = (d: typeof a) => of({ ...d, activity: d.activity.map((x) => 7 * x) });
        const other = lmdi(scaled(a), scaled(b));
        for (const key of ['change', 'activity', 'structure', 'intensity'] as const) {
          near(back[key], -on[key], `${key} backwards`);
          near(other[key], on[key], `${key} in another unit`);
        }
        near(on.activity + on.structure + on.intensity, sum(b.use) - sum(a.use), 'no residual');
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  it('is that of a fine path: each part is the integral of use along growth at constant rates', () => {
    fc.assert(
      fc.property(sides, ([a, b]) => {
        // LMDI of one industry equals ∫ E d ln(Q, S, I) with E moving geometrically (Ang 2004, the Divisia integral).
        const got = lmdi(of(a), of(b));
        const [q0, q1] = [sum(a.activity), sum(b.activity)];
        const steps = 4000;
        const parts = { activity: 0, intensity: 0 };
        a.use.forEach((e0, i) => {
          const rate = Math.log(b.use[i]! / e0);
          let area = 0;
          for (let k = 0; k < steps; k++) area += (e0 * Math.exp((rate * (k + 0.5)) / steps)) / steps;
          parts.activity += area * Math.log(q1 / q0);
          parts.intensity += area * (rate - Math.log(b.activity[i]! / a.activity[i]!));
        });
        for (const key of ['activity', 'intensity'] as const)
          assert.ok(
            Math.abs(got[key] - parts[key]) <= 1e-5 * (1 + Math.abs(parts[key])),
            `${key}: ${got[key]} ${parts[key]}`,
          );
      }),
      { seed: 1, numRuns: 15 },
    );
  });
});

describe('two layers beside lists', () => {
  const layers = (seed: number): TwoLayers => {
    const r = random(seed);
    const [regions, technologies, industries] = [2 + r.below(4), 1 + r.below(3), 1 + r.below(3)];
    const bits = (n: number) => Uint8Array.from({ length: n }, () => Number(r.next() < 0.45));
    return {
      regions,
      technologies,
      industries,
      technology: bits(regions * technologies),
      industry: bits(regions * industries),
    };
  };

  it('proximity and density from sets of regions', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const l = layers(seed);
      const got = crossRelatedness(l);
      const all = [...Array(l.regions).keys()];
      const withT = (t: number) => all.filter((r) => l.technology[r * l.technologies + t] === 1);
      const withI = (i: number) => all.filter((r) => l.industry[r * l.industries + i] === 1);
      const proximity = (t: number, i: number) => {
        const [a, b] = [withT(t), withI(i)];
        if (a.length === 0 || b.length === 0) return Number.NaN;
        const both = a.filter((r) => b.includes(r)).length;
        return Math.min(both / a.length, both / b.length);
      };
      for (let i = 0; i < l.industries; i++) {
        const of = [...Array(l.technologies).keys()].map((t) => ({ t, p: proximity(t, i) }));
        for (const { t, p } of of) assert.ok(Object.is(got.proximity[t * l.industries + i], p), `${seed}: ${t}, ${i}`);
        const told = of.filter((x) => x.p > 0);
        for (const r of all) {
          const w = got.density[r * l.industries + i]!;
          if (told.length === 0) assert.ok(Number.isNaN(w));
          else
            near(
              w,
              sum(told.filter((x) => withT(x.t).includes(r)).map((x) => x.p)) / sum(told.map((x) => x.p)),
              `${seed}`,
            );
        }
      }
    }
  });

  it('matches have the greatest total that any pairing has: every one tried', () => {
    let compared = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const l = layers(seed);
      const cross = crossRelatedness(l);
      const phi = (t: number, i: number) => cross.proximity[t * l.industries + i] || 0;
      const all = [...Array(l.regions).keys()];
      const own = (r: number) => [...Array(l.industries).keys()].filter((i) => l.industry[r * l.industries + i] === 1);
      const holders = all.flatMap((r) =>
        [...Array(l.technologies).keys()]
          .filter((t) => l.technology[r * l.technologies + t] === 1)
          .map((t) => ({ r, t })),
      );
      const takers = all.flatMap((r) => own(r).map((i) => ({ r, i })));
      if (holders.length > 6 || takers.length > 6) continue;
      const worth = (h: (typeof holders)[number], k: (typeof takers)[number]) =>
        h.r === k.r || l.technology[k.r * l.technologies + h.t] === 1
          ? 0
          : Math.max(0, phi(h.t, k.i) - Math.max(0, ...own(h.r).map((i) => phi(h.t, i))));
      const best = (at: number, free: readonly (typeof takers)[number][]): number => {
        const h = holders[at];
        if (!h) return 0;
        const options = free.map(
          (k) =>
            worth(h, k) +
            best(
              at + 1,
              free.filter((x) => x !== k),
            ),
        );
        return Math.max(best(at + 1, free), ...options);
      };
      const got = innovationMatches(l, cross);
      near(sum(got.map((m) => m.score)), best(0, takers), `seed ${seed}`);
      assert.ok(got.every((m) => m.score > 0 && m.fromRegion !== m.toRegion));
      compared++;
    }
    assert.ok(compared > 30, `${compared} compared`);
  });
});
