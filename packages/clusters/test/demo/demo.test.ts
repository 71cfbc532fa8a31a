import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  complexity,
  demoFirms,
  demoIoTable,
  demoLinks,
  demoPanel,
  demoWishes,
  locationQuotient,
  readPanels,
  type DemoIndustry,
  type Panel,
} from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { repoRoot } from '@qipan/testing';

function sheet(name: string): string[][] {
  return parseCsv(readFileSync(path.join(repoRoot, 'data/clusters', name)), name).rows.map((r) => r.map(String));
}

const [, ...rows] = sheet('industries.csv');
const industries: readonly DemoIndustry[] = rows.map((r) => ({ code: r[0], parent: r[3] }));
const years = [2018, 2020, 2022];
const options = { seed: 1, regions: 340, industries, years };
const demo = demoPanel(options);
const last = demo.panels[2];

test('the classification has the 97 divisions of GB/T 4754-2017 in 20 sections, each in a sector of the table', () => {
  assert.deepEqual(
    industries.map((i) => i.code),
    Array.from({ length: 97 }, (_, k) => String(k + 1).padStart(2, '0')),
  );
  assert.equal(new Set(industries.map((i) => i.parent)).size, 20);
  assert.deepEqual(
    [...new Set(industries.map((i) => i.parent))],
    'ABCDEFGHIJKLMNOPQRST'.split(''),
    'sections in the order of the standard',
  );
  const sectors = new Set(
    sheet('io-sectors.csv')
      .slice(1)
      .map((r) => r[0]),
  );
  assert.equal(sectors.size, 42);
  assert.deepEqual(new Set(rows.map((r) => r[5])), sectors, 'every sector has an industry and every industry a sector');
  assert.equal(rows.filter((r) => r[3] === 'C').length, 31, 'manufacturing has divisions 13 to 43');
});

test('the demo panel is the same for the same seed, and another for another', () => {
  assert.deepEqual(demoPanel(options), demo);
  assert.notDeepEqual(demoPanel({ ...options, seed: 2 }).panels[0].value, demo.panels[0].value);
});

test('the demo panel has 340 regions, 97 industries and whole numbers of jobs, no cell unknown', () => {
  assert.deepEqual([last.regions, last.industries, demo.panels.length], [340, 97, 3]);
  assert.equal(new Set(last.regionCode).size, 340);
  for (const panel of demo.panels) assert.ok(panel.value.every((x) => Number.isInteger(x) && x >= 0));
  for (const r of demo.regions) {
    assert.match(r.name, /^Demo region/);
    assert.match(r.nameZh, /^示例地区/);
    assert.ok(r.code.startsWith(r.parent) && r.population > 0 && r.areaKm2 > 0);
  }
  const jobs = last.value.reduce((s, x) => s + x, 0);
  const people = demo.regions.reduce((s, r) => s + r.population, 0);
  assert.ok(jobs > 0.1 * people && jobs < people, `${jobs} jobs of ${people} persons`);
});

test('advantage in the demo is spread as in real panels: no empty region or industry, between a tenth and a half present', () => {
  for (const panel of demo.panels) {
    const { lq } = locationQuotient(panel);
    const present = lq.reduce((n, x) => n + (x >= 1 ? 1 : 0), 0) / lq.length;
    assert.ok(present > 0.1 && present < 0.5, `${present}`);
    for (let i = 0; i < panel.industries; i++)
      assert.ok(
        panel.regionCode.some((_, r) => panel.value[r * panel.industries + i] > 0),
        `industry ${panel.industryCode[i]}`,
      );
    for (let r = 0; r < panel.regions; r++)
      assert.ok(panel.value.subarray(r * panel.industries, (r + 1) * panel.industries).some((x) => x > 0));
  }
});

test('the demo has one connected network and a clear second direction: complexity is determined', () => {
  const c = complexity(last, { preset: 'harvard' });
  assert.equal(c.status, 'ok');
  assert.equal(c.components, 1);
  assert.ok(c.lambda2 - c.lambda3 > 0.01, `${c.lambda2} ${c.lambda3}`);
  assert.equal(c.kept.removedRegions.length + c.kept.removedIndustries.length, 0);
});

/** Mean relatedness density of absent cells, by whether they are present in the next panel. */
function densityOfEntries(from: Panel, to: Panel): { entered: number; others: number; entries: number } {
  const c = complexity(from, { preset: 'harvard' });
  const [a, b] = [locationQuotient(from).lq, locationQuotient(to).lq];
  const sum = [0, 0];
  const count = [0, 0];
  for (let k = 0; k < a.length; k++) {
    if (a[k] >= 0.5) continue;
    const entered = b[k] >= 1 ? 1 : 0;
    sum[entered] += c.density[k];
    count[entered]++;
  }
  return { entered: sum[1] / count[1], others: sum[0] / count[0], entries: count[1] };
}

test('regions of the demo enter what is near to what they have', () => {
  const { entered, others, entries } = densityOfEntries(demo.panels[0], last);
  assert.ok(entries > 100, `${entries} entries`);
  assert.ok(entered > others, `${entered} against ${others}`);
});

