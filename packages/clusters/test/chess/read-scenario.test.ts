import assert from 'node:assert/strict';
import test from 'node:test';
import { isQipanError, rowSchema } from '@qipan/base';
import {
  chessTables,
  coordinate,
  defaultChessWeights,
  readScenario,
  scenarioFromJson,
  scenarioOf,
  syntheticBoard,
  type ScenarioFile,
} from '@qipan/clusters';
import { engine, randomBoard } from './boards.js';

const small: ScenarioFile = {
  name: 'two counties',
  unit: 'CNY/year',
  dataLevel: 'estimated',
  tables: {
    regions: [
      { code: 'A', name: '甲县', slots: 1, zone: 'north', province: 'P', isLagging: '是', lon: 107, lat: 30 },
      { code: 'B', slots: 2, minSlots: 1, zone: 'south' },
    ],
    industries: [
      { code: '15', name: '酒', marketRoom: 2 },
      { code: '38', link: 'motor' },
    ],
    candidates: [
      { region: 'B', industry: '38', probability: 0.5, value: 4 },
      { region: 'A', industry: '15', probability: '0.25', value: '1,000', cost: 5, size: 2 },
    ],
    wishes: [
      { region: 'A', industry: '15', plannedCapacity: 3, source: 'plan 1' },
      { region: 'A', industry: '15', plannedCapacity: 2, source: 'plan 2' },
    ],
    links: [{ code: 'motor', need: 2 }],
    existing: [{ link: 'motor', zone: 'coast', capacity: 1.5 }],
    provinces: [{ code: 'P', budget: 9 }],
  },
};

test('a scenario becomes a board: codes are numbers, blanks are what the tables say, pairs are in order', () => {
  const d = scenarioFromJson(small, 'small.json');
  assert.deepEqual([...d.regions.code], ['A', 'B']);
  assert.deepEqual([...d.regions.name], ['甲县', 'B']);
  assert.deepEqual([...d.pairs.region], [0, 1]);
  assert.deepEqual([...d.pairs.industry], [0, 1]);
  assert.deepEqual([...d.pairs.value], [1000, 4]);
  assert.deepEqual([...d.pairs.size], [2, 1]);
  assert.deepEqual([...d.pairs.cost], [5, 0]);
  assert.deepEqual([...d.pairs.isWish], [1, 0]);
  assert.equal(d.pairs.plannedCapacity[0], 5, 'two plans for one thing add up');
  assert.ok(Number.isNaN(d.pairs.plannedCapacity[1]) && Number.isNaN(d.pairs.relatedness[0]));
  assert.deepEqual([...d.regions.isLagging], [1, 0]);
  assert.deepEqual([...d.regions.minSlots], [0, 1]);
  assert.deepEqual([...d.regions.province], [0, -1]);
  assert.deepEqual(d.zones, ['north', 'south', 'coast']);
  assert.deepEqual([...d.links.existing], [0, 0, 1.5]);
  assert.deepEqual([...d.links.maxZoneShare], [1]);
  assert.deepEqual([...d.industries.link], [-1, 0]);
  assert.deepEqual([...d.industries.marketRoom], [2, Infinity]);
  assert.deepEqual(d.weights, defaultChessWeights);
  assert.equal(d.rules.nationBudget, null);
  assert.equal(coordinate(d, engine).status, 'optimal');
});

type Tables = NonNullable<ScenarioFile['tables']>;

/** Reads the small scenario with one table changed and gives the error. */
function refusal(change: Partial<ScenarioFile> | { tables: Partial<Tables> }) {
  const tables = { ...small.tables, ...(change as { tables?: Partial<Tables> }).tables };
  try {
    scenarioFromJson({ ...small, ...change, tables }, 'small.json');
  } catch (e) {
    assert.ok(isQipanError(e), String(e));
    return e;
  }
  return assert.fail('it was read');
}

