import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { random } from '@qipan/base';
import { StationMachine } from '../../src/station/machine.js';
import { booted, FakeCsms, minute, readings, t0, visit } from './fake-csms.js';

const versions = ['1.6', '2.0.1', '2.1'] as const;

describe('boot and registration', () => {
  for (const version of versions) {
    test(`${version}: a station boots, then tells the status of every connector, then beats`, () => {
      const csms = booted({ version });
      assert.deepEqual(csms.actions(), ['BootNotification', 'StatusNotification', 'StatusNotification']);
      csms.run(10 * minute);
      assert.deepEqual(csms.actions().slice(3), ['Heartbeat', 'Heartbeat']);
      assert.equal(csms.seen[3]?.atMs, t0 + 5 * minute);
    });
  }

  test('a station says that it is simulated', () => {
    assert.equal(booted().seen[0]?.payload['chargePointVendor'], 'Qipan Simulator');
  });

  test('until accepted nothing but the boot is sent, again after the stated interval', () => {
    const csms = new FakeCsms({ version: '2.0.1' });
    const answer = (status: string) => ({ currentTime: new Date(t0).toISOString(), interval: 90, status });
    csms.reply = (c) =>
      c.action === 'BootNotification' ? answer(csms.nowMs < t0 + 3 * minute ? 'Pending' : 'Accepted') : null;
    csms.run(2 * minute);
    assert.deepEqual(csms.actions(), ['BootNotification', 'BootNotification']);
    assert.equal(csms.seen[1]?.atMs, t0 + 90_000);
    csms.run(2 * minute);
    assert.deepEqual(csms.actions().slice(2), ['BootNotification', 'StatusNotification', 'StatusNotification']);
  });

  test('a boot that is not answered is sent again, and the second silence means a dead link', () => {
    const csms = new FakeCsms({ callTimeoutS: 30, reconnectS: 5 });
    csms.answering = false;
    csms.run(70_000);
    assert.ok(csms.actions().length >= 2);
    assert.ok(csms.effects.some((e) => e.type === 'disconnect'));
    csms.answering = true;
    csms.run(2 * minute);
    assert.ok(csms.actions().includes('StatusNotification'));
  });

  test('while the CSMS cannot be reached the waits grow', () => {
    const csms = new FakeCsms();
    csms.reachable = false;
    csms.run(30 * minute);
    const tries = csms.effects.filter((e) => e.type === 'connect').length;
    assert.ok(tries > 5 && tries < 40, `${tries} tries`);
  });

  test('a station once accepted goes straight on after a lost link', () => {
    const csms = booted();
    csms.cut();
    csms.run(minute);
    assert.equal(csms.of('BootNotification').length, 1);
    assert.equal(csms.link, 'up');
  });
});

