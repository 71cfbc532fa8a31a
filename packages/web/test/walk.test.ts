import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  BoardView,
  PlanView,
  PowerSeries,
  RunView,
  ServerInfo,
  StationView,
  TransactionView,
  VillageWhy,
} from '@qipan/server/contract';
import { startProgram, type RunningProgram } from '@qipan/testing';
import type { Browser } from 'playwright-core';
import { ask, lonelyVillage, mapDrawn, skip, watchedPage, withBrowser } from './browser.js';

/** The whole program as a user starts it, driven by its pages alone; the API is only asked what the pages should say. */
let program: RunningProgram;
let browser: Browser;

// Ten times real time: a charge that takes minutes is seen to rise within seconds.
withBrowser(
  () => startProgram(['--speed', '10', '--stations', '12', '--plan-seconds', '8', '--seed', '1']),
  (p, b) => {
    program = p;
    browser = b;
  },
);

/** A simulated station that is connected and where nobody charges. */
async function idleStation(): Promise<StationView> {
  const until = Date.now() + 60_000;
  for (;;) {
    const all = await ask<readonly StationView[]>(program, '/stations');
    const found = all.find(
      (s) =>
        s.origin === 'simulated' &&
        s.liveness === 'connected' &&
        s.evses.length > 0 &&
        s.evses.every((e) => e.status === 'Available'),
    );
    if (found !== undefined) return found;
    assert.ok(Date.now() < until, 'no station is connected and idle');
    await new Promise((r) => setTimeout(r, 500));
  }
}

test(
  'open the board, press a village, read its reason, open a station, start it, see the power rise, stop it, see the session',
  { skip, timeout: 240_000 },
  async () => {
    const { page, errors, foreign } = await watchedPage(browser, program.url, { lang: 'en', width: 1200, height: 800 });
    await page.goto(program.url);
    await mapDrawn(page);
    assert.match(await page.innerText('.board'), /Simulated/);

    const info = await ask<ServerInfo>(program, '/info');
    const board = await ask<BoardView>(program, `/boards/${info.defaultBoard}`);
    const runs = await ask<readonly RunView[]>(program, '/runs');
    const run = runs.find((r) => r.kind === 'plan' && r.value !== null) as RunView;
    const plan = await ask<PlanView>(program, `/runs/${run.id}/result`);
    assert.ok(plan.verified.ok, plan.verified.failures.join('; '));
    const village = await lonelyVillage(page, board, plan);
    await page.mouse.click(village.x, village.y);
    await page.waitForSelector('[data-testid="why"]');
    assert.equal(await page.textContent('#panel-title'), village.name);
    const why = await ask<VillageWhy>(program, `/runs/${run.id}/villages/${village.id}/why`);
    assert.equal(await page.textContent('[data-testid="why"]'), why.sentence.en);
    assert.match(why.sentence.en, /\d/, 'the reason gives its numbers');

    const station = await idleStation();
    await page.getByRole('link', { name: 'Stations', exact: true }).click();
    await page.getByPlaceholder('Search').fill(station.identity);
    await page.locator('tr', { hasText: station.identity }).getByRole('link').first().click();
    await page.waitForSelector('[data-testid="power-1"]');
    const evse = String(station.evses[0]?.evseId);
    const action = page.locator('.commands select').first();
    await action.selectOption('RequestStartTransaction');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForSelector('[data-testid="command-answer"] code:text("Accepted")', { timeout: 40_000 });

    const power = page.getByTestId(`power-${evse}`);
    const shownKw = async () => Number.parseFloat((await power.innerText()).replace(',', ''));
    const seen: number[] = [];
    for (const until = Date.now() + 60_000; Date.now() < until && !((seen.at(-1) as number) > 1);) {
      const kw = await shownKw();
      if (Number.isFinite(kw) && kw !== seen.at(-1)) seen.push(kw);
      await page.waitForTimeout(100);
    }
    assert.ok((seen.at(-1) as number) > 1, `the power rose to ${seen.join(', ')} kW`);
    const series = await ask<readonly PowerSeries[]>(program, `/stations/${encodeURIComponent(station.id)}/power`);
    const measured = series.find((s) => String(s.evseId) === evse)?.powerW ?? [];
    assert.ok(
      measured.some((w) => w > 1000),
      'the power stands in the log',
    );
    await page.waitForSelector('.line-plot canvas');

    const running = (
      await ask<readonly TransactionView[]>(program, `/transactions?stationId=${encodeURIComponent(station.id)}`)
    ).find((t) => t.state === 'open' && String(t.evseId) === evse);
    assert.ok(running, 'the session is open');
    await page.locator('[data-testid="sessions"] code', { hasText: running.transactionId }).first().waitFor();
    await action.selectOption('RequestStopTransaction');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForSelector('[data-testid="command-answer"] code:text("Accepted")', { timeout: 40_000 });
    const past = page
      .locator('[data-testid="sessions"] .table-block')
      .nth(1)
      .locator('tr', { hasText: running.transactionId });
    await past.waitFor({ timeout: 40_000 });
    assert.match(await past.innerText(), /ended/);
    assert.match(await past.innerText(), /\d kWh/);
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
    await page.context().close();
  },
);

test(
  'every page opens on the real program in both languages without an error',
  { skip, timeout: 120_000 },
  async () => {
    const [station] = await ask<readonly StationView[]>(program, '/stations');
    const run = (await ask<readonly RunView[]>(program, '/runs')).find(
      (r) => r.kind === 'plan' && r.value !== null,
    ) as RunView;
    for (const lang of ['zh', 'en'] as const) {
      const { page, errors, foreign } = await watchedPage(browser, program.url, { lang, width: 900, height: 700 });
      for (const where of [
        '/plan',
        `/plan/runs/${run.id}`,
        '/plan/new',
        '/plan/compare',
        '/stations',
        `/stations/${encodeURIComponent(station?.id ?? '')}`,
        '/waiting',
        '/about',
      ]) {
        await page.goto(`${program.url}/#${where}`);
        await page.waitForSelector('main h1');
        await page.waitForFunction(() => document.querySelector('.waiting') === null, undefined, { timeout: 30_000 });
        assert.equal(await page.locator('.failure').count(), 0, `${where}: ${await page.locator('main').innerText()}`);
      }
      assert.deepEqual(errors, []);
      assert.deepEqual(foreign, []);
      await page.context().close();
    }
  },
);
