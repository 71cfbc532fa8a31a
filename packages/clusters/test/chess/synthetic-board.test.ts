import assert from 'node:assert/strict';
import test from 'node:test';
import { baselines, coordinate, readScenario, scenarioFromJson, scenarioOf, syntheticBoard } from '@qipan/clusters';
import { factWords, type RuleFact } from '../../src/chess/explain-words.js';
import { familyWords } from '../../src/chess/families.js';
import { pairStarts } from '../../src/chess/data.js';
import { board, engine, withLink } from './boards.js';

const options = { regions: 50, industries: 90, seed: 3 };
const d = syntheticBoard(options);

test('the same options give the same board, another seed another one', () => {
  assert.deepEqual(syntheticBoard(options), d);
  assert.notDeepEqual(syntheticBoard({ ...options, seed: 4 }).pairs.probability, d.pairs.probability);
});

test('it says that it is made up', () => {
  assert.equal(d.dataLevel, 'synthetic');
  assert.ok(d.sources.length > 0);
});

test('pairs are sorted, stand once, and keep the ranges that their columns declare', () => {
  const { pairs } = d;
  const seen = new Set<string>();
  for (let k = 0; k < pairs.region.length; k++) {
    seen.add(`${pairs.region[k]}:${pairs.industry[k]}`);
    if (k > 0) {
      const before = pairs.region[k - 1]! * 1e6 + pairs.industry[k - 1]!;
      assert.ok(before < pairs.region[k]! * 1e6 + pairs.industry[k]!);
    }
    assert.ok(pairs.probability[k]! > 0 && pairs.probability[k]! < 1);
    assert.ok(pairs.value[k]! >= 0 && pairs.value[k]! <= 6, 'complexity points clipped to ±3, counted from 0');
    assert.ok(pairs.cost[k]! > 0 && pairs.footprint[k]! > 0 && pairs.size[k]! > 0);
    assert.equal(
      Number.isNaN(pairs.plannedCapacity[k]!),
      pairs.isWish[k] === 0,
      'a plan has a capacity, others have none',
    );
  }
  assert.equal(seen.size, pairs.region.length);
  assert.equal(pairStarts(d).at(-1), pairs.region.length);
});

test('every region has at least its asked number of absent industries, and four to eight wishes of its own', () => {
  const start = pairStarts(d);
  for (let r = 0; r < 50; r++) {
    const own = Array.from({ length: start[r + 1]! - start[r]! }, (_, k) => start[r]! + k);
    assert.ok(own.filter((k) => d.pairs.isPresent[k] === 0).length >= 18, `region ${r}`);
    const wishes = own.filter((k) => d.pairs.isWish[k] === 1).length;
    assert.ok(wishes >= 4 && wishes <= 8, `region ${r} has ${wishes} wishes`);
  }
});

test('plans pile up: some industry is wished for by more regions than its market has room for', () => {
  const asked = new Float64Array(90);
  d.pairs.isWish.forEach((w, k) => {
    if (w === 1) asked[d.pairs.industry[k]!]! += d.pairs.plannedCapacity[k]!;
  });
  assert.ok(asked.some((x, i) => x > d.industries.marketRoom[i]!));
});

test('all pairs may be asked for', () => {
  const all = syntheticBoard({ ...options, perRegion: 'all' });
  assert.ok(all.pairs.region.length > 0.9 * 50 * 90);
});

test('a board survives being written as a scenario and read again, figure by figure', () => {
  const text = JSON.stringify(scenarioOf(d));
  const back = scenarioFromJson(JSON.parse(text), 'board.json');
  assert.deepEqual(back.pairs, d.pairs);
  assert.deepEqual([back.rules, back.weights], [d.rules, d.weights]);
  // Zones and provinces are numbered in the order of their first mention: what is written again must be the same.
  const sorted = (file: ReturnType<typeof scenarioOf>) =>
    Object.fromEntries(
      Object.entries(file.tables).map(([name, rows]) => [name, rows.map((r) => JSON.stringify(r)).sort()]),
    );
  assert.deepEqual(sorted(scenarioOf(back)), sorted(scenarioOf(d)));
  const [one, two] = [d, back].map((x) => coordinate(x, engine, { gap: 0.01, seed: 1 }));
  assert.equal(one!.value, two!.value);
});

