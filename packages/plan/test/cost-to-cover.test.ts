import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainVillage, planNetwork, type PlanProblem, type PlanResult } from '@qipan/plan';
import { figure } from '../src/report/words.js';
import { optimumByExhaustion } from './support/exhaustion.js';
import { handProblem, randomProblem } from './support/hand.js';
import { near, sitesWithin } from './support/recount.js';

/** Least value of any plan at all in which one of these sites is open by the last year, by exhaustion. */
const leastWith = (p: PlanProblem, sites: readonly number[]): number =>
  optimumByExhaustion(p, (paths) => sites.some((j) => (paths[j].at(-1) ?? 0) > 0)).value;

const nearOf = (p: PlanProblem, i: number) => sitesWithin(p, i, p.facts.coverageMin).map((x) => x.site);

const problems = Array.from({ length: 64 }, (_, n) => {
  const p = randomProblem(31_000 + 7 * n, { villages: 4, spots: 3, years: 1 + (n % 2), twoTypes: n % 3 === 0 });
  // Fewer kilowatt-hours, so that many villages are not worth a site; in half of them nothing stands and no rule asks for a site.
  const times = [0.5, 0.15, 0.04][n % 3];
  const none = { townshipPile: null, countyStation: null, coverage: null };
  return {
    ...p,
    ...(n % 2 === 0 ? { rules: none, budget: null, sites: { ...p.sites, existing: new Int32Array(3) } } : {}),
    energyKwhPerDay: p.energyKwhPerDay.map((x) => x * times),
    peakKwhPerHour: p.peakKwhPerHour.map((x) => x * times),
  };
});

const uncovered = (r: PlanResult) =>
  r.villages.flatMap((v, i) => (v.coveredYear === null && v.cheapestCover ? [{ v, i, cover: v.cheapestCover }] : []));

test('no plan that covers a village costs less than the report says, however every other site is chosen', () => {
  let [told, positive, impossible] = [0, 0, 0];
  problems.forEach((p, n) => {
    const r = planNetwork(p, { seed: n, gap: 0, effort: 0.1 });
    for (const { v, i, cover } of uncovered(r)) {
      told++;
      const least = leastWith(p, nearOf(p, i));
      if (least === Infinity) impossible++;
      const proven = v.costToCover;
      if (proven !== null) assert.ok(r.value + proven <= least + 1e-6 * Math.abs(least), `problem ${n}: ${v.name}`);
      assert.ok(r.bound + cover.loss <= least + 1e-6 * Math.abs(least), `problem ${n}: loss ${cover.loss}`);
      const margin = r.bound + cover.loss - r.value;
      assert.equal(proven, margin > 0 ? margin : null);
      if (proven !== null) positive++;
    }
  });
  assert.ok(
    told >= 15 && positive >= 8,
    `${told} told, ${positive} with a proof, ${impossible} that nothing can cover`,
  );
});

test('the proof also holds of a run that is stopped at once, whose prices are poor', () => {
  problems.slice(0, 12).forEach((p, n) => {
    const r = planNetwork(p, { seed: n, gap: 0, shouldStop: () => true });
    for (const { v, i, cover } of uncovered(r)) {
      const least = leastWith(p, nearOf(p, i)) * (1 + 1e-6);
      assert.ok(v.costToCover === null || r.value + v.costToCover <= least, `problem ${n}: ${v.name}`);
      assert.ok(r.bound + cover.loss <= least, `problem ${n}: ${v.name}`);
    }
  });
});

test('the cheapest cover is one of the village’s own candidates, and no plan with that site open beats bound and loss', () => {
  problems.forEach((p, n) => {
    const r = planNetwork(p, { seed: 100 + n, gap: 0, effort: 0.05 });
    for (const { i, cover } of uncovered(r)) {
      const site = p.sites.id.indexOf(cover.site);
      const pair = sitesWithin(p, i, p.facts.coverageMin).find((x) => x.site === site);
      assert.equal(pair?.travelMin, cover.travelMin, `problem ${n}`);
      const least = leastWith(p, [site]);
      assert.ok(r.bound + cover.loss <= least + 1e-6 * Math.abs(least), `problem ${n}: ${cover.site}`);
    }
  });
});

