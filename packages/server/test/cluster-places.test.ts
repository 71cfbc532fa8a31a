import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DatasetView, IndustryList, IndustryView, RegionList, RegionView } from '@qipan/server/contract';
import { startTestServer, type TestServer } from './support.js';

let server: TestServer;
let dataset = '';

/** A ladder: region r has the industries up to its level, so that complexity has a clear order. */
function csv(): string {
  const rows = ['regionCode,industryCode,year,value'];
  for (const year of [2018, 2022])
    for (let r = 0; r < 12; r++)
      for (let i = 0; i < 10; i++) {
        const fit = 1 / (1 + Math.exp((i / 10 - (r + 1) / 12) * 8));
        const wave = 1 + 0.3 * Math.sin(3 * r + 5 * i + (year - 2018));
        rows.push(`r${String(r).padStart(2, '0')},i${i},${year},${Math.round(900 * fit * wave * (0.4 + i / 10))}`);
      }
  return rows.join('\n');
}

before(async () => {
  server = await startTestServer();
  const view = await server.post<DatasetView>('clusters/datasets', {
    kind: 'panel',
    name: { en: 'Ladder', zh: '阶梯' },
    attribution: 'made up for a test',
    measure: 'employment',
    files: [{ role: 'panel', name: 'ladder.csv', content: Buffer.from(csv()).toString('base64') }],
  });
  dataset = view.id;
});
after(() => server.end());

test('regions come with complexity and a rank that never stands without its interval', async () => {
  const list = await server.get<RegionList>(`clusters/regions?dataset=${dataset}`);
  assert.deepEqual([list.year, list.years, list.status, list.regions.length], [2022, [2018, 2022], 'ok', 12]);
  const { recipe } = list;
  assert.deepEqual(
    [recipe.preset, recipe.presence, recipe.diagonal, recipe.ddof, recipe.year, recipe.board],
    ['harvard', 'LQ >= 1', 1, 0, 2022, dataset],
  );
  for (const r of list.regions) {
    if (r.rank === null) continue;
    assert.ok(r.rank.lower <= r.rank.median && r.rank.median <= r.rank.upper);
    assert.ok(r.rank.draws >= 100 && r.rank.of === 12);
  }
  const byEci = [...list.regions].sort((a, b) => (b.eci ?? 0) - (a.eci ?? 0));
  assert.deepEqual(
    byEci.map((r) => r.rank?.rank),
    byEci.map((_, k) => k + 1),
  );
});

test('a region tells advantages with intervals, look-alikes, and growth in parts that add up', async () => {
  const view = await server.get<RegionView>(`clusters/regions/r03?dataset=${dataset}`);
  assert.equal(view.hasIntervals, true);
  assert.equal(view.advantages.length, 10);
  for (const a of view.advantages) {
    assert.ok(a.lower !== null && a.upper !== null && a.lower < a.upper);
    assert.equal(a.isPresent, a.lq !== null && a.lq >= 1);
  }
  assert.ok(view.similar.length > 0 && view.similar.every((s) => s.region.code !== 'r03' && s.cosine <= 1 + 1e-12));
  const g = view.shiftShare;
  assert.ok(g !== null && g.fromYear === 2018 && g.toYear === 2022);
  assert.ok(Math.abs(g.growth - g.national - g.industryMix - g.regional - g.newIndustries) < 1e-6);
  const first = await server.get<RegionView>(`clusters/regions/r03?dataset=${dataset}&year=2018`);
  assert.equal(first.shiftShare, null, 'the first year has none before it');
});

test('an industry tells where it is: shares sum to one, the list and the page agree', async () => {
  const list = await server.get<IndustryList>(`clusters/industries?dataset=${dataset}`);
  const view = await server.get<IndustryView>(`clusters/industries/i4?dataset=${dataset}`);
  const row = list.industries.find((i) => i.code === 'i4');
  assert.deepEqual([view.total, view.ubiquity, view.pci], [row?.total, row?.ubiquity, row?.pci]);
  assert.ok(Math.abs(view.where.reduce((s, w) => s + (w.share ?? 0), 0) - 1) < 1e-12);
  assert.deepEqual([view.concentration, view.planned], [null, null], 'no plants and no plans were asked for');
});

test('a code or a year that the panel lacks is refused by name', async () => {
  const unknown = await server.ask('GET', `clusters/regions/nowhere?dataset=${dataset}`);
  assert.deepEqual([unknown.status, (unknown.body as { code: string }).code], [400, 'UNKNOWN_CODE']);
  const year = await server.ask('GET', `clusters/regions?dataset=${dataset}&year=1999`);
  assert.deepEqual([year.status, (year.body as { code: string }).code], [404, 'NOT_FOUND']);
});
