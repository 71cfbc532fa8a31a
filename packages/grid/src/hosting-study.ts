import { QipanError, random } from '@qipan/base';
import {
  chargingDay,
  drawCarDays,
  homeSessions,
  hourOfStep,
  householdShape,
  stepsPerDay,
  type CarDays,
  type ChargingRule,
  type SessionModel,
} from './charging.js';
import { compileGrid, type CompiledGrid } from './compile.js';
import { chinaLimits, checksOf, type Checks, type GridLimits } from './hosting-check.js';
import type { GridNetwork } from './network.js';

export interface HostingCase {
  readonly network: GridNetwork;
  readonly sessions?: SessionModel;
  readonly limits?: GridLimits;
  /** Households' evening peak as a share of their connected load: what the group reaches together. Default 0.6. */
  readonly coincidence?: number;
  /** Standard deviation of one household's hourly load about its mean, relative. Default 0.5. */
  readonly spread?: number;
  /** Factor on households and car days of a festival day; 1 = an ordinary winter day. */
  readonly festivalFactor?: number;
}

export interface HostingOptions {
  readonly seed: number;
  /** Default 0.05. */
  readonly risk?: number;
  /** Days drawn; default 400. */
  readonly draws?: number;
  /** Most cars looked at; default twice the customers. */
  readonly mostCars?: number;
  readonly shouldStop?: () => boolean;
}

const hoursPerDay = 24;
/** Mean load of a household by hour of the design day, from noon on. */
const shapeOfHour = Float64Array.from({ length: hoursPerDay }, (_, h) => householdShape[Math.floor(hourOfStep(4 * h))]);

/** Customers of a network: nodes with demand, their connected load and power factor. */
export interface Customers {
  readonly node: Int32Array;
  readonly peakKw: Float64Array;
  readonly tangent: Float64Array;
  /** Loads at nodes that no source reaches: left out. */
  readonly dark: number;
}

export function customersOf(grid: CompiledGrid): Customers {
  const drawing = grid.network.loads.filter((l) => l.on && !l.isGenerator && l.pW.reduce((a, b) => a + b, 0) > 0);
  const drawn = drawing.filter((l) => grid.firstWire[l.node] >= 0);
  if (drawn.length === 0)
    throw new QipanError('DEGENERATE_INPUT', `${grid.network.name}: no customer draws power from a source`, {
      got: drawing.length === 0 ? 'no load' : 'loads at nodes that no source reaches',
      expected: 'at least one load on a supplied node',
    });
  const total = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
  return {
    node: Int32Array.from(drawn, (l) => l.node),
    peakKw: Float64Array.from(drawn, (l) => total(l.pW) / 1000),
    tangent: Float64Array.from(drawn, (l) => total(l.qVar) / total(l.pW)),
    dark: drawing.length - drawn.length,
  };
}

/** Everything that is drawn once and used for every number of cars and every rule: common random numbers. */
export interface Study {
  readonly grid: CompiledGrid;
  readonly customers: Customers;
  readonly days: CarDays;
  readonly sessions: SessionModel;
  readonly limits: GridLimits;
  readonly draws: number;
  /** Households' level by hour of the design day as a share of the mean, times their peak, kW: `[draws × customers × 24]`. */
  readonly level: Float32Array;
  /** Customer of each car, `[draws × cars]`. */
  readonly home: Int16Array;
  readonly transformerKw: number;
  /** Quarter hours of each day that are solved. */
  readonly steps: number;
  readonly checks: Checks;
  /** Demand of one piece, reused: `[wires × scenarios]`. */
  readonly demand: { readonly re: Float64Array; readonly im: Float64Array };
}

/** Scenarios that are solved in one piece: whole days of a large village need no more memory than a few. */
export const daysAtOnce = (steps: number): number => Math.ceil(4096 / steps);

