import { QipanError } from '@qipan/base';
import { sphericalCosinesM, type Csr } from '@qipan/numeric';
import type { PointCost } from '../location/problem.js';
import type { Instance, ReadOptions } from './instance.js';
import { WordReader } from './numbers.js';

/**
 * TSPLIB file with `EDGE_WEIGHT_TYPE: EUC_2D`; every point is demand 1 and a candidate, the distance is the Euclidean
 * one rounded down, ids count from 1 (Reinelt 1991; the rounding is that of the p-median literature on these sets).
 */
export function readTsplib(text: string, o: ReadOptions): Instance {
  const { header, r } = headerOf(text, o, 'NODE_COORD_SECTION');
  const kind = header.get('EDGE_WEIGHT_TYPE') ?? 'EUC_2D';
  if (kind !== 'EUC_2D')
    throw new QipanError('UNSUPPORTED_FORMAT', `${o.file}: EDGE_WEIGHT_TYPE ${kind}; expected EUC_2D`, {
      file: o.file,
      got: kind,
      expected: 'EUC_2D',
    });
  const n = dimensionOf(header, o.file);
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  const seen = new Uint8Array(n);
  for (let k = 0; k < n; k++) {
    const id = r.integer(`the id of point ${k + 1}`, 1, n) - 1;
    if (seen[id] === 1) r.fail(`each id once (DIMENSION ${n})`, `id ${id + 1} again`);
    seen[id] = 1;
    x[id] = r.number(`the x of point ${id + 1}`);
    y[id] = r.number(`the y of point ${id + 1}`);
  }
  atEnd(r, `${n} points`);
  const costs: PointCost = { form: 'points', metric: 'floorEuclidean', x, y };
  const floor = (i: number, j: number) => Math.floor(Math.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2));
  return {
    ...plain(n),
    costs,
    distances: costs,
    cover: (radius) => pairsWithin(n, { near: (i, j) => Math.abs(x[i] - x[j]) < radius + 1, distance: floor }, radius),
    siteId: (j) => j + 1,
    warnings: r.warnings,
  };
}

const none = { p: null, fixedCost: null, capacity: null, demand: null, singleSource: false } as const;
const plain = (n: number) => ({ ...none, weight: new Float64Array(n).fill(1) });

/** Radius of the sphere that the city sets were made with, metres. */
const cityRadiusM = 6_378_100;

/**
 * City file of the maximal covering literature: `NODE_COORD_SECTION` with latitude and longitude, `DEMAND_SECTION` with
 * one weight a node in the same order, ids counted from 0; metres by the spherical law of cosines (R = 6,378,100 m).
 */
export function readMclpCity(text: string, o: ReadOptions): Instance {
  const { header, r } = headerOf(text, o, 'NODE_COORD_SECTION');
  const n = dimensionOf(header, o.file);
  const lat = new Float64Array(n);
  const lon = new Float64Array(n);
  const degrees = (what: string, limit: number) => {
    const v = r.number(what);
    if (Math.abs(v) > limit) r.fail(`${what} in −${limit}…${limit} (latitude comes first)`, v);
    return v;
  };
  for (let k = 0; k < n; k++) {
    lat[k] = degrees(`the latitude of node ${k}`, 90);
    lon[k] = degrees(`the longitude of node ${k}`, 180);
  }
  const section = r.word('DEMAND_SECTION');
  if (section !== 'DEMAND_SECTION') r.fail(`DEMAND_SECTION after ${n} nodes`, section);
  const weight = r.amounts(n, (k) => `the demand of node ${k}`);
  atEnd(r, `${n} demands`);
  const metres = sphericalCosinesM(cityRadiusM);
  const perDegree = (cityRadiusM * Math.PI) / 180;
  const near = (i: number, j: number, radius = 0) => Math.abs(lat[i] - lat[j]) * perDegree <= radius * 1.001 + 1;
  return {
    ...none,
    costs: null,
    distances: null,
    weight,
    cover: (radius) =>
      pairsWithin(
        n,
        { near: (i, j) => near(i, j, radius), distance: (i, j) => metres(lon[i], lat[i], lon[j], lat[j]) },
        radius,
      ),
    siteId: (j) => j,
    warnings: r.warnings,
  };
}

