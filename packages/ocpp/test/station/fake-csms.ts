import assert from 'node:assert/strict';
import { random, type OcppVersion } from '@qipan/base';
import { OCPP16, OCPP20, OCPP21 } from 'typed-ocpp';
import { stationConfig, type StationConfig, type Visit } from '../../src/station/config.js';
import type { StationEffect, StationInput } from '../../src/station/context.js';
import { StationMachine } from '../../src/station/machine.js';

type Payload = Record<string, unknown>;
export interface Seen {
  readonly id: string;
  readonly action: string;
  readonly payload: Payload;
  readonly atMs: number;
}

export const t0 = Date.UTC(2026, 2, 2, 8);
export const minute = 60_000;

interface Oracle {
  validate: ((frame: unknown) => boolean) & { errors: unknown };
  validateCall: ((frame: unknown) => boolean) & { errors: unknown };
  checkCallResult: ((answer: unknown, call: unknown) => boolean) & { errors?: unknown };
}
const oracles: Readonly<Record<OcppVersion, Oracle>> = {
  '1.6': OCPP16 as unknown as Oracle,
  '2.0.1': OCPP20 as unknown as Oracle,
  '2.1': OCPP21 as unknown as Oracle,
};

/** A frame as the published schemas want it, judged by typed-ocpp on a copy (it deletes what it does not know). */
export function assertFrame(version: OcppVersion, frame: unknown[]): void {
  const copy = structuredClone(frame);
  const { validateCall } = oracles[version];
  assert.ok(validateCall(copy), `${JSON.stringify(frame)}\n${JSON.stringify(validateCall.errors)}`);
  assert.deepEqual(copy, frame, 'a property that the schema does not know');
}

/** The least a CSMS can be, on a clock that the test moves: answers everything, keeps what it saw. */
export class FakeCsms {
  readonly machine: StationMachine;
  readonly seen: Seen[] = [];
  readonly effects: StationEffect[] = [];
  readonly answers = new Map<string, Payload | string>();
  nowMs = t0;
  link: 'down' | 'up' = 'down';
  /** False: calls go into the void. */
  answering = true;
  /** False: connection attempts fail. */
  reachable = true;
  checks = true;
  reply: (call: Seen) => Payload | null = () => null;
  private nextTransaction = 1;

  constructor(own: Partial<StationConfig> = {}, visitSeed = 1) {
    const version = own.version ?? '1.6';
    const config = stationConfig({
      identity: 'CS-1',
      evses: [
        { powerKw: 60, current: 'DC', phases: 3 },
        { powerKw: 7, current: 'AC', phases: 1 },
      ],
      ...own,
      version,
    });
    this.machine = new StationMachine(config, random(visitSeed), t0);
  }

  /** Tells the station something and plays out what it wants done at this instant. */
  tell(input: StationInput): void {
    const queue = [...this.machine.step(input, this.nowMs)];
    while (queue.length > 0) {
      const effect = queue.shift() as StationEffect;
      this.effects.push(effect);
      if (effect.type === 'connect') queue.push(...this.connect());
      else if (effect.type === 'disconnect' && this.link === 'up') {
        this.link = 'down';
        queue.push(...this.machine.step({ type: 'closed' }, this.nowMs));
      } else if (effect.type === 'abandon') this.link = 'down';
      else if (effect.type === 'send' && this.link === 'up') queue.push(...this.received(effect.text));
    }
  }

  private connect(): readonly StationEffect[] {
    this.link = this.reachable ? 'up' : 'down';
    return this.machine.step({ type: this.reachable ? 'opened' : 'closed' }, this.nowMs);
  }

  cut(): void {
    this.link = 'down';
    this.tell({ type: 'closed' });
  }