test('villages apart from each other are told the exact cost where the proof is tight', () => {
  // Two villages that share nothing: what covering one costs does not depend on the other.
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [4] }, { kwh: [8] }],
    spots: [
      { minutes: [6, null], opening: 20_000 },
      { minutes: [null, 9], opening: 50_000 },
    ],
  });
  const r = planNetwork(p, { seed: 5, gap: 0, effort: 0.3 });
  const money = (opening: number) =>
    60_000 * (1 / 1.06 - 0.9 / 1.06 ** 2) + opening * (1 / 1.06 - 0.95 / 1.06 ** 2) + 4400 / 1.06;
  const gain = (kwh: number, minutes: number) => (365 * kwh * (3 - minutes / 30)) / 1.06;
  const exact = [money(20_000) - gain(4, 6), money(50_000) - gain(8, 9)];
  r.villages.forEach((v, i) => {
    assert.equal(v.coveredYear, null);
    const said = v.costToCover ?? 0;
    assert.ok(said <= exact[i] + 1e-6 && said > 0.98 * exact[i], `${said} of ${exact[i]}`);
    assert.ok(near(leastWith(p, [i]) - r.value, exact[i], 1e-9), 'exhaustion says the same');
  });
});

test('a site that would serve two villages is told to both, with the same loss', () => {
  const p = handProblem({ years: [2026], villages: [{ kwh: [2] }, { kwh: [3] }], spots: [{ minutes: [6, 12] }] });
  const r = planNetwork(p, { seed: 5, gap: 0, effort: 0.3 });
  const [a, b] = r.villages;
  assert.deepEqual([a.cheapestCover?.travelMin, b.cheapestCover?.travelMin], [6, 12]);
  assert.equal(a.cheapestCover?.loss, b.cheapestCover?.loss);
  assert.equal(a.costToCover, b.costToCover);
});

test('of two candidates the one of less loss is named, though it is further away', () => {
  const p = handProblem({
    years: [2026],
    villages: [{ kwh: [3] }],
    spots: [
      { minutes: [2], opening: 90_000 },
      { minutes: [15], opening: 5000 },
    ],
  });
  const [v] = planNetwork(p, { seed: 5, gap: 0, effort: 0.2 }).villages;
  assert.deepEqual([v.cheapestCover?.site, v.cheapestCover?.travelMin], ['s1', 15]);
});

test('the sentence tells the proven cost when there is one and says so when there is none', () => {
  problems.forEach((p, n) => {
    const r = planNetwork(p, { seed: n, gap: 0, effort: 0.1 });
    r.villages.forEach((v, i) => {
      const { sentence, costToCover } = explainVillage(r, i);
      if (v.coveredYear !== null || !v.cheapestCover) {
        assert.doesNotMatch(sentence.en, /cheapest site for it/);
        return;
      }
      const { site, loss, travelMin } = v.cheapestCover;
      // By name: a reader does not know ids. The names of the hand-made problems are `site 0` and 站0.
      const [en, zh] = [`site ${site.slice(1)}`, `站${site.slice(1)}`];
      assert.ok(
        sentence.en.includes(`The cheapest site for it (${en}, ${figure(travelMin)} min) would lose ${figure(loss)}`),
      );
      assert.ok(sentence.zh.includes(`对它最便宜的站址（${zh}，${figure(travelMin)}分钟）净损${figure(loss)}`));
      const isProven = costToCover !== null;
      assert.equal(/costs at least [\d.,]+ more than this one\.$/.test(sentence.en), isProven, `problem ${n}`);
      assert.equal(/至少多花[\d.,]+。$/.test(sentence.zh), isProven);
      assert.equal(/the proof leaves open/.test(sentence.en) && /不能断定/.test(sentence.zh), !isProven);
      if (costToCover) assert.deepEqual(costToCover, { atLeast: v.costToCover, unit: 'CNY/2025' });
    });
  });
});
