import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QipanError } from '@qipan/base';
import { buildProblem, planDefaults, planNetwork, verifyPlan, type PlanProblem } from '@qipan/plan';
import { arrivalsWithin } from './support/exhaustion.js';
import { ac7, dc60 } from './support/hand.js';
import { layoutNeeds as needs, layoutsOf } from './support/layouts.js';
import { smallBoard, type SmallPlace, type SmallSite } from './support/small-board.js';

const places: readonly SmallPlace[] = [
  { id: 'a', km: [0, 0], population: 4000 },
  { id: 'b', km: [6, 0], population: 2500, township: 1 },
  { id: 'far', km: [0, 90], population: 800, township: 1 },
];
const sites: readonly SmallSite[] = [
  { id: 'yard', km: [0.5, 0], siteClass: 'government', slots: 8 },
  { id: 'post', km: [6, 0.4], siteClass: 'postal', slots: 4, township: 1 },
  { id: 'full', km: [3, 0], slots: 0 },
];
const board = smallBoard(places, sites, { townships: 2 });
const build = (input: Parameters<typeof buildProblem>[1] = {}): PlanProblem =>
  buildProblem(board, { years: [2026, 2027], ...input });
const near = (a: number, b: number, relative = 1e-9) =>
  assert.ok(Math.abs(a - b) <= relative * Math.max(1, Math.abs(b)), `${a}; expected ${b}`);

const refusal = (code: QipanError['code'], says: RegExp) => (e: QipanError) => {
  assert.equal(e.code, code);
  assert.match(e.message, says);
  return true;
};

test('sites without room for a gun are no candidates; townships and the county come from the regions', () => {
  const p = build();
  assert.deepEqual(p.sites.id, ['yard', 'post']);
  assert.deepEqual([p.townships.id, p.counties.id], [['T0', 'T1'], ['C']]);
  assert.deepEqual(Array.from(p.demandPoints.township), [0, 1, 1]);
  assert.deepEqual(Array.from(p.sites.township), [0, 1]);
});

test('travel times are crow-fly × 1.5 at 40 km/h, listed within 30 min, and the place beyond is named', () => {
  const p = build();
  // 0.5 km · 1.5 / 40 km/h · 60; the board's degrees are those of a sphere of 6,371.0088 km.
  near(p.access.travelMin[0], 1.125, 1e-4);
  assert.deepEqual([p.travel.method, p.travel.factor, p.travel.speedKmh], ['crowFly', 1.5, 40]);
  const pairs = Array.from({ length: p.access.start[2] }, (_, e) => p.access.point[e]);
  assert.deepEqual(pairs, [0, 1, 0, 1]);
  const said = p.facts.warnings.map((w) => w.en).join('\n');
  assert.match(said, /1 places have no candidate site within 30 min: far/);
});

test('a site of unknown transformer has what its class can have; a group that is handed in comes first', () => {
  const p = build();
  const spare = (of: PlanProblem, j: number) => of.hosting?.spareKw[of.sites.hostingGroup[j] * 2];
  const row = (path: string) => planDefaults.find((r) => r.path === path)?.value;
  assert.equal(spare(p, 0), row('sites.spareKwByClass.government'));
  assert.equal(spare(p, 1), row('sites.spareKwByClass.postal'));
  const both = build({ hosting: [{ name: '甲变', sites: ['yard', 'post'], spareKwByYear: { 2026: 100, 2027: 150 } }] });
  assert.deepEqual(Array.from(both.sites.hostingGroup), [0, 0]);
  assert.deepEqual([both.hosting?.name, Array.from(both.hosting?.spareKw ?? [])], [['甲变'], [100, 150]]);
  const free = build({ sites: { spareKwByClass: null } });
  assert.deepEqual([free.hosting, Array.from(free.sites.hostingGroup)], [null, [-1, -1]]);
});

test('stations that work stand in the plan with their slots; faulty and unknown ones are named and not counted on', () => {
  const p = build({
    existing: [
      { site: 'post', modules: { dc120dual: 3 }, status: 'working' },
      { site: 'yard', modules: { dc60: 1 }, status: 'unknown' },
    ],
  });
  const K = p.moduleTypes.length;
  const counts = (v: number) => Array.from(p.layoutCounts.subarray(v * K, v * K + K));
  assert.equal(p.sites.existing[0], 0);
  assert.deepEqual(
    counts(p.sites.existing[1]),
    p.moduleTypes.map((m) => (m.id === 'dc120dual' ? 3 : 0)),
  );
  assert.equal(p.sites.slots[1], 6, 'six guns stand on four slots: there are six');
  assert.match(p.facts.warnings.map((w) => w.en).join('\n'), /faulty or of unknown status are not counted on: yard/);
  const grown = Array.from({ length: p.layoutCounts.length / K }, (_, v) => counts(v)[3]).filter((n) => n > 3);
  assert.ok(grown.length > 0, 'what stands can grow');
});

test('references to sites, modules and candidates that are not there are refused by name', () => {
  assert.throws(
    () => build({ existing: [{ site: 'nowhere', modules: {}, status: 'working' }] }),
    refusal('UNKNOWN_REFERENCE', /no candidate site nowhere/),
  );
  assert.throws(
    () => build({ existing: [{ site: 'post', modules: { dc999: 1 }, status: 'working' }] }),
    refusal('UNKNOWN_REFERENCE', /existing at post: no module type dc999/),
  );
  assert.throws(
    () => build({ sites: { candidates: ['yard', 'nowhere'] } }),
    refusal('UNKNOWN_REFERENCE', /the board has no candidate site nowhere/),
  );
  assert.throws(
    () => build({ sites: { candidates: ['full'] } }),
    refusal('BAD_INPUT', /no candidate site with room for a gun/),
  );
});

