import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { booted, minute, readings, visit } from './fake-csms.js';

const is = (status: string) => ({ status });

describe('OCPP 1.6 commands', () => {
  test('a remote start with a car there begins at once and carries the tag', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ presentAfterMs: minute }) });
    assert.deepEqual(csms.command('RemoteStartTransaction', { idTag: 'REMOTE', connectorId: 1 }), is('Accepted'));
    assert.equal(csms.of('StartTransaction')[0]?.payload['idTag'], 'REMOTE');
    csms.run(2 * minute);
    assert.equal(csms.of('StartTransaction').length, 1, 'the driver does not start it twice');
  });

  test('a remote start without a car waits for the plug and gives up after the connection time', () => {
    const csms = booted();
    assert.deepEqual(csms.command('RemoteStartTransaction', { idTag: 'REMOTE' }), is('Accepted'));
    assert.ok(csms.effects.some((e) => e.type === 'awaitingPlug' && e.evseId === 1));
    csms.run(3 * minute);
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ idToken: 'DRIVER' }) });
    csms.run(minute);
    assert.equal(csms.of('StartTransaction')[0]?.payload['idTag'], 'DRIVER');
  });

  test('a remote start and the plug that follows make one transaction; a remote stop ends it', () => {
    const csms = booted();
    csms.command('RemoteStartTransaction', { idTag: 'REMOTE', connectorId: 2 });
    csms.run(5000);
    csms.tell({ type: 'plugIn', evseId: 2, visit: visit() });
    assert.equal(csms.of('StartTransaction')[0]?.payload['idTag'], 'REMOTE');
    csms.run(2 * minute);
    assert.deepEqual(csms.command('RemoteStopTransaction', { transactionId: 99 }), is('Rejected'));
    assert.deepEqual(csms.command('RemoteStopTransaction', { transactionId: 1 }), is('Accepted'));
    assert.equal(csms.of('StopTransaction')[0]?.payload['reason'], 'Remote');
    csms.run(3 * minute);
    assert.equal(csms.machine.evse(2)?.status, 'Available');
  });

  test('a taken, unavailable or unknown connector refuses a remote start', () => {
    const csms = booted();
    assert.deepEqual(csms.command('RemoteStartTransaction', { idTag: 'X', connectorId: 7 }), is('Rejected'));
    csms.command('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    assert.deepEqual(csms.command('RemoteStartTransaction', { idTag: 'X', connectorId: 1 }), is('Rejected'));
  });

  test('a reset stops what runs, boots again, and the stop is not lost', () => {
    for (const [type, reason] of [
      ['Hard', 'HardReset'],
      ['Soft', 'SoftReset'],
    ] as const) {
      const csms = booted();
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
      csms.run(2 * minute);
      assert.deepEqual(csms.command('Reset', { type }), is('Accepted'));
      csms.run(2 * minute);
      assert.equal(csms.of('StopTransaction')[0]?.payload['reason'], reason);
      assert.equal(csms.of('BootNotification').length, 2);
    }
  });

  test('settings are read and changed; read-only ones are refused, secret ones not shown, unknown ones named', () => {
    const csms = booted();
    const all = csms.command('GetConfiguration', {}) as { configurationKey: { key: string; value?: string }[] };
    assert.ok(all.configurationKey.length > 10);
    assert.equal(all.configurationKey.find((k) => k.key === 'AuthorizationKey')?.value, undefined);
    const some = csms.command('GetConfiguration', { key: ['heartbeatinterval', 'Nonsense'] });
    assert.deepEqual(some, {
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
      unknownKey: ['Nonsense'],
    });
    const change = (key: string, value: string) => csms.command('ChangeConfiguration', { key, value });
    assert.deepEqual(change('MeterValueSampleInterval', '15'), is('Accepted'));
    assert.deepEqual(change('MeterValueSampleInterval', 'often'), is('Rejected'));
    assert.deepEqual(change('NumberOfConnectors', '9'), is('Rejected'));
    assert.deepEqual(change('Nonsense', '1'), is('NotSupported'));
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ presentAfterMs: 0 }) });
    csms.run(minute);
    assert.equal(csms.of('MeterValues').length, 4);
  });

  test('a changed heartbeat interval holds from then on', () => {
    const csms = booted();
    csms.command('ChangeConfiguration', { key: 'HeartbeatInterval', value: '10' });
    csms.run(minute);
    assert.equal(csms.of('Heartbeat').length, 6);
  });

  test('what is triggered is sent', () => {
    const csms = booted();
    for (const requestedMessage of ['BootNotification', 'Heartbeat', 'MeterValues'])
      assert.deepEqual(csms.command('TriggerMessage', { requestedMessage }), is('Accepted'));
    assert.deepEqual(
      csms.command('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 2 }),
      is('Accepted'),
    );
    csms.run(1000);
    assert.equal(csms.of('Heartbeat').length, 1);
    assert.equal(csms.of('MeterValues').length, 2);
    assert.ok(csms.of('BootNotification').length === 2);
    assert.deepEqual(
      csms.command('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }),
      is('NotImplemented'),
    );
  });

  test('taking a connector out of service waits for the transaction that runs there', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(minute);
    assert.deepEqual(csms.command('ChangeAvailability', { connectorId: 1, type: 'Inoperative' }), is('Scheduled'));
    assert.equal(csms.machine.evse(1)?.status, 'Charging');
    csms.run(60 * minute);
    assert.equal(csms.machine.evse(1)?.status, 'Unavailable');
    assert.deepEqual(csms.command('ChangeAvailability', { connectorId: 0, type: 'Operative' }), is('Accepted'));
    assert.equal(csms.machine.evse(1)?.status, 'Available');
  });

  test('unlocking ends the transaction and lets the car go', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(minute);
    assert.deepEqual(csms.command('UnlockConnector', { connectorId: 1 }), is('Unlocked'));
    csms.run(1000);
    assert.equal(csms.of('StopTransaction')[0]?.payload['reason'], 'UnlockCommand');
    assert.equal(csms.machine.evse(1)?.status, 'Available');
    assert.deepEqual(csms.command('UnlockConnector', { connectorId: 5 }), is('NotSupported'));
  });

  test('a charging profile holds the power down until it is cleared', () => {
    const csms = booted();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ stayMs: 120 * minute, presentAfterMs: 0 }) });
    csms.run(90_000);
    const csChargingProfiles = {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000 }] },
    };
    assert.deepEqual(csms.command('SetChargingProfile', { connectorId: 1, csChargingProfiles }), is('Accepted'));
    csms.run(minute);
    assert.equal(readings(csms, 'Power.Active.Import').at(-1), 11_000);
    assert.deepEqual(csms.command('ClearChargingProfile', {}), is('Accepted'));
    csms.run(minute);
    assert.equal(readings(csms, 'Power.Active.Import').at(-1), 60_000);
  });

  test('what the simulator does not do is refused in the words of the standard', () => {
    const csms = booted();
    assert.equal(csms.command('GetDiagnostics', { location: 'ftp://x' }), 'NotImplemented');
    assert.deepEqual(csms.command('DataTransfer', { vendorId: 'X' }), is('UnknownVendorId'));
    assert.deepEqual(csms.command('GetLocalListVersion', {}), { listVersion: -1 });
    assert.deepEqual(csms.command('ClearCache', {}), is('Accepted'));
  });
});