test('the demo panel survives being written as a file and read again', () => {
  const small = demoPanel({ seed: 3, regions: 12, industries: industries.slice(0, 20), years: [2020, 2022] });
  const cells = small.panels.flatMap((p) =>
    p.regionCode.flatMap((region, r) =>
      p.industryCode.map((industry, i) => [p.year, region, industry, p.value[r * p.industries + i]]),
    ),
  );
  const { panels } = readPanels(
    {
      file: 'demo.csv',
      header: ['year', 'region', 'industry', 'value'],
      rows: cells,
      rowNumbers: cells.map((_, k) => k + 2),
    },
    { columns: { year: 'year', region: 'region', industry: 'industry', value: 'value' }, measure: 'employment' },
  );
  assert.deepEqual(panels, small.panels);
});

for (const n of [2, 42])
  test(`the demo table of ${n} sectors balances by row and column and is productive`, () => {
    const t = demoIoTable(7, n);
    assert.deepEqual(demoIoTable(7, n), t);
    assert.notDeepEqual(demoIoTable(8, n).x, t.x);
    for (let i = 0; i < n; i++) {
      let used = 0;
      let cost = 0;
      for (let j = 0; j < n; j++) {
        used += t.Z[i * n + j];
        cost += t.Z[j * n + i] + t.M[j * n + i];
      }
      for (let k = 0; k < 3; k++) {
        used += t.F[3 * i + k];
        cost += t.va[k * n + i];
        assert.ok(t.va[k * n + i] > 0, 'value added is positive');
      }
      assert.ok(Math.abs(used - t.x[i]) <= 1e-9 * t.x[i], `row ${i}: ${used} of ${t.x[i]}`);
      assert.ok(Math.abs(cost - t.x[i]) <= 1e-9 * t.x[i], `column ${i}: ${cost} of ${t.x[i]}`);
      // Every column of A adds up to less than 1: the spectral radius is below 1 (Brauer-Solow).
      let column = 0;
      for (let j = 0; j < n; j++) column += t.Z[j * n + i] / t.x[i];
      assert.ok(column < 0.75, `column ${i} of A adds up to ${column}`);
    }
    assert.ok(t.Z.every((z) => z >= 0) && t.M.every((m) => m >= 0));
  });

test('firms of the demo stand where the panel has jobs, near their region', () => {
  const firms = demoFirms(1, last, demo.regions, 800);
  assert.equal(new Set(firms.map((f) => f.id)).size, 800);
  for (const f of firms) {
    const r = last.regionCode.indexOf(f.regionCode);
    const i = last.industryCode.indexOf(f.industryCode);
    assert.ok(last.value[r * last.industries + i] > 0, `${f.id} in ${f.regionCode}, ${f.industryCode}`);
    assert.ok(Math.abs(f.lon - demo.regions[r].lon) < 1 && Math.abs(f.lat - demo.regions[r].lat) < 1);
    assert.ok(f.employment >= 3 && f.revenue > 0 && f.foundedYear <= 2018);
  }
});

test('wishes of the demo name known codes, three a region, none twice, and pile up on the fashionable', () => {
  const fashionable = ['27', '36', '38', '39'];
  const wishes = demoWishes(1, last, fashionable);
  assert.equal(wishes.length, 3 * 340);
  assert.equal(new Set(wishes.map((w) => `${w.regionCode} ${w.industryCode}`)).size, wishes.length);
  assert.ok(wishes.every((w) => last.regionCode.includes(w.regionCode) && last.industryCode.includes(w.industryCode)));
  const piled = wishes.filter((w) => fashionable.includes(w.industryCode)).length / wishes.length;
  assert.ok(piled > 0.5, `${piled}`);
  assert.equal(
    demoWishes(1, { ...last, industryCode: ['01'], industries: 1 }, ['01']).length,
    340,
    'one industry, one wish',
  );
});

test('links of the demo join cells that have jobs, and some inputs hang on one seller', () => {
  const chain = ['26', '31', '32', '34', '36', '38', '39', '40'];
  const links = demoLinks(1, last, chain, 200);
  const has = (region: string, industry: string) =>
    last.value[last.regionCode.indexOf(region) * last.industries + last.industryCode.indexOf(industry)] > 0;
  const sellers = new Map<string, number>();
  for (const l of links) {
    assert.ok(has(l.fromRegion, l.fromIndustry) && has(l.toRegion, l.toIndustry));
    assert.ok(l.value >= 0 && l.substitutable >= 0 && l.substitutable <= 1);
    const need = `${l.toRegion} ${l.toIndustry} ${l.fromIndustry}`;
    sellers.set(need, (sellers.get(need) ?? 0) + 1);
  }
  assert.equal(new Set(links.map((l) => `${l.toRegion} ${l.toIndustry}`)).size, 200);
  assert.ok([...sellers.values()].some((n) => n === 1) && [...sellers.values()].some((n) => n > 2));
});
