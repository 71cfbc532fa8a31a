import { random, type Random } from '@qipan/base';
import {
  StationMachine,
  stationConfig,
  type OutCall,
  type StationEffect,
  type StationInput,
  type StationState,
} from '@qipan/ocpp';
import { Drivers } from './drivers.js';
import type { Link, OpenLink } from './link.js';
import type { SessionTable } from './session-table.js';
import type { FleetSpec, FleetStationSpec } from './spec.js';

/** What a fleet lets others know; all of it is optional. */
export interface FleetHooks {
  /** The CSMS answered: from here on the message may not be lost. */
  answered?(identity: string, call: OutCall, answer: Record<string, unknown>, atMs: number): void;
  effect?(identity: string, effect: StationEffect): void;
}

export interface FleetCounts {
  connected: number;
  connects: number;
  visits: number;
  visitsEnded: number;
  visitsFailed: number;
  energyWh: number;
  answered: number;
  refused: number;
}

/** What members share. */
export interface FleetGround {
  readonly spec: FleetSpec;
  readonly table: SessionTable;
  readonly openLink: OpenLink;
  readonly hooks: FleetHooks;
  readonly counts: FleetCounts;
  readonly now: () => number;
  readonly waitMs: (atMs: number) => number;
  /** The member wants to be looked at anew. */
  readonly moved: (index: number) => void;
  readonly labelled: (identity: string, effect: Extract<StationEffect, { type: 'label' }>) => void;
}

/** A driver sent by a remote start reaches the plug within these seconds. */
const remoteDriverS = { least: 2, most: 6 } as const;

export interface MemberStart {
  readonly startMs: number;
  /** What the station remembered when it was last switched off. */
  readonly memory: StationState | undefined;
}

/** One station of a fleet with its link and its drivers. */
export class FleetMember {
  readonly machine: StationMachine;
  private link: Link | null = null;
  private readonly drivers: Drivers[];
  private readonly arrivalMs: number[];
  private readonly draw: Random;

  readonly station: FleetStationSpec;
  private readonly ground: FleetGround;
  private readonly index: number;

  constructor(ground: FleetGround, index: number, station: FleetStationSpec, start: MemberStart) {
    const { spec, table } = ground;
    const { startMs, memory } = start;
    this.ground = ground;
    this.index = index;
    this.station = station;
    this.draw = random(spec.seed).fork(station.identity);
    const { speed } = spec.clock;
    const config = stationConfig({
      identity: station.identity,
      version: station.version,
      model: station.model,
      evses: station.evses,
      sampledS: spec.sampledS,
      faults: station.faults,
      // Waiting for a real answer takes real time, however fast the clock runs.
      callTimeoutS: spec.callTimeoutS * speed,
      reconnectS: spec.reconnectS * speed,
      renewsMessageId: this.draw.next() < 0.3,
    });
    this.machine = new StationMachine(config, this.draw.fork('station'), startMs, memory);
    this.drivers = station.evses.map(
      (evse, i) => new Drivers(evse, this.draw.fork(`drivers ${i}`), table, { ...spec, ...station }),
    );
    this.arrivalMs = this.drivers.map((d) => d.nextArrivalMs(startMs));
  }

  get dueMs(): number {
    if (this.isRetired) return Infinity;
    return this.arrivalMs.reduce((a, b) => Math.min(a, b), this.machine.nextWakeMs);
  }

  /** Cars that stand there when the station comes up. */
  warm(nowMs: number): void {
    this.drivers.forEach((d, i) => {
      const visit = d.present(nowMs);
      if (visit) this.plugIn(i, nowMs + 5_000 + 20_000 * this.draw.next(), visit);
    });
  }

  private readonly expected: ({ readonly atMs: number; readonly visit: ReturnType<Drivers['visit']> } | undefined)[] =
    [];

  private plugIn(evse: number, atMs: number, visit: ReturnType<Drivers['visit']>): void {
    this.expected[evse] = { atMs, visit };
    this.arrivalMs[evse] = Math.min(this.arrivalMs[evse] ?? Infinity, atMs);
  }