test('a wrong cell is named with table, row, column, got and expected', () => {
  const cases: [Partial<Tables>, string, Record<string, unknown>][] = [
    [
      { candidates: [{ region: 'A', industry: '15', probability: 1.2, value: 1 }] },
      'BAD_CELL',
      { file: 'small.json candidates', row: 1, column: 'probability', got: 1.2, expected: 'a number from 0 to 1' },
    ],
    [
      { candidates: [{ region: 'A', industry: '15', probability: 0.2, value: -1 }] },
      'BAD_CELL',
      { column: 'value', got: -1 },
    ],
    [{ candidates: [{ region: 'A', industry: '15', probability: 0.2 }] }, 'MISSING_COLUMN', { column: 'value' }],
    [
      { candidates: [{ region: 'X', industry: '15', probability: 0.2, value: 1 }] },
      'UNKNOWN_CODE',
      { row: 1, column: 'region', got: 'X', expected: 'a code of regions' },
    ],
    [
      { wishes: [{ region: 'B', industry: '15' }] },
      'UNKNOWN_REFERENCE',
      { file: 'small.json wishes', row: 1, column: 'industry', got: '15' },
    ],
    [
      {
        candidates: [
          { region: 'A', industry: '15', probability: 0.2, value: 1 },
          { region: 'A', industry: '15', probability: 0.3, value: 1 },
        ],
        wishes: [],
      },
      'DUPLICATE_CELL',
      { row: 2, expected: 'one row a region and industry; row 1 is the same' },
    ],
    [
      { industries: [{ code: '15' }, { code: '38', link: 'wheel' }] },
      'UNKNOWN_CODE',
      { row: 2, column: 'link', got: 'wheel' },
    ],
    [
      {
        regions: [
          { code: 'A', slots: 1 },
          { code: 'A', slots: 2 },
        ],
      },
      'DUPLICATE_ID',
      { row: 2, column: 'code' },
    ],
    [
      {
        regions: [
          { code: 'A', slots: 1, minSlots: 2 },
          { code: 'B', slots: 2 },
        ],
      },
      'OUT_OF_RANGE',
      { row: 1, got: 2, expected: 'at most slots = 1' },
    ],
    [
      {
        regions: [
          { code: 'A', slots: 1.5 },
          { code: 'B', slots: 2 },
        ],
      },
      'BAD_CELL',
      { row: 1, column: 'slots' },
    ],
    [{ prerequisites: [{ industry: '15', needs: '15' }] }, 'BAD_CELL', { column: 'needs' }],
    [{ prerequisites: [{ industry: '15', needs: '99' }] }, 'UNKNOWN_CODE', { column: 'needs', got: '99' }],
    [
      { colocations: [{ region: 'A', first: '15', second: '38', bonus: 1 }] },
      'UNKNOWN_REFERENCE',
      { column: 'second' },
    ],
    [{ existing: [{ link: 'wheel', zone: 'north', capacity: 1 }] }, 'UNKNOWN_CODE', { column: 'link' }],
  ];
  for (const [tables, code, details] of cases) {
    const e = refusal({ tables });
    assert.equal(e.code, code, e.message);
    for (const [name, expected] of Object.entries(details))
      assert.deepEqual(e.details[name], expected, `${code} ${name}`);
  }
});

test('all problems are listed, not the first alone', () => {
  const e = refusal({
    tables: {
      candidates: ['X', 'Y', 'Z'].map((region) => ({ region, industry: '15', probability: 0.1, value: 1 })),
      wishes: [],
    },
  });
  assert.equal(e.details.issues?.length, 3);
  assert.match(e.message, /and 2 more/);
});

test('a head that is wrong names its field', () => {
  const cases: [Partial<ScenarioFile>, string][] = [
    [{ weights: { overflow: -1 } }, 'weights.overflow'],
    [{ weights: { overflo: 1 } }, 'weights.overflo'],
    [{ weights: { refusal: 'hard' } }, 'weights.refusal'],
    [{ rules: { equityShare: 2 } }, 'rules.equityShare'],
    [{ rules: { nationBudget: 'much' } }, 'rules.nationBudget'],
    [{ rules: { budget: 1 } }, 'rules.budget'],
    [{ rules: { stages: [{ share: 0.5 }, { share: 0.4 }] } }, 'rules.stages'],
    [{ rules: { stages: [] } }, 'rules.stages'],
    [{ dataLevel: 'guessed' as never }, 'dataLevel'],
  ];
  for (const [change, field] of cases) {
    const e = refusal(change);
    assert.equal(e.code, 'BAD_INPUT');
    assert.equal(e.details.field, field);
  }
  assert.equal(refusal({ tables: { moves: [] } as never }).details.field, 'tables.moves');
  assert.equal(refusal({ tables: { regions: 'A' } as never }).details.field, 'tables.regions');
});

