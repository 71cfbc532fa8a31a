import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AnyStoredEvent } from '@qipan/base';
import type {
  ApproveView,
  CommandView,
  PowerSeries,
  StationDetail,
  StationView,
  SummaryView,
  TransactionView,
  UnknownStationView,
} from '@qipan/server/contract';
import {
  boot16,
  boot201,
  eventually,
  foreignStation,
  meter16,
  pause,
  startTestServer,
  type TestServer,
} from './support.js';

let server: TestServer;
before(async () => {
  server = await startTestServer({ commandTimeoutMs: 400 });
});
after(() => server.end());

const add = async (identity: string): Promise<{ id: string; password: string }> => {
  const view = await server.post<ApproveView>('stations', { identity });
  assert.equal(view.url, `${server.ocppUrl}/${identity}`);
  return { id: view.station.id, password: view.password };
};

describe('a foreign client charges', () => {
  test('in OCPP 1.6 from boot to stop, and every step is there to be read', async () => {
    const { id, password } = await add('CP16');
    const cp = foreignStation(server, 'CP16', { password });
    await cp.connect();
    const booted = await cp.call('BootNotification', boot16);
    assert.equal(booted['status'], 'Accepted');
    assert.ok(Math.abs(Date.parse(booted['currentTime'] as string) - Date.now()) < 5_000);
    assert.ok((booted['interval'] as number) >= 240 && (booted['interval'] as number) <= 360);
    await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    assert.deepEqual(await cp.call('Authorize', { idTag: 'TAG1' }), { idTagInfo: { status: 'Accepted' } });
    const start = new Date(Date.now() - 60_000);
    const started = await cp.call('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG1',
      meterStart: 1000,
      timestamp: start.toISOString(),
    });
    const transactionId = started['transactionId'] as number;
    assert.ok(Number.isInteger(transactionId) && transactionId > 0);
    await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
    await cp.call('MeterValues', meter16(1, transactionId, 1250, 22_000, new Date(Date.now() - 30_000)));
    const live = await server.get<StationDetail>(`stations/${id}`);
    assert.equal(live.liveness, 'connected');
    assert.equal(live.evses[0]?.status, 'Occupied');
    assert.equal(live.evses[0]?.detail, 'Charging');
    assert.equal(live.evses[0]?.powerW, 22_000);
    assert.equal(live.evses[0]?.energyWh, 250);
    assert.equal(live.vendorName, 'Foreign');
    assert.equal(live.openTransactions.length, 1);
    await cp.call('StopTransaction', {
      transactionId,
      meterStop: 1500,
      timestamp: new Date().toISOString(),
      reason: 'Local',
    });
    await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    const [t] = await server.get<TransactionView[]>(`transactions?stationId=${id}`);
    assert.equal(t?.state, 'ended');
    assert.equal(t?.energyWh, 500);
    assert.equal(t?.stoppedReason, 'Local');
    assert.deepEqual(t?.idToken, { idToken: 'TAG1', type: 'ISO14443' });
    const events = await server.get<AnyStoredEvent[]>(`stations/${id}/events`);
    assert.deepEqual(events.map((e) => e.kind).reverse(), [
      'connected',
      'booted',
      'statusChanged',
      'authorized',
      'transactionStarted',
      'authorized',
      'statusChanged',
      'metered',
      'transactionEnded',
      'statusChanged',
    ]);
    const [power] = await server.get<PowerSeries[]>(`stations/${id}/power`);
    assert.deepEqual(power?.powerW, [22_000]);
    await cp.close();
    await eventually(async () => (await server.get<StationView>(`stations/${id}`)).liveness === 'offline', 'offline');
  });

  test('in OCPP 2.0.1 from boot to stop', async () => {
    const { id, password } = await add('CS201');
    const cs = foreignStation(server, 'CS201', { password, protocol: 'ocpp2.0.1' });
    await cs.connect();
    assert.equal((await cs.call('BootNotification', boot201))['status'], 'Accepted');
    const at = (ms: number) => new Date(Date.now() - ms).toISOString();
    await cs.call('StatusNotification', { timestamp: at(0), connectorStatus: 'Occupied', evseId: 1, connectorId: 1 });
    const idToken = { idToken: 'TAG-2', type: 'ISO14443' };
    assert.deepEqual(await cs.call('Authorize', { idToken }), { idTokenInfo: { status: 'Accepted' } });
    const event = (eventType: string, seqNo: number, ms: number, wh: number, more: object) =>
      cs.call('TransactionEvent', {
        eventType,
        seqNo,
        timestamp: at(ms),
        transactionInfo: { transactionId: 'tx-1' },
        evse: { id: 1, connectorId: 1 },
        meterValue: [
          {
            timestamp: at(ms),
            sampledValue: [
              { value: wh, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } },
              { value: 7.2, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'kW' } },
            ],
          },
        ],
        ...more,
      });
    const first = await event('Started', 0, 60_000, 5000, { triggerReason: 'Authorized', idToken });
    assert.deepEqual(first, { idTokenInfo: { status: 'Accepted' } });
    await event('Updated', 1, 30_000, 5060, { triggerReason: 'MeterValuePeriodic' });
    const live = await server.get<StationView>(`stations/${id}`);
    assert.equal(live.ocppVersion, '2.0.1');
    assert.equal(live.evses[0]?.powerW, 7200);
    assert.equal(live.evses[0]?.transactionId, 'tx-1');
    await event('Ended', 2, 0, 5120, { triggerReason: 'StopAuthorized' });
    const t = await server.get<TransactionView>(`transactions/${id}/tx-1`);
    assert.equal(t.state, 'ended');
    assert.equal(t.energyWh, 120);
    await cs.close();
  });
});

