import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random, type OcppVersion } from '@qipan/base';
import { toEvents, versions } from '@qipan/ocpp';
import { faultKinds, type Fault } from '../../src/station/faults.js';
import { StationMachine } from '../../src/station/machine.js';
import { booted, minute, readings, t0, visit, type FakeCsms } from './fake-csms.js';

/** A few hours of cars, commands and lost links, drawn from a seed; then the world is well again and a day goes by. */
function live(version: OcppVersion, seed: number, faults: readonly Fault[] = []): FakeCsms {
  const csms = booted({ version, faults, sampledS: 120 });
  const draw = random(seed);
  const pick = (n: number): number => Math.floor(draw.next() * n);
  for (let i = 0; i < 60; i++) {
    csms.run(pick(12) * minute);
    const evseId = 1 + pick(2);
    switch (pick(7)) {
      case 0:
      case 1:
      case 2:
        csms.tell({
          type: 'plugIn',
          evseId,
          visit: visit({ stayMs: (5 + pick(60)) * minute, energyWh: 500 + pick(9000) }),
        });
        break;
      case 3:
        csms.tell({ type: 'leave', evseId });
        break;
      case 4:
        csms.reachable = pick(2) === 0;
        csms.cut();
        break;
      case 5:
        csms.answering = pick(3) > 0;
        break;
      default:
        csms.tell({ type: 'faulted', evseId, on: pick(2) === 0 });
    }
  }
  csms.reachable = true;
  csms.answering = true;
  for (const evseId of [1, 2]) csms.tell({ type: 'faulted', evseId, on: false });
  csms.run(24 * 60 * minute);
  return csms;
}

/** The transaction messages as the CSMS answered them, each once, in order. */
function answered(csms: FakeCsms): readonly { readonly action: string; readonly payload: Record<string, unknown> }[] {
  const done: { action: string; payload: Record<string, unknown> }[] = [];
  for (const e of csms.effects) if (e.type === 'answered' && e.call.kind === 'transaction') done.push(e.call);
  return done;
}

for (const version of versions) {
  test(`OCPP ${version}: whatever happens, every transaction is told whole and in order once the link is back`, () => {
    let sessions = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const csms = live(version, seed);
      assert.deepEqual(csms.machine.state.transactional, [], `seed ${seed}: the queue is empty`);
      assert.ok(csms.machine.state.evses.every((e) => e.transaction === null && e.visit === null));
      const open = new Map<unknown, number>();
      const ended = new Set<unknown>();
      for (const { action, payload } of answered(csms)) {
        if (version === '1.6') {
          if (action === 'StartTransaction')
            open.set(payload['connectorId'], (open.get(payload['connectorId']) ?? 0) + 1);
          continue;
        }
        const { transactionId } = payload['transactionInfo'] as { readonly transactionId: unknown };
        const seqNo = payload['seqNo'] as number;
        assert.equal(seqNo, open.get(transactionId) ?? 0, `seed ${seed}: numbers without a gap`);
        assert.equal(payload['eventType'] === 'Started', seqNo === 0);
        assert.ok(!ended.has(transactionId), `seed ${seed}: nothing after the end`);
        open.set(transactionId, seqNo + 1);
        if (payload['eventType'] === 'Ended') ended.add(transactionId);
      }
      if (version === '1.6') {
        const of = (a: string): number => answered(csms).filter((c) => c.action === a).length;
        assert.equal(of('StartTransaction'), of('StopTransaction'), `seed ${seed}`);
        assert.equal(
          of('StartTransaction'),
          [...open.values()].reduce((a, b) => a + b, 0),
        );
        sessions += of('StopTransaction');
      } else {
        assert.equal(ended.size, open.size, `seed ${seed}: every one has its end`);
        sessions += ended.size;
      }
    }
    assert.ok(sessions >= 10, `${sessions} sessions`);
  });

  test(`OCPP ${version}: readings of one outlet never fall, and all that is sent can be decoded`, () => {
    const csms = live(version, 41);
    for (const { id, action, payload } of csms.seen) {
      const call = { version, id, action, payload, repairs: [], isSend: false, arrival: 0 };
      assert.ok(toEvents(call, { stationId: 's', receivedAtMs: 0 }).events.length > 0, action);
    }
    const one = Object.assign(Object.create(csms) as FakeCsms, {
      seen: csms.seen.filter(
        ({ payload }) => (payload['connectorId'] ?? (payload['evse'] as { id?: unknown } | undefined)?.id) === 1,
      ),
    });
    const energies = readings(one, 'Energy.Active.Import.Register');
    assert.ok(energies.length > 5);
    // A message may be sent twice: what counts is that a new one never shows less than one before it.
    for (let i = 1; i < energies.length; i++) assert.ok((energies[i] as number) >= (energies[i - 1] as number) - 1e-9);
  });

  test(`OCPP ${version}: a life can be written down and taken up at any time, and the same seed lives it again`, () => {
    const first = live(version, 7);
    const second = live(version, 7);
    assert.deepEqual(first.seen, second.seen);
    const written = JSON.parse(JSON.stringify(first.machine.snapshot())) as ReturnType<StationMachine['snapshot']>;
    assert.deepEqual(written, first.machine.snapshot(), 'plain values only');
    const again = new StationMachine(first.machine.config, random(1), first.nowMs, written);
    assert.equal(again.evse(1)?.registerWh, first.machine.evse(1)?.registerWh);
  });
}

test('under every injected fault the station goes on, and label follows label', () => {
  for (const kind of faultKinds) {
    const fault: Fault = { kind, fromMs: t0 + 20 * minute, toMs: t0 + 90 * minute };
    const version = versions[faultKinds.indexOf(kind) % 3] as OcppVersion;
    const csms = booted({ version, faults: [fault] });
    csms.checks = kind !== 'schemaQuirk';
    for (const at of [5, 30, 60, 120]) {
      csms.run(Math.max(0, t0 + at * minute - csms.nowMs));
      csms.tell({ type: 'plugIn', evseId: 1, visit: visit({ stayMs: 15 * minute }) });
    }
    csms.run(24 * 60 * minute);
    const labels = csms.effects.flatMap((e) => (e.type === 'label' ? [[e.fault, e.on, e.atMs]] : []));
    assert.deepEqual(labels, [
      [kind, true, fault.fromMs],
      [kind, false, fault.toMs],
    ]);
    const ends = csms.effects.filter((e) => e.type === 'visitEnded');
    assert.ok(ends.length >= 2, `${kind}: the visits before and after the fault are served`);
    assert.deepEqual(csms.machine.state.transactional, [], kind);
  }
});