  /** Lets time pass, waking the station whenever it wants to be woken. */
  run(ms: number): void {
    const until = this.nowMs + ms;
    for (let rounds = 0; this.machine.nextWakeMs <= until; rounds++) {
      assert.ok(rounds < 100_000, 'the station never comes to rest');
      this.nowMs = Math.max(this.nowMs, this.machine.nextWakeMs);
      this.tell({ type: 'wake' });
    }
    this.nowMs = until;
  }

  private received(text: string): readonly StationEffect[] {
    const frame = JSON.parse(text) as unknown[];
    const { version } = this.machine.config;
    if (frame[0] === 2) {
      const call = {
        id: frame[1] as string,
        action: frame[2] as string,
        payload: frame[3] as Payload,
        atMs: this.nowMs,
      };
      if (this.checks) assertFrame(version, frame);
      this.seen.push(call);
      if (!this.answering) return [];
      const answer = this.reply(call) ?? this.standard(call);
      const out = 'error' in answer ? [4, call.id, answer['error'], '', {}] : [3, call.id, answer];
      return this.machine.step({ type: 'frame', text: JSON.stringify(out) }, this.nowMs);
    }
    const call = this.commands.get(frame[1] as string);
    assert.ok(call, 'an answer to nothing');
    if (frame[0] === 3) {
      const { checkCallResult } = oracles[version];
      assert.ok(checkCallResult(structuredClone(frame), call), `${text}: ${JSON.stringify(checkCallResult.errors)}`);
    }
    this.answers.set(frame[1] as string, frame[0] === 3 ? (frame[2] as Payload) : String(frame[2]));
    return [];
  }

  private readonly commands = new Map<string, unknown>();

  /** Sends a command, valid by the schemas, and gives the station's answer. */
  command(action: string, payload: Payload): Payload | string {
    const id = `cmd-${this.commands.size}`;
    const frame = [2, id, action, payload];
    assertFrame(this.machine.config.version, frame);
    this.commands.set(id, frame);
    this.tell({ type: 'frame', text: JSON.stringify(frame) });
    const answer = this.answers.get(id);
    assert.ok(answer !== undefined, `${action} was not answered`);
    return answer;
  }

  private standard(call: Seen): Payload {
    const currentTime = new Date(this.nowMs).toISOString();
    if (call.action === 'BootNotification') return { currentTime, interval: 300, status: 'Accepted' };
    if (call.action === 'Heartbeat') return { currentTime };
    if (call.action === 'Authorize')
      return this.machine.config.version === '1.6'
        ? { idTagInfo: { status: 'Accepted' } }
        : { idTokenInfo: { status: 'Accepted' } };
    if (call.action === 'StartTransaction')
      return { transactionId: this.nextTransaction++, idTagInfo: { status: 'Accepted' } };
    return {};
  }

  actions(): string[] {
    return this.seen.map((c) => c.action);
  }

  of(action: string): Seen[] {
    return this.seen.filter((c) => c.action === action);
  }
}

/** A driver who takes 10 kWh in half an hour. */
export const visit = (own: Partial<Visit> = {}): Visit => ({
  idToken: 'TAG-1',
  idTokenType: 'ISO14443',
  energyWh: 10_000,
  stayMs: 30 * minute,
  presentAfterMs: 10_000,
  endsBy: 'token',
  capacityWh: 50_000,
  stateOfCharge: 0.3,
  acceptsW: 100_000,
  ...own,
});

/** A station that has booted and told its status. */
export function booted(own: Partial<StationConfig> = {}): FakeCsms {
  const csms = new FakeCsms(own);
  csms.run(1000);
  return csms;
}

/** The readings of one measurand over all messages, in order. */
export function readings(csms: FakeCsms, measurand: string): number[] {
  const out: number[] = [];
  for (const { payload } of csms.seen)
    for (const mv of (payload['meterValue'] ?? []) as {
      sampledValue: { measurand: string; value: string | number }[];
    }[])
      for (const v of mv.sampledValue) if (v.measurand === measurand) out.push(Number(v.value));
  return out;
}
