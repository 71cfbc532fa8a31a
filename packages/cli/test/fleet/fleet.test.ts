import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { random } from '@qipan/base';
import { sharedData, skipWithout } from '@qipan/testing';
import { hourOfWeek, nextArrivalMs, weekRate } from '../../src/fleet/arrivals.js';
import { virtualClock, type Clock } from '../../src/fleet/clock.js';
import { Drivers } from '../../src/fleet/drivers.js';
import { faultKinds } from '@qipan/ocpp';
import { scheduleFaults } from '../../src/fleet/fault-plan.js';
import { DueQueue } from '../../src/fleet/due-queue.js';
import { Fleet } from '../../src/fleet/fleet.js';
import { drawSession, quantileAt, readSessionTable, socketOf, type Socket } from '../../src/fleet/session-table.js';
import { fleetSpec, type FleetStationSpec } from '../../src/fleet/spec.js';
import { accepting, inMemory, type SeenCall } from './dummy-csms.js';

const t0 = Date.UTC(2026, 2, 1, 16);
const dayMs = 86_400_000;
const table = readSessionTable();

const station = (n: number, own: Partial<FleetStationSpec> = {}): FleetStationSpec => ({
  identity: `SIM-${n}`,
  password: null,
  version: n % 2 === 0 ? '1.6' : '2.0.1',
  model: 'DC 60',
  evses: [
    { powerKw: 60, current: 'DC', phases: 3 },
    { powerKw: 60, current: 'DC', phases: 3 },
  ],
  visitsPerWeek: null,
  faults: [],
  ...own,
});

/** A clock that the test moves. */
function handClock(): Clock & { at: number } {
  const clock = { at: t0, speed: 1, epochRealMs: t0, epochVirtualMs: t0, now: () => clock.at, waitMs: () => 0 };
  return clock;
}

interface Measured {
  readonly hour: number[];
  readonly medianKwh: Record<Socket, number>;
}

const models: Record<string, Socket> = {
  'APT Triple Rapid Charger': 'rapid',
  'Siemens Triple Rapid Charger': 'rapid',
  'APT 22kW Dual Outlet': 'ac22',
  'APT 7kW Dual Outlet': 'ac7',
  'Siemens 7 kW Dual Outlet': 'ac7',
};

