import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { repoRoot, sharedData, skipWithout } from '@qipan/testing';

const folder = mkdtempSync(path.join(tmpdir(), 'qipan-io-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const small = path.join(folder, 'small_2020.csv');
const lines = [
  'Code,Description,DescriptionInChinese,Origin,a,b,TC,FU201,FU202,EX,GO',
  'a,Parts,零件,Domestic,0,10,10,0,0,0,20',
  'b,Machines,机器,Domestic,0,0,50,0,0,0,50',
  'a,Parts,零件,Imports,0,10,0,0,0,0,NA',
  'b,Machines,机器,Imports,0,0,0,0,0,0,NA',
  'VA001,Wages,报酬,TOT,20,30,NA,NA,NA,NA,NA',
  'VA002,Taxes,税,TOT,0,0,NA,NA,NA,NA,NA',
  'VA003,Depreciation,折旧,TOT,0,0,NA,NA,NA,NA,NA',
  'VA004,Surplus,盈余,TOT,0,0,NA,NA,NA,NA,NA',
];
writeFileSync(small, lines.join('\n'));

const qipan = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(repoRoot, 'packages/cli/bin/qipan.js'), 'clusters', ...args], {
    encoding: 'utf8',
  });

test('io prints linkages, upstreamness and extraction, in words and as JSON', () => {
  const words = qipan('io', small);
  assert.equal(words.status, 0, words.stderr);
  assert.match(words.stdout, /2 sectors, 2020/);
  assert.match(words.stdout, /a 零件 Parts/);
  const json = JSON.parse(qipan('io', small, '--json', '--demand', 'b:100').stdout) as {
    sectors: { code: string; backward: number; upstreamness: number; extractionShare: number }[];
    demand: { output: number; valueAdded: number; imports: number };
  };
  // b buys 0.2 of its output from a, so a unit of b draws 1.2; half of a goes to b.
  assert.ok(Math.abs(json.sectors[1]!.backward - 1.2) < 1e-12);
  assert.ok(Math.abs(json.sectors[0]!.upstreamness - 1.5) < 1e-12);
  assert.ok(Math.abs(json.sectors[1]!.extractionShare - 60 / 70) < 1e-12);
  assert.ok(Math.abs(json.demand.output - 120) < 1e-9);
  assert.ok(Math.abs(json.demand.valueAdded - 80) < 1e-9 && Math.abs(json.demand.imports - 20) < 1e-9);
});

test('stress prints the bracket, what binds and the days', () => {
  const json = JSON.parse(qipan('stress', small, '--cut', 'a:0.4', '--stock-days', '10', '--json').stdout) as {
    lower: number;
    upper: number;
    binding: { kind: string; code: string; price: number }[];
    days: { first: { code: string; day: number }[] };
  };
  assert.ok(Math.abs(json.lower - 3.2) < 1e-9 && Math.abs(json.upper - 16) < 1e-9);
  assert.deepEqual(
    json.binding.map((b) => [b.kind, b.code]),
    [['import', 'a']],
  );
  assert.ok(json.days.first.find((d) => d.code === 'b')!.day >= 10);
  const words = qipan('stress', small, '--cut', 'a:0.4');
  assert.match(words.stdout, /lower end 3 .* upper end 16/);
  assert.match(words.stdout, /binds: import of a 零件 Parts/);
});

test('what is wrong is said, with the exit code of the error table', () => {
  const bad = path.join(folder, 'bad.csv');
  writeFileSync(
    bad,
    lines.map((l) => l.replace('b,Machines,机器,Domestic,0,0,50', 'b,Machines,机器,Domestic,0,0,55')).join('\n'),
  );
  const unbalanced = qipan('io', bad, '--json');
  assert.equal(unbalanced.status, 65);
  assert.match(unbalanced.stderr, /IO_UNBALANCED/);
  assert.equal(qipan('stress', small, '--cut', 'q:0.4').status, 65);
  assert.equal(qipan('stress', small, '--cut', 'a:1.4').status, 64);
  assert.equal(qipan('stress', small).status, 64);
  assert.equal(qipan('io', path.join(folder, 'none.csv')).status, 66);
  assert.match(qipan('stress', '--help').stdout, /下界：需求侧/);
});

test(
  'the printed example of China 2020 comes out of the command',
  { skip: skipWithout('input-output/china_2020_42.csv') },
  () => {
    const file = sharedData('input-output/china_2020_42.csv') as string;
    const json = JSON.parse(qipan('io', file, '--demand', '18:1000000', '--json').stdout) as {
      sectors: { code: string; extractionShare: number }[];
      demand: { output: number };
    };
    assert.ok(Math.abs(json.demand.output / 2_856_712.8289 - 1) < 1e-8);
    assert.ok(Math.abs(json.sectors.find((s) => s.code === '27')!.extractionShare - 0.28778516) < 1e-7);
  },
);
