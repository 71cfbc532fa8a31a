import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import { makeDataFolder, openStore, type Store, type StoreSource, type StoreStep } from '@qipan/store';
import type { FastifyInstance } from 'fastify';
import { startClock, type Clock } from './clock.js';
import type { ServerOptions } from './options.js';

/** Which sentence a step of the database's start is. */
const steps: Readonly<Record<StoreStep, { en: string; zh: string }>> = {
  binaries: { en: 'Preparing the database programs', zh: '准备数据库程序' },
  init: { en: 'Creating the database', zh: '创建数据库' },
  start: { en: 'Starting the database', zh: '启动数据库' },
  adopt: { en: 'Taking over the running database', zh: '接管正在运行的数据库' },
  recover: { en: 'Recovering the database', zh: '恢复数据库' },
  migrate: { en: 'Bringing the tables up to date', zh: '更新数据表结构' },
  ready: { en: 'The database is ready', zh: '数据库已就绪' },
};

/** Throws `PORT_IN_USE` before anything else is started. */
export async function checkPort(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (e) => reject(listenError(e, host, port)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function listenError(e: unknown, host: string, port: number): Error {
  const code = (e as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return new QipanError('PORT_IN_USE', `port ${port} on ${host} is taken by another program`, { host, port }, e);
  if (code === 'EACCES')
    return new QipanError('PORT_IN_USE', `port ${port} on ${host} may not be opened by this user`, { host, port }, e);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new QipanError('BAD_USAGE', `this machine has no address ${host}`, { field: 'host', got: host }, e);
  return e instanceof Error ? e : new Error(String(e));
}

/** Opens the store that the options name. The data folder must be writable in any case: the server's key stands in it. */
export async function openServerStore(options: ServerOptions): Promise<Store> {
  const folder = path.resolve(options.dataFolder);
  makeDataFolder(folder);
  if (options.openStore) return options.openStore();
  const source: StoreSource = options.databaseUrl
    ? { databaseUrl: options.databaseUrl }
    : { folder: path.join(folder, 'database') };
  let said: StoreStep | null = null;
  return openStore(source, {
    onProgress: (step) => {
      // Each migration is a step of its own to the store, and one to people.
      if (step !== said) options.onProgress?.(steps[step]);
      said = step;
    },
  });
}

/** Runs the rest of the start; when it fails the store is closed and the error goes on. */
export async function closeUnless<T>(store: Store, rest: () => Promise<T>): Promise<T> {
  try {
    return await rest();
  } catch (e) {
    await store.close().catch(() => undefined);
    throw e;
  }
}

/** The clock of this server; the virtual one never falls behind what is stored already. */
export async function startServerClock(options: ServerOptions['clock'], store: Store): Promise<Clock> {
  if (options?.epochVirtualMs !== undefined) return startClock(options);
  const last = await store.log.read({ limit: 200, descending: true });
  const latestMs = Math.max(0, ...last.map((e) => e.receivedAtMs + 1_000));
  return startClock({ speed: options?.speed ?? 1, epochVirtualMs: Math.max(Date.now(), latestMs) });
}

export interface Addresses {
  readonly url: string;
  readonly ocppUrl: string;
}

/** Opens the port. A wildcard address is told by one that other machines can call. */
export async function addressesOf(app: FastifyInstance, host: string, port: number): Promise<Addresses> {
  try {
    await app.listen({ host, port });
  } catch (e) {
    throw listenError(e, host, port);
  }
  const taken = (app.server.address() as AddressInfo).port;
  const isWildcard = host === '0.0.0.0' || host === '::';
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((a) => a?.family === 'IPv4' && !a.internal)?.address;
  const name = isWildcard ? (outside ?? '127.0.0.1') : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${taken}`, ocppUrl: `ws://${name}:${taken}/ocpp` };
}
