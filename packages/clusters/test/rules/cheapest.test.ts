import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cheapestChange,
  criteriaIn,
  evaluateRules,
  logicOutcome,
  smeCluster2022National,
  type CriterionResult,
  type EvidenceRow,
  type Outcome,
  type RuleLogic,
  type RulePack,
  type RuleVerdict,
} from '@qipan/clusters';
import { logics } from './logics.js';

const packOf = (logic: RuleLogic): RulePack => ({
  id: 'p',
  version: '1',
  name: { en: 'p', zh: '包' },
  source: 'an example',
  dimensions: [],
  criteria: [],
  logic,
  vetoes: [],
  validYears: null,
});

const resultOf = (id: string, outcome: Outcome, gap: number | null): CriterionResult => ({
  id,
  outcome,
  got: gap,
  op: '>=',
  threshold: 1,
  unit: 'u',
  gap,
  relativeGap: gap,
  missingYears: [],
  confirmed: false,
});

function verdictOf(
  logic: RuleLogic,
  results: readonly CriterionResult[],
  vetoes: readonly CriterionResult[] = [],
): RuleVerdict {
  const by = new Map(results.map((r) => [r.id, r.outcome]));
  return {
    pack: 'p',
    version: '1',
    subject: 's',
    year: 2024,
    outcome: logicOutcome(logic, (id) => by.get(id) as Outcome),
    criteria: results,
    vetoes,
    dimensions: [],
    unconfirmed: [],
  };
}

const ids = ['a', 'b', 'c', 'd', 'e'];
const costs = fc.tuple(...ids.map(() => fc.integer({ min: 0, max: 9 })));
const facts = fc.tuple(...ids.map(() => fc.constantFrom<Outcome>('pass', 'fail', 'unknown')));

test('no set of criteria is cheaper: every subset was tried', () => {
  fc.assert(
    fc.property(logics, facts, costs, (logic, outcome, cost) => {
      const results = ids.map((id, k) => resultOf(id, outcome[k], outcome[k] === 'unknown' ? null : 1));
      const price = new Map(ids.map((id, k) => [id, cost[k] / 10]));
      const verdict = verdictOf(logic, results);
      const got = cheapestChange(packOf(logic), verdict, { cost: price });
      const open = ids.filter((_, k) => outcome[k] !== 'pass');
      let best = Number.POSITIVE_INFINITY;
      for (let mask = 0; mask < 2 ** open.length; mask++) {
        const chosen = open.filter((_, k) => (mask >> k) & 1);
        const turned = (id: string): Outcome => (chosen.includes(id) ? 'pass' : outcome[ids.indexOf(id)]);
        if (logicOutcome(logic, turned) === 'pass')
          best = Math.min(
            best,
            chosen.reduce((s, id) => s + (price.get(id) as number), 0),
          );
      }
      if (verdict.outcome === 'pass') assert.equal(got.status, 'already');
      else {
        assert.equal(got.status, 'found');
        assert.ok(Math.abs(got.cost - best) < 1e-12, `${got.cost} for ${best}`);
        const chosen = new Set(got.changes.map((c) => c.id));
        const then = logicOutcome(logic, (id) => (chosen.has(id) ? 'pass' : outcome[ids.indexOf(id)]));
        assert.equal(then, 'pass', 'and the set does change the verdict');
        assert.ok(got.changes.every((c) => outcome[ids.indexOf(c.id)] !== 'pass'));
      }
    }),
    { seed: 37, numRuns: 400 },
  );
});

test('a criterion that cannot be changed is worked around, or blocks', () => {
  const logic: RuleLogic = { anyOf: ['a', { allOf: ['b', 'c'] }] };
  const results = ['a', 'b', 'c'].map((id) => resultOf(id, 'fail', 1));
  const verdict = verdictOf(logic, results);
  const free = cheapestChange(packOf(logic), verdict);
  assert.deepEqual(
    free.changes.map((c) => c.id),
    ['a'],
  );
  const fixed = cheapestChange(packOf(logic), verdict, { cost: new Map([['a', Number.POSITIVE_INFINITY]]) });
  assert.deepEqual([fixed.changes.map((c) => c.id), fixed.cost], [['b', 'c'], 2]);
  const never = cheapestChange(packOf(logic), verdict, {
    cost: new Map([
      ['a', Number.POSITIVE_INFINITY],
      ['c', Number.POSITIVE_INFINITY],
    ]),
  });
  assert.deepEqual([never.status, never.changes], ['blocked', []]);
});

