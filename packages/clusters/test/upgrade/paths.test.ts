import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { entryModel, sameIndustryAlternative, stepProbability, upgradePaths, type UpgradeData } from '@qipan/clusters';
import { features, makeWorld, nextDate, panelWith } from '../entry/synthetic.js';

/** A region of `n` industries; a step is likelier the nearer the industry is to what is there. */
function region(seed: number, n: number): UpgradeData {
  const r = random(seed);
  const proximity = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) proximity[i * n + j] = proximity[j * n + i] = i === j ? 1 : r.next();
  const present = Uint8Array.from({ length: n }, (_, i) => Number(i === 0 || r.next() < 0.3));
  return {
    industries: n,
    present,
    proximity,
    pci: Float64Array.from({ length: n }, () => r.normal()),
    value: Float64Array.from({ length: n }, () => 1 + r.next()),
    probability: (added, next) =>
      Float64Array.from(next, (i) => {
        let best = 0;
        for (let j = 0; j < n; j++)
          if (present[j] === 1 || added.includes(j)) best = Math.max(best, proximity[j * n + i]);
        return 0.9 * best * best;
      }),
    jobs: Float64Array.from({ length: n }, (_, i) => 100 * i),
    typicalJobs: Float64Array.from({ length: n }, (_, i) => 50 + i),
    inputs: Float64Array.from({ length: n * n }, () => (r.next() < 0.5 ? r.next() : 0)),
  };
}

/** Greatest probability × value of each target over every sequence of absent industries. */
function byTrying(d: UpgradeData, steps: number, minProximity: number): Map<number, number> {
  const best = new Map<number, number>();
  const n = d.industries;
  const go = (start: number, added: readonly number[], p: number): void => {
    const last = added.at(-1) ?? start;
    for (let i = 0; i < n; i++) {
      if (d.present[i] === 1 || added.includes(i) || d.proximity[last * n + i] < minProximity) continue;
      const reached = p * d.probability(added, [i])[0];
      if (d.pci[i] > d.pci[start]) best.set(i, Math.max(best.get(i) ?? 0, reached * d.value[i]));
      if (added.length + 1 < steps) go(start, [...added, i], reached);
    }
  };
  for (let j = 0; j < n; j++) if (d.present[j] === 1) go(j, [], 1);
  return best;
}

test('with every neighbour tried, no path to any target is better', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 3, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      (seed, n, steps) => {
        const d = region(seed, n);
        const got = upgradePaths(d, { steps, neighbours: n, minProximity: 0.2, stepYears: 5, top: n });
        const want = byTrying(d, steps, 0.2);
        assert.deepEqual(
          got.map((p) => p.to).toSorted((a, b) => a - b),
          [...want.keys()].toSorted((a, b) => a - b),
        );
        for (const p of got) assert.ok(Math.abs(p.expected - (want.get(p.to) as number)) < 1e-12);
      },
    ),
    { seed: 79, numRuns: 120 },
  );
});

test('a path is what it says: absent industries, near steps, higher complexity, probabilities that multiply', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const d = region(seed, 12);
    const got = upgradePaths(d, { stepYears: 5, neighbours: 4 });
    for (const p of got) {
      assert.ok(p.steps.length >= 1 && p.steps.length <= 3 && p.years === 5 * p.steps.length);
      assert.ok(d.present[p.from] === 1 && p.steps.every((s) => d.present[s.industry] === 0));
      assert.ok(d.pci[p.to] > d.pci[p.from]);
      assert.ok(Math.abs(p.probability - p.steps.reduce((a, s) => a * s.probability, 1)) < 1e-12);
      assert.ok(p.steps.every((s) => s.proximity >= 0.1));
      assert.deepEqual([p.jobsAtRisk, p.jobsGained], [100 * p.from, 50 + p.to]);
      const reached = new Set(p.steps.map((s) => s.industry));
      for (const m of p.missingSuppliers)
        assert.ok(d.present[m.industry] === 0 && !reached.has(m.industry) && m.share > 0);
    }
    for (let k = 1; k < got.length; k++) assert.ok(got[k - 1].expected >= got[k].expected);
  }
});

