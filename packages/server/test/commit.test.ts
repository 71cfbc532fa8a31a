import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import { QipanError, type AnyEvent, type AnyStoredEvent } from '@qipan/base';
import type { CommandView, ServerInfo, StationView, TransactionView } from '@qipan/server/contract';
import { openStore, type RowWrite, type Store, type StoreHealth } from '@qipan/store';
import { WebSocket } from 'ws';
import {
  boot16,
  eventually,
  foreignStation,
  meter16,
  pause,
  startTestServer,
  temporaryFolder,
  type TestServer,
} from './support.js';

/** A store whose commits can be held back and refused. */
class FailingStore implements Store {
  readonly #inner: Store;
  readonly log: Store['log'];
  gate: Promise<void> | null = null;
  refusal: QipanError | null = null;
  /** Stores the events and then claims that the outcome is not known. */
  isLying = false;

  constructor(inner: Store) {
    this.#inner = inner;
    this.log = {
      append: (events, writes) => this.#append(events, writes),
      read: (q) => inner.log.read(q),
      lastSeq: () => inner.log.lastSeq(),
      subscribe: (listener) => inner.log.subscribe(listener),
    };
  }
  get records() {
    return this.#inner.records;
  }
  get info() {
    return this.#inner.info;
  }
  health(): StoreHealth {
    return this.refusal ? { healthy: false, code: 'DISK_FULL' } : this.#inner.health();
  }
  counters() {
    return this.#inner.counters();
  }
  close() {
    return this.#inner.close();
  }
  async #append(events: readonly AnyEvent[], writes?: readonly RowWrite[]): Promise<readonly number[]> {
    if (this.refusal) throw this.refusal;
    if (this.gate) await this.gate;
    const seqs = await this.#inner.log.append(events, writes);
    if (this.isLying) throw new QipanError('DATABASE_DOWN', 'the connection was lost', { outcome: 'unknown' });
    return seqs;
  }
}

async function withFailingStore(use: (server: TestServer, store: FailingStore) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  let failing: FailingStore | undefined;
  const server = await startTestServer(
    {
      openStore: async () => (failing = new FailingStore(await openStore({ folder: path.join(folder, 'database') }))),
    },
    folder,
  );
  try {
    await use(server, failing as FailingStore);
  } finally {
    await server.end();
  }
}

const simulated = async (server: TestServer, identity: string) => {
  const { id, password } = await server.api.ensureSimulatedStation(identity);
  const cp = foreignStation(server, identity, { password });
  await cp.connect();
  await cp.call('BootNotification', boot16);
  return { id, cp, password };
};

test('the answer goes out after the commit and not before; a heartbeat need not wait', async () => {
  await withFailingStore(async (server, store) => {
    const { cp } = await simulated(server, 'SLOW');
    let open = () => {};
    store.gate = new Promise((resolve) => (open = resolve));
    let isAnswered = false;
    const answer = cp
      .call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' })
      .then(() => (isAnswered = true));
    await pause(150);
    assert.equal(isAnswered, false, 'nothing is on disk yet');
    const other = await foreignHeartbeat(server, 'BEAT', store);
    assert.ok(other < 5_000);
    store.gate = null;
    open();
    await answer;
    await cp.close();
  });
});

/** Milliseconds that a heartbeat takes while commits are held back. */
async function foreignHeartbeat(server: TestServer, identity: string, store: FailingStore): Promise<number> {
  const held = store.gate;
  store.gate = null;
  const { cp } = await simulated(server, identity);
  store.gate = held;
  const fromMs = Date.now();
  await cp.call('Heartbeat', {});
  const tookMs = Date.now() - fromMs;
  await cp.close();
  return tookMs;
}

