import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { errorTable, QipanError } from '@qipan/base';
import type { PlanResult } from '@qipan/plan';
import { repoRoot } from '@qipan/testing';
import { roleOf } from '../src/board-files.js';
import { parseFault } from '../src/commands/station.js';
import { headFaults } from '../src/commands/plan.js';
import { parseYears } from '../src/commands/import.js';
import { exitCodeOf, failureText, understood } from '../src/failure.js';

const folder = mkdtempSync(path.join(tmpdir(), 'qipan-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
};

/** Runs the command as a shell does. */
function qipan(...args: string[]) {
  const out = spawnSync(process.execPath, [path.join(repoRoot, 'packages/cli/bin/qipan.js'), ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, QIPAN_DATA: path.join(folder, 'data') },
  });
  return { code: out.status, out: out.stdout, err: out.stderr };
}

/** Several command lines in one process, which is much faster. */
function qipans(...lines: string[][]) {
  const script = path.join(repoRoot, 'packages/cli/dist/test/many-runs.js');
  const env = { ...process.env, QIPAN_DATA: path.join(folder, 'data') };
  const out = spawnSync(process.execPath, [script, JSON.stringify(lines)], { encoding: 'utf8', cwd: folder, env });
  assert.equal(out.status, 0, out.stderr);
  return JSON.parse(out.stdout) as { code: number; out: string; err: string }[];
}

const commands = ['start', 'serve', 'import', 'plan', 'station', 'export', 'solve', 'bench'];
const regions =
  'id,name,level,parent,population,control,controlYear\nC,County,county,,,1000,2020\nT1,North,township,C,600,,\nT2,South,township,C,400,,\n';
const places =
  'id,name,region,lon,lat,population\nv1,One,T1,107.3,30.3,350\nv2,Two,T1,107.4,30.3,250\nv3,Three,T2,107.3,30.2,400\n';

describe('help', () => {
  test('without a word and with --help the commands are named, with examples and in both languages', () => {
    for (const { code, out } of qipans([], ['--help'])) {
      assert.equal(code, 0);
      for (const command of commands) assert.match(out, new RegExp(`^  ${command} `, 'm'));
      assert.match(out, /Examples · 示例/);
      assert.match(out, /棋盘/);
    }
  });

  test('start --help shows port, data folder, DATABASE_URL and speed', () => {
    const { code, out } = qipan('start', '--help');
    assert.equal(code, 0);
    for (const word of [
      '--port',
      '--host',
      '--data-folder',
      'QIPAN_DATA',
      'DATABASE_URL',
      '--speed',
      '--no-demo',
      '--stations',
      '--seed',
      '4650',
    ])
      assert.ok(out.includes(word), word);
  });

  test('every command has a help of its own with an example', () => {
    for (const { code, out } of qipans(...commands.map((c) => [c, '--help']))) {
      assert.equal(code, 0);
      assert.match(out, /Examples/);
    }
  });

  test('help loads no room but base and its own', () => {
    const tell = 'export async function load(url, c, next) { process._rawDebug(`loads ${url}`); return next(url, c); }';
    const script = `process.argv.splice(1, 9, 'node', 'qipan', '--help');
      const { register } = await import('node:module');
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(tell)}`)});
      const { run } = await import(${JSON.stringify(`file://${repoRoot}/packages/cli/dist/src/program.js`)});
      await run(['--help']);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const loaded = stderr.split('\n').filter((l) => l.startsWith('loads file:'));
    assert.ok(loaded.some((l) => l.includes('/packages/base/')));
    assert.deepEqual(
      loaded.filter((l) => !/\/packages\/(base|cli)\/|\/node_modules\/commander\//.test(l)),
      [],
    );
  });
});

