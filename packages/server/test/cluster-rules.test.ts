import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { random } from '@qipan/base';
import type {
  BacktestView,
  RegionIndicesView,
  RegionUpgradeView,
  RegisterAppended,
  RegisterView,
  RuleAnswer,
  RulePackView,
} from '@qipan/server/contract';
import type { PanelBody } from '../src/clusters/bodies.js';
import { Datasets } from '../src/clusters/datasets.js';
import { startTestServer, type TestServer } from './support.js';

const regions = 40;
const industries = 12;

/** Three years in which presence follows a circle of industries, with some entries and exits each year. */
function circle(): PanelBody {
  const r = random(12);
  const codes = (n: number, letter: string) => Array.from({ length: n }, (_, k) => `${letter}${k}`);
  const has = new Map<number, boolean>();
  const panels = [2010, 2015, 2020].map((year) => ({
    year,
    measure: 'employment' as const,
    regions,
    industries,
    regionCode: codes(regions, 'r'),
    industryCode: codes(industries, 'i'),
    value: Float64Array.from({ length: regions * industries }, (_, k) => {
      const near = Math.cos(
        (2 * Math.PI * Math.floor(k / industries)) / regions - (2 * Math.PI * (k % industries)) / industries,
      );
      if (year === 2010 || r.next() < 0.25) has.set(k, r.next() < 1 / (1 + Math.exp(2 - 3 * near)));
      return has.get(k) ? 2000 + r.below(900) : r.below(220);
    }),
  }));
  return { measure: 'employment', unit: 'persons', panels, regions: null, industries: null };
}

let server: TestServer;
let dataset = '';
const label = { name: { en: 'Circle', zh: '环' }, dataLevel: 'synthetic', attribution: 'made up' } as const;
before(async () => {
  server = await startTestServer();
  dataset = await new Datasets(server.store.records).add('panel', circle(), label);
});
after(() => server.end());

test('the back-test of a panel comes from a thread, out of time where there are three years, with rules beside the model', async () => {
  const [a, b] = await Promise.all([
    server.get<BacktestView>(`clusters/backtest?dataset=${dataset}&absentBelow=1`),
    server.get<BacktestView>(`clusters/backtest?dataset=${dataset}&kind=exit`),
  ]);
  assert.deepEqual([a.status, a.tested.fittedTo, a.tested.to], ['OUT_OF_TIME', 2015, 2020]);
  assert.deepEqual(
    a.forecasters.map((f) => f.name),
    ['model', 'industryBaseRate', 'density', 'pciDensity', 'advantage'],
  );
  assert.ok(a.verdict.sentence.en.length > 20 && a.verdict.sentence.zh.length > 10);
  assert.equal(a.counts.length, 2);
  assert.equal(b.kind, 'exit');
  assert.ok(b.tested.events <= (b.counts[1]?.exits ?? 0));
  assert.deepEqual(
    await server.get(`clusters/backtest?dataset=${dataset}&absentBelow=1`),
    a,
    'the same question, the same answer',
  );
});

test('a panel of one year, and a dataset that is none, are refused by their codes', async () => {
  const one = { ...circle(), panels: circle().panels.slice(0, 1) };
  const id = await new Datasets(server.store.records).add('panel', one, label);
  const short = await server.ask('GET', `clusters/backtest?dataset=${id}`);
  assert.deepEqual(
    [short.status, (short.body as { code: string }).code ?? (short.body as { error: { code: string } }).error?.code],
    [422, 'DEGENERATE_INPUT'],
  );
  assert.equal((await server.ask('GET', 'clusters/backtest?dataset=panel-0000')).status, 404);
  assert.equal((await server.ask('GET', `clusters/backtest?dataset=${dataset}&absentBelow=7`)).status, 400);
});

