import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { planNetwork, verifyPlan, type PlanProblem } from '@qipan/plan';
import { randomProblem } from './support/hand.js';
import { planAsLp } from './support/milp.js';

interface Highs {
  readonly solve: (lp: string, options: object) => { readonly Status: string; readonly ObjectiveValue: number };
}
const highs = await (createRequire(import.meta.url)('highs') as () => Promise<Highs>)();

/** Optimum of the whole plan by HiGHS, of its integer or of its linear form; text written from the formulas alone. */
function optimum(p: PlanProblem, isInteger = true): number {
  const answer = highs.solve(planAsLp(p, isInteger), { mip_rel_gap: 1e-9, output_flag: false });
  assert.equal(answer.Status, 'Optimal');
  return answer.ObjectiveValue;
}

/** The model text knows no transformers. */
const withoutGrid = (p: PlanProblem): PlanProblem => ({
  ...p,
  hosting: null,
  sites: { ...p.sites, hostingGroup: p.sites.hostingGroup.map(() => -1) },
});

test('on problems beyond exhaustion the bound lies below HiGHS’s optimum and the plan close above it', () => {
  let excess = 0;
  let bound = 0;
  const seeds = [7, 19, 23, 59, 101, 173];
  for (const seed of seeds) {
    const p = withoutGrid(randomProblem(seed * 1009, { villages: 8, spots: 5, years: 2 + (seed % 2) }));
    const best = optimum(p);
    const result = planNetwork(p, { seed, gap: 0, effort: 0.15 });
    assert.deepEqual(verifyPlan(p, result.plan, result.certificate).failures, []);
    assert.ok(result.bound <= best * (1 + 1e-6), `seed ${seed}: bound ${result.bound} above ${best}`);
    assert.ok(result.value >= best * (1 - 1e-6), `seed ${seed}: value ${result.value} below ${best}`);
    excess += result.value / best - 1;
    bound += result.bound / best;
  }
  assert.ok(excess / seeds.length < 0.005, `mean excess ${excess / seeds.length}`);
  // A handful of guns in whole pieces leaves a gap that no price closes; the linear form has more of it.
  assert.ok(bound / seeds.length > 0.85, `mean of bound over optimum ${bound / seeds.length}`);
});

test('the bound by multipliers is at least as good as that of the linear form, whose sites may be built in part', () => {
  let better = 0;
  for (const seed of [3, 5, 11, 17, 29, 37]) {
    const p = withoutGrid(randomProblem(seed * 811, { villages: 7, spots: 4 }));
    const linear = optimum(p, false);
    const { bound } = planNetwork(p, { seed, gap: 0, effort: 0.3 });
    // The ascent stops short of its limit by a little.
    assert.ok(bound >= linear * 0.98, `seed ${seed}: ${bound} far below the linear form’s ${linear}`);
    if (bound > linear * 1.001) better++;
  }
  assert.ok(better >= 3, `${better} of 6 bounds beat the linear form`);
});
