import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { readInstance, solveFile, type Instance, type SolveFileOptions } from '@qipan/optim';
import {
  bestCenter,
  bestLscp,
  bestMclp,
  bestMedian,
  bestUfl,
  planeTable,
  randomPoints,
} from '../support/brute-force.js';
import { refused } from '../support/files.js';
import { greatCircleKm } from '../support/territory.js';

const read = (text: string, pairs?: string): Instance =>
  readInstance('p-median', 'csv', text, {
    file: 'sites.csv',
    ...(pairs === undefined ? {} : { extra: { file: 'pairs.csv', text: pairs } }),
  });

const rows = (header: string, ...lines: readonly string[]): string => [header, ...lines].join('\n');
const close = (got: number | null, expected: number): void =>
  assert.ok(got !== null && Math.abs(got - expected) <= 1e-9 * Math.max(1, expected), `${got} is not ${expected}`);

test('points in the plane: the cost is weight times distance, ids are names', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const rng = random(seed);
    const points = randomPoints(rng, 8, 50);
    const weight = points.map(() => 1 + rng.below(9));
    const fixedCost = points.map(() => 20 + rng.below(80));
    const text = rows(
      'id,x,y,weight,fixedCost',
      ...points.map(([x, y], k) => `v${k},${x},${y},${weight[k]},${fixedCost[k]}`),
    );
    const d = planeTable(points);
    const table = d.map((row, i) => row.map((v) => v * weight[i]));
    const median = solveFile('p-median', 'csv', text, { p: 3 });
    assert.equal(median.status, 'optimal');
    close(median.value, bestMedian(table, 3));
    assert.ok(median.open.every((id) => /^v\d$/.test(String(id))));
    close(solveFile('p-center', 'csv', text, { p: 2 }).value, bestCenter(d, 2));
    close(solveFile('ufl', 'csv', text).value, bestUfl(table, fixedCost));
    const near = d.map((row) => row.map((v) => (v <= 15 ? 0 : Infinity)));
    close(solveFile('mclp', 'csv', text, { p: 2, radius: 15 }).value, bestMclp(near, weight, 2));
    close(solveFile('lscp', 'csv', text, { radius: 15 }).value, bestLscp(near, fixedCost));
  }
});

test('degrees: great circles in kilometres, by another formula', () => {
  const places = [
    ['a', 107.3, 30.3],
    ['b', 107.5, 30.1],
    ['c', 107.4, 30.5],
    ['d', 108.0, 30.2],
  ] as const;
  const text = rows('id,lon,lat', ...places.map((p) => p.join(',')));
  const d = places.map(([, lon, lat]) => places.map(([, lon2, lat2]) => greatCircleKm(lon, lat, lon2, lat2)));
  close(solveFile('p-median', 'csv', text, { p: 2 }).value, bestMedian(d, 2));
  close(solveFile('p-center', 'csv', text, { p: 1 }).value, bestCenter(d, 1));
  refused(
    () => read(rows('id,lon,lat', 'a,30.3,107.3')),
    'BAD_CELL',
    /row 2, column lat: got "107\.3"; expected a number in -90…90/,
  );
});

test('distances of a second file replace those of coordinates; pairs that it does not name are out of reach', () => {
  const text = rows('id,weight', 'a,1', 'b,2', 'c,5');
  const pairs = rows('from,to,distance', 'a,a,0', 'b,b,0', 'c,c,0', 'a,b,4', 'c,b,3');
  const table = [
    [0, 4, Infinity],
    [Infinity, 0, Infinity],
    [Infinity, 15, 0],
  ];
  const options: SolveFileOptions = { extra: { file: 'pairs.csv', text: pairs }, p: 1 };
  const one = solveFile('p-median', 'csv', text, options);
  assert.deepEqual([one.value, one.open], [bestMedian(table, 1), ['b']]);
  const far = solveFile('mclp', 'csv', text, { ...options, radius: 3.5 });
  assert.deepEqual([far.value, far.open], [7, ['b']], 'the radius is of distances, not of costs');
  const lonely = solveFile('p-median', 'csv', text, {
    extra: { file: 'p', text: rows('from,to,distance', 'a,b,1') },
    p: 1,
  });
  assert.deepEqual([lonely.status, lonely.value, lonely.gap], ['infeasible', null, null]);
});

test('capacities make the weight a demand that is carried within them', () => {
  const text = rows('id,x,y,weight,fixedCost,capacity', 'a,0,0,5,0,8', 'b,10,0,5,0,8');
  assert.deepEqual(
    [solveFile('cfl', 'csv', text).value, solveFile('cfl', 'csv', text, { capacity: 10 }).status],
    [0, 'optimal'],
  );
  const tight = rows('id,x,y,weight,fixedCost,capacity', 'a,0,0,6,0,8', 'b,10,0,6,100,8', 'c,20,0,3,100,8');
  const split = solveFile('cfl', 'csv', tight);
  assert.equal(split.status, 'optimal');
  const whole = solveFile('cfl', 'csv', tight, { singleSource: true });
  assert.ok((split.value ?? NaN) <= (whole.value ?? NaN) + 1e-9, 'splitting never costs more');
});