test('a board without any known demand is refused, a board without sites plans at its places', () => {
  const empty = smallBoard([{ id: 'a', km: [0, 0] }], sites, { townships: 2 });
  assert.throws(() => buildProblem(empty, {}), refusal('INCOMPLETE_TABLE', /no place has a known demand/));
  const p = buildProblem(smallBoard(places, [], { townships: 2 }), { years: [2026] });
  assert.deepEqual(p.sites.id, ['a', 'b', 'far']);
  assert.deepEqual(Array.from(p.sites.slots), [8, 8, 8]);
  assert.deepEqual(Array.from(p.sites.place), [0, 1, 2]);
});

test('a region that is not suitable is left out of the rules, township by township', () => {
  const p = build({ sites: { unsuitableRegions: ['T1'] } });
  assert.deepEqual(Array.from(p.townships.suitable), [1, 0]);
  const r = planNetwork(p, { seed: 3, gap: 0, effort: 0.05 });
  assert.ok(r.slacks.every((s) => s.whereId !== 'T1'));
});

test('module costs hold civil works by the kilowatt; upkeep is their share; budgets and rules go by calendar year', () => {
  const p = build({
    budget: { byYear: { 2026: 5, 2027: 7 } },
    rules: { townshipPile: { gunsByYear: { 2026: 1, 2027: 3 } } },
  });
  const dc = p.moduleTypes.find((m) => m.id === 'dc60') as PlanProblem['moduleTypes'][number];
  assert.deepEqual([dc.capex, dc.opexPerYear], [40_000 + 60 * 400, 0.04 * 64_000]);
  assert.deepEqual(p.budget?.byYear, [5, 7]);
  assert.deepEqual(p.rules.townshipPile?.guns, [1, 3]);
  assert.equal(build({ rules: { coverage: null } }).rules.coverage, null);
});

test('the peaks are the busiest hours alone: no hour that another tops in every layer and service level', () => {
  const p = build();
  assert.deepEqual(
    p.peaks.map((x) => [x.scenarioDay, x.startHour, x.alpha]),
    [
      ['weekday', 15, 0.1],
      ['springFestival', 15, p.peaks[1]?.alpha],
    ],
  );
  const I = 3;
  const [ordinary, festival] = [p.peakKwhPerHour[0], p.peakKwhPerHour[I]];
  assert.ok(festival > 2 * ordinary, 'Spring Festival brings home two to four times the cars');
});

test('layouts begin with nothing, are ordered by cost, and each serves something no cheaper one does', () => {
  const n = needs();
  const list = layoutsOf(n);
  assert.deepEqual(list[0], [0, 0]);
  const capex = (c: number[]) => c[0] * ac7.capex + c[1] * dc60.capex;
  for (let v = 1; v < list.length; v++) assert.ok(capex(list[v]) >= capex(list[v - 1]));
  const serves = (c: number[]) =>
    [ac7, dc60].reduce(
      (s, m, k) => s + arrivalsWithin(c[k], { plugMin: m.plugMin, waitMin: 10, alpha: 0.1 }) * m.sessionKwh,
      0,
    );
  for (const c of list.slice(1))
    for (const o of list.slice(1)) {
      if (o === c) continue;
      const isLess = capex(o) <= capex(c) && o[0] + o[1] <= c[0] + c[1] && 7 * o[0] + 60 * o[1] <= 7 * c[0] + 60 * c[1];
      const lasts = (x: number[]) => (x[0] > 0 ? 8 : 10);
      if (isLess && lasts(o) >= lasts(c)) assert.ok(serves(o) < serves(c) + 1e-9, `${o.join('+')} tops ${c.join('+')}`);
    }
});

test('layouts have at most the guns of the largest site, keep what stands and its growth', () => {
  assert.ok(layoutsOf(needs({ maxGuns: 3 })).every((c) => c[0] + c[1] <= 3));
  const list = layoutsOf(needs({ existing: [[3, 1]] })).map((c) => c.join());
  for (const c of ['3,1', '3,2', '3,3', '3,5', '4,1', '5,1', '7,1']) assert.ok(list.includes(c), `${c} is missing`);
});

test('a layout that a rule asks for stays though a cheaper one serves as much', () => {
  // One DC pile serves far more than two AC piles; a rule on guns keeps the two.
  const without = layoutsOf(needs({ ladder: [0, 1, 2] })).map((c) => c.join());
  const asked = layoutsOf(needs({ ladder: [0, 1, 2], wantedGuns: 2 })).map((c) => c.join());
  assert.ok(asked.includes('2,0'));
  assert.ok(asked.length >= without.length);
});

test('a small board is planned and verified from end to end with every default', () => {
  const p = build();
  const r = planNetwork(p, { seed: 12, gap: 0, effort: 0.2 });
  assert.deepEqual(verifyPlan(p, r.plan, r.certificate).failures, []);
  assert.equal(r.villages[2].reason, 'noCandidateInRadius');
  assert.equal(r.demandLevel, 'default');
  assert.ok(r.provenance.warnings.length > 0 && r.provenance.sources.length > 0);
});
