import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { DatasetSummary, DatasetView } from '@qipan/server/contract';
import { repoRoot, startProgram, type RunningProgram } from '@qipan/testing';
import type { Browser, Page } from 'playwright-core';
import { launch, skipWithoutChromium, watchedPage, type Language } from './browser.js';

/** The cluster pages as a user meets them: the whole program with its synthetic data, driven by the pages alone. */
const built = existsSync(path.join(repoRoot, 'packages/web/dist/site/index.html'));
const skip = built ? skipWithoutChromium() : 'skipped: the pages are not built (npm run build)';

let program: RunningProgram;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  program = await startProgram(['--no-demo']);
  const answer = await fetch(`${program.url}/api/v1/clusters/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  assert.ok(answer.ok, await answer.text());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await program?.stop();
});

async function ask<T>(where: string): Promise<T> {
  const answer = await fetch(`${program.url}/api/v1${where}`);
  assert.ok(answer.ok, `${where}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** The year stands in English in the one and in Chinese in the other; what follows is the same. */
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
      assert.match(await shown.innerText(), new RegExp(`Test ${lang}`));
      const stored = (await ask<readonly DatasetSummary[]>('/clusters/datasets?kind=panel')).find(
        (d) => d.name.en === `Test ${lang}`,
      );
      assert.deepEqual(stored?.counts, { regions: 2, industries: 2 });
      const view = await ask<DatasetView>(`/clusters/datasets/${stored?.id}`);
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
      const demo = (await ask<readonly DatasetSummary[]>('/clusters/datasets?kind=panel')).find(
        (d) => d.dataLevel === 'synthetic',
      );
      await page.goto(`${program.url}/#/clusters/network?dataset=${demo?.id}`);
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
