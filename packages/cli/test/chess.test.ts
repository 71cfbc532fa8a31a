import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { repoRoot } from '@qipan/testing';

const folder = mkdtempSync(path.join(tmpdir(), 'qipan-chess-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const example = path.join(repoRoot, 'data/chess/synthetic-40.json');
const qipan = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(repoRoot, 'packages/cli/bin/qipan.js'), 'clusters', 'chess', ...args], {
    encoding: 'utf8',
  });
const write = (name: string, ...lines: string[]) => writeFileSync(path.join(folder, name), lines.join('\n'));

interface Told {
  status: string;
  value: number;
  bound: number;
  gap: number;
  dataLevel: string;
  moves: { region: string; industry: string; move: string; reason: { en: string; zh: string } }[];
  judgements: { name: string; value: number }[];
  conflict: { sentence: { en: string } } | null;
  flip: { loss: number; changes: { quantity: string }[] } | null;
  limits: unknown[];
}

test('the example prints value, bound, gap, moves with reasons and six plans as JSON', () => {
  const ran = qipan(example, '--gap', '0.002', '--json');
  assert.equal(ran.status, 0, ran.stderr);
  const r = JSON.parse(ran.stdout) as Told;
  assert.ok(['optimal', 'gapReached'].includes(r.status));
  assert.ok(r.value <= r.bound + 1e-9 && r.gap <= 0.002);
  assert.equal(r.dataLevel, 'synthetic');
  assert.equal(r.judgements.length, 6);
  assert.ok(r.judgements.slice(1).every((j) => j.value < r.judgements[0]!.value));
  assert.ok(r.moves.length > 100 && r.moves.every((m) => m.reason.en !== '' && m.reason.zh !== ''));
  assert.ok(r.limits.length >= 6);
});

test('in words it teaches: weights, sensitivity, plans, one region, one flip, limits', () => {
  const ran = qipan(example, '--gap', '0.01', '--region', 'R02', '--flip', 'R02:I09', '--draws', '3');
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /weights · 权重 \(political, set by you\): overflow 3/);
  assert.match(ran.stdout, /minimum scale · 最小规模 were × 1\.25: bound -\d/);
  assert.match(ran.stdout, /coordinated · 统筹方案/);
  assert.match(ran.stdout, /R02 I\d\d \[(firm|open|weak) \d+ %\]/);
  assert.doesNotMatch(ran.stdout, /^R03 /m);
  assert.match(ran.stdout, /flip R02 I09 to focus: costs the nation/);
  assert.match(ran.stdout, /never a ban/);
});

test('a folder of tables reads like a file, and its conflict is told', () => {
  write('regions.csv', 'code,slots,minSlots', 'A,1,1', 'B,1,1');
  write('industries.csv', 'code,marketRoom', '38,1');
  write('candidates.csv', 'region,industry,probability,value', 'A,38,0.5,4', 'B,38,0.4,4');
  write('wishes.csv', 'region,industry', 'B,38');
  write('scenario.json', '{"name": "two", "weights": {"overflow": 1}}');
  const soft = JSON.parse(qipan(folder, '--json').stdout) as Told;
  assert.equal(soft.status, 'optimal');
  assert.ok(Math.abs(soft.value - (2 + 1.6 - 1)) < 1e-9);
  write('scenario.json', '{"name": "two", "weights": {"overflow": "hard"}}');
  const hard = qipan(folder);
  assert.equal(hard.status, 0, hard.stderr);
  assert.match(hard.stdout, /No plan keeps all rules: the least number of focus industries of 2 regions \(A, B\)/);
  assert.match(hard.stdout, /不存在满足全部规则的方案/);
});

test('a wrong file, cell or option is named and ends with its own exit code', () => {
  assert.equal(qipan(path.join(folder, 'nothing.json')).status, 66);
  write('broken.json', '{"tables": ');
  assert.equal(qipan(path.join(folder, 'broken.json')).status, 65);
  write('candidates.csv', 'region,industry,probability,value', 'A,38,0.5,4', 'B,38,1.4,4');
  const cell = qipan(folder);
  assert.equal(cell.status, 65);
  assert.match(cell.stderr, /candidates\.csv row 3, column probability: "?1\.4"?; expected a number from 0 to 1/);
  assert.equal(qipan(example, '--flip', 'R02:I99').status, 65);
  assert.equal(qipan(example, '--region', 'R99').status, 65);
  assert.equal(qipan(example, '--gap', '2').status, 64);
  assert.match(qipan('--help').stdout, /never a ban/);
});