test('weights may be hard, and are then limits', () => {
  const d = scenarioFromJson({ ...small, weights: { overflow: 'hard', refusal: 0.2 } }, 'small.json');
  assert.equal(d.weights.overflow, Infinity);
  assert.equal(d.weights.refusal, 0.2);
  assert.equal(d.weights.shortfall, defaultChessWeights.shortfall);
});

test('what is no scenario is refused, and so is one without its needed tables', () => {
  for (const json of [null, [], 'text', {}, { tables: 3 }])
    assert.throws(() => scenarioFromJson(json, 'x.json'), { code: 'BAD_FILE' }, JSON.stringify(json));
  for (const name of ['regions', 'industries', 'candidates'] as const) {
    const tables = { ...small.tables };
    delete tables[name];
    assert.throws(() => scenarioFromJson({ ...small, tables }, 'x.json'), { code: 'INCOMPLETE_TABLE' });
  }
});

test('sheets of a folder read like the file, with the rows of the sheets', () => {
  const sheet = (file: string, header: string[], ...rows: unknown[][]) => ({ file, header, rows });
  const d = readScenario(
    { name: 'folder' },
    {
      regions: sheet('regions.csv', ['地区代码', '名称', 'slots'], ['A', '甲', '2']),
      industries: sheet('industries.csv', ['code'], ['15']),
      candidates: sheet('candidates.csv', ['region', 'industry', 'probability', 'value'], ['A', '15', '0.5', '2']),
    },
  );
  assert.equal(d.regions.name[0], '甲');
  const bad = sheet('candidates.csv', ['region', 'industry', 'probability', 'value'], ['A', '15', 'many', '2']);
  assert.throws(
    () =>
      readScenario(
        {},
        {
          regions: sheet('regions.csv', ['code', 'slots'], ['A', 2]),
          industries: sheet('industries.csv', ['code'], ['15']),
          candidates: bad,
        },
      ),
    (e) => isQipanError(e) && e.details.row === 2 && e.details.file === 'candidates.csv' && e.details.got === 'many',
  );
});

test('a board written as a scenario reads back to the same board and the same optimum', () => {
  for (const d of [
    syntheticBoard({ regions: 12, industries: 30, seed: 4 }),
    ...[11, 12, 13].map((seed) => randomBoard(seed)),
  ]) {
    const back = scenarioFromJson(JSON.parse(JSON.stringify(scenarioOf(d))), 'back.json');
    assert.deepEqual(back.pairs, d.pairs);
    assert.deepEqual(back.industries, d.industries);
    assert.deepEqual(back.weights, d.weights);
    assert.deepEqual(back.rules, d.rules);
    assert.deepEqual(back.colocations, d.colocations);
    assert.deepEqual([...back.regions.slots], [...d.regions.slots]);
    assert.deepEqual([...back.provinces.budget], [...d.provinces.budget]);
    const [a, b] = [d, back].map((x) => coordinate(x, engine, { gap: 1e-6 }));
    assert.equal(a.status, b.status);
    if (a.plan) assert.ok(Math.abs(a.value - b.value) <= 1e-5 * Math.abs(a.value) + 1e-9);
  }
});

test('every table is declared in both languages and gives a schema', () => {
  for (const [name, table] of Object.entries(chessTables)) {
    assert.match(table.name, /^chess[A-Z]/, name);
    const schema = rowSchema(table) as { required: string[] };
    assert.ok(schema.required.length > 0);
    for (const c of table.columns) {
      assert.match(c.description.zh, /[\u4e00-\u9fff]/, `${name}.${c.name}`);
      assert.ok(c.description.en.length > 3);
    }
  }
});
