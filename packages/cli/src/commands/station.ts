import { setTimeout as sleep } from 'node:timers/promises';
import { QipanError, type OcppVersion } from '@qipan/base';
import { faultKinds, type EvseConfig, type StationFault } from '@qipan/ocpp';
import { scheduleFaults } from '../fleet/fault-plan.js';
import { Fleet } from '../fleet/fleet.js';
import { openSocket, type OpenLink } from '../fleet/link.js';
import { fleetSpec, type FleetSpec, type FleetStationSpec } from '../fleet/spec.js';
import { untilStopped } from '../stopping.js';
import { Terminal } from '../terminal.js';

export interface StationOptions {
  readonly url: string;
  readonly password?: string;
  readonly ocpp: OcppVersion;
  readonly evses: number;
  readonly power: number;
  readonly current: 'AC' | 'DC';
  readonly sampled: number;
  readonly speed: number;
  readonly seed: number;
  readonly json?: boolean;
}

const checkedUrl = (url: string): string => {
  if (!/^wss?:\/\/[^/]+/.test(url))
    throw new QipanError('BAD_USAGE', `${url} is no OCPP address`, { got: url, expected: 'ws://host:port/ocpp' });
  return url.replace(/\/+$/, '');
};

function stationSpec(o: StationOptions, identity: string, more: Partial<FleetStationSpec> = {}): FleetStationSpec {
  const evse: EvseConfig = {
    powerKw: o.power,
    current: o.current,
    phases: o.current === 'AC' && o.power <= 7.4 ? 1 : 3,
  };
  return {
    identity,
    password: o.password ?? null,
    version: o.ocpp,
    model: `${o.current} ${o.power} kW`.slice(0, 20),
    evses: Array.from({ length: o.evses }, () => evse),
    visitsPerWeek: null,
    faults: [],
    ...more,
  };
}

const nowClock = (speed: number) => ({ speed, epochRealMs: Date.now(), epochVirtualMs: Date.now() });

/** `kind` or `kind:amount`, holding from now on. */
export function parseFault(text: string, fromMs: number): StationFault {
  const [name = '', amount] = text.split(':');
  const kind = faultKinds.find((k) => k === name);
  if (!kind || (amount !== undefined && !Number.isFinite(Number(amount))))
    throw new QipanError('BAD_USAGE', `${text} is no fault`, { got: text, expected: faultKinds.join(', ') });
  return { kind, fromMs, toMs: 8.64e15, ...(amount === undefined ? {} : { amount: Number(amount) }) };
}

/** Prints every frame that goes over the link. */
function printing(json: boolean | undefined): OpenLink {
  const print = (direction: '→' | '←', text: string) => {
    const line =
      json === true
        ? JSON.stringify({
            simulated: true,
            atMs: Date.now(),
            direction: direction === '→' ? 'sent' : 'received',
            frame: JSON.parse(text),
          })
        : `${new Date().toISOString().slice(11, 23)} ${direction} ${text}`;
    process.stdout.write(`${line}\n`);
  };
  return (url, station, events) => {
    const link = openSocket(url, station, {
      ...events,
      opened: () => events.opened(),
      closed: () => events.closed(),
      frame: (text) => {
        print('←', text);
        events.frame(text);
      },
    });
    return {
      ...link,
      send: (text) => {
        print('→', text);
        link.send(text);
      },
    };
  };
}

/** `qipan station run`: one station in the foreground. */
export async function runStation(
  o: StationOptions & { readonly identity: string; readonly plug?: boolean; readonly fault?: readonly string[] },
): Promise<void> {
  const clock = nowClock(o.speed);
  const faults = (o.fault ?? []).map((f) => parseFault(f, clock.epochVirtualMs));
  const station = stationSpec(o, o.identity, { faults, visitsPerWeek: 0 });
  const spec: FleetSpec = fleetSpec({
    url: checkedUrl(o.url),
    stations: [station],
    clock,
    seed: o.seed,
    sampledS: o.sampled,
    warmStart: false,
    rampS: 0,
  });
  const terminal = new Terminal();
  let plugged = o.plug !== true;
  const fleet = new Fleet(spec, {
    openLink: printing(o.json),
    hooks: {
      effect: (identity, effect) => {
        if (effect.type === 'label') terminal.line(`fault ${effect.fault} ${effect.on ? 'begins' : 'ends'} · 注入故障`);
        if (effect.type === 'visitFailed') terminal.line(`the visit failed: ${effect.reason}`);
        if (plugged || effect.type !== 'answered' || effect.call.kind !== 'status') return;
        plugged = true;
        setImmediate(() => fleet.member(identity)?.plugNow(1));
      },
    },
  });
  terminal.line(
    `${o.identity}: a simulated station of OCPP ${o.ocpp} at ${spec.url}; Ctrl-C stops it · 模拟充电站，Ctrl-C 停止`,
  );
  fleet.start();
  await untilStopped();
  fleet.stop();
}

/** `qipan station fleet`: many stations, one line of figures every few seconds. */
export async function runFleet(
  o: StationOptions & {
    readonly count: number;
    readonly prefix: string;
    readonly visits?: number;
    readonly seconds?: number;
    readonly faults?: number;
    readonly labels?: string;
  },
): Promise<void> {
  const width = String(o.count).length;
  const stations = Array.from({ length: o.count }, (_, i) =>
    stationSpec(o, `${o.prefix}${String(i + 1).padStart(width, '0')}`, { visitsPerWeek: o.visits ?? null }),
  );
  const clock = nowClock(o.speed);
  const fleet = new Fleet(
    fleetSpec({
      url: checkedUrl(o.url),
      stations: scheduleFaults(stations, { count: o.faults ?? 0, seed: o.seed, fromMs: clock.epochVirtualMs }),
      clock,
      seed: o.seed,
      sampledS: o.sampled,
      labelFile: o.labels ?? null,
    }),
  );
  const terminal = new Terminal();
  terminal.line(`${o.count} simulated stations at ${o.url}; Ctrl-C stops them · 模拟充电站群，Ctrl-C 停止`);
  const tell = () => {
    const { connected, visits, visitsEnded, visitsFailed, energyWh, answered, refused } = fleet.counts;
    terminal.step(
      `${connected} connected, ${answered} messages answered, ${refused} refused, ${visits} visits (${visitsEnded} charged, ${visitsFailed} turned away), ${(energyWh / 1000).toFixed(1)} kWh`,
    );
  };
  fleet.start();
  const timer = setInterval(tell, 5_000);
  await Promise.race([
    untilStopped(),
    ...(o.seconds === undefined ? [] : [sleep(o.seconds * 1000, undefined, { ref: true })]),
  ]);
  clearInterval(timer);
  fleet.stop();
  if (o.json === true) process.stdout.write(`${JSON.stringify({ simulated: true, ...fleet.counts })}\n`);
  else tell();
}
