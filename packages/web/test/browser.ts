import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { chromium, chromiumFlags, repoRoot } from '@qipan/testing';
import type { BoardView, PlanView } from '@qipan/server/contract';
import { chromium as driver, type Browser, type Page } from 'playwright-core';
import { boundsOf } from '../src/map/features.js';

export type Language = 'zh' | 'en';

export interface PageOptions {
  readonly lang?: Language;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** What a page did that no page may do. */
export interface Watched {
  readonly page: Page;
  readonly errors: readonly string[];
  /** Requests to anybody but our own server. */
  readonly foreign: readonly string[];
}

const site = path.join(repoRoot, 'packages/web/dist/site/index.html');

/** The `skip` option of a browser test: false when the pages are built and there is a Chromium, otherwise the sentence to print. */
export const skip: string | false = existsSync(site)
  ? (chromium().why ?? false)
  : 'skipped: the pages are not built (npm run build)';

async function launch(): Promise<Browser> {
  const { program, why } = chromium();
  if (program === null) throw new Error(why);
  return driver.launch({ executablePath: program, args: [...chromiumFlags] });
}

/** Whoever serves the pages under test. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts what serves the pages and a browser before the first test of a file, hands them over, and ends both after its last. */
export function withBrowser<T extends Served>(
  start: () => Promise<T>,
  use: (served: T, browser: Browser) => void | Promise<void>,
): void {
  let served: T | undefined;
  let browser: Browser | undefined;
  before(async () => {
    if (skip !== false) return;
    served = await start();
    browser = await launch();
    await use(served, browser);
  });
  after(async () => {
    await browser?.close();
    await served?.close();
  });
}

/** What a server of ours says at `/api/v1…`. */
export async function ask<T>({ url }: Served, where: string): Promise<T> {
  const answer = await fetch(`${url}/api/v1${where}`);
  if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** A fresh page with its own storage that notes every error it meets. */
export async function watchedPage(browser: Browser, url: string, options: PageOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1360, height: options.height ?? 860 },
    locale: options.lang === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: options.theme ?? 'light',
    timezoneId: 'Asia/Shanghai',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('console', (m) => {
    // Drawing without a graphics card is slow and says so; nothing else may be said.
    if (m.type() === 'error' || (m.type() === 'warning' && !m.text().includes('GL Driver Message')))
      errors.push(`${m.type()}: ${m.text()}`);
  });
  page.on('pageerror', (e) => errors.push(`uncaught: ${e.message}`));
  page.on('request', (r) => {
    if (!r.url().startsWith(url) && !/^(blob|data):/.test(r.url())) foreign.push(r.url());
  });
  return { page, errors, foreign };
}

/** Waits until the map has its layers and a frame with them has been drawn. */
export async function mapDrawn(page: Page): Promise<void> {
  await page.waitForSelector('.map[data-ready="true"]', { timeout: 30_000 });
  await page.waitForTimeout(600);
}

/** Web Mercator, both axes 0…1, y downwards. */
function mercator(lon: number, lat: number): readonly [number, number] {
  const s = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
}

/** Turns positions into pixels of the page while the map still shows the whole board, fitted with 28 px of room, north up. */
export async function mapProjection(
  page: Page,
  board: BoardView,
): Promise<(lon: number, lat: number) => { readonly x: number; readonly y: number }> {
  const bounds = boundsOf(board);
  const box = await page.locator('.map-canvas').boundingBox();
  if (bounds === null || box === null) throw new Error('the map is not there');
  const [left, bottom] = mercator(bounds[0], bounds[1]);
  const [right, top] = mercator(bounds[2], bounds[3]);
  const scale = Math.min((box.width - 56) / (right - left), (box.height - 56) / (bottom - top));
  return (lon, lat) => {
    const [x, y] = mercator(lon, lat);
    return {
      x: box.x + box.width / 2 + (x - (left + right) / 2) * scale,
      y: box.y + box.height / 2 + (y - (top + bottom) / 2) * scale,
    };
  };
}

/** A village that stands alone enough on the map to be pressed without doubt, and where. */
export async function lonelyVillage(page: Page, board: BoardView, plan: PlanView) {
  const at = await mapProjection(page, board);
  const { place } = board;
  const all = place.id.map((_, i) => at(place.lon[i] as number, place.lat[i] as number));
  const others = plan.sites.map((s) => at(s.lon, s.lat));
  const apart = (i: number) => {
    const p = all[i] as { x: number; y: number };
    const distances = [...all.filter((_, j) => j !== i), ...others].map((q) => Math.hypot(p.x - q.x, p.y - q.y));
    return Math.min(...distances);
  };
  const villages = plan.villages.map((v) => v.place).sort((a, b) => apart(b) - apart(a));
  const best = villages[0] as number;
  return {
    place: best,
    id: place.id[best] as string,
    name: place.name[best] as string,
    ...(all[best] as { x: number; y: number }),
  };
}
