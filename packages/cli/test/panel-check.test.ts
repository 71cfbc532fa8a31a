import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';

const qipan = path.join(repoRoot, 'packages/cli/bin/qipan.js');

interface Report {
  readonly usable: boolean;
  readonly faults: number;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly years: readonly {
    readonly year: number | null;
    readonly total: number;
    readonly coveredShare: number | null;
  }[];
  readonly disclosure: readonly { readonly region: string; readonly industry: string; readonly value: number }[];
  readonly parentMismatches: readonly unknown[];
}

/** Writes the files into a folder of their own and checks the first of them. */
function check(files: Readonly<Record<string, string>>, ...options: string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-check-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const first = Object.keys(files)[0] as string;
    const args = [qipan, 'clusters', 'check', first, ...options, '--json'];
    const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { ...done, report: () => JSON.parse(done.stdout) as Report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const jobs = 'area,trade,year,jobs\na,x,2020,30\na,y,2020,*\nb,x,2020,20\nb,y,2020,40';
const columns = ['--columns', 'region=area,industry=trade,value=jobs,year=year'];

test('published totals tell how much the file covers, and which hidden cell they give away', () => {
  const published = 'year,region,industry,total\n2020,,,100\n2020,a,,40\n2020,,y,50';
  const done = check({ 'jobs.csv': jobs, 'totals.csv': published }, ...columns, '--published', 'totals.csv');
  assert.equal(done.status, 0, done.stderr);
  const { years, disclosure } = done.report();
  assert.deepEqual(
    years.map((y) => [y.year, y.total, y.coveredShare]),
    [[2020, 90, 0.9]],
  );
  assert.deepEqual(
    disclosure.map((d) => [d.region, d.industry]),
    [['a', 'y']],
  );
  const without = check({ 'jobs.csv': jobs }, ...columns).report();
  assert.deepEqual([without.years[0]?.coveredShare, without.disclosure], [null, []]);
});

test('a published file that names a cell, a total twice or no number is refused with its row', () => {
  const refused = (rows: string) => {
    const files = { 'jobs.csv': jobs, 'totals.csv': `year,region,industry,total\n${rows}` };
    const done = check(files, ...columns, '--published', 'totals.csv');
    assert.equal(done.status, 65);
    return done.stdout + done.stderr;
  };
  assert.match(refused('2020,a,x,5'), /BAD_CELL[\s\S]*row 2/);
  assert.match(refused('2020,a,,5\n2020,a,,6'), /DUPLICATE_CELL[\s\S]*row 3/);
  assert.match(refused('2020,,,5\n2020,,,6'), /DUPLICATE_CELL[\s\S]*row 3/);
  assert.match(refused('2020,,,many'), /BAD_CELL[\s\S]*row 2/);
});

test('code tables find unknown codes and mixed levels, each with its row', () => {
  const done = check(
    { 'jobs.csv': jobs, 'areas.csv': 'code,level\na,county\nb,province', 'trades.csv': 'code\nx' },
    ...columns,
    '--regions',
    'areas.csv',
    '--industries',
    'trades.csv',
  );
  assert.equal(done.status, 65);
  const { usable, errors } = done.report();
  assert.equal(usable, false);
  assert.deepEqual(errors.map((e) => e.code).sort(), ['LEVEL_MIXED', 'UNKNOWN_CODE']);
  assert.ok(errors.some((e) => /jobs\.csv row 4, column area: b of level province/.test(e.message)));
  assert.ok(errors.some((e) => /jobs\.csv row 3, column trade: y/.test(e.message)));
  const twice = check({ 'jobs.csv': jobs, 'areas.csv': 'code\na\na' }, ...columns, '--regions', 'areas.csv');
  assert.match(twice.stdout + twice.stderr, /DUPLICATE_ID/);
});

test('wide files by industry and by year say what their long form says', () => {
  const long = check({ 'jobs.csv': jobs }, ...columns).report();
  const byTrade = check(
    { 'wide.csv': 'area,year,x,y\na,2020,30,*\nb,2020,20,40' },
    '--columns',
    'region=area,year=year',
    '--wide',
    'industry',
  );
  const byYear = check(
    { 'wide.csv': 'area,trade,2020\na,x,30\na,y,*\nb,x,20\nb,y,40' },
    '--columns',
    'region=area,industry=trade',
    '--wide',
    'year',
  );
  assert.deepEqual(byTrade.report().years, long.years);
  assert.deepEqual(byYear.report().years, long.years);
});

test('further columns of a wide file are kept out of the spread when they are named', () => {
  const wide = 'area,note,year,x,y\na,old,2020,30,5\nb,new,2020,20,40';
  const options = ['--columns', 'region=area,year=year', '--wide', 'industry'];
  const done = check({ 'wide.csv': wide }, ...options, '--keep', 'area', 'year', 'note');
  assert.equal(done.report().years[0]?.total, 95);
  assert.equal(check({ 'wide.csv': wide }, ...options).report().usable, false, 'a note is no number of jobs');
  const absent = check({ 'wide.csv': wide }, ...options, '--keep', 'area', 'year', 'remark');
  assert.match(absent.stdout + absent.stderr, /MISSING_COLUMN/);
});

test('options that make no sense together are a usage error', () => {
  for (const wrong of [
    [...columns, '--keep', 'area'],
    [...columns, '--wide', 'year'],
  ])
    assert.equal(check({ 'jobs.csv': jobs }, ...wrong).status, 64, wrong.join(' '));
});
