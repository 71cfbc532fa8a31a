import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { chromium, chromiumFlags, repoRoot, startProgram } from '@qipan/testing';
import { chromium as driver, type Page } from 'playwright-core';

/**
 * Takes the pictures of the README from a running program: `node tools/dist/screenshots.js [--url URL] [--only NAME,NAME]`. Without
 * an address it starts the program itself, in a temporary folder, and lets the demo county live for a while.
 */
const folder = path.join(repoRoot, 'docs/images');
const mostBytes = 300_000;

interface Shot {
  readonly name: string;
  readonly lang: 'zh' | 'en';
  readonly theme: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly where: (api: Api) => Promise<string>;
}

type Api = <T>(where: string) => Promise<T>;

interface Run {
  readonly id: string;
  readonly kind: string;
  readonly value: number | null;
}
interface Result {
  readonly villages: readonly { readonly place: number; readonly coveredYear: number | null }[];
  readonly boardId: string;
}
interface Station {
  readonly id: string;
  readonly evses: readonly { readonly powerW: number | null }[];
}

const newestRun = async (api: Api) =>
  (await api<readonly Run[]>('/runs')).find((r) => r.kind === 'plan' && r.value !== null)?.id ?? '';

/** A village that the plan leaves out, whose reason is the most telling; else the first. */
async function tellingVillage(api: Api): Promise<string> {
  const run = await newestRun(api);
  const plan = await api<Result>(`/runs/${run}/result`);
  const board = await api<{ readonly place: { readonly id: readonly string[] } }>(`/boards/${plan.boardId}`);
  const village = plan.villages.find((v) => v.coveredYear === null) ?? plan.villages[0];
  return board.place.id[village?.place ?? 0] ?? '';
}

async function chargingStation(api: Api): Promise<string> {
  const stations = await api<readonly Station[]>('/stations');
  const power = (s: Station) => s.evses.reduce((sum, e) => sum + (e.powerW ?? 0), 0);
  return [...stations].sort((a, b) => power(b) - power(a))[0]?.id ?? '';
}

const shots: readonly Shot[] = [
  { name: 'board-zh', lang: 'zh', theme: 'light', where: async () => '/' },
  { name: 'board-en', lang: 'en', theme: 'light', where: async (api) => `/?village=${await tellingVillage(api)}` },
  { name: 'board-dark', lang: 'zh', theme: 'dark', where: async () => '/' },
  { name: 'plan', lang: 'en', theme: 'light', where: async (api) => `/plan/runs/${await newestRun(api)}` },
  { name: 'plan-zh', lang: 'zh', theme: 'light', where: async (api) => `/plan/runs/${await newestRun(api)}` },
  { name: 'stations', lang: 'zh', theme: 'light', where: async () => '/stations' },
  {
    name: 'station',
    lang: 'en',
    theme: 'light',
    where: async (api) => `/stations/${encodeURIComponent(await chargingStation(api))}`,
  },
  { name: 'phone', lang: 'zh', theme: 'light', width: 390, height: 844, where: async () => '/' },
  { name: 'network', lang: 'en', theme: 'light', height: 1000, where: async () => '/clusters/network?region=D0101' },
  { name: 'cluster-data', lang: 'zh', theme: 'light', where: async () => '/clusters/data' },
  { name: 'chessboard', lang: 'zh', theme: 'light', height: 1100, where: async () => '/clusters/board' },
  { name: 'grid', lang: 'en', theme: 'light', where: async () => '/grid' },
];

async function settle(page: Page): Promise<void> {
  await page.waitForSelector('main h1', { state: 'attached' });
  await page.locator('.waiting').first().waitFor({ state: 'detached', timeout: 30_000 });
  if ((await page.locator('.board').count()) > 0) await page.waitForSelector('.map[data-ready="true"]');
  await page.waitForTimeout(1500);
}

/** What stands behind a word of the command line. */
const after = (word: string): string | undefined => {
  const at = process.argv.indexOf(word);
  return at === -1 ? undefined : process.argv[at + 1];
};
const given = after('--url');
const only = after('--only')?.split(',');
const { program: browserFile, why } = chromium();
if (browserFile === null) throw new Error(why);
const own = given === undefined ? await startProgram(['--speed', '30', '--plan-seconds', '60']) : null;
const url = (given ?? own?.url ?? '').replace(/\/$/, '');
const browser = await driver.launch({ executablePath: browserFile, args: [...chromiumFlags] });
try {
  if (own !== null) await new Promise((r) => setTimeout(r, 60_000));
  const api: Api = async <T>(where: string) => (await (await fetch(`${url}/api/v1${where}`)).json()) as T;
  mkdirSync(folder, { recursive: true });
  for (const shot of shots.filter((x) => only?.includes(x.name) ?? true)) {
    const context = await browser.newContext({
      viewport: { width: shot.width ?? 1360, height: shot.height ?? 850 },
      locale: shot.lang === 'zh' ? 'zh-CN' : 'en-GB',
      colorScheme: shot.theme,
      timezoneId: 'Asia/Shanghai',
    });
    const page = await context.newPage();
    await page.goto(`${url}/#${await shot.where(api)}`);
    await settle(page);
    const file = path.join(folder, `${shot.name}.png`);
    await page.screenshot({ path: file });
    const { size } = statSync(file);
    console.log(
      `${path.relative(repoRoot, file)} ${Math.round(size / 1000)} kB${size > mostBytes ? ' TOO LARGE' : ''}`,
    );
    if (size > mostBytes) process.exitCode = 1;
    await context.close();
  }
} finally {
  await browser.close();
  await own?.close();
}