describe('a visit', () => {
  test('1.6: authorize, start, readings, stop, with the number of the CSMS in every message', () => {
    const csms = booted({ version: '1.6', sampledS: 60 });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(40 * minute);
    const actions = csms.actions().filter((a) => a !== 'Heartbeat' && a !== 'StatusNotification');
    assert.deepEqual(actions.slice(0, 4), ['BootNotification', 'Authorize', 'StartTransaction', 'MeterValues']);
    assert.equal(actions.at(-1), 'StopTransaction');
    const stop = csms.of('StopTransaction')[0]?.payload;
    const start = csms.of('StartTransaction')[0]?.payload;
    assert.equal(stop?.['transactionId'], 1);
    assert.equal(stop?.['reason'], 'Local');
    assert.equal(Number(stop?.['meterStop']) - Number(start?.['meterStart']), 10_000);
    for (const m of csms.of('MeterValues')) assert.equal(m.payload['transactionId'], 1);
    assert.equal(csms.of('MeterValues').length, 29);
  });

  test('1.6: the connector goes through the words of the standard', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(40 * minute);
    const words = csms
      .of('StatusNotification')
      .slice(2)
      .map((c) => c.payload['status']);
    assert.deepEqual(words, ['Preparing', 'Charging', 'SuspendedEV', 'Finishing', 'Available']);
  });

  for (const version of ['2.0.1', '2.1'] as const) {
    test(`${version}: one transaction, counted from 0 without a gap, Started first and Ended last`, () => {
      const csms = booted({ version });
      csms.tell({ type: 'plugIn', evseId: 2, visit: visit({ energyWh: 3000, acceptsW: 7000 }) });
      csms.run(40 * minute);
      const events = csms.of('TransactionEvent').map((c) => c.payload);
      assert.deepEqual(
        events.map((e) => e['seqNo']),
        events.map((_, i) => i),
      );
      assert.equal(events[0]?.['eventType'], 'Started');
      assert.equal(events.at(-1)?.['eventType'], 'Ended');
      assert.equal(
        new Set(events.map((e) => (e['transactionInfo'] as { transactionId: string }).transactionId)).size,
        1,
      );
      assert.ok(events.some((e) => e['triggerReason'] === 'ChargingStateChanged'));
      assert.ok(events.every((e) => e['offline'] === undefined));
      const words = csms
        .of('StatusNotification')
        .slice(2)
        .map((c) => c.payload['connectorStatus']);
      assert.deepEqual(words, ['Occupied', 'Available']);
      const register = readings(csms, 'Energy.Active.Import.Register');
      assert.equal((register.at(-1) ?? 0) - (register[0] ?? 0), 3000);
    });
  }

  test('the register never goes backward and the power tapers above the knee', () => {
    const csms = booted();
    csms.tell({
      type: 'plugIn',
      evseId: 1,
      visit: visit({ energyWh: 34_000, stateOfCharge: 0.3, stayMs: 90 * minute }),
    });
    csms.run(100 * minute);
    const register = readings(csms, 'Energy.Active.Import.Register');
    assert.ok(register.every((v, i) => i === 0 || v >= (register[i - 1] as number)));
    const power = readings(csms, 'Power.Active.Import').filter((p) => p > 0);
    assert.equal(power[0], 60_000);
    assert.ok((power.at(-1) as number) < 20_000);
  });

  test('readings agree with each other: power is voltage times current', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 2, visit: visit() });
    csms.run(5 * minute);
    const [p, u, i] = ['Power.Active.Import', 'Voltage', 'Current.Import'].map((m) => readings(csms, m)[1] as number);
    assert.ok(Math.abs((u as number) * (i as number) - (p as number)) < 10);
  });

  test('a token that is refused starts nothing, and the driver goes away', () => {
    const csms = booted();
    csms.reply = (c) => (c.action === 'Authorize' ? { idTagInfo: { status: 'Invalid' } } : null);
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(5 * minute);
    assert.equal(csms.of('StartTransaction').length, 0);
    assert.ok(csms.effects.some((e) => e.type === 'visitFailed' && e.reason === 'notAuthorized'));
    assert.equal(csms.machine.evse(1)?.status, 'Available');
  });

  test('a start that is answered with an invalid token is stopped at once, with that reason', () => {
    const csms = booted();
    csms.reply = (c) =>
      c.action === 'StartTransaction' ? { transactionId: 77, idTagInfo: { status: 'Blocked' } } : null;
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(2 * minute);
    const stop = csms.of('StopTransaction')[0]?.payload;
    assert.equal(stop?.['transactionId'], 77);
    assert.equal(stop?.['reason'], 'DeAuthorized');
  });

  test('a second car at a taken evse is turned away', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(minute);
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    assert.ok(csms.effects.some((e) => e.type === 'visitFailed' && e.reason === 'occupied'));
  });

  test('two evses charge at the same time, each in its own transaction', () => {
    const csms = booted({ version: '1.6' });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ idToken: 'A' }) });
    csms.tell({ type: 'plugIn', evseId: 2, visit: visit({ idToken: 'B' }) });
    csms.run(40 * minute);
    const stops = csms.of('StopTransaction').map((c) => c.payload['transactionId']);
    assert.deepEqual(new Set(stops), new Set([1, 2]));
    for (const m of csms.of('MeterValues')) assert.equal(m.payload['transactionId'], m.payload['connectorId']);
  });

  test('clock-aligned readings come at multiples of their interval', () => {
    const csms = booted({ alignedS: 900, sampledS: 0 });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ stayMs: 50 * minute }) });
    csms.run(60 * minute);
    assert.deepEqual(
      csms.of('MeterValues').map((c) => c.atMs),
      [15, 30, 45].map((m) => t0 + m * minute),
    );
  });
});

