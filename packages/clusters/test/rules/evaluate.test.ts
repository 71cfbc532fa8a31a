import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  atLeastOf,
  evaluateCriterion,
  evaluateRules,
  evaluateSubject,
  everyOf,
  evidenceBySubject,
  logicOutcome,
  smeCluster2022National,
  smeClusterYunnan,
  type EvidenceRow,
  type Outcome,
  type RuleCriterion,
} from '@qipan/clusters';
import { logics } from './logics.js';

const outcomes: readonly Outcome[] = ['pass', 'fail', 'unknown'];

test('and, or and at-least follow the strong tables of Kleene: unknown only where it matters', () => {
  const number = { fail: 0, unknown: 0.5, pass: 1 } as const;
  const word = (v: number): Outcome => (v === 0 ? 'fail' : v === 1 ? 'pass' : 'unknown');
  for (const a of outcomes)
    for (const b of outcomes) {
      assert.equal(everyOf([a, b]), word(Math.min(number[a], number[b])));
      assert.equal(atLeastOf(1, [a, b]), word(Math.max(number[a], number[b])));
      for (const c of outcomes) {
        // Two of three: the middle one of the three.
        const middle = [number[a], number[b], number[c]].toSorted((x, y) => x - y)[1];
        assert.equal(atLeastOf(2, [a, b, c]), word(middle));
      }
    }
  assert.equal(everyOf([]), 'pass');
});

const base: RuleCriterion = {
  id: 'x',
  dimension: 'd',
  metric: 'm',
  window: { years: 3, of: 'each' },
  op: '>=',
  value: 10,
  unit: 'u',
  name: { en: 'x', zh: '某项' },
  evidence: 'paper',
  confirmed: false,
};
const judged = (c: Partial<RuleCriterion>, values: Readonly<Record<number, number | null>>) => {
  const rows = Object.entries(values).map(([year, value]) => ({
    subject: 's',
    metric: 'm',
    year: Number(year),
    value,
  }));
  const evidence = evidenceBySubject(rows).get('s') ?? new Map();
  const r = evaluateCriterion({ ...base, ...c }, evidence, 2024);
  return [r.outcome, r.got, r.gap] as const;
};

test('each year must pass; one known failure decides though others are missing', () => {
  assert.deepEqual(judged({}, { 2022: 10, 2023: 12, 2024: 11 }), ['pass', 10, 0]);
  assert.deepEqual(judged({}, { 2022: 10, 2023: 9.5, 2024: 11 }), ['fail', 9.5, 0.5]);
  assert.deepEqual(judged({}, { 2023: 9 }), ['fail', 9, 1]);
  assert.deepEqual(judged({}, { 2022: 10, 2023: 12 }), ['unknown', 10, 0]);
  assert.deepEqual(judged({}, { 2022: null, 2023: null, 2024: null }), ['unknown', null, null]);
});

test('any year is enough; without one, a missing year leaves it open', () => {
  const any = { window: { years: 3, of: 'any' } } as const;
  assert.deepEqual(judged(any, { 2023: 10 }), ['pass', 10, 0]);
  assert.deepEqual(judged(any, { 2022: 1, 2023: 2, 2024: 3 }), ['fail', 3, 7]);
  assert.deepEqual(judged(any, { 2022: 1, 2023: 2 }), ['unknown', 2, 8]);
});

test('sums and means want every year, the latest wants its own', () => {
  assert.deepEqual(judged({ window: { years: 2, of: 'sum' } }, { 2023: 4, 2024: 6 }), ['pass', 10, 0]);
  assert.deepEqual(judged({ window: { years: 2, of: 'sum' } }, { 2024: 60 }), ['unknown', null, null]);
  assert.deepEqual(judged({ window: { years: 2, of: 'mean' } }, { 2023: 4, 2024: 6 }), ['fail', 5, 5]);
  assert.deepEqual(judged({ window: { years: 1, of: 'last' } }, { 2023: 99 }), ['unknown', null, null]);
});

