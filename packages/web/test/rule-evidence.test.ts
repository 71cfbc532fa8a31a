import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleCriterionView, RulePackView } from '@qipan/server/contract';
import { linesOf, metricsOf, typedRows } from '../src/pages/clusters/rules/evidence.js';
import { isYesNo, unitWord } from '../src/pages/clusters/rules/unit-word.js';

const criterion = (id: string, metric: string, years: number): RuleCriterionView => ({
  id,
  dimension: 'd',
  metric,
  window: { years, of: 'each' },
  op: '>=',
  value: 1,
  unit: 'yuan',
  name: { en: id, zh: id },
  evidence: 'paper',
  confirmed: false,
});
const pack: RulePackView = {
  id: 'p',
  version: '1',
  name: { en: 'p', zh: '包' },
  source: 's',
  dimensions: [],
  criteria: [criterion('a', 'output', 1), criterion('b', 'output', 3), criterion('c', 'area', 1)],
  vetoes: [criterion('v', 'accident', 2)],
  validYears: null,
};
const complaint = (n: number) => `line ${n}`;

test('the form asks for each metric once, as far back as the longest window', () => {
  assert.deepEqual(
    metricsOf(pack).map((m) => [m.metric, m.years]),
    [
      ['output', 3],
      ['area', 1],
      ['accident', 2],
    ],
  );
});

test('an empty field is unknown, never 0, and an empty form is no evidence', () => {
  const rows = typedRows(metricsOf(pack), {
    subject: 'A',
    year: 2024,
    values: { 'output 2023': '0', 'area 2024': ' 5.5 ' },
  });
  assert.equal(rows.length, 6);
  const value = (metric: string, year: number) => rows.find((r) => r.metric === metric && r.year === year)?.value;
  assert.deepEqual(
    [value('output', 2023), value('output', 2024), value('area', 2024), value('accident', 2023)],
    [0, null, 5.5, null],
  );
  assert.deepEqual(typedRows(metricsOf(pack), { subject: 'A', year: 2024, values: {} }), []);
});

test('pasted lines may be parted by commas or tabs, with a heading, without a year, without a value', () => {
  assert.deepEqual(
    linesOf('subject,metric,year,value\nA, output ,2024, 4.2e9\n\nB\tarea\t\t3\nC，area，2023，', complaint),
    [
      { subject: 'A', metric: 'output', year: 2024, value: 4.2e9 },
      { subject: 'B', metric: 'area', year: null, value: 3 },
      { subject: 'C', metric: 'area', year: 2023, value: null },
    ],
  );
});

test('the first line that is none is complained about by its number', () => {
  for (const [text, n] of [
    ['A,output,2024,many', 1],
    ['A,output,2024,1\nA,,2024,1', 2],
    ['A,output,24,1', 1],
    ['A,output,2024,1,2', 1],
  ] as const)
    assert.throws(() => linesOf(text, complaint), { message: `line ${n}` });
});

test('units of the shipped packs have words, others stand as they came', () => {
  assert.equal(unitWord('firms').zh, '家');
  assert.deepEqual(unitWord('tce'), { en: 'tce', zh: 'tce' });
  assert.ok(isYesNo('yes = 1') && !isYesNo('%'));
});