test('fewer neighbours never find a better path, fewer steps neither', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const d = region(seed, 10);
    const top = (o: { steps: number; neighbours: number }) => upgradePaths(d, { ...o, stepYears: 1 })[0]?.expected ?? 0;
    const wide = top({ steps: 3, neighbours: 10 });
    assert.ok(wide >= top({ steps: 3, neighbours: 2 }) && wide >= top({ steps: 2, neighbours: 10 }));
  }
});

test('a step that stands on the one before it is likelier for it', () => {
  // 0 is there; 1 is near 0, 2 is near 1 alone.
  const proximity = Float64Array.of(1, 0.8, 0.15, 0.8, 1, 0.8, 0.15, 0.8, 1);
  const present = Uint8Array.of(1, 0, 0);
  const d: UpgradeData = {
    industries: 3,
    present,
    proximity,
    pci: Float64Array.of(0, 0.1, 2),
    value: Float64Array.of(1, 1, 1),
    probability: (added, next) =>
      Float64Array.from(next, (i) => Math.max(proximity[i], ...added.map((j) => proximity[j * 3 + i]))),
  };
  const target = upgradePaths(d, { stepYears: 5 }).find((p) => p.to === 2);
  assert.deepEqual(
    target?.steps.map((s) => s.industry),
    [1, 2],
  );
  assert.ok(Math.abs((target?.probability ?? 0) - 0.64) < 1e-12, 'two steps of 0.8 beat one of 0.15');
  assert.deepEqual([target?.jobsAtRisk, target?.jobsGained, target?.missingSuppliers], [null, null, []]);
});

test('the probabilities may come from a fitted model and know what was added', () => {
  const { world, present } = makeWorld(3, 60, 12);
  const next = nextDate(world, present, { beta: [-1.5, 0.8, 0, 0], seed: 8 });
  const panels = [panelWith(world, present, 2000), panelWith(world, next.present, 2005)];
  const r = entryModel(panels, { benchmark: panels.map(() => world.benchmark), features, draws: 20 });
  const s = r.data.states[1];
  const k = 4;
  const d: UpgradeData = {
    industries: 12,
    present: s.present.subarray(k * 12, (k + 1) * 12),
    proximity: s.proximity,
    pci: s.pci as Float64Array,
    value: new Float64Array(12).fill(1),
    probability: stepProbability(r.model, r.data, k),
  };
  const got = upgradePaths(d, { stepYears: 5 });
  assert.ok(got.length > 0);
  for (const p of got) {
    const added = p.steps.slice(0, -1).map((x) => x.industry);
    assert.ok(Math.abs((p.steps.at(-1)?.probability ?? 0) - d.probability(added, [p.to])[0]) < 1e-12);
  }
});

test('bad questions are refused', () => {
  const d = region(1, 4);
  for (const steps of [0, 4, 1.5])
    assert.throws(() => upgradePaths(d, { steps, stepYears: 5 }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => upgradePaths(d, { stepYears: 0 }), { code: 'OUT_OF_RANGE' });
  assert.throws(() => upgradePaths({ ...d, pci: new Float64Array(3) }, { stepYears: 5 }), { code: 'SHAPE_MISMATCH' });
});

test('staying and getting better: the upper quartile, nothing below it lost', () => {
  const peers = [10, 20, 30, 40, Number.NaN];
  assert.deepEqual(sameIndustryAlternative({ own: 20, peers, jobs: 100 }), {
    own: 20,
    upperQuartile: 32.5,
    gain: 1250,
  });
  assert.equal(sameIndustryAlternative({ own: 40, peers, jobs: 100 })?.gain, 0);
  assert.equal(sameIndustryAlternative({ own: Number.NaN, peers, jobs: 1 }), null);
  assert.equal(sameIndustryAlternative({ own: 1, peers: [Number.NaN], jobs: 1 }), null);
});