test('with a full disk nothing is answered, everybody is told, and after it everything is', async () => {
  await withFailingStore(async (server, store) => {
    const { id, cp } = await simulated(server, 'FULL');
    store.refusal = new QipanError('DISK_FULL', 'no space left', { outcome: 'not stored' });
    let isAnswered = false;
    const answer = cp
      .call('StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 10, timestamp: new Date().toISOString() })
      .then((payload) => {
        isAnswered = true;
        return payload;
      });
    await eventually(async () => (await server.ask('GET', '/healthz')).status === 503, 'the alarm');
    const info = await server.get<ServerInfo>('info');
    assert.equal(info.database.healthy, false);
    const refused = await server.ask('POST', `stations/${id}/commands`, { action: 'ClearCache' });
    assert.equal(refused.status, 507);
    assert.equal((refused.body as { code: string }).code, 'DISK_FULL');
    const stranger = new WebSocket(`${server.ocppUrl}/STRANGER`, 'ocpp1.6');
    const [, response] = (await once(stranger, 'unexpected-response')) as [
      unknown,
      { statusCode: number; headers: Record<string, string> },
    ];
    stranger.on('error', () => undefined);
    stranger.terminate();
    assert.equal(response.statusCode, 503);
    assert.equal(response.headers['retry-after'], '5');
    assert.equal((await server.get<StationView[]>('stations')).length, 1, 'reading goes on');
    assert.equal(isAnswered, false, 'nothing is acknowledged');
    store.refusal = null;
    const started = await answer;
    const transactions = await server.get<TransactionView[]>(`transactions?stationId=${id}`);
    assert.deepEqual(
      transactions.map((t) => t.transactionId),
      [String(started['transactionId'])],
      'once, and as answered',
    );
    assert.equal((await server.ask('GET', '/healthz')).status, 200);
    await cp.close();
  });
});

test('a commit whose outcome was unknown and that happened is not done twice', async () => {
  await withFailingStore(async (server, store) => {
    const { id, cp } = await simulated(server, 'LOST');
    store.isLying = true;
    const answer = cp.call('StartTransaction', {
      connectorId: 1,
      idTag: 'B',
      meterStart: 10,
      timestamp: new Date().toISOString(),
    });
    await pause(100);
    store.isLying = false;
    const started = await answer;
    const events = await server.get<AnyStoredEvent[]>(`stations/${id}/events`);
    assert.equal(events.filter((e) => e.kind === 'transactionStarted').length, 1);
    const [t] = await server.get<TransactionView[]>(`transactions?stationId=${id}`);
    assert.equal(t?.transactionId, String(started['transactionId']));
    await cp.close();
  });
});

test('a link lost and a command answered while the database is away are stored when it is back, once and in order', async () => {
  await withFailingStore(async (server, store) => {
    const { id, cp } = await simulated(server, 'AWAY');
    const full = new QipanError('DISK_FULL', 'no space left', { outcome: 'not stored' });
    cp.handle('ClearCache', () => {
      store.refusal = full;
      return { status: 'Accepted' };
    });
    const told = await server.post<CommandView>(`stations/${id}/commands`, { action: 'ClearCache' });
    assert.equal(told.outcome, 'answered', 'whoever asked learns the answer');
    await cp.close();
    await eventually(async () => (await server.get<StationView>(`stations/${id}`)).liveness === 'offline', 'the loss');
    // Longer than the record of an ended command is kept in memory.
    await pause(1_200);
    store.refusal = null;
    const ends = await eventually(async () => {
      const events = await store.log.read({ stationId: id, kinds: ['commandAnswered', 'disconnected'] });
      return events.length >= 2 ? events : null;
    }, 'what happened meanwhile');
    await pause(300);
    assert.deepEqual(
      ends.map((e) => e.kind),
      ['commandAnswered', 'disconnected'],
    );
    assert.equal((await store.log.read({ stationId: id, kinds: ['disconnected'] })).length, 1);
    assert.equal((await server.get<CommandView>(`commands/${told.commandId}`)).outcome, 'answered');
    await server.api.saveStates();
    const row = await store.records.get<{ state: { isConnected: boolean } }>('stationState', { stationId: id });
    assert.equal(row?.state.isConnected, false);
  });
});

test('a boot that is stored late does not bring a renewed password back', async () => {
  await withFailingStore(async (server, store) => {
    const { station, password } = await server.api.addStation('RENEW');
    const cp = foreignStation(server, 'RENEW', { password });
    await cp.connect();
    const hash = async () =>
      (await store.records.get<{ secretHash: string; model: string | null }>('chargingStation', { id: station.id })) ??
      null;
    await eventually(async () => (await store.log.read({ stationId: station.id })).length > 0, 'the connection');
    let open = () => {};
    store.gate = new Promise((resolve) => (open = resolve));
    const boot = cp.call('BootNotification', boot16).catch(() => null);
    await pause(150);
    await server.post(`stations/${station.id}/password`);
    const renewed = await hash();
    store.gate = null;
    open();
    await boot;
    const after = await eventually(async () => {
      const row = await hash();
      return row?.model === boot16.chargePointModel ? row : null;
    }, 'the boot');
    assert.equal(after.secretHash, renewed?.secretHash);
    await cp.close();
  });
});

/** The process of the embedded PostgreSQL of a data folder. */
function postmasterOf(folder: string): number {
  const find = (from: string): string | null => {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const full = path.join(from, entry.name);
      if (entry.name === 'postmaster.pid') return full;
      if (entry.isDirectory() && !['base', 'global', 'pg_wal', 'lib'].includes(entry.name)) {
        const found = find(full);
        if (found) return found;
      }
    }
    return null;
  };
  const file = find(folder);
  if (!file) throw new Error(`no postmaster.pid below ${folder}`);
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

test('PostgreSQL is killed in mid-session: it comes back, and nothing acknowledged is lost', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  const { id, cp } = await simulated(server, 'KILLED');
  const started = await cp.call('StartTransaction', {
    connectorId: 1,
    idTag: 'K',
    meterStart: 0,
    timestamp: new Date().toISOString(),
  });
  const transactionId = started['transactionId'] as number;
  let registerWh = 0;
  const send = async (): Promise<void> => {
    await cp.call('MeterValues', meter16(1, transactionId, registerWh + 10, 11_000, new Date()));
    registerWh += 10;
  };
  for (let k = 0; k < 20; k++) await send();
  process.kill(postmasterOf(server.folder), 'SIGKILL');
  for (let k = 0; k < 20; k++) await send();
  const stored = await server.store.log.read({ stationId: id, kinds: ['metered'] });
  assert.equal(stored.length, 40, 'every answered reading is in the log, once');
  const [transaction] = await server.get<TransactionView[]>(`transactions?stationId=${id}`);
  assert.equal(transaction?.energyWh, registerWh);
  assert.equal((await server.get<ServerInfo>('info')).database.healthy, true);
  await cp.close();
});