test('a criterion used twice is paid once', () => {
  const logic: RuleLogic = { allOf: [{ anyOf: ['a', 'b'] }, { anyOf: ['a', 'c'] }] };
  const results = ['a', 'b', 'c'].map((id) => resultOf(id, 'fail', 1));
  const cost = new Map([
    ['a', 3],
    ['b', 2],
    ['c', 2],
  ]);
  const got = cheapestChange(packOf(logic), verdictOf(logic, results), { cost });
  assert.deepEqual([got.changes.map((c) => c.id), got.cost], [['a'], 3]);
});

test('evidence that is missing costs less than an improvement, and says which it is', () => {
  const logic: RuleLogic = { anyOf: ['a', 'b'] };
  const results = [resultOf('a', 'unknown', null), resultOf('b', 'fail', 0.5)];
  const got = cheapestChange(packOf(logic), verdictOf(logic, results));
  assert.deepEqual(got.changes, [{ id: 'a', kind: 'evidence', gap: null, unit: 'u', cost: 0.05 }]);
  const dear = cheapestChange(packOf(logic), verdictOf(logic, results), { evidenceCost: 2 });
  assert.deepEqual([dear.changes[0].id, dear.changes[0].kind, dear.changes[0].gap], ['b', 'improve', 0.5]);
});

test('a veto that happened blocks, one that is not known asks for evidence', () => {
  const results = [resultOf('a', 'fail', 1)];
  const veto = (outcome: Outcome) => ({
    ...verdictOf('a', results, [resultOf('v', outcome, null)]),
    outcome: 'fail' as const,
  });
  const hit = cheapestChange(packOf('a'), veto('pass'));
  assert.deepEqual([hit.status, hit.blockedBy], ['blocked', ['v']]);
  const open = cheapestChange(packOf('a'), veto('unknown'));
  assert.deepEqual(
    open.changes.map((c) => [c.id, c.kind]),
    [
      ['a', 'improve'],
      ['v', 'evidence'],
    ],
  );
  assert.ok(Math.abs(open.cost - 1.05) < 1e-12);
});

test('a criterion that misses by nothing (a strict mark reached exactly) still is a change', () => {
  const got = cheapestChange(packOf('a'), verdictOf('a', [resultOf('a', 'fail', 0)]));
  assert.deepEqual([got.status, got.changes[0].gap], ['found', 0]);
  assert.ok(got.cost > 0);
});

test('a negative cost is refused', () => {
  const verdict = verdictOf('a', [resultOf('a', 'fail', 1)]);
  assert.throws(() => cheapestChange(packOf('a'), verdict, { cost: new Map([['a', -1]]) }), { code: 'OUT_OF_RANGE' });
});

test('long lists stay small: all of forty, and twenty of forty', () => {
  const many = Array.from({ length: 40 }, (_, k) => `c${k}`);
  const results = many.map((id, k) => resultOf(id, 'fail', k + 1));
  const all = cheapestChange(packOf({ allOf: many }), verdictOf({ allOf: many }, results));
  assert.equal(all.cost, 820);
  const half: RuleLogic = { atLeast: 20, of: many };
  const cheapest = cheapestChange(packOf(half), verdictOf(half, results));
  assert.equal(cheapest.cost, 210);
  assert.equal(criteriaIn(half).length, 40);
});

test('on the national pack the cheapest way takes the nearer half of an either-or', () => {
  const rows: EvidenceRow[] = [
    { subject: 'A', metric: 'championsAndLittleGiants', year: 2024, value: 0 },
    { subject: 'A', metric: 'srdiInnovativeHighTech', year: 2024, value: 9 },
    { subject: 'A', metric: 'areaKm2', year: 2024, value: 120 },
  ];
  const [verdict] = evaluateRules(smeCluster2022National, rows, 2024);
  const got = cheapestChange(smeCluster2022National, verdict);
  const improve = got.changes.filter((c) => c.kind === 'improve');
  assert.deepEqual(
    improve.map((c) => [c.id, c.gap]),
    [
      ['area', 20],
      ['srdi', 1],
    ],
  );
  assert.ok(got.changes.filter((c) => c.kind === 'evidence').length === 13, 'all else is a matter of evidence');
});
