import { random, type Random } from '@qipan/base';

/** Steps of a design day, 15 minutes each, from noon to noon: a night of charging is one piece. */
export const stepsPerDay = 96;
/** Hour of the day at which step 0 begins. */
export const firstHour = 12;
const stepHours = 0.25;

/** How cars are charged. */
export type ChargingRule =
  | { readonly kind: 'onArrival' }
  /** Everyone waits for the cheap hour and starts at it. */
  | { readonly kind: 'tariffStep'; readonly hour: number }
  /** Starts spread evenly over the window so that the car is full by its end. */
  | { readonly kind: 'staggeredValley'; readonly fromHour: number; readonly toHour: number }
  /** All cars together never take more than a share of the transformer less the households' load. */
  | { readonly kind: 'dynamicLimit'; readonly share: number };

/** What a home charging session looks like; every figure labelled `default` until the user gives his own. */
export interface SessionModel {
  /** Sessions a car and day. */
  readonly sessionsPerDay: number;
  readonly powerKw: number;
  /** Log-normal energy, kWh: 5th and 95th percentile. */
  readonly energyLowKwh: number;
  readonly energyHighKwh: number;
  /** Normal arrival time, hour of the day, and its standard deviation in hours. */
  readonly arrivalHour: number;
  readonly arrivalSpreadHours: number;
  /** Hour at which the car leaves. */
  readonly departureHour: number;
}

/** 7 kW sockets at home: 0.55 sessions a day of 6 to 18 kWh, arriving around half past six in the evening. */
export const homeSessions: SessionModel = {
  sessionsPerDay: 0.55,
  powerKw: 7,
  energyLowKwh: 6,
  energyHighKwh: 18,
  arrivalHour: 18.5,
  arrivalSpreadHours: 2.2,
  departureHour: 7.5,
};

/**
 * Mean load of a household on winter weekdays by hour of the day, as a share of its evening maximum.
 * Computed from the household profiles H0-A, H0-B and H0-C of SimBench 1-LV-rural1 (2016, December to February; ODbL).
 */
export const householdShape: readonly number[] = [
  0.38, 0.28, 0.25, 0.24, 0.26, 0.31, 0.6, 0.76, 0.91, 0.87, 0.83, 0.83, 0.79, 0.79, 0.85, 0.84, 0.85, 0.89, 0.98, 1,
  0.98, 0.89, 0.7, 0.54,
];

/** One car's day: whether it charges, when it comes and what it needs. */
export interface CarDays {
  readonly cars: number;
  readonly draws: number;
  /** Step of arrival, `[draws × cars]`; −1 = does not charge that day. */
  readonly arrival: Int16Array;
  readonly energyKwh: Float32Array;
  /** Uniform number of the car that day, for staggering. */
  readonly place: Float32Array;
}

const stepOf = (hour: number): number => Math.floor(((((hour - firstHour) % 24) + 24) % 24) / stepHours);
const normal95 = 1.6448536269514722;

/** Draws the days of `cars` cars, nested: the first n of them are the days of n cars. */
export function drawCarDays(model: SessionModel, cars: number, draws: number, seed: number): CarDays {
  const mean = (Math.log(model.energyLowKwh) + Math.log(model.energyHighKwh)) / 2;
  const sd = (Math.log(model.energyHighKwh) - Math.log(model.energyLowKwh)) / (2 * normal95);
  const arrival = new Int16Array(cars * draws);
  const energyKwh = new Float32Array(cars * draws);
  const place = new Float32Array(cars * draws);
  for (let d = 0; d < draws; d++) {
    const r: Random = random(seed).fork(`day ${d}`);
    for (let c = 0; c < cars; c++) {
      const k = d * cars + c;
      const comes = r.next() < model.sessionsPerDay;
      const hour = model.arrivalHour + model.arrivalSpreadHours * r.normal();
      energyKwh[k] = Math.exp(mean + sd * r.normal());
      place[k] = r.next();
      arrival[k] = comes ? Math.min(stepsPerDay - 1, Math.max(0, stepOf(Math.min(hour, 29)))) : -1;
    }
  }
  return { cars, draws, arrival, energyKwh, place };
}

