import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dianjiangBoard, dianjiangFiles, type CountyFiles } from '@qipan/territory';
import {
  buildProblem,
  explainVillage,
  planGeoJson,
  planNetwork,
  planTables,
  stationsOfPlan,
  verifyPlan,
} from '@qipan/plan';
import { coveredYear, near, openYears, reasonOf, shareOf, sitesWithin } from './support/recount.js';

const folder = new URL('../../../../data/dianjiang/', import.meta.url);
const names = Object.keys(dianjiangFiles) as (keyof CountyFiles)[];
const files = Object.fromEntries(names.map((n) => [n, readFileSync(new URL(dianjiangFiles[n], folder))]));
const board = dianjiangBoard(files as unknown as CountyFiles);
const years = [2026, 2027, 2028];
const problem = buildProblem(board, { years });
const result = planNetwork(problem, { seed: 5, gap: 0.3, effort: 0.02 });
const I = board.places.id.length;

test('the demo county is planned with little effort, proved and verified', () => {
  const verdict = verifyPlan(problem, result.plan, result.certificate);
  assert.deepEqual(verdict.failures, []);
  assert.ok(verdict.bound > 0 && result.bound <= result.value);
  assert.ok(result.sites.length > 0);
});

test('none of its villages and none of its people is lost between board and report', () => {
  assert.equal(result.villages.length, I);
  assert.deepEqual(
    result.villages.map((v) => v.id),
    board.places.id,
  );
  const people = board.places.population.reduce((s, x) => s + (x || 0), 0);
  assert.equal(
    result.villages.reduce((s, v) => s + (v.population ?? 0), 0),
    people,
  );
  assert.ok(people > 500_000, `${people} people`);
  result.villages.forEach((v, i) =>
    assert.equal(v.population === null, Number.isNaN(board.places.population[i]), `${v.name}: unknown is not 0`),
  );
});

test('its energy is kept: served by sites, unserved, and together what residents need', () => {
  years.forEach((year, t) => {
    const all = result.villages.reduce((s, v) => s + v.energyKwhPerDayByYear[t], 0);
    const left = result.plan.unserved.reduce(
      (s, q, e) => s + (e % years.length === t ? q * problem.energyKwhPerDay[e] : 0),
      0,
    );
    const served = result.sites.reduce((s, x) => s + x.energyKwhPerDayByYear[t], 0);
    assert.ok(near(served + left, all, 1e-8), `${year}: ${served} + ${left} of ${all}`);
    assert.ok(near(result.costByYear[t].servedShare, served / all, 1e-8));
  });
});

test('villages and people covered are those of an independent count, year by year', () => {
  const first = board.places.id.map((_, i) => coveredYear(problem, result.plan, i));
  assert.deepEqual(
    result.villages.map((v) => v.coveredYear),
    first,
  );
  const people = (i: number) => board.places.population[i] || 0;
  const all = board.places.id.reduce((s, _, i) => s + people(i), 0);
  years.forEach((year, t) => {
    const covered = first.reduce<number>((s, y, i) => s + (y !== null && y <= year ? people(i) : 0), 0);
    assert.ok(near(result.costByYear[t].coveredShare, covered / all, 1e-9), `${year}: ${covered / all}`);
  });
  const counted = result.sites.reduce((s, x) => s + x.villages, 0);
  assert.equal(counted, first.filter((y) => y !== null).length);
});

test('every village has the reason that its own figures bear out, and a sentence of it in both languages', () => {
  result.villages.forEach((v, i) => {
    assert.equal(v.reason, reasonOf(problem, result, i), v.name);
    years.forEach((_, t) => assert.ok(near(v.servedShareByYear[t], shareOf(result.plan, t, i), 1e-8)));
    const open = sitesWithin(problem, i).filter((s) => openYears(problem, result.plan, s.site).length > 0);
    assert.equal(v.travelMin, open[0]?.travelMin ?? null);
    const { sentence } = explainVillage(result, i);
    assert.ok(sentence.en.includes(v.name) && sentence.zh.includes(v.name));
    assert.doesNotMatch(sentence.en + sentence.zh, /NaN|undefined|null|Infinity/);
  });
});

test('tables, map and stations hold the same villages, sites and modules', () => {
  const tables = new Map(planTables(result).map((t) => [t.name, t]));
  assert.equal(tables.get('villages')?.rows.length, I);
  assert.equal(tables.get('sites')?.rows.length, result.sites.length);
  const map = planGeoJson(result, board.places);
  assert.equal(map.features.length, I + result.sites.length);
  for (const f of map.features) {
    if (!f.geometry) continue;
    const [lon, lat] = f.geometry.coordinates;
    assert.ok(lon > 106.5 && lon < 108 && lat > 29.5 && lat < 31, 'Dianjiang lies at 107.3° E, 30.3° N');
  }
  const last = years.length - 1;
  const stations = stationsOfPlan(result, years[last]);
  const modules = result.sites.flatMap((s) => s.modules).reduce((s, m) => s + m.modulesByYear[last], 0);
  assert.equal(stations.length, modules);
  assert.equal(new Set(stations.map((s) => s.id)).size, modules);
  assert.equal(
    stations.reduce((s, x) => s + x.evses, 0),
    result.costByYear[last].guns,
  );
  assert.ok(
    near(
      stations.reduce((s, x) => s + x.powerKw, 0),
      result.costByYear[last].powerKw,
      1e-9,
    ),
  );
});
