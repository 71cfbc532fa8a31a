import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ChessExplanation, ChessView, DatasetSummary, DatasetView, ScenarioView } from '@qipan/server/contract';
import { repoRoot, startProgram, type RunningProgram } from '@qipan/testing';
import type { Browser, Page } from 'playwright-core';
import { stressWords } from '../src/i18n/stress.js';
import { ask, skip, watchedPage, withBrowser, type Language } from './browser.js';

/** The cluster pages as a user meets them: the whole program with its synthetic data, driven by the pages alone. */
let program: RunningProgram;
let browser: Browser;

withBrowser(
  () => startProgram(['--no-demo']),
  async (p, b) => {
    program = p;
    browser = b;
    await send('/clusters/demo', {});
  },
);

async function send<T>(where: string, body: unknown): Promise<T> {
  const answer = await fetch(`${program.url}/api/v1${where}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${where}: ${answer.status} ${await answer.clone().text()}`);
  return (await answer.json()) as T;
}

/** The demo panel. */
async function panelId(): Promise<string> {
  const all = await ask<readonly DatasetSummary[]>(program, '/clusters/datasets?kind=panel');
  return all.find((d) => d.dataLevel === 'synthetic')?.id ?? '';
}

/** Words of the pages that the tests press or read. */
const words = {
  en: {
    check: 'Check',
    store: 'Store',
    name: 'Name in English',
    source: /Source to print/,
    region: 'Presence of',
    value: 'Column for value',
  },
  zh: {
    check: '检查',
    store: '保存',
    name: '英文名称',
    source: /数据来源（/,
    region: '显示地区',
    value: 'value 对应的列',
  },
} as const;

const csv = (value: string) =>
  ['area,industry,year,jobs', 'A,Mining,2020,5', `A,Retail,2020,${value}`, 'B,Mining,2020,7', 'B,Retail,2020,9'].join(
    '\n',
  );

/** Gives the page a file in the place of the panel's cells. */
async function giveFile(page: Page, text: string): Promise<void> {
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles({
      name: 'jobs.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
  await page.locator('table.mapping').waitFor();
}

test(
  'a shock is chosen and run: the bracket and the binding input come back, in both languages',
  { skip, timeout: 180_000 },
  async () => {
    for (const lang of ['en', 'zh'] as const) {
      const { page, errors, foreign } = await watchedPage(browser, program.url, { lang });
      await page.goto(`${program.url}/#/clusters/stress?panel=${await panelId()}`);
      await page.getByRole('button', { name: stressWords.run[lang] }).click({ timeout: 60_000 });
      await page.getByText(stressWords.lower[lang]).first().waitFor({ timeout: 120_000 });
      assert.match(await page.locator('main').innerText(), lang === 'en' ? /synthetic/ : /合成/);
      assert.deepEqual(errors, []);
      assert.deepEqual(foreign, []);
      await page.context().close();
    }
  },
);

for (const lang of ['en', 'zh'] as const satisfies readonly Language[]) {
  test(
    `a panel is imported by the guide: a wrong cell is named, the corrected file is stored (${lang})`,
    { skip, timeout: 120_000 },
    async () => {
      const { page, errors, foreign } = await watchedPage(browser, program.url, { lang });
      const say = words[lang];
      await page.goto(`${program.url}/#/clusters/data?import=1`);
      await giveFile(page, csv('-3'));
      assert.equal(await page.getByLabel(say.value).inputValue(), 'jobs', 'the columns are proposed');
      await page.getByLabel(say.name).fill(`Test ${lang}`);
      await page.getByLabel(say.source).fill('made up for a test');
      await page.getByRole('button', { name: say.check, exact: true }).click();
      const issues = page.getByTestId('issues');
      await issues.waitFor();
      assert.match(await issues.innerText(), /jobs\.csv[\s\S]*3[\s\S]*VALUE_NEGATIVE/);
      assert.ok(await page.getByRole('button', { name: say.store, exact: true }).isDisabled());

      await giveFile(page, csv(lang === 'en' ? '*' : '8'));
      await issues.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: say.check, exact: true }).click();
      await page.getByTestId('report').waitFor();
      await page.getByRole('button', { name: say.store, exact: true }).click();
      const shown = page.getByTestId('dataset');
      await shown.waitFor();
      await shown.getByText(`Test ${lang}`).first().waitFor();
      const stored = (await ask<readonly DatasetSummary[]>(program, '/clusters/datasets?kind=panel')).find(
        (d) => d.name.en === `Test ${lang}`,
      );
      assert.deepEqual(stored?.counts, { regions: 2, industries: 2 });
      const view = await ask<DatasetView>(program, `/clusters/datasets/${stored?.id}`);
      assert.equal(view.report.completeness[0]?.suppressed, lang === 'en' ? 1 : 0, 'a suppressed cell is no zero');
      assert.deepEqual(
        errors.filter((e) => !/status of 4/.test(e)),
        [],
      );
      assert.deepEqual(foreign, []);
      await page.context().close();
    },
  );

  test(
    `the network marks a region, names the nearest industries and leads to its report (${lang})`,
    { skip, timeout: 120_000 },
    async () => {
      const { page, errors, foreign } = await watchedPage(browser, program.url, { lang });
      await page.goto(`${program.url}/#/clusters/network?dataset=${await panelId()}`);
      await page.getByTestId('network').waitFor();
      assert.equal(await page.locator('.network .node').count(), 97);
      assert.match(await page.locator('.dataset-choice').innerText(), lang === 'en' ? /synthetic/ : /合成/);
      await page.getByLabel(words[lang].region).selectOption('D0101');
      await page.locator('.network .node.present').first().waitFor();
      const node = page.locator('.network .node').first();
      await node.focus();
      await page.keyboard.press('Enter');
      const nearest = page.getByTestId('nearest');
      await nearest.waitFor();
      assert.match(await nearest.innerText(), /0\.\d{3}/);
      const link = page.locator('a.button[href*="clusters/report"]');
      const report = await fetch(new URL((await link.getAttribute('href')) as string, program.url));
      assert.match(await report.text(), lang === 'en' ? /What Demo region 01-01/ : /示例地区01-01：优势与潜力/);
      assert.deepEqual(errors, []);
      assert.deepEqual(foreign, []);
      await page.context().close();
    },
  );
}