test('sheets of a folder read like the tables of the file', () => {
  const file = scenarioOf(d);
  const sheets = Object.fromEntries(
    Object.entries(file.tables).map(([name, rows]) => {
      const header = [...new Set(rows.flatMap((r) => Object.keys(r)))];
      return [
        name,
        {
          file: `${name}.csv`,
          header,
          rows: rows.map((r) => header.map((h) => r[h] ?? '')),
          rowNumbers: rows.map((_, k) => k + 2),
        },
      ];
    }),
  );
  const { tables: _, ...head } = file;
  assert.deepEqual(readScenario(head, sheets as never).pairs, d.pairs);
});

test('baselines by hand: own best, quadrant, greedy, least effort, as written', () => {
  const hand = board(
    2,
    3,
    [
      { r: 0, i: 0, p: 0.9, v: 2, k: 5 },
      { r: 0, i: 1, p: 0.5, v: 6, k: 5, wish: 2 },
      { r: 0, i: 2, p: 0.1, v: 9, k: 5 },
      { r: 1, i: 0, p: 0.8, v: 2, k: 5 },
      { r: 1, i: 1, p: 0.6, v: 6, k: 5 },
      { r: 1, i: 2, p: 0.2, v: 1, k: 5, present: true },
    ],
    {
      rules: {
        nationBudget: 5,
        equityShare: 0,
        footprintLimit: null,
        supplierKm: 0,
        stages: [{ share: 1, budget: null }],
      },
    },
  );
  const slots = { ...hand, regions: { ...hand.regions, slots: Float64Array.of(1, 1) } };
  const focus = Object.fromEntries(baselines(slots, engine).map((b) => [b.name, Array.from(b.plan.focus).join('')]));
  // p·v: 1.8, 3.0, 0.9 | 1.6, 3.6, and what stands without a plan is no new move.
  assert.equal(focus['ownBest'], '010010');
  assert.equal(focus['greedy'], '000010', 'the money reaches for the best of the nation only');
  assert.equal(
    focus['quadrant'],
    '010000',
    'at least the medians: fit 0.5 and value 6; in region 1 the fit 0.8 is not reached',
  );
  assert.equal(focus['asWritten'], '010000');
  // Target 80 % of 9 in region 0: 7.2 = 6a + 9b with a + b ≤ 1 at least effort 0.5a + 0.9b gives a = 0.6, b = 0.4.
  assert.equal(focus['complexityCost'], '010010');
});

test('as written plans bring the capacities that are written', () => {
  const hand = board(1, 1, [{ r: 0, i: 0, wish: 2.5, mu: 1 }]);
  const written = baselines(hand, engine).find((b) => b.name === 'asWritten')!;
  assert.deepEqual(Array.from(written.plan.size!), [2.5]);
});