test('after a restart stations, sessions and sums are as they were, and made again from the log they are the same', async (t) => {
  const folder = temporaryFolder();
  const first = await startTestServer({}, folder);
  t.after(() => first.close());
  const { id, cp, password } = await simulated(first, 'AGAIN');
  const at = (s: number) => new Date(Date.now() - 290_000 + s * 1000);
  for (const session of [0, 1, 2]) {
    const started = await cp.call('StartTransaction', {
      connectorId: 1,
      idTag: `T${session}`,
      meterStart: session * 1000,
      timestamp: at(session * 100).toISOString(),
    });
    const transactionId = started['transactionId'] as number;
    await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
    for (const k of [1, 2, 3])
      await cp.call(
        'MeterValues',
        meter16(1, transactionId, session * 1000 + k * 50, 7000, at(session * 100 + k * 20)),
      );
    if (session < 2)
      await cp.call('StopTransaction', {
        transactionId,
        meterStop: session * 1000 + 200,
        timestamp: at(session * 100 + 90).toISOString(),
      });
  }
  await cp.call('StopTransaction', { transactionId: 0, meterStop: 3000, timestamp: at(290).toISOString() });
  await cp.close();
  await eventually(async () => {
    const [last] = await first.get<AnyStoredEvent[]>(`stations/${id}/events?limit=1`);
    return last?.kind === 'disconnected';
  }, 'the end of the connection');
  await first.api.saveStates();
  const rows = async (server: TestServer) => ({
    transactions: await server.store.records.sql(
      'select * from "chargingTransaction" order by "stationId", "transactionId"',
    ),
    states: await server.store.records.sql(
      'select "stationId", "seq", "state" from "stationState" order by "stationId"',
    ),
  });
  const live = await rows(first);
  assert.equal(live.transactions.length, 3);
  await first.api.rebuildProjections();
  assert.deepEqual(await rows(first), live, 'projections made again from the log alone are equal');
  const before = await first.get<TransactionView[]>(`transactions?stationId=${id}`);
  await first.close();

  const second = await startTestServer({}, folder);
  t.after(() => second.end());
  assert.deepEqual(await second.get<TransactionView[]>(`transactions?stationId=${id}`), before);
  assert.equal(second.api.simulatedStations()[0]?.password, password, 'a simulated station keeps its key');
  const again = foreignStation(second, 'AGAIN', { password });
  await again.connect();
  assert.ok((await again.call('Heartbeat', {}))['currentTime'], 'it was accepted before and goes straight on');
  await again.close();
});

test('a state that was never saved is folded again from the log, open transactions included', async (t) => {
  const folder = temporaryFolder();
  const first = await startTestServer({}, folder);
  t.after(() => first.close());
  const { cp, id, password } = await simulated(first, 'UNSAVED');
  const start = { connectorId: 1, idTag: 'U', meterStart: 7, timestamp: new Date().toISOString() };
  const started = await cp.call('StartTransaction', start);
  await cp.close();
  await first.close();
  const store = await openStore({ folder: path.join(folder, 'database') });
  await store.records.sql('delete from "stationState"');
  await store.records.sql('delete from "snapshot"');
  await store.close();

  const second = await startTestServer({}, folder);
  t.after(() => second.end());
  const again = foreignStation(second, 'UNSAVED', { password });
  await again.connect();
  assert.deepEqual(await again.call('StartTransaction', start), started, 'the same start is the same transaction');
  const transactions = await second.get<TransactionView[]>(`transactions?stationId=${id}`);
  assert.deepEqual(
    transactions.map((t) => [t.transactionId, t.state]),
    [[String(started['transactionId']), 'open']],
  );
  await again.close();
});
