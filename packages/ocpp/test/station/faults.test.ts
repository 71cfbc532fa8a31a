import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  activeFault,
  faultAmount,
  faultDefaults,
  faultKinds,
  nextFaultEdge,
  type Fault,
} from '../../src/station/faults.js';
import { booted, FakeCsms, minute, readings, t0, visit } from './fake-csms.js';

const hour = 60 * minute;
const fault = (kind: Fault['kind'], own: Partial<Fault> = {}): Fault => ({ kind, fromMs: t0, toMs: t0 + hour, ...own });

describe('the list of faults', () => {
  test('holds from its beginning to before its end, for its evse or all', () => {
    const f = [fault('meterStuck', { evseId: 2, fromMs: 10, toMs: 20 })];
    assert.equal(activeFault(f, 'meterStuck', 9), null);
    assert.equal(activeFault(f, 'meterStuck', 10), f[0]);
    assert.equal(activeFault(f, 'meterStuck', 20), null);
    assert.equal(activeFault(f, 'meterStuck', 15, 1), null);
    assert.equal(activeFault(f, 'meterStuck', 15, 2), f[0]);
    assert.equal(nextFaultEdge(f, 0), 10);
    assert.equal(nextFaultEdge(f, 10), 20);
    assert.equal(nextFaultEdge(f, 20), Infinity);
  });

  test('every kind has a default amount', () => {
    for (const kind of faultKinds) assert.equal(faultAmount(fault(kind)), faultDefaults[kind]);
    assert.equal(faultAmount(fault('meterJump', { amount: 3 })), 3);
  });

  test('every fault leaves a label where it begins and where it ends', () => {
    for (const kind of faultKinds) {
      const csms = new FakeCsms({ faults: [fault(kind, { fromMs: t0 + minute, toMs: t0 + 5 * minute })] });
      csms.run(hour);
      const labels = csms.effects.flatMap((e) =>
        e.type === 'label' ? [{ on: e.on, atMs: e.atMs, fault: e.fault }] : [],
      );
      assert.deepEqual(labels, [
        { on: true, atMs: t0 + minute, fault: kind },
        { on: false, atMs: t0 + 5 * minute, fault: kind },
      ]);
    }
  });
});

describe('faults of the outlet and the meter', () => {
  test('a silent connector looks free and serves nobody', () => {
    const csms = booted({ faults: [fault('silentConnector', { evseId: 1 })] });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.tell({ type: 'plugIn', evseId: 2, visit: visit() });
    csms.run(10 * minute);
    assert.equal(csms.machine.evse(1)?.status, 'Available');
    assert.equal(csms.of('StartTransaction').length, 1);
    assert.ok(csms.effects.some((e) => e.type === 'visitFailed' && e.reason === 'silent' && e.evseId === 1));
  });

  test('a stuck lock holds the car until it is mended, and says so to an unlock', () => {
    const csms = booted({ faults: [fault('stuckLock')] });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ stayMs: 10 * minute }) });
    csms.run(30 * minute);
    assert.equal(csms.machine.evse(1)?.status, 'Finishing');
    assert.deepEqual(csms.command('UnlockConnector', { connectorId: 1 }), { status: 'UnlockFailed' });
    csms.run(hour);
    assert.equal(csms.machine.evse(1)?.status, 'Available');
  });

  test('a stuck meter shows power and no energy', () => {
    const csms = booted({ faults: [fault('meterStuck')] });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(10 * minute);
    assert.equal(new Set(readings(csms, 'Energy.Active.Import.Register')).size, 1);
    assert.ok(readings(csms, 'Power.Active.Import').some((p) => p > 0));
  });

  test('a meter steps backward or jumps by the stated amount, once', () => {
    for (const [kind, step] of [
      ['meterBackward', -5000],
      ['meterJump', 500_000],
    ] as const) {
      const csms = booted({ faults: [fault(kind, { fromMs: t0 + 15 * minute })] });
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ energyWh: 20_000, presentAfterMs: 0 }) });
      csms.run(14 * minute);
      const before = readings(csms, 'Energy.Active.Import.Register').at(-1) as number;
      csms.run(2 * minute);
      const after = readings(csms, 'Energy.Active.Import.Register').at(-1) as number;
      const true2min = 2000;
      assert.ok(Math.abs(after - before - step - true2min) <= 1, `${kind}: ${before} then ${after}`);
    }
  });
});