describe('the offline queue', () => {
  for (const version of ['1.6', '2.0.1'] as const) {
    test(`${version}: a whole session without a link is told afterwards, in order, nothing missing`, () => {
      const csms = booted({ version });
      csms.reachable = false;
      csms.cut();
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
      csms.run(60 * minute);
      assert.equal(csms.actions().length, 3);
      csms.reachable = true;
      csms.run(10 * minute);
      const told = csms.seen.slice(3).filter((c) => /Transaction|MeterValues/.test(c.action));
      const times = told.map((c) =>
        Date.parse(
          (c.payload['timestamp'] as string | undefined) ??
            (c.payload['meterValue'] as { timestamp: string }[])[0]?.timestamp ??
            '',
        ),
      );
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      assert.equal(told.length, version === '1.6' ? 31 : 32);
      if (version === '2.0.1') assert.ok(told.every((c) => c.payload['offline'] === true));
      else assert.ok(told.slice(1).every((c) => c.payload['transactionId'] === 1));
    });
  }

  test('a message whose answer is lost is sent again under the same id until it is answered', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.reply = (c) => {
      if (c.action !== 'Authorize') return null;
      csms.answering = false;
      return { idTagInfo: { status: 'Accepted' } };
    };
    csms.run(20_000);
    assert.equal(csms.of('StartTransaction').length, 1);
    csms.cut();
    csms.answering = true;
    csms.run(10 * minute);
    const starts = csms.of('StartTransaction');
    assert.ok(starts.length >= 2, `${starts.length} starts`);
    assert.equal(new Set(starts.map((c) => c.id)).size, 1);
    assert.equal(new Set(starts.map((c) => JSON.stringify(c.payload))).size, 1);
  });

  test('a station that renews ids says the same under a new one', () => {
    const csms = booted({ renewsMessageId: true, version: '2.0.1' });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(9000);
    csms.reply = (c) =>
      c.action === 'TransactionEvent' && csms.of('TransactionEvent').length < 3 ? { error: 'InternalError' } : null;
    csms.run(10 * minute);
    const starts = csms.of('TransactionEvent').filter((c) => c.payload['eventType'] === 'Started');
    assert.equal(starts.length, 3);
    assert.equal(new Set(starts.map((c) => c.id)).size, 3);
  });

  test('a refused transaction message holds the queue, but not statuses and heartbeats', () => {
    const csms = booted();
    csms.reply = (c) => (c.action === 'StartTransaction' ? { error: 'InternalError' } : null);
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(60 * minute);
    assert.equal(csms.of('MeterValues').length, 0);
    assert.ok(csms.of('Heartbeat').length > 5);
    csms.reply = () => null;
    csms.run(20 * minute);
    assert.equal(csms.of('StopTransaction').length, 1);
    assert.equal(csms.machine.state.transactional.length, 0);
  });

  test('an answer that comes after the wait was over still counts', () => {
    const csms = booted({ callTimeoutS: 10 });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(9000);
    csms.answering = false;
    csms.reply = () => null;
    csms.tell({ type: 'wake' });
    csms.run(2000);
    const auth = csms.of('Authorize')[0];
    assert.ok(auth);
    csms.tell({ type: 'frame', text: JSON.stringify([3, auth.id, { idTagInfo: { status: 'Accepted' } }]) });
    csms.run(10_500);
    const start = csms.of('StartTransaction')[0];
    assert.ok(start);
    csms.tell({
      type: 'frame',
      text: JSON.stringify([3, start.id, { transactionId: 9, idTagInfo: { status: 'Accepted' } }]),
    });
    assert.equal(csms.machine.evse(1)?.transaction?.transactionId, '9');
  });

  test('with the link down a driver is let in or not as the setting says', () => {
    for (const authorizesOffline of [true, false]) {
      const csms = booted({ authorizesOffline });
      csms.reachable = false;
      csms.cut();
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
      csms.run(minute);
      assert.equal(csms.machine.evse(1)?.transaction !== null, authorizesOffline);
    }
  });

  test('the memory survives being written down: the queue goes on, what ran ended with the power', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(5 * minute);
    csms.reachable = false;
    csms.cut();
    csms.run(5 * minute);
    const written = JSON.parse(JSON.stringify(csms.machine.snapshot()));
    const later = t0 + 86_400_000;
    const again = new StationMachine(csms.machine.config, random(2), later, written);
    const queue = again.state.transactional;
    assert.equal(queue.at(-1)?.action, 'StopTransaction');
    assert.equal(queue.at(-1)?.payload['reason'], 'PowerLoss');
    assert.ok(Date.parse(String(queue.at(-1)?.payload['timestamp'])) <= t0 + 11 * minute);
    assert.equal(again.evse(1)?.status, 'Available');
    assert.deepEqual(
      again.step({ type: 'wake' }, later).map((e) => e.type),
      ['connect'],
    );
  });
});

describe('frames that make no sense', () => {
  test('are passed over', () => {
    const csms = booted();
    for (const text of ['', '{', '[]', '[9]', '[3,"nobody",{}]', '[2]', 'null', '[3,null,null]'])
      csms.tell({ type: 'frame', text });
    assert.equal(csms.link, 'up');
  });
});
