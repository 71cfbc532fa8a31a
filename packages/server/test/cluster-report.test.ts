import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { clusterReport, demoDatasets, type ReportInput } from '@qipan/server';
import { startTestServer } from './support.js';

let input: ReportInput;
before(async () => {
  const { panel, supplyLinks } = await demoDatasets();
  input = {
    body: panel.body,
    name: panel.label.name,
    dataset: 'demo',
    dataLevel: panel.label.dataLevel,
    attribution: panel.label.attribution,
    region: 'D0101',
    links: supplyLinks.body.rows,
    moves: null,
    draws: 20,
  };
});

/** Text of one section without its tags. */
function sectionOf(html: string, id: string): string {
  const found = new RegExp(`<section id="${id}">(.*?)</section>`, 's').exec(html)?.[1];
  assert.ok(found !== undefined, `section ${id}`);
  return found.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

const parts = ['figures', 'advantages', 'near', 'similar', 'moves', 'stress', 'card', 'limits'] as const;

test('a report is one page without outside parts, in either language, every section labelled by data level', async () => {
  for (const [lang, level, banner] of [
    ['en', 'synthetic', /belong to no real place/],
    ['zh', '合成', /不对应任何真实地区/],
  ] as const) {
    const html = await clusterReport(input, lang);
    assert.match(html, /^<!doctype html>/);
    assert.match(html, banner);
    assert.doesNotMatch(html, /<script|<link|https?:|src=|url\(/);
    for (const id of parts) {
      const text = sectionOf(html, id);
      if (id !== 'card' && id !== 'limits') assert.match(text, new RegExp(level), `${lang} ${id}`);
    }
    assert.equal(await clusterReport(input, lang), html, 'the same question gives the same bytes');
  }
  assert.doesNotMatch(await clusterReport(input, 'zh'), /undefined|NaN|\{\w+\}/);
});

test('figures of the report are those that a hand computes from the panel', async () => {
  const html = await clusterReport(input, 'en');
  const panel = input.body.panels.at(-1) as ReportInput['body']['panels'][number];
  const { value, industries, regions } = panel;
  const sum = (of: (r: number, i: number) => boolean) => {
    let total = 0;
    for (let r = 0; r < regions; r++)
      for (let i = 0; i < industries; i++) if (of(r, i)) total += value[r * industries + i] as number;
    return total;
  };
  const all = sum(() => true);
  const row = sum((r) => r === 0);
  const lq = panel.industryCode.map((_, i) => (value[i] as number) / row / (sum((__, j) => j === i) / all));
  const text = sectionOf(html, 'figures');
  assert.match(text, new RegExp(`Total of the measure ${row.toLocaleString('en-GB')} `));
  assert.match(text, new RegExp(`advantage \\(LQ ≥ 1\\) ${lq.filter((x) => x >= 1).length} `));
  const rank = /(\d+) \((\d+)–(\d+)\) of 340/.exec(text);
  assert.ok(rank && Number(rank[2]) <= Number(rank[3]), text);
  const rows = [
    ...html.matchAll(
      /<tr><td>(\d\d) [^<]*<\/td><td class="n">([\d,]+)<\/td><td class="n">[\d.]+ %<\/td><td class="n">([\d.,]+)<\/td>/g,
    ),
  ];
  assert.equal(rows.length, 15);
  for (const [, code, shown, quotient] of rows) {
    const i = panel.industryCode.indexOf(code as string);
    assert.equal(Number((shown as string).replaceAll(',', '')), value[i]);
    assert.ok(Math.abs(Number((quotient as string).replaceAll(',', '')) - (lq[i] as number)) <= 0.0051, `${code}`);
  }
});

test('supply of the report names what hangs on one source; moves appear with their reasons, escaped', async () => {
  const region = (input.links ?? [])[0]?.['toRegion'] as string;
  const html = await clusterReport(
    {
      ...input,
      region,
      moves: [
        { industryCode: '36', move: 'focus', reason: { en: 'fits <best> & "first"', zh: '最合适' } },
        { industryCode: 'of another board', move: 'keep', reason: { en: 'stray', zh: '他' } },
        { industryCode: '39', move: 'abstain', reason: { en: 'market full', zh: '市场已满' } },
      ],
    },
    'en',
  );
  assert.doesNotMatch(html, /stray/);
  assert.match(html, /fits &lt;best&gt; &amp; &quot;first&quot;/);
  assert.match(
    sectionOf(html, 'moves'),
    /never a ban.*Motor vehicles focus.*abstain: no new public support market full/,
  );
  const own = (input.links ?? []).filter((l) => l['toRegion'] === region);
  const groups = new Map<string, number>();
  for (const l of own) {
    const key = `${String(l['toIndustry'])} ${String(l['fromIndustry'])}`;
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  const single = [...groups.values()].filter((n) => n === 1).length;
  const shown = [...html.matchAll(/<td class="n">100 %<\/td><td class="n">1\.0<\/td>/g)].length;
  assert.equal(shown, Math.min(12, single));
});

test('without moves, links or counts the report says so instead of showing numbers', async () => {
  const body = {
    ...input.body,
    measure: 'output' as const,
    panels: input.body.panels.map((p) => ({ ...p, measure: 'output' as const })),
  };
  const html = await clusterReport({ ...input, body, links: null }, 'en');
  assert.match(sectionOf(html, 'moves'), /No chessboard run/);
  assert.match(sectionOf(html, 'stress'), /No supply links/);
  assert.match(sectionOf(html, 'advantages'), /no count.*no interval/);
  assert.match(sectionOf(html, 'card'), /industries resampled/);
});

test('a region or year that the panel does not have is refused by name', async () => {
  await assert.rejects(clusterReport({ ...input, region: 'X' }, 'en'), { code: 'UNKNOWN_CODE' });
  await assert.rejects(clusterReport({ ...input, year: 1999 }, 'en'), { code: 'NOT_FOUND' });
});

test('the server gives the report of a stored panel, and it may load nothing', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  await server.api.ensureClusterDemo();
  const [panel] = await server.get<{ id: string }[]>('clusters/datasets?kind=panel');
  const at = `clusters/report?dataset=${panel?.id}&region=D0203`;
  const zh = await server.ask('GET', `${at}&lang=zh`);
  assert.equal(zh.status, 200);
  assert.match(zh.headers.get('content-type') ?? '', /text\/html/);
  assert.match(zh.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.match(String(zh.body), /示例地区02-03：优势与潜力/);
  assert.match(String((await server.ask('GET', `${at}&lang=en&year=2018`)).body), /<dd>2018<\/dd>/);
  assert.equal((await server.ask('GET', `clusters/report?dataset=${panel?.id}&region=none`)).status, 400);
  assert.equal((await server.ask('GET', 'clusters/report?dataset=panel-none&region=D0203')).status, 404);
});
