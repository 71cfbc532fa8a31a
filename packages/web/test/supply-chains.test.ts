import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ChargingProductView,
  DatasetSummary,
  DatasetView,
  DemandView,
  PairLabel,
  PanelPairing,
  RunView,
  StressView,
} from '@qipan/server/contract';
import type { Browser, Page } from 'playwright-core';
import { skip, watchedPage, withBrowser, type Language } from './browser.js';
import { startMock, type Mock } from './mock/server.js';

let mock: Mock;
let browser: Browser;
withBrowser(startMock, (m, b) => {
  mock = m;
  browser = b;
});

const both = (en: string, zh: string) => ({ en, zh });
const sectors = [
  { code: '19', name: both('Electrical machinery', '电气机械') },
  { code: '20', name: both('Electronics', '电子设备') },
];
const dataset = (kind: DatasetSummary['kind']): DatasetView => ({
  id: `${kind}-1`,
  kind,
  name: both(`Demo ${kind}`, `示例 ${kind}`),
  dataLevel: 'synthetic',
  attribution: 'made up',
  counts: {},
  years: [2022],
  warnings: [],
  createdAtMs: 1,
  report: { files: [], completeness: [], warnings: [] },
  regions: [{ code: 'R1', name: both('North', '北'), parent: null, lon: 106, lat: 29 }],
  industries: sectors.map((s) => ({ ...s, parent: null, lon: null, lat: null })),
});
const pair = (r: string, zh: string): PairLabel => ({
  regionCode: r,
  region: both(`Region ${r}`, zh),
  industryCode: '39',
  industry: both('Computers', '计算机制造'),
});

const stress: StressView = {
  unit: '10,000 CNY',
  year: 2022,
  origin: 'synthetic',
  sectors: sectors.map((s, k) => ({
    ...s,
    importShare: 0.1,
    backward: 2,
    lower: 10 * k,
    upper: 900 * k,
    firstDay: k === 0 ? null : 47,
    heldBy: k === 0 ? null : '20',
  })),
  cuts: [{ code: '20', cut: 0.3 }],
  status: 'optimal',
  valueAdded: 1e6,
  lower: 2314,
  upper: 214_213,
  isOrdered: true,
  missingImports: 2529,
  binding: [{ kind: 'import', code: '20', price: 119.239 }],
  days: {
    stockDays: 15,
    loss: 2774,
    isOscillating: false,
    valueAdded: Array.from({ length: 60 }, (_, d) => (d < 47 ? 1 : 0.8)),
    worst: [{ code: '20', output: Array.from({ length: 60 }, (_, d) => (d < 47 ? 1 : 0.7)) }],
  },
  network: {
    regions: 2,
    industries: 1,
    links: 3,
    points: [
      {
        kind: 'node',
        ...pair('R1', '北'),
        loss: 500,
        knockOn: 400,
        hit: [{ ...pair('R2', '南'), loss: 400 }],
        daysOfCover: 30.6,
        alternatives: [],
        replaceable: 0,
      },
      {
        kind: 'region',
        regionCode: 'R2',
        region: both('Region R2', '南'),
        industryCode: null,
        industry: null,
        loss: 300,
        knockOn: 0,
        hit: [],
        daysOfCover: null,
        alternatives: [{ ...pair('R1', '北'), room: 10 }],
        replaceable: 0.1,
      },
    ],
    pairs: [{ a: pair('R1', '北'), b: pair('R2', '南'), loss: 900, extra: 100 }],
    beside: [
      {
        regionCode: 'R1',
        region: both('Region R1', '北'),
        knockOn: 400,
        worst: pair('R1', '北'),
        worstKnockOn: 400,
        singleSourced: 0.42,
        importShare: null,
        specialisation: [{ code: '39', name: both('Computers', '计算机制造'), quotient: 4.1 }],
      },
    ],
    articulationCount: 1,
    articulationPoints: [pair('R1', '北')],
    percolation: [1, 0.5, 0],
    chosen: null,
    assumptions: [both('Assumed.', '为假设。')],
  },
  engine: 'HiGHS 1.15',
};
const totals = { output: 12, valueAdded: 8, directImports: 1, inducedImports: 2, taxes: 1, jobs: 28 };
const demand: DemandView = {
  unit: '10,000 CNY',
  year: 2026,
  origin: 'published',
  gross: totals,
  net: { ...totals, jobs: 14 },
  sectors: sectors.map((s) => ({ ...s, grossOutput: 6, grossJobs: 14, netOutput: 3, netJobs: 7 })),
  regions: [{ code: 'R1', name: both('North', '北'), jobs: 14, valueAdded: 8 }],
};
const products: ChargingProductView[] = [
  {
    product: 'charger',
    name: both('Chargers', '充电设备'),
    sectorCode: '19',
    tradeMargin: 0.05,
    transportMargin: 0.02,
    taxShare: 0.11,
  },
  {
    product: 'fuel',
    name: both('Fuel', '燃油'),
    sectorCode: '11',
    tradeMargin: 0.08,
    transportMargin: 0.02,
    taxShare: 0.25,
  },
];

const pairing = (withLinks: boolean): PanelPairing => ({
  panel: 'panel-1',
  measure: 'employment',
  industries: 97,
  industriesInTable: 97,
  links: withLinks ? 600 : null,
  linksInPanel: withLinks ? 588 : null,
  strangers: withLinks ? ['R77'] : [],
  strangerCount: withLinks ? 1 : 0,
});

