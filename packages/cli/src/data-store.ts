import path from 'node:path';
import type { Store, StoreSource } from '@qipan/store';
import { both, type Terminal } from './terminal.js';

export interface DataOptions {
  readonly dataFolder: string;
  readonly databaseUrl?: string;
}

/** Opens the database that the server uses; it must not be running on an embedded one at the same time (`FOLDER_IN_USE`). */
export async function openDataStore(o: DataOptions, terminal: Terminal): Promise<Store> {
  const { openStore } = await import('@qipan/store');
  const source: StoreSource =
    o.databaseUrl === undefined
      ? { folder: path.join(path.resolve(o.dataFolder), 'database') }
      : { databaseUrl: o.databaseUrl };
  terminal.step(both({ en: 'opening the database', zh: '打开数据库' }));
  return openStore(source, { poolSize: 2 });
}
