import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RPCClient } from 'ocpp-rpc';
import { startServer, type RunningServer, type ServerOptions } from '@qipan/server';

export interface TestServer extends RunningServer {
  readonly folder: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** Any request; the body is read as JSON when it is JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Ends it and takes its folder away; like `close`, it may be asked twice. */
  end(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'qipan-server-'));

export async function startTestServer(
  options: Partial<ServerOptions> = {},
  folder = temporaryFolder(),
): Promise<TestServer> {
  const server = await startServer({
    port: 0,
    dataFolder: folder,
    logLevel: process.env['QIPAN_TEST_LOG'] ?? 'silent',
    ...options,
  });
  const ask = async (method: string, where: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}${where.startsWith('/') ? where : `/api/v1/${where}`}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
  };
  const good = async <T>(answer: Promise<Answer>): Promise<T> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body as T;
  };
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= server.close());
  return {
    ...server,
    close,
    folder,
    ask,
    get: <T>(where: string) => good<T>(ask('GET', where)),
    post: <T>(where: string, body?: unknown, headers?: Record<string, string>) =>
      good<T>(ask('POST', where, body ?? {}, headers)),
    end: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A foreign station: `ocpp-rpc` from npm, which checks our answers against its own schemas. */
export interface ForeignStation {
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  handle(action: string, answer: (payload: Record<string, never>) => object | Promise<object>): void;
  close(): Promise<void>;
  connect(): Promise<void>;
}

export function foreignStation(
  server: RunningServer,
  identity: string,
  options: { readonly protocol?: string; readonly password?: string; readonly strict?: boolean } = {},
): ForeignStation {
  const client = new RPCClient({
    endpoint: server.ocppUrl,
    identity,
    protocols: [options.protocol ?? 'ocpp1.6'],
    strictMode: options.strict ?? true,
    reconnect: false,
    callTimeoutMs: 10_000,
    // Its ping timer would keep the test's process alive.
    pingIntervalMs: 0,
    ...(options.password === undefined ? {} : { password: options.password }),
  } as never);
  return {
    connect: () => client.connect() as Promise<void>,
    call: (action, payload) => client.call(action, payload) as Promise<Record<string, unknown>>,
    handle: (action, answer) =>
      client.handle(action as never, (({ params }: { params: Record<string, never> }) => answer(params)) as never),
    close: async () => void (await client.close({ force: true } as never)),
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until something comes out, at most ten seconds. */
export async function eventually<T>(ask: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
  const untilMs = Date.now() + 10_000;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>;
    if (Date.now() > untilMs) throw new Error(`waited ten seconds for ${what}`);
    await pause(25);
  }
}

export const boot16 = { chargePointVendor: 'Foreign', chargePointModel: 'M1', firmwareVersion: '1.0' };
export const boot201 = { reason: 'PowerUp', chargingStation: { vendorName: 'Foreign', model: 'M2' } };

export const meter16 = (connectorId: number, transactionId: number, registerWh: number, powerW: number, at: Date) => ({
  connectorId,
  transactionId,
  meterValue: [
    {
      timestamp: at.toISOString(),
      sampledValue: [
        { value: String(registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
        { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' },
      ],
    },
  ],
});