test('an unknown station waits, is approved, and comes back with its password', async () => {
  const guest = foreignStation(server, 'NEWCOMER');
  await guest.connect();
  assert.equal((await guest.call('BootNotification', boot16))['status'], 'Pending');
  await assert.rejects(guest.call('Heartbeat', {}), /BootNotification|SecurityError|accepted/i);
  const list = await server.get<UnknownStationView[]>('unknown-stations');
  const row = list.find((u) => u.identity === 'NEWCOMER');
  assert.equal(row?.connected, true);
  assert.equal(row?.vendorName, 'Foreign');
  assert.equal(row?.ocppVersion, '1.6');
  const view = await server.post<ApproveView>('unknown-stations/NEWCOMER/approve', {
    name: { en: 'North gate', zh: '北门' },
  });
  assert.match(view.password, /^[0-9A-F]{40}$/);
  assert.equal(view.station.name.zh, '北门');
  assert.equal((await server.get<UnknownStationView[]>('unknown-stations')).length, 0);
  await assert.rejects(foreignStation(server, 'NEWCOMER').connect(), /Unauthorized/);
  await assert.rejects(foreignStation(server, 'NEWCOMER', { password: 'wrong' }).connect(), /Unauthorized/);
  const known = foreignStation(server, 'NEWCOMER', { password: view.password });
  await known.connect();
  assert.equal((await known.call('BootNotification', boot16))['status'], 'Accepted');
  await known.close();
});

test('an identity is put on the waiting list, dismissed, and may knock again', async () => {
  const guest = foreignStation(server, 'STRANGER');
  await guest.connect();
  await guest.call('BootNotification', boot16);
  assert.equal((await server.ask('DELETE', 'unknown-stations/STRANGER')).status, 200);
  assert.equal((await server.ask('DELETE', 'unknown-stations/STRANGER')).status, 404);
  assert.equal((await server.ask('POST', 'unknown-stations/STRANGER/approve', {})).status, 404);
  await guest.close();
});

