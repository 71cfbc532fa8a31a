import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { verifyPlan, type Certificate, type Plan, type PlanProblem } from '@qipan/plan';
import { problemHash } from '../src/model/canonical.js';
import { repoRoot } from '@qipan/testing';
import { handCase } from './support/hand-plan.js';
import { handProblem } from './support/hand.js';

test('a plan worked out on paper is accepted, every number of it', () => {
  const { problem, plan, certificate } = handCase();
  const verdict = verifyPlan(problem, plan, certificate);
  assert.deepEqual(verdict.failures, []);
  assert.ok(verdict.ok);
  assert.ok(verdict.checks >= 30, `${verdict.checks} checks`);
  assert.ok(verdict.bound <= plan.value);
});

test('the plan survives decimal text: what is stored verifies as what was found', () => {
  const { problem, plan, certificate } = handCase();
  const again = JSON.parse(JSON.stringify(plan)) as Plan;
  const proof = JSON.parse(JSON.stringify(certificate)) as Certificate;
  assert.ok(verifyPlan(problem, again, proof).ok);
});

test('rounding in the seventh digit passes, in the fifth it does not', () => {
  const { problem, plan, certificate } = handCase();
  assert.ok(verifyPlan(problem, { ...plan, value: plan.value * (1 + 1e-7) }, certificate).ok);
  assert.ok(!verifyPlan(problem, { ...plan, value: plan.value * (1 + 1e-5) }, certificate).ok);
});

test('the same plan under other inputs is refused: each input has an effect', () => {
  const { problem, plan, certificate } = handCase();
  const others: Record<string, PlanProblem> = {
    energy: { ...problem, energyKwhPerDay: problem.energyKwhPerDay.map((x) => x * 1.01) },
    unservedPerKwh: { ...problem, cost: { ...problem.cost, unservedPerKwh: 3.1 } },
    discountRate: { ...problem, cost: { ...problem.cost, discountRate: 0.07 } },
    timeValue: { ...problem, cost: { ...problem.cost, timeValuePerHour: 21 } },
    tripKwh: { ...problem, cost: { ...problem.cost, tripKwh: 21 } },
    siteOpex: { ...problem, cost: { ...problem.cost, siteOpexPerYear: 2100 } },
    siteLife: { ...problem, cost: { ...problem.cost, siteLifeYears: 25 } },
    priceYear: { ...problem, priceYear: 2024 },
    opening: { ...problem, sites: { ...problem.sites, openingCost: problem.sites.openingCost.map((c) => c + 500) } },
    capex: { ...problem, moduleTypes: problem.moduleTypes.map((m) => ({ ...m, capex: m.capex * 1.02 })) },
    opex: { ...problem, moduleTypes: problem.moduleTypes.map((m) => ({ ...m, opexPerYear: m.opexPerYear * 1.1 })) },
    life: { ...problem, moduleTypes: problem.moduleTypes.map((m) => ({ ...m, lifeYears: 9 })) },
    minutes: {
      ...problem,
      access: { ...problem.access, travelMin: problem.access.travelMin.map((m) => m + 1) },
    },
    peak: { ...problem, peakKwhPerHour: problem.peakKwhPerHour.map((x) => x * 3) },
    plug: { ...problem, moduleTypes: problem.moduleTypes.map((m) => ({ ...m, plugMin: 120 })) },
    slots: { ...problem, sites: { ...problem.sites, slots: problem.sites.slots.map(() => 1) } },
    maxMin: { ...problem, capture: { ...problem.capture, maxMin: 12 } },
    rule: {
      ...problem,
      rules: { ...problem.rules, townshipPile: { guns: [1, 3], pricePerGun: 7000 } },
    },
    budget: { ...problem, budget: { byYear: [80000, 80000], carryOver: false } },
  };
  for (const [name, other] of Object.entries(others)) {
    // With the proof bound to the other inputs, so that it is the plan that fails and not the hash.
    const bound = { ...certificate, inputHash: problemHash(other) };
    assert.ok(!verifyPlan(other, plan, bound).ok, `${name} has no effect`);
  }
});