  private isRetired = false;

  /** Does all that is due by now. */
  wake(nowMs: number): void {
    if (nowMs >= (this.station.toMs ?? Infinity)) {
      this.isRetired = true;
      return this.stop();
    }
    this.arrivalMs.forEach((atMs, i) => {
      if (atMs > nowMs) return;
      const expected = this.expected[i];
      const visit = expected && expected.atMs <= nowMs ? expected.visit : this.drivers[i]?.visit();
      this.expected[i] = undefined;
      this.arrivalMs[i] = this.drivers[i]?.nextArrivalMs(nowMs) ?? Infinity;
      if (!visit) return;
      this.ground.counts.visits++;
      this.tell({ type: 'plugIn', evseId: i + 1, visit });
    });
    if (this.machine.nextWakeMs <= nowMs) this.tell({ type: 'wake' });
  }

  /** Plugs a car in now, whatever the arrivals say. */
  plugNow(evseId: number): void {
    const visit = this.drivers[evseId - 1]?.visit();
    if (visit) this.tell({ type: 'plugIn', evseId, visit: { ...visit, presentAfterMs: 2_000 } });
  }

  tell(input: StationInput): void {
    for (const effect of this.machine.step(input, this.ground.now())) this.perform(effect);
    this.ground.moved(this.index);
  }

  private perform(effect: StationEffect): void {
    const { ground } = this;
    const { identity } = this.station;
    ground.hooks.effect?.(identity, effect);
    switch (effect.type) {
      case 'connect':
        return this.connect();
      case 'disconnect':
        this.dropLink((l) => l.close());
        return;
      case 'abandon':
        this.dropLink((l) => l.abandon());
        return;
      case 'send':
        return this.send(effect.text, effect.delayMs);
      case 'answered':
        ground.counts.answered++;
        ground.hooks.answered?.(identity, effect.call, effect.answer, effect.atMs);
        return;
      case 'refused':
        ground.counts.refused++;
        return;
      case 'awaitingPlug': {
        const drivers = this.drivers[effect.evseId - 1];
        const delayS = remoteDriverS.least + (remoteDriverS.most - remoteDriverS.least) * this.draw.next();
        if (drivers) this.plugIn(effect.evseId - 1, ground.now() + delayS * 1000, drivers.visit());
        return;
      }
      case 'visitFailed':
        ground.counts.visitsFailed++;
        return;
      case 'visitEnded':
        ground.counts.visitsEnded++;
        ground.counts.energyWh += effect.energyWh;
        return;
      case 'label':
        return ground.labelled(identity, effect);
    }
  }

  private dropLink(how: (link: Link) => void): void {
    if (!this.link) return;
    how(this.link);
    this.link = null;
    if (this.isOpen) this.ground.counts.connected--;
    this.isOpen = false;
  }

  private isOpen = false;

  private connect(): void {
    this.dropLink((l) => l.close());
    this.ground.counts.connects++;
    // A link that was replaced has nothing to say any more.
    const own = (act: () => void) => () => {
      if (this.link === link) act();
    };
    const link: Link = this.ground.openLink(this.ground.spec.url, this.station, {
      opened: () => own(() => this.opened())(),
      closed: () => own(() => this.closed())(),
      frame: (text) => own(() => this.tell({ type: 'frame', text }))(),
    });
    this.link = link;
  }

  private opened(): void {
    this.isOpen = true;
    this.ground.counts.connected++;
    this.tell({ type: 'opened' });
  }

  private closed(): void {
    this.dropLink(() => undefined);
    this.tell({ type: 'closed' });
  }

  private send(text: string, delayMs: number): void {
    const { link } = this;
    if (!link) return;
    if (delayMs <= 0) return link.send(text);
    setTimeout(() => link.send(text), this.ground.waitMs(this.ground.now() + delayMs));
  }

  /** Cuts the link as a lost network does. */
  stop(): void {
    this.dropLink((l) => l.close());
  }
}