test('growth is compound over the window, and unknown from nothing', () => {
  const growth = { window: { years: 3, of: 'annualGrowth' }, value: 10, op: '>' } as const;
  const [outcome, got, gap] = judged(growth, { 2022: 100, 2023: 5, 2024: 121 });
  assert.equal(outcome, Math.abs((got ?? 0) - 10) < 1e-9 && (got ?? 0) > 10 ? 'pass' : 'fail');
  assert.ok(
    Math.abs((got ?? 0) - 10) < 1e-9 && Math.abs(gap ?? 1) < 1e-9,
    'a hundred to a hundred and twenty-one is ten a year',
  );
  assert.deepEqual(judged(growth, { 2022: 0, 2024: 50 })[0], 'unknown', 'growth from 0 is not a number');
  assert.deepEqual(judged(growth, { 2023: 50, 2024: 60 })[0], 'unknown');
  assert.equal(judged(growth, { 2022: 100, 2024: 0 })[1], -100);
});

test('every operator at its border, and the gap points to what is missing', () => {
  const one = { window: { years: 1, of: 'last' } } as const;
  const table: readonly [RuleCriterion['op'], number, Outcome, number][] = [
    ['>=', 10, 'pass', 0],
    ['>', 10, 'fail', 0],
    ['<=', 10, 'pass', 0],
    ['<', 10, 'fail', 0],
    ['==', 10, 'pass', 0],
    ['>=', 8, 'fail', 2],
    ['>', 11, 'pass', -1],
    ['<=', 12, 'fail', 2],
    ['<', 7, 'pass', -3],
    ['==', 7, 'fail', 3],
  ];
  for (const [op, v, outcome, gap] of table)
    assert.deepEqual(judged({ ...one, op }, { 2024: v }), [outcome, v, gap], `${v} ${op} 10`);
});

test('a figure without a year serves every year', () => {
  const rows: EvidenceRow[] = [{ subject: 's', metric: 'm', year: null, value: 12 }];
  const r = evaluateCriterion(base, evidenceBySubject(rows).get('s') ?? new Map(), 2024);
  assert.deepEqual([r.outcome, r.missingYears], ['pass', []]);
});

test('missing years are named', () => {
  const rows: EvidenceRow[] = [{ subject: 's', metric: 'm', year: 2023, value: 12 }];
  const r = evaluateCriterion(base, evidenceBySubject(rows).get('s') ?? new Map(), 2024);
  assert.deepEqual(r.missingYears, [2022, 2024]);
});

/** Evidence with which a cluster just passes a pack. */
function passing(output: number): EvidenceRow[] {
  const yearly = (metric: string, ...values: number[]) =>
    values.map((value, k) => ({ subject: 'A', metric, year: 2024 - values.length + 1 + k, value }));
  const vetoes = ['majorAccident', 'dataIncident', 'taxFraud'].flatMap((m) => yearly(m, 0, 0, 0));
  return [
    ...yearly('areaKm2', 100),
    ...yearly('outputYuan', output, 1.2 * output, 1.5 * output),
    ...yearly('smeOutputSharePercent', 70),
    ...yearly('leadingOutputSharePercent', 70.1),
    ...yearly('championsAndLittleGiants', 0),
    ...yearly('srdiInnovativeHighTech', 10),
    ...yearly('smeRdYuan', 100, 120, 140),
    ...yearly('platformAdoptionPercent', 15),
    ...['chainCooperation', 'green', 'openCooperation', 'governance'].flatMap((m) => yearly(m, 1)),
    ...vetoes,
  ];
}
const nation = (rows: readonly EvidenceRow[]) => evaluateRules(smeCluster2022National, rows, 2024)[0];

test('a cluster exactly at the marks passes the national pack, and is told which figures are unconfirmed', () => {
  const v = nation(passing(4e9));
  assert.equal(v.outcome, 'pass', JSON.stringify(v.criteria.filter((c) => c.outcome !== 'pass')));
  assert.deepEqual(
    v.unconfirmed,
    smeCluster2022National.criteria.map((c) => c.id),
  );
  assert.deepEqual(
    v.dimensions.map((d) => d.fail),
    [0, 1, 0, 0, 0, 0, 0, 0],
    'the failed half of an either-or stays visible',
  );
});

