import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { csrFromLists, sphericalCosinesM } from '@qipan/numeric';
import { verify, type LocationProblem, type LocationResult, type PointCost } from '@qipan/optim';
import { sharedData, skipWithout } from '@qipan/testing';
import { bestCenter, bestMedian, none, sum, toCsr, type Table } from './support/brute-force.js';
import { assertClose, solved } from './support/checked.js';
import { andorra, dianjiang, knownOptimum, pmed, type Territory } from './support/territory.js';

/** Person-kilometres. */
const weighted = (t: Territory): Table => t.distanceKm.map((row, i) => row.map((km) => km * t.population[i]));
const within = (t: Territory, km: number): Table => t.distanceKm.map((row) => row.map((d) => (d <= km ? 1 : none)));

/** Found by exhaustion over all sets of sites, or by a MILP solver where those are too many. */
interface Oracle {
  readonly kind: 'p-median' | 'p-center' | 'mclp' | 'lscp';
  readonly p?: number;
  readonly radiusKm?: number;
  readonly value: number;
  /** Of the printed figure. */
  readonly tolerance: number;
}

const dianjiangOracles: readonly Oracle[] = [
  { kind: 'p-median', p: 3, value: 4_525_048.5, tolerance: 0.05 },
  { kind: 'p-median', p: 5, value: 2_938_400.0, tolerance: 0.05 },
  { kind: 'p-median', p: 8, value: 2_045_306.6, tolerance: 0.05 },
  { kind: 'p-center', p: 3, value: 15.4266, tolerance: 0.00005 },
  { kind: 'p-center', p: 5, value: 10.5877, tolerance: 0.00005 },
  { kind: 'mclp', radiusKm: 8, p: 3, value: 471_312, tolerance: 0 },
  { kind: 'mclp', radiusKm: 8, p: 5, value: 568_573, tolerance: 0 },
  { kind: 'mclp', radiusKm: 10, p: 3, value: 530_406, tolerance: 0 },
  { kind: 'mclp', radiusKm: 10, p: 5, value: 624_679, tolerance: 0 },
  { kind: 'lscp', radiusKm: 8, value: 10, tolerance: 0 },
  { kind: 'lscp', radiusKm: 10, value: 7, tolerance: 0 },
  { kind: 'lscp', radiusKm: 15, value: 4, tolerance: 0 },
];

const andorraOracles: readonly Oracle[] = [
  { kind: 'p-median', p: 3, value: 272_193.6, tolerance: 0.05 },
  { kind: 'p-median', p: 4, value: 206_041.4, tolerance: 0.05 },
  { kind: 'p-median', p: 5, value: 150_183.3, tolerance: 0.05 },
  { kind: 'p-median', p: 10, value: 65_954.4, tolerance: 0.05 },
  { kind: 'mclp', radiusKm: 5, p: 4, value: 72_991, tolerance: 0 },
  { kind: 'lscp', radiusKm: 5, value: 15, tolerance: 0 },
  { kind: 'lscp', radiusKm: 2, value: 41, tolerance: 0 },
];

function problemOf(t: Territory, o: Oracle): LocationProblem {
  const [p, radius] = [o.p ?? 0, o.radiusKm ?? 0];
  switch (o.kind) {
    case 'p-median':
      return { kind: 'p-median', costs: toCsr(weighted(t)), p };
    case 'p-center':
      return { kind: 'p-center', costs: toCsr(t.distanceKm), p };
    case 'mclp':
      return { kind: 'mclp', cover: toCsr(within(t, radius), t.name.length), weight: t.population, p };
    case 'lscp':
      return { kind: 'lscp', cover: toCsr(within(t, radius), t.name.length) };
  }
}

function assertOracle(t: Territory, o: Oracle): LocationResult {
  const r = solved(problemOf(t, o));
  const what = `${o.kind} p=${o.p} radius=${o.radiusKm}`;
  assert.equal(r.status, 'optimal', what);
  assert.ok(Math.abs(r.value - o.value) <= o.tolerance + 1e-6, `${what}: ${r.value}; expected ${o.value}`);
  return r;
}

test('Dianjiang, 25 seats: medians, centres and covers are the exhaustive ones', () => {
  const t = dianjiang();
  assert.equal(t.name.length, 25);
  // Each share of the census's 650,694 is rounded.
  assert.ok(Math.abs(sum(t.population) - 650_694) <= 12);
  for (const oracle of dianjiangOracles) assertOracle(t, oracle);
});

test('the three medians of Dianjiang are Guixi, Yantai and Yong’an', () => {
  const t = dianjiang();
  const r = assertOracle(t, dianjiangOracles[0]);
  const names = [...r.open].map((j) => t.name[j]);
  for (const name of ['桂溪', '砚台', '永安'])
    assert.ok(
      names.some((n) => n.startsWith(name)),
      `${name} is not among ${names.join(', ')}`,
    );
});