describe('exit codes and error sentences', () => {
  test('a wrong option, command or number is 64 and says what was expected', () => {
    const wrong = [
      ['nonsense'],
      ['start', '--port', 'abc'],
      ['start', '--speed', '5000'],
      ['solve'],
      ['station', 'run'],
    ];
    qipans(...wrong).forEach(({ code, err }, i) => {
      assert.equal(code, 64, wrong[i]?.join(' '));
      assert.match(err, /error:/);
    });
  });

  test('an unknown benchmark suite is 66 and names those there are', () => {
    const { code, err } = qipan('bench', 'nonsense');
    assert.equal(code, 66);
    assert.match(err, /startup/);
  });

  test('a file that is not there is 66', () => {
    const { code, err } = qipan('import', 'nowhere.csv', '--out', 'b.json');
    assert.equal(code, 66);
    assert.match(err, /nowhere\.csv/);
    assert.match(err, /未找到/);
  });

  test('an address that is none is 64', () => {
    const { code, err } = qipan('station', 'fleet', '--url', 'http://x', '--count', '1');
    assert.equal(code, 64);
    assert.match(err, /ws:\/\/host:port\/ocpp/);
  });

  test('with --json an error is one line of JSON', () => {
    const { code, err } = qipan('import', 'nowhere.csv', '--json');
    assert.equal(code, 66);
    assert.equal((JSON.parse(err) as { error: { code: string } }).error.code, 'NOT_FOUND');
  });

  test('the text of an error holds its sentence in both languages, its code and its details', () => {
    const text = failureText(
      new QipanError('BAD_CELL', 'a.csv row 3', { file: 'a.csv', row: 3, got: 'x', expected: 'a number' }),
    );
    for (const part of [
      'a.csv row 3',
      errorTable.BAD_CELL.en,
      errorTable.BAD_CELL.zh,
      'BAD_CELL',
      'got: x',
      'expected: a number',
    ])
      assert.ok(text.includes(part), part);
    assert.match(failureText(new Error('boom')), /bug/);
    assert.equal(exitCodeOf(new Error('boom')), 1);
    for (const [code, row] of Object.entries(errorTable))
      assert.equal(exitCodeOf(new QipanError(code as keyof typeof errorTable, '')), row.exitCode);
  });

  test('faults of the file system become sentences', () => {
    const fault = (code: string) => understood(Object.assign(new Error('x'), { code, path: '/p' })) as QipanError;
    assert.equal(fault('ENOENT').code, 'NOT_FOUND');
    assert.equal(fault('EACCES').code, 'FOLDER_NOT_WRITABLE');
    assert.equal(fault('ENOSPC').code, 'DISK_FULL');
    const other = new Error('y');
    assert.equal(understood(other), other);
  });
});

