import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { random } from '@qipan/base';
import type { StationState } from '@qipan/ocpp';
import { virtualClock, type Clock } from './clock.js';
import { DueQueue } from './due-queue.js';
import { openSocket, type OpenLink } from './link.js';
import { FleetMember, type FleetCounts, type FleetGround, type FleetHooks } from './member.js';
import { readSessionTable, type SessionTable } from './session-table.js';
import type { FleetSpec, FleetStationSpec } from './spec.js';

/** What a fleet may be given instead of the real thing. */
export interface FleetParts {
  readonly clock?: Clock;
  readonly openLink?: OpenLink;
  readonly hooks?: FleetHooks;
  readonly table?: SessionTable;
}

/** The stations' memory is written down this often, so that a killed process loses little of it. */
const memoryEveryMs = 30_000;
/** Longest sleep of the loop: a clock that was set forward is noticed within it. */
const longestSleepMs = 1_000;
/** Stations served before the loop lets sockets speak. */
const slice = 500;

/** Simulated charging stations on one clock: 1 to 10,000 in a process, seeded. */
export class Fleet {
  readonly counts: FleetCounts = {
    connected: 0,
    connects: 0,
    visits: 0,
    visitsEnded: 0,
    visitsFailed: 0,
    energyWh: 0,
    answered: 0,
    refused: 0,
  };
  readonly clock: Clock;
  private readonly members: FleetMember[];
  private readonly due: DueQueue;
  private timer: NodeJS.Timeout | null = null;
  private memoryTimer: NodeJS.Timeout | null = null;
  private stopped = false;

  readonly spec: FleetSpec;

  constructor(spec: FleetSpec, parts: FleetParts = {}) {
    this.spec = spec;
    this.clock = parts.clock ?? virtualClock(spec.clock);
    const startMs = this.clock.now();
    const memory = readMemory(spec.memoryFile);
    const stations = withTwins(spec.stations);
    this.due = new DueQueue(stations.length);
    const ground: FleetGround = {
      spec,
      table: parts.table ?? readSessionTable(),
      openLink: parts.openLink ?? openSocket,
      hooks: parts.hooks ?? {},
      counts: this.counts,
      now: () => this.clock.now(),
      waitMs: (atMs) => this.clock.waitMs(atMs),
      moved: (index) => this.look(index),
      labelled: (identity, label) => {
        if (spec.labelFile === null) return;
        const { fault, evseId, on, atMs } = label;
        appendFileSync(spec.labelFile, `${JSON.stringify({ simulated: true, identity, fault, evseId, on, atMs })}\n`);
      },
    };
    const jitter = random(spec.seed).fork('ramp');
    this.members = stations.map((station, i) => {
      const atMs = station.fromMs ?? startMs + jitter.next() * spec.rampS * 1000 * spec.clock.speed;
      const isTwin = station.fromMs !== undefined;
      const member = new FleetMember(ground, i, station, {
        startMs: atMs,
        memory: isTwin ? undefined : memory[station.identity],
      });
      if (spec.warmStart && !isTwin) member.warm(atMs);
      return member;
    });
    this.members.forEach((_, i) => this.look(i));
  }

  /** Starts the loop; stations come up over `rampS`. */
  start(): void {
    this.loop();
    if (this.spec.memoryFile !== null) {
      this.memoryTimer = setInterval(() => this.remember(), memoryEveryMs);
      this.memoryTimer.unref();
    }
  }

  /** Everything due by now, at most a slice of it; gives the instant of what is due next. */
  runDue(): number {
    const nowMs = this.clock.now();
    for (let n = 0; n < slice; n++) {
      const index = this.due.take(nowMs);
      if (index === -1) break;
      this.members[index]?.wake(nowMs);
      this.look(index);
    }
    return this.due.nextMs;
  }

  /** Member by identity, for tests and the single-station command. */
  member(identity: string): FleetMember | undefined {
    return this.members.find((m) => m.station.identity === identity);
  }

  /** Writes the memory down and cuts every link. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.memoryTimer) clearInterval(this.memoryTimer);
    this.remember();
    for (const m of this.members) m.stop();
  }

  private look(index: number): void {
    const member = this.members?.[index];
    if (member) this.due.set(index, member.dueMs);
    if (this.timer && this.due.nextMs < this.sleepingUntilMs) this.loop();
  }

  private sleepingUntilMs = Infinity;

  private loop(): void {
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const next = this.runDue();
    this.sleepingUntilMs = next;
    const wait = Math.min(longestSleepMs, this.clock.waitMs(next));
    this.timer = setTimeout(() => this.loop(), wait);
  }

  private remember(): void {
    const { memoryFile } = this.spec;
    if (memoryFile === null) return;
    const memory: Record<string, StationState> = {};
    for (const m of this.members) if (m.station.fromMs === undefined) memory[m.station.identity] = m.machine.snapshot();
    mkdirSync(path.dirname(memoryFile), { recursive: true });
    writeFileSync(`${memoryFile}.new`, JSON.stringify({ simulated: true, memory }));
    renameSync(`${memoryFile}.new`, memoryFile);
  }
}

function readMemory(file: string | null): Record<string, StationState> {
  if (file === null || !existsSync(file)) return {};
  return (JSON.parse(readFileSync(file, 'utf8')) as { memory: Record<string, StationState> }).memory;
}

/** `duplicateIdentity` is a second station of the same name that comes up while the fault lasts. */
function withTwins(stations: readonly FleetStationSpec[]): readonly FleetStationSpec[] {
  const twins = stations.flatMap((s) =>
    s.faults
      .filter((f) => f.kind === 'duplicateIdentity')
      .map((f) => ({ ...s, faults: [], fromMs: f.fromMs, toMs: f.toMs, visitsPerWeek: 0 })),
  );
  return [...stations, ...twins];
}
