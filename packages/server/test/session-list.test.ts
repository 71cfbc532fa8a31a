import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionsView, TransactionView } from '@qipan/server/contract';
import { energyByDay } from '../src/stations/session-list.js';
import { boot16, foreignStation, startTestServer } from './support.js';

const noon = (day: string) => new Date(`${day}T12:00:00`).getTime();

test('kWh by day and site: a site sums its stations, a station without one stands alone, unknown is counted and not 0', () => {
  const session = (stationId: string, day: string, energyWh: number | null, simulated = false) =>
    ({ stationId, startedAtMs: noon(day), endedAtMs: null, energyWh, simulated }) as TransactionView;
  const places: Record<string, { siteId: string | null; identity: string }> = {
    a: { siteId: 'S', identity: 'A' },
    b: { siteId: 'S', identity: 'B' },
    c: { siteId: null, identity: 'C' },
  };
  const days = energyByDay(
    [
      session('a', '2026-03-02', 1_500),
      session('b', '2026-03-02', 2_250, true),
      session('c', '2026-03-02', null),
      session('a', '2026-03-01', 1_000),
    ],
    (id) => places[id] as (typeof places)['a'],
  );
  assert.deepEqual(days, [
    { day: '2026-03-02', site: 'C', siteId: null, simulated: false, sessions: 1, unknown: 1, energyKwh: 0 },
    { day: '2026-03-02', site: 'S', siteId: 'S', simulated: false, sessions: 2, unknown: 0, energyKwh: 3.75 },
    { day: '2026-03-01', site: 'S', siteId: 'S', simulated: false, sessions: 1, unknown: 0, energyKwh: 1 },
  ]);
});

test('sessions of a span are listed, summed and taken away as CSV and as a workbook', async () => {
  const server = await startTestServer();
  try {
    const { station, password } = await server.api.addStation('RURAL');
    const cp = foreignStation(server, 'RURAL', { password });
    await cp.connect();
    await cp.call('BootNotification', boot16);
    const charge = async (day: string, fromWh: number, toWh: number) => {
      const startedMs = noon(day);
      const start = {
        connectorId: 1,
        idTag: '=CARD',
        meterStart: fromWh,
        timestamp: new Date(startedMs).toISOString(),
      };
      const { transactionId } = await cp.call('StartTransaction', start);
      const timestamp = new Date(startedMs + 90 * 60_000).toISOString();
      await cp.call('StopTransaction', { transactionId, meterStop: toWh, timestamp, reason: 'EVDisconnected' });
      return String(transactionId);
    };
    const first = await charge('2026-03-01', 1_000, 6_500);
    const second = await charge('2026-03-02', 6_500, 14_000);
    // A stop that fits no start: when it began nobody knows, it counts where it ended.
    await cp.call('StopTransaction', {
      transactionId: 99,
      meterStop: 1,
      timestamp: new Date(noon('2026-03-02')).toISOString(),
    });
    const span = (from: string, to: string) =>
      `fromMs=${new Date(`${from}T00:00:00`).getTime()}&toMs=${new Date(`${to}T00:00:00`).getTime()}`;
    const both = await server.get<SessionsView>(`sessions?${span('2026-03-01', '2026-03-03')}`);
    assert.deepEqual(both.total, { sessions: 3, unknown: 1, energyKwh: 13 });
    const ended = await server.get<SessionsView>(`sessions?${span('2026-03-01', '2026-03-03')}&state=ended`);
    assert.deepEqual(
      ended.sessions.map((s) => [s.transactionId, s.energyWh]),
      [
        [second, 7_500],
        [first, 5_500],
      ],
    );
    const one = await server.get<SessionsView>(`sessions?${span('2026-03-01', '2026-03-02')}`);
    assert.deepEqual(
      one.days.map((d) => [d.day, d.site, d.sessions, d.energyKwh]),
      [['2026-03-01', 'RURAL', 1, 5.5]],
    );
    const csv = await server.ask('GET', `sessions.csv?${span('2026-03-01', '2026-03-02')}`);
    const lines = String(csv.body).replace('\ufeff', '').trim().split('\r\n');
    assert.equal(lines.length, 3, 'names, units, one session');
    assert.equal(
      lines[2],
      `RURAL,RURAL,RURAL,,${first},1,ended,2026-03-01 12:00:00,2026-03-01 13:30:00,90,5.5,'=CARD,EVDisconnected,,false`,
    );
    const book = await fetch(`${server.url}/api/v1/sessions.xlsx?${span('2026-03-01', '2026-03-03')}`);
    assert.equal(Buffer.from(await book.arrayBuffer()).toString('latin1', 0, 2), 'PK');
    assert.equal((await server.ask('GET', 'sessions?fromMs=5&toMs=5')).status, 400);
    assert.equal((await server.ask('GET', 'sessions')).status, 400);
    assert.equal(station.identity, 'RURAL');
    await cp.close();
  } finally {
    await server.end();
  }
});