const spoilers: readonly [metric: string, value: number, criterion: string][] = [
  ['areaKm2', 100.01, 'area'],
  ['smeOutputSharePercent', 69.9, 'smeShare'],
  ['leadingOutputSharePercent', 70, 'leadingShare'],
  ['srdiInnovativeHighTech', 9, 'srdi'],
  ['platformAdoptionPercent', 14.9, 'platform'],
  ['green', 0, 'green'],
];
for (const [metric, value, id] of spoilers) {
  test(`${metric} of ${value} fails the national pack, and nothing known of it leaves the verdict open`, () => {
    const changed = passing(4e9).map((r) => (r.metric === metric ? { ...r, value } : r));
    const v = nation(changed);
    assert.equal(v.outcome, 'fail');
    assert.equal(v.criteria.find((c) => c.id === id)?.outcome, 'fail');
    const silent = nation(passing(4e9).filter((r) => r.metric !== metric));
    assert.equal(silent.outcome, 'unknown');
    assert.equal(silent.criteria.find((c) => c.id === id)?.gap, null);
  });
}

test('what fails the nation may pass the province', () => {
  const rows = passing(1e9);
  assert.equal(nation(rows).outcome, 'fail');
  assert.equal(evaluateRules(smeClusterYunnan, rows, 2024)[0].outcome, 'pass');
});

test('an accident within three years fails whatever else; records that are missing leave it open', () => {
  const rows = passing(4e9);
  const hit = rows.map((r) => (r.metric === 'majorAccident' && r.year === 2022 ? { ...r, value: true } : r));
  const v = nation(hit);
  assert.deepEqual([v.outcome, v.vetoes.find((x) => x.id === 'majorAccident')?.outcome], ['fail', 'pass']);
  const old = [...rows, { subject: 'A', metric: 'majorAccident', year: 2021, value: 1 }];
  assert.equal(nation(old).outcome, 'pass', 'four years back is over');
  assert.equal(nation(rows.filter((r) => r.metric !== 'taxFraud')).outcome, 'unknown');
});

test('subjects are judged apart, in the order of the evidence', () => {
  const rows = [...passing(4e9), { subject: 'B', metric: 'areaKm2', year: 2024, value: 300 }];
  const all = evaluateRules(smeCluster2022National, rows, 2024);
  assert.deepEqual(
    all.map((v) => [v.subject, v.outcome]),
    [
      ['A', 'pass'],
      ['B', 'fail'],
    ],
  );
});

test('more evidence never overturns a decided verdict, and a decided one holds for every way the unknowns may turn out', () => {
  const facts = fc.record(
    Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, fc.constantFrom(...outcomes)])),
  );
  fc.assert(
    fc.property(logics, facts, (logic, known) => {
      const now = logicOutcome(logic, (id) => known[id]);
      const open = Object.keys(known).filter((id) => known[id] === 'unknown');
      const seen = new Set<Outcome>();
      for (let mask = 0; mask < 2 ** open.length; mask++) {
        const told = { ...known };
        open.forEach((id, k) => (told[id] = (mask >> k) & 1 ? 'pass' : 'fail'));
        seen.add(logicOutcome(logic, (id) => told[id]));
      }
      assert.ok(!seen.has('unknown'), 'with everything known there is an answer');
      if (now !== 'unknown') assert.deepEqual([...seen], [now]);
    }),
    { seed: 31, numRuns: 400 },
  );
});

test('evidence and pack stay as they were', () => {
  const rows = passing(4e9);
  const before = structuredClone(rows);
  const evidence = evidenceBySubject(rows).get('A');
  assert.ok(evidence);
  evaluateSubject(smeCluster2022National, evidence, { subject: 'A', year: 2024 });
  assert.deepEqual(rows, before);
});
