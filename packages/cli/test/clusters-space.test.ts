import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { repoRoot } from '@qipan/testing';

const qipan = path.join(repoRoot, 'packages/cli/bin/qipan.js');
const folder = mkdtempSync(path.join(tmpdir(), 'qipan-space-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const done = spawnSync(process.execPath, [qipan, 'clusters', ...args, '--json'], { cwd: folder, encoding: 'utf8' });
  return { ...done, answer: <T>() => JSON.parse(done.stdout) as T };
}
const put = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

interface Statistic {
  readonly value: number;
  readonly expectation: number;
}
interface Space {
  readonly of: string;
  readonly moran: Statistic;
  readonly geary: Statistic;
  readonly leftOut: readonly string[];
  readonly local: readonly { readonly region: string; readonly moran: { readonly quadrant: string } }[];
}

test('two rich neighbours far from two poor ones: I is 1, C is 0, and what has no place is left out by name', () => {
  put('p.csv', 'r,i,v\na,x,10\nb,x,10\nc,x,2\nd,x,2\ne,x,7\n');
  put('where.csv', 'code,lon,lat\na,100,30\nb,100.1,30\nc,110,30\nd,110.1,30\n');
  const columnsOfFile = ['--columns', 'region=r,industry=i,value=v', '--places', 'where.csv'];
  const done = run('space', 'p.csv', ...columnsOfFile, '--neighbours', '1', '--permutations', '99');
  assert.equal(done.status, 0, done.stderr);
  const got = done.answer<Space>();
  // z = ±4 and every neighbour has the same z: Σ w z z / S0 over the mean square is 1; no difference between neighbours.
  assert.ok(Math.abs(got.moran.value - 1) < 1e-12 && got.geary.value === 0);
  assert.ok(Math.abs(got.moran.expectation + 1 / 3) < 1e-12);
  assert.deepEqual([got.of, got.leftOut], ['total', ['e']]);
  const quadrant = (code: string) => got.local.find((l) => l.region === code)?.moran.quadrant;
  assert.deepEqual(['a', 'b', 'c', 'd'].map(quadrant), ['highHigh', 'highHigh', 'lowLow', 'lowLow']);
  const wrong = run('space', 'p.csv', '--columns', 'region=r,industry=i,value=v');
  assert.equal(wrong.status, 64);
  assert.match(wrong.stderr, /--places/);
});

const table = path.join(repoRoot, 'examples/clusters/io-small_2022.csv');
const jobs = path.join(repoRoot, 'examples/clusters/sector-jobs.csv');
const columns = ['--columns', 'region=region,industry=sector,value=jobs'];

test('the quotient of Flegg follows its formula on the example, and is told for five exponents', () => {
  const done = run('flq', table, jobs, ...columns, '--region', 'N', '--delta', '0.2');
  assert.equal(done.status, 0, done.stderr);
  interface Flq {
    readonly lambda: number;
    readonly sensitivity: readonly { readonly delta: number; readonly selfShare: number }[];
    readonly a: readonly number[];
  }
  const got = done.answer<Flq>();
  // Jobs of N are 2,520 of 7,100; of farming 120 of 800.
  const lambda = Math.log2(1 + 2520 / 7100) ** 0.2;
  assert.ok(Math.abs(got.lambda - lambda) < 1e-12);
  const slq = 120 / 2520 / (800 / 7100);
  assert.ok(Math.abs((got.a[0] as number) - lambda * slq * (168.141514 / 1401.179281)) < 1e-12);
  assert.deepEqual(
    got.sensitivity.map((s) => s.delta),
    [0.1, 0.2, 0.3, 0.4, 0.5],
  );
  assert.ok(got.sensitivity.every((s, k, all) => k === 0 || s.selfShare <= (all[k - 1]?.selfShare ?? 0)));
  const stranger = run('flq', table, jobs, ...columns, '--region', 'X');
  assert.deepEqual([stranger.status, /N, M, S|M, N, S/.test(stranger.stderr)], [65, true]);
});

test('without decay every region sells to every other by its share; with it, more stays at home', () => {
  const places = ['--places', path.join(repoRoot, 'examples/clusters/places.csv')];
  const even = run('gravity', table, jobs, ...columns, ...places, '--beta', '0', '--out', 'flows.csv');
  assert.equal(even.status, 0, even.stderr);
  interface Gravity {
    readonly error: number;
    readonly regions: readonly { readonly region: string; readonly fromItself: number }[];
  }
  const got = even.answer<Gravity>();
  assert.ok(got.error < 1e-8);
  // Farm products from S (480 of 800 jobs) to equipment in N (400 of 1,400), of 29.473663 in the nation.
  const line = readFileSync(path.join(folder, 'flows.csv'), 'utf8')
    .split('\n')
    .find((l) => l.startsWith('S,a,N,d,'));
  assert.ok(Math.abs(Number(line?.split(',')[4]) - (480 / 800) * (400 / 1400) * 29.473663) < 1e-8, line);
  const far = run('gravity', table, jobs, ...columns, ...places, '--beta', '0.02').answer<Gravity>();
  far.regions.forEach((r, k) => assert.ok(r.fromItself > (got.regions[k]?.fromItself ?? 1), r.region));
});

interface Imputed {
  readonly status: string;
  readonly years: readonly { readonly estimated: number }[];
}

test('an unknown cell is estimated inside its bounds from published totals, and labelled so', () => {
  put('hidden.csv', 'area,trade,year,jobs,from,to\na,x,2020,30,,\na,y,2020,*,1,30\nb,x,2020,20,,\nb,y,2020,40,,\n');
  put('totals.csv', 'year,region,industry,total\n2020,a,,50\n2020,b,,60\n');
  const args = ['--columns', 'region=area,industry=trade,value=jobs,year=year,lower=from,upper=to'];
  const done = run('impute', 'hidden.csv', ...args, '--published', 'totals.csv', '--out', 'filled.csv');
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(done.answer<Imputed>().years[0]?.estimated, 1);
  const lines = readFileSync(path.join(folder, 'filled.csv'), 'utf8').trim().split('\n');
  assert.equal(lines[0], 'year,regionCode,industryCode,value,flag,lower,upper,rca,rcaLower,rcaUpper');
  const cell = (lines[2] as string).split(',');
  assert.deepEqual(cell.slice(0, 7), ['2020', 'a', 'y', '20', 'estimated', '1', '30']);
  // Filled with 20: (20/50)/(60/110). With 1: (1/31)/(41/91); with 30: (30/60)/(70/120).
  const quotients = cell.slice(7).map(Number);
  [20 / 50 / (60 / 110), 1 / 31 / (41 / 91), 30 / 60 / (70 / 120)].forEach((x, k) =>
    assert.ok(Math.abs((quotients[k] as number) - x) < 1e-11, `${quotients[k]} for ${x}`),
  );
  const again = run(
    'check',
    'filled.csv',
    '--columns',
    'region=regionCode,industry=industryCode,value=value,year=year,flag=flag',
  );
  assert.equal(again.answer<{ years: { estimated: number }[] }>().years[0]?.estimated, 1);
  put('totals.csv', 'year,region,industry,total\n2020,a,,90\n2020,b,,60\n');
  const none = run('impute', 'hidden.csv', ...args, '--published', 'totals.csv', '--out', 'no.csv');
  assert.deepEqual([none.status, none.answer<Imputed>().status], [65, 'infeasible']);
  const bare = run(
    'impute',
    'hidden.csv',
    '--columns',
    'region=area,industry=trade,value=jobs,year=year',
    '--out',
    'no.csv',
  );
  assert.deepEqual([bare.status, /SUPPRESSED_USED/.test(bare.stderr)], [65, true]);
});

test('small cells are masked before anything is computed, with others beside them', () => {
  put('small.csv', 'area,trade,jobs\na,x,4\na,y,50\na,z,60\nb,x,70\nb,y,20\nb,z,90\nc,x,80\nc,y,30\nc,z,10\n');
  const args = ['--columns', 'region=area,industry=trade,value=jobs', '--mask-below', '10', '--out', 'masked'];
  const done = run('measures', 'small.csv', ...args);
  assert.equal(done.status, 0, done.stderr);
  interface Measures {
    readonly years: readonly {
      readonly masked: { readonly below: number; readonly cells: number; readonly open: number };
    }[];
  }
  assert.deepEqual(done.answer<Measures>().years[0]?.masked, { below: 10, cells: 4, open: 0 });
  const cells = readFileSync(path.join(folder, 'masked/cells.csv'), 'utf8').trim().split('\n').slice(1);
  const empty = cells.filter((l) => l.split(',')[2] === '').map((l) => l.split(',').slice(0, 4).join(','));
  // The rectangle that hides least besides (a, x): 50, 70 and 20; no quotient of theirs is told either.
  assert.deepEqual(empty, ['a,x,,', 'a,y,,', 'b,x,,', 'b,y,,']);
  const html = run('report', 'small.csv', ...args.slice(0, 4), '--region', 'a', '--lang', 'en', '--out', 'a.html');
  assert.equal(html.status, 0, html.stderr);
  const text = readFileSync(path.join(folder, 'a.html'), 'utf8');
  assert.match(text, /4 cells are masked/);
  assert.doesNotMatch(text, />\s*(50|114)\s*</);
});
