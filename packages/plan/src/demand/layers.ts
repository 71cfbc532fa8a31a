import { QipanError } from '@qipan/base';
import type { Board } from '@qipan/territory';
import { valueInYear } from '../defaults/plan-parameters.js';
import type { PlanParameters } from '../model/parameters.js';

type DemandBoard = Pick<Board, 'places'>;

const daysPerYear = 365;

function placeNumbers(board: DemandBoard): Map<string, number> {
  return new Map(board.places.id.map((id, i) => [id, i]));
}

function placeOf(numbers: Map<string, number>, id: string, field: string): number {
  const i = numbers.get(id);
  if (i === undefined)
    throw new QipanError('UNKNOWN_REFERENCE', `${field}: the board has no place ${id}`, {
      field,
      got: id,
      expected: 'the id of a place',
    });
  return i;
}

/** Electric cars at each place and year, [I, T]: the caller's column, else households × rate; NaN where nobody is counted. */
export function evCounts(board: DemandBoard, p: PlanParameters): Float64Array {
  const { population, households } = board.places;
  const T = p.years.length;
  const out = new Float64Array(population.length * T).fill(NaN);
  for (let i = 0; i < population.length; i++) {
    const homes = Number.isNaN(households[i]) ? population[i] / p.demand.householdSize : households[i];
    p.years.forEach((year, t) => {
      out[i * T + t] = homes * valueInYear(p.demand.evPerHousehold, year) * p.demand.ruralFactor;
    });
  }
  if (p.demand.evCount) {
    const numbers = placeNumbers(board);
    for (const [id, table] of Object.entries(p.demand.evCount)) {
      const i = placeOf(numbers, id, 'demand.evCount');
      p.years.forEach((year, t) => {
        out[i * T + t] = valueInYear(table, year);
      });
    }
  }
  return out;
}

/** Residents: evCount · km/yr · kWh/km with winter · (1 − homeShare) · localShare, kWh a day, [I, T]. */
export function residentsKwh(ev: Float64Array, p: PlanParameters): Float64Array {
  const { kmPerYear, kwhPerKm, winterFactor, homeShare, localShare } = p.demand;
  const each = (kmPerYear * kwhPerKm * winterFactor * (1 - homeShare) * localShare) / daysPerYear;
  return ev.map((n) => (Number.isNaN(n) ? 0 : n * each));
}

/** Through-traffic: AADT · EV share · probability to stop · kWh a stop, kWh a day, [I, T]. */
export function throughTrafficKwh(board: DemandBoard, p: PlanParameters): Float64Array {
  return spread(board, p.years, {
    field: 'demand.throughTraffic',
    items: p.demand.throughTraffic ?? [],
    kwhPerDay: (f, year) => f.aadt * valueInYear(f.evShareByYear, year) * f.stopProbability * f.kwhPerStop,
  });
}

/** Tourism: visitor days · EV share · kWh a visit · public share, kWh a day, [I, T]. */
export function tourismKwh(board: DemandBoard, p: PlanParameters): Float64Array {
  return spread(board, p.years, {
    field: 'demand.tourism',
    items: p.demand.tourism ?? [],
    kwhPerDay: (a, year) => {
      const visits = (a.visitorDaysPerYear / daysPerYear) * valueInYear(a.evShareByYear, year);
      return visits * a.kwhPerVisit * a.publicShare;
    },
  });
}

/** Fleets: vehicles · km a day · days · kWh/km · (1 − depotShare), kWh a day, [I, T]. */
export function fleetsKwh(board: DemandBoard, p: PlanParameters): Float64Array {
  return spread(board, p.years, {
    field: 'demand.fleets',
    items: p.demand.fleets ?? [],
    kwhPerDay: (f) => (f.vehicles * f.kmPerDay * f.kwhPerKm * (1 - f.depotShare) * f.daysPerYear) / daysPerYear,
  });
}

interface LayerItems<Item> {
  readonly field: string;
  readonly items: readonly Item[];
  readonly kwhPerDay: (item: Item, year: number) => number;
}

function spread<Item extends { readonly place: string }>(
  board: DemandBoard,
  years: readonly number[],
  { field, items, kwhPerDay }: LayerItems<Item>,
): Float64Array {
  const T = years.length;
  const out = new Float64Array(board.places.id.length * T);
  const numbers = placeNumbers(board);
  for (const item of items) {
    const i = placeOf(numbers, item.place, field);
    years.forEach((year, t) => {
      const kwh = kwhPerDay(item, year);
      if (!(kwh >= 0) || !Number.isFinite(kwh))
        throw new QipanError('OUT_OF_RANGE', `${field} at ${item.place} gives ${kwh} kWh a day in ${year}`, {
          field,
          got: item,
          expected: 'numbers ≥ 0',
        });
      out[i * T + t] += kwh;
    });
  }
  return out;
}