/** Adds `power` kW from `start` until `energy` is charged, the last step in part; what the day does not hold is cut. */
function addCharge(out: Float64Array, offset: number, start: number, charge: { power: number; energy: number }): void {
  let left = charge.energy;
  for (let t = Math.max(0, start); t < stepsPerDay && left > 1e-9; t++) {
    const kw = Math.min(charge.power, left / stepHours);
    out[offset + t] += kw;
    left -= kw * stepHours;
  }
}

/** Where one car starts under a rule that needs no knowledge of the others. */
function startStep(rule: ChargingRule, arrival: number, hours: number, place: number): number {
  switch (rule.kind) {
    case 'onArrival':
    case 'dynamicLimit':
      return arrival;
    case 'tariffStep':
      return Math.max(arrival, stepOf(rule.hour));
    case 'staggeredValley': {
      const from = stepOf(rule.fromHour);
      const to = stepOf(rule.toHour);
      const last = Math.max(from, to - Math.ceil(hours / stepHours));
      return Math.max(arrival, from + Math.floor(place * (last - from + 1)));
    }
  }
}

/**
 * Charging power of each of the first `n` cars on one day, kW, `[n × 96]`.
 * @param baseKw households' load by step, needed by `dynamicLimit` alone
 * @param limitKw what the transformer may carry, likewise
 */
export function chargingDay(
  days: CarDays,
  day: number,
  rule: ChargingRule,
  o: {
    readonly n: number;
    readonly powerKw: number;
    readonly baseKw: Float64Array;
    readonly limitKw: number;
    readonly departureHour: number;
  },
): Float64Array {
  const out = new Float64Array(o.n * stepsPerDay);
  if (rule.kind === 'dynamicLimit') return dynamicDay(out, days, day, { ...o, share: rule.share });
  for (let c = 0; c < o.n; c++) {
    const k = day * days.cars + c;
    const arrival = days.arrival[k];
    if (arrival < 0) continue;
    const energy = days.energyKwh[k];
    addCharge(out, c * stepsPerDay, startStep(rule, arrival, energy / o.powerKw, days.place[k]), {
      power: o.powerKw,
      energy,
    });
  }
  return out;
}

/** Equal shares of what the transformer has left, nobody above his socket; what is not served waits for the next step. */
function dynamicDay(
  out: Float64Array,
  days: CarDays,
  day: number,
  o: { n: number; powerKw: number; baseKw: Float64Array; limitKw: number; departureHour: number; share: number },
): Float64Array {
  const left = new Float64Array(o.n);
  const leave = stepOf(o.departureHour);
  for (let t = 0; t < stepsPerDay; t++) {
    const waiting: number[] = [];
    for (let c = 0; c < o.n; c++) {
      const k = day * days.cars + c;
      if (days.arrival[k] === t) left[c] = days.energyKwh[k];
      if (left[c] > 1e-9 && t < leave) waiting.push(c);
    }
    let room = Math.max(0, o.share * o.limitKw - o.baseKw[t]);
    // Those who need least are served first, so that equal shares leave nothing over.
    waiting.sort((a, b) => left[a] - left[b] || a - b);
    waiting.forEach((c, i) => {
      const kw = Math.min(o.powerKw, left[c] / stepHours, room / (waiting.length - i));
      out[c * stepsPerDay + t] = kw;
      left[c] -= kw * stepHours;
      room -= kw;
    });
  }
  return out;
}

/** Hour of the day at the beginning of a step. */
export const hourOfStep = (step: number): number => (firstHour + step * stepHours) % 24;

/**
 * After-diversity maximum demand: the 95th percentile over the days of the group's peak, kW a car.
 * @returns one value a group size
 */
export function admd(days: CarDays, rule: ChargingRule, sizes: readonly number[], model: SessionModel): number[] {
  const none = new Float64Array(stepsPerDay);
  return sizes.map((n) => {
    const peaks = Float64Array.from({ length: days.draws }, (_, d) => {
      const cars = chargingDay(days, d, rule, {
        n,
        powerKw: model.powerKw,
        baseKw: none,
        limitKw: Infinity,
        departureHour: model.departureHour,
      });
      let peak = 0;
      for (let t = 0; t < stepsPerDay; t++) {
        let sum = 0;
        for (let c = 0; c < n; c++) sum += cars[c * stepsPerDay + t];
        if (sum > peak) peak = sum;
      }
      return peak;
    }).sort();
    return peaks[Math.floor(0.95 * (days.draws - 1))] / n;
  });
}