test('a region is told its stars, its firms by rung and its ways up, with the worth of the probabilities', async () => {
  const firms = [
    { id: 'f1', regionCode: 'r3', industryCode: 'i1', echelon: 'littleGiant' },
    { id: 'f2', regionCode: 'r3', industryCode: 'i1', echelon: null },
    { id: 'f3', regionCode: 'r3', industryCode: 'i2', echelon: 'unicorn' },
    { id: 'f4', regionCode: 'r4', industryCode: 'i2', echelon: 'srdi' },
    { id: 'f5', regionCode: 'r3', industryCode: 'i2', echelon: '专精特新中小企业' },
    { id: 'f6', regionCode: 'r3', industryCode: 'i2', echelon: 'none' },
  ];
  await new Datasets(server.store.records).add('firms', { rows: firms as never }, label);
  const v = await server.get<RegionUpgradeView>(`clusters/upgrade?dataset=${dataset}&region=r3`);
  assert.deepEqual([v.region.code, v.year, v.noPaths, v.status], ['r3', 2020, null, 'OUT_OF_TIME']);
  assert.deepEqual(v.starRule, { topShare: 0.1, quotient: 2, floor: 1000 });
  assert.ok(v.stars.every((s) => s.stars === Number(s.size) + Number(s.specialisation) + Number(s.focus)));
  assert.equal(v.echelon?.firms, 5);
  const count = (rung: string) => v.echelon?.levels.find((l) => l.rung === rung)?.firms;
  assert.deepEqual(['littleGiant', 'srdi', 'unstated', 'unicorn', 'none'].map(count), [1, 1, 1, 1, 1]);
  assert.ok(v.paths.length > 0);
  for (const p of v.paths) {
    assert.ok(p.steps.length >= 1 && p.steps.length <= 3 && p.years === 5 * p.steps.length);
    assert.ok(Math.abs(p.expected - p.probability * p.value) < 1e-12);
  }
  assert.equal((await server.ask('GET', `clusters/upgrade?dataset=${dataset}&region=nowhere`)).status, 400);
});

test('rule packs are listed with their sources, and evidence is judged three ways', async () => {
  const packs = await server.get<RulePackView[]>('clusters/rule-packs');
  assert.deepEqual(packs.map((p) => p.id).slice(0, 3), [
    'sme-cluster-2022-national',
    'sme-cluster-yunnan',
    'echelon-2022/innovativeSme',
  ]);
  assert.ok(packs.every((p) => p.criteria.every((c) => !c.confirmed)));
  const rows = [
    { subject: 'A', metric: 'yearsInNiche', year: 2024, value: 4 },
    { subject: 'A', metric: 'worldMarketRank', year: 2024, value: 2 },
    { subject: 'B', metric: 'worldMarketRank', year: 2024, value: null },
  ];
  const a = await server.post<RuleAnswer>('clusters/rules/evaluate', {
    pack: 'echelon-2022/singleChampion',
    year: 2024,
    rows,
  });
  assert.deepEqual(
    a.subjects.map((s) => [s.subject, s.outcome]),
    [
      ['A', 'fail'],
      ['B', 'unknown'],
    ],
  );
  assert.deepEqual(
    a.subjects[0]?.change.changes.map((c) => [c.id, c.kind, c.gap]),
    [
      ['years', 'improve', 6],
      ['main', 'evidence', null],
    ],
  );
});

test('a pack of one’s own comes as JSON; a bad one is refused by its path', async () => {
  const [national] = await server.get<RulePackView[]>('clusters/rule-packs');
  const own = { ...national, id: 'mine', logic: 'area' };
  const rows = [{ subject: 'A', metric: 'areaKm2', year: null, value: 5 }];
  const vetoes = ['majorAccident', 'dataIncident', 'taxFraud'].map((metric) => ({
    subject: 'A',
    metric,
    year: null,
    value: 0,
  }));
  const a = await server.post<RuleAnswer>('clusters/rules/evaluate', {
    pack: own,
    year: 2024,
    rows: [...rows, ...vetoes],
  });
  assert.deepEqual([a.pack.id, a.subjects[0]?.outcome], ['mine', 'pass']);
  const bad = await server.ask('POST', 'clusters/rules/evaluate', {
    pack: { ...own, logic: 'nothing' },
    year: 2024,
    rows,
  });
  assert.equal(bad.status, 400);
  assert.match(JSON.stringify(bad.body), /the logic names nothing/);
  assert.equal(
    (await server.ask('POST', 'clusters/rules/evaluate', { pack: 'nowhere', year: 2024, rows })).status,
    404,
  );
});