test('what only names things has no effect on the plan, yet ties the certificate to its text', () => {
  const { problem, plan, certificate } = handCase();
  const other = { ...problem, facts: { ...problem.facts, sources: ['somewhere else'] } };
  assert.notEqual(problemHash(other), problemHash(problem));
  const failures = verifyPlan(other, plan, certificate).failures;
  assert.deepEqual(failures, ['certificate: it belongs to another problem']);
});

test('the hash does not depend on the order of keys or the kind of list', () => {
  const problem = handProblem({ villages: [{ kwh: [1, 2] }], spots: [{ minutes: [3] }] });
  const reversed = Object.fromEntries(Object.entries(problem).toReversed()) as unknown as PlanProblem;
  assert.equal(problemHash(reversed), problemHash(problem));
  const plain = { ...problem, energyKwhPerDay: Array.from(problem.energyKwhPerDay) } as unknown as PlanProblem;
  assert.equal(problemHash(plain), problemHash(problem));
  assert.match(problemHash(problem), /^[0-9a-f]{64}$/);
});

test('unknown populations have a place in the hash and differ from zero', () => {
  const people = (n: number) =>
    problemHash(handProblem({ villages: [{ kwh: [1, 2], people: n }], spots: [{ minutes: [3] }] }));
  assert.notEqual(people(NaN), people(0));
  assert.equal(people(NaN), people(NaN));
});

/** Files that a source file reaches by relative imports; types alone leave nothing behind. */
function reach(file: string, seen = new Map<string, string>()): Map<string, string> {
  const text = readFileSync(file, 'utf8');
  if (seen.has(file)) return seen;
  seen.set(file, text);
  for (const [, kind, from] of text.matchAll(/^(import type|import|export)\s[^;]*?from '([^']+)'/gms)) {
    if (kind === 'import type' || !from.startsWith('.')) continue;
    const next = path.resolve(path.dirname(file), from.replace(/\.js$/, '.ts'));
    assert.ok(existsSync(next), `${file} imports ${from}, which is no file`);
    reach(next, seen);
  }
  return seen;
}

test('the verifier imports nothing from the solver, the families or the report, directly or by way of others', () => {
  const src = path.join(repoRoot, 'packages/plan/src');
  const own = readdirSync(path.join(src, 'verify')).map((f) => path.join(src, 'verify', f));
  assert.ok(own.length >= 4);
  const files = new Set(own.flatMap((f) => [...reach(f).keys()]));
  const rooms = new Set([...files].map((f) => path.relative(src, f).split(path.sep)[0]));
  for (const room of ['solve', 'families', 'report', 'demand', 'defaults'])
    assert.ok(!rooms.has(room), `the verifier reaches ${room}`);
  // Of the model only what declares and names the problem, nothing that computes it.
  const model = [...files].filter((f) => f.includes(`${path.sep}model${path.sep}`)).map((f) => path.basename(f));
  assert.deepEqual(model, ['canonical.ts']);
});

test('the verifier takes its queues from no other room: only the hash is shared', () => {
  const src = path.join(repoRoot, 'packages/plan/src/verify');
  for (const f of readdirSync(src)) {
    const text = readFileSync(path.join(src, f), 'utf8');
    assert.doesNotMatch(text, /from '@qipan\/(numeric|optim)'/, f);
  }
});

test('the solver does not import the verifier either', () => {
  const src = path.join(repoRoot, 'packages/plan/src');
  for (const f of readdirSync(path.join(src, 'solve')))
    for (const file of reach(path.join(src, 'solve', f)).keys())
      assert.ok(!file.includes(`${path.sep}verify${path.sep}`), `${f} reaches ${file}`);
});