/** Draws everything that a study needs once; its days are judged at their `steps` heaviest quarter hours. */
export function study(c: HostingCase, o: HostingOptions, steps: number): Study {
  const grid = compileGrid(c.network, 1);
  const customers = customersOf(grid);
  const n = customers.node.length;
  const draws = o.draws ?? 400;
  if (!(Number.isInteger(draws) && draws > 0))
    throw new QipanError('OUT_OF_RANGE', `draws = ${draws}; expected a whole number > 0`, {
      field: 'draws',
      got: draws,
      expected: 'a whole number > 0',
    });
  const cars = o.mostCars ?? 2 * n;
  const festival = c.festivalFactor ?? 1;
  const given = c.sessions ?? homeSessions;
  const sessions = { ...given, sessionsPerDay: Math.min(1, given.sessionsPerDay * festival) };
  const days = drawCarDays(sessions, cars, draws, o.seed);
  const level = new Float32Array(draws * n * hoursPerDay);
  const home = new Int16Array(draws * cars);
  const spread = c.spread ?? 0.5;
  const sigma = Math.sqrt(Math.log(1 + spread * spread));
  for (let d = 0; d < draws; d++) {
    const r = random(o.seed).fork(`homes ${d}`);
    for (let k = 0; k < cars; k += n) home.set(r.permutation(n).subarray(0, Math.min(n, cars - k)), d * cars + k);
    for (let i = 0; i < n; i++) {
      const peak = customers.peakKw[i] * (c.coincidence ?? 0.6) * festival;
      // A household's level changes by the hour; its mean is the shape.
      for (let h = 0; h < hoursPerDay; h++)
        level[(d * n + i) * hoursPerDay + h] = peak * Math.exp(sigma * r.normal() - (sigma * sigma) / 2);
    }
  }
  const room = grid.wires * daysAtOnce(steps) * steps;
  const transformers = c.network.branches.filter((b) => b.kind === 'transformer');
  const transformerKw = transformers.length > 0 ? transformers.reduce((a, b) => a + b.ratedVa, 0) / 1000 : Infinity;
  return {
    grid,
    customers,
    days,
    sessions,
    limits: c.limits ?? chinaLimits,
    draws,
    level,
    home,
    transformerKw,
    steps,
    checks: checksOf(grid),
    demand: { re: new Float64Array(room), im: new Float64Array(room) },
  };
}

/** Adds the demand of one day's steps to the study's piece, from its scenario `at` on. */
export function demandOfDay(
  s: Study,
  day: { readonly number: number; readonly load: Float64Array; readonly steps: readonly number[] },
  o: { readonly scenarios: number; readonly at: number },
): void {
  const { customers, grid, demand } = s;
  const m = customers.node.length;
  const { steps } = day;
  for (let i = 0; i < m; i++) {
    const out = grid.row[grid.firstWire[customers.node[i]]] * o.scenarios + o.at;
    const level = (day.number * m + i) * hoursPerDay;
    const mega = customers.tangent[i] / 1000;
    for (let k = 0; k < steps.length; k++) {
      const t = steps[k];
      // Cars charge at unity power factor, households at their own.
      demand.re[out + k] += day.load[i * stepsPerDay + t] / 1000;
      demand.im[out + k] += s.level[level + (t >> 2)] * shapeOfHour[t >> 2] * mega;
    }
  }
}

/** Load of every customer by step on one day, kW, `[customers × 96]`, and the sum by step. */
export function fillDay(s: Study, rule: ChargingRule, n: number, o: { day: number; load: Float64Array }): Float64Array {
  const { customers, days } = s;
  const m = customers.node.length;
  const total = new Float64Array(stepsPerDay);
  for (let i = 0; i < m; i++) {
    for (let h = 0; h < hoursPerDay; h++) {
      const kw = s.level[(o.day * m + i) * hoursPerDay + h] * shapeOfHour[h];
      for (let t = 4 * h; t < 4 * h + 4; t++) {
        o.load[i * stepsPerDay + t] = kw;
        total[t] += kw;
      }
    }
  }
  const cars = chargingDay(days, o.day, rule, {
    n,
    powerKw: s.sessions.powerKw,
    baseKw: total.slice(),
    limitKw: s.transformerKw,
    departureHour: s.sessions.departureHour,
  });
  for (let c = 0; c < n; c++) {
    const at = s.home[o.day * days.cars + c] * stepsPerDay;
    // Under every rule a car takes nothing before it has come, and nothing at all on a day off.
    const arrival = days.arrival[o.day * days.cars + c];
    if (arrival < 0) continue;
    for (let t = arrival; t < stepsPerDay; t++) {
      const kw = cars[c * stepsPerDay + t];
      if (kw === 0) continue;
      o.load[at + t] += kw;
      total[t] += kw;
    }
  }
  return total;
}