/** One fact of every family on a board that has them all. */
const facts: RuleFact[] = [
  { family: 'marketRoom', at: { industry: 0 }, used: 11, own: 1, lower: -Infinity, upper: 11, pairs: [0, 2] },
  { family: 'slots', at: { region: 0 }, used: 2, own: 1, lower: 0, upper: 2, pairs: [0, 1] },
  { family: 'budget', at: {}, used: 4.2e8, own: 3e7, lower: -Infinity, upper: 4.5e8, pairs: [] },
  { family: 'budget', at: { province: 0 }, used: 10, own: 3, lower: -Infinity, upper: 12, pairs: [] },
  { family: 'budget', at: { stage: 1 }, used: 10, own: 3, lower: -Infinity, upper: 12, pairs: [] },
  { family: 'equity', at: {}, used: -1, own: -0.5, lower: 0, upper: Infinity, pairs: [] },
  { family: 'equity', at: {}, used: 1, own: 0.5, lower: 0, upper: Infinity, pairs: [] },
  { family: 'equity', at: { region: 1 }, used: 1, own: 0.5, lower: 3, upper: Infinity, pairs: [] },
  { family: 'resilience', at: { link: 0 }, used: 1.5, own: 0.5, lower: 3, upper: Infinity, pairs: [] },
  { family: 'zoneCover', at: { link: 0, zone: 1 }, used: 0, own: -1, lower: -Infinity, upper: 0, pairs: [] },
  { family: 'zoneShare', at: { link: 0, zone: 0 }, used: 1, own: 1, lower: -Infinity, upper: 1, pairs: [] },
  { family: 'footprint', at: {}, used: 9, own: 2, lower: -Infinity, upper: 10, pairs: [] },
  { family: 'footprint', at: { region: 1 }, used: 9, own: 2, lower: -Infinity, upper: 10, pairs: [] },
  {
    family: 'prerequisite',
    at: { pair: 0, region: 0, industry: 0 },
    used: 0,
    own: 1,
    lower: -Infinity,
    upper: 0,
    pairs: [],
  },
  {
    family: 'prerequisite',
    at: { pair: 1, region: 0, industry: 1 },
    used: 0,
    own: -1,
    lower: -Infinity,
    upper: 0,
    pairs: [],
  },
  { family: 'colocation', at: { region: 0, industry: 1 }, used: 0, own: -1, lower: -Infinity, upper: 0, pairs: [] },
  { family: 'answer', at: { pair: 0 }, used: 0, own: 1, lower: 1, upper: 1, pairs: [] },
];

test('every fact is a sentence in both languages that carries its figures and names its cells', () => {
  const hand = withLink(
    board(2, 2, [
      { r: 0, i: 0, wish: true },
      { r: 0, i: 1 },
      { r: 1, i: 0 },
    ]),
    [0],
    { need: 3 },
  );
  const say = facts.map((f) => factWords(hand, f, 0));
  for (const [k, words] of say.entries()) {
    assert.match(words.zh, /[一-鿿]/, facts[k]!.family);
    assert.doesNotMatch(words.en + words.zh, /undefined|NaN|Infinity/, facts[k]!.family);
  }
  assert.equal(say[0]!.en, '2 regions fill the market of I0: Σμ = 11 of room 11 (R0, R1)');
  assert.equal(say[0]!.zh, '2个地区已占I0的市场：Σμ = 11，空间11（R0、R1）');
  assert.match(say[1]!.en, /R0 has 2 of 2 focus slots taken \(I0, I1\)/);
  assert.match(say[2]!.en, /the nation has 420 million of 450 million CNY bound; this takes 30 million/);
  assert.match(say[2]!.zh, /4\.2亿.*4\.5亿.*3,000万/);
  assert.match(say[3]!.en, /province P0 has 10 of 12/);
  assert.match(say[4]!.zh, /第2期/);
  assert.match(say[7]!.en, /R1 has expected value 1 of its floor 3/);
  assert.match(say[8]!.en, /critical link L0 has new expected capacity 1\.5 of 3 needed/);
  assert.match(say[9]!.en, /into zone south/);
  assert.match(say[12]!.en, /footprint of R1 is 9 of 10; this takes 2/);
  assert.match(say[2]!.zh, /上限4\.5亿元/);
  assert.match(say[13]!.en, /no supplier that I0 needs/);
  // A focus that has its supplier beside it is not told that there is none.
  const met = factWords(hand, { ...facts[13]!, pairs: [0] }, 0);
  assert.match(met.en, /^the supplier that I0 needs starts beside it in R0$/);
  assert.match(met.zh, /^I0所需的供应产业与其同在R0启动$/);
  assert.match(say[14]!.en, /lets I1 start in R0/);
});

test('a region that must make more foci is told its least number', () => {
  const hand = board(1, 1, [{ r: 0, i: 0 }]);
  const words = factWords(
    hand,
    { family: 'slots', at: { region: 0 }, used: 0, own: 1, lower: 1, upper: 3, pairs: [] },
    0,
  );
  assert.equal(words.en, 'R0 must make at least 1 focus (none)');
  assert.equal(words.zh, 'R0至少须有1项聚焦（无）');
});

test('every family has words in both languages', () => {
  for (const [name, words] of Object.entries(familyWords)) {
    assert.ok(words.en.length > 0, name);
    assert.match(words.zh, /[一-鿿]/, name);
  }
});