describe('faults of the link and the clock', () => {
  test('a drifting clock goes wrong by so much a day and heeds no heartbeat', () => {
    const csms = booted({ faults: [fault('clockDrift', { toMs: t0 + 48 * hour, amount: 600_000 })] });
    csms.run(24 * hour);
    csms.command('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
    const said = Date.parse(String(csms.of('StatusNotification').at(-1)?.payload['timestamp']));
    assert.ok(Math.abs(said - csms.nowMs - 600_000) < 1000);
  });

  test('a reboot loop boots again and again', () => {
    const csms = booted({ faults: [fault('rebootLoop', { amount: 120 })], version: '2.0.1' });
    csms.run(hour + 5 * minute);
    const boots = csms.of('BootNotification');
    assert.ok(boots.length >= 25, `${boots.length} boots`);
    assert.equal(boots.at(-1)?.payload['reason'], 'Watchdog');
    csms.run(hour);
    assert.equal(csms.of('BootNotification').length, boots.length);
  });

  test('a half-open link is left without a word and taken up anew', () => {
    const csms = booted({ faults: [fault('halfOpen', { fromMs: t0 + minute })] });
    csms.run(5 * minute);
    assert.ok(csms.effects.some((e) => e.type === 'abandon'));
    assert.equal(csms.effects.filter((e) => e.type === 'disconnect').length, 0);
    assert.equal(csms.effects.filter((e) => e.type === 'connect').length, 2);
  });

  test('a flapping link comes and goes', () => {
    const csms = booted({ faults: [fault('flapping', { amount: 60 })] });
    csms.run(hour);
    assert.ok(csms.effects.filter((e) => e.type === 'connect').length > 40);
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(2 * hour);
    assert.equal(csms.of('StopTransaction').length, 1);
  });

  test('on a weak link frames are late or lost, and yet every transaction message arrives', () => {
    const csms = new FakeCsms({ faults: [fault('lossAndLatency', { toMs: t0 + 24 * hour })] }, 11);
    csms.run(minute);
    for (let i = 0; i < 10; i++) {
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
      csms.run(hour);
    }
    csms.run(hour);
    const sends = csms.effects.filter((e) => e.type === 'send');
    assert.ok(sends.every((e) => e.delayMs === 2000));
    const started = csms.machine.state.nextTransaction - 1;
    assert.ok(started >= 9);
    assert.equal(new Set(csms.of('StopTransaction').map((c) => c.payload['transactionId'])).size, started);
    assert.equal(csms.machine.state.transactional.length, 0);
  });

  test('after three days away everything that happened is replayed', () => {
    const away = fault('offlineReplay', { fromMs: t0 + minute, toMs: t0 + 72 * hour });
    const csms = booted({ faults: [away], sampledS: 300 });
    csms.run(2 * minute);
    for (let day = 0; day < 3; day++) {
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
      csms.run(20 * hour);
    }
    assert.equal(csms.of('StartTransaction').length, 0);
    csms.run(13 * hour);
    assert.equal(csms.of('StartTransaction').length, 3);
    assert.deepEqual(
      csms.of('StopTransaction').map((c) => c.payload['transactionId']),
      [1, 2, 3],
    );
  });
});

describe('faults of what is said', () => {
  test('a stop with −1 instead of the transaction', () => {
    const csms = booted({ faults: [fault('stopMinusOne', { toMs: t0 + 5 * hour })] });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(hour);
    assert.equal(csms.of('StopTransaction')[0]?.payload['transactionId'], -1);
  });

  test('a tag in another case at the end', () => {
    const csms = booted({ faults: [fault('tagCasing', { toMs: t0 + 5 * hour })] });
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ idToken: 'AbC' }) });
    csms.tell({ type: 'plugIn', evseId: 2, visit: visit({ idToken: 'low' }) });
    csms.run(hour);
    assert.deepEqual(
      csms.of('StartTransaction').map((c) => c.payload['idTag']),
      ['AbC', 'low'],
    );
    assert.deepEqual(
      csms.of('StopTransaction').map((c) => c.payload['idTag']),
      ['abc', 'LOW'],
    );
  });

  test('the quirks of the field: empty value, decimal comma, time without zone, unknown property', () => {
    const power = (version: '1.6' | '2.0.1', amount: number) => {
      const csms = new FakeCsms({ version, faults: [fault('schemaQuirk', { amount })] });
      csms.checks = false;
      csms.run(1000);
      csms.tell({ type: 'plugIn', evseId: 2, visit: visit({ acceptsW: 6500.5, presentAfterMs: 0 }) });
      csms.run(90_000);
      const call = csms.of(version === '1.6' ? 'MeterValues' : 'TransactionEvent').at(-1)?.payload;
      const mv = (
        call?.['meterValue'] as { timestamp: string; sampledValue: Record<string, unknown>[] }[] | undefined
      )?.[0];
      return { ...mv?.sampledValue[1], timestamp: mv?.timestamp } as Record<string, unknown>;
    };
    assert.equal(power('1.6', 0)['value'], '');
    assert.equal(power('1.6', 1)['value'], '6500,5');
    assert.doesNotMatch(String(power('1.6', 2)['timestamp']), /Z$/);
    assert.equal(power('1.6', 3)['quality'], 'good');
    assert.equal(power('2.0.1', 0)['value'], '6500.5');
    assert.doesNotMatch(String(power('2.0.1', 2)['timestamp']), /Z$/);
    assert.equal(power('2.0.1', 3)['quality'], 'good');
  });

  test('an evse that reports itself faulted ends what runs and serves nobody until mended', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(minute);
    csms.tell({ type: 'faulted', evseId: 1, on: true });
    csms.run(1000);
    assert.equal(csms.of('StopTransaction')[0]?.payload['reason'], 'PowerLoss');
    assert.equal(csms.of('StatusNotification').at(-1)?.payload['status'], 'Faulted');
  });
});
