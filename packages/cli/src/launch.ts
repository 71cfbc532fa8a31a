import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningServer } from '@qipan/server';
import type { DataOptions } from './data-store.js';
import type { Terminal } from './terminal.js';

export interface LaunchOptions extends DataOptions {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly adminPassword?: string;
  readonly logLevel?: string;
}

const pages = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../web/dist/site');

/** Where the stations' memory and the labels of injected faults stand. */
export const simulatedFolder = (dataFolder: string): string => path.join(path.resolve(dataFolder), 'simulated');

/** Starts the server with its database and says what it does meanwhile. */
export async function launch(
  o: LaunchOptions,
  terminal: Terminal,
  more: {
    readonly unknownStations?: 'quarantine' | 'refuse' | 'token';
    readonly simulated: boolean;
  },
): Promise<RunningServer> {
  const { startServer } = await import('@qipan/server');
  if (!existsSync(path.join(pages, 'index.html')))
    terminal.line('! the pages are not built (npm run build); only the API is served · 页面尚未构建，仅提供 API');
  return startServer({
    host: o.host,
    port: o.port,
    dataFolder: path.resolve(o.dataFolder),
    clock: { speed: o.speed },
    onProgress: (text) => terminal.step(text),
    ...more,
    ...(o.databaseUrl === undefined ? {} : { databaseUrl: o.databaseUrl }),
    ...(existsSync(pages) ? { webRoot: pages } : {}),
    ...(o.adminPassword === undefined ? {} : { adminPassword: o.adminPassword }),
    ...(o.logLevel === undefined ? {} : { logLevel: o.logLevel }),
  });
}
