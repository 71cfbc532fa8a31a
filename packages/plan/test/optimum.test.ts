import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type PlanProblem } from '@qipan/plan';
import { optimumByExhaustion } from './support/exhaustion.js';
import { randomProblem } from './support/hand.js';

/** Plan, proof and the true optimum of a tiny problem; the plan must be verified and the bound below the optimum. */
function against(p: PlanProblem, seed: number): number {
  const { value } = optimumByExhaustion(p);
  const result = planNetwork(p, { seed, gap: 0, effort: 0.1 });
  assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, [], `seed ${seed}`);
  assert.ok(result.bound <= value * (1 + 1e-9) + 1e-6, `seed ${seed}: bound ${result.bound} above ${value}`);
  assert.ok(result.value >= value * (1 - 1e-9) - 1e-6, `seed ${seed}: value ${result.value} below ${value}`);
  return result.value / value - 1;
}

function excess(problems: readonly PlanProblem[], firstSeed: number): { mean: number; worst: number } {
  const all = problems.map((p, n) => against(p, firstSeed + n));
  return { mean: all.reduce((s, x) => s + x, 0) / all.length, worst: Math.max(...all) };
}

const withBudget = (p: PlanProblem, seed: number, carryOver: boolean): PlanProblem => ({
  ...p,
  budget: { byYear: p.years.map((_, t) => 40_000 + ((seed * 37_003 + t * 91_009) % 160_000)), carryOver },
});

test('plans of tiny problems with all rules are within a fraction of a percent of the optimum by exhaustion', () => {
  const problems = Array.from({ length: 24 }, (_, n) =>
    randomProblem(2000 + n, { twoTypes: n % 3 === 0, years: 1 + (n % 3), peaks: 1 + (n % 2) }),
  );
  const { mean, worst } = excess(problems, 11);
  assert.ok(mean < 0.002 && worst < 0.02, `mean ${mean}, worst ${worst}`);
});

test('budgets that may not be carried over are spent as well as the best plan spends them', () => {
  const problems = Array.from({ length: 24 }, (_, n) => withBudget(randomProblem(3000 + n, { years: 2 }), n, false));
  const { mean, worst } = excess(problems, 53);
  assert.ok(mean < 0.002 && worst < 0.02, `mean ${mean}, worst ${worst}`);
});

test('budgets that may be carried over are spent as well as the best plan spends them', () => {
  const problems = Array.from({ length: 16 }, (_, n) => withBudget(randomProblem(4000 + n, { years: 2 }), n, true));
  const { mean, worst } = excess(problems, 97);
  assert.ok(mean < 0.002 && worst < 0.02, `mean ${mean}, worst ${worst}`);
});

test('more budget, another candidate or a looser transformer never makes the optimum worse, and carrying over helps', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const p = withBudget(randomProblem(5000 + seed, { years: 2 }), seed, false);
    const best = optimumByExhaustion(p).value;
    const richer = { ...p, budget: { byYear: (p.budget?.byYear ?? []).map((b) => b * 1.5), carryOver: false } };
    assert.ok(optimumByExhaustion(richer).value <= best + 1e-6);
    const patient = { ...p, budget: { byYear: p.budget?.byYear ?? [], carryOver: true } };
    assert.ok(optimumByExhaustion(patient).value <= best + 1e-6);
    if (p.hosting) {
      const looser = { ...p, hosting: { ...p.hosting, spareKw: p.hosting.spareKw.map((x) => x * 2) } };
      assert.ok(optimumByExhaustion(looser).value <= best + 1e-6);
      assert.ok(against(looser, seed) < 0.02);
    }
    assert.ok(against(richer, seed) < 0.02);
  }
});
