import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  advancedClusterMonitoring,
  criteriaIn,
  echelon2022,
  readRulePack,
  smeCluster2022National,
  smeClusterYunnan,
  type RulePack,
} from '@qipan/clusters';

/** A pack as a province would write it: JSON and nothing else. */
export const county = (): Record<string, unknown> => ({
  id: 'county-park',
  version: '1',
  name: { en: 'County park', zh: '县级园区' },
  source: 'an example',
  dimensions: [
    { id: 'size', name: { en: 'size', zh: '规模' } },
    { id: 'care', name: { en: 'care', zh: '治理' } },
  ],
  criteria: [
    criterion('output', { metric: 'outputYuan', window: { years: 2, of: 'each' }, op: '>=', value: 100 }),
    criterion('firms', { metric: 'firms', op: '>', value: 10 }),
    criterion('area', { metric: 'areaKm2', op: '<=', value: 5 }),
  ],
  logic: { atLeast: 2, of: ['output', 'firms', { anyOf: ['area'] }] },
  vetoes: [
    criterion('accident', {
      metric: 'accident',
      dimension: 'care',
      window: { years: 3, of: 'any' },
      op: '==',
      value: 1,
    }),
  ],
  validYears: 3,
});

function criterion(id: string, more: Record<string, unknown>): Record<string, unknown> {
  return {
    id,
    dimension: 'size',
    window: { years: 1, of: 'last' },
    unit: 'u',
    name: { en: id, zh: id },
    evidence: 'paper',
    confirmed: true,
    ...more,
  };
}

const shipped: readonly RulePack[] = [
  smeCluster2022National,
  smeClusterYunnan,
  ...echelon2022.rungs.map((r) => r.pack),
];

test('a pack is data: through JSON and back it is the same pack', () => {
  for (const pack of shipped) assert.deepEqual(readRulePack(JSON.parse(JSON.stringify(pack))), pack);
  const own = county();
  assert.deepEqual(readRulePack(own), own);
});

const set = (path: readonly (string | number)[], value: unknown): unknown => {
  const root = structuredClone(county()) as Record<string | number, unknown>;
  let at = root;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) as string] = value;
  return root;
};

const wrong: readonly [path: readonly (string | number)[], value: unknown, code: string, message: RegExp][] = [
  [['id'], '', 'BAD_INPUT', /pack\.id is ""; expected a text/],
  [['version'], 2, 'BAD_INPUT', /pack\.version is 2; expected a text/],
  [['name'], { en: 'x' }, 'BAD_INPUT', /name\.zh is missing; expected a text/],
  [['source'], undefined, 'BAD_INPUT', /pack\.source is missing/],
  [['dimensions'], {}, 'BAD_INPUT', /dimensions is {}; expected a list/],
  [['dimensions', 0], 'size', 'BAD_INPUT', /dimensions\[0\] is "size"; expected an object/],
  [['criteria', 1, 'op'], '≥', 'BAD_INPUT', /criteria\[1\]\.op is "≥"; expected >=, >, <=, <, ==/],
  [['criteria', 1, 'value'], '10', 'BAD_INPUT', /criteria\[1\]\.value is "10"; expected a number/],
  [['criteria', 1, 'value'], Number.NaN, 'BAD_INPUT', /expected a number/],
  [
    ['criteria', 0, 'window', 'years'],
    0,
    'BAD_INPUT',
    /criteria\[0\]\.window\.years is 0; expected a whole number from 1 to 20/,
  ],
  [['criteria', 0, 'window', 'of'], 'all', 'BAD_INPUT', /criteria\[0\]\.window\.of is "all"/],
  [['criteria', 1, 'window'], { years: 1, of: 'annualGrowth' }, 'BAD_INPUT', /two years at least for a growth/],
  [['criteria', 2, 'confirmed'], 'yes', 'BAD_INPUT', /criteria\[2\]\.confirmed is "yes"; expected true or false/],
  [['criteria', 2, 'metric'], ' ', 'BAD_INPUT', /criteria\[2\]\.metric/],
  [['criteria', 2, 'id'], 'output', 'DUPLICATE_ID', /criterion output stands twice/],
  [['vetoes', 0, 'id'], 'firms', 'DUPLICATE_ID', /criterion firms stands twice/],
  [['criteria', 0, 'dimension'], 'sise', 'UNKNOWN_REFERENCE', /dimension sise, which is not declared/],
  [['logic'], { allOf: ['output', 'jobs'] }, 'UNKNOWN_REFERENCE', /the logic names jobs, which no criterion is/],
  [['logic'], { allOf: [] }, 'BAD_INPUT', /logic\.allOf is \[\]; expected one part at least/],
  [
    ['logic'],
    { atLeast: 3, of: ['output', 'firms'] },
    'BAD_INPUT',
    /logic\.atLeast is 3; expected a whole number from 1 to 2/,
  ],
  [['logic'], { noneOf: ['output'] }, 'BAD_INPUT', /expected the id of a criterion, allOf, anyOf, or atLeast with of/],
  [['logic'], 7, 'BAD_INPUT', /logic is 7; expected an object/],
  [['validYears'], 'three', 'BAD_INPUT', /pack\.validYears is "three"/],
  [['vetoes'], undefined, 'BAD_INPUT', /vetoes is missing; expected a list/],
  [['note'], 'text', 'BAD_INPUT', /note is "text"; expected an object/],
];