describe('OCPP 2.0.1 commands', () => {
  const station = () => booted({ version: '2.0.1' });
  const idToken = { idToken: 'REMOTE', type: 'Central' };

  test('a remote start is linked to its transaction by remoteStartId', () => {
    const csms = station();
    assert.deepEqual(
      csms.command('RequestStartTransaction', { evseId: 1, remoteStartId: 42, idToken }),
      is('Accepted'),
    );
    csms.run(3000);
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    const started = csms.of('TransactionEvent')[0]?.payload as Record<string, unknown>;
    assert.equal(started['triggerReason'], 'RemoteStart');
    assert.equal((started['transactionInfo'] as { remoteStartId: number }).remoteStartId, 42);
    const { transactionId } = started['transactionInfo'] as { transactionId: string };
    csms.run(minute);
    assert.deepEqual(csms.command('GetTransactionStatus', { transactionId }), {
      ongoingIndicator: true,
      messagesInQueue: false,
    });
    assert.deepEqual(csms.command('RequestStopTransaction', { transactionId }), is('Accepted'));
    const ended = csms.of('TransactionEvent').at(-1)?.payload as Record<string, unknown>;
    assert.equal((ended['transactionInfo'] as { stoppedReason: string }).stoppedReason, 'Remote');
    assert.deepEqual(csms.command('RequestStopTransaction', { transactionId }), is('Rejected'));
  });

  test('variables are read and set one by one, each with its own word', () => {
    const csms = station();
    const v = (component: string, variable: string) => ({
      component: { name: component },
      variable: { name: variable },
    });
    const read = csms.command('GetVariables', {
      getVariableData: [
        v('OCPPCommCtrlr', 'HeartbeatInterval'),
        v('OCPPCommCtrlr', 'Nonsense'),
        v('Nonsense', 'X'),
        v('SecurityCtrlr', 'BasicAuthPassword'),
        { ...v('OCPPCommCtrlr', 'HeartbeatInterval'), attributeType: 'MaxSet' },
      ],
    }) as { getVariableResult: { attributeStatus: string; attributeValue?: string }[] };
    assert.deepEqual(
      read.getVariableResult.map((r) => r.attributeStatus),
      ['Accepted', 'UnknownVariable', 'UnknownComponent', 'Rejected', 'NotSupportedAttributeType'],
    );
    assert.equal(read.getVariableResult[0]?.attributeValue, '300');
    const set = csms.command('SetVariables', {
      setVariableData: [
        { ...v('SampledDataCtrlr', 'TxUpdatedInterval'), attributeValue: '20' },
        { ...v('ChargingStation', 'Model'), attributeValue: 'Other' },
      ],
    }) as { setVariableResult: { attributeStatus: string }[] };
    assert.deepEqual(
      set.setVariableResult.map((r) => r.attributeStatus),
      ['Accepted', 'Rejected'],
    );
  });

  test('a base report comes in parts, the last of which says so', () => {
    const csms = station();
    assert.deepEqual(csms.command('GetBaseReport', { requestId: 5, reportBase: 'FullInventory' }), is('Accepted'));
    csms.run(1000);
    const parts = csms.of('NotifyReport').map((c) => c.payload);
    assert.ok(parts.length > 1);
    assert.deepEqual(
      parts.map((p) => p['tbc']),
      parts.map((_, i) => i < parts.length - 1),
    );
    assert.deepEqual(
      parts.map((p) => p['seqNo']),
      parts.map((_, i) => i),
    );
  });

  test('a reset on idle waits for the transaction; an immediate one does not', () => {
    const csms = station();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(minute);
    assert.deepEqual(csms.command('Reset', { type: 'OnIdle' }), is('Scheduled'));
    csms.run(5 * minute);
    assert.equal(csms.of('BootNotification').length, 1);
    csms.run(40 * minute);
    assert.equal(csms.of('BootNotification').length, 2);
    assert.equal(csms.of('BootNotification')[1]?.payload['reason'], 'RemoteReset');
  });

  test('triggers, availability, unlocking and the cache answer as the standard wants', () => {
    const csms = station();
    csms.tell({ type: 'plugIn', evseId: 1, visit: visit() });
    csms.run(minute);
    assert.deepEqual(
      csms.command('TriggerMessage', { requestedMessage: 'MeterValues', evse: { id: 2 } }),
      is('Accepted'),
    );
    assert.deepEqual(
      csms.command('TriggerMessage', { requestedMessage: 'TransactionEvent', evse: { id: 1 } }),
      is('Accepted'),
    );
    csms.run(100);
    assert.equal(csms.of('MeterValues')[0]?.payload['evseId'], 2);
    assert.equal(csms.of('TransactionEvent').at(-1)?.payload['triggerReason'], 'Trigger');
    assert.deepEqual(
      csms.command('TriggerMessage', { requestedMessage: 'Heartbeat', evse: { id: 9 } }),
      is('Rejected'),
    );
    assert.deepEqual(
      csms.command('UnlockConnector', { evseId: 1, connectorId: 1 }),
      is('OngoingAuthorizedTransaction'),
    );
    assert.deepEqual(csms.command('UnlockConnector', { evseId: 2, connectorId: 1 }), is('Unlocked'));
    assert.deepEqual(csms.command('UnlockConnector', { evseId: 2, connectorId: 3 }), is('UnknownConnector'));
    assert.deepEqual(
      csms.command('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 2 } }),
      is('Accepted'),
    );
    assert.equal(csms.machine.evse(2)?.status, 'Unavailable');
    assert.deepEqual(csms.command('ChangeAvailability', { operationalStatus: 'Operative' }), is('Scheduled'));
    assert.deepEqual(csms.command('ClearCache', {}), is('Accepted'));
    assert.deepEqual(csms.command('GetLocalListVersion', {}), { versionNumber: 0 });
    assert.equal(csms.command('GetInstalledCertificateIds', {}), 'NotImplemented');
  });
});
