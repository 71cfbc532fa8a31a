import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { random } from '@qipan/base';
import { repoRoot, sharedData, skipWithout } from '@qipan/testing';

const folder = mkdtempSync(path.join(tmpdir(), 'qipan-forecast-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, lines: readonly string[]): string => {
  writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  return name;
};

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Several command lines in one process. */
function qipans(...lines: string[][]): Ran[] {
  const script = path.join(repoRoot, 'packages/cli/dist/test/many-runs.js');
  const out = spawnSync(process.execPath, [script, JSON.stringify(lines)], { encoding: 'utf8', cwd: folder });
  assert.equal(out.status, 0, out.stderr);
  return JSON.parse(out.stdout) as Ran[];
}

/** A panel of three years in which presence follows a circle of industries, with some entries and exits each year. */
function threeYears(): string[] {
  const r = random(12);
  const rows = ['region,industry,year,jobs'];
  const has = new Map<string, boolean>();
  for (const year of [2010, 2015, 2020])
    for (let k = 0; k < 40; k++)
      for (let i = 0; i < 12; i++) {
        const key = `${k} ${i}`;
        const near = Math.cos((2 * Math.PI * k) / 40 - (2 * Math.PI * i) / 12);
        const chance = 1 / (1 + Math.exp(2 - 3 * near));
        const now = year === 2010 || r.next() < 0.25 ? r.next() < chance : has.get(key) === true;
        has.set(key, now);
        rows.push(`r${k},i${i},${year},${now ? 100 + r.below(50) : r.below(12)}`);
      }
  return rows;
}

const columns = 'region=region,industry=industry,value=jobs,year=year';
const evidence = [
  'subject,metric,year,value',
  'Park,areaKm2,2024,120',
  'Park,championsAndLittleGiants,2024,2',
  'Park,outputYuan,2022,4.1e9',
  'Park,outputYuan,2023,4.6e9',
  'Park,outputYuan,2024,5.2e9',
  'Park,taxFraud,2023,yes',
];
const register = [
  'clusterId,at,kind,tier,programme,nameZh,nameEn,industries,provinces,cities,reportYear,source',
  'a,2022-10-15,designated,nation,sme-cluster,甲集群,Cluster A,24,云南,曲靖;玉溪,,decision 1',
  'a,2023-04-10,reported,,,,,,,,2022,report',
  'b,2021-03-01,designated,province,sme-cluster,乙集群,Cluster B,13,云南,,,decision 2',
];

let answers: Ran[];
before(() => {
  file('panel.csv', threeYears());
  file(
    'two.csv',
    threeYears().filter((l) => !l.includes(',2020,')),
  );
  file('evidence.csv', evidence);
  file('firms.csv', ['subject,metric,year,value', 'F,innovationScore,2024,70', 'F,yearsInNiche,2024,1']);
  file('register.csv', register);
  file('bad.json', ['{"id": "x"']);
  const backtest = ['clusters', 'backtest', 'panel.csv', '--columns', columns, '--draws', '40', '--absent-below', '1'];
  answers = qipans(
    [...backtest, '--json'],
    backtest.with(2, 'two.csv'),
    [...backtest, '--features', 'luck'],
    ['clusters', 'rules', 'sme-cluster-2022-national', 'evidence.csv', '--json'],
    ['clusters', 'rules', 'sme-cluster-yunnan', 'evidence.csv'],
    ['clusters', 'rules', 'echelon-2022', 'firms.csv', '--json'],
    ['clusters', 'rules', 'list'],
    ['clusters', 'rules', 'bad.json', 'evidence.csv'],
    ['clusters', 'rules', 'nowhere', 'evidence.csv'],
    ['clusters', 'register', 'list', 'register.csv', '--day', '2023-06-01', '--json'],
    ['clusters', 'register', 'due', 'register.csv', '--day', '2024-04-01', '--json'],
    ['clusters', 'register', 'list', '--day', '2026-01-01', '--province', '江苏'],
    ['clusters', 'backtest', '--help'],
    ['clusters', 'rules', '--help'],
    ['clusters', 'register', '--help'],
  );
});
const json = <T>(k: number): T => {
  const ran = answers[k] as Ran;
  assert.equal(ran.code, 0, ran.err);
  return JSON.parse(ran.out) as T;
};
const text = (k: number): string => {
  const ran = answers[k] as Ran;
  assert.equal(ran.code, 0, ran.err);
  return ran.out;
};

test('a file with a third year is tested out of time without being asked to', () => {
  const r = json<{
    status: string;
    tested: { fittedTo: number; from: number; to: number };
    baselines: { name: string }[];
  }>(0);
  assert.deepEqual([r.status, r.tested.fittedTo, r.tested.from, r.tested.to], ['OUT_OF_TIME', 2015, 2015, 2020]);
  assert.equal(r.baselines.length, 4);
});

test('two years say that there is no out-of-time test, and the verdict stands in both languages', () => {
  const out = text(1);
  assert.match(out, /no out-of-time test: two dates only; 10 blocks/);
  assert.match(out, /The model .*AUC/);
  assert.match(out, /模型/);
});

test('a feature that is none is a usage fault which names those there are', () => {
  const ran = answers[2] as Ran;
  assert.equal(ran.code, 64);
  assert.match(ran.err, /--features luck: no such feature/);
  assert.match(ran.err, /relatedness, complexity/);
});

test('evidence is judged as of its last year; a veto blocks every change', () => {
  const r = json<{
    year: number;
    judged: {
      verdict: { outcome: string; criteria: { id: string; outcome: string }[] };
      change: { status: string; blockedBy: string[] };
    }[];
  }>(3);
  assert.equal(r.year, 2024);
  const [first] = r.judged;
  assert.equal(first?.verdict.outcome, 'fail');
  const by = (id: string) => first?.verdict.criteria.find((c) => c.id === id)?.outcome;
  assert.deepEqual(['area', 'output', 'growth', 'champions', 'smeShare'].map(by), [
    'fail',
    'pass',
    'pass',
    'pass',
    'unknown',
  ]);
  assert.deepEqual([first?.change.status, first?.change.blockedBy], ['blocked', ['taxFraud']]);
  assert.match(
    text(4),
    /fail\s+area at most 100 km² · 占地面积不超过100平方公里: 120 <= 100 km², gap 20 \(unconfirmed · 未核实\)/,
  );
});

test('firms stand on the ladder', () => {
  const r = json<{ places: { rung: string; next: string }[] }>(5);
  assert.deepEqual(
    r.places.map((p) => [p.rung, p.next]),
    [['innovativeSme', 'srdi']],
  );
  assert.match(text(6), /sme-cluster-yunnan.*云南/);
});

test('a pack that is no JSON, and one that is nowhere, are told apart', () => {
  assert.match((answers[7] as Ran).err, /bad\.json: no JSON/);
  assert.equal((answers[7] as Ran).code, 65);
  assert.equal((answers[8] as Ran).code, 66);
  assert.match((answers[8] as Ran).err, /neither a shipped pack nor a file/);
});

test('the register stands as its rules make it, and due says what is to be done', () => {
  const list = json<{ note: null; clusters: { id: string; status: string; history: { kind: string }[] }[] }>(9);
  assert.equal(list.note, null);
  assert.deepEqual(
    list.clusters.map((c) => [c.id, c.status]),
    [
      ['b', 'exited'],
      ['a', 'designated'],
    ],
  );
  assert.deepEqual(
    list.clusters[0]?.history.map((h) => h.kind),
    ['designated', 'missedReport', 'missedReport'],
  );
  const due = json<{ due: { clusterId: string; what: string; by: string; otherwise: string }[] }>(10).due;
  assert.deepEqual(
    due.map((d) => [d.clusterId, d.what, d.by, d.otherwise]),
    [['a', 'report', '2024-04-30', 'warned']],
  );
});

test('the shipped examples are called examples and name their pages', () => {
  const out = text(11);
  assert.match(out, /examples only: a part of the national list/);
  assert.match(out, /苏州.*m\.tfltb\.cn|苏州/);
});

test('help teaches: what goes in, what comes out, examples, both languages', () => {
  for (const k of [12, 13, 14]) assert.match(text(k), /Examples · 示例[\s\S]*qipan clusters/);
  assert.match(text(12), /NO_OUT_OF_TIME/);
  assert.match(text(13), /never a\s+pass and never a fail/);
  assert.match(text(14), /missedReport/);
});

test('the Australian pair prints the four counts of its reference', { skip: skipWithout('clusters/australia') }, () => {
  const [ran] = qipans([
    'clusters',
    'backtest',
    sharedData('clusters/australia/lga_industry_2011_2016.csv') as string,
    '--columns',
    'region=lga_pow,industry=industry,value=employment,year=year',
    '--drop-industries',
    'Not applicable',
    'Not stated',
    'Inadequately described',
    '--absent-below',
    '1',
    '--draws',
    '60',
  ]);
  assert.equal(ran?.code, 0, ran?.err);
  assert.match(ran?.out ?? '', /507 regions × 19 industries, 2904 present, 414 entries, 532 exits, entry rate 6\.15 %/);
  assert.match(ran?.out ?? '', /The model adds nothing/);
});