for (const [path, value, code, message] of wrong) {
  test(`a pack whose ${path.join('.')} is ${JSON.stringify(value) ?? 'missing'} is refused by its path`, () => {
    assert.throws(() => readRulePack(set(path, value)), { code, message });
  });
}

test('what is no object at all is refused too', () => {
  for (const value of [null, 3, 'pack', []]) assert.throws(() => readRulePack(value), { code: 'BAD_INPUT' });
  const open = set(['validYears'], null);
  assert.equal(readRulePack(open).validYears, null, 'an unknown validity is null, not 0');
});

test('no shipped figure claims to be confirmed, and each pack names its source', () => {
  for (const pack of shipped) {
    assert.ok(
      [...pack.criteria, ...pack.vetoes].every((c) => !c.confirmed),
      pack.id,
    );
    assert.match(pack.source, /办法/);
    assert.deepEqual(
      pack.criteria.map((c) => c.id).filter((id) => !criteriaIn(pack.logic).includes(id)),
      [],
      `${pack.id}: a criterion that the logic never asks`,
    );
    for (const c of [...pack.criteria, ...pack.vetoes]) assert.ok(c.name.en && /[\u4e00-\u9fff]/.test(c.name.zh), c.id);
  }
  assert.ok(advancedClusterMonitoring.indicators.every((i) => i.confirmed === false && i.weight === 1));
});

test('the national pack has eight dimensions and its variant the same ones with lower marks', () => {
  assert.equal(smeCluster2022National.dimensions.length, 8);
  assert.deepEqual(smeClusterYunnan.dimensions, smeCluster2022National.dimensions);
  const marks = (pack: RulePack) => Object.fromEntries(pack.criteria.map((c) => [c.id, c.value]));
  const [nation, yunnan] = [marks(smeCluster2022National), marks(smeClusterYunnan)];
  assert.deepEqual(
    ['output', 'smeShare', 'leadingShare', 'growth', 'champions', 'srdi', 'rdGrowth', 'platform'].map((id) => [
      nation[id],
      yunnan[id],
    ]),
    [
      [4e9, 1e9],
      [70, 50],
      [70, 60],
      [10, 3],
      [1, 1],
      [10, 3],
      [10, 5],
      [15, 10],
    ],
  );
  assert.equal(smeCluster2022National.validYears, 3);
  assert.equal(smeCluster2022National.vetoes.length, 3);
});