/** Answers of the cluster routes over the mock server; gives what was posted. */
async function answers(page: Page, result: unknown): Promise<unknown[]> {
  const posted: unknown[] = [];
  const run: Partial<RunView> = {
    id: 'run-x',
    status: 'optimal',
    kind: 'clusters.stress',
    value: 1,
    endedAtMs: 2,
    startedAtMs: 1,
    progress: [],
  };
  const found: readonly (readonly [RegExp, (url: URL) => unknown])[] = [
    [/\/clusters\/datasets$/, (url) => [dataset((url.searchParams.get('kind') ?? 'panel') as DatasetSummary['kind'])]],
    [
      /\/clusters\/datasets\/(\w+)-1$/,
      (url) => dataset(url.pathname.split('/').at(-1)!.replace('-1', '') as DatasetSummary['kind']),
    ],
    [/\/clusters\/charging-products$/, () => products],
    [/\/clusters\/pairings$/, (url) => [pairing(url.searchParams.has('links'))]],
    [/\/scenarios$/, () => ({ id: 'sc-x' })],
    [/\/scenarios\/sc-x\/runs$/, () => run],
    [/\/runs\/run-x$/, () => run],
    [/\/runs\/run-x\/result$/, () => result],
  ];
  await page.route('**/api/v1/**', async (route) => {
    const url = new URL(route.request().url());
    const row = found.find(([pattern]) => pattern.test(url.pathname));
    if (row === undefined) return route.fallback();
    if (route.request().method() === 'POST') posted.push(route.request().postDataJSON());
    return route.fulfill({ json: row[1](url) });
  });
  return posted;
}

async function reads(page: Page, lang: Language): Promise<string> {
  const text = await page.innerText('body');
  assert.ok(
    !/undefined|NaN|\[object|\{[a-z]+\}/.test(text),
    /.{0,40}(undefined|NaN|\[object|\{[a-z]+\}).{0,40}/.exec(text)?.[0],
  );
  if (lang === 'en') assert.doesNotMatch(await page.innerText('main'), /[，。；]/);
  const unnamed = await page.evaluate(
    () =>
      [...document.querySelectorAll('main button, main input, main select')].filter(
        (e) =>
          `${e.getAttribute('aria-label') ?? ''}${e.textContent ?? ''}` === '' &&
          ((e as HTMLInputElement).labels?.length ?? 0) === 0,
      ).length,
  );
  assert.equal(unnamed, 0, 'every control has a name');
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, 'fits a phone');
  return text;
}

for (const lang of ['zh', 'en'] as const) {
  test(
    `a stress test is run by keyboard and shows bracket, binding input, days, single points (${lang})`,
    { skip },
    async () => {
      const { page, errors, foreign } = await watchedPage(browser, mock.url, { lang, width: 390, height: 800 });
      const posted = await answers(page, stress);
      await page.goto(`${mock.url}/#/clusters/stress`);
      await page.locator('form button.primary:enabled').focus();
      await page.keyboard.press('Enter');
      await page.waitForSelector('.facts.big');
      assert.match(page.url(), /run=run-x/);
      assert.deepEqual(posted[0], {
        kind: 'clusters.stress',
        name: 'clusters.stress',
        board: 'ioTable-1',
        parameters: {
          cuts: [{ code: '20', cut: 0.3 }],
          days: 180,
          stockDays: 15,
          spare: 0.1,
          panel: 'panel-1',
          links: 'supplyLinks-1',
        },
      });
      const text = await reads(page, lang);
      for (const part of lang === 'zh'
        ? [
            '2,314.0 万元',
            '21.42 亿元',
            '第 47 天',
            '119.239',
            '42 %',
            '计算机制造 4.1',
            '600 条供应关系中有 588 条',
            'R77',
          ]
        : ['23.14 M CNY', 'day 47', 'Electronics', 'nobody', '588 of 600 supply links', 'R77'])
        assert.ok(text.includes(part), part);
      assert.ok((await page.getAttribute('svg.range-bar', 'aria-label'))!.length > 10);
      assert.deepEqual([errors, foreign], [[], []]);
      await page.context().close();
    },
  );

  test(`purchases are sent line by line, and jobs come back gross, net and by region (${lang})`, { skip }, async () => {
    const { page, errors } = await watchedPage(browser, mock.url, { lang, width: 390, height: 800 });
    const posted = await answers(page, demand);
    await page.goto(`${mock.url}/#/clusters/demand`);
    const fuel = page.locator('.demand-lines tbody tr').nth(1).locator('input').first();
    await fuel.waitFor();
    assert.ok(await fuel.isDisabled(), 'a sector that the table has not cannot be bought from');
    await page.locator('form button.primary').click();
    await page.waitForFunction(() => document.querySelectorAll('main h2').length >= 2);
    const sent = posted[0] as {
      parameters: { panel: string; year: number; lines: { label: string; amount: number; importShare: null }[] };
    };
    assert.deepEqual([sent.parameters.panel, sent.parameters.year], ['panel-1', 2026]);
    assert.deepEqual(
      sent.parameters.lines.map((l) => [l.label, l.amount, l.importShare]),
      [['charger', 4500, null]],
    );
    const text = await reads(page, lang);
    assert.ok(text.includes('28') && text.includes('14') && text.includes(lang === 'zh' ? '净额' : 'Net'));
    assert.deepEqual(errors, []);
    await page.context().close();
  });
}
