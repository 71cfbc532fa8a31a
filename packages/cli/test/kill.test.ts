import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { random, type AnyStoredEvent } from '@qipan/base';
import type { OutCall, Visit } from '@qipan/ocpp';
import { openStore, type Store } from '@qipan/store';
import { freePort, repoRoot } from '@qipan/testing';
import { Fleet } from '../src/fleet/fleet.js';
import { fleetSpec, type FleetStationSpec } from '../src/fleet/spec.js';

const kills = Number(process.env['QIPAN_KILLS'] ?? 50);
const stationCount = 16;
const mode = process.env['QIPAN_KILL_MODE'];
const qipan = path.join(repoRoot, 'packages/cli/bin/qipan.js');

interface Place {
  readonly folder: string;
  readonly port: number;
}

/** `qipan serve` as a process of its own; resolves when it answers, rejects when it ends before. */
async function serveOnce({ folder, port }: Place): Promise<ChildProcess> {
  const args = [qipan, 'serve', '--port', String(port), '--data-folder', folder, '--log-level', 'error'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (d: Buffer) => (said += d.toString()));
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(25)) {
    assert.equal(child.exitCode, null, `qipan serve ended: ${said}`);
    if (
      await fetch(`http://127.0.0.1:${port}/api/v1/info`).then(
        (r) => r.ok,
        () => false,
      )
    )
      return child;
  }
  child.kill('SIGKILL');
  throw new Error(`qipan serve did not come up: ${said}`);
}

/** As whoever watches over a server does: one that ends by itself (the database is not there yet) is started again. */
async function serve(place: Place): Promise<ChildProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await serveOnce(place);
    } catch (e) {
      if (tries === 3) throw e;
      await sleep(500);
    }
  }
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((r) => child.once('exit', r));

