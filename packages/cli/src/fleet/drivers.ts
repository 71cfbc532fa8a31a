import type { Random } from '@qipan/base';
import { kneeOf, timeToEnergy, type EvseConfig, type Visit } from '@qipan/ocpp';
import { nextArrivalMs, weekRate } from './arrivals.js';
import { drawSession, socketOf, type SessionTable, type SocketUse } from './session-table.js';
import { simulatedToken } from './spec.js';

/** Batteries of small rural cars up to vans, kWh; an assumption of the simulation. */
const batteryKwh = { least: 17, most: 75 } as const;
/** What cars accept: DC by model, AC by on-board charger, kW; an assumption of the simulation. */
const acceptsDcKw = { least: 35, most: 120 } as const;
const acceptsAcKw = [3.3, 6.6, 7, 11] as const;
/** A driver who waits for the last watt-hour would wait for ever; nobody asks for a fuller battery. */
const fullest = 0.97;

export interface DriverSettings {
  readonly visitsPerWeek: number | null;
  readonly utcOffsetMin: number;
  readonly tokens: number;
}

/** The people at one outlet: when they come, what they want. Seeded, and none of it knows about the station. */
export class Drivers {
  private readonly rate: Float64Array;
  private readonly use: SocketUse;

  private readonly evse: EvseConfig;
  private readonly draw: Random;
  private readonly settings: DriverSettings;

  constructor(evse: EvseConfig, draw: Random, table: SessionTable, settings: DriverSettings) {
    this.evse = evse;
    this.draw = draw;
    this.settings = settings;
    this.use = table[socketOf(evse.current, evse.powerKw)];
    this.rate = weekRate(this.use, settings.visitsPerWeek ?? this.use.sessionsPerOutletWeek);
  }

  nextArrivalMs(afterMs: number): number {
    return nextArrivalMs(this.rate, afterMs, this.settings.utcOffsetMin, this.draw);
  }

  /** One visit: energy and stay from the measured quantiles, a car that can take the energy in that outlet. */
  visit(): Visit {
    const { draw, evse } = this;
    const { energyKwh, plugMin } = drawSession(this.use, draw);
    const energyWh = energyKwh * 1000;
    const drawnKwh = batteryKwh.least + (batteryKwh.most - batteryKwh.least) * draw.next();
    const capacityWh = Math.max(drawnKwh * 1000, energyWh / (fullest - 0.05));
    const stateOfCharge = Math.min(0.1 + 0.5 * draw.next(), fullest - energyWh / capacityWh);
    const acceptsKw =
      evse.current === 'DC'
        ? acceptsDcKw.least + (acceptsDcKw.most - acceptsDcKw.least) * draw.next()
        : (acceptsAcKw[draw.below(acceptsAcKw.length)] ?? 7);
    const acceptsW = acceptsKw * 1000;
    const presentAfterMs = Math.round(4_000 + 20_000 * draw.next());
    const needMs = timeToEnergy(
      {
        powerW: Math.min(evse.powerKw * 1000, acceptsW),
        capacityWh,
        stateOfCharge,
        knee: kneeOf[evse.current],
        floorShare: 0.08,
      },
      0,
      energyWh,
    );
    return {
      idToken: simulatedToken(draw.below(this.settings.tokens)),
      idTokenType: 'ISO14443',
      energyWh,
      // Where the drawn stay is too short for the drawn energy, the energy rules.
      stayMs: Math.ceil(Math.max(plugMin * 60_000, needMs + presentAfterMs + 30_000)),
      presentAfterMs,
      endsBy: draw.next() < 0.6 ? 'token' : 'unplug',
      capacityWh,
      stateOfCharge,
      acceptsW,
    };
  }

  /** A car that came before `nowMs` and is still there, with what is left of its stay and energy; null when the bay is free. */
  present(nowMs: number): Visit | null {
    const dayMs = 86_400_000;
    let found: Visit | null = null;
    let freeFromMs = 0;
    for (let at = this.nextArrivalMs(nowMs - dayMs); at < nowMs; at = this.nextArrivalMs(at)) {
      if (at < freeFromMs) continue;
      const visit = this.visit();
      freeFromMs = at + visit.stayMs;
      const left = (freeFromMs - nowMs) / visit.stayMs;
      found =
        left > 0 ? { ...visit, stayMs: visit.stayMs * left, energyWh: visit.energyWh * Math.max(left, 0.2) } : null;
    }
    return found;
  }
}
