import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { random, type Random } from '@qipan/base';
import { sharedData, skipWithout } from '@qipan/testing';
import { readInstance, solveFile, type FileFormat, type Instance } from '@qipan/optim';
import { bestCenter, bestLscp, bestMclp, bestMedian, planeTable, randomPoints } from '../support/brute-force.js';
import { refused, withWord } from '../support/files.js';

type Point = readonly [number, number];

const tsplib = (points: readonly Point[], more = ''): string =>
  [
    'NAME : drawn',
    'TYPE: TSP',
    `DIMENSION : ${points.length}`,
    'EDGE_WEIGHT_TYPE : EUC_2D',
    'NODE_COORD_SECTION',
    ...points.map(([x, y], k) => `${k + 1} ${x} ${y}`),
    `EOF${more}`,
  ].join('\n');
const city = (points: readonly Point[], weight: readonly number[]): string =>
  [
    `DIMENSION : ${points.length}`,
    'NODE_COORD_SECTION',
    ...points.map(([lat, lon]) => `${lat} ${lon}`),
    'DEMAND_SECTION',
    ...weight,
    'EOF',
  ].join('\n');
const sjc = (points: readonly Point[]): string => [points.length, ...points.map((p) => p.join(' '))].join('\r\n');

const read = (format: FileFormat, text: string, demand?: string): Instance =>
  readInstance('p-median', format, text, {
    file: 'p.txt',
    ...(demand === undefined ? {} : { extra: { file: 'd.txt', text: demand } }),
  });

const floored = (points: readonly Point[]): number[][] => planeTable(points).map((row) => row.map(Math.floor));

/** Metres by the haversine on the sphere of the city sets: another formula than the law of cosines. */
function metres([lat1, lon1]: Point, [lat2, lon2]: Point): number {
  const rad = Math.PI / 180;
  const h =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * 6_378_100 * Math.asin(Math.sqrt(h));
}
const within = (d: readonly (readonly number[])[], radius: number): number[][] =>
  d.map((row) => row.map((v) => (v <= radius ? 0 : Infinity)));
const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
const cityPoints = (rng: Random, n: number): Point[] =>
  Array.from({ length: n }, () => [40 + rng.below(1000) / 1e5, -74 + rng.below(1000) / 1e5] as const);

test('tsplib: distances are Euclidean and rounded down, every point is demand 1 and a site', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const points = randomPoints(random(seed), 8, 100);
    const d = floored(points);
    const median = solveFile('p-median', 'tsplib', tsplib(points), { p: 3 });
    assert.deepEqual([median.status, median.value], ['optimal', bestMedian(d, 3)]);
    assert.equal(solveFile('p-center', 'tsplib', tsplib(points), { p: 2 }).value, bestCenter(d, 2));
    assert.equal(solveFile('lscp', 'tsplib', tsplib(points), { radius: 30 }).value, bestLscp(within(d, 30), ones(8)));
    const mclp = solveFile('mclp', 'tsplib', tsplib(points), { radius: 25, p: 2 });
    assert.equal(mclp.value, bestMclp(within(d, 25), ones(8), 2));
  }
});

test('tsplib: points may stand in any order, each id once', () => {
  const points: Point[] = [
    [0, 0],
    [3, 4],
    [6, 8],
  ];
  const lines = tsplib(points).split('\n');
  const shuffled = [...lines.slice(0, 5), lines[7], lines[5], lines[6], lines[8]].join('\n');
  const found = read('tsplib', shuffled);
  assert.ok(found.costs !== null && 'x' in found.costs);
  assert.deepEqual([...found.costs.x], [0, 3, 6]);
  const twice = tsplib(points).replace('\n2 3 4', '\n1 3 4');
  const details = refused(() => read('tsplib', twice), 'BAD_FILE', /expected each id once \(DIMENSION 3\)/);
  assert.equal(details['file'], 'p.txt');
});

test('tsplib: header lines that are none, another metric and a wrong dimension are refused', () => {
  const good = tsplib([
    [0, 0],
    [1, 1],
  ]);
  refused(
    () => read('tsplib', good.replace('EUC_2D', 'GEO')),
    'UNSUPPORTED_FORMAT',
    /EDGE_WEIGHT_TYPE GEO; expected EUC_2D/,
  );
  assert.equal(read('tsplib', good.replace('EDGE_WEIGHT_TYPE : EUC_2D\n', '')).weight.length, 2, 'EUC_2D by default');
  for (const dimension of ['0', '-2', '2.5', 'two', '']) {
    refused(
      () => read('tsplib', good.replace('DIMENSION : 2', `DIMENSION : ${dimension}`)),
      'BAD_FILE',
      /DIMENSION is .*; expected an integer ≥ 1/,
    );
  }
  refused(() => read('tsplib', good.replace('DIMENSION : 2\n', '')), 'BAD_FILE', /DIMENSION is missing/);
  const details = refused(
    () => read('tsplib', good.replace('TYPE: TSP', 'what is this')),
    'BAD_FILE',
    /line 2: got "what is this"/,
  );
  assert.equal(details['row'], 2);
  refused(() => read('tsplib', 'NAME : x\n'), 'BAD_FILE', /there is no NODE_COORD_SECTION/);
  refused(() => read('tsplib', ''), 'BAD_FILE', /there is no NODE_COORD_SECTION/);
  refused(
    () => read('tsplib', good.replace('DIMENSION : 2', 'DIMENSION : 3')),
    'BAD_FILE',
    /got EOF; expected the id of point 3/,
  );
  refused(() => read('tsplib', good.replace('DIMENSION : 2', 'DIMENSION : 1')), 'BAD_FILE', /the end after 1 points/);
});

