import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';

const qipan = path.join(repoRoot, 'packages/cli/bin/qipan.js');

function inFolder(work: (folder: string, run: (...args: string[]) => ReturnType<typeof spawnSync>) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-measures-'));
  try {
    work(folder, (...args) => spawnSync(process.execPath, [qipan, 'clusters', ...args], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Eight places by seven goods, spread so that complexity is well defined. */
function panel(): string {
  const rows = ['place,good,jobs'];
  for (let r = 0; r < 8; r++)
    for (let i = 0; i < 7; i++)
      rows.push(`p${r},g${i},${i <= r ? 40 + 10 * ((r * 5 + i * 3) % 7) : 5 + ((r + i) % 3)}`);
  return rows.join('\n');
}
const columns = 'region=place,industry=good,value=jobs';

test('measures of every preset are written by code, with a recipe; no rank without an interval', () => {
  inFolder((folder, run) => {
    const file = path.join(folder, 'jobs.csv');
    writeFileSync(file, panel());
    for (const preset of ['harvard', 'r', 'econgeo', 'oec']) {
      const out = path.join(folder, preset);
      assert.equal(run('measures', file, '--columns', columns, '--preset', preset, '--out', out).status, 0);
      const [header, ...rows] = readFileSync(path.join(out, 'regions.csv'), 'utf8').trim().split('\n');
      assert.equal(header, 'regionCode,eci,coi,diversity');
      assert.equal(rows.length, 8);
      const recipe = JSON.parse(readFileSync(path.join(out, 'recipe.json'), 'utf8')) as Record<string, unknown>;
      assert.equal(recipe['preset'], preset);
      assert.match(String(recipe['board']), /^[0-9a-f]{64}$/);
    }
    const out = path.join(folder, 'ranks');
    const ranked = run('measures', file, '--columns', columns, '--ranks', '40', '--seed', '3', '--out', out);
    assert.equal(ranked.status, 0, String(ranked.stderr));
    const [header, ...rows] = readFileSync(path.join(out, 'regions.csv'), 'utf8').trim().split('\n');
    assert.equal(header, 'regionCode,eci,coi,diversity,rank,rank5,rank50,rank95,topShare');
    for (const row of rows) {
      const [rank, low, middle, high] = row.split(',').slice(4).map(Number) as [number, number, number, number];
      assert.ok(Number.isNaN(rank) || (rank >= 1 && low <= middle && middle <= high), row);
    }
  });
});

test('check prints the report in both languages, and ends with 65 when the file has errors', () => {
  inFolder((folder, run) => {
    const file = path.join(folder, 'jobs.csv');
    writeFileSync(file, panel());
    const good = run('check', file, '--columns', columns);
    assert.equal(good.status, 0);
    assert.match(String(good.stdout), /jobs\.csv: no errors; 0 warnings/);
    assert.match(String(good.stdout), /jobs\.csv：无错误/);
    writeFileSync(file, `${panel()}\np0,g0,-4\np1,g1,9`);
    const bad = run('check', file, '--columns', columns, '--language', 'en');
    assert.equal(bad.status, 65);
    assert.match(String(bad.stdout), /2 errors – nothing is computed/);
    assert.match(String(bad.stdout), /VALUE_NEGATIVE: jobs\.csv row 58, column jobs/);
    assert.match(String(bad.stdout), /DUPLICATE_CELL: jobs\.csv row 59/);
    const refused = run('measures', file, '--columns', columns, '--out', path.join(folder, 'out'));
    assert.equal(refused.status, 65);
  });
});
