import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { crossRelatedness, innovationMatches, type TwoLayers } from '@qipan/clusters';

function layers(seed: number): TwoLayers {
  const r = random(seed);
  const [regions, technologies, industries] = [3 + r.below(4), 2 + r.below(3), 2 + r.below(3)];
  const bits = (n: number) => Uint8Array.from({ length: n }, () => Number(r.next() < 0.45));
  return {
    regions,
    technologies,
    industries,
    technology: bits(regions * technologies),
    industry: bits(regions * industries),
  };
}
const seeds = fc.integer({ min: 1, max: 1e6 });
const runs = { seed: 73, numRuns: 150 };

test('proximity is the smaller of the two shares, density the share of an industry’s technologies at hand', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const l = layers(seed);
      const c = crossRelatedness(l);
      const regions = [...Array(l.regions).keys()];
      const hasT = (r: number, t: number) => l.technology[r * l.technologies + t] === 1;
      const hasI = (r: number, i: number) => l.industry[r * l.industries + i] === 1;
      const phi = (t: number, i: number) => {
        const a = regions.filter((r) => hasT(r, t)).length;
        const b = regions.filter((r) => hasI(r, i)).length;
        const both = regions.filter((r) => hasT(r, t) && hasI(r, i)).length;
        return a === 0 || b === 0 ? Number.NaN : Math.min(both / a, both / b);
      };
      for (let i = 0; i < l.industries; i++) {
        const techs = [...Array(l.technologies).keys()];
        techs.forEach((t) =>
          assert.ok(
            Object.is(c.proximity[t * l.industries + i], phi(t, i)) ||
              Math.abs(c.proximity[t * l.industries + i] - phi(t, i)) < 1e-12,
          ),
        );
        const known = techs.filter((t) => !Number.isNaN(phi(t, i)));
        const all = known.reduce((s, t) => s + phi(t, i), 0);
        regions.forEach((r) => {
          const w = c.density[r * l.industries + i];
          if (all === 0) assert.ok(Number.isNaN(w));
          else
            assert.ok(Math.abs(w - known.filter((t) => hasT(r, t)).reduce((s, t) => s + phi(t, i), 0) / all) < 1e-12);
        });
      }
    }),
    runs,
  );
});

test('every match crosses regions, brings something new, and beats the use at home', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const l = layers(seed);
      const c = crossRelatedness(l);
      const matches = innovationMatches(l, c);
      for (const m of matches) {
        assert.notEqual(m.fromRegion, m.toRegion);
        assert.equal(l.technology[m.fromRegion * l.technologies + m.technology], 1);
        assert.equal(l.technology[m.toRegion * l.technologies + m.technology], 0);
        assert.equal(l.industry[m.toRegion * l.industries + m.industry], 1);
        const home = Math.max(
          0,
          ...[...Array(l.industries).keys()]
            .filter((i) => l.industry[m.fromRegion * l.industries + i] === 1)
            .map((i) => c.proximity[m.technology * l.industries + i]),
        );
        assert.ok(Math.abs(m.score - (m.proximity - home)) < 1e-12 && m.score > 0);
      }
      const places = matches.map((m) => `${m.toRegion} ${m.industry}`);
      assert.equal(new Set(places).size, places.length, 'an industry takes one technology');
      const sources = matches.map((m) => `${m.fromRegion} ${m.technology}`);
      assert.equal(new Set(sources).size, sources.length);
    }),
    runs,
  );
});

test('a laboratory without a factory is brought to the factory without a laboratory', () => {
  // Regions 0 to 2 have both, region 3 the technology alone, region 4 the industry alone.
  const l: TwoLayers = {
    regions: 5,
    technologies: 1,
    industries: 1,
    technology: Uint8Array.of(1, 1, 1, 1, 0),
    industry: Uint8Array.of(1, 1, 1, 0, 1),
  };
  const c = crossRelatedness(l);
  assert.equal(c.proximity[0], 0.75);
  assert.deepEqual([...c.density], [1, 1, 1, 1, 0]);
  assert.deepEqual(innovationMatches(l, c), [
    { fromRegion: 3, technology: 0, toRegion: 4, industry: 0, proximity: 0.75, score: 0.75 },
  ]);
});

test('layers of the wrong size are refused by name', () => {
  const l = layers(1);
  assert.throws(() => crossRelatedness({ ...l, technology: new Uint8Array(1) }), {
    code: 'SHAPE_MISMATCH',
    message: /technology/,
  });
  assert.throws(() => crossRelatedness({ ...l, industry: new Uint8Array(1) }), {
    code: 'SHAPE_MISMATCH',
    message: /industry/,
  });
});