test('the register shows the examples until there is one of its own; lines are added, never changed', async () => {
  const shown = await server.get<RegisterView>('clusters/register?day=2026-01-01');
  assert.equal(shown.dataset, null);
  assert.ok(shown.clusters.length > 30 && shown.clusters.length < 80);
  assert.ok(shown.clusters.every((c) => c.history.every((h) => h.source.length > 5)));
  const line = (more: object) => ({ clusterId: 'own-1', source: 'county decision 7', ...more });
  const first = line({
    at: '2023-06-01',
    kind: 'designated',
    tier: 'county',
    programme: 'sme-cluster',
    nameZh: '自建',
    provinces: ['云南'],
  });
  const { dataset: one } = await server.post<RegisterAppended>('clusters/register/events', {
    dataset: null,
    event: first,
  });
  const { dataset: two } = await server.post<RegisterAppended>('clusters/register/events', {
    dataset: one,
    event: line({ at: '2024-03-01', kind: 'reported', reportYear: 2023 }),
  });
  assert.notEqual(one, two);
  const at = async (id: string, day: string) =>
    (await server.get<RegisterView>(`clusters/register?dataset=${id}&day=${day}`)).clusters.find(
      (c) => c.id === 'own-1',
    );
  assert.deepEqual(
    [(await at(one, '2024-06-01'))?.status, (await at(two, '2024-06-01'))?.status],
    ['warned', 'designated'],
  );
  const due = await server.get<RegisterView>(`clusters/register?dataset=${two}&day=2025-04-01&horizonDays=30`);
  assert.deepEqual(
    due.due.map((d) => [d.clusterId, d.what, d.by, d.otherwise]),
    [['own-1', 'report', '2025-04-30', 'warned']],
  );
});

test('a line that is not possible is refused and nothing is stored', async () => {
  const known = (await server.get<unknown[]>('clusters/datasets?kind=register')).length;
  const post = (event: object) => server.ask('POST', 'clusters/register/events', { dataset: null, event });
  const lift = await post({ clusterId: 'cn-2022-02', at: '2024', kind: 'warningLifted', source: 'x' });
  assert.equal(lift.status, 409);
  assert.match(JSON.stringify(lift.body), /cn-2022-02, 2024: warningLifted is not possible/);
  assert.equal((await post({ clusterId: 'a', at: 'soon', kind: 'designated', source: 'x', nameEn: 'A' })).status, 400);
  assert.equal((await post({ clusterId: 'a', at: '2024', kind: 'designated', nameEn: 'A' })).status, 400);
  assert.equal((await server.get<unknown[]>('clusters/datasets?kind=register')).length, known);
});

test('indices take what is known, say how much that is, and bound the rank over the weights', async () => {
  const rows = [
    { subject: 'r1', metric: 'rdSharePercent', year: 2019, value: 9 },
    { subject: 'r1', metric: 'rdSharePercent', year: 2020, value: 3 },
    { subject: 'r2', metric: 'rdSharePercent', year: 2020, value: 1 },
    { subject: 'r1', metric: 'energyPerValueAdded', year: 2020, value: 2 },
    { subject: 'r2', metric: 'energyPerValueAdded', year: 2020, value: 1 },
    { subject: 'r3', metric: 'energyPerValueAdded', year: 2020, value: null },
  ];
  const evidence = await new Datasets(server.store.records).add('evidence', { rows: rows as never }, label);
  const v = await server.get<RegionIndicesView>(`clusters/indices?dataset=${dataset}&evidence=${evidence}&peers=all`);
  assert.deepEqual(
    v.indices.map((i) => i.id),
    ['highEnd', 'intelligent', 'green'],
  );
  const row = (index: number, region: string) => v.indices[index]?.rows.find((r) => r.region === region);
  assert.deepEqual([row(0, 'r1')?.coverage, row(0, 'r3')?.coverage], [0.5, 0.25], 'the mix comes from the panel');
  assert.deepEqual([row(1, 'r1')?.arithmetic, row(1, 'r1')?.rank, row(1, 'r1')?.coverage], [null, null, 0]);
  assert.deepEqual([row(2, 'r2')?.rank, row(2, 'r1')?.rank, row(2, 'r3')?.rank], [1, 2, null], 'less energy is better');
  assert.deepEqual(row(2, 'r2')?.rankRange, { best: 1, worst: 1 });
  assert.equal(v.indices[0]?.indicators.find((i) => i.id === 'rdSharePercent')?.regions, 2);
  assert.equal(row(0, 'r1')?.peers, regions);
  assert.equal((await server.ask('GET', `clusters/indices?dataset=${dataset}&evidence=${dataset}`)).status, 404);
});