test(
  'a region is opened from the list: advantages, its rank with an interval, its kin',
  { skip, timeout: 120_000 },
  async () => {
    for (const lang of ['en', 'zh'] as const) {
      const { page, errors, foreign } = await watchedPage(browser, program.url, { lang });
      const demo = await panelId();
      await page.goto(`${program.url}/#/clusters/regions?dataset=${demo}`);
      const first = page.locator('main table tbody a').first();
      await first.waitFor({ timeout: 60_000 });
      const name = await first.innerText();
      await first.click();
      await page.locator('main h1', { hasText: name }).waitFor({ timeout: 60_000 });
      const text = await page.locator('main').innerText();
      assert.match(text, /\d+\s*\(\d+\s*[–-]\s*\d+\)|\d+\s*[–-]\s*\d+/, 'a rank comes with its interval');
      assert.match(text, lang === 'en' ? /synthetic/ : /合成/);
      assert.deepEqual(errors, []);
      assert.deepEqual(foreign, []);
      await page.context().close();
    }
  },
);

test(
  'the board is solved twice, a reason is read that the API gives, and the two runs are compared',
  { skip, timeout: 300_000 },
  async () => {
    const file = readFileSync(path.join(repoRoot, 'data/chess/synthetic-40.json'));
    const board = await send<DatasetView>('/clusters/datasets', {
      kind: 'chessScenario',
      name: { en: 'Forty regions', zh: '四十个地区' },
      attribution: 'synthetic, drawn from a seed',
      dataLevel: 'synthetic',
      files: [{ role: 'chessScenario', name: 'synthetic-40.json', content: file.toString('base64') }],
    });
    const { page, errors, foreign } = await watchedPage(browser, program.url, { lang: 'en' });
    await page.goto(`${program.url}/#/clusters/board?dataset=${board.id}`);
    const solve = async (overflow: string) => {
      await page.locator('form input[type="number"]').nth(1).fill(overflow);
      await page.getByRole('button', { name: 'Solve this board' }).click();
      const all = async () =>
        (await ask<readonly ScenarioView[]>(program, '/scenarios')).find(
          (s) => s.board === board.id && s.name.includes(overflow),
        );
      for (const until = Date.now() + 120_000; ;) {
        const run = (await all())?.lastRun;
        if (run !== undefined && run !== null && run.endedAtMs !== null) return run;
        assert.ok(Date.now() < until, 'the board is solved');
        await page.waitForTimeout(500);
      }
    };
    const strict = await solve('8');
    const loose = await solve('0.5');
    assert.ok(strict.value !== null && loose.value !== null && loose.value >= strict.value - 0.01 * strict.value);
    const view = await ask<ChessView>(program, `/runs/${strict.id}/result`);
    const at = view.moves.move.indexOf('focus');
    const cell = {
      region: view.regions[view.moves.region[at] as number]?.code ?? '',
      industry: view.industries[view.moves.industry[at] as number]?.code ?? '',
    };
    await page.goto(
      `${program.url}/#/clusters/board?dataset=${board.id}&run=${strict.id}&region=${cell.region}&industry=${cell.industry}`,
    );
    const why = page.locator('.chess-why');
    await why.waitFor({ timeout: 60_000 });
    const told = await ask<ChessExplanation>(
      program,
      `/runs/${strict.id}/explain?region=${cell.region}&industry=${cell.industry}`,
    );
    await why.getByText(told.sentence.en).waitFor();
    assert.match(told.sentence.en, /\d/, 'the reason gives its numbers');
    for (const [lang, value] of [
      ['en', 'Value'],
      ['zh', '方案价值'],
    ] as const) {
      const other = await watchedPage(browser, program.url, { lang });
      await other.page.goto(`${program.url}/#/clusters/compare?first=${strict.id}&second=${loose.id}`);
      await other.page.locator('td', { hasText: value }).first().waitFor({ timeout: 60_000 });
      assert.deepEqual(other.errors, []);
      await other.page.context().close();
    }
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
    await page.context().close();
  },
);
