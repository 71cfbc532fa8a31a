import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echelon2022, echelonPlaces, echelonPyramids, type EvidenceRow } from '@qipan/clusters';

const firm = (subject: string, figures: Readonly<Record<string, number | readonly number[]>>): EvidenceRow[] =>
  Object.entries(figures).flatMap(([metric, v]) =>
    (typeof v === 'number' ? [v] : v).map((value, k, all) => ({
      subject,
      metric,
      year: 2024 - all.length + 1 + k,
      value,
    })),
  );

const giant = {
  highTechEnterprise: 1,
  yearsInNiche: 6,
  rdExpenseYuan: [3e6, 4e6],
  rdSharePercent: [3, 3.4],
  revenueYuan: 1.2e8,
  srdiScore: 72,
  mainBusinessSharePercent: 70,
  revenueGrowthPercent: [2, 8],
  debtRatioPercent: 70,
  nicheMarketSharePercent: 10,
  worldMarketRank: 9,
  chainLeaderNamed: 0,
} as const;
const place = (figures: Readonly<Record<string, number | readonly number[]>>) =>
  echelonPlaces(echelon2022, firm('F', figures), 2024)[0];

test('the rungs stand in order', () => {
  assert.deepEqual(
    echelon2022.rungs.map((r) => r.id),
    ['innovativeSme', 'srdi', 'littleGiant', 'singleChampion', 'chainLeader'],
  );
});

test('a firm at every mark of the little giant is one, and is told what the next rung wants', () => {
  const p = place(giant);
  assert.deepEqual([p.rung, p.next, p.mayBe], ['littleGiant', 'singleChampion', []]);
  assert.deepEqual(
    p.nextVerdict?.criteria.map((c) => [c.id, c.outcome, c.gap]),
    [
      ['rank', 'fail', 6],
      ['years', 'fail', 4],
      ['main', 'pass', 0],
    ],
  );
  assert.deepEqual(
    p.nextChange?.changes.map((c) => c.id),
    ['rank', 'years'],
  );
});

const below: readonly [what: string, change: Readonly<Record<string, number | readonly number[]>>][] = [
  ['main business below 70 %', { mainBusinessSharePercent: 69.9 }],
  ['growth of two years below 5 %', { revenueGrowthPercent: [2, 7.9] }],
  ['less than three years in the niche', { yearsInNiche: 2 }],
  ['a niche share below 10 %', { nicheMarketSharePercent: 9 }],
  ['debts above 70 %', { debtRatioPercent: 70.5 }],
  ['research below 3 % in one of two years', { rdSharePercent: [2.9, 3.4] }],
  ['research below 6 % at a revenue of 60 million', { revenueYuan: 6e7, rdSharePercent: [6, 5.9] }],
  [
    'little equity at a revenue of 30 million',
    { revenueYuan: 3e7, newEquityYuan: [1e7, 2e7], rdStaffSharePercent: 60 },
  ],
];
for (const [what, change] of below) {
  test(`no little giant with ${what}, but still SRDI`, () => {
    const p = place({ ...giant, ...change });
    assert.deepEqual([p.rung, p.next], ['srdi', 'littleGiant']);
    assert.equal(p.nextVerdict?.outcome, 'fail');
  });
}

test('the research rule has three ways by revenue', () => {
  assert.equal(place({ ...giant, revenueYuan: 6e7, rdSharePercent: [6, 6] }).rung, 'littleGiant');
  const young = {
    ...giant,
    revenueYuan: 3e7,
    newEquityYuan: [3e7, 5e7],
    rdExpenseYuan: [1e7, 2e7],
    rdStaffSharePercent: 50,
  };
  assert.equal(place(young).rung, 'littleGiant');
  assert.equal(place({ ...young, rdStaffSharePercent: 49 }).rung, 'srdi');
  assert.equal(place({ ...young, revenueYuan: 6e7 }).rung, 'srdi', 'the way by equity is for those below 50 million');
});

test('missing evidence keeps a rung open, never reached and never lost', () => {
  const { debtRatioPercent: _, ...silent } = giant;
  const p = place(silent);
  assert.deepEqual([p.rung, p.mayBe], ['srdi', ['littleGiant']]);
  assert.equal(p.nextVerdict?.outcome, 'unknown');
  assert.deepEqual(
    p.nextChange?.changes.map((c) => [c.id, c.kind]),
    [['debt', 'evidence']],
  );
  const nothing = place({ chainLeaderNamed: 0 });
  assert.deepEqual([nothing.rung, nothing.next], [null, 'innovativeSme']);
  assert.deepEqual(nothing.mayBe, ['innovativeSme', 'srdi', 'littleGiant', 'singleChampion']);
});

test('the top has no next rung', () => {
  const p = place({ ...giant, worldMarketRank: 1, yearsInNiche: 12, chainLeaderNamed: 1 });
  assert.deepEqual([p.rung, p.next, p.nextVerdict, p.nextChange], ['chainLeader', null, null, null]);
});

test('a pyramid counts every firm once, and those without a region apart', () => {
  const rows = [
    ...firm('A', giant),
    ...firm('B', { ...giant, yearsInNiche: 2 }),
    ...firm('C', { innovationScore: 61 }),
    ...firm('D', {
      innovationScore: 10,
      highTechEnterprise: 0,
      provincialScienceAward: [0, 0, 0],
      newEquityYuan: [0, 0],
    }),
    ...firm('E', giant),
  ];
  const places = echelonPlaces(echelon2022, rows, 2024);
  const regionOf = new Map([
    ['A', 'east'],
    ['B', 'east'],
    ['C', 'west'],
    ['D', 'west'],
  ]);
  const pyramids = echelonPyramids(echelon2022, places, regionOf);
  const east = pyramids.find((p) => p.region === 'east');
  assert.deepEqual(
    east?.levels.map((l) => l.rung),
    ['chainLeader', 'singleChampion', 'littleGiant', 'srdi', 'innovativeSme'],
  );
  assert.deepEqual(
    east?.levels.map((l) => l.firms),
    [0, 0, 1, 1, 0],
  );
  const west = pyramids.find((p) => p.region === 'west');
  assert.deepEqual([west?.firms, west?.none], [2, 1]);
  assert.equal(west?.levels.at(-1)?.firms, 1);
  assert.equal(pyramids.find((p) => p.region === '?')?.firms, 1);
  for (const p of pyramids) assert.equal(p.none + p.levels.reduce((s, l) => s + l.firms, 0), p.firms);
});