/** The main process of the embedded database, from its own file. */
function postmasterOf(folder: string): number | null {
  for (const f of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (f.endsWith('postmaster.pid')) return Number(readFileSync(path.join(folder, f), 'utf8').split('\n')[0]);
  return null;
}

interface Answered {
  readonly identity: string;
  readonly call: OutCall;
  readonly answer: Record<string, unknown>;
}

/** Charges of a few seconds, so that every second holds starts, readings and stops. */
function shortVisit(draw: ReturnType<typeof random>, idToken: string): Visit {
  return {
    idToken,
    idTokenType: 'ISO14443',
    energyWh: 20 + draw.below(60),
    stayMs: 2_500 + draw.below(4_000),
    presentAfterMs: 50 + draw.below(300),
    endsBy: draw.next() < 0.5 ? 'token' : 'unplug',
    capacityWh: 50_000,
    stateOfCharge: 0.3,
    acceptsW: 60_000,
  };
}

type Texts = Readonly<Record<string, unknown>>;
const at = (value: unknown, ...names: readonly (string | number)[]): unknown =>
  names.reduce<unknown>((v, n) => (v as Record<string | number, unknown> | undefined)?.[n], value);

/** What an event and the message it came from have in common, whichever id the message had. */
function keyOfCall(
  identity: string,
  version: string,
  call: OutCall,
  answer: Texts,
  given: ReadonlyMap<string, string>,
): string {
  const p = call.payload;
  if (version !== '1.6')
    return `${identity} ${String(at(p, 'transactionInfo', 'transactionId'))} #${String(p['seqNo'])}`;
  if (call.action === 'StartTransaction') return `${identity} ${String(answer['transactionId'])} start`;
  const tx = given.get(`${identity} ${String(call.localTransaction)}`);
  if (call.action === 'StopTransaction') return `${identity} ${tx} stop`;
  return `${identity} ${tx} ${Date.parse(String(at(p, 'meterValue', 0, 'timestamp')))}`;
}

function keyOfEvent(identity: string, version: string, e: AnyStoredEvent): string | null {
  if (e.kind === 'metered') return `${identity} ${e.payload.transactionId} ${e.payload.readings[0]?.atMs}`;
  if (e.kind !== 'transactionStarted' && e.kind !== 'transactionUpdated' && e.kind !== 'transactionEnded') return null;
  if (version !== '1.6') return `${identity} ${e.payload.transactionId} #${e.payload.seqNo}`;
  return `${identity} ${e.payload.transactionId} ${e.kind === 'transactionStarted' ? 'start' : 'stop'}`;
}

async function wholeLog(store: Store): Promise<AnyStoredEvent[]> {
  const out: AnyStoredEvent[] = [];
  for (;;) {
    const page = await store.log.read({ afterSeq: out.at(-1)?.seq ?? 0, limit: 10_000 });
    out.push(...page);
    if (page.length < 10_000) return out;
  }
}

test(
  'fifty random kill -9 of server, database or both lose no answered message and double nothing',
  { timeout: 420_000 },
  async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'qipan-kill-'));
    const place = { folder, port: await freePort() };
    const draw = random(20260302);
    let child = await serve(place);
    t.after(() => child.kill('SIGKILL'));
    const base = `http://127.0.0.1:${place.port}/api/v1`;
    const stations: FleetStationSpec[] = [];
    const idOf = new Map<string, string>();
    for (let i = 0; i < stationCount; i++) {
      const identity = `KILL-${i}`;
      const made = await fetch(`${base}/stations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ identity }),
      });
      assert.ok(made.ok, await made.clone().text());
      const { station, password } = (await made.json()) as { station: { id: string }; password: string };
      idOf.set(station.id, identity);
      const evse = { powerKw: 60, current: 'DC' as const, phases: 3 as const };
      stations.push({
        identity,
        password,
        version: i % 2 === 0 ? '1.6' : '2.0.1',
        model: 'Kill test',
        evses: [evse, evse],
        visitsPerWeek: 0,
        faults: [],
      });
    }
    const versionOf = new Map(stations.map((s) => [s.identity, s.version]));
    const answered: Answered[] = [];
    const given = new Map<string, string>();
    const now = Date.now();
    const fleet = new Fleet(
      fleetSpec({
        url: `ws://127.0.0.1:${place.port}/ocpp`,
        stations,
        clock: { speed: 1, epochRealMs: now, epochVirtualMs: now },
        sampledS: 1,
        rampS: 0,
        reconnectS: 0.05,
        callTimeoutS: 8,
        warmStart: false,
      }),
      {
        hooks: {
          answered: (identity, call, answer) => {
            if (call.action === 'StartTransaction')
              given.set(`${identity} ${call.localTransaction}`, String(answer['transactionId']));
            if (call.kind === 'transaction') answered.push({ identity, call: structuredClone(call), answer });
          },
        },
      },
    );
    fleet.start();
    let arriving = true;
    const arrivals = setInterval(() => {
      if (!arriving) return;
      for (const s of stations)
        for (const evseId of [1, 2])
          if (draw.next() < 0.12)
            fleet
              .member(s.identity)
              ?.tell({ type: 'plugIn', evseId, visit: shortVisit(draw, `${s.identity}-${evseId}`) });
    }, 200);
    try {
      await sleep(1_000);
      let busy = 0;
      for (let k = 0; k < kills; k++) {
        const before = answered.length;
        await sleep(150 + draw.below(700));
        if (answered.length > before) busy++;
        // Of ten rounds seven kill the server, two the server and the database, one the database alone.
        const database = mode === 'db' || k % 5 === 4 || k % 10 === 2 ? postmasterOf(folder) : null;
        const server = mode !== 'db' && k % 10 !== 2;
        const then = answered.length;
        if (server) child.kill('SIGKILL');
        if (database !== null) process.kill(database, 'SIGKILL');
        if (server) {
          await ended(child);
          child = await serve(place);
        }
        // Stations come back within a moment, so that the next kill meets a working server.
        for (const until = Date.now() + 5_000; Date.now() < until && answered.length === then;) await sleep(20);
      }
      assert.ok(busy > kills / 2, `the server was at work in only ${busy} of ${kills} rounds`);
      arriving = false;
      const waiting = () =>
        stations.reduce((n, s) => n + (fleet.member(s.identity)?.machine.state.transactional.length ?? 0), 0);
      const charging = () =>
        stations.some((s) => [1, 2].some((e) => fleet.member(s.identity)?.machine.evse(e)?.transaction ?? null));
      for (const until = Date.now() + 60_000; Date.now() < until && (charging() || waiting() > 0);) await sleep(100);
      assert.equal(waiting(), 0, 'messages that were never answered');
    } finally {
      clearInterval(arrivals);
      fleet.stop();
      child.kill('SIGTERM');
      await ended(child);
    }
    const store = await openStore({ folder: path.join(folder, 'database') });
    try {
      const events = await wholeLog(store);
      events.forEach((e, i) => assert.equal(e.seq, i + 1, 'the log has a gap'));
      const counts = new Map<string, number>();
      for (const e of events) {
        const identity = idOf.get(e.stationId) ?? e.stationId;
        const key = keyOfEvent(identity, versionOf.get(identity) ?? '', e);
        if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      assert.ok(answered.length > 10 * kills, `only ${answered.length} messages were answered`);
      const lost = answered.filter((a) => {
        const version = versionOf.get(a.identity) ?? '';
        return !counts.has(keyOfCall(a.identity, version, a.call, a.answer, given));
      });
      assert.deepEqual(lost.slice(0, 3), [], `${lost.length} answered messages are not in the log`);
      const rows = await store.records.select<{
        stationId: string;
        transactionId: string;
        state: string;
        energyMilliWh: number;
        startedAtMs: number;
        quality: unknown;
        body: unknown;
      }>('chargingTransaction', { limit: 100_000 });
      assert.equal(new Set(rows.map((r) => `${r.stationId} ${r.transactionId}`)).size, rows.length);
      for (const s of stations) {
        const own = rows.filter((r) => idOf.get(r.stationId) === s.identity);
        const told = answered.filter((a) => a.identity === s.identity);
        const started = (fleet.member(s.identity)?.machine.state.nextTransaction ?? 1) - 1;
        // On failure the rows themselves say which transaction stands there twice.
        const twice = own.filter(
          (r) => own.filter((x) => x.startedAtMs === r.startedAtMs).length > 1 || r.state !== 'ended',
        );
        assert.equal(
          own.length,
          started,
          `${s.identity}: ${started} transactions began; ${JSON.stringify(twice, null, 1)}`,
        );
        assert.ok(
          own.every((r) => r.state === 'ended'),
          `${s.identity}: ${own.map((r) => r.state).join()}`,
        );
        const registers = told.flatMap((a): number[] => {
          const p = a.call.payload;
          const register = Number(at(p, 'meterValue', 0, 'sampledValue', 0, 'value'));
          if (a.call.action === 'StartTransaction') return [-Number(p['meterStart'])];
          if (a.call.action === 'StopTransaction') return [Number(p['meterStop'])];
          return p['eventType'] === 'Started' ? [-register] : p['eventType'] === 'Ended' ? [register] : [];
        });
        const energyWh = registers.reduce((a, b) => a + b, 0);
        assert.equal(
          own.reduce((sum, r) => sum + r.energyMilliWh, 0),
          energyWh * 1000,
          `${s.identity}: sums differ`,
        );
      }
    } finally {
      await store.close();
      if (process.env['QIPAN_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
    }
  },
);