describe('commands', () => {
  const online = async (identity: string) => {
    const { id, password } = await add(identity);
    const cp = foreignStation(server, identity, { password });
    await cp.connect();
    await cp.call('BootNotification', boot16);
    return { id, cp };
  };

  test("give the station's own answer", async () => {
    const { id, cp } = await online('CMD1');
    cp.handle('GetConfiguration', () => ({
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
    }));
    const view = await server.post<CommandView>(`stations/${id}/commands?waitS=5`, { action: 'GetVariables' });
    assert.equal(view.outcome, 'answered');
    assert.deepEqual(view.answer, { configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }] });
    assert.equal(view.requestedBy, 'local');
    cp.handle('ClearCache', () => {
      throw new Error('no cache here');
    });
    const refused = await server.post<CommandView>(`stations/${id}/commands?waitS=5`, { action: 'ClearCache' });
    assert.equal(refused.outcome, 'error');
    assert.match(refused.error ?? '', /GenericError: no cache here/);
    const list = await server.get<CommandView[]>(`stations/${id}/commands`);
    assert.deepEqual(
      list.map((c) => c.action),
      ['ClearCache', 'GetVariables'],
    );
    await cp.close();
  });

  test('link a remote start to the transaction that it caused', async () => {
    const { id, cp } = await online('CMD2');
    cp.handle('RemoteStartTransaction', () => ({ status: 'Accepted' }));
    const sent = await server.post<CommandView>(`stations/${id}/commands?waitS=5`, {
      action: 'RequestStartTransaction',
      payload: { evseId: 1, idToken: { idToken: 'REMOTE', type: 'Central' } },
    });
    assert.deepEqual(sent.answer, { status: 'Accepted' });
    const started = await cp.call('StartTransaction', {
      connectorId: 1,
      idTag: 'REMOTE',
      meterStart: 0,
      timestamp: new Date().toISOString(),
    });
    const linked = await eventually(async () => {
      const view = await server.get<CommandView>(`commands/${sent.commandId}`);
      return view.transactionId;
    }, 'the link');
    assert.equal(linked, String(started['transactionId']));
    await cp.close();
  });

  test('end as timeout, offline or expired when the station says nothing', async () => {
    const { id, cp } = await online('CMD3');
    cp.handle('Reset', () => new Promise(() => undefined));
    const late = await server.post<CommandView>(`stations/${id}/commands?waitS=5`, {
      action: 'Reset',
      payload: { type: 'OnIdle' },
    });
    assert.equal(late.outcome, 'timeout');
    const open = await server.ask('POST', `stations/${id}/commands?waitS=0`, {
      action: 'Reset',
      payload: { type: 'OnIdle' },
    });
    assert.equal(open.status, 202);
    await cp.close();
    const lost = await eventually(async () => {
      const view = await server.get<CommandView>(`commands/${(open.body as CommandView).commandId}`);
      return view.outcome;
    }, 'the loss');
    assert.equal(lost, 'connectionLost');
    const offline = await server.post<CommandView>(`stations/${id}/commands`, { action: 'ClearCache' });
    assert.equal(offline.outcome, 'offline');
  });

  test('are sent once for one Idempotency-Key', async () => {
    const { id, cp } = await online('CMD4');
    let times = 0;
    cp.handle('ClearCache', () => {
      times++;
      return { status: 'Accepted' };
    });
    const key = { 'idempotency-key': 'k1' };
    const first = await server.post<CommandView>(`stations/${id}/commands`, { action: 'ClearCache' }, key);
    const second = await server.post<CommandView>(`stations/${id}/commands`, { action: 'ClearCache' }, key);
    assert.equal(first.commandId, second.commandId);
    assert.equal(second.outcome, 'answered');
    assert.equal(times, 1);
    await cp.close();
  });

  test('are sent once also when the same request comes twice at the same moment', async () => {
    const { id, cp } = await online('CMD6');
    let times = 0;
    cp.handle('ClearCache', () => {
      times++;
      return { status: 'Accepted' };
    });
    const key = { 'idempotency-key': 'twice' };
    const ask = () => server.post<CommandView>(`stations/${id}/commands`, { action: 'ClearCache' }, key);
    const views = await Promise.all([ask(), ask(), ask()]);
    assert.equal(new Set(views.map((v) => v.commandId)).size, 1);
    assert.deepEqual(
      views.map((v) => v.outcome),
      ['answered', 'answered', 'answered'],
    );
    assert.equal(times, 1);
    assert.equal((await server.get<CommandView[]>(`stations/${id}/commands`)).length, 1);
    await cp.close();
  });

  test('that make no sense are refused before anything is stored', async () => {
    const { id, cp } = await online('CMD5');
    const bad = async (body: object) => (await server.ask('POST', `stations/${id}/commands`, body)).status;
    assert.equal(await bad({ action: 'Explode' }), 422);
    assert.equal(await bad({ action: 'Reset', payload: { type: 'Sideways' } }), 400);
    assert.equal(await bad({ action: 'raw', payload: { action: 'Reset', payload: { type: 7 } } }), 400);
    assert.equal(await bad({ action: 'raw', payload: { action: 'SetDefaultTariff', payload: {} } }), 422);
    assert.equal((await server.ask('POST', 'stations/nobody/commands', { action: 'ClearCache' })).status, 404);
    assert.deepEqual(await server.get(`stations/${id}/commands`), []);
    await cp.close();
  });
});

test('the newest socket of an identity wins and the old one is told', async () => {
  const { id, password } = await add('TWICE');
  const old = foreignStation(server, 'TWICE', { password });
  await old.connect();
  await old.call('BootNotification', boot16);
  const fresh = foreignStation(server, 'TWICE', { password });
  await fresh.connect();
  assert.ok((await fresh.call('Heartbeat', {}))['currentTime'], 'a station that was accepted need not boot again');
  await assert.rejects(old.call('Heartbeat', {}));
  assert.equal((await server.get<StationView>(`stations/${id}`)).liveness, 'connected');
  await fresh.close();
});

test('the summary counts what the stations say', async () => {
  const { id, password } = await add('COUNT');
  const cp = foreignStation(server, 'COUNT', { password });
  await cp.connect();
  await cp.call('BootNotification', boot16);
  await cp.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  const summary = await server.get<SummaryView>('summary');
  assert.equal(summary.stations, (await server.get<StationView[]>('stations')).length);
  assert.equal(summary.byLiveness.connected, 1);
  assert.equal(summary.connectorsByStatus['Available'], 1);
  assert.equal(summary.simulated, false);
  assert.ok(summary.energyTodayKwh >= 0.5 && summary.sessionsToday >= 2);
  const faulted = await server.get<StationView[]>('stations?state=Available');
  assert.deepEqual(
    faulted.filter((s) => s.liveness === 'connected').map((s) => s.id),
    [id],
  );
  await cp.close();
  await pause(50);
});