describe('import', () => {
  test('tables are known by their columns', () => {
    const bytes = (text: string) => ({ file: 'x.csv', bytes: new TextEncoder().encode(text) });
    assert.equal(roleOf(bytes(regions)), 'regions');
    assert.equal(roleOf(bytes(places)), 'places');
    assert.equal(roleOf(bytes('编号,名称,乡镇,经度,纬度,车位数\n')), 'sites');
    assert.equal(roleOf(bytes('id,name,lon,lat,guns\n')), 'stations');
    assert.throws(() => roleOf(bytes('a,b\n1,2\n')), { code: 'MISSING_COLUMN' });
  });

  test('regions, places and a boundary become a board in a file', () => {
    const outline = file(
      'outline.geojson',
      JSON.stringify({
        type: 'FeatureCollection',
        features: [
          {
            type: 'Feature',
            properties: { code: 'C' },
            geometry: {
              type: 'Polygon',
              coordinates: [
                [
                  [107, 30],
                  [108, 30],
                  [108, 31],
                  [107, 31],
                  [107, 30],
                ],
              ],
            },
          },
        ],
      }),
    );
    const out = path.join(folder, 'board.json');
    const {
      code,
      out: text,
      err,
    } = qipan(
      'import',
      file('regions.csv', regions),
      file('places.csv', places),
      outline,
      '--out',
      out,
      '--name',
      'Test',
      '--json',
    );
    assert.equal(code, 0, err);
    const result = JSON.parse(text) as { regions: number; places: number; population: number };
    assert.deepEqual([result.regions, result.places, result.population], [3, 3, 1000]);
  });

  test('a wrong cell is named with file, row, column, got and expected, and nothing is written', () => {
    const bad = file('bad.csv', places.replace('107.4', 'east'));
    const out = path.join(folder, 'never.json');
    const { code, err } = qipan('import', file('regions.csv', regions), bad, '--out', out);
    assert.equal(code, 65);
    for (const part of ['bad.csv', 'row 3', 'lon', 'east', 'a number']) assert.ok(err.includes(part), part);
    assert.equal(qipan('plan', 'solve', '--board', out).code, 66);
  });

  test('a half-empty population table is refused', () => {
    const { code, err } = qipan(
      'import',
      file('half.csv', regions.replace('400,,', ',,')),
      file('places.csv', places),
      '--out',
      'x.json',
    );
    assert.equal(code, 65);
    assert.match(err, /INCOMPLETE_TABLE/);
  });

  test('a point outside the county, villages of half the people and an empty file are refused in both languages', () => {
    const land = [107.2, 30.2, 107.5, 30.2, 107.5, 30.4, 107.2, 30.4, 107.2, 30.2];
    const ring = [0, 2, 4, 6, 8].map((k) => land.slice(k, k + 2));
    const outline = file('land.geojson', JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
    const [all, out] = [file('regions.csv', regions), path.join(folder, 'never.json')];
    const wrong = [
      ['far.csv', places.replace('107.4', '109.4'), /far\.csv row 3, column lon, lat: \(109\.4, 30\.3\)/],
      [
        'few.csv',
        places.replace(',350', ',35'),
        /685 persons, 68\.5 % of the 1000 of 2020[^]*2020 年总数 1000 人的 68\.5 %/,
      ],
      ['none.csv', '', /none\.csv is empty[^]*文件无法按所述格式读取/],
      ['head.csv', places.split('\n', 1)[0] ?? '', /head\.csv holds no place/],
    ] as const;
    const runs = qipans(...wrong.map(([name, text]) => ['import', all, file(name, text), outline, '--out', out]));
    runs.forEach(({ code, err }, i) => {
      assert.equal(code, 65);
      assert.match(err, wrong[i]?.[2] ?? /never/);
    });
    assert.equal(existsSync(out), false);
  });

  test('a place in a region that is not there, and a table twice, are refused', () => {
    const lost = qipan(
      'import',
      file('regions.csv', regions),
      file('lost.csv', places.replace('T2', 'T9')),
      '--out',
      'x.json',
    );
    assert.equal(lost.code, 65);
    assert.match(lost.err, /T9/);
    const twice = qipan('import', file('regions.csv', regions), file('again.csv', regions), '--out', 'x.json');
    assert.equal(twice.code, 65);
    assert.match(twice.err, /both hold regions/);
  });

  test('an ending that is not read is 65 and names those that are', () => {
    const { code, err } = qipan('import', file('map.shp', 'x'), '--out', 'x.json');
    assert.equal(code, 65);
    assert.match(err, /\.csv, \.xlsx, \.geojson, \.pbf/);
  });

  test('years are a range or a list, ascending', () => {
    assert.deepEqual(parseYears('2026-2029'), [2026, 2027, 2028, 2029]);
    assert.deepEqual(parseYears('2026,2030'), [2026, 2030]);
    for (const wrong of ['', '26', '2030-2026', '2030,2026', 'soon'])
      assert.throws(() => parseYears(wrong), { code: 'BAD_USAGE' });
  });
});

test('faults are named by kind and amount', () => {
  assert.deepEqual(parseFault('meterJump:5', 7), { kind: 'meterJump', fromMs: 7, toMs: 8.64e15, amount: 5 });
  assert.throws(() => parseFault('gremlins', 0), { code: 'BAD_USAGE' });
});

test('a plan file whose head claims more than its plan and proof is noticed', () => {
  const inner = { plan: { value: 200 }, certificate: { bound: 190 } };
  const head = { value: 200, bound: 190, gap: 0.05 };
  const faults = (claim: object) => headFaults({ ...inner, ...head, ...claim } as unknown as PlanResult);
  assert.deepEqual(faults({}), []);
  for (const claim of [{ value: 199 }, { bound: 195 }, { gap: 0.01 }, { gap: NaN }, { bound: undefined }])
    assert.equal(faults(claim).length, 1, JSON.stringify(claim));
});