/**
 * São José dos Campos sets: `n`, then x y a line; the demands stand in a second file, one a line in the same order.
 * Euclidean distances in the file's own unit; ids count from 1.
 */
export function readSjc(text: string, o: ReadOptions): Instance {
  if (!o.extra) throw new QipanError('BAD_USAGE', `${o.file}: this format needs its demand file as well`);
  const r = new WordReader(o.file, text);
  const n = r.integer('the number of points', 1, 1e7);
  r.expectAtLeast(2 * n, `${n} points`);
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    x[k] = r.number(`the x of point ${k + 1}`);
    y[k] = r.number(`the y of point ${k + 1}`);
  }
  r.end(1, `${n} points`);
  const d = new WordReader(o.extra.file, o.extra.text);
  const weight = d.amounts(n, (k) => `the demand of point ${k + 1}`);
  d.end(1, `${n} demands`);
  const distance = (i: number, j: number) => Math.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2);
  return {
    ...none,
    costs: { form: 'points', metric: 'euclidean', x, y, weight },
    distances: { form: 'points', metric: 'euclidean', x, y },
    weight,
    cover: (radius) => pairsWithin(n, { near: (i, j) => Math.abs(x[i] - x[j]) <= radius, distance }, radius),
    siteId: (j) => j + 1,
    warnings: [...r.warnings, ...d.warnings],
  };
}

/** Pairs at distance ≤ radius; `near` is a cheap test that must hold for all of them. */
export function pairsWithin(
  n: number,
  by: { near: (i: number, j: number) => boolean; distance: (i: number, j: number) => number },
  radius: number,
): Csr {
  const start = new Int32Array(n + 1);
  const index: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (by.near(i, j) && by.distance(i, j) <= radius) index.push(j);
    start[i + 1] = index.length;
  }
  return { rows: n, cols: n, start, index: Int32Array.from(index), value: new Float64Array(index.length) };
}

/** `KEYWORD : value` lines up to the section, and a reader of what follows. */
function headerOf(text: string, o: ReadOptions, section: string): { header: Map<string, string>; r: WordReader } {
  const header = new Map<string, string>();
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (let k = 0; k < lines.length; k++) {
    const line = lines[k].trim();
    if (line.replace(/\s*:$/, '') === section) {
      // Empty lines keep the line numbers of messages right.
      return { header, r: new WordReader(o.file, '\n'.repeat(k + 1) + lines.slice(k + 1).join('\n')) };
    }
    const match = /^([A-Za-z_]+)\s*:\s*(.*)$/.exec(line);
    if (match) header.set(match[1].toUpperCase(), match[2].trim());
    else if (line !== '')
      throw new QipanError(
        'BAD_FILE',
        `${o.file}, line ${k + 1}: got "${line.slice(0, 40)}"; expected "KEYWORD : value" or ${section}`,
        {
          file: o.file,
          row: k + 1,
          got: line.slice(0, 40),
          expected: section,
        },
      );
  }
  throw new QipanError('BAD_FILE', `${o.file}: there is no ${section}`, { file: o.file, expected: section });
}

function dimensionOf(header: ReadonlyMap<string, string>, file: string): number {
  const n = Number(header.get('DIMENSION'));
  if (!(Number.isInteger(n) && n >= 1 && n <= 1e7))
    throw new QipanError(
      'BAD_FILE',
      `${file}: DIMENSION is ${header.get('DIMENSION') ?? 'missing'}; expected an integer ≥ 1`,
      {
        file,
        got: header.get('DIMENSION'),
        expected: 'an integer ≥ 1',
      },
    );
  return n;
}

/** Only `EOF` may follow; numbers mean that the dimension is wrong. */
function atEnd(r: WordReader, what: string): void {
  const next = r.peek();
  if (next === 'EOF') r.word('EOF');
  else if (next !== null && Number.isFinite(Number(next))) r.fail(`the end after ${what}`, `${r.left} more numbers`);
  if (r.left > 0) r.warnings.push(`${r.file}, line ${r.line}: ${r.left} words after ${what} were not read`);
}
