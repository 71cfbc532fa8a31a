import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApproveView, StationDetail } from '@qipan/server/contract';
import { boot16, eventually, foreignStation, startTestServer } from './support.js';

test('a lost password is renewed: the old one and its connection end, the page says who knocks in vain', async () => {
  const server = await startTestServer();
  try {
    const first = await server.api.addStation('RURAL');
    const { id } = first.station;
    const detail = () => server.get<StationDetail>(`stations/${id}`);
    const connect = async (password: string, protocol = 'ocpp1.6') => {
      const cp = foreignStation(server, 'RURAL', { password, protocol, strict: protocol === 'ocpp1.6' });
      await cp.connect();
      return cp;
    };
    assert.equal((await detail()).refused, null);
    const cp = await connect(first.password);
    await cp.call('BootNotification', boot16);
    const second = await server.post<ApproveView>(`stations/${id}/password`);
    assert.match(second.password, /^[0-9A-F]{40}$/);
    assert.notEqual(second.password, first.password);
    assert.equal(second.url, first.url);
    await eventually(async () => (await detail()).liveness === 'offline', 'the old connection to end');
    await assert.rejects(connect(first.password), /Unauthorized/);
    await assert.rejects(connect(first.password), /Unauthorized/);
    const { refused } = await detail();
    assert.deepEqual([refused?.reason, refused?.count, refused?.remoteAddress], ['password', 2, '127.0.0.1']);
    assert.ok(Math.abs(Date.now() - (refused?.atMs ?? 0)) < 10_000);
    await assert.rejects(connect(second.password, 'ocpp1.5'));
    assert.deepEqual([(await detail()).refused?.reason, (await detail()).refused?.count], ['version', 3]);
    const again = await connect(second.password);
    assert.equal((await detail()).refused, null);
    await again.close();
    await cp.close();
    const audit = await server.store.records.sql<{ action: string; target: string }>(
      `select "action", "target" from "audit" where "action" = 'renewPassword'`,
    );
    assert.deepEqual(audit, [{ action: 'renewPassword', target: id }]);
    const simulated = await server.api.ensureSimulatedStation('SIM');
    assert.equal((await server.ask('POST', `stations/${simulated.id}/password`, {})).status, 409);
    assert.equal((await server.ask('POST', 'stations/nobody/password', {})).status, 404);
  } finally {
    await server.end();
  }
});