/** Start-hour shares (per cent, all sockets) and median energies, from the sessions themselves. */
function measured(): Measured {
  const lines = readFileSync(sharedData('perth-kinross/sessions.csv') as string, 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const hour = Array.from({ length: 24 }, () => 0);
  const energy: Record<Socket, number[]> = { rapid: [], ac22: [], ac7: [] };
  for (const line of lines) {
    const [, , start = '', , kwh, , model = ''] = line.split(',');
    const socket = models[model.trim()];
    if (!socket) continue;
    const h = Number(start.slice(11, 13));
    hour[h] = (hour[h] ?? 0) + 1;
    energy[socket].push(Number(kwh));
  }
  const total = hour.reduce((a, b) => a + b, 0);
  const median = (v: number[]) => v.sort((a, b) => a - b)[Math.floor((v.length - 1) / 2)] ?? NaN;
  return {
    hour: hour.map((n) => (100 * n) / total),
    medianKwh: { rapid: median(energy.rapid), ac22: median(energy.ac22), ac7: median(energy.ac7) },
  };
}

/** Share of measured sessions by socket. */
const mix: readonly (readonly [Socket, number])[] = [
  ['rapid', 25_186],
  ['ac22', 4_420],
  ['ac7', 1_958],
];

describe('arrivals', () => {
  test('the rates of a week add up to the visits of a week', () => {
    const rate = weekRate(table.rapid, 12);
    assert.equal(rate.length, 168);
    assert.ok(Math.abs(rate.reduce((a, b) => a + b, 0) - 12) < 0.01);
  });

  test('hours of the week are local: Thursday 1970-01-01 00:00 UTC is 08:00 in China', () => {
    assert.equal(hourOfWeek(0, 0), 4 * 24);
    assert.equal(hourOfWeek(0, 480), 4 * 24 + 8);
    assert.equal(hourOfWeek(-1, 0), 3 * 24 + 23);
  });

  test('the number of arrivals is Poisson: mean and variance agree with the rate', () => {
    const draw = random(5);
    const rate = weekRate(table.rapid, 9.4);
    const counts: number[] = [];
    for (let week = 0, at = t0; week < 3000; week++) {
      const end = t0 + (week + 1) * 7 * dayMs;
      let n = 0;
      while ((at = nextArrivalMs(rate, at, 480, draw)) < end) n++;
      counts.push(n + 0);
      at = end;
    }
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / counts.length;
    assert.ok(Math.abs(mean - 9.4) < 0.2, `mean ${mean}`);
    assert.ok(Math.abs(variance / mean - 1) < 0.1, `variance ${variance}`);
  });

  test('nobody comes where the rate is 0', () => {
    assert.equal(nextArrivalMs(new Float64Array(168), t0, 480, random(1)), Infinity);
  });

  test(
    'start hours are those of the real sessions within a point',
    { skip: skipWithout('perth-kinross/sessions.csv') },
    () => {
      const real = measured().hour;
      const hour = Array.from({ length: 24 }, () => 0);
      const draw = random(7);
      for (const [socket, sessions] of mix) {
        const rate = weekRate(table[socket], 100);
        for (let i = 0, at = t0; i < sessions * 4; i++) {
          at = nextArrivalMs(rate, at, 480, draw);
          const h = hourOfWeek(at, 480) % 24;
          hour[h] = (hour[h] ?? 0) + 1;
        }
      }
      const total = hour.reduce((a, b) => a + b, 0);
      real.forEach((share, h) => {
        const ours = (100 * (hour[h] ?? 0)) / total;
        assert.ok(Math.abs(ours - share) < 1, `${h} h: ${ours} against ${share}`);
      });
      assert.ok(Math.abs((real[15] ?? 0) - 9.04) < 0.2);
    },
  );
});

describe('energy and stay', () => {
  test('outlets take the use measured at their kind of socket', () => {
    assert.equal(socketOf('DC', 60), 'rapid');
    assert.equal(socketOf('AC', 22), 'ac22');
    assert.equal(socketOf('AC', 7), 'ac7');
  });

  test('quantiles are read back at their levels and in between', () => {
    const levels = Float64Array.of(0, 0.5, 1);
    const values = Float64Array.of(0, 10, 30);
    assert.equal(quantileAt(levels, values, 0.5), 10);
    assert.equal(quantileAt(levels, values, 0.75), 20);
    assert.equal(quantileAt(levels, values, 1), 30);
  });

  test(
    'median energy is that of the real sessions within 3 %',
    { skip: skipWithout('perth-kinross/sessions.csv') },
    () => {
      const real = measured().medianKwh;
      const draw = random(3);
      for (const [socket] of mix) {
        const energy = Array.from({ length: 20_001 }, () => drawSession(table[socket], draw).energyKwh).sort(
          (a, b) => a - b,
        );
        const ours = energy[10_000] ?? NaN;
        assert.ok(Math.abs(ours / real[socket] - 1) < 0.03, `${socket}: ${ours} against ${real[socket]}`);
      }
    },
  );

  test('longer stays go with more energy, as measured', () => {
    const draw = random(9);
    const pairs = Array.from({ length: 4000 }, () => drawSession(table.ac7, draw));
    const rank = (key: 'energyKwh' | 'plugMin') => {
      const order = pairs.map((_, i) => i).sort((a, b) => (pairs[a]?.[key] ?? 0) - (pairs[b]?.[key] ?? 0));
      const out = Array.from({ length: order.length }, () => 0);
      order.forEach((who, r) => (out[who] = r));
      return out;
    };
    const [x, y] = [rank('energyKwh'), rank('plugMin')];
    const mean = (pairs.length - 1) / 2;
    const cov = x.reduce((s, v, i) => s + (v - mean) * ((y[i] ?? 0) - mean), 0);
    const rho = cov / x.reduce((s, v) => s + (v - mean) ** 2, 0);
    assert.ok(Math.abs(rho - table.ac7.rankCorrelation) < 0.05, `${rho}`);
  });

  test('a car can always take what its driver wants within the stay', () => {
    const drivers = new Drivers({ powerKw: 7, current: 'AC', phases: 1 }, random(4), table, {
      visitsPerWeek: null,
      utcOffsetMin: 480,
      tokens: 9,
    });
    for (let i = 0; i < 3000; i++) {
      const v = drivers.visit();
      assert.ok(v.stateOfCharge >= 0 && v.stateOfCharge + v.energyWh / v.capacityWh <= 0.975);
      assert.ok(v.energyWh / Math.min(7000, v.acceptsW) <= v.stayMs / 3_600_000);
    }
  });

  test('some bays are taken when the fleet comes up, none of them for ever', () => {
    const drivers = new Drivers({ powerKw: 7, current: 'AC', phases: 1 }, random(4), table, {
      visitsPerWeek: 20,
      utcOffsetMin: 480,
      tokens: 9,
    });
    const found = Array.from({ length: 300 }, (_, i) => drivers.present(t0 + i * 3_600_000));
    const there = found.filter((v) => v !== null);
    assert.ok(there.length > 60 && there.length < 290, `${there.length} of 300`);
    assert.ok(there.every((v) => v.stayMs <= dayMs && v.energyWh > 0));
  });
});

test('the queue of due stations gives them in order and forgets what was moved', () => {
  const queue = new DueQueue(500);
  const draw = random(1);
  const at = new Map<number, number>();
  for (let i = 0; i < 2000; i++) {
    const who = draw.below(500);
    const when = draw.below(10_000);
    at.set(who, when);
    queue.set(who, when);
  }
  const want = [...at.values()].sort((a, b) => a - b);
  const got: number[] = [];
  for (let who = queue.take(Infinity); who !== -1; who = queue.take(Infinity)) got.push(at.get(who) as number);
  assert.deepEqual(got, want);
  assert.equal(queue.nextMs, Infinity);
});

test('a fast clock runs so many times as fast and says how long to wait', () => {
  let real = 1000;
  const clock = virtualClock({ speed: 100, epochRealMs: 1000, epochVirtualMs: 50_000 }, () => real);
  assert.equal(clock.now(), 50_000);
  real = 1010;
  assert.equal(clock.now(), 51_000);
  assert.equal(clock.waitMs(61_000), 100);
  assert.equal(clock.waitMs(0), 0);
});

test('faults are spread by seed: the kinds in turn, each with its times, the other stations sound', () => {
  const stations = Array.from({ length: 60 }, (_, i) => station(i));
  const spoil = (seed: number) => scheduleFaults(stations, { count: 30, seed, fromMs: t0 });
  const faults = spoil(1).flatMap((s) => s.faults);
  assert.equal(faults.length, 30);
  for (const kind of faultKinds) assert.equal(faults.filter((f) => f.kind === kind).length, 2, kind);
  assert.ok(
    faults.every((f) => f.fromMs >= t0 && f.fromMs < t0 + dayMs && f.toMs > f.fromMs && f.toMs <= f.fromMs + dayMs),
  );
  assert.deepEqual(spoil(1), spoil(1));
  assert.notDeepEqual(spoil(1), spoil(2));
});

describe('a fleet', () => {
  /** Four weeks of a small fleet without sockets, on a clock moved by hand. */
  async function weeks(count: number, stations: readonly FleetStationSpec[], seed = 1) {
    const clock = handClock();
    const seen: SeenCall[] = [];
    const delivered: number[] = [];
    const fleet = new Fleet(fleetSpec({ url: 'memory', stations, clock, seed, warmStart: false, sampledS: 3600 }), {
      clock,
      table,
      openLink: inMemory(
        () => clock.at,
        (c) => seen.push(c),
      ),
      hooks: { effect: (_, e) => e.type === 'visitEnded' && delivered.push(e.energyWh / 1000) },
    });
    const end = t0 + count * 7 * dayMs;
    for (;;) {
      const next = fleet.runDue();
      await Promise.resolve();
      if (next > end) break;
      clock.at = Math.max(clock.at, next);
    }
    return { fleet, seen, delivered };
  }

  test(
    'delivers the median energy of the real sessions and answers for every transaction',
    { skip: skipWithout('perth-kinross/sessions.csv') },
    async () => {
      const stations = Array.from({ length: 40 }, (_, i) => station(i));
      const { fleet, seen, delivered } = await weeks(10, stations, 3);
      const sorted = delivered.sort((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? NaN;
      const real = measured().medianKwh.rapid;
      assert.ok(sorted.length > 6000, `${sorted.length} sessions`);
      assert.ok(Math.abs(median / real - 1) < 0.03, `${median} against ${real}`);
      const starts = seen.filter((c) => c.action === 'StartTransaction' || c.payload['eventType'] === 'Started').length;
      const stops = seen.filter((c) => c.action === 'StopTransaction' || c.payload['eventType'] === 'Ended').length;
      assert.ok(starts - stops >= 0 && starts - stops < 80);
      assert.equal(fleet.counts.refused, 0);
    },
  );

  test('is the same for the same seed and another for another', async () => {
    const text = async (seed: number) => JSON.stringify((await weeks(1, [station(1), station(2)], seed)).seen);
    const once = await text(1);
    assert.equal(once, await text(1));
    assert.notEqual(once, await text(2));
  });

  test('speaks through real sockets with its identity, its password and its version', async (t) => {
    const server = new WebSocketServer({ port: 0, handleProtocols: (offered) => [...offered][0] ?? false });
    await once(server, 'listening');
    const answer = accepting();
    const who: { path: string; auth: string; protocol: string }[] = [];
    const actions = new Set<string>();
    server.on('connection', (socket, request) => {
      const auth = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
      who.push({ path: request.url ?? '', auth, protocol: socket.protocol });
      socket.on('message', (data) => {
        const [kind, id, action, payload] = JSON.parse((data as Buffer).toString()) as [
          number,
          string,
          string,
          Record<string, unknown>,
        ];
        if (kind !== 2) return;
        actions.add(action);
        socket.send(JSON.stringify([3, id, answer({ identity: '', action, payload }, Date.now())]));
      });
    });
    const { port } = server.address() as { port: number };
    const speed = 600;
    const stations = Array.from({ length: 20 }, (_, i) => station(i, { password: `secret-${i}`, visitsPerWeek: 200 }));
    const fleet = new Fleet(
      fleetSpec({
        url: `ws://127.0.0.1:${port}/ocpp`,
        stations,
        clock: { speed, epochRealMs: Date.now(), epochVirtualMs: t0 },
      }),
    );
    fleet.start();
    // Whatever fails, neither sockets nor timers may keep the process alive.
    t.after(() => {
      fleet.stop();
      for (const c of server.clients) c.terminate();
      server.close();
    });
    // Every kind of message comes sooner or later; how soon depends on the machine.
    const wanted = [
      'BootNotification',
      'StatusNotification',
      'Authorize',
      'StartTransaction',
      'TransactionEvent',
      'MeterValues',
      'StopTransaction',
    ];
    const isThere = () =>
      fleet.counts.connected === 20 && fleet.counts.visitsEnded >= 5 && wanted.every((action) => actions.has(action));
    const until = Date.now() + 120_000;
    while (Date.now() < until && !isThere()) await sleep(50);
    assert.equal(fleet.counts.connected, 20);
    assert.ok(fleet.counts.visitsEnded >= 5);
    for (const action of wanted) assert.ok(actions.has(action), action);
    const first = who.find((w) => w.path === '/ocpp/SIM-3');
    assert.equal(first?.auth, 'SIM-3:secret-3');
    assert.equal(first?.protocol, 'ocpp2.0.1');
  });

  test('keeps its memory from one run to the next', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qipan-fleet-'));
    const memoryFile = path.join(folder, 'fleet.json');
    const clock = handClock();
    const make = () =>
      new Fleet(fleetSpec({ url: 'memory', stations: [station(2)], clock, memoryFile, warmStart: false }), {
        clock,
        table,
        openLink: inMemory(() => clock.at),
      });
    const first = make();
    for (const end = t0 + 3 * dayMs; clock.at < end;) {
      const next = first.runDue();
      await Promise.resolve();
      clock.at = Math.max(clock.at + 1, next);
    }
    const register = first.member('SIM-2')?.machine.evse(1)?.registerWh ?? 0;
    first.stop();
    assert.ok(register > 0);
    assert.equal(JSON.parse(readFileSync(memoryFile, 'utf8')).simulated, true);
    assert.equal(make().member('SIM-2')?.machine.evse(1)?.registerWh, register);
    rmSync(folder, { recursive: true });
  });

  test('writes the labels of injected faults down, and a duplicate identity is a second socket of the same name', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qipan-fleet-'));
    const labelFile = path.join(folder, 'labels.jsonl');
    const clock = handClock();
    const fault = (kind: 'duplicateIdentity' | 'meterStuck') => ({ kind, fromMs: t0 + 60_000, toMs: t0 + 120_000 });
    const opened: string[] = [];
    const open = inMemory(() => clock.at);
    const fleet = new Fleet(
      fleetSpec({
        url: 'memory',
        stations: [station(2, { faults: [fault('duplicateIdentity'), fault('meterStuck')], visitsPerWeek: 0 })],
        clock,
        labelFile,
        warmStart: false,
      }),
      { clock, table, openLink: (url, s, events) => (opened.push(s.identity), open(url, s, events)) },
    );
    for (const end = t0 + 600_000; clock.at < end;) {
      const next = fleet.runDue();
      await Promise.resolve();
      clock.at = Math.min(Math.max(clock.at + 1, next), end);
    }
    assert.deepEqual(opened, ['SIM-2', 'SIM-2']);
    const labels = readFileSync(labelFile, 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l));
    assert.equal(labels.length, 4);
    assert.deepEqual(labels[0], {
      simulated: true,
      identity: 'SIM-2',
      fault: 'duplicateIdentity',
      evseId: null,
      on: true,
      atMs: t0 + 60_000,
    });
    rmSync(folder, { recursive: true });
  });
});