test('Dianjiang by coordinates alone gives the same medians and centres as by its table', () => {
  const t = dianjiang();
  const costs: PointCost = { form: 'points', metric: 'haversineKm', x: t.lon, y: t.lat, weight: t.population };
  for (const { kind, p, value, tolerance } of dianjiangOracles) {
    if (kind === 'p-median') {
      const r = solved({ kind, costs, p: p ?? 0 });
      assert.equal(r.status, 'optimal');
      assert.ok(Math.abs(r.value - value) <= tolerance + 1e-6);
    }
    if (kind === 'p-center') {
      const { weight: _, ...unweighted } = costs;
      assert.ok(Math.abs(solved({ kind, costs: unweighted, p: p ?? 0 }).value - value) <= tolerance);
    }
  }
});

test('one and two sites for a part of Dianjiang agree with all subsets', () => {
  const t = dianjiang();
  const few = weighted(t)
    .slice(0, 12)
    .map((row) => row.slice(0, 12));
  for (const p of [1, 2]) {
    assertClose(solved({ kind: 'p-median', costs: toCsr(few), p }).value, bestMedian(few, p));
    assertClose(solved({ kind: 'p-center', costs: toCsr(few), p }).value, bestCenter(few, p));
  }
});

test('Dianjiang: an idle seat turned into an existing site costs at least as much', () => {
  const t = dianjiang();
  const costs = toCsr(weighted(t));
  const free = solved({ kind: 'p-median', costs, p: 3 });
  for (const j of [0, 7, 19]) {
    const r = solved({ kind: 'p-median', costs, p: 3, existing: Int32Array.of(j) });
    assert.ok(r.value >= free.value - 1e-6);
    if (free.open.includes(j)) assertClose(r.value, free.value);
  }
});

test('Andorra by road, 73 settlements: medians and covers are the known ones', { skip: skipWithout('andorra') }, () => {
  const t = andorra();
  assert.equal(t.name.length, 73);
  assert.equal(Math.round(sum(t.population)), 83_890);
  for (const oracle of andorraOracles) assertOracle(t, oracle);
});

test('pmed1 to pmed10: the published medians, proved', { skip: skipWithout('siting/pmed') }, () => {
  for (let k = 1; k <= 10; k++) {
    const { p, table } = pmed(`pmed${k}`);
    const r = solved({ kind: 'p-median', costs: toCsr(table), p });
    assert.equal(r.status, 'optimal', `pmed${k}`);
    assert.equal(r.value, knownOptimum(`pmed${k}`, 'p-median'), `pmed${k}`);
    assert.equal(r.bound, r.value);
  }
});

test('pmed1 to pmed6: the published centres, proved', { skip: skipWithout('siting/pmed') }, () => {
  for (let k = 1; k <= 6; k++) {
    const { p, table } = pmed(`pmed${k}`);
    const r = solved({ kind: 'p-center', costs: toCsr(table), p });
    assert.equal(r.status, 'optimal', `pmed${k}`);
    assert.equal(r.value, knownOptimum(`pmed${k}`, 'p-center'), `pmed${k}`);
  }
});

test(
  'the published cover of New York, 50 sites within 400 m, is worth what it says',
  {
    skip: skipWithout('siting/mclp-city'),
  },
  () => {
    const city = readCity();
    const distance = sphericalCosinesM(6_378_100);
    const n = city.lat.length;
    const open = Int32Array.from(city.sites).sort();
    const assignment = new Int32Array(n).fill(-1);
    const rows = Array.from({ length: n }, (_, i) => {
      const index = city.sites.filter((j) => distance(city.lon[i], city.lat[i], city.lon[j], city.lat[j]) <= 400);
      if (index.length > 0) assignment[i] = index[0];
      return { index, value: index.map(() => 1) };
    });
    const problem: LocationProblem = { kind: 'mclp', cover: csrFromLists(n, rows), weight: city.demand, p: 50 };
    const r: LocationResult = {
      status: 'stopped',
      value: 1_153_640,
      bound: Infinity,
      gap: Infinity,
      open,
      assignment,
      certificate: null,
      stats: { iterations: 0, nodes: 0, coreSites: n, rootBound: Infinity },
    };
    const v = verify(problem, r);
    assert.equal(v.value, 1_153_640);
    assert.deepEqual(v.failures, ['there is no certificate of this kind of problem']);
  },
);

function readCity(): { lat: number[]; lon: number[]; demand: Float64Array; sites: number[] } {
  const text = readFileSync(sharedData('siting/mclp-city/NewYork.txt') ?? '', 'utf8');
  const section = (name: string) => {
    const lines = text.slice(text.indexOf(name)).split(/\r?\n/).slice(1);
    const end = lines.findIndex((line) => !/^\s*[-\d.]/.test(line));
    return lines.slice(0, end < 0 ? lines.length : end).map((line) => line.trim().split(/\s+/).map(Number));
  };
  const coordinates = section('NODE_COORD_SECTION');
  const solution = readFileSync(sharedData('siting/mclp-city/solutions/NewYork_50_400.txt') ?? '', 'utf8');
  const ids = (/^open (.*)$/m.exec(solution)?.[1] ?? '').trim().split(/\s+/).map(Number);
  return {
    lat: coordinates.map(([lat]) => lat),
    lon: coordinates.map(([, lon]) => lon),
    demand: Float64Array.from(section('DEMAND_SECTION'), ([d]) => d),
    sites: ids,
  };
}