test('quotes, commas and line ends inside quotes, and empty lines are read as RFC 4180 says', () => {
  const text = '\ufeffid,x,y\r\n"a, the ""first""",0,0\r\n\r\n"two\nlines",3,4\r\n';
  const found = read(text);
  assert.deepEqual([found.siteId(0), found.siteId(1)], ['a, the "first"', 'two\nlines']);
  assert.deepEqual([...found.weight], [1, 1]);
});

test('columns that are unknown or missing are named', () => {
  refused(
    () => read(rows('id,x,y,wieght', 'a,0,0,1')),
    'BAD_FILE',
    /unknown column "wieght"; expected some of id, x, y/,
  );
  refused(() => read(rows('x,y', '0,0')), 'MISSING_COLUMN', /there is no column "id"/);
  refused(() => read(rows('id,x', 'a,0')), 'MISSING_COLUMN', /neither columns "x","y" nor "lon","lat"/);
  refused(
    () => read(rows('id', 'a'), rows('from,to', 'a,a')),
    'MISSING_COLUMN',
    /pairs\.csv: there is no column "distance"/,
  );
  refused(
    () => read(rows('id', 'a'), rows('to,distance', 'a,1')),
    'MISSING_COLUMN',
    /pairs\.csv: there is no column "from"/,
  );
});

test('cells that are wrong are refused with file, row, column, got and expected', () => {
  for (const [column, word, expected] of [
    ['x', 'east', 'a number'],
    ['y', '', 'a number'],
    ['weight', '-1', 'a number ≥ 0'],
    ['fixedCost', '1e999', 'a number ≥ 0'],
    ['capacity', '3 000', 'a number ≥ 0'],
  ] as const) {
    const cells: Record<string, string> = {
      id: 'b',
      x: '1',
      y: '1',
      weight: '1',
      fixedCost: '1',
      capacity: '9',
      [column]: word,
    };
    const header = 'id,x,y,weight,fixedCost,capacity';
    const text = rows(
      header,
      'a,0,0,1,1,9',
      header
        .split(',')
        .map((c) => cells[c])
        .join(','),
    );
    const details = refused(() => read(text), 'BAD_CELL', new RegExp(`^sites\\.csv, row 3, column ${column}: got "`));
    assert.deepEqual(details, { file: 'sites.csv', row: 3, column, got: word, expected });
  }
});

test('rows with too few or too many cells are refused', () => {
  const details = refused(
    () => read(rows('id,x,y', 'a,0,0', 'b,1')),
    'BAD_FILE',
    /sites\.csv, row 3: 2 cells; expected 3/,
  );
  assert.equal(details['row'], 3);
  refused(() => read(rows('id,x,y', 'a,0,0,0')), 'BAD_FILE', /row 2: 4 cells; expected 3/);
});

test('ids that are empty or stand twice are refused, and pairs of unknown or repeated ids', () => {
  refused(() => read(rows('id,x,y', 'a,0,0', 'a,1,1')), 'DUPLICATE_ID', /row 3: id "a"; expected each id once/);
  refused(() => read(rows('id,x,y', ',0,0')), 'DUPLICATE_ID', /row 2: id ""/);
  const details = refused(
    () => read(rows('id', 'a'), rows('from,to,distance', 'a,a,0', 'a,z,1')),
    'UNKNOWN_REFERENCE',
    /pairs\.csv, row 3: there is no id "z"/,
  );
  assert.deepEqual([details['row'], details['column'], details['got']], [3, 'to', 'z']);
  refused(
    () => read(rows('id', 'a'), rows('from,to,distance', 'a,a,0', 'a,a,1')),
    'DUPLICATE_ID',
    /a pair of points stands twice/,
  );
  refused(
    () => read(rows('id', 'a'), rows('from,to,distance', 'a,a,-1')),
    'BAD_CELL',
    /pairs\.csv, row 2, column distance: got "-1"/,
  );
});

test('a problem that the file cannot carry, or a number that nobody gave, is said in words', () => {
  const text = rows('id,x,y', 'a,0,0', 'b,1,1');
  refused(() => solveFile('p-median', 'csv', text), 'BAD_USAGE', /p is needed: the file gives none \(--p\)/);
  refused(
    () => solveFile('mclp', 'csv', text, { p: 1 }),
    'BAD_USAGE',
    /a radius is needed: the file gives none \(--radius\)/,
  );
  refused(() => solveFile('lscp', 'csv', text, { radius: -1 }), 'OUT_OF_RANGE', /radius = -1; expected ≥ 0/);
  refused(() => solveFile('lscp', 'csv', text, { radius: NaN }), 'OUT_OF_RANGE', /radius = NaN/);
  refused(() => solveFile('ufl', 'csv', text), 'BAD_USAGE', /the file holds no fixed costs/);
  refused(
    () => solveFile('cfl', 'csv', rows('id,x,y,fixedCost', 'a,0,0,1')),
    'BAD_USAGE',
    /the file holds no capacities/,
  );
  refused(() => solveFile('p-median', 'csv', text, { p: 3 }), 'OUT_OF_RANGE', /p = 3/);
  refused(
    () => solveFile('p-median', 'nonsense' as 'csv', text),
    'UNSUPPORTED_FORMAT',
    /format "nonsense"; expected orlib, tsplib/,
  );
  refused(() => solveFile('n-median' as 'ufl', 'csv', text), 'BAD_USAGE', /problem "n-median"; expected p-median/);
});