test('tsplib: what follows EOF is a warning, a coordinate that is none is named by its point', () => {
  const found = read(
    'tsplib',
    tsplib(
      [
        [0, 0],
        [1, 1],
      ],
      '\nTOUR_SECTION',
    ),
  );
  assert.match(found.warnings[0] ?? '', /words after 2 points were not read/);
  const broken = tsplib([
    [0, 0],
    [1, 1],
  ]).replace('2 1 1', '2 1 x');
  const details = refused(() => read('tsplib', broken), 'BAD_FILE', /line 7: got x; expected the y of point 2/);
  assert.deepEqual([details['row'], details['got']], [7, 'x']);
});

test('mclp-city: great circles in metres, ids from 0, the weights of the second section', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const rng = random(40 + seed);
    const points = cityPoints(rng, 9);
    const weight = points.map(() => rng.below(50));
    const d = points.map((a) => points.map((b) => metres(a, b)));
    const r = solveFile('mclp', 'mclp-city', city(points, weight), { radius: 400, p: 2 });
    assert.deepEqual([r.status, r.value], ['optimal', bestMclp(within(d, 400), weight, 2)]);
    assert.ok(r.open.every((id) => typeof id === 'number' && id >= 0 && id < 9));
    assert.equal(
      solveFile('lscp', 'mclp-city', city(points, weight), { radius: 500 }).value,
      bestLscp(within(d, 500), ones(9)),
    );
  }
});

test('mclp-city: swapped coordinates, missing sections and costs that it does not hold are refused', () => {
  const good = city(
    [
      [40, -74],
      [40.001, -74],
    ],
    [5, 6],
  );
  refused(
    () =>
      read(
        'mclp-city',
        city(
          [
            [-74, 40],
            [120, 40],
          ],
          [5, 6],
        ),
      ),
    'BAD_FILE',
    /the latitude of node 1 in −90…90 \(latitude comes first\)/,
  );
  refused(() => read('mclp-city', city([[40, 200]], [5])), 'BAD_FILE', /the longitude of node 0 in −180…180/);
  refused(
    () => read('mclp-city', good.replace('DEMAND_SECTION', 'WEIGHTS')),
    'BAD_FILE',
    /DEMAND_SECTION after 2 nodes/,
  );
  refused(() => read('mclp-city', good.replace('\n6\nEOF', '')), 'BAD_FILE', /the demand of node 1/);
  refused(
    () => read('mclp-city', good.replace('\n6\n', '\n-6\n')),
    'BAD_FILE',
    /got -6; expected the demand of node 1, a number ≥ 0/,
  );
  refused(() => read('mclp-city', good.replace('\nEOF', '\n7')), 'BAD_FILE', /the end after 2 demands/);
  refused(() => solveFile('p-median', 'mclp-city', good, { p: 1 }), 'BAD_USAGE', /the file holds no costs of service/);
  refused(() => solveFile('p-center', 'mclp-city', good, { p: 1 }), 'BAD_USAGE', /the file holds no distances/);
});

test('sjc: two files in the same order, Euclidean in the file’s own unit, ids from 1', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const rng = random(70 + seed);
    const points = randomPoints(rng, 8, 60);
    const weight = points.map(() => 1 + rng.below(9));
    const options = { extra: { file: 'd.txt', text: weight.join('\r\n') }, p: 2 };
    const d = planeTable(points);
    const median = solveFile('p-median', 'sjc', sjc(points), options);
    const expected = bestMedian(
      d.map((row, i) => row.map((v) => v * weight[i])),
      2,
    );
    assert.ok(Math.abs((median.value ?? NaN) - expected) < 1e-9 * expected);
    const mclp = solveFile('mclp', 'sjc', sjc(points), { ...options, radius: 20 });
    assert.equal(mclp.value, bestMclp(within(d, 20), weight, 2));
    assert.ok(median.open.every((id) => typeof id === 'number' && id >= 1));
  }
});

test('sjc: a missing demand file, and one that does not fit, are refused with the name of the file that is wrong', () => {
  const points: Point[] = [
    [0, 0],
    [3, 4],
  ];
  refused(() => read('sjc', sjc(points)), 'BAD_USAGE', /p\.txt: this format needs its demand file as well/);
  const short = refused(
    () => read('sjc', sjc(points), '5'),
    'BAD_FILE',
    /d\.txt, line 1: got the end of the file; expected the demand of point 2/,
  );
  assert.equal(short['file'], 'd.txt');
  refused(
    () => read('sjc', sjc(points), '5 6 7 8'),
    'BAD_FILE',
    /d\.txt, line 1: 2 numbers are left over after 2 demands/,
  );
  refused(() => read('sjc', sjc(points), '5 -6'), 'BAD_FILE', /got -6; expected the demand of point 2/);
  refused(
    () => read('sjc', `${sjc(points)}\n9 9`, '5 6'),
    'BAD_FILE',
    /p\.txt, line \d: 2 numbers are left over after 2 points/,
  );
  refused(
    () => read('sjc', withWord(sjc(points), 0, '3').text, '5 6'),
    'BAD_FILE',
    /3 points needs 6 more numbers; the file has 4/,
  );
});

test(
  'sjc: the smallest published set has as many points as its name says',
  { skip: skipWithout('siting/mclp-sjc') },
  () => {
    const file = (name: string): string => readFileSync(sharedData(`siting/mclp-sjc/${name}`) as string, 'utf8');
    for (const n of [10, 324]) {
      const found = read('sjc', file(`SJC${n}.txt`), file(`demand-SJC${n}.dat`));
      assert.equal(found.weight.length, n);
      assert.deepEqual(found.warnings, []);
    }
  },
);
